"""Live figures: a page's JavaScript, printed from the chapter's proved expressions.

An author makes a ``Figure`` in one cell, of a view (``plot``, ``panels``, ``shapes``,
``graph``, ``paths``, ``network``, ``modes``, ``bars``, ``training``), controls
(``slider``, ``choice``) and results. ``javascript`` prints their expressions, and
nothing is retyped: a figure cannot show another formula than the chapter proved.
"""

from .computation import Computation, adjoint, checked, graph, written_out
from .controls import Result, cases, choice, holds, slider
from .diagrams import forward_slider, modes, network, path_slider, paths
from .figure import Figure
from .learning import learning
from .printer import javascript
from .views import (
    Axis,
    area,
    bars,
    curve,
    ellipse,
    note,
    panels,
    plot,
    point,
    region,
    shapes,
    trace,
    training,
)

__all__ = [
    "Axis",
    "Computation",
    "Figure",
    "Result",
    "adjoint",
    "area",
    "bars",
    "cases",
    "checked",
    "choice",
    "curve",
    "ellipse",
    "forward_slider",
    "graph",
    "holds",
    "javascript",
    "learning",
    "modes",
    "network",
    "note",
    "panels",
    "path_slider",
    "paths",
    "plot",
    "point",
    "region",
    "shapes",
    "slider",
    "trace",
    "training",
    "written_out",
]
