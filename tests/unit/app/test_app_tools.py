"""The parts of tools that need no database: registering, limits, breakers, addresses."""

from types import SimpleNamespace

import pytest
import tools.search_tool
from core import shared_redis
from core.errors import InvalidInputError
from core.limits import MOST_KEYS, Full, Limit, OwnCount, Place, take
from core.requests import client_address
from django.test import RequestFactory, override_settings
from tools import registry
from tools.breaker import FAILURES, OPEN, OwnBreakers
from tools.interface import Answer, Call, Item, shortened, web_address
from tools.payee_tool.looking_up import lookup_payee

pytestmark = pytest.mark.unit

NOTHING = {"type": "object", "properties": {}}


class Clock:
    """Seconds that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def definitions(monkeypatch):
    """A registry of the test's own."""
    own: dict[str, registry.Definition] = {}
    monkeypatch.setattr(registry, "_definitions", own)
    return own


def weigh(call):
    """Weigh something.

    Slowly.
    """
    return Answer()


def register(path="tools.scale_tool.weigh", function=weigh, **more):
    options = {"title": "Weigh", "schema": NOTHING, "time_out": 1, **more}
    return registry.tool(path, **options)(function)


def test_a_function_is_registered_under_its_path(definitions):
    assert register() is weigh
    (definition,) = definitions.values()
    assert (definition.package, definition.name) == ("scale_tool", "weigh")
    assert definition.description == "Weigh something."
    assert not definition.enabled_at_first
    with pytest.raises(ValueError, match="is registered already"):
        register()


@pytest.mark.parametrize(
    "path",
    [
        "tools.scale.weigh",
        "tools.scale_tool.weigh.more",
        "tools.Scale_tool.weigh",
        "os.system",
        "tools.scale_tool.weigh\n",
        "xtools.scale_tool.weigh",
        "tools.scale_tool.__import__('os')",
    ],
)
def test_a_path_must_be_that_of_a_package_of_tools(definitions, path):
    with pytest.raises(ValueError, match="is no path of a tool"):
        register(path)


def test_a_path_ends_with_the_name_of_the_function(definitions):
    with pytest.raises(ValueError, match="does not end with the function's name weigh"):
        register("tools.scale_tool.measure")


@pytest.mark.parametrize(
    "options",
    [
        {"schema": {"type": "array"}},
        {"schema": {"type": "object", "properties": {"x": {"type": "object"}}}},
        {"pinned": {"unknown": 1}},
    ],
)
def test_a_schema_must_be_one_that_a_form_can_show(definitions, options):
    with pytest.raises(InvalidInputError):
        register(**options)
    assert definitions == {}


def test_a_path_must_lead_to_the_function_that_was_registered(definitions, monkeypatch):
    register()
    with pytest.raises(ValueError, match=r"is not in tools\.scale_tool/__init__\.py"):
        registry.discover()
    definitions.clear()
    monkeypatch.setattr(tools.search_tool, "weigh", lambda call: None, raising=False)
    register("tools.search_tool.weigh")
    with pytest.raises(ValueError, match=r"is not in tools\.search_tool/__init__\.py"):
        registry.discover()


def test_the_signature_changes_with_what_a_row_relies_on(definitions):
    register()
    first = definitions.popitem()[1].signature
    register(title="Other", time_out=9, cache=9)
    assert definitions.popitem()[1].signature == first
    register(permission="tools.view_toolrun")
    assert definitions.popitem()[1].signature != first
    register(schema={"type": "object", "properties": {"x": {"type": "string"}}})
    assert definitions.popitem()[1].signature != first


def test_the_packages_of_tools_show_what_they_register():
    registry.discover()
    assert set(registry.definitions()) == {
        "tools.payee_tool.lookup_payee",
        "tools.search_tool.search_web",
    }


def test_a_limit_is_a_window_that_slides():
    clock = Clock()
    count, limit = OwnCount(clock), Limit(2, 60)
    first = Place("key", "1")
    assert count.take(first, limit) == 0
    clock.now += 30
    assert count.take(Place("key", "2"), limit) == 0
    assert count.take(Place("key", "3"), limit) == 30_000
    assert count.take(Place("other", "3"), limit) == 0
    clock.now += 30
    assert count.take(Place("key", "4"), limit) == 0
    assert count.take(Place("key", "5"), limit) == 30_000
    count.give_back(Place("key", "4"))
    count.give_back(Place("unknown", "4"))
    assert count.take(Place("key", "6"), limit) == 0


def test_a_process_counts_so_many_keys_and_no_more():
    count, limit = OwnCount(Clock()), Limit(1, 60)
    for number in range(MOST_KEYS + 1):
        count.take(Place(str(number), "x"), limit)
    assert len(count._taken) == MOST_KEYS
    assert count.take(Place("1", "y"), limit) > 0
    assert count.take(Place("0", "y"), limit) == 0


@pytest.fixture
def gone(monkeypatch):
    """A Redis that nobody serves, as the cache."""
    shared_redis.forget()
    cache = {"BACKEND": shared_redis.BACKEND, "LOCATION": "redis://127.0.0.1:9/0"}
    with override_settings(CACHES={"default": cache}):
        yield
    shared_redis.forget()


def test_a_redis_that_was_away_is_left_alone_for_a_while(gone, monkeypatch):
    limit = Limit(1, 60)
    assert shared_redis.client() is not None
    place = take("gone", limit)
    assert isinstance(place, Place)
    assert shared_redis.client() is None
    assert isinstance(take("gone", limit), Full)
    place.give_back()
    assert isinstance(take("gone", limit), Place)
    clock = SimpleNamespace(monotonic=lambda: float("inf"))
    monkeypatch.setattr(shared_redis, "time", clock)
    server = shared_redis.client()
    assert server is not None


def test_giving_back_to_a_redis_that_went_away_raises_nothing(gone):
    Place("key", "1").give_back()
    assert shared_redis.client() is None


def test_a_breaker_of_one_process():
    clock = Clock()
    breakers = OwnBreakers(clock)
    for _ in range(FAILURES - 1):
        breakers.failed("s")
    assert breakers.ask("s") == 0
    breakers.succeeded("s")
    for _ in range(FAILURES):
        assert breakers.ask("s") == 0
        breakers.failed("s")
    assert breakers.ask("s") == OPEN
    assert breakers.ask("other") == 0
    clock.now += OPEN
    assert breakers.ask("s") == 0, "one is let through"
    assert breakers.ask("s") == OPEN
    breakers.succeeded("s")
    assert breakers.ask("s") == 0


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "1.1.1.1, 203.0.113.5", "203.0.113.5"),
        (1, "1.1.1.1,nonsense", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (2, "203.0.113.5", "192.0.2.1"),
        (2, "1.1.1.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
    ],
)
def test_the_address_is_the_one_that_the_outermost_proxy_saw(proxies, header, address):
    headers = {} if header is None else {"x-forwarded-for": header}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == address


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y#z", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/", False),
        ("https://", False),
        ("https://a@b.example/", False),
        ("http://[broken", False),
        ("https://a.example/" + "x" * 2000, False),
        ("https://a.example/\u202e", False),
        ("https://a.example/ x", False),
        ("https://a.example/\ud800", False),
        (None, False),
        (7, False),
    ],
)
def test_only_addresses_of_the_web_are_links(url, safe):
    assert web_address(url) == (url if safe else "")


def test_texts_are_on_one_line_and_not_too_long():
    assert shortened(" a\n b\t", 10) == "a b"
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("a\x00b\ud800c", 9) == "a b c"
    assert shortened(None, 4) == ""


def test_an_answer_is_kept_as_json():
    answer = Answer((Item("title", "https://a.example/"),), {"Name": "x"}, ("note",))
    assert Answer.from_json(answer.as_json()) == answer
    with pytest.raises(KeyError):
        Answer.from_json({"items": []})


def found(*items: Item) -> Answer:
    """Look up a payee of which the search finds these."""
    call = Call({"payee": "Bean House Berlin"}, 0.0, lambda path, given: Answer(items))
    return lookup_payee(call)


def test_the_best_fitting_result_names_the_payee():
    answer = found(
        Item("Yelp: Bean House - Berlin", "https://www.yelp.example/bean-house"),
        Item("Beanhouse", "https://beanhouse.example:8443/about?x=1", "Bean House in Berlin"),
        Item("Nothing in common", "https://other.example/"),
        Item("beanhouse", "https://beanhouse.example/imprint", "Bean House"),
    )
    assert answer.facts["Website"] == "https://beanhouse.example:8443/"
    assert answer.facts["Name"] in {"Bean House", "Beanhouse"}
    assert "Category" not in answer.facts
    titles = [item.title for item in answer.items]
    assert "Nothing in common" not in titles
    assert len(titles) == len({title.casefold() for title in titles})


def test_an_address_without_a_name_is_nobodys_site():
    answer = found(Item("Bean House", "http://localhost/bean"), Item(" | ", "https://b.example/"))
    assert "Website" not in answer.facts
    assert answer.facts["Name"] == "Bean House"


def test_nobody_with_that_name_is_found():
    answer = found(Item("Else", "https://else.example/"))
    assert answer.items == ()
    assert answer.facts == {"Asked in the web": "Bean House Berlin"}
