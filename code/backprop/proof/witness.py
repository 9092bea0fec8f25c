"""The second witness: numbers for which the two sides of a claim differ.

``values.py`` has the value of an expression, found without SymPy's calculus and
without the kernel.

**Which numbers.** ``trials`` goes through sizes (all equal, all different, one of them
large) and through kinds of numbers (zeros, ties, halves, large, tiny).

**When two values differ.** Rounding and the step of a difference quotient leave an
error. Two sides that seem to differ are evaluated twice more, each time with more
digits and a smaller step. What the two disagree by is the error; a difference counts
if it is a thousand times as large.
"""

import itertools

import mpmath
import sympy as sp
from mpmath import mpf
from sympy import IndexedBase, Sum, Symbol

from .errors import ClaimError
from .matrices import ones_column
from .ranges import ranges
from .shorthand import fresh
from .values import (
    STEP,
    WORKING,
    Spent,
    World,
    apart,
    evaluate,
    holds,
    integer,
    named,
    normal,
)
from .vocabulary import partial

CLOSE = mpf("1e-45")  # a relative difference that is none
CERTAIN = 1000  # how much larger than its error a difference must be
MOST_DIGITS = 3000  # a difference that needs more does not count
ENOUGH = 12_000  # steps of evaluation, after which no further round begins
MOST = 40_000  # steps of one trial
MOST_IN_ALL = 100_000


# ----------------------------------------------------------------- numbers to be tried


def by_array(key):
    """All entries of an array are equal."""
    return key[0] if isinstance(key, tuple) else key


def together(key):
    """All numbers are equal."""
    return None


KINDS = {
    "any": (normal, apart),
    "halves": (lambda rng: rng.randint(-3, 3) / 2, apart),
    "near 10": (lambda rng: rng.choice([-10, 10]) + normal(rng), apart),
    "some zeros": (lambda rng: rng.choice([0, 0, normal(rng)]), apart),
    "equal arrays": (normal, by_array),
    "positive": (lambda rng: 3 * abs(normal(rng)), apart),
    "some ties": (lambda rng: rng.choice([-1.75, 0.375, 1.125]), apart),
    "zero": (lambda rng: 0, together),
    "near -10": (lambda rng: -10 + normal(rng), apart),
    "near 100": (lambda rng: rng.choice([-100, 100]) + normal(rng), apart),
    "all equal": (lambda rng: 3 * normal(rng), together),
    "tiny": (lambda rng: normal(rng) / 2**70, apart),
    "all scales": (lambda rng: normal(rng) * 2.0 ** rng.randint(-70, 7), apart),
    "huge": (lambda rng: normal(rng) * 2**30, apart),
}
SIMPLE = (  # the numbers of a counterexample, from the simplest
    (lambda rng: 1, together),
    *[(lambda rng: rng.choice([1, 2, 3, -1, -2, -3]), apart)] * 8,
    *[KINDS["halves"]] * 4,
    *[(lambda rng, v=v: v, together) for v in (10, -10, 100, -100)],
    *[(lambda rng: rng.choice([5, 10, 100, -5, -10, -100]), apart)] * 4,
)


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


def settings(symbols):
    """Sizes to try: twice all different from each other, so that a missing transpose
    cannot hide; all equal; each in turn larger than the others.
    """
    yield {s: v for v, s in enumerate(symbols, start=2)}
    if symbols:
        least = 2 + len(symbols) % 2  # so that the one in the middle differs, too
        yield {s: v for v, s in enumerate(reversed(symbols), start=least)}
        yield from (dict.fromkeys(symbols, v) for v in (1, 2))
        for large, others in ((4, 2), (5, 1)):
            yield from (dict.fromkeys(symbols, others) | {s: large} for s in symbols)
        yield from (dict.fromkeys(symbols, v) for v in (3, 4))
        yield from (dict.fromkeys(symbols, 2) | {s: 11} for s in symbols)


def trials(symbols, draw=None):
    """Sizes with kinds of numbers, in rounds: in each round every choice of sizes, with
    another kind of numbers. ``draw`` is a kind to begin with.
    """
    kinds = [*([(draw, apart)] if draw else []), *KINDS.values()]
    for first in range(6 * len(kinds)):
        for place, sizes in enumerate(settings(symbols)):
            yield first, sizes, kinds[(first + place) % len(kinds)]


# ---------------------------------------------------------------------- counterexamples


def counterexample(left, right, conditions=(), draw=None, spans=()):
    """A world in which the two sides differ and their values there, or None.

    Only worlds in which the conditions hold and both sides are real numbers count;
    of those in which the sides differ, one with simple numbers is returned.
    ``spans`` says what the bound indices of the conditions run to.
    ``draw`` makes a number from a random generator, for the worlds to be tried first.

    Raises
    ------
    ClaimError if no such world was found.
    """
    claim = Comparison(left, right, conditions, spans)
    for seed, (first, sizes, kind) in enumerate(trials(claim.symbols, draw)):
        if claim.steps > (ENOUGH if first else MOST_IN_ALL):
            break
        if found := claim.differs(sizes, kind, seed):
            return claim.simplest(sizes) or found
    if claim.evaluated:
        return None
    needed = "".join(f" and {named(c)}" for c in conditions)
    raise ClaimError(
        f"{named(claim.left)} = {named(claim.right)}: no numbers found at which both "
        f"sides can be computed{needed}. "
        "Likely cause: declare what is positive, as in array(..., positive=True)."
    )


class Comparison:
    """The two sides of a claim with its conditions, and the steps spent on them."""

    def __init__(self, left, right, conditions, spans=()):
        self.spans = dict(spans)
        self.left, self.right = sp.sympify(left), sp.sympify(right)
        self.conditions = conditions
        sides = sp.Tuple(self.left, self.right)
        ours = {i: end for i, end in self.spans.items() if i in sides.free_symbols}
        self.indices = free_indices(*sides) | ours
        self.symbols = size_symbols(*sides, *conditions, *ours.values())
        self.depth = max(depth(self.left), depth(self.right))
        self.steps, self.evaluated = 0, False

    def differs(self, sizes, kind, seed):
        """A world of these sizes with its values where the sides differ, or None."""
        world = World(sizes, seed, *kind)
        if max(sizes.values(), default=1) > 1:
            world.most = MOST
        with mpmath.workdps(WORKING + 30 * self.depth):
            try:
                for values in self.at_places(world, most=12 if seed < 2 else 4):
                    self.evaluated = True
                    if sure := self.certain(world, *values):
                        return world, *sure
            except Spent:
                pass
            finally:
                self.steps += world.steps
        return None

    def at_places(self, world, most):
        """The values of both sides wherever they are defined."""
        for _ in places(self.indices, world, most):
            before = dict(world.values)
            world.path = []
            try:
                if not all(possible(c, world, self.spans) for c in self.conditions):
                    continue
                values = evaluate(self.left, world), evaluate(self.right, world)
            except (ZeroDivisionError, OverflowError):  # such as 1/0
                world.values, world.memo = before, {}
                continue
            yield values
            if world.steps > MOST:
                return

    def certain(self, world, left, right):
        """The values with more digits, or None if their difference may be an error.

        The digits reach from the largest number met down to the difference.
        """
        if not apart_by(left - right, left, right):
            return None
        digits = 2 * max(0, world.largest - mpmath.mag(left - right)) * 3 // 10
        if digits > MOST_DIGITS:
            return None
        try:
            pairs = [self.again(world, digits, finer) for finer in (3, 4)]
        except (ZeroDivisionError, OverflowError):
            return None
        with mpmath.workdps(2 * WORKING + digits):
            first, second = (a - b for a, b in pairs)
            sure = abs(second) > CERTAIN * abs(first - second)
            if sure and apart_by(second, *pairs[1]):
                return [settled(*values) for values in zip(*pairs, strict=True)]
        return None

    def again(self, world, digits, finer):
        """Both sides with more digits and a smaller step."""
        careful = World(world.values, world.seed, step=STEP**finer)
        digits += WORKING + finer * (20 + 40 * self.depth)
        with mpmath.workdps(digits):
            values = evaluate(self.left, careful), evaluate(self.right, careful)
        world.steps += careful.steps * digits // WORKING
        return values

    def simplest(self, sizes):
        """A counterexample of few and simple numbers, or None."""
        stop = self.steps + MOST
        two, one = ([dict.fromkeys(sizes, v)] if sizes else [] for v in (2, 1))
        for few in [*two, sizes, *one]:
            for seed, kind in enumerate(SIMPLE):
                found = self.differs(few, kind, seed)
                if found or self.steps > stop:
                    return found
        return None


def apart_by(difference, left, right):
    """Whether a difference is large enough beside the two numbers to be one."""
    return abs(difference) > CLOSE * (abs(left) + abs(right))


def settled(before, value):
    """A value, or 0 if it is nothing but the error of a difference quotient."""
    return value if 2 * abs(value - before) <= abs(value) else mpf(0)


def depth(e):
    """How many derivatives are taken of each other."""
    return max(map(depth, e.args), default=0) + isinstance(e, partial)


def possible(condition, world, known):
    """Whether a condition holds, for every value of an index that a sum binds."""
    ours = {i: size for i, size in known.items() if condition.has(i)}
    spans = ranges(condition.lhs) | ours
    bound = {i: size for i, size in spans.items() if i not in world.values}
    answers = [holds(condition, world) for _ in places(bound, world)]
    for i in bound:
        del world.values[i]
    return all(answers)
