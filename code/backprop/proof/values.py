"""The value of an expression, with as many digits as are wanted,
found without SymPy's calculus.

A sum is a loop, a matrix product is a product of numbers, a derivative is a difference
quotient. Nothing here differentiates, collapses or simplifies, and nothing here uses
the kernel, so that no error is made twice.
"""

import operator
import random
from functools import cache, reduce

import mpmath
import sympy as sp
from mpmath import mpf
from sympy import (
    Add,
    Indexed,
    IndexedBase,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    Sum,
    Symbol,
)
from sympy.matrices.expressions import (
    HadamardProduct,
    MatAdd,
    MatMul,
    MatPow,
    Transpose,
)

from .errors import ClaimError
from .matrices import elementwise, entry, matrix, ones_column
from .vocabulary import Arbitrary, BookFunction, partial

WORKING = 130  # digits carried; one difference quotient costs 30 of them
STEP = mpf(2) ** -100  # of a difference quotient, near 1e-30; x + STEP is exact
MOST_BITS = 1024  # of an exponent, or of an argument of a function: up to 1e308
RELATIONS = {
    sp.Gt: operator.gt,
    sp.Ge: operator.ge,
    sp.Lt: operator.lt,
    sp.Le: operator.le,
    sp.Ne: operator.ne,
    sp.Eq: operator.eq,
}
ELEMENTARY = sp.exp, sp.log, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.erf, sp.atan2
FUNCTIONS = {f: getattr(mpmath, f.__name__) for f in ELEMENTARY}


class Undefined(ZeroDivisionError):
    """No real number at this place, or none that rounding lets us know."""


class Spent(Exception):
    """More steps than this trial may take."""


def apart(key):
    """Each entry of an array has a number of its own."""
    return key


def normal(rng):
    return rng.gauss(0, 1)


class World:
    """Numbers for the symbols of an expression, each drawn when it is first asked for.

    ``values`` maps a symbol, or an array with its integer indices, to a number.
    ``branches`` remembers which branches of each piecewise function were reached.
    """

    def __init__(self, values=(), seed=0, draw=normal, group=apart, step=STEP):
        self.values = dict(values)
        self.seed, self.random = seed, random.Random(seed)
        self.draw, self.group, self.groups = draw, group, {}
        self.step = step  # of a difference quotient
        self.branches = {}
        self.path = []  # the branches taken, in the order in which they were
        self.memo = {}  # sums and matrices that were computed already
        self.examples = {}  # and arbitrary functions
        self.largest = 0  # the number of bits before the point of the largest number
        self.steps, self.most = 0, None

    def __getitem__(self, key):
        if key not in self.values:
            symbol = key[0] if isinstance(key, tuple) else key
            if symbol.is_integer:
                raise ClaimError(
                    f"expected a range for the index {symbol.name}, received none: "
                    "it is no array's index."
                )
            group = self.group(key)
            if group not in self.groups:
                self.groups[group] = mpf(self.draw(self.random))
            self.values[key] = as_declared(symbol, self.groups[group])
        return self.values[key]

    def note(self, value):
        """Count a step; a value must be a real number."""
        self.steps += 1
        if self.most is not None and self.steps > self.most:
            raise Spent
        if not isinstance(value, mpf):
            raise Undefined("a complex number")
        _, mantissa, exponent, bits = value._mpf_
        if mantissa:
            self.largest = max(self.largest, exponent + bits)
        elif exponent:
            raise Undefined("infinity")
        return value


def as_declared(symbol, x):
    """A number with the sign that was declared of a symbol."""
    if x == 0 and symbol.is_nonzero:
        x = mpf(1)
    if symbol.is_nonnegative or symbol.is_nonpositive:
        return abs(x) if symbol.is_nonnegative else -abs(x)
    return x


# ------------------------------------------------------------------ values of numbers


def evaluate(e, world):
    """The number that ``e`` has in ``world``.

    Raises
    ------
    Undefined where it has none, such as the logarithm of 0.

    >>> from backprop.proof.vocabulary import partial, reals
    >>> z = reals("z")
    >>> with mpmath.workdps(WORKING):
    ...     value = evaluate(partial(z**3, z), World({z: mpf(2)}))
    ...     print(mpmath.nstr(value, 20))
    12.0
    """
    return world.note(value_of(e, world))


def value_of(e, world):
    match e:
        case Indexed():
            return mpf(world[key_of(e, world)])
        case Symbol():
            return mpf(world[e])  # of a size or an index, an int
        case sp.Rational():
            return mpf(e.p) / e.q
        case sp.Float() | sp.NumberSymbol():
            return mpf(sp.N(e, mpmath.mp.dps + 5)._mpf_)
        case Add():
            return mpmath.fsum([evaluate(a, world) for a in e.args])
        case Mul():
            return mpmath.fprod([evaluate(a, world) for a in e.args])
        case Pow():
            return power(*[evaluate(a, world) for a in e.args])
        case Sum():
            return remembered(e, world)
        case Arbitrary():
            return example_at(e, tuple(evaluate(a, world) for a in e.args), world)
        case KroneckerDelta():
            return mpf(evaluate(e.args[0], world) == evaluate(e.args[1], world))
        case entry():
            M, n, k = e.args
            return remembered(M, world)[integer(n, world) - 1][integer(k, world) - 1]
        case partial():
            return difference_quotient(*e.args, world)
        case Piecewise():
            return piecewise(e, world)
        case BookFunction() | sp.Max() | sp.Min() | sp.Abs() | sp.sign():
            return evaluate(definition(e), world)
        case sp.Function() if e.func in FUNCTIONS:
            return applied(e.func, [evaluate(a, world) for a in e.args])
    raise ClaimError(
        "expected numbers, arrays, sums and known functions, "
        f"received {type(e).__name__}: {e}"
    )


def applied(function, arguments):
    if function is not sp.log:
        arguments = map(within_reach, arguments)
    return FUNCTIONS[function](*arguments)


def power(base, exponent):
    return mpmath.power(base, within_reach(exponent))


def within_reach(x):
    """An argument whose exponential can be computed."""
    if x and mpmath.mag(x) > MOST_BITS:
        raise Undefined("a number too large for exp")
    return x


def remembered(e, world):
    """A sum or a matrix, once for each combination of the values that it depends on;
    and with it the branches that it took and the largest number that it met.
    """
    key = e, *(world.values.get(s) for s in plain_symbols(e))
    if key not in world.memo:
        compute = total if isinstance(e, Sum) else matrix_of
        before = world.path, world.largest
        world.path, world.largest = [], 0
        world.memo[key] = compute(e, world), world.path, world.largest
        world.path, world.largest = before
    value, path, largest = world.memo[key]
    world.path.append(path)
    world.largest = max(world.largest, largest)
    return value


@cache
def plain_symbols(e):
    return tuple(s for s in e.free_symbols if isinstance(s, Symbol))


@cache
def definition(e):
    """What a function stands for; Abs, sign, Max and Min are spelled out here."""
    u, *more = e.args
    match e:
        case BookFunction():
            return e.definition
        case sp.Abs():
            return Piecewise((u, u >= 0), (-u, True))
        case sp.sign():
            return Piecewise((1, u > 0), (-1, u < 0), (0, True))
    v = e.func(*more)
    larger = u >= v if isinstance(e, sp.Max) else u <= v
    return Piecewise((u, larger), (v, True))


def integer(e, world):
    """The value of a size or an index: mostly a symbol that has one."""
    return int(world.values.get(e) or evaluate(e, world))


def key_of(e, world):
    """Where ``world`` keeps the value of a symbol or an array entry."""
    if not isinstance(e, Indexed):
        return e
    base, *indices = e.args
    places = [integer(i, world) for i in indices]
    for i, place, size in zip(indices, places, base.shape, strict=True):
        if not (i.is_Atom or 1 <= place <= integer(size, world)):
            raise ClaimError(
                f"{named(e)}: expected an index in 1..{size}, received {named(i)} "
                f"= {place} for {size} = {integer(size, world)}."
            )
    return base, *places


def total(e, world):
    """A sum, term by term."""
    return mpmath.fsum([evaluate(e.function, world) for _ in loop(e.limits, world)])


def loop(limits, world):
    """Set the indices of a sum to each of their values in turn;
    the last index is the outermost loop.
    """
    *inner, (i, low, high) = limits
    before = world.values.pop(i, None)
    for value in range(integer(low, world), integer(high, world) + 1):
        world.values[i] = value
        yield from loop(inner, world) if inner else [value]
    world.values.pop(i, None)
    if before is not None:
        world.values[i] = before


def difference_quotient(y, x, world):
    """Central difference; its step is small beside x. Its error is near 10⁻⁶⁰ for most
    functions of this book. Where a kink lies inside the step it shows nothing.
    """
    here = evaluate(x, world)
    h = mpmath.ldexp(world.step, min(0, mpmath.mag(here))) if here else world.step
    ends, paths, before = [], [], world.path
    for shift in (h, -h):
        world.path = []
        move(x, here + shift, world)
        ends.append(evaluate(y, world))
        paths.append(world.path)
    move(x, here, world)
    if paths[0] != paths[1]:
        raise Undefined("a kink")
    world.path = [*before, paths[0]]
    return (ends[0] - ends[1]) / (2 * h)


def move(x, value, world):
    """Change one number, and forget what was computed with it."""
    world.values[key_of(x, world)] = value
    name = x.base if isinstance(x, Indexed) else x
    world.memo = {k: v for k, v in world.memo.items() if name not in names(k[0])}


@cache
def names(e):
    return e.atoms(Symbol, IndexedBase)


def piecewise(e, world):
    """The value of the first branch whose condition holds."""
    for number, (value, condition) in enumerate(e.args):
        if holds(condition, world):
            world.branches.setdefault(e, set()).add(number)
            world.path.append(number)
            return evaluate(value, world)
    raise ClaimError(f"no branch applies: {named(e)}")


def holds(condition, world):
    """Whether a condition is true in ``world``."""
    match condition:
        case sp.logic.boolalg.BooleanAtom():
            return bool(condition)
        case sp.And():
            return all(holds(c, world) for c in condition.args)
        case sp.Or():
            return any(holds(c, world) for c in condition.args)
        case sp.Not():
            return not holds(condition.args[0], world)
    before, world.largest = world.largest, 0
    left, right = (evaluate(a, world) for a in condition.args)
    doubt = mpmath.ldexp(error_bound(condition, world), world.largest)
    world.largest = max(before, world.largest)
    if left != right and abs(left - right) < doubt:
        raise Undefined("rounding decides which is larger")
    return RELATIONS[condition.func](left, right)


def error_bound(condition, world):
    """What rounding, or a difference quotient, may leave where there should be 0."""
    return world.step if condition.has(partial) else mpf(10) ** (20 - mpmath.mp.dps)


# ------------------------------------------------------------------ arbitrary functions


def example_at(f, arguments, world):
    """``example``, once for the same arguments."""
    key = f.func, arguments
    if key not in world.examples:
        world.examples[key] = example(f, arguments, world.seed)
    return world.examples[key]


def example(f, arguments, seed=0):
    """An arbitrary function stands for every one; here for one without symmetries,
    with all its derivatives: f, f′ and f′′ are not 0 at 0.

    f = sin(s + a) + (s + s²/2 + s³/3)/5 with s = c·(arguments), added up for two
    directions c; the name of f and the seed choose a and c.
    """
    order, found = sum(f.orders), mpf(0)
    for c, a, factor in directions(f.letter, f.orders, seed):
        s = mpmath.fdot(c, arguments)
        cubic = [s + s**2 / 2 + s**3 / 3, 1 + s + s**2, 1 + 2 * s, 2, *[0] * order]
        wave = mpmath.sin(within_reach(s) + a + order * mpmath.pi / 2)
        found += (wave + mpf(cubic[order]) / 5) * factor
    return found


@cache
def directions(letter, orders, seed):
    """Two random directions c with their a, and the factor by which the derivative of
    these orders multiplies.
    """
    rng, found = random.Random(f"{letter} {seed}"), []
    for _ in range(2):
        c = [mpf(rng.uniform(0.5, 1.5)) for _ in orders]
        factor = mpmath.fprod(d**k for d, k in zip(c, orders, strict=True))
        found.append((c, mpf(rng.uniform(0.3, 1.2)), factor))
    return found


# ------------------------------------------------------------------- values of matrices


def matrix_of(M, world):
    """A matrix of numbers, a list of rows, by sums, products and transposes of such."""
    match M:
        case matrix() | ones_column():
            rows, columns = (range(1, integer(size, world) + 1) for size in M.shape)
            return [[evaluate(entry_of(M, n, k), world) for k in columns] for n in rows]
        case MatAdd():
            return entrywise(mpmath.fsum, M.args, world)
        case HadamardProduct():
            return entrywise(mpmath.fprod, M.args, world)
        case MatMul():
            number, matrices = M.as_coeff_matrices()
            product = product_of([matrix_of(A, world) for A in matrices], world)
            factor = evaluate(number, world)
            return [[factor * v for v in row] for row in product]
        case MatPow() if M.exp.is_Integer and M.exp > 0:
            return product_of([matrix_of(M.base, world)] * int(M.exp), world)
        case Transpose():
            columns = zip(*matrix_of(M.arg, world), strict=True)
            return [list(column) for column in columns]
        case elementwise():
            function, argument = M.args
            z, values = function.variables[0], matrix_of(argument, world)
            return [[value_at(function.expr, z, v, world) for v in r] for r in values]
    raise ClaimError(
        "expected sums, products, powers, transposes, ⊙ and functions of matrix(...), "
        f"received {M}"
    )


def entrywise(operation, matrices, world):
    """The sum, or the product, of matrices entry by entry."""
    found = [matrix_of(A, world) for A in matrices]
    rows = zip(*found, strict=True)
    return [[world.note(operation(v)) for v in zip(*row, strict=True)] for row in rows]


def product_of(matrices, world):
    """The product of matrices: rows times columns."""

    def times(A, B):
        columns = list(zip(*B, strict=True))
        return [[world.note(mpmath.fdot(row, c)) for c in columns] for row in A]

    return reduce(times, matrices)


def entry_of(M, n, k):
    return (
        sp.Integer(1)
        if isinstance(M, ones_column)
        else M.base[(n, k)[-len(M.base.shape) :]]
    )


def value_at(expression, z, v, world):
    """``expression`` with z = v; z is a name that occurs nowhere else."""
    world.values[z] = v
    return evaluate(expression, world)


def named(e):
    """An expression in text, with the names that the author gave its indices."""
    own = {i: Symbol(i.name) for i in e.atoms(sp.Dummy)}
    return str(e.xreplace(own))
