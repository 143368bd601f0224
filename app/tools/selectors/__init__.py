"""Questions about tools."""
