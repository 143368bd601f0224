"""Caddy's configuration, as text; https://caddyserver.com/docs/caddyfile has the format."""

from typing import Final

from infra.settings import Settings, is_address

HEALTH_PORT: Final = 8081
PUBLIC_PORT: Final = 9000
UPSTREAM_PORT: Final = 8000
LOOPBACK: Final = "127.0.0.1"
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
        blocks = [_global(settings), *blocks, _public(settings)]
    return "\n".join(blocks)


def public_hosts(settings: Settings) -> tuple[str, ...]:
    """Return the names under which people reach the environment, the one to show them first."""
    if settings.domain:
        return (settings.domain,)
    named = dict.fromkeys((*settings.hosts, "localhost"))
    return tuple(named) if any(map(is_address, named)) else (*named, LOOPBACK)


def _global(settings: Settings) -> str:
    # HTTP/3 would need a UDP port, and none is published
    protocols = ["protocols h1 h2"]
    # plain HTTP on the TLS port is answered with a redirect instead of an error
    wrappers = _nested("listener_wrappers", ["http_redirect", "tls"])
    public = _nested(f"servers :{PUBLIC_PORT}", [*protocols, *wrappers])
    # a client that asks for an address names no server, and gets the certificate of this one
    addresses = [f"default_sni {host}" for host in public_hosts(settings) if is_address(host)]
    return _block("", [*addresses, *_nested("servers", protocols), *public])


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
