"""What every subcommand shares: where things are, the boards, messages and the status line.

Messages of the tool go to stderr and begin with "pith: "; stdout belongs to the guest's console and to
what a subcommand was asked to print.
"""
import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent.parent
BUILD = REPO / "build"
EXIT_FAILURE, EXIT_USAGE, EXIT_TIMEOUT, EXIT_INTERRUPTED = 1, 2, 124, 130


class PithError(Exception):
    """Ends the command with one line on stderr and the given status."""

    def __init__(self, message, status=EXIT_FAILURE, output=""):
        super().__init__(message)
        self.status = status
        self.output = output


def usage_error(message):
    return PithError(message + " (see ./pith help)", EXIT_USAGE)


class Parser(argparse.ArgumentParser):
    """The arguments of one subcommand; misuse is told in one line."""

    def __init__(self, subcommand):
        super().__init__(prog=subcommand, add_help=False, allow_abbrev=False)

    def error(self, message):
        raise usage_error("%s: %s" % (self.prog, message))


def boards():
    """The boards, that is the visible presets of CMakePresets.json; the first one is the default."""
    presets = json.loads((REPO / "CMakePresets.json").read_text())["configurePresets"]
    return [p["name"] for p in presets if not p.get("hidden")]


def check_board(name):
    known = boards()
    if name not in known:
        raise usage_error("no board %s; there are %s" % (name, ", ".join(known)))
    return name


def cache_dir():
    """Where the rebuilt libc is kept: outside the tree, shared by all checkouts."""
    if os.environ.get("PITH_CACHE"):
        return Path(os.environ["PITH_CACHE"]).absolute()
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]).absolute() / "pith"
    return Path.home() / ".cache" / "pith"


def command_name():
    """How the user called this command, to be shown in hints."""
    return os.environ.get("PITH_COMMAND", "./pith")


def say(message):
    print("pith: " + message, file=sys.stderr, flush=True)


class Status:
    """One line that says what is going on: it moves on a terminal; elsewhere it is printed once, and only
    when the work takes longer than a second.

    with Status("building mps2_an386"): ... ; leaving erases the line on a terminal.
    """

    def __init__(self, text):
        self.text = text
        self.live = sys.stderr is not None and sys.stderr.isatty()
        self.done = threading.Event()

    def __enter__(self):
        self.started = time.monotonic()
        self.thread = threading.Thread(target=self._draw if self.live else self._announce, daemon=True)
        self.thread.start()

    def _announce(self):
        if not self.done.wait(1):
            say(self.text)

    def _draw(self):
        while True:
            line = "pith: %s  %d s" % (self.text, time.monotonic() - self.started)
            sys.stderr.write("\r\033[K" + line[:100])
            sys.stderr.flush()
            if self.done.wait(0.5):
                return

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        if self.live:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def run_quietly(command, what, cwd=REPO, verbose=False, env=None):
    """Runs command; its output is shown only when it fails, or all along when verbose."""
    try:
        if verbose:
            status = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL).returncode
            output = ""
        else:
            done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            status, output = done.returncode, done.stdout.decode(errors="replace")
    except OSError as e:
        raise PithError("%s: cannot run %s: %s" % (what, command[0], e.strerror))
    if status != 0:
        raise PithError("%s failed" % what, output=output)
    return output
