"""Report to text: one renderer a format, all of them pure functions that never decide."""

from __future__ import annotations

from phase_mirror.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from phase_mirror.model.report import Report
    from phase_mirror.model.rule import RuleMeta

FORMATS = ("terminal", "json", "sarif", "github", "markdown")


def render(
    report: Report,
    format: str,  # noqa: A002 - the word of the command line
    *,
    rules: Sequence[RuleMeta] = (),
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    """Return a report as text that ends with a line feed.

    Args:
        report: what to show.
        format: one of `FORMATS`.
        rules: metadata of the rules, for the help texts of `sarif`.
        color: `terminal` may use colours and links.
        verbose: `terminal` lists what it only counts otherwise, and the time of every rule.
        quiet: `terminal` shows the summary alone.

    Raises:
        UsageError: there is no such format.
    """
    if format == "terminal":
        from phase_mirror.render.terminal import render_terminal  # noqa: PLC0415 - a run pays for the formats it writes

        return render_terminal(report, color=color, verbose=verbose, quiet=quiet)
    if format == "json":
        from phase_mirror.render.json import render_json  # noqa: PLC0415 - as above

        return render_json(report)
    if format == "sarif":
        from phase_mirror.render.sarif import render_sarif  # noqa: PLC0415 - as above

        return render_sarif(report, rules)
    if format == "github":
        from phase_mirror.render.github import render_github  # noqa: PLC0415 - as above

        return render_github(report)
    if format == "markdown":
        from phase_mirror.render.markdown import render_markdown  # noqa: PLC0415 - as above

        return render_markdown(report)
    raise UsageError(f"there is no format '{format}'", then=f"one of: {', '.join(FORMATS)}")
