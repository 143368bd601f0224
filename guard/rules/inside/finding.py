"""What a program does to the data that its container holds."""

from enum import IntEnum


class Finding(IntEnum):
    """From nothing to loss, so that the worst of several is their maximum."""

    HARMLESS = 0
    """It only looks."""
    OTHER = 1
    """Nobody can tell from the words."""
    DESTROYS = 2
    """It plainly destroys data."""


HARMLESS = Finding.HARMLESS
OTHER = Finding.OTHER
DESTROYS = Finding.DESTROYS
