"""The exercise of the page *How long is a step of Adam?*"""

from sympy import Rational, sqrt

from .number import Number

bound_by_hand = Number(
    name="04-22",
    trains="the bound of Adam's step",
    minutes=5,
    difficulty=2,
    hint="First γ = β₁²/β₂. Then the three factors: 1 − β₁ above, 1 − β₂ and 1 − γ under the root.",
    decimals=4,
    solution="1.4142",
    because="γ = ⁴⁄₉ : ⁸⁄₉ = ½. Above stands ⅓, below the root of ⅑ · ½ = ¹⁄₁₈. The quotient is √18/3 = √2.",
    right=("sqrt(2)", "2 ** 0.5", "sqrt(18) / 3", "Rational(1, 3) / sqrt(Rational(1, 18))", '"1.4142"'),
    wrong={
        "1": "That is the newest gradient's part alone, ⅓ / √⅑. The older gradients add to it: 1 − γ is missing.",
        "2": "Under the root stands ¹⁄₁₈, with γ = β₁²/β₂. Is the root there, and the square of β₁?",
        "0.4714": "Under the root 1 − β₂ is missing.",
        "4.2426": "Above the bar 1 − β₁ is missing.",
        "1.3416": "γ is β₁²/β₂: you have β₁² alone.",
        "6": "Above stands ⅓, and below a root: √(¹⁄₁₈), not ¹⁄₁₈.",
        "0.7071": "Upside down: 1 − γ stands below the bar, as it makes the step longer.",
        "1.2247": "These are the numbers of the text. Here β₁ = ⅔ and β₂ = ⁸⁄₉.",
        "7.2703": "That is the bound of the usual 0.9 and 0.999.",
    },
    letters={"Rational": Rational, "sqrt": sqrt},
)

ADAM_BOUND = [bound_by_hand]
