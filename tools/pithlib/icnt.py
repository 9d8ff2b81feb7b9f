"""The QEMU plugin tools/icnt: building it, and watching with it that interrupts are never masked.

Every run of QEMU in the suite that does not count instructions itself is watched, from reset on: Env.run() fails when a
block of instructions begins with PRIMASK, BASEPRI or FAULTMASK set, unless a panic has stopped the machine. The
look costs next to nothing.
"""
import fcntl
import itertools
import os
import re
import subprocess
import threading

from . import totals
from .common import BUILD, REPO

SOURCES = REPO / "tools/icnt"
COMPILE = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden"]
PANIC = "arch_stop_interrupts"  # the one function that masks interrupts, for good

_lock, _loads, _numbers = threading.Lock(), [], itertools.count()


def build():
    """Compiles the plugin if it is older than its sources. Returns its path. Raises with the compiler's words."""
    folder = BUILD / "icnt"
    folder.mkdir(parents=True, exist_ok=True)
    plugin = folder / "icnt.so"
    with open(folder / "lock", "w") as lock:  # tests run side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        newest = max(f.stat().st_mtime for f in SOURCES.iterdir())
        if plugin.exists() and plugin.stat().st_mtime >= newest:
            return plugin
        fresh = folder / "fresh.so"
        command = [os.environ.get("HOSTCC", "gcc")] + COMPILE + ["-o", str(fresh)]
        done = subprocess.run(command + [str(f) for f in sorted(SOURCES.glob("*.c"))], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise AssertionError("tools/icnt does not compile:\n" + done.stdout.decode(errors="replace"))
        fresh.rename(plugin)
    return plugin


def loads():
    """Whether this QEMU takes the plugin, tried once. tests/bench fails when it does not; the other tests need not."""
    with _lock:
        if not _loads:
            try:
                done = subprocess.run(["qemu-system-arm", "-M", "none", "-display", "none", "-monitor", "stdio",
                                       "-plugin", "%s,watch=1" % build()], input=b"quit\n", timeout=60,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                _loads.append(done.returncode == 0)
            except (OSError, AssertionError, subprocess.TimeoutExpired):
                _loads.append(False)
        return _loads[0]


class Watch:
    """One run. plugin: the argument for QEMU, or None. judge(): what was masked, as a sentence, or None."""

    def __init__(self, kernel, folder):
        self.out = folder / ("masks%d.txt" % next(_numbers))
        self.plugin = "%s,elf=%s,watch=1,out=%s" % (build(), kernel, self.out) if loads() else None

    def judge(self):
        if not self.plugin:
            totals.watched(None)
            return None
        try:
            report = self.out.read_text()
            self.out.unlink()
        except OSError:
            report = ""
        total = re.search(r"^TOTAL insns (\d+)", report, re.M)
        if not total:
            return "QEMU has left no report on masked interrupts"
        wrong = [m for m in re.findall(r"^MASK (.*)$", report, re.M) if " from %s+" % PANIC not in m]
        if wrong:
            return "interrupts were masked: " + "; ".join(wrong)
        totals.watched(int(total.group(1)))
        return None
