"""Creates accounts."""

from core.errors import ConflictError, InvalidInputError
from core.services import audit
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction


def create_first_administrator(*, username: str, password: str) -> User:
    """Create the administrator of a new environment, once.

    Raises ``ConflictError`` when there is one, ``InvalidInputError`` when name or password will
    not do. Two at the same time cannot both succeed: the table is locked against other writers.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE auth_user IN SHARE ROW EXCLUSIVE MODE")
        if User.objects.filter(is_superuser=True, is_active=True).exists():
            raise ConflictError("There is an administrator already.", code="administrator_exists")
        user = User(username=username, is_staff=True, is_superuser=True)
        _validate(user, password)
        user.set_password(password)
        user.save()
        audit.record(
            actor=None,
            label="command line",
            verb="created the first administrator",
            after={"username": username},
        )
    return user


def _validate(user: User, password: str) -> None:
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        wrong = "; ".join(error.messages)
        raise InvalidInputError(f"The name will not do: {wrong}", code="bad_username") from error
    try:
        validate_password(password, user)
    except ValidationError as error:
        wrong = " ".join(error.messages)
        message = f"The password will not do: {wrong}"
        raise InvalidInputError(message, code="bad_password") from error
