"""Whether a term is 0, for every size, every number and every function in it.

The kernel's normal form decides most of it. Each further way goes from the term to
terms whose vanishing says the same, or more; none of them compares anything itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import sympy as sp

from . import functions, kernel
from .errors import Undefined
from .kernel import ONE, STEP, SUM, ZERO, constant, of
from .reading import unfolded


def is_zero(term, facts=()):
    """Whether a term is shown to be 0; ``facts`` says of other terms that they are
    ≠ 0 or > 0.
    """
    if not term.parts:
        return True
    ways = cleared, by_definitions, by_exponentials
    if any(not way(term).parts for way in ways):
        return True
    return any(way(term, facts) for way in (by_terms, by_signs, by_deltas, by_facts))


def cleared(term):
    """The term times its denominators, which are not 0 where it is defined."""
    while True:
        least = defaultdict(int)
        for m in term.parts:
            for a, e in m:
                least[a] = min(least[a], e)
        below = {a: -e for a, e in least.items() if e < 0}
        if not below:
            return term
        term = term * kernel.Term({kernel.sorted_monomial(below): 1})


def by_definitions(term):
    """Named functions replaced by their definitions."""
    return cleared(unfolded(term))


def by_exponentials(term):
    """u = 0 where exp(u) = 1: for logarithms of products."""
    term = unfolded(term)
    if not any(a.head is sp.log for a in term.atoms):
        return term
    return cleared(functions.exp(term) - ONE)


def by_terms(term, facts):
    """Sums to one size are one sum, which is 0 if each of its terms is; a constant is
    spread evenly over it.
    """
    sums = [[a for a, e in m if a.head is SUM and e == 1] for m in term.parts]
    sizes = [{*s[0].args[:-1]} for s in sums if len(s) == 1]
    if not sizes:
        return False
    return any(
        is_zero(under_one_sum(term, size), facts)
        for size in sorted(set.intersection(*sizes), key=lambda size: size.key)
    )


def under_one_sum(term, size):
    """What stands under the sum to one size that is the term."""
    i, body = kernel.fresh(size), ZERO
    for m, c in term.parts.items():
        sums = [a for a, e in m if a.head is SUM and e == 1]
        if len(sums) != 1:
            body += kernel.Term({m: c}) * functions.power(size, -1)
        else:
            before = kernel.Term({kernel.without(m, sums[0]): c})
            body += before * without_sum(sums[0], i)
    return body


def without_sum(a, i):
    """What stands under a sum of several indices, with i in place of one of them."""
    indices, body = kernel.opened(a)
    outer = next(j for j in indices if j.args == i.args)
    body = kernel.replace(body, {outer: of(i)})
    return kernel.total_over([j for j in indices if j is not outer], body)


# ------------------------------------------------------------------------------- signs


@dataclass(frozen=True)
class Fact:
    """A term that is known to be ≠ 0 or > 0, for every value of some indices in it."""

    relation: str
    term: kernel.Term
    places: tuple = ()

    def replaced(self, *news):
        return Fact(self.relation, replaced(self.term, *news), self.places)

    @property
    def is_possible(self):
        least = functions.is_nonnegative(self.term.times(-1))
        return not (least if self.relation == ">" else not self.term.parts)

    def signs_of(self, u):
        """The signs that u may have by this fact."""
        for term in self.instances(u):
            for sign in (1, -1):
                if functions.primitive(term.times(sign)) == functions.primitive(u):
                    return {sign} if self.relation == ">" else {1, -1}
            if len(term.parts) == 1 and len(u.parts) == 1 and u.atoms <= term.atoms:
                return {1, -1}  # no factor of it is 0
        return {1, -1, 0}

    def instances(self, u):
        """The term with indices of u in place of its own, in every way."""
        ours = [
            [a for a in every_atom(u) if isinstance(a.head, kernel.Index)]
            for _ in self.places
        ]
        for choice in product(*ours):
            pairs = zip(self.places, choice, strict=True)
            if all(i.args == j.args for i, j in zip(self.places, choice, strict=True)):
                yield kernel.replace(self.term, {i: of(j) for i, j in pairs})


def by_signs(term, facts):
    """A number u is positive, negative or 0; each case is proved for itself."""
    a = first_step(term)
    if a is None:
        return False
    u = a.args[0]
    signs = set.intersection({1, -1, 0}, *(fact.signs_of(u) for fact in facts))
    return in_all(term, facts, [(steps(u, s), case(u, s)) for s in signs])


def without_zeros(term, facts):
    """The term with 1 - 1(u > 0) for 1(-u > 0), where u is known not to be 0."""

    def make(head, args):
        args = [*args]
        if head is STEP and functions.first_coefficient(args[0]) < 0:
            if all(0 in fact.signs_of(args[0]) for fact in facts):
                return kernel.made(head, args)
            return ONE - functions.step(args[0].times(-1))
        return kernel.made(head, args)

    return kernel.rebuild(term, make=make) if facts else term


def by_facts(term, facts):
    """A number that is known to be positive is written as one."""
    for fact in facts:
        one = fact.relation == ">" and not fact.places
        if one and (known := case(fact.term, 1)):
            others = [other for other in facts if other is not fact]
            return in_all(term, others, [(known,)])
    return False


def by_deltas(term, facts):
    """Two indices are equal or not; each case is proved for itself."""
    for a in every_atom(term):
        pair = a.head is kernel.DELTA and kernel.two_indices(a)
        if pair and not any(kernel.is_bound(head) for head in a.free):
            i, j = pair
            return in_all(term, facts, [({i: of(j)},), ({a: ZERO},)])
    return False


def in_all(term, facts, cases):
    """Whether a term is 0 in each of the cases; where one of them has no value,
    nothing is shown.
    """
    try:
        return all(in_case(term, facts, *news) for news in cases)
    except Undefined:
        return False


def in_case(term, facts, *news):
    """Whether a term is 0 in a case, or the case cannot be."""
    facts = [fact.replaced(*news) for fact in facts]
    if not all(fact.is_possible for fact in facts):
        return True
    return is_zero(replaced(term, *news), facts)


def replaced(term, *news):
    for new in news:
        term = kernel.replace(term, new)
    return term


def is_always_positive(term):
    """Whether a term is positive whatever its numbers are."""
    if functions.is_positive(term) or functions.is_positive(
        functions.reduced(unfolded(term))
    ):
        return True
    a = first_step(term)
    if a is None:
        return False
    u = a.args[0]
    cases = ([steps(u, sign), case(u, sign)] for sign in (1, -1, 0))
    try:
        return all(is_always_positive(replaced(term, *news)) for news in cases)
    except Undefined:
        return False


def first_step(term):
    """A step 1(u > 0) whose u has no step in it and no index that a sum binds."""
    found = [
        a
        for a in every_atom(term)
        if a.head is STEP
        and not any(b.head is STEP for b in every_atom(a.args[0]))
        and not any(kernel.is_bound(head) for head in a.free)
    ]
    return min(found, key=lambda a: (len(a.key), a.key), default=None)


def every_atom(term):
    """The atoms of a term and those inside them."""
    for a in term.atoms:
        yield a
        for t in a.args:
            yield from every_atom(t)


def steps(u, sign):
    """1(u > 0) and 1(-u > 0) where u has this sign."""
    pairs = (functions.step(u), sign > 0), (functions.step(u.times(-1)), sign < 0)
    return {a: constant(int(holds)) for t, holds in pairs for a in t.atoms}


def case(u, sign):
    """An atom of u written with a positive number w in its place, so that u is w, -w
    or 0. A term that is 0 for every such w is 0 for the u that has this sign.
    """
    for m, c in sorted(u.parts.items(), key=lambda part: simplest(part[0])):
        if len(m) == 1 and m[0][1] == 1:
            (a, _), rest = m[0], u - kernel.Term({m: c})
            if a not in every_atom(rest) and not isinstance(a.head, kernel.Index):
                w = kernel.fresh_positive().times(sign)
                return {a: (w - rest).times(1 / Fraction(c))}
    return {}


def simplest(m):
    """Symbols before entries before functions before sums."""
    a = m[0][0] if m else None
    inner = bool(m) and (
        isinstance(a.head, sp.IndexedBase),
        bool(a.args),
        a.head is SUM,
    )
    return (
        len(m),
        inner and (inner[1] and not inner[0], inner[2]),
        kernel.monomial_key(m),
    )
