"""The exercises of the page *Loss*; those of *More losses* follow them."""

import sympy as sp
from sympy import Rational, exp, log, tanh

from backprop.proof.vocabulary import partial, reals, sigmoid

from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .expression import Expression
from .more_losses import EXERCISES as MORE_LOSSES
from .number import Number
from .quiet import quietly

y, guess, z = reals("y ŷ z")
NUMBERS = {"log": log, "Rational": Rational}
UNIT = NUMBERS | {"sp": sp, "y": y, "guess": guess, "z": z, "sigmoid": sigmoid}

three_tails = Number(
    name="02-1",
    trains="a likelihood by hand: where it is greatest",
    minutes=5,
    difficulty=1,
    hint="Where it is greatest its slope is 0. The product rule; then take (1 − p)² out.",
    solution="1 / 4",
    because="The slope is (1 − p)³ − 3p(1 − p)² = (1 − p)²(1 − 4p). It is positive below p = ¼ and negative above, "
    "up to p = 1. One toss in four fell heads.",
    right=("1/4", "0.25", '"1/4"', "2 * Rational(1, 8)"),
    wrong={
        "1/2": "That is a fair coin. At ½ the likelihood is 1/16; at 0.3 it is already more, 0.1029.",
        "3/4": "That is the probability of tails; p is that of heads.",
        "1/3": "That is heads to tails, one to three. The probability is heads to tosses.",
        "27/256": "That is the greatest likelihood. The p where it is reached was asked for.",
        "1": "At p = 1 the likelihood is 0: a coin that always falls heads never falls tails. The slope is 0 there, "
        "too, but the greatest value lies elsewhere.",
        "0": "At p = 0 the likelihood is 0: one toss fell heads.",
        "1/16": "That is the likelihood at ½. The p was asked for, and a better one than ½.",
    },
    letters=NUMBERS,
)

smoothed_logit = Number(
    name="02-2",
    trains="where the gradient of the cross-entropy vanishes",
    minutes=4,
    difficulty=1,
    hint="There the slope σ(z) − y is 0. Which z has σ(z) = 0.9?",
    decimals=4,
    solution="log(9)",
    because="σ(z) − 0.9 = 0 means e^z = 0.9/0.1, so z = log 9 = 2.1972.",
    right=("2.1972", "-log(Rational(1, 9))", '"2.19722"'),
    wrong={
        "-log(9)": "There σ(z) is 0.1. The sign is the other way round.",
        "0.9": "That is the probability. The logit is the z with σ(z) = 0.9.",
        "0.7109": "That is σ(0.9). The way back was asked for: σ(z) = 0.9.",
        "-log(0.9)": "That is the loss of the probability 0.9 for y = 1.",
        "log(10)": "e^z is p/(1 − p), 0.9 over 0.1, not 1 over 0.1.",
        "0.9542": "That is the logarithm to the base 10. log is the natural one.",
    },
    letters=NUMBERS,
)

sign_by_lines = Lines(
    name="02-3",
    trains="a derivation: the cross-entropy for labels −1 and 1",
    minutes=8,
    difficulty=2,
    hint="First: the slope of log u is 1/u, and e to the power −yz brings down its inner slope. Second: divide by e to "
    "the power −yz, above and below.",
    question=partial(log(1 + exp(-y * z)), z),
    without={exp: "An exponential", log: "A logarithm"},
    solution="""[
    (-y * exp(-y*z) / (1 + exp(-y*z)), "chain rule"),
    (-y * sigmoid(-y*z), "divide by exp(−yz), above and below"),
]""",
    because="The logarithm brings one over 1 + e^{−yz}, the power of e itself and its inner slope −y. Divided by "
    "e^{−yz}, above and below, the fraction is 1/(1 + e^{yz}), and that is σ(−yz).",
    right=(
        "[-y / (1 + exp(y*z)), -y * sigmoid(-y*z)]",
        "[(-y * exp(-y*z) / (1 + exp(-y*z)), 'chain rule'), (-y * (1 - sigmoid(y*z)), '1 − σ(yz) is σ(−yz)')]",
        "[-y * exp(-y*z) * sigmoid(y*z), -y * (1 - sigmoid(y*z)), y * sigmoid(y*z) - y]",
    ),
    wrong={
        "[y * exp(-y*z) / (1 + exp(-y*z)), y * sigmoid(-y*z)]": "Line 1: the sign. The inner slope of −yz is −y.",
        "[-exp(-y*z) / (1 + exp(-y*z)), -sigmoid(-y*z)]": "Line 1: the inner slope of −yz is −y, not −1.",
        "[exp(-y*z) / (1 + exp(-y*z)), sigmoid(-y*z)]": "Line 1: the inner slope of −yz is missing.",
        "[-y / (1 + exp(-y*z)), -y * sigmoid(y*z)]": "Line 1: the slope of e^{−yz} has the power itself as a factor.",
        "[-z * exp(-y*z) / (1 + exp(-y*z)), -z * sigmoid(-y*z)]": "Line 1: that is the slope for y. Here z moves.",
        "[-y * exp(-y*z) / (1 + exp(-y*z)), -y * sigmoid(y*z)]": "Line 2: the fraction is 1/(1 + e^{yz}), so the "
        "sigmoid is taken at −yz.",
        "[-y * exp(-y*z) / (1 + exp(-y*z)), y * sigmoid(-y*z)]": "Line 2: the sign of line 1 is lost.",
        "[-y * exp(-y*z) / (1 + exp(-y*z)), -sigmoid(-y*z)]": "Line 2: the factor y is lost.",
        "[-y * exp(-y*z) / (1 + exp(-y*z)), -y * sigmoid(-z)]": "Line 2: y stands in the power of e, too.",
    },
    letters=UNIT | {"exp": exp, "log": log},
)

four_samples = Number(
    name="02-4",
    trains="a cost and its gradient by hand: the squared error of a batch",
    minutes=5,
    difficulty=1,
    hint="Four errors, four losses; the cost is their mean. In the gradient the mean leaves one factor.",
    parts=("L", "∂L/∂ŷ_1", "∂L/∂ŷ_2", "∂L/∂ŷ_3", "∂L/∂ŷ_4"),
    solution="(3, 0.5, -1, 0, 0.5)",
    because="The errors are 2, −4, 0, 2; the losses 2, 8, 0, 2, and their mean is 12/4 = 3. "
    "Each slope is the error of its sample, divided by 4.",
    right=("[3, 1/2, -1, 0, 1/2]", "(3.0, Rational(1, 2), -1, 0, Rational(2, 4))"),
    wrong={
        "(12, 2, -4, 0, 2)": "The mean is missing: those are the sum of the losses and its gradient.",
        "(3, 2, -4, 0, 2)": "The cost is right. But it is a mean, so its slopes are divided by 4, too.",
        "(12, 0.5, -1, 0, 0.5)": "The gradient is right. The cost is the mean of the four losses, not the sum.",
        "(6, 1, -2, 0, 1)": "That is for (ŷ − y)². Half of it was asked for.",
        "(3, 1, -2, 0, 1)": "The slope of ½(ŷ − y)² is ŷ − y: the 2 of the square cancels the ½.",
        "(3, -0.5, 1, 0, -0.5)": "The signs of the gradient: the error is ŷ − y. Where the prediction is too large the"
        " cost grows with it.",
        "(3, 0.5, 1, 0, 0.5)": "A prediction that is too small has a negative slope: the second.",
    },
    letters=NUMBERS,
)

laplace = Expression(
    name="02-5",
    trains="a loss from a likelihood",
    minutes=4,
    difficulty=1,
    hint="Minus the logarithm of the density. The part without ŷ is the constant.",
    question=-log(exp(-sp.Abs(y - guess)) / 2),
    equation=lambda answer: (laplace.question, answer + log(2)),
    without={exp: "An exponential"},
    solution="sp.Abs(y - guess)",
    because="−log(½ e^{−|y − ŷ|}) = |y − ŷ| + log 2, and log 2 is the constant. What is left is the absolute error.",
    right=("sp.sqrt((y - guess)**2)", "sp.Max(y - guess, guess - y)"),
    wrong={
        "-sp.Abs(y - guess)": "The sign: the power of e has a minus, and so has the logarithm in front.",
        "sp.Abs(y - guess) + log(2)": "log 2 is the constant: no prediction changes it. Leave it out.",
        "y - guess": "The bars are missing: a prediction that is too large would cost less than nothing.",
        "(y - guess)**2 / 2": "That is what the Gaussian gives. Here the power of e is not a square.",
        "sp.Abs(y - guess) / 2": "The ½ stands before the power of e, not in it. Its logarithm is the constant.",
        "sp.sign(guess - y)": "That is the slope of the loss. The loss was asked for.",
    },
    letters=UNIT,
)

mean_or_sum = Choice(
    name="02-6",
    trains="what a factor in the cost changes",
    minutes=3,
    difficulty=1,
    hint="Which factor do all gradients of B have? What does a step of gradient descent do with it?",
    solution="'b'",
    because="The sum is N times the mean, so all slopes are 100 times as large: the same direction, steps 100 times as "
    "long. With η/100 program B would take the steps of A.",
    right=("'B'", "'(b)'"),
    wrong={
        "'a'": "A step is η times the gradient, and the gradient is 100 times as large. The steps change, too.",
        "'c'": "Every entry of the gradient has the same factor. That changes its length, and no direction.",
        "'e'": "The mean divides by N, the sum does not: it is the gradient of B that is larger.",
        "'d'": "100 times a cost is smallest where the cost is. Without steps that are too long both end there.",
    },
)

three_logits = Number(
    name="02-7",
    trains="a cross-entropy and its gradient by hand: p − y",
    minutes=5,
    difficulty=2,
    hint="The exponentials are whole numbers. Their shares are p; the gradient needs no further formula.",
    decimals=4,
    parts=("ℓ", "∂ℓ/∂z_1", "∂ℓ/∂z_2", "∂ℓ/∂z_3"),
    solution="(0.9808, -0.625, 0.125, 0.5)",
    because="The exponentials are 3, 1, 4, so p = (⅜, ⅛, ½). The loss is −log ⅜ = 0.9808, the gradient "
    "p − y = (−⅝, ⅛, ½). Its entries add up to 0.",
    right=("[log(8) - log(3), -5/8, 1/8, 1/2]", "(-log(Rational(3, 8)), Rational(-5, 8), 0.125, '0.5')"),
    wrong={
        "(0.9808, 0.375, 0.125, 0.5)": "The loss is right. Those three numbers are p; the target is still in them.",
        "(0.9808, 0.625, -0.125, -0.5)": "The loss is right. The gradient is p − y, not y − p.",
        "(0.375, -0.625, 0.125, 0.5)": "The gradient is right. ⅜ is the probability; the loss is −log of it.",
        "(-0.9808, -0.625, 0.125, 0.5)": "The gradient is right. A cross-entropy is not negative: minus the logarithm.",
        "(0.9808, -0.625, 0, 0)": "The other logits move the first probability, too: their slopes are p_2 and p_3.",
        "(0.9808, -0.1465, 0.0137, 0.125)": "That has a factor p(1 − p). It is gone: the gradient is p − y.",
        "(0.4260, -0.625, 0.125, 0.5)": "The gradient is right. log is the natural logarithm, not that to the base 10.",
        "(0.3269, -0.2083, 0.0417, 0.1667)": "One sample: no division by K, the number of classes.",
        "(0.9808, -0.2083, 0.0417, 0.1667)": "The loss is right. Its slopes are p − y, without a division by K.",
    },
    letters=NUMBERS,
)


def logits_and_targets(rng):
    import numpy as np

    rows, classes = rng.integers(2, 6, size=2)
    Z = rng.normal(size=(rows, classes))
    Z[1::2] += 1000  # where exp overflows
    return Z, np.eye(classes)[rng.integers(classes, size=rows)]


half_shifted = FindTheBug(
    name="02-8",
    trains="reading a cross-entropy: which line is wrong",
    minutes=6,
    difficulty=2,
    hint="Put in the logits (1, 1) and the target (1, 0), line by line. Which number should come out, and which does?",
    program="""
def answer(Z, Y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1, keepdims=True)
    P = np.exp(shifted) / sums
    losses = np.log(sums) - (Y * Z).sum(axis=1, keepdims=True)
    return losses.mean(), (P - Y) / len(Z)
""",
    line=5,
    mended="""
def answer(Z, Y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1, keepdims=True)
    P = np.exp(shifted) / sums
    losses = np.log(sums) - (Y * shifted).sum(axis=1, keepdims=True)
    return losses.mean(), (P - Y) / len(Z)
""",
    solution="5",
    because="The logarithm of the sums is that of the shifted logits, so the logit of the class must be shifted, too. "
    "The gradient does not see the mistake: it is right, and a network would train while its printed loss is wrong.",
    returns=("the cost", "the gradient"),
    right=(
        "5.0",
        """
def answer(Z, Y):
    largest = Z.max(axis=1)
    sums = np.exp(Z - largest[:, None]).sum(axis=1)
    losses = largest + np.log(sums) - (Y * Z).sum(axis=1)
    return losses.mean(), (np.exp(Z - largest[:, None]) / sums[:, None] - Y) / len(Z)
""",
    ),
    wrong={
        "1": "Line 1 names logits and targets; more is not needed.",
        "2": "Line 2 is right: each row loses its own largest logit, so no exponential overflows.",
        "3": "Line 3 is right: the sum runs over the classes, which are the columns.",
        "4": "Line 4 is right: softmax does not change where all logits of a row lose the same number.",
        "6": "Line 6 is right: the cost is the mean over the samples, and so the gradient has 1/N.",
        """
def answer(Z, Y):
    sums = np.exp(Z).sum(axis=1, keepdims=True)
    losses = np.log(sums) - (Y * Z).sum(axis=1, keepdims=True)
    return losses.mean(), (np.exp(Z) / sums - Y) / len(Z)
""": "At 1000 exp overflows. Line 2 was right; keep it.",
        """
def answer(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -(Y * np.log(P)).sum(axis=1).mean(), (P - Y) / len(Z)
""": "At 1000 exp overflows, and P is no number. The shift of line 2 was right; keep it.",
    },
    through=quietly,
    draw=logits_and_targets,
    integers=False,
)

behind_tanh = Expression(
    name="02-9",
    trains="a pair of loss and output in which f′ stays",
    minutes=4,
    difficulty=1,
    hint="∂ℓ/∂z is ∂ℓ/∂ŷ times f′(z). The slope of tanh is 1 − tanh².",
    question=partial((tanh(z) - y) ** 2 / 2, z),
    solution="(sp.tanh(z) - y) * (1 - sp.tanh(z)**2)",
    because="The error times the slope of tanh, which dies far out as that of the sigmoid does.",
    right=("(sp.tanh(z) - y) / sp.cosh(z)**2", "(sp.tanh(z) - y) * (1 - sp.tanh(z)) * (1 + sp.tanh(z))"),
    wrong={
        "sp.tanh(z) - y": "The slope of tanh is missing: this pair is none of the three.",
        "(sp.tanh(z) - y) * sp.tanh(z) * (1 - sp.tanh(z))": "That has the form of the sigmoid's slope. Take 1 − tanh².",
        "(y - sp.tanh(z)) * (1 - sp.tanh(z)**2)": "The sign: the slope of ½(ŷ − y)² is ŷ − y.",
        "2 * (sp.tanh(z) - y) * (1 - sp.tanh(z)**2)": "The ½ of the loss cancels the 2.",
        "1 - sp.tanh(z)**2": "The error ŷ − y is missing.",
        "(sp.tanh(z) - y) * (1 - z**2)": "The slope is taken at z, so tanh(z) is squared, not z.",
    },
    letters=UNIT,
)

EXERCISES = [
    three_tails,
    smoothed_logit,
    sign_by_lines,
    four_samples,
    laplace,
    mean_or_sum,
    three_logits,
    half_shifted,
    behind_tanh,
    *MORE_LOSSES,
]
