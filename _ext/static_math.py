"""A Sphinx math renderer that typesets every formula while the book is built.

MathJax runs here, in QuickJS, and not in the reader's browser: a page holds finished HTML and hidden MathML
for screen readers.  All formulas of the book are typeset together, because MathJax writes one stylesheet for
the characters it has met.  The result is kept between builds until a page brings a new formula.
"""

import importlib.metadata
import json
import re
from collections import defaultdict
from pathlib import Path

import quickjs
from docutils import nodes
from fontTools import subset
from sphinx.errors import SphinxError
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

PACKAGE = "sphinx-mathjax-offline"
FILES = Path(importlib.metadata.distribution(PACKAGE).locate_file(PACKAGE), "static/mathjax")
PARTS = [
    "core",
    "adaptors/liteDOM",
    "input/tex-full",
    "output/chtml",
    "output/chtml/fonts/tex.js",
    "a11y/assistive-mml",
]
WIDE = 14  # em: a wider formula may not fit on a phone, so it gets a box that the keyboard can scroll
STRETCHED = ["MJXTEX-S1", "MJXTEX-S4", "MJXTEX", "MJXTEX-A"]  # the families of the parts of large brackets
ZERO = "\ueffc"  # the one character of MathJax_Zero, the font without height that all others follow
CONFIGURE = """
var self = globalThis, global = globalThis;
var console = {log() {}, warn() {}, error() {}, info() {}};
function setTimeout() { return 0 }
function clearTimeout() {}
var MathJax = {
  startup: {typeset: false, ready() {}},
  loader: {load: [], failed(error) { throw error }, paths: {mathjax: "mathjax"}},
  options: {enableAssistiveMml: true},
  tex: {
    macros: MACROS,
    packages: {"[-]": ["require", "autoload", "noundefined", "noerrors"]},
    formatError(jax, error) { throw Error(error.message) },
  },
  chtml: {fontURL: ".", adaptiveCSS: true},
};
"""
START = """
MathJax.loader.preLoad(...PARTS);
MathJax.startup.getComponents();
MathJax.startup.makeMethods();
MathJax.startup.document.outputJax.processMath = function (math, html) {
  const formula = this.factory.wrap(math);
  formula.toCHTML(html);
  this.box = formula.getOuterBBox();
};
function typeset(tex, display) {
  MathJax.texReset();
  const {adaptor, document} = MathJax.startup, node = MathJax.tex2chtml(tex, {display});
  const {w, d} = document.outputJax.box;
  if (w > WIDE) {
    adaptor.setAttribute(node, "tabindex", "0");
    adaptor.setAttribute(node, "role", "group");
    adaptor.setAttribute(node, "aria-label", "wide formula, scrolls");
    adaptor.setStyle(node, "vertical-align", `${-d.toFixed(3)}em`);
    adaptor.addClass(node, "wide");
  }
  return JSON.stringify(adaptor.outerHTML(node));
}
"""

logger = logging.getLogger(__name__)


class MathJax:
    """The TeX-to-HTML half of MathJax 3 in a QuickJS interpreter."""

    def __init__(self, macros):
        self.js = quickjs.Context()
        self.js.set_max_stack_size(64 * 2**20)
        self.js.eval(CONFIGURE.replace("MACROS", json.dumps(macros)))
        for part in ["startup", *PARTS]:
            self.js.eval((FILES / part).with_suffix(".js").read_text(encoding="utf-8"))
        while self.js.execute_pending_job():
            pass
        self.js.eval(START.replace("PARTS", json.dumps(PARTS)).replace("WIDE", str(WIDE)))

    def html(self, tex, display):
        """The formula as HTML; raises quickjs.JSException on wrong TeX."""
        return json.loads(self.js.eval(f"typeset({json.dumps(tex)}, {json.dumps(display)})"))

    def stylesheet(self):
        """The style of the formulas so far."""
        sheet = "MathJax.startup.adaptor.textContent(MathJax.chtmlStylesheet())"
        return json.loads(self.js.eval(f"JSON.stringify({sheet})"))


def is_formula(node):
    return isinstance(node, nodes.math | nodes.math_block)


def tex_of(node):
    r"""The TeX of a formula by Sphinx's rules: blank lines part it into rows, and ``\\`` breaks a line."""
    text = node.astext()
    if isinstance(node, nodes.math) or node["nowrap"]:
        return text
    rows = [row for row in text.split("\n\n") if row.strip()]
    rows = [rf"\begin{{split}}{row}\end{{split}}" if r"\\" in row else row for row in rows]
    return rows[0] if len(rows) == 1 else r"\begin{aligned}" + r"\\".join(rows) + r"\end{aligned}"


def key_of(node):
    return json.dumps([tex_of(node), isinstance(node, nodes.math_block)])


def typeset(wanted, macros):
    """Typeset the formulas {key: node}; name every wrong one, with its place in the book."""
    mathjax, html, wrong = MathJax(macros), {}, 0
    for key, node in wanted.items():
        tex, display = json.loads(key)
        try:
            html[key] = mathjax.html(tex, display)
        except quickjs.JSException as error:
            wrong += 1
            reason = str(error).splitlines()[0].removeprefix("Error: ")
            logger.error("%s, in the formula: %s", reason, " ".join(tex.split()), location=node)
    if wrong:
        raise SphinxError(f"{wrong} of the book's formulas cannot be typeset")
    return {"html": html, "stylesheet": mathjax.stylesheet()}


def typeset_book(app, env):
    """Typeset all formulas of the book, unless an earlier build has met every one of them."""
    if app.builder.format != "html":
        return
    pages = [env.get_doctree(name) for name in sorted(env.all_docs)]
    wanted = {key_of(node): node for page in pages for node in page.findall(is_formula)}
    version = importlib.metadata.version(PACKAGE)
    source = [version, Path(__file__).read_text(encoding="utf-8"), app.config.static_math_macros]
    cache = Path(app.doctreedir, "static_math.json")
    book = json.loads(cache.read_text(encoding="utf-8")) if cache.exists() else {}
    if book.get("source") != source or not wanted.keys() <= book["html"].keys():
        book = {"source": source, **typeset(wanted, app.config.static_math_macros)}
        cache.write_text(json.dumps(book), encoding="utf-8")
    app.static_math = book["html"]
    write_stylesheet(book["stylesheet"], Path(app.outdir, "_static/mathjax"))


def write_stylesheet(stylesheet, folder):
    """Write mathjax.css and the fonts that it names, with no more than the characters that it shows."""
    target = folder / "mathjax.css"
    if target.exists() and target.read_text(encoding="utf-8") == stylesheet:
        return
    folder.mkdir(parents=True, exist_ok=True)
    shown = characters(stylesheet)
    for family, font in re.findall(r'font-family: (\w\S*);\s+src: url\("\./(.+?)"\)', stylesheet):
        subset_font(FILES / "output/chtml/fonts/woff-v2" / font, ZERO + "".join(shown[family]), folder / font)
    target.write_text(stylesheet, encoding="utf-8")


def characters(stylesheet):
    """The characters that each font family of the stylesheet shows: a rule says its family by a class such as
    TEX-B; without one it is the main font, and for the parts of large brackets one of several.
    """
    found = defaultdict(set)
    for selector, content in re.findall(r'([^{}]*)\{[^{}]*content: "([^"]*)"', stylesheet):
        variant = re.search(r"\.TEX(-\w+)", selector)
        families = STRETCHED if "mjx-stretchy" in selector else [f"MJXTEX{variant[1] if variant else ''}"]
        for family in families:
            found[family] |= {*re.sub(r"\\([0-9A-F]+) ?", lambda code: chr(int(code[1], 16)), content)}
    return found


def subset_font(source, characters, target):
    """Write the font with these characters alone, where it has any of them."""
    options = subset.Options(flavor="woff", hinting=False)
    options.drop_tables += ["FFTM"]
    font = subset.load_font(source, options)
    if not font.getBestCmap().keys() & set(map(ord, characters)):
        return
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    subset.save_font(font, target, options)


def visit_inline(translator, node):
    html = translator.builder.app.static_math[key_of(node)]
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    translator.body.append(f"{html}{node.get('after', '')}</span>")
    raise nodes.SkipNode


def keep_punctuation(app, doctree, name):
    """Give a full stop after a formula to the formula, so that no line begins with it."""
    for node in doctree.findall(nodes.math):
        following = node.next_node(descend=False, siblings=True)
        if isinstance(following, nodes.Text) and following[:1] in tuple(".,;:!?)"):
            node["after"] = following[:1]
            # by its place: equal texts may stand elsewhere in the paragraph
            node.parent[node.parent.index(node) + 1] = nodes.Text(following[1:])


def visit_block(translator, node):
    html = translator.builder.app.static_math[key_of(node)]
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node.get("number"):
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append(f"{html}</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_config_value("static_math_macros", {}, "env")
    app.add_html_math_renderer("static", (visit_inline, None), (visit_block, None))
    app.add_css_file("mathjax/mathjax.css")
    app.connect("env-updated", typeset_book)
    app.connect("doctree-resolved", keep_punctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
