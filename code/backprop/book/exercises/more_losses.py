"""The exercises of the page *More losses*."""

import sympy as sp
from sympy import Rational, exp, log, pi, sqrt

from backprop.proof.vocabulary import partial, reals, sigmoid

from .expression import Expression
from .number import Number
from .program import Program

y, guess, z = reals("y ŷ z")
scale = sp.Symbol("τ", positive=True)
NUMBERS = {"log": log, "Rational": Rational}
UNIT = NUMBERS | {"sp": sp, "y": y, "guess": guess, "z": z, "sigmoid": sigmoid}

noise_scale = Expression(
    name="02-10",
    trains="a loss from a likelihood, and its slope",
    minutes=5,
    difficulty=2,
    hint="The logarithm of a product is a sum. Which of its parts hold ŷ?",
    question=partial(-log(exp(-((y - guess) ** 2) / (2 * scale**2)) / (scale * sqrt(2 * pi))), guess),
    solution="(guess - y) / scale**2",
    because="Minus the logarithm is (y − ŷ)²/2τ² and a constant. Its slope is the error divided by the variance: "
    "a noisy target counts less.",
    right=("guess / scale**2 - y / scale**2", "-(y - guess) * scale**(-2)"),
    wrong={
        "guess - y": "That is for the variance 1. A noisy target counts less.",
        "(y - guess) / scale**2": "The sign: the loss grows where the prediction is too large.",
        "(guess - y) / scale": "τ is the standard deviation. In the power stands its square.",
        "(guess - y) / (2 * scale**2)": "The slope of the square has a 2, which cancels the 2 in 2τ².",
        "(guess - y)**2 / (2 * scale**2)": "That is the loss. Its slope was asked for.",
        "(guess - y) / scale**2 + 1 / scale": "log τ is a constant here: no prediction changes it.",
    },
    letters=UNIT | {"scale": scale},
)


hinge_by_hand = Number(
    name="02-11",
    trains="a cost and its gradient by hand: hinge",
    minutes=5,
    difficulty=2,
    hint="First the products y z. A sample with y z above 1 costs nothing and pulls at nothing.",
    parts=("L", "∂L/∂z_1", "∂L/∂z_2", "∂L/∂z_3", "∂L/∂z_4"),
    solution="(0.875, 0, 0.25, -0.25, 0)",
    because="The products y z are 2, −½, −1, 3, the losses 0, 1½, 2, 0, and their mean is 3.5/4. The slope is −y/4 for "
    "the second and the third sample, and 0 for the others.",
    right=("[7/8, 0, 1/4, -1/4, 0]", "(Rational(7, 8), 0, Rational(1, 4), -0.25, 0)"),
    wrong={
        "(3.5, 0, 1, -1, 0)": "The mean is missing: the cost is the mean of the four losses.",
        "(0.875, 0, 1, -1, 0)": "The cost is right. But it is a mean, so its slopes are divided by 4, too.",
        "(0.875, 0, -0.25, 0.25, 0)": "The cost is right. Its slope is −y, not y: the loss is 1 − y z.",
        "(0.875, -0.25, 0.25, -0.25, 0.25)": "Where y z is above 1 the loss is 0 and stays 0: no slope.",
        "(0.375, 0, 0.25, -0.25, 0)": "That is max(0, −y z). The hinge wants more than the right sign: 1 − y z.",
        "(0.875, 0, -0.25, -0.25, 0)": "The targets are −1 and 1; the slope −y has both signs.",
    },
    letters=NUMBERS,
)


def probabilities(rng):
    shares = rng.uniform(0.1, 1, size=rng.integers(2, 8))
    return (shares / shares.sum(),)


entropy = Program(
    name="02-12",
    trains="the smallest cross-entropy: the entropy",
    minutes=5,
    difficulty=2,
    hint="The cross-entropy is −Σ y log p. What is it where p = y?",
    solution="""
def answer(y):
    return -(y * np.log(y)).sum()
""",
    because="−Σ y log p with p = y. It is 0 only if one class has all; so with smoothed targets no loss is 0.",
    public=("(np.array([0.5, 0.25, 0.25]),)",),
    draw=probabilities,
    integers=False,
    right=(
        """
def answer(y):
    return y @ np.log(1 / y)
""",
        """
def answer(y):
    total = 0.0
    for share in y:
        total -= share * np.log(share)
    return total
""",
    ),
    wrong={
        "lambda y: (y * np.log(y)).sum()": "The minus is missing: a cross-entropy is not negative.",
        "lambda y: -(y * np.log(y)).mean()": "The loss is a sum over the classes, not a mean.",
        "lambda y: -np.log(y).sum()": "Each logarithm is multiplied by its target y.",
        "lambda y: -(y * np.log2(y)).sum()": "That is in bits. log is the natural logarithm.",
        "lambda y: -y * np.log(y)": "The sum over the classes is missing: one number for the row.",
        "lambda y: -np.log(y.max())": "That is the loss if the likeliest class happens. Every class has its share.",
    },
)

focal = Expression(
    name="02-13",
    trains="product rule and chain rule on a loss from elsewhere",
    minutes=10,
    difficulty=3,
    hint="The product rule, with σ′ = σ(1 − σ). The slope of log σ(z) is 1 − σ(z).",
    question=partial(-((1 - sigmoid(z)) ** 2) * log(sigmoid(z)), z),
    solution="(1 - sigmoid(z))**2 * (2 * sigmoid(z) * log(sigmoid(z)) - (1 - sigmoid(z)))",
    because="One part for each factor: −2(1 − σ)·(−σ′)·log σ, and −(1 − σ)²·σ′/σ, with σ′ = σ(1 − σ). At z = −10 the "
    "slope is −1.0008, at z = −4 it is −1.0864. It falls, so this loss is not convex.",
    right=(
        "2 * sigmoid(z) * (1 - sigmoid(z))**2 * log(sigmoid(z)) - (1 - sigmoid(z))**3",
        "sigmoid(-z)**2 * (2 * sigmoid(z) * log(sigmoid(z)) - sigmoid(-z))",
    ),
    wrong={
        "-(1 - sigmoid(z))**3": "That is the part of the logarithm. The square (1 − σ)² moves with z, too.",
        "2 * sigmoid(z) * (1 - sigmoid(z))**2 * log(sigmoid(z))": "That is the part of the square. The logarithm moves "
        "with z, too.",
        "(1 - sigmoid(z))**2 * (-2 * sigmoid(z) * log(sigmoid(z)) - (1 - sigmoid(z)))": "1 − σ falls where z grows: "
        "the part of the square has the other sign.",
        "2 * (1 - sigmoid(z)) * log(sigmoid(z)) - (1 - sigmoid(z))**2 / sigmoid(z)": "Those are slopes with σ. The "
        "slope of the sigmoid, σ(1 − σ), is missing.",
        "-(1 - sigmoid(z))**2 * (2 * sigmoid(z) * log(sigmoid(z)) - (1 - sigmoid(z)))": "The sign of the whole is the "
        "other way round.",
        "(1 - sigmoid(z))**2 * (sigmoid(z) * log(sigmoid(z)) - (1 - sigmoid(z)))": "The slope of the square has a 2.",
        "2 * sigmoid(z) * (1 - sigmoid(z)) * log(sigmoid(z)) - (1 - sigmoid(z))**3": "In the part of the square a "
        "factor 1 − σ is lost: the slope of (1 − σ)² has one, and σ′ has another.",
    },
    letters=UNIT,
)

EXERCISES = [
    noise_scale,
    hinge_by_hand,
    entropy,
    focal,
]
