"""Assumptions that are equations, used by the machine as such.

An equation is solved for one of its atoms, which is then replaced wherever it stands.
The indices that the claim leaves free are the claim's own; every other index of the
equation runs through all its values.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from . import kernel
from .equality import every_atom
from .errors import ClaimError, Undefined
from .kernel import SUM, Atom, Index, Term, is_size, of
from .reading import written

MOST_PASSES = 10


@dataclass(frozen=True)
class Rule:
    """``pattern`` is ``value``, for every value of the indices in ``places``."""

    pattern: Atom
    value: Term
    places: tuple

    def at(self, a):
        """The value for an atom that is the pattern at some places, or None."""
        for choice in product(*(candidates(i, a) for i in self.places)):
            here = dict(zip(self.places, choice, strict=True))
            if kernel.replace(of(self.pattern), here) == of(a):
                return kernel.replace(self.value, here)
        return None


def candidates(i, a):
    """What may stand in a place: what stands in a place of the atom, if it is known to
    lie in the same range; no index that is bound within the atom.
    """
    inner = {a, *(b for t in a.args for b in every_atom(t))}
    indices = {of(b) for b in inner if isinstance(b.head, Index)}
    places = {t for b in inner for t in b.args}
    return [
        t for t in indices | places if t.free <= a.free and kernel.inside(t, i.args[0])
    ]


def rule(left, right, places):
    """The equation of two terms as a rule for one atom of the left side."""
    q = left - right
    linear = [(m[0][0], c) for m, c in q.parts.items() if len(m) == 1 == m[0][1]]
    ours = [(a, c) for a, c in linear if a in left.atoms and may_be_replaced(a, q)]
    if not ours:
        raise ClaimError(
            "assume: expected an equation that can be solved for a number, an entry, a "
            "function, a sum or a mean that stands on its left side by itself, as in "
            "{Sum(y[k], (k, 1, K)): 1}; written out, the one received is "
            f"{written(left)} = {written(right)}."
        )
    a, c = max(ours, key=lambda pair: (len(pair[0].key), pair[0].key))
    value = (q - of(a).times(c)).times(-1 / Fraction(c))
    return Rule(a, value, tuple(i for i in places if i.head in a.free))


def may_be_replaced(a, q):
    return not (isinstance(a.head, Index) or is_size(a) or inside_others(a, q))


def inside_others(a, q):
    return any(a in [*every_atom(t)] for b in q.atoms for t in b.args)


def used(term, rules):
    """The term with every rule applied until nothing changes."""
    if not rules:
        return term

    def after(t):
        """A term that is one atom, by the first rule that knows it."""
        if len(t.atoms) == 1 and t == of(a := next(iter(t.atoms))):
            values = (value for r in rules if (value := r.at(a)) is not None)
            return next(values, None) or (in_parts(a) if a.head is SUM else t)
        return t

    def in_parts(a):
        """A sum over several indices, as sums under sums."""
        indices, body = kernel.opened(a)
        for i in indices if len(indices) > 1 else ():
            inner = kernel.total_over([j for j in indices if j is not i], body)
            known = kernel.rebuild(inner, after=after)
            if known != inner:
                return kernel.total(i, known)
        return of(a)

    for _ in range(MOST_PASSES):
        try:
            before, term = term, kernel.rebuild(term, after=after)
        except Undefined as error:
            raise ClaimError(
                "assume: expected equations under which both sides are defined, "
                f"received some under which they are not: {error}"
            ) from None
        if term == before:
            return term
    raise ClaimError(
        "assume: expected equations that can be put in one after the other, received "
        f"some that never end, such as {written(of(rules[0].pattern))} = "
        f"{written(rules[0].value)}. Likely cause: a left side that comes back on a "
        "right side."
    )
