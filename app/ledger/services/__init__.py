"""Changes of the ledger: one function per action, each one transaction with its audit event."""
