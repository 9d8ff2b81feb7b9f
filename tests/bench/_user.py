"""The rows of ./pith bench that processes pass: which program, which events lie around an operation.

Programs are tests/user/apps/bench_*.c and load_*.c; those that spawn others run in tests.elf, whose built-in image has
all of them.
"""
import re
import struct
import subprocess

import _icnt

MEGABYTE = 1 << 20
SWAP_INTERRUPTS = 40000  # of bench_swap, each way to swap: so that each instruction is hit
HEADERS = 52 + 4 * 32  # bytes of the ELF header and of four program headers


def entry(env, name, firmware="tests.elf"):
    """Where the first instruction of a program of the firmware's built-in image lies."""
    program = env.app(name).read_bytes()
    image = (env.build_dir / firmware).read_bytes()
    text, = struct.unpack_from("<I", program, 52 + 16)  # of the first segment; the image drops what is not loaded
    at = image.find(program[HEADERS:text]) - HEADERS
    assert at > 0, "%s is not in the image of %s" % (name, firmware)
    base = _address(env.build_dir / firmware, at)
    start, = struct.unpack_from("<I", program, 24)
    return base + (start & ~1)


def _address(elf, offset):
    done = subprocess.run(["arm-none-eabi-readelf", "-SW", str(elf)], stdout=subprocess.PIPE, check=True)
    for address, off, size in re.findall(r"PROGBITS\s+(\w{8}) (\w{6}) (\w{6})", done.stdout.decode()):
        if int(off, 16) <= offset < int(off, 16) + int(size, 16):
            return int(address, 16) + offset - int(off, 16)
    raise AssertionError("no section of %s holds offset %d" % (elf, offset))


def loaded(env, name):
    """A program to be loaded from a file, without what debuggers want: all of the file goes to the board's memory."""
    stripped = env.tmp / ("%s.elf" % name)
    subprocess.run(["arm-none-eabi-strip", "-g", "-o", str(stripped), str(env.app(name))], check=True)
    return stripped


def _test(env, name, points=()):
    return _icnt.run(env, ["--run", name], kernel="tests.elf", points=points)


def swap(env, runs=False):
    """bench_swap, where 48 to 49 is from an interrupt in a swap to its thread, 46 to 49 from one in relatives' own calls."""
    return _icnt.run(env, ["--run", "bench_swap", "--interrupts", str(SWAP_INTERRUPTS)], kernel="tests.elf", runs=runs)


def measure(env):
    """{row: (instructions, cycles)}"""
    found = {}

    def take(row, report, first, last, counts=1):
        pair = report.pair(first, last)
        found[row] = (pair.usual // counts, pair.cycles_min // counts)

    def run(*args, status=0):
        return _icnt.run(env, args, kernel="plain.elf", status=status)

    report = run("--load", loaded(env, "bench_user"))
    for row, first, last in (("null_syscall", "22", "23"), ("ptr_syscall", "23", "24"), ("user_sem_give", "25", "26"),
                             ("user_sem_take", "26", "27"), ("user_mutex_pair", "27", "28"),
                             ("yield_threads", "29", "2a")):
        take(row, report, first, last)
    report = run("--load", loaded(env, "bench_files"))
    for row, first, last in (("file_null", "22", "23"), ("file_open", "23", "24"), ("file_close", "24", "25"),
                             ("file_write_4k_tmp", "25", "26"), ("file_read_4k_tmp", "27", "28"),
                             ("file_read_4k_rom", "28", "29"), ("file_seek", "29", "2a")):
        take(row, report, first, last)
    app = loaded(env, "bench_yield")
    take("yield_processes", run("--load", app, "--load", app), "22", "23")
    app = loaded(env, "bench_pair")
    report = run("--load", app, "--load", app)
    take("pingpong_processes", report, "22", "23")
    take("pingpong_one_call", report, "24", "25")
    for row, program in (("load_4k", "load_4k"), ("load_18k", "load_18k")):
        point = "0x%x" % entry(env, program)
        take(row, _test(env, "bench_" + row, [point]), "30", point)
    child, hello = ("0x%x" % entry(env, n) for n in ("bench_child", "hello"))
    report = _test(env, "bench_spawn", [child, hello])
    take("spawn_small", report, "22", child)
    take("spawn_hello", report, "22", hello)
    take("exit_reap", report, "26", "27")
    report = _test(env, "bench_fork", [hello])
    take("fork_exit_8k", report, "22", "27")
    take("fork_switch_8k", report, "24", "25")
    take("fork_exec_hello", report, "28", hello)
    pair = swap(env).pair("48", "49")
    found["swap_max_delay"] = (pair.max, pair.cycles_max)
    pair = _test(env, "bench_pipe3").pair("22", "23")
    found["pipe3_per_byte"] = (-(-pair.usual // MEGABYTE), -(-pair.cycles_min // MEGABYTE))
    app = loaded(env, "bench_fault")
    take("fault_to_neighbour", run("--load", app, "--load", app, status=139), "22", "23")
    return found
