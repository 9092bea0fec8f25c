"""The exercises of the page *Momentum*."""

from traceback import extract_tb
from types import SimpleNamespace

from .bug import FindTheBug
from .number import NUMBERS, Number
from .program import Program, later

momentum_by_hand = Number(
    name="04-8",
    trains="two steps of momentum by hand",
    minutes=4,
    difficulty=1,
    hint="Make a table as in the text: gradient, velocity, place. The slope of ½θ² is θ.",
    solution="7",
    because="v = 0 + 16 = 16 and θ = 16 − 4 = 12; then v = 8 + 12 = 20 and θ = 12 − 5 = 7.",
    right=("7.0", '"7"', "Rational(14, 2)"),
    wrong={
        "9": "That is gradient descent: the second velocity is ½ · 16 + 12, not 12.",
        "12": "That is the place after one step.",
        "11.25": "That is an average, with (1 − β)g. In this book's momentum g comes in whole.",
        "6": "The second gradient was taken at the start. It is that of the place θ = 12.",
        "10": "The second gradient is missing in the velocity: v ← βv + g.",
        "5.25": "That is Nesterov's method, which steps by g + βv. Momentum steps by v.",
        "5": "The whole first velocity was kept. Of it the share β = ½ is left.",
    },
    letters=NUMBERS,
)


def walk_case(rng):
    size = rng.integers(1, 5)
    start, curvatures = rng.normal(size=size), rng.uniform(0.5, 2, size=size)
    return start, curvatures, 0.25, 0.75, int(rng.integers(2, 6))


lost_velocity = FindTheBug(
    name="04-9",
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

momentum_limit = Number(
    name="04-10",
    trains="the largest stable rate with momentum",
    minutes=3,
    difficulty=1,
    hint="The map has a line, right of which momentum diverges. Which of the two curvatures meets it first?",
    decimals=4,
    solution="0.4",
    because="Momentum converges for 0 < ηλ < 2(1 + β) = 3.6. The steepest direction, λ = 9, sets the limit: 3.6/9.",
    right=("2 * (1 + 0.8) / 9", '"2/5"', "Rational(36, 90)"),
    wrong={
        "0.2222": "2/L is the limit without momentum.",
        "7.2": "The steepest direction sets the limit, λ = 9, not the flattest.",
        "0.1538": "That is Nesterov's limit.",
        "0.0444": "1 + β, not 1 − β: momentum allows a larger rate, not a smaller one.",
        "0.2911": "That is the best rate, with the β that belongs to it. Asked is the limit for β = 0.8.",
        "0.3789": "The limit has the largest curvature alone below the bar; μ + L belongs to a best rate.",
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
    name="04-11",
    trains="momentum in another convention, as an optimiser",
    minutes=8,
    difficulty=2,
    hint="Open the package's momentum, folded above: its formula has three lines. One of them changes.",
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

nesterov_by_hand = Number(
    name="04-12",
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

MOMENTUM = [
    momentum_by_hand,
    lost_velocity,
    momentum_limit,
    average_momentum,
    nesterov_by_hand,
]
