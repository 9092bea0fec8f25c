"""The printed JavaScript, run by QuickJS, against 400 digits of the second witness and against the package's NumPy.

The tolerance is no guess. ``value_and_bound`` carries, through the same expression, the error that float64 may make:
each operation adds a few units in the last place and passes on, by the difference that it makes, the error of its
operands. Where that exceeds 1e-12 of the value, the expression cancels and the point is dropped; elsewhere the result
must lie within the bound.
"""

import json
import math
import os
import re
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import quickjs
import sympy as sp
from backprop import activations
from backprop.book.live import javascript
from backprop.book.live.figure import JAVASCRIPT
from backprop.book.live.printer import FUNCTIONS, RESERVED, Printer
from backprop.proof.vocabulary import (
    partial,
    reals,
    relu,
    sigmoid,
    silu,
    softplus,
    step,
)
from backprop.proof.witness import World, evaluate
from backprop.shapes import InputError
from helpers import refused
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Add,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    cos,
    cosh,
    exp,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)

x, y, z = X = reals("x y z")
DIGITS = 400  # exp(-800) + 1 is not 1
UNITS = mpmath.mpf(2) ** -50  # eight units in the last place: SiLU and the libraries' exp, cosh, pow
UNDERFLOW = mpmath.mpf("1e-300")
EXTREMES = [s * v for v in (1e-300, 1e-8, 0.5, 1.0, 30.0, 700.0, 800.0, 1e3, 1e300) for s in (1, -1)] + [0.0]


def run(source, *points):
    """The values of the function f of the source at each point."""
    texts = quickjs.Context().eval(
        f"{JAVASCRIPT}{source}JSON.stringify({json.dumps(points)}.map(p => f(...p).map(String)))"
    )
    return [[float(text) for text in row] for row in json.loads(texts)]


def value_and_bound(e, numbers):
    """The value of e and how far from it float64 may end up; None where a step leaves the numbers of float64."""
    if e in numbers:
        return numbers[e], mpmath.mpf(0)
    if not e.args:
        value = evaluate(e, World())
        return value, abs(mpmath.mpf(float(e)) - value)
    if isinstance(e, Piecewise):
        return branch(e, numbers)
    found = [value_and_bound(a, numbers) for a in e.args]
    if None in found:
        return None
    places = reals(f"p:{len(found)}")
    operation = e.func(*places)

    def apply(values):
        return evaluate(operation, World(zip(places, values, strict=True)))

    values = [v for v, _ in found]
    try:
        value = apply(values)
        moved = [
            max(abs(apply([*values[:k], v + d, *values[k + 1 :]]) - value) for d in (b, -b))
            for k, (v, b) in enumerate(found)
            if b
        ]
    except ZeroDivisionError:
        return None
    sizes = map(abs, values if isinstance(e, Add) else [value])
    if not isinstance(value, mpmath.mpf) or not in_range(e, value, values):
        return None
    return value, sum(moved) + UNITS * sum(sizes) + UNDERFLOW


def in_range(e, value, values):
    """Whether no order of the operation's steps can overflow, or underflow on the way to a number that does not."""
    orders = [abs(mpmath.log10(abs(v))) for v in values if v] if isinstance(e, Mul) else []
    return mpmath.isfinite(value) and abs(value) < 1e305 and sum(orders) < 290


def branch(e, numbers):
    """The branch that is taken, where rounding cannot change which."""
    for value, condition in e.args:
        if condition == sp.true:
            return value_and_bound(value, numbers)
        sides = [value_and_bound(side, numbers) for side in condition.args]
        if None in sides:
            return None
        (left, e_left), (right, e_right) = sides
        if abs(left - right) <= e_left + e_right and e_left + e_right:
            return None
        if condition.func(left, right):
            return value_and_bound(value, numbers)


def compared(e, *points):
    """Assert that f(p) lies within the bound at every point where the expression is well conditioned; count these."""
    counted = 0
    for p, (found,) in zip(points, run(javascript("f", X, [e]), *points), strict=True):
        with mpmath.workdps(DIGITS):
            known = value_and_bound(e, dict(zip(X, map(mpmath.mpf, p), strict=True)))
            if known is None or known[1] > abs(known[0]) / 10**12 + 10**3 * UNDERFLOW:
                continue
            counted += 1
            value, bound = known
            assert abs(found - value) <= bound, f"{e} at {p}: {found} against {mpmath.nstr(value, 20)}"
    return counted


# ------------------------------------------------------------------------------------------------------- the values

ONE_ARGUMENT = [exp, Abs, sign, tanh, cosh, sinh, sin, cos, sigmoid, softplus, silu, relu, step]


def ordered(a):
    """What SymPy's Max takes: it refuses softplus(1), of which it cannot tell that it is a real number."""
    return a if a.free_symbols or a.is_comparable else x


TREES = st.recursive(
    st.sampled_from([*X, *X, S.One, S(-1), S(2), Rational(1, 3), Rational(-7, 5), pi]),
    lambda e: st.one_of(
        st.builds(Add, e, e),
        st.builds(Mul, e, e),
        st.builds(lambda a, b: a - b, e, e),
        st.builds(lambda a, b: a / b if b != 0 else a, e, e),
        st.builds(lambda a, n: a**n if a != 0 else a, e, st.sampled_from([-3, -2, -1, 2, 3])),
        st.builds(lambda a, n: (1 + Abs(a)) ** Rational(n, 6), e, st.sampled_from([-9, -3, -2, 1, 3, 4, 9])),
        st.builds(lambda a: log(1 + Abs(a)), e),
        st.builds(lambda f, a: f(a), st.sampled_from(ONE_ARGUMENT), e),
        st.builds(lambda f, a, b: f(ordered(a), ordered(b)), st.sampled_from([Max, Min]), e, e),
        st.builds(lambda a, b, c, d: Piecewise((c, a < b), (d, True)), e, e, e, e),
    ),
    max_leaves=9,
)
NUMBERS = st.one_of(st.floats(-3, 3), st.floats(-40, 40), st.sampled_from(EXTREMES))


def check_random(e, points):
    """Hypothesis itself fails where too many examples have no well-conditioned point."""
    assume(not e.has(sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo, sp.ITE))  # what SymPy made of a constant, or of a condition
    try:
        assume(compared(e, *points))
    except InputError as error:  # exp(exp(30)) written out
        assume("expected constants" not in str(error))
        raise


POINTS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=4, max_size=4)
EXAMPLES = {"deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.too_slow]}


@settings(max_examples=100, **EXAMPLES)
@given(TREES, POINTS)
def test_random_expressions(e, points):
    check_random(e, points)


@pytest.mark.sweep
@settings(max_examples=500, **EXAMPLES)
@given(TREES, POINTS)
def test_many_random_expressions(e, points):
    check_random(e, points)


def test_most_random_points_are_compared():
    """The bound drops few of the ordinary points, and where it does not, it is near the last digit."""
    e = sigmoid(x * y + Rational(1, 3)) * tanh(z) ** 2 / (1 + exp(-x)) + sqrt(x**2 + 1) * cos(y)
    rng = np.random.default_rng(0)
    points = rng.normal(0, 2, (100, 3)).tolist()
    assert compared(e, *points) >= 98
    with mpmath.workdps(DIGITS):
        value, bound = value_and_bound(e, dict(zip(X, map(mpmath.mpf, (0.3, -1.2, 0.7)), strict=True)))
        assert bound < 3e-14 * abs(value)
        tiny = {x: mpmath.mpf(1e-9), y: mpmath.mpf(0), z: mpmath.mpf(0)}
        value, bound = value_and_bound(exp(x) - 1, tiny)
        assert bound > 1e-8 * abs(value)


@pytest.mark.parametrize("f", [*ONE_ARGUMENT, log, sqrt])
def test_functions_at_extremes(f):
    points = [(v, 0.0, 0.0) for v in EXTREMES if not (f in (log, sqrt) and v <= 0)]
    overflows = {exp: 3, cosh: 6, sinh: 6}.get(f, 0)
    assert compared(f(x), *points) == len(points) - overflows


@pytest.mark.parametrize(
    "e",
    [
        -(x**2),
        (-x) ** 3,
        x / (y * z),
        x / y / z,
        x / (y / z),
        (x - y) - z,
        x - (y - z),
        Add(x, Mul(-1, Add(y, -z, evaluate=False), evaluate=False), evaluate=False),
        Mul(-1, -x, evaluate=False),
        Mul(x, S(-3), evaluate=False),
        Mul(x, Pow(Mul(y, z, evaluate=False), -1, evaluate=False), evaluate=False),
        Pow(Pow(x, -1, evaluate=False), -1, evaluate=False),
        Pow(-x, 2, evaluate=False),
        x**-2 * y**-3,
        1 / sqrt(x) + z ** Rational(-2, 3) + x ** Rational(5, 2),
        Pow(2, -y) + Pow(Rational(2, 3), z),
        x ** (y + z),
        Rational(1, 2) * x + Rational(-7, 3) * y + Rational(2, 3),
        x * sp.Float(-0.1) + sp.Float(0.1234567890123456) * y,
        Rational(2**60 + 1, 3**50) * x,
        2**70 * y + x,
        pi * x + sp.E * y,
        exp(-(x**2) / 2) / sqrt(2 * pi),
        Max(x, y, z, 0) - Min(x, -y, z),
        Piecewise((x, x > 1), (y, sp.And(x > 0, y <= 2)), (z, True)) * 2,
        Piecewise((1, sp.Or(sp.Eq(x, y), z > 3)), (Piecewise((2, sp.Ne(y, 1)), (3, True)), True)) - x,
        log(x) / log(2),
        sp.atan2(x - y, -z) + sp.atan2(Abs(y), x),
    ],
    ids=str,
)
def test_precedence_and_constants(e):
    points = [(0.7, 1.3, 2.1), (5.5, 1.25, 3.75), (1.5, 1.5, 0.25), (2.0, 1.0, 4.5), (0.25, 3.0, 0.5)]
    text = Printer().doprint(e)  # as it stands, before cse puts it together anew
    assert "**" not in text
    assert "--" not in text
    for p in points:
        with mpmath.workdps(DIGITS):
            truth = float(evaluate(e, World(zip(X, map(mpmath.mpf, p), strict=True))))
        found = [
            quickjs.Context().eval(f"{JAVASCRIPT}const [x, y, z] = {list(p)}; {text}"),
            *run(javascript("f", X, [e]), p)[0],
        ]
        assert found == pytest.approx([truth, truth], rel=4e-15)


def test_the_ceiling_of_a_quotient_is_exact():
    """A quotient that is an integer is not rounded up to the next one."""
    points = [(float(a), float(b)) for a in range(-40, 401, 3) for b in range(1, 60)]
    found = run(javascript("f", [x, y], [sp.ceiling(x / y), 2 - sp.ceiling(-x)]), *points)
    assert found == [[-(-a // b), 2 + a] for a, b in points]


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "silu", "relu", "tanh"])
def test_activations_are_the_packages(name):
    points = np.concatenate([np.linspace(-1200, 1200, 4801), EXTREMES, np.geomspace(1e-300, 1e300, 400)])
    f = {"sigmoid": sigmoid, "softplus": softplus, "silu": silu, "relu": relu, "tanh": tanh}[name]
    found = np.array(run(javascript("f", [x], [f(x)]), *points.reshape(-1, 1).tolist()))[:, 0]
    expected = getattr(activations, name)(points)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, rtol=2e-15, atol=1e-307)
    limits = quickjs.Context().eval(
        f"{JAVASCRIPT}JSON.stringify([{FUNCTIONS[f]}(-Infinity), 1 / {FUNCTIONS[f]}(Infinity)])"
    )
    lowest, highest = getattr(activations, name)(np.array([-np.inf, np.inf]))
    assert json.loads(limits) == [lowest, 1 / highest]


@pytest.mark.parametrize("f", [sigmoid, softplus, silu, relu, step])
def test_derivatives_are_finite_wherever_the_functions_are(f):
    """No inf·0 and no inf − inf in the chapter's closed forms."""
    once, twice = partial(f(x), x), partial(partial(f(x), x), x)
    found = run(javascript("f", [x], [once, twice]), *[(v,) for v in EXTREMES])
    assert np.isfinite(found).all()


def test_a_condition_on_cases():
    """SymPy turns it into nested conditions, its ITE."""
    nested = Piecewise((1, Piecewise((-2, x > y), (y, x > z), (z, True)) > 1), (0, True))
    assert nested.has(sp.ITE)
    points = [(3, 2, 9), (2, 3, 1), (2, 2.5, 1), (0.5, 1, 0.2), (1, 1, 5), (1, 1, 1)]
    assert run(javascript("f", X, [nested]), *points) == [[0], [1], [1], [0], [1], [0]]


def test_not_real_is_not_a_number():
    """Root and logarithm of a negative number: NaN, and never the real cube root of −8."""
    found = run(javascript("f", [x], [sqrt(x), log(x), x ** Rational(1, 3)]), (-8.0,))
    assert all(map(math.isnan, found[0]))


# ----------------------------------------------------------------------------------------------------- the function


def test_partial_is_computed_and_a_definition_is_not_expanded():
    source = javascript("f", [x, y], [partial(softplus(x * y), x), partial(partial(x**2 * y, x), y)])
    assert source == "function f(x, y) {\n  return [y*sigmoid(x*y), 2*x];\n}"


def test_shared_parts_are_computed_once_and_named_like_no_argument():
    t0, t2 = reals("t0 t2")
    piece = Piecewise((exp(t0 * t2), t0 > t2), (sin(t0 * t2), True))
    source = javascript("t1", [t0, t2], [piece, piece + 1, exp(t0 * t2)])
    assert source.count("Math.exp") == source.count("t0 > t2") == 1
    assert not re.search("const t[012] ", source)
    value = quickjs.Context().eval(f"{source}JSON.stringify(t1(3, 0.5))")
    assert json.loads(value) == pytest.approx([math.exp(1.5), math.exp(1.5) + 1, math.exp(1.5)], rel=1e-15)


def test_names():
    a, b = reals("z_{1} η")
    assert javascript("g_1", [a, b], [a - b]) == "function g_1(z_1, η) {\n  return [z_1 - η];\n}"
    assert javascript("f", [a], []) == "function f(z_1) {\n  return [];\n}"
    assert javascript("f", [], [1, 0.5, Rational(1, 3)]) == "function f() {\n  return [1, 0.5, 1/3];\n}"


def test_every_function_of_the_table_is_printed_and_every_helper_is_reserved():
    for f, text in FUNCTIONS.items():
        assert f"{text}(" in javascript("f", X, [f(x) if f not in (Max, Min, sp.atan2) else f(x, y)])
        assert text.startswith("Math.") or (f"function {text}(z)" in JAVASCRIPT and text in RESERVED)


def test_javascript_itself_refuses_the_reserved_words():
    globals_ = {"Infinity", "Math", "NaN", "undefined", "sigmoid", "softplus", "silu", "relu", "step", "async"}
    for word in RESERVED - globals_:
        with pytest.raises(quickjs.JSException):
            quickjs.Context().eval(
                f"'use strict'; async function* f() {{ class C {{ static {{ let {word} = 1; }} }} }}"
            )


SCRIPT = """
from backprop.book.live import javascript
from backprop.proof.vocabulary import partial, reals, sigmoid, silu
from sympy import Max, Min, Or, Piecewise, exp, tanh
names = reals("a b c d w_1 w_2 w_3 η")
a, b, c, d, *w, h = names
s = sum(v*u for v, u in zip(w, (a, b, c))) + d
y = tanh(s)*sigmoid(s) + Max(a, b, c*d, s) - Min(s, a, h)
y += Piecewise((exp(s), Or(a > b, c > d, s > h)), (silu(s), True))
print(javascript("f", names, [y, *(partial(silu(s)*tanh(s), v) for v in names)]))
p, q, r = reals("p q r")
print(javascript("g", names, [p*q + r, tanh(s)], {p: tanh(s)*a, q: tanh(s)*p, r: exp(p*q)}))
"""


def test_the_same_text_in_every_process():
    texts = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    (text,) = texts
    assert text.startswith(b"function f(a, b, c, d, w_1, w_2, w_3, ")


# ------------------------------------------------------------------------------------------------------ abbreviations


def test_abbreviations_are_computed_before_their_use():
    p, q, r = reals("p ŷ d_ℓ")
    where = {p: tanh(x * y) + z, q: p * tanh(x * y), r: sigmoid(p * q)}
    source = javascript("f", X, [r, p * q], where)
    assert source.splitlines()[1:-2] == [
        "  const t0 = Math.tanh(x*y);",
        "  const p = t0 + z;",
        "  const ŷ = p*t0;",
        "  const t1 = p*ŷ;",
        "  const d_ℓ = sigmoid(t1);",
    ]
    ((first, second),) = run(source, [0.3, -2.0, 0.5])
    value = np.tanh(-0.6) + 0.5
    assert second == pytest.approx(value**2 * np.tanh(-0.6), rel=1e-14)
    assert first == pytest.approx(1 / (1 + np.exp(-second)), rel=1e-14)


def test_abbreviations_that_nothing_needs_are_left_out():
    p, q, r = reals("p q r")
    where = {p: x + 1, q: p**2, r: partial(p * y, p)}
    assert javascript("f", X, [r], where) == "function f(x, y, z) {\n  const r = y;\n  return [r];\n}"
    assert javascript("f", X, [q], where).count("const") == 2
    assert "const" not in javascript("f", X, [x], where)


def test_refused_abbreviations():
    p, q, t = reals("p q t")
    assert "received [q]" in refused(javascript, "f", X, [p], {p: q + 1, q: x})
    assert "received [t]" in refused(javascript, "f", X, [p], {p: t})
    assert "different names, received f, x, y, z, x" in refused(javascript, "f", X, [x], {x: y})
    assert "received gamma" in refused(javascript, "f", X, [p], {p: sp.gamma(x)})
    assert "received 'x'" in refused(javascript, "f", X, [p], {p: "x"})
    assert "names of letters" in refused(
        javascript, "f", X, [sp.Symbol("let", real=True)], {sp.Symbol("let", real=True): x}
    )
