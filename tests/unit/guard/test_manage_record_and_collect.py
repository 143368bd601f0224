"""What the application's log holds, and how it comes to the machine's."""

import io
import tarfile

import pytest

from guard.audit.verifying import verify
from guard.decision import ALLOWED, Decision, Verdict
from guard.manage import record
from guard.manage.attempt import Attempt
from guard.manage.collect import CollectionError, collect, folder_of

pytestmark = pytest.mark.guard

REFUSED = Decision(Verdict.REFUSE, "LF060", "flush empties every table", "restore")


def attempt(*argv, locked=True, **options):
    return Attempt("prod" if locked else "dev", locked, argv, frozenset(), options)


@pytest.mark.parametrize(
    ("tried", "decision", "recorded"),
    [
        (attempt("flush"), REFUSED, True),
        (attempt("flush", locked=False), REFUSED, True),
        (attempt("createsuperuser"), ALLOWED, True),
        (attempt("createsuperuser", locked=False), ALLOWED, False),
        (attempt("check"), ALLOWED, False),
        (attempt("migrate", check_unapplied=True), ALLOWED, False),
        (attempt("migrate"), ALLOWED, True),
        (attempt("mark_environment"), ALLOWED, True),
    ],
)
def test_refusals_and_changes_are_recorded(tried, decision, recorded):
    assert record.is_recorded(tried, decision) == recorded


class Application:
    """A container with a log."""

    def __init__(self, folder):
        self.folder = folder

    def get_archive(self, path):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.add(self.folder, arcname="audit")
        return [buffer.getvalue()[:100], buffer.getvalue()[100:]], {}


@pytest.fixture
def application(tmp_path):
    made = Application(tmp_path / "container")
    line = record.begun(made.folder, attempt("migrate"), ALLOWED, "ledgerflow_db_backup_1")
    record.ended(made.folder, line, 0, 12.3)
    return made


def test_the_log_is_copied_and_added_to(application, tmp_path):
    audit = tmp_path / "audit"
    assert collect(application, audit, "prod") == 2
    record.begun(application.folder, attempt("flush"), REFUSED, None)
    collect(application, audit, "prod")
    copied = verify(folder_of(audit, "prod"))
    assert copied.intact
    assert copied.lines == verify(application.folder).lines


def test_a_log_that_lost_lines_does_not_replace_its_copy(application, tmp_path):
    audit = tmp_path / "audit"
    collect(application, audit, "prod")
    (segment,) = application.folder.glob("audit-*.jsonl")
    whole = segment.read_bytes()
    segment.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    with pytest.raises(CollectionError, match="was changed in audit-"):
        collect(application, audit, "prod")
    segment.unlink()
    with pytest.raises(CollectionError, match="lost audit-"):
        collect(application, audit, "prod")
    assert (folder_of(audit, "prod") / segment.name).read_bytes() == whole
