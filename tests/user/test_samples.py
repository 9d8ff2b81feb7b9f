"""The samples, built by CMake as projects outside this tree and run from /host at the prompt: what they print, what is typed at
them, what they leave in files. And the queues that the system makes for processes (process_queue_open())."""
import re
import shutil

from pithlib import hostdir

BOARDS = ["mps2_an386", "mps2_an385"]

RIGHTS = """#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>
#include "pith_sensor.h"
static mqd_t try(const char *what, int flags) {
  struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 1};
  mqd_t q = mq_open("/sensor", flags, 0666, &attr);
  printf("%s %d\\n", what, q == (mqd_t)-1 ? errno : 0);
  return q;
}
int main(void) {
  struct pith_reading r = {0}, next = {0};
  try("both", O_RDWR);
  try("write", O_WRONLY);
  try("new", O_RDONLY | O_CREAT | O_EXCL);
  printf("unlink %d\\n", mq_unlink("/sensor") ? errno : 0);
  mqd_t q = try("read", O_RDONLY | O_CREAT);
  if (mq_send(q, "x", 1, 0)) printf("send %d\\n", errno);
  mq_close(q);
  q = mq_open("/sensor", O_RDONLY);
  int child = fork();
  if (mq_receive(q, (char *)&r, sizeof r, NULL) < 0 || mq_receive(q, (char *)&next, sizeof next, NULL) < 0) return 1;
  return !child ? 0 : !(next.number > r.number && r.number > 0);
}
"""


def built(env, name):
    """The sample, copied away from here and built there."""
    source = env.tmp / name
    shutil.copytree(env.repo / "samples" / name, source, ignore=shutil.ignore_patterns("build"))
    return built_in(env, source, name)


def built_in(env, source, name):
    out = env.tmp / (name + "-build")
    env.host(["cmake", "-S", source, "-B", out, "-G", "Ninja", "-DPITH_BOARD=" + env.board,
              "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake" % env.repo], check=True, timeout=300)
    env.host(["ninja", "-C", out], check=True, timeout=300)
    folder = env.tmp / "host"
    folder.mkdir(exist_ok=True)
    shutil.copy(out / (name + ".elf"), folder / name)
    return folder


def session(env, folder, typed, args=()):
    """What the console shows, from the prompt on, to the poweroff."""
    typed = typed + [("$ ", b"poweroff\n")]
    with hostdir.HostDirectory(str(folder)) as control:
        done = env.run(["--host", control, *args], input=typed, check=True)
    return re.sub(r"\x1b\[\d*[A-Za-z]|\r", "", done.out[done.out.index("$ "):])


def test_calc(env):
    "calc: precedence, variables, functions, an error of each kind that leaves the rest working; from a file with its status."
    folder = built(env, "calc")
    (folder / "script").write_text("area(r) = pi * r^2\nx = 2; area(x)   # a comment\n1 / (x - 2)\nx + y\n-x^2 + 7 % 4\n")
    text = session(env, folder, [
        ("$ ", b"/host/calc\n"), ("> ", b"half(x) = x / 2; hypot(3, half(8)); ans * 1e3\n"), ("> ", b"loop(n) = loop(n)\n"),
        ("> ", b"loop(1)\n"), ("> ", b"(1\n"), ("> ", b"sqrt(1, 2)\n"), ("> ", b"0.1 + 0.2 - 0.25\n"), ("> ", b"\x04"),
        ("$ ", b"/host/calc /host/script; echo status $?\n"), ("$ ", b"echo '2^3^2' | /host/calc\n")])
    assert "\n5\n5000\n> " in text and "\nnested deeper than 40 (in loop)\n> " in text and "\n) is missing at the end\n> " in text
    assert "\nsqrt takes 1, not 2\n> " in text and "\n0.05\n> " in text
    assert "12.5663706144\n" in text and "\n/host/script:3: division by zero\n" in text
    assert "\n/host/script:4: y has no value\n-1\nstatus 1\n" in text and "\n512\n" in text, text


def test_philosophers(env):
    "philosophers: all eat as often as they should, none beside another, also two and six; Ctrl-C ends them in order."
    folder = built(env, "philosophers")
    text = session(env, folder, [
        ("$ ", b"/host/philosophers -t 2 7; echo status $?\n"), ("$ ", b"/host/philosophers -n 2 -t 1 30 | cat\n"),
        ("$ ", b"/host/philosophers -n 6 -t 1 9 | cat\n"), ("$ ", b"/host/philosophers -t 30\n"), ("eats", b"\x03"),
        ("$ ", b"echo status $?\n"), ("$ ", b"/host/philosophers -n 9; echo status $?\n")])
    for count, rounds in ((5, 7), (2, 30), (6, 9)):
        assert "all done: %d philosophers ate %d to %d times, 0 of them" % (count, rounds, rounds) in text, text
    assert re.search(r"\n +\(1\) +7   has gone +\|\n", text) and "stopped: 5 philosophers ate " in text
    assert "\nstatus 0\n" in text and "\nstatus 130\n" in text and "usage: philosophers" in text and "\nstatus 2\n" in text


def read_log(folder):
    """The lines of all files, the oldest first."""
    names = sorted(folder.glob("sensor.log*"), key=lambda p: -int(p.suffix[1:]) if p.suffix != ".log" else 0)
    return names, [line for name in names for line in name.read_text().splitlines()]


def test_logger(env):
    "logger: every reading of the kernel's thread once and in order over files that rotate; it goes on behind a torn line."
    folder = built(env, "logger")
    (folder / "log").mkdir()
    (folder / "log/sensor.log").write_text("1 0.001 0 0 1\n2 0.0")
    text = session(env, folder, [
        ("$ ", b"/host/logger -n 60 -s 500 -k 9 /host/log; echo status $?\n"),
        ("$ ", b"/host/logger /tmp &\n"), ("$ ", b"sleep 1; kill -INT $!; wait $!; echo status $?; tail -n 1 /tmp/sensor.log\n")],
        ["--sensor", 20])
    names, lines = read_log(folder / "log")
    assert len(names) > 2 and all(p.stat().st_size <= 500 for p in names) and lines[0] == "1 0.001 0 0 1"
    seen, last = 0, None
    for line in lines[1:]:
        lost = re.fullmatch(r"# (\d+) lost", line)
        if lost:
            last += int(lost.group(1))
            continue
        number, due, late, jitter, clock = re.fullmatch(r"(\d+) (\d+\.\d{3}) (\d+) (-?\d+) (\d+)", line).groups()
        assert last is None or int(number) == last + 1, line
        last, seen = int(number), seen + 1
        assert int(number) > 1 or int(jitter) == 0
    assert seen == 60 and re.search(r"logger: 60 readings written, \d+ lost\nstatus 0\n", text), text
    assert re.search(r"logger: \d+ readings written, \d+ lost\nstatus 0\n\d+ \d+\.\d{3} \d+ -?\d+ \d+\n", text), text


def test_logger_refused(env):
    "Without a sensor, in a full file system and for a bad wish the logger says so in one line."
    folder = built(env, "logger")
    text = session(env, folder, [("$ ", b"/host/logger /tmp; echo status $?\n"), ("$ ", b"/host/logger; echo status $?\n")])
    assert "logger: there is no /mq/sensor: start the system with --sensor MS\nstatus 1\n" in text, text
    assert "usage: logger" in text and "\nstatus 2\n" in text
    text = session(env, folder, [("$ ", b"cat /dev/zero >/tmp/all; /host/logger /tmp; echo status $?; rm /tmp/all\n")], ["--sensor", 5])
    assert "sensor.log: No space left on device\nstatus 1\n" in text, text


def test_rights(env):
    "A queue of the system can be read by processes, by relatives that end together, and not be written, made anew, unlinked or ended."
    source = env.tmp / "rights"
    source.mkdir()
    (source / "main.c").write_text(RIGHTS)
    (source / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.20)\nproject(rights C)\nfind_package(Pith REQUIRED)\n"
                                           "pith_app(rights main.c STACK 4096 HEAP 8192)\n")
    folder = built_in(env, source, "rights")
    text = session(env, folder, [("$ ", b"/host/rights; echo status $?\n")] * 8, ["--sensor", 10])
    for what, error in (("both", 13), ("write", 13), ("new", 17), ("unlink", 13), ("read", 0), ("send", 9)):
        assert text.count("\n%s %d\n" % (what, error)) == 8, what
    assert text.count("\nstatus 0\n") == 8, text
