import json
import subprocess
import sys

import jsonschema
import pytest

from catalogue import CATALOGUE, EVERY_KEY, config_of, problems_of, raw_of
from phase_mirror.config.keys import root
from phase_mirror.config.presets import PRESETS
from phase_mirror.config.reference import reference
from phase_mirror.config.schema import config_schema
from phase_mirror.config.templates import TEMPLATES, template

SCHEMA = config_schema(CATALOGUE)


def fits(text):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(raw_of(text).value)


def test_the_schema_is_a_schema_and_json():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize(
    "text",
    [
        EVERY_KEY,
        "rules: {MD-204: false, MD-101: off, MD-201: {depth: 1, names: [a]}}",
        "extends: governance/base.yaml",
        "rules:\npolicy:\nclaims:\n",
        "policy: {pins: {actions: tag}}",
    ],
)
def test_what_loads_fits_the_schema(text):
    assert problems_of(text, {"governance/base.yaml": ""}) == []
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "polcy: {}",
        "store: x",
        "rules: {MD-999: off}",
        "rules: {MD-204: of}",
        "rules: {MD-204: {depth: 1}}",
        "modes: {nightly: {}}",
        "modes: {drift: {max: {high: -1}}}",
        "policy: {pins: {except: []}}",
        "policy: {token_ceiling: {content: read}}",
        "exemptions: [{rule: MD-101}]",
        "exemptions: [{rule: MD-101, path: x, expires: tomorrow}]",
        "extends: https://evil.example/x.yml",
        "version: 2",
        "claims: [1]",
    ],
)
def test_what_does_not_load_does_not_fit_the_schema(text):
    assert problems_of(text)
    assert not fits(text)


@pytest.mark.parametrize("name", TEMPLATES)
class TestTemplates:
    def test_is_valid_as_it_stands(self, name):
        assert problems_of(template(name)) == []
        assert fits(template(name))
        assert config_of(template(name)).extends == name

    def test_is_valid_with_every_setting_switched_on(self, name):
        lines = [line[1:] if line[:1] == "#" and line[1:2] != " " else line for line in template(name).splitlines()]
        text = "\n".join(line[1:] if line.startswith("#  ") else line for line in lines)
        assert problems_of(text) == []


def test_every_preset_has_a_template():
    assert tuple(PRESETS) == TEMPLATES


def test_the_reference_names_every_key_and_preset():
    page = reference()
    for key in root(CATALOGUE).keys:
        assert f"| `{key.name}`" in page
    for name in ("policy.gate.admin_bypass", "exemptions[].expires", "rules.<id>.standing", "budget.file_megabytes"):
        assert f"| `{name}` |" in page
    assert "modes.<mode or branch:glob>.max.medium` | whole number, from 0 | `10` |" in page
    assert "### `standard` (the default)" in page
    assert "- Standing `blocking`: MD-102, MD-201, MD-204, MD-403, MD-407." in page


def test_a_run_without_a_file_imports_the_records_alone():
    code = (
        "import sys; from phase_mirror.config.records import Config; Config();"
        "print(sorted(name for name in sys.modules if name.startswith('phase_mirror.config')));"
        "print([name for name in ('difflib', 'typing', 'dataclasses', 'datetime', 'json') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=env())
    modules, heavy = run.stdout.splitlines()
    assert modules == "['phase_mirror.config', 'phase_mirror.config.presets', 'phase_mirror.config.records']"
    assert heavy == "[]"


def env():
    from pathlib import Path

    import phase_mirror

    return {"PYTHONPATH": str(Path(phase_mirror.__file__).parent.parent)}
