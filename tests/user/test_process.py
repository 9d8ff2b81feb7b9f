"""What a process gets: the demo, the C library, arguments, the console, its exit status; and files that were
linked without Pith's linker script.
"""
import re
import subprocess

from processes import Boot, trimmed, under_names

BOARDS = "all"

# No libc, no note, no linker script: any PIE that makes the system's calls.
PLAIN = r"""
static long call(long number, long a, long b, long c) {
  register long r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c, r12 __asm__("r12") = number;
  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r12) : "memory", "r3");
  return r0;
}

static int zero[3];
static int counter = 5;
static int *const pointers[] = {&counter, &zero[2], 0};
static const char *const words[] = {"plain ", "position-", "independent\n"};
extern int nobody __attribute__((weak));

static int add(int a) { return a + counter; }
static int (*volatile function)(int) = add;

__attribute__((noreturn)) void _start(int argc, char **argv) {
  int length = 0;
  for (int i = 0; i < 3; i++) {
    for (length = 0; words[i][length]; length++) continue;
    call(3, 1, (long)words[i], length);
  }
  for (length = 0; argv[0][length]; length++) continue;
  call(3, 1, (long)argv[0], length);
  call(3, 1, (long)"\n", 1);
  if (argc != 1 || argv[1] || zero[0] || *pointers[1] || pointers[2] || &nobody) call(2, 1, 0, 0);
  *pointers[0] = 60;
  call(2, function(7), 0, 0);
  for (;;) continue;
}
"""


def plain(env, name, *flags):
    source, path = env.tmp / "plain.c", env.tmp / name
    source.write_text(PLAIN)
    env.host(["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb", "-Os", "-fPIE", "-ffreestanding", "-pie",
              "-nostdlib", "-nostartfiles", "-Wl,--no-dynamic-linker", *flags, "-o", path, source], check=True)
    return path


def test_demo(env):
    "The demo: two instances share their text, not their data; the intruder is stopped; the dots go on."
    run = env.run(["--demo"], icount=True, check=True)
    maps = re.findall(r"^hello: pid (\d+)  text ([0-9a-f]{8}) \(\d+ bytes\)  data ([0-9a-f]{8}) ", run.out, re.M)
    assert len(maps) == 2 and maps[0][1] == maps[1][1] and maps[0][2] != maps[1][2], maps
    assert len(re.findall(r"^process hello \(pid \d+\) returned: 2a$", run.out, re.M)) == 2
    lines = re.findall(r"^\[(one|two)\]", run.out, re.M)
    assert lines.count("one") == lines.count("two") > 10
    turns = sum(a != b for a, b in zip(lines, lines[1:]))
    assert turns > 5, "they do not interleave"
    for who in ("one", "two"):
        text = re.findall(r"^\[%s\] text: (.*)$" % who, run.out, re.M)
        assert text[:2] == ["Hello World!", "Bello World!"], text
        assert "[%s] pi is 3.142, and 2^40 is 1099511627776\n" % who in run.out
    dumps = re.findall(r"^([0-9a-f]{8})  48 65 6c 6c 6f 20 57 6f 72 6c 64 21 00 00 00 00  \|Hello World!\.\.\.\.\|$",
                       run.out, re.M)
    assert len(set(dumps)) == 2, dumps
    assert run.out.count("test call: 1 2 3 4\n") == 2
    killed = run.out.index("process intruder (pid 3) killed: it accessed an address it may not\n  address 20000000 ")
    assert "not isolated" not in run.out
    assert re.search(r"^\.$", run.out[killed:], re.M), "no dot after the intruder"
    free = re.findall(r"^free: .*$", run.out, re.M)
    assert len(free) == 2 and free[0] == free[1]


def test_libc(env):
    "Data, malloc, errno, printf, time, C++ objects, atexit and the streams work."
    path = env.tmp / "libc"
    path.write_bytes(trimmed(env.app("libc")))
    boot = Boot(env, [path])
    assert "argc 1 argv0 %s end NULL\n" % path in boot.out
    for subject in ("data", "memory", "errors", "formats", "library", "times", "objects"):
        assert re.search(r"^%s: ok$" % subject, boot.out, re.M), subject
    assert boot.status == 0
    assert re.findall(r"(?:atexit|destroyed): [a-z ]+", boot.out) == [
        "atexit: registered second", "atexit: registered first", "destroyed: local", "destroyed: fourth",
        "destroyed: third", "destroyed: second", "destroyed: first"]
    assert "no newline, but written at exit\nlast words" in boot.out


def test_exit_status(env):
    "The machine's status is the low byte of what the first process that failed returned."
    for names, want in ((["quits-7f"], 0x7F), (["quits-1ff"], 0xFF), (["quits-0"], 0), (["quits-100"], 0),
                        (["quits-0", "quits-5", "quits-6"], 5)):
        boot = Boot(env, under_names(env, "probe", names))
        assert boot.status == want, "%s: %d" % (names, boot.status)
        assert boot.returned(names[-1]) == int(names[-1].split("-")[1], 16)


def test_console_input(env):
    "A process that waits for the console gets what is typed, line by line; the others run meanwhile."
    path = env.tmp / "echo"
    path.write_bytes(trimmed(env.app("lines")))
    long_line = "x" * 120
    boot = Boot(env, [path] + under_names(env, "neighbour", ["neighbour"]),
                input=[("neighbour (pid 2) returned: 2b", b"first\n"), ("first\nfirst\n", b"\n"),
                       ("\n\n", b"third " + long_line.encode() + b"\n"), (long_line + "\nthird " + long_line, b"quit\n")])
    third = "third %s\n" % long_line
    assert "\nfirst\nfirst\n\n\n" + third + third + "quit\n" in boot.out, "the terminal's echo, and the program's"
    assert boot.returned("echo") == 0


def test_input_before_boot(env):
    "What a pipe holds before the system is up is not lost, and does not stop what comes later."
    if env.board == "stm32f4":
        env.skip("QEMU's USART drops what comes before it is enabled; ./pith run waits with it")
    path = env.tmp / "echo"
    path.write_bytes(trimmed(env.app("lines")))
    boot = Boot(env, [path], input=b"first\nsecond\nquit\n")
    letters = boot.out[boot.out.index("of kernel heap"):]  # the echo and the program's lines may come between one another
    for line in ("first\n", "second\n"):
        rest = iter(letters)
        assert all(c in rest for c in 2 * line), "%r and its echo" % line
    assert boot.returned("echo") == 0


def test_plain_pie(env):
    "A PIE linked without Pith's linker script is copied and runs, one or two of it."
    path = plain(env, "plain")
    boot = Boot(env, [path])
    assert boot.status == 67 and boot.returned("plain") == 67, boot.status
    assert "plain position-independent\n%s\n" % path in boot.out and "bytes, copied)" in boot.out
    twice = Boot(env, [path, plain(env, "other", "-Wl,-z,max-page-size=4096", "-O0")])
    assert twice.returned("plain") == 67 and twice.returned("other") == 67


def test_plain_static(env):
    "A file that is not position-independent, or has to be linked at run time, is refused with the reason."
    static = env.tmp / "static"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb", "-nostdlib", "-ffreestanding", "-o", str(static),
                    str(plain(env, "plain").parent / "plain.c")], check=True)
    dynamic = plain(env, "dynamic", "-Wl,--dynamic-linker=/lib/ld.so")
    boot = Boot(env, [static, dynamic] + under_names(env, "neighbour", ["neighbour"]))
    assert boot.refusals(static) == ["not position-independent, link it with -pie"], boot.refusals(static)
    assert boot.refusals(dynamic) == ["wants a dynamic linker"], boot.refusals(dynamic)
    assert boot.status == 1 and boot.returned("neighbour") == 43


def test_eight_at_once(env):
    "Eight processes run side by side; a ninth file is refused at once."
    names = ["n%d" % i for i in range(8)]
    boot = Boot(env, under_names(env, "neighbour", names))
    assert all(boot.returned(n) == 43 for n in names)
    files = under_names(env, "neighbour", names + ["n8"])
    args = []
    for f in files:
        args += ["--load", f]
    ninth = env.run(args)
    assert ninth.status == 2 and "more than 8 files" in ninth.out
