"""The exercises of chapter 00, *How to read this book*."""

import sympy as sp
from sympy import KroneckerDelta, Rational, Sum, exp

from backprop.proof.vocabulary import arbitrary, array, indices, partial, reals, sizes, slope

from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .exercise import Refused
from .expression import Expression
from .number import Number
from .program import Program

D, H = sizes("D H")
i, j, p, q = indices("i j p q")
z = reals("z")
f, g = arbitrary("f"), arbitrary("g")
x, w, c = array("x", D), array("w", D), array("c", H)
W, U = array("W", D, H), array("u", H)
FRACTIONS = {"Rational": Rational}
CHAIN = {"z": z, "f": f, "g": g, "slope": slope}

fourth_sample = Number(
    name="00-1",
    trains="a layer's output for one sample",
    minutes=3,
    difficulty=1,
    hint="Each output has its own column of weights and its own bias.",
    solution="(1, 4)",
    because="2 · 1 − 2 · 0.5 + 0 = 1 with the first column and the first bias, and "
    "2 · (−1) − 2 · 2 + 10 = 4 with the second.",
    parts=("the first output", "the second output"),
    right=("[1.0, 4.0]", "(1, '4')"),
    wrong={
        "(4, 7)": "You multiplied by the rows of the weights. An output has a column of them.",
        "(1, -6)": "The bias of the second output is missing.",
        "(11, 4)": "10 is the bias of the second output alone.",
        "(4, 1)": "The two outputs are exchanged.",
        "(3, 12)": "The second input is −2, not 2.",
    },
)

slope_by_hand = Number(
    name="00-2",
    trains="a slope by hand",
    minutes=4,
    difficulty=1,
    hint="A product has two parts: the slope of each factor, times the other factor. What are σ(0) and σ′(0)?",
    solution="0.75",
    because="By the product rule the slope is σ(z) + (1 + z) σ′(z), and σ′ = (1 − σ) σ. "
    "At 0 it is 1/2 + 1 · 1/2 · 1/2.",
    right=("Rational(3, 4)", '"3/4"', "Rational(1, 2) + Rational(1, 4)"),
    wrong={
        "Rational(1, 4)": "That is σ′(0). The first factor moves, too: the product rule has two parts.",
        "Rational(1, 2)": "That is one part of the product rule, the slope of 1 + z times σ. Add the other.",
        "1": "σ′(0) is (1 − σ(0)) σ(0) = 1/4, not σ(0) = 1/2.",
        "Rational(3, 2)": "The slope of σ at 0 is not 1.",
        "0": "σ(0) = 1/(1 + e⁰) is 1/2, not 0.",
    },
    letters=FRACTIONS,
)

delta_by_hand = Number(
    name="00-3",
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
    name="00-4",
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
    name="00-5",
    trains="a derivation by lines",
    minutes=8,
    difficulty=2,
    hint="It is the derivation above, with a square. In the first line each term has the "
    "slope of the square times partial(w[i], w[q]).",
    question=partial(Sum(x[i] * w[i] ** 2, (i, 1, D)), w[q]),
    solution=f"""[
    ({LINE_1}, "term by term"),
    ({LINE_2}, "$w_i$ is $w_q$ for i = q"),
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
    """None where σ(2z) and 2σ(z) differ by more than 0.9; else both sides."""
    left, right = sp.N(1 / (1 + exp(-2 * number))), sp.N(2 / (1 + exp(-number)))
    apart = abs(left - right)
    if apart > Rational(9, 10):
        return None
    return f"At z = {sp.N(number, 4)} the sides are {left:.3f} and {right:.3f}; they differ by {apart:.3f}."


counterexample = Number(
    name="00-6",
    trains="to refute a claim by one number",
    minutes=4,
    difficulty=1,
    hint="Where does the left side tend to for large z, and where the right side?",
    fault=sides_of_the_claim,
    solution="5",
    because="For large z the left side tends to 1 and the right side to 2. At z = 5 they are "
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
    name="00-7",
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
        "bias was forgotten.",
        "'b'": "A thousand draws agreed with log(1 + eᶻ) = max(z, 0), which is false for every z.",
        "'d'": "Other arrays were not tried. With entries of 10²⁰⁰ the same function overflows.",
        "'e'": "The sizes in the proof are symbols. It holds for every N, D and H that its last line names.",
    },
)


def steps(rng):
    count = rng.integers(2, 6)
    return rng.normal(size=count), rng.normal(size=count), float(rng.uniform(0.01, 0.1))


half_step = FindTheBug(
    name="00-8",
    trains="a slope by a difference quotient",
    minutes=5,
    difficulty=2,
    hint="Try it on paper with one number: θ = 1, v = 1, h = 0.1. How far apart are the two points?",
    program="""
def answer(theta, v, h):
    ahead = ((theta + h * v) ** 3).sum()
    behind = ((theta - h * v) ** 3).sum()
    measured = (ahead - behind) / h
    claimed = (v * 3 * theta**2).sum()
    return measured, claimed
""",
    line=4,
    mended="""
def answer(theta, v, h):
    ahead = ((theta + h * v) ** 3).sum()
    behind = ((theta - h * v) ** 3).sum()
    measured = (ahead - behind) / (2 * h)
    claimed = (v * 3 * theta**2).sum()
    return measured, claimed
""",
    solution="4",
    because="From θ − hv to θ + hv it is two steps h, so the difference is divided by 2h. "
    "Line 4 measures twice the slope.",
    returns=("measured", "claimed"),
    right=(
        "'4'",
        """
def answer(theta, v, h):
    cube = lambda t: (t**3).sum()
    return (cube(theta + h * v) - cube(theta - h * v)) / h / 2, 3 * theta**2 @ v
""",
    ),
    wrong={
        "1": "Line 1 names what the check needs: nothing is missing.",
        "2": "Line 2 is right: F, one step h further along v.",
        "3": "Line 3 is right: F, one step h back along v.",
        "5": "Line 5 is right: the gradient is 3θ², and its entries are weighted with those of v.",
        "6": "Line 6 hands back both slopes; their order is not the mistake.",
        "lambda theta, v, h: ((((theta + h * v) ** 3).sum() - (theta**3).sum()) / h, (v * 3 * theta**2).sum())": "That "
        "goes one step ahead and none back. It is a slope, too, but not the one of the text, and less exact.",
        """
def answer(theta, v, h):
    ahead, behind = ((theta + h * v) ** 3).sum(), ((theta - h * v) ** 3).sum()
    return (ahead - behind) / 2 * h, (v * 3 * theta**2).sum()
""": "`/ 2 * h` divides by 2 and then multiplies by h. Put 2 * h in brackets.",
        """
def answer(theta, v, h):
    ahead, behind = ((theta + h * v) ** 3).sum(), ((theta - h * v) ** 3).sum()
    return (ahead - behind) / h, (v * 3 * theta**2).sum()
""": "What you measure is still twice the slope. How far is it from behind to ahead?",
        """
def answer(theta, v, h):
    ahead, behind = ((theta + h * v) ** 3).sum(), ((theta - h * v) ** 3).sum()
    return (ahead - behind) / h, 2 * (v * 3 * theta**2).sum()
""": "Now both are twice the slope. They agree, but the claimed one was right before.",
    },
    draw=steps,
)

exponential = Expression(
    name="00-9",
    trains="the chain rule, one variable",
    minutes=3,
    difficulty=1,
    hint="The outer function is exp, the inner one 3z. The slopes multiply.",
    question=partial(exp(3 * z), z),
    solution="3 * exp(3 * z)",
    because="The outer slope is taken at 3z, and the inner one is 3.",
    right=("3 * exp(z)**3", "exp(3*z) + 2 * exp(2*z) * exp(z)"),
    wrong={
        "exp(3 * z)": "The slope of the inner function is missing.",
        "3 * exp(z)": "The outer slope is taken at 3z, not at z.",
        "3 * z * exp(3 * z - 1)": "That is the rule for powers of z. Here z stands in the exponent.",
        "exp(3 * z) / 3": "That is the integral: the inner slope multiplies.",
        "3 * z * exp(3 * z)": "The inner slope is that of 3z, not 3z itself.",
    },
    letters={"exp": exp, "z": z},
)

two_paths = Number(
    name="00-10",
    trains="the chain rule with two paths, by hand",
    minutes=5,
    difficulty=2,
    hint="One path through u, one through v. On each: the slope of F, times the slope of u or of v at z = 1.",
    solution="12",
    because="At z = 1, u = 1 and v = 3. Through u: ∂F/∂u = v² = 9, times 2z = 2, is 18. Through v: "
    "∂F/∂v = 2uv = 6, times −1, is −6. The paths add.",
    right=("12.0", '"12"', "18 + (-6)"),
    wrong={
        "18": "That is the path through u alone. v moves with z, too.",
        "-6": "That is the path through v alone. u moves with z, too.",
        "24": "The slope of v = 4 − z is −1: its path is subtracted.",
        "-108": "Slopes multiply along a path. The two paths add.",
        "15": "On each path the slope of F is multiplied by the slope of u or of v.",
        "3": "The slope of u = z² is 2z; on the path through u it is missing.",
    },
)

product = Expression(
    name="00-11",
    trains="two paths: a product",
    minutes=4,
    difficulty=1,
    hint="F(u, v) = uv. What is its slope in u, with v held still?",
    question=partial(g(z) * f(z), z),
    solution="slope(g)(z) * f(z) + g(z) * slope(f)(z)",
    because="It is the total derivative of F(u, v) = uv, whose two slopes are v and u. Its name is the product rule.",
    right=(
        "f(z) * slope(g)(z) - (-slope(f)(z) * g(z))",
        "(f(z) + g(z)) * (slope(f)(z) + slope(g)(z)) - f(z) * slope(f)(z) - g(z) * slope(g)(z)",
    ),
    wrong={
        "slope(f)(z) * slope(g)(z)": "The slope of a product is not the product of the slopes.",
        "slope(g)(z) * f(z)": "The path through f is missing.",
        "g(z) * slope(f)(z)": "The path through g is missing.",
        "slope(g)(z) * f(z) - g(z) * slope(f)(z)": "The paths add. A minus stands in the rule for a quotient.",
        "slope(g)(f(z)) * slope(f)(z)": "That is the slope of g(f(z)). Here the two are multiplied.",
        "slope(f)(z) + slope(g)(z)": "That is the slope of a sum. In a product each slope has a factor.",
    },
    letters=CHAIN,
)


def along_the_path(answer):
    """The claim of the next exercise; an answer with p and q swapped is told so."""
    if answer.has(x[q], c[p], U[p]):
        raise Refused("p counts the inputs, q the units: x has the index p; c and u have q.")
    return weight_path.question, answer


weight_path = Expression(
    name="00-12",
    trains="which paths lead through one weight",
    minutes=6,
    difficulty=2,
    hint="Which of the u_j hold W_{p,q}, and with which factor?",
    question=partial(Sum(c[j] * g(U[j]), (j, 1, H)), W[p, q]),
    equation=along_the_path,
    where={U[j]: Sum(x[i] * W[i, j], (i, 1, D))},
    solution="c[q] * slope(g)(U[q]) * x[p]",
    because="The weight is on one path only: it multiplies x_p and feeds u_q.",
    right=(
        "x[p] * slope(g)(Sum(x[i] * W[i, q], (i, 1, D))) * c[q]",
        "slope(g)(U[q]) * (c[q] * x[p])",
    ),
    wrong={
        "c[q] * slope(g)(U[q]) * W[p, q]": "The slope of u_q with the weight is the input, not the weight.",
        "Sum(c[j] * slope(g)(U[j]) * x[p], (j, 1, H))": "The weight feeds u_q alone: one path, not H.",
        "c[q] * g(U[q]) * x[p]": "g moves with u_q by its slope g′.",
        "slope(g)(U[q]) * x[p]": "s holds g(u_q) with the factor c_q.",
        "c[q] * slope(g)(U[q])": "That is the upstream gradient. What does the weight multiply?",
    },
    letters={
        **{"x": x, "c": c, "U": U, "W": W, "g": g, "slope": slope, "Sum": Sum},
        **{"p": p, "q": q, "i": i, "j": j, "D": D, "H": H, "KroneckerDelta": KroneckerDelta},
    },
)


def rows_and_weights(rng):
    rows, inputs, units = rng.integers(1, 6, size=3)
    return rng.normal(size=(rows, inputs)), rng.normal(size=(inputs, units))


column_squares = Program(
    name="00-13",
    trains="a double sum in NumPy, without a loop",
    minutes=8,
    difficulty=2,
    hint="The inner sum is a matrix product. Then square, then add up over one axis: over which?",
    solution="""
def answer(X, W):
    return ((X @ W) ** 2).sum(axis=0)
""",
    because="Square first, then add up over the samples, which are the rows: axis 0.",
    right=(
        """
def answer(X, W):
    Z = X.dot(W)
    return np.einsum("nj,nj->j", Z, Z)
""",
        """
def answer(X, W):
    return np.diag(W.T @ X.T @ X @ W)
""",
    ),
    wrong={
        "lambda X, W: (X @ W).sum(axis=0) ** 2": "The square stands inside the sum over n: square first, then add.",
        "lambda X, W: ((X @ W) ** 2).sum(axis=1)": "That adds over the units j. n counts the rows: axis 0.",
        "lambda X, W: ((X @ W) ** 2).sum()": "That adds over j, too. One number is asked for each j.",
        "lambda X, W: (X**2 @ W**2).sum(axis=0)": "The square is taken of the whole inner sum, not of each product.",
        "lambda X, W: (X @ W).sum(axis=0)": "The square is missing.",
        "lambda X, W: ((X @ W) ** 2).mean(axis=0)": "It is a sum over n, not a mean.",
    },
    public=("(np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0], [2.0]]))",),
    draw=rows_and_weights,
)

EXERCISES = [
    fourth_sample,
    slope_by_hand,
    delta_by_hand,
    squares,
    weighted_squares,
    counterexample,
    proof_and_check,
    half_step,
    exponential,
    two_paths,
    product,
    weight_path,
    column_squares,
]
