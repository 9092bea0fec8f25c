"""The contestants of benchmarks/training_step.py: one training step, written as each library's users write it.

A contestant is a function ``(task) → step``; ``step()`` makes one step of gradient descent with the learning rate ETA
and returns the cost before it. All start from the same parameters and see the same batch. NumPy's warnings are off.
A peer is imported by its contestant, so that a missing one leaves out that contestant and no other.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from backprop import loss as losses
from backprop.backpropagation import Backpropagation
from backprop.forward_pass import Network, initialise

ETA = 0.01


class Size(NamedTuple):
    widths: list
    N: int
    hidden: str


SIZES = {
    "xor": Size([2, 2, 1], 4, "tanh"),
    "digits": Size([64, 64, 10], 32, "relu"),
    "mnist": Size([784, 128, 10], 64, "relu"),
    "big": Size([784, 512, 512, 10], 256, "relu"),
}


class Task:
    """One size in one type: the batch X, Y, and the parameters to start from, ``net.parameters``.

    xor has binary cross-entropy from logits; the others have cross-entropy from logits, with Y one-hot, and y holds
    the class numbers (N,).
    """

    def __init__(self, size, dtype):
        self.widths, self.N, self.hidden = SIZES[size]
        self.dtype, self.binary = np.dtype(dtype), size == "xor"
        rng, K = np.random.default_rng(0), self.widths[-1]
        activations = [*[self.hidden] * (len(self.widths) - 2), "identity"]
        self.net = initialise(Network(self.widths, activations, dtype), rng, "glorot" if self.binary else "he")
        if self.binary:
            self.X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype)
            self.y = np.array([0, 1, 1, 0])
            self.Y = self.y[:, None].astype(dtype)
        else:
            self.X = rng.normal(size=(self.N, self.widths[0])).astype(dtype)
            self.y = rng.integers(0, K, self.N)
            self.Y = losses.one_hot(self.y, K, dtype)
        self.loss = losses.binary_cross_entropy if self.binary else losses.cross_entropy

    def layers(self):
        """Pairs of W and b, copied."""
        return [(W.copy(), b.copy()) for W, b in zip(self.net.weights, self.net.biases, strict=True)]


# ---------------------------------------------------------------------------------------------------------- this book


def backprop(task):
    """As chapter 03 writes the training loop, after the data have been checked once."""
    net, X, Y = task.net, task.X, task.Y
    backward, loss = Backpropagation(net), task.loss.__wrapped__
    theta, out = net.parameters, np.empty_like(Y)

    def step():
        Y_hat = net.propagate(X)
        L, upstream = loss(Y_hat, Y, out)
        gradient = backward.propagate(upstream)
        gradient *= ETA
        np.subtract(theta, gradient, out=theta)  # theta −= gradient
        return L

    return step


def with_all_checks(task):
    """The same with every input, pre-activation, cost and gradient checked."""
    net, X, Y, loss = task.net, task.X, task.Y, task.loss
    backward, theta = Backpropagation(net), net.parameters

    def step():
        L, upstream = loss(net.forward(X), Y)
        gradient = backward.backward(upstream)
        gradient *= ETA
        np.subtract(theta, gradient, out=theta)  # theta −= gradient
        return L

    return step


def forward(task):
    """The forward pass alone."""
    net, X = task.net, task.X
    return lambda: net.propagate(X)


def loss(task):
    """The loss alone: the cost and its gradient with respect to the logits."""
    Z, Y, out, formula = task.net.propagate(task.X), task.Y, np.empty_like(task.Y), task.loss.__wrapped__
    return lambda: formula(Z, Y, out)


def backward(task):
    """The backward pass alone."""
    _, upstream = task.loss(task.net.propagate(task.X), task.Y)
    backprop = Backpropagation(task.net)
    return lambda: backprop.propagate(upstream)


def finite_differences(task):
    """The gradient from P + 1 forward passes and losses; digits only, the larger ones last too long."""
    net, X, Y, formula = task.net, task.X, task.Y, task.loss.__wrapped__
    theta, out, h = net.parameters, np.empty_like(Y), float(np.sqrt(np.finfo(task.dtype).eps))
    gradient = np.empty_like(theta)

    def step():
        L, _ = formula(net.propagate(X), Y, out)
        for p in range(theta.size):
            old = theta[p]
            theta[p] = old + h
            gradient[p] = (formula(net.propagate(X), Y, out)[0] - L) / h
            theta[p] = old
        return gradient

    return step


def bare_products(task):
    """Nothing but the matrix products of a step, into arrays that exist: the floor under NumPy with this BLAS."""
    net = task.net
    net.propagate(task.X)
    H, Z, W = net.H, net.Z, net.weights
    Delta, G = [np.ones_like(z) for z in Z], [np.empty_like(w) for w in W]
    upstream = [np.empty_like(h) for h in H]

    def step():
        for layer in range(len(W)):
            np.dot(H[layer], W[layer], out=Z[layer])
        for layer in reversed(range(len(W))):
            np.dot(H[layer].T, Delta[layer], out=G[layer])
            if layer > 0:
                np.dot(Delta[layer], W[layer].T, out=upstream[layer])
        return Z, G, upstream

    return step


# -------------------------------------------------------------------------------------------------------------- peers


def torch_model(task):
    """A torch.nn.Sequential with the task's parameters, and its cost as a function without arguments."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(1)
    activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[task.hidden]
    modules = []
    for W, b in task.layers():
        linear = nn.Linear(*W.shape, dtype=getattr(torch, task.dtype.name))
        linear.weight.data.copy_(torch.from_numpy(W.T))
        linear.bias.data.copy_(torch.from_numpy(b))
        modules += [linear, activation()]
    model = nn.Sequential(*modules[:-1])
    X, Y = torch.from_numpy(task.X), torch.from_numpy(task.Y if task.binary else task.y)
    cost = F.binary_cross_entropy_with_logits if task.binary else F.cross_entropy
    return model, lambda: cost(model(X), Y)


def torch_descent(parameters, cost):
    """A step along the gradient of ``cost()`` for these parameters, which returns the cost before it."""
    import torch

    def step():
        L = cost()
        L.backward()
        with torch.no_grad():
            for p in parameters:
                p.sub_(p.grad, alpha=ETA)
                p.grad = None
        return L

    return step


def torch(task):
    """PyTorch eager, with the update written out; for small networks it is faster than torch.optim.SGD."""
    model, cost = torch_model(task)
    return torch_descent(list(model.parameters()), cost)


def torch_optim(task, name="SGD", rate=ETA, **arguments):
    """PyTorch eager with one of its own optimisers, as its tutorials write the loop."""
    import torch

    model, cost = torch_model(task)
    optimiser = getattr(torch.optim, name)(model.parameters(), lr=rate, **arguments)

    def step():
        optimiser.zero_grad()
        L = cost()
        L.backward()
        optimiser.step()
        return L

    return step


def jax_cost(task):
    """The cost as a function of the parameters, and the parameters to start from."""
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)  # allows float64; the type is still that of the arrays
    f = {"tanh": jnp.tanh, "relu": jax.nn.relu}[task.hidden]
    X, Y = jnp.asarray(task.X), jnp.asarray(task.Y)

    def cost(parameters):
        H = X
        for W, b in parameters[:-1]:
            H = f(H @ W + b)
        W, b = parameters[-1]
        Z = H @ W + b
        if task.binary:
            return jnp.mean(jax.nn.softplus(Z) - Y * Z)
        return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(Z), axis=1))

    return cost, jax.tree.map(jnp.asarray, task.layers())


def jax_descent(cost, parameters):
    """A step along the gradient of ``cost(parameters)`` as one compiled function, which returns the cost before it."""
    import jax

    @partial(jax.jit, donate_argnums=0)
    def descend(parameters):
        L, gradient = jax.value_and_grad(cost)(parameters)
        return jax.tree.map(lambda p, g: p - ETA * g, parameters, gradient), L

    def step():
        nonlocal parameters
        parameters, L = jax.block_until_ready(descend(parameters))
        return L

    return step


def jax(task):
    return jax_descent(*jax_cost(task))


def autograd(task):
    from autograd import numpy as anp
    from autograd import value_and_grad

    f = {"tanh": anp.tanh, "relu": lambda z: anp.maximum(z, 0)}[task.hidden]
    X, Y, N = task.X, task.Y, task.N

    def cost(parameters):
        H = X
        for W, b in parameters[:-1]:
            H = f(anp.dot(H, W) + b)
        W, b = parameters[-1]
        Z = anp.dot(H, W) + b
        if task.binary:
            return anp.sum(anp.logaddexp(0, Z) - Y * Z) / N
        Z = Z - anp.max(Z, axis=1, keepdims=True)
        return anp.sum(anp.log(anp.sum(anp.exp(Z), axis=1))) / N - anp.sum(Y * Z) / N

    parameters, cost_and_gradient = task.layers(), value_and_grad(cost)

    def step():
        L, gradient = cost_and_gradient(parameters)
        for pair, slopes in zip(parameters, gradient, strict=True):
            for p, g in zip(pair, slopes, strict=True):
                p -= ETA * g
        return L

    return step


def sklearn(task):
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(
        task.widths[1:-1],
        activation=task.hidden,
        solver="sgd",
        alpha=0,
        batch_size=task.N,
        learning_rate_init=ETA,
        momentum=0,
        nesterovs_momentum=False,
        shuffle=False,
    )
    X, y = task.X, task.y
    net.partial_fit(X, y, classes=range(2 if task.binary else task.widths[-1]))
    for (W, b), to_W, to_b in zip(task.layers(), net.coefs_, net.intercepts_, strict=True):
        to_W[...], to_b[...] = W, b

    def step():
        net.partial_fit(X, y)
        return net.loss_

    return step


CONTESTANTS = {
    "backprop": backprop,
    "with all checks": with_all_checks,
    "bare products": bare_products,
    "PyTorch": torch,
    "PyTorch, SGD": torch_optim,
    "JAX": jax,
    "autograd": autograd,
    "scikit-learn": sklearn,
}
PARTS = {"forward": forward, "loss": loss, "backward": backward, "finite differences": finite_differences}
