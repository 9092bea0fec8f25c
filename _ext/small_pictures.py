"""Give the pictures of the website as many colours as they need: 64, a third of the size."""

from pathlib import Path

from PIL import Image

COLOURS = 64


def shrink(path):
    """Write a picture with a palette, unless it has one."""
    with Image.open(path) as picture:
        small = None if picture.mode == "P" else picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    if small:
        small.save(path, optimize=True)


def shrink_all(app, exception):
    if not exception and app.builder.format == "html":
        for path in sorted(Path(app.outdir, "_images").glob("*.png")):
            shrink(path)


def setup(app):
    app.connect("build-finished", shrink_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
