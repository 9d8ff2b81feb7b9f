#!/usr/bin/env python3
"""Counts what the system's operations cost and prints a table.

    python3 tests/bench/measure.py [--board NAME] [--functions]

Instructions are exact (one run repeats to the instruction); cycles are estimated for a Cortex-M4 with memory
that never waits. "usual" is the most frequent count, "most" the largest, a tick interrupt in between
included. --functions adds where the instructions of loading a process go, by function.
"""
import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2] / "tools")]
import _icnt
from pithlib import build, harness

# (test of tests.elf, event, event, what lies between)
KERNEL = (
    ("bench_uncontended", "32", "33", "semaphore: give, nobody waits"),
    ("bench_uncontended", "33", "34", "semaphore: take, a unit is there"),
    ("bench_uncontended", "34", "35", "mutex: lock, free"),
    ("bench_uncontended", "35", "36", "mutex: unlock, nobody waits"),
    ("bench_uncontended", "36", "37", "yield, no thread of the same priority"),
    ("bench_uncontended", "37", "38", "mutex: lock with a deadline, free"),
    ("bench_yield", "40", "41", "yield to a thread of the same priority"),
    ("bench_ping_pong_equal", "42", "45", "give to a waiting thread of the same priority"),
    ("bench_ping_pong_equal", "45", "43", "take and wait, until the other one runs"),
    ("bench_ping_pong_higher", "42", "43", "give to a more urgent thread, until it runs"),
    ("bench_ping_pong_higher", "44", "45", "take and wait, until the less urgent one runs"),
    ("bench_ping_pong_higher", "43", "44", "give to a less urgent thread"),
    ("bench_interrupt", "47", "48", "interrupt: from pending to its first instruction"),
    ("bench_interrupt", "48", "49", "interrupt: from its first instruction to the thread it gave to"),
    ("bench_interrupt", "49", "4a", "that thread waits again, until the interrupted one runs"),
)


def line(what, pair):
    print("%-64s %5d %5d %7d %5d" % (what, pair.usual, pair.max, pair.cycles_min, pair.n))


def processes(env):
    app = env.app("bench_null")
    line("process: null call", _icnt.run(env, ["--load", app]).pair("22", "23"))
    app = env.app("bench_yield")
    report = _icnt.run(env, ["--load", app, "--load", app])
    line("process: yield to another process", report.pair("22", "23"))


def loading(env, functions):
    report = _icnt.run(env, ["--run", "bench_load"], kernel="tests.elf", profile=True)
    pair = report.pair("30", "31")
    copied, memory = _icnt.data_segment(env.app("hello"))
    print("\nloading hello: %d instructions, %d cycles, %d of them in interrupts; %d relocations, "
          "%d bytes of data copied, %d zeroed" % (pair.max, pair.cycles_max, pair.irq,
                                                  _icnt.relocations(env.app("hello")), copied, memory - copied))
    for name, count in sorted(report.functions.items(), key=lambda f: -f[1]) if functions else ():
        print("  %7d  %s" % (count, name))


def main():
    parser = argparse.ArgumentParser(description="count what operations cost")
    parser.add_argument("--board", default="mps2_an386")
    parser.add_argument("--functions", action="store_true")
    options = parser.parse_args()
    build.build_board(options.board)
    env = harness.Env("bench/measure", options.board)
    reports = {}
    print("%-64s %5s %5s %7s %5s" % ("from, to", "usual", "most", "cycles", "times"))
    try:
        for test, first, second, what in KERNEL:
            if test not in reports:
                reports[test] = _icnt.run(env, ["--run", test], kernel="tests.elf")
            line(what, reports[test].pair(first, second))
        processes(env)
        loading(env, options.functions)
    finally:
        env.cleanup()


if __name__ == "__main__":
    main()
