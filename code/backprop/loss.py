"""Chapter 02, losses: from a prediction or its logits, and the target, to the cost and
its gradient, in one call.

A row is a sample. The loss ℓ is a number for each sample; the cost L = (1/N) Σ ℓ is
their mean. **The 1/N enters here** and nowhere else in the package: the gradient that a
loss returns has it already.

A loss takes the prediction first and the target second, and returns L and its gradient
with respect to the prediction. Before the formula stands the check of its input;
``f.__wrapped__(prediction, Y, out)`` is the formula alone, for a loop that has checked
its data. ``benchmarks/accuracy.py`` measures the errors, beside those of PyTorch.
"""

from contextlib import suppress
from functools import partial, wraps

import numpy as np

from .activations import ones, sigmoid
from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_out,
    check_real,
    check_shapes,
    refuse_first,
)

# --------------------------------------------------------------------------- the checks


def checked(check, formula):
    """The formula behind the check of its arguments, with NumPy's warnings off."""

    @wraps(formula)
    @np.errstate(all="ignore")
    def function(*args, **kwargs):
        L, gradient = formula(*check(*args, **kwargs))
        check_finite("numbers so large that the loss overflows", L=L)
        return L, gradient

    return function


def check_numbers(Y_hat, Y, out=None):
    """Predictions, and targets that may be any numbers."""
    Y_hat = check_prediction("Y_hat", Y_hat)
    return Y_hat, check_targets("Y_hat", Y_hat, Y), check_out(out, Y_hat)


def check_huber(Y_hat, Y, out=None, delta=1.0):
    """The same, and the δ of Huber's loss."""
    cause = "the arguments in another order"
    check_real("delta", delta, lambda d: d > 0, "a positive number", cause)
    return *check_numbers(Y_hat, Y, out), float(delta)


def check_answers(Z, Y, out=None):
    """Logits, and targets from 0 to 1: no, yes, or in between."""
    Z = check_prediction("Z", Z)
    Y = check_targets("Z", Z, Y)
    check_probabilities(Y)
    return Z, Y, check_out(out, Z)


def check_classes(Z, Y, out=None):
    """Logits, and class numbers (N,) or rows (N, K) of probabilities."""
    Z = check_prediction("Z", Z)
    if _are_labels(Z, Y):
        check_labels(Z, Y)
        return Z, one_hot(Y, Z.shape[1], Z.dtype), check_out(out, Z)
    Y = check_targets("Z", Z, Y)
    check_rows(Y)
    return Z, Y, check_out(out, Z)


def check_signs(Z, Y, out=None):
    """Logits, and targets −1 or 1."""
    Z = check_prediction("Z", Z)
    Y = check_targets("Z", Z, Y)
    cause = "labels 0 and 1; pass 2 * Y - 1"
    refuse_first("Y", Y, abs(Y) != 1, "targets -1 or 1", cause)
    return Z, Y, check_out(out, Z)


def check_prediction(name, prediction):
    """Predictions Ŷ, or logits Z, (N, K), finite."""
    prediction = check_floats(**{name: prediction})
    check_shapes(f"{name} (N, K)", prediction)
    masked = (prediction == -np.inf) & (name == "Z")
    cause = "a masked class; write a large negative score, -1e30, in place of -inf"
    refuse_first(name, prediction, masked, "finite values", cause)
    check_finite("training that diverged", **{name: prediction})
    return prediction


def check_targets(name, prediction, Y):
    """Y: targets like the prediction, finite."""
    N, K = prediction.shape
    if K == 1 and _shape_and_kind(Y)[0] == (N,):
        raise InputError(
            f"Y: expected shape ({N}, 1), as {name} has, received shape ({N},). "
            "Likely cause: one target a sample, which goes in a column; "
            f"pass np.reshape(Y, (-1, 1)).astype(np.{prediction.dtype})"
        )
    Y, _ = check_floats(Y=Y, **{name: prediction})
    check_shapes(f"{name} (N, K), Y (N, K)", prediction, Y)
    check_finite("a missing value in the data", Y=Y)
    return Y


def check_probabilities(Y):
    """Refuse targets that are not from 0 to 1."""
    cause = "labels −1 and 1, or class numbers in place of 0 and 1"
    refuse_first("Y", Y, (Y < 0) | (Y > 1), "targets from 0 to 1", cause)


def check_rows(Y):
    """Refuse rows that are no probabilities: one-hot, smoothed or soft."""
    check_probabilities(Y)
    total = Y.sum(axis=1, dtype=np.float64)
    far = abs(total - 1) > 16 * np.finfo(Y.dtype).eps
    cause = "several classes in one row, which binary_cross_entropy takes, or counts"
    refuse_first("Y summed over classes", total, far, "1", cause)


def _shape_and_kind(Y):
    """Shape and kind of number of an array or a list. What check_floats is to refuse,
    rows that differ in length and masked arrays, has neither.
    """
    with suppress(ValueError):
        if not isinstance(Y, np.ma.MaskedArray):
            return np.shape(Y), np.asarray(Y).dtype.kind
    return (), ""


def _are_labels(Z, Y):
    """Whether Y is meant as class numbers: one number for each sample."""
    shape, kind = _shape_and_kind(Y)
    column = shape == (len(Z), 1) and (Z.shape[1] > 1 or kind != "f")
    return (len(shape) == 1 or column) and kind in "iufb"


def check_labels(Z, Y):
    """Refuse class numbers that are no integers (N,), or for a single logit."""
    shape, kind = _shape_and_kind(Y)
    labels = "np.ravel(Y)" if kind in "iu" else "np.ravel(Y).astype(int)"
    cause = f"class numbers, which are integers in one axis; pass {labels}"
    if Z.shape[1] == 1:
        answers = f"np.reshape(Y, (-1, 1)).astype(np.{Z.dtype})"
        cause = f"one logit for yes or no; pass {answers} to binary_cross_entropy"
    if Z.shape[1] == 1 or len(shape) > 1 or kind not in "iu":
        raise InputError(
            "expected logits (N, K) of K > 1 classes, and Y integers (N,) or rows "
            f"(N, K); received Z {Z.shape}, Y {np.asarray(Y).dtype} {shape}. "
            f"Likely cause: {cause}"
        )
    check_shapes("Z (N, K), Y (N,)", Z, Y)


# --------------------------------------------------------------------------- regression


@partial(checked, check_numbers)
def half_squared_error(Y_hat, Y, out=None):
    """ℓ = ½ ‖ŷ − y‖², with gradient ŷ − y.

    The sum over the K outputs, with a ½ and no 1/K.

    Parameters
        Y_hat: predictions (N, K), float32 or float64, finite.
        Y: targets (N, K) of the same type, finite.
        out: an array like Y_hat for the gradient, which may be Y_hat itself, or None.
    Returns: the cost L, a number, and ∂L/∂Ŷ (N, K).
    Raises: ``InputError``, also for a cost that overflows. Chapter: 02.
    Source: the Gaussian likelihood with variance 1, without its constant.
    Proved: half squared error is a Gaussian likelihood; half squared error of K
        outputs; gradient of the half squared error.

    >>> half_squared_error(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    (np.float64(2.0), array([[2., 0.]]))
    """
    N, r = len(Y), np.subtract(Y_hat, Y, out=out)
    L = np.vdot(r, r) / (2 * N)
    r /= N
    return L, r


@partial(checked, check_numbers)
def mean_squared_error(Y_hat, Y, out=None):
    """ℓ = (1/K) ‖ŷ − y‖², with gradient (2/K)(ŷ − y); so L = (1/NK) ΣΣ (ŷ − y)².

    Parameters
        Y_hat: predictions (N, K), float32 or float64, finite.
        Y: targets (N, K) of the same type, finite.
        out: an array like Y_hat for the gradient, which may be Y_hat itself, or None.
    Returns: the cost L, a number, and ∂L/∂Ŷ (N, K).
    Raises: ``InputError``, also for a cost that overflows. Chapter: 02.
    Source: the mean over all NK numbers, as in scikit-learn and PyTorch.
    Proved: gradient of the mean squared error.

    >>> mean_squared_error(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    (np.float64(2.0), array([[2., 0.]]))
    """
    r = np.subtract(Y_hat, Y, out=out)
    L = np.vdot(r, r) / r.size
    r *= 2 / r.size
    return L, r


@partial(checked, check_huber)
def huber(Y_hat, Y, out=None, delta=1.0):
    """ℓ = Σ_k ½ r² where |r| ≤ δ, δ(|r| − ½ δ) beyond, with r = ŷ − y; its gradient is
    r, cut off at ±δ. With c for the gradient both are c (r − ½ c).

    Parameters
        Y_hat: predictions (N, K), float32 or float64, finite.
        Y: targets (N, K) of the same type, finite.
        out: an array like Y_hat for the gradient, which may be Y_hat itself, or None.
        delta: where the parabola ends, a positive number in the units of Y.
    Returns: the cost L, a number, and ∂L/∂Ŷ (N, K).
    Raises: ``InputError``, also for a cost that overflows. Chapter: 02.
    Source: Huber (1964). PyTorch's ``huber_loss`` is the mean over K as well.
    Proved: Huber's loss in one formula; slope of Huber's loss; Huber's joint, from
        outside; Huber's joint, from inside.

    >>> huber(np.array([[0.5, -3.0]]), np.array([[0.0, 0.0]]))
    (np.float64(2.625), array([[ 0.5, -1. ]]))
    """
    N, r = len(Y), Y_hat - Y
    c = np.clip(r, -delta, delta, out=out)
    L = np.vdot(c, r - c / 2) / N
    c /= N
    return L, c


# ----------------------------------------------------------------------- classification


@partial(checked, check_answers)
def binary_cross_entropy(Z, Y, out=None):
    """ℓ = Σ_k softplus(z) − y z, from the logits z, with gradient σ(z) − y.

    Each of the K outputs answers a question of its own with yes or no; the prediction
    is σ(z). With 𝟏 for 1 if z > 0, else 0, the loss is (𝟏 − y) z + log(1 + exp(−|z|)):
    two terms that are not negative, and nothing overflows.

    Parameters
        Z: logits (N, K), float32 or float64, finite.
        Y: targets (N, K) of the same type, from 0 to 1.
        out: an array like Z for the gradient, which may be Z itself, or None.
    Returns: the cost L, a number, and ∂L/∂Z (N, K).
    Raises: ``InputError``, also for a cost that overflows. Chapter: 02.
    Source: the Bernoulli likelihood. PyTorch's ``binary_cross_entropy_with_logits`` is
        the mean over K as well; its ``binary_cross_entropy`` takes probabilities.
    Proved: binary cross-entropy is a Bernoulli likelihood; cross-entropy from the
        logit; gradient of binary cross-entropy; binary cross-entropy without overflow.

    >>> L, gradient = binary_cross_entropy(np.array([[800.0]]), np.array([[0.0]]))
    >>> L, gradient
    (np.float64(800.0), array([[1.]]))
    """
    N = len(Y)
    losses = ((Z > 0) - Y) * Z + np.log1p(np.exp(-abs(Z)))
    gradient = sigmoid.__wrapped__(Z, out)
    gradient -= Y
    gradient /= N
    return losses.sum() / N, gradient


@partial(checked, check_classes)
def cross_entropy(Z, Y, out=None):
    """ℓ = log Σ_k exp(z_k) − Σ_k y_k z_k, from the logits z of K classes, with gradient
    softmax(z) − y.

    The largest logit of a row is subtracted first, which changes neither, since a row
    of targets sums to 1; it keeps exp from overflowing.

    Parameters
        Z: logits (N, K), float32 or float64, finite. A masked class has -1e30.
        Y: class numbers (N,), integers from 0 to K − 1; or targets (N, K) of Z's type
            whose rows are probabilities: one-hot, smoothed or soft.
        out: an array like Z for the gradient, which may be Z itself, or None.
    Returns: the cost L, a number, and ∂L/∂Z (N, K).
    Raises: ``InputError``, also for a cost that overflows. Chapter: 02.
    Source: the categorical likelihood. PyTorch's ``cross_entropy`` is the same.
    Proved: categorical cross-entropy from logits; gradient of categorical
        cross-entropy; Jacobian of softmax; the same through the Jacobian of softmax;
        log-sum-exp and a shift; categorical cross-entropy, shifted; two classes are one
        logit.

    >>> Z = np.array([[0.0, np.log(3.0)]])
    >>> L, gradient = cross_entropy(Z, np.array([0]))
    >>> L.round(4), gradient
    (np.float64(1.3863), array([[-0.75,  0.75]]))
    """
    N, K = Z.shape
    z = np.subtract(Z, Z.max(axis=1, keepdims=True), out=out)
    of_the_targets = np.vdot(Y, z)
    p = np.exp(z, out=out)
    total = p.dot(ones(K, p.dtype))
    p /= total
    p -= Y
    p /= N
    return (np.log(total).sum() - of_the_targets) / N, p


@partial(checked, check_signs)
def hinge(Z, Y, out=None):
    """ℓ = Σ_k max(0, 1 − y z); its gradient is −y where y z < 1, else 0. It has a kink
    at y z = 1, where the book takes 0.

    Parameters
        Z: logits (N, K), float32 or float64, finite.
        Y: targets (N, K) of the same type, −1 or 1.
        out: an array like Z for the gradient, which may be Z itself, or None.
    Returns: the cost L, a number, and ∂L/∂Z (N, K).
    Raises: ``InputError``, also for a cost that overflows. Chapter: 02.
    Source: the support vector machine, Cortes & Vapnik (1995).
    Proved: derivative of the hinge loss.

    >>> hinge(np.array([[0.5], [-2.0]]), np.array([[1.0], [1.0]]))
    (np.float64(1.75), array([[-0.5],
           [-0.5]]))
    """
    N, margin = len(Y), 1 - Y * Z
    gradient = np.multiply(-Y, margin > 0, out=out)
    gradient /= N
    return np.maximum(margin, 0).sum() / N, gradient


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
    Proved: nothing, a table of 0 and 1.

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
    check_shapes("labels (N,)", labels, cause="a column of labels; pass labels.ravel()")
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
    Proved: smoothed targets sum to one where the targets do.

    >>> smooth_labels(one_hot([1], 4), 0.2)
    array([[0.05, 0.85, 0.05, 0.05]])
    """
    Y = check_floats(Y=Y)
    check_shapes("Y (N, K)", Y)
    check_finite("a missing value in the data", Y=Y)
    check_rows(Y)
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
    Proved: L2 regularisation is a Gaussian prior; gradient of the L2 regulariser.

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
