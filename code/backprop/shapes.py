"""What every function of the package asks of its arrays:
float type, finite values, shapes that fit.

Bad input raises one exception, ``InputError``. Its message says what was expected, what
was received and the likely cause. Chapter 01 introduces the notation that the messages
use: X (N, D), W (D_in, D_out), b (D_out,).
"""

import re
from functools import lru_cache
from math import isfinite
from numbers import Real

import numpy as np

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


class InputError(ValueError):
    """Bad input: the message names what was expected, what was received
    and the likely cause.
    """


def check_floats(**arrays):
    """The arguments as NumPy arrays, all float32 or all float64, in the order given.

    Parameters: any number of named arrays, floats or nested lists of floats,
        of any shape.
    Returns: one array, or a list of arrays where several were named.
        An array comes back as itself, not a copy; a list takes the type of the others.
    Raises: ``InputError`` for integers, booleans, complex numbers, objects,
        other widths of float, mixed types, and masked arrays.
    Chapter: 01, shapes and types.

    >>> check_floats(z=0.5)
    array(0.5)
    >>> check_floats(X=np.ones((4, 3)), W=np.ones((3, 2), np.float32))
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: expected one float type, \
received X float64, W float32. \
Likely cause: one array was made without dtype=; pass X.astype(np.float32)
    """
    known = [a.dtype for a in arrays.values() if isinstance(a, np.ndarray)]
    dtype = [FLOATS[1], *(d for d in known if d in FLOATS)][-1]
    found = [as_float_array(name, a, dtype) for name, a in arrays.items()]
    odd = [name for name, a in zip(arrays, found, strict=True) if a.dtype != dtype]
    if odd and len({a.dtype for a in found}) > 1:
        received = [f"{n} {a.dtype}" for n, a in zip(arrays, found, strict=True)]
        raise InputError(
            f"expected one float type, received {', '.join(received)}. "
            "Likely cause: one array was made without dtype=; "
            f"pass {odd[0]}.astype(np.{dtype})"
        )
    return found if len(found) > 1 else found[0]


def as_float_array(name, a, dtype=FLOATS[1]):
    """One array of ``check_floats``: `a` as an array of float32 or float64. A number or
    a list of floats takes `dtype`, which is also what the message tells to convert to.
    """
    if type(a) is np.ndarray and a.dtype in FLOATS:
        return a
    plain = isinstance(a, float | list | tuple) and not isinstance(a, np.generic)
    a = as_array(name, a)
    if a.dtype not in FLOATS:
        raise InputError(
            f"{name}: expected float32 or float64, received {a.dtype}. "
            f"Likely cause: {DTYPE_CAUSE[a.dtype.kind].format(dtype)}"
        )
    return a.astype(dtype) if plain else a


def as_array(name, a):
    """`a` as an array; refuses a mask, and a list that is none."""
    if isinstance(a, np.ma.MaskedArray):
        raise InputError(
            f"{name}: expected an array without a mask, received a masked array. "
            "Likely cause: missing values in the data; "
            "drop their rows, or fill them with .filled"
        )
    try:
        return np.asarray(a)
    except ValueError:
        raise InputError(
            f"{name}: expected an array of float32 or float64, "
            "received a list whose rows differ in length or depth. "
            "Likely cause: a value is missing from a row"
        ) from None


_INTEGER = (
    "numbers without a decimal point, counts or labels; convert with .astype(np.{})"
)
_NOT_NUMBERS = (
    "strings, None, or rows that differ in length; make it an array of numbers first"
)
DTYPE_CAUSE = {
    "i": _INTEGER,
    "u": _INTEGER,
    "b": "a comparison such as X > 0; convert it with .astype(np.{})",
    "c": "a complex-step check; the functions of this package take real numbers only",
    "f": "half or extended precision, or another byte order; "
    "convert with .astype(np.{})",
} | dict.fromkeys("OSUVTMm", _NOT_NUMBERS)


def check_writeable(**arrays):
    """Refuse what cannot be changed in place: the named arguments must be arrays that
    can be written to.

    Raises: ``InputError``. Returns: None.
    Chapter: 04, the program.

    >>> check_writeable(theta=[1.0])
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: theta: expected an array that can be written to, \
received list. \
Likely cause: a list, of which only a copy would be changed, or a view
    """
    for name, a in arrays.items():
        array = isinstance(a, np.ndarray)
        if not (array and a.flags.writeable):
            kind = "a read-only array" if array else type(a).__name__
            raise InputError(
                f"{name}: expected an array that can be written to, received {kind}. "
                "Likely cause: a list, of which only a copy would be changed, or a view"
            )


def check_finite(cause, **arrays):
    """Refuse NaN and infinity in the named float arrays;
    `cause` is the likely cause that the message gives.

    The test costs one inner product: ‖a‖² is finite only if every element is. Only
    where ‖a‖² is not finite, as for one element above the root of the largest float,
    are the elements looked at one by one.

    Raises: ``InputError`` with the first offending value and its index. Returns: None.
    Chapter: 01, shapes and types.

    >>> check_finite("a missing value in the data", X=np.array([[1.0, np.nan]]))
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: X: expected finite values, \
received nan at index (0, 1). \
Likely cause: a missing value in the data
    """
    for name, a in arrays.items():
        if not isfinite(np.vdot(a, a)):
            refuse_first(name, a, ~np.isfinite(a), "finite values", cause)


def check_no_nan(**arrays):
    """Refuse NaN in the named float arrays; infinities pass.

    ‖a‖² is NaN only if an element is.

    Raises: ``InputError`` with the index of the first NaN. Returns: None.
    Chapter: 01, shapes and types.

    >>> check_no_nan(z=np.array([0.0, -np.inf]))
    """
    for name, a in arrays.items():
        norm = np.vdot(a, a)
        if norm != norm:
            refuse_first(
                name,
                a,
                np.isnan(a),
                "numbers",
                "a missing value in the data, or inf - inf in an earlier step",
            )


def refuse_first(name, a, bad, expected, cause):
    """Raise for the first True of `bad`, if there is one."""
    if np.count_nonzero(bad):
        index = tuple(map(int, np.argwhere(bad)[0]))
        where = f" at index {index}" if index else ""
        raise InputError(
            f"{name}: expected {expected}, received {a[index]}{where}. "
            f"Likely cause: {cause}"
        )


def check_out(out, like):
    """`out` itself, an array of the shape and type of `like`; a new one if None.

    Raises: ``InputError``. Chapter: 01, shapes and types.

    >>> check_out(None, np.ones((2, 3), np.float32)).shape
    (2, 3)
    """
    if out is None:
        return np.empty_like(like)
    if not isinstance(out, np.ndarray) or (out.shape, out.dtype) != (
        like.shape,
        like.dtype,
    ):
        raise InputError(
            f"out: expected an array {like.dtype} of shape {like.shape}, received "
            f"{getattr(out, 'dtype', type(out).__name__)} of shape {np.shape(out)}. "
            "Likely cause: a buffer made for another batch or another float type"
        )
    return out


def check_shapes(pattern, *arrays, cause=None):
    """Match the arrays' shapes against a pattern,
    and return the sizes of its named dimensions.

    Parameters
        pattern: names with shapes as the book writes them,
            ``"X (N, D_in), W (D_in, D_out), b (D_out,)"``. A name stands for one size,
            at least 1, wherever it occurs; a number stands for itself.
        arrays: one for each name of the pattern, in its order.
        cause: the likely cause for the message; without it a missing axis
            or a transposed matrix is recognised.
    Returns: a dictionary from dimension names to sizes.
    Raises: ``InputError`` with the pattern, the shapes received and the likely cause.
    Chapter: 01, shapes and types.

    >>> check_shapes("X (N, D_in), W (D_in, D_out)", np.ones((4, 3)), np.ones((3, 2)))
    {'N': 4, 'D_in': 3, 'D_out': 2}
    >>> check_shapes("X (N, D_in), W (D_in, D_out)", np.ones((4, 3)), np.ones((2, 3)))
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: expected X (N, D_in), W (D_in, D_out); \
received X (4, 3), W (2, 3): W has 2 where D_in = 3 is needed. \
Likely cause: W is transposed, as PyTorch stores W and other books write samples; \
pass W.T
    """
    names, shapes = _parse(pattern)
    received = [np.shape(a) for a in arrays]
    sizes = {}
    for name, dims, shape in zip(names, shapes, received, strict=True):
        before = dict(sizes)
        misfit = _enter(dims, shape, sizes)
        if misfit:
            listed = ", ".join(f"{n} {s}" for n, s in zip(names, received, strict=True))
            raise InputError(
                f"expected {pattern}; received {listed}: {name} has {misfit}. "
                f"Likely cause: {cause or _shape_cause(name, dims, shape, before)}"
            )
    return sizes


def _enter(dims, shape, sizes):
    """Enter the sizes of one array under the names of its dimensions;
    the first misfit in words, or None.
    """
    if len(shape) != len(dims):
        return f"ndim {len(shape)} where {len(dims)} is needed"
    for dim, size in zip(dims, shape, strict=True):
        expected = int(dim) if dim.isdigit() else sizes.setdefault(dim, size)
        if size != expected:
            needed = dim if dim.isdigit() else f"{dim} = {expected}"
            return f"{size} where {needed} is needed"
        if size == 0:
            return f"{dim} = 0"
    return None


def _shape_cause(name, dims, shape, sizes):
    # long: a list of causes
    if len(shape) == 1 and len(dims) == 2:
        return (
            f"one sample is a row, {name}[None, :]; "
            f"many samples of one number are a column, {name}[:, None]"
        )
    if len(shape) > len(dims):
        return f"a vector kept as a matrix, or images not flattened; use {name}.reshape"
    if len(shape) < len(dims):
        return "an axis was lost by indexing, or by a sum without keepdims=True"
    if 0 in shape:
        return "an empty slice, or a filter that kept no row"
    if len(shape) == 2 and _enter(dims, shape[::-1], sizes) is None:
        return (
            f"{name} is transposed, as PyTorch stores W and other books write samples; "
            f"pass {name}.T"
        )
    return "arrays of two different layers or batches"


@lru_cache
def _parse(pattern):
    """``"X (N, D), b (D,)"`` as (("X", "b"), (("N", "D"), ("D",)))."""
    parts = re.findall(r"(\S+) \(([^)]*)\)", pattern)
    return (
        tuple(name for name, _ in parts),
        tuple(tuple(re.findall(r"\w+", dims)) for _, dims in parts),
    )


def check_count(name, value, least=1):
    """`value` as an int: an integer of at least `least`,
    such as a width or a number of steps.

    Raises: ``InputError`` for floats, booleans and integers below `least`.
    Chapter: 01, shapes and types.

    >>> check_count("width", 3)
    3
    >>> check_count("width", 3.0)
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: width: expected an integer of at least 1, \
received 3.0. \
Likely cause: a division with / where // was meant
    """
    if (
        isinstance(value, int | np.integer)
        and not isinstance(value, bool)
        and value >= least
    ):
        return int(value)
    cause = (
        "a division with / where // was meant"
        if isinstance(value, float)
        else "a size that was never set"
    )
    raise InputError(
        f"{name}: expected an integer of at least {least}, received {value!r}. "
        f"Likely cause: {cause}"
    )


def check_real(name, value, fine, expected, cause):
    """Refuse what is no finite real number for which ``fine(value)`` holds.

    Raises: ``InputError`` with what was expected and the likely cause. Returns: None.
    Chapter: 02, Huber's loss.

    >>> check_real("delta", 1.0, lambda d: d > 0, "a positive number", "a sign")
    >>> check_real("delta", -1.0, lambda d: d > 0, "a positive number", "a sign")
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: delta: expected a positive number, received -1.0. \
Likely cause: a sign
    """
    if not (isinstance(value, Real) and isfinite(value) and fine(value)):
        raise InputError(
            f"{name}: expected {expected}, received {value!r}. Likely cause: {cause}"
        )


def check_number(name, value, cause, low=0, high=float("inf"), closed=False):
    """Refuse what is no number with low < value < high; closed allows low itself."""
    bound = f"at least {low:g}" if closed else f"above {low:g}"
    bound += f" and below {high:g}" if isfinite(high) else ""

    def fine(value):
        return (value > low or (closed and value == low)) and value < high

    check_real(name, value, fine, f"a number {bound}", cause)


def check_rng(rng):
    """Refuse anything but a ``numpy.random.Generator``:
    randomness enters the package through this argument alone.

    Raises: ``InputError``. Returns: None. Chapter: 03, where weights start.

    >>> check_rng(np.random.default_rng(0))
    >>> check_rng(0)
    Traceback (most recent call last):
    ...
    backprop.shapes.InputError: rng: expected a numpy.random.Generator, received 0. \
Likely cause: a seed where a generator is needed; pass np.random.default_rng(seed)
    """
    if not isinstance(rng, np.random.Generator):
        raise InputError(
            f"rng: expected a numpy.random.Generator, received {rng!r}. "
            "Likely cause: a seed where a generator is needed; "
            "pass np.random.default_rng(seed)"
        )
