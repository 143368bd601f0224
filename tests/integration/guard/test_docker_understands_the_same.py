"""Docker's own client and the grammar understand a line alike.

Lines of the spelling generator are given to the real client, whose requests a daemon records that
does nothing. What the requests would do, as the daemon's plugin reads them, must be what the
grammar said of the line: two readers of two languages, with docker's own parser between them.
"""

import os
import shlex
import subprocess
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from intents import draw
from recording_daemon import recording_daemon
from spelling import spell

from guard.authz import requests
from guard.effects import (
    CreateContainer,
    Execute,
    Look,
    PruneVolumes,
    StartContainer,
)
from guard.grammar import read

pytestmark = pytest.mark.integration

LINES = 400
FEWEST = 200
"""So many of them docker must have taken: the others it refuses for reasons of its own."""
DEFAULT_NETWORKS = {"default", "bridge"}
OPTIONS = (
    [], ["-D"], ["--debug=false"], ["--log-level", "error"], ["-lerror"], ["--"], ["-Dl=error"],
)  # fmt: skip


def lines(seed):
    """Return words of docker's verbs; compose's client is not on every machine."""
    random = Random(seed)
    intent = draw(random)
    spelled = spell(intent, random)
    if intent.compose or any(isinstance(effect, Look) for effect in intent.effects):
        return None
    verb = max(
        (v.split() for v in intent.verbs if spelled.before[-len(v.split()) :] == v.split()),
        key=len,
    )
    return [*random.choice(OPTIONS), *verb, *spelled.argv[len(spelled.before) :]]


def comparable(effects, *, runs):
    """Count the effects; of ``run`` what follows the making of the container is left out."""
    after = (Look, StartContainer, Execute) if runs else (Look,)
    return Counter(repr(plain(effect)) for effect in effects if not isinstance(effect, after))


def plain(effect):
    """Return an effect without what only one of the two sides can say, and in one order."""
    if isinstance(effect, CreateContainer):
        return replace(
            effect,
            networks=tuple(sorted(set(effect.networks) - DEFAULT_NETWORKS)),
            labels=tuple(sorted(effect.labels)),
            mounts=tuple(sorted(effect.mounts, key=repr)),
        )
    if hasattr(effect, "filters"):
        effect = replace(effect, filters=tuple(sorted(effect.filters)))
    # clients before 23 leave it to the engine which volumes are meant
    return replace(effect, every=True) if isinstance(effect, PruneVolumes) else effect


def test_the_client_asks_for_what_the_grammar_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("x", "a:b"):
        (tmp_path / name).write_text("copied")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
    taken, wrong, own_reasons = 0, [], Counter()
    with recording_daemon(tmp_path) as daemon:
        environment |= {"DOCKER_HOST": f"unix://{daemon.socket}", "HOME": str(tmp_path)}
        for words in filter(None, map(lines, range(1, LINES + 1))):
            daemon.requests.clear()
            run = subprocess.run(
                ["docker", *words],
                env=environment,
                input="y\n",
                capture_output=True,
                text=True,
                timeout=60,
            )
            if run.returncode and not daemon.requests:
                own_reasons[run.stderr.strip()[:60]] += 1
                continue
            taken += 1
            asked = [e for request in list(daemon.requests) for e in requests.read(request)]
            runs = "run" in words
            got = comparable(asked, runs=runs)
            said = comparable(read(words, {}).effects, runs=runs)
            if got != said:
                wrong.append(f"docker {shlex.join(words)}: asked {got - said}, said {said - got}")
    assert not wrong, "\n".join(wrong[:10])
    assert taken >= FEWEST, own_reasons.most_common()
