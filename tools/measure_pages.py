"""Count what a reader meets on each page: words of prose, lines of visible code, pictures, exercises, minutes.

    python tools/measure_pages.py [pages]

Prose is Markdown without code, displayed formulas and HTML tags; a formula in a line is a word. Code is visible where
its cell is not folded.
"""

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

BOOK = Path(__file__).resolve().parent.parent
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
NO_PROSE = re.compile(
    r"```.*?```|\$\$.*?\$\$|<style>.*?</style>|<svg.*?</svg>|</?[a-z][^>]*>|^\|[-| ]+$", re.DOTALL | re.MULTILINE
)


class Measure(NamedTuple):
    """What stands on a page."""

    words: int
    lines: int
    pictures: int
    exercises: int
    minutes: int | None


def cells_of(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]


def prose(path):
    """The Markdown of a notebook."""
    return "\n".join("".join(c["source"]) for c in cells_of(path) if c["cell_type"] == "markdown")


def measure(path):
    """Count a notebook."""
    cells, text = cells_of(path), prose(path)
    shown = [c for c in cells if c["cell_type"] == "code" and not FOLDED & {*c["metadata"].get("tags", [])}]
    outputs = [o.get("data", {}) for c in cells for o in c.get("outputs", [])]
    said = re.search(r"^\*\*(\d+) minutes\*\*", text, re.MULTILINE)
    return Measure(
        len(re.sub(r"\$[^$\n]+\$", "formula", NO_PROSE.sub(" ", text)).replace("|", " ").split()),
        sum(len("".join(c["source"]).splitlines()) for c in shown),
        sum("image/png" in data or "<figure" in "".join(data.get("text/html", "")) for data in outputs),
        text.count("**Exercise "),
        int(said[1]) if said else None,
    )


def main(names):
    paths = [BOOK / name for name in names] or sorted(BOOK.glob("chapters/*.ipynb"))
    print(f"{'page':32}{'words':>8}{'code':>8}{'pictures':>10}{'exercises':>11}{'minutes':>9}")
    for path in paths:
        words, lines, pictures, exercises, minutes = measure(path)
        print(f"{path.stem:32}{words:8,}{lines:8}{pictures:10}{exercises:11}{minutes or '–':>9}")


if __name__ == "__main__":
    main(sys.argv[1:])
