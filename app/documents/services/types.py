"""Types of documents, which administrators define."""

from core.schemas import check_schema
from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction

from documents.indexing import renamed
from documents.models import DocumentType


def save_type(*, actor: User | None, document_type: DocumentType) -> DocumentType:
    """Add or change a type. Raises ``InvalidInputError`` for a schema that no form can show.

    Documents keep their fields; those that no longer fit are told when the document is described
    anew.
    """
    check_schema(document_type.schema)
    fields = ("name", "schema", "retention_days", "trash_days")
    with transaction.atomic():
        known = DocumentType.objects.select_for_update().filter(pk=document_type.pk).first()
        before = audit.snapshot(known, *fields) if known else {}
        document_type.save()
        old, new = audit.changes(before, audit.snapshot(document_type, *fields))
        verb = "changed" if known else "added"
        audit.record(actor=actor, verb=verb, target=document_type, before=old, after=new)
        if known and "name" in new:
            renamed(document_type)
    return document_type
