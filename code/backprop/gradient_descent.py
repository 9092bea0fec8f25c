"""Chapter 04, gradient descent: from the gradient to better parameters.

Everything here works on one flat vector θ of parameters, (P,), and on the gradient g of
the objective with respect to it. Where the gradient comes from does not matter.

An optimiser is a pair of functions: ``init(theta)`` makes its state, and
``update(theta, gradient, state, rate)`` moves θ one step, in place. A schedule is a
function of the number of steps taken so far; it returns the learning rate.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import cos, isfinite, pi, sqrt
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_real,
    check_rng,
    check_shapes,
    check_writeable,
)

# --------------------------------------------------------------------------- optimisers


class State(NamedTuple):
    """What an optimiser remembers: the number of steps taken, (1,), and its vectors."""

    steps: np.ndarray
    vectors: tuple


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

    def init(theta):
        check_writeable(theta=theta)
        check_floats(theta=theta)
        check_shapes("theta (P,)", theta)
        return State(
            np.zeros(1, int), tuple(np.zeros_like(theta) for _ in range(count))
        )

    @np.errstate(all="ignore")
    def update(theta, gradient, state, rate):
        check_update(theta, gradient, state, count, rate)
        state.steps[0] += 1
        for start in range(0, theta.size, SLICE):
            here = slice(start, start + SLICE)
            parts = (v[here] for v in (theta, gradient, *state.vectors))
            formula(*parts, rate, int(state.steps[0]))

    return Optimiser(init, update)


def check_update(theta, gradient, state, count, rate):
    """Refuse vectors of different lengths or types, a state with other vectors, and a
    rate that is negative or no number.
    """
    check_writeable(theta=theta)
    check_floats(theta=theta, gradient=gradient)
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


def check_number(name, value, cause, low=0, high=float("inf"), closed=False):
    """Refuse what is no number with low < value < high; closed allows low itself."""
    bound = f"at least {low:g}" if closed else f"above {low:g}"
    bound += f" and below {high:g}" if isfinite(high) else ""

    def fine(value):
        return (value > low or (closed and value == low)) and value < high

    check_real(name, value, fine, f"a number {bound}", cause)


def check_epsilon(epsilon):
    """Refuse an ε that is 0, also as a float32: a gradient of 0 would give 0/0."""
    cause = "ε left out, but without it a gradient of 0 gives 0/0"
    check_number("epsilon", epsilon, cause, low=1e-37)


def gradient_descent():
    """θ ← θ − η g.

    Returns: an ``Optimiser``. Raises: ``InputError``. Chapter: 04.

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
    Returns: an ``Optimiser``. Raises: ``InputError``. Chapter: 04.
    Source: Polyak (1964); Nesterov (1983) in the form of Sutskever et al. (2013).

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

    epsilon: above 0. Returns: an ``Optimiser``. Raises: ``InputError``. Chapter: 04.
    Source: Duchi, Hazan & Singer (2011).

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
    Returns: an ``Optimiser``. Raises: ``InputError``. Chapter: 04.
    Source: Tieleman & Hinton (2012).

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
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
    θ ← (1 − ηλ)θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).

    beta1, beta2: from 0 to below 1. epsilon: above 0.
    decay: λ, not negative. Above 0 this is AdamW, in PyTorch's form: the decay does not
    go through m and v, as the gradient of an L2 regulariser would. The paper's λ is ηλ
    here.
    Returns: an ``Optimiser``. Raises: ``InputError``. Chapter: 04.
    Source: Kingma & Ba (2015); Loshchilov & Hutter (2019).

    >>> theta, optimise = np.array([1.0]), adam()
    >>> optimise.update(theta, np.array([1e-3]), optimise.init(theta), 0.25)
    >>> theta.round(4)  # the first step has the length η, if |g| is large beside ε
    array([0.75])
    """
    check_number("beta1", beta1, "1 − β in the place of β", high=1, closed=True)
    check_number("beta2", beta2, "1 − β in the place of β", high=1, closed=True)
    check_epsilon(epsilon)
    check_number("decay", decay, "the sign of the update", closed=True)

    def formula(theta, g, m, v, rate, t):
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * (g * g)
        if decay:
            theta *= 1 - rate * decay
        c = sqrt(1 - beta2**t)  # m̂ / (√v̂ + ε) = c m / (√v + c ε) / (1 − β₁ᵗ)
        step = np.sqrt(v)
        step += c * epsilon
        np.divide(m, step, out=step)
        step *= rate * c / (1 - beta1**t)
        theta -= step

    return optimiser(2, formula)


OPTIMISERS = {
    f.__name__: f for f in (gradient_descent, momentum, adagrad, rmsprop, adam)
}

# ---------------------------------------------------------------------------- schedules


def constant(rate):
    """η, at every step.

    >>> constant(0.1)(1000)
    0.1
    """
    check_number("rate", rate, "a percentage")
    return lambda step: rate


def step_decay(rate, every, factor=0.1):
    """η factorᵏ after k·every steps.

    >>> [step_decay(1.0, 10, 0.5)(step) for step in (0, 9, 10, 25)]
    [1.0, 1.0, 0.5, 0.25]
    """
    check_number("rate", rate, "a percentage")
    check_number("factor", factor, "a percentage", high=1)
    every = check_count("every", every)
    return lambda step: rate * factor ** (step // every)


def inverse_time(rate, half):
    """η / (1 + step/half): half of η after ``half`` steps. It meets the conditions of
    Robbins and Monro: the rates sum to infinity, their squares do not.

    >>> [inverse_time(1.0, 10)(step) for step in (0, 10, 90)]
    [1.0, 0.5, 0.1]
    """
    check_number("rate", rate, "a percentage")
    check_number("half", half, "the arguments in another order")
    return lambda step: rate / (1 + step / half)


def cosine(rate, steps, least=0.0):
    """From η down to ``least`` over so many steps, along half a cosine; then ``least``.

    least: below η. Source: Loshchilov & Hutter (2017).

    >>> [round(cosine(1.0, 10)(step), 3) for step in (0, 5, 10, 20)]
    [1.0, 0.5, 0.0, 0.0]
    """
    check_number("rate", rate, "a percentage")
    cause = "the arguments in another order"
    check_number("least", least, cause, high=rate, closed=True)
    steps = check_count("steps", steps)
    return lambda step: (
        least + (rate - least) * (1 + cos(pi * min(step / steps, 1))) / 2
    )


def warm_up(schedule, steps):
    """The schedule, or number, times a factor that rises to 1 in equal parts over so
    many steps.

    >>> [warm_up(constant(1.0), 4)(step) for step in (0, 1, 3, 4)]
    [0.25, 0.5, 1.0, 1.0]
    """
    schedule, steps = as_schedule(schedule), check_count("steps", steps)
    return lambda step: schedule(step) * min((step + 1) / steps, 1)


def as_schedule(rate):
    """The schedule itself, or a number as a constant one."""
    return rate if callable(rate) else constant(rate)


# -------------------------------------------------------------------------- minibatches


def minibatches(N, size, rng):
    """One epoch: the numbers 0 … N − 1 in random order, in batches of ``size``; the
    last one may be smaller.

    Parameters
        N: the number of samples. size: of a batch, at most N.
        rng: a ``numpy.random.Generator``.
    Returns: an iterator over arrays of indices. Every sample comes once.
    Raises: ``InputError``. Chapter: 04.

    >>> [len(batch) for batch in minibatches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    N, size = check_count("N", N), check_count("size", size)
    check_rng(rng)
    if size > N:
        raise InputError(
            f"size: expected at most N = {N}, received {size}. "
            "Likely cause: the arguments in another order"
        )
    order = rng.permutation(N)
    return (order[start : start + size] for start in range(0, N, size))


# --------------------------------------------------------------------------------- fit


class Diverged(ArithmeticError):
    """The objective, the square of the gradient's length, the parameters or the
    held-out value are beyond the largest float, or NaN.
    """


@dataclass
class History:
    """What ``fit`` saw, epoch by epoch.

    cost: the mean objective over the epoch's steps, each before it was taken.
    rate: the learning rate of its last step. held_out: what ``held_out`` returned after
    it. best: the epoch, from 0, whose parameters were kept; −1 if no epoch ended; after
    an interruption without ``held_out`` they are later ones. stopped: why it ended,
    "epochs", "plateau", "small gradient" or "interrupted".
    """

    cost: list = field(default_factory=list)
    rate: list = field(default_factory=list)
    held_out: list = field(default_factory=list)
    best: int = -1
    stopped: str = "epochs"

    def add(self, cost, rate, held_out):
        """Note one epoch, and whether it is the one to keep."""
        self.cost.append(cost)
        self.rate.append(rate)
        epoch, values = len(self.cost) - 1, self.held_out
        if held_out is not None:
            values.append(held_out)
            check_finite_step(f"epoch {epoch}", "held-out value", values[-1], rate)
        if self.best < 0 or not values or values[-1] < values[self.best]:
            self.best = epoch


@np.errstate(all="ignore")
def fit(
    theta,
    objective,
    N,
    size,
    epochs,
    rng,
    optimise=None,
    schedule=0.1,
    held_out=None,
    patience=None,
    small_gradient=None,
):
    """Train: in each epoch one step for each minibatch, in a new order.

    Parameters
        theta: (P,), float32 or float64, the parameters; they are moved in place. At the
            end they are those after the epoch with the smallest held-out value;
            without ``held_out``, those after the last step.
        objective: a function of an array of sample numbers that returns the objective
            at theta and its gradient (P,), as ``backpropagation.objective`` makes.
        N: the number of samples. size: of a minibatch, at most N. epochs: at most this
            many. rng: a ``numpy.random.Generator``, for the order of the samples.
        optimise: an ``Optimiser``; gradient descent by default.
        schedule: a schedule, or a number above 0; 0.1 by default.
        held_out: a function without arguments, called after every epoch; the smaller
            its value, the better.
        patience: stop after so many epochs without a better held-out value, or never.
        small_gradient: with size = N, stop where the gradient is no longer than this,
            without a further step; or never.
    A bar shows the progress in a terminal. Ctrl-C, or the stop button of a notebook,
    ends the training, not the program.
    Returns: a ``History``.
    Raises: ``InputError``; ``Diverged``, with the step and the rate. Then theta holds
        what the epochs before would have left.
    Chapter: 04.

    >>> theta, data = np.zeros(1), np.array([1.0, 2.0, 3.0, 6.0])
    >>> def objective(batch):
    ...     r = theta - data[batch]
    ...     return (r**2).mean() / 2, np.array([r.mean()])
    >>> history = fit(theta, objective, 4, 4, 100, np.random.default_rng(0))
    >>> theta.round(3), history.stopped
    (array([3.]), 'epochs')
    """
    optimise = optimise or gradient_descent()
    check_optimiser(optimise)
    schedule, epochs = as_schedule(schedule), check_count("epochs", epochs)
    check_stopping(N, size, held_out, patience, small_gradient)
    state, history, kept = optimise.init(theta), History(), theta.copy()
    move = partial(
        one_step, theta, objective, optimise, state, schedule, small_gradient
    )
    try:
        for epoch in tqdm(range(epochs), disable=None):  # None: not without a terminal
            steps = [move(batch) for batch in minibatches(N, size, rng)]
            costs, rates, arrived = zip(*steps, strict=True)
            last = f"after step {state.steps[0] - 1}"
            check_finite_step(last, "‖θ‖²", theta @ theta, rates[-1])
            value = held_out_value(held_out()) if held_out else None
            history.add(float(np.mean(costs)), rates[-1], value)
            if any(arrived):
                history.stopped, history.best = "small gradient", epoch
            elif patience and epoch - history.best >= patience:
                history.stopped = "plateau"
            if history.best == epoch:
                kept[...] = theta
            if history.stopped != "epochs":
                break
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        if held_out is None and isfinite(theta @ theta):
            kept[...] = theta
    finally:
        theta[...] = kept
    return history


def one_step(theta, objective, optimise, state, schedule, small_gradient, batch):
    """One step along the gradient of a minibatch. Returns the objective before it, the
    rate, and whether the gradient was small; then no step is taken.
    """
    step = int(state.steps[0])
    rate, (J, gradient) = schedule(step), objective(batch)
    squared = float(np.vdot(gradient, gradient))
    check_finite_step(f"step {step}", "J", J, rate)
    check_finite_step(f"step {step}", "‖g‖²", squared, rate)
    arrived = small_gradient is not None and squared <= small_gradient**2
    if not arrived:
        optimise.update(theta, gradient, state, rate)
    return J, float(rate), arrived


def held_out_value(value):
    """What ``held_out`` returned, as a float."""
    if not isinstance(value, Real):
        raise InputError(
            f"held_out: expected a number, received {type(value).__name__}. Likely "
            "cause: a function without return, or a loss with its gradient"
        )
    return float(value)


def check_optimiser(optimise):
    """Refuse what is no optimiser."""
    if not isinstance(optimise, Optimiser):
        raise InputError(
            f"optimise: expected an Optimiser, received {type(optimise).__name__}. "
            "Likely cause: adam in place of adam(), or the rate, which is schedule="
        )


def check_finite_step(place, name, value, rate):
    """Stop a training whose numbers have become infinite or NaN."""
    if not isfinite(value):
        raise Diverged(
            f"{place}: expected a finite {name}, received {value:.4g}, with the "
            f"learning rate {rate:.3g}. Likely cause: a learning rate that is too "
            "large; try a tenth of it. If not, NaN in the data or from held_out"
        )


def check_stopping(N, size, held_out, patience, small_gradient):
    """Refuse stopping rules that could never hold, or mean nothing."""
    if patience is not None:
        check_count("patience", patience)
        if held_out is None:
            raise InputError(
                "patience: expected held_out beside it, received none. Likely cause: "
                "the held-out value forgotten; the training cost is no judge"
            )
    if small_gradient is not None:
        cause = "a number of digits in place of a length"
        check_number("small_gradient", small_gradient, cause, closed=True)
        if size != N:
            raise InputError(
                f"small_gradient: expected size = N = {N}, received {size}. Likely "
                "cause: minibatches, whose gradients are small or not by chance"
            )


# ------------------------------------------------------------------------ save and load


def save(path, network):
    """Write a network's parameters to a file in NumPy's npz format, together with its
    widths, activations and type. An older file of that name is replaced only when the
    new one is complete.

    Parameters
        path: of the file. network: a ``Network``.
    Raises: ``InputError`` for parameters that are NaN or infinite; ``OSError`` where
        the file cannot be written. Chapter: 04.

    >>> from tempfile import TemporaryDirectory
    >>> from backprop.forward_pass import Network
    >>> net, again = Network([2, 1], ["tanh"]), Network([2, 1], ["tanh"])
    >>> net.weights[0][...] = 3
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/net.npz", net)
    ...     load(f"{folder}/net.npz", again)
    >>> again.parameters
    array([3., 3., 0.])
    """
    check_finite("a training that diverged", parameters=network.parameters)
    part = f"{path}.part"
    try:
        with open(part, "wb") as file:
            np.savez(file, network=repr(network), parameters=network.parameters)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)  # after a failure


def load(path, network):
    """Read parameters that ``save`` has written into a network of the same widths,
    activations and type. Nothing in the file is run as a program.

    Raises: ``InputError`` for any other file, with the network unchanged; ``OSError``
        where there is none. Chapter: 04.
    """
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as found:
                name, parameters = str(found["network"]), found["parameters"]
        except Exception:  # whatever NumPy and zipfile raise for a file of another kind
            raise InputError(
                f"{path}: expected a file that save has written, received another, or "
                "a part of one. Likely cause: another program's file, or a bad copy"
            ) from None
    if name != repr(network):
        raise InputError(
            f"{path}: expected {network!r}, received {name}. "
            "Likely cause: the file of another network"
        )
    parameters = check_floats(parameters=parameters)
    check_finite("a file that was changed", parameters=parameters)
    network.parameters = parameters
