"""What goes wrong in the language host and that a user can put right."""


class LanguageHostError(Exception):
    """A mistake in the project or on the machine: one line what happened, one line what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n{remedy}")
