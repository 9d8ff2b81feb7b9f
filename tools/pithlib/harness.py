"""What a Python-driven test is and what it may use.

Modules: tests/{user,run,bench}/test_*.py and tests/static/*.py (a name beginning with _ is a
helper, not a test). In a module

    BOARDS = "all"               run on every board asked for; or a list ["mps2_an386"]; or None (the
                                 default): on the host, once; env.board is then the default board
    def test_xxx(env):           one test; it fails by raising (assert, any exception) and passes otherwise
        "One line: what it checks."
    test_xxx.long = True         runs only with ./pith test --long; or a list: on these boards
    test_xxx.builds = False      (or BUILDS = False in the module) the test needs no firmware: it runs even
                                 when no board builds. The default is True where BOARDS is set, else False;
                                 a host test that runs firmware sets BUILDS = True
    test_xxx.packages = ["a"]    optional packages of tools/packages.txt that it needs

env offers
    env.repo                     the tree (Path)
    env.board, env.machine       the preset's name; QEMU's name of it
    env.build_dir                build/<board> (Path): pith.elf, tests.elf, apps/, testapps/, the maps
    env.tmp                      a fresh folder of this test (Path)
    env.long                     True with --long
    env.app("sh")                the ELF of an application of user/bin or tests/user/apps (Path)
    env.run(args, ...)           boots QEMU and waits for its end; see below
    env.qemu(args, ...)          the command line of the same, for a test that drives QEMU itself
    env.host(command, ...)       runs a program here; .out holds stdout and stderr, .status the exit status
    env.skip("reason")           ends the test as skipped
    env.tool("gdb-multiarch")    the path of a program; skips the test when it is not installed

env.run(args=(), kernel="pith.elf", timeout=60, input=b"", icount=False, plugin=None, extra=(), check=False)
    args      the guest's command line, a list: ["--load", "/abs/x.elf"]
    kernel    the firmware: a file of build_dir ("tests.elf") or a path
    timeout   seconds of host time. Overrun fails the test, with the output
    input     what is typed at the console: bytes, at once; or a list of (expect, bytes): the bytes are sent
              when expect (a str) has come after the previous one
    icount    True: one instruction is one nanosecond of guest time, and a run repeats exactly
    plugin    a TCG plugin: "path.so,arg=1"; without one the run is watched: it fails the test if interrupts are masked
    extra     more arguments for QEMU
    check     True: a status other than 0 fails the test, with the output
    Returns .out (str, the console with "\\r\\n" as "\\n"), .err (QEMU's own words), .status (the guest's exit
    status), .seconds. A failing test shows the output of its last run.
"""
import os
import selectors
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from . import icnt, qemu
from .common import BUILD, REPO

OUTPUT_LIMIT = 4 << 20  # bytes of console output after which a run is ended as runaway
_running = set()
_running_lock = threading.Lock()
_stopping = threading.Event()


class Failure(AssertionError):
    """The test failed; the message says how."""


class Skip(Exception):
    """The test does not apply here."""


class Result:
    def __init__(self, out, err, status, seconds):
        self.out, self.err, self.status, self.seconds = out, err, status, seconds

    def __str__(self):
        return self.out + ("\n" + self.err if self.err else "") + "\n(%s)" % (
            "ended after its time limit" if self.status is None else "status %d" % self.status)


def stop_everything():
    """Ends what this command started, and lets nothing new start."""
    _stopping.set()
    with _running_lock:
        for process in _running:
            _kill(process)


def _kill(process):
    """With what it has started itself: each runs in a session of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _text(data):
    return data.decode(errors="replace").replace("\r\n", "\n")


class _Dialog:
    """Decides what is typed when. Bytes go at once; (expect, bytes) pairs wait for their text."""

    def __init__(self, given):
        self.pairs = [("", given)] if isinstance(given, (bytes, bytearray)) else list(given)
        self.seen = 0

    def next(self, output):
        """Bytes to send now that output has come, or b""."""
        due = b""
        while self.pairs:
            expect, send = self.pairs[0]
            at = output.find(expect.encode(), self.seen)
            if at < 0:
                break
            self.seen = at + len(expect.encode())
            due += send
            self.pairs.pop(0)
        return due


def converse(command, timeout, given=b"", cwd=None, environment=None):
    """Runs command with its console on pipes. Returns (out, err, status or None on timeout, seconds)."""
    started = time.monotonic()
    with _running_lock:
        if _stopping.is_set():
            raise Skip("interrupted")
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, cwd=cwd, env=environment, start_new_session=True)
        _running.add(process)
    out, err, pending, dialog = bytearray(), bytearray(), bytearray(), _Dialog(given)
    overran = False
    os.set_blocking(process.stdin.fileno(), False)
    pending += dialog.next(out)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, out)
        selector.register(process.stderr, selectors.EVENT_READ, err)
        while selector.get_map():
            if pending:
                try:
                    del pending[: os.write(process.stdin.fileno(), pending)]
                except BlockingIOError:
                    pass
                except OSError:
                    pending.clear()
            left = started + timeout - time.monotonic()
            if left <= 0 or len(out) > OUTPUT_LIMIT:
                overran = True
                break
            for key, _ in selector.select(min(left, 0.02 if pending else left)):
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fileobj)
                key.data.extend(chunk)
            pending += dialog.next(out)
    if overran:
        _kill(process)
    try:
        status = process.wait(max(1.0, started + timeout - time.monotonic()))
    except subprocess.TimeoutExpired:
        overran = True
        _kill(process)
        status = process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    with _running_lock:
        _running.discard(process)
    return _text(out), _text(err), None if overran else status, time.monotonic() - started


class Env:
    """One test's surroundings; see the head of this file."""

    def __init__(self, name, board, long=False):
        self.repo, self.board, self.long = REPO, board, long
        self.build_dir = BUILD / board
        self._tmp = BUILD / "tmp" / name.replace("/", ".")
        self._tmp_made = False
        self.last = None

    @property
    def tmp(self):
        if not self._tmp_made:
            shutil.rmtree(self._tmp, ignore_errors=True)
            self._tmp.mkdir(parents=True)
            self._tmp_made = True
        return self._tmp

    @property
    def machine(self):
        return qemu.machine(self.board)

    def cleanup(self):
        shutil.rmtree(self._tmp, ignore_errors=True)

    def skip(self, reason):
        raise Skip(reason)

    def tool(self, name):
        return shutil.which(name) or self.skip("%s is not installed" % name)

    def app(self, name):
        for folder in ("apps", "testapps"):
            path = self.build_dir / folder / (name + ".elf")
            if path.exists():
                return path
        raise Failure("there is no application %s for %s" % (name, self.board))

    def qemu(self, args=(), kernel="pith.elf", icount=False, plugin=None, extra=()):
        more = list(extra)
        if icount:
            more += ["-icount", "shift=0,sleep=off"]
        if plugin:
            more += ["-plugin", str(plugin)]
        return qemu.command(self.board, Path(self.build_dir / kernel), args, more)

    def run(self, args=(), kernel="pith.elf", timeout=60, input=b"", icount=False, plugin=None, extra=(),
            check=False):
        watch = None if plugin else icnt.Watch(self.build_dir / kernel, self.tmp)
        command = self.qemu(args, kernel, icount, plugin or watch.plugin, extra)
        result = self._finish(command, timeout, input, check, self.tmp)
        wrong = watch and watch.judge()
        if wrong:
            raise Failure(wrong)
        return result

    def host(self, command, timeout=120, input=b"", cwd=None, environment=None, check=False):
        merged = dict(os.environ, **environment) if environment else None
        result = self._finish([str(c) for c in command], timeout, input, check, cwd, merged)
        result.out += result.err
        result.err = ""
        return result

    def _finish(self, command, timeout, given, check, cwd=None, environment=None):
        out, err, status, seconds = converse(command, timeout, given, cwd, environment)
        self.last = Result(out, err, -1 if status is None else status, seconds)
        if status is None:
            raise Failure("still running after %.0f s" % seconds)
        if check and status != 0:
            raise Failure("status %d" % status)
        return self.last
