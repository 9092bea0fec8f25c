"""Exercises with a choice; each wrong one is answered by its counterexample."""

from dataclasses import dataclass

from .exercise import Exercise, Refused, what


@dataclass(frozen=True, kw_only=True)
class Choice(Exercise):
    """One of several statements, named by a letter; each gives its reason."""

    kind = "choice"

    @property
    def letters_to_choose(self):
        return sorted(map(self.typed, [self.solution, *self.wrong]))

    @property
    def advice(self):
        *first, last = (f'"{letter}"' for letter in self.letters_to_choose)
        return f"Expected one letter, {', '.join(first)} or {last}."

    def read(self, answer):
        if type(answer) is not str:
            raise Refused(f"{self.advice} Received {what(answer)}.")
        letter = answer.strip().strip("().").lower()
        if letter not in self.letters_to_choose:
            raise Refused(self.advice)
        return letter

    def approved(self, letter):
        return "" if letter == self.typed(self.solution) else None

    def same(self, letter, other):
        return letter == other

    def difference(self, letter):
        return "Another one."
