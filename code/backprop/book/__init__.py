"""What a page needs: tables, exercises, figures, live figures, the ledger."""

from .exercises import check, hint, solution, your_answer
from .page import Shown, caught, results, source, table

__all__ = ["Shown", "caught", "check", "hint", "results", "solution", "source", "table"]
__all__ += ["your_answer"]
