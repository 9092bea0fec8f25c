"""The exercises of the page *A rate for every parameter*."""

from .bug import FindTheBug
from .choice import Choice
from .number import NUMBERS, Number
from .quiet import quietly

newton_by_hand = Number(
    name="04-13",
    trains="a step of Newton's method by hand",
    minutes=3,
    difficulty=1,
    hint="With one parameter the matrix A is one number, the second derivative at the place where the step begins.",
    solution="2.5",
    because="The slope is θ² − 4 = −3, the second derivative 2θ = 2. The step is −(−3)/2: from 1 to 2.5. J is no "
    "quadratic, so one step does not arrive at the minimum, 2.",
    right=("5/2", '"2.5"', "Rational(5, 2)"),
    wrong={
        "-0.5": "The sign: the step goes against the slope, and the slope is −3.",
        "2": "That is the minimum. One step arrives on a quadratic only; this is none.",
        "4": "That is gradient descent with η = 1. Newton's method divides the slope by the second derivative.",
        "7": "The slope is divided by the second derivative, not multiplied by it.",
        "1.5": "That is the step. Where does it lead?",
        "1.75": "The second derivative is taken where the step begins, at θ = 1, not at the minimum.",
    },
    letters=NUMBERS,
)

adam_by_hand = Number(
    name="04-14",
    trains="two steps of Adam by hand",
    minutes=6,
    difficulty=2,
    hint="As in the text: m and s, then the corrections, by 1 − ½ in the first step and 1 − ¼ in the second.",
    decimals=4,
    solution="-0.6667",
    because="First m = ½ and s = ½, corrected m̂ = 1 and ŝ = 1: θ = −1. Then m = ¼ − ½ = −¼, corrected by ¾: −⅓, "
    "and s = ¼ + ½ = ¾, corrected: 1. So θ = −1 + ⅓.",
    right=("-2/3", '"−2/3"', "Rational(-2, 3)", "-1 + 1/3"),
    wrong={
        "-1": "That is the place after one step.",
        "-0.4184": "The corrections are missing: m̂ = m/(1 − β₁ᵗ), and ŝ likewise.",
        "-0.5918": "In the second step the corrections divide by 1 − ¼, not by ½ again.",
        "0": "The second step is shorter than the first: m still remembers the gradient 1.",
        "-1.3333": "The second step goes up: m̂ is −⅓, and θ ← θ − ηm̂/√ŝ.",
        "0.6667": "All signs are the other way round: θ ← θ − ηm̂/√ŝ, and the first gradient is positive.",
        "0.3333": "That is the second step alone. Where does it begin?",
    },
    letters=NUMBERS,
)

scale = Choice(
    name="04-15",
    trains="which optimiser sees the scale of the objective",
    minutes=3,
    difficulty=1,
    hint="All gradients become a thousand times larger. What becomes of the step in each formula?",
    solution="'d'",
    because="m̂ becomes 1000 times larger, and √ŝ as well; the quotient stays. (Up to ε, which is tiny beside both.)",
    right=("'D'", "'(d)'"),
    wrong={
        "'a'": "Its step is ηg, a thousand times as long. It needs a thousandth of the rate.",
        "'b'": "The velocity is a sum of gradients, so it is a thousand times as large, too.",
        "'c'": "Its step is η(g + βv), and both g and v are a thousand times as large.",
        "'e'": "For one of them the factor stands above the bar and below it, and cancels.",
    },
)


def adam_case(rng):
    """Gradients of the usual size, some that are as small as ε, and a zero."""
    import numpy as np

    size = int(rng.integers(3, 6))
    theta, g, m = rng.normal(size=(3, size))
    scale = np.array([1, 1e-8, 0, 1, 1e-8])[:size]
    s = rng.uniform(0.1, 1, size=size)
    return theta, scale * g, scale * m, scale**2 * s, int(rng.integers(2, 9)), 0.1


adam_bug = FindTheBug(
    name="04-16",
    trains="reading Adam: which line is wrong",
    minutes=6,
    difficulty=2,
    hint="The first step of this program is right, the second is not. Compare line by line with the formulas, "
    "at t = 2.",
    program="""
def answer(theta, g, m, s, t, rate):
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    m_hat = m / (1 - 0.9)**t
    s_hat = s / (1 - 0.999**t)
    theta = theta - rate * m_hat / (np.sqrt(s_hat) + 1e-8)
    return theta, m, s
""",
    line=4,
    mended="""
def answer(theta, g, m, s, t, rate):
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    m_hat = m / (1 - 0.9**t)
    s_hat = s / (1 - 0.999**t)
    theta = theta - rate * m_hat / (np.sqrt(s_hat) + 1e-8)
    return theta, m, s
""",
    solution="4",
    because="The correction is 1 − βᵗ, not (1 − β)ᵗ. For t = 1 the two are equal; for t = 2 they are 0.19 and "
    "0.01, and "
    "the step is 19 times too long.",
    returns=("theta", "m", "s"),
    right=(
        "4.0",
        """
def answer(theta, g, m, s, t, rate):
    m, s = m + 0.1 * (g - m), s + 0.001 * (g * g - s)
    c = (1 - 0.999**t) ** 0.5
    return theta - rate * c * m / (s**0.5 + c * 1e-8) / (1 - 0.9**t), m, s
""",
    ),
    wrong={
        "1": "Line 1 names what a step needs; t counts the steps from 1.",
        "2": "Line 2 is right: m ← β₁m + (1 − β₁)g with β₁ = 0.9.",
        "3": "Line 3 is right: the average of the squares, with β₂ = 0.999.",
        "5": "Line 5 is right: 1 − β₂ᵗ.",
        "6": "Line 6 is right: ε stands outside the root.",
        "7": "Line 7 is right: m and s are handed on without the corrections.",
        """
def answer(theta, g, m, s, t, rate):
    m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
    m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
    return theta - rate * m_hat / np.sqrt(s_hat + 1e-8), m, s
""": "The corrections are mended. But ε stands outside the root: a gradient of 10⁻⁸ shows it.",
        """
def answer(theta, g, m, s, t, rate):
    m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
    m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
    return theta - rate * m_hat / np.sqrt(s_hat), m, s
""": "The corrections are mended. But ε is missing: a gradient of 0 gives 0/0.",
    },
    through=quietly,
    draw=adam_case,
    integers=False,
)

ADAPTIVE_RATES = [newton_by_hand, adam_by_hand, scale, adam_bug]
