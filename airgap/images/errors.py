"""The one error of this package that a person can do something about."""


class ImageError(Exception):
    """A stand-in image could not be made; `what` happened and what `remedy` there is."""

    def __init__(self, what: str, remedy: str) -> None:
        """Keep both sentences; together they are the message."""
        super().__init__(f"{what}\n{remedy}")
        self.what = what
        self.remedy = remedy
