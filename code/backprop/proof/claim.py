"""A claim is an equation together with what it ranges over; it is not proved yet.

Everything that a reader is told about its domain is read off its expressions here:
sizes, indices, arrays, numbers, arbitrary functions, and the conditions under which
its divisions, roots, logarithms and derivatives exist. ``prove.py`` proves claims.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import mpmath
import sympy as sp
from sympy import Gt, Indexed, IndexedBase, Ne, Piecewise, Symbol

from .display import latex
from .errors import ClaimError
from .ranges import merge, ranges
from .shorthand import fresh, unfold_shorthand
from .oldkernel import normal
from .matrices import entry
from .vocabulary import DECLARED, Arbitrary, BookFunction, partial, relu, step
from .witness import definition, free_indices, size_symbols

KINKS = (relu, step, sp.Abs, sp.Max, sp.Min, sp.sign, Piecewise)
HYPERBOLIC = (sp.tanh, sp.sinh, sp.cosh)
SMOOTH = (sp.exp, sp.log, sp.sin, sp.cos, *HYPERBOLIC)
KNOWN = (BookFunction, sp.KroneckerDelta, *KINKS, *SMOOTH)


@dataclass(frozen=True, eq=False)
class Claim:
    """``left = right``, well formed; ``where`` maps abbreviations to expressions,
    ``given`` lists assumptions in words, ``rests_on`` the proofs that were used, those
    of earlier chapters as "name (chapter 03)".
    """

    left: sp.Expr
    right: sp.Expr
    name: str = ""
    given: tuple = ()
    rests_on: tuple = ()
    where: dict = None

    def __post_init__(self):
        where = {a: sp.sympify(b) for a, b in (self.where or {}).items()}
        for field, value in [
            ("left", sp.sympify(self.left)),
            ("right", sp.sympify(self.right)),
            ("given", as_tuple(self.given)),
            ("rests_on", as_tuple(self.rests_on)),
            ("where", where),
        ]:
            object.__setattr__(self, field, value)
        for side in (self.left, self.right):
            if not isinstance(side, sp.Expr) or getattr(side, "is_Matrix", False):
                raise ClaimError(
                    f"expected two numbers, received {side}. Likely cause: a matrix; "
                    "claim something of its entries, entry(M, n, j)."
                )
        check_abbreviations(self)
        check_expressions(*self.typed, *self.sides)

    @property
    def typed(self):
        """All expressions that the author typed."""
        return self.left, self.right, *self.where, *self.where.values()

    @cached_property
    def sides(self):
        """Both sides with every abbreviation written out."""
        return write_out(self.left, self.where), write_out(self.right, self.where)

    @cached_property
    def computed(self):
        """Both sides with every derivative and every matrix entry computed."""
        return [unfold_shorthand(side) for side in self.sides]

    @cached_property
    def conditions(self):
        """What must hold, as typed; then what is seen only when written out."""
        short = conditions(*self.typed)
        written = (c.func(write_out(c.lhs, self.where), 0) for c in short)
        seen = {same(upright(c)) for c in written if c not in (sp.true, sp.false)}
        return short + [c for c in conditions(*self.sides) if same(c) not in seen]

    def domain(self, show):
        """What the claim holds for; ``show`` is ``in_text`` or ``in_latex``."""
        sides, every = sp.Tuple(*self.sides), sp.Tuple(*self.typed, *self.sides)
        arrays = sorted(sides.atoms(IndexedBase), key=declared)
        names = bare_symbols(every) - {*self.where}
        indices = free_indices(self.left, self.right, *sides)
        counts = size_symbols(*sides, *names, *indices.values())
        order = [size for a in arrays for size in a.shape if size in counts]
        sizes = list(dict.fromkeys([*order, *counts]))
        numbers = [s for s in names if type(s) is Symbol and not s.is_integer]
        parts = [f"all {show(*sizes)} ≥ 1"] if sizes else []
        parts += [span(i, size, show) for i, size in indices.items()]
        parts += kinds([*sorted(numbers, key=str), *(a.label for a in arrays)], show)
        parts += functions(*self.computed, show=show)
        return "; ".join(parts + [readable(c, show) for c in self.conditions])

    def notes(self, show):
        """The lines below the equation."""
        where = [
            f"where {show(sp.Eq(*pair, evaluate=False))}".replace("$", DISPLAY, 1)
            for pair in self.where.items()
        ]
        domain = self.domain(show)
        rests = "; ".join(getattr(p, "name", p) for p in self.rests_on)
        return [
            *where,
            *([f"for {domain}"] if domain else []),
            *([f"assuming: {'; '.join(self.given)}"] if self.given else []),
            *([f"rests on: {rests}"] if rests else []),
        ]

    def text(self, relation, mark, notes):
        """In one line of plain text."""
        title = f"{self.name}: " if self.name else ""
        return "   ".join([f"{title}{self.left} {relation} {self.right}", *notes, mark])

    def markdown(self, title, relation, mark, notes):
        """In Markdown that Jupyter, the website and GitHub typeset alike."""
        left, right = latex(self.left), latex(self.right)
        equation = f"{left} {relation} {right}{mark}"
        if len(left) + len(right) > 150:
            rows = rf"&{left}\\ &\quad {relation} {right}{mark}"
            equation = rf"\begin{{aligned}}{rows}\end{{aligned}}"
        heading = [f"**{title[0].upper()}{title[1:]}.**"] if title else []
        return "\n\n".join([*heading, f"$$\n{equation}\n$$", "  \n".join(notes)])


def as_tuple(one_or_more):
    """A single thing may stand for a tuple of one."""
    several = isinstance(one_or_more, tuple | list)
    return tuple(one_or_more) if several else (one_or_more,)


# ------------------------------------------------------------------------------- checks


def check_expressions(*expressions):
    """Refuse what is not exact and real, and a name that stands for two things."""
    e = sp.Tuple(*expressions)
    if e.has(sp.nan, sp.oo, -sp.oo, sp.zoo, sp.Float):
        raise ClaimError(
            f"expected finite exact expressions, received {expressions}. Likely cause: "
            "a decimal number, which is rounded; write Rational(1, 10) for 0.1."
        )
    unknown = {a for a in e.atoms(sp.Function) if not isinstance(a, KNOWN)}
    if unknown:
        raise ClaimError(
            f"expected functions that the second witness knows, received {unknown}."
        )
    meanings = {}
    for a in bare_symbols(e) | e.atoms(IndexedBase):
        if not (isinstance(a, IndexedBase) or a.is_real):
            raise ClaimError(f"expected real symbols, received {a}; use reals.")
        if not isinstance(a, sp.Dummy) and meanings.setdefault(str(a), a) != a:
            raise ClaimError(f"expected one meaning for the name {a}, received two.")
    free_indices(*expressions)  # refuses an index with two ranges


def bare_symbols(e):
    """The symbols of an expression, without the names of its arrays."""
    if isinstance(e, IndexedBase):
        return set()
    if isinstance(e, Symbol):
        return {e}
    parts = e.indices if isinstance(e, Indexed) else e.args
    return set().union(*map(bare_symbols, parts))


def check_abbreviations(claim):
    """Each abbreviation is a number, or an array entry with free indices of its own."""
    bases = {a.base if isinstance(a, Indexed) else a for a in claim.where}
    for short, long in claim.where.items():
        indices = short.indices if isinstance(short, Indexed) else ()
        plain = [i for i in indices if isinstance(i, Symbol) and not i.is_positive]
        number = isinstance(short, Symbol) and not short.is_integer
        if len({*plain}) < len(indices) or not (number or isinstance(short, Indexed)):
            raise ClaimError(
                f"where: expected a symbol or an array entry with different indices "
                f"such as Z[n, k], received {short}."
            )
        for sign in ("positive", "negative", "nonzero"):
            known = f"is_{sign}"
            if getattr(short, known) and not getattr(long, known):
                raise ClaimError(
                    f"where: expected an expression that is {sign} for {short}, which "
                    f"was declared {sign}, received {long}. "
                    "Likely cause: an abbreviation declared with a sign"
                )
        extra = merge([ranges(short), ranges(long)], long).keys() - {*indices}
        if extra:
            raise ClaimError(f"where: {short} = {long} has the further index {extra}.")
    for e in claim.typed:
        for a in e.atoms(partial):
            x = a.args[1]
            if (x.base if isinstance(x, Indexed) else x) in bases:
                raise ClaimError(
                    f"where: {x} is an abbreviation, so expected no derivative by it. "
                    "Likely cause: a value put in before differentiating."
                )
    for e in claim.sides:
        left = e.atoms(Symbol, IndexedBase) & bases
        if left:
            raise ClaimError(f"where: {left} is explained by itself.")


# ------------------------------------------------------------------------ abbreviations


def write_out(e, where):
    """Replace each abbreviation by what it stands for;
    indices cannot be captured, since every sum gets new ones.
    An entry of a matrix is written out first, since its parts may be abbreviated.
    """
    if where:
        e = unfold_entries(e)
    for _ in where:
        e = fresh(e)
        for short, long in where.items():
            if isinstance(short, Indexed):
                e = e.replace(
                    lambda a, s=short: isinstance(a, Indexed) and a.base == s.base,
                    lambda a, s=short, m=long: fresh(m).xreplace(
                        dict(zip(s.indices, a.indices, strict=True))
                    ),
                )
            else:
                e = e.xreplace({short: fresh(long)})
    return e


# --------------------------------------------------------------------------- conditions


def conditions(*expressions):
    """What must hold for the expressions to be defined:
    no division by 0, logarithms and roots of positive numbers, no kink.
    """
    found = []
    for e in expressions:
        if isinstance(e, Ne | Gt):
            found.append(e)
        for a in sp.preorder_traversal(fresh(unfold_entries(e))):
            if isinstance(a, partial):
                y, x = a.args
                kinks = (kink for kink in y.atoms(*KINKS) if depends(kink, x))
                bends = (t for kink in kinks for t in edges(kink) if depends(t, x))
                found += [Ne(t, 0) for t in bends]
            elif isinstance(a, sp.Pow) and not a.exp.is_integer:
                found.append(Gt(a.base, 0))
            elif isinstance(a, sp.Pow) and not a.exp.is_nonnegative:
                found.append(Ne(a.base, 0))
            elif isinstance(a, sp.log):
                found.append(Gt(a.args[0], 0))
    different = {}
    for c in found:
        if c not in (sp.true, sp.false) and not always(c):
            c = upright(c)
            different.setdefault(same(c), c)
    return list(different.values())


def upright(condition):
    """z ≠ 0 rather than -z ≠ 0."""
    minus = normal(condition.lhs).could_extract_minus_sign()
    return Ne(-condition.lhs, 0) if minus and isinstance(condition, Ne) else condition


def same(condition):
    """Equal for conditions that say the same, whatever the names of their indices."""
    e = normal(condition.lhs)
    bound = sorted(e.atoms(sp.Dummy) & e.free_symbols, key=str)
    names = {i: sp.Dummy("i", dummy_index=-1 - p) for p, i in enumerate(bound)}
    return condition.func, e.xreplace(names)


def always(condition):
    """Whether a condition follows from what was declared of the symbols."""
    e = condition.lhs
    for form in (e, sp.factor(sp.cancel(written_in_exp(e)))):
        if form.is_positive or (isinstance(condition, Ne) and form.is_zero is False):
            return True
    return False


def written_in_exp(e):
    """Named smooth functions replaced by their definitions, down to exp and log."""

    def named(a):
        defined = isinstance(a, BookFunction) and not isinstance(a, Arbitrary)
        return defined and not a.kink

    while any(map(named, e.atoms(BookFunction))):
        e = e.replace(named, definition)
    return e.replace(lambda a: isinstance(a, HYPERBOLIC), lambda a: a.rewrite(sp.exp))


def unfold_entries(e):
    return e.replace(lambda a: isinstance(a, entry), lambda a: a.doit())


def depends(e, x):
    return e.has(x.base) if isinstance(x, Indexed) else e.has(x)


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


# ------------------------------------------------------------------------------ display


def in_text(*expressions):
    """Plain text, as in ``N, D`` or ``z ≠ 0``."""

    def one(e):
        signs = {Ne: "≠", sp.Eq: "=", Gt: ">"}
        return f"{e.lhs} {signs[e.func]} {e.rhs}" if e.func in signs else str(e)

    return ", ".join(map(one, expressions))


def in_latex(*expressions):
    r"""Inline LaTeX, as in ``$N, D$`` or ``$z \neq 0$``."""
    return f"${', '.join(map(latex, expressions))}$"


DISPLAY = r"$\displaystyle "


def span(i, size, show):
    """An index with what it runs through."""
    if show is in_latex:
        return rf"${latex(i)} = 1, \dots, {latex(size)}$"
    return f"{i} = 1..{size}"


def readable(condition, show):
    """With the index of a sum under the name that the author gave it."""
    e = condition.lhs
    free = e.atoms(sp.Dummy) & e.free_symbols
    names = {i: Symbol(i.name, integer=True) for i in sorted(free, key=str)}
    every = f" for every {show(*names.values())}" if names else ""
    return show(condition.xreplace(names)) + every


def declared(a):
    """Where an array stands in the order of declaration."""
    return DECLARED.get(str(a.label), 0), str(a)


def kinds(symbols, show):
    """The symbols sorted by what was declared of them."""
    words = {
        "positive": "is_positive",
        "negative": "is_negative",
        "nonnegative": "is_nonnegative",
        "nonpositive": "is_nonpositive",
        "nonzero": "is_nonzero",
        "real": "is_real",
    }
    sorted_ = {word: [] for word in words}
    for s in dict.fromkeys(symbols):
        word = next(word for word, declared in words.items() if getattr(s, declared))
        sorted_[word].append(s)
    return [f"{word} {show(*found)}" for word, found in sorted_.items() if found]


def functions(*expressions, show):
    """The arbitrary functions with the derivatives that they must have."""
    orders = {}
    for e in expressions:
        for f in e.atoms(Arbitrary):
            orders[f.letter] = max(orders.get(f.letter, 0), sum(f.orders))
    often = ["every function", "every differentiable", "every twice differentiable"]
    words = {}
    for letter, n in sorted(orders.items()):
        word = often[n] if n < 3 else f"every {n} times differentiable"
        words.setdefault(word, []).append(Symbol(letter))
    return [f"{word} {show(*letters)}" for word, letters in words.items()]


def report(world, left, right, most=6):
    """The numbers of a counterexample, in one line; of many numbers, the first."""
    names = {}
    for key, value in world.values.items():
        if isinstance(key, tuple):
            names[f"{key[0].label}[{', '.join(map(str, key[1:]))}]"] = value
        elif not isinstance(key, sp.Dummy):
            names[str(key)] = value
    values = [f"{name} = {short(v)}" for name, v in names.items()]
    if len(values) > most + 1:
        values = [*values[:most], "…"]
    precisions = (d for d in (6, 12, 24, 48) if short(left, d) != short(right, d))
    digits = next(precisions, 60)
    sides = f"{short(left, digits)} against {short(right, digits)}"
    return f"{', '.join(values)}: {sides}" if values else sides


def short(number, digits=6):
    return mpmath.nstr(number, digits).removesuffix(".0")
