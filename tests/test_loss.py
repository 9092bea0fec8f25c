"""Chapter 02's losses against 50 digits, the errors of SciPy and PyTorch, difference quotients, scikit-learn, and the
input that they must refuse.
"""

import inspect
import json
import runpy

import numpy as np
import pytest
from backprop import loss
from backprop.loss import (
    LOSSES,
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    huber,
    l2,
    mean_squared_error,
    one_hot,
    smooth_labels,
)
from backprop.proof import gradient_check
from helpers import BOOK, refused
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss
from sklearn.metrics import mean_squared_error as sklearn_mean_squared_error

accuracy = runpy.run_path(BOOK / "benchmarks/accuracy.py")
PEERS = json.loads((BOOK / "tests/reference/accuracy.json").read_text(encoding="utf-8"))["largest errors"]
FLOATS = [np.float32, np.float64]
EVERY = list(LOSSES.values())


def draw(name, N, K, dtype=np.float64, seed=0):
    """A prediction and a target that suit the loss."""
    rng = np.random.default_rng(seed)
    prediction, Y = 3 * rng.normal(size=(N, K)), rng.normal(size=(N, K))
    if name == "binary_cross_entropy":
        Y = rng.uniform(size=(N, K))
    if name == "cross_entropy":
        Y = rng.dirichlet(np.ones(K), N)
        Y[:, -1] = 1 - Y[:, :-1].sum(axis=1)
    if name == "hinge":
        Y = rng.choice([-1.0, 1.0], (N, K))
    return prediction.astype(dtype), Y.astype(dtype)


# ----------------------------------------------------------------------------------------------- the numbers


def errors(name, dtype, where):
    """The largest errors of value and gradient, over a sample of the grid."""
    return accuracy["worst"](name, accuracy["grid"](name, where, dtype)[::7], {"ours": accuracy["ours"]})["ours"]


@pytest.mark.parametrize("where", accuracy["RANGES"])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["mean_squared_error", "huber", "binary_cross_entropy", "cross_entropy"])
def test_no_larger_error_than_scipy_and_pytorch(name, dtype, where):
    """One eps more is granted: NumPy's exp and sums come so near, and other processors have other kernels of them."""
    for error, kind in zip(errors(name, dtype, where), accuracy["KINDS"], strict=True):
        assert error <= max(PEERS[f"{name}, {where}, {kind}"][dtype.__name__].values()) + 1


@pytest.mark.parametrize("where", accuracy["RANGES"])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["half_squared_error", "hinge"])
def test_errors_of_the_losses_that_the_others_do_not_have(name, dtype, where):
    assert max(errors(name, dtype, where)) <= 3


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_small_binary_cross_entropy_keeps_its_digits(dtype):
    """At a logit of the right sign the loss is exp(−|z|), which 1 + exp(−|z|) would swallow."""
    for z, y in ((-40, 0), (40, 1)):
        L, _ = binary_cross_entropy(np.array([[z]], dtype), np.array([[y]], dtype))
        np.testing.assert_allclose(L, np.exp(-40.0), rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(("N", "K"), [(1, 1), (1, 3), (4, 1), (5, 3)])
def test_the_gradient_is_the_gradient_of_the_cost(name, N, K):
    prediction, Y = draw(name, N, K)
    L, gradient = LOSSES[name](prediction, Y)
    if np.any(gradient):
        gradient_check(lambda P: LOSSES[name](P, Y)[0], gradient, prediction)
    else:
        assert (name, K) == ("cross_entropy", 1)
        assert L == 0


@pytest.mark.parametrize("name", LOSSES)
def test_the_cost_is_the_mean_of_the_samples_losses(name):
    """The 1/N enters once: a batch is the mean of its rows, in value and gradient."""
    prediction, Y = draw(name, 7, 3)
    L, gradient = LOSSES[name](prediction, Y)
    rows = [LOSSES[name](p[None], y[None]) for p, y in zip(prediction, Y, strict=True)]
    np.testing.assert_allclose(L, np.mean([value for value, _ in rows]), rtol=1e-14)
    np.testing.assert_allclose(gradient, np.concatenate([g for _, g in rows]) / 7, rtol=1e-14)


def test_the_losses_by_hand():
    P, Y = np.array([[3.0, 1.0], [0.0, 4.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    assert half_squared_error(P, Y)[0] == (4 + 9) / 2 / 2
    assert mean_squared_error(P, Y)[0] == (4 + 9) / 4
    assert huber(P, Y)[0] == (1.5 + 2.5) / 2
    assert huber(P, Y, delta=2)[0] == (2 + 4) / 2
    assert huber(P, Y, delta=100)[0] == half_squared_error(P, Y)[0]
    assert hinge(P, 2 * Y - 1)[0] == (0 + 0 + 1 + 0) / 2
    assert binary_cross_entropy(np.zeros((3, 2)), np.ones((3, 2)))[0] == pytest.approx(2 * np.log(2))
    assert cross_entropy(np.zeros((3, 4)), np.array([0, 1, 3]))[0] == pytest.approx(np.log(4))


@pytest.mark.parametrize("delta", [0.3, 2.0])
def test_huber_on_both_sides(delta):
    r = np.array([[-5.0, -0.2, 0.1, 4.0]])
    expected = np.where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2))
    L, gradient = huber(r, np.zeros((1, 4)), delta=delta)
    assert pytest.approx(expected.sum()) == L
    assert gradient.tolist() == [[max(-delta, -5.0), max(-delta, -0.2), min(delta, 0.1), min(delta, 4.0)]]


def test_at_the_kink_of_hinge_and_at_zeros_of_both_signs():
    assert hinge(np.array([[1.0, -1.0]]), np.array([[1.0, -1.0]]))[1].tolist() == [[0, 0]]
    zeros = np.array([[0.0, -0.0, 0.0, -0.0]])
    gradient = binary_cross_entropy(zeros, np.array([[0.0, 0.0, 1.0, 1.0]]))[1]
    assert gradient.tolist() == [[0.5, 0.5, -0.5, -0.5]]


@pytest.mark.parametrize("K", [10, 100, 2000])
def test_many_classes_that_are_nearly_equal(K):
    """The gradient at the largest logit is as accurate as the others."""
    gradient = cross_entropy(np.zeros((1, K)), np.array([1]))[1][0]
    np.testing.assert_allclose(np.delete(gradient, 1), 1 / K, rtol=1e-15)
    np.testing.assert_allclose(gradient[1], 1 / K - 1, rtol=1e-15)
    slightly = np.full((1, K), 1 / K, np.float32)
    slightly[0, 0] -= 1e-5
    assert "received 0.9999" in refused(cross_entropy, np.zeros((1, K), np.float32), slightly)


@given(st.integers(0, 2**32))
def test_against_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    N, K = rng.integers(2, 9), rng.integers(2, 6)
    Z, labels = 3 * rng.normal(size=(N, K)), rng.integers(0, K, N)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    expected = log_loss(labels, P / P.sum(axis=1, keepdims=True), labels=range(K))
    assert cross_entropy(Z, labels)[0] == pytest.approx(expected, rel=1e-12)
    z, y = Z[:, :1], (Z[:, 1:2] > 0).astype(float)
    expected = log_loss(y[:, 0], 1 / (1 + np.exp(-z[:, 0])), labels=[0, 1])
    assert binary_cross_entropy(z, y)[0] == pytest.approx(expected, rel=1e-12)
    assert mean_squared_error(Z, P)[0] == pytest.approx(sklearn_mean_squared_error(P, Z), rel=1e-12)


# ------------------------------------------------------------------------------------------------- the range


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 1e4), (np.float64, 1e4), (np.float64, 1e300)])
@pytest.mark.parametrize("f", [binary_cross_entropy, cross_entropy, hinge])
def test_large_logits(f, dtype, large):
    """Finite, exact where only the largest logit counts, and without a warning."""
    Z = np.array([[large, -large], [-large, large], [large, large], [0, large]], dtype)
    Y = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], dtype)
    with np.errstate(all="raise"):
        L, gradient = f(Z, 2 * Y - 1 if f is hinge else Y)
    large = dtype(large)
    expected = {
        binary_cross_entropy: (2 * large + large + np.log(2) + large) / 4,
        cross_entropy: (2 * large + np.log(2) + large) / 4,
        hinge: (2 + 2 * large + 1 + large + 1 + 1 + large) / 4,
    }
    assert pytest.approx(expected[f], rel=1e-6 if dtype is np.float32 else 1e-15) == L
    assert np.isfinite(gradient).all()
    assert abs(gradient).max() <= 0.25


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", EVERY)
def test_type_shape_and_out(f, dtype):
    prediction, Y = draw(f.__name__, 5, 3, dtype)
    before = prediction.copy(), Y.copy()
    L, gradient = f(prediction, Y)
    assert (type(L), gradient.dtype, gradient.shape) == (dtype, dtype, (5, 3))
    assert np.array_equal(prediction, before[0])
    assert np.array_equal(Y, before[1])
    name = next(iter(inspect.signature(f).parameters))
    assert f(**{name: prediction}, Y=Y, out=None)[0] == L
    out = np.full((5, 3), np.nan, dtype)
    assert f(prediction, Y, out=out)[1] is out
    assert np.array_equal(out, gradient)
    assert f(prediction, Y, out=prediction)[1] is prediction
    assert np.array_equal(prediction, gradient)
    strided = np.repeat(before[0], 2, axis=1)[:, ::2]
    assert np.array_equal(f(strided, Y)[1], gradient)


@pytest.mark.parametrize("f", EVERY)
def test_without_checks(f):
    prediction, Y = draw(f.__name__, 5, 3)
    out = np.empty_like(prediction)
    assert f.__wrapped__(prediction, Y, out)[0] == f(prediction, Y)[0]
    assert np.array_equal(out, f(prediction, Y)[1])


@pytest.mark.parametrize("f", [*EVERY, one_hot, smooth_labels, l2])
def test_docstrings(f):
    for word in ("Returns: ", "Raises: ", "Chapter: 02", "Parameters", ">>> "):
        assert word in inspect.getdoc(f)


# ----------------------------------------------------------------------------------------------- the targets


def test_class_numbers_are_one_hot_rows():
    Z, _ = draw("cross_entropy", 6, 4)
    labels = np.array([3, 0, 1, 1, 2, 3], np.uint8)
    by_number, by_row = cross_entropy(Z, labels), cross_entropy(Z, one_hot(labels, 4))
    assert by_number[0] == by_row[0]
    assert np.array_equal(by_number[1], by_row[1])
    assert cross_entropy(Z.astype(np.float32), labels)[1].dtype == np.float32
    assert cross_entropy(Z, labels.tolist())[0] == by_row[0]
    assert one_hot([1], 2, np.float32).dtype == np.float32


@pytest.mark.parametrize("dtype", FLOATS)
@given(st.integers(2, 200), st.floats(0, 1))
def test_smoothed_rows_sum_to_one(dtype, K, epsilon):
    Y = smooth_labels(one_hot([K - 1, 0], K, dtype), epsilon)
    assert Y.dtype == dtype
    cross_entropy(np.zeros((2, K), dtype), Y)
    np.testing.assert_allclose(Y[0, -1], 1 - epsilon + epsilon / K, rtol=4 * np.finfo(dtype).eps)


def test_l2():
    value, gradient = l2(np.array([1.0, -2.0]), 0.5)
    assert value == 1.25
    assert gradient.tolist() == [0.5, -1.0]
    theta = np.array([1.0, -2.0], np.float32)
    value, gradient = l2(theta, 0.5, out=theta)
    assert gradient is theta
    assert (type(value), gradient.dtype) == (np.float32, np.float32)
    gradient_check(lambda t: l2(t, 0.3)[0], l2(np.arange(4.0), 0.3)[1], np.arange(4.0))


# ---------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize("f", EVERY)
def test_bad_arrays_are_refused(f):
    prediction, Y = draw(f.__name__, 4, 3)
    assert "(N, K)" in refused(f, prediction[0], Y[0])
    assert "Y has 3 where N = 4 is needed" in refused(f, prediction, Y[:3])
    assert "Y has 2 where K = 3 is needed" in refused(f, prediction, Y[:, :2])
    assert "is transposed" in refused(f, prediction, Y.T)
    assert "N = 0" in refused(f, prediction[:0], Y[:0])
    assert "one float type" in refused(f, prediction, Y.astype(np.float32))
    assert "received nan at index (1, 2)" in refused(
        f, np.where(np.arange(12).reshape(4, 3) == 5, np.nan, prediction), Y
    )
    assert "received inf" in refused(f, prediction + np.inf, Y)
    assert "Y: expected finite values, received nan" in refused(f, prediction, Y * np.nan)
    assert "int64" in refused(f, prediction.astype(int), Y)
    assert "received float64 of shape (4, 4)" in refused(f, prediction, Y, out=np.empty((4, 4)))
    assert "received float32 of shape (4, 3)" in refused(f, prediction, Y, out=np.empty((4, 3), np.float32))
    assert "received list" in refused(f, prediction, Y, out=prediction.tolist())
    with pytest.raises(TypeError):
        f(prediction, Y, weight=2)


Z23 = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: binary_cross_entropy(Z23, Z23 - 1), r"targets from 0 to 1, received -1.0 at index (0, 0)"),
        (lambda: binary_cross_entropy(Z23, Z23 + 2), "received 2.0"),
        (lambda: cross_entropy(Z23, Z23 + 0.5), "Y summed over classes: expected 1, received 1.5 at index (0,)"),
        (lambda: cross_entropy(Z23, Z23), "received 0.0"),
        (lambda: cross_entropy(Z23, np.array([[2.0, -1.0, 0.0]] * 2)), "targets from 0 to 1, received 2.0"),
        (lambda: cross_entropy(Z23, np.array([0, 3])), "integers from 0 to 2, received 3 at index (1,)"),
        (lambda: cross_entropy(Z23, np.array([-1, 0])), "received -1"),
        (lambda: cross_entropy(Z23, np.array([0, 1, 2])), "Y has 3 where N = 2"),
        (lambda: cross_entropy(Z23, [[1.0, 0.0], [1.0]]), "rows differ in length"),
        (lambda: cross_entropy(Z23, np.ma.array([0, 1], mask=[0, 1])), "masked"),
        (lambda: cross_entropy(Z23, ["a", "b"]), "strings"),
        (lambda: cross_entropy(Z23 + np.inf, np.array([0, 1])), "received inf at index (0, 0). Likely cause: training"),
        (lambda: cross_entropy(Z23 * np.nan, np.array([0, 1])), "received nan at index (0, 0). Likely cause: training"),
        (lambda: half_squared_error(Z23 - np.inf, Z23), "received -inf at index (0, 0). Likely cause: training"),
        (lambda: hinge(Z23, Z23), "targets -1 or 1, received 0.0"),
        (lambda: huber(Z23, Z23, delta=0), "positive number, received 0"),
        (lambda: huber(Z23, Z23, delta=np.nan), "positive number, received nan"),
        (lambda: mean_squared_error(Z23 + 1e200, Z23), "received inf"),
        (lambda: hinge(Z23 + 1e308, Z23 - 1), "received inf"),
        (lambda: one_hot([0.0], 2), "integers, received float64"),
        (lambda: one_hot(["a"], 2), "integers, received <U1"),
        (lambda: one_hot([0], 2, int), "float32 or float64, received int64"),
        (lambda: one_hot([0], 0), "at least 1, received 0"),
        (lambda: smooth_labels(one_hot([0], 2), 1.5), "from 0 to 1, received 1.5"),
        (lambda: smooth_labels(Z23, 0.1), "received 0.0"),
        (lambda: smooth_labels(one_hot([0], 2), "a"), "from 0 to 1, received 'a'"),
        (lambda: l2(np.ones(2), "a"), "not negative, received 'a'"),
        (lambda: l2(np.ones(2), 1, out=np.ones(3)), "out: expected an array float64 of shape (2,)"),
        (lambda: l2(np.full(2, 1e200), 1), "value: expected finite values, received inf."),
        (lambda: huber(Z23, Z23, delta="a"), "positive number, received 'a'"),
        (lambda: l2(np.ones(2), -1), "not negative, received -1"),
        (lambda: l2(np.ones((2, 2)), 1), "theta (P,)"),
        (lambda: l2(np.array([np.inf]), 1), "received inf"),
    ],
)
def test_bad_values_are_refused(call, message):
    assert message in refused(call)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", EVERY)
def test_targets_of_another_type_are_told_the_type_of_the_prediction(f, dtype):
    prediction, rows = np.ones((2, 3), dtype), np.array([[1, 0, 0], [0, 0, 1]])
    others = {np.int64, np.int8, np.float16, *FLOATS} - {dtype}
    for other in others if f is hinge else {np.bool_, *others}:
        Y = (2 * rows - 1 if f is hinge else rows).astype(other)
        assert f".astype(np.{dtype.__name__})" in refused(f, prediction, Y)
        assert np.isfinite(f(prediction, Y.astype(dtype))[0])


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("as_read", [np.array, np.ndarray.tolist])
@pytest.mark.parametrize(
    ("labels", "advice"),
    [
        (np.array([[0], [2]]), "np.ravel(Y)"),
        (np.array([[0], [2]], np.uint8), "np.ravel(Y)"),
        (np.array([0.0, 2.0]), "np.ravel(Y).astype(int)"),
        (np.array([[0.0], [2.0]]), "np.ravel(Y).astype(int)"),
        (np.array([False, True]), "np.ravel(Y).astype(int)"),
    ],
)
def test_class_numbers_in_a_column_or_as_floats(labels, advice, as_read, dtype):
    """What the message advises is accepted."""
    Z, Y = draw("cross_entropy", 2, 3, dtype)[0], as_read(labels)
    assert refused(cross_entropy, Z, Y).endswith(f"which are integers in one axis; pass {advice}")
    expected = cross_entropy(Z, np.array([int(v) for v in np.ravel(labels)]))
    assert cross_entropy(Z, eval(advice, {"np": np, "Y": Y}))[0] == expected[0]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("Y", [np.array([0, 1]), np.array([[0], [1]]), np.array([False, True]), [0.0, 1.0]])
def test_one_logit_for_yes_or_no(Y, dtype):
    """The one message leads from cross_entropy, or from targets in one axis, to the binary cross-entropy."""
    Z = draw("binary_cross_entropy", 2, 1, dtype)[0]
    message, column = refused(cross_entropy, Z, Y), f"np.reshape(Y, (-1, 1)).astype(np.{dtype.__name__})"
    assert f"pass {column} to binary_cross_entropy" in message
    if np.ndim(Y) == 1:
        assert refused(binary_cross_entropy, Z, Y).endswith(f"pass {column}")
    assert np.isfinite(binary_cross_entropy(Z, eval(column, {"np": np, "Y": Y}))[0])


def test_labels_in_a_column_for_one_hot():
    labels = np.array([[1], [0]])
    assert refused(one_hot, labels, 2).endswith("a column of labels; pass labels.ravel()")
    assert one_hot(labels.ravel(), 2).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("f", [binary_cross_entropy, cross_entropy, hinge])
def test_a_masked_class(f, dtype):
    """A score of −∞ is refused with its cause, and the number that the message names is as good."""
    Z = np.array([[1, -np.inf, 2], [0, 1, 3]], dtype)
    Y = np.array([[0, 0, 1], [1, 0, 0]], dtype)
    message = refused(f, Z, 2 * Y - 1 if f is hinge else Y)
    assert "received -inf at index (0, 1)" in message
    assert message.endswith("a masked class; write a large negative score, -1e30, in place of -inf")
    Z[0, 1] = -1e30
    L, gradient = f(Z, 2 * Y - 1 if f is hinge else Y)
    assert np.isfinite(L)
    assert gradient[0, 1] == 0
    if f is cross_entropy:
        two, _ = cross_entropy(Z[:1, ::2].copy(), np.array([1]))
        three, _ = cross_entropy(Z[1:], np.array([0]))
        np.testing.assert_allclose(L, (two + three) / 2, rtol=4 * np.finfo(dtype).eps)


def test_every_loss_is_in_the_table():
    public = {name for name, f in vars(loss).items() if hasattr(f, "__wrapped__") and f.__module__ == loss.__name__}
    assert public - {"l2"} == set(LOSSES)
