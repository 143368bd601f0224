"""The production image: locked down, static files inside, quick to stop."""

import json
import re

import pytest
import requests
from app_containers import eventually, logs, published_port

pytestmark = pytest.mark.integration

KEY = "an-unlikely-signing-key-of-more-than-fifty-characters-0123"
PROD = {
    "LEDGERFLOW_ENVIRONMENT": "prod",
    "DJANGO_SECRET_KEY": KEY,
    "DATABASE_HOST": "nowhere",
    "DATABASE_NAME": "ledgerflow",
    "DATABASE_USER": "ledgerflow",
    "DATABASE_PASSWORD": "hunter2",
    "REDIS_URL": "redis://nowhere:6379/0",
    "SEARXNG_URL": "http://nowhere:8080",
}
LOCKED_DOWN = {
    "read_only": True,
    "tmpfs": {
        "/tmp": "size=16m",
        "/var/log/ledgerflow": "uid=10001,mode=700",
        "/srv/media": "size=16m,uid=10001,gid=10001",
    },
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
}
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def served(build, services):
    """The image, serving with the strictest options and nothing around it."""
    container = services.containers.start(build("prod"), 8000, environment=PROD, **LOCKED_DOWN)
    eventually("the health check passes", lambda: _healthy(container))
    yield container
    services.containers.remove(container)


def _healthy(container) -> bool:
    container.reload()
    assert container.status == "running", logs(container)
    return container.exec_run(["python", "/app/healthcheck.py"]).exit_code == 0


def get(container, path: str, **headers: str) -> requests.Response:
    address = f"http://127.0.0.1:{published_port(container, 8000)}{path}"
    return requests.get(address, headers=headers, timeout=60, allow_redirects=False)


def test_it_runs_as_nobody_in_particular(served):
    assert served.exec_run(["id", "-u"]).output.strip() == b"10001"
    assert served.exec_run(["sh", "-c", "touch /app/x || touch /opt/venv/x"]).exit_code != 0


def test_its_commands_are_locked_and_recorded(served):
    """As production, with a database that nobody reaches: the name of the command is enough."""
    for words in (["manage.py", "flush"], ["-m", "django", "shell", "--settings=config.settings"]):
        refused = served.exec_run(["python", *words])
        assert refused.exit_code == 1
        assert refused.output.decode().startswith("refused by LF060: ")
    assert served.exec_run(["python", "manage.py", "check"]).exit_code == 0
    assert b"cannot be asked" in served.exec_run(["python", "manage.py", "migrate"]).output
    log = served.exec_run(["sh", "-c", "cat /var/log/ledgerflow/audit/*.jsonl"]).output
    lines = [json.loads(line) for line in log.splitlines()]
    rules = [line["rule"] for line in lines if line.get("front") == "manage"]
    assert rules == ["LF060", "LF060", "LF062"]


def test_it_holds_what_the_application_needs_and_no_more(served):
    found = served.exec_run(["sh", "-c", "ls /opt/ledgerflow /opt/ledgerflow/guard"]).output
    names = set(found.decode().split()) - {"/opt/ledgerflow:", "/opt/ledgerflow/guard:"}
    assert names - {"__pycache__"} == {
        "guard",
        "__init__.py",
        "audit",
        "decision.py",
        "manage",
        "records.py",
    }
    assert served.exec_run(["ls", "/app/README.md"]).exit_code != 0


def test_static_files_have_hashed_names_and_are_kept_by_browsers(served):
    page = get(served, "/login/", **HTTPS).text
    (path,) = re.findall(r'href="(/static/core/app\.[0-9a-f]{12}\.css)"', page)
    response = get(served, path, **{**HTTPS, "Accept-Encoding": "gzip"})
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Encoding"] == "gzip"
    assert get(served, "/static/admin/css/base.css", **HTTPS).status_code == 200


def test_debugging_is_off(served):
    response = get(served, "/no-such-page", **HTTPS)
    assert response.status_code == 404
    assert "URLconf" not in response.text
    assert "config.urls" not in response.text


def test_plain_http_is_sent_to_https_but_health_is_not(served):
    response = get(served, "/")
    assert response.status_code == 301
    assert response.headers["Location"].startswith("https://")
    assert get(served, "/healthz").status_code == 200
    assert get(served, "/readyz").status_code == 503
    assert "max-age=31536000" in get(served, "/", **HTTPS).headers["Strict-Transport-Security"]


def test_its_log_is_lines_of_json_without_secrets(served):
    get(served, '/healthz?q="quoted"')
    eventually("the request is logged", lambda: "quoted" in logs(served))
    entries = [json.loads(line) for line in logs(served).splitlines()]
    assert any("/healthz?q" in entry["message"] for entry in entries)
    assert not any("/healthz HTTP" in entry["message"] for entry in entries)
    assert "hunter2" not in logs(served)


def test_no_secret_and_no_setting_is_baked_in(build, docker_client):
    image = docker_client.images.get(build("prod"))
    names = {variable.split("=")[0] for variable in image.attrs["Config"]["Env"]}
    set_ = {name for name in names if name.startswith(("DJANGO", "DATABASE", "LEDGERFLOW"))}
    assert set_ == {"LEDGERFLOW_AUDIT"}  # the same folder everywhere
    history = " ".join(layer["CreatedBy"] for layer in image.history())
    assert "SECRET" not in history


def test_what_only_development_needs_is_not_inside(served):
    code, (listed, _) = served.exec_run(["find", "/app", "-maxdepth", "1"], demux=True)
    assert code == 0
    files = listed.decode().split()
    assert not {"/app/Dockerfile", "/app/mypy.ini", "/app/.mypy_cache"} & set(files)


def test_it_does_not_migrate(served):
    assert "migrate" not in json.dumps(served.attrs["Config"]["Cmd"])
    assert served.attrs["Config"]["Entrypoint"] in (None, [])


@pytest.mark.parametrize("init", [True, False])
def test_it_stops_by_itself_when_told_to(build, services, docker_client, init):
    container = docker_client.containers.run(
        build("prod"), detach=True, init=init, environment=PROD, **LOCKED_DOWN
    )
    try:
        eventually("the health check passes", lambda: _healthy(container))
        container.stop(timeout=30)
        container.reload()
        assert container.attrs["State"]["ExitCode"] == 0, "137 would be a kill after 30 s"
    finally:
        container.remove(force=True)


def test_mistakes_in_the_environment_end_it_with_a_message(build, docker_client):
    container = docker_client.containers.run(
        build("prod"), detach=True, environment={**PROD, "DJANGO_DEBUG": "true"}
    )
    try:
        assert container.wait(timeout=60)["StatusCode"] == 1
        assert 'DJANGO_DEBUG: "true" is not allowed; must be false in prod' in logs(container)
        assert "Traceback" not in logs(container)
    finally:
        container.remove(force=True)


def test_without_any_variable_it_does_not_pretend_to_be_an_environment(build, docker_client):
    variables = {key: PROD[key] for key in PROD if key != "LEDGERFLOW_ENVIRONMENT"}
    container = docker_client.containers.run(build("prod"), detach=True, environment=variables)
    try:
        assert container.wait(timeout=60)["StatusCode"] == 1
        assert "LEDGERFLOW_ENVIRONMENT is not set" in logs(container)
    finally:
        container.remove(force=True)
