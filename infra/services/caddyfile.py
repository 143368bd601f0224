"""Caddy's configuration, as text; https://caddyserver.com/docs/caddyfile has the format."""

from typing import Final

from infra.settings import Settings

HEALTH_PORT: Final = 8081
PUBLIC_PORT: Final = 9000
UPSTREAM_PORT: Final = 8000
LARGEST_REQUEST: Final = "100MB"
"""A bundle of scanned statements fits; what is larger is refused before Django sees it."""
TOO_LARGE: Final = r"^[1-9]\d{8,}$"
"""A ``Content-Length`` of 100 MB and more: refused at once, instead of after a hundred of them."""

HSTS: Final = "max-age=31536000"
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
}
"""Security headers of every public answer (OWASP Secure Headers Project).

They are those of answers that have none of their own: what the application says of people's files
is stricter (``sandbox``). Each is a directive of its own, because Caddy takes several ``?`` of one
block as a condition of all.
"""


def caddyfile(settings: Settings) -> str:
    """Return the whole file: a private proxy in development, the TLS entrance elsewhere."""
    blocks = [_health()]
    if settings.ports.public is None:
        blocks.append(_block("http://", _proxy(settings)))
    else:
        blocks = [_global(), *blocks, _public(settings)]
    return "\n".join(blocks)


def public_hosts(settings: Settings) -> tuple[str, ...]:
    """Return the names under which people reach the environment."""
    return (settings.domain,) if settings.domain else ("localhost", "127.0.0.1")


def _global() -> str:
    # plain HTTP on the TLS port is answered with a redirect instead of an error
    wrappers = _nested("listener_wrappers", ["http_redirect", "tls"])
    # HTTP/3 would need a UDP port that is not published
    return _block("", _nested(f"servers :{PUBLIC_PORT}", ["protocols h1 h2", *wrappers]))


def _health() -> str:
    return _block(f"http://127.0.0.1:{HEALTH_PORT}", ["respond / 200"])


def _public(settings: Settings) -> str:
    hosts = public_hosts(settings)
    sites = [f"https://{host}:{PUBLIC_PORT}" for host in hosts]
    if settings.domain:
        sites.append(f"https://{settings.domain}")
    tls = [] if settings.domain else ["tls internal"]
    headers = [f'header ?{name} "{value}"' for name, value in HEADERS.items()]
    body = [
        *tls,
        *_nested("log", ["output stdout", "format json"]),
        *_nested("request_body", [f"max_size {LARGEST_REQUEST}"]),
        *headers,
        *_nested("header", [f'Strict-Transport-Security "{HSTS}"', "-Server"]),
        f"@too_large header_regexp Content-Length {TOO_LARGE}",
        "respond @too_large 413",
        *_proxy(settings),
    ]
    return _block(", ".join(sites), body)


def _proxy(settings: Settings) -> list[str]:
    return ["encode zstd gzip", f"reverse_proxy {settings.django.upstream}:{UPSTREAM_PORT}"]


def _block(head: str, lines: list[str]) -> str:
    return "\n".join([f"{head} {{".lstrip(), *(f"\t{line}" for line in lines), "}", ""])


def _nested(head: str, lines: list[str]) -> list[str]:
    return _block(head, lines).splitlines()
