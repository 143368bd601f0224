"""The last lines of a plain dump, which only a dump that came to its end has.

`pg_dump` writes its footer last; since 17.6 a line `\\unrestrict KEY` follows. Source: pg_dump.c
and pg_backup_archiver.c of PostgreSQL 17.
"""

import re
from typing import Final

_FOOTER: Final = re.compile(
    rb"\n--\n-- PostgreSQL database dump complete\n--\n\n(?:\\unrestrict [A-Za-z0-9]+\n\n)?\Z"
)


def has_footer(tail: bytes) -> bool:
    """Tell whether a text that ends in `tail` is a whole dump."""
    return _FOOTER.search(tail) is not None
