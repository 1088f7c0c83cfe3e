"""The configuration: `.phase-mirror.yml`, typed, every value with its place and origin.

`records` is all that a run without a configuration file imports; `load` reads a file against the table of `keys`, and
`show`, `weaken`, `schema` and `templates` serve one command or rule each.
"""
