"""The exercise of the page *How good can momentum be?*"""

from sympy import Rational

from .number import Number

factor_wanted = Number(
    name="04-21",
    trains="the largest condition number for a factor",
    minutes=4,
    difficulty=1,
    hint="For momentum, √κ is at most (1 + ρ)/(1 − ρ). For gradient descent, solve ρ = (κ − 1)/(κ + 1) for κ.",
    parts=("κ of momentum", "κ of gradient descent"),
    solution="(4, 2)",
    because="(1 + ⅓)/(1 − ⅓) = 2. For momentum that is √κ, so κ is at most 4. For gradient descent it is κ itself.",
    right=("(4.0, 2.0)", '("4", "2")', "[Rational(8, 2), 2]"),
    wrong={
        "(2, 4)": "The two are exchanged: momentum can have it for the larger κ.",
        "(2, 2)": "For momentum, (1 + ρ)/(1 − ρ) is √κ. Square it.",
        "(4, 4)": "For gradient descent, (1 + ρ)/(1 − ρ) is κ itself, not its root.",
        "(4, 16)": "Gradient descent has κ where momentum has √κ, so its κ is the root of 4, not the square.",
        "(2, 2 ** 0.5)": "For momentum, (1 + ρ)/(1 − ρ) is √κ; for gradient descent it is κ.",
        "(9, 3)": "That is for the factor ½. Here it is ⅓.",
        "(0.25, 0.5)": "Upside down: a condition number is at least 1.",
        "(Rational(16, 9), Rational(4, 3))": "The denominator is missing: (1 + ρ)/(1 − ρ) = (4/3)/(2/3).",
    },
    letters={"Rational": Rational},
)

BEST_MOMENTUM = [factor_wanted]
