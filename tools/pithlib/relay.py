"""The console of a guest whose input or output is no terminal: a pipe, a file, nothing.

Input waits for the guest's first output: some devices that QEMU models drop what comes before their driver is up. And
when whoever reads the output has gone, the run is over, whether the guest has more to say or not.
"""
import os
import select
import subprocess
import time

CHUNK = 65536


class Relay:
    """Between this command's 0 and 1 and a process with a pipe at its output and, if `feeds`, at its input."""

    def __init__(self, process, feeds):
        self.process = process
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
        """Until the process closes its output. TimeoutExpired after so many seconds (None: never), BrokenPipeError."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired(self.process.args, seconds)
            for fd, events in self.poll.poll(None if left is None else left * 1000 + 1):
                if fd == self.out:
                    if not self.copy_out():
                        return
                elif fd == 1:
                    raise BrokenPipeError
                elif fd == self.feed:
                    self.copy_in(events)
                elif fd == 0:
                    self.read_in()

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
        if self.pending:
            self.poll.register(self.feed, select.POLLOUT)
        else:
            self.close()

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
