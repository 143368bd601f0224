"""What single programs do: the table of those that destroy, and of those that only look."""

import getopt
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from guard.rules.inside import sql
from guard.rules.inside.finding import DESTROYS, HARMLESS, OTHER, Finding
from guard.rules.inside.shell import Program, programs
from guard.rules.inside.targets import Targets, operands

Reader = Callable[[Program, Targets], Finding]

_LOOKING: Final = frozenset(
    {":", "[", "basename", "cat", "cd", "cmp", "cut", "date", "df", "diff", "dirname", "du", "echo",
     "exit", "export", "false", "file", "for", "free", "getent", "grep", "groups", "head",
     "hostname", "id", "less", "locale", "ls", "lsof", "md5sum", "more", "mount", "nproc", "od",
     "pg_config", "pg_controldata", "pg_isready", "pg_waldump", "pgrep", "printenv", "printf", "ps",
     "pwd", "read", "readlink", "realpath", "set", "sha256sum", "sleep", "ss", "stat", "strings",
     "tail", "test", "top", "tr", "true", "type", "uname", "unset", "uptime", "wait", "wc",
     "which", "whoami", "pg_dump", "pg_dumpall", "env", "ledgerflow-backup", "netstat", "umask"}
)  # fmt: skip
_QUIET: Final = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"})
_ENDING: Final = frozenset({"dropdb", "pg_resetwal", "initdb", "wipefs", "blkdiscard", "mke2fs"})
_CODE: Final = re.compile(r"(python|perl|ruby|node|php|lua)[0-9.]*")
_DELETING: Final = ("rmtree", "unlink", "rmdir", "remove", "truncate", "rename", "drop ", "rm -")
_KEYS: Final = frozenset({"FLUSHALL", "FLUSHDB", "SWAPDB"})
_ASKING: Final = frozenset(
    {"PING", "INFO", "GET", "MGET", "EXISTS", "TTL", "TYPE", "DBSIZE", "SCAN", "KEYS", "LLEN",
     "STRLEN", "TIME", "LASTSAVE", "MEMORY", "SLOWLOG", "CLIENT", "ROLE"}
)  # fmt: skip
_ENDING_MANAGE: Final = frozenset({"flush", "reset_db"})
_FINDING: Final = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_WRITING_FOUND: Final = ("-fprint", "-fls")
_PSQL_SHORT: Final = "ac:d:ef:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz01?bAE"
_PSQL_LONG: Final = [
    "echo-all", "command=", "dbname=", "echo-queries", "echo-errors", "echo-hidden", "file=",
    "field-separator=", "host=", "html", "list", "log-file=", "no-readline", "output=", "port=",
    "pset=", "quiet", "record-separator=", "single-step", "single-line", "tuples-only",
    "table-attr=", "username=", "set=", "variable=", "version", "no-password", "password",
    "expanded", "no-psqlrc", "field-separator-zero", "record-separator-zero",
    "single-transaction", "no-align", "csv", "help",
]  # fmt: skip


def judge(program: Program, targets: Targets) -> Finding:
    """Return the worst that the program does by itself and by where its output goes."""
    if any(path not in _QUIET for path in program.writes):
        hit = any(targets.hit_by(path, recursive=False) for path in program.writes)
        return DESTROYS if hit else max(OTHER, _by_itself(program, targets))
    return _by_itself(program, targets)


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
    if name in ("manage.py", "django-admin"):
        return _manage(program.words[1:])
    return HARMLESS if name in _LOOKING else OTHER


def _removing(program: Program, targets: Targets) -> Finding:
    """Of ``rm``, ``shred`` and the like: what they are given."""
    options = [word for word in program.words[1:] if word.startswith("-")]
    recursive = any(
        word in ("--recursive",) or (not word.startswith("--") and {"r", "R"} & set(word))
        for word in options
    )
    found = operands(program.words)
    return DESTROYS if any(targets.hit_by(w, recursive=recursive) for w in found) else OTHER


def _moving(program: Program, targets: Targets) -> Finding:
    found = operands(program.words)
    return DESTROYS if any(targets.hit_by(word, recursive=True) for word in found) else OTHER


def _finding(program: Program, targets: Targets) -> Finding:
    words = program.words
    starts = []
    for word in words[1:]:
        if word.startswith(("-", "(", "!")):
            break
        starts.append(word)
    deletes = "-delete" in words
    acts = [place for place, word in enumerate(words) if word in _FINDING]
    if not deletes and not acts:
        return OTHER if any(word.startswith(_WRITING_FOUND) for word in words) else HARMLESS
    hit = any(targets.hit_by(start, recursive=True) for start in starts or ["."])
    if deletes:
        return DESTROYS if hit else OTHER
    return max(
        judge_all(programs(_acting(words[place + 1 :])), targets if hit else Targets(()))
        for place in acts
    )


def _acting(words: Sequence[str]) -> list[str]:
    """Return the command that ``find`` runs, with the files that it finds as an unknown word."""
    end = next((n for n, word in enumerate(words) if word in (";", "+")), len(words))
    return ["$" if "{}" in word else word for word in words[:end]]


def _dd(program: Program, targets: Targets) -> Finding:
    outputs = [w.partition("=")[2] for w in program.words[1:] if w.startswith("of=")]
    disk = any(path.startswith("/dev/") and path not in _QUIET for path in outputs)
    hit = disk or any(targets.hit_by(path, recursive=False) for path in outputs)
    return DESTROYS if hit else OTHER


def _psql(program: Program, targets: Targets) -> Finding:
    try:
        options, _ = getopt.gnu_getopt(list(program.words[1:]), _PSQL_SHORT, _PSQL_LONG)
    except getopt.GetoptError:
        return OTHER
    if any(name in ("-l", "--list", "-V", "--version", "-?", "--help") for name, _ in options):
        return HARMLESS
    scripts = [value for name, value in options if name in ("-c", "--command")]
    files = [value for name, value in options if name in ("-f", "--file")]
    if program.given is not None and (not (scripts or files) or "-" in files):
        scripts.append(program.given)
        files = [file for file in files if file != "-"]
    worst = max((_sql(script, targets) for script in scripts), default=OTHER)
    unsure = files or program.unsure or program.live or _writes_out(options)
    return max(worst, OTHER) if unsure else worst


def _sql(script: str, targets: Targets) -> Finding:
    worst = sql.judge(script)
    for line in script.splitlines():
        if line.lstrip().startswith("\\!"):
            shell = ["sh", "-c", line.lstrip()[2:]]
            worst = max(worst, judge_all(programs(shell), targets))
    return worst


def _writes_out(options: list[tuple[str, str]]) -> bool:
    return any(name in ("-o", "--output", "-L", "--log-file") for name, _ in options)


def _pg_restore(program: Program, targets: Targets) -> Finding:
    cleans = any(
        w == "--clean" or (re.fullmatch(r"-[a-zA-Z]*c[a-zA-Z]*", w)) for w in program.words
    )
    return DESTROYS if cleans else OTHER


def _pg_ctl(program: Program, targets: Targets) -> Finding:
    asked = {"init", "initdb"} & set(program.words)
    return DESTROYS if asked else HARMLESS if "status" in program.words else OTHER


def _redis(program: Program, targets: Targets) -> Finding:
    words = [word.upper() for word in program.words[1:]]
    if _KEYS & set(words):
        return DESTROYS
    return HARMLESS if _ASKING & set(words) else OTHER


def _caddy(program: Program, targets: Targets) -> Finding:
    asked = program.words[1:2]
    return HARMLESS if asked and asked[0] in ("validate", "version", "adapt", "fmt") else OTHER


def _sorting(program: Program, targets: Targets) -> Finding:
    return OTHER if any(word.startswith(("-o", "--output")) for word in program.words) else HARMLESS


def _code(program: Program, targets: Targets) -> Finding:
    words = program.words[1:]
    for place, word in enumerate(words):
        if word.rpartition("/")[2] == "manage.py":
            return _manage(words[place + 1 :])
        if word == "-m" and words[place + 1 : place + 2] == ("django",):
            return _manage(words[place + 2 :])
        if word == "/app/healthcheck.py" and place == 0:
            return HARMLESS
    whole = " ".join((*words, program.given or "")).lower()
    if targets.mentioned(whole) and any(word in whole for word in _DELETING):
        return DESTROYS
    return HARMLESS if words in (("--version",), ("-V",)) else OTHER


def _manage(words: tuple[str, ...]) -> Finding:
    """Of ``manage.py``: its own lock judges the rest (LF060, LF061)."""
    command = next((word for word in words if not word.startswith("-")), "")
    return DESTROYS if command in _ENDING_MANAGE else HARMLESS


def judge_all(found: list[Program], targets: Targets) -> Finding:
    """Return the worst that programs do one after the other."""
    worst = HARMLESS
    for program in found:
        worst = max(worst, judge(program, targets))
        if program.name in ("cd", "pushd") and len(program.words) > 1:
            targets = targets.entered(program.words[1])
    return worst


_READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        **dict.fromkeys(("rm", "unlink", "rmdir", "shred", "truncate", "srm", "tee"), _removing),
        "mv": _moving,
        "find": _finding,
        "dd": _dd,
        "psql": _psql,
        "pg_restore": _pg_restore,
        "pg_ctl": _pg_ctl,
        "redis-cli": _redis,
        "caddy": _caddy,
        "sort": _sorting,
    }
)
