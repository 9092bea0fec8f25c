"""Every exercise of the book by one loop: what is right passes, each typical mistake gets its own hint, and nothing
else gets through or raises.
"""

import inspect
import json
import re
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from backprop.book.exercises import (
    ATTEMPTS,
    MODULES,
    check,
    exercises,
    find,
    hint,
    module,
    running,
    solution,
    your_answer,
)
from backprop.book.exercises.bug import FindTheBug
from backprop.book.exercises.choice import Choice
from backprop.book.exercises.derivation import Lines
from backprop.book.exercises.expression import Expression
from backprop.book.exercises.number import Number
from backprop.book.exercises.program import Program
from backprop.book.exercises.running import OutOfTime, Run
from backprop.proof.vocabulary import reals
from helpers import BOOK, NOTEBOOKS

EVERY = exercises()
CHAPTERS = ("00", "01", "02", "03", "04", "05")
name_of = lambda e: e.name  # noqa: E731
every_exercise = pytest.mark.parametrize("exercise", EVERY, ids=name_of)


class Chameleon:
    """An object that claims to equal everything."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __abs__(self):
        return 0

    def __sub__(self, other):
        return 0

    __rsub__ = __sub__

    def __le__(self, other):
        return True

    def __float__(self):
        return 0.0

    def __array__(self, dtype=None, copy=None):
        return np.full((), Chameleon(), dtype=object)


def endless(*arguments):
    while True:
        pass


def nonsense(*arguments):
    raise ValueError("operands could not be broadcast together")


NO_ANSWERS = {
    "nothing": None,
    "an empty tuple": (),
    "an empty list": [],
    "an empty text": "",
    "a text": "a string of nonsense",
    "a function of nothing": lambda: 1,
    "a generator": (k for k in range(3)),
    "NaN": float("nan"),
    "infinity": float("inf"),
    "an array of another shape": np.ones((2, 7, 3)),
    "a chameleon": Chameleon(),
    "a tuple of chameleons": (Chameleon(), Chameleon()),
    "an endless loop": endless,
    "a function that raises": nonsense,
    "a function that returns None": lambda *a: None,
    "a function that returns a generator": lambda *a: (k for k in range(3)),
    "a function that returns a chameleon": lambda *a: Chameleon(),
    "a function that returns chameleons": lambda *a: (Chameleon(),) * 4,
    "a function that returns NaN": lambda *a: np.full((3, 3), np.nan),
    "a function that returns nothing": lambda *a: (),
    "a function that returns text": lambda *a: "right",
    "a type": int,
    "a module": np,
    "a truth value": True,
    "a complex number": 2j,
    "a dictionary": {"a": 1},
    "the placeholder in a list": [your_answer],
}


def is_a_sentence(text):
    return text.strip() and "Traceback" not in text and 'File "' not in text


@every_exercise
def test_what_is_right_passes(exercise):
    assert len(exercise.right) >= 2, "expected two other forms of the answer"
    for typed in (exercise.solution, *exercise.right):
        verdict = exercise.judge(exercise.typed(typed))
        assert verdict.right, f"{typed}: {verdict.text}"


@every_exercise
def test_each_typical_mistake_gets_its_own_hint(exercise):
    assert len(exercise.wrong) >= 4
    assert len(set(exercise.wrong.values())) == len(exercise.wrong), "two mistakes have one hint"
    for typed, reason in exercise.wrong.items():
        verdict = exercise.judge(exercise.typed(typed))
        assert (verdict.right, verdict.text) == (False, reason), typed


@every_exercise
def test_what_is_no_answer_fails_with_a_sentence(exercise, monkeypatch):
    for kind, answer in NO_ANSWERS.items():
        with monkeypatch.context() as patch:
            if kind == "an endless loop":
                patch.setattr(running, "SECONDS", 0.3)
            verdict = exercise.judge(answer)
        assert not verdict.right, kind
        assert is_a_sentence(verdict.text), kind


@every_exercise
def test_the_question_is_no_answer(exercise):
    questions = {
        Number: lambda: exercise.hint,
        Expression: lambda: exercise.question,
        Lines: lambda: [exercise.question, exercise.question],
        FindTheBug: lambda: exercise.typed(exercise.program),
        Program: lambda: lambda *a: a,
        Choice: lambda: exercise.hint,
    }
    verdict = exercise.judge(next(questions[k] for k in type(exercise).__mro__ if k in questions)())
    assert not verdict.right
    assert is_a_sentence(verdict.text)


@pytest.mark.parametrize("exercise", [e for e in EVERY if getattr(e, "returns", ())], ids=name_of)
def test_one_result_of_several_is_not_enough(exercise):
    right = exercise.reference
    for function in (lambda *a: right(*a)[:1], lambda *a: right(*a)[0]):
        function.__signature__ = inspect.signature(right)
        assert not exercise.judge(function).right


@every_exercise
def test_it_says_what_a_reader_needs(exercise):
    assert exercise.difficulty in (1, 2, 3)
    assert 1 <= exercise.minutes <= 30
    for text in (exercise.trains, exercise.hint, exercise.because):
        assert len(text) > 10
    assert exercise.solution.strip("'\"") not in exercise.hint.split(), "the hint tells the answer"
    assert find(exercise.name) is exercise


def test_the_names_count_up():
    for chapter in MODULES:
        names = [e.name for e in module(chapter).EXERCISES]
        assert names == [f"{chapter}-{k}" for k in range(1, len(names) + 1)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_each_kind(chapter):
    kinds = [type(e) for e in exercises(chapter)]
    assert kinds.count(Number) >= 2
    assert kinds.count(Lines) >= 1
    assert kinds.count(FindTheBug) >= 1


# The notebooks


def cells_of(path):
    return {c["id"]: c for c in json.loads(path.read_text(encoding="utf-8"))["cells"]}


CELLS = {path.stem: cells_of(path) for path in NOTEBOOKS}
PLACES = {
    cell.removeprefix("exercise-"): page
    for page, cells in CELLS.items()
    for cell in cells
    if cell.startswith("exercise-")
}


def text_of(cell):
    return "".join(cell["source"])


def said(cell):
    return "".join("".join(o.get("data", {}).get("text/plain", "")) for o in cell["outputs"])


def test_every_exercise_stands_in_a_notebook_once():
    assert sorted(PLACES) == sorted(e.name for e in EVERY)


@every_exercise
def test_the_notebook_shows_it(exercise):
    cells, name = CELLS[PLACES[exercise.name]], exercise.name
    order = [c for c in cells if c.endswith(f"-{name}") or c == f"exercise-{name}"]
    assert order == [f"{part}-{name}" for part in ("exercise", "answer", "hint", "solution")]
    statement = text_of(cells[f"exercise-{name}"])
    assert statement.startswith(f"**Exercise {name}** {exercise.label}. ")
    starter = text_of(cells[f"answer-{name}"])
    assert "your_answer" in starter
    assert starter.endswith(f'check("{name}", answer)')
    assert said(cells[f"answer-{name}"]).startswith("No answer yet.")
    assert text_of(cells[f"hint-{name}"]) == f'hint("{name}")'
    assert said(cells[f"hint-{name}"]) == exercise.hint
    assert text_of(cells[f"solution-{name}"]) == f'solution("{name}")'
    assert said(cells[f"solution-{name}"]).startswith(exercise.because)
    for part in ("hint", "solution"):
        metadata = cells[f"{part}-{name}"]["metadata"]
        assert metadata["tags"] == ["hide-cell"]
        assert metadata["mystnb"]["code_prompt_show"] == part.capitalize()


@pytest.mark.parametrize("exercise", [e for e in EVERY if isinstance(e, FindTheBug)], ids=name_of)
def test_the_notebook_shows_the_wrong_program_with_the_numbers_of_its_lines(exercise):
    statement = text_of(CELLS[PLACES[exercise.name]][f"exercise-{exercise.name}"])
    shown = re.search(r"```python\n(.*?)\n```", statement, re.DOTALL)[1].split("\n")
    numbered = [re.fullmatch(r"(.*?)\s+# (\d+)", line).groups() for line in shown]
    assert [line for line, _ in numbered] == exercise.program.strip().split("\n")
    assert [int(n) for _, n in numbered] == [*range(1, len(numbered) + 1)]


# What the reader is told


def test_attempts_are_counted_and_the_placeholder_is_none():
    ATTEMPTS.clear()
    assert repr(check("03-1", your_answer)).startswith("No answer yet.")
    assert "Attempt" not in repr(check("03-1", 1))
    assert repr(check("03-1", 2)).endswith("Attempt 2. The hint is folded below.")
    assert repr(check("03-1", 3)) == "Right, at attempt 3."
    ATTEMPTS.clear()
    assert repr(check("03-1", 3)) == "Right."


@pytest.mark.parametrize("name", ["03-99", "99-1", "x", "", None, 3])
def test_an_unknown_name_is_answered(name):
    with pytest.raises(LookupError, match=r"no exercise .*: expected"):
        find(name)


def test_a_wrong_expression_meets_numbers_and_a_strange_letter_is_named():
    tanh = find("03-2")
    assert re.fullmatch(r"At .* yours is .*, right is .*\.", tanh.judge(tanh.typed("guess - y")).text)
    assert tanh.judge(find("03-13").typed("f(x)*w")).text.startswith("The question knows no function f. Use ")
    assert find("03-13").judge(find("03-13").typed("w*f(x)*7")).text == "The two are not equal for every E and f."
    assert tanh.judge(module("03").W[1, 1]).text.startswith("The question knows no D, K, W. Use ")
    assert tanh.judge(reals("q_7")).text.startswith("The question knows no q_7. Use ")
    assert tanh.judge(sp.Symbol("x")).text == "Your x is a new symbol. Use the one of the page."
    assert tanh.judge(tanh.typed("(guess - y) * (1 - guess**2) * x * y / y")).right
    assert tanh.judge(2.0 * tanh.typed(tanh.solution)).text.startswith("A decimal number stands in it.")


def test_an_answer_that_holds_less_often_or_is_not_finished_is_refused():
    slope = find("02-13")
    more = slope.judge(slope.target + sp.log(slope.letters["z"] ** 2) - 2 * sp.log(sp.Abs(slope.letters["z"])))
    assert more.text.startswith("True, but only where ")
    weights = find("03-5")
    first, second, _ = weights.typed(weights.solution)
    open_sum = weights.typed("Sum(Delta[n, q] * X[n, p] / K, (n, 1, N), (j, 1, K))")
    assert "A sum or a δ still stands in it" in weights.judge([first, second, open_sum]).text
    assert "n has no value here" in weights.judge([weights.typed("7 * G[n, q] * X[n, p]"), second, open_sum]).text


def test_a_function_in_another_spelling_is_right():
    from sympy import coth, sech, sympify, tanh

    steep, z = find("01-11"), reals("z")
    assert steep.judge(3 * sech(3 * z) ** 2).right
    assert steep.judge(3 - 3 / coth(3 * z) ** 2).right
    assert not steep.judge(sech(3 * z) ** 2).right
    lines = find("01-12")
    assert lines.judge([4 / (2 + 2 / sech(2 * z)), sech(z) ** 2, 1 - tanh(z) ** 2]).right
    assert lines.judge([sympify(1), sech(z) ** 2]).text.startswith("Line 1 is the first that does not follow")


def test_where_many_numbers_are_right_each_is_tried():
    claim, scores = find("00-4"), find("01-18")
    assert [claim.judge(z).right for z in (2.9, 3, 40, 10**6, -3)] == [False, True, True, True, False]
    assert claim.judge(0.5).text == "At u = 0.5000 the sides are 0.731 and 1.245; they differ by 0.514."
    assert scores.judge((2, 3, 3)).text.startswith("Softmax gives 0.155, 0.422, 0.422; for the doubled")
    assert scores.judge((5, 5, 5, 5)).text == "Expected 3 numbers in a row, received 4 numbers in a row."


def test_numbers_in_another_shape_are_refused_at_the_first_attempt():
    fresh = replace(find("03-4"))
    assert fresh.judge((4, 0)).text == "Expected 4 numbers in a row, received 2 numbers in a row."


def test_a_mistake_that_overflows_is_recognised_and_a_finite_answer_is_not_taken_for_it():
    logarithm = find("01-17")
    overflows = next(iter(logarithm.wrong))
    assert logarithm.judge(lambda z: np.log(1 / (1 + np.exp(-z)))).text == logarithm.wrong[overflows]
    of_the_package = logarithm.typed("lambda z: np.log(forward_pass.sigmoid(z))")
    assert logarithm.judge(of_the_package).text == logarithm.wrong[overflows]
    assert logarithm.judge(lambda z: -np.logaddexp(0, -z) - 1).text == "At z = -1000 yours is -1001, right is -1000."
    inaccurate = logarithm.judge(lambda z: -np.logaddexp(0, -z) * np.where(z > 39, 1.001, 1))
    assert inaccurate.text == "At z = 40 yours is -4.2526e-18, right is -4.24835e-18."


def test_the_first_false_line_is_named():
    lines = find("03-5")
    right = lines.typed(lines.solution)
    wrong = [right[0], lines.typed("2*Sum(G[n, q] * X[n, p], (n, 1, N))"), right[1]]
    assert "Line 2 is the first that does not follow from line 1." in lines.judge(wrong).text
    assert lines.judge([right[0], your_answer]).text == "Line 2 is still open."
    assert lines.judge([right[1]]).text == "Expected at least 3 lines, one step in each."
    assert lines.judge(right[:1] * 3).text.startswith("Every line follows. But the last: A slope still stands in it.")


def test_a_line_that_repeats_the_question_or_another_is_no_step():
    lines = find("02-3")
    last = lines.typed(lines.solution)[-1]
    assert lines.judge([last, last]).text == "Line 2 is line 1 again."
    assert lines.judge([lines.question, last, last]).text == "Line 1 is the question again."


def test_the_first_answer_of_all_is_refused_by_its_shape():
    exercise = replace(find("02-4"))  # which has read no answer yet
    assert exercise.judge(3).text == "Expected 5 numbers in a row, received one number."


def test_many_numbers_can_be_right_and_what_they_lack_is_said():
    matrix = find("errata-3")
    assert matrix.judge([[0, -11], [0, 0.25]]).right
    assert matrix.judge([[0, 9], [0, 0]]).text.startswith("The longest step makes a row 9 times as long.")
    assert matrix.judge([[1.5, 20], [0, 0]]).text.startswith("The largest eigenvalue has the size 1.5.")
    assert matrix.judge([[0.5, 20, 0], [0, 0.5, 0]]).text.startswith("Expected 2 rows of 2 numbers")


def test_a_function_that_the_kernel_does_not_know_is_put_in_its_words():
    slope = find("02-9")
    assert slope.judge(slope.typed("(sp.tanh(z) - y) * sp.sech(z)**2")).right
    assert find("02-2").judge(2.1983).text == "Close, but not to 4 decimals."
    assert find("02-2").judge(2.5).text == "Yours, 2.5, is too large."
    assert find("02-8").judge(5.0).right


def program_says(function):
    return find("03-7").judge(function).text


def test_shapes_that_do_not_fit_are_named():
    bias, path, residual = find("01-9"), find("00-10"), find("03-6")
    for typed in ("U * (V * b + c) + e", "V * b", "b * V * U + U * c + e"):
        found = bias.judge(bias.typed(re.sub(r"([A-Za-z])", r"matrix(\1)", typed)))
        assert found.text == "b and c are rows, and rows stand on the left: b V, not V b."
    added = bias.judge(bias.typed("(matrix(b) + matrix(c)) * matrix(U) + matrix(e)"))
    assert added.text == "b and c cannot be added: b goes through V first."
    swapped = path.judge(path.typed("c[p] * slope(g)(U[p]) * x[q]"))
    assert swapped.text == "p counts the inputs, q the units: x has the index p; c and u have q."
    columns = residual.judge(residual.typed("G_sq.T + W_sq * Delta_sq.T"))
    assert columns.text.startswith("That is the column form.")


def test_a_program_is_judged_result_by_result():
    right = find("03-7").reference

    def changed(place, change):
        def answer(G, X, W, slopes):
            results = [*right(G, X, W, slopes)]
            results[place] = change(results[place])
            return results

        return answer

    assert ": dW has the shape (2, 1), expected (1, 2). It is transposed." in program_says(changed(0, np.transpose))
    assert ": db has the shape (1, 2), expected (2,)." in program_says(changed(1, lambda a: a[None]))
    assert re.search(r": dX is not right: yours\[0, 0\] is .*, right is ", program_says(changed(2, lambda a: a + 1)))
    assert ": db is no array of real numbers." in program_says(changed(1, lambda a: a * 1j))
    assert ": dX is not right: yours[0, 0] is nan" in program_says(changed(2, lambda a: a * np.nan))


def test_a_program_that_changes_its_argument_or_hands_it_back_is_refused():
    right = find("03-7").reference

    def changing(G, X, W, slopes):
        G *= slopes
        return X.T @ G, G.sum(axis=0), G @ W.T

    def printing(G, X, W, slopes):
        print("the shape is", G.shape)
        return right(G, X, W, slopes)[::-1]

    assert "your function changes G. Make a new array." in program_says(changing)
    assert "Your function printed:\n\n```text\nthe shape is (1, 2)" in program_says(printing)
    assert "expected 3 results, dW, db, dX." in program_says(lambda G, X, W, slopes: X)
    assert "at `nonsense()` with a ValueError" in program_says(lambda G, X, W, slopes: nonsense())
    product = program_says(lambda G, X, W, slopes: (X @ W @ G, 0, 0))
    assert "a ValueError: the shapes do not fit a product; the last size on its left must be" in product
    entries = program_says(lambda G, X, W, slopes: (np.ones((2, 3)) * np.ones((3, 2)), 0, 0))
    assert entries.endswith("a ValueError: the shapes (2,3) and (3,2) do not fit entry by entry.")
    assert "does not come to an end" in program_says(lambda G, X, W, slopes: endless())


def test_an_endless_loop_is_stopped_and_does_not_run_on():
    before = threading.active_count()
    run = Run(endless, seconds=0.2)
    assert isinstance(run.error, OutOfTime)
    assert threading.active_count() == before


def test_in_an_equation_the_unknown_is_no_answer():
    search = find("04-4")
    assert search.judge(search.question.args[0]).text.startswith("The question knows no J")
    assert search.judge(reals("η")).text == "The question knows no η. Use G_sum, C_sum."


def test_numbers_and_lines_need_no_numpy():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from backprop.book.exercises import check, solution\n"
        "print(check('03-1', 3)); print(solution('03-2').text[:5]); print(solution('03-5').text[:1])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=BOOK / "code")
    assert found.stderr == ""
    assert found.stdout.startswith("Right.")


def test_the_solution_shows_what_was_proved():
    assert "∎" in repr(solution("03-2")) or r"\blacksquare" in solution("03-2").text
    assert repr(hint("03-1")) == find("03-1").hint


def test_further_decimals_must_be_right_too():
    price = find("houses-1")
    assert price.decimals == 0
    assert [price.judge(a).right for a in (35, 35.0, 34.986, 34.99, 35.4, 35.49, 34)] == [True] * 4 + [False] * 3


def test_an_exercise_does_not_change_the_order_of_a_pages_letters():
    program = (
        "from backprop.proof.vocabulary import DECLARED, array, sizes\n"
        "import backprop.book.live, backprop.book.exercises as e\n"
        "[e.solution(x.name) for x in e.exercises('03')]\n"
        "print(DECLARED); N = sizes('N'); array('q', N); array('X', N); print(DECLARED)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=BOOK / "code")
    assert found.stdout.splitlines() == ["{}", "{'q': 0, 'X': 1}"], found.stderr
