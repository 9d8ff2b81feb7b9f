"""How much the suite has done in all, where a number was promised.

A run of the firmware says "counted: N things"; the runs of tests that passed are added up, and the end of ./pith test
says the sums. A suite that was not cut down by --only or --board fails if it has done less than PROMISED.
"""
import collections
import re
import threading

STORMS, OPERATIONS = "interrupts in storms", "random operations"
PROMISED = {STORMS: (500_000, 10_000_000), OPERATIONS: (500_000, 10_000_000)}  # in the short form, in the long one

_done = collections.Counter()
_lock = threading.Lock()


def add(output):
    """Counts what a finished run says it has done."""
    with _lock:
        for number, things in re.findall(r"^counted: (\d+) (.*?)\s*$", output, re.M):
            _done[things] += int(number)


def report():
    """One line on each sum."""
    return ["{:,} {}".format(number, things) for things, number in sorted(_done.items())]


def missing(long):
    """What the whole suite has done too little of, as sentences."""
    return ["only {:,} of {:,} {}".format(_done[things], least[long], things)
            for things, least in PROMISED.items() if _done[things] < least[long]]
