"""Diagrams that light up in stages: the paths of the chain rule, a network by hand."""

import sympy as sp

from backprop.shapes import InputError

from .computation import Template, meshed, misplaced
from .controls import in_words, slider, words
from .views import View


class Numbers(list):
    """The expressions of a diagram. A text names them by their places: {3} for
    a factor, which has brackets where it is negative, {=3} for a value.
    """

    def place(self, e):
        e = sp.sympify(e)
        if e not in self:
            self.append(e)
        return self.index(e)

    def factor(self, e):
        return f"{{{self.place(e)}}}"

    def value(self, e):
        return f"{{={self.place(e)}}}"


def diagram(boxes, edges, stages, now, numbers, where, **options):
    """A view: boxes {symbol: (x, y, the step from which its value is known)}, edges
    {(node, parent): a number, a text or None}, and for each entry of a menu the stages
    (lit edges, lit boxes, lines of text).
    """
    at, order = list(boxes).index, list(edges).index
    nodes = [
        {"name": words(n), "x": x, "y": y, "since": since, "value": numbers.place(n)}
        for n, (x, y, since) in boxes.items()
    ]
    arrows = [
        {"from": at(p), "to": at(n), "label": label_of(e, numbers)}
        | {"part": 0.67 if meshed(edges, n, p) else 0.5}
        for (n, p), e in edges.items()
    ]
    shown = [
        [
            {"lit": [*map(order, lit)], "here": sorted(map(at, here)), "lines": lines}
            for lit, here, lines in entry
        ]
        for entry in stages
    ]
    room = max(len(lines) for entry in stages for _, _, lines in entry)
    options |= {"nodes": nodes, "edges": arrows, "stages": shown, "room": room}
    formulas = {"now": ([], now), "values": ([], numbers)}
    return View("diagram", options, formulas, where=where)


def label_of(e, numbers):
    """What stands on an edge: a text, or the place of a number."""
    return e if e is None or isinstance(e, str) else numbers.place(e)


def check_boxes(drawn, places, optional=()):
    """Every box has a place, and every place is that of a box."""
    if odd := ({*drawn} - {*places}) | ({*places} - {*drawn, *optional}):
        raise misplaced(drawn, places, odd, "node")


# --------------------------------------------------------------------------- the paths


def routes(computation, start):
    """The paths from a symbol to the output, each a list of edges (node, parent)
    from the output back.
    """

    def back(n):
        edges = [edge for edge in computation.slopes if edge[0] == n]
        ahead = [[edge, *rest] for edge in edges for rest in back(edge[1])]
        return [[]] if n == start else ahead

    return back(computation.output)


def starts_of(computation, start):
    """The starts as a list; each of them reaches the output."""
    starts = list(start) if isinstance(start, list | tuple) else [start]
    known = computation.backward[1:]
    if odd := [s for s in starts or [None] if s not in known]:
        raise InputError(
            f"start: expected one of {in_words(known)}, or a list of them, received "
            f"{in_words(odd)}. Likely cause: a constant, or the output itself"
        )
    return starts


def path_names(found):
    """What each path is called: by the nodes that not all of the paths go through."""
    if len(found) == 1:
        return ["the path"]
    inner = [[p for _, p in route[:-1]][::-1] for route in found]
    own = [[n for n in ns if any(n not in others for others in inner)] for ns in inner]
    return [
        f"through {', '.join(map(words, nodes))}" if nodes else "directly"
        for nodes in own
    ]


def stage_texts(computation, starts):
    """The names of the stages; paths of different starts may have different names."""
    named = [path_names(routes(computation, s)) for s in starts]
    longest = max(named, key=len)
    if any(names != longest for names in named):
        longest = [f"path {k}" for k in range(1, len(longest) + 1)]
    return ["start", *longest, *["together"] * (len(longest) > 1)]


def path_stages(computation, start, numbers):
    """(lit edges, lit boxes, lines): nothing, path after path, all of them."""
    found = routes(computation, start)
    slopes = [[computation.claimed[e] for e in route] for route in found]
    products = [sp.Mul(*factors) for factors in slopes]
    lines = [
        f"{name}: {' · '.join(map(numbers.factor, factors))}"
        + f" = {numbers.value(product)}" * (len(factors) > 1)
        for name, factors, product in zip(
            path_names(found), slopes, products, strict=True
        )
    ]
    stages = [(route, lines[: k + 1]) for k, route in enumerate(found)]
    if len(found) > 1:
        terms = " + ".join(map(numbers.factor, products))
        total = f"together: {terms} = {numbers.value(sp.Add(*products))}"
        stages.append(([e for route in found for e in route], [*lines, total]))
    hint = ([], (), ["on an arrow: a slope"])
    return [hint, *((lit, {n for e in lit for n in e}, said) for lit, said in stages)]


def path_slider(computation, stage, start, seconds=4):
    """A slider over the stages of ``paths``, which plays; it stands at the start.

    Parameters
        computation, stage, start: as of ``paths``. seconds: as of ``slider``.
    Returns: a control for ``Figure``. Raises: ``InputError``. Chapter: 03.

    >>> from backprop.book.live import Computation
    >>> from backprop.proof.vocabulary import reals
    >>> x, u, v, y, t = reals("x u v y t")
    >>> slopes = {(y, u): v, (y, v): u, (u, x): 2, (v, x): 3}
    >>> c = Computation({u: 2*x, v: 3*x, y: u*v}, slopes)
    >>> path_slider(c, t, x).texts
    ['start', 'through u', 'through v', 'together']
    """
    texts = stage_texts(computation, starts_of(computation, start))
    return slider(stage, range(len(texts)), 0, "stage", texts, True, seconds)


def paths(computation, places, stage, start, chosen=None, given=None, width=92):
    """A computational graph whose paths from an input to the output light up, one after
    the other. Along a path the local derivatives are multiplied, from the output back
    to the input; the products of all paths are added:

        ∂output/∂input = Σ over paths Π over edges ∂node/∂parent

    Parameters
        computation: a ``Computation``.
        places: {node or input: (x, y)}, the centre of its box, in a picture 400 wide.
            An edge runs from top to bottom, or level. A constant is drawn if it has
            a place.
        stage: the symbol of ``path_slider``.
        start: an input or a node, or a list of them.
        chosen: the symbol of a ``choice`` that picks from this list.
        given: {input: expression in the symbols of the controls}, for the inputs that
            are no controls.
        width: of a box.
    Returns: a view for ``Figure``. The results of the figure may use the nodes and
        their adjoints.
    Raises: ``InputError`` for a box without a place, a place without a box, a start
        that does not reach the output, and a list without a menu. Chapter: 03.

    >>> from backprop.book.live import Computation
    >>> from backprop.proof.vocabulary import reals
    >>> x, y, z, t = reals("x y z t")
    >>> c = Computation({y: x**2, z: 3*y}, {(z, y): 3, (y, x): 2*x})
    >>> places = {x: (200, 30), y: (200, 120), z: (200, 210)}
    >>> view = paths(c, places, t, x, given={x: 5})
    >>> view.options["stages"][0][1]["lines"]
    ['the path: {3} · {4} = {=5}']
    >>> view.formulas["values"][1]
    [x, y, z, 3, 2*x, 6*x]
    """
    starts, constants = starts_of(computation, start), computation.constants
    if (len(starts) > 1) != (chosen is not None):
        raise InputError(
            f"chosen: expected the symbol of a menu where there are several starts, "
            f"received {chosen} and {len(starts)} of them. "
            "Likely cause: chosen left out, or a single start"
        )
    check_boxes(computation.backward, places, constants)
    numbers = Numbers(places)
    edges = dict(computation.claimed)
    for n in computation.forward:
        for c in (
            {*constants} & {*places} & sp.sympify(computation.nodes[n]).free_symbols
        ):
            edges[n, c] = None
    stages = [path_stages(computation, s, numbers) for s in starts]
    boxes = {n: (*place, 0) for n, place in places.items()}
    now = [0 if chosen is None else chosen, stage]
    where = {**(given or {}), **computation.where}
    return diagram(boxes, edges, stages, now, numbers, where, width=width, before="")


# ------------------------------------------------------------------- a network by hand


def spelled(node, expression, weights, said):
    """An expression as text: inputs times weights, in their order, and the rest."""
    parents = [p for n, p in factors(weights) if n == node]
    products = [f"{said(p)} · {said(weights[node, p])}" for p in parents]
    rest = remainder(node, expression, weights)
    if rest.is_Symbol or rest.is_number:
        return " + ".join([*products, *[said(rest)] * (rest != 0)])
    symbols = sorted(rest.free_symbols, key=str)
    other = Template(symbols).text(rest).format(*map(said, symbols))
    return " + ".join([*products, other])


def factors(weights):
    """The weights without the texts."""
    return {e: w for e, w in weights.items() if not isinstance(w, str)}


def remainder(node, expression, weights):
    """What a node adds to the weighted sum of its parents: a bias, say."""
    known = [w * p for (n, p), w in factors(weights).items() if n == node]
    e = sp.sympify(expression)
    return sp.expand(e - sp.Add(*known)) if known else e


def check_weights(nodes, weights, places):
    """Every weight is the factor of a parent that has a box."""
    for n, p in factors(weights):
        known = n in nodes and p in places
        if not known or p in remainder(n, nodes[n], weights).free_symbols:
            raise InputError(
                f"weights: expected the factor of {p} in the sum {n} = "
                f"{nodes.get(n)}, received {weights[n, p]}. Likely cause: node and "
                "parent exchanged, or a node that is no sum; give z = x w + b and "
                "h = f(z) a node each"
            )


def forward_slider(nodes, step, seconds=4):
    """A slider over the steps of ``network``, which plays; it stands at the start.

    Parameters
        nodes: as of ``network``. step: its symbol. seconds: as of ``slider``.
    Returns: a control for ``Figure``. Raises: ``InputError``. Chapter: 01.

    >>> from backprop.proof.vocabulary import reals
    >>> x, z, t = reals("x z t")
    >>> forward_slider({z: 2*x}, t).texts
    ['start', 'z']
    """
    texts = ["start", *map(words, nodes)]
    return slider(step, range(len(texts)), 0, "step", texts, True, seconds)


def network(nodes, weights, places, step, given=None, width=92):
    """A forward pass by hand: boxes with values, and lines with weights between them.
    One node after the other is computed, in names and in numbers, as

        z = x₁ · w₁ + x₂ · w₂ + b

    Parameters
        nodes: {symbol: expression in the symbols before it}.
        weights: {(node, parent): the factor of the parent in the node's sum}, numbers
            or expressions. In a sum, the weighted parents are written in this order.
            A text, such as the name of a function, is shown as it is.
        places: {node or input: (x, y)}, the centre of its box, in a picture 400 wide.
            An edge runs from top to bottom, or level. A weight stands on its edge, and
            a bias at the left of its box.
        step: the symbol of ``forward_slider``.
        given: {symbol: expression in the symbols of the controls}, for the inputs,
            weights and biases that are no controls.
        width: of a box.
    Returns: a view for ``Figure``. The results of the figure may use the nodes.
    Raises: ``InputError`` for a node without a place, a place without a box, and
        a weight that is no factor of a parent. Chapter: 01.

    >>> from backprop.proof.vocabulary import reals, relu
    >>> x, z, h, b, t = reals("x z h b t")
    >>> nodes, places = {z: 2*x + b, h: relu(z)}, {x: (60, 30), z: (60, 130)}
    >>> view = network(nodes, {(z, x): 2}, places | {h: (200, 130)}, t)
    >>> for stage in view.options["stages"][0][1:]:
    ...     print(stage["lines"])
    ['z = x · {3} + b', '= {0} · {3} + {4}', '= {=1}']
    ['h = relu(z)', '= relu({1})', '= {=2}']
    >>> view.formulas["values"][1]
    [x, z, h, 2, b]
    """
    used = {n: sp.sympify(e).free_symbols for n, e in nodes.items()}
    check_boxes({*nodes, *(p for _, p in weights)}, places, set().union(*used.values()))
    check_weights(nodes, weights, places)
    numbers, known = Numbers(places), list(nodes)
    edges = {(n, p): weights.get((n, p)) for n in nodes for p in places if p in used[n]}

    def name(e):
        return words(e) if isinstance(e, sp.Symbol) else numbers.factor(e)

    stages = [([], (), ["on a line: a weight", "?: not computed yet"])]
    for n, e in nodes.items():
        said = [spelled(n, e, weights, show) for show in (name, numbers.factor)]
        lines = [f"{words(n)} = {said[0]}", f"= {said[1]}", f"= {numbers.value(n)}"]
        stages.append(([edge for edge in edges if edge[0] == n], [n], lines))
    boxes = {
        n: (*place, known.index(n) + 1 if n in nodes else 0)
        for n, place in places.items()
    }
    biases = {
        list(places).index(n): numbers.place(bias)
        for n in dict.fromkeys(n for n, _ in factors(weights))
        if (bias := remainder(n, nodes[n], weights)) != 0
    }
    where = {**(given or {}), **nodes}
    options = {"width": width, "before": "× ", "biases": biases}
    return diagram(boxes, edges, [stages], [0, step], numbers, where, **options)


# ------------------------------------------------------------- two modes, side by side


def modes(step, inputs, first, second):
    """Forward and reverse mode beside each other: inputs x, each with some arrows to m,
    and arrows from m to s. Forward mode carries ∂/∂x of one input down, in a sweep of
    its own for each; reverse mode carries ∂s/∂ of every box up, in one.

    Parameters
        step: the symbol of a slider over the sweeps, from 0.
        inputs, first, second: how many inputs, arrows from each input to m, and arrows
            from m to s: symbols of sliders, from 1 to 3. Arrow k has the slope k from
            the first input, k + 1 from the second, and so on; those to s have the
            slopes 2, 1 and 3.
    Returns: a view for ``Figure``. Chapter: 03.

    >>> from backprop.proof.vocabulary import reals
    >>> modes(*reals("t m a b")).formulas["slopes"][1][:3]
    [1, 2, 3]
    """
    to_m = [[i + k for k in (1, 2, 3)] for i in range(3)]
    to_s = [2, 1, 3]
    sums = [added(to_s, second), *(added(row, first) for row in to_m)]
    slopes = [slope for row in [*to_m, to_s] for slope in row]
    now = [step, inputs, first, second]
    formulas = {"now": ([], now), "sums": ([], sums), "slopes": ([], slopes)}
    return View("modes", {}, formulas)


def added(slopes, count):
    """The sum of the first slopes, as many as the symbol says."""
    return sp.Add(
        *[
            sp.Piecewise((slope, count >= k), (0, True))
            for k, slope in enumerate(slopes, 1)
        ]
    )
