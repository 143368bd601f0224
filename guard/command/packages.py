"""The packages of LedgerFlow's environment, for what needs more than the standard library."""

import sys

from guard.audit.place import REPOSITORY


def make_importable() -> None:
    """Let the packages of ``.venv`` be imported; the launcher starts Python without them.

    They come last, so that nothing of them takes the place of a module of ours or of Python's.
    """
    import site  # noqa: PLC0415 - the quick way goes without

    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = REPOSITORY / ".venv" / "lib" / version / "site-packages"
    if folder.is_dir() and str(folder) not in sys.path:
        site.addsitedir(str(folder))
