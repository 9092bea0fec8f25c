"""``prove`` proves or raises; ``refute`` shows a counterexample.

A proof covers every size, every real number and every function that its display names.
``checks.py`` compares numbers instead. Chapter 00 explains the difference.
"""

import re

import sympy as sp
from sympy import Indexed, IndexedBase, Ne, Symbol

from .claim import KINKS, Claim, in_latex, in_text, report, written_in_exp
from .errors import ClaimError, NotProved
from .oldkernel import normal
from .shorthand import unfold_shorthand
from .vocabulary import softplus
from .witness import counterexample, free_indices
from . import kernel
from .reading import Reader, written
from .equality import is_zero

EARLIER = re.compile(r"(.+) \(chapter (\d\d)\)")  # a result of an earlier chapter


def prove(left, right, name="", given=(), rests_on=(), where=None):
    """Prove that two expressions are equal for every size and every value
    that they range over, or raise.

    Parameters
    ----------
    left, right : SymPy expressions;
        ``partial(y, x)`` and ``entry(M, n, k)`` may stand in them unevaluated.
    name : what the book calls the result.
    given : conditions in words, beyond those that the machine finds by itself.
    rests_on : the proofs that this result uses; one of an earlier chapter as a string,
        "dense layer (chapter 01)".
    where : abbreviations such as ``{Z[n, k]: Sum(...)}``;
        they are displayed, and written out before proving.

    Returns
    -------
    Proof, which a notebook displays together with what it holds for.

    Raises
    ------
    NotProved if the difference does not vanish (with what is left, and a counterexample
    where one is found), or if the two sides differ when they are evaluated
    to 50 digits at small sizes.
    ClaimError for expressions that are not exact and real (floats, NaN, infinities,
    functions that the second witness does not know), for an index that runs to two
    sizes, for one name with two meanings, and for an abbreviation that is not one.

    How: by the kernel's ``normal``. Where that is not enough, fractions get a
    common denominator, named functions are replaced by their definitions, logarithms
    are split or exponentiated, sums are compared term by term, and a kink is split
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
    return Proof(left, right, name, given, rests_on, where)


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
        for other in self.rests_on:
            earlier = isinstance(other, str) and EARLIER.fullmatch(other)
            if not (earlier or isinstance(other, Proof)):
                raise ClaimError(
                    "rests_on: expected proofs, or the name of one in an earlier "
                    f'chapter such as "dense layer (chapter 01)", received {other!r}.'
                )
        (left, right), conditions = self.sides, self.conditions
        found = counterexample(left, right, conditions)
        positive = {
            c.lhs: sp.Dummy(str(c.lhs), positive=True)
            for c in conditions
            if isinstance(c, sp.Gt) and isinstance(c.lhs, Symbol)
        }
        kernel.Work.done = 0
        read = Reader({**free_indices(left, right, *self.typed)}, self.where)
        nonzero = [c.lhs for c in conditions if isinstance(c, Ne)]
        positives = {
            next(iter(next(iter(read(c.lhs).parts))))[0]: kernel.of(kernel.atom(sp.Dummy(str(c.lhs), positive=True)))
            for c in conditions
            if isinstance(c, sp.Gt) and isinstance(c.lhs, Symbol)
        }
        difference = kernel.replace(read(self.left) - read(self.right), positives)
        residual = (
            0 if is_zero(difference, [kernel.replace(read(c), positives) for c in nonzero if not c.atoms(sp.Dummy)]) else written(difference)
        )
        if residual == 0 and not found:
            return
        numbers = f"Counterexample: {report(*found)}." if found else ""
        if residual == 0:
            reason = f"SymPy finds the sides equal, 50 digits do not. {numbers}"
        else:
            more = numbers or "The numbers agree: a step may be missing."
            reason = f"left - right leaves {residual}, not 0. {more}"
        raise NotProved(f"{self.name or 'not proved'}: {reason}")

    def __repr__(self):
        return self.text("=", "∎", self.notes(in_text))

    def _repr_markdown_(self):
        return self.markdown(self.name, "=", r"\;\blacksquare", self.notes(in_latex))


class Refutation(Claim):
    """Two expressions that are not equal, with numbers that show it, or it raises."""

    def __post_init__(self):
        super().__post_init__()
        found = counterexample(
            *self.sides, self.conditions, lambda rng: rng.choice([-3, -2, -1, 1, 2, 3])
        )
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


def what_is_left(difference, conditions=()):
    """0 if the difference is shown to vanish; otherwise what remains of it."""
    e = unfold_shorthand(difference)
    for way in (
        normal,
        over_common_denominator,
        by_definitions,
        by_logarithms,
        by_terms,
    ):
        if way(e) == 0:
            return sp.Integer(0)
    return by_sign(e, conditions)


def over_common_denominator(e):
    """The numerator over a common denominator."""
    return normal(sp.fraction(sp.together(normal(e)))[0])


def by_definitions(e):
    """Named functions replaced by what they are defined as."""
    return over_common_denominator(written_in_exp(e))


def by_logarithms(e):
    """The logarithm of a product of positive factors is a sum; exp is one-to-one."""
    if not e.has(sp.log, softplus):
        return e

    def split(a):
        return sp.expand_log(sp.log(sp.factor(sp.cancel(a.args[0]))))

    e = written_in_exp(e).replace(lambda a: isinstance(a, sp.log), split)
    return over_common_denominator(e) and over_common_denominator(
        sp.exp(sp.expand(e)) - 1
    )


def by_terms(e):
    """Sums over one range become one sum, which vanishes if each of its terms does;
    a constant is spread evenly.
    """
    bodies, rest = {}, sp.Integer(0)
    for term in sp.Add.make_args(normal(e)):
        sums = [a for a in sp.Mul.make_args(term) if isinstance(a, sp.Sum)]
        if len(sums) != 1:
            rest += term
            continue
        names = {
            i: sp.Dummy(str(p), dummy_index=-p, integer=True)
            for p, i in enumerate(sums[0].variables, start=1)
        }
        ranges = tuple(high for _, _, high in sums[0].limits)
        bodies[ranges] = bodies.get(ranges, 0) + (
            term / sums[0] * sums[0].function
        ).xreplace(names)
    if len(bodies) != 1:
        return e
    ((ranges, body),) = bodies.items()
    return what_is_left(body + rest / sp.Mul(*ranges))


def by_sign(e, conditions):
    """Every real z is positive, negative or zero;
    a condition z ≠ 0 leaves out the last.
    """
    e = normal(e)
    bound = {i for s in e.atoms(sp.Sum) for i in s.variables}
    unsigned = {
        z
        for kink in e.atoms(*KINKS)
        for z in kink.atoms(Symbol, Indexed)
        if z.is_real and not z.is_integer and z.is_zero is None
        if z in e.free_symbols and not z.free_symbols & bound
    } - {a.label for a in e.atoms(IndexedBase)}
    if not unsigned:
        return e
    z = min(unsigned, key=str)
    cases = [sp.Dummy("z", positive=True), sp.Dummy("z", negative=True)]
    if Ne(z, 0) not in conditions:
        cases.append(sp.Integer(0))
    left = (what_is_left(e.subs(z, case), conditions) for case in cases)
    return e if any(r != 0 for r in left) else sp.Integer(0)
