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
    name="sequences-5",
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
    name="sequences-4",
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

first_comes = Number(
    name="sequences-2",
    trains="one step back through time, in numbers",
    minutes=4,
    difficulty=2,
    hint="The slopes at the scores are p − y with y = (1, 0). What do they give to h, through W_y? Then R, then tanh.",
    solution="sp.Rational(-3, 8)",
    because="p − y = (−¾, ¾). Through W_y = (2, 0) the state gets −¾ · 2 + ¾ · 0 = −3/2, and R = 1 makes it −½. The "
    "slope of tanh is 1 − h² = ¾: δ = −½ · ¾ = −3/8.",
    right=("-0.375", "-3/8", '"-3/8"'),
    wrong={
        "-0.5": "That is the slope at h. δ stands before tanh: times 1 − h².",
        "-1.125": "R is left out. The later steps have a slope, too.",
        "0.375": "The sign: p − y with y = (1, 0) is (−¾, ¾).",
        "1.125": "You took y = (0, 1), or p in the place of p − y. The first character comes, so y = (1, 0).",
        "1.875": "You took y − p. The slope at the scores is p − y.",
        "-0.25": "That is times h. The slope of tanh at h is 1 − h², here ¾.",
        "-0.75": "1 − h² with h = −½ is ¾, and the square has no sign. You multiplied by 3/2.",
        "-0.125": "R comes to the slope of h before the factor 1 − h², not after it.",
    },
    letters={"sp": sp},
)


def a_step(rng):
    """Probabilities, targets, a state, W_y and the slope from the later steps."""
    import numpy as np

    N, units, K = (int(size) for size in rng.integers(2, 6, size=3))
    E = rng.uniform(0.1, 1, size=(N, K))
    Y = np.eye(K)[rng.integers(K, size=N)]
    H, W_y, R = rng.uniform(-0.9, 0.9, (N, units)), rng.normal(size=(units, K)), rng.normal(size=(N, units))
    return E / E.sum(axis=1, keepdims=True), Y, H, W_y, R


STEP = """
def answer(P, Y, H, W_y, R):
    G = (P - Y) / len(Y)
    return (G @ W_y.T + R) * (1 - H**2)
"""

one_step_back = Program(
    name="sequences-3",
    trains="one step back through time, in NumPy",
    minutes=8,
    difficulty=2,
    hint="The slopes at the scores are (P − Y)/N. Which product brings them to the states? Then what comes from the "
    "later steps, then the slope of tanh, written with H.",
    solution=STEP,
    because="The mean over N streams gives the slopes (P − Y)/N at the scores; W_yᵀ brings them to the states, where R "
    "is added; and H = tanh(Z) has the slope 1 − H².",
    right=(
        """
def answer(P, Y, H, W_y, R):
    into_H = np.einsum("nk,uk->nu", (P - Y) / P.shape[0], W_y) + R
    return into_H - into_H * H * H
""",
        """
def answer(P, Y, H, W_y, R):
    return np.stack([(W_y @ (p - y) / len(P) + r) * (1 - h**2) for p, y, h, r in zip(P, Y, H, R)])
""",
    ),
    wrong={
        STEP.replace(" / len(Y)", ""): "The cost is a mean over the N streams: divide P − Y by N.",
        STEP.replace(" + R)", ")"): "R is left out: a state reaches the cost through the later steps, too.",
        STEP.replace(" * (1 - H**2)", ""): "That is the slope at H. Δ stands before tanh, which has the slope 1 − H².",
        STEP.replace("(G @ W_y.T + R) * (1 - H**2)", "G @ W_y.T * (1 - H**2) + R"): "R is a slope at H, as what comes "
        "through W_y is. Both go through tanh.",
        STEP.replace("1 - H**2", "1 - np.tanh(H) ** 2"): "H is tanh(Z) already. Its slope, in H, is 1 − H².",
        STEP.replace("P - Y", "Y - P"): "The slope at the scores is P − Y. Yours has the other sign.",
        STEP.replace("(G @ W_y.T + R) * (1 - H**2)", "((G @ W_y.T + R) / len(Y)) * (1 - H**2)"): "The 1/N belongs to "
        "this step's own cost, once. R has its own already.",
        "lambda P, Y, H, W_y, R: ((P - Y) @ W_y.T + R) * (1 - H**2) / len(Y)": "R has its 1/N already. Only P − Y is "
        "divided by N.",
    },
    public=(
        "(np.array([[0.75, 0.25]]), np.array([[0.0, 1.0]]), np.array([[0.5]]), np.array([[1.0, -1.0]]), "
        "np.array([[0.5]]))",
    ),
    draw=a_step,
    integers=False,
)

EXERCISES = [bits_by_hand, first_comes, one_step_back, colder, best_mixture]
