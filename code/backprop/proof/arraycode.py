"""From a formula in index notation to the text of a NumPy expression.

A part of a formula is written in a *layout*, a tuple of indices: the text is an array
that broadcasts to these axes. ``x[i]`` is ``x`` in the layout (n, i) and ``x[:, None]``
in the layout (i, n). Where several texts compute the same, the one whose largest
intermediate array has the fewest axes is taken, and of these the shortest.

``contraction.py`` has the sums, ``arraytext.py`` what a text is.
"""

from dataclasses import replace
from itertools import permutations

import sympy as sp
from sympy import Add, Indexed, KroneckerDelta, Mul, Piecewise, Pow, Sum, Symbol

from .arraytext import (
    ADDED,
    ATOM,
    COMPARED,
    MATMUL,
    MULTIPLIED,
    RAISED,
    SIGNED,
    Code,
    in_order,
    placed,
    simple,
    sizes_of,
    spelled,
    subscript,
)
from .contraction import letters_of, sum_code
from .errors import ClaimError
from .vocabulary import DECLARED, Arbitrary, partial, relu, softplus, step

FUNCTIONS = {f: f"np.{f.__name__}" for f in (sp.exp, sp.log, sp.sin, sp.cos, sp.tan)}
FUNCTIONS |= {f: f"np.{f.__name__}" for f in (sp.sinh, sp.cosh, sp.tanh, sp.sign)}
FUNCTIONS |= {sp.Abs: "np.abs", sp.Max: "np.maximum", sp.Min: "np.minimum"}
CONSTANTS = {sp.pi: "np.pi", sp.E: "np.e"}
RELATIONS = {sp.Gt: ">", sp.Ge: ">=", sp.Lt: "<", sp.Le: "<=", sp.Eq: "==", sp.Ne: "!="}
JOINTS = {sp.And: " & ", sp.Or: " | "}


class ArrayCode:
    """Writes formulas: ``names`` has the Python name of every symbol, array, size and
    function, ``sizes`` what each index, free or bound, runs up to.
    """

    def __init__(self, names, sizes):
        self.names, self.sizes = names, sizes
        self.own, self.memo = {}, {}

    def axes(self, *parts):
        """The free indices of some parts."""
        for e in {*parts} - self.own.keys():
            self.own[e] = frozenset(e.free_symbols & self.sizes.keys())
        return frozenset().union(*(self.own[e] for e in parts))

    def length(self, index):
        """What an index runs up to, as a text."""
        size = self.sizes[index]
        return str(size) if isinstance(size, sp.Integer) else self.names[size]

    def __call__(self, e, layout):
        """The code of a formula in a layout, without leading axes that it lacks."""
        own = self.axes(e)
        start = next((p for p, i in enumerate(layout) if i in own), len(layout))
        key = e, tuple(layout[start:])
        if key not in self.memo:
            found = (placed(self.write(e, o), o, key[1]) for o in self.orders(*key))
            self.memo[key] = min(found, key=lambda code: code.cost())
        return self.memo[key]

    def orders(self, e, layout):
        """The layouts to try. What is computed entry by entry may get its axes of
        length 1 at the end, and a function its transpose.
        """
        own = [i for i in layout if i in self.axes(e)]
        if isinstance(e, sp.Function):
            return [*permutations(in_order(own)), layout]
        whole = isinstance(e, Add | Mul | Pow) and len(own) < len(layout)
        return [own, layout] if whole else [layout]

    def write(self, e, layout):
        match e:
            case Indexed():
                return self.entry(e, layout)
            case Symbol() if e in self.sizes:
                text = f"np.arange(1, {self.length(e)} + 1)"
                return placed(Code(text, ATOM, 1, 1), [e], layout)
            case Symbol() if e in self.names:
                return Code(self.names[e])
            case Sum():
                return sum_code(self, e, layout)
            case Add():
                return self.plus(e, layout)
            case Mul() | sp.Rational():
                return self.times(Mul.make_args(e), layout)
            case Pow():
                return self.power(e, layout)
            case KroneckerDelta() if len(e.args) == 2:
                return self.delta(e, layout)
            case Piecewise():
                return self.piecewise(e, layout)
            case sp.NumberSymbol() if e in CONSTANTS:
                return Code(CONSTANTS[e])
            case sp.Function() | sp.Max() | sp.Min():
                return self.function(e, layout)
        raise ClaimError(
            "numpy_code: expected sums, products, powers and functions of numbers and "
            f"array entries, received {type(e).__name__}: {e}. {advice(e)}"
        )

    # ---------------------------------------------------------------------- leaves

    def entry(self, e, layout):
        """An array, in the order of the layout."""
        name, places = self.names[e.base], e.indices
        own = [i for i in places if i in self.sizes]
        if len({*own}) < len(own):
            return self.diagonal(name, own, layout, len(places))
        pairs = zip(places, e.base.shape, strict=True)
        marks = [":" if i in own else place_of(i, size, e) for i, size in pairs]
        return placed(Code(name + subscript(marks)), own, layout)

    def diagonal(self, name, own, layout, axes):
        """An array with an index in two places."""
        different = list(dict.fromkeys(own))
        if len(own) != axes:
            raise ClaimError(
                f"numpy_code: expected indices in the places of {name}, received a "
                "number beside an index that stands twice. Advice: name this part "
                "with where."
            )
        text = f"{name}.diagonal()"
        if axes > 2:
            letters = letters_of(different)
            before, after = spelled(own, letters), spelled(different, letters)
            text = f'np.einsum("{before}->{after}", {name})'
        return placed(Code(text), different, layout)

    def delta(self, e, layout):
        """A delta is an identity matrix, and a row of it where one index is fixed."""
        own = [i for i in e.args if i in self.sizes]
        if not own:
            raise ClaimError(f"numpy_code: expected an index in {e}, received none.")
        eye = f"np.eye({self.length(own[0])})"
        if len(own) == 1:
            (other,) = (i for i in e.args if i not in own)
            eye += subscript([place_of(other, self.sizes[own[0]], e)])
        own = [i for i in layout if i in own]  # it is symmetric
        return placed(Code(eye, ATOM, 2, 2), own, layout)

    # ----------------------------------------------------------------- entry by entry

    def plus(self, e, layout):
        """A sum of terms, products of matrices first."""
        content, rest = factored(e)
        if content != 1:
            return self.times([content, rest], layout)
        terms = ordered_terms(e)
        codes = [self(abs_of(t), layout) for t in terms]
        text = ("-" if is_negative(terms[0]) else "") + codes[0].within(MULTIPLIED)
        for t, code in zip(terms[1:], codes[1:], strict=True):
            text += (" - " if is_negative(t) else " + ") + code.within(MULTIPLIED)
        return self.made(text, ADDED, e, *codes)

    def made(self, text, level, e, *codes):
        """The code of a step, entry by entry, after others."""
        own = len(self.axes(e))
        axes, loops = (max([own, *size]) for size in sizes_of(codes))
        return Code(text, level, axes, loops)

    def times(self, factors, layout):
        """A product entry by entry, over what is divided by."""
        number, above, below = parted(factors)
        codes, below = self.factors(above, below, layout)
        if abs(number.p) != 1 or not codes:
            codes = [Code(str(abs(number.p))), *codes]
        below = [sp.Integer(number.q), *below] if number.q != 1 else below
        plain = number > 0 and not below
        if plain and len(codes) == 1:
            return codes[0]
        product = self.in_one_line(codes)
        if below:
            divisor = self.times(below, layout)
            text = f"{product.within(MULTIPLIED)} / {divisor.within(RAISED)}"
            product, codes = Code(text, MULTIPLIED), [*codes, divisor]
        if number < 0:
            level = min(product.level, SIGNED) if product.level > ADDED else SIGNED
            product = Code(f"-{product.within(MULTIPLIED)}", level)
        return self.made(product.text, product.level, Mul(*factors), *codes)

    def in_one_line(self, codes):
        """Codes with * between them; numbers may stand before a product of matrices
        without brackets, (2 A) B being 2 (A B).
        """
        if len(codes) == 1:
            return codes[0]
        numbers = next((p for p, c in enumerate(codes) if not c.is_number), len(codes))
        texts = [codes[0].within(MULTIPLIED)]
        for p, code in enumerate(codes[1:], start=1):
            texts.append(code.within(MATMUL if p == numbers else RAISED))
        return Code(" * ".join(texts), MULTIPLIED)

    def factors(self, above, below, layout):
        """The codes of the factors: numbers, then a product of matrices, then arrays,
        functions, brackets and sums; and what is still divided by, since a sum over
        its length is a mean.
        """
        pairs, others = [], any(not isinstance(a, step) for a in above)
        for a in self.grouped(above, layout):
            bare = isinstance(a, step) and others
            code = self.comparison(a, layout) if bare else self(a, layout)
            code, below = as_mean(code, a, below)
            pairs.append((replace(code, is_number=not self.axes(a)), a))
        pairs.sort(key=lambda pair: self.place(*pair))
        return [code for code, _ in pairs], below

    def grouped(self, factors, layout):
        """Factors that lack the same axis of the layout as one factor."""
        groups = {}
        for a in factors:
            own = self.axes(a)
            start = next((p for p, i in enumerate(layout) if i in own), len(layout))
            gap = any(i not in own for i in layout[start:])
            groups.setdefault(own if gap else a, []).append(a)
        alone = len(groups) == 1
        return factors if alone else [Mul(*group) for group in groups.values()]

    def place(self, code, a):
        """Where a factor stands in a product."""
        base = a.base if isinstance(a, Pow) else a
        number, matrices = not self.axes(a), code.level == MATMUL
        kinds = [a in CONSTANTS, number and a.is_Symbol, number, matrices]
        kinds += [isinstance(base, Indexed), not isinstance(base, Add | Sum)]
        kind = [*kinds, isinstance(base, Add), True].index(True)
        if kind == 1:
            return kind, [*self.names].index(a)
        if kind == 4:  # vectors before matrices
            return kind, len(base.indices) > 1, DECLARED.get(str(base.base.label), 0)
        return kind, first_declared(a) if kind in (3, 7) else 0

    def power(self, e, layout):
        base, exponent = e.args
        if is_negative(exponent):
            return self.times([e], layout)
        if exponent == sp.Rational(1, 2):
            return self.call("np.sqrt", [base], e, layout)
        below, above = self(base, layout), self(exponent, layout)
        hugging = simple(below.text) and simple(above.text)
        sign = "**" if hugging else " ** "
        text = below.within(ATOM) + sign + above.within(ATOM)
        return self.made(text, RAISED, e, below, above)

    def function(self, e, layout):
        match e:
            case softplus():
                return self.call("np.logaddexp", [sp.Integer(0), *e.args], e, layout)
            case relu():
                return self.call("np.maximum", [*e.args, sp.Integer(0)], e, layout)
            case step():
                return self.call("np.heaviside", [*e.args, sp.Integer(0)], e, layout)
            case sp.Max() | sp.Min():
                return self.extreme(e, layout)
        if e.func in FUNCTIONS:
            return self.call(FUNCTIONS[e.func], e.args, e, layout)
        if isinstance(e, Arbitrary | sp.erf):
            return self.call(self.names[e.func], e.args, e, layout)
        known = ", ".join(sorted(f.__name__ for f in FUNCTIONS))
        raise ClaimError(
            f"numpy_code: expected functions of the vocabulary, or {known}, "
            f"received {e}. Advice: write it with arbitrary(...); the program then "
            "takes it as an argument."
        )

    def call(self, name, arguments, e, layout):
        codes = [self(a, layout) for a in arguments]
        text = f"{name}({', '.join(c.text for c in codes)})"
        return self.made(text, ATOM, e, *codes)

    def extreme(self, e, layout):
        """The largest or the smallest of two, and of the result and a third."""
        arguments = sorted(e.args, key=lambda a: (a.is_Number, str(a)))
        codes = [self(a, layout) for a in arguments]
        text = codes[0].text
        for code in codes[1:]:
            text = f"{FUNCTIONS[e.func]}({text}, {code.text})"
        return self.made(text, ATOM, e, *codes)

    def comparison(self, e, layout):
        """1 where z > 0 and 0 elsewhere, as a factor."""
        code = self(e.args[0], layout)
        return self.made(f"{code.text} > 0", COMPARED, e, code)

    def piecewise(self, e, layout):
        """The first branch whose condition holds."""
        *branches, (last, otherwise) = e.args
        if otherwise != sp.true:
            raise ClaimError(
                "numpy_code: expected a last branch for everything else, received "
                f"{e}. Advice: end Piecewise with (value, True)."
            )
        code = self(last, layout)
        for value, condition in reversed(branches):
            parts = [self.condition(condition, layout), self(value, layout), code]
            text = f"np.where({', '.join(p.text for p in parts)})"
            code = self.made(text, ATOM, e, *parts)
        return code

    def condition(self, c, layout):
        if c.func in JOINTS:
            parts = [self.condition(a, layout) for a in c.args]
            text = JOINTS[c.func].join(p.within(ADDED) for p in parts)
            return self.made(text, COMPARED, c, *parts)
        if c.func not in RELATIONS:
            raise ClaimError(
                f"numpy_code: expected comparisons of numbers, received {c}."
            )
        left, right = (self(a, layout) for a in c.args)
        text = f"{left.within(ADDED)} {RELATIONS[c.func]} {right.within(ADDED)}"
        return self.made(text, COMPARED, c, left, right)


# ------------------------------------------------------------------ factors and terms


def place_of(place, size, e):
    """A fixed place of an axis, counted from 0; the last one is -1."""
    if isinstance(place, sp.Integer):
        return str(place - 1)
    if place == size:
        return "-1"
    raise ClaimError(
        f"numpy_code: expected an index, a whole number or the size {size} in {e}, "
        f"received {place}."
    )


def as_mean(code, a, below):
    """A sum over all of an axis, divided by its length, is a mean; and the rest of what
    is divided by.
    """
    sizes = [high for _, _, high in a.limits] if isinstance(a, Sum) else []
    rest = list(below)
    for size in sizes:
        if size not in rest:
            return code, below
        rest.remove(size)
    if not sizes or not code.is_sum:
        return code, below
    text = ".mean(".join(code.text.rsplit(".sum(", 1))
    return replace(code, text=text, is_sum=False), rest


def parted(factors):
    """A rational number, the factors of the numerator, those of the denominator."""
    number, above, below = sp.Integer(1), [], []
    for a in factors:
        if isinstance(a, sp.Rational):
            number *= a
        elif isinstance(a, Pow) and is_negative(a.exp):
            below.append(1 / a)
        else:
            content, rest = factored(a)
            number *= content
            above.append(rest)
    return number, above, below


def factored(e):
    """2x - 2y as 2 and x - y, as it was before SymPy multiplied out."""
    terms = [t.as_coeff_Mul() for t in e.args] if isinstance(e, Add) else []
    if len({abs(c) for c, _ in terms}) == 1 and all(rest != 1 for _, rest in terms):
        return e.primitive()
    return sp.Integer(1), e


def is_negative(e):
    """Whether the number in front is below 0."""
    return bool(e.as_coeff_Mul()[0] < 0)


def abs_of(e):
    return -e if is_negative(e) else e


def ordered_terms(e):
    """Sums first, in the order in which their arrays were declared, single letters
    last; a number before functions; a term with a minus does not begin.
    """
    terms = e.as_ordered_terms()
    terms.sort(key=lambda t: place_of_letter(abs_of(t)))
    terms.sort(key=lambda t: (not t.has(Sum), first_declared(t) if t.has(Sum) else 0))
    if e.has(sp.Function):  # 1 + exp(z), but z + 1
        terms.sort(key=lambda t: not t.is_Number)
    if is_negative(terms[0]):
        terms.sort(key=is_negative)
    return terms


def place_of_letter(t):
    """A single entry, a symbol and a number come after what is computed."""
    kinds = enumerate((Indexed, Symbol, sp.Number), start=1)
    return max((p for p, kind in kinds if isinstance(t, kind)), default=0)


def first_declared(e):
    names = [str(a.label) for a in e.atoms(sp.IndexedBase)]
    return min((DECLARED.get(name, 0) for name in names), default=0)


def advice(e):
    if isinstance(e, partial):
        return "Advice: put what the derivative is in its place; a proof shows it."
    if isinstance(e, sp.Float):
        return "Advice: write Rational(1, 10) for 0.1."
    if isinstance(e, Symbol):
        return "Likely cause: an index that no array has; say what it runs to."
    return "Advice: compute it first, and give entries for a matrix, entry(M, p, q)."
