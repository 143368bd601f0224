"""How often a wrong password may be tried: per account and per address.

A try takes a place under both before the password is looked at, and a right one gives them back.
So many tries at the same time are counted one by one, and while there is no place the right
password is refused too: nobody learns by trying on that it was right. Names that no account has
are counted alike.
"""

import logging
import unicodedata
from typing import Final

from core.errors import RateLimitedError
from core.limits import Full, Limit, Place, take
from core.requests import client_address
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

PER_ACCOUNT: Final = Limit(5, 60)
PER_ADDRESS: Final = Limit(30, 60)
SALT: Final = "profiles.sign_in_limits"


class TooManySignInsError(RateLimitedError):
    """Too many wrong names or passwords. Says nothing about the account."""

    code = "too_many_sign_ins"
    title = "Too many attempts to log in"


def reserve(request: HttpRequest | None, username: str) -> tuple[Place, ...]:
    """Take the places of one try.

    Raises ``TooManySignInsError`` when there are none; ``retry_after`` among its details is in
    seconds. Without a request, as in commands, there is no address.
    """
    address = client_address(request) if request is not None else ""
    taken: list[Place] = []
    for key, limit in _keys(address, username):
        place = take(key, limit)
        if isinstance(place, Full):
            give_back(taken)
            logger.warning("sign-in refused: too many from %s", address or "no address")
            raise TooManySignInsError(
                "There were too many attempts with a wrong name or password. "
                f"Wait {place.retry_after} seconds, then try again.",
                details={"retry_after": place.retry_after},
            )
        taken.append(place)
    return tuple(taken)


def give_back(places: tuple[Place, ...] | list[Place]) -> None:
    """Let a try not count: the password was right, or it was never looked at."""
    for place in places:
        place.give_back()


def _keys(address: str, username: str) -> list[tuple[str, Limit]]:
    # what people type as a name may be their password: only its keyed sum leaves the process
    name = unicodedata.normalize("NFKC", username).casefold()
    account = salted_hmac(SALT, name, algorithm="sha256").hexdigest()
    keys = [(f"sign-in:account:{account}", PER_ACCOUNT)]
    return [(f"sign-in:address:{address}", PER_ADDRESS), *keys] if address else keys
