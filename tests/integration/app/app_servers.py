"""A real Redis for tests in this process, without a container: the program of the image."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import redis
from postgres import public_folder, unpacked_image

IMAGE = "redis:7.2"
_LOADER = "lib64/ld-linux-x86-64.so.2"
_LIBRARIES = ("usr/local/lib/redis", "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


class RedisServer:
    """One server on a free port of 127.0.0.1 that keeps its keys in memory only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        libraries = ":".join(str(self._root / each) for each in _LIBRARIES)
        program = [str(self._root / _LOADER), "--library-path", libraries]
        program += [str(self._root / "usr/local/bin/redis-server"), "--port", str(self.port)]
        program += ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with public_folder("lftest-redis-") as folder:
            self._process = subprocess.Popen(
                program, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
            )
            deadline = time.monotonic() + 30
            while not self._answers():
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.02)

    def kill(self) -> None:
        """End it at once; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def pause(self) -> None:
        """Let it hang: it takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty all its databases."""
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextlib.contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Give a running server, ended and removed at the end."""
    with unpacked_image(IMAGE) as root:
        server = RedisServer(root)
        server.start()
        try:
            yield server
        finally:
            server.kill()
