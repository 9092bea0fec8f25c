"""The exercises of the page *Backpropagation*, and of chapter 03 after it."""

from sympy import Rational, Sum, tanh

from backprop.proof.vocabulary import (
    arbitrary,
    array,
    entry,
    indices,
    matrix,
    partial,
    reals,
    sizes,
    slope,
)

from .checking import EXERCISES as CHECKING
from .derivation import Lines
from .engine import EXERCISES as ENGINE
from .exercise import Refused
from .expression import Expression
from .initialisation import EXERCISES as INITIALISATION
from .number import Number
from .program import Program

N, D, K = sizes("N D K")
n, m, i, j, p, q = indices("n m i j p q")
w, x, b, y, guess = reals("w x b y ŷ")
f = arbitrary("f")
X, W, Z = array("X", N, D), array("W", D, K), array("Z", N, K)
G, Delta = array("G", N, K), array("Δ", N, K)
G_sq, Delta_sq = array("G", N, D), array("Δ", N, D)
W_sq, Z_sq, bias_sq = array("W", D, D), array("Z", N, D), array("b", D)
SUMS = {"Sum": Sum, "Rational": Rational}
UNIT = SUMS | {"w": w, "x": x, "b": b, "y": y, "guess": guess, "tanh": tanh}

one_neuron = Number(
    name="03-1",
    trains="a backward pass by hand: one neuron",
    minutes=3,
    difficulty=1,
    hint="Forward first: z, then ŷ. Backward: the error, times the slope of ReLU at z, times what w was multiplied by.",
    solution="3",
    because="z = 2 · 3 − 1 = 5 and ŷ = 5. The error is 5 − 4 = 1, the slope of ReLU at "
    "5 is 1, and w was multiplied by the input 3.",
    right=("3.0", '"3"', "Rational(6, 2)"),
    wrong={
        "1": "That is ∂ℓ/∂b. The slope of z with w is the input x.",
        "-3": "That is y − ŷ times the input. The slope of ½(ŷ − y)² is ŷ − y.",
        "6": "That is for (ŷ − y)². Half the squared error has no factor 2.",
        "2": "That is ∂ℓ/∂x: the weight took the place of the input.",
        "15": "The slope of ReLU at z = 5 is 1, not 5.",
        "0": "ReLU is off where z is negative. Here z = 2 · 3 − 1 = 5.",
    },
    letters=UNIT,
)

tanh_neuron = Expression(
    name="03-2",
    trains="the chain rule through an activation",
    minutes=4,
    difficulty=1,
    hint="The slope of tanh at z is 1 − tanh²(z), and tanh(z) is guess.",
    question=partial((guess - y) ** 2 / 2, w),
    where={guess: tanh(w * x + b)},
    solution="(guess - y) * (1 - guess**2) * x",
    because="Error, times the slope of tanh, times the input.",
    right=(
        "x * (guess - y) * (1 - guess) * (1 + guess)",
        "(guess - y) * (1 - tanh(w*x + b)**2) * x",
    ),
    wrong={
        "(guess - y) * x": "The slope of tanh is missing.",
        "(guess - y) * (1 - guess**2)": "That is ∂ℓ/∂b. What was w multiplied by?",
        "(y - guess) * (1 - guess**2) * x": "The sign: the slope of ½(ŷ − y)² is ŷ − y.",
        "(guess - y) * guess * (1 - guess) * x": "ŷ(1 − ŷ) is the slope of the sigmoid.",
        "(guess - y) * (1 - guess**2) * w": "That is ∂ℓ/∂x. Here w is moved.",
        "2 * (guess - y) * (1 - guess**2) * x": "The ½ of the loss cancels the 2.",
    },
    letters=UNIT,
)

fork_by_hand = Number(
    name="03-3",
    trains="a fork by hand: slopes add",
    minutes=4,
    difficulty=1,
    hint="Two outputs, two errors. Each comes back to h through its own weight.",
    solution="10",
    because="The outputs are 3 and −2; the errors 3 − (−1) = 4 and −2 − (−3) = 1. "
    "Each comes back through its weight: 4 · 3 + 1 · (−2) = 10.",
    right=("10.0", '"10"', "Rational(20, 2)"),
    wrong={
        "12": "That is the first path alone. The second output uses h, too.",
        "-2": "That is the second path alone. The first output uses h, too.",
        "-10": "The sign is the other way round: the error is ŷ − y.",
        "5": "That adds the errors. Each error is multiplied by its weight first.",
        "20": "That is for squared errors without the ½.",
        "14": "The weight of the second path is −2: its part is subtracted.",
    },
    letters=UNIT,
)

network_by_hand = Number(
    name="03-4",
    trains="a backward pass by hand: one hidden layer",
    minutes=8,
    difficulty=2,
    hint="Δ at the output is ŷ − y. Hand it back through v, then multiply each unit's "
    "part by its ReLU's slope. Each gradient of W is that Δ times the input.",
    parts=("∂ℓ/∂v_1", "∂ℓ/∂v_2", "∂ℓ/∂w_1", "∂ℓ/∂w_2"),
    solution="(4, 0, 6, 0)",
    because="z = (2, −2), h = (2, 0), ŷ = 3 · 2 = 6, error 2. ∂ℓ/∂v is the error times h: "
    "(4, 0). Back at z: 2 · (3, −1) = (6, −2), times ReLU's slopes (1, 0): (6, 0). "
    "Times the input 1: (6, 0).",
    right=("[4, 0, 6, 0]", "(4.0, 0.0, 6.0, 0.0)"),
    wrong={
        "(4, 0, 6, -2)": "The second unit is off: z₂ = −2, where ReLU's slope is 0.",
        "(4, -4, 6, 0)": "∂ℓ/∂v is the error times h, and h₂ = 0; you took z.",
        "(2, 0, 6, 0)": "The first number is the error times h₁ = 2.",
        "(4, 0, 2, 0)": "The error comes back to the first unit through v₁ = 3.",
        "(-4, 0, -6, 0)": "The signs are the other way round: the error is ŷ − y.",
        "(8, 0, 12, 0)": "That is for (ŷ − y)²; half of it has no factor 2.",
    },
    letters=UNIT,
)

weights_by_lines = Lines(
    name="03-5",
    trains="a derivation: the gradient of the weights",
    minutes=12,
    difficulty=2,
    least=3,
    hint="First the chain rule over all Z[n, j]. Then: which Z[n, j] hold W[p, q], and with which factor? "
    "Last: which column of X is multiplied with which column of Δ?",
    question=partial(
        Sum(G[n, j] * f(Sum(X[n, i] * W[i, j], (i, 1, D))), (n, 1, N), (j, 1, K)),
        W[p, q],
    ),
    where={
        Delta[n, j]: G[n, j] * slope(f)(Z[n, j]),
        Z[n, j]: Sum(X[n, i] * W[i, j], (i, 1, D)),
    },
    solution="""[
    (Sum(Delta[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)), "chain rule"),
    (Sum(X[n, p] * Delta[n, q], (n, 1, N)), "only j = q is left"),
    (entry(matrix(X).T * matrix(Delta), p, q), "row times column"),
]""",
    because="W reaches the cost through every Z[n, j] with j = q, once for each sample, with the factor X[n, p].",
    right=(
        "[Sum(G[n, j] * slope(f)(Z[n, j]) * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)),"
        " Sum(X[n, p] * G[n, q] * slope(f)(Z[n, q]), (n, 1, N)), entry(matrix(X).T * matrix(Delta), p, q)]",
        "[(Sum(Delta[n, q] * partial(Z[n, q], W[p, q]), (n, 1, N)), 'only column q'),"
        " Sum(Delta[n, q] * X[n, p], (n, 1, N)), entry(matrix(X).T * matrix(Delta), p, q)]",
    ),
    wrong={
        "[Sum(G[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)), Sum(G[n, q] * X[n, p], (n, 1, N)),"
        " entry(matrix(X).T * matrix(G), p, q)]": "Line 1: f′ is missing. W reaches L through Z, and Z through f.",
        "[Sum(Delta[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)), Sum(Delta[n, q], (n, 1, N)),"
        " entry(matrix(X).T * matrix(Delta), p, q)]": "Line 2: the slope of Z with W is missing, the input X[n, p].",
        "[Sum(Delta[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)),"
        " Sum(Delta[n, j] * X[n, p], (n, 1, N), (j, 1, K)), entry(matrix(X).T * matrix(Delta), p, q)]": "Line 2: only "
        "the unit j = q holds W[p, q]; the sum over j goes.",
        "[Sum(Delta[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)), Delta[m, q] * X[m, p],"
        " entry(matrix(X).T * matrix(Delta), p, q)]": "Line 2: every sample uses W[p, q]; the sum over n stays.",
        "[Sum(Delta[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)), Sum(Delta[n, q] * W[p, q], (n, 1, N)),"
        " entry(matrix(X).T * matrix(Delta), p, q)]": "Line 2: the slope of Z with W is the input, not the weight.",
        "[Sum(G[n, j] * f(Z[n, j]) * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)),"
        " Sum(G[n, q] * f(Z[n, q]) * X[n, p], (n, 1, N)), entry(matrix(X).T * matrix(Delta), p, q)]": "Line 1: the "
        "slope of f(Z) is f′(Z): slope(f)(Z[n, j]).",
        "[Sum(Delta[n, j] * partial(Z[n, j], W[p, q]), (n, 1, N), (j, 1, K)), Sum(X[n, p] * Delta[n, q], (n, 1, N)),"
        " entry(matrix(X).T * matrix(G), p, q)]": "Line 3: Δ became G. They differ by f′(Z).",
    },
    letters={
        **{"G": G, "X": X, "W": W, "Z": Z, "Delta": Delta, "f": f, "slope": slope, "Sum": Sum},
        **{"n": n, "m": m, "i": i, "j": j, "p": p, "q": q, "N": N, "K": K, "D": D},
        **{"partial": partial, "entry": entry, "matrix": matrix},
    },
)


def of_the_inputs(answer):
    """The claim about the entry (m, p); an answer in columns is told so."""
    if getattr(answer, "shape", None) == (D, N):
        raise Refused("That is the column form. Here a sample is a row: the answer has the shape (N, D) of X.")
    return residual.question, entry(answer, m, p)


residual = Expression(
    name="03-6",
    trains="a layer's gradient as a matrix; two paths",
    minutes=6,
    difficulty=2,
    hint="X reaches H on two paths: directly, and through the layer.",
    question=partial(Sum(G_sq[n, j] * (X[n, j] + f(Z_sq[n, j])), (n, 1, N), (j, 1, D)), X[m, p]),
    equation=of_the_inputs,
    where={
        Delta_sq[n, j]: G_sq[n, j] * slope(f)(Z_sq[n, j]),
        Z_sq[n, j]: Sum(X[n, i] * W_sq[i, j], (i, 1, D)) + bias_sq[j],
    },
    solution="G_sq + Delta_sq * W_sq.T",
    because="Two paths from X to H; slopes add. The direct one hands G back as it is, the "
    "other is the gradient of a layer's input.",
    right=("Delta_sq * W_sq.T + G_sq", "(W_sq * Delta_sq.T).T + G_sq"),
    wrong={
        "Delta_sq * W_sq.T": "The direct path is missing: X itself is a part of H.",
        "G_sq": "The path through the layer is missing.",
        "G_sq + Delta_sq * W_sq": "The transpose of W is missing.",
        "G_sq + G_sq * W_sq.T": "On the way back f′ stands before W: Δ, not G.",
        "Delta_sq + Delta_sq * W_sq.T": "The direct path has no f′: it hands back G.",
        "(G_sq + Delta_sq) * W_sq.T": "The direct path does not pass W.",
    },
    letters={"G_sq": matrix(G_sq), "Delta_sq": matrix(Delta_sq), "W_sq": matrix(W_sq)},
)


def layer_case(rng):
    rows, inputs, units = rng.integers(1, 6, size=3)
    shapes = (rows, units), (rows, inputs), (inputs, units), (rows, units)
    return tuple(rng.normal(size=shape) for shape in shapes)


layer_backward = Program(
    name="03-7",
    trains="the backward step of a layer, in NumPy",
    minutes=8,
    difficulty=2,
    hint="Delta is G times the slopes, entry by entry. Each gradient has the shape of "
    "what it belongs to; the shapes leave one way for each product.",
    returns=("dW", "db", "dX"),
    solution="""
def answer(G, X, W, slopes):
    Delta = G * slopes
    return X.T @ Delta, Delta.sum(axis=0), Delta @ W.T
""",
    because="The four equations of a layer.",
    right=(
        """
def answer(G, X, W, slopes):
    Delta = np.multiply(G, slopes)
    return [np.einsum("np,nq->pq", X, Delta), np.ones(len(X)) @ Delta, Delta.dot(W.T)]
""",
        """
def answer(G, X, W, slopes):
    dW, db, dX = np.zeros(W.shape), np.zeros(W.shape[1]), np.zeros(X.shape)
    for n in range(len(X)):
        delta = G[n] * slopes[n]
        dW, db = dW + np.outer(X[n], delta), db + delta
        dX[n] = W @ delta
    return dW, db, dX
""",
    ),
    wrong={
        "lambda G, X, W, slopes: (X.T @ G, G.sum(axis=0), G @ W.T)": "The slopes f′(Z) are missing: Δ = G ⊙ f′(Z).",
        "lambda G, X, W, slopes: (X.T @ (G * slopes) / len(X), (G * slopes).mean(axis=0),"
        " (G * slopes) @ W.T)": "The mean is in G already; it is taken twice.",
        "lambda G, X, W, slopes: (X.T @ (G * slopes), (G * slopes).mean(axis=0), "
        "(G * slopes) @ W.T)": "∂L/∂b: you took the mean over the samples. Add them; the mean is in G already.",
        "lambda G, X, W, slopes: (X.T @ (G * slopes), (G * slopes)[0], (G * slopes) @"
        " W.T)": "db: every sample has a part in it, not the first alone.",
        "lambda G, X, W, slopes: (X.T @ (G * slopes), (G * slopes).sum(axis=0), "
        "G @ W.T)": "dX: f′ stands before W on the way back. It is Δ Wᵀ, not G Wᵀ.",
        "lambda G, X, W, slopes: (-X.T @ (G * slopes), -(G * slopes).sum(axis=0),"
        " -(G * slopes) @ W.T)": "All signs are the other way round. A gradient has no minus; the step has.",
        "lambda G, X, W, slopes: ((G * slopes).sum(axis=0), X.T @ (G * slopes), (G * slopes) @ W.T)": "The order "
        "is dW, db, dX.",
    },
    public=("(np.array([[1.0, 2.0]]), np.array([[3.0]]), np.array([[5.0, -1.0]]), np.array([[1.0, 0.5]]))",),
    draw=layer_case,
)

EXERCISES = [
    one_neuron,
    tanh_neuron,
    fork_by_hand,
    network_by_hand,
    weights_by_lines,
    residual,
    layer_backward,
    *CHECKING,
    *ENGINE,
    *INITIALISATION,
]
