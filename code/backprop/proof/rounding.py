"""What rounding makes of a formula: its value, and how far from it a program may end
that computes the formula as it is written.

1 - tanh(4z)² is 4e-17 at z = 5, but its 1 and its square are rounded at the 16th digit:
a program that answers 0 makes no error. The derivative of tanh(4z)/4 is the same
number, and no 1 is subtracted in it: there 0 is an error.
"""

import random

import mpmath
import sympy as sp
from mpmath import inf, mpf
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

from .matrices import entry
from .values import (
    STEP,
    WORKING,
    World,
    definition,
    evaluate,
    holds,
    loop,
    plain_symbols,
    power,
)
from .vocabulary import partial, relu, step

FINER = 4  # a difference quotient's step to this power, for a value beyond doubt
BENT = relu, step, sp.Max, sp.Min, sp.Abs, sp.sign  # judged by their branches
OPERATIONS = {Add: lambda *v: mpmath.fsum(v), Mul: lambda *v: mpmath.fprod(v)}
OPERATIONS[Pow] = power


class Machine:
    """A type of floating-point numbers: the distance of 1 to its neighbour,
    the smallest number with all digits, and the largest.
    """

    def __init__(self, limits):
        self.eps = mpf(float(limits.eps))
        self.tiny, self.most = mpf(float(limits.tiny)), mpf(float(limits.max))


class Careful(World):
    """The numbers of a world, for values with more digits and a smaller step;
    ``spreads`` keeps the sums with their errors.
    """

    def __init__(self, world):
        super().__init__(world.values, world.seed, step=STEP**FINER)
        self.spreads = {}


def rounding(formula, careful, machine):
    """The value of a formula, and how much it may change when each number that stands
    in it, and each result of an operation, is rounded once; infinite where one of them
    is too large.
    """
    with mpmath.workdps(FINER * WORKING):
        return spread(formula, careful, machine)


def spread(e, world, machine):
    """The value of an expression and the error that rounding may make of it."""
    match e:
        case Indexed() | Symbol() | sp.Number() | sp.NumberSymbol():
            return rounded(evaluate(e, world), 0, machine)
        case KroneckerDelta():
            return evaluate(e, world), mpf(0)
        case Sum():
            return sum_once(e, world, machine)
        case Add():
            return added([spread(a, world, machine) for a in e.args], machine)
        case entry():
            return spread(e.doit(), world, machine)
        case Piecewise():
            return by_branch(e, world, machine)
        case partial():
            return rounded(evaluate(e, world), by_inputs(e, world, machine), machine)
    if isinstance(e, BENT):
        return by_branch(definition(e), world, machine)
    parts = [spread(a, world, machine) for a in e.args]
    return through(operation(e, world), parts, machine)


def sum_once(e, world, machine):
    """A sum, once for each combination of the values that it depends on."""
    key = e, *(world.values.get(s) for s in plain_symbols(e))
    if key not in world.spreads:
        terms = [spread(e.function, world, machine) for _ in loop(e.limits, world)]
        world.spreads[key] = added(terms, machine)
    return world.spreads[key]


def rounded(value, error, machine):
    """A value with an error to which its own rounding is added."""
    if abs(value) > machine.most:
        return value, inf
    return value, error + max(machine.eps * abs(value), machine.tiny * (value != 0))


def added(terms, machine):
    """A sum: the errors of its terms are added."""
    values, errors = zip(*terms, strict=True)
    return rounded(mpmath.fsum(values), mpmath.fsum(errors), machine)


def through(function, parts, machine):
    """The value of a function of several numbers, each with its error."""
    values, errors = zip(*parts, strict=True)
    value, error = function(*values), mpf(0)
    for k, width in enumerate(errors):
        for shift in {width, -width} - {0}:
            if not mpmath.isfinite(shift):
                return value, inf
            moved = [v + shift * (k == m) for m, v in enumerate(values)]
            error = max(error, difference(function, moved, value))
    return rounded(value, len(parts) * error, machine)


def difference(function, moved, value):
    """How far a function comes from a value; infinite where it has none."""
    try:
        change = abs(function(*moved) - value)
    except (ZeroDivisionError, OverflowError):
        return inf
    return change if isinstance(change, mpf) else inf


def operation(e, world):
    """What an expression does with the values of its parts."""
    if e.func in OPERATIONS:
        return OPERATIONS[e.func]
    names = [sp.Dummy(real=True) for _ in e.args]
    alone = e.func(*names)

    def at(*values):
        world.values.update(zip(names, values, strict=True))
        return evaluate(alone, world)

    return at


def by_branch(e, world, machine):
    """A piecewise function: what its branch makes, and a jump to another branch where
    rounding may decide a condition otherwise.
    """
    values, conditions = zip(*e.args, strict=True)
    taken = next(k for k, c in enumerate(conditions) if holds(c, world))
    value, error = spread(values[taken], world, machine)
    if any(doubtful(c, world, machine) for c in conditions[: taken + 1]):
        jumps = [difference(evaluate, (other, world), value) for other in values]
        error = max(error, *jumps)
    return value, error


def doubtful(condition, world, machine):
    """Whether rounding may decide a comparison in a condition; a tie stays one."""
    for c in condition.atoms(sp.core.relational.Relational):
        value, error = spread(sp.Add(c.lhs, -c.rhs), world, machine)
        if value != 0 and abs(value) <= 8 * error:
            return True
    return False


def by_inputs(e, world, machine, times=8):
    """How much a derivative changes when every number that it depends on is rounded:
    of a few ways to round them all, the one that changes most.
    """
    names = e.atoms(Symbol, IndexedBase)
    inputs = [
        key for key in world.values if of(key) in names and not of(key).is_integer
    ]
    rng, value, found = random.Random(0), evaluate(e, world), mpf(0)
    for _ in range(times):
        moved = dict(world.values)
        for key in inputs:
            moved[key] *= 1 + rng.choice([-1, 1]) * machine.eps
        elsewhere = World(moved, world.seed, step=world.step)
        found = max(found, difference(evaluate, (e, elsewhere), value))
    return found * mpmath.sqrt(len(inputs))


def of(key):
    """The symbol or the array of a number's name in a world."""
    return key[0] if isinstance(key, tuple) else key
