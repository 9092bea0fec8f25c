"""What the scripts that time share: contestants in processes of their own, interleaved rounds, ratios, the report.

Each contestant runs in a process of its own on one thread. In a round each makes its steps, one contestant after the
other, in an order that rotates from round to round. A ratio is taken within a round, and its median and quartiles over
the rounds are reported: what slows the machine for a while slows both. A script gives its name to ``Worker`` and its
own ``prepare`` to ``work``.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from contextlib import suppress
from datetime import date
from functools import partial
from importlib import metadata
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

DTYPES = ("float64", "float32")
REFERENCES = ("PyTorch", "bare products", "backprop")  # ratios to these are stored
TOLERANCE = {"float64": 1e-10, "float32": 1e-5}
SLICE = 0.02  # seconds that a contestant runs in a round, at least two steps
ONE_THREAD = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    "NPROC": "1",  # for JAX
    "JAX_PLATFORMS": "cpu",
}
# the distribution that a contestant needs, by its name before the comma
PEERS = {
    "PyTorch": "torch",
    "JAX": "jax",
    "optax": "optax",
    "autograd": "autograd",
    "scikit-learn": "scikit-learn",
}

# --------------------------------------------------------------------------------------------- the process of a worker


def ten_steps(step):
    """The cost before and after ten steps."""
    costs = [step() for _ in range(11)]
    return [float(L.item() if hasattr(L, "item") else L) for L in (costs[0], costs[-1])]


def timed(step, count):
    """Seconds and processor seconds of one step, the mean over `count` of them, after some to warm the caches."""
    for _ in range(count // 4 + 1):
        step()
    start, cpu = perf_counter(), process_time()
    for _ in range(count):
        step()
    return [(perf_counter() - start) / count, (process_time() - cpu) / count]


def count_for(step):
    """The number of steps that fill a slice."""
    step()
    start = perf_counter()
    step()
    first = perf_counter() - start
    if first > SLICE:
        return 1
    return max(2, round(SLICE / min(timed(step, 3)[0], first)))


def serve(name, orders, answer, prepare):
    """Answer the orders of the runner, one line of JSON each, until there are no more."""
    try:
        version = metadata.version(PEERS.get(name.split(",")[0], "numpy"))
    except metadata.PackageNotFoundError:
        return answer({"missing": name})
    np.seterr(all="ignore")
    answer({"version": version})
    step, count = None, 0
    for order in orders:
        if order.pop("do") == "prepare":
            step, found = prepare(name, **order)
            answer(found)
            count = count_for(step)
        else:
            answer({"time": timed(step, count)})


def work(name, prepare):
    """Serve over standard input and output; what a library prints goes to standard error."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answer = partial(print, file=pipe, flush=True)
    serve(name, map(json.loads, sys.stdin), lambda found: answer(json.dumps(found)), prepare)


# ---------------------------------------------------------------------------------------------------------- the runner


class Worker:
    """A contestant of a script in its process; ``version`` is None where its library is missing."""

    def __init__(self, name, script):
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, script, "--work", name],
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.version = self.answer().get("version")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process of {self.name} has ended; its error is above")
        return json.loads(line)

    def ask(self, **order):
        with suppress(BrokenPipeError):  # the process has ended, which answer() reports
            print(json.dumps(order), file=self.process.stdin, flush=True)
        return self.answer()


def installed(workers):
    """The workers whose library is there; the names of the others, which are printed."""
    missing = [w.name for w in workers if w.version is None]
    for name in missing:
        print(f"{name} is not installed and left out")
    return [w for w in workers if w.version is not None], missing


def rounds_of(workers, count):
    """`count` rounds, each {name: [seconds, processor seconds]}, in an order that rotates."""
    rounds = []
    for k in range(count):
        turn = k % len(workers)
        rounds.append({w.name: w.ask(do="time")["time"] for w in workers[turn:] + workers[:turn]})
    return rounds


def summary(values):
    """Median and quartiles."""
    values = sorted(values)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return {"median": middle, "quartiles": [low, high]}


def ratios(rounds, name, reference):
    """The ratio name / reference within each round, summed up."""
    return summary([times[name][0] / times[reference][0] for times in rounds])


def check_costs(costs, dtype):
    """All contestants learn, and have one cost after ten steps."""
    expected = costs["backprop"][1]
    for name, (before, after) in costs.items():
        if not (after < before and abs(after - expected) <= TOLERANCE[dtype] * abs(expected)):
            raise SystemExit(f"{name}: cost {before!r} at first, {after!r} after ten steps, expected {expected!r}")


def agreed_costs(workers, size, dtype):
    """The costs of the contestants before and after ten steps, which must agree; all workers are prepared."""
    costs = {w.name: w.ask(do="prepare", size=size, dtype=dtype)["costs"] for w in workers}
    costs = {name: pair for name, pair in costs.items() if pair}
    check_costs(costs, dtype)
    return costs


def results(rounds, costs):
    """What is stored of the rounds: for each name the time in µs and the ratios; the share of one processor used."""
    first, table = rounds[0], {}
    for name in first:
        us = summary([1e6 * times[name][0] for times in rounds])
        table[name] = {
            "us": us["median"],
            "us_quartiles": us["quartiles"],
            "processors": statistics.median(times[name][1] / times[name][0] for times in rounds),
            "ratio_to": {other: ratios(rounds, name, other) for other in REFERENCES if other in first},
        }
        if name in costs:
            table[name]["cost"] = costs[name][1]
    return table


# ---------------------------------------------------------------------------------------------------------- the report


def processor():
    """The model of the processor, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def origin(command, rounds, workers):
    """Where the numbers come from: the date, the command, the machine, and the version of everything measured."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    found = {"Python": platform.python_version(), "NumPy": np.__version__, "BLAS": f"{blas['name']} {blas['version']}"}
    found |= {w.name: w.version for w in workers if w.name in PEERS}
    return {
        "date": date.today().isoformat(),
        "command": f"python benchmarks/{command}",
        "rounds": rounds,
        "threads": 1,
        "machine": {"processor": processor(), "cores": os.cpu_count(), "system": platform.system()},
        "versions": found,
    }


def report_rows(table, references):
    """Each contestant with its time and its ratios to these references, as lines of text."""
    for name, row in table.items():
        found = [row["ratio_to"].get(other) for other in references]
        shown = [f"{r['median']:.3f} ({r['quartiles'][0]:.3f}–{r['quartiles'][1]:.3f})" if r else "" for r in found]
        yield f"{name:20}{row['us']:10.1f} µs" + "".join(f"{text:>26}" for text in shown)


def rounded(result):
    """The result as JSON, with six digits of every number."""
    short = json.loads(json.dumps(result), parse_float=lambda text: float(f"{float(text):.6g}"))
    return json.dumps(short, indent=1, ensure_ascii=False) + "\n"


def parser(description, rounds, result, sizes=()):
    """The options of a script: how many rounds, which sizes, where the result goes; and the order to a process."""
    options = argparse.ArgumentParser(description=description.split("\n")[0])
    options.add_argument("--rounds", type=int, default=rounds)
    if sizes:
        options.add_argument("--sizes", nargs="+", choices=sizes, default=list(sizes))
    options.add_argument("--out", default=result)
    options.add_argument("--work", help=argparse.SUPPRESS)
    return options
