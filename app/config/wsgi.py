"""The WSGI application that gunicorn and the development server run."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.environment import WEB_THREADS

# Only a server has threads that share connections; commands and workers open one each.
os.environ.setdefault("DATABASE_POOL_SIZE", str(WEB_THREADS + 2))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # loads all pages now, not at the first request of each worker
