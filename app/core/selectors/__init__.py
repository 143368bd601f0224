"""The core's questions to its tables."""
