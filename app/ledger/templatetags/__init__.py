"""How templates show the ledger."""
