"""A computation in steps, with its local derivatives, and the graph that draws it."""

import re
from dataclasses import dataclass

import sympy as sp
from sympy.printing.str import StrPrinter

from backprop.proof.shorthand import unfold_shorthand
from backprop.shapes import InputError

from .controls import Result, holds, in_words, slider, words
from .views import View


def written_out(e, numbers):
    """A formula in index notation at concrete sizes and indices:
    every sum term by term, every entry of an array a real symbol of its own.

    Parameters
        e: an expression. numbers: {size or index: number}, for each one in it.
    Returns: an expression that ``javascript`` prints.
    Raises: ``InputError`` where a size or an index is left. Chapter: 03.

    >>> from backprop.proof.vocabulary import array, indices, sizes
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

    >>> from backprop.proof.vocabulary import reals
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
        self.check_edges()
        self.check_mistakes()
        self.check_order()

    @property
    def edges(self):
        """{(node, parent)} of every symbol in the expression of a node."""
        return {
            (n, parent)
            for n in self.forward
            for parent in sp.sympify(self.nodes[n]).free_symbols - {*self.constants}
        }

    def check_edges(self):
        if odd := self.edges ^ {*self.slopes}:
            raise InputError(
                f"slopes: expected one for each of {in_words(self.edges)}, received "
                f"more or fewer: {in_words(odd)}. Likely cause: node and parent "
                "exchanged, or a target that is not among the constants"
            )

    def check_mistakes(self):
        changed = {edge for edges in self.wrong for edge in edges}
        if changed - self.edges or bool(self.mistakes) != bool(self.mistake):
            raise InputError(
                f"mistakes: expected them at {in_words(self.edges)}, with the symbol "
                f"of a menu, received {in_words(changed)} and {self.mistake}. "
                "Likely cause: node and parent exchanged, or the symbol left out"
            )

    def check_order(self):
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
        """A slider over the steps, which plays; it stands at the start."""
        numbers = range(len(self.steps))
        return slider(symbol, numbers, 0, "step", self.steps, True, seconds)

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
        last = dict.fromkeys(parent for _, parent in reversed(self.slopes))
        for parent in reversed(last):  # all paths into it come before
            paths = [(n, e) for (n, p), e in self.claimed.items() if p == parent]
            found[adjoint(parent)] = sp.Add(*[adjoint(n) * e for n, e in paths])
        return found

    def moved(self, direction, end):
        """{symbol: expression} of what moves where the inputs are moved by expressions;
        the symbols have an end of their own, and the last one is the loss.
        """
        new = {a: renamed(a, end=end) for a in direction}
        found = {new[a]: a + d for a, d in direction.items()}
        for n in self.forward:
            e = sp.sympify(self.nodes[n])
            if e.free_symbols & {*new}:
                new[n] = renamed(n, end=end)
                found[new[n]] = e.xreplace(new)
        return found


def renamed(symbol, begin="", end=""):
    """A symbol for something that belongs to another symbol."""
    return sp.Symbol(f"{begin}{symbol.name}{end}", real=True)


def adjoint(symbol):
    """The symbol of a node's adjoint, for the results of a figure with a ``graph``.

    Parameters
        symbol: that of the node. Returns: a symbol. Chapter: 03.

    >>> from backprop.proof.vocabulary import reals
    >>> adjoint(reals("z"))
    d_z
    """
    return renamed(symbol, "d_")


def lost(wrong, *edge):
    """Whether a mistake has None in place of an edge's derivative."""
    return edge in wrong and wrong[edge] is None


STEP = sp.Rational(1, 10**4)  # of the difference quotient
DIFFERENCE = sp.Rational(1, 10**6)  # that a check lets pass
MOVES = ((STEP, "_plus"), (-STEP, "_minus"))
FAILURES = sp.Symbol("failures", real=True)  # how many slopes the check finds wrong


def quotients(computation):
    """What the gradient check needs, {symbol: expression}: for each input a the values
    where it is moved by ±h, and whether its adjoint differs from
    (ℓ(a + h) − ℓ(a − h)) / 2h; and FAILURES, how many do.
    """
    found, failed = {}, []
    for k, a in enumerate(computation.inputs):
        above, below = (computation.moved({a: h}, f"_{k}{end}") for h, end in MOVES)
        quotient = ([*above][-1] - [*below][-1]) / (2 * STEP)
        failed.append(sp.Symbol(f"failure_{k}", real=True))
        apart = sp.Abs(adjoint(a) - quotient) > DIFFERENCE * (1 + sp.Abs(quotient))
        found |= above | below | {failed[-1]: holds(apart)}
    return found | {FAILURES: sp.Add(*failed)}


def checked(computation, step):
    """The gradient check of a ``graph``, as a result: the adjoint of each input a, and
    the difference quotient (ℓ(a + h) − ℓ(a − h)) / 2h with h = 10⁻⁴, agree up to
    10⁻⁶ (1 + |quotient|). It is there after the last step.

    Parameters
        computation: a ``Computation``. step: the symbol of its slider.
    Returns: a ``Result``. Chapter: 03.

    >>> from backprop.proof.vocabulary import reals
    >>> x, y, t = reals("x y t")
    >>> checked(Computation({y: x**2}, {(y, x): 2*x}), t).words
    ('?', 'passes', 'FAILS for {} of 1 slopes')
    """
    last = len(computation.steps) - 1
    outcome = sp.Piecewise((0, step < last), (1, FAILURES < 1), (2, True))
    said = ("?", "passes", f"FAILS for {{}} of {len(computation.inputs)} slopes")
    return Result("gradient check:", [outcome, FAILURES], words=said, wrong=(2,))


def graph(computation, places, step, through=None, given=None, width=92):
    """A computational graph with its numbers: first the values, forward, one node after
    the other, then the adjoints, backward.

    Parameters
        computation: a ``Computation``.
        places: {node, input or constant: (x, y)}, the centre of its box, in a picture
            400 wide. An edge runs from top to bottom, or level.
        step: the symbol of ``computation.slider``.
        through: {(node, parent): a parameter} for edges that lead through the box of
            a parameter, whose number is then the edge's local derivative.
        given: {input or constant: expression in the symbols of the controls}, for
            those that are no controls.
        width: of a box.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for a box without a place, and a place without one.
    Chapter: 03.

    >>> from backprop.proof.vocabulary import reals
    >>> x, y, t = reals("x y t")
    >>> c = Computation({y: x**2}, {(y, x): 2*x})
    >>> graph(c, {x: (200, 30), y: (200, 120)}, t).options["backward"]
    [1, 0]
    """
    through = through or {}
    check_places(computation, places, through)
    at = list(places).index
    options = {
        "nodes": drawn_nodes(computation, places),
        "edges": drawn_edges(computation, through, at),
        "targets": drawn_targets(computation, at),
        "width": width,
        "forward": [at(n) for n in computation.forward],
        "backward": [at(n) for n in computation.backward],
    }
    now = [step, 0 if computation.mistake is None else computation.mistake]
    formulas = {"now": ([], now), "graph": ([], drawn_values(computation, places))}
    where = {**(given or {}), **computation.where, **quotients(computation)}
    return View("graph", options, formulas, where=where)


def check_places(computation, places, through):
    """Every box has a place, and every place is that of a box."""
    drawn = {*computation.backward, *computation.constants}
    if missing := drawn ^ {*places} or {*through.values()} - drawn:
        raise misplaced(drawn, places, missing, "target")


def misplaced(drawn, places, odd, left_out):
    """The error for boxes and places that are not the same."""
    return InputError(
        f"places: expected one for each of {in_words(drawn)}, received "
        f"{in_words(places)}, more or fewer: {in_words(odd)}. "
        f"Likely cause: a {left_out} left out, or another symbol of the same name"
    )


def drawn_values(computation, places):
    """Values, adjoints, and the slopes of the edges: with the mistakes, and right."""
    reached = computation.backward
    return [
        *places,
        *[adjoint(n) if n in reached else 0 for n in places],
        *computation.claimed.values(),
        *computation.slopes.values(),
    ]


def drawn_nodes(computation, places):
    """The boxes, with the formulas of those that are computed."""
    text, forward = Template(list(places)).text, computation.forward
    return [
        {"name": words(n), "x": x, "y": y, "fixed": n in computation.constants}
        | {"formula": text(computation.nodes[n]) if n in forward else None}
        for n, (x, y) in places.items()
    ]


def drawn_edges(computation, through, at):
    """The edges of the chain rule, and the mistakes in which each one is lost."""
    return [
        {"to": at(n), "from": at(parent)}
        | {"meshed": meshed(computation.slopes, n, parent)}
        | {"through": at(through[n, parent]) if (n, parent) in through else None}
        | {"lost": [m for m, e in enumerate(computation.wrong) if lost(e, n, parent)]}
        for n, parent in computation.slopes
    ]


def meshed(edges, node, parent):
    """Whether an edge crosses others: its node and its parent both have several."""
    into, out = (p for n, p in edges if n == node), (n for n, p in edges if p == parent)
    return len([*into]) > 1 and len([*out]) > 1


def drawn_targets(computation, at):
    """The edges from constants."""
    return [
        {"to": at(n), "from": at(c)}
        for n in computation.forward
        for c in computation.constants
        if computation.nodes[n].has(c)
    ]
