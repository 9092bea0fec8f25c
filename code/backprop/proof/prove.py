"""``prove`` proves or raises; ``refute`` shows a counterexample.

A proof covers every size, every real number and every function that its display names.
``checks.py`` compares numbers instead. Chapter 00 explains the difference.
"""

import re

from sympy import Symbol

from . import kernel
from .assumptions import used
from .budget import finite
from .claim import Claim, in_latex, in_text, report
from .equality import is_zero, without_zeros
from .errors import ClaimError, NotProved
from .expectation import means
from .kernel import of
from .reading import written
from .witness import counterexample

EARLIER = re.compile(r"(.+) \(chapter (\d\d)\)")  # a result of an earlier chapter


@finite
def prove(left, right, name="", given=(), rests_on=(), where=None, assume=None):
    """Prove that two expressions are equal for every size and every value
    that they range over, or raise.

    Parameters
    ----------
    left, right : SymPy expressions;
        ``partial(y, x)`` and ``entry(M, n, k)`` may stand in them unevaluated.
    name : what the book calls the result.
    given : conditions in words; the machine does not check them, and the result is
        displayed without ∎.
    rests_on : the proofs that this result uses; one of an earlier chapter as a string,
        "dense layer (chapter 01)".
    where : abbreviations such as ``{Z[n, k]: Sum(...)}``;
        they are displayed, and written out before proving.
    assume : equations that the proof uses, such as ``{Sum(y[k], (k, 1, K)): 1}``, for
        every value of the indices that the claim does not leave free.

    Returns
    -------
    Proof, which a notebook displays together with what it holds for.

    Raises
    ------
    NotProved if the difference does not vanish (with what is left, and a counterexample
    where one is found), or if the two sides differ when they are evaluated
    to 50 digits at small sizes.
    ClaimError for expressions that are not exact and real (floats, NaN, infinities,
    functions outside the vocabulary), for an index that runs to two
    sizes, for one name with two meanings, and for an abbreviation that is not one.

    How: by the kernel's normal form. Where that is not enough, denominators are
    multiplied out, named functions are replaced by their definitions, logarithms are
    exponentiated, sums are compared term by term, and a kink is split
    into z > 0, z < 0 and z = 0.
    Nothing is sampled; the second witness, ``backprop.proof.witness``, can only refuse.
    Chapter 00.

    Examples
    --------
    >>> from backprop.proof.vocabulary import partial, reals, sigmoid
    >>> z = reals("z")
    >>> prove(partial(sigmoid(z), z), sigmoid(z)*sigmoid(-z))
    ∂[sigmoid(z)]/∂z = sigmoid(-z)*sigmoid(z)   for real z   ∎
    """
    return Proof(left, right, name, given, rests_on, where, assume)


@finite
def refute(left, right, name="", where=None):
    """Show numbers for which the two sides differ, or raise NotProved if none is found.

    The numbers lie where both sides are defined.

    >>> from backprop.proof.vocabulary import reals
    >>> z = reals("z")
    >>> refute((z + 1)**2, z**2 + 1)
    (z + 1)**2 ≠ z**2 + 1   for z = 1: 4 against 2   ✗
    """
    return Refutation(left, right, name, where=where)


class Proof(Claim):
    """A proved equation. It proves itself when it is made, or raises.

    ``left`` and ``right`` are SymPy expressions to compute with;
    a notebook displays the rest.
    """

    def __post_init__(self):
        super().__post_init__()
        self.check_rests_on()
        if reason := why_not(self):
            raise NotProved(f"{self.name or 'not proved'}: {reason}")

    def check_rests_on(self):
        """What a proof rests on are proofs, or results of earlier chapters."""
        for other in self.rests_on:
            earlier = isinstance(other, str) and EARLIER.fullmatch(other)
            if not (earlier or isinstance(other, Proof)):
                raise ClaimError(
                    "rests_on: expected proofs, or the name of one in an earlier "
                    f'chapter such as "dense layer (chapter 01)", received {other!r}.'
                )

    @property
    def mark(self):
        """The sign of a proof; nothing under an argument in words."""
        return "" if self.given else "∎"

    def __repr__(self):
        return self.text("=", self.mark, self.notes(in_text))

    def _repr_markdown_(self):
        mark = r"\;\blacksquare" if self.mark else ""
        return self.markdown(self.name, "=", mark, self.notes(in_latex))


def why_not(claim):
    """Why a claim is not proved; nothing if it is."""
    left, right = claim.terms
    proved = equal(left, right, claim.conditions, claim.rules)
    silent = claim.assume or means(*claim.typed)
    found = None if silent else second_witness(claim)
    if proved and not found:
        return ""
    numbers = f"Counterexample: {report(*found)}." if found else ""
    if proved:
        return f"the kernel finds the sides equal, 50 digits do not. {numbers}"
    more = "A step may be missing, or an assumption."
    if not silent:
        more = numbers or "The numbers agree: a step may be missing."
    return f"left - right leaves {written(left - right)}, not 0. {more}"


def second_witness(claim, draw=None):
    """Numbers for which the two sides of a claim differ, or None."""
    relations, spans = claim.relations
    return counterexample(*claim.sides, relations, draw, spans)


class Refutation(Claim):
    """Two expressions that are not equal, with numbers that show it, or it raises."""

    def __post_init__(self):
        super().__post_init__()
        found = second_witness(self, lambda rng: rng.choice([-3, -2, -1, 1, 2, 3]))
        if not found:
            raise NotProved(
                f"{self.name or 'not refuted'}: no counterexample found "
                f"for {self.left} = {self.right}."
            )
        object.__setattr__(self, "numbers", report(*found))

    def __repr__(self):
        return self.text("≠", "✗", [f"for {self.numbers}"])

    def _repr_markdown_(self):
        title = f"Refuted: {self.name}" if self.name else ""
        return self.markdown(title, r"\ne", "", [f"✗ counterexample: {self.numbers}"])


def equal(left, right, conditions, rules=()):
    """Whether two terms are shown to be equal where the conditions hold."""
    declared = positive(conditions)
    facts = [fact.replaced(declared) for c in conditions for fact in c.facts]
    difference = kernel.replace(used(left - right, rules), declared)
    return is_zero(without_zeros(difference, facts), facts)


def positive(conditions):
    """Numbers declared positive in place of those that a condition says are."""
    found = {}
    for c in conditions:
        a = next(iter(c.term.atoms), None)
        if c.relation == ">" and c.term == of(a) and isinstance(a.head, Symbol):
            found[a] = kernel.fresh_positive()
    return found
