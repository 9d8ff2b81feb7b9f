"""The races the kernel's design avoids, put back one at a time: the storm must notice each.

A mutant that cannot even run a simple test would prove nothing, so each passes one first. Interrupts fall
between any two instructions (-icount), from seeds that repeat.
"""
import _variant
from _variant import plain, replace

BUILDS = True
INTERRUPTS = 150000
SIMPLE, LIMIT = "thread_priority_order", 60
RUNS = ((1, 1500), (2, 5000), (3, 5000), (4, 2500))  # seed, instructions between two interrupts of one source

FAST, SWITCH = "arch/armv7m/fast.S", "arch/armv7m/switch.S"
SWAP = "arch_atomic_swap(&%s->pending, 0)"
PLAIN_SWAP = "({ uint32_t n_ = %s->pending; %s->pending = 0; n_; })"

# name: (file, edit)
QUICK = {
    "push a post with plain stores": (FAST, plain("pith_sem_give", 3)),
    "next read after pending is cleared": ("kernel/post.c", replace(
        "    void *rest = *next_of(fifo);\n\n    apply(fifo);\n    fifo = rest;",
        "    void *node = fifo;\n\n    apply(node);\n    fifo = *next_of(node);")),
    "PendSV takes the list with plain stores": (SWITCH, plain("PendSV_Handler", 1)),
}
SLOW = {
    "give with plain stores": (FAST, plain("pith_sem_give", 1)),
    "count a post with plain stores": (FAST, plain("pith_sem_give", 2)),
    "take with plain stores": (FAST, plain("pith_sem_take")),
    "lock with plain stores": (FAST, plain("pith_mutex_lock")),
    "unlock with plain stores": (FAST, plain("pith_mutex_unlock")),
    "push any post with plain stores": (FAST, plain("arch_list_push")),
    "park the one waiter with plain stores": (SWITCH, plain("s_sem_take")),
    "PendSV clears pending with plain stores": (SWITCH, plain("PendSV_Handler", 2)),
    "C clears a semaphore's pending with plain stores": ("kernel/post.c", replace(
        SWAP % "s", PLAIN_SWAP % ("s", "s"))),
    "PendSV more urgent than SVCall": ("arch/cortexm/core.c", replace(
        "PRIORITY_LOWEST << 16", "0xE0 << 16")),
    "semaphore word changed with plain stores": ("kernel/sem.c", replace(
        "return arch_atomic_cas((volatile uint32_t *)&s->word, (uint32_t)from, (uint32_t)to);",
        "if (s->word != from) return false;\n  s->word = to;\n  return true;")),
}


def caught(variant):
    """(how, seed) of the first run that notices, or None."""
    for seed, span in RUNS:
        done = variant.run(["--run", "storm", "--seed", str(seed), "--interrupts", str(INTERRUPTS),
                            "--span", str(span)], LIMIT)
        if done.status is None:
            return "does not end", seed
        if done.status != 0:
            words = [line for line in done.out.splitlines() if "failed:" in line or "PANIC" in line]
            return words[0] if words else "status %d" % done.status, seed
    return None


def check(env, mutants):
    variant = _variant.Variant(env)
    variant.build()
    done = variant.run(["--run", "storm", "--seed", "1"], LIMIT)
    assert done.status == 0, "the kernel itself fails"
    survivors = []
    for name, (path, edit) in mutants.items():
        variant.change(path, edit)
        variant.build()
        assert variant.run(["--run", SIMPLE], LIMIT).status == 0, name + ": not even a simple test passes"
        how = caught(variant)
        print("%-50s %s" % (name, "%s (seed %d)" % how if how else "NOT NOTICED"), flush=True)
        if not how:
            survivors.append(name)
        variant.restore()
    assert not survivors, "not noticed: " + ", ".join(survivors)


def test_races(env):
    "Three of the races that once were: the storm notices each within 150,000 interrupts a seed."
    check(env, QUICK)


def test_all_races(env):
    "All the others."
    check(env, SLOW)


test_all_races.long = True
