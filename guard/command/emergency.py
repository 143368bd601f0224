"""``ledger_docker emergency``: a refused command, once, by a phrase that is bound to it."""

import os
import sys
from collections.abc import Callable, Sequence

from guard.audit.place import REPOSITORY
from guard.command import codes, daemon, running
from guard.command.deciding import Case
from guard.command.options import UsageError
from guard.command.session import Session, say
from guard.decision import Verdict
from guard.emergency import grants, requests
from guard.emergency.phrase import Matter
from guard.emergency.requests import PhraseError
from guard.records import dataclass, replace
from guard.world import Volume, World
from infra.conventions import (
    CONTAINER_PREFIX,
    LABEL_ENVIRONMENT,
    LABEL_PROTECT,
    PROTECTED,
    is_environment,
)

BANNER = "!" * 72


@dataclass(frozen=True)
class _Words:
    """The words of the verb: what is asked for, and the docker command."""

    request: bool
    phrase: str | None
    command: tuple[str, ...]


def emergency(session: Session, words: Sequence[str]) -> int:
    """Run a command that the rules refuse, or ask for the phrase that lets it run.

    Whatever the command, every environment that it endangers has a proven backup first; there is
    no way around that. Raises UsageError.
    """
    wanted = _parse(words)
    session = replace(session, options=replace(session.options, words=wanted.command))
    case, stop = running.judged(session)
    if case.decision.verdict is Verdict.ALLOW or case.world is None:
        say("this needs no emergency: the rules allow it")
        return running.run(session)
    if stop is not None:
        raise UsageError("an emergency deletes what it names: volume rm NAME, not compose down -v")
    missing = _unproven(case, case.world)
    if wanted.phrase is None:
        for name in missing:
            say(f"{name} has no fresh proven backup: one is made first")
            code = _make_backup(session, name)
            if code != 0:
                return _refuse(session, case, {name: f"its backup failed with exit code {code}"})
        if missing:
            case, _ = running.judged(session)  # anew: a backup takes its time
            if case.decision.verdict is Verdict.ALLOW:
                say("with this backup it needs no emergency any more: run the command itself")
                return codes.DONE
    return _agreed(session, case, case.world or daemon.unasked("it was not asked"), wanted)


def _agreed(session: Session, case: Case, world: World, wanted: _Words) -> int:
    """Ask for the phrase, or take it, and run the command; only with a proof."""
    missing = _unproven(case, world)
    if missing:
        return _refuse(session, case, missing)
    matter = Matter(
        session.arguments,
        str(session.directory),
        session.address(case.reading),
        case.decision.rule or "",
        _endangered(case, world),
        case.decision.volumes,
    )
    try:
        if wanted.phrase is not None:
            requests.use(session.log, matter, wanted.phrase, session.clock())
        else:
            _tell(case, matter, world)
            phrase = requests.ask(session.log, matter, session.clock())
            if wanted.request:
                print(phrase)
                return codes.DONE
            requests.use(session.log, matter, _typed(phrase), session.clock())
    except PhraseError as error:
        say(f"refused: the phrase does not count: {error}", "instead: ask for one anew (--request)")
        entry = running.entry_of(session, case.decision, "wrong phrase", exit_code=codes.REFUSED)
        session.try_to_write(entry)
        return codes.REFUSED
    return _run(session, case, matter, world)


def _run(session: Session, case: Case, matter: Matter, world: World) -> int:
    """Run the command with grants for the daemon's plugin, recorded and said loudly."""
    backups = [world.proof(name).backup or "" for name in matter.environments]
    decision = replace(case.decision, backups=tuple(backups))
    say(BANNER, f"EMERGENCY: docker {session.arguments}", f"by {decision.rule}: {decision.what}")
    say(f"proven backups: {', '.join(backups) or 'none is concerned'}", BANNER)
    given = []
    if session.fake is None and os.geteuid() == 0:
        given = grants.give(session.log, case.reading.effects, session.clock())
    try:
        return running.execute(session, replace(case, decision=decision), phase="emergency")
    finally:
        grants.withdraw(given)


def _make_backup(session: Session, environment: str) -> int:
    words = ["backup", f"ENV={environment}", "KIND=full", "EMERGENCY=1"]
    if session.fake is not None:
        say(f"would run: make {' '.join(words)}")
        session.fake.back_up(environment)
        return 0
    import subprocess  # noqa: PLC0415

    words = ["make", "-C", str(REPOSITORY), *words]
    return subprocess.run(words, stdout=sys.stderr).returncode


def _endangered(case: Case, world: World) -> tuple[str, ...]:
    """Return the environments whose backup is asked for.

    Those that the rules name, and those of the protected volumes that are touched. When there are
    none (the plugin itself, an unknown command), all of which the daemon has protected volumes.
    Raises WorldError.
    """
    named = set(case.decision.environments)
    touched = (world.volume(name) for name in case.decision.volumes)
    named |= {_environment(volume) for volume in touched if volume}
    if not named:
        named = {
            _environment(v) for v in world.volumes() if v.labels.get(LABEL_PROTECT) == PROTECTED
        }
    return tuple(sorted(named - {""}))


def _environment(volume: Volume) -> str:
    """Return the environment of a volume, "" for none."""
    start, _, rest = volume.name.partition("_")
    named = rest.partition("_")[0] if start == CONTAINER_PREFIX else ""
    labelled = volume.labels.get(LABEL_ENVIRONMENT, named)
    return labelled if is_environment(labelled) else ""


def _unproven(case: Case, world: World) -> dict[str, str]:
    """Return the environments without a backup that counts, each with the reason.

    A protected volume of no environment is in no backup: for it there is no emergency.
    """
    touched = (world.volume(name) for name in case.decision.volumes)
    stray = [volume.name for volume in touched if volume and not _environment(volume)]
    if stray:
        raise UsageError(f"{stray[0]} belongs to no environment, so no backup has what it holds")
    proofs = {name: world.proof(name) for name in _endangered(case, world)}
    return {name: proof.reason for name, proof in proofs.items() if not proof.verified}


def _refuse(session: Session, case: Case, missing: dict[str, str]) -> int:
    session.try_to_write(
        running.entry_of(session, case.decision, "refused", exit_code=codes.REFUSED)
    )
    for name, reason in missing.items():
        say(f"refused: no emergency goes without a proven backup of {name}: {reason}")
    ways = " && ".join(f"make backup ENV={name} KIND=full EMERGENCY=1" for name in missing)
    say(f"instead: {ways}")
    return codes.REFUSED


def _tell(case: Case, matter: Matter, world: World) -> None:
    """Say what would be lost."""
    say(f"docker {matter.arguments}", f"is refused by {case.decision.rule}: {case.decision.what}")
    if matter.volumes:
        say(f"protected volumes in danger: {', '.join(matter.volumes)}")
    for name in matter.environments:
        say(f"{name} as it is now would be lost; what is kept: {world.proof(name).reason}")


def _typed(phrase: str) -> str:
    say(f"to do it all the same, type: {phrase}")
    print("> ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _parse(words: Sequence[str]) -> _Words:
    if "--" not in words:
        raise UsageError("ledger_docker emergency needs -- before the docker command")
    divider = list(words).index("--")
    own, command = list(words[:divider]), tuple(words[divider + 1 :])
    request, phrase = False, None
    while own:
        name, equals, value = own.pop(0).partition("=")
        if name == "--request" and not equals:
            request = True
        elif name == "--phrase" and (equals or own):
            phrase = value if equals else own.pop(0)
        else:
            raise UsageError(f"ledger_docker emergency does not know {name}")
    if not command or (request and phrase is not None):
        raise UsageError("ledger_docker emergency [--request | --phrase PHRASE] -- DOCKER-COMMAND")
    if not request and phrase is None and not _is_terminal():
        raise UsageError(
            "without a terminal an emergency takes two steps: --request prints a phrase, and "
            f"--phrase PHRASE within {requests.SECONDS // 60} minutes runs the command"
        )
    return _Words(request, phrase, command)


_is_terminal: Callable[[], bool] = sys.stdin.isatty
