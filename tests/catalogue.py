"""A small catalogue of rules and short ways to a configuration, for tests of the configuration."""

from phase_mirror.config.check import Raw
from phase_mirror.config.load import InvalidConfigurationError, load
from phase_mirror.errors import UnreadableError
from phase_mirror.model.levels import Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import OptionInfo
from phase_mirror.repository.formats.plain import plain
from phase_mirror.repository.formats.yaml import read_yaml


class Info(Record):
    id: str
    title: str
    severity: Severity
    standing: Standing
    options: tuple = ()


def info(rule_id, severity=Severity.HIGH, standing=Standing.WARN, options=()):
    return Info(rule_id, f"Title of {rule_id}", severity, standing, options)


OPTIONS = (
    OptionInfo("near", "boolean", default=True, doc="A flag."),
    OptionInfo("depth", "integer", default=3, doc="A count."),
    OptionInfo("share", "number", default=0.9, doc="A share."),
    OptionInfo("word", "string", default="x", doc="A word."),
    OptionInfo("names", "strings", default=(), doc="Names."),
)

CATALOGUE = (
    info("MD-101", standing=Standing.BLOCKING),
    info("MD-102"),
    info("MD-201", options=OPTIONS),
    info("MD-202", Severity.CRITICAL, Standing.BLOCKING),
    info("MD-204", Severity.MEDIUM),
    info("MD-401", Severity.MEDIUM),
    info("MD-409", standing=Standing.BLOCKING),
)

EVERY_KEY = """\
version: 1
extends: standard
rules:
  MD-204: {severity: low, exempt: ["actions/*", "github/*"]}
  MD-004: off
modes:
  merge_group: {strict: true}
  "branch:release/*": {max: {critical: 0, high: 0, medium: 0}}
policy:
  token_ceiling: {contents: read, pull-requests: write}
  pins: {actions: sha, except: ["actions/*"]}
  gate: {branch: dev, reviews: 1, code_owner_review: true, linear_history: true, merge_queue: true, admin_bypass: false}
  external_checks: ["license/cla", "codecov/*"]
  sensitive_paths: ["infra/**", ".github/**"]
claims: [pinned-actions, "workflows.jobs all timeout_minutes <= 60"]
exemptions:
  - {rule: MD-401, path: "docs/**", reason: "generated at build time", expires: 2027-03-01, owner: "@platform"}
breaker: {max_blocks_per_hour: 7}
demotion: {ceiling: 0.2, min_reviewed: 30}
drift: {threshold: 0.25}
redaction: {patterns: [{name: employee-id, regex: "EMP-[0-9]{6}"}]}
budget: {seconds: 60, file_megabytes: 2.5}
"""


def raw_of(text, path=".phase-mirror.yml"):
    return Raw(path, *plain(read_yaml(path, text)))


def config_of(text, files=None, path=".phase-mirror.yml"):
    def read(other):
        if other not in (files or {}):
            raise UnreadableError("no such file", where=other, then="add it")
        return raw_of(files[other], other)

    return load(raw_of(text, path), CATALOGUE, read)


def problems_of(text, files=None):
    try:
        config_of(text, files)
    except InvalidConfigurationError as error:
        return [str(problem) for problem in error.problems]
    return []
