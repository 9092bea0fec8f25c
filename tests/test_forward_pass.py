"""Chapter 01's functions against 50-digit arithmetic, explicit loops, and the input they must refuse."""

import copy
import inspect
import pickle
import runpy
import tracemalloc
from pathlib import Path

import backprop.forward_pass as forward_pass
import numpy as np
import pytest
from backprop.forward_pass import (
    ACTIVATIONS,
    VARIANCES,
    Network,
    dense,
    initialise,
    layer_views,
)
from helpers import refused
from mpmath import mpf

accuracy = runpy.run_path(Path(__file__).parents[1] / "benchmarks" / "accuracy.py")
FLOATS = [np.float32, np.float64]
INF = np.inf


# ------------------------------------------------------------------------------------------- layers and network


def loop_dense(X, W, b):
    """Σ_i X[n, i] W[i, j] + b[j], one number at a time."""
    return [[sum(X[n][i] * W[i][j] for i in range(len(W))) + b[j] for j in range(len(b))] for n in range(len(X))]


@pytest.mark.parametrize("dtype", FLOATS)
def test_dense_is_the_loop(dtype):
    rng = np.random.default_rng(4)
    X, W, b = (rng.normal(size=shape).astype(dtype) for shape in [(5, 3), (3, 2), (2,)])
    expected = np.array(loop_dense(X.tolist(), W.tolist(), b.tolist()))
    Z = dense(X, W, b)
    assert Z.dtype == dtype
    assert np.abs(Z - expected).max() < 10 * np.finfo(dtype).eps
    out = np.empty((5, 2), dtype)
    assert dense(X, W, b, out=out) is out
    assert np.array_equal(out, Z)


@pytest.mark.parametrize("dtype", FLOATS)
def test_dense_where_out_overlaps_its_arguments(dtype):
    def arguments():
        A = np.random.default_rng(4).normal(size=(9, 3)).astype(dtype)
        return A, (A[:3], A[3:6], A[6])

    expected = dense(*arguments()[1])
    for start in range(7):
        A, (X, W, b) = arguments()
        assert np.array_equal(dense(X, W, b, out=A[start : start + 3]), expected), start


@pytest.mark.parametrize(
    ("X", "W", "b", "part"),
    [
        ((4, 3), (2, 3), (2,), "pass W.T"),
        ((4, 3), (3, 2), (), "b has ndim 0"),
        ((4, 3), (3, 2), (1,), "b has 1 where D_out = 2"),
        ((4, 3), (3, 2), (4, 1), "b has ndim 2"),
        ((4, 3), (3, 2), (1, 2), "b has ndim 2"),
        ((3,), (3, 2), (2,), "X[None, :]"),
        ((0, 3), (3, 2), (2,), "X has N = 0"),
    ],
)
def test_dense_refuses_shapes(X, W, b, part):
    message = refused(dense, np.ones(X), np.ones(W), np.ones(b))
    assert "expected X (N, D_in), W (D_in, D_out), b (D_out,)" in message
    assert f"received X {X}, W {W}, b {b}" in message
    assert part in message


def test_dense_refuses_types_overflow_and_a_wrong_out():
    X, W, b = np.ones((4, 3)), np.ones((3, 2)), np.ones(2)
    assert "b float32" in refused(dense, X, W, b.astype(np.float32))
    assert "received int64" in refused(dense, X, W, np.ones(2, int))
    assert "received inf at index (0, 0)" in refused(dense, X * 1e200, W * 1e200, b)
    assert "received nan at index (0, 1)" in refused(dense, X, W, np.array([0, np.nan]))
    assert "out (4, 2)" in refused(dense, X, W, b, out=np.ones((2, 4)))
    assert "float32" in refused(dense, X, W, b, out=np.ones((4, 2), np.float32))


def random_network(widths=(5, 4, 3, 2), activations=("tanh", "silu", "sigmoid"), dtype=np.float64, seed=5):
    net = Network(widths, activations, dtype)
    net.parameters[...] = np.random.default_rng(seed).normal(size=net.parameters.size)
    return net


def batch(N, D=5, dtype=np.float64, seed=6):
    return np.random.default_rng(seed).normal(size=(N, D)).astype(dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_forward_is_the_loop(dtype):
    net, X = random_network(dtype=dtype), batch(6, dtype=dtype)
    H = X.tolist()
    for W, b, name in zip(net.weights, net.biases, net.activations, strict=True):
        f = accuracy["TRUTH"][name][0]
        H = [[float(f(mpf(z))) for z in row] for row in loop_dense(H, W.tolist(), b.tolist())]
    prediction = net.forward(X)
    assert prediction.shape == (6, 2)
    assert prediction.dtype == dtype
    assert np.abs(prediction - H).max() < 20 * np.finfo(dtype).eps


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_z_and_h_hold_every_layer(name):
    net, X = random_network(activations=[name, name, "identity"]), batch(6)
    prediction = net.forward(X)
    assert np.array_equal(net.H[0], X)
    assert not np.shares_memory(net.H[0], X)  # the batch may change before the backward pass
    assert np.array_equal(net.H[-1], prediction)
    assert [Z.shape for Z in net.Z] == [(6, 4), (6, 3), (6, 2)]
    for layer, f in enumerate(net.activations):
        Z = dense(net.H[layer], net.weights[layer], net.biases[layer])
        assert np.allclose(net.Z[layer], Z, rtol=1e-12, atol=1e-12)
        assert np.array_equal(net.H[layer + 1], ACTIVATIONS[f].function(net.Z[layer]))
        assert net.layers[layer].derivative is ACTIVATIONS[f].derivative.__wrapped__


def test_a_sample_does_not_see_its_batch():
    net, X = random_network(), batch(7)
    together = net.forward(X)
    assert np.allclose(np.vstack([net.forward(X[n : n + 1]) for n in range(7)]), together, rtol=1e-13, atol=0)
    order = np.random.default_rng(7).permutation(7)
    assert np.allclose(net.forward(X[order]), together[order], rtol=1e-13, atol=0)


def test_views_share_memory_with_the_parameters():
    net = random_network()
    assert net.parameters.size == 5 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2
    layout = [a.ravel() for pair in zip(net.weights, net.biases, strict=True) for a in pair]
    assert np.array_equal(np.concatenate(layout), net.parameters)
    net.weights[1][2, 0] = 42
    assert net.parameters[5 * 4 + 4 + 2 * 3] == 42
    before = net.parameters
    net.parameters -= 1
    net.parameters = net.parameters * 2
    assert net.parameters is before
    assert net.weights[1][2, 0] == 82
    assert all(np.shares_memory(a, net.parameters) for a in (*net.weights, *net.biases))


def test_views_cannot_be_replaced():
    net = random_network()
    weights, first = net.weights, net.weights[0]
    net.weights[0] = np.ones((5, 4))  # writes into it
    net.weights[0] -= 0.5
    assert net.weights is weights
    assert net.weights[0] is first
    assert (net.parameters[:20] == 0.5).all()
    before = net.parameters.copy()
    assert "expected layer 0 (5, 4)" in refused(net.weights.__setitem__, 0, np.ones((4, 5)))
    assert "float32" in refused(net.weights.__setitem__, 0, np.ones((5, 4), np.float32))
    assert np.array_equal(net.parameters, before)
    with pytest.raises(AttributeError):
        net.biases = ()
    with pytest.raises(AttributeError):
        net.weights = ()
    assert "expected parameters (47,)" in refused(setattr, net, "parameters", np.zeros(46))
    assert "expected parameters (47,)" in refused(setattr, net, "parameters", 0.0)
    assert "float32" in refused(setattr, net, "parameters", np.zeros(47, np.float32))


def test_layer_views_of_a_gradient():
    gradient = np.zeros(17, np.float32)
    weights, biases = layer_views(gradient, [2, 4, 1])
    biases[0][...] = 1
    weights[1][...] = 2
    assert gradient.tolist() == [0] * 8 + [1] * 4 + [2] * 4 + [0]
    assert "vector (17,)" in refused(layer_views, np.zeros(16), [2, 4, 1])


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_has_views_of_its_own(duplicate):
    net, X = random_network(), batch(3)
    other = duplicate(net)
    assert repr(other) == repr(net)
    assert np.array_equal(other.forward(X), net.forward(X))
    other.parameters[...] = 0
    assert not other.weights[0].any()
    assert net.weights[0].all()


def test_the_prediction_is_not_overwritten():
    net = random_network()
    first = net.forward(batch(3))
    before = first.copy()
    net.forward(batch(3, seed=8))
    assert np.array_equal(first, before)


def test_buffers_are_reused_shrink_and_grow():
    net = random_network()
    net.forward(batch(6))
    first = [*net.Z, *net.H[1:]]
    net.forward(batch(6, seed=8))
    assert all(a is b for a, b in zip([*net.Z, *net.H[1:]], first, strict=True))
    for N in (2, 6):
        assert np.array_equal(net.forward(batch(N)), random_network().forward(batch(N)))
        for a, b in zip([*net.Z, *net.H[1:]], first, strict=True):
            assert len(a) == N
            assert a.ctypes.data == b.ctypes.data
    assert np.array_equal(net.forward(batch(9)), random_network().forward(batch(9)))
    assert not np.shares_memory(net.Z[0], first[0])
    for a in (*net.Z, *net.H[1:]):
        assert a.flags.c_contiguous
        assert all(a is b or not np.shares_memory(a, b) for b in (*net.Z, *net.H))


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu"])
def test_the_steady_state_allocates_only_the_prediction(name):
    net = random_network(widths=(64, 128, 128, 10), activations=[name, name, "identity"])
    net.parameters *= 0.1
    X = batch(512, 64)
    for _ in range(3):
        net.forward(X)
    tracemalloc.start()
    try:
        kept = [net.forward(X)]
        tracemalloc.reset_peak()
        start = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            net.forward(X)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now - start < 2_000
    numpys_own = 80_000  # for the sum with a broadcast bias NumPy takes 64 KiB and gives it back, whatever the size
    assert peak - start < kept[0].nbytes + numpys_own < net.Z[0].nbytes / 2


def test_float32_is_close_to_float64():
    wide, narrow = random_network(), random_network(dtype=np.float32)
    difference = narrow.forward(batch(50, dtype=np.float32)) - wide.forward(batch(50))
    assert 0 < np.abs(difference).max() < 50 * np.finfo(np.float32).eps


@pytest.mark.parametrize(
    ("X", "parts"),
    [
        (np.ones(5), ["received X (5,)", "X[None, :]"]),
        (np.ones((5, 3)), ["expected X (N, 5)", "received X (5, 3)", "pass X.T"]),
        (np.ones((4, 6)), ["expected X (N, 5)", "received X (4, 6)"]),
        (np.ones((2, 3, 5)), ["ndim 3", "reshape"]),
        (np.empty((0, 5)), ["N = 0", "empty slice"]),
        (np.ones((4, 5), np.float32), ["X float32, parameters float64"]),
        (np.ones((4, 5), int), ["int64"]),
        (np.full((4, 5), np.nan), ["X: expected finite values, received nan at index (0, 0)"]),
        (np.full((4, 5), -INF), ["received -inf"]),
    ],
)
def test_forward_refuses(X, parts):
    message = refused(random_network().forward, X)
    for part in parts:
        assert part in message


@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_forward_refuses_parameters_that_overflow(hidden):
    net, X = random_network(activations=[hidden, hidden, "identity"]), batch(3)
    with np.errstate(all="raise"):
        for value in (1e308, np.nan, INF):
            net.weights[1][...] = value
            assert "Z[1]: expected finite values" in refused(net.forward, X * 100)
    net.weights[1][...] = 1
    assert np.isfinite(net.forward(X)).all()


@pytest.mark.parametrize(
    ("widths", "activations", "parts"),
    [
        ([2], [], ["widths [2] and activations []"]),
        ([2, 1], [], ["widths [2, 1] and activations []"]),
        ([2, 1], ["relu", "identity"], ["named for the input"]),
        ([2, 1, 1, 1, 1], "tanh", ["received 't'"]),
        ([2, 1], "tanh", ["one string in place of a list"]),
        (2, ["tanh"], ["widths 2"]),
        ([2, 1], None, ["activations None"]),
        ([2, 0, 1], ["relu", "relu"], ["widths[1]", "received 0"]),
        ([2, 1.5], ["relu"], ["widths[1]", "received 1.5"]),
        ([2, 1], ["ReLU"], [*ACTIVATIONS, "received 'ReLU'", "another spelling"]),
        ([2, 3], ["softmax"], ["softmax(net.forward(X))"]),
    ],
)
def test_network_refuses(widths, activations, parts):
    message = refused(Network, widths, activations)
    for part in parts:
        assert part in message


def test_network_refuses_other_types():
    for dtype in (np.float16, int, complex, object):
        assert "expected float32 or float64" in refused(Network, [2, 1], ["relu"], dtype)


# ---------------------------------------------------------------------------------------------- initialisation


def test_variances():
    assert VARIANCES["glorot"](3, 5) == 0.25
    assert VARIANCES["he"](8, 5) == 0.25


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("scheme", "variances"), [("glorot", (2 / 700, 2 / 600)), ("he", (2 / 300, 2 / 400))])
def test_initialise(scheme, variances, dtype):
    net = random_network((300, 400, 200), ["relu", "identity"], dtype)
    assert initialise(net, np.random.default_rng(9), scheme) is net
    for W, b, variance in zip(net.weights, net.biases, variances, strict=True):
        standard_error = (2 / W.size) ** 0.5  # of a sample variance, relative
        assert abs(W.var() / variance - 1) < 4 * standard_error
        assert abs(W.mean()) < 4 * (variance / W.size) ** 0.5
        kurtosis = ((W - W.mean()) ** 4).mean() / W.var() ** 2
        assert abs(kurtosis - 3) < 4 * (24 / W.size) ** 0.5  # normal, not uniform
        assert not b.any()
    again = initialise(Network((300, 400, 200), ["relu", "identity"], dtype), np.random.default_rng(9), scheme)
    assert np.array_equal(again.parameters, net.parameters)


def test_initialise_refuses():
    net = random_network()
    assert "default_rng(seed)" in refused(initialise, net, 0)
    message = refused(initialise, net, np.random.default_rng(0), "xavier")
    assert "glorot, he" in message
    assert "received 'xavier'" in message


def test_the_module_needs_numpy_only():
    imports = [line for line in inspect.getsource(forward_pass).splitlines() if line.startswith(("import", "from"))]
    modules = {line.split()[1] for line in imports}
    assert modules == {"itertools", "numpy", ".activations", ".shapes", ".vectors"}
