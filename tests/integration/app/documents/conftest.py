"""What tests of documents begin with."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from documents.models import Document
from documents.services import adding

Add = Callable[..., Document]


@pytest.fixture
def add(db: None) -> Add:
    """Return a function that adds a file of a person: ``add(ada, b"words", "a.txt")``."""

    def add_one(actor: User, content: bytes, name: str = "note.txt", **options: object) -> Document:
        return adding.add_document(actor=actor, sent=adding.receive([content], name), **options)

    return add_one
