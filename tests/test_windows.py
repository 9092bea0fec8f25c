"""Truncation and checkpoints."""

import math
import tracemalloc

import numpy as np
import pytest
from autograd import grad
from backprop.bptt import BackpropagationThroughTime
from backprop.cells import CELLS
from backprop.recurrent import RecurrentNetwork, initialise_recurrent
from backprop.windows import losses, windows
from helpers import refused
from recurrent_examples import KINDS, close, example, gradient_of, net_and_bptt, plain_cost, state_of


def test_windows():
    assert windows(6, 2, 2) == [(0, 2, 0), (2, 4, 2), (4, 6, 4)]
    assert windows(7, 3, 5) == [(0, 3, 0), (1, 6, 3), (4, 7, 6)]
    assert windows(3, 9, 9) == [(0, 3, 0)]


def test_the_losses_of_a_window_are_its_own():
    upstream = np.arange(1.0, 7).reshape(6, 1, 1)
    assert np.shares_memory(losses(upstream, 2, 4, 2), upstream)
    assert losses(upstream, 1, 4, 3).ravel().tolist() == [0, 0, 4]
    assert upstream.all()


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


@pytest.mark.parametrize("cell", CELLS)
def test_with_segments_the_upstream_gradient_may_lie_in_the_place_of_the_outputs(cell):
    net, X, _, _, G = example((cell, "tanh"), 7)
    bptt = BackpropagationThroughTime(net)
    expected = gradient_of(net, X, G, segment=3)
    net.propagate(X, segment=3)
    net.Y_hat[...] = G
    np.testing.assert_array_equal(bptt.propagate(net.Y_hat), expected)


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


@pytest.mark.parametrize("cell", ["rnn", *[pytest.param(cell, marks=pytest.mark.sweep) for cell in ("lstm", "gru")]])
def test_ten_thousand_steps(cell):
    rng = np.random.default_rng(0)
    net = initialise_recurrent(RecurrentNetwork([1, 4, 1], cell), rng)
    X, G = rng.normal(size=(10_000, 1, 1)), np.zeros((10_000, 1, 1))
    G[-1] = 1
    plain = gradient_of(net, X, G)
    close(gradient_of(net, X, G, segment=100), plain)
    assert np.isfinite(plain).all()
    assert plain.any()


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
