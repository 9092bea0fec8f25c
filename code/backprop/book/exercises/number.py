"""Exercises whose answer is a number, or several numbers in rows."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import sympy as sp

from .exercise import Exercise, Refused, what

NUMBERS = {"Rational": sp.Rational}  # what an answer may use besides Python


@dataclass(frozen=True, kw_only=True)
class Number(Exercise):
    """A number; several ones as a tuple, or as rows.

    ``decimals`` says how many are asked for; without it the number is exact, up to the
    rounding of a float. ``parts`` names the numbers of a tuple. Where many numbers are
    right, ``fault`` says in words what is wrong with one, and returns None if nothing is.
    """

    decimals: int | None = None
    parts: tuple = ()
    fault: Callable | None = None
    kind = "number"

    @cached_property
    def target(self):
        return as_numbers(self.typed(self.solution))

    @property
    def advice(self):
        return f"Expected {counted(shape(self.target))}, such as {example(self)}."

    def read(self, answer):
        value = as_numbers(answer)
        if not shape(self.target) and len(flat(value)) == 1:
            value = flat(value)[0]
        if None in shape(value):
            raise Refused(f"Expected {counted(shape(self.target))}, without further brackets.")
        if shape(value) != shape(self.target):
            wanted, found = counted(shape(self.target)), counted(shape(value))
            turned = shape(value) == shape(self.target)[::-1] != shape(self.target)
            hint = " Likely cause: the transpose." if turned else ""
            raise Refused(f"Expected {wanted}, received {found}.{hint}")
        return value

    def approved(self, value):
        wrong = self.fault(value) if self.fault else not self.same(value, self.target)
        return None if wrong else ""

    def same(self, value, other):
        pairs = zip(flat(value), flat(other), strict=True)
        return all(self.near(a, b) for a, b in pairs)

    def near(self, number, target):
        """Whether a number is the target as asked; further decimals must be right, too,
        if the target has them.
        """
        error = abs(sp.N(number - target, 30))
        if self.decimals is None:
            return error <= Fraction(1, 10**9) * max(1, abs(target))
        further = self.has_further(number) and self.has_further(target)
        digits = self.decimals + further
        return error <= Fraction(10**9 + 1, 2 * 10 ** (9 + digits))

    def has_further(self, number):
        """Whether a number has more decimals than are asked for."""
        scaled = sp.N(number, 30) * 10**self.decimals
        return bool(abs(scaled - sp.floor(scaled + Fraction(1, 2))) > Fraction(1, 10**9))

    def difference(self, value):
        if self.fault:
            return self.fault(value)
        pairs = enumerate(zip(flat(value), flat(self.target), strict=True))
        place, (mine, wanted) = next(p for p in pairs if not self.near(*p[1]))
        name = f" {self.parts[place]}" if self.parts else f" number {place + 1}"
        which = "" if len(flat(value)) == 1 else f" The first that is not right:{name}."
        if mine == -wanted:
            return f"The sign is the other way round.{which}"
        if self.decimals and abs(sp.N(mine - wanted, 30)) < abs(wanted) / 50:
            return f"Close, but not to {self.decimals} decimals.{which}"
        size = "small" if mine < wanted else "large"
        return f"Yours, {mine if mine.is_Rational else format(float(mine), '.10g')}, is too {size}.{which}"


def as_numbers(answer):
    """A number, or nested tuples of numbers."""
    if isinstance(answer, list | tuple):
        return tuple(map(as_numbers, answer))
    if hasattr(answer, "tolist") and getattr(answer, "shape", None) is not None:
        return as_numbers(answer.tolist())
    return as_number(answer)


def as_number(answer):
    """One number in any form, as SymPy's."""
    if type(answer).__module__.partition(".")[0] == "numpy" and hasattr(answer, "item"):
        answer = answer.item()
    if type(answer) is str:
        answer = from_text(answer)
    if type(answer) not in (int, float, Fraction, Decimal) and not isinstance(answer, sp.Expr):
        raise Refused(f"Expected a number, received {what(answer)}.")
    number = sp.Rational(answer) if isinstance(answer, Fraction) else sp.sympify(answer)
    if number.free_symbols or number.has(sp.Sum, sp.Derivative, sp.Integral):
        raise Refused(f"Expected a number, received an expression: {number}.")
    if not (number.is_real and number.is_finite):
        raise Refused(f"Expected a real, finite number, received {str(number).replace('oo', 'infinity')}.")
    return number


def from_text(text):
    """A number that is written in quotation marks."""
    try:
        return Fraction(text.replace("−", "-").replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        raise Refused(f'Expected a number, received the text "{text[:40]}".') from None


def flat(value):
    return [n for v in value for n in flat(v)] if isinstance(value, tuple) else [value]


def shape(value):
    """The shape of nested tuples; rows must be equally long."""
    if not isinstance(value, tuple):
        return ()
    inner = {shape(v) for v in value}
    return (len(value), *(inner.pop() if len(inner) == 1 else (None,) * bool(inner)))


def counted(sizes):
    if not sizes:
        return "one number"
    *rows, last = sizes
    numbers = f"{last} number{'s' * (last != 1)}"
    if not rows:
        return f"{numbers} in a row"
    return f"{rows[-1]} row{'s' * (rows[-1] != 1)} of {numbers}"


def example(exercise):
    """An answer of the right form."""

    def ones(sizes):
        return [ones(sizes[1:])] * sizes[0] if sizes else 1.5

    return repr(ones(shape(exercise.target)))
