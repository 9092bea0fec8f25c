"""Claims that the proof engine must refuse: each is false, or no claim at all.

``FALSE`` maps a name to (group, call, why): ``call()`` must raise, and ``why`` says with numbers what is wrong.
A claim is false when its two sides differ for one allowed value, at a point where both are defined: one size ≥ 1, one
real number, one array, one differentiable function. Arrays not named in ``why`` may be anything; matrices are written
row by row, and f stands for the function named there.
"""

import decimal
import fractions

import numpy as np
import sympy as sp
from backprop.proof import prove, refute
from backprop.proof.claim import Claim
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
from sympy import (
    Abs,
    Eq,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    cos,
    cosh,
    exp,
    log,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)

N, D, H, K = sizes("N D H K")
n, i, j, k, m, p, q, r = indices("n i j k m p q r")
u, v, w, y, z = reals("u v w y z")
β, η, γ, ε = reals("β η γ ε")
f, g, F = arbitrary("f"), arbitrary("g"), arbitrary("F", 2)
x, a, o = array("x", D), array("a", D), array("o", D, positive=True)
c = array("c", 1, positive=True)[1]  # a positive number
X, W, V, b = array("X", N, D), array("W", D, H), array("V", H, K), array("b", H)
G, Z, R, B = array("G", N, H), array("Z", N, H), array("R", N, K), array("B", N, D)
M, S, A, C = (array(name, D, D) for name in "MSAC")
U = array("U", D, D, D)
s, Y, P = array("s", K), array("Y", K), array("P", K)
half, third = Rational(1, 2), Rational(1, 3)
delta = KroneckerDelta


def add(e, *spans):
    """``add(e, i, D, j, H)``: the sum of e over i = 1..D and j = 1..H."""
    return Sum(e, *[(index, 1, size) for index, size in zip(spans[::2], spans[1::2], strict=True)])


def rows(function):
    """Two sums of a function, of the row sums of M and of its column sums."""
    return [add(function(add(e, j, D)), i, D) for e in (M[i, j], M[j, i])]


def where_positive(e, t=z):
    """e where t > 0, otherwise 0."""
    return Piecewise((e, t > 0), (0, True))


def softmax(logits=s):
    """The abbreviation P = softmax(logits)."""
    return {P[j]: exp(logits[j]) / add(exp(logits[k]), k, K)}


TWO_ROWS = "D = 2, M = [[1, 1], [0, 0]]: row sums 2, 0, column sums 1, 1"
ZERO_ROWS = "D = 2, M = [[1, -1], [0, 0]]: row sums 0, 0, column sums 1, -1"

BINDING = {
    "an author's index under the name of a bound one": (
        lambda: prove(Sum(M[j, indices("@1.0")], (j, 1, D)), Sum(M[j, j], (j, 1, D))),
        "a column sum against the trace: D = 2, M = [[0, 0], [0, 1]], first column: 0 against 1",
    ),
    "an author's index under the name of a new one": (
        lambda: prove(Sum(M[j, indices("~1")], (j, 1, D)), Sum(M[j, indices("~2")], (j, 1, D))),
        "two columns: D = 2, M = [[1, 0], [0, 0]]: 1 against 0",
    ),
    "row sums are column sums": (
        lambda: prove(*rows(lambda t: exp(t - 1000))),
        f"{TWO_ROWS}: (e² + 1)e⁻¹⁰⁰⁰ against 2e·e⁻¹⁰⁰⁰",
    ),
    "row sums are column sums, not tiny": (lambda: prove(*rows(exp)), f"{TWO_ROWS}: e² + 1 against 2e"),
    "row sums are column sums, doubled": (
        lambda: prove(*rows(lambda t: exp(2 * t - 700))),
        f"{TWO_ROWS}: (e⁴ + 1)e⁻⁷⁰⁰ against 2e²·e⁻⁷⁰⁰",
    ),
    "row sums are column sums, a power of two": (lambda: prove(*rows(lambda t: 2**t)), f"{TWO_ROWS}: 5 against 4"),
    "row sums are column sums, a tiny power of two": (
        lambda: prove(*rows(lambda t: 2 ** (t - 2000))),
        f"{TWO_ROWS}: 5/2²⁰⁰⁰ against 4/2²⁰⁰⁰",
    ),
    "row sums are column sums, a power of a number": (
        lambda: prove(*rows(lambda t: c**t)),
        f"{TWO_ROWS}: c² + 1 against 2c, for c = 2: 5 against 4",
    ),
    "row sums are column sums, a logistic": (lambda: prove(*rows(sigmoid)), f"{TWO_ROWS}: 1.381 against 1.462"),
    "row sums are column sums, tanh": (lambda: prove(*rows(tanh)), f"{TWO_ROWS}: .964 against 1.523"),
    "row sums are column sums, softplus": (lambda: prove(*rows(softplus)), f"{TWO_ROWS}: 2.820 against 2.627"),
    "row sums are column sums, silu": (lambda: prove(*rows(silu)), f"{TWO_ROWS}: 1.762 against 1.462"),
    "row sums are column sums, cos": (lambda: prove(*rows(cos)), f"{TWO_ROWS}: .584 against 1.081"),
    "row sums are column sums, relu": (lambda: prove(*rows(relu)), f"{ZERO_ROWS}: 0 against 1"),
    "row sums are column sums, Abs": (lambda: prove(*rows(Abs)), f"{ZERO_ROWS}: 0 against 2"),
    "row sums are column sums, step": (lambda: prove(*rows(step)), f"{ZERO_ROWS}: 0 against 1"),
    "row sums are column sums, sign": (lambda: prove(*rows(sign)), f"{TWO_ROWS}: 1 against 2"),
    "row sums are column sums, Max": (lambda: prove(*rows(lambda t: Max(t, z))), f"z = 0, {ZERO_ROWS}: 0 against 1"),
    "row sums are column sums, squares": (lambda: prove(*rows(lambda t: t**2)), f"{TWO_ROWS}: 4 against 2"),
    "row sums are column sums, reciprocals": (
        lambda: prove(*rows(lambda t: 1 / (1 + t**2))),
        f"{TWO_ROWS}: 1.2 against 1",
    ),
    "row sums are column sums, roots": (
        lambda: prove(*rows(lambda t: sqrt(1 + t**2))),
        f"{TWO_ROWS}: 3.236 against 2.828",
    ),
    "row sums are column sums, any function": (lambda: prove(*rows(f)), f"f = exp, {TWO_ROWS}: e² + 1 against 2e"),
    "row sums are column sums, a piecewise function": (
        lambda: prove(*rows(lambda t: where_positive(1, t - 1))),
        f"{TWO_ROWS}: 1 against 0",
    ),
    "row sums are column sums, exp of exp": (
        lambda: prove(*rows(lambda t: exp(-exp(t)))),
        f"{TWO_ROWS}: .369 against .132",
    ),
    "row sums are column sums, exp in a cosine": (
        lambda: prove(*rows(lambda t: cos(exp(t - 300)))),
        f"{TWO_ROWS}: 2 - (e⁴ + 1)e⁻⁶⁰⁰/2 against 2 - 2e²·e⁻⁶⁰⁰/2, nearly",
    ),
    "rows weighted are columns weighted": (
        lambda: prove(add(a[i] * exp(add(M[i, j], j, D)), i, D), add(a[i] * exp(add(M[j, i], j, D)), i, D)),
        f"a = (1, 0), {TWO_ROWS}: e² against e",
    ),
    "log-sum-exp of the row sums": (
        lambda: prove(*(log(e) for e in rows(exp))),
        f"{TWO_ROWS}: log(e² + 1) against log(2e)",
    ),
    "one over the sum of exponentials of row sums": (
        lambda: prove(*(1 / e for e in rows(exp))),
        f"{TWO_ROWS}: 1/(e² + 1) against 1/(2e)",
    ),
    "products of rows are products of columns": (
        lambda: prove(*rows(lambda t: exp(-softplus(t)))),
        f"{TWO_ROWS}: σ(-2) + 1/2 = .619 against 2σ(-1) = .538",
    ),
    "exponentials of planes of a cube": (
        lambda: prove(*(add(exp(add(e, j, D, k, D) - 900), i, D) for e in (U[i, j, k], U[k, j, i]))),
        "D = 2, U[1, 1, 1] = U[1, 1, 2] = 1, otherwise 0: e² + 1 against 2e, times e⁻⁹⁰⁰",
    ),
    "exponentials three deep": (
        lambda: prove(*(add(exp(add(exp(add(exp(e), k, D)), j, D) - 99), i, D) for e in (U[i, j, k], U[k, j, i]))),
        "D = 2, U[1, 1, 1] = U[1, 1, 2] = 1, otherwise 0: the terms are e¹³⁸, e⁻⁸⁴ against twice e⁻⁵⁰",
    ),
    "a product of two exponentials of sums": (
        lambda: prove(
            add(exp(add(M[i, j], j, D)) * exp(add(M[j, i], j, D)), i, D), add(exp(2 * add(M[i, j], j, D)), i, D)
        ),
        f"{TWO_ROWS}: e³ + e against e⁴ + 1",
    ),
    "exponential of a sum, its index free outside": (
        lambda: prove(x[i] * exp(add(x[i], i, D)), x[i] * exp(D * x[i])),
        "D = 2, x = (1, 2), i = 1: e³ against e²",
    ),
    "exponential of a double sum": (
        lambda: prove(exp(add(M[i, j], i, D, j, D)), exp(add(M[i, i], i, D) * D)),
        "D = 2, M = [[0, 1], [0, 0]]: e against 1",
    ),
    "a power of a sum in an exponent": (
        lambda: prove(c ** add(x[i] * add(x[j], j, D), i, D), c ** add(x[i] ** 2, i, D)),
        "c = 2, D = 2, x = (1, 1): 16 against 4",
    ),
    "a free and a bound index of one name": (
        lambda: prove(x[i] * add(x[i], i, D), add(x[i] ** 2, i, D)),
        "D = 2, x = (1, 2), i = 1: 3 against 5",
    ),
    "a free index meets the bound one": (
        lambda: prove(M[i, j] * add(x[j], j, D), add(M[i, j] * x[j], j, D)),
        "D = 2, M = [[1, 0], [0, 0]], x = (0, 1), i = j = 1: 1 against 0",
    ),
    "two sums over one name": (
        lambda: prove(add(x[i], i, D) * add(a[i], i, D), add(x[i] * a[i], i, D)),
        "D = 2, x = a = (1, 1): 4 against 2",
    ),
    "the square of a sum": (
        lambda: prove(add(x[i], i, D) * add(x[i], i, D), add(x[i] ** 2, i, D)),
        "D = 2, x = (1, 1): 4 against 2",
    ),
    "the fifth power of a sum": (
        lambda: prove(add(x[i], i, D) ** 5, add(x[i] ** 5, i, D)),
        "D = 2, x = (1, 1): 32 against 2",
    ),
    "a sum inside a sum of the same name": (
        lambda: prove(add(x[i] * add(x[i], i, D), i, D), add(x[i] ** 2, i, D)),
        "D = 2, x = (1, 1): 4 against 2, since the inner i is another one",
    ),
    "one name on three levels": (
        lambda: prove(add(x[i] * add(x[j] * add(x[i], i, D), j, D), i, D), add(x[i] ** 2, i, D) * add(x[j], j, D)),
        "D = 2, x = (1, 1): 8 against 4",
    ),
    "one name inside and outside of an exponential": (
        lambda: prove(add(exp(x[i] * add(x[i], i, D)), i, D), add(exp(x[i] ** 2 * D), i, D)),
        "D = 2, x = (1, 0): e + 1 against e² + 1",
    ),
    "one name inside and outside of relu": (
        lambda: prove(add(relu(a[i] - add(a[i], i, D)), i, D), 0),
        "D = 2, a = (1, -1): 1 against 0",
    ),
    "one name inside and outside of a function": (
        lambda: prove(add(f(x[i] - add(x[i], i, D)), i, D), D * f(0)),
        "f = exp, D = 2, x = (1, 1): 2/e against 2",
    ),
    "a derivative by the name of a summation index": (
        lambda: prove(partial(add(x[m], m, D), x[m]), D),
        "D = 2: 1 against 2",
    ),
    "a derivative by the name of an index, a product": (
        lambda: prove(partial(x[m] * add(x[m] ** 2, m, D), x[m]), 3 * x[m] ** 2),
        "D = 2, x = (0, 1), m = 1: 1 against 0",
    ),
    "a derivative under a sum of the same name": (
        lambda: prove(add(partial(add(x[i] ** 2, i, D), x[i]), i, D), 2 * D * add(x[i], i, D)),
        "D = 2, x = (1, 0): 2 against 4",
    ),
    "a derivative of an exponential of a sum": (
        lambda: prove(partial(exp(add(x[i] ** 2, i, D)), x[i]), 2 * x[i] * exp(D * x[i] ** 2)),
        "D = 2, x = (1, 0), i = 1: 2e against 2e²",
    ),
    "piecewise rows are piecewise columns": (
        lambda: prove(*(add(a[i] * where_positive(add(e, j, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"z = 1, a = (1, 0), {TWO_ROWS}: 2 against 1",
    ),
    "piecewise rows are piecewise columns, where z < 0": (
        lambda: prove(*(add(a[i] * Piecewise((0, z > 0), (add(e, j, D), True)), i, D) for e in (M[i, j], M[j, i]))),
        f"z = -1, a = (1, 0), {TWO_ROWS}: 2 against 1",
    ),
    "piecewise rows are piecewise columns, two conditions": (
        lambda: prove(
            *(add(a[i] * where_positive(where_positive(add(e, j, D), y), z), i, D) for e in (M[i, j], M[j, i]))
        ),
        f"y = z = 1, a = (1, 0), {TWO_ROWS}: 2 against 1",
    ),
    "piecewise rows are piecewise columns, weighted inside": (
        lambda: prove(*(add(a[i] * where_positive(add(e * x[j], j, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"z = 1, a = (1, 0), x = (0, 1), {TWO_ROWS}: 1 against 0",
    ),
    "piecewise planes of a cube": (
        lambda: prove(
            *(
                add(a[i] * where_positive(add(where_positive(add(e, k, D), y), j, D)), i, D)
                for e in (U[i, j, k], U[j, i, k])
            )
        ),
        "y = z = 1, D = 2, a = (1, 0), U[1, 1, 1] = U[1, 2, 1] = 1, otherwise 0: 2 against 1",
    ),
    "piecewise squares of rows": (
        lambda: prove(*(add(a[i] * where_positive(add(e, j, D)) ** 2, i, D) for e in (M[i, j], M[j, i]))),
        f"z = 1, a = (1, 0), {TWO_ROWS}: 4 against 1",
    ),
    "relu of a number times rows": (
        lambda: prove(*(add(a[i] * relu(z * add(e, j, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"z = 1, a = (1, 0), {TWO_ROWS}: 2 against 1",
    ),
    "relu inside relu, rows and columns": (
        lambda: prove(*(add(a[i] * relu(add(relu(e), j, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"a = (1, 0), {TWO_ROWS}: 2 against 1",
    ),
    "steps of a number times rows": (
        lambda: prove(*(add(a[i] * exp(step(z) * add(e, j, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"z = 1, a = (1, 0), {TWO_ROWS}: e² against e",
    ),
    "a maximum with a number, rows and columns": (
        lambda: prove(*(add(a[i] * f(Max(z, 0) * add(e, j, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"f = exp, z = 1, a = (1, 0), {TWO_ROWS}: e² against e",
    ),
    "a quadratic form in a case": (
        lambda: prove(*(add(a[i] * where_positive(add(e * x[j], j, D), x[1]), i, D) for e in (M[i, j], M[j, i]))),
        f"a = (0, 1), x = (1, 0), {TWO_ROWS}: 0 against 1",
    ),
    "a function in a function of a matrix": (
        lambda: prove(
            entry(elementwise(lambda e: entry(elementwise(lambda t: e + t, matrix(M)), 1, 1), matrix(S)), i, j),
            2 * M[1, 1],
        ),
        "the entry is S[i, j] + M[1, 1]; D = 1, S = 1, M = 0: 1 against 0",
    ),
    "a function in a function of a matrix, a product": (
        lambda: prove(
            entry(elementwise(lambda e: entry(elementwise(lambda t: e * t, matrix(M)), i, j), matrix(S)), i, j),
            M[i, j] ** 2,
        ),
        "the entry is S[i, j] M[i, j]; D = 1, S = 0, M = 1: 0 against 1",
    ),
    "a function of a matrix with a sum inside": (
        lambda: prove(entry(elementwise(lambda e: e * add(x[i], i, D), matrix(X)), n, i), add(X[n, i] * x[i], i, D)),
        "N = 1, D = 2, X = (1, 0), x = (0, 1), i = 1: 1 against 0",
    ),
    "a function of a product with a sum inside": (
        lambda: prove(
            entry(elementwise(lambda e: e + add(W[i, j], i, D), matrix(X) * matrix(W)), n, j),
            add(X[n, i] * W[i, j], i, D),
        ),
        "N = D = H = 1, X = W = 1: 2 against 1",
    ),
    "the other index of a product": (
        lambda: prove(x[i] * entry(matrix(M) * matrix(S), i, j), add(x[r] * M[i, r] * S[r, j], r, D)),
        "D = 2, M = [[1, 1], [1, 1]], S = identity, x = (1, 2), i = 1, j = 2: 1 against 2",
    ),
    "an entry under the name of a product's index": (
        lambda: prove(add(x[r] * entry(matrix(M) * matrix(S), r, j), r, D), add(x[r] * M[r, r] * S[r, j], r, D)),
        "D = 2, x = (1, 0), M = [[0, 1], [0, 0]], S = identity, j = 2: 1 against 0",
    ),
    "a product with itself": (
        lambda: prove(entry(matrix(M) * matrix(M), i, i), M[i, i] ** 2),
        "D = 2, M = [[0, 1], [1, 0]], i = 1: 1 against 0",
    ),
    "a mean under the name of the outer index": (
        lambda: prove(add((x[i] - add(x[i], i, D) / D) ** 2, i, D), 0),
        "D = 2, x = (1, -1): 2 against 0",
    ),
    "softmax under the name of the class": (
        lambda: prove(exp(s[k]) / add(exp(s[k]), k, K), 1 / K),
        "K = 2, s = (0, log 3), k = 1: 1/4 against 1/2",
    ),
}

DELTA = {
    "two indices never meet": (lambda: prove(delta(i, j) * x[i], 0), "D = 1, x = 1, i = j = 1: 1 against 0"),
    "two indices always meet": (
        lambda: prove(delta(i, j) * x[i], x[i]),
        "D = 2, x = (1, 1), i = 1, j = 2: 0 against 1",
    ),
    "a delta gives one entry of a matrix": (
        lambda: prove(delta(i, j) * M[i, j], M[i, i]),
        "D = 2, M = identity, i = 1, j = 2: 0 against 1",
    ),
    "half of a chain of deltas": (
        lambda: prove(delta(i, j) * delta(j, k) * x[i], delta(i, j) * x[i]),
        "D = 2, x = (1, 1), i = j = 1, k = 2: 0 against 1",
    ),
    "a contraction keeps its own index": (
        lambda: prove(add(delta(i, j) * x[i], i, D), x[i]),
        "D = 2, x = (1, 2), i = 1, j = 2: 2 against 1",
    ),
    "a contraction of a matrix, transposed": (
        lambda: prove(add(delta(i, j) * M[i, k], i, D), M[k, j]),
        "D = 2, M = [[0, 1], [0, 0]], j = 1, k = 2: 1 against 0",
    ),
    "a trace is the sum of all": (
        lambda: prove(add(delta(i, j) * M[i, j], i, D, j, D), add(M[i, j], i, D, j, D)),
        "D = 2, M = [[0, 1], [0, 0]]: 0 against 1",
    ),
    "a delta leaves its exponential": (
        lambda: prove(exp(delta(i, j) * x[i]), delta(i, j) * exp(x[i])),
        "D = 2, i = 1, j = 2: 1 against 0",
    ),
    "a delta leaves a function": (
        lambda: prove(f(delta(i, j) * x[i]), delta(i, j) * f(x[i])),
        "f = cos, D = 2, i = 1, j = 2: 1 against 0",
    ),
    "a delta leaves a cosine": (
        lambda: prove(cos(delta(i, j) * x[i]), delta(i, j) * cos(x[i])),
        "D = 2, i = 1, j = 2: 1 against 0",
    ),
    "a delta leaves a step": (
        lambda: prove(step(delta(i, j) * x[i]), step(x[i])),
        "D = 2, x = (1, 1), i = 1, j = 2: 0 against 1",
    ),
    "the square of one plus a delta": (
        lambda: prove(x[i] * (1 + delta(i, j)) ** 2, x[i] * (1 + 2 * delta(i, j))),
        "D = 1, x = 1: 4 against 3",
    ),
    "a delta as an exponent": (
        lambda: prove(x[i] * 2 ** delta(i, j), 2 * x[i] * delta(i, j)),
        "D = 2, x = (1, 1), i = 1, j = 2: 1 against 0",
    ),
    "a delta in a logarithm": (
        lambda: prove(x[i] * log(1 + delta(i, j)), x[i] * delta(i, j)),
        "D = 1, x = 1: log 2 against 1",
    ),
    "a delta in a divisor": (
        lambda: prove(x[i] * delta(i, j) / (1 + delta(i, j)), x[i] * delta(i, j)),
        "D = 1, x = 1: 1/2 against 1",
    ),
    "a delta under relu": (
        lambda: prove(x[i] * relu(delta(i, j) - half), 0),
        "D = 1, x = 1: 1/2 against 0",
    ),
    "all others": (
        lambda: prove(add((1 - delta(i, j)) * x[j], j, D), (D - 1) * x[i]),
        "D = 2, x = (1, 2), i = 1: 2 against 1",
    ),
    "the diagonal has D squared entries": (lambda: prove(add(delta(i, j), i, D, j, D), D**2), "D = 2: 2 against 4"),
    "the diagonal has one entry": (lambda: prove(add(delta(i, j), i, D, j, D), 1), "D = 2: 2 against 1"),
    "the first entry everywhere": (
        lambda: prove(delta(i, 1) * x[i], x[1]),
        "D = 2, x = (1, 1), i = 2: 0 against 1",
    ),
    "the last entry everywhere": (
        lambda: prove(delta(i, D) * x[i], x[D]),
        "D = 2, x = (1, 1), i = 1: 0 against 1",
    ),
    "the first is never the last": (
        lambda: prove(add(delta(i, 1) * delta(i, D) * x[i], i, D), 0),
        "D = 1, x = 1: 1 against 0",
    ),
    "the first is the last": (
        lambda: prove(add(delta(i, 1) * delta(i, D) * x[i], i, D), x[1]),
        "D = 2, x = (1, 1): 0 against 1",
    ),
    "two deltas make two factors": (
        lambda: prove(add(delta(i, k) * delta(j, k) * x[k], k, D), x[i] * x[j]),
        "D = 2, x = (1, 1), i = 1, j = 2: 0 against 1",
    ),
    "the others count too": (
        lambda: prove(add(exp(delta(i, j) * x[i]), i, D), exp(x[j])),
        "D = 2, x = (0, 0): 2 against 1",
    ),
    "a delta as a summand": (
        lambda: prove(add((x[i] + delta(i, j)) ** 2, i, D), add(x[i] ** 2, i, D) + 1),
        "D = 1, x = 1: 4 against 2",
    ),
    "a delta does not make a matrix symmetric": (
        lambda: prove(delta(i, j) * (M[i, k] - M[k, j]), 0),
        "D = 2, M = [[0, 1], [0, 0]], i = j = 1, k = 2: 1 against 0",
    ),
    "a bound index under the name of a delta's": (
        lambda: prove(delta(i, j) * add(M[i, j], j, D), delta(i, j) * M[i, i]),
        "D = 2, M = [[0, 1], [0, 0]], i = j = 1: 1 against 0",
    ),
    "a delta beside a sum of its index": (
        lambda: prove(add(delta(i, j) * add(M[i, k], i, D), i, D), M[j, k]),
        "D = 2, M = [[1, 1], [1, 1]]: 2 against 1",
    ),
    "a delta in a case": (
        lambda: prove(Piecewise((x[i], delta(i, j) > half), (0, True)), x[i]),
        "D = 2, x = (1, 1), i = 1, j = 2: 0 against 1",
    ),
    "a maximum with a delta": (
        lambda: prove(Max(delta(i, j), half) * x[i], delta(i, j) * x[i]),
        "D = 2, x = (1, 1), i = 1, j = 2: 1/2 against 0",
    ),
    "the cube of a negative delta": (
        lambda: prove(x[i] * (delta(i, j) - 1) ** 3, x[i] * (delta(i, j) - 1) ** 2),
        "D = 2, x = (1, 1), i = 1, j = 2: -1 against 1",
    ),
}

SUMS = {
    "a quotient of sums": (
        lambda: prove(add(x[i] / o[i], i, D), add(x[i], i, D) / add(o[i], i, D)),
        "D = 2, x = o = (1, 1): 2 against 1",
    ),
    "a sum of ones counts once": (lambda: prove(add(z, i, D), z), "D = 2, z = 1: 2 against 1"),
    "a sum of sizes": (lambda: prove(add(D, i, D), D), "D = 2: 4 against 2"),
    "one is added once": (lambda: prove(add(x[i] + 1, i, D), add(x[i], i, D) + 1), "D = 2, x = 0: 2 against 1"),
    "the mean of squares is the square of the mean": (
        lambda: prove(add(x[i] ** 2, i, D) / D, (add(x[i], i, D) / D) ** 2),
        "D = 2, x = (1, -1): 1 against 0",
    ),
    "the sum of the indices": (lambda: prove(add(i, i, D), D**2 / 2), "D = 1: 1 against 1/2"),
    "the sum of the squared indices": (lambda: prove(add(i**2, i, D), add(i, i, D) ** 2), "D = 2: 5 against 9"),
    "a geometric sum, one power short": (
        lambda: prove((1 - z) * add(z**i, i, D), z - z**D),
        "D = 1, z = 2: -2 against 0",
    ),
    "a geometric sum from zero": (
        lambda: prove((1 - z) * add(z**i, i, D), 1 - z ** (D + 1)),
        "D = 1, z = 2: -2 against -3",
    ),
    "alternating signs cancel": (lambda: prove(add((-1) ** i, i, D), 0), "D = 1: -1 against 0"),
    "the variance without a mean of squares": (
        lambda: prove(add((x[i] - add(x[j], j, D) / D) ** 2, i, D), add(x[i] ** 2, i, D) - add(x[i], i, D) ** 2),
        "D = 2, x = (1, 1): 0 against -2",
    ),
    "the variance with D - 1": (
        lambda: prove(
            add((x[i] - add(x[j], j, D) / D) ** 2, i, D) / (D - 1),
            add(x[i] ** 2, i, D) / (D - 1) - (add(x[i], i, D) / D) ** 2,
        ),
        "D = 2, x = (1, 1): 0 against 1",
    ),
    "deviations from any number cancel": (lambda: prove(add(x[i] - z, i, D), 0), "D = 1, x = 1, z = 0: 1 against 0"),
    "Cauchy and Schwarz with equality": (
        lambda: prove(add(x[i] * a[i], i, D) ** 2, add(x[i] ** 2, i, D) * add(a[i] ** 2, i, D)),
        "D = 2, x = (1, 0), a = (0, 1): 0 against 1",
    ),
    "the square of a sum with double products twice": (
        lambda: prove(add(x[i], i, D) ** 2, add(x[i] ** 2, i, D) + 2 * add(x[i] * x[j], i, D, j, D)),
        "D = 1, x = 1: 1 against 3",
    ),
    "all pairs are equal pairs": (
        lambda: prove(add((x[i] - x[j]) ** 2, i, D, j, D), 0),
        "D = 2, x = (0, 1): 2 against 0",
    ),
    "pairs of differences, half of them": (
        lambda: prove(add((x[i] - x[j]) ** 2, i, D, j, D), D * add(x[i] ** 2, i, D) - add(x[i], i, D) ** 2),
        "D = 2, x = (0, 1): 2 against 1",
    ),
    "relu of a sum": (
        lambda: prove(add(relu(x[i]), i, D), relu(add(x[i], i, D))),
        "D = 2, x = (1, -1): 1 against 0",
    ),
    "absolute value of a sum": (
        lambda: prove(add(Abs(x[i]), i, D), Abs(add(x[i], i, D))),
        "D = 2, x = (1, -1): 2 against 0",
    ),
    "the one-norm is the two-norm": (
        lambda: prove(add(x[i] ** 2, i, D), add(Abs(x[i]), i, D) ** 2),
        "D = 2, x = (1, 1): 2 against 4",
    ),
    "the root of a sum of squares": (
        lambda: prove(sqrt(add(o[i] ** 2, i, D)), add(o[i], i, D)),
        "D = 2, o = (3, 4): 5 against 7",
    ),
    "one over a sum": (
        lambda: prove(1 / add(o[i], i, D), add(1 / o[i], i, D)),
        "D = 2, o = (1, 1): 1/2 against 2",
    ),
    "the harmonic mean is the mean": (
        lambda: prove(D / add(1 / o[i], i, D), add(o[i], i, D) / D),
        "D = 2, o = (1, 3): 3/2 against 2",
    ),
    "weights do not matter": (
        lambda: prove(add(o[i] * x[i], i, D) / add(o[i], i, D), add(x[i], i, D) / D),
        "D = 2, o = (1, 3), x = (0, 4): 3 against 2",
    ),
    "a mean of means over both axes": (
        lambda: prove(add(X[n, i], n, N, i, D) / N, add(add(X[n, i], i, D) / D, n, N) / N),
        "N = 1, D = 2, X = (1, 1): 2 against 1",
    ),
    "a product of three sums": (
        lambda: prove(add(x[i], i, D) * add(a[i], i, D) * add(o[i], i, D), D**2 * add(x[i] * a[i] * o[i], i, D)),
        "D = 2, x = a = (1, -1), o = (1, 1): 0 against 8",
    ),
    "a maximum of a sum": (
        lambda: prove(add(Max(x[i], a[i]), i, D), Max(add(x[i], i, D), add(a[i], i, D))),
        "D = 2, x = (1, 0), a = (0, 1): 2 against 1",
    ),
    "the maximum over pairs": (
        lambda: prove(add(Max(x[i], x[j]), i, D, j, D), D * add(x[i], i, D)),
        "D = 2, x = (0, 1): 3 against 2",
    ),
    "sums of products of sums": (
        lambda: prove(
            add(add(X[n, i], i, D) * add(X[n, i] ** 2, i, D), n, N),
            add(X[n, i], i, D, n, N) * add(X[n, i] ** 2, i, D, n, N),
        ),
        "N = 2, D = 1, X = (1, 1): 2 against 4",
    ),
    "the covariance is the mean of products": (
        lambda: prove(add((x[i] - add(x[j], j, D) / D) * (a[i] - add(a[j], j, D) / D), i, D), add(x[i] * a[i], i, D)),
        "D = 1, x = a = 1: 0 against 1",
    ),
    "a causal mask hides nothing": (
        lambda: prove(x[i] * add(Piecewise((x[j], j <= i), (0, True)), j, D), x[i] * add(x[j], j, D)),
        "D = 2, x = (1, 1), i = 1: 1 against 2",
    ),
    "a cubic of a sum": (
        lambda: prove(add(x[i], i, D) ** 3, add(x[i] ** 2, i, D) * add(x[i], i, D)),
        "D = 2, x = (1, 1): 8 against 4",
    ),
    "a sum of three numbers without the last": (
        lambda: prove(Sum(Rational(1) * i * z, (i, 1, 3)), 3 * z),
        "z = 1: 6 against 3",
    ),
    "the first entry for all": (lambda: prove(add(x[i], i, D), D * x[1]), "D = 2, x = (0, 1): 1 against 0"),
    "first and last entry for all": (
        lambda: prove(add(x[i], i, D), x[1] + x[D]),
        "D = 1, x = 1: 1 against 2",
    ),
}

TRANSPOSES = {
    "matrices commute": (
        lambda: prove(entry(matrix(M) * matrix(S), i, j), entry(matrix(S) * matrix(M), i, j)),
        "D = 2, M = [[0, 1], [0, 0]], S = [[0, 0], [1, 0]], i = j = 1: 1 against 0",
    ),
    "a transposed product in the same order": (
        lambda: prove(entry((matrix(M) * matrix(S)).T, i, j), entry(matrix(M).T * matrix(S).T, i, j)),
        "D = 2, M = [[0, 1], [0, 0]], S = [[0, 0], [1, 0]], i = j = 1: 1 against 0",
    ),
    "every matrix is symmetric": (
        lambda: prove(entry(matrix(M).T, i, j), M[i, j]),
        "D = 2, M = [[0, 1], [0, 0]], i = 1, j = 2: 0 against 1",
    ),
    "a square by its transpose": (
        lambda: prove(entry(matrix(M).T * matrix(M), i, j), entry(matrix(M) * matrix(M).T, i, j)),
        "D = 2, M = [[0, 1], [0, 0]], i = j = 1: 0 against 1",
    ),
    "the input gradient of a square layer, W for its transpose": (
        lambda: prove(
            partial(add(B[n, j] * add(X[n, i] * M[i, j], i, D), n, N, j, D), X[m, p]),
            entry(matrix(B) * matrix(M), m, p),
        ),
        "N = 1, D = 2, B = (1, 0), M = [[0, 1], [0, 0]], p = 2: M[2, 1] = 0 against M[1, 2] = 1",
    ),
    "the weight gradient of a square layer, transposed": (
        lambda: prove(
            partial(add(B[n, j] * add(X[n, i] * M[i, j], i, D), n, N, j, D), M[p, q]),
            entry(matrix(B).T * matrix(X), p, q),
        ),
        "N = 1, D = 2, B = (1, 0), X = (0, 1), p = 1, q = 2: X_p B_q = 0 against B_p X_q = 1",
    ),
    "the weight gradient without the batch": (
        lambda: prove(partial(add(G[n, j] * add(X[n, i] * W[i, j], i, D), n, N, j, H), W[p, q]), X[n, p] * G[n, q]),
        "N = 2, D = H = 1, X = G = (1, 1): 2 against 1",
    ),
    "the weight gradient of one sample only": (
        lambda: prove(partial(add(add(X[n, i] * W[i, j], i, D) ** 2, n, N), W[p, j]), 2 * X[1, p] ** 2 * W[p, j]),
        "N = 2, D = H = 1, X = (0, 1), W = 1: 2 against 0",
    ),
    "elementwise for a matrix product": (
        lambda: prove(entry(hadamard(matrix(M), matrix(S)), i, j), entry(matrix(M) * matrix(S), i, j)),
        "D = 2, M = S = [[0, 1], [1, 0]], i = j = 1: 0 against 1",
    ),
    "⊙ associates with a product": (
        lambda: prove(
            entry(hadamard(matrix(M), matrix(S)) * matrix(A), i, j),
            entry(hadamard(matrix(M), matrix(S) * matrix(A)), i, j),
        ),
        "D = 2, M = [[0, 1], [0, 0]], S = [[0, 1], [0, 0]], A = [[0, 0], [1, 0]], i = j = 1: 1 against 0",
    ),
    "a function passes through a product": (
        lambda: prove(
            entry(elementwise(f, matrix(M) * matrix(S)), i, j), entry(elementwise(f, matrix(M)) * matrix(S), i, j)
        ),
        "f = exp, D = 1, M = S = 0: 1 against 0",
    ),
    "the square of a sum of matrices": (
        lambda: prove(
            entry((matrix(M) + matrix(S)) * (matrix(M) + matrix(S)), i, j),
            entry(matrix(M) * matrix(M) + 2 * matrix(M) * matrix(S) + matrix(S) * matrix(S), i, j),
        ),
        "D = 2, M = [[0, 1], [0, 0]], S = [[0, 0], [1, 0]], i = j = 1: 1 against 2",
    ),
    "a bilinear form is symmetric": (
        lambda: prove(add(x[i] * M[i, j] * a[j], i, D, j, D), add(a[i] * M[i, j] * x[j], i, D, j, D)),
        "D = 2, M = [[0, 1], [0, 0]], x = (1, 0), a = (0, 1): 1 against 0",
    ),
    "the gradient of a quadratic form": (
        lambda: prove(partial(add(x[i] * M[i, j] * x[j], i, D, j, D), x[p]), 2 * add(M[p, j] * x[j], j, D)),
        "D = 2, M = [[0, 1], [0, 0]], x = (0, 1), p = 1: 1 against 2",
    ),
    "the Hessian of a quadratic form": (
        lambda: prove(partial(partial(add(x[i] * M[i, j] * x[j], i, D, j, D), x[p]), x[q]), 2 * M[p, q]),
        "D = 2, M = [[0, 1], [0, 0]], p = 1, q = 2: 1 against 2",
    ),
    "a trace of a product with a transpose": (
        lambda: prove(add(M[i, j] * S[i, j], i, D, j, D), add(M[i, j] * S[j, i], i, D, j, D)),
        "D = 2, M = S = [[0, 1], [0, 0]]: 1 against 0",
    ),
    "a trace of three, not cyclic": (
        lambda: prove(
            add(M[i, j] * S[j, k] * A[k, i], i, D, j, D, k, D), add(M[i, j] * A[j, k] * S[k, i], i, D, j, D, k, D)
        ),
        "D = 2, M = [[0, 1], [0, 0]], S = [[0, 0], [1, 0]], A = [[1, 0], [0, 0]]: 1 against 0",
    ),
    "the trace of a product": (
        lambda: prove(add(M[i, j] * S[j, i], i, D, j, D), add(M[i, i], i, D) * add(S[j, j], j, D)),
        "D = 2, M = S = identity: 2 against 4",
    ),
    "a bias by columns": (
        lambda: prove(entry(matrix(M) + ones_column(D) * matrix(x), i, j), M[i, j] + x[i]),
        "D = 2, M = 0, x = (0, 1), i = 1, j = 2: 1 against 0",
    ),
    "a bias gradient without the batch": (
        lambda: prove(partial(add(G[n, j] * (add(X[n, i] * W[i, j], i, D) + b[j]), n, N, j, H), b[q]), G[1, q]),
        "N = 2, H = 1, G = (0, 1): 1 against 0",
    ),
    "a bias gradient as a mean": (
        lambda: prove(
            partial(add(G[n, j] * (add(X[n, i] * W[i, j], i, D) + b[j]), n, N, j, H), b[q]), add(G[n, q], n, N) / N
        ),
        "N = 2, G = (1, 1): 2 against 1",
    ),
    "a factor in front of a product twice": (
        lambda: prove(entry((2 * matrix(M)) * (2 * matrix(S)), i, j), 2 * entry(matrix(M) * matrix(S), i, j)),
        "D = 1, M = S = 1: 4 against 2",
    ),
    "a column of ones counts once": (
        lambda: prove(entry(ones_column(N).T * matrix(X), 1, i), X[1, i]),
        "N = 2, D = 1, X = (0, 1): 1 against 0",
    ),
    "ones times ones": (lambda: prove(entry(ones_column(N).T * ones_column(N), 1, 1), 1), "N = 2: 2 against 1"),
    "an outer product is an inner one": (
        lambda: prove(entry(matrix(x).T * matrix(a), i, j), add(x[i] * a[i], i, D)),
        "D = 2, x = (1, 0), a = (1, 1), i = j = 2: 0 against 1",
    ),
    "an outer product is symmetric": (
        lambda: prove(entry(matrix(x).T * matrix(a), i, j), entry(matrix(a).T * matrix(x), i, j)),
        "D = 2, x = (1, 0), a = (0, 1), i = 1, j = 2: 1 against 0",
    ),
    "two layers in the other order": (
        lambda: prove(entry(matrix(X) * matrix(M) * matrix(S), n, i), entry(matrix(X) * matrix(S) * matrix(M), n, i)),
        "N = 1, D = 2, X = (1, 0), M = [[0, 1], [0, 0]], S = [[0, 0], [1, 0]], i = 1: 1 against 0",
    ),
    "a Gram matrix of the other side": (
        lambda: prove(add(entry(matrix(X) * matrix(X).T, n, n), n, N), entry(matrix(X).T * matrix(X), 1, 1)),
        "N = 1, D = 2, X = (0, 1): 1 against 0",
    ),
}

KINKS = {
    "a cube is no square": (lambda: prove(step(1 + z**3), 1), "z = -2: 0 against 1"),
    "a fifth power is no square": (lambda: prove(Abs(1 + z**5), 1 + z**5), "z = -2: 31 against -31"),
    "an odd power under a logarithm": (
        lambda: prove(log((2 + z**3) * exp(y)), log(2 + z**3) + y + z**3 - Abs(z**3)),
        "z = -1, y = 0: 0 against -2",
    ),
    "relu is linear": (lambda: prove(relu(z), z), "z = -1: 0 against -1"),
    "relu adds": (lambda: prove(relu(y + z), relu(y) + relu(z)), "y = 1, z = -1: 0 against 1"),
    "relu multiplies": (lambda: prove(relu(y * z), relu(y) * relu(z)), "y = z = -1: 1 against 0"),
    "relu scales by any number": (lambda: prove(relu(y * z), y * relu(z)), "y = -1, z = 1: 0 against -1"),
    "relu scales by an absolute value": (lambda: prove(relu(y * z), Abs(y) * relu(z)), "y = -1, z = 1: 0 against 1"),
    "relu is even": (lambda: prove(relu(-z), relu(z)), "z = 1: 0 against 1"),
    "relu and its mirror give z": (lambda: prove(relu(z) + relu(-z), z), "z = -1: 1 against -1"),
    "relu and its mirror give nothing": (lambda: prove(relu(z) - relu(-z), 0), "z = 1: 1 against 0"),
    "the square of relu": (lambda: prove(relu(z) ** 2, z**2), "z = -1: 0 against 1"),
    "relu of a square": (lambda: prove(relu(z**2), relu(z) ** 2), "z = -1: 1 against 0"),
    "relu of a difference, and back": (
        lambda: prove(z + relu(y - z), Min(y, z)),
        "y = 1, z = 0: 1 against 0",
    ),
    "relu of relu shifted": (lambda: prove(relu(relu(z) - 1), relu(z) - 1), "z = 0: 0 against -1"),
    "a leaky relu is a relu": (lambda: prove(Max(z, z / 100), relu(z)), "z = -100: -1 against 0"),
    "a leaky relu of any slope": (
        lambda: prove(Max(z, y * z), relu(z) + y * z - y * relu(z)),
        "y = 2, z = 1: 2 against 1",
    ),
    "hard sigmoid is a relu": (lambda: prove(Max(0, Min(1, z)), relu(z)), "z = 2: 1 against 2"),
    "relu six": (lambda: prove(Min(relu(z), 6), relu(z)), "z = 7: 6 against 7"),
    "the absolute value of a sum": (lambda: prove(Abs(y + z), Abs(y) + Abs(z)), "y = 1, z = -1: 0 against 2"),
    "the absolute value of a difference": (lambda: prove(Abs(y - z), Abs(y) - Abs(z)), "y = 0, z = 1: 1 against -1"),
    "the absolute value of a cube": (lambda: prove(Abs(z**3), z**3), "z = -1: 1 against -1"),
    "a maximum is a sum": (lambda: prove(Max(y, z), y + relu(z)), "y = z = 1: 1 against 2"),
    "a maximum of squares": (lambda: prove(Max(y, z) ** 2, Max(y**2, z**2)), "y = -1, z = 0: 0 against 1"),
    "a maximum and half the sum": (
        lambda: prove(Max(y, z), (y + z + y - z) / 2),
        "y = 0, z = 1: 1 against 0, the absolute value is missing",
    ),
    "a maximum of several drops one": (lambda: prove(Max(y, z, w), Max(y, z)), "y = z = 0, w = 1: 1 against 0"),
    "a maximum of minima": (
        lambda: prove(Max(Min(y, z), w), Min(Max(y, w), z)),
        "y = z = 0, w = 1: 1 against 0",
    ),
    "a maximum and a minimum of three": (
        lambda: prove(Max(u, v, w) + Min(u, v, w), u + v),
        "u = v = 0, w = 1: 1 against 0",
    ),
    "the median of three": (
        lambda: prove(u + v + w - Max(u, v, w) - Min(u, v, w), Max(Min(u, v), Min(v, w))),
        "u = 1, v = 0, w = 2: 1 against 0",
    ),
    "a maximum of products": (lambda: prove(Max(w * y, w * z), w * Max(y, z)), "w = -1, y = 0, z = 1: 0 against -1"),
    "step adds": (lambda: prove(step(y + z), step(y) + step(z)), "y = z = 1: 1 against 2"),
    "step of a product": (lambda: prove(step(y * z), step(y) * step(z)), "y = z = -1: 1 against 0"),
    "step shifted": (lambda: prove(step(z - 1), step(z)), "z = 1/2: 0 against 1"),
    "step of relu shifted": (lambda: prove(step(relu(z) + 1), step(z)), "z = -1: 1 against 0"),
    "sign adds": (lambda: prove(sign(y + z), sign(y) + sign(z)), "y = z = 1: 1 against 2"),
    "sign of a difference": (lambda: prove(sign(y - z), sign(y) - sign(z)), "y = 2, z = 1: 1 against 0"),
    "sign of a sum of squares minus one": (lambda: prove(sign(y**2 + z**2 - 1), 1), "y = z = 0: -1 against 1"),
    "cases swapped": (
        lambda: prove(Piecewise((y, z > 0), (w, True)), Piecewise((w, z > 0), (y, True))),
        "y = 1, w = 0, z = 1: 1 against 0",
    ),
    "the first case that holds": (
        lambda: prove(Piecewise((1, z > -1), (2, z > 0), (0, True)), Piecewise((2, z > 0), (1, z > -1), (0, True))),
        "z = 1: 1 against 2",
    ),
    "or is and": (
        lambda: prove(Piecewise((1, sp.Or(y > 0, z > 0)), (0, True)), Piecewise((1, sp.And(y > 0, z > 0)), (0, True))),
        "y = 1, z = -1: 1 against 0",
    ),
    "one of two is either": (
        lambda: prove(Piecewise((1, sp.Xor(y > 0, z > 0)), (0, True)), step(y) + step(z)),
        "y = z = 1: 0 against 2",
    ),
    "a case inside an exponential inside a sum": (
        lambda: prove(
            add(exp(Piecewise((x[i], x[i] > 0), (0, True))), i, D),
            add(Piecewise((exp(x[i]), x[i] > 0), (0, True)), i, D),
        ),
        "D = 1, x = -1: 1 against 0",
    ),
    "a case inside a sum inside an exponential": (
        lambda: prove(
            exp(add(Piecewise((x[i], x[i] > 0), (0, True)), i, D)),
            Piecewise((exp(add(x[i], i, D)), add(x[i], i, D) > 0), (1, True)),
        ),
        "D = 2, x = (1, -1): e against 1",
    ),
    "relu of a sum is a case of a sum": (
        lambda: prove(relu(add(x[i], i, D)), add(Piecewise((x[i], add(x[j], j, D) > 0), (x[1], True)), i, D)),
        "D = 1, x = -1: 0 against -1",
    ),
    "relu of relu of sums": (
        lambda: prove(relu(add(relu(x[i]) - a[i], i, D)), add(relu(relu(x[i]) - a[i]), i, D)),
        "D = 2, x = 0, a = (1, -1): 0 against 1",
    ),
    "the hinge on both sides": (
        lambda: prove(relu(1 - y * z) + relu(1 + y * z), 2),
        "y = 1, z = 2: 3 against 2",
    ),
    "Huber is the square": (
        lambda: prove(Piecewise((z**2 / 2, Abs(z) <= 1), (Abs(z) - half, True)), z**2 / 2),
        "z = 2: 3/2 against 2",
    ),
    "clipping to an interval, in the other order": (
        lambda: prove(Max(u, Min(v, z)), Min(v, Max(u, z))),
        "u = 1, v = z = 0: 1 against 0",
    ),
    "soft thresholding is a shift": (
        lambda: prove(sign(z) * relu(Abs(z) - 1), z - sign(z)),
        "z = 1/2: 0 against -1/2",
    ),
    "max pooling of four": (
        lambda: prove(Max(u, v, w, z), Max(u, v) + Max(w, z) - Min(Max(u, v), w)),
        "u = v = 0, w = -1, z = 1: 1 against 2",
    ),
}

LOGS = {
    "exp of a sum of two": (lambda: prove(exp(y + z), exp(y) + exp(z)), "y = z = 0: 1 against 2"),
    "exp of a product": (lambda: prove(exp(y * z), exp(y) * exp(z)), "y = 0, z = 1: 1 against e"),
    "exp of a square": (lambda: prove(exp(z**2), exp(z) ** 2), "z = 1: e against e²"),
    "exp of a sum is a sum": (
        lambda: prove(exp(add(x[i], i, D)), add(exp(x[i]), i, D)),
        "D = 2, x = (0, 0): 1 against 2",
    ),
    "log of a sum is a sum": (
        lambda: prove(log(add(o[i], i, D)), add(log(o[i]), i, D)),
        "D = 2, o = (1, 1): log 2 against 0",
    ),
    "log of a sum of two": (lambda: prove(log(exp(y) + exp(z)), y + z), "y = z = 0: log 2 against 0"),
    "log of a square, back again": (lambda: prove(exp(log(z**2) / 2), z), "z = -1: 1 against -1"),
    "log of a square, y times z": (
        lambda: prove(exp(log(y**2 * z**2) / 2), y * z),
        "y = -1, z = 1: 1 against -1",
    ),
    "log of a fourth power": (lambda: prove(exp(log(z**4) / 4), z), "z = -1: 1 against -1"),
    "log of a square of a difference": (
        lambda: prove(exp(log((y - z) ** 2) / 2), y - z),
        "y = 0, z = 1: 1 against -1",
    ),
    "log of an absolute value, back again": (lambda: prove(exp(log(Abs(z))), z), "z = -1: 1 against -1"),
    "log of a product, one sign lost": (
        lambda: prove(exp(log(y * z) - log(Abs(z))), y),
        "y = z = -1: 1 against -1",
    ),
    "log of a product of squares": (
        lambda: prove(log(y**2 * z**2), 2 * log(Abs(y)) + log(Abs(z))),
        "y = 1, z = 2: 2 log 2 against log 2",
    ),
    "log of a quotient": (lambda: prove(log(o[i] / c), log(o[i]) / log(c)), "D = 1, o = 2, c = 2: 0 against 1"),
    "log of a power": (lambda: prove(log(c) ** 2, 2 * log(c)), "c = e: 1 against 2"),
    "log of one plus z": (lambda: prove(log(1 + exp(z)), log(1) + z), "z = 0: log 2 against 0"),
    "a product of logarithms": (lambda: prove(log(c) * log(2), log(2 * c)), "c = 1: 0 against log 2"),
    "softplus is relu": (lambda: prove(softplus(z), relu(z)), "z = 0: log 2 against 0"),
    "softplus is odd": (lambda: prove(softplus(-z), -softplus(z)), "z = 0: log 2 against -log 2"),
    "softplus and its mirror": (lambda: prove(softplus(z) + softplus(-z), Abs(z)), "z = 0: 2 log 2 against 0"),
    "softplus without overflow, sign lost": (
        lambda: prove(softplus(z), Max(z, 0) + log(1 + exp(Abs(z)))),
        "z = 1: 1.313 against 2.313",
    ),
    "softplus without overflow, maximum lost": (
        lambda: prove(softplus(z), log(1 + exp(-Abs(z)))),
        "z = 1: 1.313 against .313",
    ),
    "log-sum-exp is the maximum": (
        lambda: prove(log(exp(y) + exp(z)), Max(y, z)),
        "y = z = 0: log 2 against 0",
    ),
    "log-sum-exp shifted by the wrong sign": (
        lambda: prove(log(add(exp(s[k] - z), k, K)), log(add(exp(s[k]), k, K)) + z),
        "K = 1, s = 0, z = 1: -1 against 1",
    ),
    "log-sum-exp shifted by each class": (
        lambda: prove(z * K + log(add(exp(s[k] - z), k, K)), log(add(exp(s[k]), k, K))),
        "K = 2, s = 0, z = 1: 1 + log 2 against log 2",
    ),
    "log-sum-exp of doubled logits": (
        lambda: prove(log(add(exp(2 * s[k]), k, K)), 2 * log(add(exp(s[k]), k, K))),
        "K = 2, s = 0: log 2 against 2 log 2",
    ),
    "softmax of doubled logits": (
        lambda: prove(exp(2 * s[j]) / add(exp(2 * s[k]), k, K), exp(s[j]) / add(exp(s[k]), k, K)),
        "K = 2, s = (0, log 2), j = 1: 1/5 against 1/3",
    ),
    "softmax over the wrong axis": (
        lambda: prove(add(exp(R[n, k]) / add(exp(R[n, j]), j, K), n, N), 1),
        "N = 2, K = 1: 2 against 1",
    ),
    "softmax over both axes": (
        lambda: prove(exp(R[n, k]) / add(exp(R[n, j]), j, K), exp(R[n, k]) / add(exp(R[m, j]), m, N, j, K)),
        "N = 2, K = 1, R = 0: 1 against 1/2",
    ),
    "softmax of two classes is a logistic function of the sum": (
        lambda: prove(exp(y) / (exp(y) + exp(z)), sigmoid(y + z)),
        "y = z = 1: .5 against .881",
    ),
    "the probabilities' squares": (
        lambda: prove(add(P[j] ** 2, j, K), 1, where=softmax()),
        "K = 2, s = 0: 1/2 against 1",
    ),
    "cross-entropy from logits": (
        lambda: prove(
            -add(Y[k] * log(P[k]), k, K), log(add(exp(s[k]), k, K)) - add(Y[k] * s[k], k, K), where=softmax()
        ),
        "K = 1, Y = 2, s = 1: 0 against -1, since the targets need not sum to 1",
    ),
    "binary cross-entropy from logits": (
        lambda: prove(-y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)), softplus(z) + y * z),
        "y = 1, z = 1: .313 against 2.313",
    ),
    "entropy of a softmax is the log of K": (
        lambda: prove(-add(P[k] * log(P[k]), k, K), log(K), where=softmax()),
        "K = 2, s = (0, log 3): .562 against .693",
    ),
    "Kullback and Leibler, symmetric": (
        lambda: prove(add(o[i] * log(o[i]) - o[i] * log(2), i, D), add(2 * log(2) - 2 * log(o[i]), i, D)),
        "D = 1, o = 1: -log 2 against 2 log 2",
    ),
    "logit of a logistic function, mirrored": (
        lambda: prove(log(sigmoid(z) / (1 - sigmoid(z))), -z),
        "z = 1: 1 against -1",
    ),
    "logistic function mirrored": (lambda: prove(sigmoid(-z), -sigmoid(z)), "z = 0: 1/2 against -1/2"),
    "logistic function and tanh": (lambda: prove(2 * sigmoid(z) - 1, tanh(z)), "z = 1: .462 against .762"),
    "logistic function of a logarithm": (lambda: prove(sigmoid(log(c)), c / (1 - c)), "c = 3: 3/4 against -3/2"),
    "silu mirrored": (lambda: prove(silu(-z), -silu(z)), "z = 1: -.269 against -.731"),
    "silu is relu": (lambda: prove(silu(z), z * step(z)), "z = 1: .731 against 1"),
    "hyperbolic cosine and sine": (lambda: prove(cosh(z) ** 2 + sinh(z) ** 2, 1), "z = 1: 3.762 against 1"),
    "sine of a sum": (lambda: prove(sin(y + z), sin(y) + sin(z)), "y = z = 1: .909 against 1.683"),
    "sine and cosine squared": (lambda: prove(sin(z) ** 2 - cos(z) ** 2, 1), "z = 0: -1 against 1"),
    "mish without tanh": (lambda: prove(z * tanh(softplus(z)), z * softplus(z)), "z = 1: .865 against 1.313"),
    "GELU by tanh is GELU by the logistic function": (
        lambda: prove(
            z * (1 + tanh(sqrt(2 / sp.pi) * (z + Rational(44715, 10**6) * z**3))) / 2,
            z * sigmoid(Rational(1702, 1000) * z),
        ),
        "z = 1: .8412 against .8458",
    ),
    "a geometric mean is a mean": (
        lambda: prove(exp(add(log(o[i]), i, D) / D), add(o[i], i, D) / D),
        "D = 2, o = (1, 4): 2 against 5/2",
    ),
    "perplexity of a mean": (
        lambda: prove(exp(-add(log(o[i]), i, D) / D), add(1 / o[i], i, D) / D),
        "D = 2, o = (1, 4): 1/2 against 5/8",
    ),
    "a product of likelihoods, one factor": (
        lambda: prove(exp(add(log(o[i]), i, D)), o[1]),
        "D = 2, o = (1, 2): 2 against 1",
    ),
}

POWERS = {
    "the root of a square": (lambda: prove(sqrt(z**2), z), "z = -1: 1 against -1"),
    "the root of a square of a difference": (lambda: prove(sqrt((y - z) ** 2), y - z), "y = 0, z = 1: 1 against -1"),
    "the root of a square by an exponent": (lambda: prove((z**2) ** half, z), "z = -1: 1 against -1"),
    "the cube of a root of a square": (
        lambda: prove((z**2) ** Rational(3, 2), z**3),
        "z = -1: 1 against -1",
    ),
    "the fourth root of a fourth power": (lambda: prove((z**4) ** Rational(1, 4), z), "z = -1: 1 against -1"),
    "the root of a complete square": (
        lambda: prove(sqrt(z**2 + 2 * z + 1), z + 1),
        "z = -2: 1 against -1",
    ),
    "the root of a complete square of two": (
        lambda: prove(sqrt(y**2 - 2 * y * z + z**2), y - z),
        "y = 0, z = 1: 1 against -1",
    ),
    "the root of a square of a sum": (
        lambda: prove(sqrt(add(x[i], i, D) ** 2), add(x[i], i, D)),
        "D = 1, x = -1: 1 against -1",
    ),
    "the root of an exponential's square": (
        lambda: prove(sqrt((exp(z) - 1) ** 2), exp(z) - 1),
        "z = -1: .632 against -.632",
    ),
    "the cube root of minus eight": (
        lambda: prove(z + (-8) ** third, z - 2),
        "a power with a fractional exponent needs a positive base; SymPy's value is 1 + 1.73i",
    ),
    "the cube root of a negative number, real": (
        lambda: prove(Abs(z) ** third * sign(z), Abs(z) ** third),
        "z = -8: -2 against 2",
    ),
    "a root of a product of negative numbers": (
        lambda: prove(sqrt(y**2 * c), y * sqrt(c)),
        "y = -1, c = 1: 1 against -1",
    ),
    "factors under a root that exists": (
        lambda: prove(sqrt(x[i] * x[j]) * relu(x[i]), sqrt(x[i] * x[j]) * x[i]),
        "D = 2, x = (-1, -1): 0 against -1",
    ),
    "a root that does not exist in one case": (
        lambda: prove(step(z) * sqrt(1 / (z**2 + z) - 1), 0),
        "z = 1/2: 1/√3 against 0",
    ),
    "a quotient of roots": (lambda: prove(sqrt(y**2) / y, 1), "y = -1: -1 against 1"),
    "a root of a sum": (lambda: prove(sqrt(c**2 + 1), c + 1), "c = 1: 1.414 against 2"),
    "a root of a sum of squares": (lambda: prove(sqrt(y**2 + z**2), Abs(y) + Abs(z)), "y = z = 1: 1.414 against 2"),
    "a square of a sum of two": (lambda: prove((y + z) ** 2, y**2 + z**2), "y = z = 1: 4 against 2"),
    "a cube of a sum of two": (lambda: prove((y + z) ** 3, y**3 + 3 * y * z + z**3), "y = 1, z = 2: 27 against 15"),
    "a difference of fourth powers": (
        lambda: prove(y**4 - z**4, (y - z) * (y + z) ** 3),
        "y = 2, z = 1: 15 against 27",
    ),
    "one over a sum of two": (lambda: prove(1 / (y + z), 1 / y + 1 / z), "y = z = 1: 1/2 against 2"),
    "a sum of fractions": (lambda: prove(w / y + w / z, 2 * w / (y + z)), "w = y = z = 1: 2 against 1"),
    "a power of a power": (lambda: prove(c ** (z**2), (c**z) ** 2), "c = 2, z = 1: 2 against 4"),
    "a power of a sum of exponents": (lambda: prove(c ** (y + z), c**y + c**z), "c = y = z = 1: 1 against 2"),
    "a power of a product of exponents": (lambda: prove(c ** (y * z), c**y * c**z), "c = 2, y = z = 1: 2 against 4"),
    "an even power has a sign": (lambda: prove((-z) ** (2 * D), -(z ** (2 * D))), "D = 1, z = 1: 1 against -1"),
    "an odd power has none": (lambda: prove((-z) ** (2 * D + 1), z ** (2 * D + 1)), "D = 1, z = 1: -1 against 1"),
    "every power is odd": (lambda: prove((-z) ** D, -(z**D)), "D = 2, z = 1: 1 against -1"),
    "powers of minus one": (lambda: prove((-1) ** (D + N), (-1) ** D), "D = N = 1: 1 against -1"),
    "zero to the zeroth power": (
        lambda: prove(z + Sum(sp.Integer(0) ** (i - 1), (i, 1, D)), z),
        "0⁰ is 1 or undefined, but not 0; D = 1: z + 1 against z",
    ),
    "zero to a power that may vanish": (
        lambda: prove(Sum(y * sp.Integer(0) ** (D - i), (i, 1, D)), 0),
        "0⁰ is 1 or undefined, but not 0; D = 1: y against 0",
    ),
    "anything to the zeroth power": (lambda: prove(z**0, 0), "z = 1: 1 against 0"),
    "a polynomial from its zeroth power": (
        lambda: prove(add(y**i * i, i, D), y * add(y**i, i, D)),
        "D = 2, y = 1: 3 against 2",
    ),
    "a sum of powers is a power": (
        lambda: prove(add(x[i] ** 2, i, D) ** 2, add(x[i] ** 4, i, D)),
        "D = 2, x = (1, 1): 4 against 2",
    ),
    "a power with a sum as exponent": (
        lambda: prove(c ** add(x[i], i, D), add(c ** x[i], i, D)),
        "D = 2, c = 1: 1 against 2",
    ),
    "a sum as a root": (
        lambda: prove(sqrt(add(o[i], i, D)), add(sqrt(o[i]), i, D)),
        "D = 2, o = (1, 1): 1.414 against 2",
    ),
    "a root of a mean": (
        lambda: prove(sqrt(add(o[i], i, D) / D), add(sqrt(o[i]), i, D) / D),
        "D = 2, o = (1, 9): 2.236 against 2",
    ),
    "the golden ratio": (lambda: prove(z**2, z + 1), "z = 0: 0 against 1"),
    "a rounded root": (
        lambda: prove(sqrt(2) * z, Rational(1414213562373095, 10**15) * z),
        "z = 1: equal to 16 digits only",
    ),
    "a rounded pi": (
        lambda: prove(sp.pi * z, Rational(355, 113) * z),
        "z = 1: equal to 7 digits only",
    ),
    "an almost integer": (
        lambda: prove(exp(sp.pi * sqrt(163)) * z, (640320**3 + 744) * z),
        "z = 1: 262537412640768743.99999999999925 against …744",
    ),
    "nested roots": (
        lambda: prove(sqrt(5 + 2 * sqrt(6)) * z, (sqrt(2) + sqrt(5)) * z),
        "z = 1: 3.146 against 3.650",
    ),
    "a sum of roots, nearly": (
        lambda: prove((sqrt(10**20 + 1) + sqrt(10**20 - 1)) * z, 2 * 10**10 * z),
        "z = 1: they differ by 2.5e-31",
    ),
    "Pythagoras for three": (
        lambda: prove((y**2 + z**2) * (v**2 + w**2), (y * v + z * w) ** 2),
        "y = w = 1, z = v = 0: 1 against 0",
    ),
    "one in 10^200": (lambda: prove(z + Rational(1, 10**200), z), "the difference is 10⁻²⁰⁰, not 0"),
    "z or one in 10^90": (lambda: prove(z * (1 + Rational(1, 10**90)), z), "z = 1: the difference is 10⁻⁹⁰"),
    "a polynomial with twenty roots": (
        lambda: prove(sp.prod(z - v for v in range(-10, 11)), 0),
        "z = 1/2; it vanishes at the integers from -10 to 10",
    ),
}

FUNCTIONS = {
    "every function is linear": (lambda: prove(f(y + z), f(y) + f(z)), "f = exp, y = z = 0: 1 against 2"),
    "every function is homogeneous": (lambda: prove(f(2 * z), 2 * f(z)), "f = exp, z = 0: 1 against 2"),
    "every function is even": (
        lambda: prove(f(-z), f(z)),
        "f = exp, z = 1: .368 against 2.718",
    ),
    "every function is zero at zero": (lambda: prove(f(0), 0), "f = exp: 1 against 0"),
    "every function is constant": (
        lambda: prove(f(y), f(z)),
        "f = exp, y = 0, z = 1: 1 against e",
    ),
    "every function is multiplicative": (lambda: prove(f(y * z), f(y) * f(z)), "f = exp, y = 0, z = 1: 1 against e"),
    "every function is an exponential": (
        lambda: prove(f(y + z), f(y) * f(z)),
        "f = cos, y = z = 1: -.416 against .292",
    ),
    "every function is idempotent": (lambda: prove(f(f(z)), f(z)), "f = exp, z = 0: e against 1"),
    "two functions are one": (lambda: prove(f(z), g(z)), "f = exp, g = sin, z = 0: 1 against 0"),
    "two functions commute": (lambda: prove(f(g(z)), g(f(z))), "f = exp, g = sin, z = 0: 1 against .841"),
    "a function is its own slope": (lambda: prove(slope(f)(z), f(z)), "f = sin, z = 0: 1 against 0"),
    "a second slope is a squared slope": (
        lambda: prove(slope(slope(f))(z), slope(f)(z) ** 2),
        "f(z) = z², z = 1: 2 against 4",
    ),
    "a function of two arguments is symmetric": (
        lambda: prove(F(y, z), F(z, y)),
        "F(y, z) = y, y = 0, z = 1: 0 against 1",
    ),
    "both slopes are one": (lambda: prove(slope(F, 1)(y, z), slope(F, 2)(y, z)), "F(y, z) = y: 1 against 0"),
    "slopes at swapped points": (
        lambda: prove(slope(F, 1)(y, z), slope(F, 1)(z, y)),
        "F(y, z) = y², y = 0, z = 1: 0 against 2",
    ),
    "a slope at the same point twice": (
        lambda: prove(slope(F, 1)(z, z), slope(F, 2)(z, z)),
        "F(y, z) = y: 1 against 0",
    ),
    "a function of a step": (lambda: prove(f(step(z)), step(z) * f(1)), "f = exp, z = -1: 1 against 0"),
    "a function of relu": (lambda: prove(f(relu(z)), relu(f(z))), "f = exp, z = -1: 1 against .368"),
    "a function of an absolute value": (
        lambda: prove(f(Abs(z)), Abs(f(z))),
        "f = sin, z = 4: -.757 against .757",
    ),
    "a function of a case": (
        lambda: prove(f(Piecewise((y, z > 0), (0, True))), Piecewise((f(y), z > 0), (0, True))),
        "f = cos, z = -1: 1 against 0",
    ),
    "a function of a sum": (
        lambda: prove(f(add(x[i], i, D)), add(f(x[i]), i, D)),
        "f = cos, D = 2, x = 0: 1 against 2",
    ),
    "a function of a mean": (
        lambda: prove(f(add(x[i], i, D) / D), add(f(x[i]), i, D) / D),
        "f(z) = z², D = 2, x = (1, -1): 0 against 1",
    ),
    "a function with the name of another": (
        lambda: prove(arbitrary("sigmoid")(z), sigmoid(z)),
        "the function named sigmoid is arbitrary: exp, z = 0: 1 against 1/2",
    ),
    "a function named exp": (
        lambda: prove(arbitrary("exp")(z), exp(z)),
        "the function named exp is arbitrary: sin, z = 0: 0 against 1",
    ),
    "a function named like a slope": (
        lambda: prove(slope(f)(z), arbitrary("f′")(z)),
        "f = sin, and for the function named f′, sin too: z = 0: 1 against 0",
    ),
    "a function named like a partial slope": (
        lambda: prove(slope(F, 1)(y, z), arbitrary("∂1F", 2)(y, z)),
        "F(y, z) = y, and 0 for the function named ∂1F: 1 against 0",
    ),
    "a sum of a function over pairs": (
        lambda: prove(add(F(x[i], x[j]), i, D, j, D), D * add(F(x[i], x[i]), i, D)),
        "F(y, z) = yz, D = 2, x = (1, -1): 0 against 4",
    ),
    "a function over a matrix and its transpose": (
        lambda: prove(entry(elementwise(f, matrix(M)).T, i, j), entry(elementwise(f, matrix(M)), i, j)),
        "f = exp, D = 2, M = [[0, 1], [0, 0]], i = 1, j = 2: 1 against e",
    ),
    "relu is any function": (lambda: prove(f(z), relu(z)), "f = exp, z = 0: 1 against 0"),
    "a function's square": (lambda: prove(f(z) ** 2, f(z**2)), "f = cos, z = 1: .292 against .540"),
    "odd derivatives of even functions": (
        lambda: prove(slope(f)(-z), -slope(f)(z)),
        "f = exp, z = 0: 1 against -1",
    ),
}

DERIVATIVES = {
    "a power without its exponent": (lambda: prove(partial(z**3, z), z**2), "z = 1: 3 against 1"),
    "a product, factor by factor": (
        lambda: prove(partial(sin(z) * exp(z), z), cos(z) * exp(z)),
        "z = π/2: e^(π/2) against 0",
    ),
    "a quotient, the signs swapped": (
        lambda: prove(partial(sin(z) / exp(z), z), (sin(z) - cos(z)) / exp(z)),
        "z = 0: 1 against -1",
    ),
    "a chain without its inner slope": (
        lambda: prove(partial(f(z**2), z), slope(f)(z**2)),
        "f = exp, z = 0: 0 against 1",
    ),
    "a chain at the wrong point": (
        lambda: prove(partial(f(g(z)), z), slope(f)(z) * slope(g)(z)),
        "f(z) = z², g = exp, z = 0: 2 against 0",
    ),
    "a chain of three without the middle": (
        lambda: prove(partial(f(g(sin(z))), z), slope(f)(g(sin(z))) * cos(z)),
        "f(z) = z, g(z) = 2z, z = 0: 2 against 1",
    ),
    "two paths, one of them": (
        lambda: prove(partial(F(z, z**2), z), slope(F, 1)(z, z**2)),
        "F(y, z) = z, z = 1: 2 against 0",
    ),
    "two paths without the inner slope": (
        lambda: prove(partial(F(z, z**2), z), slope(F, 1)(z, z**2) + slope(F, 2)(z, z**2)),
        "F(y, z) = z, z = 1: 2 against 1",
    ),
    "one over z": (lambda: prove(partial(1 / z, z), 1 / z**2), "z = 1: -1 against 1"),
    "a logarithm by its argument": (
        lambda: prove(partial(log(2 * c + z**2), z), 1 / (2 * c + z**2)),
        "c = 1, z = 0: 0 against 1/2",
    ),
    "an exponential as a power": (lambda: prove(partial(2**z, z), z * 2 ** (z - 1)), "z = 0: .693 against 0"),
    "a power with z above and below": (
        lambda: prove(partial((1 + z**2) ** z, z), z * (1 + z**2) ** (z - 1) * 2 * z),
        "z = 1: 2 log 2 + 2 against 2",
    ),
    "tanh of the square": (lambda: prove(partial(tanh(z), z), 1 - tanh(z**2)), "z = 1: .420 against .238"),
    "tanh twice": (
        lambda: prove(partial(partial(tanh(z), z), z), -2 * tanh(z)),
        "z = 1: -.640 against -1.523",
    ),
    "logistic slope with a sign": (
        lambda: prove(partial(sigmoid(-z), z), sigmoid(z) * (1 - sigmoid(z))),
        "z = 0: -1/4 against 1/4",
    ),
    "logistic slope twice": (
        lambda: prove(partial(partial(sigmoid(z), z), z), sigmoid(z) * (1 - sigmoid(z)) ** 2),
        "z = 0: 0 against 1/8",
    ),
    "silu without its product rule": (lambda: prove(partial(silu(z), z), sigmoid(z)), "z = 1: .928 against .731"),
    "softplus twice": (lambda: prove(partial(partial(softplus(z), z), z), sigmoid(z)), "z = 0: 1/4 against 1/2"),
    "an entry by another": (lambda: prove(partial(x[i], x[j]), 0), "D = 1: 1 against 0"),
    "an entry by any": (lambda: prove(partial(x[i], x[j]), 1), "D = 2, i = 1, j = 2: 0 against 1"),
    "an entry of a matrix by its transposed": (
        lambda: prove(partial(M[i, j], M[j, i]), 1),
        "D = 2, i = 1, j = 2: 0 against 1",
    ),
    "an entry of a matrix by its row": (
        lambda: prove(partial(M[i, j], M[p, q]), delta(i, p)),
        "D = 2, i = p = 1, j = 1, q = 2: 0 against 1",
    ),
    "the first entry by the last, never": (lambda: prove(partial(x[1], x[D]), 0), "D = 1: 1 against 0"),
    "the first entry by the last, always": (lambda: prove(partial(x[1], x[D]), 1), "D = 2: 0 against 1"),
    "the first entry by any": (lambda: prove(partial(x[1], x[j]), 1), "D = 2, j = 2: 0 against 1"),
    "a product of two entries": (
        lambda: prove(partial(x[i] * x[j], x[i]), x[j]),
        "D = 1, x = 1, i = j = 1: 2 against 1",
    ),
    "a product of two entries, twice": (
        lambda: prove(partial(partial(x[i] * x[j], x[i]), x[j]), 1),
        "D = 1: 2 against 1",
    ),
    "a function of an entry": (
        lambda: prove(partial(f(x[i]), x[j]), slope(f)(x[i])),
        "f(z) = z, D = 2, i = 1, j = 2: 0 against 1",
    ),
    "a function of two entries": (
        lambda: prove(partial(F(x[i], x[j]), x[i]), slope(F, 1)(x[i], x[j])),
        "F(y, z) = z, D = 1: 1 against 0",
    ),
    "a sum by one of its terms": (lambda: prove(partial(add(x[i], i, D), x[j]), D), "D = 2: 1 against 2"),
    "a mean by one of its terms": (lambda: prove(partial(add(x[i], i, D) / D, x[j]), 1), "D = 2: 1/2 against 1"),
    "a Hessian with every pair": (
        lambda: prove(partial(partial(add(x[i] ** 2, i, D), x[p]), x[q]), 2),
        "D = 2, p = 1, q = 2: 0 against 2",
    ),
    "a mean squared error without the 2": (
        lambda: prove(partial(add((s[k] - Y[k]) ** 2, k, K) / K, s[m]), (s[m] - Y[m]) / K),
        "K = 1, s = 1, Y = 0: 2 against 1",
    ),
    "a mean squared error without the mean": (
        lambda: prove(partial(add((s[k] - Y[k]) ** 2, k, K) / K, s[m]), 2 * (s[m] - Y[m])),
        "K = 2, s = (1, 1), Y = 0: 1 against 2",
    ),
    "a mean squared error by the target": (
        lambda: prove(partial(add((s[k] - Y[k]) ** 2, k, K), Y[m]), 2 * (s[m] - Y[m])),
        "K = 1, s = 1, Y = 0: -2 against 2",
    ),
    "a batch mean taken twice": (
        lambda: prove(partial(add(G[n, j] ** 2, n, N, j, H) / N, G[m, q]), 2 * G[m, q] / N**2),
        "N = 2, G = 1: 1 against 1/2",
    ),
    "the softmax Jacobian's diagonal": (
        lambda: prove(partial(P[j], s[m]), P[j] * (1 - P[j]), where=softmax()),
        "K = 2, s = 0, j = 1, m = 2: -1/4 against 1/4",
    ),
    "the softmax Jacobian off its diagonal": (
        lambda: prove(partial(P[j], s[m]), -P[j] * P[m], where=softmax()),
        "K = 2, s = 0, j = m: 1/4 against -1/4",
    ),
    "the softmax Jacobian with one probability": (
        lambda: prove(partial(P[j], s[m]), P[j] * (delta(j, m) - P[j]), where=softmax()),
        "K = 2, s = (0, log 3), j = 1, m = 2: -3/16 against -1/16",
    ),
    "the softmax Jacobian as a derivative of exp": (
        lambda: prove(partial(P[j], s[m]), P[j] * delta(j, m), where=softmax()),
        "K = 1: 0 against 1",
    ),
    "the softmax Jacobian's rows sum to one": (
        lambda: prove(add(partial(P[j], s[m]), m, K), 1, where=softmax()),
        "K = 1: 0 against 1",
    ),
    "the softmax Jacobian's trace": (
        lambda: prove(add(partial(P[j], s[j]), j, K), 1 - 1 / K, where=softmax()),
        "K = 2, s = (0, log 3): 3/8 against 1/2",
    ),
    "the slope of log-softmax": (
        lambda: prove(partial(log(P[j]), s[m]), delta(j, m) - P[j], where=softmax()),
        "K = 2, s = (0, log 3), j = 1, m = 2: -3/4 against -1/4",
    ),
    "cross-entropy with targets of any sum": (
        lambda: prove(partial(-add(Y[k] * log(P[k]), k, K), s[m]), P[m] - Y[m], where=softmax()),
        "K = 1, Y = 2: 0 against -1",
    ),
    "cross-entropy with its sign": (
        lambda: prove(partial(-add(Y[k] * log(P[k]), k, K), s[m]), Y[m] - P[m] * add(Y[k], k, K), where=softmax()),
        "K = 2, s = 0, Y = (1, 0), m = 1: -1/2 against 1/2",
    ),
    "log-sum-exp twice": (
        lambda: prove(partial(partial(log(add(exp(s[k]), k, K)), s[j]), s[m]), P[j] * (1 - P[m]), where=softmax()),
        "K = 2, s = 0, j = 1, m = 2: -1/4 against 1/4",
    ),
    "log-sum-exp without its divisor": (
        lambda: prove(partial(log(add(exp(s[k]), k, K)), s[m]), exp(s[m])),
        "K = 1, s = 1: 1 against e",
    ),
    "log-sum-exp is flat": (
        lambda: prove(partial(log(add(exp(s[k]), k, K)), s[m]), 0),
        "K = 1: 1 against 0",
    ),
    "binary cross-entropy with the slope of the logistic function": (
        lambda: prove(
            partial(-y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)), z),
            (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)),
        ),
        "y = 0, z = 0: 1/2 against 1/8",
    ),
    "squared error without the slope of the logistic function": (
        lambda: prove(partial((sigmoid(z) - y) ** 2 / 2, z), sigmoid(z) - y),
        "y = 0, z = 0: 1/8 against 1/2",
    ),
    "entropy without its one": (
        lambda: prove(partial(-add(o[i] * log(o[i]), i, D), o[j]), -log(o[j])),
        "D = 1, o = 1: -1 against 0",
    ),
    "a pre-activation by another unit's weight": (
        lambda: prove(partial(add(X[n, i] * W[i, j], i, D), W[p, q]), X[n, p]),
        "N = D = 1, H = 2, X = 1, j = 1, q = 2: 0 against 1",
    ),
    "a hidden layer without its slope": (
        lambda: prove(partial(f(add(X[n, i] * W[i, j], i, D)), W[p, j]), X[n, p]),
        "f(z) = 2z, N = D = H = 1, X = 1: 2 against 1",
    ),
    "a hidden layer with the slope at the output": (
        lambda: prove(partial(add(G[n, j] * f(Z[n, j]), n, N, j, H), Z[m, q]), G[m, q] * slope(f)(f(Z[m, q]))),
        "f(z) = z², N = H = 1, G = 1, Z = 2: 4 against 8",
    ),
    "two layers, the slope of the first dropped": (
        lambda: prove(partial(add(V[j, k] * f(add(X[n, i] * W[i, j], i, D)), j, H), W[p, q]), V[q, k] * X[n, p]),
        "f(z) = 2z, N = D = H = K = 1, X = V = 1: 2 against 1",
    ),
    "a residual without the identity": (
        lambda: prove(partial(z + f(z), z), slope(f)(z)),
        "f = exp, z = 0: 2 against 1",
    ),
    "a weight that is used twice": (
        lambda: prove(partial(w * tanh(w * z), w), tanh(w * z)),
        "w = z = 1: 1.182 against .762",
    ),
    "a tied weight, one path": (
        lambda: prove(partial(add(W[p, j] * add(x[i] * W[i, j], i, D), j, H), W[p, q]), add(x[i] * W[i, q], i, D)),
        "D = H = 1, x = W = 1: 2 against 1",
    ),
    "a recurrent weight through one step": (
        lambda: prove(partial(tanh(w * tanh(w * y)), w), (1 - tanh(w * tanh(w * y)) ** 2) * tanh(w * y)),
        "w = y = 1: .695 against .448",
    ),
    "a recurrent state, three steps are one": (
        lambda: prove(partial(w * (w * (w * z)), z), w),
        "w = 2: 8 against 2",
    ),
    "an LSTM's forget gate": (
        lambda: prove(partial(sigmoid(u) * y + sigmoid(v) * tanh(w), u), sigmoid(u)),
        "u = 0, y = 1: 1/4 against 1/2",
    ),
    "an LSTM's output by its state": (
        lambda: prove(partial(sigmoid(u) * tanh(z), z), sigmoid(u) * (1 - (sigmoid(u) * tanh(z)) ** 2)),
        "u = 0, z = 1: .210 against .427",
    ),
    "an LSTM with a peephole": (
        lambda: prove(partial(sigmoid(u + z) * z, z), sigmoid(u + z)),
        "u = 0, z = 1: .928 against .731",
    ),
    "a GRU's update gate": (
        lambda: prove(partial((1 - z) * y + z * w, z), y - w),
        "y = 1, w = 0: -1 against 1",
    ),
    "momentum after two steps": (
        lambda: prove(partial(β * (β * v + y) + z, y), 1 + β),
        "β = 1/2: 1/2 against 3/2",
    ),
    "an average after two steps": (
        lambda: prove(v, (1 - β) * (y + z), where={v: β * (1 - β) * y + (1 - β) * z}),
        "β = 1/2, y = 1, z = 0: 1/4 against 1/2",
    ),
    "Adam's correction after two steps": (
        lambda: prove((β * (1 - β) * y + (1 - β) * y) / (1 - β), y),
        "β = 1/2, y = 1: 3/2 against 1",
    ),
    "Adam's first step": (lambda: prove(y / sqrt(y**2), 1), "y = -1: -1 against 1"),
    "Adam's ε under the root": (
        lambda: prove(y / (sqrt(y**2) + ε), y / sqrt(y**2 + ε)),
        "y = ε = 1: 1/2 against .707",
    ),
    "weight decay is a smaller rate": (
        lambda: prove(w - η * (y + γ * w), (1 - η) * w - η * y),
        "η = w = 1, y = 0, γ = 2: -1 against 0",
    ),
    "Nesterov's step is momentum's": (
        lambda: prove(y - η * partial((y + β * v) ** 2, y), y - η * 2 * y),
        "η = β = v = 1, y = 0: -2 against 0",
    ),
    "a clipped gradient is the gradient": (
        lambda: prove(z * Min(1, c / Abs(z)), z),
        "c = 1, z = 2: 1 against 2",
    ),
    "batch normalisation, the mean held fixed": (
        lambda: prove(partial(x[i] - add(x[j], j, D) / D, x[p]), delta(i, p)),
        "D = 1: 0 against 1",
    ),
    "batch normalisation, the variance held fixed": (
        lambda: prove(partial(x[p] / sqrt(1 + add(x[j] ** 2, j, D) / D), x[p]), 1 / sqrt(1 + add(x[j] ** 2, j, D) / D)),
        "D = 1, x = 1: .354 against .707",
    ),
    "the slope of a variance with its mean": (
        lambda: prove(
            partial(add((x[i] - add(x[j], j, D) / D) ** 2, i, D) / D, x[p]),
            2 * (x[p] - add(x[j], j, D) / D) * (1 - 1 / D) / D,
        ),
        "D = 2, x = (1, -1), p = 1: 1 against 1/2",
    ),
    "the slope of a Euclidean norm": (
        lambda: prove(partial(sqrt(1 + add(x[i] ** 2, i, D)), x[p]), x[p] / (1 + add(x[i] ** 2, i, D))),
        "D = 1, x = 1: .707 against 1/2",
    ),
    "the slope of a squared norm, every entry": (
        lambda: prove(partial(add(x[i] ** 2, i, D), x[p]), 2 * add(x[i], i, D)),
        "D = 2, x = (0, 1), p = 1: 0 against 2",
    ),
    "a normalised vector without its projection": (
        lambda: prove(partial(o[p] / sqrt(add(o[i] ** 2, i, D)), o[q]), delta(p, q) / sqrt(add(o[i] ** 2, i, D))),
        "D = 1, o = 1: 0 against 1",
    ),
    "cosine similarity without its projection": (
        lambda: prove(
            partial(add(o[i] * a[i], i, D) / sqrt(add(o[i] ** 2, i, D)), o[q]), a[q] / sqrt(add(o[i] ** 2, i, D))
        ),
        "D = 1, o = a = 1: 0 against 1",
    ),
    "attention by its values with the scores": (
        lambda: prove(partial(add(P[k] * R[n, k], k, K), R[n, m]), s[m], where=softmax()),
        "K = 1, s = 0: 1 against 0",
    ),
    "attention by its queries, the softmax held fixed": (
        lambda: prove(
            partial(add(exp(y * s[k]) / add(exp(y * s[j]), j, K) * Y[k], k, K), y),
            add(exp(y * s[k]) / add(exp(y * s[j]), j, K) * Y[k] * s[k], k, K),
        ),
        "K = 1, s = Y = 1: 0 against 1",
    ),
    "attention scores by a key": (
        lambda: prove(partial(add(X[n, i] * B[m, i], i, D), B[p, q]), X[n, q]),
        "N = 2, D = 1, X = 1, m = 1, p = 2: 0 against 1",
    ),
    "scores of a token with itself": (
        lambda: prove(partial(add(X[n, i] * X[m, i], i, D), X[n, q]), X[m, q]),
        "N = D = 1, X = 1, n = m = 1: 2 against 1",
    ),
    "an embedding by another word": (
        lambda: prove(partial(add(delta(i, j) * X[n, i], i, D), X[n, q]), 1),
        "N = 1, D = 2, j = 1, q = 2: 0 against 1",
    ),
    "focal loss without its factor": (
        lambda: prove(partial(-((1 - sigmoid(z)) ** 2) * log(sigmoid(z)), z), -((1 - sigmoid(z)) ** 3)),
        "z = 0: -.298 against -.125",
    ),
    "dropout by its mask": (lambda: prove(partial(v * z / (1 - w**2), z), v), "v = 1, w = 1/2: 4/3 against 1"),
    "a derivative by something else": (lambda: prove(partial(y**2, z), 2 * y), "y = 1: 0 against 2"),
    "a third derivative": (
        lambda: prove(partial(partial(partial(exp(2 * z), z), z), z), 4 * exp(2 * z)),
        "z = 0: 8 against 4",
    ),
    "a derivative of a product of sums": (
        lambda: prove(partial(add(x[i], i, D) * add(x[i] ** 2, i, D), x[p]), 3 * x[p] ** 2),
        "D = 2, x = (0, 1), p = 1: 1 against 0",
    ),
    "a derivative of a power of a sum": (
        lambda: prove(partial(add(x[i], i, D) ** 4, x[p]), 4 * x[p] ** 3),
        "D = 2, x = (0, 1), p = 1: 4 against 0",
    ),
    "a derivative of an exponential of a sum of products": (
        lambda: prove(partial(exp(add(x[i] * a[i], i, D)), x[p]), a[p] * exp(x[p] * a[p])),
        "D = 2, a = (1, 1), x = (0, 1), p = 1: e against 1",
    ),
    "a derivative across relu": (lambda: prove(partial(relu(z), z), 1), "z = -1: 0 against 1"),
    "a derivative across relu, shifted": (lambda: prove(partial(relu(z - 1), z), step(z)), "z = 1/2: 0 against 1"),
    "a derivative across relu, mirrored": (lambda: prove(partial(relu(-z), z), step(-z)), "z = -1: -1 against 1"),
    "a derivative across relu, squared": (lambda: prove(partial(relu(z) ** 2, z), 2 * z), "z = -1: 0 against -2"),
    "a derivative across relu, of a product": (
        lambda: prove(partial(relu(y * z), y), z * step(z)),
        "y = z = -1: -1 against 0",
    ),
    "a derivative across two relus": (
        lambda: prove(partial(relu(relu(z) - 1), z), step(z)),
        "z = 1/2: 0 against 1",
    ),
    "a derivative across a sum of relus": (
        lambda: prove(partial(add(relu(x[i]), i, D), x[p]), step(add(x[i], i, D))),
        "D = 2, x = (1, -2), p = 1: 1 against 0",
    ),
    "a derivative across a relu of a sum": (
        lambda: prove(partial(relu(add(x[i] * a[i], i, D)), x[p]), a[p] * step(x[p] * a[p])),
        "D = 2, x = (-1, 2), a = (1, 1), p = 1: 1 against 0",
    ),
    "a derivative across an absolute value": (lambda: prove(partial(Abs(z), z), 1), "z = -1: -1 against 1"),
    "a derivative across an absolute value, a step": (
        lambda: prove(partial(Abs(z), z), step(z)),
        "z = -1: -1 against 0",
    ),
    "a derivative across sign": (lambda: prove(partial(z * sign(z), z), 1), "z = -1: -1 against 1"),
    "a derivative across a step": (
        lambda: prove(partial(step(z) * z**2, z), 2 * z),
        "z = -1: 0 against -2",
    ),
    "a derivative across a maximum": (lambda: prove(partial(Max(y, z), y), 1), "y = 0, z = 1: 0 against 1"),
    "a derivative across a maximum of three": (
        lambda: prove(partial(Max(w, y, z), w), step(w - y)),
        "w = 1, y = 0, z = 2: 0 against 1",
    ),
    "a derivative across a minimum": (
        lambda: prove(partial(Min(y, z), y), step(y - z)),
        "y = 0, z = 1: 1 against 0",
    ),
    "a derivative across cases": (
        lambda: prove(partial(Piecewise((z**2, z > 0), (-z, True)), z), 2 * z),
        "z = -1: -1 against -2",
    ),
    "a derivative across the hinge": (lambda: prove(partial(relu(1 - y * z), z), -y), "y = 1, z = 2: 0 against -1"),
    "a derivative across the squared hinge": (
        lambda: prove(partial(relu(1 - z) ** 2, z), -2 * (1 - z)),
        "z = 2: 0 against 2",
    ),
    "a derivative across Huber's corner": (
        lambda: prove(partial(Piecewise((z**2 / 2, Abs(z) < 1), (Abs(z) - half, True)), z), z),
        "z = 2: 1 against 2",
    ),
    "a derivative across a leaky relu": (
        lambda: prove(partial(Max(z, z / 10), z), step(z)),
        "z = -1: 1/10 against 0",
    ),
    "a derivative of ELU": (
        lambda: prove(partial(Piecewise((z, z > 0), (exp(z) - 1, True)), z), exp(z)),
        "z = 1: 1 against e",
    ),
    "a second derivative across relu": (
        lambda: prove(partial(partial(relu(z) ** 2, z), z), 2),
        "z = -1: 0 against 2",
    ),
    "the one-norm's slope": (
        lambda: prove(partial(add(Abs(x[i]), i, D), x[p]), step(x[p])),
        "D = 1, x = -1: -1 against 0",
    ),
    "a derivative of a function across relu": (
        lambda: prove(partial(f(relu(z)), z), slope(f)(relu(z))),
        "f(z) = z, z = -1: 0 against 1",
    ),
    "a layer of relus without its mask": (
        lambda: prove(partial(add(G[n, j] * relu(Z[n, j]), n, N, j, H), Z[m, q]), G[m, q]),
        "N = H = 1, G = 1, Z = -1: 0 against 1",
    ),
    "a layer of relus with the mask of the input": (
        lambda: prove(partial(relu(add(X[n, i] * W[i, j], i, D)), W[p, j]), X[n, p] * step(X[n, p])),
        "N = D = H = 1, X = 1, W = -1: 0 against 1",
    ),
}

ABBREVIATIONS = {
    "a captured index of an abbreviation": (
        lambda: prove(add(P[i], i, K), add(R[1, i], i, K), where={P[j]: add(R[n, j], n, N)}),
        "N = 2, K = 1, R = (1, 1): 2 against 1",
    ),
    "an abbreviation summed over its own inner index": (
        lambda: prove(add(x[i] * a[i], i, D), add(x[i] * M[i, i], i, D), where={a[j]: add(M[i, j], i, D)}),
        "D = 2, x = (1, 1), M = [[0, 1], [0, 0]]: 1 against 0",
    ),
    "an abbreviation at its own inner index": (
        lambda: prove(a[i], D * M[i, i], where={a[j]: add(M[i, j], i, D)}),
        "D = 2, M = [[0, 0], [1, 0]], i = 1: 1 against 0",
    ),
    "the square of an abbreviated sum": (
        lambda: prove(v**2, add(x[i] ** 2, i, D), where={v: add(x[i], i, D)}),
        "D = 2, x = (1, 1): 4 against 2",
    ),
    "an abbreviated sum in a sum of the same name": (
        lambda: prove(add(v * x[i], i, D), add(x[i] ** 2, i, D), where={v: add(x[i], i, D)}),
        "D = 2, x = (1, 1): 4 against 2",
    ),
    "an abbreviated sum in an exponent": (
        lambda: prove(exp(v), add(exp(x[i]), i, D), where={v: add(x[i], i, D)}),
        "D = 2, x = 0: 1 against 2",
    ),
    "indices of an abbreviation swapped": (
        lambda: prove(M[i, j], S[j, i] * A[i, j], where={M[p, q]: S[p, q] * A[p, q]}),
        "D = 2, S = [[0, 1], [0, 0]], A = 1, i = 1, j = 2: 1 against 0",
    ),
    "indices of an abbreviation exchanged when written out": (
        lambda: prove(M[q, p], S[p, q], where={M[p, q]: S[p, q]}),
        "D = 2, S = [[0, 1], [0, 0]], p = 1, q = 2: 0 against 1",
    ),
    "a row and a column abbreviated": (
        lambda: prove(
            add(exp(x[i]), i, D), add(exp(a[i]), i, D), where={x[i]: add(M[i, j], j, D), a[i]: add(M[j, i], j, D)}
        ),
        f"{TWO_ROWS}: e² + 1 against 2e",
    ),
    "a row and a column abbreviated, tiny": (
        lambda: prove(
            add(exp(x[i] - 800), i, D),
            add(exp(a[i] - 800), i, D),
            where={x[i]: add(M[i, j], j, D), a[i]: add(M[j, i], j, D)},
        ),
        f"{TWO_ROWS}: (e² + 1)e⁻⁸⁰⁰ against 2e·e⁻⁸⁰⁰",
    ),
    "an abbreviation of an abbreviation": (
        lambda: prove(u, z**2, where={u: v**2, v: z + 1}),
        "z = 0: 1 against 0",
    ),
    "an abbreviation in the middle of a chain": (
        lambda: prove(partial(v, z), 2 * u, where={v: u**2, u: sin(z)}),
        "z = 1: .909 against 1.683",
    ),
    "an abbreviation that depends on the variable": (
        lambda: prove(partial(v * z, z), v, where={v: z}),
        "z = 1: 2 against 1",
    ),
    "an array that depends on the variable": (
        lambda: prove(partial(add(a[i] * x[i], i, D), x[p]), a[p], where={a[j]: x[j] ** 2}),
        "D = 1, x = 1: 3 against 1",
    ),
    "an abbreviation of a pre-activation": (
        lambda: prove(
            partial(f(Z[n, j]), W[p, q]), slope(f)(Z[n, j]) * X[n, p], where={Z[m, k]: add(X[m, i] * W[i, k], i, D)}
        ),
        "f(z) = z, N = D = 1, H = 2, X = 1, j = 1, q = 2: 0 against 1",
    ),
    "two abbreviations are one": (lambda: prove(u, v, where={u: z, v: -z}), "z = 1: 1 against -1"),
    "abbreviations exchanged": (
        lambda: prove(u - v, y - z, where={u: z, v: y}),
        "y = 1, z = 0: -1 against 1",
    ),
    "an abbreviation of a relu": (
        lambda: prove(partial(v, z), 2 * z, where={v: relu(z) ** 2}),
        "z = -1: 0 against -2",
    ),
    "softmax abbreviated, its index used outside": (
        lambda: prove(P[k] * add(exp(s[k]), k, K), exp(K * s[k]), where=softmax()),
        "K = 2, s = (0, 1), k = 2: e against e²",
    ),
    "softmax abbreviated, over the classes": (
        lambda: prove(add(P[k] * s[k], k, K), add(s[k], k, K) / K, where=softmax()),
        "K = 2, s = (0, log 3): .824 against .549",
    ),
    "an abbreviation in a matrix": (
        lambda: prove(entry(matrix(M) * matrix(M), i, j), S[i, j] ** 2, where={M[p, q]: S[p, q]}),
        "D = 2, S = [[1, 1], [1, 1]]: 2 against 1",
    ),
    "a transposed abbreviation in a matrix": (
        lambda: prove(entry(matrix(M), i, j), S[i, j], where={M[p, q]: S[q, p]}),
        "D = 2, S = [[0, 1], [0, 0]], i = 1, j = 2: 0 against 1",
    ),
    "an abbreviation of a matrix entry": (
        lambda: prove(Z[n, j], X[n, 1] * W[1, j], where={Z[n, j]: entry(matrix(X) * matrix(W), n, j)}),
        "N = H = 1, D = 2, X = (1, 1), W = (1, 1): 2 against 1",
    ),
    "an abbreviation of a derivative": (
        lambda: prove(v, y, where={v: partial(y * z, y)}),
        "y = 0, z = 1: 1 against 0",
    ),
    "an abbreviation of a case": (
        lambda: prove(add(a[i], i, D), add(x[i], i, D), where={a[i]: Piecewise((x[i], x[i] > 0), (0, True))}),
        "D = 1, x = -1: 0 against -1",
    ),
    "an abbreviation that is used at the first entry": (
        lambda: prove(a[1], a[j], where={a[i]: x[i] ** 2}),
        "D = 2, x = (0, 1), j = 2: 0 against 1",
    ),
    "an abbreviation with a delta": (
        lambda: prove(add(M[i, j] * x[j], j, D), x[j], where={M[p, q]: delta(p, q)}),
        "D = 2, x = (0, 1), i = 1, j = 2: 0 against 1",
    ),
    "a condition in words": (
        lambda: prove(Abs(z), z, given="z is a real number"),
        "z = -1: 1 against -1",
    ),
    "a false claim that rests on a true one": (
        lambda: prove(z + 1, z, rests_on=[prove(z, z, name="identity")]),
        "z = 0: 1 against 0",
    ),
    "a false claim that rests on an earlier chapter": (
        lambda: prove(2 * z, z, rests_on="chain rule (chapter 00)"),
        "z = 1: 2 against 1",
    ),
}

CONDITIONS = {
    "absolute value over z": (lambda: prove(Abs(z) / z, 1), "z = -1: -1 against 1; only z = 0 is left out"),
    "relu over z": (lambda: prove(relu(z) / z, 1), "z = -1: 0 against 1"),
    "z over its absolute value": (lambda: prove(z / Abs(z), Abs(z) / z + step(z)), "z = 1: 1 against 2"),
    "a fraction is cancelled by its root": (
        lambda: prove((z**2 - 1) / (z - 1), z - 1),
        "z = 0: 1 against -1",
    ),
    "a fraction is cancelled, one factor left": (
        lambda: prove((z**2 - y**2) / (z - y), z + y + 1),
        "y = 0, z = 1: 1 against 2",
    ),
    "a logarithm of a square": (
        lambda: prove(log(z**2), log(Abs(z))),
        "z = 2: 1.386 against .693; only z = 0 is left out",
    ),
    "a logarithm's slope at negative numbers": (
        lambda: prove(partial(log(Abs(z)), z), 1 / Abs(z)),
        "z = -1: -1 against 1",
    ),
    "the slope of a root": (lambda: prove(partial(sqrt(z), z), 1 / sqrt(z)), "z = 1: 1/2 against 1"),
    "the slope of an absolute root": (
        lambda: prove(partial(sqrt(Abs(z)), z), 1 / (2 * sqrt(Abs(z)))),
        "z = -1: -1/2 against 1/2",
    ),
    "the slope of a root of a square": (
        lambda: prove(partial(sqrt(z**2 + y**2), z), z / (Abs(z) + Abs(y))),
        "y = z = 1: .707 against 1/2",
    ),
    "a condition with a maximum": (
        lambda: prove(partial(Max(y, z), y) + partial(Max(y, z), z), 2),
        "y = 0, z = 1: 1 against 2",
    ),
    "a divisor hides a size": (
        lambda: prove(add(x[i], i, D) / (D - 1), x[1] / (D - 1)),
        "D = 2, x = (0, 1): 1 against 0; only D = 1 is left out",
    ),
    "a divisor that leaves out the small sizes": (
        lambda: prove(add(x[i], i, D) / ((D - 2) * (D - 3)), x[1] / ((D - 2) * (D - 3))),
        "D = 4, x = (0, 1, 0, 0): 1/2 against 0; D = 2 and 3 are left out, D = 1 is right",
    ),
    "a divisor that leaves out more small sizes": (
        lambda: prove(
            add(x[i] ** 2, i, D) / ((D - 2) * (D - 3) * (D - 4) * (D - 5)),
            x[1] ** 2 / ((D - 2) * (D - 3) * (D - 4) * (D - 5)),
        ),
        "D = 6, x = (0, 1, 0, …): 1/24 against 0",
    ),
    "a divisor that leaves out a pair of sizes": (
        lambda: prove(z / (N - D) * (D - 1), 0),
        "N = 1, D = 2, z = 1: -1 against 0",
    ),
    "a root that leaves out large numbers": (
        lambda: prove(sqrt(1 - z**2), 1 - z**2),
        "z = 1/2: .866 against .750",
    ),
    "a logarithm that leaves out small numbers": (
        lambda: prove(log(z - 10) - log(z), -log(10)),
        "z = 11: -2.398 against -2.303",
    ),
    "a logarithm of a logarithm": (
        lambda: prove(log(log(z)), log(z) - 1),
        "z = e²: .693 against 1",
    ),
    "a logarithm far away": (
        lambda: prove(exp(log(z - 1000) / 2) * exp(log(z - 1000) / 2), z - 1001),
        "z = 1001: 1 against 0",
    ),
    "a kink far away": (
        lambda: prove(partial(relu(z - 50), z), 0),
        "z = 51: 1 against 0",
    ),
    "a kink far away, below": (
        lambda: prove(partial(Max(z, -50), z), 1),
        "z = -51: 0 against 1",
    ),
    "an inverse that exists only at one": (
        lambda: prove(sigmoid(z) / tanh(z), 1 / z),
        "z = 1: .960 against 1",
    ),
}

SIZES = {
    "a size is three": (lambda: prove(add(z, i, D), 3 * z), "D = 1, z = 1: 1 against 3"),
    "two sizes are equal": (lambda: prove(N * z, D * z), "N = 1, D = 2, z = 1: 1 against 2"),
    "a size is its square": (lambda: prove(D**2, D), "D = 2: 4 against 2"),
    "a product of sizes is a sum": (lambda: prove(add(1, n, N, i, D), N + D), "N = D = 1: 1 against 2"),
    "right for one and two": (
        lambda: prove(add(x[i], i, D), x[1] + (D - 1) * x[D]),
        "D = 3, x = (0, 1, 0): 1 against 0",
    ),
    "right for one, two and three": (lambda: prove(2**D * z, (D**2 - D + 2) * z), "D = 4, z = 1: 16 against 14"),
    "right up to four": (
        lambda: prove(2 ** (D - 1) * z, (1 + (D - 1) + (D - 1) * (D - 2) / 2 + (D - 1) * (D - 2) * (D - 3) / 6) * z),
        "D = 5, z = 1: 16 against 15",
    ),
    "a factor that vanishes at one": (
        lambda: prove((D - 1) * (add(x[i], i, D) - 2 * x[1]), 0),
        "D = 2, x = (1, 0): -1 against 0",
    ),
    "a factor that vanishes at one, two and three": (
        lambda: prove((D - 1) * (D - 2) * (D - 3) * add(x[i], i, D), 0),
        "D = 4, x = (1, 0, 0, 0): 6 against 0",
    ),
    "a factor that vanishes up to five": (
        lambda: prove(sp.prod(D - v for v in range(1, 6)) * z, 0),
        "D = 6, z = 1: 120 against 0",
    ),
    "a factor that vanishes up to five hides a transpose": (
        lambda: prove(*(sp.prod(D - v for v in range(1, 6)) * e for e in rows(exp))),
        "D = 6, M[1, 1] = M[1, 2] = 1, otherwise 0: 120(e² + 5) against 120(2e + 4)",
    ),
    "a factor that vanishes up to three hides a transpose": (
        lambda: prove(*((D - 1) * (D - 2) * (D - 3) * add(M[e], i, D) for e in ((i, j), (j, i)))),
        "D = 4, M[1, 2] = 1, otherwise 0, j = 1: 0 against 6",
    ),
    "two factors that vanish at two and three": (
        lambda: prove((N - 2) * (N - 3) * (D - 2) * (D - 3) * (N - 1) * (D - 1) * z, 0),
        "N = D = 4, z = 1: 36 against 0",
    ),
    "a factor that vanishes at equal sizes": (lambda: prove((N - D) * z, 0), "N = 2, D = 1, z = 1: 1 against 0"),
    "every size is odd": (lambda: prove((-1) ** D * z, -z), "D = 2, z = 1: 1 against -1"),
    "every size is odd or every product even": (
        lambda: prove((-1) ** (D * N) * z, (-1) ** (D + N) * z),
        "D = N = 1, z = 1: -1 against 1",
    ),
    "one entry is all": (lambda: prove(x[i], x[1]), "D = 2, x = (0, 1), i = 2: 1 against 0"),
    "the last is the first": (lambda: prove(x[D], x[1]), "D = 2, x = (0, 1): 1 against 0"),
    "a matrix of one entry": (lambda: prove(M[1, D], M[D, 1]), "D = 2, M = [[0, 1], [0, 0]]: 1 against 0"),
    "an array of three": (
        lambda: prove(Sum(array("t", 3)[i], (i, 1, 3)), 3 * array("t", 3)[2]),
        "t = (0, 1, 0): 1 against 3",
    ),
    "the mean of a batch of one": (
        lambda: prove(add(X[n, i], n, N) / N, X[1, i]),
        "N = 2, D = 1, X = (0, 1): 1/2 against 0",
    ),
    "a polynomial of a size": (
        lambda: prove(add(2 * i, i, D), D**2 + 1),
        "D = 2: 6 against 5",
    ),
    "a hundred and more": (lambda: prove(relu(D - 100) * z, 0), "D = 101, z = 1: 1 against 0"),
    "ten and more": (lambda: prove(step(D - half * 19) * z, 0), "D = 10, z = 1: 1 against 0"),
    "four and more": (lambda: prove(relu(D - 3) * z, 0), "D = 4, z = 1: 1 against 0"),
    "four and more, in cases": (lambda: prove(Piecewise((z, D > 3), (0, True)), 0), "D = 4, z = 1: 1 against 0"),
    "exactly seven": (lambda: prove(Piecewise((z, Eq(D, 7)), (0, True)), 0), "D = 7, z = 1: 1 against 0"),
    "equal sizes above one": (
        lambda: prove(relu(1 - (N - D) ** 2) * (N - 1) * z, 0),
        "N = D = 2, z = 1: 1 against 0",
    ),
    "equal sizes above one, in cases": (
        lambda: prove(Piecewise((z * (N - 1), Eq(N, D)), (0, True)), 0),
        "N = D = 2, z = 1: 1 against 0",
    ),
    "equal sizes above one, three of them": (
        lambda: prove(relu(1 - (N - D) ** 2 - (D - H) ** 2) * (N - 1) * z, 0),
        "N = D = H = 2, z = 1: 1 against 0",
    ),
    "neighbouring sizes": (
        lambda: prove(relu(1 - (N - D - 5) ** 2) * z, 0),
        "N = 6, D = 1, z = 1: 1 against 0",
    ),
    "one size for two": (
        lambda: prove(add(delta(i, j) * X[n, i] * B[n, j], i, D, j, D, n, N), add(X[n, i], n, N, i, D)),
        "N = D = 1, X = 1, B = 0: 0 against 1",
    ),
}

TIES = {
    "a step and its mirror": (lambda: prove(step(z) + step(-z), 1), "z = 0: 0 against 1"),
    "a step and its mirror, of a difference": (lambda: prove(step(y - z) + step(z - y), 1), "y = z: 0 against 1"),
    "a step is half a sign": (lambda: prove(step(z), (1 + sign(z)) / 2), "z = 0: 0 against 1/2"),
    "a step that is 1 at 0": (lambda: prove(step(z), Piecewise((1, z >= 0), (0, True))), "z = 0: 0 against 1"),
    "a step that is 1/2 at 0": (
        lambda: prove(step(z), Piecewise((1, z > 0), (half, Eq(z, 0)), (0, True))),
        "z = 0: 0 against 1/2",
    ),
    "a sign squared": (lambda: prove(sign(z) ** 2, 1), "z = 0: 0 against 1"),
    "a sign's absolute value": (lambda: prove(Abs(sign(z)), 1), "z = 0: 0 against 1"),
    "a sign of a square": (lambda: prove(sign(z**2), 1), "z = 0: 0 against 1"),
    "a step of a square": (lambda: prove(step(z**2), 1), "z = 0: 0 against 1"),
    "a step of an absolute value": (lambda: prove(step(Abs(z)), 1), "z = 0: 0 against 1"),
    "a sign of a product squared": (lambda: prove(sign(y * z) ** 2, 1), "y = 0: 0 against 1"),
    "a sign of a difference squared": (lambda: prove(sign(y - z) ** 2, 1), "y = z: 0 against 1"),
    "a sign of a shifted number squared": (lambda: prove(sign(z - 7) ** 2, 1), "z = 7: 0 against 1"),
    "a sign of tanh squared": (lambda: prove(sign(tanh(z)) ** 2, 1), "z = 0: 0 against 1"),
    "a sign of an exponential squared": (lambda: prove(sign(exp(z) - 1) ** 2, 1), "z = 0: 0 against 1"),
    "a sign of an exponential squared, at log 2": (lambda: prove(sign(exp(z) - 2) ** 2, 1), "z = log 2: 0 against 1"),
    "a sign of a sum of squares": (lambda: prove(sign(add(x[i] ** 2, i, D)), 1), "D = 1, x = 0: 0 against 1"),
    "a sign at a root": (lambda: prove(sign(z**2 - 2) ** 2, 1), "z = √2: 0 against 1"),
    "a step and its mirror, of a logistic function": (
        lambda: prove(step(sigmoid(z) - half) + step(half - sigmoid(z)), 1),
        "z = 0: 0 against 1",
    ),
    "a mirrored step": (lambda: prove(1 - step(z), step(-z)), "z = 0: 1 against 0"),
    "signs of relu and its mirror": (lambda: prove(sign(relu(z)) + sign(relu(-z)), 1), "z = 0: 0 against 1"),
    "steps of two entries": (
        lambda: prove(step(x[i] - x[j]) + step(x[j] - x[i]), 1 - delta(i, j)),
        "D = 2, x = (0, 0), i = 1, j = 2: 0 against 1",
    ),
    "steps of two entries, not the same": (
        lambda: prove(add(step(x[i] - x[j]), i, D, j, D), D * (D - 1) / 2),
        "D = 2, x = (0, 0): 0 against 1",
    ),
    "steps in a sum": (lambda: prove(add(step(x[i]) + step(-x[i]), i, D), D), "D = 1, x = 0: 0 against 1"),
    "the larger of two has one place": (
        lambda: prove(Piecewise((1, y >= z), (0, True)) + Piecewise((1, z >= y), (0, True)), 1),
        "y = z: 2 against 1",
    ),
    "the largest of three has one place": (
        lambda: prove(
            sum(Piecewise((1, e >= Max(u, v, w)), (0, True)) for e in (u, v, w)),
            1,
        ),
        "u = v = 0, w = -1: 2 against 1",
    ),
    "the maximum's gradient at a tie": (
        lambda: prove(step(y - z) * y + step(z - y) * z, Max(y, z)),
        "y = z = 1: 0 against 1",
    ),
    "never zero": (lambda: prove(Piecewise((1, Ne(z, 0)), (0, True)), 1), "z = 0: 0 against 1"),
    "never seven": (lambda: prove(Piecewise((0, Eq(z, 7)), (1, True)), 1), "z = 7: 0 against 1"),
    "never a billion": (lambda: prove(Piecewise((0, Eq(z, 10**9)), (1, True)), 1), "z = 10⁹: 0 against 1"),
    "never a tenth": (lambda: prove(Piecewise((0, Eq(z, Rational(1, 10))), (1, True)), 1), "z = 1/10: 0 against 1"),
    "never the root of two": (lambda: prove(Piecewise((0, Eq(z**2, 2)), (1, True)), 1), "z = √2: 0 against 1"),
    "never the logarithm of five": (
        lambda: prove(Piecewise((0, Eq(exp(z), 5)), (1, True)), 1),
        "z = log 5: 0 against 1",
    ),
    "never equal": (lambda: prove(Piecewise((1, Eq(y, z)), (0, True)), 0), "y = z: 1 against 0"),
    "never equal, three": (
        lambda: prove(Piecewise((1, sp.And(Eq(u, v), Eq(v, w))), (0, True)), 0),
        "u = v = w: 1 against 0",
    ),
    "entries never equal": (
        lambda: prove(add(Piecewise((1, Eq(x[i], x[j])), (0, True)), i, D, j, D), D),
        "D = 2, x = (0, 0): 4 against 2",
    ),
    "entries never zero": (
        lambda: prove(add(Piecewise((1, Ne(x[i], 0)), (0, True)), i, D), D),
        "D = 1, x = 0: 0 against 1",
    ),
    "a delta of real numbers": (lambda: prove(delta(z, 0), 0), "z = 0: 1 against 0; a delta of indices is expected"),
    "a delta of two real numbers": (lambda: prove(delta(y, z) * w, 0), "y = z = 0, w = 1: 1 against 0"),
    "a delta of entries": (lambda: prove(delta(x[1], x[D]), 0), "D = 1: 1 against 0"),
    "larger than four": (lambda: prove(relu(z - 4), 0), "z = 5: 1 against 0"),
    "smaller than minus four": (lambda: prove(Min(z + 4, 0), 0), "z = -5: -1 against 0"),
    "beyond ten on either side": (lambda: prove(relu(Abs(z) - 10), 0), "z = 11: 1 against 0"),
    "a step beyond ten": (lambda: prove(step(z**2 - 100), 0), "z = 11: 1 against 0"),
    "a case beyond ten": (lambda: prove(Piecewise((z, z > 10), (0, True)), 0), "z = 11: 11 against 0"),
    "a case between two numbers": (
        lambda: prove(Piecewise((1, sp.And(z > 20, z < 21)), (0, True)), 0),
        "z = 20.5: 1 against 0",
    ),
    "near a hundred": (lambda: prove(relu(1 - Abs(z - 100)), 0), "z = 100: 1 against 0"),
    "near a third": (lambda: prove(relu(Rational(1, 10**6) - Abs(z - third)), 0), "z = 1/3: 10⁻⁶ against 0"),
    "clipped at a million": (lambda: prove(Min(z, 10**6), z), "z = 2·10⁶: 10⁶ against 2·10⁶"),
    "clipped at 10^30": (lambda: prove(Max(z, -(10**30)), z), "z = -2·10³⁰: -10³⁰ against -2·10³⁰"),
    "larger than 10^30": (lambda: prove(step(z - 10**30), 0), "z = 2·10³⁰: 1 against 0"),
    "nearer to zero than 10^-40": (
        lambda: prove(relu(Rational(1, 10**40) - Abs(z)), 0),
        "z = 0: 10⁻⁴⁰ against 0",
    ),
    "nearer to zero than 10^-100": (
        lambda: prove(step(Rational(1, 10**100) - Abs(z)), 0),
        "z = 0: 1 against 0",
    ),
    "nearer to zero than 10^-200, as a size": (
        lambda: prove(relu(Rational(1, 10**200) - z**2), 0),
        "z = 0: 10⁻²⁰⁰ against 0",
    ),
    "a tiny number": (lambda: prove(Rational(1, 10**300), 0), "10⁻³⁰⁰ against 0"),
    "a tiny exponential": (lambda: prove(exp(-1000 - z**2), 0), "z = 0: e⁻¹⁰⁰⁰ against 0"),
    "a tinier exponential": (lambda: prove(exp(-(10**6) * (1 + z**2)), 0), "z = 0: e^(-10⁶) against 0"),
    "a tiny logistic function": (lambda: prove(sigmoid(-1000 - z**2), 0), "z = 0: e⁻¹⁰⁰⁰, nearly, against 0"),
    "a saturated logistic function": (lambda: prove(sigmoid(1000 + z**2), 1), "z = 0: 1 - e⁻¹⁰⁰⁰, nearly, against 1"),
    "a saturated tanh": (lambda: prove(tanh(500 + z**2), 1), "z = 0: 1 - 2e⁻¹⁰⁰⁰, nearly, against 1"),
    "a saturated softplus": (lambda: prove(softplus(1000 + z**2), 1000 + z**2), "z = 0: e⁻¹⁰⁰⁰, nearly, too much"),
    "a saturated softmax": (
        lambda: prove(exp(y) / (exp(y) + exp(y - 1000)), 1),
        "1/(1 + e⁻¹⁰⁰⁰) against 1",
    ),
    "a tiny slope": (lambda: prove(partial(exp(-1000) * z, z), 0), "e⁻¹⁰⁰⁰ against 0"),
    "a tiny slope of a logistic function": (
        lambda: prove(partial(sigmoid(z - 2000), z), 0),
        "z = 0: e⁻²⁰⁰⁰, nearly, against 0",
    ),
    "a huge number": (lambda: prove(10**300 + z / 10**300, 10**300), "z = 1: 10⁻³⁰⁰ too much"),
    "a huge power": (lambda: prove((10**50 + z) ** 2, 10**100 + 2 * 10**50 * z), "z = 1: 1 too much"),
    "zero is left out twice": (
        lambda: prove(sign(z) ** 2 * y, y * Piecewise((1, Ne(z, 0)), (1, True))),
        "y = 1, z = 0: 0 against 1",
    ),
    "relu's slope at zero, one": (
        lambda: prove(step(relu(z)) + step(relu(-z)), 1),
        "z = 0: 0 against 1",
    ),
    "a tie of relus": (
        lambda: prove(step(relu(y) - relu(z)) + step(relu(z) - relu(y)), 1),
        "y = z = -1: 0 against 1",
    ),
    "two steps overlap": (lambda: prove(step(z) + step(1 - z), 1), "z = 1/2: 2 against 1"),
    "two steps leave a gap": (lambda: prove(step(z - 1) + step(-z), 1 - step(z) * step(1 - z)), "z = 0: 0 against 1"),
    "a square that vanishes nowhere else": (
        lambda: prove(sign((z - 1) ** 2 + (y - 2) ** 2), 1),
        "y = 2, z = 1: 0 against 1",
    ),
    "a square that vanishes at equal entries": (
        lambda: prove(sign(add((x[i] - x[1]) ** 2, i, D)), 1),
        "D = 1: 0 against 1",
    ),
}

ILL_FORMED = {
    "an index that runs to two sizes": (lambda: prove(X[n, i] + X[i, n], X[i, n] + X[n, i]), "i runs to D and to N"),
    "a product without a common size": (
        lambda: prove(add(X[n, i] * V[i, k], i, D), add(V[i, k] * X[n, i], i, D)),
        "V has H rows, and i runs to D",
    ),
    "the input gradient without a transpose": (
        lambda: prove(partial(add(G[n, j] * X[n, i] * W[i, j], j, H), X[n, p]), add(G[n, j] * W[j, p], j, H)),
        "j runs to H and to D",
    ),
    "the targets have another size": (
        lambda: prove(partial(-add(Y[k] * log(o[k]), k, K), o[m]), -Y[m] / o[m]),
        "k runs to K and to D",
    ),
    "a sum shorter than its array": (lambda: prove(add(x[i], i, N), add(x[i], i, N)), "i runs to N and to D"),
    "a sum of three entries of an array of any size": (
        lambda: prove(Sum(x[i], (i, 1, 3)), x[1] + x[2] + x[3]),
        "D = 1 has no x[2]",
    ),
    "a second entry": (
        lambda: prove(x[2], x[2]),
        "D = 1 has no x[2]",
    ),
    "an entry zero": (lambda: prove(x[0], x[0]), "indices start at 1"),
    "a negative entry": (lambda: prove(x[-1], x[-1]), "indices start at 1"),
    "an entry after the last": (lambda: prove(x[D + 1], x[D + 1]), "x has D entries"),
    "an entry before the last": (lambda: prove(x[D - 1], x[D - 1]), "D = 1 has no x[0]"),
    "the last entry of another array": (lambda: prove(x[H], x[H]), "H may be larger than D"),
    "a neighbour": (lambda: prove(add(x[i + 1] - x[i], i, D), x[D] - x[1]), "x[D + 1] does not exist"),
    "every second entry": (lambda: prove(add(x[2 * i], i, D), add(x[2 * i], i, D)), "x[2D] does not exist"),
    "a mirrored entry": (lambda: prove(x[D - i], x[D - i]), "x[0] does not exist"),
    "half an entry": (lambda: prove(x[half], x[half]), "an index is a whole number"),
    "a rounded entry": (lambda: prove(x[1.0], x[1.0]), "an index is exact"),
    "an entry at a real number": (lambda: prove(x[z], x[z]), "z is no index"),
    "an entry at an entry": (lambda: prove(x[x[1]], x[x[1]]), "x[1] is no index"),
    "an entry at a logarithm": (lambda: prove(x[log(z)], x[log(z)]), "log z is no index"),
    "an entry at a plain symbol": (lambda: prove(x[Symbol("l")], x[Symbol("l")]), "the symbol is no index"),
    "an entry at a boolean": (lambda: prove(x[True], x[True]), "True is no index"),
    "an entry at a string": (lambda: prove(x["i"], x["i"]), "a string is no index"),
    "two indices for one axis": (lambda: prove(x[i, j], x[i, j]), "x has one axis"),
    "one index for two axes": (lambda: prove(X[n], X[n]), "X has two axes"),
    "an array without its index": (lambda: prove(x, x), "an array is no number"),
    "an array without its index in a sum": (lambda: prove(add(x[i], i, D), D * x), "an array is no number"),
    "an array without its shape": (lambda: prove(array("x")[i], 0), "no shape"),
    "an array without entries": (lambda: prove(array("x", 0)[i], 0), "sizes are at least 1"),
    "an array of a negative size": (lambda: prove(array("x", -2)[i], 0), "sizes are at least 1"),
    "an array of half a size": (lambda: prove(array("x", 2.5)[i], 0), "sizes are whole"),
    "an array of a real size": (lambda: prove(array("x", z)[i], 0), "sizes are whole"),
    "an array of an index": (lambda: prove(array("x", i)[j], 0), "an index is no size"),
    "an array of a size less one": (lambda: prove(array("x", D - 1)[i], 0), "D = 1 leaves no entry"),
    "an array of a string": (lambda: prove(array("x", "D")[i], 0), "a string is no size"),
    "an array of nothing": (lambda: prove(array("x", None)[i], 0), "None is no size"),
    "an array of a list": (lambda: prove(array("x", [D])[i], 0), "a list is no size"),
    "a sum from zero": (lambda: prove(Sum(z, (i, 0, D)), D * z), "sums start at 1; and it is (D + 1) z"),
    "a sum from two": (lambda: prove(Sum(z, (i, 2, D)), D * z), "sums start at 1"),
    "a sum from another size": (lambda: prove(Sum(z, (i, N, D)), D * z), "sums start at 1"),
    "a sum from minus one": (lambda: prove(Sum(z, (i, -1, D)), D * z), "sums start at 1"),
    "a sum backwards": (lambda: prove(Sum(x[i], (i, D, 1)), add(x[i], i, D)), "sums start at 1"),
    "a sum over nothing": (lambda: prove(Sum(x[i], (i, 1, 0)), 0), "sums end at a size"),
    "a sum up to an index": (lambda: prove(Sum(x[j], (j, 1, i)), x[i]), "sums end at a size"),
    "a sum up to an outer index": (
        lambda: prove(Sum(x[i] * x[j], (j, 1, i), (i, 1, D)), add(x[i] * x[j], i, D, j, D) / 2),
        "sums end at a size",
    ),
    "a sum up to a size less one": (lambda: prove(Sum(x[i], (i, 1, D - 1)), add(x[i], i, D)), "sums end at a size"),
    "a sum up to a size and one": (lambda: prove(Sum(x[i], (i, 1, D + 1)), add(x[i], i, D)), "sums end at a size"),
    "a sum up to a product of sizes": (lambda: prove(Sum(z, (i, 1, N * D)), N * z), "sums end at a size"),
    "a sum up to half a size": (lambda: prove(Sum(z, (i, 1, D / 2)), D * z), "sums end at a size"),
    "a sum up to a maximum": (lambda: prove(Sum(z, (i, 1, Max(N, D))), D * z), "sums end at a size"),
    "a sum up to a real number": (lambda: prove(Sum(z, (i, 1, y)), y * z), "sums end at a size"),
    "a sum up to an entry": (lambda: prove(Sum(z, (i, 1, x[1])), x[1] * z), "sums end at a size"),
    "a sum up to infinity": (lambda: prove(Sum(z**i, (i, 1, sp.oo)), z / (1 - z)), "sums end at a size"),
    "a sum up to a rounded number": (lambda: prove(Sum(z, (i, 1, 2.0)), 2 * z), "sums end at a size"),
    "a sum up to a string": (lambda: prove(Sum(z, (i, 1, "D")), D * z), "the string makes another D"),
    "a sum over a real number": (lambda: prove(Sum(z, (z, 1, D)), D * z), "z is no index"),
    "a sum over a size": (lambda: prove(Sum(N * z, (N, 1, D)), D * N * z), "N is no index"),
    "a sum over an entry": (lambda: prove(Sum(x[1], (x[1], 1, 3)), 6), "an entry is no index"),
    "a sum over a plain symbol": (
        lambda: prove(Sum(z, (Symbol("l"), 1, D)), D * z),
        "the symbol is no index",
    ),
    "a sum over a positive index": (
        lambda: prove(Sum(z, (Symbol("l", integer=True, nonnegative=True), 1, D)), D * z),
        "the symbol has assumptions that the display does not show",
    ),
    "an index that is bound twice": (
        lambda: prove(Sum(x[i], (i, 1, D), (i, 1, D)), add(x[i], i, D)),
        "D = 2, x = (1, 0): 2 against 1; one sum binds i twice",
    ),
    "an index that is bound twice, to two sizes": (
        lambda: prove(Sum(x[i], (i, 1, D), (i, 1, N)), add(x[i], i, D)),
        "N = 2, D = 1, x = 1: 2 against 1; one sum binds i twice",
    ),
    "an index without a range": (lambda: prove(i * z, i * z), "i runs to no size"),
    "a delta of an index without a range": (lambda: prove(delta(i, j), delta(j, i)), "i and j run to no size"),
    "a delta of two sizes": (
        lambda: prove(x[i] * b[j] * delta(i, j), b[j] * x[i] * delta(j, i)),
        "i runs to D, j to H",
    ),
    "a delta with the last of another size": (
        lambda: prove(add(delta(i, N), i, D), 1),
        "N = 2, D = 1: 0 against 1",
    ),
    "a delta with a second entry": (lambda: prove(add(delta(i, 2), i, D), 1), "D = 1: 0 against 1"),
    "a delta with a neighbour": (lambda: prove(add(delta(i, j + 1) * x[j], i, D), x[j]), "j = D: 0 against x[D]"),
    "a delta with a range of its own": (
        lambda: prove(add(delta(i, j, (1, 3)) * x[i], i, D), x[j]),
        "the delta's own range",
    ),
    "a derivative by a number": (lambda: prove(partial(z**2, 3), 0), "3 is no variable"),
    "a derivative by an expression": (lambda: prove(partial(z**4, z**2), 2 * z**2), "z² is no variable"),
    "a derivative by a function": (lambda: prove(partial(f(z) ** 2, f(z)), 2 * f(z)), "f(z) is no variable"),
    "a derivative by an index": (lambda: prove(partial(i * x[i], i), x[i]), "i is no real number"),
    "a derivative by a size": (lambda: prove(partial(D * z, D), z), "D is no real number"),
    "a derivative by an array": (lambda: prove(partial(add(x[i], i, D), x), 1), "an array is no number"),
    "a derivative by a matrix": (
        lambda: prove(partial(M[i, j], matrix(M)), 1),
        "a matrix is no number",
    ),
    "a derivative by an entry of a product": (
        lambda: prove(partial(z, entry(matrix(M) * matrix(S), i, j)), 0),
        "an entry of a product is no variable",
    ),
    "a derivative by a derivative": (
        lambda: prove(partial(partial(f(z), z) ** 2, partial(f(z), z)), 2 * partial(f(z), z)),
        "a derivative is no variable",
    ),
    "a derivative by a list": (lambda: prove(partial(y * z, [y, z]), y + z), "a list is no variable"),
    "a derivative by nothing": (lambda: prove(partial(z, None), 0), "None is no variable"),
    "a derivative by a string": (lambda: prove(partial(z**2, "z"), 2 * z), "the string makes another z"),
    "a derivative of a matrix": (lambda: prove(partial(matrix(M), z), 0), "a matrix is no number"),
    "a derivative of a list": (lambda: prove(partial([z, z], z), 1), "a list is no number"),
    "a derivative of a relation": (lambda: prove(partial(z > 0, z), 0), "a relation is no number"),
    "a derivative of nothing": (lambda: prove(partial(None, z), 0), "None is no number"),
    "a derivative of an array": (lambda: prove(partial(x, x[1]), 1), "an array is no number"),
    "a matrix of a number": (lambda: prove(entry(matrix(z), 1, 1), z), "z is no array"),
    "a matrix of an entry": (lambda: prove(entry(matrix(X[n, i]), 1, 1), X[n, i]), "an entry is no array"),
    "a matrix of a cube": (lambda: prove(entry(matrix(U), i, j), U[i, j, 1]), "U has three axes"),
    "a matrix of a matrix": (lambda: prove(entry(matrix(matrix(X)), n, i), X[n, i]), "a matrix is no array"),
    "an entry of an array": (lambda: prove(entry(X, n, i), X[n, i]), "X is no matrix"),
    "an entry of a number": (lambda: prove(entry(z, 1, 1), z), "z is no matrix"),
    "an entry of nothing": (lambda: prove(entry(None, 1, 1), 0), "None is no matrix"),
    "an entry of a list": (lambda: prove(entry([[z]], 1, 1), z), "a list is no matrix"),
    "an entry in row zero": (lambda: prove(entry(matrix(X), 0, 1), entry(matrix(X), 0, 1)), "rows start at 1"),
    "an entry in row two": (lambda: prove(entry(matrix(X), 2, 1), entry(matrix(X), 2, 1)), "N = 1 has no second row"),
    "an entry in the next row": (
        lambda: prove(entry(matrix(X), n + 1, i), entry(matrix(X), n + 1, i)),
        "row N + 1 does not exist",
    ),
    "an entry with its indices exchanged": (
        lambda: prove(entry(matrix(X), n, i), entry(matrix(X), i, n)),
        "n runs to N and to D",
    ),
    "an entry at a real row": (lambda: prove(entry(matrix(X), z, 1), X[1, 1]), "z is no index"),
    "a product of matrices that do not fit": (
        lambda: prove(entry(matrix(X) * matrix(V), n, k), entry(matrix(X) * matrix(V), n, k)),
        "X has D columns, V has H rows",
    ),
    "a product with itself that does not fit": (
        lambda: prove(entry(matrix(X) * matrix(X), n, i), entry(matrix(X) * matrix(X), n, i)),
        "X has D columns and N rows",
    ),
    "a sum of matrices that do not fit": (
        lambda: prove(entry(matrix(X) + matrix(W), n, i), X[n, i] + W[n, i]),
        "X is (N, D), W is (D, H)",
    ),
    "a product ⊙ of matrices that do not fit": (
        lambda: prove(entry(hadamard(matrix(X), matrix(W)), n, i), X[n, i] * W[n, i]),
        "X is (N, D), W is (D, H)",
    ),
    "a bias without its ones": (
        lambda: prove(entry(matrix(G) + matrix(b), n, j), G[n, j] + b[j]),
        "G has N rows, b has one",
    ),
    "an inverse matrix": (
        lambda: prove(entry(matrix(M) * matrix(M).I, i, j), delta(i, j)),
        "M = 0 has no inverse",
    ),
    "a power of a matrix": (lambda: prove(entry(matrix(M) ** D, i, j), M[i, j] ** D), "no operation of the book"),
    "an identity matrix": (
        lambda: prove(entry(matrix(M) + sp.Identity(D), i, j), M[i, j] + 1),
        "no operation of the book; it is M + δ",
    ),
    "a zero matrix": (lambda: prove(entry(sp.ZeroMatrix(D, D), i, j), 1), "no operation of the book; it is 0"),
    "a matrix symbol": (
        lambda: prove(entry(sp.MatrixSymbol("Q", D, D), i, j), 0),
        "its entries may be complex",
    ),
    "a trace": (
        lambda: prove(sp.Trace(matrix(M)), M[1, 1]),
        "no operation of the book; D = 2, M = identity: 2 against 1",
    ),
    "a determinant": (lambda: prove(sp.Determinant(matrix(M)), 0), "no operation of the book; M = identity: 1"),
    "a function that is a number": (lambda: prove(entry(elementwise(3, matrix(X)), n, i), 3), "3 is no function"),
    "a function that gives a matrix": (
        lambda: prove(entry(elementwise(lambda e: matrix(X), matrix(X)), n, i), X[n, i]),
        "a matrix is no number",
    ),
    "a function that gives a relation": (
        lambda: prove(entry(elementwise(lambda e: e > 0, matrix(X)), n, i), step(X[n, i])),
        "a relation is no number",
    ),
    "a function that gives a list": (
        lambda: prove(entry(elementwise(lambda e: [e], matrix(X)), n, i), X[n, i]),
        "a list is no number",
    ),
    "a function that gives nothing": (
        lambda: prove(entry(elementwise(lambda e: None, matrix(X)), n, i), 0),
        "None is no number",
    ),
    "a function of an array": (lambda: prove(entry(elementwise(f, X), n, i), f(X[n, i])), "X is no matrix"),
    "a function of a number's entries": (lambda: prove(entry(elementwise(f, z), 1, 1), f(z)), "z is no matrix"),
    "a column of a real number of ones": (lambda: prove(entry(ones_column(z), 1, 1), 1), "z is no size"),
    "a column of no ones": (lambda: prove(entry(ones_column(0), 1, 1), 1), "0 is no size"),
    "a column of an index of ones": (lambda: prove(entry(ones_column(i), 1, 1), 1), "i is no size"),
    "a column of a size less one of ones": (
        lambda: prove(entry(ones_column(D - 1), 1, 1), 1),
        "D = 1 leaves no row",
    ),
    "a slope of a number": (lambda: prove(slope(3)(z), 0), "3 is no function"),
    "a slope of an expression": (lambda: prove(slope(f(z)), 0), "f(z) is no arbitrary function"),
    "a slope of a known function": (lambda: prove(slope(sigmoid)(z), sigmoid(z)), "sigmoid is not arbitrary"),
    "a slope in an argument that is not there": (
        lambda: prove(slope(f, 2)(z), f(z)),
        "f has one argument; f = sin, z = 0, whatever it means",
    ),
    "a slope in a third of two arguments": (lambda: prove(slope(F, 3)(y, z), F(y, z)), "F has two arguments"),
    "a slope in argument zero": (lambda: prove(slope(f, 0)(z), f(z)), "arguments are counted from 1"),
    "a slope in a negative argument": (lambda: prove(slope(f, -1)(z), f(z)), "arguments are counted from 1"),
    "a function of no arguments": (lambda: prove(arbitrary("h", 0)(), 0), "an arity is at least 1"),
    "one name for a function of one and of two": (
        lambda: prove(f(z) + arbitrary("f", 2)(y, z), arbitrary("f", 2)(y, z) + f(z)),
        "f has two meanings",
    ),
    "one name for a function and a number": (
        lambda: prove(f(z) + Symbol("f", real=True), Symbol("f", real=True) + f(z)),
        "f has two meanings",
    ),
    "one name for a function and an array": (
        lambda: prove(f(z) + array("f", D)[i], array("f", D)[i] + f(z)),
        "f has two meanings",
    ),
    "one name for two arrays": (
        lambda: prove(x[i] - array("x", N)[n], x[i] - array("x", N)[n]),
        "x has two shapes",
    ),
    "one name for an array and a positive array": (
        lambda: prove(x[i] - array("x", D, positive=True)[i], 0),
        "x has two meanings; -1 and 1 differ",
    ),
    "one name for an array and a size": (
        lambda: prove(x[i] * sizes("x"), x[i] * sizes("x")),
        "x has two meanings",
    ),
    "one name for an array and an index": (
        lambda: prove(add(x[i] * M[indices("x"), i], i, D), add(M[indices("x"), i] * x[i], i, D)),
        "x has two meanings",
    ),
    "one name for a number and an index": (
        lambda: prove(x[i] * reals("i"), reals("i") * x[i]),
        "i has two meanings",
    ),
    "one name for a number and a bound index": (
        lambda: prove(add(x[i], i, D) * reals("i"), reals("i") * add(x[i], i, D)),
        "i has two meanings",
    ),
    "one name for an index and a size": (
        lambda: prove(x[i] * sizes("i"), x[i] * sizes("i")),
        "i has two meanings",
    ),
    "one name for two numbers": (
        lambda: prove(z - Symbol("z", nonzero=True, real=True), 0),
        "z has two meanings; 0 and 1 differ",
    ),
    "two definitions of one array": (
        lambda: prove(P[m], z, where={P[j]: z, P[k]: y}),
        "y = 1, z = 0: P is both",
    ),
    "two definitions of one array, the second one used": (
        lambda: prove(P[m], y, where={P[j]: z, P[k]: y}),
        "y = 1, z = 0: P is both",
    ),
    "two definitions of one matrix": (
        lambda: prove(M[i, j], S[j, i], where={M[i, j]: S[i, j], M[j, i]: S[i, j]}),
        "M is S and its transpose",
    ),
    "two definitions of one matrix by other names": (
        lambda: prove(M[i, j], S[i, j], where={M[p, q]: S[p, q], M[i, j]: A[i, j]}),
        "M is S and A",
    ),
    "a definition of one entry": (lambda: prove(x[1] + x[D], z + x[D], where={x[1]: z}), "D = 1: x[D] is x[1]"),
    "a definition of the last entry": (lambda: prove(x[D] - z, 0, where={x[D]: z}), "D = 1: x[1] is x[D]"),
    "a definition of the diagonal": (lambda: prove(M[i, j], 0, where={M[k, k]: z}), "nothing defines the rest"),
    "a definition of one row": (lambda: prove(M[1, j], z, where={M[1, j]: z}), "nothing defines the rest"),
    "a definition of a shifted entry": (lambda: prove(x[i], z, where={x[i + 1]: z}), "nothing defines x[1]"),
    "a definition with an index of its own": (
        lambda: prove(u, x[i], where={u: x[i]}),
        "u stands for a number, but has the index i",
    ),
    "a definition with an index of its own, summed": (
        lambda: prove(add(u, i, D), D * u, where={u: x[i]}),
        "D = 2, x = (1, 0): which x[i] is u?",
    ),
    "a definition with an index of its own, multiplied": (
        lambda: prove(add(u * a[i], i, D), u * add(a[i], i, D), where={u: x[i]}),
        "D = 2: which x[i] is u?",
    ),
    "a definition with one index more": (
        lambda: prove(x[i], M[i, j], where={x[i]: M[i, j]}),
        "which M[i, j] is x[i]?",
    ),
    "a definition with an index in a delta": (
        lambda: prove(add(u * x[i], i, D), x[j], where={u: delta(i, j)}),
        "u stands for a number, but has the indices i and j",
    ),
    "a definition with an index in an index": (
        lambda: prove(add(u, i, D), D * u, where={u: i * z}),
        "u stands for a number, but has the index i",
    ),
    "a definition with an index in a power": (
        lambda: prove(add(u, i, D), D * u, where={u: z**i}),
        "u stands for a number, but has the index i",
    ),
    "a definition over another size": (lambda: prove(x[i], b[i], where={x[i]: b[i]}), "x has D entries, b has H"),
    "a definition by itself": (lambda: prove(z, z + 1, where={z: z + 1}), "z is explained by itself"),
    "definitions by each other": (lambda: prove(u, v, where={u: v, v: u}), "u is explained by itself"),
    "definitions by each other, three": (
        lambda: prove(u, w, where={u: v + 1, v: w + 1, w: u - 2}),
        "u is explained by itself",
    ),
    "a definition of an array by itself": (
        lambda: prove(x[i], 0, where={x[i]: x[i] * delta(i, 1)}),
        "x is explained by itself",
    ),
    "a definition of a sum": (lambda: prove(u + v, z, where={u + v: z}), "u + v is no name"),
    "a definition of a product": (lambda: prove(u * v, z, where={u * v: z}), "u v is no name"),
    "a definition of a number": (lambda: prove(sp.Integer(2), 3, where={sp.Integer(2): 3}), "2 is no name"),
    "a definition of a function": (lambda: prove(f(z), z, where={f(z): z}), "f(z) is no name of an abbreviation"),
    "a definition of a size": (lambda: prove(add(1, i, D), 2, where={D: 2}), "D is a size"),
    "a definition of an index": (lambda: prove(x[i], x[1], where={i: 1}), "i is an index"),
    "a definition of a derivative": (lambda: prove(partial(y, z), 1, where={partial(y, z): 1}), "no name"),
    "a definition of a matrix": (
        lambda: prove(M[i, j], S[j, i], where={matrix(M): matrix(S)}),
        "no name of a number; S = [[0, 1], [0, 0]], i = 1, j = 2: 1 against 0",
    ),
    "a definition of a whole array": (
        lambda: prove(x[i], a[1], where={x: a}),
        "no name of a number; D = 2, a = (0, 1), i = 2: 1 against 0",
    ),
    "a derivative by an abbreviation": (
        lambda: prove(partial(u**2, u), 2 * z, where={u: z}),
        "u is an abbreviation",
    ),
    "a derivative by an abbreviated entry": (
        lambda: prove(partial(x[i] ** 2, x[j]), 2 * x[i], where={x[i]: a[i]}),
        "x is an abbreviation",
    ),
    "an abbreviation with a sign it has not": (
        lambda: prove(Abs(o[i]), o[i], where={o[i]: x[i]}),
        "x = -1: 1 against -1",
    ),
    "a relation as a definition": (lambda: prove(u, u, where={u: z > 0}), "a relation is no number"),
    "an equation as a definition": (lambda: prove(u, z, where={u: Eq(y, z)}), "an equation is no number"),
    "a boolean as a definition": (lambda: prove(u, 1, where={u: True}), "True is no number"),
    "a list as a definition": (lambda: prove(u, z, where={u: [z]}), "a list is no number"),
    "nothing as a definition": (lambda: prove(u, 0, where={u: None}), "None is no number"),
    "a string as a definition": (lambda: prove(u, z, where={u: "z"}), "the string makes another z"),
    "a rounded number as a definition": (lambda: prove(10 * u, 1, where={u: 0.1}), "0.1 is rounded"),
    "an infinite number as a definition": (lambda: prove(u - u, 0, where={u: sp.oo}), "infinity is no number"),
    "a matrix as a definition": (lambda: prove(u, 0, where={u: matrix(M)}), "a matrix is no number"),
    "an array as a definition": (lambda: prove(u, x[1], where={u: x}), "an array is no number"),
    "a function as a definition": (lambda: prove(u, f(z), where={u: f}), "a function is no number"),
    "a Lambda as a definition": (lambda: prove(u, z, where={u: sp.Lambda(z, z)}), "a Lambda is no number"),
    "a proof as a definition": (lambda: prove(u, z, where={u: prove(z, z)}), "a proof is no number"),
    "an imaginary number as a definition": (lambda: prove(u**2, -1, where={u: sp.I}), "i is not real"),
    "a list of definitions": (lambda: prove(u, z, where=[(u, z)]), "a dict is expected"),
    "a set of definitions": (lambda: prove(u, z, where={u, z}), "a dict is expected"),
    "an equation of definitions": (lambda: prove(u, z, where=Eq(u, z)), "a dict is expected"),
    "a string of definitions": (lambda: prove(u, z, where="u = z"), "a dict is expected"),
    "a number of definitions": (lambda: prove(u, z, where=3), "a dict is expected"),
    "a definition of a string": (lambda: prove(u, z, where={"u": z}), "a string is no name"),
    "resting on nothing": (lambda: prove(z, z, rests_on=[None]), "a proof is expected"),
    "resting on a name": (lambda: prove(z, z, rests_on=["chain rule"]), "the chapter is missing"),
    "resting on an expression": (lambda: prove(z, z, rests_on=[z]), "a proof is expected"),
    "resting on a claim": (lambda: prove(z, z, rests_on=[Claim(z, 2 * z)]), "a proof is expected"),
    "resting on a refutation": (lambda: prove(z, z, rests_on=[refute(z, 2 * z)]), "a proof is expected"),
    "resting on a number": (lambda: prove(z, z, rests_on=1), "a proof is expected"),
    "resting on a dict": (lambda: prove(z, z, rests_on={"chain rule (chapter 00)": 1}), "a proof is expected"),
    "one over zero": (lambda: prove(sp.Integer(1) / 0, 0), "1/0 is no number"),
    "z over a difference that is zero": (lambda: prove(z / (y - y), 0), "z/0 is no number"),
    "zero times one over zero": (
        lambda: prove(sp.Mul(0, sp.Pow(0, -1, evaluate=False), evaluate=False), 0),
        "0/0 is no number",
    ),
    "a logarithm of zero": (lambda: prove(log(sp.Integer(0)), 0), "log 0 is no number"),
    "a logarithm of minus one": (
        lambda: prove(z * log(sp.Integer(-1)), sp.I * sp.pi * z),
        "log -1 is not real",
    ),
    "a case that is missing": (
        lambda: prove(Piecewise((1, z > 0)) + z, z),
        "z = 1: 2 against 1; z = -1 has no case",
    ),
}

ILL_TYPED = {
    "a list": (lambda: prove([z], [z]), "a list is no number"),
    "a tuple": (lambda: prove((z,), (z,)), "a tuple is no number"),
    "a dict": (lambda: prove({z: z}, {z: z}), "a dict is no number"),
    "a set": (lambda: prove({z}, {z}), "a set is no number"),
    "a SymPy tuple": (lambda: prove(sp.Tuple(z), sp.Tuple(z)), "a tuple is no number"),
    "a SymPy set": (lambda: prove(sp.FiniteSet(z), sp.FiniteSet(z)), "a set is no number"),
    "an interval": (lambda: prove(sp.Interval(0, 1), sp.Interval(0, 1)), "an interval is no number"),
    "nothing": (lambda: prove(None, None), "None is no number"),
    "nothing on the right": (lambda: prove(z, None), "None is no number"),
    "nothing on the left": (lambda: prove(None, z), "None is no number"),
    "true is true": (lambda: prove(True, True), "a truth value is no number"),
    "false is zero": (lambda: prove(False, 0), "a truth value is no number"),
    "true is one": (lambda: prove(sp.true, 1), "a truth value is no number"),
    "a relation": (lambda: prove(z > 0, z > 0), "a relation is no number"),
    "an equation": (lambda: prove(Eq(y, z), Eq(y, z)), "an equation is no number"),
    "an equation and nothing": (lambda: prove(Eq(y, z), 0), "an equation is no number"),
    "a conjunction": (lambda: prove(sp.And(y > 0, z > 0), sp.And(z > 0, y > 0)), "a relation is no number"),
    "a string": (lambda: prove("z", z), "the string makes another z"),
    "two strings": (lambda: prove("z", "z"), "the string makes a symbol that may be complex"),
    "a string with a sum": (lambda: prove("2 + 2", 5), "4 against 5"),
    "a string without sense": (lambda: prove("z +", z), "no expression"),
    "an empty string": (lambda: prove("", z), "no expression"),
    "bytes": (lambda: prove(b"z", z), "bytes are no number"),
    "a proof": (lambda: prove(prove(z, z), z), "a proof is no number"),
    "two proofs": (lambda: prove(prove(z, z), prove(z, z)), "a proof is no number"),
    "a refutation": (lambda: prove(refute(z, 2 * z), z), "a refutation is no number"),
    "a claim": (lambda: prove(Claim(z, 2 * z), z), "a claim is no number"),
    "a function of the book": (lambda: prove(relu, relu), "relu is no number, relu(z) is one"),
    "an arbitrary function": (lambda: prove(f, f), "f is no number, f(z) is one"),
    "a function of SymPy": (lambda: prove(sp.exp, sp.exp), "exp is no number, exp(z) is one"),
    "a function of Python": (lambda: prove(lambda t: t, z), "a function is no number"),
    "prove itself": (lambda: prove(prove, prove), "a function is no number"),
    "an object": (lambda: prove(object(), z), "an object is no number"),
    "a module": (lambda: prove(sp, sp), "a module is no number"),
    "a class": (lambda: prove(int, int), "a class is no number"),
    "a generator": (lambda: prove((t for t in (z,)), z), "a generator is no number"),
    "a range": (lambda: prove(range(3), range(3)), "a range is no number"),
    "a slice": (lambda: prove(slice(1), z), "a slice is no number"),
    "an ellipsis": (lambda: prove(..., ...), "an ellipsis is no number"),
    "a float": (lambda: prove(0.5 * z, z / 2), "0.5 is rounded"),
    "a float that is whole": (lambda: prove(2.0, 2), "2.0 is rounded"),
    "a float as an exponent": (lambda: prove(z**2.0, z**2), "2.0 is rounded"),
    "a float that is not itself": (lambda: prove(0.1 + 0.2, 0.3), "rounded"),
    "a float inside a function": (
        lambda: prove(exp(0.5 * z), exp(z / 2)),
        "0.5 is rounded",
    ),
    "a float inside a case": (lambda: prove(where_positive(y, z - 0.5), where_positive(y, z - half)), "rounded"),
    "an infinite float": (lambda: prove(float("inf"), float("inf")), "infinity is no number"),
    "a float that is no number": (lambda: prove(float("nan"), float("nan")), "nan is no number"),
    "infinity": (lambda: prove(z + sp.oo, sp.oo), "infinity is no number"),
    "minus infinity": (lambda: prove(z - sp.oo, -sp.oo), "infinity is no number"),
    "complex infinity": (lambda: prove(sp.zoo, sp.zoo), "infinity is no number"),
    "not a number": (lambda: prove(sp.nan, sp.nan), "nan is no number"),
    "infinity as a bound of a maximum": (lambda: prove(Max(z, -sp.oo), Max(z, sp.oo)), "infinity is no number"),
    "a complex number": (lambda: prove(1j, 1j), "not real"),
    "the square root of minus one": (lambda: prove(z * sqrt(-1), z * sqrt(-1)), "not real"),
    "the imaginary unit": (lambda: prove(sp.I * z, sp.I * z), "not real"),
    "Euler's formula": (lambda: prove(exp(sp.I * z), cos(z) + sp.I * sin(z)), "not real"),
    "a decimal": (lambda: prove(decimal.Decimal("0.1") * 10, 1), "a decimal number is rounded"),
    "a fraction": (lambda: prove(fractions.Fraction(1, 3), half), "1/3 against 1/2"),
    "a NumPy float": (lambda: prove(np.float64(0.5), half), "0.5 is rounded"),
    "a NumPy float of single precision": (lambda: prove(np.float32(0.1), Rational(1, 10)), "0.1 is rounded"),
    "a NumPy integer": (lambda: prove(np.int64(3), 2), "3 against 2"),
    "a NumPy truth value": (lambda: prove(np.bool_(True), 1), "a truth value is no number"),
    "a NumPy array": (lambda: prove(np.array([1, 2]), np.array([1, 2])), "an array is no number"),
    "a NumPy array of one number": (lambda: prove(np.array([0.5]), half), "an array is no number"),
    "a NumPy array without axes": (lambda: prove(np.array(0.5), half), "0.5 is rounded"),
    "a NumPy nan": (lambda: prove(np.nan, np.nan), "nan is no number"),
    "a NumPy function": (lambda: prove(np.exp, np.exp), "a function is no number"),
    "a NumPy random generator": (lambda: prove(np.random.default_rng(0), z), "an object is no number"),
    "a matrix": (lambda: prove(matrix(X), matrix(X)), "a matrix is no number"),
    "a product of matrices": (lambda: prove(matrix(X) * matrix(W), matrix(X) * matrix(W)), "a matrix is no number"),
    "a matrix and a number": (lambda: prove(matrix(M), 0), "a matrix is no number"),
    "a matrix in a sum": (lambda: prove(sp.Add(matrix(M), z, evaluate=False), z), "a matrix is no number"),
    "an explicit matrix": (lambda: prove(sp.Matrix([[z]]), sp.Matrix([[z]])), "a matrix is no number"),
    "an explicit array": (lambda: prove(sp.Array([z, z]), sp.Array([z, z])), "an array is no number"),
    "an identity": (lambda: prove(sp.eye(2), sp.eye(2)), "a matrix is no number"),
    "an entry of a matrix symbol": (
        lambda: prove(sp.MatrixSymbol("Q", 2, 2)[0, 0], sp.MatrixSymbol("Q", 2, 2)[0, 0]),
        "it may be complex",
    ),
    "an array": (lambda: prove(X, X), "an array is no number"),
    "an array without a shape": (
        lambda: prove(sp.IndexedBase("x")[i], sp.IndexedBase("x")[i]),
        "no shape, and it may be complex",
    ),
    "an entry without an array": (lambda: prove(sp.Indexed("x", i), sp.Indexed("x", i)), "no shape"),
    "an array that may be complex": (
        lambda: prove(sp.IndexedBase("x", shape=(D,))[i], sp.IndexedBase("x", shape=(D,))[i]),
        "it may be complex",
    ),
    "an array of whole numbers": (
        lambda: prove(
            cos(2 * sp.pi * sp.IndexedBase("x", shape=(D,), integer=True)[i])
            * sp.IndexedBase("x", shape=(D,), integer=True)[i],
            sp.IndexedBase("x", shape=(D,), integer=True)[i],
        ),
        "x = 1/2: -1 against 1; the display does not show that x is whole",
    ),
    "an array without zeros": (
        lambda: prove(
            sign(sp.IndexedBase("x", shape=(D,), real=True, nonzero=True)[i]) ** 2
            * exp(sp.IndexedBase("x", shape=(D,), real=True, nonzero=True)[i]),
            exp(sp.IndexedBase("x", shape=(D,), real=True, nonzero=True)[i]),
        ),
        "x = 0: 0 against 1; the display does not show that x is not 0",
    ),
    "an array of zeros": (
        lambda: prove(sp.IndexedBase("x", shape=(D,), zero=True)[i] + z, z),
        "x = 1: the display does not show that x is 0",
    ),
    "an array of even numbers": (
        lambda: prove(
            (-1) ** sp.IndexedBase("x", shape=(D,), even=True)[i] * sp.IndexedBase("x", shape=(D,), even=True)[i],
            sp.IndexedBase("x", shape=(D,), even=True)[i],
        ),
        "x = 1: the display does not show that x is even",
    ),
    "an array of nonnegative numbers": (
        lambda: prove(Abs(sp.IndexedBase("x", shape=(D,), real=True, nonnegative=True)[i]), x[i]),
        "x = -1: 1 against -1; x has two meanings",
    ),
    "an array with an offset": (
        lambda: prove(sp.IndexedBase("x", shape=(D,), offset=1)[i], sp.IndexedBase("x", shape=(D,), offset=1)[i]),
        "it may be complex",
    ),
    "an array with a real size": (
        lambda: prove(sp.IndexedBase("x", shape=(z,), real=True)[i], 0),
        "z is no size",
    ),
    "an index with a range of its own": (lambda: prove(x[sp.Idx("i", D)], 0), "x = 1: 1 against 0"),
    "a symbol that may be complex": (lambda: prove(Symbol("l"), Symbol("l")), "the symbol may be complex"),
    "a complex symbol": (
        lambda: prove(Symbol("l", complex=True) ** 2, Symbol("l", complex=True) ** 2),
        "the symbol is complex",
    ),
    "an imaginary symbol": (
        lambda: prove(Abs(Symbol("l", imaginary=True)) ** 2, -(Symbol("l", imaginary=True) ** 2)),
        "the symbol is imaginary",
    ),
    "an even symbol": (
        lambda: prove(z * (-1) ** Symbol("l", even=True) + Symbol("l", even=True), z + Symbol("l", even=True)),
        "l = 1: -z; the display does not show that l is even",
    ),
    "an odd size": (
        lambda: prove(z * (-1) ** Symbol("l", odd=True) + Symbol("l", odd=True), Symbol("l", odd=True) - z),
        "l = 2: z; the display does not show that l is odd",
    ),
    "a prime size": (
        lambda: prove(Symbol("l", prime=True) * z, z * Symbol("l", prime=True)),
        "the display does not show that l is prime",
    ),
    "a symbol that is zero": (
        lambda: prove(Symbol("l", zero=True) + z, z),
        "l = 1; the display does not show that l is 0",
    ),
    "a rational symbol": (
        lambda: prove(Symbol("l", rational=True), 0),
        "l = 1: 1 against 0",
    ),
    "an irrational symbol": (
        lambda: prove(
            sign(Symbol("l", irrational=True)) ** 2 + Symbol("l", irrational=True),
            1 + Symbol("l", irrational=True),
        ),
        "l = 0: 0 against 1; the display does not show that l is irrational",
    ),
    "an extended real symbol": (
        lambda: prove(Symbol("l", extended_real=True) + 1, 1 + Symbol("l", extended_real=True)),
        "the symbol may be infinite",
    ),
    "a symbol that is not whole": (
        lambda: prove(
            sign(Symbol("l", real=True, integer=False)) ** 2 * exp(Symbol("l", real=True, integer=False)),
            exp(Symbol("l", real=True, integer=False)),
        ),
        "l = 0: 0 against 1; the display does not show that l is not whole",
    ),
    "an infinite symbol": (
        lambda: prove(Symbol("l", infinite=True), Symbol("l", infinite=True)),
        "the symbol is infinite",
    ),
    "a symbol that does not commute": (
        lambda: prove(Symbol("l", commutative=False) * z, z * Symbol("l", commutative=False)),
        "the symbol does not commute",
    ),
    "a negative whole symbol": (
        lambda: prove(Symbol("l", integer=True, negative=True) * z, 0),
        "l = -1, z = 1: -1 against 0; neither a size nor an index",
    ),
    "a wild symbol": (lambda: prove(sp.Wild("l", real=True), 0), "it stands for anything"),
    "a dummy of the same name": (lambda: prove(sp.Dummy("z", real=True), z), "they are two numbers"),
    "a dummy of the engine's function": (
        lambda: prove(
            entry(elementwise(lambda e: e * sp.Dummy("z", dummy_index=0, real=True), matrix(X)), n, i), X[n, i] ** 2
        ),
        "the dummy is another number: N = D = 1, X = 1, dummy 0: 0 against 1",
    ),
    "a dummy of the engine's sums": (
        lambda: prove(
            M[i, sp.Dummy("r10", dummy_index=10, integer=True)],
            M[sp.Dummy("r10", dummy_index=10, integer=True), i],
        ),
        "D = 2, M = [[0, 1], [0, 0]], i = 1, dummy 2: 1 against 0",
    ),
    "a dummy of the engine's sums, outside of a sum": (
        lambda: prove(
            a[sp.Dummy("r10", dummy_index=10, integer=True)] * add(x[i], i, D),
            add(a[i] * x[i], i, D),
        ),
        "D = 2, a = (1, 0), x = (0, 1), dummy 1: 1 against 0",
    ),
    "a dummy of the engine's terms": (
        lambda: prove(
            add(M[i, sp.Dummy("1", dummy_index=-1, integer=True)] * relu(x[i]), i, D),
            add(M[i, i] * relu(x[i]), i, D),
        ),
        "D = 2, M = [[0, 1], [0, 0]], x = (1, 0), dummy 2: 1 against 0",
    ),
    "a product over an index": (
        lambda: prove(sp.Product(x[i], (i, 1, D)), sp.Product(x[j], (j, 1, D))),
        "only sums bind",
    ),
    "a product of rows": (
        lambda: prove(*(add(sp.Product(e, (j, 1, D)), i, D) for e in (M[i, j], M[j, i]))),
        "D = 2, M = [[1, 1], [0, 0]]: 1 against 0; only sums bind",
    ),
    "a product of exponentials": (
        lambda: prove(*(add(sp.Product(exp(e), (j, 1, D)), i, D) for e in (M[i, j], M[j, i]))),
        f"{TWO_ROWS}: e² + 1 against 2e; only sums bind",
    ),
    "an integral": (lambda: prove(sp.Integral(f(z), z), sp.Integral(f(z), z)), "only sums bind"),
    "a definite integral": (lambda: prove(sp.Integral(y, (y, 0, z)), z**2), "z = 1: 1/2 against 1; only sums bind"),
    "a Lambda": (lambda: prove(sp.Lambda(z, z), sp.Lambda(y, y)), "a Lambda is no number"),
    "a Derivative": (lambda: prove(sp.Derivative(z**2, z), 2 * z), "partial is expected"),
    "a Derivative of an arbitrary function": (
        lambda: prove(sp.Derivative(f(z), z), slope(f)(z)),
        "partial is expected",
    ),
    "a Derivative inside a sum": (
        lambda: prove(add(sp.Derivative(x[i] ** 2, x[i]), i, D), 2 * add(x[i], i, D)),
        "partial is expected",
    ),
    "a Limit": (lambda: prove(sp.Limit(sin(z) / z, z, 0), 1), "only sums bind"),
    "a Subs": (lambda: prove(sp.Subs(z**2 + y, z, 3), 9 + y), "only sums bind"),
    "a sum without a SymPy sum": (lambda: prove(sum(x[v] for v in (1, 2)), x[1] + x[2]), "D = 1 has no x[2]"),
    "an order": (lambda: prove(sp.Order(z), sp.Order(z)), "an order is no number"),
    "bounds of accumulation": (lambda: prove(sp.AccumBounds(-1, 1), sp.AccumBounds(-1, 1)), "no number"),
    "an undefined function of SymPy": (
        lambda: prove(sp.Function("h")(z), sp.Function("h")(z)),
        "arbitrary is expected",
    ),
    "an undefined function of SymPy, differentiated": (
        lambda: prove(partial(sp.Function("f")(z), z), slope(f)(z)),
        "arbitrary is expected",
    ),
    "Heaviside's step": (lambda: prove(sp.Heaviside(z), step(z)), "z = 0: 1/2 against 0; step is expected"),
    "Dirac's delta": (lambda: prove(sp.DiracDelta(z), 0), "no function"),
    "an error function": (
        lambda: prove(partial(sp.erfc(z), z), -exp(-(z**2))),
        "no function of the book; 2/√π is missing",
    ),
    "a tangent": (
        lambda: prove(partial(sp.tan(z), z), 1 - sp.tan(z) ** 2),
        "no function of the book; z = 1: 3.426 against -1.426",
    ),
    "an arc tangent": (lambda: prove(sp.atan(sp.tan(z)), z), "no function of the book; z = 3: -.14 against 3"),
    "a floor": (lambda: prove(sp.floor(z), z), "no function of the book; z = 1/2: 0 against 1/2"),
    "a ceiling of a size": (lambda: prove(sp.ceiling(D / 2), D / 2), "no function of the book; D = 1: 1 against 1/2"),
    "a factorial": (lambda: prove(sp.factorial(D), D), "no function of the book; D = 3: 6 against 3"),
    "a binomial coefficient": (
        lambda: prove(sp.binomial(D, 2), D / 2),
        "no function of the book; D = 1: 0 against 1/2",
    ),
    "a remainder": (lambda: prove(sp.Mod(D, 2), 1), "no function of the book; D = 2: 0 against 1"),
    "a gamma function": (lambda: prove(sp.gamma(D), D), "no function of the book; D = 2: 1 against 2"),
    "an argument": (lambda: prove(sp.arg(z), 0), "no function of the book; z = -1: π against 0"),
    "a conjugate": (lambda: prove(sp.conjugate(Symbol("l")), Symbol("l")), "the symbol may be complex"),
    "a real part": (lambda: prove(sp.re(Symbol("l")), Symbol("l")), "the symbol may be complex"),
    "a real root": (
        lambda: prove(sp.LambertW(z), z / (1 + z)),
        "no function of the book; z = e: 1 against .731",
    ),
    "an ITE as a case": (
        lambda: prove(Piecewise((1, sp.ITE(y > 0, z > 0, z < 0)), (0, True)), 0),
        "y = z = 1: 1 against 0",
    ),
    "membership as a case": (
        lambda: prove(Piecewise((1, sp.Contains(z, sp.Interval(0, 1))), (0, True)), 0),
        "z = 1/2: 1 against 0",
    ),
}

GROUPS = {
    "binding": BINDING,
    "delta": DELTA,
    "sums": SUMS,
    "transposes": TRANSPOSES,
    "kinks": KINKS,
    "logs and exps": LOGS,
    "powers and roots": POWERS,
    "functions": FUNCTIONS,
    "derivatives": DERIVATIVES,
    "abbreviations": ABBREVIATIONS,
    "conditions": CONDITIONS,
    "sizes": SIZES,
    "ties and zeros": TIES,
    "ill-formed": ILL_FORMED,
    "ill-typed input": ILL_TYPED,
}
FALSE = {name: (group, *entry) for group, entries in GROUPS.items() for name, entry in entries.items()}

# Here both answers are right: "not a claim" and "a false claim".
EITHER = {
    "a product with itself",  # SymPy writes a power of a matrix
    "the square of a sum of matrices",
    "an abbreviation in a matrix",
    "a causal mask hides nothing",  # indices may be compared, or not
    "a sum inside a sum of the same name",  # an index may be shadowed, or not
    "one name on three levels",
    "one name inside and outside of an exponential",
    "one name inside and outside of relu",
    "one name inside and outside of a function",
    "a free and a bound index of one name",
    "exponential of a sum, its index free outside",
    "a mean under the name of the outer index",
    "softmax under the name of the class",
    "softmax abbreviated, its index used outside",
    "a function of a matrix with a sum inside",
    "a bound index under the name of a delta's",
    "a free index meets the bound one",
    "a derivative by the name of a summation index",
    "a derivative by the name of an index, a product",
    "a derivative under a sum of the same name",
    "a derivative of an exponential of a sum",
    "an index that is bound twice",
    "an index that is bound twice, to two sizes",
    "one of two is either",  # conditions other than "and" and "or"
    "an ITE as a case",
    "membership as a case",
    "a case that is missing",
    "the cube root of minus eight",  # a root of a negative number
    "zero to the zeroth power",  # 0⁰ may be 1, or undefined
    "zero to a power that may vanish",
    "a function named like a slope",  # a name may be reserved
    "a function named like a partial slope",
    "a function with the name of another",
    "a function named exp",
    "a delta of real numbers",  # which may be a function, or no delta at all
    "a delta of two real numbers",
    "a delta of entries",
    "four and more, in cases",  # sizes may be compared, or not
    "exactly seven",
    "equal sizes above one, in cases",
    "a sum up to a size less one",  # bounds that another engine may know
    "a sum up to a product of sizes",
    "a sum up to a maximum",
    "a sum up to an index",
    "a sum up to an outer index",
    "a delta with a neighbour",
    "a delta with a second entry",
    "a delta with the last of another size",
    "a power of a matrix",  # operations that another engine may know
    "an identity matrix",
    "a zero matrix",
    "a trace",
    "a definition of a whole array",
    "a definition of a matrix",
    "a string with a sum",  # numbers, if SymPy reads them so
    "a fraction",
    "a NumPy integer",
    "an index with a range of its own",
    "a dummy of the same name",  # Dummies may be symbols, or not
    "a dummy of the engine's function",
    "a dummy of the engine's sums",
    "a dummy of the engine's sums, outside of a sum",
    "a dummy of the engine's terms",
}
NO_CLAIMS = {"ill-formed", "ill-typed input"}  # the groups that must raise ClaimError, the others NotProved
