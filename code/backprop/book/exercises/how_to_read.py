"""The exercises of the page *How to read this book*, and of all of chapter 00."""

import sympy as sp
from sympy import KroneckerDelta, Rational, Sum, exp

from backprop.proof.vocabulary import (
    array,
    indices,
    partial,
    sizes,
)

from .chain_rule import EXERCISES as CHAIN_RULE
from .choice import Choice
from .derivation import Lines
from .expression import Expression
from .number import Number

D = sizes("D")
i, q = indices("i q")
x, w = array("x", D), array("w", D)


delta_by_hand = Number(
    name="00-1",
    trains="what a Kronecker delta does to a sum",
    minutes=3,
    difficulty=1,
    hint="Write the three terms out. For which i is the delta 1?",
    solution="(-7, 14)",
    because="δ is 1 for i = 2 alone: it keeps x₂ = −7. 1 − δ is 0 there and 1 elsewhere: it "
    "keeps the other two, 5 + 9.",
    parts=("the first sum", "the second sum"),
    right=("[-7.0, 14.0]", "('-7', 14)"),
    wrong={
        "(9, -2)": "Indices start at 1 in formulas: x₂ is the second number.",
        "(-7, 7)": "The second sum leaves x₂ out; 7 is the sum of all three.",
        "(-7, 0)": "1 − δ is 0 for i = 2 alone. It is 1 for the other two.",
        "(7, 7)": "The delta is 0 for i = 1 and for i = 3: these terms drop out.",
        "(1, 2)": "That adds up the deltas. Each is multiplied by its x.",
    },
)

squares = Expression(
    name="00-2",
    trains="the slope of a sum of any size",
    minutes=3,
    difficulty=1,
    hint="Write the sum out for D = 3. Which of the terms hold w₂?",
    question=partial(Sum(w[i] ** 2, (i, 1, D)), w[q]),
    solution="2 * w[q]",
    because="Only the term with i = q depends on the weight.",
    right=("w[q] + w[q]", "-(-2) * w[q]"),
    wrong={
        "w[q]": "The slope of a square has a factor 2.",
        "w[q]**2": "That is the term itself. What is its slope?",
        "2 * w[i]": "i has no meaning outside the sum. Which weight is moved?",
        "Sum(2 * w[i], (i, 1, D))": "The other weights stand still: one term is left, not the sum.",
        "2 * D * w[q]": "One of the D terms holds the weight, not all.",
    },
    letters={"w": w, "q": q, "i": i, "D": D, "Sum": Sum, "KroneckerDelta": KroneckerDelta},
)

LINE_1 = "Sum(2 * x[i] * w[i] * partial(w[i], w[q]), (i, 1, D))"
LINE_2 = "Sum(2 * x[i] * w[i] * KroneckerDelta(i, q), (i, 1, D))"

weighted_squares = Lines(
    name="00-3",
    trains="a derivation by lines",
    minutes=8,
    difficulty=2,
    hint="It is the derivation above, with a square. In your first line each term has the "
    "slope of the square times partial(w[i], w[q]).",
    question=partial(Sum(x[i] * w[i] ** 2, (i, 1, D)), w[q]),
    solution=f"""[
    ({LINE_1}, "term by term"),
    ({LINE_2}, "1 for i = q, else 0"),
    (2 * x[q] * w[q], "one term is left"),
]""",
    because="Each term has its own slope; the delta then keeps the one with i = q.",
    right=(
        f"[{LINE_2}, w[q] * x[q] + x[q] * w[q]]",
        "[(2 * Sum(partial(w[i], w[q]) * w[i] * x[i], (i, 1, D)), 'the 2 in front'), (2 * x[q] * w[q], 'i = q')]",
    ),
    wrong={
        f"[Sum(x[i] * w[i] * partial(w[i], w[q]), (i, 1, D)), {LINE_2}, 2 * x[q] * w[q]]": "Line 1: the slope of a "
        "square has a factor 2.",
        f"[Sum(2 * x[i] * w[i], (i, 1, D)), {LINE_2}, 2 * x[q] * w[q]]": "The factor ∂w_i/∂w_q is missing: it is 0 "
        "for all i but one.",
        f"[{LINE_1}, 2 * x[i] * w[i] * KroneckerDelta(i, q), 2 * x[q] * w[q]]": "The sum is forgotten too early: "
        "it stays as long as i stands in the line.",
        f"[{LINE_1}, {LINE_2}, 2 * x[i] * w[i]]": "What is left is the term with i = q: write q for i.",
        f"[{LINE_1}, {LINE_2}, 2 * w[q]]": "The term that is left has its factor x, too.",
    },
    letters={
        **{"x": x, "w": w, "i": i, "q": q, "D": D},
        **{"Sum": Sum, "KroneckerDelta": KroneckerDelta, "partial": partial},
    },
)


def sides_of_the_claim(number):
    """None where σ(2u) and 2σ(u) differ by more than 0.9; else both sides."""
    left, right = sp.N(1 / (1 + exp(-2 * number))), sp.N(2 / (1 + exp(-number)))
    apart = abs(left - right)
    if apart > Rational(9, 10):
        return None
    return f"At u = {sp.N(number, 4)} the sides are {left:.3f} and {right:.3f}; they differ by {apart:.3f}."


counterexample = Number(
    name="00-4",
    trains="to refute a claim by one number",
    minutes=4,
    difficulty=1,
    hint="Where does the left side tend to for large u, and where the right side?",
    fault=sides_of_the_claim,
    solution="5",
    because="For large u the left side tends to 1 and the right side to 2. At u = 5 they are "
    "0.99995 and 1.98661. One number is enough: an equation with a letter is a claim about every number.",
    right=("3.0", '"10"', "100"),
    wrong={
        "0": "At 0 the sides are 1/2 and 1. That refutes the claim, but by 0.5 alone. On which side of 0 is it more?",
        "1": "At 1 the sides are 0.881 and 1.462. The direction is right; go on.",
        "-1": "At −1 they differ by less than at 0. Try the other direction.",
        "-10": "Far on the left both sides are nearly 0. Numbers there do not show that the claim is false.",
    },
)

proof_and_check = Choice(
    name="00-5",
    trains="what a proof shows, and what a check",
    minutes=4,
    difficulty=1,
    hint="What does the proof know of the function? And which arrays has the check seen?",
    solution="'c'",
    because="A proof is about the formula, for all that its last line names. A check is about the "
    "function, for the numbers that were drawn.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "prove never saw the NumPy function. Someone may type a proved formula wrongly, as above, where the "
        "mean stood for the sum.",
        "'b'": "A thousand draws agreed with log(1 + eᶻ) = max(z, 0), which is false for every z.",
        "'d'": "Other arrays were not tried. With entries of 10²⁰⁰ the same function overflows.",
        "'e'": "The size in the proof is a symbol. It holds for every D that its last line names.",
    },
)

EXERCISES = [delta_by_hand, squares, weighted_squares, counterexample, proof_and_check, *CHAIN_RULE]
