"""Tests the shell's line editor and job control on the host, through a pseudo-terminal.

  sh_edit.py --shell PROGRAM [NAME...]

What the shell writes goes through a small terminal of 40 columns, so tests look at the screen and the cursor as a person
would. Each test waits for what it expects; only a failure takes the time limit."""
import argparse
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

COLUMNS, LIMIT = 40, 30
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


def test_insert(s):
    "Characters go in where the cursor is; arrows, Home, End, Ctrl-A and Ctrl-E move it."
    s.keys("echo ac", LEFT, "b", END, "d", HOME, RIGHT, RIGHT, b"\x05", "!", b"\x01", b"\x05\r")
    s.see("abcd!", "$")
    s.keys("cho x", b"\x01", "e\r")
    s.see("x", "$")


def test_delete(s):
    "Backspace, Delete, Ctrl-D, Ctrl-K, Ctrl-U, Ctrl-W and Ctrl-Y."
    s.run("echo abx\x7fc", "abc")
    s.keys("echo xab", LEFT, LEFT, LEFT, DELETE, "\r")
    s.see("ab", "$")
    s.keys("echo yab", LEFT, LEFT, LEFT, b"\x04", "\r")
    s.see("ab", "$")
    s.keys("echo one two", LEFT, LEFT, LEFT, b"\x0b", b"\x19", b"\x19", "\r")
    s.see("one twotwo", "$")
    s.run("garbage here\x15echo clean", "clean")
    s.run("echo one two\x17three", "one three")


def test_history(s):
    "Up and Down go through the lines before, and come back to the new one."
    s.run("echo first", "first")
    s.run("echo second", "second")
    s.keys("new", UP)
    s.see("$ echo second")
    s.keys(UP)
    s.see("$ echo first")
    s.keys(UP, DOWN)
    s.see("$ echo second")
    s.keys(DOWN)
    s.see("$ new")
    s.keys(b"\x15", UP, UP, "!\r")
    s.see("first!", "$")


def test_search(s):
    "Ctrl-R finds the latest line that has what is typed, again goes on, Enter runs it."
    s.run("echo apple", "apple")
    s.run("echo banana", "banana")
    s.run("echo apricot", "apricot")
    s.keys(b"\x12", "ap")
    s.see("(search 'ap'): echo apricot")
    s.keys(b"\x12")
    s.see("(search 'ap'): echo apple")
    s.keys("\r")
    s.see("apple", "$")
    s.keys(b"\x12", "ban", RIGHT, "x\r")
    s.wait(lambda: "bxanana" in s.raw or "bananax" in s.raw, "an edited line")


def test_history_file(s):
    "HISTFILE gets each line, and the next shell knows them."
    s.run("HISTFILE=$PWD/../hist; export HISTFILE", )
    s.run("echo kept", "kept")
    s.wait(lambda: (s.folder / "hist").exists())
    s.run("sh")
    s.keys(UP, UP)
    s.see("$ echo kept")
    s.keys(b"\x15", "exit 3\r", "echo $?\r")
    s.see("3", "$")


def test_wrap(s):
    "A line longer than the screen wraps, and the cursor is where it belongs while it changes in the middle."
    text = "echo " + "0123456789" * 7
    s.keys(text)
    whole = "$ " + text
    rows = [whole[i:i + COLUMNS] for i in range(0, len(whole), COLUMNS)]
    s.see(*rows)
    assert (s.screen.column, len(s.screen.lines) - 1 - s.screen.row) == (len(whole) % COLUMNS, 0)
    s.keys(HOME)
    s.wait(lambda: s.screen.column == 2 and s.screen.lines[s.screen.row].startswith("$ echo"))
    s.keys(RIGHT * 45, "X")
    whole = whole[:47] + "X" + whole[47:]
    s.see(*[whole[i:i + COLUMNS] for i in range(0, len(whole), COLUMNS)])
    s.wait(lambda: s.screen.column == 48 - COLUMNS)
    s.keys(b"\x15")
    s.see("$ " + whole[48:])
    s.keys(b"\x15", b"\x0b")
    s.see("$")
    s.run("echo " + "y" * (COLUMNS - 7), "y" * (COLUMNS - 7))
    s.run("echo " + "z" * (2 * COLUMNS - 7), "z" * COLUMNS, "z" * (COLUMNS - 7))


def test_bytes(s):
    "UTF-8 is kept whole: the cursor steps over characters, not bytes."
    s.keys("echo grün", LEFT, LEFT, "X\r")
    s.see("grXün", "$")
    s.keys("echo aäöb", LEFT, b"\x7f", "\r")
    s.see("aäb", "$")


def test_complete(s):
    "Tab completes commands, files and folders, quotes what needs it, and lists what is open."
    s.run("touch alpha.txt alpine 'sp ace'; mkdir -p folder/inner")
    s.keys("echo al\t")
    s.see("$ echo alp")
    s.keys("h\t\r")
    s.see("alpha.txt", "$")
    s.keys("echo al\t\t\t")
    s.see("alpha.txt  alpine", "$ echo alp")
    s.keys("\x15ls fo\ti\t\r")
    s.see("$ ls folder/inner/", "$")
    s.keys("echo sp\t\r")
    s.see("$ echo sp\\ ace", "sp ace", "$")
    s.keys("echo \"sp\t\r")
    s.see("sp ace", "$")
    s.run("unusual_function() { echo called; }")
    s.keys("unus\t\r")
    s.see("called", "$")
    s.keys("unali\t")
    s.see("$ unalias")
    s.keys("\x15zzzz\t")
    s.see("$ zzzz")
    s.keys("\x15true; unus\t\r")
    s.see("called", "$")


def test_interrupt(s):
    "Ctrl-C gives a line up, ends a program, a loop and a wait, and the shell goes on."
    s.keys("echo never", b"\x03")
    s.see("$ echo never^C", "$")
    s.run("echo $?", "130")
    s.keys("sleep 100\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x03")
    s.see("$")
    s.run("echo $?", "130")
    s.keys("echo loops; while :; do :; done\r")
    s.see("loops", "")
    s.keys(b"\x03")
    s.see("loops", "^C", "$")
    s.keys("while :; do sleep 100; done\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x03")
    s.see("$")
    s.keys("for x\r", "in a b\r")
    s.see("> in a b", ">")
    s.keys(b"\x03")
    s.run("echo fresh", "fresh")
    s.keys("echo reads; read x\r")
    s.see("reads", "")
    s.keys(b"\x03")
    s.see("^C", "$")


def test_jobs(s):
    "Ctrl-Z stops a job; jobs, bg, fg, kill and wait know it; the terminal follows."
    s.keys("sleep 100\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x1a")
    s.see("[1]+ Stopped     sleep 100", "$")
    s.run("echo $?", str(128 + signal.SIGTSTP))
    s.run("bg", "[1] sleep 100")
    s.run("jobs", "[1]+ Running     sleep 100")
    s.keys("fg\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x1a")
    s.wait(lambda: s.raw.count("Stopped") == 2)
    s.run("kill %1; wait %1; echo $?", "143")
    s.keys("sleep 100 | cat &\r")
    s.wait(lambda: re.search(r"\[1\] \d+\r\n", s.raw))
    s.run("jobs", "[1]+ Running     sleep 100 | cat")
    s.run("kill %sleep; wait; jobs; echo done", "done")
    s.keys("(exit 3) & wait $!; echo $?\r")
    s.wait(lambda: re.search(r"\n3\r\n", s.raw))
    s.keys("cat\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys("typed\r", b"\x04")
    s.see("typed", "typed", "$")


def test_stopped_exit(s):
    "exit with a stopped job warns once."
    s.keys("sleep 100\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x1a")
    s.wait(lambda: "Stopped" in s.raw)
    s.run("exit", "sh: there are stopped jobs")
    s.keys("kill %1; exit 5\r")
    s.wait(lambda: s.status is not None, "its end")
    assert os.WEXITSTATUS(s.status) == 5


def test_notice(s):
    "The end of a job in the background is told before a prompt."
    s.keys("sleep 0.1 &\r")
    s.wait(lambda: re.search(r"\[1\] \d+\r\n", s.raw))
    s.keys("sleep 0.5\r")
    s.wait(lambda: re.search(r"\[1\]\+ Done +sleep 0.1\r\n", s.raw), "Done")


def test_end(s):
    "Ctrl-D on an empty line ends the shell with the last status."
    s.run("false")
    s.keys(b"\x04")
    s.wait(lambda: s.status is not None, "its end")
    assert os.WEXITSTATUS(s.status) == 1


def test_continued(s):
    "A command goes on over lines with PS2, and a here-document too; errors leave the shell running."
    s.keys("if true\r")
    s.see("$ if true", ">")
    s.keys("then echo yes\r", "fi\r")
    s.see("yes", "$")
    s.keys("cat <<E\r", "body $((1+1))\r", "E\r")
    s.see("body 2", "$")
    s.run("fi", "sh: syntax error: unexpected fi")
    s.run("echo $?", "2")
    s.run("echo ${x?wanted}", "sh: x: wanted")
    s.run("nosuch", "sh: nosuch: not found")
    s.run("echo 'a\rb'", "a", "b")
    s.run("f() { f; }; f", "sh: nested too deeply")
    s.run("readonly r=1; r=2", "sh: r: is read only")
    s.run("echo still", "still")


def test_terminal_state(s):
    "Programs get the terminal in canonical mode with echo, also after one has left it raw and been killed."
    s.run("stty -a | grep -o ' icanon'", " icanon")
    s.run("stty -a | grep -o ' echo '", " echo")
    s.run("stty raw -echo")
    s.run("stty -a | grep -o ' icanon'", " icanon")


def test_prompt(s):
    "PS1 knows the directory, parameters and commands; a bad one is replaced."
    s.keys("cd /; PS1='\\w<$x$(echo c)>\\$ '\r", "x=val\r")
    s.see("/<valc>$")
    s.keys("PS1='${'\r")
    s.wait(lambda: s.line() == "$")
    s.run("echo on", "on")


def test_junk(s):
    "Bytes that mean nothing, unknown keys and an over-long line do no harm."
    junk = bytes(b for b in range(1, 32) if b not in (3, 4, 9, 10, 13, 18, 26, 27))
    s.keys(junk, b"\033[99~", b"\033[1;5Q", b"\033Oz", b"\033q", b"\x15\x0b")
    s.see("$")
    s.run("\x15echo sane", "sane")
    s.keys(b"\x80\xff\xfe\xc3" * 20, b"\x15")
    s.keys("echo ", "x" * 3000, "\r")
    s.wait(lambda: s.raw.count("x") > 2000)
    s.run("echo back", "back")


def test_dumb(s):
    "Without a terminal nothing is prompted; with -i it is."
    s.run("echo 'echo quiet' | sh 2>&1", "quiet")
    s.run("echo 'echo $-' | sh -i 2>/dev/null | grep -c i", "1")


def foreground(self):
    self.read()
    try:
        return os.tcgetpgrp(self.fd)
    except OSError:
        return self.pid


Session.foreground = foreground


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shell", required=True, type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tests = {n[5:]: f for n, f in sorted(globals().items()) if n.startswith("test_")}
    wrong = 0
    for name in options.names or tests:
        session = None
        try:
            session = Session(str(options.shell.resolve()))
            tests[name](session)
        except AssertionError as e:
            wrong += 1
            print("%s: %s\n%s" % (name, tests[name].__doc__, e))
        finally:
            try:
                if session:
                    session.end()
            except AssertionError as e:
                wrong += 1
                print("%s: %s" % (name, e))
    print("%d tests of the terminal, %d wrong" % (len(options.names or tests), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
