"""What make's backup commands decide before a container is started."""

import json
import subprocess
import time
from pathlib import Path

import pyrage
import pytest

from backup.encryption import ask_for_identities
from cli.backup import context, keys
from cli.backup.container import remove_ended
from cli.backup.keys import PrivateKey
from cli.backup.launch import Extras, _with
from cli.backup.restoring import Wanted, _key, restore
from cli.errors import UserError
from cli.workspace import Workspace
from infra.backup_settings import BackupSettings
from infra.configuration import from_file
from infra.environment import environment
from infra.services.backup import MEDIA, Host, Reach, backup_environment
from infra.settings import Settings

pytestmark = pytest.mark.unit

BACKUP = "ledgerflow_db_backup_20260301_120000"


@pytest.fixture
def workspace(repository, tmp_path, monkeypatch):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "Pulumi.dev.yaml").symlink_to(repository / "Pulumi.dev.yaml")
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path / "archive"))
    return Workspace(checkout)


def service(repository, tmp_path, reach):
    settings = Settings.parse("dev", from_file(repository / "Pulumi.dev.yaml"))
    place = Host(archive=tmp_path / "dev", context=tmp_path, group=1000)
    own = BackupSettings(environment="dev")
    return backup_environment(settings, own, place, ("list",), reach).services[0]


def test_what_only_looks_at_the_archive_gets_no_data_and_no_secret(repository, tmp_path):
    found = service(repository, tmp_path, Reach.ARCHIVE)
    assert found.files == ()
    assert not any(mount.path == MEDIA for mount in found.mounts)
    assert (found.user, found.capabilities) == ("999:1000", ())
    assert found.read_only


def test_a_backup_reads_media_and_cannot_write_them(repository, tmp_path):
    found = service(repository, tmp_path, Reach.READS)
    assert [m.read_only for m in found.mounts if m.path == MEDIA] == [True]
    assert (found.user, found.capabilities) == ("999:1000", ())


def test_a_restore_writes_media_as_root(repository, tmp_path):
    found = service(repository, tmp_path, Reach.WRITES)
    assert [m.read_only for m in found.mounts if m.path == MEDIA] == [False]
    assert found.as_root
    assert "NET_ADMIN" not in found.capabilities


def test_a_private_key_is_given_to_one_run_as_a_file_of_its_user(repository, tmp_path):
    key = tmp_path / "key.txt"
    key.write_text("AGE-SECRET-KEY-1CANARY")
    given = Extras(key=keys.from_file(key))
    assert "CANARY" not in repr(given)
    found = _with(service(repository, tmp_path, Reach.ARCHIVE), given)
    (file,) = found.files
    assert not found.read_only  # Docker puts no files into a read-only root
    assert (file.permissions, file.owner) == ("0400", 999)
    assert "CANARY" not in str(found.environment) + str(found.command)


def test_a_private_key_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UserError, match="absent.txt cannot be read"):
        keys.from_file(tmp_path / "absent.txt")


@pytest.fixture
def terminal(monkeypatch):
    """Answer what is asked unseen at the terminal; the questions are kept."""
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        "click.prompt", lambda what, **how: (asked.append((what, how)), "open sesame")[1]
    )
    return asked


@pytest.mark.parametrize("armored", [True, False])
def test_a_locked_key_file_is_given_with_its_passphrase(repository, tmp_path, terminal, armored):
    """The container's part opens it with what it was given; age's own files: `test_age_program`."""
    private = pyrage.x25519.Identity.generate()
    locked = tmp_path / "key.age"
    text = pyrage.passphrase.encrypt(str(private).encode(), "open sesame", armored=armored)
    locked.write_bytes(text)
    found = _with(service(repository, tmp_path, Reach.ARCHIVE), Extras(key=keys.from_file(locked)))
    assert [(what, how["hide_input"]) for what, how in terminal] == [
        (f"Passphrase of {locked}", True)
    ]
    for file in found.files:
        (tmp_path / Path(file.path).name).write_text(file.content[0])
        assert (file.permissions, file.owner) == ("0400", 999)
    (opened,) = ask_for_identities(tmp_path / "age-identity").keys
    assert str(opened) == str(private)


def test_a_restore_asks_for_the_key_of_an_encrypted_backup(workspace, tmp_path, terminal):
    archive = tmp_path / "archive" / "backups" / "dev"
    archive.mkdir(parents=True)
    assert _key(Wanted(name=BACKUP, into=""), archive) is None
    (archive / f"{BACKUP}.sql.gz.age").touch()
    assert _key(Wanted(name=f"{BACKUP}.json", into=""), archive) == PrivateKey("open sesame")
    assert _key(Wanted(name=BACKUP, into="", dry_run=True), archive) is None
    assert len(terminal) == 1


def test_without_a_terminal_the_key_must_be_a_file(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    (tmp_path / f"{BACKUP}.sql.gz.age").touch()
    with pytest.raises(UserError, match="no terminal to ask at") as refused:
        _key(Wanted(name=BACKUP, into=""), tmp_path)
    assert "IDENTITY=" in str(refused.value.remedy)


def test_another_environments_archive_is_only_read(repository, tmp_path):
    other = Host(archive=tmp_path / "prod", context=tmp_path, group=1000)
    found = _with(service(repository, tmp_path, Reach.WRITES), Extras(other=other))
    assert (found.mounts[-1].path, found.mounts[-1].read_only) == ("/archive/prod", True)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(name="", into=""), "no backup is named"),
        (Wanted(name="dump.sql", into=""), "dump.sql is not a backup's id or file"),
        (Wanted(name=f"/elsewhere/{BACKUP}.sql.gz", into=""), "is not in the archive"),
        (Wanted(name=BACKUP, into=""), "this is not done unasked: dev is replaced by"),
        (Wanted(name=BACKUP, into="", answer="prod"), "not confirmed for dev"),
    ],
)
def test_a_restore_is_not_begun_by_mistake(workspace, wanted, words, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(UserError, match=words):
        restore(workspace, "dev", wanted)


@pytest.mark.parametrize("place", ["", "backups/dev/", "./backups/dev/", "{archive}/backups/dev/"])
def test_a_backup_is_named_by_its_path_in_the_archive_or_from_the_root(
    workspace, place, monkeypatch, tmp_path
):
    """What is refused here is that nobody agreed: the path itself is understood."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    name = f"{place.format(archive=tmp_path / 'archive')}{BACKUP}.sql.gz"
    with pytest.raises(UserError, match="this is not done unasked"):
        restore(workspace, "dev", Wanted(name=name, into=""))


def test_a_path_of_another_environments_archive_is_refused(workspace):
    with pytest.raises(UserError, match="is not in the archive"):
        restore(workspace, "dev", Wanted(name=f"backups/prod/{BACKUP}.sql.gz", into=""))


class Engine:
    """A pretended engine with containers of runs, by state and age in seconds."""

    def __init__(self, *containers):
        self.api, self.left = self, dict(enumerate(containers))

    def containers(self, *, filters, **others):
        assert others == {"all": True}
        assert filters["label"] == "com.ledgerflow.backup.run=dev"
        return [
            {"Id": number, "State": state, "Created": int(time.time() - age)}
            for number, (state, age) in self.left.items()
            if state in filters["status"]
        ]

    def remove_container(self, number, *, v):
        assert v
        del self.left[number]


def test_containers_of_killed_runs_are_removed_and_no_other():
    living, starting = ("running", 9000), ("created", 5)
    engine = Engine(living, starting, ("created", 900), ("exited", 5), ("dead", 5))
    remove_ended(engine, "dev")
    assert list(engine.left.values()) == [living, starting]


def test_outputs_are_written_down_without_secrets():
    secret = {context.SECRET_KEY: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    stack = {
        "type": "pulumi:pulumi:Stack",
        "outputs": {"password": secret, "nested": {"list": [secret, 1]}, "name": "dev"},
    }
    found = context.outputs({"deployment": {"resources": [stack]}})
    assert found == {
        "password": "[secret]",
        "nested": {"list": ["[secret]", 1]},
        "name": "dev",
    }
    assert "v1:x" not in json.dumps(found)


def test_git_tells_the_commit_and_what_differs(tmp_path):
    def git(*words):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-q", "-m", "one")
    (tmp_path / "file").write_text("2")
    facts = context.git(tmp_path)
    assert facts["branch"] == "main"
    assert len(facts["commit"]) == 40
    assert facts["changed"] == "M file"


def test_a_folder_that_is_no_checkout_has_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert "commit" not in context.git(tmp_path)


def test_versions_are_text_for_the_manifest(repository):
    class Daemon:
        api = property(lambda self: self)

        def version(self):
            return {"Version": "20.10.24"}

        def inspect_container(self, name):
            return {"Id": f"id-of-{name}", "Image": "sha256:1"}

        def inspect_image(self, identity):
            return {"Id": identity, "RepoTags": ["redis:7.2"], "Config": {"Labels": None}}

    spec = environment(Settings.parse("dev", from_file(repository / "Pulumi.dev.yaml")))
    found = context.versions(spec, Daemon())
    assert found["docker"] == "20.10.24"
    assert found["redis.image"] == "redis:7.2"
    assert found["redis.image_origin"] == "official"
    assert all(isinstance(value, str) for value in found.values())
