"""LF035: a fresh, proven backup before production changes."""

from collections.abc import Iterator, Sequence

from policies import identity
from policies.rules.volumes import is_data_volume
from policies.view import VOLUME, Finding, Resource, Surroundings


def fresh_backup(
    resources: Sequence[Resource], around: Surroundings
) -> Iterator[tuple[Resource, Finding]]:
    """LF035, asked in a preview: a stored state is no change, the end of an update is too late.

    The first deploy is the exception: there is nothing yet that a backup could hold.
    """
    volumes = [r for r in resources if r.type == VOLUME and is_data_volume(r)]
    guarded = [volume for volume in volumes if identity.is_production(volume, around)]
    if not guarded or not around.previewing:
        return
    first = min(guarded, key=lambda volume: volume.name)
    if not any(volume.exists for volume in guarded):
        note = "no backup is asked for: this is the first deploy, there is no data yet"
        yield first, Finding("", note, advisory=True)
        return
    answer = around.backup(identity.own_environment(first, around))
    if not answer.fresh:
        yield first, Finding("", answer.reason)
