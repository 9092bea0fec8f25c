"""The exercises of the *Errata lab*."""

EXERCISES = []
