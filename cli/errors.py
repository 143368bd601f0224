"""What a person can put right, and the exit codes that every command keeps to.

0 done, 1 an error that the message explains, 2 a command line that makes no sense (or, for
``preview``, changes are pending), 3 a defect of LedgerFlow, 130 interrupted.
"""

EXIT_ERROR = 1
EXIT_CHANGES = 2
EXIT_DEFECT = 3
EXIT_INTERRUPTED = 130


class UserError(Exception):
    """Something a person can put right: one line of what happened, one of what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
