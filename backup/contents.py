"""What a database holds, as one snapshot saw it: the part of a manifest that a proof compares.

Names are qualified and quoted as SQL wants them (`public.account`, `"Odd".t`), so that two
different objects never share a key.
"""

from backup.canonical import Grown, Model


class SequenceState(Model):
    """Where a sequence stood when the snapshot was taken."""

    last_value: int
    is_called: bool
    later: tuple[int, bool] | None = None
    """Where it stood after the dump, when it moved meanwhile: sequences stand outside snapshots,
    so the dump holds some state between the two."""

    def allows(self, found: "SequenceState") -> bool:
        """Tell whether a restored sequence may stand at `found`."""
        first = (self.last_value, self.is_called)
        value = (found.last_value, found.is_called)
        if self.later is None:
            return value == first
        low, high = sorted((first[0], self.later[0]))
        return low <= value[0] <= high and value[1] in (first[1], self.later[1])


class Extension(Model):
    """An installed extension."""

    version: str
    namespace: str
    """The schema of its objects."""


class Role(Model):
    """A role's attributes, memberships and settings; never its password's verifier."""

    attributes: tuple[str, ...]
    """Words of CREATE ROLE (`LOGIN`, `NOSUPERUSER`, `CONNECTION LIMIT 5`), sorted."""
    member_of: tuple[str, ...] = ()
    """Each `role` with its options, as `ledger_read ADMIN FALSE, INHERIT TRUE, SET TRUE`."""
    settings: tuple[str, ...] = ()
    """`name=value` of ALTER ROLE ... SET; those for this database begin with `[database] `."""


class Database(Model):
    """Properties of the database itself, which a plain dump leaves out."""

    encoding: str
    locale_provider: str
    """`c` libc, `i` ICU, `b` built in."""
    collate: str
    ctype: str
    locale: str | None = None
    icu_rules: str | None = None
    owner: str
    superuser: str = "postgres"
    """The cluster's first role; a scratch cluster gets one of that name."""
    comment: str | None = None
    settings: tuple[str, ...] = ()
    """`name=value` of ALTER DATABASE ... SET, sorted."""
    privileges: tuple[str, ...] = ()
    """Each `grantee: privilege` with ` WITH GRANT OPTION` where it is so, sorted."""


class BlobCount(Model):
    """Rows that name a file of the media by the SHA-256 of its content."""

    rows: int
    size: int
    """Bytes of their files together."""


class Contents(Grown):
    """Everything that was counted and described in the dump's own snapshot."""

    LATER = frozenset({"blobs"})

    database: Database
    tables: dict[str, int]
    """Exact number of rows of every table and partition, as `schema.name`.

    Not of materialized views, which a restore computes anew, and not of tables that an extension
    fills by itself."""
    digests: dict[str, str] = {}
    """A digest of every table's rows in any order, and of the `large objects`; empty when
    `content_digests` is off."""
    transactions: dict[str, int] = {}
    """Of the tables that hold the ledger's transactions; a part of `tables`."""
    blobs: dict[str, BlobCount] = {}
    """Of the tables whose rows stand for files in the media, by `schema.name`."""
    large_objects: int = 0
    sequences: dict[str, SequenceState] = {}
    extensions: dict[str, Extension] = {}
    roles: dict[str, Role] = {}
    objects: dict[str, str] = {}
    """Digest of each object's definition, by `kind name`: what the fingerprint is made of."""
    fingerprint: str
    """SHA-256 over `objects`: equal fingerprints, equal schemas."""

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(self.tables.values())
