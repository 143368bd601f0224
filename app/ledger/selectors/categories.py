"""A person's categories and rules."""

import uuid

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet

from ledger.models import Category, Rule


def categories_of(user: User) -> QuerySet[Category]:
    """Return the categories of ``user``, each with its number of transactions as ``count``."""
    return (
        Category.objects.filter(owner=user).annotate(count=Count("transactions")).order_by("name")
    )


def own_category(user: User, uid: uuid.UUID | str) -> Category:
    """Return one of them. Raises ``NotFoundError``."""
    found = Category.objects.filter(owner=user, uid=uid).first()
    if found is None:
        raise NotFoundError("There is no such category, or it is not yours.")
    return found


def rules_of(user: User) -> QuerySet[Rule]:
    """Return the rules of ``user`` in their order."""
    rules = Rule.objects.filter(owner=user).select_related("category", "account")
    return rules.order_by("order", "id")


def own_rule(user: User, uid: uuid.UUID) -> Rule:
    """Return one of them. Raises ``NotFoundError``."""
    found = rules_of(user).filter(uid=uid).first()
    if found is None:
        raise NotFoundError("There is no such rule, or it is not yours.")
    return found
