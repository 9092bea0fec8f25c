"""Chapter 04, optimisers: how the gradient g moves the parameters θ, one flat vector.

An optimiser is a pair of functions: ``init(theta)`` makes its state, and
``update(theta, gradient, state, rate)`` moves θ one step, in place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import NamedTuple

import numpy as np

from .shapes import (
    InputError,
    check_floats,
    check_number,
    check_shapes,
    check_writeable,
)


@dataclass
class State:
    """What an optimiser remembers: the number of steps taken, and a list of vectors."""

    steps: int
    vectors: list


class Optimiser(NamedTuple):
    """``init(theta)`` returns a ``State``. ``update(theta, gradient, state, rate)``
    writes the next θ into theta, the next state into state, and returns None. It
    refuses vectors of different lengths or types and a negative rate with an
    ``InputError``. It does not look for gradients that are infinite or NaN, or whose
    squares overflow; ``fit`` does.
    """

    init: Callable
    update: Callable


SLICE = 2**16  # the longest array that a formula makes on the way


def optimiser(count, formula):
    """The optimiser with this formula, ``(theta, g, *vectors, rate, t)``, which moves a
    slice of θ; its ``count`` vectors begin at 0, and t = 1, 2, … counts the steps.

    Every entry of θ moves by itself, so slices may be taken one after the other. What a
    formula computes on the way is then no longer than a slice.
    """

    @np.errstate(all="ignore")
    def update(theta, gradient, state, rate):
        gradient = check_update(theta, gradient, state, count, rate)
        state.steps += 1
        for start in range(0, theta.size, SLICE):
            here = slice(start, start + SLICE)
            parts = (v[here] for v in (theta, gradient, *state.vectors))
            formula(*parts, rate, state.steps)

    return Optimiser(partial(first_state, count), update)


def first_state(count, theta):
    """No step, and so many vectors of zeros."""
    check_writeable(theta=theta)
    check_floats(theta=theta)
    check_shapes("theta (P,)", theta)
    return State(0, [np.zeros_like(theta) for _ in range(count)])


def check_update(theta, gradient, state, count, rate):
    """The gradient as an array. Refuse vectors of different lengths or types, a state
    with other vectors, and a rate that is negative or no number.
    """
    check_writeable(theta=theta)
    _, gradient = check_floats(theta=theta, gradient=gradient)
    check_shapes("theta (P,), gradient (P,)", theta, gradient)
    expected = [(theta.shape, theta.dtype)] * count
    received = [(v.shape, v.dtype) for v in state.vectors]
    if received != expected:
        raise InputError(
            f"state: expected the vectors {expected}, received {received}. "
            "Likely cause: the state of another optimiser, or of another network"
        )
    cause = "a percentage, or a schedule in place of its value"
    check_number("rate", rate, cause, closed=True)
    return gradient


def check_epsilon(epsilon):
    """Refuse an ε that is 0, also as a float32: a gradient of 0 would give 0/0."""
    cause = "ε left out, but without it a gradient of 0 gives 0/0"
    check_number("epsilon", epsilon, cause, low=1e-37)


def gradient_descent():
    """θ ← θ − η g.

    Returns: an ``Optimiser``. Raises: ``InputError``.
    Chapter: 04, Gradient descent.
    Proved: gradient descent on a quadratic: one more step.

    >>> theta = np.array([1.0, 2.0])
    >>> descent = gradient_descent()
    >>> descent.update(theta, np.array([1.0, -1.0]), descent.init(theta), 0.5)
    >>> theta
    array([0.5, 2.5])
    """

    def formula(theta, g, rate, t):
        theta -= rate * g

    return optimiser(0, formula)


def momentum(beta=0.9, nesterov=False):
    """v ← βv + g, θ ← θ − ηv; with ``nesterov`` θ ← θ − η(g + βv).

    beta: from 0 to below 1. This is PyTorch's convention. Others put η into v,
    v ← βv − ηg and θ ← θ + v, which is the same for a constant η.
    Returns: an ``Optimiser``. Raises: ``InputError``.
    Chapter: 04, Momentum.
    Source: Polyak (1964); Nesterov (1983) in the form of Sutskever et al. (2013).
    Proved: momentum's matrix, first row; momentum's matrix, second row; momentum's
        characteristic polynomial; Nesterov: look-ahead form and gradient-here form;
        Nesterov: the velocities correspond.

    >>> theta, heavy = np.array([1.0]), momentum(0.5)
    >>> state = heavy.init(theta)
    >>> for _ in range(2):
    ...     heavy.update(theta, np.array([1.0]), state, 0.1)
    >>> theta  # 1 − 0.1·1 − 0.1·1.5
    array([0.75])
    """
    check_number("beta", beta, "a learning rate in its place", high=1, closed=True)

    def formula(theta, g, v, rate, t):
        v *= beta
        v += g
        theta -= rate * (g + beta * v if nesterov else v)

    return optimiser(1, formula)


def adagrad(epsilon=1e-10):
    """s ← s + g², θ ← θ − η g / (√s + ε).

    epsilon: above 0. Returns: an ``Optimiser``. Raises: ``InputError``.
    Chapter: 04, A rate for every parameter.
    Source: Duchi, Hazan & Singer (2011).
    Proved: AdaGrad with a constant gradient, step t.

    >>> theta, ada = np.array([1.0]), adagrad()
    >>> ada.update(theta, np.array([4.0]), ada.init(theta), 0.25)
    >>> theta.round(6)
    array([0.75])
    """
    check_epsilon(epsilon)

    def formula(theta, g, s, rate, t):
        s += g * g
        theta -= rate * g / (np.sqrt(s) + epsilon)

    return optimiser(1, formula)


def rmsprop(rho=0.99, epsilon=1e-8):
    """s ← ρs + (1 − ρ)g², θ ← θ − η g / (√s + ε).

    rho: from 0 to below 1. epsilon: above 0.
    Returns: an ``Optimiser``. Raises: ``InputError``.
    Chapter: 04, A rate for every parameter.
    Source: Tieleman & Hinton (2012).
    Proved: RMSProp, the first step.

    >>> theta, rms = np.array([1.0]), rmsprop(0.75)
    >>> rms.update(theta, np.array([4.0]), rms.init(theta), 0.25)
    >>> theta.round(6)
    array([0.5])
    """
    check_number("rho", rho, "1 − ρ in the place of ρ", high=1, closed=True)
    check_epsilon(epsilon)

    def formula(theta, g, s, rate, t):
        s *= rho
        s += (1 - rho) * (g * g)
        theta -= rate * g / (np.sqrt(s) + epsilon)

    return optimiser(1, formula)


def adam(beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.0):
    """m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g²,
    θ ← (1 − ηλ)θ − η m̂ / (√ŝ + ε) with m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ).

    beta1, beta2: from 0 to below 1. epsilon: above 0.
    decay: λ, not negative. Above 0 this is AdamW, in PyTorch's form: the decay does not
    go through m and s, as the gradient of an L2 regulariser would. The paper's λ is ηλ
    here. Adam's paper writes v for s.
    Returns: an ``Optimiser``. Raises: ``InputError``.
    Chapter: 04, A rate for every parameter.
    Source: Kingma & Ba (2015); Loshchilov & Hutter (2019).
    Proved: the weights of an average; Adam with a constant gradient, any step; Adam
        does not see the scale of the objective; Adam's step as the program writes it.

    >>> theta, optimise = np.array([1.0]), adam()
    >>> optimise.update(theta, np.array([1e-3]), optimise.init(theta), 0.25)
    >>> theta.round(4)  # the first step has the length η, if |g| is large beside ε
    array([0.75])
    """
    check_number("beta1", beta1, "1 − β in the place of β", high=1, closed=True)
    check_number("beta2", beta2, "1 − β in the place of β", high=1, closed=True)
    check_epsilon(epsilon)
    check_number("decay", decay, "the sign of the update", closed=True)

    # long: in place, since a new array for each line costs as much as its arithmetic
    def formula(theta, g, m, s, rate, t):
        m *= beta1
        m += (1 - beta1) * g
        s *= beta2
        s += (1 - beta2) * (g * g)
        if decay:
            theta *= 1 - rate * decay
        c = sqrt(1 - beta2**t)  # m̂ / (√ŝ + ε) = c m / (√s + c ε) / (1 − β₁ᵗ)
        step = np.sqrt(s)
        step += c * epsilon
        np.divide(m, step, out=step)
        step *= rate * c / (1 - beta1**t)
        theta -= step

    return optimiser(2, formula)


OPTIMISERS = {
    f.__name__: f for f in (gradient_descent, momentum, adagrad, rmsprop, adam)
}
