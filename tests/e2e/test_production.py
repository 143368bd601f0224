"""A production-like environment beside a development one: TLS only, private, isolated."""

import json
import re
import socket
import ssl
import subprocess

import pytest
import requests
import urllib3
from machine import Clone

pytestmark = pytest.mark.e2e

SERVICES = {"postgres", "redis", "searxng", "django-blue", "django-green", "caddy"}
SECRETS = ("postgres-password", "django-secret-key", "searxng-secret")
CONNECT = (
    "import socket, sys\n"
    "try:\n"
    "    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=2)\n"
    "except OSError:\n"
    "    sys.exit(7)\n"
)


@pytest.fixture(scope="module")
def prod(repository, daemon, tmp_path_factory):
    clone = Clone.of(repository, tmp_path_factory.mktemp("prod"), like="prod")
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    clone.first_up = result
    yield clone
    clone.remove(daemon)


@pytest.fixture(scope="module")
def root(prod, daemon, tmp_path_factory):
    """The certificate of the environment's own authority, as an operator would fetch it."""
    path = tmp_path_factory.mktemp("ca") / "root.crt"
    caddy = daemon.containers.get(prod.container("caddy"))
    code, certificate = caddy.exec_run(["cat", "/data/caddy/pki/authorities/local/root.crt"])
    assert code == 0
    path.write_bytes(certificate)
    return str(path)


def url(prod, path="/", scheme="https"):
    return f"{scheme}://localhost:{prod.ports['public']}{path}"


@pytest.fixture(scope="module")
def secret_values(prod):
    """The generated values, read the way only the holder of the passphrase can."""
    exported = prod.pulumi("stack", "export", "--show-secrets")
    resources = json.loads(exported.stdout)["deployment"]["resources"]
    values = {
        r["urn"].rsplit("::", 1)[1]: json.loads(r["outputs"]["result"]["plaintext"])
        for r in resources
        if r["type"] == "random:index/randomPassword:RandomPassword"
    }
    assert set(values) == set(SECRETS)
    return list(values.values())


def test_everything_is_healthy_and_the_schema_was_created(prod, root):
    for service in SERVICES:
        assert re.search(rf"^{service} +healthy ", prod.first_up.stdout, re.MULTILINE)
    assert "adminer" not in prod.first_up.stdout
    response = requests.get(url(prod, "/readyz"), verify=root, timeout=10)
    assert response.status_code == 200, response.text


def test_caddy_alone_publishes_and_only_the_public_port(prod, daemon):
    published = {
        (container.name, binding["HostPort"])
        for container in daemon.containers.list()
        if container.labels.get("com.ledgerflow.environment") == prod.environment
        for bindings in container.ports.values()
        for binding in bindings or []
    }
    assert published == {(prod.container("caddy"), str(prod.ports["public"]))}


def test_plain_http_is_redirected(prod):
    response = requests.get(url(prod, scheme="http"), allow_redirects=False, timeout=10)
    assert response.status_code == 308
    assert response.headers["Location"] == url(prod)


def test_answers_carry_the_security_headers(prod, root):
    response = requests.get(url(prod), verify=root, timeout=10)
    assert response.status_code == 200
    headers = response.headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Content-Encoding"] == "gzip"
    assert "Server" not in headers


@pytest.mark.parametrize(
    ("version", "accepted"),
    [
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
def test_old_protocols_are_refused(prod, root, version, accepted):
    context = ssl.create_default_context(cafile=root)
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("localhost", prod.ports["public"]), timeout=5) as plain:
        if accepted:
            context.wrap_socket(plain, server_hostname="localhost").close()
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain, server_hostname="localhost")


def test_debug_is_off_and_static_files_are_collected(prod, root):
    missing = requests.get(url(prod, "/no-such-page"), verify=root, timeout=10)
    assert missing.status_code == 404
    assert "URLconf" not in missing.text
    page = requests.get(url(prod, "/admin/login/"), verify=root, timeout=10).text
    style = re.search(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', page)[1]
    answer = requests.get(url(prod, style), verify=root, timeout=10)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_request_that_is_too_large_is_refused(prod, root):
    def body():
        for _ in range(101):
            yield b"\0" * 1_000_000

    with requests.Session() as session:
        token = session.get(url(prod, "/admin/login/"), verify=root, timeout=10)
        csrf = token.cookies["csrftoken"]
        try:
            answer = session.post(
                url(prod, "/admin/login/"),
                data=body(),
                headers={"X-CSRFToken": csrf, "Referer": url(prod)},
                verify=root,
                timeout=60,
            )
        except (requests.ConnectionError, urllib3.exceptions.HTTPError):
            return  # the entrance hung up in the middle, which refuses it as well
    assert answer.status_code in (413, 403, 400, 502)


def test_no_secret_is_seen_from_outside(prod, daemon, secret_values):
    seen = [subprocess.run(["ps", "axww"], capture_output=True, text=True).stdout]
    seen += [prod.first_up.stdout, prod.first_up.stderr, prod.make("preview").stdout]
    state = prod.path / ".ledgerflow" / "state"
    seen += [path.read_text(errors="replace") for path in state.rglob("*") if path.is_file()]
    for service in SERVICES:
        container = daemon.containers.get(prod.container(service))
        seen += [json.dumps(container.attrs), container.logs().decode(errors="replace")]
    for value in secret_values:
        assert not any(value in text for text in seen)


def test_secret_files_are_readable_by_their_reader_only(prod, daemon):
    for service in ("django-blue", "django-green"):
        container = daemon.containers.get(prod.container(service))
        code, output = container.exec_run(["sh", "-c", "stat -c '%a %u' /run/secrets/*"], user="0")
        assert code == 0
        assert set(output.decode().split("\n")) - {""} == {"400 10001"}


def test_the_contract_holds(prod, daemon):
    assert prod.make("preview").returncode == 0
    refreshed = prod.pulumi("refresh", "--yes", "--expect-no-changes")
    assert refreshed.returncode == 0, refreshed.stdout
    destroyed = prod.pulumi("destroy", "--yes", "--ignore-protect", "--run-program")
    assert destroyed.returncode != 0
    assert daemon.volumes.get(prod.volume("db_data"))
    result = prod.make("up")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_other_slot_serves_by_one_setting(prod, root, daemon):
    slots = {"stage": "prod", "slots": ["blue", "green"], "active": "green"}
    prod.configure(**{"ledgerflow:django": slots})
    result = prod.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    daemon.containers.get(prod.container("django-blue")).stop()
    assert requests.get(url(prod), verify=root, timeout=10).status_code == 200


def test_from_dev_nothing_of_prod_is_reached(prod, running, daemon):
    django = daemon.containers.get(running.container("django"))
    reached = [
        (service, address)
        for service, port in (("postgres", 5432), ("redis", 6379), ("searxng", 8080))
        for address in addresses(daemon.containers.get(prod.container(service)))
        if django.exec_run(["python", "-c", CONNECT, address, str(port)]).exit_code != 7
    ]
    assert reached == []
    own = addresses(daemon.containers.get(running.container("postgres")))
    code, output = django.exec_run(
        ["python", "-c", "import socket; print(socket.gethostbyname('postgres'))"]
    )
    assert code == 0
    assert output.decode().strip() in own


def addresses(container):
    networks = container.attrs["NetworkSettings"]["Networks"].values()
    return [network["IPAddress"] for network in networks if network["IPAddress"]]
