"""Exercises whose answer is an expression, proved equal for every size."""

from collections.abc import Callable
from dataclasses import dataclass, field

import sympy as sp

from backprop.proof import ClaimError, NotProved, prove
from backprop.proof.claim import Claim, apart, point
from backprop.proof.prove import equal, second_witness
from backprop.proof.vocabulary import partial

from .exercise import Exercise, Refused, what

OPEN = {partial: "slope", sp.Derivative: "slope", sp.Integral: "integral"}
OPEN |= {sp.Limit: "limit", sp.Product: "product", sp.Subs: "slope"}
SPELLED = {sp.sech: lambda z: 1 / sp.cosh(z), sp.coth: lambda z: 1 / sp.tanh(z)}


@dataclass(frozen=True, kw_only=True)
class Expression(Exercise):
    """An expression that equals the question; ``question`` is an expression, and
    ``equation`` makes the two sides of the claim if the answer stands within it.

    ``without`` are functions that may not stand in the answer, each with its name.
    """

    question: object
    equation: Callable | None = None
    where: dict = field(default_factory=dict)
    without: dict = field(default_factory=dict)
    kind = "expression"

    @property
    def advice(self):
        return f"Expected an expression. {self.allowed}".strip()

    def sides(self, value):
        make = self.equation or (lambda answer: (self.question, answer))
        return make(value)

    def read(self, answer):
        value = self.as_expression(answer)
        self.check_is_an_answer(value)
        return value

    def as_expression(self, answer):
        if isinstance(answer, str):
            raise Refused("Expected an expression; write it without quotation marks.")
        if isinstance(answer, float):
            raise Refused("Expected an exact expression; write 0.5 as Rational(1, 2).")
        if isinstance(answer, bool) or not isinstance(answer, int | sp.Basic):
            raise Refused(f"Expected an expression, received {what(answer)}.")
        value = sp.sympify(answer)
        for function, meaning in SPELLED.items():
            value = value.replace(function, meaning)
        self.check_letters(value)
        return value

    def check_is_an_answer(self, value):
        """Refuse the question, and what the exercise asks to do without."""
        for form, name in OPEN.items():
            if value.has(form):
                raise Refused(f"A {name} still stands in it. Work it out.")
        for function, name in self.without.items():
            if value.has(function):
                raise Refused(f"{name} still stands in it. The answer needs none.")

    def check_letters(self, value):
        """Refuse strange letters; within an equation the question's own ones, too: with
        its unknown as the answer an equation would say that it equals itself.
        """
        asked = () if self.equation else (self.question,)
        known = symbols(*asked, *self.letters.values())
        if strange := symbols(value) - known:
            names = ", ".join(sorted(map(str, strange)))
            raise Refused(f"The question knows no {names}. {self.allowed}")

    @property
    def allowed(self):
        names = [n for n, e in self.letters.items() if isinstance(e, sp.Basic)]
        return f"Use {', '.join(names)}." if names else ""

    def approved(self, value):
        if not self.are_equal(*self.sides(value)):
            return None
        return self.proved(value)

    def proved(self, value):
        try:
            return self.proof(value)._repr_markdown_()
        except NotProved:
            return None

    def proof(self, value):
        return prove(*self.sides(value), where=self.where)

    def same(self, value, other):
        return self.are_equal(self.sides(value)[-1], self.sides(other)[-1])

    def are_equal(self, one, other):
        """By the kernel's normal form alone, which is quick where they are not."""
        try:
            claim = Claim(one, other, where=self.where)
            return equal(*claim.terms, claim.conditions)
        except ClaimError as error:
            raise Refused(f"This is no answer yet: {error}") from None

    def difference(self, value):
        return self.numbers(*self.sides(value))

    def numbers(self, right, yours):
        """Numbers at which the two differ."""
        found = second_witness(Claim(right, yours, where=self.where))
        if not found:
            return (
                "The numbers agree, but the machine does not find the two equal. "
                "Likely cause: too large a step; write it in a simpler form."
            )
        world, right, yours = found
        right, yours = apart(right, yours)
        at = f"At {numbers} " if (numbers := point(world)) else ""
        return f"{at}yours is {yours}, right is {right}."


def symbols(*things):
    """The letters of expressions and arrays; of other things there are none."""
    terms = [t for t in things if isinstance(t, sp.Basic)]
    return {s for t in terms for s in t.free_symbols if isinstance(s, sp.Symbol)}
