"""Clipping, and the norm that it takes."""

import numpy as np
import pytest
from backprop.clipping import clip_norm, clip_value
from backprop.vectors import norm
from helpers import refused
from recurrent_examples import FLOATS


@pytest.mark.parametrize("dtype", FLOATS)
def test_clipping_by_norm(dtype):
    g = np.array([[3.0, 0.0], [0.0, -4.0]], dtype)
    assert clip_norm(g, 5.0) == 5
    assert g.tolist() == [[3, 0], [0, -4]]
    assert clip_norm(g, 0.5) == 5
    np.testing.assert_allclose(g, [[0.3, 0], [0, -0.4]], rtol=1e-6)
    assert clip_norm(np.zeros(3, dtype), 1.0) == 0
    huge = np.full(4, np.finfo(dtype).max / 4, dtype)
    assert clip_norm(huge, 1) == pytest.approx(float(np.finfo(dtype).max) / 2, rel=1e-6)
    np.testing.assert_allclose(huge, 0.5, rtol=1e-6)
    tiny = np.full(4, np.finfo(dtype).tiny, dtype)
    assert clip_norm(tiny, 1.0) == pytest.approx(2 * float(np.finfo(dtype).tiny), rel=1e-6)
    assert (tiny == np.finfo(dtype).tiny).all()
    far, bound = np.array([3, -4], dtype) * dtype(1e30), 1e-30  # bound / length is below the smallest number
    clip_norm(far, bound)
    np.testing.assert_allclose(far, [0.6 * bound, -0.8 * bound], rtol=1e-6)


@pytest.mark.parametrize("dtype", FLOATS)
def test_clipping_by_value(dtype):
    g = np.array([3.0, -0.5, -7.0], dtype)
    assert clip_value(g, 2.0) == 7
    assert g.tolist() == [2, -0.5, -2]
    assert g.dtype == dtype


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_norm_does_not_overflow(dtype):
    most, least = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
    assert norm(np.array([3, 4], dtype)) == 5
    assert norm(np.zeros((2, 3), dtype)) == 0
    assert norm(np.array([0, most / 2, most / 2], dtype)) == pytest.approx(float(most / 2) * 2**0.5, rel=1e-6)
    assert norm(np.array([least], dtype)) == least
    assert norm(np.array([np.inf, 1], dtype)) == np.inf
    assert np.isnan(norm(np.array([np.nan, 1], dtype)))
    rows = np.array([[[3, 4]], [[0, 0]], [[most, 0]]], dtype)
    assert norm(rows, axis=(1, 2)).tolist() == [5, 0, most]
    assert norm(np.full(4, most, dtype)) == (np.inf if dtype == np.float64 else 2 * float(most))


def test_clipping_what_is_longer_than_any_number():
    g = np.full(4, np.finfo(np.float64).max)
    assert clip_norm(g, 1.0) == np.inf
    np.testing.assert_allclose(g, 0.5, rtol=1e-15)


@pytest.mark.parametrize("clip", [clip_norm, clip_value])
def test_what_cannot_be_clipped_is_refused(clip):
    assert "of which only a copy" in refused(lambda: clip([1.0, 2.0], 1.0))
    assert "received nan at index (1,)" in refused(lambda: clip(np.array([1, np.nan]), 1.0))
    assert "exploded before" in refused(lambda: clip(np.array([1, np.inf]), 1.0))
    for most in (0.0, -1.0, np.inf, np.nan, "1"):
        assert "most: expected a positive number" in refused(lambda most=most: clip(np.ones(2), most))
    assert "int" in refused(lambda: clip(np.ones(2, int), 1.0))
