"""How much work a claim may be, counted and not timed: the same on every machine."""

from .errors import NotProved

MOST_WORK = 3_000_000  # products of two parts in one claim


class Work:
    """How much was done for the present claim."""

    done = 0


def work(amount):
    """Count the work, so that a claim that is too large ends with a word."""
    Work.done += amount
    if Work.done > MOST_WORK:
        raise NotProved(
            f"too large: more than {MOST_WORK:,} products were multiplied out. "
            "Likely cause: a high power of a sum, or many kinks in one another; prove "
            "a smaller step first."
        )
