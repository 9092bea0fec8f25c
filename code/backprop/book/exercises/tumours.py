"""The exercises of the project *benign or malignant*."""

EXERCISES = []
