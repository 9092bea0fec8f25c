"""The exercises of chapter 04, *Gradient descent*; those of its other pages stand in
``momentum``, ``adaptive_rates``, ``noise`` and ``best_momentum``.
"""

from sympy import Sum, symbols

from backprop.proof.vocabulary import array, indices, partial, reals, sizes

from .adam_bound import ADAM_BOUND
from .adaptive_rates import ADAPTIVE_RATES
from .best_momentum import BEST_MOMENTUM
from .choice import Choice
from .derivation import Lines
from .expression import Expression
from .momentum import MOMENTUM
from .noise import NOISE
from .number import NUMBERS, Number

P = sizes("P")
i, j = indices("i j")
J, eta = reals("J η")
# In the order of the page: a proof lists arrays in the order in which they were named.
g, u, s, theta, d = (array(name, P) for name in "gusθd")
A, S = array("A", P, P), array("S", P, P)

two_steps = Number(
    name="04-1",
    trains="two steps of gradient descent by hand",
    minutes=3,
    difficulty=1,
    hint="What is the slope of J? By which factor does one step multiply θ?",
    solution="-0.5",
    because="The slope is 5θ, so a step makes θ into θ − 0.1 · 5θ = 0.5 θ: from −2 to −1, and then to −0.5.",
    right=("-1/2", '"−1/2"', "Rational(-1, 2)"),
    wrong={
        "-1": "That is the place after one step.",
        "-0.25": "That is one step too many.",
        "-4.5": "That climbs: the step goes against the slope, θ − ηg.",
        "0": "The slope at the second place is another one: there θ is −1.",
        "-1.125": "The slope of θ² is 2θ: J has the slope 5θ, not ⁵⁄₂ θ.",
        "0.5": "Each step multiplies θ by 0.5, which is positive: θ does not change its side.",
    },
    letters=NUMBERS,
)

stable_and_best = Number(
    name="04-2",
    trains="the largest stable rate, and the best one",
    minutes=4,
    difficulty=1,
    hint="Write the factor 1 − ηλ for the flattest and for the steepest direction. Which of them leaves the range "
    "from −1 to 1 first? At the best rate both have the same size.",
    decimals=4,
    parts=("the limit", "the best rate"),
    solution="(0.25, 0.2353)",
    because="The steepest direction sets the limit, 2/8. The best rate is 2/(μ + L) = 2/(0.5 + 8). The 3 lies in "
    "between and plays no part.",
    right=("(2/8, 2/8.5)", '("1/4", "4/17")', "[Rational(1, 4), Rational(4, 17)]"),
    wrong={
        "(4, 0.2353)": "At η = 4 the factor of λ = 8 is −31. The steepest direction sets the limit, not the flattest.",
        "(0.125, 0.2353)": "At η = 1/8 the factor of λ = 8 is 0: no limit yet. |1 − 8η| < 1 holds for longer.",
        "(0.25, 0.125)": "1/L is best for the *guaranteed* decrease. Here a factor can be computed for every "
        "direction.",
        "(0.25, 0.1739)": "Only the smallest and the largest eigenvalue count; the 3 is not added.",
        "(0.25, 0.4706)": "2/(μ + L), not 4/(μ + L): that would be beyond the limit.",
        "(0.25, 0.2667)": "2/(L − μ) is beyond the limit. The two factors have the same size at 2/(μ + L).",
        "(0.2353, 0.25)": "The order is (limit, best).",
    },
    letters=NUMBERS,
)


def quadratic(at):
    return Sum(at(i) * A[i, j] * at(j), (i, 1, P), (j, 1, P)) / 2


slope_by_lines = Lines(
    name="04-3",
    trains="a derivation: the slope along the step of gradient descent",
    minutes=15,
    difficulty=3,
    hint="Every component θ_i − ηg_i moves with η, at the speed −g_i; the slope of J with it is the gradient of a "
    "quadratic, taken at the new place. Then split the sum over j: the part with θ_j is g_i.",
    question=partial(quadratic(lambda k: theta[k] - eta * g[k]), eta),
    without={theta: "θ"},
    where={A[i, j]: S[i, j] + S[j, i], g[i]: Sum(A[i, j] * theta[j], (j, 1, P))},
    solution="""[
    (-Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)), "chain rule"),
    (-Sum(g[i]**2, (i, 1, P)) + eta * Sum(g[i] * A[i, j] * g[j], (i, 1, P), (j, 1, P)), "A times θ is g"),
]""",
    because="The chain rule over all P components gives minus the scalar product of g with the gradient at the new "
    "place. That gradient is g − ηAg.",
    right=(
        "[Sum(-g[i] * (g[i] - eta * Sum(A[i, j] * g[j], (j, 1, P))), (i, 1, P)),"
        " eta * Sum(g[i] * A[i, j] * g[j], (i, 1, P), (j, 1, P)) - Sum(g[j]**2, (j, 1, P))]",
        "[(-Sum(g[i] * A[i, j] * (theta[j] - eta * g[j]), (i, 1, P), (j, 1, P)), 'chain rule'),"
        " (-Sum(g[i] * A[i, j] * theta[j], (i, 1, P), (j, 1, P))"
        " + eta * Sum(g[i] * A[i, j] * g[j], (i, 1, P), (j, 1, P)), 'apart'),"
        " eta * Sum(g[i] * A[i, j] * g[j], (i, 1, P), (j, 1, P)) - Sum(g[i] * g[i], (i, 1, P))]",
    ),
    wrong={
        "[Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " Sum(g[i]**2, (i, 1, P))]": "Line 1: the sign. θ_i − ηg_i moves with η at the speed −g_i.",
        "[-Sum(g[i] * Sum(A[i, j] * theta[j], (j, 1, P)), (i, 1, P)),"
        " -Sum(g[i]**2, (i, 1, P))]": "Line 1: that is the slope at η = 0. The gradient is taken at the new place.",
        "[-Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)) / 2,"
        " -Sum(g[i]**2, (i, 1, P)) / 2]": "Line 1: θ_i stands in the quadratic twice, which cancels the ½.",
        "[-Sum(Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " -Sum(g[i], (i, 1, P))]": "Line 1: the speed of each component is missing, the factor g_i.",
        "[-Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " -Sum(g[i]**2, (i, 1, P)) - eta * Sum(g[i] * A[i, j] * g[j], (i, 1, P), (j, 1, P))]": "Line 2: minus times "
        "minus. The part with η has a plus.",
        "[-Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " -Sum(g[i]**2, (i, 1, P)) + eta * Sum(g[i]**2, (i, 1, P))]": "Line 2: in the part with η the matrix A stays.",
        "[Sum(Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " Sum(g[i], (i, 1, P))]": "Line 1: θ_i − ηg_i moves with η at the speed −g_i. Both "
        "g_i and the minus are missing.",
        "[-eta * Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " -eta * Sum(g[i]**2, (i, 1, P))]": "Line 1: η is what moves. The slope of −ηg_i with η is −g_i, without η.",
        "[-Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " -Sum(g[i]**2, (i, 1, P)) + eta * Sum(A[i, j] * g[j], (i, 1, P), (j, 1, P))]": "Line 2: in the part with η "
        "one factor g is lost: that of line 1, g_i.",
        "[-Sum(g[i] * Sum(A[i, j] * (theta[j] - eta * g[j]), (j, 1, P)), (i, 1, P)),"
        " -Sum(g[i], (i, 1, P)) + eta * Sum(g[i] * A[i, j] * g[j], (i, 1, P), (j, 1, P))]": "Line 2: the sum over j "
        "with θ_j gives g_i, and line 1 has another factor g_i: a square.",
    },
    letters={
        **{"theta": theta, "g": g, "A": A, "eta": eta, "Sum": Sum, "partial": partial},
        **{"i": i, "j": j, "P": P},
    },
)

G_sum, C_sum = symbols("G C", positive=True)
along_step = J - eta * G_sum + eta**2 * C_sum / 2

line_search = Expression(
    name="04-4",
    trains="the best length of one step",
    minutes=4,
    difficulty=1,
    hint="It is a parabola in η. Where is its slope 0?",
    question=along_step,
    equation=lambda a: (along_step, along_step.subs(eta, a) + C_sum * (eta - a) ** 2 / 2),
    solution="G_sum / C_sum",
    because="The slope −G + ηC is 0 there. What is proved: at any other η the objective is larger, by ½C times the "
    "square of the distance.",
    right=("1 / (C_sum / G_sum)", "G_sum**2 / (C_sum * G_sum)"),
    wrong={
        "C_sum / G_sum": "Upside down: −G + ηC = 0, solved for η.",
        "-G_sum / C_sum": "The sign: −G + ηC is 0 at a positive η.",
        "2 * G_sum / C_sum": "There J is as large as at η = 0. The slope of ½η²C is ηC.",
        "G_sum / (2 * C_sum)": "The slope of ½η²C is ηC: the 2 of the square cancels the ½.",
        "G_sum": "C does not cancel: the more curved, the shorter the step.",
    },
    letters={"G_sum": G_sum, "C_sum": C_sum},
)


L, mu, kappa = symbols("L μ κ", positive=True)

condition = Expression(
    name="04-5",
    trains="a regulariser and the condition number",
    minutes=6,
    difficulty=2,
    hint="The new condition number is (L + c)/(μ + c). Set it equal to κ, and clear the fraction.",
    question=kappa,
    equation=lambda a: (kappa, (L + a) / (mu + a)),
    solution="(L - kappa * mu) / (kappa - 1)",
    because="L + c = κ(μ + c); all terms with c on one side: L − κμ = (κ − 1)c.",
    right=(
        "(kappa * mu - L) / (1 - kappa)",
        "L / (kappa - 1) - mu * kappa / (kappa - 1)",
        "(L - mu) / (kappa - 1) - mu",
    ),
    wrong={
        "(L - kappa * mu) / kappa": "The c above the bar was lost: the bracket is κ − 1.",
        "(kappa * mu - L) / (kappa - 1)": "The sign: for L/μ above κ this is negative.",
        "(L - kappa * mu) / (kappa + 1)": "The c goes to the other side with a minus: κ − 1.",
        "L - kappa * mu": "L − κμ is (κ − 1)c: a division is missing.",
        "L / mu - kappa": "That is how far κ is too large. Which c changes L + c over μ + c by so much?",
        "(L - mu) / (kappa - 1)": "That is μ + c. Take μ off.",
    },
    letters={"L": L, "mu": mu, "kappa": kappa},
)

short_gradient = Choice(
    name="04-6",
    trains="what a short gradient shows",
    minutes=3,
    difficulty=1,
    hint="Go through the two functions of this section, the saddle and the last one.",
    solution="'d'",
    because="The saddle ½(x² − y²) has short gradients near (0, 0), where there is no minimum; e^(−θ) has them far to "
    "the right, where there is no stationary point at all.",
    right=("'D'", "'(d)'"),
    wrong={
        "'a'": "On the saddle ½(x² − y²) the gradient is short near (0, 0), which is no minimum.",
        "'b'": "e^(−θ) at θ = 20 has a slope of size 2 · 10⁻⁹, and no stationary point anywhere.",
        "'c'": "From (0, 10⁻⁷) on the saddle J falls without end, along y.",
        "'e'": "There is another cause of a small step: here the gradient is short, whatever the rate is.",
    },
)

distance_left = Number(
    name="04-7",
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
    two_steps,
    stable_and_best,
    slope_by_lines,
    line_search,
    condition,
    short_gradient,
    distance_left,
    *MOMENTUM,
    *ADAPTIVE_RATES,
    *NOISE,
    *BEST_MOMENTUM,
    *ADAM_BOUND,
]
