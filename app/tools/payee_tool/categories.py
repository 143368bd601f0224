"""What kind of business words speak of: a suggestion, never a decision."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    "Eating out": "restaurant café cafe coffee bakery bäckerei bistro pizza burger bar pub "
    "takeaway imbiss espresso roastery kaffee",
    "Groceries": "supermarket supermarkt grocery groceries lebensmittel supermercato supermarché "
    "discounter food-store",
    "Transport": "taxi railway bahn train bus metro tram petrol tankstelle fuel parking parkhaus "
    "airline flights carsharing",
    "Travel": "hotel hostel booking resort apartment guesthouse unterkunft",
    "Health": "pharmacy apotheke doctor dentist clinic hospital zahnarzt optician farmacia",
    "Home": "furniture möbel hardware diy baumarkt garden electricity stromversorger rent landlord",
    "Software and internet": "software saas hosting cloud domain internet broadband telecom "
    "mobilfunk streaming",
    "Insurance": "insurance versicherung assurance krankenkasse",
    "Clothing": "fashion clothing shoes schuhe apparel mode boutique",
    "Office": "stationery bürobedarf printing druckerei office-supplies postage post parcel",
}
_CATEGORY_OF: Final = {
    word: category for category, words in _WORDS.items() for word in words.split()
}
FEWEST: Final = 2
"""Texts that must speak of a category, so that one odd result suggests nothing."""


def suggested(texts: Iterable[str]) -> str:
    """Return the category most of the texts speak of; empty for none, or for two alike."""
    counted: Counter[str] = Counter()
    for text in texts:
        words = re.findall(r"[\w-]+", text.casefold())
        counted.update({_CATEGORY_OF[word] for word in words if word in _CATEGORY_OF})
    best = counted.most_common(2)
    if not best or best[0][1] < FEWEST or (len(best) == 2 and best[0][1] == best[1][1]):
        return ""
    return best[0][0]
