"""``make images-lock``: records what each image reference stands for in ``images.lock.json``.

Digests come from registries, asked by the Docker engine; recipes of stand-ins come from this
repository. What cannot be asked keeps the digest recorded before, and no digest is made up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import click
import docker
import docker.errors

from cli import atomic, engine, ui
from cli.errors import UserError
from cli.workspace import WORKSPACE, Workspace
from guard.client import from_env
from infra import conventions
from infra.configuration import ConfigurationError, from_file
from infra.images_lock import FILE, ImageLockError, ImagesLock, LockEntry, lock_text, parse_lock
from infra.settings import Images, Settings, SettingsError

REGISTRY_SECONDS = 30


@dataclass(frozen=True)
class Digest:
    """What asking for a digest gave: the digest, or None, and how it came about."""

    value: str | None
    said: str


AskDigest = Callable[[str], Digest]


def references(workspace: Workspace) -> list[str]:
    """Return every image reference of the environments in this repository, and the defaults.

    Raises UserError when an environment's configuration cannot be read.
    """
    found = set(Images().model_dump().values())
    for name in conventions.ENVIRONMENTS:
        path = workspace.stack_file(name)
        if path.exists():
            found |= set(_settings(name, path).images.model_dump().values())
    return sorted(found)


def refreshed(
    wanted: Iterable[str],
    before: ImagesLock,
    ask: AskDigest,
    recipe_of: Callable[[str], str | None],
) -> tuple[ImagesLock, list[str]]:
    """Return the lock of the wanted references, and a line on each digest for people.

    References that nobody names any more are dropped. Raises UserError when nothing is known of
    a reference.
    """
    lock: dict[str, LockEntry] = {}
    lines: list[str] = []
    for reference in wanted:
        answer = ask(reference)
        digest = answer.value or (before[reference].digest if reference in before else None)
        recipe = recipe_of(reference)
        if digest is None and recipe is None:
            raise UserError(
                f"nothing can be recorded of image {reference}: {answer.said}, "
                "and there is no stand-in for it",
                f"run this where its registry is reached; {FILE} was left as it is",
            )
        lock[reference] = LockEntry(reference=reference, digest=digest, stand_in_recipe=recipe)
        lines.append(f"{reference}: {_kept(answer, digest)}")
    return lock, lines


def refresh(workspace: Workspace, client: docker.DockerClient | None) -> int:
    """Renew the lock file where it has to be renewed, and tell what changed; return 0."""
    path = workspace.repository / FILE
    before = _existing(path)
    lock, lines = refreshed(references(workspace), before, asker(client), stand_in_recipe)
    for line in lines:
        ui.detail(line)
    changed = sorted(r for r in {*lock, *before} if lock.get(r) != before.get(r))
    if changed or not path.exists():
        atomic.write_text(path, lock_text(lock))
    ui.step(f"{FILE}: {_summary(changed)}")
    return 0


def asker(client: docker.DockerClient | None) -> AskDigest:
    """Return what asks the registries through the engine, or says that there is no engine."""

    def ask(reference: str) -> Digest:
        if "@" in reference:
            return Digest(reference.partition("@")[2], "named by the reference itself")
        if client is None:
            return Digest(None, "the Docker daemon does not answer, so no registry was asked")
        try:
            return Digest(str(client.images.get_registry_data(reference).id), "asked the registry")
        except docker.errors.DockerException as error:
            # a refusal of the engine or of the registry: both are words for people
            words = str(getattr(error, "explanation", None) or error).strip().splitlines()
            return Digest(None, f"the registry cannot be asked ({words[0][:120] if words else ''})")

    return ask


def stand_in_recipe(reference: str) -> str | None:
    """Return the hash of the stand-in's recipe, without what it takes from this machine."""
    from airgap.images import STAND_INS  # noqa: PLC0415 - its folder is on its own

    recipe = STAND_INS.get(reference)
    return recipe.identity("") if recipe else None


@click.command("images-lock")
def images_lock() -> int:
    """Record the digest and the stand-in of every image in images.lock.json."""
    ui.step("Images: asking for their digests")
    return refresh(WORKSPACE, _connected())


def _connected() -> docker.DockerClient | None:
    client = engine.connect()
    return from_env(timeout=REGISTRY_SECONDS) if client is not None else None


def _existing(path: Path) -> ImagesLock:
    if not path.exists():
        return {}
    try:
        return parse_lock(path.read_text(encoding="utf-8"))
    except ImageLockError as error:
        raise UserError(
            str(error), f"restore {FILE} from git, or remove it to write it anew"
        ) from None


def _settings(name: str, path: Path) -> Settings:
    try:
        return Settings.parse(name, from_file(path))
    except (ConfigurationError, SettingsError) as error:
        raise UserError(str(error), f"correct {path.name}; {FILE} was left as it is") from None


def _kept(answer: Digest, digest: str | None) -> str:
    if answer.value is not None:
        return f"{answer.value} ({answer.said})"
    return f"{answer.said}; " + (f"{digest} stays" if digest else "no digest is recorded")


def _summary(changed: list[str]) -> str:
    if not changed:
        return "nothing changed"
    return f"written, changed: {', '.join(changed)}; look at the change and commit it"
