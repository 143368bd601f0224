"""The checks: pure functions from a resource, or a stack's resources, to findings."""
