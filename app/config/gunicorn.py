"""How gunicorn serves the application: ``gunicorn --config python:config.gunicorn``.

Every name below is a setting of gunicorn's, see its manual under "Settings".
"""

import os
import sys

from config.environment import WEB_THREADS, InvalidEnvironmentError, read_environment
from config.logs import logging_settings
from config.startup import obstacles

try:
    environment = read_environment(os.environ)
except InvalidEnvironmentError as error:
    sys.exit(str(error))  # one message here instead of a traceback from every worker
if found := obstacles(environment):
    sys.exit("\n".join(("LedgerFlow cannot start:", *(f"  {each}" for each in found))))

wsgi_app = "config.wsgi:application"
preload_app = True
"""Loaded once and shared by the workers. Nothing connects anywhere before they part."""
bind = ["0.0.0.0:8000"]
worker_class = "gthread"
workers = environment.web_workers
threads = WEB_THREADS
timeout = 60
graceful_timeout = 25
"""Seconds for requests that run when the server is told to stop; the container gets 30."""
keepalive = 130
"""Longer than the two minutes the reverse proxy keeps idle connections, so that it closes first."""
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108  # nosec B108 - memory; the root may be read-only
control_socket_disable = True
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s bytes %(M)s ms %({x-request-id}o)s'
logconfig_dict = {
    **logging_settings("json"),
    "loggers": {
        name: {"handlers": ["stdout"], "level": "INFO", "propagate": False}
        for name in ("gunicorn.error", "gunicorn.access")
    },
}
