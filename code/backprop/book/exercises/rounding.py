"""The exercises of the page *Numbers that survive*; their numbers must be right to many digits."""

from dataclasses import dataclass
from types import SimpleNamespace

import sympy as sp
from sympy import Rational, exp

from .number import Number
from .program import Program, later
from .quiet import quietly


@dataclass(frozen=True, kw_only=True)
class Accurate(Program):
    """A function of z whose numbers must be right to nine digits, the tiny ones, too."""

    def fault_of_results(self, at, value, wanted, given, theirs):
        import numpy as np

        words = super().fault_of_results(at, value, wanted, given, theirs)
        if words and " is not right" not in words:
            return words
        off = ~np.isclose(value, wanted, rtol=1e-9, atol=0, equal_nan=True)
        for z, yours, right in zip(given[0][off], np.asarray(value)[off], wanted[off], strict=True):
            return f"At z = {z:.4g} yours is {yours:.6g}, right is {right:.6g}."
        return words


ON_THE_PAGE = {name: later("backprop.forward_pass", name) for name in ("sigmoid", "softplus")}

log_sigmoid = Accurate(
    name="01-17",
    trains="a form that survives rounding",
    minutes=10,
    difficulty=3,
    hint="Write log σ(z) with softplus. The page names the call of NumPy that is softplus in one piece.",
    solution="""
def answer(z):
    return -np.logaddexp(0, -z)
""",
    because="log σ(z) = −log(1 + exp(−z)) = −softplus(−z), and softplus has a form that neither overflows nor cancels.",
    right=(
        """
def answer(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))
""",
        """
def answer(z):
    u = np.exp(-np.abs(z))
    return np.where(z > 0, -np.log1p(u), z - np.log1p(u))
""",
        "lambda z: -forward_pass.softplus(-z)",
    ),
    wrong={
        "lambda z: np.log(1 / (1 + np.exp(-z)))": "At −1000 σ is rounded to 0, and its logarithm is −∞. At 40 σ is "
        "rounded to 1, and its logarithm is 0. The digits are lost before the logarithm.",
        "lambda z: -np.log1p(np.exp(-z))": "At 40 it is accurate. At −1000 exp(1000) overflows.",
        "lambda z: np.minimum(z, 0) - np.log(1 + np.exp(-np.abs(z)))": "Nothing overflows. At 40 1 + exp(−40) is 1, "
        "and its logarithm 0. Which function of NumPy keeps the digits?",
        "lambda z: z - np.logaddexp(0, z)": "At 40 two numbers are subtracted that agree in all digits.",
        "lambda z: -np.logaddexp(0, z)": "That is log σ(−z).",
        "lambda z: np.logaddexp(0, -z)": "The sign: σ is below 1, so its logarithm is negative.",
    },
    letters={"forward_pass": SimpleNamespace(**ON_THE_PAGE)},
    through=quietly,
    public=("(np.array([-1000.0, 0.0, 40.0]),)",),
    draw=lambda rng: (rng.normal(scale=12, size=8),),
    integers=False,
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
    name="01-18",
    trains="what softmax ignores",
    minutes=5,
    difficulty=2,
    hint="Softmax ignores a shift. For which scores is doubling a shift?",
    fault=doubling_shows,
    solution="(5, 5, 5)",
    because="Equal scores: doubling adds the same number to each, and softmax ignores that. There is no other kind: "
    "doubling squares p_j / p_k = exp(z_j − z_k), and 1 is the only positive number that is its own square.",
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


EXERCISES = [log_sigmoid, doubled_scores]
