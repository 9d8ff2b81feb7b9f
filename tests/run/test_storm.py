"""The storm and the random test beyond their one run per board: other seeds, other densities of interrupts, and a
clock whose ticks are only 50,000 instructions apart, so that deadlines come as often as everything else.

Interrupts fall between any two instructions (-icount), and each run repeats from its seed.
"""
import _variant

BUILDS = True
LIMIT = 600
SPANS = (1500, 3000, 900, 6000, 2000, 20000)  # instructions between two interrupts of one source


def storm(run, seed, interrupts, span):
    done = run(["--run", "storm", "--seed", str(seed), "--interrupts", str(interrupts), "--span", str(span)])
    assert done.status == 0, "storm: seed %d, span %d: status %s" % (seed, span, done.status)


def random(run, seed, operations, span):
    done = run(["--run", "random", "--seed", str(seed), "--operations", str(operations), "--span", str(span)])
    assert done.status == 0, "random: seed %d, span %d: status %s" % (seed, span, done.status)


def stock(env):
    return lambda args: env.run(args, kernel="tests.elf", timeout=LIMIT, icount=True)


def test_fast_clock(env):
    "100,000 interrupts and 100,000 random operations with a clock of 20,000 ticks a second."
    variant = _variant.Variant(env, ["PITH_TICK_HZ=20000"])
    variant.build()
    storm(lambda args: variant.run(args, LIMIT), 7, 100000, 2000)
    random(lambda args: variant.run(args, LIMIT), 7, 100000, 9000)


def test_storms(env):
    "6,000,000 interrupts from six seeds at densities from one in 300 instructions to one in 7,000."
    for seed, span in enumerate(SPANS, 100):
        storm(stock(env), seed, 1000000, span)


def test_operations(env):
    "6,000,000 random operations from six seeds."
    for seed, span in enumerate(SPANS, 200):
        random(stock(env), seed, 1000000, 3 * span)


for _test in (test_storms, test_operations):
    _test.long = True
