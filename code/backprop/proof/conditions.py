"""What must hold for an expression to be defined: no division by 0, logarithms and
roots of positive numbers, no derivative across a kink.
"""

from dataclasses import dataclass, replace
from itertools import combinations, permutations, product

import sympy as sp
from sympy import Indexed, Piecewise, Pow, Sum, Symbol

from . import functions, kernel
from .equality import Fact, is_always_positive
from .kernel import Term, constant, of, whole
from .matrices import entry
from .reading import written
from .vocabulary import partial, relu, step

KINKS = (relu, step, sp.Abs, sp.sign, sp.Max, sp.Min, Piecewise)


@dataclass(frozen=True, eq=False)
class Condition:
    """``shown`` ≠ 0, or > 0, for every value of the indices in ``bound``; ``term`` is
    the same written out, with ``places`` for these indices.
    """

    relation: str
    shown: sp.Expr
    term: Term
    bound: dict  # {symbol: its atom}
    kink: bool = False

    @property
    def places(self):
        return tuple(self.bound.values())

    @property
    def alone(self):
        """``shown`` with indices of its own for those in ``bound``, and their sizes."""
        own = {i: sp.Dummy(i.name, integer=True) for i in self.bound}
        spans = {own[i]: written(a.args[0]) for i, a in self.bound.items()}
        return self.shown.xreplace(own), spans

    @property
    def facts(self):
        """What is known by it; an index of a literal size takes each of its values."""
        literal = {i: whole(i.args[0].number) for i in self.places if i.args[0].number}
        free = tuple(i for i in self.places if i not in literal)
        for values in product(*(range(1, n + 1) for n in literal.values())):
            numbers = map(constant, values)
            known = kernel.replace(self.term, dict(zip(literal, numbers, strict=True)))
            yield Fact(self.relation, known, free)

    @property
    def key(self):
        """Equal for conditions that say the same, whatever their indices are called."""
        orders = permutations(self.places)
        terms = (self.renamed(order) for order in orders)
        return self.relation, min(t.key for t in terms)

    def renamed(self, order):
        names = (
            kernel.atom(kernel.Inner(f"?{p}"), *i.args) for p, i in enumerate(order)
        )
        term = kernel.replace(self.term, dict(zip(order, map(of, names), strict=True)))
        term = functions.primitive(term)
        either = [term, term.times(-1)] if self.relation == "≠" else [term]
        return min(either, key=lambda t: t.key)

    @property
    def is_clear(self):
        """Whether it follows from what was declared."""
        signs = (1, -1) if self.relation == "≠" else (1,)
        return any(is_always_positive(self.term.times(sign)) for sign in signs)

    def text(self, show):
        """With the indices under the names that the author gave them."""
        every = f" for every {show(*self.bound)}" if self.bound else ""
        unequal = self.relation == "≠"
        term, relation = (bare(self.shown), sp.Ne) if unequal else (self.shown, sp.Gt)
        return show(relation(term, 0, evaluate=False)) + every


def bare(term):
    """What is 0 where the term is: without a number before it, and without bars."""
    _, term = term.as_coeff_Mul()
    return term.args[0] if isinstance(term, sp.Abs) else term


def conditions(reader, sides, where):
    """The conditions of the sides and of the abbreviations, each once, without those
    that are clear.
    """
    walk, found = Walk(reader), {}
    for e in sides:
        walk.visit(e, reader.free, {}, ())
    for short, long in where.items():
        own = getattr(short, "indices", ())
        places = {i: next(iter(reader.free[i].atoms)) for i in own}
        walk.visit(long, reader.free, places, ())
    for c in walk.found:
        if not c.is_clear:
            found.setdefault(c.key, c)
    return [*found.values()]


class Walk:
    """Visits every part of an expression, and knows what its indices stand for."""

    def __init__(self, reader):
        self.reader, self.found = reader, []

    def visit(self, e, names, bound, by):
        """``names`` maps indices to terms, ``bound`` those of sums to atoms, ``by``
        lists the atoms by which is differentiated here.
        """
        match e:
            case Sum():
                new = {i: kernel.fresh(self.reader(high)) for i, _, high in e.limits}
                names = names | {i: of(a) for i, a in new.items()}
                return self.visit(e.function, names, bound | new, by)
            case partial():
                y, x = e.args
                ((x, _),) = next(iter(self.reader.read(x, names).parts))
                return self.visit(y, names, bound, (*by, x))
            case entry():
                return self.visit(e.doit(), names, bound, by)
            case Indexed() | Symbol() if by:
                return self.visit_abbreviation(e, names, bound, by)
            case Pow() if not e.exp.is_integer:
                self.add(">", e.base, names, bound)
            case Pow() if not (e.exp.is_nonnegative or self.is_natural(e, names)):
                self.add("≠", e.base, names, bound)
            case sp.log():
                self.add(">", e.args[0], names, bound)
        if by and isinstance(e, KINKS):
            for u in edges(e):
                if any(x.head in self.reader.read(u, names).free for x in by):
                    self.add("≠", u, names, bound, kink=True)
        for part in () if isinstance(e, Indexed) else e.args:
            self.visit(part, names, bound, by)

    def is_natural(self, e, names):
        """Whether a number has an exponent, such as t - i, that is never below 0."""
        plain = isinstance(e.base, Symbol | Indexed)
        return plain and kernel.never_below(self.reader.read(e.exp, names), 0)

    def visit_abbreviation(self, e, names, bound, by):
        """Within a derivative the kinks of what an abbreviation stands for count."""
        own, long = self.reader.definition(e)
        if long is None:
            return
        places = dict(zip(own, getattr(e, "indices", ()), strict=True))
        terms = {i: self.reader.read(place, names) for i, place in places.items()}
        inner = Walk(self.reader)
        inner.visit(long, self.reader.free | terms, bound, by)
        for c in inner.found:
            if c.kink:
                shown = c.shown.xreplace(places)
                self.found.append(replace(c, shown=shown))

    def add(self, relation, u, names, bound, kink=False):
        term = self.reader.read(u, names)
        bound = {i: a for i, a in bound.items() if a.head in term.free}
        if relation == "≠" and written(term).could_extract_minus_sign():
            u, term = -u, term.times(-1)
        self.found.append(Condition(relation, u, term, bound, kink))


def edges(kink):
    """The expressions that must not be 0 where a function with a kink is derived."""
    if isinstance(kink, Piecewise):
        relations = set()
        for _, condition in kink.args:
            relations |= condition.atoms(sp.core.relational.Relational)
        return [c.lhs - c.rhs for c in sorted(relations, key=str)]
    if isinstance(kink, sp.Max | sp.Min):
        return [a - b for a, b in combinations(kink.args, 2)]
    return [kink.args[0]]
