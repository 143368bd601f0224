"""Connections tried from another network name space: a second machine, or a container."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

PROBE = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor

def reached(target):
    with socket.socket() as probe:
        probe.settimeout(1)  # for those who do not even refuse
        return probe.connect_ex(tuple(target)) == 0

with ThreadPoolExecutor(32) as pool:
    targets = json.load(sys.stdin)
    answers = list(pool.map(reached, targets, chunksize=256))
print(json.dumps([target for target, answer in zip(targets, answers) if answer]))
"""
Target = tuple[str, int]


def reached(process: int, targets: Iterable[Target]) -> set[Target]:
    """Return the targets that accept a TCP connection from the name space of ``process``."""
    result = subprocess.run(
        ["nsenter", "--target", str(process), "--net", sys.executable, "-c", PROBE],
        input=json.dumps(list(targets)),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return {(address, port) for address, port in json.loads(result.stdout)}


def reached_from_any(processes: Iterable[int], targets: Iterable[Target]) -> set[Target]:
    """Return the targets that any of the name spaces reaches; all are tried at once."""
    wanted = list(targets)
    with ThreadPoolExecutor() as pool:
        return set().union(*pool.map(lambda process: reached(process, wanted), processes))


@contextmanager
def second_machine() -> Iterator[tuple[int, str]]:
    """Yield the process of a machine on a wire of its own, and this machine's address there.

    The other end knows no route but this machine, so it may also try what stands behind it.
    """
    number = uuid.uuid4().int
    wire = f"lft{number % 0xFFFFFF:06x}"
    # 198.18.0.0/15 is set aside for trials between networks (RFC 2544)
    prefix = f"198.18.{number % 256}.{number // 256 % 63 * 4}".rsplit(".", 1)
    here, there = (f"{prefix[0]}.{int(prefix[1]) + end}" for end in (1, 2))
    holder = subprocess.Popen(["unshare", "--net", "sleep", "900"])
    try:
        _run("ip", "link", "add", f"{wire}a", "type", "veth", "peer", "name", f"{wire}b")
        _run("ip", "address", "add", f"{here}/30", "dev", f"{wire}a")
        _run("ip", "link", "set", f"{wire}a", "up")
        _wait_for_own_space(holder.pid)
        _run("ip", "link", "set", f"{wire}b", "netns", str(holder.pid))
        for words in (
            ("address", "add", f"{there}/30", "dev", f"{wire}b"),
            ("link", "set", f"{wire}b", "up"),
            ("route", "add", "default", "via", here),
        ):
            _run("nsenter", "--target", str(holder.pid), "--net", "ip", *words)
        yield holder.pid, here
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        subprocess.run(["ip", "link", "delete", f"{wire}a"], capture_output=True)


def _wait_for_own_space(process: int) -> None:
    own = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{process}/ns/net").readlink() == own:  # unshare runs between fork and exec
        os.sched_yield()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
