"""Random expressions of the book's vocabulary, held against numbers: the kernel's normal form, and what it equates.

    PYTHONPATH=code .venv/bin/python tests/proof/random_expressions.py 100000 [seed]

prints what was tried, how the numbers agreed and how many true variations were proved. An expression is evaluated by
``Numbers``, which shares nothing with the kernel: a sum is a loop, a matrix a list of rows, a derivative is carried
along with each number. It computes in floats; where they are in doubt, with 60 digits.
"""

import math
import random
import sys
import time
from collections import Counter
from functools import reduce
from itertools import product

import mpmath
import sympy as sp
from backprop.proof import budget, kernel
from backprop.proof.conditions import conditions
from backprop.proof.equality import every_atom, is_zero
from backprop.proof.errors import ClaimError, NotProved
from backprop.proof.matrices import elementwise, entry, hadamard, matrix, ones_column
from backprop.proof.prove import equal
from backprop.proof.ranges import ranges
from backprop.proof.reading import Reader, differentiate, normal, unfolded, written
from backprop.proof.shorthand import fresh
from backprop.proof.vocabulary import (
    Arbitrary,
    arbitrary,
    array,
    indices,
    partial,
    reals,
    relu,
    sigmoid,
    silu,
    sizes,
    softplus,
    step,
)
from sympy import Abs, Add, Indexed, KroneckerDelta, Max, Min, Mul, Piecewise, Pow, Rational, Sum, Symbol
from sympy.matrices.expressions import HadamardPower, HadamardProduct, MatAdd, MatMul, MatPow, Transpose

# -------------------------------------------------------------------------------------------------------- numbers


class Undefined(Exception):
    """The expression has no value here."""


class Tie(Undefined):
    """A sign that rounding decides: it is 0, but 60 digits do not say so."""


class Unsure(Exception):
    """Floats do not tell the sign of a number."""


class Dual:
    """A number with its derivative; ``tag`` tells whose, since derivatives stand in derivatives."""

    __slots__ = "slope", "tag", "value"

    def __init__(self, value, slope, tag):
        self.value, self.slope, self.tag = value, slope, tag

    def split(self, other):
        tag = max(self.tag, other.tag) if type(other) is Dual else self.tag
        return tag, *parts(self, tag), *parts(other, tag)

    def __add__(self, other):
        tag, a, da, b, db = self.split(other)
        return Dual(a + b, da + db, tag)

    def __mul__(self, other):
        tag, a, da, b, db = self.split(other)
        return Dual(a * b, a * db + da * b, tag)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __rsub__(self, other):
        return self * -1 + other


def parts(u, tag):
    return (u.value, u.slope) if type(u) is Dual and u.tag == tag else (u, 0)


def chain(u, function, slope):
    """A function of a dual number."""
    return Dual(function(u.value), u.slope * slope(u.value), u.tag)


def plain(u):
    while type(u) is Dual:
        u = u.value
    return u


def sign(u):
    """The sign of a number; a derivative does not exist where it is 0."""
    v = plain(u)
    if v == 0:
        if type(u) is Dual:
            raise Undefined
        return 0
    if abs(v) < 1e-9:
        if type(v) is float:
            raise Unsure
        if abs(v) < 1e-30:
            raise Tie
    return 1 if v > 0 else -1


def like(u, number):
    """A number of the type that u has."""
    return type(plain(u))(number)


def smooth(in_floats, exact, slope):
    def function(u):
        if type(u) is float:
            return in_floats(u)
        return chain(u, function, slope) if type(u) is Dual else exact(u)

    return function


def positive(u):
    v = plain(u)
    if v <= 0:
        raise Undefined
    return u


def logistic(u):
    return 1 / (1 + math.exp(-u))


def natural_log(u):
    return LOG(positive(u))


def inverse(u):
    return integer_power(u, -1)


EXP = smooth(math.exp, mpmath.exp, lambda u: EXP(u))
LOG = smooth(math.log, mpmath.log, lambda u: inverse(u))
SIN = smooth(math.sin, mpmath.sin, lambda u: COS(u))
COS = smooth(math.cos, mpmath.cos, lambda u: SIN(u) * -1)
SINH = smooth(math.sinh, mpmath.sinh, lambda u: COSH(u))
COSH = smooth(math.cosh, mpmath.cosh, lambda u: SINH(u))
TANH = smooth(math.tanh, mpmath.tanh, lambda u: 1 - TANH(u) * TANH(u))
SIGMOID = smooth(logistic, lambda u: 1 / (1 + mpmath.exp(-u)), lambda u: SIGMOID(u) * SIGMOID(u * -1))
SOFTPLUS = smooth(lambda u: math.log(1 + math.exp(u)), lambda u: mpmath.log(1 + mpmath.exp(u)), SIGMOID)


def integer_power(u, k):
    if type(u) is Dual:
        return chain(u, lambda v: integer_power(v, k), lambda v: integer_power(v, k - 1) * k) if k else like(u, 1)
    if u == 0 and k < 0:
        raise Undefined
    return u**k


def real_power(u, k):
    """u to a power that is not whole, of u > 0."""
    return EXP(LOG(positive(u)) * k)


def any_power(u, k):
    """u to a power that may be whole."""
    return integer_power(u, round(k)) if round(k) == k else real_power(u, k)


def largest(*args):
    return reduce(lambda a, b: a if sign(a - b) >= 0 else b, args)


FUNCTIONS = {
    sp.exp: EXP,
    sp.log: natural_log,
    sp.sin: SIN,
    sp.cos: COS,
    sp.sinh: SINH,
    sp.cosh: COSH,
    sp.tanh: TANH,
    sigmoid: SIGMOID,
    softplus: SOFTPLUS,
    silu: lambda u: u * SIGMOID(u),
    relu: lambda u: u if sign(u) > 0 else like(u, 0),
    step: lambda u: like(u, sign(u) > 0),
    Abs: lambda u: u * sign(u),
    sp.sign: lambda u: like(u, sign(u)),
    Max: largest,
    Min: lambda *args: largest(*(a * -1 for a in args)) * -1,
}
RELATIONS = {
    sp.Gt: lambda s: s > 0,
    sp.Ge: lambda s: s >= 0,
    sp.Lt: lambda s: s < 0,
    sp.Le: lambda s: s <= 0,
    sp.Eq: lambda s: s == 0,
    sp.Ne: lambda s: s != 0,
}


def example(letter, orders, args):
    """A function without symmetries in place of an arbitrary one: two waves and a cubic, differentiated."""
    total = 0.0
    for shift, *c in DIRECTIONS[letter]:
        s = reduce(lambda a, b: a + b, (u * v for u, v in zip(args, c, strict=False)), shift)
        factor = math.prod(v**k for v, k in zip(c, orders, strict=False))
        total = total + wave(sum(orders), s) * factor
    return total


def wave(order, s):
    """The derivatives of sin(s) + s³/8."""
    cubic = [0.125 * s * s * s, 0.375 * s * s, 0.75 * s, 0.75, 0.0][min(order, 4)]
    return (SIN if order % 2 == 0 else COS)(s) * (-1 if order % 4 in (2, 3) else 1) + cubic


DIRECTIONS = {"f": [(0.25, 1.25, 0)], "g": [(-0.5, 0.75, 0)], "F": [(0.25, 1.25, -0.5), (0.5, 0.25, 0.75)]}


class World:
    """Sizes, places of the free indices, and numbers: often whole, so that zeros and ties occur."""

    def __init__(self, rng):
        most = 3
        self.sizes = {s: rng.randint(1, most) for s in SIZES}
        if rng.random() < 0.3:
            self.sizes = dict.fromkeys(SIZES, rng.randint(1, most))
        self.at = dict(self.sizes)
        self.at |= {i: rng.randint(1, whole(size, self.at)) for i, size in FREE.items()}
        self.at |= {i.name: self.at[i] for i in FREE}  # the kernel's names
        self.whole = rng.random() < 0.5
        self.values = {s: self.draw(rng, s) for s in SYMBOLS}
        for a in ARRAYS:
            spans = [range(1, whole(size, self.at) + 1) for size in a.shape]
            self.values[a] = {place: self.draw(rng, a) for place in product(*spans)}
        self.moved, self.tag = {}, 0

    def draw(self, rng, a):
        value = float(rng.randint(-2, 2)) if self.whole else rng.randint(-15, 15) / 8
        return abs(value) or 0.5 if a.is_positive else value

    def exact(self):
        """The same with 60 digits."""
        other = World.__new__(World)
        other.at, other.moved, other.tag = dict(self.at), {}, 0
        other.values = {
            a: {p: mpmath.mpf(plain(v)) for p, v in found.items()}
            if isinstance(found, dict)
            else mpmath.mpf(plain(found))
            for a, found in self.values.items()
        }
        return other


def whole(size, at):
    return int(sp.sympify(size).xreplace(at))


class Numbers:
    """Makes a function of worlds from an expression; ``number`` makes a number from a numerator and a denominator."""

    def __init__(self, number, abbreviations):
        self.number, self.abbreviations = number, abbreviations
        self.memo, self.terms, self.atoms = {}, {}, {}

    def __call__(self, e):
        if e not in self.memo:
            self.memo[e] = self.function(e)
        return self.memo[e]

    def function(self, e):
        match e:
            case sp.Rational():
                value = self.number(int(e.p), int(e.q))
                return lambda w: value
            case sp.core.numbers.Exp1():
                value = EXP(self.number(1, 1))
                return lambda w: value
            case Symbol():
                return self.symbol(e)
            case Indexed():
                return self.indexed(e)
            case Add():
                return self.joined(e.args, lambda a, b: a + b)
            case Mul():
                return self.joined(e.args, lambda a, b: a * b)
            case Pow():
                return self.power(e)
            case Sum():
                return self.sum(e)
            case KroneckerDelta():
                a, b = map(place, e.args)
                return lambda w: self.number(a(w.at) == b(w.at), 1)
            case Piecewise():
                return self.piecewise(e)
            case partial():
                return self.slope(*e.args)
            case entry():
                M, n, k = e.args
                rows, n, k = self.grid(M), place(n), place(k)
                return lambda w: rows(w)[n(w.at) - 1][k(w.at) - 1]
            case Arbitrary():
                letter, orders, args = e.letter, e.orders, [self(a) for a in e.args]
                return lambda w: example(letter, orders, [a(w) for a in args])
        function, args = FUNCTIONS[e.func], [self(a) for a in e.args]
        if len(args) == 1:
            (u,) = args
            return lambda w: function(u(w))
        return lambda w: function(*(a(w) for a in args))

    def joined(self, args, join):
        first, *rest = [self(a) for a in args]

        def value(w):
            found = first(w)
            for a in rest:
                found = join(found, a(w))
            return found

        return value

    def symbol(self, s):
        if s in self.abbreviations:
            return lambda w: self(self.abbreviations[s][1])(w)
        if s.is_integer:
            return lambda w: self.number(w.at[s], 1)
        return lambda w: w.moved[s] if s in w.moved else w.values[s]

    def indexed(self, a):
        base, places = a.base, tuple(map(place, a.indices))
        if base in self.abbreviations:
            return lambda w: self.abbreviated(base, [p(w.at) for p in places], w)

        def value(w):
            key = tuple([p(w.at) for p in places])
            if w.moved and (base, key) in w.moved:
                return w.moved[base, key]
            return w.values[base][key]

        return value

    def abbreviated(self, base, places, w):
        own, long = self.abbreviations[base]
        before, w.at = w.at, {**w.at, **dict(zip(own, places, strict=True))}
        try:
            return self(long)(w)
        finally:
            w.at = before

    def power(self, e):
        u = self(e.base)
        k = self(e.exp)
        if e.exp.is_integer:
            return lambda w: integer_power(u(w), round(plain(k(w))))
        return lambda w: real_power(u(w), k(w))

    def sum(self, e):
        value = self(e.function)
        for i, _, high in e.limits:
            value = loop(value, i, place(high), in_places=True)
        return value

    def piecewise(self, e):
        branches = [(self(value), self.holds(c)) for value, c in e.args]

        def value(w):  # a claim has the conditions of every branch: each is defined
            found = [(branch(w), holds(w)) for branch, holds in branches]
            return next(number for number, applies in found if applies)

        return value

    def holds(self, c):
        if c in (sp.true, sp.false):
            always = bool(c)
            return lambda w: always
        if isinstance(c, sp.And | sp.Or | sp.Not):
            inner, join = [self.holds(a) for a in c.args], any if isinstance(c, sp.Or) else all
            negated = isinstance(c, sp.Not)
            return lambda w: join([holds(w) for holds in inner]) != negated
        left, right, test = self(c.lhs), self(c.rhs), RELATIONS[c.func]
        return lambda w: test(sign(left(w) - right(w)))

    def slope(self, y, x):
        of_y, of_x, zero, one = self(y), self(x), self.number(0, 1), self.number(1, 1)
        where = [*map(place, x.indices)] if isinstance(x, Indexed) else None

        def value(w):
            key = x if where is None else (x.base, tuple(p(w.at) for p in where))
            here, before = of_x(w), w.moved
            w.tag += 1
            tag, w.moved = w.tag, {**before, key: Dual(here, one, w.tag)}
            try:
                found = of_y(w)
            finally:
                w.moved = before
            return found.slope if type(found) is Dual and found.tag == tag else zero

        return value

    def term(self, t):
        """A function of worlds from a term of the kernel, by what its module says that a term is."""
        if t not in self.terms:
            parts = [(self.number(*c.as_integer_ratio()), self.product(p)) for p, c in t.parts.items()]
            self.terms[t] = self.polynomial(parts)
        return self.terms[t]

    def polynomial(self, parts):
        zero = self.number(0, 1)

        def value(w):
            total = zero
            for c, p in parts:
                total = total + p(w) * c
            return total

        return value

    def product(self, m):
        powers = [(self.atom(a), e, isinstance(e, int)) for a, e in m]
        one = self.number(1, 1)

        def value(w):
            found = one
            for a, e, is_whole in powers:
                found = found * (a(w) if e == 1 else integer_power(a(w), e) if is_whole else self.root(a(w), e))
            return found

        return value

    def root(self, u, e):
        return real_power(u, self.number(*e.as_integer_ratio()))

    def atom(self, a):
        if a not in self.atoms:
            self.atoms[a] = self.of_head(a)
        return self.atoms[a]

    def of_head(self, a):
        head, name, args = a.head, getattr(a.head, "name", None), [self.term(t) for t in a.args]
        if isinstance(head, kernel.Index):
            return lambda w: self.number(w.at[name], 1)
        if head is kernel.SUM:
            (*highs, body), level = args, a.level
            for number, high in enumerate(highs):
                body = loop(body, f"@{level}.{number}", rounded(high))
            return body
        if head is kernel.DELTA:
            return lambda w: self.number(int(plain(args[0](w)) == 0), 1)
        if head is kernel.STEP:
            return lambda w: FUNCTIONS[step](args[0](w))
        if head is kernel.POWER:
            if len(args) == 1:
                return args[0]
            return lambda w: any_power(args[0](w), args[1](w))
        if isinstance(head, sp.IndexedBase):
            return lambda w: w.values[head][tuple(round(p(w)) for p in args)]
        if isinstance(head, Symbol):
            return self.symbol(head)
        if issubclass(head, Arbitrary):
            return lambda w: example(head.letter, head.orders, [u(w) for u in args])
        return lambda w: FUNCTIONS[head](*(u(w) for u in args))

    def grid(self, M):
        """A matrix as a list of rows."""
        match M:
            case matrix():
                i, k = sp.symbols("row column", integer=True)
                one = self(M.base[(i, k)[-len(M.base.shape) :]])
                return table(one, i, k, *map(place, M.shape))
            case ones_column():
                count = place(M.shape[0])
                one = self.number(1, 1)
                return lambda w: [[one]] * count(w.at)
            case Transpose():
                inner = self.grid(M.arg)
                return lambda w: [*zip(*inner(w), strict=True)]
            case MatAdd() | HadamardProduct():
                inner, adds = [self.grid(A) for A in M.args], isinstance(M, MatAdd)
                return lambda w: reduce(plus if adds else entrywise, (A(w) for A in inner))
            case HadamardPower():
                inner = self.grid(M.base)
                return lambda w: reduce(entrywise, [inner(w)] * int(M.exp))
            case MatPow():
                inner = self.grid(M.base)
                return lambda w: reduce(matrix_product, [inner(w)] * int(M.exp))
            case MatMul():
                number, factors = M.as_coeff_matrices()
                number, inner = self(number), [self.grid(A) for A in factors]
                return lambda w: scaled(number(w), reduce(matrix_product, (A(w) for A in inner)))
            case elementwise():
                function, argument = M.args
                (z,), inner = function.variables, self.grid(argument)
                one = self(function.expr)
                return lambda w: [[self.at_value(one, z, v, w) for v in row] for row in inner(w)]
        raise TypeError(type(M))

    def at_value(self, one, z, v, w):
        w.values[z] = v
        return one(w)


def rounded(function):
    """A function of places from a term that is a size."""
    return lambda w: round(function(w))


def place(e):
    """A function from the places of the indices to a whole number."""
    if isinstance(e, Symbol):
        return lambda at: at[e]
    if e.is_Integer:
        value = int(e)
        return lambda at: value
    inner, join = [place(a) for a in e.args], {Add: sum, Mul: math.prod}[e.func]
    return lambda at: join([a(at) for a in inner])


def loop(body, i, high, in_places=False):
    def value(w):
        at, total = w.at, 0.0
        before = at.get(i)
        for number in range(1, high(at if in_places else w) + 1):
            at[i] = number
            total = total + body(w)
        at[i] = before
        return total

    return value


def table(one, i, k, rows, columns):
    def value(w):
        return [
            [at_places(one, {i: p, k: q}, w) for q in range(1, columns(w.at) + 1)] for p in range(1, rows(w.at) + 1)
        ]

    return value


def at_places(one, places, w):
    w.at.update(places)
    return one(w)


def plus(A, B):
    return [[a + b for a, b in zip(r, s, strict=True)] for r, s in zip(A, B, strict=True)]


def entrywise(A, B):
    return [[a * b for a, b in zip(r, s, strict=True)] for r, s in zip(A, B, strict=True)]


def scaled(c, A):
    return [[c * a for a in row] for row in A]


def matrix_product(A, B):
    columns = [*zip(*B, strict=True)]
    return [[reduce(lambda u, v: u + v, map(lambda u, v: u * v, row, c)) for c in columns] for row in A]


IN_FLOATS, EXACT = (lambda p, q: p / q), (lambda p, q: mpmath.mpf(int(p)) / q)


class Evaluator:
    """The value of an expression in a world, and whether two expressions have one value there."""

    def __init__(self, abbreviations):
        self.floats, self.exact = Numbers(IN_FLOATS, abbreviations), Numbers(EXACT, abbreviations)

    def forget(self, most=20_000):
        for numbers in (self.floats, self.exact):
            for memo in (numbers.memo, numbers.terms, numbers.atoms):
                if len(memo) > most:
                    memo.clear()

    def value(self, e, w):
        """In floats."""
        return attempt(self.of(e, self.floats), w)

    def exact_value(self, e, w):
        with mpmath.workdps(60):
            return attempt(self.of(e, self.exact), w.exact())

    def condition_holds(self, c, w):
        """Whether a condition holds for every value of the indices that it binds."""
        spans = [range(1, round(self.value(i.args[0], w)) + 1) for i in c.places]
        return all(self.holds_at(c, dict(zip(c.places, places, strict=True)), w) for places in product(*spans))

    def holds_at(self, c, places, w):
        before, w.at = w.at, {**w.at, **{i.head.name: place for i, place in places.items()}}
        try:
            u = self.value(c.term, w)
        except (Undefined, Unsure):
            return False
        finally:
            w.at = before
        return u > 1e-9 or (c.relation == "≠" and u < -1e-9)

    def of(self, e, numbers):
        return numbers.term(e) if isinstance(e, kernel.Term) else numbers(e)

    def is_defined(self, e, w):
        try:
            return self.exact_value(e, w) is not None
        except Tie:
            return None
        except Undefined:
            return False

    def difference_quotient(self, e, x, w):
        """The slope of an expression in a symbol or an entry; None where it has none."""
        with mpmath.workdps(60):
            h, w = mpmath.mpf(10) ** -20, w.exact()
            key = (x.base, tuple(place(i)(w.at) for i in x.indices)) if isinstance(x, Indexed) else x
            here, steps = self.exact(x)(w), (h, -h, h / 2, -h / 2, 0)
            try:
                ahead, behind, near, nearer, middle = (self.moved_value(e, key, here + d, w) for d in steps)
            except Undefined:
                return None
            slopes = [(ahead - middle) / h, (middle - behind) / h, (near - nearer) / h]
            if max(slopes) - min(slopes) > 1e-12 * (1 + abs(slopes[0])):
                return None  # a kink or a jump
            return (ahead - behind) / (2 * h)

    def moved_value(self, e, key, value, w):
        w.moved = {key: value}
        return attempt(self.exact(e), w)

    def differ(self, a, b, w):
        """Whether two expressions have different values; None where one of them has none."""
        try:
            u, v = self.value(a, w), self.value(b, w)
            if abs(u - v) <= 1e-9 * (1 + abs(u) + abs(v)):
                return False
        except Undefined:
            return None
        except Unsure:
            pass
        return self.surely_differ(a, b, w)

    def surely_differ(self, a, b, w):
        try:
            u, v = self.exact_value(a, w), self.exact_value(b, w)
        except Undefined:
            return None
        return abs(u - v) > 1e-25 * (1 + abs(u) + abs(v))


def attempt(function, w):
    before = dict(w.at)
    try:
        found = function(w)
    except (ZeroDivisionError, OverflowError):
        raise Undefined from None
    finally:
        w.at, w.moved = before, {}
    if not mpmath.isfinite(found) or (type(found) is float and abs(found) > 1e100):
        raise Undefined
    return found


# ------------------------------------------------------------------------------------------------------------- names

N, D, T, S = SIZES = sizes("N D T S")
n, m, i, j, t, k = indices("n m i j t k")
FREE = {n: N, m: N, i: D, j: D, t: T, k: S}
BOUND = [*FREE, *indices("p q")]
a, b, z = reals("a b z")
r, v = reals("r v", positive=True)
SYMBOLS = a, b, z, r, v
X, A, W, V = array("X", N, D), array("A", N, N), array("W", D, D), array("V", D, N)
x, y, u, h, g, c = (array(*p) for p in (("x", D), ("y", D), ("u", N), ("h", T), ("g", S), ("c", T + S - 1)))
P, Q, R = array("P", N, D, positive=True), array("Q", D, positive=True), array("R", D, T, S)
ARRAYS = X, A, W, V, x, y, u, h, g, c, P, Q, R
OFTEN = X, A, A, W, W, W, V, x, x, x, y, y, u, u, h, g, c, c, P, Q, R
f, f2, F = arbitrary("f"), arbitrary("g"), arbitrary("F", 2)
SMOOTH = [sp.exp, sp.exp, sigmoid, sp.tanh, softplus, silu, sp.sin, sp.cos, f, f, f2, sp.sinh, sp.cosh]
KINKS = [relu, relu, relu, step, Abs, sp.sign]
ENTRYWISE = [sigmoid, sp.tanh, f, relu, sp.exp, lambda e: e * sigmoid(e), lambda e: e**2, lambda e: f(a * e)]

# --------------------------------------------------------------------------------------------------------- generator


# where SymPy cannot tell the sign of such an expression, or makes a Mul of a matrix
DRAWN_WRONG = RecursionError, ValueError, TypeError, AttributeError, ClaimError


class Generator:
    """Draws expressions; a ``scope`` says what each visible index runs to."""

    def __init__(self, rng, names=8):
        self.rng, self.abbreviations = rng, {}
        for number in range(names):
            self.abbreviate(number)

    def abbreviate(self, number):
        """A further abbreviation, of a number or of an array with indices of its own."""
        own = self.rng.choice([(), (n,), (i,), (n, j), (i, j)])
        scope = {i: FREE[i] for i in own}
        name = f"B{number}"
        key = array(name, *scope.values()) if own else reals(name)
        long = self.sum(self.rng.randint(2, 4), scope)
        extra = {s for s in long.free_symbols if s in FREE} - {*own}
        if not extra and not long.has(sp.nan, sp.zoo, sp.oo):
            self.abbreviations[key] = own, long

    @property
    def where(self):
        return {key[own] if own else key: long for key, (own, long) in self.abbreviations.items()}

    def one(self, *choices):
        return self.rng.choice(choices)

    def expression(self):
        while True:
            try:
                e = self.any(self.rng.randint(2, 5), FREE)
            except DRAWN_WRONG:
                continue
            if not e.has(sp.nan, sp.zoo, sp.oo, sp.I) and not e.is_number and len(e.args) > 0:
                return e

    def any(self, budget, scope):
        """An expression of about so many nodes."""
        if budget <= 1:
            return self.leaf(scope)
        (kind,) = self.rng.choices([*KINDS], [*KINDS.values()])
        return getattr(self, kind)(budget - 1, scope)

    def split(self, budget):
        first = self.rng.randint(1, max(1, budget - 1))
        return first, max(1, budget - first)

    def pair(self, budget, scope):
        return [self.any(part, scope) for part in self.split(budget)]

    def leaf(self, scope):
        draw = self.rng.random()
        if draw < 0.68:
            return self.of_array(self.rng.choice(OFTEN), scope)
        if draw < 0.86:
            return self.rng.choice((a, a, b, z, z, r, v))
        if draw < 0.94:
            return self.rng.choice([sp.Integer(k) for k in (-2, -1, 1, 2, 3)] + [Rational(1, 2), Rational(-2, 3)])
        if draw < 0.98 and scope:
            return self.rng.choice([D, N, *scope])
        return self.abbreviation(1, scope)

    def of_array(self, base, scope):
        """An entry; where an index of a size is not visible, place 1 or the last."""
        if base.shape == (T + S - 1,):
            return base[self.index(T, scope) + self.index(S, scope) - 1]
        return base[tuple(self.index(size, scope) for size in base.shape)]

    def index(self, size, scope):
        visible = [i for i, to in scope.items() if to == size]
        if visible and self.rng.random() > 0.03:
            return self.rng.choice(visible[-2:] if self.rng.random() < 0.6 else visible)
        return self.one(sp.Integer(1), size)

    def abbreviation(self, budget, scope):
        keys = [key for key, (own, _) in self.abbreviations.items() if all(FREE[i] in scope.values() for i in own)]
        if not keys:
            return self.rng.choice(SYMBOLS)
        key = self.rng.choice(keys)
        return self.of_array(key, scope) if self.abbreviations[key][0] else key

    def sum(self, budget, scope):
        size = self.one(D, D, D, N, N, T, S)
        i = self.rng.choice(BOUND)
        inner = {name: to for name, to in scope.items() if name != i} | {i: size}
        near = [base for base in OFTEN if size in base.shape]
        body = self.any(budget - 1, inner) if budget > 1 else sp.Integer(1)
        if self.rng.random() < 0.7:
            body = self.one(Mul, Mul, Add)(body, self.of_array(self.rng.choice(near), inner))
        if isinstance(body, Sum) and i in body.variables:  # SymPy joins two sums to one
            body = body + self.leaf(inner)
        return Sum(body, (i, 1, size))

    def double(self, budget, scope):
        """A sum over two indices of one size."""
        size, (i, j) = self.one(D, D, N), self.rng.sample(BOUND, 2)
        inner = {name: to for name, to in scope.items() if name not in (i, j)} | {i: size, j: size}
        square = W if size == D else A
        body = self.any(budget, inner)
        if self.rng.random() < 0.7:
            body = body * self.one(square[i, j], square[j, i], square[i, i])
        bound = body.variables if isinstance(body, Sum) else ()  # SymPy joins two sums to one
        return Sum(body, (i, 1, size), (j, 1, size)) if not {i, j} & {*bound} else body

    def sums(self, budget, scope):
        """Under a sum a product or a power of sums, with the outer index in each."""
        size, i = self.one(D, D, N), self.rng.choice(BOUND)
        inner = {name: to for name, to in scope.items() if name != i} | {i: size}
        factors = [self.inner_sum(i, size, max(1, budget - 3), inner) for _ in range(self.one(1, 2, 2))]
        return Sum(Mul(*factors) ** self.one(1, 2) if len(factors) > 1 else factors[0] ** self.one(2, 3), (i, 1, size))

    def inner_sum(self, i, size, budget, scope):
        j, square = self.rng.choice([name for name in BOUND if name != i]), W if size == D else A
        inner = {name: to for name, to in scope.items() if name != j} | {j: size}
        factor = self.any(budget, inner) if self.rng.random() < 0.4 else self.one(1, x[j] if size == D else u[j])
        return Sum(self.one(square[i, j], square[j, i]) * factor, (j, 1, size))

    def odd_sum(self, budget, scope):
        """A sum over two indices that changes its sign, or does not, when they are exchanged."""
        size, (i, j) = self.one(D, D, N), self.rng.sample(BOUND, 2)
        inner = {name: to for name, to in scope.items() if name not in (i, j)} | {i: size, j: size}
        near = self.one(x, y, Q, W) if size == D else self.one(u, A)
        body = near[(i, j)[: len(near.shape)]] if self.rng.random() < 0.6 else self.any(max(1, budget - 1), inner)
        other = body.xreplace({i: j, j: i}) if not body.has(Sum) else self.leaf(inner)
        function = self.one(sp.sin, sp.tanh, sp.sinh, f, sp.cos, relu, Abs)
        difference = self.one(Add, Add)(body, -other if self.rng.random() < 0.8 else other)
        factor = self.one(1, W[i, j], W[j, i], x[i], y[j]) if size == D else self.one(A[i, j], A[j, i], u[j])
        return Sum(function(difference) * factor, (i, 1, size), (j, 1, size))

    def partner(self, size, scope):
        """A place for a delta; of some it is not known whether they lie in 1..size."""
        if self.rng.random() < 0.6:
            return self.index(size, scope)
        shift = self.index(T, scope) + self.index(S, scope) - 1
        return self.one(sp.Integer(2), size, shift, *scope, self.index(size, scope) + 1)

    def delta_sum(self, budget, scope):
        """A sum that a delta picks from."""
        size = self.one(D, D, N)
        i = self.rng.choice(BOUND)
        inner = {name: to for name, to in scope.items() if name != i} | {i: size}
        body = self.any(budget, inner) * KroneckerDelta(i, self.partner(size, inner))
        if self.rng.random() < 0.3:
            body = body * KroneckerDelta(i, self.index(size, inner))
        return Sum(body, (i, 1, size))

    def shifted(self, budget, scope):
        """A sum under which x[t + k - 1] stands."""
        i = self.rng.choice(BOUND)
        inner = {name: to for name, to in scope.items() if name != i} | {i: S}
        return Sum(self.of_array(g, inner) * self.of_array(c, inner) * self.any(max(1, budget - 2), inner), (i, 1, S))

    def add(self, budget, scope):
        return Add(*self.pair(budget, scope))

    def mul(self, budget, scope):
        return Mul(*self.pair(budget, scope))

    def power(self, budget, scope):
        return self.any(budget, scope) ** self.one(2, 2, 2, 3, -1)

    def positive(self, budget, scope):
        """An expression that is positive."""
        if budget <= 1:
            return self.one(r, v, sp.exp(self.leaf(scope)), self.of_array(P, scope), self.of_array(Q, scope))
        first, second = self.split(budget - 1)
        return self.one(
            lambda: sp.exp(self.any(budget - 1, scope)),
            lambda: 1 + self.any(budget - 1, scope) ** 2,
            lambda: self.positive(first, scope) + self.positive(second, scope),
            lambda: self.positive(first, scope) * self.positive(second, scope),
            lambda: self.one(sigmoid, softplus)(self.any(budget - 1, scope)),
            lambda: self.positive_sum(budget - 1, scope),
        )()

    def positive_sum(self, budget, scope):
        size, i = self.one(D, N), self.rng.choice(BOUND)
        inner = {name: to for name, to in scope.items() if name != i} | {i: size}
        return Sum(self.positive(budget, inner), (i, 1, size))

    def root(self, budget, scope):
        exponent = self.one(Rational(1, 2), Rational(-1, 2), Rational(3, 2), Rational(-2, 3), Rational(1, 3))
        if self.rng.random() < 0.25:  # of a square
            e = self.any(max(1, budget - 1), scope) ** self.one(1, 2, 3)
            return (e**2 + e**2 * self.one(r, self.any(1, scope) ** 2)) ** exponent
        inner = self.positive if self.rng.random() < 0.8 else self.any
        return inner(budget, scope) ** exponent

    def fraction(self, budget, scope):
        first, second = self.split(budget)
        below = self.positive if self.rng.random() < 0.7 else self.any
        return self.any(first, scope) / below(second, scope)

    def logarithm(self, budget, scope):
        if self.rng.random() < 0.25:  # of a product that is positive here and there
            return sp.log(Mul(*self.pair(budget, scope)))
        return sp.log(self.positive(budget, scope) if self.rng.random() < 0.85 else self.any(budget, scope))

    def symbolic_power(self, budget, scope):
        """A power with an exponent that is no number."""
        first, second = self.split(budget)
        exponents = [D, N + 1, *list(scope)[:1], *list(scope)[-1:]]
        if self.rng.random() < 0.5:
            return self.any(first, scope) ** self.rng.choice(exponents)
        return self.positive(first, scope) ** self.any(second, scope)

    def function(self, budget, scope):
        return self.rng.choice(SMOOTH)(self.any(budget, scope)) ** self.one(1, 1, 1, 1, 2, 3)

    def function_of_two(self, budget, scope):
        return F(*self.pair(budget, scope))

    def kink(self, budget, scope):
        return self.rng.choice(KINKS)(self.any(budget, scope))

    def larger(self, budget, scope):
        return self.one(Max, Min)(*self.pair(budget, scope))

    def delta(self, budget, scope):
        size = self.one(D, D, N)
        return self.any(budget, scope) * KroneckerDelta(self.index(size, scope), self.partner(size, scope))

    def piecewise(self, budget, scope):
        first, second = self.pair(budget, scope)
        return Piecewise((first, self.condition(scope)), (second, True))

    def condition(self, scope):
        relation = self.one(sp.Gt, sp.Ge, sp.Lt, sp.Le, sp.Eq, sp.Ne)
        if self.rng.random() < 0.4:
            size = self.one(D, N)
            return relation(self.index(size, scope), self.index(size, scope))
        c = relation(self.any(self.one(1, 2), scope), self.one(sp.Integer(0), self.leaf(scope)))
        return sp.And(c, relation(self.leaf(scope), 0)) if self.rng.random() < 0.1 else c

    def derivative(self, budget, scope):
        y = self.any(budget, scope)
        bases = [e.base for e in y.atoms(Indexed) if e.base not in self.abbreviations]
        names = [s for s in y.free_symbols if s in SYMBOLS]
        found = sorted({*bases, *names}, key=str) or [a]
        chosen = self.rng.choice(found)
        return partial(y, chosen if isinstance(chosen, Symbol) else self.of_array(chosen, scope))

    def of_matrix(self, budget, scope):
        rows, columns = self.one((N, D), (D, D), (D, N), (N, N))
        M = self.grid(rows, columns, min(budget, 3))
        return entry(M, self.index(rows, scope), self.index(columns, scope))

    def grid(self, rows, columns, budget):
        """A matrix expression of this shape."""
        if budget <= 1:
            ours = [matrix(base) for base in (X, A, W, V, P) if base.shape == (rows, columns)]
            ours += [matrix(base).T for base in (X, A, W, V) if base.shape == (columns, rows)]
            return self.rng.choice(ours)
        first, second = self.split(budget - 1)
        inner = self.one(N, D)
        return self.one(
            lambda: self.grid(rows, inner, first) * self.grid(inner, columns, second),
            lambda: self.grid(columns, rows, budget - 1).T,
            lambda: self.grid(rows, columns, first) + self.grid(rows, columns, second),
            lambda: hadamard(self.grid(rows, columns, first), self.grid(rows, columns, second)),
            lambda: elementwise(self.rng.choice(ENTRYWISE), self.grid(rows, columns, budget - 1)),
            lambda: self.one(2, -1, a) * self.grid(rows, columns, budget - 1),
            lambda: self.grid(rows, columns, 1) + ones_column(rows) * matrix({D: x, N: u}[columns]),
        )()


KINDS = {
    "sum": 16,
    "double": 4,
    "delta_sum": 4,
    "sums": 3,
    "odd_sum": 4,
    "shifted": 2,
    "add": 10,
    "mul": 10,
    "power": 5,
    "root": 3,
    "fraction": 4,
    "logarithm": 3,
    "symbolic_power": 2,
    "function": 9,
    "function_of_two": 2,
    "kink": 7,
    "larger": 2,
    "delta": 5,
    "piecewise": 3,
    "derivative": 9,
    "of_matrix": 3,
    "abbreviation": 4,
}


# -------------------------------------------------------------------------------------------------------- variations


def positions(e, scope, path=()):
    """Every part of an expression that may be changed: its path, itself, and the indices visible there."""
    yield path, e, scope
    if isinstance(e, Sum):
        inner = scope | {i: size for i, _, size in e.limits}
        yield from positions(e.function, inner, (*path, 0))
    elif isinstance(e, partial):
        yield from positions(e.args[0], scope, (*path, 0))
    elif not isinstance(e, Indexed | Symbol | sp.Number | entry | KroneckerDelta | sp.logic.boolalg.BooleanAtom):
        for number, part in enumerate(e.args):
            yield from positions(part, scope, (*path, number))


def put(e, path, new):
    """The expression with another part at a path."""
    if not path:
        return new
    args = list(e.args)
    args[path[0]] = put(args[path[0]], path[1:], new)
    return e.func(*args)


def renamed(e, old, new):
    """A free index under another name, None where a sum would bind it."""
    if e == old:
        return new
    if isinstance(e, Sum):
        if old in e.variables:
            return e
        if new in e.variables and old in e.function.free_symbols:
            return None
        inner = renamed(e.function, old, new)
        return None if inner is None else Sum(inner, *e.limits)
    if not e.args or isinstance(e, sp.IndexedBase):
        return e
    args = [renamed(part, old, new) for part in e.args]
    return None if any(part is None for part in args) else e.func(*args)


def single(e):
    """The index, its size and the body of a sum over one index, or None."""
    return isinstance(e, Sum) and len(e.limits) == 1 and (e.limits[0][0], e.limits[0][2], e.function)


class Variations:
    """Rewrites one part of an expression, by a rule that keeps its value or by one that mostly does not."""

    def __init__(self, rng, generator):
        self.rng, self.generator = rng, generator

    def one(self, *choices):
        return self.rng.choice(choices)

    def of(self, e, rules):
        """A variation and the name of its rule; None if no rule fits where it was tried."""
        found = [*positions(e, FREE)]
        order = self.rng.sample(rules, len(rules))
        if self.rng.random() < 0.8:  # what fits everywhere comes last
            order.sort(key=lambda rule: rule in EVERYWHERE)
        for rule in order:
            for path, part, scope in self.rng.sample(found, min(len(found), 12)):
                try:
                    new = getattr(self, rule)(part, scope)
                    varied = put(e, path, new) if new is not None else e
                except DRAWN_WRONG:
                    continue
                if varied != e and not varied.has(sp.nan, sp.zoo, sp.oo, sp.I):
                    return varied, rule
        return None

    # what keeps the value

    def other_name(self, e, scope):
        if one := single(e):
            i, size, body = one
            new = self.rng.choice(BOUND)
            body = None if new in body.free_symbols else renamed(body, i, new)
            return None if body is None else Sum(body, (new, 1, size))

    def other_order(self, e, scope):
        if isinstance(e, Sum) and len(e.limits) > 1:
            return Sum(e.function, *self.rng.sample(e.limits, len(e.limits)))

    def sum_of_terms(self, e, scope):
        if isinstance(e, Sum) and isinstance(e.function, Add):
            return Add(*[Sum(part, *e.limits) for part in e.function.args])

    def factor_before(self, e, scope):
        if isinstance(e, Sum) and isinstance(e.function, Mul):
            before = [f for f in e.function.args if not f.free_symbols & {*e.variables}]
            return Mul(*before) * Sum(e.function / Mul(*before), *e.limits) if before else None

    def factor_inside(self, e, scope):
        if isinstance(e, Mul):
            sums = [f for f in e.args if isinstance(f, Sum)]
            if sums:
                rest = Mul(*[f for f in e.args if f is not sums[0]])
                bound = {*sums[0].variables}
                return None if bound & rest.free_symbols else Sum(rest * sums[0].function, *sums[0].limits)

    def square_as_double_sum(self, e, scope):
        if isinstance(e, Pow) and e.exp == 2 and (one := single(e.base)):
            i, size, body = one
            new = self.rng.choice(BOUND)
            other = None if new in body.free_symbols | {i} else renamed(body, i, new)
            return None if other is None else Sum(body * other, (i, 1, size), (new, 1, size))

    def multiplied_out(self, e, scope):
        if isinstance(e, Mul):
            sums = [f for f in e.args if isinstance(f, Add)]
            if sums:
                rest = Mul(*[f for f in e.args if f is not sums[0]])
                return Add(*[rest * part for part in sums[0].args])
        if isinstance(e, Pow) and e.exp == 2 and isinstance(e.base, Add):
            return Add(*[p * q for p, q in product(e.base.args, repeat=2)])

    def defined(self, e, scope):
        """A function by its definition."""
        (u, *_) = e.args or (None,)
        match e:
            case relu():
                return self.one(Max(u, 0), (u + Abs(u)) / 2, u * step(u), Piecewise((u, u > 0), (0, True)))
            case Abs():
                return self.one(Max(u, -u), relu(u) + relu(-u), u * sp.sign(u))
            case Max() if len(e.args) == 2:
                return e.args[1] + relu(u - e.args[1])
            case Min() if len(e.args) == 2:
                return -Max(-u, -e.args[1])
            case step():
                return Piecewise((1, u > 0), (0, True))
            case sigmoid():
                return self.one(1 / (1 + sp.exp(-u)), 1 - sigmoid(-u), sp.exp(u) / (1 + sp.exp(u)))
            case softplus():
                return self.one(sp.log(1 + sp.exp(u)), u + softplus(-u))
            case silu():
                return self.one(u * sigmoid(u), u - u * sigmoid(-u))
            case sp.tanh():
                return self.one(2 * sigmoid(2 * u) - 1, 1 - 2 / (sp.exp(2 * u) + 1))
            case sp.sinh():
                return (sp.exp(u) - sp.exp(-u)) / 2
            case sp.sin():
                return -sp.sin(-u, evaluate=False)
            case sp.exp() if isinstance(u, Add):
                return Mul(*[sp.exp(part) for part in u.args], evaluate=False)

    def other_branch_first(self, e, scope):
        if isinstance(e, Piecewise) and len(e.args) == 2:
            (first, c), (second, _) = e.args
            return Piecewise((second, sp.Not(c)), (first, True))

    def product_rule(self, e, scope):
        if isinstance(e, partial):
            y, x = e.args
            if isinstance(y, Add):
                return Add(*[partial(part, x) for part in y.args])
            if isinstance(y, Mul):
                first, rest = y.as_two_terms()
                return partial(first, x) * rest + first * partial(rest, x)

    def computed(self, e, scope):
        if isinstance(e, partial | entry):
            return e.doit()

    def picked(self, e, scope):
        """An entry as the one term of a sum that a delta leaves."""
        if isinstance(e, Indexed) and (i := self.some_index(e, scope)):
            new = self.rng.choice(BOUND)
            if new not in e.free_symbols:
                return Sum(KroneckerDelta(i, new) * renamed(e, i, new), (new, 1, scope[i]))

    def some_index(self, e, scope):
        found = [i for i in e.indices if i in scope]
        return self.rng.choice(found) if found else None

    def divided(self, e, scope):
        """Multiplied and divided by something positive."""
        if not self.is_number(e):
            return None
        factor = 1 + self.one(sp.exp(x[1]), z**2, r, Q[D])
        return (e + e * (factor - 1)) / factor

    def mean_of_equals(self, e, scope):
        new = self.rng.choice(BOUND)
        if self.is_number(e) and new not in e.free_symbols:
            size = self.one(D, N)
            return Sum(e, (new, 1, size)) / size

    def is_number(self, e):
        return isinstance(e, sp.Expr) and not (isinstance(e, Symbol) and e.is_integer) and not e.is_Number

    # what mostly changes the value

    def indices_exchanged(self, e, scope):
        if isinstance(e, Indexed) and len(e.indices) == 2 and e.base.shape[0] == e.base.shape[1]:
            return e.base[e.indices[::-1]]
        if isinstance(e, entry) and e.args[0].rows == e.args[0].cols:
            return entry(e.args[0], *e.args[:0:-1])

    def other_index(self, e, scope):
        if isinstance(e, Indexed) and (i := self.some_index(e, scope)):
            others = [j for j, size in scope.items() if size == scope[i] and j != i]
            if others:
                new = self.rng.choice(others)
                number = self.rng.choice([p for p, j in enumerate(e.indices) if j == i])
                return e.base[tuple(new if p == number else j for p, j in enumerate(e.indices))]

    def other_coefficient(self, e, scope):
        if self.is_number(e):
            return self.one(2 * e, -e, e + 1, e / 2)
        if e.is_Number if isinstance(e, sp.Basic) else False:
            return e + self.one(1, -1)

    def without_delta(self, e, scope):
        if isinstance(e, KroneckerDelta):
            return sp.S.One
        if isinstance(e, Mul) and any(isinstance(f, KroneckerDelta) for f in e.args):
            return Mul(*[f for f in e.args if not isinstance(f, KroneckerDelta)])

    def other_delta(self, e, scope):
        if isinstance(e, KroneckerDelta):
            i = self.rng.choice(e.args)
            others = [j for j, size in scope.items() if size == scope.get(i) and j not in e.args]
            rest = [j for j in e.args if j != i]
            return KroneckerDelta(self.rng.choice(others), *rest) if others else None

    def factor_across(self, e, scope):
        """A factor of a sum outside of it, where its index means something else, and one more inside."""
        if isinstance(e, Sum) and isinstance(e.function, Mul) and {*e.variables} <= scope.keys():
            f = self.rng.choice(e.function.args)
            if all(scope[i] == size for i, _, size in e.limits):
                return f * Sum(e.function / f, *e.limits)
        if isinstance(e, Mul):
            for f in e.args:
                if isinstance(f, Sum):
                    return Sum(e / f * f.function, *f.limits)

    def captured(self, e, scope):
        """The index of a sum under the name of another one around it."""
        if one := single(e):
            i, size, body = one
            others = [j for j, to in scope.items() if to == size and j != i]
            if others:
                return Sum(body.xreplace({i: self.rng.choice(others)}), (self.rng.choice(others), 1, size))
        if isinstance(e, Sum) and len(e.limits) > 1:
            (i, _, size), (j, _, other), *rest = e.limits
            if size == other:
                return Sum(e.function.xreplace({i: j}), (i, 1, size), (j, 1, size), *rest)

    def sum_inside(self, e, scope):
        """f(Σ a) as Σ f(a), and the other way."""
        if len(e.args) == 1 and isinstance(e, sp.Function) and isinstance(e.args[0], Sum):
            return Sum(e.func(e.args[0].function), *e.args[0].limits)
        if isinstance(e, Pow) and isinstance(e.base, Sum):
            return Sum(e.base.function**e.exp, *e.base.limits)
        if isinstance(e, Sum) and isinstance(e.function, Pow):
            return Sum(e.function.base, *e.limits) ** e.function.exp
        if isinstance(e, Sum) and isinstance(e.function, sp.Function) and len(e.function.args) == 1:
            return e.function.func(Sum(e.function.args[0], *e.limits))

    def other_function(self, e, scope):
        if isinstance(e, sp.Function) and len(e.args) == 1:
            return self.rng.choice([*SMOOTH, *KINKS])(e.args[0])
        if isinstance(e, Max | Min):
            return (Min if isinstance(e, Max) else Max)(*e.args)
        if isinstance(e, Arbitrary) and len(e.args) == 2:
            return e.func(*e.args[::-1])

    def other_tie(self, e, scope):
        """Another value at 0."""
        if isinstance(e, step):
            return 1 - step(-e.args[0])
        if isinstance(e, sp.core.relational.Relational):
            other = {sp.Gt: sp.Ge, sp.Ge: sp.Gt, sp.Lt: sp.Le, sp.Le: sp.Lt, sp.Eq: sp.Le, sp.Ne: sp.Lt}
            return other[e.func](*e.args)
        if isinstance(e, sp.sign):
            return 2 * step(e.args[0]) - 1

    def other_exponent(self, e, scope):
        if isinstance(e, Pow):
            return e.base ** self.one(e.exp + 1, -e.exp, 2 * e.exp)

    def other_derivative(self, e, scope):
        if isinstance(e, partial):
            y, x = e.args
            if isinstance(y, Mul):
                first, rest = y.as_two_terms()
                return partial(first, x) * rest
            return partial(y, self.one(a, self.generator.of_array(x.base, scope)) if isinstance(x, Indexed) else z)

    def halves_of_sum(self, e, scope):
        """Σ ab as Σa Σb."""
        if isinstance(e, Sum) and isinstance(e.function, Mul):
            first, rest = e.function.as_two_terms()
            return Sum(first, *e.limits) * Sum(rest, *e.limits)

    def other_part(self, e, scope):
        if self.is_number(e):
            return self.generator.any(self.one(1, 2), scope)


TRUE = ["other_name", "other_order", "sum_of_terms", "factor_before", "factor_inside", "square_as_double_sum"]
TRUE += ["multiplied_out", "defined", "other_branch_first", "product_rule", "computed", "picked", "divided"]
TRUE += ["mean_of_equals"]
FALSE = ["indices_exchanged", "other_index", "other_coefficient", "without_delta", "other_delta", "factor_across"]
FALSE += ["captured", "sum_inside", "other_function", "other_tie", "other_exponent", "other_derivative"]
FALSE += ["halves_of_sum", "other_part"]
EVERYWHERE = ["divided", "mean_of_equals", "other_coefficient", "other_part"]


# ------------------------------------------------------------------------------------------------------- what is held


class Fuzz:
    """Draws expressions and variations, and counts what held; ``wrong`` lists what did not."""

    def __init__(self, seed=0, worlds=60):
        self.rng = random.Random(seed)
        self.generator = Generator(self.rng)
        self.variations = Variations(self.rng, self.generator)
        self.evaluator = Evaluator(self.generator.abbreviations)
        self.worlds = [World(self.rng) for _ in range(worlds)]
        self.counts, self.kinds, self.rules = Counter(), Counter(), Counter()
        self.wrong, self.raised = [], []

    def run(self, amount):
        for number in range(amount):
            self.try_one(number)
        return self

    @property
    def tried(self):
        """How many expressions were drawn or varied and read."""
        return self.counts["drawn"] + self.counts["varied"]

    def share(self, rules):
        """How many variations by these rules, with equal numbers, are shown equal, and of how many."""
        equal = Counter()
        for (rule, numbers, shown), count in self.rules.items():
            if rule in rules and numbers == "agree":
                equal[shown] += count
        return equal["True"], equal.total()

    def report(self, what, *shown):
        self.counts[what] += 1
        self.wrong.append((what, *shown))

    def read(self, e):
        """The term of an expression, None where it is refused."""
        budget.Work.done = 0
        try:
            return Reader(FREE, self.generator.where)(e)
        except ClaimError as error:
            self.counts[f"refused: {str(error)[:40]}"] += 1
        except NotProved:
            self.counts["too large"] += 1

    def try_one(self, number):
        e = self.generator.expression()
        self.kinds.update({type(part).__name__ for _, part, _ in positions(e, FREE)})
        self.counts["drawn"] += 1
        worlds = self.rng.sample(self.worlds, 3)
        if (term := self.read(e)) is None:
            return
        self.agree("normal form", e, term, worlds)
        self.evaluator.forget()
        if number % 5 == 0:
            budget.Work.done = 0
            try:
                self.written_forms(e, term, worlds)
                self.invariants(e, term)
                self.derivative(e, term, worlds[0])
            except NotProved:
                self.counts["too large"] += 1
        self.vary(e, term, TRUE, worlds)
        self.vary(e, term, FALSE, worlds)
        self.vary(e, term, FALSE, worlds)

    def agree(self, what, e, other, worlds):
        for world in worlds:
            try:
                differ = self.evaluator.differ(e, other, world)
            except KeyError:
                return self.report(f"{what}: an entry outside of its array", e, other, world)
            self.counts[f"{what}, places"] += differ is not None
            if differ is None and self.narrower(e, other, world):
                return self.report(f"{what}: not defined", e, other, world)
            if differ:
                return self.report(f"{what}: other numbers", e, other, world)

    def narrower(self, e, other, world):
        """Whether an expression has a value and the other has none. Two kinds are known: 0^(D - 1) for D = 1 is
        0^D / 0 there, and a delta puts one index in place of the other in a denominator, too.
        """
        if e.has(KroneckerDelta, partial) or any(p.exp.free_symbols for p in e.atoms(Pow)):
            return False
        return all(self.evaluator.is_defined(part, world) == known for part, known in ((e, True), (other, False)))

    def derivative(self, e, term, world):
        """The kernel's derivative against a difference quotient."""
        entries = [a for a in e.atoms(Indexed) if a.base in ARRAYS and a.free_symbols & FREE.keys() <= FREE.keys()]
        entries = [a for a in entries if all(i in FREE or not i.free_symbols for i in a.indices)]
        names = [s for s in e.free_symbols if s in SYMBOLS]
        if not (choices := sorted([*entries, *names], key=str)):
            return
        chosen = self.rng.choice(choices)
        if (read := self.read(chosen)) is None:
            return
        ((by, _),) = next(iter(read.parts))
        slope = self.evaluator.difference_quotient(e, chosen, world)
        if slope is None:
            return
        try:
            found = self.evaluator.exact_value(differentiate(term, by), world)
        except (Undefined, ClaimError):
            return
        self.counts["derivatives"] += 1
        if abs(found - slope) > 1e-12 * (1 + abs(slope)):
            self.report("derivative: other numbers", e, chosen, world)

    def written_forms(self, e, term, worlds):
        self.agree("written", e, written(term), worlds)
        self.alone(e, term)
        self.agree("unfolded", e, written(unfolded(term)), worlds)

    def alone(self, e, term):
        """``normal`` finds the indices' ranges by itself; where one is in doubt, it refuses."""
        if e.atoms(Symbol, sp.IndexedBase).isdisjoint(self.generator.abbreviations):
            try:
                found, spans = normal(e), ranges(fresh(e))
            except ClaimError:
                return
            if any(FREE[i] != size for i, size in spans.items()):
                return  # an index that stands in a delta alone has the range of the other
            self.counts["alone"] += 1
            if self.read(found) != self.read(written(term)):
                self.report("normal: another expression", e, found, written(term))

    def invariants(self, e, term):
        """What holds of every term."""
        if any(kernel.is_bound(head) for head in term.free):
            self.report("a bound index is free", e, term)
        if kernel.rebuild(term) != term:
            self.report("made again, it is another term", e, term, kernel.rebuild(term))
        for part in [*every_atom(term)][:3]:
            bound = any(kernel.is_bound(head) for head in part.free)
            if not bound and kernel.replace(term, {part: kernel.of(part)}) != term:
                self.report("an atom in its own place: another term", e, term, part)
        again = self.read(written(term))
        self.counts["read again"] += again is not None
        if again is not None and again != term:
            self.report("read again, it is another term", e, term, again)
        if again is not None and (again == term) != (again.key == term.key):
            self.report("keys do not tell terms apart", e, term, again)

    def vary(self, e, term, rules, worlds):
        found = self.variations.of(e, rules)
        if found is None or (other := self.read(found[0])) is None:
            return
        varied, rule = found
        intended = "true" if rules is TRUE else "false"
        self.counts["varied"] += 1
        self.agree("normal form of a variation", varied, other, worlds)
        different = self.first(lambda world: self.evaluator.differ(e, varied, world), worlds)
        shown = self.shown(lambda: is_zero(term - other), e, varied)
        self.counts[f"{intended} variation, numbers {'differ' if different else 'agree'}"] += 1
        self.rules[rule, "differ" if different else "agree", str(shown)] += 1
        if shown is True and different and self.evaluator.surely_differ(e, varied, different):
            self.report("shown equal, other numbers", rule, e, varied, different)
        if different and self.rng.random() < 0.15:
            self.under_conditions(e, varied, different)

    def under_conditions(self, e, varied, different):
        """What a claim's conditions add to what is known must not show anything false where they hold."""
        reader = Reader(FREE, self.generator.where)
        known = self.shown(lambda: conditions(reader, (e, varied), reader.where), e, varied)
        if isinstance(known, list) and all(self.evaluator.condition_holds(c, different) for c in known):
            self.counts["under conditions"] += 1
            if self.shown(lambda: equal(reader(e), reader(varied), known), e, varied) is True:
                self.report("proved under its conditions, other numbers", e, varied, different)

    def first(self, test, worlds):
        return next((world for world in worlds if test(world)), None)

    def shown(self, call, e, varied):
        """What the engine says of two expressions; None where it says that it cannot."""
        budget.Work.done = 0
        try:
            return call()
        except NotProved:
            self.counts["too large"] += 1
        except (ClaimError, RecursionError, ValueError) as error:
            self.counts[f"raised {type(error).__name__}"] += 1
            self.raised.append((type(error).__name__, e, varied, str(error)[:60]))


# ------------------------------------------------------------------------------------------------------------ script


def main(amount, seed):
    """Draw until so many expressions, drawn and varied, were held against numbers; print what was found."""
    start, fuzz = time.process_time(), Fuzz(seed)
    number = 0
    while fuzz.tried < amount:
        fuzz.try_one(number)
        number += 1
    seconds = time.process_time() - start
    print(f"{fuzz.tried:,} expressions in {seconds:.0f} s of one processor; disagreements: {len(fuzz.wrong)}")
    for what, *shown in fuzz.wrong:
        print("  ", what, *(part for part in shown if not isinstance(part, World)), sep=" | ")
    print("\nkinds of parts:", ", ".join(f"{name} {count:,}" for name, count in fuzz.kinds.most_common()))
    print("\ncounts:", *(f"  {count:>9,}  {what}" for what, count in sorted(fuzz.counts.items())), sep="\n")
    print("\nvariations: rule, numbers, shown equal")
    for (rule, numbers, shown), count in sorted(fuzz.rules.items()):
        print(f"  {count:>9,}  {rule}, {numbers}, {shown}")
    proved, of_all = fuzz.share(TRUE)
    print(f"\ntrue variations shown equal: {proved:,} of {of_all:,}, {proved / of_all:.1%}")
    for name, e, varied, text in fuzz.raised[:10]:
        print("raised:", name, e, varied, text, sep=" | ")


if __name__ == "__main__":
    budget.MOST_WORK = 1500  # of one expression; the few that need more are counted and left
    main(*map(int, [*sys.argv[1:], *["10000", "0"][len(sys.argv) - 1 :]]))
