"""Chapter 04's schedules."""

import numpy as np
import pytest
from backprop.schedules import constant, cosine, inverse_time, step_decay, warm_up
from helpers import refused


def test_robbins_and_monro_hold_for_inverse_time_and_not_for_constant():
    rates = np.array([inverse_time(1.0, 5)(step) for step in range(20_000)])
    assert rates[10_000:].sum() > 3  # the tail of the sum does not vanish: 5 log 2
    assert (rates[10_000:] ** 2).sum() < 2e-3  # that of the squares does
    assert np.square([constant(1.0)(step) for step in range(1000)]).sum() == 1000


def test_a_cosine_after_a_warm_up():
    schedule = warm_up(cosine(0.2, 100, least=0.02), 10)
    rates = [schedule(step) for step in range(200)]
    assert rates[0] == pytest.approx(0.02)
    assert max(rates) == rates[9]
    assert (np.diff(rates[9:101]) < 0).all()
    assert rates[100:] == pytest.approx([0.02] * 100)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: constant(0), "rate: expected a number above 0, received 0"),
        (lambda: constant("0.1"), "rate"),
        (lambda: warm_up("0.1", 10), "rate"),
        (lambda: step_decay(0.1, 0), "every"),
        (lambda: step_decay(0.1, 10, factor=0), "factor"),
        (lambda: inverse_time(0.1, 0), "half"),
        (lambda: cosine(0.1, 10.5), "steps"),
        (lambda: cosine(0.1, 10, least=-1), "least"),
        (lambda: cosine(0.1, 10, least=0.2), "least: expected a number at least 0 and below 0.1, received 0.2"),
        (lambda: step_decay(0.1, 10, factor=2.0), "factor: expected a number above 0 and below 1"),
        (lambda: warm_up(constant(0.1), 0), "steps"),
    ],
)
def test_bad_schedules_are_refused(make, message):
    assert message in refused(make)
