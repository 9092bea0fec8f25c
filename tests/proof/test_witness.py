"""The second witness computes without SymPy's calculus; here it is held against numbers known otherwise."""

import mpmath
import numpy as np
import pytest
from backprop.proof.errors import ClaimError
from backprop.proof.vocabulary import (
    arbitrary,
    array,
    elementwise,
    entry,
    hadamard,
    indices,
    matrix,
    ones_column,
    partial,
    reals,
    relu,
    sigmoid,
    silu,
    sizes,
    softplus,
    step,
)
from backprop.proof.witness import WORKING, World, counterexample, evaluate
from sympy import Abs, Function, KroneckerDelta, Max, Rational, Sum, Symbol, exp, log, pi, sqrt, tanh

z = reals("z")
N, D, K = sizes("N D K")
n, i, k = indices("n i k")


def value(e, **numbers):
    with mpmath.workdps(WORKING):
        return evaluate(e, World({Symbol(name, real=True): mpmath.mpf(v) for name, v in numbers.items()}))


@pytest.mark.parametrize(
    ("e", "expected"),
    [
        (Rational(1, 3), mpmath.mpf(1) / 3),
        (z**2 + 1, 10),
        (sqrt(z + 1), 2),
        (exp(z) / exp(z - 1), mpmath.e),
        (tanh(0 * z), 0),
        (log(exp(z)), 3),
        (Abs(-z) + Max(z, 0), 6),
        (sigmoid(z), 1 / (1 + mpmath.exp(-3))),
        (softplus(z), mpmath.log(1 + mpmath.exp(3))),
        (silu(z), 3 / (1 + mpmath.exp(-3))),
        (relu(z) + relu(-z) + step(z), 4),
        (pi, mpmath.pi),
    ],
)
def test_values(e, expected):
    assert abs(value(e, z=3) - expected) < 1e-14


def test_difference_quotients_have_more_than_40_digits():
    with mpmath.workdps(WORKING):
        third = evaluate(partial(exp(z) * z, z), World({z: mpmath.mpf(1) / 3}))
        assert abs(third - mpmath.exp(mpmath.mpf(1) / 3) * 4 / 3) < mpmath.mpf("1e-55")
        second = evaluate(partial(partial(z**4, z), z), World({z: mpmath.mpf(2)}))
        assert abs(second - 48) < mpmath.mpf("1e-40")


def test_a_derivative_by_one_entry_moves_that_entry_alone():
    b = array("b", D)
    gradient = partial(Sum(b[i] ** 2, (i, 1, D)), b[k])
    world = World({D: 3, (b, 1): mpmath.mpf(5), (b, 2): mpmath.mpf(6), (b, 3): mpmath.mpf(7), k: mpmath.mpf(2)})
    with mpmath.workdps(WORKING):
        assert abs(evaluate(gradient, world) - 12) < 1e-50
    assert world.values[(b, 2)] == 6


def test_nested_sums_and_deltas_are_loops():
    world = World({N: mpmath.mpf(3), D: mpmath.mpf(4)})
    assert evaluate(Sum(i, (i, 1, n), (n, 1, N)), world) == 1 + 3 + 6
    assert evaluate(Sum(KroneckerDelta(i, n) * i, (i, 1, D), (n, 1, N)), world) == 6
    assert evaluate(Sum(Sum(i, (i, 1, N)) * i, (i, 1, N)), world) == 36
    assert i not in world.values


def test_matrices_are_multiplied_as_numpy_does():
    X, W, b = array("X", N, D), array("W", D, K), array("b", K)
    world = World({N: mpmath.mpf(2), D: mpmath.mpf(3), K: mpmath.mpf(4), n: mpmath.mpf(2), k: mpmath.mpf(3)})
    A = matrix(X) * matrix(W) + ones_column(N) * matrix(b)
    found = evaluate(entry(elementwise(tanh, hadamard(A, A)).T, k, n), world)
    x, w, c = (np.vectorize(float)(world_array(world, a)) for a in (X, W, b))
    assert float(found) == pytest.approx(np.tanh((x @ w + c) ** 2)[1, 2], rel=1e-14)
    assert float(evaluate(entry(-2 * matrix(X), n, k), world)) == pytest.approx(-2 * x[1, 2])


def world_array(world, a):
    shape = [int(world[size]) for size in a.shape]
    return np.array([world[(a, *(p + 1 for p in place))] for place in np.ndindex(*shape)]).reshape(shape)


def test_an_arbitrary_function_and_its_derivatives_belong_together():
    f, F = arbitrary("f"), arbitrary("F", 2)
    for e in (f(z), f(z).diff(z), f(z).diff(z, 2), F(z, z**2), F(z, z**2).diff(z), F(z, 1 - z).diff(z, 2)):
        assert counterexample(partial(e, z), e.diff(z)) is None
        assert counterexample(partial(e, z), 2 * e.diff(z)) is not None
    assert counterexample(f(z), arbitrary("g")(z)) is not None
    assert counterexample(f(z), f(-z)) is not None
    assert counterexample(f(z), -f(-z)) is not None


def test_declared_signs_are_kept():
    p, m, a = Symbol("p", positive=True), Symbol("m", negative=True), array("a", D, positive=True)
    assert counterexample(Abs(p), p) is None
    assert counterexample(Abs(m), -m) is None
    assert counterexample(Abs(Sum(a[i], (i, 1, D))), Sum(a[i], (i, 1, D))) is None


def test_sizes_are_tried_pairwise_different_and_all_one():
    S = array("S", D, D)
    assert counterexample(S[i, k], S[k, i]) is not None
    assert counterexample((D - 2) * (D - 3), 0) is not None  # true for both sizes tried first, wrong for D = 1
    X, Y = array("X", N, D), array("Y", D, N)
    assert (
        counterexample(Sum(X[n, i] * Y[i, n], (n, 1, N), (i, 1, D)), Sum(X[n, i] * Y[i, n], (i, 1, D), (n, 1, N)))
        is None
    )


def test_what_cannot_be_evaluated_is_refused():
    with pytest.raises(ClaimError, match="known functions, received unheard_of"):
        value(Function("unheard_of")(z), z=1)
    with pytest.raises(ClaimError, match="expected a range for the index i"):
        counterexample(i + z, z)
