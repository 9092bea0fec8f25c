"""The book's derivations as lists of lines: ``CHAINS`` maps a name to (lines, options).

lines = [expression, (expression, reason), ...]: each line equals the one before.
options: ``where`` has abbreviations; ``assume`` has equations, left: right, for every value of the letters that both
sides leave free. The indices 1 and H are the first and the last; they are not letters.
``E = expectation(x, w)``: the arrays named are random and independent of each other, E(...) is the mean.
"""

from backprop.proof.vocabulary import (
    arbitrary,
    array,
    entry,
    expectation,
    indices,
    matrix,
    partial,
    reals,
    relu,
    sigmoid,
    sizes,
    slope,
    softplus,
)
from sympy import Abs, KroneckerDelta, Sum, exp, log

D, H, K, N = sizes("D H K N")
i, j, k, m, n, p, q = indices("i j k m n p q")
s, u, v, y, z, eta, L = reals("s u v y z η L")
f, g, F = arbitrary("f"), arbitrary("g"), arbitrary("F", 2)
iD, jD = (i, 1, D), (j, 1, D)
jH, kK, jK, nN = (j, 1, H), (k, 1, K), (j, 1, K), (n, 1, N)

# -------------------------------------------------------------------------------------------- 1 vector times Jacobian

x, w, weights, c, units = array("x", D), array("w", D), array("W", D, H), array("c", H), array("u", H)
VECTOR_JACOBIAN = {
    "1 vector times Jacobian": (
        [
            partial(s, x[q]),
            (
                Sum(c[j] * slope(g)(units[j]) * partial(units[j], x[q]), jH),
                "chain rule: x_q reaches s through every u_j",
            ),
            (Sum(c[j] * slope(g)(units[j]) * weights[q, j], jH), "only i = q contains x_q"),
        ],
        {"where": {s: Sum(c[j] * g(units[j]), jH), units[j]: Sum(x[i] * weights[i, j], iD)}},
    ),
    "1 slope by a unit": (
        [
            partial(Sum(c[j] * g(units[j]), jH), units[m]),
            (Sum(c[j] * slope(g)(units[j]) * KroneckerDelta(j, m), jH), "u_j is u_m only where j = m"),
            (c[m] * slope(g)(units[m]), "one term is left"),
        ],
        {},
    ),
}

# ------------------------------------------------------------------------------------------------ 2 and 3 mean squares

E = expectation(x, w)
Z1 = array("z", N)
Ez = expectation(Z1)
MEAN_SQUARES = {
    "2 mean square": (
        [
            E(Sum(x[i] * w[i], iD) ** 2),
            (E(Sum(x[i] * x[j] * w[i] * w[j], iD, jD)), "a square of a sum is a double sum"),
            (Sum(E(x[i] * x[j] * w[i] * w[j]), iD, jD), "the mean of a sum is the sum of the means"),
            (Sum(E(x[i] * x[j]) * E(w[i] * w[j]), iD, jD), "x and w are independent"),
            (Sum(E(x[i] * x[j]) * v * KroneckerDelta(i, j), iD, jD), "the weights: independent, mean 0, variance v"),
            (v * Sum(E(x[i] ** 2), iD), "one term is left where i = j"),
            (D * v * u, "u is the mean of the E x_i²"),
        ],
        {"assume": {E(w[i] * w[j]): v * KroneckerDelta(i, j)}, "where": {u: Sum(E(x[i] ** 2), iD) / D}},
    ),
    "3 He": (
        [
            Ez(relu(Z1[n]) ** 2),
            ((Ez(relu(Z1[n]) ** 2) + Ez(relu(-Z1[n]) ** 2)) / 2, "z and -z have one distribution"),
            (Ez(relu(Z1[n]) ** 2 + relu(-Z1[n]) ** 2) / 2, "the mean of a sum is the sum of the means"),
            (Ez(Z1[n] ** 2) / 2, "R(z)² + R(-z)² = z²"),
            (D * v * u / 2, "the mean square before"),
            (u, "v = 2/D"),
        ],
        {
            "assume": {Ez(relu(-Z1[n]) ** 2): Ez(relu(Z1[n]) ** 2), Ez(Z1[n] ** 2): D * v * u},
            "where": {v: 2 / D},
        },
    ),
}

# ------------------------------------------------------------------------------------------------------ 4 to 8 losses

logits, target, P, direction = array("z", K), array("y", K), array("p", K), array("v", K)
total = Sum(exp(logits[k]), kK)
softmax = {P[j]: exp(logits[j]) / total}
binary = -y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z))
written_out = Sum(target[k], kK) * log(total) - Sum(target[k] * logits[k], kK)
LOSSES = {
    "4 stable softplus": (
        [
            log(1 + exp(z)),
            (log(exp(z) * (exp(-z) + 1)), "take e^z out"),
            (z + log(1 + exp(-z)), "the logarithm of a product"),
            (relu(z) + log(1 + exp(-Abs(z))), "z ≥ 0: this line; z < 0: the first line, where z is -|z|"),
        ],
        {},
    ),
    "5 binary cross-entropy": (
        [
            binary,
            (-y * (z - softplus(z)) + (1 - y) * softplus(z), "log σ(z) = z - s(z) and log(1 - σ(z)) = -s(z)"),
            (softplus(z) - y * z, "y s(z) cancels"),
        ],
        {},
    ),
    "5 binary cross-entropy, slope": (
        [
            partial(binary, z),
            (partial(softplus(z) - y * z, z), "the line above"),
            (sigmoid(z) - y, "s′ = σ"),
        ],
        {},
    ),
    "6 logarithm of a softmax": (
        [
            log(P[j]),
            (log(exp(logits[j])) - log(total), "the logarithm of a fraction"),
            (logits[j] - log(total), "log and exp undo each other"),
        ],
        {"where": softmax},
    ),
    "6 cross-entropy": (
        [
            -Sum(target[j] * log(P[j]), jK),
            (-Sum(target[j] * (logits[j] - log(total)), jK), "the logarithm of a softmax"),
            (written_out, "log S does not depend on j"),
        ],
        {"where": softmax},
    ),
    "6 slope of log-sum-exp": (
        [
            partial(log(total), logits[m]),
            (partial(total, logits[m]) / total, "chain rule"),
            (exp(logits[m]) / total, "only k = m contains z_m"),
            (P[m], "the definition of p_m"),
        ],
        {"where": softmax},
    ),
    "6 cross-entropy, slope": (
        [
            partial(-Sum(target[j] * log(P[j]), jK), logits[m]),
            (partial(written_out, logits[m]), "the cross-entropy written out"),
            (Sum(target[k], kK) * P[m] - target[m], "slope of log-sum-exp; only k = m contains z_m"),
            (P[m] - target[m], "the targets sum to 1"),
        ],
        {"where": softmax, "assume": {Sum(target[k], kK): 1}},
    ),
    "7 curvature of log-sum-exp": (
        [
            Sum(direction[m] * direction[q] * partial(P[m], logits[q]), (m, 1, K), (q, 1, K)),
            (
                Sum(direction[m] * direction[q] * P[m] * (KroneckerDelta(m, q) - P[q]), (m, 1, K), (q, 1, K)),
                "the slope of softmax",
            ),
            (Sum(P[j] * direction[j] ** 2, jK) - Sum(P[j] * direction[j], jK) ** 2, "one term is left where m = q"),
            (
                Sum(P[j] * P[m] * (direction[j] - direction[m]) ** 2, jK, (m, 1, K)) / 2,
                "multiply the square out; the p_j sum to 1",
            ),
        ],
        {"where": softmax},
    ),
    "8 squared error behind a sigmoid, y = 0": (
        [
            partial(partial(sigmoid(z) ** 2 / 2, z), z),
            (partial(sigmoid(z) ** 2 - sigmoid(z) ** 3, z), "σ σ′ = σ²(1 - σ)"),
            ((2 * sigmoid(z) - 3 * sigmoid(z) ** 2) * sigmoid(z) * (1 - sigmoid(z)), "chain rule, σ′ = σ(1 - σ)"),
            (sigmoid(z) ** 2 * (1 - sigmoid(z)) * (2 - 3 * sigmoid(z)), "take σ out"),
        ],
        {},
    ),
}

# ------------------------------------------------------------------------------------------------------ 9 replacement

G_1, G_2, a, b = reals("G_1 G_2 a b")
REPLACEMENT = {
    "9 replacement": (
        [
            partial(F(f(z), g(z)), z),
            (G_1 * slope(f)(z) + G_2 * slope(g)(z), "total derivative: one product for each path"),
            (G_1 * partial(f(z), z) + G_2 * partial(g(z), z), "the slopes of f and g"),
        ],
        {"where": {G_1: slope(F, 1)(f(z), g(z)), G_2: slope(F, 2)(f(z), g(z))}},
    ),
    "9 a constant goes inside": (
        [
            a * partial(f(z), z) + b * partial(g(z), z),
            (partial(a * f(z), z) + partial(b * g(z), z), "a and b are constant"),
            (partial(a * f(z) + b * g(z), z), "the slope of a sum"),
        ],
        {},
    ),
}

# ---------------------------------------------------------------------------------------------------- 10 to 12 layers

X, W, bias, Z = array("X", N, D), array("W", D, H), array("b", H), array("Z", N, H)
G, Delta = array("G", N, H), array("Δ", N, H)
V, bias_2, pre_out, G_out, Delta_out = (
    array("V", H, K),
    array("c", K),
    array("O", N, K),
    array("T", N, K),
    array("Δ^o", N, K),
)
hidden = array("A", N, H)
layer = {Z[n, j]: Sum(X[n, i] * W[i, j], iD) + bias[j]}
local = {Delta[n, j]: G[n, j] * slope(f)(Z[n, j])}
cost = {L: Sum(G[n, j] * f(Z[n, j]), nN, jH)}
two_layers = {
    **layer,
    hidden[n, j]: f(Z[n, j]),
    pre_out[n, k]: Sum(hidden[n, j] * V[j, k], jH) + bias_2[k],
    L: Sum(G_out[n, k] * g(pre_out[n, k]), nN, kK),
    Delta_out[n, k]: G_out[n, k] * slope(g)(pre_out[n, k]),
    Delta[n, j]: slope(f)(Z[n, j]) * Sum(Delta_out[n, k] * V[j, k], kK),
}
equal_units = {W[i, 1]: W[i, H], bias[1]: bias[H], V[1, k]: V[H, k]}
LAYERS = {
    "10 layer, pre-activation": (
        [
            partial(Sum(G[n, j] * f(Z[n, j]), nN, jH), Z[m, q]),
            (G[m, q] * slope(f)(Z[m, q]), "only n = m, j = q contains Z_mq"),
            (Delta[m, q], "Δ = G ⊙ f′(Z)"),
        ],
        {"where": local},
    ),
    "10 layer, weights": (
        [
            partial(L, W[p, q]),
            (
                Sum(G[n, j] * slope(f)(Z[n, j]) * partial(Z[n, j], W[p, q]), nN, jH),
                "chain rule: W_pq reaches L through every Z_nj",
            ),
            (Sum(Delta[n, j] * X[n, p] * KroneckerDelta(j, q), nN, jH), "Z_nj holds W_pq only where j = q"),
            (Sum(X[n, p] * Delta[n, q], nN), "one column is left"),
            (entry(matrix(X).T * matrix(Delta), p, q), "row p of X transposed times column q of Δ"),
        ],
        {"where": {**layer, **local, **cost}},
    ),
    "10 layer, bias": (
        [
            partial(L, bias[q]),
            (Sum(Delta[n, j] * partial(Z[n, j], bias[q]), nN, jH), "chain rule: b_q reaches L through every Z_nj"),
            (Sum(Delta[n, j] * KroneckerDelta(j, q), nN, jH), "Z_nj holds b_q only where j = q"),
            (Sum(Delta[n, q], nN), "one column is left"),
        ],
        {"where": {**layer, **local, **cost}},
    ),
    "10 layer, input": (
        [
            partial(L, X[m, p]),
            (Sum(Delta[n, j] * partial(Z[n, j], X[m, p]), nN, jH), "chain rule: X_mp reaches L through every Z_nj"),
            (Sum(Delta[n, j] * KroneckerDelta(n, m) * W[p, j], nN, jH), "Z_nj holds X_mp only where n = m"),
            (Sum(Delta[m, j] * W[p, j], jH), "one row is left"),
            (entry(matrix(Delta) * matrix(W).T, m, p), "row m of Δ times column p of W transposed"),
        ],
        {"where": {**layer, **local, **cost}},
    ),
    "11 one layer deeper": (
        [
            partial(L, W[p, q]),
            (
                Sum(Delta_out[n, k] * partial(pre_out[n, k], W[p, q]), nN, kK),
                "chain rule: W_pq reaches L through every O_nk",
            ),
            (
                Sum(Delta_out[n, k] * V[j, k] * partial(hidden[n, j], W[p, q]), nN, kK, jH),
                "O_nk holds W_pq through every A_nj",
            ),
            (
                Sum(Delta_out[n, k] * V[q, k] * slope(f)(Z[n, q]) * X[n, p], nN, kK),
                "A_nj holds W_pq only where j = q",
            ),
            (Sum(X[n, p] * Delta[n, q], nN), "Δ = f′(Z) ⊙ (Δ^o times V transposed)"),
            (entry(matrix(X).T * matrix(Delta), p, q), "row p of X transposed times column q of Δ"),
        ],
        {"where": two_layers},
    ),
    "12 equal units, forward": (
        [
            Z[n, 1],
            (Sum(X[n, i] * W[i, 1], iD) + bias[1], "the layer"),
            (Sum(X[n, i] * W[i, H], iD) + bias[H], "equal weights and biases"),
            (Z[n, H], "the layer"),
        ],
        {"where": layer, "assume": equal_units},
    ),
    "12 equal units, backward": (
        [
            Delta[n, 1],
            (slope(f)(Z[n, 1]) * Sum(Delta_out[n, k] * V[1, k], kK), "Δ = f′(Z) ⊙ (Δ^o times V transposed)"),
            (slope(f)(Z[n, H]) * Sum(Delta_out[n, k] * V[H, k], kK), "equal pre-activations and weights"),
            (Delta[n, H], "the same for the last unit"),
        ],
        {"where": two_layers, "assume": equal_units},
    ),
    "12 equal units stay equal": (
        [
            W[p, 1] - eta * Sum(X[n, p] * Delta[n, 1], nN),
            (W[p, H] - eta * Sum(X[n, p] * Delta[n, H], nN), "equal weights less equal gradients"),
        ],
        {"where": two_layers, "assume": equal_units},
    ),
}

CHAINS = {**VECTOR_JACOBIAN, **MEAN_SQUARES, **LOSSES, **REPLACEMENT, **LAYERS}
