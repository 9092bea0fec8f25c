"""Both sides of each entry of ``true_identities`` in numbers, apart from the package's own witness.

    PYTHONPATH=code .venv/bin/python tests/proof/evaluate_identities.py [part of a name]

Sizes 1 to 4; values are random decimals, or whole numbers from -2 to 2, so that ties and zeros occur. A derivative
is a difference quotient, and is defined where the one-sided slopes agree.
"""

import contextlib
import itertools
import random
import sys

import mpmath
import sympy as sp
import true_identities
from backprop.proof.matrices import elementwise, entry, matrix, ones_column
from backprop.proof.vocabulary import Arbitrary, Array, partial, relu, sigmoid, silu, softplus, step
from mpmath import mpf
from sympy.matrices.expressions import HadamardProduct, MatAdd, MatMul, MatPow, Transpose

DIGITS, DRAWS, ENOUGH = 40, 60, 14
STEPS = {1: mpf(10) ** -60, 2: mpf(10) ** -30, 3: mpf(10) ** -15}  # by how many derivatives are still inside
RELATIONS = {
    sp.Gt: lambda a, b: a > b,
    sp.Ge: lambda a, b: a >= b,
    sp.Lt: lambda a, b: a < b,
    sp.Le: lambda a, b: a <= b,
}
FUNCTIONS = {
    sp.exp: mpmath.exp,
    sp.sin: mpmath.sin,
    sp.cos: mpmath.cos,
    sp.tanh: mpmath.tanh,
    sp.sinh: mpmath.sinh,
    sp.cosh: mpmath.cosh,
    sp.erf: mpmath.erf,
    sp.Abs: abs,
    sp.sign: mpmath.sign,
    sp.Max: max,
    sp.Min: min,
    relu: lambda u: max(u, mpf(0)),
    step: lambda u: mpf(u > 0),
    sigmoid: lambda u: 1 / (1 + mpmath.exp(-u)),
    softplus: lambda u: mpmath.log(1 + mpmath.exp(u)),
    silu: lambda u: u / (1 + mpmath.exp(-u)),
    sp.KroneckerDelta: lambda a, b: mpf(a == b),
}


class Undefined(Exception):
    """A side has no value here."""


class Place:
    """Values for everything that an identity names; ``at`` holds sizes and indices."""

    def __init__(self, sizes, rng, where):
        self.at, self.rng, self.where = dict(sizes), rng, where
        self.values, self.functions = {}, {}
        self.whole = rng.random() < 0.5

    def value(self, key, is_positive):
        if key not in self.values:
            drawn = self.rng.randint(-2, 2) if self.whole else self.rng.randint(-200, 200) / 100
            self.values[key] = mpf(abs(drawn) or 1) if is_positive else mpf(drawn)
        return self.values[key]

    def key(self, a):
        return a if isinstance(a, sp.Symbol) else (a.base, *(int(self(index)) for index in a.indices))

    def array_entry(self, a):
        base, *where = self.key(a)
        for short, long in self.where.items():
            if isinstance(short, sp.Indexed) and short.base == base:
                return self.bound(dict(zip(short.indices, where, strict=True)), long)
        if not all(1 <= index <= self(size) for index, size in zip(where, base.shape, strict=True)):
            raise AssertionError(f"{a} with {where} outside of {base.shape}")
        return self.value((base, *where), base.is_positive)

    def bound(self, names, e):
        before, self.at = self.at, {**self.at, **names}
        try:
            return self(e)
        finally:
            self.at = before

    def symbol(self, s):
        if s in self.where:
            return self(self.where[s])
        return mpf(self.at[s]) if s.is_integer else self.value(s, s.is_positive)

    def sum(self, e):
        loops = [[{i: v} for v in range(int(self(low)), int(self(high)) + 1)] for i, low, high in e.limits]
        names = ({k: v for d in choice for k, v in d.items()} for choice in itertools.product(*loops))
        return mpmath.fsum(self.bound(choice, e.function) for choice in names)

    def power(self, base, exponent):
        if exponent.is_integer:
            u, k = self(base), int(self(exponent))
            if u == 0 and k < 0:
                raise Undefined
            return u**k
        u, k = self(base), self(exponent)
        if u < 0 or (u == 0 and not (exponent.is_Rational and k > 0)):
            raise Undefined
        return mpmath.power(u, k)

    def slope(self, y, x):
        key, h = self.key(x), STEPS[1 + depth(y)]
        here = self.array_entry(x) if isinstance(x, sp.Indexed) else self.symbol(x)
        values = []
        for shift in (h, 0, -h):
            self.values[key] = here + shift
            try:
                values.append(self(y))
            finally:
                self.values[key] = here
        ahead, behind = (values[0] - values[1]) / h, (values[1] - values[2]) / h
        if abs(ahead - behind) > mpf(10) ** -8 * (1 + abs(ahead)):
            raise Undefined
        return (ahead + behind) / 2

    def arbitrary(self, e):
        if e.letter not in self.functions:
            rng = random.Random(self.rng.random())
            self.functions[e.letter] = [
                [mpf(rng.randint(50, 150)) / 100 * rng.choice([1, 1, -1]) for _ in range(len(e.orders) + 1)]
                for _ in range(3)
            ]
        order, total, u = sum(e.orders), mpf(0), [self(a) for a in e.args]
        for number, (shift, *c) in enumerate(self.functions[e.letter]):
            s = mpmath.fdot(c, u) + shift
            cubic = [s**3 / 6, s**2 / 2, s, mpf(1), mpf(0)][min(order, 4)]
            wave = mpmath.sin(s + order * mpmath.pi / 2)
            factor = mpmath.fprod(v**k for v, k in zip(c, e.orders, strict=True))
            total += factor * (cubic if number == 0 else wave)
        return total

    def grid(self, M):
        rows, columns = (range(1, int(self(size)) + 1) for size in M.shape)
        match M:
            case matrix():
                two = len(M.base.shape) == 2
                return [[self.array_entry(M.base[(n, k) if two else (k,)]) for k in columns] for n in rows]
            case ones_column():
                return [[mpf(1)] for _ in rows]
            case Transpose():
                return [list(column) for column in zip(*self.grid(M.arg), strict=True)]
            case MatAdd() | HadamardProduct():
                parts, join = [self.grid(A) for A in M.args], mpmath.fsum if isinstance(M, MatAdd) else mpmath.fprod
                return [[join(P[n - 1][k - 1] for P in parts) for k in columns] for n in rows]
            case MatPow():
                return self.product([self.grid(M.base)] * int(M.exp))
            case MatMul():
                number, factors = M.as_coeff_matrices()
                product = self.product([self.grid(A) for A in factors])
                return [[self(number) * v for v in row] for row in product]
            case elementwise():
                function, argument = M.args
                (z,) = function.variables
                return [[self.with_value(z, v, function.expr) for v in row] for row in self.grid(argument)]
        raise TypeError(type(M))

    def product(self, grids):
        left, *rest = grids
        for right in rest:
            left = [[mpmath.fdot(row, column) for column in zip(*right, strict=True)] for row in left]
        return left

    def with_value(self, z, v, e):
        self.values[z] = v
        return self(e)

    def holds(self, condition):
        if condition in (sp.true, sp.false):
            return bool(condition)
        return RELATIONS[condition.func](self(condition.lhs), self(condition.rhs))

    def __call__(self, e):
        match e:
            case sp.Rational():
                return mpf(e.p) / e.q
            case sp.NumberSymbol():
                return {sp.pi: mpmath.pi, sp.E: mpmath.e}[e] + mpf(0)
            case sp.Symbol():
                return self.symbol(e)
            case sp.Indexed():
                return self.array_entry(e)
            case sp.Add():
                return mpmath.fsum(map(self, e.args))
            case sp.Mul():
                return mpmath.fprod(map(self, e.args))
            case sp.Pow():
                return self.power(*e.args)
            case sp.Sum():
                return self.sum(e)
            case partial():
                return self.slope(*e.args)
            case entry():
                M, n, k = e.args
                return self.grid(M)[int(self(n)) - 1][int(self(k)) - 1]
            case Arbitrary():
                return self.arbitrary(e)
            case sp.Piecewise():
                return next(self(value) for value, condition in e.args if self.holds(condition))
            case sp.log():
                u = self(e.args[0])
                if u <= 0:
                    raise Undefined
                return mpmath.log(u)
        return FUNCTIONS[e.func](*map(self, e.args))


def depth(e):
    return max(map(depth, e.args), default=0) + isinstance(e, partial)


def spans(e, bound, found):
    """Each free index with the sizes that its places have."""
    if isinstance(e, sp.Sum):
        for limit in e.limits:
            spans(limit[2], bound, found)
        return spans(e.function, bound | {*e.variables}, found)
    if isinstance(e, sp.Indexed):
        for index, size in zip(e.indices, e.base.shape, strict=True):
            if isinstance(index, sp.Symbol) and index not in bound:
                found.setdefault(index, []).append(size)
    if isinstance(e, entry):
        for index, size in zip(e.args[1:], e.args[0].shape, strict=True):
            if isinstance(index, sp.Symbol) and index not in bound:
                found.setdefault(index, []).append(size)
    for part in e.args:
        spans(part, bound, found)
    if isinstance(e, sp.KroneckerDelta):  # an index that stands in deltas alone has its partner's range
        for one, other in (e.args, e.args[::-1]):
            if isinstance(one, sp.Symbol) and one not in bound and other in found:
                found.setdefault(one, []).extend(found[other])
    return found


def symbols(e):
    """Every symbol, those in the shapes of arrays and matrices as well."""
    found = {s for s in e.atoms(sp.Symbol) if not isinstance(s, sp.Dummy)}
    for base in e.atoms(sp.IndexedBase):
        found |= set().union(*(sp.sympify(size).free_symbols for size in base.shape)) - {base.label}
    return found


def difference(left, right, where, rng):
    """How far the sides are apart at one random place, relative to their size; None where one is undefined."""
    every = sp.Tuple(left, right, *where.values())
    count = {s: rng.randint(1, 4) for s in sorted(symbols(every), key=str) if s.is_integer and s.is_positive}
    place = Place(count, rng, where)
    for index, sizes in sorted(spans(sp.Tuple(left, right), frozenset(), {}).items(), key=str):
        place.at[index] = rng.randint(1, min(int(place(size)) for size in sizes))
    with mpmath.workdps(DIGITS if depth(every) == 0 else 200):
        try:
            values = place(left), place(right)
        except (Undefined, ZeroDivisionError):
            return None
        return abs(values[0] - values[1]) / (1 + abs(values[0]) + abs(values[1])), place, values


def evaluate(left, right, where, seed=0, draws=DRAWS, enough=ENOUGH):
    """The number of places where both sides are defined; raises where they differ."""
    rng, defined = random.Random(seed), 0
    for _ in range(draws):
        found = difference(sp.sympify(left), sp.sympify(right), where, rng)
        if found and found[0] > mpf(10) ** -10:
            raise AssertionError(f"{left} = {right}: {found[1].at} {found[1].values} {found[2]}")
        defined += bool(found)
        if defined >= enough:
            break
    return defined


def sides(call):
    """The two sides that an entry claims, and its abbreviations; nothing is proved."""
    caught = []

    def catch(left, right, where=None):
        caught.append((left, right, {short: sp.sympify(long) for short, long in (where or {}).items()}))

    with replaced(
        prove=catch, array=lambda name, *shape, positive=None: Array(name, shape=shape, real=True, positive=positive)
    ):
        call()
    return caught[0]


@contextlib.contextmanager
def replaced(**names):
    before = {name: getattr(true_identities, name) for name in names}
    vars(true_identities).update(names)
    yield
    vars(true_identities).update(before)


if __name__ == "__main__":
    part, worst = (sys.argv[1:] or [""])[0], {}
    for name, (_, call) in true_identities.TRUE.items():
        if part in name:
            try:
                worst[name] = evaluate(*sides(call))
            except Exception as error:
                print("FALSE OR BROKEN", name, type(error).__name__, str(error)[:1500], flush=True)
    for name, (left, right, _) in true_identities.INDUCTION.items():
        if part in name:
            worst[f"induction: {name}"] = evaluate(left, right, {})
    few = {name: count for name, count in worst.items() if count < ENOUGH}
    print(len(worst), "evaluated; fewer than", ENOUGH, "places:", few)
