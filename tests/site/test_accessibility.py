"""axe finds no fault on any page of the built book: `make book` first, `make test` does both."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers import BUILT, DESKTOP, PAGES, PHONE

SETTINGS = [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)]


def faults_of(page, url, scheme, viewport):
    """What axe finds, with everything unfolded, in words."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(viewport)
    page.goto(url)
    # what is unfolded fades in, and is pale until then
    page.add_style_tag(content="*, ::before, ::after { animation: none !important; transition: none !important }")
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize(("scheme", "viewport"), SETTINGS, ids=["light", "dark", "light-phone", "dark-phone"])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(BUILT)))
def test_axe(page, path, scheme, viewport):
    assert faults_of(page, path.as_uri(), scheme, viewport) == []


GOOD = '<html lang="en"><meta charset="utf-8"><title>t</title><main><h1>A page</h1>{}</main></html>'


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p>A word.</p>", None),
        ('<input type="range">', "label: "),
        ('<p style="color: #aaa">pale</p>', "color-contrast: "),
        ('<details><summary>more</summary><img src="data:,"></details>', "image-alt: "),
        ('<div role="img"></div>', "role-img-alt: "),
    ],
)
def test_axe_refuses(page, tmp_path, body, fault):
    file = tmp_path / "page.html"
    file.write_text(GOOD.format(body), encoding="utf-8")
    found = faults_of(page, file.as_uri(), "light", DESKTOP)
    assert [line.startswith(fault) for line in found] == [True] if fault else found == []
