"""One action on many documents; rights are asked for each, and one refusal stops no other."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.errors import InvalidInputError, LedgerFlowError, NotFoundError
from django.contrib.auth.models import User

from documents.models import Document
from documents.selectors.documents import GONE, find_many
from documents.services.changing import add_tag
from documents.services.trash import purge, restore, trash

MOST: Final = 500


@dataclass(slots=True)
class Outcome:
    """What happened to each."""

    done: list[uuid.UUID] = field(default_factory=list)
    refused: dict[uuid.UUID, LedgerFlowError] = field(default_factory=dict)


def run(*, actor: User, action: str, uids: Sequence[uuid.UUID], word: str = "") -> Outcome:
    """Do ``action``, a name of ``ACTIONS``, on each; ``word`` is the tag to add.

    Raises ``InvalidInputError`` for an unknown action or more than 500 documents at once.
    """
    if action not in ACTIONS:
        raise InvalidInputError("Choose what to do with the documents.")
    if len(uids) > MOST:
        raise InvalidInputError(f"At most {MOST} documents at once.")
    found = find_many(actor, uids)
    outcome = Outcome()
    for uid in dict.fromkeys(uids):
        try:
            if uid not in found:
                raise NotFoundError(GONE)
            ACTIONS[action](actor, found[uid], word)
        except LedgerFlowError as error:
            outcome.refused[uid] = error
        else:
            outcome.done.append(uid)
    return outcome


def _tag(actor: User, document: Document, word: str) -> None:
    if not word.strip():
        raise InvalidInputError("Write the tag to add.", fields={"word": "write a word"})
    add_tag(actor=actor, document=document, name=word)


def _trash(actor: User, document: Document, _: str) -> None:
    trash(actor=actor, document=document)


def _restore(actor: User, document: Document, _: str) -> None:
    restore(actor=actor, document=document)


def _purge(actor: User, document: Document, _: str) -> None:
    purge(actor=actor, document=document)


ACTIONS: Final[dict[str, Callable[[User, Document, str], None]]] = {
    "tag": _tag,
    "trash": _trash,
    "restore": _restore,
    "purge": _purge,
}
