"""The exercises of the project *sequences*."""

import sympy as sp

from .number import Number
from .program import Program

bits_by_hand = Number(
    name="sequences-1",
    trains="bits per character by hand",
    minutes=3,
    difficulty=1,
    decimals=2,
    hint="½ costs one bit. And what does each further halving cost?",
    solution="2",
    because="The four characters cost 1, 3, 2 and 2 bits: 8 in all, divided by 4.",
    right=("2.0", '"2"', "sp.Rational(8, 4)"),
    wrong={
        "8": "That is the sum. The cost is the mean over the characters.",
        "-2": "The cost is −log₂ p, with a minus.",
        "1.386": "That is with natural logarithms. Bits have the base 2.",
        "1.83": "First the logarithm of each probability, then the mean; you did it the other way round.",
        "0.28": "That is the mean of the probabilities. What does each cost, in bits?",
    },
    letters={"sp": sp},
)


def cost_of_mixture(answer, p_net, p_counts):
    """The bits of the mixture with the reader's weight."""
    import numpy as np

    w = answer(p_net, p_counts)
    if w is None:
        return None
    if not 0 <= float(w) <= 1:
        raise ValueError(f"expected a weight from 0 to 1, received {w}")
    return -np.log2(float(w) * p_net + (1 - float(w)) * p_counts).mean()


def two_models(rng):
    """Probabilities of two models, of which each is the better one at some places."""
    import numpy as np

    net_is_better = rng.random(200) < rng.uniform(0.1, 0.9)
    high, low = rng.uniform(0.4, 0.9, size=200), rng.uniform(0.05, 0.3, size=200)
    return np.where(net_is_better, high, low), np.where(net_is_better, low, high)


MIXTURE = """
def answer(p_net, p_counts):
    tried = np.linspace(0, 1, 101)
    costs = [-np.log2(w * p_net + (1 - w) * p_counts).mean() for w in tried]
    return tried[np.argmin(costs)]
"""

best_mixture = Program(
    name="sequences-2",
    trains="choosing a weight by the cost, and on the right part",
    minutes=8,
    difficulty=3,
    hint="Try many weights from 0 to 1. What does each of these mixtures pay?",
    solution=MIXTURE,
    because="The cost of each of 101 mixtures; the weight of the cheapest. It must be given the choice part: chosen on "
    "the test part, the weight would be a look at the answer, and on the training part both models know too much.",
    right=(
        """
def answer(p_net, p_counts):
    low, high = 0.0, 1.0
    while high - low > 1e-4:
        w = (low + high) / 2
        slope = ((p_net - p_counts) / (w * p_net + (1 - w) * p_counts)).sum()
        low, high = (w, high) if slope > 0 else (low, w)
    return low
""",
        """
def answer(p_net, p_counts):
    w = 0.5
    for _ in range(1000):
        w = (w * p_net / (w * p_net + (1 - w) * p_counts)).mean()
    return w
""",
    ),
    wrong={
        "lambda p_net, p_counts: 0.5": "That is half and half, whatever the two probabilities are.",
        MIXTURE.replace("w * p_net + (1 - w) * p_counts", "w * p_counts + (1 - w) * p_net"): "That is the weight of "
        "the counts. Asked is that of the network.",
        MIXTURE.replace("argmin", "argmax"): "That is the most expensive mixture.",
        MIXTURE.replace("np.log2(w * p_net + (1 - w) * p_counts).mean()", "(w * p_net + (1 - w) * p_counts).mean()"): ""
        "You compare mean probabilities, and these are best at one end, with no mixture at all. Compare bits.",
        "lambda p_net, p_counts: (p_net > p_counts).mean()": "That is how often the network gave the larger "
        "probability. How much larger it was counts, too.",
    },
    public=("(np.array([0.9, 0.2]), np.array([0.3, 0.4]))",),
    draw=two_models,
    through=cost_of_mixture,
    integers=False,
    tolerance=1e-3,
)

colder = Number(
    name="sequences-3",
    trains="what a temperature does to probabilities",
    minutes=4,
    difficulty=2,
    decimals=2,
    hint="The ratio of the two is raised to the power 1/τ. Then the two must add up to 1 again.",
    solution="16/17",
    because="The ratio 4 becomes 4² = 16, and 16/(16 + 1) = 0.94.",
    right=("0.94", '"0.941"', "sp.Rational(16, 17)"),
    wrong={
        "0.67": "That is for τ = 2. Here 1/τ is 2: the likely becomes likelier.",
        "0.89": "You doubled the ratio. It is raised to the power 1/τ.",
        "0.64": "You squared 0.8. Square the other one, too, and divide by the sum.",
        "0.06": "That is the second character.",
        "0.8": "That is at τ = 1.",
        "1": "The colder, the nearer to 1; but the second still has 1 of 17 parts.",
    },
    letters={"sp": sp},
)

sees_back = Program(
    name="sequences-4",
    trains="windows: which steps a gradient reaches back from",
    minutes=5,
    difficulty=2,
    hint="Take k = 5 and a lag of 2, and write down the five steps of a window. Which of them see back? And for k = 2?",
    solution="""
def answer(k, lag):
    return max(k - lag, 0) / k
""",
    because="In each window all steps see back but its first `lag` steps. If the lag is not shorter than the window, "
    "none does.",
    right=(
        "lambda k, lag: sum(step >= lag for step in range(k)) / k",
        "lambda k, lag: np.maximum(0, 1 - lag / k)",
    ),
    wrong={
        "lambda k, lag: (k - lag) / k": "With a lag longer than the window it is negative. Then no step sees back.",
        "lambda k, lag: max(k - lag - 1, 0) / k": "One step too few: step lag + 1 of a window sees the first one.",
        "lambda k, lag: max(k - lag + 1, 0) / k": "One step too many: step lag of a window would see the one before "
        "the first.",
        "lambda k, lag: max(k - lag, 0)": "That is how many steps of a window see back. Asked is their share.",
        "lambda k, lag: min(lag / k, 1)": "That is the share of the steps that do not see back.",
        "lambda k, lag: float(k > lag)": "Not every step of a longer window sees back; its first steps do not.",
    },
    public=("(5, 2)", "(25, 28)"),
    draw=lambda rng: tuple(int(a) for a in rng.integers(1, 40, size=2)),
    integers=False,
)

EXERCISES = [bits_by_hand, best_mixture, colder, sees_back]
