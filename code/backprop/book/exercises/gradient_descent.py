"""The exercises of chapter 04, *Gradient descent*."""

EXERCISES = []
