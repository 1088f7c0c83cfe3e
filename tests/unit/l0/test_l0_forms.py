"""Which form is loaded, what it promises to importers, and where the expected schema hash comes from."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import phase_mirror
from l0_forms import FOLDER
from phase_mirror import l0
from phase_mirror.app.schema import FILE, canonical_hash, installed_schema_hash
from phase_mirror.model import report_json

FORM = "from phase_mirror import l0; print(l0.form(), l0.valid_state(1.0).check(1.0), l0.invariants.__file__)"


def loaded(**variables):
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent.parent), **variables}
    done = subprocess.run([sys.executable, "-c", FORM], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("value", ["1", "yes"])
def test_the_plain_form_can_be_forced(value):
    form, mask, file = loaded(PHASE_MIRROR_PURE=value)
    assert (form, mask, Path(file).name) == ("plain", "0", "invariants.py")


@pytest.mark.parametrize("value", ["", "0"])
def test_otherwise_the_best_form_there_is_gets_loaded(value):
    built = bool([*FOLDER.glob("invariants.*.so"), *FOLDER.glob("invariants.*.pyd")])
    assert loaded(PHASE_MIRROR_PURE=value)[:2] == ["compiled" if built else "plain", "0"]


def test_the_package_is_promised_and_complete():
    assert phase_mirror.l0 is l0
    assert "l0" in phase_mirror.__all__
    assert all(hasattr(l0, name) for name in l0.__all__)


def test_the_expected_hash_is_that_of_the_canonical_schema():
    file = Path(report_json.__file__).with_name(f"report-{l0.SCHEMA_VERSION}.schema.json")
    text = json.dumps(json.loads(file.read_bytes()), sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == l0.SCHEMA_SHA256 == installed_schema_hash()
    assert report_json.SCHEMA_VERSION == l0.SCHEMA_VERSION


def test_blanks_and_order_do_not_change_the_hash_and_content_does():
    assert canonical_hash(b'{"a": 1, "b": 2}') == canonical_hash(b'{"b":2,\n"a":1}')
    assert canonical_hash(b'{"a": 1}') != canonical_hash(b'{"a": 2}')


def test_a_schema_that_was_written_anew_has_the_same_hash_and_an_edited_one_has_not(tmp_path, monkeypatch):
    shape = json.loads(Path(report_json.__file__).with_name(FILE).read_bytes())
    monkeypatch.setattr(report_json, "__file__", str(tmp_path / "report_json.py"))
    (tmp_path / FILE).write_text(json.dumps(shape, indent=1))
    assert installed_schema_hash() == l0.SCHEMA_SHA256
    (tmp_path / FILE).write_text(json.dumps({**shape, "title": "another"}))
    assert installed_schema_hash() not in {"", l0.SCHEMA_SHA256}


@pytest.mark.parametrize("content", [None, b"no json", b"\xff"])
def test_a_schema_that_is_gone_or_broken_has_no_hash(tmp_path, monkeypatch, content):
    monkeypatch.setattr(report_json, "__file__", str(tmp_path / "report_json.py"))
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    assert installed_schema_hash() == ""
