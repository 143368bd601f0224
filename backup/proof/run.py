"""Proves a backup: light check, restore into a scratch server, comparison, sealed record."""

import time
from collections.abc import Sequence
from typing import Final

import psycopg

from backup.catalog import Entry
from backup.check import MemberCheck, check
from backup.clock import Clock
from backup.errors import BackupError, DamageError, EncryptionError, ProofError, ScratchError
from backup.full import blobs
from backup.manifest import Comparison, Manifest, Proof
from backup.proof.comparing import compare, differences
from backup.proof.evidence import evidence
from backup.proof.preparing import equip_superuser
from backup.proof.restoring import read_back, restore_into
from backup.proof.scratch import Scratch, scratch_server
from backup.proof.texts import OpenText, opener
from backup.publish import publish_bytes
from backup.settings import Settings
from backup.snapshot.blobs import rows
from backup.snapshot.cluster import server
from backup.snapshot.session import Source, open_snapshot
from backup.steps import step

_MAINTENANCE: Final = "template1"
_DEFAULT: Final = "postgres"
"""A database that every new cluster has; it makes room for a backup of one of that name."""
_REMEDY: Final = "keep older backups, find out why (docs/backup/database.md), and make a new one"
_NAMED: Final = 3
"""Differences that an error quotes; all are in the proof."""


def recheck(entry: Entry, clock: Clock, full: MemberCheck | None = None) -> None:
    """Run the light check on a backup that was proven; one that is damaged loses its proof.

    To be called under the archive's lock. Raises `DamageError`, after recording it.
    """
    if entry.manifest is None:
        raise DamageError("; ".join(entry.problems), "remove this backup and make a new one")
    begun = time.monotonic()
    if problems := check(entry, full):
        proof = _record(entry.manifest, clock, begun, problem="; ".join(problems))
        _publish(entry, entry.manifest, proof)
        raise _refusal(proof, damaged=True)


def prove(
    entry: Entry,
    settings: Settings,
    clock: Clock,
    open_text: OpenText | None = None,
    full: MemberCheck | None = None,
) -> Proof:
    """Restore `entry` into a scratch server, compare, and publish the proof beside it.

    To be called under the archive's lock. `open_text` opens the dump's text, when it is not a
    plain file; `full` is the light check of a full backup's archive. The record is written
    whatever the result.

    Raises:
        DamageError: its files are not what was written.
        ProofError: it does not restore, or what came out differs.
        ScratchError, EncryptionError: it could not be tried; nothing is recorded.
    """
    if entry.manifest is None:
        raise DamageError("; ".join(entry.problems), "remove this backup and make a new one")
    begun = time.monotonic()
    tried: tuple[str, Sequence[Comparison]] = ("", ())
    problem = "; ".join(check(entry, full)) or None
    damaged = problem is not None
    if not damaged:
        step("proof.checked")
        try:
            tried = _tried(entry, entry.manifest, settings, open_text)
        except (ScratchError, EncryptionError):
            raise
        except BackupError as error:
            problem = error.what
    proof = _record(entry.manifest, clock, begun, tried, problem)
    _publish(entry, entry.manifest, proof)
    if proof.result == "failed":
        raise _refusal(proof, damaged=damaged)
    return proof


def _record(
    manifest: Manifest,
    clock: Clock,
    begun: float,
    tried: tuple[str, Sequence[Comparison]] = ("", ()),
    problem: str | None = None,
) -> Proof:
    version, found = tried
    return Proof(
        id=manifest.id,
        manifest_sha256=manifest.sha256,
        result="failed" if problem is not None or differences(found) else "proven",
        finished=clock(),
        seconds=round(time.monotonic() - begun, 3),
        server_version=version,
        comparisons=tuple(found),
        problem=problem,
    )


def _tried(
    entry: Entry, manifest: Manifest, settings: Settings, open_text: OpenText | None
) -> tuple[str, list[Comparison]]:
    text_of = open_text or opener(settings.scratch, None)
    with (
        text_of(entry) as text,
        scratch_server(settings, manifest.contents.database.superuser) as scratch,
    ):
        maintenance = scratch.source(_MAINTENANCE)
        target = scratch.source(manifest.server.database)
        try:
            version = _cleared(scratch, manifest)
            restore_into(maintenance, target, manifest.contents, text)
            equip_superuser(maintenance, manifest.contents)
            found = read_back(target, manifest.contents)
            files = _files(target, manifest)
        except psycopg.Error as error:
            words = " ".join(str(error).split())
            raise scratch.blame(ProofError(f"the scratch server refuses: {words}", _REMEDY)) from (
                error
            )
        except BackupError as error:
            raise scratch.blame(error) from error
    step("proof.compared")
    return version, [*compare(manifest.contents, found), *files]


def _files(target: Source, manifest: Manifest) -> list[Comparison]:
    """Compare the files that the restored rows stand for with those of a full backup."""
    if manifest.full is None or manifest.full.blobs is None:
        return []
    with open_snapshot(target) as (session, _):
        return blobs.compare(rows(session, manifest.contents.blobs), manifest.full)


def _cleared(scratch: Scratch, manifest: Manifest) -> str:
    """Make room for the database's name; return the scratch server's version."""
    with scratch.source(_MAINTENANCE).connect() as session:
        if manifest.server.database == _DEFAULT:
            session.execute(b"DROP DATABASE postgres")
        return server(session).version


def _publish(entry: Entry, manifest: Manifest, proof: Proof) -> None:
    """Write the page first: a proof that counts always has one."""
    page = evidence(manifest, proof).encode()
    publish_bytes(entry.folder, entry.evidence_path.name, page, "evidence", replace=True)
    publish_bytes(entry.folder, entry.proof_path.name, proof.document(), "proof", replace=True)


def _refusal(proof: Proof, *, damaged: bool) -> BackupError:
    if damaged:
        return DamageError(f"{proof.id} is damaged: {proof.problem}", _REMEDY)
    if proof.problem is not None:
        return ProofError(f"{proof.id} does not restore: {proof.problem}", _REMEDY)
    found = differences(proof.comparisons)
    some = "; ".join(found[:_NAMED]) + (
        f"; and {len(found) - _NAMED} more" if found[_NAMED:] else ""
    )
    return ProofError(f"{proof.id} restores to something else: {some}", _REMEDY)
