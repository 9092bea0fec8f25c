"""Chapter 04's optimisers against PyTorch's and optax's."""

import inspect
import json
import math

import numpy as np
import pytest
from backprop.optimisers import OPTIMISERS, SLICE, State, adagrad, adam, gradient_descent, momentum, rmsprop
from backprop.schedules import constant
from helpers import BOOK, refused

REFERENCE = json.loads((BOOK / "tests/reference/optimisers.json").read_text(encoding="utf-8"))
FLOATS = [np.float32, np.float64]


@pytest.mark.parametrize("row", REFERENCE["rows"], ids=lambda row: f"{row['optimiser']} by {row['peer']}")
def test_a_hundred_steps_as_in_another_library(row):
    a, theta = np.array(REFERENCE["a"]), np.array(REFERENCE["start"])
    optimise = OPTIMISERS[row["optimiser"].split(",")[0]](**row["arguments"])
    state = optimise.init(theta)
    for step in range(1, 101):
        optimise.update(theta, a * theta + np.cos(theta), state, row["rate"])
        if str(step) in row["theta"]:
            np.testing.assert_allclose(theta, row["theta"][str(step)], rtol=1e-13)


def test_the_defaults_are_those_of_pytorch():
    """But for momentum's β, which PyTorch leaves at 0."""
    found = {name: {k: p.default for k, p in inspect.signature(f).parameters.items()} for name, f in OPTIMISERS.items()}
    assert found == {
        "gradient_descent": {},
        "momentum": {"beta": 0.9, "nesterov": False},
        "adagrad": {"epsilon": 1e-10},
        "rmsprop": {"rho": 0.99, "epsilon": 1e-8},
        "adam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "decay": 0.0},
    }


def test_every_optimiser_has_a_reference():
    assert {row["optimiser"].split(",")[0] for row in REFERENCE["rows"]} == OPTIMISERS.keys()
    assert {"torch", "optax", "jax", "numpy"} == REFERENCE["versions"].keys()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", OPTIMISERS)
def test_slices_move_as_the_whole_and_stay_in_their_type(name, dtype):
    """Each entry by itself: a long vector, of more than one slice, against its entries."""
    rng, P = np.random.default_rng(0), SLICE + 5
    whole = rng.normal(size=P).astype(dtype)
    places = [0, SLICE - 1, SLICE, P - 1]
    few = whole[places].copy()
    optimise = OPTIMISERS[name]()
    states = optimise.init(whole), optimise.init(few)
    for _ in range(3):
        g = rng.normal(size=P).astype(dtype)
        before = g.copy()
        optimise.update(whole, g, states[0], 0.1)
        optimise.update(few, g[places], states[1], 0.1)
        np.testing.assert_array_equal(g, before)
    np.testing.assert_allclose(whole[places], few, rtol=1e-6 if dtype == np.float32 else 1e-14)
    assert all(v.dtype == dtype for v in (whole, *states[0].vectors))
    assert states[0].steps == 3


def test_a_step_sets_no_warning_off():
    theta, optimise = np.ones(1), adam()
    optimise.update(theta, np.array([1e200]), optimise.init(theta), 0.1)


def test_a_rate_of_0_moves_nothing():
    for make in OPTIMISERS.values():
        theta, optimise = np.array([1.0, -2.0]), make()
        optimise.update(theta, np.array([3.0, 4.0]), optimise.init(theta), 0.0)
        assert theta.tolist() == [1, -2]


def test_adams_decay_is_not_the_gradient_of_l2():
    steps = []
    for optimise, penalty in ((adam(decay=0.5), 0.0), (adam(), 0.5)):
        theta = np.array([10.0, 0.1])
        optimise.update(theta, np.array([1.0, 1.0]) + penalty * theta, optimise.init(theta), 0.1)
        steps.append(theta)
    np.testing.assert_allclose(steps[0], [10 * 0.95 - 0.1, 0.1 * 0.95 - 0.1], rtol=1e-6)
    np.testing.assert_allclose(steps[1], [9.9, 0.0], atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda o, t, s: o.update(t, np.ones(2), s, 0.1), "gradient (2,)"),
        (lambda o, t, s: o.update(t, np.ones(3, np.float32), s, 0.1), "float32"),
        (lambda o, t, s: o.update(t, np.ones(3), gradient_descent().init(t), 0.1), "the state of another optimiser"),
        (lambda o, t, s: o.update(t, np.ones(3), o.init(np.ones(4)), 0.1), "of another network"),
        (lambda o, t, s: o.update(t, np.ones(3), s, -0.1), "rate: expected a number at least 0, received -0.1"),
        (lambda o, t, s: o.update(t, np.ones(3), s, math.nan), "received nan"),
        (lambda o, t, s: o.update(t, np.ones(3), s, constant(0.1)), "a schedule in place of its value"),
        (lambda o, t, s: o.init(np.ones((2, 2))), "theta (P,)"),
        (lambda o, t, s: o.init(np.ones(3, int)), "int64"),
        (lambda o, t, s: momentum(1.0), "beta: expected a number at least 0 and below 1, received 1.0"),
        (lambda o, t, s: momentum(-0.1), "beta"),
        (lambda o, t, s: rmsprop(rho="0.9"), "rho"),
        (lambda o, t, s: adam(beta1=1), "beta1"),
        (lambda o, t, s: adam(beta2=1), "beta2"),
        (lambda o, t, s: adam(epsilon=0.0), "a gradient of 0 gives 0/0"),
        (lambda o, t, s: rmsprop(epsilon=-1e-8), "epsilon: expected a number above 1e-37, received -1e-08"),
        (lambda o, t, s: adagrad(epsilon=1e-50), "epsilon"),
        (lambda o, t, s: o.update(list(t), np.ones(3), s, 0.1), "array that can be written to, received list"),
        (lambda o, t, s: o.update(np.broadcast_to(t, 3), np.ones(3), s, 0.1), "received a read-only"),
        (lambda o, t, s: o.init([1.0]), "array that can be written to, received list"),
        (lambda o, t, s: o.update(t, np.ones(3), o.init(np.ones(3, np.float32)), 0.1), "float32"),
        (lambda o, t, s: adam(decay=math.inf), "decay"),
    ],
)
def test_bad_input_to_optimisers_is_refused(call, message):
    theta, optimise = np.ones(3), momentum()
    assert message in refused(lambda: call(optimise, theta, optimise.init(theta)))
    assert theta.tolist() == [1, 1, 1]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_gradient_as_a_list_is_an_array(name):
    thetas = np.ones(2), np.ones(2)
    for theta, gradient in zip(thetas, ([0.5, -1.0], np.array([0.5, -1.0])), strict=True):
        optimise = OPTIMISERS[name]()
        optimise.update(theta, gradient, optimise.init(theta), 0.1)
    assert (thetas[0] == thetas[1]).all()
    assert not (thetas[0] == 1).any()


def test_a_state_can_be_written_to():
    """No statement fails after it has changed something."""
    state = State(0, [np.ones(2)])
    state.steps += 1
    state.vectors[0] *= 3
    assert state.steps == 1
    assert state.vectors[0].tolist() == [3, 3]
