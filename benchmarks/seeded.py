"""Plants one contradiction at a time into real repositories and prints how many each rule finds.

Usage: python benchmarks/seeded.py [--rules MD-101,...] [--seeds N] [--seed S] [--misses] REPOSITORY ...

For every rule and repository up to N contradictions are planted, one at a time, each at a random place: a workflow of
the repository is rewritten, a line of CODEOWNERS added, a file taken away, or a gate declared for a job that is really
there. The planted facts follow the vendor's documentation, not the rule's code. A seed counts as found when the rule
has a finding in the seeded tree that it does not have in the tree as it was. Repositories where nothing can be
planted are left out.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from phase_mirror.app.configuration import configuration_of, weakenings_of
from phase_mirror.model.finding import fingerprint
from phase_mirror.repository.git import Git
from phase_mirror.repository.snapshot import Setting, Snapshot
from phase_mirror.repository.source import Entry
from phase_mirror.repository.worktree import WorkTree
from phase_mirror.rules.protocol import Context
from phase_mirror.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from phase_mirror.rules.protocol import Rule

TODAY = "2026-11-25"
ACTIONS_APP = 15368
HASH = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
OTHER_HASH = "11bd71901bbe5b1630ceea73d27597364c9af683"

Changes = dict[str, bytes | None]


class Plain(str):
    """A scalar that stood without quotes and is written so again: `true` stays a boolean, `3.10` a number."""

    __slots__ = ()


class Loader(yaml.BaseLoader):
    """Reads every scalar as text and remembers which were plain."""

    def construct_scalar(self, node: yaml.ScalarNode) -> str:
        """Return the text of a scalar."""
        text = super().construct_scalar(node)
        return Plain(text) if node.style is None else text


class Dumper(yaml.SafeDumper):
    """Writes what `Loader` read."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature of PyYAML
        """Write shared parts out."""
        return True


Dumper.add_representer(
    Plain, lambda dumper, text: dumper.represent_scalar(dumper.resolve(yaml.ScalarNode, text, (True, False)), text)
)


class Overlay:
    """A tree with some files changed (bytes) or taken away (None)."""

    def __init__(self, below: WorkTree, changes: Changes) -> None:
        self.below = below
        self.changes = changes
        self.limits = below.limits

    def entries(self) -> dict[str, Entry]:
        """Return every path."""
        found = dict(self.below.entries())
        for path, data in self.changes.items():
            if data is None:
                found.pop(path, None)
            else:
                found[path] = Entry(path)
        return dict(sorted(found.items()))

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        data = self.changes.get(path)
        return self.below.read(path) if data is None else data


class Subject:
    """A repository that seeds are planted in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git = Git(str(root))
        self.tree = WorkTree(str(root), git=self.git)
        branch = self.git.default_branch() or "main"
        self.setting = Setting(default_branch=branch, slug=root.name.replace("__", "/"))
        self.plain = self.snapshot({})
        self._before: dict[str, Counter[str]] = {}

    def snapshot(self, changes: Changes) -> Snapshot:
        """Return the facts of the tree with changes."""
        return Snapshot(Overlay(self.tree, changes), setting=self.setting)

    def workflows(self) -> list[tuple[str, dict[str, Any]]]:
        """Return path and content of every workflow that PyYAML reads, all scalars as text."""
        found = []
        for path in self.plain.workflow_paths:
            try:
                shape = yaml.load(self.plain.data(path) or b"", Loader=Loader)  # noqa: S506 - builds texts alone
            except yaml.YAMLError:
                continue
            if isinstance(shape, dict) and isinstance(shape.get("jobs"), dict) and "on" in shape:
                found.append((path, shape))
        return found

    def before(self, rule: Rule) -> Counter[str]:
        """Return the findings of a rule in the tree as it is, by identity."""
        if rule.META.id not in self._before:
            self._before[rule.META.id] = findings(rule, self.plain, None)
        return self._before[rule.META.id]


def findings(rule: Rule, head: Snapshot, base: Snapshot | None) -> Counter[str]:
    """Return the identities of a rule's findings."""
    config = configuration_of(base or head)
    extra: Any = config.exemptions
    if rule.META.id == "MD-409":
        extra = weakenings_of(head, base) if base else ()
    options = {option.name: option.default for option in rule.META.options}
    verdict = rule.check(head, Context(options=options, policy=config.policy, base=base, today=TODAY, extra=extra))
    return Counter(fingerprint(each, rule.META.major) for each in verdict) if isinstance(verdict, list) else Counter()


# -- shapes ------------------------------------------------------------------------------------------------------------


def dumped(shape: object) -> bytes:
    """Return a YAML document."""
    return yaml.dump(shape, Dumper=Dumper, sort_keys=False, width=1000).encode()


def ruleset(*checks: str, app: int | None = ACTIONS_APP, strict: bool = True, **more: Any) -> bytes:
    """Return an active ruleset for the default branch that requires checks."""
    wanted = [{"context": name, **({"integration_id": app} if app else {})} for name in checks]
    rules = [
        {
            "type": "required_status_checks",
            "parameters": {"strict_required_status_checks_policy": strict, "required_status_checks": wanted},
        },
        *more.pop("rules", []),
    ]
    shape = {
        "name": "seed",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": rules,
        **more,
    }
    return json.dumps(shape, indent=2).encode()


def events(shape: dict[str, Any]) -> dict[str, Any]:
    """Return the triggers as a mapping."""
    on = shape["on"]
    if isinstance(on, str):
        return {on: None}
    if isinstance(on, list):
        return dict.fromkeys(on)
    return dict(on)


def unfiltered(shape: dict[str, Any]) -> bool:
    """Say whether a workflow runs on every pull request."""
    settings = events(shape)
    return "pull_request" in settings and settings["pull_request"] in (None, "", {})


def plain_jobs(shape: dict[str, Any]) -> list[str]:
    """Return jobs with steps, a literal name, no matrix and no condition."""
    return [
        key
        for key, job in shape["jobs"].items()
        if isinstance(job, dict)
        and job.get("steps")
        and isinstance(job["steps"], list)
        and "strategy" not in job
        and "if" not in job
        and "${{" not in str(job.get("name", ""))
    ]


def name_of(shape: dict[str, Any], job: str) -> str:
    """Return the check a plain job reports."""
    return str(shape["jobs"][job].get("name") or job)


def gated(subject: Subject, rng: random.Random) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield workflows with a plain job on every pull request, in random order, as copies to change."""
    names = Counter(name_of(shape, job) for _, shape in subject.workflows() for job in shape["jobs"])
    if subject.plain.gates:
        return
    choices = [
        (path, shape, job)
        for path, shape in subject.workflows()
        if unfiltered(shape)
        for job in plain_jobs(shape)
        if names[name_of(shape, job)] == 1
    ]
    rng.shuffle(choices)
    for path, shape, job in choices:
        yield path, copy.deepcopy(shape), job


def any_workflow(subject: Subject, rng: random.Random) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield workflows with a job that has steps, as copies to change."""
    choices = [
        (path, shape, key)
        for path, shape in subject.workflows()
        for key, job in shape["jobs"].items()
        if isinstance(job, dict) and isinstance(job.get("steps"), list) and "if" not in job
    ]
    rng.shuffle(choices)
    for path, shape, job in choices:
        yield path, copy.deepcopy(shape), job


GATE = ".github/rulesets/seed.json"


# -- planters: each yields changes, or (changes of the base, changes of the head) --------------------------------------


def plant_101(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Require a name that the job does not have: its id, the page's spelling, another case, an old name."""
    for path, shape, job in gated(subject, rng):
        name = name_of(shape, job)
        kind = rng.choice(("id", "page", "case", "renamed"))
        if kind == "id":
            shape["jobs"][job]["name"] = f"Run {name} for all"
            yield {path: dumped(shape), GATE: ruleset(job)}
        elif kind == "page":
            shape.setdefault("name", "Continuous integration")
            yield {path: dumped(shape), GATE: ruleset(f"{shape['name']} / {name}")}
        elif kind == "case":
            if name.swapcase() != name:
                yield {GATE: ruleset(name.swapcase())}
        else:
            shape["jobs"][job]["name"] = f"{name} tests"
            yield {path: dumped(shape), GATE: ruleset(f"{name} test")}


def plant_102(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Declare a policy and a gate below it."""
    if subject.plain.gates or ".phase-mirror.yml" in subject.plain.files:
        return
    review = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
    for _, shape, job in gated(subject, rng):
        check = name_of(shape, job)
        yield from rng.sample(
            [
                {GATE: ruleset(check), ".phase-mirror.yml": b"version: 1\npolicy:\n  gate: {reviews: 1}\n"},
                {
                    GATE: ruleset(check, rules=[review]),
                    ".phase-mirror.yml": b"version: 1\npolicy:\n  gate: {reviews: 2}\n",
                },
                {
                    GATE: ruleset(check, rules=[review]),
                    ".phase-mirror.yml": b"version: 1\npolicy:\n  gate: {code_owner_review: true}\n",
                },
                {
                    GATE: ruleset(check, rules=[review], enforcement="evaluate"),
                    ".phase-mirror.yml": b"version: 1\npolicy:\n  gate: {reviews: 1}\n",
                },
                {
                    GATE: ruleset(
                        check,
                        rules=[review],
                        bypass_actors=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
                    ),
                    ".phase-mirror.yml": b"version: 1\npolicy:\n  gate: {admin_bypass: false}\n",
                },
            ],
            1,
        )


def plant_103(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Switch a merge queue on, for a check that runs on pull requests alone."""
    for path, shape, job in gated(subject, rng):
        shape["on"] = {"pull_request": None}
        queue = {"type": "merge_queue", "parameters": {"merge_method": "SQUASH"}}
        yield {path: dumped(shape), GATE: ruleset(name_of(shape, job), rules=[queue])}


def plant_104(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Give a required check's workflow a filter."""
    for path, shape, job in gated(subject, rng):
        kind = rng.choice((["docs/**"], ["**.py", "!tests/**"], None))
        filters = {"paths-ignore": ["**.md"]} if kind is None else {"paths": kind}
        shape["on"] = {"pull_request": filters}
        yield {path: dumped(shape), GATE: ruleset(name_of(shape, job))}


def plant_105(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Make a required job unable to fail."""
    for path, shape, job in gated(subject, rng):
        if rng.random() < 0.5:
            for step in shape["jobs"][job]["steps"]:
                step["continue-on-error"] = True
            yield {path: dumped(shape), GATE: ruleset(name_of(shape, job))}
        else:
            shape["jobs"]["seed-gate"] = {
                "runs-on": "ubuntu-latest",
                "needs": [job],
                "if": "always()",
                "steps": [{"run": "echo all done"}],
            }
            yield {path: dumped(shape), GATE: ruleset("seed-gate")}


def plant_106(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Keep two exports of one ruleset that differ."""
    for _, shape, job in gated(subject, rng):
        first = json.loads(ruleset(name_of(shape, job)))
        first.update(id=7, source=subject.setting.slug, source_type="Repository")
        second = copy.deepcopy(first)
        if rng.random() < 0.5:
            second["rules"][0]["parameters"]["required_status_checks"] = [{"context": "another"}]
        else:
            second["enforcement"] = "disabled"
        yield {
            GATE: json.dumps(first, indent=2).encode(),
            ".github/rulesets/b.json": json.dumps(second, indent=2).encode(),
        }


def plant_107(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Require an aggregator that forgets a job."""
    for path, shape, job in gated(subject, rng):
        jobs = plain_jobs(shape)
        waited = {need for each in shape["jobs"].values() for need in _listed(each.get("needs"))}
        ends = [each for each in jobs if each not in waited]
        if len(ends) < 2:
            continue
        tests = [each for each in ends if _tests(each, shape["jobs"][each])]
        if not tests:
            continue
        left_out = rng.choice(tests)
        shape["jobs"]["seed-gate"] = {
            "runs-on": "ubuntu-latest",
            "needs": [each for each in shape["jobs"] if each != left_out],
            "if": "always()",
            "steps": [{"run": "exit 1", "if": "contains(needs.*.result, 'failure')"}],
        }
        del job
        yield {path: dumped(shape), GATE: ruleset("seed-gate")}


def _tests(key: str, job: dict[str, Any]) -> bool:
    """Say whether a job is one whose failure surely counts: it tests or lints by its name, and writes nothing."""
    words = f"{key} {job.get('name', '')}".lower()
    return any(word in words for word in ("test", "lint", "check")) and "permissions" not in job


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


def plant_108(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Declare settings that enforce nothing."""
    if subject.plain.gates:
        return
    body = {"required_status_checks": {"strict": True, "contexts": []}, "enforce_admins": True}
    review = {
        "type": "pull_request",
        "parameters": {"required_approving_review_count": 1, "require_code_owner_review": True},
    }
    choices: list[Changes] = [
        {".github/branch-protection.json": json.dumps(body, indent=2).encode()},
        {GATE: ruleset()},
    ]
    places = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    gate: Changes = {GATE: ruleset("x", app=None, rules=[review])}
    choices.append({**gate, **{place: None for place in places if place in subject.plain.files}})
    rng.shuffle(choices)
    yield from choices


def plant_109(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Report a required name from a second workflow that always passes."""
    for _, shape, job in gated(subject, rng):
        stand_in = {
            "name": "Seed",
            "on": {"pull_request": None},
            "jobs": {"x": {"name": name_of(shape, job), "runs-on": "ubuntu-latest", "steps": [{"run": "true"}]}},
        }
        yield {".github/workflows/seed.yml": dumped(stand_in), GATE: ruleset(name_of(shape, job))}


def plant_201(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Grant more than the declared ceiling, or everything."""
    for path, shape, job in any_workflow(subject, rng):
        if "workflow_call" in events(shape):
            continue  # its caller's token bounds it
        if rng.random() < 0.5:
            shape["jobs"][job]["permissions"] = "write-all"
            yield {path: dumped(shape)}
        elif ".phase-mirror.yml" not in subject.plain.files:
            shape["jobs"][job]["permissions"] = {"contents": "read", rng.choice(("packages", "issues")): "write"}
            ceiling = b"version: 1\npolicy:\n  token_ceiling: {contents: write, id-token: write}\n"
            yield {path: dumped(shape), ".phase-mirror.yml": ceiling}


def plant_202(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Check out and run a pull request's code with a secret."""
    for path, shape, job in any_workflow(subject, rng):
        shape["on"] = {"pull_request_target": None}
        shape["jobs"] = {
            job: {
                "runs-on": "ubuntu-latest",
                "permissions": {"contents": "write"},
                "steps": [
                    {
                        "uses": f"actions/checkout@{HASH}",
                        "with": {
                            "ref": rng.choice(
                                (
                                    "${{ github.event.pull_request.head.sha }}",
                                    "${{ github.head_ref }}",
                                    "refs/pull/${{ github.event.number }}/merge",
                                )
                            ),
                            "repository": "${{ github.event.pull_request.head.repo.full_name }}",
                        },
                    },
                    {
                        "run": rng.choice(("npm ci && npm test", "make test", "pip install .", "./gradlew build")),
                        "env": {"TOKEN": "${{ secrets.DEPLOY_TOKEN }}"},
                    },
                ],
            }
        }
        yield {path: dumped(shape)}


def plant_203(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Expand a text of an outsider inside a script."""
    for path, shape, job in any_workflow(subject, rng):
        event, text = rng.choice(
            (
                ("issues", "github.event.issue.title"),
                ("issue_comment", "github.event.comment.body"),
                ("pull_request_target", "github.event.pull_request.title"),
                ("pull_request_target", "github.head_ref"),
                ("pull_request", "github.event.pull_request.head.ref"),
            )
        )
        shape["on"] = {event: None}
        steps = shape["jobs"][job]["steps"]
        if rng.random() < 0.7:
            step = {"run": f'echo "${{{{ {text} }}}}"'}
        else:
            step = {
                "uses": f"actions/github-script@{HASH}",
                "with": {"script": f"console.log('${{{{ {text} }}}}')"},
            }
        steps.insert(0, step)
        yield {path: dumped(shape)}


def plant_204(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Take the pin of one third-party action away where all are pinned by policy."""
    if ".phase-mirror.yml" in subject.plain.files:
        return
    policy = b'version: 1\npolicy:\n  pins: {actions: sha, except: ["actions/*"]}\n'
    for path, shape, job in any_workflow(subject, rng):
        step = {"uses": f"some-vendor/some-action@{rng.choice(('v1', 'main', 'v2.3.4'))}"}
        shape["jobs"][job]["steps"].insert(rng.randrange(len(shape["jobs"][job]["steps"]) + 1), step)
        yield {path: dumped(shape), ".phase-mirror.yml": policy}


def plant_205(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Hand secrets to an unpinned third party."""
    for path, shape, job in any_workflow(subject, rng):
        if rng.random() < 0.5:
            shape["jobs"]["seed"] = {
                "uses": "some-vendor/shared/.github/workflows/release.yml@main",
                "secrets": "inherit",
            }
        else:
            step = {"uses": "some-vendor/upload@v1", "with": {"token": "${{ secrets.UPLOAD_TOKEN }}"}}
            shape["jobs"][job]["steps"].append(step)
        yield {path: dumped(shape)}


def plant_302(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Run a script straight from the network."""
    for path, shape, job in any_workflow(subject, rng):
        run = rng.choice(
            (
                "curl -sSfL https://tools.example.com/install.sh | sh",
                "wget -qO- https://raw.githubusercontent.com/vendor/tool/main/install.sh | bash",
                "bash <(curl -s https://tools.example.com/install.sh)",
                'sh -c "$(curl -fsSL https://raw.githubusercontent.com/vendor/tool/master/install.sh)"',
            )
        )
        fixed = "curl -sSfLO https://github.com/vendor/other/releases/download/v1.2.3/other.tar.gz"
        shape["jobs"][job]["steps"] += [{"run": fixed}, {"run": run}]  # what is declared: downloads name a version
        yield {path: dumped(shape)}


def plant_307(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Comment one hash with two versions."""
    for path, shape, job in any_workflow(subject, rng):
        steps = shape["jobs"][job]["steps"]
        steps += [{"uses": f"some-vendor/setup@{HASH} # v1.2.3"}, {"uses": f"some-vendor/setup@{HASH} # v1.3.0"}]
        text = dumped(shape).decode()
        yield {path: "\n".join(_bare_uses(line) for line in text.split("\n")).encode()}


def _bare_uses(line: str) -> str:
    """Take the quotes off a `uses` with a comment in it, which the dump put there."""
    return line.replace("'", "") if "some-vendor/setup@" in line else line


def owned(subject: Subject) -> tuple[str, str] | None:
    """Return path and text of the CODEOWNERS file that counts, when it is ordinary."""
    owners = subject.plain.codeowners
    if owners is None or owners.gitlab or owners.too_large or owners.generated or not owners.rules:
        return None
    return owners.path, (subject.plain.data(owners.path) or b"").decode("utf-8", "replace")


def directories(subject: Subject) -> list[str]:
    """Return directories with at least five files, dot-directories left out."""
    counts = Counter(
        "/".join(path.split("/")[:depth])
        for path in subject.plain.paths
        for depth in range(1, path.count("/") + 1)
        if not path.startswith(".") and " " not in path
    )
    return sorted(name for name, number in counts.items() if number >= 5 and name.isascii() and "[" not in name)


def plant_401(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Own something that is not there."""
    found = owned(subject)
    for _ in range(20 if found else 0):
        path, text = found or ("", "")
        name = rng.choice(directories(subject) or ["x"])
        pattern = rng.choice((f"/{name}-old/", f"/{name}/moved-away.xyz", f"/{name[:-1]}/", "*.nosuchending"))
        if not subject.plain.is_directory(pattern.strip("/")):
            yield {path: f"{text.rstrip()}\n{pattern} @some-org/some-team\n".encode()}


def plant_402(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Put a narrow rule before a wide one that takes all of it."""
    found = owned(subject)
    for _ in range(20 if found else 0):
        path, text = found or ("", "")
        inside = [name for name in directories(subject) if "/" in name]
        if inside:
            name = rng.choice(inside)
            wide = name.rpartition("/")[0]
            yield {path: f"{text.rstrip()}\n/{name}/ @some-org/narrow\n/{wide}/ @some-org/wide\n".encode()}


def plant_403(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Own everything but the workflows."""
    if not subject.plain.workflow_paths or subject.plain.gates:
        return
    tops = sorted({path.split("/")[0] for path in subject.plain.paths if "/" in path and not path.startswith(".")})
    if not tops or any(" " in top or "[" in top for top in tops):
        return
    review = {
        "type": "pull_request",
        "parameters": {"required_approving_review_count": 1, "require_code_owner_review": True},
    }
    places: Changes = {place: None for place in ("CODEOWNERS", "docs/CODEOWNERS") if place in subject.plain.files}
    for _ in range(3):
        rng.shuffle(tops)
        lines = "".join(f"/{top}/ @some-org/all\n" for top in tops)
        yield {**places, ".github/CODEOWNERS": lines.encode(), GATE: ruleset(rules=[review])}


def plant_404(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Write a line that GitHub ignores."""
    found = owned(subject)
    for _ in range(20 if found else 0):
        path, text = found or ("", "")
        line = rng.choice(
            (
                "!/docs/ @some-org/team",
                "/src/[ab]*.py @some-org/team",
                "* @some-org/one, @some-org/two",
                "/docs/ some-team",
                "\\#notes @some-org/team",
            )
        )
        yield {path: f"{text.rstrip()}\n{line}\n".encode()}


def plant_408(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Own only the files directly inside a directory whose files are mostly below."""
    found = owned(subject)
    names = directories(subject)
    rng.shuffle(names)
    for name in names if found else []:
        path, text = found or ("", "")
        below = subject.plain.under(name)
        direct = [each for each in below if "/" not in each[len(name) + 1 :]]
        owners = subject.plain.ownership
        places = [bisect_left(owners.index.paths, each) for each in below] if owners else []
        if len({id(owners.rule_of(place)) for place in places} if owners else ()) != 1 or f"{name}/" in text:
            continue  # other lines speak of it already
        if len(below) >= 20 and 0 < len(direct) <= len(below) // 5:
            yield {path: f"{text.rstrip()}\n/{name}/* @some-org/some-team\n".encode()}


def plant_407(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Keep an exemption past its day, or without a reason."""
    if ".phase-mirror.yml" in subject.plain.files:
        return
    old = b'version: 1\nexemptions:\n  - {rule: MD-204, path: "**", reason: "until the move", expires: 2026-01-31}\n'
    for path, _, _ in any_workflow(subject, rng):
        text = (subject.plain.data(path) or b"").decode("utf-8", "replace")
        line = rng.choice(
            ("# phase-mirror: ignore[MD-204] until the move until=2026-01-31", "# phase-mirror: ignore[MD-204]")
        )
        yield rng.choice(({".phase-mirror.yml": old}, {path: f"{line}\n{text}".encode()}))


def plant_409(subject: Subject, rng: random.Random) -> Iterator[tuple[Changes, Changes]]:
    """Weaken in a change what the base declares."""
    review = {
        "type": "pull_request",
        "parameters": {"required_approving_review_count": 2, "require_code_owner_review": True},
    }
    weak = copy.deepcopy(review)
    weak["parameters"]["required_approving_review_count"] = 1
    if subject.plain.gates or ".phase-mirror.yml" in subject.plain.files:
        return
    for _ in range(8):
        before = {GATE: ruleset("build", rules=[review])}
        config = b"version: 1\npolicy:\n  token_ceiling: {contents: read}\n"
        wide = b"version: 1\npolicy:\n  token_ceiling: {contents: write}\n"
        off = b"version: 1\npolicy:\n  token_ceiling: {contents: read}\nrules:\n  MD-202: off\n"
        seeds: list[tuple[Changes, Changes]] = [
            (before, {GATE: ruleset("build", rules=[weak])}),
            (before, {GATE: ruleset(rules=[review])}),
            (before, {GATE: ruleset("build", rules=[review], enforcement="disabled")}),
            (before, {GATE: None}),
            ({".phase-mirror.yml": config}, {".phase-mirror.yml": wide}),
            ({".phase-mirror.yml": config}, {".phase-mirror.yml": off}),
            ({".phase-mirror.yml": config}, {".phase-mirror.yml": None}),
        ]
        found = owned(subject)
        if found:
            seeds.append(({}, {found[0]: None}))
        yield rng.choice(seeds)


def plant_502(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Name a file that is not there, or take away one that is named."""
    for path, shape, job in any_workflow(subject, rng):
        checkout = {"uses": f"actions/checkout@{HASH}"}
        kind = rng.choice(("action", "script", "workflow", "hash"))
        if kind == "workflow":
            shape["jobs"]["seed"] = {"uses": "./.github/workflows/no-such-workflow.yml"}
        else:
            step: dict[str, Any] = {
                "action": {"uses": "./.github/actions/no-such-action"},
                "script": {"run": rng.choice(("bash scripts/no-such-script.sh", "./ci/no-such-script.sh --all"))},
                "hash": {
                    "uses": f"actions/setup-node@{OTHER_HASH}",
                    "with": {"node-version-file": "no-such-place/.nvmrc"},
                },
            }[kind]
            shape["jobs"] = {job: {"runs-on": "ubuntu-latest", "steps": [checkout, step]}}
        shape["on"] = {"push": None}
        yield {path: dumped(shape)}


def plant_508(subject: Subject, rng: random.Random) -> Iterator[Changes]:
    """Wait for a workflow of another name, or start one of another file."""
    titles = {str(shape.get("name")) for _, shape in subject.workflows()}
    files = [path.rpartition("/")[2] for path in subject.plain.workflow_paths]
    for path, shape, job in any_workflow(subject, rng):
        if rng.random() < 0.6:
            near = rng.choice(sorted(titles)) + " checks"
            if near in titles:
                continue
            shape["on"] = {"workflow_run": {"workflows": [near], "types": ["completed"]}}
        else:
            name = rng.choice(files)
            other = name[:-4] + ".yaml" if name.endswith(".yml") else name[:-5] + ".yml"
            if other in files:
                continue
            shape["jobs"][job]["steps"].append({"run": f"gh workflow run {other}"})
        yield {path: dumped(shape)}


PLANTERS: dict[str, Callable[[Subject, random.Random], Iterator[Any]]] = {
    f"MD-{name.removeprefix('plant_')}": function for name, function in globals().items() if name.startswith("plant_")
}


def measure(
    rule: Rule, subjects: list[Subject], seeds: int, rng: random.Random, *, misses: bool
) -> tuple[int, int, int]:
    """Return how many seeds were planted, how many were found, and in how many repositories."""
    planted = found = used = 0
    for subject in subjects:
        here = 0
        for seed in PLANTERS[rule.META.id](subject, rng):
            base_changes, head_changes = seed if isinstance(seed, tuple) else (None, seed)
            if base_changes is None:
                before = subject.before(rule)
                after = findings(rule, subject.snapshot(head_changes), None)
            else:
                before = Counter()
                after = findings(
                    rule, subject.snapshot({**base_changes, **head_changes}), subject.snapshot(base_changes)
                )
            here += 1
            if after - before:
                found += 1
            elif misses:
                shown = {
                    path: (data or b"(taken away)").decode("utf-8", "replace") for path, data in head_changes.items()
                }
                print(f"--- missed: {rule.META.id} in {subject.root.name}")
                for path, text in shown.items():
                    print(f"    {path}: ...{text[-400:]}".replace("\n", "\n      "))
            if here >= seeds:
                break
        planted += here
        used += bool(here)
    return planted, found, used


def main() -> int:
    """Print recall per rule; return 1 when one is below 90 %."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--rules", default="")
    arguments.add_argument("--seeds", type=int, default=3, help="seeds for each rule and repository")
    arguments.add_argument("--seed", type=int, default=1, help="start of the random numbers")
    arguments.add_argument("--misses", action="store_true", help="print what was missed")
    arguments.add_argument("repositories", nargs="+", type=Path)
    options = arguments.parse_args()
    subjects = [Subject(root) for root in options.repositories]
    wanted = set(filter(None, options.rules.split(",")))
    low = False
    print("| rule | repositories | planted | found | recall |")
    print("|---|---|---|---|---|")
    for rule in RULES:
        if rule.META.id not in PLANTERS or (wanted and rule.META.id not in wanted):
            continue
        rng = random.Random(options.seed)  # noqa: S311 - repeatable seeds, no secrets
        planted, found, used = measure(rule, subjects, options.seeds, rng, misses=options.misses)
        share = f"{found / planted:.0%}" if planted else "-"
        low = low or (planted > 0 and found / planted < 0.9)
        print(f"| {rule.META.id} | {used} | {planted} | {found} | {share} |", flush=True)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
