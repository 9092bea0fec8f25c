"""Chapter 05, against exploding gradients: clipping, in place."""

import numpy as np

from .shapes import check_finite, check_floats, check_real, check_writeable
from .vectors import norm


def clip_norm(gradient, most):
    """g ← g · min(1, most / ‖g‖), in place: the direction stays.

    Parameters
        gradient: an array of any shape, float32 or float64, finite. most: above 0.
    Returns: ‖g‖ before. Raises: ``InputError``. Chapter: 05, How far back?
    Source: Pascanu, Mikolov & Bengio (2013).
    Proved: clipping by norm keeps the line.

    >>> g = np.array([3.0, 4.0])
    >>> clip_norm(g, 1.0), g
    (5.0, array([0.6, 0.8]))
    """
    check_clipping(gradient, most)
    length = float(norm(gradient))
    if length > most:
        gradient /= abs(gradient).max()  # so that neither ‖g‖ nor most / ‖g‖ is lost
        np.multiply(gradient, most / norm(gradient), out=gradient)
    return length


def clip_value(gradient, most):
    """g ← the nearest number to g from −most to most, entry by entry, in place: the
    direction may change.

    Parameters, Raises: as for ``clip_norm``.
    Returns: the largest |g| before. Chapter: 05, How far back?
    Source: Mikolov (2012).
    Proved: nothing, a definition; that it turns the gradient is shown by numbers.

    >>> g = np.array([3.0, -0.5])
    >>> clip_value(g, 1.0), g
    (3.0, array([ 1. , -0.5]))
    """
    check_clipping(gradient, most)
    largest = float(abs(gradient).max())
    np.clip(gradient, -float(most), float(most), out=gradient)
    return largest


def check_clipping(gradient, most):
    """Refuse what cannot be clipped in place."""
    check_writeable(gradient=gradient)
    check_floats(gradient=gradient)
    check_finite("a gradient that exploded before it was clipped", gradient=gradient)
    cause = "the sign, or no bound at all, which needs no clipping"
    check_real("most", most, lambda m: m > 0, "a positive number", cause)
