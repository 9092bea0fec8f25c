"""Expressions that stand for others, written down before they are computed."""

import sympy as sp
from sympy import Expr, Sum


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


def symbols(variables):
    return [i for i in variables if isinstance(i, sp.Symbol)]


def fresh(expression):
    """Rename every summation index to a new one,
    so that a derivative cannot confuse it with a free index.

    Without this SymPy 1.14 says that the derivative of ``Sum(z[m], (m, 1, K))``
    by ``z[m]`` is K; it is 1.
    """

    def rename(s):
        names = {i: sp.Dummy(i.name, **i.assumptions0) for i in symbols(s.variables)}
        return s.func(
            s.function.xreplace(names),
            *[(names.get(i, i), low, high) for i, low, high in s.limits],
        )

    return expression.replace(lambda e: isinstance(e, Sum), rename)
