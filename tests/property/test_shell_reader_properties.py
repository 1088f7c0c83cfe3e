"""The shell reader reads every text, in time linear in its size, and simple commands as a shell splits them."""

from __future__ import annotations

import shlex
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from phase_mirror.repository.workflows.shell import _Reader, read_script

PIECES = (
    *(
        "a",
        "b1",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\\",
        "\\\n",
        "'",
        '"',
        "`",
        "$",
        "$(",
        "${",
        "${{",
        "}}",
        "(",
        ")",
        "{",
        "}",
    ),
    *(
        "[[",
        "]]",
        "[",
        "]",
        "<",
        ">",
        "<<",
        "<<-",
        "<<<",
        ">&",
        "2>&1",
        "&>",
        "&-",
        "&",
        "&&",
        "|",
        "||",
        ";",
        "#",
        "!",
    ),
    *(
        "if ",
        "then ",
        "fi ",
        "for ",
        "do ",
        "done ",
        "case ",
        "=",
        "=(",
        "=()",
        "x=",
        "sudo ",
        "-u ",
        "E",
        "\nE\n",
        "é",
    ),
)
SCRIPTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
FRAGMENTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)

BARE = st.text(string.ascii_letters + string.digits + "_./:@%+,-", min_size=1, max_size=6)
SINGLE = st.text(string.printable.replace("'", "").replace("{", ""), max_size=6).map(lambda text: f"'{text}'")
DOUBLE = st.lists(st.sampled_from(("a", " ", ";", "'", "#", "*", '\\"', "\\\\")), max_size=6).map(
    lambda parts: f'"{"".join(parts)}"'
)
SIMPLE = st.lists(st.lists(st.one_of(BARE, SINGLE, DOUBLE), min_size=1, max_size=3).map("".join), max_size=5)


@given(st.one_of(SCRIPTS, st.text(max_size=60)))
def test_every_text_is_read_and_every_word_stands_in_it(text):
    script = read_script(text)
    assert isinstance(script.complete, bool)
    end = 0
    for command in script.commands:
        assert command.depth >= 0
        assert command.before in {"", "&&", "||", "|"}
        assert command.after in {"", "&&", "||", "|"}
        parts = sorted((*command.words, *command.writes), key=lambda word: word.start)
        assert parts
        assert end <= command.start <= (command.words or command.writes)[0].start
        for word in parts:
            assert end <= word.start
            end = word.start + word.length
        assert end <= len(text)


@given(SIMPLE)
def test_simple_commands_are_split_as_a_shell_would(parts):
    line = " ".join(("run", *parts))
    (command,) = read_script(line).commands
    assert [word.text for word in command.words] == shlex.split(line)
    assert all(word.literal for word in command.words)


@given(st.lists(st.text(max_size=8).filter(lambda text: "${{" not in text), max_size=5))
def test_quoted_words_come_back_as_they_were(texts):
    script = read_script("run " + shlex.join(texts))
    assert script.complete
    assert [word.text for word in script.commands[0].words] == ["run", *texts]


@given(SCRIPTS, SCRIPTS)
def test_what_was_read_does_not_hang_on_what_follows(one, other):
    first = read_script(one)
    both = read_script(f"{one}\n{other}")
    if not first.complete:
        return
    known = [command.words for command in first.commands[:-1]]
    assert [command.words for command in both.commands[: len(known)]] == known


class Counting(_Reader):
    """Counts the steps of reading, and the characters that are searched."""

    steps = 0

    def _step(self, char):
        self.steps += 1
        super()._step(char)

    def _piece(self, char):
        self.steps += 1
        return super()._piece(char)

    def _find(self, what, start):
        end = self.text.find(what, start)
        self.steps += (end if end >= 0 else len(self.text)) - start
        return super()._find(what, start)

    def _balanced(self, start, opening, closing):
        self.steps += len(self.text) - start
        end = super()._balanced(start, opening, closing)
        self.steps -= len(self.text) - end
        return end


@given(FRAGMENTS, SCRIPTS)
def test_reading_takes_steps_in_proportion_to_the_size(fragment, start):
    text = start + fragment * 60
    reader = Counting(text)
    reader.read()
    assert reader.steps <= 4 * len(text)


@settings(max_examples=60, deadline=None)
@given(FRAGMENTS)
def test_no_repetition_makes_reading_hang(fragment):
    read_script(fragment * (20_000 // len(fragment)))


def test_known_quadratic_traps_are_read():
    for fragment in (
        "=(",
        "=()",
        "if ",
        "! ",
        "${{}}",
        "[[ ",
        "if [[ ",
        "'",
        "<<a ",
        "2>&- ",
        "$(",
        "x=1 ",
        "sudo -u ",
    ):
        read_script("a" + fragment * 20_000)
        read_script("'" + fragment * 20_000 + "'")
