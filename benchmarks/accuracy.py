"""The widest error of activations, derivatives and softmax, in units in the last place, against 50 digits of mpmath.

    python benchmarks/accuracy.py [points]

Each row: the function, then for float32 and float64 the largest |computed − true| / ulp(true) over the inputs where
the true value is a normal number of the type, and the input at which it occurs. The inputs cover the whole range:
dense near 0, near the zero of silu′ and where the exponentials leave the normal numbers, then every power of ten.
Then softmax of K scores, rows of every spread.
Other processors run other kernels of exp, tanh and cosh. NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL" chooses those
for machines without AVX-512, "X86_V3 X86_V4 AVX512_ICL" the plainest.
"""

import sys

import numpy as np
from backprop.forward_pass import ACTIVATIONS, softmax
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


def main(points):
    print(f"{'':12}{'':12}{'float32':>9} {'at z =':>16} {'float64':>9} {'at z =':>25}   ({6 * points} inputs)")
    for name in ACTIVATIONS:
        for kind, title in enumerate(["value", "derivative"]):
            (e4, z4), (e8, z8) = (widest(name, kind, inputs(t, points)) for t in (np.float32, np.float64))
            print(f"{name:12}{title:12}{e4:9.2f} {z4!s:>16} {e8:9.2f} {z8!s:>25}")
    for K in (2, 10, 100, 2048):
        e4, e8 = (widest_softmax(scores(t, K, 6 * points)) for t in (np.float32, np.float64))
        print(f"{'softmax':12}{f'K = {K}':12}{e4:9.2f} {'':16} {e8:9.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
