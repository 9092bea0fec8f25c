"""The exercises of *Gates*, chapter 05."""

import sympy as sp
from sympy import tanh

from backprop.proof.vocabulary import arbitrary, partial, reals, sigmoid, slope

from .expression import Expression
from .number import Number

f = arbitrary("f")
w, s_h, s_c, zo, out_gate, cell = reals("w s_h s_c z^o o c")
leak, h_1, x_1, z_1 = reals("a h_1 x_1 z_1")
keep = sp.Symbol("f", positive=True)

leaky_unit = Expression(
    name="05-12",
    trains="two paths from a state to the next one",
    minutes=4,
    difficulty=1,
    hint="h⁻ reaches h twice: directly, and through z.",
    question=partial(s_h * (leak * h_1 + (1 - leak) * f(z_1)), h_1),
    where={z_1: w * h_1 + x_1},
    solution="s_h * (leak + (1 - leak) * slope(f)(z_1) * w)",
    because="Two paths: directly, with the factor a, and through z. With a near 1 the slope is kept nearly whole.",
    right=(
        "s_h * leak + s_h * w * slope(f)(z_1) - leak * s_h * w * slope(f)(z_1)",
        "(w * slope(f)(z_1) + leak * (1 - w * slope(f)(z_1))) * s_h",
    ),
    wrong={
        "s_h * leak": "The path through z is missing.",
        "s_h * (1 - leak) * slope(f)(z_1) * w": "The direct path is missing: a part of h⁻ itself is in h.",
        "s_h * (leak + (1 - leak) * slope(f)(z_1))": "On the path through z the weight w is missing.",
        "s_h * (leak + (1 - leak) * w)": "On the path through z the slope f′ is missing.",
        "s_h * (leak + slope(f)(z_1) * w)": "f(z) enters h with the factor 1 − a.",
        "leak + (1 - leak) * slope(f)(z_1) * w": "The slope of what comes later, s_h, is missing.",
    },
    letters={"s_h": s_h, "leak": leak, "w": w, "z_1": z_1, "f": f, "slope": slope},
)

half_life = Expression(
    name="05-13",
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
    question=partial(s_h * out_gate * tanh(cell) + s_c * cell, cell),
    where={out_gate: sigmoid(zo + w * cell)},
    solution="s_c + s_h * (out_gate * (1 - tanh(cell) ** 2) + tanh(cell) * out_gate * (1 - out_gate) * w)",
    because="Three paths: kept, with s_c; shown, with o(1 − tanh²c); and through the gate, whose slope is o(1 − o)w.",
    right=(
        "s_c + s_h * out_gate * (1 - tanh(cell) ** 2 + w * (1 - out_gate) * tanh(cell))",
        "s_h * out_gate + s_c - s_h * out_gate * tanh(cell)**2 + s_h * w * (out_gate - out_gate**2) * tanh(cell)",
    ),
    wrong={
        "s_c + s_h * out_gate * (1 - tanh(cell) ** 2)": "The path through the gate is missing: o depends on c.",
        "s_h * (out_gate * (1 - tanh(cell) ** 2) + tanh(cell) * out_gate * (1 - out_gate) * w)": "The path on which c "
        "is kept is missing.",
        "s_c + s_h * tanh(cell) * out_gate * (1 - out_gate) * w": "The path on which c is shown, through tanh, is "
        "missing.",
        "s_c + s_h * (out_gate * (1 - tanh(cell) ** 2) + tanh(cell) * out_gate * (1 - out_gate))": "On the path "
        "through the gate c has the factor w.",
        "s_c + s_h * (out_gate * (1 - tanh(cell) ** 2) + tanh(cell) * w)": "On the path through the gate the slope of "
        "the sigmoid is missing.",
        "s_c + s_h * (out_gate * (1 - tanh(cell) ** 2) + out_gate * (1 - out_gate) * w)": "On the path through the "
        "gate tanh c is what o multiplies: that factor is missing.",
    },
    letters={"s_h": s_h, "s_c": s_c, "w": w, "out_gate": out_gate, "cell": cell, "tanh": tanh},
)

gru_by_hand = Number(
    name="05-15",
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

EXERCISES = [leaky_unit, half_life, peephole, gru_by_hand]
