"""Figures the design promises, counted on the real firmware, and that interrupts are never masked.

Each test prints what it found. measure.py prints more of them, without limits.
"""
import _icnt
import _user

BOARDS = ["mps2_an386"]
NULL_CALL_LIMIT = 60
LOAD_LIMIT, LOAD_LIMIT_RELOCATION = 10000, 20
SWAP_LIMIT = 73  # what the 150 of the row swap_max_delay leave, with the way from an interrupt to a thread
SWAP_FUNCTIONS = {"swap_refuse", "next_job", "freeze", "swap_arrive", "let_go"}  # kernel entries of swaps alone
AFTER_INTERRUPT = {"PendSV_Handler", "s_park_alone"}  # run only so soon after an interrupt that the next is not due


def test_null_call(env):
    "A process's null call takes fewer than 60 instructions, from before to after."
    report = _icnt.run(env, ["--load", env.app("bench_null")])
    pair = report.pair("22", "23")
    _icnt.show("null syscall: %d instructions, %d cycles estimated (limit %d instructions)"
               % (pair.usual, pair.cycles_min, NULL_CALL_LIMIT))
    assert pair.n == 64 and pair.usual < NULL_CALL_LIMIT


def test_load(env):
    "Loading hello from the built-in image takes fewer than 10,000 instructions + 20 for each relocation."
    report = _icnt.run(env, ["--run", "bench_load"], kernel="tests.elf", profile=True)
    pair = report.pair("30", "31")
    count = pair.max - pair.irq
    relocations = _icnt.relocations(env.app("hello"))
    copied, memory = _icnt.data_segment(env.app("hello"))
    limit = LOAD_LIMIT + LOAD_LIMIT_RELOCATION * relocations
    _icnt.show("load hello: %d instructions (limit %d: %d + %d x %d relocations), %d bytes of data copied, %d zeroed"
               % (count, limit, LOAD_LIMIT, LOAD_LIMIT_RELOCATION, relocations, copied, memory - copied))
    assert pair.n == 1 and relocations > 0
    assert count < limit, "by function: " + ", ".join(
        "%s %d" % f for f in sorted(report.functions.items(), key=lambda f: -f[1])[:12])


def test_never_masked(env):
    "No instruction of the demo, from reset to the end, runs with PRIMASK, BASEPRI or FAULTMASK set."
    report = _icnt.run(env, ["--demo"], armed=True)
    _icnt.show("interrupts masked: %d times in %d instructions of the demo"
               % (len(report.masks), report.total["insns"]))
    assert not report.masks, "\n".join(report.masks)


def test_counter_sees_masks(env):
    "The counter does report a masked window: a panic stops interrupts for good."
    report = _icnt.run(env, ["--run", "bench_panic"], kernel="tests.elf", armed=True, status=70)
    assert any("PRIMASK" in m and "arch_stop_interrupts" in m for m in report.masks), report.masks


def test_swap(env):
    "Interrupts come at each instruction that the kernel executes in a swap; it has no run there of more than 73."
    report = _user.swap(env, runs=True)
    missed = {f: at for f, at in report.missed.items() if f not in AFTER_INTERRUPT}
    assert not missed, missed
    swaps = [run for run in report.runs if SWAP_FUNCTIONS & set(run[2])]
    found = set().union(*(path for _, _, path in swaps))
    assert SWAP_FUNCTIONS <= found, SWAP_FUNCTIONS - found
    longest, times, path = swaps[0]
    worst, others = report.pair("48", "49"), report.pair("46", "49")
    _icnt.show("a swap's longest kernel run: %d instructions, in %s (limit %d); %d interrupts in swaps, at most %d to the "
               "thread; %d beside them, at most %d" % (longest, " ".join(path), SWAP_LIMIT, worst.n, worst.max, others.n,
                                                       others.max))
    assert longest <= SWAP_LIMIT and times > 1000
