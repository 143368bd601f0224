"""Copies of backups in an S3-compatible store: pushed, listed, pulled back, and pruned."""
