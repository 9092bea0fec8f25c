"""``numpy_code``: the NumPy program that computes a formula, for any size.

``arraycode.py`` writes a formula in one line, ``sourcetext.py`` has the names and the
breaks of lines. Here a formula is made ready, and gets a function around it.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import sympy as sp
from sympy import Add, Indexed, IndexedBase, Integer, KroneckerDelta, Mul, Sum, Symbol
from sympy.matrices.expressions import HadamardProduct, MatAdd, MatMul, Transpose

from .arraycode import ArrayCode, ordered_terms
from .claim import declared
from .display import place_in_product
from .errors import ClaimError
from .forms import as_tuple, bare_symbols
from .matrices import check_conform, elementwise, entry, entry_by_definition
from .ranges import ranges
from .shorthand import fresh
from .sourcetext import (
    broken,
    docstring,
    identifier,
    mentions,
    signature,
    spoken,
    title_name,
)
from .vocabulary import Arbitrary, Array, sigmoid, silu
from .witness import free_indices


def numpy_code(proof, indices=None, name=None):
    """The NumPy program that computes the last line of a proof, for any size.

    Parameters
    ----------
    proof : a Proof, whose right side is taken, or a SymPy expression. Abbreviations
        become local variables.
    indices : the free indices, one for each axis of the result, in their order;
        by default as they appear, in the left side first.
    name : of the function; by default that of the proof.

    Returns
    -------
    Program. A notebook shows its source; called with numbers it computes. It takes the
    arrays in the order of their declaration, then numbers, sizes that no array has, and
    functions, which take arrays entry by entry: f′ is f_prime, ∂1F is F_1.

    Raises
    ------
    ClaimError for what is no program: a derivative that is not computed, a matrix
    in place of its entries, a function that NumPy lacks, a free index left out.

    >>> from backprop.proof.vocabulary import array, indices, matrix, sizes
    >>> N, D, H = sizes("N D H")
    >>> p, q = indices("p q")
    >>> X, Delta = array("X", N, D), array("Δ", N, H)
    >>> numpy_code(entry(matrix(X).T * matrix(Delta), p, q), name="gradient")
    def gradient(X, Delta):
        \"""X (N, D), Delta (N, H). Returns (D, H).\"""
        return X.T @ Delta
    """
    return Writer(proof).program(indices, name)


@dataclass(frozen=True, repr=False)
class Program:
    """The source of a NumPy function; ``expression`` is what it returns, ``arguments``
    the arrays, symbols and functions that it takes, ``indices`` the axes of its result.
    """

    source: str
    expression: str
    name: str
    arguments: tuple
    indices: tuple

    @cached_property
    def function(self):
        """The program, compiled; it is the program that imports NumPy."""
        scope, text = {}, f"import numpy as np\n\n\n{self.source}\n"
        exec(compile(text, f"<{self.name}>", "exec"), scope)
        return scope[self.name]

    def __call__(self, *arguments):
        return self.function(*arguments)

    def __repr__(self):
        return self.source

    def _repr_markdown_(self):
        return f"```python\n{self.source}\n```"


class Writer:
    """Writes one program; ``assignments`` are pairs of a name and a text."""

    def __init__(self, proof):
        self.left = getattr(proof, "left", Integer(0))
        self.right = sp.sympify(getattr(proof, "right", proof))
        self.title = proof.name if hasattr(proof, "right") else ""
        where = getattr(proof, "where", None) or {}
        self.where = {base_of(short): (short, long) for short, long in where.items()}
        check_scalar(self.right)
        self.free = free_indices(self.left, self.right)
        free_indices(*where.values())  # refuses sums without a size
        self.names, self.assignments, self.done = {}, [], set()

    def program(self, indices, name):
        order = self.order(indices)
        things = self.things()
        for thing in things:
            self.give_name(thing, spoken(thing))
        result = self.code(self.right, order, self.free)
        name = identifier(name or "") or title_name(self.title) or "formula"
        used = [a for a in things if a not in self.where and self.mentions(a, result)]
        shapes = self.shapes([a for a in used if isinstance(a, IndexedBase)], used)
        known = {size for a, _ in shapes for size in a.shape}
        arguments = [a for a in used if a not in known]
        lines = signature(name, [self.names[a] for a in arguments])
        result_is = self.shape(self.free[i] for i in order) if order else "a number"
        lines += docstring(f"{self.described(arguments)}Returns {result_is}.")
        for start, text in [*map(self.unpacking, shapes), *self.assignments]:
            lines += broken(f"    {start} = ", text)
        lines += broken("    return ", result)
        return Program("\n".join(lines), result, name, (*arguments,), (*order,))

    def order(self, indices):
        """The axes of the result."""
        found = [i for i in appearing(self.left, self.right) if i in self.free]
        order = list(dict.fromkeys(found)) if indices is None else [*as_tuple(indices)]
        needed = free_indices(self.right).keys()
        if needed - {*order} or {*order} - {*self.free} or len({*order}) < len(order):
            raise ClaimError(
                f"numpy_code: indices: expected each of {sorted(map(str, needed))} "
                f"once, received {order}. Advice: name the free indices of the last "
                "line in the order of the result's axes."
            )
        return order

    # ------------------------------------------------------------------------- names

    def things(self):
        """What gets a name: arrays, numbers, sizes, functions."""
        every = (e for pair in self.where.values() for e in pair)
        e = sp.Tuple(self.left, self.right, *every)
        arrays = sorted(e.atoms(IndexedBase), key=declared)
        symbols = sorted(bare_symbols(e), key=str)
        sizes = [size for a in arrays for size in a.shape]
        sizes += sorted((s for b in e.atoms(Sum) for _, _, s in b.limits), key=str)
        sizes += [s for s in symbols if s.is_integer and s.is_positive]
        sizes = [s for s in dict.fromkeys(sizes) if isinstance(s, Symbol)]
        functions = {a.func for a in e.atoms(Arbitrary, sp.erf)}
        numbers = [s for s in symbols if not s.is_integer]
        return [*arrays, *numbers, *sizes, *sorted(functions, key=str)]

    def give_name(self, thing, name):
        while name in (*self.names.values(), "np", "len"):
            name += "_"
        self.names[thing] = name

    def mentions(self, thing, result):
        texts = [text for _, text in self.assignments]
        return any(mentions(text, self.names[thing]) for text in [*texts, result])

    # ------------------------------------------------------------------------- sizes

    def shapes(self, arrays, used):
        """The arrays whose shapes say the sizes that are used, with these sizes."""
        found, known = [], set()
        for size in used:
            has = [a for a in arrays if size in a.shape]
            if has and size not in known:
                new = [s for s in dict.fromkeys(has[0].shape) if s not in known]
                found.append((has[0], new))
                known |= {*new}
        return found

    def unpacking(self, found):
        """``N, K = Y.shape``; ``N = len(y)`` for one axis."""
        array, new = found
        name, left = self.names[array], []
        for size in array.shape:
            fresh_name = size in new and self.names.get(size) not in left
            left.append(self.names[size] if fresh_name and size in self.names else "_")
        if len(left) == 1:
            return left[0], f"len({name})"
        return ", ".join(left), f"{name}.shape"

    def shape(self, sizes):
        """A shape as Python writes it."""
        names = [self.names.get(size, str(size)) for size in sizes]
        return f"({', '.join(names)}{',' * (len(names) == 1)})"

    def with_shape(self, a):
        shape = f" {self.shape(a.shape)}" if isinstance(a, IndexedBase) else ""
        return f"{self.names[a]}{shape}"

    def described(self, arguments):
        """The arguments with their shapes, for the docstring."""
        parts = []
        for kind, found in groupby(arguments, kind_of):
            names = [self.with_shape(a) for a in found]
            head = f"{kind}{'s' * (len(names) > 1)} " if kind else ""
            parts.append(head + ", ".join(names))
        return f"{'; '.join(parts)}. " if parts else ""

    # -------------------------------------------------------------------- statements

    def code(self, e, order, free):
        """The text of a formula with these axes; what it needs is assigned before."""
        e = unfolded(e)
        self.assign_abbreviations(e)
        e = self.assign_repeated(e)
        e = fresh(e).replace(is_a(sigmoid), lambda a: a.definition)
        spans = free | {i: high for s in e.atoms(Sum) for i, _, high in s.limits}
        e = without_deltas(e, spans)
        writer = ArrayCode(self.names, spans)
        text, axes = writer(e, order).text, writer.axes(e)
        if axes == {*order}:
            return text
        shape = self.shape(free[i] for i in order)
        if axes:
            return f"np.broadcast_to({text}, {shape})"
        known = {"0": f"np.zeros({shape})", "1": f"np.ones({shape})"}
        return known.get(text, f"np.full({shape}, {text})")

    def assign_abbreviations(self, e):
        """In the order of their definitions, each after those that it needs."""
        for base in [b for b in self.where if b in e.atoms(IndexedBase, Symbol)]:
            if base not in self.done:
                self.done.add(base)
                self.assign(base, *self.where[base])

    def assign_repeated(self, e):
        """Sigmoids that stand in several places get a name."""
        while places := repeated(e):
            (first, own), *_ = places.items()
            base = sp.Dummy("s", real=True)
            if own:
                spans = ranges(first)
                base = Array(base, shape=[spans[i] for i in own])
            self.give_name(base, "s")
            new = {a: base[at] if own else base for a, at in places.items()}
            self.assign(base, new[first], first)
            e = e.xreplace(new)
        return e

    def assign(self, base, short, long):
        order = short.indices if isinstance(short, Indexed) else ()
        text = self.code(long, list(order), ranges(short))
        self.assignments.append((self.names[base], text))


def check_scalar(e):
    if not isinstance(e, sp.Expr) or getattr(e, "is_Matrix", False):
        raise ClaimError(
            f"numpy_code: expected a proof, or a number that depends on indices, "
            f"received {e}. Advice: for a matrix give its entry, entry(M, p, q)."
        )


def base_of(short):
    return short.base if isinstance(short, Indexed) else short


def kind_of(a):
    """What an argument is called; an array is known by its shape."""
    if isinstance(a, IndexedBase | type):
        return "function" if isinstance(a, type) else ""
    return "size" if a.is_integer else "number"


def is_a(kind):
    return lambda e: isinstance(e, kind)


def appearing(*parts):
    """Symbols in the order in which a reader meets them."""
    for e in parts:
        if isinstance(e, Symbol):
            yield e
        args = [e.base, *e.indices] if isinstance(e, Indexed) else e.args
        if isinstance(e, Mul):
            args = sorted(args, key=place_in_product)
        if isinstance(e, Add):
            args = ordered_terms(e)
        yield from appearing(*(a for a in args if not isinstance(a, IndexedBase)))


# ------------------------------------------------------------- a formula is made ready


def unfolded(e):
    """Entries of matrices as sums, one for a whole product; silu by the sigmoid."""
    e = e.replace(is_a(entry), lambda a: entry_of(*a.args))
    return e.replace(is_a(silu), lambda a: a.definition)


def entry_of(M, n, k):
    """An entry of a matrix; the sums of a product stand side by side."""
    check_conform(M)
    match M:
        case MatAdd():
            return Add(*[entry_of(A, n, k) for A in M.args])
        case HadamardProduct():
            return Mul(*[entry_of(A, n, k) for A in M.args])
        case Transpose():
            return entry_of(M.arg, k, n)
        case elementwise():
            function, argument = M.args
            return function(entry_of(argument, n, k))
        case MatMul():
            return entry_of_product(*M.as_coeff_matrices(), n, k)
    return entry_by_definition(M, n, k)


def entry_of_product(number, matrices, n, k):
    sizes = [A.cols for A in matrices[:-1]]
    inner = [Integer(1) if s == 1 else sp.Dummy("r", integer=True) for s in sizes]
    ends = zip(matrices, [n, *inner], [*inner, k], strict=True)
    product = Mul(number, *[entry_of(A, i, j) for A, i, j in ends])
    limits = [(r, 1, s) for r, s in zip(inner, sizes, strict=True) if s != 1]
    return Sum(product, *limits) if limits else product


def repeated(e):
    """A sigmoid that stands in several places: {occurrence: its indices}, or None."""
    found, count = {}, {}
    for a in sp.preorder_traversal(e):
        if isinstance(a, sigmoid):
            own = ranges(a)
            own = [i for i in dict.fromkeys(appearing(a)) if i in own]
            marks = {i: Symbol(f"_{p}", integer=True) for p, i in enumerate(own)}
            key = a.xreplace(marks)
            found.setdefault(key, {})[a] = (*own,)
            count[key] = count.get(key, 0) + 1
    return next((places for key, places in found.items() if count[key] > 1), None)


def without_deltas(e, spans):
    """A delta under a sum over one of its indices leaves one term."""

    def collapsed(s):
        found = delta_of(s, spans) if isinstance(s, Sum) else None
        return collapsed(without(s, *found)) if found else s

    return e.replace(is_a(Sum), collapsed)


def delta_of(s, spans):
    """An index of a sum, a delta of it, and the other index of that, over one range."""
    for i, _, size in s.limits:
        for d in Mul.make_args(s.function):
            if isinstance(d, KroneckerDelta) and i in d.args:
                (other,) = {*d.args} - {i}
                if other == 1 or spans.get(other) == size:
                    return i, d, other
    return None


def without(s, i, d, other):
    """The sum without the index i and the delta d, i being the other index."""
    product = Mul(*[a for a in Mul.make_args(s.function) if a != d])
    product = product.xreplace({i: other})
    limits = [limit for limit in s.limits if limit[0] != i]
    return Sum(product, *limits) if limits else product
