"""Every notebook is as `make execute` leaves it, and as the reader needs it."""

import base64
import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from helpers import BOOK, NOTEBOOKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
MAX_LINES, MAX_FOLDED = 15, 40
MAX_BYTES = 1_500_000
MAX_COLUMNS = 80  # what a code cell on the page shows without scrolling
MACHINE = re.compile(r"/(?:home|root|tmp|work|Users)/|[A-Z]:\\+Users|site-packages")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]


def check_was_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), f"cells were executed in the order {counts}"


def check_has_no_error(notebook):
    errors = [output.evalue for _, output in outputs(notebook) if output.output_type == "error"]
    assert not errors, f"a cell ends in the error {errors}"


def check_names_no_machine(notebook):
    """No path of the computer that ran it, in sources and outputs; pictures are not text."""
    texts = [cell.source for cell in notebook.cells]
    for _, output in outputs(notebook):
        data = {kind: text for kind, text in output.get("data", {}).items() if kind != "image/png"}
        texts += [output.get("text", ""), json.dumps(data)]
    paths = [found.group() for text in texts if (found := MACHINE.search(text))]
    assert not paths, f"a path of one machine: {paths}"


def check_metadata_is_fixed(notebook):
    assert notebook.metadata == {"kernelspec": KERNEL, "language_info": {"name": "python"}}


def check_ids_are_unique(notebook):
    ids = [cell.get("id") for cell in notebook.cells]
    assert None not in ids, "a cell has no id"
    assert len(set(ids)) == len(ids), "two cells have the same id"


def check_is_small(notebook):
    size = len(nbformat.v4.writes(notebook).encode())
    assert size <= MAX_BYTES, f"{size} bytes; expected at most {MAX_BYTES}"


def check_cells_are_short(notebook):
    """What is folded may be longer."""
    for cell in code_cells(notebook):
        most = MAX_FOLDED if {"hide-input", "hide-cell"} & {*cell.metadata.get("tags", [])} else MAX_LINES
        assert cell.source.count("\n") < most, f"a code cell has more than {most} lines:\n{cell.source}"


def check_lines_fit_the_page(notebook):
    long = [line for cell in code_cells(notebook) for line in cell.source.split("\n") if len(line) > MAX_COLUMNS]
    assert not long, f"a line of code has more than {MAX_COLUMNS} columns:\n{long[0]}"


def check_pictures_have_alternative_text(notebook):
    """MyST-NB takes it from the metadata of the cell."""
    for cell, output in outputs(notebook):
        if "image/png" in output.get("data", {}):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert alt.strip(), f'no {{"mystnb": {{"image": {{"alt": ...}}}}}} in the cell:\n{cell.source}'


def check_pictures_are_the_same_everywhere(notebook):
    """Matplotlib would write its version into each picture; ``figures.style()`` keeps it out."""
    for cell, output in outputs(notebook):
        picture = output.get("data", {}).get("image/png", "")
        assert b"Software" not in base64.b64decode(picture), f"call figures.style() before the cell:\n{cell.source}"


CHECKS = [check for name, check in list(globals().items()) if name.startswith("check_")]


def name_of(value):
    return value.stem if isinstance(value, Path) else value.__name__


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
@pytest.mark.parametrize("check", CHECKS, ids=name_of)
def test_notebook(path, check):
    check(nbformat.v4.reads(path.read_text(encoding="utf-8")))  # as it stands: nbformat.read would repair it


def test_the_contents_list_every_notebook():
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *re.findall(r"'file': '(.*?)'", str(toc))]
    pages = [path.relative_to(BOOK).with_suffix("").as_posix() for path in NOTEBOOKS]
    assert pages
    assert [page for page in pages if page not in files] == []


# Each check refuses a notebook that breaks its rule, and that rule alone.


@pytest.fixture
def sound():
    picture = new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell("1 + 1", id="sum", execution_count=1),
        new_code_cell("plot()", id="plot", execution_count=2, outputs=[picture]),
    ]
    cells[2].metadata = nbformat.from_dict({"mystnb": {"image": {"alt": "A rising line."}}})
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def broken_order(notebook):
    notebook.cells[1].execution_count = 7


def broken_unexecuted(notebook):
    notebook.cells[1].execution_count = None


def broken_error(notebook):
    notebook.cells[1].outputs = [new_output("error", ename="E", evalue="boom", traceback=[])]


def broken_stream_path(notebook):
    notebook.cells[1].outputs = [new_output("stream", text="/home/ada/book")]


def broken_data_path(notebook):
    notebook.cells[1].outputs = [new_output("display_data", data={"text/plain": "C:\\Users\\ada"})]


def broken_kernel(notebook):
    notebook.metadata.kernelspec.name = "my-env"


def broken_language(notebook):
    notebook.metadata.language_info.version = "3.13"


def broken_id(notebook):
    notebook.cells[2].id = notebook.cells[1].id


def broken_size(notebook):
    notebook.cells[0].source = "x" * (MAX_BYTES + 1)


def broken_length(notebook):
    notebook.cells[1].source = "\n".join(["x = 1"] * (MAX_LINES + 1))


def broken_folded_length(notebook):
    notebook.cells[1].source = "\n".join(["x = 1"] * (MAX_FOLDED + 1))
    notebook.cells[1].metadata = nbformat.from_dict({"tags": ["hide-input"]})


def broken_columns(notebook):
    notebook.cells[1].source = "x = " + "1" * MAX_COLUMNS


def broken_picture(notebook):
    text = base64.b64encode(b"tEXtSoftware Matplotlib").decode()
    notebook.cells[2].outputs[0].data["image/png"] = text


def broken_alt(notebook):
    notebook.cells[2].metadata = {}


BROKEN = [
    (broken_order, check_was_executed_in_order),
    (broken_unexecuted, check_was_executed_in_order),
    (broken_error, check_has_no_error),
    (broken_stream_path, check_names_no_machine),
    (broken_data_path, check_names_no_machine),
    (broken_kernel, check_metadata_is_fixed),
    (broken_language, check_metadata_is_fixed),
    (broken_id, check_ids_are_unique),
    (broken_size, check_is_small),
    (broken_length, check_cells_are_short),
    (broken_folded_length, check_cells_are_short),
    (broken_columns, check_lines_fit_the_page),
    (broken_picture, check_pictures_are_the_same_everywhere),
    (broken_alt, check_pictures_have_alternative_text),
]


@pytest.mark.parametrize(("break_it", "check"), BROKEN, ids=name_of)
def test_a_broken_notebook_is_refused(sound, break_it, check):
    for each in CHECKS:
        each(sound)
    break_it(sound)
    with pytest.raises(AssertionError):
        check(sound)
    for other in CHECKS:
        if other is not check:
            other(sound)


def test_every_check_has_been_seen_to_refuse():
    assert {check for _, check in BROKEN} == set(CHECKS)


@pytest.mark.parametrize("path", sorted(BOOK.glob("chapters/project-*.ipynb")), ids=lambda p: p.stem)
def test_a_project_asserts_its_metric_and_prints_it(path):
    (cell,) = [c for c in nbformat.read(path, as_version=4).cells if c.id == "metric"]
    printed = "".join(o.get("text", "") for o in cell.outputs).splitlines()
    assert re.search(r"^\s*assert ", cell.source, re.MULTILINE)
    lines = [line for line in printed if line.startswith("metric: ")]
    assert lines
    assert [line for line in lines if not re.search(r"\d.* (at most|at least|less than) \d", line)] == []
