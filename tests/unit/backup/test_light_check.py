"""The light check finds every damage of a payload, and no other."""

import gzip
import hashlib
import io
import random
from pathlib import Path

import pytest
from backup_files import contents

from backup.catalog import Catalog, Entry
from backup.check import check
from backup.dump.footer import has_footer
from backup.dump.stream import SMALL_BYTES, gzip_stream
from backup.manifest import Manifest, Payload, Server, taken_at
from backup.publish import publish_bytes

pytestmark = pytest.mark.unit
ID = "ledgerflow_db_backup_20260102_030405"
FOOTER = b"\n--\n-- PostgreSQL database dump complete\n--\n\n"


def text(size: int = 200_000, footer: bytes = FOOTER) -> bytes:
    return random.Random(1).randbytes(size).hex().encode()[:size] + footer


def compressed(plain: bytes) -> bytes:
    stream, out = io.BytesIO(plain), io.BytesIO()
    gzip_stream(stream.readinto, out, level=4, threads=2)
    return out.getvalue()


def made(folder: Path, payload: bytes, written: bytes | None = None) -> Entry:
    """Publish `payload` with a manifest that speaks of `written`."""
    written = payload if written is None else written
    folder.mkdir(exist_ok=True)
    manifest = Manifest(
        id=ID,
        kind="db",
        environment=folder.name,
        created=taken_at(ID),
        seconds=1,
        reason="manual",
        tool="0.1.0",
        server=Server(
            version="17.4", version_number=170004, system_identifier="7", database="ledgerflow"
        ),
        payload=Payload(
            name=f"{ID}.sql.gz", size=len(written), sha256=hashlib.sha256(written).hexdigest()
        ),
        contents=contents(),
    )
    publish_bytes(folder, f"{ID}.sql.gz", payload, "payload", replace=True)
    publish_bytes(folder, f"{ID}.json", manifest.document(), "manifest", replace=True)
    return Catalog(folder).entry(ID)


def test_a_sound_dump_passes_and_any_gzip_reads_it(tmp_path):
    for size in (SMALL_BYTES - 100, SMALL_BYTES + 1, 3_000_000):
        payload = compressed(text(size))
        assert gzip.decompress(payload) == text(size)
        assert check(made(tmp_path / "dev", payload)) == ()


def test_a_small_dump_is_stored_so_that_the_floor_speaks_of_its_content(tmp_path):
    payload = compressed(b"x" * 20_000 + FOOTER)
    assert len(payload) > 20_000
    assert check(made(tmp_path / "dev", payload)) == ()
    (problem,) = check(made(tmp_path / "dev", compressed(b"x" * 1000 + FOOTER)))
    assert "holds no database" in problem


def test_random_damage_is_always_found(tmp_path):
    draw = random.Random(7)
    good = compressed(text())
    for _ in range(150):
        bad = bytearray(good)
        match draw.randrange(4):
            case 0:
                bad[draw.randrange(len(bad))] ^= 1 << draw.randrange(8)
            case 1:
                del bad[draw.randrange(len(bad)) :]
            case 2:
                start = draw.randrange(len(bad) - 600)
                bad[start : start + 512] = bytes(512)
            case 3:
                start = draw.randrange(len(bad) - 600)
                bad[start : start + 512] = bad[start : start + 512][::-1]
        assert check(made(tmp_path / "dev", bytes(bad), good))


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (compressed(text()[:-30]), "no footer"),
        (compressed(text()) + b"\0", "behind the end"),
        (compressed(text()) * 2, "behind the end"),
        (compressed(text())[:-9], "cut short"),
        (b"no gzip at all" * 1000, "cannot be decompressed"),
    ],
)
def test_a_dump_that_is_not_whole_is_found_though_its_checksum_is_right(tmp_path, payload, words):
    (problem,) = check(made(tmp_path / "dev", payload))
    assert words in problem


def test_the_footer_is_that_of_either_release():
    key = b"\\unrestrict Xaac91NL8m4jrnrkUp9AV7rg0OJkz5Z\n\n"
    assert has_footer(b"..." + FOOTER)
    assert has_footer(b"..." + FOOTER + key)
    for cut in (FOOTER[:-1], FOOTER + key[:-2], FOOTER + b"x", b"", FOOTER + key + key):
        assert not has_footer(b"..." + cut)


def test_a_reader_that_fails_and_a_writer_that_fails_are_heard():
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    def broken(buffer):
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="No space"):
        gzip_stream(io.BytesIO(text(4_000_000)).readinto, Full(), level=4, threads=2)
    with pytest.raises(OSError, match="Input/output"):
        gzip_stream(broken, io.BytesIO(), level=4, threads=2)
