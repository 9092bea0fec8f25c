"""The widest error of every activation and derivative, in units in the last place, against 50 digits of mpmath.

    python benchmarks/accuracy.py [points]

Each row: the function, then for float32 and float64 the largest |computed − true| / ulp(true) over the inputs where
the true value is a normal number of the type, and the input at which it occurs. The inputs cover the whole range:
dense near 0, near the zero of silu′ and where the exponentials leave the normal numbers, then every power of ten.
Other processors run other kernels of exp, tanh and cosh. NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL" chooses those
for machines without AVX-512, "X86_V3 X86_V4 AVX512_ICL" the plainest.
"""

import sys

import numpy as np
from backprop.forward_pass import ACTIVATIONS
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


def main(points):
    print(f"{'':12}{'':12}{'float32':>9} {'at z =':>16} {'float64':>9} {'at z =':>25}   ({6 * points} inputs)")
    for name in ACTIVATIONS:
        for kind, title in enumerate(["value", "derivative"]):
            (e4, z4), (e8, z8) = (widest(name, kind, inputs(t, points)) for t in (np.float32, np.float64))
            print(f"{name:12}{title:12}{e4:9.2f} {z4!s:>16} {e8:9.2f} {z8!s:>25}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
