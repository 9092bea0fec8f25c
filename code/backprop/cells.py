"""Chapter 05, the cells of a recurrent network: what one step does, forward and
backward. A cell is three functions of the arrays of a step; chapter 05 derives them.

A row is a sample, t is time: X (T, N, D) has one X_t (N, D) a step. In Z (N, G·H) the
gates of a step lie side by side, as in the weights, for one matrix product; in
``gates`` (G, N, H) one behind the other, for fast products entry by entry.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .activations import ACTIVATIONS


class Cell(NamedTuple):
    """What the steps of a network do: the numbers of its gates, of its states, H or H
    and C, and of its derivatives past Z; whether the gate n has the bias d; and three
    functions, which write into the arrays that they get.

    forward(f, d, Z, U, gates, before, after): from Z = X_t W_x + b and U = H_{t−1} W_h
        the gates and the states after the step, with the activation f of "rnn" and the
        bias d of "gru". Z and ``gates`` are one memory, but of "gru".
    slopes(slope, gates, states, local, past): the derivatives of all steps at once,
        ``local`` (G, T, N, H) with respect to Z, ``past`` (…, T, N, H) past Z.
    backward(local, Delta, Gamma, past, dafter, dbefore): from ∂L/∂H_t in ``dafter``
        Δ_t = ∂L/∂(X_t W_x) and Γ_t = ∂L/∂(H_{t−1} W_h), the same array where the two
        are equal; and what step t − 1 gets, but for Γ_t W_hᵀ, into ``dbefore``.
        ``local`` and Delta are one memory.
    """

    gates: int
    states: int
    past: int
    has_d: bool
    forward: Callable
    slopes: Callable
    backward: Callable


def split(Z, G):
    """The G gates of Z (N, G·H), each (N, H), or of b (G·H,), each (1, H): a view.

    >>> b = np.zeros(6)
    >>> split(b, 3)[1] = 1
    >>> b
    array([0., 0., 1., 1., 0., 0.])
    """
    return Z.reshape(-1, G, Z.shape[-1] // G).swapaxes(0, 1)


# f′(Z) as a function of H = f(Z). For tanh it is rounded to 0 beyond |Z| = 19, in
# float32 beyond 10.
SLOPES = {
    "tanh": lambda H, out: np.subtract(1, np.multiply(H, H, out=out), out=out),
    "relu": lambda H, out: np.greater(H, 0, out=out),
    "sigmoid": lambda H, out: np.multiply(H, np.subtract(1, H, out=out), out=out),
    "identity": lambda H, out: np.positive(1.0, out=out),
}


def rnn_forward(f, d, Z, U, gates, before, after):
    """H_t = f(X_t W_x + b + H_{t−1} W_h), in the place of Z_t.

    Proved: nothing, a definition.
    """
    Z += U
    f(Z, Z)


def rnn_slopes(slope, gates, states, local, past):
    """f′(Z_t), a function of H_t.

    Proved: nothing, f′ of chapter 01, from the state.
    """
    slope(states[0][1:], local[0])


def rnn_backward(local, Delta, Gamma, past, dafter, dbefore):
    """Δ_t = ∂L/∂H_t ⊙ f′(Z_t).

    Proved: gradient of a pre-activation, one step back in time.
    """
    Delta *= dafter[0]


sigmoid = ACTIVATIONS["sigmoid"].function.__wrapped__  # (z, out), unchecked


def lstm_forward(f, d, Z, U, gates, before, after):
    """i, f, o = σ(Z), g = tanh(Z); C_t = f ⊙ C_{t−1} + i ⊙ g, H_t = o ⊙ tanh(C_t).

    Proved: nothing, a definition.
    """
    (_, C_before), (H, C), (i, f, g, o) = before, after, gates
    U += Z
    gates[...] = split(U, 4)
    candidate = np.tanh(g, out=H)  # there until H_t is known
    sigmoid(gates, gates)  # one call for all is faster than one for each gate
    g[...] = candidate
    np.multiply(f, C_before, out=C)
    C += np.multiply(i, g, out=H)
    np.multiply(o, np.tanh(C, out=H), out=H)


def lstm_slopes(slope, gates, states, local, past):
    """∂C_t/∂Z_t for i, f, g; ∂H_t/∂Z_t for o; and past Z
    ∂H_t/∂C_t = o ⊙ (1 − tanh²(C_t)), ∂C_t/∂C_{t−1} = f.

    Proved: LSTM: input gate; LSTM: forget gate; LSTM: candidate; LSTM: output gate.
    """
    (i, f, g, o), (di, df, dg, do), (shown, kept) = gates, local, past
    SLOPES["sigmoid"](gates, local)
    SLOPES["tanh"](g, dg)
    di *= g
    df *= states[1][:-1]
    dg *= i
    do *= np.tanh(states[1][1:], out=shown)
    SLOPES["tanh"](shown, shown)
    shown *= o
    kept[...] = f


def lstm_backward(local, Delta, Gamma, past, dafter, dbefore):
    """∂L/∂C_t = ∂L/∂C_{t+1} ⊙ f_{t+1} + ∂L/∂H_t ⊙ ∂H_t/∂C_t, where step t + 1 has left
    the first term; Δ_t is ∂L/∂C_t, for o ∂L/∂H_t, times the slopes.

    Proved: LSTM: cell state; LSTM: cell before.
    """
    (dH, dC), (_, dC_before), (shown, kept) = dafter, dbefore, past
    dC += np.multiply(dH, shown, out=shown)
    for slopes, upstream in (local[:3], dC), (local[3], dH):
        slopes *= upstream
    split(Gamma, 4)[...] = local
    Delta[...] = Gamma
    np.multiply(dC, kept, out=dC_before)


def gru_forward(f, d, Z, U, gates, before, after):
    """r, z = σ(Z), n = tanh(X_t W_xn + b_n + r ⊙ u) with u = H_{t−1} W_hn + d;
    H_t = (1 − z) ⊙ n + z ⊙ H_{t−1}. Behind the gates, u is kept, too.

    Proved: nothing, a definition.
    """
    (H_before,), (H,), (r, z, n, u), U = before, after, gates, split(U, 3)
    gates[:3] = split(Z, 3)
    r_and_z = gates[:2]
    r_and_z += U[:2]
    sigmoid(r_and_z, r_and_z)
    np.add(U[2], d, out=u)
    n += np.multiply(r, u, out=H)
    np.tanh(n, out=n)
    np.subtract(H_before, n, out=H)
    H *= z
    H += n


def gru_slopes(slope, gates, states, local, past):
    """∂H_t/∂Z_t for r, z, n; and past Z ∂H_t/∂H_{t−1} = z, ∂(r ⊙ u)/∂u = r.

    Proved: GRU: update gate; GRU: candidate; GRU: reset gate.
    """
    (r, z, n, u), (dr, dz, dn), (kept, reset) = gates, local, past
    SLOPES["sigmoid"](gates[:3], local)
    SLOPES["tanh"](n, dn)
    dn *= np.subtract(1, z, out=kept)
    dz *= np.subtract(states[0][:-1], n, out=kept)
    dr *= np.multiply(dn, u, out=kept)
    kept[...], reset[...] = z, r


def gru_backward(local, Delta, Gamma, past, dafter, dbefore):
    """Δ_t = ∂L/∂H_t ⊙ slopes; Γ_t is the same, but for n, where it is Δ_t ⊙ r;
    step t − 1 gets ∂L/∂H_t ⊙ z.

    Proved: GRU: recurrent part; GRU: state before, directly.
    """
    (dH,), (dH_before,), (kept, reset), gates = dafter, dbefore, past, split(Gamma, 3)
    local *= dH
    gates[...] = local
    Delta[...] = Gamma
    gates[2] *= reset
    dH_before += np.multiply(dH, kept, out=kept)


CELLS = {
    "rnn": Cell(1, 1, 0, False, rnn_forward, rnn_slopes, rnn_backward),
    "lstm": Cell(4, 2, 2, False, lstm_forward, lstm_slopes, lstm_backward),
    "gru": Cell(3, 1, 2, True, gru_forward, gru_slopes, gru_backward),
}
