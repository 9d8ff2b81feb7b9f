"""The two models of tests/model, searched by Spin through every state there is: the kernel's design holds, and a
wrong design of the same shape does not (else the search would prove nothing)."""
import re

NAMES = {"post": "the list of posts", "inherit": "priority inheritance"}


def search(env, model, *defines, memory=4000):
    """(errors, states) of a search to the end, or to the first error. With a trail the console shows it."""
    spin, folder = env.tool("spin"), env.tmp
    env.tool("gcc")
    source = env.repo / "tests/model" / (model + ".pml")
    env.host([spin, "-a"] + ["-D" + d for d in defines] + [source], cwd=folder, check=True)
    # Breadth first where depth would be the limit: the shortest way to an error, and no bound to set.
    order = ["-DBFS"] if model == "inherit" else []
    env.host(["gcc", "-O2", "-w", "-DSAFETY", "-DMEMLIM=%d" % memory, "-o", "pan", "pan.c"] + order, cwd=folder,
             check=True)
    out = env.host(["./pan", "-m300000"], cwd=folder, timeout=1500).out
    found = re.search(r"errors: (\d+)\s+(\d+) states, stored", out)
    assert found, "no result: " + out[-500:]
    assert "too small" not in out and "out of memory" not in out, "the search is not complete"
    if int(found.group(1)):
        assert "assertion violated" in out, "an error of the model itself: " + out[:500]
    return int(found.group(1)), int(found.group(2))


def holds(env, model, *defines):
    errors, states = search(env, model, *defines)
    print("%s%s: %d states, %d errors" % (NAMES[model], " ".join(("",) + defines), states, errors), flush=True)
    assert errors == 0
    assert states > 10000, "the model does almost nothing"


def fails(env, model, *mutants):
    for mutant in mutants:
        assert search(env, model, mutant)[0] == 1, "not found: " + mutant


def test_post(env):
    "No post of three nested interrupts is lost or applied twice, whatever is interrupted where."
    holds(env, "post")


def test_post_mutants(env):
    "next read late, and LDR/STR in place of LDREX/STREX, lose posts in the model."
    fails(env, "post", "NEXT_LATE", "PLAIN_PUSH", "PLAIN_COUNT", "PLAIN_SWAP", "PLAIN_TAKE")


def test_post_thread(env):
    "A thread that posted as interrupts do would lose posts: PendSV may run in between."
    fails(env, "post", "THREAD_POSTS")


def test_post_three(env):
    "The same with three nodes."
    holds(env, "post", "NODES=3", "MOST=1")


def test_inherit(env):
    "Three threads, two mutexes: each priority is its own or the most urgent waiter's, transitively, after every call."
    holds(env, "inherit", "THREADS=3")
    holds(env, "inherit", "THREADS=3", "CEILING")


def test_inherit_mutants(env):
    "A chain not followed, a leaving waiter not told of, an unlock without effect, a queue out of order: all are found."
    fails(env, "inherit", "ONE_STEP", "FORGET_LEFT", "KEEP", "NO_REQUEUE", "UNBLOCK_EARLY")


def test_inherit_four(env):
    "The same with four threads, and with three mutexes."
    holds(env, "inherit")
    holds(env, "inherit", "CEILING")
    holds(env, "inherit", "THREADS=3", "MUTEXES=3")
    holds(env, "inherit", "MUTEXES=3", "IMMORTAL")


for _test in (test_post_three, test_inherit_four):
    _test.long = True
