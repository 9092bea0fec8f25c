"""How the book typesets an expression."""

import sympy as sp
from sympy import Add, Indexed, Sum
from sympy.printing.latex import LatexPrinter as SympyLatexPrinter

from .matrices import matrix, ones_column
from .vocabulary import DECLARED


class LatexPrinter(SympyLatexPrinter):
    """SymPy's printer, with factors and terms in the order of textbooks:
    X W and not W X, the sum before the bias, ŷ − y and not −y + ŷ.
    """

    def _print_Mul(self, product):
        factors = product.as_ordered_factors()
        if any(
            isinstance(a, sp.Number) or a.as_base_exp()[1].could_extract_minus_sign()
            for a in factors
        ):
            return super()._print_Mul(product)
        factors.sort(key=place_in_product)
        last = len(factors) - 1
        return " ".join(
            rf"\left({self._print(a)}\right)"
            if self._needs_mul_brackets(a, first=p == 0, last=p == last)
            else self._print(a)
            for p, a in enumerate(factors)
        )

    def _print_Transpose(self, transposed):
        inner = self._print(transposed.arg)
        if not isinstance(transposed.arg, matrix | ones_column):
            inner = rf"\left({inner}\right)"
        elif "^" in inner:  # a name with an exponent, as Δ^o
            inner = f"{{{inner}}}"
        return rf"{inner}^{{\top}}"

    def _print_Indexed(self, entry):
        name = self._print(entry.base)
        if "_" in name:  # a name with a subscript, as W_h
            name = rf"\left({name}\right)"
        return rf"{{{name}}}_{{{','.join(map(self._print, entry.indices))}}}"

    def _as_ordered_terms(self, expression, order=None):
        terms = super()._as_ordered_terms(expression, order)
        terms.sort(key=lambda term: not term.has(Sum))
        if terms[0].could_extract_minus_sign():
            terms.sort(key=lambda term: term.could_extract_minus_sign())
        return terms


def place_in_product(a):
    """Numbers first, then vectors, functions, matrices, brackets, sums;
    arrays in the order of their declaration.
    """
    declared = DECLARED.get(str(a.base.label), 0) if isinstance(a, Indexed) else 0
    kinds = [
        a.is_Symbol,
        isinstance(a, Indexed) and len(a.indices) == 1,
        not isinstance(a, Indexed | Add | Sum),
    ]
    kinds += [isinstance(a, Indexed), isinstance(a, Add), True]
    return kinds.index(True), declared


def latex(expression):
    """How the book typesets an expression."""
    text = LatexPrinter().doprint(expression)
    return text.replace("ŷ", r"\hat{y}").replace("Ŷ", r"\hat{Y}")
