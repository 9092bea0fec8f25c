"""The errors of the proof engine. This module needs nothing."""


class ClaimError(ValueError):
    """What was given is no claim that can be proved or checked: the message says what
    was expected and what was received.
    """


class NotProved(AssertionError):
    """The two sides were not shown to be equal;
    the message carries what is left of their difference.
    """


class Disagreement(AssertionError):
    """A check by numbers failed; the message carries the numbers."""


class Undefined(ClaimError):
    """A division by 0, or another value that does not exist."""


class ShowsNothing(Disagreement):
    """A check by numbers that would pass whatever was given: the message says why."""
