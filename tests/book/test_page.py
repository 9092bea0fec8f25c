"""The helpers of notebooks: what a reader sees of sources, tables, results and exercises."""

import pytest
from backprop.book.page import caught, results, source, table
from backprop.forward_pass import dense, sigmoid
from backprop.proof import prove
from backprop.proof.vocabulary import reals

z = reals("z")


def test_source_is_the_function_as_it_stands():
    shown = source(dense, sigmoid)._repr_markdown_()
    assert shown.startswith("```python\n")
    assert "def dense(X, W, b, out=None):" in shown
    assert "def sigmoid(z, out=None):" in shown
    assert shown.endswith("\n```")


def test_table_is_markdown_and_plain_text():
    shown = table(["a", "b"], (1, "x"), (2, "y"))
    assert shown._repr_markdown_() == repr(shown) == "| a | b |\n| --- | --- |\n| 1 | x |\n| 2 | y |"


def test_results_lists_the_named_proofs_once_and_in_order():
    first, second = prove(z + z, 2 * z, name="twice"), prove(abs(z), abs(-z), name="absolute value")
    nameless = prove(z, z)
    shown = repr(results({"a": first, "_": second, "b": second, "_12": first, "c": nameless, "d": 3}))
    assert [line.split(" | ")[0] for line in shown.splitlines()[2:]] == ["| twice", "| absolute value"]
    assert "for real $z$" in shown
    assert r"\left\vert {z}\right\vert " in shown
    assert all(line.count("|") == 3 for line in shown.splitlines())


def test_an_expected_error_is_printed_and_its_absence_raises(capsys):
    with caught(ValueError):
        dense(1.0, 1.0, 1.0)
    assert "expected" in capsys.readouterr().out
    with pytest.raises(AssertionError, match="expected ValueError, received no error"), caught(ValueError):
        pass
    with pytest.raises(KeyError), caught(ValueError):
        {}["another error"]


def test_a_proof_with_two_names_is_one_result():
    z = reals("z")
    proof = prove(z + z, 2 * z, name="twice")
    assert repr(results({"a": proof, "b": proof, "_c": proof})).count("twice") == 1
