"""Chapter 05, the gradient through time: the gradient of the cost of a recurrent
network with respect to parameters that all time steps share.

A row is a sample, t is time: X (T, N, D) has one X_t (N, D) a step.

    Z_t = X_t W_x + H_{t−1} W_h + b      H_t = f(Z_t)      Ŷ_t = H_t W_y + c

Backward, from G_t = ∂L/∂Ŷ_t, for t = T … 1 and with Δ_{T+1} = 0:

    ∂L/∂H_t = G_t W_yᵀ + Δ_{t+1} W_hᵀ        Δ_t = ∂L/∂H_t ⊙ f′(Z_t)
    ∂L/∂W_x = Σ X_tᵀ Δ_t     ∂L/∂W_h = Σ H_{t−1}ᵀ Δ_t     ∂L/∂b = Σ 1ᵀ Δ_t
    ∂L/∂W_y = Σ H_tᵀ G_t     ∂L/∂c = Σ 1ᵀ G_t             ∂L/∂H_0 = Δ_1 W_hᵀ

Only Δ_t W_hᵀ waits for another step; every other product is taken once, over all T N
rows. No step divides by N: the loss has done that.

The forward pass is in ``recurrent.py``, gated cells in ``cells.py``; sequences of
different lengths in ``masks.py``, truncation and checkpoints in ``windows.py``,
clipping in ``clipping.py``, the same gradient without a backward pass in
``forward_in_time.py``. Their names can be imported from here, too.
"""

import numpy as np

from .backpropagation import check_seen, check_upstream
from .cells import CELLS, SLOPES, split
from .clipping import clip_norm, clip_value
from .forward_in_time import real_time_gradient
from .masks import check_mask, handing_on, no_derivative, no_loss
from .optimisers import adam
from .recurrent import (
    Parameters,
    RecurrentNetwork,
    check_recurrent,
    flat,
    initialise_recurrent,
    layout,
    one_or_all,
)
from .schedules import as_schedule
from .shapes import InputError, as_array, check_finite, check_floats, check_shapes
from .vectors import norm, part
from .windows import backward_windows, check_truncate, losses, windows

__all__ = ["CELLS", "SLOPES", "BackpropagationThroughTime", "RecurrentNetwork"]
__all__ += [
    "clip_norm",
    "clip_value",
    "descent",
    "flat",
    "initialise_recurrent",
    "layout",
]
__all__ += ["real_time_gradient", "sequence_cost", "split", "windows"]


class BackpropagationThroughTime(Parameters):
    """The backward pass of a recurrent network, over the sequences that it saw last.

    Parameters
        network: a ``RecurrentNetwork``. Its parameters are read and not changed.

    Attributes
        gradient: (P,), with respect to ``network.parameters``, in the same order.
        W_x, W_h, b, d, W_y, c: views into it, ∂L/∂W_x and so on.
        dH: (T + 1, N, H), ∂L/∂H_t for t = 0 … T; dC: the same of an LSTM's cell.
            Delta: (T, N, G·H), Δ_t = ∂L/∂(X_t W_x). Like ``gradient`` they are buffers,
            which the next call overwrites. After a pass with ``segment`` or
            ``truncate`` they belong to the first window.
    A copy has a network and a gradient of its own, and has seen no sequence.
    Raises: ``InputError`` for anything but a ``RecurrentNetwork``.
    Chapter: 05, The gradient through time.
    Source: Werbos (1990).
    Proved: gradient of a hidden state; gradient of a pre-activation, one step back in
        time; gradient of the recurrent weights; gradient of the input weights, all
        steps; gradient of the recurrent bias, all steps; gradient of the output
        weights, all steps; gradient of the output bias, all steps; gradient of the
        input, at its step; gradient of the state before a step, through it; two steps
        in one piece: the recurrent weights; truncation: how the error goes back.

    >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
    >>> net.W_x[...], net.W_h[...], net.W_y[...] = 1, 0.5, 1
    >>> Y_hat = net.forward(np.array([1.0, 0.0, 0.0]).reshape(3, 1, 1))
    >>> G = np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1)
    >>> BackpropagationThroughTime(net).backward(G)  # W_x, W_h, b, W_y, c
    array([0.25, 1.  , 1.75, 0.25, 1.  ])
    """

    gradient = part("gradient")

    def __init__(self, network):
        check_recurrent(network)
        arrays = layout(network.widths, network.name), network.parameters.dtype
        super().__init__("gradient", *arrays, (network,))
        self.network, self.count = network, 0
        self.dH = self.dC = self.Delta = self._size = None
        self._part = Parameters("gradient", *arrays, ())  # of one window of several

    @np.errstate(all="ignore")
    def backward(self, upstream, truncate=None):
        """The gradient with respect to the parameters (P,), a new array.

        Parameters
            upstream: (T, N, K), ∂L/∂Ŷ for the sequences that the network saw last, 0
                where a step has no loss; not changed.
            truncate: a pair k₁ ≤ k₂, or k for k₁ = k₂ = k. The steps are cut into
                windows of k₁, the last of what is left. The losses of a window reach
                its steps and the k₂ − k₁ before them; the state before these counts as
                a constant. The result is the sum over all windows. Source: Williams &
                Peng (1990).
        Raises: ``InputError`` for another shape or type, NaN and infinity, a network
            that has seen no sequence, parameters that have moved since, and a gradient
            that overflows.

        >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
        >>> net.W_h[...] = net.W_y[...] = 1
        >>> bptt, G, _ = BackpropagationThroughTime(net), *np.ones((2, 4, 1, 1))
        >>> _ = net.forward(np.ones((4, 1, 1)))
        >>> [float(bptt.backward(G, k)[0]) for k in (None, 4, 2, 1, (1, 2))]
        [10.0, 10.0, 6.0, 4.0, 7.0]
        """
        seen = self.network.X is not None
        check_seen("backward", seen, "forward pass", "net.forward(X)")
        self.network.check_unmoved()
        cause = "other sequences, or the last step alone; give the others zeros"
        upstream = check_upstream(upstream, self.network.Y_hat, cause)
        if truncate is not None:
            truncate = check_truncate(truncate, len(self.network.segments))
        gradient = self.propagate(upstream, truncate)
        count, self.count = self.count, 0  # a gradient that overflows is none
        cause = "an exploding gradient: too many steps, or W_h too large"
        check_finite(cause, gradient=gradient)
        self.count, self._W_x = count, self._copy("W_x", self.network.W_x)
        return gradient.copy()

    def propagate(self, upstream, truncate=None):
        """Fill ``gradient`` and return it, (P,), which the next call overwrites:
        ``backward`` unchecked, for a training loop that has checked its data, with
        NumPy's warnings off, after the network's forward pass. ``truncate`` is a pair.

        >>> net = RecurrentNetwork([2, 3, 1])
        >>> bptt = BackpropagationThroughTime(net)
        >>> bptt.propagate(net.propagate(np.ones((5, 4, 2)))) is bptt.gradient
        True
        """
        self._begin()
        for window in backward_windows(self.network, truncate):
            dW = self._part if self.count else self
            self._window(upstream, window, dW)
            self._hand_on(window, truncate)
            if self.count:
                self._vector += dW._vector
            self.count += 1
        return self.gradient

    def _begin(self):
        """What the windows share: W_hᵀ, in memory as it is read; the gradients that one
        window hands to the last states of the one before; and those of H_0.
        """
        net, shape = self.network, self.network._ends.shape[1:]
        self.count, self._W_x = 0, net.W_x
        self._W_hT = self._copy("W_hT", net.W_h.T)
        self._later, self._first = self._array("ends", 2, *shape)
        self._later[...] = self._first[...] = 0

    def _hand_on(self, window, truncate):
        """The gradients of a window's first states: to the window before, but under
        truncation, where these states are constants; of H_0, if they are that.
        """
        if window[0] == 0:
            self._first += self.dstates[:, 0]
        self._later[...] = 0 if truncate else self.dstates[:, 0]

    def _window(self, upstream, window, dW):
        """The gradient from the steps of a window, into dW."""
        cell, slope = self.network.cell, SLOPES[self.network.activation]
        X, gates, states, stays = self.network.seen(*window[:2])
        G = no_loss(stays, losses(upstream, *window))
        self._resize(*G.shape[:2])
        cell.slopes(slope, gates, states, *self._derivatives)
        no_derivative(stays, *self._derivatives)
        self._through_time(X, states[0], G, handing_on(cell.backward, stays), dW)
        if cell.has_d:
            self._ones.dot(split(flat(self._Gamma), cell.gates)[-1], out=dW.d)

    def _through_time(self, X, H, G, backward, dW):
        """The equations at the head of this module; Γ_t is Δ_t, but of a GRU."""
        W_hT, product, ones = self._W_hT, self._product, self._ones
        X, G, Delta, Gamma = map(flat, (X, G, self.Delta, self._Gamma))
        G.dot(self.network.W_y.T, out=flat(self.dH[1:]))
        self._receive()
        for local, Delta_t, Gamma_t, past, dafter, dbefore in self._steps:
            backward(local, Delta_t, Gamma_t, past, dafter, dbefore)
            dH = dbefore[0]
            dH += Gamma_t.dot(W_hT, out=product)
        X.T.dot(Delta, out=dW.W_x)
        flat(H[:-1]).T.dot(Gamma, out=dW.W_h)
        ones.dot(Delta, out=dW.b)
        flat(H[1:]).T.dot(G, out=dW.W_y)
        ones.dot(G, out=dW.c)

    def _receive(self):
        """∂L/∂H_T and ∂L/∂C_T get what the window behind has handed on."""
        self.dstates[:, 0] = self.dstates[1:, -1] = 0
        self.dstates[:, -1] += self._later

    def _resize(self, T, N):
        """Buffers for so many steps and samples, and their views from step T to 1."""
        if self._size == (T, N):
            return
        # long: a list of buffers
        H, cell, array = self.network.widths[1], self.network.cell, self._array
        self._size, G = (T, N), cell.gates
        self.dstates = array("dstates", cell.states, T + 1, N, H)
        self.dH, self.dC = (*self.dstates, None)[:2]
        self.Delta = self._Gamma = array("Delta", T, N, G * H)
        local, past = self.Delta.reshape(T, G, N, H), array("past", cell.past, T, N, H)
        self._derivatives = local.swapaxes(0, 1), past
        Delta = Gamma = list(self.Delta)
        if G > 1:
            Gamma = array("Gamma", T if cell.has_d else 1, N, G * H)
            self._Gamma = Gamma if cell.has_d else self.Delta
            Gamma = [*Gamma] * (T // len(Gamma))
        d, past = list(zip(*self.dstates, strict=True)), map(tuple, past.swapaxes(0, 1))
        steps = local if G > 1 else Delta, Delta, Gamma, past, d[1:], d[:-1]
        self._steps = list(zip(*steps, strict=True))[::-1]
        self._product, self._ones = array("product", N, H), array("ones", T * N)
        self._ones[...] = 1

    @np.errstate(all="ignore")
    def input_gradient(self):
        """∂L/∂X_t = Δ_t W_xᵀ for every step, (T, N, D), a new array, after a backward
        pass and before the parameters change.

        Raises: ``InputError`` where no backward pass came before, after one with
            ``segment`` or ``truncate``, where the parameters have moved since the
            forward pass, and where the product overflows.

        >>> net = RecurrentNetwork([2, 1, 1], activation="identity")
        >>> net.W_x[...], net.W_y[...] = [[3.0], [4.0]], 1
        >>> bptt = BackpropagationThroughTime(net)
        >>> _ = bptt.backward(net.forward(np.ones((1, 1, 2))) - 5)
        >>> bptt.input_gradient()
        array([[[6., 8.]]])
        """
        self._check_windows("input_gradient", 1)
        self.network.check_unmoved()
        gradient = np.dot(self.Delta, self._W_x.T)
        check_finite("weights so large that the product overflows", gradient=gradient)
        return gradient

    def state_gradient(self):
        """∂L/∂H_0 (N, H), a new array, of an LSTM the pair (∂L/∂H_0, ∂L/∂C_0), after a
        backward pass.

        Raises: ``InputError`` where no backward pass came before.

        >>> net = RecurrentNetwork([1, 2, 1])
        >>> bptt = BackpropagationThroughTime(net)
        >>> _ = bptt.backward(net.forward(np.ones((3, 4, 1))))
        >>> bptt.state_gradient().shape
        (4, 2)
        """
        self._check_windows("state_gradient", float("inf"))
        return one_or_all(self._first)

    def norms(self, state="H"):
        """‖∂L/∂H_t‖ for t = 0 … T, (T + 1,), after a backward pass; or of an LSTM's
        cell, "C". Where only the last step has a loss, entry T − k says how much of it
        is left at the lag k.

        Raises: ``InputError``, as ``input_gradient`` does, and for a state that the
            network does not have.
        Source: Bengio, Simard & Frasconi (1994); Pascanu, Mikolov & Bengio (2013).

        >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
        >>> net.W_h[...], net.W_y[...] = 0.5, 1
        >>> bptt, _ = BackpropagationThroughTime(net), net.forward(np.ones((3, 1, 1)))
        >>> _ = bptt.backward(np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1))
        >>> bptt.norms()
        array([0.125, 0.25 , 0.5  , 1.   ])
        """
        self._check_windows("norms", 1)
        states = dict(zip("HC", self.dstates, strict=False))
        if state not in states:
            raise InputError(
                f"state: expected one of {', '.join(states)}, received {state!r}. "
                "Likely cause: the cell of an LSTM asked of another network"
            )
        return norm(states[state], axis=(1, 2))

    def _check_windows(self, name, most):
        """Refuse a question about what the last backward pass has not kept."""
        if not 1 <= self.count <= most:
            raise InputError(
                f"{name}: expected a backward pass in one window before, received "
                f"{self.count} windows. Likely cause: backward left out, or segment= "
                "or truncate= in the passes before"
            )


def sequence_cost(loss, Y_hat, Y, counts=None):
    """The cost of a prediction, the mean over all steps that count, and its gradient.

    Parameters
        loss: a function of chapter 02, such as ``cross_entropy``.
        Y_hat: (T, N, K). Y: (T, N, K), or class numbers (T, N).
        counts: the steps that count, (T, N) of bool or lengths (N,); all if None. If
            only the last row is True, only the last step has a loss.
    Returns: L, the mean over M steps and not over the N sequences, so that long ones
        weigh more; and ∂L/∂Ŷ (T, N, K), 0 where a step does not count.
    Raises: ``InputError``, as the loss does. Chapter: 05, Memory and masks.
    Proved: nothing, a loss over the steps that count.

    >>> from backprop.loss import half_squared_error
    >>> Y_hat, Y = np.ones((2, 2, 1)), np.zeros((2, 2, 1))
    >>> L, upstream = sequence_cost(half_squared_error, Y_hat, Y, np.array([2, 1]))
    >>> L, upstream[:, 1].ravel().round(4)
    (np.float64(0.5), array([0.3333, 0.    ]))
    """
    Y_hat, Y = check_floats(Y_hat=Y_hat), as_array("Y", Y)
    check_shapes("Y_hat (T, N, K)", Y_hat)
    T, N, _ = Y_hat.shape
    if Y.shape[:2] != (T, N):
        raise InputError(
            f"Y: expected targets for {T} steps of {N} sequences, received {Y.shape}. "
            "Likely cause: samples and steps exchanged, or a target for the last alone"
        )
    every = np.full((T, N), True)
    counts = every if counts is None else check_mask("counts", counts, T, N)
    upstream = np.zeros_like(Y_hat)
    L, upstream[counts] = loss(Y_hat[counts], Y[counts])
    return L, upstream


def descent(network, rate, most=1.0, optimise=None):
    """One step of training as a function of the upstream gradient: the backward pass,
    the gradient clipped to the length ``most``, one step of the optimiser.

    Parameters
        network: a ``RecurrentNetwork``. rate: a schedule, or a number above 0.
        most: above 0. optimise: an ``Optimiser``; Adam by default.
    Returns: a function of ∂L/∂Ŷ (T, N, K) and ``truncate``, as ``backward`` takes them,
        for the sequences that the network saw last. It returns ‖gradient‖ before it was
        clipped.
    Raises: ``InputError``, as its parts do. Chapter: 05, How far back?
    Proved: nothing, a backward pass with an update.

    >>> from backprop.optimisers import gradient_descent
    >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
    >>> step = descent(net, 0.5, 1.0, gradient_descent())
    >>> step(net.forward(np.ones((2, 1, 1))) - 1)
    2.0
    >>> net.c  # the gradient −2 became −1; half of it was taken
    array([0.5])
    """
    backprop, schedule = BackpropagationThroughTime(network), as_schedule(rate)
    optimise = optimise or adam()
    state = optimise.init(network.parameters)

    def step(upstream, truncate=None):
        gradient = backprop.backward(upstream, truncate)
        length = clip_norm(gradient, most)
        optimise.update(network.parameters, gradient, state, schedule(state.steps))
        return length

    return step
