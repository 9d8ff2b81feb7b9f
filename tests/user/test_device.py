"""Devices: a board's table says what a process may have of the hardware; one process has it, and its interrupts."""
from processes import Boot, under_names

BOARDS = "all"


def test_interrupts(env):
    "A process maps a timer, programs it and waits for its interrupts; the kernel does not touch it for a process."
    boot = Boot(env, under_names(env, "device", ["use"]), icount=True)
    assert boot.returned("use") == 0 and "5 interrupts" in boot.out


def test_one_owner(env):
    "Who comes second is refused while the first one has the device."
    boot = Boot(env, under_names(env, "device", ["hold", "foreign"]), icount=True)
    assert boot.returned("hold") == 0 and boot.returned("foreign") == 0
    assert boot.out.count("5 interrupts") == 1 and "refused: -13" in boot.out


def test_ends_with_its_owner(env):
    "The device of a process that ends with an interrupt unacknowledged is nobody's, and the next one's."
    files = under_names(env, "device", ["after", "next"])
    listed = env.tmp / "list"
    listed.write_text("".join("%s\n" % f for f in files))
    done = env.run(["--list", listed], icount=True, timeout=20)
    assert "PANIC" not in done.out and done.status == 0
    assert done.out.count("5 interrupts") == 2
