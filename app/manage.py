"""Runs Django's commands: ``python manage.py help`` lists them."""

import os
import sys
from collections.abc import Sequence
from typing import Final

from config.environment import LIVE, InvalidEnvironmentError
from django.core.management import execute_from_command_line

SETTINGS: Final = "config.settings"
OTHER_SETTINGS: Final = (
    "refused by LF060: other settings take the place of {environment}'s own, and its locks with "
    "them\n  -> run it without --settings, --pythonpath and DJANGO_SETTINGS_MODULE"
)
"""Said here, because with other settings nothing of the application is loaded."""


def main() -> None:
    """Run the command of the command line; exits with one line per mistake of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    environment = os.environ.get("LEDGERFLOW_ENVIRONMENT")
    if environment in LIVE and _has_other_settings(sys.argv[1:]):
        sys.exit(OTHER_SETTINGS.format(environment=environment))
    try:
        execute_from_command_line(sys.argv)
    except InvalidEnvironmentError as error:
        sys.exit(str(error))


def _has_other_settings(words: Sequence[str]) -> bool:
    """Tell whether Django would take its settings, or modules, from elsewhere.

    Django reads these two options before any command, and takes no abbreviation of them.
    """
    named = [os.environ["DJANGO_SETTINGS_MODULE"]]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, joined, value = word.partition("=")
        if option == "--pythonpath":
            return True
        if option == "--settings":
            named.append(value if joined else following)
    return any(name != SETTINGS for name in named)


if __name__ == "__main__":
    main()
