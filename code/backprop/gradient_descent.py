"""Chapter 04, gradient descent: from the gradient to better parameters.

Everything here works on one flat vector θ of parameters, (P,), and on the gradient g of
the objective with respect to it. Where the gradient comes from does not matter. The
optimisers are in ``optimisers.py``, the schedules in ``schedules.py``; their names can
be imported from here, too.
"""

import os
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from numbers import Real
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .optimisers import (
    OPTIMISERS,
    Optimiser,
    State,
    adagrad,
    adam,
    gradient_descent,
    momentum,
    optimiser,
    rmsprop,
)
from .schedules import as_schedule, constant, cosine, inverse_time, step_decay, warm_up
from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_number,
    check_rng,
)
from .vectors import norm

__all__ = ["OPTIMISERS", "Optimiser", "State", "adagrad", "adam", "gradient_descent"]
__all__ += ["as_schedule", "constant", "cosine", "inverse_time", "momentum", "rmsprop"]
__all__ += [
    "Diverged",
    "History",
    "fit",
    "load",
    "minibatches",
    "step_decay",
    "warm_up",
]
__all__ += ["optimiser", "save"]

# -------------------------------------------------------------------------- minibatches


def minibatches(N, size, rng):
    """One epoch: the numbers 0 … N − 1 in random order, in batches of ``size``; the
    last one may be smaller.

    Parameters
        N: the number of samples. size: of a batch, at most N.
        rng: a ``numpy.random.Generator``.
    Returns: an iterator over arrays of indices. Every sample comes once.
    Raises: ``InputError``. Chapter: 04, Noise.
    Proved: the minibatch gradient is right on the average; variance of the minibatch
        gradient, without replacement.

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
    "epochs", "plateau", "small gradient" or "interrupted". state: the optimiser's, with
    which another ``fit`` goes on from the parameters that were kept.
    """

    state: State
    cost: list = field(default_factory=list)
    rate: list = field(default_factory=list)
    held_out: list = field(default_factory=list)
    best: int = -1
    stopped: str = "epochs"

    def add(self, cost, rate, small, held_out, patience):
        """Note one epoch, whether it is the one to keep, and whether it is the last."""
        self.cost.append(cost)
        self.rate.append(rate)
        epoch, values = len(self.cost) - 1, self.held_out
        if held_out:
            values.append(held_out_value(held_out()))
            check_finite_step(f"epoch {epoch}", "held-out value", values[-1], rate)
        if small or self.best < 0 or not values or values[-1] < values[self.best]:
            self.best = epoch
        if small:
            self.stopped = "small gradient"
        elif patience and epoch - self.best >= patience:
            self.stopped = "plateau"
        return self.best == epoch


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
    state=None,
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
        state: ``history.state`` of a training to go on with. Without it the optimiser
            and the schedule begin anew: 50 times one epoch is not once 50 epochs.
    A bar shows the progress in a terminal. Ctrl-C, or the stop button of a notebook,
    ends the training, not the program.
    Returns: a ``History``.
    Raises: ``InputError``; ``Diverged``, with the step and the rate. Then theta holds
        what the epochs before would have left.
    Chapter: 04, Noise.
    Proved: nothing, a loop over epochs and minibatches.

    >>> theta, data = np.zeros(1), np.array([1.0, 2.0, 3.0, 6.0])
    >>> def objective(batch):
    ...     r = theta - data[batch]
    ...     return (r**2).mean() / 2, np.array([r.mean()])
    >>> history = fit(theta, objective, 4, 4, 100, np.random.default_rng(0))
    >>> theta.round(3), history.stopped
    (array([3.]), 'epochs')
    """
    # long: one loop, and what is left of it after an interruption
    optimise, schedule = optimise or gradient_descent(), as_schedule(schedule)
    check_optimiser(optimise)
    check_stopping(N, size, held_out, patience, small_gradient)
    state = deepcopy(state) if state else optimise.init(theta)
    step = partial(one_step, theta, objective, optimise, state, schedule)
    history, kept = History(state), (theta.copy(), deepcopy(state))
    try:
        # None: no bar without a terminal
        for _ in tqdm(range(check_count("epochs", epochs)), disable=None):
            seen = one_epoch(step, minibatches(N, size, rng), small_gradient)
            check_finite_step(
                f"after step {state.steps - 1}", "‖θ‖²", theta @ theta, seen[1]
            )
            if history.add(*seen, held_out, patience):
                kept = theta.copy(), deepcopy(state)
            if history.stopped != "epochs":
                break
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        if held_out is None and isfinite(theta @ theta):
            kept = theta.copy(), state
    finally:
        theta[...], history.state = kept
    return history


def one_epoch(step, batches, small_gradient):
    """The mean objective of an epoch's steps, the last rate, and whether a gradient was
    small.
    """
    costs, rates, small = zip(*(step(small_gradient, b) for b in batches), strict=True)
    return float(np.mean(costs)), rates[-1], any(small)


def one_step(theta, objective, optimise, state, schedule, small_gradient, batch):
    """One step along the gradient of a minibatch. Returns the objective before it, the
    rate, and whether the gradient was small; then no step is taken.
    """
    place, rate = f"step {state.steps}", schedule(state.steps)
    J, gradient = objective(batch)
    check_finite_step(place, "J", J, rate)
    check_finite_step(place, "‖g‖²", float(np.vdot(gradient, gradient)), rate)
    small = small_gradient is not None and norm(gradient) <= small_gradient
    if not small:
        optimise.update(theta, gradient, state, rate)
    return J, float(rate), small


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
        the file cannot be written. Chapter: 04, Noise.

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
        where there is none. Chapter: 04, Noise.
    """
    with open(path, "rb") as file:
        name, parameters = read_saved(path, file)
    if name != repr(network):
        raise InputError(
            f"{path}: expected {network!r}, received {name}. "
            "Likely cause: the file of another network"
        )
    parameters = check_floats(parameters=parameters)
    check_finite("a file that was changed", parameters=parameters)
    network.parameters = parameters


def read_saved(path, file):
    """The network, as text, and its parameters, as ``save`` has written them."""
    try:
        with np.load(file, allow_pickle=False) as found:
            return str(found["network"]), found["parameters"]
    except Exception:  # whatever NumPy and zipfile raise for a file of another kind
        raise InputError(
            f"{path}: expected a file that save has written, received another, or "
            "a part of one. Likely cause: another program's file, or a bad copy"
        ) from None
