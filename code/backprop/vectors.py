"""One flat vector for all parameters of a network, and one for their gradient.

Each parameter is a view into the vector: to write one is to write both, and one line,
``net.parameters -= rate * gradient``, moves them all. The arrays of a pass live in
buffers beside the vector, which the next pass uses again.
"""

from math import prod

import numpy as np

from .shapes import InputError, check_finite, check_floats, check_shapes


def views(vector, shapes):
    """Split a vector (P,) into arrays of these shapes, one after the other: views.

    Raises: ``InputError`` where the vector has another length. Chapter: 01.

    >>> vector = np.arange(6.0)
    >>> W, b = views(vector, [(2, 2), (2,)])
    >>> b[...] = 7
    >>> W, vector
    (array([[0., 1.],
           [2., 3.]]), array([0., 1., 2., 3., 7., 7.]))
    """
    sizes = [prod(shape) for shape in shapes]
    cause = "the vector of a network with other widths"
    check_shapes(f"vector ({sum(sizes)},)", vector, cause=cause)
    parts = np.split(vector, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def write(name, view, values):
    """Write values into a view, if they have its shape and type."""
    if values is view:  # as after net.parameters -= step
        return
    _, values = check_floats(**{name: view}, values=values)
    cause = "the parameters of another network, or a transposed matrix"
    check_shapes(f"{name} {view.shape}", values, cause=cause)
    view[...] = values


def part(name):
    """A property: the view of that name. To assign to it is to write into it."""

    def get(self):
        if name not in self._views:
            raise AttributeError(f"no {name} in a network of this cell")
        return self._views[name]

    return property(get, lambda self, values: write(name, get(self), values))


class Parts(tuple):
    """Views into one vector, a parameter of each layer. To assign to one of them is to
    write into it.
    """

    def __setitem__(self, layer, values):
        write(f"layer {layer}", self[layer], values)


@np.errstate(over="ignore")
def norm(a, axis=None):
    """‖a‖ = √Σ a², over some axes or all: divided by the largest |a| first, so that no
    square overflows or vanishes. a is not empty; the norm is float64.

    >>> norm(np.array([3e-200, 4e-200])), norm(np.array([[3e200, 4e200]]), axis=1)
    (np.float64(5e-200), array([5.e+200]))
    """
    largest = abs(a).max(axis=axis, keepdims=True)
    scale = np.where((largest > 0) & (largest < np.inf), largest, 1)
    unit = a / scale
    length = np.sqrt((unit * unit).sum(axis=axis))
    return np.multiply(length, scale.squeeze(axis=axis), dtype=np.float64)


class FlatVector:
    """A vector (P,) with a view for each of its parts, and buffers that grow.

    Parameters
        name: of the vector. shapes: {name of a part: its shape}, in their order.
        dtype: float32 or float64.
        arguments: what a copy is made from; a copy has a vector of its own.
    """

    def __init__(self, name, shapes, dtype, arguments):
        self._vector, self._arguments = (
            np.zeros(sum(map(prod, shapes.values())), dtype),
            arguments,
        )
        check_floats(**{name: self._vector})
        parts = views(self._vector, shapes.values())
        self._views = {name: self._vector, **dict(zip(shapes, parts, strict=True))}
        self._buffers, self._used = {}, None

    def __reduce__(self):
        return type(self), self._arguments, self._vector

    def __setstate__(self, vector):
        self._vector[...] = vector

    def _array(self, name, *shape):
        """A view of the named buffer, with whatever numbers it holds."""
        size, buffer = prod(shape), self._buffers.get(name)
        if buffer is None or buffer.size < size:
            buffer = self._buffers[name] = np.empty(size, self._vector.dtype)
        return buffer[:size].reshape(shape)

    def _copy(self, name, values):
        """A copy of an array in the named buffer."""
        copy = self._array(name, *values.shape)
        copy[...] = values
        return copy

    def _take(self, pattern, X):
        """A copy of the input X, checked. The caller may change his own afterwards."""
        return self._copy("X", self._checked(pattern, X))

    def _checked(self, pattern, X):
        """The input X as an array."""
        X, _ = check_floats(X=X, parameters=self._vector)
        check_shapes(pattern, X)
        cause = "a missing value, padding with NaN, or a standard deviation of 0"
        check_finite(cause, X=X)
        return X

    def _note_parameters(self):
        """Remember the parameters of a forward pass."""
        self._used = self._copy("used", self._vector)

    def check_unmoved(self):
        """Refuse a backward pass with other parameters than those of the forward pass.

        Raises: ``InputError``. After ``propagate`` nothing is remembered, and nothing
        is refused. Chapter: 03.
        """
        if self._used is not None and not np.array_equal(self._used, self._vector):
            raise InputError(
                "parameters: expected those of the forward pass, received others. "
                "Likely cause: an update between forward and backward; "
                "call forward again"
            )
