"""The time of one training step, this book's and its peers', side by side: forward, loss, backward, gradient step.

    python benchmarks/training_step.py [--rounds 40] [--sizes xor digits mnist big] [--out FILE]

Each contestant of benchmarks/contestants.py runs as benchmarks/runner.py says: in a process of its own on one thread,
in interleaved rounds. Before anything is timed, all contestants must have the same cost after ten steps from the same
parameters. A peer that is not installed is named and left out; ``pip install -r requirements-bench.txt -c
requirements.txt`` installs them all. The result goes to benchmarks/training_step.json, which the appendix on speed
shows; a run with fewer sizes or rounds goes elsewhere with --out.
"""

from contextlib import ExitStack
from pathlib import Path

from contestants import CONTESTANTS, PARTS, SIZES, Task
from runner import (
    DTYPES,
    REFERENCES,
    Worker,
    agreed_costs,
    installed,
    origin,
    parser,
    ratios,
    report_rows,
    results,
    rounded,
    rounds_of,
    summary,
    ten_steps,
    work,
)

RESULT = Path(__file__).resolve().parent / "training_step.json"


def prepare(name, size, dtype):
    """A step to be timed, and what the runner wants to know before: a contestant's cost before and after ten steps."""
    step = {**CONTESTANTS, **PARTS}[name](Task(size, dtype))
    return step, {"costs": ten_steps(step) if name in CONTESTANTS and name != "bare products" else None}


def measure(workers, size, dtype, count):
    """One size in one type, as an entry of the result."""
    task = Task(size, dtype)
    names = [w for w in workers if w.name != "finite differences" or size == "digits"]
    costs = agreed_costs(names, size, dtype)
    rounds = rounds_of(names, count)
    table = results(rounds, costs)
    gradient = [times["forward"][0] + times["loss"][0] + times["backward"][0] for times in rounds]
    return {
        "size": size,
        "widths": task.widths,
        "N": task.N,
        "P": task.net.parameters.size,
        "dtype": dtype,
        "contestants": {name: table[name] for name in table if name in CONTESTANTS},
        "parts": {name: table[name] for name in table if name not in CONTESTANTS},
        "backward_to_forward": ratios(rounds, "backward", "forward"),
        "gradient_to_cost": summary([g / (g - t["backward"][0]) for g, t in zip(gradient, rounds, strict=True)]),
    }


def report(case):
    """A case as lines of text."""
    yield f"\n{case['size']}, {case['dtype']}: widths {case['widths']}, N = {case['N']}, P = {case['P']}"
    yield f"{'':33}" + "".join(f"{'/ ' + name:>26}" for name in REFERENCES)
    yield from report_rows({**case["contestants"], **case["parts"]}, REFERENCES)
    yield (
        f"backward / forward {case['backward_to_forward']['median']:.2f}, "
        f"cost and gradient / cost {case['gradient_to_cost']['median']:.2f}"
    )


def main(rounds, sizes, out):
    cases = []
    with ExitStack() as stack:
        workers, missing = installed([stack.enter_context(Worker(name, __file__)) for name in [*CONTESTANTS, *PARTS]])
        for size in sizes:
            for dtype in DTYPES:
                cases.append(measure(workers, size, dtype, rounds))
                print("\n".join(report(cases[-1])), flush=True)
        command = f"training_step.py --rounds {rounds} --sizes {' '.join(sizes)}"
        result = {**origin(command, rounds, workers), "missing": missing, "cases": cases}
    Path(out).write_text(rounded(result), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    given = parser(__doc__, 40, RESULT, SIZES).parse_args()
    work(given.work, prepare) if given.work else main(given.rounds, given.sizes, given.out)
