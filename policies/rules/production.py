"""LF028 to LF031: no Adminer, debugging, source mount or default credential in production."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from policies import identity
from policies.reading import binds, blocks, text, texts, variables
from policies.rules.secrets import is_secret_name
from policies.view import CONTAINER, Finding, Resource, Surroundings

ADMINER: Final = "adminer"
DEFAULTS: Final = frozenset(
    {"admin", "default", "example", "ledgerflow", "letmein", "password", "postgres", "redis"}
    | {"root", "secret", "test"}
)
"""Credentials that everybody tries first, those of Pulumi.dev.yaml among them."""

_DEVELOPMENT: Final = re.compile(
    r"development-only|django-insecure|ultrasecretkey|change[-_ ]?me", re.IGNORECASE
)
"""What a development secret, SearXNG's default or a placeholder has in it."""
_FALSE: Final = frozenset({"", "0", "false", "no", "off", "none"})
_ADMINER_IMAGE: Final = re.compile(r"(.*/)?[\w-]*adminer[\w-]*([:@].*)?")
_DEBUG_NAME: Final = re.compile(r"(.*_)?DEBUG(_.*)?", re.IGNORECASE)
_DEBUG_SETTINGS: Final = re.compile(r".*\.(dev|develop|development|debug|local)", re.IGNORECASE)
_DEBUG_COMMAND: Final = re.compile(r"\b(runserver|runserver_plus|debugpy|pdb)\b|--reload\b")
_SECRETS_FOLDER: Final = PurePosixPath("/run/secrets")


def no_adminer(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF028."""
    if not identity.is_production(resource, around):
        return
    if resource.type == CONTAINER:
        if ADMINER in identity.services(resource):
            yield Finding("name", "the container is Adminer")
        elif _ADMINER_IMAGE.fullmatch(text(resource.props.get("image"))):
            yield Finding("image", "the image is Adminer's")
    elif _ADMINER_IMAGE.fullmatch(text(resource.props.get("name"))):
        yield Finding("name", "the image is Adminer's")


def no_debug(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF029."""
    if not identity.is_production(resource, around):
        return
    for path, name, value in variables(resource):
        if _DEBUG_NAME.fullmatch(name) and value.strip().lower() not in _FALSE:
            yield Finding(f"{path} ({name})", "debugging is switched on")
        elif name == "DJANGO_SETTINGS_MODULE" and _DEBUG_SETTINGS.fullmatch(value):
            yield Finding(f"{path} ({name})", "the settings are those of development")
    for path, argument in (*texts(resource, "command"), *texts(resource, "entrypoints")):
        if _DEBUG_COMMAND.search(argument):
            yield Finding(path, "it runs a server of development")


def no_source_mount(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF030."""
    if resource.stack.endswith(identity.BACKUP_STACK):
        return
    if identity.is_production(resource, around):
        for mount in binds(resource):
            yield Finding(mount.path, "a folder of the machine is mounted")


def no_default_credentials(resource: Resource, around: Surroundings) -> Iterator[Finding]:
    """LF031."""
    if not identity.is_production(resource, around):
        return
    for path, block in blocks(resource, "uploads"):
        content = text(block.get("content"))
        if _DEVELOPMENT.search(content) or (_is_secret_file(block) and _is_default(content)):
            yield Finding(f"{path}.content", "it holds a known default credential")
    for path, name, value in variables(resource):
        if is_secret_name(name) and _is_default(value):
            yield Finding(f"{path} ({name})", "it is a known default credential")


def _is_secret_file(block: object) -> bool:
    file = PurePosixPath(text(block.get("file"))) if isinstance(block, dict) else PurePosixPath()
    return file.is_relative_to(_SECRETS_FOLDER) or is_secret_name(file.stem)


def _is_default(value: str) -> bool:
    return value.strip().lower() in DEFAULTS or bool(_DEVELOPMENT.search(value))
