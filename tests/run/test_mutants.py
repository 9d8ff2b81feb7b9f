"""The races the kernel's design avoids, put back one at a time: the storm or the random test must notice
each.

A mutant that cannot even run a simple test would prove nothing, so each passes one first. Interrupts fall
between any two instructions (-icount), from seeds that repeat.
"""
import _variant
from _variant import body, plain, replace

BUILDS = True
INTERRUPTS, OPERATIONS = 150000, 200000
SIMPLE, LIMIT = "thread_priority_order", 60
RUNS = ((1, 1500), (2, 5000), (3, 8000), (4, 2500))  # seed, instructions between two interrupts of one source

FAST, SWITCH, QUEUE = "arch/armv7m/fast.S", "arch/armv7m/switch.S", "arch/armv7m/queue.S"
SWAP = "arch_atomic_swap(&p->pending, 0)"
PLAIN_SWAP = "({ uint32_t n_ = p->pending; p->pending = 0; n_; })"

# name: [(file, edit), ...]
QUICK = {
    "push a post with plain stores": [(FAST, plain("pith_sem_give", 3))],
    "next read after pending is cleared": [("kernel/post.c", replace(
        "    void *rest = *next_of(fifo);\n\n    apply(fifo);\n    fifo = rest;",
        "    void *node = fifo;\n\n    apply(node);\n    fifo = *next_of(node);"))],
    "PendSV takes the list with plain stores": [(SWITCH, plain("PendSV_Handler", 1))],
}
LLSC_SEND = """1: ldrex r2, [r0, #Q_WR]
  adds r3, r2, #4
  ldr ip, [r0, #Q_END]
  cmp r3, ip
  it eq
  ldreq r3, [r0, #Q_END + 4]
  ldr ip, [r0, #Q_RD]
  cmp r3, ip
  beq 7f
  strex ip, r3, [r0, #Q_WR]
  cmp ip, #0
  bne 1b
  ldr r3, [r1]
  str r3, [r2]
  movs r0, #0
  bx lr
"""
NO_RESTART = (SWITCH, replace("bl k_restart ", "nop "))
SLOW = {
    "give with plain stores": [(FAST, plain("pith_sem_give", 1))],
    "count a post with plain stores": [(FAST, plain("pith_sem_give", 2))],
    "take with plain stores": [(FAST, plain("pith_sem_take"))],
    "lock with plain stores": [(FAST, plain("pith_mutex_lock"))],
    "unlock with plain stores": [(FAST, plain("pith_mutex_unlock"))],
    "push any post with plain stores": [(FAST, plain("arch_list_push"))],
    "park the one waiter with plain stores": [(SWITCH, plain("s_sem_take"))],
    "PendSV clears pending with plain stores": [(SWITCH, plain("PendSV_Handler", 2))],
    "C clears pending with plain stores": [("kernel/post.c", replace(SWAP, PLAIN_SWAP))],
    "PendSV more urgent than SVCall": [("arch/cortexm/core.c", replace("PRIORITY_LOWEST << 16", "0xE0 << 16"))],
    "semaphore word changed with plain stores": [("kernel/sem.c", replace(
        "return arch_atomic_cas((volatile uint32_t *)&s->word, (uint32_t)from, (uint32_t)to);",
        "if (s->word != from) return false;\n  s->word = to;\n  return true;"))],
    "a queue's sequence is not restarted": [NO_RESTART],
    "nor on the straight path": [(SWITCH, replace("blo k_interrupted", "nop"))],
    "restarted with the IT bits of where it was": [(QUEUE, replace("bic r1, r1, #0x06000000", "nop")),
                                                   (QUEUE, replace("bic r1, r1, #0x0000FC00", "nop"))],
    "a sender claims its slot before the message is in it": [NO_RESTART, (QUEUE, body("k_queue_send_4", LLSC_SEND))],
    "who gives up in a deadlock is moved in lists it is not in": [("kernel/wait.c", replace(
        "  t->wait_mutex = NULL;\n  k_timeout_disarm", "  t->wait_mutex = NULL;\n  t->blocked = 0;\n  k_timeout_disarm"))],
}


def attempts():
    """Arguments of a run, what to call it."""
    for seed, span in RUNS:
        yield ["storm", "--seed", str(seed), "--interrupts", str(INTERRUPTS), "--span", str(span)]
        yield ["random", "--seed", str(seed), "--operations", str(OPERATIONS)]


def caught(variant):
    """How the first run that notices does so, or None."""
    for args in attempts():
        done = variant.run(["--run"] + args, LIMIT)
        if done.status != 0:
            words = [line for line in done.out.splitlines() if "failed:" in line or "PANIC" in line]
            how = words[0] if words else "does not end" if done.status is None else "status %d" % done.status
            return "%s, seed %s: %s" % (args[0], args[2], how)
    return None


def check(env, mutants):
    variant = _variant.Variant(env)
    variant.build()
    for args in (["storm", "--interrupts", "50000"], ["random", "--operations", "50000"]):
        assert variant.run(["--run"] + args, LIMIT).status == 0, "the kernel itself fails"
    survivors = []
    for name, edits in mutants.items():
        for path, edit in edits:
            variant.change(path, edit)
        variant.build()
        assert variant.run(["--run", SIMPLE], LIMIT).status == 0, name + ": not even a simple test passes"
        how = caught(variant)
        print("%-58s %s" % (name, how or "NOT NOTICED"), flush=True)
        if not how:
            survivors.append(name)
        variant.restore()
    assert not survivors, "not noticed: " + ", ".join(survivors)


def test_races(env):
    "Three of them."
    check(env, QUICK)


def test_all_races(env):
    "All the others."
    check(env, SLOW)


test_all_races.long = True
