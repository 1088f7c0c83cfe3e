"""Makes git repositories for tests, friendly and hostile ones."""

import os
import subprocess
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def git(folder, *arguments, data=None, check=True):
    """Run the real git in a folder and return its output as text."""
    command = [
        "git",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "protocol.file.allow=always",
        "-C",
        str(folder),
        *arguments,
    ]
    done = subprocess.run(command, env=ENVIRONMENT, input=data, capture_output=True, check=check)
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def write(folder, files):
    """Write files by path; a Path as content is the target of a link."""
    for name, content in files.items():
        path = Path(os.fsdecode(os.fsencode(str(folder)) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit(folder, message="change"):
    """Commit everything and return the commit id."""
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def make_repository(folder, files):
    """Make a repository with one commit and return the commit id."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    write(folder, files)
    return commit(folder)


def trap(folder):
    """Return a program that leaves a marker when it is run, and the marker's path."""
    marker = Path(folder) / "executed"
    program = Path(folder) / "trap.sh"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{marker}"\ncat 2>/dev/null\n')
    program.chmod(0o755)
    return program, marker


def hostile_settings(program):
    """Return every setting we know that makes some git command run a program."""
    return {
        "core.fsmonitor": program,
        "core.hooksPath": Path(program).parent,
        "core.pager": program,
        "pager.ls-files": program,
        "pager.rev-parse": program,
        "core.editor": program,
        "core.askPass": program,
        "core.sshCommand": program,
        "core.gitProxy": program,
        "core.alternateRefsCommand": program,
        "credential.helper": f"!{program}",
        "diff.external": program,
        "diff.trap.textconv": program,
        "diff.trap.command": program,
        "filter.trap.clean": program,
        "filter.trap.smudge": program,
        "filter.trap.process": program,
        "filter.trap.required": "true",
        "gpg.program": program,
        "log.showSignature": "true",
        "interactive.diffFilter": program,
        "merge.trap.driver": program,
        "uploadpack.packObjectsHook": program,
        "alias.ls-files": f"!{program}",
        "alias.rev-parse": f"!{program}",
        "protocol.allow": "always",
        "protocol.file.allow": "always",
        "protocol.ext.allow": "always",
        "submodule.recurse": "true",
    }
