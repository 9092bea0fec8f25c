"""The programs of the book's own proofs: of every one against its left side, entry by entry; of the principal ones
against the package.
"""

import json
from contextlib import contextmanager
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from backprop.proof import ClaimError, prove
from backprop.proof.program import numpy_code
from backprop.proof.prove import Proof
from backprop.proof.vocabulary import partial, reals
from helpers import NOTEBOOKS
from test_program import SETTINGS, check

# ------------------------------------------------------------------------ every proof of every notebook

DERIVATIVE = "its last line is a derivative that it leaves as it is"
NO_PROGRAM = {  # by notebook; a proof without a name is called by its equation
    "00-how-to-read": {"a condition that nobody typed": DERIVATIVE},
    "02-loss": {"mean squared error against half squared error": DERIVATIVE},
    "sources-checked": {
        "-y + z = ∂[(-y + z)**2/2]/∂z": DERIVATIVE,
        "-y + sigmoid(z) = ∂[-y*log(sigmoid(z)) - (1 - y)*log(1 - sigmoid(z))]/∂z": DERIVATIVE,
        "row 8, error times input, in columns": DERIVATIVE,
    },
}
DIVIDES = "it divides by N − 1, and N is 1"
NOWHERE = {("variance of the minibatch gradient, without replacement", "one"): DIVIDES}


def kinds_of(kind):
    """A class and all that are derived from it."""
    return [kind, *(k for below in kind.__subclasses__() for k in kinds_of(below))]


@contextmanager
def recorded():
    """A list of the proofs that are made meanwhile, whoever makes them."""
    proofs = []

    def noting(post_init):
        def noted(self):
            post_init(self)
            proofs.append(self)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for kind in kinds_of(Proof):
            if "__post_init__" in vars(kind):
                patch.setattr(kind, "__post_init__", noting(kind.__post_init__))
        yield proofs


def sources(path):
    """The code cells of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(programs, folder):
    """Run programs one after the other in one namespace and in this folder; nothing of it stays."""
    namespace = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch, plt.rc_context(), np.printoptions(), np.errstate():
        patch.chdir(folder)
        for program in programs:
            exec(compile(program, "cell", "exec"), namespace)
            plt.close("all")


def called(proof):
    return proof.name or f"{proof.left} = {proof.right}"


def check_proofs(proofs, no_program):
    """Each has a program that computes its left side, or it is listed and has none."""
    names = {called(proof) for proof in proofs}
    assert no_program.keys() <= names, f"listed, but not proved here: {no_program.keys() - names}"
    for proof in proofs:
        try:
            check_refused(proof) if called(proof) in no_program else check_program(proof, numpy_code(proof))
        except Exception as error:
            error.add_note(f"The proof: {called(proof)}")
            raise


def check_refused(proof):
    with pytest.raises(ClaimError, match=r"received partial: (?s:.*)put what the derivative is in its place"):
        numpy_code(proof)


def check_program(proof, program):
    """Against the left side; against the right one where the two are equal under an assumption alone, which numbers
    drawn by chance do not meet.
    """
    for spread in SETTINGS:
        if (proof.name, spread) in NOWHERE:
            with pytest.raises(RuntimeWarning, match="invalid value"):
                check(program, proof, spread, side=0)
        else:
            check(program, proof, spread, side=1 if proof.assume else 0)


@pytest.mark.sweep
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_proof_of_a_notebook(path):
    plt.switch_backend("agg")
    with recorded() as proofs:
        run(sources(path), path.parent)
    check_proofs(proofs, NO_PROGRAM.get(path.stem, {}))


def test_what_is_listed_is_a_notebook():
    assert NO_PROGRAM.keys() <= {path.stem for path in NOTEBOOKS}


z = reals("z")
PROGRAM = """
from backprop.proof import NotProved, derive, prove, prove_by_induction
from backprop.proof.vocabulary import indices, partial, reals, sizes
from sympy import Sum
z, N, i = reals("z"), sizes("N"), indices("i")
[prove(z + z, 2*z, name="twice") for _ in "a"]
derive(partial(z**2, z), z + z, 2*z, name="slope")
prove_by_induction(Sum(i, (i, 1, N)), N*(N + 1)/2, N, name="sum")
try:
    prove(z + z, 3*z, name="wrong")
except NotProved:
    prove(2*z, z + z)
"""


def test_every_kind_of_proof_is_recorded(tmp_path):
    with recorded() as proofs:
        run([PROGRAM], tmp_path)
    prove(z, z)
    assert [called(proof) for proof in proofs] == ["twice", "slope", "sum", "2*z = 2*z"]
    check_proofs(proofs, {})


def test_what_has_no_program_is_listed_and_nothing_else():
    slope = prove(partial(z**2, z), partial(z * z, z), name="the same slope")
    check_proofs([slope], {"the same slope": DERIVATIVE})
    with pytest.raises(ClaimError):
        check_proofs([slope], {})
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        check_proofs([prove(z + z, 2 * z, name="twice")], {"twice": DERIVATIVE})
    with pytest.raises(AssertionError, match="not proved here"):
        check_proofs([slope], {"the same slope": DERIVATIVE, "another": DERIVATIVE})


@pytest.mark.parametrize("wrong", ["2 * z + 1e-9", "z", "0 * z"])
def test_a_wrong_program_is_found(wrong):
    proof = prove(partial(z**2, z), 2 * z)
    program = numpy_code(proof)
    check_program(proof, program)
    broken = replace(program, source=program.source.replace("2 * z", wrong))
    with pytest.raises(AssertionError):
        check_program(proof, broken)
