"""Django in this process, once for all modules: each module's own would start a server of its own."""

from app_database import *  # noqa: F403
