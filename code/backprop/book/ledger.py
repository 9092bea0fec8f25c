"""The ledger: what the book has proved, read from the stored outputs of its notebooks;
which function implements it, and where the two are compared.
"""

import ast
import json
import re
from html import escape
from pathlib import Path
from typing import NamedTuple

from backprop.cells import CELLS
from backprop.forward_pass import ACTIVATIONS
from backprop.loss import LOSSES
from backprop.proof.prove import EARLIER

from .page import table

# The functions of the package that compute what was proved, each with its results.
IMPLEMENTS = {
    "forward_pass.dense": ["dense layer"],
    "forward_pass.Network": [
        "layer with activation",
        "two layers as a nested function",
        "rows do not mix",
    ],
    "forward_pass.identity_derivative": ["derivative of the identity"],
    "forward_pass.sigmoid": ["mirror image of the sigmoid", "derivative of softplus"],
    "forward_pass.sigmoid_derivative": [
        "derivative of the sigmoid",
        "slope of the sigmoid without cancellation",
        "the sigmoid's slope is at most 1/4",
    ],
    "forward_pass.tanh": ["tanh is a stretched sigmoid"],
    "forward_pass.tanh_derivative": [
        "derivative of tanh",
        "slope of tanh without cancellation",
        "the slope of tanh is at most 1",
    ],
    "forward_pass.relu_derivative": ["derivative of ReLU"],
    "forward_pass.leaky_relu": ["leaky ReLU"],
    "forward_pass.leaky_relu_derivative": ["derivative of leaky ReLU"],
    "forward_pass.softplus": ["softplus without overflow"],
    "forward_pass.silu": ["a sigmoid in two factors"],
    "forward_pass.silu_derivative": [
        "derivative of SiLU",
        "slope of SiLU, factored",
        "slope of SiLU near its zero",
    ],
    "forward_pass.softmax": [
        "softmax sums to one",
        "softmax ignores a shift",
        "softmax of two classes is a sigmoid",
    ],
    "forward_pass.initialise": [
        "mean square of a pre-activation",
        "growth of the mean square in a layer",
        "ReLU of z and of −z",
        "He's variance keeps the mean square",
        "growth of the gradient's mean square, backward",
        "Glorot's variance: the mean of the two factors",
        "He's variance, backward",
    ],
    "loss.half_squared_error": [
        "half squared error is a Gaussian likelihood",
        "half squared error of K outputs",
        "gradient of the half squared error",
    ],
    "loss.mean_squared_error": [
        "gradient of the mean squared error",
        "mean squared error against half squared error",
    ],
    "loss.huber": [
        "Huber's loss beyond δ: the parabola's end, then slope δ",
        "slope of Huber's loss beyond δ",
    ],
    "loss.binary_cross_entropy": [
        "binary cross-entropy is a Bernoulli likelihood",
        "cross-entropy from the logit",
        "gradient of binary cross-entropy",
        "binary cross-entropy for positive logits",
        "its gradient for positive logits",
    ],
    "loss.cross_entropy": [
        "categorical cross-entropy from logits",
        "gradient of categorical cross-entropy",
        "Jacobian of softmax",
        "the same through the Jacobian of softmax",
        "log-sum-exp and a shift",
        "categorical cross-entropy, shifted",
        "two classes are one logit",
    ],
    "loss.hinge": ["derivative of the hinge loss"],
    "loss.smooth_labels": ["smoothed targets sum to one where the targets do"],
    "loss.l2": [
        "L2 regularisation is a Gaussian prior",
        "gradient of the L2 regulariser",
    ],
    "backpropagation.Backpropagation": [
        "gradient of a pre-activation",
        "gradient of the weights",
        "gradient of the bias",
        "gradient of the input",
        "one hidden layer: weights of the output",
        "one hidden layer: biases of the output",
        "one hidden layer: hidden weights",
        "one hidden layer: hidden biases",
    ],
    "backpropagation.cost_and_gradient": [
        "gradient of a pre-activation",
        "gradient of the weights",
        "gradient of the bias",
    ],
    "backpropagation.objective": [
        "L2 in the objective multiplies a parameter by 1 − ηλ",
        "gradient descent: L2 is decay",
    ],
    "autodiff.gradients": [
        "chain rule, one variable",
        "total derivative, two paths",
        "vector–Jacobian product",
    ],
    "gradient_descent.gradient_descent": [
        "gradient descent on a quadratic: one more step"
    ],
    "gradient_descent.momentum": [
        "momentum's matrix, first row",
        "momentum's matrix, second row",
        "momentum's characteristic polynomial",
        "Nesterov: look-ahead form and gradient-here form",
        "Nesterov: the velocities correspond",
    ],
    "gradient_descent.adagrad": ["AdaGrad with a constant gradient, step t"],
    "gradient_descent.rmsprop": ["RMSProp, the first step"],
    "gradient_descent.adam": [
        "the weights of an average, after one more step",
        "Adam with a constant gradient, any step",
        "Adam does not see the scale of the objective",
        "Adam's step as the program writes it",
    ],
    "gradient_descent.inverse_time": ["the rate 1/(t + 1) computes a mean"],
    "gradient_descent.minibatches": [
        "the minibatch gradient is right on the average",
        "variance of the minibatch gradient, without replacement",
    ],
    "cells.rnn_backward": ["gradient of a pre-activation, one step back in time"],
    "cells.lstm_slopes": [
        "LSTM: input gate",
        "LSTM: forget gate",
        "LSTM: candidate",
        "LSTM: output gate",
    ],
    "cells.lstm_backward": ["LSTM: cell before"],
    "cells.gru_slopes": [
        "GRU: update gate",
        "GRU: candidate",
        "GRU: reset gate",
    ],
    "cells.gru_backward": ["GRU: recurrent part", "GRU: state before, directly"],
    "bptt.BackpropagationThroughTime": [
        "gradient of a hidden state",
        "gradient of a pre-activation, one step back in time",
        "gradient of the recurrent weights",
        "gradient of the input weights, all steps as rows",
        "gradient of the recurrent bias, all steps as rows",
        "gradient of the output weights, all steps as rows",
        "gradient of the output bias, all steps as rows",
        "gradient of an input",
        "what the state before gets through this step",
        "two steps in one piece: the recurrent weights",
        "truncation: how the error goes back",
    ],
    "bptt.initialise_recurrent": [
        "the length after a step, by the products of columns"
    ],
    "bptt.clip_norm": ["clipping by norm keeps the line"],
    "bptt.real_time_gradient": ["the slope of a state, carried forward"],
}

# Public functions of the same modules of which nothing is proved, and why.
DEFINITIONS = {
    "forward_pass.identity": "a definition",
    "forward_pass.relu": "a definition",
    "loss.one_hot": "a table of 0 and 1",
    "backpropagation.cost_of": "a forward pass and a loss",
    "bptt.RecurrentNetwork": "the definition that chapter 05 differentiates",
    "bptt.sequence_cost": "a loss over the steps that count",
    "bptt.clip_value": "a definition; that it turns the gradient is shown by numbers",
    "cells.rnn_forward": "a definition",
    "cells.rnn_slopes": "f′ of chapter 01, from the state",
    "cells.lstm_forward": "a definition",
    "cells.gru_forward": "a definition",
    "gradient_descent.constant": "a definition",
    "gradient_descent.step_decay": "a definition",
    "gradient_descent.cosine": "a definition",
    "gradient_descent.warm_up": "a definition",
    "gradient_descent.fit": "a loop over epochs and minibatches",
}


# A check that goes over such a table checks all its functions.
TABLES = {
    "forward_pass.ACTIVATIONS": [
        f"forward_pass.{f.__name__}" for pair in ACTIVATIONS.values() for f in pair
    ],
    "loss.LOSSES": [f"loss.{name}" for name in LOSSES],
    "bptt.CELLS": [f"cells.{f.__name__}" for cell in CELLS.values() for f in cell[-3:]],
}

# The functions that compare, and what they report.
COMPARE = {"proof.agree", "proof.gradient_check"}
CHECK = re.compile("check: |draws, largest relative error|directions, central")
# A check that starts from random weights says nothing about how they were drawn.
STARTS = {"forward_pass.initialise", "bptt.initialise_recurrent"}


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
    """The anchor of a heading in a link from notebook to notebook.

    >>> slug("A step, for every size")
    'a-step-for-every-size'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


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
    """The functions of the package under a syntax tree, as ``module.name``."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in modules:
                found.add(f"{modules[name]}.{attr}")
            case ast.Name(id=name) if name in uses:
                found |= uses[name]
            case ast.Name(id=name) if name in modules:
                found.add(modules[name])
    return frozenset(found.union(*(TABLES.get(name, ()) for name in found)))


def read(folder="."):
    """All results and all checks of the chapters and projects in a folder."""
    kinds = ("[0-9][0-9]-*.ipynb", "project-*.ipynb")
    pages = [path for kind in kinds for path in sorted(Path(folder).glob(kind))]
    results = [r for path in pages for r in results_of(path)]
    return results, [c for path in pages for c in checks_of(path)]


# ----------------------------------------------------------------------------- the page


def functions_of(name):
    """The functions that compute what a result says."""
    return [f for f, names in IMPLEMENTS.items() if name in names]


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
