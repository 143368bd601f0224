"""A column type that Django does not have."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:  # the class takes types as parameters only in the type checker's eyes
    Base = models.Field[str, str]
else:
    Base = models.Field


class RegConfigField(Base):
    """A text search configuration, PostgreSQL's ``regconfig``.

    A text that is cast to it is not immutable, so a generated column could not be made of it:
    https://www.postgresql.org/docs/17/textsearch-tables.html
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type of the column."""
        return "regconfig"
