"""In the dark, a picture of Matplotlib is no white slab, and what it writes is legible: `make book` first."""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from backprop.book import figures
from helpers import DESKTOP, PAGES, STILL, name_of
from matplotlib.colors import to_rgb
from test_site import THEME

PICTURES = ".bd-content .cell_output img"
WITH_PICTURES = [path for path in PAGES if 'src="../_images/' in path.read_text(encoding="utf-8")]


def in_the_dark(page, url, style=""):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESKTOP)
    page.goto(url)
    page.add_style_tag(content=STILL + style)
    page.wait_for_function(THEME, arg="dark")
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")


def seen(picture):
    """The relative luminance of every pixel, as WCAG 2.2 defines it."""
    image = plt.imread(io.BytesIO(picture.screenshot()))[..., :3]
    linear = np.where(image <= 0.04045, image / 12.92, ((image + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def brightness(page):
    """The mean luminance of each picture that is seen."""
    return [seen(picture).mean() for picture in page.query_selector_all(PICTURES) if picture.is_visible()]


def check_pictures(page, path):
    in_the_dark(page, path.as_uri())
    found = brightness(page)
    assert found
    assert max(found) < 0.25


@pytest.mark.parametrize("path", WITH_PICTURES[:1], ids=name_of)
def test_no_picture_is_white_in_the_dark(page, path):
    check_pictures(page, path)


@pytest.mark.sweep
@pytest.mark.parametrize("path", WITH_PICTURES[1:], ids=name_of)
def test_no_picture_of_another_page_is_white_in_the_dark(page, path):
    check_pictures(page, path)


def test_a_white_picture_is_found(page):
    slab = f"html {PICTURES} {{ filter: none !important; mix-blend-mode: normal !important }}"
    in_the_dark(page, WITH_PICTURES[0].as_uri(), slab)
    assert max(brightness(page)) > 0.5


def swatches(colours):
    """Squares of these colours, as the address of a picture."""
    file = io.BytesIO()
    plt.imsave(
        file, np.array([[to_rgb(colour) for colour in colours]]).repeat(40, axis=0).repeat(40, axis=1), format="png"
    )
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def test_colours_stand_out_from_the_dark(page):
    """4.5 for text, which is black, blue, red or grey; 3 for lines; white becomes the page."""
    in_the_dark(page, WITH_PICTURES[0].as_uri())
    colours = ["white", "black", figures.BLUE, figures.RED, figures.GREY, figures.GREEN, figures.ORANGE]
    picture = page.query_selector(PICTURES)
    picture.evaluate("(picture, address) => { picture.src = address; return picture.decode() }", swatches(colours))
    found = seen(picture)
    white, *others = found[20, np.arange(20, 40 * len(colours), 40)]
    contrast = [(shade + 0.05) / (white + 0.05) for shade in others]
    assert white < 0.02
    assert min(contrast[:4]) >= 4.5
    assert min(contrast[4:]) >= 3
