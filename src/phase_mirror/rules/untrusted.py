"""What an outsider controls: the events they can start, and the texts of a run that they write.

An outsider is anybody with an account: no write access, no role. Logins, numbers, hashes and repository names hold only
harmless characters and are not among the texts. Pushes, releases, schedules and dispatches need write access and are no
outsider's.

Sources: https://docs.github.com/en/actions/concepts/security/script-injections and
https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

from functools import lru_cache

from phase_mirror.model.record import Record
from phase_mirror.repository.workflows.expression_tree import Binary, Call, Context, ExpressionError, Index
from phase_mirror.repository.workflows.expressions import find_expressions, parse, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.workflows.expression_tree import Expression

AUTHORITY_EVENTS = (
    "pull_request_target",
    "workflow_run",
    "issue_comment",
    "issues",
    "discussion",
    "discussion_comment",
    "commit_comment",
)
"""Events an outsider can start that run with the repository's secrets and its own token."""

LIMITED_EVENTS = ("pull_request", "pull_request_review", "pull_request_review_comment")
"""Events an outsider can start that get no secrets and a read token when the pull request comes from a fork
(https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories)."""

OUTSIDER_EVENTS = AUTHORITY_EVENTS + LIMITED_EVENTS
HEAD_EVENTS = ("pull_request", "pull_request_target")
"""Events in which `github.head_ref` is set."""

_PULL_REQUEST = {
    "pull_request.title": "the title of the pull request",
    "pull_request.body": "the text of the pull request",
    "pull_request.head.ref": "the name of the head branch",
    "pull_request.head.label": "the name of the head branch",
    "pull_request.head.repo.default_branch": "the default branch of the fork",
    "pull_request.head.repo.description": "the description of the fork",
    "pull_request.head.repo.homepage": "the homepage of the fork",
    "changes.title.from": "the former title",
    "changes.body.from": "the former text",
}
_ISSUE = {
    "issue.title": "the title of the issue",
    "issue.body": "the text of the issue",
    "changes.title.from": "the former title",
    "changes.body.from": "the former text",
}
_COMMENT = {"comment.body": "the text of the comment", "changes.body.from": "the former text"}
_DISCUSSION = {"discussion.title": "the title of the discussion", "discussion.body": "the text of the discussion"}
_RUN = {
    "workflow_run.head_branch": "the name of the head branch",
    "workflow_run.display_title": "the title of the pull request",
    "workflow_run.head_commit.message": "the message of the head commit",
    "workflow_run.head_commit.author.name": "the author name of the head commit",
    "workflow_run.head_commit.author.email": "the author address of the head commit",
    "workflow_run.head_commit.committer.name": "the committer name of the head commit",
    "workflow_run.head_commit.committer.email": "the committer address of the head commit",
    "workflow_run.head_repository.description": "the description of the fork",
}

TEXTS: dict[str, dict[str, str]] = {
    "pull_request": _PULL_REQUEST,
    "pull_request_target": _PULL_REQUEST,
    "pull_request_review": {**_PULL_REQUEST, "review.body": "the text of the review"},
    "pull_request_review_comment": {**_PULL_REQUEST, **_COMMENT},
    "issues": _ISSUE,
    "issue_comment": {**_ISSUE, **_COMMENT},
    "commit_comment": _COMMENT,
    "discussion": {**_DISCUSSION, "answer.body": "the text of the answer"},
    "discussion_comment": {**_DISCUSSION, **_COMMENT},
    "workflow_run": _RUN,
    "gollum": {"pages.*.page_name": "the name of the wiki page", "pages.*.title": "the title of the wiki page"},
}
"""What an outsider writes, by event: path below `github.event` to the words for it. Wikis are written by outsiders only
where the repository allows it, so `gollum` has texts and is no outsider's event by itself."""

TEXT = "text"
COMMIT = "commit"
ORIGIN = "origin"
NUMBER = "number"

NAMES: dict[str, dict[str, tuple[str, str]]] = {
    "pull_request_target": {
        "pull_request.head.sha": (COMMIT, "the head commit of the pull request"),
        "pull_request.merge_commit_sha": (COMMIT, "the merge commit of the pull request"),
        "pull_request.head.repo.full_name": (ORIGIN, "the repository the pull request comes from"),
        "pull_request.head.repo.clone_url": (ORIGIN, "the repository the pull request comes from"),
        "pull_request.number": (NUMBER, "the number of the pull request"),
        "number": (NUMBER, "the number of the pull request"),
    },
    "workflow_run": {
        "workflow_run.head_sha": (COMMIT, "the commit of the run that started this one"),
        "workflow_run.head_commit.id": (COMMIT, "the commit of the run that started this one"),
        "workflow_run.head_repository.full_name": (ORIGIN, "the repository of the run that started this one"),
        "workflow_run.head_repository.clone_url": (ORIGIN, "the repository of the run that started this one"),
        "workflow_run.pull_requests.*.number": (NUMBER, "the number of the pull request"),
    },
    "issue_comment": {"issue.number": (NUMBER, "the number of the pull request")},
}
"""What names an outsider's code without being a text of theirs, by event: path below `github.event` to kind and words.

The name of a head branch is not among them: without the repository it comes from, it names a branch of this one."""

_MANY_LINES = (".body", ".message", ".from", ".description")


class Flow(Record):
    """A context path whose text can be the result of an expression.

    Attributes:
        path: lower-cased, `*` for every element.
        json: it went through `toJSON`, so an object counts as all of its texts.
    """

    path: tuple[str, ...]
    json: bool = False


class Tainted(Record):
    """A text that an outsider writes, or a name of what they wrote.

    Attributes:
        path: as written in an expression, such as `github.event.issue.title`.
        words: what it is.
        many_lines: it can hold line breaks.
        json: it is the JSON form of the text.
        kind: TEXT; COMMIT, ORIGIN or NUMBER for a name, which holds only harmless characters.
    """

    path: str
    words: str
    many_lines: bool
    json: bool
    kind: str = TEXT


def tainted(flow: Flow, event: str) -> Tainted | None:
    """Return what an outsider writes into a context path when an event starts the run, None when nothing."""
    path = flow.path
    name = ".".join(path)
    if path == ("github", "head_ref"):
        return Tainted(name, "the name of the head branch", False, flow.json) if event in HEAD_EVENTS else None
    texts = TEXTS.get(event, {})
    if path[:2] == ("github", "event"):
        below = ".".join("*" if part.isdigit() else part for part in path[2:])
        if below in texts:
            return Tainted(name, texts[below], name.endswith(_MANY_LINES), flow.json)
        if flow.json and any(text.startswith(below + "." if below else "") for text in texts):
            return Tainted(name, "the event with all that its author wrote", True, True)
    if flow.json and path == ("github",) and texts:
        return Tainted(name, "the event with all that its author wrote", True, True)
    return None


def named(flow: Flow, event: str) -> Tainted | None:
    """Return what a context path names of an outsider's code when an event starts the run, None when nothing."""
    path = flow.path
    if path[:2] != ("github", "event"):
        return None
    below = ".".join("*" if part.isdigit() else part for part in path[2:])
    kind, words = NAMES.get(event, {}).get(below, ("", ""))
    return Tainted(".".join(path), words, many_lines=False, json=flow.json, kind=kind) if kind else None


@lru_cache(maxsize=4096)
def flows(text: str) -> tuple[tuple[int, int, tuple[Flow, ...]], ...]:
    """Return start, end and flows of every `${{ }}` of a text that can be parsed.

    Kept, as a step is looked at once for every event that starts it.
    """
    found: list[tuple[int, int, tuple[Flow, ...]]] = []
    for start, end, inner in find_expressions(text) if "${{" in text else ():
        try:
            found.append((start, end, tuple(flows_of(parse(inner)))))
        except ExpressionError:
            continue
    return tuple(found)


def flows_of(node: Expression, *, json: bool = False) -> Iterator[Flow]:
    """Yield the context paths whose text can be the result of an expression.

    Comparisons, `contains` and the like give true or false; the left side of `&&` is a result only when it is empty;
    a part of `fromJSON` is not followed.
    """
    if isinstance(node, Binary):
        if node.operator == "||":
            yield from flows_of(node.left, json=json)
        if node.operator in {"&&", "||"}:
            yield from flows_of(node.right, json=json)
    elif isinstance(node, Call):
        name = node.name.lower()
        if name == "case":  # case(condition, value, ..., default)
            values = [*node.arguments[1:-1:2], *node.arguments[-1:]]
        else:
            values = list(node.arguments) if name in {"format", "join", "tojson"} else []
        for argument in values:
            yield from flows_of(argument, json=json or name == "tojson")
    elif isinstance(node, (Context, Index)):
        root: Expression = node
        while isinstance(root, Index):
            root = root.inside
        if isinstance(root, Context):
            yield Flow(references(node)[0], json)
