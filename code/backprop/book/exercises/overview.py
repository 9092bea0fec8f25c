"""The page *Exercises*: all of them, with where they stand."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from backprop.book.ledger import code_cells, link
from backprop.book.page import table

from . import MODULES, exercises
from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .expression import Expression
from .number import Number
from .program import Program

CHECK = re.compile(r'^check\("([\w-]+)", answer\)$', re.MULTILINE)
KINDS = [kind.kind for kind in (Number, Expression, Lines, Program, FindTheBug, Choice)]


class Place(NamedTuple):
    """Where an exercise stands."""

    page: str
    section: str


@cache
def places(folder="."):
    """{exercise: its place}, read from the notebooks in a folder."""
    return {
        name: Place(path.stem, cell.section)
        for path in sorted(Path(folder).glob("*.ipynb"))
        for cell in code_cells(path)
        for name in CHECK.findall(cell.source)
    }


def exercise_table(chapter, folder="."):
    """The exercises of a chapter: kind, minutes, difficulty, and what they train."""
    where = places(folder)

    def row(exercise):
        name, kind = exercise.name, [exercise.kind, exercise.minutes, exercise.dots]
        return [link(name, where[name]), *kind, exercise.trains]

    header = ["exercise", "kind", "minutes", "difficulty", "trains"]
    return table(header, *map(row, exercises(chapter)))


def totals():
    """How many exercises each chapter has, and how long they take."""
    rows = []
    for chapter in [*MODULES, None]:
        own = exercises(chapter) if chapter else exercises()
        kinds = [sum(e.kind == k for e in own) for k in KINDS]
        minutes = sum(e.minutes for e in own)
        rows.append([chapter or "**all**", len(own), *kinds, minutes])
    return table(["chapter", "exercises", *KINDS, "minutes"], *rows)
