"""Every page of the built book, opened in Chromium from the disk: `make book` first, `make test` does both."""

import re
import shutil
from functools import cache
from html.parser import HTMLParser
from operator import attrgetter
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
import quickjs
import yaml
from fontTools.ttLib import TTFont
from helpers import BOOK, BUILT, NOTEBOOKS, PAGES, SETTINGS, STILL, in_one_setting, in_the_others, name_of
from PIL import Image

# Each script returns a list of faults, in words.
FORMULAS = r"""async () => {
  await document.fonts.ready;
  const faults = [];
  for (const math of document.querySelectorAll(".math"))
    if (!math.querySelector("mjx-container")) faults.push(`not typeset: ${math.textContent}`);
  for (const formula of document.querySelectorAll("mjx-container"))
    if (!formula.querySelector("mjx-assistive-mml > math > *")) faults.push("a formula without MathML");
  for (const font of document.fonts)
    if (font.status === "error") faults.push(`the font ${font.family} does not load`);
  if (document.querySelector("mjx-container") && ![...document.fonts].some(
      (font) => font.family === "MJXTEX-I" && font.status === "loaded"))
    faults.push("the fonts of the formulas are not loaded");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest("script, style, pre, code, textarea")) continue;
    if (/\\\(|\\\[|\$\$|\\begin\{|\\[dt]?frac\b/.test(text.data)) faults.push(`raw TeX: ${text.data.trim()}`);
  }
  return faults;
}"""
OVERFLOW = r"""() => {
  document.querySelectorAll("details").forEach((folded) => { folded.open = true });
  const width = document.scrollingElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > width);
  return [`the page is wider than ${width} px: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" ")}`];
}"""
PICTURES = r"""() => [...document.images]
  .filter((picture) => !picture.alt.trim() && !(picture.hasAttribute("alt") && picture.closest("a.logo")))
  .map((picture) => `a picture without alternative text: ${picture.src.slice(0, 120)}`)"""
CONTRAST = r"""() => {
  const channels = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = (top, under) => under.map((value, i) => top[3] * top[i] + (1 - top[3]) * value);
  const luminance = (color) => {
    const [r, g, b] = color.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const known = new Map([[null, [255, 255, 255]]]);
  const background = (element) => {
    if (!known.has(element))
      known.set(element, over(channels(getComputedStyle(element).backgroundColor), background(element.parentElement)));
    return known.get(element);
  };
  const faults = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement;
    if (!text.data.trim() || element.closest("script, style, svg, [disabled]")) continue;
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const style = getComputedStyle(element), under = background(element);
    const [low, high] = [over(channels(style.color), under), under].map(luminance).sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5))
      faults.add(`contrast ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 120)}`);
  }
  return [...faults];
}"""

# the theme follows the colour scheme by a script, a frame later
THEME = "(scheme) => (document.documentElement.dataset.theme ?? scheme) === scheme"


@cache
def anchors(file):
    return set(re.findall(r'\bid="(.+?)"', file.read_text(encoding="utf-8")))


class Links(HTMLParser):
    """Pairs of a tag and the address that it links to or loads."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("a", "link", "script", "img", "iframe", "source"):
            self.found.append((tag, attrs.get("href") or attrs.get("src") or ""))


def faults_of_links(file):
    """Links and anchors lead somewhere; what the page loads, it loads from the book."""
    faults = []
    for tag, url in Links(file.read_text(encoding="utf-8")).found:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "mailto"):
            if tag != "a":
                faults.append(f"loads {url}")
            continue
        if address.scheme or not url or url == "#":
            continue
        target = (file.parent / unquote(address.path)).resolve() if address.path else file
        if not target.exists():
            faults.append(f"no file for {url}")
        elif address.fragment and target.suffix == ".html" and unquote(address.fragment) not in anchors(target):
            faults.append(f"no anchor for {url}")
    return faults


def faults_of_glyphs(stylesheet):
    """Every character that the stylesheet of the formulas shows is in the font that it names for it."""
    css = stylesheet.read_text(encoding="utf-8")
    files = dict(re.findall(r'font-family: ([\w-]+);\s*src: url\("\./(.+?)"\)', css))
    fonts = {family: stylesheet.parent / file for family, file in files.items()}
    shown = {family: set(TTFont(file).getBestCmap()) if file.exists() else set() for family, file in fonts.items()}
    faults = []
    for variant, content in re.findall(r'\.mjx-c[0-9A-F]+(?:\.TEX-(\w+))?::before \{[^}]*content: "(.*)";', css):
        text = re.sub(r"\\([0-9A-F]+)", lambda code: chr(int(code[1], 16)), content)
        family = f"MJXTEX-{variant}" if variant else "MJXTEX"
        faults += [f"{family} has no {character!r}" for character in text if ord(character) not in shown[family]]
    return faults


def faults_in_browser(page, url, settings):
    """Open the page as a reader does, in each of these settings."""
    faults, loaded = [], []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.emulate_media(color_scheme=settings[0][0])
    page.set_viewport_size(settings[0][1])
    page.goto(url)
    page.add_style_tag(content=STILL)
    faults += page.evaluate(FORMULAS) + page.evaluate(PICTURES)
    for scheme, viewport in settings:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(viewport)
        page.wait_for_function(THEME, arg=scheme)
        faults += page.evaluate(OVERFLOW) + page.evaluate(CONTRAST)
    faults += [f"requests {address}" for address in loaded if not address.startswith(("file:", "data:"))]
    return faults


def test_every_page_of_the_contents_is_built():
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    files = ["index", "genindex", "search", *re.findall(r"'file': '(.*?)'", str(contents))]
    assert [file for file in files if BUILT / f"{file}.html" not in PAGES] == [], "run make book"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links(path):
    assert faults_of_links(path) == []


@pytest.mark.parametrize(("path", "settings"), in_one_setting())
def test_page(page, path, settings):
    assert faults_in_browser(page, path.as_uri(), settings) == []


@pytest.mark.sweep
@pytest.mark.parametrize(("path", "settings"), in_the_others())
def test_page_in_the_other_settings(page, path, settings):
    assert faults_in_browser(page, path.as_uri(), settings) == []


def test_every_page_meets_every_setting():
    """In `make test` one setting and in `make test-all` the three others; all four are in use."""
    one, others = in_one_setting(), in_the_others()
    assert [page for page, *_ in map(attrgetter("values"), one)] == PAGES
    for first, rest in zip(one, others, strict=True):
        assert first.values[0] == rest.values[0]
        assert sorted(map(str, first.values[1] + rest.values[1])) == sorted(map(str, SETTINGS.values()))
    assert len({str(param.values[1]) for param in one}) == len(SETTINGS)


def test_every_character_of_a_formula_has_its_glyph():
    assert faults_of_glyphs(BUILT / "_static/mathjax/mathjax.css") == []


def test_typesetting(monkeypatch):
    """Wrong TeX stops the build; a wide formula can be scrolled by the keyboard, and a short one is no tab stop."""
    monkeypatch.syspath_prepend(BOOK / "_ext")
    from static_math import MathJax

    mathjax = MathJax({"R": r"\mathbb{R}"})
    assert "tabindex" not in mathjax.html(r"x \in \R", True)
    assert 'tabindex="0"' in mathjax.html("+".join(["x"] * 30), True)
    for wrong, reason in [(r"\frac{a}", "Missing argument"), (r"\nosuch", "Undefined control sequence")]:
        with pytest.raises(quickjs.JSException, match=reason):
            mathjax.html(wrong, False)


def test_a_full_stop_stays_behind_its_own_formula(monkeypatch):
    """Though the words that follow, ". With ", stand twice in the paragraph."""
    monkeypatch.syspath_prepend(BOOK / "_ext")
    from docutils import nodes
    from static_math import keep_punctuation

    words = nodes.strong("", "bold"), nodes.Text(". With "), nodes.math("", "x"), nodes.Text(". With ")
    paragraph = nodes.paragraph("", "", *words)
    keep_punctuation(None, paragraph, "page")
    assert [child.astext() for child in paragraph] == ["bold", ". With ", "x", " With "]
    assert paragraph[2]["after"] == "."


def test_search_works_without_a_server(page):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{(BUILT / 'search.html').as_uri()}?q=forward")
    page.wait_for_selector("#search-results li a")
    assert errors == []


# Each checker refuses a small page that breaks its rule.

ALL = [*SETTINGS.values()]
GOOD = '<html lang="en"><meta charset="utf-8"><title>t</title><body><main><p id="p">A word.</p>{}</main></body></html>'
BAD = {
    "a request to another host": ('<img alt="a" src="http://example.invalid/a.png">', "requests http://example"),
    "an error in a script": ("<script>throw Error('boom')</script>", "boom"),
    "a complaint in the console": ("<script>console.error('oh no')</script>", "oh no"),
    "a formula that was left": ('<span class="math">x</span>', "not typeset"),
    "a formula without MathML": ("<mjx-container></mjx-container>", "without MathML"),
    "raw TeX": (r"<p>where \(x\) is</p>", "raw TeX"),
    "a raw environment": (r"<p>\begin{align}</p>", "raw TeX"),
    "raw dollars": ("<p>$$x$$</p>", "raw TeX"),
    "fonts that are not there": (
        '<style>@font-face {font-family: gone; src: url("gone.woff")}</style><p style="font-family: gone">a</p>',
        "the font gone does not load",
    ),
    "no fonts for formulas": ("<mjx-container></mjx-container>", "are not loaded"),
    "a wide page": ('<div style="width: 2000px">wide</div>', "wider than 375"),
    "a wide folded text": ("<details><div style='width: 900px'>wide</div></details>", "wider than 375"),
    "a picture without words": ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "alternative text"),
    "pale text": ('<p style="color: #aaa">pale</p>', "contrast 2.3"),
    "text that is pale in the dark": (
        "<style>@media (prefers-color-scheme: dark) {body {background: #111}}</style>",
        "contrast 1.1",
    ),
    "text that a script makes pale in the dark": (
        """<style>[data-theme="dark"] body {background: #111}</style><script>
        const dark = matchMedia("(prefers-color-scheme: dark)");
        const follow = () => { document.documentElement.dataset.theme = dark.matches ? "dark" : "light"; };
        follow();
        dark.addEventListener("change", () => setTimeout(follow, 500));
        </script>""",
        "contrast 1.1",
    ),
}


def test_a_good_page_has_no_fault(page, tmp_path):
    file = tmp_path / "good.html"
    file.write_text(GOOD.format('<a href="#p">here</a>'), encoding="utf-8")
    assert faults_in_browser(page, file.as_uri(), ALL) + faults_of_links(file) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_page_is_refused(page, tmp_path, name):
    body, fault = BAD[name]
    file = tmp_path / "bad.html"
    file.write_text(GOOD.format(body), encoding="utf-8")
    assert fault in "\n".join(faults_in_browser(page, file.as_uri(), ALL))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="gone.html">a</a>', "no file"),
        ('<a href="#gone">a</a>', "no anchor"),
        ('<a href="bad.html#gone">a</a>', "no anchor"),
        ('<script src="https://example.invalid/a.js"></script>', "loads https"),
    ],
)
def test_a_bad_link_is_refused(tmp_path, body, fault):
    file = tmp_path / "bad.html"
    file.write_text(GOOD.format(body), encoding="utf-8")
    assert fault in "\n".join(faults_of_links(file))


def test_a_missing_glyph_is_refused(tmp_path):
    built = BUILT / "_static/mathjax"
    for font in built.glob("*.woff"):
        shutil.copy(font, tmp_path)
    css = (built / "mathjax.css").read_text(encoding="utf-8")
    file = tmp_path / "mathjax.css"
    file.write_text(css + '\nmjx-c.mjx-c1D402.TEX-B::before {\n  content: "\\4E2D";\n}\n', encoding="utf-8")
    assert faults_of_glyphs(file) == ["MJXTEX-B has no '中'"]


def test_the_archive_is_the_book():
    """What the notebooks read and what it takes to build the book; nothing hidden, nothing that was made."""
    with ZipFile(BUILT / "executable-backpropagation.zip") as archive:
        names = {name.removeprefix("executable-backpropagation/") for name in archive.namelist()}
    wanted = [*NOTEBOOKS, *BOOK.glob("benchmarks/*.json"), *BOOK.glob("_ext/*"), *BOOK.glob("code/backprop/**/*.py")]
    wanted += [BOOK / name for name in ("_config.yml", "Makefile", "requirements.txt", "pyproject.toml", "LICENSE")]
    assert [file for file in wanted if file.is_file() and file.relative_to(BOOK).as_posix() not in names] == []
    assert [name for name in names if re.search(r"(^|/)(\.|_build|__pycache__)", name)] == []


def mode_of(path):
    with Image.open(path) as picture:
        return picture.mode


def test_the_pictures_have_a_palette():
    """A third of the bytes of the stored ones."""
    modes = {path.name: mode_of(path) for path in BUILT.glob("_images/*.png")}
    assert modes
    assert {name for name, mode in modes.items() if mode != "P"} == set()
