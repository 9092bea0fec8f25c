"""The exercises of chapter 01, *Forward pass*."""

import sympy as sp
from sympy import Rational, Sum, cosh, exp, log, sech, tanh

from backprop.proof.vocabulary import (
    array,
    entry,
    indices,
    matrix,
    ones_column,
    partial,
    reals,
    relu,
    sigmoid,
    sizes,
    softplus,
)

from .bug import FindTheBug
from .choice import Choice
from .derivation import Lines
from .exercise import Refused
from .expression import Expression
from .number import Number
from .program import Program
from .rounding import log_sigmoid

N, D, H, K = sizes("N D H K")
n, k = indices("n k")
z, a, size, A = *reals("z a q"), reals("A", positive=True)
X, W, b = array("X", N, D), array("W", D, H), array("b", H)
V, c, U, e = array("V", H, K), array("c", K), array("U", K, K), array("e", K)
leaky = a * z + (1 - a) * relu(z)

which_bias = Number(
    name="01-1",
    trains="one neuron by hand, and what its bias does",
    minutes=3,
    difficulty=1,
    hint="For which z is σ(z) one half? Then solve z = x₁w₁ + x₂w₂ + b for b.",
    solution="-2",
    because="σ(z) = 0.5 at z = 0 alone. The weighted sum is 3 · 2 + 4 · (−1) = 2, so the bias is −2.",
    right=("-2.0", '"−2"', "4 - 6"),
    wrong={
        "2": "The sign: 2 is the weighted sum, and the bias takes it back to 0.",
        "-1.5": "σ(z) = 0.5 at z = 0, not at z = 0.5.",
        "-10": "The second weight is −1: its product is subtracted.",
        "0": "Without bias z = 2, and σ(2) = 0.88.",
        "-7": "Each input is multiplied by its weight first.",
    },
)

column_bias = Choice(
    name="01-2",
    trains="broadcasting: a bias of the wrong shape",
    minutes=3,
    difficulty=1,
    hint="NumPy repeats what has length 1. Which axis of (3, 1) has that length?",
    solution="'c'",
    because="The axis of length 1 is repeated along the units. Row n gets b[n], one number per sample, without a word.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "(3, 3) and (3, 1) fit: NumPy repeats the axis of length 1. That holds for any number of units.",
        "'b'": "(3,) is repeated along the samples, (3, 1) along the units. Try np.zeros((3, 3)) + each of them.",
        "'d'": "The sum has the larger shape, (3, 3). Nothing is cut off.",
        "'e'": "Nothing is added up. Each entry gets one of the three numbers.",
    },
)

SHAPES = ("X", "W", "Z", "V", "Ŷ")
shapes_by_hand = Number(
    name="01-3",
    trains="the shape of each array of a network",
    minutes=4,
    difficulty=1,
    hint="A sample is a row. In a product the two inner sizes are equal, and the outer two remain.",
    solution="((5, 3), (3, 4), (5, 4), (4, 2), (5, 2))",
    because="(5, 3)(3, 4) gives (5, 4), and (5, 4)(4, 2) gives (5, 2). Each row is a sample; each column of weights "
    "is a unit.",
    parts=tuple(f"the {what} of {array}" for array in SHAPES for what in ("rows", "columns")),
    right=("[[5, 3], [3, 4], [5, 4], [4, 2], [5, 2]]", "([5, 3], [3, 4], [5, 4.0], (4, 2), (5, '2'))"),
    wrong={
        "((5, 3), (4, 3), (5, 4), (2, 4), (5, 2))": "W and V are transposed. Here a weight matrix has a row for each "
        "input.",
        "((3, 5), (3, 4), (4, 5), (4, 2), (2, 5))": "A sample is a row, so a batch of 5 has 5 rows.",
        "((1, 3), (3, 4), (1, 4), (4, 2), (1, 2))": "These are the shapes for one sample. The batch has 5.",
        "((5, 3), (3, 4), (3, 4), (4, 2), (4, 2))": "Z has the shape of XW: a row for each sample, not for each row of "
        "the weights.",
        "((5, 3), (3, 4), (5, 4), (3, 2), (5, 2))": "V reads the hidden layer, which is 4 wide, not the inputs.",
        "((3, 5), (4, 3), (4, 5), (2, 4), (2, 5))": "These are the shapes of the column convention. Here a "
        "sample is a row.",
        "((5, 3), (3, 4), (5, 4), (2, 4), (5, 2))": "V is transposed.",
    },
)


def two_layers(rng):
    rows, inputs, units, outputs = rng.integers(1, 6, size=4)
    shapes = (rows, inputs), (inputs, units), units, (units, outputs), outputs
    return tuple(rng.normal(size=shape) for shape in shapes)


forward = Program(
    name="01-4",
    trains="a forward pass in NumPy",
    minutes=6,
    difficulty=1,
    hint="Two lines: the hidden layer from X, the output from the hidden layer.",
    solution="""
def answer(X, W, b, V, c):
    H = np.tanh(X @ W + b)
    return H @ V + c
""",
    because="Each layer multiplies, adds its bias and applies its activation; the last one has none.",
    right=(
        """
def answer(X, W, b, V, c):
    H = np.tanh(np.einsum("ni,ij->nj", X, W) + b[None, :])
    return np.dot(H, V) + c
""",
        """
def answer(X, W, b, V, c):
    return np.array([np.tanh(x @ W + b) @ V + c for x in X])
""",
    ),
    wrong={
        "lambda X, W, b, V, c: np.tanh(np.tanh(X @ W + b) @ V + c)": "The output layer has no activation here.",
        "lambda X, W, b, V, c: (X @ W + b) @ V + c": "The activation of the hidden layer is missing: two affine layers "
        "are one.",
        "lambda X, W, b, V, c: np.tanh(X @ W) @ V + c": "The bias b of the hidden layer is missing.",
        "lambda X, W, b, V, c: np.tanh(X @ W + b) @ V": "The bias c of the output is missing.",
        "lambda X, W, b, V, c: (np.tanh(X @ W) + b) @ V + c": "b is a part of the pre-activation: add it before tanh.",
    },
    public=("(np.array([[2.0, 1.0]]), np.array([[1.0], [-2.0]]), np.zeros(1), np.array([[3.0]]), np.array([4.0]))",),
    draw=two_layers,
)


def three_layers(bias):
    """Three affine layers, and one with this bias."""
    row_b, row_c = matrix(b), matrix(c)
    if any({row_b, row_c} <= {*total.args} for total in bias.atoms(sp.MatAdd)):
        raise Refused("b and c cannot be added: b goes through V first.")
    if any({row_b, row_c} & {*product.args[1:]} for product in bias.atoms(sp.MatMul)):
        raise Refused("b and c are rows, and rows stand on the left: b V, not V b.")
    if (shape := getattr(bias, "shape", None)) != (1, K):
        raise Refused(f"Expected a row, of shape (1, K), received {f'the shape {shape}' if shape else 'no matrix'}.")
    ones = ones_column(N)
    hidden = (matrix(X) * matrix(W) + ones * matrix(b)) * matrix(V) + ones * matrix(c)
    one = matrix(X) * matrix(W) * matrix(V) * matrix(U) + ones * bias
    return entry(hidden * matrix(U) + ones * matrix(e), n, k), entry(one, n, k)


affine_bias = Expression(
    name="01-5",
    trains="affine layers in a row; matrix expressions",
    minutes=6,
    difficulty=2,
    hint="Two layers have the bias bV + c. What does a third layer do to it?",
    question=Sum(e[k], (k, 1, K)),
    equation=three_layers,
    solution="(matrix(b) * matrix(V) + matrix(c)) * matrix(U) + matrix(e)",
    because="The bias of the first two layers, bV + c, goes through the third.",
    right=(
        "matrix(b) * matrix(V) * matrix(U) + matrix(c) * matrix(U) + matrix(e)",
        "(matrix(U).T * (matrix(V).T * matrix(b).T + matrix(c).T)).T + matrix(e)",
    ),
    wrong={
        "matrix(b) * matrix(V) + matrix(c) + matrix(e)": "b and c go through the third layer, too: the factor U.",
        "matrix(b) * matrix(V) * matrix(U) + matrix(c) + matrix(e)": "c goes through the third layer: the factor U.",
        "(matrix(b) * matrix(V) + matrix(c)) * matrix(U)": "The bias e of the third layer is missing.",
        "matrix(b) * matrix(V) * matrix(U) + matrix(e)": "The bias c of the second layer is missing.",
        "matrix(c) * matrix(U) + matrix(e)": "The bias b of the first layer is missing.",
        "(matrix(b) * matrix(V) + matrix(c) + matrix(e)) * matrix(U)": "e is added behind U, not before it.",
    },
    letters={"b": b, "V": V, "c": c, "U": U, "e": e, "matrix": matrix},
)

steep_tanh = Expression(
    name="01-6",
    trains="the slope of an activation with a factor inside",
    minutes=3,
    difficulty=1,
    hint="The chain rule: the slope of tanh, taken at 3z, times an inner slope.",
    question=partial(tanh(3 * z), z),
    solution="3 * (1 - tanh(3 * z)**2)",
    because="The slope of tanh is 1 − tanh², here at 3z, and the inner slope is 3.",
    right=(
        "3 * sech(3*z)**2",
        "3 / cosh(3*z)**2",
        "3 * (1 - tanh(3*z)) * (1 + tanh(3*z))",
        "12 / (exp(3*z) + exp(-3*z))**2",
    ),
    wrong={
        "1 - tanh(3 * z)**2": "The inner slope is missing.",
        "3 * (1 - tanh(z)**2)": "The slope of tanh is taken at 3z, where tanh was taken.",
        "3 * tanh(3 * z) * (1 - tanh(3 * z))": "f (1 − f) is the slope of the sigmoid.",
        "3 * (1 + tanh(3 * z)**2)": "The sign: the slope of tanh is largest at 0 and falls from there.",
    },
    letters={"tanh": tanh, "z": z, "cosh": cosh, "sech": sech, "exp": exp},
)

LINE_1 = "4 * sigmoid(2 * z) * (1 - sigmoid(2 * z))"
LINE_2 = "(1 + tanh(z)) * (1 - tanh(z))"
tanh_by_lines = Lines(
    name="01-7",
    trains="a derivation: the slope of tanh from that of the sigmoid",
    minutes=8,
    difficulty=2,
    hint="How many factors 2 come together in the first line? In the second, 1 − σ(2z) is (1 − tanh z)/2.",
    question=partial(2 * sigmoid(2 * z) - 1, z),
    solution=f"""[
    ({LINE_1}, "chain rule"),
    ({LINE_2}, "σ(2z) is (1 + tanh z)/2"),
    (1 - tanh(z)**2, "multiply out"),
]""",
    because="The slope of σ is σ(1 − σ), here at 2z. The 2 in front and the inner slope 2 make 4, which cancels "
    "the two halves in the second line.",
    right=(
        f"[{LINE_1}, 1 - tanh(z)**2]",
        f"[(2 * sigmoid(2 * z) * sigmoid(-2 * z) * 2, 'mirror image'), {LINE_2}, (1 - tanh(z)**2, 'multiply out')]",
    ),
    wrong={
        f"[2 * sigmoid(2 * z) * (1 - sigmoid(2 * z)), {LINE_2}, 1 - tanh(z)**2]": "Line 1: the inner slope is missing.",
        f"[4 * sigmoid(z) * (1 - sigmoid(z)), {LINE_2}, 1 - tanh(z)**2]": "Line 1: the slope is taken at 2z.",
        f"[{LINE_1} - 1, {LINE_2}, 1 - tanh(z)**2]": "Line 1: the constant −1 has the slope 0.",
        f"[{LINE_1}, 4 * (1 + tanh(z)) * (1 - tanh(z)), 1 - tanh(z)**2]": "Line 2: each of the two factors has a half.",
        f"[{LINE_1}, tanh(z) * (1 - tanh(z)), 1 - tanh(z)**2]": "Line 2: σ(2z) is (1 + tanh z)/2, not tanh z.",
        f"[{LINE_1}, {LINE_2}, 1 + tanh(z)**2]": "Line 3: (1 + u)(1 − u) is 1 − u².",
    },
    letters={"z": z, "sigmoid": sigmoid, "tanh": tanh, "partial": partial},
)

sharp_softplus = Expression(
    name="01-8",
    trains="the slope of softplus, and a factor that cancels",
    minutes=4,
    difficulty=1,
    hint="The slope of softplus is the sigmoid. Mind the inner slope and the divisor.",
    question=partial(softplus(A * z) / A, z),
    solution="sigmoid(A * z)",
    because="The slope of softplus at Az, times the inner slope A, divided by A.",
    right=("exp(A*z) / (1 + exp(A*z))", "1 / (1 + exp(-A*z))", "1 - sigmoid(-A * z)"),
    wrong={
        "sigmoid(z)": "The sigmoid is taken where softplus was taken, at Az.",
        "A * sigmoid(A * z)": "The divisor A is missing.",
        "sigmoid(A * z) / A": "The inner slope A is missing.",
        "sigmoid(A * z) * (1 - sigmoid(A * z))": "That is the slope of the sigmoid. Softplus has the sigmoid as slope.",
    },
    letters={"sigmoid": sigmoid, "A": A, "z": z, "exp": exp},
)

softmax_by_hand = Number(
    name="01-9",
    trains="softmax by hand",
    minutes=4,
    difficulty=1,
    hint="e to the power log 5 is 5. And what do the three probabilities add up to?",
    solution="(Rational(1, 8), Rational(1, 4), Rational(5, 8))",
    because="The exponentials are 1, 2 and 5; their sum is 8.",
    parts=("p₁", "p₂", "p₃"),
    right=("[0.125, 0.25, 0.625]", '("1/8", "2/8", "5/8")'),
    wrong={
        "(1, 2, 5)": "These are the exponentials. Divide each by their sum.",
        "(0, log(2) / log(10), log(5) / log(10))": "These are the scores by their sum. Exponentials come first.",
        "(Rational(1, 2), Rational(2, 3), Rational(5, 6))": "That is a sigmoid for each score. Softmax divides by the "
        "sum over all.",
        "(Rational(1, 5), Rational(2, 5), 1)": "You divided by the largest exponential. Divide by the sum.",
        "(Rational(1, 7), Rational(2, 7), Rational(5, 7))": "e⁰ is 1, not 0: the sum is 8.",
    },
    letters={"Rational": Rational, "log": log},
)


def doubling_shows(scores):
    """None if the scores are equal and not 0; else what doubling does to softmax."""
    if not any(scores):
        return "Three zeros are excluded: doubling leaves the scores themselves as they are."
    if max(abs(s - scores[0]) for s in scores) < Rational(1, 10**12):
        return None
    p, doubled = (", ".join(f"{v:.3f}" for v in softmax([m * s for s in scores])) for m in (1, 2))
    return f"Softmax gives {p}; for the doubled scores {doubled}."


def softmax(scores):
    powers = [exp(s - max(scores)) for s in scores]
    return [sp.N(power / sum(powers)) for power in powers]


doubled_scores = Number(
    name="01-11",
    trains="what softmax ignores",
    minutes=5,
    difficulty=2,
    hint="Softmax ignores a shift. For which scores is doubling a shift?",
    fault=doubling_shows,
    solution="(5, 5, 5)",
    because="Equal scores: doubling adds the same number to each, and softmax ignores that. There is no other kind, "
    "since p_j / p_k = exp(z_j − z_k): doubling squares this ratio, and only 1 is its own square.",
    right=("[1.0, 1.0, 1.0]", "(-2, -2, '-2')", "(Rational(1, 3),) * 3"),
    wrong={
        "(0, 0, 0)": "That is the example that is excluded. It belongs to a family.",
        "(1, 2, 3)": "Doubling makes the differences 2 instead of 1: the largest score gains.",
        "(-1, 0, 1)": "That the scores add up to 0 does not help: their differences double.",
        "(1, 1, 2)": "Two equal scores are not enough: the third moves away from them.",
        "(1000, 1001, 1002)": "Large scores are no different: only their differences count, and they double.",
        "(0, 0, 1)": "Zeros stay, but the 1 becomes 2 and gains.",
    },
    letters={"Rational": Rational},
)

forward_by_hand = Number(
    name="01-12",
    trains="a forward pass by hand",
    minutes=6,
    difficulty=1,
    hint="Unit 1 has the first column of W. ReLU comes before V, and every layer adds its bias.",
    solution="(4, -2, 4, 0, 5)",
    because="z₁ = 2 · 1 + 1 · 3 − 1 = 4 and z₂ = 2 · (−1) + 1 · (−2) + 2 = −2. ReLU keeps 4 and blocks −2. "
    "Then ŷ = 4 · 2 + 0 · 5 − 3 = 5.",
    parts=("z₁", "z₂", "h₁", "h₂", "ŷ"),
    right=("[4.0, -2.0, 4.0, 0.0, 5.0]", "(4, '−2', 4, 0, Rational(10, 2))"),
    wrong={
        "(0, 6, 0, 6, 27)": "You multiplied x by the rows of W, which is x times W transposed. A unit has a column.",
        "(4, -2, 4, -2, -5)": "ReLU is missing: it makes 0 of −2.",
        "(5, -4, 5, 0, 10)": "The biases are missing.",
        "(4, -2, 4, 0, 8)": "The bias of the output is missing.",
        "(4, -2, 4, 2, 15)": "ReLU makes 0 of −2, not 2: it is max(z, 0), not the size of z.",
        "(5, -4, 5, 0, 7)": "The bias b of the hidden layer is missing.",
    },
    letters={"Rational": Rational},
)

count_parameters = Number(
    name="01-13",
    trains="to count weights and biases",
    minutes=2,
    difficulty=1,
    hint="Each layer has a weight for each pair of units, and a bias for each unit that it computes.",
    solution="59",
    because="(4 + 1) · 7 = 35 in the first layer and (7 + 1) · 3 = 24 in the second.",
    right=("59.0", "35 + 24", '"59"'),
    wrong={
        "49": "Each layer has biases, too.",
        "56": "The biases of the second layer are missing.",
        "63": "Inputs have no bias: 7 + 3 biases in all.",
        "84": "The layers follow each other: their numbers are added, not multiplied.",
        "51": "A layer has a bias for each of its units, not one alone.",
    },
)

leaky_squares = Expression(
    name="01-14",
    trains="the mean square behind an activation",
    minutes=5,
    difficulty=2,
    hint="Of z and −z one is positive. What does leaky ReLU make of it, and what of the other?",
    question=leaky**2 + leaky.subs(z, -z) ** 2,
    without={relu: "relu", sp.Piecewise: "A case", sp.Max: "Max"},
    solution="(1 + a**2) * z**2",
    because="One of z and −z keeps its square, the other has a² of it.",
    right=("z**2 + (a * z)**2", "((1 + a)**2 + (1 - a)**2) * z**2 / 2"),
    wrong={
        "z**2": "That is ReLU, a = 0. Here the negative one leaves something, too.",
        "(1 + a) * z**2": "The slope a is squared with its number.",
        "(1 + a)**2 * z**2": "Square each first, then add.",
        "(1 + a**2) * z**2 / 2": "That is the mean of the two. The sum is asked for.",
        "a**2 * z**2": "That is what the negative one leaves. The positive one is missing.",
        "2 * a**2 * z**2": "Only one of z and −z is negative and gets the factor a.",
    },
    letters={"a": a, "z": z},
)

leaky_variance = Expression(
    name="01-15",
    trains="the starting variance of an activation",
    minutes=5,
    difficulty=3,
    hint="Half of the sum that you just found is what the activation leaves of the mean square. "
    "The layer before it multiplies by D v.",
    question=size,
    equation=lambda v: (size, D * v * (1 + a**2) * size / 2),
    solution="2 / ((1 + a**2) * D)",
    because="The layer multiplies the mean square by D v, leaky ReLU by half of the sum in the exercise before. "
    "Together that is 1. For a = 0 it is He's rule, for a = 1, the identity, 1/D.",
    right=("2 / (D + D * a**2)", "1 / D / (Rational(1, 2) + a**2 / 2)"),
    wrong={
        "2 / D": "That is He's rule for ReLU, a = 0. Leaky ReLU leaves more.",
        "1 / ((1 + a**2) * D)": "Leaky ReLU leaves half of f(z)² + f(−z)²: a factor 2 is missing.",
        "2 / ((1 + a) * D)": "The slope is squared in the mean square.",
        "D * (1 + a**2) / 2": "Upside down: the wider the layer, the smaller the weights.",
        "2 / (1 + a**2)": "The D inputs of a unit add up: D is missing.",
        "(1 - a**2) / D": "Try a = 1, the identity: with variance 0 nothing would be left.",
    },
    letters={"a": a, "D": D, "Rational": Rational},
)

wrong_axis = FindTheBug(
    name="01-16",
    trains="reading a forward pass: which line is wrong",
    minutes=5,
    difficulty=2,
    hint="A sample is a row. What should its probabilities add up to, and what does each line do to a row?",
    program="""
def answer(X, W, b, V, c):
    H = np.maximum(X @ W + b, 0)
    S = H @ V + c
    S = S - S.max(axis=1, keepdims=True)
    E = np.exp(S)
    return E / E.sum(axis=0)
""",
    line=6,
    mended="""
def answer(X, W, b, V, c):
    H = np.maximum(X @ W + b, 0)
    S = H @ V + c
    S = S - S.max(axis=1, keepdims=True)
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)
""",
    solution="6",
    because="axis=0 adds over the samples, so the columns would sum to one. The classes of a sample lie along axis 1, "
    "and keepdims=True keeps the column of sums.",
    right=(
        "'6'",
        """
def answer(X, W, b, V, c):
    E = np.exp(np.maximum(X @ W + b, 0) @ V + c)
    return (E.T / E.sum(axis=1)).T
""",
    ),
    wrong={
        "1": "Line 1 names what the network needs: nothing is missing.",
        "2": "Line 2 is right: the bias is added to each row, then ReLU.",
        "3": "Line 3 is right: the scores; softmax is the activation of this layer.",
        "4": "Line 4 is right: it subtracts from each row its largest score, which softmax ignores.",
        "5": "Line 5 is right: softmax takes exponentials entry by entry.",
    },
    draw=two_layers,
)

EXERCISES = [
    which_bias,
    column_bias,
    shapes_by_hand,
    forward,
    affine_bias,
    steep_tanh,
    tanh_by_lines,
    sharp_softplus,
    softmax_by_hand,
    log_sigmoid,
    doubled_scores,
    forward_by_hand,
    count_parameters,
    leaky_squares,
    leaky_variance,
    wrong_axis,
]
