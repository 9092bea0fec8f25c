"""``prove`` proves or raises; ``refute`` shows a counterexample;
``agree`` and ``gradient_check`` compare numbers.

Chapter 00 explains the difference. A proof covers every size, every real number and
every function that its display names. A check covers the numbers that were drawn and
never calls itself more.
"""

import math
import random
import re
from dataclasses import dataclass

import mpmath
import numpy as np
import sympy as sp
from sympy import Indexed, IndexedBase, Ne, Symbol

from .claim import (
    KINKS,
    Claim,
    as_tuple,
    bare_symbols,
    in_latex,
    in_text,
    report,
    written_in_exp,
)
from .shapes import InputError
from .symbolic import normal, softplus, unfold_shorthand
from .witness import (
    WORKING,
    World,
    counterexample,
    evaluate,
    free_indices,
    places,
    size_symbols,
)

EARLIER = re.compile(r"(.+) \(chapter (\d\d)\)")  # a result of an earlier chapter


class NotProved(AssertionError):
    """The two sides were not shown to be equal;
    the message carries what is left of their difference.
    """


class Disagreement(AssertionError):
    """A check by numbers failed; the message carries the numbers."""


# -------------------------------------------------------------------------------- prove


def prove(left, right, name="", given=(), rests_on=(), where=None):
    """Prove that two expressions are equal for every size and every value
    that they range over, or raise.

    Parameters
    ----------
    left, right : SymPy expressions;
        ``partial(y, x)`` and ``entry(M, n, k)`` may stand in them unevaluated.
    name : what the book calls the result.
    given : conditions in words, beyond those that the machine finds by itself.
    rests_on : the proofs that this result uses; one of an earlier chapter as a string,
        "dense layer (chapter 01)".
    where : abbreviations such as ``{Z[n, k]: Sum(...)}``;
        they are displayed, and written out before proving.

    Returns
    -------
    Proof, which a notebook displays together with what it holds for.

    Raises
    ------
    NotProved if the difference does not vanish (with what is left, and a counterexample
    where one is found), or if the two sides differ when they are evaluated
    to 50 digits at small sizes.
    InputError for expressions that are not exact and real (floats, NaN, infinities,
    functions that the second witness does not know), for an index that runs to two
    sizes, for one name with two meanings, and for an abbreviation that is not one.

    How: by ``backprop.symbolic.normal``. Where that is not enough, fractions get a
    common denominator, named functions are replaced by their definitions, logarithms
    are split or exponentiated, sums are compared term by term, and a kink is split
    into z > 0, z < 0 and z = 0.
    Nothing is sampled; the second witness, ``backprop.witness``, can only refuse.
    Chapter 00.

    Examples
    --------
    >>> from backprop.symbolic import partial, reals, sigmoid
    >>> z = reals("z")
    >>> prove(partial(sigmoid(z), z), sigmoid(z)*sigmoid(-z))
    ∂[sigmoid(z)]/∂z = sigmoid(-z)*sigmoid(z)   for real z   ∎
    """
    return Proof(left, right, name, given, rests_on, where)


def refute(left, right, name="", where=None):
    """Show numbers for which the two sides differ, or raise NotProved if none is found.

    The numbers lie where both sides are defined.

    >>> from backprop.symbolic import reals
    >>> z = reals("z")
    >>> refute((z + 1)**2, z**2 + 1)
    (z + 1)**2 ≠ z**2 + 1   for z = 1: 4 against 2   ✗
    """
    return Refutation(left, right, name, where=where)


class Proof(Claim):
    """A proved equation. It proves itself when it is made, or raises.

    ``left`` and ``right`` are SymPy expressions to compute with;
    a notebook displays the rest.
    """

    def __post_init__(self):
        super().__post_init__()
        for other in self.rests_on:
            earlier = isinstance(other, str) and EARLIER.fullmatch(other)
            if not (earlier or isinstance(other, Proof)):
                raise InputError(
                    "rests_on: expected proofs, or the name of one in an earlier "
                    f'chapter such as "dense layer (chapter 01)", received {other!r}.'
                )
        (left, right), conditions = self.sides, self.conditions
        found = counterexample(left, right, conditions)
        positive = {
            c.lhs: sp.Dummy(str(c.lhs), positive=True)
            for c in conditions
            if isinstance(c, sp.Gt) and isinstance(c.lhs, Symbol)
        }
        difference = sp.Add(self.computed[0], -self.computed[1])
        residual = what_is_left(difference.xreplace(positive), conditions)
        if residual == 0 and not found:
            return
        numbers = f"Counterexample: {report(*found)}." if found else ""
        if residual == 0:
            reason = f"SymPy finds the sides equal, 50 digits do not. {numbers}"
        else:
            more = numbers or "The numbers agree: a step may be missing."
            reason = f"left - right leaves {residual}, not 0. {more}"
        raise NotProved(f"{self.name or 'not proved'}: {reason}")

    def __repr__(self):
        return self.text("=", "∎", self.notes(in_text))

    def _repr_markdown_(self):
        return self.markdown(self.name, "=", r"\;\blacksquare", self.notes(in_latex))


class Refutation(Claim):
    """Two expressions that are not equal, with numbers that show it, or it raises."""

    def __post_init__(self):
        super().__post_init__()
        found = counterexample(
            *self.sides, self.conditions, lambda rng: rng.choice([-3, -2, -1, 1, 2, 3])
        )
        if not found:
            raise NotProved(
                f"{self.name or 'not refuted'}: no counterexample found "
                f"for {self.left} = {self.right}."
            )
        object.__setattr__(self, "numbers", report(*found))

    def __repr__(self):
        return self.text("≠", "✗", [f"for {self.numbers}"])

    def _repr_markdown_(self):
        title = f"Refuted: {self.name}" if self.name else ""
        return self.markdown(title, r"\ne", "", [f"✗ counterexample: {self.numbers}"])


def what_is_left(difference, conditions=()):
    """0 if the difference is shown to vanish; otherwise what remains of it."""
    e = unfold_shorthand(difference)
    for way in (
        normal,
        over_common_denominator,
        by_definitions,
        by_logarithms,
        by_terms,
    ):
        if way(e) == 0:
            return sp.Integer(0)
    return by_sign(e, conditions)


def over_common_denominator(e):
    """The numerator over a common denominator."""
    return normal(sp.fraction(sp.together(normal(e)))[0])


def by_definitions(e):
    """Named functions replaced by what they are defined as."""
    return over_common_denominator(written_in_exp(e))


def by_logarithms(e):
    """The logarithm of a product of positive factors is a sum; exp is one-to-one."""
    if not e.has(sp.log, softplus):
        return e

    def split(a):
        return sp.expand_log(sp.log(sp.factor(sp.cancel(a.args[0]))))

    e = written_in_exp(e).replace(lambda a: isinstance(a, sp.log), split)
    return over_common_denominator(e) and over_common_denominator(
        sp.exp(sp.expand(e)) - 1
    )


def by_terms(e):
    """Sums over one range become one sum, which vanishes if each of its terms does;
    a constant is spread evenly.
    """
    bodies, rest = {}, sp.Integer(0)
    for term in sp.Add.make_args(normal(e)):
        sums = [a for a in sp.Mul.make_args(term) if isinstance(a, sp.Sum)]
        if len(sums) != 1:
            rest += term
            continue
        names = {
            i: sp.Dummy(str(p), dummy_index=-p, integer=True)
            for p, i in enumerate(sums[0].variables, start=1)
        }
        ranges = tuple(high for _, _, high in sums[0].limits)
        bodies[ranges] = bodies.get(ranges, 0) + (
            term / sums[0] * sums[0].function
        ).xreplace(names)
    if len(bodies) != 1:
        return e
    ((ranges, body),) = bodies.items()
    return what_is_left(body + rest / sp.Mul(*ranges))


def by_sign(e, conditions):
    """Every real z is positive, negative or zero;
    a condition z ≠ 0 leaves out the last.
    """
    e = normal(e)
    bound = {i for s in e.atoms(sp.Sum) for i in s.variables}
    unsigned = {
        z
        for kink in e.atoms(*KINKS)
        for z in kink.atoms(Symbol, Indexed)
        if z.is_real and not z.is_integer and z.is_zero is None
        if z in e.free_symbols and not z.free_symbols & bound
    } - {a.label for a in e.atoms(IndexedBase)}
    if not unsigned:
        return e
    z = min(unsigned, key=str)
    cases = [sp.Dummy("z", positive=True), sp.Dummy("z", negative=True)]
    if Ne(z, 0) not in conditions:
        cases.append(sp.Integer(0))
    left = (what_is_left(e.subs(z, case), conditions) for case in cases)
    return e if any(r != 0 for r in left) else sp.Integer(0)


# ------------------------------------------------------------------------------- checks


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
    >>> from backprop.symbolic import array, indices, sizes
    >>> D, i = sizes("D"), indices("i")
    >>> x, w = array("x", D), array("w", D)
    >>> agree(Sum(x[i]*w[i], (i, 1, D)), lambda x, w: x @ w, (x, w))
    check: 12 draws, 1 <= D <= 9, largest relative error below 1e-14
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
        raise InputError(
            "arguments: expected every array and number of the expression, "
            f"{sorted(map(str, missing))} missing."
        )
    unnamed = ranges.keys() - {*indices}
    if unnamed:
        raise InputError(f"indices: expected every free index, {unnamed} missing.")
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
    rungs = (1e-14, 1e-12, 1e-10, *(10.0**k for k in range(-9, 10)))
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
    InputError for wrong shapes, for values that are not finite, and for no direction.

    Source: Martins, Sturdza and Alonso (2003) for the complex step.

    >>> theta = np.array([1.0, -2.0, 0.5])
    >>> gradient_check(lambda t: (t**3).sum(), 3*theta**2, theta, complex_step=True)
    check: 8 directions, central differences below 1e-06, complex step below 1e-14
    """
    # copies: ``at`` may be the parameters that ``function`` overwrites
    at, gradient = np.array(at, dtype=float), np.array(gradient, dtype=float)
    if gradient.shape != at.shape:
        raise InputError(
            f"gradient: expected the shape {at.shape} of the point, "
            f"received {gradient.shape}."
        )
    if not (np.isfinite(gradient).all() and np.isfinite(at).all()):
        raise InputError(
            "gradient_check: expected finite numbers, received NaN or inf."
        )
    if directions < 1 or not rtol < 1:
        raise InputError(
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
            f"{way}: slope {slope:.6g}, the gradient says {claimed:.6g}."
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
        raise InputError(
            f"function: expected finite values, received {ahead}, {here}, {behind}."
        )
    gap = abs(ahead - 2 * here + behind) / h
    noise = 2.3e-16 * (abs(ahead) + abs(here) + abs(behind)) / (h / 10)
    return (ahead - behind) / (2 * h), gap, noise
