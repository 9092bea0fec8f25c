"""The exercises of the project *Benign or malignant*."""

from backprop.proof.vocabulary import partial, reals, sigmoid

from .expression import Expression
from .number import Number
from .program import Program

s, target = reals("s y")

pairs_in_order = Number(
    name="tumours-1",
    trains="the area under the ROC curve as a share of pairs",
    minutes=4,
    difficulty=1,
    hint="Take each pair of a malignant and a benign tumour. In how many does the malignant one stand higher?",
    decimals=4,
    solution="5 / 6",
    because="There are 3 · 2 = 6 pairs. One is in the wrong order: the benign tumour with the logit 2 "
    "stands above the malignant one with 1.",
    right=("0.8333", "10 / 12", '"5/6"'),
    wrong={
        "5": "That is the number of pairs in the right order. Divide by the number of all pairs.",
        "1 / 6": "That is the share of pairs in the wrong order.",
        "0.8": "That is the best accuracy, at one threshold. The AUC counts pairs.",
        "1 / 2": "Two malignant tumours, or two benign ones, are no pair: 3 · 2 pairs count, not 10.",
        "2 / 3": "That is the height of the first step to the right. The second stands higher.",
        "11 / 12": "½ is for equal logits. Here no two are equal.",
    },
)


def tumour_case(rng):
    p = rng.uniform(size=rng.integers(30, 90))
    return p, (rng.uniform(size=len(p)) < p).astype(int)


twenty_bins = Program(
    name="tumours-2",
    trains="the expected calibration error, in NumPy",
    minutes=8,
    difficulty=2,
    hint="The bin of p is the whole part of 20 p, but p = 1 belongs to the last one. In each bin add p − y; "
    "n_bin/N times the distance of the means is the size of this sum, divided by N.",
    solution="""
def answer(p, y):
    place = np.minimum((20 * p).astype(int), 19)
    return abs(np.bincount(place, p - y, 20)).sum() / len(p)
""",
    because="In a bin n_bin |share − mean p| is |Σ (y − p)|. Smaller bins scatter more: the number that chance gives "
    "is larger than with ten.",
    right=(
        """
def answer(p, y):
    total = 0.0
    for k in range(20):
        inside = (p >= k / 20) & ((p < (k + 1) / 20) | (k == 19))
        if inside.any():
            total += inside.mean() * abs(y[inside].mean() - p[inside].mean())
    return total
""",
        """
def answer(p, y):
    rows = np.minimum(np.floor(p * 20), 19)[:, None] == np.arange(20)
    return np.abs((p - y) @ rows).sum() / p.size
""",
    ),
    wrong={
        "lambda p, y: abs(np.bincount(np.minimum((10 * p).astype(int), 9), p - y)).sum() / len(p)": "Those are ten "
        "bins, as on the page. Twenty are asked for.",
        "lambda p, y: abs(np.bincount((20 * p).astype(int), p - y)).sum() / len(p)": "p = 1 gets a bin of its own. "
        "It belongs to the last of the twenty.",
        "lambda p, y: abs(p - y).mean()": "The bars stand inside: each tumour became a bin of its own. First add up "
        "p − y in each bin.",
        "lambda p, y: abs(np.bincount(np.minimum((20 * p).astype(int), 19), p - y, 20).sum()) / len(p)": "The bars "
        "stand outside the sum over the bins, so the bins cancel one another.",
        "lambda p, y: abs(np.bincount(np.minimum((20 * p).astype(int), 19), p - y, 20)).sum()": "The average over "
        "the tumours is missing: divide by N.",
        "lambda p, y: abs(np.bincount(np.minimum((20 * p).astype(int), 19), p - y, 20)).sum() / 20": "That divides "
        "by the number of bins. The average is over the tumours.",
    },
    public=(
        "(np.array([0.01, 0.04, 0.06, 0.98]), np.array([0, 1, 0, 1]))",
        "(np.array([1.0, 0.97]), np.array([0, 1]))",
    ),
    draw=tumour_case,
    integers=False,
)

brier_slope = Expression(
    name="tumours-3",
    trains="squared error behind a sigmoid",
    minutes=5,
    difficulty=2,
    hint="The chain rule: first the square, then the sigmoid, whose slope is σ(1 − σ).",
    question=partial((sigmoid(s) - target) ** 2, s),
    solution="2 * (sigmoid(s) - target) * sigmoid(s) * (1 - sigmoid(s))",
    because="The slope of the square, times the slope of the sigmoid. Far out that is nearly 0: a sure mistake gets "
    "almost no gradient, which is why the network trains on the log loss.",
    right=(
        "(2 * sigmoid(s) - 2 * target) * sigmoid(s) * sigmoid(-s)",
        "2 * (sigmoid(s) - target) * (sigmoid(s) - sigmoid(s)**2)",
    ),
    wrong={
        "2 * (sigmoid(s) - target)": "That is the slope with p. The slope of the sigmoid is missing.",
        "sigmoid(s) - target": "That is the gradient of the log loss, in which the slope of the sigmoid cancels.",
        "(sigmoid(s) - target) * sigmoid(s) * (1 - sigmoid(s))": "That is for half the square. The Brier score has "
        "no ½, so the 2 stays.",
        "2 * (target - sigmoid(s)) * sigmoid(s) * (1 - sigmoid(s))": "The sign: inside the square stands p − y.",
        "2 * sigmoid(s) * (1 - sigmoid(s))": "The error p − y is missing.",
        "2 * (sigmoid(s) - target) * (1 - sigmoid(s)**2)": "1 − σ² would be the slope of tanh. That of the sigmoid is "
        "σ(1 − σ).",
    },
    letters={"sigmoid": sigmoid, "s": s, "target": target},
)

cheap_threshold = Number(
    name="tumours-4",
    trains="a threshold from two prices",
    minutes=4,
    difficulty=1,
    hint="At the threshold both answers cost the same: p times the one price, 1 − p times the other.",
    solution="1 / 100",
    because="p · 99 = (1 − p) · 1 at p = 1/100: the price of a false alarm over the sum of both.",
    right=("0.01", "1 / (99 + 1)", '"0.01"'),
    wrong={
        "1 / 99": "That is p/(1 − p), the odds. Divide by the sum of both prices.",
        "99 / 100": "The prices are exchanged. Where a missed tumour is dear, one says malignant early.",
        "1 / 2": "½ is right if both mistakes cost the same.",
        "1": "If that is 1 %, write it as a probability.",
        "99": "That is the price of a missed tumour; a probability lies between 0 and 1.",
        "98 / 99": "That is 1 minus the quotient of the prices. Set p · 99 = (1 − p) · 1, and solve.",
    },
)

EXERCISES = [pairs_in_order, twenty_bins, brier_slope, cheap_threshold]
