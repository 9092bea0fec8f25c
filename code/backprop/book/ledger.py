"""The ledger: what the book has proved, read from the stored outputs of its notebooks;
which function implements it, and where the two are compared.
"""

import ast
import json
import re
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from backprop.proof.prove import EARLIER

from .page import table

MODULES = (
    "activations",
    "forward_pass",
    "loss",
    "backpropagation",
    "autodiff",
    "optimisers",
    "schedules",
    "gradient_descent",
    "cells",
    "recurrent",
    "bptt",
    "clipping",
    "forward_in_time",
)
# "Proved: one result; another one." in a docstring, or "Proved: nothing, a definition."
PROVED = re.compile(r"Proved: (.+?)\.(?:\s|$)", re.DOTALL)

# The functions that compare, and what they report.
COMPARE = {"proof.agree", "proof.gradient_check"}
CHECK = re.compile("check: |draws, largest relative error|directions, central")
# A check that starts from random weights says nothing about how they were drawn.
STARTS = {"forward_pass.initialise", "recurrent.initialise_recurrent"}


def functions(module):
    """The functions and classes that a module defines, by their names."""
    found = vars(import_module(f"backprop.{module}")).items()
    return {n: f for n, f in found if callable(f) and home(f) == f"{module}.{n}"}


def home(function):
    """Where a function of the package stands, as ``module.name``.

    >>> from backprop import forward_pass
    >>> home(forward_pass.sigmoid)
    'activations.sigmoid'
    """
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__name__", "")
    return f"{module.removeprefix('backprop.')}.{name}"


@cache
def proved():
    """{``module.name``: what its docstring says is proved of it}, as text."""
    found = {}
    for module in MODULES:
        for name, function in functions(module).items():
            if said := PROVED.search(function.__doc__ or ""):
                found[f"{module}.{name}"] = " ".join(said[1].split())
    return found


def implements():
    """The functions that compute something proved, each with its results."""
    listed = {f: said.split("; ") for f, said in proved().items()}
    return {f: names for f, names in listed.items() if f not in definitions()}


def definitions():
    """The functions of which nothing is proved, and what they are."""
    nothing = "nothing, "
    parts = {f: said.partition(nothing) for f, said in proved().items()}
    return {f: what for f, (before, sign, what) in parts.items() if sign and not before}


class Result(NamedTuple):
    """A proved result, as the closing table of its page shows it."""

    name: str
    page: str
    section: str
    statement: str
    rests_on: tuple  # pairs (chapter, name)

    @property
    def chapter(self):
        return chapter_of(self.page)


def chapter_of(page):
    """The number of a chapter, or the name of a page without a number.

    >>> chapter_of("02-loss"), chapter_of("project-xor")
    ('02', 'project-xor')
    """
    return page[:2] if page[0].isdigit() else page


class Check(NamedTuple):
    """A cell that compared numbers, and the functions of the package that it uses."""

    page: str
    section: str
    functions: frozenset


def link(text, one):
    """Markdown that leads to the section of a result or of a check."""
    return f"[{text}]({one.page}.ipynb#{slug(one.section)})"


def slug(heading):
    """The anchor of a heading in a link from notebook to notebook; a formula in the
    heading does not count.

    >>> slug("A step, for every size"), slug("When is $p = y$?")
    ('a-step-for-every-size', 'when-is-')
    """
    words = re.sub(r"\$[^$]*\$", "", heading).lower()
    return re.sub(r"[^\w-]", "", words.replace(" ", "-"))


def anchor(heading):
    """The same in a built page.

    >>> slug("Newton's method"), anchor("Newton's method")
    ('newtons-method', 'newton-s-method')
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


class Cell(NamedTuple):
    """A code cell of a stored notebook that was executed."""

    source: str
    shown: str
    section: str


def code_cells(path):
    """The cells of a notebook, each with the text of its outputs and the last heading
    above it.
    """
    section = ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            *_, section = section, *re.findall(r"^#{1,3} (.+)$", source, re.MULTILINE)
        elif cell.get("execution_count"):
            yield Cell(source, "".join(map(shown_by, cell["outputs"])), section)


def shown_by(output):
    """The text of an output."""
    data = output.get("data", {})
    text = output.get("text") or data.get("text/markdown") or data.get("text/plain")
    return "".join(text or "")


def results_of(path):
    """The results of a page, from its closing table."""
    cells = list(code_cells(path))
    tables = [c.shown for c in cells if c.source.strip() == "results(globals())"]
    for line in "\n".join(tables).splitlines()[2:]:
        name, row = line.strip("| ").split(" | ", 1)
        statement, _, rests = row.partition("<br>rests on: ")
        above = [earlier(r, chapter_of(path.stem)) for r in rests.split("; ") if r]
        yield Result(name, path.stem, section_of(name, cells), statement, tuple(above))


def earlier(text, chapter):
    """Chapter and name of a result on which another one rests.

    >>> earlier("dense layer (chapter 01)", "03"), earlier("a, b", "03")
    (('01', 'dense layer'), ('03', 'a, b'))
    """
    found = EARLIER.fullmatch(text)
    return (found[2], found[1]) if found else (chapter, text)


def section_of(name, cells):
    """The section where a result is shown; or where its name, or what is special in
    it, first stands in a program.
    """
    group, _, short = name.rpartition(": ")
    special = short.removeprefix("gradient of the ").split(", ")[0]
    signs = [f'"{words}"' for words in (name, short, special)]
    title = f"**{name[0].upper()}{name[1:]}.**"
    for cell in cells:
        if title in cell.shown:
            return cell.section
    own = [cell for cell in cells if group in cell.section]
    for sign in signs:
        for cell in (*own, *cells):
            if sign in cell.source:
                return cell.section
    raise ValueError(f"no cell shows or names the result {name!r}")


def checks_of(path):
    """The cells of a notebook that compare, with a check in their output. What a
    function of the notebook uses, a cell that calls it uses, too.
    """
    modules, uses = {}, {}
    for cell in code_cells(path):
        tree = ast.parse(cell.source)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("backprop"):
                where = node.module.removeprefix("backprop").strip(".")
                for a in node.names:
                    modules[a.asname or a.name] = f"{where}.{a.name}".strip(".")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                uses[node.name] = used(node, modules, uses)
        functions = used(tree, modules, uses)
        if functions & COMPARE and CHECK.search(cell.shown):
            yield Check(path.stem, cell.section, functions - STARTS)


def used(tree, modules, uses):
    """The functions of the package under a syntax tree, as ``module.name``; a table of
    functions stands for all of them.
    """
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in modules:
                found |= named(f"{modules[name]}.{attr}")
            case ast.Name(id=name) if name in uses:
                found |= uses[name]
            case ast.Name(id=name) if name in modules:
                found |= named(modules[name])
    return frozenset(found)


def named(name):
    """The functions that a name of the package stands for."""
    module, _, last = name.rpartition(".")
    if module not in MODULES:
        return {name}
    thing = getattr(import_module(f"backprop.{module}"), last)
    if not isinstance(thing, dict):
        return {home(thing) if callable(thing) else name}
    rows = [row if isinstance(row, tuple) else (row,) for row in thing.values()]
    return {home(f) for row in rows for f in row if callable(f)}


def read(folder="."):
    """All results and all checks of the chapters and projects in a folder."""
    pages = reading_order(folder)
    results = [r for path in pages for r in results_of(path)]
    return results, [c for path in pages for c in checks_of(path)]


def reading_order(folder):
    """The chapters and projects in a folder: by chapter, then as the contents say."""
    contents = Path(folder).resolve().parent.joinpath("_toc.yml")
    listed = re.findall(r"file: chapters/(\S+)", contents.read_text(encoding="utf-8"))
    own = [name for name in listed if re.match(r"\d\d-|project-", name)]
    return [Path(folder, f"{name}.ipynb") for name in sorted(own, key=chapter_of)]


# ----------------------------------------------------------------------------- the page


def functions_of(name):
    """The functions that compute what a result says."""
    return [f for f, names in implements().items() if name in names]


def module_of_tests(function):
    """The module whose test holds a function; the cells are tested with the networks.

    >>> module_of_tests("loss.cross_entropy"), module_of_tests("cells.lstm_slopes")
    ('loss', 'bptt')
    """
    module = function.split(".")[0]
    return "bptt" if module == "cells" else module


def ledger(page, results, checks):
    """The table of a page: each result, the functions that compute it, and where
    they are compared with it.
    """
    own = [r for r in results if r.page == page]
    header = ["result", "statement, function, checks"]
    return table(header, *([link(r.name, r), entry(r, checks)] for r in own))


def entry(result, checks):
    """What stands beside the name of a result."""
    functions = functions_of(result.name)
    if not functions:
        return result.statement
    where = [link(c.section, c) for c in checks if c.functions & {*functions}]
    where += [f"`tests/test_{module_of_tests(f)}.py`" for f in functions]
    code = ", ".join(f"`{f}`" for f in functions)
    places = ", ".join(dict.fromkeys(where))  # each once
    return f"{result.statement}<br>computed by {code}<br>checked in {places}"


LINE, LEFT = 17, 190  # pixels: a line of the map, and the room for its arcs


def proof_map(results):
    """A picture as HTML: a line for each result that rests on others or on which
    others rest, a link to its section; an arc leads from it to each that it rests on.
    The arcs of the line under the pointer or the focus stand out.
    """
    keys = {(r.chapter, r.name): r for r in results}
    joined = {key for r in results for key in r.rests_on}
    shown = {key: r for key, r in keys.items() if r.rests_on or key in joined}
    heights, headings = places(shown)
    number = {key: n for n, key in enumerate(shown)}
    texts = [
        f'<text class="part" x="{LEFT}" y="{y}">{title(page)}</text>'
        for page, y in headings.items()
    ]
    texts += [line_of(r, number[key], heights[key]) for key, r in shown.items()]
    arcs = [
        arc(f"r{number[key]} r{number[below]}", heights[below] - 4, heights[key] - 4)
        for key, r in shown.items()
        for below in r.rests_on
    ]
    rules = ",".join(
        f".proof-map a.r{n}:is(:hover,:focus)~.r{n}" for n in number.values()
    )
    height = max(heights.values(), default=0) + LINE
    return Page(
        f'<figure class="proof-map"><style>{STYLE}{rules}{STRONG}</style>'
        f'<svg viewBox="0 0 640 {height}" role="group" aria-label="{LABEL}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(texts + arcs)}</svg></figure>'
    )


def places(results):
    """Heights on the map: of each result's line, and of the heading of each page."""
    heights, headings, y = {}, {}, 0
    for key, result in results.items():
        if result.page not in headings:
            y += 2 * LINE
            headings[result.page] = y
        y += LINE
        heights[key] = y
    return heights, headings


def line_of(result, n, y):
    """The line of a result on the map, a link to its section."""
    return (
        f'<a class="r{n}" href="{result.page}.html#{anchor(result.section)}">'
        f'<text x="{LEFT}" y="{y}">{escape(result.name)}</text></a>'
    )


def arc(classes, start, end):
    """A curve at the left of the lines, from one height to another."""
    reach = LEFT - 8 - min(0.5 * (end - start), LEFT - 20)
    return (
        f'<path class="{classes}" d="M{LEFT - 6} {start}'
        f'C{reach:.0f} {start} {reach:.0f} {end} {LEFT - 6} {end}"/>'
    )


def title(page):
    """The heading of a page in the map.

    >>> title("03-backpropagation"), title("project-xor")
    ('03 · backpropagation', 'project · xor')
    """
    return page.replace("-", " · ", 1).replace("-", " ")


class Page:
    """HTML that a notebook and the website show."""

    def __init__(self, html):
        self.html = html

    def __repr__(self):
        return "Proof map"

    def _repr_html_(self):
        return self.html


LABEL = "Proof map: every result with the results on which it rests"
STYLE = (
    ".proof-map{overflow-x:auto}"
    ".proof-map svg{display:block;min-width:36rem;width:100%;max-width:44rem}"
    ".proof-map text{font-size:13px;fill:currentColor}"
    ".proof-map .part{font-weight:600}"
    ".proof-map path{fill:none;stroke:currentColor;opacity:.35}"
    ".proof-map a:is(:hover,:focus) text{text-decoration:underline}"
)
STRONG = "{stroke:#d55e00;opacity:1;stroke-width:2.5}"
