"""Matrix notation: the matrices whose entries are arrays, and what each matrix
operation means, entry by entry.
"""

from itertools import pairwise

import sympy as sp
from sympy import Add, IndexedBase, Integer, Mul, Sum, Symbol
from sympy.matrices.expressions import (
    HadamardProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    Transpose,
)

from .errors import ClaimError
from .ranges import TRANSPOSE, is_size_sum
from .shorthand import Shorthand, fresh


class matrix(MatrixExpr):
    """The matrix whose entries are an array's:
    ``matrix(X)`` for ``X = array("X", N, D)``.

    A one-dimensional array becomes one row.
    """

    def __new__(cls, base):
        if not isinstance(base, IndexedBase) or len(base.shape) > 2:
            raise ClaimError(
                f"matrix: expected an array with one or two axes, received {base}."
            )
        return MatrixExpr.__new__(cls, base)

    @property
    def base(self):
        return self.args[0]

    @property
    def shape(self):
        return (
            self.base.shape
            if len(self.base.shape) == 2
            else (Integer(1), *self.base.shape)
        )

    def _entry(self, i, j, **kwargs):
        return entry(self, i, j)

    def _latex(self, printer, exp=None):
        return printer._print(self.base.label)

    def _sympystr(self, printer):
        return printer._print(self.base.label)


class hadamard(HadamardProduct):
    """The elementwise product, written ⊙."""

    def _latex(self, printer, exp=None):
        return r" \odot ".join(
            rf"\left({printer._print(a)}\right)"
            if isinstance(a, MatAdd | MatMul)
            else printer._print(a)
            for a in self.args
        )


class Place(sp.Dummy):
    """The place of the argument in a function of a matrix; nobody else makes one."""


def depth(e):
    """How many functions of matrices stand in one another."""
    if not isinstance(e, sp.Expr):
        raise ClaimError(
            f"elementwise: expected a function of numbers, received {e!r}."
        )
    inner = (depth(a.args[0].expr) for a in e.atoms(elementwise))
    return 1 + max(inner, default=0)


class elementwise(MatrixExpr):
    """A function applied to every entry of a matrix:
    ``elementwise(f, X*W)``, written f(XW).
    """

    def __new__(cls, function, argument):
        if not callable(function) or not isinstance(argument, MatrixExpr):
            raise ClaimError(
                "elementwise: expected a function and a matrix, received "
                f"{function!r} and {argument!r}."
            )
        level = depth(function(Place("z", dummy_index=0, real=True)))
        z = Place("z", dummy_index=level, real=True)  # one name, so that == works
        return MatrixExpr.__new__(cls, sp.Lambda(z, function(z)), argument)

    @property
    def shape(self):
        return self.args[1].shape

    def _latex(self, printer, exp=None):
        argument = Symbol(f"{{{printer._print(self.args[1])}}}", real=True)
        return printer._print(self.args[0](argument))

    def _sympystr(self, printer):
        argument = Symbol(printer._print(self.args[1]), real=True)
        return printer._print(self.args[0](argument))


class ones_column(MatrixExpr):
    """The column of N ones: ``ones_column(N)*matrix(b)``
    repeats the row b in every row of a batch.
    """

    def __new__(cls, N):
        if not is_size_sum(N):
            raise ClaimError(f"ones_column: expected a size, received {N!r}.")
        return MatrixExpr.__new__(cls, sp.sympify(N))

    @property
    def shape(self):
        return self.args[0], Integer(1)

    def _latex(self, printer, exp=None):
        return r"\mathbf{1}"

    def _sympystr(self, printer):
        return "1"


class entry(Shorthand):
    """Row n, column k of a matrix expression.

    ``doit`` replaces it by the definition of each matrix operation.

    >>> from backprop.proof.vocabulary import array, indices, sizes
    >>> N, D, K = sizes("N D K")
    >>> n, k = indices("n k")
    >>> X, W = array("X", N, D), array("W", D, K)
    >>> entry(matrix(X)*matrix(W), n, k).doit()
    Sum(W[_r, k]*X[n, _r], (_r, 1, D))
    """

    def __new__(cls, M, n, k):
        if not isinstance(M, MatrixExpr):
            raise ClaimError(
                f"entry: expected a matrix such as matrix(X), received {M!r}."
            )
        return Shorthand.__new__(cls, M, sp.sympify(n), sp.sympify(k))

    @property
    def spans(self):
        M, n, k = self.args
        return [{n: M.rows}, {k: M.cols}]

    def doit(self, **hints):
        return entry_by_definition(*self.args)

    def _eval_is_commutative(self):
        return True

    def _eval_is_real(self):
        return True

    def _latex(self, printer, exp=None):
        M, n, k = map(printer._print, self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\left[{M}\right]_{{{n}, {k}}}{power}"

    def _sympystr(self, printer):
        M, n, k = map(printer._print, self.args)
        return f"[{M}][{n}, {k}]"


def entry_by_definition(M, n, k):
    """What each matrix operation means, entry by entry."""
    check_conform(M)
    match M:
        case matrix():
            return M.base[n, k] if len(M.base.shape) == 2 else M.base[k]
        case ones_column():
            return Integer(1)
        case MatAdd():
            return Add(*[entry_by_definition(A, n, k) for A in M.args])
        case MatMul():
            first, *rest = M.args
            if not rest:
                return entry_by_definition(first, n, k)
            if not isinstance(first, MatrixExpr):  # a number in front
                return first * entry_by_definition(M.func(*rest), n, k)
            if first.cols == 1:
                return entry_by_definition(first, n, Integer(1)) * entry_by_definition(
                    M.func(*rest), Integer(1), k
                )
            r = sp.Dummy("r", integer=True)
            product = entry_by_definition(first, n, r) * entry_by_definition(
                M.func(*rest), r, k
            )
            return Sum(product, (r, 1, first.cols))
        case MatPow() if M.exp.is_Integer and M.exp > 0:
            return entry_by_definition(
                sp.MatMul(*[M.base] * int(M.exp), evaluate=False), n, k
            )
        case Transpose():
            return entry_by_definition(M.arg, k, n)
        case HadamardProduct():
            return Mul(*[entry_by_definition(A, n, k) for A in M.args])
        case elementwise():
            function, argument = M.args
            (z,) = function.variables
            return fresh(function.expr).xreplace(
                {z: entry_by_definition(argument, n, k)}
            )
    raise ClaimError(
        "entry: expected sums, products, transposes, ⊙ and functions of matrix(...), "
        f"received {M}."
    )


def check_conform(M):
    """SymPy lets (N, D) times (H, K) pass, since D may equal H;
    a statement about all sizes may not.
    """
    matrices = [A for A in M.args if isinstance(A, MatrixExpr)]
    for A, B in pairwise(matrices):
        if isinstance(M, MatMul) and A.cols != B.rows:
            raise ClaimError(
                f"{M}: expected {A} {A.shape} and {B} {B.shape} "
                f"to share the inner size. {TRANSPOSE}"
            )
        if not isinstance(M, MatMul) and A.shape != B.shape:
            raise ClaimError(
                f"{M}: expected equal shapes, "
                f"received {A.shape} and {B.shape}. {TRANSPOSE}"
            )
