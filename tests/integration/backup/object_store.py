"""A real S3 server for tests (versitygw), with versions, object locks and several users."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.config import Config

from tests.integration.backup.programs_of_go import programs_folder
from tests.ports import free_ports

_START_SECONDS = 60
ROOT = ("lftest-root", "lftest-root-secret")


@dataclass
class ObjectStore:
    """A running server; `root` may do everything."""

    program: Path
    port: int
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, access_key: str = ROOT[0], secret: str = ROOT[1], endpoint: str = ""):
        return boto3.client(
            "s3",
            endpoint_url=endpoint or self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            config=Config(
                request_checksum_calculation="when_required", s3={"addressing_style": "path"}
            ),
        )

    def user(self, access_key: str) -> str:
        """Make a user without rights of its own; return its secret."""
        secret = secrets.token_hex(8)
        command = [self.program, "admin", "--access", ROOT[0], "--secret", ROOT[1]]
        command += ["--endpoint-url", self.endpoint, "create-user"]
        command += ["--access", access_key, "--secret", secret, "--role", "user"]
        subprocess.run(command, check=True, capture_output=True)
        return secret

    def bucket(self, *, lock: bool = False) -> str:
        """Make a bucket; one with object lock keeps versions."""
        name = f"lftest-{secrets.token_hex(4)}"
        self.client().create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock)
        return name


@contextlib.contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Run a server on a free port, with its data in a folder that goes with it."""
    program = programs_folder() / "versitygw"
    with tempfile.TemporaryDirectory(prefix="lftest-store-") as root:
        folders = {name: Path(root) / name for name in ("data", "users", "versions")}
        for folder in folders.values():
            folder.mkdir()
        (port,) = free_ports(1)
        command = [program, "--port", f"127.0.0.1:{port}", "--iam-dir", folders["users"]]
        command += ["--iam-cache-disable", "--quiet", "posix"]
        command += ["--versioning-dir", folders["versions"], folders["data"]]
        environment = {"ROOT_ACCESS_KEY": ROOT[0], "ROOT_SECRET_KEY": ROOT[1], "PATH": os.defpath}
        with (Path(root) / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait(process, port, Path(root) / "log")
            yield ObjectStore(program, port)
        finally:
            process.terminate()
            process.wait(60)


def _wait(process: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"the store does not answer: {log.read_text()}")
