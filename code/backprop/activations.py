"""Chapter 01, activations: functions of ``(z, out=None)``, each beside its derivative, a
function of the same pre-activation z, in the table ``ACTIVATIONS``; and softmax.

Where the true value is a normal number of the type, the result is within 4 units in the
last place of it; silu′ and softmax, for up to 2048 classes, are within 5. NumPy's exp,
tanh and cosh set these bounds; ``benchmarks/accuracy.py`` measures every error.
"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

import numpy as np

from .shapes import InputError, check_floats, check_no_nan, check_out

CONTRACT = """
    Parameters
        z: pre-activations, an array of any shape or a number, float32 or float64;
            at ±∞ the result is the limit.
        out: an array like z for the result, which may be z itself; a new one if None.
    Returns: an array, or a number, of z's shape and type.
        No floating-point warning is raised.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
"""


def checked(formula):
    """Check z and out, allocate out where it is None,
    and evaluate the formula with NumPy's warnings off.

    The formula itself, ``f.__wrapped__(z, out)``, is what a network calls
    once it has checked its input.
    """
    quiet = np.errstate(all="ignore")(formula)

    @wraps(formula)
    def function(z, out=None):
        z, out = check_arguments(z, out)
        quiet(z, out)
        return out if out.ndim else out[()]

    function.__doc__ = f"{formula.__doc__}{CONTRACT}"
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

    >>> identity(0.5)
    np.float64(0.5)
    """
    return np.positive(z, out=out)


@checked
def identity_derivative(z, out=None):
    """f′(z) = 1.

    >>> identity_derivative(0.5)
    np.float64(1.0)
    """
    out[...] = 1
    return out


@checked
def sigmoid(z, out=None):
    """σ(z) = 1 / (1 + exp(−z)), between 0 and 1.

    Where exp(−z) overflows, σ(z) is below every normal number.

    >>> f"{sigmoid(-40.0):.3g}"
    '4.25e-18'
    """
    # not np.negative: in place it is wrong for a column of some arrays (NumPy 2.4)
    exp_minus_z = np.exp(np.multiply(-1, z, out=out), out=out)
    return np.reciprocal(np.add(1, exp_minus_z, out=out), out=out)


@checked
def sigmoid_derivative(z, out=None):
    """σ′(z) = σ(z) σ(−z) = 1 / (2 + 2 cosh z).

    The form σ(z)(1 − σ(z)) cancels for large z.

    >>> sigmoid_derivative(0.0)
    np.float64(0.25)
    """
    one_plus_cosh = np.add(1, np.cosh(z, out=out), out=out)
    return np.divide(0.5, one_plus_cosh, out=out)


@checked
def tanh(z, out=None):
    """tanh(z) = 2σ(2z) − 1, between −1 and 1.

    >>> tanh(0.0)
    np.float64(0.0)
    """
    return np.tanh(z, out=out)


@checked
def tanh_derivative(z, out=None):
    """tanh′(z) = 1 / cosh²(z) = 2 / (1 + cosh 2z).

    The form 1 − tanh²(z) cancels for large |z|.

    >>> tanh_derivative(0.0)
    np.float64(1.0)
    """
    cosh_2z = np.cosh(np.multiply(2, z, out=out), out=out)
    return np.divide(2, np.add(1, cosh_2z, out=out), out=out)


@checked
def relu(z, out=None):
    """R(z) = max(z, 0).

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(z, 0, out=out)


@checked
def relu_derivative(z, out=None):
    """R′(z) = 1 if z > 0, else 0. R has no derivative at 0; the book sets R′(0) = 0.

    >>> relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    return np.greater(z, 0, out=out)


SLOPE = 0.01  # of the leaky ReLU, for z ≤ 0


@checked
def leaky_relu(z, out=None):
    """f(z) = max(z, SLOPE·z) with SLOPE = 0.01.

    Source: Maas, Hannun & Ng (2013).

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.02,  0.  ,  3.  ])
    """
    return np.maximum(z, SLOPE * z, out=out)


@checked
def leaky_relu_derivative(z, out=None):
    """f′(z) = 1 if z > 0, else SLOPE.

    f has no derivative at 0; the book sets f′(0) = SLOPE.

    >>> leaky_relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0.01, 0.01, 1.  ])
    """
    return np.maximum(np.greater(z, 0, out=out), SLOPE, out=out)


@checked
def softplus(z, out=None):
    """s(z) = log(1 + exp(z)) = log(exp(0) + exp(z)).

    >>> f"{softplus(-40.0):.3g}"
    '4.25e-18'
    """
    return np.logaddexp(0, z, out=out)


# σ(z) falls below the normal numbers before z·σ(z) does. For z ≤ −80,
# σ(z) = σ(−80)·exp(z + 80) with a relative error below exp(−80), and z + 80 is exact;
# so the small factor is multiplied in last.


@checked
def silu(z, out=None):
    """silu(z) = z σ(z) = z / (1 + exp(−z)).

    Source: Hendrycks & Gimpel (2016); Elfwing, Uchibe & Doya (2018).

    >>> f"{silu(-711.0):.3g}"
    '-1.17e-306'
    """
    z = np.maximum(z, -1000)  # silu(−1000) is 0, the limit at −∞
    return np.multiply(
        z / (1 + np.exp(-np.maximum(z, -80))), np.exp(np.minimum(z + 80, 0)), out=out
    )


# silu′ has one zero, z₀ = −(1 + OMEGA) with OMEGA = exp(z₀): the root of
# 1 + z + exp(z). With d = z − z₀, and with 1 + z₀ + exp(z₀) = 0 subtracted,
# 1 + z + exp(z) = d + OMEGA·(exp(d) − 1): two terms of one sign, no cancellation.
OMEGA = 0.2784645427610738
# −z₀ as a sum, to 40 digits
MINUS_ROOT = (1.2784645557403564, -1.297928265020314e-08, -7.021703633367596e-25)


@checked
def silu_derivative(z, out=None):
    """silu′(z) = σ(z) + z σ(z) σ(−z) = σ′(z) (1 + z + exp(z)),
    and silu′(z) = 1 − silu′(−z).

    It is 0 at z₀ = −1.2785 and reaches −0.0998 to the left of it,
    1.0998 to the right of −z₀.

    >>> silu_derivative(np.array([0.0, 1.0, -1.2785])).round(4)
    array([ 0.5   ,  0.9277, -0.    ])
    """
    minus = np.maximum(-np.abs(z), -1000)
    d = ((minus + MINUS_ROOT[0]) + MINUS_ROOT[1]) + MINUS_ROOT[2]
    one_plus_cosh = 1 + np.cosh(np.maximum(minus, -80))
    at_minus = (
        0.5
        * (d + OMEGA * np.expm1(d))
        / one_plus_cosh
        * np.exp(np.minimum(minus + 80, 0))
    )
    np.copyto(out, np.where(z > 0, 1 - at_minus, at_minus))
    return out


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


@np.errstate(all="ignore")
def softmax(z, out=None):
    """p_k = exp(z_k) / Σ_j exp(z_j) over the last axis: positive numbers that sum to 1.

    The largest z_k of a row, m, is subtracted first, which leaves p unchanged and keeps
    exp from overflowing. float32 is computed in float64 and rounded once, at the end.

    In float64, rounding z_k − m costs up to |z_k − m| units in the last place of p_k,
    so the rounding error e of the difference is computed exactly and exp(e) = 1 + e
    multiplied in. A plain sum can lose half a unit a term, so each term is split:
    a multiple of 2⁻⁴², at most 1, of which 2048 add up exactly, and the small rest.

    Parameters
        z: (…, K), float32 or float64. A score −∞ has probability 0.
            One score +∞ in a row gives the limit, one-hot.
        out: an array like z, or None.
    Returns: p (…, K), of z's type.
    Raises: ``InputError`` for NaN, for two scores +∞ in a row and for a row of −∞,
        where no limit exists.
    Chapter: 01; its derivative is a Jacobian, chapter 02.
    Source: Blanchard, Higham & Higham (2021);
        the exact rounding error: Knuth, TAOCP 2, section 4.2.2.

    >>> softmax(np.array([0.0, np.log(3.0), -np.inf]))
    array([0.25, 0.75, 0.  ])
    """
    z, out = check_arguments(z, out)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise InputError(
            f"z: expected scores (…, K) with K at least 1, received shape {z.shape}. "
            "Likely cause: one score alone; "
            "the softmax of K classes takes K scores in the last axis"
        )
    m = z.max(axis=-1, keepdims=True)
    if not np.isfinite(m).all():
        z, m = limit_scores(z, m)
    ones = np.ones((z.shape[-1], 1))
    if z.dtype == np.float32:
        p = np.exp(np.subtract(z, m, dtype=np.float64))
        return np.divide(p, p @ ones, out=out, casting="same_kind")
    difference = z - m
    e = rounding(z, m, difference)
    p = np.exp(difference, out=out)
    e *= p
    e[p == 0] = 0  # it is NaN for a score −∞
    multiple = (p + 1024) - 1024
    total = multiple @ ones + (p - multiple + e) @ ones
    p += e
    return np.divide(p, total, out=out)


def rounding(z, m, difference):
    """The exact e that rounding z − m to ``difference`` has cost:
    exp(z − m) = exp(difference)(1 + e).
    """
    minus_m = difference - z
    return (z - (difference - minus_m)) - (m + minus_m)


def limit_scores(z, m):
    """Scores and their maxima with the same softmax, where a row's maximum is infinite:
    0 for its +∞, −∞ elsewhere.
    """
    if np.isneginf(m).any() or (np.isposinf(z).sum(axis=-1) > 1).any():
        raise InputError(
            "z: expected a finite score or exactly one +inf in every row, "
            "received a row with several +inf or with -inf alone: "
            "its softmax has no limit. "
            "Likely cause: every class masked, or an overflow in the scores"
        )
    z = np.where(
        np.isposinf(m),
        np.where(np.isposinf(z), 0, -np.inf),
        z,
    ).astype(z.dtype)
    return z, np.where(np.isposinf(m), 0, m).astype(z.dtype)
