"""The exercises of *Gates*, chapter 05."""

import numpy as np
import sympy as sp
from sympy import tanh

from backprop.proof.vocabulary import arbitrary, partial, reals, sigmoid, slope

from .bug import FindTheBug
from .expression import Expression
from .number import Number

phi = arbitrary("φ")
w, s_h, s_c, z_o, o, c = reals("w s_h s_c z_o o c")
leak, h_1, x_1, z_1 = reals("a h_1 x_1 z_1")
keep = sp.Symbol("f", positive=True)

leaky_unit = Expression(
    name="05-12",
    trains="two paths from a state to the next one",
    minutes=4,
    difficulty=1,
    hint="h⁻ reaches h twice: directly, and through z. One part of the slope for each.",
    question=partial(s_h * (leak * h_1 + (1 - leak) * phi(z_1)), h_1),
    where={z_1: w * h_1 + x_1},
    solution="s_h * (leak + (1 - leak) * slope(phi)(z_1) * w)",
    because="Two paths: directly, with the factor a, and through z. With a near 1 the slope is kept nearly whole.",
    right=(
        "s_h * leak + s_h * w * slope(phi)(z_1) - leak * s_h * w * slope(phi)(z_1)",
        "(w * slope(phi)(z_1) + leak * (1 - w * slope(phi)(z_1))) * s_h",
    ),
    wrong={
        "s_h * leak": "The path through z is missing.",
        "s_h * (1 - leak) * slope(phi)(z_1) * w": "The direct path is missing: a part of h⁻ itself is in h.",
        "s_h * (leak + (1 - leak) * slope(phi)(z_1))": "On the path through z the weight w is missing.",
        "s_h * (leak + (1 - leak) * w)": "On the path through z the slope φ′ is missing.",
        "s_h * (leak + slope(phi)(z_1) * w)": "φ(z) enters h with the factor 1 − a.",
        "leak + (1 - leak) * slope(phi)(z_1) * w": "The slope of what comes later, s_h, is missing.",
    },
    letters={"s_h": s_h, "leak": leak, "w": w, "z_1": z_1, "phi": phi, "slope": slope},
)

half_life = Expression(
    name="05-16",
    trains="how long an open gate keeps a slope",
    minutes=4,
    difficulty=2,
    hint="After m steps the slope has been multiplied by f m times. Write that as an equation, and take the logarithm.",
    question=-sp.log(2),
    equation=lambda m: (half_life.question, sp.Mul(m, sp.log(keep), evaluate=False)),
    solution="sp.log(sp.Rational(1, 2)) / sp.log(keep)",
    because="fᵐ = ½, so m log f = log ½ = −log 2. For f = 0.9 that is 6.58 steps.",
    right=("-sp.log(2) / sp.log(keep)", "sp.log(2) / sp.log(1 / keep)", "sp.log(sp.Rational(1, 2), keep)"),
    wrong={
        "sp.log(2) / sp.log(keep)": "The sign: log f is negative, and m is not.",
        "sp.log(keep) / sp.log(sp.Rational(1, 2))": "That is 1/m.",
        "sp.Rational(1, 2) / keep": "The slope is multiplied by f once for every step: fᵐ, not m f.",
        "1 / (2 * (1 - keep))": "The slope does not lose 1 − f of what it was at first; each step keeps the share f of "
        "what is left.",
        "sp.log(sp.Rational(1, 2)) / keep": "The logarithm of fᵐ is m log f, not m f.",
        "sp.log(sp.Rational(1, 2) / keep)": "m is a quotient of two logarithms, not the logarithm of a quotient.",
    },
    letters={"keep": keep, "sp": sp},
)

peephole = Expression(
    name="05-14",
    trains="three paths from a cell state",
    minutes=8,
    difficulty=3,
    hint="c is kept, it is shown through tanh, and it moves the gate o. One path for each.",
    question=partial(s_h * o * tanh(c) + s_c * c, c),
    where={o: sigmoid(z_o + w * c)},
    solution="s_c + s_h * (o * (1 - tanh(c) ** 2) + tanh(c) * o * (1 - o) * w)",
    because="Three paths: kept, with s_c; shown, with o(1 − tanh²c); and through the gate, whose slope is o(1 − o)w.",
    right=(
        "s_c + s_h * o * (1 - tanh(c) ** 2 + w * (1 - o) * tanh(c))",
        "s_h * o + s_c - s_h * o * tanh(c)**2 + s_h * w * (o - o**2) * tanh(c)",
    ),
    wrong={
        "s_c + s_h * o * (1 - tanh(c) ** 2)": "The path through the gate is missing: o depends on c.",
        "s_h * (o * (1 - tanh(c) ** 2) + tanh(c) * o * (1 - o) * w)": "The path on which c is kept is missing.",
        "s_c + s_h * tanh(c) * o * (1 - o) * w": "The path on which c is shown, through tanh, is missing.",
        "s_c + s_h * (o * (1 - tanh(c) ** 2) + tanh(c) * o * (1 - o))": "On the path "
        "through the gate c has the factor w.",
        "s_c + s_h * (o * (1 - tanh(c) ** 2) + tanh(c) * w)": "On the path through the gate the slope of "
        "the sigmoid is missing.",
        "s_c + s_h * (o * (1 - tanh(c) ** 2) + o * (1 - o) * w)": "On the path through the "
        "gate tanh c is what o multiplies: that factor is missing.",
    },
    letters={"s_h": s_h, "s_c": s_c, "w": w, "o": o, "c": c, "tanh": tanh},
)

gru_by_hand = Number(
    name="05-17",
    trains="the backward step of a GRU by hand",
    minutes=5,
    difficulty=2,
    decimals=3,
    hint="In h = (1 − z)n + z h⁻, which number multiplies z, and which multiplies h⁻? The gate is a sigmoid.",
    parts=("the update gate's slope", "the direct path"),
    solution="(0.310, 0.5)",
    because="The slope of h with z is h⁻ − n = 1.238, times the sigmoid's slope ¼. Directly h⁻ has the factor z.",
    right=("[0.3096, sp.Rational(1, 2)]", "('0.310', '1/2')", "(1.2384 / 4, 0.5)"),
    wrong={
        "(-0.310, 0.5)": "The sign of the first: z multiplies h⁻ − n, not n − h⁻.",
        "(1.238, 0.5)": "The first is the slope at z. From z to zᶻ the sigmoid's slope z(1 − z) is missing.",
        "(0.619, 0.5)": "The sigmoid's slope is z(1 − z) = ¼, not z.",
        "(-0.190, 0.5)": "The update gate moves both parts: (1 − z)n falls, and z h⁻ grows.",
        "(0.5, 0.5)": "The update gate moves both parts: z h⁻ grows, and (1 − z)n falls by n.",
        "(0.310, 1)": "On the direct path h⁻ is multiplied by z.",
        "(0.310, 2)": "The second is a slope for h⁻: what multiplies it, not its value.",
    },
    letters={"sp": sp},
)

two_steps = Number(
    name="05-13",
    trains="a value and two slopes along the belt",
    minutes=4,
    difficulty=1,
    hint="One step after the other: keep, then add. For the slopes, ask what the number is multiplied by on its way.",
    parts=("c after both steps", "the slope for the number at the start", "the slope for the first candidate"),
    solution="(1.3, 0.4, 0.25)",
    because="c = 0.8·3 − 0.5·0.4 = 2.2, then 0.5·2.2 + 1·0.2 = 1.3. The number at the start was multiplied by 0.8 and "
    "by 0.5; the first candidate by its i, 0.5, and by the second f, 0.5.",
    right=("[1.3, 0.4, 0.25]", "(sp.Rational(13, 10), 0.8 * 0.5, 0.5 * 0.5)", "('13/10', '2/5', '1/4')"),
    wrong={
        "(2.2, 0.8, 0.5)": "That is after the first step. There is a second one.",
        "(1.3, 1.3, 0.25)": "The slopes along a path are multiplied, not added: 0.8 times 0.5.",
        "(1.3, 0.5, 0.25)": "The number at the start passes both forget gates.",
        "(1.3, 0.4, 0.5)": "What the first candidate has put on the belt passes the second forget gate.",
        "(1.3, 0.4, -0.1)": "The slope is what the first candidate is multiplied by; its value does not count.",
        "(1.7, 0.4, 0.25)": "The first candidate is negative: it takes 0.2 away.",
        "(2.4, 0.4, 0.25)": "The second step keeps a half of what lies there, before it adds.",
    },
    letters={"sp": sp},
)


STEP_BACK = """
def answer(S_H, S_C, C_before, C, gates):
    i, f, g, o = gates
    S = S_C + S_H * o * (1 - np.tanh(C) ** 2)
    Delta_i = S * g * i * (1 - i)
    Delta_f = S * C_before * f * (1 - f)
    Delta_g = S * i * (1 - g**2)
    Delta_o = S_H * np.tanh(C) * o * (1 - o)
    return Delta_i, Delta_f, Delta_g, Delta_o, S * f
"""


def step_case(rng):
    S_H, S_C, C_before = rng.normal(size=(3, 2, 3))
    i, f, o = rng.uniform(0.1, 0.9, size=(3, 2, 3))
    g = rng.uniform(-0.9, 0.9, size=(2, 3))
    return S_H, S_C, C_before, f * C_before + i * g, np.array([i, f, g, o])


candidate_as_a_gate = FindTheBug(
    name="05-15",
    trains="reading the backward step of an LSTM",
    minutes=5,
    difficulty=2,
    hint="Say for each line which function made the gate, and what multiplies that gate in the forward step.",
    program=STEP_BACK.replace("(1 - g**2)", "g * (1 - g)"),
    line=6,
    mended=STEP_BACK,
    solution="6",
    because="The candidate g is no gate. It comes from tanh, whose slope is 1 − g², not from a sigmoid.",
    returns=("the block for i", "the block for f", "the block for g", "the block for o", "what c⁻ gets"),
    right=(
        "'6'",
        STEP_BACK,
        """
def answer(S_H, S_C, C_before, C, gates):
    i, f, g, o = gates
    shown = np.tanh(C)
    S = S_H * o * (1 - shown) * (1 + shown) + S_C
    blocks = S * np.array([g * (i - i**2), C_before * (f - f**2), i - i * g * g])
    return [*blocks, S_H * shown * (o - o**2), f * S]
""",
    ),
    wrong={
        "1": "Line 1 names what the step needs: nothing is missing.",
        "2": "Line 2 is right: the gates come in the order i, f, g, o.",
        "3": "Line 3 is right: c is kept, with the slope s_c, and it is shown through o tanh c.",
        "4": "Line 4 is right: g multiplies i in the forward step, and i is a sigmoid.",
        "5": "Line 5 is right: f multiplies c⁻, the cell before, and f is a sigmoid.",
        "7": "Line 7 is right: o is reached through h alone, so S_H stands there, and not S.",
        "8": "Line 8 is right: c⁻ has the factor f in c.",
    },
    draw=step_case,
)

EXERCISES = [leaky_unit, two_steps, peephole, candidate_as_a_gate, half_life, gru_by_hand]
