"""MD-502: does every path a workflow names exist?

Asked of local actions and reusable workflows, of the files and directories that commands and well-known inputs need, of
`hashFiles(...)` and of path filters. Certain is only what surely fails: a local action or script looked for in a plain
checkout, with nothing before it that could have made it.

Silent: other checkouts, artifacts and caches; the tree of a caller; paths with expressions; ignored paths, submodules
and links; what is tested for first; cache and artifact paths, which name what is not there yet; negated and wildcard
filters.
"""

from __future__ import annotations

from phase_mirror.model.finding import Edit
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.rules.named_paths import ACTION, CALLED, DIRECTORY, FILTER, HASHED, missing_paths
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.tree_paths import TreePaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.named_paths import Named
    from phase_mirror.rules.protocol import Context, Verdict

_WORKFLOW = """on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./{script}
"""
_SYNTAX = "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax"

META = RuleMeta(
    id="MD-502",
    version="1.0",
    name="dangling-path",
    title="A workflow names a path that does not exist",
    why=(
        "Workflows name files of the tree by text alone. After a move or a removal nothing warns: the job fails when "
        "it comes to the step, which may be the release job; a filter for the old place starts nothing."
    ),
    remediation="Name the path as it is now, or remove the step, input or pattern that names the old one.",
    sources=(
        f"{_SYNTAX}#jobsjob_idstepsuses",
        f"{_SYNTAX}#jobsjob_iduses",
        f"{_SYNTAX}#jobsjob_idstepsworking-directory",
        f"{_SYNTAX}#onpushpull_requestpull_request_targetpathspaths-ignore",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#hashfiles",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("workflows", "actions", "files"),
    example_bad=(
        (".github/workflows/ci.yml", _WORKFLOW.format(script="scripts/test.sh")),
        ("tools/test.sh", "exit 0\n"),
    ),
    example_good=(
        (".github/workflows/ci.yml", _WORKFLOW.format(script="tools/test.sh")),
        ("tools/test.sh", "exit 0\n"),
    ),
)

_NORMS = {
    ACTION: (META.sources[0], "a local action lies in a directory of the workspace"),
    CALLED: (META.sources[1], "a local reusable workflow lies in the same commit"),
    DIRECTORY: (META.sources[2], "the directory must exist on the runner"),
    HASHED: (META.sources[4], "files that match no pattern give an empty text"),
    FILTER: (META.sources[3], "patterns are compared with the paths of the changed files"),
}
_TREE = ("https://github.com/actions/checkout#usage", "the workspace holds the tree of the checked-out commit")


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every named path that the tree lacks."""
    del context  # no options, no policy
    if not facts.workflow_paths:
        return NotApplicable("there are no workflows")
    missing, asked = missing_paths(facts)
    if not asked:
        return NotApplicable("no workflow has a step, calls a local workflow or filters by path")
    tree = TreePaths(facts)
    return [_finding(named, tree) for named in missing]


def _finding(named: Named, tree: TreePaths) -> Finding:
    elsewhere = _elsewhere(named, tree)
    close = elsewhere or ("" if named.kind in {DIRECTORY, HASHED} else tree.near(named.path))
    if close in named.besides:
        elsewhere = close = ""
    what = {FILTER: "path", HASHED: "file"}.get(named.kind, named.kind)
    path = named.path or "."
    sides = [actual(named.span, f"there is no {what} '{path}'", locator=named.locator, value=named.path)]
    sides.extend(actual(span, "and here", locator="again", value=named.path) for span in named.again)
    if elsewhere:
        note = f"the only {what} of that name"
        sides.append(declared(Span.of_file(_file_of(elsewhere, tree)), note, locator="file", value=elsewhere))
    else:
        sides.append(norm(*_NORMS.get(named.kind, _TREE)))
    return META.finding(
        f"There is no {what} '{path}'",
        f"{named.effect}: {_lack(named, path)}{_likely(named)}.",
        *sides,
        remediation=_remedy(named, close, sure=bool(elsewhere)),
        confidence=named.confidence,
        severity=named.severity,
        edits=_edits(named, elsewhere),
    )


def _elsewhere(named: Named, tree: TreePaths) -> str:
    """Return where the path surely moved to: the one place of the same name."""
    if named.kind == ACTION:
        return tree.moved_action(named.path)
    if named.kind in {DIRECTORY, HASHED} or (named.kind == FILTER and named.base is None):
        return ""
    moved = tree.moved(named.path)
    in_workflows = moved.startswith(".github/workflows/") and moved.count("/") == 2
    return moved if named.kind != CALLED or in_workflows else ""


def _file_of(path: str, tree: TreePaths) -> str:
    """Return a file that stands for a path: the metadata file of an action's directory."""
    action = tree.facts.action(path) if path not in tree.facts.files else None
    return action.path if action else path


def _lack(named: Named, path: str) -> str:
    return f"'{path}' holds no 'action.yml'" if named.kind == ACTION else f"'{path}' is not in the tree"


def _likely(named: Named) -> str:
    if named.confidence is not Confidence.LOW or named.kind == FILTER:
        return ""
    return "; an earlier step may make it, or its absence is tolerated"


def _remedy(named: Named, close: str, *, sure: bool) -> str:
    if close:
        return f"In {named.span.path}, name '{close}' instead{'' if sure else ', if that is what is meant'}."
    if named.kind == FILTER:
        return f"In {named.span.path}, remove the pattern '{named.written}' or write the path as it is now."
    wanted = f"{named.path}/action.yml".lstrip("/") if named.kind == ACTION else named.path
    return f"In {named.span.path}, name the path as it is now, or add '{wanted}' to the tree."


def _edits(named: Named, elsewhere: str) -> tuple[Edit, ...]:
    """Return the edit where the path is written from the root of the tree and the new one is known."""
    span = named.span
    if not elsewhere or named.base != "" or span.end_line != span.line:
        return ()
    if span.end_column - span.column != len(named.written):  # quotes, or a part that could not be placed
        return ()
    start = next((each for each in ("./", "$/") if named.written.startswith(each)), "")
    spans = (span, *named.again)
    return tuple(Edit(each, start + elsewhere) for each in spans) if named.written == start + named.path else ()
