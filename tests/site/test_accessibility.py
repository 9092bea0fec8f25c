"""axe finds no fault on any page of the built book: `make book` first, `make test` does both."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers import DESKTOP, PAGES, SETTINGS, STILL, in_one_setting, name_of

# what lasts longest: contrast, which test_site.py measures, too, and formulas, which MathJax has set all alike
NO_CONTRAST = {"color-contrast": {"enabled": False}}
NO_FORMULAS = "document.querySelectorAll('mjx-container').forEach((formula) => formula.replaceChildren())"


def faults_of(page, url, scheme, viewport, contrast=True, formulas=True):
    """What axe finds, with everything unfolded, in words."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(viewport)
    page.goto(url)
    page.add_style_tag(content=STILL)
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    if not formulas:
        page.evaluate(NO_FORMULAS)
    options = {"resultTypes": ["violations"], "rules": {} if contrast else NO_CONTRAST}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize(("path", "settings"), in_one_setting())
def test_axe_in_short(page, path, settings):
    assert [faults_of(page, path.as_uri(), *setting, contrast=False, formulas=False) for setting in settings] == [[]]


@pytest.mark.sweep
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_axe(page, path, setting):
    """In one setting with the formulas, which are the same in all."""
    first = next(iter(SETTINGS))
    assert faults_of(page, path.as_uri(), *SETTINGS[setting], formulas=setting == first) == []


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
    if fault != "color-contrast: ":
        assert faults_of(page, file.as_uri(), "light", DESKTOP, contrast=False, formulas=False) == found


def test_axe_sees_every_setting(page, tmp_path):
    """Text that is pale in the dark alone."""
    body = "<style>@media (prefers-color-scheme: dark) {body {background: #222}}</style><p>A word.</p>"
    file = tmp_path / "page.html"
    file.write_text(GOOD.format(body), encoding="utf-8")
    pale = [bool(faults_of(page, file.as_uri(), *setting)) for setting in SETTINGS.values()]
    assert pale == [scheme == "dark" for scheme, _ in SETTINGS.values()]
