"""The whole book as one archive beside the front page: what a reader needs to run it and to build it."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

NAME = "executable-backpropagation"
MADE = ("_build", "__pycache__")


def sources(folder):
    """The files of the book, without hidden ones and what was made from them."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in MADE:
            continue
        yield from sources(path) if path.is_dir() else [path]


def write_archive(app, exception):
    """A file of the same bytes in every build: the times in it are fixed."""
    if exception or app.builder.format != "html":
        return
    book = Path(app.srcdir)
    with ZipFile(Path(app.outdir, f"{NAME}.zip"), "w", ZIP_DEFLATED) as archive:
        for file in sources(book):
            entry = ZipInfo(f"{NAME}/{file.relative_to(book).as_posix()}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def setup(app):
    app.connect("build-finished", write_archive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
