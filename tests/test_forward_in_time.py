"""The gradient forward in time against that backward in time."""

from backprop.cells import SLOPES
from backprop.forward_in_time import real_time_gradient
from helpers import refused
from recurrent_examples import AMOUNTS, cases, close, example, gradient_of, over


@AMOUNTS
def test_forward_mode_gives_the_same(amount):
    @over(amount, 20, 40, cases(tuple(("rnn", f) for f in SLOPES)))
    def holds(case):
        net, X, H, _, G = example(*case)
        close(real_time_gradient(net, X, G, H), gradient_of(net, X, G, H))
        close(real_time_gradient(net, X, G), gradient_of(net, X, G))


def test_forward_mode_refuses_what_it_cannot_do():
    net, X, H, _, G = example(("lstm", "tanh"))
    assert "expected the cell 'rnn'" in refused(lambda: real_time_gradient(net, X, G))
    net, X, H, _, G = example(("rnn", "tanh"))
    assert "X (T, N, 2), upstream (T, N, 6)" in refused(lambda: real_time_gradient(net, X, G[1:]))
    assert "H_0 (3, 4)" in refused(lambda: real_time_gradient(net, X, G, H[1:]))
