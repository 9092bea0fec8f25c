"""The text of an array: how tightly it holds together, what it costs, and how it is
put into a layout.
"""

import re
from dataclasses import dataclass, replace

from sympy import default_sort_key

# how tightly a text holds together; in Python * and @ bind alike
COMPARED, ADDED, MULTIPLIED, MATMUL, SIGNED, RAISED, ATOM = range(7)
TWICE = re.compile(r"\b(\w+) @ \1\b")


@dataclass(frozen=True)
class Code:
    """A text and how tightly it holds together; the most axes of an array that it makes
    on the way, the most loops of a step; whether its last step is ``.sum``, and whether
    it is a number.
    """

    text: str
    level: int = ATOM
    axes: int = 0
    loops: int = 0
    is_sum: bool = False
    is_number: bool = True

    def within(self, level):
        """The text, in brackets where it holds together less tightly than that."""
        return self.text if self.level >= level else f"({self.text})"

    def cost(self, axes=0):
        """What is least for the best of several texts, where arrays with so many axes
        are there anyhow: x @ A @ x before A @ x @ x.
        """
        length = len(self.text) + 12 * self.text.count("None")
        again = len(TWICE.findall(self.text))
        return max(self.axes, axes), self.loops, length, again


def sizes_of(codes):
    """What the codes need: axes and loops."""
    return [c.axes for c in codes], [c.loops for c in codes]


def placed(code, own, layout):
    """An array with the axes ``own`` in a layout: transposed, with axes of length 1 for
    the indices that it lacks.
    """
    order = [i for i in layout if i in own]
    if not order:
        return code
    code = transposed(code, [own.index(i) for i in order])
    tail = layout[layout.index(order[0]) :]
    marks = subscript([":" if i in own else "None" for i in tail])
    return replace(code, text=code.within(ATOM) + marks, level=ATOM) if marks else code


def transposed(code, places):
    """The axes in another order."""
    if places == sorted(places):
        return code
    moved = [p for p, q in enumerate(places) if p != q]
    if len(places) == 2:
        text = ".T"
    elif len(moved) == 2:
        text = f".swapaxes({moved[0]}, {moved[1]})"
    else:
        text = f".transpose({', '.join(map(str, places))})"
    return replace(code, text=code.within(ATOM) + text, level=ATOM)


def subscript(marks):
    """The brackets behind an array; nothing where every axis is whole."""
    while marks and marks[-1] == ":":
        marks = marks[:-1]
    return f"[{', '.join(marks)}]" if marks else ""


def spelled(indices, letters):
    return "".join(letters[i] for i in indices)


def simple(text):
    """Whether a power is written without spaces, as in x**2."""
    return text.replace("_", "").replace(".", "").isalnum()


def in_order(indices):
    """A set of indices as a list."""
    return sorted(indices, key=default_sort_key)
