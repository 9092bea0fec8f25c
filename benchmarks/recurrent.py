"""The time of one training step of a recurrent network, this book's and its peers', and what a long sequence costs.

    python benchmarks/recurrent.py [--rounds 20] [--sizes t20 t100 char ...] [--out FILE]

As benchmarks/runner.py says, each contestant has a process of its own and one thread, the rounds are interleaved,
a ratio is taken within a round, and all must have the same cost after ten steps before anything is timed. The network
reads T steps of N sequences; X is one-hot over V symbols, and so is the target of every step. PyTorch's cells have a
second bias, which stays 0. JAX and autograd take part for the simple cell.

Then the length: the time of a gradient and the memory that it takes, for sequences of up to 10,000 steps, with all
states kept and with checkpoints every √T steps. The result goes to benchmarks/recurrent.json, which chapter 05 and
the appendix on speed show.
"""

import tracemalloc
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from backprop.bptt import BackpropagationThroughTime, RecurrentNetwork, flat, initialise_recurrent, sequence_cost
from backprop.loss import cross_entropy, one_hot
from contestants import ETA, jax_descent, torch_descent
from runner import (
    DTYPES,
    REFERENCES,
    Worker,
    agreed_costs,
    installed,
    origin,
    parser,
    ratios,
    report_rows,
    results,
    rounded,
    rounds_of,
    ten_steps,
    work,
)

RESULT = Path(__file__).resolve().parent / "recurrent.json"
LENGTHS = (25, 100, 400, 900, 2500, 4900, 10_000)  # squares


class Size(NamedTuple):
    T: int
    N: int
    V: int
    H: int
    cell: str = "rnn"


SIZES = {
    "t20": Size(20, 16, 32, 32),
    "t100": Size(100, 64, 64, 128),
    "char": Size(25, 1, 65, 100),
    "t20-lstm": Size(20, 16, 32, 32, "lstm"),
    "t100-lstm": Size(100, 64, 64, 128, "lstm"),
}


class Task:
    """One size in one type: X (T, N, V), one-hot; the targets Y (T·N, V), one-hot, and y (T, N), class numbers; and
    the parameters to start from, ``net.parameters``.
    """

    def __init__(self, size, dtype):
        self.size, self.dtype = SIZES[size], np.dtype(dtype)
        T, N, V, H, cell = self.size
        rng = np.random.default_rng(0)
        self.net = initialise_recurrent(RecurrentNetwork([V, H, V], cell, dtype=dtype), rng)
        self.X = one_hot(rng.integers(0, V, T * N), V, dtype).reshape(T, N, V)
        self.y = rng.integers(0, V, (T, N))
        self.Y = one_hot(self.y.ravel(), V, dtype)


# ---------------------------------------------------------------------------------------------------------- this book


def backprop(task):
    """As chapter 05 writes the training loop, after the data have been checked once."""
    net, X, Y = task.net, task.X, task.Y
    backward, loss = BackpropagationThroughTime(net), cross_entropy.__wrapped__
    out = np.empty_like(Y)

    def step():
        Y_hat = net.propagate(X)
        L, upstream = loss(flat(Y_hat), Y, out)
        gradient = backward.propagate(upstream.reshape(Y_hat.shape))
        gradient *= ETA
        net.parameters -= gradient
        return L

    return step


def with_all_checks(task):
    """The same with every input, state, cost and gradient checked."""
    net, X, y = task.net, task.X, task.y
    backward = BackpropagationThroughTime(net)

    def step():
        L, upstream = sequence_cost(cross_entropy, net.forward(X), y)
        gradient = backward.backward(upstream)
        gradient *= ETA
        net.parameters -= gradient
        return L

    return step


def bare_products(task):
    """Nothing but the matrix products of a step, into arrays that exist: the floor under NumPy with this BLAS."""
    net, (T, N, V, H, _) = task.net, task.size
    W_x, W_h, W_y, G = net.W_x, net.W_h, net.W_y, net.W_h.shape[1]
    X, W_hT, arrays = flat(task.X), W_h.T.copy(), partial(np.ones, dtype=task.dtype)
    states, Z, Delta, upstream = arrays((T + 1, N, H)), arrays((T, N, G)), arrays((T, N, G)), arrays((T * N, V))
    outputs, U, back, dH = arrays((T * N, V)), arrays((N, G)), arrays((N, H)), arrays((T * N, H))
    gradients = [np.empty_like(W) for W in (W_x, W_h, W_y)]

    def step():
        np.dot(X, W_x, out=flat(Z))
        for t in range(T):
            np.dot(states[t], W_h, out=U)
        np.dot(flat(states[1:]), W_y, out=outputs)
        np.dot(upstream, W_y.T, out=dH)
        for t in reversed(range(T)):
            np.dot(Delta[t], W_hT, out=back)
        pairs = (X, flat(Delta)), (flat(states[:-1]), flat(Delta)), (flat(states[1:]), upstream)
        for (left, right), out in zip(pairs, gradients, strict=True):
            np.dot(left.T, right, out=out)
        return Z, outputs, dH, gradients

    return step


# -------------------------------------------------------------------------------------------------------------- peers


def torch(task):
    """PyTorch eager, nn.RNN or nn.LSTM and nn.Linear, with the update written out, as in contestants.py."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(1)
    net, (_, _, V, H, cell) = task.net, task.size
    dtype = getattr(torch, task.dtype.name)
    layer = {"rnn": nn.RNN, "lstm": nn.LSTM}[cell](V, H, dtype=dtype)
    output = nn.Linear(H, V, dtype=dtype)
    parameters = [*layer.parameters(), *output.parameters()]
    values = [net.W_x.T, net.W_h.T, net.b, np.zeros_like(net.b), net.W_y.T, net.c]
    for p, value in zip(parameters, values, strict=True):
        p.data.copy_(torch.from_numpy(value.copy()))
    layer.bias_hh_l0.requires_grad_(False)
    trained = [p for p in parameters if p.requires_grad]
    X, y = torch.from_numpy(task.X), torch.from_numpy(task.y.ravel())
    return torch_descent(trained, lambda: F.cross_entropy(output(layer(X)[0]).flatten(0, 1), y))


def jax(task):
    """One compiled function with lax.scan over the steps; the product with X is taken once, before."""
    import jax
    from jax import lax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)  # allows float64; the type is still that of the arrays
    jax.config.update("jax_cpu_enable_async_dispatch", False)  # on the thread that calls
    net, X, Y = task.net, jnp.asarray(task.X), jnp.asarray(task.Y)
    H_0 = jnp.zeros((task.size.N, task.size.H), task.dtype)

    def cost(parameters):
        W_x, W_h, b, W_y, c = parameters

        def advance(H, projected):
            H = jnp.tanh(projected + H @ W_h)
            return H, H

        _, H = lax.scan(advance, H_0, X @ W_x + b)
        log_p = jax.nn.log_softmax(H.reshape(len(Y), -1) @ W_y + c)
        return -jnp.mean(jnp.sum(Y * log_p, axis=1))

    return jax_descent(cost, [jnp.array(p) for p in (net.W_x, net.W_h, net.b, net.W_y, net.c)])


def autograd(task):
    from autograd import numpy as anp
    from autograd import value_and_grad

    net, X, Y = task.net, task.X, task.Y
    H_0 = np.zeros((task.size.N, task.size.H), task.dtype)

    def cost(parameters):
        W_x, W_h, b, W_y, c = parameters
        H, states = H_0, []
        for projected in anp.dot(X, W_x) + b:
            H = anp.tanh(projected + anp.dot(H, W_h))
            states.append(H)
        Z = anp.dot(anp.concatenate(states), W_y) + c
        Z = Z - anp.max(Z, axis=1, keepdims=True)
        return (anp.sum(anp.log(anp.sum(anp.exp(Z), axis=1))) - anp.sum(Y * Z)) / len(Y)

    parameters = [p.copy() for p in (net.W_x, net.W_h, net.b, net.W_y, net.c)]
    cost_and_gradient = value_and_grad(cost)

    def step():
        L, gradient = cost_and_gradient(parameters)
        for p, g in zip(parameters, gradient, strict=True):
            p -= ETA * g
        return L

    return step


CONTESTANTS = {
    "backprop": backprop,
    "with all checks": with_all_checks,
    "bare products": bare_products,
    "PyTorch": torch,
    "JAX": jax,
    "autograd": autograd,
}

# ------------------------------------------------------------------------------------------------------ long sequences


def gradient_over(T, segment=None):
    """A gradient over T steps of one sequence, with 4 inputs, 32 units and 4 outputs."""
    net = initialise_recurrent(RecurrentNetwork([4, 32, 4]), np.random.default_rng(0))
    backward, X = BackpropagationThroughTime(net), np.random.default_rng(1).normal(size=(T, 1, 4))
    upstream = np.full((T, 1, 4), 1 / T)

    def step():
        net.propagate(X, segment=segment)
        return backward.propagate(upstream)

    return step


def peak_memory(T, segment=None):
    """The bytes that a gradient takes at most: network, input, states, slopes, and the gradient itself."""
    tracemalloc.start()
    gradient_over(T, segment)()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


WAYS = {"all states": lambda T: None, "checkpoints": lambda T: round(T**0.5)}  # T to the steps in a segment

# ---------------------------------------------------------------------------------------------------------- the runner


def prepare(name, size=None, dtype=None, T=None):
    """A step to be timed; its cost before and after ten steps, which the bare products do not have; or for a length T
    the bytes of its gradient.
    """
    if name in WAYS:
        segment = WAYS[name](T)
        return gradient_over(T, segment), {"bytes": peak_memory(T, segment)}
    step = CONTESTANTS[name](Task(size, dtype))
    return step, {"costs": None if name == "bare products" else ten_steps(step)}


def takes_part(name, cell):
    """JAX and autograd have the simple cell alone."""
    return name in CONTESTANTS and (cell == "rnn" or name not in ("JAX", "autograd"))


def measure(workers, size, dtype, count):
    """One size in one type, as an entry of the result."""
    workers = [w for w in workers if takes_part(w.name, SIZES[size].cell)]
    costs = agreed_costs(workers, size, dtype)
    table = results(rounds_of(workers, count), costs)
    return {"size": size, **SIZES[size]._asdict(), "dtype": dtype, "contestants": table}


def measure_length(workers, T, count):
    """One length: the time and the memory of a gradient, with all states kept and with checkpoints."""
    workers = [w for w in workers if w.name in WAYS]
    memory = {w.name: w.ask(do="prepare", T=T)["bytes"] for w in workers}
    rounds = rounds_of(workers, count)
    us = {name: row["us"] for name, row in results(rounds, {}).items()}
    return {"T": T, "us": us, "bytes": memory, "checkpoints_to_all": ratios(rounds, "checkpoints", "all states")}


def report(case):
    """A case as lines of text."""
    yield f"\n{case['size']}, {case['dtype']}: T = {case['T']}, N = {case['N']}, V = {case['V']}, H = {case['H']}"
    yield from report_rows(case["contestants"], REFERENCES)


def main(count, sizes, out):
    cases, lengths = [], []
    with ExitStack() as stack:
        names = [*CONTESTANTS, *WAYS]
        workers, missing = installed([stack.enter_context(Worker(name, __file__)) for name in names])
        for size in sizes:
            for dtype in DTYPES:
                cases.append(measure(workers, size, dtype, count))
                print("\n".join(report(cases[-1])), flush=True)
        for T in LENGTHS:
            lengths.append(measure_length(workers, T, count))
            print(f"T = {T}: {lengths[-1]}", flush=True)
        command = f"recurrent.py --rounds {count} --sizes {' '.join(sizes)}"
        result = {**origin(command, count, workers), "missing": missing, "cases": cases, "lengths": lengths}
    Path(out).write_text(rounded(result), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    given = parser(__doc__, 20, RESULT, SIZES).parse_args()
    work(given.work, prepare) if given.work else main(given.rounds, given.sizes, given.out)
