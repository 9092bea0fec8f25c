"""The exercises of the page *Noise*."""

from sympy import Sum, Symbol

from backprop.proof.vocabulary import array, indices, reals, sizes

from .expression import Expression
from .number import NUMBERS, Number
from .program import Program

N = sizes("N")
n = indices("n")
lam = reals("λ")

minibatch_by_hand = Number(
    name="04-17",
    trains="mean and variance of a minibatch gradient by hand",
    minutes=4,
    difficulty=1,
    hint="There are three minibatches. List their means.",
    parts=("the mean", "the variance"),
    solution="(3, 1.5)",
    because="The three minibatches have the means 1.5, 3 and 4.5. Their mean is 3, the right gradient, and "
    "their variance "
    "(2.25 + 0 + 2.25)/3 = 1.5. By the formula: σ² = 6, and 6/2 · 1/2 = 1.5.",
    right=("(3.0, 3/2)", '("3", "1.5")', "[3, Rational(6, 4)]"),
    wrong={
        "(3, 3)": "σ²/B is the variance with replacement. Here no sample comes twice.",
        "(3, 6)": "That is σ², the variance of one sample's gradient. A mean of two scatters less.",
        "(3, 2.25)": "The three minibatches are all there are: divide by 3, not by 2.",
        "(3, 4.5)": "That is the sum of the squares. The variance is their mean.",
        "(6, 6)": "Those are sums of two gradients. A minibatch gradient is their mean.",
        "(3, 0.75)": "σ² is divided by B once, not by B².",
        "(3, 1)": "The factor is (N − B)/(N − 1) = 1/2, not (N − B)/N.",
    },
    letters=NUMBERS,
)

chance, sample = array("p", N, positive=True), array("g", N)
mean_gradient = Sum(sample[n], (n, 1, N)) / N

weighted_draws = Expression(
    name="04-18",
    trains="an expected value that stays right",
    minutes=5,
    difficulty=2,
    hint="The expected value of one draw is the sum over n of p_n times the weight times the gradient.",
    question=mean_gradient,
    equation=lambda a: (mean_gradient, Sum(chance[n] * a * sample[n], (n, 1, N))),
    solution="1 / (N * chance[n])",
    because="p_n times the weight must be 1/N.",
    right=("chance[n]**-1 / N", "(1 / N) / chance[n]"),
    wrong={
        "1 / chance[n]": "That gives the sum of all gradients. Their mean has the factor 1/N.",
        "N * chance[n]": "Upside down: what is drawn more often must count less.",
        "1 / N": "The expected value would be Σ p_n g_n/N: the weight does not make up for the chance.",
        "chance[n]": "What is drawn more often must count less; so it counts more, twice.",
        "N / chance[n]": "The mean has 1/N, not N.",
        "chance[n] / N": "p_n times the weight must be 1/N: divide by p_n.",
    },
    letters={"chance": chance, "n": n, "N": N},
)

noise, F = reals("s"), Symbol("F", positive=True)

rate_of_floor = Expression(
    name="04-19",
    trains="the learning rate for a given noise floor",
    minutes=6,
    difficulty=2,
    hint="Multiply F = ηs²/(λ(2 − ηλ)) by the denominator. Then it is linear in η.",
    question=F,
    equation=lambda a: (F, a * noise**2 / (lam * (2 - a * lam))),
    solution="2 * lam * F / (noise**2 + lam**2 * F)",
    because="ηs² = Fλ(2 − ηλ), so η(s² + λ²F) = 2λF.",
    right=(
        "2 / (lam + noise**2 / (lam * F))",
        "F * lam * 2 / (F * lam**2 + noise * noise)",
    ),
    wrong={
        "2 * lam * F / noise**2": "That is the approximation for small η. The floor has 2 − ηλ below the bar.",
        "lam * F / (noise**2 + lam**2 * F)": "The factor 2 of 2 − ηλ is missing.",
        "2 * lam * F / (noise**2 - lam**2 * F)": "A sign: the term −ηλ²F goes to the other side, and becomes +.",
        "2 * lam * F / (noise + lam**2 * F)": "The variance is s², not s.",
        "2 * lam * F / (noise**2 + lam * F)": "λ stands in λ(2 − ηλ) twice: λ²F.",
        "(noise**2 + lam**2 * F) / (2 * lam * F)": "Upside down.",
    },
    letters={"lam": lam, "noise": noise, "F": F},
)


def scheduled(answer, rate, steps):
    """The rates of the reader's schedule, twice as long as it falls."""
    schedule = answer(rate, steps)
    if not callable(schedule):
        raise TypeError("expected a function of the step, received a value that cannot be called")
    return [schedule(step) for step in range(2 * steps + 1)]


straight_line = Program(
    name="04-20",
    trains="a schedule: a function that returns a function",
    minutes=5,
    difficulty=1,
    hint="On the way the rate is multiplied by the share of the steps that are left. What must not happen after "
    "the end?",
    solution="""
def answer(rate, steps):
    def schedule(step):
        return rate * max(1 - step / steps, 0)

    return schedule
""",
    because="The share of the steps that are left falls in a straight line from 1 to 0; `max` keeps it at 0 "
    "afterwards.",
    through=scheduled,
    public=("(0.5, 4)",),
    draw=lambda rng: (float(rng.uniform(0.1, 1)), int(rng.integers(3, 20))),
    integers=False,
    right=(
        """
def answer(rate, steps):
    def schedule(step):
        if step >= steps:
            return 0.0
        return rate - rate * step / steps

    return schedule
""",
        "lambda rate, steps: lambda step: rate * (steps - min(step, steps)) / steps",
    ),
    wrong={
        "lambda rate, steps: lambda step: rate * (1 - step / steps)": "After the end the rate becomes negative; "
        "it is to "
        "stay 0.",
        "lambda rate, steps: lambda step: rate * max(1 - (step + 1) / steps, 0)": "It begins one step too low: "
        "at step 0 "
        "the whole rate is due.",
        "lambda rate, steps: lambda step: rate * max(1 - step / (steps - 1), 0)": "It is 0 one step too soon. It is 0 "
        "at step `steps`.",
        "lambda rate, steps: lambda step: rate * min(step / steps, 1)": "That rises from 0 to the rate, a warm-up.",
        "lambda rate, steps: lambda step: rate / (1 + step / steps)": "That is inverse time: it is no straight "
        "line, and "
        "never 0.",
        "lambda rate, steps: lambda step: max(1 - step / steps, 0)": "The rate is missing: that falls from 1.",
    },
)

NOISE = [minibatch_by_hand, weighted_draws, rate_of_floor, straight_line]
