#!/usr/bin/env python3
"""Files over a pseudo-terminal by rx and sx: against each other, and each against the program of the same name in Debian's lrzsz.

  xmodem.py --bin FOLDER     status 1 if a file does not arrive as it was sent
"""
import argparse
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path

LIMIT = 150  # seconds for one file: a lost packet costs lrzsz ten, and the machine may be busy
SIZES = (0, 1, 128, 1024, 5000, 40001)  # the last one: more than 256 small blocks


def connect(first, second, seconds, flushes):
    """Copies bytes between two terminals until both programs have ended; False: it takes too long. flushes: the first one
    drops the output that is on its way when it ends, as lrzsz does, and a pseudo-terminal drains nothing before: so its
    last ACK may have to be said for it once it has ended well.
    """
    ends = {first.fd: second.fd, second.fd: first.fd}
    stop = time.monotonic() + seconds
    while first.process.poll() is None or second.process.poll() is None:
        if time.monotonic() > stop:
            return False
        if flushes and first.process.poll() == 0:
            os.write(second.fd, b"\x06")
            flushes = False
        for fd in select.select(list(ends), [], [], 0.1)[0]:
            try:
                data = os.read(fd, 4096)
                os.write(ends[fd], data)
            except OSError:  # that side has ended
                time.sleep(0.01)
    return True


class End:
    """A program on a terminal of its own, which passes all bytes as they are."""

    def __init__(self, command, folder):
        self.fd, slave = pty.openpty()
        tty.setraw(slave)
        environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
        self.process = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=subprocess.PIPE,
                                        env=environment, start_new_session=True)
        os.close(slave)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        errors = self.process.communicate()[1].decode(errors="replace")
        os.close(self.fd)
        return self.process.returncode, errors


def transfer(sender, receiver, size, exact):
    """What is wrong, or None. exact: the receiver takes the filling away."""
    content = bytes((i * i + i // 251) & 0xFF for i in range(size))
    if exact and content.endswith(b"\x1a"):
        content = content[:-1] + b"x"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "from").write_bytes(content)
        ends = [End(receiver + ["to"], folder), End(sender + ["from"], folder)]
        in_time = connect(*ends, LIMIT, receiver[0] == shutil.which("rx"))
        results = [end.end() for end in ends]
        if not in_time:
            return "not done after %d seconds" % LIMIT
        if any(status for status, _ in results):
            return "statuses and messages (receiver, sender): %s" % (results,)
        got = Path(folder, "to").read_bytes()
    if exact:
        return None if got == content else "%d bytes arrived that are not those that were sent" % len(got)
    if got[:size] != content or got[size:].strip(b"\x1a") or len(got) % 128:
        return "%d bytes arrived that are not those that were sent, filled up" % len(got)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", required=True)
    programs = Path(parser.parse_args().bin).absolute()
    rx, sx = [str(programs / "rx")], [str(programs / "sx")]
    pairs = [("sx, rx -z", sx, rx + ["-z"]), ("sx -k, rx", sx + ["-k"], rx), ("sx, rx -s", sx, rx + ["-s"])]
    other_rx, other_sx = shutil.which("rx"), shutil.which("sx")
    if other_rx and other_sx:  # -b: else its rx takes a 0x1A for the end of a text, and answers no more
        pairs += [("lrzsz's sx, rx", [other_sx, "-q"], rx), ("lrzsz's sx -k, rx -z", [other_sx, "-q", "-k"], rx + ["-z"]),
                  ("lrzsz's sx, rx -s", [other_sx, "-q"], rx + ["-s"]), ("sx, lrzsz's rx", sx, [other_rx, "-q", "-b"]),
                  ("sx -k, lrzsz's rx", sx + ["-k"], [other_rx, "-q", "-b"]), ("sx -k, lrzsz's rx -c", sx + ["-k"], [other_rx, "-q", "-b", "-c"])]
    else:
        print("lrzsz is not installed: only against each other")
    count = failed = 0
    for name, sender, receiver in pairs:
        for size in SIZES:
            if not size and "lrzsz" in name:
                continue  # lrzsz sends no empty file
            count += 1
            wrong = transfer(sender, receiver, size, "-z" in receiver)
            if wrong:
                failed += 1
                print("%s, %d bytes: %s" % (name, size, wrong))
    print("%d files, %d failed" % (count, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
