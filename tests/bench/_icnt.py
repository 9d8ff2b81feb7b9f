"""The instruction counter for tests: runs a firmware under tools/icnt, reads its report.

    report = _icnt.run(env, ["--run", "bench_load"], kernel="tests.elf", profile=True)
    report.pair("30", "31").usual      instructions between the two events, as they came most often
    report.masks                       [] when interrupts were never masked while counting

The run repeats exactly: -icount makes one instruction one nanosecond of guest time.
"""
import re
import subprocess
import sys

from pithlib.icnt import build


class Pair:
    """What lay between two consecutive events, n times. irq: of all the instructions, those in interrupts."""

    def __init__(self, words):
        named = dict(zip(words[0:16:2], words[1:16:2]))
        self.n, self.min, self.max = int(named["n"]), int(named["min"]), int(named["max"])
        self.mean, self.irq = float(named["mean"]), int(named["irq"])
        self.cycles_min, self.cycles_max = int(named["cyc_min"]), int(named["cyc_max"])
        self.times = {int(v): int(n) for v, n in (w.split(":") for w in words[words.index("hist") + 1:])}

    @property
    def usual(self):
        """The most frequent count: what the tick interrupt did not lengthen."""
        return max(self.times, key=lambda value: (self.times[value], -value))


class Report:
    """total: {"insns": ...}; pairs: {(from, to): Pair}; exceptions: {number: {"n", "min", "max", "mean"}};
    masks: lines; functions: {name: instructions}.
    With runs: runs: [(instructions, times, [functions in order])], the longest first; missed: {function: places in it that no
    interrupt followed}."""

    def __init__(self, text):
        self.total, self.pairs, self.exceptions, self.masks, self.functions = {}, {}, {}, [], {}
        self.runs, self.missed = [], {}
        for line in text.splitlines():
            kind, *words = line.split()
            if kind == "TOTAL":
                self.total = {k: int(v) for k, v in zip(words[0::2], words[1::2])}
            elif kind == "PAIR":
                self.pairs[words[0], words[1]] = Pair(words[2:])
            elif kind == "EXC":
                self.exceptions[int(words[0])] = {k: float(v) for k, v in zip(words[2::2], words[3::2])}
            elif kind == "MASK":
                self.masks.append(line)
            elif kind == "FUNC":
                self.functions[words[0]] = self.functions.get(words[0], 0) + int(words[1])
            elif kind == "RUN":
                path = line.split(":", 1)[1].split(",")
                self.runs.append((int(words[1]), int(words[3]), [step.split()[0] for step in path]))
            elif kind == "MISSED":
                name, offset = words[3].rsplit("+", 1)
                self.missed.setdefault(name, []).append(offset)
        if not self.total:
            raise AssertionError("the counter has left no report")

    def pair(self, first, second):
        if (first, second) not in self.pairs:
            raise AssertionError("the markers %s and %s never followed each other" % (first, second))
        return self.pairs[first, second]


def run(env, args=(), kernel="pith.elf", points=(), armed=False, profile=False, status=0, runs=False, timeout=120):
    """One run under the counter. The guest must end with the given status (None: any)."""
    out = env.tmp / "icnt.txt"
    plugin = "%s,elf=%s,out=%s" % (build(), env.build_dir / kernel, out)
    plugin += "".join(",point=" + p for p in points) + ",armed=1" * armed + ",profile=1" * profile + ",runs=1" * runs
    done = env.run(args, kernel=kernel, icount=True, plugin=plugin, timeout=timeout)
    if status is not None and done.status != status:
        raise AssertionError("status %d, not %d" % (done.status, status))
    report = Report(out.read_text())
    report.console = done.out
    return report


def show(text):
    """A figure for the reader, also of a test that passes. On a terminal the line in progress is erased first."""
    print(("\r\033[K" if sys.stdout.isatty() else "") + text, flush=True)


def relocations(elf):
    """How many relocations an ELF file has, from readelf's RELSZ and RELENT."""
    done = subprocess.run(["arm-none-eabi-readelf", "-dW", str(elf)], stdout=subprocess.PIPE, check=True)
    value = dict(re.findall(r"\((RELSZ|RELENT)\)\s+(\d+)", done.stdout.decode()))
    return int(value.get("RELSZ", 0)) // int(value.get("RELENT", 8))


def data_segment(elf):
    """(bytes in the file, bytes in memory) of an ELF file's writable segment."""
    done = subprocess.run(["arm-none-eabi-readelf", "-lW", str(elf)], stdout=subprocess.PIPE, check=True)
    found = re.search(r"LOAD(?:\s+0x\w+){3}\s+0x(\w+)\s+0x(\w+)\s+RW", done.stdout.decode())
    return (int(found.group(1), 16), int(found.group(2), 16)) if found else (0, 0)
