"""pflag's rules, each with what docker itself does with the same words."""

import pytest

from guard.grammar.flags import FALSE, TRUE, flag_set, parse

pytestmark = pytest.mark.unit

FLAGS = flag_set("a/all f/force signal= t/timeout|time= v/volume= V/volumes|volume-all")


def parsed(line, **options):
    found = parse(FLAGS, line.split(), **options)
    return {name: list(values) for name, values in found.values.items()}, found.words


@pytest.mark.parametrize(
    ("line", "values", "words"),
    [
        ("x y", {}, ("x", "y")),
        ("-f x", {"force": ["true"]}, ("x",)),
        ("x -f", {"force": ["true"]}, ("x",)),
        ("--force x", {"force": ["true"]}, ("x",)),
        ("--force=false x", {"force": ["false"]}, ("x",)),
        ("--force false", {"force": ["true"]}, ("false",)),
        ("-f=false x", {"force": ["false"]}, ("x",)),
        ("-af x", {"all": ["true"], "force": ["true"]}, ("x",)),
        ("-af=0 x", {"all": ["true"], "force": ["false"]}, ("x",)),
        ("-aft3 x", {"all": ["true"], "force": ["true"], "timeout": ["3"]}, ("x",)),
        ("-aft 3 x", {"all": ["true"], "force": ["true"], "timeout": ["3"]}, ("x",)),
        ("-aft=3 x", {"all": ["true"], "force": ["true"], "timeout": ["3"]}, ("x",)),
        ("-v a:/b x", {"volume": ["a:/b"]}, ("x",)),
        ("-va:/b x", {"volume": ["a:/b"]}, ("x",)),
        ("-v=a:/b x", {"volume": ["a:/b"]}, ("x",)),
        ("-v -f x", {"volume": ["-f"]}, ("x",)),
        ("--volume --force x", {"volume": ["--force"]}, ("x",)),
        ("--volume= x", {"volume": [""]}, ("x",)),
        ("-v a -v b", {"volume": ["a", "b"]}, ()),
        ("--time 3 -t 4", {"timeout": ["3", "4"]}, ()),
        ("--volume-all", {"volumes": ["true"]}, ()),
        ("-f -- -a x", {"force": ["true"]}, ("-a", "x")),
        ("-f - x", {"force": ["true"]}, ("-", "x")),
        ("-h", {"help": ["true"]}, ()),
        ("--help=false", {"help": ["false"]}, ()),
    ],
)
def test_flags_and_words(line, values, words):
    assert parsed(line) == (values, words)


def test_an_empty_word_is_a_word():
    assert parse(FLAGS, ["", "-f"]).words == ("",)


def test_options_first_ends_the_flags_at_the_first_word():
    assert parsed("-f x -a", options_first=True) == ({"force": ["true"]}, ("x", "-a"))
    assert parsed("-f -- -a x", options_first=True) == ({"force": ["true"]}, ("-a", "x"))


@pytest.mark.parametrize("value", sorted(TRUE))
def test_true_as_go_writes_it(value):
    assert parse(FLAGS, [f"--force={value}"]).on("force")


@pytest.mark.parametrize("value", sorted(FALSE))
def test_false_as_go_writes_it(value):
    found = parse(FLAGS, ["--force", f"--force={value}"])
    assert not found.on("force")
    assert found.problems == ()


@pytest.mark.parametrize("value", ["yes", "on", "tRUE", "", "2"])
def test_what_is_neither_counts_as_set_and_is_noted(value):
    found = parse(FLAGS, [f"--force={value}"])
    assert found.on("force")
    assert found.problems == (f"--force is neither true nor false: {value}",)


def test_the_last_of_a_repeated_flag_counts():
    assert not parse(FLAGS, ["-f", "--force=false"]).on("force")
    assert parse(FLAGS, ["--force=false", "-f"]).on("force")
    assert parse(FLAGS, ["-t0", "-t", "9"]).last("timeout") == "9"


@pytest.mark.parametrize(
    ("line", "problem", "values", "words"),
    [
        ("--nuke x", "unknown flag: --nuke", {}, ("x",)),
        ("--nuke=all x", "unknown flag: --nuke", {}, ("x",)),
        ("--=x y", "unknown flag: --", {}, ("y",)),
        ("---f x", "unknown flag: ---f", {}, ("x",)),
        ("-fz x", "unknown shorthand flag: -z", {"force": ["true"]}, ("x",)),
        ("-f= x", "unknown shorthand flag: -=", {"force": ["true"]}, ("x",)),
        ("--forc x", "unknown flag: --forc", {}, ("x",)),
        ("x --signal", "flag needs an argument: --signal", {}, ("x",)),
        ("x -t", "flag needs an argument: --timeout", {}, ("x",)),
    ],
)
def test_what_docker_would_not_take_is_noted(line, problem, values, words):
    found = parse(FLAGS, line.split())
    assert found.problems == (problem,)
    assert parsed(line) == (values, words)


@pytest.mark.parametrize(
    ("word", "name"), [("--for", "force"), ("--vol=x", None), ("--volumes", "volumes")]
)
def test_docopt_takes_what_is_unambiguous(word, name):
    found = parse(FLAGS, [word], abbreviated=True)
    assert list(found.values) == ([name] if name else [])
    assert bool(found.problems) == (name is None)


def test_names_of_one_flag_do_not_make_it_ambiguous():
    assert parse(FLAGS, ["--tim=3"], abbreviated=True).last("timeout") == "3"


def test_nothing_but_dashes_is_no_abbreviation():
    assert parse(FLAGS, ["--=3"], abbreviated=True).problems == ("unknown flag: --",)


def test_a_value_of_a_flag_that_is_not_there_is_empty():
    found = parse(FLAGS, [])
    assert (found.last("signal"), found.all("volume"), found.on("force")) == ("", (), False)


def test_a_long_line_is_read_once():
    """A hundred thousand short flags in one word, and as many words: no word is copied again."""
    count = 100_000
    found = parse(FLAGS, ["-" + "f" * count, *["--force"] * count, "x" * count])
    assert len(found.values["force"]) == 2 * count
    assert found.words == ("x" * count,)
