"""The hostile suite: every line of tests/hostile/attacks.def in one boot, each an ELF file of its own beside a neighbour
that counts. The firmware (tests/hostile/main.c) judges how each has ended and looks after the neighbour, the memory and the
kernel's structures; here the kernel's memory is compared, byte by byte. docs/SECURITY.md tells what is tried.
"""
import re

import kernel_ram

BOARDS = "all"
FIRMWARE = "hostile.elf"
CYCLES, CYCLES_LONG = 100, 1000
PLANTED = {  # what the firmware spoils by itself: how that must be noticed
    "memory": "memory was lost",
    "neighbour": "the neighbour is gone",
    "end": "it did not end by a fault",
    "ram": None,
}


def listed(env):
    """The attacks of the list, in order."""
    return re.findall(r"^ATTACK\((\w+), ", (env.repo / "tests/hostile/attacks.def").read_text(), re.M)


def boot(env, *args):
    ram = env.tmp / "ram"
    done = env.run([*args, "--ram", ram], kernel=FIRMWARE, icount=True, timeout=240)
    assert "PANIC" not in done.out, "the kernel panicked"
    return done, kernel_ram.changes(ram, done.out, env.build_dir / FIRMWARE)


def verdicts(done):
    """attack: (ok or FAILED, the rest of its line)"""
    return {name: (state, rest) for name, state, rest in re.findall(r"^attack (\w+): (\w+): (.*)$", done.out, re.M)}


def test_attacks(env):
    "Each attack is stopped or refused for the right reason; neighbour, memory and the kernel are as before."
    done, changed = boot(env)
    found, names = verdicts(done), listed(env)
    wrong = ["%s: %s" % (name, rest) for name, (state, rest) in found.items() if state != "ok"]
    assert not wrong, "\n".join(wrong)
    assert list(found) == names and len(set(names)) == len(names) >= 60, "not all attacks were made"
    assert done.status == 0 and "%d attacks, %d ended as they must, 0 did not" % (len(names), len(names)) in done.out
    assert not changed, "\n".join(changed)
    assert not (env.tmp / "made-by-a-process").exists()
    for stack in ("stack", "reaper_stack"):  # of the service of calls; of the reaper
        unused, size = kernel_ram.unused(env.tmp / "ram", env.build_dir / FIRMWARE, stack)
        print("%s: %d of %d bytes used" % (stack, size - unused, size))
        assert unused >= 256, "%s: %d of %d bytes were never used" % (stack, unused, size)


def test_notices(env):
    "Harm that the firmware does itself is noticed: the suite can fail."
    for what, sentence in PLANTED.items():
        done, changed = boot(env, "--only", "junk_odd", "--plant", what)
        state, rest = verdicts(done)["junk_odd"]
        if sentence:
            assert state == "FAILED" and sentence in rest and done.status == 1, "%s: %s" % (what, rest)
        else:
            assert state == "ok" and len(changed) == 1 and "hostile_mark" in changed[0], changed


def test_cycles(env):
    "Processes that exit and processes that fault, one after the other: all memory is free at the end."
    n = CYCLES_LONG if env.long else CYCLES
    done, changed = boot(env, "--cycles", n)
    assert done.status == 0 and "hostile: %d started and exited, %d started and faulted\n" % (n, n) in done.out
    assert not changed, "\n".join(changed)


def test_legitimate_changes(env):
    "What may change of the kernel's memory is there: no name of the list is out of date."
    names = {name.split(".")[0] for _, _, name in kernel_ram.symbols(env.build_dir / FIRMWARE)}
    gone = (set(kernel_ram.CHANGES) | set(kernel_ram.PARTS)) - names - {"uart0_state", "usart1_state"}
    assert not gone, gone
