"""The largest errors of activations, softmax and losses, and of their derivatives, beside SciPy's and PyTorch's.

    python benchmarks/accuracy.py [--reference]

Every function is evaluated on one grid in float32 and float64 and compared with mpmath at 50 digits. "near" is where
networks are trained, with inputs up to 10 or so; "wide" is as far as exp has normal numbers, 87 in float32 and 708 in
float64; "whole" goes to the largest numbers of the type.

An error is relative, in units of eps: 1.2e-7 in float32, 2.2e-16 in float64. It is divided by the true value; where a
formula adds numbers of both signs, as silu′ and the gradients p − y do, by the sum of their sizes; and for the cost of
a cross-entropy by 1 + L, since log Σ exp adds 1 to what may be small. Where the divisor is below the normal numbers of
the type, the error is divided by the smallest of these, without eps.

SciPy's softplus is NumPy's logaddexp(0, z); its cross-entropies are sums over log_softmax and log_expit. PyTorch's
derivatives come from its autograd. Without torch its columns are left out. --reference writes what SciPy and PyTorch
get to tests/reference/accuracy.json, which the tests compare with; this needs torch.

Other processors run other kernels of exp, tanh and cosh: NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL" chooses NumPy's
for machines without AVX-512, "X86_V3 X86_V4 AVX512_ICL" the plainest.
"""

import json
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
from backprop.activations import ACTIVATIONS, softmax
from backprop.loss import LOSSES
from mpmath import mp, mpf
from scipy import special

try:
    import torch
except ImportError:
    torch = None

mp.dps = 50
REFERENCE = Path(__file__).resolve().parents[1] / "tests" / "reference" / "accuracy.json"
DTYPES = (np.float32, np.float64)
RANGES, KINDS = ("near", "wide", "whole"), ("value", "slope")
COMPARED = ("sigmoid", "tanh", "softplus", "silu", "softmax")
COMPARED += ("mean_squared_error", "huber", "binary_cross_entropy", "cross_entropy")
ENTROPIES = COMPARED[-2:]

# --------------------------------------------------------------------------------------------------- the truth


def sigma(z):
    return 1 / (1 + mp.exp(-z))


def softplus(z):
    return max(z, mpf(0)) + mp.log1p(mp.exp(-abs(z)))


TRUTH = {
    "identity": (lambda z: z, lambda z: mpf(1)),
    "sigmoid": (sigma, lambda z: sigma(z) * sigma(-z)),
    "tanh": (mp.tanh, lambda z: mp.sech(z) ** 2),
    "relu": (lambda z: max(z, mpf(0)), lambda z: mpf(z > 0)),
    "leaky_relu": (lambda z: max(z, z / 100), lambda z: mpf(1) if z > 0 else mpf(1) / 100),
    "softplus": (softplus, sigma),
    "silu": (lambda z: z * sigma(z), lambda z: sigma(z) * (1 + z * sigma(-z))),
}


def true_activation(name, z):
    """Pairs (value, divisor) of the function and of its derivative, at every z."""
    values, slopes = ([f(mpf(float(x))) for x in z] for f in TRUTH[name])
    divisors = slopes
    if name == "silu":
        divisors = [sigma(x) * (1 + abs(x) * sigma(-x)) for x in map(mpf, map(float, z))]
    return list(zip(values, values, strict=True)), list(zip(slopes, divisors, strict=True))


def exact(rows):
    return [[mpf(float(x)) for x in row] for row in rows]


def true_softmax(Z):
    pairs = []
    for z in exact(Z):
        exponentials = [mp.exp(x - max(z)) for x in z]
        total = mp.fsum(exponentials)
        pairs += [(e / total, e / total) for e in exponentials]
    return pairs, None


def sample_loss(name, z, y):
    """A sample's loss, its gradient, and the sizes of what the gradient is the difference of."""
    r = [a - b for a, b in zip(z, y, strict=True)]
    if name == "half_squared_error":
        return mp.fsum(v**2 for v in r) / 2, r, r
    if name == "mean_squared_error":
        slopes = [2 * v / len(r) for v in r]
        return mp.fsum(v**2 for v in r) / len(r), slopes, slopes
    if name == "huber":
        cut = [max(min(v, mpf(1)), mpf(-1)) for v in r]
        return mp.fsum(c * (v - c / 2) for c, v in zip(cut, r, strict=True)), cut, cut
    if name == "hinge":
        margins = [1 - a * b for a, b in zip(z, y, strict=True)]
        slopes = [-b * (v > 0) for b, v in zip(y, margins, strict=True)]
        return mp.fsum(max(v, mpf(0)) for v in margins), slopes, slopes
    if name == "binary_cross_entropy":
        loss = mp.fsum((1 - b) * softplus(a) + b * softplus(-a) for a, b in zip(z, y, strict=True))
        p = [sigma(a) for a in z]
    else:
        top = max(z)
        total = mp.fsum(mp.exp(a - top) for a in z)
        loss = mp.fsum(b * (top - a) for a, b in zip(z, y, strict=True)) + mp.log(total)
        p = [mp.exp(a - top) / total for a in z]
    return loss, [a - b for a, b in zip(p, y, strict=True)], [a + b for a, b in zip(p, y, strict=True)]


def true_loss(name, Z, Y):
    N, rows = len(Z), zip(exact(Z), exact(Y), strict=True)
    losses, slopes, sizes = zip(*(sample_loss(name, z, y) for z, y in rows), strict=True)
    L = mp.fsum(losses) / N
    gradient = [(d / N, s / N) for pair in zip(slopes, sizes, strict=True) for d, s in zip(*pair, strict=True)]
    return [(L, 1 + L if name in ENTROPIES else L)], gradient


def truth(name, *arrays):
    """Pairs (true number, divisor of the error): of the values, and of the derivatives or None."""
    if name == "softmax":
        return true_softmax(*arrays)
    return (true_loss if name in LOSSES else true_activation)(name, *arrays)


def error(value, true, divisor):
    """The error of a float as the head of this file says; infinite for NaN and infinity."""
    limits, size = np.finfo(value.dtype), abs(divisor)
    if not np.isfinite(value):
        return np.inf
    unit = size * float(limits.eps) if size >= limits.tiny else float(limits.tiny)
    return float(abs(mpf(float(value)) - true) / unit)


# ---------------------------------------------------------------------------------------------------- the grid


def edge(dtype):
    """exp(−edge) is the smallest normal number: 87 or 708."""
    return -np.log(float(np.finfo(dtype).tiny))


def inputs(dtype, points, seed=0):
    """Finite numbers z over the whole range of the type, both signs, in ascending order."""
    rng, limits, end = np.random.default_rng(seed), np.finfo(dtype), edge(dtype)
    exponents = rng.uniform(np.log10(float(limits.smallest_subnormal)), np.log10(float(limits.max)), points)
    signs = rng.choice([-1, 1], (2, points))
    some = [rng.uniform(-1.1 * end, 1.1 * end, points), signs[0] * rng.uniform(0.97 * end, 1.03 * end, points)]
    special = np.array([0, limits.tiny, limits.smallest_subnormal, limits.max, limits.eps, 80, 1000, end], dtype)
    with np.errstate(over="ignore", under="ignore"):
        z = np.concatenate([*some, signs[1] * 10**exponents]).astype(dtype)
    z = np.unique(np.concatenate([z, special, -special]))
    return z[np.isfinite(z)]


def wide_inputs(dtype, points, seed=0):
    """Numbers z for which exp(z) and exp(−z) are normal numbers."""
    end = 0.99 * edge(dtype)
    return np.unique(np.random.default_rng(seed).uniform([-40, -end], [40, end], (points, 2)).astype(dtype))


def near_inputs(dtype, points, seed=0):
    """Numbers z from −10 to 10, dense around 0 and around the zero of silu′."""
    rng = np.random.default_rng(seed)
    small = rng.choice([-1, 1], points) * 10 ** rng.uniform(-8, 0, points)
    some = [rng.uniform(-10, 10, points), rng.normal(size=points), small, -1.2784645427610738 + small / 10]
    return np.unique(np.concatenate(some).astype(dtype))


def wide_scores(dtype, N, K, rng):
    """Rows of scores, spread up to the range of exp, around 0 or 1000/3, or with one far above the rest."""
    spread = edge(dtype) * 10 ** rng.uniform(-3, 0, (N, 1))
    gaps = rng.choice([rng.normal(size=(N, K)) / 4, -rng.exponential(0.3, (N, K))])
    alone = rng.choice([0, 1]) * 0.3 * spread * (np.arange(K) > 0)
    return rng.choice([0, 1000 / 3]) + spread * gaps - alone


def predictions(name, where, dtype, N, K, rng):
    """Predictions, logits or scores. An error that is squared goes as far as the root of the largest number."""
    squared = name in ("half_squared_error", "mean_squared_error", "huber")
    if where == "wide" and not squared:
        return wide_scores(dtype, N, K, rng).astype(dtype)
    digits = np.log10(float(np.finfo(dtype).max)) * (0.45 if squared else 0.9)
    top = {"near": 0.5, "wide": 3, "whole": digits}[where]
    return (rng.normal(size=(N, K)) * 10 ** rng.uniform(-2, top, (N, 1))).astype(dtype)


def targets(name, N, K, rng):
    if name == "hinge":
        return rng.choice([-1, 1], (N, K))
    if name == "binary_cross_entropy":
        return rng.choice([rng.uniform(size=(N, K)), rng.integers(0, 2, (N, K))])
    if name == "cross_entropy":
        return rng.choice([rng.dirichlet(np.ones(K) / 2, N), np.eye(K)[rng.integers(0, K, N)]])
    return rng.normal(size=(N, K))


def batch(name, where, dtype, N, K, rng):
    P, Y = predictions(name, where, dtype, N, K, rng), targets(name, N, K, rng).astype(dtype)
    if name == "cross_entropy":  # a row sums to 1 as nearly as the type allows
        Y[:, 0] = np.maximum(1 - Y[:, 1:].sum(axis=1, dtype=np.float64), 0)
    return (P,) if name == "softmax" else (P, Y)


def grid(name, where, dtype, points=1000):
    """The cases of one function: each a tuple of the arrays that it takes."""
    if name in ACTIVATIONS:
        return [({"near": near_inputs, "wide": wide_inputs, "whole": inputs}[where](dtype, points),)]
    rng = np.random.default_rng(0)
    shapes = [(1, 2), (1, 10), (32, 2), (32, 10), (4, 100), (1, 1000)] * (points // 100)
    return [batch(name, where, dtype, N, K, rng) for N, K in shapes]


# ------------------------------------------------------------------------------------------------- contestants


def ours(name, *arrays):
    """The value, and the derivative if there is one."""
    if name in ACTIVATIONS:
        return tuple(f(*arrays) for f in ACTIVATIONS[name])
    return (softmax(*arrays), None) if name == "softmax" else LOSSES[name](*arrays)


SCIPY = {
    "sigmoid": special.expit,
    "softplus": lambda z: np.logaddexp(0, z),
    "softmax": lambda Z: special.softmax(Z, axis=1),
    "huber": lambda P, Y: special.huber(1, P - Y).sum() / len(Y),
    "binary_cross_entropy": lambda Z, Y: -(Y * special.log_expit(Z) + (1 - Y) * special.log_expit(-Z)).sum() / len(Y),
    "cross_entropy": lambda Z, Y: -(Y * special.log_softmax(Z, axis=1)).sum() / len(Y),
}


def scipys(name, *arrays):
    return SCIPY[name](*arrays).astype(arrays[0].dtype), None


def torchs(name, x, *rest):
    """PyTorch's value, and the derivative by its autograd."""
    F, x, rest = torch.nn.functional, torch.from_numpy(x.copy()).requires_grad_(), [torch.from_numpy(a) for a in rest]
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softplus": F.softplus,
        "silu": F.silu,
        "softmax": lambda Z: torch.softmax(Z, dim=1),
        "mean_squared_error": F.mse_loss,
        "huber": lambda P, Y: F.huber_loss(P, Y, reduction="sum") / len(Y),
        "binary_cross_entropy": lambda Z, Y: F.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / len(Y),
        "cross_entropy": F.cross_entropy,
    }
    value = functions[name](x, *rest)
    value.sum().backward()
    return value.detach().numpy(), None if name == "softmax" else x.grad.numpy()


PEERS = {"SciPy": scipys} | ({"PyTorch": torchs} if torch else {})


def worst(name, cases, contestants):
    """For each contestant the largest error of the value and of the derivative; None where it has none."""
    found = {who: [None, None] for who in contestants}
    for arrays in cases:
        true = truth(name, *arrays)
        for who, compute in contestants.items():
            for kind, values in enumerate(compute(name, *arrays)):
                if values is not None:
                    errors = [error(v, *t) for v, t in zip(np.ravel(values), true[kind], strict=True)]
                    found[who][kind] = max(found[who][kind] or 0, *errors)
    return found


def measure():
    """For each function, range and kind its title and {type: {contestant: largest error}}."""
    for name in COMPARED:
        contestants = {"ours": ours} | {who: f for who, f in PEERS.items() if who != "SciPy" or name in SCIPY}
        for where in RANGES:
            found = {dtype.__name__: worst(name, grid(name, where, dtype), contestants) for dtype in DTYPES}
            for kind, word in enumerate(KINDS):
                largest = {t: {who: e[kind] for who, e in f.items() if e[kind] is not None} for t, f in found.items()}
                if largest["float64"]:
                    yield f"{name}, {where}, {word}", largest


def shown(value):
    return f"{'' if value is None else f'{value:.2f}' if value < 1000 else f'{value:.1e}':>9}"


def line(title, errors):
    """A row of the table, and the types in which our error is larger than those of both others."""
    columns = "  ".join("".join(shown(e.get(who)) for who in ("ours", *PEERS)) for e in errors.values())
    lost = [t for t, e in errors.items() if len(e) > 1 and e["ours"] > max(v for who, v in e.items() if who != "ours")]
    return f"{title:34}{columns}{'   larger in ' + ', '.join(lost) if lost else ''}"


def main(reference):
    print(f"{'':34}" + "  ".join("".join(f"{who:>9}" for who in (f"{t.__name__}: ours", *PEERS)) for t in DTYPES))
    rows = {}
    for title, errors in measure():
        print(line(title, errors), flush=True)
        rows[title] = {t: {who: v for who, v in e.items() if who != "ours"} for t, e in errors.items()}
    if not torch:
        print("PyTorch is not installed, its columns are left out.")
    elif reference:
        versions = {package: metadata.version(package) for package in ("numpy", "scipy", "torch", "mpmath")}
        stored = {"made by": "benchmarks/accuracy.py --reference", "versions": versions, "largest errors": rows}
        REFERENCE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main("--reference" in sys.argv)
