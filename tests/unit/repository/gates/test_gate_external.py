"""Check names that services report."""

from __future__ import annotations

import pytest

from phase_mirror.repository.gates.external import SERVICES, well_known_external


@pytest.mark.parametrize(
    ("context", "service"),
    [
        ("DCO", "DCO"),
        ("license/cla", "CLA assistant"),
        ("codecov/patch", "Codecov"),
        ("Analyze (python)", "CodeQL default set-up"),
        ("netlify/site/deploy-preview", "Netlify"),
        ("[app] SonarCloud Code Analysis", "SonarCloud"),
        ("ci/circleci: build", "CircleCI"),
        ("pre-commit.ci - pr", "pre-commit.ci"),
        ("build", None),
        ("dco check", None),
        ("", None),
    ],
)
def test_who_reports_a_name(context, service):
    assert well_known_external(context) == service


def test_every_service_names_its_page_and_no_empty_pattern():
    for service in SERVICES:
        assert service.source.startswith("https://")
        patterns = (*service.exact, *service.prefixes, *service.suffixes)
        assert patterns
        assert all(patterns)
        assert service.reports(patterns[0])
    assert len({service.name for service in SERVICES}) == len(SERVICES)
