"""Models of the profiles."""

from profiles.models.profile import DateFormat, Profile

__all__ = ["DateFormat", "Profile"]
