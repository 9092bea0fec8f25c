"""Every derivation of the book is proved; with one false line it is refused, and the line is named."""

import re

import pytest
import sympy as sp
from backprop.proof import ClaimError, Derivation, NotProved, Proof, budget, derive
from backprop.proof.vocabulary import (
    arbitrary,
    array,
    entry,
    expectation,
    indices,
    matrix,
    partial,
    reals,
    relu,
    sigmoid,
    sizes,
    slope,
)
from chains import CHAINS
from sympy import Indexed, KroneckerDelta, Mul, Sum, exp, log

D, H, K, N = sizes("D H K N")
i, j, k, m, n, p, q = indices("i j k m n p q")
u, v, x, y, z = reals("u v x y z")
f = arbitrary("f")
a, b, c = array("a", D), array("b", D), array("c", N)
X, W, Q = array("X", N, D), array("W", D, H), array("Q", D, D)

# ----------------------------------------------------------------------------------------------- the book's derivations


def expression(line):
    return line[0] if isinstance(line, tuple) else line


@pytest.mark.parametrize("name", CHAINS)
def test_each_derivation_is_proved(name):
    lines, options = CHAINS[name]
    result = derive(*lines, name=name, **options)
    assert isinstance(result, Proof)
    assert (result.left, result.right) == (lines[0], expression(lines[-1]))
    assert result.lines == tuple(map(expression, lines))
    assert repr(result).endswith("∎")


def with_line(lines, number, new):
    """The derivation with another expression in one line."""
    typed = list(lines)
    old = typed[number - 1]
    typed[number - 1] = (new, *old[1:]) if isinstance(old, tuple) else new
    return typed


def first(e, kind, accept=lambda part: True):
    """The first part of an expression that is of a kind; nothing that a derivative is taken by, or of."""
    if isinstance(e, kind) and accept(e):
        return e
    inner = () if isinstance(e, partial | entry | Indexed) else e.args
    return next((found for part in inner if (found := first(part, kind, accept)) is not None), None)


def another_sign(e):
    """Of a sum of terms one changes its sign."""
    one, *others = e.args if e.is_Add else (e,)
    return sp.Add(-one, *others)


def dropped_sum(e):
    """One term in place of a sum."""
    total = first(e, Sum)
    if total is not None:
        return e.xreplace({total: total.function.xreplace({i: sp.Integer(1) for i in total.variables})})


def dropped_factor(e):
    product = first(e, Mul, lambda part: sum(not factor.is_number for factor in part.args) > 1)
    if product is not None:
        return e.xreplace({product: Mul(*[factor for factor in product.args if factor.is_number], *product.args[:-1])})


def another_index(e):
    """The last in place of another place of an array."""
    at = first(e, Indexed, lambda part: any(not place.is_number for place in part.indices))
    if at is not None:
        places = [place.is_number for place in at.indices]
        changed = list(at.indices)
        changed[places.index(False)] = at.base.shape[places.index(False)]
        return e.xreplace({at: at.base[tuple(changed)]})


def doubled(e):
    return 2 * e


def one_more(e):
    return e + 1


MUTATIONS = [another_sign, dropped_sum, dropped_factor, another_index, doubled, one_more]


def false_versions():
    """For each derivation each mutation, at the lines in turn; where a mutation finds nothing, the next line."""
    for chain, (name, (lines, _)) in enumerate(CHAINS.items()):
        for place, mutation in enumerate(MUTATIONS):
            for attempt in range(len(lines)):
                number = 1 + (chain + place + attempt) % len(lines)
                before = expression(lines[number - 1])
                after = mutation(before)
                if after is not None and after != before:
                    yield name, mutation.__name__, number, after
                    break


STILL_TRUE = ("6 cross-entropy, slope", "dropped_factor", 3)  # the factor is 1 by the assumption
FALSE = [version for version in false_versions() if version[:3] != STILL_TRUE]


def test_each_derivation_has_at_least_three_false_versions():
    assert min(sum(name == chain for chain, *_ in FALSE) for name in CHAINS) >= 3


@pytest.mark.parametrize(("name", "mutation", "number", "line"), FALSE, ids=[f"{c}: {m}, {k}" for c, m, k, _ in FALSE])
def test_a_false_line_is_named(name, mutation, number, line):
    """Line 1 is never false: then line 2 does not follow from it."""
    lines, options = CHAINS[name]
    number, named = number, max(2, number)
    with pytest.raises(NotProved) as error:
        derive(*with_line(lines, number, line), name=name, **options)
    message = str(error.value)
    assert message.startswith(f"{name}: line {named} does not follow from line {named - 1}: left - right leaves ")
    without_numbers = "assume" in options or name == "2 mean square"
    assert ("Counterexample: " in message) != without_numbers


@pytest.mark.parametrize("name", [name for name, (_, options) in CHAINS.items() if "assume" in options])
def test_without_its_assumptions_a_derivation_is_refused(name):
    lines, options = CHAINS[name]
    with pytest.raises(NotProved, match=r"line \d does not follow from line \d"):
        derive(*lines, **{**options, "assume": None})


@pytest.mark.parametrize("name", [name for name, (_, options) in CHAINS.items() if len(options.get("assume", {})) > 1])
def test_each_assumption_is_needed_and_displayed(name):
    lines, options = CHAINS[name]
    text = repr(derive(*lines, **options))
    for left in options["assume"]:
        assert f"assuming {left} = {options['assume'][left]}" in text


@pytest.mark.parametrize("name", [name for name, (_, options) in CHAINS.items() if "where" in options])
def test_without_its_abbreviations_a_derivation_is_refused(name):
    lines, options = CHAINS[name]
    with pytest.raises(NotProved, match=r"line \d does not follow from line \d"):
        derive(*lines, **{**options, "where": None})


# ------------------------------------------------------------------------------------------------------- a single line

SQUARE = partial(z**2, z)


def refused(*lines, **options):
    """What a derivation that is no derivation is refused with."""
    with pytest.raises(ClaimError) as error:
        derive(*lines, **options)
    return str(error.value)


def test_the_first_false_line_is_named_and_not_a_later_one():
    with pytest.raises(NotProved, match="line 3 does not follow from line 2"):
        derive(SQUARE, (2 * z, "true"), (3 * z, "false"), (4 * z, "false"), (4 * z, "true"))


def test_the_last_line_alone_is_not_enough():
    """Two errors that cancel."""
    with pytest.raises(NotProved, match="line 2 does not follow from line 1"):
        derive(SQUARE, (3 * z, "false"), (2 * z, "false"))


def test_numbers_show_a_false_line():
    with pytest.raises(NotProved, match=r"z = 1: 2\.?0* against 3"):
        derive(SQUARE, (3 * z, "a wrong rule"))


def test_a_transposed_index_is_named():
    total = Sum(Q[i, j] * a[i] * b[j], (i, 1, D), (j, 1, D))
    true = Sum(a[i] * Sum(Q[i, j] * b[j], (j, 1, D)), (i, 1, D))
    false = Sum(a[i] * Sum(Q[j, i] * b[j], (j, 1, D)), (i, 1, D))
    derive(total, (true, "a in front"))
    with pytest.raises(NotProved, match=r"line 3 does not follow from line 2.*Counterexample"):
        derive(total, (true, "a in front"), (false, "Q transposed"))
    assert "line 2: " in refused(Sum(W[i, j] * a[i], (i, 1, D)), (Sum(array("W", H, D)[i, j] * a[i], (i, 1, D)), ""))


@pytest.mark.parametrize(
    "line",
    [
        z - z * (z - 1) * (z + 1) * (z - 2) * (z + 2) * (z - 3) * (z + 3),  # the witness's whole numbers
        z + (2 * z + 1) * (2 * z - 1) * z * (z - 1) * (z + 1) * (2 * z + 3) * (2 * z - 3),  # and halves
        z * (1 + sp.Rational(1, 10**60)),  # below every rounding
        z + exp(-exp(z**2 + 300)),  # what adds 10^-(10^130)
    ],
)
def test_a_line_that_is_nearly_true_does_not_follow(line):
    with pytest.raises(NotProved, match="line 2 does not follow from line 1"):
        derive(z, (line, "true at the numbers that are tried first"))


def test_what_is_too_large_is_named(monkeypatch):
    monkeypatch.setattr(budget, "MOST_WORK", 100)
    with pytest.raises(NotProved, match=r"^line 3: too large"):
        derive(z + x, (x + z, "turn round"), (((x + y) ** 9 + z) ** 3, "much"))


# ----------------------------------------------------------------------------------------------- what is no derivation

NO_LINES = {
    "a number in place of a reason": (z, (z, 5)),
    "the reason first": (z, ("a reason", z)),
    "two reasons": (z, (z, "a reason", "another")),
    "abbreviations without a reason": (z, (z, {u: z})),
    "an empty tuple": (z, ()),
    "a text": (z, "z"),
    "nothing": (z, None),
    "a rounded number": (z, 0.5),
    "a truth value": (z, True),
    "a comparison": (z, z < 1),
    "an equation": (z, sp.Eq(z, x)),
    "a matrix": (matrix(X), (matrix(X), "")),
    "a matrix of numbers": (z, (sp.eye(2), "")),
    "an array without indices": (z, (a, "")),
    "a function without an argument": (z, (sigmoid, "")),
    "a set": (z, ({z}, "")),
    "infinity": (z, (sp.oo, "")),
    "a division by 0": (z, (sp.zoo, "")),
    "not a number": (z, (sp.nan, "")),
    "a rounded number inside": (z, (z * 1.0, "")),
    "SymPy's own symbol": (z, (sp.Symbol("z"), "")),
    "SymPy's own function": (z, (sp.gamma(z), "")),
    "a complex number": (z, (sp.I * z, "")),
    "an integral": (z, (sp.Integral(z, z), "")),
    "an index as a number": (z, (z + i, "")),
    "a place outside": (z, (Q[D + 1, 1], "")),
    "two ranges in a line": (z, (a[i] * c[i], "")),
    "another range in another line": (a[i], (c[i], "")),
    "nowhere defined": (z, (z + x * log(-1 - z**2) - (x + 1) * log(-1 - z**2) + log(-1 - z**2), "")),
}


@pytest.mark.parametrize("case", NO_LINES)
def test_a_line_that_is_none_is_named(case):
    bad, *good = NO_LINES[case][1:], NO_LINES[case][0]
    message = refused(*good, *bad)
    assert re.match(r"line [12]: ", message)
    assert (
        "expected" in message or "index i runs to" in message or "not known to lie" in message or "nowhere" in message
    )


def test_the_number_of_a_bad_line_is_its_own():
    assert refused(z, (z, ""), (z, ""), (z * 1.0, "")).startswith("line 4: ")
    assert refused(z * 1.0, (z, "")).startswith("line 1: ")
    assert refused(a[i], (a[i], ""), (c[i], "")).startswith("line 3: ")
    assert refused(z, (z, ""), (Q[D + 1, 1], ""), (z, "")).startswith("line 3: ")
    assert refused((z, "a reason"), (z, "")).startswith("line 1: expected an expression alone")


def test_one_line_is_no_derivation():
    assert "at least one line after the first" in refused(z)


def test_a_line_may_be_a_list_or_have_no_reason():
    assert repr(derive(z + z, [2 * z, "count"])) == repr(derive(z + z, (2 * z, "count")))
    assert repr(derive(z + z, 2 * z)) == repr(derive(z + z, (2 * z,))) == repr(derive(z + z, (2 * z, "")))


def test_whole_numbers_are_lines():
    assert derive(sigmoid(z) + sigmoid(-z), (1, "mirrored")).right == 1


# ------------------------------------------------------------------------------------------------------- abbreviations


def test_a_line_may_bring_an_abbreviation():
    result = derive(exp(2 * z), (exp(z) ** 2, "twice"), (u**2, "short", {u: exp(z)}))
    assert "where u = exp(z)" in repr(result)


def test_an_abbreviation_has_one_meaning():
    message = refused(x + y, (u, "", {u: x + y}), (u, "", {u: x - y}))
    assert message == "line 3: expected one meaning for the abbreviation u, received x + y and x - y."
    assert "line 2: expected one meaning" in refused(x, (u, "", {u: x}), where={u: y})
    assert "one definition for each name" in refused(a[i], (b[i], "", {b[i]: a[i]}), (b[i], "", {b[j]: 2 * a[j]}))
    derive(x + y, (u, "", {u: x + y}), (u, "again", {u: x + y}))


@pytest.mark.parametrize("where", [5, [1], "u", [(u, x)], {u}])
def test_abbreviations_are_a_dictionary(where):
    assert "where: expected a dictionary" in refused(x, (x, ""), where=where)


@pytest.mark.parametrize("where", [{"u": x}, {u: "x"}, {u: u + 1}, {i: x}, {u: a[i]}, {sigmoid(z): x}, {u: 0.5}])
def test_bad_abbreviations_are_refused(where):
    refused(x, (u, "", where))
    refused(x, (u, "", where), (x, ""))


def test_no_derivative_by_an_abbreviation():
    assert "no derivative by it" in refused(partial(u**2, u), (2 * u, ""), where={u: x})


# ---------------------------------------------------------------------------------------------------- what it holds for


def test_an_index_of_any_line_is_the_derivations_own():
    """c[n] = 0 says nothing of c[m], whatever stands in the lines between."""
    with pytest.raises(NotProved, match="line 3 does not follow from line 2"):
        derive(c[n], (0, "assumed"), (c[m], "of another n"), assume={c[n]: 0})
    derive(c[n], (0, "assumed"), (c[n] * x, "of the same n"), assume={c[n]: 0})


def test_the_domain_covers_all_lines():
    text = repr(derive(z, (z * y / y, ""), (z, "")))
    assert text.endswith("for real z   ∎")  # SymPy has cancelled y before it is seen
    text = repr(derive(z, (z * (y + 1) / (y + 1), ""), (log(exp(z)), "")))
    assert "real z" in text
    text = repr(derive(0 * z, (log(x**2) - 2 * log(x), "x > 0"), (0, "")))
    assert "x > 0" in text
    text = repr(derive(partial(relu(z), z) ** 2, (partial(relu(z), z), "0 or 1"), (partial(relu(z), z) ** 3, "")))
    assert "z ≠ 0" in text


def test_a_step_through_a_narrower_line_keeps_its_condition():
    """x = exp(log x) holds for x > 0 only; the display says so."""
    s = reals("s")
    text = repr(derive(x, (s, "short", {s: exp(y)}), (x, ""), assume={x: exp(y)}))
    assert "assuming x = exp(y)" in text
    assert "x > 0" in repr(derive(2 * log(x), (log(x**2), "")))


# ------------------------------------------------------------------------------------------------------------- display

GRADIENT = CHAINS["10 layer, weights"]


def test_text():
    text = repr(derive(*GRADIENT[0], name="gradient of the weights", **GRADIENT[1]))
    title, first_line, *others = text.split("\n")
    steps, notes = others[: len(GRADIENT[0]) - 1], others[len(GRADIENT[0]) - 1 :]
    assert title == "gradient of the weights:"
    assert first_line == "∂[L]/∂W[p, q]"
    assert all(step.startswith("  = ") for step in steps)
    columns = {step.index(reason) for step, (_, reason) in zip(steps, GRADIENT[0][1:], strict=True)}
    assert len(columns) == 1
    assert [note[:8] for note in notes] == ["  where "] * 3 + ["  for all"[:8]]
    assert "≥ 1; p = 1..D; q = 1..H; real " in notes[-1]
    assert notes[-1].endswith("∎")


def test_markdown_is_one_table():
    text = derive(*GRADIENT[0], name="gradient of the weights", **GRADIENT[1])._repr_markdown_()
    title, table, notes = text.split("\n\n")
    assert title == "**Gradient of the weights.**"
    rows = [re.split(r"(?<!\\)\|", row) for row in table.split("\n")]
    assert {len(row) for row in rows} == {5}  # three cells, and what stands before and behind
    assert len(rows) == 2 + len(GRADIENT[0]) - 1
    assert table.count(r"\blacksquare") == 1
    assert r"\blacksquare" in rows[-1][2]
    assert notes.count("where ") == 3
    assert all(row[2].count("$") == 2 for row in rows[2:])


def test_a_reason_cannot_break_the_table():
    result = derive(abs(z), (sp.Max(z, -z), "p(a|b),\n  read |z|"))
    table = result.table().split("\n")
    assert len(table) == 3
    assert len(re.split(r"(?<!\\)\|", table[-1])) == 5
    assert r"p(a\|b), read \|z\|" in table[-1]


def test_words_that_are_not_checked_leave_no_sign_of_a_proof():
    result = derive(z, (z + 0, ""), given=["the sea is calm"], rests_on=["dense layer (chapter 01)"])
    for text in (repr(result), result._repr_markdown_()):
        assert "∎" not in text
        assert "blacksquare" not in text
        assert "not checked by the machine: the sea is calm" in text
        assert "rests on: dense layer (chapter 01)" in text


def test_it_rests_on_proofs_alone():
    earlier = derive(z, (z, ""), name="nothing new")
    assert "rests on: nothing new" in repr(derive(z, (z, ""), rests_on=[earlier]))
    assert "rests_on: expected proofs" in refused(z, (z, ""), rests_on=[z])


def test_a_student_can_write_it():
    """The gradient of a layer with its steps, and with the sum over the samples forgotten."""
    cost = Sum(f(Sum(X[n, i] * W[i, 1], (i, 1, D))), (n, 1, N))
    inner = Sum(X[n, i] * W[i, 1], (i, 1, D))
    good = (Sum(slope(f)(inner) * X[n, p], (n, 1, N)), "chain rule")
    assert isinstance(derive(partial(cost, W[p, 1]), good), Derivation)
    with pytest.raises(NotProved, match=r"line 2 does not follow from line 1.*Counterexample"):
        derive(partial(cost, W[p, 1]), (slope(f)(inner) * X[n, p], "the sum is gone"))


def test_a_mean_in_a_derivation():
    E = expectation(a, b)
    squares = Sum(a[i] * b[i], (i, 1, D))
    derive(E(squares), (Sum(E(a[i]) * E(b[i]), (i, 1, D)), "independent"), name="mean of a product")
    with pytest.raises(NotProved, match="line 3 does not follow from line 2"):
        derive(E(squares), (Sum(E(a[i]) * E(b[i]), (i, 1, D)), ""), (E(a[j]) * E(b[j]) * D, "all alike"))


def test_an_index_keeps_its_range_where_its_arrays_are_gone():
    """In the last two lines no array says how far n and m run."""
    N, D = sizes("N D")
    n, m, i, q = indices("n m i q")
    X, w, s = array("X", N, D), array("w", D), array("s", N)
    same, where = KroneckerDelta(n, m), {s[n]: Sum(X[n, i] * w[i], (i, 1, D))}
    start = partial(s[n], X[m, q])
    picked = Sum(same * KroneckerDelta(i, q) * w[i], (i, 1, D))
    proof = derive(start, picked, same * w[q], same**2 * w[q], where=where)
    assert "n = 1..N; m = 1..N; q = 1..D" in repr(proof)
    with pytest.raises(NotProved, match=r"line 4 does not follow from line 3: .* n = 1, m = 2, .*: 0 against 1\."):
        derive(start, picked, same * w[q], w[q], where=where)
