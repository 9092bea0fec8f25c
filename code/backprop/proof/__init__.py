"""The proof engine, SymPy only: it knows nothing of the book's programs.

``prove`` proves or raises, ``refute`` shows a counterexample. ``agree`` and
``gradient_check`` compare with NumPy, which is imported when one of them is named.
"""

from importlib import import_module

from .derive import Derivation, derive
from .errors import ClaimError, Disagreement, NotProved, ShowsNothing
from .induction import Induction, prove_by_induction
from .program import numpy_code
from .prove import Proof, Refutation, prove, refute

CHECKS = {"Check": "checks", "agree": "checks", "gradient_check": "gradients"}
__all__ = ["ClaimError", "Derivation", "Disagreement", "Induction", "NotProved"]
__all__ += [
    "Proof",
    "Refutation",
    "ShowsNothing",
    "derive",
    "numpy_code",
    "prove",
    "prove_by_induction",
]
__all__ += ["refute", *CHECKS]


def __getattr__(name):
    if name not in CHECKS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{CHECKS[name]}", __name__), name)
