"""The data of the book's examples, out of installed packages: nothing is downloaded."""

import numpy as np


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
