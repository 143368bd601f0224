"""Production's entrance as real clients meet it: TLS, redirect, headers, limits, a browser."""

import contextlib
import json
import re
import socket
import ssl
import subprocess
import time
from http.client import HTTPSConnection

import pytest
import requests

pytestmark = pytest.mark.e2e

LOG_SECONDS = 60
BROWSER_SECONDS = 90
ATTEMPTS = 5
CANARY = "canary-of-a-visitor-91c2"
PNG = b"\x89PNG\r\n\x1a\n"
SMALLEST_SCREENSHOT = 20_000
"""Bytes; a blank page of the same size takes less than a quarter of it."""


def url(prod, path="/", scheme="https"):
    return f"{scheme}://localhost:{prod.ports['public']}{path}"


def handshake(prod, context):
    with socket.create_connection(("localhost", prod.ports["public"]), timeout=60) as plain:
        return context.wrap_socket(plain, server_hostname="localhost")


def test_plain_http_is_redirected(production):
    for path in ("/", "/admin/login/?next=/admin/"):
        response = requests.get(url(production, path, "http"), allow_redirects=False, timeout=60)
        assert response.status_code == 308
        assert response.headers["Location"] == url(production, path)
        assert response.text == ""


def test_answers_carry_the_security_headers(production, root):
    for path in ("/", "/admin/login/", "/no-such-page"):
        headers = requests.get(url(production, path), verify=root, timeout=60).headers
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Server" not in headers
        assert "Via" not in headers


def test_cookies_travel_by_tls_only(production, root):
    response = requests.get(url(production, "/admin/login/"), verify=root, timeout=60)
    assert "Secure" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_protocols_are_refused_by_the_server(production, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # this client would really speak it: its own floor is lifted
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with pytest.raises(ssl.SSLError) as refused:
        handshake(production, context)
    assert refused.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"


@pytest.mark.parametrize(
    ("version", "name"),
    [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")],
)
def test_current_protocols_are_spoken(production, root, version, name):
    context = ssl.create_default_context(cafile=root)
    context.minimum_version = context.maximum_version = version
    with handshake(production, context) as connection:
        assert connection.version() == name


def test_the_certificate_is_of_the_internal_authority(production):
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        handshake(production, ssl.create_default_context())


def test_http_2_is_offered(production, root):
    context = ssl.create_default_context(cafile=root)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with handshake(production, context) as connection:
        assert connection.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_answers_are_compressed(production, root, encoding):
    asked = {"Accept-Encoding": encoding}
    with requests.get(
        url(production), verify=root, timeout=60, headers=asked, stream=True
    ) as response:
        assert response.headers["Content-Encoding"] == encoding
        packed = len(response.raw.read(decode_content=False))
    plain = requests.get(
        url(production), verify=root, timeout=60, headers={"Accept-Encoding": "identity"}
    )
    assert "Content-Encoding" not in plain.headers
    assert packed < len(plain.content)


def upload(production, root, megabytes):
    """Send a file that the application reads to its end; return the answer's status."""
    context = ssl.create_default_context(cafile=root)
    address = ("localhost", production.ports["public"])
    login = "/admin/login/"
    page = requests.get(url(production, login), verify=root, timeout=60)
    token = page.cookies["csrftoken"]
    head = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'
        b"Content-Type: application/pdf\r\n\r\n"
    )
    parts = [head, *([b"\0" * 1_000_000] * megabytes), b"\r\n--x--\r\n"]
    connection = HTTPSConnection(*address, context=context, timeout=60)
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(sum(map(len, parts))),
        "Referer": url(production),
        "Cookie": f"csrftoken={token}",
        "X-CSRFToken": token,
    }
    # a refusal may come, and the connection be closed, before everything was sent
    with contextlib.closing(connection):
        with contextlib.suppress(OSError):
            connection.request("POST", login, iter(parts), headers)
        return connection.getresponse().status


def test_a_request_of_more_than_a_hundred_megabytes_is_refused(production, root):
    assert upload(production, root, 99) == 200
    assert upload(production, root, 101) == 413


def log_lines(production, daemon, marker):
    """Return the access log's entries about a path, waiting for the first."""
    caddy = daemon.containers.get(production.container("caddy"))
    deadline = time.monotonic() + LOG_SECONDS
    while time.monotonic() < deadline:
        lines = [line for line in caddy.logs().decode().splitlines() if marker in line]
        if lines:
            return [json.loads(line) for line in lines]
        time.sleep(0.2)
    pytest.fail(f"no line about {marker} in the access log")


def test_each_request_has_a_line_in_the_access_log_without_credentials(production, root, daemon):
    path = f"/no-such-page-{time.time_ns()}"
    sent = {"Authorization": f"Basic {CANARY}", "Cookie": f"sessionid={CANARY}"}
    requests.get(url(production, path), verify=root, timeout=60, headers=sent)
    (entry,) = log_lines(production, daemon, path)
    assert entry["status"] == 404
    assert entry["request"]["method"] == "GET"
    assert entry["request"]["uri"] == path
    assert entry["request"]["tls"]["proto"] == "h2" or entry["request"]["proto"] == "HTTP/1.1"
    assert entry["duration"] >= 0
    assert entry["request"]["remote_ip"]
    assert CANARY not in json.dumps(entry)


@pytest.fixture
def browse(programs, tmp_path):
    """Run Chromium as a person without it would: a profile of its own, nothing switched off."""
    home = tmp_path / "home"
    database = home / ".pki" / "nssdb"

    def trust(certificate):
        database.mkdir(parents=True)
        for words in (
            ("-N", "--empty-password"),
            ("-A", "-n", "internal authority", "-t", "C,,", "-i", certificate),
        ):
            subprocess.run(["certutil", "-d", f"sql:{database}", *words], check=True)

    def run(address, *flags):
        home.mkdir(exist_ok=True)
        command = ["chromium", "--headless=new", "--disable-gpu", "--no-first-run", "--no-sandbox"]
        command += [f"--user-data-dir={tmp_path}/profile", "--disable-dev-shm-usage"]
        for _ in range(ATTEMPTS):
            result = subprocess.run(
                [*command, *flags, address],
                env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
                capture_output=True,
                text=True,
                timeout=BROWSER_SECONDS,
            )
            # the browser gives up a page when another environment's network comes or goes
            if "ERR_NETWORK_CHANGED" not in result.stderr:
                break
        return result

    run.trust = trust
    return run


def test_a_browser_opens_the_page_through_the_internal_authority(
    production, root, browse, tmp_path
):
    picture = tmp_path / "page.png"
    browse.trust(root)
    page = browse(url(production, "/status/"), "--dump-dom").stdout
    assert "Everything is ready" in page
    assert re.search(r"PostgreSQL\D+17\.4", page)
    browse(url(production, "/status/"), f"--screenshot={picture}", "--window-size=1280,800")
    assert picture.read_bytes().startswith(PNG)
    assert picture.stat().st_size > SMALLEST_SCREENSHOT


def test_a_browser_that_does_not_know_the_authority_refuses(production, browse):
    refused = browse(url(production, "/status/"), "--dump-dom")
    assert "ERR_CERT_AUTHORITY_INVALID" in refused.stderr
    assert "Everything is ready" not in refused.stdout
