"""Chapter 01, the forward pass: from the input X to the prediction Ŷ,
one layer after the other.

A row is a sample: X (N, D_in), W (D_in, D_out), b (D_out,), Z = X W + b, H = f(Z).

Activations are functions of ``(z, out=None)``. Each stands beside its derivative,
a function of the same pre-activation z, in the table ``ACTIVATIONS``. Where the true
value is a normal number of the type, the result is within 4 units in the last place
of it; silu′ and softmax, for up to 2048 classes, are within 5. NumPy's exp, tanh and
cosh set these bounds; ``benchmarks/accuracy.py`` measures every error.
"""

from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .shapes import (
    InputError,
    check_count,
    check_finite,
    check_floats,
    check_no_nan,
    check_out,
    check_rng,
    check_shapes,
)

# -------------------------------------------------------------------------- activations


CONTRACT = """
    Parameters
        z: pre-activations, an array of any shape or a number, float32 or float64;
            at ±∞ the result is the limit.
        out: an array like z for the result, which may be z itself; a new one if None.
    Returns: an array, or a number, of z's shape and type.
        No floating-point warning is raised.
    Raises: ``InputError`` for NaN and for other types. Chapter: 01, activations.
"""


def checked(formula):
    """Check z and out, allocate out where it is None,
    and evaluate the formula with NumPy's warnings off.

    The formula itself, ``f.__wrapped__(z, out)``, is what a network calls
    once it has checked its input.
    """
    quiet = np.errstate(all="ignore")(formula)

    @wraps(formula)
    def function(z, out=None):
        z, out = check_arguments(z, out)
        quiet(z, out)
        return out if out.ndim else out[()]

    function.__doc__ = f"{formula.__doc__}{CONTRACT}"
    return function


def check_arguments(z, out):
    """z as an array of floats without NaN, and out as an array like it,
    a new one where it is None.
    """
    z = check_floats(z=z)
    check_no_nan(z=z)
    return z, check_out(out, z)


@checked
def identity(z, out=None):
    """f(z) = z.

    >>> identity(0.5)
    np.float64(0.5)
    """
    return np.positive(z, out=out)


@checked
def identity_derivative(z, out=None):
    """f′(z) = 1.

    >>> identity_derivative(0.5)
    np.float64(1.0)
    """
    out[...] = 1
    return out


@checked
def sigmoid(z, out=None):
    """σ(z) = 1 / (1 + exp(−z)), between 0 and 1.

    Where exp(−z) overflows, σ(z) is below every normal number.

    >>> f"{sigmoid(-40.0):.3g}"
    '4.25e-18'
    """
    # not np.negative: in place it is wrong for a column of some arrays (NumPy 2.4)
    exp_minus_z = np.exp(np.multiply(-1, z, out=out), out=out)
    return np.reciprocal(np.add(1, exp_minus_z, out=out), out=out)


@checked
def sigmoid_derivative(z, out=None):
    """σ′(z) = σ(z) σ(−z) = 1 / (2 + 2 cosh z).

    The form σ(z)(1 − σ(z)) cancels for large z.

    >>> sigmoid_derivative(0.0)
    np.float64(0.25)
    """
    one_plus_cosh = np.add(1, np.cosh(z, out=out), out=out)
    return np.divide(0.5, one_plus_cosh, out=out)


@checked
def tanh(z, out=None):
    """tanh(z) = 2σ(2z) − 1, between −1 and 1.

    >>> tanh(0.0)
    np.float64(0.0)
    """
    return np.tanh(z, out=out)


@checked
def tanh_derivative(z, out=None):
    """tanh′(z) = 1 / cosh²(z) = 2 / (1 + cosh 2z).

    The form 1 − tanh²(z) cancels for large |z|.

    >>> tanh_derivative(0.0)
    np.float64(1.0)
    """
    cosh_2z = np.cosh(np.multiply(2, z, out=out), out=out)
    return np.divide(2, np.add(1, cosh_2z, out=out), out=out)


@checked
def relu(z, out=None):
    """R(z) = max(z, 0).

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(z, 0, out=out)


@checked
def relu_derivative(z, out=None):
    """R′(z) = 1 if z > 0, else 0. R has no derivative at 0; the book sets R′(0) = 0.

    >>> relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    return np.greater(z, 0, out=out)


SLOPE = 0.01  # of the leaky ReLU, for z ≤ 0


@checked
def leaky_relu(z, out=None):
    """f(z) = max(z, SLOPE·z) with SLOPE = 0.01.

    Source: Maas, Hannun & Ng (2013).

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.02,  0.  ,  3.  ])
    """
    return np.maximum(z, SLOPE * z, out=out)


@checked
def leaky_relu_derivative(z, out=None):
    """f′(z) = 1 if z > 0, else SLOPE.

    f has no derivative at 0; the book sets f′(0) = SLOPE.

    >>> leaky_relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0.01, 0.01, 1.  ])
    """
    return np.maximum(np.greater(z, 0, out=out), SLOPE, out=out)


@checked
def softplus(z, out=None):
    """s(z) = log(1 + exp(z)) = log(exp(0) + exp(z)).

    >>> f"{softplus(-40.0):.3g}"
    '4.25e-18'
    """
    return np.logaddexp(0, z, out=out)


# σ(z) falls below the normal numbers before z·σ(z) does. For z ≤ −80,
# σ(z) = σ(−80)·exp(z + 80) with a relative error below exp(−80), and z + 80 is exact;
# so the small factor is multiplied in last.


@checked
def silu(z, out=None):
    """silu(z) = z σ(z) = z / (1 + exp(−z)).

    Source: Hendrycks & Gimpel (2016); Elfwing, Uchibe & Doya (2018).

    >>> f"{silu(-711.0):.3g}"
    '-1.17e-306'
    """
    z = np.maximum(z, -1000)  # silu(−1000) is 0, the limit at −∞
    return np.multiply(
        z / (1 + np.exp(-np.maximum(z, -80))), np.exp(np.minimum(z + 80, 0)), out=out
    )


# silu′ has one zero, z₀ = −(1 + OMEGA) with OMEGA = exp(z₀): the root of
# 1 + z + exp(z). With d = z − z₀, and with 1 + z₀ + exp(z₀) = 0 subtracted,
# 1 + z + exp(z) = d + OMEGA·(exp(d) − 1): two terms of one sign, no cancellation.
OMEGA = 0.2784645427610738
# −z₀ as a sum, to 40 digits
MINUS_ROOT = (1.2784645557403564, -1.297928265020314e-08, -7.021703633367596e-25)


@checked
def silu_derivative(z, out=None):
    """silu′(z) = σ(z) + z σ(z) σ(−z) = σ′(z) (1 + z + exp(z)),
    and silu′(z) = 1 − silu′(−z).

    It is 0 at z₀ = −1.2785 and reaches −0.0998 to the left of it,
    1.0998 to the right of −z₀.

    >>> silu_derivative(np.array([0.0, 1.0, -1.2785])).round(4)
    array([ 0.5   ,  0.9277, -0.    ])
    """
    minus = np.maximum(-np.abs(z), -1000)
    d = ((minus + MINUS_ROOT[0]) + MINUS_ROOT[1]) + MINUS_ROOT[2]
    one_plus_cosh = 1 + np.cosh(np.maximum(minus, -80))
    at_minus = (
        0.5
        * (d + OMEGA * np.expm1(d))
        / one_plus_cosh
        * np.exp(np.minimum(minus + 80, 0))
    )
    np.copyto(out, np.where(z > 0, 1 - at_minus, at_minus))
    return out


class Activation(NamedTuple):
    """An activation and its derivative,
    both functions of the pre-activation ``(z, out=None)``.
    """

    function: Callable
    derivative: Callable


ACTIVATIONS = {
    "identity": Activation(identity, identity_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "softplus": Activation(softplus, sigmoid),
    "silu": Activation(silu, silu_derivative),
}


@np.errstate(all="ignore")
def softmax(z, out=None):
    """p_k = exp(z_k) / Σ_j exp(z_j) over the last axis: positive numbers that sum to 1.

    The largest z_k of a row, m, is subtracted first, which leaves p unchanged and keeps
    exp from overflowing. float32 is computed in float64 and rounded once, at the end.

    In float64, rounding z_k − m costs up to |z_k − m| units in the last place of p_k,
    so the rounding error e of the difference is computed exactly and exp(e) = 1 + e
    multiplied in. A plain sum can lose half a unit a term, so each term is split:
    a multiple of 2⁻⁴², at most 1, of which 2048 add up exactly, and the small rest.

    Parameters
        z: (…, K), float32 or float64. A score −∞ has probability 0.
            One score +∞ in a row gives the limit, one-hot.
        out: an array like z, or None.
    Returns: p (…, K), of z's type.
    Raises: ``InputError`` for NaN, for two scores +∞ in a row and for a row of −∞,
        where no limit exists.
    Chapter: 01; its derivative is a Jacobian, chapter 02.
    Source: Blanchard, Higham & Higham (2021);
        the exact rounding error: Knuth, TAOCP 2, section 4.2.2.

    >>> softmax(np.array([0.0, np.log(3.0), -np.inf]))
    array([0.25, 0.75, 0.  ])
    """
    z, out = check_arguments(z, out)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise InputError(
            f"z: expected scores (…, K) with K at least 1, received shape {z.shape}. "
            "Likely cause: one score alone; "
            "the softmax of K classes takes K scores in the last axis"
        )
    m = z.max(axis=-1, keepdims=True)
    if not np.isfinite(m).all():
        z, m = limit_scores(z, m)
    ones = np.ones((z.shape[-1], 1))
    if z.dtype == np.float32:
        p = np.exp(np.subtract(z, m, dtype=np.float64))
        return np.divide(p, p @ ones, out=out, casting="same_kind")
    difference = z - m
    e = rounding(z, m, difference)
    p = np.exp(difference, out=out)
    e *= p
    e[p == 0] = 0  # it is NaN for a score −∞
    multiple = (p + 1024) - 1024
    total = multiple @ ones + (p - multiple + e) @ ones
    p += e
    return np.divide(p, total, out=out)


def rounding(z, m, difference):
    """The exact e that rounding z − m to ``difference`` has cost:
    exp(z − m) = exp(difference)(1 + e).
    """
    minus_m = difference - z
    return (z - (difference - minus_m)) - (m + minus_m)


def limit_scores(z, m):
    """Scores and their maxima with the same softmax, where a row's maximum is infinite:
    0 for its +∞, −∞ elsewhere.
    """
    if np.isneginf(m).any() or (np.isposinf(z).sum(axis=-1) > 1).any():
        raise InputError(
            "z: expected a finite score or exactly one +inf in every row, "
            "received a row with several +inf or with -inf alone: "
            "its softmax has no limit. "
            "Likely cause: every class masked, or an overflow in the scores"
        )
    z = np.where(
        np.isposinf(m),
        np.where(np.isposinf(z), 0, -np.inf),
        z,
    ).astype(z.dtype)
    return z, np.where(np.isposinf(m), 0, m).astype(z.dtype)


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


def layer_views(vector, widths):
    """Split a flat vector into weights and biases, layer by layer, W before b:
    views, so to write one is to write both.

    A network's parameters and their gradient have this one layout.

    Parameters
        vector: (P,), P = Σ (D_in + 1) D_out over the layers.
        widths: the numbers D of units, from the input to the output.
    Returns: two tuples, of W (D_in, D_out) and of b (D_out,).
    Raises: ``InputError`` where the vector has another length.
    Chapter: 01, parameters.

    >>> weights, biases = layer_views(np.arange(17.0), [2, 4, 1])
    >>> [W.shape for W in weights], biases[1]
    ([(2, 4), (4, 1)], array([16.]))
    """
    pairs = pairwise(widths)
    shapes = [shape for D_in, D_out in pairs for shape in ((D_in, D_out), (D_out,))]
    arrays = views(vector, shapes)
    return tuple(arrays[::2]), tuple(arrays[1::2])


def views(vector, shapes):
    """Split a flat vector into arrays of these shapes, one after the other: views."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    cause = "the vector of a network with other widths"
    check_shapes(f"vector ({sum(sizes)},)", vector, cause=cause)
    parts = np.split(vector, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def part(name):
    """A property: the array ``_views[name]`` of a network or of a backward pass.
    To assign to it is to write into it.
    """

    def get(self):
        if name not in self._views:
            raise AttributeError(f"no {name} in a network of this cell")
        return self._views[name]

    def put(self, values):
        view = get(self)
        if values is not view:  # it is after net.parameters -= step
            check_floats(**{name: view}, values=values)
            cause = "the parameters of another network, or a transposed matrix"
            check_shapes(f"{name} {view.shape}", values, cause=cause)
            view[...] = values

    return property(get, put)


def check_input(pattern, X, parameters, buffers):
    """X for a network with these parameters; a copy where it lies in one of its
    buffers, as when the last output is the next input.
    """
    X, _ = check_floats(X=X, parameters=parameters)
    check_shapes(pattern, X)
    cause = "a missing value, padding with NaN, or a standard deviation of 0"
    check_finite(cause, X=X)
    inside = any(np.may_share_memory(X, buffer) for buffer in buffers)
    return X.copy() if inside else X


class Network:
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
            b_l (D_{l+1},). Write into them: ``net.weights[0][...] = W``.
        layers: L pairs ``Activation``, the formulas of the activations without checks.
        Z, H: the last batch's Z_l (N, D_{l+1}), l = 0 … L − 1, and H_l (N, D_l),
            l = 0 … L, where H_0 is the array X itself. They live in buffers
            that the next batch overwrites.
    Raises: ``InputError``. Chapter: 01. Chapter 03 runs backward over Z and H.

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
        if not (
            np.iterable(widths)
            and np.iterable(activations)
            and len(widths) - 1 == len(activations) > 0
        ):
            raise InputError(
                "expected a list of widths [D_0, …, D_L] "
                "and a list of L activations, one for each layer, "
                f"received widths {widths!r} and activations {activations!r}. "
                "Likely cause: an activation named for the input, too, "
                "or one string in place of a list"
            )
        self.widths = tuple(
            check_count(f"widths[{i}]", D) for i, D in enumerate(widths)
        )
        self.activations = tuple(activations)
        for name in self.activations:
            if name not in ACTIVATIONS:
                raise InputError(
                    f"activations: expected names among {', '.join(ACTIVATIONS)}, "
                    f"received {name!r}. Likely cause: another spelling, "
                    "or softmax, which is no function of one z: "
                    "softmax(net.forward(X))"
                )
        P = sum((D_in + 1) * D_out for D_in, D_out in pairwise(self.widths))
        self._views = {"parameters": np.zeros(P, dtype)}
        check_floats(**self._views)
        self._weights, self._biases = layer_views(self.parameters, self.widths)
        self.layers = tuple(
            Activation(*(f.__wrapped__ for f in ACTIVATIONS[name]))
            for name in self.activations
        )
        self._buffers = [np.empty((2, 0, D), dtype) for D in self.widths[1:]]
        self.Z = self.H = ()

    def __repr__(self):
        return (
            f"Network({list(self.widths)}, {list(self.activations)}, "
            f"'{self.parameters.dtype}') with {self.parameters.size} parameters"
        )

    def __getstate__(self):
        return self.widths, self.activations, self.parameters

    def __setstate__(self, state):
        # so that a copy, too, has views into its own parameters
        widths, activations, parameters = state
        self.__init__(widths, activations, parameters.dtype)
        self.parameters = parameters

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
        pattern = f"X (N, {self.widths[0]})"
        X = check_input(pattern, X, self.parameters, self._buffers)
        prediction = self.propagate(X)
        for layer, Z in enumerate(self.Z):
            check_finite(
                "NaN in the parameters, or parameters so large that X W overflows, "
                "as after training diverged",
                **{f"Z[{layer}]": Z},
            )
        return prediction.copy()

    def propagate(self, X):
        """Fill Z and H for the batch X and return Ŷ, a view that the next batch
        overwrites: ``forward`` unchecked.

        A training loop that has checked its data once calls this,
        with NumPy's warnings off.

        >>> net = Network([2, 1], ["sigmoid"])
        >>> net.propagate(np.array([[3.0, -1.0]])) is net.H[-1]
        True
        """
        if not self.Z or len(self.Z[0]) != len(X):
            self._resize(len(X))
        self.H[0] = X
        for layer, (W, b, f) in enumerate(
            zip(self._weights, self._biases, self.layers, strict=True)
        ):
            Z = np.dot(self.H[layer], W, out=self.Z[layer])
            Z += b
            f.function(Z, self.H[layer + 1])
        return self.H[-1]

    def _resize(self, N):
        """Z and H as views of the first N rows of their buffers,
        which grow if they have fewer.
        """
        if self._buffers[0].shape[1] < N:
            self._buffers = [
                np.empty((2, N, D), self.parameters.dtype) for D in self.widths[1:]
            ]
        self.Z = [Z[:N] for Z, _ in self._buffers]
        self.H = [None, *(H[:N] for _, H in self._buffers)]


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
    Chapter: 01, initialisation. Source: Glorot & Bengio (2010); He et al. (2015).

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
