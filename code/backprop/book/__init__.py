"""What a page of the book needs: tables, exercises, figures, the ledger."""
