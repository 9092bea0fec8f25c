"""The mean over random arrays: linear over finite sums; a product is split only where
its factors were declared independent.
"""

from functools import cache

import sympy as sp
from sympy import Function, IndexedBase, Symbol

from . import kernel
from .errors import ClaimError
from .kernel import SUM, Term, of


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
mean over x; w, independent of each other   ∎
    """
    groups = tuple(g if isinstance(g, tuple) else (g,) for g in random)
    names = [a for group in groups for a in group]
    if not names or not all(map(is_random, names)) or len({*names}) < len(names):
        raise ClaimError(
            f"expectation: expected different arrays and numbers, received {random}."
        )
    return mean_over(groups)


def is_random(a):
    number = isinstance(a, Symbol) and not a.is_integer
    return number or isinstance(a, IndexedBase)


@cache
def mean_over(groups):
    return type("E", (Expected,), {"groups": groups})


class Expected(Function):
    """Base of the means that ``expectation`` makes."""

    groups = ()
    nargs = 1

    @classmethod
    def eval(cls, u):
        return None

    def _eval_is_real(self):
        return True

    def fdiff(self, argindex=1):
        raise ClaimError(
            f"expected no derivative of a mean, received one of {self}. Prove that of "
            "what stands under it."
        )

    def _latex(self, printer, exp=None):
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathbb{{E}}\left[{printer._print(self.args[0])}\right]{power}"

    @classmethod
    def group_numbers(cls, a):
        """The groups whose arrays stand in an atom."""
        return {g for g, names in enumerate(cls.groups) if a.free & {*names}}

    @classmethod
    def normal_form(cls, u):
        """The mean of a term: kernel.made asks for it."""
        return kernel.add([cls.of_product(m).times(c) for m, c in u.parts.items()])

    @classmethod
    def of_product(cls, m):
        random = [(a, e) for a, e in m if cls.group_numbers(a)]
        before = Term({tuple(pair for pair in m if pair not in random): 1})
        sums = [a for a, e in random if a.head is SUM and e in range(1, 5)]
        if sums:
            indices, body = kernel.flat([], random)
            return before * kernel.total_over(indices, cls.normal_form(body))
        parts = [of(kernel.atom(cls, Term({part: 1}))) for part in cls.apart(random)]
        return kernel.multiply([before, *parts])

    @classmethod
    def apart(cls, factors):
        """The factors in products that have no random array in common."""
        parts = []  # pairs of groups and factors
        for factor in factors:
            groups, product = cls.group_numbers(factor[0]), [factor]
            for other in [p for p in parts if p[0] & groups]:
                parts.remove(other)
                groups, product = groups | other[0], other[1] + product
            parts.append((groups, product))
        return [kernel.sorted_monomial(dict(product)) for _, product in parts]


def means(*expressions):
    """The means that stand in expressions."""
    return {type(e) for e in sp.Tuple(*expressions).atoms(Expected)}
