"""Chapter 01, the forward pass: from the input X to the prediction Ŷ,
one layer after the other.

A row is a sample: X (N, D_in), W (D_in, D_out), b (D_out,), Z = X W + b, H = f(Z).
The activations are in ``activations.py``; their names can be imported from here, too.
"""

from itertools import pairwise

import numpy as np

from .activations import (
    ACTIVATIONS,
    Activation,
    identity,
    identity_derivative,
    leaky_relu,
    leaky_relu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    softmax,
    softplus,
    tanh,
    tanh_derivative,
)
from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_rng,
    check_shapes,
)
from .vectors import FlatVector, Parts, part, views

__all__ = ["ACTIVATIONS", "Activation", "Network", "dense", "initialise", "layer_views"]
__all__ += ["identity", "leaky_relu", "relu", "sigmoid", "silu", "softplus", "tanh"]
__all__ += ["identity_derivative", "leaky_relu_derivative", "relu_derivative"]
__all__ += ["sigmoid_derivative", "silu_derivative", "softmax", "tanh_derivative"]

# ------------------------------------------------------------------------------- layers


@np.errstate(all="ignore")
def dense(X, W, b, out=None):
    """Z = X W + b: the pre-activations of one layer, the same bias for every sample.

    Parameters
        X: (N, D_in). W: (D_in, D_out). b: (D_out,), never a number or a column.
            One float type for all three.
        out: (N, D_out), of that type, or None. It may overlap X, W and b.
    Returns: Z (N, D_out).
    Raises: ``InputError`` for shapes that do not fit, mixed types,
        and a Z that is not finite.
    Chapter: 01.
    Proved: dense layer.

    >>> W = np.array([[3.0, 5.0], [4.0, 6.0]])
    >>> dense(np.array([[1.0, 2.0]]), W, np.array([0.5, 0.0]))
    array([[11.5, 17. ]])
    """
    X, W, b = check_floats(X=X, W=W, b=b)
    size = check_shapes("X (N, D_in), W (D_in, D_out), b (D_out,)", X, W, b)
    if out is not None:
        check_floats(out=out, X=X)
        check_shapes(f"out ({size['N']}, {size['D_out']})", out)
        b = b.copy()  # NumPy's matmul minds an overlap with X and W, but not with b
    Z = np.matmul(X, W, out=out)
    Z += b
    check_finite(
        "NaN or infinity in X, W or b, or numbers so large that X W overflows", Z=Z
    )
    return Z


def layer_shapes(widths):
    """The shapes of a network's parameters, layer by layer, W before b.

    >>> layer_shapes([2, 4, 1])
    {'W_0': (2, 4), 'b_0': (4,), 'W_1': (4, 1), 'b_1': (1,)}
    """
    shapes = {}
    for layer, (D_in, D_out) in enumerate(pairwise(widths)):
        shapes |= {f"W_{layer}": (D_in, D_out), f"b_{layer}": (D_out,)}
    return shapes


def layer_views(vector, widths):
    """Split a flat vector into weights and biases, layer by layer, W before b:
    views, so to write one is to write both.

    A network's parameters and their gradient have this one layout.

    Parameters
        vector: (P,), P = Σ (D_in + 1) D_out over the layers.
        widths: the numbers D of units, from the input to the output.
    Returns: two tuples, of W (D_in, D_out) and of b (D_out,). To assign to one of their
        arrays is to write into it.
    Raises: ``InputError`` where the vector has another length.
    Chapter: 01, parameters.

    >>> weights, biases = layer_views(np.arange(17.0), [2, 4, 1])
    >>> [W.shape for W in weights], biases[1]
    ([(2, 4), (4, 1)], array([16.]))
    """
    arrays = views(vector, layer_shapes(widths).values())
    return Parts(arrays[::2]), Parts(arrays[1::2])


class Network(FlatVector):
    """A feed-forward network: H₀ = X, Z_l = H_l W_l + b_l, H_{l+1} = f_l(Z_l)
    for l = 0 … L − 1, Ŷ = H_L.

    Parameters
        widths: the numbers of units, input first, output last; at least two.
        activations: one name of ``ACTIVATIONS`` for each of the L layers.
            A softmax comes after, on the output.
        dtype: float32 or float64, for parameters, inputs and buffers.

    Attributes
        parameters: (P,), all weights and biases, at first 0.
            To assign to it is to write into it.
        weights, biases: L-tuples of views into ``parameters``, W_l (D_l, D_{l+1}) and
            b_l (D_{l+1},). To assign to one of them, too, is to write into it.
        layers: L pairs ``Activation``, the formulas of the activations without checks.
        Z, H: the last batch's Z_l (N, D_{l+1}), l = 0 … L − 1, and H_l (N, D_l),
            l = 0 … L, where H_0 is X. They live in buffers that the next batch
            overwrites.
    Raises: ``InputError``. Chapter: 01. Chapter 03 runs backward over Z and H.
    Proved: layer with activation; two layers as a nested function; rows do not mix.

    >>> net = Network([2, 4, 1], ["tanh", "identity"])
    >>> net
    Network([2, 4, 1], ['tanh', 'identity'], 'float64') with 17 parameters
    >>> net.weights[0][...] = 0.5
    >>> net.weights[1][...] = 1
    >>> net.forward(np.array([[1.0, 1.0], [0.0, 0.0]])).round(4)
    array([[3.0464],
           [0.    ]])
    """

    parameters = part("parameters")

    def __init__(self, widths, activations, dtype=np.float64):
        check_layers(widths, activations)
        widths = [check_count(f"widths[{i}]", D) for i, D in enumerate(widths)]
        self.widths, self.activations = tuple(widths), tuple(activations)
        arguments = self.widths, self.activations, dtype
        super().__init__("parameters", layer_shapes(widths), dtype, arguments)
        self._weights, self._biases = layer_views(self.parameters, widths)
        pairs = [ACTIVATIONS[name] for name in self.activations]
        self.layers = tuple(Activation(*(f.__wrapped__ for f in p)) for p in pairs)
        self.Z = self.H = ()

    def __repr__(self):
        return (
            f"Network({list(self.widths)}, {list(self.activations)}, "
            f"'{self.parameters.dtype}') with {self.parameters.size} parameters"
        )

    @property
    def weights(self):
        return self._weights

    @property
    def biases(self):
        return self._biases

    @np.errstate(all="ignore")
    def forward(self, X):
        """The prediction Ŷ (N, D_L) for X (N, D_0), a new array,
        with every input and every Z checked.

        Raises: ``InputError`` for another shape or type, an empty batch,
            NaN or infinity in X, and a Z that overflows.

        >>> Network([2, 1], ["sigmoid"]).forward(np.array([[3.0, -1.0]]))
        array([[0.5]])
        """
        prediction = self.propagate(self._take(f"X (N, {self.widths[0]})", X))
        Z, self.Z = self.Z, ()  # where a Z overflows, no batch was seen
        cause = (
            "NaN in the parameters, or parameters so large that X W overflows, "
            "as after training diverged"
        )
        check_finite(cause, **{f"Z[{layer}]": z for layer, z in enumerate(Z)})
        self.Z = Z
        self._note_parameters()
        return prediction.copy()

    def propagate(self, X):
        """Fill Z and H for the batch X and return Ŷ, a view that the next batch
        overwrites: ``forward`` unchecked, and H_0 is the array X itself.

        A training loop that has checked its data once calls this,
        with NumPy's warnings off.

        >>> net = Network([2, 1], ["sigmoid"])
        >>> net.propagate(np.array([[3.0, -1.0]])) is net.H[-1]
        True
        """
        if not self.Z or len(self.Z[0]) != len(X):
            self._resize(len(X))
        self.H[0], self._used = X, None
        for layer, f in enumerate(self.layers):
            Z = self.H[layer].dot(self._weights[layer], out=self.Z[layer])
            Z += self._biases[layer]
            f.function(Z, self.H[layer + 1])
        return self.H[-1]

    def _resize(self, N):
        """Z and H for N samples, in buffers that grow."""
        D = list(enumerate(self.widths))
        self.Z = [self._array(f"Z_{layer - 1}", N, width) for layer, width in D[1:]]
        self.H = [
            None,
            *(self._array(f"H_{layer}", N, width) for layer, width in D[1:]),
        ]


def check_layers(widths, activations):
    """Refuse lists that do not fit together, and activations without a formula here."""
    # long: two messages
    lists = np.iterable(widths) and np.iterable(activations)
    if not (lists and len(widths) - 1 == len(activations) > 0):
        raise InputError(
            "expected a list of widths [D_0, …, D_L] "
            "and a list of L activations, one for each layer, "
            f"received widths {widths!r} and activations {activations!r}. "
            "Likely cause: an activation named for the input, too, "
            "or one string in place of a list"
        )
    for name in activations:
        if name not in ACTIVATIONS:
            raise InputError(
                f"activations: expected names among {', '.join(ACTIVATIONS)}, "
                f"received {name!r}. Likely cause: another spelling, "
                "or softmax, which is no function of one z: "
                "softmax(net.forward(X))"
            )


# ----------------------------------------------------------------------- initialisation

VARIANCES = {
    "glorot": lambda D_in, D_out: 2 / (D_in + D_out),
    "he": lambda D_in, D_out: 2 / D_in,
}


def initialise(network, rng, scheme="glorot"):
    """Draw the weights from N(0, v) and set the biases to 0, in place:
    v = VARIANCES[scheme](D_in, D_out).

    "glorot" has v = 2 / (D_in + D_out), derived for f(0) = 0 and f′(0) = 1: tanh and
    identity. The slope of the sigmoid is at most 1/4, so the mean square of the
    gradient shrinks at least 16-fold a layer.

    "he" has v = 2 / D_in, derived for ReLU. Leaky ReLU needs
    2 / ((1 + SLOPE²) D_in), 0.01 % less. Neither is derived for softplus or SiLU.

    Parameters
        network: a ``Network``. rng: a ``numpy.random.Generator``.
        scheme: "glorot" or "he".
    Returns: the network.
    Raises: ``InputError`` for a seed in place of a generator and for an unknown scheme.
    Chapter: 03, where weights start. Source: Glorot & Bengio (2010); He et al. (2015).
    Proved: mean square of a pre-activation; growth of the mean square in a layer; ReLU
        of z and of −z; He's variance keeps the mean square; growth of the gradient's
        mean square, backward; Glorot's variance: the mean of the two factors; He's
        variance, backward.

    >>> rng = np.random.default_rng(0)
    >>> net = initialise(Network([2, 4, 1], ["tanh", "identity"]), rng)
    >>> net.biases[0]
    array([0., 0., 0., 0.])
    """
    check_rng(rng)
    if scheme not in VARIANCES:
        raise InputError(
            f"scheme: expected one of {', '.join(VARIANCES)}, received {scheme!r}. "
            "Likely cause: another name for it; xavier is glorot, kaiming is he"
        )
    for W, b in zip(network.weights, network.biases, strict=True):
        W[...] = rng.normal(0, VARIANCES[scheme](*W.shape) ** 0.5, W.shape)
        b[...] = 0
    return network
