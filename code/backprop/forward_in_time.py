"""Chapter 05, real-time recurrent learning: the gradient through time, forward.

W_x, W_h and b, one below the other, are one matrix W, and Z_t = V_t W for
V_t = [X_t, H_{t−1}, 1]. With J_t = ∂H_t/∂W, J_0 = 0 and δ the Kronecker delta,

    J_t[n, j, a, q] = f′(Z_t)[n, j] ·
        (Σ_l W_h[l, j] J_{t−1}[n, l, a, q] + δ_jq V_t[n, a]),
    ∂L/∂W[a, q] = Σ_t Σ_nj (G_t W_yᵀ)[n, j] J_t[n, j, a, q].
"""

import numpy as np

from .cells import SLOPES
from .recurrent import Parameters, check_state, layout
from .shapes import InputError, check_finite, check_floats, check_shapes


@np.errstate(all="ignore")
def real_time_gradient(network, X, upstream, state=None):
    """The gradient of a network with the cell "rnn" by the equations at the head of
    this module, without a step kept: a reference for small networks. J takes
    N H² (D + H + 1) numbers, however many steps there are; a step takes some
    N H³ (D + H + 1) multiplications, H² times as many as backpropagation.

    Parameters: X (T, N, D), upstream (T, N, K) and state (N, H), as for ``forward`` and
        ``backward``.
    Returns: (P,). Raises: ``InputError`` for another cell and for other shapes.
    Chapter: 05. Source: Williams & Zipser (1989).
    Proved: the slope of a state, carried forward; the slopes of all states, carried
        forward.

    >>> from backprop.bptt import RecurrentNetwork
    >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
    >>> net.W_x[...], net.W_h[...], net.W_y[...] = 1, 0.5, 1
    >>> X, G = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]).reshape(2, 3, 1, 1)
    >>> real_time_gradient(net, X, G)  # W_x, W_h, b, W_y, c
    array([0.25, 1.  , 1.75, 0.25, 1.  ])
    """
    X, upstream, h = check_sequences(network, X, upstream, state)
    gradient = Parameters("gradient", layout(network.widths, "rnn"), X.dtype, ())
    W, dW = (as_one_matrix(p) for p in (network, gradient))
    J, slope = np.zeros((*h.shape, *W.shape), X.dtype), SLOPES[network.activation]
    for X_t, G in zip(X, upstream, strict=True):
        V = np.hstack([X_t, h, np.ones_like(h[:, :1])])
        h = network.f(V @ W, h)
        J = np.einsum("lj,nlaq->njaq", network.W_h, J)
        np.einsum("njaj->jna", J)[...] += V
        J *= slope(h, np.empty_like(h))[:, :, None, None]
        dW += np.einsum("nj,njaq->aq", G @ network.W_y.T, J)
        gradient.W_y += h.T @ G
        gradient.c += G.sum(axis=0)
    check_finite("X or upstream not finite, or too large", gradient=gradient._vector)
    return gradient._vector


def check_sequences(network, X, upstream, state):
    """X, upstream and H_0, checked."""
    if network.name != "rnn":
        raise InputError(
            f"network: expected the cell 'rnn', received {network.name!r}. "
            "Likely cause: its derivation taken for another cell's"
        )
    X, upstream, _ = check_floats(X=X, upstream=upstream, parameters=network.parameters)
    D, H, K = network.widths
    N = check_shapes(f"X (T, N, {D}), upstream (T, N, {K})", X, upstream)["N"]
    h = np.zeros((N, H), X.dtype)
    if state is not None:
        (h[...],) = check_state(state, network, N)
    return X, upstream, h


def as_one_matrix(parameters):
    """W_x, W_h and b, one below the other: a view, (D + H + 1, H)."""
    H = len(parameters.b)
    return parameters._vector[: -parameters.W_y.size - parameters.c.size].reshape(-1, H)
