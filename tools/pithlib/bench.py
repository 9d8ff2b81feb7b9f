"""./pith bench: what each operation of the kernel costs, beside other kernels and the target.

--json FILE writes the figures, --save makes them the board's baseline, which tests/bench/test_bench.py holds later
builds to.

Instructions are exact: under -icount, with the plugin tools/icnt, one build gives the same numbers every time. Cycles
are its estimate for a Cortex-M4 with memory that never waits. The kernel rows come from a firmware of the kernel
library alone (tests/bench/fw, bench.elf); rows that end in another thread are measured again in the
whole system with processes (bench_process.elf), which has stack guards no more than the other. What processes do
is measured in plain.elf, which is the firmware of ./pith run without PITH_ACCOUNTING, as all that is measured here. Sizes
come from nm and from the linker's map.

rom_minimal is .text, .rodata and .data of every section that the linker kept of the kernel library's objects
(kernel/, arch/, lib/), except arch/cortexm/start.c: neither start-up, vector table, nor libgcc is counted.
rom_processes is the same, and process/, of tests/small/processes: the smallest kernel with processes. In it are threads,
semaphores, mutexes and time of the kernel with stack guards; the ELF loader, both kinds of files; spawn with
limits and inherited handles, exit, wait, kill; isolation by the MPU; threads, futexes with inheritance and robust locks,
semaphores and mutexes by handle, the heap and the console of a process; faults that end the process alone, told in
a line of numbers. Not in it are files, pipes and terminals, exec and fork, signals, alarms and job control, named objects,
queues, shared memory and devices, services and heartbeats, shares of the processor, reports in sentences with
backtraces, sys_info(); of the kernel, timers, pith_malloc(), cooperative threads, slices, thread-local words,
waiting for any of several, semaphores with limits. config.h has them all as options. rom_processes_all is the same of the whole
firmware, with all of that but fs/ itself. Strings that the linker has merged count as a whole, whoever they belong to.
"""
import json
import re
import subprocess
import sys

from . import build, harness, setup
from .common import BUILD, REPO, Parser, PithError, Status, boards, check_board, run_quietly

sys.path.insert(0, str(REPO / "tests/bench"))
import _icnt  # noqa: E402
import _rows  # noqa: E402
import _user  # noqa: E402

HANDLER = "PORT0_7_Handler"  # of the row isr_to_thread: its first instruction is the event before
PENDSV, SYSTICK = 14, 15
BASELINE = REPO / "tests/bench/baseline.json"
REGRESSION_LIMIT = 3  # per cent beyond the baseline


class Figure:
    """One row measured; cycles is None where it means nothing."""

    def __init__(self, value, cycles=None):
        self.value, self.cycles = value, cycles


def build_variant(board, variant, verbose=False):
    """One build of tests/bench/fw. Returns its folder."""
    name = "bench_%s_%s" % (board, variant)
    folder, source = BUILD / "bench" / board / variant, REPO / "tests/bench/fw"
    with build.locked(name), Status("building %s" % name):
        if not build.configured(folder, source):
            run_quietly(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja", "-DPITH_BOARD=" + board,
                         "-DBENCH_VARIANT=" + variant,
                         "-DCMAKE_TOOLCHAIN_FILE=" + str(REPO / "cmake/arm-none-eabi.cmake")],
                        "configuring %s" % name, verbose=verbose)
        build.ninja(folder, verbose=verbose)
    return folder


def build_whole(board, variant, options, targets, verbose=False):
    """The whole system without applications. Returns its folder."""
    name, folder = "bench_%s_%s" % (board, variant), BUILD / "bench" / board / variant
    with build.locked(name), Status("building %s" % name):
        if not build.configured(folder, REPO):
            run_quietly(["cmake", "-S", str(REPO), "-B", str(folder), "-G", "Ninja", "-DPITH_BOARD=" + board,
                         "-DPITH_APPS=OFF", "-DPITH_ACCOUNTING=OFF", "-DCMAKE_TOOLCHAIN_FILE=" + str(REPO / "cmake/arm-none-eabi.cmake")]
                        + options, "configuring %s" % name, verbose=verbose)
        build.ninja(folder, targets, verbose)
    return folder


def build_small(board, verbose=False):
    """small.elf, the smallest kernel with processes, with an empty image. Returns its folder."""
    name, folder, source = "bench_%s_small" % board, BUILD / "bench" / board / "small", REPO / "tests/small/processes"
    with build.locked(name), Status("building %s" % name):
        if not build.configured(folder, source):
            run_quietly(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja", "-DPITH_BOARD=" + board,
                         "-DCMAKE_TOOLCHAIN_FILE=" + str(REPO / "cmake/arm-none-eabi.cmake")],
                        "configuring %s" % name, verbose=verbose)
        build.ninja(folder, verbose=verbose)
    return folder


def build_beside(board, verbose=False):
    """bench_process.elf: like the kernel alone, without guards."""
    flags = "FLAGS=-DPITH_STACK_GUARDS=0"
    return build_whole(board, "processes", ["-DCMAKE_C_" + flags, "-DCMAKE_ASM_" + flags],
                       ["bench_process", "sizes_process"], verbose)


def whole(x):
    x = round(x, 1)
    return int(x) if x == int(x) else x


def from_markers(report, row, marks):
    """The figure of a row that lies between two markers, or None when the firmware does not pass it."""
    first, last = marks[row.name]
    if row.name == "isr_to_thread":
        first = HANDLER
    p = report.pairs.get((first, last))
    if not p:
        return None
    return Figure(whole(p.usual / row.counts), whole(p.cycles_min / row.counts))


def longest_mask(reports):
    return max([0] + [int(re.match(r"MASK max (\d+)", m).group(1)) for r in reports for m in r.masks])


def structure_sizes(folder, source="sizes"):
    """{"size_thread": bytes, ...}"""
    objects = list(folder.glob("CMakeFiles/%s.dir/**/%s.c.*" % (source, source)))
    objects = [o for o in objects if not o.name.endswith(".d")]
    done = subprocess.run(["arm-none-eabi-nm", "-S"] + [str(o) for o in objects], stdout=subprocess.PIPE, check=True)
    return {name: int(size, 16)
            for size, name in re.findall(r"^\w+ (\w+) \w (size_\w+)$", done.stdout.decode(), re.M)}


def rom_by_object(map_text):
    """{object: bytes} of what was kept of libpith_kernel.a in .text, .rodata and .data."""
    body = map_text[map_text.index("Linker script and memory map"):]
    body = re.sub(r"\n( \.[\w.$]+)\n\s+0x", r"\n\1 0x", body)
    sizes = {}
    for size, name in re.findall(r"^ \.(?:text|rodata|data)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+\S*libpith_kernel\.a"
                                 r"\(([\w.]+)\)$", body, re.M):
        sizes[name] = sizes.get(name, 0) + int(size, 16)
    return {name: n for name, n in sizes.items() if n and not name.startswith("start.c")}


def rom_of_system(map_text):
    """{object: bytes} in .text, .rodata and .data of kernel/, arch/, lib/ and process/."""
    body = map_text[map_text.index("Linker script and memory map"):]
    body = re.sub(r"\n( \.[\w.$]+)\n\s+0x", r"\n\1 0x", body)
    sizes = {}
    for size, layer, name in re.findall(r"^ \.(?:text|rodata|data)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+\S*pith_"
                                        r"(kernel_objects|arch|lib|process)\.dir/\S*?([\w.]+)\.obj$", body, re.M):
        if name != "start.c":
            key = "%s/%s" % (layer.split("_")[0], name)
            sizes[key] = sizes.get(key, 0) + int(size, 16)
    return {name: n for name, n in sizes.items() if n}


def measure_kernel(env, folder):
    """{name: Figure} of the kernel alone."""
    marks, found = _rows.markers(), {}
    reports = {name: _icnt.run(env, [name], kernel=folder / "bench.elf", points=[HANDLER])
               for name in ("rows", "timers", "ticks", "classic")}
    for row in _rows.ROWS:
        if row.run:
            found[row.name] = from_markers(reports[row.run], row, marks)
    found["masked_max"] = Figure(longest_mask(reports.values()))
    for name, exception in (("tick_isr_max_1000", SYSTICK), ("tick_kernel_max_1000", PENDSV)):
        found[name] = Figure(whole(reports["ticks"].exceptions[exception]["max"]))
    for name, size in structure_sizes(folder).items():
        found[name] = Figure(size)
    return found


def measure_processes(env, firmware):
    """{name: Figure} of the rows that switch, in the whole system."""
    marks = _rows.markers()
    report = _icnt.run(env, ["rows"], kernel=firmware, points=[HANDLER])
    return {row.name: from_markers(report, row, marks) for row in _rows.ROWS if row.switch}


def measure_user(env, beside, yields):
    """{name: Figure} of what processes do; yields: the figure of kernel threads in the system with processes."""
    found = {name: Figure(*figures) for name, figures in _user.measure(env).items()}
    sizes = structure_sizes(beside, "sizes_process")
    found["yield_kernel"] = yields
    found["kernel_bytes_process"] = Figure(sizes["size_process"])
    found["kernel_bytes_thread"] = Figure(sizes["size_process_thread"])
    return found


class Measured:
    """kernel, processes (kernel threads beside them), user: {name: Figure or None}; rom: {object: bytes}."""

    def __init__(self, board, verbose=False):
        build.build_board(board, verbose=verbose)
        beside = build_beside(board, verbose)
        level = "FLAGS_RELWITHDEBINFO=-Os -g"
        rom = build_whole(board, "rom", ["-DCMAKE_C_" + level, "-DCMAKE_ASM_" + level], ["pith"], verbose)
        small = build_small(board, verbose)
        kernel, minimal = (build_variant(board, v, verbose) for v in ("kernel", "minimal"))
        env = harness.Env("bench/%s" % board, board)
        try:
            with Status("measuring %s" % board):
                self.kernel = measure_kernel(env, kernel)
                self.processes = measure_processes(env, beside / "bench_process.elf")
                self.user = measure_user(env, beside, self.processes["yield"])
        except AssertionError as e:
            raise PithError("the measured firmware failed: %s" % e, output=str(env.last or ""))
        finally:
            env.cleanup()
        self.rom_small = rom_of_system((small / "small.map").read_text(errors="replace"))
        self.user["rom_processes"] = Figure(sum(self.rom_small.values()))
        self.user["rom_processes_all"] = Figure(sum(rom_of_system((rom / "pith.map").read_text(errors="replace")).values()))
        self.rom = rom_by_object((minimal / "minimal.map").read_text(errors="replace"))
        self.kernel["rom_minimal"] = Figure(sum(self.rom.values()))


def over(row, figure):
    """Why a figure misses the row's target, or None. Cycles are an estimate, but count too."""
    if not figure or not row.target:
        return None
    value, cycles = row.target
    if figure.value > value:
        return "%s %s, target %s" % (figure.value, row.unit, value)
    if cycles and figure.cycles > cycles:
        return "%s cycles, target %s" % (figure.cycles, cycles)
    return None


def text(value, cycles=None):
    return "-" if value is None else "%s/%s" % (value, cycles) if cycles is not None else str(value)


def table(measured):
    form = "%-23s %14s %12s  %-19s %10s  %-4s  %s"
    lines = [form % ("instructions/cycles", "Pith", "+processes", "best peer", "target", "", "")]
    for row in _rows.ROWS:
        figure, other = measured.kernel.get(row.name), measured.processes.get(row.name)
        best = "%s %s" % (text(*row.best[1]), row.best[0]) if row.best else ""
        mine, beside = (text(f.value, f.cycles) if f else "" for f in (figure, other))
        lines.append(form % (row.name, mine or "-", beside, best, text(*row.target) if row.target else "",
                             "OVER" if over(row, figure) else "", row.what))
    lines += ["", form % ("of processes", "Pith", "", "Zephyr", "target", "", "")]
    for row in _rows.USER_ROWS:
        figure = measured.user.get(row.name)
        lines.append(form % (row.name, text(figure.value, figure.cycles) if figure else "-", "",
                             text(*row.best[1]) if row.best else "", text(*row.target) if row.target else "",
                             "OVER" if over(row, figure) else "", row.what))
    return "\n".join(lines)


def results(board, measured):
    """What --json writes. The unit is bytes where it is; then "instructions" holds the bytes."""
    rows = []
    for row in _rows.ROWS + _rows.USER_ROWS:
        figure = measured.kernel.get(row.name) or measured.user.get(row.name)
        if figure:
            rows.append({"name": row.name, "instructions": figure.value, "cycles": figure.cycles, "unit": row.unit})
    return {"board": board, "results": rows}


def baseline(board):
    """{row: {"kernel": [instructions, cycles], "processes": [...], "user": [...]}} as --save left it; {} when there is
    none."""
    return json.loads(BASELINE.read_text()).get(board, {}) if BASELINE.exists() else {}


def as_baseline(measured):
    rows = {}
    for row in _rows.ROWS + _rows.USER_ROWS:
        for variant, figures in (("kernel", measured.kernel), ("processes", measured.processes), ("user", measured.user)):
            figure = figures.get(row.name)
            if figure:
                rows.setdefault(row.name, {})[variant] = [figure.value, figure.cycles]
    return rows


def save_baseline(board, measured):
    known = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    known[board] = as_baseline(measured)
    lines = []
    for name in sorted(known):
        rows = ["    %s: %s" % (json.dumps(row), json.dumps(known[name][row])) for row in known[name]]
        lines.append("  %s: {\n%s\n  }" % (json.dumps(name), ",\n".join(rows)))
    BASELINE.write_text("{\n%s\n}\n" % ",\n".join(lines))


def regressions(board, measured):
    """One line for each figure of the baseline that is gone or exceeded by more than REGRESSION_LIMIT per cent, and
    for each row it does not have."""
    before, now, lines = baseline(board), as_baseline(measured), []
    for row in sorted(set(before) | set(now)):
        for variant in ("kernel", "processes", "user"):
            old, new = (side.get(row, {}).get(variant) for side in (before, now))
            if old is None and new is not None:
                lines.append("%s (%s) is not in the baseline" % (row, variant))
            elif new is None and old is not None:
                lines.append("%s (%s) is no longer measured" % (row, variant))
            elif old is not None:
                for unit, x, y in zip(("", " cycles"), old, new):
                    if x is not None and y is not None and y > x * (1 + REGRESSION_LIMIT / 100):
                        lines.append("%s (%s): %s%s, was %s" % (row, variant, y, unit, x))
    return lines


def main(argv):
    parser = Parser("bench")
    parser.add_argument("--board", default=boards()[0])
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(argv)
    check_board(options.board)
    setup.ensure_packages(options.verbose)
    measured = Measured(options.board, options.verbose)
    if options.json:
        try:
            with open(options.json, "w") as f:
                json.dump(results(options.board, measured), f, indent=2)
                f.write("\n")
        except OSError as e:
            raise PithError("%s: %s" % (options.json, e.strerror))
    if options.save:
        save_baseline(options.board, measured)
    print(table(measured))
    return 0
