"""Synced folders: found by any component, in any case, behind any symlink."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.errors import UserError
from cli.synced_folders import check_paths, daemon_paths, data_paths
from infra import conventions
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings
from infra.synced_folders import SymlinkLoopError, places, synced_component

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("path", "component"),
    [
        ("/Users/a/Library/Mobile Documents/books", "Mobile Documents"),
        ("/Users/a/Library/Mobile Documents/com~apple~CloudDocs/b", "Mobile Documents"),
        ("/backup/com~apple~CloudDocs/b", "com~apple~CloudDocs"),
        ("/Users/a/Library/CloudStorage/OneDrive-Firm/b", "CloudStorage"),
        ("/Users/a/Library/CloudStorage/GoogleDrive-a@b.example/My Drive", "CloudStorage"),
        ("/home/a/Dropbox/ledger", "Dropbox"),
        ("/home/a/Dropbox (Firm)/ledger", "Dropbox (Firm)"),
        ("/home/a/DROPBOX", "DROPBOX"),
        ("/mnt/c/Users/a/OneDrive - Firm Ltd/x", "OneDrive - Firm Ltd"),
        ("/mnt/c/Users/a/onedrive/x", "onedrive"),
        ("/home/a/Google Drive/x", "Google Drive"),
        ("/home/a/GoogleDrive/x", "GoogleDrive"),
        ("/mnt/g/My Drive/x", "My Drive"),
        ("/mnt/c/Users/a/iCloudDrive/x", "iCloudDrive"),
    ],
)
def test_a_synced_folder_is_named_by_its_component(path, component):
    assert synced_component(Path(path)) == component


@pytest.mark.parametrize(
    "path",
    [
        "/srv/ledgerflow",
        "/var/lib/docker",
        "/home/a/dropboxes/x",
        "/home/a/my-dropbox-notes/x",
        "/home/a/drive/x",
        "/home/a/documents/mobile/x",
        "/home/a/icloud-notes/x",
        "/home/a/notes about onedrive/x",
        "/",
    ],
)
def test_ordinary_folders_are_not_taken_for_synced_ones(path):
    assert synced_component(Path(path)) is None


def test_every_pattern_is_in_lower_case_and_is_found():
    for pattern in conventions.SYNCED_FOLDERS:
        assert pattern == pattern.lower()
        name = pattern.replace("*", "x").title()
        assert synced_component(Path("/home/a") / name / "data") == name


def test_a_symlink_to_a_synced_folder(tmp_path):
    (tmp_path / "Dropbox" / "books").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox" / "books")
    assert synced_component(tmp_path / "data") == "Dropbox"
    assert synced_component(tmp_path / "data" / "not" / "yet" / "there") == "Dropbox"


def test_a_symlink_in_the_middle_that_is_relative(tmp_path):
    (tmp_path / "OneDrive - Firm").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "link").symlink_to("../OneDrive - Firm")
    assert synced_component(tmp_path / "a" / "link" / "x") == "OneDrive - Firm"


def test_a_chain_of_symlinks_and_one_that_leads_nowhere_yet(tmp_path):
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(tmp_path / "Google Drive" / "later")
    assert synced_component(tmp_path / "first" / "leaf") == "Google Drive"


def test_a_symlink_that_lies_in_a_synced_folder_counts_too(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "Dropbox" / "data").symlink_to(tmp_path / "elsewhere")
    assert synced_component(tmp_path / "Dropbox" / "data") == "Dropbox"


def test_dots_after_a_symlink_mean_the_parent_of_its_target(tmp_path):
    (tmp_path / "Dropbox" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "Dropbox" / "inner")
    assert synced_component(tmp_path / "link" / ".." / "data") == "Dropbox"


def test_a_relative_path_is_that_of_the_working_folder(tmp_path, monkeypatch):
    folder = tmp_path / "dropbox"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert synced_component(Path("data")) == "dropbox"


def test_the_home_folder_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "OneDrive"))
    assert synced_component(Path("~/data")) == "OneDrive"


def test_the_last_place_is_the_real_one(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert places(tmp_path / "link" / "x")[-1] == (tmp_path / "real" / "x").resolve()


def test_a_loop_of_symlinks_is_an_error_and_not_an_answer(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(SymlinkLoopError, match="symlinks"):
        synced_component(tmp_path / "a" / "data")
    with pytest.raises(UserError, match="lead back to themselves"):
        check_paths({"the state": tmp_path / "a"})


def test_one_message_names_every_path_with_its_purpose():
    with pytest.raises(UserError) as error:
        check_paths(
            {
                "the state": Path("/home/a/Dropbox/ledger/.ledgerflow"),
                "Docker's data": Path("/srv/docker"),
                "the source": Path("/home/a/OneDrive/ledger"),
            }
        )
    assert "the state: /home/a/Dropbox/ledger/.ledgerflow (in “Dropbox”)" in error.value.what
    assert "the source: /home/a/OneDrive/ledger (in “OneDrive”)" in error.value.what
    assert "/srv/docker" not in error.value.what
    assert "not synced" in error.value.remedy


def test_paths_in_order_pass():
    check_paths({"the state": Path("/srv/ledgerflow"), "Docker's data": Path("/var/lib/docker")})


def spec_of(repository, stack):
    return environment(Settings.parse(stack, from_file(repository / f"Pulumi.{stack}.yaml")))


@pytest.mark.parametrize(("stack", "with_source"), [("dev", True), ("prod", False)])
def test_the_repository_counts_where_source_is_mounted(repository, stack, with_source):
    paths = data_paths(spec_of(repository, stack), Path("/r"), Path("/r/s"))
    assert (Path("/r/app") in paths.values()) is with_source
    assert Path("/r/s") in paths.values()


def daemon_with(root, **options):
    """Return a daemon that has prod's database, made with these options, and dev's."""
    listed = [
        SimpleNamespace(
            name=f"ledger_{environment}_db_data",
            attrs={"Mountpoint": str(root / "volumes" / environment), "Options": options or None},
        )
        for environment in ("prod", "dev")
    ]
    return SimpleNamespace(volumes=SimpleNamespace(list=lambda: listed))


def synced_of(repository, root, **options):
    """Return what is refused of a daemon's folders for prod; nothing when all are in order."""
    try:
        check_paths(
            daemon_paths(spec_of(repository, "prod"), daemon_with(root, **options), root),
        )
    except UserError as error:
        return error.what
    return ""


def test_a_daemon_whose_data_are_on_its_own_disk(repository, tmp_path):
    assert synced_of(repository, tmp_path) == ""
    assert synced_of(repository, tmp_path, type="nfs", device=":/Dropbox") == ""


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("docker", "Docker's data: "),
        ("docker/volumes", "Docker's volumes: "),
        ("docker/volumes/prod", "volume ledger_prod_db_data: "),
    ],
)
def test_a_daemon_whose_folder_is_a_symlink_to_a_synced_one(repository, tmp_path, link, said):
    synced = tmp_path / "Dropbox"
    synced.mkdir()
    (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / link).symlink_to(synced)
    refused = synced_of(repository, tmp_path / "docker")
    assert said in refused
    assert "in “Dropbox”" in refused
    assert "ledger_dev" not in refused


def test_a_volume_that_was_made_of_a_synced_folder(repository, tmp_path):
    (tmp_path / "OneDrive").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "OneDrive")
    device = str(tmp_path / "data")
    refused = synced_of(repository, tmp_path, type="none", o="bind", device=device)
    assert f"the folder that is volume ledger_prod_db_data: {device} (in “OneDrive”)" in refused
