"""The numbers of every live figure against the package's NumPy, in QuickJS, over the whole range of every control."""

import itertools
import re

import numpy as np
import pytest
import quickjs
from backprop.activations import ACTIVATIONS, relu, softplus
from backprop.backpropagation import Backpropagation
from backprop.book import live
from backprop.bptt import BackpropagationThroughTime, RecurrentNetwork
from backprop.forward_pass import Network
from backprop.loss import binary_cross_entropy, half_squared_error
from live_figures import FIGURES, as_shown, check_results, every_figure, parabola, still_picture
from live_truth import (
    KINDS,
    TRUTH,
    checkpoints,
    clipped,
    descents,
    differences,
    dying_gradient,
    fate,
    gradients_by_lag,
    naive_losses,
    neuron_graph,
    paths,
    tosses,
    touching,
    trained,
    valley,
    xor_adjoints,
    xor_net,
    xor_training,
)


def test_every_figure_is_stored():
    assert sorted(FIGURES) == sorted(TRUTH)


@every_figure
def test_controls_show_their_numbers(name):
    """In words that a reader of Python would write."""
    js = quickjs.Context()
    js.eval(live.figure.JAVASCRIPT)
    for control in FIGURES[name].program.controls:
        for value in [] if control["texts"] else control["values"]:
            assert js.eval(f"number({value}, 6)") == as_shown(value)


@every_figure
def test_results_at_every_position_of_every_control(name):
    program = FIGURES[name].program
    for numbers in program.positions():
        check_results(name, program.results(numbers), numbers)


@every_figure
def test_results_at_positions_by_chance(name):
    program = FIGURES[name].program
    for numbers in program.by_chance():
        check_results(name, program.results(numbers), numbers)


@pytest.mark.parametrize("activation", range(len(ACTIVATIONS)), ids=ACTIVATIONS)
def test_every_activation_over_the_whole_range(activation):
    """The only figure whose formulas themselves change with a control."""
    program = FIGURES["saturation-figure"].program
    for z in program.controls[1]["values"]:
        check_results("saturation-figure", program.results([activation, z]), [activation, z])


@every_figure
def test_the_words_below_are_the_results(name):
    """Also where a number is in words; and nothing is undefined."""
    program = FIGURES[name].program
    for numbers in program.by_chance():
        frame = program.frame(numbers)
        assert len(frame["words"]) == len(program.options["results"])
        assert not re.search("undefined|not a number|NaN", str(frame["words"]))
        assert not re.search("undefined|NaN|Infinity", frame["picture"])


@every_figure
def test_the_stored_output_is_small_and_carries_the_runtime(name):
    html = FIGURES[name].html
    assert html.count(live.figure.RUNTIME) == 1
    assert len(html.encode()) - len(live.figure.RUNTIME.encode()) <= 25 * 1024
    assert " id=" not in html


@pytest.mark.parametrize("name", ["parabola", *TRUTH])
def test_the_still_picture_has_the_style_of_what_it_draws(name):
    svg = FIGURES[name].picture if name in TRUTH else still_picture(parabola()._repr_html_())
    drawn = {*" ".join(re.findall('class="([^"]+)', svg)).split()} - {"label"}
    selectors = re.findall(r"([^{}]*){", re.search("<style>(.*?)</style>", svg, re.DOTALL)[1])
    assert drawn == {*re.findall(r"\.([\w-]+)", "".join(selectors))}


# ------------------------------------------------------------------------------ curves, regions, points, shapes


def drawn_check(at, z, tolerance):
    accepted = tolerance * relu(at)
    return [softplus(-at) <= accepted, softplus(-at), accepted], [z, softplus(-z)]


def drawn_saturation(at, number, z):
    f, slope = list(ACTIVATIONS.values())[int(number)]
    curves = [abs(slope(at)) < 0.01, f(at), slope(at), f(z) + slope(z) * (at - z)]
    return curves, [z, slope(z), z, f(z)]


def drawn_naive(at, z):
    return naive_losses(at), [z, softplus(z)]


def drawn_dying(at, z, y):
    entropy, squared = dying_gradient(z, y)
    return dying_gradient(at, y), [z, entropy, z, squared]


def drawn_tosses(at, p):
    return tosses(at), [p, tosses(p)[0], p, tosses(p)[1]]


def drawn_bell(at, guess):
    def bell(y):
        return np.exp(-((y - guess) ** 2) / 2) / np.sqrt(2 * np.pi)

    return [bell(at)], [3, bell(3)]


def drawn_differences(at, h, w):
    slope, ahead, central = differences(h, w)
    tangent, chord = (w**3 + rate * (at - w) for rate in (slope, slope + ahead))
    lines = [at**3, tangent, chord, (w - h) ** 3 + (slope + central) * (at - w + h)]
    return lines, [w - h, (w - h) ** 3, w, w**3, w + h, (w + h) ** 3]


def drawn_memory(at, T, s):
    def kept(length):
        length = np.minimum(length, T)
        return np.ceil(T / length) + length

    return [kept(at) if at < s else np.inf, T], [s, kept(s)]


def drawn_touching(at, eta, theta):
    J, after, promised = touching(eta, theta)
    slope = theta / J
    lines = [np.hypot(1, at), J + slope * (at - theta) + (at - theta) ** 2 / 2]
    end = theta - eta * slope
    return lines, [theta, J, end, after, end, promised]


PLOTS = {
    "check-figure": drawn_check,
    "saturation-figure": drawn_saturation,
    "naive": drawn_naive,
    "dying": drawn_dying,
    "coin-figure": drawn_tosses,
    "gauss-figure": drawn_bell,
    "difference-figure": drawn_differences,
    "memory-figure": drawn_memory,
    "far-figure": drawn_touching,
}


@pytest.mark.parametrize(("name", "drawn"), PLOTS.items())
def test_curves_regions_and_points_are_the_packages(name, drawn):
    program = FIGURES[name].program
    options = program.options["options"]
    low, *_, high = options.get("panels", [options])[0]["x"]["ticks"]
    for numbers in program.by_chance():
        for at in np.linspace(low, high, 41):
            with np.errstate(divide="ignore"):
                curves, marks = drawn(at, *map(np.float64, numbers))
            found = [np.inf if v is None else v for v in program.call("formulas.graphs", at, *numbers)]
            np.testing.assert_allclose(found, curves, 1e-12, 2e-13)
            np.testing.assert_allclose(program.call("formulas.marks", *numbers), marks, 1e-12, 1e-13)


def test_the_shapes_are_those_of_a_network():
    program = FIGURES["tracer"].program
    for N, D, H, K, stored in program.by_chance():
        net = Network([D, H, K], ["relu", "identity"])
        Y = net.forward(np.zeros((N, D)))
        W = net.weights[0].T if stored else net.weights[0]
        arrays = [net.H[0], W, net.biases[0], net.Z[0], net.H[1], net.weights[1], net.biases[1], Y]
        sizes = [size for array in arrays for size in array.shape]
        assert program.call("formulas.sizes", N, D, H, K, stored) == sizes


def test_the_starts_of_the_training():
    """One learns, one does not, and zeros never move."""
    outcomes = [xor_training(500, k, 0.5)[1] for k in range(6)]
    assert 4 in outcomes
    assert 2 in outcomes[:5]
    net, costs = trained(500, 5, 2)
    assert np.unique(costs).size == 1
    assert not net.parameters.any()


def test_the_methods_start_with_their_own_rates():
    """The best of the trials, from which two of the four methods do not need others when the valley is turned."""
    program = FIGURES["paths-figure"].program
    assert program.start == [0, 1, 0]
    for number, (kappa, turned) in enumerate(KINDS):
        rates = paths(0, 1.0, number)
        assert rates[:2] == paths(0, 1.0, number - turned)[:2]
        assert max(rates) / min(rates) > 30
        reached = valley(descents(1.0, kappa, turned), kappa) < 1e-6 * valley(np.array([-5, 1.5]), kappa)
        assert reached[2].any() == (not turned or kappa == 10)  # AdaGrad, within 150 steps


FATES = {
    (0.8, 0.25, 1.0): "never grows, and vanishes",
    (0.8, 3.0, 1.0): "first grows, then vanishes",
    (1.1, 0.0, 1.0): "explodes",
    (1.0, 0.0, 1.0): "keeps its norm",
    (1.0, 2.0, 1.0): "grows in proportion to the lag",
}
LAGS = [(30, 0.8, 3.0, 1.0), (60, 1.3, 5.0, 1.0), (60, 0.5, 0.0, 0.25), (60, 1.0, 0.5, 1.0), (0, 0.9, 1.0, 0.5)]


def test_the_fate_of_a_gradient_is_found_everywhere():
    """Also where γρ or γσ is 1, in spite of rounding; and a gradient that is followed for long meets it."""
    program = FIGURES["lag-figure"].program
    everywhere = list(itertools.product(*[control["values"] for control in program.controls[1:]]))
    said = program.call("((all) => all.map((at) => formulas.results(1, 1, 1, 0, ...at)[4]))", everywhere)
    assert said == [fate(*at) for at in everywhere]
    assert {*said} == {0, 1, 2, 3, 4}
    for (rho, c, gamma), k in zip(everywhere[::31], said[::31], strict=True):
        norms = gradients_by_lag(rho, c, gamma)
        assert (np.diff(norms) < 1e-12).all() == (k in (0, 3))
        assert (norms[1] > 1 + 1e-12) == (k in (1, 2, 4))
    for at, words in FATES.items():
        assert program.frame([9, *at])["words"][-1] == ["the slope", words]


def test_what_grows_in_proportion_to_the_lag():
    norms = gradients_by_lag(1.0, 2.0, 1.0)
    steps = np.diff(norms)[1:]
    assert norms[-1] > 60
    np.testing.assert_allclose(steps[20:], steps[-1], rtol=1e-3)


def test_clipping_at_every_position():
    """By norm never turned, by value at most by 45°, and nothing changes that is small enough."""
    program = FIGURES["clipping-figure"].program
    for numbers in itertools.product(*[control["values"] for control in program.controls]):
        values, expected = program.call("formulas.results", 40, *numbers), clipped(*numbers)
        np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-13)
        assert values[4] == 0
        assert values[8] < 45
        if np.linalg.norm(numbers[:2]) <= numbers[2]:
            assert values[1:3] == values[5:7] == [*numbers[:2]]


@pytest.mark.parametrize("s", [1, 7, 10, 33, 100])
def test_the_package_computes_as_many_steps(s, monkeypatch):
    net, run, steps = RecurrentNetwork([1, 2, 1]), RecurrentNetwork.run, []

    def counted(self, number):
        start, stop, _ = self.segments[number]
        steps.append(stop - start)
        run(self, number)

    monkeypatch.setattr(RecurrentNetwork, "run", counted)
    BackpropagationThroughTime(net).backward(net.forward(np.ones((100, 1, 1)), segment=s))
    assert sum(steps) == checkpoints(100, s)[5]


def test_no_segment_length_keeps_fewer_states_than_the_root():
    program = FIGURES["memory-figure"].program
    lengths, segments = (control["values"] for control in program.controls)
    for T in lengths:
        kept = {s: program.call("formulas.results", T, s)[1] for s in segments}
        assert min(kept.values()) == kept[np.sqrt(T)] == 2 * np.sqrt(T)
        for s in segments:
            assert kept[s] == checkpoints(T, s)[1]


def test_the_true_adjoints_are_those_of_the_package():
    """What the figures are compared with has been written down for the mistakes; without one it is backpropagation."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        at = [*rng.normal(size=9), *rng.uniform(size=2)]
        net, X = xor_net(*at)
        target = np.logical_xor(*(X[0] > 0.5)).astype(float).reshape(1, 1)
        backprop = Backpropagation(net)
        g = backprop.backward(binary_cross_entropy(net.forward(X), target)[1])
        gradient = [*g[6:], *g[:6], *backprop.input_gradient()[0]]
        np.testing.assert_allclose(xor_adjoints(0, *at)[2], gradient, rtol=1e-12)
        x, w, b, y = at[:4]
        net = Network([1, 1], ["sigmoid"])
        net.parameters = np.array([w, b])
        backprop = Backpropagation(net)
        g = backprop.backward(half_squared_error(net.forward(np.array([[x]])), np.array([[y]]))[1])
        np.testing.assert_allclose(neuron_graph(x, w, b, y)[1][:3], [*backprop.input_gradient()[0], *g], rtol=1e-12)
