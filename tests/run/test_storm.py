"""The storm and the random test beyond their one run per board: other seeds, other densities of interrupts, and a
clock whose ticks are only 50,000 instructions apart, so that deadlines come as often as everything else.

Interrupts fall between any two instructions (-icount), and each run repeats from its seed. What they do is added to
what tests/target does on each board (tools/pithlib/totals.py): 10 million interrupts and 10 million operations in all,
4 of each there and 6 of each here.
"""
import importlib.util
import re

import _variant
from pithlib import totals

BUILDS = True
LIMIT = 900
DENSE, INSTRUCTIONS = 1350, 500  # one interrupt of each of three sources in DENSE is one in INSTRUCTIONS, or sooner
# seed: (interrupts, instructions between two of one source)
STORMS = {100: (1500000, DENSE), 101: (1500000, 900), 102: (1500000, 2000), 103: (1000000, 3000),
          104: (400000, 6000), 105: (100000, 20000)}
# seed: (operations, instructions between two interrupts of one source)
OPERATIONS = {200: (1000000, 4500), 201: (1000000, 9000), 202: (1000000, 2700), 203: (1000000, 18000),
              204: (1000000, 6000), 205: (1000000, 60000)}


def finish(done, what, things, least):
    assert done.status == 0, "%s: status %s" % (what, done.status)
    counted = re.search(r"^counted: (\d+) %s$" % things, done.out, re.M)
    assert counted and int(counted.group(1)) >= least, "%s: fewer than %d %s" % (what, least, things)
    totals.add(done.out)


def storm(run, seed, interrupts, span):
    done = run(["--run", "storm", "--seed", str(seed), "--interrupts", str(interrupts), "--span", str(span)])
    finish(done, "storm: seed %d, span %d" % (seed, span), totals.STORMS, interrupts)
    if span == DENSE:
        every = int(re.search(r"one every (\d+) instructions", done.out).group(1))
        assert every <= INSTRUCTIONS, "an interrupt only every %d instructions" % every


def random(run, seed, operations, span):
    done = run(["--run", "random", "--seed", str(seed), "--operations", str(operations), "--span", str(span)])
    finish(done, "random: seed %d, span %d" % (seed, span), totals.OPERATIONS, operations)


def stock(env):
    return lambda args: env.run(args, kernel="tests.elf", timeout=LIMIT, icount=True)


def test_fast_clock(env):
    "100,000 interrupts and 100,000 random operations with a clock of 20,000 ticks a second."
    variant = _variant.Variant(env, ["PITH_TICK_HZ=20000"])
    variant.build()
    storm(lambda args: variant.run(args, LIMIT), 7, 100000, 2000)
    random(lambda args: variant.run(args, LIMIT), 7, 100000, 9000)


def test_storms(env):
    "6,000,000 interrupts from six seeds at densities from one in 360 instructions to one in 7,000."
    for seed, (interrupts, span) in STORMS.items():
        storm(stock(env), seed, interrupts, span)


def test_operations(env):
    "6,000,000 random operations from six seeds."
    for seed, (operations, span) in OPERATIONS.items():
        random(stock(env), seed, operations, span)


def test_density(env):
    "The storm of the short form has an interrupt every 500 instructions."
    storm(stock(env), 8, 20000, DENSE)


def test_totals(env):
    "A suite that has done less than it promises says so."
    spec = importlib.util.spec_from_file_location("totals_afresh", totals.__file__)
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert len(fresh.missing(False)) == 2
    fresh.add("counted: 9999999 interrupts in storms\nstorm: depth 3\ncounted: 10000000 random operations\n")
    assert fresh.missing(True) == ["only 9,999,999 of 10,000,000 interrupts in storms"]
    assert not fresh.missing(False)
    fresh.add("counted: 1 interrupts in storms\n")
    assert not fresh.missing(True)


for _test in (test_storms, test_operations):
    _test.long = True
test_totals.builds = False
