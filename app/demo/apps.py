"""The application's registration with Django; it has a command and no model."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Invented documents and transactions."""

    name = "demo"
    verbose_name = "Demonstration"
