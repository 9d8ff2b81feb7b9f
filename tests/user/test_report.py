"""What is said of a process that faults: the class of the fault in a sentence, who called whom by name, and where
in the process's memory it happened. Each class is caused three calls deep by tests/user/apps/crash.c.
"""
import re

from processes import Boot, trimmed

BOARDS = "all"
RAM = 0x20000000
CHAIN = ["inner", "middle", "outer", "main", "__pith_start"]

ACCESS = "accessed an address it may not"
JUMP = "jumped to an address it may not execute"
STACK = "overflowed its stack: the processor could not save registers there"
LAZY = "had its FPU registers saved to a place it may not write"
CLASSES = {
    "data": ACCESS,
    "text": ACCESS,
    "instruction": JUMP,
    "bus": "accessed an address that answered with a bus error",
    "undefined": "executed an undefined instruction",
    "divide": "divided by zero",
    "unaligned": "made an unaligned access that is not allowed",
    "usage": "jumped to an address without the Thumb bit",
    "coprocessor": "used a coprocessor or FPU that is absent or off",
    "stacking": STACK,
}


class Report:
    """The lines on one process: what calls what, the regions (name -> (low, high)), the marks (mark -> region)."""

    def __init__(self, boot, name):
        text = re.search(r"^process %s \(pid \d+\) killed: it [^\n]*\n((?:  [^\n]*\n)*)" % re.escape(name), boot.out, re.M)
        assert text, "no report on " + name
        self.text = text.group(1)
        trace = re.search(r"^  backtrace .*: a guess\n((?:    .*\n)*)", self.text, re.M).group(1)
        self.trace = re.findall(r"^    (pc|lr|[0-9a-f]{8}) +([0-9a-f]{8})  (.*)$", trace, re.M)
        self.lines = trace.splitlines()
        self.regions, self.marks = {}, {}
        rows = re.search(r"^  memory .*\n((?:    .*\n)*)", self.text, re.M).group(1).splitlines()
        self.lows = [int(row[4:12], 16) for row in rows]
        for row in rows:
            at, name, marks = re.match(r"    (\S+) +[-\d]+  (.*?)((?:  <- \w+)*)$", row).groups()
            if "-" in at:
                self.regions[name] = tuple(int(x, 16) for x in at.split("-"))
            for mark in re.findall(r"<- (\w+)", marks):
                assert mark not in self.marks, "marked twice: " + mark
                self.marks[mark] = name

    def functions(self, skip=()):
        return [re.sub(r" \+ 0x[0-9a-f]+$", "", what) for where, _, what in self.trace if where not in skip]

    def suspects_overflow(self):
        return "  suspected stack overflow: thread " in self.text


def with_symbols(env):
    """crash without its debugging information, of which a small board has no room for several."""
    path = env.tmp / "stripped"
    env.host(["arm-none-eabi-strip", "--strip-debug", "-o", path, env.app("crash")], check=True)
    return path.read_bytes()


def crash(env, names, data=None):
    """Runs crash under the given names, 2 at most: a small board has room for no more."""
    data = data or with_symbols(env)
    files = []
    for name in names:
        files.append(env.tmp / name)
        files[-1].write_bytes(data)
    return Boot(env, files, icount=True)


def check_class(boot, name, cause):
    assert boot.cause(name) == cause, "%s: %s" % (name, boot.cause(name))
    report = Report(boot, name)
    assert report.lows == sorted(report.lows), "the map is not in order"
    assert report.suspects_overflow() == (name == "overflow")
    return report


def test_classes(env):
    "Each class of fault has its sentence, its backtrace by name, and its marks in the map."
    names = list(CLASSES)
    for group in (names[i : i + 2] for i in range(0, len(names), 2)):
        boot = crash(env, group)
        for name in group:
            report = check_class(boot, name, CLASSES[name])
            if name == "stacking":
                assert "lr, pc and xpsr could not be saved" in report.text and "pc" not in report.marks
                assert report.marks["sp"] == "not its own"
                continue
            chain = CHAIN[1:] if name in ("instruction", "usage") else CHAIN
            trace = report.functions(skip=("pc", "lr") if name in ("instruction", "usage") else ("lr",))
            assert trace == chain, "%s: %s" % (name, trace)
            assert report.marks["pc"] == ("data" if name == "instruction" else "text"), name
            assert report.marks["sp"] == "stack", name
            want = {"data": "not its own", "text": "text", "bus": "not its own"}.get(name)
            assert report.marks.get("address") == want, name
    assert re.search(r"^    lr +[0-9a-f]{8}  inner \+ 0x", Report(crash(env, ["instruction"]), "instruction").text, re.M)


def test_map(env):
    "The map has the addresses the process was loaded at."
    boot = crash(env, ["data"])
    regions, loaded = Report(boot, "data").regions, boot.map("data")
    for name in ("text", "stack", "data"):
        at, size = loaded[name]
        assert regions[name] == (at, at + (-(-size // 8) * 8 if name == "data" else size)), name
    assert regions["heap, not in use"] == (loaded["heap"][0], sum(loaded["heap"]))


def test_overflow(env):
    "A recursion that runs out of its stack is suspected to have, in the main thread and in another; it is one line."
    boot = crash(env, ["overflow", "overflow-thread"])
    report = check_class(boot, "overflow", STACK)
    assert report.functions() == ["deep", "middle", "outer", "main", "__pith_start"], report.functions()
    assert int(re.search(r"the same, (\d+) more", report.text).group(1)) > 10
    place = "just below its stack: suspected stack overflow"
    assert report.marks["sp"] == place and report.marks.get("address", place) == place
    assert boot.cause("overflow-thread") in (ACCESS, STACK)
    report = Report(boot, "overflow-thread")
    assert report.suspects_overflow() and re.search(r"^    the same, \d+ more$", report.text, re.M)
    assert [f for f in report.functions(skip=("pc", "lr"))][:3] == ["deep", "middle", "outer"], report.functions()
    guard = next(name for name in report.regions if name.startswith("  guard of thread "))
    stack = report.regions[guard.replace("guard", "stack")]
    low, high = report.regions[guard]
    assert high - low == 32 and stack[0] <= low < stack[0] + 32
    assert guard in report.marks.values() or report.marks["sp"] == "heap"
    assert "thread %s had %d bytes at %08x" % (guard.split()[-1], stack[1] - stack[0], stack[0]) in report.text


def test_thread(env):
    "A fault in a further thread is traced on that thread's stack, and the map shows it."
    boot = crash(env, ["data-thread"])
    report = Report(boot, "data-thread")
    assert report.functions()[:3] == ["inner", "middle", "outer"], report.functions()
    assert report.marks["sp"].startswith("  stack of thread ") and report.marks["address"] == "not its own"
    assert not report.suspects_overflow()


def test_late_fpu(env):
    "FPU registers that cannot be saved late are told as that."
    if env.board not in ("mps2_an386", "stm32f4"):
        env.skip("no FPU")
    boot = crash(env, ["fpu"])
    assert boot.cause("fpu") == LAZY


def test_without_symbols(env):
    "A stripped file's addresses are told as its own; the fault itself is told as ever."
    boot = crash(env, ["divide"], trimmed(env.app("crash")))
    report = check_class(boot, "divide", CLASSES["divide"])
    assert len(report.trace) >= 5 and all(re.match(r"text \+ 0x[0-9a-f]+$", what) for _, _, what in report.trace)
    text = report.regions["text"][0]
    for _, address, what in report.trace:
        assert int(address, 16) - text == int(what.split("0x")[1], 16)


def test_wrong_symbols(env):
    "A file whose symbol table is nonsense still runs, and its report names nothing wrong."
    data = bytearray(with_symbols(env))
    data[32:36] = (len(data) - 8).to_bytes(4, "little")
    boot = crash(env, ["undefined"], data)
    assert all(what.startswith("text + ") for _, _, what in Report(boot, "undefined").trace)


def test_symbols_in_the_image(env):
    "Programs of the built-in image keep the names of their functions."
    if env.board == "stm32f4":
        env.skip("its image has no names: all programs and their names are more than its flash")
    out = env.run(["--demo"], icount=True, check=True).out
    assert re.search(r"^    pc +[0-9a-f]{8}  main \+ 0x[0-9a-f]+$", out, re.M)
