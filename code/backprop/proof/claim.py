"""A claim is an equation together with what it ranges over; it is not proved yet.

Everything that a reader is told about its domain is read off its expressions here:
sizes, indices, arrays, numbers, arbitrary functions, and the conditions under which
its divisions, roots, logarithms and derivatives exist. ``prove.py`` proves claims.
"""

from dataclasses import dataclass
from functools import cached_property

import mpmath
import sympy as sp
from sympy import Gt, Indexed, IndexedBase, Ne, Symbol

from .assumptions import rule
from .budget import Work
from .conditions import conditions
from .display import latex
from .equality import is_always_positive
from .errors import ClaimError
from .expectation import means
from .forms import as_expression, as_tuple, bare_symbols, check_names, check_words
from .matrices import entry
from .ranges import merge, ranges
from .reading import Reader
from .shorthand import fresh, unfold_shorthand
from .vocabulary import DECLARED, Arbitrary, partial
from .witness import free_indices, size_symbols


@dataclass(frozen=True, eq=False)
class Claim:
    """``left = right``, well formed; ``where`` maps abbreviations to expressions,
    ``assume`` one side of an equation to the other, ``given`` lists assumptions in
    words, ``rests_on`` the proofs that were used, those of earlier chapters as
    "name (chapter 03)".
    """

    left: sp.Expr
    right: sp.Expr
    name: str = ""
    given: tuple = ()
    rests_on: tuple = ()
    where: dict = None
    assume: dict = None

    def __post_init__(self):
        Work.done = 0
        for field, value in [
            ("left", as_expression(self.left)),
            ("right", as_expression(self.right)),
            ("given", as_tuple(self.given)),
            ("rests_on", as_tuple(self.rests_on)),
            ("where", as_equations(self.where, "where", "{Z[n, k]: Sum(...)}")),
            (
                "assume",
                as_equations(self.assume, "assume", "{Sum(y[k], (k, 1, K)): 1}"),
            ),
        ]:
            object.__setattr__(self, field, value)
        check_words(self.name, *self.given)
        check_names(*self.typed)
        check_abbreviations(self)
        _ = self.terms, self.rules  # refuse what the kernel does not know
        check_signs(self)

    @property
    def lines(self):
        """The expressions that are equal."""
        return self.left, self.right

    @property
    def typed(self):
        """All expressions that the author typed."""
        pairs = [*self.where.items(), *self.assume.items()]
        return *self.lines, *(side for pair in pairs for side in pair)

    @cached_property
    def sides(self):
        """The lines with every abbreviation written out."""
        return tuple(write_out(line, self.where) for line in self.lines)

    @cached_property
    def spans(self):
        """What each free index runs to. In an assumption without arrays it is what the
        same letter runs to under a sum.
        """
        known, ends = free_indices(*self.typed, *self.sides), {}
        sums = {s for e in self.typed for s in e.atoms(sp.Sum)}
        for i, _, end in {limit for s in sums for limit in s.limits}:
            ends.setdefault(i, set()).add(end)
        assumed = sp.Tuple(*self.assume, *self.assume.values()).free_symbols
        loose = [i for i in assumed - {*known} if len(ends.get(i, ())) == 1]
        return known | {i: ends[i].pop() for i in sorted(loose, key=str)}

    @cached_property
    def reader(self):
        return Reader(self.spans, self.where)

    @cached_property
    def terms(self):
        """Both sides as the kernel's terms."""
        return self.reader(self.left), self.reader(self.right)

    @cached_property
    def conditions(self):
        """What must hold where both sides are defined."""
        return conditions(self.reader, self.lines, self.where)

    @cached_property
    def rules(self):
        """The assumptions; the claim's own indices are no places in them."""
        ours = {*free_indices(*self.lines, *self.sides)}
        places = [
            next(iter(t.atoms)) for i, t in self.reader.free.items() if i not in ours
        ]
        equations = self.assume.items()
        return [rule(self.reader(a), self.reader(b), places) for a, b in equations]

    @cached_property
    def relations(self):
        """The conditions for the second witness: SymPy's own, written out; and what
        their bound indices run to.
        """
        signs, found, spans = {"≠": Ne, ">": Gt}, [], {}
        for c in self.conditions:
            shown, sizes = c.alone
            found.append(signs[c.relation](write_out(fresh(shown), self.where), 0))
            spans |= sizes
        if sp.false in found:
            raise ClaimError(f"{self.left} = {self.right}: it is nowhere defined.")
        return [c for c in found if c != sp.true], spans

    def domain(self, show):
        """What the claim holds for; ``show`` is ``in_text`` or ``in_latex``."""
        known = [side for pair in self.assume.items() for side in pair]
        sides, every = sp.Tuple(*self.sides, *known), sp.Tuple(*self.typed, *self.sides)
        arrays = sorted(sides.atoms(IndexedBase), key=declared)
        names = bare_symbols(every) - {*self.where}
        indices = free_indices(*self.lines, *self.sides)
        counts = size_symbols(*sides, *names, *indices.values())
        order = [size for a in arrays for size in a.shape if size in counts]
        sizes = list(dict.fromkeys([*order, *counts]))
        numbers = [s for s in names if type(s) is Symbol and not s.is_integer]
        parts = [f"all {show(*sizes)} ≥ 1"] if sizes else []
        parts += [span(i, size, show) for i, size in indices.items()]
        parts += kinds([*sorted(numbers, key=str), *(a.label for a in arrays)], show)
        parts += functions(*map(unfold_shorthand, sides), show=show)
        parts += [mean_text(E, show) for E in means(*self.typed)]
        needed = dict.fromkeys(c.text(show) for c in self.conditions)
        return "; ".join([*parts, *needed])

    def notes(self, show):
        """The lines below the equation."""
        where = [
            f"where {show(sp.Eq(*pair, evaluate=False))}".replace("$", DISPLAY, 1)
            for pair in self.where.items()
        ]
        assumed = [
            f"assuming {show(sp.Eq(*pair, evaluate=False))}{self.places(pair, show)}"
            for pair in self.assume.items()
        ]
        domain = self.domain(show)
        rests = "; ".join(getattr(p, "name", p) for p in self.rests_on)
        return [
            *where,
            *([f"for {domain}"] if domain else []),
            *assumed,
            *(
                [f"not checked by the machine: {words}"]
                if (words := "; ".join(self.given))
                else []
            ),
            *([f"rests on: {rests}"] if rests else []),
        ]

    def places(self, equation, show):
        """The indices of an assumption that run through all their values."""
        free = self.spans.keys() & {i for side in equation for i in side.free_symbols}
        found = free - {*free_indices(*self.lines)}
        return f" for every {show(*sorted(found, key=str))}" if found else ""

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
        return "\n\n".join([*heading(title), f"$$\n{equation}\n$$", "  \n".join(notes)])


# ------------------------------------------------------------------------ abbreviations


def as_equations(pairs, name, example):
    """A dictionary of expressions."""
    if pairs is not None and not isinstance(pairs, dict):
        raise ClaimError(
            f"{name}: expected a dictionary such as {example}, received {pairs!r}."
        )
    return {as_expression(a): as_expression(b) for a, b in (pairs or {}).items()}


def check_abbreviations(claim):
    """Each abbreviation is a number, or an array entry with free indices of its own."""
    bases = {a.base if isinstance(a, Indexed) else a for a in claim.where}
    if len(bases) < len(claim.where):
        raise ClaimError(
            f"where: expected one definition for each name, received {claim.where}."
        )
    random = {a for mean in means(*claim.typed) for g in mean.groups for a in g}
    if bases & random:
        raise ClaimError(
            f"where: {bases & random} is random, so it is no abbreviation."
        )
    for short, long in claim.where.items():
        indices = short.indices if isinstance(short, Indexed) else ()
        plain = [i for i in indices if isinstance(i, Symbol) and not i.is_positive]
        number = isinstance(short, Symbol) and not short.is_integer
        if len({*plain}) < len(indices) or not (number or isinstance(short, Indexed)):
            raise ClaimError(
                f"where: expected a symbol or an array entry with different indices "
                f"such as Z[n, k], received {short}."
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


def check_signs(claim):
    """An abbreviation that was declared positive stands for something positive."""
    for short, long in claim.where.items():
        if short.is_positive and not is_always_positive(claim.reader(long)):
            raise ClaimError(
                f"where: expected an expression that is positive for {short}, which "
                f"was declared positive, received {long}. "
                "Likely cause: an abbreviation declared with a sign."
            )


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


def unfold_entries(e):
    return e.replace(lambda a: isinstance(a, entry), lambda a: a.doit())


# ------------------------------------------------------------------------------ display


def heading(title):
    """A title as a paragraph of its own, if there is one."""
    return [f"**{title[0].upper()}{title[1:]}.**"] if title else []


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


def declared(a):
    """Where an array stands in the order of declaration."""
    return DECLARED.get(str(a.label), 0), str(a)


def kinds(symbols, show):
    """The symbols sorted by what was declared of them."""
    sorted_ = {"positive": [], "real": []}
    for s in dict.fromkeys(symbols):
        sorted_["positive" if s.is_positive else "real"].append(s)
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


def mean_text(mean, show):
    """What a mean is taken over."""
    groups = [show(*(getattr(a, "label", a) for a in group)) for group in mean.groups]
    independent = ", independent of each other" if len(groups) > 1 else ""
    return f"E: the mean over {'; '.join(groups)}{independent}, where it exists"


def report(world, left, right):
    """The numbers of a counterexample, in one line; of many numbers, the first."""
    numbers, sides = point(world), " against ".join(apart(left, right))
    return f"{numbers}: {sides}" if numbers else sides


def point(world, most=6):
    """The numbers at which something was evaluated; of many, the first."""
    names = {}
    for key, value in world.values.items():
        if isinstance(key, tuple):
            names[f"{key[0].label}[{', '.join(map(str, key[1:]))}]"] = value
        elif not isinstance(key, sp.Dummy):
            names[str(key)] = value
    values = [f"{name} = {short(v)}" for name, v in names.items()]
    return ", ".join([*values[:most], "…"] if len(values) > most + 1 else values)


def apart(left, right):
    """Two numbers that differ, with as many digits as tell them apart."""
    precisions = (d for d in (6, 12, 24, 48) if short(left, d) != short(right, d))
    digits = next(precisions, 60)
    return short(left, digits), short(right, digits)


def short(number, digits=6):
    return mpmath.nstr(number, digits).removesuffix(".0")
