"""The figure of a network that learns XOR, by gradients that are proved."""

from itertools import product

import numpy as np
from sympy import Sum, sympify, tanh

from backprop.forward_pass import Network, initialise
from backprop.proof import prove
from backprop.proof.vocabulary import (
    array,
    indices,
    partial,
    reals,
    sigmoid,
    sizes,
    softplus,
    unlisted,
)

from .computation import written_out
from .controls import Result, cases, choice, holds, slider
from .figure import Figure
from .views import Axis, training

N, D, H = sizes("N D H")
n, i, j, p, q = indices("n i j p q")
with unlisted():
    X, W, b = array("X", N, D), array("W", D, H), array("b", H)
    v, y = array("v", H), array("y", N)
c, draw, rate, steps = reals("c draw η steps")
SEEDS = (0, 1, 4, 7, 8)
SAMPLES = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def hidden(unit):
    """The pre-activation of one hidden unit, for sample n."""
    return Sum(X[n, i] * W[i, unit], (i, 1, D)) + b[unit]


logit = Sum(tanh(hidden(j)) * v[j], (j, 1, H)) + c
cost = Sum(softplus(logit) - y[n] * logit, (n, 1, N)) / N


def gradients():
    """{parameter: ∂L/∂parameter}, each proved for every N, D and H."""
    error = (sigmoid(logit) - y[n]) / N
    back = error * v[q] * (1 - tanh(hidden(q)) ** 2)
    by_sample = {
        W[p, q]: X[n, p] * back,
        b[q]: back,
        v[q]: error * tanh(hidden(q)),
        c: error,
    }
    return {
        parameter: prove(partial(cost, parameter), Sum(part, (n, 1, N))).right
        for parameter, part in by_sample.items()
    }


def entries(formula):
    """A formula at two inputs, two units and four samples, for each p and q in it."""
    known = {N: 4, D: 2, H: 2}
    free = [k for k in (p, q) if formula.has(k)]
    for places in product((1, 2), repeat=len(free)):
        yield written_out(formula, known | dict(zip(free, places, strict=True)))


def data():
    """{letter of an input or a target: its number}."""
    for number, (*point, target) in enumerate(SAMPLES, 1):
        yield written_out(y[n], {n: number}), target
        for d, x in enumerate(point, 1):
            yield written_out(X[n, i], {n: number, i: d}), x


def starts():
    """Five random starts and all zeros, in rows."""
    for seed in SEEDS:
        net = initialise(
            Network([2, 2, 1], ["tanh", "identity"]), np.random.default_rng(seed)
        )
        yield net.parameters.round(2).tolist()
    yield [0.0] * net.parameters.size


def learning(at=0, alt="", seconds=4, rates=(0.1, 0.2, 0.5, 1, 2)):
    """The live figure: the square of the inputs with the region that the network calls
    1, and the cost against the steps, ``at`` as many of them as it starts with. A
    single one of ``rates`` needs no slider.

    Chapter: 03.
    """
    view, output, x = training_view(rate if len(rates) > 1 else sympify(rates[0]))
    ends = [output.subs(dict(zip(x, point, strict=True))) for *point, _ in SAMPLES]
    targets = [target for *_, target in SAMPLES]
    signs = [s > 0 if t else s <= 0 for s, t in zip(ends, targets, strict=True)]
    controls = [
        slider(steps, range(0, 501, 10), at, plays=True, seconds=seconds),
        choice(
            draw, [*(f"number {m}" for m in range(1, 6)), "all weights zero"], "start"
        ),
    ]
    if len(rates) > 1:
        controls.append(slider(rate, rates, 0.5, "rate η"))
    results = [
        Result("cost L =", view.formulas["cost"][1][0]),
        Result("right:", sum(map(holds, signs)), words=[f"{m} of 4" for m in range(5)]),
    ]
    return Figure(view, controls, results, alt)


def training_view(eta):
    """The view, with the logit and its two inputs."""
    known, found = dict(data()), gradients()
    theta = [e for parameter in found for e in entries(parameter)]
    slopes = [e.subs(known) for slope in found.values() for e in entries(slope)]
    output = written_out(logit, {n: 1, D: 2, H: 2})
    x = [written_out(X[n, i], {n: 1, i: d}) for d in (1, 2)]
    L = written_out(cost, {N: 4, D: 2, H: 2}).subs(known)
    at_start = [cases(draw, list(column)) for column in zip(*starts(), strict=True)]
    axes = [Axis(f"x{digit}", (-1, 0, 1, 2)) for digit in "₁₂"]
    axes += [Axis("steps", (0, 250, 500)), Axis("cost L", (0, 0.25, 0.5, 0.75, 1))]
    view = training(L, slopes, output, theta, x, at_start, eta, steps, SAMPLES, axes)
    return view, output, x
