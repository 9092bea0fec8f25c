"""Exercises with a program that is wrong: name the line, or mend it."""

from dataclasses import dataclass
from functools import cached_property

from .exercise import Refused, what
from .number import as_number
from .program import Program


@dataclass(frozen=True, kw_only=True)
class FindTheBug(Program):
    """A wrong ``program``, as printed in the notebook; ``line`` is the false one. The
    answer is its number, or the program mended. ``wrong`` has the other lines' numbers,
    each with why that line is right.
    """

    program: str
    line: int
    mended: str
    kind = "find the bug"

    @property
    def advice(self):
        return "Expected the number of a line, or the program mended."

    @cached_property
    def reference(self):
        return self.typed(self.mended)

    def read(self, answer):
        if callable(answer):
            return super().read(answer)
        if type(answer) is str:
            answer = answer.strip().lower().removeprefix("line")
        try:
            number = float(as_number(answer))
        except Refused:
            raise Refused(f"{self.advice[:-1]}, received {what(answer)}.") from None
        count = self.program.strip().count("\n") + 1
        if number not in range(1, count + 1):
            raise Refused(f"Expected a line from 1 to {count}, received {number:g}.")
        return int(number)

    def approved(self, value):
        if isinstance(value, int):
            return "" if value == self.line else None
        return super().approved(value)

    def same(self, value, other):
        if isinstance(value, int) or isinstance(other, int):
            return type(value) is type(other) and value == other
        return super().same(value, other)

    def difference(self, value):
        if isinstance(value, int):
            return "This line is right."
        return super().difference(value)
