"""Chapter 04, schedules: the learning rate as a function of the number of steps taken
so far.
"""

from math import cos, pi

from .shapes import check_count, check_number


def constant(rate):
    """η, at every step.

    Proved: nothing, a definition.

    >>> constant(0.1)(1000)
    0.1
    """
    check_number("rate", rate, "a percentage")
    return lambda step: rate


def step_decay(rate, every, factor=0.1):
    """η factorᵏ after k·every steps.

    Proved: nothing, a definition.

    >>> [step_decay(1.0, 10, 0.5)(step) for step in (0, 9, 10, 25)]
    [1.0, 1.0, 0.5, 0.25]
    """
    check_number("rate", rate, "a percentage")
    check_number("factor", factor, "a percentage", high=1)
    every = check_count("every", every)
    return lambda step: rate * factor ** (step // every)


def inverse_time(rate, half):
    """η / (1 + step/half): half of η after ``half`` steps. It meets the conditions of
    Robbins and Monro: the rates sum to infinity, their squares do not.

    Proved: the rate 1/(t + 1) computes a mean.

    >>> [inverse_time(1.0, 10)(step) for step in (0, 10, 90)]
    [1.0, 0.5, 0.1]
    """
    check_number("rate", rate, "a percentage")
    check_number("half", half, "the arguments in another order")
    return lambda step: rate / (1 + step / half)


def cosine(rate, steps, least=0.0):
    """From η down to ``least`` over so many steps, along half a cosine; then ``least``.

    least: below η. Source: Loshchilov & Hutter (2017).

    Proved: nothing, a definition.

    >>> [round(cosine(1.0, 10)(step), 3) for step in (0, 5, 10, 20)]
    [1.0, 0.5, 0.0, 0.0]
    """
    check_number("rate", rate, "a percentage")
    cause = "the arguments in another order"
    check_number("least", least, cause, high=rate, closed=True)
    steps = check_count("steps", steps)
    return lambda step: (
        least + (rate - least) * (1 + cos(pi * min(step / steps, 1))) / 2
    )


def warm_up(schedule, steps):
    """The schedule, or number, times a factor that rises to 1 in equal parts over so
    many steps.

    Proved: nothing, a definition.

    >>> [warm_up(constant(1.0), 4)(step) for step in (0, 1, 3, 4)]
    [0.25, 0.5, 1.0, 1.0]
    """
    schedule, steps = as_schedule(schedule), check_count("steps", steps)
    return lambda step: schedule(step) * min((step + 1) / steps, 1)


def as_schedule(rate):
    """The schedule itself, or a number as a constant one."""
    return rate if callable(rate) else constant(rate)
