"""References to results: a link to the section where a result is proved, beside which its statement opens.

A reference is a name in the line "rests on: …" below a proof, or a link whose title is the name of a result,
``[the chain rule](00-how-to-read.ipynb "chain rule, one variable")``.  What a result says and where it stands is
read from the ledger.  A page holds the statement of each result that it refers to once, in a template at its end,
and the script that opens it.
"""

import re
from difflib import get_close_matches
from pathlib import Path
from zlib import crc32

from backprop.book import ledger
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util import logging

SCRIPT = Path(__file__).with_name("results.js").read_text(encoding="utf-8")
RESTS_ON = re.compile(r"(\s*rests on: )(.+)")
STRAIGHT = str.maketrans("‘’“”", "''\"\"")  # as they were typed, before docutils made them curly
BOXES = '<template class="result-boxes">'

logger = logging.getLogger(__name__)


class mention(nodes.inline):
    """The words of a reference; ``box`` is the id of the statement."""


class boxes(nodes.Element):
    """The statements that a page shows."""


class box(nodes.Element):
    """The statement of a result."""


class References:
    """The references of one page, and the results of the book, {(chapter, name): result}."""

    def __init__(self, page, results):
        self.page, self.results = page, results
        self.looked_up = {}  # what the page depends on
        self.ids = {}  # the results that are shown, in the order of the first references

    def find(self, chapter, name):
        """The result of a chapter with this name, or None."""
        self.looked_up[chapter, name] = self.results.get((chapter, name))
        return self.looked_up[chapter, name]

    def reference(self, result, *words):
        """A link to the result, with its box."""
        place = self.ids.setdefault(result, f"result-{len(self.ids) + 1}")
        return self.link(result, mention("", "", *words, box=place))

    def link(self, result, *words):
        """A link to the section of the result, as MyST makes it of Markdown."""
        where = {"reftarget": f"chapters/{result.page}", "reftargetid": ledger.slug(result.section)}
        kind = {"refdomain": "doc", "reftype": "myst", "refexplicit": True, "refdoc": self.page}
        return pending_xref("", nodes.inline("", "", *words, classes=["xref", "myst"]), **where, **kind)

    def rests_on(self, text):
        """A line "rests on: …" with links; what is in no ledger stays text."""
        before, names = RESTS_ON.fullmatch(text).groups()
        shown = [nodes.Text(before)]
        for words in names.split("; "):
            chapter, name = ledger.earlier(words.translate(STRAIGHT), ledger.chapter_of(Path(self.page).name))
            result = self.find(chapter, name)
            link = self.reference(result, nodes.Text(words[: len(name)])) if result else nodes.Text(words[: len(name)])
            shown += [link, nodes.Text(f"{words[len(name) :]}; ")]
        shown[-1] = nodes.Text(shown[-1].removesuffix("; "))
        return shown

    def titled(self, title, page):
        """The result that a link to a page names in its title; raises ValueError."""
        found = [key for key in self.results if key[1] == title]
        if not found:
            [near] = get_close_matches(title, [name for _, name in self.results], n=1, cutoff=0)
            raise ValueError(f'no result is called "{title}"; the nearest name is "{near}"')
        results = [self.find(*key) for key in found]
        here = [result for result in results if f"chapters/{result.page}" == page]
        if not here:
            raise ValueError(f'"{title}" is proved in {results[0].page}.ipynb, not where this link leads')
        return here[0]

    def boxes(self):
        """The statements of all results to which the page refers."""
        return boxes("", *(self.box(result, place) for result, place in self.ids.items()))

    def box(self, result, place):
        title = nodes.paragraph("", "", nodes.strong("", f"{result.name[0].upper()}{result.name[1:]}."))
        where = nodes.paragraph("", "", self.link(result, nodes.Text("Where it is proved")))
        return box("", title, *statement(result.statement), where, ids=[place], name=result.name)


def statement(text):
    """A statement of the ledger as nodes: the equation, and below it the lines that say for what it holds."""
    equation, *lines = text.split("<br>")
    equation = equation.strip("$")
    block = nodes.math_block(equation, equation, nowrap=True, number=None)
    below = [child for line in lines for child in (linebreak(), *inline(line))][1:]
    return [block, *([nodes.paragraph("", "", *below)] if below else [])]


def linebreak():
    return nodes.raw("", "<br />", format="html")


def inline(line):
    """Text with formulas between dollars."""
    parts = re.split(r"\$([^$]+)\$", line)
    return [nodes.math(part, part) if n % 2 else nodes.Text(part) for n, part in enumerate(parts) if part]


def title_of(node):
    """The title of a link inside the book, or nothing."""
    inside = isinstance(node, pending_xref) or (
        isinstance(node, nodes.reference) and "://" not in node.get("refuri", "")
    )
    return inside and (node.get("title") or node.get("reftitle"))


def refer(app, doctree):
    """Turn every reference of a page into a link, and add the statements."""
    page = app.env.docname
    references = References(page, app.book_results)
    for text in list(doctree.findall(nodes.Text)):
        if isinstance(text.parent, nodes.paragraph) and RESTS_ON.fullmatch(text):
            text.parent.replace(text, references.rests_on(text))
    for node in list(doctree.findall(title_of)):
        try:
            result = references.titled(title_of(node), node.get("reftarget", page))
        except ValueError as error:
            logger.warning("%s", error, location=node)
            continue
        words = node.children[0].children if isinstance(node, pending_xref) else node.children
        node.replace_self(references.reference(result, *words))
    if references.ids:
        doctree.append(references.boxes())
    app.env.looked_up_results[page] = references.looked_up


def read_ledger(app, env, added, changed, removed):
    """Read the ledger; a page is read again when a result that it shows has changed."""
    app.book_results = {(r.chapter, r.name): r for r in ledger.read(Path(app.srcdir, "chapters"))[0]}
    if not hasattr(env, "looked_up_results"):
        env.looked_up_results = {}
    shown = env.looked_up_results.items()
    return [page for page, results in shown if any(app.book_results.get(key) != r for key, r in results.items())]


def forget(app, env, page):
    getattr(env, "looked_up_results", {}).pop(page, None)


def visit_mention(translator, node):
    translator.body.append(f'<span class="result" data-box="{node["box"]}">')


def depart_mention(translator, node):
    translator.body.append("</span>")


def visit_boxes(translator, node):
    translator.body.append(f"{BOXES}\n")


def depart_boxes(translator, node):
    translator.body.append("</template>\n")


def visit_box(translator, node):
    label = {"aria-label": node["name"]}
    translator.body.append(translator.starttag(node, "div", CLASS="result-box", role="note", popover="manual", **label))


def depart_box(translator, node):
    translator.body.append("</div>\n")


def add_script(app, pagename, templatename, context, doctree):
    if BOXES in context.get("body", ""):
        context["body"] += f"<script>\n{SCRIPT}</script>\n"


def setup(app):
    for node in (mention, boxes, box):
        name = node.__name__
        app.add_node(node, html=(globals()[f"visit_{name}"], globals()[f"depart_{name}"]))
    app.connect("env-get-outdated", read_ledger)
    app.connect("env-purge-doc", forget)
    app.connect("doctree-read", refer)
    app.connect("html-page-context", add_script)
    version = crc32(Path(__file__).read_bytes())  # another program reads all pages again
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": version}
