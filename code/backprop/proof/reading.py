"""From SymPy to the kernel's terms, and back for a message.

An index means what the innermost ``Sum`` around it says: every name is looked up in
the names of its own place, so that none can be captured. An abbreviation is read
where it is used, in the names of its own definition.
"""

from fractions import Fraction
from functools import cache, reduce
from itertools import count

import sympy as sp
from sympy import Add, Indexed, KroneckerDelta, Mul, Piecewise, Pow, Sum, Symbol

from . import functions, kernel
from .errors import ClaimError
from .expectation import Expected
from .functions import positive_part, step
from .kernel import DELTA, ONE, POWER, STEP, SUM, ZERO, Index, constant, of
from .matrices import entry
from .ranges import TRANSPOSE, ranges
from .shorthand import fresh
from .vocabulary import Arbitrary, BookFunction, partial, relu
from .vocabulary import step as step_function

ELEMENTARY = (
    sp.exp,
    sp.log,
    sp.sin,
    sp.cos,
    sp.sinh,
    sp.cosh,
    sp.tanh,
    sp.erf,
)


class Reader:
    """Reads expressions; ``spans`` says what each free index runs to, ``where`` what
    each abbreviation stands for.
    """

    def __init__(self, spans=(), where=()):
        self.free = {}
        self.where = dict(where)
        self.memo = {}
        for i, size in dict(spans).items():
            self.free[i] = kernel.index(i.name, self.read(size))
        self.arrays = {
            short.base: (short.indices, long)
            for short, long in self.where.items()
            if isinstance(short, Indexed)
        }

    def __call__(self, e):
        return self.read(sp.sympify(e), self.free)

    def read(self, e, names=()):
        """The term of an expression; ``names`` maps indices to terms."""
        names = dict(names)
        key = e, *((s, names[s].key) for s in free_symbols(e) if s in names)
        if key not in self.memo:
            self.memo[key] = self.term(e, names)
        return self.memo[key]

    def term(self, e, names):
        match e:
            case sp.Rational():
                return constant(Fraction(int(e.p), int(e.q)))
            case Symbol():
                return self.symbol(e, names)
            case Indexed():
                return self.entry(e, names)
            case Sum():
                return self.sum(e, names)
            case Add():
                return kernel.add([self.read(a, names) for a in e.args])
            case Mul():
                return kernel.multiply([self.read(a, names) for a in e.args])
            case Pow():
                return functions.raised(*(self.read(a, names) for a in e.args))
            case sp.core.numbers.Exp1():
                return functions.exp(ONE)
            case sp.core.numbers.Pi():
                return of(kernel.atom(sp.pi))
            case KroneckerDelta() if len(e.args) == 2:
                return kernel.delta(*(self.read(a, names) for a in e.args))
            case partial():
                y, x = (self.read(a, names) for a in e.args)
                ((x, _),) = next(iter(x.parts))
                return differentiate(y, x)
            case entry():
                return self.read(e.doit(), names)
            case Piecewise():
                return self.piecewise(e, names)
            case sp.Max() | sp.Min() | sp.Abs() | sp.sign():
                return KINKS[e.func](*(self.read(a, names) for a in e.args))
            case sp.Function():
                if isinstance(e, (BookFunction, Expected, *ELEMENTARY)):
                    return applied(e.func, [self.read(a, names) for a in e.args])
        raise ClaimError(
            "expected sums, products, powers and functions of numbers and array "
            f"entries, received {type(e).__name__}: {e}."
        )

    def symbol(self, e, names):
        if e in names:
            return names[e]
        if e in self.where:
            return self.read(self.where[e])
        if e.is_integer and not e.is_positive:
            raise ClaimError(
                f"expected a range for the index {e}, received none: it is no array's "
                "index."
            )
        return of(kernel.atom(e))

    def entry(self, e, names):
        places = [self.read(i, names) for i in e.indices]
        if e.base in self.arrays:
            own, long = self.arrays[e.base]
            return self.read(long, dict(zip(own, places, strict=True)))
        for place, written, size in zip(places, e.indices, e.base.shape, strict=True):
            if not kernel.inside(place, self.read(size, names)):
                raise ClaimError(f"{e}: {misplaced(place, written, size)}")
        return kernel.entry(e.base, places)

    def definition(self, e):
        """What an abbreviation stands for, with its indices; None if it is none."""
        if isinstance(e, Indexed):
            return self.arrays.get(e.base, ((), None))
        return (), self.where.get(e)

    def sum(self, e, names):
        limits = {}
        for i, low, high in e.limits:
            if i in limits or low != 1:
                raise ClaimError(
                    f"{e}: expected different indices, each from 1 to a size."
                )
            limits[i] = kernel.fresh(self.read(high))
        names = names | {i: of(a) for i, a in limits.items()}
        body = self.read(e.function, names)
        return kernel.total_over(limits.values(), body)

    def piecewise(self, e, names):
        """The first branch whose condition holds, as a sum over the branches."""
        if e.args[-1][1] != True:  # noqa: E712
            raise ClaimError(f"{e}: expected a last branch for everything else.")
        value, before = ZERO, ONE  # no earlier condition holds
        for branch, condition in e.args:
            here = before * self.holds(condition, names)
            value += here * self.read(branch, names)
            before -= here
        return value

    def holds(self, c, names):
        """1 where a condition holds and 0 elsewhere."""
        if c in (sp.true, sp.false):
            return constant(int(bool(c)))
        if isinstance(c, sp.And | sp.Or | sp.Not):
            parts = [self.holds(a, names) for a in c.args]
            if isinstance(c, sp.And):
                return kernel.multiply(parts)
            if isinstance(c, sp.Not):
                return ONE - parts[0]
            return ONE - kernel.multiply([ONE - p for p in parts])
        if c.func not in RELATIONS:
            raise ClaimError(f"expected comparisons of numbers, received {c}.")
        u = self.read(c.lhs, names) - self.read(c.rhs, names)
        return RELATIONS[c.func](step(u), step(u.times(-1)))


free_symbols = cache(lambda e: e.free_symbols)


def misplaced(place, i, size):
    """What is wrong with an index of an entry."""
    (a, *_) = place.atoms or [None]
    if isinstance(i, Symbol) and a and isinstance(a.head, Index):
        own = written(a.args[0])
        return (
            f"the index {i} runs to {own} in one place and to {size} in another. "
            f"{TRANSPOSE}"
        )
    return f"the index {i} is not known to lie in 1..{size}."


RELATIONS = {  # of u > 0 and -u > 0
    sp.Gt: lambda above, below: above,
    sp.Lt: lambda above, below: below,
    sp.Ge: lambda above, below: ONE - below,
    sp.Le: lambda above, below: ONE - above,
    sp.Eq: lambda above, below: ONE - above - below,
    sp.Ne: lambda above, below: above + below,
}


def larger(*terms):
    """The largest: v + (u - v)⁺."""
    return reduce(lambda u, v: v + positive_part(u - v), terms)


def smaller(*terms):
    return larger(*(u.times(-1) for u in terms)).times(-1)


KINKS = {
    sp.Max: larger,
    sp.Min: smaller,
    sp.Abs: lambda u: positive_part(u).times(2) - u,
    sp.sign: lambda u: step(u) - step(u.times(-1)),
}


def applied(function, args):
    """A function of terms; relu(u) is u where u > 0."""
    if function is relu:
        return positive_part(args[0])
    if function is step_function:
        return step(args[0])
    return kernel.made(function, args)


# ------------------------------------------------------------------------- derivatives


def differentiate(term, x):
    """The derivative of a term by an atom, a symbol or an array entry, where it exists:
    kinks are among the conditions of a claim.
    """
    memo = {}

    def of_term(t):
        if x.head not in t.free:
            return ZERO
        return kernel.add([of_monomial(m).times(c) for m, c in t.parts.items()])

    def of_monomial(m):
        """The product rule, with (a^e)′ = e a^(e - 1) a′."""
        slopes = []
        for a, e in m:
            if x.head in a.free:
                others = {b: k for b, k in m if b is not a} | {a: e - 1}
                slopes.append((kernel.monomial(others) * of_atom(a)).times(e))
        return kernel.add(slopes)

    def of_atom(a):
        if a not in memo:
            memo[a] = slope_of_atom(a)
        return memo[a]

    def slope_of_atom(a):
        if a is x:
            return ONE
        if a.head is SUM:
            indices, body = kernel.opened(a)
            inner = of_term(body)
            return kernel.total_over(indices, inner)
        if a.head is POWER:
            return of_term(a.args[0]) if len(a.args) == 1 else of_power(*a.args)
        if a.head in (DELTA, STEP):
            return ZERO
        if isinstance(a.head, sp.IndexedBase):
            same = zip(a.args, x.args, strict=True) if a.head == x.head else ()
            return kernel.multiply([kernel.delta(p, q) for p, q in same])
        return kernel.add(
            [
                slope(a.head, k, a.args) * of_term(u)
                for k, u in enumerate(a.args, start=1)
                if x.head in u.free
            ]
        )

    def of_power(u, e):
        """(u^e)′ = e u^(e - 1) u′ + u^e log(u) e′."""
        slope = e * functions.raised(u, e - ONE) * of_term(u)
        if x.head in e.free:
            slope += functions.raised(u, e) * functions.log(u) * of_term(e)
        return slope

    return of_term(term)


@cache
def template(function, k, arity):
    """The derivative of a function in its k-th argument, at names for all of them."""
    names = [sp.Dummy(f"u{p}", real=True) for p in range(arity)]
    return names, function(*names).fdiff(k)


def slope(function, k, args):
    """The derivative of a function in its k-th argument, at terms."""
    names, formula = template(function, k, len(args))
    return Reader().read(formula, dict(zip(names, args, strict=True)))


# ------------------------------------------------------------------------- definitions


def unfolded(term):
    """Named functions replaced by what they are defined as, down to exp and log."""
    return kernel.rebuild(term, make=by_definition)


def by_definition(head, args):
    args = [*args]
    if head in DEFINITIONS:
        return DEFINITIONS[head](*args)
    book = isinstance(head, type) and issubclass(head, BookFunction)
    if not book or issubclass(head, Arbitrary):
        return kernel.made(head, args)
    names, formula = written_out(head, len(args))
    return unfolded(Reader().read(formula, dict(zip(names, args, strict=True))))


@cache
def written_out(function, arity):
    names = [sp.Dummy(f"u{p}", real=True) for p in range(arity)]
    return names, function(*names).definition


def exponentials(u):
    return functions.exp(u), functions.exp(u.times(-1))


def hyperbolic_sine(u):
    up, down = exponentials(u)
    return (up - down).times(Fraction(1, 2))


def hyperbolic_cosine(u):
    up, down = exponentials(u)
    return (up + down).times(Fraction(1, 2))


def hyperbolic_tangent(u):
    up, down = exponentials(u)
    return (up - down) * functions.power(up + down, -1)


def sine(u):
    """sin(a + b) = sin a cos b + cos a sin b."""
    a, b = halves(u)
    return (
        kernel.made(sp.sin, [u])
        if b == ZERO
        else sine(a) * cosine(b) + cosine(a) * sine(b)
    )


def cosine(u):
    """cos(a + b) = cos a cos b - sin a sin b."""
    a, b = halves(u)
    return (
        kernel.made(sp.cos, [u])
        if b == ZERO
        else cosine(a) * cosine(b) - sine(a) * sine(b)
    )


def halves(u):
    """An angle as a sum of two: the first part, once, and the rest."""
    if not u.parts:
        return ZERO, ZERO
    m, c = min(u.parts.items(), key=lambda part: kernel.monomial_key(part[0]))
    one = kernel.Term({m: Fraction(1 if c > 0 else -1, c.denominator)})
    return one, u - one


DEFINITIONS = {
    sp.sinh: hyperbolic_sine,
    sp.cosh: hyperbolic_cosine,
    sp.tanh: hyperbolic_tangent,
    sp.sin: sine,
    sp.cos: cosine,
}


# ----------------------------------------------------------------------------- writing


def written(term):
    """A term as a SymPy expression; bound indices get letters that are not used."""
    used = {str(h) for h in term.free}
    letters = (i for i in LETTERS() if i not in used)
    return Writer(letters).term(term)


def LETTERS():
    yield from "ijklmnpqrs"
    yield from (f"i{k}" for k in count(1))


class Writer:
    """Writes terms; each bound index gets the next of the letters."""

    def __init__(self, letters):
        self.letters = letters
        self.names = {}

    def term(self, t):
        return Add(*[self.monomial(m) * rational(c) for m, c in t.parts.items()])

    def monomial(self, m):
        """A product, with relu(u) for u 1(u > 0)."""
        exponents = dict(m)
        for a, _ in m:
            if a.head is STEP and len(a.args[0].parts) == 1:
                ((u, c),) = a.args[0].parts.items()
                if c == 1 and len(u) == 1 == u[0][1] == exponents.get(u[0][0]):
                    kept = {b: e for b, e in m if b not in (a, u[0][0])}
                    rest = self.monomial(kept.items())
                    return rest * relu(self.atom(u[0][0]), evaluate=False)
        return Mul(*[Pow(self.atom(a), rational(e)) for a, e in m])

    def atom(self, a):
        if a.head is SUM:
            indices, body = kernel.opened(a)
            limits = [(self.atom(i), 1, self.term(i.args[0])) for i in indices]
            return Sum(self.term(body), *limits)
        if isinstance(a.head, Index):
            if a.head not in self.names:
                bound = isinstance(a.head, kernel.Inner)
                name = next(self.letters) if bound else a.head.name
                self.names[a.head] = Symbol(name, integer=True)
            return self.names[a.head]
        if a.head is sp.exp and (power := self.power_of(a)) is not None:
            return power
        args = [self.term(t) for t in a.args]
        if a.head is DELTA:
            above = {m: c for m, c in a.args[0].parts.items() if c > 0}
            above = kernel.Term(above)
            return KroneckerDelta(self.term(above), self.term(above - a.args[0]))
        if a.head is STEP:
            return step_function(args[0], evaluate=False)
        if a.head is POWER:
            return Pow(*args) if len(args) == 2 else args[0]
        if isinstance(a.head, sp.IndexedBase):
            return Indexed(a.head, *args)
        return a.head(*args) if args else a.head

    def power_of(self, a):
        """x^v for exp(v log x)."""
        ((m, _),) = a.args[0].parts.items()
        logs = [b for b, e in m if b.head is sp.log and e == 1]
        if len(logs) != 1:
            return None
        rest = self.monomial(kernel.without(m, logs[0]))
        return Pow(self.term(logs[0].args[0]), rest)


def rational(c):
    return sp.Rational(c.numerator, c.denominator)


def normal(e):
    """The normal form of an expression, as an expression.

    >>> from backprop.proof.vocabulary import array, indices, sizes
    >>> D, i, q = sizes("D"), *indices("i q")
    >>> x, w = array("x", D), array("w", D)
    >>> normal(partial(Sum(x[i]*w[i], (i, 1, D)), w[q]))
    x[q]
    """
    e = sp.sympify(e)
    return written(Reader(ranges(fresh(e)))(e))
