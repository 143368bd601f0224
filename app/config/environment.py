"""What the environment variables say, read once and validated as a whole.

Without any variable this describes a development machine with its services on 127.0.0.1, so that
tools can load the settings. A container says which environment it belongs to, and outside ``dev``
nothing that matters has a default.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.variables import VariableReader
from config.version import VERSION

LIVE: Final = ("staging", "prod", "dr")
"""Environments that hold people's own documents."""
ENVIRONMENTS: Final = ("dev", *LIVE)
TEST_ENVIRONMENT: Final = re.compile(r"test-[a-z0-9]{1,16}")
LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
"""Always allowed: the container's health check asks itself."""
SECRET_KEY_LENGTH: Final = 50
"""Fewest characters of a signing key outside development; Django's own check W009 asks the same."""


MEDIA: Final = "/srv/media"
SEARCH_LANGUAGES: Final = (
    "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian",
    "norwegian", "portuguese", "romanian", "russian", "simple", "spanish", "swedish", "turkish",
)  # fmt: skip
"""Languages whose endings the search knows; ``simple`` knows none and takes words as they are."""
WEB_THREADS: Final = 4
"""Requests that one process of the web server answers at the same time."""

PREVIOUS: Final = "-previous"
"""Added to the name of the signing key's file for the key of before the last rotation."""
NEXT: Final = "-next"
"""Added to the name of the database password's file for one that the server will take soon."""


class InvalidEnvironmentError(Exception):
    """The variables are not usable; the message lists every mistake, one a line."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where PostgreSQL is and who asks."""

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    password_file: str | None = None
    """Where the password was read; a newer one may be put beside it."""


@dataclass(frozen=True, slots=True)
class AdminAccount:
    """The first administrator of a development environment."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything the application is told from outside."""

    name: str
    version: str
    debug: bool
    secure: bool
    secret_key: str = field(repr=False)
    previous_secret_key: str | None = field(repr=False)
    """Signed until the last rotation; what it signed is still accepted, nothing new is."""
    allowed_hosts: tuple[str, ...]
    csrf_trusted_origins: tuple[str, ...]
    database: Database
    redis_url: str = field(repr=False)
    searxng_url: str = field(repr=False)
    admin: AdminAccount | None
    time_zone: str
    web_workers: int
    media: str
    """The folder of uploaded files, which all processes of the environment share."""
    upload_limit_mib: int
    """Largest file that a person may upload."""
    search_language: str
    """What most texts are written in; a name of ``SEARCH_LANGUAGES``."""
    database_pool: int
    """Most connections that this process keeps open for its threads; 0 for no pool."""

    @property
    def is_live(self) -> bool:
        """Tell whether people's own documents are here; ``dev`` and tests hold none."""
        return self.name in LIVE


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Return the environment that the variables describe.

    Raises ``InvalidEnvironmentError`` with every mistake at once. Files named by ``_FILE``
    variables are read here.
    """
    reader = VariableReader(variables, lambda path: Path(path).read_text(encoding="utf-8"))
    name = _name(reader)
    environment = Environment(
        name=name,
        version=reader.text("LEDGERFLOW_VERSION", VERSION),
        debug=_debug(reader, name),
        secure=reader.boolean("DJANGO_SECURE", default=name in LIVE),
        secret_key=_secret_key(reader, name),
        previous_secret_key=beside(reader.path("DJANGO_SECRET_KEY"), PREVIOUS),
        allowed_hosts=_allowed_hosts(reader),
        csrf_trusted_origins=_csrf_trusted_origins(reader),
        database=_database(reader, name),
        redis_url=reader.url(
            "REDIS_URL", _only_dev(name, "redis://127.0.0.1:6379/0"), ("redis", "rediss")
        ),
        searxng_url=reader.url(
            "SEARXNG_URL", _only_dev(name, "http://127.0.0.1:8080"), ("http", "https")
        ).rstrip("/"),
        admin=_admin(reader),
        time_zone=_time_zone(reader),
        web_workers=reader.number("WEB_CONCURRENCY", 2, highest=64),
        media=reader.text("MEDIA_ROOT", MEDIA),
        upload_limit_mib=reader.number("UPLOAD_LIMIT_MIB", 90, highest=4096),
        search_language=_search_language(reader),
        database_pool=reader.number("DATABASE_POOL_SIZE", 0, highest=64),
    )
    if reader.mistakes:
        raise InvalidEnvironmentError(_message(reader.mistakes))
    return environment


def beside(file: str | None, suffix: str) -> str | None:
    """Return the secret that lies beside a secret's file, or None when nothing does."""
    if file is None:
        return None
    try:
        return Path(f"{file}{suffix}").read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def _message(mistakes: list[str]) -> str:
    lines = "\n".join(f"  {mistake}" for mistake in mistakes)
    return f"LedgerFlow cannot start: correct these environment variables.\n{lines}"


def _only_dev(name: str, default: str) -> str | None:
    return default if name == "dev" else None


def _name(reader: VariableReader) -> str:
    name = reader.text("LEDGERFLOW_ENVIRONMENT", "dev")
    rule = f"must be one of {', '.join(ENVIRONMENTS)} or test-<name>"
    if name not in ENVIRONMENTS and not TEST_ENVIRONMENT.fullmatch(name):
        reader.mistake("LEDGERFLOW_ENVIRONMENT", name, rule)
    elif not reader.is_set("LEDGERFLOW_ENVIRONMENT") and _is_deployed(reader):
        reader.mistake("LEDGERFLOW_ENVIRONMENT", None, rule)
    return name


def _is_deployed(reader: VariableReader) -> bool:
    return any(map(reader.is_set, ("DJANGO_SECRET_KEY", "DATABASE_HOST", "DATABASE_PASSWORD")))


def _debug(reader: VariableReader, name: str) -> bool:
    debug = reader.boolean("DJANGO_DEBUG", default=False)
    if debug and name in LIVE:
        reader.mistake("DJANGO_DEBUG", "true", f"must be false in {name}")
    return debug


def _secret_key(reader: VariableReader, name: str) -> str:
    default = _only_dev(name, secrets.token_urlsafe(SECRET_KEY_LENGTH))
    key = reader.text("DJANGO_SECRET_KEY", default)
    if key and name in LIVE and len(key) < SECRET_KEY_LENGTH:
        reader.secret_mistake(
            "DJANGO_SECRET_KEY", f"must have at least {SECRET_KEY_LENGTH} characters"
        )
    return key


def _allowed_hosts(reader: VariableReader) -> tuple[str, ...]:
    hosts = reader.names("DJANGO_ALLOWED_HOSTS")
    if any("/" in host or host == "*" for host in hosts):
        reader.mistake(
            "DJANGO_ALLOWED_HOSTS",
            ",".join(hosts),
            "must be host names without scheme or path, and not *",
        )
    return tuple(dict.fromkeys((*hosts, *LOCAL_HOSTS)))


def _csrf_trusted_origins(reader: VariableReader) -> tuple[str, ...]:
    origins = reader.names("DJANGO_CSRF_TRUSTED_ORIGINS")
    if any(not re.fullmatch(r"https?://[^/]+", origin) for origin in origins):
        reader.mistake(
            "DJANGO_CSRF_TRUSTED_ORIGINS",
            ",".join(origins),
            "must be origins like https://host[:port], without a path",
        )
    return origins


def _database(reader: VariableReader, name: str) -> Database:
    return Database(
        host=reader.text("DATABASE_HOST", _only_dev(name, "127.0.0.1")),
        port=reader.number("DATABASE_PORT", 5432, highest=65535),
        name=reader.text("DATABASE_NAME", _only_dev(name, "ledgerflow")),
        user=reader.text("DATABASE_USER", _only_dev(name, "ledgerflow")),
        password=reader.text("DATABASE_PASSWORD", _only_dev(name, "")),
        password_file=reader.path("DATABASE_PASSWORD"),
    )


def _admin(reader: VariableReader) -> AdminAccount | None:
    if not reader.is_set("DJANGO_ADMIN_USERNAME") and not reader.is_set("DJANGO_ADMIN_PASSWORD"):
        return None
    return AdminAccount(
        username=reader.text("DJANGO_ADMIN_USERNAME"),
        password=reader.text("DJANGO_ADMIN_PASSWORD"),
    )


def _time_zone(reader: VariableReader) -> str:
    name = reader.text("TZ", "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.mistake(
            "TZ", name, "must be a name of the IANA time zone database, like Europe/Rome"
        )
        return "UTC"
    return name


def _search_language(reader: VariableReader) -> str:
    language = reader.text("SEARCH_LANGUAGE", "english").lower()
    if language not in SEARCH_LANGUAGES:
        rule = f"must be one of {', '.join(SEARCH_LANGUAGES)}"
        reader.mistake("SEARCH_LANGUAGE", language, rule)
    return language
