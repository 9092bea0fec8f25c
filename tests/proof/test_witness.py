"""The second witness computes without SymPy's calculus: its values against numbers known otherwise, and what it must
find and must not find.
"""

import time

import mpmath
import numpy as np
import pytest
from backprop.proof import NotProved, refute
from backprop.proof.errors import ClaimError
from backprop.proof.values import Undefined, example, holds
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
    slope,
    softplus,
    step,
)
from backprop.proof.witness import MOST_IN_ALL, WORKING, Comparison, World, counterexample, evaluate, settings
from sympy import (
    Abs,
    And,
    Dummy,
    Eq,
    Function,
    Gt,
    IndexedBase,
    KroneckerDelta,
    Max,
    Ne,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)

y, z = reals("y z")
N, D, K = sizes("N D K")
n, i, j, k, m = indices("n i j k m")
f, F = arbitrary("f"), arbitrary("F", 2)
x, logits = array("x", D), array("z", K)
W, S = array("W", D, D), array("S", N, D)
small = Rational(1, 10**40)


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
        (erf(z), mpmath.erf(3)),
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


def far(condition, value=1):
    """Something that is 0 unless the condition holds."""
    return Piecewise((value, condition), (0, True))


def softmax(j):
    return exp(logits[j]) / Sum(exp(logits[k]), (k, 1, K))


def mean(j):
    return Sum(x[j], (j, 1, D)) / D


def power(M, n):
    return entry(M**n, i, j)


TRUE = {
    "an error of the quotient beside 0": (partial(z**3, z) - 3 * z**2, 0),
    "the same, multiplied": ((partial(z**3, z) - 3 * z**2) * 10**100, 0),
    "rows of the softmax Jacobian": (Sum(partial(softmax(j), logits[m]), (j, 1, K)), 0),
    "a steep exponential": (partial(exp(50 * z), z), 50 * exp(50 * z)),
    "a saturated tanh": (partial(tanh(100 * z), z), 100 * (1 - tanh(100 * z) ** 2)),
    "a saturated tanh, without cancellation": (1 - tanh(z) ** 2, 1 / cosh(z) ** 2),
    "a tanh that rounds to 1": (1 - tanh(1000 * z) ** 2, 1 / cosh(1000 * z) ** 2),
    "its slope": (partial(tanh(1000 * z), z), 1000 / cosh(1000 * z) ** 2),
    "large squares": (cosh(z) ** 2 - sinh(z) ** 2, 1),
    "circle": (sin(z) ** 2 + cos(z) ** 2, 1),
    "tiny values": (partial(exp(-1000 * z**2), z), -2000 * z * exp(-1000 * z**2)),
    "a denormal factor": (exp(-1000) * (y + z) ** 2, exp(-1000) * (y**2 + 2 * y * z + z**2)),
    "a difference of denormals": (exp(-1000) * (partial(z**3, z) - 3 * z**2), 0),
    "absorbed by 1": (1 + exp(-1000 * z**2) - 1, exp(-1000 * z**2)),
    "absorbed by a large number": (exp(100 * z) + exp(-1000) - exp(100 * z), exp(-1000)),
    "cancellation near 0": (log(exp(z)), z),
    "log-sum-exp": (log(Sum(exp(logits[k] - logits[1]), (k, 1, K))) + logits[1], log(Sum(exp(logits[k]), (k, 1, K)))),
    "a third derivative": (partial(partial(partial(z**5, z), z), z), 60 * z**2),
    "a second derivative that is 0": (partial(partial(z * y, z), z), 0),
    "a chain": (partial(f(f(z)), z), slope(f)(f(z)) * slope(f)(z)),
    "mixed derivatives": (partial(partial(F(y, z), y), z), partial(partial(F(y, z), z), y)),
    "a Gaussian": (partial(erf(z), z), 2 / sqrt(pi) * exp(-(z**2))),
    "a kink beside the point": (partial(relu(z - small), z), step(z - small), Ne(z, small)),
    "a kink of an entry": (partial(Sum(relu(x[i]), (i, 1, D)), x[j]), step(x[j]), Ne(x[j], 0)),
    "a kink in a matrix": (
        partial(entry(elementwise(relu, matrix(S)), n, i), S[n, j]),
        KroneckerDelta(i, j) * step(S[n, i]),
        Ne(S[n, i], 0),
    ),
    "rounding in place of a kink's 0": (step(tanh(z) - sinh(z) / cosh(z)), 0),
    "a zero of the sine": (far(Eq(z, 0), sin(pi * (z + 1))), 0),
    "deviations from the mean": (Sum(x[i] - mean(j), (i, 1, D)), 0),
    "a variance": (Sum((x[i] - mean(j)) ** 2, (i, 1, D)), Sum(x[i] ** 2, (i, 1, D)) - D * mean(j) ** 2),
    "a common divisor": ((y**2 - z**2) / (y - z), y + z, Ne(y - z, 0)),
    "a root": (sqrt(z) ** 3 / z, sqrt(z), Gt(z, 0)),
    "a power of a matrix": (power(matrix(W), 3), entry(matrix(W) * (matrix(W) * matrix(W)), i, j)),
    "a size that is a literal": (Sum(array("c", 4)[i], (i, 1, 4)), sum(array("c", 4)[v] for v in range(1, 5))),
}


@pytest.mark.parametrize("case", TRUE)
def test_what_is_true_is_not_refuted(case):
    left, right, *conditions = TRUE[case]
    assert counterexample(left, right, conditions) is None


def test_refute_does_not_refute_what_is_true():
    for case in ("an error of the quotient beside 0", "rows of the softmax Jacobian", "a steep exponential"):
        with pytest.raises(NotProved, match="no counterexample"):
            refute(*TRUE[case])


FALSE = {
    "at 0": (step(z) + step(-z), 1),
    "at two zeros": (step(y**2 + z**2), 1),
    "at one zero of an array": (Sum(step(x[i] ** 2), (i, 1, D)), D),
    "where two numbers are equal": (step((y - z) ** 2), 1),
    "where two entries are equal": (Sum(step((x[i] - x[j]) ** 2), (i, 1, D), (j, 1, D)), D**2 - D),
    "where an array is constant": (step(Sum((x[i] - x[1]) ** 2, (i, 1, D))), step(D - 1)),
    "at whole numbers": (step(sin(4 * pi * z) ** 2 - Rational(1, 10**60)), step(z**2)),
    "at equal sizes above 1": (far(Eq(N, D)), far(Eq(N, 1) & Eq(D, 1))),
    "at different sizes": (far(Ne(N, D)), 0),
    "at size 1": ((D - 2) * (D - 3) * (D - 4) * (D - 5) * (D - 7), 0),
    "at size 4": ((D - 1) * (D - 2) * (D - 3), 0),
    "at size 5": ((D - 1) * (D - 2) * (D - 3) * (D - 4), 0),
    "at one size of 4 among others": (relu(N - 3) * Sum(S[n, i] ** 2, (i, 1, D)), 0),
    "a transpose": (W[i, j], W[j, i]),
    "a transpose in a product": (power(matrix(W), 2), entry(matrix(W) * matrix(W).T, i, j)),
    "at three equal indices": (KroneckerDelta(i, j) * KroneckerDelta(j, k) * x[i] * x[j] * x[k], 0),
    "beyond 4": (relu(z - 4), 0),
    "below -4": (relu(-z - 4), 0),
    "beyond 50": (relu(Abs(z) - 50), 0),
    "at huge numbers": (relu(Abs(z) - 10**6), 0),
    "at tiny numbers": (far(And(Abs(z) < Rational(1, 10**15), Ne(z, 0))), 0),
    "by a denormal": (exp(-1000) * z, 2 * exp(-1000) * z),
    "beside a denormal": (partial(exp(-1000 * z**2), z), -2000 * exp(-1000 * z**2)),
    "by a tiny factor": (z / 10**200, 0),
    "by a tiny constant": (partial(z**3, z) - 3 * z**2, Rational(1, 10**50)),
    "by a part in 10^40": (z, z * (1 + small)),
    "a derivative by a part in 10^40": (partial(z**3, z), 3 * z**2 * (1 + small)),
    "a slope where it saturates": (far(z > 5, partial(tanh(z), z)), far(z > 5, 2 * (1 - tanh(z) ** 2))),
    "for even functions": (f(z), f(-z)),
    "for linear functions": (f(y + z), f(y) + f(z)),
    "for periodic functions": (f(z + 2 * pi), f(z)),
    "for functions that are 0 at 0": (f(0), 0),
    "for functions that are flat at 0": (slope(f)(0) * slope(slope(f))(0), 0),
    "for symmetric functions": (F(y, z), F(z, y)),
    "a Gaussian": (partial(erf(z), z), exp(-(z**2))),
    "a kink's slope": (partial(relu(z), z), step(-z), Ne(z, 0)),
    "a softmax Jacobian": (partial(softmax(j), logits[m]), softmax(j) * (1 - softmax(m))),
    "where a condition needs all large": (Sum(log(x[i] - 1), (i, 1, D)), 0, Gt(x[Dummy("i", integer=True)] - 1, 0)),
}


@pytest.mark.parametrize("case", FALSE)
def test_what_is_false_is_found(case):
    left, right, *conditions = FALSE[case]
    world, *values = counterexample(left, right, conditions)
    assert values[0] != values[1]
    assert not any(isinstance(key, Dummy) for key in world.values)


def test_sizes_differ_and_are_equal_and_large():
    tried = [(s[N], s[D], s[K]) for s in settings([N, D, K])]
    assert tried[:4] == [(2, 3, 4), (5, 4, 3), (1, 1, 1), (2, 2, 2)]
    assert (3, 3, 3) in tried
    for place in range(3):
        assert any(t[place] in (4, 5) and max(*t[:place], *t[place + 1 :]) <= 2 for t in tried)


def numbers(left, right, *conditions):
    return {str(key): value for key, value in counterexample(left, right, conditions)[0].values.items()}


def test_the_numbers_shown_are_simple():
    assert numbers((z + 1) ** 2, z**2 + 1) == {"z": 1}
    assert numbers(Sum(x[i], (i, 1, D)), 3) == {"D": 2, f"({x}, 1)": 1, f"({x}, 2)": 1}
    found = numbers(entry(matrix(W) * matrix(W), i, j), entry(matrix(W).T * matrix(W), i, j))
    assert found["D"] == 2
    assert {"i", "j"} < found.keys()
    assert all((2 * v) % 1 == 0 and abs(v) <= 3 for v in found.values())
    assert numbers(step(z - 9), 0) == {"z": 10}
    assert numbers(step(z - 1000), 0)["z"] > 1000  # no simple number shows it
    assert numbers(step(z) + step(-z), 1) == {"z": 0}


def test_the_error_of_a_quotient_is_not_shown():
    _, *values = counterexample(partial(z**3, z) - 3 * z**2, 1)
    assert values == [0, 1]


def test_a_declared_sign_excludes_zero():
    p, r = Symbol("p", positive=True), Symbol("r", real=True, nonzero=True)
    q = Symbol("q", nonnegative=True)
    zeros = World(draw=lambda rng: 0)
    assert zeros[p] > 0
    assert zeros[(array("a", D, positive=True), 1)] > 0
    assert zeros[r] != 0
    assert zeros[q] == zeros[z] == 0
    assert counterexample(Abs(q), q) is None
    assert numbers(step(q), 1) == {"q": 0}


def test_arbitrary_functions_are_generic_and_differ_from_world_to_world():
    for order in range(3):
        found = slope_of(f, order)
        assert abs(example(found(z), [mpmath.mpf(0)])) > 0.01
    assert example(f(z), [mpmath.mpf(1)], seed=0) != example(f(z), [mpmath.mpf(1)], seed=1)
    with mpmath.workdps(60):
        first = Rational(mpmath.nstr(example(f(z), [mpmath.mpf(1)]), 50))
    assert counterexample(far(Abs(f(1) - first) > small), 0) is not None  # true of the first example


def slope_of(function, order):
    for _ in range(order):
        function = slope(function)
    return function


def test_rounding_does_not_choose_a_branch():
    with mpmath.workdps(WORKING):
        world = World({z: mpmath.mpf(1) / 3})
        assert holds(z > Rational(1, 4), world)
        assert not holds(3 * z > 3 * z, world)
        with pytest.raises(Undefined, match="rounding"):
            holds(Gt(cosh(180 * z) ** 2 - sinh(180 * z) ** 2, 1), world)
        with pytest.raises(Undefined, match="a kink"):
            evaluate(partial(Abs(z), z), World({z: mpmath.mpf(0)}))
        for beside in ("1e-20", "1e-40", "1e-100"):  # the step shrinks with z
            assert abs(evaluate(partial(Abs(z), z), World({z: mpmath.mpf(beside)})) - 1) < 1e-50


def test_the_branches_inside_a_sum_are_seen():
    kinks = Sum(relu(x[i]), (i, 1, D))
    world = World({D: 2, (x, 1): 0, (x, 2): 1, z: 1})
    with mpmath.workdps(WORKING):
        assert abs(evaluate(partial(kinks * z, z), world) - 1) < 1e-50
        assert abs(evaluate(kinks + partial(kinks * z, z), world) - 2) < 1e-50  # the sum is known already
        with pytest.raises(Undefined, match="a kink"):
            evaluate(partial(kinks, x[1]), world)


def test_the_largest_number_inside_a_sum_is_remembered():
    e, world = Sum(1 / cosh(x[i]), (i, 1, D)), World({D: 1, (x, 1): 100})
    with mpmath.workdps(WORKING):
        evaluate(e, world)
        before, world.largest = world.largest, 0
        evaluate(e, world)
    assert world.largest == before > 100


def test_numbers_too_large_for_exp_are_not_tried():
    with pytest.raises(Undefined, match="too large"):
        value(exp(exp(exp(z))), z=100)
    with mpmath.workdps(WORKING):
        assert abs(evaluate(softplus(z), World({z: 10**6})) - 10**6) < 1e-99  # by the logarithm of a large number


def test_an_undefined_place_leaves_nothing_behind():
    entries = {(S, 1, 1): 1, (S, 1, 2): 0, (S, 2, 1): 1, (S, 2, 2): 1}
    world = World({N: 2, D: 2, **entries})
    claim = Comparison(Sum(1 / S[n, i], (i, 1, D)), 0, ())
    assert list(claim.at_places(world, 4)) == [(2, 0)]
    assert i not in world.values


def test_huge_claims_end_early():
    """A claim with six sizes and 40 terms in each sum, of which one trial is enough."""
    letters = indices("a:f")
    names = sizes("A:F")
    T = IndexedBase("T", shape=names, real=True)
    e = Sum(tanh(sum(T[letters] * v for v in range(1, 40))), *[(i, 1, N) for i, N in zip(letters, names, strict=True)])
    start = time.process_time()
    assert counterexample(e, e + exp(-1000)) is not None
    assert counterexample(e, e + 1 - 1) is None
    claim = Comparison(e, e * 1, ())
    claim.differs(dict.fromkeys(names, 7), (lambda rng: 1, lambda key: key), 0)
    assert claim.steps < MOST_IN_ALL
    assert time.process_time() - start < 60


def test_indices_may_be_sums():
    T, L = sizes("T S")
    t, s = indices("t s")
    signal, kernel = IndexedBase("x", shape=(T + L - 1,), real=True), array("w", L)
    convolution = Sum(signal[t + s - 1] * kernel[s], (s, 1, L))
    with mpmath.workdps(WORKING):
        world = World({T: 3, L: 2, t: 3, **{(signal, v): mpmath.mpf(10**v) for v in range(1, 5)}})
        world.values.update({(kernel, 1): mpmath.mpf(2), (kernel, 2): mpmath.mpf(3)})
        assert evaluate(convolution, world) == 2 * 10**3 + 3 * 10**4
        assert evaluate(Sum(signal[i], (i, 1, T + L - 1)), world) == 11110
        assert abs(evaluate(partial(convolution, signal[t + 1]), world) - 3) < 1e-50
        assert (
            counterexample(partial(Sum(convolution, (t, 1, T)), kernel[i]), Sum(signal[t + i - 1], (t, 1, T))) is None
        )
        assert counterexample(partial(Sum(convolution, (t, 1, T)), kernel[i]), Sum(signal[t], (t, 1, T + L - 1)))
        with pytest.raises(ClaimError, match=r"expected an index in 1..S \+ T - 1, received t \+ 2 = 5"):
            evaluate(signal[t + 2], world)


def test_powers_of_matrices_are_products():
    world = World({D: 2, i: 1, j: 2, **{(W, 1, 1): 1, (W, 1, 2): 2, (W, 2, 1): 3, (W, 2, 2): 4}})
    assert evaluate(power(matrix(W), 3), world) == 54


def test_what_cannot_be_evaluated_is_refused():
    with pytest.raises(ClaimError, match="known functions, received unheard_of"):
        value(Function("unheard_of")(z), z=1)
    with pytest.raises(ClaimError, match="expected a range for the index i"):
        counterexample(i + z, z)
    with pytest.raises(ClaimError, match=r"no numbers found at which both .* computed and x\[i\] - 10{30} > 0"):
        counterexample(z, z, [Gt(x[Dummy("i", integer=True)] - 10**30, 0)])
    with pytest.raises(ClaimError, match="no numbers found at which both sides can be computed"):
        counterexample(step(partial(z**3, z) - 3 * z**2), 0)  # the quotient's error would choose the branch
