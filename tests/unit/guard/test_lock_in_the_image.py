"""What the application's image takes of the guard is enough for the lock, and is sent to it."""

import re
import shutil
import subprocess
import sys

import pytest

from airgap.plugins.docker.image.context import files

pytestmark = pytest.mark.guard

LOCK = "guard.manage.record, guard.manage.judging, guard.manage.permit, guard.decision"


def test_the_lock_runs_on_what_the_dockerfile_copies(repository, tmp_path):
    dockerfile = repository / "app" / "Dockerfile"
    sent = set(files(repository, dockerfile))
    copied = re.findall(r"^COPY (guard/.+) /opt/ledgerflow/guard\S*$", dockerfile.read_text(), re.M)
    for source in " ".join(copied).split():
        below = [name for name in sent if name == source or name.startswith(f"{source}/")]
        assert below, f"{source} is not sent: .dockerignore"
        for name in below:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repository / name, tmp_path / name)
    script = f"import sys; sys.path.insert(0, '.'); import {LOCK}"
    run = [sys.executable, "-I", "-S", "-c", script]
    result = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_images_are_sent_no_more_than_they_need(repository):
    sent = set(files(repository, repository / "app" / "Dockerfile"))
    rooms = {name.partition("/")[0] for name in sent}
    assert rooms == {".dockerignore", "app", "backup", "guard", "infra"}
    assert not {"app/README.md", "app/mypy.ini", "app/Dockerfile"} & sent
    assert not [name for name in sent if "/tests/" in name or name.endswith(".pyc")]
