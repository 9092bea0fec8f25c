"""The limit of a quantity for steps h -> 0, with its error."""

import math
from dataclasses import dataclass

MOST_POWERS = 8  # of the step, that are taken away


@dataclass(frozen=True)
class Estimate:
    """A limit for h -> 0, its error, and the part of it that is rounding."""

    value: float = math.nan
    error: float = math.inf
    noise: float = math.inf


def limit(values, noises, ratio):
    """Extrapolate from steps whose errors shrink by ``ratio``, its square, its cube …

    Each row of the scheme adds a step; of all entries, the one that differs least from
    its two neighbours is taken, with the noise of its smallest step.
    """
    best, before = Estimate(), []
    for k, (value, noise) in enumerate(zip(values, noises, strict=True)):
        row = [value]
        for j, coarse in enumerate(before[:MOST_POWERS], start=1):
            row.append(row[-1] + (row[-1] - coarse) / (ratio**j - 1))
            change = max(abs(row[-1] - row[-2]), abs(row[-1] - coarse))
            found = Estimate(row[-1], change + noise, noise)
            if found.error < best.error and stays(found, values[k:], noises[k:]):
                best = found
        before = row
    return best


def stays(found, values, noises):
    """Whether smaller steps come no farther from an estimate than their noise: a sine
    seen from afar settles at slope 0.
    """
    farthest = abs(values[0] - found.value) + found.error
    pairs = zip(values, noises, strict=True)
    return not any(abs(v - found.value) > farthest + noise for v, noise in pairs)
