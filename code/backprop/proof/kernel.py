"""The kernel: what a term is, how an index is bound, and one normal form.

Every proof of the book ends here: two expressions are equal if their difference, read
as a term, is the term 0. A term is a polynomial in atoms, with rational coefficients.

    symbol        z, D              a number, a size
    index         i in 1..D         carries the size that it runs to
    entry         X[n, i]           of an array; its places are terms
    function      f(u, v), exp(u)   of terms
    delta, step   δ(u), 1(u > 0)    1 where u = 0, where u > 0; 0 elsewhere
    power         (1 + z)^(1/2)     of a term that has several parts
    sum           Σ over indices    the only atom that binds

A term is made by the functions of this module alone, and each of them returns the
normal form: products are multiplied out, exp(u + v) is exp(u) exp(v), a sum is linear,
what does not depend on its index stands before it, a delta leaves one term of a sum.

**Binding.** An index is bound under a name that only the kernel makes. To look inside
a sum, ``opened`` puts new indices in place of the bound ones; ``bound`` closes it again
and chooses the names by the sum's own shape, so that two sums that differ in the names
or in the order of their indices are the same atom. No name can be captured: what is
put into a term never contains a bound name.

**SymPy** is what is read, in ``reading.py``, which takes it apart. It is asked
whether a symbol stands for a size; in ``functions.py`` for the factors of a number
and of a polynomial, which are multiplied again before they are used; in ``reading.py``
for the slopes of exp, log, sin, cos, sinh, cosh, tanh and erf at a plain symbol. No
SymPy function that rewrites or differentiates sees a sum. One substitution does, in
an entry of a function of a matrix: there every sum first gets indices of its own.
"""

import math
from collections import Counter
from functools import cached_property, lru_cache, reduce
from itertools import count, permutations, product
from operator import mul
from weakref import WeakValueDictionary

import sympy as sp

from .budget import work
from .errors import NotProved

MOST_ORDERS = 720  # of the indices under one sum


class Kind:
    """The head of an atom that is no symbol, no array and no function."""

    def __init__(self, name, is_positive=None):
        self.name, self.is_positive = name, is_positive

    def __repr__(self):
        return self.name


DELTA, STEP, POWER, SUM = map(Kind, ("δ", "step", "power", "Σ"))


class Index(Kind):
    """The head of an index; its argument is the size that it runs to, from 1."""

    def __eq__(self, other):
        return type(self) is type(other) and self.name == other.name

    def __hash__(self):
        return hash((type(self), self.name))


class Inner(Index):
    """The head of an index that the kernel makes: no author's index, whatever its name,
    is one of these.
    """


class Atom:
    """A head with terms as arguments, known by its key: equal atoms are one object."""

    def __init__(self, head, args, key):
        self.head, self.args, self.key = head, args, key
        parts = [a for term in args for a in term.atoms]
        self.level = max((a.level for a in parts), default=0) + (head is SUM)
        free = frozenset().union(*(a.free for a in parts))
        if head is SUM:
            free = frozenset(h for h in free if not is_bound(h, f"{self.level}."))
        elif not args or isinstance(head, Index | sp.IndexedBase):
            free |= {head}
        self.free = free  # the heads of symbols, indices and arrays
        self.positive = None  # for functions.py


def is_bound(head, level=""):
    """Whether a sum (of this level) binds this index."""
    return isinstance(head, Inner) and head.name.startswith(f"@{level}")


ATOMS, HEADS, NAMES = WeakValueDictionary(), {}, Counter()


def atom(head, *args):
    """The one atom with this head and these arguments."""
    key = f"{head_key(head)}({'; '.join(a.key for a in args)})"
    found = ATOMS.get(key)
    if found is None:
        found = ATOMS[key] = Atom(head, args, key)
    return found


def head_key(head):
    """A text for a head, another one for each head."""
    if isinstance(head, Kind):
        return f"{type(head).__name__} {head.name}"
    if head not in HEADS:
        name = str(head)
        HEADS[head] = f"{name}'{NAMES[name]}"
        NAMES[name] += 1
    return HEADS[head]


class Term:
    """A polynomial in atoms: {monomial: coefficient}, a monomial being a tuple of
    pairs (atom, exponent), sorted by the atoms' keys.
    """

    def __init__(self, parts):
        self.parts = parts

    @cached_property
    def key(self):
        monomials = (f"{c}·{monomial_key(m)}" for m, c in self.parts.items())
        return " + ".join(sorted(monomials))

    @cached_property
    def atoms(self):
        return frozenset(a for m in self.parts for a, _ in m)

    @cached_property
    def free(self):
        return frozenset().union(*(a.free for a in self.atoms))

    def __eq__(self, other):
        return self.parts == other.parts

    def __hash__(self):
        return hash(self.key)

    def __repr__(self):
        return self.key or "0"

    def __add__(self, other):
        parts = Counter(self.parts)
        for m, c in other.parts.items():
            parts[m] += c
        return Term({m: c for m, c in parts.items() if c})

    def __sub__(self, other):
        return self + other.times(-1)

    def __mul__(self, other):
        parts = Counter()
        work(len(self.parts) * len(other.parts))
        for m, c in self.parts.items():
            for n, d in other.parts.items():
                for mn, e in times(m, n).parts.items():
                    parts[mn] += c * d * e
        return Term({m: c for m, c in parts.items() if c})

    def times(self, number):
        """The term times a number."""
        return Term({m: c * number for m, c in self.parts.items()} if number else {})

    @property
    def number(self):
        """The number that the term is, or None."""
        if not self.parts:
            return 0
        return self.parts.get((), None) if len(self.parts) == 1 else None


def monomial_key(m):
    return "·".join(f"{a.key}^{e}" for a, e in m)


def constant(number):
    return Term({(): whole(number)} if number else {})


def whole(e):
    """A fraction without a denominator as an int."""
    return e.numerator if e.denominator == 1 else e


ZERO, ONE = constant(0), constant(1)


def of(a):
    """The atom as a term."""
    return Term({((a, 1),): 1})


def add(terms):
    return sum(terms, ZERO)


def multiply(terms):
    return reduce(mul, terms) if terms else ONE


# --------------------------------------------------------------------------- monomials


@lru_cache(maxsize=100_000)
def times(m, n):
    """The product of two monomials, a term."""
    exponents = Counter(dict(m))
    for a, e in n:
        exponents[a] += e
    return monomial(exponents)


def monomial(exponents):
    """A product of atoms with exponents, by what holds for each kind of atom."""
    kept = {a: whole(e) for a, e in exponents.items() if e}
    for rule in (idempotent, equal_indices, *PRODUCTS):
        found = rule(kept)
        if found is not None:
            return found
    return Term({sorted_monomial(kept): 1})


PRODUCTS = []  # further rules for products: functions.py adds its own


def idempotent(kept):
    """1·1 = 1 and 0·0 = 0."""
    again = [a for a, e in kept.items() if a.head in (DELTA, STEP) and e > 1]
    return monomial(kept | dict.fromkeys(again, 1)) if again else None


def equal_indices(kept):
    """δ(i - j) x_j = δ(i - j) x_i."""
    for a in kept:
        if a.head is DELTA and (pair := two_indices(a)):
            old, new = pair
            if any(old.head in b.free for b in kept if b is not a):
                rest = Term({sorted_monomial(kept, without=a): 1})
                return of(a) * replace(rest, {old: of(new)})
    return None


def sorted_monomial(exponents, without=None):
    pairs = (pair for pair in exponents.items() if pair[0] is not without)
    return tuple(sorted(pairs, key=lambda pair: pair[0].key))


def without(m, a):
    """A monomial without one of its atoms."""
    return tuple(pair for pair in m if pair[0] is not a)


def two_indices(a):
    """The two indices of a delta over one range, the later name first, or None."""
    pairs = [m[0][0] for m in a.args[0].parts if len(m) == 1 and m[0][1] == 1]
    ours = sorted((b for b in pairs if isinstance(b.head, Index)), key=lambda b: b.key)
    if not len(ours) == 2 == len(a.args[0].parts) or sum(a.args[0].parts.values()):
        return None
    first, second = ours
    return (second, first) if first.args == second.args else None


# ----------------------------------------------------------------------------- indices


def index(name, size):
    """A free index: ``index("i", D)`` runs from 1 to D."""
    return of(atom(Index(name), size))


FRESH = count(1)


def fresh(size):
    """A new index, that occurs nowhere else."""
    return atom(Inner(f"~{next(FRESH)}"), size)


def fresh_positive():
    """A new positive number."""
    return of(atom(Kind(f"w~{next(FRESH)}", is_positive=True)))


def at_least(e, least):
    """Whether a polynomial in sizes is known to be at least so large, all sizes ≥ 1."""
    if not all(is_size(a) for a in e.atoms):
        return False
    above = replace(e, {a: ONE + of(a) for a in e.atoms}).parts
    return above.get((), 0) >= least and all(c > 0 for m, c in above.items() if m)


def is_size(a):
    return isinstance(a.head, sp.Symbol) and bool(
        a.head.is_integer and a.head.is_positive
    )


def inside(place, size):
    """Whether a place, a sum of indices and sizes, lies in 1..size for all of them."""
    if any(c.denominator != 1 for c in place.parts.values()):
        return False
    return never_below(place, 1) and never_below(size - place, 0)


def never_below(place, least):
    """Whether a sum of indices and sizes is at least so large for all of them."""
    return at_least(add([lowest(m, c) for m, c in place.parts.items()]), least)


def lowest(m, c):
    """The least value of a part: an index is at least 1 and at most its size."""
    if len(m) == 1 and isinstance(m[0][0].head, Index) and m[0][1] == 1:
        return m[0][0].args[0].times(c) if c < 0 else constant(c)
    return Term({m: c})


def entry(array, places):
    """An entry of an array."""
    return of(atom(array, *places))


def delta(a, b):
    """1 where a = b, and 0 elsewhere."""
    d = a - b
    if d.number is not None:
        return constant(int(d == ZERO))
    return of(atom(DELTA, min(d, d.times(-1), key=lambda t: t.key)))


# -------------------------------------------------------------------------------- sums


def total(i, body):
    """The sum of a term over an index."""
    size = i.args[0]
    if size.number is not None:
        work(size.number)
        places = range(1, whole(size.number) + 1)
        return add(replace(body, {i: constant(v)}) for v in places)
    above = size.parts.get((), 0)
    if above > 0:  # Σ to n + 1 is Σ to n, and the term n + 1
        shorter = fresh(size - ONE)
        return total(shorter, replace(body, {i: of(shorter)})) + replace(
            body, {i: size}
        )
    return add(total_of(i, m).times(c) for m, c in body.parts.items())


def total_over(indices, body):
    """The sum of a term over several indices."""
    return reduce(lambda body, i: total(i, body), indices, body)


def total_of(i, m):
    """The sum of one product over an index."""
    for a, _ in m:
        other = solved(a.args[0], i) if a.head is DELTA else None
        if other and inside(other, i.args[0]):
            return replace(Term({without(m, a): 1}), {i: other})
    before = Term({tuple((a, e) for a, e in m if i.head not in a.free): 1})
    within = [(a, e) for a, e in m if i.head in a.free]
    return before * (bound(*flat([i], within)) if within else i.args[0])


def solved(d, i):
    """The term t for which d = 0 says i = t, or None."""
    c = d.parts.get(((i, 1),))
    rest = Term({m: k for m, k in d.parts.items() if m != ((i, 1),)})
    if c not in (1, -1) or i.head in rest.free:
        return None
    return rest.times(-c)


def flat(indices, within):
    """A product of sums as one sum over these indices and theirs: indices and body."""
    body = ONE
    for a, e in within:
        if a.head is SUM and e in (1, 2, 3, 4):
            for _ in range(e):
                new, part = opened(a)
                indices = [*indices, *new]
                body *= part
        else:
            body *= Term({((a, e),): 1})
    return indices, body


def opened(a):
    """New indices for a sum, and the product under it written in them."""
    *sizes, body = a.args
    new = [fresh(size) for size in sizes]
    names = (atom(Inner(f"@{a.level}.{p}"), s) for p, s in enumerate(sizes))
    return new, replace(body, dict(zip(names, map(of, new), strict=True)))


def bound(indices, body):
    """The sum of a product over several indices, under the names that come first."""
    level = 1 + max(a.level for a in body.atoms)
    found = {}
    for order in orders(indices, body):
        sizes = [i.args[0] for i in order]
        names = (of(atom(Inner(f"@{level}.{p}"), s)) for p, s in enumerate(sizes))
        named = replace(body, dict(zip(order, names, strict=True)))
        ((m, c),) = named.parts.items()
        found.setdefault(atom(SUM, *sizes, Term({m: 1})), set()).add(c)
    first = min(found, key=lambda a: a.key)
    signs = found[first]
    return of(first).times(*signs) if len(signs) == 1 else ZERO  # s = -s: it is 0


def orders(indices, body):
    """The orders of the indices that can matter: those alike by size and place may
    change with each other.
    """
    if len(indices) == 1:
        return [indices]
    alike = {}
    for i in indices:
        names = {j: "this" if j is i else "other" for j in indices}
        marks = {j: of(atom(Inner(f"?{w}"), j.args[0])) for j, w in names.items()}
        key = i.args[0].key, replace(body, marks).key
        alike.setdefault(key, []).append(i)
    if math.prod(math.factorial(len(group)) for group in alike.values()) > MOST_ORDERS:
        raise NotProved(f"too large: {len(indices)} indices under one sum.")
    groups = (permutations(alike[key]) for key in sorted(alike))
    return [[i for group in choice for i in group] for choice in product(*groups)]


# ------------------------------------------------------------------------ substitution


def replace(term, new):
    """Put terms in place of atoms, everywhere and at once, and make the normal form."""
    about = [a.free for a in new]
    return rebuild(term, new, lambda part: not any(f <= part.free for f in about))


def rebuild(term, new=(), untouched=lambda part: False, make=None, after=None):
    """Make a term again from its atoms, with terms in place of some, with ``make`` in
    place of ``made`` for a head and its arguments, and with ``after`` of each result.
    """
    memo, make, after = dict(new), make or made, after or (lambda t: t)

    def in_term(t):
        if untouched(t):
            return t
        return add([in_monomial(m).times(c) for m, c in t.parts.items()])

    def in_monomial(m):
        work(1)
        kept = {a: e for a, e in m if untouched(a)}
        changed = [
            made(POWER, [in_atom(a), constant(e)]) for a, e in m if a not in kept
        ]
        return multiply([Term({sorted_monomial(kept): 1}), *changed])

    def in_atom(a):
        if a not in memo:
            made_again = (
                in_sum(a) if a.head is SUM else make(a.head, map(in_term, a.args))
            )
            memo[a] = after(made_again)
        return memo[a]

    def in_sum(a):
        indices, body = opened(a)
        again = {i: fresh(in_term(i.args[0])) for i in indices}
        memo.update((j, of(j)) for j in again.values())
        body = in_term(replace(body, {i: of(j) for i, j in again.items()}))
        return total_over(again.values(), body)

    return in_term(term)


# ---------------------------------------------------------------------------- functions


MAKERS = {DELTA: lambda u: delta(u, ZERO)}  # functions.py adds its own
ARGUMENTS = []  # and how it writes an argument


def made(head, args):
    """A head with terms as arguments, in normal form."""
    args = [*args]
    if head is not POWER:
        for rule in ARGUMENTS:
            args = [rule(t) for t in args]
    if head in MAKERS:
        return MAKERS[head](*args)
    if hasattr(head, "normal_form"):
        return head.normal_form(*args)
    return of(atom(head, *args))
