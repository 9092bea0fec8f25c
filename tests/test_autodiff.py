"""The engine of chapter 03 against HIPS autograd, the backward pass of networks, and its three classic failures:
shared nodes, a second call, and depth.
"""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from backprop.autodiff import Node, children_first, gradients
from backprop.backpropagation import cost_and_gradient
from backprop.forward_pass import ACTIVATIONS, Network, initialise
from backprop.loss import half_squared_error
from helpers import refused
from hypothesis import given, settings
from hypothesis import strategies as st


class Plain:
    """The operations of a node on an array of autograd."""

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Plain(self.value + other.value)

    def __sub__(self, other):
        return Plain(self.value - other.value)

    def __mul__(self, other):
        return Plain(self.value * other.value)

    def __matmul__(self, other):
        return Plain(anp.dot(self.value, other.value))

    def sum(self):
        return Plain(anp.sum(self.value))

    def apply(self, _):
        return Plain(anp.tanh(self.value))


# A program: each step takes two earlier arrays, by number, and appends one.
OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "@": lambda a, b: a @ b,
    "tanh": lambda a, b: a.apply(ACTIVATIONS["tanh"]),
}
PROGRAMS = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=12
)


def run(program, arrays):
    made = [*arrays]
    for name, i, j in program:
        made.append(OPERATIONS[name](made[i % len(made)], made[j % len(made)]).apply(ACTIVATIONS["tanh"]))
    return made[-1].sum()


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, st.integers(0, 2**32 - 1))
def test_any_program_equals_autograd(program, seed):
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=(3, 3)) for _ in range(3)]
    nodes = [Node(v) for v in values]
    output = run(program, nodes)
    for received, place in zip(gradients(output, nodes), range(3), strict=True):

        def plain(v, place=place):
            return run(program, [Plain(v if k == place else values[k]) for k in range(3)]).value + 0 * anp.sum(v)

        np.testing.assert_allclose(received, grad(plain)(values[place]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_of_nodes_has_the_gradient_of_the_package(activation):
    rng = np.random.default_rng(0)
    net = initialise(Network([3, 5, 4, 2], [activation, "tanh", activation]), rng)
    net.parameters += 0.1 * rng.normal(size=net.parameters.size)
    X, Y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    L, expected = cost_and_gradient(net, X, Y, half_squared_error)
    ones, H, parameters = Node(np.ones((7, 1))), Node(X), []
    for W, b, name in zip(net.weights, net.biases, net.activations, strict=True):
        W, b = Node(W), Node(b[None, :])
        parameters += [W, b]
        H = (H @ W + ones @ b).apply(ACTIVATIONS[name])
    error = H - Node(Y)
    output = (error * error).sum() * Node(1 / 14)
    received = np.concatenate([g.ravel() for g in gradients(output, parameters)])
    np.testing.assert_allclose(output.value, L, rtol=1e-13)
    np.testing.assert_allclose(received, expected, rtol=1e-11, atol=1e-15)


def test_a_node_used_twice_adds_its_paths():
    x = Node(3.0)
    assert gradients(x * x, [x]) == [6]
    y = x * x
    assert gradients(y * y + y, [x, y]) == [4 * 27 + 6, 19]  # x⁴ + x², y² + y


def test_a_difference_and_a_matrix_of_one_number():
    x, y = Node(3.0), Node(5.0)
    assert gradients(x - y, [x, y]) == [1, -1]
    p = Node([[4.0]])
    assert gradients(p * p, [p]) == [[[8]]]
    row, column = Node([[1.0, 2.0]]), Node([[3.0], [4.0]])
    assert [g.tolist() for g in gradients(row @ column, [row, column])] == [[[3, 4]], [[1], [2]]]
    assert gradients(p, [p])[0].tolist() == [[1]]
    assert gradients(p, (p,))[0].tolist() == [[1]]


def test_a_diamond_is_visited_once_and_in_order():
    x = Node(2.0)
    for _ in range(60):  # 2⁶⁰ paths
        x = x + x
    order = list(children_first(x))
    assert len(order) == len(set(order)) == 61
    assert gradients(x, [order[-1]]) == [2**60]


def test_a_child_comes_before_its_parents_whatever_the_lengths_of_the_paths():
    x = Node(2.0)
    long = x * x
    for _ in range(5):
        long = long * x
    output = x + long
    order = list(children_first(output))
    place = {node: k for k, node in enumerate(order)}
    assert all(place[node] < place[parent] for node in order for parent, _ in node.parents)
    assert gradients(output, [x]) == [1 + 7 * 2**6]


def test_a_second_call_gives_what_the_first_gave():
    x, y = Node([[2.0]]), Node([[5.0]])
    output = (x * y + x).sum()
    assert gradients(output, [x, y]) == gradients(output, [x, y]) == [[[6]], [[2]]]


def test_a_chain_of_100_000_nodes():
    x = y = Node(1.0)
    for _ in range(100_000):
        y = y + x
    assert gradients(y, [x]) == [100_001]
    del y  # nor does its end recurse


def test_inputs_that_do_not_matter_have_gradient_0():
    x, y = Node([1.0, 2.0]), Node([[3.0]])
    received = gradients(x.sum(), [x, y])
    assert [g.tolist() for g in received] == [[1, 1], [[0]]]
    z = Node(5.0)
    assert gradients(z, [z]) == [1]


def test_gradients_are_arrays_of_the_shapes_of_their_nodes():
    shapes = [(), (3,), (2, 3)]
    for shape in shapes:
        x = Node(np.ones(shape))
        (g,) = gradients((x * x).sum(), [x])
        assert isinstance(g, np.ndarray)
        assert g.shape == shape


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x: x + Node([[1.0], [2.0]]), "+: expected one shape, received (2, 3) and (2, 1)"),
        (lambda x: x * Node([1.0, 2.0, 3.0]), "*: expected one shape"),
        (lambda x: x * Node(np.ones((3, 2))), "*: expected one shape, received (2, 3) and (3, 2)"),
        (lambda x: Node([[1.0, 2.0]]) + Node([[1.0], [2.0]]), "+: expected one shape, received (1, 2) and (2, 1)"),
        (lambda x: x - Node(1.0), "-: expected one shape"),
        (lambda x: x @ x, "@: expected (N, D) and (D, H), received (2, 3) and (2, 3)"),
        (lambda x: x @ Node([1.0, 2.0, 3.0]), "@: expected (N, D) and (D, H)"),
        (lambda x: x + 1, "+: expected two nodes, received int"),
        (lambda x: 2 * x, "expected two nodes, received int"),
        (lambda x: np.ones((2, 2)) @ x, "expected two nodes, received ndarray"),
        (lambda x: np.float64(2) - x, "expected two nodes, received float64"),
        (lambda x: x.apply("tanh"), "expected an Activation"),
        (lambda x: x.apply(np.tanh), "expected an Activation"),
        (lambda x: gradients(x.sum(), x), "one node without brackets"),
        (lambda x: gradients(x.sum(), [x.value]), "an array in place of its node"),
        (lambda x: gradients(3.0, [x]), "received float"),
        (lambda x: gradients(x, [x]), "expected a node of one number, received shape (2, 3)"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, message):
    assert message in refused(lambda: wrong(Node(np.ones((2, 3)))))


@pytest.mark.parametrize("value", [3, np.float32(0.1), [1, 2], np.ones(2, np.float32)])
def test_a_value_is_float64(value):
    x = Node(value)
    assert x.value.dtype == np.float64
    assert (x.value == np.asarray(value)).all()


def test_a_node_keeps_its_value_when_the_array_changes():
    values = np.array([1.0, 2.0])
    x = Node(values)
    output = (x * x).sum()
    values += 10
    assert gradients(output, [x])[0].tolist() == [2, 4]


def test_a_value_that_was_used_cannot_be_changed():
    """Before it could, and the slope was that of the old value, or a mixture."""
    v = Node(np.array([1.0, 2.0]))
    L = (v * v).sum()
    with pytest.raises(ValueError, match="read-only"):
        v.value -= 1
    with pytest.raises(ValueError, match="read-only"):
        v.value[0] = 5
    message = refused(setattr, v, "value", np.zeros(2))
    assert "make a new node" in message
    assert v.value.tolist() == [1, 2]
    assert gradients(L, [v])[0].tolist() == [2, 4]
    moved = Node(v.value - 1)
    assert gradients((moved * moved).sum(), [moved])[0].tolist() == [0, 2]
