"""A computation in steps, its adjoints and its words; and what computations and trainings refuse."""

import re

import pytest
import sympy as sp
from backprop.book import live
from backprop.book.live import computation, controls, javascript, views
from backprop.proof.vocabulary import array, indices, partial, reals, sigmoid, sizes, softplus
from helpers import refused
from sympy import Piecewise

x, y, z = reals("x y z")

# ------------------------------------------------------------------------------------- index notation, and its names


def test_sums_and_entries_written_out():
    N, D = sizes("N D")
    n, i, p, q = indices("n i p q")
    A, u, v = array("A", N, D), array("u", D), reals("v")
    total = sp.Sum(A[n, i] * u[i], (n, 1, N), (i, 1, D)) / N + v
    a = [[sp.Symbol(f"A_{{{r} {c}}}", real=True) for c in (1, 2)] for r in (1, 2)]
    u_1, u_2 = reals("u_1 u_2")
    expected = ((a[0][0] + a[1][0]) * u_1 + (a[0][1] + a[1][1]) * u_2) / 2 + v
    assert sp.expand(live.written_out(total, {N: 2, D: 2}) - expected) == 0
    assert live.written_out(partial(total, A[p, q]), {N: 2, D: 2, p: 2, q: 1}) == u_1 / 2
    assert live.written_out(A[n, i], {n: 12, i: 3}).name == "A_{12 3}"
    assert live.written_out(1, {}) == 1
    assert "const" not in javascript("f", [a[0][1]], [live.written_out(A[n, i], {n: 1, i: 2})])
    assert "A_1_2" in javascript("f", [a[0][1]], [a[0][1]])
    assert "leaves A[2, i]" in refused(live.written_out, A[n, i], {n: 2})
    assert "Likely cause: an index left out" in refused(live.written_out, total, {D: 2})


@pytest.mark.parametrize(
    ("name", "text"), [("z", "z"), ("z_1", "z₁"), ("W_{1 2}", "W₁₂"), ("b_{10}", "b₁₀"), ("ŷ", "ŷ"), ("v_max", "vmax")]
)
def test_a_symbol_in_words(name, text):
    assert controls.words(sp.Symbol(name)) == text


def test_formulas_in_words():
    W, b, y = sp.Symbol("W_{1 1}", real=True), *reals("b y")
    text = computation.Template([x, W, b, y]).text
    assert text(W * x + b) == "{1} · {0} + {2}"
    assert text((x - y) ** 2 / 2) == "({0} − {3})²/2"
    assert text(softplus(x) - y * x) == "softplus({0}) − {0} · {3}"
    assert text(sigmoid(x)) == "σ({0})"


# ------------------------------------------------------------------------------------------- a computation in steps

h_, l_, k_ = reals("h l k")  # y = x², h = y + x, l = h z
NODES = {y: x**2, h_: y + x, l_: h_ * z}
SLOPES = {(l_, h_): z, (l_, z): h_, (h_, y): 1, (h_, x): 1, (y, x): 2 * x}


def test_adjoints_are_derivatives():
    """Also where paths meet: ∂(x² + x) z/∂x = (2x + 1) z."""
    c = live.Computation(NODES, SLOPES)
    where = c.where
    for n in (z, x):
        e = live.adjoint(n)
        for symbol in reversed(where):
            e = e.subs(symbol, where[symbol])
        assert sp.expand(e - ((x**2 + x) * z).diff(n)) == 0
    assert c.steps == "start y h l ∂l/∂l ∂l/∂h ∂l/∂z ∂l/∂y ∂l/∂x".split()
    assert c.inputs == [z, x]
    assert (c.forward, c.output) == ([y, h_, l_], l_)


def test_mistakes_and_lost_paths():
    mistakes = {"none": {}, "lost": {(h_, x): None}, "one": {(y, x): 1, (h_, x): 2}}
    c = live.Computation(NODES, SLOPES, (), mistakes, k_)
    assert c.claimed[h_, x] == Piecewise((0, sp.Eq(k_, 1)), (2, sp.Eq(k_, 2)), (1, True))
    assert c.claimed[y, x] == Piecewise((1, sp.Eq(k_, 2)), (2 * x, True))
    assert c.claimed[l_, z] == h_


def test_a_constant_stays_where_the_inputs_move():
    """The target y follows x, and is not differentiated."""
    c = live.Computation({y: live.holds(x > 0), l_: x * y}, {(l_, x): y}, (y,))
    assert c.moved({x: 3}, "_end") == {reals("x_end"): x + 3, reals("l_end"): reals("x_end") * y}
    assert c.forward == [l_]
    assert live.checked(c, k_).words[2] == "FAILS for {} of 1 slopes"


def square(**options):
    axes = [live.Axis("", (0, 1))] * 4
    known = {
        "cost": x**2,
        "gradient": [2 * x],
        "logit": x * y + z,
        "parameters": [x],
        "inputs": [y, z],
        "start": [1],
        "rate": k_,
    }
    known |= {"count": 3, "samples": [(0, 1, 1)], "axes": axes}
    return live.training(**known | options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: live.Computation(NODES, {(l_, h_): z}),
            r"slopes: expected .* fewer: \(h, x\), \(h, y\), \(l, z\), \(y, x\)",
        ),
        (lambda: live.Computation({l_: x}, {(x, l_): 1}), r"received more or fewer: \(l, x\), \(x, l\)"),
        (lambda: live.Computation(NODES, dict(reversed(SLOPES.items()))), r"all paths into y before \(y, x\)"),
        (lambda: live.Computation(NODES, SLOPES, (), {"none": {(x, y): 1}}, k_), r"mistakes: .* received \(x, y\)"),
        (lambda: live.Computation(NODES, SLOPES, (), {"none": {}}), "received none and None"),
        (lambda: live.graph(live.Computation(NODES, SLOPES), {x: (0, 0)}, k_), "received x, more or fewer: h, l, y, z"),
        (
            lambda: live.graph(
                live.Computation(NODES, SLOPES), dict.fromkeys([x, y, z, h_, l_], (0, 0)), k_, {(h_, y): k_}
            ),
            "more or fewer: k",
        ),
        (lambda: square(start=[1, 2]), "start: expected 1 expressions, .* received 2"),
        (lambda: square(gradient=[]), "gradient: expected 1 expressions, .* received 0"),
        (lambda: square(samples=[(0, 0, 1), (1, 1, -1)]), r"samples: .* received \(1, 1, -1\)"),
        (lambda: square(samples=[(0, 0)]), r"received \(0, 0\)"),
        (lambda: square(axes=[live.Axis("", (0, 1))]), "axes: expected 4, .* received 1"),
        (lambda: live.slider(x, [1, 2], plays=True, seconds=0), "seconds: expected a positive number, received 0"),
    ],
)
def test_bad_computations_and_trainings_are_refused(make, message):
    assert re.search(message, refused(make))


def test_a_training_iterates_its_update():
    """θ ← θ − η 2θ from 1 with η = 0.25, three times; the results use the last θ."""
    figure = live.Figure(square(), [live.slider(k_, [0.25])], [live.Result("θ", x)], "")
    assert figure.first["values"] == [0.125]


def test_an_item_twice_is_computed_once():
    """Also in another plot; a curve and a point have lists of their own."""
    graphs, marks = [], []
    parts = [live.ellipse(x, y), live.curve("", x), live.point("", y, z), live.ellipse(x, y), live.area("", x, z)]
    assert [item["at"] for item in views.placed(parts, graphs, marks)] == [0, 0, 2, 0, 1]
    assert [item["at"] for item in views.placed(parts[2:], graphs, marks)] == [2, 0, 1]
    assert (graphs, marks) == ([x, x, z], [x, y, y, z])


def test_panels_need_a_start_for_all_that_they_iterate():
    ax = live.Axis("", (0, 1))
    for start in ({x: 1}, {x: 1, y: 1, z: 1}):
        message = refused(live.panels, k_, {(0, 9, 9, 0): (ax, ax, [])}, start, {x: y, y: x}, 3)
        assert re.search("start: expected one expression for each of x, y, received .* x", message)


def test_a_trace_needs_something_that_iterates():
    z = reals("z")
    assert "plot in place of panels" in refused(
        lambda: live.plot(z, live.Axis("z", (0, 1)), live.Axis("y", (0, 1)), [live.trace("", z, z)])
    )
