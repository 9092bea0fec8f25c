"""What is changed in the text of a finished page.

- Every live figure carries the runtime, so that a notebook works when one of its cells is opened alone. A page
  keeps the first copy.
- A page with exercises gets the script that keeps a reader's ticks.
- docutils marks the bibliography with ARIA roles that are deprecated, or wrong for what they hold.
"""

import re
from pathlib import Path

RUNTIME = re.compile(r"<script>globalThis\.backpropLive = .*?</script>\n", re.DOTALL)
TICKS = Path(__file__).with_name("exercises.js").read_text(encoding="utf-8")
EXERCISE = re.compile(r"<strong>Exercise [\w-]+</strong>|<h1>Exercises<")
ROLES = re.compile(r' role="(doc-biblioentry|list)"')


def one_runtime(body):
    """The page with the first copy of the runtime alone; copies that differ come from notebooks of different ages."""
    copies = RUNTIME.findall(body)
    if len(set(copies)) > 1:
        raise ValueError("the live figures of a page carry different runtimes: make execute")
    if not copies:
        return body
    before, runtime, after = body.partition(copies[0])
    return before + runtime + after.replace(runtime, "")


def finish(app, pagename, templatename, context, doctree):
    if "body" in context:
        ticks = f"<script>\n{TICKS}</script>\n" if EXERCISE.search(context["body"]) else ""
        context["body"] = ROLES.sub("", one_runtime(context["body"])) + ticks


def setup(app):
    app.connect("html-page-context", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
