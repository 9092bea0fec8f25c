"""Exercises that check themselves; ``check("03-2", answer)`` stands in the notebook.

One module for each chapter holds its exercises. Statement and starter stand in the
notebook, in the cells ``exercise-03-2`` and ``answer-03-2``; all else stands here.
"""

from collections import Counter
from importlib import import_module

from backprop.book.page import Shown
from backprop.proof.vocabulary import unlisted

from .exercise import Verdict, your_answer

MODULES = {
    "00": "how_to_read",
    "01": "forward_pass",
    "02": "loss",
    "03": "backpropagation",
    "04": "gradient_descent",
    "05": "bptt",
    "xor": "xor",
    "digits": "digits",
    "tumours": "tumours",
    "houses": "houses",
    "sequences": "sequences",
    "series": "series",
    "errata": "errata_lab",
}
ATTEMPTS = Counter()
__all__ = ["check", "exercises", "find", "hint", "solution", "your_answer"]


@unlisted()
def check(name, answer):
    """Check a reader's answer to the exercise of this name.

    >>> ATTEMPTS.clear()
    >>> check("03-1", your_answer)
    No answer yet. Put it in the place of your_answer, and run the cell again.
    >>> check("03-1", -3)
    Not yet. That is y − ŷ times the input. The slope of ½(ŷ − y)² is ŷ − y.
    >>> check("03-1", 3)
    Right, at attempt 2.
    """
    verdict = find(name).judge(answer)
    if verdict.is_open:
        return verdict
    ATTEMPTS[name] += 1
    return told(verdict, ATTEMPTS[name])


def told(verdict, attempts):
    """A verdict in words, with the number of attempts."""
    if verdict.right:
        words = "Right." if attempts == 1 else f"Right, at attempt {attempts}."
        return Verdict(True, f"{words}\n\n{verdict.text}".strip())
    words = f"Not yet. {verdict.text}"
    if attempts > 1:
        words += f"\n\nAttempt {attempts}. The hint is folded below."
    return Verdict(False, words)


def find(name):
    """The exercise of this name."""
    chapter = str(name).rpartition("-")[0]
    found = module(chapter).EXERCISES if chapter in MODULES else []
    for exercise in found:
        if exercise.name == name:
            return exercise
    known = (
        f"expected {found[0].name} to {found[-1].name}"
        if found
        else (f"expected a chapter and a number, such as 03-2; chapters: {', '.join(MODULES)}")
    )
    raise LookupError(f"no exercise {name!r}: {known}.")


@unlisted()
def module(chapter):
    """The module of a chapter; a page lists its own arrays, not those of the module."""
    return import_module(f".{MODULES[chapter]}", __name__)


def exercises(*chapters):
    """All exercises of these chapters, in order; of all chapters if none is named."""
    return [e for c in chapters or MODULES for e in module(c).EXERCISES]


def hint(name):
    """A sentence that helps."""
    return Shown(find(name).hint)


@unlisted()
def solution(name):
    """The answer, why it is right, and what the check says of it."""
    exercise = find(name)
    verdict = exercise.judge(exercise.typed(exercise.solution))
    code = f"```python\n{exercise.solution.strip()}\n```"
    parts = [exercise.because, code, "Right.", verdict.text]
    if not verdict.right:
        raise AssertionError(f"{name}: the solution is not right: {verdict.text}")
    return Shown("\n\n".join(part for part in parts if part))
