"""Chapter 05's backward pass against HIPS autograd, difference quotients, the complex step, PyTorch's stored numbers
and worked examples, over random sizes that are all different.
"""

import json
import math

import numpy as np
import pytest
from autograd import grad
from backprop.backpropagation import Backpropagation, cost_of
from backprop.bptt import BackpropagationThroughTime, descent, sequence_cost
from backprop.cells import CELLS
from backprop.clipping import clip_norm
from backprop.forward_pass import Network
from backprop.gradient_descent import fit
from backprop.loss import binary_cross_entropy, cross_entropy, half_squared_error
from backprop.optimisers import adam
from backprop.proof import Disagreement, gradient_check
from backprop.recurrent import RecurrentNetwork, initialise_recurrent, layout
from backprop.schedules import cosine
from helpers import BOOK, refused
from hypothesis import strategies as st
from recurrent_examples import (
    AMOUNTS,
    FLOATS,
    LOSS,
    SMOOTH,
    cases,
    close,
    example,
    gradient_of,
    net_and_bptt,
    over,
    plain_cost,
    residual,
    state_of,
)

REFERENCE = json.loads((BOOK / "tests/reference/recurrent.json").read_text(encoding="utf-8"))


# ----------------------------------------------------------------------------------------- against other derivatives


@AMOUNTS
def test_equal_to_autograd(amount):
    @over(amount, 40, 150, cases(), st.booleans(), st.integers(1, 9))
    def holds(case, masked, segment):
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


@AMOUNTS
def test_gradient_check(amount):
    @over(amount, 20, 60, cases(tuple(SMOOTH)))
    def holds(case):
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


@pytest.mark.parametrize("dtype", FLOATS)
def test_norms_that_vanish_or_explode(dtype):
    T, factors = (200, (0.1, 10.0)) if dtype == np.float64 else (30, (0.1, 10.0))
    for factor in factors:
        net = RecurrentNetwork([1, 1, 1], activation="identity", dtype=dtype)
        net.W_h[...], net.W_y[...] = factor, 1
        bptt, G = BackpropagationThroughTime(net), np.zeros((T, 1, 1), dtype)
        G[-1] = 1
        net.forward(np.zeros((T, 1, 1), dtype))
        bptt.backward(G)
        expected = np.array([factor ** (T - 1 - t) for t in range(T)])
        np.testing.assert_allclose(bptt.norms()[1:], expected, rtol=1e-11 if dtype == np.float64 else 1e-4)


def test_norms_of_both_states():
    net, X, H, C, G = example(("lstm", "tanh"))
    net.forward(X, (H, C))
    bptt = BackpropagationThroughTime(net)
    bptt.backward(G)
    for state, slopes in (("H", bptt.dH), ("C", bptt.dC)):
        expected = [math.sqrt((d**2).sum()) for d in slopes]
        np.testing.assert_allclose(bptt.norms(state), expected, rtol=1e-12)


# ------------------------------------------------------------------------------- cost and training


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


# -------------------------------------------------------------------------------------------------------- bad input


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


def test_a_gradient_that_overflowed_is_none():
    net = RecurrentNetwork([1, 1, 1], activation="identity")
    net.W_h[...], net.W_y[...] = 1e100, 1
    bptt = BackpropagationThroughTime(net)
    X, G = np.zeros((9, 1, 1)), np.ones((9, 1, 1))
    net.forward(X)
    bptt.backward(0 * G)
    assert bptt.norms().shape == (10,)
    assert "exploding gradient" in refused(bptt.backward, G)
    for question in (bptt.norms, bptt.input_gradient, bptt.state_gradient):
        assert "received 0 windows" in refused(question)


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


# ----------------------------------------------------------------------------------------------- a step of training


def test_a_step_of_descent_is_its_three_parts():
    nets = [initialise_recurrent(RecurrentNetwork([2, 3, 1]), np.random.default_rng(0)) for _ in range(2)]
    X, Y = np.random.default_rng(1).normal(size=(6, 4, 2)), np.ones((6, 4, 1))
    step, by_hand = descent(nets[0], cosine(0.1, 10), most=0.05), BackpropagationThroughTime(nets[1])
    optimise = adam()
    state = optimise.init(nets[1].parameters)
    for truncate in (None, 2, (1, 3)):
        length = step(sequence_cost(half_squared_error, nets[0].forward(X), Y)[1], truncate)
        gradient = by_hand.backward(sequence_cost(half_squared_error, nets[1].forward(X), Y)[1], truncate)
        assert length == pytest.approx(np.linalg.norm(gradient), rel=1e-12)
        assert length > 0.05
        clip_norm(gradient, 0.05)
        optimise.update(nets[1].parameters, gradient, state, cosine(0.1, 10)(state.steps))
        np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)
