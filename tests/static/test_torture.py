"""What ./pith test --torture makes of a program's own directives, of the console and of its table, without a board."""
from pithlib import directives, torture

FLAGS = ["-O2", "-mcpu=cortex-m4"]


def plan(text):
    return directives.read("/* %s */\nint main(void) {}\n" % text, FLAGS)


def test_flags(env):
    "Flags come from both kinds of options, if they mean this target."
    assert plan('{ dg-options "-fwrapv -fno-inline" }').flags == ["-fwrapv", "-fno-inline"]
    assert plan('{ dg-options { "-fwrapv" } }').flags == ["-fwrapv"]
    assert plan('{ dg-options "-m" { target { i?86-*-* x86_64-*-* } } }').flags == []
    assert plan('{ dg-options "-m" { target { { i?86-*-* arm-*-* } && int32 } } }').flags == ["-m"]
    assert plan('{ dg-additional-options "-D" { target { ! signal } } }').flags == []
    assert plan('no directive').flags == []


def test_skips(env):
    "A program is left out for what this target lacks, and for nothing else."
    for text in ('{ dg-require-effective-target int128 }', '{ dg-skip-if "" { ! { i?86-*-* x86_64-*-* } } }',
                 '{ dg-skip-if "why" { *-*-* } "-O2" "" }', '{ dg-skip-if "why" { *-*-* } { "*" } { "" } }'):
        assert plan(text).skip, text
    for text in ('{ dg-require-effective-target int32plus }', '{ dg-skip-if "requires io" { freestanding } }',
                 '{ dg-skip-if "why" { *-*-* } "-O1" "" }', '{ dg-skip-if "why" { *-*-* } "*" "-O2" }',
                 '{ dg-skip-if "why" { "vax-*-*" avr-*-* } }'):
        assert not plan(text).skip, text
    for text in ('{ dg-require-effective-target moon }', '{ dg-unheard-of "" }'):
        try:
            plan(text)
        except (KeyError, ValueError):
            continue
        raise AssertionError("accepted: " + text)


def test_memory(env):
    "Stack sizes are sums of products."
    assert plan('{ dg-require-stack-size "128 * 128 * 4 + 1024" }').stack == 66560
    assert plan('{ dg-require-stack-size "0x80100" }').stack == 0x80100
    assert plan('{ dg-add-options stack_size }').large and not plan('{ dg-add-options ieee }').large


CONSOLE = """a.elf: pid 1  text 20009000 (10 bytes)
list: 2 exited 0, 0 ms, says the program
process a.elf (pid 1) returned: 0
list: 1 exited 0, 0 ms
process b.elf (pid 2) killed: it accessed an address it may not
  address 00000000 (NULL)
list: 2 faulted, 1 ms
no end of the linelist: 3 exited 134, 2 ms
list: 4 exited 0, 2 ms
list: 4 left 100 bytes of process memory
"""


def test_verdicts(env):
    "Only an exit with 0 that leaves the memory as it was is good; what is missing is not."
    names = ["a", "b", "c", "d", "e"]
    found = {n: torture.verdict(n, i, text) for i, (n, text) in enumerate(torture.split(names, CONSOLE), 1)}
    assert found == {"a": None, "b": "faulted, 1 ms: it accessed an address it may not, address 00000000 (NULL)",
                     "c": "exited 134, 2 ms (abort)", "d": "left 100 bytes of process memory",
                     "e": "the machine did not get so far"}, found


def test_table(env):
    "The table excuses a program for its stage alone, and only as long as it fails."
    table = {"a": ("run", "reason"), "b": ("link", "reason")}
    for name, built, ran, want in (("a", None, None, "failed"), ("a", None, "faulted", "unsupported"),
                                   ("a", ("link", "x"), None, "failed"), ("b", ("link", "x"), None, "unsupported"),
                                   ("b", None, "faulted", "failed"), ("c", None, "faulted", "failed"),
                                   ("c", None, None, "passed"), ("c", ("skip", "x"), None, "unsupported")):
        assert torture.judge(name, built, ran, table).state == want, (name, built, ran)
    assert all(stage in ("compile", "link", "run") for stage, _ in torture.unsupported().values())
