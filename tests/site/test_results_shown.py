"""A reference to a result shows its statement: on hover, by the keyboard, at the first tap; and what is none."""

import json
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
import yaml
from backprop.book import ledger
from bs4 import BeautifulSoup
from helpers import BOOK, BUILT, DESKTOP, PHONE
from test_accessibility import Axe

RESULTS, _ = ledger.read(BOOK / "chapters")
PROVING = [BUILT / f"chapters/{name}.html" for name in sorted({result.page for result in RESULTS})]
WITHOUT = BUILT / "chapters/references.html"
UNFOLD = "document.querySelectorAll('details').forEach((folded) => { folded.open = true })"
LINK, BOX = "main a:has([data-box])", ".result-box"


@pytest.fixture
def ext(monkeypatch):
    """The modules of the build."""
    monkeypatch.syspath_prepend(BOOK / "_ext")


def boxes_of(path):
    """The boxes of a built page; the rest of a page takes seconds to parse."""
    _, _, text = path.read_text(encoding="utf-8").partition('<template class="result-boxes">')
    return BeautifulSoup(text.partition("</template>")[0], "html.parser").select(BOX)


def references_of(path):
    """Each reference of a built page: address, words, and the name of the result in its box."""
    names = {box["id"]: box["aria-label"] for box in boxes_of(path)}
    start = (
        r'<a class="reference internal" href="([^"]*)"><span class="std std-ref"><span class="result" data-box="(.*?)">'
    )
    found = re.findall(start + "(.*?)</span></span></a>", path.read_text(encoding="utf-8"))
    return [(address, unescape(words), names[place]) for address, place, words in found]


class Reference(NamedTuple):
    path: Path
    number: int  # on its page
    address: str


@cache
def first(kind):
    """The first reference of a kind, in the smallest pages first."""
    for path in sorted(PROVING, key=lambda path: path.stat().st_size):
        boxes = {box["aria-label"]: box for box in boxes_of(path)}
        for number, (address, _, name) in enumerate(references_of(path)):
            if KINDS[kind](address, boxes[name]):
                return Reference(path, number, address)
    raise ValueError(f"no page refers to a result in this way: {kind}")


KINDS = {
    "to another page": lambda address, box: not address.startswith("#"),
    "wide": lambda address, box: box.select_one(".wide"),
}


def opened(page, kind="to another page", viewport=DESKTOP):
    """A reference in the middle of the window, with everything unfolded."""
    page.set_viewport_size(viewport)
    page.goto(first(kind).path.as_uri())
    page.evaluate(UNFOLD)
    link = page.locator(LINK).nth(first(kind).number)
    link.evaluate("(link) => link.scrollIntoView({block: 'center'})")
    return link


def box_of(page, link):
    """The open box, which is that of the link."""
    box = page.locator(BOX)
    box.wait_for()
    assert link.get_attribute("aria-details") == box.get_attribute("id")
    assert box.get_attribute("aria-label").lower() == link.inner_text().replace("’", "'").lower()
    return box


def arrived(page, kind="to another page"):
    """The link has been followed."""
    path, _, address = first(kind)
    page.wait_for_url(urljoin(path.as_uri(), address))


def closed(page):
    page.wait_for_selector(BOX, state="detached")
    assert page.locator("[aria-details]").count() == 0


# ------------------------------------------------------------------------- what is shown


def test_every_result_on_which_another_rests_is_a_link():
    for path in PROVING:
        found = Counter((name, address) for address, _, name in references_of(path))
        wanted = Counter()
        for result in RESULTS:
            for key in result.rests_on if result.page == path.stem else ():
                below = next(r for r in RESULTS if (r.chapter, r.name) == key)
                file = "" if below.page == path.stem else f"{below.page}.html"
                wanted[below.name, f"{file}#{ledger.anchor(below.section)}"] += 1
        assert not wanted - found, path.stem


def test_statements_are_those_of_the_ledger(ext):
    """Word by word and formula by formula: MathJax makes the same MathML of the ledger's TeX."""
    from static_math import MathJax

    macros = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    mathjax = MathJax(macros["static_math_macros"])
    statements = {result.name: result.statement for result in RESULTS}
    boxes = [box for path in PROVING for box in boxes_of(path)]
    assert {box["aria-label"] for box in boxes} >= {name for result in RESULTS for _, name in result.rests_on}
    for box in boxes:
        statement = statements[box["aria-label"]].replace("<br>", "").split("$")
        shown = [str(formula) for formula in box.select("mjx-assistive-mml > math")]
        wanted = [mathjax.html(tex, display=n == 0) for n, tex in enumerate(statement[1::2])]
        assert shown == [str(BeautifulSoup(html, "html.parser").math) for html in wanted]
        for formula in box.select("mjx-container"):
            formula.extract()
        title, *middle, where = box.find_all("p")
        assert "".join(p.get_text() for p in middle).replace("\n", "") == "".join(statement[::2])
        assert title.get_text().replace("’", "'").lower() == f"{box['aria-label']}.".lower()
        assert where.get_text() == "Where it is proved"


def test_a_page_without_references_has_no_script_for_them():
    assert "showPopover" in first("wide").path.read_text(encoding="utf-8")
    assert "showPopover" not in WITHOUT.read_text(encoding="utf-8")


# ---------------------------------------------------------------------- how it is reached


def test_hover(page):
    link = opened(page)
    assert page.locator(BOX).count() == 0
    link.hover()
    box = box_of(page, link)
    box.hover()
    page.wait_for_timeout(600)  # twice the delay after which a box closes
    box_of(page, link)
    page.mouse.move(1, 1)
    closed(page)
    link.hover()
    box_of(page, link)
    page.keyboard.press("Escape")
    closed(page)


def test_the_mouse_opens_one_box_at_a_time(page):
    opened(page)
    one, other = page.locator(LINK).nth(0), page.locator(LINK).nth(1)
    one.hover()
    box_of(page, one)
    other.hover()
    page.wait_for_function("(link) => link.hasAttribute('aria-details')", arg=other.element_handle())
    box_of(page, other)
    assert page.locator(BOX).count() == page.locator("[aria-details]").count() == 1


def test_keyboard(page):
    """The tabulator key leads into a box where a formula scrolls; Escape closes, Enter follows the link."""
    link = opened(page, "wide", PHONE)
    link.focus()
    box = box_of(page, link)
    page.keyboard.press("Tab")
    assert box.locator(".wide:focus").count() == 1
    page.wait_for_timeout(600)
    box_of(page, link)
    page.keyboard.press("Escape")
    closed(page)
    assert link.evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    box_of(page, link)
    page.keyboard.press("Shift+Tab")
    page.wait_for_function("(link) => !link.hasAttribute('aria-details')", arg=link.element_handle())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    arrived(page, "wide")


@pytest.mark.parametrize("page", [{"has_touch": True}], indirect=True, ids=str)
def test_a_tap_opens_and_a_tap_elsewhere_closes(page):
    link = opened(page, viewport=PHONE)
    link.tap()
    box_of(page, link)
    page.wait_for_timeout(600)
    assert page.url == first("to another page").path.as_uri()
    page.touchscreen.tap(200, 150)
    assert page.locator(BOX).count() == 0  # at once: a link that had the focus would lose it and close the box later
    link.tap()
    box_of(page, link).get_by_role("link", name="Where it is proved").tap()
    arrived(page)


def test_a_click_of_the_mouse_follows_the_link(page):
    opened(page).click()
    arrived(page)


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=str)
def test_without_a_script_it_is_a_link(page):
    path, number, _ = first("to another page")
    page.goto(path.as_uri())
    assert page.locator(BOX).count() == 0
    page.locator(LINK).nth(number).click()
    arrived(page)


# -------------------------------------------------------------------------- how it looks

EDGES = r"""async ([selector, block]) => {
  const faults = [], frame = () => new Promise(requestAnimationFrame);
  for (const link of document.querySelectorAll(selector)) {
    link.scrollIntoView({ block, behavior: "instant" });
    link.focus({ preventScroll: true });
    await frame();
    const box = document.querySelector(".result-box"), name = `${block}: ${link.textContent}`;
    if (!box) { faults.push(`${name}: no box`); continue; }
    const { left, right, top, bottom, height } = box.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement, lines = [...link.getClientRects()];
    if (left < 0 || right > clientWidth || top < 0 || bottom > clientHeight) faults.push(`${name}: cut`);
    if (box.scrollWidth > box.clientWidth) faults.push(`${name}: wider than its box`);
    if (height < 80) faults.push(`${name}: ${height} high`);
    if (lines.some((l) => top < l.bottom - 1 && bottom > l.top + 1)) faults.push(`${name}: on its link`);
    const gap = Math.min(Math.abs(top - lines.at(-1).bottom), Math.abs(lines[0].top - bottom));
    if (gap > 8) faults.push(`${name}: ${gap} px away`);
  }
  return faults;
}"""


SIZES = [PHONE, *(pytest.param(size, marks=pytest.mark.sweep) for size in (DESKTOP, {"width": 700, "height": 360}))]


@pytest.mark.parametrize("viewport", SIZES, ids=str)
def test_nothing_is_cut_at_the_edges_of_the_window(page, viewport):
    page.set_viewport_size(viewport)
    page.goto(max(PROVING, key=lambda path: len(references_of(path))).as_uri())
    page.evaluate(UNFOLD)
    assert [fault for block in ("start", "end") for fault in page.evaluate(EDGES, [LINK, block])] == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.sweep)])
def test_axe_finds_no_fault_in_an_open_box(page, scheme):
    page.emulate_media(color_scheme=scheme)
    link = opened(page, viewport=PHONE)
    link.focus()
    box_of(page, link)
    found = Axe().run(page, context=BOX, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]] == []


def test_it_is_not_printed(page):
    link = opened(page)
    link.focus()
    box = box_of(page, link)
    page.emulate_media(media="print")
    assert not box.is_visible()


# --------------------------------------------------------------------------- what is refused


DENSE = next(result.page for result in RESULTS if result.name == "dense layer")


@pytest.mark.parametrize(
    ("title", "where", "message"),
    [
        ("dense layr", DENSE, 'no result is called "dense layr"; the nearest name is "dense layer"'),
        ("dense layer", "02-loss", '"dense layer" is proved in ' + DENSE + ".ipynb, not where this link leads"),
    ],
)
def test_a_wrong_title_is_refused(ext, title, where, message):
    from results import References

    references = References("chapters/02-loss", {(r.chapter, r.name): r for r in RESULTS})
    assert references.titled("dense layer", f"chapters/{DENSE}").statement.startswith("$\\left[X W")
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        references.titled(title, f"chapters/{where}")


def test_what_no_ledger_knows_stays_text(ext):
    from results import References

    references = References("chapters/01-forward-pass", {(r.chapter, r.name): r for r in RESULTS})
    shown = references.rests_on(
        "\nrests on: sigmoid’s slope; dense layer; the sigmoid’s slope is at most 1/4; x (chapter 00)"
    )
    assert [
        node.tagname for node in shown
    ] == "#text #text #text pending_xref #text pending_xref #text #text #text".split()
    assert "".join(node.astext() for node in shown).endswith("the sigmoid’s slope is at most 1/4; x (chapter 00)")
    assert [result.name for result in references.ids] == ["dense layer", "the sigmoid's slope is at most 1/4"]


def small_book(folder, statement, page):
    """Build a book of a chapter with one result and of a page that refers to it; what the build says."""

    def cell(source, shown):
        output = {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": shown}}
        code = {"cell_type": "code", "id": f"c{len(source)}", "metadata": {}, "source": source}
        return {**code, "execution_count": 1, "outputs": [output]}

    text = '# A chapter\n\n## Squares and $x$\n\n[Here](#squares-and- "slope of a square") it stands.'
    head = {"cell_type": "markdown", "id": "head", "metadata": {}, "source": text}
    table = f"| result | statement |\n| --- | --- |\n| slope of a square | {statement} |"
    cells = [head, cell("slope", "**Slope of a square.**"), cell("results(globals())", table)]
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    (folder / "chapters").mkdir(exist_ok=True)
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": python, "cells": cells}
    (folder / "chapters/00-squares.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    old = folder / "index.md"
    if not old.exists() or old.read_text(encoding="utf-8") != page:
        old.write_text(page, encoding="utf-8")
    (folder / "_toc.yml").write_text("- file: chapters/00-squares\n", encoding="utf-8")
    (folder / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(BOOK / '_ext')!r})\nextensions = ['myst_nb', 'results']\n"
        "exclude_patterns = ['_build']\nnb_execution_mode = 'off'\nnb_render_markdown_format = 'myst'\n"
        "myst_heading_anchors = 3\nmyst_enable_extensions = ['dollarmath']\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "-b", "html", folder, folder / "_build/html"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


PROSE = '# A page\n\n```{{toctree}}\nchapters/00-squares\n```\n\nAs [the slope](chapters/00-squares.ipynb "{}") says.\n'


def test_a_link_in_prose(tmp_path):
    """It leads to the section, its title is gone, and its page is built again when the statement changes."""
    page = PROSE.format("slope of a square")
    for statement in ("$a = 2 x$<br>for real $x$", "$a = 2 y$<br>for real $y$"):
        assert small_book(tmp_path, statement, page) == ""
        built = tmp_path / "_build/html/index.html"
        assert references_of(built) == [("chapters/00-squares.html#squares-and-x", "the slope", "slope of a square")]
        [(address, *_)] = references_of(tmp_path / "_build/html/chapters/00-squares.html")
        assert address == "#squares-and-x"
        [box] = boxes_of(built)
        formulas = [formula.get_text() for formula in box.select(".math")]
        assert [re.sub(r"[^\w= ]", "", formula).strip() for formula in formulas] == statement[1:-1].split(
            "$<br>for real $"
        )


def test_a_wrong_title_stops_the_build(tmp_path):
    said = small_book(tmp_path, "$a = 2 x$", PROSE.format("slope of a squid"))
    assert 'no result is called "slope of a squid"; the nearest name is "slope of a square"' in said
    assert "index.md" in said
