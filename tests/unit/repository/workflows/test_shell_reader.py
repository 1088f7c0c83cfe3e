"""The commands of a `run` script."""

from __future__ import annotations

import pytest

from phase_mirror.repository.workflows.shell import read_script


def words(text: str) -> list[list[str]]:
    """Return the words of each command of a script that is read to its end."""
    script = read_script(text)
    assert script.complete
    return [[word.text for word in command.words] for command in script.commands]


def only(text: str):
    """Return the only command of a script."""
    (command,) = read_script(text).commands
    return command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# nothing", []),
        ("make test", [["make", "test"]]),
        ("make test # all\nmake lint", [["make", "test"], ["make", "lint"]]),
        ("echo a#b", [["echo", "a#b"]]),
        ("a; b & c", [["a"], ["b"], ["c"]]),
        ("a \\\n  b\r\nc", [["a", "b"], ["c"]]),
        ("a'b c'\"d e\"\\ f", [["ab cd e f"]]),
        ('echo "a \\"b\\" \\n \\\nc"', [["echo", 'a "b" \\n c']]),
        ("echo ''", [["echo", ""]]),
        ("a\\", [["a\\"]]),
        ("CC=gcc make", [["make"]]),
        ("A=1 B=2", []),
        ("A+=:x run", [["run"]]),
        ("a=(b c) run", [["run"]]),
        ("sudo -u root -E env A=1 make", [["make"]]),
        ("sudo --user=root make", [["make"]]),
        ("nice -n 10 nohup ./x", [["./x"]]),
        ("xvfb-run -a -s '-screen 0' npm test", [["npm", "test"]]),
        ("sudo -u", []),
        ("env", [["env"]]),
        ("command -v docker", [["command", "-v", "docker"]]),
        ("command docker", [["docker"]]),
        ("if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("while a; do b; done < f", [["a"], ["b"]]),
        ("for x in 1 2; do run $x; done", [["run", "$x"]]),
        ("! a && { b; }", [["a"], ["b"]]),
        ("if if if a", [["a"]]),
        ("'if' a", [["if", "a"]]),
        ("(cd x && make)", [["cd", "x"], ["make"]]),
        ("if (a); then b; fi", [["a"], ["b"]]),
        ("cat <<EOF\nrm -rf x\nEOF\nb", [["cat"], ["b"]]),
        ("cat <<-'E O'\n\trm\n\tE O\nb", [["cat"], ["b"]]),
        ("cat <<A <<B; c\n1\nA\n2\nB\r\nd", [["cat"], ["c"], ["d"]]),
        ("cat <<EOF", [["cat"]]),
        ("cat <<<word x", [["cat", "x"]]),
        ("diff <(a; b) >(c) d", [["diff", "<(a; b)", ">(c)", "d"]]),
        ("a 2>&- b", [["a", "b"]]),
        ("a {fd} b", [["a", "{fd}", "b"]]),
        ("[ -f a ] && ./a", [["[", "-f", "a", "]"], ["./a"]]),
        ("if [[ a && ( b > c || d ) \\\n ]]; then e; fi", [["[[", "a", "b", "c", "d", "]]"], ["e"]]),
        ("echo [[ a && b", [["echo", "[[", "a"], ["b"]]),
    ],
)
def test_a_script_is_read_into_commands(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "f() { a; }",
        "function f { a; }",
        "case x in esac",
        "echo 'a",
        'echo "a',
        "echo `a",
        "echo $'a\\'",
        "echo $(a",
        "echo ${a",
        "echo ${{ a",
        "echo '${{ a'",
        "a=(b",
        "[[ a",
    ],
)
def test_reading_stops_at_what_is_beyond_it_and_says_so(text):
    script = read_script(f"before\n{text}\nafter")
    assert not script.complete
    assert [command.name for command in script.commands] == ["before"]


def test_a_here_document_that_never_ends_stops_reading_behind_its_command():
    script = read_script("cat <<EOF\nb\n")
    assert not script.complete
    assert [command.name for command in script.commands] == ["cat"]


@pytest.mark.parametrize(
    ("word", "text", "literal"),
    [
        ("a", "a", True),
        ("'$a'", "$a", True),
        ('"a b"', "a b", True),
        ("\\$a", "$a", True),
        ("$a_b1.c", "$a_b1.c", False),
        ('"${a:-"}"}"', '${a:-"}"}', False),
        ("`date`", "`date`", False),
        ("$'a b'", "a b", True),
        ("$'a\\'b\\n'", "a\\'b\\n", False),
        ("\"$(echo ')' \\))\"", "$(echo ')' \\))", False),
        ("${{ a == 'b c' }}", "${{ a == 'b c' }}", False),
        ("'${{ a == 'b c' }}'", "${{ a == 'b c' }}", False),
        ("'x ${{ a }} ${{ b }}'", "x ${{ a }} ${{ b }}", False),
        ("*.py", "*.py", False),
        ("'*.py'", "*.py", True),
        ("~/x", "~/x", False),
        ("[", "[", True),
        ("[a]", "[a]", False),
        ("a=(b", "", None),
    ],
)
def test_a_word_says_whether_anything_is_left_to_fill_in(word, text, literal):
    script = read_script(f"run {word}")
    if literal is None:
        assert not script.complete
        return
    found = script.commands[0].words[1]
    assert (found.text, found.start, found.length, found.literal) == (text, 4, len(word), literal)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("a > out", ["out"]),
        ("a >>out 2>err", ["out", "err"]),
        ("a >| out", ["out"]),
        ("a &> out", ["out"]),
        ("a 2>&1 >out", ["out"]),
        ("a >&2", []),
        ("a < in", []),
        ("a 2 > out", ["out"]),
        ("[[ a > b ]]", []),
    ],
)
def test_what_a_command_writes_to(text, targets):
    assert [word.text for word in only(text).writes] == targets


def test_only_a_number_that_touches_the_sign_is_a_stream():
    assert [word.text for word in only("a 2 > out").words] == ["a", "2"]
    assert [word.text for word in only("a 2> out").words] == ["a"]


def test_a_command_knows_what_joins_it():
    script = read_script("a && b || c | d |& e; f &&\n g\nh")
    assert [(command.name, command.before, command.after) for command in script.commands] == [
        ("a", "", "&&"),
        ("b", "&&", "||"),
        ("c", "||", "|"),
        ("d", "|", "|"),
        ("e", "|", ""),
        ("f", "", "&&"),
        ("g", "&&", ""),
        ("h", "", ""),
    ]


def test_a_command_knows_how_deep_it_stands():
    script = read_script("a\nif b; then (c); { d; }; fi\nfor x in y; do e; done\nf\n)\ng")
    assert [(command.name, command.depth) for command in script.commands] == [
        ("a", 0),
        ("b", 1),
        ("c", 2),
        ("d", 2),
        ("e", 1),
        ("f", 0),
        ("g", 0),
    ]


def test_a_command_starts_where_its_first_word_or_target_stands():
    script = read_script("a\nsudo b\n> out")
    assert [command.start for command in script.commands] == [0, 2, 11]
    assert [command.name for command in script.commands] == ["a", "b", ""]


def test_a_command_that_must_be_filled_in_has_no_name():
    assert only("$CMD a").name == ""
    assert only('"$CMD" a').name == ""
    assert only("'make' a").name == "make"
