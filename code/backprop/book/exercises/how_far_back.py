"""The exercises of *How far back?*, chapter 05."""

import sympy as sp

from .choice import Choice
from .number import Number
from .program import Program

ON_PAPER = {"sp": sp}

sigmoid_bound = Number(
    name="05-8",
    trains="the bound that proves vanishing",
    minutes=2,
    difficulty=1,
    hint="One step back multiplies the length by at most γσ_max. What is γ for the sigmoid?",
    solution="4",
    because="The sigmoid's slope is at most γ = ¼, and γσ_max < 1 suffices.",
    right=("4.0", '"4"', "sp.Rational(8, 2)"),
    wrong={
        "1/4": "That is γ. The product γσ_max is to be below 1.",
        "1": "That is for tanh or ReLU, whose slopes go up to 1.",
        "2": "½ is the sigmoid's value at 0. Its slope there is ½ · ½.",
        "16": "That is 1/γ². One step back meets one activation.",
        "3/4": "The two factors of a step are multiplied, not added.",
    },
    letters=ON_PAPER,
)

stretch_then_shrink = Choice(
    name="05-9",
    trains="singular value and spectral radius",
    minutes=4,
    difficulty=2,
    hint="Which number says what one step can do, and which one what many steps do?",
    solution="'c'",
    because="One step can make a row about σ_max = 10 times as long: (0, 1) becomes (10, ½). But ϱ = ½ < 1, so all "
    "entries of the powers go to 0; the corner after m steps is 10 m · 0.5ᵐ⁻¹.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "σ_max > 1 is necessary to explode, not sufficient. The corner of the 100th power is 100 · 10 · 0.5⁹⁹, "
        "about 10⁻²⁷.",
        "'b'": "One step back makes (0, 1) into (10, ½), which is ten times as long.",
        "'d'": "Both eigenvalues are ½, so ϱ < 1, and all entries of the powers go to 0.",
        "'e'": "That was so with 0 on the diagonal. Here (0, 1) becomes (10, ½), and then (10, ¼).",
    },
)


def steps_case(rng):
    """X, H, G, W_h, W_y of a sequence; H begins with the state before step 1."""
    steps, rows, inputs, units, outputs = rng.integers([3, 1, 1, 2, 1], [9, 4, 4, 5, 4])
    X, G = rng.normal(size=(steps, rows, inputs)), rng.normal(size=(steps, rows, outputs))
    H = rng.uniform(-0.9, 0.9, size=(steps + 1, rows, units))
    return X, H, G, rng.normal(size=(units, units)), rng.normal(size=(units, outputs))


TRUNCATED = """
def answer(X, H, G, W_h, W_y, k):
    dW_h, dW_x, later = 0, 0, 0
    for t in reversed(range(len(X))):
        if (t + 1) % k == 0:  # behind this step is a border
            later = 0
        Delta = (G[t] @ W_y.T + later) * (1 - H[t + 1] ** 2)
        dW_h, dW_x = dW_h + H[t].T @ Delta, dW_x + X[t].T @ Delta
        later = Delta @ W_h.T
    return dW_h, dW_x
"""

truncated = Program(
    name="05-10",
    trains="truncation: where the gradient is cut, and what is not",
    minutes=12,
    difficulty=3,
    hint="All steps stay in the sums. What changes is what a step gets from the step behind it, if a border lies "
    "between the two. For k = 3: behind which values of t does a border lie?",
    returns=("dW_h", "dW_x"),
    solution=TRUNCATED,
    because="Behind the last step of a window the recursion begins anew with 0. States and losses stay as they were.",
    right=(
        """
def answer(X, H, G, W_h, W_y, k):
    Delta = np.zeros((len(X), *H[0].shape))
    for start in range(0, len(X), k):
        back = 0
        for t in reversed(range(start, min(start + k, len(X)))):
            Delta[t] = (G[t] @ W_y.T + back) * (1 - H[t + 1] ** 2)
            back = Delta[t] @ W_h.T
    return np.einsum("tnp,tnq->pq", H[:-1], Delta), np.einsum("tnp,tnq->pq", X, Delta)
""",
        """
def answer(X, H, G, W_h, W_y, k):
    if len(X) > k:
        first = answer(X[:k], H[: k + 1], G[:k], W_h, W_y, k)
        others = answer(X[k:], H[k:], G[k:], W_h, W_y, k)
        return [a + b for a, b in zip(first, others)]
    dW_h, dW_x, slopes = 0, 0, G @ W_y.T
    for t in range(len(X) - 1, -1, -1):
        Delta = slopes[t] * (1 - H[t + 1] ** 2)
        dW_h, dW_x = dW_h + H[t].T @ Delta, dW_x + X[t].T @ Delta
        if t > 0:
            slopes[t - 1] += Delta @ W_h.T
    return dW_h, dW_x
""",
    ),
    wrong={
        TRUNCATED.replace("(t + 1) % k == 0", "False"): "Nothing is cut: that is the gradient through all steps.",
        TRUNCATED.replace("(t + 1) % k", "t % k"): "The border is one step off: t counts from 0, so the first window "
        "ends with t = k − 1. Yours has one step.",
        TRUNCATED.replace("(t + 1) % k", "(len(X) - 1 - t) % k"): "You count the windows from the last step. Count "
        "them from the first one; the last window may be shorter.",
        TRUNCATED.replace("later = 0\n        D", "later = -G[t] @ W_y.T\n        D"): "The last step of a window lost "
        "its own loss. Only what comes from behind the border is 0.",
        TRUNCATED.replace("range(len(X))", "range(max(len(X) - k, 0), len(X))"): "You have the last k steps alone. "
        "Every window has its part in the sums.",
        TRUNCATED.replace("+ H[t].T", "+ (H[t] * (t % k > 0)).T"): "The first step of a window lost the state before "
        "it. The state is handed on; only the gradient is cut.",
        TRUNCATED.replace("if (t + 1) % k == 0:", "if True:"): "Each step is a window of its own: later is 0 in all "
        "steps, whatever k is.",
        TRUNCATED.replace(
            "return dW_h, dW_x", "return dW_x, dW_h"
        ): "The order is the gradient of W_h, then that of W_x.",
    },
    public=(
        "(np.array([[[1.0]], [[2.0]], [[4.0]]]), np.array([[[0.0]], [[0.5]], [[-0.5]], [[0.0]]]),"
        " np.array([[[1.0]], [[4.0]], [[4.0]]]), np.array([[0.5]]), np.array([[1.0]]), 2)",
    ),
    draw=lambda rng: (*steps_case(rng), int(rng.integers(2, 4))),
)

clip_by_norm = Number(
    name="05-11",
    trains="clipping by norm",
    minutes=2,
    difficulty=1,
    hint="How long is g? The new vector has the length c and lies on the same line.",
    solution="(3, -4)",
    because="‖g‖ = 10, so g is multiplied by c/‖g‖ = ½.",
    right=("[3.0, -4.0]", "('3', '−4')", "(sp.Rational(6, 2), -4)"),
    wrong={
        "(5, -5)": "That is clipping by value. It turns the gradient.",
        "(0.6, -0.8)": "That has the length 1. It is to have the length c = 5.",
        "(6, -8)": "The length of g is 10, above c: it is clipped.",
        "(3, 4)": "The direction stays: the second number is negative.",
        "(1, -3)": "Nothing is subtracted: every entry is multiplied by c/‖g‖.",
    },
    letters=ON_PAPER,
)

EXERCISES = [sigmoid_bound, stretch_then_shrink, truncated, clip_by_norm]
