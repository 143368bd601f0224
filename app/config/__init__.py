"""The Django project: environment, settings, addresses and servers."""
