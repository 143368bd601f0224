"""Who uses LedgerFlow: accounts, preferences, and whose readers a person is."""
