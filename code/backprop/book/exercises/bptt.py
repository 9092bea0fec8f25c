"""The exercises of chapter 05, *Backpropagation through time*."""

import sympy as sp

from backprop.proof.vocabulary import arbitrary, partial, reals, slope

from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .gates import EXERCISES as GATES
from .how_far_back import EXERCISES as HOW_FAR_BACK
from .how_far_back import steps_case
from .memory import EXERCISES as MEMORY
from .number import Number

f, E = arbitrary("f"), arbitrary("E")
w, u, b_one, h_0, h_1 = reals("w u b h_0 h_1")
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
    hint="Try each answer on the unit by hand, where the whole slope is known to be 11.",
    solution="'b'",
    because="How the use of W_h in an early step reaches the later states, and with them the loss, is in that step's "
    "own Δ. So each path is in the sum once.",
    right=("'B'", "'(b)'"),
    wrong={
        "'a'": "It does: in the unit by hand h₁ = 2w + 3 moves with w.",
        "'c'": "In the unit by hand the sum is 1 + 4 + 6 = 11, exactly the slope of ½(2w³ + 3w² + w + 2 − 1.5)² at "
        "w = ½. Nothing is left out.",
        "'e'": "In the unit by hand h₀ is 2, and the sum is the slope of the whole formula.",
        "'d'": "In the unit by hand that adds δ₃ · w · 5 = 5 to the last term, where 5 is the slope of h₂. The sum is "
        "11, and right already: the paths through steps 1 and 2 would be counted twice.",
    },
)

one_step_kept = Number(
    name="05-6",
    trains="adding up over the steps",
    minutes=2,
    difficulty=1,
    hint="In which order does a program that goes backward meet the three steps? Which one did it keep?",
    solution="2.5",
    because="It has = for +=. A loop that goes backward comes to step 1 last, and keeps its part alone. "
    "The sum is 0.5 − 1 + 3.",
    right=("sp.Rational(5, 2)", '"5/2"', "0.5 - 1 + 3"),
    wrong={
        "0.5": "That is what the program returns: the part of step 1 alone.",
        "3": "That is the part of step 3 alone. All three copies are one weight.",
        "2": "The part of step 1 is missing.",
        "-1.5": "Slopes multiply along a path. Here are three paths, and they add.",
        "4.5": "The slope of the second copy is negative.",
    },
    letters=ON_PAPER,
)


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

EXERCISES = [
    two_steps_shared,
    two_steps_by_hand,
    input_weight_by_lines,
    one_step_back,
    doubt,
    one_step_kept,
    state_too_early,
    *HOW_FAR_BACK,
    *GATES,
    *MEMORY,
]
