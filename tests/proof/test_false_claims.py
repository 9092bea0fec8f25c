"""No false claim is proved, with the second witness and without it, and each is refused quickly and in one way."""

import signal
import sys

import pytest
from backprop.proof import ClaimError, NotProved
from false_claims import EITHER, FALSE, NO_CLAIMS

LONGEST = 10  # seconds of processor time, so that a busy machine changes nothing
WITNESS = "backprop.proof.prove", "counterexample"  # where ``prove`` finds its second witness


def blind(monkeypatch):
    """Let the second witness find nothing."""
    module, name = WITNESS
    monkeypatch.setattr(sys.modules[module], name, lambda *sides, **options: None)


def too_long(*signal_and_frame):
    pytest.fail(f"longer than {LONGEST} seconds")


@pytest.fixture(autouse=True)
def clock():
    """A claim that is not refused in time fails; it does not hold up the others."""
    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def expected(case):
    """The one error that is right for this claim; two where the words of the claim can be read in two ways."""
    if case in EITHER:
        return NotProved, ClaimError
    return ClaimError if FALSE[case][0] in NO_CLAIMS else NotProved


@pytest.mark.parametrize("case", FALSE)
def test_a_false_claim_is_refused(case):
    _, call, why = FALSE[case]
    with pytest.raises(expected(case)):
        print(call(), "is false:", why)


@pytest.mark.parametrize("case", FALSE)
def test_a_false_claim_is_refused_without_the_second_witness(case, monkeypatch):
    blind(monkeypatch)
    _, call, why = FALSE[case]
    with pytest.raises((NotProved, ClaimError)):
        print(call(), "is false:", why)


def test_every_claim_says_why_it_is_false():
    assert all(why for _, _, why in FALSE.values())
    assert set(FALSE) >= EITHER
