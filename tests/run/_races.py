"""The races that the kernel's design avoids, each as the change that puts it back.

A race is (name, story, edits, tests, quick): what goes wrong, in the order it happens; [(file, edit), ...] with the
edits of _variant.py; the target tests of which one must fail on the changed kernel; whether it is part of the short
suite, as one of each kind is. A plain store for a store-exclusive is
the same as a fast path that is resumed after whatever came in between: it overwrites what was changed meanwhile.
tests/model/post.pml and inherit.pml search the same post list and the same inheritance for all orders of events.
"""
from collections import namedtuple

from _variant import body, plain, replace

Race = namedtuple("Race", "name story edits tests quick", defaults=[False])

FAST, SWITCH, QUEUE_S, POOL_S = ("arch/armv7m/" + name for name in ("fast.S", "switch.S", "queue.S", "pool.S"))
POST, SEM, QUEUE, EVENT = ("kernel/" + name for name in ("post.c", "sem.c", "queue.c", "event.c"))
STREAM, POOL, WORK, TIMER, WAIT = ("kernel/" + name for name in ("stream.c", "pool.c", "work.c", "timer.c", "wait.c"))
CLOCK = "arch/cortexm/clock.c"


def plain_swap(what, new="0"):
    """C: a swap by a load and a store."""
    return "({ __typeof__(%s) old_ = %s; %s = %s; old_; })" % (what, what, what, new)


def plain_cas(what, old, new):
    """C: compare and swap by a load, a compare and a store."""
    return "(%s == (%s) ? (%s = (%s), true) : false)" % (what, old, what, new)


# ---- posts: the door from interrupts to the kernel ----

POSTS = [
    Race("next read late, C",
         "The kernel empties a node's count, an interrupt posts the node again and so writes its next, the kernel follows "
         "that: the rest of the list it had taken is lost.",
         [(POST, replace("    void *rest = *next_of(fifo);\n\n    apply(fifo);\n    fifo = rest;",
                         "    void *node = fifo;\n\n    apply(node);\n    fifo = *next_of(node);"))],
         ["storm"], quick=True),
    Race("next read late, straight path",
         "The same in PendSV's path for a semaphore alone: it looks for company after it has emptied the count.",
         [(SWITCH, replace("  ldr r3, [r1, #S_NEXT]       /* next before pending becomes 0: then the ISR may queue it again */\n"
                           "  cbnz r3, 7f\n", "")),
          (SWITCH, replace("  cbnz r0, 11f\n", "  cbnz r0, 11f\n  ldr r0, [r1, #S_NEXT]\n  cbnz r0, 12f\n")),
          (SWITCH, replace("6: push {r3, lr} ", "12: push {r3, lr}\n  push {r0, r1}\n  mov r0, r1\n  mov r1, r3\n"
                           "  bl k_sem_give\n  pop {r0, r1}\n  bl k_posts\n  b 9f\n6: push {r3, lr} "))],
         ["storm"]),
    Race("push with plain stores, semaphore",
         "An interrupt reads the list's head, a more urgent one pushes its node, the first writes the head: that node is lost.",
         [(FAST, plain("pith_sem_give", 3))], ["storm"], quick=True),
    Race("push with plain stores, other objects", "The same for every post but a semaphore's.",
         [(FAST, plain("arch_list_push"))], ["storm"]),
    Race("count with plain stores, semaphore",
         "An interrupt reads a node's count, a more urgent one adds to it, the first writes its own sum: a give is lost.",
         [(FAST, plain("pith_sem_give", 2))], ["storm"]),
    Race("count with plain stores, other objects",
         "The same elsewhere; two that both read 0 push the node twice, and the list becomes a ring.",
         [(POST, replace("if (!arch_atomic_add(&p->pending, 1)) push",
                         "if (!%s) push" % plain_swap("p->pending", "old_ + 1")))], ["storm"]),
    Race("PendSV takes the list with plain stores",
         "It reads the head, an interrupt pushes a node, it writes NULL: the node is lost, and its object deaf from then on.",
         [(SWITCH, plain("PendSV_Handler", 1))], ["storm"], quick=True),
    Race("PendSV takes a count with plain stores",
         "It reads the count, an interrupt adds to it without pushing, it writes 0: a give is lost.",
         [(SWITCH, plain("PendSV_Handler", 2))], ["storm"]),
    Race("C takes a count with plain stores", "The same in the list's longer path, for all objects.",
         [(POST, replace("arch_atomic_swap(&p->pending, 0)", plain_swap("p->pending")))], ["storm", "random"]),
    Race("a thread posts",
         "A thread that gives to waiters counts and is preempted before it pushes, or pushes and is preempted before it "
         "links: later posts of that object wait for it, or the list is cut.",
         [(FAST, replace("  cbnz r2, 4f\n", "  b 4f\n"))],
         ["isr_give_not_held_back"], quick=True),
    Race("PendSV more urgent than SVCall",
         "PendSV comes in the middle of a call, and the two work on the same lists at once.",
         [("arch/cortexm/core.c", replace("PRIORITY_LOWEST << 16", "0xE0 << 16"))], ["storm"], quick=True),
    Race("PendSV forgets who came while it worked",
         "An interrupt posts while the kernel applies what was posted before, and the list is looked at once only: the "
         "post stays until some other one comes. (An endless look would be as bad: each round is one PendSV.)",
         [(SWITCH, replace("  bl k_posts\n", "  bl k_posts\n  ldr r0, =0xE000ED04\n  mov r1, #1 << 27\n"
                           "  str r1, [r0]\n"))], ["isr_post_while_applied"], quick=True),
    Race("a timer's command with plain stores",
         "An interrupt reads that there is no command, a more urgent one leaves its own and pushes the timer, the first "
         "pushes it again: the list becomes a ring.",
         [(POST, replace("arch_atomic_swap8(&t->timeout.command, command)", plain_swap("t->timeout.command", "command")))],
         ["timer_isr_nested"]),
    Race("C takes a timer's command with plain stores",
         "The kernel reads the command, an interrupt leaves another, which finds the timer queued, the kernel writes "
         "none: the last command is lost.",
         [(TIMER, replace("arch_atomic_swap8(&t->timeout.command, K_TIMER_NONE)",
                          plain_swap("t->timeout.command", "K_TIMER_NONE")))], ["timer_isr_nested"]),
]

# ---- semaphores and mutexes: fast paths, and the look before parking ----

SEMAPHORES = [
    Race("give with plain stores",
         "A thread in pith_sem_give() has read the word; an interrupt, or a thread it wakes, changes it; the first goes on "
         "and writes the old one less 1.",
         [(FAST, plain("pith_sem_give", 1))], ["isr_give_within", "storm"], quick=True),
    Race("take with plain stores", "The same in pith_sem_take(): two take one unit.",
         [(FAST, plain("pith_sem_take"))], ["isr_give_within", "storm"], quick=True),
    Race("lost post between look and park, straight path",
         "The kernel sees no unit, an interrupt gives one, the kernel writes that one waits: the unit is gone and the "
         "taker sleeps.",
         [(SWITCH, plain("s_sem_take"))], ["isr_give_while_parking"], quick=True),
    Race("lost post between look and park, C", "The same for a taker with a deadline, or behind others.",
         [(SEM, replace("!change(s, word, word < 0 ? word + 1 : K_SEM_WAITERS)",
                        "!(word ? change(s, word, word + 1) : (s->word = K_SEM_WAITERS, true))"))],
         ["isr_give_while_parking_timed"], quick=True),
    Race("the kernel changes a word with plain stores",
         "The kernel or a thread with a deadline reads the word, an interrupt gives, the old word plus or minus 1 is written.",
         [(SEM, replace("return arch_atomic_cas((volatile uint32_t *)&s->word, (uint32_t)from, (uint32_t)to);",
                        "if (s->word != from) return false;\n  s->word = to;\n  return true;"))], ["isr_give_within", "storm"]),
    Race("parked beside a unit",
         "The kernel sees no unit, an interrupt gives one, so the kernel's store that one waits fails; it parks the thread "
         "all the same, and no give looks for it.",
         [(SWITCH, replace("  strex r2, r1, [r0, #S_WORD]\n  cbnz r2, 2f\n", "  strex r2, r1, [r0, #S_WORD]\n  movs r2, #0\n"))],
         ["storm"]),
    Race("one is woken for several gives",
         "Interrupts have given more than once before the kernel looks; it wakes one waiter for all of it.",
         [(SEM, replace("while (n && k_wake(&s->waiters)) n--;", "if (k_wake(&s->waiters)) n = 0;"))], ["storm"]),
    Race("lock with plain stores",
         "A thread has seen the mutex free, one that preempts it locks, the first goes on and locks too: two owners.",
         [(FAST, plain("pith_mutex_lock"))], ["storm"], quick=True),
    Race("unlock with plain stores",
         "The owner has seen that nobody waits, one that preempts it begins to, the owner frees the mutex: nobody wakes "
         "the waiter.",
         [(FAST, plain("pith_mutex_unlock"))], ["storm"]),
    Race("who gives up in a deadlock is moved in lists it is not in",
         "The walk along a circle of owners comes back to the thread that is just leaving its queue.",
         [(WAIT, replace("  t->wait_mutex = NULL;\n  k_timeout_disarm",
                         "  t->wait_mutex = NULL;\n  t->blocked = 0;\n  k_timeout_disarm"))], ["random"]),
]

# ---- queues: sequences that are put back to their start ----

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
EARLY_RECEIVE = """  ldrd r3, r2, [r0, #Q_RD]
  cmp r3, r2
  beq 8f
  adds r2, r3, #4
  ldr ip, [r0, #Q_END]
  cmp r2, ip
  it eq
  ldreq r2, [r0, #Q_END + 4]
  str r2, [r0, #Q_RD]
  ldr r3, [r3]
  str r3, [r1]
  movs r0, #0
  bx lr
"""
NO_RESTART = (SWITCH, replace("bl k_restart ", "nop "))
QUEUE_TESTS = ["queue_tokens", "storm"]

QUEUES = [
    Race("a sender claims its slot before the message is in it",
         "Queues by LL/SC: a sender that is preempted between its claim of a slot and its store into it overwrites, when "
         "it goes on, a later message; meanwhile the receiver has got the slot's old contents.",
         [NO_RESTART, (QUEUE_S, body("k_queue_send_4", LLSC_SEND))], QUEUE_TESTS, quick=True),
    Race("a receiver frees its slot before it has the message",
         "The other end: preempted between the two, it finds a later message in the slot.",
         [(QUEUE_S, body("k_queue_receive_4", EARLY_RECEIVE))], QUEUE_TESTS),
    Race("a sequence is not put back to its start",
         "A thread that was switched out inside a sequence goes on with wr and rd as they were: it doubles a message or "
         "overwrites one.",
         [NO_RESTART], QUEUE_TESTS, quick=True),
    Race("nor on PendSV's straight path", "The same when one semaphore's post made the switch.",
         [(SWITCH, replace("blo k_interrupted", "nop"))], QUEUE_TESTS, quick=True),
    Race("nor when the same thread goes on",
         "An interrupt has sent or received; PendSV has made that messages and wakes nobody; the thread goes on inside its "
         "sequence with an old wr or rd.",
         [(SWITCH, replace("9: ldr r1, [sp, #K_CURRENT + 8]\n",
                           "9: ldr r1, [sp, #K_CURRENT + 8]\n  ldr r2, [sp, #K_READY + 8]\n  add r0, sp, #8\n"
                           "  clz r2, r2\n  ldr r0, [r0, r2, lsl #2]\n  cmp r0, r1\n  beq 3f\n"))], QUEUE_TESTS, quick=True),
    Race("a sequence that is through is put back",
         "A thread that was stopped between its commit and its return sends or receives a second time.",
         [(QUEUE_S, replace("  cmp ip, #0x2000             /* movs r0, #0 */\n  beq 9f\n", ""))], QUEUE_TESTS),
    Race("put back with the IT bits of where it was",
         "The thread was stopped inside an IT block; back at its start, it executes the first instructions under that "
         "block's condition.",
         [(QUEUE_S, replace("bic r1, r1, #0x06000000", "nop")), (QUEUE_S, replace("bic r1, r1, #0x0000FC00", "nop"))],
         ["queue_sequences"], quick=True),
    Race("no spare slot",
         "The slot at wr is where a sender writes before it knows whether there is room. With every slot in use it is the "
         "oldest message's, and a full queue looks empty.",
         [(QUEUE, replace("    if (next == q->rd) return false;\n", "    if (staged && slot == q->rd) return false;\n"))],
         ["queue_storm"], quick=True),
    Race("an interrupt sends without staging",
         "It moves wr past a slot that it fills afterwards: a more urgent interrupt receives what is not there yet.",
         [(QUEUE, replace("    staged = q->staged;\n    slot = staged ? staged : q->wr;", "    staged = slot = q->wr;")),
          (QUEUE, replace("} while (!change(&q->staged, staged, next));", "} while (!change(&q->wr, staged, next));"))],
         ["queue_storm", "random"], quick=True),
    Race("a slot is reserved with plain stores", "Two interrupts, one within the other, fill the same slot.",
         [(QUEUE, replace("!change(&q->staged, staged, next)", "!" + plain_cas("q->staged", "staged", "next")))],
         ["queue_storm", "storm"]),
    Race("staged ends before wr has moved",
         "An interrupt that comes between the two begins at the old wr again and overwrites what was staged.",
         [(QUEUE, replace("    q->wr = staged;\n    change(&q->staged, staged, NULL);",
                          "    if (change(&q->staged, staged, NULL)) q->wr = staged;"))], ["queue_storm", "storm"]),
    Race("rd moved with plain stores", "The kernel and an interrupt get the same message.",
         [(QUEUE, replace("!change(&q->rd, slot, after(q, slot))", "!" + plain_cas("q->rd", "slot", "after(q, slot)")))],
         ["queue_storm", "queue_tokens"]),
    Race("a message to the front with plain stores",
         "The kernel has seen room, an interrupt stages its message in it, and rd moves back over that.",
         [(QUEUE_S, plain("k_queue_retreat"))], ["isr_send_within_front"]),
    Race("a message to the front while interrupts receive",
         "An interrupt moves rd on while the message before it is being written.",
         [(QUEUE, replace("if (q->front || !take(q, msg)) return -EAGAIN;", "if (!take(q, msg)) return -EAGAIN;"))],
         ["isr_receive_within_front"]),
]

# ---- the other objects that interrupts touch, and the clock ----

OTHERS = [
    Race("lost bit between look and park",
         "A thread finds its event bits not set, an interrupt sets them and sees that nobody waits, the thread parks.",
         [(EVENT, replace("  if (found(e->bits, wish->bits, wish->options)) serve(e); /* an interrupt that asked before */\n", ""))],
         ["event_isr_while_parking"]),
    Race("bits set with plain stores", "Two set a bit each, one within the other: the first one's store forgets the second.",
         [(EVENT, replace("!arch_atomic_cas(&e->bits, old, (old & ~clear) | set)",
                          "!" + plain_cas("e->bits", "old", "(old & ~clear) | set")))], ["isr_set_within"]),
    Race("bits taken with plain stores", "A bit that is set while others are taken is forgotten.",
         [(EVENT, replace("!arch_atomic_cas(&e->bits, set, set & ~taken)",
                          "!" + plain_cas("e->bits", "set", "set & ~taken")))], ["isr_set_within"]),
    Race("a stream's places reserved with plain stores", "Two writers, one within the other, fill the same places.",
         [(STREAM, replace("!change(&s->reserved, at, at + n)", "!" + plain_cas("s->reserved", "at", "at + n")))],
         ["stream_storm"]),
    Race("a stream's bytes taken with plain stores", "Two readers, one within the other, get the same bytes.",
         [(STREAM, replace("!change(&s->read, at, at + n)", "!" + plain_cas("s->read", "at", "at + n")))],
         ["stream_storm"]),
    Race("a block taken with plain stores",
         "A thread has read the first free block and its link, an interrupt takes two and returns the first: the link is old (ABA).",
         [(POOL_S, plain("k_pool_pop, pith_pool_alloc"))], ["pool_storm"]),
    Race("a block returned with plain stores", "Two return a block each, one within the other: one of them is lost.",
         [(POOL_S, plain("k_pool_push, pith_pool_free"))], ["pool_storm"]),
    Race("lost block between look and park",
         "The kernel finds the pool empty, an interrupt returns a block, the kernel writes that somebody waits: the "
         "block is gone.",
         [(POOL, replace("!arch_atomic_cas((volatile uint32_t *)&p->head, 0, K_WORD(WAITED))",
                         "!" + plain_cas("p->head", "NULL", "WAITED")))],
         ["isr_free_while_parking"]),
    Race("work submitted with plain stores", "A thread and an interrupt submit one item: it is in the list twice.",
         [(WORK, lambda text: text.replace("arch_atomic_swap(&w->pending, 1)", plain_swap("w->pending", "1")))],
         ["isr_submit_within"]),
    Race("pith_now() torn by a restart",
         "A thread has read the ticks, the clock is restarted, the thread adds the cycles since then.",
         [(CLOCK, replace("  if (!left || pending || turn != clock.turn) return", "  (void)turn;\n  if (!left || pending) return"))],
         ["time_restarted"]),
]

ALL = POSTS + SEMAPHORES + QUEUES + OTHERS
