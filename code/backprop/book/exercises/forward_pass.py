"""The exercises of chapter 01, *Forward pass*."""

EXERCISES = []
