"""Run notebooks as on other processors and show each output that differs from the stored one.

    python tools/processors.py [notebook ...]

OPENBLAS_CORETYPE gives the matrix products the kernels of another processor, NPY_DISABLE_CPU_FEATURES takes the
newer instructions from NumPy's loops. Nothing is written; the exit code is 1 if anything differs. Pictures are left
out, as in `make test`.
"""

import difflib
import os
import sys
from pathlib import Path

import nbformat
from execute import BOOK, execute, merged

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the Makefile does
WIDTH = 300  # of a line that is shown
SWITCHES = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")


def settings():
    """Names and the two switches; of NumPy's instructions those that it was built with and this processor has."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    here = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    newest, every = " ".join(name for name in here if name.startswith(("AVX512", "X86_V4"))), " ".join(here)
    return {
        "this processor": ("", ""),
        "Haswell": ("Haswell", ""),
        "Sandybridge": ("Sandybridge", ""),
        "Nehalem": ("Nehalem", ""),
        "without AVX-512": ("", newest),
        "without AVX2": ("", every),
        "Nehalem without AVX2": ("Nehalem", every),
    }


def texts(cell):
    """The lines that a cell shows, without its pictures."""
    for output in merged(cell.get("outputs", [])):
        shown = [output.get("text", ""), output.get("evalue", "")]
        shown += [str(text) for kind, text in output.get("data", {}).items() if not kind.startswith("image/")]
        yield from "\n".join(shown).splitlines()


def differences(source, folder):
    """Pairs of a cell's number and id and a differing line, stored (-) or found (+)."""
    stored, found = nbformat.v4.reads(source), nbformat.v4.reads(execute(source, folder, allow_errors=True))
    lines = []
    for number, (old, new) in enumerate(zip(stored.cells, found.cells, strict=True)):
        changed = difflib.unified_diff([*texts(old)], [*texts(new)], n=0, lineterm="")
        lines += [(f"cell {number} ({old.id})", line) for line in [*changed][2:] if not line.startswith("@@")]
    return lines


def main(names):
    differ = False
    for path in [Path(name) for name in names] or sorted(BOOK.glob("chapters/*.ipynb")):
        source = path.read_text(encoding="utf-8")
        for name, switches in settings().items():
            os.environ.update(zip(SWITCHES, switches, strict=True))
            lines = differences(source, path.parent)
            differ |= bool(lines)
            print(f"{path.name}, {name}: {'differs' if lines else 'the same'}", flush=True)
            for place, line in lines:
                print(f"    {place}: {line[:WIDTH]}", flush=True)
    sys.exit(differ)


if __name__ == "__main__":
    main(sys.argv[1:])
