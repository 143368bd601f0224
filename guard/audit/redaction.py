"""Taking secrets out of a command line before anything writes or prints it.

What a secret looks like is a matter of names (``POSTGRES_PASSWORD=…``, ``--token …``), of places
(the password in a URL, ``-p`` of ``login``) and of shapes (a private key). In doubt more is taken
out. A secret of none of these kinds, a password that stands alone as a word, is not known as one.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from guard.records import dataclass

MASK: Final = "***"

_PATHS: Final = ("file", "path", "stdin", "cmd", "command", "dir", "name", "timeout")
"""What the name of a setting ends with that only tells where its secret is, or how it is read."""
_NAMED_SECRETS: Final = frozenset({"--secret"})
"""Options that sound secret and take the name of a secret, which is none."""
_LOGINS: Final = frozenset({"login", "sshpass", "mysql", "mysqldump", "mysqladmin", "mariadb"})
"""Programs and verbs whose ``-p`` is a password, joined or as the next word."""
_ASSIGNING: Final = frozenset({"-e", "--env", "--build-arg", "-l", "--label", "--env-add", "--opt"})
"""Options whose next word is one setting as a whole, spaces and all."""
_PARTS: Final = ("pass", "secret", "token", "key", "auth", "cred", "pwd")
"""One of these is in the name of every secret setting."""
_HINTS: Final = (
    *_PARTS,
    *("://", "cookie", "identified", "login", "mysql", "mariadb", "redis-cli", "curl"),
    *("swmtkn", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat", "glpat", "xox", "sk-"),
    *("pul-", "eyj", "begin"),
)
"""A command without any of these, in lower case, has nothing that is taken out here."""


@dataclass(frozen=True, repr=False)
class Arguments:
    """The words of a command; however they are printed, their secrets are not."""

    exposed: tuple[str, ...]
    """As they were given, for the program that they are meant for."""

    @property
    def redacted(self) -> tuple[str, ...]:
        """The same words without their secrets."""
        return tuple(redact(self.exposed))

    def __str__(self) -> str:
        """Return the words as a shell takes them, without their secrets."""
        import shlex  # noqa: PLC0415 - only when something is printed

        return shlex.join(self.redacted)

    def __repr__(self) -> str:
        """Return the words for a programmer, without their secrets."""
        return f"Arguments({list(self.redacted)!r})"


def redact(argv: Iterable[str]) -> list[str]:
    """Return the words of a command with :data:`MASK` in the place of secrets."""
    words = list(argv)
    text = " ".join(words).lower()
    if not any(hint in text for hint in _HINTS):
        return words
    before = ["", *words]
    return list(_by_place(_in_text(*pair) for pair in zip(words, before, strict=False)))


def _by_place(words: Iterable[str]) -> Iterator[str]:
    """Take out what the words before, or an option's name, make a secret."""
    programs: set[str] = set()
    hide = False
    for word in words:
        if hide:
            yield MASK
            hide = False
            continue
        programs.add(word.rpartition("/")[2])
        name, equals, _value = word.partition("=")
        hide = not equals and _takes_secret(word, programs)
        if equals and name.startswith("-") and _is_secret(name):
            yield f"{name}={MASK}"
        elif word.startswith("-p") and len(word) > 2 and programs & _LOGINS:
            yield f"-p{MASK}"
        elif any(space in word for space in " \t\n"):
            yield "".join(_in_script(word))
        else:
            yield word


def _in_script(script: str) -> Iterator[str]:
    """Look at the words of a script in the same way; the space between them is kept."""
    import re  # noqa: PLC0415 - only for a word with spaces

    pieces = re.findall(_WORD, script, re.DOTALL)
    redacted = _by_place(piece for piece in pieces if piece.strip() and piece != script)
    for piece in pieces:
        yield next(redacted) if piece.strip() and piece != script else piece


def _takes_secret(word: str, programs: set[str]) -> bool:
    """Tell whether the word after this option is a secret."""
    if word.startswith("--"):
        return word not in _NAMED_SECRETS and _is_secret(word)
    if word == "-p":
        return bool(programs & _LOGINS)
    if word == "-a":
        return "redis-cli" in programs
    return word == "-u" and "curl" in programs


def _is_secret(name: str) -> bool:
    folded = name.lower()
    if not any(
        part in folded for part in ("pass", "secret", "token", "key", "auth", "cred", "pwd")
    ):
        return False
    return not folded.endswith(_PATHS) and _patterns().name.search(name) is not None


def _in_text(word: str, before: str) -> str:
    """Take out what can be known as a secret from the text of one word; ``before`` is the last."""
    patterns = _patterns()
    assigned = patterns.assigned.match(word)
    if assigned and (assigned[1] or before in _ASSIGNING) and _is_secret(assigned[2]):
        return f"{assigned[0]}{MASK}"
    for pattern, kept in patterns.texts:
        word = pattern.sub(kept, word)
    return "".join(_settings(word))


def _settings(text: str) -> Iterator[str]:
    """Take out the values of settings with a secret name: ``NAME=value``, ``"name": "value"``."""
    patterns = _patterns()
    done = 0
    for setting in patterns.setting.finditer(text):
        if setting.start() < done or not _is_secret(setting[1]):
            continue
        quoted = patterns.quoted.match(text, setting.end()) if ":" in setting[2] else None
        value = quoted or patterns.value.match(text, setting.end())
        quote = quoted[0][0] if quoted else ""
        yield text[done : setting.end()] + quote + MASK + quote
        done = value.end() if value else setting.end()
    yield text[done:]


_WORD: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+|\s+|."""
_VALUE: Final = r"""(?:"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)|\\.|[^\s"'\\])+"""


@cache
def _patterns() -> "_Patterns":
    return _Patterns()


class _Patterns:
    """Regular expressions, made when the first word needs them: they cost milliseconds."""

    def __init__(self) -> None:
        import re  # noqa: PLC0415

        self.name = re.compile(
            r"(?i)pass(?:w|phrase|code|$|[_-])|pgpass|secret|token|credential|_pwd|pwd_"
            r"|(?:api|private|access|secret|signing|encryption|identity|session)[_-]?key"
            r"|auth(?!or)|requirepass"
        )
        self.assigned = re.compile(r"(-[el]|--[\w-]+=)?([\w.\-]+)=")
        self.setting = re.compile(r"""([\w.\-]+)(["']?\s*=\s*|["']\s*:\s*|:\s+)""")
        self.value = re.compile(_VALUE, re.DOTALL)
        self.quoted = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
        self.texts = (
            (re.compile(r"(://[^\s:/@]*:)\S*@"), rf"\1{MASK}@"),
            (re.compile(r"((?:https?|git)://)[^\s:/@]+@"), rf"\1{MASK}@"),
            (
                re.compile(r"(?i)\b((?:proxy-)?authorization|cookie)(\s*:\s*)[^\"'\n]+"),
                rf"\1\2{MASK}",
            ),
            (
                re.compile(
                    r"(?i)\b(password|identified\s+by)(\s+)(?:E?'(?:[^']|'')*'?|\$\$.*?\$\$)",
                    re.DOTALL,
                ),
                rf"\1\2'{MASK}'",
            ),
            (
                re.compile(
                    r"\b(AGE-SECRET-KEY-1|SWMTKN-|gh[pousr]_|github_pat_|glpat-|xox[abpr]-|sk-"
                    r"|pul-|eyJ)[\w\-.]{8,}"
                ),
                rf"\1{MASK}",
            ),
            (
                re.compile(
                    r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:-----END[^-]*-----|$)", re.DOTALL
                ),
                rf"\1{MASK}",
            ),
        )
