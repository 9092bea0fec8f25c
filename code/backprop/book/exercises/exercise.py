"""What an exercise is, and how an answer to it is judged."""

from dataclasses import dataclass, field
from functools import cached_property

from backprop.book.page import Shown
from backprop.proof import ClaimError


class Refused(Exception):
    """An answer that cannot be judged, with the sentence that says why."""


class Open(Refused):
    """The reader has put nothing in the place of ``your_answer``."""

    def __init__(self):
        super().__init__("No answer yet. Put it in the place of your_answer, and run the cell again.")


class Unanswered:
    """What stands where the reader's answer goes."""

    def __repr__(self):
        return "your_answer"


your_answer = Unanswered()


class Verdict(Shown):
    """What the reader is told; ``right`` says whether the answer is, and ``is_open``
    whether there is none yet.
    """

    def __init__(self, right, text, is_open=False):
        super().__init__(text)
        self.right, self.is_open = right, is_open


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """An exercise; its statement and its starter stand in the notebook, under its name.

    Parameters
    ----------
    name : such as "03-2".
    trains : what the exercise trains, in a few words.
    minutes : how long it takes.
    difficulty : 1, 2 or 3; so many points it gives.
    hint : a sentence that helps without telling.
    solution : the answer as a reader would type it.
    because : why it is right, in words.
    right : other answers that are right, as typed.
    wrong : typical wrong answers, as typed, each with what the reader must be told.
    letters : the names that an answer may use.
    """

    name: str
    trains: str
    minutes: int
    difficulty: int
    hint: str
    solution: str
    because: str
    right: tuple = ()
    wrong: dict = field(default_factory=dict)
    letters: dict = field(default_factory=dict)

    kind = "exercise"
    advice = ""  # what every kind says of an answer that is not one

    @property
    def points(self):
        return self.difficulty

    @property
    def label(self):
        """What stands beside the name in the notebook."""
        return f"({self.kind}, {self.minutes} minutes, {self.dots})"

    @property
    def dots(self):
        return "●" * self.difficulty + "○" * (3 - self.difficulty)

    def typed(self, text):
        """What a reader's text means."""
        return eval(text.strip(), dict(self.letters))  # the book's own texts

    def judge(self, answer):
        """The verdict on an answer, whatever it is; it never raises."""
        try:
            if answer is your_answer:
                raise Open
            if is_nothing(answer):
                raise Refused(f"Nothing is there yet. {self.advice}")
            return self.verdict(self.read(answer))
        except Refused as error:
            return Verdict(False, str(error).strip(), is_open=isinstance(error, Open))
        except ClaimError:
            return Verdict(False, self.advice)
        except Exception as error:  # of a foreign object, when it was looked at
            kind = type(error).__name__
            return Verdict(False, f"Your answer raised {kind}. {self.advice}".strip())

    def verdict(self, value):
        if (words := self.approved(value)) is not None:
            return Verdict(True, words)
        for text, reason in self.wrong.items():
            if self.same(value, self.mistakes[text]):
                return Verdict(False, reason)
        return Verdict(False, self.difference(value))

    @cached_property
    def mistakes(self):
        """The typical wrong answers, read."""
        return {text: self.read(self.typed(text)) for text in self.wrong}

    # Each kind says how an answer is read (or Refused), and how it is compared.

    def read(self, answer):
        raise NotImplementedError

    def approved(self, value):
        """What is shown beside Right, perhaps nothing; None if the answer is wrong."""
        raise NotImplementedError

    def same(self, value, other):
        """Whether a wrong answer is this typical one."""
        raise NotImplementedError

    def difference(self, value):
        """What is said of a wrong answer that is not typical."""
        raise NotImplementedError


def is_nothing(answer):
    empty = isinstance(answer, tuple | list | dict | set | str) and len(answer) == 0
    return answer is None or empty


def what(answer):
    """What was received, in a few words that hold for any object."""
    names = {bool: "a truth value", str: "a text", dict: "a dictionary", set: "a set"}
    names |= {tuple: "a tuple", list: "a list", int: "a number", float: "a number"}
    if type(answer) in names:
        return names[type(answer)]
    if callable(answer):
        return "a function"
    return f"an object of type {type(answer).__name__}"
