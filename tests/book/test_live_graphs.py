"""The graphs of a computation: what stands in the boxes, on the edges and below, against NumPy and by arithmetic."""

import re

import numpy as np
import pytest
from backprop.activations import relu, sigmoid, softplus
from live_figures import FIGURES, parsed
from live_truth import PARAMETERS, SAMPLES, TARGETS_BY_HAND, neuron_graph, one_of_three, xor_adjoints


def as_number(text):
    """What a picture writes: 0.25, −3, (−3), −1.2·10⁻⁴."""
    plain = (
        text.strip("()").replace("−", "-").replace("·10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    )
    return float(f"1e{plain[2:]}" if re.fullmatch("10-.*", plain) else plain)


def rounded(number):
    """As it is written in a graph: three digits, two below 0.01."""
    return pytest.approx(number, rel=5.1e-2 if abs(number) < 0.01 else 5.1e-3, abs=1e-14)


def boxes(svg):
    """{name: (value, adjoint)} of the boxes of a graph, and the name of the marked box."""
    soup, found, here = parsed(svg), {}, []
    for box in soup.find_all("rect", class_="node"):
        left, right, top = float(box["x"]), float(box["x"]) + float(box["width"]), float(box["y"])
        lines = [
            t.get_text()
            for t in soup.find_all("text")
            if left < float(t["x"]) < right and top < float(t["y"]) < top + float(box["height"])
        ]
        name, value = lines[0].split(" = ")
        assert len(lines) <= 2
        found[name] = value, lines[1].removeprefix("∂ = ") if lines[1:] else None
        here += [name] * ("here" in box["class"])
    assert len(here) <= 1
    return found, [*here, None][0]


def arithmetic(svg):
    """The lines below a graph."""
    return [t.get_text() for t in parsed(svg).find_all("text", x="10")]


def truth_of_neuron(_, x, w, b, y):
    values, adjoints, _ = neuron_graph(x, w, b, y)
    return dict(zip("xwbzŷℓ", zip(values, adjoints, strict=True), strict=True)) | {"y": (y, None)}


def truth_by_hand(_, sample):
    net, backward, L = one_of_three(sample)
    inner = net.Z[0], net.H[1], net.Z[1]
    outer = backward.Delta[0], backward.Delta[1] @ net.weights[1].T, backward.Delta[1]
    found = {
        f"{letter}{sign}": (value[0, k], slope[0, k])
        for letter, value, slope in zip("zhŷ", inner, outer, strict=True)
        for k, sign in enumerate("₁₂")
    }
    found |= {f"y{sign}": (TARGETS_BY_HAND[int(sample), k], None) for k, sign in enumerate("₁₂")}
    return found | {"x": (SAMPLES[int(sample), 0], backward.input_gradient()[0, 0]), "Lₙ": (L, 1.0)}


def truth_of_the_engine(_, x):
    inner = {"y": (x**2, 1 + x), "p": (x**3, 1.0), "q": (x**2 + x, 1.0)}
    return inner | {"x": (x, 3 * x**2 + 2 * x + 1), "s": (x**3 + x**2 + x, 1.0)}


def truth_of_xor(_, mistake, kind, x_1, x_2):
    at = [*PARAMETERS * (1 - kind), x_1, x_2]
    values, inner, gradient = xor_adjoints(mistake, *at)
    names = "z₁ z₂ h₁ h₂ s ℓ v₁ v₂ c W₁₁ W₁₂ W₂₁ W₂₂ b₁ b₂ x₁ x₂".split()
    found = dict(zip(names, zip([*values, *at], [*inner, *gradient], strict=True), strict=True))
    return found | {"y": (float((x_1 > 0.5) != (x_2 > 0.5)), None)}


GRAPHS = {
    "neuron-graph": (truth_of_neuron, "z ŷ ℓ", "ℓ ŷ z x w b"),
    "by-hand-graph": (truth_by_hand, "z₁ z₂ h₁ h₂ ŷ₁ ŷ₂ Lₙ", "Lₙ ŷ₁ ŷ₂ h₁ h₂ z₁ z₂ x"),
    "engine-figure": (truth_of_the_engine, "y p q s", "s p q y x"),
    "xor-graph": (truth_of_xor, "z₁ z₂ h₁ h₂ s ℓ", "ℓ s v₁ v₂ c h₁ h₂ z₁ z₂ W₁₁ W₁₂ W₂₁ W₂₂ b₁ b₂ x₁ x₂"),
}


def mistakes_of(program):
    """The entries of the menu of mistakes; a figure without one has none."""
    return program.controls[1]["values"] if program.controls[1]["label"] == "mistake" else [None]


every_graph = pytest.mark.parametrize(
    ("name", "truth", "forward", "backward"),
    [(name, truth, forward.split(), backward.split()) for name, (truth, forward, backward) in GRAPHS.items()],
    ids=list(GRAPHS),
)


@every_graph
def test_a_graph_shows_the_values_and_adjoints_that_its_step_has_reached(name, truth, forward, backward):
    program = FIGURES[name].program
    last = len(forward) + len(backward)
    assert program.controls[0]["values"] == list(range(last + 1))
    texts = ["start", *forward, *[f"∂{backward[0]}/∂{n}" for n in backward]]
    assert program.controls[0]["texts"] == texts
    for numbers in program.by_chance():
        expected = truth(*map(np.float64, numbers))
        for at in {int(numbers[0]), last, 0, 5}:
            svg = program.picture([at, *numbers[1:]])
            found, here = boxes(svg)
            assert found.keys() == expected.keys()
            for n, (value, adjoint) in expected.items():
                reached = n not in forward or forward.index(n) < at
                assert as_number(found[n][0]) == rounded(value) if reached else found[n][0] == "?"
                if adjoint is None:
                    assert found[n][1] is None
                elif backward.index(n) < at - len(forward):
                    assert as_number(found[n][1]) == rounded(adjoint)
                else:
                    assert found[n][1] == "?"
            assert here == [None, *forward, *backward][at]


@every_graph
def test_the_arithmetic_of_each_step_ends_in_its_number(name, truth, forward, backward):
    """Each step is computed as it is written, from the rounded numbers."""
    program = FIGURES[name].program
    at_start = [control["values"][control["at"]] for control in program.controls][1:]
    known = {"σ": lambda z: sigmoid(float(z)), "tanh": np.tanh, "softplus": softplus, "relu": relu}
    for mistake in mistakes_of(program):
        for at in range(1, len(forward) + len(backward) + 1):
            svg = program.picture([at, *at_start] if mistake is None else [at, mistake, *at_start[1:]])
            found, here = boxes(svg)
            names, *lines = arithmetic(svg)
            if at == len(forward) + 1:
                assert (names, lines) == (f"∂{here}/∂{here} = 1", [])
                continue
            written = re.sub(r"✗ \[.*?\]( \+ )?", "", lines[0].removeprefix("= ")).replace("✗ ", "")  # a lost path
            for sign, python in zip("−×·²", ["-", "*", "*", "**2"], strict=True):
                written = written.replace(sign, python)
            result = as_number(lines[1].removeprefix("= "))
            assert result == as_number(found[here][at > len(forward)])
            assert eval(written, known) == pytest.approx(result, rel=0.06, abs=0.02)
            assert names.startswith(f"{here} = " if at <= len(forward) else f"∂{backward[0]}/∂{here} = ")
            assert len(lines) == 2


def test_where_paths_meet_their_products_are_added():
    program = FIGURES["xor-graph"].program
    numbers = [control["values"][control["at"]] for control in program.controls]
    right, lost, transposed = (arithmetic(program.picture([23, m, *numbers[2:]])) for m in (0, 1, 2))
    assert right[0] == lost[0] == "∂ℓ/∂x₂ = ∂ℓ/∂z₁ · ∂z₁/∂x₂ + ∂ℓ/∂z₂ · ∂z₂/∂x₂"
    assert [line.count("×") for line in (right[1], lost[1], transposed[1])] == [2, 2, 2]
    assert ["✗" in line for line in (right[1], lost[1], transposed[1])] == [False, True, True]
    assert f"✗ [{right[1].removeprefix('= ').split(' + ')[0]}]" in lost[1]


def slopes_beside(svg):
    """The texts of a graph's edges, and whether each is marked as a mistake."""
    texts = parsed(svg).find_all("text")
    return [(t.get_text(), "mistake" in t["class"]) for t in texts if t.get_text()[0] in "×✗"]


def test_every_edge_of_the_neuron_shows_its_slope():
    program = FIGURES["neuron-graph"].program
    for numbers in program.by_chance():
        expected = neuron_graph(*map(np.float64, numbers[1:]))[2]
        shown = slopes_beside(program.picture([9, *numbers[1:]]))
        for (text, wrong), slope in zip(shown, expected, strict=True):
            assert as_number(text[2:]) == rounded(slope)
            assert text.startswith("×")
            assert not wrong
        assert len(slopes_beside(program.picture([1, *numbers[1:]]))) == 3


def test_a_wrong_slope_is_marked():
    """f′ = 1 in place of 1 − tanh², at both units."""
    program = FIGURES["xor-graph"].program
    start = [control["values"][control["at"]] for control in program.controls]
    wrong = [text for text, marked in slopes_beside(program.picture([23, 3, *start[2:]])) if marked]
    assert wrong == ["✗ 1", "✗ 1"]


def test_the_check_finds_every_mistake_and_no_other():
    """At the numbers of the start each mistake shows; without one the check passes wherever the sliders stand."""
    program = FIGURES["xor-graph"].program
    start = [control["values"][control["at"]] for control in program.controls]

    def outcome(numbers, step=23):
        frame = program.frame([step, *numbers])
        ((_, words, *kind),), (state, failures) = frame["words"], frame["values"]
        said = ["?", "✓ passes", f"✗ FAILS for {failures} of 11 slopes"][state]
        assert (words, kind) == (said, ["wrong"] if state == 2 else [])
        return state

    found = [outcome([mistake, *start[2:]]) for mistake in mistakes_of(program)]
    assert found == [1] + [2] * (len(found) - 1)
    assert outcome([1, *start[2:]], step=22) == 0
    for place, control in enumerate(program.controls[2:]):
        others = start[2:]
        assert all(outcome([0, *others[:place], value, *others[place + 1 :]]) == 1 for value in control["values"])
    for numbers in program.by_chance():
        assert outcome([0, *numbers[2:]]) == 1
