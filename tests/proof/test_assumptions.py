"""Equations that are assumed, and means: what follows from them, and above all what does not."""

import pytest
from backprop.proof import ClaimError, NotProved, prove
from backprop.proof.vocabulary import (
    arbitrary,
    array,
    expectation,
    indices,
    matrix,
    partial,
    reals,
    relu,
    sigmoid,
    sizes,
    slope,
    step,
)
from sympy import Abs, KroneckerDelta, Max, Rational, Sum, Symbol, cos, exp, log, sqrt

D, K, N = sizes("D K N")
i, j, k, m, n = indices("i j k m n")
c, s, u, v, y, z = reals("c s u v y z")
f = arbitrary("f")
A, b, t, T = array("A", K, K), array("b", K), array("t", N), array("T", N, K)
x, w = array("x", D), array("w", D)
E, mean_z, together = expectation(x, w), expectation(z), expectation((x, w))
iD, jD, jK, kK = (i, 1, D), (j, 1, D), (j, 1, K), (k, 1, K)


def refused(*claim, **options):
    with pytest.raises(ClaimError) as error:
        prove(*claim, **options)
    return str(error.value)


# --------------------------------------------------------------------------------------------------------- assumptions

FOLLOWS = {  # left, right, assumptions, what is displayed of them
    "a number": (z**2, c**2, {z: c}, "assuming z = c"),
    "a sum": (Sum(b[k], kK) * z, z, {Sum(b[j], jK): 1}, "assuming Sum(b[j], (j, 1, K)) = 1"),
    "each entry": (Sum(b[k] ** 2, kK), K * c**2, {b[j]: c}, "assuming b[j] = c for every j"),
    "the first entry": (b[1], 0, {b[j]: 0}, "for every j"),
    "the last entry": (b[K], 0, {b[j]: 0}, "for every j"),
    "an entry in the middle": (Sum(array("d", N + 1)[n + 1], (n, 1, N)), 0, {array("d", N + 1)[m]: 0}, "for every m"),
    "the claim's own entry": (b[j], 0, {b[j]: 0}, "assuming b[j] = 0"),
    "rows": (Sum(T[n, k] * t[n], kK, (n, 1, N)), Sum(t[n], (n, 1, N)), {Sum(T[m, k], kK): 1}, "for every m"),
    "a diagonal": (Sum(A[i, j] * b[j], jK), b[i], {A[m, n]: KroneckerDelta(m, n)}, "for every m, n"),
    "orthogonal rows": (
        Sum(A[i, k] * A[j, k], kK),
        KroneckerDelta(i, j),
        {Sum(A[m, k] * A[n, k], kK): KroneckerDelta(m, n)},
        "for every m, n",
    ),
    "a sequence, at its ends": (f(K) - f(1), b[K] - b[1], {f(j): b[j]}, "assuming f(j) = b[j] for every j"),
    "a function": (f(z) ** 2, 1, {f(z): 1}, "assuming f(z) = 1"),
    "a step": (relu(z), z, {step(z): 1}, "assuming step(z) = 1"),
    "an exponential": (exp(-z), 1 / c, {exp(z): c}, "assuming exp(z) = c"),
    "a slope, not the derivative of 0": (partial(f(z), z), slope(f)(0), {z: 0}, "assuming z = 0"),
    "solved for one of two": (z, 1 - y, {z + y: 1}, "assuming y + z = 1"),
    "one after the other": (z, 3, {z: y, y: 3}, "assuming z = y"),
    "an abbreviation": (u, 0, {u: 0}, "assuming u = 0"),
    "two that contradict each other": (z, 0, {z: 0, z - 1: 0}, "assuming z - 1 = 0"),
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_follows_and_is_displayed(name):
    left, right, assume, words = FOLLOWS[name]
    where = {u: Sum(b[k], kK)} if name == "an abbreviation" else None
    text = repr(prove(left, right, assume=assume, where=where))
    assert words in text
    assert text.count("assuming ") == len(assume)
    with pytest.raises(NotProved):
        prove(left, right, where=where)


DOES_NOT_FOLLOW = {
    "the trace, where rows sum to 1": (Sum(A[k, k], kK), 1, {Sum(A[n, k], kK): 1}),
    "columns, where rows sum to 1": (Sum(A[k, n], kK), 1, {Sum(A[m, k], kK): 1}),
    "the sum over all, where rows sum to 1": (Sum(A[j, k], jK, kK), 1, {Sum(A[m, k], kK): 1}),
    "columns, where rows are orthogonal": (
        Sum(A[k, i] * A[k, j], kK),
        KroneckerDelta(i, j),
        {Sum(A[m, k] * A[n, k], kK): KroneckerDelta(m, n)},
    ),
    "another entry than the claim's own": (b[j] + b[k], 0, {b[j]: 0}),
    "all entries, where the claim's own is 0": (b[j] + Sum(b[k], kK), 0, {b[j]: 0}),
    "the second entry from the first": (b[2 - 1] + Sum(b[k], kK), 0, {b[1]: 0}),
    "another array": (t[n], 0, {b[j]: 0}),
    "the square of a sum": (Sum(b[k] ** 2, kK), 1, {Sum(b[k], kK): 1}),
    "a sum to another size": (Sum(t[n], (n, 1, N)), 1, {Sum(b[k], kK): 1}),
    "the function elsewhere": (f(c), 1, {f(z): 1}),
    "a sequence one before its end": (f(K - 1), 0, {f(j) + b[j]: b[j]}),
    "a sequence after its end": (f(K + 1), 0, {f(j) + b[j]: b[j]}),
    "a sequence at a place that may be none": (f(2), 0, {f(j) + b[j]: b[j]}),
    "the slope of a function at a point": (partial(f(z), z), 0, {f(z): 1}),
    "the derivative of a sum that is 1": (partial(Sum(b[k], kK), b[j]), 0, {Sum(b[k], kK): 1}),
    "the half of the line": (relu(-z), z, {step(z): 1}),
    "nothing from nothing": (0 * z, 1, {z: 0}),
    "the other way": (z, 1, {z**3 + y: 1, c: z}),
}


@pytest.mark.parametrize("name", DOES_NOT_FOLLOW)
def test_does_not_follow(name):
    left, right, assume = DOES_NOT_FOLLOW[name]
    with pytest.raises(NotProved, match="not 0"):
        prove(left, right, assume=assume)


NO_EQUATION = {
    "0 = 1": {z - z: 1},
    "0 = 1, once multiplied out": {(z + 1) ** 2 - z**2 - 2 * z - 1: 1},
    "the same on both sides": {z: z},
    "a kink": {relu(z): 1},
    "a power": {z**2: y},
    "a product": {z * y: 1},
    "a fraction": {z / y: 1},
    "by itself": {z: f(z)},
    "a number on the left": {2: z},
    "an index": {i: 1},
    "a size": {D: 3},
    "a size that is no size": {D: Rational(1, 2)},
}


@pytest.mark.parametrize("name", NO_EQUATION)
def test_what_cannot_be_solved_is_refused(name):
    message = refused(z + x[i], z, assume=NO_EQUATION[name])
    assert message.startswith("assume: expected an equation that can be solved for a number, an entry")
    assert "'" not in message  # no name of the kernel's own
    assert "received is " in message


def test_what_the_message_advises_works():
    prove(z * y, 1, assume={z: 1 / y})


@pytest.mark.parametrize("assume", [{z: y, y: z}, {z + z * y: 1}, {A[m, n]: A[n, m]}])
def test_equations_that_never_end_are_refused(assume):
    assert "comes back on a right side" in refused(z + A[i, j], 1, assume=assume)


def test_equations_under_which_nothing_is_defined_are_refused():
    assert "under which both sides are defined" in refused(1 / z, 1, assume={z: 0})


@pytest.mark.parametrize(
    "assume", [[z, 1], "z = 1", 5, {"z": 1}, {z: "1"}, {z: 0.5}, {z: None}, {x: 1}, {z: matrix(A)}]
)
def test_assumptions_are_a_dictionary_of_expressions(assume):
    assert "expected" in refused(z, 1, assume=assume)


def test_an_index_with_another_range_is_refused():
    assert "the index i runs to" in refused(t[i], 0, assume={x[i]: 0})


# --------------------------------------------------------------------------------------------------------------- means

TRUE = {
    "linear": (E(2 * x[i] + 3 * w[j] + c), 2 * E(x[i]) + 3 * E(w[j]) + c),
    "what is not random": (E(c * b[k] + 3), c * b[k] + 3),
    "a finite sum": (E(Sum(x[i], iD)), Sum(E(x[j]), jD)),
    "a product": (E(x[i] * w[j]), E(x[i]) * E(w[j])),
    "powers": (E(x[i] ** 2 * w[j] ** 3), E(x[i] ** 2) * E(w[j] ** 3)),
    "three factors, two of one array": (E(x[i] * x[j] * w[i]), E(x[i] * x[j]) * E(w[i])),
    "a square of a sum": (E(Sum(x[i], iD) ** 2), Sum(E(x[i] * x[j]), iD, jD)),
    "a sum of products": (E(Sum(x[i] * w[i], iD)), Sum(E(x[i]) * E(w[i]), iD)),
    "exp of a sum": (E(exp(x[i] + w[i])), E(exp(x[i])) * E(exp(w[i]))),
    "a denominator": (E(w[i] / x[i]), E(w[i]) * E(1 / x[i])),
    "a delta": (E(KroneckerDelta(i, j) * x[i]), KroneckerDelta(i, j) * E(x[j])),
    "the mean of a mean": (E(E(x[i])), E(x[i])),
    "a mean beside a random number": (E(x[i] * E(x[i])), E(x[i]) ** 2),
    "two ways to write relu": (E(Max(x[i], 0)), E(relu(x[i]))),
    "halves": (mean_z(relu(z) ** 2 + relu(-z) ** 2), mean_z(z**2)),
    "a derivative under it": (E(partial(f(c * x[i]), c)), E(x[i] * slope(f)(c * x[i]))),
    "a derivative by a factor": (partial(E(c * x[i]), c), E(x[i])),
    "a derivative of what is no mean": (partial(c * x[i] * E(w[j]), x[i]), c * E(w[j])),
}
FALSE = {
    "one array twice": (E(x[i] ** 2), E(x[i]) ** 2),
    "two entries of one array, perhaps the same": (E(x[i] * x[j]), E(x[i]) * E(x[j])),
    "arrays that may depend on each other": (together(x[i] * w[i]), together(x[i]) * together(w[i])),
    "exp of arrays that may": (together(exp(x[i] + w[i])), together(exp(x[i])) * together(exp(w[i]))),
    "uncorrelated, unless it is said": (E(Sum(x[i] * w[i], iD) ** 2), Sum(E(x[i] ** 2) * E(w[i] ** 2), iD)),
    "exp": (E(exp(x[i])), exp(E(x[i]))),
    "relu of an entry": (E(relu(x[i])), relu(E(x[i]))),
    "relu of a number": (mean_z(relu(z)), relu(mean_z(z))),
    "absolute value": (E(Abs(x[i])), Abs(E(x[i]))),
    "max": (mean_z(Max(z, y)), Max(mean_z(z), y)),
    "logarithm": (mean_z(log(z)), log(mean_z(z))),
    "root": (mean_z(sqrt(z)), sqrt(mean_z(z))),
    "reciprocal": (mean_z(1 / z), 1 / mean_z(z)),
    "a step": (mean_z(step(z)), step(z)),
    "an arbitrary function": (E(f(x[i])), f(E(x[i]))),
    "cosine": (E(cos(x[i])), cos(E(x[i]))),
    "a quotient": (E(w[i] / x[i]), E(w[i]) / E(x[i])),
    "the number itself": (E(x[i]), x[i]),
    "a share": (D * E(x[i] / Sum(x[j], jD)), 1),
    "a fifth power": (E(Sum(x[i], iD) ** 5), E(Sum(x[i], iD)) ** 5),
    "a positive mean": (relu(E(x[i])), E(x[i])),
    "all alike": (Sum(E(x[i]), iD), D * E(x[1])),
    "x and w alike": (E(x[i]), E(w[i])),
    "a kink beside the mean": (relu(z) * mean_z(relu(z)), relu(z) * z),
    "exp of a kink": (mean_z(exp(relu(z - y))), exp(relu(mean_z(z) - y))),
}


@pytest.mark.parametrize("name", TRUE)
def test_is_true_of_means(name):
    text = repr(prove(*TRUE[name]))
    assert "E: the mean over " in text
    assert text.endswith("∎")


@pytest.mark.parametrize("name", FALSE)
def test_is_not_true_of_means(name):
    with pytest.raises(NotProved, match="not 0"):
        prove(*FALSE[name])


def test_what_is_assumed_of_the_entries():
    alike = {E(w[i] * w[j]): v * KroneckerDelta(i, j)}
    text = repr(prove(E(Sum(w[i], iD) ** 2), D * v, assume=alike))
    assert "assuming E(w[i]*w[j]) = v*KroneckerDelta(i, j) for every i, j" in text
    prove(E(w[i] ** 2), v, assume={E(w[k] * w[j]): v * KroneckerDelta(k, j)})
    with pytest.raises(NotProved):  # of the third power nothing is said
        prove(E(w[i] ** 3), 0, assume=alike)


def test_what_is_assumed_of_every_pair_is_assumed_of_a_pair_of_one():
    """E(w_i w_j) = c² for i ≠ j alone has to be written so."""
    c2 = {E(w[i] * w[j]): c**2}
    prove(E(w[k] ** 2), c**2, assume=c2)
    apart = {E(w[i] * w[j]): c**2 * (1 - KroneckerDelta(i, j)) + s * KroneckerDelta(i, j)}
    prove(E(w[k] ** 2), s, assume=apart)
    with pytest.raises(NotProved):
        prove(E(w[k] ** 2), c**2, assume=apart)


def test_an_assumption_about_a_random_number_says_nothing_of_its_mean():
    with pytest.raises(NotProved):
        prove(mean_z(z), y, assume={z: y})
    with pytest.raises(NotProved):
        prove(mean_z(exp(y)), mean_z(exp(z)), assume={y: z})
    prove(mean_z(exp(y * z)), mean_z(exp(c * z)), assume={y: c})


def test_a_mean_over_one_array_leaves_the_other():
    over_x = expectation(x)
    prove(over_x(x[i] * w[i]), w[i] * over_x(x[i]))
    with pytest.raises(NotProved):
        prove(over_x(x[i] * w[i]), w[j] * over_x(x[i]))


def test_no_derivative_of_a_mean_by_what_stands_inside_a_function():
    message = refused(partial(E(exp(c * x[i])), c), 0)
    assert "expected no derivative of a mean" in message
    assert "_" not in message


def test_the_groups_are_displayed():
    text = repr(prove(*TRUE["a product"]))
    assert "E: the mean over x; w, independent of each other" in text
    assert "independent" not in repr(prove(together(2 * x[i] * w[i]), 2 * together(x[i] * w[i])))
    assert r"\mathbb{E}\left[" in prove(*TRUE["a product"])._repr_markdown_()


NOT_RANDOM = [(), (i,), (D,), (x[i],), ("x",), (x, x), ([x, w],), ((x, (w,)),), ((), x), (f,), (5,), (None,), (exp(z),)]


@pytest.mark.parametrize("random", [*NOT_RANDOM, (x, array("x", N))])
def test_what_is_no_random_array_is_refused(random):
    with pytest.raises(ClaimError, match="expectation: expected different arrays and numbers, received "):
        expectation(*random)


@pytest.mark.parametrize(
    "u", [(), (x[i], w[i]), (x,), ("x",), (None,), ([x[i]],), (0.5,), (matrix(A),), (True,), (sigmoid,)]
)
def test_a_mean_is_of_one_expression(u):
    with pytest.raises(ClaimError, match="E: expected one expression"):
        E(*u)


@pytest.mark.parametrize("other", [array("x", D, positive=True)[i], array("x", N)[n]])
def test_another_array_of_the_same_name_is_refused(other):
    """It would not be random, and the display would say that it is."""
    assert "expected one meaning for the name x" in refused(E(other), other)


def test_a_symbol_of_sympy_is_refused():
    assert "expected symbols made by reals" in refused(expectation(Symbol("r"))(Symbol("r")), 0)
