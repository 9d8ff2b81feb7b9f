"""Interrupts are never masked, watched instruction by instruction: the storm, the random test, every other test of the
kernel. tests/static/test_masks.py shows that no instruction could; test_figures.py watches the demo, and that
the counter does see a mask.
"""
import re

import _icnt

BOARDS = ["mps2_an386"]


def watch(env, *args):
    report = _icnt.run(env, ["--run"] + list(args), kernel="tests.elf", armed=True)
    assert not report.masks, "%s: %s" % (args[0], "\n".join(report.masks))
    return report


def show(what, report):
    _icnt.show("interrupts masked: 0 times in %d instructions of %s, %d interrupts"
               % (report.total["insns"], what, sum(e["n"] for n, e in report.exceptions.items() if n >= 16)))


def test_storm(env):
    "No instruction of an interrupt storm runs with PRIMASK, BASEPRI or FAULTMASK set."
    report = watch(env, "storm", "--interrupts", "30000")
    show("the storm", report)
    assert sum(e["n"] for n, e in report.exceptions.items() if n >= 16) >= 30000


def test_random(env):
    "None of 30,000 random operations on all objects masks interrupts."
    show("the random test", watch(env, "random", "--operations", "30000"))


def test_all(env):
    "None of the target tests masks interrupts, but those that end in a panic."
    listing = env.run(["--list"], kernel="tests.elf", check=True).out
    names = [n for n, rest in re.findall(r"^TEST (\S+): (.*)$", listing, re.M)
             if "[panic]" not in rest and "[long]" not in rest]
    assert len(names) > 20
    instructions = sum(watch(env, name).total["insns"] for name in names)
    _icnt.show("interrupts masked: 0 times in %d instructions of %d tests" % (instructions, len(names)))


test_all.long = True
