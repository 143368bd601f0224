"""Restores: planned first, never half-done, verified before anything old is let go."""
