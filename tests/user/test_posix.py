"""The POSIX side of a process: each program of tests/user/apps/posix_*.c checks one part of it, sentence by sentence,
prints what is not so and returns 1; here it is seen that all of its sentences were checked. And: how many instructions
the straight paths take, and what a program without threads pays for them.
"""
import re
import subprocess

from processes import Boot, trimmed, under_names

BOARDS = "all"


def checked(env, app, want=0, **more):
    """Boots with one program; every subject in its TESTS() is ok, and the status is as it should be."""
    path = env.tmp / app
    path.write_bytes(trimmed(env.app(app)))
    boot = Boot(env, [path], timeout=60, icount=True, **more)
    source = (env.repo / "tests/user/apps" / (app + ".c")).read_text()
    subjects = re.findall(r'\{"([^"]*)", \w+\}', source[source.rindex("TESTS("):])
    assert len(subjects) > 3
    for subject in subjects:
        last = want and subject == subjects[-1]
        assert last or "\n%s: ok\n" % subject in boot.out, subject
    assert boot.returned(app) == want, boot.returned(app)
    return boot


def test_thread(env):
    "Threads, their attributes, keys, once; errno and libc state are each thread's own."
    checked(env, "posix_thread")


def test_mutex(env):
    "Mutexes of all types, inheritance, ceilings, robust ones."
    checked(env, "posix_mutex")


def test_cond(env):
    "Conditions, reader-writer locks, barriers."
    checked(env, "posix_cond")


def test_sem(env):
    "Semaphores, unnamed and named."
    checked(env, "posix_sem")


def test_cancel(env):
    "Cancellation in every call that waits."
    checked(env, "posix_cancel")


def test_signal(env):
    "Handlers, masks, waits, alternate stacks, handled faults; the last handler of a fault ends the process."
    boot = checked(env, "posix_signal", 17)
    assert "\nhandled: 11\n" in boot.out


def test_ported(env):
    "What programs from elsewhere use: lines, stream locks, jumps out of handlers, patterns, users, limits, err()."
    if env.board == "stm32f4":
        env.skip("its 90 KB of text do not fit into RAM")
    checked(env, "posix_ported")


def test_heap(env):
    "malloc() and its family: contents, all of the memory again, growth in place, misuse, and a price that stays."
    if env.board == "stm32f4":
        env.skip("it wants 400 KB")
    checked(env, "posix_heap")


def test_files(env):
    "Files, directories, descriptors, paths, devices: what the calls do, and the errors POSIX gives them."
    checked(env, "posix_files")


def test_stdio(env):
    "The streams on files."
    checked(env, "posix_stdio")


def test_time(env):
    "Clocks and timers."
    checked(env, "posix_time")


def test_ipc(env):
    "Message queues and shared memory."
    checked(env, "posix_ipc")


def test_spawn(env):
    "Children, groups, how they end."
    boot = checked(env, "posix_spawn", kernel="apps.elf")
    assert "[child] text: Bello World!" in boot.out, "the argument"


def test_fork(env):
    "Relatives: copies, three generations in turn, ends, faults, signals, threads; nothing is lost."
    boot = checked(env, "fork")
    assert "accessed an address it may not" in boot.out, "the child's fault is told of"


def test_fork_busy(env):
    "fork(): threads that keep the services busy keep no relative away."
    checked(env, "fork_busy", kernel="apps.elf")


def test_exec(env):
    "Other programs in place of this one, and as children with other descriptors and signals; files run from RAM."
    boot = checked(env, "posix_exec", kernel="apps.elf")
    assert "process intruder" in boot.out


def test_shared(env):
    "Two processes share a mutex, a condition and a semaphore; one ends with the mutex locked."
    boot = Boot(env, under_names(env, "posix_shared", ["shared-a", "shared-b"]), icount=True)
    assert boot.returned("shared-a") == 0 and boot.returned("shared-b") == 0
    assert "\na: ok\n" in boot.out and "\nb: ok\n" in boot.out


def instructions(env, app, function):
    """Of a straight path: from the first to the first return; what is branched to is not on it."""
    text = subprocess.run(["arm-none-eabi-objdump", "-d", "--no-show-raw-insn", "--disassemble=" + function,
                           str(env.app(app))], check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    code = re.findall(r"^\s+[0-9a-f]+:\t(\S+)(.*)$", text[text.index("<%s>:" % function):], re.M)
    mnemonics = [m for m, _ in code]
    assert "svc" not in mnemonics
    return mnemonics.index("bx") + 1


def test_straight_paths(env):
    "A free mutex is locked and unlocked in 28 instructions, a unit given or taken in 14."
    assert instructions(env, "posix_mutex", "pthread_mutex_lock") \
        + instructions(env, "posix_mutex", "pthread_mutex_unlock") <= 28
    assert instructions(env, "posix_sem", "sem_post") <= 14
    assert instructions(env, "posix_sem", "sem_wait") <= 14


def test_nothing_for_nothing(env):
    "A program without threads, timers and handlers has no code for them."
    symbols = subprocess.run(["arm-none-eabi-nm", str(env.app("hello"))], check=True, stdout=subprocess.PIPE,
                             universal_newlines=True).stdout
    for name in ("pthread_exit", "__pith_cancel", "__pith_signal", "word_wait", "word_sleep", "timer_create"):
        assert not re.search(r" %s$" % name, symbols, re.M), name


def test_table_constant(env):
    "Nothing is reached by its distance from the GOT, which each thread has a copy of; word 1 of it is free."
    for app in ("hello", "posix_thread", "libc"):
        found = subprocess.run(["arm-none-eabi-objdump", "-s", "-j", ".got", str(env.app(app))], check=True,
                               stdout=subprocess.PIPE, universal_newlines=True).stdout
        words = re.search(r"^ [0-9a-f]+ (\w+) (\w+) (\w+)", found, re.M).groups()
        assert words[1] == words[2] == "00000000", words
    libraries = list(env.build_dir.glob("**/libpith_user.a"))
    assert libraries
    for library in libraries:
        relocations = subprocess.run(["arm-none-eabi-readelf", "-rW", str(library)], check=True,
                                     stdout=subprocess.PIPE, universal_newlines=True).stdout
        assert "R_ARM_GOT_BREL" in relocations and "GOTOFF" not in relocations
