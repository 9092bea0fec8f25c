"""The exercises of *Memory and masks*, chapter 05."""

import sympy as sp

from .number import Number

ON_PAPER = {"sp": sp}

padded_mean = Number(
    name="05-16",
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
    name="05-17",
    trains="the fewest states with checkpoints at two levels",
    minutes=6,
    difficulty=2,
    hint="Put s = r² into T/s + s/r + r. Where is the slope with r zero?",
    solution="10",
    because="1000/r² + r + r has the slope −2000/r³ + 2, which is 0 at r³ = 1000: 30 states.",
    right=("10.0", '"10"', "sp.Rational(100, 10)"),
    wrong={
        "32": "That is √1000, the best s for one level of checkpoints.",
        "13": "s/r is r, too: the last two terms together are 2r.",
        "8": "The slope of 1000/r² is −2000/r³: the factor 2 is missing.",
        "30": "That is the number of states. The question is which r.",
        "100": "That is s. The question is which r.",
    },
    letters=ON_PAPER,
)

slopes_forward = Number(
    name="05-18",
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

EXERCISES = [padded_mean, two_levels, slopes_forward]
