"""The helpers of notebooks: what a reader sees of sources, tables, results and exercises."""

import numpy as np
import pytest
from backprop.book.exercises import check
from backprop.book.page import caught, results, source, table
from backprop.forward_pass import dense, sigmoid
from backprop.proof import agree, prove
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


def test_check_answers_without_raising():
    def is_double(a):
        return prove(z + z, a)

    assert repr(check(..., is_double)) == "No answer yet. Replace the ... and run the cell again."
    assert repr(check(3 * z, is_double)).startswith("Not yet.\n\n```text\nnot proved: left - right leaves -z, not 0.")
    right = repr(check(2 * z, is_double))
    assert right.startswith("Right.\n\n$$\n")
    assert r"\blacksquare" in right
    assert repr(check(lambda z: 2 * z, lambda a: agree(2 * z, a, (z,)))).startswith("Right.\n\ncheck: 12 draws")
    assert repr(check(lambda z: 3 * z, lambda a: agree(2 * z, a, (z,)))).startswith("Not yet.\n\n```text\nexpected")
    assert repr(check(4, lambda a: a == 4)) == "Right."
    assert repr(check(5, lambda a: a == 4)) == "Not yet."
    assert repr(check(-1.0, lambda a: dense(a, a, a))).startswith("Not yet.\n\n```text\n")
    assert repr(check(np.zeros(2), lambda a: a == 1)) == "Not yet."


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
