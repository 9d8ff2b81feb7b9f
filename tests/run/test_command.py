"""./pith as a user meets it: what it says, what it exits with, and that it never leaves QEMU behind."""
import fcntl
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import termios
import time

from pithlib import test as suite

BUILDS = True
BOARD = "mps2_an386"


def pith(env, *args, **more):
    return env.host([env.repo / "pith", *args], **more)


def one_line(result, status):
    assert result.status == status, "status %d, not %d" % (result.status, status)
    assert result.out.startswith("pith: ") and result.out.count("\n") == 1, "not one clear line"


def test_misuse(env):
    "An unknown command, board, option or name is one line and status 2."
    for args in (["frobnicate"], ["run", "--board", "pdp11"], ["run", "--frob"], ["test", "--board", "pdp11"],
                 ["build", "--board", "pdp11"], ["new"], ["new", "lib", "x"], ["new", "app", "Bad/Name"],
                 ["run", "--timeout", "soon"], ["run", "--timeout", "-1"], ["run", "--sensor", "0"],
                 ["run", "--sensor", "soon"], ["clean", "--everything"]):
        one_line(pith(env, *args), 2)


def test_help(env):
    "help names every command and every board."
    text = pith(env, "help", check=True).out
    for word in ("run", "test", "build", "size", "new app", "doctor", "clean", "--torture", "mps2_an386", "stm32f4"):
        assert word in text, word


def test_help_of_one(env):
    "help COMMAND, and COMMAND --help, print that command's part alone."
    for name, has, lacks in (("run", "--sensor MS", "--torture"), ("demo", "--stay", "--exec"), ("test", "--powercut", "--sensor"),
                             ("new", "--cxx", "--board"), ("clean", "--all", "--board")):
        text = pith(env, "help", name, check=True).out
        assert has in text and lacks not in text and "pith " + name in text, text
        assert ("Boards: " in text) == ("--board" in text), text
        assert pith(env, name, "--help", check=True).out == text == pith(env, name, "-h", check=True).out
    assert pith(env, "help", "help", check=True).out == pith(env, check=True).out
    one_line(pith(env, "help", "frobnicate"), 2)


def test_demo_misuse(env):
    "What demo does not take is told by its own name, and --demo is no option of run."
    for args in (["demo", "x"], ["demo", "--exec", "ls"], ["run", "--demo"]):
        done = pith(env, *args)
        one_line(done, 2)
        assert done.out.startswith("pith: %s: unrecognized arguments: %s" % (args[0], args[1])), done.out


def test_only_nothing(env):
    "A pattern that no test can fit is told before anything is built, and the others are run all the same."
    tree = copy_of_tree(env, everything=True)
    for pattern in ("xyzzy", "usr/*", "unit/xyzzy", "run/xyzzy", "*sem_xyzzy*", "target/mps2_an386/xyzzy"):
        done = env.host([tree / "pith", "test", "--only", pattern])
        one_line(done, 1)
        assert done.out == "pith: no test matches %s\n" % pattern, done.out
    done = env.host([tree / "pith", "test", "--only", "xyzzy", "--only", "static/layers"], check=True)
    assert "pith: no test matches xyzzy\n" in done.out and "1 passed, 0 failed" in done.out, done.out
    assert not (tree / "build").exists()


def test_only_possible(env):
    "Every test of the target may be asked for, whole or in part, by a pattern or not."
    sources = "".join(p.read_text() for p in sorted((env.repo / "tests/target").glob("*.c")))
    names = re.findall(r"^TEST\((\w+)", sources, re.M)
    assert len(names) > 100 and all(n.isidentifier() for n in names)
    for name in names:
        prefix = "target/" + BOARD
        for pattern in (name, name[1:-1], "*" + name, "target/%s" % name, "target/*/%s" % name, "%s/%s" % (prefix, name), "*/*" + name[3:]):
            assert suite.may_fit(pattern, prefix), pattern


def test_lock_is_told(env):
    "While another command builds, one that waits for it says so, and goes on when the other ends."
    tree = copy_of_tree(env)
    (tree / "build").mkdir()
    with open(tree / "build" / (BOARD + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = subprocess.Popen([str(tree / "pith"), "build"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        told = command.stderr.readline()
        assert command.poll() is None
    rest = command.communicate(timeout=60)[1]
    assert told == "pith: waiting for another ./pith that builds %s\n" % BOARD, told
    assert command.returncode == 1 and "configuring %s failed" % BOARD in rest, rest  # there is nothing to build here


def test_doctor(env):
    "doctor tells of each package what it is for, and succeeds where nothing is missing."
    text = pith(env, "doctor", check=True).out
    for line in (env.repo / "tools/packages.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            state, name = "(present|later)" if line.startswith("?") else "present", line.lstrip("?").split()[0]
            assert re.search(r"^%s\s+%s\s+\S+\s+\S+" % (state, re.escape(name)), text, re.M), line


def test_doctor_missing(env):
    "doctor says what is missing and what it is for, with status 1, and installs nothing."
    done = pith(env, "doctor", environment=path_with(env, "cmake", "ninja", apt_get="exit 9\n"))
    assert done.status == 1 and re.search(r"^MISSING  qemu-system-arm +emulates the boards$", done.out, re.M)
    assert re.search(r"^present  cmake ", done.out, re.M)
    assert re.search(r"^pith: \d+ packages are missing: ", done.out, re.M)


def copy_of_tree(env, everything=False):
    """The command without a build; everything: the whole tree, as a clone has it."""
    tree = env.tmp / "tree"
    shutil.copytree(env.repo / "tools", tree / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pith", "CMakePresets.json") + (("CMakeLists.txt", "config.h") if everything else ()):
        shutil.copy(env.repo / name, tree / name)
    for name in ("abi", "arch", "boards", "cmake", "drivers", "fs", "include", "init", "kernel", "lib", "process",
                 "tests", "user") if everything else ():
        shutil.copytree(env.repo / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tree


def test_clean(env):
    "clean removes build/ alone; with --all the C library and torture programs of the cache, and nothing else there."
    tree, cache = copy_of_tree(env), env.tmp / "cache"
    for folder in (tree / "build/mps2_an386", cache / "newlib-1", cache / "torture-2", cache / "others"):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
    where = {"PITH_CACHE": str(cache)}
    env.host([tree / "pith", "clean"], environment=where, check=True)
    assert not (tree / "build").exists() and len(list(cache.iterdir())) == 3
    env.host([tree / "pith", "clean"], environment=where, check=True)
    env.host([tree / "pith", "clean", "--all"], environment=where, check=True)
    assert [p.name for p in cache.iterdir()] == ["others"] and (tree / "tools/pith_main.py").exists()


def test_plain_cmake(env):
    "Without ./pith, the preset configures and builds, and compile_commands.json has every source of the firmware."
    tree = copy_of_tree(env, everything=True)
    env.host(["cmake", "--preset", BOARD], cwd=tree, check=True)
    folder = tree / "build" / BOARD
    commands = json.loads((folder / "compile_commands.json").read_text())
    known = {os.path.relpath(os.path.join(c["directory"], c["file"]), tree) for c in commands}
    for layer in ("kernel", "lib", "process", "fs", "init", "user/posix", "arch/cortexm"):
        missing = {str(p.relative_to(tree)) for p in (tree / layer).glob("*.c")} - known
        assert not missing, missing
    target = "all" if env.long else "pith_kernel_objects"
    env.host(["cmake", "--build", "--preset", BOARD, "--target", target], cwd=tree, check=True, timeout=600)
    one = next(c for c in commands if c["file"].endswith("init/report.c"))
    env.host(["sh", "-c", one["command"]], cwd=one["directory"], check=True)
    if env.long:
        done = env.host(env.qemu(["--demo"], kernel=folder / "pith.elf"), check=True)
        assert "demo: as expected" in done.out


def path_with(env, *names, **scripts):
    """A PATH that holds these programs of the host and these scripts, and nothing else."""
    folder = env.tmp / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "env", "id", "ls", "python3") + names:
        (folder / name).symlink_to(env.tool(name))
    for name, text in scripts.items():
        path = folder / name.replace("_", "-")
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
    return {"PATH": str(folder)}


def test_setup_without_apt(env):
    "Without apt-get the missing packages are listed with their reasons, and the status is 1."
    done = pith(env, "run", environment=path_with(env, "cmake", "ninja"))
    assert done.status == 1 and "qemu-system-arm" in done.out and "emulates the boards" in done.out
    assert "Traceback" not in done.out


def test_setup_installs(env):
    "What is missing is named and then installed by one apt-get, without what is there and without extras."
    log = env.tmp / "log"
    others = ("arm-none-eabi-gcc", "cmake", "ninja", "make", "gdb-multiarch", "gcovr", "spin")
    path = path_with(env, *others, apt_get='echo "$@" >>%s\n' % log, sudo='exec "$@"\n')
    done = pith(env, "run", environment=path)
    installs = [line for line in log.read_text().splitlines() if "install" in line]
    assert installs == ["-q -y --no-install-recommends install qemu-system-arm"], installs
    assert done.out.startswith("pith: these Debian packages are needed and missing:\n  qemu-system-arm")
    # This apt-get has installed nothing.
    assert done.status == 1 and "still not found: qemu-system-arm" in done.out


def test_timeout(env):
    "A guest that outlives --timeout is ended, with a message and status 124."
    done = pith(env, "demo", "--stay", "--timeout", "2", timeout=60)
    assert done.status == 124, done.status
    assert "pith: timeout: the guest was still running after 2 s" in done.out


def test_interrupt(env):
    "An interrupt ends the command with 130, and QEMU with it."
    command = subprocess.Popen([str(env.repo / "pith"), "demo", "--stay"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    command.stdout.read(1)
    time.sleep(0.3)
    os.killpg(command.pid, signal.SIGINT)
    assert command.wait(10) == 130, command.returncode
    assert command.stdout.read() is not None
    try:
        os.killpg(command.pid, 0)
        raise AssertionError("something of it is still running")
    except ProcessLookupError:
        pass
    finally:
        command.stdout.close()


def test_stdin_closed(env):
    "A demo with standard input closed, as in CI, ends by itself."
    done = env.host(["sh", "-c", 'exec "$0" demo --timeout 60 <&-', env.repo / "pith"], timeout=90)
    assert done.status == 0, done.status


def test_exit_status(env):
    "The command exits with what the guest's process returned; a file linked for it runs from any folder."
    shutil.copy(env.app("probe"), env.tmp / "quits-2a")
    done = pith(env, "run", "--timeout", "60", "quits-2a", cwd=env.tmp, timeout=90)
    assert done.status == 42 and "quits-2a (pid 1) returned: 2a" in done.out, done.status


def echo(env, board, **more):
    """The program echo of a board, by ./pith run."""
    pith(env, "build", "--board", board, check=True, timeout=600)
    return pith(env, "run", "--board", board, "--timeout", "20", env.repo / "build" / board / "testapps/lines.elf",
                timeout=60, **more)


def test_piped_input(env):
    "What is piped into the command before the guest is up reaches its process, to the last byte."
    numbers = "".join("%d\n" % n for n in range(2000))
    for board in (BOARD, "stm32f4"):
        done = echo(env, board, input=numbers.encode() + b"quit\n")
        assert done.status == 0, "%s: %d" % (board, done.status)
        assert numbers in done.out, board


def test_end_of_input(env):
    "The end of this command's input is the end of the guest's; a guest that goes on all the same is ended at the timeout."
    command = 'exec "$0" run --timeout %d "$1" </dev/null'
    done = env.host(["sh", "-c", command % 20, env.repo / "pith", env.app("lines")], timeout=60)
    assert done.status == 0 and "returned: 0" in done.out, done.status
    done = env.host(["sh", "-c", command % 2, env.repo / "pith", env.app("daemon")], timeout=60)
    assert done.status == 124 and "still running after 2 s" in done.out, done.status


def test_reader_gone(env):
    "When nobody reads its output any more the command ends, though the guest is silent, and takes QEMU along."
    command = subprocess.Popen([str(env.repo / "pith"), "run", str(env.app("lines"))], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    while b"lines" not in command.stdout.readline():
        continue
    command.stdout.close()
    assert command.wait(30) == 1
    command.stdin.close()
    assert not session_lives(command.pid)


def session_lives(pid):
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    os.killpg(pid, signal.SIGKILL)
    return True


def test_terminal(env):
    "On a terminal the guest's process gets what is typed, and the terminal is left as it was found."
    pid, terminal = pty.fork()
    if not pid:
        os.execv(str(env.repo / "pith"), ["pith", "run", "--timeout", "60", str(env.app("lines"))])
    before, seen = termios.tcgetattr(terminal), b""
    try:
        for expect, typed in ((b"lines.elf: pid 1", b"tap"), (b"heap", b"ped\nquit\n"), (b"returned: 0", b"")):
            while expect not in seen:
                seen += os.read(terminal, 4096)
            os.write(terminal, typed)
        while True:
            try:
                seen += os.read(terminal, 4096)
            except OSError:  # the other side is closed
                break
        after = termios.tcgetattr(terminal)
        ended, pid = os.waitpid(pid, 0)[1], 0
        assert ended == 0, ended
    finally:
        if pid:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
        os.close(terminal)
    assert b"\ntapped\r\n" in seen.replace(b"\r\r", b"\r"), seen
    assert after == before, "the terminal's settings"


def test_missing_file(env):
    "A file that is not there is the guest's to report; the command does not crash."
    done = pith(env, "run", "--timeout", "30", env.tmp / "no,such.elf", timeout=60)
    assert "Traceback" not in done.out and done.status not in (0, 2, 124), done.status
    assert "no,such.elf" in done.out


def test_blank_in_path(env):
    "A path with blanks and commas reaches the guest, as a file that is there or is not."
    folder = env.tmp / "my apps, all"
    folder.mkdir()
    (folder / "no elf.txt").write_text("hello")
    for name in ("no elf.txt", "absent.elf"):
        done = pith(env, "run", "--timeout", "30", folder / name, timeout=60)
        assert name.replace(" ", "_") in done.out and "unknown argument" not in done.out, name
        assert done.status == 1, done.status


def test_new_app(env):
    "new app makes a folder that runs at once, is not overwritten, and builds with plain CMake."
    made = pith(env, "new", "app", "greeter", "--dir", env.tmp)
    assert made.status == 0 and (env.tmp / "greeter/build/greeter.elf").exists()
    assert re.search(r"next: \S+ run \S*greeter", made.out)
    one_line(pith(env, "new", "app", "greeter", "--dir", env.tmp), 1)
    ran = pith(env, "run", "--timeout", "60", env.tmp / "greeter", timeout=120)
    assert ran.status == 0 and "Hello from" in ran.out, ran.status
    env.host(["cmake", "-S", env.tmp / "greeter", "-B", env.tmp / "plain"], check=True)
    env.host(["cmake", "--build", env.tmp / "plain"], check=True)
    assert (env.tmp / "plain/greeter.elf").exists()


def test_new_app_tree_moved(env):
    "A new application finds the tree where PITH_DIR says, as an option or in the environment, and says so if it is not there."
    folder, there, elsewhere = env.tmp / "mover", {"PITH_DIR": str(env.repo)}, env.tmp / "nowhere"
    pith(env, "new", "app", "mover", "--dir", env.tmp, check=True)
    text = (folder / "CMakeLists.txt").read_text()
    assert text.count(str(env.repo)) == 1
    (folder / "CMakeLists.txt").write_text(text.replace(str(env.repo), str(elsewhere)))
    done = env.host(["cmake", "-S", folder, "-B", env.tmp / "none"])
    assert done.status != 0 and "there is no tree of Pith in %s:" % elsewhere in " ".join(done.out.split()), done.out
    env.host(["cmake", "-S", folder, "-B", env.tmp / "option", "-DPITH_DIR=%s" % env.repo], check=True)
    env.host(["cmake", "-S", folder, "-B", env.tmp / "environment"], environment={**os.environ, **there}, check=True)
    env.host(["cmake", "--build", env.tmp / "environment"], check=True)
    assert (env.tmp / "environment/mover.elf").exists()
    done = env.host(["cmake", "-S", folder, "-B", env.tmp / "both", "-DPITH_DIR=%s" % elsewhere],
                    environment={**os.environ, **there})
    assert done.status != 0, "the option comes before the environment"


def test_new_app_cxx(env):
    "new app --cxx makes one in C++."
    made = pith(env, "new", "app", "shapes", "--cxx", "--dir", env.tmp)
    assert made.status == 0 and (env.tmp / "shapes/main.cc").exists() and not (env.tmp / "shapes/main.c").exists()
    ran = pith(env, "run", "--timeout", "60", env.tmp / "shapes", timeout=120)
    assert ran.status == 0 and "Hello from" in ran.out, ran.status


def test_new_app_elsewhere(env):
    "new app works in the tree and in a folder with a blank, and for another board; what it says next works there."
    folder = env.tmp / "my apps"  # below build/, so in the tree
    folder.mkdir()
    made = pith(env, "new", "app", "c", cwd=folder)
    assert made.status == 0 and sorted(p.name for p in (folder / "c").iterdir()) == [
        ".gitignore", "CMakeLists.txt", "build", "main.c"]
    following = re.search(r"^pith: next: (.*)$", made.out, re.M).group(1)
    for command in (following, "%s run c/build/c.elf" % (env.repo / "pith"),
                    "%s run --board mps2_an385 c" % (env.repo / "pith")):
        done = env.host(["sh", "-c", command], cwd=folder, timeout=300)
        assert done.status == 0 and "Hello from" in done.out and "returned: 0" in done.out, command


def test_second_run_is_quick(env):
    "When everything is built, a run reaches the guest within 5 s."
    pith(env, "demo", "--timeout", "60", timeout=120)
    started = time.monotonic()
    command = subprocess.Popen([str(env.repo / "pith"), "demo"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    command.stdout.read(1)
    seconds = time.monotonic() - started
    command.stdout.read()
    command.stdout.close()
    command.wait(60)
    assert seconds < 5, "%.1f s" % seconds


def test_size(env):
    "size lists the layers, and the columns add up to the total."
    rows = {}
    for line in pith(env, "size", check=True).out.splitlines():
        cells = line.split()
        if len(cells) == 7 and cells[1].isdigit():
            rows[cells[0]] = [int(c) for c in cells[1:]]
    total = rows.pop("total")
    assert "kernel" in rows and rows["kernel"][0] > 0
    assert [sum(column) for column in zip(*rows.values())] == total


test_new_app_cxx.packages = ("libstdc++-arm-none-eabi-dev",)
for _host_only in (test_misuse, test_help, test_help_of_one, test_demo_misuse, test_only_nothing,
                   test_only_possible, test_lock_is_told, test_doctor, test_setup_without_apt, test_setup_installs,
                   test_doctor_missing, test_clean):
    _host_only.builds = False


test_new_app_tree_moved.long = True
