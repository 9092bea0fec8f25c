"""The book's SymPy vocabulary: arrays with shapes,
functions with closed-form derivatives, and one normal form.

Chapter 00 introduces every name. Three rules hold everywhere.

- An array is indexed from 1: ``X[n, i]`` with n = 1..N and i = 1..D, where N and D are
  *symbols*. A formula in these indices is a statement about every size at once.
- A function keeps its name when it is differentiated: the derivative of ``sigmoid(z)``
  is ``sigmoid(z)*(1 - sigmoid(z))``, not a fraction of exponentials.
- ``normal`` brings an expression into one fixed form by steps that are exact for every
  size. Two expressions with the same normal form are equal; ``prove`` in ``proof.py``
  rests on this and nothing else.
"""

from functools import cache, lru_cache
from itertools import pairwise, permutations

import sympy as sp
from sympy import (
    Add,
    Expr,
    Function,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Mul,
    Sum,
    Symbol,
)
from sympy.matrices.expressions import (
    HadamardProduct,
    MatAdd,
    MatMul,
    MatrixExpr,
    Transpose,
)
from sympy.printing.latex import LatexPrinter as SympyLatexPrinter

from .shapes import InputError

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


def reals(names):
    """Symbols for real numbers.

    >>> z = reals("z")
    """
    return sp.symbols(names, real=True)


class Array(IndexedBase):
    """SymPy's ``IndexedBase`` with the package's own error for a missing index."""

    def __getitem__(self, indices, **kwargs):
        received = indices if isinstance(indices, tuple | sp.Tuple) else (indices,)
        if len(received) != len(self.shape):
            raise InputError(
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
        raise InputError(
            f"array {name!r}: expected at least one size, received none. "
            "For a single number use reals."
        )
    if not all(is_size(sp.sympify(size)) for size in shape):
        raise InputError(
            f"array {name!r}: expected sizes, received the shape {shape}. "
            "Likely cause: a symbol that was not made by sizes."
        )
    DECLARED.setdefault(name, len(DECLARED))
    return Array(name, shape=shape, real=True, positive=positive)


TRANSPOSE = "Likely cause: a missing transpose."
DECLARED = {}  # the arrays' names in the order in which the author named them


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


# ---------------------------------------------------------------------------- functions


class BookFunction(Function):
    """A function with a name, a definition,
    and a derivative in closed form (its ``fdiff``).
    """

    symbol = None  # how LaTeX writes it
    kink = False  # True where the function or its derivative jumps at 0

    def _eval_is_real(self):
        return all(a.is_real for a in self.args) or None

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

    def fdiff(self, argindex=1):
        return self * (1 - self)

    def _eval_is_positive(self):
        return self.args[0].is_real


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

    def fdiff(self, argindex=1):
        return sigmoid(*self.args)

    def _eval_is_positive(self):
        return self.args[0].is_real


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
        raise InputError(f"slope: expected an arbitrary function, received {function}.")
    raised = (k + (p == argument) for p, k in enumerate(function.orders, start=1))
    return derivative_of(function.letter, tuple(raised))


# --------------------------------------------------------- derivatives left unevaluated


class partial(Expr):
    """The derivative of ``y`` with respect to ``x``, written down but not yet computed.

    ``prove`` computes it with SymPy, and its second witness computes it again
    from differences with 50 digits. ``x`` is a real symbol or an entry of an array.

    >>> z = reals("z")
    >>> partial(z**2, z).doit()
    2*z
    """

    def __new__(cls, y, x):
        y, x = sp.sympify(y), sp.sympify(x)
        if not isinstance(x, Symbol | Indexed) or x.is_integer:
            raise InputError(
                "partial: expected a symbol or an array entry to differentiate by, "
                f"received {x}."
            )
        return Expr.__new__(cls, y, x)

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


# ---------------------------------------------------------------------- matrix notation


class matrix(MatrixExpr):
    """The matrix whose entries are an array's:
    ``matrix(X)`` for ``X = array("X", N, D)``.

    A one-dimensional array becomes one row.
    """

    def __new__(cls, base):
        if not isinstance(base, IndexedBase) or len(base.shape) > 2:
            raise InputError(
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


class elementwise(MatrixExpr):
    """A function applied to every entry of a matrix:
    ``elementwise(f, X*W)``, written f(XW).
    """

    def __new__(cls, function, argument):
        z = sp.Dummy("z", dummy_index=0, real=True)  # one name, so that == works
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
        return MatrixExpr.__new__(cls, sp.sympify(N))

    @property
    def shape(self):
        return self.args[0], Integer(1)

    def _latex(self, printer, exp=None):
        return r"\mathbf{1}"

    def _sympystr(self, printer):
        return "1"


class entry(Expr):
    """Row n, column k of a matrix expression.

    ``doit`` replaces it by the definition of each matrix operation.

    >>> N, D, K = sizes("N D K")
    >>> n, k = indices("n k")
    >>> X, W = array("X", N, D), array("W", D, K)
    >>> entry(matrix(X)*matrix(W), n, k).doit()
    Sum(W[_r, k]*X[n, _r], (_r, 1, D))
    """

    def __new__(cls, M, n, k):
        return Expr.__new__(cls, M, sp.sympify(n), sp.sympify(k))

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
        case Transpose():
            return entry_by_definition(M.arg, k, n)
        case HadamardProduct():
            return Mul(*[entry_by_definition(A, n, k) for A in M.args])
        case elementwise():
            function, argument = M.args
            return function(entry_by_definition(argument, n, k))
    raise InputError(
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
            raise InputError(
                f"{M}: expected {A} {A.shape} and {B} {B.shape} "
                f"to share the inner size. {TRANSPOSE}"
            )
        if not isinstance(M, MatMul) and A.shape != B.shape:
            raise InputError(
                f"{M}: expected equal shapes, "
                f"received {A.shape} and {B.shape}. {TRANSPOSE}"
            )


def unfold_shorthand(expression):
    """Replace every ``entry`` and every ``partial`` by what it stands for,
    innermost first.
    """
    return expression.replace(
        lambda e: isinstance(e, entry | partial), lambda e: e.doit()
    )


# ------------------------------------------------------------------------- index ranges


def ranges(expression):
    """The size that each free index runs up to;
    refuses an index that is used with two sizes.

    This is the type check of index notation:
    X[n, i]*W[i, k] needs the second size of X to be the first of W.

    >>> N, D = sizes("N D")
    >>> n, i = indices("n i")
    >>> ranges(array("X", N, D)[n, i])
    {n: N, i: D}
    """
    if isinstance(expression, entry):
        M, n, k = expression.args
        found = merge([{n: M.rows}, {k: M.cols}], expression)
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
        raise InputError(
            f"{expression}: expected a sum that starts at 1, received {low}."
        )
    if i.is_positive or not is_size(high):
        raise InputError(
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
                raise InputError(
                    f"{expression}: the index {i} is not known to lie in 1..{size}."
                )
            if last or isinstance(i, Integer):
                continue
            if found.setdefault(i, size) != size:
                raise InputError(
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
        raise InputError(f"expected at most 6 indices under one sum, received {body}.")
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
