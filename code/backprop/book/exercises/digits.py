"""The exercises of the project *reading digits*."""

EXERCISES = []
