"""Runs Django's commands: ``python manage.py help`` lists them."""

import os
import sys

from config.environment import InvalidEnvironmentError
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command of the command line; exits with one line per mistake of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except InvalidEnvironmentError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
