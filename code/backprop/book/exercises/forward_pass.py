"""The exercises of the page *Forward pass*, and of all of chapter 01."""

import sympy as sp
from sympy import Rational, Sum

from backprop.proof.vocabulary import (
    array,
    entry,
    indices,
    matrix,
    ones_column,
    sizes,
)

from .activations import EXERCISES as ACTIVATIONS
from .activations import two_layers
from .choice import Choice
from .exercise import Refused
from .expression import Expression
from .number import Number
from .program import Program
from .rounding import EXERCISES as ROUNDING

N, D, H, K = sizes("N D H K")
n, k = indices("n k")
X, W, b = array("X", N, D), array("W", D, H), array("b", H)
V, c, U, e = array("V", H, K), array("c", K), array("U", K, K), array("e", K)


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

forward_by_hand = Number(
    name="01-2",
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

fourth_sample = Number(
    name="01-3",
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

column_bias = Choice(
    name="01-4",
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
    name="01-5",
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

count_parameters = Number(
    name="01-6",
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


forward = Program(
    name="01-7",
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


def rows_and_weights(rng):
    rows, inputs, units = rng.integers(1, 6, size=3)
    return rng.normal(size=(rows, inputs)), rng.normal(size=(inputs, units))


column_squares = Program(
    name="01-8",
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
    name="01-9",
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

EXERCISES = [
    which_bias,
    forward_by_hand,
    fourth_sample,
    column_bias,
    shapes_by_hand,
    count_parameters,
    forward,
    column_squares,
    affine_bias,
    *ACTIVATIONS,
    *ROUNDING,
]
