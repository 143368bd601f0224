"""A production-like environment: complete, private, in two slots."""

import re

import pytest
import requests
from machine import printed

pytestmark = pytest.mark.e2e

SLOTS = {"django-blue", "django-green"}
SERVICES = {"postgres", "redis", "searxng", *SLOTS, "worker", "beat", "caddy"}


def url(production, path="/", scheme="https"):
    return f"{scheme}://localhost:{production.ports['public']}{path}"


def test_everything_is_healthy_and_the_schema_was_created(production, root):
    for service in SERVICES:
        assert re.search(rf"^{service} +healthy ", production.first_up.stdout, re.MULTILINE)
    assert "adminer" not in production.first_up.stdout
    response = requests.get(url(production, "/readyz"), verify=root, timeout=10)
    assert response.status_code == 200, response.text


def test_caddy_alone_publishes_and_only_the_public_port(production, daemon):
    published = {
        (container.name, binding["HostPort"])
        for container in daemon.containers.list(ignore_removed=True)
        if container.labels.get("com.ledgerflow.environment") == production.environment
        for bindings in container.ports.values()
        for binding in bindings or []
    }
    assert published == {(production.container("caddy"), str(production.ports["public"]))}


def test_debug_is_off_and_static_files_are_collected(production, root):
    missing = requests.get(url(production, "/no-such-page"), verify=root, timeout=10)
    assert missing.status_code == 404
    assert "URLconf" not in missing.text
    page = requests.get(url(production, "/admin/login/"), verify=root, timeout=10).text
    style = re.search(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', page)[1]
    answer = requests.get(url(production, style), verify=root, timeout=10)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_secret_files_are_readable_by_their_reader_only(production, daemon):
    for service in ("django-blue", "django-green"):
        container = daemon.containers.get(production.container(service))
        output = printed(container, "sh", "-c", "stat -c '%a %u' /run/secrets/*", user="0", asked=3)
        assert set(output.split("\n")) - {""} == {"400 10001"}


def test_the_other_slot_serves_by_one_setting(production, root, daemon):
    document = production.stack_file.read_text()
    try:
        production.stack_file.write_text(document.replace("active: blue", "active: green"))
        result = production.make("up")
        assert result.returncode == 0, result.stdout + result.stderr
        daemon.containers.get(production.container("django-blue")).stop()
        assert requests.get(url(production), verify=root, timeout=10).status_code == 200
    finally:
        production.stack_file.write_text(document)
        result = production.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
