"""The exercises of the project on two time series."""

import sympy as sp

from .number import Number
from .program import Program

as_a_year_ago = Program(
    name="series-2",
    trains="a rival for a series with a season",
    minutes=6,
    difficulty=2,
    hint="Three slices of the same length. The first t with a month twelve months before it is t = 12, counted from 0.",
    solution="""
def answer(x):
    return x[12:] + x[1:-11] - x[:-12]
""",
    because="x_t, x_{t−11} and x_{t−12}, for t = 12 to the last month. On the cement it is better than a year before "
    "in the recession, and worse after it.",
    right=(
        "lambda x: np.array([x[t] + x[t - 11] - x[t - 12] for t in range(12, len(x))])",
        "lambda x: np.convolve(x, [1, *[0] * 10, 1, -1], 'valid')",
    ),
    wrong={
        "lambda x: x[12:] - x[1:-11] + x[:-12]": "The sign of the change: it went from x_{t−12} to x_{t−11}.",
        "lambda x: x[1:-11]": "That is the value of a year before. The change is added to this month's value.",
        "lambda x: x[12:] + x[2:-10] - x[1:-11]": "That change is one month late. A year before month t + 1 is month "
        "t − 11, and the one before it t − 12.",
        "lambda x: x[12:] * x[1:-11] / x[:-12]": "With logarithms a factor becomes a term: add the change.",
        "lambda x: x[12:-1] + x[1:-12] - x[:-13]": "The last forecast is missing: that for the month after the last "
        "one shown.",
        "lambda x: x[12:] + x[12:] - x[11:-1]": "That is the change since last month, not that of a year ago.",
    },
    public=("(np.array([3.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0]),)",),
    draw=lambda rng: (rng.uniform(1, 2, size=int(rng.integers(13, 60))),),
    integers=False,
)

mean_error = Number(
    name="series-1",
    trains="the error of a forecast, in per cent",
    minutes=3,
    difficulty=1,
    decimals=1,
    hint="Divide each forecast by what came. How far is the quotient from 1? Then the mean, without signs.",
    solution="55/3",
    because="0.6/0.5 = 1.2, 0.6/0.8 = 0.75 and 1.1/1.0 = 1.1: off by 20, 25 and 10 per cent, 55/3 = 18.3 on average.",
    right=("18.3", '"18.33"', "sp.Rational(55, 3)"),
    wrong={
        "5/3": "You added 20, −25 and 10. Errors without their signs cannot cancel.",
        "55": "That is the sum. The error is the mean over the three months.",
        "0.183": "That is the share. In per cent it is a hundred times that.",
        "19.7": "You divided by the forecast. Divide by what came.",
        "17.4": "That is the sum of the three differences over the sum of what came. First the per cent of each month, "
        "then the mean.",
        "-5/3": "Errors without their signs cannot cancel.",
    },
    letters={"sp": sp},
)

BACKWARD = """
def answer(x, y, u, w, b):
    h = [0.0]
    for x_t in x:
        h.append(np.tanh(u * x_t + w * h[-1] + b))
    T, du, dw, db, delta = len(x), 0.0, 0.0, 0.0, 0.0
    for t in reversed(range(T)):
        delta = ((h[t + 1] - y[t]) / T + w * delta) * (1 - h[t + 1] ** 2)
        du, dw, db = du + delta * x[t], dw + delta * h[t], db + delta
    return du, dw, db
"""

one_unit_back = Program(
    name="series-4",
    trains="a backward pass through time, written by yourself",
    minutes=15,
    difficulty=2,
    hint="From the last month to the first: delta is the slope at z_t = u x_t + w h_{t−1} + b. It gets (h_t − y_t)/T "
    "from its own month, and w times the delta of the month after; both pass tanh. Each month adds delta times what "
    "the weight was multiplied by.",
    solution=BACKWARD,
    because="The list h begins with h_0, so h[t + 1] is the state of the month x[t], and h[t] the one before.",
    right=(
        """
def answer(x, y, u, w, b):  # forward in time
    h, r, slopes = 0.0, np.zeros(3), np.zeros(3)
    for x_t, y_t in zip(x, y):
        before, h = h, np.tanh(u * x_t + w * h + b)
        r = (np.array([x_t, before, 1.0]) + w * r) * (1 - h**2)
        slopes += (h - y_t) * r / len(x)
    return tuple(slopes)
""",
        """
def answer(x, y, u, w, b):
    h = np.zeros(len(x) + 1)
    for t in range(len(x)):
        h[t + 1] = np.tanh(u * x[t] + w * h[t] + b)
    delta, f = np.zeros(len(x) + 1), 1 - h[1:] ** 2
    for t in range(len(x) - 1, -1, -1):
        delta[t] = ((h[t + 1] - y[t]) / len(x) + w * delta[t + 1]) * f[t]
    return delta[:-1] @ x, delta[:-1] @ h[:-1], delta.sum()
""",
    ),
    wrong={
        BACKWARD.replace("delta * h[t], db", "delta * h[t + 1], db"): "The slope for w is not right: w multiplies "
        "the state before the month, h[t], not h[t + 1].",
        BACKWARD.replace(" + w * delta)", ")"): "Each month stands alone. The state goes on to the month after: "
        "add w times the delta from there.",
        BACKWARD.replace(" * (1 - h[t + 1] ** 2)", ""): "The slope of tanh is missing, 1 − h².",
        BACKWARD.replace("(1 - h[t + 1] ** 2)", "(1 - h[t] ** 2)"): "The slope of tanh is taken at the state before. "
        "It belongs to the state of the month itself.",
        BACKWARD.replace(" / T", ""): "That is the slope of the sum. L is the mean over the T months.",
        BACKWARD.replace("reversed(range(T))", "range(T)"): "You go forward. What a month hands back is known only "
        "when the month after is done: begin with the last.",
        BACKWARD.replace("du + delta * x[t], dw + delta * h[t], db + delta", "delta * x[t], delta * h[t], delta"): ""
        "Only the first month is left. Every month uses the weights: add.",
    },
    returns=("dL/du", "dL/dw", "dL/db"),
    public=("(np.array([0.0, 0.0]), np.array([1.0, 1.0]), 1.0, 0.5, 0.0)",),
    draw=lambda rng: (*rng.normal(size=(2, int(rng.integers(3, 12)))), *(float(v) for v in rng.normal(size=3))),
    integers=False,
)

quarter_turns = Number(
    name="series-3",
    trains="a state that turns",
    minutes=4,
    difficulty=1,
    parts=("the first unit", "the second unit"),
    hint="Each month is a quarter turn, (p, q) becomes (−q, p), and then both are halved. Six times.",
    solution="(-1/64, 0)",
    because="Four quarter turns are a full one, so six are two: (1, 0) becomes (−1, 0). Six halvings leave 1/64.",
    right=("(-0.015625, 0.0)", "[sp.Rational(-1, 64), 0]", "('-1/64', '0')"),
    wrong={
        "(1/64, 0)": "Six quarter turns are a full turn and a half. Which sign has the state after half a turn?",
        "(-1, 0)": "The turn is right. Each month halves the state, too.",
        "(0, 1/32)": "That is after five months.",
        "(0, -1/128)": "That is after seven months.",
        "(-1/12, 0)": "The halvings multiply: ½ six times is (½)⁶.",
        "(0, -1/64)": "You turned seven times, or three. Six quarter turns lead from (1, 0) to (−1, 0).",
    },
    letters={"sp": sp},
)

EXERCISES = [mean_error, as_a_year_ago, quarter_turns, one_unit_back]
