"""Finds documents and transactions by words, in one list, for those who may see them."""
