"""Exercises whose answer is a function, compared on arrays of many shapes."""

import inspect
import random
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from .exercise import Exercise, Open, Refused, what, your_answer
from .running import OutOfTime, Run

DRAWS = 5


@dataclass(frozen=True, kw_only=True)
class Program(Exercise):
    """A function of the reader; ``solution`` is the text of a function ``answer``.

    ``public`` are arguments that a reader can check on paper, as typed; ``draw`` makes
    further ones from NumPy's random generator, of which one is rounded to whole numbers
    if ``integers``. ``returns`` names several results. ``through`` is called with the
    reader's function and the arguments, if the function alone gives no arrays.
    """

    public: tuple = ()
    draw: Callable | None = None
    integers: bool = True
    returns: tuple = ()
    through: Callable | None = None
    tolerance: float = 1e-9
    kind = "program"

    @property
    def advice(self):
        return f"Expected a function of {', '.join(self.arguments)}."

    @cached_property
    def arguments(self):
        """The names of the arguments."""
        return tuple(inspect.signature(self.reference).parameters)

    @cached_property
    def reference(self):
        return self.typed(self.solution)

    def typed(self, text):
        """The function ``answer`` of a text, or what an expression means."""
        import numpy as np

        names = {"np": np, **self.letters}
        if "def answer" not in text:
            return eval(text.strip(), names)
        exec(text, names)  # the book's own texts
        return names["answer"]

    @cached_property
    def cases(self):
        """Arguments to try, drawn once: in the first place those that are public."""
        import numpy as np

        rng = np.random.default_rng(random.Random(self.name).randrange(2**32))
        cases = [eval(text, {"np": np, **self.letters}) for text in self.public]
        cases += [self.draw(rng) for _ in range(DRAWS if self.draw else 0)]
        return [*cases, rounded(cases[-1])] if self.integers and self.draw else cases

    def read(self, answer):
        if not callable(answer) or isinstance(answer, type):
            raise Refused(f"{self.advice[:-1]}, received {what(answer)}.")
        try:
            inspect.signature(answer).bind(*self.arguments)
        except (TypeError, ValueError):
            raise Refused(f"{self.advice} Yours takes other arguments.") from None
        return self.runs(answer)

    def runs(self, function):
        """What the function does with all cases, up to the first that does not end."""
        call, runs = unless_open(function), []
        whole = (self.through, call) if self.through else (call,)
        for case in self.cases:
            given = copies(case)
            run = Run(*whole, *given)
            if isinstance(run.error, Open):
                raise Open
            runs.append((run, given))
            if isinstance(run.error, OutOfTime):
                break
        return runs

    @cached_property
    def wanted(self):
        return self.runs(self.reference)

    def approved(self, runs):
        return "" if self.same(runs, self.wanted) else None

    def same(self, runs, other):
        return not any(self.faults(runs, other))

    def difference(self, runs):
        return next(filter(None, self.faults(runs, self.wanted)))

    def faults(self, runs, other):
        """What is wrong in each case; None where nothing is."""
        for (found, given), (wanted, theirs), case in zip(runs, other, self.cases, strict=False):
            words = self.fault(found, wanted, case, given, theirs)
            if words and found.printed:
                printed = found.printed[:2000].rstrip()
                words += f"\n\nYour function printed:\n\n```text\n{printed}\n```"
            yield words

    def fault(self, found, wanted, case, given, theirs):
        """The first thing that is wrong: an error, the number of results, an argument
        that was changed, a shape, a number.
        """
        at = f"For {self.described(case)}: "
        if found.error:
            return at + raised(found.error)
        if wanted.error:
            return f"{at}there is an error to raise."
        if found.value is None:
            return f"{at}your function returns nothing yet."
        for name, before, after in zip(self.arguments, case, given, strict=True):
            if not equal(before, after):
                return f"{at}your function changes {name}. Make a new array."
        return self.fault_of_results(at, found.value, wanted.value, given, theirs)

    def fault_of_results(self, at, value, wanted, given, theirs):
        names = self.returns or ("the result",)
        if not self.returns:
            value, wanted = (value,), (wanted,)
        if not isinstance(value, tuple | list) or len(value) != len(names):
            return f"{at}expected {len(names)} results, {', '.join(names)}."
        for name, yours, right in zip(names, value, wanted, strict=True):
            if words := fault_of_array(yours, right, self.tolerance):
                return f"{at}{name} {words}"
            if shared := self.shared(yours, given) - self.shared(right, theirs):
                return f"{at}{name} is a part of {shared.pop()} itself. Return a copy."
        return None

    def shared(self, result, given):
        """The arguments that lie in the result's memory."""
        import numpy as np

        return {
            name
            for name, a in zip(self.arguments, given, strict=True)
            if isinstance(a, np.ndarray) and np.shares_memory(result, a)
        }

    def described(self, case):
        """The arguments: small ones whole, of large ones the shape."""
        pairs = zip(self.arguments, case, strict=True)
        return ", ".join(in_words(name, a) for name, a in pairs)


def later(module, name):
    """A function of the package that is loaded, with NumPy, when it is called."""
    return lambda *arguments: getattr(import_module(module), name)(*arguments)


def in_words(name, value):
    text = short_text(value)
    return f"{name} = {text}" if len(text) < 40 else f"{name} of shape {value.shape}"


def short_text(value):
    return repr(value.tolist() if hasattr(value, "tolist") else value)


def unless_open(function):
    """The function, which raises Open if it returns the placeholder."""

    def call(*arguments):
        if (value := function(*arguments)) is your_answer:
            raise Open
        return value

    return call


def rounded(case):
    """Arguments whose arrays hold whole numbers, as integers."""
    return [(3 * a).round().astype(int) if hasattr(a, "round") else a for a in case]


def copies(case):
    return [a.copy() if hasattr(a, "copy") else a for a in case]


def equal(a, b):
    import numpy as np

    if isinstance(a, np.ndarray):
        return a.shape == b.shape and bool((a == b).all())
    return callable(a) or a == b


def raised(error):
    """An error of the reader's function, in words."""
    if isinstance(error, OutOfTime):
        return "your function does not come to an end. Is there a loop that never stops?"
    kind = type(error).__name__
    article = "an" if kind[0] in "AEIOU" else "a"
    return f"your function stopped{line_of(error)} with {article} {kind}: {in_plain_words(error)}"


def in_plain_words(error):
    """NumPy's words for two shapes that do not fit, said plainly."""
    words = str(error).split("\n")[0][:200]
    if "mismatch in its core dimension" in words:
        return "the shapes do not fit a product; the last size on its left must be the first on its right."
    if "broadcast together" in words:
        shapes = " and ".join(re.findall(r"\([\d, ]*\)", words))
        return f"the shapes {shapes} do not fit entry by entry."
    return words


def line_of(error):
    """The line of the reader's function in which an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    foreign = ("backprop", "site-packages", sys.prefix, sys.base_prefix)
    theirs = [f for f in frames if f.line and not any(place in f.filename for place in foreign)]
    return f" at `{theirs[0].line.strip()}`" if theirs else ""


def fault_of_array(yours, right, tolerance):
    """How an array differs from the right one, in words; None if it does not."""
    import numpy as np

    if inspect.isgenerator(yours):
        return "is a generator. Return an array."
    try:
        array = np.asarray(yours)
    except Exception:
        return "is no array of numbers."
    right = np.asarray(right)
    if array.dtype.kind not in "biuf" or array.dtype.kind == "b" != right.dtype.kind:
        return "is no array of real numbers."
    if array.shape != right.shape:
        turned = " It is transposed." if array.shape == right.shape[::-1] else ""
        return f"has the shape {array.shape}, expected {right.shape}.{turned}"
    return fault_of_numbers(array, right, tolerance)


def fault_of_numbers(array, right, tolerance):
    import numpy as np

    scale = np.abs(right).max(initial=1.0, where=np.isfinite(right))
    near = {"rtol": 0, "atol": tolerance * scale, "equal_nan": True}
    off = ~np.isclose(array, right, **near)  # a mistake may have NaN, too
    if not off.any():
        return None
    place = tuple(int(k) for k in np.argwhere(off)[0])
    name = f"[{', '.join(map(str, place))}]" if place else ""
    yours, wanted = float(array[place]), float(right[place])
    digits = next((d for d in (6, 9, 12) if f"{yours:.{d}g}" != f"{wanted:.{d}g}"), 17)
    return f"is not right: yours{name} is {yours:.{digits}g}, right is {wanted:.{digits}g}."
