"""Exercises whose answer is a derivation: lines, of which each is proved."""

from dataclasses import dataclass
from functools import cache, cached_property

from backprop.proof import derive

from .exercise import Open, Refused, is_nothing, what, your_answer
from .expression import Expression


@dataclass(frozen=True, kw_only=True)
class Lines(Expression):
    """Lines that lead from the question to an answer, each an expression or a pair
    (expression, reason); at least ``least`` of them.
    """

    least: int = 2
    kind = "derivation"

    @property
    def advice(self):
        return 'Expected a list of lines, such as [(…, "chain rule"), (…, "why")].'

    def read(self, answer):
        if not isinstance(answer, list | tuple):
            raise Refused(f"{self.advice[:-1]}, received {what(answer)}.")
        if all(is_open(line) for line in answer):
            raise Open
        lines = tuple(self.read_line(number, a) for number, a in enumerate(answer, start=1))
        if len(lines) < self.least:
            raise Refused(f"Expected at least {self.least} lines, one step in each.")
        return lines

    def check_no_line_stands_twice(self, lines):
        for number, line in enumerate(lines, start=1):
            if line == self.question:
                raise Refused(f"Line {number} is the question again.")
            if (first := lines.index(line) + 1) < number:
                raise Refused(f"Line {number} is line {first} again.")

    @cached_property
    def target(self):
        """The last line of the solution."""
        *_, last = self.typed(self.solution)
        return last[0] if isinstance(last, tuple) else last

    def read_line(self, number, line):
        """An expression with its reason."""
        expression, *reason = line if isinstance(line, list | tuple) and line else [line]
        if is_open(line) or is_nothing(expression):
            raise Refused(f"Line {number} is still open.")
        if [type(r) for r in reason] not in ([], [str]):
            raise Refused(f"Line {number}: expected an expression and its reason, a text.")
        try:
            value = self.as_expression(expression)
        except Refused as error:
            raise Refused(f"Line {number}: {error}") from None
        return (value, *reason)

    @cached_property
    def first_false(self):
        """The number of the first line that does not follow, and its expression; it is
        asked again for each typical mistake.
        """
        return cache(self.find_first_false)

    def find_first_false(self, lines):
        before = self.question
        for number, (line, *_) in enumerate(lines, start=1):
            try:
                follows = self.are_equal(before, line)
            except Refused as error:
                raise Refused(f"Line {number}: {error}") from None
            if not follows:
                return number, line
            before = line
        return None

    def approved(self, lines):
        if self.first_false(lines):
            return None
        try:
            self.check_is_an_answer(lines[-1][0])
            self.check_is_finished(lines[-1][0])
        except Refused as error:
            raise Refused(f"Every line follows. But the last: {error}") from None
        self.check_no_line_stands_twice([line for line, *_ in lines])
        return self.proved(lines)

    def proof(self, lines):
        return derive(self.question, *lines, where=self.where)

    def same(self, lines, other):
        mine, theirs = self.first_false(lines), self.first_false(other)
        return bool(theirs) and mine[0] == theirs[0] and self.are_equal(mine[1], theirs[1])

    def difference(self, lines):
        number, line = self.first_false(lines)
        self.check_indices(line)
        before = self.question if number == 1 else lines[number - 2][0]
        whose = "the question" if number == 1 else f"line {number - 1}"
        more = self.numbers(before, line)
        return f"Line {number} is the first that does not follow from {whose}. {more}"


def is_open(line):
    """Whether the placeholder stands in the place of the expression."""
    first = line[0] if isinstance(line, list | tuple) and line else line
    return first is your_answer
