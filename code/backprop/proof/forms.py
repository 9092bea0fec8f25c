"""What may stand in a claim: exact real expressions, made of the book's vocabulary."""

import numbers
from collections import Counter

import sympy as sp
from sympy import Indexed, IndexedBase, Symbol

from .errors import ClaimError
from .expectation import Expected, mean_over
from .matrices import Place
from .ranges import is_size_sum
from .vocabulary import (
    Arbitrary,
    Array,
    derivative_of,
    indices,
    reals,
    relu,
    sigmoid,
    silu,
    sizes,
    softplus,
    step,
)

KNOWN = {sigmoid, softplus, silu, relu, step, sp.KroneckerDelta, sp.Max, sp.Min, sp.Abs}
KNOWN |= {sp.sign, sp.exp, sp.log, sp.sin, sp.cos, sp.tanh, sp.sinh, sp.cosh, sp.erf}
KNOWN |= {sp.Piecewise}
DECLARED = [
    declare("x").assumptions0
    for declare in (reals, lambda x: reals(x, positive=True), indices, sizes)
]


def as_tuple(one_or_more):
    """A single thing may stand for a tuple of one."""
    several = isinstance(one_or_more, tuple | list)
    return tuple(one_or_more) if several else (one_or_more,)


def as_expression(e):
    """An exact expression, or the error that says what is there in its place."""
    if isinstance(e, sp.Expr) and not getattr(e, "is_Matrix", False):
        return e
    if isinstance(e, numbers.Rational) and not isinstance(e, bool):
        return sp.Rational(e.numerator, e.denominator)
    raise ClaimError(f"expected an expression of real numbers, received {what(e)}")


def what(e):
    """What was received in place of an expression, and what to do."""
    if isinstance(e, bool | sp.logic.boolalg.BooleanAtom):
        return f"the truth value {e}. Likely cause: a comparison such as a == b."
    if isinstance(e, sp.core.relational.Relational):
        return f"the relation {e}. Give its two sides as two arguments."
    if isinstance(e, sp.matrices.MatrixBase) or getattr(e, "is_Matrix", False):
        return f"the matrix {e}. Claim something of its entries, entry(M, n, j)."
    if isinstance(e, IndexedBase):
        return f"the array {e} without indices."
    if hasattr(e, "left") and hasattr(e, "right"):
        return f"a {type(e).__name__}. Take one of its sides, .left or .right."
    if isinstance(e, type):
        return f"the function {e} without an argument. Write it at a point, as f(z)."
    if isinstance(e, numbers.Number):
        return f"{e!r}, which is rounded. Write Rational(1, 10) for 0.1."
    return f"{e!r}, of type {type(e).__name__}."


def check_words(*words):
    """A name and assumptions in words are texts."""
    for word in words:
        if not isinstance(word, str):
            raise ClaimError(f"name, given: expected text, received {word!r}.")


def check_names(*expressions):
    """Refuse what is not exact and real, and a name that stands for two things."""
    e = sp.Tuple(*expressions)
    if e.has(sp.nan, sp.oo, -sp.oo, sp.zoo, sp.Float):
        raise ClaimError(
            f"expected finite exact expressions, received {expressions}. Likely cause: "
            "a decimal number, which is rounded; write Rational(1, 10) for 0.1."
        )
    for a in e.atoms(sp.Function):
        if not is_known(type(a)):
            raise ClaimError(f"expected functions that the book knows, received {a}.")
    named = bare_symbols(e) | e.atoms(IndexedBase)
    for a in named:
        check_declared(a)
    functions = {(f.letter, len(f.orders)) for f in e.atoms(Arbitrary)}
    functions |= {("E", type(f)) for f in e.atoms(Expected)}
    meanings = {*((str(a), a) for a in named), *functions}
    for name, count in Counter(name for name, _ in meanings).items():
        if count > 1:
            raise ClaimError(f"expected one meaning for the name {name}, received two.")


def is_known(function):
    """Whether a function is one of the vocabulary's, not another under its name."""
    if issubclass(function, Expected):
        return mean_over(function.groups) is function
    if issubclass(function, Arbitrary):
        return derivative_of(function.letter, function.orders) is function
    return function in KNOWN


def check_declared(a):
    """Symbols and arrays have the assumptions of reals, sizes, indices and array."""
    if isinstance(a, IndexedBase):
        if not (isinstance(a, Array) and all(map(is_size_sum, a.shape))):
            raise ClaimError(
                f"expected arrays made by array, received {a} of shape {a.shape}."
            )
        return
    if type(a) is not Symbol or a.assumptions0 not in DECLARED:
        raise ClaimError(
            f"expected symbols made by reals, sizes or indices, received {a} with "
            "other assumptions. Likely cause: a symbol made by SymPy's own Symbol."
        )


def bare_symbols(e):
    """The symbols of an expression, without the names of its arrays."""
    if isinstance(e, IndexedBase):
        return set()
    if isinstance(e, Symbol):
        return {e}
    parts = e.indices if isinstance(e, Indexed) else e.args
    found = set().union(*map(bare_symbols, parts))
    bound = e.variables if isinstance(e, sp.Sum) else []
    ours = {
        i for i in bound if isinstance(i, sp.Dummy)
    }  # of a sum that the engine made
    return {s for s in found - ours if not isinstance(s, Place)}
