"""What every part of LedgerFlow stands on: base models, health and the status page."""
