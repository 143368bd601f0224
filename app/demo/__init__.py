"""An invented household with its documents and transactions, for people to try LedgerFlow on."""
