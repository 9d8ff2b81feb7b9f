"""XMODEM between the target's console and lrzsz here."""
import os
import pty
import re
import select
import subprocess
import sys
import time
import tty
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "user"))
from processes import trimmed  # noqa: E402

BOARDS = ["mps2_an386"]
LIMIT = 120  # seconds; only a failure takes them


class Lrzsz:
    """sx or rx on a terminal that passes all bytes as they are."""

    def __init__(self, command, folder):
        self.fd, slave = pty.openpty()
        tty.setraw(slave)
        self.process = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        os.close(slave)


def converse(guest, other):
    """The guest's console until it ends; what comes after "ready" goes to the other one's terminal, while that runs."""
    out, end, console, terminal, state = b"", time.monotonic() + LIMIT, guest.stdout.fileno(), None, "before"
    while time.monotonic() < end:
        fds = [console] + ([terminal.fd] if state == "between" else [])
        for fd in select.select(fds, [], [], 0.1)[0]:
            try:
                data = os.read(fd, 4096)
            except OSError:
                data = b""
            if fd == console and not data:
                return out
            if fd != console:
                guest.stdin.write(data)
                guest.stdin.flush()
            elif state == "between":
                os.write(terminal.fd, data)
            else:
                out += data
        if state == "before" and b"\nready\n" in out.replace(b"\r", b""):
            terminal, state = other(), "between"
        if state == "between" and terminal.process.poll() is not None:
            assert terminal.process.returncode == 0, "lrzsz ended with %d" % terminal.process.returncode
            state = "after"
            guest.stdin.write(b"go on\n")
            guest.stdin.flush()
    raise AssertionError("it does not end; the console:\n%s" % out.decode(errors="replace"))


def session(env, commands, command, folder, host=()):
    """The console's text and the guest's status."""
    guest = subprocess.Popen(env.qemu([*host, "--exec", "echo ready; " + commands]), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, start_new_session=True)
    try:
        out = converse(guest, lambda: Lrzsz(command, folder))
        return out.decode(errors="replace").replace("\r", ""), guest.wait(10)
    finally:
        guest.kill()
        guest.wait()
        guest.stdin.close()
        guest.stdout.close()


def test_bring_a_program(env):
    "A program that lrzsz sends over the console arrives as it is, and runs; one that is sent back is the same."
    sx, rx = env.tool("sx"), env.tool("rx")
    (env.tmp / "prog").write_bytes(trimmed(env.app("hello")))
    size = (env.tmp / "prog").stat().st_size
    out, status = session(env, "rx /tmp/prog; s=$?; read x; echo $s $x; wc -c </tmp/prog; /tmp/prog; exit 6",
                          [sx, "-k", "prog"], env.tmp)
    padded = (size + 127) // 128 * 128
    assert "\n0 go on\n" in out and status == 6, "status %d" % status
    assert padded <= int(out.split("0 go on\n")[1].split()[0]) <= padded + 1023, "its size"
    assert re.search(r"^\[hello\] up for .* done$", out, re.M), "it does not run:\n" + out[-300:]
    out, status = session(env, "seq 4000 >/tmp/f; sx /tmp/f; s=$?; read x; exit $s", [rx, "back"], env.tmp)
    text = "".join("%d\n" % i for i in range(1, 4001)).encode()
    back = (env.tmp / "back").read_bytes()
    assert status == 0 and back[:len(text)] == text and back[len(text):].strip(b"\x1a") == b""


test_bring_a_program.long = True
test_bring_a_program.packages = ["lrzsz"]
