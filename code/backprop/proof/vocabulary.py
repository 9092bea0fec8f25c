"""The book's SymPy vocabulary: arrays with shapes, functions with closed-form
derivatives, and derivatives that are written down; ``matrices.py`` has the matrices.

Chapter 00 introduces every name. Two rules hold everywhere.

- An array is indexed from 1: ``X[n, i]`` with n = 1..N and i = 1..D, where N and D are
  *symbols*. A formula in these indices is a statement about every size at once.
- A function keeps its name when it is differentiated: the derivative of ``sigmoid(z)``
  is ``sigmoid(z)*(1 - sigmoid(z))``, not a fraction of exponentials.
"""

from contextlib import contextmanager
from functools import cache

import sympy as sp
from sympy import Function, Indexed, IndexedBase, Integer, Symbol

from .errors import ClaimError
from .expectation import expectation
from .matrices import elementwise, entry, hadamard, matrix, ones_column
from .ranges import is_size_sum
from .shorthand import Shorthand, fresh, unfold_shorthand

__all__ = [
    "arbitrary",
    "array",
    "elementwise",
    "entry",
    "expectation",
    "hadamard",
    "indices",
    "matrix",
    "ones_column",
    "partial",
    "reals",
    "relu",
    "sigmoid",
    "silu",
    "sizes",
    "slope",
    "softplus",
    "step",
]

# --------------------------------------------------------------------- names and arrays


def sizes(names):
    """Symbols for sizes: positive integers such as the batch size N or the width D.

    >>> N, D = sizes("N D")
    >>> N.is_positive and N.is_integer
    True
    """
    return sp.symbols(names, integer=True, positive=True)


def indices(names):
    """Symbols for indices: integers that run from 1 to a size.

    >>> n, i = indices("n i")
    """
    return sp.symbols(names, integer=True)


def reals(names, positive=None):
    """Symbols for real numbers; ``positive=True`` declares them positive.

    >>> z = reals("z")
    """
    return sp.symbols(names, real=True, positive=positive)


class Array(IndexedBase):
    """SymPy's ``IndexedBase`` with the package's own error for a missing index."""

    def __getitem__(self, indices, **kwargs):
        received = indices if isinstance(indices, tuple | sp.Tuple) else (indices,)
        if len(received) != len(self.shape):
            raise ClaimError(
                f"{self}: expected {len(self.shape)} indices for the shape "
                f"{self.shape}, received {received}."
            )
        return super().__getitem__(indices, **kwargs)


def array(name, *shape, positive=None):
    """A real array of the given shape, indexed from 1:
    ``X = array("X", N, D)``, then ``X[n, i]``.

    The shape may be symbolic. ``prove`` checks every index against it.
    ``positive=True`` declares every entry positive.

    >>> N, D = sizes("N D")
    >>> n, i = indices("n i")
    >>> array("X", N, D)[n, i]
    X[n, i]
    """
    if not shape:
        raise ClaimError(
            f"array {name!r}: expected at least one size, received none. "
            "For a single number use reals."
        )
    if not all(is_size_sum(size) for size in shape):
        raise ClaimError(
            f"array {name!r}: expected sizes, received the shape {shape}. "
            "Likely cause: a symbol that was not made by sizes."
        )
    DECLARED.setdefault(name, len(DECLARED))
    return Array(name, shape=shape, real=True, positive=positive)


DECLARED = {}  # the arrays' names in the order in which the author named them


@contextmanager
def unlisted():
    """Arrays named here have no place in the order in which the author named his own.

    >>> with unlisted():
    ...     A = array("A_of_a_module", 2)
    >>> "A_of_a_module" in DECLARED
    False
    """
    before = dict(DECLARED)
    try:
        yield
    finally:
        DECLARED.clear()
        DECLARED.update(before)


# ---------------------------------------------------------------------------- functions


class BookFunction(Function):
    """A function with a name, a definition,
    and a derivative in closed form (its ``fdiff``).
    """

    symbol = None  # how LaTeX writes it
    kink = False  # True where the function or its derivative jumps at 0
    always_positive = False

    def _eval_is_real(self):
        return all(a.is_real for a in self.args) or None

    def _eval_is_positive(self):
        real = all(a.is_real for a in self.args)
        return True if self.always_positive and real else None

    def _latex(self, printer, exp=None):
        power = "" if exp is None else f"^{{{exp}}}"
        return (
            rf"{self.symbol}{power}"
            rf"\left({', '.join(map(printer._print, self.args))}\right)"
        )


class sigmoid(BookFunction):
    """The logistic function 1/(1 + exp(-z)); chapter 01 proves its derivative.

    >>> z = reals("z")
    >>> sigmoid(z).diff(z)
    (1 - sigmoid(z))*sigmoid(z)
    """

    symbol = r"\sigma"

    @property
    def definition(self):
        return 1 / (1 + sp.exp(-self.args[0]))

    always_positive = True

    def fdiff(self, argindex=1):
        return self * (1 - self)


class softplus(BookFunction):
    """log(1 + exp(z)), a smooth ReLU; its derivative is the sigmoid.

    >>> z = reals("z")
    >>> softplus(z).diff(z)
    sigmoid(z)
    """

    symbol = r"\operatorname{softplus}"

    @property
    def definition(self):
        return sp.log(1 + sp.exp(self.args[0]))

    always_positive = True

    def fdiff(self, argindex=1):
        return sigmoid(*self.args)


class silu(BookFunction):
    """z times sigmoid(z), also called swish.

    >>> z = reals("z")
    >>> silu(z).diff(z)
    (1 - sigmoid(z))*silu(z) + sigmoid(z)
    """

    symbol = r"\operatorname{silu}"

    @property
    def definition(self):
        return self.args[0] * sigmoid(*self.args)

    def fdiff(self, argindex=1):
        s = sigmoid(*self.args)
        return s + self * (1 - s)


class step(BookFunction):
    """1 where z > 0 and 0 elsewhere: the derivative of ReLU,
    with this book's convention R'(0) = 0.

    >>> step(2), step(0), step(-2)
    (1, 0, 0)
    """

    kink = True

    @classmethod
    def eval(cls, z):
        if z.is_positive:
            return Integer(1)
        if z.is_nonpositive:
            return Integer(0)
        return None

    @property
    def definition(self):
        return sp.Piecewise((1, self.args[0] > 0), (0, True))

    def fdiff(self, argindex=1):
        return Integer(0)

    def _latex(self, printer, exp=None):
        return rf"\mathbf{{1}}_{{{printer._print(self.args[0])} > 0}}"


class relu(BookFunction):
    """max(z, 0); its derivative is ``step`` wherever z is not 0.

    >>> z = reals("z")
    >>> relu(z).diff(z), relu(-3)
    (step(z), 0)
    """

    symbol = r"\operatorname{relu}"
    kink = True

    @classmethod
    def eval(cls, z):
        if z.is_nonnegative:
            return z
        if z.is_nonpositive:
            return Integer(0)
        return None

    @property
    def definition(self):
        z = self.args[0]
        return sp.Piecewise((z, z > 0), (0, True))

    def fdiff(self, argindex=1):
        return step(*self.args)


def arbitrary(name, arity=1):
    """An unknown differentiable function:
    what is proved with it holds for every such function.

    ``f = arbitrary("f")`` gives f(z) with derivatives f′(z), f′′(z), …;
    with ``arity=2`` the partial derivatives of F(u, v) are written ∂1F and ∂2F.

    >>> f, z = arbitrary("f"), reals("z")
    >>> f(z**2).diff(z)
    2*z*f′(z**2)
    """
    if not isinstance(arity, int) or arity < 1:
        raise ClaimError(
            f"arbitrary: expected at least 1 argument, received {arity!r}."
        )
    return derivative_of(name, (0,) * arity)


@cache
def derivative_of(name, orders):
    """The function ``name``, differentiated ``orders[p]`` times in argument p + 1."""

    def fdiff(self, argindex=1):
        return slope(type(self), argindex)(*self.args)

    if len(orders) == 1:
        text, symbol = name + "′" * orders[0], name + "'" * orders[0]
    else:
        text = "".join(f"∂{p}" * k for p, k in enumerate(orders, start=1)) + name
        marks = (rf"\partial_{{{p}}}" * k for p, k in enumerate(orders, start=1))
        symbol = f"{''.join(marks)} {name}".strip()
    members = {"nargs": len(orders), "fdiff": fdiff, "orders": orders}
    return type(text, (Arbitrary,), {**members, "letter": name, "symbol": symbol})


class Arbitrary(BookFunction):
    """Base of the functions that ``arbitrary`` makes."""

    @classmethod
    def eval(cls, *arguments):
        return None


def slope(function, argument=1):
    """The derivative of an arbitrary function, as a function:
    ``slope(f)`` is f′, and ``slope(F, 2)`` is ∂2F.

    >>> f, z = arbitrary("f"), reals("z")
    >>> slope(f)(z**2)
    f′(z**2)
    """
    if not (isinstance(function, type) and issubclass(function, Arbitrary)):
        raise ClaimError(f"slope: expected an arbitrary function, received {function}.")
    if argument not in range(1, len(function.orders) + 1):
        raise ClaimError(
            f"slope: expected an argument from 1 to {len(function.orders)} of "
            f"{function}, received {argument!r}."
        )
    raised = (k + (p == argument) for p, k in enumerate(function.orders, start=1))
    return derivative_of(function.letter, tuple(raised))


# --------------------------------------------------------- derivatives left unevaluated


class partial(Shorthand):
    """The derivative of ``y`` with respect to ``x``, written down but not yet computed.

    ``prove`` computes it with SymPy, and its second witness computes it again
    from differences with 50 digits. ``x`` is a real symbol or an entry of an array.

    >>> z = reals("z")
    >>> partial(z**2, z).doit()
    2*z
    """

    def __new__(cls, y, x):
        if not isinstance(x, Symbol | Indexed) or x.is_integer:
            raise ClaimError(
                "partial: expected a symbol or an array entry to differentiate by, "
                f"received {x!r}."
            )
        if not isinstance(y, sp.Expr | int):
            raise ClaimError(
                f"partial: expected an expression to differentiate, received {y!r}."
            )
        return Shorthand.__new__(cls, sp.sympify(y), x)

    def doit(self, **hints):
        y, x = self.args
        return fresh(unfold_shorthand(y)).diff(x)

    def _eval_is_commutative(self):
        return True

    def _eval_is_real(self):
        return self.args[0].is_real

    def _latex(self, printer, exp=None):
        y, x = map(printer._print, self.args)
        short = isinstance(self.args[0], Symbol | Indexed) or (
            isinstance(self.args[0], Function)
            and all(isinstance(a, Symbol | Indexed) for a in self.args[0].args)
        )
        power = "" if exp is None else f"^{{{exp}}}"
        body = (
            rf"\frac{{\partial {y}}}{{\partial {x}}}"
            if short
            else rf"\frac{{\partial}}{{\partial {x}}}\left[{y}\right]"
        )
        return rf"\left({body}\right){power}" if exp else body

    def _sympystr(self, printer):
        return f"∂[{printer._print(self.args[0])}]/∂{printer._print(self.args[1])}"
