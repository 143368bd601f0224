"""Drift: where the daemon has moved away from the spec, and how it is brought back."""

from cli.drift.quick import visible

__all__ = ["visible"]
