"""What is searched: one row for each document and each transaction."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from documents.models import Document, DocumentType
from ledger.models import Account, Transaction

from search.models.fields import RegConfigField

_CONFIG = F("config")


class EntryKind(models.TextChoices):
    """What an entry stands for."""

    DOCUMENT = "document", "Documents"
    TRANSACTION = "transaction", "Transactions"


class SearchEntry(models.Model):
    """The words of one thing and who reads it, written in the transaction that changes the thing.

    It lies apart from what it describes: the vectors are large, and changing how they are made
    must not lock documents. Only ``search.services.entries`` writes it, from the SELECT statements
    of ``search.selectors.expected``.
    """

    kind = models.CharField(max_length=11, choices=EntryKind.choices)
    document = models.OneToOneField(
        Document, null=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    transaction = models.OneToOneField(
        Transaction, null=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    config = RegConfigField("how words are read")
    title = models.TextField()
    labels = models.TextField()
    """Type, tags, fields, file name; account, category, amount."""
    body = models.TextField()
    vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=_CONFIG)
        + SearchVector("labels", weight="B", config=_CONFIG)
        + SearchVector("body", weight="D", config=_CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    title_vector = models.GeneratedField(
        expression=SearchVector("title", config=_CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    """In the index beside ``vector``: asking that for weight A would read every hit's vector."""
    readers = ArrayField(models.BigIntegerField())
    """Principals; of a transaction the negative number of its account, see ``readable_to``."""
    date = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    document_type = models.ForeignKey(
        DocumentType, null=True, on_delete=models.PROTECT, related_name="+"
    )
    category_id = models.BigIntegerField(null=True)
    """No reference: it must still be there when the category is gone, to find what named it."""
    tags = ArrayField(models.TextField())
    """In small letters."""
    version_id = models.BigIntegerField(null=True)
    """The version that the text is of; with ``read_at`` it tells whether the text is the newest."""
    read_at = models.DateTimeField(null=True)
    is_partial = models.BooleanField("only the beginning is searched")
    indexed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "search entries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="document", document__isnull=False, transaction__isnull=True)
                | Q(kind="transaction", document__isnull=True, transaction__isnull=False),
                name="search_entry_of_one_thing",
            ),
        ]
        indexes: ClassVar = [
            # Without a pending list: that would be read through by every search.
            GinIndex(
                fields=["vector", "title_vector", "readers"],
                name="search_entry_words",
                fastupdate=False,
            ),
            GinIndex(
                fields=["title"],
                opclasses=["gin_trgm_ops"],
                name="search_entry_title",
                fastupdate=False,
            ),
            models.Index(F("date").desc(), F("id").desc(), name="search_entry_newest"),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title
