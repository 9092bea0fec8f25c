"""The checks by numbers: wrong functions and wrong gradients that must fail, and right ones that must pass though
rounding, zeros, ties or a kink make them hard.
"""

import random
import time

import mpmath
import numpy as np
import pytest
import sympy as sp
from backprop import loss as ls
from backprop.backpropagation import cost_and_gradient, cost_of
from backprop.forward_pass import Network, initialise
from backprop.proof import Disagreement, ShowsNothing, agree, gradient_check, prove
from backprop.proof.checks import DRAWS, FEW, design
from backprop.proof.errors import ClaimError
from backprop.proof.extrapolation import limit
from backprop.proof.gradients import Line
from backprop.proof.rounding import Careful, Machine, rounding
from backprop.proof.values import WORKING, World
from backprop.proof.vocabulary import (
    arbitrary,
    array,
    elementwise,
    entry,
    indices,
    matrix,
    partial,
    reals,
    relu,
    sigmoid,
    silu,
    sizes,
    softplus,
    step,
)
from sympy import Abs, KroneckerDelta, Max, Piecewise, Rational, Sum, exp, log, sqrt, tanh

N, D, H, K = sizes("N D H K")
n, i, j, k = indices("n i j k")
y, z = reals("y z")
X, W, b = array("X", N, D), array("W", D, H), array("b", H)
x, S = array("x", D), array("S", N, N)
logits, P = array("z", K), array("p", K)
softmax = {P[j]: exp(logits[j]) / Sum(exp(logits[k]), (k, 1, K))}
layer = Sum(X[n, i] * W[i, j], (i, 1, D)) + b[j]
mean = Sum(x[j], (j, 1, D)) / D


def dense(X, W, b):
    return X @ W + b


# ---------------------------------------------------------------------------------------------------------- agree


def overwrites_weights(X, W, b):
    W *= 2
    return X @ W / 2 + b


def overwrites_and_restores_all_but_zeros(X, W, b):
    result = dense(X, W, b)
    b[b == 0] = 1e-300
    return result


def wrong_where(wrong, function=dense):
    """A right function, but another result where ``wrong`` holds of its arguments."""
    return lambda *a: function(*a) + 1.0 * wrong(*a)


def has_a_zero_and_no_tie(a):
    return 0 < (a == 0).sum() < a.size - 1 and np.unique(a[a != 0]).size == (a != 0).sum()


def has_equal_rows(a):
    return len(a) > 1 and np.ptp(a, axis=0).max() == 0 < np.ptp(a)


def is_constant(a):
    return a.size > 1 and np.ptp(a) == 0 != a.flat[0]


WRONG_LAYERS = {
    "no bias": (lambda X, W, b: X @ W, "relative error"),
    "minus the bias": (lambda X, W, b: X @ W - b, "relative error"),
    "another shape": (lambda X, W, b: (X @ W + b).T, "expected real numbers of shape"),
    "a sum too many": (lambda X, W, b: (X @ W + b).sum(0), "expected real numbers of shape"),
    "not a number": (lambda X, W, b: X @ W + b * np.nan, "received nan"),
    "an infinity": (lambda X, W, b: X @ W + b + np.inf, "received inf"),
    "float32": (
        lambda X, W, b: (X @ W + b).astype(np.float32),
        "expected float64, received float32, .* relative error",
    ),
    "objects": (lambda X, W, b: (X @ W + b).astype(object), "received object of shape"),
    "text": (lambda X, W, b: (X @ W + b).astype(str), "expected real numbers"),
    "nothing": (lambda X, W, b: None, "expected real numbers"),
    "off by 1e-6": (lambda X, W, b: dense(X, W, b) * (1 + 1e-6), "relative error 1e-06"),
    "off by 1e-9": (lambda X, W, b: dense(X, W, b) * (1 + 1e-9), "relative error 1e-09"),
    "wrong for N > 9": (wrong_where(lambda X, W, b: len(X) > 9), "N: 13"),
    "wrong for D > 9": (wrong_where(lambda X, W, b: len(W) > 9), "D: 13"),
    "wrong for H > 12": (wrong_where(lambda X, W, b: len(b) > 12), "H: 13"),
    "wrong for N = 1": (wrong_where(lambda X, W, b: len(X) == 1), "N: 1"),
    "wrong where all sizes are 1": (wrong_where(lambda X, W, b: X.size == W.size == 1), "{D: 1, H: 1, N: 1}"),
    "transposed where N = H": (lambda X, W, b: dense(X, W, b).T if len(X) == len(b) else dense(X, W, b), "relative"),
    "W transposed where D = H": (lambda X, W, b: X @ (W.T if len(W) == len(b) else W) + b, "relative error"),
    "wrong at a zero": (wrong_where(lambda *arrays: any(map(has_a_zero_and_no_tie, arrays))), "relative error"),
    "wrong at a single zero": (wrong_where(lambda X, W, b: (b == 0).sum() == 1), "relative error"),
    "wrong where X is 0": (wrong_where(lambda X, W, b: not X.any()), "relative error"),
    "wrong where a row repeats": (wrong_where(lambda X, W, b: has_equal_rows(X)), "relative error"),
    "wrong where W is constant": (wrong_where(lambda X, W, b: is_constant(W) and W[0, 0] != 0.75), "relative error"),
    "wrong where entries tie": (wrong_where(lambda X, W, b: np.unique(b).size < b.size), "relative error"),
    "wrong where two arrays are equal": (wrong_where(lambda X, W, b: X.flat[0] == W.flat[0] != 0), "relative error"),
    "wrong for large numbers": (wrong_where(lambda X, W, b: abs(X).max() > 19), "relative error"),
    "overwrites W": (overwrites_weights, "received W changed by the function"),
    "overwrites zeros of b": (overwrites_and_restores_all_but_zeros, "received b changed by the function"),
}


@pytest.mark.parametrize("case", WRONG_LAYERS)
def test_agree_refuses_a_wrong_layer(case):
    function, message = WRONG_LAYERS[case]
    with pytest.raises(Disagreement, match=message):
        agree(layer, function, (X, W, b), (n, j))


WRONG = {
    "a step that is 1 at 0": (step(z), lambda z: float(z >= 0), (z,)),
    "a relu that is 1e-9 at 0": (relu(z), lambda z: max(z, 0.0) + 1e-9 * (z == 0), (z,)),
    "a hinge that is bent at the wrong side": (step(1 - z), lambda z: float(z <= 1), (z,)),
    "a maximum that is wrong at ties": (Max(y, z), lambda y, z: max(y, z) * (y != z), (y, z)),
    "an angle that is wrong": (sp.atan2(y, z), lambda y, z: np.arctan(y / z), (y, z)),
    "a sign that is 1 at 0": (sp.sign(z), lambda z: 1.0 if z >= 0 else -1.0, (z,)),
    "a softplus that loses its digits": (softplus(z), lambda z: np.log(1 + np.exp(z)), (z,)),
    "a sigmoid that loses its digits": (sigmoid(z), lambda z: 1 - 1 / (1 + np.exp(z)), (z,)),
    "a derivative that cancels": (partial(tanh(4 * z) / 4, z), lambda z: 1 - np.tanh(4 * z) ** 2, (z,)),
    "a difference that is right only at 0": (1 - tanh(4 * z) ** 2, lambda z: 0.0 * z, (z,)),
    "an exponential without its sign": (exp(100 * z), lambda z: np.exp(100 * abs(z)), (z,)),
    "0 for infinity": (exp(100 * z), lambda z: np.nan_to_num(np.exp(100 * z), posinf=0.0), (z,)),
    "minus infinity for infinity": (
        exp(100 * z),
        lambda z: np.where(np.exp(100 * z) > 1e307, -np.inf, np.exp(100 * z)),
        (z,),
    ),
    "the largest number for infinity": (exp(100 * z), lambda z: np.nan_to_num(np.exp(100 * z)), (z,)),
    "1e-200 for an underflow": (exp(-100 * Abs(z)), lambda z: np.exp(-100 * abs(z)) + 1e-200, (z,)),
    "the wrong size": (Sum(x[i], (i, 1, D)) / D, lambda x, D: x.sum() / (D + 1), (x, D)),
    "a median in place of a mean": (Sum(x[i], (i, 1, D)) / D, lambda x: np.median(x), (x,)),
    "a variance by the wrong mean": (Sum((x[i] - mean) ** 2, (i, 1, D)) / D, lambda x: np.var(x) * (1 + 1e-6), (x,)),
    "a complex result": (z, lambda z: z + 1j, (z,)),
    "two numbers for one": (Sum(x[i], (i, 1, D)), lambda x: np.array([x.sum(), x.sum()]), (x,)),
}


@pytest.mark.parametrize("case", WRONG)
def test_agree_refuses_a_wrong_function(case):
    formula, function, arguments = WRONG[case]
    with pytest.raises(Disagreement):
        agree(formula, function, arguments)


RIGHT = {
    "cancellation to 0": (1 - tanh(4 * z) ** 2, lambda z: 1 - np.tanh(4 * z) ** 2, (z,)),
    "cancellation avoided": (1 - tanh(4 * z) ** 2, lambda z: 4 / (np.exp(4 * z) + np.exp(-4 * z)) ** 2, (z,)),
    "underflow and overflow": (exp(100 * z), lambda z: np.exp(100 * z), (z,)),
    "far beyond both": (exp(-(10**6) * z), lambda z: np.exp(-1e6 * z), (z,)),
    "an intermediate overflow": (
        exp(100 * z) / (1 + exp(100 * z)),
        lambda z: np.exp(100 * z) / (1 + np.exp(100 * z)),
        (z,),
    ),
    "an underflow taken back": (
        log(exp(-90 * z**2) + exp(-80 * z**2)),
        lambda z: np.log(np.exp(-90 * z**2) + np.exp(-80 * z**2)),
        (z,),
    ),
    "softplus as it is written": (log(1 + exp(z)), lambda z: np.log(1 + np.exp(z)), (z,)),
    "softplus without overflow": (log(1 + exp(z)), lambda z: np.logaddexp(0, z), (z,)),
    "a difference of squares": (y**2 - z**2, lambda y, z: (y - z) * (y + z), (y, z)),
    "a variance": (Sum((x[i] - mean) ** 2, (i, 1, D)) / D, lambda x: np.var(x), (x,)),
    "a variance by two means": (Sum(x[i] ** 2, (i, 1, D)) / D - mean**2, lambda x: np.var(x), (x,)),
    "a norm of zeros": (sqrt(Sum(x[i] ** 2, (i, 1, D))), lambda x: np.linalg.norm(x), (x,)),
    "a logarithm where there is one": (log(z), lambda z: np.log(z), (z,)),
    "a division by zero": (y / z, lambda y, z: y / z if z else np.nan, (y, z)),
    "a derivative far in its tail": (partial(tanh(20 * z) / 20, z), lambda z: 1 / np.cosh(20 * z) ** 2, (z,)),
    "a step, 0 at 0": (step(z), lambda z: float(z > 0), (z,)),
    "a step as a truth value": (step(z), lambda z: z > 0, (z,)),
    "a kink in a derivative": (partial(relu(z) ** 2, z), lambda z: 2 * max(z, 0.0), (z,)),
    "a step of a difference": (step(x[1] - x[D]), lambda x: float(x[0] > x[-1]), (x,)),
    "a maximum at ties": (Max(y, z), max, (y, z)),
    "a size": (Sum(x[i], (i, 1, D)) / D, lambda x, D: x.sum() / D, (x, D)),
    "a size first": (Sum(x[i], (i, 1, D)) / D, lambda D, x: x.sum() / D, (D, x)),
    "a size that no array has": (z**D, lambda z, D: z**D, (z, D)),
    "a number of shape (1,)": (Sum(x[i], (i, 1, D)), lambda x: x.sum(keepdims=True), (x,)),
    "a number of shape (1, 1)": (Sum(x[i], (i, 1, D)), lambda x: x.sum(keepdims=True)[None], (x,)),
    "a whole number": (step(z) * D, lambda z, D: D * int(z > 0), (z, D)),
    "an argument that is not used": (z, lambda z, unused: z, (z, x)),
    "an angle": (sp.atan2(y, z), np.arctan2, (y, z)),
    "a trace": (Sum(S[i, i], (i, 1, N)), np.trace, (S,)),
}


@pytest.mark.parametrize("case", RIGHT)
def test_agree_accepts_a_right_function(case):
    formula, function, arguments = RIGHT[case]
    check = agree(formula, function, arguments)
    assert check.text.startswith("12 draws, ")
    assert check.text.endswith("largest relative error below 1e-12")


def test_agree_accepts_the_layer():
    check = agree(layer, dense, (X, W, b), (n, j))
    assert repr(check) == "check: 12 draws, 1 <= D, H, N <= 13, largest relative error below 1e-12"
    assert "proved" not in repr(check)


def test_agree_accepts_a_softmax_jacobian_at_ties():
    p = exp(logits[i]) / Sum(exp(logits[k]), (k, 1, K))
    q = exp(logits[j]) / Sum(exp(logits[k]), (k, 1, K))

    def jacobian(z):
        p = np.exp(z - z.max())
        p /= p.sum()
        return np.diag(p) - np.outer(p, p)

    agree(p * (KroneckerDelta(i, j) - q), jacobian, (logits,), (i, j))
    with pytest.raises(Disagreement):
        agree(p * (KroneckerDelta(i, j) - q), lambda z: jacobian(z) * (1 + 1e-6), (logits,), (i, j))


def test_agree_compares_float32_with_a_tolerance_of_its_own():
    text = agree(layer, dense, (X, W, b), (n, j), dtype="float32").text
    assert text == "12 draws, 1 <= D, H, N <= 13, largest relative error below 1e-05"
    agree(1 - tanh(4 * z) ** 2, lambda z: 1 - np.tanh(4 * z) ** 2, (z,), dtype="float32")
    agree(exp(10 * z), lambda z: np.exp(10 * z), (z,), dtype="float32")
    agree(step(z), lambda z: z > 0, (z,), dtype="float32")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda X, W, b: dense(X, W, b) * np.float32(1 + 1e-4), "relative error"),
        (lambda X, W, b: dense(X, W, b).astype(np.float16), "received float16"),
        (lambda X, W, b: dense(X, W, b) * np.float64(1), "expected float32, received float64. Likely cause"),
        (lambda X, W, b: X @ W, "relative error"),
    ],
)
def test_agree_refuses_a_wrong_float32_function(function, message):
    with pytest.raises(Disagreement, match=message):
        agree(layer, function, (X, W, b), (n, j), dtype="float32")


def test_agree_gives_an_int_that_fits_the_arrays():
    seen = []

    def function(x, D):
        seen.append((type(D), len(x) == D))
        return x * D

    agree(x[i] * D, function, (x, D), i)
    assert set(seen) == {(int, True)}


def test_agree_draws_float32_numbers_and_copies():
    kept = []

    def function(x, z):
        kept.append((x.dtype, z.dtype, x.flags.writeable))
        return x * z

    agree(x[i] * z, function, (x, z), i, dtype="float32")
    assert set(kept) == {(np.dtype("float32"), np.dtype("float32"), True)}


def test_agree_respects_declared_signs_at_zeros():
    s, positive = array("s", D, positive=True), sp.Symbol("c", positive=True)

    def function(s, c):
        assert (s > 0).all()
        assert c > 0
        return np.log(s) + np.log(c)

    agree(log(s[i]) + log(positive), function, (s, positive), i)


def test_agree_demands_that_every_branch_is_reached():
    agree(relu(z), lambda z: max(z, 0.0), (z,))
    with pytest.raises(Disagreement, match="never reached the branch True"):
        agree(Piecewise((y, y > -1000), (0, True)), lambda y: y, (y,))


def test_agree_refuses_a_check_that_shows_nothing():
    with pytest.raises(ShowsNothing, match="every expected value was 0"):
        agree(0 * z, lambda z: 0.0, (z,))
    with pytest.raises(ShowsNothing, match="nowhere defined"):
        agree(log(-1 - z**2), lambda z: z, (z,))
    hidden = exp(z) * (exp(-z) + 10**40) - 10**40 * exp(z)
    with pytest.raises(ShowsNothing, match="rounding hides every value"):
        agree(hidden, lambda z: 3.0, (z,))


def test_agree_needs_every_argument():
    with pytest.raises(ClaimError, match=r"every array and number of the expression, \['W', 'b'\] missing"):
        agree(layer, lambda X: X, (X,), (n, j))
    with pytest.raises(ClaimError, match=r"\['z'\] missing"):
        agree(z * y, lambda y: y, (y,))
    with pytest.raises(ClaimError, match=r"\['D'\] missing"):
        agree(z**D, lambda z: z**3, (z,))
    with pytest.raises(ClaimError, match="expected every free index"):
        agree(x[i], lambda x: x, (x,))
    with pytest.raises(ClaimError, match="expected every free index"):
        agree(x[i], lambda x: x, (x,), (i, j))
    with pytest.raises(ClaimError, match="expected arrays, real symbols and sizes, received i"):
        agree(x[i], lambda x, i: x, (x, i), i)
    with pytest.raises(ClaimError, match="received x\\[i\\]"):
        agree(x[i], lambda x: x, (x[i],), i)
    with pytest.raises(ClaimError, match="float64 or float32"):
        agree(x[i], lambda x: x, x, i, dtype="int64")
    with pytest.raises(ClaimError, match="at least 1 draw"):
        agree(x[i], lambda x: x, x, i, draws=0)
    with pytest.raises(ClaimError, match=r"expected known functions, received F\(y, z\)"):
        agree(arbitrary("F", 2)(y, z), lambda y, z: y, (y, z))


def test_agree_evaluates_matrices_at_ties():
    bent = entry(elementwise(lambda s: s - tanh(s), matrix(X) * matrix(W)), n, j)
    agree(bent, lambda X, W: X @ W - np.tanh(X @ W), (X, W), (n, j))
    with pytest.raises(Disagreement):
        agree(bent, lambda X, W: (X @ W - np.tanh(X @ W)) * (1 + 1e-6), (X, W), (n, j))


def test_agree_takes_one_thing_for_a_tuple():
    assert agree(x[i], lambda x: x, x, i).text.startswith("12 draws, 1 <= D <= 13")


def test_agree_evaluates_the_right_side_of_a_proof_with_its_abbreviations():
    rows = prove(Sum(P[j], (j, 1, K)), Sum(P[j], (j, 1, K)), where=softmax)
    agree(rows, lambda z: 1.0, (logits,))
    with pytest.raises(Disagreement):
        agree(rows, lambda z: 1.001, (logits,))
    silu_layer = prove(silu(layer), silu(layer))
    agree(silu_layer, lambda X, W, b: dense(X, W, b) / (1 + np.exp(-dense(X, W, b))), (X, W, b), (n, j))


def test_agree_rounds_its_bound_up():
    check = agree(z, lambda z: z * (1 + 3.4e-5), (z,), rtol=1e-3)
    assert "below 0.001" in repr(check)


def test_agree_lets_an_error_of_the_function_through():
    def refuses(X, W, b):
        raise ValueError("no zeros, please")

    with pytest.raises(ValueError, match="no zeros, please"):
        agree(layer, refuses, (X, W, b), (n, j))


def test_the_first_draws_have_every_kind_of_size():
    symbols = [N, D, H, K]
    drawn = [design(number, symbols, random.Random(number))[0] for number in range(len(DRAWS))]
    assert all(any(sizes[s] > 9 and all(sizes[o] < 4 for o in symbols if o != s) for sizes in drawn) for s in symbols)
    assert any(len({*sizes.values()}) == 1 and sizes[N] > 1 for sizes in drawn)
    assert {1} in [{*sizes.values()} for sizes in drawn]
    assert any(len({*sizes.values()}) == len(symbols) for sizes in drawn)
    assert len({*FEW}) == len(FEW)


def test_agree_is_fast():
    start = time.perf_counter()
    agree(layer, dense, (X, W, b), (n, j))
    assert time.perf_counter() - start < 5  # a twentieth of a second on a quiet processor


DOUBLE = Machine(np.finfo(float))


@pytest.mark.parametrize(
    ("formula", "at", "least", "most"),
    [
        (1 - tanh(4 * z) ** 2, 5.0, 2e-16, 1e-14),
        (partial(tanh(4 * z) / 4, z), 5.0, 1e-33, 1e-30),
        (exp(-100 * z), 10.0, 1e-308, 1e-307),
        (exp(100 * z), 10.0, np.inf, np.inf),
        (step(z - 1), 1.0, 0, 1e-15),
        (step(z - Rational(1, 3)), 1 / 3, 1, 2),
        (z**2, 3.0, 2e-15, 2e-14),
        (sqrt(z), 0.0, 0, 0),
    ],
)
def test_what_rounding_makes_of_a_formula(formula, at, least, most):
    with mpmath.workdps(WORKING):
        assert least <= float(rounding(formula, Careful(World({z: mpmath.mpf(at)})), DOUBLE)[1]) <= most


def test_a_value_with_more_digits():
    with mpmath.workdps(WORKING):
        far, _ = rounding(1 - tanh(4 * z) ** 2, Careful(World({z: mpmath.mpf(50)})), DOUBLE)
    assert float(mpmath.log(far)) == pytest.approx(np.log(4) - 400)


# -------------------------------------------------------------------------------------------------- gradient check


def cubic(t):
    return (t**3).sum()


theta = np.array([[1.0, -2.0], [0.5, 3.0]])
point = np.array([1.0, -2.0, 0.5])


def test_gradient_check_accepts_the_gradient():
    check = gradient_check(cubic, 3 * theta**2, theta, complex_step=True)
    assert repr(check) == "check: 8 directions, central differences agree to 1e-06, complex step to 1e-12"


@pytest.mark.parametrize("wrong", [-3 * theta**2, 3 * theta, 3 * theta**2 + 1e-4, 3 * theta.T**2, 0 * theta])
def test_gradient_check_refuses_a_wrong_gradient(wrong):
    with pytest.raises(Disagreement, match=r"central differences: slope .*, the gradient says"):
        gradient_check(cubic, wrong, theta)


def test_complex_step_sees_what_differences_cannot():
    wrong = 3 * theta**2 * (1 + 1e-9)
    gradient_check(cubic, wrong, theta)
    with pytest.raises(Disagreement, match="complex step"):
        gradient_check(cubic, wrong, theta, complex_step=True)


def test_gradient_check_refuses_kinks_shapes_and_nan():
    with pytest.raises(Disagreement, match="a kink lies within 1e-06"):
        gradient_check(lambda t: np.abs(t).sum(), np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    with pytest.raises(ClaimError, match=r"expected the shape \(2, 2\) of the point, received \(2,\)"):
        gradient_check(cubic, theta[0], theta)
    with pytest.raises(ClaimError, match="expected finite numbers"):
        gradient_check(cubic, theta * np.nan, theta)
    with pytest.raises(ClaimError, match="expected finite values"):
        gradient_check(lambda t: np.inf, theta, theta)


@pytest.mark.parametrize("scale", [1.0, 1e-2, 1e-3])
def test_gradient_check_does_not_take_a_minimum_for_a_kink(scale):
    curvature, rng = np.array([1.0, 10.0]), np.random.default_rng(0)
    for _ in range(50):
        at = rng.normal(scale=scale, size=2)
        gradient_check(lambda s: 0.5 * (curvature * s**2).sum(), curvature * at, at)
    gradient_check(lambda s: ((s - at) ** 2).sum(), 0 * at, at)
    with pytest.raises(Disagreement):
        gradient_check(lambda s: ((s - at) ** 2).sum(), 0 * at + 1e-8, at)


def test_gradient_check_sees_a_kink_beside_the_point():
    for offset in (0.0, 1e-7, 3e-6):
        at = np.array([offset])
        with pytest.raises(Disagreement):
            gradient_check(lambda s: np.abs(s).sum() + 0 * s.sum(), np.sign(at + 1e-300) * 0.5, at)


def test_gradient_check_names_a_kink_that_hides_the_slope():
    with pytest.raises(Disagreement, match=r"the slopes ahead and behind differ: a kink lies within 1e-0[56]"):
        gradient_check(lambda t: 1 + abs(t).sum(), np.ones(1), np.array([1e-9]))


def test_gradient_check_needs_a_direction_and_a_tolerance():
    with pytest.raises(ClaimError, match="at least 1 direction"):
        gradient_check(np.sum, np.zeros(2), np.zeros(2), directions=0)
    with pytest.raises(ClaimError, match="rtol below 1"):
        gradient_check(np.sum, np.zeros(2), np.zeros(2), rtol=np.inf)


def test_gradient_check_keeps_the_point_that_its_function_overwrites():
    theta = np.array([1.0, 2.0])

    def cost(p):
        theta[...] = p
        return (theta**3).sum()

    gradient_check(cost, 3 * theta**2, theta)


def test_gradient_check_gives_its_function_a_copy():
    def cost(p):
        p *= p
        return p.sum()

    at = point.copy()
    gradient_check(cost, 2 * at, at)
    assert (at == point).all()


def test_gradient_check_knows_the_rounding_of_its_function():
    t = np.zeros(2410)
    gradient_check(lambda t: np.log(np.exp(t / 100).sum()), np.full(2410, 1 / 241000), t)
    with pytest.raises(Disagreement):
        gradient_check(lambda t: np.log(np.exp(t / 100).sum()), np.full(2410, 1.1 / 241000), t)


def saturated(t):
    return np.tanh(t).sum()


def large_cost(t):
    return 1e12 + (t**2).sum()


def hidden_rounding(t):
    """A small number, but rounded as a large one."""
    return (1e12 + (t**2).sum()) - 1e12


def single_inside(t):
    return float((t.astype(np.float32) ** 2).sum())


NOTHING = {
    "saturated": (saturated, lambda t: 1 / np.cosh(t) ** 2, 20 * np.ones(3)),
    "saturated, a millionth": (saturated, lambda t: 1e-6 / np.cosh(t) ** 2, 20 * np.ones(3)),
    "saturated entirely": (saturated, lambda t: 1 / np.cosh(t) ** 2, 40 * np.ones(3)),
    "a cost of 1e12": (large_cost, lambda t: 2 * t, point),
    "a cost of 1e12 at a point of 1e-8": (large_cost, lambda t: 2 * t, 1e-8 * point),
    "a cost of 1 at a point of 1e-8": (lambda t: 1 + (t**2).sum(), lambda t: 2 * t, 1e-12 * point),
    "rounded as 1e12": (hidden_rounding, lambda t: 2 * t, point),
    "float32 inside": (single_inside, lambda t: 2 * t, point),
}


@pytest.mark.parametrize("case", NOTHING)
def test_gradient_check_says_that_it_shows_nothing(case):
    function, gradient, at = NOTHING[case]
    with pytest.raises(ShowsNothing, match=r"shows nothing: the rounding of the function, about 1e[-+]"):
        gradient_check(function, gradient(at), at)


@pytest.mark.parametrize("case", NOTHING)
@pytest.mark.parametrize("factor", [0.0, 1e6, -1e6, 1e12])
def test_gradient_check_never_passes_a_wrong_gradient_where_rounding_hides_the_slope(case, factor):
    function, gradient, at = NOTHING[case]
    try:
        text = gradient_check(function, factor * gradient(at), at).text
    except Disagreement:
        return
    assert factor == 0
    assert text == "8 directions, the gradient is 0 and the function does not change by a bit"


def test_gradient_check_of_a_function_that_draws_random_numbers_shows_nothing():
    rng = np.random.default_rng(0)
    with pytest.raises(ShowsNothing):
        gradient_check(lambda t: cubic(t) + rng.normal(), 3 * theta**2, theta)


def test_gradient_check_of_a_constant_says_no_more_than_that():
    text = gradient_check(lambda t: 7.0, 0 * point, point).text
    assert text == "8 directions, the gradient is 0 and the function does not change by a bit"
    with pytest.raises(Disagreement):
        gradient_check(lambda t: 7.0, 0 * point + 1e-9, point)


def xor(activation, seed):
    """At the sample (0, 0), with no bias, every hidden unit sits at 0."""
    X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0.0], [1], [1], [0]])
    net = initialise(Network([2, 4, 1], [activation, "identity"]), np.random.default_rng(seed))
    cost = cost_of(net, X, Y, ls.half_squared_error)
    return cost, cost_and_gradient(net, X, Y, ls.half_squared_error)[1], net.parameters


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_gradient_check_accepts_xor_with_relus_at_0(activation):
    for seed in range(30):
        gradient_check(*xor(activation, seed))


@pytest.mark.parametrize("entry", [0, 5, 8, 11, 12, 16])
def test_gradient_check_refuses_one_wrong_entry_of_xor_with_relus_at_0(entry):
    cost, gradient, at = xor("relu", 3)
    gradient[entry] += 1e-4 * np.linalg.norm(gradient)
    with pytest.raises(Disagreement, match="central differences"):
        gradient_check(cost, gradient, at)


def positive_part(t):
    return np.maximum(t, 0)


BENT = {
    "a square of a relu": (lambda t: (positive_part(t) ** 2).sum() + t.sum(), lambda t: 2 * positive_part(t) + 1),
    "x |x|": (lambda t: (t * abs(t)).sum() + t.sum(), lambda t: 2 * abs(t) + 1),
    "a Huber loss": (lambda t: np.where(abs(t) <= 1, t**2 / 2, abs(t) - 0.5).sum(), lambda t: np.clip(t, -1, 1)),
}


@pytest.mark.parametrize("case", BENT)
def test_gradient_check_where_only_the_curvature_jumps(case):
    function, gradient = BENT[case]
    at = np.array([0.0, 1.0, -1.0, 0.3])
    gradient_check(function, gradient(at), at)
    with pytest.raises(Disagreement, match="central differences"):
        gradient_check(function, gradient(at) + 1e-5, at)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-5])
def test_gradient_check_beside_a_kink_but_not_at_it(distance):
    at = np.array([distance, 1.0])
    gradient_check(lambda t: abs(t).sum(), np.ones(2), at)
    with pytest.raises(Disagreement):
        gradient_check(lambda t: abs(t).sum(), np.array([1 + 1e-4, 1]), at)


def test_a_small_kink_is_found_and_not_a_small_jump_of_the_curvature():
    at = np.array([0.0, 1.0])
    with pytest.raises(Disagreement, match="the slopes ahead and behind differ"):
        gradient_check(lambda t: (t**2).sum() + 1e-4 * abs(t).sum(), 2 * at + [0, 1e-4], at)
    gradient_check(lambda t: (t**2).sum() + 1e3 * (t * abs(t))[0], 2 * at, at)


SCALES = [1e-150, 1e-8, 1e-3, 1e3, 1e8, 1e100]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("case", ["quadratic", "cubic at its own scale", "logarithm"])
def test_gradient_check_at_every_scale(case, scale):
    at = scale * point
    function, gradient = {
        "quadratic": (lambda t: (t**2).sum(), 2 * at),
        "cubic at its own scale": (lambda t: ((t / scale) ** 3).sum(), 3 * point**2 / scale),
        "logarithm": (lambda t: np.log(abs(t / scale)).sum(), 1 / at),
    }[case]
    gradient_check(function, gradient, at)
    with pytest.raises(Disagreement):
        gradient_check(function, gradient * (1 + 1e-5), at)


def test_gradient_check_of_a_sine_far_from_0():
    at = 1e8 * point
    gradient_check(lambda t: np.sin(t).sum(), np.cos(at), at)
    with pytest.raises(Disagreement):
        gradient_check(lambda t: np.sin(t).sum(), 0 * at, at)


def test_gradient_check_stays_inside_the_domain_of_its_function():
    at = np.array([1e-3, 1.0])
    gradient_check(lambda t: np.log(t).sum(), 1 / at, at)
    gradient_check(lambda t: np.exp(500 * t).sum(), 500 * np.exp(500 * at), at)

    def refuses(t):
        if (t < 0).any():
            raise ValueError("expected positive numbers")
        return np.sqrt(t).sum()

    gradient_check(refuses, 0.5 / np.sqrt(at), at)
    with pytest.raises(ClaimError, match="at the edge"):
        gradient_check(lambda t: np.sqrt(t).sum(), np.ones(1), np.zeros(1))


def test_gradient_check_of_float32():
    at = point.astype(np.float32)
    seen = []

    def cost(t):
        seen.append(t.dtype)
        return (t**3).sum()

    check = gradient_check(cost, 3 * at**2, at)
    assert check.text == "8 directions, central differences agree to 0.01"
    assert set(seen) == {np.dtype("float32")}
    assert "agree to 0.01" in gradient_check(lambda t: np.float32(cubic(t)), 3 * point**2, point).text
    assert "agree to 1e-06" in gradient_check(cubic, (3 * at**2).astype(np.float32), point).text
    for wrong in (0.97, 1.03, -1):
        with pytest.raises(Disagreement):
            gradient_check(cost, 3 * at**2 * np.float32(wrong), at)


def test_gradient_check_of_a_float32_network():
    rng = np.random.default_rng(0)
    net = initialise(Network([3, 5, 4, 2], ["tanh", "silu", "sigmoid"], np.float32), rng)
    X, Y = rng.normal(size=(6, 3)).astype(np.float32), rng.normal(size=(6, 2)).astype(np.float32)
    _, gradient = cost_and_gradient(net, X, Y, ls.half_squared_error)

    def cost(t):
        net.parameters[...] = t
        return ls.half_squared_error(net.forward(X), Y)[0]

    at = net.parameters.copy()
    gradient_check(cost, gradient, at)
    with pytest.raises(Disagreement):
        gradient_check(cost, gradient * np.float32(1.03), at)


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_gradient_check_takes_one_number_of_any_shape(shape):
    gradient_check(lambda t: np.reshape(cubic(t), shape), 3 * theta**2, theta, complex_step=True)
    gradient_check(lambda t: np.reshape(cubic(t), shape).tolist(), 3 * theta**2, theta)


BAD = {
    "many numbers": (lambda t: t**3, point, point, r"expected one real number, received float64 of shape \(3,\)"),
    "a pair": (lambda t: (cubic(t), 3 * t**2), point, point, "returns its gradient as well"),
    "nothing": (lambda t: None, point, point, "expected one real number"),
    "a complex number": (lambda t: cubic(t) + 0j, point, point, "received complex128"),
    "too few arguments": (lambda t, X: 0.0, point, point, r"Give the others their values first, as in lambda t"),
    "a value": (1.0, point, point, "Likely cause: its value in place of the function"),
    "no gradient": (cubic, None, point, "gradient: expected an array of real numbers, received NoneType"),
    "a text": (cubic, "point", point, "gradient: expected an array of real numbers, received str"),
    "a ragged gradient": (cubic, [[1.0], [1.0, 2.0]], point, "gradient: expected an array of real numbers"),
    "a complex point": (cubic, point, point + 1j, "at: expected an array of real numbers"),
    "an empty point": (cubic, [], [], "at least 1 number"),
    "a negative tolerance": (cubic, point, point, "rtol below 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_gradient_check_explains_what_it_cannot_take(case):
    function, gradient, at, message = BAD[case]
    with pytest.raises(ClaimError, match=message):
        gradient_check(function, gradient, at, rtol=-1e-6 if "tolerance" in case else None)


@pytest.mark.parametrize("function", [lambda t: abs(t).sum(), lambda t: np.maximum(t, 0).real.sum()])
def test_complex_step_needs_an_analytic_function(function):
    with pytest.raises(ClaimError, match="leave complex_step out"):
        gradient_check(function, np.ones(2), np.ones(2), complex_step=True)


def test_complex_step_tells_what_the_function_does_not_take():
    def real_only(t):
        if np.iscomplexobj(t):
            raise ValueError("expected real numbers.")
        return cubic(t)

    with pytest.raises(ClaimError, match=r"received ValueError: expected real numbers\. Leave complex_step out"):
        gradient_check(real_only, 3 * point**2, point, complex_step=True)


def test_gradient_check_takes_lists_and_whole_numbers():
    gradient_check(cubic, [3, 12], [1, 2])


def test_the_checks_say_the_same_again():
    texts = {str(gradient_check(cubic, 3 * theta**2, theta)) + str(agree(x[i], lambda x: x, x, i)) for _ in range(2)}
    assert len(texts) == 1


def test_gradient_check_is_fast():
    start = time.perf_counter()
    gradient_check(*xor("relu", 0))
    assert time.perf_counter() - start < 5  # a twentieth of a second on a quiet processor


def test_a_limit_is_not_what_is_seen_from_afar():
    h = 4.0 ** -np.arange(1, 15)
    for frequency, error in ((1, 1e-11), (1e6, 1)):
        found = limit((np.sin(frequency * h) / h).tolist(), (1e-15 / h).tolist(), 4.0)
        assert found.value == pytest.approx(frequency, abs=error)
        assert found.error < error


def test_the_rounding_of_a_function_is_measured():
    for function, least, most in ((cubic, 0, 1e-14), (lambda t: hidden_rounding(t), 1e-5, 1e-3)):
        line = Line(function, 0 * point, point)
        line.measure_rounding(np.full(3, 3**-0.5))
        assert least <= line.rounding <= most
