"""./pith run: builds, boots the board in QEMU with its console here, exits with the guest's status."""
import os
import re
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from . import build, qemu, relay, setup
from .common import EXIT_INTERRUPTED, EXIT_TIMEOUT, Parser, PithError, boards, check_board, say, usage_error

# Without a terminal nobody can end a guest that waits for input, so it gets this many seconds.
UNATTENDED_LIMIT = 120


def arguments(argv):
    parser = Parser("run")
    parser.add_argument("--board", default=boards()[0])
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--stay", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("elf", nargs="*")
    options = parser.parse_args(argv)
    check_board(options.board)
    if options.timeout is not None and not options.timeout > 0:
        raise usage_error("--timeout takes a number of seconds greater than 0")
    return options


def without_blanks(path, links):
    """path, or a link to it: the guest's command line is one string in which a blank ends an argument."""
    if not re.search(r"\s", path):
        return path
    link = os.path.join(links, str(len(os.listdir(links))), re.sub(r"\s", "_", os.path.basename(path)))
    os.mkdir(os.path.dirname(link))
    os.symlink(path, link)
    return link


def guest_arguments(options, links):
    """--load,FILE for each file; a folder that can be built is built first. What is missing or is no
    application goes to the guest as it is: the guest says what is wrong with it."""
    args = ["--stay"] if options.stay else []
    for name in options.elf:
        path = Path(os.path.abspath(name))
        if path.is_dir() and (path / "CMakeLists.txt").exists():
            path = build.build_app(path, options.board, options.verbose)
        args += ["--load", without_blanks(str(path), links)]
    return args


def standard_input():
    """The terminal only when this is its foreground job: QEMU would be stopped for touching it otherwise."""
    background = os.isatty(0) and os.tcgetpgrp(0) != os.getpgrp()
    return subprocess.DEVNULL if background else None


def start(command):
    """QEMU on this terminal, or with pipes in place of what is none."""
    if os.isatty(0) and os.isatty(1):
        return subprocess.Popen(command, stdin=standard_input())
    stdin = standard_input() if os.isatty(0) else subprocess.PIPE
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, bufsize=0)


def attach(command, timeout):
    """Runs QEMU with its console here. Returns the status to exit with."""
    saved = termios.tcgetattr(0) if os.isatty(0) and standard_input() is None else None
    process, started = None, time.monotonic()
    try:
        process = start(command)
        if process.stdout:
            relay.Relay(process, process.stdin is not None).run(timeout)
        status = process.wait(timeout and max(1, started + timeout - time.monotonic()))
        return status if status >= 0 else 128 - status
    except BrokenPipeError:
        raise
    except OSError as e:
        raise PithError("cannot run %s: %s" % (command[0], e.strerror))
    except subprocess.TimeoutExpired:
        say("timeout: the guest was still running after %g s" % timeout)
        return EXIT_TIMEOUT
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    finally:
        if process and process.poll() is None:
            process.kill()
            process.wait()
        if saved:
            termios.tcsetattr(0, termios.TCSADRAIN, saved)


def main(argv):
    options = arguments(argv)
    setup.ensure_packages(options.verbose)
    folder = build.build_board(options.board, ["pith"], options.verbose)
    attended = os.isatty(0) and os.isatty(1)
    timeout = options.timeout or (None if attended else UNATTENDED_LIMIT)
    with tempfile.TemporaryDirectory(prefix="pith-") as links:
        args = guest_arguments(options, links)
        return attach(qemu.command(options.board, folder / "pith.elf", args), timeout)
