"""``prove_by_induction``: what is true at n = 1 and passes from n to n + 1."""

from dataclasses import dataclass

from sympy import Symbol

from . import functions, kernel
from .claim import Claim, in_latex, in_text
from .display import latex
from .errors import ClaimError, NotProved
from .functions import is_positive_atom
from .kernel import ONE, SUM, Term, of
from .prove import Proof, equal
from .reading import written


def prove_by_induction(
    left, right, n, name="", given=(), rests_on=(), where=None, assume=None
):
    """Prove that two expressions are equal for every size n, from n = 1 and from the
    step from n to n + 1, or raise.

    The step: left(n + 1) - c left(n) equals right(n + 1) - c right(n) for some c, which
    the machine finds. Where the sides are equal at n, they are then equal at n + 1.

    Parameters
    ----------
    n : a symbol made by ``sizes`` that no free index runs to.
    left, right, name, given, rests_on, where, assume : as in ``prove``.

    Raises
    ------
    NotProved that says whether base or step is not shown.
    ClaimError if n is no size, or an index of the claim runs to it. Chapter 04.

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
        for what, pair in [("base", self.base), ("step", self.step)]:
            if not equal(*pair, self.conditions, self.rules):
                left, right = pair
                raise NotProved(
                    f"{self.name or 'not proved'}: the {what} is not shown: "
                    f"left - right leaves {written(left - right)}, not 0."
                )

    def check_size(self):
        n = self.n
        if not (isinstance(n, Symbol) and n.is_integer and n.is_positive):
            raise ClaimError(f"prove_by_induction: expected a size, received {n!r}.")
        running = [
            i for i, t in self.reader.free.items() if kernel.atom(n).head in t.free
        ]
        if running:
            raise ClaimError(
                f"prove_by_induction: expected {n} as the end of sums only, but the "
                f"free index {running[0]} runs to it."
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

    @property
    def factor(self):
        """The c for which the sums at n disappear from left(n + 1) - c left(n)."""
        (left, right), (new_left, new_right) = (
            self.terms,
            self.at(of(kernel.atom(self.n)) + ONE),
        )
        old, new = left - right, new_left - new_right
        for a in sorted(old.atoms, key=lambda a: a.key):
            if a.head is SUM and (below := coefficient(old, a)).parts:
                c = functions.reduced(coefficient(new, a) * functions.power(below, -1))
                if c.parts and all(
                    e > 0 or is_positive_atom(b) for m in c.parts for b, e in m
                ):
                    return c
        return ONE

    def words(self, show):
        """Base and step in two lines."""
        at_1, added = (
            show(written(functions.reduced(pair[1]))) for pair in (self.base, self.step)
        )
        n, c = show(self.n), self.factor
        times = "" if c == ONE else f"are multiplied by {show(written(c))}, then "
        return [
            f"{n} = 1: both sides are {at_1}",
            f"{n} to {show(self.n + 1)}: both sides {times}grow by {added}",
        ]

    def __repr__(self):
        title = f"{self.name}: " if self.name else ""
        notes = "   ".join([*self.notes(in_text), self.mark])
        lines = [f"{title}{self.left} = {self.right}", *self.words(in_text), notes]
        return "\n  ".join(lines)

    def _repr_markdown_(self):
        title = [f"**{self.name[0].upper()}{self.name[1:]}.**"] if self.name else []
        mark = r"\;\blacksquare" if self.mark else ""
        equation = f"$$\n{latex(self.left)} = {latex(self.right)}{mark}\n$$"
        notes = "  \n".join([*self.words(in_latex), *self.notes(in_latex)])
        return "\n\n".join([*title, equation, notes])


def coefficient(term, a):
    """What stands beside the first power of an atom."""
    return Term(
        {
            tuple(pair for pair in m if pair[0] is not a): c
            for m, c in term.parts.items()
            if (a, 1) in m
        }
    )
