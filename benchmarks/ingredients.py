"""What makes a training step fast: five pairs of ways to compute the same, at the size mnist of contestants.py.

    python benchmarks/ingredients.py [--rounds 40] [--out FILE]

As benchmarks/runner.py says, each way runs in a process of its own on one thread, in interleaved rounds; a ratio is
the slow way over the fast one within a round. The result goes to benchmarks/ingredients.json.
"""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
from contestants import Task
from runner import DTYPES, Worker, origin, parser, ratios, rounded, rounds_of, summary, work

RESULT = Path(__file__).resolve().parent / "ingredients.json"
SMALL = 1e-9  # a learning rate with which thousands of steps change nothing


def two_layers(task, buffers):
    """A step through two ReLU layers by the same calls; ``out=`` is a buffer, or None: then each makes a new array."""
    X, (W, b), (V, c), N, eta = task.X, *task.layers(), task.N, task.dtype.type(SMALL)
    new = (lambda *shape: np.empty(shape, task.dtype)) if buffers else lambda *shape: None
    Z, H, R, D, U = (new(N, len(b)) for _ in range(5))
    P, G, F = new(N, len(c)), new(*W.shape), new(*V.shape)

    def step():
        z = np.dot(X, W, out=Z)
        h = np.maximum(z, 0, out=H)
        r = np.subtract(np.dot(h, V, out=P), task.Y)
        d = np.multiply(np.dot(r, V.T, out=U), np.greater(z, 0, out=R), out=D)
        g, f = np.dot(X.T, d, out=G), np.dot(h.T, r, out=F)
        np.subtract(W, np.multiply(g, eta, out=G), out=W)
        np.subtract(V, np.multiply(f, eta, out=F), out=V)
        return W, V

    return step


def hidden(task):
    """Pre-activations (N, 128), as many positive as negative."""
    return np.random.default_rng(1).normal(size=(task.N, task.widths[1])).astype(task.dtype)


def logits(task):
    return task.net.propagate(task.X).copy()


def relu_maximum(task):
    z = hidden(task)
    return lambda: np.maximum(z, 0)


def relu_where(task):
    z = hidden(task)
    return lambda: np.where(z > 0, z, 0)


def fused(task):
    """The cost and p − y from one exp and N logarithms."""
    Z, Y, N = logits(task), task.Y, task.N

    def step():
        z = Z - Z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        L = (np.log(total).sum() - np.vdot(Y, z)) / N
        p /= total
        p -= Y
        p /= N
        return L, p

    return step


def separate(task):
    """The softmax; then the cost from log p, and backward through the logarithm and the softmax."""
    Z, Y, N = logits(task), task.Y, task.N

    def step():
        p = np.exp(Z - Z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        L = -np.sum(Y * np.log(p)) / N
        upstream = -Y / p / N
        return L, p * (upstream - np.sum(upstream * p, axis=1, keepdims=True))

    return step


def bias_product(task):
    Delta, ones = hidden(task), np.ones(task.N, task.dtype)
    return lambda: np.dot(ones, Delta)


def bias_sum(task):
    Delta = hidden(task)
    return lambda: Delta.sum(axis=0)


def update_in_place(task):
    theta, gradient, eta = task.net.parameters, np.ones_like(task.net.parameters), task.dtype.type(SMALL)

    def step():
        np.multiply(gradient, eta, out=gradient)
        return np.subtract(theta, gradient, out=theta)

    return step


def update_new(task):
    theta, gradient = task.net.parameters, np.ones_like(task.net.parameters)
    return lambda: np.subtract(theta, SMALL * gradient, out=theta)


# name: what the fast way is, what the slow one is, and both
INGREDIENTS = {
    "arrays": (
        "one buffer for each, `out=`",
        "new in each step",
        lambda t: two_layers(t, True),
        lambda t: two_layers(t, False),
    ),
    "ReLU": ("`np.maximum(z, 0)`", "`np.where(z > 0, z, 0)`", relu_maximum, relu_where),
    "cross-entropy": ("softmax, loss and gradient in one", "softmax, then its logarithm", fused, separate),
    "bias gradient": ("`ones @ Delta`", "`Delta.sum(axis=0)`", bias_product, bias_sum),
    "update": ("`gradient *= eta; theta -= gradient`", "`theta -= eta * gradient`", update_in_place, update_new),
}
VARIANTS = {f"{name}, {way}": pair[i] for name, pair in INGREDIENTS.items() for i, way in ((2, "fast"), (3, "slow"))}


def prepare(name, dtype):
    return VARIANTS[name](Task("mnist", dtype)), {}


def measure(workers, dtype, count):
    """For each ingredient the time of both ways in µs, and slow / fast."""
    for worker in workers:
        worker.ask(do="prepare", dtype=dtype)
    rounds, rows = rounds_of(workers, count), []
    for name, (fast, slow, *_) in INGREDIENTS.items():
        both = [summary([1e6 * times[f"{name}, {way}"][0] for times in rounds]) for way in ("fast", "slow")]
        ratio = ratios(rounds, f"{name}, slow", f"{name}, fast")
        row = {"name": name, "dtype": dtype, "fast": fast, "slow": slow}
        rows.append(row | {"fast_us": both[0]["median"], "slow_us": both[1]["median"], "ratio": ratio})
    return rows


def main(count, out):
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(name, __file__)) for name in VARIANTS]
        rows = [row for dtype in DTYPES for row in measure(workers, dtype, count)]
        result = {**origin(f"ingredients.py --rounds {count}", count, workers), "size": "mnist", "rows": rows}
    for row in rows:
        print("{name:14} {dtype} {fast_us:8.1f} µs {fast:36} {slow_us:8.1f} µs {slow:30}".format(**row), end="")
        print("{median:6.2f}".format(**row["ratio"]))
    Path(out).write_text(rounded(result), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    given = parser(__doc__, 40, RESULT).parse_args()
    work(given.work, prepare) if given.work else main(given.rounds, given.out)
