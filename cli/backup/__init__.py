"""make's backup commands: each runs ``ledgerflow-backup`` in a container made for it."""
