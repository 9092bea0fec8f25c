"""The exercises of chapter 04, *Gradient descent*; the first ones stand in ``descent``."""

from traceback import extract_tb
from types import SimpleNamespace

from sympy import Rational, Sum, Symbol

from backprop.proof.vocabulary import array, indices, reals, sizes

from .bug import FindTheBug
from .choice import Choice
from .descent import FIRST
from .expression import Expression
from .number import Number
from .program import Program, later
from .quiet import quietly

N = sizes("N")
n = indices("n")
lam = reals("λ")
NUMBERS = {"Rational": Rational}


def walk_case(rng):
    size = rng.integers(1, 5)
    start, curvatures = rng.normal(size=size), rng.uniform(0.5, 2, size=size)
    return start, curvatures, 0.25, 0.75, int(rng.integers(2, 6))


lost_velocity = FindTheBug(
    name="04-10",
    trains="reading a training loop: what an optimiser remembers",
    minutes=4,
    difficulty=1,
    hint="Follow the velocity through two rounds of the loop. What is it when line 4 begins?",
    program="""
def answer(theta, curvatures, rate, beta, steps):
    for _ in range(steps):
        v = np.zeros(len(theta))
        v = beta * v + curvatures * theta
        theta = theta - rate * v
    return theta
""",
    line=3,
    mended="""
def answer(theta, curvatures, rate, beta, steps):
    v = np.zeros(len(theta))
    for _ in range(steps):
        v = beta * v + curvatures * theta
        theta = theta - rate * v
    return theta
""",
    solution="3",
    because="The velocity is made anew in every step, so it never holds more than the last gradient. The line belongs "
    "before the loop.",
    right=(
        "'3'",
        """
def answer(theta, curvatures, rate, beta, steps):
    v, place = 0 * theta, theta.copy()
    while steps > 0:
        v = curvatures * place + v * beta
        place -= rate * v
        steps -= 1
    return place
""",
    ),
    wrong={
        "1": "Line 1 names what the walk needs: the start, the curvatures, rate, share and number of steps.",
        "2": "Line 2 is right: one round for each step.",
        "4": "Line 4 is the formula, v ← βv + g. But which v does it meet?",
        "5": "Line 5 is right: θ ← θ − ηv, with the new velocity. As a function that returns θ it may make a "
        "new array.",
        "6": "Line 6 hands back the last place; it stands after the loop, as it should.",
    },
    draw=walk_case,
    integers=False,
)

nesterov_by_hand = Number(
    name="04-11",
    trains="two steps of Nesterov's method by hand",
    minutes=6,
    difficulty=2,
    hint="In the program's form: v ← βv + g, then θ ← θ − η(g + βv) with the new v. Then do it again with letters: "
    "with ηλ = 1, what are v and θ after each step?",
    parts=("θ after one step", "θ after two steps", "the number of steps"),
    solution="(-2, 0, 2)",
    because="First v = 8 and θ = 4 − ½(8 + 4) = −2. Then g = −4, v = 4 − 4 = 0 and θ = −2 − ½(−4 + 0) = 0. With "
    "letters: v = λθ and θ′ = −βθ; then v′ = βλθ − βλθ = 0 and θ″ = θ′ − ηλθ′ = 0, for every β.",
    right=("[-2.0, 0.0, 2.0]", '("−2", "0", "2")', "(Rational(-4, 2), 0, 2)"),
    wrong={
        "(0, -2, 1)": "That is momentum, which steps by v. Nesterov's method steps by g + βv.",
        "(0, 0, 1)": "That is gradient descent, without a velocity.",
        "(2, 0, 2)": "In the first step g is missing: the step is g + βv, not βv.",
        "(-4, 2, 2)": "The new velocity goes into the step with the share β = ½, not whole.",
        "(-2, 0, 1)": "After one step θ is −2, not 0.",
        "(-2, 0, 3)": "θ is 0 after the second step already.",
        "(-2, 1, 2)": "In the second step the velocity is ½ · 8 − 4 = 0; yours was made anew.",
        "(4, -2, 2)": "The start counts as no step: the first number is θ after one.",
    },
    letters=NUMBERS,
)


# What ``walked`` returns where there is no walk to compare, one shape for each reason.
NO_OPTIMISER, OTHER_ARGUMENTS, RATE_IGNORED = ((), (), ()), ((0,), (0,), (0,)), ((0, 0), (0, 0), (0, 0))
RATES = (0.5, 0.1, 0.25, 0.2)


def walked(answer, beta):
    """Where the reader's optimiser goes in four steps on ½ Σ k θ_k², with m and the gradients after each."""
    from backprop.optimisers import Optimiser

    optimise = answer(beta)
    if not isinstance(optimise, Optimiser):
        return NO_OPTIMISER
    try:
        walk, other = (walk_with(optimise, rates) for rates in (RATES, RATES[::-1]))
    except TypeError as error:
        if extract_tb(error.__traceback__)[-1].name == "update":  # the call of the formula itself
            return OTHER_ARGUMENTS
        raise
    moves = (walk[0] != 1).any()
    return RATE_IGNORED if moves and (walk[0] == other[0]).all() else walk


def walk_with(optimise, rates):
    import numpy as np

    curvatures = np.arange(1.0, 6.0)
    theta, walk = np.ones(5), []
    state = optimise.init(theta)
    for rate in rates:
        g = curvatures * theta
        optimise.update(theta, g, state, rate)
        walk.append((theta.copy(), *(vector.copy() for vector in state.vectors), g))
    return tuple(map(np.array, zip(*walk, strict=True)))


AVERAGED = """
def answer(beta):
    def formula(theta, g, m, rate, t):
        {}

    return gd.optimiser(1, formula)
"""


def averaged(*lines):
    """An answer with these lines in its formula."""
    return AVERAGED.format("\n        ".join(lines))


average_momentum = Program(
    name="04-12",
    trains="momentum in another convention, as an optimiser",
    minutes=8,
    difficulty=2,
    hint="Look at the source of momentum above: the formula has three lines. One of them changes.",
    solution=averaged("m *= beta", "m += (1 - beta) * g", "theta -= rate * m"),
    because="Each line works in place: the optimiser looks at the arrays m and θ that it has handed over.",
    letters={"gd": SimpleNamespace(optimiser=later("backprop.optimisers", "optimiser"))},
    returns=("θ", "m", "g after the step"),
    through=walked,
    public=("(0.5,)",),
    draw=lambda rng: (float(rng.uniform(0.1, 0.9)),),
    integers=False,
    right=(
        averaged("m[...] = beta * m + (1 - beta) * g", "theta[...] = theta - rate * m"),
        averaged("m += (1 - beta) * (g - m)", "theta += -rate * m"),
    ),
    wrong={
        averaged("m *= beta", "m += g", "theta -= rate * m"): "That is this book's momentum. An average multiplies "
        "the gradient by 1 − β.",
        averaged("m *= 1 - beta", "m += beta * g", "theta -= rate * m"): "β is the share of the old m that is kept; "
        "yours keeps 1 − β.",
        averaged("m = beta * m + (1 - beta) * g", "theta -= rate * m"): "`m = …` makes a new array, and the "
        "optimiser's own m stays 0. Work in place.",
        averaged("m *= beta", "m += (1 - beta) * g", "theta = theta - rate * m"): "`theta = …` makes a new array, "
        "and the parameters stay where they were. Work in place.",
        averaged("m *= beta", "m += (1 - beta) * g", "theta += rate * m"): "That climbs: θ ← θ − ηm.",
        averaged("theta -= rate * m", "m *= beta", "m += (1 - beta) * g"): "The step takes the new m: first the "
        "average, then θ.",
        averaged("m *= beta", "m += (1 - beta) * g", "theta -= rate * m / (1 - beta**t)"): "There is no correction "
        "in this convention; that is Adam's m̂.",
        averaged("m *= beta", "m += g", "theta -= rate * (1 - beta) * m"): "θ is right, but m is not the average: "
        "1 − β belongs to g in m.",
        averaged("m *= beta", "m += (1 - beta) * g", "theta -= 0.5 * m"): "Your step does not change with `rate`; η is "
        "the argument `rate`.",
        averaged("g *= 1 - beta", "m *= beta", "m += g", "theta -= rate * m"): "Your formula changes g, which belongs "
        "to the caller. Only m and θ change.",
        "lambda beta: None": "Return gd.optimiser(1, formula).",
        AVERAGED.format("m += (1 - beta) * (g - m); theta -= rate * m").replace(", rate, t)", ", rate)"): "The "
        "optimiser calls formula(theta, g, m, rate, t), with these five arguments.",
    },
)

adam_by_hand = Number(
    name="04-13",
    trains="two steps of Adam by hand",
    minutes=6,
    difficulty=2,
    hint="As in the text: m and v, then the corrections, by 1 − ½ in the first step and 1 − ¼ in the second.",
    decimals=4,
    solution="-0.6667",
    because="First m = ½ and v = ½, corrected m̂ = 1 and v̂ = 1: θ = −1. Then m = ¼ − ½ = −¼, corrected by ¾: −⅓, "
    "and v = ¼ + ½ = ¾, corrected: 1. So θ = −1 + ⅓.",
    right=("-2/3", '"−2/3"', "Rational(-2, 3)", "-1 + 1/3"),
    wrong={
        "-1": "That is the place after one step.",
        "-0.4184": "The corrections are missing: m̂ = m/(1 − β₁ᵗ), and v̂ likewise.",
        "-0.5918": "In the second step the corrections divide by 1 − ¼, not by ½ again.",
        "0": "The second step is shorter than the first: m still remembers the gradient 1.",
        "-1.3333": "The second step goes up: m̂ is −⅓, and θ ← θ − ηm̂/√v̂.",
        "0.6667": "All signs are the other way round: θ ← θ − ηm̂/√v̂, and the first gradient is positive.",
        "0.3333": "That is the second step alone. Where does it begin?",
    },
    letters=NUMBERS,
)

scale = Choice(
    name="04-14",
    trains="which optimiser sees the scale of the objective",
    minutes=3,
    difficulty=1,
    hint="All gradients become a thousand times larger. What becomes of the step in each formula?",
    solution="'d'",
    because="m̂ becomes 1000 times larger, and √v̂ as well; the quotient stays. (Up to ε, which is tiny beside both.)",
    right=("'D'", "'(d)'"),
    wrong={
        "'a'": "Its step is ηg, a thousand times as long. It needs a thousandth of the rate.",
        "'b'": "The velocity is a sum of gradients, so it is a thousand times as large, too.",
        "'c'": "Its step is η(g + βv), and both g and v are a thousand times as large.",
        "'e'": "For one of them the factor stands above the bar and below it, and cancels.",
    },
)


def adam_case(rng):
    """Gradients of the usual size, some that are as small as ε, and a zero."""
    import numpy as np

    size = int(rng.integers(3, 6))
    theta, g, m = rng.normal(size=(3, size))
    scale = np.array([1, 1e-8, 0, 1, 1e-8])[:size]
    v = rng.uniform(0.1, 1, size=size)
    return theta, scale * g, scale * m, scale**2 * v, int(rng.integers(2, 9)), 0.1


adam_bug = FindTheBug(
    name="04-15",
    trains="reading Adam: which line is wrong",
    minutes=6,
    difficulty=2,
    hint="The first step of this program is right, the second is not. Compare line by line with the formulas, "
    "at t = 2.",
    program="""
def answer(theta, g, m, v, t, rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m_hat = m / (1 - 0.9)**t
    v_hat = v / (1 - 0.999**t)
    theta = theta - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    return theta, m, v
""",
    line=4,
    mended="""
def answer(theta, g, m, v, t, rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m_hat = m / (1 - 0.9**t)
    v_hat = v / (1 - 0.999**t)
    theta = theta - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    return theta, m, v
""",
    solution="4",
    because="The correction is 1 − βᵗ, not (1 − β)ᵗ. For t = 1 the two are equal; for t = 2 they are 0.19 and "
    "0.01, and "
    "the step is 19 times too long.",
    returns=("theta", "m", "v"),
    right=(
        "4.0",
        """
def answer(theta, g, m, v, t, rate):
    m, v = m + 0.1 * (g - m), v + 0.001 * (g * g - v)
    c = (1 - 0.999**t) ** 0.5
    return theta - rate * c * m / (v**0.5 + c * 1e-8) / (1 - 0.9**t), m, v
""",
    ),
    wrong={
        "1": "Line 1 names what a step needs; t counts the steps from 1.",
        "2": "Line 2 is right: m ← β₁m + (1 − β₁)g with β₁ = 0.9.",
        "3": "Line 3 is right: the average of the squares, with β₂ = 0.999.",
        "5": "Line 5 is right: 1 − β₂ᵗ.",
        "6": "Line 6 is right: ε stands outside the root.",
        "7": "Line 7 is right: m and v are handed on without the corrections.",
        """
def answer(theta, g, m, v, t, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return theta - rate * m_hat / np.sqrt(v_hat + 1e-8), m, v
""": "The corrections are mended. But ε stands outside the root: a gradient of 10⁻⁸ shows it.",
        """
def answer(theta, g, m, v, t, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return theta - rate * m_hat / np.sqrt(v_hat), m, v
""": "The corrections are mended. But ε is missing: a gradient of 0 gives 0/0.",
    },
    through=quietly,
    draw=adam_case,
    integers=False,
)

minibatch_by_hand = Number(
    name="04-16",
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
    name="04-17",
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
    name="04-18",
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
    name="04-19",
    trains="a schedule: a function that returns a function",
    minutes=5,
    difficulty=1,
    hint="On the way the rate is multiplied by the share of the steps that are left. What must not happen after "
    "the end?",
    solution="""
def answer(rate, steps):
    return lambda step: rate * max(1 - step / steps, 0)
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

distance_left = Number(
    name="04-20",
    trains="what a short gradient promises where J is curved everywhere",
    minutes=2,
    difficulty=1,
    hint="From the minimum on, the slope grows by at least μ per unit of length. How far can one go until it is 0.001?",
    solution="0.05",
    because="ε/μ = 0.001/0.02. The flatter J may be, the farther the minimum can still be away.",
    right=("1/20", '"0.05"', "Rational(1, 20)"),
    wrong={
        "0.00002": "Divided by μ, not multiplied: where J is flat, a short slope says less.",
        "20": "Upside down: ε/μ.",
        "0.001": "A distance is no slope: the slope grows by 0.02 per unit of length, not by 1.",
        "0.1": "The slope of ½μθ² is μθ: there is no factor 2.",
        "0.02": "That is the curvature. Divide the length of the gradient by it.",
    },
    letters=NUMBERS,
)

EXERCISES = [
    *FIRST,
    lost_velocity,
    nesterov_by_hand,
    average_momentum,
    adam_by_hand,
    scale,
    adam_bug,
    minibatch_by_hand,
    weighted_draws,
    rate_of_floor,
    straight_line,
    distance_left,
]
