"""A reader's ticks: beside each exercise, kept in the browser, counted and saved on the page *Exercises*."""

import pytest
from backprop.book.exercises import exercises
from helpers import BUILT

PAGE, OVERVIEW, OTHER = (
    (BUILT / f"chapters/{name}.html").as_uri() for name in ("01-activations", "exercises", "glossary")
)
TICKS = ".exercise-tick input"


def test_a_tick_is_kept_counted_saved_and_forgotten(page):
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(PAGE)
    assert page.locator(TICKS).count() == page.locator("strong", has_text="Exercise 01-").count() > 5
    page.get_by_label("exercise 01-14 done").check()
    page.reload()
    assert page.get_by_label("exercise 01-14 done").is_checked()
    assert page.locator(f"{TICKS}:checked").count() == 1
    page.goto(OVERVIEW)
    status = page.locator(".exercise-bar [role=status]")
    assert status.inner_text() == f"1 of {len(exercises())} done"
    page.get_by_label("exercise 01-11 done").check()
    assert status.inner_text() == f"2 of {len(exercises())} done"
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as text").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "exercise\tdone"
    assert [line.split("\t")[0] for line in lines[1:]] == ["01-11", "01-14"]
    page.get_by_role("button", name="Clear").click()
    assert status.inner_text() == f"0 of {len(exercises())} done"
    page.goto(PAGE)
    assert page.locator(f"{TICKS}:checked").count() == 0


@pytest.mark.parametrize("stored", ["{", "[]"])
def test_what_else_is_stored_there_does_no_harm(page, stored):
    page.goto(PAGE)
    page.evaluate("text => localStorage.setItem('executable-backpropagation: exercises done', text)", stored)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.reload()
    page.get_by_label("exercise 01-14 done").check()
    page.reload()
    assert page.get_by_label("exercise 01-14 done").is_checked()
    assert faults == []


def test_a_page_without_exercises_has_no_script_for_them(page):
    page.goto(OTHER)
    assert "exercise-tick" not in page.content()
