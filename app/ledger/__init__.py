"""Accounts, transactions, statements: what people's files say about their money."""
