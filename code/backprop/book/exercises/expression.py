"""Exercises whose answer is an expression, proved equal for every size."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp
from sympy import KroneckerDelta

from backprop.proof import ClaimError, NotProved, prove
from backprop.proof.claim import Claim, apart, in_text, point, write_out
from backprop.proof.prove import equal, second_witness
from backprop.proof.vocabulary import Arbitrary, partial
from backprop.proof.witness import free_indices

from .exercise import Exercise, Refused, what

OPEN = {partial: "A slope", sp.Derivative: "A slope", sp.Subs: "A slope"}
OPEN |= {sp.Integral: "An integral", sp.Limit: "A limit", sp.Product: "A product"}
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
        if isinstance(answer, float) or (isinstance(answer, sp.Basic) and answer.atoms(sp.Float)):
            raise Refused("A decimal number stands in it. Write 2 for 2.0, Rational(1, 2) for 0.5.")
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
                raise Refused(f"{name} still stands in it. Work it out.")
        for function, name in self.without.items():
            if value.has(function):
                raise Refused(f"{name} still stands in it. The answer needs none.")

    def check_is_finished(self, value):
        """Refuse a right answer with a sum that can be carried out."""
        whole, wanted = (write_out(e, self.where) for e in (value, self.target))
        if depth(whole) > depth(wanted) or whole.has(KroneckerDelta) > wanted.has(KroneckerDelta):
            raise Refused("A sum or a δ still stands in it that can be carried out.")

    def check_letters(self, value):
        """Refuse strange letters; within an equation the question's own ones, too: with
        its unknown as the answer an equation would say that it equals itself.
        """
        asked = () if self.equation else (self.question,)
        known = symbols(*asked, *self.letters.values())
        if strange := functions(value) - functions(*asked, *self.letters.values(), *self.where.values()):
            raise Refused(f"The question knows no function {', '.join(sorted(strange))}. {self.allowed}")
        if strange := symbols(value) - known:
            names = ", ".join(sorted({*map(str, strange)}))
            if {*map(str, strange)} <= {*map(str, known)}:
                raise Refused(f"Your {names} is a new symbol. Use the one of the page.")
            raise Refused(f"The question knows no {names}. {self.allowed}")

    def check_indices(self, value):
        """Refuse an index outside its sum."""
        known = {*indices_of(self.question), *indices_of(self.target)}
        if strange := indices_of(value) - known:
            names = ", ".join(sorted(map(str, strange)))
            raise Refused(f"{names} has no value here: it stands outside its sum.")

    @cached_property
    def target(self):
        """The solution as an expression; of a derivation, its last line."""
        return sp.sympify(self.typed(self.solution))

    @property
    def allowed(self):
        """The names that the answers of the book use."""
        words = re.findall(r"\w+", " ".join([self.solution, *self.right]))
        names = [n for n in self.letters if n in words]
        return f"Use {', '.join(names)}." if names else ""

    def approved(self, value):
        if not self.are_equal(*self.sides(value)):
            return None
        self.check_is_finished(value)
        return self.proved(value)

    def proved(self, value):
        """The proof, shown; it may need no more than that of the solution."""
        try:
            proof = self.proof(value)
        except NotProved:
            return None
        further = set() if self.equation else conditions_of(proof) - self.needed
        if further:
            where = ", ".join(sorted(further))
            raise Refused(f"True, but only where {where}. Give an answer that needs no such condition.")
        return "" if proof.left == proof.right else proof._repr_markdown_()

    @cached_property
    def needed(self):
        return conditions_of(self.proof(self.read(self.typed(self.solution))))

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
            raise Refused(plainly(error)) from None

    def difference(self, value):
        self.check_indices(value)
        return self.numbers(*self.sides(value))

    def numbers(self, right, yours):
        """Numbers at which the two differ."""
        found = second_witness(Claim(right, yours, where=self.where))
        if not found:
            return (
                "The numbers agree, but the machine does not find the two equal. "
                "Likely cause: too large a step; write it in a simpler form."
            )
        if unknown := functions(right, yours):
            return f"The two are not equal for every {' and '.join(sorted(unknown))}."
        world, right, yours = found
        right, yours = apart(right, yours)
        at = f"At {numbers} " if (numbers := point(world)) else ""
        return f"{at}yours is {yours}, right is {right}."


def functions(*things):
    """The letters of arbitrary functions: those that are used, and those given by name."""
    named = {t.letter for t in things if isinstance(t, type) and issubclass(t, Arbitrary)}
    return named | {f.letter for t in things if isinstance(t, sp.Basic) for f in t.atoms(Arbitrary)}


def depth(expression):
    """How many sums stand one within the other."""
    inner = max(map(depth, expression.args), default=0)
    return inner + len(expression.limits) if isinstance(expression, sp.Sum) else inner


def indices_of(expression):
    """The indices that stand outside their sums."""
    try:
        return free_indices(expression).keys()
    except ClaimError:
        return set()


def conditions_of(proof):
    return {c.text(in_text) for c in proof.conditions}


def plainly(error):
    """What the proof engine says of a claim, as words about an answer."""
    words = str(error)
    if found := re.search(r"the index _?(\w+) runs to (\S+) in one place and to (\S+) in another", words):
        i, one, other = found.groups()
        return f"The index {i} runs to {one} in one place and to {other} in another. Which of the two does it count?"
    if re.search("expected a sum (that starts at 1|over an index up to a size)", words):
        return "A sum runs from 1 to a size, such as (n, 1, N)."
    return words.partition("received (")[0].rstrip(" ,") if "received (" in words else words


def symbols(*things):
    """The letters of expressions and arrays; of other things there are none."""
    terms = [t for t in things if isinstance(t, sp.Basic)]
    return {s for t in terms for s in t.free_symbols if isinstance(s, sp.Symbol)}
