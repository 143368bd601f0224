"""A Docker daemon of the tests' own, with the plugin as an installation leaves it."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker

from guard.authz.installing.places import Places
from tests.integration.airgap.plugin_support import static_busybox

REPOSITORY = Path(__file__).resolve().parents[3]
IMAGE = "tiny:1"
START_SECONDS = 40
RUNTIME = Path("/run/docker/plugins")


@dataclass
class OwnDaemon:
    """A daemon in a folder of its own; what it keeps goes with it."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "d.sock"

    @property
    def host(self) -> str:
        return f"unix://{self.socket}"

    @property
    def places(self) -> Places:
        return Places(
            plugin=f"ledgerflow-test-{self.folder.name.rpartition('-')[2]}",
            sockets=RUNTIME,
            daemon_config=self.folder / "daemon.json",
            daemon_pid_file=self.folder / "pid",
            docker=self.host,
            repository=REPOSITORY,
            audit=self.folder / "audit",
            state=self.folder / "state",
            log=self.folder / "authz.log",
            units=None,
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def client(self) -> docker.DockerClient:
        return docker.DockerClient(base_url=self.host, timeout=60)

    def start(self) -> None:
        config = self.folder / "daemon.json"
        if not config.exists():
            config.write_text('{"max-concurrent-uploads": 2}\n')
        log = (self.folder / "dockerd.log").open("ab")
        self.process = subprocess.Popen(
            [
                # networks of its own, which go with it: beside another daemon's it would take
                # addresses, and without a bridge even remove the machine's own
                *("unshare", "--net", "--"),
                *("setpriv", "--pdeathsig", "TERM"),  # it ends with tests that are killed
                "dockerd",
                f"--config-file={config}",
                f"--host={self.host}",
                f"--data-root={self.data}",
                f"--exec-root={self.folder / 'exec'}",
                f"--pidfile={self.folder / 'pid'}",
                "--iptables=false",
                "--ip6tables=false",
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with closing(self.client()) as client:
                    client.ping()
            except docker.errors.DockerException:
                assert self.process is not None
                assert self.process.poll() is None, self.log()
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def log(self) -> str:
        return (self.folder / "dockerd.log").read_text()[-3000:]


@contextmanager
def own_daemon() -> Iterator[OwnDaemon]:
    """A running daemon without the plugin; it and what it mounted are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"lfd-{secrets.token_hex(3)}"))
    folder = folder.rename(folder.with_name(f"lfd-{secrets.token_hex(3)}"))
    daemon = OwnDaemon(folder)
    try:
        daemon.start()
        _import_image(daemon)
        yield daemon
    finally:
        daemon.stop()
        for line in Path("/proc/mounts").read_text().splitlines():
            place = line.split()[1]
            if place.startswith(f"{folder}/"):
                subprocess.run(["umount", "-l", place], check=False)
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def _import_image(daemon: OwnDaemon) -> None:
    busybox = static_busybox(_made(daemon.folder / "busybox"))
    root = _made(daemon.folder / "root")
    for name in ("bin", "etc", "tmp", "data", "proc"):
        (root / name).mkdir()
    (root / "bin" / "busybox").write_bytes(busybox.read_bytes())
    (root / "bin" / "busybox").chmod(0o755)
    applets = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    for applet in applets.stdout.split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    archive = daemon.folder / "root.tar"
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    with closing(daemon.client()) as client:
        client.api.import_image_from_file(str(archive), repository="tiny", tag="1")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
