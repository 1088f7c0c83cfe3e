"""What scripts download, whether it can change, and whether it is run."""

import pytest

from phase_mirror.rules.downloads import downloads, owner_of, runs_file, state_of

URL = "https://x.example/get.sh"


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://x.example/get.sh", "moving"),
        ("https://github.com/a/b/releases/latest/download/c", "moving"),
        ("https://github.com/a/b/releases/latest/download/c-$(uname -m)", "moving"),
        ("https://raw.githubusercontent.com/a/b/main/c.sh", "moving"),
        ("https://raw.githubusercontent.com/a/b/refs/heads/x/c.sh", "moving"),
        ("https://github.com/a/b/raw/master/c.sh", "moving"),
        ("https://github.com/a/b/releases/download/nightly/c", "fixed"),
        ("https://x.example/v1/get.sh", "fixed"),
        ("https://x.example/1.2/get.sh", "fixed"),
        ("https://raw.githubusercontent.com/a/b/8f4b7f84864484a7bf31766abe9204da3cbe65b3/c.sh", "fixed"),
        ("https://x.example/${TOOL_VERSION}/get.sh", "fixed"),
        ("https://x.example/$where/get.sh", "unknown"),
        ("https://x.example/${{ inputs.x }}", "unknown"),
    ],
)
def test_an_address_is_fixed_moving_or_unknown(url, state):
    assert state_of(url) == state


@pytest.mark.parametrize(
    "text",
    [
        f"curl {URL} | sh",
        f"curl {URL} | sudo -E bash -",
        f"curl {URL} | tee x | bash -s -- -y",
        f"curl {URL} | sh --posix",
        f"curl {URL} | bash -o pipefail -x",
        f"wget -qO- {URL} | /bin/bash",
        f"curl {URL} | python3 -",
        f"irm {URL} | iex",
        f"bash <(curl {URL})",
        f'sh -c "$(curl {URL})"',
        f'eval "$(curl {URL})"',
        f"source <(curl {URL})",
    ],
)
def test_a_shell_that_reads_a_download_runs_it(text):
    (found,) = downloads(text)[0]
    assert (found.url, found.runner is not None) == (URL, True)


@pytest.mark.parametrize(
    "text",
    [
        f"curl {URL}",
        f"curl {URL} | jq .x",
        f"curl {URL} | bash -c 'cat'",
        f"curl {URL} | bash read.sh",
        f"curl {URL} | python3 -m json.tool",
        f"curl {URL} && sh",
    ],
)
def test_what_only_reads_a_download_does_not_run_it(text):
    (found,) = downloads(text)[0]
    assert found.runner is None


@pytest.mark.parametrize("text", [f"x=$(curl {URL})", f'sh -c "$(curl {URL} | jq .x)"', f"curl -e {URL}", "sh a b c"])
def test_what_is_no_download_for_a_shell_is_left_alone(text):
    assert downloads(text)[0] == ()


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (f"curl {URL} > /tmp/a", "a"),
        (f"curl -o /tmp/a {URL}", "a"),
        (f"curl -sSLo a {URL}", "a"),
        (f"curl --output a {URL}", "a"),
        (f"curl --output=a {URL}", "a"),
        (f"curl -LJO {URL}?raw=1", "get.sh"),
        (f"curl --remote-name {URL}", "get.sh"),
        (f"wget {URL}", "get.sh"),
        (f"wget -O a {URL}", "a"),
        (f"wget -q --output-document=a {URL}", "a"),
        (f"wget -qO- {URL}", ""),
        (f"iwr {URL} -OutFile a.ps1", "a.ps1"),
        (f"curl {URL}", ""),
        (f"curl -o $x {URL}", ""),
    ],
)
def test_the_file_that_a_download_becomes_is_known(text, target):
    assert [found.target for found in downloads(text)[0]] == [target]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("./a x", True),
        ("sh a", True),
        ("bash -e /tmp/a", True),
        (". a", True),
        ("java -jar a", True),
        ("chmod +x a", True),
        ("chmod 755 a", True),
        ("sudo mv a /usr/local/bin/", True),
        ("install a $HOME/bin/tool", True),
        ("chmod 644 a", False),
        ("mv a b", False),
        ("cat a", False),
        ("sh b a", False),
        ("tar -xzf a", False),
        ("make b", False),
    ],
)
def test_a_file_is_run_by_name_by_a_shell_or_by_being_made_a_program(text, runs):
    assert (runs_file(downloads(text)[1], "a") is not None) is runs


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://github.com/Acme/b/c", "acme"),
        ("https://raw.githubusercontent.com/acme/b/main/c", "acme"),
        ("https://acme.github.io/x", "acme"),
        ("https://api.github.com/repos/acme/x", "acme"),
        ("https://acme.example/a/b/c", ""),
    ],
)
def test_the_owner_of_an_address_is_known_on_github_alone(url, owner):
    assert owner_of(url) == owner
