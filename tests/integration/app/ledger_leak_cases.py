"""What the ledger's addresses need to be asked for what is not theirs."""

from django.contrib.auth.models import User
from leaks import Case, leak_case
from ledger_things import (
    account_of,
    category_of,
    imported,
    kept,
    rule_of,
    sent,
    statement_of,
    transaction_of,
)

OWN = {"stranger": 200, "secret": "Hidden treasure"}
"""A page on which everybody sees their own."""


def secret_account(owner: User):
    return account_of(owner, "Hidden treasure")


@leak_case("ledger:accounts")
def _(owner: User) -> Case:
    secret_account(owner)
    return Case(**OWN)


@leak_case("ledger:new-account")
def _(owner: User) -> Case:
    return Case(stranger=200)


@leak_case("ledger:account")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": secret_account(owner).uid}, secret="Hidden treasure")


@leak_case("ledger:change-account")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": secret_account(owner).uid}, secret="Hidden treasure")


@leak_case("ledger:new-statement")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": secret_account(owner).uid}, secret="Hidden treasure")


@leak_case("ledger:statement")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": statement_of(owner).uid}, secret="1\u00a0075.00")


@leak_case("ledger:reconcile")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": statement_of(owner).uid}, method="post", owner=302)


@leak_case("ledger:transactions")
def _(owner: User) -> Case:
    transaction_of(owner)
    return Case(stranger=200, secret="Employer")


@leak_case("ledger:bulk")
def _(owner: User) -> Case:
    # A stranger who names it is answered as if it were not there: nothing is changed.
    data = {"transaction": str(transaction_of(owner).uid), "do": "review"}
    return Case(method="post", data=data, owner=302, stranger=302)


@leak_case("ledger:export")
def _(owner: User) -> Case:
    transaction_of(owner)
    return Case(kwargs={"form": "csv"}, stranger=200, secret="Employer")


@leak_case("ledger:transaction")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": transaction_of(owner).uid}, secret="Card 1234")


@leak_case("ledger:void")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": transaction_of(owner).uid}, method="post", owner=302)


@leak_case("ledger:imports")
def _(owner: User) -> Case:
    sent(owner, account_of(owner), filename="treasure.csv")
    return Case(stranger=200, secret="treasure.csv")


@leak_case("ledger:new-import")
def _(owner: User) -> Case:
    secret_account(owner)
    return Case(**OWN)


@leak_case("ledger:import-version")
def _(owner: User) -> Case:
    version = kept(owner, "Hidden treasure.csv").version
    return Case(kwargs={"uid": version.uid}, secret="Hidden treasure")


@leak_case("ledger:import")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": sent(owner, account_of(owner)).uid}, secret="Employer")


@leak_case("ledger:layout")
def _(owner: User) -> Case:
    origin = imported(owner, account_of(owner))
    return Case(kwargs={"uid": origin.uid}, method="post", owner=302)


@leak_case("ledger:run-import")
def _(owner: User) -> Case:
    origin = sent(owner, account_of(owner))
    return Case(kwargs={"uid": origin.uid}, method="post", owner=302)


@leak_case("ledger:categories")
def _(owner: User) -> Case:
    category_of(owner, "Hidden treasure")
    return Case(**OWN)


@leak_case("ledger:category")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": category_of(owner, "Hidden treasure").uid}, secret="Hidden treasure")


@leak_case("ledger:new-rule")
def _(owner: User) -> Case:
    category_of(owner, "Hidden treasure")
    return Case(**OWN)


@leak_case("ledger:rule")
def _(owner: User) -> Case:
    return Case(kwargs={"uid": rule_of(owner).uid}, secret="coffee")


@leak_case("ledger:apply-rules")
def _(owner: User) -> Case:
    return Case(method="post", owner=302, stranger=302)
