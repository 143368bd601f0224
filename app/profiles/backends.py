"""Signing in by name and password, with the profile read along."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


class ProfileBackend(ModelBackend):
    """Django's own, which saves every page a query."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session with the profile, or None when there is none any more."""
        user = User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
