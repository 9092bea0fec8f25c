"""Chapter 03's backward pass against HIPS autograd, difference quotients, the complex step, explicit loops and a
worked example, over random architectures whose sizes are all different.
"""

import copy
import pickle
import tracemalloc
from fractions import Fraction
from itertools import pairwise

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from backprop.activations import SLOPE
from backprop.backpropagation import Backpropagation, cost_and_gradient, cost_of, objective
from backprop.forward_pass import ACTIVATIONS, Network, initialise, layer_views, softmax
from backprop.loss import LOSSES, half_squared_error, l2, one_hot
from backprop.proof import Disagreement, gradient_check, prove
from backprop.proof.vocabulary import arbitrary, array, entry, indices, matrix, partial, sizes, slope
from helpers import refused
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Sum

FLOATS = [np.float32, np.float64]
KINKED = {"relu", "leaky_relu"}

# The same functions, written down once more for autograd and for complex numbers.
PLAIN = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, SLOPE * z),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "silu": lambda z: z / (1 + anp.exp(-z)),
}
PLAIN_LOSSES = {
    "half_squared_error": lambda P, Y: anp.sum((P - Y) ** 2) / 2,
    "mean_squared_error": lambda P, Y: anp.sum((P - Y) ** 2) / Y.shape[1],
    "huber": lambda P, Y: anp.sum(anp.where(abs(P - Y) < 1, (P - Y) ** 2 / 2, abs(P - Y) - 0.5)),
    "binary_cross_entropy": lambda Z, Y: anp.sum(anp.log(1 + anp.exp(Z)) - Y * Z),
    "cross_entropy": lambda Z, Y: anp.sum(anp.log(anp.sum(anp.exp(Z), axis=1)) - anp.sum(Y * Z, axis=1)),
    "hinge": lambda Z, Y: anp.sum(anp.where(Y * Z < 1, 1 - Y * Z, 0.0)),
}
assert PLAIN.keys() == ACTIVATIONS.keys()
assert PLAIN_LOSSES.keys() == LOSSES.keys()


def plain_cost(theta, X, Y, widths, activations, loss):
    """The cost without the package: nothing is shared with it but the layout of θ."""
    H, start = X, 0
    for (D_in, D_out), name in zip(pairwise(widths), activations, strict=True):
        W = anp.reshape(theta[start : start + D_in * D_out], (D_in, D_out))
        start += D_in * D_out
        H = PLAIN[name](anp.dot(H, W) + theta[start : start + D_out])
        start += D_out
    return PLAIN_LOSSES[loss](H, Y) / len(X)


def targets(loss, N, K, rng):
    if loss == "hinge":
        return np.where(rng.random((N, K)) < 0.5, -1.0, 1.0)
    if loss == "cross_entropy":
        return softmax(rng.normal(size=(N, K)))
    if loss == "binary_cross_entropy":
        return rng.random((N, K))
    return rng.normal(size=(N, K))


def example(widths, activations, loss, N, seed, dtype=np.float64):
    """A network with random weights and biases, inputs and targets."""
    rng = np.random.default_rng(seed)
    net = initialise(Network(widths, activations, dtype), rng)
    for b in net.biases:
        b[...] = rng.normal(0, 0.5, b.shape)
    return net, rng.normal(size=(N, widths[0])).astype(dtype), targets(loss, N, widths[-1], rng).astype(dtype)


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@st.composite
def architectures(draw, activations=tuple(ACTIVATIONS), losses=tuple(LOSSES), deepest=4):
    """Widths and batch size pairwise different, so that no wrong shape fits by chance; 1 to ``deepest`` layers."""
    depth = draw(st.integers(1, deepest))
    *widths, N = draw(st.lists(st.integers(1, 9), min_size=depth + 2, max_size=depth + 2, unique=True))
    names = draw(st.lists(st.sampled_from(activations), min_size=depth, max_size=depth))
    return widths, names, draw(st.sampled_from(losses)), N, draw(st.integers(0, 2**32 - 1))


# ----------------------------------------------------------------------------------------- against other derivatives


@settings(max_examples=300, deadline=None)
@given(architectures())
def test_equal_to_autograd(architecture):
    widths, names, loss, _N, _seed = architecture
    net, X, Y = example(*architecture)
    L, gradient = cost_and_gradient(net, X, Y, LOSSES[loss])
    arguments = net.parameters.copy(), X, Y, widths, names, loss
    np.testing.assert_allclose(L, plain_cost(*arguments), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(gradient, grad(plain_cost)(*arguments), rtol=1e-9, atol=1e-13)


@settings(max_examples=60, deadline=None)
@given(architectures())
def test_the_gradient_of_the_input_is_autograds(architecture):
    widths, names, loss, _, _ = architecture
    net, X, Y = example(*architecture)
    backprop = Backpropagation(net)
    backprop.backward(LOSSES[loss](net.forward(X), Y)[1])
    expected = grad(plain_cost, 1)(net.parameters.copy(), X, Y, widths, names, loss)
    np.testing.assert_allclose(backprop.input_gradient(), expected, rtol=1e-9, atol=1e-13)


def far_from_kinks(net, X, Y, loss, margin=1e-3):
    """Whether no pre-activation or error lies where a difference quotient would step over a kink."""
    kinks = [Z for Z, name in zip(net.Z, net.activations, strict=True) if name in KINKED]
    kinks += [1 - Y * net.H[-1]] if loss == "hinge" else [abs(net.H[-1] - Y) - 1] if loss == "huber" else []
    return all(abs(Z).min() > margin for Z in kinks)


@settings(max_examples=60, deadline=None)
@given(architectures())
def test_gradient_check(architecture):
    loss = architecture[2]
    net, X, Y = example(*architecture)
    _, gradient = cost_and_gradient(net, X, Y, LOSSES[loss])
    if far_from_kinks(net, X, Y, loss):
        gradient_check(cost_of(net, X, Y, LOSSES[loss]), gradient, net.parameters)


SMOOTH = tuple(ACTIVATIONS.keys() - KINKED)
SMOOTH_LOSSES = ("half_squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy")


@settings(max_examples=60, deadline=None)
@given(architectures(tuple(sorted(SMOOTH)), SMOOTH_LOSSES))
def test_complex_step_where_everything_is_analytic(architecture):
    widths, names, loss, _, _ = architecture
    net, X, Y = example(*architecture)
    _, gradient = cost_and_gradient(net, X, Y, LOSSES[loss])

    def analytic(theta):
        return plain_cost(theta, X, Y, widths, names, loss)

    if loss == "cross_entropy" and widths[-1] == 1:  # one class has probability 1 and nothing to learn
        assert not gradient.any()
    else:
        gradient_check(analytic, gradient, net.parameters, complex_step=True)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_activation_with_every_loss(activation, loss):
    case = [3, 5, 4, 2], [activation, "tanh", activation], loss, 7
    seed = next(s for s in range(100) if far_from_kinks(*forwarded(example(*case, s)), loss))
    net, X, Y = example(*case, seed)
    _, gradient = cost_and_gradient(net, X, Y, LOSSES[loss])
    gradient_check(cost_of(net, X, Y, LOSSES[loss]), gradient, net.parameters)


def forwarded(net_X_Y):
    net_X_Y[0].forward(net_X_Y[1])
    return net_X_Y


@settings(max_examples=60, deadline=None)
@given(architectures())
def test_float32_is_float64_rounded(architecture):
    net, X, Y = example(*architecture, dtype=np.float32)
    twin = Network(net.widths, net.activations)
    twin.parameters = net.parameters.astype(np.float64)
    L, gradient = cost_and_gradient(net, X, Y, half_squared_error)
    exact_L, exact = cost_and_gradient(twin, X.astype(np.float64), Y.astype(np.float64), half_squared_error)
    assert L.dtype == gradient.dtype == np.float32
    if far_from_kinks(twin, X, Y, "half_squared_error"):
        np.testing.assert_allclose(L, exact_L, rtol=1e-4)
        np.testing.assert_allclose(gradient, exact, atol=1e-4 * max(1, abs(exact).max()))


# ------------------------------------------------------------------------------------------------- worked by hand


def test_one_hidden_layer_by_loops():
    N, D, H, K = 2, 3, 4, 5
    net, X, Y = example([D, H, K], ["tanh", "sigmoid"], "half_squared_error", N, 0)
    _, gradient = cost_and_gradient(net, X, Y, half_squared_error)
    (W, V), _ = net.weights, net.biases
    (h, p), slope = net.H[1:], (1 - net.H[1] ** 2)
    delta = (p - Y) / N * p * (1 - p)
    (dW, dV), (db, dc) = layer_views(gradient, net.widths)
    for q in range(H):
        paths = [sum(delta[n, k] * V[q, k] for k in range(K)) for n in range(N)]
        for i in range(D):
            assert dW[i, q] == pytest.approx(sum(X[n, i] * slope[n, q] * paths[n] for n in range(N)), rel=1e-12)
        assert db[q] == pytest.approx(sum(slope[n, q] * paths[n] for n in range(N)), rel=1e-12)
        for k in range(K):
            assert dV[q, k] == pytest.approx(sum(h[n, q] * delta[n, k] for n in range(N)), rel=1e-12)
    assert dc == pytest.approx(delta.sum(axis=0), rel=1e-12)
    assert W.shape == dW.shape


def test_the_1_2_2_relu_network_in_exact_fractions():
    # three samples, one input, two hidden units, two outputs, ReLU on both layers
    net = Network([1, 2, 2], ["relu", "relu"])
    net.weights[0][...], net.biases[0][...] = [[1, -2]], [0.5, 3]
    net.weights[1][...], net.biases[1][...] = [[1, 2], [3, -1]], [-1, 0.25]
    X, Y = np.array([[1.0], [2.0], [-1.0]]), np.array([[1.0, 0.5], [0.0, 2.0], [3.0, 1.0]])
    L, gradient = cost_and_gradient(net, X, Y, half_squared_error)
    F = Fraction
    x, y = [F(1), F(2), F(-1)], [[F(v) for v in row] for row in Y]
    w, b, V, c = [F(1), F(-2)], [F(1, 2), F(3)], [[F(1), F(2)], [F(3), F(-1)]], [F(-1), F(1, 4)]
    total = [F(0)] * 10
    cost = F(0)
    for n in range(3):
        z = [x[n] * w[q] + b[q] for q in range(2)]
        h = [max(v, F(0)) for v in z]
        s = [sum(h[q] * V[q][k] for q in range(2)) + c[k] for k in range(2)]
        e = [max(s[k], F(0)) - y[n][k] for k in range(2)]
        cost += sum(v * v for v in e) / 6
        d = [e[k] / 3 * (s[k] > 0) for k in range(2)]
        g = [sum(d[k] * V[q][k] for k in range(2)) * (z[q] > 0) for q in range(2)]
        parts = [x[n] * g[0], x[n] * g[1], *g, *(h[q] * d[k] for q in range(2) for k in range(2)), *d]
        total = [a + v for a, v in zip(total, parts, strict=True)]
    assert float(cost) == pytest.approx(L, rel=1e-15)
    assert [float(v) for v in total] == pytest.approx(gradient.tolist(), rel=1e-14)
    assert any(z < 0 for z in net.Z[0].ravel()), "no hidden unit is off: R′ was not tested"


def test_relus_derivative_at_0_is_0():
    net = Network([1, 1], ["relu"])
    _, gradient = cost_and_gradient(net, np.array([[1.0]]), np.array([[5.0]]), half_squared_error)
    assert gradient.tolist() == [0, 0]


def test_equal_hidden_units_stay_equal():
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], "half_squared_error", 5, 0)
    net.weights[0][...], net.biases[0][...], net.weights[1][...] = net.weights[0][:, :1], 0.3, net.weights[1][:1]
    for _ in range(20):
        _, gradient = cost_and_gradient(net, X, Y, half_squared_error)
        net.parameters -= 0.1 * gradient
    assert np.ptp(net.weights[0], axis=1).max() < 1e-12
    assert np.ptp(net.weights[1], axis=0).max() < 1e-12


# ------------------------------------------------------------------------------------------------ batches and sizes


def test_the_gradient_of_the_input_by_hand():
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], "half_squared_error", 5, 0)
    backprop = Backpropagation(net)
    upstream = half_squared_error(net.forward(X), Y)[1]
    backprop.backward(upstream)
    (W, V), slopes = net.weights, 1 - net.H[1] ** 2
    np.testing.assert_allclose(backprop.input_gradient(), (upstream @ V.T * slopes) @ W.T, rtol=1e-12)


def test_the_gradient_of_a_batch_is_the_mean_over_its_samples():
    net, X, Y = example([3, 4, 2], ["sigmoid", "identity"], "mean_squared_error", 6, 0)
    _, whole = cost_and_gradient(net, X, Y, half_squared_error)
    each = [cost_and_gradient(net, X[n : n + 1], Y[n : n + 1], half_squared_error)[1] for n in range(6)]
    np.testing.assert_allclose(np.mean(each, axis=0), whole, rtol=1e-12)


def test_batches_of_changing_size_give_what_a_fresh_one_gives():
    net, X, Y = example([3, 4, 2], ["tanh", "relu"], "half_squared_error", 9, 0)
    backprop = Backpropagation(net)
    buffers = []
    for N in (4, 9, 1, 6, 9):
        upstream = half_squared_error(net.forward(X[:N]), Y[:N])[1]
        received = backprop.backward(upstream)
        expected = cost_and_gradient(net, X[:N], Y[:N], half_squared_error)[1]
        np.testing.assert_array_equal(received, expected)
        assert [D.shape for D in backprop.Delta] == [(N, 4), (N, 2)]
        buffers.append(backprop.Delta[0].base)
    assert all(buffer is buffers[1] for buffer in buffers[1:]), "a smaller batch needs no new buffers"


def test_a_deep_network_and_a_wide_one():
    for widths, names in (([3, *[4] * 199, 2], ["tanh"] * 200), ([2000, 1, 1500], ["silu", "identity"])):
        net, X, Y = example(widths, names, "half_squared_error", 3, 0)
        for W in net.weights:
            W *= 1.2 if len(names) == 200 else 1
        _, gradient = cost_and_gradient(net, X, Y, half_squared_error)
        expected = grad(plain_cost)(net.parameters.copy(), X, Y, widths, names, "half_squared_error")
        assert np.linalg.norm(expected) > 1e-3
        assert relative(gradient, expected) < 1e-10


# --------------------------------------------------------------------------------------------- buffers and errors


def step(net, backprop, X, Y, out):
    """One training step without a check, as a training loop has it."""
    _, upstream = half_squared_error.__wrapped__(net.propagate(X), Y, out)
    gradient = backprop.propagate(upstream)
    gradient *= 0.01
    net.parameters -= gradient


@pytest.mark.parametrize("dtype", FLOATS)
def test_no_array_is_allocated_in_the_steady_state(dtype):
    net, X, Y = example([100, 200, 50], ["relu", "tanh"], "half_squared_error", 3000, 0, dtype)
    backprop, out = Backpropagation(net), np.empty_like(Y)
    step(net, backprop, X, Y, out)
    tracemalloc.start()
    step(net, backprop, X, Y, out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    smallest = 3000 * 50 * np.dtype(dtype).itemsize  # of the arrays Z, H, Δ and upstream
    assert peak < smallest / 5, f"{peak} bytes"  # NumPy itself converts types in pieces of 8192 numbers


def test_steps_lower_the_cost_as_the_gradient_promises():
    net, X, Y = example([3, 8, 2], ["tanh", "identity"], "half_squared_error", 10, 0)
    before, gradient = cost_and_gradient(net, X, Y, half_squared_error)
    net.parameters -= 1e-5 * gradient
    after, _ = cost_and_gradient(net, X, Y, half_squared_error)
    assert (before - after) / 1e-5 == pytest.approx(gradient @ gradient, rel=1e-3)


def test_the_gradient_is_one_vector_and_the_views_lie_in_it():
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], "half_squared_error", 5, 0)
    backprop = Backpropagation(net)
    received = backprop.backward(half_squared_error(net.forward(X), Y)[1])
    flat = [a.ravel() for pair in zip(backprop.weights, backprop.biases, strict=True) for a in pair]
    np.testing.assert_array_equal(np.concatenate(flat), backprop.gradient)
    assert all(np.shares_memory(a, backprop.gradient) for a in (*backprop.weights, *backprop.biases))
    assert not np.shares_memory(received, backprop.gradient)
    assert [a.shape for a in backprop.weights] == [W.shape for W in net.weights]
    for name in ("weights", "biases"):
        with pytest.raises(AttributeError):
            setattr(backprop, name, received)
    before, vector = received.copy(), backprop.gradient
    backprop.gradient *= 2
    backprop.biases[1] -= 1
    assert backprop.gradient is vector
    np.testing.assert_array_equal(vector[:-2], 2 * before[:-2])
    np.testing.assert_array_equal(vector[-2:], 2 * before[-2:] - 1)


def test_nothing_that_was_passed_is_changed():
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], "half_squared_error", 5, 0)
    upstream = half_squared_error(net.forward(X), Y)[1]
    before = [a.copy() for a in (X, Y, upstream, net.parameters, *net.Z, *net.H)]
    first = Backpropagation(net).backward(upstream)
    for a, b in zip((X, Y, upstream, net.parameters, *net.Z, *net.H), before, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(Backpropagation(net).backward(upstream), first)
    np.testing.assert_array_equal(Backpropagation(net).propagate(upstream), first)
    np.testing.assert_array_equal(upstream, before[2])


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))])
def test_a_copy_has_a_network_and_a_gradient_of_its_own(twin):
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], "half_squared_error", 5, 0)
    backprop = twin(Backpropagation(net))
    upstream = half_squared_error(backprop.network.forward(X), Y)[1]
    np.testing.assert_array_equal(backprop.backward(upstream), cost_and_gradient(net, X, Y, half_squared_error)[1])
    assert backprop.network is not net
    assert np.shares_memory(backprop.weights[0], backprop.gradient)


def test_what_lies_in_a_buffer_is_read_before_it_is_overwritten():
    net, X, Y = example([3, 4, 3], ["tanh", "identity"], "half_squared_error", 5, 0)
    first = net.forward(X)
    expected = net.forward(first)
    net.forward(X)
    np.testing.assert_array_equal(net.forward(net.H[-1]), expected)
    backprop = Backpropagation(net)
    upstream = half_squared_error(net.forward(X), Y)[1]
    expected = backprop.backward(upstream)
    for buffer in (backprop.Delta[-1], net.H[-1]):
        buffer[...] = upstream
        np.testing.assert_array_equal(backprop.backward(buffer), expected)


def net_and_backprop(dtype=np.float64):
    net = initialise(Network([2, 3, 2], ["tanh", "identity"], dtype), np.random.default_rng(0))
    net.forward(np.ones((4, 2), dtype))
    return net, Backpropagation(net)


@pytest.mark.parametrize(
    ("upstream", "message"),
    [
        (np.ones((5, 2)), "expected upstream (4, 2); received upstream (5, 2)"),
        (np.ones((4, 3)), "the gradient of another batch, or of another network's prediction"),
        (np.ones((4, 1)), "expected upstream (4, 2)"),
        (np.ones(2), "expected upstream (4, 2)"),
        (np.ones((0, 2)), "received upstream (0, 2)"),
        (np.ones((4, 2), np.float32), "float32"),
        (np.ones((4, 2), int), "int"),
        (np.array([[1, 1], [1, np.nan], [1, 1], [1, 1.0]]), "received nan at index (1, 1)"),
        (np.array([[1, 1], [1, np.inf], [1, 1], [1, 1.0]]), "received inf at index (1, 1)"),
    ],
)
def test_bad_upstream_gradients_are_refused(upstream, message):
    assert message in refused(lambda: net_and_backprop()[1].backward(upstream))


def test_what_comes_too_early_is_refused():
    net = Network([2, 1], ["identity"])
    assert "the forward pass left out" in refused(lambda: Backpropagation(net).backward(np.ones((1, 1))))
    assert "expected a backward pass before it" in refused(lambda: Backpropagation(net).input_gradient())
    assert "expected a Network, received list" in refused(lambda: Backpropagation([2, 1]))


def test_an_empty_batch_is_refused():
    net, _ = net_and_backprop()
    assert "N = 0" in refused(lambda: cost_and_gradient(net, np.ones((0, 2)), np.ones((0, 2)), half_squared_error))


def test_a_gradient_that_overflows_is_refused():
    net, backprop = net_and_backprop()
    net.forward(np.full((4, 2), 1e10))
    received = refused(lambda: backprop.backward(np.full((4, 2), 1e308)))
    assert "received inf" in received
    assert "gradient overflows" in received


def test_an_input_gradient_that_overflows_is_refused():
    net = Network([2, 1], ["identity"])
    net.weights[0][...] = [[1e200], [-1e200]]
    backprop = Backpropagation(net)
    net.forward(np.zeros((1, 2)))
    assert np.isfinite(backprop.backward(np.array([[1e200]]))).all()
    assert "received inf" in refused(backprop.input_gradient)


def test_cost_and_gradient_checks_what_its_parts_check():
    net, _ = net_and_backprop()
    X = np.ones((4, 2))
    assert "Y (4, 3)" in refused(lambda: cost_and_gradient(net, X, np.ones((4, 3)), half_squared_error))
    assert "X (4, 1)" in refused(lambda: cost_and_gradient(net, X[:, :1], X, half_squared_error))
    huge = np.full((4, 2), -1e308), np.full((4, 2), 1e10)
    assert "gradient overflows" in refused(lambda: cost_and_gradient(net, huge[1], huge[0], mean_absolute))


def mean_absolute(prediction, Y):
    """A reader's own loss, whose gradient is large."""
    return 1.0, np.full_like(Y, 1e308)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_the_objective_of_a_minibatch(loss, strength):
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], loss, 9, 0)
    of, batch = objective(net, X, Y, LOSSES[loss], strength), np.array([7, 0, 4])
    for _ in range(2):
        J, gradient = of(batch)
        L, expected = cost_and_gradient(net, X[batch], Y[batch], LOSSES[loss])
        value, decay = l2(net.parameters, strength)
        assert pytest.approx(L + value, rel=1e-14) == J
        np.testing.assert_allclose(gradient, expected + decay, rtol=1e-13, atol=1e-16)
        net.parameters -= 0.1 * gradient


def test_an_objective_takes_labels_and_refuses_other_losses():
    net, X, _ = example([3, 5], ["identity"], "cross_entropy", 6, 0)
    labels = np.array([0, 4, 2, 2, 1, 3])
    by_labels, by_rows = (objective(net, X, Y, LOSSES["cross_entropy"]) for Y in (labels, one_hot(labels, 5)))
    np.testing.assert_array_equal(by_labels(np.array([1, 5]))[1].copy(), by_rows(np.array([1, 5]))[1])
    assert "a name in place of the function" in refused(lambda: objective(net, X, labels, "cross_entropy"))
    assert "Y (5,)" in refused(lambda: objective(net, X, labels[:5], LOSSES["cross_entropy"]))
    assert "strength" in refused(lambda: objective(net, X, labels, LOSSES["cross_entropy"], -1.0))


# ------------------------------------------------------------------------------- the classic mistakes are seen by it


def mistaken(net, X, Y, mistake):
    """The gradient of half the squared error of a tanh layer and a sigmoid layer, with one mistake."""
    (W, V), N = net.weights, len(X)
    h, p = np.tanh(X @ W + net.biases[0]), net.forward(X)
    delta = (p - Y) / N * p * (1 - p)
    if mistake == "f′ of the output forgotten":
        delta = (p - Y) / N
    if mistake == "½ forgotten":
        delta = 2 * delta
    if mistake == "the mean taken twice":
        delta = delta / N
    if mistake == "the mean forgotten":
        delta = delta * N
    used = V - 0.5 * h.T @ delta if mistake == "updated too early" else V
    back = delta @ (used if mistake == "transpose dropped" else used.T)
    if mistake == "= for +=":
        back = delta[:, -1:] * V[:, -1:].T
    slope = 1 - (np.tanh(h) if mistake == "f′ at h" else h) ** 2
    gamma = back * slope if mistake != "⊙ f′ dropped" else back
    dW, db = X.T @ gamma, gamma.sum(axis=0)
    if mistake == "last sample only":
        dW = X[-1:].T @ gamma[-1:]
    if mistake == "bias forgotten":
        db = 0 * db
    if mistake == "sign":
        delta = -delta
    return np.concatenate([a.ravel() for a in (dW, db, h.T @ delta, delta.sum(axis=0))])


MISTAKES = [
    "f′ of the output forgotten",
    "½ forgotten",
    "the mean taken twice",
    "the mean forgotten",
    "updated too early",
    "transpose dropped",
    "= for +=",
    "f′ at h",
    "⊙ f′ dropped",
    "last sample only",
    "bias forgotten",
    "sign",
]


def square_example():
    # two units in both layers: the wrong forms have the right shapes
    return example([3, 2, 2], ["tanh", "sigmoid"], "half_squared_error", 5, 1)


def test_without_a_mistake_the_plain_gradient_is_the_packages():
    net, X, Y = square_example()
    _, gradient = cost_and_gradient(net, X, Y, half_squared_error)
    np.testing.assert_allclose(mistaken(net, X, Y, None), gradient, rtol=1e-12)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_gradient_check_sees_every_classic_mistake(mistake):
    net, X, Y = square_example()
    with pytest.raises(Disagreement):
        gradient_check(cost_of(net, X, Y, LOSSES["half_squared_error"]), mistaken(net, X, Y, mistake), net.parameters)


def test_labels_are_taken_as_one_hot_rows_are():
    net, X, _ = example([3, 4, 5], ["tanh", "identity"], "cross_entropy", 6, 0)
    labels = np.array([0, 4, 2, 2, 1, 3])
    a = cost_and_gradient(net, X, labels, LOSSES["cross_entropy"])
    b = cost_and_gradient(net, X, one_hot(labels, 5), LOSSES["cross_entropy"])
    assert a[0] == b[0]
    np.testing.assert_array_equal(a[1], b[1])


# ---------------------------------------------------------------------------------------------------- and in symbols


def test_two_hidden_layers_in_one_piece_for_all_widths():
    N, D, H, K, E = sizes("N D H K E")
    n, i, j, k, m, p, q = indices("n i j k m p q")
    (f, g, h), e = (arbitrary(letter) for letter in "fgh"), arbitrary("e", 2)
    X, W, b, V, c = array("X", N, D), array("W", D, H), array("b", H), array("V", H, K), array("c", K)
    U, d, Y = array("U", K, E), array("d", E), array("Y", N, E)
    Z, S, R = array("Z", N, H), array("S", N, K), array("R", N, E)
    first, second, third = array("Δ^1", N, H), array("Δ^2", N, K), array("Δ^3", N, E)
    prove(
        partial(Sum(e(h(R[n, m]), Y[n, m]), (n, 1, N), (m, 1, E)) / N, W[p, q]),
        entry(matrix(X).T * matrix(first), p, q),
        where={
            first[n, j]: Sum(second[n, k] * V[j, k], (k, 1, K)) * slope(f)(Z[n, j]),
            second[n, k]: Sum(third[n, m] * U[k, m], (m, 1, E)) * slope(g)(S[n, k]),
            third[n, m]: slope(e, 1)(h(R[n, m]), Y[n, m]) * slope(h)(R[n, m]) / N,
            R[n, m]: Sum(g(S[n, k]) * U[k, m], (k, 1, K)) + d[m],
            S[n, k]: Sum(f(Z[n, j]) * V[j, k], (j, 1, H)) + c[k],
            Z[n, j]: Sum(X[n, i] * W[i, j], (i, 1, D)) + b[j],
        },
    )


def test_the_cost_as_a_function_leaves_the_network_as_it_is():
    net, X, Y = example([3, 2], ["tanh"], "half_squared_error", 4, 0)
    theta, cost = net.parameters.copy(), cost_of(net, X, Y, LOSSES["half_squared_error"])
    assert cost(0 * theta) == pytest.approx((Y**2).sum() / 2 / len(Y), rel=1e-14)
    assert np.array_equal(net.parameters, theta)
    assert cost(theta) == cost_and_gradient(net, X, Y, LOSSES["half_squared_error"])[0]


# ------------------------------------------------------------------------ between the forward and the backward pass


def moved_between(change):
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], "half_squared_error", 5, 0)
    upstream, backprop = half_squared_error(net.forward(X), Y)[1], Backpropagation(net)
    right = backprop.backward(upstream)
    change(net, X)
    return net, backprop, upstream, right


CHANGES = {
    "an update": lambda net, X: net.parameters.__isub__(0.1),
    "one weight": lambda net, X: net.weights[1].__setitem__((2, 1), 0.0),
    "two weights exchanged": lambda net, X: net.weights[1].__setitem__(slice(0, 2), net.weights[1][1::-1].copy()),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_parameters_that_have_moved_since_the_forward_pass_are_refused(change):
    net, backprop, upstream, right = moved_between(change)
    assert "parameters: expected those of the forward pass" in refused(backprop.backward, upstream)
    net.forward(net.H[0])
    assert not np.array_equal(backprop.backward(upstream), right)


@pytest.mark.parametrize("forward_again", [False, True])
def test_the_gradient_of_the_input_is_that_of_the_backward_pass(forward_again):
    """Also after an update, and after another forward pass."""
    net, backprop, _, _ = moved_between(lambda net, X: None)
    expected = backprop.input_gradient()
    net.parameters -= 0.1
    if forward_again:
        net.forward(net.H[0])
    np.testing.assert_array_equal(backprop.input_gradient(), expected)


def test_after_a_gradient_that_overflows_there_is_none():
    net, X, Y = example([3, 4, 2], ["identity", "identity"], "half_squared_error", 5, 0)
    upstream, backprop = half_squared_error(net.forward(X), Y)[1], Backpropagation(net)
    backprop.backward(upstream)
    assert "gradient: expected finite" in refused(backprop.backward, upstream * 1e308)
    assert "expected a backward pass before it" in refused(backprop.input_gradient)


def test_the_batch_may_be_changed_after_the_forward_pass():
    """The network has a copy of it."""
    _, backprop, upstream, right = moved_between(lambda net, X: X.__imul__(-1))
    np.testing.assert_array_equal(backprop.backward(upstream), right)


def test_without_checks_nothing_is_remembered():
    net, backprop, upstream, _ = moved_between(CHANGES["an update"])
    net.propagate(net.H[0])
    assert np.isfinite(backprop.backward(upstream)).all()


def test_after_a_forward_pass_that_overflowed_no_batch_was_seen():
    net, X, Y = example([3, 4, 2], ["relu", "identity"], "half_squared_error", 5, 0)
    upstream, backprop = half_squared_error(net.forward(X), Y)[1], Backpropagation(net)
    net.parameters *= 1e200
    refused(net.forward, X * 1e200)
    assert "expected a forward pass before it" in refused(backprop.backward, upstream)


# -------------------------------------------------------------------------------------------- conversion at the door


class Frame:
    """A table as pandas has it: an array on demand, whose brackets take names of columns."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)

    def __getitem__(self, name):
        raise KeyError(name)


@pytest.mark.parametrize("as_given", [Frame, np.ndarray.tolist])
@pytest.mark.parametrize("loss", ["cross_entropy", "half_squared_error"])
def test_a_table_or_a_list_is_converted_once(loss, as_given):
    net, X, Y = example([3, 4, 2], ["tanh", "identity"], loss, 5, 0)
    labels = np.array([0, 1, 1, 0, 1])
    for targets in [Y, labels] if loss == "cross_entropy" else [Y]:
        batch = np.array([3, 0])
        expected = objective(net, X, targets, LOSSES[loss])(batch)
        J, gradient = objective(net, as_given(X), as_given(targets), LOSSES[loss])(batch)
        assert (J, gradient.tolist()) == (expected[0], expected[1].tolist())
        L, gradient = cost_and_gradient(net, as_given(X), as_given(targets), LOSSES[loss])
        assert cost_and_gradient(net, X, targets, LOSSES[loss])[0] == L
        assert cost_of(net, as_given(X), as_given(targets), LOSSES[loss])(net.parameters) == L


def test_a_float32_network_is_no_ground_for_difference_quotients():
    net = Network([3, 2], ["tanh"], np.float32)
    X, Y = np.ones((4, 3), np.float32), np.ones((4, 2), np.float32)
    assert "network: expected float64, received float32" in refused(cost_of, net, X, Y, half_squared_error)
    wide = Network([3, 2], ["tanh"])
    gradient = cost_and_gradient(wide, X.astype(float), Y.astype(float), half_squared_error)[1]
    cost = cost_of(wide, X.astype(float), Y.astype(float), half_squared_error)
    gradient_check(cost, gradient, at=wide.parameters)


# --------------------------------------------------------------------------------------------- without a hidden layer


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("D_out", [1, 3])
def test_a_network_without_a_hidden_layer_against_loops(activation, D_out):
    """With Δ = G f′(Z), number by number: ∂L/∂W = Σ_n x_n Δ_n, ∂L/∂b = Σ_n Δ_n, ∂L/∂X[n, i] = Σ_j Δ_nj W_ij."""
    net, rng = Network([2, D_out], [activation]), np.random.default_rng(4)
    net.parameters[...] = rng.normal(size=net.parameters.size)
    (W,), (b,), X, G = net.weights, net.biases, rng.normal(size=(4, 2)), rng.normal(size=(4, D_out))
    f, derivative = ACTIVATIONS[activation]
    Z = [[sum(x[i] * W[i, j] for i in range(2)) + b[j] for j in range(D_out)] for x in X]
    Delta = [[G[n, j] * derivative(Z[n][j]) for j in range(D_out)] for n in range(4)]
    np.testing.assert_allclose(net.forward(X), [[f(z) for z in row] for row in Z], rtol=1e-13)
    backprop = Backpropagation(net)
    for _ in range(2):  # a second pass gives what the first one gave
        gradient = backprop.backward(G)
        dW = [[sum(X[n, i] * Delta[n][j] for n in range(4)) for j in range(D_out)] for i in range(2)]
        db = [sum(Delta[n][j] for n in range(4)) for j in range(D_out)]
        np.testing.assert_allclose(gradient, [*np.ravel(dW), *db], rtol=1e-12, atol=1e-14)
        dX = [[sum(Delta[n][j] * W[i, j] for j in range(D_out)) for i in range(2)] for n in range(4)]
        np.testing.assert_allclose(backprop.input_gradient(), dX, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(backprop.Delta[0], Delta, rtol=1e-12, atol=1e-14)
