"""What a page needs: the source of a function, tables, and errors that are expected."""

import inspect
from contextlib import contextmanager
from textwrap import dedent

from backprop.proof.claim import in_latex
from backprop.proof.display import latex
from backprop.proof.prove import Proof


class Shown:
    """Text that a notebook, the website and GitHub display as Markdown."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return self.text


def source(*functions):
    """The functions as they stand in the package."""
    code = "\n\n".join(dedent(inspect.getsource(f)).rstrip() for f in functions)
    return Shown(f"```python\n{code}\n```")


@contextmanager
def caught(kind):
    """Print the error that is expected here; without it, raise.

    >>> with caught(ZeroDivisionError):
    ...     1 / 0
    division by zero
    """
    try:
        yield
    except kind as error:
        print(error)
    else:
        raise AssertionError(f"expected {kind.__name__}, received no error.")


def table(header, *rows):
    """A table; each row is a sequence of texts.

    >>> table(["array", "shape"], ["X", (3, 1)])
    | array | shape |
    | --- | --- |
    | X | (3, 1) |
    """
    lines = [list(map(str, row)) for row in (header, ["---"] * len(header), *rows)]
    return Shown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def results(namespace):
    """The closing table of a chapter:
    every named proof of the notebook, ``results(globals())``, in its order.
    """

    def row(proof):
        equation = f"${latex(proof.left)} = {latex(proof.right)}$"
        lines = "<br>".join([equation, *proof.notes(in_latex)])
        return [proof.name, lines.replace("|", r"\vert ")]

    named = {
        p: None  # once, under however many names of the notebook
        for name, p in namespace.items()
        if isinstance(p, Proof) and p.name and not name.startswith("_")
    }
    return table(["result", "statement"], *map(row, named))
