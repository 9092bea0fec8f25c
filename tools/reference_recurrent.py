"""What PyTorch's nn.RNN, nn.LSTM and nn.GRU make of one problem: tests/reference/recurrent.json.

    python tools/reference_recurrent.py

Needs torch; the tests need only the file. Each has one layer and an nn.Linear behind it, in float64; the cost is the
sum of all outputs times fixed numbers. Parameters, inputs and gradients are stored in this book's layout:

    W_x, W_h, W_y, c    weight_ih_l0ᵀ, weight_hh_l0ᵀ, weightᵀ and bias of the nn.Linear
    b                   bias_ih_l0 + bias_hh_l0; for the gate n of the GRU bias_ih_l0 alone
    d                   bias_hh_l0 of the gate n of the GRU

PyTorch's gates have the same order as here: i, f, g, o and r, z, n. It adds two biases where one is enough; the second
one is set to 0 here wherever the sum alone counts, and the gradients of the two are then equal.
"""

import json
from importlib import metadata
from pathlib import Path

import numpy as np
import torch

T, N, D, H, K = 5, 2, 3, 4, 6
CASES = {"rnn, tanh": ("RNN", {}), "rnn, relu": ("RNN", {"nonlinearity": "relu"}), "lstm, tanh": ("LSTM", {})}
CASES["gru, tanh"] = ("GRU", {})


def in_our_layout(cell, linear, of):
    """The parameters, or with of = "grad" their gradients, by this book's names."""
    values = {name: (p if of == "data" else p.grad) for name, p in cell.named_parameters()}
    outputs = [p if of == "data" else p.grad for p in (linear.weight, linear.bias)]
    ours = {"W_x": values["weight_ih_l0"].T, "W_h": values["weight_hh_l0"].T, "b": values["bias_ih_l0"]}
    if isinstance(cell, torch.nn.GRU):
        ours["d"] = values["bias_hh_l0"][2 * H :]
    ours |= {"W_y": outputs[0].T, "c": outputs[1]}
    return {name: value.tolist() for name, value in ours.items()}


def run(kind, arguments, rng):
    """One forward and one backward pass."""
    cell = getattr(torch.nn, kind)(D, H, dtype=torch.float64, **arguments)
    linear = torch.nn.Linear(H, K, dtype=torch.float64)
    with torch.no_grad():
        for p in (*cell.parameters(), *linear.parameters()):
            p.copy_(torch.from_numpy(rng.normal(0, 0.7, tuple(p.shape)).round(3)))
        cell.bias_hh_l0[: 2 * H if kind == "GRU" else None] = 0
    X, R = (torch.from_numpy(rng.normal(size=(T, N, width)).round(3)) for width in (D, K))
    start = [torch.from_numpy(rng.normal(size=(1, N, H)).round(3)) for _ in range(1 + (kind == "LSTM"))]
    for a in (X, *start):
        a.requires_grad_()
    states, last = cell(X, tuple(start) if kind == "LSTM" else start[0])
    Y_hat = linear(states)
    (R * Y_hat).sum().backward()
    last = last if kind == "LSTM" else (last,)
    return {
        "parameters": in_our_layout(cell, linear, "data"),
        "X": X.tolist(),
        "state": [s[0].tolist() for s in start],
        "upstream": R.tolist(),
        "Y_hat": Y_hat.tolist(),
        "last": [s[0].tolist() for s in last],
        "gradient": in_our_layout(cell, linear, "grad"),
        "input_gradient": X.grad.tolist(),
        "state_gradient": [s.grad[0].tolist() for s in start],
    }


def main():
    rows = {name: run(*case, np.random.default_rng(5)) for name, case in CASES.items()}
    versions = {peer: metadata.version(peer).split("+")[0] for peer in ("torch", "numpy")}
    target = Path(__file__).parents[1] / "tests" / "reference" / "recurrent.json"
    target.write_text(json.dumps({"versions": versions, "rows": rows}) + "\n")


if __name__ == "__main__":
    main()
