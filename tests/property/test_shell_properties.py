"""Scripts: no text makes the reader crash or run away, every word stands where it says, plain words come back."""

from hypothesis import given
from hypothesis import strategies as st

from phase_mirror.repository.workflows.shell import read_script
from phase_mirror.rules.downloads import downloads, state_of

PIECES = st.sampled_from(
    (
        *("a", "curl", "if", "then", "fi", "for", "done", "case", "{", "}", "(", ")", "<(", "$(", "${", "${{", "}}"),
        *("'", '"', "`", "\\", "\n", "\\\n", " ", "\t", ";", "&&", "||", "|", "&", "#", "=", "X=", "=(", "$'", "$"),
        *(
            "<<EOF",
            "EOF",
            "<<-'E'",
            ">",
            ">>",
            "2>&1",
            ">|",
            "<<<",
            "<",
            "sudo",
            "-o",
            "https://x.example/a",
            "sh",
            "é",
        ),
    )
)
SCRIPTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join))
NAMES = st.from_regex(r"[a-z]{2,8}[0-9./-]{0,3}", fullmatch=True).filter(
    lambda word: (
        word not in {"if", "fi", "do", "done", "then", "else", "elif", "for", "case", "env", "exec", "time"}
        and word not in {"while", "until", "select", "function", "sudo", "nice", "nohup", "command"}
    )
)


@given(SCRIPTS)
def test_every_script_can_be_read_and_words_stand_where_they_say(text):
    script = read_script(text)
    for command in script.commands:
        assert command.words or command.writes
        assert command.depth >= 0
        for word in (*command.words, *command.writes):
            assert 0 <= word.start < word.start + word.length
            assert word.start < len(text)


@given(SCRIPTS)
def test_reading_is_the_same_every_time(text):
    assert read_script(text) == read_script(text)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=5), max_size=6), st.sampled_from(["\n", " ; ", " && ", " | "]))
def test_plain_commands_come_back_word_by_word(wanted, joint):
    script = read_script(joint.join(" ".join(words) for words in wanted))
    assert [[word.text for word in command.words] for command in script.commands] == wanted
    assert script.complete


@given(st.text(alphabet=st.characters(exclude_characters="'\x00"), min_size=1))
def test_single_quotes_keep_every_character(text):
    (command,) = read_script(f"echo '{text}'").commands
    assert command.words[1].text == text
    assert command.words[1].literal


@given(SCRIPTS)
def test_downloads_of_every_script_can_be_read(text):
    found, commands = downloads(text)
    assert all(0 <= download.number < len(commands) for download in found)


@given(st.text())
def test_every_address_has_a_state(url):
    assert state_of(url) in {"fixed", "moving", "unknown"}
