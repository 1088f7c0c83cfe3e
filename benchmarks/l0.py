"""Times the L0 invariants, compiled and plain side by side: one call on a fresh state, and batches.

Usage: python benchmarks/l0.py [--rounds N] [--calls N]

`make compile` builds the compiled form beside the source first; without it only the plain form is timed. Every form
runs in a process of its own. One call is timed between two readings of the clock, on a state made just before, so the
state is in the cache. `timer` is the same with nothing between the readings, and `net` subtracts its figure;
`{}.get(0)` is a call of Python's own, to tell how fast the machine is today. The rounds are pooled; `quiet` is the p99
of the round whose p99 is lowest, as other work on the machine only ever adds. Batches time `check_many` on a list, per
state, states made one after the other.

A figure of a warm cache is the best case. `cold` shows the other end: before each call 32 MB of other data are read, as
an application does between two transitions.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
from time import perf_counter_ns as clock

NOW = 1_800_000_000.0
BATCHES = ((1, 20_000), (1_000, 1_000), (1_000_000, 5))
"""States of a batch, and how often it is timed."""
COLD_CALLS = 300
EVICTING_BYTES = 32 * 1024 * 1024
CACHE_LINE = 64
FORMS = ("compiled", "plain")
PERCENTILES = (("min", 0.0), ("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))


def main() -> int:
    """Time both forms and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=50_000, help="of each kind, per round")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.rounds, options.calls)))
        return 0
    found = {form: run(form, options) for form in FORMS}
    known = {form: table for form, table in found.items() if table is not None}
    if "compiled" not in known:
        print("The compiled form is not here: make compile")
    report(known)
    return 0


def run(form: str, options: argparse.Namespace) -> dict[str, dict[str, float]] | None:
    """Return the figures of one form, None where it is not built."""
    environment = {**os.environ, "PHASE_MIRROR_PURE": "1" if form == "plain" else ""}
    command = [sys.executable, __file__, "--measure", f"--rounds={options.rounds}", f"--calls={options.calls}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    return figures["rows"] if figures["form"] == form else None


def report(known: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print one row per kind of call, the forms side by side."""
    names = [name for name, _ in PERCENTILES]
    print(f"\n{'ns':<26}" + "".join(f"{form:>56}" for form in known))
    columns = [*names, "net min", "net p50", "quiet"]
    print(f"{'':<26}" + "".join(f"{column:>8}" for _ in known for column in columns))
    for row in next(iter(known.values())):
        line = f"{row:<26}"
        for rows in known.values():
            figures = rows[row]
            line += "".join(f"{figures[column]:>8.1f}" if column in figures else f"{'':>8}" for column in columns)
        print(line)


def measure(rounds: int, calls: int) -> dict[str, object]:
    """Return the figures of the form that is loaded."""
    from phase_mirror import l0

    gc.disable()
    kinds = kinds_of_call(l0)
    samples: dict[str, list[list[int]]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, time_one in kinds.items():
            samples[name].append(sorted(time_one(fresh(l0)) for _ in range(calls)))
    timer = summary(samples["timer"])
    rows = {name: summary(several) for name, several in samples.items()}
    for name in list(kinds)[1:]:
        rows[name]["net min"] = rows[name]["min"] - timer["min"]
        rows[name]["net p50"] = rows[name]["p50"] - timer["p50"]
    rows["state.check, cold"] = cold(l0, kinds["state.check"])
    rows["State(...)"] = making(l0, calls)
    for states, times in BATCHES:
        rows[f"check_many of {states:,}"] = batch(l0, states, times)
    return {"form": l0.form(), "rows": rows}


def fresh(l0):  # noqa: ANN001, ANN201 - the package under measurement
    """Return a passing state whose texts are objects of their own, as those of a caller are."""
    return l0.State(
        own(l0.SCHEMA_VERSION), own(l0.SCHEMA_SHA256), 5, 0.1, own("0123456789abcdef" * 4), NOW - 10.0, 0.05, 0.04
    )


def own(text: str) -> str:
    """Return an equal text that is another object."""
    return text[:3] + text[3:]


def kinds_of_call(l0):  # noqa: ANN001, ANN201 - as above
    """Return what is timed, by name; each takes a state and returns nanoseconds."""
    check, policy = l0.check, l0.Policy(drift_threshold=0.2)

    def timer(_state):  # noqa: ANN001, ANN202 - as above
        begun = clock()
        return clock() - begun

    nothing: dict[int, int] = {}

    def floor(_state):  # noqa: ANN001, ANN202 - as above
        begun = clock()
        nothing.get(0)
        return clock() - begun

    def method(state):  # noqa: ANN001, ANN202 - as above
        begun = clock()
        state.check(NOW)
        return clock() - begun

    def function(state):  # noqa: ANN001, ANN202 - as above
        begun = clock()
        check(state, NOW)
        return clock() - begun

    def under_policy(state):  # noqa: ANN001, ANN202 - as above
        begun = clock()
        policy.check(state, NOW)
        return clock() - begun

    return {"timer": timer, "{}.get(0)": floor, "state.check": method, "check": function, "policy.check": under_policy}


def summary(rounds: list[list[int]]) -> dict[str, float]:
    """Return the percentiles of all rounds, and the lowest p99 of one."""
    pooled = sorted(value for several in rounds for value in several)
    figures = {name: float(pooled[int((len(pooled) - 1) * share)]) for name, share in PERCENTILES}
    figures["quiet"] = float(min(several[int((len(several) - 1) * 0.99)] for several in rounds))
    return figures


def cold(l0, time_one) -> dict[str, float]:  # noqa: ANN001 - as above
    """Return the figures of calls after other data went through the caches."""
    other = bytearray(EVICTING_BYTES)
    found = []
    for _ in range(COLD_CALLS):
        state = fresh(l0)
        sum(other[::CACHE_LINE])
        found.append(time_one(state))
    figures = summary([sorted(found)])
    del figures["quiet"]
    return figures


def making(l0, calls: int) -> dict[str, float]:  # noqa: ANN001 - as above
    """Return what it costs to make a state, which every transition does too."""
    version, digest, nonce = own(l0.SCHEMA_VERSION), own(l0.SCHEMA_SHA256), own("0123456789abcdef" * 4)
    make, issued = l0.State, NOW - 10.0
    found = []
    for _ in range(calls):
        begun = clock()
        make(version, digest, 5, 0.1, nonce, issued, 0.05, 0.04)
        found.append(clock() - begun)
    figures = summary([sorted(found)])
    del figures["quiet"]
    return figures


def batch(l0, states: int, times: int) -> dict[str, float]:  # noqa: ANN001 - as above
    """Return nanoseconds per state of a batch."""
    several = [fresh(l0) for _ in range(states)]
    found = []
    for _ in range(times):
        begun = clock()
        masks = l0.check_many(several, NOW)
        found.append((clock() - begun) / states)
        if any(masks):
            raise AssertionError("a passing state failed")
    found.sort()
    shares = PERCENTILES if times >= 1000 else PERCENTILES[:2]
    return {name: found[int((times - 1) * share)] for name, share in shares}


if __name__ == "__main__":
    sys.exit(main())
