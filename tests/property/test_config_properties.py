from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import CATALOGUE, EVERY_KEY, config_of, raw_of
from phase_mirror.config.check import MOST_PROBLEMS, Raw
from phase_mirror.config.load import InvalidConfigurationError, load
from phase_mirror.config.records import Config
from phase_mirror.config.show import settings as every_setting
from phase_mirror.config.weaken import weakenings
from phase_mirror.errors import PhaseMirrorError, UnreadableError
from phase_mirror.model.levels import Mode, Standing

WORDS = (
    *("version", "extends", "rules", "modes", "policy", "claims", "exemptions", "breaker", "drift", "redaction"),
    *("budget", "store", "MD-204", "MD-201", "MD-002", "standing", "severity", "exempt", "depth", "names", "strict"),
    *("max", "high", "branch:*", "pull_request", "token_ceiling", "contents", "pins", "actions", "except", "gate"),
    *("reviews", "rule", "path", "expires", "patterns", "name", "regex", "seconds", "off", "blocking", "sha", "read"),
    *("2027-03-01", "a.yml", "minimal", "((", "true"),
)
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=5)),
    max_leaves=30,
)
RULES = st.dictionaries(
    st.sampled_from(("MD-101", "MD-204", "MD-002", "MD-004")),
    st.sampled_from(("off", "pilot", "warn", "blocking")),
    max_size=3,
)
LIMITS = st.dictionaries(st.sampled_from(("critical", "high", "medium", "low")), st.integers(0, 5), max_size=3)
MODES = st.dictionaries(
    st.sampled_from(("pull_request", "drift", "branch:main")), st.fixed_dictionaries({"max": LIMITS}), max_size=2
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "extends": st.sampled_from(("minimal", "standard", "strict")),
        "rules": RULES,
        "modes": MODES,
        "claims": st.lists(st.sampled_from("abc"), max_size=3),
        "breaker": st.fixed_dictionaries({"max_blocks_per_hour": st.integers(1, 20)}),
        "policy": st.fixed_dictionaries(
            {},
            optional={
                "pins": st.fixed_dictionaries({"actions": st.sampled_from(("any", "tag", "sha"))}),
                "token_ceiling": st.dictionaries(
                    st.sampled_from(("contents", "packages")), st.sampled_from(("none", "read", "write"))
                ),
            },
        ),
    },
)

STANDINGS = tuple(Standing)


def refuse(path):
    raise UnreadableError("no such file", where=path)


def loaded(value):
    return load(Raw("c.yml", value, {}, {}), CATALOGUE, refuse)


def attempt(raw):
    try:
        return load(raw, CATALOGUE, refuse), ()
    except InvalidConfigurationError as error:
        return None, error.problems


@given(DATA)
@settings(max_examples=400)
def test_any_data_is_a_configuration_or_a_list_of_mistakes(value):
    config, problems = attempt(Raw("c.yml", value, {}, {}))
    assert (config is None) == bool(problems)
    assert len(problems) <= MOST_PROBLEMS
    assert all(str(problem).startswith("c.yml:") and str(problem).isprintable() for problem in problems)
    if config is not None:
        for info in CATALOGUE:
            config.rule(info)
        for mode in Mode:
            config.mode(mode, "main")
        assert every_setting(config, CATALOGUE)
        weakenings(Config(), config, CATALOGUE)
        weakenings(config, Config(), CATALOGUE)


@given(st.text(alphabet=st.sampled_from(" \n:-{}[]'\"#&*abo1,MD-204rules"), max_size=60))
@settings(max_examples=200)
def test_any_text_is_a_configuration_or_an_error_of_ours(text):
    with suppress(PhaseMirrorError):
        config_of(text)


@given(st.data())
@settings(max_examples=100)
def test_one_wrong_value_in_a_full_file_is_found_at_its_place(data):
    raw = raw_of(EVERY_KEY)
    paths = sorted((path for path in raw.keys if len(path) > 1), key=str)
    path = data.draw(st.sampled_from(paths))
    *above, last = path
    node = raw.value
    for part in above:
        node = node[part]
    node[last] = {"nonsense": 1} if not isinstance(node[last], dict) else "nonsense"
    _, problems = attempt(raw)
    assert problems[0].span.line == raw.keys[path].line


@given(FILES, FILES)
@settings(max_examples=150)
def test_weakenings_compare_what_holds(before, after):
    base, head = loaded(before), loaded(after)
    found = weakenings(base, head, CATALOGUE)
    assert weakenings(base, base, CATALOGUE) == []
    for info in CATALOGUE:
        if STANDINGS.index(base.rule(info).standing) > STANDINGS.index(head.rule(info).standing):
            assert found
    for mode in Mode:
        limits = zip(base.mode(mode).thresholds.values(), head.mode(mode).thresholds.values(), strict=True)
        if any(old is not None and (new is None or new > old) for old, new in limits):
            assert found


@given(FILES, FILES)
@settings(max_examples=100)
def test_a_file_that_extends_another_states_at_least_what_it_says(near, far):
    near.pop("extends", None)
    files = {"far.yml": Raw("far.yml", far, {}, {})}
    merged = load(Raw("c.yml", {**near, "extends": "far.yml"}, {}, {}), CATALOGUE, files.__getitem__)
    alone, other = loaded(near), loaded(far)
    for code, entry in alone.rules.items():
        assert merged.rules[code].standing == entry.standing
    assert [claim.value for claim in merged.claims] == near.get("claims", far.get("claims", []))
    assert merged.preset == other.preset
