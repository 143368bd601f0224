"""The names of production's entrance: a domain with automatic HTTPS, or hosts of the own network.

The domain's authority is a second Caddy under the name of the public one. It makes the true
challenge: it comes to port 80 or 443 of the domain, as Let's Encrypt does (RFC 8555).
"""

import io
import re
import socket
import ssl
import tarfile
import time
import uuid
from http.client import HTTPConnection
from ipaddress import ip_address

import docker
import pytest

from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.integration

IMAGE = "caddy:2"
DOMAIN = "books.example.org"
AUTHORITY = "acme-v02.api.letsencrypt.org"
UPSTREAM = "django-blue"
OUTSIDE = f"""
https://{AUTHORITY} {{
    tls internal
    rewrite /directory /acme/local/directory
    acme_server
}}
http://:8000 {{
    respond "asked by {{header.X-Forwarded-Proto}} for {{header.X-Forwarded-For}}."
}}
"""
FORGED = "203.0.113.9"
"""What a client says of itself in ``X-Forwarded-For``; the application must not hear of it."""
TRUSTED = "/trusted.crt"
ROOT = "/data/caddy/pki/authorities/local/root.crt"
CONFINED = {
    "cap_drop": ["ALL"],
    "cap_add": ["NET_BIND_SERVICE"],
    "security_opt": ["no-new-privileges:true"],
}
PATIENCE = 60
"""Seconds; the certificate is there after three or so."""


@pytest.fixture
def daemon():
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def start(daemon):
    """Start a Caddy with files, on a network of the test; everything is removed afterwards."""
    name = f"lftest-{uuid.uuid4().hex[:8]}"
    network = daemon.networks.create(name)
    made = []

    def run(files, aliases, **options):
        container = daemon.containers.create(IMAGE, name=f"{name}-{len(made)}", **options)
        made.append(container)
        daemon.networks.get("bridge").disconnect(container)
        network.connect(container, aliases=aliases)
        container.put_archive("/", archive(files))
        container.start()
        container.reload()
        return container

    yield run
    for container in made:
        container.remove(force=True, v=True)
    network.remove()


def archive(files):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def eventually(attempt, container):
    """Return what ``attempt`` returns once it raises no OSError."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except OSError as error:
            if time.monotonic() > deadline:
                log = container.logs(tail=30).decode()
                pytest.fail(f"{error}\n{log}")
        time.sleep(0.2)


def read(container, path):
    code, content = container.exec_run(["cat", path])
    if code != 0:
        raise OSError(content)
    return content


@pytest.fixture
def entrance(start, repository):
    """Start production's Caddy with a setting changed."""

    def run(aliases=(), more=None, **changes):
        config = from_file(repository / "Pulumi.prod.yaml")
        config |= {f"ledgerflow:{key}": value for key, value in changes.items()}
        service = environment(Settings.parse("prod", config)).service("caddy")
        (file,) = service.files
        files = {file.path: "".join(map(str, file.content)).encode(), **(more or {})}
        ports = {f"{port.internal}/tcp": ("127.0.0.1", None) for port in service.ports}
        trusting = {"SSL_CERT_FILE": TRUSTED}
        return start(files, list(aliases), ports=ports, environment=trusting, **CONFINED)

    return run


@pytest.fixture
def proxy(start, entrance):
    """Production's Caddy with a domain, and the root certificate of the authority it asks."""
    outside = start(
        {"/etc/caddy/Caddyfile": OUTSIDE.encode()},
        [AUTHORITY, UPSTREAM],
        ports={"443/tcp": ("127.0.0.1", None)},
    )
    root = eventually(lambda: read(outside, ROOT), outside)
    directory = eventually(lambda: ask(outside, 443, root, AUTHORITY, "/directory"), outside)
    assert "newOrder" in directory
    ports = {"public": 9000, "http": 80, "https": 443}
    container = entrance([DOMAIN], {TRUSTED: root}, domain=DOMAIN, ports=ports)
    container.root = root
    return container


def published(container, port):
    return int(container.ports[f"{port}/tcp"][0]["HostPort"])


def ask(container, port, root, host, path="/"):
    """Ask for a page over TLS as a client that trusts the authority; return head and body."""
    context = ssl.create_default_context(cadata=root.decode())
    with (
        socket.create_connection(("127.0.0.1", published(container, port)), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        head = f"Host: {host}\r\nX-Forwarded-For: {FORGED}\r\nConnection: close"
        tls.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        return b"".join(iter(lambda: tls.recv(1 << 16), b"")).decode()


def test_a_certificate_is_got_and_served_on_both_ports_and_http_is_redirected(proxy):
    for port in (443, 9000):
        answer = eventually(lambda port=port: ask(proxy, port, proxy.root, DOMAIN), proxy)
        assert answer.startswith("HTTP/1.1 200 ")
        seen = re.search("asked by https for (.*)[.]", answer)[1]
        assert ip_address(seen) != ip_address(FORGED), "limits by address believe this header"
        assert "Strict-Transport-Security: max-age=31536000" in answer
        assert "Alt-Svc" not in answer, "HTTP/3 is offered on a port that is not published"
    stored = f"/data/caddy/certificates/{AUTHORITY}-directory/{DOMAIN}/{DOMAIN}.crt"
    assert read(proxy, stored).startswith(b"-----BEGIN CERTIFICATE-----")

    connection = HTTPConnection("127.0.0.1", published(proxy, 80), timeout=5)
    connection.request("GET", "/admin/?next=/", headers={"Host": DOMAIN})
    redirect = connection.getresponse()
    connection.close()
    assert redirect.status == 308
    assert redirect.headers["Location"] == f"https://{DOMAIN}/admin/?next=/"


@pytest.mark.parametrize(
    ("hosts", "reached"),
    [
        ([], ["localhost", "127.0.0.1"]),
        (["books", "books.lan", "192.168.1.10"], ["books", "books.lan", "192.168.1.10"]),
    ],
)
def test_hosts_have_certificates_of_the_internal_authority(entrance, hosts, reached):
    proxy = entrance(hosts=hosts)
    root = eventually(lambda: read(proxy, ROOT), proxy)
    for host in reached:
        # nobody is behind it here: what counts is that TLS is spoken, in this very name
        answer = eventually(lambda host=host: ask(proxy, 9000, root, host), proxy)
        assert answer.startswith("HTTP/1.1 502 ")
    with pytest.raises(ssl.SSLError, match="INTERNAL_ERROR"):
        ask(proxy, 9000, root, "stranger.example")
