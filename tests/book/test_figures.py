"""Each figure is drawn, and its numbers and labels are the ones it was given."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from backprop.book import figures


@pytest.fixture(autouse=True)
def styled():
    figures.style()
    yield
    plt.close("all")


def texts(figure):
    return [t.get_text() for t in figure.findobj(matplotlib.text.Text) if t.get_text()]


def test_the_unrolled_network_joins_every_state_to_the_next():
    figures.unrolled(3)
    ax = plt.gca()
    names = [text.get_text() for text in ax.texts]
    assert {f"$h_{t}$" for t in range(4)} | {f"$x_{t}$" for t in (1, 2, 3)} | {f"$ŷ_{t}$" for t in (1, 2, 3)} < {*names}
    assert [names.count(W) for W in ("$W_h$", "$W_x$", "$W_y$")] == [3, 3, 3]
    ends = [p._posA_posB for p in ax.patches]
    assert sum(b[0] > a[0] and a[1] == b[1] == 0 for a, b in ends) == 3  # from state to state, to the right
    assert sum(b[1] > a[1] and a[0] == b[0] for a, b in ends) == 6  # from below: into the state, out of it


def test_a_belt_shows_its_numbers_and_closes_the_way_where_one_is_0():
    figures.belt(["word", ".", "word"], [1, 0, 2.5], {"i g": [1, 0, 1]}, {"f": [1, 0, 1]}, {"h": [0, 0.96, 0]})
    ax = plt.gca()
    places = {(round(t.get_position()[0], 2), t.get_text()) for t in ax.texts}
    assert {(0, "word"), (1, "."), (0, "1"), (1, "0"), (2, "2.5"), (1, "0.96"), (0.5, "0")} <= places
    arrows = sorted(float(p._posA_posB[0][0]) for p in ax.patches if hasattr(p, "_posA_posB"))
    assert arrows == [0, 1, 2]  # two are written, one is shown
    bars = sorted(float(np.mean(line.get_xdata())) for line in ax.lines if line.get_linewidth() == 4)
    assert bars == [0, 0.5, 1, 2]  # not written at 1, kept from there, not shown at 0 and 2


def test_an_activation_is_drawn_with_its_slope():
    z = np.linspace(-1, 1, 5)
    figures.activation(z, z**2, 2 * z)
    f, slope = plt.gca().lines
    assert np.array_equal(f.get_ydata(), z**2)
    assert np.array_equal(slope.get_ydata(), 2 * z)
    assert f.get_linestyle() != slope.get_linestyle()
    assert {"z", "f(z)", "f′(z)"} <= {*texts(plt.gcf())}


def test_a_slope_that_jumps_is_broken():
    z = np.linspace(-1, 1, 201)
    figures.activation(z, np.maximum(z, 0), np.where(z > 0, 1.0, 0.0))
    drawn = plt.gca().lines[1].get_ydata()
    assert np.isnan(drawn[98:103]).any()
    assert np.array_equal(drawn[:98], np.zeros(98))
    assert np.array_equal(drawn[103:], np.ones(98))


def test_curves_are_labelled():
    figures.curves(range(3), {"one": [1, 2, 3], "two": [3, 2, 1]}, "x here", "y here", yscale="log")
    ax = plt.gca()
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("x here", "y here", "log")
    assert [t.get_text() for t in plt.gcf().legends[0].get_texts()] == ["one", "two"]
    assert list(ax.lines[1].get_ydata()) == [3, 2, 1]


def test_contours_have_labelled_levels_and_the_places_of_each_path():
    x, y = np.meshgrid(np.linspace(-2, 2, 21), np.linspace(-1, 1, 11))
    walks = {"one": np.array([[1.0, 0.5], [0.5, 0.0]]), "two": np.array([[-1.0, 0.5], [0.0, 0.25]])}
    figures.contours(x, y, x**2 + y**2, [1, 2], "x here", "y here", walks)
    ax = plt.gca()
    assert [line.get_xydata().tolist() for line in ax.lines] == [walk.tolist() for walk in walks.values()]
    assert len({(line.get_marker(), line.get_linestyle(), line.get_color()) for line in ax.lines}) == 2
    assert {"1", "2", "x here", "y here", "one", "two"} <= set(texts(plt.gcf()))
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-2, 2, -1, 1)


def test_digits_show_picture_and_probabilities():
    images, p = np.arange(128.0).reshape(2, 64), np.full((2, 10), 0.1)
    p[1, 7] = 0.4
    figures.digits(images, p)
    pictures, bars = plt.gcf().axes[:2], plt.gcf().axes[2:]
    assert np.array_equal(pictures[1].images[0].get_array(), images[1].reshape(8, 8))
    assert [bar.get_width() for bar in bars[1].patches] == list(p[1])


@pytest.mark.parametrize("colour", [figures.BLUE, figures.ORANGE, figures.GREEN, figures.RED, figures.GREY])
def test_colours_stand_out_from_white(colour):
    """WCAG 2.2: 4.5 for text, which is blue, red or grey; 3 for lines."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour))
    contrast = 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    assert contrast >= (3 if colour in (figures.GREEN, figures.ORANGE) else 4.5)


def test_the_strips_lie_at_the_rectangle():
    figures.strips()
    box, *strips = plt.gca().patches
    x, y = box.get_width(), box.get_height()
    right, top, corner = [strip.get_xy() for strip in strips]
    assert (right, top, corner) == ((x, 0), (0, y), (x, y))
    assert "6 · 0.004" in texts(plt.gcf())


def test_a_product_shows_its_matrices_and_boxes_what_it_adds_up():
    X, D = np.array([[1, 2], [3, 4]]), np.array([[1, 0], [2, -1]])
    parts = [("X", X, [(0, 1), (1, 1)]), ("D", D, [(0, 0), (1, 0)]), ("XᵀD", X.T @ D, [(1, 0)])]
    figures.products([(parts, "2 · 1 + 4 · 2 = 10")])
    axes = plt.gcf().axes
    assert [ax.get_title() for ax in axes] == ["X", "D", "XᵀD"]
    for ax, (_, matrix, boxes) in zip(axes, parts, strict=True):
        numbers = {t.get_position(): t.get_text() for t in ax.texts}
        for (i, j), number in np.ndenumerate(matrix):
            assert numbers[j, i] == str(number).replace("-", "−")
        middles = [tuple(np.round(np.add(p.get_xy(), (p.get_width() / 2, p.get_height() / 2)), 6)) for p in ax.patches]
        assert middles == [(j, i) for i, j in boxes]
    assert "2 · 1 + 4 · 2 = 10" in texts(axes[1])
