"""The check by numbers of a gradient: ``gradient_check`` compares it with the slopes of
its function along random directions.

A slope is what (f(at + hv) - f(at))/h tends to as h goes to 0, ahead and behind.
Large steps err by the curvature of f, small ones by the rounding of f. Each ladder of
steps is extrapolated to h = 0, and the estimate with the smallest error is taken.
"""

import math

import numpy as np

from .checks import Check, below
from .errors import ClaimError, Disagreement, ShowsNothing
from .extrapolation import Estimate, limit

RTOL = {"float64": 1e-6, "float32": 1e-2}
RATIO = 4.0  # of one step to the next
FINEST = 1e-8  # the last step, relative to the point
FARTHEST = 1e12  # steps range from the size of the point to 1 if it is not farther
ROUNDINGS = 4  # how often a function may round its value
COMPLEX_STEP = 1e-30


def gradient_check(
    function, gradient, at, directions=8, rtol=None, complex_step=False, seed=0
):
    """Compare a gradient with difference quotients of its function
    along random directions.

    Parameters
    ----------
    function : takes an array of the shape and type of ``at``, a copy each time, and
        returns one real number, of shape (), (1,) or (1, 1).
    gradient : the array to be checked, of the same shape.
    at : float64 or float32 array, the point.
    directions : how many random unit directions v, at least 1;
        the derivative along v is the sum of ``gradient * v``.
    rtol : the largest relative error allowed for central differences; 1e-6 unless
        given, and 1e-2 if the point or the function's values are float32.
    complex_step : also compare with Im f(at + i h v)/h for h = 1e-30,
        which subtracts nothing and must agree to 1e-12; only for an analytic function
        that accepts complex numbers (no abs, max, comparison; the package's own
        functions take real numbers only).
    seed : chooses the directions.

    An error below a thousandth of ``rtol`` times the length of the gradient is not
    seen. At a kink there is no slope; where the slopes ahead and behind are equal, as
    those of relu(z)**2 at 0, there is one. Of a gradient of zeros and a function that
    does not change by a bit the text says so, and nothing more.

    Raises
    ------
    Disagreement with both numbers if they differ, or if the slopes ahead and behind do;
    ShowsNothing, which is one, where the rounding of ``function`` hides the slope.
    ClaimError for wrong shapes, for values that are not finite real numbers, and for no
    direction.

    Source: Martins, Sturdza and Alonso (2003) for the complex step; Ridders (1982) for
    the extrapolation.

    >>> theta = np.array([1.0, -2.0, 0.5])
    >>> gradient_check(lambda t: (t**3).sum(), 3*theta**2, theta, complex_step=True)
    check: 8 directions, central differences agree to 1e-06, complex step to 1e-12
    """
    at, gradient = as_point(at), as_numbers("gradient", gradient)
    check_given(function, gradient, at, directions, rtol)
    line = Line(function, gradient, at)
    line.measure_rounding(np.full(at.shape, at.size**-0.5))
    rtol = RTOL[line.dtype.name] if rtol is None else rtol
    rng, worst, moves = np.random.default_rng(seed), 0.0, False
    for _ in range(directions):
        v = rng.normal(size=at.shape)
        v /= np.linalg.norm(v)
        moves |= compare(line, v, rtol)
        if complex_step:
            worst = max(worst, compare_complex(line, v))
    if not moves:
        still = "the gradient is 0 and the function does not change by a bit"
        return Check(f"{directions} directions, {still}")
    analytic = f", complex step to {below(worst)}" if complex_step else ""
    return Check(
        f"{directions} directions, central differences agree to {rtol:g}{analytic}"
    )


# ---------------------------------------------------------------------- what was given


def as_numbers(name, given):
    """A float64 copy of an array of finite real numbers."""
    try:
        found = np.array(given)
        if found.dtype.kind not in "biuf":
            raise TypeError(f"{found.dtype}")
    except (TypeError, ValueError) as error:
        raise ClaimError(
            f"{name}: expected an array of real numbers, received "
            f"{type(given).__name__} ({error})."
        ) from error
    if not np.isfinite(found).all():
        raise ClaimError(
            f"gradient_check: expected finite numbers, received NaN or inf in {name}."
        )
    return found.astype(float)


def as_point(at):
    """A copy of the point: it may be the parameters that the function overwrites."""
    found = as_numbers("at", at)
    return found.astype(np.float32) if is_single(at) else found


def as_array(result):
    """The function's result; a list of arrays of several shapes is an object."""
    try:
        return np.asarray(result)
    except ValueError:
        return np.array(None)


def is_single(value):
    """Whether a number or an array has the digits of float32, or fewer."""
    dtype = getattr(value, "dtype", None)
    return dtype is not None and dtype.kind == "f" and dtype.itemsize < 8


def check_given(function, gradient, at, directions, rtol):
    if not callable(function):
        raise ClaimError(
            f"function: expected a function of one array, received {function!r}. "
            "Likely cause: its value in place of the function; write lambda t: cost(t)."
        )
    if gradient.shape != at.shape:
        raise ClaimError(
            f"gradient: expected the shape {at.shape} of the point, "
            f"received {gradient.shape}."
        )
    if at.size == 0:
        raise ClaimError("at: expected a point with at least 1 number, received none.")
    if directions < 1 or not (rtol is None or 0 < rtol < 1):
        raise ClaimError(
            "gradient_check: expected at least 1 direction and rtol below 1, "
            f"received {directions} and {rtol}."
        )


# ------------------------------------------------------------- values along a direction


def length(gradient):
    """The Euclidean length, also where the squares are too large."""
    largest = float(np.abs(gradient).max())
    return largest * float(np.linalg.norm(gradient / largest)) if largest else 0.0


class Line:
    """A function on lines through a point."""

    def __init__(self, function, gradient, at):
        self.function, self.gradient, self.at = function, gradient, at
        self.length, self.exact_at = length(gradient), at.astype(float)
        first = self.value(at)
        single = is_single(at) or is_single(first)
        self.dtype = np.dtype(np.float32 if single else np.float64)
        self.eps = float(np.finfo(self.dtype).eps)
        self.here = float(first)
        if not math.isfinite(self.here):
            raise ClaimError(
                f"function: expected finite values, received {self.here} at the point."
            )
        self.size = float(np.abs(self.exact_at).max()) or 1.0
        least, most = sorted((1.0, self.size))
        if most > FARTHEST * least:
            least = most = self.size
        count = math.ceil(math.log(most / least / FINEST, RATIO))
        self.steps = np.array([most / RATIO**k for k in range(1, count + 1)])
        self.rounding = self.eps * abs(self.here)

    def value(self, at):
        """One number, from a copy of a point."""
        try:
            with np.errstate(all="ignore"):
                result = as_array(self.function(at.copy()))
        except TypeError as error:
            raise ClaimError(
                f"function: expected a function of one array of shape {at.shape} and "
                f"type {at.dtype}, received TypeError: {error}. "
                "Give the others their values first, as in lambda t: cost(t, X, Y)."
            ) from error
        real = result.dtype.kind in ("biufc" if np.iscomplexobj(at) else "biuf")
        if result.shape not in ((), (1,), (1, 1)) or not real:
            raise ClaimError(
                "function: expected one real number, received "
                f"{result.dtype} of shape {result.shape}. "
                "Likely cause: a sum or a mean that is missing, or a function that "
                "returns its gradient as well; write lambda t: cost(t)[0]."
            )
        return result.reshape(())[()]

    def excess(self, v, h):
        """(f(x) - f(at) - gradient·(x - at))/h for x = at + hv, and what the rounding
        of f may make of it. Both NaN where f is not finite.
        """
        change, value = self.beyond(h * v)
        noise = ROUNDINGS * (self.eps * abs(value) + self.rounding) / abs(h)
        return change / h, noise

    def beyond(self, move):
        """What the gradient does not explain of a change of f, for a move as it is
        rounded; and the new value of f.
        """
        x = (self.exact_at + move).astype(self.at.dtype)
        value = self.value_or_nan(x)
        with np.errstate(all="ignore"):
            explained = float(np.sum(self.gradient * (x.astype(float) - self.exact_at)))
        return value - self.here - explained, value

    def value_or_nan(self, x):
        """A large step may leave the function's domain."""
        try:
            value = float(self.value(x))
        except (ValueError, ArithmeticError) as error:
            if isinstance(error, ClaimError):
                raise
            return math.nan
        return value if math.isfinite(value) else math.nan

    def ladder(self, v, side):
        """The excess for each step ahead (side 1) or behind (-1), with its noise."""
        found = np.array([self.excess(v, side * h) for h in self.steps])
        if np.isnan(found[:, 0]).all():
            raise ClaimError(
                "function: expected finite values on both sides of the point, received "
                "none. Likely cause: a point at the edge of what the function accepts."
            )
        return found

    def measure_rounding(self, v):
        """Find a rounding of the function larger than that of its value.

        At equal small distances a smooth function has no sixth differences; numbers
        rounded by r have some, about r times the root of 924 (Hamming).
        """
        found = min(self.sixth_difference(side * v) for side in (1, -1))
        self.rounding = max(self.rounding, found / 924**0.5)

    def sixth_difference(self, v):
        """The largest at the smallest distance at which most values differ, or 0."""
        for distance in (self.steps[-1] * 4.0**k for k in range(2, 11, 2)):
            found = np.array([self.beyond(k * distance * v) for k in range(16)])
            if len({*found[:, 1]}) > 8 and np.isfinite(found).all():
                return float(np.abs(np.diff(found[:, 0], 6)).max())
        return 0.0

    def complex_slope(self, v):
        """Im f(at + i h v)/h."""
        try:
            value = self.value(self.exact_at + COMPLEX_STEP * 1j * v)
        except (TypeError, ValueError) as error:
            raise ClaimError(
                "complex_step: expected a function that accepts complex numbers, "
                f"received {type(error).__name__}: {error} Leave complex_step out."
            ) from error
        if not np.iscomplexobj(value):
            raise ClaimError(
                "complex_step: expected a complex value at a complex point, received "
                f"{value.dtype}. Likely cause: an absolute value or a comparison, "
                "which has no complex step; leave complex_step out."
            )
        return float(value.imag) / COMPLEX_STEP


# ----------------------------------------------------------------------------- verdicts


def compare(line, v, rtol):
    """Compare the slope along one direction with what the gradient says of it; False
    if there is nothing to compare, neither a slope nor any change of the function.
    """
    ahead, behind = line.ladder(v, 1), line.ladder(v, -1)
    changes = np.nan_to_num(np.abs([ahead[:, 0], behind[:, 0]]))
    if not (line.length or changes.any()):
        return False
    left, right = estimate(behind), estimate(ahead)
    middle = mean_slope(ahead, behind, left, right)
    claimed = float(np.sum(line.gradient * v))
    slope = claimed + middle.value
    near = 0.0 if line.length else float(changes[:, line.steps < line.size].max())
    scale = max(abs(slope), abs(claimed), 1e-3 * max(line.length, near))
    usual = max(scale, line.length / math.sqrt(v.size))
    hidden = not middle.error <= rtol * usual
    bent = apart(left, right, rtol * scale)
    reach = kink(line, ahead, behind, rtol * scale) if bent or hidden else 0.0
    if bent or reach:
        how = f" by {abs(right.value - left.value):.3g}" if bent else ""
        raise Disagreement(
            f"the slopes ahead and behind differ{how}: "
            f"a kink lies within {reach or line.steps[0]:.1g} of the point."
        )
    if abs(middle.value) > middle.error + rtol * scale:
        shown = slope if abs(slope) > middle.error else 0
        raise Disagreement(
            f"central differences: slope {shown:.4g}, the gradient says {claimed:.4g}."
        )
    if hidden:
        raise ShowsNothing(nothing(line, middle, claimed, rtol))
    return True


def estimate(ladder, ratio=RATIO):
    return limit(*ladder.T.tolist(), ratio)


def mean_slope(ahead, behind, left, right):
    """The mean of both slopes. Of a smooth function it errs by h², h⁴ …, and is better
    known than each of them.
    """
    value, doubt = (left.value + right.value) / 2, (left.error + right.error) / 2
    both = Estimate(value, doubt, (left.noise + right.noise) / 2)
    smooth = estimate((ahead + behind) / 2, RATIO**2)
    return smooth if smooth.error < doubt else both


def apart(left, right, least=0.0):
    """Whether two slopes differ beyond their errors."""
    doubt = left.error + right.error
    return abs(right.value - left.value) > 10 * doubt + least


def kink(line, ahead, behind, least):
    """Within what distance a few steps see two slopes: a power of ten, times the point;
    0 if they see none close to it.
    """
    for reach in line.steps[0] * RATIO * 10.0 ** np.arange(-6, -2):
        near = (line.steps <= reach) & (line.steps > reach / 1e3)
        if apart(estimate(behind[near]), estimate(ahead[near]), least):
            return reach
    return 0.0


def nothing(line, middle, claimed, rtol):
    """Why a slope is not known well enough."""
    if middle.noise > middle.error / 2:
        return (
            "shows nothing: the rounding of the function, about "
            f"{power_of_ten(line.rounding)}, is larger than what the slope "
            f"{claimed:.2g} changes it by, to {rtol:g}. Likely cause: a saturated "
            "unit, or a cost far larger than its changes; take another point, or leave "
            "a large constant out of the cost."
        )
    return (
        f"shows nothing: the difference quotients settle for no step, to {rtol:g} of "
        f"the slope {claimed:.2g}. Likely cause: jumps or kinks close to the point, or "
        "a function that draws random numbers."
    )


def power_of_ten(x):
    return f"{10.0 ** round(math.log10(x)):.0e}" if x else "0"


def compare_complex(line, v):
    """The relative error of the gradient beside the complex step."""
    slope, claimed = line.complex_slope(v), float(np.sum(line.gradient * v))
    scale = max(abs(slope), abs(claimed), 1e-3 * line.length)
    error = abs(slope - claimed) / scale if scale else 0.0
    if not error <= 1e-12:
        raise Disagreement(
            f"complex step: slope {slope:.4g}, the gradient says {claimed:.4g}."
        )
    return error
