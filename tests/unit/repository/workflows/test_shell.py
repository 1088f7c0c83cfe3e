"""The reader of `run` scripts: words, what joins commands, what they write to, and where reading stops."""

import time

import pytest

from phase_mirror.repository.workflows.shell import read_script


def commands(text):
    return [" ".join(word.text for word in command.words) for command in read_script(text).commands]


def only(text):
    (command,) = read_script(text).commands
    return command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make test", ["make test"]),
        ("a; b\nc && d || e | f & g", ["a", "b", "c", "d", "e", "f", "g"]),
        ("a \\\n  b", ["a b"]),
        ("a # not b\nc", ["a", "c"]),
        ("a#b c", ["a#b c"]),
        ("# all of it", []),
        ("echo 'a # b' \"c ; d\"", ["echo a # b c ; d"]),
        ("echo a\\ b", ["echo a b"]),
        ('echo "a\\"b\\$c"', ['echo a"b$c']),
        ("echo $'it\\'s' one", ["echo it\\'s one"]),
        ("echo $'plain'", ["echo plain"]),
        ('echo "$\'" b', ["echo $' b"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("for x in 1 2; do a; done; b", ["a", "b"]),
        ("while ! a; do b; done", ["a", "b"]),
        ("(cd x && a); { b; }", ["cd x", "a", "b"]),
        ("X=1 Y='2 3' a", ["a"]),
        ("X=(1 2) ; a", ["a"]),
        ("sudo -E env X=1 a b", ["a b"]),
        ("sudo", ["sudo"]),
        ("'if' a", ["if a"]),
        ("a <<EOF\nb; c 'd\nEOF\ne", ["a", "e"]),
        ("a <<-'EOF' | b\n\tc\n\tEOF\nd", ["a", "b", "d"]),
        ("a <<A <<B\n1\nA\n2\nB\nc", ["a", "c"]),
        ("a <<< text\nb", ["a", "b"]),
        ("a ${{ x && 'y' || \"z\" }} b", ["a ${{ x && 'y' || \"z\" }} b"]),
        ("a $(b; c 'd)') e", ["a $(b; c 'd)') e"]),
        ("a `b; c` d", ["a `b; c` d"]),
        ("a ${b:-c d} e", ["a ${b:-c d} e"]),
        ("bash <(curl x | y) z", ["bash <(curl x | y) z"]),
        ("tee >(cat) < b", ["tee >(cat)"]),
        ("irm https://x | iex", ["irm https://x", "iex"]),
        ("$x = Get-Item a\nb", ["$x = Get-Item a", "b"]),
    ],
)
def test_the_commands_of_a_script_are_read(text, expected):
    script = read_script(text)
    assert commands(text) == expected
    assert script.complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > b", ["b"]),
        ("a >> b 2>&1", ["b"]),
        ("a 2> b", ["b"]),
        ("a >| b", ["b"]),
        ("a &> b", ["b"]),
        ("a >&2", []),
        ("a < b", []),
        ("> b", ["b"]),
    ],
)
def test_what_a_command_writes_to_is_read(text, expected):
    command = only(text)
    assert [word.text for word in command.writes] == expected
    assert [word.text for word in command.words] in (["a"], [])


@pytest.mark.parametrize(
    "text",
    [
        "a; b() { c; }",
        "a; function b { c; }",
        "a; case $x in y) z;; esac",
        "a; select x in y; do z; done",
        "a; b 'c",
        'a; b "c',
        "a; b $'c",
        "a; b $(c",
        "a; b ${c",
        "a; b ${{ c",
        "a; b `c",
        "a; b <(c",
        "a; b <<EOF\nc",
    ],
)
def test_reading_stops_where_the_script_goes_beyond_the_reader(text):
    script = read_script(text)
    assert not script.complete
    assert script.commands[0].name == "a"


def test_what_joins_commands_is_told_on_both_sides():
    joints = [(command.before, command.after) for command in read_script("a && b || c | d\ne").commands]
    assert joints == [("", "&&"), ("&&", "||"), ("||", "|"), ("|", ""), ("", "")]


def test_a_joint_at_the_end_of_a_line_reaches_over_it():
    assert [command.before for command in read_script("a |\n\n  b").commands] == ["", "|"]


def test_blocks_and_subshells_count_as_depth():
    depths = {command.name: command.depth for command in read_script("a; if b; then (c); fi; d").commands}
    assert depths == {"a": 0, "b": 1, "c": 2, "d": 0}


@pytest.mark.parametrize("word", ["$x", "${x}", "$(x)", "`x`", '"$x"', "*.txt", "~/x", "${{ x }}", "<(x)", "$'\\n'"])
def test_what_the_shell_fills_in_is_not_literal(word):
    assert not only(f"a {word}").words[1].literal
    assert only(f"{word} a").name == ""


def test_a_word_knows_its_place_with_its_quotes():
    text = "cd x && run 'a b' c"
    word = read_script(text).commands[1].words[1]
    assert (word.text, text[word.start : word.start + word.length]) == ("a b", "'a b'")


@pytest.mark.parametrize(
    "piece",
    ["a=()", "if ", "! ", "a<<x ", "<(a)", "$(", "`", "'", "\\", "(", "${{ }}", "a=(x)=(", "sudo ", "#\n", "\n"],
)
def test_long_hostile_scripts_are_read_in_linear_time(piece):
    started = time.perf_counter()
    read_script(piece * (200_000 // len(piece)))
    assert time.perf_counter() - started < 4
