"""Secrets in git's history: every version of every file, of every branch and tag.

What is looked for has a shape of its own (private keys, tokens of known issuers), by the patterns
of detect-secrets and one for age's keys. Passwords that look like any word are not found this way;
what guards against those is that no secret of LedgerFlow's is in a file that git sees.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from guard.git.repository import GitError, Repository
from guard.security.model import Looking, Section

TITLE: Final = "Secrets in git history"
DETECTORS: Final = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)
AGE_KEY: Final = "AGE-SECRET-KEY-1"
AGE_KEY_CHARACTERS: Final = 74
"""Of an identity in its text form (age's format: Bech32 of 32 bytes)."""
MOST_BYTES: Final = 1024 * 1024
"""A larger file is no text that people write; it is named, and not searched."""
TESTS: Final = "tests/"
"""What stands only there was made up to be found."""
FILES: Final = ("100644", "100755")
"""Git's modes of files; the others are links and other repositories."""
Detect = Callable[[str], Iterable[str]]
"""From a line to the kinds of secrets in it."""


@dataclass(frozen=True)
class Version:
    """One content that files had."""

    blob: str
    paths: tuple[str, ...]
    """All that it ever lay at, in order."""

    @property
    def made_up(self) -> bool:
        """Whether it never lay anywhere but among the tests."""
        return all(path.startswith(TESTS) for path in self.paths)


def search(repository: Repository, detect: Detect | None = None) -> Section:
    """Search all of the history; a shallow clone is searched as far as it goes, and says so."""
    looking, detect = Looking(TITLE), detect or detector()
    try:
        if repository.ask("rev-parse", "--is-shallow-repository") == "true":
            looking.unknown.append("the clone is shallow: git fetch --unshallow")
        found = versions(repository)
        large: list[str] = []
        tests: set[str] = set()
        for version, text in contents(repository.folder, found):
            if text is None:
                large.append(version.paths[0])
                continue
            kinds = sorted({kind for line in text.splitlines() for kind in detect(line)})
            if kinds and version.made_up:
                tests.update(version.paths)
            elif kinds:
                where = f"{', '.join(version.paths)} (blob {version.blob[:12]})"
                way = "make the secret worthless first: renew it; then rewrite the history"
                looking.find(where, f"it looks like a secret: {', '.join(kinds)}", way)
    except GitError as error:
        looking.unknown.append(str(error))
        return looking.section()
    looking.facts.append(f"{len(found)} versions of files searched")
    if tests:
        looking.facts.append(f"made up, in tests: {', '.join(sorted(tests))}")
    if large:
        looking.facts.append(f"too large to search: {', '.join(sorted(set(large)))}")
    return looking.section()


def versions(repository: Repository) -> list[Version]:
    """Return every content that any file had in any commit that a ref reaches."""
    command = ("log", "--all", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=")
    words = iter(repository.ask(*command).split("\0"))
    found: dict[str, set[str]] = {}
    for described in words:
        if described.lstrip("\n").startswith(":"):
            _, mode, _, blob, _ = described.lstrip("\n:").split()
            path = next(words)
            if mode in FILES:
                found.setdefault(blob, set()).add(path)
    return [Version(blob, tuple(sorted(paths))) for blob, paths in found.items()]


def contents(folder: Path, found: list[Version]) -> Iterator[tuple[Version, str | None]]:
    """Yield the text of each version; None for one that is too large."""
    command = ["git", "cat-file", "--batch-check", "--buffer"]
    names = "".join(f"{version.blob}\n" for version in found)
    checked = subprocess.run(command, cwd=folder, input=names, capture_output=True, text=True)
    sizes = [int(line.split()[2]) for line in checked.stdout.splitlines()]
    yield from ((v, None) for v, size in zip(found, sizes, strict=True) if size > MOST_BYTES)
    small = [(v, size) for v, size in zip(found, sizes, strict=True) if size <= MOST_BYTES]
    for start in range(0, len(small), 500):
        yield from _texts(folder, small[start : start + 500])


def _texts(folder: Path, wanted: list[tuple[Version, int]]) -> Iterator[tuple[Version, str]]:
    names = "".join(f"{version.blob}\n" for version, _ in wanted).encode()
    command = ["git", "cat-file", "--batch"]
    output = subprocess.run(command, cwd=folder, input=names, capture_output=True).stdout
    position = 0
    for version, size in wanted:
        start = output.index(b"\n", position) + 1
        yield version, output[start : start + size].decode(errors="replace")
        position = start + size + 1


def detector() -> Detect:
    """Return what tells the kinds of secrets in a line."""
    from detect_secrets.core.plugins.util import (  # noqa: PLC0415 - of the audit alone
        get_mapping_from_secret_type_to_class,
    )

    kinds: dict[str, Any] = get_mapping_from_secret_type_to_class()
    known = {kind.__name__: kind() for kind in kinds.values()}
    plugins = [known[name] for name in DETECTORS]

    def detect(line: str) -> Iterator[str]:
        if _is_age_key(line):
            yield "age identity"
        for plugin in plugins:
            if any(True for _ in plugin.analyze_string(line)):
                yield plugin.secret_type

    return detect


def _is_age_key(line: str) -> bool:
    start = line.find(AGE_KEY)
    word = line[start : start + AGE_KEY_CHARACTERS] if start >= 0 else ""
    return len(word) == AGE_KEY_CHARACTERS and word.replace("-", "").isalnum()
