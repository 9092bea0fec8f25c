"""How much work a claim may be, counted and not timed: the same on every machine."""

from functools import wraps

from .errors import NotProved

MOST_WORK = 100_000  # products of two parts in one claim; the book needs 27,000


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


def finite(make):
    """The function, with a word in place of Python's own limit of depth."""

    @wraps(make)
    def bounded(*args, **options):
        try:
            return make(*args, **options)
        except RecursionError:
            raise NotProved(
                "too large: functions stand in one another more than 100 times. "
                "Likely cause: a loop that wraps an expression; prove one step of it."
            ) from None

    return bounded
