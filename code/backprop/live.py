"""Live figures: a page's JavaScript, printed from the chapter's proved expressions.

An author makes a ``Figure`` in one cell, of a view (``plot``, ``panels``, ``shapes``,
``graph``, ``training``), controls (``slider``, ``choice``) and results. ``javascript``
prints their expressions; live.js draws them and follows the reader's hand; live.css is
their style. Nothing is retyped, so a figure cannot show another formula than the one
that the chapter proved.

Derivatives are computed first. Definitions are not expanded: ``softplus(z)`` stays a
call of a function that is finite for every finite z, as in ``forward_pass.py``.
"""

import html
import json
import re
import sys
from base64 import b64encode
from dataclasses import dataclass
from importlib.resources import files
from itertools import count, pairwise

import quickjs
import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.precedence import precedence
from sympy.printing.str import StrPrinter

from .shapes import InputError
from .symbolic import (
    partial,
    reals,
    relu,
    sigmoid,
    silu,
    softplus,
    step,
    unfold_shorthand,
)

FUNCTIONS = {
    sp.exp: "Math.exp",
    sp.log: "Math.log",
    sp.Abs: "Math.abs",
    sp.Max: "Math.max",
    sp.Min: "Math.min",
    sp.sign: "Math.sign",
    sp.tanh: "Math.tanh",
    sp.cosh: "Math.cosh",
    sp.sinh: "Math.sinh",
    sp.sin: "Math.sin",
    sp.cos: "Math.cos",
    sp.atan2: "Math.atan2",
    sp.ceiling: "Math.ceil",
    sigmoid: "sigmoid",
    softplus: "softplus",
    silu: "silu",
    relu: "relu",
    step: "step",
}
ARITHMETIC = sp.Symbol | sp.Add | sp.Mul | sp.Pow | sp.Rational | sp.Float
CONSTANTS = (sp.pi, sp.E)
KNOWN = (
    "numbers, real symbols, +, ·, /, powers, Piecewise with a last branch "
    f"(…, True), π, e, {', '.join(f.__name__ for f in FUNCTIONS)}"
)
TINY, HUGE = sys.float_info.min, sys.float_info.max
LARGEST = 2**53  # every integer up to here is a float

# ECMAScript's reserved words, and the names that the printed code itself uses
RESERVED = frozenset(
    """
    arguments async await break case catch class const continue debugger default
    delete do else enum eval export extends false finally for function if
    implements import in instanceof interface let new null package private
    protected public return static super switch this throw true try typeof var
    void while with yield Infinity Math NaN undefined sigmoid softplus silu relu
    step
    """.split()
)

LETTER = "[A-Za-zΑ-Ωα-ωŷℓ_]"


def javascript(name, arguments, expressions, where=None):
    """The source of one JavaScript function, ``name(a, b, …)``,
    that returns the array of the expressions' values.

    A subexpression that occurs twice is computed once. The same input gives the same
    text. Arithmetic whose value is not real, as √z for z < 0, gives NaN.
    The accuracy is that of the expression as it is written: σ(z)(1 − σ(z)) cancels for
    large z in JavaScript as it does in NumPy.

    Parameters
        name: a JavaScript identifier.
        arguments: a list of different real symbols. In their names braces are dropped:
            z_{1} becomes z_1, and W_{1 2} becomes W_1_2.
        expressions: a list of numbers and scalar expressions in these symbols, made of
            +, ·, /, powers, ``Piecewise`` with a last branch for all other cases, π, e,
            and the functions of ``FUNCTIONS``. ``partial`` is computed first.
        where: {symbol: expression in the arguments and in the symbols before it},
            abbreviations. Those that are needed are computed first, in their order.
    Returns: the source, to be run after ``live.js``.
    Raises: ``InputError`` for everything else, and for a symbol that is no argument.
    Chapter: 00. Source: SymPy's ``JavascriptCodePrinter`` and ``cse``.

    >>> from backprop.symbolic import partial
    >>> w, z = reals("w z")
    >>> print(javascript("f", [w, z], [sigmoid(w*z), partial(sigmoid(w*z), w)]))
    function f(w, z) {
      const t0 = sigmoid(w*z);
      return [t0, t0*z*(1 - t0)];
    }
    """
    if not isinstance(expressions, list | tuple):
        raise InputError(
            f"expressions: expected a list of expressions, received {expressions!r}. "
            "Likely cause: one expression without brackets"
        )
    expressions = [unfold_shorthand(as_expression(e)) for e in expressions]
    where = needed(where or {}, expressions)
    names = check_names(name, [*arguments, *where])
    for e in (*where.values(), *expressions):
        check_printable(e)
    for place, e in enumerate(where.values()):
        check_arguments(e, [*arguments, *list(where)[:place]])
    for e in expressions:
        check_arguments(e, [*arguments, *where])
    fresh = (reals(t) for k in count() if (t := f"t{k}") not in (name, *names))
    shared, values = sp.cse([*where.values(), *expressions], symbols=fresh)
    steps = in_order(arguments, shared, list(zip(where, values, strict=False)))
    text = Printer().doprint
    lines = [f"const {identifier(t)} = {text(e)};" for t, e in steps]
    lines += [f"return [{', '.join(map(text, values[len(where) :]))}];"]
    body = "".join(f"  {line}\n" for line in lines)
    return f"function {name}({', '.join(names[: len(arguments)])}) {{\n{body}}}"


def needed(where, expressions):
    """The abbreviations that some expressions use, also by way of others."""
    used = set().union(*[e.free_symbols for e in expressions])
    found = {}
    for symbol in reversed(where):
        if symbol in used:
            found[symbol] = unfold_shorthand(as_expression(where[symbol]))
            used |= found[symbol].free_symbols
    return dict(reversed(found.items()))


def in_order(arguments, shared, where):
    """Every shared subexpression as soon as its symbols are known."""
    known, steps = {*arguments}, []
    for abbreviation in (*where, None):
        for t, e in shared:
            if t not in known and e.free_symbols <= known:
                known.add(t)
                steps.append((t, e))
        if abbreviation:
            known.add(abbreviation[0])
            steps.append(abbreviation)
    return steps


# ------------------------------------------------------------------------ what is asked


def identifier(symbol):
    """A symbol's name in JavaScript."""
    return re.sub("[{}]", "", symbol.name).replace(" ", "_")


def check_names(name, arguments):
    """The arguments' names in JavaScript."""
    for a in arguments:
        if not (isinstance(a, sp.Symbol) and a.is_real):
            raise InputError(
                f"arguments: expected real symbols, received {a!r}. "
                "Likely cause: a symbol not made by reals"
            )
    names = [identifier(a) for a in arguments]
    for n in (name, *names):
        if not re.fullmatch(rf"{LETTER}({LETTER}|[0-9])*", n) or n in RESERVED:
            raise InputError(
                "expected names of letters, digits and _ that mean nothing else in "
                f"JavaScript, received {n!r}. "
                "Likely cause: a reserved word, a helper's name or LaTeX in a name"
            )
    if len({name, *names}) <= len(names):
        raise InputError(
            f"expected different names, received {', '.join((name, *names))}. "
            "Likely cause: an argument given twice, or named like the function"
        )
    return names


def as_expression(e):
    """A number or an expression as SymPy has it; text is not parsed."""
    try:
        found = sp.sympify(e, strict=True)
    except sp.SympifyError:
        found = None
    if not isinstance(found, sp.Expr):
        raise InputError(
            f"expected an expression or a number, received {e!r}. "
            "Likely cause: text, a comparison or an array in place of an expression"
        )
    return found


def check_arguments(e, arguments):
    """Refuse a free symbol that is no argument."""
    missing = sorted(e.free_symbols - set(arguments), key=str)
    if missing:
        raise InputError(
            f"{e}: expected no symbols but the arguments {list(arguments)}, "
            f"received {missing}. Likely cause: an argument left out, "
            "or made twice under different assumptions"
        )


def check_printable(e):
    """Refuse what has no value among JavaScript's numbers."""
    if isinstance(e, sp.Piecewise):
        parts = [part for case in e.args for part in (case.expr, *sides(case.cond))]
        known = e.args[-1].cond == sp.true
    else:
        parts = e.args
        known = isinstance(e, ARITHMETIC) or e in CONSTANTS or e.func in FUNCTIONS
    if not known:
        raise InputError(
            f"expected {KNOWN}, received {type(e).__name__}: {e}. "
            "Likely cause: a sum not written out, an array entry not replaced by a "
            "symbol, a function that is in no chapter, or a case left open"
        )
    if e.is_extended_real is False:
        raise InputError(
            f"expected real numbers, received {e}, which is not real. "
            "Likely cause: a root or a power of a negative number"
        )
    if isinstance(e, sp.Rational | sp.Float) and e and not TINY <= abs(e) <= HUGE:
        raise InputError(
            f"expected constants that are 0 or between {TINY} and {HUGE}, "
            f"received {e.n(6)}. Likely cause: a power of a large number written out"
        )
    for part in parts:
        check_printable(part)


def sides(condition):
    """The expressions that a condition compares."""
    match condition:
        case sp.logic.boolalg.BooleanAtom():
            return ()
        case sp.And() | sp.Or() | sp.Not() | sp.ITE():
            return [side for c in condition.args for side in sides(c)]
        case sp.core.relational.Relational():
            return condition.args
    raise InputError(
        "expected conditions made of <, ≤, >, ≥, =, ≠, and, or, not, "
        f"received {type(condition).__name__}: {condition}. "
        "Likely cause: a symbol in place of a comparison"
    )


# ---------------------------------------------------------------------- what is printed


class Printer(JavascriptCodePrinter):
    """SymPy's printer for the checked expressions, in one line each,
    with constants rounded once.
    """

    def __init__(self):
        super().__init__()
        self.known_functions = {f.__name__: text for f, text in FUNCTIONS.items()}

    def _print_Symbol(self, symbol):
        return identifier(symbol)

    def _print_Integer(self, p):
        return str(p) if abs(p) <= LARGEST else repr(float(p))

    def _print_Rational(self, r):
        exact = max(abs(r.p), r.q) <= LARGEST
        return f"{r.p}/{r.q}" if exact else repr(r.p / r.q)

    def _print_Float(self, number):
        return repr(float(number))

    def _print_Pow(self, e):
        # SymPy's printer has the cube root of −8 be −2; here it is NaN, as √(−8) is
        base, exponent = e.args
        if exponent == sp.S.Half:
            return f"Math.sqrt({self._print(base)})"
        if exponent == -1:
            return f"1/{self.parenthesize(base, precedence(e))}"
        return f"Math.pow({self._print(base)}, {self._print(exponent)})"

    def _print_Piecewise(self, e):
        *cases, last = e.args
        text = self._print(last.expr)
        for value, condition in reversed(cases):
            text = f"({self._print(condition)} ? {self._print(value)} : {text})"
        return text

    def _print_BooleanTrue(self, _):
        return "true"

    def _print_BooleanFalse(self, _):
        return "false"

    def _print_ITE(self, e):  # a condition that depends on a condition
        condition, yes, no = map(self._print, e.args)
        return f"({condition} ? {yes} : {no})"


# ------------------------------------------------------------------------ what is drawn


@dataclass(frozen=True)
class Axis:
    """An axis of a plot, from its first tick to its last.

    Parameters
        label: what it shows. ticks: at least two increasing numbers.
        log: True for a logarithmic axis; its ticks are positive.
    Raises: ``InputError`` for other ticks. Chapter: 00.

    >>> Axis("error", (1e-12, 1e-6, 1), log=True).ticks
    (1e-12, 1e-06, 1)
    """

    label: str
    ticks: tuple
    log: bool = False

    def __post_init__(self):
        rising = len(self.ticks) > 1 and all(a < b for a, b in pairwise(self.ticks))
        if not rising or (self.log and self.ticks[0] <= 0):
            raise InputError(
                f"ticks: expected increasing numbers{', all positive' * self.log}, "
                f"received {self.ticks}. Likely cause: an axis that starts at 0 and "
                "is logarithmic, or ticks in another order"
            )


@dataclass(frozen=True)
class Item:
    """A part of a plot: what it is, its label, its expressions, its style."""

    kind: str
    label: str
    expressions: tuple
    style: int = 0
    sign: str = ""

    def __post_init__(self):
        if self.style not in range(4):
            raise InputError(
                f"style: expected 0, 1, 2 or 3, received {self.style!r}. "
                "Likely cause: a fifth curve; a plot with five is hard to read"
            )


def curve(label, y, style=0):
    """The graph of an expression in a plot. It is interrupted where the expression has
    no value, and where it jumps.

    Parameters
        label: what stands below the plot; "" for nothing.
        y: an expression in the symbol of the plot and in the symbols of the controls.
        style: 0, 1, 2 or 3: its colour and its dashes.
    Returns: an item for ``plot``. Raises: ``InputError``. Chapter: 00.

    >>> curve("z²", reals("z")**2).expressions
    (z**2,)
    """
    return Item("curve", label, (y,), style)


def region(label, condition):
    """The values of a plot's symbol for which a condition holds, as a shaded band.
    A band narrower than 1/200 of the axis may be missed.

    Parameters
        label: what stands below the plot; "" for nothing.
        condition: a comparison, in the symbol of the plot and those of the controls.
    Returns: an item for ``plot``. Chapter: 00.

    >>> region("positive", reals("z") > 0).expressions
    (Piecewise((1, z > 0), (0, True)),)
    """
    return Item("region", label, (holds(condition),))


def point(label, x, y, style=0):
    """A dot in a plot, which moves with the controls.

    Parameters
        label: what stands below the plot; "" for nothing.
        x, y: its place, expressions in the symbols of the controls.
        style: 0, 1, 2 or 3: its colour and its form.
    Returns: an item for ``plot``. Raises: ``InputError``. Chapter: 00.

    >>> z = reals("z")
    >>> point("", z, z**2).expressions
    (z, z**2)
    """
    return Item("point", label, (x, y), style)


def area(label, y, style=0):
    """What lies below the graph of an expression, down to the edge of the plot. It has
    a value for every number on the axis x.

    Parameters
        label, y, style: as of ``curve``.
    Returns: an item for ``plot``. Raises: ``InputError``. Chapter: 04.

    >>> area("below z²", reals("z")**2, style=1).style
    1
    """
    return Item("area", label, (y,), style)


def note(sign, x, y, label=""):
    """A letter or a word in a plot.

    Parameters
        sign: what is written. x, y: its place, expressions in the symbols of the
            controls. label: what it means, below the plot; "" for nothing.
    Returns: an item for ``plot``. Chapter: 04.

    >>> note("A", 1, 2, "above").expressions
    (1, 2)
    """
    return Item("note", label, (x, y), sign=sign)


def ellipse(x, y):
    """An ellipse around (0, 0), as a level line in a plot with even axes.

    Parameters
        x, y: the lengths of its semi-axes, positive expressions in the symbols of
            the controls.
    Returns: an item for ``plot``. Chapter: 04.

    >>> ellipse(3, 2).kind
    'ellipse'
    """
    return Item("ellipse", "", (x, y))


def trace(label, x, y, style=0, dots=False):
    """The path of a point in ``panels``, as a line.

    Parameters
        label: what stands below the plot; "" for nothing.
        x, y: its place, expressions in what the panels iterate and in the symbols of
            the controls.
        style: 0, 1, 2 or 3: its colour and its dashes.
        dots: True for a small dot at every step.
    Returns: an item for ``panels``. Raises: ``InputError``. Chapter: 04.

    >>> trace("", *reals("x y")).expressions
    (x, y)
    """
    return Item("steps" if dots else "trace", label, (x, y), style)


@dataclass(frozen=True)
class View:
    """A picture: a function of live.js, its options, and the formulas that it calls,
    {name: (arguments before the symbols of the controls, expressions)}.

    ``state`` lists the symbols of what the picture iterates from the formula ``start``
    by the formula ``update``, as often as ``count`` says. ``where`` has abbreviations.
    The formulas may use these, and the results may use both.
    """

    name: str
    options: dict
    formulas: dict
    state: tuple = ()
    where: dict | None = None


def plot(symbol, x, y, items):
    """A plot over one symbol.

    Parameters
        symbol: a real symbol, which runs along the axis x. x, y: ``Axis``.
        items: a list of ``curve``, ``region``, ``area``, ``ellipse``, ``point`` and
            ``note``; the later ones are drawn over the earlier ones.
    Returns: a view for ``Figure``. Raises: ``InputError`` for a ``trace``. Chapter: 00.

    >>> z = reals("z")
    >>> parts = [curve("z²", z**2)]
    >>> plot(z, Axis("z", (-1, 1)), Axis("z²", (0, 1)), parts).formulas["graphs"]
    ([z], [z**2])
    """
    if any(item.kind in ("trace", "steps") for item in items):
        raise InputError(
            "items: expected what stands still, received a trace. "
            "Likely cause: plot in place of panels, which iterates"
        )
    graphs, marks = [], []
    options = {"x": vars(x), "y": vars(y), "items": placed(items, graphs, marks)}
    return View("plot", options, {"graphs": ([symbol], graphs), "marks": ([], marks)})


def placed(items, graphs, marks):
    """The options of items, whose expressions are added to one of the two lists,
    if they are not in it.
    """
    named = []
    for item in items:
        own = [*item.expressions]
        place = graphs if len(own) == 1 else marks
        at = next(k for k in count() if place[k : k + len(own)] in (own, []))
        place[at : at + len(own)] = own
        known = {"is": item.kind, "label": item.label, "style": item.style}
        known |= {"sign": item.sign} if item.sign else {}
        named.append({**known, "at": at})
    return named


def panels(symbol, parts, start, update, steps):
    """Several plots of what a formula iterates.

    Parameters
        symbol: a real symbol, which runs along the axis x of each plot.
        parts: {(left, right, bottom, top): (axis x, axis y, items)}, plots and their
            places, in a picture 400 wide. Left is where the numbers of the axis y
            begin, the others are edges of the box; above it the label of y takes 28,
            below it numbers and the label of x take 40. The items are those of
            ``plot``, and ``trace``.
        start, update: {symbol: expression}, for the same symbols: their first numbers,
            in the symbols of the controls, and the next ones, in these and in all the
            symbols of update. The items, but for curves, regions and areas, and the
            results of the figure may use them; they stand for their last numbers.
        steps: their number, an expression in the symbols of the controls.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` where the symbols of start and update differ. Chapter: 04.

    >>> z, n, a, t = reals("z n a t")
    >>> ax = Axis("", (0, 9))
    >>> items = [trace("aᵗ", n, a)]
    >>> parts = {(0, 386, 262, 28): (ax, ax, items)}
    >>> view = panels(z, parts, {n: 0, a: 1}, {n: n + 1, a: 2*a}, t)
    >>> view.formulas["update"], view.formulas["marks"]
    (([n, a], [n + 1, 2*a]), ([n, a], [n, a]))
    """
    state = list(update)
    if {*start} != {*state}:
        raise InputError(
            f"start: expected one expression for each of {in_words(state)}, received "
            f"them for {in_words(start)}. Likely cause: a symbol that update does not "
            "change; it is a number, or a control"
        )
    graphs, marks = [], []
    plots = [
        {"x": vars(x), "y": vars(y), "items": placed(items, graphs, marks), "box": box}
        for box, (x, y, items) in parts.items()
    ]
    formulas = {
        "graphs": ([symbol], graphs),
        "marks": (state, marks),
        "start": ([], [start[a] for a in state]),
        "update": (state, [update[a] for a in state]),
        "count": ([], [steps]),
    }
    return View("plot", {"panels": plots}, formulas, tuple(state))


def shapes(arrays, lines, batch, most):
    """Equations between arrays, which are drawn as squares.

    Parameters
        arrays: {name: shape}; the shapes are expressions.
        lines: equations such as "X · W + b → Z", with spaces between the signs. Where
            the inner sizes of a product differ it is crossed out, and the array that
            the line ends in is unknown, and what later lines make of it.
        batch: in arrays with this number of rows the first one is marked, as a sample.
        most: the largest number of rows that is drawn.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for a line whose products or last sign are no arrays.
    Chapter: 01.

    >>> from backprop.symbolic import sizes
    >>> N, D = sizes("N D")
    >>> shapes({"X": (N, D), "w": (D, 1), "z": (N, 1)}, ["X · w → z"], N, 9).name
    'shapes'
    """
    for equation in lines:
        tokens = equation.split(" ")
        around = [t for pair in pairwise(tokens) if "·" in pair for t in pair]
        if missing := {*around, tokens[-1]} - {*arrays, "·"}:
            raise InputError(
                f"lines: expected products of the arrays {', '.join(arrays)}, "
                f"received {missing} in {equation!r}. "
                "Likely cause: a space left out, or an array without a shape"
            )
    named, flat = [], []
    for name, shape in arrays.items():
        known = {"name": name, "axes": len(shape), "sample": shape[0] == batch}
        named.append({**known, "at": len(flat)})
        flat += shape
    options = {"arrays": named, "lines": lines, "most": most}
    return View("shapes", options, {"sizes": ([], flat)})


# --------------------------------------------------------------- a computation in steps


def written_out(e, numbers):
    """A formula in index notation at concrete sizes and indices:
    every sum term by term, every entry of an array a real symbol of its own.

    Parameters
        e: an expression. numbers: {size or index: number}, for each one in it.
    Returns: an expression that ``javascript`` prints.
    Raises: ``InputError`` where a size or an index is left. Chapter: 03.

    >>> from backprop.symbolic import array, indices, sizes
    >>> D, H = sizes("D H")
    >>> i, j = indices("i j")
    >>> W, x = array("W", D, H), array("x", D)
    >>> written_out(sp.Sum(W[i, j] * x[i], (i, 1, D)), {D: 2, j: 1})
    W_{1 1}*x_1 + W_{2 1}*x_2
    """
    e = unfold_shorthand(sp.sympify(e)).subs(numbers).doit()
    entries = {}
    for a in e.atoms(sp.Indexed):
        if a.has(sp.Sum) or not all(i.is_Integer for i in a.indices):
            raise InputError(
                f"numbers: expected one for every size and index, received {numbers}, "
                f"which leaves {a}. Likely cause: an index left out"
            )
        place = " ".join(map(str, a.indices))
        name = place if len(a.indices) == 1 else f"{{{place}}}"
        entries[a] = sp.Symbol(f"{a.base.label}_{name}", real=True)
    return e.xreplace(entries)


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉", "_{} ")


def words(symbol):
    """A symbol's name as text: W_{1 2} is W₁₂."""
    letter, _, place = symbol.name.partition("_")
    return letter + place.translate(SUBSCRIPTS)


class Template(StrPrinter):
    """An expression as text, with the place {k} for the symbol number k."""

    def __init__(self, symbols):
        super().__init__()
        self.symbols = symbols

    def _as_ordered_terms(self, expression, order=None):
        terms = super()._as_ordered_terms(expression, order)
        return sorted(terms, key=lambda term: term.could_extract_minus_sign())

    def _print_Symbol(self, symbol):
        return f"{{{self.symbols.index(symbol)}}}"

    def text(self, e):
        signs = {"**2": "²", "*": " · ", "-": "−", "sigmoid": "σ"}
        return re.sub(r"\*\*2|\*|-|sigmoid", lambda m: signs[m[0]], self.doprint(e))


@dataclass(frozen=True)
class Computation:
    """A computation in steps, the local derivative of each step, and the mistakes that
    can be made with them. The chain rule puts them together: the adjoint of a node,
    ∂(last node)/∂node, is the sum over its paths of

        adjoint of the next node × local derivative

    Parameters
        nodes: {symbol: expression in the symbols before it}, the last one the loss.
            A symbol that is no node is an input.
        slopes: {(node, parent): ∂node/∂parent}, expressions in these symbols, in
            the order in which the backward pass takes the parents.
        constants: symbols by which nothing is differentiated, such as a target. One of
            them may be a node.
        mistakes: {what is wrong: {(node, parent): the wrong derivative}}, for the
            entries of a menu. None in place of a derivative: the path is lost.
        mistake: the symbol of this menu.
    Raises: ``InputError`` for a slope that is missing, of no step or too early, and for
        mistakes elsewhere or without a menu. Chapter: 03.

    >>> x, y, z, k = reals("x y z k")
    >>> c = Computation({y: x**2, z: 3*y}, {(z, y): 3, (y, x): 2*x})
    >>> c.where
    {y: x**2, z: 3*y, d_z: 1, d_y: 3*d_z, d_x: 2*d_y*x}
    >>> c.steps
    ['start', 'y', 'z', '∂z/∂z', '∂z/∂y', '∂z/∂x']
    >>> Computation(c.nodes, c.slopes, (), {"none": {}, "½": {(y, x): x}}, k).claimed
    {(z, y): 3, (y, x): Piecewise((x, Eq(k, 1)), (2*x, True))}
    """

    nodes: dict
    slopes: dict
    constants: tuple = ()
    mistakes: dict | None = None
    mistake: sp.Symbol | None = None

    def __post_init__(self):
        needed = {
            (n, parent)
            for n in self.forward
            for parent in sp.sympify(self.nodes[n]).free_symbols - {*self.constants}
        }
        if odd := needed ^ {*self.slopes}:
            raise InputError(
                f"slopes: expected one for each of {in_words(needed)}, received more "
                f"or fewer: {in_words(odd)}. Likely cause: node and parent exchanged, "
                "or a target that is not among the constants"
            )
        changed = {edge for edges in self.wrong for edge in edges}
        if changed - needed or bool(self.mistakes) != bool(self.mistake):
            raise InputError(
                f"mistakes: expected them at {in_words(needed)}, with the symbol of a "
                f"menu, received {in_words(changed)} and {self.mistake}. "
                "Likely cause: node and parent exchanged, or the symbol left out"
            )
        known = {self.output}
        for place, (n, parent) in enumerate(self.slopes):
            if n not in known or n in [p for _, p in [*self.slopes][place:]]:
                raise InputError(
                    f"slopes: expected all paths into {n} before ({n}, {parent}), "
                    "received one of them later. "
                    "Likely cause: an order that does not go from the loss backward"
                )
            known.add(parent)

    @property
    def wrong(self):
        """For each mistake, {(node, parent): the wrong derivative}."""
        return list((self.mistakes or {}).values())

    @property
    def output(self):
        """The last node."""
        return [*self.nodes][-1]

    @property
    def backward(self):
        """The nodes and inputs that get an adjoint, in order."""
        return list(dict.fromkeys([self.output, *[p for _, p in self.slopes]]))

    @property
    def forward(self):
        """The nodes that get a value, in order."""
        return [n for n in self.nodes if n not in self.constants]

    @property
    def inputs(self):
        """What the loss is differentiated by: the inputs and the parameters."""
        return [n for n in self.backward if n not in self.nodes]

    @property
    def steps(self):
        """A text for each step of the two passes."""
        back = [f"∂{words(self.output)}/∂{words(n)}" for n in self.backward]
        return ["start", *map(words, self.forward), *back]

    def slider(self, symbol, seconds):
        """A slider over the steps, which plays; at first it stands at the last one."""
        last = len(self.steps) - 1
        return slider(symbol, range(last + 1), last, "step", self.steps, True, seconds)

    @property
    def claimed(self):
        """The local derivatives with the mistakes of the menu."""
        found = {}
        for edge, slope in self.slopes.items():
            wrong = [
                (changed[edge] or 0, sp.Eq(self.mistake, number))
                for number, changed in enumerate(self.wrong)
                if edge in changed
            ]
            found[edge] = sp.Piecewise(*wrong, (slope, True)) if wrong else slope
        return found

    @property
    def where(self):
        """{symbol: expression} of the values and, by the chain rule, the adjoints."""
        found = {**self.nodes, adjoint(self.output): sp.Integer(1)}
        for parent in self.backward[1:]:
            paths = [(n, e) for (n, p), e in self.claimed.items() if p == parent]
            found[adjoint(parent)] = sp.Add(*[adjoint(n) * e for n, e in paths])
        return found

    def moved(self, direction, end):
        """{symbol: expression} of the values where the inputs are moved by expressions;
        the symbols have an end of their own, and the last one is the loss.
        """
        new = {a: renamed(a, end=end) for a in (*direction, *self.forward)}
        found = {new[a]: a + d for a, d in direction.items()}
        return found | {
            new[n]: sp.sympify(self.nodes[n]).xreplace(new) for n in self.forward
        }


def in_words(edges):
    """Symbols, or pairs of them, in a fixed order."""
    return ", ".join(sorted(map(str, edges))) or "none"


def renamed(symbol, begin="", end=""):
    """A symbol for something that belongs to another symbol."""
    return sp.Symbol(f"{begin}{symbol.name}{end}", real=True)


def adjoint(symbol):
    """The symbol of a node's adjoint, for the results of a figure with a ``graph``.

    Parameters
        symbol: that of the node. Returns: a symbol. Chapter: 03.

    >>> adjoint(reals("z"))
    d_z
    """
    return renamed(symbol, "d_")


def lost(wrong, *edge):
    """Whether a mistake has None in place of an edge's derivative."""
    return edge in wrong and wrong[edge] is None


def directions(computation):
    """v = (1, −4, 9, …)/n² along the n inputs: no entry is that of another one."""
    n = len(computation.inputs)
    v = [(-1) ** k * sp.Rational(k + 1, n) ** 2 for k in range(n)]
    return dict(zip(computation.inputs, v, strict=True))


STEP = sp.Rational(1, 10**4)  # of the difference quotient
DIFFERENCE = sp.Rational(1, 10**6)  # that a check lets pass


def both_ends(computation):
    """The values at θ + hv and at θ − hv."""
    v = directions(computation)
    return [
        computation.moved({a: sign * STEP * d for a, d in v.items()}, end)
        for sign, end in ((1, "_plus"), (-1, "_minus"))
    ]


def checked(computation):
    """The gradient check of a ``graph``, as results: what the adjoints claim for the
    slope of the loss along one direction v, and the difference quotient
    (ℓ(θ + hv) − ℓ(θ − hv)) / 2h with h = 10⁻⁴, for θ all inputs and parameters at once.
    v = (1, −4, 9, …)/n² has n different entries, so that few mistakes are hidden.
    The check passes where the two differ by at most 10⁻⁶ (1 + |quotient|).

    Parameters
        computation: a ``Computation``.
    Returns: three ``Result``. Chapter: 03.

    >>> x, y = reals("x y")
    >>> for result in checked(Computation({y: x**2}, {(y, x): 2*x}))[1:]:
    ...     print(result.label, result.value)
    slope claimed: d_x
    difference quotient: -5000*y_minus + 5000*y_plus
    """
    above, below = (list(ends)[-1] for ends in both_ends(computation))
    quotient = (above - below) / (2 * STEP)
    slope = sp.Add(*[d * adjoint(a) for a, d in directions(computation).items()])
    passes = holds(sp.Abs(slope - quotient) <= DIFFERENCE * (1 + sp.Abs(quotient)))
    return [
        Result("gradient check:", passes, words=("FAILS", "passes"), wrong=(0,)),
        Result("slope claimed:", slope, digits=6),
        Result("difference quotient:", quotient, digits=6),
    ]


def graph(computation, places, step, through=None, width=92):
    """A computational graph with its numbers: first the values, forward, one node after
    the other, then the adjoints, backward.

    Parameters
        computation: a ``Computation``.
        places: {node, input or constant: (x, y)}, the centre of its box, in a picture
            400 wide. An edge runs from top to bottom, or level.
        step: the symbol of ``computation.slider``.
        through: {(node, parent): a parameter} for edges that lead through the box of
            a parameter, whose number is then the edge's local derivative.
        width: of a box.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for a box without a place, and a place without one.
    Chapter: 03.

    >>> x, y, t = reals("x y t")
    >>> c = Computation({y: x**2}, {(y, x): 2*x})
    >>> graph(c, {x: (200, 30), y: (200, 120)}, t).options["backward"]
    [1, 0]
    """
    symbols, through, template = list(places), through or {}, Template(list(places))
    drawn = {*computation.backward, *computation.constants}
    if missing := drawn ^ {*symbols} or {*through.values()} - drawn:
        raise InputError(
            f"places: expected one for each of {in_words(drawn)}, received "
            f"{in_words(symbols)}, more or fewer: {in_words(missing)}. "
            "Likely cause: a target left out, or another symbol of the same name"
        )
    forward, at = computation.forward, symbols.index
    nodes = [
        {"name": words(n), "x": x, "y": y, "fixed": n in computation.constants}
        | {"formula": template.text(computation.nodes[n]) if n in forward else None}
        for n, (x, y) in places.items()
    ]
    edges = [
        {"to": at(n), "from": at(parent)}
        | {"through": at(through[n, parent]) if (n, parent) in through else None}
        | {"lost": [m for m, e in enumerate(computation.wrong) if lost(e, n, parent)]}
        for n, parent in computation.slopes
    ]
    targets = [
        {"to": at(n), "from": at(c)}
        for n in forward
        for c in computation.constants
        if computation.nodes[n].has(c)
    ]
    options = {"nodes": nodes, "edges": edges, "targets": targets, "width": width}
    options |= {"forward": [at(n) for n in forward]}
    options |= {"backward": [at(n) for n in computation.backward]}
    mistake, reached = computation.mistake, computation.backward
    listed = [
        *symbols,
        *[adjoint(n) if n in reached else 0 for n in symbols],
        *computation.claimed.values(),
        *computation.slopes.values(),
    ]
    now = [step, 0 if mistake is None else mistake]
    formulas = {"now": ([], now), "graph": ([], listed)}
    above, below = both_ends(computation)
    where = computation.where | above | below
    return View("graph", options, formulas, where=where)


# --------------------------------------------------------------------------- a training


def training(cost, logit, parameters, inputs, start, rate, count, samples, axes):
    """A training by gradient descent, θ ← θ − η ∂L/∂θ with all samples in every step:
    the two inputs' square with the region where p = σ(logit) > ½, and the cost against
    the steps. A strip of the region narrower than 1/24 of the square may be missed.

    Parameters
        cost: L, an expression in the parameters; ``partial`` gives its gradient.
        logit: an expression in the parameters and the inputs.
        parameters: the list of symbols θ. The results of the figure may use them; they
            stand for their numbers after the last step.
        inputs: two symbols. start: an expression for each parameter, in
            the symbols of the controls, as are rate, η, and count, the number of steps.
        samples: the points (x₁, x₂, target 0 or 1).
        axes: four ``Axis``, for the two inputs, the steps and the cost.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for another number of starts or axes, and for samples of
        another form. Chapter: 03.

    >>> a, b, u, v, t = reals("a b u v t")
    >>> ax = Axis("", (0, 1))
    >>> view = training(a**2, a*u + v, [a], [u, v], [1], b, t, [(0, 1, 1)], [ax]*4)
    >>> view.formulas["update"]
    ([a], [-2*a*b + a])
    """
    if len(start) != len(parameters):
        raise InputError(
            f"start: expected {len(parameters)} expressions, one for each parameter, "
            f"received {len(start)}. Likely cause: one list for every entry of a menu; "
            "cases makes one expression of them"
        )
    if len(axes) != 4:
        raise InputError(
            f"axes: expected 4, for the inputs, the steps and the cost, "
            f"received {len(axes)}. Likely cause: one axis for both inputs"
        )
    wrong = [s for s in samples if len(s) != 3 or s[2] not in (0, 1)]
    if wrong:
        raise InputError(
            f"samples: expected (x₁, x₂, target 0 or 1), received {wrong[0]}. "
            "Likely cause: targets −1 and 1, or a target left out"
        )
    formulas = {
        "start": ([], start),
        "update": (
            parameters,
            [a - rate * partial(cost, a).doit() for a in parameters],
        ),
        "count": ([], [count]),
        "cost": (parameters, [cost]),
        "logit": ([*inputs, *parameters], [logit]),
    }
    options = {"axes": [vars(a) for a in axes], "samples": samples}
    return View("training", options, formulas, tuple(parameters))


# ------------------------------------------------------------------------ what is moved


@dataclass(frozen=True)
class Control:
    """A symbol, the numbers that the reader may give it, the place of the first one
    in their list, and the texts that stand for them.
    """

    symbol: sp.Symbol
    label: str
    values: tuple
    at: int
    texts: tuple | None = None
    menu: bool = False
    plays: bool = False
    seconds: float = 4

    def __post_init__(self):
        if self.symbol.is_positive and min(self.values) <= 0:
            raise InputError(
                f"values: expected positive numbers for the symbol {self.symbol}, "
                f"received {min(self.values)}. Likely cause: a symbol made by sizes, "
                "for which SymPy has decided already that it is not 0"
            )


def slider(symbol, values, start=None, label=None, texts=None, plays=False, seconds=4):
    """A slider over a list of numbers.

    Parameters
        symbol: a real symbol. values: the numbers that it takes, in their order.
        start: the number at first; by default the first one.
        label: what stands beside the slider; by default the symbol.
        texts: what is shown for each number, if not the number.
        plays: True gives the figure the buttons Play and Step, which move this slider.
        seconds: how long it plays from end to end.
    Returns: a control for ``Figure``.
    Raises: ``InputError`` where ``start`` is not one of the values, where the texts
        are not as many, and where seconds is not positive. Chapter: 00.

    >>> slider(reals("z"), [-1, 0, 1], start=0).at
    1
    """
    values = tuple(v.item() if hasattr(v, "item") else v for v in values)
    start = values[0] if start is None and values else start
    if start not in values:
        raise InputError(
            f"start: expected one of the slider's values, received {start!r}. "
            "Likely cause: values that rounding has changed; round them"
        )
    if texts is not None and len(texts) != len(values):
        raise InputError(
            f"texts: expected one for each of the {len(values)} values, "
            f"received {len(texts)}. Likely cause: the two lists were made apart"
        )
    at = values.index(start)
    if not seconds > 0:
        raise InputError(
            f"seconds: expected a positive number, received {seconds}. "
            "Likely cause: a slider that is not to play; leave plays out"
        )
    label = label or words(symbol)
    return Control(symbol, label, values, at, texts, plays=plays, seconds=seconds)


def choice(symbol, texts, label, start=0):
    """A menu. The symbol is 0 for the first text, 1 for the second, and so on;
    ``cases`` makes expressions that depend on it.

    Parameters
        symbol: a real symbol. texts: the entries of the menu.
        label: what stands beside it. start: the number of the entry at first.
    Returns: a control for ``Figure``.
    Raises: ``InputError`` where there is no such entry. Chapter: 01.

    >>> choice(reals("k"), ["sigmoid", "tanh"], "activation").values
    (0, 1)
    """
    values = tuple(range(len(texts)))
    if start not in values:
        raise InputError(
            f"start: expected the number of an entry, 0 to {len(texts) - 1}, "
            f"received {start!r}. Likely cause: the entry itself, or counting from 1"
        )
    return Control(symbol, label, values, start, tuple(texts), menu=True)


def cases(symbol, expressions):
    """An expression that depends on a menu: the first one where the symbol is 0,
    the second where it is 1, and so on.

    Parameters
        symbol: the symbol of a ``choice``. expressions: one for each of its entries.
    Returns: an expression. Chapter: 01.

    >>> k, z = reals("k z")
    >>> cases(k, [z, z**2])
    Piecewise((z, Eq(k, 0)), (z**2, True))
    """
    *others, last = expressions
    chosen = [(e, sp.Eq(symbol, number)) for number, e in enumerate(others)]
    return sp.Piecewise(*chosen, (last, True))


def holds(condition):
    """1 where a condition holds, else 0: an expression. Chapter: 00.

    >>> holds(reals("z") > 0)
    Piecewise((1, z > 0), (0, True))
    """
    return sp.Piecewise((1, condition), (0, True))


# --------------------------------------------------------------------------- the figure


@dataclass(frozen=True)
class Result:
    """What stands under the picture: a label and a value.

    Parameters
        label: what stands before the value.
        value: an expression in the symbols of the controls, or a list of sizes, which
            is shown as a shape.
        digits: how many significant digits are shown.
        words: if given, the value is the number of one of them, from 0; or a list of
            two, whose second number is written in place of {} in these words.
        wrong: the numbers of the words that say that something is wrong. They are red
            and carry the sign ✗, the others ✓.
    Chapter: 00.

    >>> Result("f(z) =", reals("z")**2).expressions
    [z**2]
    """

    label: str
    value: object
    digits: int = 4
    words: tuple = ()
    wrong: tuple = ()

    @property
    def expressions(self):
        return [*self.value] if self.size else [self.value]

    @property
    def size(self):
        """How many sizes a shape has; 0 for a number."""
        return len(self.value) if isinstance(self.value, list | tuple) else 0

    @property
    def options(self):
        known = ("label", "digits", "words", "wrong", "size")
        return {name: getattr(self, name) for name in known}


def resource(name):
    """The text of a file beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


NAMES = "{frame, figure, sigmoid, softplus, silu, relu, step}"
JAVASCRIPT, STYLE = resource("live.js"), resource("live.css")
# without comments and indents
PROGRAM = re.sub(r"^ *//.*\n|^ +|^\n", "", JAVASCRIPT, flags=re.M)
RUNTIME = f"""globalThis.backpropLive = (() => {{
const STYLE = {json.dumps(STYLE)};
{PROGRAM}
return {NAMES};
}})();"""
# of the picture alone, without the page around it
PICTURE_STYLE = re.findall(r"^\.live-picture[^{]*{[^}]*}", STYLE, re.M)


def config(view, controls, results):
    """A figure as an object of JavaScript: its options and its formulas."""
    expressions = [e for r in results for e in r.expressions]
    formulas = {"results": (view.state, expressions), **view.formulas}
    symbols = [c.symbol for c in controls]
    printed = [
        f"{name}: {javascript(name, [*before, *symbols], listed, view.where)}"
        for name, (before, listed) in formulas.items()
    ]
    options = {
        "view": view.name,
        "options": view.options,
        "controls": [{**vars(c), "symbol": c.symbol.name} for c in controls],
        "results": [r.options for r in results],
    }
    # no text may end the script, or begin another one
    written = json.dumps(options, ensure_ascii=False, separators=(",", ":"))
    written = written.replace("<", r"\u003c")
    listed = ",\n".join(printed)
    return f"{{...{written}, formulas: {{\n{listed}\n}}}}"


class Figure:
    """A live figure: a picture that moves with its controls.

    The first picture is drawn in Python, by the program that draws it in the page.
    Without scripts, on paper and in a notebook that is not trusted, it stays.

    Parameters
        view: of ``plot``, ``panels``, ``shapes``, ``graph`` or ``training``.
        controls: a list of ``slider`` and ``choice``.
        results: a list of ``Result``.
        alt: what the first picture shows, in words.
    Raises: ``InputError`` for what ``javascript`` cannot print. Chapter: 00.

    >>> x, a = reals("x a")
    >>> Figure(
    ...     plot(x, Axis("x", (-2, 0, 2)), Axis("y", (0, 4)), [curve("a x²", a*x**2)]),
    ...     controls=[slider(a, [1, 2, 3])],
    ...     results=[Result("slope at 1:", (a*x**2).diff(x).subs(x, 1))],
    ...     alt="A parabola.",
    ... )
    Live figure: A parabola.
    """

    def __init__(self, view, controls, results, alt):
        self.alt = alt
        self.config = config(view, controls, results)
        self.first = self.frame([c.values[c.at] for c in controls])

    def __repr__(self):
        return f"Live figure: {self.alt}"

    def frame(self, numbers):
        """The values, words and picture for these numbers of the controls."""
        js = quickjs.Context()
        js.eval(f"{RUNTIME} const {NAMES} = backpropLive;")
        call = f"frame({self.config}, {json.dumps(numbers)})"
        return json.loads(js.eval(f"JSON.stringify({call})"))

    def _repr_html_(self):
        picture = self.first["picture"]
        drawn = {*" ".join(re.findall('class="([^"]*)', picture)).split()}
        used = [
            rule
            for rule in PICTURE_STYLE
            if drawn.issuperset(re.findall(r"\.([\w-]+)", rule.split("{")[0]))
        ]
        paper = f"<style>{''.join(used)}svg{{background:#fff}}</style>"
        styled = picture.replace(">", f">{paper}", 1)
        still = b64encode(styled.encode()).decode()
        return f"""<figure class="live-figure">
<img width="544" alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{still}">
<script>{RUNTIME}</script>
<script>{{
const {NAMES} = backpropLive;
figure(document.currentScript.parentElement, {self.config});
}}</script>
</figure>"""
