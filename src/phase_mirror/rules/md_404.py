"""MD-404: does GitHub read every line of CODEOWNERS, and the file at all?

Reported: lines with syntax GitHub does not know, owners that no account can have, placeholders, a file over the size
limit, and a further CODEOWNERS file behind the one that counts. Silent: a further file that is a link to the other or
its copy, or that is written for GitLab or may be read there.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.repository.codeowners import PLACES, OwnerProblem, find_codeowners, read_codeowners
from phase_mirror.repository.globs.owners import Ignored
from phase_mirror.repository.source import LINK
from phase_mirror.rules.code_owners import DOCS, SYNTAX, codeowners_of
from phase_mirror.rules.protocol import NotApplicable, NotAvailable, actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.codeowners import Codeowners, LineProblem
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

_PLACES_URL = f"{DOCS}#codeowners-file-location"
_SIZE_URL = f"{DOCS}#codeowners-file-size"
_GITLAB_CI = ".gitlab-ci.yml"
_FIXES = {
    Ignored.EMPTY: "Write a pattern before the owners",
    Ignored.NEGATION: "Write the pattern without '!' and without owners, which takes its files out",
    Ignored.CHARACTER_RANGE: "Write one line for every case, or escape brackets that are meant with backslashes",
    Ignored.ESCAPED_HASH: "Write the pattern with '?' for the '#', or own the directory",
    Ignored.ASTERISKS: "Write '**' or '*'",
    Ignored.NEVER_MATCHES: "Write '*' for all files, or '/*' for those in the root",
    OwnerProblem.COMMA: "Separate the owners by blanks",
    OwnerProblem.MALFORMED: "Write '@user', '@organization/team' or an e-mail address",
    OwnerProblem.PLACEHOLDER: "Write the real owner",
}

META = RuleMeta(
    id="MD-404",
    version="1.0",
    name="codeowners-line-ignored",
    title="A CODEOWNERS line that GitHub ignores",
    why=(
        "GitHub skips a line it cannot read and says so only on the page of the file. The files of that line fall to "
        "an earlier line or to nobody, and no review is asked for."
    ),
    remediation="Write the line in the syntax that GitHub reads, and keep one CODEOWNERS file.",
    sources=(SYNTAX, _PLACES_URL, _SIZE_URL),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("codeowners",),
    example_bad=((".github/CODEOWNERS", "* @acme/one, @acme/two\n"),),
    example_good=((".github/CODEOWNERS", "* @acme/one @acme/two\n"),),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every line, and every file, that does not count."""
    del context  # no options, no policy
    codeowners = codeowners_of(facts)
    if isinstance(codeowners, NotApplicable | NotAvailable):
        return codeowners
    found = (
        [_too_large(codeowners)] if codeowners.too_large else [_line(one, codeowners) for one in codeowners.problems]
    )
    return [*found, *_further(codeowners, facts)]


def _line(problem: LineProblem, codeowners: Codeowners) -> Finding:
    path, text = codeowners.path, codeowners.lines[problem.line_number - 1].strip()
    pattern = problem.pattern or text
    word = text if problem.kind is Ignored.EMPTY else _word(problem, codeowners)
    if not problem.skips_line:
        message = (
            f"{path} gives '{pattern}' to '{word}', which is a placeholder of the documentation or of a template. "
            "GitHub ignores an owner who does not exist, and asks a stranger who does."
        )
        title = f"CODEOWNERS owner '{word}' of '{pattern}' is a placeholder"
    else:
        title = f"CODEOWNERS line '{pattern}' is ignored"
        message = (
            f"GitHub ignores this line of {path}: {problem.reason}. Its files belong to an earlier line or to nobody."
        )
    return META.finding(
        title,
        message,
        actual(problem.span, problem.reason, locator=pattern, value=f"{problem.kind.value} {word}"),
        norm(SYNTAX, "what a line may hold"),
        remediation=f"{_FIXES[problem.kind]} in {path}.",
        confidence=Confidence.HIGH if problem.skips_line else Confidence.MEDIUM,
    )


def _word(problem: LineProblem, codeowners: Codeowners) -> str:
    """Return the part of a line that is wrong."""
    return codeowners.lines[problem.line_number - 1][problem.span.column - 1 : problem.span.end_column - 1]


def _too_large(codeowners: Codeowners) -> Finding:
    path = codeowners.path
    return META.finding(
        f"{path} is too large and ignored whole",
        f"GitHub reads a CODEOWNERS file of less than 3 MB, and {path} is larger. Nobody owns anything by it.",
        actual(Span.of_file(path), "3 MB or more", locator="CODEOWNERS", value="too large"),
        norm(_SIZE_URL, "files over the limit are not loaded"),
        remediation=f"Join lines of {path} with wildcards until it is smaller than 3 MB.",
        severity=Severity.HIGH,
    )


def _further(codeowners: Codeowners, facts: Snapshot) -> Iterator[Finding]:
    """Yield a finding for every CODEOWNERS file behind the one that counts."""
    counts = facts.text(codeowners.path)
    if _GITLAB_CI in facts.files or facts.files[codeowners.path].kind == LINK:
        return
    for path in find_codeowners(facts.files):
        text = facts.text(path) if path in PLACES and path != codeowners.path else None
        if text is None or counts is None or facts.files[path].kind == LINK:
            continue
        if text.text.strip() == counts.text.strip():
            continue
        other = read_codeowners(path, text.text, facts.limits)
        if other.gitlab or not (other.rules or other.problems):
            continue
        yield META.finding(
            f"{path} never counts beside {codeowners.path}",
            f"GitHub reads the first CODEOWNERS file of {', '.join(PLACES)}. {codeowners.path} is that one, so the "
            f"lines of {path}, which are others, have no effect.",
            declared(Span.of_file(codeowners.path), "this file counts", locator="CODEOWNERS", value=codeowners.path),
            actual(text.span_of_line(_first_line(other)), "this one does not", locator="CODEOWNERS", value=path),
            norm(_PLACES_URL, "the first one found is used"),
            remediation=f"Move the lines of {path} that are still meant into {codeowners.path} and delete {path}.",
        )


def _first_line(codeowners: Codeowners) -> int:
    """Return the first line that is neither blank nor a comment."""
    return min([rule.line_number for rule in codeowners.rules] + [one.line_number for one in codeowners.problems])
