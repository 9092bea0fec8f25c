"""The views: where a plot, panels and shapes draw their numbers, and what they refuse."""

import itertools
import re

import numpy as np
import pytest
import quickjs
import sympy as sp
from backprop.book import live
from backprop.proof.vocabulary import reals, sizes, step
from helpers import refused
from live_figures import elements, parabola, parsed, points_of
from test_live_fonts import faults_of_labels

x, a, b = reals("x a b")
AXES = live.Axis("x", (0, 1)), live.Axis("y", (0, 1))

LEFT, RIGHT = 12 + 7.4, 386  # of the box, for ticks of one letter


def across(x):
    return LEFT + (x + 2) / 4 * (RIGHT - LEFT)


def up(y):
    return 262 - y / 4 * 234


def test_a_plot_draws_its_numbers():
    """x from −2 to 2, y from 0 to 4"""
    svg = parabola().frame([2])["picture"]
    (dot,) = elements(svg, "path", "k2")
    assert [float(v) for v in re.findall(r"[\d.]+", dot["transform"])] == pytest.approx([across(1), up(2)], abs=0.06)
    x = np.linspace(-2, 2, 201)
    for kind, y in (("k0", 2 * x**2), ("k1", 4 * x - 2)):
        (line,) = elements(svg, "polyline", kind)
        np.testing.assert_allclose(points_of(line), np.array([across(x), up(y)]).T, atol=0.06)
    shaded, sample = elements(parabola().frame([0.5])["picture"], "rect", "region")
    ends = float(shaded["x"]), float(shaded["x"]) + float(shaded["width"])
    assert ends == pytest.approx((across(0.5), across(2)), abs=0.11)
    assert float(sample["width"]) == 24
    assert "a x² &#60; y" in svg
    words = [(t.get_text(), float(t["x"]), float(t["y"])) for t in parsed(svg).find_all("text")]
    assert words[:8] == [
        *((text, pytest.approx(across(v), abs=0.06), 280) for text, v in [("−2", -2), ("0", 0), ("2", 2)]),
        *((text, pytest.approx(LEFT - 5, abs=0.06), up(v) + 5) for text, v in [("0", 0), ("4", 4)]),
        ("y", pytest.approx(LEFT, abs=0.06), 16),
        ("x", pytest.approx((LEFT + RIGHT) / 2, abs=0.06), 298),
        ("right of a", pytest.approx(LEFT + 30, abs=0.06), 324),
    ]
    assert [line["class"] for line in elements(svg, "line", "line")] == [["line", "k0"], ["line", "k1"]]  # the legend
    box = parsed(svg).svg.svg.attrs
    assert [box["x"], box["y"], box["width"], box["height"]] == box["viewbox"].split() == ["19.4", "28", "366.6", "234"]


def drawn(y, axes, symbol, *, condition=None):
    items = [live.curve("y", y)] if condition is None else [live.region("", condition)]
    figure = live.Figure(live.plot(symbol, *axes, items), [live.slider(reals("a"), [1])], [], "a graph")
    return figure.first["picture"]


def test_a_curve_breaks_where_it_has_no_value_and_where_it_jumps():
    x = reals("x")
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (1e-2, 1), log=True)
    (branch,) = elements(drawn(1 / x, axes, x), "polyline", "k0")  # log(1/x) has no value for x < 0, 1/0 neither
    assert len(points_of(branch)) == 100
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (-1, 2))
    left, right = elements(drawn(step(x), axes, x), "polyline", "k0")
    assert (len(points_of(left)), len(points_of(right))) == (101, 100)
    assert len(elements(drawn(1 / x, axes, x), "polyline", "k0")) == 2
    for steep in (20 * x, 500 * x, sp.sin(40 * x), sp.tanh(1000 * x)):
        (line,) = elements(drawn(steep, axes, x), "polyline", "k0")
        assert len(points_of(line)) == 201


def test_panels_iterate_and_draw_what_they_find():
    """n, 2ⁿ from 3 on: a line that leaves the picture and does not come back."""
    n, z, t = reals("n z t")
    ax = live.Axis("", (0, 10))
    items = [
        live.trace("", n, z, 2, dots=True),
        live.area("", 0, a, 1),
        live.note("N", n, 5, "here"),
        live.ellipse(n, 1),
    ]
    view = live.panels(x, {(0, 200, 112, 12): (ax, ax, items)}, {n: 0, z: 3 * a}, {n: n + 1, z: -2 * z}, t)
    results = [live.Result("", z), live.Result("so", [n, z], 2, ["{} is", "was {}"], wrong=[1]), live.Result("", n)]
    figure = live.Figure(view, [live.slider(t, [0, 1, 5]), live.slider(a, [1])], results, "")
    frame = figure.frame([1, 1])
    assert frame["values"] == [-6, 1, -6, 1]
    assert frame["words"] == [["", "−6"], ["so", "✗ was −6", "wrong"], ["", "1"]]
    assert figure.first["words"][1] == ["so", "✓ 3 is"]
    left = 12 + 2 * 7.4
    svg = figure.frame([5, 1])["picture"]
    (line,), (stops,), (polygon,) = (
        elements(svg, *of) for of in (("path", "line"), ("path", "stops"), ("polyline", "area"))
    )
    step = (200 - left) / 10
    ends = [
        f"{round(left + k * step, 1):g} {round(112 - 10 * z, 1):g}" for k, z in enumerate([3, -6, 12, -24, 48, -96])
    ]
    assert line["d"] == "M" + "L".join(ends[:4]) + "M" + "M".join(ends[4:])
    assert stops["d"] == "".join(f"M{end}h0" for end in ends)
    assert points_of(polygon).tolist() == [[left, 112], [200, 112], [200, 102], [left, 102]]
    (ring,) = elements(figure.frame([1, 1])["picture"], "ellipse", "level")
    assert [float(ring[k]) for k in ("cx", "cy", "rx", "ry")] == pytest.approx([left, 112, step, 10], abs=0.06)
    notes = [(w.get_text(), float(w["x"])) for w in parsed(svg).find_all("text", class_="note")]
    assert notes == [("N", pytest.approx(left + 5 * step, abs=0.06)), ("N", pytest.approx(left + 12))]


def test_the_label_of_an_area_has_its_shade_as_a_sample():
    x = reals("x")
    ax = live.Axis("", (0, 10))
    view = live.plot(x, ax, ax, [live.area("between", 0, x, 2)])
    svg = live.Figure(view, [live.slider(reals("a"), [1])], [], "").first["picture"]
    (shade,) = elements(svg, "rect", "area")
    assert shade["class"] == ["area", "k2"]
    assert len(elements(svg, "polyline", "area")) == 1


def test_numbers_far_outside_do_not_spoil_a_curve():
    x = reals("x")
    axes = live.Axis("x", (-20, 20)), live.Axis("y", (0, 1))
    svg = drawn(sp.exp(x**3) + x, axes, x)
    assert not re.search(r"e\+|Infinity|NaN", svg)
    assert elements(svg, "polyline", "k0")


def test_a_logarithmic_axis_x_is_sampled_evenly():
    x = reals("x")
    axes = live.Axis("x", (1e-6, 1), log=True), live.Axis("y", (1e-6, 1), log=True)
    (line,) = elements(drawn(x, axes, x), "polyline", "k0")
    steps = np.diff(points_of(line), axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to(steps.mean(axis=0), steps.shape), atol=0.11)


@pytest.mark.parametrize(
    ("condition", "ends"),
    [
        (lambda x: x < 0.123, [(-2, 0.123)]),
        (lambda x: x**2 >= 1.1, [(-2, -(1.1**0.5)), (1.1**0.5, 2)]),
        (lambda x: abs(x - 0.5) <= 0.021, [(0.479, 0.521)]),
        (lambda x: x < 5, [(-2, 2)]),
        (lambda x: x > 5, []),
    ],
)
def test_a_region_ends_where_its_condition_does(condition, ends):
    x = reals("x")
    svg = drawn(x, (live.Axis("x", (-2, 2)), live.Axis("y", (0, 4))), x, condition=condition(x))
    found = [(float(r["x"]), float(r["x"]) + float(r["width"])) for r in elements(svg, "rect", "region")]
    assert found == [pytest.approx((across(a), across(b)), abs=0.11) for a, b in ends]


def test_shapes_that_do_not_fit_are_crossed_out():
    M, D, H = reals("M D H")
    arrays = {"X": (M, D), "W": (H, D), "Z": (M, H), "Y": (M, H)}
    view = live.shapes(arrays, ["X · W → Z", "f ( Z ) → Y"], batch=M, most=3)
    figure = live.Figure(view, [live.slider(s, [1, 2, 3]) for s in (M, D, H)], [], "a product")
    fits, wrong = (figure.frame(sizes)["picture"] for sizes in ([3, 2, 2], [3, 2, 1]))
    said = [t.get_text() for t in parsed(fits).find_all("text")]
    assert said == ["X (3, 2)", "·", "W (2, 2)", "→", "Z (3, 2)", "f", "(", "Z (3, 2)", ")", "→", "Y (3, 2)"]
    assert [t.get_text() for t in parsed(fits).find_all("tspan")] == ["2", "2"]
    assert len(elements(fits, "rect", "cell")) == 6 + 4 + 3 * 6
    samples = elements(fits, "rect", "sample")
    assert len(samples) == 4 * 2
    first = min(float(cell["y"]) for cell in elements(fits, "rect", "cell"))
    assert {float(cell["y"]) for cell in samples[:2]} == {first}
    said = [t.get_text() for t in parsed(wrong).find_all("text")]
    assert said == ["X (3, 2)", "✗", "W (1, 2)", "→", "Z ?", "f", "(", "Z ?", ")", "→", "Y ?"]
    assert len(elements(wrong, "rect", "unknown")) == 3 * 3


def bars():
    """Scores, and their softmax; "c" leaves its axis."""
    groups = [
        (live.Axis("scores", (-4, -2, 0, 2, 4)), [a, b, 5 * x]),
        (live.Axis("probabilities", (0, 0.5, 1)), [sp.exp(s) / sum(map(sp.exp, (a, b, 5 * x))) for s in (a, b, 5 * x)]),
    ]
    controls = [live.slider(s, [-4, -1, 0.0123, 2, 4], 2) for s in (a, b, x)]
    return live.Figure(live.bars(["cat", "dog", "a horse"], groups), controls, [], "bars")


def test_bars_run_from_zero_to_their_numbers():
    svg = bars().frame([2, -1, -4])["picture"]
    scores = np.array([2, -1, -20])
    p = np.exp(scores) / np.exp(scores).sum()
    words = {t.get_text(): t for t in parsed(svg).find_all("text")}
    for k, values in enumerate([scores.clip(-4, 4), p]):
        found = elements(svg, "rect", f"k{k}")
        zero = float(elements(svg, "line", "border")[k]["x1"])
        ticks = sorted(float(line["x1"]) for line in elements(svg, "line", "grid"))
        unit = (ticks[3] - ticks[0]) / 8 if k == 0 else (ticks[-1] - zero)
        left = [zero + min(v, 0) * unit for v in values]
        assert [float(bar["x"]) for bar in found] == pytest.approx(left, abs=0.11)
        assert [float(bar["width"]) for bar in found] == pytest.approx(abs(values) * unit, abs=0.11)
        rows = [float(bar["y"]) for bar in found]
        names = [float(words[name]["y"]) for name in ("cat", "dog", "a horse")]
        assert [y - row for y, row in zip(names, rows, strict=True)] == [14] * 3
    said = [t.get_text() for t in parsed(svg).find_all("text")]
    assert said[5:9] == ["2", "−1", "−20", "scores"]
    assert said[12:16] == ["0.9526", "0.04743", "2.7·10⁻¹⁰", "probabilities"]
    assert p == pytest.approx([0.9526, 0.04743, 2.7e-10], rel=0.02)


def test_the_labels_of_bars_fit():
    figure = bars()
    for numbers in itertools.product([-4, -1, 0.0123, 2, 4], repeat=3):
        assert faults_of_labels(figure.frame(numbers)["picture"]) == []


def test_shapes_keep_their_place_and_their_labels_fit():
    figure, most = shapes_of_a_network(), 4 * (50 + 32) + 4
    for numbers in itertools.product([1, 3, 5], repeat=4):
        svg = figure.frame([*numbers, 0])["picture"]
        assert faults_of_labels(svg) == []
        cells = elements(svg, "rect", "cell")
        assert all(0 < float(cell["y"]) < most - 14 for cell in cells)
        assert parsed(svg).svg["viewbox"] == f"-2 -2 404 {most - 2}"


def shapes_of_a_network():
    N, D, H, K, stored = reals("N D H K stored")
    W = live.cases(stored, [D, H]), live.cases(stored, [H, D])
    arrays = {"X": (N, D), "W": W, "b": (H,), "Z": (N, H), "H": (N, H), "V": (H, K), "c": (K,), "Y": (N, K)}
    lines = ["X · W + b → Z", "f ( Z ) → H", "H · V + c → Z", "f ( Z ) → Y"]
    controls = [live.slider(s, [1, 3, 5], 3) for s in (N, D, H, K)]
    menu = live.choice(stored, ["W (D, H)", "stored as (H, D)"], "weights")
    results = [live.Result("X W:", 0, words=["fits"]), live.Result("weights and biases:", (D + 1) * H + (H + 1) * K)]
    return live.Figure(live.shapes(arrays, lines, batch=N, most=5), [*controls, menu], results, "shapes")


def test_a_figure_of_shapes_and_its_controls_are_seen_together(page):
    """The theme's lines are wider spaced than those of this bare page, by some 60 pixels."""
    for width, height in [(1280, 800), (375, 812)]:
        page.set_viewport_size({"width": width, "height": height})
        page.set_content(f"<meta name='viewport' content='width=device-width'>{shapes_of_a_network()._repr_html_()}")
        assert page.locator("figure").bounding_box()["height"] < height - 140
        assert page.locator("input").count() == 4


def test_a_logarithmic_axis():
    x = reals("x")
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (1e-8, 1e-4, 1), log=True)
    (line,) = elements(drawn(sp.exp(x * 9 - 10), axes, x), "polyline", "k0")
    points = points_of(line)
    expected = 262 + (np.linspace(-2, 2, 201) * 9 - 10 - np.log(1e-8)) / np.log(1e-8) * 234
    np.testing.assert_allclose(points[:, 1], expected, atol=0.06)


def test_every_class_of_a_picture_has_its_style():
    """No line without a stroke, no dot without a colour, and dashes that differ."""
    rules = dict(re.findall(r"^\.live-picture \.(\w+) \{([^}]*)\}", live.figure.STYLE, re.M))
    assert set(rules) == {"grid", "line", "dot", "region", "cell", "sample", "unknown", "inner", "sign", "wrong"} | {
        *("edge", "head", "active", "mistaken", "node", "here", "mistake", "half", "border"),
        *("area", "level", "note", "stops", "pale", "lit", "bar"),
    } | {f"k{style}" for style in range(4)}
    assert len({rules[f"k{style}"].split("stroke-dasharray:")[-1] for style in range(4)}) == 4
    assert float(re.search(r"stroke-width: ([\d.]+)", rules["line"])[1]) >= 2
    assert float(re.search(r"fill-opacity: ([\d.]+)", rules["region"])[1]) >= 0.1
    light, dark = (re.findall(r"--k\d: (#\w+)", part) for part in live.figure.STYLE.split("html[data-theme", 1))
    assert len({*light, *dark}) == 8


def test_digits():
    shown = live.Figure(live.plot(x, *AXES, []), [live.slider(a, [33])], [live.Result("", sp.exp(-a) + a, 17)], "")
    assert shown.first["words"] == [["", "33.00000000000001"]]


def test_numbers_in_words():
    values = [0, -0.25, 1e-12, -1e21, 123456, 2 / 3, 4.2483e-18, 1e9, 5.6944e16, 1e400, -1e400]
    numbers = ", ".join(map(str, values)).replace("inf", "Infinity")
    written = quickjs.Context().eval(f"{live.figure.JAVASCRIPT} [{numbers}, NaN].map((v) => number(v, 4)).join(' ')")
    assert written == "0 −0.25 10⁻¹² −1·10²¹ 123500 0.6667 4.248·10⁻¹⁸ 1000000000 5.694·10¹⁶ ∞ −∞ not a number"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: live.Figure(live.plot(x, *AXES, [live.curve("", b * x)]), [live.slider(a, [1])], [], ""),
            r"no symbols but the arguments \[x, a\], received \[b\]",
        ),
        (lambda: live.slider(a, np.arange(4) / 10 + 1e-9, 0.3), r"start: expected one of .* received 0\.3\."),
        (lambda: live.slider(a, []), "start: expected one of .* received None"),
        (lambda: live.slider(a, [1, 2], texts=["one"]), "texts: expected one for each of the 2 values, received 1"),
        (lambda: live.choice(sizes("N"), ["p", "q"], "letter"), "positive numbers for the symbol N, received 0"),
        (lambda: live.choice(a, ["p", "q"], "letter", start=2), "start: expected .* 0 to 1, received 2"),
        (lambda: live.choice(a, ["p", "q"], "letter", start="p"), "received 'p'"),
        (lambda: live.curve("", x, style=4), "style: expected 0, 1, 2 or 3, received 4"),
        (lambda: live.Axis("y", (0, 1), log=True), r"numbers, all positive, received \(0, 1\)"),
        (lambda: live.Axis("y", (1, 0)), r"ticks: expected increasing numbers, received \(1, 0\)"),
        (lambda: live.Axis("y", (1,)), r"received \(1,\)"),
        (lambda: live.shapes({"X": (a, b), "Y": (a, b)}, ["X · W → Y"], a, 3), "received {'W'} in 'X · W → Y'"),
        (lambda: live.bars("ab", [(live.Axis("", (0, 1)), [a])]), "groups: expected 2 values, .* received 1"),
        (lambda: live.bars("a", [(live.Axis("s", (1, 2)), [a])]), r"groups: expected a tick at 0, .* \(1, 2\) in 's'"),
        (lambda: live.bars("a", []), r"groups: expected 1 to 3 pairs \(axis, values\), received 0"),
        (lambda: live.shapes({"X": (a, b)}, ["f (X) → Y"], a, 3), "received {'Y'}"),
    ],
)
def test_bad_figures_are_refused(make, message):
    assert re.search(message, refused(make))
