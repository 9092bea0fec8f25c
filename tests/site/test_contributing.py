"""The recipe for a page in CONTRIBUTING.md, followed. The other recipes there run as doctests."""

import re
import runpy

import jupytext
import nbformat
import pytest
from helpers import BOOK
from test_notebooks import CHECKS


def block_after(heading):
    """The first block without a language below a heading."""
    text = (BOOK / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(rf"^{heading}\n.*?^```\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of the recipe: the text as a notebook, run by the tool that it names."""
    execute = runpy.run_path(BOOK / "tools/execute.py")["execute"]
    notebook = jupytext.reads(block_after("### A page"), fmt="py:percent")
    source = nbformat.writes(nbformat.from_dict({**notebook, "nbformat": 4, "nbformat_minor": 5}))
    return nbformat.v4.reads(execute(source, tmp_path_factory.mktemp("chapters")))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_page_of_the_recipe_passes_what_every_page_must_pass(page, check):
    check(page)


def test_the_page_of_the_recipe_proves_its_result(page):
    imports, proof, table = (cell for cell in page.cells if cell.cell_type == "code")
    assert imports.metadata["tags"] == ["hide-input"]
    assert "blacksquare" in proof.outputs[0]["data"]["text/markdown"]
    assert "| slope of a square |" in table.outputs[0]["data"]["text/markdown"]
