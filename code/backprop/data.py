"""The data of the book's examples, out of installed packages: nothing is downloaded."""

import bz2
from importlib.metadata import distribution

import numpy as np

from .shapes import InputError, check_finite, check_floats, check_shapes, refuse_first
from .vectors import norm


def digits():
    """Handwritten digits, 8 by 8 pixels, as rows.

    Returns
        X: (1797, 64), float64 in [0, 1]: each pixel's count of ink, 0 to 16,
            divided by 16.
        y: (1797,), integers 0 to 9: the digit that was written.
    Chapter: 01, a forward pass on real data.
    Source: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI;
        its test set, as in scikit-learn.

    >>> X, y = digits()
    >>> X.shape, y.shape, float(X.min()), float(X.max())
    ((1797, 64), (1797,), 0.0, 1.0)
    """
    # here, for importing it takes longer than the whole package
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return np.divide(X, 16), y


def breast_cancer():
    """Tumours, each with 30 measurements of its cells.

    Returns
        X: (569, 30), float64: mean, standard error and worst value of ten measurements.
        y: (569,), integers: 1 benign, 0 malignant.
    Chapter: 02, real data.
    Source: Street, Wolberg & Mangasarian (1993), as in scikit-learn.

    >>> X, y = breast_cancer()
    >>> X.shape, int(y.sum())
    ((569, 30), 357)
    """
    from sklearn.datasets import load_breast_cancer

    return load_breast_cancer(return_X_y=True)


def diabetes():
    """Patients, each with age, sex, body mass index, blood pressure and six blood
    serum measurements.

    Returns
        X: (442, 10), float64, in the units of the source.
        y: (442,), float64: a measure of how the disease went on in a year, 25 to 346.
    Chapter: 02, real data.
    Source: Efron, Hastie, Johnstone & Tibshirani (2004), as in scikit-learn.

    >>> X, y = diabetes()
    >>> X.shape, float(y.min()), float(y.max())
    ((442, 10), 25.0, 346.0)
    """
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True, scaled=False)


HOUSES = ("year", "age", "rooms", "area", "land", "baths", "dist")


def house_prices():
    """Houses sold in North Andover, Massachusetts, in 1978 and 1981.

    Returns
        X: (321, 7), float64, the columns ``HOUSES``: the year of the sale, the age in
            years, the number of rooms, the areas of house and land in square feet, the
            number of bathrooms, the distance in feet from where an incinerator was to
            be built.
        y: (321,), float64: the price in dollars of the year, 26000 to 300000.
    Project: the price of a house.
    Source: Kiel & McClain (1995), a part of their data, as in Wooldridge, Introductory
        Econometrics (kielmc, whose houses are those of hprice3).

    >>> X, y = house_prices()
    >>> X.shape, float(y.min()), float(y.max())
    ((321, 7), 26000.0, 300000.0)
    """
    table = wooldridge("kielmc", (*HOUSES, "price"))
    return table[:, :-1].copy(), table[:, -1].copy()


def traffic_accidents():
    """Traffic accidents in California, month by month, from January 1981 to December
    1989.

    Returns
        y: (108,), float64, whole numbers: the accidents of the month, 32699 to 52971.
    Project: what did last year say?
    Source: McCarthy (1994), as in Wooldridge, Introductory Econometrics (traffic2).

    >>> y = traffic_accidents()
    >>> y.shape, float(y[0])
    ((108,), 40511.0)
    """
    return wooldridge("traffic2", ("totacc",))[:, 0]


def wooldridge(name, wanted):
    """The wanted columns of a table of the package wooldridge, (rows, columns). It is
    read from its file, since importing the package imports pandas.

    Raises: ``InputError`` for a column that the table does not have, and for a column
        with an empty cell.
    """
    place = f"wooldridge/datasets/{name}.csv.bz2"
    path = distribution("wooldridge").locate_file(place)
    with bz2.open(path, "rt") as file:
        names = file.readline().strip().split(",")
        rows = [line.rstrip("\n").split(",") for line in file]
    for column in wanted:
        check_column(name, names, rows, column)
    columns = [names.index(column) for column in wanted]
    return np.array([[row[c] for c in columns] for row in rows], dtype=np.float64)


def check_column(name, names, rows, column):
    """Refuse a column that is not there, or that has an empty cell."""
    if column not in names:
        raise InputError(
            f"wanted: expected columns of {name}, {', '.join(names)}, received "
            f"{column!r}. Likely cause: a column of another table"
        )
    if "" in (cells := [row[names.index(column)] for row in rows]):
        raise InputError(
            f"{name}: expected a number in every row of {column}, received an "
            f"empty cell in row {cells.index('')}. Likely cause: missing values"
        )


def standardised(X):
    """Each column minus its mean, divided by its standard deviation; a column that is
    constant becomes 0.

    Parameters
        X: (N, D), float32 or float64, finite.
    Returns: an array like X.
    Raises: ``InputError``, as ``standardiser`` does.
    Chapter: 02, real data.

    >>> standardised(np.array([[1.0, 7.0], [3.0, 7.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    X = check_floats(X=X)
    return standardiser(X)(X)


def standardiser(known):
    """The function X ↦ (X − mean) / spread with the mean and the standard deviation of
    each column of ``known``: training data make it, and it serves for new data, too.
    Where a column of ``known`` is constant, it is only subtracted.

    Parameters
        known: (N, D), float32 or float64, finite.
    Returns: a function of an array (…, D) of the same type, which returns one like it.
    Raises: ``InputError`` for another shape or type, NaN or infinity, and numbers whose
        sum overflows.
    Chapter: 02, real data.

    >>> standardiser(np.array([[1.0, 7.0], [3.0, 7.0]]))(np.array([[4.0, 8.0]]))
    array([[2., 1.]])
    """
    known = check_floats(known=known)
    check_shapes("known (N, D)", known)
    check_finite("a missing value in the data", known=known)
    constant = (known[0] == known).all(axis=0)  # rounding may give it a spread
    with np.errstate(all="ignore"):
        mean = np.where(constant, known[0], known.mean(axis=0, dtype=np.float64))
    cause = "units in which the sum of the numbers overflows; rescale"
    refuse_first("a column's mean", mean, ~np.isfinite(mean), "a number", cause)
    spread = norm(known - mean, axis=0) / np.sqrt(len(known))
    spread[constant] = 1

    def scaled(X):
        X, _ = check_floats(X=X, known=known)
        return ((X - mean) / spread).astype(X.dtype)

    return scaled
