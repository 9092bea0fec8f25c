"""The mean over random arrays: linear over finite sums; a product is split only where
its factors were declared independent.

A mean binds its random arrays, as a sum binds its indices. Under it, in the kernel, an
entry x[i] has one place more, the outcome, x[i, ω]; so nothing that is done to the x[i]
outside, such as splitting it into x[i] > 0, < 0 and = 0, reaches the one under a mean.
"""

import numbers
from functools import cache
from itertools import count

import sympy as sp
from sympy import Function, Indexed, IndexedBase, Symbol

from . import kernel
from .errors import ClaimError
from .kernel import ONE, SUM, Inner, Kind, Term, of


def expectation(*random):
    """The mean E over random arrays and numbers that are independent of each other;
    those that may depend on each other stand in one tuple.

    Formula: E(a u + b v) = a E(u) + b E(v) for constants a and b, and
    E(u v) = E(u) E(v) where u and v have no random array in common. The entries of one
    array may depend on each other: what is known of them, such as E(w[i]*w[j]), is an
    assumption.
    Raises ``ClaimError`` for anything but arrays and numbers. Chapter 01.

    >>> from backprop.proof import prove
    >>> from backprop.proof.vocabulary import array, indices, sizes
    >>> D, i = sizes("D"), indices("i")
    >>> x, w = array("x", D), array("w", D)
    >>> E = expectation(x, w)
    >>> prove(E(2*x[i]*w[i]), 2*E(x[i])*E(w[i]))
    E(2*w[i]*x[i]) = 2*E(w[i])*E(x[i])   for all D ≥ 1; i = 1..D; real x, w; E: the \
mean over x; w, independent of each other, where it exists   ∎
    """
    groups = tuple(g if isinstance(g, tuple) else (g,) for g in random)
    names = [a for group in groups for a in group]
    known = all(groups) and names and all(map(is_random, names))
    if not known or len({*map(str, names)}) < len(names):
        raise ClaimError(
            f"expectation: expected different arrays and numbers, received {random}."
        )
    return mean_over(groups)


def is_random(a):
    number = isinstance(a, Symbol) and not a.is_integer
    return number or isinstance(a, IndexedBase)


@cache
def mean_over(groups):
    mean = type("E", (Expected,), {"groups": groups})
    mean.head = Mean(mean)
    return mean


class Expected(Function):
    """Base of the means that ``expectation`` makes, as they are typed."""

    groups = ()
    head = None  # of the kernel's atoms
    nargs = 1

    def __new__(cls, *u, **options):
        if len(u) != 1 or not is_expression(u[0]):
            received = ", ".join(map(str, u)) or "nothing"
            raise ClaimError(
                "E: expected one expression of numbers and entries such as "
                f"E(x[i]*w[j]), received {received}."
            )
        return super().__new__(cls, *u, **options)

    @classmethod
    def eval(cls, u):
        return None

    def _eval_is_real(self):
        return True

    def _eval_derivative(self, x):
        return type(self)(self.args[0].diff(x))

    def fdiff(self, argindex=1):
        raise ClaimError(
            "expected no derivative of a mean by a number that stands inside a "
            "function under it. Take the derivative under the mean: "
            "E(partial(f(y*x[i]), y))."
        )

    def _latex(self, printer, exp=None):
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathbb{{E}}\left[{printer._print(self.args[0])}\right]{power}"

    @classmethod
    def normal_form(cls, u):
        """The mean of a term that was read: kernel.made asks for it."""
        return cls.head.normal_form(cls.head.at_outcome(u))


def is_expression(u):
    if isinstance(u, sp.Expr):
        return not (isinstance(u, IndexedBase) or getattr(u, "is_Matrix", False))
    return isinstance(u, numbers.Rational) and not isinstance(u, bool)


NUMBERS = count(1)


class Mean(Kind):
    """The head of a mean among the kernel's atoms; it binds its outcome."""

    def __init__(self, typed):
        self.number = next(NUMBERS)
        super().__init__(f"E@{self.number}")
        self.typed = typed
        self.outcome = kernel.atom(Inner(f"@E{self.number}"), ONE)
        self.random = {a: under_mean(a) for group in typed.groups for a in group}
        self.groups = [{self.random[a] for a in group} for group in typed.groups]

    def at_outcome(self, u):
        """The term with its random numbers at the outcome."""
        self.check_names(u)

        def make(head, args):
            args = [*args]
            if head in self.random and len(args) == rank(head):
                return kernel.entry(self.random[head], [*args, of(self.outcome)])
            return kernel.made(head, args)

        def is_fixed(part):
            return not part.free & self.random.keys()

        return kernel.rebuild(u, untouched=is_fixed, make=make)

    def check_names(self, u):
        random = {str(a): a for a in self.random}
        for a in u.free:
            if isinstance(a, sp.Basic) and random.get(str(a), a) != a:
                raise ClaimError(
                    f"expected one meaning for the name {a}, received two: one in "
                    "expectation, another under the mean. Likely cause: it was "
                    "declared again, with another shape or sign."
                )

    def normal_form(self, u):
        return kernel.add([self.of_product(m).times(c) for m, c in u.parts.items()])

    def group_numbers(self, a):
        """The groups whose arrays stand in an atom at the outcome."""
        if self.outcome.head not in a.free:
            return set()
        return {g for g, names in enumerate(self.groups) if a.free & names}

    def of_product(self, m):
        random = [(a, e) for a, e in m if self.group_numbers(a)]
        before = Term({tuple(pair for pair in m if pair not in random): 1})
        sums = [a for a, e in random if a.head is SUM and e in range(1, 5)]
        if sums:
            indices, body = kernel.flat([], random)
            return before * kernel.total_over(indices, self.normal_form(body))
        return kernel.multiply([before, *map(self.of_factors, self.apart(random))])

    def of_factors(self, m):
        """The mean of a product as an atom; what it binds is not free in it."""
        a = kernel.atom(self, Term({m: 1}))
        a.free -= {self.outcome.head}.union(*self.groups)
        return of(a)

    def apart(self, factors):
        """The factors in products that have no random array in common."""
        parts = []  # pairs of groups and factors
        for factor in factors:
            groups, product = self.group_numbers(factor[0]), [factor]
            for other in [p for p in parts if p[0] & groups]:
                parts.remove(other)
                groups, product = groups | other[0], other[1] + product
            parts.append((groups, product))
        return [kernel.sorted_monomial(dict(product)) for _, product in parts]

    def __call__(self, u):
        """The mean as it is typed: without outcomes."""
        back = {inner: a for a, inner in self.random.items()}
        last = Symbol(self.outcome.head.name, integer=True)
        return self.typed(
            u.replace(
                lambda e: isinstance(e, Indexed) and e.indices[-1] == last,
                lambda e: typed(back[e.base], e.indices[:-1]),
            )
        )


def under_mean(a):
    """What a random array or a random number is called under a mean."""
    return IndexedBase(f"{a} under E", real=True, positive=a.is_positive)


def rank(a):
    return len(a.shape) if isinstance(a, IndexedBase) else 0


def typed(a, places):
    return Indexed(a, *places) if places else a


def means(*expressions):
    """The means that stand in expressions, in the order of their making."""
    found = {type(e) for e in sp.Tuple(*expressions).atoms(Expected)}
    return sorted(found, key=lambda mean: mean.head.number)
