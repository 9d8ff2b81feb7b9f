"""A firmware that checks itself (PITH_DEBUG_CHECKS): damage of each kind is named, and a sound kernel passes. And one that
counts (PITH_ACCOUNTING)."""
import re

import _variant

BUILDS = True
LIMIT = 120
# Every object, and all ways through the kernel; not the storms, which would take long.
SAMPLE = re.compile(r"(debug|sem|mutex|cond|rwlock|event|queue|stream|pool|heap|thread|life|coop|slice|any|timer|work)_")
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


def test_checks(env):
    "With PITH_DEBUG_CHECKS every kernel entry ends with a walk: damage is named, and no test's sound kernel is called damaged."
    variant = _variant.Variant(env, ["PITH_DEBUG_CHECKS=1"])
    variant.build()
    tests = tests_of(variant, SAMPLE)
    assert len([name for name, panics in tests if name.startswith("debug_") and panics]) >= 9
    assert {"pool_double_free", "pool_foreign"} <= {name for name, panics in tests}, "the pool does not check"
    assert len(tests) > 150, len(tests)
    run_all(variant, tests if env.long else [t for i, t in enumerate(tests) if i % 4 == 0 or t[0].startswith("debug_")])


def test_accounting(env):
    "With PITH_ACCOUNTING 2 each thread is charged what it ran, and idle time, switches, entries and posts are counted."
    variant = _variant.Variant(env, ["PITH_ACCOUNTING=2"])
    variant.build()
    tests = tests_of(variant, re.compile("(account|life)_"))
    assert {"account_idle", "account_switches", "account_posts", "account_longest"} <= {name for name, panics in tests}
    run_all(variant, tests)
