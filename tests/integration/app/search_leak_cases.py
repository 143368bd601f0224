"""How the addresses of the search are asked, and what each gets."""

from django.contrib.auth.models import User
from leaks import Case, leak_case
from search_things import document_of, saved_of

SECRET = "Hidden treasure"


@leak_case("search:search")
def _(owner: User) -> Case:
    document_of(owner, "Chest", f"Here lies the {SECRET} of the owner")
    # The words of the snippet are marked one by one.
    return Case(data={"q": "chest"}, stranger=200, secret=">Chest<")


@leak_case("search:save")
def _(owner: User) -> Case:
    saved_of(owner, "mine")
    return Case(method="post", data={"q": "a word", "name": "A name"}, owner=302, stranger=302)


@leak_case("search:run")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": saved_of(owner).uid}, owner=302)


@leak_case("search:remove")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": saved_of(owner).uid}, method="post", owner=302)
