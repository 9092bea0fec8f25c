"""Chapter 05, the cells of a recurrent network: what one step does, forward and
backward. A cell is three functions of the arrays of a step; chapter 05 derives them.

A row is a sample, t is time: X (T, N, D) has one X_t (N, D) a step. The gates of a step
lie side by side in Z (N, G·H).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .forward_pass import ACTIVATIONS


class Cell(NamedTuple):
    """What the steps of a network do: the numbers of its gates and of its states, H or
    H and C; whether the gate n has the bias d; and three functions, which write into
    the arrays of a step.

    forward(f, Z, U, d, before, after): Z (N, G·H) comes with X_t W_x + b and U with
        H_{t−1} W_h; it leaves the gates in Z and the new states in ``after``.
    slopes(slope, Z, U, states, Delta, direct): local derivatives, for many steps.
    backward(Z, Delta, Gamma, direct, dafter, dbefore): makes of them
        Δ_t = ∂L/∂(X_t W_x) and Γ_t = ∂L/∂(H_{t−1} W_h), the same array where the two
        are equal; and writes what step t − 1 gets, but for Γ_t W_hᵀ, into ``dbefore``.
    """

    gates: int
    states: int
    has_d: bool
    forward: Callable
    slopes: Callable
    backward: Callable


def split(Z, G):
    """The G gates of Z (…, G·H), each (…, H): views."""
    H = Z.shape[-1] // G
    return [Z[..., k * H : (k + 1) * H] for k in range(G)]


def rnn_forward(f, Z, U, d, before, after):
    """H_t = f(X_t W_x + b + H_{t−1} W_h), in the place of Z_t."""
    Z += U
    f(Z, Z)


def rnn_slopes(slope, Z, U, states, Delta, direct):
    """f′(Z_t), a function of H_t."""
    slope(Z, Delta)


def rnn_backward(Z, Delta, Gamma, direct, dafter, dbefore):
    """Δ_t = ∂L/∂H_t ⊙ f′(Z_t)."""
    Delta *= dafter[0]


sigmoid = ACTIVATIONS["sigmoid"].function.__wrapped__  # (z, out), unchecked


def lstm_forward(f, Z, U, d, before, after):
    """i, f, o = σ(Z), g = tanh(Z); C_t = f ⊙ C_{t−1} + i ⊙ g, H_t = o ⊙ tanh(C_t)."""
    (_, C_before), (H, C) = before, after
    Z += U
    i, f, g, o = split(Z, 4)
    candidate = np.tanh(g)
    sigmoid(Z, Z)  # one call for all columns is faster than one for each gate
    g[...] = candidate
    np.multiply(f, C_before, out=C)
    C += i * g
    np.multiply(o, np.tanh(C, out=H), out=H)


def lstm_slopes(slope, Z, U, states, Delta, direct):
    """∂C_t/∂Z_t for i, f, g; ∂H_t/∂Z_t for o; ∂H_t/∂C_t = o ⊙ (1 − tanh²(C_t))."""
    (i, f, g, o), (di, df, dg, do) = split(Z, 4), split(Delta, 4)
    C_before, tanh_C = states[1][:-1], np.tanh(states[1][1:])
    np.multiply(g, i * (1 - i), out=di)
    np.multiply(C_before, f * (1 - f), out=df)
    np.multiply(i, 1 - g * g, out=dg)
    np.multiply(tanh_C, o * (1 - o), out=do)
    np.multiply(o, 1 - tanh_C * tanh_C, out=direct)


def lstm_backward(Z, Delta, Gamma, direct, dafter, dbefore):
    """∂L/∂C_t = ∂L/∂C_{t+1} ⊙ f_{t+1} + ∂L/∂H_t ⊙ ∂H_t/∂C_t, where step t + 1 has left
    the first term; Δ_t is ∂L/∂C_t, for o ∂L/∂H_t, times the slopes.
    """
    (dH, dC), (_, dC_before) = dafter, dbefore
    dC += dH * direct
    for slope, upstream in zip(split(Delta, 4), (dC, dC, dC, dH), strict=True):
        slope *= upstream
    np.multiply(dC, split(Z, 4)[1], out=dC_before)


def gru_forward(f, Z, U, d, before, after):
    """r, z = σ(Z), n = tanh(X_t W_xn + b_n + r ⊙ u) with u = H_{t−1} W_hn + d;
    H_t = (1 − z) ⊙ n + z ⊙ H_{t−1}.
    """
    (H_before,), (H,) = before, after
    (r, z, n), u = split(Z, 3), split(U, 3)[2]
    u += d
    gates = Z[..., : 2 * n.shape[-1]]
    gates += U[..., : 2 * n.shape[-1]]
    sigmoid(gates, gates)
    n += r * u
    np.tanh(n, out=n)
    np.subtract(H_before, n, out=H)
    H *= z
    H += n


def gru_slopes(slope, Z, U, states, Delta, direct):
    """∂H_t/∂Z_t for r, z, n; and z, the share of H_{t−1} in H_t."""
    (r, z, n), (dr, dz, dn), u = split(Z, 3), split(Delta, 3), split(U, 3)[2]
    np.multiply(1 - z, 1 - n * n, out=dn)
    np.multiply(dn * u, r * (1 - r), out=dr)
    np.multiply(states[0][:-1] - n, z * (1 - z), out=dz)
    direct[...] = z


def gru_backward(Z, Delta, Gamma, direct, dafter, dbefore):
    """Δ_t = ∂L/∂H_t ⊙ slopes; Γ_t is the same, but for n, where it is Δ_t ⊙ r;
    step t − 1 gets ∂L/∂H_t ⊙ z.
    """
    (dH,), (dH_before,) = dafter, dbefore
    for slope in split(Delta, 3):
        slope *= dH
    Gamma[...] = Delta
    np.multiply(split(Delta, 3)[2], split(Z, 3)[0], out=split(Gamma, 3)[2])
    dH_before += dH * direct


CELLS = {
    "rnn": Cell(1, 1, False, rnn_forward, rnn_slopes, rnn_backward),
    "lstm": Cell(4, 2, False, lstm_forward, lstm_slopes, lstm_backward),
    "gru": Cell(3, 1, True, gru_forward, gru_slopes, gru_backward),
}


# f′(Z) as a function of H = f(Z). For tanh it is rounded to 0 beyond |Z| = 19, in
# float32 beyond 10.
SLOPES = {
    "tanh": lambda H, out: np.subtract(1, np.multiply(H, H, out=out), out=out),
    "relu": lambda H, out: np.greater(H, 0, out=out),
    "sigmoid": lambda H, out: np.multiply(H, np.subtract(1, H, out=out), out=out),
    "identity": lambda H, out: np.positive(1.0, out=out),
}
