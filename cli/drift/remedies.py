"""For each difference the command, or the procedure, that brings the resource back."""

from cli.drift.difference import Case, Kind
from infra import conventions


def remedy(environment: str, kind: Kind, name: str, case: Case, field: str) -> str:
    """Return one line for a person."""
    if kind is Kind.VOLUME:
        return _volume(environment, name, case, field)
    if case is Case.STRANGER:
        return f"make reconcile ENV={environment} disconnects it"
    if case is Case.UNEXPECTED:
        return f"make reconcile ENV={environment} removes it"
    return f"make reconcile ENV={environment}"


def is_protected(environment: str, volume: str) -> bool:
    """Tell whether the volume of this name holds what people entrusted to LedgerFlow."""
    kinds = conventions.PROTECTED_VOLUMES
    return volume in {conventions.volume_name(environment, kind) for kind in kinds}


def _volume(environment: str, name: str, case: Case, field: str) -> str:
    if case is Case.UNEXPECTED:
        return f"look at what it holds; ledger_docker volume rm {name} is for you to type"
    if is_protected(environment, name):
        kind = name.removeprefix(conventions.volume_name(environment, ""))
        return (
            f"make volume-recreate ENV={environment} VOLUME={kind} "
            "(docs/runbooks/recreating-a-volume.md)"
        )
    if case is Case.MISSING:
        return f"make reconcile ENV={environment}"
    return f"Docker cannot change the {field}: make down, ledger_docker volume rm {name}, make up"
