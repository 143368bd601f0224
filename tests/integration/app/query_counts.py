"""The number of queries that a page asks, kept in a file beside the tests.

``queries.json`` holds a number per name. A test fails when the number differs, also when it is
smaller: then the file is corrected on purpose, by running with ``LEDGERFLOW_COUNT_QUERIES=write``.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

WRITE = os.environ.get("LEDGERFLOW_COUNT_QUERIES") == "write"


@contextmanager
def counted(file: Path, name: str, most: int = 10) -> Iterator[None]:
    """Count the queries of the block against the number of ``name`` in ``file``.

    ``most`` is what a page may ask at all, however the file is written.
    """
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [query["sql"] for query in captured.captured_queries]
    shown = "\n".join(asked)
    assert len(asked) <= most, f"{name} asks {len(asked)} queries, {most} are allowed:\n{shown}"
    known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    if WRITE:
        known[name] = len(asked)
        file.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n")
        return
    assert known.get(name) == len(asked), (
        f"{name} asks {len(asked)} queries, {file.name} says {known.get(name)}:\n{shown}"
    )
