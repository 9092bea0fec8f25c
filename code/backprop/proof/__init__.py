"""The proof engine, SymPy only: it knows nothing of the book's programs.

``prove`` proves or raises, ``refute`` shows a counterexample. ``agree`` and
``gradient_check`` compare with NumPy, which is imported when one of them is named.
"""

from .derive import Derivation, derive
from .errors import ClaimError, Disagreement, NotProved
from .induction import Induction, prove_by_induction
from .program import numpy_code
from .prove import Proof, Refutation, prove, refute

CHECKS = ("Check", "agree", "gradient_check")
__all__ = ["ClaimError", "Derivation", "Disagreement", "Induction", "NotProved"]
__all__ += [
    "Proof",
    "Refutation",
    "derive",
    "numpy_code",
    "prove",
    "prove_by_induction",
]
__all__ += ["refute", *CHECKS]


def __getattr__(name):
    if name not in CHECKS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import checks

    return getattr(checks, name)
