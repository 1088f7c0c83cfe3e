"""The example of the embedding guide is run, and prints what the guide says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import phase_mirror

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "guides" / "embedding-l0.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("pure", ["", "1"], ids=["as-built", "plain"])
def test_the_example_prints_what_the_guide_says(pure):
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    (printed,) = re.findall(r"It prints:\n\n```text\n(.*?)```", GUIDE, re.DOTALL)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(phase_mirror.__file__).parent.parent),
        "PHASE_MIRROR_PURE": pure,
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")


def test_every_address_of_a_violation_is_a_heading():
    from phase_mirror.oracle.invariants import _meta

    for bit in range(5):
        anchor = _meta(bit).url.partition("#")[2]
        assert f"\n### {anchor.upper()}\n" in GUIDE
