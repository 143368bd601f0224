"""What the entries of documents and transactions must say, as SQL: the one definition of it.

Services insert what these statements return, for one thing or a hundred thousand, and the daily
comparison asks them whether an entry still says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from search.models import EntryKind

LONGEST_BODY: Final = 400_000
"""Characters of a text that are searched. A ``tsvector`` may have 1 MiB at most; a text whose
words would need more is cut further (``search.services.entries``)."""

_DOCUMENTS: Final = r"""
SELECT 'document' AS kind,
       document.id AS document_id,
       NULL::bigint AS transaction_id,
       %(config)s::regconfig AS config,
       document.title,
       left(concat_ws(' ', type.name, tagged.names, fields.words, version.filename), 20000)
           AS labels,
       left(coalesce(text.content, ''), %(longest)s) AS body,
       document.readers,
       CASE WHEN document.metadata->>'date' ~ '^\d{4}-\d{2}-\d{2}$'
                 AND pg_input_is_valid(document.metadata->>'date', 'date')
            THEN (document.metadata->>'date')::date
            ELSE (document.created_at AT TIME ZONE %(zone)s)::date END AS date,
       CASE WHEN document.metadata->>'amount' ~ '^-?\d{1,14}(\.\d{1,4})?$'
            THEN (document.metadata->>'amount')::numeric(18, 4) END AS amount,
       CASE WHEN document.metadata->>'currency' ~ '^[A-Z]{3}$'
            THEN document.metadata->>'currency' ELSE '' END AS currency,
       NULL::bigint AS account_id,
       document.document_type_id,
       NULL::bigint AS category_id,
       coalesce(tagged.plain, '{}') AS tags,
       version.id AS version_id,
       reading.updated_at AS read_at,
       length(text.content) > %(longest)s IS TRUE OR reading.is_cut IS TRUE AS is_partial
FROM documents_document document
LEFT JOIN documents_documenttype type ON type.id = document.document_type_id
LEFT JOIN documents_version version ON version.id = document.current_version_id
LEFT JOIN documents_reading reading ON reading.version_id = version.id
LEFT JOIN documents_versiontext text ON text.version_id = version.id
LEFT JOIN LATERAL (
    SELECT string_agg(tag.name, ' ' ORDER BY tag.id) AS names,
           array_agg(lower(tag.name) ORDER BY tag.id) AS plain
    FROM documents_document_tags link JOIN documents_tag tag ON tag.id = link.tag_id
    WHERE link.document_id = document.id
) tagged ON true
LEFT JOIN LATERAL (
    SELECT string_agg(value #>> '{}', ' ' ORDER BY key) AS words
    FROM jsonb_each(document.metadata)
    WHERE jsonb_typeof(value) IN ('string', 'number')
) fields ON true
WHERE document.id = ANY(%(ids)s) AND document.trashed_at IS NULL
"""

_TRANSACTIONS: Final = r"""
SELECT 'transaction' AS kind,
       NULL::bigint AS document_id,
       transaction.id AS transaction_id,
       %(config)s::regconfig AS config,
       coalesce(nullif(transaction.payee, ''), nullif(left(transaction.description, 255), ''),
                transaction.reference) AS title,
       concat_ws(' ', account.name, account.bank, account.number, category.name,
                 transaction.currency, round(abs(transaction.amount), 2)) AS labels,
       left(concat_ws(E'\n', nullif(transaction.description, ''),
                      nullif(transaction.reference, ''), nullif(transaction.note, '')),
            %(longest)s) AS body,
       ARRAY[-transaction.account_id] AS readers,
       transaction.booked_on AS date,
       transaction.amount,
       transaction.currency,
       transaction.account_id,
       NULL::bigint AS document_type_id,
       transaction.category_id,
       '{}'::text[] AS tags,
       NULL::bigint AS version_id,
       NULL::timestamptz AS read_at,
       length(transaction.description) > %(longest)s AS is_partial
FROM ledger_transaction transaction
JOIN ledger_account account ON account.id = transaction.account_id
LEFT JOIN ledger_category category ON category.id = transaction.category_id
WHERE transaction.id = ANY(%(ids)s) AND transaction.voided_at IS NULL
"""

COLUMNS: Final = (
    "kind", "document_id", "transaction_id", "config", "title", "labels", "body", "readers",
    "date", "amount", "currency", "account_id", "document_type_id", "category_id", "tags",
    "version_id", "read_at", "is_partial",
)  # fmt: skip
COMPARED: Final = tuple(name for name in COLUMNS if name not in ("body", "is_partial"))
"""What tells whether an entry is right. The text is compared by its version and when it was read:
reading the texts themselves would be reading the whole database."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entries of one kind come from."""

    kind: EntryKind
    table: str
    key: str
    """The entry's column that names the thing."""
    hidden: str
    """The table's column that is set while the thing has no entry: in the trash, voided."""
    select: str
    """The expected entries of the things ``%(ids)s`` that are not hidden."""


SOURCES: Final[Mapping[EntryKind, Source]] = {
    EntryKind.DOCUMENT: Source(
        EntryKind.DOCUMENT, "documents_document", "document_id", "trashed_at", _DOCUMENTS
    ),
    EntryKind.TRANSACTION: Source(
        EntryKind.TRANSACTION, "ledger_transaction", "transaction_id", "voided_at", _TRANSACTIONS
    ),
}


def parameters(ids: list[int], longest: int = LONGEST_BODY) -> dict[str, Any]:
    """Return what the statements are asked with."""
    return {
        "ids": ids,
        "longest": longest,
        "config": settings.SEARCH_CONFIG,
        "zone": settings.TIME_ZONE,
    }
