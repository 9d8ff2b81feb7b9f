"""Programs one after the other from a list (init/list.c): each with its result and a limit, none in another's way."""
import re

from processes import trimmed

BOARDS = "all"

GONE = r"process %s \(pid \d+\) %s"


class List:
    """One boot with a list of (application, name); what is named and no application is simply not there."""

    def __init__(self, env, programs, limit=100, text=None):
        for app, name in programs:
            if app:
                (env.tmp / name).write_bytes(trimmed(env.app(app)))
        path = env.tmp / "list"
        path.write_text("".join(str(env.tmp / name) + "\n" for _, name in programs) if text is None else text)
        run = env.run(["--limit", str(limit), "--list", path], timeout=30, icount=True)
        self.out, self.status = run.out, run.status
        assert "PANIC" not in self.out, "the kernel panicked"
        self.results = re.findall(r"^list: (\d+) (.*)$", self.out, re.M)

    def kinds(self):
        """The result lines without numbers and times."""
        return [re.sub(r", \d+ ms$", "", text) for _, text in self.results]


def test_results(env):
    "Exited with 0 or not, faulted, not there, not a program, out of time: each is told, and the next one runs."
    bad = env.tmp / "no-elf"
    bad.write_text("hello")
    ran = List(env, [("probe", "numbers"), ("probe", "quits-0"), ("hostile", "peek-20000000"), (None, "absent"),
                     (None, "no-elf"), ("neighbour", "neighbour"), ("hostile", "spin_sp-l40"), ("probe", "quits-0")])
    assert [int(n) for n, _ in ran.results] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert ran.kinds() == ["exited 0", "exited 0", "faulted", "cannot run", "cannot run", "exited 43",
                           "killed: not done after 100 ms", "exited 0"], ran.kinds()
    assert "list: end of 8 programs: 3 exited 0, 0 lost memory\n" in ran.out and ran.status == 1


def test_all_good(env):
    "The status is 0 if all exit with 0; an empty line and a last line without an end are no trouble."
    (env.tmp / "quits-0").write_bytes(trimmed(env.app("probe")))
    name = str(env.tmp / "quits-0")
    ran = List(env, [], text="%s\n\n%s" % (name, name))
    assert ran.kinds() == ["exited 0"] * 2 and ran.status == 0
    assert "list: end of 2 programs: 2 exited 0, 0 lost memory\n" in ran.out


def test_names_do_not_mix(env):
    "A process has its own name, not the end of a longer one that was there before."
    ran = List(env, [("probe", "quits-0000000000000"), ("probe", "quits-0")])
    assert re.findall(r"^process (\S+) ", ran.out, re.M) == ["quits-0000000000000", "quits-0"]


def test_locks_and_handles_come_back(env):
    "What a process leaves open, locked or waiting when it is killed is there for the next one."
    ran = List(env, [("probe", "hoard"), ("probe", "handles"), ("probe", "hoard"), ("probe", "hoard")])
    assert ran.kinds() == ["exited 16", "exited 0", "exited 16", "exited 16"], ran.kinds()


def test_bad_lists(env):
    "A list that is not there, a line that is too long and a limit that is none end the run with 2."
    absent = env.run(["--list", env.tmp / "absent"])
    assert absent.status == 2 and "cannot read it\n" in absent.out
    long = List(env, [], text="x" * 256 + "\n")
    assert long.status == 2 and "a line of more than 255 characters\n" in long.out and not long.results
    for limit in ("0", "-1", "soon", "1h", "99999999999"):
        wrong = env.run(["--limit", limit, "--list", env.tmp / "list"])
        assert wrong.status == 2 and "init: --limit: unknown argument" in wrong.out, limit
