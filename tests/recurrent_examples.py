"""What the tests of recurrent networks share: plain programs, examples, gradients."""

import functools
import math

import autograd.numpy as anp
import numpy as np
import pytest
from backprop.bptt import BackpropagationThroughTime, sequence_cost
from backprop.cells import SLOPES
from backprop.loss import half_squared_error
from backprop.recurrent import RecurrentNetwork, initialise_recurrent, layout
from hypothesis import given, settings
from hypothesis import strategies as st

FLOATS = [np.float32, np.float64]
KINDS = [*(("rnn", f) for f in SLOPES), ("lstm", "tanh"), ("gru", "tanh")]
SMOOTH = [kind for kind in KINDS if "relu" not in kind]
PLAIN = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
}


# The same networks, written down once more for autograd and for complex numbers. Nothing is shared with the package
# but the order of the parameters.


def plain_step(p, kind, X_t, H, C):
    n, s = H.shape[1], PLAIN["sigmoid"]
    A, U = anp.dot(X_t, p["W_x"]) + p["b"], anp.dot(H, p["W_h"])
    blocks = [slice(k * n, (k + 1) * n) for k in range(4)]
    if kind[0] == "rnn":
        return PLAIN[kind[1]](A + U), C
    if kind[0] == "lstm":
        i, f, g, o = (A[:, b] + U[:, b] for b in blocks)
        C = s(f) * C + s(i) * anp.tanh(g)
        return s(o) * anp.tanh(C), C
    r, z = (s(A[:, b] + U[:, b]) for b in blocks[:2])
    candidate = anp.tanh(A[:, blocks[2]] + r * (U[:, blocks[2]] + p["d"]))
    return (1 - z) * candidate + z * H, C


def plain_cost(theta, X, H, C, G, widths, kind, mask=None):
    """Σ G ⊙ Ŷ over the steps that count: its gradient is that for the upstream gradient G."""
    p, end, total = {}, 0, 0.0
    for name, shape in layout(widths, kind[0]).items():
        start, end = end, end + math.prod(shape)
        p[name] = anp.reshape(theta[start:end], shape)
    for t in range(len(X)):
        new_H, new_C = plain_step(p, kind, X[t], H, C)
        m = np.ones((len(H), 1)) if mask is None else mask[t][:, None] * 1.0
        H, C = m * new_H + (1 - m) * H, m * new_C + (1 - m) * C
        total = total + anp.sum(G[t] * m * (anp.dot(H, p["W_y"]) + p["c"]))
    return total


def example(kind, T=5, N=3, D=2, H=4, K=6, seed=0, dtype=np.float64, size=0.6):
    """A network with random parameters, inputs, first states and an upstream gradient."""
    rng = np.random.default_rng(seed)
    net = RecurrentNetwork([D, H, K], *kind, dtype)
    net.parameters = rng.normal(0, size, net.parameters.size).astype(dtype)
    arrays = rng.normal(size=(T, N, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H)), rng.normal(size=(T, N, K))
    return net, *(a.astype(dtype) for a in arrays)


def state_of(kind, H, C):
    return (H, C) if kind[0] == "lstm" else H


def gradient_of(net, X, G, state=None, mask=None, segment=None, truncate=None):
    net.forward(X, state, mask, segment)
    return BackpropagationThroughTime(net).backward(G, truncate)


LOSS = functools.partial(sequence_cost, half_squared_error)


def residual(net, *forward, Y):
    """∂L/∂Ŷ."""
    return sequence_cost(half_squared_error, net.forward(*forward), Y)[1]


def close(a, b, rtol=1e-10):
    np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * max(abs(np.asarray(b)).max(), 1e-3))


@st.composite
def cases(draw, kinds=tuple(KINDS)):
    """T, N, D, H, K pairwise different, so that no wrong shape fits by chance."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=5, max_size=5, unique=True))
    return draw(st.sampled_from(kinds)), *sizes, draw(st.integers(0, 2**32 - 1))


AMOUNTS = pytest.mark.parametrize("amount", ["few", pytest.param("many", marks=pytest.mark.sweep)])


def over(amount, few, many, *strategies):
    """Runs a property over few random examples, or for `make test-all` over many."""
    examples = {"few": few, "many": many}[amount]
    return lambda check: settings(max_examples=examples, deadline=None)(given(*strategies)(check))()


def net_and_bptt(cell="rnn", dtype=np.float64, **options):
    net = initialise_recurrent(RecurrentNetwork([2, 3, 1], cell, dtype=dtype), np.random.default_rng(0))
    net.forward(np.ones((5, 4, 2), dtype), **options)
    return net, BackpropagationThroughTime(net)
