"""What a store can do wrong, each with a name, and how boto's errors become them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)
from botocore.parsers import ResponseParserError

from backup.errors import OffsiteError


class UnreachableError(OffsiteError):
    """No connection, or one that was cut or is too slow."""

    code = "offsite.unreachable"


class FailingError(OffsiteError):
    """The store answers that it is not well: 5xx, "slow down"."""

    code = "offsite.failing"


class NonsenseError(OffsiteError):
    """What answers does not speak S3."""

    code = "offsite.nonsense"


class CredentialsError(OffsiteError):
    """The store does not know the key, or the secret does not belong to it."""

    code = "offsite.credentials"


class RefusedError(OffsiteError):
    """The key is good, but may not do this."""

    code = "offsite.refused"


class LockedError(RefusedError):
    """An object lock forbids it."""

    code = "offsite.locked"


class BucketError(OffsiteError):
    """There is no such bucket, or it does not offer what is required."""

    code = "offsite.bucket"


class ClockError(OffsiteError):
    """The store's clock and this machine's are too far apart for a signature."""

    code = "offsite.clock"


class MissingError(OffsiteError):
    """An object, or an upload in parts, is not there."""

    code = "offsite.missing"


class UnsupportedError(OffsiteError):
    """The store does not know a feature; the caller does without."""

    code = "offsite.unsupported"


class MismatchError(OffsiteError):
    """What the store holds is not what was sent."""

    code = "offsite.mismatch"


PASSING = (UnreachableError, FailingError, NonsenseError)
"""Those that may be gone a moment later: a proxy that starts answers nonsense as well."""

_TABLE: tuple[tuple[type[OffsiteError], frozenset[str], str], ...] = (
    (
        CredentialsError,
        frozenset(
            [
                "InvalidAccessKeyId",
                "SignatureDoesNotMatch",
                "ExpiredToken",
                "InvalidToken",
                "AuthorizationHeaderMalformed",
                "UnrecognizedClientException",
                "401",
            ]
        ),
        "give the store's access key and its secret (docs/backup/off-site.md)",
    ),
    (BucketError, frozenset(["NoSuchBucket"]), "make the bucket, or correct its name or endpoint"),
    (
        MissingError,
        frozenset(["NoSuchKey", "NoSuchUpload", "NoSuchVersion", "404"]),
        "list the store",
    ),
    (
        ClockError,
        frozenset(["RequestTimeTooSkewed"]),
        "set this machine's clock; `timedatectl` shows it",
    ),
    (LockedError, frozenset(["ObjectLocked"]), "wait until the lock has ended"),
    (
        RefusedError,
        frozenset(
            ["AccessDenied", "AllAccessDisabled", "AccountProblem", "MethodNotAllowed", "403"]
        ),
        "give the key the right to do it, or use the key that has it",
    ),
    (
        UnsupportedError,
        frozenset(
            [
                "NotImplemented",
                "XNotImplemented",
                "UnsupportedOperation",
                "InvalidRequest",
                "InvalidArgument",
                "400",  # an answer without a body, which has no other code
                "501",
            ]
        ),
        "see what the store supports",
    ),
    (MismatchError, frozenset(["BadDigest", "InvalidDigest"]), "push it again"),
    (
        FailingError,
        frozenset(["SlowDown", "RequestTimeout", "Throttling", "InternalError", "429"]),
        "try again later; look at the store's own status",
    ),
)


_BROKEN = (
    HTTPClientError,
    BotoConnectionError,
    ConnectionClosedError,
    IncompleteReadError,
    OSError,
)
"""How a connection that cannot be made, is cut or is too slow shows itself."""


@contextmanager
def translated(doing: str, where: str) -> Iterator[None]:
    """Turn boto's errors into those of this module; `doing` and `where` name the deed.

    Raises:
        OffsiteError: one of its kinds above.
    """
    try:
        yield
    except ClientError as error:
        raise _from_answer(error, f"{doing} ({where})") from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise CredentialsError(
            f"{doing} ({where}): no complete credentials are set", _TABLE[0][2]
        ) from error
    except ResponseParserError as error:
        raise NonsenseError(
            f"{doing} ({where}): the answer is not S3's: {_short(error)}",
            "look at the endpoint: does a proxy or another server answer there?",
        ) from error
    except _BROKEN as error:
        raise UnreachableError(
            f"{doing} ({where}): {_short(error)}",
            "see that the network and the endpoint are right, then run it again: it goes on"
            " where it stopped",
        ) from error
    except BotoCoreError as error:
        raise OffsiteError(f"{doing} ({where}): {_short(error)}", "check the settings") from error


def _from_answer(error: ClientError, doing: str) -> OffsiteError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))[:200]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    words = f"{doing}: the store says {code}: {message}"
    if "WORM" in message or "object lock" in message.lower():
        return LockedError(words, "wait until the lock has ended")
    for kind, codes, remedy in _TABLE:
        if code in codes:
            return kind(words, remedy)
    if status >= 500:
        return FailingError(words, "try again later; look at the store's own status")
    return OffsiteError(words, "look up this answer in the store's documentation")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
