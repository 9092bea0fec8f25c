"""What a page promises at its head, and how much it asks of a reader."""

import importlib.util
import re

import pytest
import yaml
from helpers import BOOK, BUILT, NOTEBOOKS

spec = importlib.util.spec_from_file_location("measure_pages", BOOK / "tools/measure_pages.py")
measure_pages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(measure_pages)
text_of = measure_pages.prose

HEAD = re.compile(r"^\*\*(\d+) minutes\*\* · (main line, page (\d+)|for the curious|project) · (.+)$", re.MULTILINE)
HEADS = {path.stem: found for path in NOTEBOOKS if (found := HEAD.search(text_of(path)))}
MAIN = {int(head[3]): page for page, head in HEADS.items() if head[3]}
LINK = r"\[[^\]]+\]\((\S+?)\.ipynb\)"


def test_the_first_chapters_have_heads():
    for chapter in ("00", "01", "02", "03", "04", "05"):
        assert {path.stem for path in NOTEBOOKS if path.stem.startswith(chapter)} <= {*HEADS}


def test_the_main_line_is_a_line():
    """Its pages are numbered, and each names the one before and the one after; the last may lead to any page."""
    assert sorted(MAIN) == [*range(1, len(MAIN) + 1)]
    for number, page in MAIN.items():
        before, after = (re.search(rf"{word} {LINK}", HEADS[page][4]) for word in ("after", "next:"))
        assert (before and before[1]) == MAIN.get(number - 1)
        assert after[1] == MAIN.get(number + 1, after[1])
    assert [p for p in contents() if p in MAIN.values()] == [MAIN[k] for k in sorted(MAIN)]


def contents():
    """The pages in the order of the contents."""
    return re.findall(r"file: chapters/(\S+)", (BOOK / "_toc.yml").read_text(encoding="utf-8"))


def test_a_page_for_the_curious_is_marked_in_the_contents():
    entries = [
        (entry["file"].removeprefix("chapters/"), entry.get("title", ""))
        for part in yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))["parts"]
        for entry in part["chapters"]
    ]
    curious = {page for page, head in HEADS.items() if head[2] == "for the curious"}
    assert curious == {page for page, title in entries if title.startswith("○ ")}


def test_the_front_page_gives_the_same_minutes():
    front = dict(re.findall(r"\(chapters/(\S+?)\.ipynb\) \| [^|]+ \| (\d+) \|", text_of(BOOK / "index.ipynb")))
    assert {page: HEADS[page][1] for page in MAIN.values()}.items() <= front.items()


def test_the_foot_of_a_page_follows_the_main_line():
    """Its links lead where its head says, past the pages for the curious."""
    for number, page in MAIN.items():
        html = (BUILT / f"chapters/{page}.html").read_text(encoding="utf-8")
        found = dict(re.findall(r'class="(left-prev|right-next)"\s+href="([^"]+)"', html))
        for side, other in (("left-prev", number - 1), ("right-next", number + 1)):
            if other in MAIN:
                assert found[side] == f"{MAIN[other]}.html"


@pytest.mark.parametrize("page", HEADS)
def test_a_page_is_no_longer_than_an_hour_can_bear(page):
    found = measure_pages.measure(BOOK / f"chapters/{page}.ipynb")
    assert found.words <= 2500
    assert found.lines <= 150
    assert found.pictures or page == "01-numbers"


def test_prose_is_counted_without_code_formulas_and_tags(tmp_path):
    page = tmp_path / "page.ipynb"
    page.write_text(
        '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "**5 minutes** · a $x + 1$\\n$$\\ny z\\n$$\\n'
        '```python\\ncode here\\n```\\n<b>bold</b> $a < b$ and $c > d$"},'
        ' {"cell_type": "code", "metadata": {"tags": ["hide-input"]}, "source": "a\\nb", "outputs": []},'
        ' {"cell_type": "code", "metadata": {}, "source": "c\\nd\\ne", "outputs": [{"data": {"image/png": ""}}]}]}',
        encoding="utf-8",
    )
    assert measure_pages.measure(page) == (9, 3, 1, 0, 5)


def test_pages_for_the_curious_are_left_out_of_the_main_line(monkeypatch):
    monkeypatch.syspath_prepend(BOOK / "_ext")
    from main_line import main_line

    pages = [{"file": "a"}, {"file": "b", "title": "○ B"}, {"file": "c", "title": "C"}]
    assert main_line({"root": "index", "parts": [{"chapters": pages}]}) == ["index", "a", "c"]
