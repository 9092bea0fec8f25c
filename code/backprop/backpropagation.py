"""Chapter 03, backpropagation: from the gradient of the cost with respect to the
prediction to its gradient with respect to every parameter, one layer after the other,
backward.

For the layer Z = H W + b with the output f(Z), and with the upstream gradient
∂L/∂f(Z) from the layer above it, or from the loss:

    Δ = upstream ⊙ f′(Z)      ∂L/∂W = Hᵀ Δ      ∂L/∂b = 1ᵀ Δ      ∂L/∂H = Δ Wᵀ

No layer divides by N: the loss has done that.
"""

from copy import deepcopy

import numpy as np

from .forward_pass import Network, layer_shapes, layer_views
from .loss import LOSSES, l2, one_hot
from .shapes import (
    InputError,
    as_float_array,
    check_finite,
    check_floats,
    check_shapes,
)
from .vectors import FlatVector, part


class Backpropagation(FlatVector):
    """The backward pass of a network, over the batch that it saw last.

    Parameters
        network: a ``Network``. Its parameters are read and not changed.

    Attributes
        gradient: (P,), the gradient with respect to ``network.parameters``, in the
            same order.
        weights, biases: L-tuples of views into ``gradient``, ∂L/∂W_l (D_l, D_{l+1})
            and ∂L/∂b_l (D_{l+1},).
        Delta: Δ_l = ∂L/∂Z_l (N, D_{l+1}), l = 0 … L − 1.
            Like ``gradient`` they are buffers, which the next batch overwrites.
    A copy has a network and a gradient of its own, and has seen no batch.
    Raises: ``InputError`` for anything but a ``Network``. Chapter: 03.
    Source: Rumelhart, Hinton & Williams (1986).
    Proved: gradient of a pre-activation; gradient of the weights; gradient of the bias;
        gradient of the input; one hidden layer: weights of the output; one hidden
        layer: biases of the output; one hidden layer: hidden weights; one hidden layer:
        hidden biases.

    >>> net = Network([1, 1], ["identity"])
    >>> net.weights[0][...] = 3
    >>> backprop = Backpropagation(net)
    >>> Y_hat, Y = net.forward(np.array([[2.0], [1.0]])), np.array([[5.0], [5.0]])
    >>> backprop.backward((Y_hat - Y) / 2)
    array([ 0. , -0.5])
    >>> backprop.weights, backprop.biases
    ((array([[0.]]),), (array([-0.5]),))
    """

    gradient = part("gradient")

    def __init__(self, network):
        if not isinstance(network, Network):
            raise InputError(
                f"network: expected a Network, received {type(network).__name__}. "
                "Likely cause: its widths or its parameters in place of the network"
            )
        self.network, shapes = network, layer_shapes(network.widths)
        super().__init__("gradient", shapes, network.parameters.dtype, (network,))
        self._weights, self._biases = layer_views(self.gradient, network.widths)
        self.Delta = ()

    @property
    def weights(self):
        return self._weights

    @property
    def biases(self):
        return self._biases

    @np.errstate(all="ignore")
    def backward(self, upstream):
        """The gradient with respect to the parameters (P,), a new array.

        Parameters
            upstream: (N, D_L), ∂L/∂Ŷ as a loss of chapter 02 returns it, for the batch
                that the network saw last; not changed.
        Raises: ``InputError`` for another shape or type, NaN and infinity, a network
            that has seen no batch, parameters that have moved since, and a gradient
            that overflows.

        >>> net = Network([2, 1], ["identity"])
        >>> Y_hat = net.forward(np.array([[1.0, 2.0]]))
        >>> Backpropagation(net).backward(Y_hat - 3)
        array([-3., -6., -3.])
        """
        check_seen("backward", self.network.Z, "forward pass", "net.forward(X)")
        self.network.check_unmoved()
        cause = "the gradient of another batch, or of another network's prediction"
        upstream = check_upstream(upstream, self.network.H[-1], cause)
        gradient = self.propagate(upstream)
        Delta, self.Delta = self.Delta, ()  # a gradient that overflows is none
        cause = "parameters so large that the gradient overflows, as in a deep network"
        check_finite(cause, gradient=gradient)
        self.Delta, self._W_0 = Delta, self._copy("W_0", self.network.weights[0])
        return gradient.copy()

    def propagate(self, upstream):
        """Fill ``Delta`` and ``gradient`` and return ``gradient`` itself, (P,), which
        the next batch overwrites: ``backward`` unchecked, for a training loop that has
        checked its data, with NumPy's warnings off, after the network's forward pass.

        Δ_l = upstream ⊙ f_l′(Z_l), ∂L/∂W_l = H_lᵀ Δ_l, ∂L/∂b_l = 1ᵀ Δ_l,
        and the next upstream is Δ_l W_lᵀ.

        >>> net = Network([2, 1], ["sigmoid"])
        >>> backprop = Backpropagation(net)
        >>> upstream = net.propagate(np.array([[3.0, -1.0]])) - 1
        >>> backprop.propagate(upstream) is backprop.gradient
        True
        """
        net, N = self.network, len(upstream)
        self._W_0 = net.weights[0]
        if not self.Delta or len(self.Delta[0]) != N:
            self._resize(N)
        for layer in reversed(range(len(net.layers))):
            Delta = self.Delta[layer]
            net.layers[layer].derivative(net.Z[layer], out=Delta)
            Delta *= upstream
            net.H[layer].T.dot(Delta, out=self._weights[layer])
            self._ones.dot(Delta, out=self._biases[layer])
            if layer > 0:
                upstream = self._upstream[layer - 1]
                Delta.dot(net.weights[layer].T, out=upstream)
        return self.gradient

    @np.errstate(all="ignore")
    def input_gradient(self):
        """∂L/∂X = Δ_0 W_0ᵀ (N, D_0), a new array, after a backward pass.

        Raises: ``InputError`` where no backward pass came before, and where the
            product overflows.

        >>> net = Network([2, 1], ["identity"])
        >>> net.weights[0][...] = [[3.0], [4.0]]
        >>> backprop = Backpropagation(net)
        >>> _ = backprop.backward(net.forward(np.array([[1.0, 1.0]])) - 5)
        >>> backprop.input_gradient()
        array([[6., 8.]])
        """
        check_seen(
            "input_gradient", self.Delta, "backward pass", "backprop.backward(upstream)"
        )
        gradient = self.Delta[0].dot(self._W_0.T)
        check_finite("weights so large that the product overflows", gradient=gradient)
        return gradient

    def _resize(self, N):
        """Δ and the upstream gradients for N samples, in buffers that grow."""
        D = list(enumerate(self.network.widths[1:]))
        self.Delta = [self._array(f"Delta_{layer}", N, width) for layer, width in D]
        self._upstream = [self._array(f"G_{layer}", N, width) for layer, width in D]
        self._ones = self._array("ones", N)
        self._ones[...] = 1


def check_seen(name, seen, before, call):
    """Refuse a question whose answer has not been computed yet."""
    if not seen:
        raise InputError(
            f"{name}: expected a {before} before it, received none. "
            f"Likely cause: the {before} left out, {call}"
        )


def check_upstream(upstream, Y_hat, cause):
    """A copy of the gradient ∂L/∂Ŷ, for it may lie in a buffer: of Ŷ's shape and type,
    and finite.
    """
    upstream, _ = check_floats(upstream=upstream, Ŷ=Y_hat)
    check_shapes(f"upstream {Y_hat.shape}", upstream, cause=cause)
    check_finite("a loss without checks, or a division by 0", upstream=upstream)
    return upstream.copy()


def cost_of(network, X, Y, loss, *options):
    """The cost L as a function of the parameters alone, θ ↦ L(θ), which
    ``gradient_check`` takes: the forward pass of a copy, and the loss.

    Parameters
        network: a ``Network``, or another with ``parameters`` and ``forward``, float64.
        X, Y, loss: as for ``cost_and_gradient``. options: what ``forward`` takes
            beside X.
    Returns: a function of (P,) that returns L. Raises: ``InputError`` for a float32
        network, whose difference quotients show nothing, and as its parts do.
    Chapter: 03, the gradient check.
    Proved: nothing, a forward pass and a loss.

    >>> from backprop.loss import half_squared_error
    >>> net, X, Y = Network([1, 1], ["identity"]), np.array([[2.0]]), np.array([[3.0]])
    >>> cost_of(net, X, Y, half_squared_error)(np.array([1.0, 0.0]))
    np.float64(0.5)
    >>> net.parameters
    array([0., 0.])
    """
    if network.parameters.dtype != np.float64:
        raise InputError(
            f"network: expected float64, received {network.parameters.dtype}. Likely "
            "cause: a network for fast training; check one of the same widths in "
            "float64, since in a difference quotient too few digits of float32 are left"
        )
    network = deepcopy(network)  # its parameters will be overwritten

    def cost(theta):
        network.parameters = theta
        return loss(network.forward(X, *options), Y)[0]

    return cost


def cost_and_gradient(network, X, Y, loss):
    """The cost L of a network over a batch, and its gradient with respect to
    ``network.parameters``: one forward pass, the loss, one backward pass, all checked.
    A training loop keeps one ``Backpropagation`` and its buffers instead.

    Parameters
        network: a ``Network``. X: (N, D_0), of its type.
        Y: the targets, as the loss takes them.
        loss: a function of chapter 02, such as ``cross_entropy``.
    Returns: L, a number, and the gradient (P,).
    Raises: ``InputError``, as its three parts do. Chapter: 03.
    Source: Rumelhart, Hinton & Williams (1986).
    Proved: gradient of a pre-activation; gradient of the weights; gradient of the bias.

    >>> from backprop.loss import half_squared_error
    >>> net, X, Y = Network([1, 1], ["identity"]), np.array([[2.0]]), np.array([[3.0]])
    >>> cost_and_gradient(net, X, Y, half_squared_error)
    (np.float64(4.5), array([-6., -3.]))
    """
    L, upstream = loss(network.forward(X), Y)
    return L, Backpropagation(network).backward(upstream)


def objective(network, X, Y, loss, strength=0.0):
    """The objective J = L + ½ λ ‖θ‖² of a minibatch and its gradient, as a function of
    the minibatch alone, for a training loop. Data and targets are checked here, once.

    Parameters
        network: a ``Network``. X: (N, D_0), of its type.
        Y: targets for the N samples, as the loss takes them.
        loss: one of ``LOSSES``. strength: λ, not negative; it counts for biases, too.
    Returns: a function from an array of sample numbers to J, a number, and the gradient
        (P,), which the next call overwrites. With parameters that have grown too large
        both may be infinite or NaN.
    Raises: ``InputError`` for another loss, and as the forward pass and the loss do.
    Chapter: 04.
    Proved: L2 in the objective multiplies a parameter by 1 − ηλ; gradient descent: L2
        is decay.

    >>> from backprop.loss import half_squared_error
    >>> net, X, Y = Network([1, 1], ["identity"]), np.array([[2.0]]), np.array([[3.0]])
    >>> objective(net, X, Y, half_squared_error)(np.array([0]))
    (np.float64(4.5), array([-6., -3.]))
    """
    theta, backprop = network.parameters, Backpropagation(network)
    X, Y = check_data(network, X, Y, loss)
    l2(theta, strength)

    @np.errstate(all="ignore")
    def of(batch):
        prediction = network.propagate(X[batch])
        J, upstream = loss.__wrapped__(prediction, Y[batch], prediction)
        gradient = backprop.propagate(upstream)
        if strength:
            J += strength * np.vdot(theta, theta) / 2
            gradient += strength * theta
        return J, gradient

    return of


def check_data(network, X, Y, loss):
    """X and Y as arrays, targets by rows. Refuse a loss that is none of ``LOSSES``, and
    what the forward pass and the loss refuse.
    """
    if loss not in LOSSES.values():
        raise InputError(
            f"loss: expected one of {', '.join(LOSSES)}, received {loss!r}. "
            "Likely cause: a name in place of the function, or a loss of your own, "
            "which a loop of your own can use"
        )
    X, theta = check_floats(X=X, parameters=network.parameters)
    loss(network.forward(X), Y)
    if np.ndim(Y) == 1:
        return X, one_hot(Y, network.widths[-1], theta.dtype)
    return X, as_float_array("Y", Y, theta.dtype)
