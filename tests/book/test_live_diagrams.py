"""Diagrams that light up: what stands in the boxes, on the edges and below, by arithmetic; their labels fit."""

import json
import re
from itertools import pairwise, product

import numpy as np
import pytest
from backprop.book import live
from backprop.proof.vocabulary import reals, relu, sigmoid
from helpers import refused
from live_browser import FAULTS_OF_LABELS, watch
from live_figures import elements, parsed
from test_live_fonts import faults_of_labels

t, x, y, z, h, u, v, F, b, pick = reals("t x y z h u v F b pick")
x_1, x_2, u_1, u_2, u_3, w_1, w_2, w_13, s, q = reals("x_1 x_2 u_1 u_2 u_3 w_1 w_2 w_13 s q")


def fork():
    """F = u v², u = z², v = 4 − z: two paths."""
    slopes = {(F, u): v**2, (F, v): 2 * u * v, (u, z): 2 * z, (v, z): -1}
    computation = live.Computation({u: z**2, v: 4 - z, F: u * v**2}, slopes)
    places = {z: (200, 20), u: (90, 120), v: (310, 120), F: (200, 220)}
    controls = [live.path_slider(computation, t, z), live.slider(z, [-3, -0.5, 0, 1, 3.14159, 40], 1)]
    results = [live.Result("", live.adjoint(z)), live.Result("", F)]
    return live.Figure(live.paths(computation, places, t, z), controls, results, "two paths")


W = np.array([[1, -1, 0], [0.5, 2, 1]])


def three():
    """s = Σ u_j², u = xW, from x₁ or x₂, with a constant that has a place."""
    computation = live.Computation(
        {u_1: x_1 + x_2 / 2, u_2: -x_1 + 2 * x_2, u_3: w_13 * x_1 + x_2, s: u_1**2 + u_2**2 + u_3**2},
        {(s, u_1): 2 * u_1, (s, u_2): 2 * u_2, (s, u_3): 2 * u_3}
        | {(u_1, x_1): 1, (u_2, x_1): -1, (u_3, x_1): w_13, (u_1, x_2): 0.5, (u_2, x_2): 2, (u_3, x_2): 1},
        constants=(w_13,),
    )
    places = {x_1: (130, 20), x_2: (270, 20), u_1: (60, 130), u_2: (200, 130), u_3: (340, 130), s: (200, 230)}
    places |= {w_13: (340, 230)}
    starts = [x_1, x_2]
    view = live.paths(computation, places, t, starts, chosen=pick, given={x_1: 1, x_2: 2, w_13: 0})
    controls = [live.path_slider(computation, t, starts), live.choice(pick, ["x₁", "x₂"], "from")]
    return live.Figure(view, controls, [live.Result("", live.adjoint(a)) for a in starts], "three paths")


def neuron():
    nodes = {z: x_1 * w_1 + x_2 * w_2 + b, h: sigmoid(z)}
    places = {x_1: (70, 20), x_2: (230, 20), z: (150, 120), h: (310, 120)}
    view = live.network(nodes, {(z, x_1): w_1, (z, x_2): w_2}, places, t, given={x_1: 2, x_2: -1})
    values = [-10.25, -1, 0, 0.5, 33]
    controls = [live.forward_slider(nodes, t), *(live.slider(a, values, 0.5) for a in (w_1, w_2, b))]
    return live.Figure(view, controls, [live.Result("", h)], "a neuron")


def by_hand():
    """Plain numbers as weights, and a menu of samples."""
    nodes = {u_1: 2 * x - 1, u_2: 0.5 - x, u_3: relu(u_1), s: -1.5 * u_3 + 2 * u_2 + y * y}
    places = {x: (200, 20), u_1: (100, 110), u_2: (300, 110), u_3: (100, 190), s: (200, 280)}
    weights = {(u_1, x): 2, (u_2, x): -1, (s, u_3): -1.5, (s, u_2): 2}
    view = live.network(nodes, weights, places, t, given={x: live.cases(pick, [2, -1])})
    controls = [live.forward_slider(nodes, t), live.choice(pick, ["a", "b"], "sample"), live.slider(y, [-3, 3])]
    return live.Figure(view, controls, [live.Result("", s)], "by hand")


def options(figure):
    """The texts of the first control."""
    listed = re.search(r'"controls":\[\{.*?"texts":\[(.*?)\]', figure.config)[1]
    return re.findall(r'"(.*?)"', listed)


def lines(svg):
    """What stands below a diagram."""
    return [w.get_text() for w in parsed(svg).find_all("text", x="10")]


def labels(svg):
    """The numbers on the edges, and those of the lit ones."""
    found = edge_texts(svg)
    numbers = [w.get_text().removeprefix("× ") for w in found]
    return numbers, [n for w, n in zip(found, numbers, strict=True) if "lit" in w["class"]]


def edge_texts(svg):
    """What stands on edges: not in a box, not beside one, not below the diagram."""
    texts = [w for w in parsed(svg).find_all("text") if w["text-anchor"] == "middle"]
    return [w for w in texts if " = " not in w.get_text()]


def biases(svg):
    """What stands at the left of a box."""
    return [w.get_text() for w in parsed(svg).find_all("text") if w["text-anchor"] == "end"]


def boxes(svg):
    """The texts in the boxes, and those of the marked ones."""
    soup, found, here = parsed(svg), [], []
    texts = {(w["x"], float(w["y"]) - 5): w.get_text() for w in soup.find_all("text")}
    for box in soup.find_all("rect", class_="node"):
        x, y = float(box["x"]) + float(box["width"]) / 2, float(box["y"]) + float(box["height"]) / 2
        found.append(texts[f"{x:g}", y])
        here += [found[-1]] * ("here" in box["class"])
    return found, here


def test_two_paths_light_up_and_their_products_are_added():
    figure = fork()
    assert options(figure) == ["start", "through u", "through v", "together"]
    start, first, second, both = (figure.frame([stage, 1]) for stage in range(4))
    assert start["picture"] == figure.first["picture"]
    assert lines(start["picture"]) == ["on an arrow: a slope"]
    assert lines(first["picture"]) == ["through u: 9 · 2 = 18"]
    assert lines(second["picture"]) == ["through u: 9 · 2 = 18", "through v: 6 · (−1) = −6"]
    assert lines(both["picture"])[2:] == ["together: 18 + (−6) = 12"]
    assert both["values"] == start["values"] == [12, 9]
    assert labels(start["picture"]) == (["9", "6", "2", "−1"], [])
    assert [labels(at["picture"])[1] for at in (first, second, both)] == [
        ["9", "2"],
        ["6", "−1"],
        ["9", "6", "2", "−1"],
    ]
    assert boxes(start["picture"]) == (["z = 1", "u = 1", "v = 3", "F = 9"], [])
    assert boxes(first["picture"])[1] == ["z = 1", "u = 1", "F = 9"]
    assert boxes(second["picture"])[1] == ["z = 1", "v = 3", "F = 9"]
    for at, active, pale in [(start, 0, 0), (first, 2, 2), (second, 2, 2), (both, 4, 0)]:
        assert len(elements(at["picture"], "path", "active")) == active
        assert len(elements(at["picture"], "path", "pale")) == pale
    assert lines(figure.frame([3, 3.14159])["picture"])[1:] == [
        "through v: 16.94 · (−1) = −16.94",
        "together: 4.63 + (−16.94) = −12.31",
    ]


def lit_ends(svg):
    """Where the lit arrows end."""
    heads = elements(svg, "path", "active")
    return [tuple(map(float, re.findall(r"-?[\d.]+", head["transform"])[:2])) for head in heads]


def test_a_lit_path_runs_from_box_to_box():
    assert lit_ends(fork().frame([1, 1])["picture"]) == [(200, 204), (90, 104)]
    assert lit_ends(fork().frame([2, 1])["picture"]) == [(200, 204), (310, 104)]


def test_a_menu_picks_the_input_whose_paths_light_up():
    figure, point = three(), np.array([1, 2])
    assert options(figure) == ["start", "through u₁", "through u₂", "through u₃", "together"]
    slopes = 2 * (point @ W)
    for k in range(2):
        frame = figure.frame([4, k])
        *single, together = lines(frame["picture"])
        found = [[float(n) for n in re.findall(r"-?[\d.]+", w.split(": ")[1].replace("−", "-"))] for w in single]
        assert found == [[slopes[j], W[k, j], slopes[j] * W[k, j]] for j in range(3)]
        assert frame["values"] == list(W @ slopes)
        assert together.endswith(f" = {(W @ slopes)[k]:g}".replace("-", "−"))
        assert len(lit_ends(frame["picture"])) == 6
        names = [said.split(" = ")[0] for said in boxes(frame["picture"])[1]]
        assert names == [f"x{'₁₂'[k]}", "u₁", "u₂", "u₃", "s"]
    assert "w₁₃ = 0" in boxes(figure.first["picture"])[0]
    arrows = len(elements(figure.first["picture"], "path", "head"))
    assert arrows == len(labels(figure.first["picture"])[0]) + 1 == 10


def chain(slopes, nodes, start=x):
    computation = live.Computation(nodes, slopes)
    places = {a: (200, 20 + 80 * k) for k, a in enumerate([x, *nodes])}
    view = live.paths(computation, places, t, start, given={x: -2})
    return live.Figure(view, [live.path_slider(computation, t, start)], [], "a chain")


def test_a_single_path_has_no_name_and_needs_no_sum():
    figure = chain({(z, y): 3, (y, x): 2 * x}, {y: x**2, z: 3 * y})
    assert options(figure) == ["start", "the path"]
    assert lines(figure.frame([1])["picture"]) == ["the path: 3 · (−4) = −12"]


def test_paths_are_named_by_what_tells_them_apart():
    """From x by y, by h and y, or at once; all of them through z."""
    nodes = {h: 5 * x, y: h + x, u: y * x, z: u**2}
    slopes = {(z, u): 2 * u, (u, y): x, (u, x): y, (y, h): 1, (y, x): 1, (h, x): 5}
    computation = live.Computation(nodes, slopes)
    slider = live.path_slider(computation, t, x)
    assert slider.texts == ["start", "through h, y", "through y", "directly", "together"]
    assert live.path_slider(computation, t, [x, h]).texts == ["start", "path 1", "path 2", "path 3", "together"]
    places = {a: (40 * k, 20 + 80 * k) for k, a in enumerate([x, *nodes], 1)}
    view = live.paths(computation, places, t, [x, h], pick, given={x: 1})
    figure = live.Figure(view, [slider, live.choice(pick, ["x", "h"], "")], [live.Result("", live.adjoint(x))], "")
    frame = figure.frame([4, 0])
    assert frame["values"] == [144]
    assert lines(frame["picture"]) == [
        *("through h, y: 12 · 1 · 1 · 5 = 60", "through y: 12 · 1 · 1 = 12", "directly: 12 · 6 = 72"),
        "together: 60 + 12 + 72 = 144",
    ]
    assert lines(figure.frame([4, 1])["picture"]) == ["the path: 12 · 1 · 1 = 12"]  # it has fewer stages


def test_a_neuron_by_hand():
    figure = neuron()
    assert options(figure) == ["start", "z", "h"]
    start, at_z, at_h = (figure.frame([k, 0.5, -1, -1])["picture"] for k in range(3))
    assert lines(start) == ["on a line: a weight", "?: not computed yet"]
    assert lines(at_z) == ["z = x₁ · w₁ + x₂ · w₂ + b", "= 2 · 0.5 + (−1) · (−1) + (−1)", "= 1"]
    assert lines(at_h) == ["h = σ(z)", "= σ(1)", "= 0.7311"]
    assert [boxes(at)[0][2:] for at in (start, at_z, at_h)] == [
        ["z = ?", "h = ?"],
        ["z = 1", "h = ?"],
        ["z = 1", "h = 0.7311"],
    ]
    assert [boxes(at)[1] for at in (start, at_z, at_h)] == [[], ["z = 1"], ["h = 0.7311"]]
    assert [labels(at) for at in (start, at_z, at_h)] == [(["0.5", "−1"], lit) for lit in ([], ["0.5", "−1"], [])]
    assert lit_ends(at_z) == [(150, 104), (150, 104)]
    assert lit_ends(at_h) == [(264, 120)]
    assert lines(figure.frame([2, 0, -1, -10.25])["picture"])[1] == "= σ(−9.25)"
    for numbers in product([-1, 33], repeat=3):
        assert figure.frame([0, *numbers])["values"] == [
            pytest.approx(1 / (1 + np.exp(numbers[1] - 2 * numbers[0] - numbers[2])))
        ]


def test_a_network_with_plain_numbers_as_weights():
    figure = by_hand()
    said = [lines(figure.frame([k, 0, 3])["picture"]) for k in range(1, 5)]
    assert said == [
        ["u₁ = x · 2 + (−1)", "= 2 · 2 + (−1)", "= 3"],
        ["u₂ = x · (−1) + 0.5", "= 2 · (−1) + 0.5", "= −1.5"],
        ["u₃ = relu(u₁)", "= relu(3)", "= 3"],
        ["s = u₃ · (−1.5) + u₂ · 2 + y²", "= 3 · (−1.5) + (−1.5) · 2 + 3²", "= 1.5"],
    ]
    other = figure.frame([4, 1, 3])
    assert boxes(other["picture"])[0] == ["x = −1", "u₁ = −3", "u₂ = 1.5", "u₃ = 0", "s = 12"]
    assert other["values"] == [12]


@pytest.mark.parametrize("make", [fork, three, neuron, by_hand])
def test_labels_fit_and_the_picture_keeps_its_size(make):
    figure = make()
    controls = [eval(values) for values in re.findall(r'"values":(\[.*?\])', figure.config)]
    sizes = set()
    for numbers in product(*controls):
        svg = figure.frame(numbers)["picture"]
        sizes.add(parsed(svg).svg["viewbox"])
        assert faults_of_labels(svg) == []
        assert (
            max(float(w["y"]) for w in parsed(svg).find_all("text")) < float(parsed(svg).svg["viewbox"].split()[3]) - 4
        )
    assert len(sizes) == 1


@pytest.mark.parametrize("make", [fork, three, neuron, by_hand])
def test_a_diagram_plays_in_a_page_and_its_labels_fit(page, make):
    faults, figure = watch(page), make()
    page.set_content(figure._repr_html_())
    last = len(options(figure)) - 1
    for stage in range(last + 1):
        assert page.locator("figure output").first.text_content() == options(figure)[stage]
        shown = page.locator("[role=img] text").all_text_contents()
        config = json.loads(re.search(r"\{\.\.\.(\{.*\}), formulas: ", figure.config)[1])
        numbers = [stage, *[control["values"][control["at"]] for control in config["controls"][1:]]]
        assert shown == [w.get_text() for w in parsed(figure.frame(numbers)["picture"]).find_all("text")]
        handle = page.locator("figure").element_handle()
        assert page.evaluate(FAULTS_OF_LABELS, [handle, figure.config, [numbers]]) == []
        page.get_by_role("button", name="Step").click()
    assert page.locator("figure output").first.text_content() == "start"
    assert faults == []


def runs(svg):
    """The edges as lines in pieces, between places."""
    return [[float(e[k]) for k in ("x1", "y1", "x2", "y2")] for e in elements(svg, "line", "edge")]


@pytest.mark.parametrize("make", [fork, three, neuron, by_hand])
def test_no_edge_runs_through_a_label(make):
    svg = make().first["picture"]
    places = [(float(w["x"]), float(w["y"]) - 5) for w in edge_texts(svg)]
    assert len(places) > 1
    for x1, y1, x2, y2 in runs(svg):
        along = np.linspace(0, 1, 101)[:, None]
        points = np.array([x1, y1]) + along * [x2 - x1, y2 - y1]
        for place in places:
            assert (abs(points - place) > [10, 6]).any(axis=1).all()


def test_a_bias_stands_at_the_left_of_its_box():
    assert biases(neuron().first["picture"]) == ["+ 0.5"]
    assert biases(neuron().frame([0, 1, 1, -10.25])["picture"]) == ["− 10.25"]
    assert biases(by_hand().first["picture"]) == ["− 1", "+ 0.5", "+ 9"]


def test_a_text_on_an_edge_is_shown_as_it_is():
    nodes, places = {z: 2 * x, h: relu(z)}, {x: (60, 20), z: (60, 120), h: (60, 220)}
    view = live.network(nodes, {(z, x): 2, (h, z): "ReLU"}, places, t, given={x: 3})
    svg = live.Figure(view, [live.forward_slider(nodes, t)], [], "a chain").first["picture"]
    assert [w.get_text() for w in edge_texts(svg)] == ["× 2", "ReLU"]
    assert biases(svg) == []


SMALL = live.Computation({y: x**2}, {(y, x): 2 * x})
ROW = {x: (60, 20), y: (60, 120)}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: live.paths(SMALL, {x: (60, 20)}, t, x), "places: expected .* x, y, received x, .* fewer: y"),
        (lambda: live.paths(SMALL, {**ROW, z: (9, 9)}, t, x), "more or fewer: z"),
        (lambda: live.paths(SMALL, ROW, t, y), "start: expected one of x, .* received y"),
        (lambda: live.path_slider(SMALL, t, [x, z]), "start: expected one of x, .* received z"),
        (lambda: live.path_slider(SMALL, t, []), "start: .* received None"),
        (lambda: live.paths(SMALL, ROW, t, [x, x]), "chosen: .* received None and 2"),
        (lambda: live.paths(SMALL, ROW, t, x, chosen=pick), "chosen: .* received pick and 1"),
        (lambda: live.network({y: 2 * x}, {(y, x): 2}, {x: (60, 20)}, t), "places: .* more or fewer: y"),
        (lambda: live.network({y: 2 * x}, {(y, x): 2}, {y: (60, 20)}, t), "places: .* more or fewer: x"),
        (lambda: live.network({y: 2 * x}, {(y, x): 2}, {**ROW, z: (9, 9)}, t), "places: .* more or fewer: z"),
        (lambda: live.network({y: 2 * x}, {(y, x): 3}, ROW, t), "weights: expected the factor of x .* received 3"),
        (lambda: live.network({y: relu(2 * x)}, {(y, x): 2}, ROW, t), "weights: .* a node that is no sum"),
        (lambda: live.network({y: 2 * x}, {(x, y): 2}, ROW, t), "weights: expected the factor of y .* x = None"),
    ],
)
def test_bad_diagrams_are_refused(make, message):
    assert re.search(message, refused(make))


@pytest.mark.parametrize(("inputs", "first", "second"), [*product((1, 2, 3), repeat=3)])
def test_both_modes_find_the_slopes_of_all_inputs(inputs, first, second):
    """Forward one input a sweep, in reverse all of them at once; x has the slopes 1, 2, 3 or 2, 3, 4 or 3, 4, 5."""
    symbols = reals("t D A B")
    sliders = [live.slider(symbol, range(4), k) for symbol, k in zip(symbols, (2, inputs, first, second), strict=True)]
    svg = live.Figure(live.modes(*symbols), sliders, [], "two modes").first["picture"]
    last = sum([2, 1, 3][:second])
    found = [sum(range(k, k + first)) for k in range(1, inputs + 1)]
    sweep = min(2, inputs) - 1
    forward = [*map(int, np.arange(inputs) == sweep), found[sweep], found[sweep] * last]
    reverse = [*(s * last for s in found), last, 1]
    texts = [text.get_text() for text in parsed(svg).find_all("text")]
    names = [*(f"x{'₁₂₃'[k]}" for k in range(inputs)), "m", "s"]
    shown = [(a, b) for a, b in pairwise(texts) if a in names]
    assert shown == [(name, str(n)) for half in (forward, reverse) for name, n in zip(names, half, strict=True)]
    assert texts[-2].endswith(": " + ", ".join(str(s * last) for s in found[: sweep + 1]))
    assert texts[-1].endswith(": " + ", ".join(str(s * last) for s in found))
