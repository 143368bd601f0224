"""The stack's own outputs are read while the engine writes them."""

import asyncio

import pulumi
import pytest

from stacks import environment

pytestmark = pytest.mark.program

EOF = "invoke of pulumi:pulumi:readStackOutputs failed: failed to load checkpoint: EOF"


@pytest.fixture
def engine(monkeypatch):
    """Answers of the engine's function, in turn; exceptions among them are raised."""
    answers = []

    async def invoke(token, arguments):
        assert (token, arguments) == (environment.READ_OUTPUTS, {"name": "organization/x/dev"})
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(pulumi.runtime, "invoke_async", invoke)
    monkeypatch.setattr(environment, "PAUSES", (0, 0, 0))
    return answers


def read():
    return asyncio.run(environment._outputs("organization/x/dev"))


def test_a_half_written_state_is_read_again(engine):
    engine += [Exception(EOF), Exception(EOF), {"outputs": {"a": 1}}]
    assert read() == {"outputs": {"a": 1}}


def test_a_state_that_stays_so_is_an_error(engine):
    engine += [Exception(EOF)] * 4
    with pytest.raises(Exception, match="EOF"):
        read()
    assert engine == []


def test_another_error_is_not_hidden(engine):
    engine += [Exception("no such stack"), {}]
    with pytest.raises(Exception, match="no such stack"):
        read()
