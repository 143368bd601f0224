"""What LedgerFlow's own client raises; on its own, for who catches it and may never ask."""


class RefusedError(Exception):
    """A request of LedgerFlow's own was refused: one line of what, one of what to do instead."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n  -> {remedy}")
        self.what = what
        self.remedy = remedy
