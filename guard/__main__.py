"""``python -m guard``, and what the launcher runs by this file's path."""

import gc
import sys


def start() -> int:
    """Make the checkout importable, which an isolated Python does not, and run the command."""
    gc.disable()  # there is little garbage, and a tenth of the time goes into looking for it
    if not __package__:
        sys.path.insert(0, __file__.rpartition("/guard/")[0])
    from guard.command.main import main  # noqa: PLC0415

    return main()


if __name__ == "__main__":
    sys.exit(start())
