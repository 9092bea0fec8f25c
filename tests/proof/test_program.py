"""The programs that ``numpy_code`` prints: their exact text, and their numbers against the second witness, entry by
entry, at sizes that differ, that are equal and that are 1; and against the package.
"""

import itertools
import math
import os
import random
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import sympy as sp
from backprop import loss
from backprop.optimisers import OPTIMISERS
from backprop.proof import ClaimError, prove
from backprop.proof.arraycode import FUNCTIONS
from backprop.proof.claim import Claim
from backprop.proof.contraction import letters_of
from backprop.proof.program import numpy_code
from backprop.proof.sourcetext import WIDTH, broken, mentions, spoken, title_name
from backprop.proof.values import example
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
    step,
)
from backprop.proof.vocabulary import softplus as softplus_of
from backprop.proof.witness import World, depth, evaluate, free_indices, size_symbols
from sympy import (
    Abs,
    KroneckerDelta,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    cosh,
    exp,
    log,
    pi,
    sign,
    sqrt,
    tanh,
)

N, M, D, H, K, P, T, B = sizes("N M D H K P T B")
n, m, i, j, k, p, q, r, t, v = indices("n m i j k p q r t v")
X, W, b, Z, G = array("X", N, D), array("W", D, H), array("b", H), array("Z", N, H), array("G", N, H)
V, c, S, Y, Yh = array("V", H, K), array("c", K), array("S", N, K), array("Y", N, K), array("Ŷ", N, K)
Delta, Do, Dh = array("Δ", N, H), array("Δ^o", N, K), array("Δ^h", N, H)
logits, targets, prob, up = array("z", K), array("y", K), array("p", K), array("u", K)
L, Pr = array("L", N, K), array("P", N, K)
f, g, F, E = arbitrary("f"), arbitrary("g"), arbitrary("F", 2), arbitrary("E")
z, y, a, x, s = reals("z y a x s")
f_Z = elementwise(slope(f), matrix(Z))


def given(right, *axes, where=None, left=0):
    """A formula with its axes and its abbreviations, as the right side of a claim."""
    return Claim(left, right, where=where), axes


layer = {Z[n, j]: Sum(X[n, i] * W[i, j], (i, 1, D)) + b[j]}
delta = {Delta[n, j]: G[n, j] * slope(f)(Z[n, j])}
output = {S[n, k]: Sum(f(Z[n, j]) * V[j, k], (j, 1, H)) + c[k], **layer}
backward = {
    Do[n, k]: slope(F, 1)(g(S[n, k]), Y[n, k]) * slope(g)(S[n, k]) / N,
    Dh[n, j]: Sum(Do[n, k] * V[j, k], (k, 1, K)) * slope(f)(Z[n, j]),
}
LAYERS = {
    "dense layer": given(entry(matrix(X) * matrix(W) + ones_column(N) * matrix(b), n, j), n, j),
    "layer by its sum": given(layer[Z[n, j]], n, j),
    "layer in columns": given(entry(matrix(W).T * matrix(X).T + matrix(b).T * ones_column(N).T, j, n), j, n),
    "activated layer": given(f(layer[Z[n, j]]), n, j),
    "two layers": given(f(Sum(f(layer[Z[n, j]]) * V[j, k], (j, 1, H)) + c[k]), n, k),
    "affine layers": given(
        entry((matrix(X) * matrix(W) + ones_column(N) * matrix(b)) * matrix(V) + ones_column(N) * matrix(c), n, k), n, k
    ),
    "rows do not mix": given(KroneckerDelta(n, m) * W[i, j], n, j, m, i, left=partial(Z[n, j], X[m, i])),
    "pre-activation": given(G[m, q] * slope(f)(Z[m, q]), m, q),
    "weights": given(entry(matrix(X).T * matrix(Delta), p, q), p, q, where={**delta, **layer}),
    "weights by the sum": given(Sum(X[n, p] * G[n, q] * slope(f)(Z[n, q]), (n, 1, N)), p, q),
    "bias": given(entry(ones_column(N).T * matrix(Delta), 1, q), q, where={**delta, **layer}),
    "bias by the sum": given(Sum(Delta[n, q], (n, 1, N)), q),
    "input": given(entry(matrix(Delta) * matrix(W).T, m, p), m, p, where={**delta, **layer}),
    "weights in columns": given(entry(matrix(Delta).T * matrix(X), q, p), q, p),
    "output weights": given(entry(elementwise(f, matrix(Z)).T * matrix(Do), q, r), q, r, where=backward | output),
    "output biases": given(entry(ones_column(N).T * matrix(Do), 1, r), r, where=backward | output),
    "hidden weights": given(entry(matrix(X).T * matrix(Dh), p, q), p, q, where=backward | output),
    "hidden biases": given(entry(ones_column(N).T * matrix(Dh), 1, q), q, where=backward | output),
    "hidden in columns": given(
        entry(hadamard(matrix(V) * matrix(Do).T, elementwise(slope(f), matrix(Z).T)), q, n), q, n
    ),
    "fork": given(Sum(slope(F, 1)(up[k] * x, targets[k]) * up[k], (k, 1, K))),
    "residual": given(G[n, j] + entry(matrix(Delta) * matrix(array("Q", H, H)).T, n, j), n, j),
    "equal units": given(
        Sum(X[n, p] * Delta[n, r], (n, 1, N)), p, r, where={**delta, **layer, W[i, j]: array("w", D)[i], b[j]: x}
    ),
}

softmax_of = {prob[j]: exp(logits[j]) / Sum(exp(logits[k]), (k, 1, K))}
rows = {Pr[n, k]: exp(L[n, k]) / Sum(exp(L[n, j]), (j, 1, K))}
total = Sum(targets[k], (k, 1, K))
lse = log(Sum(exp(logits[k]), (k, 1, K)))
squares = Sum((Yh[n, k] - Y[n, k]) ** 2, (n, 1, N), (k, 1, K))
LOSSES = {
    "half squared error": given(Sum((Yh[n, k] - Y[n, k]) ** 2, (n, 1, N), (k, 1, K)) / (2 * N)),
    "mean squared error": given(squares / (N * K)),
    "its gradient": given(2 * (Yh[m, j] - Y[m, j]) / (N * K), m, j),
    "its gradient, one output": given(2 * (Yh[m, j] - Y[m, j]) / N, m, j),
    "gradient of the half": given((Yh[m, j] - Y[m, j]) / N, m, j),
    "Gauss": given(Sum((Yh[n, k] - Y[n, k]) ** 2, (k, 1, K)) / 2 + K * log(2 * pi) / 2, n),
    "binary cross-entropy": given(softplus_of(z) - y * z),
    "without overflow": given((step(z) - y) * z + log(1 + exp(-Abs(z)))),
    "its slope": given((sigmoid(L[n, k]) - Y[n, k]) / N, n, k),
    "softmax": given(softmax_of[prob[j]], j),
    "softmax of rows": given(rows[Pr[n, k]], n, k),
    "Jacobian of softmax": given(prob[j] * (KroneckerDelta(j, m) - prob[m]), j, m, where=softmax_of),
    "back through softmax": given(prob[m] * (up[m] - Sum(up[j] * prob[j], (j, 1, K))), m, where=softmax_of),
    "through the Jacobian": given(
        Sum(up[j] * prob[j] * (KroneckerDelta(j, m) - prob[m]), (j, 1, K)), m, where=softmax_of
    ),
    "cross-entropy": given(total * lse - Sum(targets[k] * logits[k], (k, 1, K))),
    "cross-entropy's slope": given(total * prob[m] - targets[m], m, where=softmax_of),
    "mean cross-entropy's slope": given((Sum(Y[m, k], (k, 1, K)) * Pr[m, q] - Y[m, q]) / N, m, q, where=rows),
    "softmax classifier": given(
        Sum((Pr[n, q] - Y[n, q]) * X[n, p] / N, (n, 1, N)) + a * array("W^k", D, K)[p, q], p, q, where=rows
    ),
    "shifted": given(Sum(targets[k] * (x - logits[k]), (k, 1, K)) + total * log(Sum(exp(logits[k] - x), (k, 1, K)))),
    "smoothed": given(Sum((1 - a) * targets[k] + a / K, (k, 1, K))),
    "semidefinite": given(Sum(prob[j] * prob[m] * (up[j] - up[m]) ** 2, (j, 1, K), (m, 1, K)) / 2, where=softmax_of),
    "hinge": given(-Y[n, k] * step(1 - Y[n, k] * L[n, k]) / N, n, k),
    "Huber": given(Piecewise((z**2 / 2, Abs(z) <= 1), (Abs(z) - Rational(1, 2), True))),
    "weight decay": given(a / 2 * Sum(W[i, j] ** 2, (i, 1, D), (j, 1, H))),
    "decay's slope": given(a * W[p, q], p, q),
}
ACTIVATIONS = {
    "sigmoid": given(sigmoid(Z[n, j]), n, j),
    "sigmoid's slope": given(sigmoid(z) * (1 - sigmoid(z))),
    "sigmoid's slope, entries": given(sigmoid(Z[n, j]) * (1 - sigmoid(Z[n, j])), n, j),
    "tanh's slope": given(1 - tanh(Z[n, j]) ** 2, n, j),
    "relu": given(relu(Z[n, j]), n, j),
    "relu's slope": given(step(Z[n, j]), n, j),
    "leaky relu's slope": given(a + (1 - a) * step(Z[n, j]), n, j),
    "softplus": given(softplus_of(Z[n, j]), n, j),
    "silu": given(silu(Z[n, j]), n, j),
    "silu's slope": given(sigmoid(Z[n, j]) * (1 + Z[n, j] * (1 - sigmoid(Z[n, j]))), n, j),
    "leaky relu": given(Piecewise((z, z > 0), (a * z, True))),
    "no cancellation": given(1 / (2 + 2 * cosh(z))),
    "largest and smallest": given(Max(z, y, 1) + Min(z, 0) * sign(y)),
    "steps": given(step(z) + step(y) + step(z) * step(y)),
    "branches": given(Piecewise((z, (z > 0) & (y < 1)), (y, (z < -1) | (y > 2)), (0, True))),
    "two sigmoids": given(sigmoid(s) * (1 - sigmoid(s)) * sigmoid(z) * (1 - sigmoid(z)) * s),
    "a sigmoid of a sigmoid": given(sigmoid(sigmoid(Z[n, j])) * (1 - sigmoid(sigmoid(Z[n, j]))), n, j),
    "the same sigmoid of a row": given(Sum(sigmoid(Z[n, j]) * sigmoid(Z[n, k]), (n, 1, N)), j, k),
}

theta, velocity, grad = array("θ", P), array("v", P), array("g", P)
mom, sq = array("m", P), array("s", P, positive=True)
A, Q = array("A", P, P), array("Q", P, P)
eta, beta, lam = reals("η β λ")
b1, b2, eps = sp.symbols("β_1 β_2 ε", positive=True)
new_m, new_s = b1 * mom[i] + (1 - b1) * grad[i], b2 * sq[i] + (1 - b2) * grad[i] ** 2
eigen = Sum(theta[i] * A[i, j] * theta[j], (i, 1, P), (j, 1, P)) / 2
OPTIMISATION = {
    "gradient descent": given(theta[i] - eta * grad[i], i),
    "momentum": given(theta[i] - eta * (beta * velocity[i] + grad[i]), i),
    "Nesterov": given(theta[i] - eta * (grad[i] + beta * (beta * velocity[i] + grad[i])), i),
    "AdaGrad": given(theta[i] - eta * grad[i] / (sqrt(sq[i] + grad[i] ** 2) + eps), i),
    "RMSProp": given(theta[i] - eta * grad[i] / (sqrt(b2 * sq[i] + (1 - b2) * grad[i] ** 2) + eps), i),
    "Adam": given(theta[i] - eta * (new_m / (1 - b1**T)) / (sqrt(Abs(new_s) / Abs(1 - b2**T)) + eps), i),
    "quadratic": given(eigen),
    "its gradient": given(Sum(A[p, j] * (theta[j] + grad[j]), (j, 1, P)), p, where={A[i, j]: Q[i, j] + Q[j, i]}),
    "eigenvector": given(
        Sum(Sum(Q[i, m] * Q[i, k], (i, 1, P)) * sq[k] * Sum(Q[j, k] * theta[j], (j, 1, P)), (k, 1, P)), m
    ),
    "Lagrange": given(Sum((grad[i] * theta[j] - grad[j] * theta[i]) ** 2, (i, 1, P), (j, 1, P)) / 2),
    "Newton": given(theta[i] - Sum(Q[i, k] * Sum(A[k, j] * theta[j], (j, 1, P)), (k, 1, P)), i),
    "minibatch": given(Sum((grad[n] - Sum(grad[n], (n, 1, P)) / P) ** 2, (n, 1, P)) / P / B),
    "clipping": given(lam / eta * grad[i] * grad[j], i, j),
    "trace": given(Sum(A[i, j] * beta * KroneckerDelta(i, j), (i, 1, P), (j, 1, P))),
}

hid, later = array("h", N, H), array("Δ^+", N, H)
Wh, Wy, Wx = array("W^h", H, H), array("W^y", H, K), array("W^x", D, H)
Gy = array("G^y", N, K)
back = matrix(Gy) * matrix(Wy).T + matrix(later) * matrix(Wh).T
before, D3, rest = array("h^-", T, N, H), array("Δ^t", T, N, H), array("a^t", T, N, H)
zi, zf, zg, zo, cell_before, s_h, s_c = reals("z^i z^f z^g z^o c^- s_h s_c")
gi, gf, gg, go, cell = reals("i f g o C")
lstm = {
    s: s_c + s_h * go * (1 - tanh(cell) ** 2),
    cell: gf * cell_before + gi * gg,
    gi: sigmoid(zi),
    gf: sigmoid(zf),
    gg: tanh(zg),
    go: sigmoid(zo),
}
zr, zz, zn, q_rec, h_before, gr, gz, gn = reals("z^r z^z z^n q h^- r ζ ν")
gru = {gn: tanh(zn + gr * q_rec), gr: sigmoid(zr), gz: sigmoid(zz)}
new = s_h * (1 - gz) * (1 - gn**2)
RECURRENT = {
    "state": given(entry(back, m, q), m, q),
    "one step back": given(entry(hadamard(back, f_Z), m, q), m, q),
    "recurrent weights": given(Sum(before[t, n, p] * D3[t, n, q], (t, 1, T), (n, 1, N)), p, q),
    "all steps": given(Sum(before[t, n, v] * Wh[v, j], (v, 1, H)) + rest[t, n, j], t, n, j),
    "all biases": given(Sum(D3[t, n, q], (t, 1, T), (n, 1, N)), q),
    "back to the inputs": given(Sum(D3[t, n, j] * Wx[i, j], (j, 1, H)), t, n, i),
    "bound": given(Sum((b[j] * Wh[i, v] - b[v] * Wh[i, j]) ** 2, (i, 1, H), (j, 1, H), (v, 1, H)) / 2),
    "length": given(Sum(b[j] * b[v] * Sum(Wh[i, j] * Wh[i, v], (i, 1, H)), (j, 1, H), (v, 1, H))),
    "LSTM input": given(s * gg * gi * (1 - gi), where=lstm),
    "LSTM forget": given(s * cell_before * gf * (1 - gf), where=lstm),
    "LSTM candidate": given(s * gi * (1 - gg**2), where=lstm),
    "LSTM output": given(s_h * tanh(cell) * go * (1 - go), where=lstm),
    "LSTM cell": given(s * gf, where=lstm),
    "GRU update": given(s_h * (h_before - gn) * gz * (1 - gz), where=gru),
    "GRU candidate": given(new, where=gru),
    "GRU recurrent": given(new * gr, where=gru),
    "GRU reset": given(new * q_rec * gr * (1 - gr), where=gru),
}

Qm, Km, Vm, dO = array("Q", N, D), array("K", M, D), array("V", M, H), array("dO", N, H)
scores, At, dA, dS = array("S", N, M), array("A", N, M), array("dA", N, M), array("dS", N, M)
heads, values = array("A", B, N, M), array("V", B, M, H)
attention = {
    dS[n, m]: At[n, m] * (dA[n, m] - Sum(At[n, k] * dA[n, k], (k, 1, M))),
    dA[n, m]: Sum(dO[n, j] * Vm[m, j], (j, 1, H)),
    At[n, m]: exp(scores[n, m]) / Sum(exp(scores[n, k]), (k, 1, M)),
    scores[n, m]: Sum(Qm[n, i] * Km[m, i], (i, 1, D)) / sqrt(D),
}
mu, var, Zn, gamma = array("μ", H), array("v", H), array("Ẑ", N, H), array("γ", H)
norm = {
    Zn[n, j]: (Z[n, j] - mu[j]) / sqrt(var[j] + eps),
    var[j]: Sum((Z[n, j] - mu[j]) ** 2, (n, 1, N)) / N,
    mu[j]: Sum(Z[n, j], (n, 1, N)) / N,
}
centred = G[m, q] - Sum(G[n, q], (n, 1, N)) / N - Zn[m, q] * Sum(G[n, q] * Zn[n, q], (n, 1, N)) / N
tensor = array("τ", D, D, N)
MORE = {
    "attention": given(Sum(At[n, m] * Vm[m, j], (m, 1, M)), n, j, where=attention),
    "attention dV": given(entry(matrix(At).T * matrix(dO), m, j), m, j, where=attention),
    "attention dQ": given(entry(matrix(dS) * matrix(Km), n, i) / sqrt(D), n, i, where=attention),
    "attention dK": given(entry(matrix(dS).T * matrix(Qm), m, i) / sqrt(D), m, i, where=attention),
    "heads": given(Sum(heads[p, n, m] * values[p, m, j], (m, 1, M)), p, n, j),
    "heads, transposed": given(Sum(heads[p, n, m] * values[p, m, j], (m, 1, M)), j, p, n),
    "batch normalisation": given(gamma[q] * Zn[m, q] + b[q], m, q, where=norm),
    "its gradient": given(gamma[q] / sqrt(var[q] + eps) * centred, m, q, where=norm),
    "its scale": given(Sum(G[n, q] * Zn[n, q], (n, 1, N)), q, where=norm),
    "names that repeat": given(Sum(b[j] * Sum(b[j] ** 2, (j, 1, H)), (j, 1, H)) + Sum(j * b[j], (j, 1, H)) * b[j], j),
    "last and first": given(b[1] * logits[K] + X[n, 1] * logits[k], n, k),
    "diagonals": given(Wh[j, j] * b[j] + Sum(Wh[i, i], (i, 1, H)), j),
    "diagonal of three axes": given(tensor[i, i, n] * X[n, i], i, n),
    "three axes turned": given(tensor[i, j, n] * X[n, i], n, j, i),
    "three axes turned around": given(tensor[i, j, n], j, n, i),
    "a row of the identity": given(KroneckerDelta(k, 1) * logits[k], k),
    "a sum that picks": given(Sum(KroneckerDelta(k, m) * logits[k] * up[k], (k, 1, K)), m),
    "no sum is left": given(Sum(1, (k, 1, K)) * x + Sum(x, (k, 1, K), (i, 1, D)) + K),
    "distributed": given(Sum(X[n, i] * (W[i, j] + X[n, i] * b[j]), (i, 1, D)), n, j),
    "a sum of terms taken away": given(b[j] - Sum(X[n, i] * (W[i, j] + X[n, i] * b[j]), (i, 1, D)), n, j),
    "one name, two sizes": given(Sum(i * array("w", D)[i], (i, 1, D)) + Sum(i * b[i], (i, 1, H))),
    "two matrix products": given(entry(hadamard(matrix(X) * matrix(W), matrix(G) * matrix(Wh)), n, j) * x, n, j),
    "two steps alone": given(-step(Z[n, j]) * step(G[n, j]), n, j),
    "two sums apart": given(Sum(X[n, i] * b[j], (i, 1, D), (j, 1, H)), n),
    "three factors": given(Sum(X[n, i] * W[i, j] * X[m, i], (i, 1, D)), n, m, j),
    "a number of the matrix": given(entry(2 * matrix(X).T * elementwise(tanh, matrix(X) * matrix(W)), i, j), i, j),
    "powers": given(Abs(z) ** Rational(-3, 2) + Abs(y) ** z / 3 - exp(-z) * pi / (4 * Abs(x)) + exp(1)),
    "a number in every place": given(x + y, n, j, left=Z[n, j]),
    "the same in every row": given(x * b[j], n, j, left=Z[n, j]),
    "a long line": given(sum((-1) ** e * tanh(e * Z[n, j]) ** e for e in range(1, 9)), n, j),
}
CASES = {
    f"{kind}: {name}": case
    for kind, cases in {
        "layer": LAYERS,
        "loss": LOSSES,
        "activation": ACTIVATIONS,
        "optimisation": OPTIMISATION,
        "recurrent": RECURRENT,
        "more": MORE,
    }.items()
    for name, case in cases.items()
}
SETTINGS = {
    "different": lambda count: random.Random(count).sample(range(2, 3 + count), count),
    "equal": lambda count: [3] * count,
    "one": lambda count: [1] * count,
}


def as_numpy(function):
    """The function that the second witness puts in the place of an arbitrary one."""
    return np.vectorize(lambda *args: float(example(function, [mpmath.mpf(float(u)) for u in args])), otypes=[float])


def drawn(thing, world, rng):
    """Numbers for an argument of a program, known to ``world`` as well."""
    if isinstance(thing, type):
        return as_numpy(thing)
    if thing in world.values:
        return world.values[thing]
    shape = [int(sp.sympify(size).subs(world.values)) for size in getattr(thing, "shape", ())]
    found = np.array([rng.gauss(0, 1) for _ in range(math.prod(shape))]).reshape(shape)
    found = abs(found) / 4 if thing.is_positive else found
    for place, value in np.ndenumerate(found):
        world.values[(thing, *(q + 1 for q in place)) if shape else thing] = mpmath.mpf(float(value))
    return found if shape else float(found)


def check(program, claim, spread, side=1):
    """Compare every entry of a program's result with one side of the claim, the right one, as the second witness
    evaluates it; with the left one, 0, where derivatives are difference quotients.
    """
    spans = free_indices(claim.left, claim.right)
    symbols = size_symbols(*claim.typed, *claim.sides)
    world, rng = World(dict(zip(symbols, SETTINGS[spread](len(symbols)), strict=True))), random.Random(0)
    received = np.asarray(program(*(drawn(thing, world, rng) for thing in program.arguments)))
    shape = tuple(int(sp.sympify(spans[index]).subs(world.values)) for index in program.indices)
    assert received.shape == shape
    with mpmath.workdps(40 + 120 * depth(claim.sides[side])):
        for place in itertools.product(*(range(1, size + 1) for size in shape)):
            world.values.update(zip(program.indices, place, strict=True))
            expected = evaluate(claim.sides[side], world)
            value = float(received[tuple(q - 1 for q in place)])
            assert abs(value - expected) <= 1e-10 * (1 + abs(expected))


@pytest.mark.parametrize("spread", SETTINGS)
@pytest.mark.parametrize("name", CASES)
def test_the_program_computes_the_formula(name, spread):
    claim, axes = CASES[name]
    check(numpy_code(claim, indices=axes), claim, spread)


def test_the_check_sees_wrong_programs():
    for name, right, wrong in [
        ("layer: weights", "X.T @ Delta", "X.T @ Delta / 2"),
        ("loss: softmax of rows", "keepdims=True)", "keepdims=True) + 1e-6"),
        ("more: heads", "A @ V", "A @ V + 1"),
    ]:
        claim, axes = CASES[name]
        program = numpy_code(claim, indices=axes)
        assert right in program.source
        broken_one = type(program)(**vars(program) | {"source": program.source.replace(right, wrong)})
        with pytest.raises(AssertionError):
            check(broken_one, claim, "different")


# ------------------------------------------------------------------------------ the text

LINES = {  # of a program, without its first line and its docstring
    "layer: dense layer": "return X @ W + b",
    "layer: layer by its sum": "return X @ W + b",
    "layer: layer in columns": "return W.T @ X.T + b[:, None]",
    "layer: two layers": "return f(f(X @ W + b) @ V + c)",
    "layer: affine layers": "return (X @ W + b) @ V + c",
    "layer: weights": """
        Z = X @ W + b
        Delta = G * f_prime(Z)
        return X.T @ Delta""",
    "layer: weights by the sum": "return X.T @ (G * f_prime(Z))",
    "layer: bias by the sum": "return Delta.sum(axis=0)",
    "layer: input": """
        Z = X @ W + b
        Delta = G * f_prime(Z)
        return Delta @ W.T""",
    "layer: hidden weights": """
        N, D = X.shape
        Z = X @ W + b
        S = f(Z) @ V + c
        Delta_o = g_prime(S) * F_1(g(S), Y) / N
        Delta_h = Delta_o @ V.T * f_prime(Z)
        return X.T @ Delta_h""",
    "layer: output weights": """
        N, D = X.shape
        Z = X @ W + b
        S = f(Z) @ V + c
        Delta_o = g_prime(S) * F_1(g(S), Y) / N
        return f(Z).T @ Delta_o""",
    "loss: mean squared error": "return ((Y_hat - Y) ** 2).mean()",
    "loss: its gradient, one output": """
        N, K = Y.shape
        return 2 * (Y_hat - Y) / N""",
    "loss: softmax of rows": "return np.exp(L) / np.exp(L).sum(axis=1, keepdims=True)",
    "loss: Jacobian of softmax": """
        K = len(z)
        p = np.exp(z) / np.exp(z).sum()
        return p[:, None] * (np.eye(K) - p)""",
    "loss: back through softmax": """
        p = np.exp(z) / np.exp(z).sum()
        return p * (u - p @ u)""",
    "loss: softmax classifier": """
        N, D = X.shape
        P = np.exp(L) / np.exp(L).sum(axis=1, keepdims=True)
        return X.T @ (P - Y) / N + a * W_k""",
    "activation: sigmoid's slope, entries": """
        s = 1 / (1 + np.exp(-Z))
        return s * (1 - s)""",
    "activation: softplus": "return np.logaddexp(0, Z)",
    "activation: relu": "return np.maximum(Z, 0)",
    "activation: leaky relu's slope": "return (1 - a) * (Z > 0) + a",
    "activation: leaky relu": "return np.where(z > 0, z, a * z)",
    "optimisation: momentum": "return theta - eta * (beta * v + g)",
    "optimisation: quadratic": "return theta @ A @ theta / 2",
    "optimisation: Newton": "return theta - Q @ (A @ theta)",
    "recurrent: one step back": "return f_prime(Z) * (Delta_next @ W_h.T + G_y @ W_y.T)",
    "recurrent: recurrent weights": 'return np.einsum("tnp,tnq->pq", h_prev, Delta_t)',
    "recurrent: all steps": "return h_prev @ W_h + a_t",
    "recurrent: LSTM forget": """
        i = 1 / (1 + np.exp(-z_i))
        f = 1 / (1 + np.exp(-z_f))
        g = np.tanh(z_g)
        C = c_prev * f + g * i
        o = 1 / (1 + np.exp(-z_o))
        s = o * s_h * (1 - np.tanh(C) ** 2) + s_c
        return c_prev * f * s * (1 - f)""",
    "more: attention dV": """
        N, D = Q.shape
        S = Q @ K.T / np.sqrt(D)
        A = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
        return A.T @ dO""",
    "more: attention dQ": """
        N, D = Q.shape
        dA = dO @ V.T
        S = Q @ K.T / np.sqrt(D)
        A = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
        dS = A * (dA - (A * dA).sum(axis=1, keepdims=True))
        return dS @ K / np.sqrt(D)""",
    "more: heads": "return A @ V",
    "more: distributed": "return X @ W + b * (X**2).sum(axis=1, keepdims=True)",
    "more: a sum of terms taken away": "return b - (X @ W + b * (X**2).sum(axis=1, keepdims=True))",
    "more: a sum that picks": "return z * u",
    "more: two matrix products": "return x * X @ W * (G @ W_h)",
    "optimisation: trace": "return beta * A.diagonal().sum()",
    "more: batch normalisation": """
        mu = Z.mean(axis=0)
        v = ((Z - mu) ** 2).mean(axis=0)
        Z_hat = (Z - mu) / np.sqrt(v + epsilon)
        return gamma * Z_hat + b""",
}


def lines_of(source):
    """What follows the docstring."""
    return [line.strip() for line in source.split('"""\n', 1)[1].split("\n")]


@pytest.mark.parametrize("name", LINES)
def test_the_text_of_a_program(name):
    claim, axes = CASES[name]
    expected = [line.strip() for line in LINES[name].strip().split("\n")]
    assert lines_of(numpy_code(claim, indices=axes).source) == expected


def test_a_whole_program():
    pulled = Sum(G[n, j] * f(Z[n, j]), (n, 1, N), (j, 1, H))
    proof = prove(
        partial(pulled, W[p, q]),
        entry(matrix(X).T * matrix(Delta), p, q),
        name="gradient of the weights",
        where={**delta, **layer},
    )
    program = numpy_code(proof)
    assert program.source == (
        "def gradient_of_the_weights(X, W, b, G, f_prime):\n"
        '    """X (N, D), W (D, H), b (H,), G (N, H); function f_prime. Returns (D, H).\n'
        '    """\n'
        "    Z = X @ W + b\n"
        "    Delta = G * f_prime(Z)\n"
        "    return X.T @ Delta"
    )
    assert program.expression == "X.T @ Delta"
    assert program.arguments == (X, W, b, G, slope(f))
    assert program.indices == (p, q)
    assert program._repr_markdown_() == f"```python\n{program.source}\n```"
    assert repr(program) == str(program) == program.source
    assert numpy_code(proof, name="dW").source.startswith("def dW(X, W, b, G, f_prime):\n")
    assert numpy_code(proof, name="∂L/∂W").name == "L_W"


def test_the_axes_of_the_result():
    product = Sum(X[n, p] * Delta[n, q], (n, 1, N))
    assert numpy_code(product).expression == "X.T @ Delta"
    assert numpy_code(product, (q, p)).expression == "Delta.T @ X"
    assert numpy_code(Claim(partial(Z[n, j], X[m, i]), KroneckerDelta(n, m) * W[i, j])).indices == (n, j, m, i)
    assert numpy_code(Claim(X[n, i], b[j]), (j, n, i)).expression == "np.broadcast_to(b[:, None, None], (H, N, D))"
    assert numpy_code(Claim(X[n, i], sp.Integer(1))).expression == "np.ones((N, D))"
    assert numpy_code(Claim(b[j], x)).expression == "np.full((H,), x)"


def test_sizes_come_from_shapes_or_are_arguments():
    assert lines_of(numpy_code(x / N * X[n, i]).source) == ["N, D = X.shape", "return x * X / N"]
    assert lines_of(numpy_code(b[j] / H).source) == ["H = len(b)", "return b / H"]
    assert lines_of(numpy_code(Wh[i, j] / H).source) == ["H, _ = W_h.shape", "return W_h / H"]
    assert numpy_code(x / N).source.startswith('def formula(x, N):\n    """number x; size N. Returns a number.')


def test_names_do_not_meet():
    H_array, lambda_, theta_1, theta_2 = array("H", N, H), *reals("λ θ ϑ")
    assert numpy_code(H_array[n, j] / H * lambda_).source.split("\n")[1:] == [
        '    """H (N, H_); number lam. Returns (N, H_)."""',
        "    N, H_ = H.shape",
        "    return lam * H / H_",
    ]
    assert numpy_code(theta_1 * theta_2).expression == "theta * theta_"
    assert numpy_code(reals("np") * reals("len")).expression in ("len_ * np_", "np_ * len_")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Δ", "Delta"),
        ("ŷ", "y_hat"),
        ("θ", "theta"),
        ("β_1", "beta_1"),
        ("Δ^c+", "Delta_c_next"),
        ("ηλ", "eta_lam"),
        ("ḡ", "g_bar"),
        ("η'", "eta_prime"),
        ("ℓ", "ell"),
        ("in", "in_"),
        ("W^x", "W_x"),
        (slope(slope(f)), "f_prime_prime"),
        (slope(F, 2), "F_2"),
        (F, "F"),
        (sp.erf, "erf"),
    ],
)
def test_names(name, expected):
    assert spoken(name) == expected


def test_letters_of_an_einsum():
    free, bound, long = Symbol("n", integer=True), sp.Dummy("n", integer=True), Symbol("n_1", integer=True)
    assert list(letters_of([free, bound, long, free]).values()) == ["n", "a", "b"]


def test_a_name_from_a_title():
    assert title_name("2. Huber's loss beyond δ, on the negative side of all things") == (
        "hubers_loss_beyond_delta_on_the_negative"
    )
    assert not mentions('np.einsum("t,t->", x, X.T)', "t")
    assert not mentions("X.T @ Y", "T")
    assert mentions("X.T @ T", "T")


def test_long_lines_are_broken_in_brackets():
    claim, axes = CASES["more: a long line"]
    source = numpy_code(claim, indices=axes).source
    assert "return (\n" in source
    for name, (claim, axes) in CASES.items():
        assert max(map(len, numpy_code(claim, indices=axes).source.split("\n"))) <= WIDTH, name
    assert broken("    return ", "f(X @ W + b) * (alpha + beta + gamma) - np.where(Z > 0, Z, slope * (Z - 1))") == [
        "    return (",
        "        f(X @ W + b) * (alpha + beta + gamma)",
        "        - np.where(Z > 0, Z, slope * (Z - 1))",
        "    )",
    ]
    long = [f"alpha_{e}" for e in range(12)]
    assert broken("    x = ", f"np.where({', '.join(long)})")[0] == "    x = np.where("
    assert broken("    return ", f"({' + '.join(long)}) / N")[-1] == "    ) / N"


def test_every_program_compiles_without_a_warning():
    sources = [numpy_code(claim, indices=axes).source for claim, axes in CASES.values()]
    program = f"import numpy as np\nfor source in {sources!r}:\n    exec(compile(source, 'program', 'exec'))\n"
    found = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")


def test_numpy_is_imported_only_by_the_program_that_runs():
    program = """
import sys
sys.modules["numpy"] = None
from backprop.proof.program import numpy_code
from backprop.proof.vocabulary import array, indices, sizes
N, n = sizes("N"), indices("n")
print(numpy_code(array("x", N)[n] * 2).expression)
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == "2 * x\n", found.stderr


def test_the_text_does_not_depend_on_the_hash_of_names():
    program = """
from backprop.proof.program import numpy_code
from backprop.proof.vocabulary import *
from sympy import Sum
N, D, H, K = sizes("N D H K")
n, i, j, k = indices("n i j k")
X, W, V, T = array("X", N, D), array("W", D, H), array("V", H, K), array("T", N, H, K)
print(numpy_code(entry(matrix(X)*matrix(W)*matrix(V), n, k)), numpy_code(Sum(T[n, j, k]*V[j, k], (j, 1, H), (k, 1, K))))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        for seed in "12"
    ]
    assert runs[0].stdout == runs[1].stdout != ""


# ------------------------------------------------------------------------------- refused

REFUSED = {
    "derivative": (partial(z**2, z), "put what the derivative is in its place"),
    "decimal": (sp.Float(0.5) * z, "write Rational"),
    "matrix": (matrix(X) * matrix(W), "for a matrix give its entry"),
    "unknown function": (sp.gamma(z), "write it with arbitrary"),
    "index of no array": (n * z, "an index that no array has"),
    "no last branch": (Piecewise((z, z > 0)), r"end Piecewise with \(value, True\)"),
    "integral": (sp.Integral(z, (z, 0, 1)), "compute it first"),
    "number beside a diagonal": (tensor[i, i, 1], "name this part with where"),
    "infinity": (sp.oo * z, "compute it first"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_program_is_refused(name):
    formula, advice = REFUSED[name]
    with pytest.raises(ClaimError, match=f"numpy_code: (?s:.*)received(?s:.*){advice}"):
        numpy_code(formula)


@pytest.mark.parametrize("axes", [(), (p,), (p, p), (p, q, r), q])
def test_wrong_axes_are_refused(axes):
    with pytest.raises(ClaimError, match="numpy_code: indices: expected each of"):
        numpy_code(Sum(X[n, p] * Delta[n, q], (n, 1, N)), axes)


def test_every_named_function_is_numpys():
    for name in FUNCTIONS.values():
        assert isinstance(getattr(np, name.removeprefix("np.")), np.ufunc)
    assert numpy_code(sp.erf(z) * z)(0.5, math.erf) == 0.5 * math.erf(0.5)


# ---------------------------- and the package, beyond the proofs of the book: test_book_programs.py has these


def program(name):
    claim, axes = CASES[name]
    return numpy_code(claim, indices=axes)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def close(received, expected):
    np.testing.assert_allclose(received, expected, rtol=1e-12, atol=1e-14)


def test_losses(rng):
    predicted, answers = rng.normal(size=(5, 3)), rng.uniform(size=(5, 3))
    classes = answers / answers.sum(axis=1, keepdims=True)
    signs = np.sign(predicted - 0.2)
    for function, target, cost, gradient in [
        (loss.mean_squared_error, answers, "mean squared error", "its gradient"),
        (loss.half_squared_error, answers, "half squared error", "gradient of the half"),
        (loss.binary_cross_entropy, answers, None, "its slope"),
        (loss.cross_entropy, classes, None, "mean cross-entropy's slope"),
        (loss.hinge, signs, None, "hinge"),
    ]:
        expected = function(predicted, target)
        known = {Yh: predicted, L: predicted, Y: target}
        for name, value in zip((cost, gradient), expected, strict=True):
            if name:
                found = program(f"loss: {name}")
                close(found(*(known[thing] for thing in found.arguments)), value)


def test_optimisers(rng):
    start, gradient = rng.normal(size=(2, 6))
    known = {theta: start, grad: gradient, velocity: 0 * start, mom: 0 * start, sq: 0 * start, T: 1}
    known |= {eta: 0.1, beta: 0.9, b1: 0.9, b2: 0.99, eps: 1e-8}
    for name, made in {
        "gradient descent": OPTIMISERS["gradient_descent"](),
        "momentum": OPTIMISERS["momentum"](0.9),
        "Nesterov": OPTIMISERS["momentum"](0.9, nesterov=True),
        "AdaGrad": OPTIMISERS["adagrad"](1e-8),
        "RMSProp": OPTIMISERS["rmsprop"](0.99, 1e-8),
        "Adam": OPTIMISERS["adam"](0.9, 0.99, 1e-8),
    }.items():
        moved = start.copy()
        made.update(moved, gradient, made.init(moved), 0.1)
        found = program(f"optimisation: {name}")
        close(found(*(known[thing] for thing in found.arguments)), moved)
