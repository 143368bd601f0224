"""Pages about a person's account."""
