"""No secret of a command line gets into the audit log or onto a terminal."""

import json
import traceback

import pytest

from guard.audit import record
from guard.audit.redaction import MASK, Arguments, redact

pytestmark = pytest.mark.guard

CANARY = "hunter2-canary"
SECRETS = [
    ["run", "-e", f"POSTGRES_PASSWORD={CANARY}", "x"],
    ["run", f"-ePOSTGRES_PASSWORD={CANARY}", "x"],
    ["run", f"--env=POSTGRES_PASSWORD={CANARY} more {CANARY}", "x"],
    ["run", "--env", f"DJANGO_SECRET_KEY={CANARY}=a=b", "x"],
    ["run", "-e", f"AWS_SECRET_ACCESS_KEY={CANARY}", "x"],
    ["run", "-e", f"REDIS_AUTH={CANARY}", "x"],
    ["run", "-e", f"DB_PWD={CANARY}", "x"],
    ["run", "-e", f"DATABASE_URL=postgres://u:{CANARY}@h/x?password={CANARY}", "x"],
    ["run", "--label", f"x.token={CANARY}", "x"],
    ["run", "x", "redis-server", "--requirepass", CANARY],
    ["run", "x", f"--auth-token={CANARY}"],
    ["login", "-u", "me", "-p", CANARY],
    ["login", f"-p{CANARY}"],
    ["login", f"--password={CANARY}"],
    ["login", "--password", CANARY],
    ["login", "--password", CANARY, "host"],
    ["build", "--build-arg", f"NPM_TOKEN={CANARY}", "."],
    ["build", f"--build-arg=NPM_TOKEN={CANARY}", "."],
    ["build", f"https://{CANARY}@github.com/x/y"],
    ["swarm", "join", "--token", f"SWMTKN-1-{CANARY}"],
    ["compose", "run", "-e", f"API_KEY={CANARY}", "x"],
    ["exec", "a", "psql", f"postgresql://u:{CANARY}@h/db"],
    ["exec", "a", "psql", f"postgresql:///db?user=x&password={CANARY}"],
    ["exec", "a", "psql", f"host=h password={CANARY} user=u"],
    ["exec", "a", "psql", "-c", f"ALTER ROLE x PASSWORD '{CANARY}'"],
    ["exec", "a", "psql", "-c", f"create user x with password '{CANARY} {CANARY}'"],
    ["exec", "a", "sh", "-c", f"PGPASSWORD={CANARY} psql -c 'x'"],
    ["exec", "a", "sh", "-c", f"PGPASSWORD='{CANARY} {CANARY}' psql"],
    ["exec", "a", "sh", "-c", f'export TOKEN="{CANARY} {CANARY}"; x'],
    ["exec", "a", "sh", "-c", f'sh -c "PGPASSWORD={CANARY} psql"'],
    ["exec", "a", "sh", "-c", f"redis-cli -a {CANARY} ping"],
    ["exec", "a", "sh", "-c", f"docker login -p '{CANARY} {CANARY}' x"],
    ["exec", "a", "sh", "-c", f"""curl -d '{{"password": "{CANARY}"}}' x"""],
    ["exec", "a", "redis-cli", "-a", CANARY, "ping"],
    ["exec", "a", "mysql", f"-p{CANARY}"],
    ["exec", "a", "curl", "-H", f"Authorization: Bearer {CANARY}", "http://x"],
    ["exec", "a", "curl", "-u", f"me:{CANARY}", "http://x"],
    ["exec", "a", "sh", "-c", f"echo AGE-SECRET-KEY-1{CANARY}"],
    ["run", "-e", f"X=-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----", "x"],
]
HARMLESS = [
    ["run", "-v", "ledger_prod_secrets:/run/secrets", "postgres:17.4"],
    ["run", "-e", "POSTGRES_PASSWORD_FILE=/run/secrets/x", "-e", "AUTHOR=me", "x"],
    ["service", "create", "--secret", "database", "x"],
    ["compose", "-p", "x", "down", "--volumes"],
    ["run", "-p", "5432:5432", "-e", "PWD=/x", "x"],
    ["ps", "-a", "--filter", "label=a=b"],
    ["-H", "ssh://me@host", "ps"],
    ["login", "--password-stdin", "example.org"],
    ["exec", "x", "psql", "-c", "DROP TABLE passengers; select 1"],
    ["exec", "x", "sh", "-c", "rm -rf /var/lib/postgresql/data  # tokens"],
]


@pytest.mark.parametrize("argv", SECRETS, ids=lambda argv: " ".join(argv)[:60])
def test_a_secret_is_taken_out_of_the_words_and_of_the_log(argv, tmp_path):
    redacted = redact(argv)
    assert CANARY not in json.dumps(redacted)
    assert MASK in json.dumps(redacted)
    assert len(redacted) == len(argv)
    assert redact(redacted) == redacted
    record(tmp_path, {"event": "decision", "argv": argv})
    record(tmp_path, {"event": "decision", "what": f"unknown flag: --password={CANARY}"})
    assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("argv", HARMLESS, ids=lambda argv: " ".join(argv)[:60])
def test_what_is_no_secret_stays_to_be_read(argv):
    assert redact(argv) == argv


def test_what_a_script_does_stays_to_be_read_beside_its_secret():
    script = f"PGPASSWORD={CANARY} psql -c 'drop table x' && rm -rf /data"
    [*_, redacted] = redact(["exec", "a", "sh", "-c", script])
    assert redacted == f"PGPASSWORD={MASK} psql -c 'drop table x' && rm -rf /data"


def test_arguments_print_without_their_secrets():
    arguments = Arguments(("login", "-p", CANARY))
    assert arguments.exposed[2] == CANARY
    assert str(arguments) == f"login -p '{MASK}'"
    shown = [repr(arguments), f"{arguments}", f"{arguments!r}", f"{[arguments]}"]
    with pytest.raises(ValueError, match="login") as error:
        int(str(arguments))
    shown += traceback.format_exception(error.value)
    assert all(CANARY not in text for text in shown)


def test_a_long_command_is_cut_in_the_log(tmp_path):
    record(tmp_path, {"event": "decision", "argv": ["x" * 5_000, *["y"] * 500]})
    [path] = tmp_path.glob("audit-*")
    argv = json.loads(path.read_bytes().splitlines()[-1])["argv"]
    assert argv[0].endswith("… (3000 more characters)")
    assert argv[-1] == "… (301 more words)"
    assert len(argv) == 201
