"""Chapter 05, backpropagation through time: a recurrent network over a sequence, and
the gradient of the cost with respect to parameters that all time steps share.

A row is a sample, t is time: X (T, N, D) has one X_t (N, D) a step.

    Z_t = X_t W_x + H_{t−1} W_h + b      H_t = f(Z_t)      Ŷ_t = H_t W_y + c

Backward, from G_t = ∂L/∂Ŷ_t, for t = T … 1 and with Δ_{T+1} = 0:

    ∂L/∂H_t = G_t W_yᵀ + Δ_{t+1} W_hᵀ        Δ_t = ∂L/∂H_t ⊙ f′(Z_t)
    ∂L/∂W_x = Σ X_tᵀ Δ_t     ∂L/∂W_h = Σ H_{t−1}ᵀ Δ_t     ∂L/∂b = Σ 1ᵀ Δ_t
    ∂L/∂W_y = Σ H_tᵀ G_t     ∂L/∂c = Σ 1ᵀ G_t             ∂L/∂H_0 = Δ_1 W_hᵀ

Only H_{t−1} W_h and Δ_t W_hᵀ wait for another step; every other product is taken once,
over all T N rows. No step divides by N: the loss has done that.
"""

import numpy as np

from .activations import ACTIVATIONS
from .backpropagation import check_seen, check_upstream
from .cells import CELLS, SLOPES, split
from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_real,
    check_rng,
    check_shapes,
    check_writeable,
)
from .vectors import FlatVector, part

# ------------------------------------------------------------ one vector, named buffers


def layout(widths, cell):
    """The names and shapes of the parameters, in their order in the flat vector."""
    (D, H, K), G = widths, CELLS[cell].gates * widths[1]
    d = {"d": (H,)} if CELLS[cell].has_d else {}
    return {"W_x": (D, G), "W_h": (H, G), "b": (G,)} | d | {"W_y": (H, K), "c": (K,)}


def flat(a):
    """(T, N, …) as rows (T·N, …)."""
    return a.reshape(-1, a.shape[-1])


class Parameters(FlatVector):
    """The parameters of a recurrent network, or their gradient, by their names."""

    W_x, W_h, b, d, W_y, c = map(part, ("W_x", "W_h", "b", "d", "W_y", "c"))


# -------------------------------------------------------------------------- the network


class RecurrentNetwork(Parameters):
    """A recurrent network with an output at every step: the state H_t from X_t and
    H_{t−1}, and Ŷ_t = H_t W_y + c, for t = 1 … T. A sigmoid or softmax is the loss's.

    Parameters
        widths: [D, H, K], the numbers of inputs, hidden units and outputs.
        name: of the cell, "rnn", "lstm" or "gru".
        activation: f of the cell "rnn", one of ``SLOPES``; the others have tanh.
        dtype: float32 or float64, for parameters, inputs and buffers.

    Attributes
        parameters: (P,), all parameters, at first 0.
        W_x (D, G·H), W_h (H, G·H), b (G·H,), W_y (H, K), c (K,): views into it. "rnn"
            has G = 1; "lstm" has the gates i, f, g, o; "gru" has r, z, n, and d (H,).
            To assign to one of them, or to ``parameters``, is to write into it.
        H: (T + 1, N, H), H[0] before the first step and H[t] after t steps; C: the same
            of an LSTM's cell. gates: (T, N, G·H), their values; of "rnn" H[1:] itself.
            X: the last input. Y_hat: (T, N, K). All but X live in buffers that the next
            input overwrites. After a pass with ``segment`` H, C and gates hold one
            segment.
        state: the state after the last step, for the next ``forward``: H_T (N, H), of
            an LSTM the pair (H_T, C_T), arrays of their own. At first None.
    Raises: ``InputError``. Chapter: 05. Source: Elman (1990); Hochreiter & Schmidhuber
        (1997), with the forget gate of Gers, Schmidhuber & Cummins (2000); Cho et al.
        (2014), in PyTorch's form, where r multiplies the product with W_hn.

    >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
    >>> net
    RecurrentNetwork([1, 1, 1], 'rnn', 'identity', 'float64') with 5 parameters
    >>> net.W_x[...], net.W_h[...], net.W_y[...] = 1, 0.5, 1
    >>> net.forward(np.array([1.0, 0.0, 0.0]).reshape(3, 1, 1)).ravel()
    array([1.  , 0.5 , 0.25])
    """

    parameters = part("parameters")

    def __init__(self, widths, name="rnn", activation="tanh", dtype=np.float64):
        if not (np.iterable(widths) and len(widths) == 3):
            raise InputError(
                f"widths: expected [D, H, K], received {widths!r}. "
                "Likely cause: the number of outputs left out"
            )
        allowed = tuple(SLOPES) if name == "rnn" else ("tanh",)
        if name not in tuple(CELLS) or activation not in allowed:
            raise InputError(
                f"expected a cell among {', '.join(CELLS)} and an activation among "
                f"{', '.join(allowed)}, received {name!r} and {activation!r}. "
                "Likely cause: another spelling, or the activation in the cell's place"
            )
        self.widths = tuple(
            check_count(f"widths[{i}]", D) for i, D in enumerate(widths)
        )
        arguments = self.widths, name, activation, dtype
        super().__init__("parameters", layout(self.widths, name), dtype, arguments)
        self.name, self.activation, self.cell = name, activation, CELLS[name]
        self.f = ACTIVATIONS[activation].function.__wrapped__
        self.X = self.Y_hat = self.H = self.C = self.gates = self._size = None

    def __repr__(self):
        return (
            f"RecurrentNetwork({list(self.widths)}, '{self.name}', "
            f"'{self.activation}', '{self.parameters.dtype}') "
            f"with {self.parameters.size} parameters"
        )

    @property
    def state(self):
        return self.X if self.X is None else one_or_all(self._ends[-1])

    @np.errstate(all="ignore")
    def forward(self, X, state=None, mask=None, segment=None):
        """The outputs Ŷ (T, N, K), a new array, with every input and state checked.

        Parameters
            X: (T, N, D), of the network's type.
            state: H_0 (N, H), of an LSTM the pair (H_0, C_0); 0 if None.
            mask: (T, N) of bool, or lengths (N,), integers from 1 to T, for sequences
                of different lengths. Where it is False the state stays what it was, and
                the output is for no use: leave it out of the cost.
            segment: checkpointing. So many steps are one segment, and only the state
                before each segment is kept; the backward pass computes the others anew,
                one segment at a time. About √T keeps 2√T states in place of T, for a
                second forward pass. Source: Griewank (1992); Chen et al. (2016).
        Raises: ``InputError`` for other shapes and types, an empty batch, NaN or
            infinity, and states that overflow.

        >>> net = RecurrentNetwork([2, 3, 1])
        >>> net.forward(np.ones((5, 4, 2)), mask=np.array([5, 2, 1, 4])).shape
        (5, 4, 1)
        """
        pattern = f"X (T, N, {self.widths[0]})"
        X = self._take(pattern, X)
        if state is not None:
            check_state(state, self, X.shape[1])
        if mask is not None:
            mask = check_mask("mask", mask, *X.shape[:2])
        if segment is not None:
            check_count("segment", segment)
        Y_hat = self.propagate(X, state, mask, segment)
        self.X = None  # if the states overflow, no sequence was seen
        cause = "NaN in the parameters, or parameters so large that the states overflow"
        check_finite(cause, Y_hat=Y_hat, **dict(zip("HC", self.states, strict=False)))
        self.X = X
        self._note_parameters()
        return Y_hat.copy()

    def propagate(self, X, state=None, mask=None, segment=None):
        """Fill the states and ``Y_hat``, and return it: a view that the next call
        overwrites. ``forward`` unchecked, for a training loop that has checked its
        data, with NumPy's warnings off. The mask is (T, N).

        >>> net = RecurrentNetwork([2, 3, 1])
        >>> net.propagate(np.ones((5, 4, 2))) is net.Y_hat
        True
        """
        (T, N, _), (_, H, K), k = X.shape, self.widths, segment or len(X)
        self.X, self.mask, self.segments, self._used = X, mask, windows(T, k, k), None
        count, self.Y_hat = len(self.segments), self._array("Y_hat", T, N, K)
        self._ends = self._array("ends", count + 1, self.cell.states, N, H)
        self._ends[0] = 0 if state is None else state
        for number, (start, stop, _) in enumerate(self.segments):
            self.run(number)
            np.dot(flat(self.H[1:]), self.W_y, out=flat(self.Y_hat[start:stop]))
            for end, states in zip(self._ends[number + 1], self.states, strict=True):
                end[...] = states[-1]
        self.Y_hat += self.c
        return self.Y_hat

    def run(self, number):
        """The states and gates of one segment, from the state kept at its start."""
        (start, stop, _), mask, self.number = self.segments[number], self.mask, number
        self._resize(stop - start, self.X.shape[1])
        for states, first in zip(self.states, self._ends[number], strict=True):
            states[0] = first
        np.dot(flat(self.X[start:stop]), self.W_x, out=flat(self.gates))
        self.gates += self.b
        f, forward, W_h, d = self.f, self.cell.forward, self.W_h, self._views.get("d")
        for t, (Z, U, before, after) in enumerate(self.steps, start):
            np.dot(before[0], W_h, out=U)
            forward(f, Z, U, d, before, after)
            if mask is not None:
                for old, new in zip(before, after, strict=True):
                    np.copyto(new, old, where=~mask[t, :, None])

    def _resize(self, T, N):
        """Buffers for so many steps and samples, and their views step by step."""
        if self._size == (T, N):
            return
        self._size, H, cell, array = (T, N), self.widths[1], self.cell, self._array
        self.states = [array(name, T + 1, N, H) for name in "HC"[: cell.states]]
        self.H, self.C = (*self.states, None)[:2]
        G = cell.gates * H
        self.gates = array("gates", T, N, G) if cell.gates > 1 else self.H[1:]
        self.U = array("U", T if cell.has_d else 1, N, G)
        s, U = list(zip(*self.states, strict=True)), [*self.U] * (T // len(self.U))
        self.steps = list(zip(self.gates, U, s[:-1], s[1:], strict=True))


def one_or_all(arrays):
    """Copies: the array of a cell with one state, the tuple of a cell with two."""
    arrays = tuple(a.copy() for a in arrays)
    return arrays if len(arrays) > 1 else arrays[0]


def windows(T, k1, k2):
    """(start, stop, since) for each window: its own steps, since … stop − 1, k₁ or what
    is left, and start … stop − 1, with the k₂ − k₁ before them.

    >>> windows(5, 2, 3)
    [(0, 2, 0), (1, 4, 2), (3, 5, 4)]
    """
    own = [(since, min(since + k1, T)) for since in range(0, T, k1)]
    return [(max(since + k1 - k2, 0), stop, since) for since, stop in own]


def check_recurrent(network):
    """Refuse anything else."""
    if not isinstance(network, RecurrentNetwork):
        raise InputError(
            "network: expected a RecurrentNetwork, received "
            f"{type(network).__name__}. Likely cause: a Network, which "
            "Backpropagation takes, or the widths in its place"
        )


def check_state(state, network, N):
    """The states as a tuple, of this cell, batch and type."""
    state = state if isinstance(state, tuple) else (state,)
    names = ("H_0", "C_0")[: network.cell.states]
    if len(state) != len(names):
        raise InputError(
            f"state: expected {' and '.join(names)} for the cell {network.name!r}, "
            f"received {len(state)} arrays. Likely cause: the state of another cell"
        )
    for name, s in zip(names, state, strict=True):
        check_floats(**{name: s}, parameters=network.parameters)
        cause = "the state of another batch, as after a last, smaller one"
        check_shapes(f"{name} ({N}, {network.widths[1]})", s, cause=cause)
        check_finite("a forward pass that overflowed", **{name: s})
    return state


def check_mask(name, mask, T, N):
    """The mask (T, N) of bool, made from lengths (N,) if it is not one."""
    if np.ma.isMA(mask):
        raise InputError(
            f"{name}: expected bool (T, N) or integers (N,), received a masked array. "
            "Likely cause: missing values; put True where a step is real"
        )
    mask = np.asarray(mask)
    if mask.dtype == bool:
        check_shapes(f"{name} ({T}, {N})", mask, cause="samples and steps exchanged")
        return mask
    if mask.dtype.kind not in "iu" or mask.ndim != 1:
        raise InputError(
            f"{name}: expected bool (T, N) or integers (N,), received "
            f"{mask.dtype} {mask.shape}. "
            "Likely cause: zeros and ones; convert with .astype(bool)"
        )
    check_shapes(f"lengths ({N},)", mask, cause="the lengths of another batch")
    if mask.min() < 1 or mask.max() > T:
        raise InputError(
            f"lengths: expected integers from 1 to {T}, received {mask}. "
            "Likely cause: an empty sequence, or a sequence that was cut"
        )
    return np.arange(T)[:, None] < mask


# -------------------------------------------------------------------- the backward pass


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
    Raises: ``InputError`` for anything but a ``RecurrentNetwork``. Chapter: 05.
    Source: Werbos (1990).

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
        self._part = Parameters("gradient", *arrays, ())  # of one window

    @np.errstate(all="ignore")
    def backward(self, upstream, truncate=None):
        """The gradient with respect to the parameters (P,), a new array.

        Parameters
            upstream: (T, N, K), ∂L/∂Ŷ for the sequences that the network saw last, 0
                where a step has no loss; not changed. Since that forward pass, X and
                the parameters must not have changed.
            truncate: a pair k₁ ≤ k₂, or k for k₁ = k₂ = k. The steps are cut into
                windows of k₁, the last of what is left. The losses of a window reach
                its steps and the k₂ − k₁ before them; the state before these counts as
                a constant. The result is the sum over all windows. Source: Williams &
                Peng (1990).
        Raises: ``InputError`` for another shape or type, NaN and infinity, a network
            that has seen no sequence, and a gradient that overflows.

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
            truncate = check_truncate(truncate, self.network)
        gradient = self.propagate(upstream, truncate)
        cause = "an exploding gradient: too many steps, or W_h too large"
        check_finite(cause, gradient=gradient)
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
        net, N = self.network, upstream.shape[1]
        parts = windows(len(upstream), *truncate) if truncate else net.segments
        carry, self._first = self._array("ends", 2, net.cell.states, N, net.widths[1])
        self._vector[...] = carry[...] = self._first[...] = 0
        for number, (start, stop, since) in reversed(list(enumerate(parts))):
            if not truncate and number != net.number:
                net.run(number)
            G = self._counted(upstream, start, stop, since)
            self._window(start, stop, G, carry)
            self._vector += self._part._vector
            for c, first, d in zip(carry, self._first, self.dstates, strict=True):
                c[...] = 0 if truncate else d[0]
                first += d[0] if start == 0 else 0
        self.count = len(parts)
        return self.gradient

    def _counted(self, upstream, start, stop, since):
        """G for these steps, 0 before ``since`` and where the mask is False."""
        G, mask = upstream[start:stop], self.network.mask
        if mask is not None:
            G = G * mask[start:stop, :, None]
        if start < since:
            G = G.copy()
            G[: since - start] = 0
        return G

    def _window(self, start, stop, G, carry):
        """The gradient from the steps start … stop − 1 into ``_part``, where later
        steps hand ``carry`` to the last state.
        """
        net, dW, T = self.network, self._part, stop - start
        self._resize(T, G.shape[1])
        first = start - net.segments[net.number][0]  # where the segment's buffers begin
        H, G = net.H[first : first + T + 1], flat(G)
        np.dot(G, net.W_y.T, out=flat(self.dH[1:]))
        self.dH[0] = 0
        self.dH[-1] += carry[0]
        if self.dC is not None:
            self.dC[-1] = carry[1]
        stays = None if net.mask is None else ~net.mask[start:stop]
        self._slopes(first, stays)
        self._through_time(first, stays)
        Delta, Gamma, ones = flat(self.Delta), flat(self.Gamma), self._ones
        np.dot(flat(net.X[start:stop]).T, Delta, out=dW.W_x)
        np.dot(flat(H[:-1]).T, Gamma, out=dW.W_h)
        np.dot(ones, Delta, out=dW.b)
        if net.cell.has_d:
            np.dot(ones, split(Gamma, net.cell.gates)[-1], out=dW.d)
        np.dot(flat(H[1:]).T, G, out=dW.W_y)
        np.dot(ones, G, out=dW.c)

    def _through_time(self, first, stays):
        """Δ_t, Γ_t and ∂L/∂H_{t−1}, from the last step of the window to the first."""
        net, T = self.network, len(self._steps)
        backward, W_hT = net.cell.backward, net.W_h.T
        for t in reversed(range(T)):
            Delta, Gamma, direct, after, before = self._steps[t]
            backward(net.gates[first + t], Delta, Gamma, direct, after, before)
            dH = before[0]
            dH += np.dot(Gamma, W_hT, out=self._product)
            if stays is not None:
                pass_on(stays[t, :, None], after, before)

    def _slopes(self, first, stays):
        """The local derivatives of all steps, 0 where the state stayed what it was."""
        net, stop = self.network, first + len(self._steps)
        arrays = net.gates[first:stop], net.U[first:stop]
        states = [s[first : stop + 1] for s in net.states]
        local = self.Delta, self._direct
        net.cell.slopes(SLOPES[net.activation], *arrays, states, *local)
        if stays is not None:
            for derivative in local:
                np.copyto(derivative, 0, where=stays[:, :, None])

    def _resize(self, T, N):
        """Buffers for so many steps and samples, and their views step by step."""
        if self._size == (T, N):
            return
        self._size, array = (T, N), self._array
        H, cell = self.network.widths[1], self.network.cell
        self.dstates = [array(f"d{name}", T + 1, N, H) for name in "HC"[: cell.states]]
        self.dH, self.dC = (*self.dstates, None)[:2]
        self.Delta = self.Gamma = array("Delta", T, N, cell.gates * H)
        if cell.has_d:
            self.Gamma = array("Gamma", *self.Delta.shape)
        self._direct = array("direct", T, N, H) if cell.gates > 1 else self.Delta
        self._product, self._ones = array("product", N, H), array("ones", T * N)
        self._ones[...] = 1
        d, arrays = list(zip(*self.dstates, strict=True)), (self.Delta, self.Gamma)
        self._steps = list(zip(*arrays, self._direct, d[1:], d[:-1], strict=True))

    @np.errstate(all="ignore")
    def input_gradient(self):
        """∂L/∂X_t = Δ_t W_xᵀ for every step, (T, N, D), a new array, after a backward
        pass and before the parameters change.

        Raises: ``InputError`` where no backward pass came before, after one with
            ``segment`` or ``truncate``, and where the product overflows.

        >>> net = RecurrentNetwork([2, 1, 1], activation="identity")
        >>> net.W_x[...], net.W_y[...] = [[3.0], [4.0]], 1
        >>> bptt = BackpropagationThroughTime(net)
        >>> _ = bptt.backward(net.forward(np.ones((1, 1, 2))) - 5)
        >>> bptt.input_gradient()
        array([[[6., 8.]]])
        """
        self._check_windows("input_gradient", 1)
        gradient = np.dot(self.Delta, self.network.W_x.T)
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
        return np.linalg.norm(states[state], axis=(1, 2))

    def _check_windows(self, name, most):
        """Refuse a question about what the last backward pass has not kept."""
        if not 1 <= self.count <= most:
            raise InputError(
                f"{name}: expected a backward pass in one window before, received "
                f"{self.count} windows. Likely cause: backward left out, or segment= "
                "or truncate= in the passes before"
            )


def pass_on(stays, after, before):
    """Where the state stayed what it was, its gradient goes to step t − 1 unchanged."""
    (dH, *dC), (dH_before, *dC_before) = after, before
    np.add(dH_before, dH, out=dH_before, where=stays)
    for old, new in zip(dC, dC_before, strict=True):
        np.copyto(new, old, where=stays)


def check_truncate(truncate, network):
    """The pair k₁ ≤ k₂, made from k if it is not one."""
    pair = truncate if isinstance(truncate, tuple | list) else (truncate, truncate)
    if len(pair) != 2:
        raise InputError(
            f"truncate: expected k or a pair (k1, k2), received {truncate!r}. "
            "Likely cause: the borders of the windows in place of their lengths"
        )
    k1, k2 = (check_count("truncate", k) for k in pair)
    if k1 > k2:
        raise InputError(
            f"truncate: expected k1 of at most k2, received {k1} and {k2}. "
            "Likely cause: the two in another order"
        )
    if len(network.segments) > 1:
        raise InputError(
            "truncate: expected a forward pass in one segment, received "
            f"{len(network.segments)}. Likely cause: both used to save memory; a loop "
            "over windows of X, with state=net.state, truncates and keeps one window"
        )
    return k1, k2


# ------------------------------------------------------------- start, cost and clipping


def initialise_recurrent(network, rng, radius=1.0):
    """Draw the parameters, gate by gate, in place: each gate's block (H, H) of W_h is
    ``radius`` times a random orthogonal matrix; W_x and W_y come from
    Glorot's N(0, 2 / (D_in + D_out)); the biases are 0, but 1 for an LSTM's gate f.

    Parameters
        network: a ``RecurrentNetwork``. rng: a ``numpy.random.Generator``.
        radius: a positive number.
    Returns: the network. Raises: ``InputError``. Chapter: 05.
    Source: Saxe, McClelland & Ganguli (2014), drawn as in Mezzadri (2007); Glorot &
        Bengio (2010); Gers, Schmidhuber & Cummins (2000).

    >>> rng = np.random.default_rng(0)
    >>> net = initialise_recurrent(RecurrentNetwork([2, 4, 1]), rng)
    >>> np.allclose(net.W_h @ net.W_h.T, np.eye(4))
    True
    """
    check_recurrent(network)
    check_rng(rng)
    cause = "the generator and the radius exchanged"
    check_real("radius", radius, lambda r: r > 0, "a positive number", cause)
    network.parameters[...] = 0
    G = network.cell.gates
    for W in [*split(network.W_x, G), network.W_y]:
        W[...] = rng.normal(0, (2 / sum(W.shape)) ** 0.5, W.shape)
    for W in split(network.W_h, G):
        Q, R = np.linalg.qr(rng.normal(size=W.shape))
        W[...] = radius * Q * np.sign(np.diag(R))
    if network.name == "lstm":
        split(network.b, G)[1][...] = 1
    return network


def sequence_cost(loss, Y_hat, Y, counts=None):
    """The cost of a prediction, the mean over all steps that count, and its gradient.

    Parameters
        loss: a function of chapter 02, such as ``cross_entropy``.
        Y_hat: (T, N, K). Y: (T, N, K), or class numbers (T, N).
        counts: the steps that count, (T, N) of bool or lengths (N,); all if None. If
            only the last row is True, only the last step has a loss.
    Returns: L, the mean over M steps and not over the N sequences, so that long ones
        weigh more; and ∂L/∂Ŷ (T, N, K), 0 where a step does not count.
    Raises: ``InputError``, as the loss does. Chapter: 05.

    >>> from backprop.loss import half_squared_error
    >>> Y_hat, Y = np.ones((2, 2, 1)), np.zeros((2, 2, 1))
    >>> L, upstream = sequence_cost(half_squared_error, Y_hat, Y, np.array([2, 1]))
    >>> L, upstream[:, 1].ravel().round(4)
    (np.float64(0.5), array([0.3333, 0.    ]))
    """
    Y_hat, Y = check_floats(Y_hat=Y_hat), np.asanyarray(Y)  # masked: the loss refuses
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


def clip_norm(gradient, most):
    """g ← g · min(1, most / ‖g‖), in place: the direction stays.

    Parameters
        gradient: an array of any shape, float32 or float64, finite. most: above 0.
    Returns: ‖g‖ before. Raises: ``InputError``. Chapter: 05.
    Source: Pascanu, Mikolov & Bengio (2013).

    >>> g = np.array([3.0, 4.0])
    >>> clip_norm(g, 1.0), g
    (5.0, array([0.6, 0.8]))
    """
    check_clipping(gradient, most)
    largest = float(abs(gradient).max()) or 1.0
    unit = gradient / largest  # so that no square overflows
    length = float(np.linalg.norm(unit))
    if largest * length > most:
        np.multiply(unit, most / length, out=gradient)
    return largest * length


def clip_value(gradient, most):
    """g ← the nearest number to g from −most to most, entry by entry, in place: the
    direction may change.

    Parameters, Raises: as for ``clip_norm``.
    Returns: the largest |g| before. Chapter: 05. Source: Mikolov (2012).

    >>> g = np.array([3.0, -0.5])
    >>> clip_value(g, 1.0), g
    (3.0, array([ 1. , -0.5]))
    """
    check_clipping(gradient, most)
    largest = float(abs(gradient).max())
    np.clip(gradient, -float(most), float(most), out=gradient)
    return largest


def check_clipping(gradient, most):
    """Refuse what cannot be clipped in place."""
    check_writeable(gradient=gradient)
    check_floats(gradient=gradient)
    check_finite("a gradient that exploded before it was clipped", gradient=gradient)
    cause = "the sign, or no bound at all, which needs no clipping"
    check_real("most", most, lambda m: m > 0, "a positive number", cause)


# ------------------------------------------------------------------------- forward mode


@np.errstate(all="ignore")
def real_time_gradient(network, X, upstream, state=None):
    """The gradient of a network with the cell "rnn" by real-time recurrent learning,
    forward in time, without a step kept: a reference for small networks.

    W_x, W_h and b, one below the other, are one matrix W, and Z_t = V_t W for
    V_t = [X_t, H_{t−1}, 1]. With J_t = ∂H_t/∂W and δ the Kronecker delta,

        J_t[n, j, a, q] = f′(Z_t)[n, j] ·
            (Σ_l W_h[l, j] J_{t−1}[n, l, a, q] + δ_jq V_t[n, a]),
        ∂L/∂W[a, q] = Σ_t Σ_nj (G_t W_yᵀ)[n, j] J_t[n, j, a, q].

    J takes N H² (D + H + 1) numbers, however many steps there are; a step takes some
    N H³ (D + H + 1) multiplications, H² times as many as backpropagation.

    Parameters: X (T, N, D), upstream (T, N, K) and state (N, H), as for ``forward`` and
        ``backward``.
    Returns: (P,). Raises: ``InputError`` for another cell and for other shapes.
    Chapter: 05. Source: Williams & Zipser (1989).

    >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
    >>> net.W_x[...], net.W_h[...], net.W_y[...] = 1, 0.5, 1
    >>> X, G = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]).reshape(2, 3, 1, 1)
    >>> real_time_gradient(net, X, G)  # W_x, W_h, b, W_y, c
    array([0.25, 1.  , 1.75, 0.25, 1.  ])
    """
    if network.name != "rnn":
        raise InputError(
            f"network: expected the cell 'rnn', received {network.name!r}. "
            "Likely cause: its derivation taken for another cell's"
        )
    X, upstream, _ = check_floats(X=X, upstream=upstream, parameters=network.parameters)
    (D, H, K), slope = network.widths, SLOPES[network.activation]
    N = check_shapes(f"X (T, N, {D}), upstream (T, N, {K})", X, upstream)["N"]
    gradient = Parameters("gradient", layout(network.widths, "rnn"), X.dtype, ())
    W, dW = (v._vector[: (D + H + 1) * H].reshape(-1, H) for v in (network, gradient))
    J, ones = np.zeros((N, H, *W.shape), X.dtype), np.ones((N, 1), X.dtype)
    h = np.zeros((N, H), X.dtype)
    if state is not None:
        (h[...],) = check_state(state, network, N)
    for X_t, G in zip(X, upstream, strict=True):
        V = np.hstack([X_t, h, ones])
        h = network.f(V @ W, h)
        J = np.einsum("lj,nlaq->njaq", network.W_h, J)
        np.einsum("njaj->jna", J)[...] += V
        J *= slope(h, np.empty_like(h))[:, :, None, None]
        dW += np.einsum("nj,njaq->aq", G @ network.W_y.T, J)
        gradient.W_y += h.T @ G
        gradient.c += G.sum(axis=0)
    cause = "X or upstream not finite, or too large"
    check_finite(cause, gradient=gradient._vector)
    return gradient._vector
