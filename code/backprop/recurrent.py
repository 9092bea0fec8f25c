"""Chapter 05, a recurrent network: the forward pass over a sequence.

A row is a sample, t is time: X (T, N, D) has one X_t (N, D) a step.

    Z_t = X_t W_x + H_{t−1} W_h + b      H_t = f(Z_t)      Ŷ_t = H_t W_y + c

Only H_{t−1} W_h waits for another step; X W_x and H W_y are taken once, over all T N
rows. Other cells have gates in the place of f: ``cells.py``.
"""

import numpy as np

from .activations import ACTIVATIONS
from .cells import CELLS, SLOPES, split
from .masks import between, check_mask, holding
from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_real,
    check_rng,
    check_shapes,
)
from .vectors import FlatVector, part
from .windows import windows


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
            of an LSTM's cell. X: the last input. Y_hat: (T, N, K). All but X live in
            buffers that the next input overwrites. After a pass with ``segment`` H, C
            and ``gates`` hold one segment.
        gates: (T, N, G·H), their values, a new array; of "rnn" they are H[1:].
        state: the state after the last step, for the next ``forward``: H_T (N, H), of
            an LSTM the pair (H_T, C_T), arrays of their own. At first None.
    Raises: ``InputError``. Chapter: 05, The gradient through time; Gates.
    Source: Elman (1990); Hochreiter & Schmidhuber (1997), with the forget gate of Gers,
        Schmidhuber & Cummins (2000); Cho et al. (2014), in PyTorch's form, where r
        multiplies the product with W_hn.
    Proved: nothing, the definition that chapter 05 differentiates.

    >>> net = RecurrentNetwork([1, 1, 1], activation="identity")
    >>> net
    RecurrentNetwork([1, 1, 1], 'rnn', 'identity', 'float64') with 5 parameters
    >>> net.W_x[...], net.W_h[...], net.W_y[...] = 1, 0.5, 1
    >>> net.forward(np.array([1.0, 0.0, 0.0]).reshape(3, 1, 1)).ravel()
    array([1.  , 0.5 , 0.25])
    """

    parameters = part("parameters")

    def __init__(self, widths, name="rnn", activation="tanh", dtype=np.float64):
        self.widths = check_widths(widths)
        check_cell(name, activation)
        arguments = self.widths, name, activation, dtype
        super().__init__("parameters", layout(self.widths, name), dtype, arguments)
        self.name, self.activation, self.cell = name, activation, CELLS[name]
        self.f = ACTIVATIONS[activation].function.__wrapped__
        self.X = self.Y_hat = self.H = self.C = self._size = None

    def __repr__(self):
        return (
            f"RecurrentNetwork({list(self.widths)}, '{self.name}', "
            f"'{self.activation}', '{self.parameters.dtype}') "
            f"with {self.parameters.size} parameters"
        )

    @property
    def state(self):
        return None if self.X is None else one_or_all(self._ends[-1])

    @property
    def gates(self):
        if self.H is None:
            return None
        gates = self._gates[:, : self.cell.gates].swapaxes(1, 2)
        return gates.copy().reshape(*gates.shape[:2], -1)

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
        X = self._checked(f"X (T, N, {self.widths[0]})", X)
        if state is not None:
            state = np.stack(check_state(state, self, X.shape[1]))
        if mask is not None:
            mask = check_mask("mask", mask, *X.shape[:2])
        if segment is not None:
            segment = check_count("segment", segment)
        X = self._copy("X", X)  # now: what is refused changes nothing
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
        (T, N, _), k = X.shape, segment or len(X)
        self.X, self.segments, self._used = X, windows(T, k, k), None
        self.stays = None if mask is None else ~mask[:, :, None]
        self.Y_hat = self._array("Y_hat", T, N, self.widths[2])
        states = self.cell.states, N, self.widths[1]
        self._ends = self._array("ends", len(self.segments) + 1, *states)
        self._ends[0] = 0 if state is None else state
        for number, (start, stop, _) in enumerate(self.segments):
            self.run(number)
            self._ends[number + 1] = self.states[:, -1]
            flat(self.H[1:]).dot(self.W_y, out=flat(self.Y_hat[start:stop]))
        self.Y_hat += self.c
        return self.Y_hat

    def run(self, number):
        """The states and gates of one segment, from the state kept at its start."""
        (start, stop, _), self.number = self.segments[number], number
        self._resize(stop - start, self.X.shape[1])
        self.states[:, 0] = self._ends[number]
        forward = holding(self.cell.forward, between(self.stays, start, stop))
        self._through_time(self.X[start:stop], forward)

    def _through_time(self, X, forward):
        """H_t = f(Z_t), Z_t = X_t W_x + H_{t−1} W_h + b, for t = 1 … T."""
        f, d, W_h = self.f, self._views.get("d"), self.W_h
        flat(X).dot(self.W_x, out=flat(self._Z))
        self._Z += self.b
        for Z, U, gates, before, after in self._steps:
            before[0].dot(W_h, out=U)
            forward(f, d, Z, U, gates, before, after)

    def seen(self, start, stop):
        """X, the gates, the states and where they stay, of some steps of the segment
        that is in the buffers.
        """
        first, last = (t - self.segments[self.number][0] for t in (start, stop))
        gates = self._gates[first:last].swapaxes(0, 1)
        states, stays = self.states[:, first : last + 1], self.stays
        return self.X[start:stop], gates, states, between(stays, start, stop)

    def _resize(self, T, N):
        """Buffers for so many steps and samples, and their views step by step."""
        if self._size == (T, N):
            return
        self._size, H, (G, states) = (T, N), self.widths[1], self.cell[:2]
        self.states = self._array("states", states, T + 1, N, H)
        self.H, self.C = (*self.states, None)[:2]
        self._Z = self._array("Z", T, N, G * H) if G > 1 else self.H[1:]
        self._gates = self._Z.reshape(T, G, N, H)  # the same memory
        if self.cell.has_d:
            self._gates = self._array("gates", T, G + 1, N, H)  # and u
        U, s = self._array("U", N, G * H), list(zip(*self.states, strict=True))
        Z = list(self._Z)
        steps = Z, [U] * T, self._gates if G > 1 else Z, s[:-1], s[1:]
        self._steps = list(zip(*steps, strict=True))


def one_or_all(arrays):
    """Copies: the array of a cell with one state, the tuple of a cell with two."""
    arrays = tuple(a.copy() for a in arrays)
    return arrays if len(arrays) > 1 else arrays[0]


def check_widths(widths):
    """D, H and K."""
    if not (np.iterable(widths) and len(widths := tuple(widths)) == 3):
        raise InputError(
            f"widths: expected [D, H, K], received {widths!r}. "
            "Likely cause: the number of outputs left out"
        )
    return tuple(check_count(f"widths[{i}]", D) for i, D in enumerate(widths))


def check_cell(name, activation):
    """Refuse what ``CELLS`` and ``SLOPES`` do not have."""
    allowed = tuple(SLOPES) if name == "rnn" else ("tanh",)
    if name not in tuple(CELLS) or activation not in allowed:
        raise InputError(
            f"expected a cell among {', '.join(CELLS)} and an activation among "
            f"{', '.join(allowed)}, received {name!r} and {activation!r}. "
            "Likely cause: another spelling, or the activation in the cell's place"
        )


def check_recurrent(network):
    """Refuse anything else."""
    if not isinstance(network, RecurrentNetwork):
        raise InputError(
            "network: expected a RecurrentNetwork, received "
            f"{type(network).__name__}. Likely cause: a Network, which "
            "Backpropagation takes, or the widths in its place"
        )


def check_state(state, network, N):
    """The states as a list of arrays, of this cell, batch and type."""
    names = ("H_0", "C_0")[: network.cell.states]
    pair = isinstance(state, tuple) or (isinstance(state, list) and len(names) == 2)
    state = state if pair else (state,)
    if len(state) != len(names):
        raise InputError(
            f"state: expected {' and '.join(names)} for the cell {network.name!r}, "
            f"received {len(state)} arrays. Likely cause: the state of another cell"
        )
    arrays = dict(zip(names, state, strict=True)) | {"parameters": network.parameters}
    arrays = check_floats(**arrays)[:-1]
    for name, s in zip(names, arrays, strict=True):
        cause = "the state of another batch, as after a last, smaller one"
        check_shapes(f"{name} ({N}, {network.widths[1]})", s, cause=cause)
        check_finite("a forward pass that overflowed", **{name: s})
    return arrays


def initialise_recurrent(network, rng, radius=1.0):
    """Draw the parameters, gate by gate, in place: each gate's block (H, H) of W_h is
    ``radius`` times a random orthogonal matrix; W_x and W_y come from
    Glorot's N(0, 2 / (D_in + D_out)); the biases are 0, but 1 for an LSTM's gate f.

    Parameters
        network: a ``RecurrentNetwork``. rng: a ``numpy.random.Generator``.
        radius: a positive number.
    Returns: the network. Raises: ``InputError``. Chapter: 05, How far back?
    Source: Saxe, McClelland & Ganguli (2014), drawn as in Mezzadri (2007); Glorot &
        Bengio (2010); Gers, Schmidhuber & Cummins (2000).
    Proved: an orthogonal matrix keeps the length of a row.

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
