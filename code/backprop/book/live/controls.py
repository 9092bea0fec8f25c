"""What the reader of a live figure moves, and what stands below the picture."""

from dataclasses import dataclass

import sympy as sp

from backprop.shapes import InputError

SUBSCRIPTS = str.maketrans("0123456789n", "₀₁₂₃₄₅₆₇₈₉ₙ", "_{} ")


def words(symbol):
    """A symbol's name as text: W_{1 2} is W₁₂."""
    letter, _, place = symbol.name.partition("_")
    return letter + place.translate(SUBSCRIPTS)


def in_words(edges):
    """Symbols, or pairs of them, in a fixed order."""
    return ", ".join(sorted(map(str, edges))) or "none"


@dataclass(frozen=True)
class Control:
    """A symbol, the numbers that the reader may give it, the place of the first one
    in their list, and the texts that stand for them.
    """

    symbol: sp.Symbol
    label: str
    values: tuple
    at: int
    texts: tuple | None = None
    menu: bool = False
    plays: bool = False
    seconds: float = 4

    def __post_init__(self):
        if self.symbol.is_positive and min(self.values) <= 0:
            raise InputError(
                f"values: expected positive numbers for the symbol {self.symbol}, "
                f"received {min(self.values)}. Likely cause: a symbol made by sizes, "
                "for which SymPy has decided already that it is not 0"
            )


def slider(symbol, values, start=None, label=None, texts=None, plays=False, seconds=4):
    """A slider over a list of numbers.

    Parameters
        symbol: a real symbol. values: the numbers that it takes, in their order.
        start: the number at first; by default the first one.
        label: what stands beside the slider; by default the symbol.
        texts: what is shown for each number, if not the number.
        plays: True gives the figure the buttons Play and Step, which move this slider.
        seconds: how long it plays from end to end.
    Returns: a control for ``Figure``.
    Raises: ``InputError`` where ``start`` is not one of the values, where the texts
        are not as many, and where seconds is not positive. Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> slider(reals("z"), [-1, 0, 1], start=0).at
    1
    """
    values = tuple(v.item() if hasattr(v, "item") else v for v in values)
    start = values[0] if start is None and values else start
    check_slider(values, start, texts, seconds)
    label, at = label or words(symbol), values.index(start)
    return Control(symbol, label, values, at, texts, plays=plays, seconds=seconds)


def check_slider(values, start, texts, seconds):
    """The start is one of the values, the texts are as many, it plays forward."""
    if start not in values:
        raise InputError(
            f"start: expected one of the slider's values, received {start!r}. "
            "Likely cause: values that rounding has changed; round them"
        )
    if texts is not None and len(texts) != len(values):
        raise InputError(
            f"texts: expected one for each of the {len(values)} values, "
            f"received {len(texts)}. Likely cause: the two lists were made apart"
        )
    if not seconds > 0:
        raise InputError(
            f"seconds: expected a positive number, received {seconds}. "
            "Likely cause: a slider that is not to play; leave plays out"
        )


def choice(symbol, texts, label, start=0):
    """A menu. The symbol is 0 for the first text, 1 for the second, and so on;
    ``cases`` makes expressions that depend on it.

    Parameters
        symbol: a real symbol. texts: the entries of the menu.
        label: what stands beside it. start: the number of the entry at first.
    Returns: a control for ``Figure``.
    Raises: ``InputError`` where there is no such entry. Chapter: 01.

    >>> from backprop.proof.vocabulary import reals
    >>> choice(reals("k"), ["sigmoid", "tanh"], "activation").values
    (0, 1)
    """
    values = tuple(range(len(texts)))
    if start not in values:
        raise InputError(
            f"start: expected the number of an entry, 0 to {len(texts) - 1}, "
            f"received {start!r}. Likely cause: the entry itself, or counting from 1"
        )
    return Control(symbol, label, values, start, tuple(texts), menu=True)


def cases(symbol, expressions):
    """An expression that depends on a menu: the first one where the symbol is 0,
    the second where it is 1, and so on.

    Parameters
        symbol: the symbol of a ``choice``. expressions: one for each of its entries.
    Returns: an expression. Chapter: 01.

    >>> from backprop.proof.vocabulary import reals
    >>> k, z = reals("k z")
    >>> cases(k, [z, z**2])
    Piecewise((z, Eq(k, 0)), (z**2, True))
    """
    *others, last = expressions
    chosen = [(e, sp.Eq(symbol, number)) for number, e in enumerate(others)]
    return sp.Piecewise(*chosen, (last, True))


def holds(condition):
    """1 where a condition holds, else 0: an expression. Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> holds(reals("z") > 0)
    Piecewise((1, z > 0), (0, True))
    """
    return sp.Piecewise((1, condition), (0, True))


@dataclass(frozen=True)
class Result:
    """What stands under the picture: a label and a value.

    Parameters
        label: what stands before the value.
        value: an expression in the symbols of the controls, or a list of sizes, which
            is shown as a shape.
        digits: how many significant digits are shown.
        words: if given, the value is the number of one of them, from 0; or a list of
            two, whose second number is written in place of {} in these words.
        wrong: the numbers of the words that say that something is wrong. They are red
            and carry the sign ✗, the others ✓.
    Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> Result("f(z) =", reals("z")**2).expressions
    [z**2]
    """

    label: str
    value: object
    digits: int = 4
    words: tuple = ()
    wrong: tuple = ()

    @property
    def expressions(self):
        return [*self.value] if self.size else [self.value]

    @property
    def size(self):
        """How many sizes a shape has; 0 for a number."""
        return len(self.value) if isinstance(self.value, list | tuple) else 0

    @property
    def options(self):
        known = ("label", "digits", "words", "wrong", "size")
        return {name: getattr(self, name) for name in known}
