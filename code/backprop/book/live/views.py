"""The views: what the picture of a live figure shows. A ``View`` names a function of
script.js and has its options and its formulas.
"""

from dataclasses import dataclass
from itertools import count, pairwise

from backprop.shapes import InputError

from .controls import holds, in_words


@dataclass(frozen=True)
class Axis:
    """An axis of a plot, from its first tick to its last.

    Parameters
        label: what it shows. ticks: at least two increasing numbers.
        log: True for a logarithmic axis; its ticks are positive.
    Raises: ``InputError`` for other ticks. Chapter: 00.

    >>> Axis("error", (1e-12, 1e-6, 1), log=True).ticks
    (1e-12, 1e-06, 1)
    """

    label: str
    ticks: tuple
    log: bool = False

    def __post_init__(self):
        rising = len(self.ticks) > 1 and all(a < b for a, b in pairwise(self.ticks))
        if not rising or (self.log and self.ticks[0] <= 0):
            raise InputError(
                f"ticks: expected increasing numbers{', all positive' * self.log}, "
                f"received {self.ticks}. Likely cause: an axis that starts at 0 and "
                "is logarithmic, or ticks in another order"
            )


GRAPHS = ("curve", "region", "area")  # have a value for every number on the axis x


@dataclass(frozen=True)
class Item:
    """A part of a plot: what it is, its label, its expressions, its style."""

    kind: str
    label: str
    expressions: tuple
    style: int = 0
    sign: str = ""

    def __post_init__(self):
        if self.style not in range(4):
            raise InputError(
                f"style: expected 0, 1, 2 or 3, received {self.style!r}. "
                "Likely cause: a fifth curve; a plot with five is hard to read"
            )


def curve(label, y, style=0):
    """The graph of an expression in a plot. It is interrupted where the expression has
    no value, and where it jumps.

    Parameters
        label: what stands below the plot; "" for nothing.
        y: an expression in the symbol of the plot and in the symbols of the controls.
        style: 0, 1, 2 or 3: its colour and its dashes.
    Returns: an item for ``plot``. Raises: ``InputError``. Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> curve("z²", reals("z")**2).expressions
    (z**2,)
    """
    return Item("curve", label, (y,), style)


def region(label, condition):
    """The values of a plot's symbol for which a condition holds, as a shaded band.
    A band narrower than 1/200 of the axis may be missed.

    Parameters
        label: what stands below the plot; "" for nothing.
        condition: a comparison, in the symbol of the plot and those of the controls.
    Returns: an item for ``plot``. Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> region("positive", reals("z") > 0).expressions
    (Piecewise((1, z > 0), (0, True)),)
    """
    return Item("region", label, (holds(condition),))


def point(label, x, y, style=0):
    """A dot in a plot, which moves with the controls.

    Parameters
        label: what stands below the plot; "" for nothing.
        x, y: its place, expressions in the symbols of the controls.
        style: 0, 1, 2 or 3: its colour and its form.
    Returns: an item for ``plot``. Raises: ``InputError``. Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> z = reals("z")
    >>> point("", z, z**2).expressions
    (z, z**2)
    """
    return Item("point", label, (x, y), style)


def area(label, low, high, style=0):
    """What lies between the graphs of two expressions, shaded, and more strongly where
    areas lie over each other. Both have a value for every number on the axis x.

    Parameters
        label, style: as of ``curve``.
        low, high: the lower and the upper edge; where they are equal there is nothing.
    Returns: an item for ``plot``. Raises: ``InputError``. Chapter: 04.

    >>> from backprop.proof.vocabulary import reals
    >>> z = reals("z")
    >>> area("below z²", 0, z**2, style=1).expressions
    (0, z**2)
    """
    return Item("area", label, (low, high), style)


def note(sign, x, y, label=""):
    """A letter or a word in a plot.

    Parameters
        sign: what is written. x, y: its place, expressions in the symbols of the
            controls. label: what it means, below the plot; "" for nothing.
    Returns: an item for ``plot``. Chapter: 04.

    >>> note("A", 1, 2, "above").expressions
    (1, 2)
    """
    return Item("note", label, (x, y), sign=sign)


def ellipse(x, y):
    """An ellipse around (0, 0), as a level line in a plot with even axes.

    Parameters
        x, y: the lengths of its semi-axes, positive expressions in the symbols of
            the controls.
    Returns: an item for ``plot``. Chapter: 04.

    >>> ellipse(3, 2).kind
    'ellipse'
    """
    return Item("ellipse", "", (x, y))


def trace(label, x, y, style=0, dots=False):
    """The path of a point in ``panels``, as a line.

    Parameters
        label: what stands below the plot; "" for nothing.
        x, y: its place, expressions in what the panels iterate and in the symbols of
            the controls.
        style: 0, 1, 2 or 3: its colour and its dashes.
        dots: True for a small dot at every step.
    Returns: an item for ``panels``. Raises: ``InputError``. Chapter: 04.

    >>> from backprop.proof.vocabulary import reals
    >>> trace("", *reals("x y")).expressions
    (x, y)
    """
    return Item("steps" if dots else "trace", label, (x, y), style)


@dataclass(frozen=True)
class View:
    """A picture: a function of script.js, its options, and the formulas that it calls,
    {name: (arguments before the symbols of the controls, expressions)}.

    ``state`` lists the symbols of what the picture iterates from the formula ``start``
    by the formula ``update``, as often as ``count`` says. ``where`` has abbreviations.
    The formulas may use these, and the results may use both.
    """

    name: str
    options: dict
    formulas: dict
    state: tuple = ()
    where: dict | None = None


def plot(symbol, x, y, items):
    """A plot over one symbol.

    Parameters
        symbol: a real symbol, which runs along the axis x. x, y: ``Axis``.
        items: a list of ``curve``, ``region``, ``area``, ``ellipse``, ``point`` and
            ``note``; the later ones are drawn over the earlier ones.
    Returns: a view for ``Figure``. Raises: ``InputError`` for a ``trace``. Chapter: 00.

    >>> from backprop.proof.vocabulary import reals
    >>> z = reals("z")
    >>> parts = [curve("z²", z**2)]
    >>> plot(z, Axis("z", (-1, 1)), Axis("z²", (0, 1)), parts).formulas["graphs"]
    ([z], [z**2])
    """
    if any(item.kind in ("trace", "steps") for item in items):
        raise InputError(
            "items: expected what stands still, received a trace. "
            "Likely cause: plot in place of panels, which iterates"
        )
    graphs, marks = [], []
    options = {"x": vars(x), "y": vars(y), "items": placed(items, graphs, marks)}
    return View("plot", options, {"graphs": ([symbol], graphs), "marks": ([], marks)})


def placed(items, graphs, marks):
    """The options of items, whose expressions are added to one of the two lists,
    if they are not in it.
    """
    named = []
    for item in items:
        own = [*item.expressions]
        place = graphs if item.kind in GRAPHS else marks
        at = next(k for k in count() if place[k : k + len(own)] in (own, []))
        place[at : at + len(own)] = own
        known = {"is": item.kind, "label": item.label, "style": item.style}
        known |= {"sign": item.sign} if item.sign else {}
        named.append({**known, "at": at})
    return named


def panels(symbol, parts, start, update, steps):
    """Several plots of what a formula iterates.

    Parameters
        symbol: a real symbol, which runs along the axis x of each plot.
        parts: {(left, right, bottom, top): (axis x, axis y, items)}, plots and their
            places, in a picture 400 wide. Left is where the numbers of the axis y
            begin, the others are edges of the box; above it the label of y takes 28,
            below it numbers and the label of x take 40. The items are those of
            ``plot``, and ``trace``.
        start, update: {symbol: expression}, for the same symbols: their first numbers,
            in the symbols of the controls, and the next ones, in these and in all the
            symbols of update. The items and the results of the figure may use them;
            except in a trace they stand for their last numbers.
        steps: their number, an expression in the symbols of the controls.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` where the symbols of start and update differ. Chapter: 04.

    >>> from backprop.proof.vocabulary import reals
    >>> z, n, a, t = reals("z n a t")
    >>> ax = Axis("", (0, 9))
    >>> items = [trace("aᵗ", n, a)]
    >>> parts = {(0, 386, 262, 28): (ax, ax, items)}
    >>> view = panels(z, parts, {n: 0, a: 1}, {n: n + 1, a: 2*a}, t)
    >>> view.formulas["update"], view.formulas["marks"]
    (([n, a], [n + 1, 2*a]), ([n, a], [n, a]))
    """
    state = list(update)
    if {*start} != {*state}:
        raise InputError(
            f"start: expected one expression for each of {in_words(state)}, received "
            f"them for {in_words(start)}. Likely cause: a symbol that update does not "
            "change; it is a number, or a control"
        )
    graphs, marks = [], []
    plots = [
        {"x": vars(x), "y": vars(y), "items": placed(items, graphs, marks), "box": box}
        for box, (x, y, items) in parts.items()
    ]
    formulas = {
        "graphs": ([symbol, *state], graphs),
        "marks": (state, marks),
        "start": ([], [start[a] for a in state]),
        "update": (state, [update[a] for a in state]),
        "count": ([], [steps]),
    }
    return View("plot", {"panels": plots}, formulas, tuple(state))


def shapes(arrays, lines, batch, most):
    """Equations between arrays, which are drawn as squares.

    Parameters
        arrays: {name: shape}; the shapes are expressions.
        lines: equations such as "X · W + b → Z", with spaces between the signs. Where
            the inner sizes of a product differ it is crossed out, and the array that
            the line ends in is unknown, and what later lines make of it.
        batch: in arrays with this number of rows the first one is marked, as a sample.
        most: the largest number of rows that is drawn.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for a line whose products or last sign are no arrays.
    Chapter: 01.

    >>> from backprop.proof.vocabulary import sizes
    >>> N, D = sizes("N D")
    >>> shapes({"X": (N, D), "w": (D, 1), "z": (N, 1)}, ["X · w → z"], N, 9).name
    'shapes'
    """
    for equation in lines:
        check_equation(equation, arrays)
    named, flat = [], []
    for name, shape in arrays.items():
        known = {"name": name, "axes": len(shape), "sample": shape[0] == batch}
        named.append({**known, "at": len(flat)})
        flat += shape
    options = {"arrays": named, "lines": lines, "most": most}
    return View("shapes", options, {"sizes": ([], flat)})


def check_equation(equation, arrays):
    """An equation multiplies arrays, and ends in one."""
    tokens = equation.split(" ")
    around = [t for pair in pairwise(tokens) if "·" in pair for t in pair]
    if missing := {*around, tokens[-1]} - {*arrays, "·"}:
        raise InputError(
            f"lines: expected products of the arrays {', '.join(arrays)}, "
            f"received {missing} in {equation!r}. "
            "Likely cause: a space left out, or an array without a shape"
        )


# ----------------------------------------------------------------------------- the bars


def bars(names, groups):
    """Bars from zero to a number, one below the other, in groups side by side: scores
    and the probabilities that come out of them, say.

    Parameters
        names: what stands before each row.
        groups: one to three pairs (axis, values): an ``Axis`` with a tick at 0, whose
            label stands above the group, and an expression for each name, in the
            symbols of the controls. A bar ends where the axis does.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for another number of groups or values, and an axis without
        a tick at 0. Chapter: 02.

    >>> from backprop.proof.vocabulary import reals
    >>> s = reals("s")
    >>> bars("ab", [(Axis("score", (-1, 0, 1)), [s, -s])]).formulas["bars"]
    ([], [s, -s])
    """
    check_bars(names, groups)
    values = [e for _, own in groups for e in own]
    axes = [vars(axis) for axis, _ in groups]
    return View("bars", {"names": [*names], "groups": axes}, {"bars": ([], values)})


def check_bars(names, groups):
    """One to three groups, with a value for every name, and bars that begin at 0."""
    if len(groups) not in (1, 2, 3):
        raise InputError(
            f"groups: expected 1 to 3 pairs (axis, values), received {len(groups)}. "
            "Likely cause: a group without brackets around it"
        )
    for axis, own in groups:
        if len(own) != len(names):
            raise InputError(
                f"groups: expected {len(names)} values, one for each name, received "
                f"{len(own)} in {axis.label!r}. Likely cause: a name left out"
            )
        if 0 not in axis.ticks:
            raise InputError(
                f"groups: expected a tick at 0, where a bar begins, received "
                f"{axis.ticks} in {axis.label!r}. Likely cause: an axis of a plot"
            )


# --------------------------------------------------------------------------- a training


def training(
    cost, gradient, logit, parameters, inputs, start, rate, count, samples, axes
):
    """A training by gradient descent, θ ← θ − η ∂L/∂θ with all samples in every step:
    the two inputs' square with the region where p = σ(logit) > ½, and the cost against
    the steps. A strip of the region narrower than 1/24 of the square may be missed.

    Parameters
        cost: L, an expression in the parameters. gradient: its slope for each of them.
        logit: an expression in the parameters and the inputs.
        parameters: the list of symbols θ. The results of the figure may use them; they
            stand for their numbers after the last step.
        inputs: two symbols. start: an expression for each parameter, in
            the symbols of the controls, as are rate, η, and count, the number of steps.
        samples: the points (x₁, x₂, target 0 or 1).
        axes: four ``Axis``, for the two inputs, the steps and the cost.
    Returns: a view for ``Figure``.
    Raises: ``InputError`` for another number of starts or axes, and for samples of
        another form. Chapter: 03.

    >>> from backprop.proof.vocabulary import reals
    >>> a, b, u, v, t = reals("a b u v t")
    >>> ax = Axis("", (0, 1))
    >>> view = training(
    ...     a**2, [2*a], a*u + v, [a], [u, v], [1], b, t, [(0, 1, 1)], [ax]*4
    ... )
    >>> view.formulas["update"]
    ([a], [-2*a*b + a])
    """
    check_training(parameters, gradient, start, samples, axes)
    update = [a - rate * g for a, g in zip(parameters, gradient, strict=True)]
    formulas = {
        "start": ([], start),
        "update": (parameters, update),
        "count": ([], [count]),
        "cost": (parameters, [cost]),
        "logit": ([*inputs, *parameters], [logit]),
    }
    options = {"axes": [vars(a) for a in axes], "samples": samples}
    return View("training", options, formulas, tuple(parameters))


def check_training(parameters, gradient, start, samples, axes):
    """A slope and a start for every parameter, four axes, and samples with a target."""
    if len(start) != len(parameters):
        raise InputError(
            f"start: expected {len(parameters)} expressions, one for each parameter, "
            f"received {len(start)}. Likely cause: one list for every entry of a menu; "
            "cases makes one expression of them"
        )
    if len(gradient) != len(parameters):
        raise InputError(
            f"gradient: expected {len(parameters)} expressions, one for a parameter, "
            f"received {len(gradient)}. Likely cause: a parameter without its slope"
        )
    if len(axes) != 4:
        raise InputError(
            f"axes: expected 4, for the inputs, the steps and the cost, "
            f"received {len(axes)}. Likely cause: one axis for both inputs"
        )
    wrong = [s for s in samples if len(s) != 3 or s[2] not in (0, 1)]
    if wrong:
        raise InputError(
            f"samples: expected (x₁, x₂, target 0 or 1), received {wrong[0]}. "
            "Likely cause: targets −1 and 1, or a target left out"
        )
