"""Every live figure of the book, moved by mouse and keyboard in Chromium: `make book` first, `make test` does both.

Its numbers are compared with the package's NumPy over the whole range of every control.
"""

import itertools
import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64decode
from fractions import Fraction
from functools import lru_cache

import nbformat
import numpy as np
import pytest
import quickjs
import sympy as sp
from backprop.backpropagation import Backpropagation, cost_and_gradient
from backprop.book import live
from backprop.bptt import BackpropagationThroughTime, RecurrentNetwork
from backprop.forward_pass import (
    ACTIVATIONS,
    Network,
    initialise,
    relu,
    sigmoid,
    sigmoid_derivative,
    softplus,
    tanh_derivative,
)
from backprop.gradient_descent import adam, gradient_descent, momentum
from backprop.loss import binary_cross_entropy, half_squared_error
from backprop.proof.vocabulary import reals, sizes, step
from bs4 import BeautifulSoup
from helpers import BUILT, NOTEBOOKS, PHONE, refused
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Error as PlaywrightError

# ------------------------------------------------------------------------------------ the figures and their truth


def check_of_a_false_claim(z, tolerance):
    passes = softplus(-z) <= tolerance * z
    return [softplus(z), relu(z), passes]


def secant(z, step):
    return [(np.sin((z + step) ** 2) - np.sin(z**2)) / step, 2 * z * np.cos(z**2)]


def tracer(N, D, H, K, stored):
    W = np.random.default_rng(0).normal(size=(int(D), int(H)))
    given = W.T if stored else W
    outcome = 1 if given.shape[0] != D else 2 * (not np.array_equal(given, W))
    return [outcome, Network([int(D), int(H), int(K)], ["relu", "relu"]).parameters.size]


def saturation(number, z):
    value, slope = (f(z) for f in list(ACTIVATIONS.values())[int(number)])
    return [value, slope, slope**10]


def naive_losses(z):
    p = 1 / (1 + np.exp(-z))
    return [softplus(z), -np.log(1 - p), np.log(1 + np.exp(z))]


def dying_gradient(z, y):
    error = (1 - y) * sigmoid(z) - y * sigmoid(-z)
    return [error, error * sigmoid(z) * sigmoid(-z)]


def checked(adjoints, loss, at):
    """The three results of a gradient check along (1, −4, 9, …)/n²."""
    v = (np.arange(1, len(at) + 1) / len(at)) ** 2 * np.resize([1, -1], len(at))
    claimed, quotient = v @ adjoints, (loss(at + 1e-4 * v) - loss(at - 1e-4 * v)) / 2e-4
    return [abs(claimed - quotient) <= 1e-6 * (1 + abs(quotient)), claimed, quotient]


def neuron_graph(mistake, x, w, b, y):
    """Values and adjoints of x, w, b, z, ŷ, ℓ, the latter with a mistake, and the slopes that it uses."""
    z = w * x + b
    p = sigmoid(z)
    error = {3: y - p, 5: 2 * (p - y)}.get(mistake, p - y)
    slope = {1: 1.0, 2: sigmoid_derivative(p)}.get(mistake, sigmoid_derivative(z))
    slopes = [error, slope, w, 1.0 if mistake == 4 else x, 1.0]
    Delta = error * slope
    loss = half_squared_error(np.array([[p]]), np.array([[y]]))[0]
    return [x, w, b, z, p, loss], [*(Delta * np.array(slopes[2:])), Delta, error, 1.0], slopes


def neuron(_, mistake, x, w, b, y):
    def loss(at):
        return (sigmoid(at[1] * at[0] + at[2]) - y) ** 2 / 2

    adjoints = neuron_graph(mistake, x, w, b, y)[1]
    return checked(np.array(adjoints[:3]), loss, np.array([x, w, b]))


def xor_net(v_1, v_2, c, W_11, W_12, W_21, W_22, b_1, b_2, x_1, x_2):
    """A network and its input, from the numbers in the order of the backward pass."""
    net = Network([2, 2, 1], ["tanh", "identity"])
    net.parameters = np.array([W_11, W_12, W_21, W_22, b_1, b_2, v_1, v_2, c])
    return net, np.array([[x_1, x_2]])


def xor_adjoints(mistake, *numbers):
    """The values of z, h, s, ℓ, their adjoints, and the adjoints of the inputs and parameters, with a mistake."""
    net, X = xor_net(*numbers)
    target = np.logical_xor(*(X[0] > 0.5)).astype(float).reshape(1, 1)
    L, error = binary_cross_entropy(net.forward(X), target)
    (W, V), (Z, _), (_, H, s) = net.weights, net.Z, net.H
    by_H = error @ (V - error * H.T if mistake == 5 else V).T
    Delta = by_H * {3: np.ones_like(Z), 4: tanh_derivative(H)}.get(mistake, tanh_derivative(Z))
    by_X = {1: Delta[:, 1:] @ W[:, 1:].T, 2: Delta @ W}.get(mistake, Delta @ W.T)
    forgotten = mistake == 6
    gradient = [H.T @ error, error * (not forgotten), X.T @ Delta, Delta * (not forgotten), by_X]
    inner = [Delta, by_H, error, np.ones(1)]
    return [np.concatenate([np.ravel(a) for a in arrays]) for arrays in ([Z, H, s, L], inner, gradient)]


def xor(_, mistake, x_1, x_2, *weights):
    (W_and_b, v_and_c), y = (weights[:6], weights[6:]), (x_1 > 0.5) != (x_2 > 0.5)

    def loss(at):
        net, X = xor_net(*at)
        s = net.forward(X)[0, 0]
        return softplus(s) - y * s

    at = np.array([*v_and_c, *W_and_b, x_1, x_2])
    return checked(xor_adjoints(mistake, *at)[2], loss, at)


CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
TARGETS = np.array([[0], [1], [1], [0]], float)


@lru_cache
def xor_path(draw, rate):
    """The parameters and costs of 501 steps."""
    net, costs, parameters = Network([2, 2, 1], ["tanh", "identity"]), [], []
    if draw < 5:
        initialise(net, np.random.default_rng([0, 1, 4, 7, 8][int(draw)]))
    net.parameters[...] = net.parameters.round(2)
    for _ in range(501):
        L, gradient = cost_and_gradient(net, CORNERS, TARGETS, binary_cross_entropy)
        costs.append(L)
        parameters.append(net.parameters.copy())
        net.parameters -= rate * gradient
    return parameters, costs


def trained(steps, draw, rate):
    parameters, costs = xor_path(draw, rate)
    net = Network([2, 2, 1], ["tanh", "identity"])
    net.parameters = parameters[int(steps)]
    return net, costs[: int(steps) + 1]


def xor_training(*numbers):
    net, costs = trained(*numbers)
    return [costs[-1], np.sum((net.forward(CORNERS) > 0) == (TARGETS > 0))]


METHODS = "gradient descent", "momentum", "Nesterov", "Adam"


@lru_cache
def descents(eta, beta, kappa):
    """The points of each method, (4, 61, 2), from (−5, 2) in the bowl ½(x²/κ + y²)."""
    found = np.empty((4, 61, 2))
    methods = gradient_descent(), momentum(beta), momentum(beta, nesterov=True), adam()
    for path, optimise in zip(found, methods, strict=True):
        theta = np.array([-5.0, 2.0])
        state = optimise.init(theta)
        for at in path:
            at[...] = theta
            optimise.update(theta, theta / np.array([kappa, 1.0]), state, eta)
    return found


def bowl(path, kappa):
    return path[..., 0] ** 2 / kappa / 2 + path[..., 1] ** 2 / 2


def paths(t, eta, beta, kappa):
    ends = descents(eta, beta, kappa)[:, int(t)]
    outside = (ends[:, 0] < -6) | (ends[:, 0] > 3) | (abs(ends[:, 1]) > 3)
    return [*bowl(ends, kappa), outside @ [1, 2, 4, 8]]


def stability(product, beta):
    """The region, the larger |eigenvalue|, the words for the pace, and the steps for a factor of ten."""
    r = np.linalg.eigvals(np.array([[beta, 1], [-product * beta, 1 - product]]))
    larger = abs(r).max()
    if abs(larger - 1) < 1e-9:
        return [4, larger, 2, 0]
    # eigvals finds the two halves of a double eigenvalue some 1e-9 apart
    swings, flips = (abs(r.imag) > 1e-6).any(), (r.real < -1e-6).any()
    region = 3 if larger > 1 else 1 if swings else 2 if flips else 0
    pace = 1 if larger > 1 else 0 if larger > 0 else 3
    return [region, larger, pace, abs(np.log(10) / np.log(larger))]


@lru_cache
def gradients_by_lag(rho, c, gamma):
    """The norms of a gradient on its way back through 60 steps; at first it lies where the first one stretches most."""
    W = gamma * np.array([[rho, c], [0, rho]])
    delta, norms = np.linalg.svd(W)[2][0], []
    for _ in range(61):
        norms.append(np.linalg.norm(delta))
        delta = delta @ W.T
    return np.array(norms)


def fate(rho, c, gamma):
    """What becomes of it in the long run, in exact arithmetic: 0 shrinks only, 1 first grows, 2, 3 stays, 4."""
    rho, c, gamma = (Fraction(str(number)) for number in (rho, c, gamma))
    radius, squares = gamma * rho, gamma**2 * (2 * rho**2 + c**2)  # of the singular values, whose product is radius²
    if radius == 1:
        return 4 if c else 3
    if radius > 1:
        return 2
    # (σ₁² − 1)(σ₂² − 1) is negative where only one of them exceeds 1
    return int(radius**4 - squares + 1 < 0)


def by_lag(T, rho, c, gamma):
    W = gamma * np.array([[rho, c], [0, rho]])
    largest = np.linalg.norm(W, 2)
    norm = gradients_by_lag(rho, c, gamma)[int(T)]
    return [abs(np.linalg.eigvals(W)).max(), largest, norm, largest**T, fate(rho, c, gamma)]


def clipped(g_1, g_2, c):
    """The norm, and for both ways of clipping what they make of the gradient, and by how many degrees they turn it."""
    g = np.array([g_1, g_2])
    norm, by_value = np.linalg.norm(g), np.clip(g, -c, c)
    by_norm = g if norm <= c else c / norm * g
    directions = [np.degrees(np.arctan2(v[1], v[0])) for v in (g, by_value)]
    return [norm, *by_norm, 0, 0, *by_value, 0, abs(np.subtract(*directions))]


def checkpoints(T, s):
    """How many states are alive at most, while the segments are computed again, and how many steps are computed."""
    starts = range(0, int(T), int(s))
    segments = [range(start, min(start + int(s), int(T))) for start in starts]
    kept = max(len(starts) + len(segment) for segment in segments)
    size = np.empty((32, 256)).nbytes / 1e6
    computed = T + sum(map(len, segments[:-1]))
    return [0, kept, 0, kept * size, 0, computed, 0, T, 0, T * size, 0, T]


TRUTH = {
    "check-figure": check_of_a_false_claim,
    "secant": secant,
    "tracer": tracer,
    "saturation-figure": saturation,
    "naive": naive_losses,
    "dying": dying_gradient,
    "neuron-graph": neuron,
    "xor-graph": xor,
    "xor-training": xor_training,
    "paths-figure": paths,
    "stability-figure": stability,
    "lag-figure": by_lag,
    "clipping-figure": clipped,
    "memory-figure": checkpoints,
}
# Absolute errors beside the relative one of 1e-12, one for each result. A difference divides the rounding of its two
# values by its step: sin(z²) by 2e-3, a loss below 8, some 1e-15, by 2e-4. The slope is a sum whose terms cancel. In a
# training each step passes on the rounding of all steps before, and a swinging path crosses 0. NumPy finds a double
# eigenvalue to half of the digits only.
ROUNDING = {
    secant: [1e-13, 1e-13],
    neuron: [0, 1e-14, 2e-11],
    xor: [0, 1e-14, 5e-11],
    xor_training: [1e-11, 0],
    paths: [1e-13] * 4 + [0],
    stability: [0, 1e-8, 0, 1e-7],
    clipped: [0] * 8 + [1e-13],
}


def stored_figures():
    """(page, place on it, id of the cell, stored HTML) of every live figure."""
    for path in NOTEBOOKS:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        outputs = [
            (cell.id, output.data["text/html"])
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if "live-figure" in output.get("data", {}).get("text/html", "")
        ]
        for place, (name, html) in enumerate(outputs):
            yield pytest.param(BUILT / f"chapters/{path.stem}.html", place, TRUTH[name], html, id=name)


FIGURES = list(stored_figures())


def test_every_figure_is_stored():
    assert sorted(figure.id for figure in FIGURES) == sorted(TRUTH)


BY_NAME = {p.id: p.values for p in FIGURES}
every_figure = pytest.mark.parametrize(("path", "place", "truth", "html"), FIGURES)


def open_figure(page, path, place):
    """The figure on its page; what goes wrong in a script fails the test."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    page.goto(path.as_uri())
    figure = page.locator("figure.live-figure").nth(place)
    figure.scroll_into_view_if_needed()
    return figure, faults


def config_of(html):
    """The figure's object of JavaScript, and its options as Python has them."""
    text = re.search(r"parentElement, (\{\.\.\.\{.*\})\);\n\}</script>", html, re.DOTALL)[1]
    return text, json.loads(re.search(r"\{\.\.\.(\{.*\}), formulas: ", text)[1])


class Program:
    """The program of a stored figure, without a page."""

    def __init__(self, html):
        config, self.options = config_of(html)
        self.controls = self.options["controls"]
        self.js = quickjs.Context()
        self.js.eval(f"{live.figure.RUNTIME} const {live.figure.NAMES} = backpropLive; const config = {config};")

    def call(self, expression, *numbers):
        return json.loads(self.js.eval(f"JSON.stringify({expression}(...{json.dumps(numbers)}))"))

    def frame(self, numbers):
        return self.call("((...numbers) => frame(config, numbers))", *numbers)


def as_shown(number):
    """0.25, −3, 10⁻¹⁶"""
    if 0 < abs(number) < 1e-6:
        raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
        return "10" + str(round(np.log10(number))).translate(raised)
    return f"{number:g}".replace("-", "−") if abs(number) >= 1e-4 or number == 0 else f"{number:f}".rstrip("0")


STATE = """(figure) => ({
  at: [...figure.querySelectorAll("input, select")].map((control) => Number(control.value)),
  values: JSON.parse(figure.dataset.values).map(Number),
  shown: [...figure.querySelectorAll("output")].map((output) => output.textContent),
  said: [...figure.querySelectorAll("input")].map((slider) => slider.getAttribute("aria-valuetext")),
  live: figure.querySelectorAll("output:not([aria-hidden=true]), [role=status], [aria-live]").length,
  words: [...figure.querySelectorAll(".live-words span")].map((span) => span.textContent.trim()),
})"""
SAME_PICTURE = """(figure, expected) => {
  const paper = document.createElement("div");
  paper.innerHTML = expected;
  return paper.firstChild.isEqualNode(figure.querySelector("[role=img] > svg"));
}"""


def compare(figure, truth, program):
    """Hold what the page shows now against Python: numbers, words and picture; returns where the controls are."""
    state = figure.evaluate(STATE)
    chosen = list(zip(program.controls, state["at"], strict=True))
    numbers = [control["values"][i] for control, i in chosen]
    with np.errstate(divide="ignore"):  # a naive form ends in infinity, in the page as in NumPy
        expected = truth(*map(np.float64, numbers))
    values = [*map(float, state["values"])]  # a large one comes as an integer
    for value, right, error in zip(values, expected, ROUNDING.get(truth, [0] * len(expected)), strict=True):
        np.testing.assert_allclose(value, right, rtol=1e-12, atol=error)
    assert not np.isnan(values).any()
    sliders = [(control, i) for control, i in chosen if not control["menu"]]
    texts = [control["texts"][i] if control["texts"] else as_shown(control["values"][i]) for control, i in sliders]
    assert state["shown"] == state["said"] == texts
    assert state["live"] == 1  # a screen reader hears one place
    frame = program.frame(numbers)
    assert state["words"] == [" ".join(words[:2]) for words in frame["words"]]
    assert figure.evaluate(SAME_PICTURE, frame["picture"])
    return state["at"]


def sweep(page, figure, truth, program, index):
    """Move one control by the keyboard over its whole range."""
    control, values = figure.locator("input, select").nth(index), program.controls[index]["values"]
    control.focus()
    page.keyboard.press("Home")
    assert compare(figure, truth, program)[index] == 0
    for expected in range(1, len(values)):
        page.keyboard.press("ArrowDown" if program.controls[index]["menu"] else "ArrowRight")
        assert compare(figure, truth, program)[index] == expected


@every_figure
def test_keyboard(page, path, place, truth, html):
    figure, faults = open_figure(page, path, place)
    program = Program(html)
    for index in range(len(program.controls)):
        figure.get_by_role("button", name="Reset").press("Enter")
        sweep(page, figure, truth, program, index)
    assert faults == []


def test_every_activation_over_the_whole_range(page):
    """The only figure whose formulas themselves change with a control."""
    path, place, truth, html = BY_NAME["saturation-figure"]
    figure, faults = open_figure(page, path, place)
    program = Program(html)
    for name in ACTIVATIONS:
        figure.locator("select").select_option(label=name)
        sweep(page, figure, truth, program, 1)
    assert faults == []


@every_figure
def test_mouse(page, path, place, truth, html):
    """Drag every slider from end to end."""
    figure, faults = open_figure(page, path, place)
    program = Program(html)
    for index, control in enumerate(program.controls):
        if control["menu"]:
            continue
        slider = figure.locator("input, select").nth(index)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle, seen = box["y"] + box["height"] / 2, set()
        page.mouse.move(box["x"] + 2, middle)
        page.mouse.down()
        for part in range(21):
            page.mouse.move(box["x"] + 2 + (box["width"] - 4) * part / 20, middle)
            seen.add(compare(figure, truth, program)[index])
        page.mouse.up()
        assert {0, len(control["values"]) - 1} <= seen
        assert len(seen) >= min(len(control["values"]), 10)
    assert faults == []


# ----------------------------------------------------------------------------- what is drawn, against NumPy


def drawn_check(at, z, tolerance):
    accepted = tolerance * relu(at)
    return [softplus(-at) <= accepted, softplus(-at), accepted], [z, softplus(-z)]


def drawn_secant(at, z, step):
    def straight(slope):
        return np.sin(z**2) + slope * (at - z)

    measured, slope = secant(z, step)
    ends = z + step, np.sin((z + step) ** 2), z, np.sin(z**2)
    return [np.sin(at**2), straight(measured), straight(slope)], ends


def drawn_saturation(at, number, z):
    f, slope = list(ACTIVATIONS.values())[int(number)]
    curves = [abs(slope(at)) < 0.01, f(at), slope(at), f(z) + slope(z) * (at - z)]
    return curves, [z, slope(z), z, f(z)]


def drawn_naive(at, z):
    return naive_losses(at), [z, softplus(z)]


def drawn_dying(at, z, y):
    entropy, squared = dying_gradient(z, y)
    return dying_gradient(at, y), [z, entropy, z, squared]


def drawn_memory(at, T, s):
    def kept(length):
        length = np.minimum(length, T)
        return np.ceil(T / length) + length

    return [kept(at), T], [np.sqrt(T), kept(np.sqrt(T)), s, kept(s)]


def numbers_of(program):
    """The controls at their ends and, by chance, in between."""
    rng = np.random.default_rng(0)
    for pick in (lambda v: v[0], lambda v: v[-1], *[lambda v: v[rng.integers(len(v))]] * 30):
        yield [pick(control["values"]) for control in program.controls]


PLOTS = {
    "check-figure": drawn_check,
    "secant": drawn_secant,
    "saturation-figure": drawn_saturation,
    "naive": drawn_naive,
    "dying": drawn_dying,
    "memory-figure": drawn_memory,
}


@pytest.mark.parametrize(("name", "drawn"), PLOTS.items())
def test_curves_regions_and_points_are_the_packages(name, drawn):
    program = Program(BY_NAME[name][-1])
    options = program.options["options"]
    low, *_, high = options.get("panels", [options])[0]["x"]["ticks"]
    for numbers in numbers_of(program):
        for at in np.linspace(low, high, 41):
            with np.errstate(divide="ignore"):
                curves, marks = drawn(at, *map(np.float64, numbers))
            found = [np.inf if v is None else v for v in program.call("config.formulas.graphs", at, *numbers)]
            np.testing.assert_allclose(found, curves, 1e-12, 2e-13)
            np.testing.assert_allclose(program.call("config.formulas.marks", *numbers), marks, 1e-12, 1e-13)


def test_the_shapes_are_those_of_a_network():
    program = Program(BY_NAME["tracer"][-1])
    for N, D, H, K, stored in numbers_of(program):
        net = Network([D, H, K], ["relu", "relu"])
        Y = net.forward(np.zeros((N, D)))
        W = net.weights[0].T if stored else net.weights[0]
        arrays = [net.H[0], W, net.biases[0], net.Z[0], net.H[1], net.weights[1], net.biases[1], net.Z[1], Y]
        sizes = [size for array in arrays for size in array.shape]
        assert program.call("config.formulas.sizes", N, D, H, K, stored) == sizes


def as_number(text):
    """What a picture writes: 0.25, −3, (−3), −1.2·10⁻⁴."""
    plain = (
        text.strip("()").replace("−", "-").replace("·10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    )
    return float(f"1e{plain[2:]}" if re.fullmatch("10-.*", plain) else plain)


def rounded(number):
    """As it is written in a graph: three digits, two below 0.01."""
    return pytest.approx(number, rel=5.1e-2 if abs(number) < 0.01 else 5.1e-3, abs=1e-14)


def boxes(svg):
    """{name: (value, adjoint)} of the boxes of a graph, and the name of the marked box."""
    soup, found, here = BeautifulSoup(svg, "html.parser"), {}, []
    for box in soup.find_all("rect", class_="node"):
        left, right, top = float(box["x"]), float(box["x"]) + float(box["width"]), float(box["y"])
        lines = [
            t.get_text()
            for t in soup.find_all("text")
            if left < float(t["x"]) < right and top < float(t["y"]) < top + float(box["height"])
        ]
        name, value = lines[0].split(" = ")
        assert len(lines) <= 2
        found[name] = value, lines[1].removeprefix("∂ = ") if lines[1:] else None
        here += [name] * ("here" in box["class"])
    assert len(here) <= 1
    return found, [*here, None][0]


def arithmetic(svg):
    """The lines below a graph."""
    return [t.get_text() for t in BeautifulSoup(svg, "html.parser").find_all("text", x="10")]


def truth_of_neuron(_, mistake, x, w, b, y):
    values, adjoints, _ = neuron_graph(mistake, x, w, b, y)
    return dict(zip("xwbzŷℓ", zip(values, adjoints, strict=True), strict=True)) | {"y": (y, None)}


def truth_of_xor(_, mistake, x_1, x_2, *weights):
    at = [*weights[6:], *weights[:6], x_1, x_2]
    values, inner, gradient = xor_adjoints(mistake, *at)
    names = "z₁ z₂ h₁ h₂ s ℓ v₁ v₂ c W₁₁ W₁₂ W₂₁ W₂₂ b₁ b₂ x₁ x₂".split()
    found = dict(zip(names, zip([*values, *at], [*inner, *gradient], strict=True), strict=True))
    return found | {"y": (float((x_1 > 0.5) != (x_2 > 0.5)), None)}


GRAPHS = {
    "neuron-graph": (truth_of_neuron, "z ŷ ℓ", "ℓ ŷ z x w b"),
    "xor-graph": (truth_of_xor, "z₁ z₂ h₁ h₂ s ℓ", "ℓ s v₁ v₂ c h₁ h₂ z₁ z₂ W₁₁ W₁₂ W₂₁ W₂₂ b₁ b₂ x₁ x₂"),
}
every_graph = pytest.mark.parametrize(
    ("name", "truth", "forward", "backward"),
    [(name, truth, forward.split(), backward.split()) for name, (truth, forward, backward) in GRAPHS.items()],
    ids=list(GRAPHS),
)


@every_graph
def test_a_graph_shows_the_values_and_adjoints_that_its_step_has_reached(name, truth, forward, backward):
    program = Program(BY_NAME[name][-1])
    last = len(forward) + len(backward)
    assert program.controls[0]["values"] == list(range(last + 1))
    texts = ["start", *forward, *[f"∂ℓ/∂{n}" for n in backward]]
    assert program.controls[0]["texts"] == texts
    for numbers in numbers_of(program):
        expected = truth(*map(np.float64, numbers))
        for at in {int(numbers[0]), last, 0, 5}:
            svg = program.frame([at, *numbers[1:]])["picture"]
            found, here = boxes(svg)
            assert found.keys() == expected.keys()
            for n, (value, adjoint) in expected.items():
                reached = n not in forward or forward.index(n) < at
                assert as_number(found[n][0]) == rounded(value) if reached else found[n][0] == "?"
                if n == "y":
                    assert found[n][1] is None
                elif backward.index(n) < at - len(forward):
                    assert as_number(found[n][1]) == rounded(adjoint)
                else:
                    assert found[n][1] == "?"
            assert here == [None, *forward, *backward][at]


@every_graph
def test_the_arithmetic_of_each_step_ends_in_its_number(name, truth, forward, backward):
    """Each step is computed as it is written, from the rounded numbers."""
    program = Program(BY_NAME[name][-1])
    at_start = [control["values"][control["at"]] for control in program.controls][1:]
    known = {"σ": lambda z: sigmoid(float(z)), "tanh": np.tanh, "softplus": softplus}
    for mistake in range(len(program.controls[1]["values"])):
        for at in range(1, len(forward) + len(backward) + 1):
            svg = program.frame([at, mistake, *at_start[1:]])["picture"]
            found, here = boxes(svg)
            names, *lines = arithmetic(svg)
            if at == len(forward) + 1:
                assert (names, lines) == ("∂ℓ/∂ℓ = 1", [])
                continue
            written = re.sub(r"✗ \[.*?\]( \+ )?", "", lines[0].removeprefix("= ")).replace("✗ ", "")  # a lost path
            for sign, python in zip("−×·²", ["-", "*", "*", "**2"], strict=True):
                written = written.replace(sign, python)
            result = as_number(lines[1].removeprefix("= "))
            assert result == as_number(found[here][at > len(forward)])
            assert eval(written, known) == pytest.approx(result, rel=0.06, abs=0.02)
            assert names.startswith(f"{here} = " if at <= len(forward) else f"∂ℓ/∂{here} = ")
            assert len(lines) == 2


def test_where_paths_meet_their_products_are_added():
    program = Program(BY_NAME["xor-graph"][-1])
    numbers = [control["values"][control["at"]] for control in program.controls]
    right, lost, transposed = (arithmetic(program.frame([23, m, *numbers[2:]])["picture"]) for m in (0, 1, 2))
    assert right[0] == lost[0] == "∂ℓ/∂x₂ = ∂ℓ/∂z₁ · ∂z₁/∂x₂ + ∂ℓ/∂z₂ · ∂z₂/∂x₂"
    assert [line.count("×") for line in (right[1], lost[1], transposed[1])] == [2, 2, 2]
    assert ["✗" in line for line in (right[1], lost[1], transposed[1])] == [False, True, True]
    assert f"✗ [{right[1].removeprefix('= ').split(' + ')[0]}]" in lost[1]


def slopes_beside(svg):
    """The texts of a graph's edges, and whether each is marked as a mistake."""
    texts = BeautifulSoup(svg, "html.parser").find_all("text")
    return [(t.get_text(), "mistake" in t["class"]) for t in texts if t.get_text()[0] in "×✗"]


def test_every_edge_of_the_neuron_shows_its_slope():
    program = Program(BY_NAME["neuron-graph"][-1])
    for numbers in numbers_of(program):
        _, mistake, x, w, b, y = map(np.float64, numbers)
        expected, right = (neuron_graph(m, x, w, b, y)[2] for m in (mistake, 0))
        shown = slopes_beside(program.frame([9, *numbers[1:]])["picture"])
        for (text, wrong), slope, true in zip(shown, expected, right, strict=True):
            assert as_number(text[2:]) == rounded(slope)
            # at these numbers the slope with the mistake may be the right one
            assert wrong == text.startswith("✗") == (abs(slope - true) > 1e-12)
        assert len(slopes_beside(program.frame([1, *numbers[1:]])["picture"])) == 3


@every_graph
def test_the_check_finds_every_mistake_and_no_other(name, truth, forward, backward):
    """At the numbers of the start each mistake shows; without one the check passes wherever the sliders stand."""
    program = Program(BY_NAME[name][-1])
    start = [control["values"][control["at"]] for control in program.controls]

    def outcome(numbers):
        frame = program.frame(numbers)
        ((_, words, *kind), *_), passes = frame["words"], frame["values"][0]
        assert (words, kind) == (("✓ passes", []) if passes else ("✗ FAILS", ["wrong"]))
        return passes

    assert [outcome([start[0], mistake, *start[2:]]) for mistake in program.controls[1]["values"]] == [
        1,
        *[0] * (len(program.controls[1]["values"]) - 1),
    ]
    for place, control in enumerate(program.controls):
        if place != 1:
            assert all(outcome([*start[:place], value, *start[place + 1 :]]) for value in control["values"])
    for numbers in numbers_of(program):
        assert outcome([numbers[0], 0, *numbers[2:]])


TEXTS = """([figure, config, all]) => {
  const drawing = figure.querySelector("[role=img]"), faults = [];
  const {frame, sigmoid, softplus} = backpropLive, made = eval(`(${config})`);
  const inside = (a, b) => a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom;
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  for (const numbers of all) {
    drawing.innerHTML = frame(made, numbers).picture;
    const svg = drawing.firstChild, paper = svg.getBoundingClientRect();
    const nodes = [...svg.querySelectorAll(".node")].map((node) => node.getBoundingClientRect());
    // letters are lower than the box that a browser gives them: a seventh of it, above and below, is empty
    const texts = [...svg.querySelectorAll("text")].map((t) => {
      const {left, right, top, bottom, height} = t.getBoundingClientRect();
      return {left, right, top: top + height / 7, bottom: bottom - height / 7, said: t.textContent};
    });
    texts.forEach((a, i) => {
      if (!inside(a, paper)) faults.push(`${a.said} leaves the picture`);
      for (const b of texts.slice(i + 1)) if (meet(a, b)) faults.push(`${a.said} lies on ${b.said}`);
      for (const box of nodes) if (meet(a, box) && !inside(a, box)) faults.push(`${a.said} leaves a box`);
    });
  }
  return [...new Set(faults)];
}"""


@pytest.mark.parametrize("name", ["neuron-graph", "xor-graph", "xor-training", "paths-figure", "stability-figure"])
def test_no_two_texts_overlap(page, name):
    """Wherever the controls stand, on a phone: no text lies on another, leaves the picture or its box."""
    page.set_viewport_size(PHONE)
    path, place, _, html = BY_NAME[name]
    figure, faults = open_figure(page, path, place)
    program, everywhere = Program(html), []
    first, second, *_ = [c["values"] for c in program.controls]
    for numbers in numbers_of(program):
        everywhere += [[at, *numbers[1:]] for at in first] + [[first[-1], k, *numbers[2:]] for k in second]
    text, _ = config_of(html)
    assert page.evaluate(TEXTS, [figure.element_handle(), text, everywhere]) == []
    assert faults == []


@pytest.mark.parametrize("name", ["lag-figure", "clipping-figure", "memory-figure"])
def test_texts_that_stand_still_do_not_overlap(page, name):
    page.set_viewport_size(PHONE)
    path, place, _, html = BY_NAME[name]
    figure, faults = open_figure(page, path, place)
    program, (text, _) = Program(html), config_of(html)
    pictures = [program.frame(numbers)["picture"] for numbers in numbers_of(program)]
    assert len({str(BeautifulSoup(svg, "html.parser").find_all("text")) for svg in pictures}) == 1
    assert page.evaluate(TEXTS, [figure.element_handle(), text, [next(numbers_of(program))]]) == []
    assert faults == []


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


TRAININGS = [(500, k, 0.5) for k in range(6)] + [(0, 0, 0.5), (40, 1, 2), (300, 3, 1), (500, 2, 2), (10, 4, 0.1)]


@pytest.mark.parametrize("numbers", TRAININGS)
def test_a_training_draws_its_region_its_points_and_its_costs(numbers):
    program = Program(BY_NAME["xor-training"][-1])
    net, costs = trained(*numbers)
    soup = BeautifulSoup(program.frame(numbers)["picture"], "html.parser")
    square, curve = (svg.attrs for svg in soup.svg.find_all("svg"))
    left, top, width, height = (float(square[k]) for k in ("x", "y", "width", "height"))
    polygons = outline(soup.find("path", class_="half")["d"])
    X = np.random.default_rng(0).uniform(-0.95, 1.95, (400, 2))
    near = X[:, None] + 0.08 * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])  # the border is drawn on a grid
    positive = net.forward(near.reshape(-1, 2)).reshape(400, 5) > 0
    clear = (positive == positive[:, :1]).all(axis=1)
    assert clear.sum() > 250
    for (x1, x2), expected in zip(X[clear], positive[clear, 0], strict=True):
        assert within(polygons, left + (x1 + 1) / 3 * width, top + (2 - x2) / 3 * height) == expected
    ends = re.findall(r"[\d.]+ [\d.]+", soup.find("path", class_="border")["d"])
    border = np.array([end.split() for end in ends], float).reshape(-1, 2)
    x = np.stack([(border[:, 0] - left) / width * 3 - 1, 2 - (border[:, 1] - top) / height * 3], axis=1)
    if len(x):  # on its way to the border a line between two points of the grid is straight
        steepness = abs(net.weights[0] @ net.weights[1]).max() + abs(net.weights[0]).max()
        assert abs(net.forward(x)).max() < 0.1 + 0.05 * steepness
    dots = soup.find_all("path", class_="dot")
    assert [("k1" in dot["class"]) for dot in dots[:4]] == [False, True, True, False]
    wrong = (net.forward(CORNERS) > 0) != (TARGETS > 0)
    assert sum(t.get_text() == "✗" for t in soup.find_all("text")) == wrong.sum() + 1  # one in the legend
    (line,) = soup.find_all("polyline")
    points, every = points_of(line), -(-len(costs) // 100)
    at = sorted({*range(0, len(costs), every), len(costs) - 1})
    left, top, width, height = (float(curve[k]) for k in ("x", "y", "width", "height"))
    expected = [(left + t / 500 * width, top + (1 - costs[t]) * height) for t in at]
    np.testing.assert_allclose(points, expected, atol=0.11)
    place = [float(v) for v in re.findall(r"[\d.]+", dots[4]["transform"])]
    np.testing.assert_allclose(place, points[-1], atol=0.06)


def test_the_starts_of_the_training():
    """One learns, one does not, and zeros never move."""
    outcomes = [xor_training(500, k, 0.5)[1] for k in range(6)]
    assert 4 in outcomes
    assert 2 in outcomes[:5]
    net, costs = trained(500, 5, 2)
    assert np.unique(costs).size == 1
    assert not net.parameters.any()


def plots_of(svg):
    """The boxes of the plots: (left, top, width, height) and what is drawn inside."""
    for box in BeautifulSoup(svg, "html.parser").svg.find_all("svg"):
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


PATHS = [(25, 0.2, 0.8, 10), (60, 2.1, 0.8, 20), (60, 4.0, 0.95, 100), (60, 0.05, 0.0, 1), (0, 1.0, 0.5, 5)]


def test_paths_are_drawn_over_their_level_lines():
    program = Program(BY_NAME["paths-figure"][-1])
    for t, eta, beta, kappa in [*PATHS, *numbers_of(program)]:
        svg = program.frame([t, eta, beta, kappa])["picture"]
        assert not re.search("NaN|Infinity|undefined", svg)
        walked = descents(eta, beta, kappa)[:, : t + 1]
        *planes, (curve, curves) = plots_of(svg)
        texts = BeautifulSoup(svg, "html.parser").find_all("text")
        for k, ((box, inside), path) in enumerate(zip(planes, walked, strict=True)):
            assert box[2] / 9 == pytest.approx(box[3] / 6, rel=0.01)  # a circle is drawn as a circle
            titles = [w.get_text() for w in texts if [float(w["x"]), float(w["y"])] == [box[0], box[1] - 12]]
            assert titles == [METHODS[k]]
            x, y = (path[:, 0] + 6) / 9, (path[:, 1] + 3) / 6
            check_trace(box, inside, k, x, y, dots=True)
            np.testing.assert_allclose(shifted(inside.find("path", class_="dot")), places_in(box, x, y)[-1], atol=0.06)
            rings = [[float(ring[a]) for a in ("cx", "cy", "rx", "ry")] for ring in inside.find_all("ellipse")]
            centre = places_in(box, np.array(6 / 9), np.array(0.5))
            assert len(rings) == 5
            for cx, cy, rx, ry in rings:
                np.testing.assert_allclose([cx, cy], centre, atol=0.06)
                across, up = rx / box[2] * 9, ry / box[3] * 6
                assert bowl(np.array([across, 0]), kappa) == pytest.approx(bowl(np.array([0, up]), kappa), rel=0.02)
        for k, J in enumerate(bowl(walked, kappa)):
            x, y = np.arange(t + 1) / 60, (np.log10(J) + 8) / 12
            check_trace(curve, curves, k, x, y, dots=False)
            np.testing.assert_allclose(
                shifted(curves.find_all("path", class_="dot")[k]), places_in(curve, x, y)[-1], atol=0.06
            )
        named = {t.get_text() for t in texts if float(t["y"]) > curve[1] + curve[3]}
        assert named > set(METHODS)


def test_who_has_left_the_picture():
    program = Program(BY_NAME["paths-figure"][-1])
    said = {tuple(numbers): program.frame(numbers)["words"][-1] for numbers in PATHS}
    assert said[PATHS[0]] == ["outside the picture:", "✓ none"]
    assert said[PATHS[1]] == ["outside the picture:", "✗ gradient descent, Nesterov", "wrong"]
    assert said[PATHS[2]][1] == "✗ gradient descent, momentum, Nesterov"
    controls, rng = [control["values"] for control in program.controls], np.random.default_rng(0)
    left = set()
    for _ in range(100):
        numbers = [values[rng.integers(len(values))] for values in controls]
        *heights, outside = program.frame(numbers)["values"]
        np.testing.assert_allclose(np.array([*heights, outside], float), paths(*numbers), rtol=1e-9, atol=1e-12)
        left |= {int(k) for k in range(4) if outside >> k & 1}
    assert left == {0, 1, 2, 3}


def test_the_stability_map_against_eigenvalues():
    program = Program(BY_NAME["stability-figure"][-1])
    rng = np.random.default_rng(0)
    for numbers in numbers_of(program):
        product, beta = numbers
        svg = program.frame(numbers)["picture"]
        (plane, drawn), (wave, walked) = plots_of(svg)
        real, grows = ([points_of(drawn.find("polyline", class_=f"area k{k}"))] for k in (0, 1))
        for along, up in rng.uniform(size=(60, 2)) * [4.5, 1]:
            at = places_in(plane, along / 4.5, up)
            r = np.linalg.eigvals(np.array([[up, 1], [-along * up, 1 - along]]))
            if abs((1 + up - along) ** 2 - 4 * up) > 0.02:
                assert within(real, *at) == (not r.imag.any())
            if abs(abs(r).max() - 1) > 0.02:
                assert within(grows, *at) == (abs(r).max() > 1)
        along = np.linspace(0, 4.5, 201)
        for k, edge in enumerate([(1 - np.sqrt(along)) ** 2, along / 2 - 1]):
            line = points_of(drawn.find("polyline", class_=f"line k{k}"))
            np.testing.assert_allclose(line, places_in(plane, along / 4.5, edge), atol=0.06)
        here = places_in(plane, np.array(product / 4.5), np.array(beta))
        np.testing.assert_allclose(shifted(drawn.find("path", class_="dot")), here, atol=0.06)
        theta, heavy, seen = np.array([1.0]), momentum(beta), []
        state = heavy.init(theta)
        for _ in range(41):
            seen.append(theta[0])
            heavy.update(theta, theta.copy(), state, product)
        check_trace(wave, walked, 0, np.arange(41) / 40, (np.array(seen) + 2) / 4, dots=True)


def test_every_letter_of_the_map_lies_in_its_region():
    program = Program(BY_NAME["stability-figure"][-1])
    svg = program.frame([0.5, 0.8])["picture"]
    (left, top, width, height), drawn = next(plots_of(svg))
    letters = drawn.find_all("text", class_="note")
    assert [letter.get_text() for letter in letters] == list("ABCD")
    for region, letter in enumerate(letters):
        for right, down in [(-7, 0), (7, 0), (0, -13)]:  # the corners of an A
            product, beta = (float(letter["x"]) + right - left) / width, 1 - (float(letter["y"]) + down - top) / height
            assert stability(product * 4.5, beta)[0] == region
    said = [
        program.frame(numbers)["words"] for numbers in ([0.1, 0.2], [0.5, 0.8], [1.9, 0.05], [3, 0.25], [2.5, 0.25])
    ]
    assert [words[0][1][:3] for words in said] == ["✓ A", "✓ B", "✓ C", "✗ D", "✗ o"]
    assert [words[0][2:] for words in said] == [[], [], [], ["wrong"], ["wrong"]]
    paces = [words[2][1] for words in said]
    assert paces[0].startswith("ten times smaller every ")
    assert paces[1:4:2] == ["ten times smaller every 20.6 steps", "ten times larger every 4.94 steps"]
    assert paces[4] == "neither to 0 nor away"
    assert program.frame([1, 0])["words"][2][1] == "exactly 0 after one step"


def test_the_border_of_the_map_is_met_exactly():
    """Where ηλ = 2(1 + β) on the sliders, rounding decides nothing."""
    program = Program(BY_NAME["stability-figure"][-1])
    products, betas = (control["values"] for control in program.controls)
    on_border = {(a, b) for a in products for b in betas if round(100 * (a - 2 * (1 + b))) == 0}
    near = {(a, b) for a in products for b in betas if abs(a - 2 * (1 + b)) < 0.11}
    tried = near | set(itertools.product(products[::8], betas))
    regions = {at: program.frame([*at])["values"][0] for at in tried}
    assert on_border == {at for at, region in regions.items() if region == 4}
    assert len(on_border) == 20
    assert set(regions.values()) == {0, 1, 2, 3, 4}


FATES = {
    (0.8, 0.25, 1.0): "never grows, and vanishes",
    (0.8, 3.0, 1.0): "first grows, then vanishes",
    (1.1, 0.0, 1.0): "explodes",
    (1.0, 0.0, 1.0): "keeps its norm",
    (1.0, 2.0, 1.0): "grows in proportion to the lag",
}
LAGS = [(30, 0.8, 3.0, 1.0), (60, 1.3, 5.0, 1.0), (60, 0.5, 0.0, 0.25), (60, 1.0, 0.5, 1.0), (0, 0.9, 1.0, 0.5)]


def test_a_gradient_is_drawn_between_its_bound_and_its_radius():
    program = Program(BY_NAME["lag-figure"][-1])
    for T, rho, c, gamma in [*LAGS, *numbers_of(program)]:
        svg = program.frame([T, rho, c, gamma])["picture"]
        assert not re.search("NaN|Infinity|undefined", svg)
        ((box, inside),) = plots_of(svg)
        norms, k = gradients_by_lag(rho, c, gamma)[: T + 1], np.arange(T + 1)
        y = (np.log10(norms) + 6) / 10
        check_trace(box, inside, 0, k / 60, y, dots=True)
        np.testing.assert_allclose(shifted(inside.find("path", class_="dot")), places_in(box, k / 60, y)[-1], atol=0.06)
        W, along = gamma * np.array([[rho, c], [0, rho]]), np.linspace(0, 60, 201)
        largest, radius = np.linalg.norm(W, 2), gamma * rho
        for style, factor in [(1, largest), (2, radius)]:
            line = points_of(inside.find("polyline", class_=f"line k{style}"))
            expected = places_in(box, along / 60, (along * np.log10(factor) + 6) / 10)
            np.testing.assert_allclose(line, expected, atol=0.06)
        assert (norms <= largest**k * (1 + 1e-12)).all()
        np.testing.assert_allclose(norms[1:2], [largest] * min(T, 1), rtol=1e-12)
        assert (norms >= radius**k * (1 - 1e-12)).all()


def test_the_fate_of_a_gradient_is_found_everywhere():
    """Also where γρ or γσ is 1, in spite of rounding; and a gradient that is followed for long meets it."""
    program = Program(BY_NAME["lag-figure"][-1])
    everywhere = list(itertools.product(*[control["values"] for control in program.controls[1:]]))
    said = program.call("((all) => all.map((at) => config.formulas.results(1, 1, 1, 0, ...at)[4]))", everywhere)
    assert said == [fate(*at) for at in everywhere]
    assert {*said} == {0, 1, 2, 3, 4}
    for (rho, c, gamma), k in zip(everywhere[::31], said[::31], strict=True):
        norms = gradients_by_lag(rho, c, gamma)
        assert (np.diff(norms) < 1e-12).all() == (k in (0, 3))
        assert (norms[1] > 1 + 1e-12) == (k in (1, 2, 4))
    for at, words in FATES.items():
        assert program.frame([9, *at])["words"][-1] == ["the gradient", words]


def test_what_grows_in_proportion_to_the_lag():
    norms = gradients_by_lag(1.0, 2.0, 1.0)
    steps = np.diff(norms)[1:]
    assert norms[-1] > 60
    np.testing.assert_allclose(steps[20:], steps[-1], rtol=1e-3)


def test_a_clipped_gradient_lies_in_the_circle_or_in_the_square():
    program = Program(BY_NAME["clipping-figure"][-1])
    for g_1, g_2, c in [(3.0, 1.0, 1.0), (0.0, 0.0, 0.5), *numbers_of(program)]:
        svg = program.frame([g_1, g_2, c])["picture"]
        assert not re.search("NaN|Infinity|undefined", svg)
        ((box, inside),) = plots_of(svg)
        assert box[2] / 8 == pytest.approx(box[3] / 6, rel=0.01)  # a circle is drawn as a circle
        unit, centre = box[2:] / [8, -6], box[:2] + box[2:] / 2

        def drawn(path, unit=unit, centre=centre):
            places = np.array([at.split() for at in re.split("[ML]", path["d"])[1:]], float)
            return (places - centre) / unit

        circle, square, g_line, value_line = map(drawn, inside.find_all("path", class_="line"))
        at = np.arange(41) * np.pi / 20
        np.testing.assert_allclose(circle, c * np.array([np.cos(at), np.sin(at)]).T, atol=0.003)
        np.testing.assert_allclose(abs(square).max(axis=1), c, atol=0.003)
        for corner in itertools.product([-c, c], repeat=2):
            assert abs(square - corner).max(axis=1).min() < 0.003
        _, *by_norm, _, _, v_1, v_2, _, _ = clipped(g_1, g_2, c)
        ends = [(g_1, g_2), by_norm, (v_1, v_2)]
        dots = [(np.array(shifted(dot)) - centre) / unit for dot in inside.find_all("path", class_="dot")]
        np.testing.assert_allclose(dots, ends, atol=0.003)
        for line, end in [(g_line, ends[0]), (value_line, ends[2])]:
            np.testing.assert_allclose(line[0], 0, atol=0.003)
            np.testing.assert_allclose(line[1:], [end] * 40, atol=0.003)


def test_clipping_at_every_position():
    """By norm never turned, by value at most by 45°, and nothing changes that is small enough."""
    program = Program(BY_NAME["clipping-figure"][-1])
    for numbers in itertools.product(*[control["values"] for control in program.controls]):
        values, expected = program.call("config.formulas.results", 40, *numbers), clipped(*numbers)
        np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-13)
        assert values[4] == 0
        assert values[8] < 45
        if np.linalg.norm(numbers[:2]) <= numbers[2]:
            assert values[1:3] == values[5:7] == [*numbers[:2]]


@pytest.mark.parametrize("s", [1, 7, 10, 33, 100])
def test_the_package_computes_as_many_steps(s, monkeypatch):
    net, run, steps = RecurrentNetwork([1, 2, 1]), RecurrentNetwork.run, []

    def counted(self, number):
        start, stop, _ = self.segments[number]
        steps.append(stop - start)
        run(self, number)

    monkeypatch.setattr(RecurrentNetwork, "run", counted)
    BackpropagationThroughTime(net).backward(net.forward(np.ones((100, 1, 1)), segment=s))
    assert sum(steps) == checkpoints(100, s)[5]


def test_no_segment_length_keeps_fewer_states_than_the_root():
    program = Program(BY_NAME["memory-figure"][-1])
    lengths, segments = (control["values"] for control in program.controls)
    for T in lengths:
        kept = {s: program.call("config.formulas.results", T, s)[1] for s in segments}
        assert min(kept.values()) == kept[np.sqrt(T)] == 2 * np.sqrt(T)
        for s in segments:
            assert kept[s] == checkpoints(T, s)[1]


def test_the_true_adjoints_are_those_of_the_package():
    """What the figures are compared with has been written down for the mistakes; without one it is backpropagation."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        at = [*rng.normal(size=9), *rng.uniform(size=2)]
        net, X = xor_net(*at)
        target = np.logical_xor(*(X[0] > 0.5)).astype(float).reshape(1, 1)
        backprop = Backpropagation(net)
        g = backprop.backward(binary_cross_entropy(net.forward(X), target)[1])
        gradient = [*g[6:], *g[:6], *backprop.input_gradient()[0]]
        np.testing.assert_allclose(xor_adjoints(0, *at)[2], gradient, rtol=1e-12)
        x, w, b, y = at[:4]
        net = Network([1, 1], ["sigmoid"])
        net.parameters = np.array([w, b])
        backprop = Backpropagation(net)
        g = backprop.backward(half_squared_error(net.forward(np.array([[x]])), np.array([[y]]))[1])
        np.testing.assert_allclose(neuron_graph(0, x, w, b, y)[1][:3], [*backprop.input_gradient()[0], *g], rtol=1e-12)


# ------------------------------------------------------------------------------------------------- its life


@pytest.mark.parametrize("name", ["parabola", *TRUTH])
def test_the_still_picture_has_the_style_of_what_it_draws(name):
    html = BY_NAME[name][-1] if name in TRUTH else parabola()._repr_html_()
    svg = b64decode(re.search('base64,([^"]+)', html)[1]).decode()
    drawn = {*" ".join(re.findall('class="([^"]+)', svg)).split()} - {"label"}
    selectors = re.findall(r"([^{}]*){", re.search("<style>(.*?)</style>", svg, re.DOTALL)[1])
    assert drawn == {*re.findall(r"\.([\w-]+)", "".join(selectors))}


def still_picture(html):
    """The picture that Python drew, without its style."""
    svg = b64decode(re.search('base64,([^"]+)', html)[1]).decode()
    assert "background:#fff" in svg  # its letters are black, also in the dark
    return re.sub("<style>.*?</style>", "", svg, flags=re.DOTALL)


def tree(svg):
    return BeautifulSoup(svg, "html.parser").prettify()


@every_figure
def test_the_first_picture_is_the_one_that_python_drew(page, path, place, truth, html):
    figure, _ = open_figure(page, path, place)
    drawn = figure.locator("[role=img] > svg").evaluate("svg => svg.outerHTML")
    assert tree(drawn) == tree(still_picture(html))


@every_figure
def test_without_scripts_the_picture_stays(browser, path, place, truth, html):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    picture = page.locator("figure.live-figure > img").nth(place)
    picture.scroll_into_view_if_needed()
    assert 500 < picture.bounding_box()["width"] < 600
    assert 300 < picture.bounding_box()["height"] < 800
    assert len(picture.get_attribute("alt")) > 60
    assert page.locator("figure.live-figure input").count() == 0
    context.close()


def playing(html):
    return next((i for i, c in enumerate(Program(html).controls) if c["plays"]), None)


PLAYING = [p for p in FIGURES if playing(p.values[3]) is not None]


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@pytest.mark.parametrize(("path", "place", "truth", "html"), PLAYING)
def test_play_step_and_reset(page, path, place, truth, html, motion):
    page.emulate_media(reduced_motion=motion)
    figure, faults = open_figure(page, path, place)
    program, index = Program(html), playing(html)
    last, first = len(program.controls[index]["values"]) - 1, program.controls[index]["at"]
    play, step, reset = (figure.locator("button").nth(i) for i in range(3))
    slider, words = figure.locator("input, select").nth(index), figure.locator(".live-words")
    step.press("Enter")
    assert compare(figure, truth, program)[index] == (first + 1) % (last + 1)  # the first one comes after the last
    play.press("Enter")
    if motion == "reduce":  # at once at the end
        assert slider.input_value() == str(last)
    else:
        assert play.inner_text() == "Pause"
        assert words.get_attribute("aria-live") == "off"  # a screen reader is not flooded
        play.press("Enter")
        assert play.inner_text() == "Play"
        paused = slider.input_value()
        page.wait_for_timeout(1250 * program.controls[index]["seconds"] / last)
        assert slider.input_value() == paused
        play.press("Enter")
        slider.press("ArrowRight")  # who moves it by hand wants it there
        assert play.inner_text() == "Play"
        play.press("Enter")
        page.wait_for_function("([slider, last]) => slider.value === last", arg=[slider.element_handle(), str(last)])
    assert play.inner_text() == "Play"
    assert words.get_attribute("aria-live") == "polite"
    assert compare(figure, truth, program)[index] == last
    step.press("Enter")  # begins anew
    assert compare(figure, truth, program)[index] == 0
    reset.press("Enter")
    assert compare(figure, truth, program) == [control["at"] for control in program.controls]
    assert faults == []


@every_figure
def test_the_stored_output_is_small_and_carries_the_runtime(path, place, truth, html):
    assert html.count(live.figure.RUNTIME) == 1
    assert len(html.encode()) - len(live.figure.RUNTIME.encode()) <= 25 * 1024
    assert " id=" not in html
    assert path.read_text(encoding="utf-8").count("globalThis.backpropLive = ") == 1


def parabola(label="a x² < y"):
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


def page_of(folder, *figures):
    file = folder / "page.html"
    html = "".join(figure._repr_html_() for figure in figures)
    file.write_text(f"<!doctype html><meta charset='utf-8'><title>t</title><body>{html}", encoding="utf-8")
    return file


@pytest.mark.parametrize("label", ["y", "</script>", "<!-- <script>", '& " \\'])
def test_two_copies_of_a_figure_move_on_their_own(page, tmp_path, label):
    """Whatever its texts are."""
    figure = parabola(label)
    assert figure._repr_html_() == parabola(label)._repr_html_()
    second, faults = open_figure(page, page_of(tmp_path, figure, figure), 1)
    second.locator("input").press("ArrowRight")
    values = [f.get_attribute("data-values") for f in page.locator("figure.live-figure").all()]
    assert values == ['["2","3","1","0"]', '["4","3","2","1"]']
    assert second.locator(".live-words").inner_text().split() == "slope: 4 sizes (3, 2) a is large".split()
    assert second.locator("[role=img]").get_attribute("aria-label") == "At first: A parabola <script>"
    assert label in second.locator("text").all_text_contents()
    assert page.locator("style[data-live]").count() == 1
    assert faults == []


def test_coming_back_to_a_page_its_numbers_are_those_of_its_sliders(page, tmp_path):
    file = page_of(tmp_path, parabola())
    figure, _ = open_figure(page, file, 0)
    figure.locator("input").press("ArrowRight")
    page.goto("about:blank")
    page.go_back()
    figure = page.locator("figure.live-figure")
    at, slope = figure.locator("input").input_value(), json.loads(figure.get_attribute("data-values"))[0]
    assert (at, slope) in [("1", "2"), ("2", "4")]


WATCH_INTERVALS = """() => {
  const [set, clear] = [setInterval, clearInterval];
  window.running = new Set();
  window.setInterval = (...how) => { const id = set(...how); running.add(id); return id };
  window.clearInterval = (id) => { running.delete(id); clear(id) };
}"""


def test_a_removed_figure_stops(page, tmp_path):
    figure, faults = open_figure(page, page_of(tmp_path, parabola()), 0)
    page.evaluate(WATCH_INTERVALS)
    figure.get_by_role("button", name="Reset").click()
    figure.locator("input").press("Home")
    figure.get_by_role("button", name="Play").click()
    assert page.evaluate("running.size") == 1
    removed = page.evaluate_handle(
        "() => { const figure = document.querySelector('figure'); figure.remove(); return figure }"
    )
    page.wait_for_function("running.size === 0")
    assert removed.evaluate("(figure) => figure.dataset.values") == '["1","3","0.5","0"]'
    assert faults == []


def test_large_text_on_a_small_screen(page, tmp_path):
    page.set_viewport_size({"width": 360, "height": 800})
    figure, _ = open_figure(page, page_of(tmp_path, parabola()), 0)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert figure.locator("input").bounding_box()["width"] > 150
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360


# ------------------------------------------------------------------------------- the picture and its numbers


def elements(svg, name, kind):
    return [e.attrs for e in BeautifulSoup(svg, "html.parser").find_all(name, class_=kind)]


def points_of(line):
    return np.array([tuple(map(float, point.split(","))) for point in line["points"].split()])


LEFT, RIGHT = 12 + 7.4, 386  # of the box, for ticks of one letter


def across(x):
    return LEFT + (x + 2) / 4 * (RIGHT - LEFT)


def up(y):
    return 262 - y / 4 * 234


def test_a_plot_draws_its_numbers():
    """x from −2 to 2, y from 0 to 4"""
    svg = parabola().frame([2])["picture"]
    (dot,) = elements(svg, "path", "k2")
    assert [float(v) for v in re.findall(r"[\d.]+", dot["transform"])] == pytest.approx([across(1), up(2)], abs=0.06)
    x = np.linspace(-2, 2, 201)
    for kind, y in (("k0", 2 * x**2), ("k1", 4 * x - 2)):
        (line,) = elements(svg, "polyline", kind)
        np.testing.assert_allclose(points_of(line), np.array([across(x), up(y)]).T, atol=0.06)
    shaded, sample = elements(parabola().frame([0.5])["picture"], "rect", "region")
    ends = float(shaded["x"]), float(shaded["x"]) + float(shaded["width"])
    assert ends == pytest.approx((across(0.5), across(2)), abs=0.11)
    assert float(sample["width"]) == 24
    assert "a x² &#60; y" in svg
    words = [(t.get_text(), float(t["x"]), float(t["y"])) for t in BeautifulSoup(svg, "html.parser").find_all("text")]
    assert words[:8] == [
        *((text, pytest.approx(across(v), abs=0.06), 280) for text, v in [("−2", -2), ("0", 0), ("2", 2)]),
        *((text, pytest.approx(LEFT - 6, abs=0.06), up(v) + 5) for text, v in [("0", 0), ("4", 4)]),
        ("y", pytest.approx(LEFT, abs=0.06), 16),
        ("x", pytest.approx((LEFT + RIGHT) / 2, abs=0.06), 298),
        ("right of a", pytest.approx(LEFT + 30, abs=0.06), 324),
    ]
    assert [line["class"] for line in elements(svg, "line", "line")] == [["line", "k0"], ["line", "k1"]]  # the legend
    box = BeautifulSoup(svg, "html.parser").svg.svg.attrs
    assert [box["x"], box["y"], box["width"], box["height"]] == box["viewbox"].split() == ["19.4", "28", "366.6", "234"]


def drawn(y, axes, symbol, *, condition=None):
    items = [live.curve("y", y)] if condition is None else [live.region("", condition)]
    figure = live.Figure(live.plot(symbol, *axes, items), [live.slider(reals("a"), [1])], [], "a graph")
    return figure.first["picture"]


def test_a_curve_breaks_where_it_has_no_value_and_where_it_jumps():
    x = reals("x")
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (1e-2, 1), log=True)
    (branch,) = elements(drawn(1 / x, axes, x), "polyline", "k0")  # log(1/x) has no value for x < 0, 1/0 neither
    assert len(points_of(branch)) == 100
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (-1, 2))
    left, right = elements(drawn(step(x), axes, x), "polyline", "k0")
    assert (len(points_of(left)), len(points_of(right))) == (101, 100)
    assert len(elements(drawn(1 / x, axes, x), "polyline", "k0")) == 2
    for steep in (20 * x, 500 * x, sp.sin(40 * x), sp.tanh(1000 * x)):
        (line,) = elements(drawn(steep, axes, x), "polyline", "k0")
        assert len(points_of(line)) == 201


def test_panels_iterate_and_draw_what_they_find():
    """n, 2ⁿ from 3 on: a line that leaves the picture and does not come back."""
    n, z, t = reals("n z t")
    ax = live.Axis("", (0, 10))
    items = [live.trace("", n, z, 2, dots=True), live.area("", a, 1), live.note("N", n, 5, "here"), live.ellipse(n, 1)]
    view = live.panels(x, {(0, 200, 112, 12): (ax, ax, items)}, {n: 0, z: 3 * a}, {n: n + 1, z: -2 * z}, t)
    results = [live.Result("", z), live.Result("so", [n, z], 2, ["{} is", "was {}"], wrong=[1]), live.Result("", n)]
    figure = live.Figure(view, [live.slider(t, [0, 1, 5]), live.slider(a, [1])], results, "")
    frame = figure.frame([1, 1])
    assert frame["values"] == [-6, 1, -6, 1]
    assert frame["words"] == [["", "−6"], ["so", "✗ was −6", "wrong"], ["", "1"]]
    assert figure.first["words"][1] == ["so", "✓ 3 is"]
    left = 12 + 2 * 7.4
    svg = figure.frame([5, 1])["picture"]
    (line,), (stops,), (polygon,) = (
        elements(svg, *of) for of in (("path", "line"), ("path", "stops"), ("polyline", "area"))
    )
    step = (200 - left) / 10
    ends = [
        f"{round(left + k * step, 1):g} {round(112 - 10 * z, 1):g}" for k, z in enumerate([3, -6, 12, -24, 48, -96])
    ]
    assert line["d"] == "M" + "L".join(ends[:4]) + "M" + "M".join(ends[4:])
    assert stops["d"] == "".join(f"M{end}h0" for end in ends)
    assert points_of(polygon)[[0, 1, -2, -1]].tolist() == [[left, 112], [left, 102], [200, 102], [200, 112]]
    (ring,) = elements(figure.frame([1, 1])["picture"], "ellipse", "level")
    assert [float(ring[k]) for k in ("cx", "cy", "rx", "ry")] == pytest.approx([left, 112, step, 10], abs=0.06)
    notes = [(w.get_text(), float(w["x"])) for w in BeautifulSoup(svg, "html.parser").find_all("text", class_="note")]
    assert notes == [("N", pytest.approx(left + 5 * step, abs=0.06)), ("N", pytest.approx(left + 12))]


def test_numbers_far_outside_do_not_spoil_a_curve():
    x = reals("x")
    axes = live.Axis("x", (-20, 20)), live.Axis("y", (0, 1))
    svg = drawn(sp.exp(x**3) + x, axes, x)
    assert not re.search(r"e\+|Infinity|NaN", svg)
    assert elements(svg, "polyline", "k0")


def test_a_logarithmic_axis_x_is_sampled_evenly():
    x = reals("x")
    axes = live.Axis("x", (1e-6, 1), log=True), live.Axis("y", (1e-6, 1), log=True)
    (line,) = elements(drawn(x, axes, x), "polyline", "k0")
    steps = np.diff(points_of(line), axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to(steps.mean(axis=0), steps.shape), atol=0.11)


@pytest.mark.parametrize(
    ("condition", "ends"),
    [
        (lambda x: x < 0.123, [(-2, 0.123)]),
        (lambda x: x**2 >= 1.1, [(-2, -(1.1**0.5)), (1.1**0.5, 2)]),
        (lambda x: abs(x - 0.5) <= 0.021, [(0.479, 0.521)]),
        (lambda x: x < 5, [(-2, 2)]),
        (lambda x: x > 5, []),
    ],
)
def test_a_region_ends_where_its_condition_does(condition, ends):
    x = reals("x")
    svg = drawn(x, (live.Axis("x", (-2, 2)), live.Axis("y", (0, 4))), x, condition=condition(x))
    found = [(float(r["x"]), float(r["x"]) + float(r["width"])) for r in elements(svg, "rect", "region")]
    assert found == [pytest.approx((across(a), across(b)), abs=0.11) for a, b in ends]


def test_shapes_that_do_not_fit_are_crossed_out():
    M, D, H = reals("M D H")
    arrays = {"X": (M, D), "W": (H, D), "Z": (M, H), "Y": (M, H)}
    view = live.shapes(arrays, ["X · W → Z", "f ( Z ) → Y"], batch=M, most=3)
    figure = live.Figure(view, [live.slider(s, [1, 2, 3]) for s in (M, D, H)], [], "a product")
    fits, wrong = (figure.frame(sizes)["picture"] for sizes in ([3, 2, 2], [3, 2, 1]))
    said = [t.get_text() for t in BeautifulSoup(fits, "html.parser").find_all("text")]
    assert said == ["X (3, 2)", "·", "W (2, 2)", "→", "Z (3, 2)", "f", "(", "Z (3, 2)", ")", "→", "Y (3, 2)"]
    assert [t.get_text() for t in BeautifulSoup(fits, "html.parser").find_all("tspan")] == ["2", "2"]
    assert len(elements(fits, "rect", "cell")) == 6 + 4 + 3 * 6
    samples = elements(fits, "rect", "sample")
    assert len(samples) == 4 * 2
    first = min(float(cell["y"]) for cell in elements(fits, "rect", "cell"))
    assert {float(cell["y"]) for cell in samples[:2]} == {first}
    said = [t.get_text() for t in BeautifulSoup(wrong, "html.parser").find_all("text")]
    assert said == ["X (3, 2)", "✗", "W (1, 2)", "→", "Z ?", "f", "(", "Z ?", ")", "→", "Y ?"]
    assert len(elements(wrong, "rect", "unknown")) == 3 * 3


def test_a_logarithmic_axis():
    x = reals("x")
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (1e-8, 1e-4, 1), log=True)
    (line,) = elements(drawn(sp.exp(x * 9 - 10), axes, x), "polyline", "k0")
    points = points_of(line)
    expected = 262 + (np.linspace(-2, 2, 201) * 9 - 10 - np.log(1e-8)) / np.log(1e-8) * 234
    np.testing.assert_allclose(points[:, 1], expected, atol=0.06)


def test_every_class_of_a_picture_has_its_style():
    """No line without a stroke, no dot without a colour, and dashes that differ."""
    rules = dict(re.findall(r"^\.live-picture \.(\w+) \{(.*)\}", live.STYLE, re.M))
    assert set(rules) == {"grid", "line", "dot", "region", "cell", "sample", "unknown", "inner", "sign", "wrong"} | {
        *("edge", "head", "active", "mistaken", "node", "here", "mistake", "half", "border"),
        *("area", "level", "note", "stops"),
    } | {f"k{style}" for style in range(4)}
    assert len({rules[f"k{style}"].split("stroke-dasharray:")[-1] for style in range(4)}) == 4
    assert float(re.search(r"stroke-width: ([\d.]+)", rules["line"])[1]) >= 2
    assert float(re.search(r"fill-opacity: ([\d.]+)", rules["region"])[1]) >= 0.1
    light, dark = (re.findall(r"--k\d: (#\w+)", part) for part in live.STYLE.split("html[data-theme", 1))
    assert len({*light, *dark}) == 8


def test_digits():
    shown = live.Figure(live.plot(x, *AXES, []), [live.slider(a, [33])], [live.Result("", sp.exp(-a) + a, 17)], "")
    assert shown.first["words"] == [["", "33.00000000000001"]]


def test_numbers_in_words():
    values = [0, -0.25, 1e-12, -1e21, 123456, 2 / 3, 4.2483e-18, 1e9, 5.6944e16, 1e400, -1e400]
    numbers = ", ".join(map(str, values)).replace("inf", "Infinity")
    written = quickjs.Context().eval(f"{live.JAVASCRIPT} [{numbers}, NaN].map((v) => number(v, 4)).join(' ')")
    assert written == "0 −0.25 10⁻¹² −1·10²¹ 123500 0.6667 4.248·10⁻¹⁸ 1000000000 5.694·10¹⁶ ∞ −∞ not a number"


x, a, b = reals("x a b")
AXES = live.Axis("x", (0, 1)), live.Axis("y", (0, 1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: live.Figure(live.plot(x, *AXES, [live.curve("", b * x)]), [live.slider(a, [1])], [], ""),
            r"no symbols but the arguments \[x, a\], received \[b\]",
        ),
        (lambda: live.slider(a, np.arange(4) / 10 + 1e-9, 0.3), r"start: expected one of .* received 0\.3\."),
        (lambda: live.slider(a, []), "start: expected one of .* received None"),
        (lambda: live.slider(a, [1, 2], texts=["one"]), "texts: expected one for each of the 2 values, received 1"),
        (lambda: live.choice(sizes("N"), ["p", "q"], "letter"), "positive numbers for the symbol N, received 0"),
        (lambda: live.choice(a, ["p", "q"], "letter", start=2), "start: expected .* 0 to 1, received 2"),
        (lambda: live.choice(a, ["p", "q"], "letter", start="p"), "received 'p'"),
        (lambda: live.curve("", x, style=4), "style: expected 0, 1, 2 or 3, received 4"),
        (lambda: live.Axis("y", (0, 1), log=True), r"numbers, all positive, received \(0, 1\)"),
        (lambda: live.Axis("y", (1, 0)), r"ticks: expected increasing numbers, received \(1, 0\)"),
        (lambda: live.Axis("y", (1,)), r"received \(1,\)"),
        (lambda: live.shapes({"X": (a, b), "Y": (a, b)}, ["X · W → Y"], a, 3), "received {'W'} in 'X · W → Y'"),
        (lambda: live.shapes({"X": (a, b)}, ["f (X) → Y"], a, 3), "received {'Y'}"),
    ],
)
def test_bad_figures_are_refused(make, message):
    assert re.search(message, refused(make))


# --------------------------------------------------------------------------------------------- in JupyterLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab with two notebooks of all figures, one trusted and one not."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [
        new_code_cell("", id=p.id, outputs=[new_output("display_data", data={"text/html": p.values[3]})])
        for p in FIGURES
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "trusted.ipynb")
    nbformat.write(new_notebook(cells=cells[::-1], metadata=kernel), folder / "strange.ipynb")
    env = {**os.environ, **{f"JUPYTER_{d}_DIR": str(folder / d) for d in ("CONFIG", "DATA", "RUNTIME")}}
    subprocess.run([sys.executable, "-m", "jupyter", "trust", folder / "trusted.ipynb"], env=env, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    log = (folder / "log").open("w")
    with subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=env, stdout=log, stderr=log) as server:
        yield f"http://127.0.0.1:{port}/lab/workspaces"
        server.kill()  # a kernel ends with its server; to end politely, the server would wait for a kernel that starts
    log.close()


def open_in_lab(page, url):
    """The page of a notebook, which may reach this one server; a reader has clicked into the notebook."""
    host = url.split("/lab/")[0]
    page.unroute_all()
    page.context.unroute_all()
    page.context.route(re.compile("^https?:"), lambda r: r.continue_() if r.request.url.startswith(host) else r.abort())
    for _ in range(60):
        try:
            page.goto(url)
            break
        except PlaywrightError:  # the server has not started yet
            time.sleep(1)
    page.wait_for_selector(".jp-OutputArea-output figure, .jp-OutputArea-output img", timeout=60_000)


def test_figures_in_jupyterlab(page, lab):
    """In command mode JupyterLab has the arrow keys for itself; in a figure they move its sliders."""
    open_in_lab(page, f"{lab}/first/tree/trusted.ipynb")
    for place, (_, _, truth, html) in enumerate(p.values for p in FIGURES):
        cell = page.locator(".jp-CodeCell").nth(place)
        figure = cell.locator("figure.live-figure")
        figure.locator("summary").click()  # JupyterLab makes this cell the active one, in command mode
        figure.locator("summary").click()
        program = Program(html)
        sweep(page, figure, truth, program, 0)
        for index in range(1, len(program.controls)):
            figure.locator("input, select").nth(index).press("End")
            assert compare(figure, truth, program)[index] == len(program.controls[index]["values"]) - 1
        assert "jp-mod-active" in cell.get_attribute("class")  # no key has moved the selection


def test_in_a_notebook_that_is_not_trusted_the_picture_stays(page, lab):
    open_in_lab(page, f"{lab}/second/tree/strange.ipynb")
    for place in range(len(FIGURES)):
        cell = page.locator(".jp-CodeCell").nth(place)
        cell.scroll_into_view_if_needed()
        picture = cell.locator("img")
        assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
        assert len(picture.get_attribute("alt")) > 60
        assert cell.locator("input").count() == 0
