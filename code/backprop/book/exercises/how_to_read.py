"""The exercises of chapter 00, *How to read this book*."""

EXERCISES = []
