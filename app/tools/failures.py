"""Why a tool gave no answer. The codes are stable; ``docs/tools.md`` lists them."""

from typing import ClassVar

from core.errors import ConflictError, NotFoundError, UnavailableError


class NotRegisteredError(NotFoundError):
    """No code registered a tool of this path."""

    code = "not_registered"
    default = "There is no such tool in this version of LedgerFlow."


class DisabledError(ConflictError):
    """An administrator switched the tool or its package off, or has not switched it on yet."""

    code = "disabled"
    title = "Switched off"
    default = "This tool is switched off. An administrator can switch it on."


class UpstreamError(UnavailableError):
    """A service that the tool asked did not give an answer of use. The breaker counts these."""

    code: ClassVar[str] = "upstream_unreachable"
    default = "The service that this tool asks cannot be reached. Try again in a minute."


class UpstreamTimeoutError(UpstreamError):
    """No answer in time."""

    code = "upstream_timeout"
    default = "The service that this tool asks did not answer in time. Try again in a minute."


class UpstreamForbiddenError(UpstreamError):
    """It answers, but not to this question."""

    code = "upstream_forbidden"
    transient = False


class UpstreamBadPayloadError(UpstreamError):
    """It gave an answer that makes no sense."""

    code = "upstream_bad_payload"


class BreakerOpenError(UnavailableError):
    """It failed several times, so for a while it is not asked at all."""

    code = "breaker_open"
