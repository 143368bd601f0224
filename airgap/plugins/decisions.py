"""What the stand-ins decide for the changes whose decisions by the official plugins were recorded.

    python -m airgap.plugins.decisions

prints one line per recorded case: what changed, what the official plugins planned, what ours plan,
and whether they agree. It ends with 1 when a case disagrees that `deliberate.json` does not name.
The recordings are in `tests/official/`. The plugins are asked through gRPC messages as the engine
asks them (Check, then Diff), over the recorded state; neither Pulumi nor Docker is needed.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from airgap.plugins.bare_pulumi import use_bare_pulumi
from airgap.plugins.values import Properties

RECORDINGS = Path(__file__).resolve().parents[2] / "tests" / "official"


@dataclass(frozen=True)
class Verdict:
    """One recorded case beside our decision."""

    change: Properties
    recorded: Properties
    ours: Properties
    reason: str | None  # why a disagreement is wanted

    @property
    def agrees(self) -> bool:
        """Whether both plan the same."""
        return self.recorded == self.ours

    @property
    def word(self) -> str:
        """The verdict in one word."""
        if self.agrees:
            return "agree"
        return "deliberate" if self.reason else "DISAGREE"


def verdicts(recordings: Path = RECORDINGS) -> list[Verdict]:
    """Every recorded preview decision with ours. Raises OSError without the recordings."""
    from airgap.plugins.replay import Replay  # noqa: PLC0415

    replay = Replay(_load(recordings / "reference-state.json"))
    deliberate = _load(recordings / "deliberate.json")["cases"]
    return [
        _verdict(replay.decide(case["change"]), case, deliberate)
        for case in _load(recordings / "preview-decisions.json")["cases"]
    ]


def _verdict(ours: Properties, case: Properties, deliberate: list[Properties]) -> Verdict:
    known = next((d for d in deliberate if d["change"] == case["change"]), None)
    reason = known["reason"] if known and known["ours"] == ours else None
    return Verdict(case["change"], case["result"], ours, reason)


def _load(path: Path) -> Properties:
    content: Properties = json.loads(path.read_text())
    return content


def main() -> int:
    """Print the table; 0 when everything agrees or is deliberate."""
    use_bare_pulumi()
    found = verdicts()
    for verdict in found:
        print(f"{verdict.word:<11}{_short(verdict.change):<72} {_short(verdict.ours)}")
        if not verdict.agrees:
            print(f"{'':<11}official: {_short(verdict.recorded)}")
            print(f"{'':<11}because:  {verdict.reason or 'nobody knows; see deliberate.json'}")
    words = [verdict.word for verdict in found]
    summary = ", ".join(f"{words.count(w)} {w.lower()}" for w in sorted(set(words)))
    print(f"{len(found)} recorded decisions: {summary}")
    return 1 if "DISAGREE" in words else 0


def _short(value: Properties) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
