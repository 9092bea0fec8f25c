"""The exercises of chapter 05, *Backpropagation through time*."""

EXERCISES = []
