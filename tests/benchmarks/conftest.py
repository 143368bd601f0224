"""Django in this process, once for all modules: each of them would start a server of its own."""

from app_database import *  # noqa: F403
