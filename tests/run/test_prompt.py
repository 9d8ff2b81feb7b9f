"""The prompt: the shell as a service on the console, typed at through a terminal of this machine, and fed by a pipe."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

BUILDS = True
LIMIT = 60  # seconds; only a failure takes them
PROMPT = b"$ "


class Session:
    """./pith run on a terminal."""

    def __init__(self, env, *args, size=None):
        self.seen, self.at, self.status = b"", 0, None
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            if size:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
            os.execv(str(env.repo / "pith"), ["pith", "run", *args])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def type(self, text):
        os.write(self.terminal, text if isinstance(text, bytes) else text.encode())

    def read(self):
        """False: the other side is closed."""
        if select.select([self.terminal], [], [], 0.1)[0]:
            try:
                self.seen += os.read(self.terminal, 4096)
            except OSError:
                return False
        return True

    def see(self, *texts):
        """These come, in this order, after what was seen before."""
        end = time.monotonic() + LIMIT
        for text in texts:
            text = text if isinstance(text, bytes) else text.encode()
            while text not in self.seen[self.at:]:
                assert self.read() and time.monotonic() < end, "%r does not come after %r, but %r" % (
                    text, self.seen[:self.at][-200:], self.seen[self.at:][-2000:])
            self.at = self.seen.index(text, self.at) + len(text)

    def run(self, command, *texts):
        """Types a line; these come, and a prompt."""
        self.type(command + "\r")
        self.see(command, "\r\n", *texts, PROMPT)

    def press(self, key, *texts):
        """Until the first of the texts comes: the program that the key is for may not be there yet."""
        end = time.monotonic() + LIMIT
        first = texts[0].encode() if isinstance(texts[0], str) else texts[0]
        while first not in self.seen[self.at:] and time.monotonic() < end:
            self.type(key)
            for _ in range(10):
                self.read()
        self.see(*texts)

    def ends(self):
        end = time.monotonic() + LIMIT
        while self.read() and time.monotonic() < end:
            continue
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status


def test_prompt(env):
    "A prompt comes, commands run, lines are edited and called back; keys end, stop and go on with programs; poweroff ends it with its status."
    with Session(env) as s:
        s.see(PROMPT)
        s.run("echo one $((1 + 1))", "one 2\r\n")
        s.type(b"ecoh x\x7f\x7f\x7f\x7fho edited\x01\x05\r")
        s.see("\nedited\r\n", PROMPT)
        s.type(b"\033[A\033[A\r")
        s.see("\none 2\r\n", PROMPT)
        s.type(b"echo not this\x03")
        s.see("^C", PROMPT)
        s.type("sleep 100\r")
        s.see("sleep 100\r\n")
        s.press(b"\x03", PROMPT)
        s.run("sh -c 'kill -INT $$'")
        s.run("echo =$?", "=130\r\n")
        s.type("sleep 100\r")
        s.see("sleep 100\r\n")
        s.press(b"\x1a", "Stopped", PROMPT)
        s.run("jobs", "Stopped", "sleep 100")
        s.run("bg", "sleep 100")
        s.run("jobs", "Running", "sleep 100")
        s.type("fg\r")
        s.see("fg\r\n", "sleep 100")
        s.press(b"\x03", PROMPT)
        s.run("jobs; echo no job", "no job\r\n")
        assert b"Running" not in s.seen[s.seen.rindex(b"jobs; echo no job"):]
        s.run("jobs; echo none left", "none left\r\n")
        s.type("poweroff 3\r")
        assert s.ends() == 3, s.seen[-500:]


def test_new_shell(env):
    "A shell that ends or is killed is followed by a new one; reboot boots again."
    with Session(env) as s:
        s.see(PROMPT)
        s.run("here=old; echo $here", "old\r\n")
        s.type(b"\x04")
        s.see(PROMPT)
        s.run("echo [$here]", "[]\r\n")
        s.run("kill -9 $$")
        s.run("echo new", "new\r\n")
        s.run("exit 4")
        s.type("reboot\r")
        s.see("Pith on", PROMPT)
        s.run("echo again", "again\r\n")
        s.type("poweroff\r")
        assert s.ends() == 0, s.seen[-500:]


def pith(env, *args, **more):
    return env.host([env.repo / "pith", "run", *args], timeout=LIMIT, **more)


def test_commands(env):
    "--exec runs commands and ends with the last one's status; what is no command is status 2."
    done = pith(env, "--exec", "hello & hello; wait; ps; (exit 7)")
    assert done.status == 7 and done.out.count("hello") >= 2 and " sh\n" in done.out.replace("\r", ""), done.status
    done = pith(env, "--exec", "echo a; if")
    assert done.status == 2 and "syntax error" in done.out
    assert pith(env, "--exec", "").status == 0
    assert pith(env, "--exec", "nosuch").status == 127
    assert pith(env, "--exec", "kill -9 $$").status == 137


def piped(env, text):
    return env.host(["sh", "-c", 'printf "%s" "$1" | "$0" run', env.repo / "pith", text], timeout=LIMIT)


def test_piped(env):
    "Commands that come by a pipe run to its end, with the status of the last; there is no prompt and no echo."
    done = piped(env, "echo a\nexit 5\necho not this\n")
    assert done.status == 5 and "a\n" in done.out.replace("\r", "") and "not this" not in done.out
    assert "exit 5" not in done.out and "$ " not in done.out
    done = piped(env, "read x\nthis is read\necho got $x\nfalse")
    assert done.status == 1 and "got this is read" in done.out


def test_window(env):
    "The guest's terminal is as large as the one ./pith run has."
    with Session(env, size=(40, 132)) as s:
        s.see(PROMPT)
        s.type("ls -C /bin\r")
        s.see("ls -C /bin", "\r\n", PROMPT)
        widest = max(len(line) for line in s.seen.split(b"\r\n") if b"basename" in line)
        assert 80 < widest <= 132, widest
