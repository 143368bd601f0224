"""Reading the options of our own verbs."""

import argparse
from typing import NoReturn

from guard.command.options import UsageError


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours: UsageError instead of an end of the process."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(f"{self.prog}: {message}")
