"""The exercise of chapter 01 on rounding, whose numbers must be right to many digits."""

from dataclasses import dataclass
from types import SimpleNamespace

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
    name="01-10",
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
