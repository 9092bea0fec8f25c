"""The exercises of the project *the price of a house*."""

EXERCISES = []
