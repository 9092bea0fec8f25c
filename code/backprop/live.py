"""Live figures: a page's JavaScript, printed from the chapter's proved expressions.

An author makes a ``Figure`` in one cell, of a view (``plot``, ``shapes``), controls
(``slider``, ``choice``) and results. ``javascript`` prints their expressions; live.js
draws them and follows the reader's hand; live.css is their style. Nothing is retyped,
so a figure cannot show another formula than the one that the chapter proved.

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

from .shapes import InputError
from .symbolic import (
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


def javascript(name, arguments, expressions):
    """The source of one JavaScript function, ``name(a, b, …)``,
    that returns the array of the expressions' values.

    A subexpression that occurs twice is computed once. The same input gives the same
    text. Arithmetic whose value is not real, as √z for z < 0, gives NaN.
    The accuracy is that of the expression as it is written: σ(z)(1 − σ(z)) cancels for
    large z in JavaScript as it does in NumPy.

    Parameters
        name: a JavaScript identifier.
        arguments: a list of different real symbols. In their names braces are dropped:
            z_{1} becomes z_1.
        expressions: a list of numbers and scalar expressions in these symbols, made of
            +, ·, /, powers, ``Piecewise`` with a last branch for all other cases, π, e,
            and the functions of ``FUNCTIONS``. ``partial`` is computed first.
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
    names = check_names(name, arguments)
    if not isinstance(expressions, list | tuple):
        raise InputError(
            f"expressions: expected a list of expressions, received {expressions!r}. "
            "Likely cause: one expression without brackets"
        )
    expressions = [unfold_shorthand(as_expression(e)) for e in expressions]
    for e in expressions:
        check_printable(e)
        check_arguments(e, arguments)
    fresh = (reals(t) for k in count() if (t := f"t{k}") not in (name, *names))
    shared, values = sp.cse(expressions, symbols=fresh)
    text = Printer().doprint
    lines = [f"const {t} = {text(e)};" for t, e in shared]
    lines += [f"return [{', '.join(map(text, values))}];"]
    body = "".join(f"  {line}\n" for line in lines)
    return f"function {name}({', '.join(names)}) {{\n{body}}}"


# ------------------------------------------------------------------------ what is asked


def identifier(symbol):
    """A symbol's name in JavaScript."""
    return re.sub("[{}]", "", symbol.name)


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
        if not re.fullmatch("[A-Za-zΑ-Ωα-ω_][A-Za-z0-9Α-Ωα-ω_]*", n) or n in RESERVED:
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


@dataclass(frozen=True)
class View:
    """A picture: a function of live.js, its options, and the formulas that it calls,
    {name: (arguments before the symbols of the controls, expressions)}.
    """

    name: str
    options: dict
    formulas: dict


def plot(symbol, x, y, items):
    """A plot over one symbol.

    Parameters
        symbol: a real symbol, which runs along the axis x. x, y: ``Axis``.
        items: a list of ``curve``, ``region`` and ``point``;
            the later ones are drawn over the earlier ones.
    Returns: a view for ``Figure``. Chapter: 00.

    >>> z = reals("z")
    >>> parts = [curve("z²", z**2)]
    >>> plot(z, Axis("z", (-1, 1)), Axis("z²", (0, 1)), parts).formulas["graphs"]
    ([z], [z**2])
    """
    graphs, marks, named = [], [], []
    for item in items:
        place = marks if item.kind == "point" else graphs
        known = {"is": item.kind, "label": item.label, "style": item.style}
        named.append({**known, "at": len(place)})
        place += item.expressions
    return View(
        "plot",
        {"x": vars(x), "y": vars(y), "items": named},
        {"graphs": ([symbol], graphs), "marks": ([], marks)},
    )


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

    def __post_init__(self):
        if self.symbol.is_positive and min(self.values) <= 0:
            raise InputError(
                f"values: expected positive numbers for the symbol {self.symbol}, "
                f"received {min(self.values)}. Likely cause: a symbol made by sizes, "
                "for which SymPy has decided already that it is not 0"
            )


def slider(symbol, values, start=None, label=None, texts=None, plays=False):
    """A slider over a list of numbers.

    Parameters
        symbol: a real symbol. values: the numbers that it takes, in their order.
        start: the number at first; by default the first one.
        label: what stands beside the slider; by default the symbol.
        texts: what is shown for each number, if not the number.
        plays: True gives the figure the buttons Play and Step, which move this slider.
    Returns: a control for ``Figure``.
    Raises: ``InputError`` where ``start`` is not one of the values, or the texts are
        not as many. Chapter: 00.

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
    return Control(symbol, label or symbol.name, values, at, texts, plays=plays)


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
        words: if given, the value is the number of one of them, from 0.
    Chapter: 00.

    >>> Result("f(z) =", reals("z")**2).expressions
    [z**2]
    """

    label: str
    value: object
    digits: int = 4
    words: tuple = ()

    @property
    def expressions(self):
        return [*self.value] if self.size else [self.value]

    @property
    def size(self):
        """How many sizes a shape has; 0 for a number."""
        return len(self.value) if isinstance(self.value, list | tuple) else 0

    @property
    def options(self):
        known = ("label", "digits", "words", "size")
        return {name: getattr(self, name) for name in known}


def resource(name):
    """The text of a file beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


NAMES = "{frame, figure, sigmoid, softplus, silu, relu, step}"
JAVASCRIPT, STYLE = resource("live.js"), resource("live.css")
RUNTIME = f"""globalThis.backpropLive = (() => {{
const STYLE = {json.dumps(STYLE)};
{JAVASCRIPT}
return {NAMES};
}})();"""
# of the picture alone, without the page around it
PICTURE_STYLE = "".join(re.findall(r"^\.live-picture[^{]*{[^}]*}", STYLE, re.M))


def config(view, controls, results):
    """A figure as an object of JavaScript: its options and its formulas."""
    expressions = [e for r in results for e in r.expressions]
    formulas = {"results": ([], expressions), **view.formulas}
    symbols = [c.symbol for c in controls]
    printed = [
        f"{name}: {javascript(name, [*before, *symbols], listed)}"
        for name, (before, listed) in formulas.items()
    ]
    options = {
        "view": view.name,
        "options": view.options,
        "controls": [{**vars(c), "symbol": c.symbol.name} for c in controls],
        "results": [r.options for r in results],
    }
    # no text may end the script, or begin another one
    written = json.dumps(options, ensure_ascii=False).replace("<", r"\u003c")
    listed = ",\n".join(printed)
    return f"{{...{written}, formulas: {{\n{listed}\n}}}}"


class Figure:
    """A live figure: a picture that moves with its controls.

    The first picture is drawn in Python, by the program that draws it in the page.
    Without scripts, on paper and in a notebook that is not trusted, it stays.

    Parameters
        view: of ``plot`` or ``shapes``.
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
        paper = f"<style>{PICTURE_STYLE}svg{{background:#fff}}</style>"
        styled = self.first["picture"].replace(">", f">{paper}", 1)
        still = b64encode(styled.encode()).decode()
        return f"""<figure class="live-figure">
<img width="544" alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{still}">
<script>{RUNTIME}</script>
<script>{{
const {NAMES} = backpropLive;
figure(document.currentScript.parentElement, {self.config});
}}</script>
</figure>"""
