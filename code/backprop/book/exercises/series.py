"""The exercises of the project on two time series."""

from .program import Program

as_a_year_ago = Program(
    name="series-1",
    trains="a rival for a series with a season",
    minutes=6,
    difficulty=2,
    hint="Three slices of the same length. The first t with a month twelve months before it is t = 12, counted from 0.",
    solution="""
def answer(x):
    return x[12:] + x[1:-11] - x[:-12]
""",
    because="x_t, x_{t−11} and x_{t−12}, for t = 12 to the last month. On the cement it is better than a year before "
    "in the recession, and worse after it.",
    right=(
        "lambda x: np.array([x[t] + x[t - 11] - x[t - 12] for t in range(12, len(x))])",
        "lambda x: np.convolve(x, [1, *[0] * 10, 1, -1], 'valid')",
    ),
    wrong={
        "lambda x: x[12:] - x[1:-11] + x[:-12]": "The sign of the change: it went from x_{t−12} to x_{t−11}.",
        "lambda x: x[1:-11]": "That is the value of a year before. The change is added to this month's value.",
        "lambda x: x[12:] + x[2:-10] - x[1:-11]": "That change is one month late. A year before month t + 1 is month "
        "t − 11, and the one before it t − 12.",
        "lambda x: x[12:] * x[1:-11] / x[:-12]": "With logarithms a factor becomes a term: add the change.",
        "lambda x: x[12:-1] + x[1:-12] - x[:-13]": "The last forecast is missing: that for the month after the last "
        "one shown.",
        "lambda x: x[12:] + x[12:] - x[11:-1]": "That is the change since last month, not that of a year ago.",
    },
    public=("(np.array([3.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0]),)",),
    draw=lambda rng: (rng.uniform(1, 2, size=int(rng.integers(13, 60))),),
    integers=False,
)

EXERCISES = [as_a_year_ago]
