"""Check names that services report, so that no workflow of the repository is expected to.

A name here is a reason for doubt, not a proof: a workflow may report the same name. Names are compared by case, as
GitHub does. Each service has the page that documents the name, or the page of its app.
"""

from __future__ import annotations

from phase_mirror.model.record import Record


class Service(Record):
    """A service and the names it reports.

    Attributes:
        name: of the service.
        source: where its checks are documented.
        exact: whole names.
        prefixes: beginnings of names.
        suffixes: ends of names.
    """

    name: str
    source: str
    exact: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()

    def reports(self, context: str) -> bool:
        """Say whether a name is one of the service."""
        return context in self.exact or context.startswith(self.prefixes) or context.endswith(self.suffixes)


def well_known_external(context: str) -> str | None:
    """Return the name of the service that reports a check of this name, None when none is known to.

    Args:
        context: the check name as the gate declares it.
    """
    return next((service.name for service in SERVICES if service.reports(context)), None)


_CODE_SCANNING = (
    "actions",
    "c-cpp",
    "cpp",
    "csharp",
    "go",
    "java",
    "java-kotlin",
    "javascript",
    "javascript-typescript",
    "kotlin",
    "python",
    "ruby",
    "rust",
    "swift",
    "typescript",
)
"""Languages in the job names of CodeQL's default set-up
(https://docs.github.com/en/code-security/code-scanning/introduction-to-code-scanning/about-code-scanning-with-codeql)."""

SERVICES = (
    # -- agreements and sign-off
    Service("CLA assistant", "https://github.com/cla-assistant/cla-assistant", ("license/cla", "CLAassistant")),
    Service("EasyCLA", "https://docs.linuxfoundation.org/lfx/easycla", ("EasyCLA", "cla/linuxfoundation")),
    Service("Google CLA", "https://opensource.google/documentation/reference/cla", ("cla/google",)),
    Service("DCO", "https://github.com/apps/dco", ("DCO", "dco")),
    # -- GitHub's own
    Service(
        "CodeQL default set-up",
        "https://docs.github.com/en/code-security/code-scanning/enabling-code-scanning/configuring-default-setup-for-code-scanning",
        ("CodeQL", *(f"Analyze ({language})" for language in _CODE_SCANNING)),
    ),
    Service(
        "code scanning",
        "https://docs.github.com/en/code-security/code-scanning/managing-code-scanning-alerts/triaging-code-scanning-alerts-in-pull-requests",
        prefixes=("Code scanning results / ",),
    ),
    Service(
        "GitHub Pages",
        "https://docs.github.com/en/pages/getting-started-with-github-pages/configuring-a-publishing-source-for-your-github-pages-site",
        ("pages build and deployment", "pages-build-deployment", "report-build-status"),
        ("pages build and deployment / ",),
    ),
    Service(
        "Copilot",
        "https://docs.github.com/en/copilot/using-github-copilot/code-review/using-copilot-code-review",
        ("Copilot", "Copilot code review", "Copilot Code Review", "copilot-pull-request-reviewer"),
    ),
    Service("Dependabot", "https://docs.github.com/en/code-security/dependabot", ("Dependabot",)),
    # -- continuous integration
    Service(
        "Travis CI",
        "https://docs.travis-ci.com/user/tutorial/",
        prefixes=("continuous-integration/travis-ci", "Travis CI - "),
    ),
    Service("AppVeyor", "https://www.appveyor.com/docs/build-phase/", prefixes=("continuous-integration/appveyor",)),
    Service(
        "Jenkins",
        "https://plugins.jenkins.io/github-branch-source/",
        ("Jenkins", "jenkins"),
        ("continuous-integration/jenkins", "gh-infra/jenkins", "jenkins/", "ci/jenkins"),
    ),
    Service(
        "CircleCI",
        "https://circleci.com/docs/enable-checks/",
        ("ci/circleci", "CircleCI Checks"),
        ("ci/circleci: ", "ci/circleci:"),
    ),
    Service(
        "Azure Pipelines",
        "https://learn.microsoft.com/en-us/azure/devops/pipelines/repos/github",
        ("Azure Pipelines", "continuous-integration/vsts", "continuous-integration/azure-devops"),
    ),
    Service("Buildkite", "https://buildkite.com/docs/pipelines/source-control/github", prefixes=("buildkite/",)),
    Service("Cirrus CI", "https://cirrus-ci.org/guide/quick-start/", ("Cirrus CI",), ("Cirrus CI / ",)),
    Service("Semaphore", "https://docs.semaphoreci.com/", prefixes=("ci/semaphoreci", "semaphoreci")),
    Service("Drone", "https://docs.drone.io/", prefixes=("continuous-integration/drone",)),
    Service("Woodpecker", "https://woodpecker-ci.org/docs/intro", prefixes=("ci/woodpecker",)),
    Service("Bitrise", "https://devcenter.bitrise.io/", prefixes=("ci/bitrise/",)),
    Service("TeamCity", "https://www.jetbrains.com/help/teamcity/commit-status-publisher.html", prefixes=("TeamCity",)),
    Service("Codefresh", "https://codefresh.io/docs/", prefixes=("Codefresh",)),
    Service("AWS CodeBuild", "https://docs.aws.amazon.com/codebuild/", prefixes=("AWS CodeBuild", "CodeBuild ")),
    Service(
        "Prow",
        "https://docs.prow.k8s.io/docs/components/core/tide/",
        ("tide",),
        ("ci/prow/", "pull-kubernetes-"),
    ),
    Service("Zuul", "https://zuul-ci.org/docs/zuul/latest/", ("zuul", "Zuul"), ("zuul/",)),
    Service(
        "Taskcluster",
        "https://docs.taskcluster.net/docs/reference/integrations/github",
        prefixes=("Taskcluster (", "Community-TC ("),
    ),
    Service("Packit", "https://packit.dev/docs/", prefixes=("rpm-build:", "copr-build:", "testing-farm:", "packit/")),
    Service("pre-commit.ci", "https://pre-commit.ci/", prefixes=("pre-commit.ci",)),
    Service(
        "Read the Docs",
        "https://docs.readthedocs.com/platform/stable/pull-requests.html",
        prefixes=("docs/readthedocs", "continuous-documentation/read-the-docs"),
    ),
    # -- coverage and code quality
    Service("Codecov", "https://docs.codecov.com/docs/commit-status", prefixes=("codecov/",)),
    Service("Coveralls", "https://docs.coveralls.io/", ("Coveralls",), ("coverage/coveralls", "Coveralls - ")),
    Service(
        "SonarCloud",
        "https://docs.sonarsource.com/sonarqube-cloud/",
        ("SonarCloud", "SonarQube", "SonarQubeCloud", "sonarcloud"),
        suffixes=("SonarCloud Code Analysis", "SonarQube Code Analysis", "SonarQubeCloud Code Analysis"),
    ),
    Service("CodeFactor", "https://github.com/apps/codefactor-io", ("CodeFactor",)),
    Service("Codacy", "https://docs.codacy.com/", ("codacy/pr",), ("Codacy ", "Codacy/")),
    Service("DeepSource", "https://docs.deepsource.com/", ("DeepSource",), ("DeepSource: ", "deepsource/")),
    Service(
        "Code Climate",
        "https://docs.codeclimate.com/docs/github",
        ("codeclimate", "Code Climate"),
        ("codeclimate/",),
    ),
    Service("Qlty", "https://docs.qlty.sh/", ("qlty check", "qlty fmt", "qlty coverage", "qlty coverage diff")),
    Service("LGTM", "https://github.com/apps/lgtm-com", prefixes=("LGTM analysis",)),
    Service("Scrutinizer", "https://scrutinizer-ci.com/docs/", ("Scrutinizer",)),
    Service("StyleCI", "https://docs.styleci.io/", ("StyleCI",), ("continuous-integration/styleci",)),
    Service("CodSpeed", "https://codspeed.io/docs", prefixes=("CodSpeed",)),
    # -- security
    Service(
        "Snyk",
        "https://docs.snyk.io/scan-with-snyk/pull-requests/pull-request-checks",
        prefixes=("security/snyk", "license/snyk", "code/snyk", "snyk/"),
    ),
    Service("GitGuardian", "https://docs.gitguardian.com/", ("GitGuardian", "GitGuardian Security Checks")),
    Service("Socket", "https://docs.socket.dev/docs/socket-for-github", prefixes=("Socket Security",)),
    Service("FOSSA", "https://docs.fossa.com/", ("FOSSA",), ("license/fossa", "security/fossa", "FOSSA/")),
    Service("Mend", "https://docs.mend.io/", ("WhiteSource Security Check", "Mend Security Check")),
    Service("Semgrep", "https://semgrep.dev/docs/", prefixes=("semgrep-cloud-platform/",)),
    Service("Checkmarx", "https://docs.checkmarx.com/", ("Checkmarx One",)),
    # -- deployments and previews
    Service(
        "Netlify",
        "https://docs.netlify.com/git/overview/",
        ("deploy/netlify",),
        ("netlify/", "Header rules - ", "Pages changed - ", "Redirect rules - ", "Mixed content - "),
    ),
    Service(
        "Vercel",
        "https://vercel.com/docs/git/vercel-for-github",
        ("Vercel", "vercel", "Vercel Preview Comments", "deploy/vercel"),
        ("Vercel – ", "Vercel - ", "Vercel: "),  # noqa: RUF001 - the service writes an en dash
    ),
    Service(
        "Cloudflare",
        "https://developers.cloudflare.com/pages/configuration/git-integration/github-integration/",
        ("Cloudflare Pages",),
        ("Cloudflare Pages: ", "Workers Builds: "),
    ),
    Service("AWS Amplify", "https://docs.aws.amazon.com/amplify/", ("AWS Amplify Console Web Preview",)),
    Service("Supabase", "https://supabase.com/docs/guides/deployment/branching", prefixes=("Supabase Preview",)),
    Service(
        "Terraform Cloud",
        "https://developer.hashicorp.com/terraform/cloud-docs/run/ui#speculative-plans-on-pull-requests",
        prefixes=("Terraform Cloud/", "HCP Terraform/", "terraform-cloud/", "atlas/"),
    ),
    Service("Atlantis", "https://www.runatlantis.io/docs/", prefixes=("atlantis/",)),
    Service("Spacelift", "https://docs.spacelift.io/integrations/source-control/github", prefixes=("spacelift/",)),
    Service(
        "Pulumi", "https://www.pulumi.com/docs/iac/packages-and-automation/continuous-delivery/", (), ("Pulumi (",)
    ),
    Service("Chromatic", "https://www.chromatic.com/docs/ci/", ("UI Tests", "UI Review", "Storybook Publish")),
    Service("Percy", "https://www.browserstack.com/docs/percy", prefixes=("percy/",)),
    # -- merging and review
    Service(
        "Mergify",
        "https://docs.mergify.com/merge-protections/",
        ("Summary", "Configuration changed", "Mergify"),
        ("Rule: ", "Mergify ", "Queue: "),
    ),
    Service("Kodiak", "https://kodiakhq.com/docs/", prefixes=("kodiakhq",)),
    Service("Bors", "https://bors.tech/documentation/", ("bors", "bors/try", "homu")),
    Service("Graphite", "https://graphite.dev/docs", prefixes=("Graphite / ",)),
    Service("Aviator", "https://docs.aviator.co/", prefixes=("aviator/",)),
    Service("policy-bot", "https://github.com/palantir/policy-bot", ("policy-bot",), ("policy-bot: ",)),
    Service("PullApprove", "https://docs.pullapprove.com/", ("pullapprove", "code-review/pullapprove")),
    Service("Reviewable", "https://docs.reviewable.io/", ("code-review/reviewable",)),
    Service("WIP", "https://github.com/apps/wip", ("WIP",)),
    Service(
        "Semantic Pull Requests",
        "https://github.com/apps/semantic-pull-requests",
        ("Semantic Pull Request", "Semantic Pull Requests", "Semantic PR"),
    ),
    Service(
        "Renovate",
        "https://docs.renovatebot.com/key-concepts/minimum-release-age/",
        prefixes=("renovate/",),
    ),
    Service("CodeRabbit", "https://docs.coderabbit.ai/", ("CodeRabbit",)),
    Service("Cursor", "https://docs.cursor.com/bugbot", ("Cursor Bugbot", "Cursor BugBot")),
    Service("conda-forge", "https://conda-forge.org/docs/maintainer/infrastructure/", ("conda-forge-linter",)),
    Service("Safe settings", "https://github.com/github/safe-settings", ("safe-settings", "Safe-setting validator")),
)
"""Checked against names seen in public rulesets and protections; the order decides only which name is returned."""
