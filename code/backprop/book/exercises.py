"""Exercises that check themselves."""

import numpy as np

from backprop.proof import Check, Proof

from .page import Shown


def check(answer, test):
    """Check a reader's answer to an exercise.

    Parameters
    ----------
    answer : the reader's; ``...`` as long as there is none.
    test : a function of the answer that returns a Proof, a Check or True,
        or raises AssertionError or ValueError.

    >>> check(..., lambda a: a == 4)
    No answer yet. Replace the ... and run the cell again.
    >>> check(5, lambda a: a == 4)
    Not yet.
    >>> check(4, lambda a: a == 4)
    Right.
    """
    if answer is ...:
        return Shown("No answer yet. Replace the ... and run the cell again.")
    try:
        found = test(answer)
    except (AssertionError, ValueError, TypeError, AttributeError) as error:
        return Shown(f"Not yet.\n\n```text\n{error}\n```")
    if not np.all(found):
        return Shown("Not yet.")
    detail = (
        found._repr_markdown_()
        if isinstance(found, Proof)
        else repr(found)
        if isinstance(found, Check)
        else ""
    )
    return Shown(f"Right.\n\n{detail}".strip())
