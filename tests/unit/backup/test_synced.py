"""Written is not uploaded: states as sync programs tell them, on machines made up for it."""

import json
import os
import socket
import threading
from pathlib import Path

import pytest

from backup.clock import now
from backup.command import main
from backup.synced import State, check
from backup.synced.apple import SF_DATALESS
from backup.synced.check import is_synced_folder
from backup.synced.model import RealSystem
from tests.unit.backup.whole_backups import write_whole_backup

pytestmark = pytest.mark.unit

FILE = Path("/Users/ann/Library/Mobile Documents/com~apple~CloudDocs/Archive/dump.sql.gz")


NOT_DOWNLOADED = "NSURLUbiquitousItemDownloadingStatusNotDownloaded"


class Flags:
    """A file's status with the flags of macOS."""

    def __init__(self, flags=0):
        self.st_flags = flags


class Machine:
    """A machine that knows what a test tells it."""

    def __init__(self, platform, **known):
        self.platform, self.known, self.asked = platform, known, []

    def run(self, command):
        self.asked.append(list(command))
        return self.known.get("run", {}).get(command[0])

    def ask(self, address, request):
        self.asked.append([str(address), request])
        return self.known.get("socket", {}).get(str(address))

    def stat(self, path):
        return self.known.get("files", {str(FILE): Flags()}).get(str(path))

    def read(self, path):
        return self.known.get("mounts", "")

    def variable(self, name):
        return {"XDG_RUNTIME_DIR": "/run/user/1000"}.get(name)


def mac(**values):
    answer = {str(FILE): {"IsUbiquitousItem": True, **values}}
    return Machine("darwin", run={"osascript": json.dumps(answer)})


def state(machine):
    (found,) = check([FILE], machine)
    assert found.reason
    return found.state


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"UbiquitousItemIsUploaded": True, "UbiquitousItemIsUploading": False}, "uploaded"),
        ({"UbiquitousItemIsUploaded": False}, "pending"),
        ({}, "pending"),
        ({"UbiquitousItemIsUploaded": True, "UbiquitousItemIsUploading": True}, "pending"),
        ({"UbiquitousItemIsUploaded": True, "UbiquitousItemUploadingError": "set"}, "pending"),
        ({"UbiquitousItemIsUploaded": "yes"}, "pending"),
        (
            {
                "UbiquitousItemIsUploaded": True,
                "UbiquitousItemDownloadingStatus": NOT_DOWNLOADED,
            },
            "evicted",
        ),
        ({"IsUbiquitousItem": False, "UbiquitousItemIsUploaded": True}, "unknown"),
    ],
)
def test_what_a_mac_says(values, expected):
    assert state(mac(**values)) == expected


@pytest.mark.parametrize("answer", [None, "", "no JSON", "[]", "{}"])
def test_a_mac_that_does_not_answer_leaves_it_unknown(answer):
    assert state(Machine("darwin", run={"osascript": answer})) == State.UNKNOWN


def test_evicted_files_are_seen_without_touching_them():
    """Asking for a dataless file's content would fetch it."""
    dataless = Machine("darwin", files={str(FILE): Flags(SF_DATALESS)})
    assert state(dataless) == State.EVICTED
    placeholder = Machine("darwin", files={str(FILE.with_name(f".{FILE.name}.icloud")): Flags()})
    assert state(placeholder) == State.EVICTED
    assert dataless.asked == placeholder.asked == []


def test_all_files_are_asked_about_at_once():
    other = FILE.with_name("other")
    machine = mac(UbiquitousItemIsUploaded=True)
    machine.known["files"] = {str(FILE): Flags(), str(other): Flags()}
    assert [each.state for each in check([other, FILE], machine)] == ["unknown", "uploaded"]
    assert len(machine.asked) == 1
    assert machine.asked[0][-2:] == [str(other), str(FILE)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("up to date", "uploaded"),
        ("syncing", "pending"),
        ("unsyncable", "pending"),
        ("something new", "unknown"),
        ("unwatched", "unknown"),
    ],
)
def test_what_dropbox_says(word, expected):
    assert state(Machine("linux", run={"dropbox": f"{FILE}: {word}\n"})) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("OK", "uploaded"),
        ("OK+SWM", "uploaded"),
        ("SYNC", "pending"),
        ("NEW", "pending"),
        ("IGNORE", "pending"),
        ("ERROR", "pending"),
        ("NOP", "unknown"),
    ],
)
@pytest.mark.parametrize("client", ["Nextcloud", "ownCloud"])
def test_what_nextcloud_and_owncloud_say(client, word, expected):
    answer = f"REGISTER_PATH:/home/ann/{client}\nSTATUS:OK:/another\nSTATUS:{word}:{FILE}\n"
    sockets = {f"/run/user/1000/{client}/socket": answer}
    assert state(Machine("linux", socket=sockets)) == expected


MOUNTS = "/dev/sda1 / ext4 rw 0 0\ncloud: /Users/ann/Library fuse.rclone rw 0 0\n"


@pytest.mark.parametrize(
    ("cache", "expected"),
    [
        ({"uploadsQueued": 0, "uploadsInProgress": 0, "erroredFiles": 0}, "uploaded"),
        ({"uploadsQueued": 1, "uploadsInProgress": 0}, "pending"),
        ({"uploadsQueued": 0, "uploadsInProgress": 1}, "pending"),
        ({"uploadsQueued": 0, "uploadsInProgress": 0, "erroredFiles": 1}, "pending"),
        ({}, "unknown"),
    ],
)
def test_what_a_mount_of_rclone_says(cache, expected):
    run = {"rclone": json.dumps({"diskCache": cache})}
    assert state(Machine("linux", run=run, mounts=MOUNTS)) == expected
    elsewhere = MOUNTS + "/dev/sdb1 /Users/ann/Library/Mobile\\040Documents ext4 rw 0 0\n"
    assert state(Machine("linux", run=run, mounts=elsewhere)) == State.UNKNOWN


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_nobody_to_ask_is_unknown_and_never_uploaded(platform):
    assert state(Machine(platform)) == State.UNKNOWN


def test_this_machine_answers_a_socket_and_a_program(tmp_path):
    address = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen()

        def serve():
            connection, _ = listening.accept()
            with connection:
                asked = connection.recv(1000).decode()
                connection.sendall(b"REGISTER_PATH:/x\n")
                connection.sendall(f"STATUS:OK:{asked.split(':', 1)[1]}".encode())

        thread = threading.Thread(target=serve)
        thread.start()
        answer = RealSystem().ask(address, "RETRIEVE_FILE_STATUS:/a/file\n")
        thread.join()
    assert "STATUS:OK:/a/file\n" in answer
    assert RealSystem().ask(tmp_path / "nobody", "x") is None
    assert RealSystem().run(["echo", "hello"]) == "hello\n"
    assert RealSystem().run(["lftest-no-such-program"]) is None


def test_the_command_says_2_while_anything_is_not_uploaded(tmp_path, monkeypatch, capsys):
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program = bin_folder / "dropbox"
    program.write_text('#!/bin/sh\necho "$2: up to date"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LEDGERFLOW_BACKUP_ENVIRONMENT", "dev")
    monkeypatch.setenv("LEDGERFLOW_BACKUP_ARCHIVE", str(tmp_path))
    write_whole_backup(tmp_path / "dev", now())
    assert main(["synced", "--json"]) == 0
    assert [line["state"] for line in json.loads(capsys.readouterr().out)] == ["uploaded"] * 3
    program.write_text('#!/bin/sh\necho "$2: syncing"\n')
    assert main(["synced"]) == 2
    assert "pending" in capsys.readouterr().out


def test_synced_folders_are_known_by_name():
    assert is_synced_folder(FILE.parent)
    assert is_synced_folder(Path("/home/ann/Dropbox/backups"))
    assert not is_synced_folder(Path("/srv/backups"))
