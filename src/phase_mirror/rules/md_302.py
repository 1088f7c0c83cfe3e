"""MD-302: does the automation run a download that anybody upstream can change, where its other inputs are fixed?

Looked at are scripts that flow into a shell (`curl ... | sh`, `bash <(curl ...)`) and files that are downloaded from a
branch, from the newest release or from an address without a version, and then run.

Silent: an address that names a version, a hash or something the shell fills in; a script that checks a checksum or a
signature; a version handed to the installer by argument or variable; the repository's own owner; the Rust installer,
which has no other form; a vendor's installer where the repository fixes nothing else; packages of a package manager.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.formats.tree import Mapping, entries_of, text_of
from phase_mirror.repository.workflows.uses import use_sites
from phase_mirror.rules.downloads import (
    FIXED,
    MOVING,
    downloads,
    host_of,
    is_newest,
    is_of_branch,
    owner_of,
    runs_file,
)
from phase_mirror.rules.pin_practice import practice_of, third_parties
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node, Scalar
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Step
    from phase_mirror.repository.workflows.shell import Command
    from phase_mirror.rules.downloads import Download
    from phase_mirror.rules.protocol import Context, Verdict

_WORKFLOW = """on: push
permissions: {{contents: read}}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: curl -sSfL https://github.com/acme/proto/releases/download/v2.1.0/proto -o proto
      - run: curl -sSfL https://lint.test/{path}install.sh | sh
"""

META = RuleMeta(
    id="MD-302",
    version="1.0",
    name="unpinned-install",
    title="A download that can change is run",
    why=(
        "A script of a branch or the newest release is other code tomorrow. A repository that fixes its other inputs "
        "runs it all the same, so a build can break, or be taken over, without any change in the repository."
    ),
    remediation="Name a version or a commit in the address, and check the checksum before the file is run.",
    sources=("https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("workflows", "actions"),
    example_bad=((".github/workflows/ci.yml", _WORKFLOW.format(path="")),),
    example_good=((".github/workflows/ci.yml", _WORKFLOW.format(path="v1.64.8/")),),
)

NO_OTHER_FORM = ("sh.rustup.rs", "win.rustup.rs", "static.rust-lang.org")
"""Hosts of installers that exist in the newest form alone and check what they install themselves
(https://rust-lang.github.io/rustup/installation/other.html)."""

LOCAL_HOSTS = ("localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal")  # noqa: S104 - compared, never bound


class Line(Record):
    """One download with its place.

    Attributes:
        document: the file it stands in.
        script: the `run` scalar.
        locator: of the script.
        download: what is downloaded.
        runner: the command that runs it, None when nothing is seen to.
        guarded: a checksum is checked, or a version is named beside the address.
    """

    document: Document
    script: Scalar
    locator: str
    download: Download
    runner: Command | None
    guarded: bool

    @property
    def span(self) -> Span:
        """Return the span of the address."""
        return self.document.span_within(self.script, self.download.start, self.download.length)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every download that can change and is run."""
    del context  # no options, no policy
    lines = list(_lines(facts))
    if not lines:
        return NotApplicable("no script of the automation downloads anything")
    slug = facts.setting.slug.lower()
    found = [_judged(facts, line, lines) for line in lines if _is_loose(line, slug)]
    return [finding for finding in found if finding is not None]


# -- what is downloaded -----------------------------------------------------------------------------------------------


def _lines(facts: Snapshot) -> Iterator[Line]:
    for workflow in facts.workflows.values():
        for job in workflow.jobs.values():
            outer = (*_names(workflow.root), *_names(job.node))
            yield from _of_steps(workflow.document, job.steps, f"jobs.{job.id}.", outer)
    for action in facts.actions.values():
        yield from _of_steps(action.document, action.steps, "runs.", ())


def _names(node: Mapping) -> tuple[str, ...]:
    return tuple(key.value for key, _ in entries_of(node.get("env")))


def _of_steps(document: Document, steps: tuple[Step, ...], place: str, outer: tuple[str, ...]) -> Iterator[Line]:
    """Yield the downloads of some steps; what one of them leaves may be run by a later one."""
    for number, step in enumerate(steps):
        script = step.run
        if script is None or "://" not in script.value or _is_other_language(step.node.get("shell")):
            continue
        found, commands = downloads(script.value)
        later = [downloads(each.run.value)[1] for each in steps[number + 1 :] if each.run and found]
        text = "\n".join([script.value, *(each.run.value for each in steps[number + 1 :] if each.run)])
        for download in found:
            runner = download.runner
            if runner is None and download.target:
                behind = (commands[download.number + 1 :], *later)
                runner = next((ran for part in behind if (ran := runs_file(part, download.target))), None)
            guarded = _checks(text if download.runner is None else script.value) or (
                runner is not None and _names_version(download, runner, script.value, _names(step.node), outer)
            )
            locator = f"{place}steps[{step.label}].run"
            yield Line(document, script, locator, download, runner, guarded)


def _is_other_language(shell: Node | None) -> bool:
    name = text_of(shell) or ""
    return name.startswith(("python", "perl", "node"))


def _checks(text: str) -> bool:
    return _checksum().search(text) is not None


@cache
def _checksum() -> re.Pattern[str]:
    return re.compile(
        r"sha\d*sum|shasum|md5sum|b2sum|openssl +dgst|Get-FileHash|gpgv?2? .*--verify|cosign +verify"
        r"|attestation +verify|minisign|slsa-verifier",
        re.IGNORECASE,
    )


def _names_version(
    download: Download, runner: Command, text: str, own: tuple[str, ...], outer: tuple[str, ...]
) -> bool:
    """Say whether the installer is told which version to install."""
    told = r"\d+\.\d+|[$]" if download.runner is not None else r"\d+\.\d+"
    if any(re.search(told, word.text) and "://" not in word.text for word in runner.words[1:]):
        return True
    words = [word for word in re.split(r"[^a-z0-9]+", download.url.lower()) if len(word) > 2]
    shared = [name for name in outer if any(word in name.lower() for word in words)]
    return any("VERSION" in name.upper() for name in (*own, *shared)) or re.search(r"VERSION\w*=", text) is not None


# -- whether it is loose ----------------------------------------------------------------------------------------------


def _is_loose(line: Line, slug: str) -> bool:
    download, host = line.download, host_of(line.download.url)
    if download.state != MOVING or line.runner is None or line.guarded or host in (*NO_OTHER_FORM, *LOCAL_HOSTS):
        return False
    owner, _, name = slug.partition("/")
    theirs = owner_of(download.url)
    if theirs:
        return bool(owner) and theirs != owner
    plain = re.sub(r"[^a-z0-9]", "", host)
    return not (owner and (re.sub(r"[^a-z0-9]", "", owner) in plain or name in host.split(".")))


def _judged(facts: Snapshot, line: Line, lines: list[Line]) -> Finding | None:
    """Return the finding; None where the address has no better form and nothing else is fixed."""
    url = line.download.url
    has_other_form = is_newest(url) or is_of_branch(url)
    side = _fixed_sibling(line, lines) or _pinned_actions(facts)
    if side is None and not has_other_form:
        return None
    strong = side is not None and has_other_form
    what = "the newest release" if is_newest(url) else "a file of a branch" if is_of_branch(url) else "no version"
    while_ = ", while the repository fixes other things it fetches" if side is not None else ""
    return META.finding(
        f"'{_short(url)}' is run without a pin",
        f"The script downloads and runs '{_short(url)}', which names {what}, and checks nothing: it can be other code "
        f"at the next run{while_}.",
        *((side,) if side is not None else ()),
        actual(line.span, "downloaded and run unseen", locator=line.locator, value=url),
        norm(META.sources[0], "downloads that are run should be pinned"),
        remediation=_remedy(line),
        severity=Severity.MEDIUM if strong else Severity.LOW,
        confidence=Confidence.HIGH if strong else Confidence.MEDIUM,
    )


def _short(url: str) -> str:
    place = url.partition("://")[2]
    return place if len(place) < 80 else f"{place[:76].rstrip('.')}..."


def _remedy(line: Line) -> str:
    url, path = line.download.url, line.document.path
    if is_newest(url):
        return f"In {path}, write `/releases/download/<tag>/` for `/releases/latest/download/` and check the checksum."
    if is_of_branch(url):
        return f"In {path}, write a commit hash in place of the branch in the address."
    return f"In {path}, use an address that names a version, or download the file, check its checksum and run it then."


def _fixed_sibling(line: Line, lines: list[Line]) -> Evidence | None:
    """Return a download of the repository that names a version: from the same host if there is one."""
    fixed = [each for each in lines if each.download.state == FIXED and _is_program(each.download.url)]
    host = host_of(line.download.url)
    near = [each for each in fixed if host_of(each.download.url) == host]
    for each in (*near, *fixed):
        return declared(each.span, "names a version", locator=each.locator, value="fixed download")
    return None


def _is_program(url: str) -> bool:
    return re.search(r"/releases/download/|/archive/|\.(?:tar|tgz|zip|sh|exe|jar)\b", url) is not None


def _pinned_actions(facts: Snapshot) -> Evidence | None:
    """Return a typical pinned action where the repository practises pinning."""
    slug = facts.setting.slug
    practice = practice_of(third_parties(use_sites(facts), slug), owner_known=bool(slug))
    if practice is None:
        return None
    return declared(practice.pinned[0].span, "pinned by hash, as the others are", locator="practice", value="sha")
