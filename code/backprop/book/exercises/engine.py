"""The exercises of the page *Why backward, and an engine*."""

from types import SimpleNamespace

from sympy import Sum

from backprop.proof.vocabulary import arbitrary, array, indices, partial, reals, sizes, slope

from .expression import Expression
from .number import Number
from .program import Program, later

N, H = sizes("N H")
n, m, i, j, q = indices("n m i j q")
w, x = reals("w x")
f, E_1 = arbitrary("f"), arbitrary("E")
Z, G = array("Z", N, H), array("G", N, H)

paths_and_arrows = Number(
    name="03-12",
    trains="paths against arrows",
    minutes=4,
    difficulty=1,
    hint="A path picks one unit in each layer. An arrow joins one unit with one of the next layer.",
    parts=("the paths", "the arrows"),
    solution="(120, 55)",
    because="Each of 5 · 4 · 6 choices is a path. The arrows are 5 + 20 + 24 + 6, and a walk back uses each once.",
    right=("[120, 55]", "(5 * 4 * 6, 5 + 20 + 24 + 6)"),
    wrong={
        "(15, 55)": "The choices of a path multiply: 5 in the first layer, and for each of them 4 in the second.",
        "(120, 44)": "The arrows from x, 5, and those to the end, 6, belong to it, too.",
        "(120, 49)": "The 6 arrows to the end are missing.",
        "(120, 50)": "The 5 arrows from x are missing.",
        "(120, 120)": "An arrow is used by many paths, and counted once.",
    },
)

shared_weight = Expression(
    name="03-13",
    trains="a weight that is used twice",
    minutes=6,
    difficulty=2,
    hint="Give the two uses of w two names. What is the slope for each?",
    question=partial(E_1(w * f(w * x)), w),
    solution="slope(E_1)(w * f(w * x)) * (f(w * x) + w * slope(f)(w * x) * x)",
    because="One path through each use of w; they add.",
    right=(
        "slope(E_1)(w * f(w * x)) * f(w * x) + slope(E_1)(w * f(w * x)) * w * slope(f)(w * x) * x",
        "(x * w * slope(f)(x * w) + f(x * w)) * slope(E_1)(f(x * w) * w)",
    ),
    wrong={
        "slope(E_1)(w * f(w * x)) * f(w * x)": "That is the second use of w alone.",
        "slope(E_1)(w * f(w * x)) * w * slope(f)(w * x) * x": "That is the first use of w alone.",
        "slope(E_1)(w * f(w * x)) * (f(w * x) + slope(f)(w * x) * x)": "On the path through"
        " the first use the second layer's w is a factor.",
        "slope(E_1)(w * f(w * x)) * (f(w * x) + w * slope(f)(w * x))": "The first layer's"
        " input x is a factor of its path.",
        "f(w * x) + w * slope(f)(w * x) * x": "The slope of the loss is missing.",
        "slope(E_1)(w) * (f(w * x) + w * slope(f)(w * x) * x)": "The slope of E is taken"
        " where E was evaluated, at w f(wx).",
        "slope(E_1)(w * f(w * x)) * (f(x) + w * slope(f)(w * x) * x)": "The second use of w "
        "multiplies the hidden value, f(wx), not f(x).",
        "slope(E_1)(w * f(w * x)) * (f(w * x) * w * slope(f)(w * x) * x)": "Slopes multiply along a "
        "path. The two paths add.",
    },
    letters={"w": w, "x": x} | {"E_1": E_1, "f": f, "slope": slope},
)

centring = Expression(
    name="03-14",
    trains="a mean over the batch: every sample is in it",
    minutes=10,
    difficulty=3,
    hint="Z[m, q] reaches C[m, q] directly, and every C[n, q] through the mean.",
    question=partial(
        Sum(G[n, j] * (Z[n, j] - Sum(Z[i, j], (i, 1, N)) / N), (n, 1, N), (j, 1, H)),
        Z[m, q],
    ),
    solution="G[m, q] - Sum(G[n, q], (n, 1, N)) / N",
    because="Every sample is in the mean, so every upstream gradient comes back: the gradient is centred, too.",
    right=(
        "(N * G[m, q] - Sum(G[n, q], (n, 1, N))) / N",
        "-Sum(G[i, q], (i, 1, N)) / N + G[m, q]",
    ),
    wrong={
        "G[m, q]": "The mean moves with Z[m, q], too: a second path.",
        "G[m, q] - G[m, q] / N": "The mean is in every row of C, not in row m alone.",
        "G[m, q] - Sum(G[n, q], (n, 1, N))": "Z[m, q] is one of N in the mean: 1/N.",
        "G[m, q] + Sum(G[n, q], (n, 1, N)) / N": "The mean is subtracted: a minus.",
        "-Sum(G[n, q], (n, 1, N)) / N": "The direct path is missing.",
        "G[m, q] - Sum(G[m, j], (j, 1, H)) / H": "The mean runs over the batch, n, not over the units.",
        "G[m, q] - Sum(G[m, j], (j, 1, H)) / N": "N divides a sum over the N samples. Yours runs over the "
        "units of one.",
        "Sum(G[n, q], (n, 1, N)) / N - G[m, q]": "All signs are the other way round: Z[m, q] has a plus in C, the mean "
        "a minus.",
        "Z[m, q] - Sum(Z[n, q], (n, 1, N)) / N": "That is C itself. The slopes that come back are those in G.",
    },
    letters={
        **{"G": G, "Z": Z, "m": m, "q": q, "n": n, "i": i, "j": j, "N": N, "H": H, "Sum": Sum},
    },
)


def quotient(answer, a, b):
    """The reader's quotient, squared and added, with both gradients."""
    from backprop.autodiff import gradients

    u, v = Node(a), Node(b)
    found = answer(u, v)
    return found.value, *gradients((found * found).sum(), [u, v])


Node = later("backprop.autodiff", "Node")

division = Program(
    name="03-15",
    trains="an engine's operation: value and pull",
    minutes=8,
    difficulty=3,
    hint="The slope of a/b with a is 1/b; with b it is −a/b², which is −(a/b)/b.",
    solution="""
def answer(a, b):
    def pull_a(g):
        return g / b.value

    def pull_b(g):
        return -g * a.value / b.value**2

    return autodiff.Node(a.value / b.value, [(a, pull_a), (b, pull_b)])
""",
    because="Each parent gets the upstream gradient times its own slope.",
    letters={"autodiff": SimpleNamespace(Node=Node)},
    returns=("the quotient", "∂/∂a", "∂/∂b"),
    through=quotient,
    public=("(np.array([6.0]), np.array([2.0]))",),
    draw=lambda rng: tuple(rng.uniform(1, 2, size=(2, 4))),
    integers=False,
    right=(
        """
def answer(a, b):
    return autodiff.Node(
        a.value / b.value,
        ((a, lambda g: g / b.value), (b, lambda g: -g * a.value / b.value**2)),
    )
""",
        """
def answer(a, b):
    inverse = autodiff.Node(1 / b.value, ((b, lambda g: -g / b.value**2),))
    return a * inverse
""",
    ),
    wrong={
        "lambda a, b: autodiff.Node(a.value / b.value, ((a, lambda g: g / b.value), (b, lambda g:"
        " g * a.value / b.value**2)))": "∂/∂b: the quotient falls where b grows: a minus.",
        "lambda a, b: autodiff.Node(a.value / b.value, ((a, lambda g: g / b.value), (b, lambda g:"
        " -g / b.value**2)))": "∂/∂b: −1/b² is the slope of 1/b. The factor a is missing.",
        "lambda a, b: autodiff.Node(a.value / b.value, ((a, lambda g: g / b.value),))": "∂/∂b: b is a parent, too.",
        "lambda a, b: autodiff.Node(a.value / b.value, ((a, lambda g: 1 / b.value), (b, lambda g:"
        " -a.value / b.value**2)))": "A pull multiplies by the upstream gradient g.",
        "lambda a, b: autodiff.Node(b.value / a.value, ((a, lambda g: -g * b.value / a.value**2),"
        " (b, lambda g: g / a.value)))": "That is b/a.",
    },
)

EXERCISES = [paths_and_arrows, shared_weight, centring, division]
