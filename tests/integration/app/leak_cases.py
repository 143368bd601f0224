"""Imports the cases of all applications, so that they are registered."""

import core_leak_cases  # noqa: F401
