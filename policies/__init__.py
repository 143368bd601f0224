"""The rules of LedgerFlow: stated once in `catalogue`, checked by the pure functions in `rules`."""
