"""The backup stack against a recording monitor: one container, and nothing of the environment's."""

import json

import pytest
from recorder import run

from infra import conventions
from infra.outputs import DATABASE_PASSWORD_OUTPUT
from infra.render import backup as render
from stacks.backup import provision

pytestmark = pytest.mark.program

OUTPUTS = {DATABASE_PASSWORD_OUTPUT: "canary-password"}
MEDIA = conventions.volume_name("dev", conventions.MEDIA_VOLUME)


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path, repository):
    """A machine whose dev environment is up, with an archive of its own."""
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path))
    volumes = {MEDIA: conventions.volume_labels("dev", protected=True)}
    monkeypatch.setattr(render, "volume_labels", volumes.get)
    monkeypatch.setattr("stacks.backup.REPOSITORY", _checkout(tmp_path, repository))
    return volumes


def _checkout(tmp_path, repository):
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("Pulumi.dev.yaml", ".dockerignore", "backup", "infra"):
        (folder / name).symlink_to(repository / name)
    return folder


def backup_stack(outputs=OUTPUTS, **configuration):
    strings = {
        f"backup:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in configuration.items()
    }
    return run(provision, "dev-backup", strings, outputs)


def container(recording):
    return recording.of_type(":Container")["backup"]


def test_it_makes_one_container_and_one_volume(machine):
    recording = backup_stack()
    assert set(recording.of_type(":Container")) == {"backup"}
    assert set(recording.of_type(":Volume")) == {"backup_scratch"}
    assert recording.of_type(":Network") == {}
    inputs = container(recording).inputs
    assert inputs["name"] == "ledger_dev_backup"
    assert [n["name"] for n in inputs["networksAdvanced"]] == ["ledger_dev_internal"]
    labels = {entry["label"]: entry["value"] for entry in inputs["labels"]}
    assert labels[conventions.LABEL_STACK] == "dev-backup"
    assert labels[conventions.LABEL_ENVIRONMENT] == "dev"


def test_it_is_confined(machine, tmp_path):
    inputs = container(backup_stack()).inputs
    assert inputs["user"].startswith("999:")
    assert inputs["capabilities"] == {"adds": [], "drops": ["ALL"]}
    assert "ports" not in inputs
    mounts = {v["containerPath"]: v for v in inputs["volumes"]}
    assert mounts["/srv/media"] == {
        "containerPath": "/srv/media",
        "volumeName": MEDIA,
        "readOnly": True,
    }
    assert mounts["/archive/dev"]["hostPath"] == str(tmp_path / "backups" / "dev")
    assert mounts["/run/ledgerflow-backup/context"]["readOnly"] is True
    assert not any("docker.sock" in str(value) for value in inputs.values())


def test_the_password_is_a_file_of_the_reader_alone_and_in_no_variable(machine):
    inputs = container(backup_stack()).inputs
    (upload,) = inputs["uploads"]["value"]  # a secret as a whole: so it is encrypted in the state
    assert upload["file"] == "/run/secrets/postgres-password"
    assert (upload["permissions"], upload["owner"]) == ("0400", "999")
    assert "canary-password" in str(upload["content"])
    assert not any("canary" in variable for variable in inputs["envs"])


STORE = {
    "offsite": {"bucket": "ledger-copies", "access_key": "writer", "lock_days": 90},
    "secrets": {"offsite-secret-key": "canary-store"},
}


def test_it_has_a_way_out_only_to_an_off_site_store(machine):
    inputs = container(backup_stack(**STORE)).inputs
    names = [network["name"] for network in inputs["networksAdvanced"]]
    assert names == ["ledger_dev_egress", "ledger_dev_internal"]


def test_the_stores_secret_is_a_file_like_the_password(machine):
    inputs = container(backup_stack(**STORE)).inputs
    files = {upload["file"]: upload for upload in inputs["uploads"]["value"]}
    assert files["/run/secrets/offsite-secret-key"]["permissions"] == "0400"
    variables = dict(v.split("=", 1) for v in inputs["envs"])
    prefix = "LEDGERFLOW_BACKUP_OFFSITE_"
    assert variables[f"{prefix}SECRET_FILE"] == "/run/secrets/offsite-secret-key"
    assert variables[f"{prefix}BUCKET"] == "ledger-copies"
    assert variables[f"{prefix}LOCK_DAYS"] == "90"
    assert "canary-store" not in str(inputs["envs"])


def test_retention_is_a_setting(machine):
    variables = container(backup_stack(keep={"months": 12})).inputs["envs"]
    assert "LEDGERFLOW_BACKUP_KEEP_MONTHS=12" in variables
    assert not any("KEEP_WEEKS" in variable for variable in variables)


def test_its_archive_folder_is_made_for_its_user(machine, tmp_path):
    backup_stack()
    folder = tmp_path / "backups" / "dev"
    assert folder.stat().st_mode & 0o7777 == 0o2770


def test_a_run_is_made_only_when_asked_for(machine):
    assert backup_stack().of_type(":RandomId") == {}
    asked = backup_stack(runNow="full").of_type(":RandomId")["run-now"]
    assert asked.inputs["keepers"]["kind"] == "full"
    assert list(asked.request.hooks.before_create) == [render.RUN_NOW]


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"retention": "forever"}, "backup:retention: unknown key"),
        ({"time_zone": "Mars/Olympus"}, "no time zone of the IANA database"),
        ({"schedule": {"full": "daily"}}, "five fields"),
        ({"runNow": "everything"}, "backup:runNow"),
        ({"archive": "here"}, "an absolute path"),
        ({"offsite": STORE["offsite"]}, "backup:secrets: .* must be offsite-secret-key"),
        ({"secrets": STORE["secrets"]}, "backup:secrets: .* must be none"),
        ({"keep": {"proven": 1}}, "backup:keep.proven"),
    ],
)
def test_mistakes_are_named(machine, configuration, words):
    with pytest.raises(Exception, match=words):
        backup_stack(**configuration)


def test_an_environment_that_was_never_up_is_an_error(machine):
    with pytest.raises(Exception, match="environment dev is not up"):
        backup_stack(outputs={})


def test_a_missing_media_volume_is_not_made_by_accident(machine):
    machine.clear()
    with pytest.raises(Exception, match=f"there is no volume {MEDIA}"):
        backup_stack()
