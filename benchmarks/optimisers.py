"""The time of one update by an optimiser, this book's and its peers', and of a whole training step with Adam.

    python benchmarks/optimisers.py [--rounds 20] [--sizes xor digits mnist big] [--out FILE]

As benchmarks/runner.py says, each contestant has a process of its own and one thread, the rounds are interleaved,
and a ratio is taken within a round. An update moves P parameters, as many as the network of contestants.py has, along
a gradient that is there already. PyTorch and optax get the parameters as their users have them, a W and a b for each
layer, and, where the name says "flat", as one vector, as this book does. Before anything is timed, the parameters
after ten updates must be the same, and so must the cost after ten whole steps. The result goes to
benchmarks/optimisers.json, which the appendix on speed shows.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import contestants
import numpy as np
from backprop import optimisers as book
from backprop.backpropagation import Backpropagation
from contestants import SIZES
from ingredients import SMALL
from runner import (
    DTYPES,
    Worker,
    check_costs,
    installed,
    origin,
    parser,
    report_rows,
    results,
    rounded,
    rounds_of,
    ten_steps,
    work,
)

RESULT = Path(__file__).resolve().parent / "optimisers.json"
RATE = 1e-3
TOLERANCE = {"float64": 1e-10, "float32": 1e-4}  # of the longest way that a parameter has gone after ten updates


class Rule(NamedTuple):
    """One rule with the same constants: this book's optimiser, and names and arguments in torch.optim and in optax."""

    book: book.Optimiser
    torch: tuple
    optax: tuple


RULES = {
    "gradient descent": Rule(book.gradient_descent(), ("SGD", {}), ("sgd", {})),
    "momentum": Rule(book.momentum(0.9), ("SGD", {"momentum": 0.9}), ("sgd", {"momentum": 0.9})),
    "Nesterov": Rule(
        book.momentum(0.9, nesterov=True),
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
    ),
    "AdaGrad": Rule(  # optax adds ε under the root, where ε² does the same for a gradient far above ε
        book.adagrad(1e-15),
        ("Adagrad", {"eps": 1e-15}),
        ("adagrad", {"eps": 1e-30, "initial_accumulator_value": 0.0}),
    ),
    "RMSProp": Rule(
        book.rmsprop(0.99, 1e-8),
        ("RMSprop", {"alpha": 0.99, "eps": 1e-8}),
        ("rmsprop", {"decay": 0.99, "eps": 1e-8, "eps_in_sqrt": False}),
    ),
    "Adam": Rule(
        book.adam(0.9, 0.999, 1e-8),
        ("Adam", {"betas": (0.9, 0.999), "eps": 1e-8}),
        ("adam", {"b1": 0.9, "b2": 0.999, "eps": 1e-8}),
    ),
    "AdamW": Rule(
        book.adam(0.9, 0.999, 1e-8, decay=0.01),
        ("AdamW", {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}),
        ("adamw", {"b1": 0.9, "b2": 0.999, "eps": 1e-8, "weight_decay": 0.01}),
    ),
}

# ------------------------------------------------------------------------------------------------------------- updates


class Update(NamedTuple):
    """``step()`` moves the parameters; ``give`` sets the gradient, (P,); ``theta()`` returns the parameters, (P,)."""

    step: Callable
    give: Callable
    theta: Callable


def arrays(task, flat):
    """The parameters to start from: W and b of each layer, or one vector."""
    return [task.net.parameters.copy()] if flat else [a for pair in task.layers() for a in pair]


def cut(vector, parts):
    """The vector in parts of these sizes and shapes."""
    pieces = np.split(vector, np.cumsum([p.size for p in parts])[:-1])
    return [piece.reshape(p.shape) for piece, p in zip(pieces, parts, strict=True)]


def backprop(task, rule, whole=False):
    """Chapter 04; ``whole``: in one slice."""
    if whole:
        book.SLICE = task.net.parameters.size
    theta, update = task.net.parameters, rule.book.update
    gradient, state = np.zeros_like(theta), rule.book.init(theta)
    return Update(lambda: update(theta, gradient, state, RATE), partial(np.copyto, gradient), lambda: theta)


def torch(task, rule, flat=False, **how):
    import torch

    torch.set_num_threads(1)
    parts = arrays(task, flat)
    parameters = [torch.tensor(a, requires_grad=True) for a in parts]
    for p in parameters:
        p.grad = torch.zeros_like(p)
    name, arguments = rule.torch
    optimiser = getattr(torch.optim, name)(parameters, lr=RATE, **arguments, **how)

    def give(gradient):
        for p, g in zip(parameters, cut(gradient, parts), strict=True):
            p.grad.copy_(torch.from_numpy(g))

    def theta():
        return np.concatenate([p.detach().numpy().ravel() for p in parameters])

    return Update(optimiser.step, give, theta)


def optax_update(name, rate, **arguments):
    """The optimiser, and its update of parameters and state as one compiled function, which may write over both."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)  # allows float64; the type is still that of the arrays
    jax.config.update("jax_cpu_enable_async_dispatch", False)  # on the thread that calls, and faster
    optimiser = getattr(optax, name)(rate, **arguments)

    @partial(jax.jit, donate_argnums=(0, 1))
    def update(parameters, state, gradient):
        change, state = optimiser.update(gradient, state, parameters)
        return optax.apply_updates(parameters, change), state

    return optimiser, update


def optax(task, rule, flat=False):
    import jax
    from jax import numpy as jnp

    name, arguments = rule.optax
    optimiser, update = optax_update(name, RATE, **arguments)
    parts = arrays(task, flat)
    parameters, gradient = [[jnp.array(a) for a in parts] for _ in range(2)]
    state = optimiser.init(parameters)

    def step():
        nonlocal parameters, state
        parameters, state = jax.block_until_ready(update(parameters, state, gradient))

    def give(new):
        gradient[:] = [jnp.array(g) for g in cut(new, parts)]

    return Update(step, give, lambda: np.concatenate([np.ravel(p) for p in parameters]))


UPDATES = {
    "backprop": backprop,
    "backprop, one slice": partial(backprop, whole=True),
    "PyTorch": torch,
    "PyTorch, foreach": partial(torch, foreach=True),
    "PyTorch, fused": partial(torch, fused=True),
    "PyTorch, flat": partial(torch, flat=True),
    "PyTorch, flat, fused": partial(torch, flat=True, fused=True),
    "optax": optax,
    "optax, flat": partial(optax, flat=True),
}


def ten_updates(update, size, dtype):
    """The parameters after ten updates along ten gradients, whose entries lie between 1 and 2 or between −2 and −1."""
    rng = np.random.default_rng(1)
    for _ in range(10):
        update.give((rng.uniform(1, 2, size) * rng.choice([-1, 1], size)).astype(dtype))
        update.step()
    return update.theta()


def difference(one, other, start):
    """The largest difference of two vectors, as a share of the longest way from the start."""
    return float(np.abs(one - other).max() / np.abs(other - start).max())


# ------------------------------------------------------------------------------------------------- whole steps, by Adam


def backprop_step(task, rate, whole=False):
    """The step of contestants.py, with Adam in the place of its last line."""
    if whole:
        book.SLICE = task.net.parameters.size
    net, X, Y, optimise = task.net, task.X, task.Y, RULES["Adam"].book
    backward, loss, theta = Backpropagation(net), task.loss.__wrapped__, net.parameters
    out, state = np.empty_like(Y), optimise.init(theta)

    def step():
        L, upstream = loss(net.propagate(X), Y, out)
        optimise.update(theta, backward.propagate(upstream), state, rate)
        return L

    return step


def torch_step(task, rate, **how):
    name, arguments = RULES["Adam"].torch
    return contestants.torch_optim(task, name, rate, **arguments, **how)


def optax_step(task, rate):
    """Gradient and update in one compiled function."""
    import jax

    name, arguments = RULES["Adam"].optax
    optimiser, update = optax_update(name, rate, **arguments)
    cost, parameters = contestants.jax_cost(task)
    state = optimiser.init(parameters)

    @partial(jax.jit, donate_argnums=(0, 1))
    def descend(parameters, state):
        L, gradient = jax.value_and_grad(cost)(parameters)
        return *update(parameters, state, gradient), L

    def step():
        nonlocal parameters, state
        parameters, state, L = jax.block_until_ready(descend(parameters, state))
        return L

    return step


STEPS = {
    "backprop": backprop_step,
    "backprop, one slice": partial(backprop_step, whole=True),
    "PyTorch": torch_step,
    "PyTorch, foreach": partial(torch_step, foreach=True),
    "PyTorch, fused": partial(torch_step, fused=True),
    "optax": optax_step,
}

# ---------------------------------------------------------------------------------------------------------- the runner


def prepare(name, size, dtype, rule=None):
    """An update by this rule to be timed, and how far its ten updates end from the book's; or without a rule a whole
    step, and the cost before and after ten of them. The step to be timed has a rate that leaves the network as it is.
    """
    task = partial(contestants.Task, size, dtype)
    if rule is None:
        costs = ten_steps(STEPS[name](task(), RATE))
        return STEPS[name](task(), SMALL), {"costs": costs}
    start = task().net.parameters
    updates = [f(task(), RULES[rule]) for f in (UPDATES["backprop"], UPDATES[name])]
    expected, found = [ten_updates(u, start.size, dtype) for u in updates]
    return updates[1].step, {"difference": difference(found, expected, start)}


def takes_part(name, rule, P):
    """Every rule is measured in the four plain ways; Adam, and the whole step, for which the rule is None, in all that
    there are. PyTorch has no fused RMSProp. A short vector is one slice anyway.
    """
    if name == "backprop, one slice":
        return rule in (None, "Adam") and P > book.SLICE
    if rule in (None, "Adam"):
        return name in (UPDATES if rule else STEPS)
    return name in ("backprop", "PyTorch", "optax") or (name == "PyTorch, fused" and rule != "RMSProp")


def check_differences(differences, dtype):
    """All contestants are where the book's update is after ten updates."""
    for name, found in differences.items():
        if not found <= TOLERANCE[dtype]:
            raise SystemExit(f"{name}: parameters differ by {found:.2g} after ten updates, of {TOLERANCE[dtype]:.2g}")


def measure(workers, size, dtype, count, rule=None):
    """One rule, or without a rule the whole step, in one size and one type, as an entry of the result."""
    P = contestants.Task(size, dtype).net.parameters.size
    workers = [w for w in workers if takes_part(w.name, rule, P)]
    order = {"size": size, "dtype": dtype, **({"rule": rule} if rule else {})}
    found = {w.name: w.ask(do="prepare", **order) for w in workers}
    if rule:
        check_differences({name: answer["difference"] for name, answer in found.items()}, dtype)
    else:
        check_costs({name: answer["costs"] for name, answer in found.items()}, dtype)
    table = results(rounds_of(workers, count), {})
    return {**order, "P": P, "contestants": table}


def report(case):
    """A case as lines of text."""
    yield f"\n{case.get('rule', 'step with Adam')}, {case['size']}, {case['dtype']}, P = {case['P']}"
    yield from report_rows(case["contestants"], ("PyTorch", "backprop"))


def main(count, sizes, out):
    updates, steps = [], []
    with ExitStack() as stack:
        workers, missing = installed([stack.enter_context(Worker(name, __file__)) for name in UPDATES])
        for size in sizes:
            for dtype in DTYPES:
                for rule in (None, *RULES):
                    case = measure(workers, size, dtype, count, rule)
                    (updates if rule else steps).append(case)
                    print("\n".join(report(case)), flush=True)
        command = f"optimisers.py --rounds {count} --sizes {' '.join(sizes)}"
        result = {**origin(command, count, workers), "missing": missing, "updates": updates, "steps": steps}
        if "optax" not in missing:
            result["versions"]["JAX"] = metadata.version("jax")
    Path(out).write_text(rounded(result), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    given = parser(__doc__, 20, RESULT, SIZES).parse_args()
    work(given.work, prepare) if given.work else main(given.rounds, given.sizes, given.out)
