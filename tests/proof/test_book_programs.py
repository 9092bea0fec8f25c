"""The programs of the book's own proofs: of every one against its left side, entry by entry; of the principal ones
against the package.
"""

import ast
import dis
import inspect
import json
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from types import CodeType

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp
from backprop import loss, optimisers
from backprop.activations import (
    ACTIVATIONS,
    identity_derivative,
    leaky_relu,
    leaky_relu_derivative,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu_derivative,
    softmax,
    softplus,
    tanh,
    tanh_derivative,
)
from backprop.autodiff import Node, gradients
from backprop.backpropagation import Backpropagation, objective
from backprop.book import ledger
from backprop.book.exercises import find
from backprop.bptt import BackpropagationThroughTime
from backprop.cells import CELLS, split
from backprop.forward_in_time import real_time_gradient
from backprop.forward_pass import Network, dense
from backprop.gradient_descent import minibatches
from backprop.optimisers import State
from backprop.proof import ClaimError, prove
from backprop.proof.claim import Claim
from backprop.proof.program import numpy_code
from backprop.proof.prove import Proof
from backprop.proof.vocabulary import partial, reals
from backprop.recurrent import RecurrentNetwork
from backprop.schedules import inverse_time
from helpers import NOTEBOOKS
from test_program import SETTINGS, check

# ------------------------------------------------------------------------ every proof of every notebook

DERIVATIVE = "its last line is a derivative that it leaves as it is"
MEAN = "its last line is a mean over random draws"
NO_PROGRAM = {  # by notebook; a proof without a name is called by its equation
    "03-initialisation": {"mean square of a pre-activation": MEAN, "ReLU halves the mean square": MEAN},
    "sources-checked": {
        "-y + z = ∂[(-y + z)**2/2]/∂z": DERIVATIVE,
        "-y + sigmoid(z) = ∂[-y*log(sigmoid(z)) - (1 - y)*log(1 - sigmoid(z))]/∂z": DERIVATIVE,
        "row 8, error times input, in columns": DERIVATIVE,
    },
}
DIVIDES = "it divides by N − 1, and N is 1"
NOWHERE = {("variance of the minibatch gradient, without replacement", "one"): DIVIDES}


def kinds_of(kind):
    """A class and all that are derived from it."""
    return [kind, *(k for below in kind.__subclasses__() for k in kinds_of(below))]


@contextmanager
def recorded(instead=None):
    """A list of the proofs that are made meanwhile, whoever makes them; or of what is made instead of proving."""
    proofs = []

    def noting(post_init):
        def noted(self):
            post_init(self)
            proofs.append(self)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for kind in kinds_of(Proof):
            if "__post_init__" in vars(kind):
                patch.setattr(kind, "__post_init__", noting(instead or kind.__post_init__))
        yield proofs


def sources(path):
    """{id: source} of the code cells of a notebook, without the solutions of exercises."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}
    return {name: source for name, source in code.items() if not name.startswith("solution-")}


def run(programs, folder, after=lambda name, namespace: None):
    """Run programs one after the other in one namespace and in this folder; nothing of it stays."""
    namespace = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch, plt.rc_context(), np.printoptions(), np.errstate():
        patch.chdir(folder)
        for name, program in programs.items():
            exec(program, namespace)
            plt.close("all")
            after(name, namespace)


def solve(exercise, namespace):
    """The solution, typed into the page where the exercise stands."""
    typed = dict(namespace)
    if "def answer" in exercise.solution:
        exec(exercise.solution, typed)
    else:
        typed["answer"] = eval(exercise.solution.strip(), typed)
    verdict = exercise.judge(typed["answer"])
    assert verdict.right, f"{exercise.name}: {verdict.text}"


def called(proof):
    return proof.name or f"{proof.left} = {proof.right}"


def check_proofs(proofs, no_program):
    """Each has a program that computes its left side, or it is listed and has none."""
    names = {called(proof) for proof in proofs}
    assert no_program.keys() <= names, f"listed, but not proved here: {no_program.keys() - names}"
    for proof in proofs:
        try:
            why = no_program.get(called(proof))
            check_refused(proof, why) if why else check_program(proof, numpy_code(proof))
        except Exception as error:
            error.add_note(f"The proof: {called(proof)}")
            raise


def check_refused(proof, why):
    words = {DERIVATIVE: r"received partial: (?s:.*)put what the derivative is in its place", MEAN: r"received E\("}
    with pytest.raises(ClaimError, match=words[why]):
        numpy_code(proof)


def check_program(proof, program):
    """Against the left side; against the right one where the two are equal under an assumption alone, which numbers
    drawn by chance do not meet.
    """
    for spread in SETTINGS:
        if (proof.name, spread) in NOWHERE:
            with pytest.raises(ZeroDivisionError):
                check(program, proof, spread, side=0)
        else:
            check(program, proof, spread, side=-1 if proof.assume else 0)


@pytest.mark.sweep
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_proof_of_a_notebook_and_every_exercise_on_its_page(path):
    plt.switch_backend("agg")
    with recorded() as proofs:

        def after(name, namespace):
            if name.startswith("answer-"):
                count = len(proofs)
                solve(find(name.removeprefix("answer-")), namespace)
                del proofs[count:]  # those are the reader's

        run(sources(path), path.parent, after)
    check_proofs(proofs, NO_PROGRAM.get(path.stem, {}))


def test_what_is_listed_is_a_notebook():
    assert NO_PROGRAM.keys() <= {path.stem for path in NOTEBOOKS}


z = reals("z")
PROGRAM = """
from backprop.proof import NotProved, derive, prove, prove_by_induction
from backprop.proof.vocabulary import indices, partial, reals, sizes
from sympy import Sum
z, N, i = reals("z"), sizes("N"), indices("i")
[prove(z + z, 2*z, name="twice") for _ in "a"]
derive(partial(z**2, z), z + z, 2*z, name="slope")
prove_by_induction(Sum(i, (i, 1, N)), N*(N + 1)/2, N, name="sum")
try:
    prove(z + z, 3*z, name="wrong")
except NotProved:
    prove(2*z, z + z)
"""


def test_every_kind_of_proof_is_recorded(tmp_path):
    with recorded() as proofs:
        run({"cell": PROGRAM}, tmp_path)
    prove(z, z)
    assert [called(proof) for proof in proofs] == ["twice", "slope", "sum", "2*z = 2*z"]
    check_proofs(proofs, {})


def test_what_has_no_program_is_listed_and_nothing_else():
    slope = prove(partial(z**2, z), partial(z * z, z), name="the same slope")
    check_proofs([slope], {"the same slope": DERIVATIVE})
    with pytest.raises(ClaimError):
        check_proofs([slope], {})
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        check_proofs([prove(z + z, 2 * z, name="twice")], {"twice": DERIVATIVE})
    with pytest.raises(AssertionError, match="not proved here"):
        check_proofs([slope], {"the same slope": DERIVATIVE, "another": DERIVATIVE})


@pytest.mark.parametrize("wrong", ["2 * z + 1e-9", "z", "0 * z"])
def test_a_wrong_program_is_found(wrong):
    proof = prove(partial(z**2, z), 2 * z)
    program = numpy_code(proof)
    check_program(proof, program)
    broken = replace(program, source=program.source.replace("2 * z", wrong))
    with pytest.raises(AssertionError):
        check_program(proof, broken)


# ----------------------------------------------------------------- the principal ones, and the package


def names_in(code, *operations):
    return {step.argval for step in dis.get_instructions(code) if step.opname in operations}


def needed_by(code):
    """The names of its module that a program reads, within its functions, too."""
    inner = [needed_by(c) for c in code.co_consts if isinstance(c, CodeType)]
    return names_in(code, "LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS").union(*inner)


PROVERS = {"prove", "derive", "prove_by_induction"}
PLAIN = ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef


def what_proofs_need(programs):
    """The statements that assign proofs, and those before that make what they read."""
    kept, needed = [], set()
    for statement in reversed([s for program in programs for s in ast.parse(program).body]):
        code = compile(ast.Module([statement], []), "cell", "exec")
        makes, reads = names_in(code, "STORE_NAME"), needed_by(code)
        if makes & needed or (isinstance(statement, ast.Assign) and reads & PROVERS):
            kept.append(code)
            needed = (needed - makes if isinstance(statement, PLAIN) else needed) | reads
    return kept[::-1]


@cache
def programs():
    """{name of a proof in a chapter: its program}. Here nothing is proved once more."""
    plt.switch_backend("agg")
    with recorded(Claim.__post_init__) as claims:
        for path in sorted(NOTEBOOKS[-1].parent.glob("[0-9][0-9]-*.ipynb")):
            run(dict(enumerate(what_proofs_need(sources(path).values()))), path.parent)
    return {claim.name: numpy_code(claim) for claim in reversed(claims) if claim.name in TABLE}


def half_unit(number):
    """A number from 0 to 1."""
    return 1 / (1 + np.exp(-number))


def one_row(loss, prediction, target, **options):
    """Cost and gradient where one row is the whole batch."""
    cost, gradient = loss(np.reshape(prediction, (1, -1)), np.reshape(target, (1, -1)), **options)
    return cost, gradient.reshape(np.shape(prediction))


def network(functions, *parameters):
    """W, b, V, c, … in a network with an activation for each layer."""
    weights, biases = parameters[::2], parameters[1::2]
    net = Network([*(len(W) for W in weights), weights[-1].shape[1]], functions)
    for own, given in zip((*net.weights, *net.biases), (*weights, *biases), strict=True):
        own[...] = given
    return net


def backward(net, X, upstream):
    """The backward pass for a gradient that may depend on the prediction."""
    found, prediction = Backpropagation(net), net.forward(X)
    found.backward(upstream(prediction) if callable(upstream) else upstream)
    return found


def layer(X, W, b, G):
    return backward(network(["tanh"], W, b), X, G)


def hidden_layer(X, W, b, V, c, Y):
    return backward(network(["tanh", "sigmoid"], W, b, V, c), X, lambda Y_hat: loss.half_squared_error(Y_hat, Y)[1])


def given_z(Z, V, c, Y):
    """The hidden layer with its pre-activation as the input."""
    return hidden_layer(Z, np.eye(Z.shape[1]), np.zeros(Z.shape[1]), V, c, Y)


def neuron(b, w, x, y):
    """(∂L/∂w, ∂L/∂b)"""
    net = network(["sigmoid"], np.array([[w]]), np.array([b]))
    return backward(net, np.array([[x]]), lambda Y_hat: loss.half_squared_error(Y_hat, np.array([[y]]))[1]).gradient


def of_product(W, c, x):
    """∂/∂x of Σ c_j σ(x W)_j, by the engine."""
    row = Node(x[None])
    (gradient,) = gradients(((row @ Node(W)).apply(ACTIVATIONS["sigmoid"]) * Node(c[None])).sum(), [row])
    return gradient[0]


def with_decay(eta, lam, theta):
    """A step on J = θ²/2 + λθ²/2, as L and its regulariser."""
    net, one = network(["identity"], np.array([[theta]]), np.zeros(1)), np.ones((1, 1))
    _, gradient = objective(net, one, 0 * one, loss.half_squared_error, lam)(np.array([0]))
    return theta - eta * gradient[0]


def moved(optimise, theta, gradients, rate, vectors=(), steps=0):
    """θ and the first vector of the state after some steps, one for each gradient."""
    theta, state = np.array([theta]), State(steps, [np.array([v]) for v in vectors])
    if not vectors:
        state = optimise.init(theta)
    for gradient in gradients:
        optimise.update(theta, np.array([gradient(theta[0]) if callable(gradient) else gradient]), state, rate)
    return theta[0], state.vectors[0][0] if state.vectors else None


def last_step(optimise, g, steps):
    """What the last step with a constant gradient takes away, over η = 1."""
    return moved(optimise, 0.0, [g] * (steps - 1), 1.0)[0] - moved(optimise, 0.0, [g] * steps, 1.0)[0]


def adams_step(c, m, s, beta_1, epsilon, t):
    """Of a gradient 0, from the state whose means are m and s after it."""
    beta_2 = (1 - c**2) ** (1 / t)
    optimise = optimisers.adam(beta_1, beta_2, epsilon)
    return -moved(optimise, 0.0, [0.0], 1.0, [m / beta_1, s / beta_2], t - 1)[0]


def step_of(name, pre, products, before, upstream):
    """One step of a cell: the gradients of its pre-activations, those of the products with the state before, and what
    the state before gets besides.
    """
    cell, size = CELLS[name], len(upstream[0])
    Z, U, gates = np.zeros((1, cell.gates * size)), np.zeros((1, cell.gates * size)), np.zeros((4, 1, size))
    split(Z, cell.gates)[:, 0], split(U, cell.gates)[:, 0] = pre, products
    states = np.zeros((cell.states, 2, 1, size))
    states[:, 0, 0] = before
    cell.forward(None, np.zeros(size), Z, U, gates, states[:, 0], states[:, 1])
    local, past = np.zeros((cell.gates, 1, 1, size)), np.zeros((cell.past, 1, 1, size))
    cell.slopes(None, gates[:, None], states, local, past)
    Delta, Gamma, below = np.zeros_like(Z), np.zeros_like(Z), np.zeros((cell.states, 1, size))
    cell.backward(local[:, 0], Delta, Gamma, past[:, 0], np.array(upstream)[:, None], below)
    return split(Delta, cell.gates)[:, 0], split(Gamma, cell.gates)[:, 0], below[:, 0]


def lstm(c_prev, s_h, z_f, z_g, z_i, z_o, s_c=0):
    nothing = 0 * s_h
    Delta, _, below = step_of("lstm", [z_i, z_f, z_g, z_o], 0, [nothing, c_prev], [s_h, nothing + s_c])
    return Delta, below[1]


def gru(s_h, z_z, q=0, z_n=0, z_r=0, h_prev=0):
    zero = 0 * s_h
    return step_of("gru", [zero + z_r, z_z, zero + z_n], [zero, zero, zero + q], [zero + h_prev], [s_h])


def two_steps(Y, W_h, A_1, A_2, h_0):
    """∂L/∂W_h where X_t W_x + b is A_t and only the second step has a loss."""
    H = len(W_h)
    net = RecurrentNetwork([H, H, H])
    net.W_x[...] = net.W_y[...] = np.eye(H)
    net.W_h[...] = W_h
    Y_hat, found = net.forward(np.array([A_1, A_2]), state=h_0), BackpropagationThroughTime(net)
    found.backward(np.array([0 * Y, Y_hat[1] - Y]))
    return found.W_h


def carried(x, w):
    """∂h_2/∂w of h_2 = tanh(w h_1 + x), h_1 = tanh(w), forward in time."""
    net = RecurrentNetwork([1, 1, 1])
    net.W_x[...] = net.W_y[...] = 1
    net.W_h[...] = w
    X, upstream = np.reshape([0, x], (2, 1, 1)), np.reshape([0.0, 1.0], (2, 1, 1))
    return real_time_gradient(net, X, upstream, np.ones((1, 1)))[1]


tiny = 1e-36  # nearly the least ε
# What stands for a function that a proof leaves open.
OPEN = dict.fromkeys(("f", "v"), tanh) | dict.fromkeys(("f_prime", "v_prime"), tanh_derivative)
OPEN |= {"g": sigmoid, "g_prime": sigmoid_derivative, "e_1": lambda Y_hat, Y: Y_hat - Y, "C_prime": lambda theta: theta}
# {proof: what the package computes from the same arguments}. An argument with a default is this number, or is drawn
# as the function says. Of vectors: where the proof speaks of a number, each is a vector, since the package takes one.
OF_VECTORS = {
    "derivative of the identity": lambda: identity_derivative(0.5),
    "derivative of the sigmoid": lambda z: sigmoid_derivative(z),
    "mirror image of the sigmoid": lambda z: sigmoid(-z),
    "slope of the sigmoid without cancellation": lambda z: sigmoid_derivative(z),
    "tanh is a stretched sigmoid": lambda z: tanh(z),
    "derivative of tanh": lambda z: tanh_derivative(z),
    "slope of tanh without cancellation": lambda z: tanh_derivative(z),
    "derivative of ReLU": lambda z: relu_derivative(z),
    "leaky ReLU": lambda z, a=0.01: leaky_relu(z),
    "derivative of leaky ReLU": lambda z, a=0.01: leaky_relu_derivative(z),
    "derivative of softplus": lambda z: ACTIVATIONS["softplus"].derivative(z),
    "softplus without overflow": lambda z: softplus(z),
    "derivative of SiLU": lambda z: silu_derivative(z),
    "slope of SiLU without 1 − σ": lambda z: silu_derivative(z),
    "softmax ignores a shift": lambda z: softmax(z + 3),
    "softmax of two classes is a sigmoid": lambda z_1, z_2: softmax(np.array([z_1, z_2]).T)[:, 0],
    "LSTM: input gate": lambda **numbers: lstm(**numbers)[0][0],
    "LSTM: forget gate": lambda **numbers: lstm(**numbers)[0][1],
    "LSTM: candidate": lambda **numbers: lstm(**numbers)[0][2],
    "LSTM: output gate": lambda **numbers: lstm(**numbers)[0][3],
    "LSTM: cell before": lambda **numbers: lstm(**numbers)[1],
    "GRU: reset gate": lambda **numbers: gru(**numbers)[0][0],
    "GRU: update gate": lambda **numbers: gru(**numbers)[0][1],
    "GRU: candidate": lambda **numbers: gru(**numbers)[0][2],
    "GRU: recurrent part": lambda **numbers: gru(**numbers)[1][2],
    "GRU: state before, directly": lambda **numbers: gru(**numbers)[2][0],
}
OF_NUMBERS = {
    "vector–Jacobian product": lambda W, c, x: of_product(W, c, x),
    "dense layer": lambda X, W, b: dense(X, W, b),
    "layer with activation": lambda X, W, b: network(["tanh"], W, b).forward(X),
    "two layers as a nested function": lambda X, W, b, V, c: network(["tanh", "identity"], W, b, V, c).forward(X),
    "gradient of the half squared error": lambda Y_hat, Y: loss.half_squared_error(Y_hat, Y)[1],
    "half squared error of K outputs": lambda y_hat, y: (
        one_row(loss.half_squared_error, y_hat, y)[0] + len(y) * np.log(2 * np.pi) / 2
    ),
    "gradient of the mean squared error": lambda Y_hat, Y: loss.mean_squared_error(Y_hat, Y)[1],
    "Huber's loss in one formula": lambda r, delta: one_row(loss.huber, r, 0.0, delta=delta)[0],
    "slope of Huber's loss": lambda r, delta: one_row(loss.huber, r, 0.0, delta=delta)[1],
    "cross-entropy from the logit": lambda z, y=half_unit: one_row(loss.binary_cross_entropy, z, y)[0],
    "binary cross-entropy without overflow": lambda z, y=half_unit: one_row(loss.binary_cross_entropy, z, y)[0],
    "gradient of binary cross-entropy": lambda z, y=half_unit: one_row(loss.binary_cross_entropy, z, y)[1],
    "categorical cross-entropy from logits": lambda z, y=softmax: one_row(loss.cross_entropy, z, y)[0],
    "categorical cross-entropy, shifted": lambda z, s, y=softmax: one_row(loss.cross_entropy, z, y)[0],
    "gradient of categorical cross-entropy": lambda z, y=softmax: one_row(loss.cross_entropy, z, y)[1],
    "the same through the Jacobian of softmax": lambda z, y=softmax: one_row(loss.cross_entropy, z, y)[1],
    "derivative of the hinge loss": lambda z, y=np.sign: one_row(loss.hinge, z, y)[1],
    "smoothed targets sum to one where the targets do": lambda epsilon=half_unit, y=softmax: loss.smooth_labels(
        y[None], epsilon
    ).sum(),
    "gradient of the L2 regulariser": lambda theta, lam=abs: loss.l2(theta, lam)[1],
    "a neuron's weight": lambda b, w, x, y: neuron(b, w, x, y)[0],
    "a neuron's bias": lambda b, w, x, y: neuron(b, w, x, y)[1],
    "gradient of a pre-activation": lambda Z, G: layer(Z, np.eye(Z.shape[1]), np.zeros(Z.shape[1]), G).Delta[0],
    "gradient of the weights": lambda X, W, b, G: layer(X, W, b, G).weights[0],
    "gradient of the bias": lambda X, W, b, G: layer(X, W, b, G).biases[0],
    "gradient of the input": lambda X, W, b, G: layer(X, W, b, G).input_gradient(),
    "one hidden layer: weights of the output": lambda Z, V, c, Y: given_z(Z, V, c, Y).weights[1],
    "one hidden layer: biases of the output": lambda Z, V, c, Y: given_z(Z, V, c, Y).biases[1],
    "one hidden layer: hidden weights": lambda **arrays: hidden_layer(**arrays).weights[0],
    "one hidden layer: hidden biases": lambda **arrays: hidden_layer(**arrays).biases[0],
    "L2 in the objective multiplies a parameter by 1 − ηλ": lambda eta, theta, lam=abs: with_decay(eta, lam, theta),
    "gradient descent on a quadratic: one more step": lambda lam, q, eta=abs, t=3: moved(
        optimisers.gradient_descent(), q, [lambda theta: lam * theta] * (t + 1), eta
    )[0],
    "momentum's matrix, first row": lambda v, lam, theta, beta=half_unit: moved(
        optimisers.momentum(beta), theta, [lam * theta], 0.1, [v]
    )[1],
    "momentum's matrix, second row": lambda v, lam, theta, eta=abs, beta=half_unit: moved(
        optimisers.momentum(beta), theta, [lam * theta], eta, [v]
    )[0],
    "Nesterov's matrix, second row": lambda v, lam, theta, eta=abs, beta=half_unit: moved(
        optimisers.momentum(beta, nesterov=True), theta, [lam * theta], eta, [v]
    )[0],
    "AdaGrad with a constant gradient, step t": lambda g, t=5: last_step(optimisers.adagrad(tiny), g, t),
    "RMSProp, the first step": lambda g, rho=half_unit: last_step(optimisers.rmsprop(rho, tiny), g, 1),
    "Adam with a constant gradient, any step": lambda g: last_step(optimisers.adam(epsilon=tiny), g, 4),
    "Adam's step as the program writes it": lambda m, s, epsilon, r=half_unit, beta_1=half_unit, t=3: adams_step(
        r, m, s, beta_1, epsilon, t
    ),
    "the rate 1/(t + 1) computes a mean": lambda x, theta, t=4: moved(
        optimisers.gradient_descent(), theta, [theta - x], inverse_time(1.0, 1)(t)
    )[0],
    "the minibatch gradient is right on the average": lambda g: np.mean(
        [g[batch].mean() for batch in minibatches(len(g), 1, np.random.default_rng(0))]
    ),
    "two steps in one piece: the recurrent weights": lambda Y, W_h, A_1, A_2, H_0: two_steps(Y, W_h, A_1, A_2, H_0),
    "the slope of a state, carried forward": lambda x, w: carried(x, w),
}


class Pass:
    """A forward and a backward pass through four steps, and the step in the middle, 2, for what speaks of one step."""

    def __init__(self, D, H, K, N, rng):
        self.net = RecurrentNetwork([D, H, K])
        self.net.parameters[...] = rng.normal(size=self.net.parameters.shape) / 2
        self.X, self.G = rng.normal(size=(4, N, D)), rng.normal(size=(4, N, K))
        self.net.forward(self.X)
        self.h = self.net.H.copy()
        self.Z = self.X @ self.net.W_x + self.h[:-1] @ self.net.W_h + self.net.b
        self.found, self.cut = BackpropagationThroughTime(self.net), BackpropagationThroughTime(self.net)
        self.found.backward(self.G)
        self.cut.backward(self.G, truncate=2)
        self.Delta = self.found.Delta

    @property
    def step_2(self):
        later = {"W_h": self.net.W_h, "Z": self.Z[1], "Delta_next": self.Delta[2]}
        return later | {"W_y": self.net.W_y, "G": self.G[1], "Delta_prime_next": 0 * self.Delta[2]}


# {proof: its arguments in such a pass, and what the package has found}
IN_A_PASS = {
    "gradient of a hidden state": lambda a: (a.step_2, a.found.dH[2]),
    "gradient of a pre-activation, one step back in time": lambda a: (a.step_2, a.Delta[1]),
    "truncation: how the error goes back": lambda a: (a.step_2, a.Delta[1] - a.cut.Delta[1]),
    "gradient of the recurrent weights": lambda a: ({"Delta": a.Delta, "h_prev": a.h[:-1]}, a.found.W_h),
    "gradient of the input weights, all steps": lambda a: ({"Delta": a.Delta, "X": a.X}, a.found.W_x),
    "gradient of the recurrent bias, all steps": lambda a: ({"Delta": a.Delta}, a.found.b),
    "gradient of the output weights, all steps": lambda a: ({"h": a.h[1:], "G": a.G}, a.found.W_y),
    "gradient of the output bias, all steps": lambda a: ({"G": a.G}, a.found.c),
    "gradient of the input, at its step": lambda a: (
        {"Delta": a.Delta, "W_x": a.net.W_x},
        a.found.input_gradient(),
    ),
    "gradient of the state before a step, through it": lambda a: (
        {"Delta": a.Delta[:1], "W_h": a.net.W_h},
        a.found.state_gradient()[None],
    ),
}
TABLE = OF_VECTORS | OF_NUMBERS | IN_A_PASS
STATISTICS = "a mean over random weights, which tests/test_forward_pass.py takes"
NOT_IN_THE_TABLE = {  # functions that compute something proved
    "forward_pass.initialise": STATISTICS,
    "recurrent.initialise_recurrent": STATISTICS,
    "clipping.clip_norm": "what is proved, that the direction stays, has no program",
}


def arguments_of(program, row, spread, rng):
    """Arguments by their names; sizes, and the length of a vector in the place of a number, as ``spread`` says."""
    count = {symbol for thing in program.arguments for symbol in sp.Tuple(*getattr(thing, "shape", ())).free_symbols}
    counts = dict(zip(sorted(count, key=str), SETTINGS[spread](len(count)), strict=True))
    length = {"different": (4,), "equal": (3,), "one": (1,)}[spread] if row in OF_VECTORS.values() else ()
    defaults = {name: a.default for name, a in inspect.signature(row).parameters.items() if a.default is not a.empty}
    found = {}
    for name, thing in zip(inspect.signature(program.function).parameters, program.arguments, strict=True):
        number = rng.normal(size=[int(counts[size]) for size in getattr(thing, "shape", ())] or length)
        number = OPEN[name] if isinstance(thing, type) else abs(number) if thing.is_positive else number
        special = defaults.get(name, number)
        found[name] = special(number) if name in defaults and callable(special) else special
    return found


@pytest.mark.parametrize("spread", SETTINGS)
@pytest.mark.parametrize("name", TABLE)
def test_the_package_computes_what_the_book_has_proved(name, spread):
    program, row, rng = programs()[name], TABLE[name], np.random.default_rng(0)
    for _ in range(3):
        if name in IN_A_PASS:
            known, expected = row(Pass(*SETTINGS[spread](4), rng))
            known = known | OPEN
            arguments = {name: known[name] for name in inspect.signature(program.function).parameters}
        else:
            arguments = arguments_of(program, row, spread, rng)
            expected = row(**{name: value for name, value in arguments.items() if not callable(value)})
        received = program.function(**arguments)
        assert np.shape(received) == np.shape(expected)
        np.testing.assert_allclose(received, expected, rtol=1e-11, atol=1e-13)


def test_every_function_that_computes_something_proved_is_in_the_table():
    in_table = {f for f, names in ledger.implements().items() if {*names} & TABLE.keys()}
    assert in_table | NOT_IN_THE_TABLE.keys() == ledger.implements().keys()
    assert not in_table & NOT_IN_THE_TABLE.keys()
