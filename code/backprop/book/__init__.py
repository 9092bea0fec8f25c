"""What a page needs: tables, exercises, figures, live figures, the ledger."""

from .exercises import check
from .page import Shown, caught, results, source, table

__all__ = ["Shown", "caught", "check", "results", "source", "table"]
