"""What can go wrong in a way that a person is told about.

Each class has a stable ``code``, which addresses for machines and jobs report, an HTTP ``status``
and a sentence for people. The message must never hold a secret, a path of the server or the text
of a driver's exception. A service raises one of these, and nothing is left half done.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class LedgerFlowError(Exception):
    """Something a person can be told. Subclass it with a ``code`` of its own to add a kind."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    default: ClassVar[str] = (
        "LedgerFlow could not do this. Try again; if it stays so, tell us the id."
    )
    transient: ClassVar[bool] = False
    """Whether trying again later may help; a job is then tried again by itself."""

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Take the sentence for people.

        ``code`` narrows the class's own. ``fields`` says per form field what is wrong.
        ``details`` are further members of the answer for machines; they must be JSON.
        """
        self.message = message or self.default
        self.error_code = code or self.code
        self.fields = dict(fields or {})
        self.details = dict(details or {})
        super().__init__(self.message)


class InvalidInputError(LedgerFlowError):
    """What was sent cannot be used as it is."""

    code = "invalid_input"
    status = 400
    title = "This cannot be used"
    default = "Something in what was sent is not right. Correct it and send it again."


class PermissionDeniedError(LedgerFlowError):
    """The person may see the thing but not do this with it."""

    code = "permission_denied"
    status = 403
    title = "Not allowed"
    default = "You may not do this. Ask an administrator if you should."


class NotFoundError(LedgerFlowError):
    """There is no such thing, or the person may not know of it: both look the same."""

    code = "not_found"
    status = 404
    title = "Not found"
    default = "There is nothing here, or it is not yours to see."


class ConflictError(LedgerFlowError):
    """The state of the thing does not allow it (any more)."""

    code = "conflict"
    status = 409
    title = "Not possible now"
    default = "This was changed in the meantime. Look at it again, then decide."


class TooLargeError(LedgerFlowError):
    """More than the limit."""

    code = "too_large"
    status = 413
    title = "Too large"
    default = "This is larger than LedgerFlow takes."


class UnsupportedTypeError(LedgerFlowError):
    """A kind of file that is not taken."""

    code = "unsupported_type"
    status = 415
    title = "Not a file LedgerFlow takes"
    default = "Files of this type are not taken."


class UnprocessableError(LedgerFlowError):
    """Well-formed, but its content makes no sense: a broken file, a statement without sums."""

    code = "unprocessable"
    status = 422
    title = "This could not be read"
    default = "The content could not be read."


class RateLimitedError(LedgerFlowError):
    """Too many in too short a time."""

    code = "rate_limited"
    status = 429
    title = "Too many requests"
    default = "This was asked too often. Wait a minute and try again."
    transient = True


class UnavailableError(LedgerFlowError):
    """A service that LedgerFlow needs for this does not answer."""

    code = "unavailable"
    status = 503
    title = "Not available at the moment"
    default = "A part of LedgerFlow does not answer at the moment. Try again in a minute."
    transient = True
