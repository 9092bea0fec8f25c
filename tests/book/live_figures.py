"""The live figures that the notebooks store, their programs in QuickJS, and what their pictures draw."""

import json
import re
from base64 import b64decode
from itertools import count
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
import pytest
import quickjs
from backprop.book import live
from backprop.proof.vocabulary import reals
from bs4 import BeautifulSoup
from helpers import BOOK, BUILT, NOTEBOOKS
from live_truth import ROUNDING, TRUTH


class Program:
    """The program of a stored figure, without a page."""

    def __init__(self, html):
        self.config = re.search(r"parentElement, (\{\.\.\.\{.*\})\);\n\}</script>", html, re.DOTALL)[1]
        self.options = json.loads(re.search(r"\{\.\.\.(\{.*\}), formulas: ", self.config)[1])
        self.controls = self.options["controls"]
        self.start = [control["values"][control["at"]] for control in self.controls]
        self.js = quickjs.Context()
        self.js.eval(f"{live.figure.JAVASCRIPT} const config = {self.config}, formulas = config.formulas;")

    def call(self, expression, *numbers):
        return json.loads(self.js.eval(f"JSON.stringify({expression}(...{json.dumps(numbers)}))"))

    def frame(self, numbers):
        return self.call("((...numbers) => frame(config, numbers))", *numbers)

    def picture(self, numbers):
        return self.frame(numbers)["picture"]

    def results(self, numbers):
        """The values of the results as text, since JSON has no infinity; without the picture, which takes longer."""
        return self.call("((...at) => formulas.results(...iterates(formulas, at).at(-1), ...at).map(String))", *numbers)

    def positions(self):
        """The numbers of all controls when one of them is moved over its whole range, and the others stay."""
        for place, control in enumerate(self.controls):
            for value in control["values"]:
                yield [*self.start[:place], value, *self.start[place + 1 :]]

    def by_chance(self, times=30):
        """The numbers of all controls at their ends and, by chance, in between."""
        rng = np.random.default_rng(0)
        for pick in (lambda v: v[0], lambda v: v[-1], *[lambda v: v[rng.integers(len(v))]] * times):
            yield [pick(control["values"]) for control in self.controls]


class Stored(NamedTuple):
    """A figure: the id of its cell, its page, its place on it, its HTML."""

    name: str
    path: Path
    place: int
    html: str

    @property
    def program(self):
        return Program(self.html)

    @property
    def picture(self):
        return still_picture(self.html)


def still_picture(html):
    """What Python drew, with its style."""
    return b64decode(re.search('base64,([^"]+)', html)[1]).decode()


def without_style(svg):
    """A still picture as the page draws it."""
    assert "background:#fff" in svg  # its letters are black, also in the dark
    return re.sub("<style>.*?</style>", "", svg, flags=re.DOTALL)


def stored_figures():
    for path in NOTEBOOKS:
        notebook, places = nbformat.v4.reads(path.read_text(encoding="utf-8")), count()
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                html = output.get("data", {}).get("text/html", "")
                if "live-figure" in html:
                    yield Stored(cell.id, BUILT / path.relative_to(BOOK).with_suffix(".html"), next(places), html)


FIGURES = {figure.name: figure for figure in stored_figures()}
every_figure = pytest.mark.parametrize("name", FIGURES)


def check_results(name, values, numbers):
    """Hold the results of a figure against NumPy."""
    truth = TRUTH[name]
    with np.errstate(divide="ignore"):  # a naive form ends in infinity, in the page as in NumPy
        expected = truth(*map(np.float64, numbers))
    values = [*map(float, values)]
    for value, right, error in zip(values, expected, ROUNDING.get(truth, [0] * len(expected)), strict=True):
        np.testing.assert_allclose(value, right, rtol=1e-12, atol=error)
    assert not np.isnan(values).any()


def as_shown(number):
    """0.25, −3, 10⁻¹⁶"""
    if 0 < abs(number) < 1e-6:
        raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
        return "10" + str(round(np.log10(number))).translate(raised)
    return f"{number:g}".replace("-", "−") if abs(number) >= 1e-4 or number == 0 else f"{number:f}".rstrip("0")


def parabola(label="a x² < y"):
    """A small figure of the tests."""
    x, a = reals("x a")
    axes = live.Axis("x", (-2, 0, 2)), live.Axis("y", (0, 4))
    items = [
        live.region("right of a", x > a),
        live.curve(label, a * x**2),
        live.curve("tangent", a + 2 * a * (x - 1), style=1),
        live.point("", 1, a, style=2),
    ]
    results = [
        live.Result("slope:", 2 * a),
        live.Result("sizes", [3, a]),
        live.Result("a is", live.holds(a > 1), words=("small", "large")),
    ]
    slider = live.slider(a, [0.5, 1, 2], 1, plays=True)
    return live.Figure(live.plot(x, *axes, items), [slider], results, alt="A parabola <script>")


# ------------------------------------------------------------------------------------------------- what is drawn


def parsed(svg):
    return BeautifulSoup(svg, "html.parser")


def elements(svg, name, kind):
    return [e.attrs for e in parsed(svg).find_all(name, class_=kind)]


def points_of(line):
    return np.array([tuple(map(float, point.split(","))) for point in line["points"].split()])


def outline(d):
    """The polygons of a path."""
    return [np.array([point.split() for point in re.split("[ML]", part)[1:]], float) for part in d.split("Z") if part]


def within(polygons, x, y):
    """Whether a point lies in one of the polygons: a ray to the right crosses an edge once."""
    crossed = 0
    for polygon in polygons:
        (x1, y1), (x2, y2) = polygon.T, np.roll(polygon, -1, axis=0).T
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed += np.sum(((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)))
    return crossed % 2 == 1


def plots_of(svg):
    """The boxes of the plots: (left, top, width, height) and what is drawn inside."""
    for box in parsed(svg).svg.find_all("svg"):
        yield np.array([float(box[k]) for k in ("x", "y", "width", "height")]), box


def places_in(box, x, y):
    """Where numbers lie, of which the box shows those from 0 to 1; as far as a picture goes."""
    left, top, width, height = box
    return np.clip(np.stack([left + x * width, top + (1 - y) * height], axis=-1), -1e4, 1e4)


def shifted(dot):
    return [float(v) for v in re.findall(r"-?[\d.]+", dot["transform"])]


def check_trace(box, inside, style, x, y, *, dots):
    """A line along places, broken between two that are far outside, and a dot at each of them."""
    line, places = inside.find("path", class_=f"line k{style}")["d"], places_in(box, x, y)
    drawn = [(command, *map(float, at)) for command, *at in re.findall(r"([ML])(-?[\d.]+) (-?[\d.]+)", line)]
    np.testing.assert_allclose([at for _, *at in drawn], places, atol=0.06)
    far = (y > 2) | (y < -1)
    assert [command == "M" for command, *_ in drawn] == [True, *(far[1:] & far[:-1])]
    stops = inside.find("path", class_=f"stops k{style}")
    assert (stops is not None) == dots
    if dots:
        assert stops["d"] == "".join(f"M{x:g} {y:g}h0" for _, x, y in drawn)
