"""Loads Django without any variable, database or cache."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django
import pytest
from django.conf import settings
from django.test import Client, override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.LOGGING_CONFIG = None
django.setup()


@pytest.fixture
def client() -> Iterator[Client]:
    """Return a client that reads static files from the source and caches in memory."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    middleware = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    storages = {**settings.STORAGES, **plain}
    with override_settings(STORAGES=storages, CACHES=memory, MIDDLEWARE=middleware):
        yield Client(headers={"host": "localhost"})


@pytest.fixture
def http_server():
    """Return a function that serves one fixed answer per path and returns the address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(answers: dict[str, tuple[int, str]]) -> tuple[str, int]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answers.get(self.path.split("?")[0], (404, ""))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return "127.0.0.1", server.server_port

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
