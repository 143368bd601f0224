"""How the addresses of documents are asked, and what each gets."""

from django.contrib.auth.models import User
from documents.models import Document, Rendition, RenditionKind
from documents.services import adding, trash
from leaks import Case, leak_case

SECRET = "Secret of the owner"


def made(owner: User) -> Document:
    """Return a document whose title and text are secret."""
    sent = adding.receive([SECRET.encode()], f"{SECRET}.txt")
    return adding.add_document(actor=owner, sent=sent)


def trashed(owner: User) -> Document:
    """Return one that is in the trash."""
    return trash.trash(actor=owner, document=made(owner))


@leak_case("documents:list")
def _(owner: User) -> Case:
    made(owner)
    return Case(stranger=200, secret=SECRET)


@leak_case("documents:trash")
def _(owner: User) -> Case:
    trashed(owner)
    return Case(stranger=200, secret=SECRET)


@leak_case("documents:upload")
def _(owner: User) -> Case:
    return Case(stranger=200)


@leak_case("documents:bulk")
def _(owner: User) -> Case:
    data = {"action": "trash", "uid": str(made(owner).uid)}
    return Case(method="post", data=data, owner=302, stranger=302)


@leak_case("documents:upload-state")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": made(owner).uid}, secret=SECRET)


@leak_case("documents:detail")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": made(owner).uid}, secret=SECRET)


@leak_case("documents:download")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": made(owner).version.uid}, secret=SECRET)


@leak_case("documents:rendition")
def _(owner: User) -> Case:
    version = made(owner).version
    made_file = Rendition.objects.create(
        version=version, kind=RenditionKind.TEXT, blob=version.blob
    )
    return Case(kwargs={"uid": made_file.uid}, secret=SECRET)


def _changes(name: str, **data: str) -> None:
    @leak_case(f"documents:{name}")
    def _(owner: User) -> Case:
        return Case(kwargs={"uid": made(owner).uid}, method="post", data=data, owner=302)


_changes("rename", title="New")
_changes("tags", tags="a")
_changes("describe")
_changes("share")
_changes("read-again")
_changes("convert", to="html")
_changes("move-to-trash")
_changes("new-version")


@leak_case("documents:restore")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": trashed(owner).uid}, method="post", owner=302)


@leak_case("documents:purge")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": trashed(owner).uid}, method="post", owner=302)
