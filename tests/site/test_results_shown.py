"""A reference to a result shows its statement: on hover, by the keyboard, at the first tap; and what is none."""

import json
import re
import subprocess
import sys
from collections import Counter
from html import unescape

import pytest
import yaml
from backprop.book import ledger
from bs4 import BeautifulSoup
from helpers import BOOK, BUILT, DESKTOP, PHONE
from test_accessibility import Axe

RESULTS, _ = ledger.read(BOOK / "chapters")
PROVING = sorted({result.page for result in RESULTS})
PAGE, OTHER = BUILT / "chapters/01-forward-pass.html", BUILT / "chapters/glossary.html"
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


def opened(page, path=PAGE, viewport=DESKTOP, number=0):
    """The page with everything unfolded, and a reference in the middle of the window."""
    page.set_viewport_size(viewport)
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    link = page.locator(LINK).nth(number)
    link.evaluate("(link) => link.scrollIntoView({block: 'center'})")
    return link


def box_of(page, link):
    """The open box, which is that of the link."""
    box = page.locator(BOX)
    box.wait_for()
    assert link.get_attribute("aria-details") == box.get_attribute("id")
    assert box.get_attribute("aria-label").lower() == link.inner_text().replace("’", "'").lower()
    return box


def first_reference(wanted):
    """Number and address of the first reference of which this is true, given its address and its box."""
    boxes = {box["aria-label"]: box for box in boxes_of(PAGE)}
    found = enumerate(references_of(PAGE))
    return next((n, address) for n, (address, _, name) in found if wanted(address, boxes[name]))


def far():
    """The first reference to another page."""
    return first_reference(lambda address, box: not address.startswith("#"))


def closed(page):
    page.wait_for_selector(BOX, state="detached")
    assert page.locator("[aria-details]").count() == 0


# ------------------------------------------------------------------------- what is shown


def test_every_result_on_which_another_rests_is_a_link():
    for name in PROVING:
        found = Counter((name, address) for address, _, name in references_of(BUILT / f"chapters/{name}.html"))
        wanted = Counter()
        for result in RESULTS:
            for key in result.rests_on if result.page == name else ():
                below = next(r for r in RESULTS if (r.chapter, r.name) == key)
                file = "" if below.page == name else f"{below.page}.html"
                wanted[below.name, f"{file}#{ledger.anchor(below.section)}"] += 1
        assert not wanted - found, name


def test_statements_are_those_of_the_ledger(ext):
    """Word by word and formula by formula: MathJax makes the same MathML of the ledger's TeX."""
    from static_math import MathJax

    macros = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    mathjax = MathJax(macros["static_math_macros"])
    statements = {result.name: result.statement for result in RESULTS}
    boxes = [box for name in PROVING for box in boxes_of(BUILT / f"chapters/{name}.html")]
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
    assert "showPopover" in PAGE.read_text(encoding="utf-8")
    assert "showPopover" not in OTHER.read_text(encoding="utf-8")


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
    number, _ = first_reference(lambda address, box: True)
    first = opened(page, number=number)
    second = page.locator(LINK).nth(number + 1)
    first.hover()
    box_of(page, first)
    second.hover()
    page.wait_for_function("(link) => link.hasAttribute('aria-details')", arg=second.element_handle())
    box_of(page, second)
    assert page.locator(BOX).count() == page.locator("[aria-details]").count() == 1


def test_keyboard(page):
    """The tabulator key leads into a box where a formula scrolls; Escape closes, Enter follows the link."""
    number, address = first_reference(lambda address, box: box.select_one(".wide"))
    link = opened(page, viewport=PHONE, number=number)
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
    page.wait_for_url(f"**/{address}")


def test_a_tap_opens_and_a_tap_elsewhere_closes(browser):
    number, address = far()
    context = browser.new_context(has_touch=True)
    page = context.new_page()
    link = opened(page, viewport=PHONE, number=number)
    link.tap()
    box_of(page, link)
    page.wait_for_timeout(600)
    assert page.url == PAGE.as_uri()
    page.touchscreen.tap(200, 150)
    assert page.locator(BOX).count() == 0  # at once: a link that had the focus would lose it and close the box later
    link.tap()
    box_of(page, link).get_by_role("link", name="Where it is proved").tap()
    page.wait_for_url(f"**/{address}")
    context.close()


def test_a_click_of_the_mouse_follows_the_link(page):
    number, address = far()
    opened(page, number=number).click()
    page.wait_for_url(f"**/{address}")


def test_without_a_script_it_is_a_link(browser):
    number, address = far()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGE.as_uri())
    assert page.locator(BOX).count() == 0
    page.locator(LINK).nth(number).click()
    page.wait_for_url(f"**/{address}")
    context.close()


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
    opened(page, viewport=viewport)
    assert [fault for block in ("start", "end") for fault in page.evaluate(EDGES, [LINK, block])] == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.sweep)])
def test_axe_finds_no_fault_in_an_open_box(page, scheme):
    page.emulate_media(color_scheme=scheme)
    link = opened(page, viewport=PHONE, number=far()[0])
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


@pytest.mark.parametrize(
    ("title", "where", "message"),
    [
        ("dense layr", "01-forward-pass", 'no result is called "dense layr"; the nearest name is "dense layer"'),
        ("dense layer", "02-loss", '"dense layer" is proved in 01-forward-pass.ipynb, not where this link leads'),
    ],
)
def test_a_wrong_title_is_refused(ext, title, where, message):
    from results import References

    references = References("chapters/02-loss", {(r.chapter, r.name): r for r in RESULTS})
    assert references.titled("dense layer", "chapters/01-forward-pass").section == "One layer, one batch"
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
