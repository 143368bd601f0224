"""Asks a service for JSON within limits; what can go wrong has a code.

One client per process: making one takes longer than a whole search. It follows no redirect, keeps
no cookie, reads no proxy from the environment and takes 2 MB at most.
"""

import functools
import http.cookiejar
import json
import os
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from tools.failures import (
    UpstreamBadPayloadError,
    UpstreamError,
    UpstreamForbiddenError,
    UpstreamTimeoutError,
)

CONNECT: Final = 2.0
"""Seconds for a connection; a connection that fails is tried once more."""
READ: Final = 8.0
"""Seconds without a byte."""
MOST: Final = 2 * 1024 * 1024
"""Bytes of an answer."""


@functools.cache
def _client(process: int) -> httpx.Client:
    nothing = http.cookiejar.DefaultCookiePolicy(allowed_domains=[])
    return httpx.Client(
        transport=httpx.HTTPTransport(retries=1, trust_env=False),
        trust_env=False,
        follow_redirects=False,
        cookies=http.cookiejar.CookieJar(nothing),
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )


def post_json(
    url: str,
    fields: Mapping[str, str],
    *,
    service: str,
    forbidden: Mapping[int, str],
    deadline: float,
) -> dict[str, Any]:
    """Send a form and return the JSON object of the answer.

    ``service`` is its name in messages, ``forbidden`` what to do about a status of 401, 403 or 429;
    ``deadline`` is on ``time.monotonic``. Raises ``UpstreamError`` or a subclass.
    """
    try:
        return _decoded(_asked(url, fields, service, forbidden, deadline), service)
    except httpx.TimeoutException as error:
        raise _too_late(service) from error
    except (httpx.ReadError, httpx.RemoteProtocolError) as error:
        raise UpstreamBadPayloadError(f"{service} ended its answer before it was whole.") from error
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UpstreamError(
            f"{service} cannot be reached. The page of the status tells more."
        ) from error


def _asked(
    url: str, fields: Mapping[str, str], service: str, forbidden: Mapping[int, str], deadline: float
) -> bytes:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _too_late(service)
    limits = httpx.Timeout(min(READ, left), connect=min(CONNECT, left))
    with _client(os.getpid()).stream("POST", url, data=dict(fields), timeout=limits) as response:
        _refuse_status(response, service, forbidden)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise UpstreamBadPayloadError(f"{service} packed its answer, which was not asked for.")
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MOST:
                raise UpstreamBadPayloadError(f"{service} gave an answer of more than 2 MB.")
            if time.monotonic() > deadline:
                raise _too_late(service)
    return bytes(body)


def _refuse_status(response: httpx.Response, service: str, forbidden: Mapping[int, str]) -> None:
    status = response.status_code
    if status in {401, 403, 429}:
        advice = forbidden.get(status, "It wants to know who asks.")
        raise UpstreamForbiddenError(f"{service} refused the question ({status}). {advice}")
    if response.is_redirect:
        raise UpstreamBadPayloadError(
            f"{service} sends elsewhere ({status}), and redirects are not followed. "
            "Correct its address."
        )
    if status != 200:
        raise UpstreamBadPayloadError(f"{service} answered with the status {status}.")


def _decoded(body: bytes, service: str) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UpstreamBadPayloadError(f"{service} did not answer with JSON.") from error
    if not isinstance(answer, dict):
        raise UpstreamBadPayloadError(f"{service} answered with JSON of another shape.")
    return answer


def _too_late(service: str) -> UpstreamTimeoutError:
    return UpstreamTimeoutError(f"{service} did not answer in time. Try again in a minute.")
