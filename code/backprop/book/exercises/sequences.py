"""The exercises of the project *sequences*."""

EXERCISES = []
