"""The exercises of the project *The price of a house*."""

from .number import Number
from .program import Program

too_high = Number(
    name="houses-1",
    trains="an error of a logarithm is a factor",
    minutes=3,
    difficulty=1,
    hint="A difference of logarithms is the logarithm of a quotient. By which factor is the prediction too high?",
    decimals=0,
    solution="34.986",
    because="log ŷ − log y = 0.3, so ŷ/y = e^0.3 = 1.35: a factor, of which 1 would be right.",
    right=("35", "100 * (2.718281828**0.3 - 1)", '"35"'),
    wrong={
        "30": "0.3 is a difference of logarithms, and about 30 % only while it is small. The factor is e^0.3.",
        "135": "That is the prediction in per cent of the price. How much of it is too much?",
        "26": "That is by how much the price is below the prediction. Here the price is the 100 %.",
        "0.35": "That is the share. In per cent it is a hundred times as much.",
        "1.35": "That is the factor, predicted over price.",
        "100": "That is for logarithms to the base 10. This book's log is the natural one.",
    },
)

one_house = Number(
    name="houses-2",
    trains="what one sample does to a mean",
    minutes=4,
    difficulty=1,
    hint="The mean is over the houses of the test part. How many are they?",
    decimals=0,
    solution="1282000 / 18",
    because="A fifth of 88 houses is 18 houses. The house is 1,600,000 − 318,000 = 1,282,000 dollars off; "
    "as one of 18 it adds 1,282,000 / 18 = 71,222 to the mean.",
    right=("71222", "71222.22", '"71222"'),
    wrong={
        "1282000": "That is the error of the house. In the mean it is one of several.",
        "14568": "The mean is over the test part alone, not over all 88 houses.",
        "88889": "A right prediction says 318,000; only what is above it is an error.",
        "17667": "That is the price, shared out. The error is predicted minus price.",
        "72841": "A part has whole houses: a fifth of 88, rounded, is 18.",
        "18314": "That divides by the 70 houses that the program is fitted to. The mean is over the others.",
        "-71222": "The error is a size, |ŷ − y|: it raises the mean.",
    },
)


def columns_and_prices(rng):
    """Columns with the ones of the bias, prices, parameters, and the strength of the brake."""
    import numpy as np

    rows, inputs = rng.integers(2, 7, size=2)
    A = np.column_stack([rng.normal(size=(rows, inputs)), np.ones(rows)])
    return A, rng.normal(size=rows), rng.normal(size=inputs + 1), float(rng.uniform(0.2, 2))


line_with_a_brake = Program(
    name="houses-3",
    trains="a gradient of least squares with a regulariser, in NumPy",
    minutes=8,
    difficulty=2,
    hint="Begin with r = Aθ − y. The slope for θ_p is the column p of A times r, added up and divided by N, and what "
    "the brake adds: the slope of λθ_p²/2.",
    solution="""
def answer(A, y, theta, strength):
    r = A @ theta - y
    return A.T @ r / len(A) + strength * theta
""",
    because="Each parameter reaches the errors through its column, so Aᵀr adds up its paths; the mean gives the 1/N, "
    "and the slope of λθ²/2 is λθ.",
    right=(
        """
def answer(A, y, theta, strength):
    return [np.mean(A[:, p] * (A @ theta - y)) + strength * theta[p] for p in range(len(theta))]
""",
        """
def answer(A, y, theta, strength):
    brake = strength * np.eye(len(theta))
    return (A.T @ A / len(y) + brake) @ theta - A.T @ y / len(y)
""",
    ),
    wrong={
        """
def answer(A, y, theta, strength):
    return A.T @ (A @ theta - y) + strength * theta
""": "J is a mean over N houses. Divide Aᵀr by N.",
        """
def answer(A, y, theta, strength):
    return A.T @ (A @ theta - y) / len(A)
""": "The brake has a slope, too: that of λθ²/2.",
        """
def answer(A, y, theta, strength):
    return (A.T @ (A @ theta - y) + strength * theta) / len(A)
""": "The brake is no mean over the houses: N does not divide it.",
        """
def answer(A, y, theta, strength):
    return A.T @ (A @ theta - y) / len(A) + 2 * strength * theta
""": "The slope of λθ²/2 is λθ: the 2 and the ½ cancel.",
        """
def answer(A, y, theta, strength):
    return 2 * A.T @ (A @ theta - y) / len(A) + strength * theta
""": "The slope of r²/2 is r: the 2 and the ½ cancel.",
        """
def answer(A, y, theta, strength):
    return A.T @ (y - A @ theta) / len(A) + strength * theta
""": "r is Aθ − y, predicted minus price. Yours has the other sign.",
        """
def answer(A, y, theta, strength):
    return A.T @ (A @ theta - y) / len(A) + strength * theta * (np.arange(len(theta)) < len(theta) - 1)
""": "In this J the brake holds all of θ, the bias among them.",
        """
def answer(A, y, theta, strength):
    return ((A @ theta - y) ** 2).mean() / 2 + strength * (theta**2).sum() / 2
""": "That is J itself. Its slopes for the D parameters were asked for.",
    },
    public=("(np.array([[1.0, 1.0], [-1.0, 1.0]]), np.array([300.0, 100.0]), np.array([10.0, 20.0]), 0.5)",),
    draw=columns_and_prices,
    integers=False,
)

mean_ratio = Number(
    name="houses-4",
    trains="a mean of logarithms is not the logarithm of a mean",
    minutes=5,
    difficulty=2,
    hint="The mean of two logarithms is the logarithm of the root of the product.",
    solution="5/4",
    because="√(100,000 · 400,000) = 200,000 for both: 400,000 in all, and the prices sum to 500,000. The mean of y/ŷ "
    "is (½ + 2)/2 = 5/4, too, since here all ŷ are equal.",
    right=("1.25", '"5/4"', '"1.25"'),
    wrong={
        "4/5": "That is the sum of the predictions over the sum of the prices. They are to be multiplied by the other.",
        "1": "The mean of two logarithms is the logarithm of √(100,000 · 400,000), and not of 250,000.",
        "200000": "That is what the program says. By which number is it too low?",
        "250000": "That is the mean price. Divide it by what the program says.",
        "5/2": "Both houses are predicted, 200,000 dollars each: 400,000 in all.",
        "25": "By a factor was asked: 25 % more is the factor 5/4.",
        "0.25": "That is how much is missing. Multiply by 1 and that.",
    },
)

EXERCISES = [too_high, one_house, line_with_a_brake, mean_ratio]
