"""The links at the foot of a page, previous and next: from a page of the main line they lead to another one, past the
pages for the curious, whose titles in the contents begin with a circle.
"""

from functools import cache
from pathlib import Path

import yaml


def main_line(contents):
    """The pages of the table of contents without those for the curious, in order."""
    entries = [entry for part in contents["parts"] for entry in part["chapters"]]
    return [contents["root"], *(e["file"] for e in entries if not e.get("title", "").startswith("○ "))]


@cache
def pages_of(folder):
    """The main line of a book, read once in a build."""
    return main_line(yaml.safe_load(Path(folder, "_toc.yml").read_text(encoding="utf-8")))


def relink(app, pagename, templatename, context, doctree):
    pages = pages_of(app.srcdir)
    if pagename not in pages:
        return
    place = pages.index(pagename)
    for side, other in (("prev", place - 1), ("next", place + 1)):
        if 0 <= other < len(pages):
            title = app.builder.render_partial(app.env.titles[pages[other]])["title"]
            context[side] = {"link": app.builder.get_relative_uri(pagename, pages[other]), "title": title}


def setup(app):
    app.connect("html-page-context", relink)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
