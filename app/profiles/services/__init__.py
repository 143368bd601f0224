"""Actions on people's accounts."""
