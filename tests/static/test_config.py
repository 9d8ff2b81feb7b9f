"""config.h: every tunable says its range, and a build with a value beyond it is refused by the tunable's name."""
import re

FLAGS = ["-mcpu=cortex-m3", "-mthumb", "-std=gnu11", "-fsyntax-only", "-I.", "-Iinclude", "-Ikernel",
         "-DPITH_PROCESS_SUPPORT=1"]
BEYOND = ("-1", "2000000000")  # of every range there is


def tunables(env):
    """name: the comment it is under."""
    text = (env.repo / "config.h").read_text()
    text = text[:text.index("/* Derived, not tunable.")]
    found, comment = {}, ""
    for line in re.finditer(r"/\*(.*?)\*/|^#define (PITH_\w+) \S", text, re.M | re.S):
        comment = line.group(1) or comment
        if line.group(2):
            found[line.group(2)] = comment
    return found


def compile_with(env, *options):
    source = env.tmp / "config.c"
    source.write_text('#include "config_check.h"\n')
    return env.host([env.tool("arm-none-eabi-gcc")] + FLAGS + list(options) + [source], cwd=env.repo)


def test_refused(env):
    "A value beyond its range is refused by name, for every tunable; the values of config.h are not."
    names = tunables(env)
    assert len(names) > 25 and "PITH_MESSAGE_MAX" in names
    assert compile_with(env).status == 0
    for name in names:
        for value in BEYOND:
            done = compile_with(env, "-D%s=%s" % (name, value))
            assert done.status != 0 and re.search("%s must |must not be above %s|%s: " % (name, name, name), done.out), \
                "%s=%s" % (name, value)


def test_ranges(env):
    "The ranges that config.h states are those that are checked."
    check = (env.repo / "kernel/config_check.h").read_text()
    ranges = {name: (low, high) for name, low, high in re.findall(r"^IN\((\w+), (\d+), (\d+)\)", check, re.M)}
    wrong = ["%s: %s..%s is checked" % (name, *ranges[name]) for name, comment in tunables(env).items()
             if name in ranges and "%s..%s" % ranges[name] not in comment.replace(",", "") and ranges[name] != ("0", "1")]
    assert not wrong, "\n".join(wrong)


def test_each_of_all(env):
    "A process cannot be given more threads than there are."
    done = compile_with(env, "-DPITH_PROCESS_THREADS=4", "-DPITH_PROCESS_THREADS_EACH=5")
    assert done.status != 0 and "PITH_PROCESS_THREADS_EACH must not be above" in done.out
    assert compile_with(env, "-DPITH_PROCESS_THREADS=4", "-DPITH_PROCESS_THREADS_EACH=4").status == 0
