"""Compiles the L0 invariants into the wheel where that is possible; the wheel is plain, and complete, where it is not.

`PHASE_MIRROR_COMPILE=0` asks for the plain wheel; `=1` insists on the compiled one, and fails without it. Unset, the
wheel is compiled when mypy and a C compiler are at hand. Editable installations are plain; `python hatch_build.py`
(`make compile`) puts the compiled form beside the source, for benchmarks and tests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).resolve().parent / "src"
MODULE = "phase_mirror/l0/invariants.py"
FLAGS = ("-g0", "-fvisibility=hidden", "-fno-semantic-interposition")
"""Calls inside the module need not go through tables: a third of a check in a batch (docs/quality/l0.md). Debug
information would hold paths of the machine it was built on."""


class CompileHook(BuildHookInterface[Any]):
    """The build hook of hatchling."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the compiled form needs, only where it is insisted on: an offline build must succeed."""
        return ["mypy>=1.18", "setuptools"] if _wish() == "1" else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled form to a wheel."""
        self._folder = ""
        if self.target_name != "wheel" or version == "editable" or _wish() == "0":
            return
        lacking = missing()
        if lacking:
            if _wish() == "1":
                raise RuntimeError(f"PHASE_MIRROR_COMPILE=1, and {lacking}")
            self.app.display_info(f"l0 stays plain: {lacking}")
            return
        self._folder = tempfile.mkdtemp(prefix="phase-mirror-")
        try:
            built = compile_to(Path(self._folder))
        except (Exception, SystemExit) as error:
            if _wish() == "1":
                raise RuntimeError("PHASE_MIRROR_COMPILE=1, and l0 could not be compiled") from error
            self.app.display_warning(f"l0 stays plain, it could not be compiled: {error}")
            return
        for path in built:
            build_data["force_include"][str(path)] = path.relative_to(self._folder).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled; it is in the wheel."""
        del version, build_data, artifact_path
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _wish() -> str:
    return os.environ.get("PHASE_MIRROR_COMPILE", "")


def missing() -> str:
    """Return what the compiled form lacks here, empty when nothing."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if os.name != "nt" and shutil.which(compiler) is None:
        return f"there is no C compiler ({compiler})"
    try:
        import mypyc.build  # noqa: F401, PLC0415 - looks whether it is there
        import setuptools  # noqa: F401, PLC0415 - as above
    except ImportError as error:
        return f"{error.name} is not installed"
    return ""


def compile_to(folder: Path) -> list[Path]:
    """Compile the invariants below a folder, as `phase_mirror/l0/...`, and return the files.

    Raises:
        Exception: whatever mypy, setuptools or the compiler says.
    """
    import setuptools  # noqa: PLC0415 - only where it is compiled
    from mypyc.build import mypycify  # noqa: PLC0415 - as above
    from setuptools.command.build_ext import build_ext  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="phase-mirror-") as scratch, contextlib.chdir(SOURCE):
        options = ["--config-file=", f"--cache-dir={scratch}/cache", MODULE]
        extensions = mypycify(options, opt_level="3", target_dir=scratch)
        for extension in extensions:
            extension.extra_compile_args += [] if os.name == "nt" else list(FLAGS)
        command = build_ext(setuptools.Distribution({"name": "phase-mirror", "ext_modules": extensions}))
        command.build_lib = str(folder)
        command.build_temp = scratch
        command.ensure_finalized()
        command.run()
        return [Path(path).resolve() for path in command.get_outputs()]


def get_build_hook() -> type[CompileHook]:
    """Return the hook; hatchling finds it by this name."""
    return CompileHook


if __name__ == "__main__":
    lacking = missing()
    if lacking:
        sys.exit(f"l0 stays plain: {lacking}")
    for made in compile_to(SOURCE):
        sys.stdout.write(f"compiled {made.relative_to(SOURCE.parent)}\n")
