"""``derive``: an expression, line by line, until it is what was wanted. Every "=" is
proved for itself; the reason beside it is for the reader.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from .budget import finite
from .claim import Claim, as_equations, heading, in_latex, in_text
from .display import latex
from .errors import ClaimError, NotProved
from .forms import as_expression, check_names
from .prove import Proof, why_not
from .ranges import merge
from .witness import free_indices


@finite
def derive(first, *lines, name="", given=(), rests_on=(), where=None, assume=None):
    """Prove that each line equals the line before, for every size and every value that
    they range over, or raise and say which line does not follow.

    Parameters
    ----------
    first : the expression to start from, such as ``partial(L, W[p, q])``.
    lines : each a pair (expression, reason), or an expression alone; a third member is
        a dictionary of abbreviations that the line introduces.
    name, given, rests_on, where, assume : as in ``prove``.

    Returns
    -------
    Derivation, a Proof whose ``left`` is the first line and whose ``right`` is the
    last; a notebook displays the lines with their reasons.

    Raises
    ------
    NotProved with the number of the first line that does not follow from the line
    before it, and numbers for both.
    ClaimError for a line that is no expression, with its number. Chapter 00.

    >>> from backprop.proof.vocabulary import partial, reals, sigmoid
    >>> z = reals("z")
    >>> derive(
    ...     partial(sigmoid(z)**2, z),
    ...     (2*sigmoid(z)*partial(sigmoid(z), z), "chain rule"),
    ...     (2*sigmoid(z)**2*(1 - sigmoid(z)), "σ′ = σ(1 − σ)"),
    ... )
    ∂[sigmoid(z)**2]/∂z
      = 2*sigmoid(z)*∂[sigmoid(z)]/∂z      chain rule
      = 2*(1 - sigmoid(z))*sigmoid(z)**2   σ′ = σ(1 − σ)
      for real z   ∎
    """
    if not lines:
        raise ClaimError("derive: expected at least one line after the first.")
    with numbered(1):
        steps = [first_line(first)]
    where = as_equations(where, "where", "{Z[n, k]: Sum(...)}")
    for number, line in enumerate(lines, start=2):
        with numbered(number):
            steps.append(as_line(line))
            where = joined(where, steps[-1].where)
    return Derivation(
        steps[0].expression,
        steps[-1].expression,
        name,
        given,
        rests_on,
        where,
        assume,
        tuple(steps),
    )


@contextmanager
def numbered(number):
    """Errors that name the line."""
    try:
        yield
    except (ClaimError, NotProved) as error:
        raise type(error)(f"line {number}: {error}") from None


@dataclass(frozen=True)
class Line:
    """A line of a derivation: what it says, why, and abbreviations that it brings."""

    expression: object
    reason: str = ""
    where: dict = field(default_factory=dict)


def first_line(first):
    if isinstance(first, tuple | list):
        raise ClaimError(
            f"expected an expression alone, received {first!r}. A reason stands beside "
            "each line after the first."
        )
    return Line(as_expression(first))


def as_line(line):
    """A line from what was typed: an expression, or a tuple that begins with one."""
    expression, *rest = line if isinstance(line, tuple | list) and line else (line,)
    if [type(part) for part in rest] not in [[], [str], [str, dict]]:
        raise ClaimError(
            "expected (expression, reason) or (expression, reason, abbreviations), "
            f"received {line!r}. The reason is a text in quotation marks, the "
            "abbreviations are a dictionary."
        )
    return Line(as_expression(expression), *rest)


def joined(where, more):
    """Abbreviations together with further ones, each with one meaning."""
    for short, long in as_equations(more, "where", "{Z[n, k]: Sum(...)}").items():
        if where.get(short, long) != long:
            raise ClaimError(
                f"expected one meaning for the abbreviation {short}, received "
                f"{where[short]} and {long}."
            )
        where = where | {short: long}
    return where


@dataclass(frozen=True, eq=False, kw_only=True)
class Step(Claim):
    """One "=" of a derivation. What the derivation assumes is assumed in each, and the
    indices that one of its lines leaves free are its own in all of them.
    """

    whole: Claim
    number: int

    @property
    def reader(self):
        return self.whole.reader

    @property
    def terms(self):
        return self.whole.terms[self.number - 2 : self.number]

    @property
    def rules(self):
        return self.whole.rules

    @property
    def relations(self):
        """With what the derivation's own indices run to, where both lines have lost the
        arrays that said it.
        """
        found, spans = super().relations
        lost = sp.Tuple(*self.sides).free_symbols - {*free_indices(*self.sides)}
        ours = free_indices(*self.whole.lines, *self.whole.sides)
        return found, spans | {i: end for i, end in ours.items() if i in lost}


@dataclass(frozen=True, eq=False)
class Derivation(Proof):
    """A chain of equal lines, each proved; it proves itself when it is made."""

    steps: tuple = ()

    @property
    def lines(self):
        return tuple(step.expression for step in self.steps)

    @cached_property
    def terms(self):
        """The lines as the kernel's terms."""
        terms = []
        for number, line in enumerate(self.lines, start=1):
            with numbered(number):
                terms.append(self.reader(line))
        return terms

    def __post_init__(self):
        self.check_lines()
        Claim.__post_init__(self)
        self.check_rests_on()
        for number in range(2, len(self.lines) + 1):
            if reason := self.why_not(number):
                raise NotProved(
                    f"{self.name or 'not proved'}: line {number} does not follow from "
                    f"line {number - 1}: {reason}"
                )

    def check_lines(self):
        """The first line that is no expression of its own, or that no other fits."""
        spans = {}
        for number, line in enumerate(self.lines, start=1):
            with numbered(number):
                check_names(line)
                spans = merge([spans, free_indices(line)], line)

    def why_not(self, number):
        """Why a line does not follow from the one before."""
        pair = self.lines[number - 2 : number]
        known = {"where": self.where, "assume": self.assume}
        with numbered(number):
            return why_not(Step(*pair, **known, whole=self, number=number))

    def __repr__(self):
        title = [f"{self.name}:"] if self.name else []
        equal = [f"  = {line}" for line in self.lines[1:]]
        width = max(map(len, equal))
        rows = [
            f"{row:{width}}   {step.reason}".rstrip()
            for row, step in zip(equal, self.steps[1:], strict=True)
        ]
        notes = "\n  ".join(self.notes(in_text))
        lines = [*title, str(self.left), *rows, f"  {notes}   {self.mark}".rstrip()]
        return "\n".join(lines)

    def _repr_markdown_(self):
        """A table without lines: the first expression, each "=", each reason."""
        title = heading(self.name)
        return "\n\n".join([*title, self.table(), "  \n".join(self.notes(in_latex))])

    def table(self):
        first, *steps = self.steps
        mark = r" \;\blacksquare" if self.mark else ""
        marks = [""] * (len(steps) - 1) + [mark]
        rows = [["", "", ""], [":--", ":--", ":--"]]
        for step, mark in zip(steps, marks, strict=True):
            left = in_cell(latex(first.expression)) if step is steps[0] else ""
            rows.append(
                [
                    left,
                    in_cell(f"= {latex(step.expression)}{mark}"),
                    one_line(step.reason),
                ]
            )
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def one_line(reason):
    """A reason for a cell of a table."""
    return " ".join(reason.split()).replace("|", r"\|")


def in_cell(formula):
    """A formula for a cell of a table."""
    return rf"$\displaystyle {formula}$".replace("|", r"\vert ")
