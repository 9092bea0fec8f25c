"""A recurrent network: buffers, copies, state, start, and bad input."""

import copy
import operator
import pickle
import tracemalloc

import numpy as np
import pytest
from backprop.bptt import BackpropagationThroughTime, sequence_cost
from backprop.cells import CELLS, split
from backprop.forward_in_time import real_time_gradient
from backprop.forward_pass import Network
from backprop.gradient_descent import load, save
from backprop.loss import half_squared_error
from backprop.recurrent import RecurrentNetwork, initialise_recurrent
from helpers import refused
from recurrent_examples import FLOATS, KINDS, close, example, gradient_of, net_and_bptt, state_of


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
    expected = net.forward(2 * X, H)
    net.forward(np.stack([H, *X[1:]]))
    np.testing.assert_array_equal(net.forward(2 * X, net.X[0]), expected)


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


@pytest.mark.parametrize("cell", CELLS)
def test_a_refused_call_changes_nothing(cell):
    net, X, H, C, G = example((cell, "tanh"), 5, 3, 2, 4, 6)
    bptt, other = BackpropagationThroughTime(net), 2 * X
    Y_hat = net.forward(X, state_of((cell,), H, C), mask=[5, 2, 3])
    gradient, state = bptt.backward(G), np.array(net.state)
    for options in ({"state": H[1:]}, {"mask": [5, 2, 9]}, {"mask": [[1]]}, {"segment": 0}, {"state": "none"}):
        refused(net.forward, other, **options)
    refused(net.forward, np.full_like(X, np.nan))
    refused(net.forward, other[:, :, :1])
    for upstream, truncate in ((G[1:], None), (2 * G, (3, 2)), (np.full_like(G, np.inf), None)):
        refused(bptt.backward, upstream, truncate)
    np.testing.assert_array_equal(bptt.gradient, gradient)
    np.testing.assert_array_equal(net.Y_hat, Y_hat)
    np.testing.assert_array_equal(net.state, state)
    np.testing.assert_array_equal(bptt.backward(G), gradient)


@pytest.mark.parametrize("cell", CELLS)
def test_a_statement_that_fails_changes_nothing(cell):
    net, X, _, _, G = example((cell, "tanh"), 5, 3, 2, 4, 6)
    bptt = BackpropagationThroughTime(net)
    net.forward(X)
    bptt.backward(G)
    names = {net: ["parameters", "W_h", "b", "H", "Y_hat"], bptt: ["gradient", "W_h", "dH", "Delta"]}
    if cell == "lstm":
        names = {net: [*names[net], "C"], bptt: [*names[bptt], "dC"]}
    arrays = [(owner, name, getattr(owner, name)) for owner in names for name in names[owner]]
    before = [a.copy() for _, _, a in arrays]
    for owner, name, a in arrays:
        with pytest.raises(ValueError, match="broadcast"):
            setattr(owner, name, operator.isub(getattr(owner, name), np.ones(7)))
        with pytest.raises(ValueError, match="broadcast"):
            getattr(owner, name)[0:1] -= np.ones((3, 7))
        with pytest.raises(TypeError):
            setattr(owner, name, operator.isub(getattr(owner, name), 1j))
        assert getattr(owner, name) is a
    state = net.state
    with pytest.raises(AttributeError):
        net.state += (1.0,) if cell == "lstm" else 1.0
    with pytest.raises(AttributeError):
        net.gates *= 2
    np.testing.assert_array_equal(net.state, state)
    for (_, name, a), kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, kept, err_msg=name)


class Frame:
    """As a table of another library: no array, but NumPy can make one of it."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.array(self.array, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("made", [np.ndarray.tolist, Frame])
def test_what_can_be_an_array_is_taken_as_one(cell, dtype, made):
    net, X, H, C, G = example((cell, "tanh"), dtype=dtype)
    bptt, mask = BackpropagationThroughTime(net), np.arange(5)[:, None] < [5, 2, 4]
    expected, gradient = net.forward(X, state_of((cell,), H, C), mask), bptt.backward(G)
    states = [state_of((cell,), made(H), made(C))]
    states += [[*states[0]]] if cell == "lstm" else [(made(H),)]
    for state in states:
        for of_mask in (made(mask), [5, 2, 4], Frame(np.array([5, 2, 4]))):
            np.testing.assert_array_equal(net.forward(made(X), state, of_mask), expected)
            np.testing.assert_array_equal(bptt.backward(made(G)), gradient)
    if cell == "rnn":
        close(real_time_gradient(net, made(X), made(G), made(H)), gradient_of(net, X, G, H), rtol=1e-4)


@pytest.mark.parametrize("wrong", [Frame(np.array(["a"])), [[1.0], [1.0, 2.0]], "abc", object(), {}])
def test_what_cannot_be_an_array_gets_one_message(wrong):
    net, bptt = net_and_bptt()
    X = np.ones((5, 4, 2))
    for call in (
        lambda: net.forward(wrong),
        lambda: net.forward(X, wrong),
        lambda: net.forward(X, (wrong,)),
        lambda: net.forward(X, mask=wrong),
        lambda: net.forward(X, segment=wrong),
        lambda: bptt.backward(wrong),
        lambda: bptt.backward(np.ones((5, 4, 1)), wrong),
        lambda: sequence_cost(half_squared_error, wrong, np.ones((5, 4, 1))),
        lambda: sequence_cost(half_squared_error, np.ones((5, 4, 1)), wrong),
        lambda: sequence_cost(half_squared_error, np.ones((5, 4, 1)), np.ones((5, 4, 1)), wrong),
        lambda: RecurrentNetwork(wrong),
    ):
        refused(call)


@pytest.mark.parametrize("cell", CELLS)
def test_a_backward_pass_is_for_what_the_forward_pass_saw(cell):
    net, X, H, C, G = example((cell, "tanh"))
    bptt, mask = BackpropagationThroughTime(net), np.arange(5)[:, None] < [5, 2, 4]
    given = X.copy(), H.copy(), C.copy(), mask.copy()
    net.forward(X, state_of((cell,), H, C), mask)
    expected = bptt.backward(G)
    net.forward(given[0], state_of((cell,), *given[1:3]), given[3])
    for a in given:
        a[...] = 0
    np.testing.assert_array_equal(bptt.backward(G), expected)
    inputs = bptt.input_gradient()
    net.b[0] += 1
    for call in (lambda: bptt.backward(G), lambda: bptt.backward(G, 2), bptt.input_gradient):
        assert "an update between forward and backward" in refused(call)
    net.b[0] -= 1
    net.W_x *= 2  # a forward pass with other parameters has no effect on the gradient of the one before
    net.forward(X)
    np.testing.assert_array_equal(bptt.input_gradient(), inputs)


def test_the_unchecked_passes_refuse_nothing():
    net, X, _, _, G = example(("gru", "tanh"))
    bptt = BackpropagationThroughTime(net)
    net.forward(X)
    net.propagate(X)
    net.parameters += 1
    assert bptt.propagate(G).shape == bptt.backward(G).shape == net.parameters.shape
    assert bptt.input_gradient().shape == X.shape


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


def test_bad_starts_are_refused():
    net = RecurrentNetwork([2, 3, 1])
    assert "np.random.default_rng(seed)" in refused(lambda: initialise_recurrent(net, 0))
    assert "radius" in refused(lambda: initialise_recurrent(net, np.random.default_rng(0), 0))
    plain = Network([2, 3], ["tanh"])
    assert "a RecurrentNetwork, received Network" in refused(
        lambda: initialise_recurrent(plain, np.random.default_rng(0))
    )
