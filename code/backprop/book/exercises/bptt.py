"""The exercises of chapter 05, *Backpropagation through time*."""

import sympy as sp

from backprop.proof.vocabulary import arbitrary, partial, reals, slope

from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .expression import Expression
from .gates import EXERCISES as GATES
from .number import Number
from .program import Program

f, E = arbitrary("f"), arbitrary("E")
w, u, b_one, leak, s_h, h_0, h_1 = reals("w u b a s_h h_0 h_1")
x_1, x_2, z_1, z_2, d_1, d_2 = reals("x_1 x_2 z_1 z_2 δ_1 δ_2")
ON_PAPER = {"sp": sp}

two_steps_shared = Number(
    name="05-1",
    trains="a weight that every step uses, by hand",
    minutes=3,
    difficulty=1,
    hint="Forward first. Then the slopes at h₂ and h₁; each use of w gets its slope times the state before that step.",
    solution="5",
    because="h₁ = 2 · 1 + 1 = 3. Backward δ₂ = 1 and δ₁ = w · δ₂ = 2. Each use of w: δ₁h₀ + δ₂h₁ = 2 · 1 + 1 · 3.",
    right=("5.0", '"5"', "sp.Rational(10, 2)"),
    wrong={
        "3": "That is step 2 alone, with h₁ held fixed. h₁ moves with w, too.",
        "2": "That is the first use of w alone. Step 2 uses w, too.",
        "4": "The slope at h₁ is not 1: one step back multiplies by w.",
        "12": "You took the states after the steps. w multiplies the state before.",
        "6": "The slopes of two uses of w are added, not multiplied.",
    },
    letters=ON_PAPER,
)

two_steps_by_hand = Number(
    name="05-2",
    trains="two steps through time by hand, with an activation",
    minutes=8,
    difficulty=2,
    hint="Here δ is the slope at z, and f′(z) = 2z. Find δ₂ first. Then δ₁: δ₂ back through w, times f′(z₁). What does "
    "each δ meet in the sums for w and for u?",
    parts=("dℓ/dw", "dℓ/du"),
    solution="(32, -6)",
    because="z₁ = ½ · 6 − 1 = 2, h₁ = 4, z₂ = ½ · 4 − 1 = 1, h₂ = 1: the error is 1. δ₂ = 1 · 2z₂ = 2 and "
    "δ₁ = 2 · ½ · 2z₁ = 4. dℓ/dw = δ₁h₀ + δ₂h₁ = 24 + 8, dℓ/du = δ₁x₁ + δ₂x₂ = −4 − 2.",
    right=("[32.0, -6.0]", "('32', '−6')", "(sp.Rational(64, 2), -6)"),
    wrong={
        "(8, -2)": "That is step 2 alone. Step 1 uses w and u, too.",
        "(24, -4)": "That is step 1 alone. Step 2 uses w and u, too.",
        "(14, -3)": "On the way to δ₁ the slope f′(z₁) = 2z₁ = 4 is missing.",
        "(7, -1.5)": "Both activations are missing: f′(z) = 2z.",
        "(56, -10)": "On the way from z₂ to h₁ the weight w = ½ is missing.",
        "(18, -6)": "In dℓ/dw you took the states after the steps; w multiplies the state before.",
        "(64, -12)": "That is for (h₂ − y)². Half the squared error has no factor 2.",
    },
    letters=ON_PAPER,
)

input_weight_by_lines = Lines(
    name="05-3",
    trains="a derivation: two steps share a weight",
    minutes=10,
    difficulty=2,
    hint="z_2 = w h_1 + u x_2 + b holds u in two places: as it stands, and within h_1. And h_1 = f(z_1).",
    question=partial(E(f(z_2)), u),
    where={
        d_1: d_2 * w * slope(f)(z_1),
        d_2: slope(E)(f(z_2)) * slope(f)(z_2),
        z_2: w * h_1 + u * x_2 + b_one,
        h_1: f(z_1),
        z_1: w * h_0 + u * x_1 + b_one,
    },
    solution="""[
    (d_2 * partial(z_2, u), "chain rule"),
    (d_2 * (x_2 + w * partial(h_1, u)), "u stands in z_2, and in h_1"),
    (d_2 * x_2 + d_1 * x_1, "and h_1 is f(z_1)"),
]""",
    because="Two paths from u to z_2: directly, with the factor x_2, and through h_1. On the second one w and f′(z_1) "
    "turn δ_2 into δ_1, and the factor at its end is x_1.",
    right=(
        "[slope(E)(f(z_2)) * slope(f)(z_2) * partial(z_2, u), x_2 * d_2 + x_1 * d_1]",
        "[d_2 * (x_2 + w * slope(f)(z_1) * partial(z_1, u)), (d_2 * (x_2 + w * slope(f)(z_1) * x_1), 'z_1 holds u')]",
    ),
    wrong={
        "[slope(E)(f(z_2)) * partial(z_2, u), slope(E)(f(z_2)) * x_2]": "Line 1: f′(z_2) is missing; δ_2 has it.",
        "[d_2 * partial(z_2, u), d_2 * x_2]": "Line 2: h_1 depends on u, too. The path through step 1 is missing.",
        "[d_2 * partial(z_2, u), d_1 * x_1]": "Line 2: z_2 holds u directly, too: the part of step 2 is missing.",
        "[d_2 * partial(z_2, u), d_2 * (x_2 + partial(h_1, u))]": "Line 2: h_1 enters z_2 with the factor w.",
        "[d_2 * partial(z_2, u), d_2 * x_2 + w * d_2 * x_1]": "Line 2: the path through h_1 needs f′(z_1), too.",
        "[d_2 * partial(z_2, u), d_2 * x_1 + d_1 * x_2]": "Line 2: each δ meets the input of its own step.",
        "[d_2 * partial(z_2, u), d_2 * h_1 + d_1 * h_0]": "Line 2: that is the slope with w. The weight u multiplies "
        "the inputs.",
        "[d_1 * partial(z_1, u) + d_2 * partial(z_2, u), d_1 * x_1 + d_2 * x_2]": "Line 1: `partial(z_2, u)` is the "
        "total slope: the path through h₁ is in it already. Yours counts it twice.",
        "[d_2 * partial(z_2, u), d_2 * x_2 + d_1 * w * x_1]": "Line 2: δ₁ has the factor w already.",
        "[d_2 * partial(z_2, u), d_2 * x_2 + d_1 * h_0]": "Line 2: h₀ is the input for w; for u it is x₁.",
    },
    letters={
        **{"E": E, "f": f, "slope": slope, "partial": partial, "w": w, "u": u, "b_one": b_one},
        **{"d_1": d_1, "d_2": d_2, "x_1": x_1, "x_2": x_2},
        **{"h_0": h_0, "h_1": h_1, "z_1": z_1, "z_2": z_2},
    },
)

one_step_back = Number(
    name="05-4",
    trains="one step back in time by hand, with matrices",
    minutes=6,
    difficulty=2,
    hint="The first number of Δ₂W_hᵀ is Δ₂ times the first row of W_h. Add what the output sends; the slopes are last.",
    parts=("the first unit", "the second unit"),
    solution="(-0.5, 2)",
    because="G₁W_yᵀ = (2, 8). Δ₂W_hᵀ = (1 · 1 − 2 · 2, 1 · 0 − 2 · 3) = (−3, −6). Together (−1, 2), times the slopes "
    "(½, 1).",
    right=("[-1/2, 2.0]", "('−0.5', 2)", "(sp.Rational(-1, 2), 2)"),
    wrong={
        "(1.5, 4)": "That is Δ₂W_h: the transpose is missing. On the way back each row of W_h meets Δ₂.",
        "(-1.5, -6)": "The output of step 1 is missing: H₁ feeds Ŷ₁, too.",
        "(1, 8)": "What comes back from step 2 is missing: H₁ feeds Z₂, too.",
        "(-1, 2)": "That is ∂L/∂H₁. From H₁ to Z₁ the slopes f′(Z₁) are missing.",
        "(0.5, 2)": "The slopes f′(Z₁) multiply both parts, that of the output, too.",
        "(-2, 2)": "The slopes f′(Z₁) multiply both parts, that of step 2, too.",
    },
    letters=ON_PAPER,
)

doubt = Choice(
    name="05-5",
    trains="why the sum over the steps is complete",
    minutes=4,
    difficulty=2,
    hint="Try each answer on the unit by hand, where the whole slope is known to be 0.75.",
    solution="'b'",
    because="How the use of W_h in an early step reaches the later states, and with them the loss, is in that step's "
    "own Δ. So each path is in the sum once.",
    right=("'B'", "'(b)'"),
    wrong={
        "'a'": "It does: in the unit by hand h₂ = w · 1 + 2 moves with w.",
        "'c'": "In the unit by hand the sum is 0 + 0.125 + 0.625 = 0.75, exactly the slope of ½(4 + 2w + w² − 5)² at "
        "w = ½. Nothing is left out.",
        "'e'": "In the unit by hand take h₀ = 1: h₃ = w³ + w² + 2w + 4 has the slope 3.75 at w = ½, and "
        "h₂ + wh₁ + w²h₀ = 2.75 + 0.75 + 0.25 is the same.",
        "'d'": "In the unit by hand that adds δ₃ · w · 1 = 0.125 to the sum, which is 0.75 and right already: the path "
        "from step 2 would be counted twice.",
    },
)

one_step_kept = Number(
    name="05-6",
    trains="adding up over the steps",
    minutes=2,
    difficulty=1,
    hint="In which order does a program that goes backward meet the three steps? Which one did it keep?",
    solution="1.5",
    because="It has = for +=. A loop that goes backward comes to step 1 last, and keeps its part alone. "
    "The sum is 0.5 − 1 + 2.",
    right=("sp.Rational(3, 2)", '"3/2"', "0.5 - 1 + 2"),
    wrong={
        "0.5": "That is what the program returns: the part of step 1 alone.",
        "2": "That is the part of step 3 alone. All three copies are one weight.",
        "1": "The part of step 1 is missing.",
        "-1": "Slopes multiply along a path. Here are three paths, and they add.",
        "3.5": "The slope of the second copy is negative.",
    },
    letters=ON_PAPER,
)


def steps_case(rng):
    """X, H, G, W_h, W_y of a sequence; H begins with the state before step 1."""
    steps, rows, inputs, units, outputs = rng.integers([3, 1, 1, 2, 1], [9, 4, 4, 5, 4])
    X, G = rng.normal(size=(steps, rows, inputs)), rng.normal(size=(steps, rows, outputs))
    H = rng.uniform(-0.9, 0.9, size=(steps + 1, rows, units))
    return X, H, G, rng.normal(size=(units, units)), rng.normal(size=(units, outputs))


IN_TIME = """
def answer(X, H, G, W_h, W_y):
    dW_h, dW_x, later = 0, 0, 0
    for t in reversed(range(len(X))):
        Delta = (G[t] @ W_y.T + later) * (1 - H[t + 1] ** 2)
        dW_h = dW_h + H[t].T @ Delta
        dW_x = dW_x + X[t].T @ Delta
        later = Delta @ W_h.T
    return dW_h, dW_x
"""

state_too_early = FindTheBug(
    name="05-7",
    trains="reading a backward pass through time: which state is which",
    minutes=5,
    difficulty=2,
    hint="Write beside each H whether the formula asks for the state before the step or after it.",
    program=IN_TIME.replace("H[t + 1] **", "H[t] **"),
    line=4,
    mended=IN_TIME,
    solution="4",
    because="The slope of tanh at Z_t is 1 − H_t², with the state after the step; that is H[t + 1], because H[0] is "
    "the state before the first step.",
    returns=("dW_h", "dW_x"),
    right=(
        "'4'",
        IN_TIME,
        """
def answer(X, H, G, W_h, W_y):
    Delta, back = np.zeros((len(X), *H[0].shape)), np.zeros(H[0].shape)
    for t in range(len(X) - 1, -1, -1):
        Delta[t] = (back + G[t].dot(W_y.T)) * (1 - H[t + 1]) * (1 + H[t + 1])
        back = Delta[t].dot(W_h.T)
    return [np.einsum("tnp,tnq->pq", a, Delta) for a in (H[:-1], X)]
""",
    ),
    wrong={
        "1": "Line 1 names what the step needs: nothing is missing.",
        "2": "Line 2 is right: behind the last step comes nothing, and the sums begin at 0.",
        "3": "Line 3 is right: from the last step to the first.",
        "5": "Line 5 is right: W_h multiplies the state before the step, which is H[t].",
        "6": "Line 6 is right: the input of the step, transposed, times its Delta.",
        "7": "Line 7 is right: what the state before the step gets through this step. Its output is added in line 4.",
        "8": "Line 8 hands back the two gradients; their order is not the mistake.",
    },
    draw=steps_case,
)

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

leaky_unit = Expression(
    name="05-9",
    trains="two paths from a state to the next one",
    minutes=4,
    difficulty=1,
    hint="h⁻ reaches h twice: directly, and through z.",
    question=partial(s_h * (leak * h_1 + (1 - leak) * f(z_1)), h_1),
    where={z_1: w * h_1 + x_1},
    solution="s_h * (leak + (1 - leak) * slope(f)(z_1) * w)",
    because="Two paths: directly, with the factor a, and through z. With a near 1 the slope is kept nearly whole.",
    right=(
        "s_h * leak + s_h * w * slope(f)(z_1) - leak * s_h * w * slope(f)(z_1)",
        "(w * slope(f)(z_1) + leak * (1 - w * slope(f)(z_1))) * s_h",
    ),
    wrong={
        "s_h * leak": "The path through z is missing.",
        "s_h * (1 - leak) * slope(f)(z_1) * w": "The direct path is missing: a part of h⁻ itself is in h.",
        "s_h * (leak + (1 - leak) * slope(f)(z_1))": "On the path through z the weight w is missing.",
        "s_h * (leak + (1 - leak) * w)": "On the path through z the slope f′ is missing.",
        "s_h * (leak + slope(f)(z_1) * w)": "f(z) enters h with the factor 1 − a.",
        "leak + (1 - leak) * slope(f)(z_1) * w": "The slope of what comes later, s_h, is missing.",
    },
    letters={"s_h": s_h, "leak": leak, "w": w, "z_1": z_1, "f": f, "slope": slope},
)

stretch_then_shrink = Choice(
    name="05-10",
    trains="singular value and spectral radius",
    minutes=4,
    difficulty=2,
    hint="Which number says what one step can do, and which one what many steps do?",
    solution="'c'",
    because="One step can make a row about σ_max = 10 times as long: (0, 1) becomes (10, ½). But ϱ = ½ < 1, so all "
    "entries of the powers go to 0; the corner after t steps is 10 t · 0.5ᵗ⁻¹.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "σ_max > 1 is necessary to explode, not sufficient. The corner of the 100th power is 100 · 10 · 0.5⁹⁹, "
        "about 10⁻²⁷.",
        "'b'": "One step back makes (0, 1) into (10, ½), which is ten times as long.",
        "'d'": "Both eigenvalues are ½, so ϱ < 1, and all entries of the powers go to 0.",
        "'e'": "That was so with 0 on the diagonal. Here (0, 1) becomes (10, ½), and then (10, ¼).",
    },
)

padded_mean = Number(
    name="05-11",
    trains="a mean over the steps that are real",
    minutes=3,
    difficulty=1,
    hint="How many steps are real? Each of them counts as much as any other.",
    solution="5",
    because="Four steps are real, with the losses 6, 3, 3 and 8: 20/4.",
    right=("5.0", '"5"', "sp.Rational(20, 4)"),
    wrong={
        "sp.Rational(25, 6)": "The two steps of padding are in it: 25/6.",
        "sp.Rational(10, 3)": "The padding's losses are left out, but its steps are counted: 20/6.",
        "6": "That is the mean of the two sequences' means. Each real step counts as much, not each sequence.",
        "10": "That is divided by the number of sequences, not of steps.",
        "20": "That is the sum. The cost is a mean.",
        "sp.Rational(20, 3)": "That is divided by T = 3. Count the real steps of both sequences.",
    },
    letters=ON_PAPER,
)

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
    name="05-12",
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
    name="05-13",
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

two_levels = Number(
    name="05-14",
    trains="the fewest states with checkpoints at two levels",
    minutes=6,
    difficulty=2,
    hint="Put s = r² into T/s + s/r + r. Where is the slope with r zero?",
    solution="10",
    because="1000/r² + r + r has the slope −2000/r³ + 2, which is 0 at r³ = 1000: 30 states.",
    right=("10.0", '"10"', "sp.Rational(100, 10)"),
    wrong={
        "32": "That is √1000, the best s for one level of checkpoints.",
        "13": "s/r is r, too: the last two terms together are 2r.",
        "8": "The slope of 1000/r² is −2000/r³: the factor 2 is missing.",
        "30": "That is the number of states. The question is which r.",
        "100": "That is s. The question is which r.",
    },
    letters=ON_PAPER,
)

slopes_forward = Number(
    name="05-15",
    trains="the slope of a state, carried forward",
    minutes=5,
    difficulty=2,
    hint="Each new slope: the state before the step, plus w times the old slope. What is r₀, if h₀ is a fixed number?",
    parts=("r₁", "r₂", "r₃"),
    solution="(1, -1, 1)",
    because="h₁ = −2 + 3 = 1 and h₂ = −2 + 1 = −1. r₁ = h₀ = 1, r₂ = h₁ + wr₁ = 1 − 2, r₃ = h₂ + wr₂ = −1 + 2.",
    right=("[1.0, -1.0, 1.0]", "('1', '−1', '1')", "(1, -1, sp.Rational(2, 2))"),
    wrong={
        "(1, 1, -1)": "These are the immediate derivatives alone. The state before moves with w, too.",
        "(1, 2, 1)": "The slope of the state before is multiplied by w.",
        "(0, 1, -3)": "r₁ is the state before step 1, h₀ = 1. It is r₀ that is 0.",
        "(1, -3, 12)": "You took the states after the steps: w multiplies the state before.",
        "(1, 3, 5)": "The sign: w is −2.",
    },
    letters=ON_PAPER,
)

EXERCISES = [
    two_steps_shared,
    two_steps_by_hand,
    input_weight_by_lines,
    one_step_back,
    doubt,
    one_step_kept,
    state_too_early,
    sigmoid_bound,
    leaky_unit,
    stretch_then_shrink,
    padded_mean,
    truncated,
    clip_by_norm,
    two_levels,
    slopes_forward,
    *GATES,
]
