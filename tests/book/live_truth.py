"""What the live figures show, by the package's NumPy: from the numbers of the controls to the results below."""

import re
import string
import unicodedata
from fractions import Fraction
from functools import lru_cache

import numpy as np
from backprop.activations import ACTIVATIONS, relu, sigmoid, sigmoid_derivative, softplus, tanh_derivative
from backprop.backpropagation import Backpropagation, cost_and_gradient
from backprop.forward_pass import Network, initialise, softmax
from backprop.loss import binary_cross_entropy, cross_entropy, half_squared_error
from backprop.optimisers import adagrad, adam, gradient_descent, momentum


def check_of_a_false_claim(z, tolerance):
    return [softplus(z), relu(z), softplus(-z), tolerance * z, softplus(-z) <= tolerance * z]


def descent(steps, w, rate):
    """One weight, by its rule."""
    for _ in range(int(steps)):
        w = w - rate * (4 * w - 6)
    return [w, (2 * w - 3) ** 2 / 2, 4 * w - 6]


def one_path(stage, z):
    return [stage == 1, 6 * z**5]


def two_paths(stage, z):
    return [stage == 3, 9 * z**2]


def many_paths(stage, chosen):
    W = np.array([[1, -1, 0], [0.5, 2, 1]])
    return [stage == 4, (2 * (np.array([1, 2]) @ W) @ W.T)[int(chosen)]]


def sigmoid_neuron(step, w_1, w_2, b):
    return [step == 2, sigmoid(2 * w_1 + 3 * w_2 + b)]


SAMPLES = np.array([[2.0], [0.0], [-1.0]])
TARGETS_BY_HAND = np.array([[1.0, 1.0], [0.0, 2.0], [0.0, -1.0]])


def net_by_hand():
    net = Network([1, 2, 2], ["relu", "identity"])
    net.parameters = np.array([1, -1, 0.5, 0.5, 1, 2, -1, 1, 0, -1])
    return net


def network_by_hand(step, sample):
    first, second = net_by_hand().forward(SAMPLES[[int(sample)]])[0]
    return [step >= 5, first, step >= 6, second]


def shares(*scores):
    return softmax(np.array(scores))


def tracer(N, D, H, K, stored):
    W = np.random.default_rng(0).normal(size=(int(D), int(H)))
    given = W.T if stored else W
    outcome = 1 if given.shape[0] != D else 2 * (not np.array_equal(given, W))
    return [outcome, Network([int(D), int(H), int(K)], ["relu", "relu"]).parameters.size]


def saturation(number, z):
    value, slope = (f(z) for f in list(ACTIVATIONS.values())[int(number)])
    return [value, slope, slope**10]


def naive_losses(z):
    p = 1 / (1 + np.exp(-z))
    return [softplus(z), -np.log(1 - p), np.log(1 + np.exp(z))]


def dying_gradient(z, y):
    error = (1 - y) * sigmoid(z) - y * sigmoid(-z)
    return [error, error * sigmoid(z) * sigmoid(-z)]


def tosses(p):
    """Heads, heads, tails."""
    return [p**2 * (1 - p), -np.log([p, p, 1 - p]).mean()]


def height_of_a_bell(guess):
    loss = half_squared_error(np.array([[guess]]), np.array([[3.0]]))[0]
    return [np.exp(-loss) / np.sqrt(2 * np.pi), loss + np.log(2 * np.pi) / 2, loss]


def loss_of_a_class(chosen, *scores):
    return [cross_entropy(np.array([scores]), np.array([int(chosen)]))[0]]


def neuron_graph(x, w, b, y):
    """Values and adjoints of x, w, b, z, ŷ, ℓ, and the slopes that it uses."""
    z = w * x + b
    p = sigmoid(z)
    slopes = [p - y, sigmoid_derivative(z), w, x, 1.0]
    Delta = slopes[0] * slopes[1]
    loss = half_squared_error(np.array([[p]]), np.array([[y]]))[0]
    return [x, w, b, z, p, loss], [*(Delta * np.array(slopes[2:])), Delta, slopes[0], 1.0], slopes


def neuron(step, x, w, b, y):
    return [step >= 8, neuron_graph(x, w, b, y)[1][1]]


def fork(stage, h):
    errors = np.array([2 * h - 1, -h + 4])
    return [stage == 3, errors @ [2, -1]]


def one_of_three(sample):
    """The network by hand after the backward pass of one sample, whose loss counts for a third."""
    net, place = net_by_hand(), [int(sample)]
    L, upstream = half_squared_error(net.forward(SAMPLES[place]), TARGETS_BY_HAND[place])
    backward = Backpropagation(net)
    backward.backward(upstream / 3)
    return net, backward, L / 3


def network_back(step, sample):
    dW, dV = one_of_three(sample)[1].weights
    return [step >= 13, dW[0, 0], step >= 14, dW[0, 1], step >= 9, dV[0, 0], step >= 10, dV[0, 1]]


def differences(h, w):
    ahead, behind = (w + h) ** 3, (w - h) ** 3
    return [3 * w**2, (ahead - w**3) / h - 3 * w**2, (ahead - behind) / (2 * h) - 3 * w**2]


def modes(_, inputs, first, second):
    return [inputs * first * second, inputs * (first + second), inputs * first + second]


def waiting(step, _):
    """How many uses of y and of x have not handed back yet: p and q come at the steps 6 and 7, y at 8."""
    return [2 - (step >= 6) - (step >= 7), 3 - (step >= 6) - (step >= 7) - (step >= 8)]


def ten_layers(k):
    return [(k / 2) ** 5]


def xor_net(v_1, v_2, c, W_11, W_12, W_21, W_22, b_1, b_2, x_1, x_2):
    """A network and its input, from the numbers in the order of the backward pass."""
    net = Network([2, 2, 1], ["tanh", "identity"])
    net.parameters = np.array([W_11, W_12, W_21, W_22, b_1, b_2, v_1, v_2, c])
    return net, np.array([[x_1, x_2]])


def xor_adjoints(mistake, *numbers):
    """The values of z, h, s, ℓ, their adjoints, and the adjoints of the inputs and parameters, with a mistake."""
    net, X = xor_net(*numbers)
    target = np.logical_xor(*(X[0] > 0.5)).astype(float).reshape(1, 1)
    L, error = binary_cross_entropy(net.forward(X), target)
    (W, V), (Z, _), (_, H, s) = net.weights, net.Z, net.H
    by_H = error @ (V - error * H.T if mistake == 5 else V).T
    Delta = by_H * {3: np.ones_like(Z), 4: tanh_derivative(H)}.get(mistake, tanh_derivative(Z))
    by_X = {1: Delta[:, 1:] @ W[:, 1:].T, 2: Delta @ W}.get(mistake, Delta @ W.T)
    forgotten = mistake == 6
    gradient = [H.T @ error, error * (not forgotten), X.T @ Delta, Delta * (not forgotten), by_X]
    inner = [Delta, by_H, error, np.ones(1)]
    return [np.concatenate([np.ravel(a) for a in arrays]) for arrays in ([Z, H, s, L], inner, gradient)]


PARAMETERS = np.array([1.5, -1, 0.5, 1, -0.75, 0.5, 1.25, -0.25, 0.25])  # v₁ v₂ c W₁₁ W₁₂ W₂₁ W₂₂ b₁ b₂


def xor(step, mistake, kind, x_1, x_2):
    """Whether the check has been done, and passes; and for how many of the slopes it fails."""
    y = (x_1 > 0.5) != (x_2 > 0.5)

    def loss(at):
        net, X = xor_net(*at)
        s = net.forward(X)[0, 0]
        return softplus(s) - y * s

    at = np.array([*PARAMETERS * (1 - kind), x_1, x_2])
    measured = np.array([(loss(at + 1e-4 * e) - loss(at - 1e-4 * e)) / 2e-4 for e in np.eye(11)])
    failures = (abs(xor_adjoints(mistake, *at)[2] - measured) > 1e-6 * (1 + abs(measured))).sum()
    return [0 if step < 23 else 1 + (failures > 0), failures]


CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
TARGETS = np.array([[0], [1], [1], [0]], float)


@lru_cache
def xor_path(draw, rate):
    """The parameters and costs of 501 steps."""
    net, costs, parameters = Network([2, 2, 1], ["tanh", "identity"]), [], []
    if draw < 5:
        initialise(net, np.random.default_rng([0, 1, 4, 7, 8][int(draw)]))
    net.parameters[...] = net.parameters.round(2)
    for _ in range(501):
        L, gradient = cost_and_gradient(net, CORNERS, TARGETS, binary_cross_entropy)
        costs.append(L)
        parameters.append(net.parameters.copy())
        net.parameters -= rate * gradient
    return parameters, costs


def trained(steps, draw, rate):
    parameters, costs = xor_path(draw, rate)
    net = Network([2, 2, 1], ["tanh", "identity"])
    net.parameters = parameters[int(steps)]
    return net, costs[: int(steps) + 1]


def xor_training(*numbers):
    net, costs = trained(*numbers)
    return [costs[-1], np.sum((net.forward(CORNERS) > 0) == (TARGETS > 0))]


def xor_at_one_rate(*numbers):
    return xor_training(*numbers, 0.5)


METHODS = "gradient descent", "momentum", "AdaGrad", "Adam"
OPTIMISERS = gradient_descent(), momentum(0.9), adagrad(), adam()
VALLEYS = {  # κ, whether it is turned, and the rate of each method
    (10, False): (0.177, 0.00465, 3.36, 0.42),
    (10, True): (0.177, 0.00465, 2.0, 0.297),
    (100, False): (0.0186, 0.00465, 3.36, 0.149),
    (100, True): (0.0186, 0.00465, 2.0, 0.595),
    (1000, False): (0.00195, 0.00276, 2.83, 0.125),
    (1000, True): (0.00195, 0.00276, 2.0, 0.595),
}
KINDS = [*VALLEYS]
TURNS = np.eye(2), np.array([[1, 1], [-1, 1]]) / np.sqrt(2)  # from along and across to the weights


@lru_cache
def descents(factor, kappa, turned):
    """The points of each method, (4, 151, 2), in the directions of the valley, from (−5, 1.5)."""
    turn = TURNS[turned]
    A, start = turn @ np.diag([1.0, kappa]) @ turn.T, turn @ [-5.0, 1.5]
    methods = zip(OPTIMISERS, VALLEYS[kappa, turned], strict=True)
    return np.array([walk(one, A.dot, start, factor * rate, 150)[0] @ turn for one, rate in methods])


def valley(path, kappa):
    return path[..., 0] ** 2 / 2 + kappa * path[..., 1] ** 2 / 2


PATHS = [(40, 1.0, 0), (150, 1.0, 3), (60, 8.0, 4), (150, 0.125, 5), (0, 4.0, 2)]  # t, factor, valley: some positions


def paths(t, factor, number):
    return [factor * rate for rate in VALLEYS[KINDS[int(number)]]]


def walk(optimise, gradient, start, rate, steps):
    """The start and the places after so many steps, and what the optimiser remembers at the end."""
    theta = np.array(start, float)
    state, places = optimise.init(theta), [theta.copy()]
    for _ in range(int(steps)):
        optimise.update(theta, gradient(theta), state, rate)
        places.append(theta.copy())
    return np.array(places), state.vectors


def parabolas(*curvatures):
    """The gradient of the quadratic with these curvatures along the axes."""
    return np.diag(np.array(curvatures, float)).dot


def descent_in_a_valley(steps, eta, kappa):
    """J, x and y of gradient descent on ½(x² + κy²)."""
    theta = walk(gradient_descent(), parabolas(1, kappa), [-10, 4], eta, steps)[0][-1]
    return [theta**2 @ [1, kappa] / 2, *theta]


def direction(degrees):
    u = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    return [*u, 3 * u[0] + 4 * u[1]]


def touching(eta, theta):
    """√(1 + θ²) here and after a step, and on the parabola of curvature 1 that touches it here."""
    J, g = np.hypot(1, theta), theta / np.hypot(1, theta)
    return [J, np.hypot(1, theta - eta * g), J - eta * g**2 + (eta * g) ** 2 / 2]


def two_rates(eta):
    factors = 1 - eta * np.array([1, 10])
    return [*factors, abs(factors).max()]


def ball(steps, eta, beta):
    """J of gradient descent with the rate 0.18, and of momentum, on ½(x² + 10y²)."""
    methods = (gradient_descent(), 0.18), (momentum(beta), eta)
    ends = [walk(method, parabolas(1, 10), [10, 1.5], rate, steps)[0][-1] for method, rate in methods]
    return [end**2 @ [1, 10] / 2 for end in ends]


def spiral(steps, eta, beta):
    places, (v,) = walk(momentum(beta), parabolas(1), [8], eta, steps)
    return [v[0], places[-1, 0]]


def turning(months, degrees, factor):
    """A pulse in the first of two units, turned and shortened every month."""
    state = factor**months * np.exp(1j * np.radians(degrees) * months)
    return [state.real, state.imag]


def larger_root(product, beta):
    """The larger |eigenvalue| of a step of momentum."""
    return abs(np.linalg.eigvals(np.array([[beta, 1], [-product * beta, 1 - product]]))).max()


def stability(product, beta, kappa):
    """In the flattest direction of a valley, and in the steepest."""
    return [larger_root(product / kappa, beta), larger_root(product, beta)]


def worst_factor(eta, beta):
    """The larger |eigenvalue| of momentum at the curvatures 1 and 9, and the steps for a factor of ten."""
    worst = max(larger_root(eta, beta), larger_root(9 * eta, beta))
    return [worst, worst >= 1, np.log(10) / -np.log(worst) if worst < 1 else 0]


def jumping(t, eta, size):
    """θ from 0, against means of drawn samples; its mean square distance from 4 since step 20; the noise floor."""
    theta, far = 0.0, []
    draws = np.random.default_rng(3).choice([1, 3, 5, 7], size=(60, 16))
    for chosen in draws[: int(t), : int(size)]:
        theta -= eta * (theta - chosen.mean())
        far.append((theta - 4) ** 2)
    return [theta, np.mean(far[20:]) if far[20:] else 0, eta * 5 / size / (2 - eta)]


def unit_through_time(step, w, h_0):
    """One unit reads 3, 1, 2 and should end at 1.5: the slopes of the three copies of w, added."""
    states = [h_0]
    for x in (3, 1, 2):
        states.append(w * states[-1] + x)
    delta, total = states[-1] - 1.5, 0
    for before in states[2::-1]:
        total, delta = total + delta * before, w * delta
    return [step >= 16, total, int(step >= 16), 0]


@lru_cache
def gradients_by_lag(rho, c, gamma):
    """The norms of a gradient on its way back through 60 steps; at first it lies where the first one stretches most."""
    W = gamma * np.array([[rho, c], [0, rho]])
    delta, norms = np.linalg.svd(W)[2][0], []
    for _ in range(61):
        norms.append(np.linalg.norm(delta))
        delta = delta @ W.T
    return np.array(norms)


def fate(rho, c, gamma):
    """What becomes of it in the long run, in exact arithmetic: 0 shrinks only, 1 first grows, 2, 3 stays, 4."""
    rho, c, gamma = (Fraction(str(number)) for number in (rho, c, gamma))
    radius, squares = gamma * rho, gamma**2 * (2 * rho**2 + c**2)  # of the singular values, whose product is radius²
    if radius == 1:
        return 4 if c else 3
    if radius > 1:
        return 2
    # (σ₁² − 1)(σ₂² − 1) is negative where only one of them exceeds 1
    return int(radius**4 - squares + 1 < 0)


def by_lag(T, rho, c, gamma):
    W = gamma * np.array([[rho, c], [0, rho]])
    largest = np.linalg.norm(W, 2)
    norm = gradients_by_lag(rho, c, gamma)[int(T)]
    return [abs(np.linalg.eigvals(W)).max(), largest, norm, largest**T, fate(rho, c, gamma)]


def on_a_belt(steps, f, i):
    """What lies there after a 1 at step 1 and noise at the others, and what is left of the 1."""
    carried = 0.0
    for t in range(1, int(steps) + 1):
        carried = f * carried + (1 if t == 1 else i * np.cos(t**2))
    return [carried, f ** max(steps - 1, 0)]


def clipped(g_1, g_2, c):
    """The norm, and for both ways of clipping what they make of the gradient, and by how many degrees they turn it."""
    g = np.array([g_1, g_2])
    norm, by_value = np.linalg.norm(g), np.clip(g, -c, c)
    by_norm = g if norm <= c else c / norm * g
    directions = [np.degrees(np.arctan2(v[1], v[0])) for v in (g, by_value)]
    return [norm, *by_norm, 0, 0, *by_value, 0, abs(np.subtract(*directions))]


def checkpoints(T, s):
    """How many states are alive at most, while the segments are computed again, and how many steps are computed."""
    starts = range(0, int(T), int(s))
    segments = [range(start, min(start + int(s), int(T))) for start in starts]
    kept = max(len(starts) + len(segment) for segment in segments)
    size = np.empty((32, 256)).nbytes / 1e6
    computed = T + sum(map(len, segments[:-1]))
    return [0, kept, 0, kept * size, 0, computed, 0, T, 0, T * size, 0, T]


def next_letter(read, look):
    """What the counts say about a name of the project on sequences, and what it costs."""
    every = [unicodedata.ucd_3_2_0.name(chr(number), "") for number in range(4096)]
    stretches = np.reshape([name for name in every if " LETTER " in name], (116, 16))
    lines = stretches[np.random.default_rng(0).permutation(116)[:92]].ravel()
    text, kinds = "\n" + "".join(f"{line}\n" for line in lines), "\n -" + string.ascii_uppercase
    name, cut = "LATIN SMALL LETTER S WITH HOOK", (0, 16, 20, 21, 26)[int(read)]
    before, p = "\n" + name[:cut], np.full(29, 1 / 29)
    for m in range((0, 1, 2, 7)[int(look)] + 1):
        if m > len(before):
            break
        context = re.escape(before[len(before) - m :])
        came = [found[1] for found in re.finditer(f"(?s)(?={context}(.))", text)]
        came = came[1:] if m == 0 else came  # nothing comes before the first character
        n = np.array([came.count(kind) for kind in kinds])
        p = (n + 16 * p) / (n.sum() + 16) if len(came) else p
    right = p[kinds.index(name[cut])].round(4)
    return [right, -np.log2(right)]


def warmer(tau, first):
    p = [[0.5, 0.3, 0.15, 0.05], [0.45, 0.45, 0.05, 0.05], [0.25] * 4][int(first)]
    p = softmax(np.log(p) / tau)
    return [p[0], p[0] / p[3]]


TRUTH = {
    "check-figure": check_of_a_false_claim,
    "descent-figure": descent,
    "one-path-figure": one_path,
    "two-paths-figure": two_paths,
    "many-paths-figure": many_paths,
    "neuron-figure": sigmoid_neuron,
    "example-figure": network_by_hand,
    "softmax-figure": shares,
    "tracer": tracer,
    "saturation-figure": saturation,
    "naive": naive_losses,
    "dying": dying_gradient,
    "coin-figure": tosses,
    "gauss-figure": height_of_a_bell,
    "cce-figure": loss_of_a_class,
    "neuron-graph": neuron,
    "fork-figure": fork,
    "by-hand-graph": network_back,
    "difference-figure": differences,
    "xor-graph": xor,
    "modes-figure": modes,
    "engine-figure": waiting,
    "ten-layers": ten_layers,
    "xor-training": xor_training,
    "learning": xor_at_one_rate,
    "paths-figure": paths,
    "valley-figure": descent_in_a_valley,
    "direction-figure": direction,
    "far-figure": touching,
    "rates-figure": two_rates,
    "momentum-figure": ball,
    "spiral-figure": spiral,
    "stability-figure": stability,
    "factor-figure": worst_factor,
    "noise-figure": jumping,
    "unit-graph": unit_through_time,
    "lag-figure": by_lag,
    "belt-figure": on_a_belt,
    "clipping-figure": clipped,
    "memory-figure": checkpoints,
    "turn-figure": turning,
    "guess-figure": next_letter,
    "temperature-figure": warmer,
}
# Absolute errors beside the relative one of 1e-12, one for each result. A difference divides the rounding of its two
# values by its step: a loss below 8, some 1e-15, by 2e-4. The slope is a sum whose terms cancel. In a
# training each step passes on the rounding of all steps before, and a swinging path crosses 0. NumPy finds a double
# eigenvalue to half of the digits only.
ROUNDING = {
    descent: [1e-14, 1e-14, 1e-13],
    differences: [0, 1e-11, 1e-11],
    tosses: [1e-16, 0],
    xor_training: [1e-11, 0],
    xor_at_one_rate: [1e-11, 0],
    descent_in_a_valley: [1e-13] * 3,
    direction: [1e-15] * 3,
    two_rates: [1e-15] * 3,
    ball: [1e-13] * 2,
    spiral: [1e-13] * 2,
    turning: [1e-14] * 2,
    on_a_belt: [1e-14, 0],
    stability: [1e-7] * 2,
    worst_factor: [1e-8, 0, 1e-7],
    clipped: [0] * 8 + [1e-13],
}
