"""Signing in by name and password, with the profile read along."""

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from profiles import sign_in_limits


class ProfileBackend(ModelBackend):
    """Django's own, which limits tries and saves every page a query.

    Every page with a password comes through here, Django's administration too.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **others: object,
    ) -> User | None:
        """Return who has this name and password, or None.

        Raises ``TooManySignInsError`` after too many tries, whatever the password.
        """
        if username is None or password is None:
            return None
        places = sign_in_limits.reserve(request, username)
        user = super().authenticate(request, username=username, password=password, **others)
        if not isinstance(user, User):
            return None
        sign_in_limits.give_back(places)
        return user

    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **others: object,
    ) -> User | None:
        """Do the same; Django's own would go past the limit."""
        return await sync_to_async(self.authenticate)(request, username, password, **others)

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session with the profile, or None when there is none any more."""
        user = User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
