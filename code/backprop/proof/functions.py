"""What holds of powers, exp, log, steps and signs: the rules that a term's normal form
follows beyond those of the kernel. Each holds wherever both of its sides are defined.

A power to the exponent 1/2 or x stands for a real number, so its base is positive
there; a denominator is not 0; ``conditions.py`` writes both into the statement.
"""

import math
from collections import Counter
from fractions import Fraction
from functools import lru_cache

import sympy as sp

from .errors import Undefined
from .kernel import (
    ARGUMENTS,
    DELTA,
    MAKERS,
    ONE,
    POWER,
    PRODUCTS,
    STEP,
    SUM,
    ZERO,
    Index,
    Term,
    add,
    at_least,
    atom,
    constant,
    monomial,
    monomial_key,
    multiply,
    of,
    sorted_monomial,
    whole,
    without,
)

MOST_STEPS = 50  # of a division
MOST_ATOMS, MOST_PARTS, MOST_DEGREE = 6, 30, 10  # of what is factored

# ------------------------------------------------------------------------------- powers


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
    kept = [
        (a, k) for a, k in m if is_positive_atom(a) or (k % 2 == 0 and k * e % 1 == 0)
    ]
    rest = divided(base, c, kept)
    raised = [number_power(c, e)]
    for a, k in kept:
        if is_positive_atom(a):
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
    odd = len(n) == 1 and (n[0][1] % 2 == 1 or n[0][1] % 1 != 0)
    if len(rest.parts) == 1 == k and odd:  # then x > 0, if the power is defined
        return multiply([*raised, monomial({n[0][0]: whole(n[0][1] * e)})])
    return multiply([*raised, monomial({atom(POWER, rest): e})])


def integer_power(base, e):
    """A term to a negative whole power: each factor of it for itself."""
    c, m = common(base)
    rest = divided(base, c, m)
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
            sorted_monomial(
                {a: e for a, e in zip(atoms, place, strict=True) if e}
            ): whole(Fraction(int(c.p), int(c.q)))
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
    """A positive rational number in factors and exponents, prime below 1000."""
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
    kept = {a: e for a, e in least.items() if e and (always or is_positive_atom(a))}
    return c, sorted_monomial(kept)


def divided(term, c, m):
    """A term divided by a number and a monomial."""
    return term * Term({tuple((a, -e) for a, e in m): 1 / c})


def reduced(term):
    """The term over its common denominator, without what can be cancelled."""
    for a in term.atoms:
        if a.head is POWER and len(a.args) == 1:
            k = max(math.ceil(-dict(m).get(a, 0)) for m in term.parts)
            if k > 0:
                top = term * Term({((a, k),): 1})
                while k and (ratio := quotient(top, a.args[0])):
                    top, k = ratio, k - 1
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
    return divided(term, c, m)


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
        rest = Term({without(m, logs[0]): 1})
        if rest == ONE or not is_positive(base):
            return raised(base, rest)
    return of(atom(sp.exp, Term({m: 1})))


def log(u):
    """log(uv) = log u + log v for u > 0, log exp u = u."""
    if not u.parts:
        raise Undefined("expected real numbers, received the logarithm of 0.")
    c, m = common(u, always=False)
    rest = divided(u, c, m)
    terms = [of(atom(sp.log, constant(p))).times(k) for p, k in primes(c).items()]
    for a, e in m:
        terms.append((a.args[0] if a.head is sp.exp else log_of(a)).times(e))
    return add(terms if rest == ONE else [*terms, of(atom(sp.log, rest))])


def log_of(a):
    """The logarithm of a positive atom; of a power in several parts, of its base."""
    return of(
        atom(sp.log, a.args[0] if a.head is POWER and len(a.args) == 1 else of(a))
    )


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
    v = primitive(reduced(u * monomial(odd)))
    return of(atom(STEP, u)) if v == u else step(v)


# ---------------------------------------------------------------------------- products


def whole_powers(kept):
    """(1 + z)^(3/2) = (1 + z) (1 + z)^(1/2), and √2·√2 = 2."""
    factors, changed = [], dict(kept)
    for a, e in kept.items():
        k = math.floor(e) if a.head is POWER and len(a.args) == 1 else 0
        if k > 0 or (k and a.args[0].number):
            factors.append(power(a.args[0], k))
            changed[a] = e - k
    return multiply([monomial(changed), *factors]) if factors else None


def cosine_squared(kept):
    """cos² = 1 - sin²."""
    for a, e in kept.items():
        if a.head is sp.cos and e >= 2:
            sine = of(atom(sp.sin, *a.args))
            return monomial(kept | {a: e - 2}) * (ONE - sine * sine)
    return None


def steps_of_both_signs(kept):
    """1(u > 0) 1(-u > 0) = 0, and z 1(-z > 0) = z - z 1(z > 0)."""
    steps = [a for a in kept if a.head is STEP]
    for a in steps:
        if (b := negative(a)) and kept.get(b, 0) > 0:
            rest = Term({sorted_monomial(kept, without=a): 1})
            return rest * (ONE - step(of(b)))
    if len(steps) > 1 and any(opposite(a) in kept for a in steps):
        return ZERO
    return None


PRODUCTS += [whole_powers, cosine_squared, steps_of_both_signs]


def opposite(a):
    """1(-u > 0) for 1(u > 0), if it is an atom."""
    return next(iter(step(a.args[0].times(-1)).atoms), None)


def negative(a):
    """The atom z of a step 1(-z > 0), or None."""
    ((m, c), *more) = a.args[0].parts.items()
    return m[0][0] if c == -1 and not more and len(m) == 1 == m[0][1] else None


# ---------------------------------------------------------------------------- functions


def even(function, at_zero):
    """A function with f(-u) = f(u)."""

    def make(u):
        if not u.parts:
            return constant(at_zero)
        first = first_coefficient(u)
        return of(atom(function, u if first > 0 else u.times(-1)))

    return make


def odd(function):
    """A function with f(-u) = -f(u)."""

    def make(u):
        if not u.parts:
            return ZERO
        if first_coefficient(u) < 0:
            return of(atom(function, u.times(-1))).times(-1)
        return of(atom(function, u))

    return make


def base_or_power(base, exponent=None):
    """The base that an atom keeps for its powers, or a power."""
    return base if exponent is None else raised(base, exponent)


ARGUMENTS.append(reduced)
MAKERS |= {sp.exp: exp, sp.log: log, STEP: step, POWER: base_or_power}
MAKERS |= {f: odd(f) for f in (sp.sin, sp.sinh, sp.tanh, sp.erf)}
MAKERS |= {f: even(f, 1) for f in (sp.cos, sp.cosh)}

# -------------------------------------------------------------------------------- signs


def is_positive_atom(a):
    """Whether an atom is known to be positive wherever it is defined."""
    if a.positive is None:
        a.positive = has_positive_values(a)
    return a.positive


def has_positive_values(a):
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
    return is_nonnegative(term) and any(
        all(is_positive_atom(a) for a, _ in m) for m, _ in parts
    )


def is_nonnegative(term):
    return all(
        c > 0
        and all(
            is_positive_atom(a) or a.head in (STEP, DELTA) or e % 2 == 0 for a, e in m
        )
        for m, c in term.parts.items()
    )
