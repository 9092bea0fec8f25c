"""The exercises of the *Errata lab*."""

import sympy as sp
from sympy import Sum, exp, log

from backprop.proof.vocabulary import array, indices, partial, sizes

from .expression import Expression
from .number import Number

K = sizes("K")
j, k, m = indices("j k m")
z, y, prob = array("z", K), array("y", K), array("p", K)
all_probs = exp(z[j]) / Sum(exp(z[k]), (k, 1, K))

blind_guess = Number(
    name="errata-1",
    trains="the sign and the size of a cross-entropy",
    minutes=3,
    difficulty=1,
    hint="Three equal logits give three equal probabilities. The loss is −log of the one that happened.",
    decimals=4,
    solution="log(3)",
    because="The probabilities are ⅓ each, and −log ⅓ = log 3 = 1.0986. log ⅓ is negative, "
    "and a cross-entropy is not: the minus is missing in the claim.",
    right=("1.0986", "-log(1 / 3)", '"1.0986"'),
    wrong={
        "log(1 / 3)": "That is the claim itself, and it is negative. A loss is minus the logarithm.",
        "1 / 3": "That is the probability of each class. The loss is −log of it.",
        "0": "A loss of 0 needs the probability 1. Here each class has ⅓.",
        "3 * log(3)": "Only the class that happened counts; the other two targets are 0.",
        "0.4771": "That is the logarithm to the base 10. log is the natural one.",
        "1.585": "That is the logarithm to the base 2. log is the natural one.",
    },
    letters={"log": log},
)

softmax_squared = Expression(
    name="errata-2",
    trains="softmax couples all classes",
    minutes=8,
    difficulty=2,
    hint="Entry 4 leads any upstream gradient G back through softmax. What is G for this loss?",
    question=partial(Sum((all_probs - y[j]) ** 2, (j, 1, K)) / 2, z[m]),
    where={prob[j]: all_probs},
    solution="prob[m] * (prob[m] - y[m] - Sum((prob[j] - y[j]) * prob[j], (j, 1, K)))",
    because="Entry 4 with the upstream gradient G = p − y. The claim has the diagonal of the "
    "Jacobian alone; z_m moves the other probabilities, too.",
    right=(
        "(prob[m] - y[m]) * prob[m] - prob[m] * Sum((prob[j] - y[j]) * prob[j], (j, 1, K))",
        "prob[m] * (prob[m] - y[m]) - Sum(prob[m] * prob[k] * (prob[k] - y[k]), (k, 1, K))",
    ),
    wrong={
        "(prob[m] - y[m]) * prob[m] * (1 - prob[m])": "That is the claim. It moves p_m alone, and z_m moves every "
        "probability.",
        "(prob[m] - y[m]) * prob[m]": "Only p_m is moved here, and not even by its whole slope: the sum over all "
        "classes is missing.",
        "prob[m] - y[m]": "That is the gradient of the cross-entropy. Here it is G, which goes back through softmax.",
        "prob[m] - y[m] - Sum((prob[j] - y[j]) * prob[j], (j, 1, K))": "The factor p_m in front is missing.",
        "prob[m] * (prob[m] - y[m] + Sum((prob[j] - y[j]) * prob[j], (j, 1, K)))": "The other probabilities fall where "
        "z_m grows: a minus before the sum.",
        "prob[m] * (prob[m] - y[m] - Sum(prob[j] - y[j], (j, 1, K)))": "In the sum each G_j is multiplied by its p_j.",
        "2 * prob[m] * (prob[m] - y[m] - Sum((prob[j] - y[j]) * prob[j], (j, 1, K)))": "The ½ of the loss cancels "
        "the 2.",
    },
    letters={"prob": prob, "y": y, "Sum": Sum, "m": m, "j": j, "k": k, "K": K},
)


def why_no_counterexample(rows):
    """What a matrix lacks that has all eigenvalues below 1 in size, and makes some row at
    least ten times as long.
    """
    W = sp.Matrix(rows)
    largest = max(abs(sp.N(value)) for value in W.eigenvals())
    squares, determinant = sum(entry**2 for entry in W), W.det()
    longest = sp.N(sp.sqrt((squares + sp.sqrt(squares**2 - 4 * determinant**2)) / 2))
    if largest >= 1 - 1e-12:
        return f"The largest eigenvalue has the size {float(largest):.4g}. Both must be below 1."
    if longest < 10 - 1e-9:
        return f"The longest step makes a row {float(longest):.4g} times as long. At least 10 is asked for."
    return None


exploding = Number(
    name="errata-3",
    trains="eigenvalues against singular values",
    minutes=6,
    difficulty=2,
    hint="The eigenvalues of a triangular matrix stand on its diagonal. What does the corner do?",
    fault=why_no_counterexample,
    solution="[[0.5, 20], [0, 0.5]]",
    because="The eigenvalues of a triangular matrix stand on its diagonal, ½ and ½. The corner, which is in neither, "
    "makes the row (0, 1) into (20, 0.5) in one step back (entry 13). In the long run all rows still shrink.",
    right=("[[0, 10], [0, 0]]", "((0.9, 0), (-15, -0.9))", "[[4, -8], [2, -4]]"),
    wrong={
        "[[10, 0], [0, 10]]": "It makes rows longer, but its eigenvalues stand on the diagonal: 10 and 10.",
        "[[0.5, 0], [0, 0.5]]": "Its eigenvalues are ½, and every row becomes half as long. Use a corner.",
        "[[1, 20], [0, 1]]": "The row grows, but the eigenvalues are exactly 1. Below 1 is asked for.",
        "[[0.5, 5], [0, 0.5]]": "The idea is right: the corner makes the row longer. But not yet ten times.",
        "[[0, 20], [20, 0]]": "Its eigenvalues are 20 and −20. In a symmetric matrix the singular values are the sizes "
        "of the eigenvalues, so one corner must differ from the other.",
    },
)

EXERCISES = [blind_guess, softmax_squared, exploding]
