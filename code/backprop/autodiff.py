"""Chapter 03, reverse-mode automatic differentiation: the gradient of any expression
made of nodes, backward from its last node to its first.

Nothing recurs, so that a chain may be as long as memory allows. Nothing is kept between
two calls of ``gradients``, so that the second gives what the first gave. Nothing is
broadcast: a bias joins a batch as ``ones @ b``, with ones (N, 1) and b (1, D).
"""

from collections import Counter

import numpy as np

from .forward_pass import Activation
from .shapes import InputError


class Node:
    """An array, and how it was computed.

    Parameters
        value: a number or an array, copied as float64. It can be read and not changed:
            what was computed from it would no longer fit. Make a new node instead.
        parents: pairs (node, pull), one for each node it was computed from. For g, the
            gradient with respect to this node, pull(g) is the part of the gradient with
            respect to the parent that comes through this node.
    Operations: ``+``, ``-``, ``*`` of two nodes of one shape; ``@`` of two matrices;
        ``sum()``, one number; ``apply(activation)``, entry by entry.
    Raises: ``InputError`` for other shapes, and for what is no node. Chapter: 03.
    Source: Griewank & Walther (2008); Baydin et al. (2018).

    >>> x, y = Node(3.0), Node(4.0)
    >>> x * y + x
    Node(15.0)
    """

    def __init__(self, value, parents=()):
        self._value, self.parents = np.array(value, np.float64), parents
        self._value.flags.writeable = False

    def __repr__(self):
        return f"Node({self.value})"

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, _):
        raise InputError(
            "value: expected to stay as it was computed, received another. Likely "
            "cause: a step of gradient descent; make a new node, Node(v.value - step)"
        )

    __array_ufunc__ = None  # NumPy shall not take a node for an element

    def __radd__(self, left):
        operands("the sign", left, self)

    __rsub__ = __rmul__ = __rmatmul__ = __radd__

    def __add__(self, other):
        a, b = operands("+", self, other)
        return Node(a + b, ((self, lambda g: g), (other, lambda g: g)))

    def __sub__(self, other):
        a, b = operands("-", self, other)
        return Node(a - b, ((self, lambda g: g), (other, lambda g: -g)))

    def __mul__(self, other):
        a, b = operands("*", self, other)
        return Node(a * b, ((self, lambda g: g * b), (other, lambda g: g * a)))

    def __matmul__(self, other):
        a, b = operands("@", self, other)
        return Node(a @ b, ((self, lambda g: g @ b.T), (other, lambda g: a.T @ g)))

    def sum(self):
        ones = np.ones(self.value.shape)
        return Node(self.value.sum(), ((self, lambda g: g * ones),))

    def apply(self, activation):
        if not isinstance(activation, Activation):
            raise InputError(
                "apply: expected an Activation, a function with its derivative, "
                f"received {activation!r}. "
                'Likely cause: a name or a function; ACTIVATIONS["tanh"] is a pair'
            )
        z = self.value
        pull = (self, lambda g: g * activation.derivative(z))
        return Node(activation.function(z), (pull,))


def children_first(output):
    """Every node that the output was computed from, each after all nodes that were
    computed from it: a topological order. Chapter: 03.

    >>> x = Node(3.0)
    >>> [float(node.value) for node in children_first(x * x + x)]
    [12.0, 9.0, 3.0]
    """
    uses, found = Counter(), [output]
    for node in found:  # the list grows while it is read
        for parent, _ in node.parents:
            if parent not in uses:
                found.append(parent)
            uses[parent] += 1
    ready = [output]
    while ready:
        node = ready.pop()
        yield node
        for parent, _ in node.parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)


def gradients(output, inputs):
    """The gradient of a node that is one number, with respect to each of the inputs.

    Parameters
        output: a ``Node`` with a single element. inputs: a list of nodes.
    Returns: a list of arrays, each of the shape of its node; 0 where the output does
        not depend on it.
    Raises: ``InputError`` for an output of several elements, and for what is no node.
    Chapter: 03. Source: Griewank & Walther (2008).
    Proved: chain rule, one variable; total derivative, two paths; vector–Jacobian
        product.

    >>> x, y = Node(3.0), Node(4.0)
    >>> gradients(x * y + x, [x, y])
    [array(5.), array(3.)]
    """
    check_nodes(output, inputs)
    adjoint = {output: np.ones(output.value.shape)}
    for node in children_first(output):
        for parent, pull in node.parents:
            adjoint[parent] = adjoint.get(parent, 0) + pull(adjoint[node])
    return [np.asarray(adjoint.get(x, np.zeros(x.value.shape))) for x in inputs]


def check_nodes(output, inputs):
    """Refuse what is no node, and an output of several numbers."""
    nodes = (output, *inputs) if isinstance(inputs, list | tuple) else (output, None)
    if not all(isinstance(node, Node) for node in nodes):
        raise InputError(
            "gradients: expected a node and a list of nodes, "
            f"received {type(output).__name__} and {inputs!r}. Likely cause: an array "
            "in place of its node, or one node without brackets"
        )
    if output.value.size != 1:
        raise InputError(
            "output: expected a node of one number, received shape "
            f"{output.value.shape}. Likely cause: a sum left out; call output.sum()"
        )


def operands(sign, left, right):
    """The values of two nodes whose shapes fit the sign."""
    # long: two messages
    for operand in (left, right):
        if not isinstance(operand, Node):
            raise InputError(
                f"{sign}: expected two nodes, received {type(operand).__name__}. "
                "Likely cause: a constant; make it a node, Node(2.0)"
            )
    a, b = left.value, right.value
    if sign == "@":
        fits = a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0]
    else:
        fits = a.shape == b.shape
    if not fits:
        raise InputError(
            f"{sign}: expected {'(N, D) and (D, H)' if sign == '@' else 'one shape'}, "
            f"received {a.shape} and {b.shape}. "
            "Likely cause: a bias (1, D) without ones @ b, or a transpose left out"
        )
    return a, b
