"""Every true identity of the collection is proved, each within its time; and each is true in numbers."""

import signal

import pytest
from backprop.proof import NotProved, Proof
from evaluate_identities import evaluate, sides
from sympy import Rational
from true_identities import INDUCTION, TRUE

BEYOND = {  # true, but no rule of the engine reaches them
    "activations: ELU, slope from its value",  # needs exp(w) > 1 for w > 0
    "powers: root within a root",  # needs (√s + √t)² under a root
}
SECONDS = 30  # for one proof on a busy machine; most take less than one


@pytest.fixture
def limit():
    """An endless proof is a failure, not a wait."""

    def stop(*_):
        raise TimeoutError(f"not proved within {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", [name for name in TRUE if name not in BEYOND])
def test_is_proved(name, limit):
    _, call = TRUE[name]
    assert isinstance(call(), Proof)


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_not_reached_is_not_called_false(name):
    _, call = TRUE[name]
    with pytest.raises(NotProved, match="a step may be missing"):
        call()


@pytest.mark.sweep
@pytest.mark.parametrize("name", TRUE)
def test_is_true_in_numbers(name):
    _, call = TRUE[name]
    assert evaluate(*sides(call)) >= 5


@pytest.mark.parametrize("name", INDUCTION)
def test_induction_is_true_in_numbers(name):
    left, right, _ = INDUCTION[name]
    assert evaluate(left, right, {}) >= 5


def test_numbers_tell_a_false_identity():
    for name in ("layers: weights of a layer", "kinks: tent", "sums: variance"):
        left, right, where = sides(TRUE[name][1])
        with pytest.raises(AssertionError):
            evaluate(left, right + Rational(1, 1000), where)
