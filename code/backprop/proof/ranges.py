"""What each index runs to: the type check of index notation."""

import sympy as sp
from sympy import Indexed, Integer, KroneckerDelta, Sum, Symbol

from .errors import ClaimError
from .shorthand import Shorthand

TRANSPOSE = "Likely cause: a missing transpose."


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
            found = {**found, i: high}
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


def is_index(i):
    """A symbol made by indices."""
    return isinstance(i, Symbol) and bool(i.is_integer) and not i.is_positive


def is_size_sum(n):
    """A size, or a sum of sizes and whole numbers such as T + S - 1, at least 1."""
    if not isinstance(n, int | sp.Expr) or isinstance(n, bool):
        return False
    number, sizes = sp.sympify(n).as_coeff_Add()
    factors = [s.as_coeff_Mul() for s in sp.Add.make_args(sizes) if s != 0]
    known = all(c.is_Integer and c > 0 and is_size(size) for c, size in factors)
    return bool(
        known and number.is_Integer and number + sum(c for c, _ in factors) >= 1
    )


def check_limit(expression, i, low, high):
    """A sum runs over an index, from 1 to a size."""
    if low != 1:
        raise ClaimError(
            f"{expression}: expected a sum that starts at 1, received {low}."
        )
    if not is_index(i) or not is_size_sum(high):
        raise ClaimError(
            f"{expression}: expected a sum over an index up to a size, received {i} up "
            f"to {high}. Likely cause: a bound that is itself an index; prove the step "
            "from one size to the next instead."
        )


def merge(parts, expression):
    """Join index ranges; the error names the index and both sizes. Of a place such as
    t + k the kernel asks whether it lies in the array, once the indices are known.
    """
    found = {}
    for part in parts:
        for i, size in part.items():
            if isinstance(i, Symbol) and not i.is_integer:
                raise ClaimError(
                    f"{expression}: expected an index made by indices, received {i}."
                )
            if not is_index(i):
                continue
            if found.setdefault(i, size) != size:
                raise ClaimError(
                    f"{expression}: the index {i} runs to {found[i]} in one place "
                    f"and to {size} in another. {TRANSPOSE}"
                )
    return found
