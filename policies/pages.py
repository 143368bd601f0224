"""One page of documentation per rule, made from the catalogue: ``python -m policies.pages``."""

from pathlib import Path
from typing import Final

import click

from policies.catalogue import RULES, THEMES, Level, Rule, Sight

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "rules"
INDEX: Final = "README.md"
MADE: Final = "<!-- Made by `python -m policies.pages` from policies/catalogue; edit it there. -->"


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    return {INDEX: _index(), **{f"{rule.id}.md": _page(rule) for rule in RULES}}


def stale(folder: Path) -> list[str]:
    """Return the names of pages in ``folder`` that differ from what they should be."""
    wanted = {name: text.encode() for name, text in pages().items()}
    present = {path.name: path.read_bytes() for path in folder.glob("*.md")}
    names = sorted(wanted.keys() | present.keys())
    return [name for name in names if wanted.get(name) != present.get(name)]


def write(folder: Path) -> list[str]:
    """Write what differs, remove what belongs to no rule, and return the names of both."""
    wanted = pages()
    changed = stale(folder)
    for name in changed:
        if name in wanted:
            (folder / name).write_bytes(wanted[name].encode())
        else:
            (folder / name).unlink()
    return changed


def _page(rule: Rule) -> str:
    rows = [
        ("Applies to", rule.applies_to),
        ("Looks at", rule.sight.value),
        ("Level", _level(rule)),
        ("Enforced by", "; ".join(layer.value for layer in rule.layers)),
        ("Source", "; ".join(rule.sources)),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    exceptions = f"\n**Exceptions.** {rule.exceptions}\n" if rule.exceptions else ""
    return (
        f"{MADE}\n\n# {rule.id}: {rule.title}\n\n{rule.sentence}\n\n"
        f"**Why.** {rule.why}\n{exceptions}\n**What to do.** {rule.remedy}\n\n"
        f"| | |\n|---|---|\n{table}\n"
    )


def _level(rule: Rule) -> str:
    if rule.level is Level.MANDATORY:
        stops = rule.sight is not Sight.COMMAND
        return f"mandatory: a violation {'stops the deploy' if stops else 'is not carried out'}"
    return f"{rule.level.value}. {rule.reason}"


def _index() -> str:
    parts = [
        MADE,
        "# The rules",
        "What LedgerFlow refuses, and why: to deploy, to run as a command, to push. Each rule is "
        "stated once, and each of its layers enforces the same sentence.",
        "`make policy` holds every rule of the policy pack against a preview; `pulumi preview "
        "--policy-pack policies` does so as part of Pulumi. `ledger_docker --explain -- COMMAND` "
        "says what the rules make of a command, and runs nothing ([the guard](../guard.md)).",
        "A rule never shows a value, because policies see secrets in clear. A value that is not "
        "known before an update, such as the id of an image that is still to be pulled, is no "
        "violation in a preview; it does not make the rule advisory either: what is known is "
        "judged, and in the update Pulumi asks the same mandatory rule again, with the value, "
        "before it touches the resource. `make policy` lists what it could not look at.",
    ]
    for theme, rules in THEMES.items():
        lines = "\n".join(map(_row, rules))
        head = "| rule | what must be so | enforced by |\n|---|---|---|"
        parts.append(f"## {theme}\n\n{head}\n{lines}")
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    layers = ", ".join(layer.value for layer in rule.layers)
    return f"| [{rule.id}]({rule.id}.md) | {rule.sentence} | {layers} |"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a page is stale.")
def main(check: bool) -> int:
    """Write the pages of docs/rules."""
    changed = stale(FOLDER) if check else write(FOLDER)
    for name in changed:
        click.echo(f"{'stale' if check else 'written'}: docs/rules/{name}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    raise SystemExit(main.main(standalone_mode=False))
