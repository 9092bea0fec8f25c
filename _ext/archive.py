"""The notebooks and the package as one archive beside the front page: what a reader needs to run the book."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

NAME = "executable-backpropagation"
KEPT = [
    "*.ipynb", "*.md", "*.toml", "*.txt", "LICENSE*", "Makefile", "_config.yml", "_toc.yml", "references.bib",
    "chapters/*.ipynb", "chapters/*.md", "code/backprop/**/*.py", "code/backprop/**/*.js", "code/backprop/**/*.css",
]  # fmt: skip


def write_archive(app, exception):
    """A file of the same bytes in every build: the times in it are fixed."""
    if exception or app.builder.format != "html":
        return
    book = Path(app.srcdir)
    files = sorted({file for pattern in KEPT for file in book.glob(pattern) if file.is_file()})
    with ZipFile(Path(app.outdir, f"{NAME}.zip"), "w", ZIP_DEFLATED) as archive:
        for file in files:
            entry = ZipInfo(f"{NAME}/{file.relative_to(book).as_posix()}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def setup(app):
    app.connect("build-finished", write_archive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
