"""Pipes, poll, locks, as processes see them: each program checks one of them, sentence by sentence (tests/user/apps)."""
from test_posix import checked

BOARDS = "all"


def test_pipe(env):
    "Pipes: ends, pieces, signals, waiting or not; between threads and processes; FIFOs."
    checked(env, "posix_pipe", kernel="apps.elf")


def test_poll(env):
    "poll(), select() and their kin: what is ready, time, signals, children."
    checked(env, "posix_poll", kernel="apps.elf")


def test_lock(env):
    "fcntl(F_SETLK), lockf(), flock(): ranges, who has them, waiting, what gives them up."
    checked(env, "posix_lock", kernel="apps.elf")
