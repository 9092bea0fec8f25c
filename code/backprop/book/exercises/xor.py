"""The exercises of the project *XOR, counted*."""

EXERCISES = []
