"""How much the suite has done in all, where a number was promised.

A run of the firmware says "counted: N things"; the runs of tests that passed are added up, and the end of ./pith test
says the sums. A suite that was not cut down by --only or --board fails if it has done less than PROMISED.
"""
import collections
import re
import threading

STORMS, OPERATIONS = "interrupts in storms", "random operations"
PROMISED = {STORMS: (500_000, 10_000_000), OPERATIONS: (500_000, 10_000_000)}  # in the short form, in the long one

WATCHED, RUNS, BLIND = "instructions watched", "runs of QEMU", "runs of QEMU not watched"
_done = collections.Counter()
_lock = threading.Lock()


def add(output):
    """Counts what a finished run says it has done."""
    with _lock:
        for number, things in re.findall(r"^counted: (\d+) (.*?)\s*$", output, re.M):
            _done[things] += int(number)


def watched(instructions):
    """Counts a run in which nothing but a panic masked interrupts; None: nobody could look (tools/pithlib/icnt.py)."""
    with _lock:
        _done.update({BLIND: 1} if instructions is None else {WATCHED: instructions, RUNS: 1})


def report():
    """One line on each sum."""
    lines = ["{:,} {}".format(_done[things], things) for things in (STORMS, OPERATIONS) if _done[things]]
    if _done[RUNS]:
        lines.append("interrupts masked: 0 times in {:,} instructions of {:,} runs".format(_done[WATCHED], _done[RUNS]))
    return lines


def missing(long):
    """What the whole suite has done too little of, as sentences."""
    blind = ["{:,} {}: it does not load tools/icnt".format(_done[BLIND], BLIND)] if _done[BLIND] else []
    return blind + ["only {:,} of {:,} {}".format(_done[things], least[long], things)
            for things, least in PROMISED.items() if _done[things] < least[long]]
