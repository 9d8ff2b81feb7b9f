"""A terminal of 40 columns with a shell in it: what the shell writes goes to a screen, which tests look at."""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import tempfile
import termios
import time
from pathlib import Path

COLUMNS, LIMIT = 40, 30  # LIMIT: seconds, only a failure takes them
UP, DOWN, RIGHT, LEFT, HOME, END, DELETE = (b"\033[" + k for k in (b"A", b"B", b"C", b"D", b"H", b"F", b"3~"))


class Screen:
    """Lines of text and a cursor, for the sequences that the editor uses."""

    def __init__(self):
        self.lines, self.row, self.column, self.pending, self.state = [""], 0, 0, False, ""

    def put(self, c):
        if self.pending:
            self.row, self.column, self.pending = self.row + 1, 0, False
        while len(self.lines) <= self.row:
            self.lines.append("")
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[:self.column] + c + line[self.column + 1:]
        if self.column == COLUMNS - 1:
            self.pending = True
        else:
            self.column += 1

    def sequence(self, text):
        n, kind = int(re.sub(r"\D", "", text) or 1), text[-1]
        self.pending = False
        if kind == "A":
            self.row = max(0, self.row - n)
        elif kind == "C":
            self.column = min(COLUMNS - 1, self.column + n)
        elif kind == "H":
            self.row = self.column = 0
        elif kind == "J" and text == "2J":
            self.lines = [""]
        elif kind == "J":
            self.lines = self.lines[:self.row + 1]
            self.lines[self.row] = self.lines[self.row][:self.column]
        else:
            raise AssertionError("unknown sequence %r" % text)

    def feed(self, text):
        for c in text:
            if self.state:
                self.state += c
                if c.isalpha():
                    self.sequence(self.state[2:])
                    self.state = ""
            elif c == "\033":
                self.state = c
            elif c == "\r":
                self.column, self.pending = 0, False
            elif c == "\n":
                self.row, self.pending = self.row + 1, False
                while len(self.lines) <= self.row:
                    self.lines.append("")
            elif c != "\a":
                self.put(c)


class Session:
    def __init__(self, shell, **environment):
        self.folder = Path(tempfile.mkdtemp(prefix="sh_edit"))
        (self.folder / "bin").mkdir()
        (self.folder / "bin/sh").symlink_to(shell)
        (self.folder / "work").mkdir()
        self.report = self.folder / "report"
        log = "log_path=%s" % self.report
        env = {"PATH": "%s:/usr/bin:/bin" % (self.folder / "bin"), "PS1": "$ ", "PS2": "> ", "HOME": "/", "LC_ALL": "C",
               "ASAN_OPTIONS": log, "UBSAN_OPTIONS": log}
        env.update(environment)
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(self.folder / "work")
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
            os.execve(shell, ["sh"], env)
        self.screen, self.raw, self.rest, self.status = Screen(), "", b"", None
        self.wait(lambda: self.line() == env["PS1"].rstrip() or env["PS1"] not in ("$ ",))

    def line(self):
        return self.screen.lines[self.screen.row].rstrip() if self.screen.row < len(self.screen.lines) else ""

    def read(self):
        if not select.select([self.fd], [], [], 0.05)[0]:
            return False
        try:
            data = self.rest + os.read(self.fd, 4096)
        except OSError:
            data = b""
        if not data:
            if self.status is None:
                self.status = os.waitpid(self.pid, 0)[1]
            return False
        text = data.decode("utf-8", "ignore")
        self.rest = data[len(text.encode()):] if len(data) - len(text.encode()) in (1, 2, 3) else b""
        self.raw += text
        self.screen.feed(text)
        return True

    def wait(self, condition, what="what is expected"):
        end = time.monotonic() + LIMIT
        while not condition():
            if not self.read() and time.monotonic() > end:
                raise AssertionError("%s does not come; the screen:\n%s\ncursor %d,%d" % (
                    what, "\n".join(self.screen.lines), self.screen.row, self.screen.column))

    def keys(self, *keys):
        for k in keys:
            os.write(self.fd, k if isinstance(k, bytes) else k.encode())

    def see(self, *lines):
        """Waits until these are the last lines on the screen."""
        def seen():
            shown = [t.rstrip() for t in self.screen.lines]
            while shown and not shown[-1] and lines[-1]:
                shown.pop()
            return shown[-len(lines):] == list(lines)
        self.wait(seen, "\n".join(lines))

    def run(self, command, *lines, prompt="$"):
        self.keys(command + "\r")
        self.see(*lines, prompt)

    def end(self):
        os.close(self.fd)
        if self.status is None:
            end = time.monotonic() + LIMIT
            while self.status is None and time.monotonic() < end:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.status = status
                time.sleep(0.02)
            if self.status is None:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        reports = "".join(p.read_text() for p in self.folder.glob("report*"))
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not reports, reports

    def foreground(self):
        self.read()
        try:
            return os.tcgetpgrp(self.fd)
        except OSError:
            return self.pid
