"""The labels of the live figures fit in any font: measured here in the widest common one, DejaVu Sans, and without a
browser; in test_live_page.py by a browser in the fonts of this machine, of which tools/try_fonts.py tries several.
"""

import json
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from string import ascii_letters, digits
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
import quickjs
from backprop.book import live
from backprop.proof.vocabulary import reals
from fontTools.ttLib import TTFont
from live_figures import FIGURES, every_figure
from matplotlib import get_data_path

SVG = "{http://www.w3.org/2000/svg}"
RULES = dict(re.findall(r"^\.live-picture \.(\w+) \{([^}]*)\}", live.figure.STYLE, re.M))
SIZE = float(re.search(r"font: (\d+)px", live.figure.STYLE)[1])
NARROWEST = 0.7  # of its width in DejaVu Sans: what is squeezed more is hard to read


@cache
def glyphs(bold):
    """{letter: (width, lowest, highest point)} in parts of the size."""
    font = TTFont(Path(get_data_path()) / f"fonts/ttf/DejaVuSans{'-Bold' * bold}.ttf")
    unit, widths, shapes = font["head"].unitsPerEm, font["hmtx"], font["glyf"]
    found = {}
    for code, name in font.getBestCmap().items():
        shape = shapes[name]
        heights = (shape.yMin, shape.yMax) if shape.numberOfContours else (0, 0)
        found[chr(code)] = tuple(v / unit for v in (widths[name][0], *heights))
    return found


def letters(kind, text):
    """(width, lowest, highest point) of each letter of this kind, in pixels."""
    rule = RULES.get(kind, "")
    size = float(found[1]) if (found := re.search(r"font-size: (\d+)px", rule)) else SIZE
    return [[size * v for v in glyphs("bold" in rule)[letter]] for letter in text]


class Label(NamedTuple):
    """A text and its box; ``natural`` is its width as the font has it."""

    said: str
    left: float
    right: float
    top: float
    bottom: float
    natural: float

    def meets(self, other):
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def label(text):
    kind = text.get("class")
    runs = [(kind, text.text), *((part.get("class"), part.text) for part in text), *((kind, p.tail) for p in text)]
    drawn = [letter for own, said in runs if said for letter in letters(own, said)]
    natural = sum(width for width, _, _ in drawn)
    width, x, y = float(text.get("textLength", natural)), float(text.get("x")), float(text.get("y"))
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor")]
    top, bottom = y - max(high for _, _, high in drawn), y - min(low for _, low, _ in drawn)
    return Label("".join(text.itertext()), left, left + width, top, bottom, natural)


class Box(NamedTuple):
    left: float
    right: float
    top: float
    bottom: float

    def holds(self, other):
        return (
            self.left < other.left and other.right < self.right and self.top < other.top and other.bottom < self.bottom
        )


def box(rectangle):
    x, y, width, height = (float(rectangle.get(key)) for key in ("x", "y", "width", "height"))
    return Box(x, x + width, y, y + height)


def faults_of_labels(picture):
    """Labels that leave the picture or their box, lie on each other or are squeezed too much, in words."""
    svg = ElementTree.fromstring(picture)
    left, top, width, height = map(float, svg.get("viewBox").split())
    paper, labels = Box(left, left + width, top, top + height), [label(text) for text in svg.iter(f"{SVG}text")]
    boxes = [box(r) for r in svg.iter(f"{SVG}rect") if "node" in r.get("class").split()]
    faults = [f"{a.said} leaves the picture" for a in labels if not paper.holds(a)]
    faults += [f"{a.said} lies on {b.said}" for a, b in combinations(labels, 2) if a.meets(b)]
    faults += [f"{a.said} leaves a box" for a in labels for b in boxes if a.meets(b) and not b.holds(a)]
    return faults + [f"{a.said} is squeezed" for a in labels if a.right - a.left < NARROWEST * a.natural]


@every_figure
def test_labels_fit_wherever_a_control_stands(name):
    program = FIGURES[name].program
    for numbers in program.positions():
        assert faults_of_labels(program.picture(numbers)) == []


MOVING = (
    *("one-path-figure", "two-paths-figure", "many-paths-figure", "neuron-figure", "example-figure", "softmax-figure"),
    *("cce-figure", "fork-figure", "by-hand-graph", "modes-figure", "engine-figure"),
    *("guess-figure", "temperature-figure"),
    *("neuron-graph", "unit-graph", "xor-graph", "xor-training", "learning", "paths-figure"),
)


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in (*MOVING, "tracer")])
def test_the_other_labels_stand_still(name):
    program = FIGURES[name].program
    assert len({str(re.findall("<text.*?</text>", program.picture(numbers))) for numbers in program.by_chance()}) == 1


@pytest.mark.sweep
@pytest.mark.parametrize("name", [*MOVING, "tracer"])
def test_labels_fit_everywhere(name):
    """With each of the first two controls over its whole range while the others stand anywhere."""
    program = FIGURES[name].program
    first, second, *_ = [control["values"] for control in program.controls]
    for numbers in program.by_chance():
        for at in [*([v, *numbers[1:]] for v in first), *([first[-1], v, *numbers[2:]] for v in second)]:
            assert faults_of_labels(program.picture(at)) == []


def test_no_letter_is_wider_than_the_program_takes_it_to_be():
    """In the pictures all widths come from this table."""
    pictures = [ElementTree.fromstring(figure.picture) for figure in FIGURES.values()]
    said = "".join(part for svg in pictures for text in svg.iter(f"{SVG}text") for part in text.itertext())
    js = quickjs.Context()
    js.eval(live.figure.JAVASCRIPT)
    plain = {*ascii_letters, *digits, *"+−=·×✗()[],./|⁻⁰¹²³₀₁₂₃"}
    for kind in ("label", "sign", "note", "mistake", "wrong"):
        for letter in plain | {*said} if kind in ("label", "sign") else plain:  # no Greek in bold
            ((width, _, _),) = letters(kind, letter)
            assert js.eval(f"widthOf({json.dumps(letter)}, '{kind}')") >= width - 0.01, letter


# ---------------------------------------------------------------------------- the check refuses what does not fit

x, y, k = reals("x y k")


def neuron(**options):
    computation = live.Computation({y: x**2}, {(y, x): 2 * x})
    view = live.graph(computation, {x: (60, 30), y: (60, 130)}, k, **options)
    controls = [computation.slider(k, 1), live.slider(x, [-0.0123])]
    return live.Figure(view, controls, [], "A graph.").frame([len(computation.steps) - 1, -0.0123])["picture"]


def noted(*notes):
    axes = live.Axis("x", (0, 1)), live.Axis("y", (0, 1))
    view = live.plot(x, *axes, [live.note(*note) for note in notes])
    return live.Figure(view, [live.slider(k, [1])], [], "Letters.").first["picture"]


@pytest.mark.parametrize(
    ("picture", "faults"),
    [
        (neuron(), []),
        (neuron(width=64), ["x = −0.0123 is squeezed", "∂ = −0.0246 is squeezed", "y = 1.5·10⁻⁴ is squeezed"]),
        (neuron(width=110).replace("y = 1.5·", "y = 1.5123·"), ["y = 1.5123·10⁻⁴ leaves a box"]),
        (noted(("A", 0.5, 0.5), ("B", 0.7, 0.5)), []),
        (noted(("A", 0.5, 0.5), ("B", 0.51, 0.5)), ["A lies on B"]),
        (noted(("A", 0.5, 1.2)), ["A leaves the picture"]),
    ],
)
def test_the_check_of_labels(picture, faults):
    assert faults_of_labels(picture) == faults
