"""The widest error of activations, derivatives and softmax, in units in the last place, against 50 digits of mpmath.

    python benchmarks/accuracy.py [points]

Each row: the function, then for float32 and float64 the largest |computed − true| / ulp(true) over the inputs where
the true value is a normal number of the type, and the input at which it occurs. The inputs cover the whole range:
dense near 0, near the zero of silu′ and where the exponentials leave the normal numbers, then every power of ten.
Then softmax of K scores, rows of every spread. Then the losses of single samples, with targets 0 and 1
(hard) or in between (soft). A gradient of cross-entropy is measured in ulp of what it is the difference of,
(1 − y) p and y (1 − p); with a hard target that is the gradient itself.
Other processors run other kernels of exp, tanh and cosh. NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL" chooses those
for machines without AVX-512, "X86_V3 X86_V4 AVX512_ICL" the plainest.
"""

import sys

import numpy as np
from backprop.forward_pass import ACTIVATIONS, softmax
from backprop.loss import LOSSES
from mpmath import mp, mpf

mp.dps = 50


def sigma(z):
    return 1 / (1 + mp.exp(-z))


TRUTH = {
    "identity": (lambda z: z, lambda z: mpf(1)),
    "sigmoid": (sigma, lambda z: sigma(z) * sigma(-z)),
    "tanh": (mp.tanh, lambda z: mp.sech(z) ** 2),
    "relu": (lambda z: max(z, mpf(0)), lambda z: mpf(z > 0)),
    "leaky_relu": (lambda z: max(z, z / 100), lambda z: mpf(1) if z > 0 else mpf(1) / 100),
    "softplus": (lambda z: mp.log1p(mp.exp(z)) if z < 0 else z + mp.log1p(mp.exp(-z)), sigma),
    "silu": (lambda z: z * sigma(z), lambda z: sigma(z) * (1 + z * sigma(-z))),
}


def inputs(dtype, points, seed=0):
    """Finite numbers z over the whole range of the type, both signs, in ascending order."""
    rng = np.random.default_rng(seed)
    limits = np.finfo(dtype)
    edge = -np.log(float(limits.tiny))  # exp(−edge) is the smallest normal number: 87 or 708
    exponents = rng.uniform(np.log10(float(limits.smallest_subnormal)), np.log10(float(limits.max)), points)
    with np.errstate(over="ignore", under="ignore"):
        some = np.concatenate(
            [
                rng.uniform(-2, 2, points),
                rng.uniform(-40, 40, points),
                rng.uniform(-1.1 * edge, 1.1 * edge, points),
                rng.choice([-1, 1], points) * rng.uniform(0.97 * edge, 1.03 * edge, points),
                rng.choice([-1, 1], points) * 10**exponents,
                -1.2784645427610738 + rng.choice([-1, 1], points) * 10 ** rng.uniform(-17, -2, points),
            ]
        ).astype(dtype)
    special = [0, limits.tiny, limits.smallest_subnormal, limits.max, limits.eps, 80, 1000, edge, edge / 2]
    special = np.array(special, dtype)
    z = np.unique(np.concatenate([some, special, -special]))
    return z[np.isfinite(z)]


def error(value, true):
    """|value − true| in units in the last place of the true value; 0 where that is not a normal number of the type."""
    limits = np.finfo(value.dtype)
    if not limits.tiny <= abs(true) <= limits.max:
        return 0.0
    ulp = mpf(2) ** (mp.frexp(true)[1] - limits.nmant - 1)
    return float(abs(mpf(float(value)) - true) / ulp)


def widest(name, kind, z):
    """(error, z) of ACTIVATIONS[name][kind] where the error is largest; kind 0 is the function, 1 its derivative."""
    values = ACTIVATIONS[name][kind](z)
    errors = [error(v, TRUTH[name][kind](mpf(float(x)))) for v, x in zip(values, z, strict=True)]
    worst = int(np.argmax(errors))
    return errors[worst], z[worst]


def scores(dtype, K, points, seed=0):
    """Rows of K scores, about `points` in all: spread by 10⁻³ to the range of exp, around 0 and around 1000/3,
    with normal, uniform and exponential gaps, and one score far above the rest.
    """
    rng = np.random.default_rng(seed)
    size = (max(1, points // (8 * K)), K)
    depth = -np.log(float(np.finfo(dtype).tiny))
    rows = []
    for offset in (0, 1000 / 3):
        spread = depth * 10 ** rng.uniform(-5, 0, (size[0], 1))
        alone = rng.normal(size=size) - 0.3 * spread * (np.arange(K) > 0)
        gaps = (rng.normal(size=size) / 4, -rng.uniform(size=size), -rng.exponential(0.3, size))
        rows += [offset + spread * g for g in gaps] + [offset + alone]
    return np.concatenate(rows).astype(dtype)


def widest_softmax(Z):
    """The largest error of softmax over the rows of Z."""
    errors = []
    for z, p in zip(Z, softmax(Z), strict=True):
        exponentials = [mp.exp(mpf(float(x)) - mpf(float(z.max()))) for x in z]
        total = mp.fsum(exponentials)
        errors += [error(q, e / total) for q, e in zip(p, exponentials, strict=True)]
    return max(errors)


def log_sum(z):
    """max z and log Σ exp(z − max z), in which the largest term, 1, is not added to the others."""
    top = max(range(len(z)), key=lambda k: z[k])
    return z[top], mp.log1p(mp.fsum(mp.exp(v - z[top]) for k, v in enumerate(z) if k != top))


def softplus(z):
    return TRUTH["softplus"][0](z)


def true_loss(name, z, y):
    """(ℓ, gradient, size): a sample's loss, the gradient, and the size of what the gradient is the difference of."""
    r = [a - b for a, b in zip(z, y, strict=True)]
    if name == "half_squared_error":
        return mp.fsum(v**2 for v in r) / 2, r, r
    if name == "mean_squared_error":
        return mp.fsum(v**2 for v in r) / len(r), [2 * v / len(r) for v in r], r
    if name == "huber":
        cut = [max(min(v, mpf(1)), mpf(-1)) for v in r]
        return mp.fsum(v**2 / 2 if abs(v) <= 1 else abs(v) - mpf(1) / 2 for v in r), cut, cut
    if name == "hinge":
        margins = [1 - a * b for a, b in zip(z, y, strict=True)]
        return mp.fsum(max(v, 0) for v in margins), [-b * (v > 0) for b, v in zip(y, margins, strict=True)], y
    if name == "binary_cross_entropy":
        pairs = [(sigma(a), sigma(-a)) for a in z]
        loss = mp.fsum((1 - b) * softplus(a) + b * softplus(-a) for a, b in zip(z, y, strict=True))
    else:
        top, rest = log_sum(z)
        pairs = [(mp.exp(a - top - rest), None) for a in z]
        pairs = [(p, mp.fsum(q for j, (q, _) in enumerate(pairs) if j != k)) for k, (p, _) in enumerate(pairs)]
        loss = mp.fsum(b * ((top - a) + rest) for a, b in zip(z, y, strict=True))
    parts = [((1 - b) * p, b * q) for (p, q), b in zip(pairs, y, strict=True)]
    return loss, [a - b for a, b in parts], [max(a, b) for a, b in parts]


def samples(name, kind, dtype, points, seed, K):
    """Predictions and targets of single samples over the whole range that the loss can bear."""
    rng = np.random.default_rng(seed)
    top = 37 if dtype == np.float32 else 300
    if name in ("half_squared_error", "mean_squared_error", "huber"):
        top = 15 if dtype == np.float32 else 150
    depth = 85 if dtype == np.float32 else 700
    ranges = [(-3, 1), (-3, np.log10(depth)), (0, top)]
    spread = np.concatenate([rng.uniform(*r, points) for r in ranges])
    Z = rng.normal(size=(len(spread), K)) / 4 * 10 ** spread[:, None]
    Y = rng.uniform(size=Z.shape)
    if name == "cross_entropy":
        Y = rng.dirichlet(np.ones(K) / 2, len(Z))
    if kind == "hard":
        Y = np.eye(K)[rng.integers(0, K, len(Z))] if name == "cross_entropy" else np.round(Y)
    if name == "hinge":
        Y = np.where(Y > 0.5, 1, -1)
    Z, Y = Z.astype(dtype), Y.astype(dtype)
    if name == "cross_entropy":  # a row sums to 1 as nearly as the type allows
        Y[:, 0] = np.maximum(1 - Y[:, 1:].sum(axis=1, dtype=np.float64), 0)
    return Z, Y


def widest_loss(name, kind, dtype, points, seed=0):
    """The largest error of a sample's loss, and of the entries of its gradient."""
    worst = [0.0, 0.0]
    cases = [(3, points), *((K, points // K) for K in (1, 2, 10, 100) if points >= K)]
    batches = [samples(name, kind, dtype, n, seed, K) for K, n in cases]
    for z, y in (pair for Z, Y in batches for pair in zip(Z, Y, strict=True)):
        loss, gradient = LOSSES[name](z[None], y[None])
        true, slopes, sizes = true_loss(name, [mpf(float(v)) for v in z], [mpf(float(v)) for v in y])
        worst[0] = max(worst[0], error(loss, true))
        for g, slope, size in zip(gradient[0], slopes, sizes, strict=True):
            one = error(np.zeros(1, dtype)[0], mpf(size)) / abs(size) if size else 0
            worst[1] = max(worst[1], float(abs(mpf(float(g)) - slope) * one))
    return worst


def main(points):
    print(f"{'':12}{'':12}{'float32':>9} {'at z =':>16} {'float64':>9} {'at z =':>25}   ({6 * points} inputs)")
    for name in ACTIVATIONS:
        for kind, title in enumerate(["value", "derivative"]):
            (e4, z4), (e8, z8) = (widest(name, kind, inputs(t, points)) for t in (np.float32, np.float64))
            print(f"{name:12}{title:12}{e4:9.2f} {z4!s:>16} {e8:9.2f} {z8!s:>25}")
    for K in (2, 10, 100, 2048):
        e4, e8 = (widest_softmax(scores(t, K, 6 * points)) for t in (np.float32, np.float64))
        print(f"{'softmax':12}{f'K = {K}':12}{e4:9.2f} {'':16} {e8:9.2f}")
    print(f"{'':24}{'float32':>12} {'gradient':>9} {'float64':>12} {'gradient':>9}")
    for name in LOSSES:
        for kind in ("hard", "soft"):
            (v4, g4), (v8, g8) = (widest_loss(name, kind, t, points) for t in (np.float32, np.float64))
            print(f"{name:24}{kind:5}{v4:7.2f} {g4:9.2f} {v8:12.2f} {g8:9.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
