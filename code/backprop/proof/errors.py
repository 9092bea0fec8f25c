"""The errors of the proof engine. This module needs nothing."""


class Said(Exception):
    """An error of which a notebook shows the message, and no frames of the engine."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


class ClaimError(Said, ValueError):
    """What was given is no claim that can be proved or checked: the message says what
    was expected and what was received.
    """


class NotProved(Said, AssertionError):
    """The two sides were not shown to be equal;
    the message carries what is left of their difference.
    """


class Disagreement(Said, AssertionError):
    """A check by numbers failed; the message carries the numbers."""


class Undefined(ClaimError):
    """A division by 0, or another value that does not exist."""


class ShowsNothing(Disagreement):
    """A check by numbers that would pass whatever was given: the message says why."""
