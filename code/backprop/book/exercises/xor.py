"""The exercises of the project *XOR, counted*."""

from sympy import Rational, exp

from .choice import Choice
from .number import Number

NUMBERS = {"Rational": Rational}

all_solved = Number(
    name="xor-1",
    trains="Wilson's interval at its end",
    minutes=6,
    difficulty=2,
    hint="Put q = 1 into the lower end. The root becomes u/2, and the u² above the bar cancel.",
    solution="381",
    because="The lower end is S/(S + u²). It is 0.99 or more where S is 99u² = 380.3 or more.",
    right=("381.0", '"381"', "Rational(762, 2)"),
    wrong={
        "380": "380 is a little too few: 380/(380 + 1.96²) is below 0.99. Round up.",
        "195": "u stands in the formula squared: 1.96² = 3.84.",
        "268": "That is for u = 1.645. The interval of this page has u = 1.96.",
        "299": "That asks how likely S solved ones are at the rate 0.99, 0.99^S = 0.05: another question. Use "
        "Wilson's interval.",
        "100": "Of 100 solved ones the table says 96.3 %.",
        "73": "That is for 95 %: 19u². Here the lower end is 99 %.",
    },
    letters=NUMBERS,
)

decay_of_the_dead = Choice(
    name="xor-2",
    trains="a dead unit under decay",
    minutes=5,
    difficulty=3,
    hint="With decay Adam multiplies every parameter by a number a little below 1 and, where the gradient is 0, does "
    "nothing else. Which signs do w₁, w₂ and b of the unit have, before and after?",
    solution="'c'",
    because="The decay multiplies both weights by a number below 1: they shrink, and stay negative. The bias is 0 and "
    "stays 0. So no z = 0, w₂, w₁, w₁ + w₂ ever becomes positive.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "The decay does not go through the gradient. It multiplies the weights themselves.",
        "'b'": "A negative number times 0.997 is negative, however often: no z becomes positive.",
        "'d'": "The bias is 0, and 0 times a number is 0: at (0, 0) z stays 0, where ReLU's slope is 0.",
        "'e'": "The decay pulls towards 0. For a negative weight that is upward.",
    },
)

enough_starts = Number(
    name="xor-3",
    trains="how many starts are needed",
    minutes=4,
    difficulty=1,
    hint="When does none of k starts succeed? All of them fail, each with the probability 0.82.",
    solution="24",
    because="All k fail with the probability 0.82^k. That is 0.01 or less for k of at least log 0.01 / log 0.82 "
    "= 23.2.",
    right=("24.0", '"24"', "Rational(48, 2)"),
    wrong={
        "23": "With 23 all fail in 1.04 % of the cases. Round up.",
        "6": "Probabilities of several starts are not added: 6 · 0.18 is more than 1, and yet all six may fail.",
        "3": "That is 0.18^k. A start *fails* with the probability 0.82.",
        "1": "One start is solved with the probability 0.18.",
        "25": "One fewer is enough: 0.82^24 is below 0.01 already.",
        "12": "That is for 90 %: 0.82^k of at most 0.1.",
    },
    letters=NUMBERS,
)


def misread(numbers):
    """The first point of XOR at which one SiLU unit has a wrong sign, in words."""
    w_1, w_2, b, v, c = numbers
    for x_1, x_2 in ((0, 0), (0, 1), (1, 0), (1, 1)):
        z = w_1 * x_1 + w_2 * x_2 + b
        s = float(v * z / (1 + exp(-z)) + c)
        wanted = "positive" if x_1 != x_2 else "negative"
        if not (s > 0 if x_1 != x_2 else s < 0):
            return f"At ({x_1}, {x_2}) the logit is {s:.3g}, and must be {wanted}."
    return None


one_silu = Number(
    name="xor-4",
    trains="a forward pass by hand; what one unit can do",
    minutes=8,
    difficulty=3,
    hint="With equal weights the two points in the middle have one z. Choose it where silu is lowest, near −1.3, with "
    "the other two z on either side; the numbers of the statement do that. Then v and c.",
    parts=("w₁", "w₂", "b", "v", "c"),
    fault=misread,
    solution="(2, 2, -3.3, -1, -0.2)",
    because="z is −3.3, −1.3, −1.3 and 0.7, and silu −0.12, −0.28, −0.28 and 0.47: the two in the middle are "
    "the lowest. "
    "v = −1 turns this round, and c = −0.2 puts the border between.",
    right=("[2, 2, -3.3, -10, -2]", "(-3, -3, Rational(3, 2), -4, -0.9)", '("2", "2", "−3.3", "−2", "−2/5")'),
    wrong={
        "(2, 2, -3.3, 1, 0.2)": "The signs are the other way round: silu is *low* in the middle, so v is negative.",
        "(2, 2, -3.3, -1, 0)": "The unit is right; at (0, 0) −silu is +0.12. c must bring that below 0.",
        "(2, 2, -3.3, -1, 0.2)": "The unit is right. c = 0.2 lifts all four logits; (0, 0) needs less, not more.",
        "(2, 2, -3.3, -1, -0.3)": "The unit is right; c is too low: the middle has −silu = 0.28.",
        "(1, 1, -0.5, 1, 0)": "That unit rises from (0, 0) to (1, 1), so the middle lies between. Use silu's "
        "falling part.",
        "(2, -2, 0, 1, 0)": "z is 0 at (0, 0) and at (1, 1), and −2 and 2 in the middle: there silu is −0.24 and 1.76, "
        "of two signs.",
    },
    letters=NUMBERS,
)

EXERCISES = [all_solved, decay_of_the_dead, enough_starts, one_silu]
