"""The exercises of the page *Activations*."""

from sympy import Rational, cosh, exp, log, sech, tanh

from backprop.proof.vocabulary import partial, reals, sigmoid, softplus

from .bug import FindTheBug
from .derivation import Lines
from .expression import Expression
from .number import Number

z, A = reals("z"), reals("A", positive=True)


slope_by_hand = Number(
    name="01-10",
    trains="a slope by hand",
    minutes=4,
    difficulty=1,
    hint="A product has two parts: the slope of each factor, times the other factor. What are σ(0) and σ′(0)?",
    solution="0.75",
    because="By the product rule the slope is σ(z) + (1 + z) σ′(z), and σ′ = (1 − σ) σ. "
    "At 0 it is 1/2 + 1 · 1/2 · 1/2.",
    right=("Rational(3, 4)", '"3/4"', "Rational(1, 2) + Rational(1, 4)"),
    wrong={
        "Rational(1, 4)": "That is σ′(0). The first factor moves, too: the product rule has two parts.",
        "Rational(1, 2)": "That is one part of the product rule, the slope of 1 + z times σ. Add the other.",
        "1": "σ′(0) is (1 − σ(0)) σ(0) = 1/4, not σ(0) = 1/2.",
        "Rational(3, 2)": "The slope of σ at 0 is not 1.",
        "0": "σ(0) = 1/(1 + e⁰) is 1/2, not 0.",
    },
    letters={"Rational": Rational},
)

steep_tanh = Expression(
    name="01-11",
    trains="the slope of an activation with a factor inside",
    minutes=3,
    difficulty=1,
    hint="The chain rule: the slope of tanh, taken at 3z, times an inner slope.",
    question=partial(tanh(3 * z), z),
    solution="3 * (1 - tanh(3 * z)**2)",
    because="The slope of tanh is 1 − tanh², here at 3z, and the inner slope is 3.",
    right=(
        "3 * sech(3*z)**2",
        "3 / cosh(3*z)**2",
        "3 * (1 - tanh(3*z)) * (1 + tanh(3*z))",
        "12 / (exp(3*z) + exp(-3*z))**2",
    ),
    wrong={
        "1 - tanh(3 * z)**2": "The inner slope is missing.",
        "3 * (1 - tanh(z)**2)": "The slope of tanh is taken at 3z, where tanh was taken.",
        "3 * tanh(3 * z) * (1 - tanh(3 * z))": "f (1 − f) is the slope of the sigmoid.",
        "3 * (1 + tanh(3 * z)**2)": "The sign: the slope of tanh is largest at 0 and falls from there.",
    },
    letters={"tanh": tanh, "z": z, "cosh": cosh, "sech": sech, "exp": exp},
)

LINE_1 = "4 * sigmoid(2 * z) * (1 - sigmoid(2 * z))"
LINE_2 = "(1 + tanh(z)) * (1 - tanh(z))"

tanh_by_lines = Lines(
    name="01-12",
    trains="a derivation: the slope of tanh from that of the sigmoid",
    minutes=8,
    difficulty=2,
    hint="How many factors 2 come together in the first line? In the second, 1 − σ(2z) is (1 − tanh z)/2.",
    question=partial(2 * sigmoid(2 * z) - 1, z),
    solution=f"""[
    ({LINE_1}, "chain rule"),
    ({LINE_2}, "σ(2z) is (1 + tanh z)/2"),
    (1 - tanh(z)**2, "multiply out"),
]""",
    because="The slope of σ is σ(1 − σ), here at 2z. The 2 in front and the inner slope 2 make 4, which cancels "
    "the two halves in the second line.",
    right=(
        f"[{LINE_1}, 1 - tanh(z)**2]",
        f"[(2 * sigmoid(2 * z) * sigmoid(-2 * z) * 2, 'mirror image'), {LINE_2}, (1 - tanh(z)**2, 'multiply out')]",
    ),
    wrong={
        f"[2 * sigmoid(2 * z) * (1 - sigmoid(2 * z)), {LINE_2}, 1 - tanh(z)**2]": "Line 1: the inner slope is missing.",
        f"[4 * sigmoid(z) * (1 - sigmoid(z)), {LINE_2}, 1 - tanh(z)**2]": "Line 1: the slope is taken at 2z.",
        f"[{LINE_1} - 1, {LINE_2}, 1 - tanh(z)**2]": "Line 1: the constant −1 has the slope 0.",
        f"[{LINE_1}, 4 * (1 + tanh(z)) * (1 - tanh(z)), 1 - tanh(z)**2]": "Line 2: each of the two factors has a half.",
        f"[{LINE_1}, tanh(z) * (1 - tanh(z)), 1 - tanh(z)**2]": "Line 2: σ(2z) is (1 + tanh z)/2, not tanh z.",
        f"[{LINE_1}, {LINE_2}, 1 + tanh(z)**2]": "Line 3: (1 + u)(1 − u) is 1 − u².",
    },
    letters={"z": z, "sigmoid": sigmoid, "tanh": tanh, "partial": partial},
)

sharp_softplus = Expression(
    name="01-13",
    trains="the slope of softplus, and a factor that cancels",
    minutes=4,
    difficulty=1,
    hint="The slope of softplus is the sigmoid. Mind the inner slope and the divisor.",
    question=partial(softplus(A * z) / A, z),
    solution="sigmoid(A * z)",
    because="The slope of softplus at Az, times the inner slope A, divided by A.",
    right=("exp(A*z) / (1 + exp(A*z))", "1 / (1 + exp(-A*z))", "1 - sigmoid(-A * z)"),
    wrong={
        "sigmoid(z)": "The sigmoid is taken where softplus was taken, at Az.",
        "A * sigmoid(A * z)": "The divisor A is missing.",
        "sigmoid(A * z) / A": "The inner slope A is missing.",
        "sigmoid(A * z) * (1 - sigmoid(A * z))": "That is the slope of the sigmoid. Softplus has the sigmoid as slope.",
    },
    letters={"sigmoid": sigmoid, "A": A, "z": z, "exp": exp},
)

softmax_by_hand = Number(
    name="01-14",
    trains="softmax by hand",
    minutes=4,
    difficulty=1,
    hint="e to the power log 5 is 5. And what do the three probabilities add up to?",
    solution="(Rational(1, 8), Rational(1, 4), Rational(5, 8))",
    because="The exponentials are 1, 2 and 5; their sum is 8.",
    parts=("p₁", "p₂", "p₃"),
    right=("[0.125, 0.25, 0.625]", '("1/8", "2/8", "5/8")'),
    wrong={
        "(1, 2, 5)": "These are the exponentials. Divide each by their sum.",
        "(0, log(2) / log(10), log(5) / log(10))": "These are the scores by their sum. Exponentials come first.",
        "(Rational(1, 2), Rational(2, 3), Rational(5, 6))": "That is a sigmoid for each score. Softmax divides by the "
        "sum over all.",
        "(Rational(1, 5), Rational(2, 5), 1)": "You divided by the largest exponential. Divide by the sum.",
        "(Rational(1, 7), Rational(2, 7), Rational(5, 7))": "e⁰ is 1, not 0: the sum is 8.",
    },
    letters={"Rational": Rational, "log": log},
)


softmax_slopes = Number(
    name="01-15",
    trains="a row of the Jacobian of softmax",
    minutes=4,
    difficulty=2,
    hint="For its own score the slope is p₁(1 − p₁); for another score it is negative. What do the three add up to?",
    solution="(Rational(7, 64), Rational(-1, 32), Rational(-5, 64))",
    because="p₁(1 − p₁) = 1/8 · 7/8, −p₁p₂ = −1/8 · 1/4 and −p₁p₃ = −1/8 · 5/8. They add up to 0: what p₁ gains "
    "with its own score it loses when all scores grow alike.",
    parts=("the slope for z₁", "the slope for z₂", "the slope for z₃"),
    right=("[0.109375, -0.03125, -0.078125]", '("7/64", "-2/64", "-5/64")'),
    wrong={
        "(Rational(7, 64), Rational(1, 32), Rational(5, 64))": "The signs: when another score grows, p₁ falls.",
        "(Rational(7, 64), Rational(3, 16), Rational(15, 64))": "These are p_j(1 − p_j), the slope of each for its own "
        "score. Here p₁ is asked for, with all three scores.",
        "(Rational(-1, 64), Rational(-1, 32), Rational(-5, 64))": "For its own score the delta is 1: p₁(1 − p₁).",
        "(Rational(7, 8), Rational(-1, 4), Rational(-5, 8))": "The factor p₁ is missing.",
        "(Rational(1, 8), Rational(-1, 32), Rational(-5, 64))": "The first is p₁ times 1 − p₁: S grows, too.",
    },
    letters={"Rational": Rational},
)


def two_layers(rng):
    rows, inputs, units, outputs = rng.integers(1, 6, size=4)
    shapes = (rows, inputs), (inputs, units), units, (units, outputs), outputs
    return tuple(rng.normal(size=shape) for shape in shapes)


wrong_axis = FindTheBug(
    name="01-16",
    trains="reading a forward pass: which line is wrong",
    minutes=5,
    difficulty=2,
    hint="A sample is a row. What should its probabilities add up to, and what does each line do to a row?",
    program="""
def answer(X, W, b, V, c):
    H = np.maximum(X @ W + b, 0)
    Z = H @ V + c
    Z = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=0)
""",
    line=6,
    mended="""
def answer(X, W, b, V, c):
    H = np.maximum(X @ W + b, 0)
    Z = H @ V + c
    Z = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)
""",
    solution="6",
    because="axis=0 adds over the samples, so the columns would sum to one. The classes of a sample lie along axis 1, "
    "and keepdims=True keeps the column of sums.",
    right=(
        "'6'",
        """
def answer(X, W, b, V, c):
    E = np.exp(np.maximum(X @ W + b, 0) @ V + c)
    return (E.T / E.sum(axis=1)).T
""",
    ),
    wrong={
        "1": "Line 1 names what the network needs: nothing is missing.",
        "2": "Line 2 is right: the bias is added to each row, then ReLU.",
        "3": "Line 3 is right: the scores; softmax is the activation of this layer.",
        "4": "Line 4 is right: it subtracts from each row its largest score, which softmax ignores.",
        "5": "Line 5 is right: softmax takes exponentials entry by entry.",
    },
    draw=two_layers,
)

EXERCISES = [slope_by_hand, steep_tanh, tanh_by_lines, sharp_softplus, softmax_by_hand, softmax_slopes, wrong_axis]
