"""``prove_by_induction``: what is true at n = 1 and passes from n to n + 1."""

from dataclasses import dataclass
from functools import cached_property

from sympy import Symbol

from . import functions, kernel
from .assumptions import Rule, used
from .budget import finite
from .claim import Claim, heading, in_latex, in_text, report, write_out
from .display import latex
from .errors import ClaimError, NotProved
from .expectation import means
from .functions import is_positive_atom
from .kernel import ONE, SUM, Term, of
from .prove import Proof, equal, second_witness
from .reading import written
from .vocabulary import Arbitrary
from .witness import free_indices


@finite
def prove_by_induction(
    left, right, n, name="", given=(), rests_on=(), where=None, assume=None
):
    """Prove that two expressions are equal for every size n, from n = 1 and from the
    step from n to n + 1, or raise.

    The step: left(n + 1) - c left(n) equals right(n + 1) - c right(n) for some c, which
    the machine finds. Where the sides are equal at n, they are then equal at n + 1.

    Parameters
    ----------
    n : a symbol made by ``sizes`` that stands in the claim; no free index runs to it.
    left, right, name, given, rests_on, where : as in ``prove``.
    assume : as in ``prove``; an equation in which n stands is assumed for every n.

    Raises
    ------
    NotProved that says whether base or step is not shown, with numbers if there are.
    ClaimError if n is no size of the claim, if an index of the claim runs to it, or if
    a condition depends on it: where a side is not defined at n, nothing passes to
    n + 1. Chapter 04.

    >>> from sympy import Sum
    >>> from backprop.proof.vocabulary import indices, sizes
    >>> N, i = sizes("N"), indices("i")
    >>> prove_by_induction(Sum(i, (i, 1, N)), N*(N + 1)/2, N)
    Sum(i, (i, 1, N)) = N*(N + 1)/2
      N = 1: both sides are 1
      N to N + 1: both sides grow by N + 1
      for all N ≥ 1   ∎
    """
    return Induction(left, right, name, given, rests_on, where, assume, n)


@dataclass(frozen=True, eq=False)
class Induction(Proof):
    """An equation proved by induction over the size n."""

    n: Symbol = None

    def __post_init__(self):
        Claim.__post_init__(self)
        self.check_rests_on()
        self.check_size()
        self.check_conditions()
        if reason := self.why_not():
            raise NotProved(f"{self.name or 'not proved'}: {reason}")

    def why_not(self):
        """Why base or step is not shown; nothing if both are."""
        n = kernel.atom(self.n)
        parts = {
            f"the base, {n.head} = 1,": (self.base, [*self.rules_at(ONE)]),
            f"the step from {n.head} to {n.head + 1}": (
                self.step,
                [*self.rules, *self.rules_at(of(n) + ONE)],
            ),
        }
        silent = self.assume or means(*self.typed)
        found = None if silent else second_witness(self)
        numbers = f"Counterexample: {report(*found)}." if found else ""
        for what, ((left, right), rules) in parts.items():
            if not equal(left, right, self.conditions, rules):
                left_over = written(used(left - right, rules))
                more = numbers or "Likely cause: an equation that is missing in assume."
                return f"{what} is not shown: left - right leaves {left_over}. {more}"
        if found:
            return f"the kernel finds base and step, 50 digits do not. {numbers}"
        return ""

    def rules_at(self, size):
        """The assumptions at another size: they hold at each."""
        new = {kernel.atom(self.n): size}
        for r in self.rules:
            pattern, value, *places = (
                kernel.replace(t, new)
                for t in (of(r.pattern), r.value, *map(of, r.places))
            )
            if len(pattern.atoms) == 1 and pattern == of(
                a := next(iter(pattern.atoms))
            ):
                yield Rule(a, value, tuple(next(iter(i.atoms)) for i in places))

    def check_size(self):
        n = self.n
        if not (isinstance(n, Symbol) and n.is_integer and n.is_positive):
            raise ClaimError(
                "prove_by_induction: expected a size, made by sizes, after the two "
                f"sides, received {n!r}."
            )
        head = kernel.atom(n).head
        if not any(head in t.free for t in self.terms):
            raise ClaimError(
                "prove_by_induction: expected a size of the claim, received "
                f"{n}, which stands on neither side. Use prove."
            )
        ours = free_indices(*self.lines, *self.sides)
        for i, t in self.reader.free.items():
            if i in ours and head in t.free:
                raise ClaimError(
                    f"prove_by_induction: expected {n} as the end of sums only, but "
                    f"the free index {i} runs to it. Likely cause: one size for two "
                    f"things; give the arrays of {i} another size than {n}."
                )

    def check_conditions(self):
        """A side that is defined at n + 1 is defined at n."""
        for c in self.conditions:
            anywhere = {i: of(kernel.fresh(ONE)) for i in c.places}
            if kernel.atom(self.n).head in kernel.replace(c.term, anywhere).free:
                raise ClaimError(
                    f"prove_by_induction: expected sides that are defined for every "
                    f"{self.n} alike, but they need {c.text(in_text)}, and where that "
                    f"fails nothing passes from {self.n} to {self.n + 1}. Prove an "
                    "equation without this division, root or logarithm, as one "
                    "multiplied by the divisor, and let another proof rest on it."
                )

    def at(self, size):
        """Both sides at another size."""
        return [kernel.replace(t, {kernel.atom(self.n): size}) for t in self.terms]

    @property
    def base(self):
        """Both sides at n = 1."""
        return self.at(ONE)

    @property
    def step(self):
        """What is added to c times both sides on the way from n to n + 1."""
        c = self.factor
        after = self.at(of(kernel.atom(self.n)) + ONE)
        return [new - c * old for new, old in zip(after, self.terms, strict=True)]

    @cached_property
    def factor(self):
        """The c for which the sums and sequences at n disappear from
        left(n + 1) - c left(n).
        """
        n = kernel.atom(self.n)
        (left, right), (new_left, new_right) = self.terms, self.at(of(n) + ONE)
        old = used(left - right, self.rules)
        new = used(new_left - new_right, [*self.rules, *self.rules_at(of(n) + ONE)])
        for a in sorted(filter(unknown, old.atoms), key=sums_first):
            if (below := coefficient(old, a)).parts:
                c = functions.reduced(coefficient(new, a) * functions.power(below, -1))
                if c.parts and all(
                    e > 0 or is_positive_atom(b) for m in c.parts for b, e in m
                ):
                    return c
        return ONE

    def places(self, equation, show):
        """What an assumption runs through; if n stands in it, every n."""
        every = Claim.places(self, equation, show)
        if not any(write_out(side, self.where).has(self.n) for side in equation):
            return every
        return f"{every}, {show(self.n)}" if every else f" for every {show(self.n)}"

    def words(self, show):
        """Base and step in two lines."""
        at_1, added = (
            show(written(functions.reduced(pair[1]))) for pair in (self.base, self.step)
        )
        n, c = show(self.n), self.factor
        times = "" if c == ONE else f"are multiplied by {show(written(c))}, then "
        change = f"both sides {times}grow by {added}"
        if c == ONE and not functions.reduced(self.step[1]).parts:
            change = "neither side changes"
        return [
            f"{n} = 1: both sides are {at_1}",
            f"{n} to {show(self.n + 1)}: {change}",
        ]

    def __repr__(self):
        title = f"{self.name}: " if self.name else ""
        lines = [*self.words(in_text), *self.notes(in_text)]
        equation = f"{title}{self.left} = {self.right}"
        return "\n  ".join([equation, *lines]) + f"   {self.mark}".rstrip()

    def _repr_markdown_(self):
        title = heading(self.name)
        mark = r"\;\blacksquare" if self.mark else ""
        equation = f"$$\n{latex(self.left)} = {latex(self.right)}{mark}\n$$"
        notes = "  \n".join([*self.words(in_latex), *self.notes(in_latex)])
        return "\n\n".join([*title, equation, notes])


def unknown(a):
    """Whether an atom is a sum, or a member of a sequence."""
    sequence = isinstance(a.head, type) and issubclass(a.head, Arbitrary)
    return a.head is SUM or sequence


def sums_first(a):
    return a.head is not SUM, a.key


def coefficient(term, a):
    """What stands beside the first power of an atom."""
    return Term({kernel.without(m, a): c for m, c in term.parts.items() if (a, 1) in m})
