"""The vocabulary: shapes of indices, closed-form derivatives, matrix entries, and the normal form."""

import pytest
import sympy as sp
from backprop.proof.display import latex
from backprop.proof.errors import ClaimError
from backprop.proof.ranges import ranges
from backprop.proof.reading import normal
from backprop.proof.shorthand import fresh
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
from sympy import KroneckerDelta, Sum, cos, exp, log, tanh

N, D, H, K = sizes("N D H K")
n, i, j, k, m, p, q = indices("n i j k m p q")
z = reals("z")
X, W, V, b = array("X", N, D), array("W", D, H), array("V", H, K), array("b", H)


@pytest.mark.parametrize("function", [sigmoid, softplus, silu])
def test_closed_form_derivative_is_the_derivative_of_the_definition(function):
    """Both sides as fractions of one exponential; an independent route through SymPy's own diff and cancel."""
    residual = unfolded(function(z).diff(z)) - unfolded(function(z)).diff(z)
    assert sp.cancel(sp.expand(residual)) == 0


def unfolded(e):
    while e.atoms(sigmoid, softplus, silu):
        e = e.replace(lambda a: isinstance(a, sigmoid | softplus | silu), lambda a: a.definition)
    return e


def test_relu_and_step_know_signs():
    assert (relu(3), relu(-3), relu(0), step(3), step(-3), step(0)) == (3, 0, 0, 1, 0, 0)
    assert relu(z).diff(z) == step(z)


def test_arbitrary_functions_differentiate_by_the_chain_rule():
    f, F = arbitrary("f"), arbitrary("F", 2)
    assert str(f(z**2).diff(z)) == "2*z*f′(z**2)"
    assert str(f(z).diff(z, 2)) == "f′′(z)"
    assert str(F(z, z**3).diff(z)) == "3*z**2*∂2F(z, z**3) + ∂1F(z, z**3)"
    assert arbitrary("f") is f


def test_index_ranges_are_read_from_the_shapes():
    assert ranges(X[n, i] * W[i, j]) == {n: N, i: D, j: H}
    assert ranges(Sum(X[n, i] * W[i, j], (i, 1, D))) == {n: N, j: H}
    assert ranges(entry(matrix(X) * matrix(W), n, j)) == {n: N, j: H}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (X[n, i] * W[j, i], r"the index i runs to [HD] in one place and to [HD] in another"),
        (Sum(X[n, i], (i, 1, H)), "the index i runs to H in one place and to D in another"),
        (Sum(X[n, i], (i, 0, D)), "starts at 1, received 0"),
        (X[n, 0], "index 0 is not known to lie in 1..D"),
        (X[n, 2], "index 2 is not known to lie in 1..D"),
        (KroneckerDelta(i, n) * X[n, i], "the index [in] runs to"),
    ],
)
def test_an_index_with_two_ranges_is_refused(expression, message):
    with pytest.raises(ClaimError, match=message):
        normal(expression)


def test_wrong_rank_and_wrong_matrix_shapes_are_refused():
    with pytest.raises(ClaimError, match=r"expected 2 indices for the shape \(N, D\), received \(n,\)"):
        X[n]
    with pytest.raises(ClaimError, match=r"X \(N, D\) and V \(H, K\) to share the inner size. Likely cause"):
        entry(matrix(X) * matrix(V), n, k).doit()
    with pytest.raises(ClaimError, match=r"expected equal shapes, received \(D, N\) and \(N, D\)"):
        entry(matrix(X) + matrix(X).T, n, i).doit()
    with pytest.raises(ClaimError, match="expected at least one size"):
        array("x")
    with pytest.raises(ClaimError, match="one or two axes"):
        matrix(array("Q", N, D, H))
    with pytest.raises(ClaimError, match="expected a symbol or an array entry"):
        partial(z**2, z**2)


f = arbitrary("f")
EQUAL = {
    "another index name": (Sum(X[n, i], (i, 1, D)), Sum(X[n, k], (k, 1, D))),
    "linear": (Sum(2 * X[n, i] + z, (i, 1, D)), 2 * Sum(X[n, i], (i, 1, D)) + D * z),
    "order of sums": (
        Sum(X[n, i] * W[i, j], (i, 1, D), (j, 1, H)),
        Sum(X[n, i] * Sum(W[i, j], (j, 1, H)), (i, 1, D)),
    ),
    "product of sums": (Sum(b[j], (j, 1, H)) ** 2, Sum(b[j] * b[k], (j, 1, H), (k, 1, H))),
    "two indices of one size": (
        Sum(b[j] ** 2 * b[k], (j, 1, H), (k, 1, H)),
        Sum(b[j] * b[k] ** 2, (j, 1, H), (k, 1, H)),
    ),
    "delta under a sum": (Sum(KroneckerDelta(j, q) * b[j] ** 2, (j, 1, H)), b[q] ** 2),
    "delta beside its index": (KroneckerDelta(j, q) * b[j], KroneckerDelta(j, q) * b[q]),
    "two deltas": (
        Sum(KroneckerDelta(j, p) * KroneckerDelta(j, q), (j, 1, H)) * b[p],
        KroneckerDelta(p, q) * b[q],
    ),
    "inside a function": (f(Sum(b[j], (j, 1, H))), f(Sum(b[k], (k, 1, H)))),
    "nested inside a sum": (
        Sum(f(Sum(W[i, j], (i, 1, D))), (j, 1, H)),
        Sum(f(Sum(W[j, i], (j, 1, D))), (i, 1, H)),
    ),
    "same letter inside and outside": (
        Sum(b[j] * Sum(b[j], (j, 1, H)), (j, 1, H)),
        Sum(b[j], (j, 1, H)) ** 2,
    ),
    "free index with a sum's name": (partial(Sum(b[j], (j, 1, H)), b[j]), 1),
    "known size": (Sum(array("a", 3)[j], (j, 1, 3)), sum(array("a", 3)[v] for v in (1, 2, 3))),
    "softmax": (
        Sum(exp(b[j]) / Sum(exp(b[k]), (k, 1, H)), (j, 1, H)) * Sum(exp(b[m]), (m, 1, H)),
        Sum(exp(b[k]), (k, 1, H)),
    ),
}


@pytest.mark.parametrize("case", EQUAL)
def test_equal_expressions_have_one_normal_form(case):
    left, right = EQUAL[case]
    assert normal(left) == normal(right)
    assert normal(left - right) == 0


UNEQUAL = {
    "another array": (Sum(b[j], (j, 1, H)), Sum(array("c", H)[j], (j, 1, H))),
    "another size": (Sum(array("a", N)[i], (i, 1, N)), Sum(array("a", N)[i], (i, 1, N)) + D - H),
    "transposed": (Sum(array("S", H, H)[i, j] * b[j], (j, 1, H)), Sum(array("S", H, H)[j, i] * b[j], (j, 1, H))),
    "squares": (Sum(b[j] ** 2, (j, 1, H)), Sum(b[j], (j, 1, H)) ** 2),
    "which delta": (KroneckerDelta(j, q) * b[j], KroneckerDelta(j, p) * b[j]),
    "inside a function": (f(Sum(b[j], (j, 1, H))), Sum(f(b[j]), (j, 1, H))),
    "derivative order": (arbitrary("f")(z), arbitrary("f")(z).diff(z)),
    "tied indices": (Sum(b[j] * b[j], (j, 1, H)), Sum(b[j] * b[k], (j, 1, H), (k, 1, H))),
}


@pytest.mark.parametrize("case", UNEQUAL)
def test_unequal_expressions_keep_apart(case):
    left, right = UNEQUAL[case]
    assert normal(left) != normal(right)
    assert normal(left - right) != 0


def test_normal_form_is_stable():
    for left, right in EQUAL.values():
        for side in (left, right):
            assert normal(normal(side)) == normal(side)


def test_entries_of_every_matrix_operation():
    A, B = matrix(X), matrix(array("Y", N, D))
    assert entry(A + B, n, i).doit() == X[n, i] + array("Y", N, D)[n, i]
    assert entry(A.T, i, n).doit() == X[n, i]
    assert entry(hadamard(A, B), n, i).doit() == X[n, i] * array("Y", N, D)[n, i]
    assert entry(3 * A, n, i).doit() == 3 * X[n, i]
    assert entry(elementwise(f, A), n, i).doit() == f(X[n, i])
    assert entry(ones_column(N) * matrix(b), n, j).doit() == b[j]
    product = A * matrix(W) * matrix(V)
    expected = Sum(X[n, i] * W[i, j] * V[j, k], (i, 1, D), (j, 1, H))
    assert normal(entry(product, n, k) - expected) == 0
    with pytest.raises(ClaimError, match="expected sums, products"):
        entry(sp.ZeroMatrix(N, D), n, i).doit()


def test_fresh_guards_against_sympys_capture():
    captured = Sum(b[j], (j, 1, H))
    assert captured.diff(b[j]).doit() == H  # SymPy confuses the two indices called j
    assert normal(fresh(captured).diff(b[j])) == 1


def test_latex_keeps_the_order_of_the_matrices():
    assert latex(Sum(X[n, i] * W[i, j], (i, 1, D))) == r"\sum_{i=1}^{D} {X}_{n,i} {W}_{i,j}"
    assert latex(partial(b[j], z)) == r"\frac{\partial {b}_{j}}{\partial z}"
    assert latex(sigmoid(z) ** 2) == r"\sigma^{2}\left(z\right)"
    assert latex(step(z)) == r"\mathbf{1}_{z > 0}"
    assert latex(matrix(X).T) == r"X^{\top}"
    assert latex(array("W_h", N, D)[n, i]) == r"{\left(W_{h}\right)}_{n,i}"
    assert latex(matrix(array("Δ^o", N, D)).T) == r"{Δ^{o}}^{\top}"
    assert latex(hadamard(matrix(X), matrix(X) + matrix(X))).count(r"\odot") == 1
    assert r"\partial_{1} F" in latex(arbitrary("F", 2)(z, 1).diff(z))


def test_sympys_own_functions_stay_as_they_are():
    assert normal(tanh(z).diff(z)) == 1 - tanh(z) ** 2
    assert normal(log(Sum(exp(b[j]), (j, 1, H)))) != 0
    assert normal(cos(z)) == cos(z)
