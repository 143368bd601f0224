"""Random strings with demands on their characters, from the system's source for secrets."""

import secrets
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"  # the official plugin's


@dataclass(frozen=True)
class Demand:
    """One class of characters: which, whether it takes part, and how many at least."""

    alphabet: str
    used: bool
    least: int


def demands(options: dict[str, object], special: str) -> list[Demand]:
    """The demands in a string's or password's options."""

    def one(alphabet: str, flag: str, least: str) -> Demand:
        return Demand(alphabet, bool(options[flag]), int(str(options[least])))

    return [
        one(ascii_lowercase, "lower", "minLower"),
        one(ascii_uppercase, "upper", "minUpper"),
        one(digits, "numeric", "minNumeric"),
        one(special, "special", "minSpecial"),
    ]


def random_string(length: int, wanted: list[Demand]) -> str:
    """A string of `length` characters that meets every demand; all orders are equally likely."""
    alphabet = "".join(demand.alphabet for demand in wanted if demand.used)
    characters = [secrets.choice(demand.alphabet) for demand in wanted for _ in range(demand.least)]
    characters += [secrets.choice(alphabet) for _ in range(length - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)
