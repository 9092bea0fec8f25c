"""The ledger lists what chapters and projects have proved, all and nothing else, and every function of the spine."""

import json
import re
from collections import Counter, defaultdict

import pytest
from backprop.book import ledger
from helpers import BOOK

RESULTS, CHECKS = ledger.read(BOOK / "chapters")
PLUMBING = {  # public, and without mathematics
    "activations": {"Activation", "checked", "ones"},
    "forward_pass": {"layer_shapes", "layer_views"},
    "loss": {"checked"},
    "optimisers": {"State", "Optimiser", "optimiser", "first_state"},
    "schedules": {"as_schedule"},
    "gradient_descent": {
        "Diverged",
        "History",
        "held_out_value",
        "one_epoch",
        "one_step",
        "save",
        "load",
        "read_saved",
    },
    "autodiff": {"Node", "children_first", "operands"},
    "cells": {"Cell", "split"},
    "recurrent": {"Parameters", "flat", "layout", "one_or_all"},
    "forward_in_time": {"as_one_matrix"},
}


def public(module):
    """The functions and classes that a module of the spine defines for others."""
    for name in ledger.functions(module):
        if not name.startswith(("_", "check_")) and name not in PLUMBING.get(module, ()):
            yield f"{module}.{name}"


@pytest.mark.parametrize("module", ledger.MODULES)
def test_every_function_of_the_spine_is_in_the_ledger(module):
    """Its docstring says what is proved of it, or that nothing is, and what it is."""
    listed = [f for f in ledger.proved() if f.startswith(f"{module}.")]
    assert sorted(listed) == sorted(public(module))


def test_a_function_is_listed_once():
    assert not ledger.implements().keys() & ledger.definitions().keys()
    assert ledger.implements().keys() | ledger.definitions().keys() == ledger.proved().keys()
    for names in ledger.implements().values():
        assert max(Counter(names).values()) == 1


def test_what_a_function_computes_was_proved():
    proved = {r.name for r in RESULTS}
    assert {name for names in ledger.implements().values() for name in names} <= proved


def test_no_two_results_have_one_name():
    assert [name for name, count in Counter(r.name for r in RESULTS).items() if count > 1] == []


def test_a_result_rests_on_earlier_ones():
    seen = set()
    for r in RESULTS:
        assert seen.issuperset(r.rests_on), r.name
        assert not {key for key in r.rests_on if key[0] != r.chapter and key[0] > r.chapter}
        seen.add((r.chapter, r.name))


def test_nothing_is_listed_that_no_executed_cell_has_proved():
    """The closing table of its chapter shows each, and the chapter's programs call prove for it."""
    for page in {r.page for r in RESULTS}:
        cells = list(ledger.code_cells(BOOK / f"chapters/{page}.ipynb"))
        shown, own = "".join(c.shown for c in cells), [r for r in RESULTS if r.page == page]
        assert sum(len(re.findall(r"\b(?:prove|prove_by_induction|derive)\(", c.source)) for c in cells) >= min(
            5, len(own)
        )
        for r in own:
            assert f"| {r.name} | {r.statement}" in shown


def test_the_page_lists_every_result_once():
    shown = "".join(c.shown for c in ledger.code_cells(BOOK / "chapters/ledger.ipynb"))
    entries = re.findall(r"^\| \[(.+?)\]\((.+?)\.ipynb#(.*?)\) \| ", shown, re.MULTILINE)
    expected = [(r.name, r.page, ledger.slug(r.section)) for r in RESULTS]
    assert entries == expected
    assert f"| all | {len(RESULTS)} |" in shown


def headings(path):
    """The anchors of a notebook's headings."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [ledger.slug(h) for h in re.findall(r"^#{1,3} (.+)$", text, re.MULTILINE)]


def test_the_links_lead_to_headings():
    found = {path.stem: headings(path) for path in BOOK.glob("chapters/*.ipynb")}
    for one in (*RESULTS, *CHECKS):
        assert ledger.slug(one.section) in found[one.page]


def test_no_page_has_two_headings_of_one_name():
    for path in BOOK.glob("chapters/*.ipynb"):
        assert [slug for slug, count in Counter(headings(path)).items() if count > 1] == [], path.stem


def test_checks_name_the_functions_that_they_use():
    by_section = defaultdict(set)
    for c in CHECKS:
        by_section[c.page[:2], c.section] |= c.functions
    assert "loss.cross_entropy" in by_section["02", "One of several classes"]
    assert {"bptt.BackpropagationThroughTime", "bptt.sequence_cost"} <= by_section["05", "The program"]
    assert "recurrent.RecurrentNetwork" in by_section["05", "A belt with fewer gates: the GRU"]
    assert "loss.hinge" not in by_section["05", "The program"]
    activations = by_section["01", "In the package"]
    assert {"activations.sigmoid_derivative", "activations.silu_derivative"} <= activations
    assert "forward_pass.initialise" not in by_section["03", "The program"]


def test_a_result_of_a_group_is_sought_in_the_section_of_its_group():
    sections = {r.name: r.section for r in RESULTS if r.name in ("LSTM: candidate", "GRU: candidate")}
    assert sections == {"LSTM: candidate": "The way back", "GRU: candidate": "A belt with fewer gates: the GRU"}


def write(path, *cells):
    """A small notebook: a string is text, a pair is source and output, executed if no third entry says None."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append({"cell_type": "markdown", "source": cell})
        else:
            source, text, *never = cell
            outputs = [{"output_type": "stream", "text": text}]
            count = None if never else 1
            made.append({"cell_type": "code", "source": source, "outputs": outputs, "execution_count": count})
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
    return path


TABLE = "| result | statement |\n| --- | --- |\n"


def test_a_small_chapter(tmp_path):
    path = write(
        tmp_path / "07-small.ipynb",
        "# Small",
        ('names = ["one, and more"]', ""),
        "## First",
        ('a = prove(x, x, name="one, and more")', "**One, and more.**\n\n$$x = x$$"),
        "## Second",
        ("from backprop import loss as ls\nfrom backprop.forward_pass import dense", " "),
        ("from backprop.proof import agree", " "),
        ("def both(x):\n    return ls.hinge(dense(x), 1)", " "),
        ("agree(a, both)", "check: 3 draws"),
        ('print("check: by words alone", dense(x))', "check: by words alone"),
        ('b = {"other": 1}', " "),
        (
            "results(globals())",
            TABLE
            + "| one, and more | $x = x$<br>for real $x$ |\n"
            + "| LSTM: other | $y = y$<br>rests on: one, and more; dense layer (chapter 01) |",
        ),
    )
    first, second = ledger.results_of(path)
    assert first == ("one, and more", "07-small", "First", "$x = x$<br>for real $x$", ())
    assert second == ("LSTM: other", "07-small", "Second", "$y = y$", (("07", "one, and more"), ("01", "dense layer")))
    (check,) = ledger.checks_of(path)
    assert check.section == "Second"
    assert check.functions == {"loss", "loss.hinge", "forward_pass.dense", "proof.agree"}


def test_a_result_that_no_cell_names_is_refused(tmp_path):
    path = write(tmp_path / "07-small.ipynb", "# Small", ("results(globals())", f"{TABLE}| typed | $x = y$ |"))
    with pytest.raises(ValueError, match="no cell shows or names the result 'typed'"):
        list(ledger.results_of(path))


def test_a_cell_that_was_not_executed_proves_nothing(tmp_path):
    closing = ("results(globals())", f"{TABLE}| a | $x = x$ |", None)
    path = write(tmp_path / "07-small.ipynb", "# Small", ('prove(x, x, name="a")', ""), closing)
    assert list(ledger.results_of(path)) == []


def test_the_map_joins_each_result_to_those_it_rests_on():
    html = ledger.proof_map(RESULTS)._repr_html_()
    lines = dict(re.findall(r'<a class="(r\d+)" href="[^"]+"><text [^>]+>([^<]+)</text>', html))
    arcs = {tuple(lines[c] for c in pair) for pair in re.findall(r'<path class="(r\d+) (r\d+)"', html)}
    escaped = {r.name: ledger.escape(r.name) for r in RESULTS}
    expected = {(escaped[r.name], escaped[name]) for r in RESULTS for _, name in r.rests_on}
    assert arcs == expected
    assert {*lines.values()} == {name for arc in arcs for name in arc}
    for name in ("chain rule, one variable", "gradient of a pre-activation", "gradient of the recurrent weights"):
        assert name in lines.values()


def test_the_map_leads_from_the_chain_rule_to_backpropagation_through_time():
    above = {}
    for r in RESULTS:
        above[r.chapter, r.name] = {*r.rests_on}.union(*(above[key] for key in r.rests_on))
    roots = above["05", "gradient of the recurrent weights"]
    assert {("00", "total derivative, two paths"), ("01", "dense layer"), ("03", "gradient of the weights")} <= roots
