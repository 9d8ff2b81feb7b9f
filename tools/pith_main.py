"""The ./pith command: picks the subcommand, turns errors into one line and an exit status.

0 done, 1 failed, 2 misused, 124 timeout, 130 interrupted; ./pith run otherwise exits as the guest did.
"""
import importlib
import os
import re
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pithlib.common import EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_USAGE, PithError, boards, cache_dir, say  # noqa: E402

HELP = """Pith: a real-time operating system for Arm Cortex-M.

  pith run [--board B] [--timeout S] [--host DIR] [--data FILE [--format-data]] [--sensor MS] [--verbose]
                        boot a board in QEMU, to a shell on this terminal; DIR is /host there, and FILE keeps /data,
                        which --format-data makes anew; a sensor sends to /mq/sensor each MS milliseconds
                        (samples/logger reads it)
  pith run --exec 'COMMANDS'
                        run these in the shell, and exit with their status
  pith run [--stay] ELF|FOLDER ...
                        run these applications (a FOLDER made by new app is built first); --stay keeps the board
                        up afterwards
  pith demo [--board B] [--timeout S] [--stay]
                        two processes from one file, and one that breaks out and is stopped; --stay keeps the board up
                        afterwards
  pith test [--board B ...] [--only PATTERN] [--long]
                        all tests, on every board; --only takes a part of a name or a * pattern
  pith test --torture [--board B] [--only PATTERN]
                        GCC's 1,592 C torture programs as applications, all in one boot
  pith test --hostile [--board B]
                        the attacks on the kernel, all and in their long form, and whether holes in it are noticed
  pith test --powercut  power cuts at every program and erase of a workload on /data, and a million mutated images
  pith test --coverage  which lines and branches the host's unit tests run, by file
  pith build [--board B|all] [--verbose]
  pith bench [--board B] [--json FILE] [--save]
                        what the kernel's operations cost, in instructions and cycles;
                        --save makes it the baseline that the tests compare with
  pith size [--board B] ROM and RAM, by layer
  pith new app NAME [--cxx] [--dir FOLDER]
                        a new application in FOLDER/NAME, in C or C++, ready to run
  pith sdk DIR          what it takes to build applications, in a folder of its own: find_package(Pith), or
                        CC=DIR/bin/pith-cc for Makefiles
  pith doctor           what is installed, and what for
  pith clean [--all]    remove build/; with --all the cached C library too
  pith help [COMMAND]   this, or the part of one command; pith COMMAND --help is the same

Boards: {boards}; the first is the default.
"""

COMMANDS = {"run": "run", "demo": "run", "test": "test", "build": "commands", "size": "size", "bench": "bench", "new": "newapp", "sdk": "sdk",
            "doctor": "commands", "clean": "commands"}


def show_help(command=None):
    text = HELP.format(boards=", ".join(boards()))
    if command:  # its entries, each up to the next one
        entries = re.findall(r"^  pith .*\n(?:   .*\n)*", text, re.M)
        text = "".join(e for e in entries if e.split()[1] == command)
        if "--board" in text:
            text += "\nBoards: %s; the first is the default.\n" % ", ".join(boards())
    print(text, end="")
    return 0


def dispatch(argv):
    name = argv[0] if argv else "help"
    if name in ("help", "--help", "-h"):
        name = argv[1] if len(argv) > 1 else "help"
        if name == "help":
            return show_help()
        argv = [name, "--help"]
    if name not in COMMANDS:
        raise PithError("no command %s (see ./pith help)" % name, EXIT_USAGE)
    if argv[1:2] == ["-h"] or "--help" in argv[1:]:
        return show_help(name)
    os.environ["PITH_CACHE"] = str(cache_dir())  # CMake looks for the C library in the same place
    module = importlib.import_module("pithlib." + COMMANDS[name])
    return getattr(module, name if hasattr(module, name) else "main")(argv[1:])


def open_standard_files():
    """A closed 0, 1 or 2 would be taken by the next file opened, and QEMU stops without them."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
            os.set_inheritable(fd, True)


def main():
    if sys.version_info < (3, 9):
        sys.exit("pith: Python 3.9 or newer is needed")
    open_standard_files()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what runs is ended either way
    try:
        status = dispatch(sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except PithError as e:
        if e.output:
            print(e.output.rstrip("\n"), file=sys.stderr)
        say(str(e))
        return e.status
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return EXIT_FAILURE


if __name__ == "__main__":
    sys.exit(main())
