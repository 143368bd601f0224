"""What every model of LedgerFlow has."""

import uuid

from django.db import models


class BaseModel(models.Model):
    """A row with a public identifier, which addresses and exports use, and its times in UTC.

    The primary key stays internal: it would tell how many rows there are.
    """

    uid = models.UUIDField("public identifier", default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField("created", auto_now_add=True)
    updated_at = models.DateTimeField("last changed", auto_now=True)

    class Meta:
        abstract = True
