"""What a person or a disk does to a running production: one clear message, then all is well."""

import json
import os
import signal
import subprocess
import time

import pytest

pytestmark = pytest.mark.e2e

WAIT_SECONDS = 120


@pytest.fixture
def untouched(production, daemon):
    """Check afterwards that the same containers run, and that nothing is left to change."""
    before = production.identities(daemon)
    yield production
    assert production.identities(daemon) == before
    result = production.make("preview")
    assert result.returncode == 0, result.stdout + result.stderr


def assert_one_message(result, *said):
    words = result.stdout + result.stderr
    assert result.returncode != 0, words
    assert "Error 1" in result.stderr  # make's words for a command's exit code 1
    assert result.stderr.count("error: ") == 1, words
    assert "\n  -> " in result.stderr
    assert "Traceback" not in words
    for text in said:
        assert text in words


def test_another_passphrase(untouched):
    file = untouched.path / ".ledgerflow" / "passphrase"
    right = file.read_text()
    try:
        file.write_text("another one\n")
        for command in ("up", "preview", "drift"):
            assert_one_message(untouched.make(command), "another passphrase", str(file))
    finally:
        file.write_text(right)


def test_a_lost_passphrase(untouched):
    file = untouched.path / ".ledgerflow" / "passphrase"
    kept = file.rename(file.with_name("passphrase.kept"))
    try:
        assert_one_message(untouched.make("up"), f"{file} is missing", "put the file back")
        assert not file.exists()
    finally:
        kept.rename(file)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: content[: len(content) // 2], "cut off or overwritten"),
        (lambda content: b"\xff\x00garbage" + content[20:], "not text"),
        (lambda content: b"", "is empty"),
    ],
    ids=["truncated", "garbage", "empty"],
)
def test_a_damaged_state(untouched, damage, said):
    """The copy that the message names heals it, and it is the state of the last run."""
    folder = untouched.path / ".ledgerflow" / "state" / ".pulumi" / "stacks" / "ledgerflow"
    state = folder / f"{untouched.environment}.json"
    good = state.read_bytes()
    try:
        state.write_bytes(damage(good))
        for command in ("up", "preview", "down"):
            result = untouched.make(command)
            assert_one_message(result, "is damaged", said, str(state), "data are untouched")
        remedy = result.stderr.split("-> ")[1]
        subprocess.run(remedy.split(", then ")[0].split(), check=True)
        assert len(json.loads(state.read_text())["checkpoint"]["latest"]["resources"]) > 20
        result = untouched.make("up")
        assert result.returncode == 0, result.stdout + result.stderr
    except BaseException:
        state.write_bytes(good)
        raise


def test_two_ups_at_once(untouched):
    """The second is refused while the first works; the first is not disturbed."""
    state = untouched.path / ".ledgerflow" / "state" / ".pulumi"
    first = subprocess.Popen(
        untouched.make_command("up"),
        cwd=untouched.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while not (locks := list((state / "locks").rglob(f"{untouched.environment}/*.json"))):
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.02)
    holder = json.loads(locks[0].read_text())["pid"]
    os.kill(holder, signal.SIGSTOP)
    try:
        second = untouched.make("up")
    finally:
        os.kill(holder, signal.SIGCONT)
    words, _ = first.communicate(timeout=WAIT_SECONDS)
    assert first.returncode == 0, words
    said = f"another run on stack {untouched.environment} is in progress (process {holder})"
    assert_one_message(second, said, "wait until it has ended")
