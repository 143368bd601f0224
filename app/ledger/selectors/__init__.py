"""Questions to the ledger; what people see goes through ``visible_to``."""
