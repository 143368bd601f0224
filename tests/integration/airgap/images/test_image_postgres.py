"""The contract of postgres:17.4: settings, first start, scripts, arguments, stopping."""

import gzip

import pytest
from docker.models.containers import Container
from image_sandbox import Sandbox, answers, execute, logs, wait_until

pytestmark = pytest.mark.integration

IMAGE = "postgres:17.4"
DATA = "/var/lib/postgresql/data"
SCRIPTS = "/docker-entrypoint-initdb.d"
PASSWORD = {"POSTGRES_PASSWORD": "not-a-secret"}
LEAST = {
    "cap_drop": ["ALL"],
    "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"],
    "security_opt": ["no-new-privileges:true"],
}
"""What an environment leaves the container, and no more."""


def ready(container: Container) -> Container:
    """Wait until the server listens on the network, which it does once all is initialised."""
    wait_until(container, answers(container, "pg_isready", "-q", "-h", "127.0.0.1"))
    return container


def sql(container: Container, query: str, user: str = "postgres", database: str = "") -> str:
    command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database or user]
    return execute(container, *command, "-c", query).strip()


def test_refuses_to_start_without_a_password_and_makes_nothing(sandbox: Sandbox):
    volume = sandbox.volume()
    mounts = {volume: {"bind": DATA, "mode": "rw"}}
    code, said = sandbox.run(IMAGE, volumes=mounts, **LEAST)
    assert code == 1
    assert "Database is uninitialized and superuser password is not specified" in said
    code, said = sandbox.run(IMAGE, ["ls", "-A", DATA], volumes=mounts)
    assert (code, said) == (0, "")


def test_password_user_and_database_come_from_files(sandbox: Sandbox):
    secrets = {"/s/password": "from a file\n", "/s/user": "ledger", "/s/db": "books"}
    environment = {
        "POSTGRES_PASSWORD_FILE": "/s/password",
        "POSTGRES_USER_FILE": "/s/user",
        "POSTGRES_DB_FILE": "/s/db",
    }
    server = ready(sandbox.start(IMAGE, files=secrets, environment=environment, **LEAST))
    address = execute(server, "hostname", "-i").strip()
    command = ["psql", "-XAtq", "-h", address, "-U", "ledger", "-d", "books", "-c", "SELECT 1"]
    assert execute(server, *command, environment={"PGPASSWORD": "from a file"}) == "1\n"
    refused = server.exec_run(command, environment={"PGPASSWORD": "another"})
    assert refused.exit_code != 0
    assert b"password authentication failed" in refused.output


def test_a_variable_and_its_file_exclude_each_other(sandbox: Sandbox):
    environment = {**PASSWORD, "POSTGRES_PASSWORD_FILE": "/nowhere"}
    code, said = sandbox.run(IMAGE, environment=environment)
    assert code == 1
    assert "both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set" in said


def test_trust_needs_no_password_and_is_warned_of(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, environment={"POSTGRES_HOST_AUTH_METHOD": "trust"}))
    assert "WARNING" in logs(server)
    address = execute(server, "hostname", "-i").strip()
    assert execute(server, "psql", "-XAtqw", "-h", address, "-U", "postgres", "-c", "SELECT 1")


def test_the_server_is_17_4_with_the_official_locale_and_its_extensions(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, environment=PASSWORD, **LEAST))
    assert sql(server, "SHOW server_version") == "17.4"
    assert sql(server, "SHOW server_encoding") == "UTF8"
    assert sql(server, "SELECT datcollate FROM pg_database LIMIT 1") == "en_US.utf8"
    assert sql(server, "SHOW unix_socket_directories") == "/var/run/postgresql"
    for extension in ("pg_trgm", "unaccent", "citext", "pgcrypto", '"uuid-ossp"', "btree_gin"):
        sql(server, f"CREATE EXTENSION {extension}")
    assert sql(server, "SELECT 'ä' < 'b'") == "t"  # not so in the locale C


def test_the_server_runs_as_999_without_any_capability_on_a_read_only_root(sandbox: Sandbox):
    options = {"read_only": True, "tmpfs": {"/var/run/postgresql": "", "/tmp": ""}}
    server = ready(sandbox.start(IMAGE, environment=PASSWORD, **LEAST, **options))
    status = dict(
        line.split(":\t", 1)
        for line in execute(server, "cat", "/proc/1/status").splitlines()
        if ":\t" in line
    )
    assert status["Uid"].split() == ["999"] * 4
    assert int(status["CapEff"], 16) == 0
    assert execute(server, "stat", "-c", "%u:%g %a", DATA).strip() == "999:999 700"


def test_it_starts_as_the_user_itself_too(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, environment=PASSWORD, user="999:999", cap_drop=["ALL"]))
    assert sql(server, "SELECT 1") == "1"


def test_an_unknown_user_is_refused_with_the_remedy(sandbox: Sandbox):
    code, said = sandbox.run(IMAGE, environment=PASSWORD, user="4321")
    assert code == 1
    assert "user id 4321 has no name" in said
    assert "999:999" in said


def test_scripts_run_once_in_the_order_of_their_names(sandbox: Sandbox):
    scripts = {
        f"{SCRIPTS}/1.sql": "CREATE TABLE step (name text, who text DEFAULT current_user);",
        f"{SCRIPTS}/2.sql.gz": gzip.compress(b"INSERT INTO step VALUES ('gz');"),
        f"{SCRIPTS}/3.sh": "docker_process_sql -c \"INSERT INTO step VALUES ('sourced')\"",
        f"{SCRIPTS}/4.x.sh": '#!/bin/sh\npsql -U "$POSTGRES_USER" -d "$POSTGRES_DB" '
        "-c \"INSERT INTO step VALUES ('executed')\"\n",
        f"{SCRIPTS}/5.txt": "nothing",
    }
    environment = {**PASSWORD, "POSTGRES_USER": "ledger", "POSTGRES_DB": "books"}
    server = ready(sandbox.start(IMAGE, files=scripts, environment=environment, **LEAST))
    names = sql(server, "SELECT string_agg(name || ' ' || who, ',') FROM step", "ledger", "books")
    assert names == "gz ledger,sourced ledger,executed ledger"
    assert f"ignoring {SCRIPTS}/5.txt" in logs(server)
    server.restart()
    assert sql(ready(server), "SELECT count(*) FROM step", "ledger", "books") == "3"


def test_a_failing_script_ends_the_start_and_the_next_start_begins_again(sandbox: Sandbox):
    mounts = {sandbox.volume(): {"bind": DATA, "mode": "rw"}}
    scripts = {f"{SCRIPTS}/1.sql": "CREATE TABLE half (); SELECT no_such_function();"}
    options = {"volumes": mounts, "environment": PASSWORD, **LEAST}
    code, said = sandbox.run(IMAGE, files=scripts, **options)
    assert code != 0
    assert "no_such_function" in said
    server = ready(sandbox.start(IMAGE, **options))
    assert "starting over" in logs(server)
    assert sql(server, "SELECT to_regclass('half')") == ""


def test_a_killed_initialisation_is_never_taken_for_a_database(sandbox: Sandbox):
    mounts = {sandbox.volume(): {"bind": DATA, "mode": "rw"}}
    options = {"volumes": mounts, "environment": {**PASSWORD, "POSTGRES_DB": "books"}, **LEAST}
    scripts = {f"{SCRIPTS}/1.sh": "touch /tmp/reached; sleep 600"}
    first = sandbox.start(IMAGE, files=scripts, **options)
    wait_until(first, answers(first, "test", "-e", "/tmp/reached"))
    first.kill("SIGKILL")
    sandbox.remove(first)
    server = ready(sandbox.start(IMAGE, **options))
    assert "starting over" in logs(server)
    assert sql(server, "SELECT count(*) FROM pg_database WHERE datname = 'books'") == "1"


def test_killed_within_initdb_it_begins_again(sandbox: Sandbox):
    mounts = {sandbox.volume(): {"bind": DATA, "mode": "rw"}}
    options = {"volumes": mounts, "environment": PASSWORD, **LEAST}
    first = sandbox.start(IMAGE, **options)
    wait_until(first, answers(first, "test", "-e", f"{DATA}/.initialising/cluster/PG_VERSION"))
    first.kill("SIGKILL")
    sandbox.remove(first)
    server = ready(sandbox.start(IMAGE, **options))
    assert "starting over" in logs(server)
    assert execute(server, "sh", "-c", f"ls -A {DATA} | grep -c initialising || true") == "0\n"


def test_files_that_are_no_database_are_left_alone(sandbox: Sandbox):
    mounts = {sandbox.volume(): {"bind": DATA, "mode": "rw"}}
    made = ["sh", "-c", f"echo precious > {DATA}/letter.txt"]
    assert sandbox.run(IMAGE, made, volumes=mounts)[0] == 0
    code, said = sandbox.run(IMAGE, volumes=mounts, environment=PASSWORD)
    assert code == 1
    assert "holds files, but no database" in said
    code, said = sandbox.run(IMAGE, ["cat", f"{DATA}/letter.txt"], volumes=mounts)
    assert (code, said) == (0, "precious\n")


def test_data_outlives_the_container(sandbox: Sandbox):
    options = {
        "volumes": {sandbox.volume(): {"bind": DATA, "mode": "rw"}},
        "environment": PASSWORD,
        **LEAST,
    }
    first = ready(sandbox.start(IMAGE, **options))
    sql(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop(timeout=30)
    sandbox.remove(first)
    second = ready(sandbox.start(IMAGE, **options))
    assert sql(second, "SELECT answer FROM kept") == "42"
    assert "Skipping initialization" in logs(second)


def test_pgdata_may_be_a_folder_within_the_volume(sandbox: Sandbox):
    environment = {**PASSWORD, "PGDATA": f"{DATA}/17"}
    server = ready(sandbox.start(IMAGE, environment=environment, **LEAST))
    assert sql(server, "SHOW data_directory") == f"{DATA}/17"


def test_initdb_arguments_reach_initdb(sandbox: Sandbox):
    arguments = "--data-checksums --locale-provider=builtin --locale=C.UTF-8"
    environment = {**PASSWORD, "POSTGRES_INITDB_ARGS": arguments}
    server = ready(sandbox.start(IMAGE, environment=environment))
    assert sql(server, "SHOW data_checksums") == "on"


def test_a_stop_shuts_down_cleanly_with_a_session_open(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, environment=PASSWORD, **LEAST))
    server.exec_run(["psql", "-U", "postgres", "-c", "SELECT pg_sleep(600)"], detach=True)
    server.stop(timeout=30)
    server.reload()
    assert server.attrs["Config"]["StopSignal"] == "SIGINT"
    assert server.attrs["State"]["ExitCode"] == 0
    said = logs(server)
    assert "received fast shutdown request" in said
    assert said.rstrip().endswith("database system is shut down")


def test_options_alone_go_to_the_server(sandbox: Sandbox):
    server = sandbox.start(IMAGE, ["-c", "max_connections=37"], environment=PASSWORD)
    assert sql(ready(server), "SHOW max_connections") == "37"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["postgres", "--version"], "postgres (PostgreSQL) 17.4"),
        (["psql", "--version"], "psql (PostgreSQL) 17."),
        (["bash", "-c", "id -un"], "root"),
    ],
)
def test_other_commands_need_no_database(sandbox: Sandbox, command, expected):
    code, said = sandbox.run(IMAGE, command)
    assert code == 0
    assert said.startswith(expected)


def test_the_programs_that_backups_need_work_against_this_server(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, environment=PASSWORD, **LEAST))
    sql(server, "CREATE TABLE entry AS SELECT generate_series(1, 1000) AS id")
    script = """
        set -eu
        pg_dump -U postgres -Fc -f /tmp/dump postgres
        createdb -U postgres copy
        pg_restore -U postgres -d copy --exit-on-error /tmp/dump
        pg_basebackup -U postgres -D /tmp/base -c fast -X stream
        pg_verifybackup /tmp/base
        pg_controldata /tmp/base >/dev/null
        pg_combinebackup --version >/dev/null
        pg_dump -U postgres postgres | gzip | gzip -t
        echo x | zstd -q | zstd -dq >/dev/null
    """
    execute(server, "bash", "-c", script)
    assert sql(server, "SELECT sum(id) FROM entry", database="copy") == "500500"
