"""What goes wrong while the toolchain is made ready and that a person can put right."""


class ToolchainError(Exception):
    """One line of what happened, and one of what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n{remedy}")
        self.what = what
        self.remedy = remedy
