"""The contract of adminer:5."""

import pytest
from docker.models.containers import Container
from image_sandbox import Sandbox, answers, execute, wait_until

pytestmark = pytest.mark.integration

IMAGE = "adminer:5"
LEAST = {
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "read_only": True,
    "tmpfs": {"/tmp": ""},
}
PAGE = "http://127.0.0.1:8080/"
LOGIN = """
    set -eu
    cd /tmp
    page='http://127.0.0.1:8080/'
    wget -q -O /dev/null --save-cookies jar --keep-session-cookies "$page"
    form='auth[driver]=pgsql&auth[server]=SERVER'
    form="$form&auth[username]=ledger&auth[password]=pw&auth[db]=books"
    wget -q -O - --load-cookies jar --save-cookies jar --keep-session-cookies \
        --post-data "$form" "$page"
"""


def ready(container: Container) -> Container:
    wait_until(container, answers(container, "wget", "-q", "-O", "/dev/null", PAGE))
    return container


def page_of(container: Container) -> str:
    return execute(container, "wget", "-q", "-O", "-", PAGE)


def test_the_login_page_has_its_form_and_the_version(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, **LEAST))
    page = page_of(server)
    for field in ("auth[driver]", "auth[server]", "auth[username]", "auth[password]", "auth[db]"):
        assert f'name="{field}"' in page or f"name='{field}'" in page
    assert "PostgreSQL" in page
    assert "5.2.1" in page
    assert execute(server, "id", "-u").strip() != "0"


def test_the_default_server_stands_in_the_form(sandbox: Sandbox):
    environment = {"ADMINER_DEFAULT_SERVER": 'post"gres<'}
    page = page_of(ready(sandbox.start(IMAGE, environment=environment, **LEAST)))
    assert 'name="auth[server]" value="post&quot;gres&lt;"' in page


def test_a_person_gets_into_postgres_through_it(sandbox: Sandbox):
    network = sandbox.network()
    environment = {"POSTGRES_USER": "ledger", "POSTGRES_PASSWORD": "pw", "POSTGRES_DB": "books"}
    postgres = sandbox.start("postgres:17.4", environment=environment, network=network)
    wait_until(postgres, answers(postgres, "pg_isready", "-q", "-h", "127.0.0.1"))
    execute(postgres, "psql", "-U", "ledger", "books", "-c", "CREATE TABLE receipts ()")
    server = ready(sandbox.start(IMAGE, network=network, **LEAST))
    page = execute(server, "sh", "-c", LOGIN.replace("SERVER", postgres.name))
    assert "receipts" in page


@pytest.mark.parametrize("name", ["ADMINER_DESIGN", "ADMINER_PLUGINS"])
def test_what_it_cannot_do_is_refused_by_name(sandbox: Sandbox, name):
    code, said = sandbox.run(IMAGE, environment={name: "x"})
    assert code == 64
    assert f"{name} is set" in said


def test_it_stops_at_once(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, **LEAST))
    server.stop(timeout=20)
    server.reload()
    assert server.attrs["State"]["ExitCode"] != 137  # that would be SIGKILL after the grace
