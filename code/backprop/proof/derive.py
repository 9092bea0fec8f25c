"""``derive``: an expression, line by line, until it is what was wanted. Every "=" is
proved for itself; the reason beside it is for the reader.
"""

from dataclasses import dataclass

from .claim import Claim, in_latex
from .display import latex
from .errors import ClaimError, NotProved
from .forms import as_expression
from .prove import Proof, in_text, why_not


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
    read = [as_line(number, line) for number, line in enumerate(lines, start=2)]
    steps = [Line(as_expression(first)), *read]
    where = dict(where or {})
    for step in read:
        where |= step.where
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


@dataclass(frozen=True)
class Line:
    """A line of a derivation: what it says, why, and abbreviations that it brings."""

    expression: object
    reason: str = ""
    where: tuple = ()


def as_line(number, line):
    """A line from what was typed: an expression, or a tuple that begins with one."""
    parts = line if isinstance(line, tuple) else (line,)
    shapes = [(), (str,), (str, dict)]
    if [type(part) for part in parts[1:]] not in [list(shape) for shape in shapes]:
        raise ClaimError(
            f"line {number}: expected (expression, reason) or (expression, reason, "
            f"abbreviations), received {line!r}. Likely cause: a comma or a quotation "
            "mark that is missing."
        )
    try:
        expression = as_expression(parts[0])
    except ClaimError as error:
        raise ClaimError(f"line {number}: {error}") from None
    return Line(expression, *parts[1:])


@dataclass(frozen=True, eq=False)
class Derivation(Proof):
    """A chain of equal lines, each proved; it proves itself when it is made."""

    steps: tuple = ()

    @property
    def lines(self):
        return tuple(step.expression for step in self.steps)

    def __post_init__(self):
        Claim.__post_init__(self)
        self.check_rests_on()
        pairs = zip(self.lines, self.lines[1:], strict=False)
        for number, (before, line) in enumerate(pairs, start=2):
            step = Claim(before, line, where=self.where, assume=self.assume)
            if reason := why_not(step):
                raise NotProved(
                    f"{self.name or 'not proved'}: line {number} does not follow from "
                    f"line {number - 1}: {reason}"
                )

    def __repr__(self):
        title = [f"{self.name}:"] if self.name else []
        equal = [f"  = {line}" for line in self.lines[1:]]
        width = max(map(len, equal))
        rows = [
            f"{row:{width}}   {step.reason}".rstrip()
            for row, step in zip(equal, self.steps[1:], strict=True)
        ]
        notes = "   ".join([*self.notes(in_text), self.mark])
        return "\n".join([*title, str(self.left), *rows, f"  {notes}"])

    def _repr_markdown_(self):
        """A table without lines: the first expression, each "=", each reason."""
        title = [f"**{self.name[0].upper()}{self.name[1:]}.**"] if self.name else []
        return "\n\n".join([*title, self.table(), "  \n".join(self.notes(in_latex))])

    def table(self):
        first, *steps = self.steps
        mark = r" \;\blacksquare" if self.mark else ""
        marks = [""] * (len(steps) - 1) + [mark]
        rows = [["", "", ""], [":--", ":--", ":--"]]
        for step, mark in zip(steps, marks, strict=True):
            left = in_cell(latex(first.expression)) if step is steps[0] else ""
            rows.append(
                [left, in_cell(f"= {latex(step.expression)}{mark}"), step.reason]
            )
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def in_cell(formula):
    """A formula for a cell of a table."""
    return rf"$\displaystyle {formula}$".replace("|", r"\vert ")
