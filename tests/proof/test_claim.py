"""What a claim says of its domain, and the claims that must be refused: each was once believed."""

import mpmath
import pytest
import sympy as sp
from backprop.proof import NotProved, Proof, prove, refute
from backprop.proof.claim import Claim, short
from backprop.proof.errors import ClaimError
from backprop.proof.vocabulary import (
    arbitrary,
    array,
    elementwise,
    entry,
    expectation,
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
from sympy import Abs, KroneckerDelta, Max, Sum, asin, exp, log, sqrt, tan

N, D, H, T = sizes("N D H T")
i, j, n, t = indices("i j n t")
a, t_, u, v, y, z = reals("a t_ u v y z")
x, w, X, U, M = array("x", D), array("w", D), array("X", N, D), array("U", H), array("M", D, D)
f = arbitrary("f")

REFUSED = {
    "a bound that is an index": lambda: prove(Sum(Sum(1, (i, 1, n)), (n, 1, N)), N * n),
    "powers up to an index": lambda: prove(Sum(Sum(a**i * u, (i, 1, t)), (t, 1, T)), T * u * Sum(a**i, (i, 1, t))),
    "a sum over a size": lambda: prove(Sum(x[i], (D, 1, N)), N * x[i]),
    "a literal index as abbreviation": lambda: prove(U[1] - U[2], 0, where={U[1]: z}),
    "a repeated index as abbreviation": lambda: prove(M[i, j], M[j, i], where={M[i, i]: z}),
    "a derivative by an abbreviation": lambda: prove(partial(u * v, u), 2 * v, where={u: v}),
    "an abbreviation of itself": lambda: prove(z, z + 1, where={z: z + 1}),
    "an abbreviation of another size": lambda: prove(U[j], U[j], where={U[j]: x[j]}),
    "an abbreviation with one index more": lambda: prove(U[j], U[j], where={U[j]: X[n, i]}),
    "a rounded number": lambda: prove((z + 1e45) * (z + 1), z**2 + 1e45 * z + 1e45),
    "a delta between two ranges": lambda: prove(Sum(1 + KroneckerDelta(i, j), (i, 1, D)) * U[j], (D + 1) * U[j]),
    "a column of columns": lambda: prove(entry(ones_column(N) * (ones_column(N) * matrix(x)), n, i), x[i]),
    "two meanings of a name": lambda: prove(array("z", D)[i] + z, z + array("z", D)[i]),
    "a name with two assumptions": lambda: prove(z + sp.Symbol("z", positive=True), sp.Symbol("z", positive=True) + z),
    "a symbol that may be complex": lambda: prove(sp.Symbol("w"), sp.Symbol("w")),
    "a function without a witness": lambda: prove(partial(tan(z), z), tan(z) ** 2 + 1),
    "another function without a witness": lambda: prove(partial(asin(z), z), 1 / sqrt(1 - z**2)),
    "an index beside an index": lambda: prove(x[i + 1], x[i + 1]),
    "another size as index": lambda: prove(x[N], x[N]),
    "a sum up to a difference": lambda: prove(Sum(1, (i, 1, D - H + 1)), D - H + 1),
    "a sum up to a real number": lambda: prove(Sum(1, (i, 1, sp.Symbol("p", positive=True))), 1),
    "an array with half an entry": lambda: array("c", sp.Rational(5, 2)),
    "a random number as abbreviation": lambda: prove(expectation(x)(x[i]), y, where={x[i]: y}),
    "a size as abbreviation": lambda: prove(D, D, where={D: H - N + 1}),
    "a derivative by a size": lambda: prove(partial(D**2, D), 2 * D),
    "a matrix": lambda: prove(matrix(X), matrix(X)),
    "nothing": lambda: prove(z, None),
    "nothing in the domain": lambda: prove(log(-Abs(z) - 1), log(-Abs(z) - 1)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_claims_that_are_not_well_formed_are_refused(case):
    with pytest.raises(ClaimError):
        REFUSED[case]()


def far(e):
    """Something that the draws do not reach."""
    return sp.Piecewise((e, z > 100), (0, True))


L = log((z + 100) ** 2)
FALSE = {
    "a capture inside a piecewise": lambda: prove(
        partial(x[i], x[j]) * x[i] * far(Sum(M[j, i], (j, 1, D))),
        partial(x[i], x[j]) * x[i] * far(Sum(M[j, j], (j, 1, D))),
    ),
    "a logarithm of an absolute value": lambda: prove(exp(y * L) * exp((sp.Rational(1, 2) - y) * L), z + 100),
    "a third derivative": lambda: refute(partial(partial(partial(z**4, z), z), z), 24 * z),
    "a kink inside a sum": lambda: refute(partial(Sum(relu(x[i] - 1), (i, 1, D)), x[j]), step(x[j] - 1)),
    "a logarithm inside a sum": lambda: refute(Sum(log(x[i] - 1), (i, 1, D)), Sum(log(x[j] - 1), (j, 1, D))),
    "a tiny difference": lambda: prove(z * sp.Rational(1, 10**60), 0),
    "a captured argument": lambda: prove(entry(elementwise(lambda s: z * s, matrix(X)), n, i), X[n, i] ** 2),
    "a captured difference": lambda: prove(entry(elementwise(lambda s: s - z, matrix(X)), n, i), 0),
    "wrong at zero only": lambda: prove(step(z) + step(-z), 1),
    "squares of sums of kinks": lambda: prove(Sum(relu(x[i]) ** 2, (i, 1, D)) * D, Sum(relu(x[i]), (i, 1, D)) ** 2),
    "an unproved proof": lambda: Proof(z, 2 * z),
    "a true refutation": lambda: refute(partial(relu(z - 1), z), step(z - 1)),
    "a logarithm outside its domain": lambda: refute(log(z**2), 2 * log(z)),
    "a captured refutation": lambda: refute(z * entry(elementwise(f, matrix(X)), n, i), z * f(X[n, i])),
}


@pytest.mark.parametrize("case", FALSE)
def test_false_claims_are_not_proved_and_true_ones_not_refuted(case):
    with pytest.raises(NotProved):
        FALSE[case]()


def test_a_claim_is_no_proof():
    with pytest.raises(ClaimError, match="expected proofs"):
        prove(z, z, rests_on=[Claim(z, 2 * z)])
    with pytest.raises(ClaimError, match="expected proofs"):
        prove(z, z, rests_on=[refute(z, 2 * z)])


TRUE = {
    "a kink of an array entry": (relu(x[i]), x[i] * step(x[i])),
    "halves under a sum": (Sum(relu(x[i]) ** 2 + relu(-x[i]) ** 2, (i, 1, D)), Sum(x[i] ** 2, (i, 1, D))),
    "maximum of an entry": (Max(x[i], 0), (x[i] + Abs(x[i])) / 2),
    "derivative of a maximum": (partial(Max(z, 0), z), step(z)),
    "logarithm of a complement": (log(1 - sigmoid(z)), -softplus(z)),
    "cross-entropy from logits": (-y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)), softplus(z) - y * z),
    "logarithm of a product": (log(z * y), log(z) + log(y)),
    "a size below a fraction": ((D**2 - 1) / (D - 1), D + 1),
    "the last entry": (Sum(KroneckerDelta(i, j) * x[j], (j, 1, D)), x[i]),
    "a third derivative": (partial(partial(partial(z**4, z), z), z), 24 * z),
    "a kink of a logarithm": (Abs(log(z)), Abs(log(z))),
    "a kink of a number that stands in itself": (sp.sign(z + exp(z)) * Abs(z + exp(z)), z + exp(z)),
    "a kink of an index": (sp.sign(i - f(i)) * Abs(i - f(i)) * x[i], (i - f(i)) * x[i]),
    "a square in a divisor, mirrored": (1 / (z - 1) ** 2, 1 / (1 - z) ** 2),
    "a slope of base and exponent": (partial(z**z, z), z**z * (log(z) + 1)),
    "a logarithm of e": (log(z * sp.E), log(z) + 1),
    "a condition that is denied": (
        sp.Piecewise((u, sp.Not(sp.And(y > 0, z > 0), evaluate=False)), (0, True)),
        u - u * step(y) * step(z),
    ),
    "a sine of what is 0 by definition": (sp.sin(silu(z) - z * sigmoid(z)), 0),
    "a cosine of what is 0 by definition": (sp.cos(silu(z) - z * sigmoid(z)), 1),
    "a logarithm of what has no value at a kink": (
        log((relu(z) - z + 1 / z**2) ** 2),
        2 * log(relu(z) - z + 1 / z**2),
    ),
    "a division of more than fifty steps": (f(z * (z**60 - 1) / (z - 1)), f((z**61 - z) / (z - 1))),
    "a sum in a case": (
        Sum(x[j] * sp.Piecewise((Sum(M[i, j], (i, 1, D)), z > 0), (0, True)), (j, 1, D)),
        Sum(x[i] * sp.Piecewise((Sum(M[j, i], (j, 1, D)), z > 0), (0, True)), (i, 1, D)),
    ),
    "a bound index named like a free one": (
        Sum(KroneckerDelta(i, j) * x[i], (i, 1, D)) + U[i],
        x[j] + U[i],
    ),
    "a delta between entries": (
        KroneckerDelta(x[i], w[i]) * x[j] * (z + 1),
        KroneckerDelta(x[i], w[i]) * x[j] * z + KroneckerDelta(x[i], w[i]) * x[j],
    ),
    "a function of z in a matrix": (entry(elementwise(lambda s: z * s, matrix(X)), n, i), z * X[n, i]),
}


@pytest.mark.parametrize("case", TRUE)
def test_true_claims_are_proved(case):
    prove(*TRUE[case])


@pytest.mark.parametrize(
    ("claim", "condition"),
    [
        (lambda: prove(y / sqrt(v) + z / sqrt(v), (y + z) / sqrt(v)), "v > 0"),
        (lambda: prove(u * z, 1, where={u: 1 / z}), "z ≠ 0"),
        (lambda: prove(exp(u), z, where={u: log(z)}), "z > 0"),
        (lambda: prove(u**2, z, where={u: sqrt(z)}), "z > 0"),
        (lambda: prove((D**2 - 1) / (D - 1), D + 1), "D - 1 ≠ 0"),
        (lambda: prove(z**t_ * (y + 1), z**t_ * (1 + y), where={t_: sp.Rational(1, 2)}), "z > 0"),
        (lambda: prove(Sum(log(x[i]), (i, 1, D)), Sum(log(x[j]), (j, 1, D))), "real x; x[i] > 0 for every i   ∎"),
        (lambda: prove(z ** (D - H) * (1 + y), z ** (D - H) * (y + 1)), "z ≠ 0"),
        (lambda: prove(partial(relu(-z), z), -step(-z)), "for real z; z ≠ 0"),
        (lambda: prove(log(z * y), log(z) + log(y)), "z > 0"),
    ],
)
def test_conditions_are_shown(claim, condition):
    assert condition in repr(claim())


def test_the_domain_names_everything_once():
    w = reals("w", positive=True)
    assert repr(prove(partial(log(1 + w), w), 1 / (1 + w))).endswith("for positive w   ∎")
    assert "D = 1" not in repr(prove(x[D], x[D]))
    assert "≠" not in repr(prove(partial(log(1 - sigmoid(z)), z), -sigmoid(z)))
    assert repr(prove(2 * log(1 + relu(z)), log((1 + relu(z)) ** 2))).endswith("for real z   ∎")
    assert "not checked by the machine: pigs fly" in repr(prove(z, z, given=["pigs fly"]))
    assert "for real z; pigs" not in repr(prove(z, z, given=["pigs fly"]))


def test_a_long_counterexample_shows_its_first_numbers():
    with pytest.raises(NotProved, match=r"= 1, .*, …: 8 against 0"):
        prove(sum(reals("a:h")), 0)
    with pytest.raises(NotProved, match="a = 1, b = 1, c = 1, d = 1, e = 1, f = 1, g = 1: 7 against 0"):
        prove(sum(reals("a:g")), 0)


def test_close_numbers_are_shown_with_the_digits_that_differ():
    with pytest.raises(NotProved, match=r"1\.00000000001 against 1\.$"):
        prove(1 + sp.Rational(1, 10**11), 1)
    with pytest.raises(NotProved, match=r"0\.666667 against 1\.33333\.$"):
        prove(sp.Rational(2, 3), sp.Rational(4, 3))
    assert short(mpmath.mpf(2) / 3) == "0.666667"


def test_one_thing_may_stand_for_a_tuple():
    base = prove(z, z, name="base")
    assert "not checked by the machine: smooth   rests on: base" in repr(prove(z, z, given="smooth", rests_on=base))


def test_equal_matrix_expressions_are_equal():
    assert elementwise(f, matrix(X)) == elementwise(f, matrix(X))


def test_abbreviations_stand_in_matrices():
    p, q = indices("p q")
    G, Z, Delta = array("G", N, H), array("Z", N, H), array("Δ", N, H)
    known = {Delta[n, q]: G[n, q] * f(Z[n, q])}
    product = entry(matrix(X).T * matrix(Delta), p, q)
    proved = prove(Sum(X[n, p] * G[n, q] * f(Z[n, q]), (n, 1, N)), product, where=known)
    assert "where Δ[n, q] = f(Z[n, q])*G[n, q]" in repr(proved)
    with pytest.raises(NotProved):
        prove(Sum(X[n, p] * G[n, q], (n, 1, N)), product, where=known)


@pytest.mark.parametrize("function", [Abs, relu, lambda z: Abs(z) / z])
def test_an_abbreviation_has_no_sign_that_it_does_not_stand_for(function):
    a, w = array("a", N, positive=True), array("w", N)
    with pytest.raises(ClaimError, match="declared positive"):
        prove(function(a[n]) - function(a[n]), 0, where={a[n]: w[n]})
    assert prove(a[n], exp(w[n]), where={a[n]: exp(w[n])})


def test_indices_that_vanish_when_written_out_are_still_named():
    W, c, q, r = array("W", D, H), array("c", D), *indices("q r")
    equal = prove(W[i, q], W[i, r], where={W[i, j]: c[i]})
    assert "for all D, H ≥ 1" in repr(equal)
    assert "q = 1..H" in repr(equal)
    assert "r = 1..H" in repr(equal)


def test_a_kronecker_delta_does_not_show_the_index_of_its_sum():
    W = array("W", D, D)
    left = Sum(KroneckerDelta(i, n) * W[i, j], (i, 1, D)) - Sum(KroneckerDelta(i, n) * W[j, i], (i, 1, D))
    assert "for all D ≥ 1; j = 1..D; n = 1..D; real W" in repr(prove(left, W[n, j] - W[j, n]))
    assert "for all D ≥ 1; n = 1..D; real x" in repr(prove(Sum(KroneckerDelta(i, n) * x[i], (i, 1, D)), x[n]))
