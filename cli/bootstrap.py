"""Makes ``.venv`` with the locked dependencies, using nothing but the standard library.

Run by the system's Python: ``python3 cli/bootstrap.py requirements.lock``. Done once for each
content of the lock file; an interrupted run is begun again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

MINIMUM = (3, 11)
REPOSITORY = Path(__file__).resolve().parents[1]
VENV = REPOSITORY / ".venv"


def main(lock: Path) -> int:
    """Install what ``lock`` pins; return an exit code."""
    if sys.version_info < MINIMUM:
        needed = ".".join(map(str, MINIMUM))
        return fail(
            f"Python {needed} or later is needed, this is {sys.version.split()[0]}",
            "install a newer one and name it: make up PYTHON=python3.12",
        )
    stamp = VENV / f".{lock.stem}"
    identity = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == identity:
        stamp.touch()
        return 0
    try:
        create_venv()
        say(f"Python packages: installing what {lock.name} pins")
        run(VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input",
            "--disable-pip-version-check", "--require-hashes", "-r", lock)  # fmt: skip
    except subprocess.CalledProcessError as error:
        words = (error.stderr or "").strip().splitlines()[-3:]
        return fail(
            "the Python packages could not be installed" + "".join(f"\n    {w}" for w in words),
            "see that pip reaches its package registry and that the disk has room; then run again",
        )
    stamp.write_text(identity)
    return 0


def create_venv() -> None:
    """Create ``.venv`` unless a working one is there."""
    if (VENV / "bin" / "pip").exists():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("Python packages: creating .venv")
    try:
        run(sys.executable, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        # Debian keeps a part of the standard library in a package of its own
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
        shutil.rmtree(VENV, ignore_errors=True)
        say("Python packages: installing Debian's python3-venv, which .venv needs")
        run("apt-get", "-q", "update")
        run("apt-get", "-q", "-y", "--no-install-recommends", "install", "python3-venv")
        run(sys.executable, "-m", "venv", VENV)


def run(*command: "str | Path") -> None:
    """Run a command quietly, saying every ten seconds that it is still at work."""
    done = threading.Event()
    started = time.monotonic()

    def remind() -> None:
        while not done.wait(10):
            print(f"    still at it after {time.monotonic() - started:.0f} s", file=sys.stderr)

    threading.Thread(target=remind, daemon=True).start()
    try:
        subprocess.run(
            [str(word) for word in command],
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    finally:
        done.set()


def say(text: str) -> None:
    """Announce a step."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def fail(what: str, remedy: str) -> int:
    """Say what happened and what to do; return the exit code of a failure."""
    print(f"error: {what}\n  -> {remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        sys.exit(130)
