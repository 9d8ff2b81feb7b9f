"""/data where there is no flash memory that can be used: the STM32F4's own, in QEMU, which has no flash controller."""
BOARDS = ["stm32f4"]


def test_without_it(env):
    "A machine without flash memory says so by name when /data is asked for, and goes on."
    out = env.run(["--exec", "echo on", "--data", env.tmp / "data"], timeout=60).out
    assert "\n/data: not there: a real flash is not kept in a file (error 134)\n" in out and "\non\n" in out
    out = env.run(["--exec", "echo on", "--format-data"], timeout=60).out
    assert "\n/data: not there: this machine has no flash controller (error 19)\n" in out and "\non\n" in out
