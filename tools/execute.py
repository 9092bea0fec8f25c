"""Run notebooks in place, so that a second run changes no byte: python tools/execute.py [notebook ...]

Each notebook runs from top to bottom on a fresh kernel in its own folder.  A failing cell stops the work,
and its file stays as it was.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

BOOK = Path(__file__).resolve().parent.parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def check_ids(notebook):
    """Every cell needs an id of its own: ids made up on the way would differ from run to run."""
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        raise ValueError("a cell has no id, or two cells have the same one; expected a different id in each cell")


def merged(outputs):
    """Join the neighbouring writes to one stream: where a kernel cuts them is chance."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and output.get("name") == last.get("name"):
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def execute(source, folder, allow_errors=False):
    """Run the text of a notebook and return it with its new outputs."""
    notebook = nbformat.v4.reads(source)  # as it stands: nbformat.reads would repair it
    check_ids(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # the times that JupyterLab has noted
    quiet = ["--IPKernelApp.log_level=ERROR"]
    options = {"record_timing": False, "extra_arguments": quiet, "allow_errors": allow_errors}
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, **options).execute()
    notebook.metadata = nbformat.from_dict(METADATA)  # the kernel has filled in its own
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merged(cell.outputs)
            for output in cell.outputs:
                output.pop("transient", None)
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def main(names):
    for path in [Path(name) for name in names] or [BOOK / "index.ipynb", *sorted(BOOK.glob("chapters/*.ipynb"))]:
        source = path.read_text(encoding="utf-8")
        try:
            result = execute(source, path.parent)
        except (CellExecutionError, ValueError) as error:
            sys.exit(f"{path} is unchanged: {error}")
        if result != source:
            path.write_text(result, encoding="utf-8", newline="\n")
        print(f"{path}: {'unchanged' if result == source else 'updated'}")


if __name__ == "__main__":
    main(sys.argv[1:])
