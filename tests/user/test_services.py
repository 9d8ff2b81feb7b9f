"""The services of the image: started at boot, started again as /etc/services says, and shown. The table is
tests/user/services.table; what each service does, tests/user/apps/daemon.c. Times are those of the guest.
"""
import re

from processes import trimmed

BOARDS = "all"
RUN_MS = 1300
SLACK_MS = 15  # what a start takes, ticks and the report of the last end included
SERVICES = ["once", "crasher", "limited", "spaced", "beater", "mute", "liar", "hog"]


class Run:
    """A boot of services.elf: the events of each service as (ms, what)."""

    def __init__(self, env, args=("--services", RUN_MS), **more):
        self.out = env.run(list(args), kernel="services.elf", icount=True, check=True, **more).out
        assert "PANIC" not in self.out
        self.events = {}
        for s, ms, name, what in re.findall(r"^\[ *(\d+)\.(\d+)\] service (\w+): (.*)$", self.out, re.M):
            self.events.setdefault(name, []).append((int(s) * 1000 + int(ms), what))
        self.states = {name: (state, pid, int(starts), last) for name, state, pid, starts, last in re.findall(
            r"^(\w+) +(waits|runs|ended|given up|refused) +(\d+|-) +(\d+)  (.*)$", self.out, re.M)}

    def starts(self, name):
        return [ms for ms, what in self.events[name] if what.startswith("started, pid ")]

    def ends(self, name):
        return [(ms, what) for ms, what in self.events[name] if not what.startswith("started, pid ")]

    def pauses(self, name):
        """Milliseconds from each end to the start after it."""
        return [start - end for (end, _), start in zip(self.ends(name), self.starts(name)[1:])]


def check_pauses(run, name, wanted):
    got = run.pauses(name)
    assert len(got) == len(wanted), "%s: pauses %s" % (name, got)
    for pause, want in zip(got, wanted):
        assert want <= pause <= want + SLACK_MS, "%s: pauses %s" % (name, got)


def test_services(env):
    "Back-off, a limit of restarts, a window of them, heartbeats missed, forbidden and never made; states at the end."
    run = Run(env)
    assert sorted(run.events) == sorted(SERVICES) and sorted(run.states) == sorted(SERVICES)
    assert all(run.starts(name)[0] <= SLACK_MS for name in SERVICES)

    assert run.starts("once")[1:] == [] and run.states["once"] == ("ended", "-", 1, "returned 5")

    check_pauses(run, "crasher", [50, 100, 200, 400, 400])
    assert run.states["crasher"][0] == "waits" and run.states["crasher"][3] == "faulted, signal 11"

    check_pauses(run, "limited", [20, 40, 80])
    end = run.ends("limited")[-1][1]
    assert end.endswith("; given up: 3 restarts within 10000 ms") and run.states["limited"][:3] == ("given up", "-", 4)

    check_pauses(run, "spaced", [300, 300, 300, 300])  # 2 in 500 ms at most, and never 3
    assert run.states["spaced"][0] in ("waits", "runs")

    lives = [end - start for start, (end, _) in zip(run.starts("beater"), run.ends("beater"))]
    assert len(lives) >= 3 and all(3 * 60 + 100 <= life <= 3 * 60 + 100 + SLACK_MS for life in lives), lives
    assert all("heartbeat missed" in what for _, what in run.ends("beater"))
    check_pauses(run, "beater", [50, 100, 200][: len(run.pauses("beater"))])
    assert len(re.findall(r"^process daemon \(pid \d+\) killed: the heartbeat it promised did not come$", run.out,
                          re.M)) == len(lives) + 2

    for name in ("mute", "liar"):
        (end, what), = run.ends(name)
        assert 100 <= end - run.starts(name)[0] <= 100 + SLACK_MS and "heartbeat missed" in what, name
        assert run.states[name] == ("ended", "-", 1, "heartbeat missed")


def test_starved(env):
    "A service that computes without a pause does not keep more urgent ones from being reported, reaped and restarted."
    run = Run(env, ["--services", 250])
    hog = run.ends("hog")[0][0]
    assert 200 <= hog <= 200 + SLACK_MS
    assert run.ends("limited")[-1][0] < hog and len(run.starts("crasher")) >= 3 and run.starts("crasher")[2] < hog


def test_wrong_lines(env):
    "A wrong line of the table is one line on the console, with file, line, what and why; nothing of it is started."
    run = Run(env, ["--services", 1])
    table = (env.repo / "tests/user/services.table").read_text().splitlines()
    lines = {line.split()[0]: i + 1 for i, line in enumerate(table) if line and line[0] != "#"}
    said = re.findall(r"^(/etc/services:.*)$", run.out, re.M)
    wanted = [("typo", "restrat=always: no such option"),
              ("number", "priority=31: not a priority: 0, the most urgent, to PITH_PRIORITIES - 2"),
              ("empty", "restart=always: no program"),
              ("once", "once: a service of that name is there already"),
              ("backwards", "backoff=5s..1s: its end is before its start")]
    assert said == ["/etc/services:%d: %s; the line is left out" % (lines[name], why) for name, why in wanted], said
    assert not {"typo", "number", "empty", "backwards"} & set(run.events)


def test_beside_files(env):
    "With a table, services run beside the files that are loaded."
    path = env.tmp / "hello"
    path.write_bytes(trimmed(env.app("hello")))
    done = env.run(["--load", path, "--services", "100"], kernel="services.elf", icount=True)
    assert "service once: returned 5" in done.out
    assert re.search(r"^process hello \(pid \d+\) returned: 2a$", done.out, re.M) and done.status == 42
    assert len(re.findall(r"^\[ *\d+\.\d+\] service crasher: started", done.out, re.M)) > 3


def test_no_table(env):
    "An image without a table has no services, and says so when asked for them; a time that is none is refused."
    done = env.run(["--services", "5"])
    assert done.status == 1 and "no services: the built-in image has no /etc/services" in done.out
    assert "service" not in env.run(["--demo"], icount=True, check=True).out
    for wrong in ("x", "-1", "", "99999999999"):
        assert env.run(["--services", wrong]).status == 2, wrong
