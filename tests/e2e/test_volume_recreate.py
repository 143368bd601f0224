"""Protected volumes are recreated from themselves, from backups, and after any interruption."""

import base64
import gzip
from dataclasses import dataclass

import docker
import docker.errors
import pytest
from machine import Clone

from cli.errors import UserError
from cli.volumes import journal, recreate
from cli.volumes.copying import copy
from cli.volumes.scratch import image, server
from infra import conventions
from infra.configuration import from_file
from infra.environment import environment
from infra.execution import execute
from infra.kept_volumes import KEPT, LABEL_KEPT, LABEL_OF
from infra.settings import Settings
from infra.spec import Environment

pytestmark = pytest.mark.e2e

DATA = """\
create table receipts (id serial primary key, what text, scan bytea);
insert into receipts (what, scan) select 'receipt ' || g, decode(md5(g::text), 'hex')
  from generate_series(1, 2000) as g;
create table "Odd name" (note text);
insert into "Odd name" values (null), (E'tab\\tnew\\nline'), ('COPY x FROM stdin;');
select lo_from_bytea(0, 'a large object');
"""
SWALLOW = b"""
create function public.swallow() returns trigger language plpgsql as 'begin return null; end';
create trigger swallow before insert on public.receipts for each row
  execute function public.swallow();
"""
FILES = """\
mkdir -p /to/2024 && echo scan >'/to/2024/a b.pdf' && ln -s 2024 /to/last
chown 10001 '/to/2024/a b.pdf' && chmod 600 '/to/2024/a b.pdf'
"""


@dataclass(frozen=True)
class Place:
    """An environment that is not up, and the daemon its volumes are on."""

    clone: Clone
    daemon: docker.DockerClient
    spec: Environment

    @property
    def database(self) -> str:
        return self.clone.volume("db_data")

    def recreate(self, kind, origin=""):
        return recreate.recreate(self.daemon, self.spec, kind, str(origin))

    def rows(self, volume):
        with server(self.daemon, self.spec, volume) as scratch:
            return scratch.rows()

    def labels(self, volume):
        return self.daemon.volumes.get(volume).attrs["Labels"]

    def beside(self, volume):
        """Return the volumes that recreations made beside one, and left."""
        return [v.name for v in self.daemon.volumes.list() if v.name.startswith(f"{volume}_")]

    def run(self, script, **mounts):
        """Run a script with volumes mounted at /<name>; raises ContainerError when it fails."""
        self.daemon.containers.run(
            image(self.spec),
            entrypoint=["bash", "-c", script],
            user="0",
            remove=True,
            volumes={volume: {"bind": f"/{name}", "mode": "rw"} for name, volume in mounts.items()},
        )


@pytest.fixture(scope="module")
def place(clone, daemon):
    config = from_file(clone.stack_file)
    return Place(clone, daemon, environment(Settings.parse(clone.environment, config)))


@pytest.fixture(scope="module")
def backups(place, tmp_path_factory):
    """Fill an unlabelled database volume; return what it holds, and backups of it by kind."""
    folder = tmp_path_factory.mktemp("backups")
    place.daemon.volumes.create(place.database)
    with server(place.daemon, place.spec, place.database, initialise=True) as scratch:
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


@pytest.fixture(scope="module")
def recreated(place, backups):
    """Recreate the unlabelled volume from itself by the make target."""
    name = place.clone.environment
    refused = place.clone.make("volume-recreate", "VOLUME=db_data")
    assert refused.returncode != 0
    assert f"CONFIRM={name}" in refused.stderr
    assert place.labels(place.database) is None
    result = place.clone.make("volume-recreate", "VOLUME=db_data", f"CONFIRM={name}")
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def test_an_unlabelled_volume_gets_its_labels_and_keeps_every_row(recreated, place, backups):
    wanted = conventions.volume_labels(place.clone.environment, protected=True)
    assert place.labels(place.database) == wanted
    assert place.rows(place.database) == backups[0]
    (kept,) = place.beside(place.database)
    assert kept in recreated.stderr
    assert place.labels(kept)[LABEL_KEPT] == KEPT
    assert place.rows(kept) == backups[0]


def test_a_volume_with_its_labels_is_left_alone(recreated, place):
    before = place.beside(place.database)
    result = place.clone.make("volume-recreate", "VOLUME=db_data")
    assert result.returncode == 0
    assert "nothing is to be done" in result.stderr
    assert place.beside(place.database) == before


@pytest.mark.parametrize("kind", ["sql.gz", "dump"])
def test_a_lost_volume_comes_back_from_a_backup(recreated, place, backups, kind):
    rows, files = backups
    place.daemon.volumes.get(place.database).remove()
    done = place.recreate("db_data", files[kind])
    assert done.kept == ""
    assert place.rows(place.database) == rows


def test_without_volume_and_source_the_kept_one_is_named(recreated, place):
    lost = place.clone.volume("media_data")
    labels = {LABEL_OF: lost, LABEL_KEPT: KEPT}
    kept = place.daemon.volumes.create(f"{lost}_kept_1", labels=labels)
    confirmed = f"CONFIRM={place.clone.environment}"
    result = place.clone.make("volume-recreate", "VOLUME=media_data", confirmed)
    kept.remove()
    assert result.returncode != 0
    assert f"FROM=<backup file>, or {lost}_kept_1" in result.stderr


@pytest.mark.parametrize("damage", ["cut short", "rows missing"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    recreated, place, backups, tmp_path, damage
):
    bad = tmp_path / "bad.sql.gz"
    good = backups[1]["sql.gz"].read_bytes()
    bad.write_bytes(good[:-2000] if damage == "cut short" else robbed(good))
    created = place.daemon.volumes.get(place.database).attrs["CreatedAt"]
    with pytest.raises(UserError):
        place.recreate("db_data", bad)
    assert place.daemon.volumes.get(place.database).attrs["CreatedAt"] == created
    assert journal.read(place.daemon, place.database) is None


def robbed(backup: bytes) -> bytes:
    """Return a dump that psql restores without a complaint and with rows missing."""
    text = gzip.decompress(backup)
    position = text.index(b"COPY public.receipts")
    return gzip.compress(text[:position] + SWALLOW + text[position:])


class KilledError(BaseException):
    """Stands for a process that ended there."""


@pytest.fixture
def documents(place):
    """Fill the environment's media volume with files; remove it and what lies beside it."""
    volume, original = place.clone.volume("media_data"), f"{place.clone.volume('media_data')}_first"
    place.run(FILES, to=volume)
    place.daemon.volumes.create(original)
    copy(place.daemon, image(place.spec), volume, original)
    yield volume, original
    for name in [volume, *place.beside(volume)]:
        place.daemon.volumes.get(name).remove()


def whole(place, volume, original) -> bool:
    """Tell whether a volume has all that the original has."""
    if volume not in [v.name for v in place.daemon.volumes.list()]:
        return False
    try:
        place.run("diff -r --no-dereference /a /b", a=volume, b=original)
    except docker.errors.ContainerError:
        return False
    return True


def killing(function, call, when):
    """Return `function` ending the process before or after its n-th call has done its work."""
    calls = []

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) == call and when == "before":
            raise KilledError
        result = function(*arguments)
        if len(calls) == call:
            raise KilledError
        return result

    return killed


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "step",
    [(recreate, "copy", 1), (recreate, "copy", 2), (journal, "write", 2), (journal, "erase", 1)],
)
def test_killed_anywhere_a_whole_copy_exists_and_the_next_run_ends_it(
    place, documents, monkeypatch, step, when
):
    volume, original = documents
    module, name, call = step
    with monkeypatch.context() as patched:
        patched.setattr(module, name, killing(getattr(module, name), call, when))
        with pytest.raises(KilledError):
            place.recreate("media_data")
    copies = [volume, *(v for v in place.beside(volume) if "_kept_" in v)]
    assert any(whole(place, one, original) for one in copies)
    place.recreate("media_data")
    assert whole(place, volume, original)
    assert place.labels(volume)[conventions.LABEL_PROTECT] == conventions.PROTECTED
    assert journal.read(place.daemon, volume) is None


def test_the_environment_starts_on_a_restored_volume_and_not_on_an_unfinished_one(
    recreated, place, backups, monkeypatch
):
    clone = place.clone
    with monkeypatch.context() as patched:
        patched.setattr(recreate, "_compare", killing(recreate._compare, 1, "before"))
        with pytest.raises(KilledError):
            place.recreate("db_data", backups[1]["sql.gz"])
    refused = clone.make("up")
    assert refused.returncode != 0
    words = refused.stdout + refused.stderr
    assert f"recreation of volume {place.database} was interrupted" in words
    result = clone.make("volume-recreate", "VOLUME=db_data", f"CONFIRM={clone.environment}")
    assert result.returncode == 0, result.stdout + result.stderr
    # its role has a password that nobody knows, until the application is created
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    postgres = place.daemon.containers.get(clone.container("postgres"))
    query = "select count(*) from receipts"
    counted = execute(postgres, ["psql", "-U", "ledgerflow", "-Atc", query])
    assert counted.output.strip() == "2000"
