"""The cells of chapter 05: gates, slopes, blocks of few columns, and float32."""

import numpy as np
import pytest
from autograd import grad
from backprop.activations import ACTIVATIONS
from backprop.bptt import BackpropagationThroughTime
from backprop.cells import SLOPES, split
from backprop.recurrent import RecurrentNetwork
from recurrent_examples import (
    AMOUNTS,
    FLOATS,
    KINDS,
    PLAIN,
    cases,
    close,
    example,
    gradient_of,
    over,
    plain_cost,
    state_of,
)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_side_by_side(cell):
    net, X, H, C, _ = example((cell, "tanh"), 3, 5, 2, 4, 6)
    assert net.gates is None
    net.forward(X, state_of((cell,), H, C))
    assert net.gates.shape == (3, 5, net.cell.gates * 4)
    for t in range(3):
        Z, U = X[t] @ net.W_x + net.b, net.H[t] @ net.W_h
        expected = PLAIN["sigmoid"](Z + U)
        if cell == "lstm":
            expected[:, 8:12] = np.tanh((Z + U)[:, 8:12])
        else:
            expected[:, 8:] = np.tanh(Z[:, 8:] + expected[:, :4] * (U[:, 8:] + net.d))
        close(net.gates[t], expected, rtol=1e-13)


def test_the_only_gate_of_the_simple_cell_is_its_state():
    net, X, _, _, _ = example(("rnn", "tanh"))
    net.forward(X)
    np.testing.assert_array_equal(net.gates, net.H[1:])


def test_split_gives_views():
    Z = np.arange(24.0).reshape(2, 12)
    i, f, g = split(Z, 3)
    assert f.tolist() == [[4, 5, 6, 7], [16, 17, 18, 19]]
    g[...] = 0
    assert not Z[:, 8:].any()
    assert i.base is not None


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_are_the_derivatives_as_functions_of_the_output(name):
    z = np.linspace(-5, 5, 101)
    f, out = ACTIVATIONS[name], np.empty(101)
    assert SLOPES[name](f.function(z), out) is out
    np.testing.assert_allclose(out, f.derivative(z), rtol=1e-11)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", KINDS, ids=", ".join)
@pytest.mark.parametrize("H", [1, 2, 3, 4, 8])
def test_blocks_of_few_columns(kind, H, dtype):
    # of arrays with 4 columns of float32, or 8 of float64, NumPy 2.4 has a negative that is wrong in place
    net, X, H_0, C_0, G = example(kind, 3, 5, 2, H, 4, dtype=dtype)
    X, H_0, C_0, G = (a.astype(np.float64) for a in (X, H_0, C_0, G))
    theta, state = net.parameters.astype(np.float64), state_of(kind, H_0.astype(dtype), C_0.astype(dtype))
    close(
        gradient_of(net, X.astype(dtype), G.astype(dtype), state),
        grad(plain_cost)(theta, X, H_0, C_0, G, net.widths, kind),
        rtol=1e-4 if dtype == np.float32 else 1e-12,
    )


@AMOUNTS
def test_float32_is_float64_rounded(amount):
    @over(amount, 20, 40, cases())
    def holds(case):
        kind, (net, X, H, C, G) = case[0], example(*case, dtype=np.float32, size=0.3)
        twin = RecurrentNetwork(net.widths, *kind)
        twin.parameters = net.parameters.astype(np.float64)
        received = net.forward(X, state_of(kind, H, C))
        double = [a.astype(np.float64) for a in (X, H, C, G)]
        exact = twin.forward(double[0], state_of(kind, *double[1:3]))
        assert received.dtype == np.float32
        np.testing.assert_allclose(received, exact, atol=1e-4 * max(1, abs(exact).max()))
        if kind[1] != "relu":
            gradient, exact = (BackpropagationThroughTime(n).backward(g) for n, g in ((net, G), (twin, double[3])))
            assert gradient.dtype == np.float32
            np.testing.assert_allclose(gradient, exact, atol=1e-4 * max(1, abs(exact).max()))
