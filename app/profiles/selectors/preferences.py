"""What a person prefers."""

from django.contrib.auth.models import AnonymousUser, User

from profiles.models import Profile


def profile_of(user: User | AnonymousUser) -> Profile:
    """Return the profile of ``user``, or an unsaved one with the defaults.

    ``ProfileBackend`` reads it with the user, so that this asks nothing.
    """
    if not isinstance(user, User):
        return Profile()
    try:
        return user.profile
    except Profile.DoesNotExist:
        return Profile(user=user)


def page_size_of(user: User | AnonymousUser) -> int:
    """Return how many rows a person wants on a page."""
    return profile_of(user).page_size
