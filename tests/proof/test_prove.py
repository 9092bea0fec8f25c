"""What ``prove`` must accept and, above all, what it must refuse."""

import sys

import pytest
import sympy as sp
from backprop.proof import NotProved, Proof, prove, reading, refute
from backprop.proof.errors import ClaimError
from backprop.proof.kernel import ZERO
from backprop.proof.vocabulary import (
    arbitrary,
    array,
    elementwise,
    entry,
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
from sympy import Abs, KroneckerDelta, Max, Piecewise, Sum, exp, log, sqrt, tanh

N, D, H, K = sizes("N D H K")
n, i, j, k, m, p, q = indices("n i j k m p q")
y, z = reals("y z")
f = arbitrary("f")
X, W, V, b = array("X", N, D), array("W", D, H), array("V", H, K), array("b", H)
logits, P = array("z", K), array("p", K)
softmax = {P[j]: exp(logits[j]) / Sum(exp(logits[k]), (k, 1, K))}
layer = Sum(X[n, i] * W[i, j], (i, 1, D)) + b[j]

TRUE = {
    "product rule": (partial(z * f(z), z), f(z) + z * f(z).diff(z)),
    "sigmoid from its definition": (partial(sigmoid(z).definition, z), sigmoid(z) * (1 - sigmoid(z))),
    "sigmoid mirrored": (sigmoid(-z), 1 - sigmoid(z)),
    "tanh and sigmoid": (2 * sigmoid(2 * z) - 1, tanh(z)),
    "tanh": (partial(tanh(z), z), 1 - tanh(z) ** 2),
    "softplus": (partial(softplus(z).definition, z), sigmoid(z)),
    "softplus without overflow": (softplus(z), Max(z, 0) + log(1 + exp(-Abs(z)))),
    "softplus mirrored": (softplus(z) - softplus(-z), z),
    "silu": (partial(z * sigmoid(z), z), sigmoid(z) * (1 + z * sigmoid(-z))),
    "relu": (partial(relu(z), z), step(z)),
    "relu halves": (relu(z) ** 2 + relu(-z) ** 2, z**2),
    "relu as max": (relu(z), Max(z, 0)),
    "relu twice": (relu(relu(z)), relu(z)),
    "layer": (entry(matrix(X) * matrix(W) + ones_column(N) * matrix(b), n, j), layer),
    "associative": (
        entry((matrix(X) * matrix(W)) * matrix(V), n, k),
        Sum(X[n, i] * Sum(W[i, j] * V[j, k], (j, 1, H)), (i, 1, D)),
    ),
    "transpose": (entry((matrix(X) * matrix(W)).T, j, n), entry(matrix(W).T * matrix(X).T, j, n)),
    "inside a sum": (Sum(sigmoid(-b[j]), (j, 1, H)), Sum(1 - sigmoid(b[j]), (j, 1, H))),
    "inside two sums": (
        Sum(W[i, j] * tanh(W[i, j]), (i, 1, D), (j, 1, H)),
        Sum(W[p, k] * (2 * sigmoid(2 * W[p, k]) - 1), (k, 1, H), (p, 1, D)),
    ),
    "weight gradient": (partial(Sum(f(layer), (n, 1, N)), W[p, j]), Sum(f(layer).diff(b[j]) * X[n, p], (n, 1, N))),
}


@pytest.mark.parametrize("case", TRUE)
def test_true_identities_are_proved(case):
    assert isinstance(prove(*TRUE[case]), Proof)


def test_softmax_for_any_number_of_classes():
    prove(Sum(P[j], (j, 1, K)), 1, where=softmax)
    prove(partial(P[j], logits[m]), P[j] * (KroneckerDelta(j, m) - P[m]), where=softmax)
    with pytest.raises(NotProved, match="Counterexample"):
        prove(partial(P[j], logits[m]), P[j] * (1 - P[m]), where=softmax)


FALSE = {
    "a sign": (partial(sigmoid(z), z), -sigmoid(z) * (1 - sigmoid(z))),
    "a dropped term": (partial(z * f(z), z), z * f(z).diff(z)),
    "a half": (partial(z**2 / 2, z), 2 * z),
    "one size for all": (Sum(1, (i, 1, D)), 3),
    "only for D = 2": (
        Sum(b[j], (j, 1, H)) ** 2,
        Sum(b[j] ** 2, (j, 1, H)) + 2 * b[1] * Sum(b[j], (j, 1, H)) - 2 * b[1] ** 2,
    ),
    "inside a sum": (Sum(sigmoid(-b[j]), (j, 1, H)), Sum(sigmoid(b[j]), (j, 1, H))),
    "half of the line": (relu(z), z),
    "at zero only": (relu(z) * relu(-z) + z, 0),
    "symmetric weights only": (Sum(array("S", H, H)[i, j], (i, 1, H)), Sum(array("S", H, H)[j, i], (i, 1, H))),
    "odd functions only": (f(-z), -f(z)),
    "one in 10^12": (z, z * (1 + sp.Rational(1, 10**12))),
}


@pytest.mark.parametrize("case", FALSE)
def test_false_identities_are_refused_with_a_counterexample(case):
    with pytest.raises(NotProved, match="Counterexample: "):
        prove(*FALSE[case])
    assert "✗" in repr(refute(*FALSE[case]))


def test_a_true_identity_beyond_the_method_is_not_called_proved():
    with pytest.raises(NotProved, match=r"numbers agree: a step may be missing"):
        prove(Sum(Sum(i * b[j], (i, 1, D)), (j, 1, H)), Sum(b[j], (j, 1, H)) * D * (D + 1) / 2)


def test_an_error_of_the_kernel_is_caught_by_the_second_witness(monkeypatch):
    """Here the kernel is made to err: every derivative is 0."""
    total = log(Sum(exp(logits[k]), (k, 1, K)))
    monkeypatch.setattr(reading, "differentiate", lambda term, x: ZERO)
    with pytest.raises(NotProved, match="the kernel finds the sides equal, 50 digits do not"):
        prove(partial(total, logits[m]), 0)


def test_a_witness_that_finds_nothing_does_not_prove(monkeypatch):
    monkeypatch.setattr(sys.modules["backprop.proof.prove"], "counterexample", lambda *sides: None)
    with pytest.raises(NotProved, match="a step may be missing"):
        prove(z + 1, z)


@pytest.mark.parametrize("e", [y * relu(z), relu(z) + 1, (1 + exp(z)) ** y, y * (1 + exp(z)) ** y])
def test_what_is_left_is_written_as_it_was_typed(e):
    assert reading.normal(e) == e


@pytest.mark.parametrize("bad", [sp.nan, sp.oo, sp.zoo])
def test_nan_and_infinity_are_refused(bad):
    with pytest.raises(ClaimError, match="expected finite exact expressions"):
        prove(bad, bad)


def test_one_index_with_two_sizes_is_refused():
    with pytest.raises(ClaimError, match="missing transpose"):
        prove(X[n, i] * W[i, n], W[i, n] * X[n, i])


def test_conditions_are_found_by_the_machine():
    assert "z ≠ 0" in repr(prove(partial(relu(z), z), step(z)))
    assert "≠" not in repr(prove(relu(z) - relu(-z), z))
    assert "y ≠ 0" in repr(prove(z / y + 1, (z + y) / y))
    assert "y > 0" in repr(prove(partial(y * log(y), y), log(y) + 1))
    assert "y > 0" in repr(prove(partial(sqrt(y), y), 1 / (2 * sqrt(y))))
    assert "≠" not in repr(prove(partial(relu(z) * y, y), relu(z)))
    assert "y - z ≠ 0" in repr(prove(partial(Max(y, z), y), partial(Max(z, y), y)))
    assert "z - 1 ≠ 0" in repr(
        prove(partial(Piecewise((z, z > 1), (1, True)), z), partial(Piecewise((z, z > 1), (1, True)), z))
    )


def test_the_domain_is_read_off_the_expressions():
    text = repr(prove(*TRUE["weight gradient"]))
    assert text.endswith("for all N, D, H ≥ 1; j = 1..H; p = 1..D; real X, W, b; every differentiable f   ∎")
    assert "every twice differentiable f" in repr(prove(partial(partial(f(z), z), z), f(z).diff(z, 2)))
    assert "positive y" in repr(prove(log(exp(sp.Symbol("y", positive=True))), sp.Symbol("y", positive=True)))
    assert "every function f" in repr(prove(f(z) + f(z), 2 * f(z)))


def test_display_in_a_notebook():
    base = prove(z, z, name="base", given=["f is smooth"])
    proof = prove(Sum(P[j], (j, 1, K)), 1, name="softmax sums to one", where=softmax, rests_on=[base])
    shown = proof._repr_markdown_()
    assert shown.startswith("**Softmax sums to one.**\n\n$$\n")
    assert r"\;\blacksquare" in shown
    assert r"where $\displaystyle {p}_{j} = \frac{e^{{z}_{j}}}{\sum_{k=1}^{K} e^{{z}_{k}}}$" in shown
    assert "for all $K$ ≥ 1; real $z$" in shown
    assert "rests on: base" in shown
    assert "rests on: base" in repr(proof)
    assert "not checked by the machine: f is smooth" in base._repr_markdown_()
    assert r"\begin{aligned}" in prove(sum(z**v for v in range(40)), sum(z**v for v in range(40)))._repr_markdown_()
    assert refute(z, -z, name="odd")._repr_markdown_().startswith("**Refuted: odd.**\n\n$$\nz \\ne - z\n$$")


def test_only_proofs_can_be_rested_on():
    with pytest.raises(ClaimError, match="received 'the chain rule'"):
        prove(z, z, rests_on=["the chain rule"])
    with pytest.raises(ClaimError, match="in an earlier chapter"):
        prove(z, z, rests_on="chain rule (chapter 0)")
    earlier = prove(z, z, rests_on=["chain rule, one variable (chapter 00)"])
    assert "rests on: chain rule, one variable (chapter 00)" in repr(earlier)


def test_abbreviations_are_written_out_without_capture():
    a = array("a", H)
    inner = {a[j]: Sum(W[i, j], (i, 1, D))}
    prove(Sum(a[i], (i, 1, H)), Sum(W[i, j], (i, 1, D), (j, 1, H)), where=inner)
    ell = reals("ell")
    prove(partial(ell, z), 2 * z * y, where={ell: y * P[1], P[j]: z**2})
    with pytest.raises(ClaimError, match="is an abbreviation, so expected no derivative by it"):
        prove(partial(a[j] ** 2, a[j]), 2 * a[j], where=inner)


def test_refute_needs_a_counterexample():
    assert repr(refute(partial(z**2, z), z)).endswith("for z = 1: 2 against 1   ✗")
    with pytest.raises(NotProved, match="no counterexample"):
        refute((z + 1) ** 2, z**2 + 2 * z + 1)


def test_elementwise_layer_in_matrix_form():
    Z = matrix(X) * matrix(W) + ones_column(N) * matrix(b)
    proof = prove(entry(elementwise(f, Z), n, j), f(layer))
    assert "[f(X*W + 1*b)][n, j]" in repr(proof)
    prove(entry(elementwise(silu, Z), n, j), silu(layer))


def test_a_size_that_only_a_condition_has():
    """1 − cᵗ cancels when the abbreviations are written out, but it must not be 0."""
    t, c, g, m = sizes("t"), sp.Symbol("c", positive=True), reals("g"), reals("m")
    proof = prove(m / (1 - c**t), g, where={m: (1 - c**t) * g})
    assert "all t ≥ 1" in str(proof)
    assert "c**t" in str(proof).split("for all")[1]


def test_what_is_too_large_or_nowhere_defined_is_said_in_one_word():
    seven = sp.symbols("i1:8", integer=True)
    places = array("x", D)
    alike = Sum(f(sp.Mul(*[places[s] for s in seven])), *[(s, 1, D) for s in seven])
    with pytest.raises(NotProved, match="too large: 7 indices under one sum"):
        prove(alike, 2 * alike)
    with pytest.raises(NotProved, match="too large: more than"):
        prove(sum(sp.symbols("a:8", real=True)) ** 40, z)
    nothing = {y: (z + 1) ** 2 - z**2 - 2 * z - 1}
    with pytest.raises(ClaimError, match="the logarithm of 0"):
        prove(log(y), z, where=nothing)
    with pytest.raises(ClaimError, match="no division by 0"):
        prove(1 / y, z, where=nothing)


def test_a_notebook_shows_the_message_without_the_frames_of_the_engine(capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_cell("from backprop.proof import prove; from backprop.proof.vocabulary import reals")
    shell.run_cell('prove(reals("z"), 1)')
    assert capsys.readouterr().out.strip() == (
        "NotProved: not proved: left - right leaves z - 1, not 0. Counterexample: z = 2: 2 against 1."
    )
