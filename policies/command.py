"""``python -m policies``: all rules over a preview or a stored state, without Docker."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from policies.catalogue import Layer, enforced_by
from policies.judge import Violation, judge, stops
from policies.preview import PreviewError, preview
from policies.states import StateError, resources_of_preview, resources_of_state
from policies.surroundings import surroundings
from policies.unseen import summary, unseen
from policies.view import Resource

REPOSITORY = Path(__file__).resolve().parents[1]
EXIT_VIOLATIONS = 1
EXIT_UNUSABLE = 2


@click.command()
@click.option("--stack", help="The stack to preview from nothing (Pulumi.<stack>.yaml).")
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="A state to look at instead: what `pulumi stack export` wrote; - for standard input.",
)
@click.option("--environment", help="The environment, when it is not the one of the stack.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def policy(stack: str | None, state: Path | None, environment: str | None, as_json: bool) -> int:
    """Hold every rule against a preview or a state.

    Exit code 0: no violation; 1: violations; 2: there was nothing usable to look at.
    """
    if (stack is None) == (state is None):
        raise click.UsageError("give either --stack or --state")
    try:
        resources = _previewed(stack) if stack else _stored(state or Path("-"))
    except PreviewError as error:
        return _unusable(str(error), error.remedy)
    except StateError as error:
        return _unusable(str(error), "give the file that `pulumi stack export --file` writes")
    found = judge(
        resources, surroundings(REPOSITORY, environment=environment, previewing=bool(stack))
    )
    click.echo(_json(resources, found) if as_json else _report(resources, found))
    return EXIT_VIOLATIONS if any(map(stops, found)) else 0


def _previewed(stack: str) -> list[Resource]:
    return resources_of_preview(preview(REPOSITORY, stack))


def _stored(path: Path) -> list[Resource]:
    try:
        with click.open_file(str(path), "rb") as file:
            document = json.load(file)
    except OSError as error:
        raise StateError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise StateError(f"{path} is not JSON") from None
    return resources_of_state(document)


def _report(resources: list[Resource], found: list[Violation]) -> str:
    stopping = sum(map(stops, found))
    noun = "violation" if stopping == 1 else "violations"
    asked = len(enforced_by(Layer.POLICY))
    total = f"{stopping} {noun} of {asked} rules in {len(resources)} resources"
    left_out = unseen(resources)
    notes = [summary(left_out)] if left_out else []
    return "\n".join([*(f"[{v.level}] {v}" for v in found), *notes, total])


def _json(resources: list[Resource], found: list[Violation]) -> str:
    document = {
        "rules": len(enforced_by(Layer.POLICY)),
        "resources": len(resources),
        "violations": [violation.data() for violation in found],
        "unseen": [asdict(one) for one in unseen(resources)],
    }
    return json.dumps(document, indent=2)


def _unusable(what: str, remedy: str) -> int:
    click.echo(f"error: {what}\n  -> {remedy}", err=True)
    return EXIT_UNUSABLE


def main() -> int:
    """Run the command and return its exit code."""
    try:
        return int(policy.main(prog_name="python -m policies", standalone_mode=False) or 0)
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130


if __name__ == "__main__":
    sys.exit(main())
