"""./pith as a user meets it: what it says, what it exits with, and that it never leaves QEMU behind."""
import os
import re
import signal
import subprocess
import time

BUILDS = True


def pith(env, *args, **more):
    return env.host([env.repo / "pith", *args], **more)


def one_line(result, status):
    assert result.status == status, "status %d, not %d" % (result.status, status)
    assert result.out.startswith("pith: ") and result.out.count("\n") == 1, "not one clear line"


def test_misuse(env):
    "An unknown command, board, option or name is one line and status 2."
    for args in (["frobnicate"], ["run", "--board", "pdp11"], ["run", "--frob"], ["test", "--board", "pdp11"],
                 ["build", "--board", "pdp11"], ["new"], ["new", "lib", "x"], ["new", "app", "Bad/Name"],
                 ["run", "--timeout", "soon"], ["run", "--timeout", "-1"], ["clean", "--everything"]):
        one_line(pith(env, *args), 2)


def test_help(env):
    "help names every command and every board."
    text = pith(env, "help", check=True).out
    for word in ("run", "test", "build", "size", "new app", "doctor", "clean", "--torture", "mps2_an386", "stm32f4"):
        assert word in text, word


def test_doctor(env):
    "doctor tells of each package what it is for, and succeeds where nothing is missing."
    text = pith(env, "doctor", check=True).out
    for line in (env.repo / "tools/packages.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            state, name = "(present|later)" if line.startswith("?") else "present", line.lstrip("?").split()[0]
            assert re.search(r"^%s\s+%s\s+\S+\s+\S+" % (state, re.escape(name)), text, re.M), line


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
    done = pith(env, "run", "--stay", "--timeout", "2", timeout=60)
    assert done.status == 124, done.status
    assert "pith: timeout: the guest was still running after 2 s" in done.out


def test_interrupt(env):
    "An interrupt ends the command with 130, and QEMU with it."
    command = subprocess.Popen([str(env.repo / "pith"), "run", "--stay"], stdin=subprocess.DEVNULL,
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
    done = env.host(["sh", "-c", 'exec "$0" run --timeout 60 <&-', env.repo / "pith"], timeout=90)
    assert done.status == 0, done.status


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


def test_new_app_cxx(env):
    "new app --cxx makes one in C++."
    made = pith(env, "new", "app", "shapes", "--cxx", "--dir", env.tmp)
    assert made.status == 0 and (env.tmp / "shapes/main.cc").exists() and not (env.tmp / "shapes/main.c").exists()
    ran = pith(env, "run", "--timeout", "60", env.tmp / "shapes", timeout=120)
    assert ran.status == 0 and "Hello from" in ran.out, ran.status


def test_second_run_is_quick(env):
    "When everything is built, a run reaches the guest within 5 s."
    pith(env, "run", "--timeout", "60", timeout=120)
    started = time.monotonic()
    command = subprocess.Popen([str(env.repo / "pith"), "run"], stdin=subprocess.DEVNULL,
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


for _host_only in (test_misuse, test_help, test_doctor, test_setup_without_apt, test_setup_installs):
    _host_only.builds = False
