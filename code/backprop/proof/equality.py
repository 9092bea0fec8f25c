"""Whether a term is 0, for every size, every number and every function in it.

The kernel's normal form decides most of it. Each further way goes from the term to
terms whose vanishing says the same, or more; none of them compares anything itself.
"""

from collections import defaultdict

import sympy as sp

from . import kernel
from .kernel import ONE, STEP, SUM, ZERO, constant, of
from .reading import unfolded


def is_zero(term, nonzero=()):
    """Whether a term is shown to be 0; ``nonzero`` lists terms that are not."""
    if not term.parts:
        return True
    ways = cleared, by_definitions, by_exponentials
    if any(not way(term).parts for way in ways):
        return True
    return by_terms(term, nonzero) or by_signs(term, nonzero)


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
    return cleared(kernel.exp(term) - ONE)


def by_terms(term, nonzero):
    """Sums over the same indices are one sum, which is 0 if each of its terms is; a
    constant is spread evenly over them.
    """
    bodies, rest = {}, ZERO
    for m, c in term.parts.items():
        inside = [a for a, e in m if a.head is SUM and e == 1]
        if len(inside) != 1:
            rest += kernel.Term({m: c})
            continue
        outside = kernel.Term({tuple(p for p in m if p[0] is not inside[0]): c})
        *sizes, _ = inside[0].args
        indices, body = bodies.get(tuple(sizes), (None, ZERO))
        indices, here = opened_as(indices, inside[0])
        bodies[tuple(sizes)] = indices, body + outside * here
    if len(bodies) == 1:
        ((sizes, (indices, body)),) = bodies.items()
        share = kernel.multiply([kernel.power(size, -1) for size in sizes])
        return is_zero(body + rest * share, nonzero)
    zero = not rest.parts and all(is_zero(b, nonzero) for _, b in bodies.values())
    return bool(bodies) and zero


def opened_as(indices, a):
    """The product under a sum, written in these indices, or in new ones."""
    new, body = kernel.opened(a)
    if indices is None:
        return new, body
    names = dict(zip(new, map(of, indices), strict=True))
    return indices, kernel.replace(body, names)


# ------------------------------------------------------------------------------- kinks


def by_signs(term, nonzero):
    """A number u is positive, negative or 0; each case is proved for itself."""
    a = first_step(term)
    if a is None:
        return False
    u = a.args[0]
    cases = [1, -1] if is_nonzero(u, nonzero) else [1, -1, 0]
    for sign in cases:
        known = case(u, sign)

        def here(t, sign=sign, known=known):
            return kernel.replace(kernel.replace(t, steps(u, sign)), known)

        remaining = [here(v) for v in nonzero]
        possible = all(v.parts for v in remaining)
        if possible and not is_zero(here(term), remaining):
            return False
    return True


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


def is_nonzero(u, nonzero):
    """Whether u is among the terms that are not 0, for every value of their indices."""
    u = kernel.primitive(u)
    return any(
        w in (u, u.times(-1))
        for v in nonzero
        for w in [kernel.primitive(v)]
    )


def steps(u, sign):
    """1(u > 0) and 1(-u > 0) where u has this sign."""
    pairs = (kernel.step(u), sign > 0), (kernel.step(u.times(-1)), sign < 0)
    return {a: constant(int(holds)) for t, holds in pairs for a in t.atoms}


def case(u, sign):
    """An atom of u written with a positive number w in its place, so that u is w, -w
    or 0. A term that is 0 for every such w is 0 for the u that has this sign.
    """
    for m, c in sorted(u.parts.items(), key=lambda part: simplest(part[0])):
        if len(m) == 1 and m[0][1] == 1:
            (a, _), rest = m[0], u - kernel.Term({m: c})
            if a not in every_atom(rest) and not isinstance(a.head, kernel.Index):
                w = of(kernel.atom(sp.Dummy("w", positive=True))).times(sign)
                return {a: (w - rest).times(1 / kernel.Fraction(c))}
    return {}


def simplest(m):
    """Symbols before entries before functions before sums."""
    a = m[0][0] if m else None
    inner = bool(m) and (isinstance(a.head, sp.IndexedBase), bool(a.args), a.head is SUM)
    return len(m), inner and (inner[1] and not inner[0], inner[2]), kernel.monomial_key(m)
