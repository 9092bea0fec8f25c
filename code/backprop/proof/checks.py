"""The check by numbers of a formula: ``agree`` compares it with a NumPy function.
``gradients.py`` has the check of a gradient. Here a formula meets NumPy.

A check covers the numbers that were drawn and never calls itself more.
"""

import math
import random
from dataclasses import dataclass

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf
from sympy import IndexedBase, Symbol

from .errors import ClaimError, Disagreement, ShowsNothing
from .forms import as_tuple, bare_symbols
from .prove import Proof
from .rounding import Careful, Machine, rounding
from .values import WORKING, World, evaluate
from .vocabulary import Arbitrary
from .witness import free_indices, places, size_symbols

RTOL = {"float64": 1e-10, "float32": 1e-5}
CLOSE = {"float64": 1e-12, "float32": 1e-5}  # what is below is not looked at further
ROUNDINGS = 8  # how often a program may round what the formula rounds once
FEW = 1.0, -1.0, 20.0, -20.0, 0.0, 0.5, 2.0, -2.0, -0.5  # numbers that are often equal
DRAWS = (  # the sizes and the kind of numbers of the first draws
    ("different", "normal"),
    ("equal", "few"),
    ("large", "normal"),
    ("large", "a zero"),
    ("equal", "mixed"),
    ("one", "normal"),
    ("different", "mixed"),
    ("large", "normal"),
    ("large", "few"),
    ("different", "zero"),
    ("different", "together"),
    ("large", "wide"),
)
LARGE = [number for number, (way, _) in enumerate(DRAWS) if way == "large"]
LATER = ("different", "normal"), ("different", "few"), ("different", "mixed")
SCALES = 0.25, 1.0, 4.0, 16.0
MIXED = "a zero", "zero", "equal rows", "constant"  # one for each array, in turn
KINDS = {
    "normal": lambda rng, scale: rng.gauss(0, scale),
    "equal rows": lambda rng, scale: rng.gauss(0, scale),
    "a zero": lambda rng, scale: rng.gauss(0, scale),
    "wide": lambda rng, scale: rng.gauss(0, 30) * 2.0 ** rng.randint(-20, 0),
    "few": lambda rng, scale: rng.choice(FEW),
    "constant": lambda rng, scale: rng.choice(FEW),
    "together": lambda rng, scale: 0.75,
    "zero": lambda rng, scale: 0.0,
}


@dataclass(frozen=True)
class Check:
    """What a check compared. Its text says so, and never says proved."""

    text: str

    def __repr__(self):
        return f"check: {self.text}"


def agree(
    expression,
    function,
    arguments,
    indices=(),
    draws=12,
    rtol=None,
    seed=0,
    dtype="float64",
):
    """Compare an expression, evaluated with 130 digits,
    with a NumPy function on random numbers.

    Parameters
    ----------
    expression : a SymPy expression, or a Proof (its right side is taken).
    function : called with NumPy arrays and floats in the order of ``arguments``;
        it must leave its arrays as they are.
    arguments : the arrays and real symbols of the expression. A size among them is
        passed as an int that fits the arrays; one that no array has must be given.
    indices : the free indices, in the order of the axes of the function's result.
        Without one, a result of shape (1,) or (1, 1) is taken for a number.
    draws : how many random arguments. The first 12 have sizes that are pairwise
        different, all equal, all 1, and each in turn 13 beside small ones; and random
        numbers of several scales, zeros, ties, equal rows and constant arrays.
        With fewer than 12, some of these are left out.
    rtol : the largest relative error allowed, entry by entry;
        1e-10 unless given, and 1e-5 for float32.
    seed : chooses the draws.
    dtype : "float64", or "float32" for arguments and results of that type.

    What rounding makes of the formula as it is written is no error: a 0 in place of
    1 - tanh(4z)**2 or of exp(-900), or an inf in place of exp(900). Where the formula
    is not defined, as 1/0, nothing is compared.

    Returns
    -------
    Check. Its text rounds the largest relative error up,
    so that it does not depend on the processor.

    Raises
    ------
    Disagreement if the shapes or types differ, a NaN or a complex number appears, the
    error is larger than ``rtol``, the function changes its arguments, every expected
    value is 0, or the draws never reach one of the branches of a piecewise function.
    ClaimError for arguments or indices that are missing, and for those that are none.

    >>> from sympy import Sum
    >>> from backprop.proof.vocabulary import array, indices, sizes
    >>> D, i = sizes("D"), indices("i")
    >>> x, w = array("x", D), array("w", D)
    >>> agree(Sum(x[i]*w[i], (i, 1, D)), lambda x, w: x @ w, (x, w))
    check: 12 draws, 1 <= D <= 13, largest relative error below 1e-12
    """
    sides = (
        expression.sides if isinstance(expression, Proof) else [sp.sympify(expression)]
    )
    arguments, indices = as_tuple(arguments), as_tuple(indices)
    check_arguments(sides[-1], arguments, dtype, draws)
    spans = spans_of(sides, indices)
    sizes = [a for a in arguments if is_size(a)]
    symbols = size_symbols(sp.Tuple(*sides, *arguments), *sizes)
    question = Question(sides[-1], function, arguments, spans, rtol, np.dtype(dtype))
    rng, used = random.Random(seed), set()
    for number in range(draws):
        chosen, kind = design(number, symbols, rng)
        used |= {*chosen.values()}
        question.ask(chosen, kind, number, rng)
    question.check_shown()
    names = ", ".join(map(str, symbols))
    spread = f"{min(used)} <= {names} <= {max(used)}, " if symbols else ""
    error = below(question.worst, CLOSE[dtype])
    return Check(f"{draws} draws, {spread}largest relative error below {error}")


# ------------------------------------------------------------------- what is asked for


def is_size(a):
    return isinstance(a, Symbol) and bool(a.is_integer and a.is_positive)


def check_arguments(formula, arguments, dtype, draws):
    """Everything that the function needs to know is among its arguments."""
    if dtype not in RTOL or draws < 1:
        raise ClaimError(
            "agree: expected float64 or float32 and at least 1 draw, "
            f"received {dtype!r} and {draws}."
        )
    for f in formula.atoms(Arbitrary):
        raise ClaimError(
            f"agree: expected known functions, received {f}, which stands for every "
            "function. Put one in its place first, as in formula.replace(f, tanh)."
        )
    for a in arguments:
        real = isinstance(a, Symbol) and not a.is_integer
        if not (isinstance(a, IndexedBase) or real or is_size(a)):
            raise ClaimError(
                "arguments: expected arrays, real symbols and sizes, "
                f"received {a!r}. Likely cause: an index, or an entry such as x[i]."
            )
    arrays = [a for a in arguments if isinstance(a, IndexedBase)]
    known = {*arguments}.union(*(n.free_symbols for a in arrays for n in a.shape))
    needed = {s for s in bare_symbols(formula) if is_size(s) or not s.is_integer}
    missing = (formula.atoms(IndexedBase) | needed) - known
    if missing:
        raise ClaimError(
            "arguments: expected every array and number of the expression, "
            f"{sorted(map(str, missing))} missing."
        )


def spans_of(sides, indices):
    """The size of each axis of the result, by its index."""
    ranges = free_indices(*sides)
    unnamed = ranges.keys() - {*indices}
    if unnamed or not {*indices} <= ranges.keys() or len({*indices}) < len(indices):
        raise ClaimError(
            f"indices: expected every free index, {sorted(map(str, unnamed))} missing; "
            f"received {indices}."
        )
    return {i: ranges[i] for i in indices}


# ---------------------------------------------------------------------- what is drawn


def design(number, symbols, rng):
    """The sizes of a draw, and the kind of its numbers."""
    later = number - len(DRAWS)
    way, kind = DRAWS[number] if later < 0 else LATER[later % len(LATER)]
    chosen = symbols[LARGE.index(number) :: len(LARGE)] if way == "large" else []
    if way in ("equal", "one"):
        return dict.fromkeys(symbols, rng.randint(2, 4) if way == "equal" else 1), kind
    if chosen:
        sizes = {s: rng.randint(1, 3) for s in symbols}
        return sizes | dict.fromkeys(chosen, 13), kind
    most = max(9, len(symbols))
    sizes = rng.sample(range(1, most + 1), len(symbols))
    return dict(zip(symbols, sizes, strict=True)), kind


def draw_argument(a, sizes, kind, rng, scale, dtype):
    """A random array, a random number, or the size itself."""
    if is_size(a):
        return sizes[a]
    shape = [int(sp.sympify(n).subs(sizes)) for n in getattr(a, "shape", ())]
    draw = KINDS.get(kind, lambda rng, scale: kind)
    numbers = [draw(rng, scale) for _ in range(math.prod(shape))]
    values = np.reshape(numbers, shape).astype(dtype) + dtype.type(0)  # no -0.0
    if kind == "a zero" and shape:
        values.flat[rng.randrange(values.size)] = 0
    if kind == "constant" and shape:
        values[...] = values.flat[0]
    if kind == "equal rows" and shape:
        values[...] = values[:1]
    if a.is_positive or a.is_negative:
        values = np.where(values, abs(values), values.dtype.type(0.5))
        values = values if a.is_positive else -values
    return values if shape else values[()]


# -------------------------------------------------------------------- what is compared


class Question:
    """A formula and a function, and what their comparison has shown so far."""

    def __init__(self, formula, function, arguments, spans, rtol, dtype):
        self.formula, self.function, self.arguments = formula, function, arguments
        self.spans, self.dtype, self.machine = spans, dtype, Machine(np.finfo(dtype))
        self.rtol = RTOL[dtype.name] if rtol is None else rtol
        self.worst, self.shown, self.zeros, self.branches = 0.0, False, set(), {}

    def ask(self, sizes, kind, number, rng):
        """One draw: call the function, and compare every entry of its result."""
        scale = rng.choice(SCALES if number else SCALES[:3])
        values = [
            draw_argument(a, sizes, kind, rng, scale, self.dtype)
            for a, kind in zip(self.arguments, self.kinds(kind, number), strict=True)
        ]
        world = World({**sizes, **self.numbers(values)})
        world.branches = self.branches
        self.compare(self.received(values, sizes), sizes, world)

    def kinds(self, kind, number):
        """The kind of each argument: without arrays, now and then one of the FEW."""
        places = range(len(self.arguments))
        if kind == "mixed":
            return [MIXED[(number // 2 + k) % len(MIXED)] for k in places]
        if any(isinstance(a, IndexedBase) for a in self.arguments) or number % 2 == 0:
            return [kind for _ in places]
        return [
            kind if kind == "zero" else FEW[(number // 2 + k) % len(FEW)]
            for k in places
        ]

    def numbers(self, values):
        """The numbers that the function gets, as the formula names them."""
        found = {}
        for a, value in zip(self.arguments, values, strict=True):
            if isinstance(a, IndexedBase):
                for place, v in np.ndenumerate(value):
                    found[a, *(p + 1 for p in place)] = mpf(float(v))
            else:
                found[a] = value if is_size(a) else mpf(float(value))
        return found

    def received(self, values, sizes):
        """The function's result, of the type and the shape that the formula has."""
        given = [np.copy(v) if isinstance(v, np.ndarray) else v for v in values]
        with np.errstate(all="ignore"):
            result = np.asarray(self.function(*given))
        for a, before, after in zip(self.arguments, values, given, strict=True):
            if isinstance(before, np.ndarray) and before.tobytes() != after.tobytes():
                raise Disagreement(
                    f"expected arguments left as they were, received {a} changed by "
                    "the function. Likely cause: an operation in place such as -= ; "
                    "let it work on a copy."
                )
        shape = tuple(int(sp.sympify(n).subs(sizes)) for n in self.spans.values())
        if not shape and result.shape in ((1,), (1, 1)):
            result = result.reshape(())
        if result.shape != shape or result.dtype.kind not in "biuf":
            raise Disagreement(
                f"expected real numbers of shape {shape}, "
                f"received {result.dtype} of shape {result.shape}."
            )
        if result.dtype.kind == "f" and result.dtype != self.dtype:
            coarse = (
                f", whose relative error is near {np.finfo(result.dtype).eps / 2:.1g}"
            )
            raise Disagreement(
                f"expected {self.dtype}, received {result.dtype}"
                f"{coarse if result.dtype.itemsize < self.dtype.itemsize else ''}. "
                "Likely cause: a constant or an array of another type."
            )
        return result

    def compare(self, received, sizes, world):
        """Compare every entry of one draw."""
        self.careful = None
        with mpmath.workdps(WORKING):
            for place in places(self.spans, world, most=10**6):
                index, before = [v - 1 for v in place], dict(world.values)
                value = float(received[tuple(index)])
                try:
                    exact, error = self.error(value, world)
                except (ZeroDivisionError, OverflowError):  # not defined, as 1/0
                    world.values, world.memo, self.careful = before, {}, None
                    continue
                if not error <= self.rtol:
                    raise Disagreement(
                        f"expected {mpmath.nstr(exact, 12)}, received {value:.12g}"
                        f"{f' at {index}' if index else ''}, with sizes {sizes}: "
                        f"relative error {error:.2g}, more than {self.rtol:g}."
                    )
                self.worst = max(self.worst, error)

    def error(self, value, world):
        """The exact value here, and the relative error beyond what rounding makes."""
        exact = evaluate(self.formula, world)
        error, slack = relative_error(value, exact), 0
        if 4 * error > CLOSE[self.dtype.name]:
            self.careful = self.careful or Careful(world)
            self.careful.values.update(world.values)
            exact, spread = rounding(self.formula, self.careful, self.machine)
            slack = ROUNDINGS * spread
            error = relative_error(value, exact, slack, self.machine.most)
        self.zeros.add(exact == 0)
        self.shown |= slack < abs(exact) / 1000
        return exact, error

    def check_shown(self):
        """Refuse a check that shows nothing, or that missed a branch."""
        if not self.shown:
            why = (
                "every expected value was 0"
                if self.zeros == {True}
                else "rounding hides every value, or the formula is nowhere defined"
            )
            raise ShowsNothing(f"{why}: the check shows nothing.")
        for bent, reached in self.branches.items():
            missed = [c for k, (_, c) in enumerate(bent.args) if k not in reached]
            if missed:
                raise Disagreement(
                    f"the draws never reached the branch {missed[0]} of {bent}."
                )


def relative_error(value, exact, slack=0, most=math.inf):
    """(|value - exact| - slack) / |exact|, at least 0; infinite for a NaN and for
    a number in place of 0. Beyond the largest number only an infinity is right.
    """
    if abs(exact) > most:
        return 0.0 if value == math.copysign(math.inf, exact) else math.inf
    if value == exact or slack == math.inf:
        return 0.0
    if math.isnan(value):
        return math.inf
    beyond = max(abs(mpf(value) - exact) - slack, 0)
    return float(beyond / abs(exact)) if exact else math.inf * bool(beyond)


def below(error, least=1e-12):
    """A power of ten above the error, with room for another processor's rounding."""
    rungs = (1e-12, 1e-10, *(10.0**k for k in range(-9, 10)))
    fitting = (f"{r:g}" for r in rungs if r >= least and 4 * error <= r)
    return next(fitting, "1e+09")
