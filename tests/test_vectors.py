"""One flat vector, its views and its buffers; the norm that does not overflow."""

import copy
import pickle

import numpy as np
import pytest
from backprop.vectors import FlatVector, Parts, norm, part, views
from helpers import refused

FLOATS = [np.float32, np.float64]
SHAPES = {"W": (2, 3), "b": (3,), "V": (3, 2)}


class Pair(FlatVector):
    """A vector with the parts W (2, 3), b (3,) and V (3, 2)."""

    vector, W, b, V, d = map(part, ("vector", "W", "b", "V", "d"))

    def __init__(self, dtype=np.float64):
        super().__init__("vector", SHAPES, dtype, (dtype,))


# --------------------------------------------------------------------------------------------------------- views


def test_views_lie_one_after_the_other_row_by_row():
    vector = np.arange(15.0)
    W, b, V = views(vector, SHAPES.values())
    assert W.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert b.tolist() == [6, 7, 8]
    assert V.tolist() == [[9, 10], [11, 12], [13, 14]]
    V[2, 0] = -1
    assert vector[13] == -1


@pytest.mark.parametrize("wrong", [np.zeros(14), np.zeros(16), np.zeros((15, 1))])
def test_a_vector_of_another_length_has_no_views(wrong):
    message = refused(views, wrong, SHAPES.values())
    assert "vector (15,)" in message
    assert "other widths" in message


def test_parts_are_written_into_and_not_replaced():
    a, b = np.zeros((2, 2)), np.zeros(2)
    parts = Parts([a, b])
    parts[1] = [3.0, 4.0]
    parts[0] -= 1
    assert parts[1] is b
    assert (a.tolist(), b.tolist()) == ([[-1, -1], [-1, -1]], [3, 4])
    assert "layer 1 (2,)" in refused(parts.__setitem__, 1, np.ones(3))


# ---------------------------------------------------------------------------------------------------- flat vector


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_vector_begins_at_0_and_its_parts_are_views(dtype):
    np.full(15, 7, dtype)  # memory that an empty array would get
    pair = Pair(dtype)
    assert pair.vector.dtype == pair.b.dtype == dtype
    assert pair.vector.tolist() == [0] * 15
    pair.b = [1.0, 2.0, 3.0]
    pair.b = pair.b * 2  # written, not added
    pair.W -= 1
    assert pair.vector.tolist() == [-1] * 6 + [2, 4, 6] + [0] * 6
    pair.vector = np.arange(15, dtype=dtype)
    assert pair.V.tolist() == [[9, 10], [11, 12], [13, 14]]


def test_what_is_no_part_or_has_another_shape_or_type_is_refused():
    pair = Pair()
    with pytest.raises(AttributeError, match="no d in a network of this cell"):
        _ = pair.d
    for name, values, message in (
        ("b", np.ones((1, 3)), "expected b (3,)"),
        ("b", 1.0, "expected b (3,)"),
        ("W", np.ones((3, 2)), "expected W (2, 3)"),
        ("W", np.ones((2, 3), np.float32), "float32"),
        ("W", np.ones((2, 3), int), "int64"),
    ):
        assert message in refused(setattr, pair, name, values)
    assert not pair.vector.any()
    assert "float16" in refused(Pair, np.float16)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_copy_has_the_values_and_a_vector_of_its_own(duplicate, dtype):
    pair = Pair(dtype)
    pair.vector = np.arange(15, dtype=dtype)
    other = duplicate(pair)
    assert other.vector.dtype == dtype
    assert (other.vector == pair.vector).all()
    other.W += 1
    assert other.vector[:6].tolist() == [1, 2, 3, 4, 5, 6]
    assert pair.vector[:6].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_buffer_is_used_again_and_grows():
    pair = Pair(np.float32)
    first = pair._array("H", 4, 5)
    assert (first.shape, first.dtype) == ((4, 5), np.float32)
    small = pair._array("H", 3, 2)
    assert small.shape == (3, 2)
    assert small.ctypes.data == pair._array("H", 5, 4).ctypes.data == first.ctypes.data
    assert not np.shares_memory(pair._array("Z", 4, 5), first)
    large = pair._array("H", 6, 5)
    assert large.shape == (6, 5)
    assert not np.shares_memory(large, first)


def test_the_input_is_copied_and_checked():
    pair, X = Pair(), np.array([[1.0, 2.0]])
    taken = pair._take("X (N, 2)", X)
    assert pair._checked("X (N, 2)", X) is X
    X[...] = 5
    assert taken.tolist() == [[1, 2]]
    assert pair._take("X (N, 2)", [[3.0, 4.0]]) is not taken
    assert taken.tolist() == [[3, 4]]  # in the same buffer
    for wrong, message in (
        (np.ones((2, 3)), "X (N, 2)"),
        (np.ones((2, 2), np.float32), "X float32, parameters float64"),
        (np.array([[1.0, np.nan]]), "a missing value"),
        (np.array([[1.0, np.inf]]), "received inf"),
    ):
        assert message in refused(pair._take, "X (N, 2)", wrong)
    assert taken.tolist() == [[3, 4]]


def test_a_vector_that_has_moved_is_noticed():
    pair = Pair()
    pair.W += 1
    pair.check_unmoved()  # nothing has been noted yet
    pair._note_parameters()
    pair.check_unmoved()
    pair.V[2, 1] += 1
    assert "call forward again" in refused(pair.check_unmoved)
    pair.V[2, 1] -= 1
    pair.check_unmoved()


# ---------------------------------------------------------------------------------------------------------- norm


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_norm_over_some_axes_or_all(dtype):
    a = np.random.default_rng(0).normal(size=(4, 1, 3)).astype(dtype)
    for axis in (None, 0, 2, (1, 2), (0, 1, 2)):
        received, expected = norm(a, axis), np.sqrt((a.astype(float) ** 2).sum(axis=axis))
        assert received.dtype == np.float64
        assert received.shape == expected.shape
        np.testing.assert_allclose(received, expected, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", FLOATS)
def test_no_square_overflows_or_vanishes(dtype):
    info = np.finfo(dtype)
    with np.errstate(all="raise", under="ignore"):
        for size in (info.tiny, info.max / 16):
            a = np.array([[-3, 4], [0, 0], [-6, -8]], dtype) * dtype(size)
            np.testing.assert_allclose(norm(a, axis=1) / float(size), [5, 0, 10], rtol=4 * info.eps)
        assert norm(np.full(4, info.max / 2, dtype)) == float(info.max)


def test_a_norm_that_is_beyond_the_largest_float_or_no_number():
    with np.errstate(all="raise"):
        assert norm(np.full(4, 1.7e308)) == np.inf
    assert norm(np.array([1.0, np.inf])) == np.inf
    assert np.isnan(norm(np.array([1.0, np.nan])))
    assert norm(np.array([3.4e38, 3.4e38], np.float32)) > 4e38  # it is float64
