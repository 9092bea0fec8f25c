"""The exercises of the page *Where weights start*."""

import sympy as sp
from sympy import Rational

from backprop.proof.vocabulary import (
    reals,
    relu,
    sizes,
)

from .expression import Expression

D = sizes("D")
z, a, size = reals("z a q")
leaky = a * z + (1 - a) * relu(z)


leaky_squares = Expression(
    name="03-16",
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
    name="03-17",
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

EXERCISES = [leaky_squares, leaky_variance]
