"""The figures of the book, in one style.

Each function returns nothing: the notebook shows the figure it drew.
"""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch
from matplotlib_inline.backend_inline import set_matplotlib_formats

# after Okabe and Ito, for colour-blind readers, darker where white needs it;
# line styles and labels differ as well
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#B86E00", "#009E73", "#B34700", "#6B6B6B"
WIDTH = 5.5  # inches, so that 12-point text stays readable on a phone


def style():
    """Set the style, and keep the version of Matplotlib out of the stored pictures."""
    set_matplotlib_formats("png", metadata={"Software": None})
    plt.rcParams.update(
        {
            "figure.figsize": (WIDTH, 3.4),
            "figure.dpi": 150,
            "figure.constrained_layout.use": True,
            "font.size": 12,
            "axes.prop_cycle": plt.cycler(
                color=[BLUE, RED, GREEN, ORANGE], linestyle=["-", "--", "-.", ":"]
            ),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#E4E4E4",
            "lines.linewidth": 2,
            "legend.frameon": False,
        }
    )


def activation(z, values, slope):
    """An activation (solid) and its slope (dashed), which is broken where it jumps."""
    fig, ax = plt.subplots(figsize=(WIDTH, 2.8))
    ax.plot(z, values, label="f(z)")
    jumps = np.abs(np.gradient(slope, z)) > 10
    ax.plot(z, np.where(jumps, np.nan, slope), label="f′(z)")
    ax.set(xlabel="z", ylim=(None, min(2.6, np.max(values) + 0.2)))
    fig.legend(loc="outside upper center", ncols=2)


def curves(x, lines, xlabel, ylabel, **axes):
    """Labelled curves over one axis; ``lines`` maps a label to values,
    ``axes`` are Matplotlib's axis properties.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.4 + 0.24 * -(-len(lines) // 2)))
    for label, y in lines.items():
        ax.plot(x, y, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel, **axes)
    fig.legend(loc="outside lower center", ncols=2)


def contours(x, y, values, levels, xlabel, ylabel, paths):
    """Labelled level lines of ``values`` over a grid, and over them paths with a marker
    at each place; ``paths`` maps a label to places (steps, 2).
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    drawn = ax.contour(x, y, values, levels, colors=GREY, linewidths=1)
    ax.clabel(drawn, fontsize=9)
    for marker, (label, places) in zip(cycle("os^D"), paths.items(), strict=False):
        ax.plot(*np.transpose(places), marker=marker, ms=5, lw=1.5, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()))
    ax.grid(visible=False)
    fig.legend(loc="outside lower center", ncols=2)


def digits(images, probabilities):
    """Above: digits as pictures.
    Below: the probability that a network gives to each of the ten classes.
    """
    fig, axes = plt.subplots(
        2, len(images), figsize=(WIDTH, 3.1), height_ratios=[1, 1.4], sharey="row"
    )
    for image, p, (picture, bars) in zip(images, probabilities, axes.T, strict=True):
        picture.imshow(image.reshape(8, 8), cmap="gray_r")
        picture.axis("off")
        bars.barh(range(10), p, color=BLUE)
        bars.axvline(0.1, color=RED, ls="--", lw=1.2)
        bars.set(xlim=(0, 0.5), xticks=[0, 0.4], yticks=range(10))
        bars.tick_params(labelsize=9)
    axes[1, 0].set_ylabel("class")
    fig.supxlabel("probability (dashed: 1/10)", fontsize=12)


def ratios(rows, sizes, xlabel):
    """Ratios on a logarithmic axis, with a line at 1: a row for each name, a marker for
    each size, filled for float64 and hollow for float32.

    ``rows`` maps a name to a dictionary from (size, "float64" or "float32") to a ratio.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 1.6 + 0.62 * len(rows)))
    signs = dict(
        zip(sizes, zip("os^D", (BLUE, RED, GREEN, ORANGE), strict=True), strict=False)
    )
    for place, values in enumerate(rows.values()):
        for (size, dtype), ratio in values.items():
            marker, colour = signs[size]
            y = place + 0.17 * (list(sizes).index(size) - (len(sizes) - 1) / 2)
            fill = colour if dtype == "float64" else "white"
            ax.plot(ratio, y, marker, ms=7, mfc=fill, mec=colour, mew=1.5, ls="")
    for size, (marker, colour) in signs.items():
        ax.plot([], [], marker, ms=7, mfc=colour, mec=colour, ls="", label=size)
    ax.axvline(1, color=GREY, lw=1.2, ls="-", zorder=1)
    ax.set(xscale="log", xlabel=xlabel, ylim=(len(rows) - 0.5, -0.5))
    ax.set_yticks(range(len(rows)), list(rows))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.grid(axis="y", visible=False)
    fig.legend(loc="outside lower center", ncols=len(sizes), handletextpad=0.1)


def unrolled(steps):
    """A recurrent network over so many steps: states from left to right, inputs below
    them, outputs above.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 3.2))
    for t in range(steps + 1):
        column = {0: f"$h_{t}$"} | ({-1: f"$x_{t}$", 1: f"$ŷ_{t}$"} if t else {})
        for y, name in column.items():
            edge = BLUE if y == 0 else GREY
            ax.scatter(t, y, s=700, color="white", edgecolor=edge, linewidth=2)
            ax.text(t, y, name, ha="center", va="center")
    for t in range(1, steps + 1):
        for start, end, name, place in (
            ((t - 0.75, 0), (t - 0.25, 0), "$W_h$", (t - 0.5, 0.18)),
            ((t, -0.72), (t, -0.28), "$W_x$", (t + 0.24, -0.5)),
            ((t, 0.28), (t, 0.72), "$W_y$", (t + 0.24, 0.5)),
        ):
            ax.add_patch(arrow(start, end, RED if name == "$W_h$" else GREY))
            ax.text(*place, name, ha="center", va="center", fontsize=11)
    ax.set(xlim=(-0.4, steps + 0.5), ylim=(-1.35, 1.35))
    ax.axis("off")


def belt(words, carried, written=None, kept=None, shown=None):
    """A conveyor belt that runs through the steps, one column for each of ``words``.
    On it lies the number that is ``carried``.

    The other three map a name to numbers, one for each step: what comes from above, how
    much of the belt is kept on the way to the step, what is shown below. Where such a
    number is 0, a bar closes the way.
    """
    low, high = -1.75 if shown else -0.75, 1.95 if written else 1.05
    _, ax = plt.subplots(figsize=(WIDTH, 0.3 + 0.78 * (high - low)))
    T = len(words)
    ax.fill_between([-0.55, T - 0.4], -0.2, -0.1, color=GREY)
    ax.plot(np.arange(0, T, 0.5) - 0.25, [-0.32] * 2 * T, "o", color=GREY, ms=6)
    ax.annotate(
        "", (T - 0.2, -0.15), (T - 0.45, -0.15), arrowprops={"fc": GREY, "ec": GREY}
    )
    box = {"boxstyle": "square,pad=0.35", "fc": "white", "ec": BLUE, "lw": 2}
    for t, (word, number) in enumerate(zip(words, carried, strict=True)):
        ax.text(t, high - 0.2, word, ha="center", color=GREY, fontsize=11)
        ax.text(t, 0.17, f"{number:.3g}", ha="center", va="center", bbox=box)
    for numbers, up, colour in ((written, 1, GREEN), (shown, -1, RED)):
        for name, values in (numbers or {}).items():
            y = np.array([1.45, 0.5] if up > 0 else [-0.42, -1.2])
            for t, value in enumerate(values):
                if value:
                    ax.add_patch(arrow((t, y[0]), (t, y[1]), colour))
                else:
                    ax.plot([t - 0.2, t + 0.2], [y.mean()] * 2, "-", color=colour, lw=4)
                at = (t + 0.08, y.mean() + 0.1) if up > 0 else (t, -1.55)
                side = "left" if up > 0 else "center"
                ax.text(*at, f"{value:.3g}", color=colour, ha=side, fontsize=11)
            ax.text(-0.62, at[1], name, color=colour, ha="right", fontsize=11)
    for name, values in (kept or {}).items():
        for t, value in enumerate(values):
            style = {"color": ORANGE, "lw": 4 if value == 0 else 1.5}
            ends = [-0.1, 0.55] if value == 0 else [0.45, 0.55]
            ax.plot([t - 0.5, t - 0.5], ends, "-", **style)
            ax.text(
                t - 0.5, 0.62, f"{value:.3g}", ha="center", color=ORANGE, fontsize=11
            )
        ax.text(-0.75, 0.62, name, color=ORANGE, ha="right", fontsize=11)
    ax.set(xlim=(-1.1, T - 0.15), ylim=(low, high))
    ax.axis("off")


def strips():
    """A rectangle u by v that gains a strip at its right and one on top, and a tiny
    corner; far larger than they are.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 4))
    for x, y, width, height, colour, style in (
        (0, 0, 2.4, 3.6, GREY, "-"),
        (2.4, 0, 0.4, 3.6, BLUE, "-"),
        (0, 3.6, 2.4, 0.3, RED, "--"),
        (2.4, 3.6, 0.4, 0.3, GREY, ":"),
    ):
        box = plt.Rectangle((x, y), width, height, fc="none", ec=colour, lw=2, ls=style)
        ax.add_patch(box)
    for x, y, text, colour in (
        (1.2, 1.8, "$u\\,v$ = 4 · 6", GREY),
        (3.6, 1.8, "6 · 0.004", BLUE),
        (1.2, 4.15, "4 · 0.003", RED),
        (3.9, 3.75, "0.004 · 0.003", GREY),
        (1.2, -0.25, "u = 4, and 0.004", GREY),
        (-1, 1.8, "v = 6,\nand 0.003", GREY),
    ):
        ax.text(x, y, text, ha="center", va="center", color=colour)
    ax.set(xlim=(-1.9, 4.9), ylim=(-0.5, 4.4))
    ax.axis("off")


def products(rows):
    """Matrices beside each other, some of their entries in boxes: in each row two
    matrices and what their boxes make. A row is three triples (name, matrix, boxes),
    and the sum that stands below it.
    """
    height = 1.2 + max(len(matrix) for row, _ in rows for _, matrix, _ in row) * 0.55
    _, axes = plt.subplots(
        len(rows), 3, figsize=(WIDTH, height * len(rows)), squeeze=False
    )
    for line, (row, said) in zip(axes, rows, strict=True):
        for ax, (name, matrix, boxes), colour in zip(
            line, row, (BLUE, RED, GREY), strict=True
        ):
            for (i, j), number in np.ndenumerate(matrix):
                ax.text(j, i, f"{number:g}".replace("-", "−"), ha="center", va="center")
            for i, j in boxes:
                box = plt.Rectangle(
                    (j - 0.4, i - 0.38), 0.8, 0.76, fc="none", ec=colour, lw=2.5
                )
                ax.add_patch(box)
            ax.set(xlim=(-1, 2), ylim=(len(matrix) + 0.3, -0.6), title=name)
            ax.axis("off")
        line[1].text(0.5, len(row[0][1]) - 0.2, said, ha="center", va="center")


def arrow(start, end, colour):
    """A straight arrow between two places."""
    return FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=16, color=colour, lw=2
    )


def pairs(images, read):
    """Two rows of digits, each below the one it was made from,
    with the class that a network reads in it.
    """
    _, axes = plt.subplots(2, len(images[0]), figsize=(WIDTH, 3.1))
    for row, pictures, classes in zip(axes, images, read, strict=True):
        for ax, image, label in zip(row, pictures, classes, strict=True):
            ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            ax.set_title(f"read: {label}", fontsize=12)
            ax.axis("off")


def dots(ax, rows):
    """A row of dots for each name, with a stroke at their mean, as on a ruler; of equal
    values each stands a little higher than the one before.
    """
    for place, values in enumerate(rows.values()):
        ordered = np.sort(values)
        nth = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
        ax.plot(ordered, place - 0.09 * nth, "o", color=BLUE, mfc="white", ls="")
        ax.plot(np.mean(values), place, "|", ms=17, mew=3, color=RED)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(ylim=(len(rows) - 0.5, -0.5))
