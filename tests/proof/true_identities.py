"""True identities that a prover of this book's mathematics should reach, each for every size that it names.

``TRUE`` maps a name to (group, call); the call proves the identity or raises. Each holds wherever both sides are
defined; a derivative is not defined at a kink. R(0) = R'(0) = step(0) = sign(0) = 0.
``INDUCTION`` maps a name to (left, right, n): equal for every n ≥ 1, by induction over n.

``evaluate_identities.py`` evaluates both sides of every entry with code of its own, apart from the package's.
"""

import sympy as sp
from backprop.proof import prove
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
    KroneckerDelta,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)

# ------------------------------------------------------------------------------------------------------------- names

B, D, E, H, K, N, S, T = sizes("B D E H K N S T")
d, e, i, j, k, m, n, p, q, r, s, t, u = indices("d e i j k m n p q r s t u")
iD, jD, kD, mD, pD, qD, rD, dD = [(index, 1, D) for index in (i, j, k, m, p, q, r, d)]
iH, jH, kH, pH, qH = [(index, 1, H) for index in (i, j, k, p, q)]
jK, kK, mK, qK, rK = [(index, 1, K) for index in (j, k, m, q, r)]
iN, kN, nN, mN, rN = [(index, 1, N) for index in (i, k, n, m, r)]
rS, sS, kS = [(index, 1, S) for index in (r, s, k)]
tT, sT, rT, eE = (t, 1, T), (s, 1, T), (r, 1, T), (e, 1, E)

a, b, c, v, w, x, y, z = reals("a b c v w x y z")
beta, eps, eta, gamma = reals("β ε η γ")
f, g, h, F, G3 = arbitrary("f"), arbitrary("g"), arbitrary("h"), arbitrary("F", 2), arbitrary("G", 3)
half = Rational(1, 2)

X, W, bias, Z = array("X", N, D), array("W", D, H), array("b", H), array("Z", N, H)
V, bias_2, U = array("V", H, K), array("c", K), array("U", K, E)
G, GK, GE = array("G", N, H), array("G", N, K), array("G", N, E)
Y = array("Y", N, K)
xD, yD, wD, vD, gD = [array(name, D) for name in "x y w v g".split()]
zK, yK, vK, aK, tK = [array(name, K) for name in "z y v a t".split()]
A, Q, R = array("A", D, D), array("Q", D, D), array("R", D, D)


def positive(name):
    """A symbol for a positive number."""
    return sp.Symbol(name, positive=True)


def dot(a, b, index=r, size=D):
    return Sum(a[index] * b[index], (index, 1, size))


def mean(a, index=r, size=D):
    return Sum(a[index], (index, 1, size)) / size


def norm(a, index=r, size=D):
    return sqrt(Sum(a[index] ** 2, (index, 1, size)))


def softmax(z, m, size=K):
    return exp(z[m]) / Sum(exp(z[r]), (r, 1, size))


def log_sum_exp(z, size=K):
    return log(Sum(exp(z[r]), (r, 1, size)))


def layer(n, j):
    """Z = XW + b."""
    return Sum(X[n, i] * W[i, j], iD) + bias[j]


def second(n, k):
    """A layer behind a layer."""
    return Sum(f(layer(n, j)) * V[j, k], jH) + bias_2[k]


# ------------------------------------------------------------------------------------------------------------ layers

upstream = Sum(G[n, j] * f(layer(n, j)), nN, jH)
loss_2 = Sum(GK[n, k] * g(second(n, k)), nN, kK)
loss_3 = Sum(GE[n, e] * Sum(g(second(n, k)) * U[k, e], kK), nN, eE)
XW = matrix(X) * matrix(W)

LAYERS = {
    "Jacobian of a layer, weights": lambda: prove(
        partial(layer(n, j), W[p, q]),
        X[n, p] * KroneckerDelta(j, q),
    ),
    "Jacobian of a layer, input": lambda: prove(partial(layer(n, j), X[m, p]), KroneckerDelta(n, m) * W[p, j]),
    "Jacobian of a layer, bias": lambda: prove(partial(layer(n, j), bias[q]), KroneckerDelta(j, q)),
    "weights of a layer": lambda: prove(
        partial(upstream, W[p, q]),
        Sum(X[n, p] * G[n, q] * slope(f)(layer(n, q)), nN),
    ),
    "weights of a layer, abbreviated": lambda: prove(
        partial(Sum(G[n, j] * f(Z[n, j]), nN, jH), W[p, q]),
        Sum(X[n, p] * G[n, q] * slope(f)(Z[n, q]), nN),
        where={Z[n, j]: layer(n, j)},
    ),
    "bias of a layer": lambda: prove(partial(upstream, bias[q]), Sum(G[n, q] * slope(f)(layer(n, q)), nN)),
    "input of a layer": lambda: prove(
        partial(upstream, X[m, p]),
        Sum(G[m, j] * slope(f)(layer(m, j)) * W[p, j], jH),
    ),
    "weights of a layer as a matrix": lambda: prove(
        partial(upstream, W[p, q]),
        entry(
            matrix(X).T * hadamard(matrix(G), elementwise(slope(f), XW + ones_column(N) * matrix(bias))),
            p,
            q,
        ),
    ),
    "input of a layer as a matrix": lambda: prove(
        partial(upstream, X[m, p]),
        entry(
            hadamard(matrix(G), elementwise(slope(f), XW + ones_column(N) * matrix(bias))) * matrix(W).T,
            m,
            p,
        ),
    ),
    "two layers, first weights": lambda: prove(
        partial(loss_2, W[p, q]),
        Sum(
            X[n, p] * slope(f)(layer(n, q)) * Sum(GK[n, k] * slope(g)(second(n, k)) * V[q, k], kK),
            nN,
        ),
    ),
    "two layers, second weights": lambda: prove(
        partial(loss_2, V[p, q]),
        Sum(f(layer(n, p)) * GK[n, q] * slope(g)(second(n, q)), nN),
    ),
    "two layers, first bias": lambda: prove(
        partial(loss_2, bias[q]),
        Sum(slope(f)(layer(n, q)) * GK[n, k] * slope(g)(second(n, k)) * V[q, k], nN, kK),
    ),
    "two layers, input": lambda: prove(
        partial(loss_2, X[m, p]),
        Sum(W[p, j] * slope(f)(layer(m, j)) * Sum(GK[m, k] * slope(g)(second(m, k)) * V[j, k], kK), jH),
    ),
    "three layers, first weights": lambda: prove(
        partial(loss_3, W[p, q]),
        Sum(
            X[n, p] * slope(f)(layer(n, q)) * Sum(V[q, k] * slope(g)(second(n, k)) * Sum(U[k, e] * GE[n, e], eE), kK),
            nN,
        ),
    ),
    "three layers, input": lambda: prove(
        partial(loss_3, X[m, p]),
        Sum(
            W[p, j] * slope(f)(layer(m, j)) * V[j, k] * slope(g)(second(m, k)) * U[k, e] * GE[m, e],
            jH,
            kK,
            eE,
        ),
    ),
    "mean squared error of two layers": lambda: prove(
        partial(Sum((second(n, k) - Y[n, k]) ** 2, nN, kK) / (2 * N), W[p, q]),
        Sum(X[n, p] * slope(f)(layer(n, q)) * (second(n, k) - Y[n, k]) * V[q, k], nN, kK) / N,
    ),
    "softmax behind two layers": lambda: prove(
        partial(
            Sum(log(Sum(exp(second(n, k)), kK)) - Sum(Y[n, k] * second(n, k), kK), nN) / N,
            V[p, q],
        ),
        Sum(f(layer(n, p)) * (exp(second(n, q)) / Sum(exp(second(n, k)), kK) - Y[n, q]), nN) / N,
    ),
    "deep linear network, middle weights": lambda: prove(
        partial(
            Sum((entry(XW * matrix(V) * matrix(U), n, e) - GE[n, e]) ** 2, nN, eE) / 2,
            V[p, q],
        ),
        entry(XW.T * (XW * matrix(V) * matrix(U) - matrix(GE)) * matrix(U).T, p, q),
    ),
    "residual block": lambda: prove(
        partial(Sum(gD[j] * (xD[j] + f(Sum(A[i, j] * xD[i], iD))), jD), xD[p]),
        gD[p] + Sum(gD[j] * slope(f)(Sum(A[i, j] * xD[i], iD)) * A[p, j], jD),
    ),
    "two residual blocks": lambda: prove(
        partial(
            Sum(gD[j] * (xD[j] + f(xD[j]) + h(xD[j] + f(xD[j]))), jD),
            xD[p],
        ),
        gD[p] * (1 + slope(h)(xD[p] + f(xD[p]))) * (1 + slope(f)(xD[p])),
    ),
    "weight tying": lambda: prove(
        partial(Sum(gD[k] * Sum(W[k, j] * f(Sum(W[i, j] * xD[i], iD)), jH), kD), W[p, q]),
        gD[p] * f(Sum(W[i, q] * xD[i], iD)) + Sum(gD[k] * W[k, q], kD) * slope(f)(Sum(W[i, q] * xD[i], iD)) * xD[p],
    ),
    "embedding": lambda: prove(
        partial(
            Sum(array("G", T, D)[t, d] * f(Sum(array("O", T, K)[t, k] * array("M", K, D)[k, d], kK)), tT, dD),
            array("M", K, D)[p, q],
        ),
        Sum(
            array("O", T, K)[t, p]
            * array("G", T, D)[t, q]
            * slope(f)(Sum(array("O", T, K)[t, k] * array("M", K, D)[k, q], kK)),
            tT,
        ),
    ),
    "embedding of one word": lambda: prove(
        partial(Sum(gD[d] * array("M", K, D)[m, d], dD), array("M", K, D)[p, q]),
        KroneckerDelta(m, p) * gD[q],
    ),
    "dropout with a fixed mask": lambda: prove(
        partial(
            Sum(G[n, j] * array("R", N, H)[n, j] * f(layer(n, j)) / a, nN, jH),
            W[p, q],
        ),
        Sum(X[n, p] * G[n, q] * array("R", N, H)[n, q] * slope(f)(layer(n, q)), nN) / a,
    ),
    "weight norm, direction": lambda: prove(
        partial(f(b * dot(xD, vD) / norm(vD)), vD[p]),
        slope(f)(b * dot(xD, vD) / norm(vD)) * b / norm(vD) * (xD[p] - vD[p] * dot(xD, vD) / Sum(vD[r] ** 2, rD)),
    ),
    "weight norm, length": lambda: prove(
        partial(f(b * dot(xD, vD) / norm(vD)), b),
        slope(f)(b * dot(xD, vD) / norm(vD)) * dot(xD, vD) / norm(vD),
    ),
    "weight norm: the gradient is at right angles to the direction": lambda: prove(
        Sum(vD[p] * partial(f(b * dot(xD, vD) / norm(vD)), vD[p]), pD),
        0,
    ),
    "gated linear unit": lambda: prove(
        partial(
            Sum(G[n, j] * layer(n, j) * sigmoid(Sum(X[n, k] * array("C", D, H)[k, j], kD)), nN, jH),
            array("C", D, H)[p, q],
        ),
        Sum(
            X[n, p]
            * G[n, q]
            * layer(n, q)
            * sigmoid(Sum(X[n, k] * array("C", D, H)[k, q], kD))
            * sigmoid(-Sum(X[n, k] * array("C", D, H)[k, q], kD)),
            nN,
        ),
    ),
    "gated linear unit with SiLU, input": lambda: prove(
        partial(Sum(bias[j] * silu(Sum(xD[i] * W[i, j], iD)) * xD[p], jH), xD[q]),
        Sum(
            bias[j]
            * (
                KroneckerDelta(p, q) * silu(Sum(xD[i] * W[i, j], iD))
                + xD[p]
                * W[q, j]
                * sigmoid(Sum(xD[i] * W[i, j], iD))
                * (1 + Sum(xD[i] * W[i, j], iD) * sigmoid(-Sum(xD[i] * W[i, j], iD)))
            ),
            jH,
        ),
    ),
    "highway gate": lambda: prove(
        partial(sigmoid(z) * f(x) + (1 - sigmoid(z)) * x, z),
        sigmoid(z) * (1 - sigmoid(z)) * (f(x) - x),
    ),
    "mixture of experts, gate": lambda: prove(
        partial(Sum(softmax(zK, k) * vK[k], kK), zK[m]),
        softmax(zK, m) * (vK[m] - Sum(softmax(zK, k) * vK[k], kK)),
    ),
    "low-rank correction": lambda: prove(
        partial(
            Sum(
                G[n, j] * Sum(X[n, i] * (W[i, j] + Sum(array("P", D, K)[i, k] * array("R", K, H)[k, j], kK)), iD),
                nN,
                jH,
            ),
            array("P", D, K)[p, q],
        ),
        entry(matrix(X).T * matrix(G) * matrix(array("R", K, H)).T, p, q),
    ),
    "bilinear layer": lambda: prove(
        partial(Sum(zK[k] * f(Sum(xD[i] * array("T", D, D, K)[i, j, k] * yD[j], iD, jD)), kK), xD[p]),
        Sum(
            zK[k]
            * slope(f)(Sum(xD[i] * array("T", D, D, K)[i, j, k] * yD[j], iD, jD))
            * Sum(array("T", D, D, K)[p, j, k] * yD[j], jD),
            kK,
        ),
    ),
    "one shared weight per column": lambda: prove(
        partial(Sum(G[n, j] * f(bias[j] * Z[n, j]), nN, jH), bias[q]),
        Sum(G[n, q] * Z[n, q] * slope(f)(bias[q] * Z[n, q]), nN),
    ),
    "difference of two columns": lambda: prove(
        Sum(X[n, i] * wD[i], iD) - Sum(X[n, k] * W[k, j], kD),
        Sum(X[n, i] * (wD[i] - W[i, j]), iD),
    ),
    "scaling between two ReLU layers": lambda: prove(
        Sum(relu(positive("s") * Z[n, j]) * bias[j] / positive("s"), jH),
        Sum(relu(Z[n, j]) * bias[j], jH),
    ),
    "two layers in matrices": lambda: prove(
        entry(elementwise(f, XW) * matrix(V), n, k),
        Sum(f(Sum(X[n, i] * W[i, j], iD)) * V[j, k], jH),
    ),
}

# ------------------------------------------------------------------------------------------------------------ losses

delta_pos = positive("δ")
distance_near = Sum((xD[r] - yD[r]) ** 2, rD)
distance_far = Sum((xD[r] - vD[r]) ** 2, rD)
entropy = -Sum(softmax(zK, k) * log(softmax(zK, k)), kK)
divergence = Sum(softmax(zK, k) * log(softmax(zK, k) / softmax(aK, k)), kK)
cosine = dot(xD, yD) / (norm(xD) * norm(yD))
overlap = Sum(sigmoid(zK[r]) * yK[r], rK)
mass = Sum(sigmoid(zK[r]) + yK[r], rK)

LOSSES = {
    "squared error": lambda: prove(partial(Sum((xD[r] - yD[r]) ** 2, rD) / 2, xD[p]), xD[p] - yD[p]),
    "absolute error": lambda: prove(partial(Sum(Abs(xD[r] - yD[r]), rD), xD[p]), sign(xD[p] - yD[p])),
    "BCE of a logit": lambda: prove(partial(-y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)), z), sigmoid(z) - y),
    "BCE of a logit without overflow": lambda: prove(
        -y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)),
        Max(z, 0) - y * z + log(1 + exp(-Abs(z))),
    ),
    "BCE of a probability": lambda: prove(
        partial(-y * log(x) - (1 - y) * log(1 - x), x),
        (x - y) / (x * (1 - x)),
    ),
    "BCE, weighted": lambda: prove(
        partial(a * y * softplus(-z) + (1 - y) * softplus(z), z),
        (1 - y) * sigmoid(z) - a * y * sigmoid(-z),
    ),
    "BCE with labels ±1": lambda: prove(partial(log(1 + exp(-y * z)), z), -y * sigmoid(-y * z)),
    "two Gaussians, one standard": lambda: prove(
        partial(Sum(xD[i] ** 2 + exp(yD[i]) - yD[i] - 1, iD) / 2, yD[p]),
        (exp(yD[p]) - 1) / 2,
    ),
    "a sample with a learned spread": lambda: prove(
        partial(Sum(f(xD[i] + exp(yD[i] / 2) * vD[i]), iD), yD[p]),
        exp(yD[p] / 2) * vD[p] / 2 * slope(f)(xD[p] + exp(yD[p] / 2) * vD[p]),
    ),
    "BCE of a layer": lambda: prove(
        partial(
            Sum(softplus(Sum(X[n, i] * wD[i], iD)) - array("y", N)[n] * Sum(X[n, i] * wD[i], iD), nN) / N,
            wD[p],
        ),
        Sum(X[n, p] * (sigmoid(Sum(X[n, i] * wD[i], iD)) - array("y", N)[n]), nN) / N,
    ),
    "many labels": lambda: prove(
        partial(Sum(softplus(zK[k]) - yK[k] * zK[k], kK), zK[m]),
        sigmoid(zK[m]) - yK[m],
    ),
    "CCE with softmax": lambda: prove(
        partial(-Sum(yK[k] * log(softmax(zK, k)), kK), zK[m]),
        Sum(yK[k], kK) * softmax(zK, m) - yK[m],
    ),
    "CCE of a class": lambda: prove(
        partial(-log(softmax(zK, q)), zK[m]),
        softmax(zK, m) - KroneckerDelta(m, q),
    ),
    "CCE of a one-hot target": lambda: prove(
        -Sum(KroneckerDelta(k, q) * log(softmax(zK, k)), kK),
        log_sum_exp(zK) - zK[q],
    ),
    "CCE with smoothed labels": lambda: prove(
        partial(
            -Sum(((1 - eps) * KroneckerDelta(k, q) + eps / K) * log(softmax(zK, k)), kK),
            zK[m],
        ),
        softmax(zK, m) - (1 - eps) * KroneckerDelta(m, q) - eps / K,
    ),
    "CCE of a softmax target": lambda: prove(
        partial(-Sum(softmax(aK, k) * log(softmax(zK, k)), kK), zK[m]),
        softmax(zK, m) - softmax(aK, m),
    ),
    "CCE of a batch": lambda: prove(
        partial(
            Sum(log(Sum(exp(array("Z", N, K)[n, k]), kK)) - Sum(Y[n, k] * array("Z", N, K)[n, k], kK), nN) / N,
            array("Z", N, K)[m, q],
        ),
        (exp(array("Z", N, K)[m, q]) / Sum(exp(array("Z", N, K)[m, k]), kK) - Y[m, q]) / N,
    ),
    "softmax with a temperature": lambda: prove(
        partial(log(Sum(exp(zK[k] / a), kK)) * a, zK[m]),
        exp(zK[m] / a) / Sum(exp(zK[k] / a), kK),
    ),
    "softmax, slope by the temperature": lambda: prove(
        partial(log(Sum(exp(zK[k] * a), kK)), a),
        Sum(zK[k] * exp(a * zK[k]), kK) / Sum(exp(a * zK[k]), kK),
    ),
    "log-sum-exp": lambda: prove(partial(log_sum_exp(zK), zK[m]), softmax(zK, m)),
    "log-sum-exp shifted": lambda: prove(log_sum_exp(zK), a + log(Sum(exp(zK[k] - a), kK))),
    "log-softmax": lambda: prove(
        partial(zK[j] - log_sum_exp(zK), zK[m]),
        KroneckerDelta(j, m) - softmax(zK, m),
    ),
    "focal loss, γ = 2": lambda: prove(
        partial(-((1 - sigmoid(z)) ** 2) * log(sigmoid(z)), z),
        (1 - sigmoid(z)) ** 2 * (2 * sigmoid(z) * log(sigmoid(z)) - (1 - sigmoid(z))),
    ),
    "focal loss, any γ": lambda: prove(
        partial(-((1 - sigmoid(z)) ** gamma) * log(sigmoid(z)), z),
        (1 - sigmoid(z)) ** gamma * (gamma * sigmoid(z) * log(sigmoid(z)) - 1 + sigmoid(z)),
    ),
    "focal loss of a class": lambda: prove(
        partial(-((1 - softmax(zK, q)) ** 2) * log(softmax(zK, q)), zK[m]),
        (KroneckerDelta(m, q) - softmax(zK, m))
        * (1 - softmax(zK, q))
        * (2 * softmax(zK, q) * log(softmax(zK, q)) - 1 + softmax(zK, q)),
    ),
    "KL, second distribution": lambda: prove(
        partial(Sum(softmax(aK, k) * log(softmax(aK, k) / softmax(zK, k)), kK), zK[m]),
        softmax(zK, m) - softmax(aK, m),
    ),
    "KL, first distribution": lambda: prove(
        partial(divergence, zK[m]),
        softmax(zK, m) * (log(softmax(zK, m) / softmax(aK, m)) - divergence),
    ),
    "KL of two coins": lambda: prove(
        partial(
            sigmoid(y) * log(sigmoid(y) / sigmoid(z)) + (1 - sigmoid(y)) * log((1 - sigmoid(y)) / (1 - sigmoid(z))),
            z,
        ),
        sigmoid(z) - sigmoid(y),
    ),
    "KL of two Gaussians": lambda: prove(
        partial(log(b / a) + (a**2 + (x - y) ** 2) / (2 * b**2) - half, a),
        a / b**2 - 1 / a,
    ),
    "entropy of a softmax": lambda: prove(
        partial(entropy, zK[m]),
        -softmax(zK, m) * (log(softmax(zK, m)) + entropy),
    ),
    "Huber in one formula": lambda: prove(
        Piecewise((z**2 / 2, Abs(z) <= delta_pos), (delta_pos * (Abs(z) - delta_pos / 2), True)),
        Min(Abs(z), delta_pos) * Abs(z) - Min(Abs(z), delta_pos) ** 2 / 2,
    ),
    "Huber as a square less the excess": lambda: prove(
        Piecewise((z**2 / 2, Abs(z) <= delta_pos), (delta_pos * (Abs(z) - delta_pos / 2), True)),
        z**2 / 2 - relu(Abs(z) - delta_pos) ** 2 / 2,
    ),
    "Huber, slope": lambda: prove(
        partial(z**2 / 2 - relu(Abs(z) - delta_pos) ** 2 / 2, z),
        Max(-delta_pos, Min(z, delta_pos)),
    ),
    "Huber without a corner": lambda: prove(
        partial(a**2 * (sqrt(1 + (z / a) ** 2) - 1), z),
        z / sqrt(1 + (z / a) ** 2),
    ),
    "squared hinge": lambda: prove(partial(relu(1 - y * z) ** 2, z), -2 * y * relu(1 - y * z)),
    "hinge": lambda: prove(partial(relu(1 - y * z), z), -y * step(1 - y * z)),
    "hinge of a layer": lambda: prove(
        partial(Sum(relu(1 - array("y", N)[n] * Sum(X[n, i] * wD[i], iD)), nN), wD[p]),
        -Sum(array("y", N)[n] * X[n, p] * step(1 - array("y", N)[n] * Sum(X[n, i] * wD[i], iD)), nN),
    ),
    "squared hinge of a layer": lambda: prove(
        partial(Sum(relu(1 - array("y", N)[n] * Sum(X[n, i] * wD[i], iD)) ** 2, nN), wD[p]),
        -2 * Sum(array("y", N)[n] * X[n, p] * relu(1 - array("y", N)[n] * Sum(X[n, i] * wD[i], iD)), nN),
    ),
    "hinge of many classes": lambda: prove(
        partial(Sum(relu(1 + zK[k] - a), kK), zK[m]),
        step(1 + zK[m] - a),
    ),
    "log-cosh": lambda: prove(partial(log(cosh(z)), z), tanh(z)),
    "log-cosh without overflow": lambda: prove(log(cosh(z)), Abs(z) + log(1 + exp(-2 * Abs(z))) - log(2)),
    "log-cosh of many": lambda: prove(partial(Sum(log(cosh(xD[r] - yD[r])), rD), xD[p]), tanh(xD[p] - yD[p])),
    "cosine similarity": lambda: prove(
        partial(cosine, xD[p]),
        yD[p] / (norm(xD) * norm(yD)) - cosine * xD[p] / Sum(xD[r] ** 2, rD),
    ),
    "cosine similarity: the gradient is at right angles": lambda: prove(Sum(xD[p] * partial(cosine, xD[p]), pD), 0),
    "triplet hinge, anchor": lambda: prove(
        partial(relu(distance_near - distance_far + a), xD[p]),
        2 * (vD[p] - yD[p]) * step(distance_near - distance_far + a),
    ),
    "triplet hinge, far point": lambda: prove(
        partial(relu(distance_near - distance_far + a), vD[p]),
        2 * (xD[p] - vD[p]) * step(distance_near - distance_far + a),
    ),
    "contrastive pair": lambda: prove(
        partial(relu(3 * a - norm(xD)) ** 2 / 2, xD[p]),
        -relu(3 * a - norm(xD)) * xD[p] / norm(xD),
    ),
    "contrastive estimate": lambda: prove(
        partial(log(Sum(exp(zK[k] / a), kK)) - zK[q] / a, zK[m]),
        (exp(zK[m] / a) / Sum(exp(zK[k] / a), kK) - KroneckerDelta(m, q)) / a,
    ),
    "preference between two": lambda: prove(
        partial(-log(sigmoid(a * (y - z))), y),
        -a * sigmoid(a * (z - y)),
    ),
    "Poisson likelihood": lambda: prove(partial(Sum(exp(zK[k]) - yK[k] * zK[k], kK), zK[m]), exp(zK[m]) - yK[m]),
    "Gaussian likelihood, log variance": lambda: prove(
        partial((log(2 * pi) + a + (y - x) ** 2 * exp(-a)) / 2, a),
        (1 - (y - x) ** 2 * exp(-a)) / 2,
    ),
    "Gaussian likelihood, variance": lambda: prove(
        partial(log(a) / 2 + (y - x) ** 2 / (2 * a), a),
        (a - (y - x) ** 2) / (2 * a**2),
    ),
    "quantile loss": lambda: prove(Max(a * z, (a - 1) * z), a * z + relu(-z)),
    "quantile loss, slope": lambda: prove(partial(Max(a * z, (a - 1) * z), z), a - step(-z)),
    "Dice loss": lambda: prove(
        partial(1 - 2 * overlap / mass, zK[m]),
        -2 * sigmoid(zK[m]) * (1 - sigmoid(zK[m])) * (yK[m] * mass - overlap) / mass**2,
    ),
    "Brier score of a softmax": lambda: prove(
        partial(Sum((softmax(zK, k) - yK[k]) ** 2, kK), zK[m]),
        2 * softmax(zK, m) * (softmax(zK, m) - yK[m] - Sum(softmax(zK, k) * (softmax(zK, k) - yK[k]), kK)),
    ),
    "squared error behind a sigmoid": lambda: prove(
        partial((sigmoid(z) - y) ** 2 / 2, z),
        (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z),
    ),
    "squared error behind a sigmoid, second slope": lambda: prove(
        partial(partial(sigmoid(z) ** 2 / 2, z), z),
        sigmoid(z) ** 2 * (1 - sigmoid(z)) * (2 - 3 * sigmoid(z)),
    ),
    "Cauchy loss": lambda: prove(partial(log(1 + (z / a) ** 2), z), 2 * z / (a**2 + z**2)),
    "exponential loss": lambda: prove(
        partial(Sum(exp(-array("y", N)[n] * Sum(X[n, i] * wD[i], iD)), nN), wD[p]),
        -Sum(array("y", N)[n] * X[n, p] * exp(-array("y", N)[n] * Sum(X[n, i] * wD[i], iD)), nN),
    ),
    "policy gradient": lambda: prove(
        partial(Sum(softmax(zK, k) * vK[k], kK), zK[m]),
        Sum(softmax(zK, k) * vK[k] * partial(log(softmax(zK, k)), zK[m]), kK),
    ),
    "mean of the score": lambda: prove(Sum(softmax(zK, k) * partial(log(softmax(zK, k)), zK[m]), kK), 0),
}

# ---------------------------------------------------------------------------------------------------------- Hessians

score = Sum(X[n, i] * wD[i], iD)
WK = array("W", D, K)


def class_probability(n, j):
    return exp(Sum(X[n, i] * WK[i, j], iD)) / Sum(exp(Sum(X[n, i] * WK[i, k], iD)), kK)


average = Sum(softmax(zK, k) * vK[k], kK)

HESSIANS = {
    "slope of softmax": lambda: prove(
        partial(softmax(zK, j), zK[m]),
        softmax(zK, j) * (KroneckerDelta(j, m) - softmax(zK, m)),
    ),
    "rows of the softmax Jacobian": lambda: prove(Sum(partial(softmax(zK, j), zK[m]), mK), 0),
    "columns of the softmax Jacobian": lambda: prove(Sum(partial(softmax(zK, j), zK[m]), jK), 0),
    "softmax Jacobian is symmetric": lambda: prove(partial(softmax(zK, j), zK[m]), partial(softmax(zK, m), zK[j])),
    "softmax, second slope": lambda: prove(
        partial(partial(softmax(zK, j), zK[m]), zK[q]),
        softmax(zK, j)
        * (
            (KroneckerDelta(j, m) - softmax(zK, m)) * (KroneckerDelta(j, q) - softmax(zK, q))
            - softmax(zK, m) * (KroneckerDelta(m, q) - softmax(zK, q))
        ),
    ),
    "Hessian of log-sum-exp": lambda: prove(
        partial(partial(log_sum_exp(zK), zK[m]), zK[q]),
        softmax(zK, m) * (KroneckerDelta(m, q) - softmax(zK, q)),
    ),
    "Hessian of the cross-entropy": lambda: prove(
        partial(partial(-Sum(yK[k] * log(softmax(zK, k)), kK), zK[m]), zK[q]),
        Sum(yK[k], kK) * softmax(zK, m) * (KroneckerDelta(m, q) - softmax(zK, q)),
    ),
    "Hessian of log-sum-exp as a variance": lambda: prove(
        Sum(vK[m] * vK[q] * partial(partial(log_sum_exp(zK), zK[m]), zK[q]), mK, qK),
        Sum(softmax(zK, k) * (vK[k] - average) ** 2, kK),
    ),
    "Hessian of log-sum-exp as squares of differences": lambda: prove(
        Sum(vK[m] * vK[q] * partial(partial(log_sum_exp(zK), zK[m]), zK[q]), mK, qK),
        Sum(softmax(zK, j) * softmax(zK, k) * (vK[j] - vK[k]) ** 2, jK, kK) / 2,
    ),
    "third slope of log-sum-exp along a line": lambda: prove(
        partial(partial(log(Sum(exp(zK[k] + a * vK[k]), kK)), a), a),
        Sum(exp(zK[k] + a * vK[k]) * vK[k] ** 2, kK) / Sum(exp(zK[k] + a * vK[k]), kK)
        - (Sum(exp(zK[k] + a * vK[k]) * vK[k], kK) / Sum(exp(zK[k] + a * vK[k]), kK)) ** 2,
    ),
    "Fisher information of a softmax": lambda: prove(
        Sum(softmax(zK, k) * partial(log(softmax(zK, k)), zK[m]) * partial(log(softmax(zK, k)), zK[q]), kK),
        softmax(zK, m) * (KroneckerDelta(m, q) - softmax(zK, q)),
    ),
    "Hessian of BCE": lambda: prove(
        partial(partial(softplus(z) - y * z, z), z),
        sigmoid(z) * sigmoid(-z),
    ),
    "Hessian of the logistic regression": lambda: prove(
        partial(partial(Sum(softplus(score) - array("y", N)[n] * score, nN), wD[p]), wD[q]),
        Sum(X[n, p] * X[n, q] * sigmoid(score) * (1 - sigmoid(score)), nN),
    ),
    "Hessian of the logistic regression, mirrored": lambda: prove(
        partial(partial(Sum(softplus(score) - array("y", N)[n] * score, nN), wD[p]), wD[q]),
        Sum(X[n, p] * X[n, q] * sigmoid(score) * sigmoid(-score), nN),
    ),
    "Hessian of the softmax regression": lambda: prove(
        partial(partial(Sum(log(Sum(exp(Sum(X[n, i] * WK[i, k], iD)), kK)), nN), WK[p, q]), WK[s, u]),
        Sum(X[n, p] * X[n, s] * class_probability(n, q) * (KroneckerDelta(q, u) - class_probability(n, u)), nN),
    ),
    "Hessian of least squares": lambda: prove(
        partial(partial(Sum((score - array("y", N)[n]) ** 2, nN) / 2, wD[p]), wD[q]),
        entry(matrix(X).T * matrix(X), p, q),
    ),
    "Hessian of a neuron": lambda: prove(
        partial(partial(f(dot(wD, xD)), wD[p]), wD[q]),
        xD[p] * xD[q] * slope(slope(f))(dot(wD, xD)),
    ),
    "Hessian of a quadratic form": lambda: prove(
        partial(partial(Sum(xD[i] * A[i, j] * xD[j], iD, jD), xD[p]), xD[q]),
        A[p, q] + A[q, p],
    ),
    "Hessian of a norm": lambda: prove(
        partial(partial(norm(xD), xD[p]), xD[q]),
        (KroneckerDelta(p, q) - xD[p] * xD[q] / Sum(xD[r] ** 2, rD)) / norm(xD),
    ),
    "Hessian times a vector": lambda: prove(
        Sum(partial(partial(f(dot(wD, xD)), wD[p]), wD[q]) * vD[q], qD),
        xD[p] * slope(slope(f))(dot(wD, xD)) * dot(vD, xD),
    ),
    "sigmoid, second slope": lambda: prove(
        partial(partial(sigmoid(z), z), z),
        sigmoid(z) * sigmoid(-z) * (sigmoid(-z) - sigmoid(z)),
    ),
    "sigmoid, third slope": lambda: prove(
        partial(partial(partial(sigmoid(z), z), z), z),
        sigmoid(z) * sigmoid(-z) * (1 - 6 * sigmoid(z) * sigmoid(-z)),
    ),
    "tanh, second slope": lambda: prove(
        partial(partial(tanh(z), z), z),
        -2 * tanh(z) * (1 - tanh(z) ** 2),
    ),
    "Gauss-Newton and the rest": lambda: prove(
        partial(partial((f(x * y) - z) ** 2 / 2, x), x),
        y**2 * (slope(f)(x * y) ** 2 + (f(x * y) - z) * slope(slope(f))(x * y)),
    ),
    "softplus of a difference, Hessian": lambda: prove(
        partial(partial(softplus(y - z), y), z),
        -sigmoid(y - z) * sigmoid(z - y),
    ),
}

# --------------------------------------------------------------------------------------------------------- attention

queries, keys, values = array("Q", T, D), array("K", S, D), array("V", S, E)
GO, scores, mask = array("G", T, E), array("Z", T, S), array("M", T, S)
scale = 1 / sqrt(D)


def dots(t, s):
    return Sum(queries[t, d] * keys[s, d], dD)


def attention(t, s, scale=1):
    """Softmax over the keys."""
    return exp(scale * dots(t, s)) / Sum(exp(scale * dots(t, r)), rS)


def attended(t, s):
    return Sum(GO[t, e] * values[s, e], eE)


def attention_loss(scale=1):
    return Sum(GO[t, e] * Sum(attention(t, s, scale) * values[s, e], sS), tT, eE)


def score_gradient(t, s, scale=1):
    mean = Sum(attention(t, k, scale) * attended(t, k), kS)
    return attention(t, s, scale) * (attended(t, s) - mean)


def weight(t, s):
    """Softmax of given scores."""
    return exp(scores[t, s]) / Sum(exp(scores[t, r]), rS)


ATTENTION = {
    "rows sum to one": lambda: prove(Sum(attention(t, s), sS), 1),
    "values": lambda: prove(partial(attention_loss(), values[q, p]), Sum(attention(t, q) * GO[t, p], tT)),
    "scores": lambda: prove(
        partial(Sum(GO[t, e] * Sum(weight(t, s) * values[s, e], sS), tT, eE), scores[m, q]),
        weight(m, q) * (attended(m, q) - Sum(weight(m, s) * attended(m, s), sS)),
    ),
    "queries": lambda: prove(
        partial(attention_loss(), queries[m, p]),
        Sum(score_gradient(m, s) * keys[s, p], sS),
    ),
    "keys": lambda: prove(
        partial(attention_loss(), keys[q, p]),
        Sum(score_gradient(t, q) * queries[t, p], tT),
    ),
    "queries, scaled by the root of D": lambda: prove(
        partial(attention_loss(scale), queries[m, p]),
        Sum(score_gradient(m, s, scale) * keys[s, p], sS) / sqrt(D),
    ),
    "keys, scaled by the root of D": lambda: prove(
        partial(attention_loss(scale), keys[q, p]),
        Sum(score_gradient(t, q, scale) * queries[t, p], tT) / sqrt(D),
    ),
    "a shift of a query's scores changes nothing": lambda: prove(
        exp(scores[t, s] + array("a", T)[t]) / Sum(exp(scores[t, r] + array("a", T)[t]), rS),
        weight(t, s),
    ),
    "one query's average, slope by the scores": lambda: prove(
        partial(
            Sum(mask[t, s] * exp(scores[t, s]), sS) / Sum(exp(scores[t, s]), sS),
            scores[m, q],
        ),
        KroneckerDelta(m, t)
        * weight(m, q)
        * (mask[m, q] - Sum(mask[m, s] * exp(scores[m, s]), sS) / Sum(exp(scores[m, s]), sS)),
    ),
    "equal scores give the mean": lambda: prove(
        Sum(exp(a) * values[s, e], sS) / Sum(exp(a), sS),
        Sum(values[s, e], sS) / S,
    ),
    "linear attention is associative": lambda: prove(
        entry(matrix(queries) * matrix(keys).T * matrix(values), t, e),
        Sum(queries[t, d] * Sum(keys[s, d] * values[s, e], sS), dD),
    ),
    "two keys are a sigmoid": lambda: prove(
        exp(array("z", 2)[1]) / Sum(exp(array("z", 2)[k]), (k, 1, 2)),
        sigmoid(array("z", 2)[1] - array("z", 2)[2]),
    ),
    "scores, slope by a shared matrix": lambda: prove(
        partial(Sum(xD[i] * A[i, j] * xD[j], iD, jD), A[p, q]),
        xD[p] * xD[q],
    ),
    "attention pooling with a learned query": lambda: prove(
        partial(
            log(Sum(exp(Sum(array("q", D)[d] * keys[s, d], dD)), sS)),
            array("q", D)[p],
        ),
        Sum(exp(Sum(array("q", D)[d] * keys[s, d], dD)) * keys[s, p], sS)
        / Sum(exp(Sum(array("q", D)[d] * keys[s, d], dD)), sS),
    ),
}

# ----------------------------------------------------------------------------------------------------- normalisation


def centred(x, i):
    return x[i] - mean(x)


def spread(x, eps=eps):
    return sqrt(Sum(centred(x, k) ** 2, kD) / D + eps)


def layer_norm(x, i, eps=eps):
    return centred(x, i) / spread(x, eps)


def rms(x, eps=eps):
    return sqrt(Sum(x[k] ** 2, kD) / D + eps)


def column_centred(n, j):
    return Z[n, j] - Sum(Z[r, j], rN) / N


def column_spread(j):
    return sqrt(Sum(column_centred(k, j) ** 2, kN) / N + eps)


def batch_norm(n, j):
    return column_centred(n, j) / column_spread(j)


class Scaled:
    """The entries of a·x + c."""

    def __init__(self, x, a, c):
        self.x, self.a, self.c = x, a, c

    def __getitem__(self, i):
        return self.a * self.x[i] + self.c


stretched = Scaled(xD, positive("s"), c)

NORMALISATION = {
    "layer norm": lambda: prove(
        partial(Sum(gD[i] * layer_norm(xD, i), iD), xD[m]),
        (gD[m] - mean(gD) - layer_norm(xD, m) * Sum(gD[j] * layer_norm(xD, j), jD) / D) / spread(xD),
    ),
    "layer norm, Jacobian": lambda: prove(
        partial(layer_norm(xD, i), xD[m]),
        (KroneckerDelta(i, m) - 1 / D - layer_norm(xD, i) * layer_norm(xD, m) / D) / spread(xD),
    ),
    "layer norm with gain and bias": lambda: prove(
        partial(Sum(gD[i] * f(wD[i] * layer_norm(xD, i) + vD[i]), iD), wD[m]),
        gD[m] * layer_norm(xD, m) * slope(f)(wD[m] * layer_norm(xD, m) + vD[m]),
    ),
    "layer norm sums to zero": lambda: prove(Sum(layer_norm(xD, i), iD), 0),
    "layer norm has mean square one": lambda: prove(Sum(layer_norm(xD, i, 0) ** 2, iD), D),
    "layer norm forgets scale and shift": lambda: prove(layer_norm(stretched, i, 0), layer_norm(xD, i, 0)),
    "layer norm: the gradient sums to zero": lambda: prove(Sum(partial(f(layer_norm(xD, i)), xD[m]), mD), 0),
    "RMS norm": lambda: prove(
        partial(Sum(gD[i] * xD[i] / rms(xD), iD), xD[m]),
        (gD[m] - xD[m] * dot(gD, xD) / (D * rms(xD) ** 2)) / rms(xD),
    ),
    "RMS norm forgets the scale": lambda: prove(
        stretched_rms(i),
        xD[i] / rms(xD, 0),
    ),
    "RMS norm: the gradient is at right angles": lambda: prove(
        Sum(xD[m] * partial(xD[i] / rms(xD, 0), xD[m]), mD),
        0,
    ),
    "unit vector": lambda: prove(
        partial(xD[i] / norm(xD), xD[m]),
        (KroneckerDelta(i, m) - xD[i] * xD[m] / Sum(xD[r] ** 2, rD)) / norm(xD),
    ),
    "batch norm": lambda: prove(
        partial(Sum(G[n, j] * batch_norm(n, j), nN, jH), Z[m, q]),
        (G[m, q] - Sum(G[n, q], nN) / N - batch_norm(m, q) * Sum(G[n, q] * batch_norm(n, q), nN) / N)
        / column_spread(q),
    ),
    "batch norm, gain": lambda: prove(
        partial(Sum(G[n, j] * (array("γ", H)[j] * batch_norm(n, j) + bias[j]), nN, jH), array("γ", H)[q]),
        Sum(G[n, q] * batch_norm(n, q), nN),
    ),
    "batch norm sums to zero": lambda: prove(Sum(batch_norm(n, j), nN), 0),
    "a bias before batch norm has no gradient": lambda: prove(
        partial(Z[n, j] + a - Sum(Z[r, j] + a, rN) / N, a),
        0,
    ),
    "group of two": lambda: prove(
        partial((x - y) / sqrt((x - y) ** 2 + 4 * eps), x),
        4 * eps / ((x - y) ** 2 + 4 * eps) ** Rational(3, 2),
    ),
    "softmax-weighted mean and spread": lambda: prove(
        partial(Sum(softmax(zK, k) * (vK[k] - a) ** 2, kK), a),
        2 * (a - average),
    ),
}


def stretched_rms(i):
    x = Scaled(xD, positive("s"), 0)
    return x[i] / rms(x, 0)


# ------------------------------------------------------------------------------------------------------- activations

root = sqrt(2 / pi)
cubic = root * (z + Rational(44715, 10**6) * z**3)

ACTIVATIONS = {
    "sigmoid": lambda: prove(partial(sigmoid(z), z), sigmoid(z) * sigmoid(-z)),
    "tanh": lambda: prove(partial(tanh(z), z), 4 * sigmoid(2 * z) * sigmoid(-2 * z)),
    "tanh from exponentials": lambda: prove((exp(z) - exp(-z)) / (exp(z) + exp(-z)), 2 * sigmoid(2 * z) - 1),
    "GELU with tanh": lambda: prove(
        partial(z / 2 * (1 + tanh(cubic)), z),
        (1 + tanh(cubic)) / 2 + z / 2 * (1 - tanh(cubic) ** 2) * root * (1 + 3 * Rational(44715, 10**6) * z**2),
    ),
    "GELU with tanh as a sigmoid": lambda: prove(z / 2 * (1 + tanh(cubic)), z * sigmoid(2 * cubic)),
    "GELU with erf": lambda: prove(
        partial(z / 2 * (1 + erf(z / sqrt(2))), z),
        (1 + erf(z / sqrt(2))) / 2 + z * exp(-(z**2) / 2) / sqrt(2 * pi),
    ),
    "GELU with erf, second slope": lambda: prove(
        partial(partial(z / 2 * (1 + erf(z / sqrt(2))), z), z),
        (2 - z**2) * exp(-(z**2) / 2) / sqrt(2 * pi),
    ),
    "GELU of z less GELU of -z": lambda: prove(
        z / 2 * (1 + erf(z / sqrt(2))) - (-z) / 2 * (1 + erf(-z / sqrt(2))),
        z,
    ),
    "GELU, the quick form": lambda: prove(
        partial(z * sigmoid(Rational(1702, 1000) * z), z),
        sigmoid(Rational(1702, 1000) * z) * (1 + Rational(1702, 1000) * z * sigmoid(-Rational(1702, 1000) * z)),
    ),
    "Mish": lambda: prove(
        partial(z * tanh(softplus(z)), z),
        tanh(softplus(z)) + z * sigmoid(z) * (1 - tanh(softplus(z)) ** 2),
    ),
    "Mish as a fraction": lambda: prove(
        z * tanh(softplus(z)),
        z * (exp(2 * z) + 2 * exp(z)) / (exp(2 * z) + 2 * exp(z) + 2),
    ),
    "SiLU": lambda: prove(partial(silu(z), z), sigmoid(z) + silu(z) * sigmoid(-z)),
    "SiLU, second slope": lambda: prove(
        partial(partial(silu(z), z), z),
        sigmoid(z) * sigmoid(-z) * (2 + z * (1 - 2 * sigmoid(z))),
    ),
    "SiLU with a rate": lambda: prove(
        partial(z * sigmoid(a * z), a),
        z**2 * sigmoid(a * z) * sigmoid(-a * z),
    ),
    "leaky ReLU in two pieces": lambda: prove(
        partial(Piecewise((z, z > 0), (a * z, True)), z),
        Piecewise((1, z > 0), (a, True)),
    ),
    "leaky ReLU in two pieces, as ReLU": lambda: prove(
        Piecewise((z, z > 0), (a * z, True)),
        relu(z) - a * relu(-z),
    ),
    "leaky ReLU as a maximum": lambda: prove(partial(Max(z, z / 100), z), step(z) + (1 - step(z)) / 100),
    "leaky ReLU, slope by its own number": lambda: prove(partial(relu(z) - a * relu(-z), a), -relu(-z)),
    "ELU": lambda: prove(
        partial(Piecewise((z, z > 0), (a * (exp(z) - 1), True)), z),
        Piecewise((1, z > 0), (a * exp(z), True)),
    ),
    "ELU in one formula": lambda: prove(
        Piecewise((z, z > 0), (a * (exp(z) - 1), True)),
        relu(z) + a * (exp(Min(z, 0)) - 1),
    ),
    "ELU, slope from its value": lambda: prove(
        partial(relu(z) + exp(Min(z, 0)) - 1, z),
        Min(relu(z) + exp(Min(z, 0)) - 1, 0) + 1,
    ),
    "softsign": lambda: prove(partial(z / (1 + Abs(z)), z), 1 / (1 + Abs(z)) ** 2),
    "hard tanh": lambda: prove(partial(Max(-1, Min(1, z)), z), step(z + 1) * step(1 - z)),
    "hard sigmoid": lambda: prove(Max(0, Min(1, z / 6 + half)), (relu(z + 3) - relu(z - 3)) / 6),
    "hard swish": lambda: prove(
        partial(z * relu(z + 3) / 6, z),
        (relu(z + 3) + z * step(z + 3)) / 6,
    ),
    "ReLU up to six": lambda: prove(Min(relu(z), 6), relu(z) - relu(z - 6)),
    "squared ReLU": lambda: prove(partial(relu(z) ** 2, z), 2 * relu(z)),
    "softplus with a rate": lambda: prove(partial(log(1 + exp(a * z)) / a, z), sigmoid(a * z)),
    "softplus as a maximum": lambda: prove(softplus(z), relu(z) + softplus(-Abs(z))),
    "sine unit": lambda: prove(partial(partial(z + sin(a * z) ** 2 / a, z), z), 2 * a * cos(2 * a * z)),
    "Gaussian unit": lambda: prove(
        partial(partial(exp(-(z**2) / 2), z), z),
        (z**2 - 1) * exp(-(z**2) / 2),
    ),
    "logit of a sigmoid": lambda: prove(log(sigmoid(z) / (1 - sigmoid(z))), z),
    "sigmoid of a logit": lambda: prove(sigmoid(log(x / (1 - x))), x),
    "sigmoid is a shifted tanh": lambda: prove(sigmoid(z), (1 + tanh(z / 2)) / 2),
    "maxout of two units": lambda: prove(
        partial(Max(dot(wD, xD), dot(vD, xD)), wD[p]),
        xD[p] * step(dot(wD, xD) - dot(vD, xD)),
    ),
}

# --------------------------------------------------------------------------------------------------------- recurrent

state, cell = array("h", H), array("C", H)
GH, RH = array("G", H), array("R", H)


def gate(name, j, recurrent=1):
    """x W + h U + b; the recurrent part may be multiplied by a gate."""
    inputs = Sum(xD[i] * array(f"W{name}", D, H)[i, j], iD)
    return inputs + recurrent * memory(name, j) + array(f"b{name}", H)[j]


def memory(name, j):
    return Sum(state[k] * array(f"U{name}", H, H)[k, j], kH)


def new_cell(j):
    return sigmoid(gate("f", j)) * cell[j] + sigmoid(gate("i", j)) * tanh(gate("g", j))


def new_state(j):
    return sigmoid(gate("o", j)) * tanh(new_cell(j))


lstm = Sum(GH[j] * new_state(j) + RH[j] * new_cell(j), jH)


def cell_gradient(q):
    return RH[q] + GH[q] * sigmoid(gate("o", q)) * (1 - tanh(new_cell(q)) ** 2)


def sigmoid_slope(u):
    return sigmoid(u) * (1 - sigmoid(u))


def candidate(j):
    return tanh(gate("n", j, sigmoid(gate("r", j))))


def gru_state(j):
    return (1 - sigmoid(gate("u", j))) * candidate(j) + sigmoid(gate("u", j)) * state[j]


gru = Sum(GH[j] * gru_state(j), jH)


def candidate_gradient(q):
    return GH[q] * (1 - sigmoid(gate("u", q))) * (1 - candidate(q) ** 2)


AH = array("A", H, H)
first_input, second_input = array("x", H), array("y", H)


def linear_1(j):
    return Sum(state[i] * AH[i, j], iH) + first_input[j]


def linear_2(j):
    return Sum(linear_1(k) * AH[k, j], kH) + second_input[j]


def recurrent_1(j):
    return f(linear_1(j))


def inner_2(j):
    return Sum(recurrent_1(k) * AH[k, j], kH) + second_input[j]


RECURRENT = {
    "LSTM, cell": lambda: prove(partial(lstm, cell[q]), cell_gradient(q) * sigmoid(gate("f", q))),
    "LSTM, forget gate": lambda: prove(
        partial(lstm, array("Uf", H, H)[p, q]),
        state[p] * cell[q] * sigmoid_slope(gate("f", q)) * cell_gradient(q),
    ),
    "LSTM, input gate": lambda: prove(
        partial(lstm, array("Wi", D, H)[p, q]),
        xD[p] * tanh(gate("g", q)) * sigmoid_slope(gate("i", q)) * cell_gradient(q),
    ),
    "LSTM, candidate": lambda: prove(
        partial(lstm, array("bg", H)[q]),
        sigmoid(gate("i", q)) * (1 - tanh(gate("g", q)) ** 2) * cell_gradient(q),
    ),
    "LSTM, output gate": lambda: prove(
        partial(lstm, array("Uo", H, H)[p, q]),
        state[p] * GH[q] * tanh(new_cell(q)) * sigmoid_slope(gate("o", q)),
    ),
    "LSTM, state": lambda: prove(
        partial(lstm, state[p]),
        Sum(
            cell_gradient(q)
            * (
                cell[q] * sigmoid_slope(gate("f", q)) * array("Uf", H, H)[p, q]
                + tanh(gate("g", q)) * sigmoid_slope(gate("i", q)) * array("Ui", H, H)[p, q]
                + sigmoid(gate("i", q)) * (1 - tanh(gate("g", q)) ** 2) * array("Ug", H, H)[p, q]
            )
            + GH[q] * tanh(new_cell(q)) * sigmoid_slope(gate("o", q)) * array("Uo", H, H)[p, q],
            qH,
        ),
    ),
    "GRU, update gate": lambda: prove(
        partial(gru, array("Uu", H, H)[p, q]),
        state[p] * GH[q] * (state[q] - candidate(q)) * sigmoid_slope(gate("u", q)),
    ),
    "GRU, reset gate": lambda: prove(
        partial(gru, array("Ur", H, H)[p, q]),
        state[p] * candidate_gradient(q) * memory("n", q) * sigmoid_slope(gate("r", q)),
    ),
    "GRU, candidate": lambda: prove(
        partial(gru, array("Un", H, H)[p, q]),
        state[p] * candidate_gradient(q) * sigmoid(gate("r", q)),
    ),
    "GRU, state": lambda: prove(
        partial(gru, state[p]),
        GH[p] * sigmoid(gate("u", p))
        + Sum(
            GH[q] * (state[q] - candidate(q)) * sigmoid_slope(gate("u", q)) * array("Uu", H, H)[p, q]
            + candidate_gradient(q)
            * (
                sigmoid(gate("r", q)) * array("Un", H, H)[p, q]
                + memory("n", q) * sigmoid_slope(gate("r", q)) * array("Ur", H, H)[p, q]
            ),
            qH,
        ),
    ),
    "linear recurrence, two steps": lambda: prove(
        partial(Sum(GH[j] * linear_2(j), jH), AH[p, q]),
        GH[q] * linear_1(p) + state[p] * Sum(AH[q, j] * GH[j], jH),
    ),
    "linear recurrence, two steps, first state": lambda: prove(
        partial(Sum(GH[j] * linear_2(j), jH), state[p]),
        Sum(AH[p, k] * AH[k, j] * GH[j], kH, jH),
    ),
    "recurrence, two steps": lambda: prove(
        partial(Sum(GH[j] * g(inner_2(j)), jH), AH[p, q]),
        GH[q] * slope(g)(inner_2(q)) * recurrent_1(p)
        + state[p] * slope(f)(linear_1(q)) * Sum(AH[q, j] * slope(g)(inner_2(j)) * GH[j], jH),
    ),
    "recurrence, loss at both steps": lambda: prove(
        partial(Sum(GH[j] * recurrent_1(j) + RH[j] * g(inner_2(j)), jH), first_input[q]),
        slope(f)(linear_1(q)) * (GH[q] + Sum(AH[q, j] * slope(g)(inner_2(j)) * RH[j], jH)),
    ),
    "one unit, three steps": lambda: prove(
        partial(f(a * f(a * f(a * z))), a),
        slope(f)(a * f(a * f(a * z)))
        * (f(a * f(a * z)) + a * slope(f)(a * f(a * z)) * (f(a * z) + a * slope(f)(a * z) * z)),
    ),
    "leaky integrator, two steps": lambda: prove(
        partial((1 - a) * ((1 - a) * z + a * x) + a * y, a),
        y - 2 * (1 - a) * z + (1 - 2 * a) * x,
    ),
}

# -------------------------------------------------------------------------------------------------------- optimisers

g_1, g_2, m_1, m_2, v_1, v_2 = reals("g_1 g_2 m_1 m_2 v_1 v_2")
theta, b_1, b_2 = reals("θ β_1 β_2")
length = positive("ρ")
quadratic = Sum(wD[i] * A[i, j] * wD[j], iD, jD) / 2 - dot(yD, wD)


def slope_at(w, i):
    return Sum((A[i, j] + A[j, i]) * w[j], jD) / 2 - yD[i]


OPTIMISERS = {
    "momentum, one step": lambda: prove(theta - eta * v_1, theta - eta * g_1, where={v_1: beta * 0 + g_1}),
    "momentum, two steps": lambda: prove(
        theta - eta * v_1 - eta * v_2,
        theta - eta * ((1 + beta) * g_1 + g_2),
        where={v_1: g_1, v_2: beta * g_1 + g_2},
    ),
    "momentum as a difference of positions": lambda: prove(
        theta - eta * v_1 - eta * (beta * v_1 + g_1),
        x - eta * g_1 + beta * (x - theta),
        where={x: theta - eta * v_1},
    ),
    "Nesterov, two forms": lambda: prove(
        theta - eta * v_2 - eta * beta * v_2,
        x - eta * (f(x) + beta * v_2),
        where={x: theta - eta * beta * v_1, v_2: beta * v_1 + f(theta - eta * beta * v_1)},
    ),
    "Adam, one step": lambda: prove(
        m_1 / (1 - b_1) / sqrt(v_1 / (1 - b_2)),
        sign(g_1),
        where={m_1: (1 - b_1) * g_1, v_1: (1 - b_2) * g_1**2},
    ),
    "Adam, one step with ε": lambda: prove(
        m_1 / (1 - b_1) / (sqrt(v_1 / (1 - b_2)) + eps),
        g_1 / (Abs(g_1) + eps),
        where={m_1: (1 - b_1) * g_1, v_1: (1 - b_2) * g_1**2},
    ),
    "Adam, two steps": lambda: prove(
        m_2 / (1 - b_1**2),
        (b_1 * g_1 + g_2) / (1 + b_1),
        where={m_2: b_1 * (1 - b_1) * g_1 + (1 - b_1) * g_2},
    ),
    "Adam, two steps, whole": lambda: prove(
        m_2 / (1 - b_1**2) / sqrt(v_2 / (1 - b_2**2)),
        (b_1 * g_1 + g_2) / (1 + b_1) * sqrt(1 + b_2) / sqrt(b_2 * g_1**2 + g_2**2),
        where={
            m_2: b_1 * (1 - b_1) * g_1 + (1 - b_1) * g_2,
            v_2: b_2 * (1 - b_2) * g_1**2 + (1 - b_2) * g_2**2,
        },
    ),
    "Adam, a constant gradient": lambda: prove(
        m_2 / (1 - b_1**2),
        g_1,
        where={m_2: b_1 * (1 - b_1) * g_1 + (1 - b_1) * g_1},
    ),
    "Adam forgets the scale": lambda: prove(
        length * g_1 / sqrt((length * g_1) ** 2 + (length * g_2) ** 2),
        g_1 / sqrt(g_1**2 + g_2**2),
    ),
    "a step on a parabola": lambda: prove(
        (theta - eta * partial(a * theta**2 / 2, theta)) ** 2 * a / 2,
        (1 - eta * a) ** 2 * a * theta**2 / 2,
    ),
    "gradient of a quadratic": lambda: prove(partial(quadratic, wD[p]), slope_at(wD, p)),
    "a step on a quadratic": lambda: prove(
        Sum((wD[i] - eta * gD[i]) * A[i, j] * (wD[j] - eta * gD[j]), iD, jD) / 2
        - Sum(yD[i] * (wD[i] - eta * gD[i]), iD),
        quadratic - eta * Sum(gD[i] * slope_at(wD, i), iD) + eta**2 * Sum(gD[i] * A[i, j] * gD[j], iD, jD) / 2,
    ),
    "the best step on a quadratic": lambda: prove(
        partial(Sum((wD[i] - eta * gD[i]) ** 2 * vD[i], iD) / 2, eta),
        eta * Sum(vD[i] * gD[i] ** 2, iD) - Sum(vD[i] * wD[i] * gD[i], iD),
    ),
    "a step downhill, to first order": lambda: prove(
        partial(F(x - eta * a, y - eta * b), eta),
        -a * slope(F, 1)(x - eta * a, y - eta * b) - b * slope(F, 2)(x - eta * a, y - eta * b),
    ),
    "ridge": lambda: prove(partial(c / 2 * Sum(W[i, j] ** 2, iD, jH), W[p, q]), c * W[p, q]),
    "lasso": lambda: prove(partial(c * Sum(Abs(W[i, j]), iD, jH), W[p, q]), c * sign(W[p, q])),
    "elastic net": lambda: prove(
        partial(a * Sum(Abs(wD[i]), iD) + b / 2 * Sum(wD[i] ** 2, iD), wD[p]),
        a * sign(wD[p]) + b * wD[p],
    ),
    "lasso in groups": lambda: prove(
        partial(Sum(sqrt(Sum(W[i, j] ** 2, iD)), jH), W[p, q]),
        W[p, q] / sqrt(Sum(W[i, q] ** 2, iD)),
    ),
    "smoothness": lambda: prove(
        partial(Sum((W[i, j] - W[i, k]) ** 2, iD, jH, kH) / 4, W[p, q]),
        H * W[p, q] - Sum(W[p, j], jH),
    ),
    "weight decay is ridge": lambda: prove(
        theta - eta * partial(f(theta) + c * theta**2 / 2, theta),
        (1 - eta * c) * theta - eta * slope(f)(theta),
    ),
    "a clipped gradient has the length asked for": lambda: prove(
        Sum((length * gD[i] / norm(gD)) ** 2, iD),
        length**2,
    ),
    "moving average as a correction": lambda: prove(beta * m_1 + (1 - beta) * g_1, m_1 + (1 - beta) * (g_1 - m_1)),
    "Newton's step on a parabola": lambda: prove(
        x - partial(a * (x - y) ** 2, x) / partial(partial(a * (x - y) ** 2, x), x),
        y,
    ),
    "squares of the gradient, summed": lambda: prove(
        theta - eta * g_2 / sqrt(v_2),
        theta - eta * g_2 / sqrt(g_1**2 + g_2**2),
        where={v_2: g_1**2 + g_2**2},
    ),
    "least squares is stationary at the normal equations": lambda: prove(
        partial(Sum((score - array("y", N)[n]) ** 2, nN) / 2, wD[p]),
        Sum(entry(matrix(X).T * matrix(X), p, k) * wD[k], kD) - Sum(X[n, p] * array("y", N)[n], nN),
    ),
}

# ---------------------------------------------------------------------------------------------------------- matrices

A2, B2 = array("A", 2, 2), array("B", 2, 2)
AM, BM, CM = matrix(A), matrix(Q), matrix(R)


def det(M):
    return M[1, 1] * M[2, 2] - M[1, 2] * M[2, 1]


def trace(M, size=D):
    return Sum(entry(M, r, r), (r, 1, size))


MATRICES = {
    "quadratic form": lambda: prove(
        partial(Sum(xD[i] * A[i, j] * xD[j], iD, jD), xD[p]),
        Sum((A[p, j] + A[j, p]) * xD[j], jD),
    ),
    "quadratic form in matrices": lambda: prove(
        partial(entry(matrix(xD) * AM * matrix(xD).T, 1, 1), xD[p]),
        entry(matrix(xD) * (AM + AM.T), 1, p),
    ),
    "bilinear form": lambda: prove(partial(Sum(xD[i] * W[i, j] * bias[j], iD, jH), W[p, q]), xD[p] * bias[q]),
    "trace of a product": lambda: prove(
        trace(matrix(W) * matrix(array("B", H, D))),
        trace(matrix(array("B", H, D)) * matrix(W), H),
    ),
    "trace of three": lambda: prove(trace(AM * BM * CM), trace(CM * AM * BM)),
    "trace of a transpose": lambda: prove(trace(AM * BM.T), trace(BM * AM.T)),
    "trace, slope": lambda: prove(
        partial(trace(matrix(W) * matrix(array("B", H, D))), W[p, q]),
        array("B", H, D)[q, p],
    ),
    "trace of a square, slope": lambda: prove(
        partial(trace(matrix(W).T * AM * matrix(W), H), W[p, q]), entry((AM + AM.T) * matrix(W), p, q)
    ),
    "trace of a commutator": lambda: prove(trace(AM * BM - BM * AM), 0),
    "Frobenius norm as a trace": lambda: prove(Sum(W[i, j] ** 2, iD, jH), trace(matrix(W).T * matrix(W), H)),
    "Frobenius norm, slope": lambda: prove(
        partial(sqrt(Sum(W[i, j] ** 2, iD, jH)), W[p, q]),
        W[p, q] / sqrt(Sum(W[i, j] ** 2, iD, jH)),
    ),
    "Frobenius norm of a residual": lambda: prove(
        partial(Sum((layer(n, j) - G[n, j]) ** 2, nN, jH) / 2, W[p, q]),
        entry(matrix(X).T * (XW + ones_column(N) * matrix(bias) - matrix(G)), p, q),
    ),
    "three factors": lambda: prove(
        entry((XW * matrix(V)) * matrix(U), n, e),
        Sum(X[n, i] * Sum(W[i, j] * Sum(V[j, k] * U[k, e], kK), jH), iD),
    ),
    "transpose of three factors": lambda: prove(
        entry((XW * matrix(V)).T, k, n),
        Sum(V[j, k] * entry(matrix(W).T * matrix(X).T, j, n), jH),
    ),
    "distributive": lambda: prove(
        entry((AM + BM) * (AM - BM), i, j),
        entry(AM * AM - AM * BM + BM * AM - BM * BM, i, j),
    ),
    "square": lambda: prove(entry(AM**2, i, j), Sum(A[i, k] * A[k, j], kD)),
    "cube": lambda: prove(entry(AM**3, i, j), Sum(A[i, k] * A[k, m] * A[m, j], kD, mD)),
    "fourth power": lambda: prove(entry(AM**4, i, j), Sum(entry(AM**2, i, k) * entry(AM**2, k, j), kD)),
    "square of a sum": lambda: prove(entry((AM + BM) ** 2, i, j), entry(AM**2 + AM * BM + BM * AM + BM**2, i, j)),
    "trace of a square matrix squared, slope": lambda: prove(
        partial(Sum(A[i, j] * A[j, i], iD, jD), A[p, q]),
        2 * A[q, p],
    ),
    "trace of a cube, slope": lambda: prove(partial(trace(AM**3), A[p, q]), 3 * entry(AM**2, q, p)),
    "Gram matrix is symmetric": lambda: prove(
        entry(matrix(X) * matrix(X).T, n, m), entry(matrix(X) * matrix(X).T, m, n)
    ),
    "rank one squared": lambda: prove(
        Sum(xD[i] * yD[k] * xD[k] * yD[j], kD),
        dot(xD, yD) * xD[i] * yD[j],
    ),
    "sum of all entries": lambda: prove(
        entry(ones_column(N).T * matrix(X) * ones_column(D), 1, 1), Sum(X[n, i], nN, iD)
    ),
    "elementwise product and trace": lambda: prove(
        Sum(entry(hadamard(matrix(X), matrix(array("B", N, D))), n, i), nN, iD),
        trace(matrix(X).T * matrix(array("B", N, D))),
    ),
    "determinant, slope": lambda: prove(partial(det(A2), A2[1, 2]), -A2[2, 1]),
    "log-determinant, slope": lambda: prove(partial(log(det(A2)), A2[1, 1]), A2[2, 2] / det(A2)),
    "log-determinant, slope beside the diagonal": lambda: prove(partial(log(det(A2)), A2[2, 1]), -A2[1, 2] / det(A2)),
    "determinant of a product": lambda: prove(
        Sum(A2[1, k] * B2[k, 1], (k, 1, 2)) * Sum(A2[2, k] * B2[k, 2], (k, 1, 2))
        - Sum(A2[1, k] * B2[k, 2], (k, 1, 2)) * Sum(A2[2, k] * B2[k, 1], (k, 1, 2)),
        det(A2) * det(B2),
    ),
    "a matrix solves its own equation": lambda: prove(
        entry(matrix(A2) * matrix(A2), 1, 2) - (A2[1, 1] + A2[2, 2]) * A2[1, 2],
        0,
    ),
    "inverse, slope": lambda: prove(partial(A2[2, 2] / det(A2), A2[1, 1]), -((A2[2, 2] / det(A2)) ** 2)),
    "inverse times matrix": lambda: prove(
        A2[2, 2] / det(A2) * A2[1, 1] - A2[1, 2] / det(A2) * A2[2, 1],
        1,
    ),
    "Lagrange's identity": lambda: prove(
        Sum(xD[i] ** 2, iD) * Sum(yD[i] ** 2, iD) - dot(xD, yD) ** 2,
        Sum((xD[i] * yD[j] - xD[j] * yD[i]) ** 2, iD, jD) / 2,
    ),
    "symmetric part of a form": lambda: prove(
        Sum(xD[i] * A[i, j] * xD[j], iD, jD),
        Sum(xD[i] * (A[i, j] + A[j, i]) / 2 * xD[j], iD, jD),
    ),
    "antisymmetric form": lambda: prove(Sum(xD[i] * (A[i, j] - A[j, i]) * xD[j], iD, jD), 0),
    "parallelogram": lambda: prove(
        Sum((xD[i] + yD[i]) ** 2, iD) + Sum((xD[i] - yD[i]) ** 2, iD),
        2 * Sum(xD[i] ** 2, iD) + 2 * Sum(yD[i] ** 2, iD),
    ),
    "distances from a Gram matrix": lambda: prove(
        Sum((X[n, i] - X[m, i]) ** 2, iD),
        entry(matrix(X) * matrix(X).T, n, n)
        + entry(matrix(X) * matrix(X).T, m, m)
        - 2 * entry(matrix(X) * matrix(X).T, n, m),
    ),
    "reflection keeps the length": lambda: prove(
        Sum((xD[i] - 2 * vD[i] * dot(vD, xD) / Sum(vD[k] ** 2, kD)) ** 2, iD),
        Sum(xD[i] ** 2, iD),
    ),
}

# ------------------------------------------------------------------------------------------------------- convolution

# pick[t, k, s] is 1 where place k of the kernel at place t reads place s of the signal
pick, signal, kernel = array("E", T, S, N), array("x", N), array("w", S)
GT, channels = array("G", T), array("x", N, D)
filters = array("w", S, D, H)


def convolved(t):
    return Sum(pick[t, k, n] * kernel[k] * signal[n], kS, nN)


def many_channels(t, j):
    return Sum(pick[t, k, n] * filters[k, i, j] * channels[n, i], kS, nN, iD)


CONVOLUTION = {
    "kernel": lambda: prove(
        partial(Sum(GT[t] * f(convolved(t)), tT), kernel[q]),
        Sum(GT[t] * slope(f)(convolved(t)) * pick[t, q, n] * signal[n], tT, nN),
    ),
    "signal": lambda: prove(
        partial(Sum(GT[t] * f(convolved(t)), tT), signal[m]),
        Sum(GT[t] * slope(f)(convolved(t)) * pick[t, k, m] * kernel[k], tT, kS),
    ),
    "channels, kernel": lambda: prove(
        partial(Sum(array("G", T, H)[t, j] * f(many_channels(t, j)), tT, jH), filters[q, p, u]),
        Sum(array("G", T, H)[t, u] * slope(f)(many_channels(t, u)) * pick[t, q, n] * channels[n, p], tT, nN),
    ),
    "channels, signal": lambda: prove(
        partial(Sum(array("G", T, H)[t, j] * f(many_channels(t, j)), tT, jH), channels[m, p]),
        Sum(
            array("G", T, H)[t, j] * slope(f)(many_channels(t, j)) * pick[t, k, m] * filters[k, p, j],
            tT,
            jH,
            kS,
        ),
    ),
    "two convolutions": lambda: prove(
        partial(
            Sum(GT[t] * Sum(array("P", T, T)[t, s] * f(convolved(s)), sT), tT),
            kernel[q],
        ),
        Sum(GT[t] * array("P", T, T)[t, s] * slope(f)(convolved(s)) * pick[s, q, n] * signal[n], tT, sT, nN),
    ),
    "transposed convolution": lambda: prove(
        Sum(GT[t] * convolved(t), tT),
        Sum(signal[n] * Sum(pick[t, k, n] * kernel[k] * GT[t], tT, kS), nN),
    ),
    "mean over places": lambda: prove(
        partial(Sum(f(convolved(t)), tT) / T, signal[m]),
        Sum(slope(f)(convolved(t)) * pick[t, k, m] * kernel[k], tT, kS) / T,
    ),
    "linear in the kernel": lambda: prove(
        Sum(kernel[q] * partial(convolved(t), kernel[q]), (q, 1, S)),
        convolved(t),
    ),
}

# ----------------------------------------------------------------------------------------------------------- shifted


def long_signal():
    return array("x", T + S - 1)


def shifted(t):
    return Sum(kernel[k] * long_signal()[t + k - 1], kS)


SHIFTED = {
    "shifted, kernel": lambda: prove(
        partial(Sum(GT[t] * shifted(t), tT), kernel[q]),
        Sum(GT[t] * long_signal()[t + q - 1], tT),
    ),
    "shifted, kernel behind a function": lambda: prove(
        partial(Sum(GT[t] * f(shifted(t) + b), tT), kernel[q]),
        Sum(GT[t] * slope(f)(shifted(t) + b) * long_signal()[t + q - 1], tT),
    ),
    "shifted, bias": lambda: prove(
        partial(Sum(GT[t] * f(shifted(t) + b), tT), b),
        Sum(GT[t] * slope(f)(shifted(t) + b), tT),
    ),
    "shifted, signal": lambda: prove(
        partial(Sum(GT[t] * shifted(t), tT), long_signal()[m]),
        Sum(GT[t] * kernel[k] * KroneckerDelta(m, t + k - 1), tT, kS),
    ),
    "shifted, signal behind a function": lambda: prove(
        partial(Sum(GT[t] * f(shifted(t)), tT), long_signal()[m]),
        Sum(GT[t] * slope(f)(shifted(t)) * kernel[k] * KroneckerDelta(m, t + k - 1), tT, kS),
    ),
    "shifted, the whole signal moved": lambda: prove(
        Sum(partial(Sum(GT[t] * shifted(t), tT), long_signal()[m]), (m, 1, T + S - 1)),
        Sum(GT[t], tT) * Sum(kernel[k], kS),
    ),
    "autoregression": lambda: prove(
        partial(Sum((array("x", T + 1)[t + 1] - a * array("x", T + 1)[t]) ** 2, tT) / 2, a),
        -Sum((array("x", T + 1)[t + 1] - a * array("x", T + 1)[t]) * array("x", T + 1)[t], tT),
    ),
    "shifted in two directions": lambda: prove(
        partial(
            Sum(
                array("G", T, H)[t, j]
                * Sum(
                    array("w", S, D)[k, i] * array("x", T + S - 1, H + D - 1)[t + k - 1, j + i - 1],
                    kS,
                    iD,
                ),
                tT,
                jH,
            ),
            array("w", S, D)[p, q],
        ),
        Sum(array("G", T, H)[t, j] * array("x", T + S - 1, H + D - 1)[t + p - 1, j + q - 1], tT, jH),
    ),
}

# ------------------------------------------------------------------------------------------------------------- kinks

ten = array("x", 10)
slopes, places = array("a", 10), array("c", 10)

KINKS = {
    "maximum as ReLU": lambda: prove(Max(y, z), z + relu(y - z)),
    "minimum as ReLU": lambda: prove(Min(y, z), z - relu(z - y)),
    "maximum and minimum": lambda: prove(Max(y, z) + Min(y, z), y + z),
    "maximum less minimum": lambda: prove(Max(y, z) - Min(y, z), Abs(y - z)),
    "maximum by the absolute value": lambda: prove(Max(y, z), (y + z + Abs(y - z)) / 2),
    "maximum of absolute values": lambda: prove(Max(Abs(y), Abs(z)), (Abs(y + z) + Abs(y - z)) / 2),
    "maximum of three": lambda: prove(x + relu(z + relu(y - z) - x), Max(x, y, z)),
    "maximum times minimum": lambda: prove(Max(y, z) * Min(y, z), y * z),
    "halves": lambda: prove(relu(z) - relu(-z), z),
    "halves of a difference": lambda: prove(relu(y - z) - relu(z - y), y - z),
    "absolute value": lambda: prove(relu(z) + relu(-z), Abs(z)),
    "absolute value, slope": lambda: prove(partial(Abs(z), z), sign(z)),
    "absolute value of a product": lambda: prove(relu(y * z) + relu(-y * z), Abs(y) * Abs(z)),
    "ReLU of a product": lambda: prove(relu(y * z), relu(y) * relu(z) + relu(-y) * relu(-z)),
    "sign times value": lambda: prove(z * sign(z), Abs(z)),
    "sign by steps": lambda: prove(sign(z), step(z) - step(-z)),
    "both halves at once": lambda: prove(relu(z) * relu(-z), 0),
    "ReLU of an affine argument": lambda: prove(partial(relu(a * z + b), z), a * step(a * z + b)),
    "ReLU behind ReLU": lambda: prove(
        partial(relu(a * relu(b * z + c) + x), z),
        a * b * step(a * relu(b * z + c) + x) * step(b * z + c),
    ),
    "square of ReLU of an affine argument": lambda: prove(
        partial(relu(a * z + b) ** 2 / 2, a),
        z * relu(a * z + b),
    ),
    "ReLU by its own step": lambda: prove(relu(a * z + b), (a * z + b) * step(a * z + b)),
    "two samples over the kink": lambda: prove(relu(a * z + b) - relu(-a * z - b), a * z + b),
    "max pooling over two": lambda: prove(partial(Max(f(y), f(z)), y), slope(f)(y) * step(f(y) - f(z))),
    "max pooling over two, both": lambda: prove(partial(Max(y, z), y) + partial(Max(y, z), z), 1),
    "max pooling of pairs": lambda: prove(
        partial(Sum(gD[r] * Max(xD[r], yD[r]), rD), xD[p]),
        gD[p] * step(xD[p] - yD[p]),
    ),
    "max pooling over three": lambda: prove(partial(Max(x, y, z), x), step(x - y) * step(x - z)),
    "ten kinks, halves": lambda: prove(
        Sum(relu(ten[i]) - relu(-ten[i]), (i, 1, 10)),
        Sum(ten[i], (i, 1, 10)),
    ),
    "ten kinks, maxima": lambda: prove(
        sum(Max(ten[v], z) for v in range(1, 11)),
        10 * z + sum(relu(ten[v] - z) for v in range(1, 11)),
    ),
    "ten kinks, a network with one input": lambda: prove(
        partial(Sum(slopes[i] * relu(z - places[i]), (i, 1, 10)), z),
        Sum(slopes[i] * step(z - places[i]), (i, 1, 10)),
    ),
    "ten kinks, absolute values": lambda: prove(
        sum(Abs(ten[v] - z) for v in range(1, 11)),
        sum(relu(ten[v] - z) + relu(z - ten[v]) for v in range(1, 11)),
    ),
    "any number of kinks": lambda: prove(
        Sum(Max(xD[i], yD[i]), iD),
        Sum(yD[i], iD) + Sum(relu(xD[i] - yD[i]), iD),
    ),
    "clip by two ReLUs": lambda: prove(Max(-1, Min(1, z)), relu(z + 1) - relu(z - 1) - 1),
    "clip in the other order": lambda: prove(Max(-1, Min(1, z)), Min(1, Max(-1, z))),
    "clip twice": lambda: prove(Min(relu(Min(relu(z), 1)), 1), Min(relu(z), 1)),
    "clip around a point": lambda: prove(
        y + Max(-delta_pos, Min(delta_pos, z - y)),
        Max(y - delta_pos, Min(y + delta_pos, z)),
    ),
    "tent": lambda: prove(relu(z + 1) - 2 * relu(z) + relu(z - 1), relu(1 - Abs(z))),
    "soft threshold": lambda: prove(
        relu(z - delta_pos) - relu(-z - delta_pos),
        sign(z) * relu(Abs(z) - delta_pos),
    ),
    "soft threshold as what clipping leaves": lambda: prove(
        relu(z - delta_pos) - relu(-z - delta_pos),
        z - Max(-delta_pos, Min(delta_pos, z)),
    ),
    "step of a product": lambda: prove(step(y * z), step(y) * step(z) + step(-y) * step(-z)),
    "no step at zero": lambda: prove(step(y - z) + step(z - y), sign(y - z) ** 2),
    "Piecewise with three pieces": lambda: prove(
        Piecewise((-1, z < -1), (z, z <= 1), (1, True)),
        Max(-1, Min(1, z)),
    ),
    "Piecewise, slope of the middle piece": lambda: prove(
        partial(Piecewise((-z - half, z < -1), (z**2 / 2, z <= 1), (z - half, True)), z),
        Max(-1, Min(1, z)),
    ),
    "ReLU layer": lambda: prove(
        partial(Sum(G[n, j] * relu(layer(n, j)), nN, jH), W[p, q]),
        Sum(X[n, p] * G[n, q] * step(layer(n, q)), nN),
    ),
    "ReLU layer in halves": lambda: prove(
        Sum(bias[j] * (relu(Z[n, j]) - relu(-Z[n, j])), jH),
        Sum(bias[j] * Z[n, j], jH),
    ),
    "ReLU layer is its step times its argument": lambda: prove(
        Sum(relu(Z[n, j]) ** 2, jH),
        Sum(step(Z[n, j]) * Z[n, j] ** 2, jH),
    ),
    "nested in a sum's term": lambda: prove(
        Sum(relu(Sum(W[i, j] * xD[i], iD)) - relu(-Sum(W[k, j] * xD[k], kD)), jH),
        Sum(W[i, j] * xD[i], iD, jH),
    ),
    "a kink inside a smooth function": lambda: prove(sigmoid(relu(z)) + sigmoid(relu(-z)), sigmoid(Abs(z)) + half),
    "a distance by kinks": lambda: prove(
        Sum(Abs(xD[i] - yD[i]), iD),
        2 * Sum(Max(xD[i], yD[i]), iD) - Sum(xD[i] + yD[i], iD),
    ),
}

# ----------------------------------------------------------------------------------------------------- trigonometric

TRIGONOMETRIC = {
    "Pythagoras": lambda: prove(sin(z) ** 2 + cos(z) ** 2, 1),
    "Pythagoras in a sum": lambda: prove(Sum(sin(xD[i]) ** 2, iD) + Sum(cos(xD[i]) ** 2, iD), D),
    "Pythagoras of a sum": lambda: prove(sin(dot(wD, xD)) ** 2 + cos(dot(wD, xD)) ** 2, 1),
    "fourth powers": lambda: prove(sin(z) ** 4 - cos(z) ** 4, 2 * sin(z) ** 2 - 1),
    "sine of a sum": lambda: prove(sin(y + z), sin(y) * cos(z) + cos(y) * sin(z)),
    "cosine of a difference": lambda: prove(cos(y - z), cos(y) * cos(z) + sin(y) * sin(z)),
    "double angle, sine": lambda: prove(sin(2 * z), 2 * sin(z) * cos(z)),
    "double angle, cosine": lambda: prove(cos(2 * z), 1 - 2 * sin(z) ** 2),
    "triple angle": lambda: prove(sin(3 * z), 3 * sin(z) - 4 * sin(z) ** 3),
    "product to sum": lambda: prove(cos(y) * cos(z), (cos(y - z) + cos(y + z)) / 2),
    "difference of squares": lambda: prove(sin(y + z) * sin(y - z), sin(y) ** 2 - sin(z) ** 2),
    "a position moved": lambda: prove(
        sin(w * (x + a)) * cos(w * x) - cos(w * (x + a)) * sin(w * x),
        sin(w * a),
    ),
    "positions turn by their difference": lambda: prove(
        (x * cos(a) - y * sin(a)) * (v * cos(b) - w * sin(b)) + (x * sin(a) + y * cos(a)) * (v * sin(b) + w * cos(b)),
        (x * v + y * w) * cos(b - a) + (y * v - x * w) * sin(b - a),
    ),
    "a turn keeps the length": lambda: prove(
        (x * cos(a) - y * sin(a)) ** 2 + (x * sin(a) + y * cos(a)) ** 2, x**2 + y**2
    ),
    "oscillation": lambda: prove(
        partial(partial(x * sin(w * z) + y * cos(w * z), z), z),
        -(w**2) * (x * sin(w * z) + y * cos(w * z)),
    ),
    "slope of a double angle": lambda: prove(partial(sin(z) ** 2, z), sin(2 * z)),
    "hyperbola": lambda: prove(cosh(z) ** 2 - sinh(z) ** 2, 1),
    "tanh of a sum": lambda: prove(tanh(y + z), (tanh(y) + tanh(z)) / (1 + tanh(y) * tanh(z))),
    "tanh of twice": lambda: prove(tanh(2 * z), 2 * tanh(z) / (1 + tanh(z) ** 2)),
    "tanh, slope by cosh": lambda: prove(partial(tanh(z), z), 1 / cosh(z) ** 2),
    "polar coordinates": lambda: prove(
        partial(F(x * cos(a), x * sin(a)), a),
        x * (cos(a) * slope(F, 2)(x * cos(a), x * sin(a)) - sin(a) * slope(F, 1)(x * cos(a), x * sin(a))),
    ),
    "polar coordinates, squared gradient": lambda: prove(
        partial(F(x * cos(a), x * sin(a)), x) ** 2 + partial(F(x * cos(a), x * sin(a)), a) ** 2 / x**2,
        slope(F, 1)(x * cos(a), x * sin(a)) ** 2 + slope(F, 2)(x * cos(a), x * sin(a)) ** 2,
    ),
    "cosine schedule": lambda: prove(partial(a * (1 + cos(pi * z)) / 2, z), -a * pi * sin(pi * z) / 2),
}

# ------------------------------------------------------------------------------------------------- logs and exponents

LOGS = {
    "stable softplus": lambda: prove(softplus(z), relu(z) + log(1 + exp(-Abs(z)))),
    "stable softplus, mirrored": lambda: prove(softplus(-z), relu(-z) + log(1 + exp(-Abs(z)))),
    "softplus in halves": lambda: prove(softplus(z) - softplus(-z), z),
    "log-sigmoid": lambda: prove(log(sigmoid(z)), -softplus(-z)),
    "log-sigmoid of the other side": lambda: prove(log(1 - sigmoid(z)), -softplus(z)),
    "log-sigmoid less log-sigmoid": lambda: prove(log(sigmoid(z)) - log(sigmoid(-z)), z),
    "log-sigmoid, slope": lambda: prove(partial(log(sigmoid(a * z + b)), z), a * sigmoid(-a * z - b)),
    "both sides of a sigmoid, Hessian": lambda: prove(
        partial(partial(log(sigmoid(z)) + log(sigmoid(-z)), z), z),
        -2 * sigmoid(z) * sigmoid(-z),
    ),
    "sigmoid times its mirror": lambda: prove(sigmoid(z) * sigmoid(-z), exp(z) / (1 + exp(z)) ** 2),
    "sigmoid times its mirror, by tanh": lambda: prove(sigmoid(z) * sigmoid(-z), (1 - tanh(z / 2) ** 2) / 4),
    "sigmoid times its mirror in a sum": lambda: prove(
        Sum(xD[i] ** 2 * sigmoid(vD[i]) * sigmoid(-vD[i]), iD),
        Sum(xD[i] ** 2 * (sigmoid(vD[i]) - sigmoid(vD[i]) ** 2), iD),
    ),
    "stable sigmoid": lambda: prove(sigmoid(z), exp(Min(z, 0)) / (1 + exp(-Abs(z)))),
    "stable sigmoid in two pieces": lambda: prove(
        sigmoid(z),
        Piecewise((1 / (1 + exp(-z)), z >= 0), (exp(z) / (1 + exp(z)), True)),
    ),
    "stable tanh": lambda: prove(tanh(z), sign(z) * (1 - exp(-2 * Abs(z))) / (1 + exp(-2 * Abs(z)))),
    "log-sum-exp of two": lambda: prove(log(exp(y) + exp(z)), y + softplus(z - y)),
    "log-sum-exp of two, stable": lambda: prove(log(exp(y) + exp(z)), Max(y, z) + log(1 + exp(-Abs(y - z)))),
    "log-add-exp, slope": lambda: prove(partial(log(exp(y) + exp(z)), y), sigmoid(y - z)),
    "exp of softplus": lambda: prove(exp(softplus(z)), 1 + exp(z)),
    "odds": lambda: prove(sigmoid(z) / sigmoid(-z), exp(z)),
    "logits add": lambda: prove(
        sigmoid(y + z),
        sigmoid(y) * sigmoid(z) / (sigmoid(y) * sigmoid(z) + sigmoid(-y) * sigmoid(-z)),
    ),
    "softmax of shifted logits": lambda: prove(exp(zK[m] + a) / Sum(exp(zK[k] + a), kK), softmax(zK, m)),
    "softmax of log-probabilities": lambda: prove(
        exp(log(softmax(zK, m)) + a) / Sum(exp(log(softmax(zK, k)) + a), kK),
        softmax(zK, m),
    ),
    "ratio of two probabilities": lambda: prove(log(softmax(zK, j) / softmax(zK, m)), zK[j] - zK[m]),
    "likelihood of a coin": lambda: prove(
        log(x**y * (1 - x) ** (1 - y)),
        y * log(x) + (1 - y) * log(1 - x),
    ),
    "likelihood of a coin with a logit": lambda: prove(
        -log(sigmoid(z) ** y * (1 - sigmoid(z)) ** (1 - y)),
        softplus(z) - y * z,
    ),
    "entropy of a coin": lambda: prove(
        -sigmoid(z) * log(sigmoid(z)) - sigmoid(-z) * log(sigmoid(-z)),
        softplus(z) - z * sigmoid(z),
    ),
    "entropy of a coin, slope": lambda: prove(partial(softplus(z) - z * sigmoid(z), z), -z * sigmoid(z) * sigmoid(-z)),
    "entropy of a softmax, in logits": lambda: prove(
        entropy,
        log_sum_exp(zK) - Sum(softmax(zK, k) * zK[k], kK),
    ),
    "log of a product": lambda: prove(log(x * y), log(x) + log(y)),
    "log of a product of entries": lambda: prove(
        Sum(log(array("u", D, positive=True)[i] * array("s", D, positive=True)[i]), iD),
        Sum(log(array("u", D, positive=True)[i]), iD) + Sum(log(array("s", D, positive=True)[i]), iD),
    ),
    "power of itself": lambda: prove(
        partial(positive("s") ** positive("s"), positive("s")),
        positive("s") ** positive("s") * (log(positive("s")) + 1),
    ),
    "log-mean-exp": lambda: prove(log(Sum(exp(zK[k]), kK) / K), log_sum_exp(zK) - log(K)),
    "geometric mean, slope": lambda: prove(
        partial(exp(Sum(log(xD[i]), iD) / D), xD[p]),
        exp(Sum(log(xD[i]), iD) / D) / (D * xD[p]),
    ),
    "exp of a sum": lambda: prove(
        exp(Sum(xD[i] + yD[i], iD)),
        exp(Sum(xD[i], iD)) * exp(Sum(yD[j], jD)),
    ),
    "exponents of row sums, other letters": lambda: prove(
        Sum(exp(Sum(A[i, j], jD)), iD),
        Sum(exp(Sum(A[j, i], iD)), jD),
    ),
    "exponents of row sums, slope": lambda: prove(
        partial(Sum(exp(Sum(A[i, j], jD)), iD), A[p, q]),
        exp(Sum(A[p, j], jD)),
    ),
    "Gumbel noise": lambda: prove(partial(exp(-z - exp(-z)), z), (exp(-z) - 1) * exp(-z - exp(-z))),
    "logistic growth": lambda: prove(
        partial(a / (1 + b * exp(-a * c * z)), z),
        c * a / (1 + b * exp(-a * c * z)) * (a - a / (1 + b * exp(-a * c * z))),
    ),
}

# --------------------------------------------------------------------------------------------------- powers and roots

s_pos, t_pos = positive("s"), positive("t")
uP = array("u", D, positive=True)

POWERS = {
    "norm, slope": lambda: prove(partial(norm(xD), xD[p]), xD[p] / norm(xD)),
    "norm of a unit vector": lambda: prove(Sum((xD[i] / norm(xD)) ** 2, iD), 1),
    "distance, slope": lambda: prove(
        partial(sqrt(Sum((xD[i] - yD[i]) ** 2, iD)), yD[p]),
        (yD[p] - xD[p]) / sqrt(Sum((xD[i] - yD[i]) ** 2, iD)),
    ),
    "inverse of a norm, slope": lambda: prove(partial(1 / norm(xD), xD[p]), -xD[p] / norm(xD) ** 3),
    "power of a norm, slope": lambda: prove(partial(norm(xD) ** a, xD[p]), a * norm(xD) ** (a - 2) * xD[p]),
    "root of a written-out square": lambda: prove(sqrt(y**2 + 2 * y * z + z**2), Abs(y + z)),
    "root of a product": lambda: prove(sqrt(x * y), sqrt(x) * sqrt(y)),
    "root of a product of entries": lambda: prove(sqrt(xD[p] * xD[q]), sqrt(xD[p]) * sqrt(xD[q])),
    "root of a product of functions": lambda: prove(sqrt(f(y) * f(z)), sqrt(f(y)) * sqrt(f(z))),
    "root made rational": lambda: prove((s_pos - t_pos) / (sqrt(s_pos) + sqrt(t_pos)), sqrt(s_pos) - sqrt(t_pos)),
    "square of two roots": lambda: prove((sqrt(x) + sqrt(y)) ** 2, x + y + 2 * sqrt(x) * sqrt(y)),
    "difference of cube roots": lambda: prove(
        (s_pos ** Rational(1, 3) - t_pos ** Rational(1, 3))
        * (s_pos ** Rational(2, 3) + (s_pos * t_pos) ** Rational(1, 3) + t_pos ** Rational(2, 3)),
        s_pos - t_pos,
    ),
    "root within a root": lambda: prove(
        sqrt(s_pos + t_pos + 2 * sqrt(s_pos * t_pos)),
        sqrt(s_pos) + sqrt(t_pos),
    ),
    "powers add": lambda: prove(s_pos**a * s_pos**b, s_pos ** (a + b)),
    "power, slope": lambda: prove(partial(s_pos**a, s_pos), a * s_pos ** (a - 1)),
    "power, slope by the exponent": lambda: prove(partial(s_pos**a, a), s_pos**a * log(s_pos)),
    "cube root, slope": lambda: prove(partial(s_pos ** Rational(1, 3), s_pos), s_pos ** Rational(1, 3) / (3 * s_pos)),
    "root of one and a square": lambda: prove(
        partial(partial(sqrt(1 + z**2), z), z),
        (1 + z**2) ** Rational(-3, 2),
    ),
    "root and its mirror": lambda: prove((sqrt(1 + z**2) + z) * (sqrt(1 + z**2) - z), 1),
    "p-norm of positive entries": lambda: prove(
        partial(Sum(uP[i] ** a, iD) ** (1 / a), uP[p]),
        Sum(uP[i] ** a, iD) ** (1 / a - 1) * uP[p] ** (a - 1),
    ),
    "harmonic mean, slope": lambda: prove(
        partial(D / Sum(1 / xD[i], iD), xD[p]),
        D / (xD[p] ** 2 * Sum(1 / xD[i], iD) ** 2),
    ),
    "root mean square, slope": lambda: prove(
        partial(sqrt(Sum(xD[i] ** 2, iD) / D), xD[p]),
        xD[p] / (D * sqrt(Sum(xD[i] ** 2, iD) / D)),
    ),
    "inverse root, slope": lambda: prove(partial((x + eps) ** -half, x), -half * (x + eps) ** Rational(-3, 2)),
    "standard deviation, slope": lambda: prove(
        partial(sqrt(Sum(centred(xD, k) ** 2, kD) / D), xD[p]),
        centred(xD, p) / (D * sqrt(Sum(centred(xD, k) ** 2, kD) / D)),
    ),
    "scaled norm": lambda: prove(sqrt(Sum((s_pos * xD[i]) ** 2, iD)), s_pos * norm(xD)),
    "scaled norm, any sign": lambda: prove(sqrt(Sum((a * xD[i]) ** 2, iD)), Abs(a) * norm(xD)),
    "sum of fourth powers": lambda: prove(
        (x + y) ** 4 + x**4 + y**4,
        2 * (x**2 + x * y + y**2) ** 2,
    ),
}

# --------------------------------------------------------------------------------------------------- deltas and sums

rows = array("M", N, D)
row_mean = Sum(rows[n, k], kD) / D
grand_mean = Sum(rows[m, k], mN, kD) / (N * D)

SUMS = {
    "swap": lambda: prove(Sum(Sum(W[i, j], iD), jH), Sum(Sum(W[i, j], jH), iD)),
    "swap with a function": lambda: prove(
        Sum(xD[i] * f(Sum(W[i, j], jH)), iD) * Sum(bias[j], jH),
        Sum(bias[j] * Sum(xD[i] * f(Sum(W[i, k], kH)), iD), jH),
    ),
    "delta under a sum": lambda: prove(Sum(KroneckerDelta(i, p) * f(xD[i]), iD), f(xD[p])),
    "delta under a sum inside a function": lambda: prove(f(Sum(KroneckerDelta(i, p) * xD[i], iD)), f(xD[p])),
    "delta under two sums": lambda: prove(
        Sum(KroneckerDelta(i, j) * A[i, j], iD, jD),
        Sum(A[i, i], iD),
    ),
    "delta squared": lambda: prove(KroneckerDelta(i, j) ** 2 * A[i, j], KroneckerDelta(i, j) * A[j, i]),
    "chain of deltas": lambda: prove(
        Sum(KroneckerDelta(i, j) * KroneckerDelta(j, k) * xD[j], jD),
        KroneckerDelta(i, k) * xD[i],
    ),
    "delta inside exp": lambda: prove(
        exp(a * KroneckerDelta(i, j)) * A[i, j],
        A[i, j] + (exp(a) - 1) * KroneckerDelta(i, j) * A[i, i],
    ),
    "delta inside a function": lambda: prove(
        f(KroneckerDelta(i, j) * xD[i]) * A[i, j],
        f(0) * A[i, j] + KroneckerDelta(i, j) * (f(xD[i]) - f(0)) * A[i, i],
    ),
    "identity matrix": lambda: prove(Sum(A[i, k] * KroneckerDelta(k, j), kD), A[i, j]),
    "trace of the identity": lambda: prove(Sum(KroneckerDelta(i, j) * KroneckerDelta(j, i) * xD[i] / xD[j], iD, jD), D),
    "all but one": lambda: prove(Sum((1 - KroneckerDelta(i, p)) * xD[i], iD), Sum(xD[i], iD) - xD[p]),
    "different pairs": lambda: prove(
        Sum((1 - KroneckerDelta(i, j)) * xD[i] * xD[j], iD, jD),
        Sum(xD[i], iD) ** 2 - Sum(xD[i] ** 2, iD),
    ),
    "different triples": lambda: prove(
        Sum(
            (1 - KroneckerDelta(i, j))
            * (1 - KroneckerDelta(j, k))
            * (1 - KroneckerDelta(i, k))
            * xD[i]
            * xD[j]
            * xD[k],
            iD,
            jD,
            kD,
        ),
        Sum(xD[i], iD) ** 3 - 3 * Sum(xD[i], iD) * Sum(xD[i] ** 2, iD) + 2 * Sum(xD[i] ** 3, iD),
    ),
    "product of sums": lambda: prove(
        Sum(xD[i], iD) * Sum(bias[j], jH),
        Sum(xD[i] * bias[j], iD, jH),
    ),
    "square of a sum": lambda: prove(Sum(xD[i], iD) ** 2, Sum(xD[i] * xD[j], iD, jD)),
    "cube of a sum": lambda: prove(Sum(xD[i], iD) ** 3, Sum(xD[i] * xD[j] * xD[k], iD, jD, kD)),
    "square of a sum, slope": lambda: prove(partial(Sum(xD[i], iD) ** 2, xD[p]), 2 * Sum(xD[i], iD)),
    "variance": lambda: prove(
        Sum(centred(xD, i) ** 2, iD) / D,
        Sum(xD[i] ** 2, iD) / D - mean(xD) ** 2,
    ),
    "variance by differences": lambda: prove(
        Sum(centred(xD, i) ** 2, iD) / D,
        Sum((xD[i] - xD[j]) ** 2, iD, jD) / (2 * D**2),
    ),
    "covariance": lambda: prove(
        Sum(centred(xD, i) * centred(yD, i), iD),
        Sum(xD[i] * yD[i], iD) - D * mean(xD) * mean(yD),
    ),
    "covariance by differences": lambda: prove(
        Sum(centred(xD, i) * centred(yD, i), iD),
        Sum((xD[i] - xD[j]) * (yD[i] - yD[j]), iD, jD) / (2 * D),
    ),
    "deviations sum to zero": lambda: prove(Sum(centred(xD, i), iD), 0),
    "about another point": lambda: prove(
        Sum((xD[i] - a) ** 2, iD),
        Sum(centred(xD, i) ** 2, iD) + D * (mean(xD) - a) ** 2,
    ),
    "variance, slope": lambda: prove(partial(Sum(centred(xD, i) ** 2, iD) / D, xD[p]), 2 * centred(xD, p) / D),
    "within and between rows": lambda: prove(
        Sum((rows[n, i] - grand_mean) ** 2, nN, iD),
        Sum((rows[n, i] - row_mean) ** 2, nN, iD) + D * Sum((row_mean - grand_mean) ** 2, nN),
    ),
    "weighted variance": lambda: prove(
        Sum(softmax(zK, k) * (vK[k] - average) ** 2, kK),
        Sum(softmax(zK, k) * vK[k] ** 2, kK) - average**2,
    ),
    "differences cancel": lambda: prove(Sum(f(xD[i]) - f(xD[j]), iD, jD), 0),
    "a sum over nothing that varies": lambda: prove(Sum(a, iD, jH), D * H * a),
    "a symmetric function of two": lambda: prove(Sum(F(xD[i], xD[j]), iD, jD), Sum(F(xD[j], xD[i]), iD, jD)),
    "known size": lambda: prove(
        Sum(array("x", 3)[i], (i, 1, 3)) ** 2,
        sum(array("x", 3)[u] * array("x", 3)[v] for u in (1, 2, 3) for v in (1, 2, 3)),
    ),
    "double sum, slope": lambda: prove(
        partial(Sum(f(xD[i] - xD[j]), iD, jD), xD[p]),
        Sum(slope(f)(xD[p] - xD[j]) - slope(f)(xD[j] - xD[p]), jD),
    ),
    "a double sum of functions, slope": lambda: prove(
        partial(Sum(F(xD[i], xD[j]), iD, jD), xD[p]),
        Sum(slope(F, 1)(xD[p], xD[j]) + slope(F, 2)(xD[j], xD[p]), jD),
    ),
    "four sums": lambda: prove(
        Sum(W[i, j], iD, jH) ** 2,
        Sum(W[i, j] * W[p, q], iD, jH, pD, qH),
    ),
    "mean of means": lambda: prove(Sum(row_mean, nN) / N, grand_mean),
}

# ------------------------------------------------------------------------------------------------- total derivatives

DERIVATIVES = {
    "chain rule": lambda: prove(partial(f(g(z)), z), slope(f)(g(z)) * slope(g)(z)),
    "chain of three": lambda: prove(partial(f(g(h(z))), z), slope(f)(g(h(z))) * slope(g)(h(z)) * slope(h)(z)),
    "chain rule, second": lambda: prove(
        partial(partial(f(g(z)), z), z),
        slope(slope(f))(g(z)) * slope(g)(z) ** 2 + slope(f)(g(z)) * slope(slope(g))(z),
    ),
    "chain rule, third": lambda: prove(
        partial(partial(partial(f(g(z)), z), z), z),
        slope(slope(slope(f)))(g(z)) * slope(g)(z) ** 3
        + 3 * slope(slope(f))(g(z)) * slope(g)(z) * slope(slope(g))(z)
        + slope(f)(g(z)) * slope(slope(slope(g)))(z),
    ),
    "product rule, second": lambda: prove(
        partial(partial(f(z) * g(z), z), z),
        slope(slope(f))(z) * g(z) + 2 * slope(f)(z) * slope(g)(z) + f(z) * slope(slope(g))(z),
    ),
    "quotient rule": lambda: prove(
        partial(f(z) / g(z), z),
        (slope(f)(z) * g(z) - f(z) * slope(g)(z)) / g(z) ** 2,
    ),
    "power of a function": lambda: prove(partial(f(z) ** 5, z), 5 * f(z) ** 4 * slope(f)(z)),
    "logarithmic slope": lambda: prove(partial(log(f(z) * g(z)), z), slope(f)(z) / f(z) + slope(g)(z) / g(z)),
    "function to a function": lambda: prove(
        partial(exp(f(z)) ** g(z), z),
        exp(f(z) * g(z)) * (slope(f)(z) * g(z) + f(z) * slope(g)(z)),
    ),
    "fork": lambda: prove(
        partial(F(f(z), g(z)), z),
        slope(F, 1)(f(z), g(z)) * slope(f)(z) + slope(F, 2)(f(z), g(z)) * slope(g)(z),
    ),
    "fork of three": lambda: prove(
        partial(G3(f(z), g(z), z), z),
        slope(G3, 1)(f(z), g(z), z) * slope(f)(z)
        + slope(G3, 2)(f(z), g(z), z) * slope(g)(z)
        + slope(G3, 3)(f(z), g(z), z),
    ),
    "fork, second": lambda: prove(
        partial(partial(F(y * z, z), z), z),
        y**2 * slope(slope(F, 1), 1)(y * z, z)
        + 2 * y * slope(slope(F, 1), 2)(y * z, z)
        + slope(slope(F, 2), 2)(y * z, z),
    ),
    "order of derivatives": lambda: prove(
        partial(partial(F(x * y, x + y), x), y),
        partial(partial(F(x * y, x + y), y), x),
    ),
    "three in any order": lambda: prove(
        partial(partial(partial(G3(x, y, z), x), y), z),
        partial(partial(partial(G3(x, y, z), z), x), y),
    ),
    "Laplacian of a turn": lambda: prove(
        partial(partial(F(x - y, x + y), x), x) + partial(partial(F(x - y, x + y), y), y),
        2 * slope(slope(F, 1), 1)(x - y, x + y) + 2 * slope(slope(F, 2), 2)(x - y, x + y),
    ),
    "waves": lambda: prove(
        partial(partial(f(x - c * z) + g(x + c * z), z), z),
        c**2 * partial(partial(f(x - c * z) + g(x + c * z), x), x),
    ),
    "a path through a plane": lambda: prove(
        partial(F(a + x * z, b + y * z), z),
        x * slope(F, 1)(a + x * z, b + y * z) + y * slope(F, 2)(a + x * z, b + y * z),
    ),
    "a function of the mean": lambda: prove(partial(f(mean(xD)), xD[p]), slope(f)(mean(xD)) / D),
    "a function of two sums": lambda: prove(
        partial(F(Sum(xD[i], iD), Sum(xD[i] ** 2, iD)), xD[p]),
        slope(F, 1)(Sum(xD[i], iD), Sum(xD[i] ** 2, iD)) + 2 * xD[p] * slope(F, 2)(Sum(xD[i], iD), Sum(xD[i] ** 2, iD)),
    ),
    "a function of two sums, second": lambda: prove(
        partial(partial(F(dot(wD, xD), dot(vD, xD)), xD[p]), xD[q]),
        wD[p] * wD[q] * slope(slope(F, 1), 1)(dot(wD, xD), dot(vD, xD))
        + (wD[p] * vD[q] + vD[p] * wD[q]) * slope(slope(F, 1), 2)(dot(wD, xD), dot(vD, xD))
        + vD[p] * vD[q] * slope(slope(F, 2), 2)(dot(wD, xD), dot(vD, xD)),
    ),
    "replacement": lambda: prove(
        partial(F(f(w), g(w)), w),
        x * partial(f(w), w) + y * partial(g(w), w),
        where={x: slope(F, 1)(f(w), g(w)), y: slope(F, 2)(f(w), g(w))},
    ),
    "vector times Jacobian": lambda: prove(
        partial(Sum(bias[j] * g(Sum(W[i, j] * xD[i], iD)), jH), xD[q]),
        Sum(W[q, j] * bias[j] * slope(g)(Sum(W[i, j] * xD[i], iD)), jH),
    ),
    "Jacobian times vector": lambda: prove(
        Sum(partial(g(Sum(W[i, j] * xD[i], iD)), xD[q]) * vD[q], qD),
        slope(g)(Sum(W[i, j] * xD[i], iD)) * Sum(W[q, j] * vD[q], qD),
    ),
    "along a line": lambda: prove(
        partial(f(Sum(wD[i] * (xD[i] + a * vD[i]), iD)), a),
        Sum(vD[p] * wD[p], pD) * slope(f)(Sum(wD[i] * (xD[i] + a * vD[i]), iD)),
    ),
    "along a line, second": lambda: prove(
        partial(partial(Sum(f(xD[i] + a * vD[i]), iD), a), a),
        Sum(vD[i] ** 2 * slope(slope(f))(xD[i] + a * vD[i]), iD),
    ),
    "Euler": lambda: prove(
        x * partial(x**2 * f(y / x), x) + y * partial(x**2 * f(y / x), y),
        2 * x**2 * f(y / x),
    ),
    "sum of functions, Hessian": lambda: prove(
        partial(partial(Sum(f(xD[i]), iD), xD[p]), xD[q]),
        KroneckerDelta(p, q) * slope(slope(f))(xD[p]),
    ),
    "Gauss-Newton of a layer": lambda: prove(
        partial(partial(Sum(f(Sum(W[i, j] * xD[i], iD)), jH), xD[p]), xD[q]),
        Sum(W[p, j] * W[q, j] * slope(slope(f))(Sum(W[i, j] * xD[i], iD)), jH),
    ),
    "mixed second slope of a product": lambda: prove(
        partial(partial(f(x * y), x), y),
        slope(f)(x * y) + x * y * slope(slope(f))(x * y),
    ),
}

# ------------------------------------------------------------------------------------------------------ compositions

tokens, token_gradient = array("X", T, D), array("G", T, D)
query_weights = array("W", D, E)
heads = [array(name, B, T, D) for name in "QKV"]


def self_attention(t, s):
    return exp(Sum(tokens[t, d] * tokens[s, d], dD)) / Sum(exp(Sum(tokens[t, d] * tokens[r, d], dD)), rT)


def self_score_gradient(t, s):
    def along(s):
        return Sum(token_gradient[t, e] * tokens[s, e], (e, 1, D))

    return self_attention(t, s) * (along(s) - Sum(self_attention(t, k) * along(k), (k, 1, T)))


def projected(t, s):
    """Softmax over the keys, where the query is a layer of the token."""
    logit = [Sum(tokens[t, i] * query_weights[i, u] * array("K", S, E)[place, u], iD, (u, 1, E)) for place in (s, r)]
    return exp(logit[0]) / Sum(exp(logit[1]), rS)


def projected_gradient(t, s):
    values = array("V", S, D)

    def along(s):
        return Sum(token_gradient[t, d] * values[s, d], dD)

    return projected(t, s) * (along(s) - Sum(projected(t, k) * along(k), kS))


def head(index, t, s):
    logit = [Sum(heads[0][index, t, d] * heads[1][index, place, d], dD) for place in (s, r)]
    return exp(logit[0]) / Sum(exp(logit[1]), rT)


def plain(j):
    return Sum(xD[i] * W[i, j], iD)


def plain_centred(j):
    return plain(j) - Sum(plain(k), kH) / H


def plain_spread():
    return sqrt(Sum(plain_centred(m) ** 2, (m, 1, H)) / H + eps)


def normed(j):
    return plain_centred(j) / plain_spread()


def relu_logit(n, k):
    return Sum(relu(layer(n, j)) * V[j, k], jH) + bias_2[k]


COMPOSITIONS = {
    "self-attention, three paths": lambda: prove(
        partial(
            Sum(token_gradient[t, e] * Sum(self_attention(t, s) * tokens[s, e], sT), tT, (e, 1, D)),
            tokens[m, p],
        ),
        Sum(self_attention(t, m) * token_gradient[t, p], tT)
        + Sum(self_score_gradient(m, s) * tokens[s, p], sT)
        + Sum(self_score_gradient(t, m) * tokens[t, p], tT),
    ),
    "weights of the queries": lambda: prove(
        partial(
            Sum(token_gradient[t, d] * Sum(projected(t, s) * array("V", S, D)[s, d], sS), tT, dD),
            query_weights[p, q],
        ),
        Sum(tokens[t, p] * Sum(projected_gradient(t, s) * array("K", S, E)[s, q], sS), tT),
    ),
    "many heads, values": lambda: prove(
        partial(
            Sum(token_gradient[t, e] * Sum(head(u, t, s) * heads[2][u, s, e], sT), tT, (e, 1, D), (u, 1, B)),
            heads[2][m, q, p],
        ),
        Sum(head(m, t, q) * token_gradient[t, p], tT),
    ),
    "layer norm behind a layer, weights": lambda: prove(
        partial(Sum(bias[j] * normed(j), jH), W[p, q]),
        xD[p] * (bias[q] - Sum(bias[j], jH) / H - normed(q) * Sum(bias[j] * normed(j), jH) / H) / plain_spread(),
    ),
    "layer norm in a residual block": lambda: prove(
        partial(Sum(gD[i] * (xD[i] + layer_norm(xD, i)), iD), xD[m]),
        gD[m] + (gD[m] - mean(gD) - layer_norm(xD, m) * Sum(gD[j] * layer_norm(xD, j), jD) / D) / spread(xD),
    ),
    "ReLU network with softmax, first weights": lambda: prove(
        partial(
            Sum(log(Sum(exp(relu_logit(n, k)), kK)) - Sum(Y[n, k] * relu_logit(n, k), kK), nN) / N,
            W[p, q],
        ),
        Sum(
            X[n, p]
            * step(layer(n, q))
            * Sum((exp(relu_logit(n, k)) / Sum(exp(relu_logit(n, s)), (s, 1, K)) - Y[n, k]) * V[q, k], kK),
            nN,
        )
        / N,
    ),
    "a step of gradient descent on a layer": lambda: prove(
        Sum((score - eta * Sum(X[n, p] * gD[p], pD)) ** 2, nN) / 2,
        Sum(score**2, nN) / 2
        - eta * Sum(gD[p] * Sum(X[n, p] * score, nN), pD)
        + eta**2 * Sum(gD[p] * entry(matrix(X).T * matrix(X), p, q) * gD[q], pD, qD) / 2,
    ),
}

GROUPS = {
    "layers": LAYERS,
    "losses": LOSSES,
    "hessians": HESSIANS,
    "attention": ATTENTION,
    "normalisation": NORMALISATION,
    "activations": ACTIVATIONS,
    "recurrent": RECURRENT,
    "optimisers": OPTIMISERS,
    "matrices": MATRICES,
    "convolution": CONVOLUTION,
    "shifted": SHIFTED,
    "kinks": KINKS,
    "trigonometric": TRIGONOMETRIC,
    "logs": LOGS,
    "powers": POWERS,
    "sums": SUMS,
    "derivatives": DERIVATIVES,
    "compositions": COMPOSITIONS,
}
TRUE = {f"{group}: {name}": (group, call) for group, entries in GROUPS.items() for name, call in entries.items()}

# --------------------------------------------------------------------------------------------------------- induction

one_to_n, one_to_t = (i, 1, N), (i, 1, T)
a_of = arbitrary("a")

INDUCTION = {
    "count": (Sum(1, one_to_n), N, N),
    "whole numbers": (Sum(i, one_to_n), N * (N + 1) / 2, N),
    "squares": (Sum(i**2, one_to_n), N * (N + 1) * (2 * N + 1) / 6, N),
    "cubes": (Sum(i**3, one_to_n), Sum(i, one_to_n) ** 2, N),
    "odd numbers": (Sum(2 * i - 1, one_to_n), N**2, N),
    "geometric": (Sum(beta ** (i - 1), one_to_n), (1 - beta**N) / (1 - beta), N),
    "geometric, without a fraction": ((1 - beta) * Sum(beta ** (i - 1), one_to_n), 1 - beta**N, N),
    "geometric, from the first power": ((1 - beta) * Sum(beta**i, one_to_n), beta - beta ** (N + 1), N),
    "weights of a moving average": (Sum(beta ** (T - i), one_to_t), (1 - beta**T) / (1 - beta), T),
    "Adam's bias correction": ((1 - beta) * Sum(beta ** (T - i), one_to_t), 1 - beta**T, T),
    "a constant gradient under momentum": (
        Sum(c * beta ** (T - i), one_to_t),
        c * (1 - beta**T) / (1 - beta),
        T,
    ),
    "telescope": (Sum(a_of(i + 1) - a_of(i), one_to_n), a_of(N + 1) - a_of(1), N),
    "telescope of reciprocals": (Sum(1 / (i * (i + 1)), one_to_n), N / (N + 1), N),
    "arithmetic and geometric": (
        (1 - beta) ** 2 * Sum(i * beta**i, one_to_n),
        beta * (1 - (N + 1) * beta**N + N * beta ** (N + 1)),
        N,
    ),
    "powers of two": (Sum(2**i, one_to_n), 2 ** (N + 1) - 2, N),
    "parts by parts": (
        Sum(i * (a_of(i + 1) - a_of(i)), one_to_n),
        N * a_of(N + 1) - Sum(a_of(i), one_to_n),
        N,
    ),
    "products of neighbours": (Sum(i * (i + 1), one_to_n), N * (N + 1) * (N + 2) / 3, N),
}
