"""In what ways reading a file may fail: stable codes, each with a sentence for people."""

from typing import Final


class ReadingError(Exception):
    """A file cannot be read; ``code`` is a key of ``MESSAGES``."""

    def __init__(self, code: str) -> None:
        """Take the code."""
        self.code = code
        super().__init__(code)


MESSAGES: Final = {
    "unreadable": "The file is broken or cut off and could not be read.",
    "encrypted": "The file is protected by a password. Send it without one.",
    "time_limit": "Reading the file took longer than it may and was ended.",
    "cpu_limit": "Reading the file took more work than it may and was ended.",
    "memory_limit": "Reading the file took more memory than it may and was ended.",
    "output_limit": "What came out of the file is larger than it may be.",
    "crashed": "The file made the reader crash. The reader was apart, nothing else is affected.",
    "not_convertible": "This kind of file cannot be turned into that.",
}
