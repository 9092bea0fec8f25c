"""Where the pictures of trainings, paths, maps and gradients draw what NumPy computes."""

import itertools
import re

import numpy as np
import pytest
from backprop.optimisers import momentum
from live_figures import FIGURES, check_trace, outline, parsed, places_in, plots_of, points_of, shifted, within
from live_truth import (
    CORNERS,
    KINDS,
    METHODS,
    PATHS,
    TARGETS,
    TURNS,
    clipped,
    descents,
    direction,
    gradients_by_lag,
    larger_root,
    parabolas,
    spiral,
    trained,
    valley,
    walk,
)

TRAININGS = [(500, 0, 0.5), (500, 5, 0.5), (40, 1, 2)]
MORE_TRAININGS = [*((500, k, 0.5) for k in (1, 2, 3, 4)), (0, 0, 0.5), (300, 3, 1), (500, 2, 2), (10, 4, 0.1)]


@pytest.mark.parametrize(
    "numbers", [*TRAININGS, *[pytest.param(at, marks=pytest.mark.sweep) for at in MORE_TRAININGS]], ids=str
)
def test_a_training_draws_its_region_its_points_and_its_costs(numbers):
    program = FIGURES["xor-training"].program
    net, costs = trained(*numbers)
    soup = parsed(program.picture(numbers))
    square, curve = (svg.attrs for svg in soup.svg.find_all("svg"))
    left, top, width, height = (float(square[k]) for k in ("x", "y", "width", "height"))
    polygons = outline(soup.find("path", class_="half")["d"])
    X = np.random.default_rng(0).uniform(-0.95, 1.95, (400, 2))
    near = X[:, None] + 0.08 * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])  # the border is drawn on a grid
    positive = net.forward(near.reshape(-1, 2)).reshape(400, 5) > 0
    clear = (positive == positive[:, :1]).all(axis=1)
    assert clear.sum() > 250
    for (x1, x2), expected in zip(X[clear], positive[clear, 0], strict=True):
        assert within(polygons, left + (x1 + 1) / 3 * width, top + (2 - x2) / 3 * height) == expected
    ends = re.findall(r"[\d.]+ [\d.]+", soup.find("path", class_="border")["d"])
    border = np.array([end.split() for end in ends], float).reshape(-1, 2)
    x = np.stack([(border[:, 0] - left) / width * 3 - 1, 2 - (border[:, 1] - top) / height * 3], axis=1)
    if len(x):  # on its way to the border a line between two points of the grid is straight
        steepness = abs(net.weights[0] @ net.weights[1]).max() + abs(net.weights[0]).max()
        assert abs(net.forward(x)).max() < 0.1 + 0.05 * steepness
    dots = soup.find_all("path", class_="dot")
    assert [("k1" in dot["class"]) for dot in dots[:4]] == [False, True, True, False]
    wrong = (net.forward(CORNERS) > 0) != (TARGETS > 0)
    assert sum(t.get_text() == "✗" for t in soup.find_all("text")) == wrong.sum() + 1  # one in the legend
    (line,) = soup.find_all("polyline")
    points, every = points_of(line), -(-len(costs) // 100)
    at = sorted({*range(0, len(costs), every), len(costs) - 1})
    left, top, width, height = (float(curve[k]) for k in ("x", "y", "width", "height"))
    expected = [(left + t / 500 * width, top + (1 - costs[t]) * height) for t in at]
    np.testing.assert_allclose(points, expected, atol=0.11)
    place = [float(v) for v in re.findall(r"[\d.]+", dots[4]["transform"])]
    np.testing.assert_allclose(place, points[-1], atol=0.06)


def test_paths_are_drawn_over_their_level_lines():
    program = FIGURES["paths-figure"].program
    for t, factor, number in [*PATHS, *program.by_chance()]:
        svg, (kappa, turned) = program.picture([t, factor, number]), KINDS[number]
        assert not re.search("NaN|Infinity|undefined", svg)
        walked = descents(factor, kappa, turned)[:, : t + 1]
        *planes, (curve, curves) = plots_of(svg)
        texts = parsed(svg).find_all("text")
        for n, ((box, inside), path) in enumerate(zip(planes, walked, strict=True)):
            titles = [w.get_text() for w in texts if [float(w["x"]), float(w["y"])] == [box[0], box[1] - 12]]
            assert titles == [METHODS[n]]
            x, y = (path[:, 0] + 6) / 9, (path[:, 1] + 2) / 4
            if abs(path).max() < 1e9:  # farther out the rounding of one direction drowns the other
                end = shifted(inside.find("path", class_="dot"))
                check_trace(box, inside, n, x, y, dots=True)
                np.testing.assert_allclose(end, places_in(box, x, y)[-1], atol=0.06)
            rings = [[float(ring[a]) for a in ("cx", "cy", "rx", "ry")] for ring in inside.find_all("ellipse")]
            centre = places_in(box, np.array(6 / 9), np.array(0.5))
            assert len(rings) == 5
            for cx, cy, rx, ry in rings:
                np.testing.assert_allclose([cx, cy], centre, atol=0.06)
                across, up = rx / box[2] * 9, ry / box[3] * 4
                assert valley(np.array([across, 0]), kappa) == pytest.approx(valley(np.array([0, up]), kappa), rel=0.02)
            for name, axis in zip("₁₂", TURNS[turned], strict=True):
                (sign,) = (w for w in inside.find_all("text") if w.get_text() == f"θ{name}")
                towards = np.array([float(sign["x"]), float(sign["y"])]) - centre
                cosine = towards / [box[2] / 9, -box[3] / 4] @ axis / np.hypot(*(towards / [box[2] / 9, -box[3] / 4]))
                assert cosine > 0.9
        with np.errstate(over="ignore"):
            falls = valley(walked, kappa) / valley(np.array([-5, 1.5]), kappa)
        for n, J in enumerate(falls):
            if np.isinf(J).any():
                continue
            x, y = np.arange(t + 1) / 150, (np.log10(J) + 9) / 12
            check_trace(curve, curves, n, x, y, dots=False)
            np.testing.assert_allclose(
                shifted(curves.find_all("path", class_="dot")[n]), places_in(curve, x, y)[-1], atol=0.06
            )


LEVELS = (1, 0.9, 0.7, 0.5, 0.3)


def test_the_map_of_momentum_against_eigenvalues():
    """Its regions lie in each other; its points are the two ends of a valley, and below are their errors."""
    program = FIGURES["stability-figure"].program
    rng, compared = np.random.default_rng(0), 0
    for numbers in program.by_chance():
        product, beta, kappa = numbers
        (plane, drawn), (wave, walked) = plots_of(program.picture(numbers))
        regions = [[points_of(area)] for area in drawn.find_all("polyline", class_="area k0")]
        assert len(regions) == len(LEVELS)
        for along, up in rng.uniform(size=(60, 2)) * [5, 1]:
            at, rho = places_in(plane, along / 5, up), larger_root(along, up)
            for region, level in zip(regions, LEVELS, strict=True):
                if abs(rho - level) > 0.02:
                    assert within(region, *at) == (rho < level)
        along = np.linspace(0, 5, 201)
        line = points_of(drawn.find("polyline", class_="line"))
        np.testing.assert_allclose(line, places_in(plane, along / 5, (1 - np.sqrt(along)) ** 2), atol=0.06)
        for k, curvature in enumerate((product / kappa, product)):
            here = places_in(plane, np.array(curvature / 5), np.array(beta))
            np.testing.assert_allclose(shifted(drawn.find_all("path", class_="dot")[k]), here, atol=0.06)
            seen = abs(walk(momentum(beta), parabolas(curvature), [1], 1.0, 60)[0][:, 0])
            if seen.min() > 1e-14:  # else the trace leaves the picture
                compared += 1
                check_trace(wave, walked, k, np.arange(61) / 60, (np.log10(seen) + 8) / 12, dots=False)
    assert compared > 3


def test_every_number_of_the_map_lies_in_its_region():
    program = FIGURES["stability-figure"].program
    (left, top, width, height), drawn = next(plots_of(program.picture(program.start)))
    notes = drawn.find_all("text", class_="note")
    assert [note.get_text() for note in notes] == [f"{level:g}" for level in LEVELS]
    for note, level, inner in zip(notes, LEVELS, (*LEVELS[1:], 0), strict=True):
        product, beta = (float(note["x"]) - left) / width, 1 - (float(note["y"]) - 6 - top) / height
        assert inner < larger_root(product * 5, beta) < level


def test_a_spiral_is_drawn_step_by_step():
    program = FIGURES["spiral-figure"].program
    for steps, eta, beta in [(30, 0.5, 0.5), (8, 0.1, 0.9)]:
        (plane, inside), *_ = plots_of(program.picture([steps, eta, beta]))
        v, theta = np.transpose([spiral(t, eta, beta) for t in range(steps + 1)])
        check_trace(plane, inside, 0, (v + 24) / 48, (theta + 12) / 24, dots=True)


def test_a_direction_turns_over_its_gradient():
    program = FIGURES["direction-figure"].program
    for degrees in (0, 53, 210):
        (plane, arrows), (wave, curve) = plots_of(program.picture([degrees]))
        assert plane[2] == pytest.approx(plane[3], abs=0.2)  # right angles are drawn as right angles
        for k, end in enumerate((5 * np.array(direction(degrees)[:2]), np.array([3, 4]))):
            check_trace(plane, arrows, k, np.array([5, 5 + end[0]]) / 10, np.array([5, 5 + end[1]]) / 10, dots=False)
        at = np.linspace(0, 360, 201)
        line = points_of(curve.find("polyline", class_="line"))
        np.testing.assert_allclose(line, places_in(wave, at / 360, (direction(at)[2] + 5) / 10), atol=0.06)


LAGS = [(30, 0.8, 3.0, 1.0), (60, 1.3, 5.0, 1.0), (60, 0.5, 0.0, 0.25), (60, 1.0, 0.5, 1.0), (0, 0.9, 1.0, 0.5)]


def test_a_gradient_is_drawn_between_its_bound_and_its_radius():
    program = FIGURES["lag-figure"].program
    for T, rho, c, gamma in [*LAGS, *program.by_chance()]:
        svg = program.picture([T, rho, c, gamma])
        assert not re.search("NaN|Infinity|undefined", svg)
        ((box, inside),) = plots_of(svg)
        norms, k = gradients_by_lag(rho, c, gamma)[: T + 1], np.arange(T + 1)
        y = (np.log10(norms) + 6) / 10
        check_trace(box, inside, 0, k / 60, y, dots=True)
        np.testing.assert_allclose(shifted(inside.find("path", class_="dot")), places_in(box, k / 60, y)[-1], atol=0.06)
        W, along = gamma * np.array([[rho, c], [0, rho]]), np.linspace(0, 60, 201)
        largest, radius = np.linalg.norm(W, 2), gamma * rho
        for style, factor in [(1, largest), (2, radius)]:
            line = points_of(inside.find("polyline", class_=f"line k{style}"))
            expected = places_in(box, along / 60, (along * np.log10(factor) + 6) / 10)
            np.testing.assert_allclose(line, expected, atol=0.06)
        assert (norms <= largest**k * (1 + 1e-12)).all()
        np.testing.assert_allclose(norms[1:2], [largest] * min(T, 1), rtol=1e-12)
        assert (norms >= radius**k * (1 - 1e-12)).all()


def test_a_clipped_gradient_lies_in_the_circle_or_in_the_square():
    program = FIGURES["clipping-figure"].program
    for g_1, g_2, c in [(3.0, 1.0, 1.0), (0.0, 0.0, 0.5), *program.by_chance()]:
        svg = program.picture([g_1, g_2, c])
        assert not re.search("NaN|Infinity|undefined", svg)
        ((box, inside),) = plots_of(svg)
        assert box[2] / 8 == pytest.approx(box[3] / 6, rel=0.01)  # a circle is drawn as a circle
        unit, centre = box[2:] / [8, -6], box[:2] + box[2:] / 2

        def drawn(path, unit=unit, centre=centre):
            places = np.array([at.split() for at in re.split("[ML]", path["d"])[1:]], float)
            return (places - centre) / unit

        circle, square, g_line, value_line = map(drawn, inside.find_all("path", class_="line"))
        at = np.arange(41) * np.pi / 20
        np.testing.assert_allclose(circle, c * np.array([np.cos(at), np.sin(at)]).T, atol=0.003)
        np.testing.assert_allclose(abs(square).max(axis=1), c, atol=0.003)
        for corner in itertools.product([-c, c], repeat=2):
            assert abs(square - corner).max(axis=1).min() < 0.003
        _, *by_norm, _, _, v_1, v_2, _, _ = clipped(g_1, g_2, c)
        ends = [(g_1, g_2), by_norm, (v_1, v_2)]
        dots = [(np.array(shifted(dot)) - centre) / unit for dot in inside.find_all("path", class_="dot")]
        np.testing.assert_allclose(dots, ends, atol=0.003)
        for line, end in [(g_line, ends[0]), (value_line, ends[2])]:
            np.testing.assert_allclose(line[0], 0, atol=0.003)
            np.testing.assert_allclose(line[1:], [end] * 40, atol=0.003)
