import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.ignored import Ignored
from phase_mirror.repository.links import LONGEST_LINK, MOST_LINKS, follow
from rule_harness import snapshot_of


def leads(path, **links):
    return follow(path, {name.replace("__", "/"): target for name, target in links.items()}.get)


# -- links ------------------------------------------------------------------------------------------------------------


def test_where_links_lead():
    assert leads("a/b") == "a/b"
    assert leads("./a//b/.") == "a/b"
    assert leads("a", a="b/c") == "b/c"
    assert leads("a/x", a="b", b="c/d") == "c/d/x"
    assert leads("d/a", d__a="../e") == "e"
    assert leads("d/a", d__a="./b/../c") == "d/c"
    assert leads("a", a=".") == ""


@pytest.mark.parametrize(
    ("path", "links"),
    [
        ("a", {"a": "/etc/passwd"}),
        ("a", {"a": ".."}),
        ("d/a", {"d__a": "../../x"}),
        ("a/../../x", {}),
        ("a", {"a": "b", "b": "../x"}),
        ("a", {"a": "b/../../r/x"}),
    ],
)
def test_no_link_leads_out_of_the_tree(path, links):
    with pytest.raises(UnreadableError, match="a symbolic link out of the repository"):
        leads(path, **links)


@pytest.mark.parametrize("target", [".git/config", "x/.GIT/config", "sub/.git"])
def test_no_link_leads_into_gits_own_folder(target):
    with pytest.raises(UnreadableError, match="a symbolic link into git's own folder"):
        leads("a", a=target)


def test_circles_and_endless_ways_end():
    for links in ({"a": "a"}, {"a": "b", "b": "a"}, {"a": "a/x"}, {"a": "x/" * LONGEST_LINK}):
        with pytest.raises(UnreadableError, match="a symbolic link in a circle"):
            leads("a", **links)
    chain = {f"l{number}": f"l{number + 1}" for number in range(MOST_LINKS - 1)}
    assert leads("l0", **chain) == f"l{MOST_LINKS - 1}"


# -- ignored ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("build\n", "build/x/y", True),
        ("build/\n", "a/build/x", True),
        ("/build\n", "a/build/x", False),
        ("a/b\n", "a/b/c", True),
        ("a/b\n", "x/a/b", False),
        ("*.log\n", "deep/x.log", True),
        ("*.log\n!keep.log\n", "keep.log", False),
        ("# build\n\nbuild # no\n", "build", False),
        ("\\#x\n", "#x", True),
        ("[ab].txt\n", "c.txt", True),
        ("!\n/\n", "x", False),
        ("x" * 2000 + "\n", "x" * 2000, False),
    ],
)
def test_what_a_gitignore_covers(text, path, expected):
    assert Ignored(snapshot_of({".gitignore": text})).covers(path) is expected


def test_deeper_files_come_after_outer_ones():
    tree = snapshot_of({".gitignore": "*.txt\n", "a/.gitignore": "!x.txt\n"})
    assert Ignored(tree).covers("x.txt")
    assert not Ignored(tree).covers("a/x.txt")
    assert not Ignored(snapshot_of({})).covers("x")
