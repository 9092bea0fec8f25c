"""Chapter 05, how far back, and with how much memory: a sequence in windows.

Truncation adds the gradients of windows whose first states count as constants. With
checkpoints the windows are segments: the state before each is kept, the others are
computed anew, and the gradient is handed from segment to segment, so that no number
changes. The equations are about the steps of one window, and know nothing of this.
"""

from .shapes import InputError, check_count


def windows(T, k1, k2):
    """(start, stop, since) for each window: its own steps, since … stop − 1, k₁ or what
    is left, and start … stop − 1, with the k₂ − k₁ before them.

    >>> windows(5, 2, 3)
    [(0, 2, 0), (1, 4, 2), (3, 5, 4)]
    """
    own = [(since, min(since + k1, T)) for since in range(0, T, k1)]
    return [(max(since + k1 - k2, 0), stop, since) for since, stop in own]


def backward_windows(network, truncate):
    """The windows of a backward pass, from the last to the first: those of a truncation
    (k₁, k₂), or the segments, each with its states in the network's buffers.
    """
    if truncate:
        yield from reversed(windows(len(network.X), *truncate))
        return
    for number, segment in reversed(list(enumerate(network.segments))):
        if number != network.number:
            network.run(number)
        yield segment


def losses(upstream, start, stop, since):
    """∂L/∂Ŷ for the steps of a window, 0 for those that are not its own.

    >>> import numpy as np
    >>> losses(np.arange(1, 6), 1, 4, 2)
    array([0, 3, 4])
    """
    G = upstream[start:stop]
    if start < since:
        G = G.copy()
        G[: since - start] = 0
    return G


def check_truncate(truncate, segments):
    """The pair k₁ ≤ k₂, made from k if it is not one, for a pass in one segment."""
    check_one_segment(segments)
    pair = truncate if isinstance(truncate, tuple | list) else (truncate, truncate)
    if len(pair) != 2:
        raise InputError(
            f"truncate: expected k or a pair (k1, k2), received {truncate!r}. "
            "Likely cause: the borders of the windows in place of their lengths"
        )
    k1, k2 = (check_count("truncate", k) for k in pair)
    if k1 > k2:
        raise InputError(
            f"truncate: expected k1 of at most k2, received {k1} and {k2}. "
            "Likely cause: the two in another order"
        )
    return k1, k2


def check_one_segment(segments):
    """Refuse a truncation over several segments."""
    if segments > 1:
        raise InputError(
            "truncate: expected a forward pass in one segment, received "
            f"{segments}. Likely cause: both used to save memory; a loop "
            "over windows of X, with state=net.state, truncates and keeps one window"
        )
