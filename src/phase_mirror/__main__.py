"""Lets `python -m phase_mirror` run the command line."""

from phase_mirror.cli.main import console

console()
