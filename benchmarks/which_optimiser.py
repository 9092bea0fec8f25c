"""Which optimiser, which learning rate, which batch? Five optimisers on five of the book's problems.

    python benchmarks/which_optimiser.py [--rounds 11] [--out FILE]

For each problem and each optimiser every rate of a grid is tried with the seeds of TUNING; a seed makes the start and
the order of the samples. What counts is the number of updates until the cost of all training samples is at most a
target, for the first time; for the tumours the cost is counted from the least one. The rate with the smallest median
is judged with the seeds of JUDGING. The second part tunes and judges a rate for each size of the batch, by the epochs
until the target; the processor's seconds of an epoch are measured afterwards, in rounds, one size after the other. The
result goes to benchmarks/which_optimiser.json, which the page on noise in gradient descent shows.
"""

import os
import unicodedata
from functools import cache, partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import numpy as np
from backprop import bptt, data
from backprop import gradient_descent as gd
from backprop import loss as ls
from backprop.backpropagation import objective
from backprop.forward_pass import Network, initialise
from runner import origin, parser, rounded

RESULT = Path(__file__).resolve().parent / "which_optimiser.json"
TUNING, JUDGING = range(100, 105), range(11)
GRID = [float(f"{m}e{k}") for k in range(-5, 2) for m in (1, 2, 5)]
METHODS = {
    "gradient descent": gd.gradient_descent(),
    "momentum": gd.momentum(0.9),
    "Nesterov": gd.momentum(0.9, nesterov=True),
    "RMSProp": gd.rmsprop(),
    "Adam": gd.adam(),
}
ENDS = {"gradient descent": (0.005, 20), "momentum": (0.0005, 10), "Nesterov": (0.0005, 10)}  # of the grid
ENDS |= {"RMSProp": (0.0001, 2), "Adam": (0.0002, 2)}
SIZES, SIZED = (1, 8, 32, 128, None), ("gradient descent", "momentum", "Adam")  # None: all samples
EPOCHS = {1: 10, 8: 20, 32: 40, 128: 100, None: 400}  # at most, for each size

# ----------------------------------------------------------------------------------------------------- the problems


class Problem(NamedTuple):
    """Samples, a network, the loss, the strength of the regulariser; the size of a batch, how many updates are made,
    and the cost that is the target.
    """

    X: np.ndarray
    Y: np.ndarray
    widths: list
    loss: object
    strength: float
    size: int
    updates: int
    target: float


@cache
def problem(name):
    """A problem with samples in rows, shuffled once; the first of them are left out, as a test part would be."""
    order = np.random.default_rng(0).permutation
    if name == "XOR":
        X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
        return Problem(X, np.array([[0.0], [1], [1], [0]]), [2, 8, 1], ls.binary_cross_entropy, 0, 4, 400, 0.05)
    if name == "digits":
        X, Y = data.digits()
        part = order(len(X))[360:]
        return Problem(X[part], ls.one_hot(Y[part], 10), [64, 32, 10], ls.cross_entropy, 0, 32, 450, 0.1)
    if name == "houses":
        X, prices = data.house_prices()
        part, Y = order(len(X))[65:], np.log(prices)[:, None]  # 256, as 8 times 32
        X, Y = map(data.standardised, (X[part], Y[part]))
        return Problem(X, Y, [7, 16, 1], ls.half_squared_error, 0, 32, 360, 0.1)
    X, y = data.breast_cancer()
    part = order(len(X))[114:]
    X, Y = data.standardised(X[part]), y[part, None].astype(float)
    return Problem(X, Y, [30, 1], ls.binary_cross_entropy, 0.01, 32, 300, 0.005)


def grid_of(method):
    """The rates that are tried."""
    low, high = ENDS[method]
    return [rate for rate in GRID if low <= rate <= high]


@cache
def least(name):
    """The least objective of the tumours, after many steps with all samples; 0 for the others."""
    return run(name, "momentum", 0.1, 0, None, 3000, 3000, level=0.0)[-1][1] if name == "tumours" else 0.0


@cache
def text():
    """The names of Unicode's letters, as in the project on sequences: 16 streams of the first 92 of 116 stretches."""
    names = [unicodedata.ucd_3_2_0.name(chr(k), "") for k in range(4096)]
    stretches = np.reshape([name for name in names if " LETTER " in name], (116, 16))
    train = stretches[np.random.default_rng(0).permutation(116)[:92]]
    chars = "\n" + "".join(f"{name}\n" for name in train.ravel())
    letters = sorted(set(chars))
    numbers = np.array([letters.index(a) for a in chars])
    T = (len(numbers) - 1) // 16
    x, y = (numbers[k : k + 16 * T].reshape(16, T).T for k in (0, 1))
    return np.eye(29)[x], y


# ------------------------------------------------------------------------------------------------------------ trainings


@np.errstate(all="ignore")
def run(name, method, rate, seed, size, updates, every, target=-1.0, level=None):
    """Train, and look at the cost of all samples after every so many updates: [(updates, cost, seconds)]. Looking
    takes no time. It ends at the target, and where the numbers are no longer finite.
    """
    given, rng, optimise, spent, seen = problem(name), np.random.default_rng(seed), METHODS[method], 0.0, []
    net = Network(given.widths, ["tanh"] * (len(given.widths) - 2) + ["identity"])
    theta, N = initialise(net, rng).parameters, len(given.X)
    J, state = objective(net, given.X, given.Y, given.loss, given.strength), optimise.init(theta)
    level = least(name) if level is None else level
    loss, done, start = given.loss.__wrapped__, 0, process_time()  # without the check of its arguments
    while done < updates:
        for batch in gd.minibatches(N, size or N, rng):
            optimise.update(theta, J(batch)[1], state, rate)
            done += 1
            if done % every == 0:
                spent += process_time() - start
                cost = loss(net.propagate(given.X), given.Y)[0] + given.strength / 2 * theta @ theta - level
                seen.append((done, float(cost), spent) if np.isfinite(cost) else (done, np.inf, spent))
                if cost <= target or not np.isfinite(cost) or done >= updates:
                    return seen
                start = process_time()
    return seen


def read_text(method, rate, seed):
    """A plain recurrent network of 64 units reads the text twice, 200 windows, with gradients clipped to 1; the mean
    cost of the last 10 windows in bits after each, as `run` has it.
    """
    net = bptt.initialise_recurrent(bptt.RecurrentNetwork([29, 64, 29], "rnn"), np.random.default_rng(seed))
    (X, Y), costs = text(), []
    step = bptt.descent(net, rate, 1.0, METHODS[method])
    for k in range(200):
        here, state = slice(25 * (k % 100), 25 * (k % 100) + 25), net.state if k % 100 else None
        cost, upstream = bptt.sequence_cost(ls.cross_entropy, net.forward(X[here], state), Y[here])
        costs.append(float(cost / np.log(2)))
        step(upstream)
    return [(k, float(np.mean(costs[k - 10 : k])), 0.0) for k in range(10, 201)]


def judged(name, method, rate, seed):
    """The updates until the target, infinitely many if it is not reached, and the cost at the end."""
    if name == "text":
        seen, target = read_text(method, rate, seed), 2.0
    else:
        *_, size, updates, target = problem(name)
        seen = run(name, method, rate, seed, size, updates, every=1 if name == "XOR" else 5)
    return next((done for done, cost, _ in seen if cost <= target), np.inf), seen[-1][1]


def tuned(name, method):
    """The medians over the grid; the rates near the best that need at most twice as many updates; the best rate with
    other seeds.
    """
    tried, grid = {}, grid_of(method)
    for rate in grid:
        columns = zip(*(judged(name, method, rate, seed) for seed in TUNING), strict=True)
        tried[rate] = [median(column) for column in columns]
    best = min(grid, key=tried.get)
    low = high = grid.index(best)
    fine = [tried[rate][0] <= 2 * tried[best][0] for rate in grid]
    while low and fine[low - 1]:
        low -= 1
    while high + 1 < len(grid) and fine[high + 1]:
        high += 1
    found = [judged(name, method, best, seed) for seed in JUDGING]
    row = {"problem": name, "method": method, "rate": best, "fine": [grid[low], grid[high]]}
    return {**row, "updates": [u for u, _ in found], "cost": [c for _, c in found], "tried": tried}


def sized(name, method, size):
    """The rate that needs the fewest epochs in the median of three seeds, if it arrives with the first; its epochs with
    other seeds; for the digits the cost on the way.
    """
    N, target = len(problem(name).X), problem(name).target
    a_pass = -(-N // (size or N))
    way = partial(run, name, method, size=size, updates=EPOCHS[size] * a_pass, every=max(1, a_pass // 9))

    def epochs(rate, seed):
        done, cost, _ = way(rate=rate, seed=seed, target=target)[-1]
        return done / a_pass if cost <= target else np.inf

    tried = {rate: epochs(rate, TUNING[0]) for rate in grid_of(method)}
    for rate in [r for r in tried if tried[r] < np.inf]:
        tried[rate] = median([tried[rate], *(epochs(rate, seed) for seed in TUNING[1:3])])
    best = min(tried, key=tried.get)
    row = {"problem": name, "method": method, "size": size or N, "rate": best, "tried": tried}
    row["epochs"] = [epochs(best, seed) for seed in JUDGING]
    if (name, method) == ("digits", "momentum"):
        runs = [way(rate=best, seed=seed, updates=EPOCHS[size] * a_pass // 4) for seed in JUDGING]
        costs = [[(done / a_pass, cost) for done, cost, _ in seen] for seen in runs]
        row["way"] = [[at[0][0], *np.quantile([c for _, c in at], [0, 0.5, 1])] for at in zip(*costs, strict=True)]
    return row


def seconds(row):
    """The processor's seconds of an epoch, by at least 40 updates."""
    N, size = len(problem(row["problem"]).X), row["size"]
    a_pass = -(-N // size)
    updates = max(1, -(-40 // a_pass)) * a_pass
    return run(row["problem"], row["method"], row["rate"], 0, size, updates, updates)[-1][-1] * a_pass / updates


def finite(value):
    """The value, with None in the place of what is not finite, which JSON does not know."""
    if isinstance(value, dict):
        return {key: finite(v) for key, v in value.items()}
    if isinstance(value, list):
        return [finite(v) for v in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def main(out, names=("XOR", "houses", "tumours", "digits", "text"), sizes=SIZES, of=("digits", "houses"), rounds=11):
    """Measure, and write the result; ``rounds`` says how often an epoch is timed."""
    result = {**origin("which_optimiser.py", rounds, []), "problems": [], "sizes": []}
    for name in names:
        for method in METHODS:
            result["problems"].append(row := tuned(name, method))
            middle = median(row["updates"])
            print(f"{name:8}{method:18}{row['rate']:8g}  {row['fine']}  {middle}", flush=True)
    for name in of:
        for size in sizes:
            for method in SIZED:
                result["sizes"].append(row := sized(name, method, size))
                middle = f"{median(row['epochs']):.3g} epochs"
                print(f"{name:8}{row['size']:5}  {method:18}{row['rate']:8g}  {middle}", flush=True)
    timed = [[seconds(row) for row in result["sizes"]] for _ in range(rounds)]
    for row, times in zip(result["sizes"], zip(*timed, strict=True), strict=True):
        row["epoch_seconds"] = median(times)
    Path(out).write_text(rounded(finite(result)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    given = parser(__doc__, 11, RESULT).parse_args()
    main(given.out, rounds=given.rounds)
