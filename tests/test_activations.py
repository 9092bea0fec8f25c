"""Chapter 01's activations and softmax against 50-digit arithmetic, SciPy's and PyTorch's errors, and bad input."""

import inspect
import json
import math
import runpy

import numpy as np
import pytest
from backprop.activations import ACTIVATIONS, SLOPE, ones, softmax
from helpers import BOOK, refused
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mp, mpf

accuracy = runpy.run_path(BOOK / "benchmarks/accuracy.py")
PEERS = json.loads((BOOK / "tests/reference/accuracy.json").read_text(encoding="utf-8"))["largest errors"]
FLOATS = [np.float32, np.float64]
KINDS = [0, 1]  # an activation, its derivative
EVERY = [f for pair in ACTIVATIONS.values() for f in pair]
INF = np.inf


def both_grids(dtype):
    """Finite numbers in ascending order: near 0, and over the whole range of the type."""
    return np.unique(np.concatenate([accuracy["near_inputs"](dtype, 1000), accuracy["inputs"](dtype, 1000)]))


# -------------------------------------------------------------------------------------------------- the errors


@pytest.mark.parametrize("where", accuracy["RANGES"])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "silu"])
def test_no_larger_error_than_scipy_and_pytorch(name, dtype, where):
    """One eps more is granted: NumPy's exp and tanh come so near, and other processors have other kernels of them."""
    ((z,),) = accuracy["grid"](name, where, dtype)
    found = accuracy["worst"](name, [(z[::5],)], {"ours": accuracy["ours"]})["ours"]
    for error, kind in zip(found, accuracy["KINDS"], strict=True):
        assert error <= max(PEERS[f"{name}, {where}, {kind}"][dtype.__name__].values()) + 1


@pytest.mark.parametrize("where", accuracy["RANGES"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_no_larger_error_of_softmax_than_scipy_and_pytorch(dtype, where):
    cases = accuracy["grid"]("softmax", where, dtype)[::7]
    error, _ = accuracy["worst"]("softmax", cases, {"ours": accuracy["ours"]})["ours"]
    assert error <= max(PEERS[f"softmax, {where}, value"][dtype.__name__].values()) + 1


@pytest.mark.parametrize("where", accuracy["RANGES"])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["identity", "relu", "leaky_relu"])
def test_the_error_where_nothing_but_a_product_is_rounded(name, dtype, where):
    ((z,),) = accuracy["grid"]("sigmoid", where, dtype)
    assert max(accuracy["worst"](name, [(z[::5],)], {"ours": accuracy["ours"]})["ours"]) <= 1


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_true_derivative_is_the_derivative_of_the_true_function(name):
    function, derivative = accuracy["TRUTH"][name]
    for z in map(mpf, ["-30.5", "-1.2785", "-0.3", "0.4", "1.7", "21"]):
        assert mp.almosteq(mp.diff(function, z), derivative(z), rel_eps=mpf("1e-20"), abs_eps=mpf("1e-30"))


def test_the_error_is_measured_in_eps():
    """And in the smallest normal number where the divisor is below it."""
    error, eps, tiny = accuracy["error"], 2.0**-52, np.finfo(float).tiny
    assert error(np.float64(3 + 8 * eps), mpf(3), mpf(2)) == 4
    assert error(np.float32(1 + 2**-20), mpf(1), mpf(1)) == 8
    assert error(np.float64(0), mpf(tiny) / 2, mpf(tiny) / 2) == 0.5
    assert error(np.float64("nan"), mpf(1), mpf(1)) == INF


# -------------------------------------------------------------------------------------------------- the range


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("name", "at_minus_inf", "at_inf"),
    [
        ("identity", (-INF, 1), (INF, 1)),
        ("sigmoid", (0, 0), (1, 0)),
        ("tanh", (-1, 0), (1, 0)),
        ("relu", (0, 0), (INF, 1)),
        ("leaky_relu", (-INF, SLOPE), (INF, 1)),
        ("softplus", (0, 0), (INF, 1)),
        ("silu", (0, 0), (INF, 1)),
    ],
)
def test_limits_at_infinity(name, at_minus_inf, at_inf, dtype):
    with np.errstate(all="raise"):
        for kind in KINDS:
            values = ACTIVATIONS[name][kind](np.array([-INF, INF], dtype))
            assert values.tolist() == [dtype(at_minus_inf[kind]), dtype(at_inf[kind])]


def test_every_activation_has_its_limits_tested():
    (mark,) = [m for m in test_limits_at_infinity.pytestmark if m.args[0] != "dtype"]
    assert {case[0] for case in mark.args[1]} == set(ACTIVATIONS)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", EVERY)
def test_no_warning_and_no_nan_for_any_finite_input(f, dtype):
    z = both_grids(dtype)
    with np.errstate(all="raise"):
        values = f(z)
        assert np.isfinite(values).all()
        assert np.isfinite([f(x) for x in z[::97]]).all()
        assert np.geterr()["over"] == "raise"  # the caller's settings are back


RISING = [*(pair.function for pair in ACTIVATIONS.values()), ACTIVATIONS["relu"].derivative]
BELLS = [ACTIVATIONS[name].derivative for name in ("sigmoid", "tanh")]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", [*RISING, *BELLS])
def test_monotone_where_the_function_is(f, dtype):
    """From one number of the grid to the next no value falls by more than its rounding, and on steps of 1/64, none."""
    least = {ACTIVATIONS["silu"].function: -1.27}.get(f, -INF)
    highest = 0 if f in BELLS else INF
    grid, steps = both_grids(dtype), np.arange(-100, 100, 1 / 64, dtype)
    for z, rounding in ((grid, 2 * np.finfo(dtype).eps), (steps, 0)):
        values = f(z[(z >= least) & (z <= highest)])
        assert (np.diff(values) >= -rounding * abs(values[1:])).all()


@pytest.mark.parametrize("f", BELLS)
def test_bells_are_even(f):
    z = both_grids(np.float64)
    assert np.array_equal(f(z), f(-z))


def test_small_values_are_not_zero():
    assert math.isclose(ACTIVATIONS["sigmoid"].function(-40.0), math.exp(-40), rel_tol=1e-15)
    assert math.isclose(ACTIVATIONS["softplus"].function(-40.0), math.exp(-40), rel_tol=1e-15)
    assert ACTIVATIONS["silu"].function(-700.0) < -np.finfo(np.float64).tiny
    assert ACTIVATIONS["tanh"].derivative(-300.0) > 0


@pytest.mark.parametrize("dtype", FLOATS)
def test_at_the_kink(dtype):
    zero = np.array([0.0, -0.0], dtype)
    assert ACTIVATIONS["relu"].derivative(zero).tolist() == [0, 0]
    assert ACTIVATIONS["leaky_relu"].derivative(zero).tolist() == [dtype(SLOPE)] * 2


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_zero_and_the_ends_of_silus_derivative(dtype):
    f, root = ACTIVATIONS["silu"].derivative, -1.2784645
    assert f(dtype(root - 1e-5)) < 0 < f(dtype(root + 1e-5))
    z = np.linspace(-30, 30, 6001, dtype=dtype)
    np.testing.assert_allclose([f(z).min(), f(z).max()], [-0.0998, 1.0998], atol=5e-5)
    np.testing.assert_allclose(z[f(z).argmin()], -2.3994, atol=0.01)


# ------------------------------------------------------------------------------------------------ the contract


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", [*EVERY, softmax])
def test_shape_and_type_are_kept(f, dtype):
    Z = np.linspace(-3, 3, 24).reshape(2, 3, 4).astype(dtype)
    value = f(Z)
    assert (value.shape, value.dtype) == (Z.shape, Z.dtype)
    assert value.flags.c_contiguous
    assert not np.shares_memory(value, Z)
    strided = f(Z.transpose(2, 0, 1)[::2, :, ::2])
    assert strided.shape == (2, 2, 2)
    assert np.array_equal(strided, f(Z.transpose(2, 0, 1)[::2, :, ::2].copy()))


@pytest.mark.parametrize("f", EVERY)
def test_numbers_and_empty_arrays(f):
    assert type(f(0.5)) is np.float64
    assert type(f(np.float32(0.5))) is np.float32
    assert type(f(np.array(0.5))) is np.float64
    assert f(0.5) == f(np.array([0.5]))[0]
    assert f(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", [*EVERY, softmax])
def test_out(f, dtype):
    z = np.linspace(-100, 100, 35).reshape(5, 7).astype(dtype)
    before, expected = z.copy(), f(z)
    assert np.array_equal(z, before)
    out = np.full_like(z, np.nan)
    assert f(z, out=out) is out
    assert np.array_equal(out, expected)
    assert f(z, z) is z
    assert np.array_equal(z, expected)
    overlapping = np.linspace(-9, 9, 42).astype(dtype)
    expected = f(overlapping[:-7].reshape(5, 7))
    assert np.array_equal(f(overlapping[:-7].reshape(5, 7), out=overlapping[7:].reshape(5, 7)), expected)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("columns", [1, 2, 4, 8])
@pytest.mark.parametrize("f", EVERY)
def test_a_column_in_place_as_in_a_new_array(f, columns, dtype):
    Z = np.linspace(-3, 3, 5 * columns).astype(dtype).reshape(5, columns)
    expected = f(Z[:, 0].copy())
    f(Z[:, 0], out=Z[:, 0])
    np.testing.assert_allclose(Z[:, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("f", [*EVERY, softmax])
def test_refuses_a_wrong_out(f):
    z = np.ones((2, 3))
    for out in (np.ones((3, 2)), np.ones((1, 3)), np.ones((2, 3), np.float32), [[0.0] * 3] * 2):
        message = refused(f, z, out=out)
        assert "float64 of shape (2, 3)" in message
        assert f"of shape {np.shape(out)}" in message


@pytest.mark.parametrize("f", [*EVERY, softmax])
def test_refuses_nan_and_other_types(f):
    assert "received nan at index (1,)" in refused(f, np.array([INF, np.nan]))
    assert "received nan at index (0,)" in refused(f, np.array([np.nan], np.float32))
    for z in (np.ones(2, int), np.ones(2, complex), np.ones(2, np.float16), np.array([None]), "z"):
        assert "expected float32 or float64" in refused(f, z)


@pytest.mark.parametrize("f", EVERY)
def test_source_signature_and_help(f):
    assert list(inspect.signature(f).parameters) == ["z", "out"]
    assert inspect.getsource(f).startswith("@checked\ndef ")
    for part in ("Raises: ``InputError``", "Chapter: 01", ">>> "):
        assert part in f.__doc__


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", EVERY)
def test_the_formula_alone(f, dtype):
    z = np.linspace(-3, 3, 7, dtype=dtype)
    out = np.empty_like(z)
    f.__wrapped__(z, out)
    assert np.array_equal(out, f(z))


# ---------------------------------------------------------------------------------------------------- softmax


@given(
    hnp.arrays(
        st.sampled_from(FLOATS),
        hnp.array_shapes(max_dims=3, max_side=5),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_softmax_rows_are_probabilities(Z):
    with np.errstate(all="raise"):
        P = softmax(Z)
    assert P.shape == Z.shape
    assert (P >= 0).all()
    assert np.allclose(P.sum(axis=-1), 1, rtol=8 * np.finfo(P.dtype).eps, atol=0)
    assert (np.take_along_axis(P, Z.argmax(axis=-1)[..., None], -1) == P.max(axis=-1, keepdims=True)).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_at_infinity(dtype):
    huge = np.finfo(dtype).max
    rows = [[1, -INF, 1], [INF, 5, -INF], [INF, huge, 0], [huge, -huge, huge], [-huge, -INF, -huge]]
    limits = [[0.5, 0, 0.5], [1, 0, 0], [1, 0, 0], [0.5, 0, 0.5], [0.5, 0, 0.5]]
    Z = np.array(rows, dtype)
    with np.errstate(all="raise"):
        assert softmax(Z).tolist() == limits
        assert softmax(Z[:1]).dtype == softmax(Z[1:2]).dtype == dtype
    for row in ([INF, INF, 0], [-INF] * 3):
        assert "no limit" in refused(softmax, np.array([[0, 1, 2], row], dtype))


def test_softmax_refuses_what_has_no_classes():
    assert "received shape ()" in refused(softmax, 0.5)
    assert "received shape (2, 0)" in refused(softmax, np.empty((2, 0)))
    assert softmax(np.empty((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_column_of_ones_is_made_once_and_cannot_be_changed(dtype):
    column = ones(3, np.dtype(dtype))
    assert (column.dtype, column.tolist()) == (dtype, [[1]] * 3)
    assert ones(3, np.dtype(dtype)) is column
    with pytest.raises(ValueError, match="read-only"):
        column *= 2


def test_softmax_signature_and_help():
    assert list(inspect.signature(softmax).parameters) == ["z", "out"]
    for part in ("Raises: ``InputError``", "Chapter: 01", ">>> "):
        assert part in softmax.__doc__
