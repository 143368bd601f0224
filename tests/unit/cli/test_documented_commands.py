"""What the pages tell people to type exists: targets, their variables, containers, subcommands.

Runbooks are read when something is broken; a word that no longer works must not wait for that day.
"""

import re
from pathlib import Path

import pytest

from backup.command import group
from infra import conventions
from infra.services.backup import NAME

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])
EVERYWHERE = {"ENV", "LEDGERFLOW_ARCHIVE", "DOCKER_HOST", "PYTHON", "WITHOUT_BACKUP"}
"""Variables that are read from the environment by whatever runs."""
CODE = re.compile(r"```.*?```|^ {4}.*?$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
MAKE = re.compile(r"(?:^|[\s`(&])make (?:-s )?([a-z][a-z-]*)((?: +\[?[A-Z_]+=\S*)*)")
CONTAINER = re.compile(r"ledger_(?:dev|staging|prod|dr)_([a-z_]+)")
RESTORED = re.compile(r"ledgerflow-backup ([a-z]+)")


def makefile() -> dict[str, set[str]]:
    """Return the variables of each target."""
    found: dict[str, set[str]] = {}
    for block in (ROOT / "Makefile").read_text().split("\n\n"):
        for name in re.findall(r"^([a-z][a-z-]*):", block, re.MULTILINE):
            found[name] = set(re.findall(r"\$\(?(?:if )?\$?\(?([A-Z_]+)\)", block))
            found[name] |= set(re.findall(r"\$\((?:if|or) \$\(([A-Z_]+)\)", block))
    return found


def code(page: Path) -> str:
    """Return all that a page shows as something to type."""
    return re.sub(r"\s#\s.*", "", "\n".join(CODE.findall(page.read_text())))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_target_and_variable_of_make_exists(page):
    known = makefile()
    wrong = []
    for target, variables in MAKE.findall(code(page)):
        if target not in known:
            wrong.append(f"make {target}")
            continue
        unknown = set(re.findall(r"([A-Z_]+)=", variables)) - known[target] - EVERYWHERE
        wrong += [f"make {target} {name}=" for name in unknown]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_subcommand_and_page_exists(page):
    assert set(RESTORED.findall(code(page))) <= set(group.list_commands(None))
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_makefile_is_understood():
    """Or the tests above would find nothing wrong in whatever they read."""
    known = makefile()
    assert {"FILE", "INTO", "DRY_RUN", "CONFIRM", "ENV"} <= known["restore"]
    assert "INTO" not in known["backup"]
    assert MAKE.findall("`make restore ENV=prod FILE=<backup>`") == [
        ("restore", " ENV=prod FILE=<backup>`")
    ]
    assert len(MAKE.findall("\n".join(map(code, PAGES)))) > 100


def test_every_container_of_the_runbooks_is_one_of_ours():
    """By the names of services, and those of volumes and networks."""
    volumes = (conventions.DB_VOLUME, conventions.MEDIA_VOLUME)  # and what begins with their names
    ours = {"postgres", "redis", "searxng", "adminer", "caddy", "django", NAME}
    ours |= {"django_blue", "django_green"}
    found = set()
    for page in (ROOT / "docs/runbooks").glob("*.md"):
        found |= set(CONTAINER.findall(page.read_text()))
    assert {name for name in found - ours if not name.startswith(volumes)} == set()
    assert len(found) > 4
