"""The console of a guest, here: on a terminal, on pipes and files, on nothing.

Input waits for the guest's first output: some devices that QEMU models drop what comes before their driver is up. And
when whoever reads the output has gone, the run is over, whether the guest has more to say or not. The end of the input is told to the guest's terminal as a typed
one is, by Ctrl-D; on a terminal Ctrl-] ends the run.
"""
import os
import select
import subprocess
import time

CHUNK = 65536
END, ESCAPE = b"\x04", b"\x1d"


class Relay:
    """Between this command's 0 and 1 and a process with a pipe at its output and, if `feeds`, at its input; `typed`: 0 is a
    terminal."""

    def __init__(self, process, feeds, typed=False):
        self.process, self.typed, self.escaped = process, typed, False
        self.last = b"\n"
        self.out = process.stdout.fileno()
        self.feed = process.stdin.fileno() if feeds else None
        self.pending = b""
        self.reads = False  # what comes in at 0
        self.poll = select.poll()
        self.poll.register(self.out, select.POLLIN)
        self.poll.register(1, 0)  # tells when nobody reads it any more
        if feeds:
            os.set_blocking(self.feed, False)

    def run(self, seconds):
        """Until the process closes its output: True, or Ctrl-] was typed: False. TimeoutExpired after so many seconds (None:
        never), BrokenPipeError."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired(self.process.args, seconds)
            for fd, events in self.poll.poll(None if left is None else left * 1000 + 1):
                if fd == self.out:
                    if not self.copy_out():
                        return True
                elif fd == 1:
                    raise BrokenPipeError
                elif fd == self.feed:
                    self.copy_in(events)
                elif fd == 0:
                    self.read_in()
                    if self.escaped:
                        return False

    def copy_out(self):
        data = os.read(self.out, CHUNK)
        if self.feed is not None and not self.reads:
            self.reads = True
            self.poll.register(0, select.POLLIN)
        rest = data
        while rest:
            rest = rest[os.write(1, rest):]
        return data

    def read_in(self):
        """One piece, which the guest has to take before there is a next one."""
        self.poll.unregister(0)
        self.pending = os.read(0, CHUNK)
        self.escaped = self.typed and ESCAPE in self.pending
        if not self.pending:
            if self.last == END:
                self.close()
                return
            self.pending = END if self.last == b"\n" else END + END  # the first one ends the line, not the input
        self.last = self.pending[-1:]
        self.poll.register(self.feed, select.POLLOUT)

    def copy_in(self, events):
        try:
            if events & select.POLLOUT:
                self.pending = self.pending[os.write(self.feed, self.pending):]
        except BlockingIOError:
            return
        except BrokenPipeError:
            events = select.POLLERR
        if events & (select.POLLERR | select.POLLHUP):
            self.poll.unregister(self.feed)
            self.close()
        elif not self.pending:
            self.poll.unregister(self.feed)
            self.poll.register(0, select.POLLIN)

    def close(self):
        """The guest gets no more input."""
        self.process.stdin.close()
        self.feed = None
