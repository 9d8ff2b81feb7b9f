"""The figures of ./pith bench against their targets and against the stored baseline.

A figure that is worse than tests/bench/baseline.json by more than 3 % fails; one that is meant to be is made the
new baseline by ./pith bench --save. A row over its target is in KNOWN_OVER with the reason, or fails; a row
that has reached its target must leave the list.
"""
import threading

import _icnt
import _rows
from pithlib import bench

BOARDS = ["mps2_an386"]
BUILDS = False  # it builds what it measures, which is not what the other tests run
PROCESS_LIMIT = 10  # per cent more cycles that a switch may take with process support compiled in

# Row: why it is over its target.
KNOWN_OVER = {
    "pingpong_equal": "two looks at the context in give, LDREX/STREX in the kernel's take, and a wait that can be "
                      "cancelled is noted and cleared: 12 instructions that make ISR gives and cancellation right; of "
                      "its cycles 96 enter and leave exceptions, 44 are the dispatch that finds a domain's call table",
    "pingpong_processes": "of the 110 instructions a side, 38 check two handles (generation, kind, right) and that the caller "
                          "may park, 22 are the caller's own; the cycles are within the target",
    "pingpong_one_call": "the same checks of two handles in one call, and the MPU and FPU registers of another process: 98 a "
                         "side, of which 12 are the caller's own",
    "kernel_bytes_process": "128 are 16 handles, 80 what the MPU and the checks of pointers use, 96 four timers (alarm, "
                            "heartbeat, budget), 44 limits and the budget's state, 32 the name and a semaphore, 24 descriptors and the working directory",
    "kernel_bytes_thread": "124 the kernel's thread, 56 signals, their stack, the joiner and a service being done",
    "rom_processes": "72 system calls: threads, futexes, signals, message queues, shared memory, budgets, files, and reports with "
                     "backtraces; the loader alone is 7.6 KB, kernel and arch 19 KB with everything they have",
}

_lock, _measured = threading.Lock(), {}


def measured(board):
    """Measured once for all tests of this file."""
    with _lock:
        if board not in _measured:
            _measured[board] = bench.Measured(board)
        return _measured[board]


def test_baseline(env):
    "No figure is more than 3 % worse than the stored one."
    worse = bench.regressions(env.board, measured(env.board))
    assert not worse, "\n".join(worse) + "\n(./pith bench --save makes the figures the baseline)"


def test_targets(env):
    "Every row with a target reaches it, but for those known and explained."
    both, wrong = measured(env.board), []
    for row in _rows.ROWS + _rows.USER_ROWS:
        why = bench.over(row, both.kernel.get(row.name) or both.user.get(row.name))
        if why and row.name not in KNOWN_OVER:
            wrong.append("%s: %s" % (row.name, why))
        elif not why and row.name in KNOWN_OVER:
            wrong.append("%s reaches its target now: take it out of KNOWN_OVER" % row.name)
    assert not wrong, "\n".join(wrong)


def test_processes(env):
    "Switches in the whole system with processes take at most 10 % more cycles than in the kernel alone."
    both, wrong = measured(env.board), []
    for row in _rows.ROWS:
        alone, beside = both.kernel.get(row.name), both.processes.get(row.name)
        if alone and beside and beside.cycles > alone.cycles * (1 + PROCESS_LIMIT / 100):
            wrong.append("%s: %s cycles, %s alone" % (row.name, beside.cycles, alone.cycles))
    assert not wrong, "\n".join(wrong)


def test_repeats(env):
    "The same build gives the same figures, all of them."
    measured(env.board)
    firmware = bench.build_variant(env.board, "kernel") / "bench.elf"
    first, second = (_icnt.run(env, ["rows"], kernel=firmware) for _ in range(2))
    assert first.total == second.total and first.total["insns"] > 0
    assert {k: vars(p) for k, p in first.pairs.items()} == {k: vars(p) for k, p in second.pairs.items()}
