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


def test_the_rates_at_the_borders():
    assert [step_decay(1.0, 10)(step) for step in (0, 9, 10, 19, 20)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    assert [step_decay(2.0, 3, 0.5)(step) for step in range(7)] == [2, 2, 2, 1, 1, 1, 0.5]
    assert [inverse_time(0.2, 4)(step) for step in (0, 4, 12)] == pytest.approx([0.2, 0.1, 0.05])
    assert [cosine(0.2, 4)(step) for step in (0, 2, 4, 8)] == pytest.approx([0.2, 0.1, 0, 0])
    assert [warm_up(0.2, 4)(step) for step in (0, 1, 3, 4, 100)] == pytest.approx([0.05, 0.1, 0.2, 0.2, 0.2])
    assert [warm_up(step_decay(1.0, 2, 0.5), 4)(step) for step in range(5)] == [0.25, 0.5, 0.375, 0.5, 0.25]


@pytest.mark.parametrize("make", [constant, step_decay, inverse_time, cosine, warm_up])
@pytest.mark.parametrize("rate", [0, -0.1, np.nan, "0.1"])
def test_a_rate_that_is_no_positive_number_is_refused(make, rate):
    more = [] if make is constant else [10]
    assert "rate: expected a number above 0" in refused(make, rate, *more)


def test_a_schedule_has_a_rate():
    with pytest.raises(TypeError):
        constant()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: constant(0), "rate: expected a number above 0, received 0"),
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
