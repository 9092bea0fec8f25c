"""The live figure: the first picture, drawn here, and the program that moves it.

script.js and graphs.js draw the picture, page.js follows the reader's hand, style.css
is the style.
"""

import html
import json
import re
from base64 import b64encode
from importlib.resources import files

import quickjs

from .printer import javascript


def resource(name):
    """The text of a file beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


NAMES = "{frame, figure, sigmoid, softplus, silu, relu, step}"
JAVASCRIPT = "".join(map(resource, ("script.js", "graphs.js", "page.js")))
STYLE = resource("style.css")
# without comments and indents
PROGRAM = re.sub(r"^ *//.*\n|^ +|^\n", "", JAVASCRIPT, flags=re.M)
RUNTIME = f"""globalThis.backpropLive = (() => {{
const STYLE = {json.dumps(STYLE)};
{PROGRAM}
return {NAMES};
}})();"""
# of the picture alone, without the page around it
PICTURE_STYLE = re.findall(r"^\.live-picture[^{]*{[^}]*}", STYLE, re.M)


def config(view, controls, results):
    """A figure as an object of JavaScript: its options and its formulas."""
    expressions = [e for r in results for e in r.expressions]
    formulas = {"results": (view.state, expressions), **view.formulas}
    symbols = [c.symbol for c in controls]
    printed = [
        f"{name}: {javascript(name, [*before, *symbols], listed, view.where)}"
        for name, (before, listed) in formulas.items()
    ]
    options = {
        "view": view.name,
        "options": view.options,
        "controls": [{**vars(c), "symbol": c.symbol.name} for c in controls],
        "results": [r.options for r in results],
    }
    # no text may end the script, or begin another one
    written = json.dumps(options, ensure_ascii=False, separators=(",", ":"))
    written = written.replace("<", r"\u003c")
    listed = ",\n".join(printed)
    return f"{{...{written}, formulas: {{\n{listed}\n}}}}"


class Figure:
    """A live figure: a picture that moves with its controls.

    The first picture is drawn in Python, by the program that draws it in the page.
    Without scripts, on paper and in a notebook that is not trusted, it stays.

    Parameters
        view: of ``plot``, ``panels``, ``shapes``, ``graph``, ``paths``, ``network``,
            ``bars`` or ``training``.
        controls: a list of ``slider`` and ``choice``.
        results: a list of ``Result``.
        alt: what the first picture shows, in words.
    Raises: ``InputError`` for what ``javascript`` cannot print. Chapter: 00.

    >>> from backprop.book.live import Axis, Result, curve, plot, slider
    >>> from backprop.proof.vocabulary import reals
    >>> x, a = reals("x a")
    >>> Figure(
    ...     plot(x, Axis("x", (-2, 0, 2)), Axis("y", (0, 4)), [curve("a x²", a*x**2)]),
    ...     controls=[slider(a, [1, 2, 3])],
    ...     results=[Result("slope at 1:", (a*x**2).diff(x).subs(x, 1))],
    ...     alt="A parabola.",
    ... )
    Live figure: A parabola.
    """

    def __init__(self, view, controls, results, alt):
        self.alt = alt
        self.config = config(view, controls, results)
        self.first = self.frame([c.values[c.at] for c in controls])

    def __repr__(self):
        return f"Live figure: {self.alt}"

    def frame(self, numbers):
        """The values, words and picture for these numbers of the controls."""
        js = quickjs.Context()
        js.eval(f"{RUNTIME} const {NAMES} = backpropLive;")
        call = f"frame({self.config}, {json.dumps(numbers)})"
        return json.loads(js.eval(f"JSON.stringify({call})"))

    @property
    def still(self):
        """The first picture on white paper, with the style of what it draws."""
        picture = self.first["picture"]
        drawn = {*" ".join(re.findall('class="([^"]*)', picture)).split()}
        used = [
            rule
            for rule in PICTURE_STYLE
            if drawn.issuperset(re.findall(r"\.([\w-]+)", rule.split("{")[0]))
        ]
        paper = f"<style>{''.join(used)}svg{{background:#fff}}</style>"
        return picture.replace(">", f">{paper}", 1)

    def _repr_html_(self):
        still = b64encode(self.still.encode()).decode()
        return f"""<figure class="live-figure">
<img width="544" alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{still}">
<script>{RUNTIME}</script>
<script>{{
const {NAMES} = backpropLive;
figure(document.currentScript.parentElement, {self.config});
}}</script>
</figure>"""
