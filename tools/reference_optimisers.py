"""What PyTorch's and optax's optimisers make of one problem: tests/reference/optimisers.json.

    python tools/reference_optimisers.py

Needs torch and optax; the tests need only the file. Five parameters start at START and take 100 steps along the
gradient of ½ Σ aₖθₖ² + Σ sin θₖ, in float64, computed here by NumPy, so that all programs see the same function.
"""

import json
from importlib import metadata
from pathlib import Path

import numpy as np

START, A, STEPS = [1.0, -2.0, 0.5, 3.0, -0.25], np.array([1.0, 0.1, 4.0, 0.5, 2.0]), (1, 2, 10, 100)
CASES = {  # name: (rate, arguments of this book's optimiser, PyTorch's, optax's)
    "gradient_descent": (0.1, {}, ("SGD", {}), ("sgd", {})),
    "momentum": (0.05, {"beta": 0.9}, ("SGD", {"momentum": 0.9}), ("sgd", {"momentum": 0.9})),
    "momentum, nesterov": (
        0.05,
        {"beta": 0.9, "nesterov": True},
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
    ),
    "adagrad": (0.5, {"epsilon": 1e-10}, ("Adagrad", {"eps": 1e-10}), None),
    "rmsprop": (0.01, {"rho": 0.9, "epsilon": 1e-8}, ("RMSprop", {"alpha": 0.9, "eps": 1e-8}), None),
    "adam": (
        0.05,
        {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8},
        ("Adam", {"betas": (0.9, 0.99), "eps": 1e-8}),
        ("adam", {"b1": 0.9, "b2": 0.99, "eps": 1e-8}),
    ),
    "adam, decay": (
        0.05,
        {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8, "decay": 0.1},
        ("AdamW", {"betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1}),
        ("adamw", {"b1": 0.9, "b2": 0.99, "eps": 1e-8, "weight_decay": 0.1}),
    ),
}


def gradient(theta):
    return A * theta + np.cos(theta)


def by_torch(rate, name, arguments):
    import torch

    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimiser = getattr(torch.optim, name)([theta], lr=rate, **arguments)
    for step in range(1, STEPS[-1] + 1):
        theta.grad = torch.from_numpy(gradient(theta.detach().numpy()))
        optimiser.step()
        if step in STEPS:
            yield theta.tolist()


def by_optax(rate, name, arguments):
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    theta = jax.numpy.array(START)
    optimiser = getattr(optax, name)(rate, **arguments)
    state = optimiser.init(theta)
    for step in range(1, STEPS[-1] + 1):
        change, state = optimiser.update(jax.numpy.array(gradient(np.asarray(theta))), state, theta)
        theta = optax.apply_updates(theta, change)
        if step in STEPS:
            yield theta.tolist()


def main():
    rows = []
    for name, (rate, ours, torch_case, optax_case) in CASES.items():
        for peer, run, case in (("torch", by_torch, torch_case), ("optax", by_optax, optax_case)):
            if case:
                found = dict(zip(map(str, STEPS), run(rate, *case), strict=True))
                rows.append({"optimiser": name, "rate": rate, "arguments": ours, "peer": peer, "theta": found})
    versions = {peer: metadata.version(peer).split("+")[0] for peer in ("torch", "optax", "jax", "numpy")}
    result = {"versions": versions, "start": START, "a": A.tolist(), "rows": rows}
    target = Path(__file__).parents[1] / "tests" / "reference" / "optimisers.json"
    target.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
