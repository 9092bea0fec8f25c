"""The exercises of the project *XOR, counted*."""

from sympy import exp

from .choice import Choice
from .number import NUMBERS, Number
from .program import Program

all_solved = Number(
    name="xor-1",
    trains="Wilson's interval at its end",
    minutes=6,
    difficulty=2,
    hint="Put q = 1 into the condition. Both sides have the factor 1 − r; divide by it, and solve for r.",
    solution="381",
    because="S(1 − r) ≤ u²r, so r is at least S/(S + u²). That is 0.99 or more where S is 99u² = 380.3 or more.",
    right=("381.0", '"381"', "Rational(762, 2)"),
    wrong={
        "380": "380 is a little too few: 380/(380 + 1.96²) is below 0.99. Round up.",
        "195": "u stands in the formula squared: 1.96² = 3.84.",
        "268": "That is for u = 1.645. The interval of this page has u = 1.96.",
        "299": "That asks how likely S solved ones are at the rate 0.99, 0.99^S = 0.05: another question. Use "
        "Wilson's interval.",
        "100": "With 100 the lower end is 100/(100 + 3.84), which is 96.3 %.",
        "73": "That is for 95 %: 19u². Here the lower end is 99 %.",
    },
    letters=NUMBERS,
)

decay_of_the_dead = Choice(
    name="xor-2",
    trains="a dead unit under decay",
    minutes=5,
    difficulty=3,
    hint="The decay multiplies by 0.997; the gradient, 0, does nothing. Which signs do w₁, w₂ and b of the unit have, "
    "before and after?",
    solution="'c'",
    because="The decay multiplies both weights by a number below 1: they shrink, and stay negative. The bias is 0 and "
    "stays 0. So no z = 0, w₂, w₁, w₁ + w₂ ever becomes positive.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "The decay does not go through the gradient. It multiplies the weights themselves.",
        "'b'": "A negative number times 0.997 is negative, however often: no z becomes positive.",
        "'d'": "The bias is 0, and 0 times a number is 0: at (0, 0) z stays 0, where ReLU's slope is 0.",
        "'e'": "The decay pulls towards 0. For a negative weight that is upward.",
    },
)

enough_starts = Number(
    name="xor-3",
    trains="how many starts are needed",
    minutes=4,
    difficulty=1,
    hint="When does none of k starts succeed? All of them fail, each with the probability 0.82.",
    solution="24",
    because="All k fail with the probability 0.82^k. That is 0.01 or less for k of at least log 0.01 / log 0.82 "
    "= 23.2.",
    right=("24.0", '"24"', "Rational(48, 2)"),
    wrong={
        "23": "With 23 all fail in 1.04 % of the cases. Round up.",
        "6": "Probabilities of several starts are not added: 6 · 0.18 is more than 1, and yet all six may fail.",
        "3": "That is 0.18^k. A start *fails* with the probability 0.82.",
        "1": "One start is solved with the probability 0.18.",
        "25": "One fewer is enough: 0.82^24 is below 0.01 already.",
        "12": "That is for 90 %: 0.82^k of at most 0.1.",
    },
    letters=NUMBERS,
)


def misread(numbers):
    """The first point of XOR at which one SiLU unit has a wrong sign, in words."""
    w_1, w_2, b, v, c = numbers
    for x_1, x_2 in ((0, 0), (0, 1), (1, 0), (1, 1)):
        z = w_1 * x_1 + w_2 * x_2 + b
        s = float(v * z / (1 + exp(-z)) + c)
        wanted = "positive" if x_1 != x_2 else "negative"
        if not (s > 0 if x_1 != x_2 else s < 0):
            return f"At ({x_1}, {x_2}) the logit is {s:.3g}, and must be {wanted}."
    return None


one_silu = Number(
    name="xor-4",
    trains="a forward pass by hand; what one unit can do",
    minutes=8,
    difficulty=3,
    hint="With equal weights the two points in the middle have one z. Choose it where silu is lowest, near −1.3, with "
    "the other two z on either side; the numbers of the statement do that. Then v and c.",
    parts=("w₁", "w₂", "b", "v", "c"),
    fault=misread,
    solution="(2, 2, -3.3, -1, -0.2)",
    because="z is −3.3, −1.3, −1.3 and 0.7, and silu −0.12, −0.28, −0.28 and 0.47: the two in the middle are "
    "the lowest. "
    "v = −1 turns this round, and c = −0.2 puts the border between.",
    right=("[2, 2, -3.3, -10, -2]", "(-3, -3, Rational(3, 2), -4, -0.9)", '("2", "2", "−3.3", "−2", "−2/5")'),
    wrong={
        "(2, 2, -3.3, 1, 0.2)": "The signs are the other way round: silu is *low* in the middle, so v is negative.",
        "(2, 2, -3.3, -1, 0)": "The unit is right; at (0, 0) −silu is +0.12. c must bring that below 0.",
        "(2, 2, -3.3, -1, 0.2)": "The unit is right. c = 0.2 lifts all four logits; (0, 0) needs less, not more.",
        "(2, 2, -3.3, -1, -0.3)": "The unit is right; c is too low: the middle has −silu = 0.28.",
        "(1, 1, -0.5, 1, 0)": "That unit rises from (0, 0) to (1, 1), so the middle lies between. Use silu's "
        "falling part.",
        "(2, -2, 0, 1, 0)": "z is 0 at (0, 0) and at (1, 1), and −2 and 2 in the middle: there silu is −0.24 and 1.76, "
        "of two signs.",
    },
    letters=NUMBERS,
)

paper = Number(
    name="xor-5",
    trains="a backward pass by hand, for four samples",
    minutes=8,
    difficulty=2,
    hint="First the four numbers (p − y)/4, in parts of e: their signs are +, −, −, +. Then each slope is a sum over "
    "the four points. On the way to unit 2 stand v₂ = −4 and R′(z₂), which is 1 at one point only.",
    parts=("∂L/∂v₁", "∂L/∂v₂", "∂L/∂c", "the weight from x₁ to unit 2"),
    solution="(0, Rational(1, 4), 0, -1)",
    because="(p − y)/4 is e/4, −e/4, −e/4, e/4. With h₁ = 0, 1, 1, 2 this adds up to 0; with h₂ = 0, 0, 0, 1 to e/4; "
    "alone to 0. Unit 2 is on at (1, 1) only: e/4 · (−4) · 1 there, times x₁ = 1, is −e.",
    right=("(0, 0.25, 0, -1)", "[0.0, 1/4, 0, -1.0]", '("0", "1/4", "0", "-1")'),
    wrong={
        "(0, 1, 0, -4)": "The cost is a mean over four points: 1/4 is missing.",
        "(0, Rational(1, 4), 0, 0)": "Unit 2 is on at (1, 1). There the error comes back through v₂ = −4.",
        "(0, Rational(1, 4), 0, Rational(1, 4))": "On the way to unit 2 the error is multiplied by v₂ = −4.",
        "(0, Rational(1, 4), 0, 1)": "v₂ is −4: mind its sign.",
        "(0, Rational(1, 4), 0, 0.0 + 1/4 - 1/2)": "R′(0) is 0: at (1, 0) z₂ is 0, so nothing comes through there.",
        "(Rational(1, 2), Rational(1, 4), 0, -1)": "h₁ at (0, 1) and (1, 0) is 1, with the sign −: 0 − 1 − 1 + 2.",
        "(0, -Rational(1, 4), 0, 1)": "p − y, not y − p: at (1, 1) p is e and y is 0.",
    },
    letters=NUMBERS,
)


def one_hidden_layer(rng):
    """Arrays of any sizes, with targets 0 and 1."""
    rows, inputs, units = rng.integers(2, 6, size=3)
    shapes = (inputs, units), (units,), (units, 1), (1,)
    targets = rng.integers(0, 2, size=(rows, 1)).astype(float)
    return rng.normal(size=(rows, inputs)), targets, *(rng.normal(size=shape) for shape in shapes)


HEAD = """
def answer(X, Y, W, b, V, c):
    H = np.tanh(X @ W + b)
    p = 1 / (1 + np.exp(-(H @ V + c)))
"""

backward = Program(
    name="xor-6",
    trains="a whole backward pass in NumPy",
    minutes=12,
    difficulty=2,
    hint="Forward first: H, the logits, p. Then (p − Y)/N, one number for each sample. V and c get their slopes from "
    "it; sent back through V, and times tanh′ = 1 − H², it gives those of W and b.",
    returns=("∂L/∂W", "∂L/∂b", "∂L/∂V", "∂L/∂c"),
    solution=HEAD
    + """    Delta_o = (p - Y) / len(X)
    Delta_h = Delta_o @ V.T * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ Delta_o, Delta_o.sum(axis=0)
""",
    because="The four slopes of a network with one hidden layer; the 1/N of the mean enters once.",
    right=(
        HEAD
        + """    Delta_o = (p - Y) / Y.size
    Delta_h = np.outer(Delta_o, V) - np.outer(Delta_o, V) * H**2
    return np.einsum("np,nq->pq", X, Delta_h), np.ones(len(X)) @ Delta_h, H.T.dot(Delta_o), Delta_o.sum(axis=0)
""",
        """
def answer(X, Y, W, b, V, c):
    W_slope, b_slope, V_slope, c_slope = 0 * W, 0 * b, 0 * V, 0 * c
    for x, y in zip(X, Y):
        h = np.tanh(x @ W + b)
        error = (1 / (1 + np.exp(-(h @ V + c))) - y) / len(X)
        delta = error * V[:, 0] * (1 - h**2)
        W_slope = W_slope + x[:, None] * delta
        b_slope, V_slope, c_slope = b_slope + delta, V_slope + h[:, None] * error, c_slope + error
    return W_slope, b_slope, V_slope, c_slope
""",
    ),
    wrong={
        HEAD
        + """    Delta_o = p - Y
    Delta_h = Delta_o @ V.T * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ Delta_o, Delta_o.sum(axis=0)
""": "The cost is a mean over the samples: divide p − Y by their number, once.",
        HEAD
        + """    Delta_o = (p - Y) / len(X)
    Delta_h = Delta_o @ V.T
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ Delta_o, Delta_o.sum(axis=0)
""": "On the way back through a unit the slope of tanh is a factor: 1 − H².",
        HEAD
        + """    Delta_o = (p - Y) / len(X)
    Delta_h = Delta_o @ V.T * (1 - H**2)
    return X.T @ Delta_h, Delta_h.mean(axis=0), H.T @ Delta_o, Delta_o.mean(axis=0)
""": "A bias is used once for every sample: its slopes add. The 1/N is in (p − Y)/N already.",
        HEAD
        + """    Delta_o = (p - Y) / len(X)
    Delta_h = Delta_o @ V.T * (1 - np.tanh(H) ** 2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ Delta_o, Delta_o.sum(axis=0)
""": "H is tanh(Z) already: its slope is 1 − H².",
        HEAD
        + """    Delta_o = (p - Y) * p * (1 - p) / len(X)
    Delta_h = Delta_o @ V.T * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ Delta_o, Delta_o.sum(axis=0)
""": "p(1 − p) is a factor of the squared error. With cross-entropy the slope for the logit is p − y.",
        HEAD
        + """    Delta_o = (Y - p) / len(X)
    Delta_h = Delta_o @ V.T * (1 - H**2)
    return X.T @ Delta_h, Delta_h.sum(axis=0), H.T @ Delta_o, Delta_o.sum(axis=0)
""": "The slope for the logit is p − y, not y − p: these slopes would lead uphill.",
    },
    public=(
        "(np.array([[1.0, 2.0]]), np.array([[1.0]]), np.zeros((2, 1)), np.zeros(1), np.array([[4.0]]), np.zeros(1))",
    ),
    draw=one_hidden_layer,
    integers=False,
)

EXERCISES = [all_solved, decay_of_the_dead, enough_starts, one_silu, paper, backward]
