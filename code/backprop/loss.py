"""Chapter 02, losses: from a prediction or its logits, and the target, to the cost and
its gradient, in one call.

A row is a sample. The loss ℓ is a number for each sample; the cost L = (1/N) Σ ℓ is
their mean. **The 1/N enters here**, in ``cost``, and nowhere else in the package: a
gradient that comes from here has it already.

A loss takes the prediction first and the target second. Its formula adds terms that are
not negative, so that nothing cancels. Where a target is 0 or 1 the gradients of the
cross-entropies do not cancel either. ``benchmarks/accuracy.py`` measures every error.
"""

from contextlib import suppress
from functools import wraps
from inspect import signature

import numpy as np

from .activations import rounding
from .shapes import (
    InputError,
    as_float_array,
    check_count,
    check_finite,
    check_floats,
    check_out,
    check_real,
    check_shapes,
    refuse_first,
)

# -------------------------------------------------------------------------- the targets


def same_targets(name, prediction, Y):
    """Y: targets (N, K), of the same type, finite."""
    _, Y = check_floats(**{name: prediction}, Y=Y)
    check_shapes(f"{name} (N, K), Y (N, K)", prediction, Y)
    check_finite("a missing value in the data", Y=Y)
    return Y


def probability_targets(name, prediction, Y):
    """Y: targets (N, K) from 0 to 1, of the same type."""
    Y = same_targets(name, prediction, Y)
    cause = "labels −1 and 1, or class numbers in place of 0 and 1"
    refuse_first("Y", Y, (Y < 0) | (Y > 1), "targets from 0 to 1", cause)
    return Y


def class_targets(name, prediction, Y):
    """Y: class numbers (N,) from 0 to K − 1, or targets (N, K) of the same type whose
    rows are probabilities: one-hot, smoothed or soft.
    """
    with suppress(ValueError):  # rows that differ in length, which are refused below
        Y = np.asanyarray(Y)
    if type(Y) is np.ndarray and Y.ndim == 1 and Y.dtype.kind in "iu":
        check_shapes(f"{name} (N, K), Y (N,)", prediction, Y)
        return one_hot(Y, prediction.shape[1], prediction.dtype)
    Y = probability_targets(name, prediction, as_float_array("Y", Y))
    total = Y.sum(axis=1, dtype=np.float64)
    far = abs(total - 1) > 16 * np.finfo(Y.dtype).eps
    cause = "several classes in one row, which binary_cross_entropy takes, or counts"
    refuse_first("Y summed over classes", total, far, "1", cause)
    return Y


def sign_targets(name, prediction, Y):
    """Y: targets (N, K), −1 or 1, of the same type."""
    Y = same_targets(name, prediction, Y)
    cause = "labels 0 and 1; pass 2 * Y - 1"
    refuse_first("Y", Y, abs(Y) != 1, "targets -1 or 1", cause)
    return Y


# ------------------------------------------------------------------------- one contract

CONTRACT = """
    Parameters
        {name}: {kind} (N, K), float32 or float64, finite.
        {targets}
        out: an array like {name} for the gradient, which may be {name} itself;
            a new one if None.
    Returns: the cost L, a number of {name}'s type, and ∂L/∂{name} (N, K).
        No floating-point warning is raised.
    Raises: ``InputError`` for other shapes, types and targets, an empty batch, NaN and
        infinity, and a cost that overflows, or a sum on the way to it. Chapter: 02.
"""


def cost(targets):
    """Make a cost of a formula ``(prediction, Y, out, …)`` that writes the gradient of
    each sample's loss into ``out`` and returns the losses ℓ (N,).

    The cost without checks is ``f.__wrapped__(prediction, Y, out, …)``: the mean of ℓ,
    and the gradient divided by N. ``targets`` checks the reader's targets.
    """

    def decorate(formula):
        arguments = signature(formula)
        name = next(iter(arguments.parameters))

        @wraps(formula)
        def mean(prediction, Y, out, *options):
            losses, N = formula(prediction, Y, out, *options), len(out)
            out /= N
            return out.dtype.type(losses.sum() / N), out

        @wraps(formula)
        @np.errstate(all="ignore")
        def function(*args, **kwargs):
            given = arguments.bind(*args, **kwargs)
            given.apply_defaults()
            prediction, Y, out, *options = given.args
            prediction = check_floats(**{name: prediction})
            check_shapes(f"{name} (N, K)", prediction)
            check_finite("training that diverged", **{name: prediction})
            Y = targets(name, prediction, Y)
            L, out = mean(prediction, Y, check_out(out, prediction), *options)
            check_finite(f"{name} or Y so large that the loss overflows", L=L)
            return L, out

        function.__wrapped__ = mean
        function.__signature__ = arguments
        kind = "logits" if name == "Z" else "predictions"
        contract = CONTRACT.format(name=name, kind=kind, targets=targets.__doc__)
        function.__doc__ = f"{formula.__doc__}{contract}"
        return function

    return decorate


# --------------------------------------------------------------------------- regression


@cost(same_targets)
def half_squared_error(Y_hat, Y, out=None):
    """ℓ = ½ ‖ŷ − y‖², with gradient ŷ − y.

    The sum over the K outputs, with a ½ and no 1/K.
    Source: the Gaussian likelihood with variance 1, without its constant.

    >>> half_squared_error(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    (np.float64(2.0), array([[2., 0.]]))
    """
    r = np.subtract(Y_hat, Y, out=out)
    return np.vecdot(r, r) / 2


@cost(same_targets)
def mean_squared_error(Y_hat, Y, out=None):
    """ℓ = (1/K) ‖ŷ − y‖², with gradient (2/K)(ŷ − y); so L = (1/NK) ΣΣ (ŷ − y)².

    Source: the mean over all NK numbers, as in scikit-learn and PyTorch.

    >>> mean_squared_error(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    (np.float64(2.0), array([[2., 0.]]))
    """
    r, K = np.subtract(Y_hat, Y, out=out), Y.shape[1]
    losses = np.vecdot(r, r) / K
    r *= 2 / K
    return losses


@cost(same_targets)
def huber(Y_hat, Y, out=None, delta=1.0):
    """ℓ = Σ_k ½ r² where |r| ≤ δ, δ(|r| − ½ δ) beyond, with r = ŷ − y; its gradient is
    r, cut off at ±δ. With c for the gradient both are c (r − ½ c).

    delta: where the parabola ends, a positive number in the units of Y.
    Source: Huber (1964). PyTorch's ``huber_loss`` is the mean over K as well.

    >>> huber(np.array([[0.5, -3.0]]), np.array([[0.0, 0.0]]))
    (np.float64(2.625), array([[ 0.5, -1. ]]))
    """
    cause = "the arguments in another order"
    check_real("delta", delta, lambda d: d > 0, "a positive number", cause)
    r = Y_hat - Y
    c = np.clip(r, -float(delta), float(delta), out=out)
    return np.vecdot(c, r - c / 2)


# ----------------------------------------------------------------------- classification


@cost(probability_targets)
def binary_cross_entropy(Z, Y, out=None):
    """ℓ = Σ_k softplus(z) − y z, from the logits z, with gradient σ(z) − y.

    Each of the K outputs answers a question of its own with yes or no; the prediction
    is σ(z). With d for the part of the target that the sign of z denies, 1 − y for
    z > 0 and y for z < 0, the loss is softplus(−|z|) + d |z|, and its gradient
    d − σ(−|z|) with the sign of z.

    Source: the Bernoulli likelihood. PyTorch's ``binary_cross_entropy_with_logits`` is
    the mean over K as well; its ``binary_cross_entropy`` takes probabilities.

    >>> L, gradient = binary_cross_entropy(np.array([[800.0]]), np.array([[0.0]]))
    >>> L, gradient
    (np.float64(800.0), array([[1.]]))
    """
    size = abs(Z)
    small = np.exp(-size)
    denied = np.where(np.signbit(Z), Y, 1 - Y)
    losses = (np.log1p(small) + denied * size).sum(axis=1)
    np.copysign(1, Z, out=out)
    out *= denied - small / (1 + small)
    return losses


@cost(class_targets)
def cross_entropy(Z, Y, out=None):
    """ℓ = log Σ_k exp(z_k) − Σ_k y_k z_k, from the logits z of K classes, with gradient
    softmax(z) − y.

    With the largest logit m, and the sum of all other exp(z_k − m) called rest,
    ℓ = Σ_k y_k (m − z_k) + log(1 + rest). A row of targets is taken to sum to 1
    exactly. float32 is computed in float64 and rounded once, at the end.

    Source: the categorical likelihood. The rounding of z − m is made good as in
    ``softmax``. PyTorch's ``cross_entropy`` is the same.

    >>> Z = np.array([[0.0, np.log(3.0)]])
    >>> L, gradient = cross_entropy(Z, np.array([0]))
    >>> L.round(4), gradient
    (np.float64(1.3863), array([[-0.75,  0.75]]))
    """
    Z, Y = np.asarray(Z, np.float64), np.asarray(Y, np.float64)
    top = Z.argmax(axis=1) + np.arange(0, Z.size, Z.shape[1])  # places in Z.flat
    m, y = Z.take(top)[:, None], Y.take(top)
    difference = Z - m
    p = np.exp(difference)
    if out.dtype == np.float64:  # float32 does not show what the difference loses
        p += p * rounding(Z, m, difference)
    p.put(top, 0)
    rest = np.dot(p, np.ones(Z.shape[1]))
    losses = np.log1p(rest) - np.vecdot(Y, difference)
    total = 1 + rest
    p /= total[:, None]
    np.subtract(p, Y, out=out, casting="same_kind")
    # at the largest logit p − y = 1/(1 + rest) − y = ((1 − y) − y rest)/(1 + rest)
    out.put(top, ((1 - y) - y * rest) / total)
    return losses


@cost(sign_targets)
def hinge(Z, Y, out=None):
    """ℓ = Σ_k max(0, 1 − y z); its gradient is −y where y z < 1, else 0. It has a kink
    at y z = 1, where the book takes 0.

    Source: the support vector machine, Cortes & Vapnik (1995).

    >>> hinge(np.array([[0.5], [-2.0]]), np.array([[1.0], [1.0]]))
    (np.float64(1.75), array([[-0.5],
           [-0.5]]))
    """
    margin = 1 - Y * Z
    np.multiply(-Y, margin > 0, out=out)
    return np.maximum(margin, 0).sum(axis=1)


LOSSES = {
    f.__name__: f
    for f in (
        half_squared_error,
        mean_squared_error,
        huber,
        binary_cross_entropy,
        cross_entropy,
        hinge,
    )
}

# ----------------------------------------------------------------------- making targets


def one_hot(labels, K, dtype=np.float64):
    """Class numbers as rows: 1 at the class of the sample, 0 elsewhere.

    Parameters
        labels: (N,), integers from 0 to K − 1. K: the number of classes.
        dtype: float32 or float64.
    Returns: Y (N, K).
    Raises: ``InputError`` for a label out of range, for labels that are no integers or
        not in one axis, and for another dtype. Chapter: 02.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels, K = np.asarray(labels), check_count("K", K)
    if labels.dtype.kind not in "iu":
        raise InputError(
            f"labels: expected integers, received {labels.dtype}. "
            "Likely cause: labels read as text or as floats; convert with .astype(int)"
        )
    check_shapes("labels (N,)", labels)
    wrong = (labels < 0) | (labels >= K)
    cause = "classes counted from 1, or fewer logits than classes"
    refuse_first("labels", labels, wrong, f"integers from 0 to {K - 1}", cause)
    Y = check_floats(Y=np.zeros((len(labels), K), dtype))
    Y[np.arange(len(labels)), labels] = 1
    return Y


def smooth_labels(Y, epsilon):
    """Label smoothing: (1 − ε) y + ε/K, rows that sum to 1 as before.

    Parameters
        Y: (N, K), float32 or float64; rows of probabilities. epsilon: from 0 to 1.
    Returns: an array like Y.
    Raises: ``InputError``. Chapter: 02. Source: Szegedy et al. (2016).

    >>> smooth_labels(one_hot([1], 4), 0.2)
    array([[0.05, 0.85, 0.05, 0.05]])
    """
    Y = check_floats(Y=Y)
    check_shapes("Y (N, K)", Y)
    class_targets("like", Y, Y)
    expected, cause = "a number from 0 to 1", "a percentage"
    check_real("epsilon", epsilon, lambda e: 0 <= e <= 1, expected, cause)
    return Y * Y.dtype.type(1 - epsilon) + Y.dtype.type(epsilon / Y.shape[1])


# -------------------------------------------------------------------------- regulariser


@np.errstate(all="ignore")
def l2(theta, strength, out=None):
    """The L2 regulariser ½ λ ‖θ‖², with gradient λ θ: what the objective J adds to L.

    Parameters
        theta: (P,), float32 or float64, finite. strength: λ, not negative.
        out: an array like theta for the gradient, or None.
    Returns: the number, and the gradient (P,).
    Raises: ``InputError``, also for a number that overflows. Chapter: 02.
    Source: the Gaussian prior with variance 1/(Nλ), where the data have N samples.

    >>> l2(np.array([3.0, 4.0]), 0.1)
    (np.float64(1.25), array([0.3, 0.4]))
    """
    theta = check_floats(theta=theta)
    check_shapes("theta (P,)", theta)
    check_finite("training that diverged", theta=theta)
    expected = "a finite number, not negative"
    cause = "the sign of an update in the place of that of a penalty"
    check_real("strength", strength, lambda s: s >= 0, expected, cause)
    strength = theta.dtype.type(strength)
    value = strength * (np.vdot(theta, theta) / 2)
    check_finite("theta so large that its square overflows", value=value)
    return value, np.multiply(strength, theta, out=check_out(out, theta))
