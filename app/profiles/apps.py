"""The application's registration with Django."""

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    """Accounts and preferences."""

    name = "profiles"
    verbose_name = "Profiles"
