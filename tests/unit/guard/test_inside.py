"""What commands do inside a container: files, the database's tools, shells, wrappers, SQL."""

import pytest
from judged import plain, programs
from judged.programs import DATA, PLACES, sh

from guard.rules.inside import Finding, look
from guard.rules.inside.lexer import Operator, UnreadableError, Word, tokens
from guard.rules.inside.shell import DEPTH, HIDDEN, Program
from guard.rules.inside.shell import programs as read
from guard.rules.inside.sql import statements
from guard.rules.inside.targets import operands

pytestmark = pytest.mark.guard


def short(command):
    return plain(" ".join(command)) or "nothing"


@pytest.mark.parametrize("command", programs.DESTROYS, ids=short)
def test_destroys(command):
    assert look(command, PLACES) is Finding.DESTROYS


@pytest.mark.parametrize("command", programs.HARMLESS, ids=short)
def test_harmless(command):
    assert look(command, PLACES) is Finding.HARMLESS


@pytest.mark.parametrize("command", programs.OTHER, ids=short)
def test_nobody_can_tell(command):
    assert look(command, PLACES) is Finding.OTHER


@pytest.mark.parametrize(
    ("command", "folder", "found"),
    [
        (["rm", "-rf", "x"], "/srv/media", Finding.DESTROYS),
        (["rm", "-rf", "*"], "/srv/media", Finding.DESTROYS),
        (["rm", "-rf", "*"], "/srv", Finding.DESTROYS),
        (["rm", "-rf", "*"], "/app", Finding.OTHER),
        (["rm", "-rf", "media"], "/app", Finding.OTHER),
        (["rm", "-rf", "../srv/media"], "/app", Finding.DESTROYS),
        (["rm", "-rf", "."], "/app", Finding.OTHER),
        (["find", ".", "-delete"], "/app", Finding.OTHER),
        (["find", "-delete"], "/srv", Finding.DESTROYS),
        (["find", "/srv", "-exec", "rm", "{}", ";"], "/app", Finding.DESTROYS),
        (sh("cd media; rm -rf *"), "/srv", Finding.DESTROYS),
        (sh("cd x; rm -rf *"), "/srv", Finding.OTHER),
        (["rm", "-rf", "~/x"], "/app", Finding.DESTROYS),
    ],
)
def test_folder_in_which_a_command_starts(command, folder, found):
    assert look(command, PLACES, folder) is found


def test_without_data_nothing_is_destroyed_but_by_programs_for_that():
    assert look(["rm", "-rf", "/"], ()) is Finding.OTHER
    assert look(["rm", "-rf", "$X"], ()) is Finding.OTHER
    assert look(["dropdb", "x"], ()) is Finding.DESTROYS


def nested(times):
    script = "rm -rf /srv/media"
    for _ in range(times):
        script = f"eval {script}"
    return script


def test_shells_in_shells_are_read_to_a_depth():
    assert look(nested(DEPTH - 1).split(), PLACES) is Finding.DESTROYS
    assert look(nested(DEPTH).split(), PLACES) is Finding.OTHER
    assert read(nested(DEPTH).split()) == [HIDDEN]
    assert read(["env"] * (DEPTH + 1)) == [HIDDEN]


def test_substitutions_are_read_to_the_same_depth():
    command = sh('echo "$(rm -rf /srv/media)"')
    assert look(["env"] * (DEPTH - 3) + command, PLACES) is Finding.DESTROYS
    assert look(["env"] * (DEPTH - 2) + command, PLACES) is Finding.OTHER


def test_texts_in_texts_are_read_to_a_depth():
    body = "DROP TABLE a"
    for name in "abcd":
        body = f"${name}$ {body} ${name}$"
    assert look(["psql", "-c", f"SELECT {body}"], PLACES) is Finding.DESTROYS
    assert look(["psql", "-c", f"SELECT $x$ {body} $x$"], PLACES) is Finding.OTHER


@pytest.mark.parametrize(
    "command",
    [
        sh("a\\b" * 16_000),
        sh("'a'" * 20_000),
        sh(";" * 60_000),
        sh('"$(' * 20_000),
        sh("`" * 60_000),
        sh("<<a " * 15_000),
        ["psql", "-c", "DELETE FROM a (" * 4_000],
        ["psql", "-c", "DELETE FROM a WHERE x=1 " * 2_500],
        ["psql", "-c", "$$" * 30_000],
        ["psql", "-c", "/*" * 30_000],
        ["psql", "-c", "''" * 30_000 + "'"],
        ["env"] * 20_000,
    ],
    ids=short,
)
def test_long_commands_are_read_in_time(command):
    """Each takes some hundredths of a second; what is not linear would run into the limit."""
    assert look(command, PLACES) in Finding


def shown(token):
    if isinstance(token, Operator):
        return token.text
    return (token.text, *(name for name in ("live", "quoted") if getattr(token, name)))


def test_tokens_know_what_was_quoted():
    assert [shown(token) for token in tokens("a 'b c' \"d$e\" \\; \\>$'x' > f\n")] == [
        ("a",),
        ("b c", "quoted"),
        ("d$e", "live", "quoted"),
        (";", "quoted"),
        (">x", "quoted"),
        ">",
        ("f",),
        "\n",
    ]


def test_tokens_of_a_substitution():
    (word,) = tokens('"a $(b c) `d`"')
    assert (word.text, word.live, word.scripts) == ("a $(b c) `d`", True, ["d", "b c"])


def test_unclosed_quote_is_said_with_its_place():
    with pytest.raises(UnreadableError, match="a quote at 5 is not closed"):
        tokens("echo 'x")


def test_here_documents_stand_in_their_order():
    found = [
        token.text for token in tokens("a <<X <<-Y\n1\nX\n2\n\tY\nb") if isinstance(token, Word)
    ]
    assert found == ["a", "1", "2", "b"]


@pytest.mark.parametrize(
    ("script", "live"), [("a <<X\n$b\nX", True), ("a <<'X'\n$b\nX", False), ("a <<X\nb\nX", False)]
)
def test_here_document_is_live_unless_its_delimiter_is_quoted(script, live):
    assert tokens(script)[2].live is live


def test_programs_of_a_script():
    assert read(sh("X=1 a b | c > d 2>&1 < e; f $g")) == [
        Program(("a", "b")),
        Program(("c",), writes=("d",), unsure=True),
        Program(("f", "$g"), live=frozenset({1})),
    ]


def test_program_behind_a_wrapper_keeps_which_words_are_live():
    assert read(sh("sudo -u x rm $a b $c")) == [
        Program(("rm", "$a", "b", "$c"), live=frozenset({1, 3}))
    ]
    assert read(["xargs", "-0", "rm"]) == [Program(("rm", "$"), live=frozenset({1}))]


def test_what_a_program_reads():
    assert read(sh("echo -n a b | c"))[1] == Program(("c",), given="a b")
    assert read(sh("echo $a | c"))[1] == Program(("c",))
    assert read(sh("ls | c"))[1] == Program(("c",))
    assert read(sh("c <<X\na\nX")) == [Program(("c",), given="a")]
    assert read(sh("c <<X\n$a\nX")) == [Program(("c",), given="$a", unsure=True)]
    assert read(sh("echo a; c"))[1] == Program(("c",))


def test_program_whose_name_is_not_known_is_hidden():
    assert read(sh("$a b")) == [Program(("$a", "b"), live=frozenset({0}), hidden=True)]


def test_operands():
    assert operands(["rm", "-f", "a", "-", "--", "-b", "c"]) == ["a", "-", "-b", "c"]
    assert operands(["rm", "a", "-x", "b"]) == ["a", "b"]


def test_statements():
    assert list(statements("select 'a', \"b\" ; \\d x\nVALUES (1)")) == [
        ["SELECT", "''", ",", "''"],
        [],
        ["\\d x"],
        ["VALUES", "(", "1", ")"],
    ]


def test_data_lies_where_the_tables_say():
    assert PLACES == (DATA, "/srv/media")
