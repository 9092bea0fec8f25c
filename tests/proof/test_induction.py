"""Induction: what is proved by it, and that neither a wrong base nor a wrong step passes."""

import sys

import pytest
from backprop.proof import ClaimError, Induction, NotProved, Proof, prove_by_induction
from backprop.proof.vocabulary import arbitrary, array, expectation, indices, reals, sizes, step
from sympy import Rational, Sum, exp, factorial, log, sqrt
from true_identities import INDUCTION

D, N, T = sizes("D N T")
i, j, k, q = indices("i j k q")
b, c, x, y, beta = reals("b c x y β")
f = arbitrary("f")
to_n, to_t = (i, 1, N), (i, 1, T)
a, w = array("a", D), array("w", N)
half = Rational(1, 2)
whole_numbers = {Sum(i, to_n): N * (N + 1) / 2}


@pytest.mark.parametrize("name", [name for name in INDUCTION if name != "cubes"])
def test_is_proved(name):
    proof = prove_by_induction(*INDUCTION[name])
    assert isinstance(proof, Proof)
    assert repr(proof).endswith("∎")


def test_cubes_need_the_whole_numbers():
    with pytest.raises(NotProved, match=r"the step from N to N \+ 1 is not shown.*missing in assume"):
        prove_by_induction(*INDUCTION["cubes"])
    text = repr(prove_by_induction(*INDUCTION["cubes"], assume=whole_numbers))
    assert "assuming Sum(i, (i, 1, N)) = N*(N + 1)/2 for every N" in text


WRONG_BASE = {  # the step is right
    "one more": (Sum(i, to_n), N * (N + 1) / 2 + 1),
    "one less": (Sum(1, to_n), N - 1),
    "squares and a half": (Sum(i**2, to_n), N * (N + 1) * (2 * N + 1) / 6 + half),
    "odd numbers and x": (Sum(2 * i - 1, to_n), N**2 + x),
    "geometric, without the 1": ((1 - beta) * Sum(beta ** (i - 1), to_n), -(beta**N)),
    "geometric, and beta": ((1 - beta) * Sum(beta ** (i - 1), to_n), 1 - beta**N + beta),
    "telescope from nothing": (Sum(f(i + 1) - f(i), to_n), f(N + 1)),
    "telescope of reciprocals": (Sum(1 / (i * (i + 1)), to_n), N / (N + 1) - half),
    "powers of two": (Sum(2**i, to_n), 2 ** (N + 1)),
    "entries": (Sum(w[i], to_n), Sum(w[i], to_n) + w[1]),
}
WRONG_STEP = {  # the base is right
    "square": (Sum(i, to_n), N**2),
    "linear": (Sum(i, to_n), 2 * N - 1),
    "cubes for squares": (Sum(i**2, to_n), Sum(i**3, to_n)),
    "squares": (Sum(i**2, to_n), N * (N + 1) / 2),
    "odd numbers": (Sum(2 * i - 1, to_n), N**3),
    "geometric to one more": (Sum(beta ** (i - 1), to_n), 1 + (N - 1) * beta),
    "powers of two": (Sum(2**i, to_n), 2 * N**2),
    "a square of a sum": (Sum(w[i], to_n) ** 2, Sum(w[i] ** 2, to_n)),
    "a product of sums": (Sum(w[i], to_n) * Sum(w[i] ** 2, to_n), Sum(w[i] ** 3, to_n)),
    "telescope": (Sum(f(i + 1) - f(i), to_n), f(2) - f(1)),
    "reciprocals": (Sum(1 / (i * (i + 1)), to_n), 1 / (N + 1)),
    "up to 2 only": (Sum(i, to_n), N * (N + 1) / 2 + (N - 1) * (N - 2)),
    "up to 5 only": (Sum(i, to_n), N * (N + 1) / 2 + (N - 1) * (N - 2) * (N - 3) * (N - 4) * (N - 5)),
    "from 4 on": (Sum(1, to_n), N + (N - 1) * step(N - 3)),
    "the last for the first": (Sum(w[i], to_n), N * w[1]),
    "alternating": (Sum((-1) ** i, to_n), -1),
}
WRONG_BOTH = {
    "off by one": (Sum(i, to_n), N * (N - 1) / 2),
    "the size one less": (Sum(i, to_n), (N + 1) * (N + 2) / 2),
    "a sign": (Sum(i, to_n), -N * (N + 1) / 2),
    "a factor": (Sum(i**2, to_n), N * (N + 1) * (2 * N + 1) / 3),
    "bias correction": ((1 - beta) * Sum(beta ** (N - i), to_n), 1 - beta ** (N + 1)),
    "bias correction, one early": ((1 - beta) * Sum(beta ** (N - i), to_n), 1 - beta ** (N - 1)),
    "momentum": (Sum(c * beta ** (N - i), to_n), c / (1 - beta)),
}


@pytest.mark.parametrize("name", WRONG_BASE)
def test_a_wrong_base_is_refused(name):
    with pytest.raises(NotProved, match=r"^not proved: the base, N = 1, is not shown: "):
        prove_by_induction(*WRONG_BASE[name], N)


@pytest.mark.parametrize("name", WRONG_STEP)
def test_a_wrong_step_is_refused(name):
    with pytest.raises(NotProved, match=r"^not proved: the step from N to N \+ 1 is not shown: .*Counterexample: "):
        prove_by_induction(*WRONG_STEP[name], N)


@pytest.mark.parametrize("name", WRONG_BOTH)
def test_what_is_wrong_in_both_is_refused_with_numbers(name):
    with pytest.raises(NotProved, match=r"the base, N = 1, is not shown: .*Counterexample: "):
        prove_by_induction(*WRONG_BOTH[name], N, name="nonsense")


def test_numbers_stand_in_the_message():
    with pytest.raises(NotProved, match=r"^whole numbers: the base.*Counterexample: N = 2: 3 against 4\.$"):
        prove_by_induction(*WRONG_BASE["one more"], N, name="whole numbers")


def test_an_error_of_the_kernel_is_caught_by_the_second_witness(monkeypatch):
    """Here the kernel is made to err: everything is equal."""
    monkeypatch.setattr(sys.modules["backprop.proof.induction"], "equal", lambda *terms: True)
    with pytest.raises(NotProved, match=r"base and step, 50 digits do not\. Counterexample: N = 3"):
        prove_by_induction(Sum(i, to_n), N + 1, N)


# --------------------------------------------------------------------------------------------------------- what n is


def refused(*claim, **options):
    with pytest.raises(ClaimError) as error:
        prove_by_induction(*claim, **options)
    return str(error.value)


@pytest.mark.parametrize("n", [x, i, 3, "N", None, N + 1, w, w[1], factorial(N), 2.5, (N,), array])
def test_n_is_a_size(n):
    assert "expected a size, made by sizes" in refused(Sum(i, to_n), N * (N + 1) / 2, n)


def test_n_stands_in_the_claim():
    assert "stands on neither side. Use prove" in refused(Sum(i, to_n), N * (N + 1) / 2, T)


def test_no_free_index_runs_to_n():
    assert "the free index q runs to it" in refused(w[q] + Sum(w[i], to_n), Sum(w[i], to_n) + w[q], N)
    assert "the free index q runs to it" in refused(array("v", 2 * N)[q], array("v", 2 * N)[q], N)


def test_an_index_of_an_abbreviation_may_run_to_n():
    u = array("u", N)
    prove_by_induction(Sum(u[i], to_n), N * (N + 1) / 2, N, where={u[j]: j + 0 * w[j]})
    prove_by_induction(Sum(u[i], to_n), Sum(w[i] ** 2, to_n), N, where={u[j]: w[j] ** 2})


# -------------------------------------------------------------------------------------- where the sides are not defined

DEPENDS = {
    "divided by 1 - β^N": (Sum(beta ** (N - i), to_n) / (1 - beta**N), 1 / (1 - beta), "≠ 0"),
    "a logarithm": ((x + 1) * log(N - x) + step(x - 1) * step(N - 1), x * log(N - x) + log(N - x), "> 0"),
    "a root": (Sum(1, to_n) * sqrt(x - N), N * sqrt(x - N), "> 0"),
    "the last entry": (Sum(1, to_n) / w[N], N / w[N], "≠ 0"),
    "a sum as a divisor": (Sum(w[i], to_n) / (1 + Sum(w[i], to_n)), 1 - 1 / (1 + Sum(w[i], to_n)), "≠ 0"),
}


@pytest.mark.parametrize("name", DEPENDS)
def test_a_condition_that_depends_on_n_is_refused(name):
    """From n, where a side may not be defined, nothing passes to n + 1."""
    left, right, sign = DEPENDS[name]
    message = refused(left, right, N)
    assert "nothing passes from N to N + 1" in message
    assert sign in message


def test_what_the_message_advises_works():
    prove_by_induction((1 - beta) * Sum(beta ** (N - i), to_n), 1 - beta**N, N)


def test_a_condition_for_each_term_of_a_sum_is_none_of_n():
    text = repr(prove_by_induction(Sum(2 / w[i], to_n), 2 * Sum(1 / w[i], to_n), N))
    assert "w[i] ≠ 0 for every i" in text


# --------------------------------------------------------------------------------------------------------- assumptions


def test_an_assumption_about_n_is_assumed_for_every_n():
    """b = N for a single N would make this false: (N - 1)(2b - N) is 2 at N = b = 2."""
    text = repr(prove_by_induction((N - 1) * (2 * b - N), 0, N, assume={b: N}))
    assert "assuming b = N for every N" in text  # there is no such b
    text = repr(prove_by_induction(Sum(i * x, to_n), N * (N + 1) / 2 * y, N, assume={x: y}))
    assert "assuming x = y   ∎" in text


def test_an_assumption_about_each_entry_reaches_the_new_entry():
    text = repr(prove_by_induction(Sum(w[i], to_n), c * N, N, assume={w[i]: c}))
    assert "assuming w[i] = c for every i, N" in text


def test_an_assumption_that_is_too_little_is_refused():
    with pytest.raises(NotProved, match="the step"):
        prove_by_induction(Sum(w[i], to_n), c * N, N, assume={w[1]: c})
    with pytest.raises(NotProved, match="the base"):
        prove_by_induction(Sum(w[i], to_n), c * N + 1, N, assume={w[i]: c})


def test_a_mean():
    E = expectation(w)
    prove_by_induction(E(Sum(w[i], to_n)), N * c, N, assume={E(w[i]): c})
    with pytest.raises(NotProved):
        prove_by_induction(E(Sum(w[i], to_n) ** 2), N * c, N, assume={E(w[i] ** 2): c})


# ------------------------------------------------------------------------------------------------------------- display


def test_text():
    assert repr(prove_by_induction(*INDUCTION["geometric, without a fraction"], name="geometric sum")).split("\n") == [
        "geometric sum: (1 - β)*Sum(β**(i - 1), (i, 1, N)) = 1 - β**N",
        "  N = 1: both sides are 1 - β",
        "  N to N + 1: both sides grow by -β*β**N + β**N",
        "  for all N ≥ 1; real β   ∎",
    ]


def test_a_factor_is_displayed():
    text = repr(prove_by_induction(*INDUCTION["Adam's bias correction"]))
    assert "T to T + 1: both sides are multiplied by β, then grow by 1 - β" in text


def test_markdown():
    text = prove_by_induction(*INDUCTION["whole numbers"], name="whole numbers")._repr_markdown_()
    title, equation, notes = text.split("\n\n")
    assert title == "**Whole numbers.**"
    assert equation.endswith("\\;\\blacksquare\n$$")
    assert notes.split("  \n") == [
        "$N$ = 1: both sides are $1$",
        "$N$ to $N + 1$: both sides grow by $N + 1$",
        "for all $N$ ≥ 1",
    ]


def test_words_that_are_not_checked_leave_no_sign_of_a_proof():
    proof = prove_by_induction(*INDUCTION["count"], given="the moon is full")
    for text in (repr(proof), proof._repr_markdown_()):
        assert "∎" not in text
        assert "blacksquare" not in text
        assert "not checked by the machine: the moon is full" in text
    assert isinstance(proof, Induction)


@pytest.mark.parametrize("bad", [None, "N", 0.5, w, exp, True])
def test_a_side_is_an_expression(bad):
    refused(bad, N, N)
    refused(N, bad, N)


U, V, S, Delta, G = (arbitrary(name, 2) for name in "U V S Δ G".split())
W, Wy, sequence = array("W", D, D), array("Wy", D, N), arbitrary("C")
over_i, over_j = (i, 1, D), (j, 1, D)
CORNER = {sequence(1): c, sequence(T + 1): b * sequence(T) + c * b**T}
SPEEDS = {U(T + 1, j): Sum(U(T, i) * S(T, i) * W[i, j], over_i)}
BACK = {Delta(T, i): S(T, i) * Sum(Delta(T + 1, j) * W[i, j], over_j)}
OUTPUTS = {Delta(T, i): S(T, i) * (Sum(Delta(T + 1, j) * W[i, j], over_j) + Sum(G(T, k) * Wy[i, k], (k, 1, N)))}
so_far = Sum(G(q, k) * Wy[i, k] * S(q, i) * U(q, i), (q, 1, T), over_i, (k, 1, N))
carried = Sum(Delta(T + 1, i) * U(T + 1, i), over_i), Sum(Delta(1, i) * U(1, i), over_i)
RECURSIONS = {
    "the corner of a power": (sequence(T), T * c * b ** (T - 1), CORNER),
    "doubling": (sequence(T), 2**T, {sequence(1): 2, sequence(T + 1): 2 * sequence(T)}),
    "forward and backward": (*carried, SPEEDS | BACK),
    "with outputs": (carried[0] + so_far, carried[1], SPEEDS | OUTPUTS),
    "a layer's own weights": (
        *carried,
        {
            U(T + 1, j): Sum(U(T, i) * S(T, i) * arbitrary("W", 3)(T, i, j), over_i),
            Delta(T, i): S(T, i) * Sum(Delta(T + 1, j) * arbitrary("W", 3)(T, i, j), over_j),
        },
    ),
}
WRONG_RECURSIONS = {
    "corner, from the next power": (sequence(T), (T + 1) * c * b ** (T - 1), CORNER),
    "corner, no factor": (sequence(T), c * b ** (T - 1), CORNER),
    "doubling, from 1": (sequence(T), 2**T, {sequence(1): 1, sequence(T + 1): 2 * sequence(T)}),
    "doubling, no step": (sequence(T), 2**T, {sequence(1): 2}),
    "doubling, no base": (sequence(T), 2**T, {sequence(T + 1): 2 * sequence(T)}),
    "a missing transpose": (
        *carried,
        SPEEDS | {Delta(T, i): S(T, i) * Sum(Delta(T + 1, j) * W[j, i], over_j)},
    ),
    "a slope forgotten": (*carried, SPEEDS | {Delta(T, i): Sum(Delta(T + 1, j) * W[i, j], over_j)}),
    "the next slope": (*carried, SPEEDS | {Delta(T, i): S(T + 1, i) * Sum(Delta(T + 1, j) * W[i, j], over_j)}),
    "outputs forgotten": (*carried, SPEEDS | OUTPUTS),
    "no outputs": (carried[0] + so_far, carried[1], SPEEDS | BACK),
    "outputs twice": (carried[0] + 2 * so_far, carried[1], SPEEDS | OUTPUTS),
}


@pytest.mark.parametrize("name", RECURSIONS)
def test_a_sequence_that_an_assumption_defines(name):
    left, right, recursion = RECURSIONS[name]
    assert repr(prove_by_induction(left, right, T, assume=recursion)).endswith("∎")


@pytest.mark.parametrize("name", WRONG_RECURSIONS)
def test_a_wrong_recursion_is_refused(name):
    left, right, recursion = WRONG_RECURSIONS[name]
    with pytest.raises(NotProved, match="is not shown: left - right leaves"):
        prove_by_induction(left, right, T, assume=recursion)


def test_what_an_assumption_runs_through_is_said():
    text = repr(prove_by_induction(*carried, T, assume=RECURSIONS["a layer's own weights"][2]))
    assert "for all D, T ≥ 1; every function S, U, W, Δ" in text
    assert text.count(" for every i, T") == text.count(" for every j, T") == 1
    assert "neither side changes" in text


def test_one_letter_with_two_ends_has_no_range():
    two_ends = {V(T, j): Sum(U(T, j), over_j) * Sum(U(T, j), (j, 1, N))}
    with pytest.raises(ClaimError, match="expected a range for the index j"):
        prove_by_induction(sequence(T), 2**T, T, assume=two_ends)
