"""Protected volumes are recreated from themselves, from backups, and after any interruption."""

import base64
import gzip

import docker.errors
import pytest

from cli.errors import UserError
from cli.volumes import journal, recreate
from cli.volumes.copying import copy
from cli.volumes.scratch import image, server
from infra import conventions
from infra.configuration import from_file
from infra.environment import environment
from infra.execution import execute
from infra.kept_volumes import KEPT, LABEL_KEPT
from infra.settings import Settings

pytestmark = pytest.mark.e2e

DATA = """\
create table receipts (id serial primary key, what text, scan bytea);
insert into receipts (what, scan) select 'receipt ' || g, decode(md5(g::text), 'hex')
  from generate_series(1, 2000) as g;
create table "Odd name" (note text);
insert into "Odd name" values (null), (E'tab\\tnew\\nline'), ('COPY x FROM stdin;');
select lo_from_bytea(0, 'a large object');
"""


@pytest.fixture(scope="module")
def spec(clone):
    return environment(Settings.parse(clone.environment, from_file(clone.stack_file)))


@pytest.fixture(scope="module")
def backups(clone, spec, daemon, tmp_path_factory):
    """Fill an unlabelled database volume; return what it holds, and backups of it by kind."""
    folder = tmp_path_factory.mktemp("backups")
    daemon.volumes.create(clone.volume("db_data"))
    with server(daemon, spec, clone.volume("db_data"), initialise=True) as scratch:
        scratch.psql(DATA)
        rows = scratch.rows()
        plain = folder / "backup.sql.gz"
        plain.write_bytes(gzip.compress(dumped(scratch, "plain")))
        custom = folder / "backup.dump"
        custom.write_bytes(dumped(scratch, "custom"))
    return rows, {"sql.gz": plain, "dump": custom}


def dumped(scratch, style) -> bytes:
    command = f"pg_dump -U ledgerflow -F {style} ledgerflow | base64"
    finished = execute(scratch.container, ["bash", "-o", "pipefail", "-c", command])
    assert finished.code == 0, finished.errors
    return base64.b64decode(finished.output)


def rows_of(spec, daemon, volume):
    with server(daemon, spec, volume) as scratch:
        return scratch.rows()


def labels(daemon, volume):
    return daemon.volumes.get(volume).attrs["Labels"]


def beside(clone, daemon):
    """Return the volumes that recreations made and left."""
    prefix = (f"{clone.volume('db_data')}_", f"{clone.volume('media_data')}_")
    return [v.name for v in daemon.volumes.list() if v.name.startswith(prefix)]


@pytest.fixture(scope="module")
def recreated(clone, backups, daemon):
    """Recreate the unlabelled volume from itself by the make target."""
    refused = clone.make("volume-recreate", "VOLUME=db_data")
    assert refused.returncode != 0
    assert f"CONFIRM={clone.environment}" in refused.stderr
    assert labels(daemon, clone.volume("db_data")) is None
    result = clone.make("volume-recreate", "VOLUME=db_data", f"CONFIRM={clone.environment}")
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def test_an_unlabelled_volume_gets_its_labels_and_keeps_every_row(
    recreated, clone, spec, backups, daemon
):
    volume = clone.volume("db_data")
    assert labels(daemon, volume) == conventions.volume_labels(clone.environment, protected=True)
    assert rows_of(spec, daemon, volume) == backups[0]
    (kept,) = beside(clone, daemon)
    assert kept in recreated.stderr
    assert labels(daemon, kept)[LABEL_KEPT] == KEPT
    assert rows_of(spec, daemon, kept) == backups[0]


def test_a_volume_with_its_labels_is_left_alone(recreated, clone, daemon):
    before = beside(clone, daemon)
    result = clone.make("volume-recreate", "VOLUME=db_data")
    assert result.returncode == 0
    assert "nothing is to be done" in result.stderr
    assert beside(clone, daemon) == before


@pytest.mark.parametrize("kind", ["sql.gz", "dump"])
def test_a_lost_volume_comes_back_from_a_backup(recreated, clone, spec, backups, daemon, kind):
    rows, files = backups
    daemon.volumes.get(clone.volume("db_data")).remove()
    done = recreate.recreate(daemon, spec, "db_data", str(files[kind]))
    assert done.kept == ""
    assert rows_of(spec, daemon, clone.volume("db_data")) == rows


def test_without_volume_and_source_the_kept_one_is_named(recreated, clone, daemon):
    lost = clone.volume("media_data")
    daemon.volumes.create(f"{lost}_kept_1", labels={"com.ledgerflow.of": lost, LABEL_KEPT: KEPT})
    result = clone.make("volume-recreate", "VOLUME=media_data", f"CONFIRM={clone.environment}")
    daemon.volumes.get(f"{lost}_kept_1").remove()
    assert result.returncode != 0
    assert f"FROM=<backup file>, or {lost}_kept_1" in result.stderr


@pytest.mark.parametrize("damage", ["cut short", "rows missing"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    recreated, clone, spec, backups, daemon, tmp_path, damage
):
    rows, files = backups
    bad = tmp_path / "bad.sql.gz"
    whole = files["sql.gz"].read_bytes()
    text = gzip.decompress(whole)
    swallow = b"""
create function public.swallow() returns trigger language plpgsql as 'begin return null; end';
create trigger swallow before insert on public.receipts for each row
  execute function public.swallow();
"""
    position = text.index(b"COPY public.receipts")
    robbed = gzip.compress(text[:position] + swallow + text[position:])
    bad.write_bytes(whole[:-2000] if damage == "cut short" else robbed)
    created = daemon.volumes.get(clone.volume("db_data")).attrs["CreatedAt"]
    with pytest.raises(UserError):
        recreate.recreate(daemon, spec, "db_data", str(bad))
    assert daemon.volumes.get(clone.volume("db_data")).attrs["CreatedAt"] == created
    assert journal.read(daemon, clone.volume("db_data")) is None


class KilledError(BaseException):
    """Stands for a process that ended there."""


@pytest.fixture
def documents(clone, spec, daemon):
    """Fill the environment's media volume with files; remove it and what lies beside it."""
    volume = clone.volume("media_data")
    script = "mkdir -p /to/2024 && echo scan >'/to/2024/a b.pdf' && ln -s 2024 /to/last"
    script += " && chown 10001 '/to/2024/a b.pdf' && chmod 600 '/to/2024/a b.pdf'"
    daemon.containers.run(
        image(spec), entrypoint=["bash", "-c", script], user="0", remove=True,
        volumes={volume: {"bind": "/to", "mode": "rw"}},
    )  # fmt: skip
    original = f"{volume}_original"
    daemon.volumes.create(original)
    copy(daemon, image(spec), volume, original)
    yield volume, original
    for name in [volume, *beside(clone, daemon)]:
        if name.startswith(volume):
            daemon.volumes.get(name).remove()


def whole(spec, daemon, volume, original) -> bool:
    """Tell whether a volume has all that the original has."""
    if volume not in [v.name for v in daemon.volumes.list()]:
        return False
    command = "diff -r --no-dereference /a /b"
    try:
        daemon.containers.run(
            image(spec), entrypoint=["bash", "-c", command], user="0", remove=True,
            volumes={volume: {"bind": "/a", "mode": "ro"}, original: {"bind": "/b", "mode": "ro"}},
        )  # fmt: skip
    except docker.errors.ContainerError:
        return False
    return True


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("module", "name", "call"),
    [
        (recreate, "copy", 1),
        (recreate, "copy", 2),
        (journal, "write", 2),
        (journal, "erase", 1),
    ],
)
def test_killed_anywhere_a_whole_copy_exists_and_the_next_run_ends_it(
    clone, spec, daemon, documents, monkeypatch, module, name, call, when
):
    volume, original = documents
    function, calls = getattr(module, name), []

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) == call and when == "before":
            raise KilledError
        result = function(*arguments)
        if len(calls) == call:
            raise KilledError
        return result

    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        with pytest.raises(KilledError):
            recreate.recreate(daemon, spec, "media_data", "")
    copies = [volume, *(v for v in beside(clone, daemon) if "_kept_" in v)]
    assert any(whole(spec, daemon, one, original) for one in copies)
    recreate.recreate(daemon, spec, "media_data", "")
    assert whole(spec, daemon, volume, original)
    assert labels(daemon, volume)[conventions.LABEL_PROTECT] == conventions.PROTECTED
    assert journal.read(daemon, volume) is None


def test_the_environment_starts_on_a_restored_volume_and_not_on_an_unfinished_one(
    recreated, clone, spec, backups, daemon, monkeypatch
):
    volume = clone.volume("db_data")

    def killed(*unused):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(recreate, "_compare", killed)
        with pytest.raises(KilledError):
            recreate.recreate(daemon, spec, "db_data", str(backups[1]["sql.gz"]))
    refused = clone.make("up")
    assert refused.returncode != 0
    assert f"recreation of volume {volume} was interrupted" in refused.stdout + refused.stderr
    result = clone.make("volume-recreate", "VOLUME=db_data", f"CONFIRM={clone.environment}")
    assert result.returncode == 0, result.stdout + result.stderr
    # its role has a password that nobody knows, until the application is created
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    postgres = daemon.containers.get(clone.container("postgres"))
    query = "select count(*) from receipts"
    counted = execute(postgres, ["psql", "-U", "ledgerflow", "-Atc", query])
    assert counted.output.strip() == "2000"
