"""The benchmarks measure what they say: their arithmetic, the steps that are timed, and what is stored.
No peer is needed, and nothing is timed here.
"""

import json
import re
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from backprop.backpropagation import Backpropagation
from backprop.book import figures
from helpers import BOOK

sys.path.insert(0, str(BOOK / "benchmarks"))

import contestants
import ingredients
import optimisers
import recurrent
import runner
import training_step
import which_optimiser
from contestants import ETA, Task

DTYPES = [np.float64, np.float32]


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


def rounds(**times):
    """Rounds of the given seconds, on one processor."""
    return [dict(zip(times, ([t, t] for t in one), strict=True)) for one in zip(*times.values(), strict=True)]


# ---------------------------------------------------------------------------------------------------------- arithmetic


def test_a_ratio_is_taken_within_a_round():
    """The machine is ten times slower in the third round, for both."""
    r = runner.ratios(rounds(a=[1.0, 2.0, 30.0, 4.0, 5.0], b=[1.0, 1.0, 10.0, 1.0, 1.0]), "a", "b")
    assert r == {"median": 3.0, "quartiles": [2.0, 4.0]}


def test_one_round_is_its_own_median():
    assert runner.summary([7.0]) == {"median": 7.0, "quartiles": [7.0, 7.0]}


def test_the_table_has_microseconds_processors_and_ratios():
    given = rounds(backprop=[1e-3, 2e-3, 3e-3], PyTorch=[2e-3, 8e-3, 6e-3])
    given[1]["PyTorch"][1] = given[0]["PyTorch"][1] = 0.0
    table = runner.results(given, {"PyTorch": [2.0, 1.0]})
    assert table["backprop"]["us"] == pytest.approx(2000)
    assert table["backprop"]["ratio_to"]["PyTorch"]["median"] == 0.5
    assert table["PyTorch"]["ratio_to"]["backprop"]["median"] == 2
    assert "bare products" not in table["PyTorch"]["ratio_to"]
    assert (table["backprop"]["processors"], table["PyTorch"]["processors"]) == (1, 0)
    assert (table["PyTorch"]["cost"], "cost" in table["backprop"]) == (1, False)


class Pretender:
    """A worker without a process: its library may be missing, and its steps last what the test says."""

    missing, asked = "JAX", []

    def __init__(self, name, script=None):
        self.name, self.version = name, None if name == self.missing else "1.0"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, do, **order):
        self.asked.append(self.name)
        learns = self.name in (*contestants.CONTESTANTS, *optimisers.STEPS)
        return {"costs": [2.0, 1.0] if learns else None, "difference": 0.0, "bytes": 8, "time": [1e-3, 1e-3]}


def test_the_order_rotates(monkeypatch):
    monkeypatch.setattr(Pretender, "asked", [])
    runner.rounds_of([Pretender(name) for name in "abc"], 4)
    assert "".join(Pretender.asked) == "abcbcacababc"


def test_equal_costs_are_demanded():
    runner.check_costs({"backprop": [2.0, 1.0], "other": [2.0, 1.0 + 1e-12]}, "float64")
    runner.check_costs({"backprop": [2.0, 1.0], "other": [2.0, 1.0 + 1e-6]}, "float32")
    for wrong in ([2.0, 1.0 + 1e-6], [1.0, 1.0], [2.0, float("nan")]):
        with pytest.raises(SystemExit, match="other: cost"):
            runner.check_costs({"backprop": [2.0, 1.0], "other": wrong}, "float64")


# --------------------------------------------------------------------------------------------------------------- steps


def plain(task, move=None):
    """The step once more, in formulas that share nothing with the package. ``move(p, gradient)`` changes an array p."""
    move = move or (lambda p, g: np.subtract(p, task.dtype.type(ETA) * g, out=p))
    layers, X, Y, N = task.layers(), task.X, task.Y, task.N

    def step():
        H, Z = [X], []
        for W, b in layers:
            Z.append(H[-1] @ W + b)
            H.append(np.tanh(Z[-1]) if task.binary else np.where(Z[-1] > 0, Z[-1], 0))
        p = 1 / (1 + np.exp(-Z[-1])) if task.binary else np.exp(Z[-1]) / np.exp(Z[-1]).sum(axis=1, keepdims=True)
        L = -np.sum(np.log(np.where(Y == 1, p, 1 - p) if task.binary else p[Y == 1])) / N
        Delta = (p - Y) / N
        for layer in reversed(range(len(layers))):
            W, b = layers[layer]
            gradients = H[layer].T @ Delta, Delta.sum(axis=0)
            if layer:
                slope = 1 - H[layer] ** 2 if task.binary else Z[layer - 1] > 0
                Delta = Delta @ W.T * slope
            move(W, gradients[0])
            move(b, gradients[1])
        return L

    return step


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", contestants.SIZES)
def test_the_costs_after_ten_steps_agree(size, dtype):
    steps = (contestants.backprop, contestants.with_all_checks, plain)
    costs = {step.__name__: runner.ten_steps(step(Task(size, dtype))) for step in steps}
    runner.check_costs(costs, np.dtype(dtype).name)
    assert costs["backprop"][0] == pytest.approx(costs["plain"][0], rel=1e-5)


@pytest.mark.parametrize("size", contestants.SIZES)
def test_a_step_repeats_what_the_batch_is(size):
    """Two tasks of one size are the same, so that every process starts from the same parameters."""
    one, other = Task(size, "float32"), Task(size, "float32")
    for name in ("X", "Y", "y"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert np.array_equal(one.net.parameters, other.net.parameters)
    assert one.X.shape == (one.N, one.widths[0])
    assert one.X.dtype == one.Y.dtype == one.net.parameters.dtype == np.float32


@pytest.mark.parametrize("size", contestants.SIZES)
def test_the_bare_products_are_those_of_a_step(size):
    """Forward, and backward into the weights and, but for the first layer, into the layer below."""
    task = Task(size, "float64")
    task.net.propagate(task.X)
    H, W = [h.copy() for h in task.net.H], task.net.weights
    Z, G, upstream = contestants.bare_products(task)()
    for layer in range(len(W)):
        np.testing.assert_allclose(Z[layer], H[layer] @ W[layer])
        np.testing.assert_allclose(G[layer], np.repeat(H[layer].sum(axis=0)[:, None], W[layer].shape[1], axis=1))
        if layer:
            np.testing.assert_allclose(upstream[layer], np.repeat(W[layer].sum(axis=1)[None], task.N, axis=0))


def test_the_parts_are_those_of_a_step():
    forward = contestants.forward(task := Task("xor", "float64"))()
    L, upstream = contestants.loss(Task("xor", "float64"))()
    expected = task.loss(forward, task.Y)
    assert expected[0] == L
    assert np.array_equal(expected[1], upstream)
    gradient = Backpropagation(task.net).backward(upstream)
    assert np.array_equal(contestants.backward(Task("xor", "float64"))(), gradient)
    differences = contestants.finite_differences(task)()
    np.testing.assert_allclose(differences, gradient, atol=1e-7)


def as_list(result):
    return list(result) if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ingredients.INGREDIENTS)
def test_both_ways_compute_the_same(name, dtype):
    _, _, fast, slow = ingredients.INGREDIENTS[name]
    results = [as_list(way(Task("mnist", dtype))()) for way in (fast, slow)]
    if name == "cross-entropy":
        assert len(results[0]) == len(results[1]) == 2
    for a, b in zip(*results, strict=True):
        assert a.dtype == b.dtype == dtype
        np.testing.assert_allclose(a, b, rtol=1e-4 if dtype == np.float32 else 1e-11, atol=1e-7)


# ---------------------------------------------------------------------------------------------------------- optimisers


def plain_rule(name, lr, momentum=0, nesterov=False, alpha=0, betas=(0, 0), eps=0, weight_decay=0):
    """PyTorch's optimisers from their documentation, with its names: ``move(p, gradient)`` moves one array."""
    states = {}

    def move(p, g):
        t, a, b = states.get(id(p), (0, 0 * p, 0 * p))
        t, g = t + 1, g.astype(p.dtype)
        if name == "SGD":
            a = momentum * a + g
            change = g + momentum * a if nesterov else a
        elif name in ("Adagrad", "RMSprop"):
            b = b + g * g if name == "Adagrad" else alpha * b + (1 - alpha) * g * g
            change = g / (np.sqrt(b) + eps)
        else:
            p -= lr * weight_decay * p
            a, b = betas[0] * a + (1 - betas[0]) * g, betas[1] * b + (1 - betas[1]) * g * g
            change = a / (1 - betas[0] ** t) / (np.sqrt(b / (1 - betas[1] ** t)) + eps)
        p -= lr * change
        states[id(p)] = (t, a, b)

    return move


@pytest.fixture
def slices(monkeypatch):
    """Slices far smaller than the vector of the digits; they come back after the test."""
    monkeypatch.setattr(optimisers.book, "SLICE", 1000)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rule", optimisers.RULES)
def test_the_updates_are_those_of_the_rule(rule, dtype, slices):
    """In slices and in one, and as PyTorch documents them with the constants that it is given."""
    (name, arguments), start = optimisers.RULES[rule].torch, Task("digits", dtype).net.parameters
    theta, gradient, move = start.copy(), np.empty_like(start), plain_rule(name, optimisers.RATE, **arguments)
    by_hand = optimisers.Update(lambda: move(theta, gradient), lambda new: np.copyto(gradient, new), lambda: theta)
    expected = optimisers.ten_updates(by_hand, start.size, dtype)
    for whole in (False, True):
        update = optimisers.backprop(Task("digits", dtype), optimisers.RULES[rule], whole)
        assert (start.size if whole else 1000) == optimisers.book.SLICE
        found = optimisers.ten_updates(update, start.size, dtype)
        optimisers.check_differences({rule: optimisers.difference(found, expected, start)}, np.dtype(dtype).name)


def test_optax_has_the_constants_of_pytorch():
    for rule in optimisers.RULES.values():
        one, other = rule.torch[1], rule.optax[1]
        b1, b2 = one.get("betas", (None, None))
        expected = {**one, "b1": b1, "b2": b2, "decay": one.get("alpha")}
        shared = {"momentum", "nesterov", "b1", "b2", "decay", "eps", "weight_decay"} & other.keys()
        assert len(shared) >= len(one)
        for key in shared:
            square = key == "eps" and rule.torch[0] == "Adagrad"
            assert other[key] == pytest.approx(expected[key] ** 2 if square else expected[key])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", ["xor", "digits"])
def test_the_costs_after_ten_steps_with_adam_agree(size, dtype, slices):
    name, arguments = optimisers.RULES["Adam"].torch
    move = plain_rule(name, optimisers.RATE, **arguments)
    costs = {"plain": runner.ten_steps(plain(Task(size, dtype), move))}
    for name in ("backprop", "backprop, one slice"):
        costs[name] = runner.ten_steps(optimisers.STEPS[name](Task(size, dtype), optimisers.RATE))
    runner.check_costs(costs, np.dtype(dtype).name)


def test_the_step_that_is_timed_leaves_the_network_as_it_is():
    step, found = optimisers.prepare("backprop", "digits", "float64")
    assert found["costs"][1] < 0.99 * found["costs"][0]
    costs = [step() for _ in range(100)]
    assert costs[-1] == pytest.approx(costs[0], rel=1e-4)


def test_a_prepared_update_moves_the_parameters():
    step, found = optimisers.prepare("backprop", "xor", "float64", "Adam")
    assert found == {"difference": 0.0}
    assert step() is None


def test_a_difference_is_a_share_of_the_way():
    start, end = np.array([5.0, 5.0]), np.array([5.0, 9.0])
    assert optimisers.difference(np.array([5.0, 8.0]), end, start) == 0.25
    for wrong in (1e-9, float("nan")):
        with pytest.raises(SystemExit, match="other: parameters differ"):
            optimisers.check_differences({"backprop": 0.0, "other": wrong}, "float64")


def test_a_vector_is_cut_into_the_arrays_of_the_layers():
    """In the order in which the parameters stand in the vector, so that all contestants get the same gradient."""
    task = Task("digits", "float64")
    parts = optimisers.arrays(task, flat=False)
    assert [a.shape for a in parts] == [(64, 64), (64,), (64, 10), (10,)]
    for part, piece in zip(parts, optimisers.cut(task.net.parameters, parts), strict=True):
        assert np.array_equal(part, piece)
    assert np.array_equal(optimisers.arrays(task, flat=True)[0], task.net.parameters)


def test_who_takes_part():
    def names(rule, P=10**6):
        return [name for name in optimisers.UPDATES if optimisers.takes_part(name, rule, P)]

    assert names("Adam") == list(optimisers.UPDATES)
    assert names(None) == list(optimisers.STEPS)
    assert "backprop, one slice" not in names("Adam", 1000) + names(None, 1000)
    assert names("Nesterov") == ["backprop", "PyTorch", "PyTorch, fused", "optax"]
    assert names("RMSProp") == ["backprop", "PyTorch", "optax"]


# -------------------------------------------------------------------------------------------------- recurrent networks


def plain_recurrent(task):
    """The step once more, gate by gate and step by step, in formulas that share nothing with the package."""
    net, X, y = task.net, task.X, task.y
    T, N, _, H, cell = task.size
    W_x, W_h, b, W_y, c = parameters = [p.copy() for p in (net.W_x, net.W_h, net.b, net.W_y, net.c)]
    gates = [slice(k * H, (k + 1) * H) for k in range(4)]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def step():
        h, cells, Z = [np.zeros((N, H), task.dtype)], [np.zeros((N, H), task.dtype)], []
        for x in X:
            z = x @ W_x + h[-1] @ W_h + b
            if cell == "lstm":
                i, f, g, o = [a(z[:, k]) for a, k in zip((sigmoid, sigmoid, np.tanh, sigmoid), gates, strict=True)]
                cells.append(f * cells[-1] + i * g)
                h.append(o * np.tanh(cells[-1]))
            else:
                h.append(np.tanh(z))
            Z.append(z)
        L, gradients, dh, dc = 0, [np.zeros_like(p) for p in parameters], np.zeros_like(h[0]), np.zeros_like(h[0])
        for t in reversed(range(T)):
            p = np.exp(h[t + 1] @ W_y + c)
            p /= p.sum(axis=1, keepdims=True)
            L -= np.log(p[range(N), y[t]]).sum() / (T * N)
            p[range(N), y[t]] -= 1
            G = p / (T * N)
            dh = G @ W_y.T + dh
            if cell == "lstm":
                i, f, g, o = [a(Z[t][:, k]) for a, k in zip((sigmoid, sigmoid, np.tanh, sigmoid), gates, strict=True)]
                shown = np.tanh(cells[t + 1])
                dc = dc + dh * o * (1 - shown**2)
                slopes = [dc * g * i * (1 - i), dc * cells[t] * f * (1 - f), dc * i * (1 - g**2)]
                Delta = np.hstack([*slopes, dh * shown * o * (1 - o)])
                dc = dc * f
            else:
                Delta = dh * (1 - h[t + 1] ** 2)
            dh = Delta @ W_h.T
            terms = X[t].T @ Delta, h[t].T @ Delta, Delta.sum(axis=0), h[t + 1].T @ G, G.sum(axis=0)
            for total, term in zip(gradients, terms, strict=True):
                total += term
        for p, gradient in zip(parameters, gradients, strict=True):
            p -= task.dtype.type(ETA) * gradient
        return L

    return step


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [s for s in recurrent.SIZES if not s.startswith("t100")])
def test_the_costs_of_a_recurrent_network_agree(size, dtype):
    steps = (recurrent.backprop, recurrent.with_all_checks, plain_recurrent)
    costs = {step.__name__: runner.ten_steps(step(recurrent.Task(size, dtype))) for step in steps}
    runner.check_costs(costs, np.dtype(dtype).name)
    assert costs["backprop"][0] == pytest.approx(costs["plain_recurrent"][0], rel=1e-5)


@pytest.mark.parametrize("size", recurrent.SIZES)
def test_a_recurrent_task_is_the_same_in_every_process(size):
    one, other = recurrent.Task(size, "float32"), recurrent.Task(size, "float32")
    T, N, V, H, _ = one.size
    for name in ("X", "Y", "y"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert np.array_equal(one.net.parameters, other.net.parameters)
    assert (one.X.shape, one.Y.shape, one.net.widths) == ((T, N, V), (T * N, V), (V, H, V))
    assert one.X.dtype == one.Y.dtype == one.net.parameters.dtype == np.float32
    assert np.array_equal(one.Y.argmax(axis=1), one.y.ravel())


@pytest.mark.parametrize("size", ["t20", "t20-lstm"])
def test_the_bare_products_of_a_recurrent_network(size):
    """All states, slopes and upstream gradients are 1; every product of a step is there."""
    task = recurrent.Task(size, "float64")
    net, (T, N, *_) = task.net, task.size
    Z, outputs, dH, (dW_x, dW_h, dW_y) = recurrent.bare_products(task)()
    np.testing.assert_allclose(Z, task.X @ net.W_x)
    np.testing.assert_allclose(outputs, np.tile(net.W_y.sum(axis=0), (T * N, 1)))
    np.testing.assert_allclose(dH, np.tile(net.W_y.sum(axis=1), (T * N, 1)))
    np.testing.assert_allclose(dW_x, np.tile(task.X.sum(axis=(0, 1))[:, None], dW_x.shape[1]))
    assert (dW_h == T * N).all()
    assert (dW_y == T * N).all()
    assert (dW_h.shape, dW_y.shape) == (net.W_h.shape, net.W_y.shape)


def test_checkpoints_give_the_gradient_and_take_less():
    whole, parts = (recurrent.gradient_over(400, segment)() for segment in (None, 20))
    np.testing.assert_allclose(parts, whole, rtol=1e-10, atol=1e-15)
    most, least = (recurrent.peak_memory(400, segment) for segment in (None, 20))
    assert least < most / 3
    assert [recurrent.WAYS[name](2500) for name in ("all states", "checkpoints")] == [None, 50]


def test_who_takes_part_with_a_recurrent_network():
    assert [n for n in recurrent.CONTESTANTS if recurrent.takes_part(n, "rnn")] == list(recurrent.CONTESTANTS)
    least = ["backprop", "with all checks", "bare products", "PyTorch"]
    assert [n for n in recurrent.CONTESTANTS if recurrent.takes_part(n, "lstm")] == least
    assert not any(recurrent.takes_part(n, "rnn") for n in recurrent.WAYS)


# ---------------------------------------------------------------------------------------------- processes and the file


def test_a_worker_answers_over_its_pipes():
    with runner.Worker("backprop", training_step.__file__) as worker:
        assert worker.version == np.__version__
        before, after = worker.ask(do="prepare", size="xor", dtype="float32")["costs"]
        assert after < before
        assert all(seconds > 0 for seconds in worker.ask(do="time")["time"])
    assert worker.process.returncode == 0


def test_a_worker_of_another_script():
    with runner.Worker("backprop", optimisers.__file__) as worker:
        assert worker.ask(do="prepare", size="xor", dtype="float32", rule="Adam") == {"difference": 0.0}
        assert all(seconds > 0 for seconds in worker.ask(do="time")["time"])
        before, after = worker.ask(do="prepare", size="xor", dtype="float32")["costs"]
        assert after < before
    assert worker.process.returncode == 0


def test_a_worker_that_dies_says_so():
    with runner.Worker("backprop", training_step.__file__) as worker:
        worker.process.kill()
        worker.process.wait()
        with pytest.raises(RuntimeError, match="the process of backprop has ended"):
            worker.ask(do="time")


def test_a_missing_peer_is_reported(monkeypatch):
    monkeypatch.setitem(runner.PEERS, "JAX", "no-such-distribution")
    answers = []
    runner.serve("JAX", iter(()), answers.append, training_step.prepare)
    assert answers == [{"missing": "JAX"}]


@pytest.fixture
def result(monkeypatch, tmp_path, capsys):
    """What the runner writes when JAX is missing."""
    monkeypatch.setattr(training_step, "Worker", Pretender)
    training_step.main(3, ["xor", "digits"], tmp_path / "result.json")
    assert "JAX is not installed and left out" in capsys.readouterr().out
    return json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))


def test_a_missing_peer_is_left_out(result):
    assert result["missing"] == ["JAX"]
    assert "JAX" not in result["versions"]
    for case in result["cases"]:
        assert list(case["contestants"]) == [name for name in contestants.CONTESTANTS if name != "JAX"]
        assert ("finite differences" in case["parts"]) == (case["size"] == "digits")
        assert case["backward_to_forward"]["median"] == 1
        assert case["gradient_to_cost"]["median"] == 1.5


def stored(name):
    return (BOOK / f"benchmarks/{name}.json").read_text(encoding="utf-8")


def test_the_stored_file_has_what_the_runner_writes(result):
    """Every field, of every size in both types; measured on one thread, with every peer."""
    found = json.loads(stored("training_step"))
    assert found.keys() == result.keys()
    assert found["machine"].keys() == result["machine"].keys()
    assert found["versions"].keys() == {"Python", "NumPy", "BLAS", "PyTorch", "JAX", "autograd", "scikit-learn"}
    assert (found["threads"], found["missing"]) == (1, [])
    keys = [(case["size"], case["dtype"]) for case in found["cases"]]
    assert keys == [(size, dtype) for size in contestants.SIZES for dtype in runner.DTYPES]
    for case in found["cases"]:
        assert case.keys() == result["cases"][0].keys()
        assert list(case["contestants"]) == list(contestants.CONTESTANTS)
        for name, row in {**case["contestants"], **case["parts"]}.items():
            assert row.keys() - {"cost"} == result["cases"][0]["parts"]["forward"].keys()
            assert list(row["ratio_to"]) == list(runner.REFERENCES)
            assert row["processors"] < 1.05, f"{name} did not keep to one thread"
        costs = {name: [np.inf, row["cost"]] for name, row in case["contestants"].items() if "cost" in row}
        assert len(costs) == len(contestants.CONTESTANTS) - 1
        runner.check_costs(costs, "float32")  # stored with six digits


def test_the_stored_ingredients_are_those_of_the_script():
    found = json.loads(stored("ingredients"))
    assert found["size"] == "mnist"
    assert found["threads"] == 1
    shown = [(row["dtype"], row["name"], row["fast"], row["slow"]) for row in found["rows"]]
    pairs = [(name, fast, slow) for name, (fast, slow, *_) in ingredients.INGREDIENTS.items()]
    assert shown == [(dtype, *pair) for dtype in runner.DTYPES for pair in pairs]
    assert all(row["fast_us"] > 0 and row["ratio"]["median"] > 0 for row in found["rows"])


def test_the_stored_optimisers_are_those_of_the_script(monkeypatch, tmp_path, capsys):
    """Every rule, size and type, with all who take part, and every field that the runner writes."""
    monkeypatch.setattr(optimisers, "Worker", Pretender)
    monkeypatch.setattr(Pretender, "missing", "optax")
    optimisers.main(3, ["xor"], tmp_path / "result.json")
    assert "optax is not installed and left out" in capsys.readouterr().out
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["missing"] == ["optax"]
    assert not {"optax", "JAX"} & result["versions"].keys()
    assert all("optax" not in case["contestants"] for case in result["updates"] + result["steps"])

    found = json.loads(stored("optimisers"))
    assert found.keys() == result.keys()
    assert (found["threads"], found["missing"]) == (1, [])
    assert found["versions"].keys() == {"Python", "NumPy", "BLAS", "PyTorch", "JAX", "optax"}
    sizes = [(size, dtype) for size in contestants.SIZES for dtype in runner.DTYPES]
    assert [(case["size"], case["dtype"]) for case in found["steps"]] == sizes
    keys = [(case["rule"], case["size"], case["dtype"]) for case in found["updates"]]
    assert keys == [(rule, *key) for key in sizes for rule in optimisers.RULES]
    for kind in ("updates", "steps"):
        for case in found[kind]:
            assert case.keys() == result[kind][0].keys()
            assert case["P"] == Task(case["size"], case["dtype"]).net.parameters.size
            expected = [n for n in optimisers.UPDATES if optimisers.takes_part(n, case.get("rule"), case["P"])]
            assert list(case["contestants"]) == expected
            for name, row in case["contestants"].items():
                assert row.keys() == result[kind][0]["contestants"]["backprop"].keys()
                assert list(row["ratio_to"]) == ["PyTorch", "backprop"]
                assert row["processors"] < 1.05, f"{name} did not keep to one thread"


def test_the_stored_recurrent_networks_are_those_of_the_script(monkeypatch, tmp_path, capsys):
    """Every size and type, with all who take part, every length, and every field that the runner writes."""
    monkeypatch.setattr(recurrent, "Worker", Pretender)
    recurrent.main(3, ["t20", "t20-lstm"], tmp_path / "result.json")
    assert "JAX is not installed and left out" in capsys.readouterr().out
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["missing"] == ["JAX"]
    names = [[*case["contestants"]] for case in result["cases"]]
    assert names[0] == [n for n in recurrent.CONTESTANTS if n != "JAX"]
    assert "autograd" not in names[2]

    found = json.loads(stored("recurrent"))
    assert found.keys() == result.keys()
    assert (found["threads"], found["missing"]) == (1, [])
    assert found["versions"].keys() == {"Python", "NumPy", "BLAS", "PyTorch", "JAX", "autograd"}
    keys = [(case["size"], case["dtype"]) for case in found["cases"]]
    assert keys == [(size, dtype) for size in recurrent.SIZES for dtype in runner.DTYPES]
    for case in found["cases"]:
        assert case.keys() == result["cases"][0].keys()
        assert {**case, **recurrent.SIZES[case["size"]]._asdict()} == case
        assert list(case["contestants"]) == [n for n in recurrent.CONTESTANTS if recurrent.takes_part(n, case["cell"])]
        for name, row in case["contestants"].items():
            assert list(row["ratio_to"]) == list(runner.REFERENCES)
            assert ("cost" in row) == (name != "bare products")
            assert row["processors"] < 1.05, f"{name} did not keep to one thread"
        costs = {name: [np.inf, row["cost"]] for name, row in case["contestants"].items() if "cost" in row}
        runner.check_costs(costs, "float32")  # stored with six digits
    assert [row["T"] for row in found["lengths"]] == list(recurrent.LENGTHS)
    for row in found["lengths"]:
        assert row.keys() == result["lengths"][0].keys()
        assert row["us"].keys() == row["bytes"].keys() == recurrent.WAYS.keys()


def test_the_stored_comparison_is_that_of_the_script(monkeypatch, tmp_path):
    """Every problem, method and size, judged with every seed, and every field that the script writes."""
    seeds, grid = len(which_optimiser.JUDGING), which_optimiser.GRID
    monkeypatch.setattr(which_optimiser, "TUNING", range(100, 101))
    monkeypatch.setattr(which_optimiser, "JUDGING", range(1))
    monkeypatch.setattr(which_optimiser, "GRID", [0.1])
    which_optimiser.main(tmp_path / "result.json", ["XOR"], [None], ["digits"])
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))

    found = json.loads(stored("which_optimiser"))
    assert found.keys() == result.keys()
    assert (found["rounds"], found["threads"]) == (seeds, 1)
    names, methods = ("XOR", "houses", "tumours", "digits", "text"), which_optimiser.METHODS
    assert [(row["problem"], row["method"]) for row in found["problems"]] == [(n, m) for n in names for m in methods]
    sizes, largest = which_optimiser.SIZES[:-1], {"digits": 1437, "houses": 256}
    keys = [(n, s, m) for n, most in largest.items() for s in (*sizes, most) for m in which_optimiser.SIZED]
    assert [(row["problem"], row["size"], row["method"]) for row in found["sizes"]] == keys
    for kind, judged in (("problems", "updates"), ("sizes", "epochs")):
        for row in found[kind]:
            assert row.keys() | {"way"} == result[kind][0].keys() | {"way"}
            assert len(row[judged]) == seeds
            low, high = which_optimiser.ENDS[row["method"]]
            assert [float(rate) for rate in row["tried"]] == [rate for rate in grid if low <= rate <= high]
            assert low < row["rate"] < high, "the best rate is at an end of the grid"


@pytest.mark.parametrize("name", ["training_step", "ingredients", "optimisers", "recurrent", "which_optimiser"])
def test_the_stored_files_name_no_machine(name):
    """No path and no host; what stands there of the machine is the model of its processor."""
    text = stored(name)
    assert re.findall(r"/(?:home|root|tmp|work|Users)/|[A-Z]:\\|https?:|\w\.(?:org|com|io)\b", text) == []


def test_numbers_are_stored_with_six_digits():
    assert json.loads(runner.rounded({"a": [1 / 3, 2, "1.23456789"]})) == {"a": [0.333333, 2, "1.23456789"]}


# -------------------------------------------------------------------------------------------------------------- figure


def test_the_ratios_are_drawn_where_they_are():
    figures.style()
    figures.ratios({"a": {("xor", "float64"): 0.1, ("big", "float32"): 2.0}, "b": {}}, ["xor", "big"], "ratio")
    ax = plt.gca()
    drawn = [line for line in ax.lines if line.get_marker() not in ("", "None") and len(line.get_xdata())]
    assert [line.get_xdata()[0] for line in drawn] == [0.1, 2.0]
    assert [line.get_marker() for line in drawn] == ["o", "s"]
    assert [line.get_markerfacecolor() for line in drawn] == [figures.BLUE, "white"]
    assert all(abs(line.get_ydata()[0]) < 0.5 for line in drawn)
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "ratio")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert [t.get_text() for t in plt.gcf().legends[0].get_texts()] == ["xor", "big"]
    plt.close("all")
