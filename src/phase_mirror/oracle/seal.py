"""Where text of the repository enters the report: everything is redacted here, and source lines are quoted."""

from __future__ import annotations

from phase_mirror.model.finding import Edit, Evidence, Finding, fingerprint
from phase_mirror.model.redacted import RedactedText
from phase_mirror.model.report import Item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.levels import Standing
    from phase_mirror.model.rule import RuleMeta
    from phase_mirror.model.span import Span
    from phase_mirror.redaction.redactor import Redactor
    from phase_mirror.repository.snapshot import Snapshot


class Sealer:
    """Turns findings into items.

    Args:
        redactor: what every text goes through.
        head: the tree that evidence stands in.
        base: the tree that evidence with `tree="base"` stands in.
    """

    def __init__(self, redactor: Redactor, head: Snapshot, base: Snapshot | None = None) -> None:
        self.redactor = redactor
        self.head = head
        self.base = base
        self._paths: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text redacted."""
        return self.redactor.redact(text).value

    def redacted(self, finding: Finding) -> Finding:
        """Return a finding with every text redacted, without source excerpts."""
        return finding.replace(
            title=self.text(finding.title),
            message=self.text(finding.message),
            evidence=tuple(
                side.replace(
                    span=self.span(side.span) if side.span else None,
                    note=self.text(side.note),
                    locator=self.text(side.locator),
                    value=self.text(side.value),
                )
                for side in finding.evidence
            ),
            remediation=self.text(finding.remediation),
            edits=tuple(Edit(self.span(edit.span), self.text(edit.new)) for edit in finding.edits),
        )

    def span(self, span: Span) -> Span:
        """Return a span whose path is redacted: even a file can be named after a secret."""
        if span.path not in self._paths:
            self._paths[span.path] = self.text(span.path)
        path = self._paths[span.path]
        return span if path == span.path else span.replace(path=path)

    def item(self, finding: Finding, meta: RuleMeta, standing: Standing) -> Item:
        """Return the item of a finding; its id is the fingerprint of the redacted finding."""
        clean = self.redacted(finding)
        return Item(
            rule_id=clean.rule_id,
            severity=clean.severity,
            confidence=clean.confidence,
            title=clean.title,
            message=clean.message,
            evidence=tuple(map(self._quoted, finding.evidence, clean.evidence)),
            remediation=clean.remediation,
            edits=clean.edits,
            id=fingerprint(clean, meta.major),
            rule_version=meta.version,
            standing=standing,
            url=meta.url,
        )

    def _quoted(self, side: Evidence, clean: Evidence) -> Evidence:
        """Return the redacted side with its source line."""
        if side.span is None or not side.span.path:
            return clean
        snippet, excerpt, column = self._quote(side.span, self.base if side.tree == "base" else self.head)
        return clean.replace(snippet=snippet, excerpt=excerpt, excerpt_column=column)

    def _quote(self, span: Span, tree: Snapshot | None) -> tuple[RedactedText | None, RedactedText | None, int]:
        """Return the text of a span's first line and the whole line, both redacted and cut to the limit.

        The third value is the column the cut line begins at.
        """
        if tree is None or span.path not in tree.files:
            return None, None, 1
        text = tree.text(span.path)
        if text is None:
            return None, None, 1
        line = text.line(span.line)
        most = tree.limits.excerpt_characters
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        snippet = self.redactor.redact(line[span.column - 1 : end])
        start = max(0, span.column - 1 - most // 4) if len(line) > most else 0
        excerpt = self.redactor.redact(line)
        cut = RedactedText(excerpt.value[start : start + most], excerpt.hits)
        return RedactedText(snippet.value[:most], snippet.hits), cut, start + 1
