"""A hundred thousand documents of generated text, put into the tables directly."""

import itertools
import random
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from profiles.selectors.principals import EVERYONE, of_group, of_user
from search.models import EntryKind
from search.services import entries

SEED = 20_260
VOCABULARY = 60_000
WORST = "ubiquitous"
"""A word that every document has."""
BEGINNINGS = [*"bcdfghklmnprstvwz", *(first + "r" for first in "bcdfgpt"), "pl", "st", "ch"]
VOWELS = [*"aeiou", "ai", "ea", "io", "ou"]
PEOPLE = 200
INDEX = "search_entry_words"


def vocabulary() -> list[str]:
    """Return made-up words, the most frequent first; no two are one word to a stemmer."""
    syllables = ["".join(pair) for pair in itertools.product(BEGINNINGS, VOWELS)]
    chosen = random.Random(SEED)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(chosen.choices(syllables, k=chosen.choice((2, 2, 3, 3, 4)))) + "x"] = None
    return list(words)


class Corpus:
    """Who there is and what words there are, for those who ask."""

    def __init__(self, number: int, words_each: int) -> None:
        self.number = number
        self.words_each = words_each
        self.words = vocabulary()
        self.group = Group.objects.create(name="Household")
        self.people = User.objects.bulk_create(
            [User(username=f"person-{count}", password="!") for count in range(PEOPLE)]
        )
        self.ada = self.people[0]
        self.ada.groups.add(self.group)
        self.root = User.objects.create_superuser("root", password="root-password")
        self.bytes = 0

    def fill(self) -> None:
        """Write the documents' tables, then the entries, then the index over them."""
        timed("documents written", self._documents)
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
            definition = cursor.fetchone()[0]
            cursor.execute(f"DROP INDEX {INDEX}")
            timed("entries without their index", self._entries)
            cursor.execute("SET maintenance_work_mem = '512MB'")
            timed("their index", lambda: cursor.execute(definition))
            cursor.execute("RESET maintenance_work_mem")
            timed("VACUUM ANALYZE", lambda: cursor.execute("VACUUM ANALYZE"))

    def readers_of(self, count: int) -> list[int]:
        """Return who reads a document: its owner, sometimes the group, sometimes everyone."""
        readers = [of_user(self.people[count % PEOPLE].pk)]
        if count % 100 == 1:
            readers.append(of_group(self.group.pk))
        if count % 100 == 2:
            readers.append(EVERYONE)
        return readers

    def _documents(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO documents_blob (uid, created_at, updated_at, sha256, size, state)"
                " VALUES (gen_random_uuid(), now(), now(), repeat('0', 64), 8000, 'kept')"
                " RETURNING id"
            )
            blob = cursor.fetchone()[0]
            for table, columns, rows in self._tables(blob):
                with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute("UPDATE documents_document SET current_version_id = id")
            for table in ("document", "version"):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('documents_{table}', 'id'), %s)",
                    [self.number],
                )

    def _tables(self, blob: int) -> Iterator[tuple[str, str, Iterator[tuple[object, ...]]]]:
        base = "uid, created_at, updated_at"
        yield (
            "documents_document",
            f"id, {base}, title, owner_id, metadata, readers",
            (
                (n, *self._base(n), self._title(n), self._owner(n), "{}", self.readers_of(n))
                for n in range(1, self.number + 1)
            ),
        )
        yield (
            "documents_version",
            f"id, {base}, document_id, number, blob_id, filename, kind, warnings, comment,"
            " created_by_id",
            (
                (n, *self._base(n), n, 1, blob, f"{n}.txt", "text", "[]", "", self._owner(n))
                for n in range(1, self.number + 1)
            ),
        )
        yield (
            "documents_reading",
            f"{base}, version_id, state, error_code, error_message, is_cut, details",
            ((*self._base(n), n, "read", "", "", False, "{}") for n in range(1, self.number + 1)),
        )
        yield "documents_versiontext", "version_id, content", self._texts()

    def _base(self, count: int) -> tuple[object, ...]:
        day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * count)
        return uuid.UUID(int=random.Random(count).getrandbits(128), version=4), day, day

    def _owner(self, count: int) -> int:
        return self.people[count % PEOPLE].pk

    def _title(self, count: int) -> str:
        chosen = random.Random(-count)
        return " ".join(self.words[int(len(self.words) ** chosen.random())] for _ in range(4))

    def _texts(self) -> Iterator[tuple[object, ...]]:
        """Words by Zipf's law: the n-th is n times rarer than the first."""
        chosen = random.Random(SEED)
        weights = list(itertools.accumulate(1 / (n + 3) for n in range(len(self.words))))
        for count in range(1, self.number + 1):
            length = chosen.randrange(self.words_each // 3, self.words_each * 5 // 3)
            words = chosen.choices(self.words, cum_weights=weights, k=length)
            words[chosen.randrange(length)] = WORST
            text = " ".join(words)
            self.bytes += len(text)
            yield count, text

    def _entries(self) -> None:
        for start in range(1, self.number + 1, 2000):
            entries.write(EntryKind.DOCUMENT, list(range(start, start + 2000)))


def timed(name: str, act) -> float:
    """Do something, print how long it took, return it in seconds."""
    begun = time.perf_counter()
    act()
    took = time.perf_counter() - begun
    print(f"{name}: {took:.1f} s", flush=True)
    return took
