"""What only the application can do or say: sign in as its administrator, enter its database.

Scripts go as arguments, values through a pipe; each prints one line of JSON.
"""

import json

import docker

from cli.errors import UserError
from infra import conventions
from infra.execution import execute
from infra.spec import Environment, Service

APPLY_ADMIN = """\
import json
from django.conf import settings
from django.contrib.auth import get_user_model
account = settings.LEDGERFLOW.admin
user = get_user_model().objects.filter(username=account.username).first()
if user is None:
    raise SystemExit(f"there is no account {account.username} to give the new password to")
if not user.check_password(account.password):
    user.set_password(account.password)
    user.save(update_fields=["password"])
print(json.dumps([]))
"""
TRY_ADMIN_PASSWORDS = """\
import json, sys
from django.conf import settings
from django.contrib.auth import authenticate
name = settings.LEDGERFLOW.admin.username
tried = [authenticate(username=name, password=word) is not None for word in json.load(sys.stdin)]
print(json.dumps(tried))
"""
TRY_DATABASE_PASSWORDS = """\
import json, sys
import psycopg
from django.conf import settings
database = settings.LEDGERFLOW.database
def enters(password):
    try:
        psycopg.connect(host=database.host, port=database.port, dbname=database.name,
            user=database.user, password=password, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        raise
    return True
print(json.dumps([enters(word) for word in json.load(sys.stdin)]))
"""


def run(
    spec: Environment, service: Service, client: docker.DockerClient, script: str, given: object
) -> list[bool]:
    """Run ``script`` in the application with ``given`` to read; return what it prints, decoded.

    Raises UserError with the script's last words.
    """
    container = client.containers.get(conventions.container_name(spec.name, service.name))
    command = ["python", "manage.py", "shell", "--no-imports", "--command", script]
    finished = execute(container, command, json.dumps(given))
    if finished.code != 0:
        raise UserError(
            f"{container.name} could not do its part: {_last_line(finished.errors)}",
            f"look into: make logs ENV={spec.name}; then run the same command again",
        )
    answers: list[bool] = json.loads(finished.output.strip().splitlines()[-1])
    return answers


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"
