"""The exercises of the project *reading digits*."""

from .choice import Choice
from .number import Number
from .program import Program

count_of_numbers = Number(
    name="digits-1",
    trains="the number of parameters of a network",
    minutes=3,
    difficulty=1,
    hint="A layer has a weight for each input and unit, and a bias for each unit. There are three layers.",
    solution="26122",
    because="64 · 128 + 128 = 8320, 128 · 128 + 128 = 16512 and 128 · 10 + 10 = 1290: each layer has inputs "
    "times units "
    "weights, and a bias for each unit.",
    right=("65 * 128 + 129 * 128 + 129 * 10", "26122.0", '"26122"'),
    wrong={
        "25856": "The biases are missing, one for each unit.",
        "9610": "That is with one hidden layer.",
        "26112": "The biases of the outputs are missing.",
        "25866": "The biases of the hidden layers are missing.",
        "26186": "The inputs are no units: they have no biases.",
        "9738": "From the first hidden layer to the second each unit has 128 weights, 128 · 128 in all.",
        "330": "That is the number of inputs and units. What is kept are the weights between them, and the biases.",
    },
)

enough_pictures = Number(
    name="digits-2",
    trains="how many pictures tell a small difference",
    minutes=4,
    difficulty=1,
    hint="A point is one per cent, so 0.3 points are 0.003. Square both sides, and solve for n.",
    solution="2178",
    because="n is at least 0.98 · 0.02/0.003² = 2177.8. That is more than the 1797 pictures of the file.",
    right=("2178.0", '"2178"', '"4356/2"'),
    wrong={
        "2177": "With 2177 it is a little more than 0.3 points. Round up.",
        "7": "The root was not squared away: n = p(1 − p)/0.003².",
        "47": "0.14/0.003 is the root of n. Square it.",
        "1": "0.3 points are 0.003, not 0.3.",
        "22": "0.3 points are 0.003, not 0.03.",
        "108889": "The factor 1 − p = 0.02 is missing.",
        "2223": "The factor p = 0.98 is missing.",
    },
)


def two_hidden_layers(rng):
    """X, the outputs of two layers of ReLU, probabilities, the digits meant, and two arrays of weights."""
    rows, *widths = rng.integers(2, 6, size=5)
    X, H1, H2, scores = (rng.normal(size=(rows, width)) for width in widths)
    V, U = (rng.normal(size=shape) for shape in (widths[1:3], widths[2:]))
    P = 2.0**scores / (2.0**scores).sum(axis=1, keepdims=True)
    Y = (rng.integers(widths[3], size=rows)[:, None] == range(widths[3])) * 1.0
    return X, H1.clip(0), H2.clip(0), P, Y, V, U


backward_of_three = Program(
    name="digits-3",
    trains="a backward pass through three layers, in NumPy",
    minutes=15,
    difficulty=3,
    hint="Begin with the Δ of the scores, (P − Y)/N. One layer back: times the transposed weights in between, and "
    "times the slope of ReLU there, which is 1 where H2 is positive. Then once more.",
    returns=("dW", "dV", "dU"),
    solution="""
def answer(X, H1, H2, P, Y, V, U):
    Delta3 = (P - Y) / len(X)
    Delta2 = Delta3 @ U.T * (H2 > 0)
    Delta1 = Delta2 @ V.T * (H1 > 0)
    return X.T @ Delta1, H1.T @ Delta2, H2.T @ Delta3
""",
    because="Each Δ is the one behind it, times the transposed weights, times the slope of ReLU. Each gradient is the "
    "layer's input, transposed, times its Δ.",
    right=(
        """
def answer(X, H1, H2, P, Y, V, U):
    Delta3 = (P - Y) / len(Y)
    Delta2 = np.where(H2 > 0, Delta3 @ U.T, 0)
    Delta1 = np.where(H1 > 0, Delta2 @ V.T, 0)
    return [np.einsum("np,nq->pq", A, D) for A, D in ((X, Delta1), (H1, Delta2), (H2, Delta3))]
""",
        """
def answer(X, H1, H2, P, Y, V, U):
    dW, dV, dU = 0, 0, 0
    for x, h1, h2, delta3 in zip(X, H1, H2, (P - Y) / len(X)):
        delta2 = (h2 > 0) * (U @ delta3)
        delta1 = (h1 > 0) * (V @ delta2)
        dW, dV, dU = dW + np.outer(x, delta1), dV + np.outer(h1, delta2), dU + np.outer(h2, delta3)
    return dW, dV, dU
""",
    ),
    wrong={
        """
def answer(X, H1, H2, P, Y, V, U):
    Delta2 = (P - Y) @ U.T * (H2 > 0)
    return X.T @ (Delta2 @ V.T * (H1 > 0)), H1.T @ Delta2, H2.T @ (P - Y)
""": "The cost is a mean over N pictures. Divide P − Y by N.",
        """
def answer(X, H1, H2, P, Y, V, U):
    D = (P - Y) / len(X)
    return X.T @ (D @ U.T @ V.T), H1.T @ (D @ U.T), H2.T @ D
""": "The slopes of ReLU are missing: on its way back a Δ is 0 where the unit was off.",
        """
def answer(X, H1, H2, P, Y, V, U):
    D = (P - Y) / len(X)
    Delta2 = D @ U.T * (H2 > 0)
    return X.T @ (Delta2 @ V.T), H1.T @ Delta2, H2.T @ D
""": "dW: the first hidden layer has a ReLU, too. Its slope is missing.",
        """
def answer(X, H1, H2, P, Y, V, U):
    D = (P - Y) / len(X)
    Delta2 = D @ U.T * H2
    return X.T @ (Delta2 @ V.T * H1), H1.T @ Delta2, H2.T @ D
""": "The slope of ReLU is 1 where the unit is on, and not its output.",
        """
def answer(X, H1, H2, P, Y, V, U):
    D = (Y - P) / len(X)
    Delta2 = D @ U.T * (H2 > 0)
    return X.T @ (Delta2 @ V.T * (H1 > 0)), H1.T @ Delta2, H2.T @ D
""": "All signs are the other way round. The Δ of the scores is (P − Y)/N.",
        """
def answer(X, H1, H2, P, Y, V, U):
    D = (P - Y) / len(X)
    Delta2 = D @ U.T * (H2 > 0)
    return H2.T @ D, H1.T @ Delta2, X.T @ (Delta2 @ V.T * (H1 > 0))
""": "The order is dW, dV, dU, from the pixels to the scores.",
    },
    public=(
        "(np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]]), np.array([[0.25, 0.75]]), "
        "np.array([[0.0, 1.0]]), np.array([[1.0]]), np.array([[1.0, -1.0]]))",
    ),
    draw=two_hidden_layers,
    integers=False,
)

slope_of_a_pixel = Number(
    name="digits-4",
    trains="the gradient with respect to an input, by hand",
    minutes=4,
    difficulty=1,
    hint="The pixel reaches the loss through all three scores. Each path has the factor w times Δ; add the three.",
    solution="-3/2",
    because="4 · 1/8 + 1 · (−3/4) − 2 · 5/8 = 1/2 − 3/4 − 5/4 = −3/2: ink on this pixel would lower the loss.",
    right=("-1.5", '"-3/2"'),
    wrong={
        "1.5": "The sign: the three products are 1/2, −3/4 and −5/4.",
        "-0.5": "That is P times the weights. Take P − Y, which is negative for the right digit.",
        "-0.75": "That is one path, through the score of the right digit. The pixel reaches the others, too.",
        "2.5": "Slopes have signs, and are added with them.",
        "-0.15": "That is how much the loss changes if the pixel gets 0.1 more. The slope was asked for.",
    },
)

what_a_probe_shows = Choice(
    name="digits-5",
    trains="what a probe of a layer shows",
    minutes=3,
    difficulty=1,
    hint="What is the score of a layer that has learned nothing?",
    solution="'c'",
    because="An untrained layer gives the same, and the pixels give more. What can be read from a layer it need not "
    "have learned.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "The untrained layer, which has learned nothing, has the same score.",
        "'b'": "A probe says what can be read from a layer, not what the next layer reads.",
        "'d'": "From the pixels the ink can be read without error; the layer has lost a part of it.",
        "'e'": "0.8 of the variance is explained: a good deal of the ink is there.",
    },
)

EXERCISES = [count_of_numbers, enough_pictures, backward_of_three, slope_of_a_pixel, what_a_probe_shows]
