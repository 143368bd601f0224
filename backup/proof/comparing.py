"""Compares what was restored with what the manifest says, and names every difference."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from backup.contents import Contents, Role, SequenceState
from backup.manifest import Comparison

LISTED: Final = 100
"""Differences of one subject that are listed; the rest is counted."""

Value = TypeVar("Value")


def compare(expected: Contents, found: Contents, *, whole_cluster: bool = True) -> list[Comparison]:
    """Compare everything the manifest knows with what a restored database holds.

    Without `whole_cluster`, as in a restore into a cluster that has a life of its own, roles may
    be more than expected and have other attributes.
    """
    return [
        _mapping("rows of tables", expected.tables, found.tables, _numbers),
        _mapping("contents of tables", expected.digests, _known(found, expected), _contents),
        _mapping("large objects", _large(expected), _large(found), _numbers),
        _sequences(expected.sequences, found.sequences),
        _mapping("extensions", expected.extensions, found.extensions, _extension),
        _roles(expected.roles, found.roles, exact=whole_cluster),
        _mapping("database", _properties(expected), _properties(found), _values),
        _mapping("schema", expected.objects, found.objects, _definitions),
    ]


def differences(comparisons: Iterable[Comparison]) -> list[str]:
    """Return all differences that were found, each with its subject."""
    return [f"{c.subject}: {words}" for c in comparisons for words in c.differences]


def _mapping(
    subject: str,
    expected: Mapping[str, Value],
    found: Mapping[str, Value],
    describe: Callable[[Value, Value], str],
) -> Comparison:
    words = [f"{name} is missing" for name in expected if name not in found]
    words += [f"{name} is there and should not be" for name in found if name not in expected]
    words += [
        f"{name}: {describe(value, found[name])}"
        for name, value in expected.items()
        if name in found and found[name] != value
    ]
    return _comparison(subject, len(expected), words)


def _comparison(subject: str, compared: int, words: list[str]) -> Comparison:
    listed = words[:LISTED]
    if len(words) > LISTED:
        listed.append(f"and {len(words) - LISTED} more")
    return Comparison(subject=subject, compared=compared, differences=tuple(listed))


def _sequences(
    expected: Mapping[str, SequenceState], found: Mapping[str, SequenceState]
) -> Comparison:
    words = [f"{name} is missing" for name in expected if name not in found]
    words += [f"{name} is there and should not be" for name in found if name not in expected]
    words += [
        f"{name}: stands at {_stand(found[name])}, expected {_stand(state)}"
        for name, state in expected.items()
        if name in found and not state.allows(found[name])
    ]
    return _comparison("sequences", len(expected), words)


def _roles(expected: Mapping[str, Role], found: Mapping[str, Role], *, exact: bool) -> Comparison:
    if not exact:
        words = [f"{name} is missing" for name in expected if name not in found]
        return _comparison("roles", len(expected), words)
    return _mapping("roles", expected, found, _values)


def _known(found: Contents, expected: Contents) -> dict[str, str]:
    """Digests that were found, of what is expected to have one."""
    return {name: value for name, value in found.digests.items() if name in expected.digests}


def _large(contents: Contents) -> dict[str, int]:
    return {"all": contents.large_objects}


def _properties(contents: Contents) -> dict[str, object]:
    return contents.database.model_dump(exclude={"superuser"})


def _stand(state: SequenceState) -> str:
    stand = f"{state.last_value}{'' if state.is_called else ', not used'}"
    if state.later is None:
        return stand
    return f"{stand} to {state.later[0]}"


def _numbers(expected: int, found: int) -> str:
    return f"{found} found, {expected} expected"


def _contents(expected: str, found: str) -> str:
    return "its rows differ"


def _definitions(expected: str, found: str) -> str:
    return "its definition differs"


def _extension(expected: object, found: object) -> str:
    return f"{found} found, {expected} expected"


def _values(expected: object, found: object) -> str:
    return f"{found} found, {expected} expected"
