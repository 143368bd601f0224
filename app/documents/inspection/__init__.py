"""Looks at a file before it is taken: what it is, and whether it is harmless. Knows no database."""
