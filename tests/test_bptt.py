"""Chapter 05's recurrent networks and their backward pass against HIPS autograd, difference quotients, the complex
step, forward mode, PyTorch's stored numbers and worked examples, over random sizes that are all different.
"""

import copy
import functools
import json
import math
import pickle
import tracemalloc

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from backprop.backpropagation import Backpropagation, cost_of
from backprop.bptt import (
    CELLS,
    SLOPES,
    BackpropagationThroughTime,
    RecurrentNetwork,
    clip_norm,
    clip_value,
    initialise_recurrent,
    layout,
    real_time_gradient,
    sequence_cost,
    split,
    windows,
)
from backprop.forward_pass import ACTIVATIONS, Network
from backprop.gradient_descent import adam, fit, load, save
from backprop.loss import binary_cross_entropy, cross_entropy, half_squared_error
from backprop.proof import Disagreement, gradient_check
from helpers import BOOK, refused
from hypothesis import given, settings
from hypothesis import strategies as st

REFERENCE = json.loads((BOOK / "tests/reference/recurrent.json").read_text(encoding="utf-8"))
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


# ----------------------------------------------------------------------------------------- against other derivatives


@settings(max_examples=150, deadline=None)
@given(cases(), st.booleans(), st.integers(1, 9))
def test_equal_to_autograd(case, masked, segment):
    kind, (net, X, H, C, G) = case[0], example(*case)
    mask = np.random.default_rng(case[-1]).random(X.shape[:2]) < 0.6 if masked else None
    bptt, state = BackpropagationThroughTime(net), state_of(kind, H, C)
    arguments = net.parameters.copy(), X, H, C, G, net.widths, kind, mask
    Y_hat = net.forward(X, state, mask)
    counted = G if mask is None else G * mask[:, :, None]
    close((counted * Y_hat).sum(), plain_cost(*arguments))
    close(bptt.backward(G), grad(plain_cost)(*arguments))
    close(bptt.input_gradient(), grad(plain_cost, 1)(*arguments))
    first = bptt.state_gradient() if kind[0] == "lstm" else (bptt.state_gradient(),)
    for argument, received in enumerate(first, start=2):
        close(received, grad(plain_cost, argument)(*arguments))
    np.testing.assert_array_equal(bptt.dH[0], first[0])
    close(net.forward(X, state, mask, segment), Y_hat, rtol=1e-13)
    close(bptt.backward(G), grad(plain_cost)(*arguments), rtol=1e-13)
    close(bptt._first[0], first[0], rtol=1e-13)


@settings(max_examples=60, deadline=None)
@given(cases(tuple(SMOOTH)))
def test_gradient_check(case):
    kind, (net, X, H, C, Y) = case[0], example(*case)
    state = state_of(kind, H, C)
    gradient = gradient_of(net, X, residual(net, X, state, Y=Y), state)
    gradient_check(cost_of(net, X, Y, LOSS, state), gradient, net.parameters)


def test_gradient_check_of_relu_away_from_its_kink():
    for seed in range(20):
        net, X, H, _, Y = example(("rnn", "relu"), seed=seed)
        gradient = gradient_of(net, X, residual(net, X, H, Y=Y), H)
        Z = np.stack([x @ net.W_x + h @ net.W_h + net.b for x, h in zip(X, net.H, strict=False)])
        if abs(Z).min() > 1e-3:
            gradient_check(cost_of(net, X, Y, LOSS, H), gradient, net.parameters)
            assert (Z < 0).any()
            return
    pytest.fail("every example lies at a kink")


def test_relus_derivative_at_0_is_0():
    net = RecurrentNetwork([1, 1, 1], activation="relu")
    net.W_y[...] = 1
    assert gradient_of(net, np.ones((2, 1, 1)), np.ones((2, 1, 1))).tolist() == [0, 0, 0, 0, 2]


@pytest.mark.parametrize("kind", SMOOTH, ids=", ".join)
def test_complex_step(kind):
    net, X, H, C, G = example(kind, 6, 3, 2, 4, 5)

    def analytic(theta):
        return plain_cost(theta, X, H, C, G, net.widths, kind)

    gradient_check(analytic, gradient_of(net, X, G, state_of(kind, H, C)), net.parameters, complex_step=True)


@settings(max_examples=40, deadline=None)
@given(cases(tuple(("rnn", f) for f in SLOPES)))
def test_forward_mode_gives_the_same(case):
    net, X, H, _, G = example(*case)
    close(real_time_gradient(net, X, G, H), gradient_of(net, X, G, H))
    close(real_time_gradient(net, X, G), gradient_of(net, X, G))


@pytest.mark.parametrize("name", REFERENCE["rows"])
def test_as_in_pytorch(name):
    row, kind = REFERENCE["rows"][name], tuple(name.split(", "))
    values = {key: np.array(value) for key, value in row.items() if not isinstance(value, dict)}
    net = RecurrentNetwork([3, 4, 6], *kind)
    for parameter, value in row["parameters"].items():
        setattr(net, parameter, np.array(value))
    state = tuple(values["state"]) if kind[0] == "lstm" else values["state"][0]
    close(net.forward(values["X"], state), values["Y_hat"], rtol=1e-13)
    close(np.array([s[-1] for s in net.states]), values["last"], rtol=1e-13)
    bptt = BackpropagationThroughTime(net)
    bptt.backward(values["upstream"])
    for parameter, value in row["gradient"].items():
        close(getattr(bptt, parameter), value, rtol=1e-12)
    close(bptt.input_gradient(), values["input_gradient"], rtol=1e-12)
    close(np.reshape(bptt.state_gradient(), values["state_gradient"].shape), values["state_gradient"], rtol=1e-12)


def test_every_cell_has_a_reference():
    assert {name.split(", ")[0] for name in REFERENCE["rows"]} == CELLS.keys()
    assert REFERENCE["versions"]["torch"] == "2.13.0"


@settings(max_examples=40, deadline=None)
@given(cases())
def test_float32_is_float64_rounded(case):
    kind, (net, X, H, C, G) = case[0], example(*case, dtype=np.float32, size=0.3)
    twin = RecurrentNetwork(net.widths, *kind)
    twin.parameters = net.parameters.astype(np.float64)
    received = net.forward(X, state_of(kind, H, C))
    double = [a.astype(np.float64) for a in (X, H, C, G)]
    exact = twin.forward(double[0], state_of(kind, *double[1:3]))
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, exact, atol=1e-4 * max(1, abs(exact).max()))
    if kind[1] != "relu":
        gradient, exact = (BackpropagationThroughTime(n).backward(g) for n, g in ((net, G), (twin, double[3])))
        assert gradient.dtype == np.float32
        np.testing.assert_allclose(gradient, exact, atol=1e-4 * max(1, abs(exact).max()))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
@pytest.mark.parametrize("H", [1, 2, 3, 4, 8])
def test_blocks_of_few_columns(kind, H, dtype):
    # of arrays with 4 columns of float32, or 8 of float64, NumPy 2.4 has a negative that is wrong in place
    net, X, H_0, C_0, G = example(kind, 3, 5, 2, H, 4, dtype=dtype)
    X, H_0, C_0, G = (a.astype(np.float64) for a in (X, H_0, C_0, G))
    theta, state = net.parameters.astype(np.float64), state_of(kind, H_0.astype(dtype), C_0.astype(dtype))
    close(
        gradient_of(net, X.astype(dtype), G.astype(dtype), state),
        grad(plain_cost)(theta, X, H_0, C_0, G, net.widths, kind),
        rtol=1e-4 if dtype == np.float32 else 1e-12,
    )


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_are_the_derivatives_as_functions_of_the_output(name):
    z = np.linspace(-5, 5, 101)
    f, out = ACTIVATIONS[name], np.empty(101)
    assert SLOPES[name](f.function(z), out) is out
    np.testing.assert_allclose(out, f.derivative(z), rtol=1e-11)


# ------------------------------------------------------------------------------------------------- worked by hand


def test_a_linear_unit_by_hand():
    # H_t = w H_{t−1} + x_t with x = (1, 0, 0, 0) and the loss Ŷ_4: H_4 = w³, and w H_{t−1} = w^{t−1}
    net = RecurrentNetwork([1, 1, 1], activation="identity")
    net.W_x, net.W_h, net.W_y = np.array([[1.0]]), np.array([[0.5]]), np.array([[1.0]])
    X, G = np.zeros((4, 1, 1)), np.zeros((4, 1, 1))
    X[0] = G[-1] = 1
    bptt = BackpropagationThroughTime(net)
    assert net.forward(X).ravel().tolist() == [1, 0.5, 0.25, 0.125]
    bptt.backward(G)
    assert bptt.W_h.item() == 3 * 0.5**2
    assert bptt.W_x.item() == 0.5**3
    assert bptt.b.item() == 1 + 0.5 + 0.25 + 0.125
    assert bptt.W_y.item() == 0.125
    assert bptt.c.item() == 1
    assert bptt.state_gradient().item() == 0.5**4
    assert bptt.norms().tolist() == [0.5**4, 0.5**3, 0.5**2, 0.5, 1]


def test_the_equations_of_the_module_step_by_step():
    net, X, H_0, _, G = example(("rnn", "tanh"), 6, 3, 2, 4, 5)
    H, Z = [H_0], []
    for x in X:
        Z.append(x @ net.W_x + H[-1] @ net.W_h + net.b)
        H.append(np.tanh(Z[-1]))
    Y_hat = net.forward(X, H_0)
    close(Y_hat, np.stack(H[1:]) @ net.W_y + net.c)
    close(net.H, H)
    bptt = BackpropagationThroughTime(net)
    bptt.backward(G)
    later = np.zeros_like(H_0)
    sums = {name: np.zeros(view.shape) for name, view in net._views.items()}
    for t in reversed(range(6)):
        dH = G[t] @ net.W_y.T + later @ net.W_h.T
        close(bptt.dH[t + 1], dH)
        later = dH / np.cosh(Z[t]) ** 2
        close(bptt.Delta[t], later)
        sums["W_x"] += X[t].T @ later
        sums["W_h"] += H[t].T @ later
        sums["b"] += later.sum(axis=0)
        sums["W_y"] += H[t + 1].T @ G[t]
        sums["c"] += G[t].sum(axis=0)
    for name in ("W_x", "W_h", "b", "W_y", "c"):
        close(getattr(bptt, name), sums[name])
    close(bptt.dH[0], later @ net.W_h.T)
    close(bptt.input_gradient(), bptt.Delta @ net.W_x.T)


def test_the_gradient_against_lag_is_a_product_of_jacobians():
    net, X, _, _, _ = example(("rnn", "tanh"), 7, 1, 2, 4, 3)
    bptt, G = BackpropagationThroughTime(net), np.zeros((7, 1, 3))
    G[-1] = 1
    net.forward(X)
    bptt.backward(G)
    row, expected = np.ones((1, 3)) @ net.W_y.T, []
    for t in reversed(range(8)):
        expected.append(np.linalg.norm(row))
        row = row * (1 - net.H[t] ** 2) @ net.W_h.T
    close(bptt.norms(), expected[::-1])


@pytest.mark.parametrize("radius", [0.5, 1.0, 2.0])
def test_without_a_slope_an_orthogonal_W_h_scales_the_norm_by_its_radius(radius):
    net = initialise_recurrent(RecurrentNetwork([2, 5, 3], "rnn", "identity"), np.random.default_rng(0), radius)
    bptt, G = BackpropagationThroughTime(net), np.zeros((9, 4, 3))
    G[-1] = 1
    net.forward(np.ones((9, 4, 2)))
    bptt.backward(G)
    close(bptt.norms()[:-1], bptt.norms()[1:] * radius)


# ------------------------------------------------------------------------------------------ sequences of other lengths


@pytest.mark.parametrize("segment", [None, 1, 3])
@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
def test_a_padded_batch_is_its_sequences_one_by_one(kind, segment):
    net, X, H, C, G = example(kind, 7, 4, 2, 3, 5)
    lengths = np.array([7, 1, 4, 6])
    total, states, inputs, outputs = 0, [], np.zeros_like(X), np.zeros_like(G)
    for n, T in enumerate(lengths):
        only = np.s_[:T, n : n + 1]
        alone, start = BackpropagationThroughTime(copy.deepcopy(net)), state_of(kind, H[n : n + 1], C[n : n + 1])
        outputs[only] = alone.network.forward(X[only], start)
        total += alone.backward(G[only])
        inputs[only] = alone.input_gradient()
        states.append((alone.network.state, alone.state_gradient()))
    bptt = BackpropagationThroughTime(net)
    Y_hat = net.forward(X, state_of(kind, H, C), lengths, segment)
    close(bptt.backward(G), total)
    mask = np.arange(7)[:, None] < lengths
    close(Y_hat[mask], outputs[mask])
    for n, (last, start) in enumerate(states):
        close(np.array(net.state)[..., n, :], np.array(last)[..., 0, :])
        close(np.array(bptt.state_gradient())[..., n, :], np.array(start)[..., 0, :])
    if segment is None:
        close(bptt.input_gradient(), inputs)
        for t in (2, 3, 5):
            np.testing.assert_array_equal(net.H[t + 1][1], net.H[1][1])
    # what stands behind the end of a sequence has no effect
    X, G = X + 9 * ~mask[:, :, None], G + 9 * ~mask[:, :, None]
    close(gradient_of(net, X, G, state_of(kind, H, C), mask, segment), total)


@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
def test_a_mask_may_have_gaps(kind):
    net, X, H, C, G = example(kind, 7, 1, 2, 3, 5)
    mask = np.array([1, 0, 0, 1, 1, 0, 1], bool)[:, None]
    state = state_of(kind, H, C)
    gapless = gradient_of(net, X[mask[:, 0]], G[mask[:, 0]], state)
    close(gradient_of(net, X, G, state, mask), gapless)
    close(gradient_of(net, X, G, state, mask, 2), gapless)


def test_a_mask_does_not_outlive_its_batch():
    net, X, _, _, G = example(("lstm", "tanh"))
    expected = gradient_of(net, X, G)
    bptt = BackpropagationThroughTime(net)
    net.forward(X, mask=np.array([1, 2, 3]))
    bptt.backward(G)
    net.forward(X)
    np.testing.assert_array_equal(bptt.backward(G), expected)


def test_the_cost_is_the_mean_over_the_steps_that_count():
    rng = np.random.default_rng(0)
    Y_hat, Y, lengths = rng.normal(size=(5, 3, 2)), rng.normal(size=(5, 3, 2)), np.array([5, 1, 3])
    mask = np.arange(5)[:, None] < lengths
    L, G = sequence_cost(half_squared_error, Y_hat, Y, lengths)
    rows = [half_squared_error(Y_hat[t, n][None], Y[t, n][None])[0] for t, n in np.argwhere(mask)]
    assert pytest.approx(np.mean(rows), rel=1e-14) == L
    np.testing.assert_allclose(G, (Y_hat - Y) * mask[:, :, None] / 9, rtol=1e-14)
    L, G = sequence_cost(half_squared_error, Y_hat, Y)
    assert pytest.approx(((Y_hat - Y) ** 2).sum() / 2 / 15, rel=1e-14) == L
    np.testing.assert_allclose(G, (Y_hat - Y) / 15, rtol=1e-14)
    last = np.zeros((5, 3), bool)
    last[-1] = True
    L, G = sequence_cost(half_squared_error, Y_hat, Y, last)
    assert half_squared_error(Y_hat[-1], Y[-1])[0] == L
    assert not G[:-1].any()
    labels = rng.integers(0, 2, (5, 3))
    L, G = sequence_cost(cross_entropy, Y_hat, labels, mask)
    expected = cross_entropy(Y_hat[mask], labels[mask])
    assert expected[0] == L
    np.testing.assert_array_equal(G[mask], expected[1])
    assert sequence_cost(cross_entropy, Y_hat.astype(np.float32), labels)[1].dtype == np.float32


# ------------------------------------------------------------------------------------------------ truncation, segments


def test_windows():
    assert windows(6, 2, 2) == [(0, 2, 0), (2, 4, 2), (4, 6, 4)]
    assert windows(7, 3, 5) == [(0, 3, 0), (1, 6, 3), (4, 7, 6)]
    assert windows(3, 9, 9) == [(0, 3, 0)]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("pair", [(1, 1), (1, 3), (2, 2), (2, 5), (3, 4), (3, 7), (4, 20), (7, 7), (9, 9)])
@pytest.mark.parametrize("kind", [("rnn", "tanh"), ("lstm", "tanh"), ("gru", "tanh")], ids=", ".join)
def test_truncation_is_the_unrolled_gradient_with_a_cut(kind, pair, masked):
    (k1, k2), (net, X, H, C, G) = pair, example(kind, 7, 3, 2, 4, 5)
    mask = np.random.default_rng(1).random((7, 3)) < 0.7 if masked else np.ones((7, 3), bool)
    net.forward(X, state_of(kind, H, C), mask if masked else None)
    states = [s.copy() for s in net.states]
    total, first = 0, 0
    for number in range(math.ceil(7 / k1)):
        start, stop = max(number * k1 + k1 - k2, 0), min(number * k1 + k1, 7)
        # constants: the states before the window; the losses of earlier windows do not count
        before = [s[start] for s in states] if kind[0] == "lstm" else [states[0][start], C]
        own = G[start:stop].copy()
        own[: number * k1 - start] = 0
        arguments = net.parameters.copy(), X[start:stop], *before, own, net.widths, kind, mask[start:stop]
        total += grad(plain_cost)(*arguments)
        first += 0 if start else grad(plain_cost, 2)(*arguments)
    bptt = BackpropagationThroughTime(net)
    close(bptt.backward(G, truncate=pair), total)
    close(np.array(bptt.state_gradient()).reshape(-1, 3, 4)[0], first)
    if k1 == k2:
        np.testing.assert_array_equal(bptt.backward(G, truncate=k1), bptt.backward(G, truncate=pair))
    if k1 >= 7:
        close(bptt.backward(G), total)


@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
def test_a_loop_over_windows_that_carries_the_state_truncates(kind):
    net, X, _, _, G = example(kind, 8, 3, 2, 4, 5)
    once, outputs = gradient_of(net, X, G, truncate=3), net.forward(X)
    total, state = 0, None
    bptt = BackpropagationThroughTime(net)
    for start in (0, 3, 6):
        Y_hat = net.forward(X[start : start + 3], state)
        close(Y_hat, outputs[start : start + 3], rtol=1e-13)
        total, state = total + bptt.backward(G[start : start + 3]), net.state
    close(once, total)
    assert np.linalg.norm(once - gradient_of(net, X, G)) > 1e-2 * np.linalg.norm(once)


@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
@pytest.mark.parametrize("segment", [1, 2, 3, 5, 10, 11])
def test_segments_change_no_number(kind, segment):
    net, X, H, C, G = example(kind, 10, 3, 2, 4, 5)
    bptt, state = BackpropagationThroughTime(net), state_of(kind, H, C)
    Y_hat = net.forward(X, state)
    expected, first = bptt.backward(G), np.array(bptt.state_gradient())
    received = net.forward(X, state, segment=segment)
    close(received, Y_hat, rtol=1e-13)
    for _ in range(2):  # the second call begins with the first segment in the buffers
        close(bptt.backward(G), expected, rtol=1e-13)
        close(bptt.state_gradient(), first, rtol=1e-13)
    np.testing.assert_array_equal(net.Y_hat, received)


def peak(net, X, G, segment):
    """Bytes that a forward and a backward pass with fresh buffers take, beside X, G and Y_hat."""
    bptt = BackpropagationThroughTime(net)
    tracemalloc.start()
    net.propagate(X, segment=segment)
    bptt.propagate(G)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most - net.Y_hat.nbytes


@pytest.mark.parametrize("cell", CELLS)
def test_segments_of_root_T_take_memory_like_root_T(cell):
    N, H, plain, kept = 4, 32, [], []
    for T in (100, 400, 1600):
        X, G = np.ones((T, N, 1)), np.ones((T, N, 1))
        plain.append(peak(RecurrentNetwork([1, H, 1], cell), X, G, None))
        kept.append(peak(RecurrentNetwork([1, H, 1], cell), X, G, math.isqrt(T)))
    assert plain[2] > 3.5 * plain[1] > 3.5**2 * plain[0] * 0.95
    assert kept[2] < 2.3 * kept[1] < 2.3**2 * kept[0]
    assert kept[2] < plain[2] / 10


def test_ten_thousand_steps():
    rng = np.random.default_rng(0)
    for cell in CELLS:
        net = initialise_recurrent(RecurrentNetwork([1, 4, 1], cell), rng)
        X, G = rng.normal(size=(10_000, 1, 1)), np.zeros((10_000, 1, 1))
        G[-1] = 1
        plain = gradient_of(net, X, G)
        close(gradient_of(net, X, G, segment=100), plain)
        assert np.isfinite(plain).all()
        assert plain.any()


# --------------------------------------------------------------------------------------------- buffers and copies


@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
def test_sequences_of_changing_size_give_what_fresh_ones_give(kind):
    net, X, H, C, G = example(kind, 9, 7, 2, 4, 5)
    bptt = BackpropagationThroughTime(net)
    for T, N in ((4, 3), (9, 7), (9, 2), (1, 2), (1, 1), (2, 7), (9, 7)):
        state = state_of(kind, H[:N], C[:N])
        net.forward(X[:T, :N], state)
        fresh = copy.deepcopy(net)
        np.testing.assert_array_equal(bptt.backward(G[:T, :N]), gradient_of(fresh, X[:T, :N], G[:T, :N], state))
        assert net.H.shape == bptt.dH.shape == (T + 1, N, 4)
        assert bptt.Delta.shape == (T, N, net.cell.gates * 4)


def test_a_step_in_the_steady_state_allocates_little():
    T, N, D, H, K = 50, 16, 8, 64, 8
    net = initialise_recurrent(RecurrentNetwork([D, H, K]), np.random.default_rng(0))
    bptt, X, G = BackpropagationThroughTime(net), np.ones((T, N, D)), np.ones((T, N, K))
    for _ in range(2):
        net.propagate(X)
        bptt.propagate(G)
    buffers = {name: id(b) for owner in (net, bptt) for name, b in owner._buffers.items()}
    tracemalloc.start()
    net.propagate(X)
    bptt.propagate(G)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < T * N * H * 8 / 4
    assert buffers == {name: id(b) for owner in (net, bptt) for name, b in owner._buffers.items()}


@pytest.mark.parametrize("cell", CELLS)
def test_the_parameters_and_the_gradient_are_one_vector_each(cell):
    net, X, _, _, G = example((cell, "tanh"))
    bptt = BackpropagationThroughTime(net)
    net.forward(X)
    received = bptt.backward(G)
    names = ["W_x", "W_h", "b", *(["d"] if cell == "gru" else []), "W_y", "c"]
    for owner, vector in ((net, net.parameters), (bptt, bptt.gradient)):
        np.testing.assert_array_equal(np.concatenate([getattr(owner, name).ravel() for name in names]), vector)
        assert all(np.shares_memory(getattr(owner, name), vector) for name in names)
    assert not np.shares_memory(received, bptt.gradient)
    assert hasattr(net, "d") == hasattr(bptt, "d") == (cell == "gru")


def test_to_assign_is_to_write():
    net = RecurrentNetwork([2, 3, 1])
    vector, W = net.parameters, net.W_h
    net.W_h = np.eye(3)
    net.W_h *= 2
    net.parameters += 1
    assert net.parameters is vector
    assert net.W_h is W
    assert W.tolist() == [[3, 1, 1], [1, 3, 1], [1, 1, 3]]
    assert "expected W_h (3, 3); received W_h (2, 3)" in refused(lambda: setattr(net, "W_h", np.ones((2, 3))))
    assert "float32" in refused(lambda: setattr(net, "b", np.ones(3, np.float32)))
    assert "the parameters of another network" in refused(lambda: setattr(net, "parameters", np.ones(5)))
    with pytest.raises(AttributeError, match="no d in"):
        net.d = np.ones(3)


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))])
@pytest.mark.parametrize("cell", CELLS)
def test_a_copy_owns_its_parameters(cell, twin):
    net, X, _, _, G = example((cell, "tanh"))
    again = twin(net)
    assert repr(again) == repr(net)
    assert again.state is None
    before = net.parameters.copy()
    np.testing.assert_array_equal(gradient_of(again, X, G), gradient_of(net, X, G))
    again.W_h[...] = 7
    assert (again.parameters == 7).sum() == net.W_h.size
    np.testing.assert_array_equal(net.parameters, before)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))])
def test_a_copy_of_the_backward_pass_has_a_network_of_its_own(twin):
    net, X, _, _, G = example(("gru", "tanh"))
    bptt = twin(BackpropagationThroughTime(net))
    bptt.network.forward(X)
    np.testing.assert_array_equal(bptt.backward(G), gradient_of(net, X, G))
    assert bptt.network is not net
    assert np.shares_memory(bptt.W_h, bptt.gradient)


@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
def test_nothing_that_was_passed_is_changed(kind):
    net, X, H, C, G = example(kind)
    state, mask = state_of(kind, H, C), np.array([5, 2, 4])
    before = [a.copy() for a in (X, H, C, G, mask, net.parameters)]
    bptt = BackpropagationThroughTime(net)
    net.forward(X, state, mask)
    kept = [a.copy() for a in (*net.states, net.gates, net.Y_hat)]
    first = bptt.backward(G)
    for a, b in zip((X, H, C, G, mask, net.parameters), before, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip((*net.states, net.gates, net.Y_hat), kept, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(bptt.backward(G), first)
    np.testing.assert_array_equal(bptt.propagate(G), first)


def test_what_lies_in_a_buffer_is_read_before_it_is_overwritten():
    net, X, H, _, G = example(("rnn", "tanh"), 5, 3, 4, 4, 4)
    bptt = BackpropagationThroughTime(net)
    for buffer_of in (lambda: net.Y_hat, lambda: net.H[1:], lambda: net.H[:-1]):
        net.forward(X, H)
        copied = buffer_of().copy()
        expected, gradient = net.forward(copied), bptt.backward(G)
        net.forward(X, H)
        np.testing.assert_array_equal(net.forward(buffer_of()), expected)
        np.testing.assert_array_equal(bptt.backward(G), gradient)
    net.forward(X, H)
    expected = bptt.backward(G)
    for buffer in (bptt.dH[1:], bptt.Delta, net.Y_hat):
        buffer[...] = G
        np.testing.assert_array_equal(bptt.backward(buffer), expected)
    net.forward(X, H)
    expected = net.forward(X, net.state)
    net.forward(X, H)
    np.testing.assert_array_equal(net.forward(X, net.H[-1]), expected)


@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
def test_a_state_that_was_taken_is_not_overwritten(kind):
    net, X, H, C, G = example(kind)
    assert net.state is None
    assert not np.shares_memory(net.forward(X), net.Y_hat)
    taken, bptt = np.array(net.state), BackpropagationThroughTime(net)
    state = net.state
    net.forward(X[::-1], state_of(kind, H, C))
    bptt.backward(G)
    first = bptt.state_gradient()
    kept = np.array(first)
    bptt.backward(2 * G)
    np.testing.assert_array_equal(state, taken)
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("cell", CELLS)
def test_what_is_saved_is_loaded(tmp_path, cell, dtype):
    net, again = (RecurrentNetwork([2, 3, 1], cell, dtype=dtype) for _ in range(2))
    initialise_recurrent(net, np.random.default_rng(0))
    save(tmp_path / "net.npz", net)
    load(tmp_path / "net.npz", again)
    np.testing.assert_array_equal(again.parameters, net.parameters)
    other = RecurrentNetwork([2, 3, 1], "rnn", "relu", dtype)
    assert "another network" in refused(lambda: load(tmp_path / "net.npz", other))


def test_repr():
    assert repr(RecurrentNetwork([2, 3, 1], "gru", dtype=np.float32)) == (
        "RecurrentNetwork([2, 3, 1], 'gru', 'tanh', 'float32') with 61 parameters"
    )


# --------------------------------------------------------------------------------------- start, clipping and training


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("cell", CELLS)
def test_the_start(cell, dtype):
    D, H, K = 100, 60, 80
    net = RecurrentNetwork([D, H, K], cell, dtype=dtype)
    net.parameters[...] = 5
    assert initialise_recurrent(net, np.random.default_rng(0), 0.9) is net
    for W in split(net.W_h, net.cell.gates):
        np.testing.assert_allclose(W @ W.T, 0.81 * np.eye(H), atol=1e-5 if dtype == np.float32 else 1e-13)
    for W in (*split(net.W_x, net.cell.gates), net.W_y):
        assert W.std() == pytest.approx((2 / sum(W.shape)) ** 0.5, rel=0.05)
        assert abs(W.mean()) < 0.01
    b = np.zeros_like(net.b)
    if cell == "lstm":
        b[H : 2 * H] = 1
    np.testing.assert_array_equal(net.b, b)
    assert not net.c.any()
    if cell == "gru":
        assert not net.d.any()


def test_an_orthogonal_start_has_no_preferred_sign():
    nets = [initialise_recurrent(RecurrentNetwork([1, 1, 1]), np.random.default_rng(seed)) for seed in range(200)]
    signs = np.array([net.W_h.item() for net in nets])
    assert set(signs) == {-1, 1}
    assert abs(signs.sum()) < 50


@pytest.mark.parametrize("dtype", FLOATS)
def test_clipping_by_norm(dtype):
    g = np.array([[3.0, 0.0], [0.0, -4.0]], dtype)
    assert clip_norm(g, 5.0) == 5
    assert g.tolist() == [[3, 0], [0, -4]]
    assert clip_norm(g, 0.5) == 5
    np.testing.assert_allclose(g, [[0.3, 0], [0, -0.4]], rtol=1e-6)
    assert clip_norm(np.zeros(3, dtype), 1.0) == 0
    huge = np.full(4, np.finfo(dtype).max / 4, dtype)
    assert clip_norm(huge, 1) == pytest.approx(float(np.finfo(dtype).max) / 2, rel=1e-6)
    np.testing.assert_allclose(huge, 0.5, rtol=1e-6)
    tiny = np.full(4, np.finfo(dtype).tiny, dtype)
    assert clip_norm(tiny, 1.0) == pytest.approx(2 * float(np.finfo(dtype).tiny), rel=1e-6)
    assert (tiny == np.finfo(dtype).tiny).all()
    far, bound = np.array([3, -4], dtype) * dtype(1e30), 1e-30  # bound / length is below the smallest number
    clip_norm(far, bound)
    np.testing.assert_allclose(far, [0.6 * bound, -0.8 * bound], rtol=1e-6)


@pytest.mark.parametrize("dtype", FLOATS)
def test_clipping_by_value(dtype):
    g = np.array([3.0, -0.5, -7.0], dtype)
    assert clip_value(g, 2.0) == 7
    assert g.tolist() == [2, -0.5, -2]
    assert g.dtype == dtype


@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_what_it_saw_four_steps_ago(cell):
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (12, 64, 1)).astype(float)
    Y, counts = np.zeros_like(X), np.zeros(X.shape[:2], bool)
    Y[4:], counts[4:] = X[:-4], True
    net = initialise_recurrent(RecurrentNetwork([1, 16, 1], cell), rng)
    bptt = BackpropagationThroughTime(net)

    def objective(batch):
        J, upstream = sequence_cost(binary_cross_entropy, net.forward(X[:, batch]), Y[:, batch], counts[:, batch])
        gradient = bptt.backward(upstream)
        clip_norm(gradient, 1.0)
        return J, gradient

    history = fit(net.parameters, objective, 64, 64, 250, rng, adam(), 0.02)
    assert history.cost[0] > 0.6
    assert history.cost[-1] < 0.05


# ----------------------------------------------------------------------------------------------------- bad input


def net_and_bptt(cell="rnn", dtype=np.float64, **options):
    net = initialise_recurrent(RecurrentNetwork([2, 3, 1], cell, dtype=dtype), np.random.default_rng(0))
    net.forward(np.ones((5, 4, 2), dtype), **options)
    return net, BackpropagationThroughTime(net)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([2, 3],), "the number of outputs left out"),
        ((5,), "expected [D, H, K], received 5"),
        (([2, 3, 0],), "widths[2]: expected an integer of at least 1"),
        (([2, 3.0, 1],), "widths[1]"),
        (([2, 3, 1], "tanh"), "the activation in the cell's place"),
        (([2, 3, 1], "rnn", "softplus"), "'softplus'"),
        (([2, 3, 1], "lstm", "relu"), "an activation among tanh, received 'lstm' and 'relu'"),
        (([2, 3, 1], "rnn", "tanh", int), "int64"),
    ],
)
def test_bad_networks_are_refused(arguments, message):
    assert message in refused(lambda: RecurrentNetwork(*arguments))


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (np.ones((5, 4, 3)), {}, "expected X (T, N, 2)"),
        (np.ones((5, 2)), {}, "an axis was lost"),
        (np.ones((0, 4, 2)), {}, "T = 0"),
        (np.ones((5, 0, 2)), {}, "N = 0"),
        (np.ones((5, 4, 2), int), {}, "int"),
        (np.ones((5, 4, 2), np.float32), {}, "float32"),
        (np.full((5, 4, 2), np.nan), {}, "received nan at index (0, 0, 0)"),
        (None, {"state": np.ones((3, 3))}, "expected H_0 (4, 3); received H_0 (3, 3)"),
        (None, {"state": np.ones((4, 3), np.float32)}, "float32"),
        (None, {"state": np.full((4, 3), np.inf)}, "received inf"),
        (None, {"state": (np.ones((4, 3)), np.ones((4, 3)))}, "the state of another cell"),
        (None, {"mask": np.ones((5, 4))}, "convert with .astype(bool)"),
        (None, {"mask": np.ones((5, 4), int)}, "convert with .astype(bool)"),
        (None, {"mask": np.ones((4, 5), bool)}, "samples and steps exchanged"),
        (None, {"mask": np.array([5, 2, 1])}, "the lengths of another batch"),
        (None, {"mask": np.array([5, 2, 1, 0])}, "an empty sequence"),
        (None, {"mask": np.array([6, 2, 1, 1])}, "expected integers from 1 to 5"),
        (None, {"segment": 0}, "segment: expected an integer of at least 1"),
        (None, {"segment": 2.0}, "segment"),
    ],
)
def test_bad_input_is_refused(X, options, message):
    net, _ = net_and_bptt()
    assert message in refused(lambda: net.forward(np.ones((5, 4, 2)) if X is None else X, **options))


@pytest.mark.parametrize("state", [np.ones((4, 3)), (np.ones((4, 3)),), (np.ones((4, 3)), np.ones((3, 3)))])
def test_an_lstm_takes_two_states(state):
    net, _ = net_and_bptt("lstm")
    assert "_0" in refused(lambda: net.forward(np.ones((5, 4, 2)), state))


@pytest.mark.parametrize(
    ("upstream", "message"),
    [
        (np.ones((4, 4, 1)), "expected upstream (5, 4, 1); received upstream (4, 4, 1)"),
        (np.ones((4, 1)), "give the others zeros"),
        (np.ones((5, 4, 1), np.float32), "float32"),
        (np.ones((5, 4, 1), int), "int"),
        (np.full((5, 4, 1), np.nan), "received nan at index (0, 0, 0)"),
    ],
)
def test_bad_upstream_gradients_are_refused(upstream, message):
    assert message in refused(lambda: net_and_bptt()[1].backward(upstream))


@pytest.mark.parametrize(
    ("truncate", "message"),
    [
        (0, "at least 1"),
        (2.0, "received 2.0"),
        ((3, 2), "k1 of at most k2"),
        ((0, 2), "at least 1"),
        ((2,), "expected k or a pair (k1, k2), received (2,)"),
        ([1, 2, 3], "received [1, 2, 3]"),
    ],
)
def test_bad_truncations_are_refused(truncate, message):
    assert message in refused(lambda: net_and_bptt()[1].backward(np.ones((5, 4, 1)), truncate))


def test_a_pair_may_be_a_list():
    net, X, H, _, G = example(("rnn", "tanh"))
    assert np.array_equal(gradient_of(net, X, G, H, truncate=[1, 2]), gradient_of(net, X, G, H, truncate=(1, 2)))


def test_truncation_and_segments_do_not_go_together():
    _, bptt = net_and_bptt(segment=2)
    assert "in one segment, received 3" in refused(lambda: bptt.backward(np.ones((5, 4, 1)), 2))


def test_what_comes_too_early_is_refused():
    net = RecurrentNetwork([2, 3, 1])
    bptt = BackpropagationThroughTime(net)
    assert "the forward pass left out" in refused(lambda: bptt.backward(np.ones((1, 1, 1))))
    for question in (bptt.input_gradient, bptt.state_gradient, bptt.norms):
        assert "received 0 windows" in refused(question)
    assert "expected a RecurrentNetwork, received Network" in refused(
        lambda: BackpropagationThroughTime(Network([2, 1], ["tanh"]))
    )
    assert "expected a Network, received RecurrentNetwork" in refused(lambda: Backpropagation(net))


def test_what_windows_do_not_keep_is_refused():
    _, bptt = net_and_bptt(segment=2)
    bptt.backward(np.ones((5, 4, 1)))
    for question in (bptt.input_gradient, bptt.norms):
        assert "received 3 windows" in refused(question)
    assert bptt.state_gradient().shape == (4, 3)
    bptt.network.forward(np.ones((5, 4, 2)))
    bptt.backward(np.ones((5, 4, 1)), 3)
    assert "received 2 windows" in refused(bptt.norms)
    bptt.backward(np.ones((5, 4, 1)))
    assert bptt.norms().shape == (6,)
    assert "expected one of H, received 'C'" in refused(lambda: bptt.norms("C"))


def test_norms_of_both_states():
    net, X, H, C, G = example(("lstm", "tanh"))
    net.forward(X, (H, C))
    bptt = BackpropagationThroughTime(net)
    bptt.backward(G)
    for state, slopes in (("H", bptt.dH), ("C", bptt.dC)):
        expected = [math.sqrt((d**2).sum()) for d in slopes]
        np.testing.assert_allclose(bptt.norms(state), expected, rtol=1e-12)


def test_what_overflows_is_refused():
    net, bptt = net_and_bptt()
    net.parameters[...] = np.nan
    assert "NaN in the parameters" in refused(lambda: net.forward(np.ones((5, 4, 2))))
    net = RecurrentNetwork([1, 1, 1], activation="identity")
    net.parameters[...] = 1e100
    assert "the states overflow" in refused(lambda: net.forward(np.ones((9, 1, 1))))
    net.W_h[...], net.W_x[...], net.W_y[...], net.b[...] = 1e100, 0, 1, 0
    net.forward(np.ones((9, 1, 1)) * 0)
    net.W_h[...], net.W_x[...] = 0, 1e300
    bptt = BackpropagationThroughTime(net)
    assert "overflow" in refused(lambda: net.forward(np.full((9, 1, 1), 1e10)))
    assert "the forward pass left out" in refused(lambda: bptt.backward(np.ones((9, 1, 1))))
    assert net.state is None
    net.W_h[...], net.W_x[...] = 1e100, 0
    net.forward(np.ones((9, 1, 1)) * 0)
    assert "exploding gradient" in refused(lambda: bptt.backward(np.ones((9, 1, 1))))
    net.W_h[...], net.W_x[...] = 0, 1e300
    net.forward(np.zeros((2, 1, 1)))
    bptt.backward(np.full((2, 1, 1), 1e10))
    assert "product overflows" in refused(bptt.input_gradient)


def test_bad_costs_are_refused():
    Y_hat = np.ones((5, 4, 2))
    for Y, counts, message in (
        (np.ones((4, 5, 2)), None, "samples and steps exchanged"),
        (np.ones((4, 2)), None, "expected targets for 5 steps of 4 sequences"),
        (np.ones((5, 4, 3)), None, "Y (20, 3)"),
        (Y_hat, np.zeros((5, 4), bool), "N = 0"),
        (Y_hat, np.ones((5, 4)), "counts: expected bool (T, N) or integers (N,)"),
        (Y_hat, np.ma.array(np.ones((5, 4), bool)), "counts: expected bool (T, N) or integers (N,), received a masked"),
        (np.ma.array(Y_hat, mask=Y_hat > 2), None, "masked array"),
    ):
        assert message in refused(lambda Y=Y, counts=counts: sequence_cost(half_squared_error, Y_hat, Y, counts))
    assert "Y_hat (5, 4)" in refused(lambda: sequence_cost(half_squared_error, Y_hat[:, :, 0], Y_hat))


@pytest.mark.parametrize("clip", [clip_norm, clip_value])
def test_what_cannot_be_clipped_is_refused(clip):
    assert "of which only a copy" in refused(lambda: clip([1.0, 2.0], 1.0))
    assert "received nan at index (1,)" in refused(lambda: clip(np.array([1, np.nan]), 1.0))
    assert "exploded before" in refused(lambda: clip(np.array([1, np.inf]), 1.0))
    for most in (0.0, -1.0, np.inf, np.nan, "1"):
        assert "most: expected a positive number" in refused(lambda most=most: clip(np.ones(2), most))
    assert "int" in refused(lambda: clip(np.ones(2, int), 1.0))


def test_bad_starts_are_refused():
    net = RecurrentNetwork([2, 3, 1])
    assert "np.random.default_rng(seed)" in refused(lambda: initialise_recurrent(net, 0))
    assert "radius" in refused(lambda: initialise_recurrent(net, np.random.default_rng(0), 0))
    plain = Network([2, 3], ["tanh"])
    assert "a RecurrentNetwork, received Network" in refused(
        lambda: initialise_recurrent(plain, np.random.default_rng(0))
    )


def test_forward_mode_refuses_what_it_cannot_do():
    net, X, H, _, G = example(("lstm", "tanh"))
    assert "expected the cell 'rnn'" in refused(lambda: real_time_gradient(net, X, G))
    net, X, H, _, G = example(("rnn", "tanh"))
    assert "X (T, N, 2), upstream (T, N, 6)" in refused(lambda: real_time_gradient(net, X, G[1:]))
    assert "H_0 (3, 4)" in refused(lambda: real_time_gradient(net, X, G, H[1:]))


# ------------------------------------------------------------------------------- the classic mistakes are seen by it


def mistaken(net, X, H_0, G, mistake):
    """The gradient of a simple network in plain loops, with one mistake."""
    H = [np.zeros_like(H_0) if mistake == "H_0 forgotten" else H_0]
    for x in X:
        H.append(np.tanh(x @ net.W_x + H[-1] @ net.W_h + net.b))
    if mistake == "H_0 forgotten":
        H[1:] = net.H[1:]
    dW_x, dW_h, db, dW_y, dc = (np.zeros(shape) for shape in layout(net.widths, "rnn").values())
    later = np.zeros_like(H_0)
    for t in reversed(range(1, len(H))):
        W_hT = net.W_h if mistake == "W_h not transposed" else net.W_h.T
        back = G[t - 1] @ net.W_y.T
        if mistake == "f′ at H_{t−1}":
            later = (back + later @ W_hT) * (1 - H[t - 1] ** 2)
        elif mistake == "f′ before the later steps are added":
            later = back * (1 - H[t] ** 2) + later @ W_hT
        elif mistake == "G_t counted at t + 1":
            later = (back * (t > 1) + later @ W_hT) * (1 - H[t] ** 2)
        elif mistake == "later steps forgotten":
            later = back * (1 - H[t] ** 2)
        else:
            later = (back + later @ W_hT) * (1 - H[t] ** 2)
        if mistake == "= for +=":
            dW_h = H[t - 1].T @ later
        elif mistake != "first step dropped" or t > 1:
            dW_h += H[t if mistake == "H_t for H_{t−1}" else t - 1].T @ later
        dW_x += X[t - 1].T @ later
        db += later.sum(axis=0)
        dW_y += H[t].T @ G[t - 1]
        dc += G[t - 1].sum(axis=0)
    return np.concatenate([a.ravel() for a in (dW_x, dW_h, db, dW_y, dc)])


MISTAKES = [
    "H_0 forgotten",
    "W_h not transposed",
    "f′ at H_{t−1}",
    "f′ before the later steps are added",
    "G_t counted at t + 1",
    "later steps forgotten",
    "= for +=",
    "first step dropped",
    "H_t for H_{t−1}",
]


def test_without_a_mistake_the_plain_gradient_is_the_packages():
    net, X, H, _, G = example(("rnn", "tanh"), 5, 3, 2, 4, 4)
    close(mistaken(net, X, H, G, None), gradient_of(net, X, G, H))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_gradient_check_sees_every_classic_mistake(mistake):
    net, X, H, _, Y = example(("rnn", "tanh"), 5, 3, 2, 4, 4)
    gradient = mistaken(net, X, H, residual(net, X, H, Y=Y), mistake)
    with pytest.raises(Disagreement):
        gradient_check(cost_of(net, X, Y, LOSS, H), gradient, net.parameters)
