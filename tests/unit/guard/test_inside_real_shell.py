"""What a real shell would run is never read as harmless: scripts made at random, both asked.

``rm`` is a program that only writes down what it was called with. ``GUARD_SEED`` repeats a run.
"""

import os
import random
import shlex
import shutil
import subprocess
from collections.abc import Callable

import pytest

from guard.rules.inside import Finding, look

pytestmark = pytest.mark.guard

PLACE = "/srv/media"
SCRIPTS = 400
DEEPEST = 3


def quoted(random, word):
    """Write a word in one of the many ways in which a shell reads it as the same."""
    pieces, rest = [], word
    while rest:
        size = random.randint(1, len(rest))
        part, rest = rest[:size], rest[size:]
        pieces.append(random.choice(QUOTES)(part))
    return random.choice(("", "", "''", '""', "\\\n")).join(pieces)


QUOTES: tuple[Callable[[str], str], ...] = (
    str,
    lambda part: f"'{part}'",
    lambda part: f'"{part}"',
    lambda part: "".join(f"\\{letter}" for letter in part),
)
PATHS = (
    PLACE,
    f"{PLACE}/",
    "/srv/./media",
    "//srv//media",
    "/srv/x/../media",
    "/srv",
    f"{PLACE}/1.pdf",
)


def removal(random):
    words = ["rm", "-rf", random.choice(PATHS)]
    spelled = random.choice((" ", "  ", "\t", " \\\n ")).join(quoted(random, w) for w in words)
    before = random.choice(
        ("", "", "X=1 ", "X='a b' Y=\"c\" ", "env ", "command ", "exec ", "nice ")
    )
    after = random.choice(("", "", " 2>&1", " >/dev/null", " 2> /dev/null </dev/null", " # gone"))
    return before + spelled + after


def by_variable(random):
    name = random.choice(("X", "PGDATA"))
    use = random.choice((f"${name}", f'"${name}"', f"${{{name}}}", f'"${{{name}}}"/'))
    return f"{name}={PLACE}\nrm -rf {use}"


def by_folder(random):
    return random.choice(
        ("cd /srv && rm -rf media", "cd /srv; rm -rf ./media", "cd / && cd srv && rm -r med*a")
    )


def within(random, script):
    """Put a script into another."""
    return random.choice(AROUND)(script)


AROUND: tuple[Callable[[str], str], ...] = (
    lambda s: f"true && {s}",
    lambda s: f"false || {s}",
    lambda s: f"true; {s}",
    lambda s: f"echo 'a;b' \"c|d\" e\\&f; {s}",
    lambda s: f"# one\n{s}\n# two",
    lambda s: f"({s}\n)",
    lambda s: f"{{ {s}\n}}",
    lambda s: f"if true; then {s}\nfi",
    lambda s: f"for x in 1; do {s}\ndone",
    lambda s: f"echo $({s}\n)",
    lambda s: f'echo "x $({s}\n)"' if '"' not in s else f"echo x $({s}\n)",
    lambda s: f"echo `{s}\n`" if "`" not in s and "\\" not in s else s,
    lambda s: f"sh -c {shlex.quote(s)}",
    lambda s: f"eval {shlex.quote(s)}",
    lambda s: f"env A=b sh -ec {shlex.quote(s)}",
    lambda s: f"timeout 5 sh -c {shlex.quote(s)} argument",
    lambda s: f"sh <<'END'\n{s}\nEND" if "END" not in s else s,
    lambda s: f"cat <<END\nrm -rf nothing\nEND\n{s}" if "END" not in s else s,
    lambda s: f"printf '%s' x | cat | {{ cat; {s}\n}}",
    lambda s: f"f() {{ {s}\n}}\nf",
)


def script_of(random):
    script = random.choice((removal, removal, removal, by_variable, by_folder))(random)
    for _ in range(random.randint(0, DEEPEST)):
        script = within(random, script)
    return script


@pytest.fixture
def shell(tmp_path):
    """Return what runs a script and tells whether ``rm`` was called with the place."""
    log = tmp_path / "called"
    stand_in = tmp_path / "bin" / "rm"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {shlex.quote(str(log))}\n')
    stand_in.chmod(0o755)
    path = f"{stand_in.parent}:{os.environ['PATH']}"

    def run(script):
        log.unlink(missing_ok=True)
        subprocess.run(
            ["sh", "-c", script], env={"PATH": path}, capture_output=True, stdin=subprocess.DEVNULL,
            timeout=60, check=False,
        )  # fmt: skip
        return log.exists()

    return run


def test_what_a_shell_runs_is_never_read_as_harmless(shell):
    seed = int(os.environ.get("GUARD_SEED", "0")) or random.SystemRandom().randint(1, 10**9)
    chosen = random.Random(seed)
    ran, missed = 0, []
    for _ in range(SCRIPTS):
        script = script_of(chosen)
        if shell(script):
            ran += 1
            if look(["sh", "-c", script], (PLACE,)) is not Finding.DESTROYS:
                missed.append(script)
    assert not missed, f"GUARD_SEED={seed}: {missed[:5]}"
    assert ran > SCRIPTS / 2, f"GUARD_SEED={seed}: {ran} scripts ran"


def test_the_shell_is_one_that_reads_scripts(shell):
    assert shutil.which("sh") is not None
    assert shell(f"rm -rf {PLACE}")
    assert not shell(f"echo rm -rf {PLACE}")
