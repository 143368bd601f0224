"""Comparing what two databases hold, and counting what a dump holds."""

import pytest

from cli.errors import UserError
from cli.volumes.dumps import copied_rows, missing_rows, suffix
from cli.volumes.rows import Content, differences, from_json, parse, to_json

pytestmark = pytest.mark.unit

ROWS = {
    "ledgerflow/public.documents": Content(2, "1/2"),
    'ledgerflow/public."Notes"': Content(0, "0/0"),
}
DUMP = rb"""
COPY public.documents (id, name) FROM stdin;
1	COPY public.trap (id) FROM stdin;
2	INSERT INTO nothing
\.
COPY public."Notes" (id) FROM stdin;
\.
COPY public.bare  FROM stdin;


\.
SELECT pg_catalog.setval('public.documents_id_seq', 2, true);
""".lstrip()


def test_psql_lines_become_rows():
    output = 'public.documents\t2\t1/2\npublic."Notes"\t0\t0/0\n'
    assert parse("ledgerflow", output) == ROWS


def test_rows_survive_json():
    assert from_json(to_json(ROWS)) == ROWS


def test_the_same_rows_have_no_difference():
    assert differences(ROWS, dict(reversed(ROWS.items()))) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (Content(3, "1/2"), "has 3 rows, expected are 2"),
        (Content(2, "1/3"), "has other content in its 2 rows"),
        (None, "is missing"),
    ],
)
def test_each_kind_of_difference_names_its_table(changed, sentence):
    found = {k: v for k, v in ROWS.items() if k != "ledgerflow/public.documents"}
    if changed is not None:
        found["ledgerflow/public.documents"] = changed
    assert differences(ROWS, found) == [f"ledgerflow/public.documents {sentence}"]


def test_a_table_that_was_not_there_is_a_difference():
    found = {**ROWS, "ledgerflow/public.more": Content(0, "0/0")}
    assert differences(ROWS, found) == ["ledgerflow/public.more was not there before"]


def test_the_rows_of_a_dump_are_counted_whatever_they_say():
    counts = copied_rows(DUMP.splitlines(keepends=True))
    assert counts == {"public.documents": 2, 'public."Notes"': 0, "public.bare": 2}


def test_a_dump_cut_short_within_a_table_is_refused():
    with pytest.raises(UserError, match=r"ends within the rows of public\.documents"):
        copied_rows(DUMP.splitlines()[:2])


def test_a_dump_with_inserts_is_refused():
    with pytest.raises(UserError, match="INSERT"):
        copied_rows([b"INSERT INTO public.documents VALUES (1);"])


def test_rows_that_the_restored_database_lacks_are_named():
    counts = {"public.documents": 3, 'public."Notes"': 0, "public.gone": 1}
    assert missing_rows(counts, ROWS) == [
        "public.documents has 2 rows, the backup has 3",
        "public.gone has no rows, the backup has 1",
    ]


@pytest.mark.parametrize("name", ["a.sql", "a.sql.gz", "a.dump"])
def test_known_backups(tmp_path, name):
    assert name == f"a{suffix(tmp_path / name)}"


def test_an_unknown_backup_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"a\.zip is no backup file"):
        suffix(tmp_path / "a.zip")
