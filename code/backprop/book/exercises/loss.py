"""The exercises of chapter 02, *Loss*."""

import sympy as sp
from sympy import Rational, exp, log, pi, sqrt, tanh

from backprop.proof.vocabulary import partial, reals, sigmoid

from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .expression import Expression
from .number import Number
from .program import Program
from .quiet import quietly

y, guess, z = reals("y ŷ z")
scale = sp.Symbol("τ", positive=True)
NUMBERS = {"log": log, "Rational": Rational}
UNIT = NUMBERS | {"sp": sp, "y": y, "guess": guess, "z": z, "sigmoid": sigmoid}

four_samples = Number(
    name="02-1",
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

noise_scale = Expression(
    name="02-2",
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

laplace = Expression(
    name="02-3",
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
    name="02-4",
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

smoothed_logit = Number(
    name="02-5",
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

cross_entropy_by_lines = Lines(
    name="02-6",
    trains="a derivation: why the slope of the sigmoid cancels",
    minutes=10,
    difficulty=2,
    hint="First: the slope of each logarithm is 1 over what stands in it, times the slope of that. The slope of σ is "
    "σ(1 − σ). Second: what cancels in each product?",
    question=partial(-y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)), z),
    solution="""[
    ((-y / sigmoid(z) + (1 - y) / (1 - sigmoid(z))) * sigmoid(z) * (1 - sigmoid(z)), "chain rule"),
    (-y * (1 - sigmoid(z)) + (1 - y) * sigmoid(z), "σ cancels in one product, 1 − σ in the other"),
    (sigmoid(z) - y, "y σ cancels"),
]""",
    because="The logarithms bring 1/σ and 1/(1 − σ), and the slope of the sigmoid is just their product turned over.",
    right=(
        "[-y * (1 - sigmoid(z)) + (1 - y) * sigmoid(z), sigmoid(z) - y]",
        "[((-y / sigmoid(z) + (1 - y) / sigmoid(-z)) * sigmoid(z) * sigmoid(-z), 'chain rule'),"
        " (-y + sigmoid(z), 'cancelled')]",
    ),
    wrong={
        "[-y / sigmoid(z) + (1 - y) / (1 - sigmoid(z)), sigmoid(z) - y]": "That is the slope with the probability. "
        "The slope of the sigmoid is missing.",
        "[(-y / sigmoid(z) + (1 - y) / (1 - sigmoid(z))) * sigmoid(z), sigmoid(z) - y]": "The slope of the sigmoid "
        "is the product σ(1 − σ).",
        "[(-y / sigmoid(z) - (1 - y) / (1 - sigmoid(z))) * sigmoid(z) * (1 - sigmoid(z)), sigmoid(z) - y]": "1 − σ "
        "falls where σ grows, so the second part changes its sign.",
        "[(-y / sigmoid(z) + (1 - y) / (1 - sigmoid(z))) * sigmoid(z) * (1 - sigmoid(z)), y - sigmoid(z)]": "The sign "
        "is the other way round: both logarithms have a minus in front, and σ − y is left.",
        "[(-y / sigmoid(z) + (1 - y) / (1 - sigmoid(z))) * sigmoid(z) * (1 - sigmoid(z)),"
        " (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))]": "σ(1 − σ) has cancelled and must not stand there again. "
        "With the squared error it stays.",
        "[-y * (1 - sigmoid(z)) + (1 - y) * sigmoid(z), sigmoid(z) - y + 2 * y * sigmoid(z)]": "−y(1 − σ) is −y + yσ, "
        "and (1 − y)σ is σ − yσ: the two products cancel.",
    },
    letters=UNIT,
)

likely_class = Number(
    name="02-7",
    trains="a cross-entropy by hand: from logits to a loss",
    minutes=3,
    difficulty=1,
    hint="e to the power of each logit; the probability is the share of the class in their sum.",
    decimals=4,
    solution="log(2)",
    because="The exponentials are 1, 2, 1, so the probability is 2/4, and the loss is −log ½ = log 2 = 0.6931.",
    right=("0.6931", "-log(Rational(1, 2))", '"0.6931"'),
    wrong={
        "-log(2)": "log ½ is negative; the loss is minus the logarithm.",
        "0.5": "That is the probability. The loss is −log of it.",
        "log(4)": "That is the loss of class 0, or of class 2. The target is class 1, counted from 0.",
        "0": "Log-sum-exp is log 4; the logit of the class, log 2, is subtracted from it.",
        "0.3010": "That is the logarithm to the base 10. log is the natural one.",
        "1.0986": "Three equal probabilities would give log 3. The logits are not equal.",
    },
    letters=NUMBERS,
)

three_logits = Number(
    name="02-8",
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
    name="02-9",
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


def probabilities(rng):
    shares = rng.uniform(0.1, 1, size=rng.integers(2, 8))
    return (shares / shares.sum(),)


entropy = Program(
    name="02-10",
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

behind_tanh = Expression(
    name="02-11",
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

hinge_by_hand = Number(
    name="02-12",
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

focal = Expression(
    name="02-13",
    trains="product rule and chain rule on a loss from elsewhere",
    minutes=10,
    difficulty=3,
    hint="The product rule, with σ′ = σ(1 − σ). The slope of log σ(z) is 1 − σ(z).",
    question=partial(-((1 - sigmoid(z)) ** 2) * log(sigmoid(z)), z),
    solution="(1 - sigmoid(z))**2 * (2 * sigmoid(z) * log(sigmoid(z)) - (1 - sigmoid(z)))",
    because="One part for each factor: −2(1 − σ)·(−σ′)·log σ, and −(1 − σ)²·σ′/σ, with σ′ = σ(1 − σ).",
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
    four_samples,
    noise_scale,
    laplace,
    mean_or_sum,
    smoothed_logit,
    cross_entropy_by_lines,
    likely_class,
    three_logits,
    half_shifted,
    entropy,
    behind_tanh,
    hinge_by_hand,
    focal,
]
