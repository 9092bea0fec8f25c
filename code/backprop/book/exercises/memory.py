"""The exercises of *Memory and masks*, chapter 05."""

import sympy as sp

from .bug import FindTheBug
from .number import Number
from .program import Program

ON_PAPER = {"sp": sp}

padded_mean = Number(
    name="05-20",
    trains="a mean over the steps that are real",
    minutes=3,
    difficulty=1,
    hint="How many steps are real? Each of them counts as much as any other.",
    solution="5",
    because="Four steps are real, with the losses 6, 3, 3 and 8: 20/4.",
    right=("5.0", '"5"', "sp.Rational(20, 4)"),
    wrong={
        "sp.Rational(25, 6)": "The two steps of padding are in it: 25/6.",
        "sp.Rational(10, 3)": "The padding's losses are left out, but its steps are counted: 20/6.",
        "6": "That is the mean of the two sequences' means. Each real step counts as much, not each sequence.",
        "10": "That is divided by the number of sequences, not of steps.",
        "20": "That is the sum. The cost is a mean.",
        "sp.Rational(20, 3)": "That is divided by T = 3. Count the real steps of both sequences.",
    },
    letters=ON_PAPER,
)

two_levels = Number(
    name="05-18",
    trains="the fewest states with checkpoints at two levels",
    minutes=6,
    difficulty=2,
    hint="Put s = k² into T/s + s/k + k. Where is the slope for k zero?",
    solution="10",
    because="1000/k² + k + k has the slope −2000/k³ + 2, which is 0 at k³ = 1000: 30 states, where one level needs 64.",
    right=("10.0", '"10"', "sp.Rational(100, 10)"),
    wrong={
        "32": "That is √1000, the best s for one level of checkpoints.",
        "13": "s/k is k, too: the last two terms together are 2k.",
        "8": "The slope of 1000/k² is −2000/k³: the factor 2 is missing.",
        "30": "That is the number of states. The question is which k.",
        "100": "That is s. The question is which k.",
    },
    letters=ON_PAPER,
)

slopes_forward = Number(
    name="05-22",
    trains="the slope of a state, carried forward",
    minutes=5,
    difficulty=2,
    hint="Each new slope: the state before the step, plus w times the old slope. What is r₀, if h₀ is a fixed number?",
    parts=("r₁", "r₂", "r₃"),
    solution="(1, -1, 1)",
    because="h₁ = −2 + 3 = 1 and h₂ = −2 + 1 = −1. r₁ = h₀ = 1, r₂ = h₁ + wr₁ = 1 − 2, r₃ = h₂ + wr₂ = −1 + 2.",
    right=("[1.0, -1.0, 1.0]", "('1', '−1', '1')", "(1, -1, sp.Rational(2, 2))"),
    wrong={
        "(1, 1, -1)": "These are the immediate derivatives alone. The state before moves with w, too.",
        "(1, 2, 1)": "The slope of the state before is multiplied by w.",
        "(0, 1, -3)": "r₁ is the state before step 1, h₀ = 1. It is r₀ that is 0.",
        "(1, -3, 12)": "You took the states after the steps: w multiplies the state before.",
        "(1, 3, 5)": "The sign: w is −2.",
    },
    letters=ON_PAPER,
)

SEGMENTS = """
def answer(x, h_0, w, y, s):
    kept, h = [], h_0
    for t in range(len(x)):
        if t % s == 0:
            kept.append(h)
        h = w * h + x[t]
    delta, dw = h - y, 0
    for t in reversed(range(0, len(x), s)):
        H = [kept[-1]]
        for x_t in x[t : t + s]:
            H.append(w * H[-1] + x_t)
        for before in reversed(H[:-1]):
            dw = dw + delta * before
            delta = delta * w
    return dw
"""
MENDED = SEGMENTS.replace("kept[-1]", "kept.pop()")


def unit_case(rng):
    """Inputs, a start, a weight, a target and a segment length."""
    T = int(rng.integers(4, 9))
    h_0, w, y = (float(v) for v in rng.normal(size=3))
    return rng.normal(size=T), h_0, w, y, int(rng.integers(1, 4))


first_of_the_last = FindTheBug(
    name="05-19",
    trains="reading a program with checkpoints: which state a segment begins with",
    minutes=7,
    difficulty=2,
    hint="Take x of three numbers and s = 1, and write down `kept`. With which of its states must each of the three "
    "segments begin?",
    program=SEGMENTS,
    line=9,
    mended=MENDED,
    solution="9",
    because="`kept` never gets shorter, so every segment begins with the state kept last. The second segment from the "
    "end needs the one before: `kept.pop()` takes each of them once, from the end.",
    right=(
        "'9'",
        MENDED.replace("kept.pop()", "kept[t // s]"),
        """
def answer(x, h_0, w, y, s):
    H = [h_0]
    for x_t in x:
        H.append(w * H[-1] + x_t)
    slopes = [(H[-1] - y) * w ** (len(x) - 1 - t) for t in range(len(x))]
    return sum(d * h for d, h in zip(slopes, H))
""",
    ),
    wrong={
        "1": "Line 1 is right: inputs, the first state, the weight, the target and the length of a segment.",
        "2": "Line 2 is right: nothing is kept yet, and the first state is h₀.",
        "3": "Line 3 is right: one round for each step.",
        "4": "Line 4 is right: t counts from 0, so segments begin at t = 0, s, 2s, …",
        "5": "Line 5 is right: h is the state before step t here. It is kept before line 6 changes it.",
        "6": "Line 6 is the step itself, h ← wh + x.",
        "7": "Line 7 is right: the loss looks at the last state, and its slope there is h − y.",
        "8": "Line 8 is right: the segments, from the last to the first.",
        "10": "Line 10 is right: the inputs of one segment. A slice that is too long ends with x.",
        "11": "Line 11 is the step again, from the state that line 9 has put first. Is that the right one?",
        "12": "Line 12 is right: the state before each step, from the last step of the segment to its first.",
        "13": "Line 13 is right: δ times the state before the step.",
        "14": "Line 14 is right: one step back multiplies by w, also from a segment to the one before.",
        "15": "Line 15 hands back the sum, after the last segment.",
        SEGMENTS.replace("    for t in reversed", "    h = h_0\n    for t in reversed").replace(
            "kept[-1]", "h"
        ): "Every segment begins with its own first state, not all with h₀.",
        MENDED.replace("kept.pop()", "kept.pop(0)"): "The order: the last segment comes first, and needs the state "
        "kept last.",
        MENDED.replace("H = [", "delta, H = h - y, ["): "The slope is handed from segment to segment. Yours begins "
        "anew in each.",
    },
    public=("(np.array([1.0, 2.0, 3.0]), 2.0, 0.5, 2.5, 1)",),
    draw=unit_case,
    integers=False,
)


RESET = """
def answer(x, first, state, w):
    h, states = state, []
    for x_t, new in zip(x, first):
        h = w * np.where(new, 0, h) + x_t
        states.append(h)
    return np.array(states)
"""


def stream_case(rng):
    """Inputs, where texts begin, first states and a weight."""
    T, N = int(rng.integers(4, 7)), int(rng.integers(2, 4))
    first = rng.random(size=(T, N)) < 0.4
    return rng.normal(size=(T, N)), first, rng.normal(size=N), float(rng.normal())


texts_in_a_stream = Program(
    name="05-21",
    trains="a state that is handed on, and reset where a new text begins",
    minutes=8,
    difficulty=2,
    hint="Before each step: which rows begin anew? np.where(first[t], 0, h) sets only those to 0.",
    solution=RESET,
    because="The rows that begin anew start this step from 0; the others from the state that they have.",
    right=(
        """
def answer(x, first, state, w):
    states = np.empty_like(x)
    before = state.copy()
    for t in range(len(x)):
        before[first[t]] = 0
        before = states[t] = w * before + x[t]
        before = before.copy()
    return states
""",
        """
def answer(x, first, state, w):
    h, states = state, np.zeros(x.shape)
    for t in range(len(x)):
        h = w * h * (1 - first[t]) + x[t]
        states[t] = h
    return states
""",
    ),
    wrong={
        RESET.replace("np.where(new, 0, h)", "h"): "Nothing is reset: the new text remembers the old one.",
        RESET.replace(
            "w * np.where(new, 0, h) + x_t", "np.where(new, 0, w * h + x_t)"
        ): "The state before the step counts as 0. Yours is 0 after the step, and its input is lost.",
        RESET.replace(
            "np.where(new, 0, h)", "(0 if new.any() else h)"
        ): "Only the rows that begin anew are reset. Yours resets all of them together.",
        RESET.replace("np.where(new, 0, h)", "np.where(new, state, h)"): "A new text begins with 0, not with the state "
        "that was handed over at the start.",
        RESET.replace("np.where(new, 0, h)", "np.where(new, h, 0)"): "The other way round: you keep the state where a "
        "text begins, and forget it everywhere else.",
        RESET.replace("h, states = state,", "h, states = 0 * state,"): "The state that was handed over is lost: rows "
        "that go on begin with it.",
        RESET.replace("return np.array(states)", "return states[-1]"): "Return the states after every step, an array "
        "like x.",
    },
    public=(
        "(np.array([[1.0, 4.0], [2.0, 0.0], [3.0, 2.0]]), np.array([[False, True], [False, False], [True, False]]),"
        " np.array([2.0, 6.0]), 0.5)",
    ),
    draw=stream_case,
    integers=False,
)

EXERCISES = [two_levels, first_of_the_last, padded_mean, texts_in_a_stream, slopes_forward]
