"""The normal form against numbers, on random expressions; and nothing false is shown to be equal."""

import pytest
from backprop.proof import budget, equality, functions, kernel, reading
from random_expressions import TRUE, Fuzz

MOST_WORK = 1500  # of one expression; the few that need more are counted and left


@pytest.fixture(autouse=True)
def light(monkeypatch):
    monkeypatch.setattr(budget, "MOST_WORK", MOST_WORK)


@pytest.mark.parametrize(
    ("seed", "amount"),
    [(0, 250), *[pytest.param(seed, 2_500, marks=pytest.mark.sweep) for seed in range(1, 11)]],
)
def test_random_expressions_agree_with_numbers(seed, amount):
    """``amount`` expressions and three variations of each."""
    fuzz = Fuzz(seed).run(amount)
    assert fuzz.wrong == []
    assert fuzz.counts["normal form, places"] > 2 * amount
    assert fuzz.counts["false variation, numbers differ"] > amount
    proved, of_all = fuzz.share(TRUE)
    assert proved > 0.95 * of_all


def equal_only(call):
    """The cases of two equal indices alone, or of a sign."""
    return lambda term, facts, *news: kernel.ZERO in news[0].values() or call(term, facts, *news)


FAULTS = {
    "indices are captured": (kernel, "opened", lambda right: lambda a: (right(a)[0], a.args[-1])),
    "relu(-u) for relu(u)": (reading, "positive_part", lambda right: lambda u: right(u.times(-1))),
    "the logarithm of any product": (functions, "common", lambda right: lambda term, always=True: right(term)),
    "a case is left out": (equality, "in_case", equal_only),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault, monkeypatch):
    module, name, wrong = FAULTS[fault]
    monkeypatch.setattr(module, name, wrong(getattr(module, name)))
    kernel.times.cache_clear()
    fuzz = Fuzz(0)
    found = (number for number in range(400) if fuzz.try_one(number) or fuzz.wrong)
    assert next(found, None) is not None
    kernel.times.cache_clear()
