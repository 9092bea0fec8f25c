"""Chapter 01, activations: functions of ``(z, out=None)``, each beside its derivative,
a function of the same pre-activation z, in the table ``ACTIVATIONS``; and softmax.

An activation takes numbers z of any shape, float32 or float64, and returns f(z) in the
same shape and type; at ±∞ that is the limit. ``out`` is an array like z for the result,
which may be z itself; a new one if None. No floating-point warning is raised. NaN and
other types are refused with ``InputError``. ``f.__wrapped__(z, out)`` is the formula
itself, without checks, for a loop that has checked its input.

The largest errors are at most one eps above those of SciPy and PyTorch on the same
grid; ``benchmarks/accuracy.py`` measures them side by side.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import NamedTuple

import numpy as np

from .shapes import InputError, check_floats, check_no_nan, check_out


def checked(formula):
    """The formula behind a check of z and out, with NumPy's warnings off."""

    @wraps(formula)
    @np.errstate(all="ignore")
    def function(z, out=None):
        z, out = check_arguments(z, out)
        formula(z, out)
        return out if out.ndim else out[()]

    return function


def check_arguments(z, out):
    """z as an array of floats without NaN, and out as an array like it,
    a new one where it is None.
    """
    z = check_floats(z=z)
    check_no_nan(z=z)
    return z, check_out(out, z)


@checked
def identity(z, out=None):
    """f(z) = z.

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: nothing, a definition.

    >>> identity(0.5)
    np.float64(0.5)
    """
    return np.positive(z, out=out)


@checked
def identity_derivative(z, out=None):
    """f′(z) = 1.

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: derivative of the identity.

    >>> identity_derivative(0.5)
    np.float64(1.0)
    """
    out[...] = 1
    return out


@checked
def sigmoid(z, out=None):
    """σ(z) = 1 / (1 + exp(−z)), from 0 at −∞ to 1 at ∞.

    Where exp(−z) overflows, σ(z) is below every normal number, and the result is 0.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: mirror image of the sigmoid; derivative of softplus.

    >>> f"{sigmoid(-40.0):.3g}"
    '4.25e-18'
    """
    # not np.negative: in place it is wrong for a column of some arrays (NumPy 2.4)
    exp_minus_z = np.exp(np.multiply(-1, z, out=out), out=out)
    return np.reciprocal(np.add(1, exp_minus_z, out=out), out=out)


@checked
def sigmoid_derivative(z, out=None):
    """σ′(z) = σ(z) σ(−z) = 1 / (2 + 2 cosh z), at most ¼, and 0 at ±∞.

    The form σ(z)(1 − σ(z)) cancels for large z.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: derivative of the sigmoid; slope of the sigmoid without cancellation; the
        sigmoid's slope is at most 1/4.

    >>> sigmoid_derivative(0.0)
    np.float64(0.25)
    """
    one_plus_cosh = np.add(1, np.cosh(z, out=out), out=out)
    return np.divide(0.5, one_plus_cosh, out=out)


@checked
def tanh(z, out=None):
    """tanh(z) = 2σ(2z) − 1, from −1 at −∞ to 1 at ∞.

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: tanh is a stretched sigmoid.

    >>> tanh(0.0)
    np.float64(0.0)
    """
    return np.tanh(z, out=out)


@checked
def tanh_derivative(z, out=None):
    """tanh′(z) = 1 / cosh²(z) = 2 / (1 + cosh 2z), at most 1, and 0 at ±∞.

    The form 1 − tanh²(z) cancels for large |z|.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: derivative of tanh; slope of tanh without cancellation.

    >>> tanh_derivative(0.0)
    np.float64(1.0)
    """
    cosh_2z = np.cosh(np.multiply(2, z, out=out), out=out)
    return np.divide(2, np.add(1, cosh_2z, out=out), out=out)


@checked
def relu(z, out=None):
    """R(z) = max(z, 0).

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: nothing, a definition.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(z, 0, out=out)


@checked
def relu_derivative(z, out=None):
    """R′(z) = 1 if z > 0, else 0. R has no derivative at 0; the book sets R′(0) = 0.

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: derivative of ReLU.

    >>> relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    return np.greater(z, 0, out=out)


SLOPE = 0.01  # of the leaky ReLU, for z ≤ 0


@checked
def leaky_relu(z, out=None):
    """f(z) = max(z, SLOPE·z) with SLOPE = 0.01.

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Source: Maas, Hannun & Ng (2013).
    Proved: leaky ReLU.

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.02,  0.  ,  3.  ])
    """
    return np.maximum(z, SLOPE * z, out=out)


@checked
def leaky_relu_derivative(z, out=None):
    """f′(z) = 1 if z > 0, else SLOPE.

    f has no derivative at 0; the book sets f′(0) = SLOPE.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: derivative of leaky ReLU.

    >>> leaky_relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0.01, 0.01, 1.  ])
    """
    return np.maximum(np.greater(z, 0, out=out), SLOPE, out=out)


@checked
def softplus(z, out=None):
    """s(z) = log(1 + exp(z)) = max(z, 0) + log(1 + exp(−|z|)), from 0 at −∞ to ∞ at ∞.

    In the second form nothing overflows. Its derivative is the sigmoid.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Source: Dugas et al. (2001).
    Proved: softplus without overflow.

    >>> f"{softplus(-40.0):.3g}"
    '4.25e-18'
    """
    positive = np.maximum(z, 0)
    minus_size = np.multiply(-1, np.abs(z, out=out), out=out)
    rest = np.log1p(np.exp(minus_size, out=out), out=out)
    return np.add(positive, rest, out=out)


@checked
def silu(z, out=None):
    """silu(z) = z σ(z) = z / (1 + exp(−z)), from 0 at −∞ to ∞ at ∞.

    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Source: Hendrycks & Gimpel (2016); Elfwing, Uchibe & Doya (2018).
    Proved: nothing, a definition.

    >>> silu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.2689,  0.    ,  0.7311])
    """
    z = np.maximum(z, -1000)  # silu(−1000) is 0, the limit at −∞
    exp_minus_z = np.exp(np.multiply(-1, z, out=out), out=out)
    return np.divide(z, np.add(1, exp_minus_z, out=out), out=out)


@checked
def silu_derivative(z, out=None):
    """silu′(z) = σ(z) + z σ′(z), from 0 at −∞ to 1 at ∞.

    It is least at z = −2.3994, where it is −0.0998, and 0 at z = −1.2785;
    on the right it reaches 1.0998, for silu′(z) = 1 − silu′(−z).
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
    Proved: derivative of SiLU; slope of SiLU without 1 − σ.

    >>> silu_derivative(np.array([0.0, 1.0, -1.2785])).round(4)
    array([ 0.5   ,  0.9277, -0.    ])
    """
    z = np.clip(z, -1000, 1000)  # at ±1000 it is 0 and 1, the limits at ±∞
    slope = sigmoid_derivative.__wrapped__(z)
    return np.add(sigmoid.__wrapped__(z, out), z * slope, out=out)


class Activation(NamedTuple):
    """An activation and its derivative,
    both functions of the pre-activation ``(z, out=None)``.
    """

    function: Callable
    derivative: Callable


ACTIVATIONS = {
    "identity": Activation(identity, identity_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "softplus": Activation(softplus, sigmoid),
    "silu": Activation(silu, silu_derivative),
}


@lru_cache
def ones(K, dtype):
    """A column of ones (K, 1), made once and read-only: p @ ones sums every row of p.

    >>> np.array([[1.0, 2.0], [3.0, 4.0]]) @ ones(2, np.dtype(float))
    array([[3.],
           [7.]])
    """
    column = np.ones((K, 1), dtype)
    column.flags.writeable = False
    return column


@np.errstate(all="ignore")
def softmax(z, out=None):
    """p_k = exp(z_k) / Σ_j exp(z_j) over the last axis: positive numbers that sum to 1.

    The largest z_k of a row is subtracted first, which leaves p unchanged and keeps exp
    from overflowing.

    Parameters
        z: (…, K), float32 or float64. A score −∞ has probability 0.
            One score +∞ in a row gives the limit, one-hot.
        out: an array like z, or None.
    Returns: p (…, K), of z's type.
    Raises: ``InputError`` for NaN, for two scores +∞ in a row and for a row of −∞,
        where no limit exists.
    Chapter: 01, with its Jacobian.
    Source: Blanchard, Higham & Higham (2021).
    Proved: softmax sums to one; softmax ignores a shift; softmax of two classes is a
        sigmoid.

    >>> softmax(np.array([0.0, np.log(3.0), -np.inf]))
    array([0.25, 0.75, 0.  ])
    """
    z, out = check_scores(*check_arguments(z, out))
    p = np.exp(np.subtract(z, z.max(axis=-1, keepdims=True), out=out), out=out)
    p[np.isnan(p)] = 1  # exp(∞ − ∞), where one score of the row is +∞
    return np.divide(p, p @ ones(z.shape[-1], z.dtype), out=out)


def check_scores(z, out):
    """z and out, where every row of scores z has a softmax."""
    if z.ndim == 0 or z.shape[-1] == 0:
        raise InputError(
            f"z: expected scores (…, K) with K at least 1, received shape {z.shape}. "
            "Likely cause: one score alone; "
            "the softmax of K classes takes K scores in the last axis"
        )
    if np.isinf(z).any() and _no_limit(z):
        raise InputError(
            "z: expected a finite score or exactly one +inf in every row, "
            "received a row with several +inf or with -inf alone: "
            "its softmax has no limit. "
            "Likely cause: every class masked, or an overflow in the scores"
        )
    return z, out


def _no_limit(z):
    """Whether a row has −∞ alone, or +∞ twice."""
    return (z == -np.inf).all(axis=-1).any() or ((z == np.inf).sum(axis=-1) > 1).any()
