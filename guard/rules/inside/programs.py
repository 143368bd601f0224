"""What single programs do: the table of those that destroy, and of those that only look."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from guard.rules.inside import database
from guard.rules.inside.finding import DESTROYS, HARMLESS, OTHER, Finding
from guard.rules.inside.shell import Program, programs
from guard.rules.inside.targets import Targets, operands

Reader = Callable[[Program, Targets], Finding]

_LOOKING: Final = frozenset(
    {":", "[", "basename", "case", "cat", "cd", "cmp", "cut", "date", "df", "diff", "dirname", "du",
     "echo", "env", "exit", "export", "false", "file", "findmnt", "for", "free", "getent", "grep",
     "groups", "head", "hostname", "id", "ledgerflow-backup", "less", "locale", "ls", "lsof",
     "md5sum", "more", "netstat", "nproc", "od", "pg_config", "pg_controldata", "pg_dump",
     "pg_dumpall", "pg_isready", "pg_waldump", "pgrep", "printenv", "printf", "ps", "pwd", "read",
     "readlink", "realpath", "set", "sha256sum", "sleep", "ss", "stat", "strings", "tail", "test",
     "top", "tr", "true", "type", "umask", "uname", "unset", "uptime", "wait", "wc", "which",
     "whoami"}
)  # fmt: skip
_QUIET: Final = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"})
_ENDING: Final = frozenset({"dropdb", "pg_resetwal", "initdb", "wipefs", "blkdiscard", "mke2fs"})
"""Programs that have no harmless use on data."""
_CODE: Final = re.compile(r"(python|perl|ruby|node|php|lua)[0-9.]*")
_DELETING: Final = ("rmtree", "unlink", "rmdir", "remove", "truncate", "rename", "rm -")
_EMPTYING: Final = frozenset({"FLUSHALL", "FLUSHDB"})
_EMPTYING_MANAGE: Final = frozenset({"flush", "reset_db"})
_VERSIONS: Final = (("--version",), ("-V",))
_ACTING: Final = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_WRITING_FOUND: Final = ("-fprint", "-fls")
_HEALTH: Final = "/app/healthcheck.py"


def judge_all(found: Iterable[Program], targets: Targets) -> Finding:
    """Return the worst that programs do one after the other."""
    worst = HARMLESS
    for program in found:
        worst = max(worst, judge(program, targets))
        if program.name in ("cd", "pushd") and len(program.words) > 1:
            targets = targets.entered(program.words[1])
    return worst


def judge(program: Program, targets: Targets) -> Finding:
    """Return the worst that the program does by itself and by where its output goes."""
    written = [path for path in program.writes if path not in _QUIET]
    if any(targets.hit_by(path, recursive=False) for path in written):
        return DESTROYS
    found = _by_itself(program, targets)
    return max(OTHER, found) if written else found


def _by_itself(program: Program, targets: Targets) -> Finding:
    if program.hidden:
        return DESTROYS if any(targets.names(program)) else OTHER
    name = program.name
    if name in _ENDING or name.startswith("mkfs"):
        return DESTROYS
    reader = _READERS.get(name)
    if reader is not None:
        return reader(program, targets)
    if _CODE.fullmatch(name):
        return _code(program, targets)
    return HARMLESS if name in _LOOKING else OTHER


def _removing(program: Program, targets: Targets) -> Finding:
    """Of ``rm``, ``shred``, ``truncate`` and the like: what they are given."""
    recursive = any(map(_is_recursive, program.words[1:]))
    found = operands(program.words)
    return DESTROYS if any(targets.hit_by(w, recursive=recursive) for w in found) else OTHER


def _is_recursive(word: str) -> bool:
    if word.startswith("--"):
        return len(word) > 2 and "--recursive".startswith(word)
    return word.startswith("-") and not {"r", "R"}.isdisjoint(word)


def _moving(program: Program, targets: Targets) -> Finding:
    found = operands(program.words)
    return DESTROYS if any(targets.hit_by(word, recursive=True) for word in found) else OTHER


def _copying(program: Program, targets: Targets) -> Finding:
    """Of ``cp`` and ``rsync``: emptying by copying nothing, or by deleting what is not copied."""
    *sources, target = operands(program.words) or ("",)
    empties = "/dev/null" in sources or any(w.startswith("--del") for w in program.words)
    hit = empties and targets.hit_by(target, recursive=True)
    return DESTROYS if hit else OTHER


def _finding(program: Program, targets: Targets) -> Finding:
    words = program.words[1:]
    end = next((n for n, word in enumerate(words) if word.startswith(("-", "(", "!"))), None)
    hit = any(targets.hit_by(start, recursive=True) for start in words[:end] or (".",))
    reached = targets if hit else Targets(())
    acts = [judge_all(programs(c), reached) for c in _actions(words)]
    if "-delete" in words:
        acts.append(DESTROYS if hit else OTHER)
    if any(word.startswith(_WRITING_FOUND) for word in words):
        acts.append(OTHER)
    return max(acts, default=HARMLESS)


def _actions(words: Sequence[str]) -> list[list[str]]:
    """Return the commands that ``find`` runs, with what it finds as an unknown word."""
    commands: list[list[str]] = []
    acting = False
    for word in words:
        if word in _ACTING:
            commands.append([])
            acting = True
        elif word in (";", "+"):
            acting = False
        elif acting:
            commands[-1].append(word.replace("{}", "$"))
    return commands


def _dd(program: Program, targets: Targets) -> Finding:
    outputs = [w.removeprefix("of=") for w in program.words[1:] if w.startswith("of=")]
    disk = any(path.startswith("/dev/") and path not in _QUIET for path in outputs)
    hit = disk or any(targets.hit_by(path, recursive=False) for path in outputs)
    return DESTROYS if hit else OTHER


def _tar(program: Program, targets: Targets) -> Finding:
    takes = any(word.startswith("--remove") for word in program.words)
    hit = takes and any(targets.hit_by(w, recursive=True) for w in operands(program.words))
    return DESTROYS if hit else OTHER


def _sorting(program: Program, targets: Targets) -> Finding:
    writes = any(word.startswith(("-o", "--output")) for word in program.words)
    return OTHER if writes else HARMLESS


def _psql(program: Program, targets: Targets) -> Finding:
    found = database.psql(program)
    shells = (programs(["sh", "-c", script]) for script in database.shell_scripts(program))
    return max([found, *(judge_all(shell, targets) for shell in shells)])


def _pg_restore(program: Program, targets: Targets) -> Finding:
    return DESTROYS if database.cleans(program) else OTHER


def _pg_ctl(program: Program, targets: Targets) -> Finding:
    if {"init", "initdb"} & set(program.words):
        return DESTROYS
    return HARMLESS if "status" in program.words else OTHER


def _redis(program: Program, targets: Targets) -> Finding:
    words = {word.upper() for word in program.words[1:]}
    return DESTROYS if _EMPTYING & words else OTHER


def _manage(program: Program, targets: Targets) -> Finding:
    """Of ``manage.py``: its own lock judges the rest (LF060, LF061)."""
    command = next((word for word in program.words[1:] if not word.startswith("-")), None)
    return DESTROYS if command in _EMPTYING_MANAGE else HARMLESS


def _code(program: Program, targets: Targets) -> Finding:
    words = program.words
    script = next((n for n, word in enumerate(words) if n and not word.startswith("-")), 0)
    before, name = words[script - 1], words[script].rpartition("/")[2]
    if script and (
        (name == "manage.py" and before not in ("-c", "-m", "-e"))
        or (name == "django" and before == "-m")
    ):
        return _manage(Program(words[script:]), targets)
    if words[1:] == (_HEALTH,) or words[1:] in _VERSIONS:
        return HARMLESS
    whole = " ".join((*words[1:], program.given or ""))
    deletes = targets.mentioned(whole) and any(word in whole.lower() for word in _DELETING)
    return DESTROYS if deletes else OTHER


_READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        **dict.fromkeys(("rm", "unlink", "rmdir", "shred", "truncate", "srm", "tee"), _removing),
        **dict.fromkeys(("cp", "rsync"), _copying),
        "mv": _moving,
        "find": _finding,
        "dd": _dd,
        "tar": _tar,
        "sort": _sorting,
        "psql": _psql,
        "pg_restore": _pg_restore,
        "pg_ctl": _pg_ctl,
        "redis-cli": _redis,
        "manage.py": _manage,
        "django-admin": _manage,
    }
)
