"""The boot report: every field, checked against what the build and the emulated machine are known to be."""
import re

BOARDS = "all"
MACHINES = {  # core, CPUID, FPU, clock, console, interrupt lines, RAM in KB
    "mps2_an386": ("Cortex-M4", "410fc240", "FPU on", "25.000", "UART0", 32, 4096 + 15360),
    "mps2_an385": ("Cortex-M3", "410fc231", "no FPU", "25.000", "UART0", 32, 4096 + 15360),
    "mps2_an385_v6m": ("Cortex-M3", "410fc231", "no FPU", "25.000", "UART0", 32, 4096 + 15360),
    "stm32f4": ("Cortex-M4", "410fc240", "FPU on", "168.000", "USART1", 91, 192),
}
FIELDS = ["machine", "clock", "interrupts", " at reset", " now", "CONTROL", "MPU", "host"]


def report(env, **more):
    """The report's fields as name: text, and its memories and sections as name: (address, text)."""
    text = env.run(["--load", env.tmp / "none"], **more).out.split("\n\n", 2)[1]
    fields = {m.group(1): m.group(2) for m in re.finditer(r"^  ( ?[A-Za-z]+(?: reset)?) +(\S.*)$", text, re.M)}
    rows = re.findall(r"^ {2,4}(\S+) +0x([0-9a-f]{8}) +(\d+) (\w+)$", text, re.M)
    return fields, {name: (int(at, 16), int(size) * {"MB": 1 << 20, "KB": 1 << 10, "bytes": 1}[unit])
                    for name, at, size, unit in rows}


def symbols(env):
    """Of the firmware: name -> address."""
    lines = env.host(["arm-none-eabi-nm", env.build_dir / "pith.elf"], check=True).out.splitlines()
    return {cells[2]: int(cells[0], 16) for cells in map(str.split, lines) if len(cells) == 3}


def test_fields(env):
    "Core, clock, interrupt state, priorities before and after, CONTROL, priority bits and MPU regions are the machine's."
    core, cpuid, fpu, clock, console, irqs, ram = MACHINES[env.board]
    fields, _ = report(env)
    assert [f for f in FIELDS if f not in fields] == [], fields
    assert re.search(r"%s r\dp\d \(CPUID 0x%s\), %s$" % (core, cpuid, fpu), fields["machine"]), fields["machine"]
    assert fields["clock"] == "%s MHz, 1000 ticks/s, console %s" % (clock, console)
    assert fields["interrupts"] == "on: PRIMASK 0, BASEPRI 0x00, FAULTMASK 0; %d lines, 8 priority bits" % irqs or \
        env.board == "mps2_an385_v6m" and fields["interrupts"] == "on: PRIMASK 0; %d lines, 8 priority bits" % irqs, \
        fields["interrupts"]
    assert fields[" at reset"] == "SysTick 0x00, PendSV 0x00, SVCall 0x00"
    assert fields[" now"] == "SysTick 0x00, PendSV 0xff, SVCall 0xff"
    assert fields["CONTROL"] == "privileged, main stack, FPU context clean (0x0)"
    assert fields["MPU"] == "8 regions" and fields["host"].startswith("semihosting")
    assert fields["free"].endswith(" of %d KB of RAM, for processes" % ram)
    assert ("note" in fields) == (env.board == "stm32f4")


def test_memory(env):
    "The sections have the addresses and sizes that the linker gave them, and free RAM is what they leave."
    fields, rows = report(env)
    s = symbols(env)
    for name in ("text", "rodata", "image", "data", "bss", "noinit", "pool"):
        low, high = s["__%s_start" % name], s["__%s_end" % name]
        assert rows[name] == (low, high - low), "%s: %s" % (name, rows[name])
    pool = s["__pool_end"] - s["__pool_start"]
    if "more" in rows:  # the PSRAM but its first megabyte, which is /data
        assert rows["more"] == (0x21100000, 15 << 20)
        pool += 15 << 20
    assert ("more" in rows) == env.board.startswith("mps2")
    assert int(fields["free"].split()[0]) == pool // 1024
    assert rows["noinit"][1] > 0 and s["__noinit_start"] >= s["__bss_end"]

