"""PostgreSQL, Redis and SearXNG in containers, and the application beside or inside them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import docker
import psycopg
import pytest
from app_containers import Containers, eventually, logs, published_port, put_file, unique_name
from app_database import *  # noqa: F403 - the fixtures of Django in this process

KEY = "an-unlikely-signing-key-of-more-than-fifty-characters-0123"
PASSWORD = "lftest-password"
SEARXNG = """\
use_default_settings: true
search:
  formats: [html, json]
server:
  limiter: false
  secret_key: "lftest-search-secret"
"""


@dataclass
class Services:
    """What the application needs, running."""

    containers: Containers
    postgres: docker.models.containers.Container
    redis: docker.models.containers.Container
    searxng: docker.models.containers.Container

    def variables(self, environment: str, database: str, *, inside: bool) -> dict[str, str]:
        """Return the application's variables, seen from inside the network or from the host."""
        host = {
            name: (name, port)
            if inside
            else ("127.0.0.1", published_port(getattr(self, name), port))
            for name, port in (("postgres", 5432), ("redis", 6379), ("searxng", 8080))
        }
        return {
            "LEDGERFLOW_ENVIRONMENT": environment,
            "DJANGO_SECRET_KEY": KEY,
            "DATABASE_HOST": host["postgres"][0],
            "DATABASE_PORT": str(host["postgres"][1]),
            "DATABASE_NAME": database,
            "DATABASE_USER": "ledgerflow",
            "DATABASE_PASSWORD": PASSWORD,
            "REDIS_URL": "redis://{}:{}/0".format(*host["redis"]),
            "SEARXNG_URL": "http://{}:{}".format(*host["searxng"]),
        }

    def connect(self, database: str) -> psycopg.Connection:
        """Return a connection that commits every statement."""
        return psycopg.connect(
            host="127.0.0.1",
            port=published_port(self.postgres, 5432),
            user="ledgerflow",
            password=PASSWORD,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )


@dataclass
class App:
    """The application's commands, run from the source against a database of its own."""

    folder: Path
    services: Services
    database: str
    audit: Path
    environment: str = "test-app"
    extra: dict[str, str] = field(default_factory=dict)

    media: Path = Path()

    def manage(
        self, *arguments: str, given: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` with ``given`` to read; a blank variable counts as not set."""
        outside = self.services.variables(self.environment, self.database, inside=False)
        own = {"MEDIA_ROOT": str(self.media)}
        machine = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder,
            env={
                **machine,
                "PYTHONDONTWRITEBYTECODE": "1",
                **self.own(),
                **own,
                **outside,
                **variables,
            },
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def own(self) -> dict[str, str]:
        """Return the variables that the image sets: the guard's place and the audit log's."""
        return {
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(self.folder.parent),
            "LEDGERFLOW_AUDIT": str(self.audit),
        }

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement of SQL and return its rows."""
        with self.services.connect(self.database) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def docker_client() -> Iterator[docker.DockerClient]:
    client = docker.from_env(timeout=600)
    yield client
    client.close()


@pytest.fixture(scope="session")
def services(docker_client) -> Iterator[Services]:
    containers = Containers(docker_client)
    try:
        yield _start(containers)
    finally:
        containers.close()


def _start(containers: Containers) -> Services:
    postgres = containers.start(
        "postgres:17.4",
        5432,
        "postgres",
        environment={
            "POSTGRES_USER": "ledgerflow",
            "POSTGRES_PASSWORD": PASSWORD,
        },
    )
    redis = containers.start("redis:7.2", 6379, "redis")
    searxng = containers.create("searxng/searxng:latest", 8080, "searxng")
    put_file(searxng, "/etc/searxng/settings.yml", SEARXNG)
    searxng.start()
    services = Services(containers, postgres, redis, searxng)
    eventually("PostgreSQL answers", lambda: _connects(services))
    return services


def _connects(services: Services) -> bool:
    services.postgres.reload()
    assert services.postgres.status == "running", logs(services.postgres)
    try:
        services.connect("ledgerflow").close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def database(services) -> Iterator[str]:
    """The name of a new, empty database."""
    name = unique_name().replace("-", "_")
    with services.connect("ledgerflow") as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(repository, services, database, tmp_path) -> App:
    return App(repository / "app", services, database, tmp_path / "audit", media=tmp_path)


@pytest.fixture
def migrated(app) -> App:
    """The application with its database at head."""
    result = app.manage("migrate", "--no-input")
    assert result.returncode == 0, result.stderr
    return app


@pytest.fixture(scope="session")
def build(docker_client, repository):
    """Return a function that builds a stage of the image and returns the image's name."""
    names: dict[str, str] = {}

    def image(stage: str) -> str:
        if stage not in names:
            names[stage] = unique_name()
            docker_client.images.build(
                path=str(repository),
                dockerfile="app/Dockerfile",
                target=stage,
                tag=names[stage],
                rm=True,
            )
        return names[stage]

    yield image
    for name in names.values():
        docker_client.images.remove(name, noprune=True)
