"""As whom a person reads: the numbers that rows list in ``readers``.

0 is everyone who has signed in, ``2 * user`` a person, ``2 * group + 1`` a group. So a person who
joins a group reads its documents at once, without any row being written.
"""

from typing import Final

from django.contrib.auth.models import AnonymousUser, Group, User

EVERYONE: Final = 0
_KEPT: Final = "_ledgerflow_principals"


def principals(user: User | AnonymousUser) -> list[int]:
    """Return the numbers of ``user``, sorted; none for somebody who has not signed in.

    Asked once per user object, that is once per request. A superuser has these too; selectors
    leave the filter out for them.
    """
    if not isinstance(user, User):
        return []
    kept: list[int] | None = getattr(user, _KEPT, None)
    if kept is None:
        groups = user.groups.values_list("pk", flat=True)
        kept = sorted((EVERYONE, of_user(user.pk), *map(of_group, groups)))
        setattr(user, _KEPT, kept)
    return list(kept)


def of_user(user_id: int) -> int:
    """Return the number of one person."""
    return 2 * user_id


def of_group(group_id: int) -> int:
    """Return the number of one group."""
    return 2 * group_id + 1


def readable_by(*, users: list[User], groups: list[Group], everyone: bool = False) -> list[int]:
    """Return what a row lists in ``readers`` so that these may read it, sorted."""
    numbers = {*(of_user(user.pk) for user in users), *(of_group(group.pk) for group in groups)}
    return sorted(numbers | {EVERYONE} if everyone else numbers)
