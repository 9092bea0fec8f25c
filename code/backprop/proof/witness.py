"""The second witness: the value of an expression to 50 digits,
found without SymPy's calculus.

A sum is a loop, a matrix product is a product of numbers, a derivative is a difference
quotient with a step of 10⁻³⁰. Nothing here differentiates, collapses or simplifies,
so that an error of SymPy's is not made twice.
"""

import itertools
import operator
import random
from functools import cache, reduce

import mpmath
import sympy as sp
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
    Transpose,
)

from .errors import ClaimError
from .ranges import ranges
from .shorthand import fresh
from .matrices import elementwise, entry, matrix, ones_column
from .vocabulary import Arbitrary, BookFunction, partial

# digits carried; one difference quotient costs 30 of them,
# a second one inside it 30 more
WORKING = 130
STEP = "1e-30"
CLOSE = "1e-50"
NOISE = "1e-80"  # what rounding leaves of a difference quotient that is 0
RELATIONS = {
    sp.Gt: operator.gt,
    sp.Ge: operator.ge,
    sp.Lt: operator.lt,
    sp.Le: operator.le,
    sp.Ne: operator.ne,
    sp.Eq: operator.eq,
}


class World:
    """Numbers for the symbols of an expression, each drawn when it is first asked for.

    ``values`` maps a symbol, or an array with its integer indices, to a number.
    ``branches`` remembers which branches of each piecewise function were reached.
    """

    def __init__(self, values=(), seed=0, draw=lambda rng: rng.gauss(0, 1)):
        self.values = dict(values)
        self.branches = {}
        self.memo = {}  # sums and matrices that were computed already
        self.examples = {}  # and arbitrary functions
        self.random = random.Random(seed)
        self.draw = draw

    def __getitem__(self, key):
        if key not in self.values:
            symbol = key[0] if isinstance(key, tuple) else key
            if symbol.is_integer:
                raise ClaimError(
                    f"expected a range for the index {symbol}, received none: "
                    "it is no array's index."
                )
            x = mpmath.mpf(self.draw(self.random))
            self.values[key] = (
                abs(x) if symbol.is_positive else -abs(x) if symbol.is_negative else x
            )
        return self.values[key]


def evaluate(e, world):
    """The number that ``e`` has in ``world``.

    >>> from backprop.proof.vocabulary import partial, reals
    >>> z = reals("z")
    >>> with mpmath.workdps(WORKING):
    ...     value = evaluate(partial(z**3, z), World({z: mpmath.mpf(2)}))
    ...     print(mpmath.nstr(value, 20))
    12.0
    """
    match e:
        case Indexed():
            return world[key_of(e, world)]
        case Symbol():
            return mpmath.mpf(world[e])  # of a size or an index, an int
        case sp.Rational():
            return mpmath.mpf(e.p) / e.q
        case sp.Float() | sp.NumberSymbol():
            return mpmath.mpf(sp.N(e, WORKING)._mpf_)
        case Add():
            return mpmath.fsum(evaluate(a, world) for a in e.args)
        case Mul():
            return mpmath.fprod(evaluate(a, world) for a in e.args)
        case Pow():
            return mpmath.power(*(evaluate(a, world) for a in e.args))
        case Sum():
            return remembered(e, world)
        case Arbitrary():
            return example_at(e, tuple(evaluate(a, world) for a in e.args), world)
        case KroneckerDelta():
            return mpmath.mpf(evaluate(e.args[0], world) == evaluate(e.args[1], world))
        case entry():
            M, n, k = e.args
            return remembered(M, world)[integer(n, world) - 1][integer(k, world) - 1]
        case partial():
            return difference_quotient(*e.args, world)
        case Piecewise():
            return piecewise(e, world)
        case BookFunction() | sp.Max() | sp.Min() | sp.Abs() | sp.sign():
            return evaluate(definition(e), world)
        case sp.Function() if hasattr(mpmath, e.func.__name__):
            return getattr(mpmath, e.func.__name__)(
                *(evaluate(a, world) for a in e.args)
            )
    raise ClaimError(
        "expected numbers, arrays, sums and known functions, "
        f"received {type(e).__name__}: {e}"
    )


def remembered(e, world):
    """A sum or a matrix, once for each combination of the values that it depends on."""
    key = e, *(world.values.get(s) for s in plain_symbols(e))
    if key not in world.memo:
        if isinstance(e, Sum):
            terms = (evaluate(e.function, world) for _ in loop(e.limits, world))
            world.memo[key] = mpmath.fsum(terms)
        else:
            world.memo[key] = evaluate_matrix(e, world)
    return world.memo[key]


def example_at(f, arguments, world):
    """``example``, once for the same arguments."""
    key = f.func, arguments
    if key not in world.examples:
        world.examples[key] = example(f, arguments)
    return world.examples[key]


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
    return base, *[integer(i, world) for i in indices]


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
    """Central difference. Its error is near 10⁻⁶⁰ for the functions of this book."""
    here, h, ends = evaluate(x, world), mpmath.mpf(STEP), []
    for shift in (h, -h):
        move(x, here + shift, world)
        ends.append(evaluate(y, world))
    move(x, here, world)
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
            return evaluate(value, world)
    raise ClaimError(f"no branch applies: {e}")


def holds(condition, world):
    """Whether a condition is true in ``world``."""
    match condition:
        case sp.logic.boolalg.BooleanAtom():
            return bool(condition)
        case sp.And():
            return all(holds(c, world) for c in condition.args)
        case sp.Or():
            return any(holds(c, world) for c in condition.args)
    left, right = (evaluate(a, world) for a in condition.args)
    return RELATIONS[condition.func](left, right)


def example(f, arguments):
    """An arbitrary function stands for every one;
    here for one without symmetries, with all its derivatives.

    f = sin(s + a) + s³/5 with s = c·(arguments), added up for two directions c;
    the name of f chooses a and c.
    """
    order, total = sum(f.orders), mpmath.mpf(0)
    for c, a, factor in directions(f.letter, f.orders):
        s = mpmath.fdot(c, arguments)
        cubic = [s**3, 3 * s**2, 6 * s, 6, *[0] * order][order] / mpmath.mpf(5)
        wave = mpmath.sin(s + a + order * mpmath.pi / 2)
        total += (wave + cubic) * factor
    return total


@cache
def directions(letter, orders):
    """Two random directions c with their a, and the factor by which the derivative of
    these orders multiplies.
    """
    rng, found = random.Random(letter), []
    for _ in range(2):
        c = [mpmath.mpf(rng.uniform(0.5, 1.5)) for _ in orders]
        factor = mpmath.fprod(d**k for d, k in zip(c, orders, strict=True))
        found.append((c, rng.random(), factor))
    return found


def evaluate_matrix(M, world):
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
            product = reduce(times, (evaluate_matrix(A, world) for A in matrices))
            factor = evaluate(number, world)
            return [[factor * v for v in row] for row in product]
        case Transpose():
            return [
                list(column)
                for column in zip(*evaluate_matrix(M.arg, world), strict=True)
            ]
        case elementwise():
            function, argument = M.args
            z, values = function.variables[0], evaluate_matrix(argument, world)
            return [[value_at(function.expr, z, v, world) for v in r] for r in values]
    raise ClaimError(
        "expected sums, products, transposes, ⊙ and functions of matrix(...), "
        f"received {M}"
    )


def entrywise(operation, matrices, world):
    """The sum, or the product, of matrices entry by entry."""
    found = [evaluate_matrix(A, world) for A in matrices]
    rows = zip(*found, strict=True)
    return [list(map(operation, zip(*row, strict=True))) for row in rows]


def times(A, B):
    """The product of two matrices: rows times columns."""
    columns = list(zip(*B, strict=True))
    return [[mpmath.fdot(row, column) for column in columns] for row in A]


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


# ------------------------------------------------------ concrete sizes and index values


def size_symbols(*expressions):
    """The symbols for sizes, in alphabetical order:
    positive integers, and whatever bounds a sum or an array.
    """
    found = set()
    for e in expressions:
        bounds = [high for s in e.atoms(Sum) for _, _, high in s.limits]
        shapes = [size for a in e.atoms(IndexedBase, ones_column) for size in a.shape]
        found |= {s for size in bounds + shapes for s in size.free_symbols}
        found |= {
            s
            for s in e.free_symbols
            if isinstance(s, Symbol) and s.is_integer and s.is_positive
        }
    return sorted(found, key=str)


def free_indices(*expressions):
    """Each free index with the size that it runs to."""
    return ranges(fresh(sp.Tuple(*expressions)))


def places(indices, world, most=16):
    """Set the free indices to each combination of values, or to ``most`` of them:
    the first, the last and others drawn at random.
    """
    spans = [range(1, integer(size, world) + 1) for size in indices.values()]
    combinations = list(itertools.product(*spans))
    if len(combinations) > most:
        corners = combinations[0], combinations[-1]
        combinations = [*corners, *world.random.sample(combinations, most - 2)]
    for combination in combinations:
        world.values.update(zip(indices, combination, strict=True))
        yield combination


def settings(*expressions):
    """Sizes to try: twice all different from each other,
    so that a missing transpose cannot hide, then all 1.
    """
    symbols = size_symbols(*expressions)
    yield {s: v for v, s in enumerate(symbols, start=2)}
    if symbols:
        least = 2 + len(symbols) % 2  # so that the one in the middle differs, too
        yield {s: v for v, s in enumerate(reversed(symbols), start=least)}
        yield dict.fromkeys(symbols, 1)


def differ(left, right):
    scale = mpmath.fabs(left) + mpmath.fabs(right)
    return mpmath.fabs(left - right) > mpmath.mpf(CLOSE) * scale + mpmath.mpf(NOISE)


def depth(e):
    """How many derivatives are taken of each other."""
    return max(map(depth, e.args), default=0) + isinstance(e, partial)


def counterexample(left, right, conditions=(), draw=lambda rng: rng.gauss(0, 1)):
    """A world in which the two sides differ and their values there, or None.

    Only worlds in which the conditions hold and both sides are real numbers count.

    Raises
    ------
    ClaimError if no such world was found.
    """
    left, right = sp.sympify(left), sp.sympify(right)
    indices, found = free_indices(left, right), False
    draws = 2 if indices else 8
    with mpmath.workdps(WORKING + 30 * max(depth(left), depth(right))):
        for sizes in settings(left, right, *conditions):
            for seed in range(draws):
                world = World(sizes, seed, draw)
                for values in values_at_places(left, right, conditions, indices, world):
                    found = True
                    if differ(*values):
                        return world, *values
    if not found:
        raise ClaimError(
            f"{left} = {right}: no numbers found for which {conditions} hold. "
            "Likely cause: declare what is positive, as in array(..., positive=True)."
        )
    return None


def values_at_places(left, right, conditions, indices, world):
    """The values of both sides wherever they are defined."""
    for _ in places(indices, world):
        try:
            if not all(possible(c, world) for c in conditions):
                continue
            values = evaluate(left, world), evaluate(right, world)
        except (ZeroDivisionError, OverflowError, TypeError):
            return  # no real number there, as for 1/0 and log(-1) > 0: the next world
        if all(isinstance(v, mpmath.mpf) and mpmath.isfinite(v) for v in values):
            yield values


def possible(condition, world):
    """Whether a condition holds, for every value of an index that a sum binds."""
    bound = {
        i: size for i, size in ranges(condition.lhs).items() if i not in world.values
    }
    answers = [holds(condition, world) for _ in places(bound, world)]
    for i in bound:
        del world.values[i]
    return all(answers)
