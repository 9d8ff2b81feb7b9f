"""The figures of ./pith bench against their targets, the stored baseline and what the documents say.

A figure that is worse than tests/bench/baseline.json by more than 3 % fails; one that is meant to be is made the
new baseline by ./pith bench --save. A row over its target is in KNOWN_OVER with the reason, or fails; a row
that has reached its target must leave the list.
"""
import re
import threading

import _icnt
import _rows
from pithlib import bench

BOARDS = ["mps2_an386"]
BUILDS = False  # it builds what it measures, which is not what the other tests run
PROCESS_LIMIT = 10  # per cent more cycles that a switch may take with process support compiled in

# Row: why it is over its target.
KNOWN_OVER = {}

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


def test_document(env):
    "The figures in docs/KERNEL.md are the measured ones."
    both, text = measured(env.board), (env.repo / "docs/KERNEL.md").read_text()
    lines = re.findall(r"^\|.*\| ((?:`\w+` ?)+)\| ([\d; ]+) \|$", text, re.M)
    told = {name: int(n) for rows, figures in lines
            for name, n in zip(re.findall(r"`(\w+)`", rows), figures.split("; "), strict=True)}
    told["rom_minimal"] = int(re.search(r"takes ([\d,]+) bytes of ROM", text).group(1).replace(",", ""))
    told["rom_processes"] = int(re.search(r"take ([\d,]+) bytes \(row `rom_processes`", text).group(1).replace(",", ""))
    parts = re.search(r"\| part \| bytes \|\n\|---\|---\|\n((?:\|.*\n)+)", text).group(1)
    parts = sum(int(n.replace(",", "")) for n in re.findall(r"\| ([\d,]+) \|$", parts, re.M))
    assert parts == told["rom_processes"], "the parts of rom_processes are %d bytes" % parts
    assert len(told) > 15, told
    found = dict(both.user, **both.kernel)
    wrong = ["%s: %s, not %s" % (name, found[name].value, n) for name, n in told.items() if found[name].value != n]
    assert not wrong, "\n".join(wrong)


def test_repeats(env):
    "The same build gives the same figures, all of them."
    measured(env.board)
    firmware = bench.build_variant(env.board, "kernel") / "bench.elf"
    first, second = (_icnt.run(env, ["rows"], kernel=firmware) for _ in range(2))
    assert first.total == second.total and first.total["insns"] > 0
    assert {k: vars(p) for k, p in first.pairs.items()} == {k: vars(p) for k, p in second.pairs.items()}
