"""What the printer refuses, each with its likely cause."""

import numpy as np
import pytest
import sympy as sp
from backprop.book.live import javascript
from backprop.proof.vocabulary import arbitrary, array, entry, matrix, partial, reals
from backprop.shapes import InputError
from sympy import Max, Piecewise, Rational, exp, log, sqrt

x, y, z = X = reals("x y z")
k, n = sp.symbols("k n", integer=True, positive=True)
W, V = array("W", n), array("V", n, 3)


@pytest.mark.parametrize(
    ("e", "received"),
    [
        (sp.Function("g", real=True)(x), r"expected numbers, .* step, received g: g\(x\)"),
        (arbitrary("f")(x), r"received f: f\(x\)"),
        (partial(arbitrary("f")(x), x), r"received f′: f′\(x\)"),
        (sp.gamma(x), "received gamma"),
        (sp.Heaviside(x), "received Heaviside"),
        (partial(Max(x, 0), x), "received Heaviside"),
        (sp.Mod(x, 2), "received Mod"),
        (sp.Derivative(sp.Function("g")(x), x), "received Derivative"),
        (sp.Sum(x**k, (k, 1, n)), "received Sum"),
        (sp.Sum(x**k, (k, 1, 3)), "received Sum"),
        (sp.Integral(exp(x**2), x), "received Integral"),
        (W[k], "received Indexed"),
        (sp.KroneckerDelta(k, n), "received KroneckerDelta"),
        (sp.Matrix([x, y]), "received ImmutableDenseMatrix"),
        (sp.MatrixSymbol("A", 2, 2), "received MatrixSymbol"),
        (entry(matrix(V) * matrix(V).T, k, k), "received Sum"),
        (np.ones(2), r"received array\(\[1., 1.\]\)"),
        ("x", "received 'x'"),
        (x > 0, "received x > 0"),
        (None, "received None"),
        (sp.nan, "received NaN"),
        (float("nan"), "received NaN"),
        (float("inf"), "received Infinity"),
        (x - sp.oo, "received NegativeInfinity"),
        (sp.zoo, "received ComplexInfinity"),
        (sp.I * x, "received ImaginaryUnit"),
        (sqrt(-2) * x, "received ImaginaryUnit"),
        (x * (-8) ** Rational(1, 3), r"expected real numbers, received \(-1\)\*\*\(1/3\)"),
        (log(-3), "expected real numbers, received"),
        (sp.EulerGamma, "received EulerGamma"),
        (x * 10**400, r"expected constants .* received 1.00000e\+400"),
        (x * sp.Float("1e400"), r"expected constants .* received 1.00000e\+400"),
        (x * Rational(1, 10**400), r"expected constants .* received 1.00000e-400"),
        (Piecewise((1, x > 0)), r"Piecewise with a last branch .* received Piecewise"),
        (Piecewise((1, x), (0, True)), "expected conditions .* received Symbol: x"),
        (Piecewise((1, sp.Xor(x > 0, y > 0)), (0, True)), "expected conditions .* received Xor"),
        (Piecewise((1, sp.gamma(x) > 2), (0, True)), "received gamma"),
        (x + n, r"expected no symbols but the arguments \[x, y, z\], received \[n\]"),
        (sp.Symbol("x") + y, r"but the arguments \[x, y, z\], received \[x\]"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_refused_expressions(e, received):
    with pytest.raises(InputError, match=f"(?is){received}.*Likely cause"):
        javascript("f", X, [1, e])


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        ([x, x], "different names, received f, x, x"),
        ([x, sp.Symbol("x", positive=True)], "different names, received f, x, x"),
        (reals("z_1 z_{1}"), "different names, received f, z_1, z_1"),
        ([reals("f")], "different names, received f, f"),
        ([sp.Symbol("x")], "real symbols, received x"),
        (["x"], "real symbols, received 'x'"),
        ([x**2], r"real symbols, received x\*\*2"),
        ([sp.Symbol(r"\hat{y}", real=True)], r"names of .* received '\\\\haty'"),
        ([sp.Symbol("w_{1,2}", real=True)], "names of .* received 'w_1,2'"),
        ([sp.Symbol("y′", real=True)], "names of .* received 'y′'"),
        ([sp.Symbol("2x", real=True)], "names of .* received '2x'"),
        ([sp.Symbol("a;alert", real=True)], "names of .* received 'a;alert'"),
        *[
            ([sp.Symbol(w, real=True)], f"names of .* received '{w}'")
            for w in ("let", "var", "Math", "sigmoid", "yield")
        ],
    ],
    ids=str,
)
def test_refused_arguments(arguments, received):
    with pytest.raises(InputError, match=f"expected {received}.*Likely cause"):
        javascript("f", arguments, [1])


@pytest.mark.parametrize("name", ["function", "a b", "", "f()", "silu"])
def test_refused_function_names(name):
    with pytest.raises(InputError, match="expected names of"):
        javascript(name, X, [x])


@pytest.mark.parametrize("expressions", [x, "x"], ids=str)
def test_refused_lists(expressions):
    with pytest.raises(InputError, match=r"expected a list of expressions.*without brackets"):
        javascript("f", X, expressions)
