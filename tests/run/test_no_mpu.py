"""The same firmware on a core without an MPU: QEMU can leave it out. Stacks then have canaries, which report an
overflow as the guards do, if later; and everything that switches threads goes on working."""
import re

BUILDS = True
NO_MPU = ["-global", "arm-cpu.has-mpu=off"]
LIMIT = 60
# What every switch, in and out of each kind of thread, goes through; overflows themselves.
SAMPLE = re.compile(r"(stack|coop|slice|life|thread|suspend|registers|inherit)_")


def run(env, *args):
    return env.run(args, kernel="tests.elf", timeout=LIMIT, icount=True, extra=NO_MPU)


def test_no_mpu(env):
    "Without an MPU overflows of thread stacks and of the interrupt stack are named, and threads work as with one."
    listed = re.findall(r"^TEST (\w+): (.*)$", run(env, "--list").out, re.M)
    chosen = [(name, about) for name, about in listed if SAMPLE.match(name) and "[long]" not in about]
    assert len([name for name, about in chosen if name.startswith("stack_overflow") and "[panic]" in about]) >= 7
    assert len(chosen) > 60, len(chosen)
    for name, about in chosen:
        done = run(env, "--run", name)
        assert "MPU         none" in done.out, "the machine has an MPU"
        panics = "[panic]" in about
        assert done.status == (70 if panics else 0), "%s: status %s" % (name, done.status)
        assert panics == ("PANIC: " in done.out), name
