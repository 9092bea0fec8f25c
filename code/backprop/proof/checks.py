"""The checks by numbers, the one place where a formula meets NumPy: ``agree`` compares
a formula with a function, ``gradient_check`` a gradient with difference quotients.

A check covers the numbers that were drawn and never calls itself more.
"""

import math
import random
from dataclasses import dataclass

import mpmath
import numpy as np
import sympy as sp
from sympy import IndexedBase

from .errors import ClaimError, Disagreement
from .forms import as_tuple, bare_symbols
from .prove import Proof
from .witness import WORKING, World, evaluate, free_indices, places, size_symbols


@dataclass(frozen=True)
class Check:
    """What a check compared. Its text says so, and never says proved."""

    text: str

    def __repr__(self):
        return f"check: {self.text}"


def agree(expression, function, arguments, indices=(), draws=12, rtol=1e-10, seed=0):
    """Compare an expression, evaluated with 50 digits,
    with a NumPy function on random numbers.

    Parameters
    ----------
    expression : a SymPy expression, or a Proof (its right side is taken).
    function : called with NumPy arrays and floats in the order of ``arguments``;
        a float64 result is expected.
    arguments : the arrays and real symbols of the expression.
    indices : the free indices, in the order of the axes of the function's result.
    draws : how many random arguments;
        the symbolic sizes are pairwise different in each of them.
    rtol : the largest relative error allowed, entry by entry.
    seed : chooses the draws.

    Returns
    -------
    Check. Its text rounds the largest relative error up,
    so that it does not depend on the processor.

    Raises
    ------
    Disagreement if the shapes differ, a NaN or a complex number appears, the error is
    larger than ``rtol``, every expected value is 0, or the draws never reach one of
    the branches of a piecewise function.

    >>> from sympy import Sum
    >>> from backprop.proof.vocabulary import array, indices, sizes
    >>> D, i = sizes("D"), indices("i")
    >>> x, w = array("x", D), array("w", D)
    >>> agree(Sum(x[i]*w[i], (i, 1, D)), lambda x, w: x @ w, (x, w))
    check: 12 draws, 1 <= D <= 9, largest relative error below 1e-12
    """
    sides = (
        expression.sides if isinstance(expression, Proof) else [sp.sympify(expression)]
    )
    formula, ranges = sides[-1], free_indices(*sides)
    arguments, indices = as_tuple(arguments), as_tuple(indices)
    arrays = {a for a in arguments if isinstance(a, IndexedBase)}
    numbers = {s for s in bare_symbols(formula) if not s.is_integer}
    missing = (formula.atoms(IndexedBase) | numbers) - {*arguments}
    if missing:
        raise ClaimError(
            "arguments: expected every array and number of the expression, "
            f"{sorted(map(str, missing))} missing."
        )
    unnamed = ranges.keys() - {*indices}
    if unnamed:
        raise ClaimError(f"indices: expected every free index, {unnamed} missing.")
    spans = {i: ranges[i] for i in indices}
    symbols = size_symbols(sp.Tuple(*sides, *arrays))
    rng, branches, worst = random.Random(seed), {}, []
    for _ in range(draws):
        sizes = dict(zip(symbols, rng.sample(range(1, 10), len(symbols)), strict=True))
        world = World(sizes)
        world.branches = branches
        scale = rng.choice([0.25, 1.0, 4.0])
        received = np.asarray(
            function(*[draw_argument(a, sizes, world, rng, scale) for a in arguments])
        )
        worst.append(compare(formula, received, spans, sizes, world, rtol))
    check_draws(worst, branches)
    different = " pairwise different" if len(symbols) > 1 else ""
    spread = f"1 <= {', '.join(map(str, symbols))} <= 9{different}, " if symbols else ""
    error = below(max(error for error, _ in worst))
    return Check(f"{draws} draws, {spread}largest relative error below {error}")


def compare(formula, received, spans, sizes, world, rtol):
    """The largest relative error of one draw, and the largest expected value."""
    shape = tuple(int(sp.sympify(size).subs(sizes)) for size in spans.values())
    if received.shape != shape or not np.isrealobj(received):
        raise Disagreement(
            f"expected real numbers of shape {shape}, "
            f"received {received.dtype} of shape {received.shape}."
        )
    worst = largest = 0.0
    with mpmath.workdps(WORKING):
        for place in places(spans, world, most=10**6):
            exact, index = evaluate(formula, world), [v - 1 for v in place]
            value = float(received[tuple(index)])
            error = relative_error(value, exact)
            if not error <= rtol:
                raise Disagreement(
                    f"expected {mpmath.nstr(exact, 12)}, received {value:.12g}"
                    f"{f' at {index}' if index else ''}, with sizes {sizes}: "
                    f"relative error {error:.2g}, more than {rtol:g}."
                )
            worst, largest = max(worst, error), max(largest, abs(float(exact)))
    return worst, largest


def check_draws(worst, branches):
    """Refuse a check that shows nothing, or that missed a branch."""
    if not any(largest for _, largest in worst):
        raise Disagreement("every expected value was 0: the check shows nothing.")
    for bent, reached in branches.items():
        missed = [c for k, (_, c) in enumerate(bent.args) if k not in reached]
        if missed:
            raise Disagreement(
                f"the draws never reached the branch {missed[0]} of {bent}."
            )


def draw_argument(a, sizes, world, rng, scale):
    """A random array or number, known to ``world`` as well."""
    if not isinstance(a, IndexedBase):
        value = np.float64(rng.gauss(0, scale))
        value = abs(value) if a.is_positive else -abs(value) if a.is_negative else value
        world.values[a] = mpmath.mpf(float(value))
        return value
    shape = [int(sp.sympify(size).subs(sizes)) for size in a.shape]
    values = np.reshape([rng.gauss(0, scale) for _ in range(math.prod(shape))], shape)
    values = abs(values) if a.is_positive else values
    for place, value in np.ndenumerate(values):
        world.values[a, *(p + 1 for p in place)] = mpmath.mpf(float(value))
    return values


def relative_error(value, exact):
    """|value - exact| / |exact|; infinite for NaN and for a number in place of 0."""
    if value == exact:
        return 0.0
    if exact == 0 or math.isnan(value):
        return math.inf
    return float(mpmath.fabs((value - exact) / exact))


def below(error):
    """A power of ten above the error, with room for another processor's rounding."""
    rungs = (1e-12, 1e-10, *(10.0**k for k in range(-9, 10)))
    return next((f"{rung:g}" for rung in rungs if 4 * error <= rung), "1e+09")


def gradient_check(
    function, gradient, at, directions=8, rtol=1e-6, complex_step=False, seed=0
):
    """Compare a gradient with difference quotients of its function
    along random directions.

    Parameters
    ----------
    function : takes an array of the shape of ``at`` and returns one real number.
    gradient : the array to be checked, of the same shape.
    at : float64 array, the point.
    directions : how many random unit directions v, at least 1;
        the derivative along v is the sum of ``gradient * v``.
    rtol : the largest relative error allowed for central differences,
        whose own error is about 1e-10 to 1e-8.
    complex_step : also compare with Im f(at + i h v)/h for h = 1e-30,
        which subtracts nothing and must agree to 1e-12; only for an analytic function
        that accepts complex numbers (no abs, max, comparison; the package's own
        functions take real numbers only).
    seed : chooses the directions.

    An error below a thousandth of ``rtol`` times the length of the gradient is not
    seen, nor one that the rounding of ``function`` hides, about 1e-10 of its value.

    Raises
    ------
    Disagreement with both numbers, if they differ or if a kink lies inside
    the difference quotient's step.
    ClaimError for wrong shapes, for values that are not finite, and for no direction.

    Source: Martins, Sturdza and Alonso (2003) for the complex step.

    >>> theta = np.array([1.0, -2.0, 0.5])
    >>> gradient_check(lambda t: (t**3).sum(), 3*theta**2, theta, complex_step=True)
    check: 8 directions, central differences below 1e-06, complex step below 1e-12
    """
    # copies: ``at`` may be the parameters that ``function`` overwrites
    at, gradient = np.array(at, dtype=float), np.array(gradient, dtype=float)
    if gradient.shape != at.shape:
        raise ClaimError(
            f"gradient: expected the shape {at.shape} of the point, "
            f"received {gradient.shape}."
        )
    if not (np.isfinite(gradient).all() and np.isfinite(at).all()):
        raise ClaimError(
            "gradient_check: expected finite numbers, received NaN or inf."
        )
    if directions < 1 or not rtol < 1:
        raise ClaimError(
            "gradient_check: expected at least 1 direction and rtol below 1, "
            f"received {directions} and {rtol}."
        )
    rng, floor = np.random.default_rng(seed), 1e-3 * float(np.linalg.norm(gradient))
    worst_complex = 0.0
    for _ in range(directions):
        v = rng.normal(size=at.shape)
        v /= np.linalg.norm(v)
        claimed = float(np.sum(gradient * v))
        slope, noise = central_difference(function, at, v)
        check_slope("central differences", slope, claimed, floor, rtol, noise)
        if complex_step:
            slope = float(np.imag(function(at + 1e-30j * v))) / 1e-30
            error = check_slope("complex step", slope, claimed, floor, 1e-12)
            worst_complex = max(worst_complex, error)
    analytic = f", complex step below {below(worst_complex)}" if complex_step else ""
    return Check(
        f"{directions} directions, central differences below {rtol:g}{analytic}"
    )


def check_slope(way, slope, claimed, floor, rtol, noise=0.0):
    """The relative difference of two slopes beyond the noise of their rounding;
    raises if it is more than ``rtol``.
    """
    scale = max(abs(slope), abs(claimed), floor)
    beyond = max(abs(slope - claimed) - noise, 0.0)
    error = beyond / scale if scale else 0.0
    if not error <= rtol:
        raise Disagreement(
            f"{way}: slope {slope:.4g}, the gradient says {claimed:.4g}."
        )
    return error


def central_difference(function, at, v):
    """(f(at + hv) - f(at - hv)) / 2h, unless a kink lies in between.

    A smooth function's slopes ahead and behind differ in proportion to the step;
    at a kink they differ as much for a tenth of the step.
    """
    h = 6e-6 * max(1.0, float(np.abs(at).max())) ** 0.5
    slope, gap, noise = slopes(function, at, v, h)
    _, closer, _ = slopes(function, at, v, h / 10)
    near, within = closer > gap / 2, gap > 30 * closer
    if gap > 100 * noise and (near or within):
        raise Disagreement(
            f"the slopes ahead and behind differ by {gap:.3g}: "
            f"a kink lies within {h:.1g} of the point."
        )
    return slope, noise / 10


def slopes(function, at, v, h):
    """The central slope, how much the two one-sided slopes differ, and its rounding."""
    ahead, here, behind = (float(function(at + s * h * v)) for s in (1, 0, -1))
    if not all(map(math.isfinite, (ahead, here, behind))):
        raise ClaimError(
            f"function: expected finite values, received {ahead}, {here}, {behind}."
        )
    gap = abs(ahead - 2 * here + behind) / h
    noise = 2.3e-16 * (abs(ahead) + abs(here) + abs(behind)) / (h / 10)
    return (ahead - behind) / (2 * h), gap, noise
