"""A firmware that checks itself (PITH_DEBUG_CHECKS): damage of each kind is named, and a sound kernel passes. And one that
counts (PITH_ACCOUNTING)."""
import re

import _variant

BUILDS = True
LIMIT = 120
# Every object, and all ways through the kernel; not the storms, which would take long.
SAMPLE = re.compile(r"(debug|account|sem|mutex|cond|rwlock|event|queue|stream|pool|heap|thread|life|coop|slice|any|timer|work)_")
SLOW = re.compile(r".*(storm|cycles|walk|tokens|isr_nested)")  # or interrupts closer together than a walk is long


def tests_of(variant, sample):
    """(name, whether it panics) of each test of the firmware whose name fits."""
    listed = re.findall(r"^TEST (\w+): (.*)$", variant.run(["--list"], LIMIT).out, re.M)
    return [(name, "[panic]" in about) for name, about in listed
            if sample.match(name) and not SLOW.match(name) and "[long]" not in about]


def run_all(variant, tests):
    for name, panics in tests:
        done = variant.run(["--run", name], LIMIT)
        assert done.status == (70 if panics else 0), "%s: status %s" % (name, done.status)
        assert panics == ("PANIC: " in done.out), name


def test_checks_and_counts(env):
    "Walks after every kernel entry name damage and call no sound kernel damaged; threads are charged, entries and posts counted."
    variant = _variant.Variant(env, ["PITH_DEBUG_CHECKS=1", "PITH_ACCOUNTING=2"])
    variant.build()
    tests = tests_of(variant, SAMPLE)
    names = {name for name, panics in tests}
    assert len([name for name, panics in tests if name.startswith("debug_") and panics]) >= 9
    assert {"pool_double_free", "pool_foreign"} <= names, "the pool does not check"
    assert {"account_idle", "account_switches", "account_posts", "account_longest"} <= names
    assert len(tests) > 150, len(tests)
    always = re.compile("(debug|account|life)_")
    run_all(variant, tests if env.long else [t for i, t in enumerate(tests) if i % 4 == 0 or always.match(t[0])])
