"""macOS: iCloud Drive, and every program in `~/Library/CloudStorage`, through the same interface.

Sources: the keys of NSURL's resource values for ubiquitous items (Foundation, NSURL.h), asked by
`osascript` in JavaScript because that is on every Mac; `SF_DATALESS` of <sys/stat.h>; and the
placeholder `.<name>.icloud` of macOS before Sonoma.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backup.synced.model import FileState, State, System

SF_DATALESS = 0x40000000
"""A file whose content is in the cloud only; reading it fetches it."""

_SCRIPT = """
ObjC.import("Foundation");
function run(paths) {
  const names = ["IsUbiquitousItem", "UbiquitousItemIsUploaded", "UbiquitousItemIsUploading",
                 "UbiquitousItemDownloadingStatus", "UbiquitousItemUploadingError"];
  const found = {};
  for (const path of paths) {
    const url = $.NSURL.fileURLWithPath(path);
    found[path] = {};
    for (const name of names) {
      const value = Ref();
      if (url.getResourceValueForKeyError(value, $["NSURL" + name + "Key"], null)) {
        const plain = ObjC.deepUnwrap(value[0]);
        found[path][name] = plain === undefined ? (value[0].isNil() ? null : "set") : plain;
      }
    }
  }
  return JSON.stringify(found);
}
"""


def states(paths: Sequence[Path], system: System) -> list[FileState]:
    """Return the state of each file."""
    found = {path: _without_asking(path, system) for path in paths}
    open_questions = [path for path, state in found.items() if state is None]
    answers = _ask(open_questions, system) if open_questions else {}
    return [found[path] or _understood(path, answers.get(str(path))) for path in paths]


def _without_asking(path: Path, system: System) -> FileState | None:
    status = system.stat(path)
    if status is None:
        if system.stat(path.with_name(f".{path.name}.icloud")) is not None:
            return FileState(path, State.EVICTED, "only its .icloud placeholder is here")
        return FileState(path, State.UNKNOWN, "there is no such file")
    if getattr(status, "st_flags", 0) & SF_DATALESS:
        return FileState(path, State.EVICTED, "its content is in the cloud only (dataless)")
    return None


def _ask(paths: Sequence[Path], system: System) -> dict[str, dict[str, Any]]:
    command = ["osascript", "-l", "JavaScript", "-e", _SCRIPT, *map(str, paths)]
    try:
        answer = json.loads(system.run(command) or "")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _understood(path: Path, values: dict[str, Any] | None) -> FileState:
    if not values:
        return FileState(path, State.UNKNOWN, "macOS did not answer about it")
    if not values.get("IsUbiquitousItem"):
        return FileState(path, State.UNKNOWN, "macOS does not count it among the synced files")
    if str(values.get("UbiquitousItemDownloadingStatus", "")).endswith("NotDownloaded"):
        return FileState(path, State.EVICTED, "its content is in the cloud only")
    return FileState(path, *_upload(values))


def _upload(values: dict[str, Any]) -> tuple[State, str]:
    """An item counts as uploaded also while a newer content is under way: both are asked."""
    if values.get("UbiquitousItemUploadingError"):
        return State.PENDING, "its upload failed; see the sync program"
    if values.get("UbiquitousItemIsUploading"):
        return State.PENDING, "it is being uploaded"
    if values.get("UbiquitousItemIsUploaded") is True:
        return State.UPLOADED, "macOS says it is uploaded"
    return State.PENDING, "it is written here and not uploaded yet"
