"""The page *Exercises*: all of them, with where they stand."""

import re
from pathlib import Path

from backprop.book.ledger import code_cells, slug
from backprop.book.page import table

from . import MODULES, exercises

CHECK = re.compile(r'^check\("([\w-]+)", answer\)$', re.MULTILINE)
KINDS = ("number", "expression", "derivation", "program", "find the bug", "choice")


def places(folder="."):
    """{exercise: (page, section)}, read from the notebooks in a folder."""
    return {
        name: (path.stem, cell.section)
        for path in sorted(Path(folder).glob("*.ipynb"))
        for cell in code_cells(path)
        for name in CHECK.findall(cell.source)
    }


def exercise_table(chapter, folder="."):
    """The exercises of a chapter: kind, minutes, difficulty, and what they train."""
    where = places(folder)

    def row(exercise):
        page, section = where[exercise.name]
        link = f"[{exercise.name}]({page}.ipynb#{slug(section)})"
        kind = [exercise.kind, exercise.minutes, exercise.dots]
        return [link, *kind, exercise.trains]

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
