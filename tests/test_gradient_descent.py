"""Chapter 04's minibatches, the training loop, and files of parameters."""

import io
import itertools
import math
import re

import numpy as np
import pytest
from backprop.backpropagation import objective
from backprop.forward_pass import Network, initialise
from backprop.gradient_descent import (
    Diverged,
    adam,
    cosine,
    fit,
    load,
    minibatches,
    momentum,
    save,
)
from backprop.loss import half_squared_error
from backprop.shapes import InputError
from helpers import refused

FLOATS = [np.float32, np.float64]


# ---------------------------------------------------------------------------------------------------- minibatches


@pytest.mark.parametrize(("N", "size"), [(10, 4), (10, 5), (7, 7), (5, 1), (1, 1)])
def test_every_sample_comes_once(N, size):
    batches = list(minibatches(N, size, np.random.default_rng(0)))
    assert sorted(np.concatenate(batches)) == list(range(N))
    assert [len(b) for b in batches[:-1]] == [size] * (len(batches) - 1)
    assert 1 <= len(batches[-1]) <= size


def test_the_seed_decides_the_order():
    first, again, other = (np.concatenate(list(minibatches(50, 8, np.random.default_rng(seed)))) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_bad_minibatches_are_refused():
    rng = np.random.default_rng(0)
    assert "at most N = 4, received 10" in refused(lambda: minibatches(4, 10, rng))
    assert "at most N = 4, received 5" in refused(lambda: minibatches(4, 5, rng))
    assert "size" in refused(lambda: minibatches(4, 0, rng))
    assert "rng" in refused(lambda: minibatches(4, 2, 0))


# ------------------------------------------------------------------------------------------------------------ fit


class Line:
    """Least squares for y = θ₀ + θ₁ x, with every call counted."""

    def __init__(self, N=20, seed=0):
        rng = np.random.default_rng(seed)
        self.A = np.stack([np.ones(N), rng.normal(size=N)], axis=1)
        self.y = self.A @ [2.0, -1.0] + 0.1 * rng.normal(size=N)
        self.theta, self.seen = np.zeros(2), []

    def __call__(self, batch):
        self.seen.append(batch)
        r = self.A[batch] @ self.theta - self.y[batch]
        return (r**2).mean() / 2, self.A[batch].T @ r / len(batch)

    def fit(self, size=20, epochs=300, **more):
        return fit(self.theta, self, len(self.y), size, epochs, np.random.default_rng(0), **more)


def test_it_finds_the_least_squares_solution():
    line = Line()
    history = line.fit(schedule=0.5)
    np.testing.assert_allclose(line.theta, np.linalg.lstsq(line.A, line.y, rcond=None)[0], rtol=1e-8)
    assert len(history.cost) == 300
    assert history.cost[-1] < history.cost[0]
    assert (history.stopped, history.rate) == ("epochs", [0.5] * 300)


def test_each_epoch_takes_every_sample_once():
    line = Line()
    line.fit(size=8, epochs=2)
    assert [len(b) for b in line.seen] == [8, 8, 4] * 2
    assert sorted(np.concatenate(line.seen[:3])) == list(range(20))
    assert (np.concatenate(line.seen[:3]) != np.concatenate(line.seen[3:])).any()


def test_it_stops_at_a_small_gradient():
    line = Line()
    history = line.fit(epochs=10_000, schedule=0.5, small_gradient=1e-6)
    assert history.stopped == "small gradient"
    assert len(history.cost) < 200
    assert np.linalg.norm(line(np.arange(20))[1]) <= 1e-6


def test_it_stops_on_a_plateau_and_keeps_the_best():
    line, values = Line(), iter([5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 2.0])
    kept = []

    def held_out():
        kept.append(line.theta.copy())
        return next(values)

    history = line.fit(epochs=7, held_out=held_out, patience=3)
    assert (history.stopped, history.best) == ("plateau", 2)
    assert history.held_out == [5, 4, 3, 3.5, 3.2, 3.1]
    assert (line.theta == kept[2]).all()
    assert (kept[2] != kept[5]).any()


def test_an_interruption_leaves_the_best_parameters_so_far():
    line = Line()
    kept = []

    def held_out():
        kept.append(line.theta.copy())
        if len(kept) == 5:
            raise KeyboardInterrupt
        return -len(kept)

    history = line.fit(held_out=held_out)
    assert (history.stopped, history.best) == ("interrupted", 3)
    assert (line.theta == kept[3]).all()


def test_an_interruption_before_the_first_held_out_value_leaves_the_beginning():
    """The parameters, and the optimiser's state that belongs to them."""

    def held_out():
        raise KeyboardInterrupt

    line = Line()
    before = line.fit(epochs=1, optimise=momentum(0.9)).state
    theta = line.theta.copy()
    history = line.fit(size=5, optimise=momentum(0.9), held_out=held_out, state=before)
    assert (history.stopped, history.best) == ("interrupted", -1)
    assert (line.theta == theta).all()
    assert history.state.steps == before.steps == 1
    assert (history.state.vectors[0] == before.vectors[0]).all()


def test_a_training_that_diverges_says_where():
    line = Line()
    with pytest.raises(Diverged, match=r"step \d+: expected a finite .* learning rate 1e\+03"):
        line.fit(schedule=1000.0, epochs=1000)
    assert np.isfinite(line.theta).all()


def test_a_held_out_value_that_is_no_number_is_refused():
    line = Line()
    with pytest.raises(Diverged, match="epoch 0: expected a finite held-out value, received nan"):
        line.fit(held_out=lambda: math.nan)


@pytest.mark.parametrize(("J", "g", "name"), [(math.inf, 1.0, "J"), (math.nan, 1.0, "J"), (1.0, 1e200, "‖g‖²")])
def test_an_objective_or_a_gradient_beyond_the_largest_float_stops_at_its_step(J, g, name):
    """Adam would divide such a gradient by the root of an infinite v, and move no more."""
    theta = np.zeros(1)
    with pytest.raises(Diverged, match=f"step 0: expected a finite {re.escape(name)}"):
        fit(theta, lambda batch: (J, np.array([g])), 1, 1, 3, np.random.default_rng(0), adam())
    assert theta[0] == 0


def test_an_equal_held_out_value_is_no_better_one():
    history = Line().fit(held_out=lambda: 1.0, patience=3)
    assert (history.stopped, history.best, len(history.held_out)) == ("plateau", 0, 4)


def test_at_a_small_gradient_the_parameters_there_are_kept_though_held_out_values_were_better():
    line, values = Line(), itertools.count()
    history = line.fit(epochs=1000, schedule=0.5, held_out=lambda: next(values), small_gradient=1e-6)
    assert (history.stopped, history.best) == ("small gradient", len(history.cost) - 1)
    assert np.linalg.norm(line(np.arange(20))[1]) <= 1e-6


def test_the_schedule_is_asked_at_every_step():
    line, asked = Line(), []

    def schedule(step):
        asked.append(step)
        return 0.1

    line.fit(size=5, epochs=2, schedule=schedule)
    assert asked == list(range(8))


def test_a_learning_rate_of_0_is_refused_and_not_replaced():
    assert "rate: expected a number above 0, received 0" in refused(lambda: Line().fit(schedule=0))


def test_the_learning_rate_is_a_tenth_by_default():
    assert Line().fit(epochs=2).rate == [0.1, 0.1]


def test_no_bar_without_a_terminal(capsys):
    Line().fit(epochs=3)
    assert capsys.readouterr() == ("", "")


def test_at_a_small_gradient_no_further_step_is_taken():
    """Momentum would carry θ on, from the minimum that its first step has hit, to −0.9."""
    theta = np.array([1.0])
    history = fit(
        theta,
        lambda batch: (theta[0] ** 2 / 2, theta.copy()),
        1,
        1,
        5,
        np.random.default_rng(0),
        momentum(0.9),
        1.0,
        small_gradient=0.0,
    )
    assert (theta[0], history.stopped, history.best, len(history.cost)) == (0, "small gradient", 1, 2)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"optimise": adam}, "adam in place of adam()"),
        ({"optimise": 0.1}, "expected an Optimiser, received float"),
        ({"held_out": lambda: None}, "held_out: expected a number, received NoneType"),
        ({"held_out": lambda: (1.0, np.ones(2))}, "received tuple"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": 2.5}, "epochs"),
    ],
)
def test_what_is_no_optimiser_number_or_count_is_refused(more, message):
    assert message in refused(lambda: Line().fit(**more))


def test_the_history_has_the_mean_cost_and_the_last_rate_of_each_epoch():
    line, costs = Line(), []

    def objective(batch):
        J, gradient = line(batch)
        costs.append(J)
        return J, gradient

    rng = np.random.default_rng(0)
    more = {"schedule": lambda step: np.float64(1 / (step + 1)), "held_out": lambda: np.float64(3)}
    history = fit(line.theta, objective, 20, 10, 2, rng, **more)
    assert history.cost == pytest.approx([np.mean(costs[:2]), np.mean(costs[2:])], rel=1e-15)
    assert history.rate == [1 / 2, 1 / 4]
    assert history.held_out == [3, 3]
    assert {type(value) for value in history.cost + history.rate + history.held_out} == {float}


def test_an_interruption_after_a_step_to_infinity_leaves_what_was_before():
    line = Line()

    def schedule(step):
        if step == 1:
            raise KeyboardInterrupt
        return 1e308

    assert line.fit(size=5, schedule=schedule).stopped == "interrupted"
    assert line.theta.tolist() == [0, 0]


def test_a_bar_in_a_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    Line().fit(epochs=3)
    assert "3/3" in terminal.getvalue()


def test_without_a_held_out_value_the_last_parameters_stay():
    """Also where the mean objective was smaller in an earlier epoch, at parameters that no one has kept."""
    line, seen = Line(), []

    def schedule(step):
        seen.append(line.theta.copy())
        return 2.5

    history = line.fit(schedule=schedule, epochs=6)
    assert (history.cost[-1], history.best) == (max(history.cost), 5)
    _, gradient = line(np.arange(20))
    assert (line.theta != seen[-1]).all()
    assert np.linalg.norm(gradient) > 0


def test_an_interruption_without_a_held_out_value_loses_no_step():
    line = Line()

    def schedule(step):
        if step == 7:
            raise KeyboardInterrupt
        return 0.1

    history = line.fit(size=5, schedule=schedule)  # in the second epoch of four steps
    again = Line()
    again.fit(size=5, epochs=1)
    assert (history.stopped, len(history.cost)) == ("interrupted", 1)
    assert (line.theta != again.theta).all()


def test_parameters_that_the_last_step_made_infinite_are_not_returned():
    theta = np.array([10.0])
    with pytest.raises(Diverged, match="after step 0: expected a finite"):
        fit(
            theta,
            lambda batch: (2 * theta[0] ** 2, 4 * theta),
            1,
            1,
            1,
            np.random.default_rng(0),
            schedule=1e308,
        )
    assert theta[0] == 10


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"patience": 3}, "patience: expected held_out beside it"),
        ({"patience": 0, "held_out": lambda: 1.0}, "patience"),
        ({"small_gradient": -1}, "small_gradient"),
        ({"small_gradient": math.nan}, "small_gradient"),
        ({"small_gradient": 0.1, "size": 5}, "expected size = N = 20, received 5"),
    ],
)
def test_stopping_rules_that_mean_nothing_are_refused(more, message):
    assert message in refused(lambda: Line().fit(**more))


def test_a_list_of_parameters_is_refused():
    with pytest.raises(InputError, match="array that can be written to, received list"):
        fit([1.0], lambda batch: (0.0, np.zeros(1)), 1, 1, 1, np.random.default_rng(0))


@pytest.mark.parametrize("held_out", [None, lambda: 0.0])
def test_fifty_times_one_epoch_is_once_fifty_if_the_state_is_handed_on(held_out):
    def train(*epochs, hand_on=True):
        net = initialise(Network([2, 3, 1], ["tanh", "identity"]), np.random.default_rng(0))
        X, rng, state = np.random.default_rng(1).normal(size=(8, 2)), np.random.default_rng(2), None
        J = objective(net, X, X[:, :1] * X[:, 1:], half_squared_error)
        for many in epochs:
            values = iter(range(0, -100, -1))
            better = held_out and (lambda values=values: next(values))
            run = (8, 4, many, rng, adam(), cosine(0.1, 100), better)
            history = fit(net.parameters, J, *run, state=state)
            state = history.state if hand_on else None
        assert history.state.steps == 2 * (sum(epochs) if hand_on else epochs[-1])
        return net.parameters

    once = train(50)
    assert (train(*[1] * 50) == once).all()
    assert (train(20, 30) == once).all()
    assert abs(train(*[1] * 50, hand_on=False) - once).max() > 1e-3


def test_the_state_belongs_to_the_parameters_that_are_kept():
    line = Line()
    values = iter([3.0, 1.0, 2.0, 2.0])
    before = line.fit(epochs=1, optimise=momentum(0.9)).state
    history = line.fit(epochs=4, optimise=momentum(0.9), held_out=lambda: next(values), state=before)
    assert history.best == 1
    assert history.state.steps - before.steps == 2 * before.steps  # after two of the four epochs
    assert before.steps > 0


def test_the_state_of_another_optimiser_is_refused():
    state = Line().fit(epochs=1, optimise=adam()).state
    assert "the state of another optimiser" in refused(lambda: Line().fit(epochs=1, state=state))


def test_a_small_gradient_is_compared_without_underflow():
    """(1e-170)² is 0, and 0 is no longer than anything."""
    theta, rng = np.zeros(1), np.random.default_rng(0)
    run = (theta, lambda batch: (0.0, np.array([1e-170])), 1, 1, 3, rng)
    assert fit(*run, small_gradient=1e-200).stopped == "epochs"
    assert fit(*run, small_gradient=1e-169).stopped == "small gradient"


# -------------------------------------------------------------------------------------------------- save and load


def network(widths=(2, 3, 1), activation="tanh", dtype=np.float64):
    net = Network(widths, [activation] * (len(widths) - 1), dtype)
    net.parameters[...] = np.arange(net.parameters.size, dtype=dtype) + 1
    return net


@pytest.mark.parametrize("dtype", FLOATS)
def test_what_is_saved_is_loaded(tmp_path, dtype):
    net, again = network(dtype=dtype), network(dtype=dtype)
    again.parameters[...] = 0
    save(tmp_path / "net", net)  # the name stays as it was given
    save(tmp_path / "net", net)
    load(tmp_path / "net", again)
    assert (again.parameters == net.parameters).all()
    assert [p.name for p in tmp_path.iterdir()] == ["net"]


@pytest.mark.parametrize(
    "other",
    [network((2, 1, 3)), network((4, 2, 1)), network(activation="relu"), network(dtype=np.float32)],
    ids=repr,
)
def test_the_file_of_another_network_is_refused(tmp_path, other):
    net = network()
    save(tmp_path / "net.npz", other)
    before = net.parameters.copy()
    assert "the file of another network" in refused(lambda: load(tmp_path / "net.npz", net))
    assert (net.parameters == before).all()


def write_pickle(path):
    np.savez(path, network=repr(network()), parameters=np.array([print], dtype=object))


def write_npy(path):
    with path.open("wb") as file:
        np.save(file, np.ones(13))


def write_encrypted(path):
    save(path, network())
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # a flag in the list of the archive's files
    path.write_bytes(data)


def write_half(path):
    save(path, network())
    path.write_bytes(path.read_bytes()[:-100])


def write_changed(path):
    save(path, network())
    data = bytearray(path.read_bytes())
    at = data.index(np.float64(5).tobytes())
    data[at : at + 8] = np.float64(6).tobytes()
    path.write_bytes(data)


@pytest.mark.parametrize(
    "write",
    [
        write_pickle,
        write_half,
        write_changed,
        lambda path: np.savez(path, parameters=np.ones(13)),
        write_npy,
        write_encrypted,
        lambda path: path.write_text("W = 1"),
        lambda path: path.write_bytes(b""),
    ],
    ids="pickle half changed nameless npy encrypted text empty".split(),
)
def test_a_file_that_save_has_not_written_is_refused(tmp_path, write):
    path, net = tmp_path / "net.npz", network()
    write(path)
    assert "expected a file that save has written" in refused(lambda: load(path, net))
    assert net.parameters.tolist() == list(range(1, 14))


def test_shapes_and_values_in_a_file_are_checked(tmp_path):
    path, net = tmp_path / "net.npz", network()
    for parameters, message in (
        (np.ones(12), "the parameters of another network"),
        (np.ones(13, np.float32), "float32"),
        (np.full(13, np.nan), "received nan"),
        (np.array(["1"] * 13), "numbers"),
        (np.ones(13, complex), "complex"),
    ):
        np.savez(path, network=repr(net), parameters=parameters)
        assert message in refused(lambda: load(path, net))
    assert net.parameters.tolist() == list(range(1, 14))


def test_parameters_that_are_no_numbers_are_not_saved_and_the_old_file_stays(tmp_path):
    path, net = tmp_path / "net.npz", network()
    save(path, net)
    before = path.read_bytes()
    net.parameters[0] = np.nan
    assert "a training that diverged" in refused(lambda: save(path, net))
    assert path.read_bytes() == before


def test_a_disk_that_is_full_costs_no_older_file(tmp_path, monkeypatch):
    path, net = tmp_path / "net.npz", network()
    save(path, net)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"PK")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        save(path, net)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"]


def test_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        load("no such folder/net.npz", network())
