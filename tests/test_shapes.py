"""Bad input gets one exception that says what was expected, what came, and the likely cause."""

import numpy as np
import pytest
from backprop.shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_no_nan,
    check_rng,
    check_shapes,
)
from helpers import refused
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

FLOATS = [np.float32, np.float64]


def test_is_a_value_error():
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize("dtype", FLOATS)
def test_floats_pass_as_themselves(dtype):
    X = np.ones((2, 3), dtype)
    assert check_floats(X=X) is X
    W, b = check_floats(W=X.T, b=X[0])
    assert W.base is X
    assert b.base is X


def test_floats_accepts_numbers_and_lists():
    assert check_floats(z=0.5) == 0.5
    assert check_floats(z=np.float32(0.5)).dtype == np.float32
    assert check_floats(z=[[1.0, 2.0]]).shape == (1, 2)


@pytest.mark.parametrize(
    ("value", "received", "cause"),
    [
        (1, "int64", "without a decimal point"),
        (np.arange(3, dtype=np.uint8), "uint8", "without a decimal point"),
        (np.array([True]), "bool", "a comparison"),
        (1j, "complex128", "complex-step"),
        (np.ones(2, np.float16), "float16", "half or extended"),
        (np.ones(2, np.longdouble), str(np.dtype(np.longdouble)), "half or extended"),
        (np.ones(2, ">f8"), ">f8", "byte order"),
        (np.array([1.0, None]), "object", "None"),
        (["a"], "<U1", "strings"),
        (None, "object", "None"),
        ([[1.0, 2.0], [3.0]], "differ in length", "missing from a row"),
        (np.array(["2020-01-01"], "datetime64[D]"), "datetime64[D]", "array of numbers"),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), "masked array", "missing values"),
    ],
)
def test_floats_refuses(value, received, cause):
    message = refused(check_floats, X=value)
    assert message.startswith("X: expected")
    assert received in message
    assert cause in message


def test_floats_refuses_mixed_types():
    message = refused(check_floats, X=np.ones(2), W=np.ones(2, np.float32))
    assert "X float64, W float32" in message


@given(hnp.arrays(st.sampled_from(FLOATS), hnp.array_shapes(max_dims=3, min_side=0), elements=st.floats(width=32)))
def test_finite_and_no_nan_agree_with_numpy(a):
    with np.errstate(all="raise"):
        if np.isfinite(a).all():
            check_finite("x" * 20, a=a)
        else:
            index = tuple(map(int, np.argwhere(~np.isfinite(a))[0]))
            assert f"received {a[index]} at index {index}" in refused(check_finite, "x" * 20, a=a)
        if np.isnan(a).any():
            assert "received nan" in refused(check_no_nan, a=a)
        else:
            check_no_nan(a=a)


@pytest.mark.parametrize("dtype", FLOATS)
def test_finite_accepts_numbers_whose_squares_overflow(dtype):
    with np.errstate(all="raise"):
        check_finite("none", a=np.full(5, np.finfo(dtype).max), b=np.full((2, 2), -np.finfo(dtype).max))
        check_no_nan(a=np.array([np.inf, -np.inf], dtype))


def test_finite_names_the_array_and_the_cause():
    message = refused(check_finite, "a missing value", X=np.zeros(2), Y=np.array([[0.0, -np.inf]]))
    assert message == "Y: expected finite values, received -inf at index (0, 1). Likely cause: a missing value"


def test_shapes_returns_the_sizes():
    sizes = check_shapes("X (N, D_in), W (D_in, D_out), b (D_out,)", np.ones((5, 3)), np.ones((3, 2)), [1, 2])
    assert sizes == {"N": 5, "D_in": 3, "D_out": 2}
    assert check_shapes("X (N, 3), s ()", np.ones((5, 3)), 1.0) == {"N": 5}


@pytest.mark.parametrize(
    ("pattern", "shapes", "parts"),
    [
        (
            "X (N, D_in), W (D_in, D_out)",
            [(4, 3), (4, 2)],
            ["received X (4, 3), W (4, 2)", "W has 4 where D_in = 3 is needed", "different layers"],
        ),
        ("X (N, D_in), W (D_in, D_out)", [(4, 3), (2, 3)], ["W has 2 where D_in = 3 is needed", "pass W.T"]),
        ("X (N, 2)", [(2, 5)], ["expected X (N, 2)", "received X (2, 5)", "X has 5 where 2 is needed", "pass X.T"]),
        ("X (N, 2)", [(5, 3)], ["X has 3 where 2 is needed", "different layers"]),
        ("X (N, D)", [(5,)], ["X has ndim 1 where 2 is needed", "X[None, :]", "X[:, None]"]),
        ("b (D,)", [(5, 1)], ["b has ndim 2 where 1 is needed", "kept as a matrix"]),
        ("X (T, N, D)", [(5, 1)], ["X has ndim 2 where 3 is needed", "axis was lost"]),
        ("X (N, D)", [(0, 2)], ["X has N = 0", "empty slice"]),
        ("X (N, D), Y (N, K)", [(4, 3), (5, 2)], ["Y has 5 where N = 4 is needed"]),
        ("A (D, D)", [(2, 3)], ["A has 3 where D = 2 is needed"]),
    ],
)
def test_shapes_refuses(pattern, shapes, parts):
    message = refused(check_shapes, pattern, *[np.ones(shape) for shape in shapes])
    for part in parts:
        assert part in message


def test_shapes_takes_the_callers_cause():
    assert refused(check_shapes, "v (3,)", np.ones(2), cause="another network").endswith("another network")


def test_shapes_needs_an_array_for_each_name():
    with pytest.raises(ValueError, match="shorter"):
        check_shapes("X (N, D), Y (N, K)", np.ones((2, 2)))


def test_count():
    assert check_count("width", np.int64(3)) == 3
    assert type(check_count("width", np.int64(3))) is int
    assert check_count("steps", 0, least=0) == 0
    for value in (0, -1, True, "3", None, np.array([1])):
        assert f"at least 1, received {value!r}" in refused(check_count, "width", value)
    assert "//" in refused(check_count, "width", 2.0)


def test_rng():
    check_rng(np.random.default_rng(0))
    for value in (0, None, np.random.RandomState(0)):
        assert "default_rng(seed)" in refused(check_rng, value)
    assert "default_rng(seed)" in refused(check_rng, np.random)
