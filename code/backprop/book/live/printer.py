"""Expressions as JavaScript.

Derivatives are computed first. Definitions are not expanded: ``softplus(z)`` stays a
call of a function that is finite for every finite z, as in ``activations.py``.
"""

import re
import sys
from itertools import count

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.precedence import precedence

from backprop.proof.shorthand import unfold_shorthand
from backprop.proof.vocabulary import reals, relu, sigmoid, silu, softplus, step
from backprop.shapes import InputError

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
    Returns: the source, to be run after ``script.js``.
    Raises: ``InputError`` for everything else, and for a symbol that is no argument.
    Chapter: 00. Source: SymPy's ``JavascriptCodePrinter`` and ``cse``.

    >>> from backprop.proof.vocabulary import partial
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


def check_symbols(arguments):
    """Refuse an argument that is not a real symbol."""
    for a in arguments:
        if not (isinstance(a, sp.Symbol) and a.is_real):
            raise InputError(
                f"arguments: expected real symbols, received {a!r}. "
                "Likely cause: a symbol not made by reals"
            )


def check_names(name, arguments):
    """The arguments' names in JavaScript."""
    check_symbols(arguments)
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
    check_float(e)
    for part in parts:
        check_printable(part)


def check_float(e):
    """Refuse what is not real, and a constant outside the range of floats."""
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
