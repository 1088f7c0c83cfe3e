"""Both forms of the invariants in one process: the source as it stands, and the compiled one.

The compiled form is the one that is loaded, else it is built into a temporary folder, once for a state of the source.
"""

import functools
import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

import phase_mirror.l0

FOLDER = Path(phase_mirror.l0.__file__).parent
ROOT = FOLDER.parent.parent.parent
NAME = "phase_mirror.l0.invariants"
NOW = 1_800_000_000.0


@functools.cache
def plain():
    """Return the source as a module of its own, whatever form is loaded."""
    return _load("phase_mirror.l0.invariants_plain", FOLDER / "invariants.py", keep=True)


def compiled():
    """Return the compiled form; skip loudly without one, or fail where it is insisted on."""
    module, lacking = _compiled()
    if module is None:
        reason = f"NOT TESTED: the compiled form of l0: {lacking}"
        if os.environ.get("PHASE_MIRROR_COMPILE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return module


@functools.cache
def build_script():
    """Return `hatch_build.py` as a module, None where hatchling is not installed."""
    pytest.importorskip("hatchling")
    return _load("hatch_build", ROOT / "hatch_build.py", keep=True)


@functools.cache
def _compiled():
    if phase_mirror.l0.form() == "compiled":
        return phase_mirror.l0.invariants, ""
    script = build_script()
    lacking = script.missing()
    if lacking:
        return None, lacking
    parts = (FOLDER / "invariants.py", FOLDER / "schema_hash.py", ROOT / "hatch_build.py")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in parts) + sys.version.encode()).hexdigest()
    built = Path(tempfile.gettempdir()) / f"phase-mirror-l0-{os.getuid()}-{digest[:16]}"
    if not built.exists() or built.stat().st_uid != os.getuid():
        fresh = Path(tempfile.mkdtemp(prefix=built.name))
        script.compile_to(fresh)
        try:
            fresh.rename(built)
        except OSError:  # another worker was faster
            shutil.rmtree(fresh)
    folder = built / "phase_mirror" / "l0"
    phase_mirror.l0.__path__.append(str(folder))  # where the shared part of the compiled form is looked for
    (file,) = folder.glob("invariants.*")
    return _load(NAME, file, keep=False), ""


def _load(name, path, *, keep):
    before = sys.modules.get(name)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    if not keep:  # loading an extension has put it in the place of the form that is in use
        sys.modules[name] = before
    return module


def passing(l0, **changes):
    """Return a passing state with a previous window, but for the changes."""
    given = {
        "nonce": "ab" * 32,
        "permission_bits": 5,
        "drift_magnitude": 0.1,
        "previous_fpr": 0.05,
        "current_fpr": 0.04,
    }
    return l0.valid_state(NOW, **{**given, **changes})
