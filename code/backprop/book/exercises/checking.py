"""The exercises of the page *Checking a gradient*."""

from .bug import FindTheBug
from .choice import Choice
from .number import Number

central_difference = Number(
    name="03-8",
    trains="a central difference by hand",
    minutes=4,
    difficulty=1,
    hint="1.1² is 1.21, and its square is 1.4641. 0.9² is 0.81, and its square is 0.6561.",
    solution="4.04",
    because="1.4641 − 0.6561 = 0.808, divided by 2h = 0.2. The slope is 4, and the difference is off by 4wh² = 0.04.",
    right=('"4.04"', "0.808 / 0.2"),
    wrong={
        "4": "That is the slope itself, 4w³. The central difference is a little off.",
        "4.641": "That is the difference ahead, (L(1.1) − L(1))/h. Take a step to each side.",
        "3.439": "That is the difference behind, (L(1) − L(0.9))/h. Take a step to each side.",
        "8.08": "The two places are 2h apart: divide by 0.2, not by 0.1.",
        "0.808": "That is L(1.1) − L(0.9). Divide it by the distance of the two places.",
        "-4.04": "Ahead minus behind: the sign is the other way round.",
    },
)


def two_layer_case(rng):
    rows, inputs, units, outputs = rng.integers(2, 6, size=4)
    shapes = (rows, inputs), (units, outputs), (rows, units), (rows, units), (rows, outputs)
    return tuple(rng.normal(size=shape) for shape in shapes)


mean_twice = FindTheBug(
    name="03-9",
    trains="reading a backward pass: which line is wrong",
    minutes=5,
    difficulty=2,
    hint="G comes from a loss that is a mean over the samples already. And a bias is used once for every sample.",
    program="""
def answer(X, V, H, slopes, G):
    dV = H.T @ G
    dc = G.sum(axis=0)
    Delta = (G @ V.T) * slopes
    dW = X.T @ Delta
    db = Delta.mean(axis=0)
    return dW, db, dV, dc
""",
    line=6,
    mended="""
def answer(X, V, H, slopes, G):
    dV = H.T @ G
    dc = G.sum(axis=0)
    Delta = (G @ V.T) * slopes
    dW = X.T @ Delta
    db = Delta.sum(axis=0)
    return dW, db, dV, dc
""",
    solution="6",
    because="A bias is used once for every sample: slopes add, so it is a sum, as in line 3. The mean of the cost is "
    "in G already; here it is taken twice.",
    returns=("dW", "db", "dV", "dc"),
    right=(
        "'6'",
        """
def answer(X, V, H, slopes, G):
    Delta = (G @ V.T) * slopes
    return X.T @ Delta, Delta.sum(axis=0), H.T @ G, G.sum(axis=0)
""",
    ),
    wrong={
        "1": "Line 1 names what the step needs: nothing is missing.",
        "2": "Line 2 is right: a layer's input, transposed, times its Δ. Behind the last layer stands no activation.",
        "3": "Line 3 is right: a bias is used once for every sample, so it is a sum.",
        "4": "Line 4 is right: back through V, transposed, then f′, entry by entry.",
        "5": "Line 5 is right: the layer's input, transposed, times its Δ.",
        "7": "Line 7 hands back the four gradients; their order is not the mistake.",
    },
    draw=two_layer_case,
)

which_mistake = Choice(
    name="03-10",
    trains="what the pattern of a failed check says",
    minutes=4,
    difficulty=2,
    hint="Divide each number of the program by the measured one.",
    solution="'b'",
    because="All are four times too large, and the batch has four samples: the division by N never came.",
    right=("'B'", "'(b)'"),
    wrong={
        "'a'": "That makes all twice as large. Here they are four times as large.",
        "'c'": "Then all signs would differ. Here they agree.",
        "'d'": "A missing transpose mixes the numbers of some layers. It does not multiply all by the same factor.",
        "'e'": "Then those of the last layer would be right, and each of the others wrong in its own way.",
    },
)

blind_check = Choice(
    name="03-11",
    trains="what a passed check of a gradient shows",
    minutes=4,
    difficulty=2,
    hint="What was compared, and where? The section above has a check that a wrong program passes.",
    solution="'c'",
    because="A check compares numbers at one point. It says nothing of other points, where a factor that was 0 or 1 by "
    "chance is neither.",
    right=("'C'", "'(c)'"),
    wrong={
        "'a'": "The page has a program without transpose and without f′ passes at V = 0. A check is no proof.",
        "'b'": "It shows something: it found all twelve mistakes of this page.",
        "'d'": "At V = 0 any factor f′ is multiplied by 0. Other inputs would not show it, either.",
        "'e'": "With V = 0 nothing comes back to W: a wrong ∂L/∂W is 0 there like the right one.",
    },
)

EXERCISES = [central_difference, mean_twice, which_mistake, blind_check]
