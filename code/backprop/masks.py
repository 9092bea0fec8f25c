"""Chapter 05, sequences of different lengths in one batch: where a mask (T, N) is False
the state stays what it was.

    forward, H_t = H_{t−1};   backward, Δ_t = 0 and ∂L/∂H_{t−1} gets ∂L/∂H_t unchanged.

The equations know nothing of masks: the step of a cell is wrapped. An array ``stays``
is (T, N, 1), True where the state stays, or None.
"""

import numpy as np

from .shapes import InputError, check_shapes


def check_mask(name, mask, T, N):
    """The mask (T, N) of bool, made from lengths (N,) if it is not one.

    Raises: ``InputError``.

    >>> check_mask("mask", [2, 1], 2, 2)
    array([[ True,  True],
           [ True, False]])
    """
    mask = as_mask(name, mask)
    if mask.dtype == bool:
        check_shapes(f"{name} ({T}, {N})", mask, cause="samples and steps exchanged")
        return mask
    check_shapes(f"lengths ({N},)", mask, cause="the lengths of another batch")
    if mask.min() < 1 or mask.max() > T:
        raise InputError(
            f"lengths: expected integers from 1 to {T}, received {mask}. "
            "Likely cause: an empty sequence, or a sequence that was cut"
        )
    return np.arange(T)[:, None] < mask


def as_mask(name, mask):
    """An array of bool, or of integers with one axis."""
    received, cause = "a masked array", "missing values; put True where a step is real"
    if not np.ma.isMA(mask):
        try:
            mask = np.asarray(mask)
        except ValueError:
            received, cause = "rows that differ in length", "a value is missing"
        else:
            if mask.dtype == bool or (mask.dtype.kind in "iu" and mask.ndim == 1):
                return mask
            received = f"{mask.dtype} {mask.shape}"
            cause = "zeros and ones; convert with .astype(bool)"
    raise InputError(
        f"{name}: expected bool (T, N) or integers (N,), received {received}. "
        f"Likely cause: {cause}"
    )


def between(stays, start, stop):
    """``stays`` of some steps."""
    return None if stays is None else stays[start:stop]


def holding(forward, stays):
    """The forward step of a cell, for the steps from the first to the last: it leaves
    the states as they were where ``stays``.
    """
    if stays is None:
        return forward
    steps = iter(stays)

    def step(*arrays):
        forward(*arrays)
        (*_, before, after), stay = arrays, next(steps)
        for old, new in zip(before, after, strict=True):
            np.copyto(new, old, where=stay)

    return step


def handing_on(backward, stays):
    """The backward step of a cell, for the steps from the last to the first: step t − 1
    gets the gradients of the states as they are where ``stays``.
    """
    if stays is None:
        return backward
    steps = reversed(stays)

    def step(*arrays):
        backward(*arrays)
        (*_, dafter, dbefore), stay = arrays, next(steps)
        for old, new in zip(dafter, dbefore, strict=True):
            np.add(new, old, out=new, where=stay)

    return step


def no_derivative(stays, *local):
    """Local derivatives (…, T, N, H) of all steps: 0 where ``stays``."""
    if stays is not None:
        for derivatives in local:
            np.copyto(derivatives, 0, where=stays)


def no_loss(stays, G):
    """∂L/∂Ŷ: 0 where ``stays``, for there is no output."""
    return G if stays is None else np.where(stays, 0, G)
