"""Media files of a restore: byte for byte what was backed up, and nothing thrown away."""

import hashlib
from pathlib import Path

import pytest

from backup.errors import RestoreError
from backup.manifest import MemberFile
from backup.restore import media as restore

pytestmark = pytest.mark.unit

BACKUP = {"2026/a.pdf": b"a", "2026/b.pdf": b"bb", "c.txt": b"ccc"}


def members(files: dict[str, bytes]) -> list[MemberFile]:
    return [
        MemberFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        for path, content in files.items()
    ]


def lay(folder: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def lies(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    media = tmp_path / "media"
    staged, kept = restore.staging(media, "x"), restore.before(media, "x")
    lay(staged, BACKUP)
    lay(media, {"2026/b.pdf": b"changed since", "new.pdf": b"since"})
    return media, staged, kept


def put_back(places: tuple[Path, Path, Path]) -> None:
    media, staged, kept = places
    restore.add(media, staged, kept, members(BACKUP))
    restore.set_aside(media, kept, members(BACKUP))


def test_the_media_are_those_of_the_backup_and_the_rest_is_kept(
    places: tuple[Path, Path, Path],
) -> None:
    media, _, kept = places
    put_back(places)
    assert {path: (media / path).read_bytes() for path in BACKUP} == BACKUP
    assert lies(kept) == {"2026/b.pdf": b"changed since", "new.pdf": b"since"}
    assert set(lies(media)) == {*BACKUP, *(f"{kept.name}/{path}" for path in lies(kept))}
    assert restore.differences(media, members(BACKUP)) == []


def test_adding_takes_nothing_away_before_the_database_is_swapped(
    places: tuple[Path, Path, Path],
) -> None:
    media, staged, kept = places
    assert restore.add(media, staged, kept, members(BACKUP)) == 3
    assert (media / "new.pdf").exists()


@pytest.mark.parametrize("moves", range(6))
def test_after_an_interruption_at_any_move_it_goes_on(
    places: tuple[Path, Path, Path], moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0
    move = restore._move

    def interrupted(source: Path, target: Path, media: Path) -> None:
        nonlocal done
        if done == moves:
            raise KeyboardInterrupt
        done += 1
        move(source, target, media)

    monkeypatch.setattr(restore, "_move", interrupted)
    try:
        put_back(places)
    except KeyboardInterrupt:
        monkeypatch.undo()
        put_back(places)
    media, _, kept = places
    assert {path: (media / path).read_bytes() for path in BACKUP} == BACKUP
    assert lies(kept) == {"2026/b.pdf": b"changed since", "new.pdf": b"since"}


def test_a_file_that_is_nowhere_stops_it(places: tuple[Path, Path, Path]) -> None:
    media, staged, kept = places
    (staged / "c.txt").unlink()
    with pytest.raises(RestoreError, match=r"c\.txt is neither staged nor in its place"):
        restore.add(media, staged, kept, members(BACKUP))


def test_differences_are_named(places: tuple[Path, Path, Path]) -> None:
    media = places[0]
    assert restore.differences(media, members(BACKUP)) == ["2026/a.pdf", "2026/b.pdf", "c.txt"]
