"""The kernel: bound indices, the ranges of free ones, and one normal form.

``normal`` brings an expression into one fixed form by steps that are exact for every
size. Two expressions with the same normal form are equal; ``prove`` rests on this and
on nothing else.
"""

from functools import lru_cache
from itertools import permutations

import sympy as sp
from sympy import (
    Add,
    Expr,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Mul,
    Sum,
    Symbol,
)

from .errors import ClaimError

TRANSPOSE = "Likely cause: a missing transpose."


# ---------------------------------------------------------------- shorthand and binding


class Shorthand(Expr):
    """An expression that stands for another one, as ``partial`` and ``entry`` do.

    ``doit`` writes it out. ``spans`` lists its own indices, each with the size that it
    runs up to; None where these are the indices of its parts.
    """

    spans = None


def unfold_shorthand(expression):
    """Replace every ``entry`` and every ``partial`` by what it stands for,
    innermost first.
    """
    return expression.replace(lambda e: isinstance(e, Shorthand), lambda e: e.doit())


def fresh(expression):
    """Rename every summation index to a new one,
    so that a derivative cannot confuse it with a free index.

    Without this SymPy 1.14 says that the derivative of ``Sum(z[m], (m, 1, K))``
    by ``z[m]`` is K; it is 1.
    """

    def rename(s):
        names = {limit[0]: sp.Dummy(limit[0].name, integer=True) for limit in s.limits}
        return s.func(
            s.function.xreplace(names),
            *[(names[i], low, high) for i, low, high in s.limits],
        )

    return expression.replace(lambda e: isinstance(e, Sum), rename)


# ------------------------------------------------------------------------- index ranges


def ranges(expression):
    """The size that each free index runs up to;
    refuses an index that is used with two sizes.

    This is the type check of index notation:
    X[n, i]*W[i, k] needs the second size of X to be the first of W.

    >>> from backprop.proof.vocabulary import array, indices, sizes
    >>> N, D = sizes("N D")
    >>> n, i = indices("n i")
    >>> ranges(array("X", N, D)[n, i])
    {n: N, i: D}
    """
    if isinstance(expression, Shorthand) and expression.spans:
        found = merge(expression.spans, expression)
    elif isinstance(expression, Indexed):
        pairs = zip(expression.indices, expression.base.shape, strict=True)
        found = merge([{i: size} for i, size in pairs], expression)
    else:
        parts = [a for a in expression.args if isinstance(a, sp.Basic)]
        if isinstance(expression, Sum):
            parts = [expression.function]
        found = merge(map(ranges, parts), expression)
    if isinstance(expression, Sum):
        for i, low, high in expression.limits:
            check_limit(expression, i, low, high)
            found = merge([found, {i: high}], expression)
    deltas = expression.atoms(KroneckerDelta)  # the two indices have one range
    inside = expression.function if isinstance(expression, Sum) else expression
    bound = {i for s in inside.atoms(Sum) for i in s.variables} if deltas else {}
    for delta in deltas:
        known = [found[i] for i in delta.args if i in found]
        tied = [{i: size} for i in {*delta.args}.difference(bound) for size in known]
        found = merge([found, *tied], expression)
    if isinstance(expression, Sum):
        found = {i: size for i, size in found.items() if i not in expression.variables}
    return found


def is_size(n):
    """A positive whole number, or a symbol for one."""
    return isinstance(n, Integer | Symbol) and bool(n.is_integer and n.is_positive)


def check_limit(expression, i, low, high):
    """A sum runs over an index, from 1 to a size."""
    if low != 1:
        raise ClaimError(
            f"{expression}: expected a sum that starts at 1, received {low}."
        )
    if i.is_positive or not is_size(high):
        raise ClaimError(
            f"{expression}: expected a sum over an index up to a size, received {i} up "
            f"to {high}. Likely cause: a bound that is itself an index; prove the step "
            "from one size to the next instead."
        )


def merge(parts, expression):
    """Join index ranges; the error names the index and both sizes."""
    found = {}
    for part in parts:
        for i, size in part.items():
            last = i == size  # x[D] of an array with D entries
            if isinstance(i, Integer):
                inside = i == 1 or (isinstance(size, Integer) and 1 <= i <= size)
            else:
                inside = last or (isinstance(i, Symbol) and not i.is_positive)
            if not inside:
                raise ClaimError(
                    f"{expression}: the index {i} is not known to lie in 1..{size}."
                )
            if last or isinstance(i, Integer):
                continue
            if found.setdefault(i, size) != size:
                raise ClaimError(
                    f"{expression}: the index {i} runs to {found[i]} in one place "
                    f"and to {size} in another. {TRANSPOSE}"
                )
    return found


# -------------------------------------------------------------------------- normal form


def normal(expression):
    """The normal form:
    two expressions with the same normal form are equal for all sizes.

    Every step is exact. Products are multiplied out. A finite sum is linear, and two
    finite sums may change places. A summation index may be renamed. A sum over a
    Kronecker delta keeps one term. What does not depend on an index leaves its sum.

    >>> from backprop.proof.vocabulary import array, indices, partial, sizes
    >>> D = sizes("D")
    >>> i, j, q = indices("i j q")
    >>> x, w = array("x", D), array("w", D)
    >>> s = Sum(x[i]*w[i], (i, 1, D))
    >>> normal(s - Sum(x[j]*w[j], (j, 1, D)))
    0
    >>> normal(partial(s, w[q]))
    x[q]
    """
    return normal_of(unfold_shorthand(sp.sympify(expression)))


@lru_cache(maxsize=50_000)
def normal_of(e):
    """``normal`` for an expression without ``entry`` and ``partial``."""
    if e.is_Atom or isinstance(e, Indexed | IndexedBase):
        return e
    if isinstance(e, Sum):
        new = {i: sp.Dummy("r", integer=True) for i in e.variables}
        body = normal_of(e.function.xreplace(new))
        for limit in e.xreplace(new).limits:
            body = Add(
                *[sum_of_term(term, *limit) for term in Add.make_args(sp.expand(body))]
            )
        return body
    e = e.func(*map(inside, e.args))
    return Add(*[use_deltas(term) for term in Add.make_args(sp.expand(e, deep=False))])


def inside(a):
    """The normal form of an argument, also within the cases of a Piecewise."""
    if isinstance(a, Expr):
        return normal_of(a)
    return a.func(*map(inside, a.args)) if a.args else a


def use_deltas(term):
    """δ(a, b) times anything: the anything may write a for b."""
    for delta in term.atoms(KroneckerDelta) & set(Mul.make_args(term)):
        a, b = delta.args
        rest = term / delta
        if isinstance(b, Symbol) and b in rest.free_symbols:
            return normal_of(delta * rest.xreplace({b: a}))
    return term


def sum_of_term(term, i, low, high):
    """The sum of one product over i = low..high, its body already in normal form."""
    if isinstance(high, Integer):
        return Add(
            *[normal_of(term.xreplace({i: Integer(v)})) for v in range(low, high + 1)]
        )
    factors = Mul.make_args(term)
    for delta in factors:
        if isinstance(delta, KroneckerDelta) and i in delta.args:
            (other,) = set(delta.args) - {i}
            return normal_of((term / delta).xreplace({i: other}))
    outside = [a for a in factors if i not in a.free_symbols]
    within = [a for a in factors if i in a.free_symbols]
    if not within:
        return term * (high - low + 1)
    flat, limits = flatten(within)
    return Mul(*outside, rename(Mul(*flat), {i: high, **limits}))


def flatten(factors):
    """Write a product of sums as the factors under one multiple sum,
    with new indices.
    """
    flat, limits = [], {}
    for a in factors:
        base, power = a.as_base_exp()
        if isinstance(base, Sum) and power.is_Integer and power > 0:
            for _ in range(power):
                new = {i: sp.Dummy("r", integer=True) for i, _, _ in base.limits}
                limits |= {new[i]: high for i, _, high in base.limits}
                flat += Mul.make_args(base.function.xreplace(new))
        else:
            flat.append(a)
    return flat, limits


def rename(body, limits):
    """Give the indices of a sum their fixed names, in the order that sorts first."""
    inner = [i.dummy_index // 10 for s in body.atoms(Sum) for i in s.variables]
    # above every sum inside, so that no index is captured
    level = 1 + max(inner, default=0)
    if len(limits) > 6:
        raise ClaimError(f"expected at most 6 indices under one sum, received {body}.")
    names = [
        sp.Dummy(f"r{level}{p}", dummy_index=10 * level + p, integer=True)
        for p in range(len(limits))
    ]
    choices = []
    for order in permutations(limits):
        new = dict(zip(order, names, strict=True))
        choices.append(
            Sum(body.xreplace(new), *[(new[i], 1, limits[i]) for i in order])
        )
    return min(choices, key=str)
