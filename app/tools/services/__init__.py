"""Actions on tools."""
