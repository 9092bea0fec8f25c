"""The exercises of chapter 02, *Loss*."""

EXERCISES = []
