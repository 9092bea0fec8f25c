"""The exercises of the page *The chain rule*."""

from sympy import KroneckerDelta, Sum, exp

from backprop.proof.vocabulary import arbitrary, array, indices, partial, reals, sizes, slope

from .bug import FindTheBug
from .exercise import Refused
from .expression import Expression
from .number import Number

D, H = sizes("D H")
i, j, p, q = indices("i j p q")
z = reals("z")
f, g = arbitrary("f"), arbitrary("g")
x, c = array("x", D), array("c", H)
W, U, Delta = array("W", D, H), array("u", H), array("Delta", H)


exponential = Expression(
    name="00-6",
    trains="the chain rule, one variable",
    minutes=3,
    difficulty=1,
    hint="The outer function is exp, the inner one 3z. The slopes multiply.",
    question=partial(exp(3 * z), z),
    solution="3 * exp(3 * z)",
    because="The outer slope is taken at 3z, and the inner one is 3.",
    right=("3 * exp(z)**3", "exp(3*z) + 2 * exp(2*z) * exp(z)"),
    wrong={
        "exp(3 * z)": "The slope of the inner function is missing.",
        "3 * exp(z)": "The outer slope is taken at 3z, not at z.",
        "3 * z * exp(3 * z - 1)": "That is the rule for powers of z. Here z stands in the exponent.",
        "exp(3 * z) / 3": "That is the integral: the inner slope multiplies.",
        "3 * z * exp(3 * z)": "The inner slope is that of 3z, not 3z itself.",
    },
    letters={"exp": exp, "z": z},
)

two_paths = Number(
    name="00-7",
    trains="the chain rule with two paths, by hand",
    minutes=5,
    difficulty=2,
    hint="One path through u, one through v. On each: the slope of F, times the slope of u or of v at z = 1.",
    solution="12",
    because="At z = 1, u = 1 and v = 3. Through u: ∂F/∂u = v² = 9, times 2z = 2, is 18. Through v: "
    "∂F/∂v = 2uv = 6, times −1, is −6. The paths add.",
    right=("12.0", '"12"', "18 + (-6)"),
    wrong={
        "18": "That is the path through u alone. v moves with z, too.",
        "-6": "That is the path through v alone. u moves with z, too.",
        "24": "The slope of v = 4 − z is −1: its path is subtracted.",
        "-108": "Slopes multiply along a path. The two paths add.",
        "15": "On each path the slope of F is multiplied by the slope of u or of v.",
        "3": "The slope of u = z² is 2z; on the path through u it is missing.",
    },
)

product = Expression(
    name="00-8",
    trains="two paths: a product",
    minutes=4,
    difficulty=1,
    hint="F(u, v) = uv. What is its slope in u, with v held still?",
    question=partial(g(z) * f(z), z),
    solution="slope(g)(z) * f(z) + g(z) * slope(f)(z)",
    because="It is the total derivative of F(u, v) = uv, whose two slopes are v and u. Its name is the product rule.",
    right=(
        "f(z) * slope(g)(z) - (-slope(f)(z) * g(z))",
        "(f(z) + g(z)) * (slope(f)(z) + slope(g)(z)) - f(z) * slope(f)(z) - g(z) * slope(g)(z)",
    ),
    wrong={
        "slope(f)(z) * slope(g)(z)": "The slope of a product is not the product of the slopes.",
        "slope(g)(z) * f(z)": "The path through f is missing.",
        "g(z) * slope(f)(z)": "The path through g is missing.",
        "slope(g)(z) * f(z) - g(z) * slope(f)(z)": "The paths add. A minus stands in the rule for a quotient.",
        "slope(g)(f(z)) * slope(f)(z)": "That is the slope of g(f(z)). Here the two are multiplied.",
        "slope(f)(z) + slope(g)(z)": "That is the slope of a sum. In a product each slope has a factor.",
    },
    letters={"z": z, "f": f, "g": g, "slope": slope},
)


def along_the_path(answer):
    """The claim of the next exercise; an answer with p and q swapped is told so."""
    if answer.has(x[q], c[p], U[p]):
        raise Refused("p counts the inputs, q the units: x has the index p; c and u have q.")
    return weight_path.question, answer


weight_path = Expression(
    name="00-10",
    trains="which paths lead through one weight",
    minutes=6,
    difficulty=2,
    hint="Which of the u_j hold W_{p,q}, and with which factor?",
    question=partial(Sum(c[j] * g(U[j]), (j, 1, H)), W[p, q]),
    equation=along_the_path,
    where={U[j]: Sum(x[i] * W[i, j], (i, 1, D)), Delta[j]: c[j] * slope(g)(U[j])},
    solution="c[q] * slope(g)(U[q]) * x[p]",
    because="The weight is on one path only: it multiplies x_p and feeds u_q. Its slope is its input times "
    "the upstream slope of its unit, x_p Δ_q.",
    right=(
        "x[p] * slope(g)(Sum(x[i] * W[i, q], (i, 1, D))) * c[q]",
        "slope(g)(U[q]) * (c[q] * x[p])",
        "x[p] * Delta[q]",
    ),
    wrong={
        "c[q] * slope(g)(U[q]) * W[p, q]": "The slope of u_q with the weight is the input, not the weight.",
        "Sum(c[j] * slope(g)(U[j]) * x[p], (j, 1, H))": "The weight feeds u_q alone: one path, not H.",
        "c[q] * g(U[q]) * x[p]": "g moves with u_q by its slope g′.",
        "slope(g)(U[q]) * x[p]": "s holds g(u_q) with the factor c_q.",
        "c[q] * slope(g)(U[q])": "That is the upstream slope. What does the weight multiply?",
    },
    letters={
        **{"x": x, "c": c, "U": U, "W": W, "Delta": Delta, "g": g, "slope": slope, "Sum": Sum},
        **{"p": p, "q": q, "i": i, "j": j, "D": D, "H": H, "KroneckerDelta": KroneckerDelta},
    },
)


def steps(rng):
    count = rng.integers(2, 6)
    return rng.normal(size=count), rng.normal(size=count), float(rng.uniform(0.01, 0.1))


half_step = FindTheBug(
    name="00-9",
    trains="a slope by a difference quotient",
    minutes=5,
    difficulty=2,
    hint="Try it on paper with one number: x = 1, d = 1, ε = 0.1. How far apart are the two points?",
    program="""
def answer(x, d, eps):
    ahead = ((x + eps * d) ** 3).sum()
    behind = ((x - eps * d) ** 3).sum()
    measured = (ahead - behind) / eps
    claimed = (d * 3 * x**2).sum()
    return measured, claimed
""",
    line=4,
    mended="""
def answer(x, d, eps):
    ahead = ((x + eps * d) ** 3).sum()
    behind = ((x - eps * d) ** 3).sum()
    measured = (ahead - behind) / (2 * eps)
    claimed = (d * 3 * x**2).sum()
    return measured, claimed
""",
    solution="4",
    because="From x − εd to x + εd it is two steps ε, so the difference is divided by 2ε. "
    "Line 4 measures twice the slope.",
    returns=("measured", "claimed"),
    right=(
        "'4'",
        """
def answer(x, d, eps):
    cube = lambda t: (t**3).sum()
    return (cube(x + eps * d) - cube(x - eps * d)) / eps / 2, 3 * x**2 @ d
""",
    ),
    wrong={
        "1": "Line 1 names what the check needs: nothing is missing.",
        "2": "Line 2 is right: F, one step h further along d.",
        "3": "Line 3 is right: F, one step h back along d.",
        "5": "Line 5 is right: the gradient is 3x², and its entries are weighted with those of d.",
        "6": "Line 6 hands back both slopes; their order is not the mistake.",
        "lambda x, d, eps: ((((x + eps * d) ** 3).sum() - (x**3).sum()) / eps, (d * 3 * x**2).sum())": "That "
        "goes one step ahead and none back. It is a slope, too, but not the one of the text, and less exact.",
        """
def answer(x, d, eps):
    ahead, behind = ((x + eps * d) ** 3).sum(), ((x - eps * d) ** 3).sum()
    return (ahead - behind) / 2 * eps, (d * 3 * x**2).sum()
""": "`/ 2 * eps` divides by 2 and then multiplies by eps. Put 2 * eps in brackets.",
        """
def answer(x, d, eps):
    ahead, behind = ((x + eps * d) ** 3).sum(), ((x - eps * d) ** 3).sum()
    return (ahead - behind) / eps, (d * 3 * x**2).sum()
""": "What you measure is still twice the slope. How far is it from behind to ahead?",
        """
def answer(x, d, eps):
    ahead, behind = ((x + eps * d) ** 3).sum(), ((x - eps * d) ** 3).sum()
    return (ahead - behind) / eps, 2 * (d * 3 * x**2).sum()
""": "Now both are twice the slope. They agree, but the claimed one was right before.",
    },
    draw=steps,
)

EXERCISES = [exponential, two_paths, product, half_step, weight_path]
