"""Sequences of different lengths in one batch."""

import copy

import numpy as np
import pytest
from backprop.bptt import BackpropagationThroughTime
from backprop.masks import check_mask
from helpers import refused
from recurrent_examples import KINDS, close, example, gradient_of, state_of


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


def test_masks_and_lengths():
    expected = np.array([[True, True], [True, False], [True, False]])
    for mask in (expected, expected.tolist(), [3, 1], np.array([3, 1], np.uint8)):
        np.testing.assert_array_equal(check_mask("mask", mask, 3, 2), expected)
    for mask, message in (
        (np.ma.array(expected, mask=expected), "a masked array"),
        ([[True], [True, False]], "rows that differ in length"),
        (expected.astype(float), "float64 (3, 2)"),
        ("no", "<U2 ()"),
    ):
        assert message in refused(check_mask, "mask", mask, 3, 2)
