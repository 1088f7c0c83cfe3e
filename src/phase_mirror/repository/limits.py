"""Every bound on reading, with its unit and its reason. Reaching one is an entry under `unreadable`, never a crash."""

from __future__ import annotations

from phase_mirror.model.record import Record


class Limits(Record):
    """Bounds on the reading of one repository; `budget` in the configuration sets the first two.

    Attributes:
        file_bytes: the largest artifact that is read (bytes). GitHub refuses workflows far smaller than this.
        seconds: the kill switch for a whole run; reaching it makes the result incomplete.
        files: the most paths a tree may list.
        nesting: the deepest YAML, JSON or TOML nesting.
        nodes: the most nodes one document may have once its aliases are visited.
        matrix_combinations: the most combinations of one matrix; GitHub's own limit is 256 jobs a matrix
            (https://docs.github.com/en/actions/reference/limits).
        call_depth: the deepest nesting of reusable workflows; GitHub allows ten levels in all
            (https://docs.github.com/en/actions/reference/workflows-and-actions/reusable-workflow-configuration).
        expression_length: the longest expression that is parsed (characters).
        expression_depth: the deepest nesting of one expression.
        automaton_states: the most states visited when path filters are compared exactly.
        excerpt_characters: the longest source line a report quotes.
        codeowners_bytes: the largest CODEOWNERS file GitHub reads: 3 MB
            (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners).
    """

    file_bytes: int = 5 * 1024 * 1024
    seconds: float = 30.0
    files: int = 1_000_000
    nesting: int = 100
    nodes: int = 200_000
    matrix_combinations: int = 256
    call_depth: int = 10
    expression_length: int = 21_000
    expression_depth: int = 50
    automaton_states: int = 20_000
    excerpt_characters: int = 400
    codeowners_bytes: int = 3 * 1024 * 1024


DEFAULT_LIMITS = Limits()
