"""The races the kernel's design avoids, put back one at a time: a test must notice each. tests/run/_races.py tells
what each of them is.

A mutant that cannot even run a simple test would prove nothing, so each passes one first; and whatever noticed a race
must pass on the kernel as it is. Interrupts fall between any two instructions (-icount), from seeds that repeat.
"""
import sys
from pathlib import Path

import _races
import _variant
from _variant import replace

BUILDS = True
SIMPLE, LIMIT = "thread_priority_order", 240
RANDOM = [["--seed", str(seed), "--operations", "200000"] for seed in (1, 2, 3, 4)]
MORE = {  # arguments of a test, in the order tried; the others are run once, without any
    "storm": [["--seed", str(seed), "--interrupts", "150000", "--span", str(span)]
              for seed, span in ((1, 1350), (2, 5000), (3, 8000), (4, 2500))],
    "random": RANDOM,
    "queue_tokens": [["--seed", str(seed), "--events", "20000", "--span", str(span)]
                     for seed, span in ((1, 2000), (2, 3000), (3, 5000))],
    "queue_storm": [["--seed", str(seed), "--events", "20000", "--span", str(span)]
                    for seed, span in ((1, 900), (2, 1500), (3, 3000))],
    "stream_storm": [["--seed", str(seed), "--events", "20000"] for seed in (1, 2, 3)],
}

# Interrupts so close together that some threads get no turn for long, and what is lost then.
DENSE = ["storm", "--seed", "101", "--interrupts", "1500000", "--span", "900"]
LOST = ["push with plain stores, semaphore", "PendSV takes the list with plain stores", "PendSV takes a count with plain stores",
        "count with plain stores, semaphore", "one is woken for several gives", "parked beside a unit", "unlock with plain stores"]


def attempts(race):
    """Arguments of each run, one after another."""
    for test in race.tests:
        for more in MORE.get(test, [[]]):
            yield [test] + more


def reason(done):
    words = [line for line in done.out.splitlines() if "failed:" in line or "PANIC" in line]
    return words[0] if words else "does not end" if done.status is None else "status %d" % done.status


def noticed(variant, race):
    """Arguments of the first run that notices and how it does so, or None."""
    for args in attempts(race):
        done = variant.run(["--run"] + args, LIMIT)
        if done.status != 0:
            return args, reason(done)
    return None


def check(env, races):
    variant = _variant.Variant(env)
    survivors, witnesses = [], []
    for race in races:
        for path, edit in race.edits:
            variant.change(path, edit)
        variant.build()
        assert variant.run(["--run", SIMPLE], LIMIT).status == 0, race.name + ": not even a simple test passes"
        found = noticed(variant, race)
        print("%-60s %s" % (race.name, "%s: %s" % (" ".join(found[0]), found[1]) if found else "NOT NOTICED"), flush=True)
        if not found:
            survivors.append(race.name)
        elif found[0] not in witnesses:
            witnesses.append(found[0])
        variant.restore()
    variant.build()
    for args in witnesses:
        done = variant.run(["--run"] + args, LIMIT)
        assert done.status == 0, "%s fails on the kernel itself: %s" % (" ".join(args), reason(done))
    assert not survivors, "not noticed: " + ", ".join(survivors)


def test_races(env):
    "One of each kind, each noticed in a moment."
    check(env, [race for race in _races.ALL if race.quick])


def test_all_races(env):
    "All the others, some of them by longer storms."
    check(env, [race for race in _races.ALL if not race.quick])


def test_dense(env):
    "A thread without a turn hides no lost post, unit or wake: the storm sees it where it happens, not by the totals."
    variant = _variant.Variant(env)
    overlooked = []
    for race in [race for race in _races.ALL if race.name in LOST]:
        for path, edit in race.edits:
            variant.change(path, edit)
        variant.build()
        done = variant.run(["--run"] + DENSE, LIMIT)
        seen = done.status not in (None, 0) and "counted:" not in done.out
        print("%-60s %s%s" % (race.name, "" if seen else "TOO LATE: ", reason(done)), flush=True)
        if not seen:
            overlooked.append(race.name)
        variant.restore()
    assert not overlooked, "not seen: " + ", ".join(overlooked)


def test_call_left_pended(env):
    """A process's call whose frame could not be saved is not served: it stays pended behind the fault, which must
    take it back, or the kernel would work on registers that were never written."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "user"))
    from processes import Boot, under_names

    variant = _variant.Variant(env)
    files = under_names(env, "hostile", ["svc_sp-90000020", "sleep_sp-20001000"])  # the first where nothing is
    for edit in (None, replace("  if (SCB_SHCSR & SCB_SHCSR_SVCALLPENDED) SCB_SHCSR &= ~SCB_SHCSR_SVCALLPENDED;\n", "")):
        if edit:
            variant.change("arch/cortexm/fault.c", edit)
        variant.build("pith.elf")
        try:
            boot = Boot(env, files, kernel=variant.folder / "pith.elf")
            fine = all(boot.cause(f.name).startswith("overflowed its stack") for f in files)
        except AssertionError:
            fine = False
        assert fine == (edit is None), "as it is, the kernel fails" if not fine else "not noticed"


for _test in (test_all_races, test_dense, test_call_left_pended):
    _test.long = True
