"""./pith run: builds, boots the board in QEMU with its console here, exits with the guest's status."""
import contextlib
import fcntl
import os
import re
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from . import build, hostdir, qemu, relay, setup
from .common import EXIT_INTERRUPTED, EXIT_TIMEOUT, Parser, PithError, boards, check_board, say, usage_error

# Without a terminal nobody can end a guest that waits for input, so it gets this many seconds.
UNATTENDED_LIMIT = 120


def arguments(argv, demo=False):
    parser = Parser("demo" if demo else "run")
    parser.add_argument("--board", default=boards()[0])
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--stay", action="store_true")
    if not demo:
        parser.add_argument("--exec", dest="command")
        parser.add_argument("elf", nargs="*")
    parser.add_argument("--host", dest="folder")
    parser.add_argument("--sensor", type=int)
    parser.add_argument("--data")
    parser.add_argument("--format-data", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.set_defaults(demo=demo, command=None, elf=[])
    options = parser.parse_args(argv)
    check_board(options.board)
    if options.timeout is not None and not options.timeout > 0:
        raise usage_error("--timeout takes a number of seconds greater than 0")
    if options.sensor is not None and not 1 <= options.sensor <= 10000:
        raise usage_error("--sensor takes a number of milliseconds, 1 to 10000")
    if options.elf and options.command is not None:
        raise usage_error("applications and --exec exclude each other")
    if options.data is not None and os.path.isdir(options.data):
        raise PithError("--data %s: a directory, not a file" % options.data)
    if options.folder is not None and not os.path.isdir(options.folder):
        raise PithError("--host %s: no such directory" % options.folder)
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
    """--load FILE for each file; a folder that can be built is built first. What is missing or is no
    application goes to the guest as it is: the guest says what is wrong with it."""
    args = ["--time", str(int(time.time()))] + (["--stay"] if options.stay else [])
    if not os.isatty(0):
        args.append("--pipe")
    elif os.isatty(1):
        columns, rows = os.get_terminal_size(1)  # 0: it does not say
        args += ["--rows", str(rows), "--columns", str(columns)]
    if options.sensor:
        args += ["--sensor", str(options.sensor)]
    if options.demo:
        args.append("--demo")
    if options.command is not None:
        args += ["--exec", options.command]
    elif not options.elf and not options.demo and not os.isatty(0):
        args.append("--once")  # a shell that ends with its input
    for name in options.elf:
        path = Path(os.path.abspath(name))
        if path.is_dir() and (path / "CMakeLists.txt").exists():
            path = build.build_app(path, options.board, options.verbose)
        args += ["--load", without_blanks(str(path), links)]
    return args


@contextlib.contextmanager
def data_file(name):
    """The file that keeps the guest's flash memory, for this command alone; it is made if it is not there."""
    try:
        with open(name, "ab") as f:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise PithError("--data %s: another guest has it" % name)
            yield os.path.abspath(name)
    except OSError as e:
        raise PithError("--data %s: %s" % (name, e.strerror))


@contextlib.contextmanager
def terminal(fd):
    """Typed bytes go to the guest as they are, Ctrl-C too, which has an echo of its own; what it prints is treated as
    ever. Afterwards the terminal is as it was."""
    before = termios.tcgetattr(fd)
    raw = termios.tcgetattr(fd)
    raw[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP | termios.BRKINT)
    raw[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSADRAIN, raw)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


def attach(command, timeout):
    """Runs QEMU with its console here. Returns the status to exit with."""
    # Only the foreground job of a terminal may touch it.
    typed = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    feeds = typed or not os.isatty(0)
    process, started = None, time.monotonic()
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, bufsize=0, start_new_session=typed)
        with terminal(0) if typed else contextlib.nullcontext():
            if not relay.Relay(process, feeds, typed).run(timeout):
                raise KeyboardInterrupt
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


def main(argv, demo=False):
    options = arguments(argv, demo)
    setup.ensure_packages(options.verbose)
    folder = build.build_board(options.board, ["pith"], options.verbose)
    attended = os.isatty(0) and os.isatty(1)
    timeout = options.timeout or (None if attended else UNATTENDED_LIMIT)
    with contextlib.ExitStack() as stack:
        links = stack.enter_context(tempfile.TemporaryDirectory(prefix="pith-"))
        args = guest_arguments(options, links)
        if options.folder is not None:
            args += ["--host", stack.enter_context(hostdir.HostDirectory(options.folder))]
        if options.data is not None:
            path = stack.enter_context(data_file(options.data))
            args += ["--data", without_blanks(path, links)]
        if options.format_data:
            args.append("--format-data")
        if attended:
            say("Ctrl-] ends the emulator")
        return attach(qemu.command(options.board, folder / "pith.elf", args), timeout)


def demo(argv):
    return main(argv, demo=True)
