"""What a person can put right about the plugin."""


class AuthorizationError(Exception):
    """One line of what happened (``str``), one of what to do (``way``)."""

    def __init__(self, what: str, way: str) -> None:
        super().__init__(what)
        self.way = way
