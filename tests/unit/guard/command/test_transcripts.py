"""What the pages show is what ``ledger_docker --fake`` says."""

import getpass
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from stage import LAUNCHER, REPOSITORY

pytestmark = pytest.mark.guard

PAGES = ("audit-log.md", "emergencies.md", "ledger-docker.md")
PHRASE = re.compile(r"lose-[a-z]+-[a-z2-7]{8}")


def console(page: Path) -> Iterator[tuple[str, str]]:
    """Return the commands of a page with what each printed, the exit code in brackets last."""
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def usual(text: str) -> str:
    """Return the text with what differs from day to day as the pages have it."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-05-17 09:00:00", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "<hash>", text)
    text = text.replace(f":00  {getpass.getuser()}  ", ":00  ann  ")
    return PHRASE.sub("<phrase>", text)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_is_said(name, tmp_path):
    variables = {"PATH": os.defpath, "LEDGERFLOW_AUDIT": str(tmp_path), "HOME": str(tmp_path)}
    phrase, shown = "", list(console(REPOSITORY / "docs" / name))
    assert shown
    for command, printed in shown:
        assert command.startswith("ledger_docker --fake docs/examples/production.yaml ")
        result = subprocess.run(
            ["sh", "-c", PHRASE.sub(phrase, command).replace("ledger_docker", str(LAUNCHER), 1)],
            cwd=REPOSITORY,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert usual(f"{result.stdout}[{result.returncode}]\n") == usual(printed), command
        phrase = next(iter(PHRASE.findall(result.stdout)), phrase)
