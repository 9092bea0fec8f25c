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

**SymPy** is what is read, in ``reading.py``. Here it is asked for two things: whether
a symbol or an array was declared positive, and nothing else.
"""

import math
from collections import Counter
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from itertools import count, permutations, product
from operator import mul
from weakref import WeakValueDictionary

import sympy as sp

from .errors import ClaimError, NotProved

MOST_ORDERS = 720  # of the indices under one sum
MOST_STEPS = 50  # of a division
MOST_ATOMS, MOST_PARTS, MOST_DEGREE = 6, 30, 10  # of what is factored
MOST_WORK = 3_000_000  # products of two parts in one claim


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
        return isinstance(other, Index) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


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
        self.positive = is_positive_atom(self)


def is_bound(head, level=""):
    """Whether a sum (of this level) binds this index."""
    return isinstance(head, Index) and head.name.startswith(f"@{level}")


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
        return head.name
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


class Undefined(ClaimError):
    """A division by 0, or another value that does not exist."""


class Work:
    """How much was done for the present claim."""

    done = 0


def work(amount):
    """Count the work, so that a claim that is too large ends with a word."""
    Work.done += amount
    if Work.done > MOST_WORK:
        raise NotProved(
            f"too large: more than {MOST_WORK:,} products were multiplied out. "
            "Likely cause: a high power of a sum, or many kinks in one another; prove "
            "a smaller step first."
        )


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
    kept, factors = {}, []
    for a, e in exponents.items():
        if a.head in (DELTA, STEP) and e > 0:
            e = 1  # 1·1 = 1 and 0·0 = 0
        elif a.head is POWER and len(a.args) == 1 and (k := math.floor(e)):
            if k > 0 or a.args[0].number:
                factors.append(power(a.args[0], k))
                e -= k
        elif a.head is sp.cos and e >= 2:  # cos² = 1 - sin²
            sine = of(atom(sp.sin, *a.args))
            factors.append(power(ONE - sine * sine, math.floor(e / 2)))
            e -= 2 * math.floor(e / 2)
        if e:
            kept[a] = whole(e)
    steps = [a for a in kept if a.head is STEP]
    for a in steps:
        if (b := negative(a)) and kept.get(b, 0) > 0:  # z 1(-z > 0) = z - z 1(z > 0)
            rest = Term({sorted_monomial(kept, without=a): 1})
            return multiply([rest, ONE - step(of(b)), *factors])
    if len(steps) > 1 and any(opposite(a) in kept for a in steps):
        return ZERO  # u > 0 and -u > 0
    for a in kept:
        if a.head is DELTA and (pair := two_indices(a)):
            old, new = pair
            if any(old.head in b.free for b in kept if b is not a):
                rest = Term({sorted_monomial(kept, without=a): 1})
                return multiply([of(a), replace(rest, {old: of(new)}), *factors])
    product = Term({sorted_monomial(kept): 1})
    return multiply([product, *factors]) if factors else product


def sorted_monomial(exponents, without=None):
    pairs = (pair for pair in exponents.items() if pair[0] is not without)
    return tuple(sorted(pairs, key=lambda pair: pair[0].key))


def opposite(a):
    """1(-u > 0) for 1(u > 0), if it is an atom."""
    return next(iter(step(a.args[0].times(-1)).atoms), None)


def negative(a):
    """The atom z of a step 1(-z > 0), or None."""
    ((m, c), *more) = a.args[0].parts.items()
    return m[0][0] if c == -1 and not more and len(m) == 1 == m[0][1] else None


def two_indices(a):
    """The two indices of a delta over one range, the later name first, or None."""
    pairs = [m[0][0] for m in a.args[0].parts if len(m) == 1 and m[0][1] == 1]
    ours = sorted((b for b in pairs if isinstance(b.head, Index)), key=lambda b: b.key)
    if len(ours) == 2 == len(a.args[0].parts) and ours[0].args[0] == ours[1].args[0]:
        if sum(a.args[0].parts.values()) == 0:
            return ours[1], ours[0]
    return None


# ----------------------------------------------------------------------------- indices


def index(name, size):
    """A free index: ``index("i", D)`` runs from 1 to D."""
    return of(atom(Index(name), size))


FRESH = count(1)


def fresh(size):
    """A new index, that occurs nowhere else."""
    return atom(Index(f"~{next(FRESH)}"), size)


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
    return isinstance(a.head, sp.Symbol) and bool(a.head.is_integer and a.positive)


def inside(place, size):
    """Whether a place, a sum of indices and sizes, lies in 1..size for all of them."""
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
    d = primitive(a - b)
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
        return total(shorter, replace(body, {i: of(shorter)})) + replace(body, {i: size})
    return add(total_of(i, m).times(c) for m, c in body.parts.items())


def total_over(indices, body):
    """The sum of a term over several indices."""
    return reduce(lambda body, i: total(i, body), indices, body)


def total_of(i, m):
    """The sum of one product over an index."""
    for a, _ in m:
        if a.head is DELTA and (other := solved(a.args[0], i)):
            if inside(other, i.args[0]):
                rest = Term({tuple(pair for pair in m if pair[0] is not a): 1})
                return replace(rest, {i: other})
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
    names = (atom(Index(f"@{a.level}.{p}"), s) for p, s in enumerate(sizes))
    return new, replace(body, dict(zip(names, map(of, new), strict=True)))


def bound(indices, body):
    """The sum of a product over several indices, under the names that come first."""
    level = 1 + max(a.level for a in body.atoms)
    found = {}
    for order in orders(indices, body):
        sizes = [i.args[0] for i in order]
        names = (of(atom(Index(f"@{level}.{p}"), s)) for p, s in enumerate(sizes))
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
        marks = {j: of(atom(Index(f"?{w}"), j.args[0])) for j, w in names.items()}
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
        changed = [power(in_atom(a), e) for a, e in m if a not in kept]
        return multiply([Term({sorted_monomial(kept): 1}), *changed])

    def in_atom(a):
        if a not in memo:
            made_again = in_sum(a) if a.head is SUM else make(a.head, map(in_term, a.args))
            memo[a] = after(made_again)
        return memo[a]

    def in_sum(a):
        indices, body = opened(a)
        again = {i: fresh(in_term(i.args[0])) for i in indices}
        memo.update((j, of(j)) for j in again.values())
        body = in_term(renamed(body, again))
        return total_over(again.values(), body)

    return in_term(term)


def renamed(term, new):
    """A term with other indices."""
    return replace(term, {i: of(j) for i, j in new.items() if i is not j})


# ------------------------------------------------------- powers, functions, and signs


def power(base, e):
    """A term to a rational power."""
    e = whole(e)
    if isinstance(e, int) and e >= 0:
        return natural_power(base, e)
    base = reduced(base)
    if not base.parts:
        raise Undefined("expected no division by 0, received an expression with one.")
    if isinstance(e, int):
        return integer_power(base, e)
    c, m = common(base)
    kept = [(a, k) for a, k in m if a.positive or (k % 2 == 0 and k * e % 1 == 0)]
    rest = base * Term({tuple((a, -k) for a, k in kept): 1 / c})
    raised = [number_power(c, e)]
    for a, k in kept:
        if a.positive:
            raised.append(monomial({a: whole(k * e)}))
        else:  # √(x²) = |x|
            raised.append(power(positive_part(of(a)).times(2) - of(a), k * e))
    if rest == ONE:
        return multiply(raised)
    if rest.number is not None:
        raise Undefined(
            f"expected real numbers, received the power {e} of a negative number."
        )
    ((n, k),) = (*rest.parts.items(),)[:1]
    if len(rest.parts) == 1 == len(n) == k and n[0][1] % 2 == 1:  # x > 0, if defined
        return multiply([*raised, monomial({n[0][0]: whole(n[0][1] * e)})])
    return multiply([*raised, monomial({atom(POWER, rest): e})])


def integer_power(base, e):
    """A term to a negative whole power: each factor of it for itself."""
    c, m = common(base)
    rest = base * Term({tuple((a, -k) for a, k in m): 1 / c})
    raised = number_power(c, e) * monomial({a: k * e for a, k in m})
    if first_coefficient(rest) < 0:
        rest, raised = rest.times(-1), raised.times(-1 if e % 2 else 1)
    parts = factors(rest)
    if rest == ONE:
        return raised
    if len(parts) == 1:
        return raised * monomial({atom(POWER, rest): e})
    return multiply([raised, *(integer_power(part, e) for part in parts)])


@lru_cache(maxsize=10_000)
def factors(term):
    """The factors of a polynomial, as SymPy finds them, if they give it again."""
    exponents = [e for m in term.parts for _, e in m]
    simple = all(e < 2 for e in exponents) and len(term.parts) < 4
    if simple or not all(e in range(MOST_DEGREE) for e in exponents):
        return [term]
    atoms = sorted(term.atoms, key=lambda a: a.key)
    if len(atoms) > MOST_ATOMS or len(term.parts) > MOST_PARTS:
        return [term]
    places = {
        tuple(dict(m).get(a, 0) for a in atoms): sp.Rational(c.numerator, c.denominator)
        for m, c in term.parts.items()
    }
    _, found = sp.Poly(places, *sp.symbols(f"x:{len(atoms)}")).factor_list()
    parts = [from_places(p, atoms) for p, k in found for _ in range(k)]
    again = multiply(parts)
    c = Fraction(first_coefficient(term)) / first_coefficient(again)
    parts[0] = parts[0].times(whole(c))
    return parts if multiply(parts) == term else [term]


def from_places(polynomial, atoms):
    """A term from SymPy's polynomial in these atoms."""
    return Term(
        {
            sorted_monomial({a: e for a, e in zip(atoms, place, strict=True) if e}): whole(
                Fraction(int(c.p), int(c.q))
            )
            for place, c in polynomial.terms()
        }
    )


def natural_power(base, e):
    if len(base.parts) == 1:
        ((m, c),) = base.parts.items()
        return monomial({a: k * e for a, k in m}).times(c**e)
    return multiply([base] * e)


def number_power(c, e):
    """A positive rational number to a rational power, prime by prime."""
    if isinstance(e, int):
        return constant(Fraction(c) ** e)
    roots = {atom(POWER, constant(p)): k * e for p, k in primes(c).items()}
    return monomial(roots)


def primes(c):
    """A positive rational number in factors with exponents; they are prime below 1000."""
    factors = Counter(sp.factorint(c.numerator, limit=1000))
    factors.subtract(sp.factorint(c.denominator, limit=1000))
    return {int(p): int(k) for p, k in factors.items()}


def common(term, always=True):
    """The positive number and the monomial that all parts have in common; of the
    atoms only the positive ones, unless ``always``.
    """
    coefficients, monomials = term.parts.values(), [dict(m) for m in term.parts]
    numbers = [Fraction(c) for c in coefficients]
    c = Fraction(
        math.gcd(*(n.numerator for n in numbers)),
        math.lcm(*(n.denominator for n in numbers)),
    )
    least = {a: min(m.get(a, 0) for m in monomials) for a in term.atoms}
    kept = {a: e for a, e in least.items() if e and (always or a.positive)}
    return c, sorted_monomial(kept)


def reduced(term):
    """The term over its common denominator, without what can be cancelled."""
    for a in term.atoms:
        if a.head is POWER and len(a.args) == 1:
            k = max(math.ceil(-dict(m).get(a, 0)) for m in term.parts)
            if k > 0:
                top = term * Term({((a, k),): 1})
                while k and (divided := quotient(top, a.args[0])):
                    top, k = divided, k - 1
                term = top * Term({((a, -k),): 1} if k else {(): 1})
    return term


def quotient(n, d):
    """The term q with n = q d, found by long division, or None."""
    atoms = sorted(n.atoms | d.atoms, key=lambda a: a.key)

    def leading(t):
        return max(t.parts, key=lambda m: [dict(m).get(a, 0) for a in atoms])

    q, last = ZERO, dict(leading(d))
    for _ in range(MOST_STEPS):
        if not n.parts:
            return q
        first = leading(n)
        ratio = Counter(dict(first))
        ratio.subtract(last)
        if any(ratio[a] < 0 for a in d.atoms):
            return None
        c = Fraction(n.parts[first]) / d.parts[leading(d)]
        part = Term({sorted_monomial({a: e for a, e in ratio.items() if e}): whole(c)})
        q, n = q + part, n - part * d
    return None


def primitive(term):
    """The term without the positive number and atoms that its parts have in common."""
    if not term.parts:
        return term
    c, m = common(term, always=False)
    return term * Term({tuple((a, -e) for a, e in m): 1 / c})


def first_coefficient(term):
    return min(term.parts.items(), key=lambda pair: monomial_key(pair[0]))[1]


def raised(base, exponent):
    """A term to the power of a term."""
    if exponent.number is not None:
        return power(base, exponent.number)
    base = reduced(base)
    if is_positive(base):
        return exp(exponent * log(base))
    if base == ZERO:
        return ZERO if at_least(exponent, 1) else of(atom(POWER, base, exponent))
    factors = [power(base, exponent.parts.get((), 0))]
    for m, c in exponent.parts.items():
        if m:
            factors.append(power(of(atom(POWER, base, Term({m: 1}))), c))
    return multiply(factors)


def exp(u):
    """exp(u + v) = exp(u) exp(v), exp(2u) = exp(u)², exp(v log u) = u^v."""
    return multiply([power(exp_of(m), c) for m, c in u.parts.items()])


def exp_of(m):
    """exp of a product."""
    logs = [a for a, e in m if a.head is sp.log and e == 1]
    if len(logs) == 1:
        (base,) = logs[0].args
        rest = Term({tuple(pair for pair in m if pair[0] is not logs[0]): 1})
        if rest == ONE or not is_positive(base):
            return raised(base, rest)
    return of(atom(sp.exp, Term({m: 1})))


def log(u):
    """log(uv) = log u + log v for u > 0, log exp u = u."""
    if not u.parts:
        raise Undefined("expected real numbers, received the logarithm of 0.")
    c, m = common(u, always=False)
    rest = u * Term({tuple((a, -e) for a, e in m): 1 / c})
    terms = [of(atom(sp.log, constant(p))).times(k) for p, k in primes(c).items()]
    for a, e in m:
        terms.append((a.args[0] if a.head is sp.exp else log_of(a)).times(e))
    return add(terms if rest == ONE else [*terms, of(atom(sp.log, rest))])


def log_of(a):
    """The logarithm of a positive atom; of a power in several parts, of its base."""
    return of(atom(sp.log, a.args[0] if a.head is POWER and len(a.args) == 1 else of(a)))


def positive_part(u):
    """u where u > 0, and 0 elsewhere; u + (-u)⁺ where -u comes first."""
    if u.parts and first_coefficient(u) < 0:
        return u + positive_part(u.times(-1))
    return u * step(u)


def step(u):
    """1 where u > 0, and 0 elsewhere; only the sign of u counts."""
    u = primitive(u)
    if is_positive(u):
        return ONE
    if is_nonnegative(u.times(-1)):
        return ZERO
    _, m = common(u)
    odd = {a: (1 if e % 2 else 2) - e for a, e in m if isinstance(e, int)}
    return of(atom(STEP, u * monomial(odd)))


ODD, EVEN = {sp.sin, sp.sinh, sp.tanh, sp.erf}, {sp.cos, sp.cosh}
MAKERS = {sp.exp: exp, sp.log: log, STEP: step, DELTA: lambda u: delta(u, ZERO)}


def made(head, args):
    """A head with terms as arguments, in normal form."""
    args = [*args] if head is POWER else [reduced(t) for t in args]
    if head in MAKERS:
        return MAKERS[head](*args)
    if head is POWER:
        return args[0] if len(args) == 1 else raised(*args)
    if hasattr(head, "normal_form"):
        return head.normal_form(*args)
    if isinstance(head, Index):
        return of(atom(head, *args))
    if head in ODD | EVEN:
        if not args[0].parts:
            return constant(int(head in EVEN))
        if first_coefficient(args[0]) < 0:
            positive = of(atom(head, args[0].times(-1)))
            return positive if head in EVEN else positive.times(-1)
    return of(atom(head, *args))


def is_positive_atom(a):
    """Whether an atom is known to be positive wherever it is defined."""
    if isinstance(a.head, Index) or a.head in (sp.exp, sp.cosh):
        return True
    if a.head is SUM:
        return is_positive(a.args[-1])
    if a.head is POWER:
        return is_positive(a.args[0])
    if isinstance(a.head, type):
        return bool(getattr(a.head, "always_positive", False))
    return a.head.is_positive is True


def is_positive(term):
    """Whether a term is known to be positive: no part is negative, and one is not 0."""
    parts = term.parts.items()
    return is_nonnegative(term) and any(all(a.positive for a, _ in m) for m, _ in parts)


def is_nonnegative(term):
    return all(
        c > 0 and all(a.positive or a.head in (STEP, DELTA) or e % 2 == 0 for a, e in m)
        for m, c in term.parts.items()
    )
