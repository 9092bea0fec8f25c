"""The exercises of the project *Benign or malignant*."""

import numpy as np

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

HEAD = """
def answer(X, y, price, W, b, v, c):
    H = np.tanh(X @ W + b)
    p = 1 / (1 + np.exp(-(H @ v + c)))
"""


def priced_batch(rng):
    N, D, H = rng.integers(2, 6, size=3)
    y = (rng.uniform(size=N) < 0.5).astype(float)
    shapes = (D, H), (H,), (H,), ()
    theta = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    return rng.normal(size=(N, D)), y, rng.uniform(1, 10, size=N), *theta[:3], float(theta[3])


priced_slopes = Program(
    name="tumours-5",
    trains="a backward pass with a price for each sample",
    minutes=12,
    difficulty=2,
    hint="Forward first: H, the logits, p. The slope for a logit is p − y, times the price of this tumour, over N. "
    "All four slopes come from that.",
    returns=("∂L/∂W", "∂L/∂b", "∂L/∂v", "∂L/∂c"),
    solution=HEAD
    + """    delta_s = price * (p - y) / len(X)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""",
    because="The price is a factor of one tumour's loss, so it is a factor of the slope for its logit, and the walk "
    "back carries it everywhere. Nothing else changes.",
    right=(
        HEAD
        + """    delta_s = (p - y) * price / y.size
    Delta_h = delta_s[:, None] * v * (1 - H**2)
    return np.einsum("np,nq->pq", X, Delta_h), np.ones(len(X)) @ Delta_h, delta_s @ H, delta_s.sum()
""",
        """
def answer(X, y, price, W, b, v, c):
    W_slope, b_slope, v_slope, c_slope = 0 * W, 0 * b, 0 * v, 0.0
    for x, target, r in zip(X, y, price):
        h = np.tanh(x @ W + b)
        error = r * (1 / (1 + np.exp(-(h @ v + c))) - target) / len(X)
        delta = error * v * (1 - h**2)
        W_slope = W_slope + x[:, None] * delta
        b_slope, v_slope, c_slope = b_slope + delta, v_slope + h * error, c_slope + error
    return W_slope, b_slope, v_slope, c_slope
""",
    ),
    wrong={
        HEAD
        + """    delta_s = (p - y) / len(X)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "The prices are missing: each is a factor of the slope for its tumour's logit.",
        HEAD
        + """    delta_s = price * (p - y)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "The cost is a mean over the tumours: divide by their number, once.",
        HEAD
        + """    delta_s = price * (p - y) / price.sum()
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "The cost divides by N, the number of tumours, and not by the sum of the prices.",
        HEAD
        + """    delta_s = price.mean() * (p - y) / len(X)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "Each tumour has its own price. The mean price is the same factor for all of them.",
        HEAD
        + """    delta_s = (price * p - y) / len(X)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "The price multiplies the whole loss, so the whole of p − y, and not p alone.",
        HEAD
        + """    delta_s = (p - y) / len(X)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ (price * delta_s), (price * delta_s).sum()
""": "The prices are in the slopes of v and c, and not in those of W and b. Put them into the slope for the logit.",
        HEAD
        + """    delta_s = price * (p - y) / len(X)
    Delta_h = np.outer(delta_s, v)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "On the way back through a unit the slope of tanh is a factor: 1 − H².",
        HEAD
        + """    delta_s = price * (y - p) / len(X)
    Delta_h = np.outer(delta_s, v) * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ delta_s, delta_s.sum()
""": "The slope for the logit is p − y, not y − p: these slopes would lead uphill.",
    },
    public=(
        "(np.array([[1.0]]), np.array([1.0]), np.array([10.0]), np.zeros((1, 1)), np.zeros(1), np.array([2.0]), 0.0)",
    ),
    draw=priced_batch,
    integers=False,
)

EXERCISES = [pairs_in_order, twenty_bins, brier_slope, cheap_threshold, priced_slopes]
