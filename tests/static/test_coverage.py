"""How much of the kernel's core the host's unit tests run: ./pith test --coverage names every file below its target."""
from pithlib import coverage

FULL = {"line_total": 100, "line_covered": 100, "branch_total": 40, "branch_covered": 38}


def summary(**changes):
    """What gcovr says if each target is just reached, but for the changes to kernel/queue.c."""
    return [dict(FULL, filename=n, **(changes if n == "kernel/queue.c" else {})) for n in coverage.TARGETS]


def test_judgement(env):
    "A file that lacks one line, or one branch too many, or is not run at all, is named; a full one is not."
    assert coverage.shortfalls(summary()) == []
    assert coverage.shortfalls(summary(branch_total=0, branch_covered=0)) == []
    for changes in ({"line_covered": 99}, {"branch_covered": 37}):
        found = coverage.shortfalls(summary(**changes))
        assert len(found) == 1 and found[0].startswith("kernel/queue.c: "), found
    found = coverage.shortfalls([f for f in summary() if f["filename"] != "kernel/queue.c"])
    assert len(found) == 1 and found[0].startswith("kernel/queue.c: "), found


def test_targets(env):
    "All lines and 95 % of the branches of each file of the kernel's core are run by the unit tests."
    env.tool("gcovr")
    done = env.host([env.repo / "pith", "test", "--coverage"], timeout=600)
    assert done.status == 0 and "every target is reached" in done.out, done.out


test_targets.long = True  # ./pith test --coverage does the same
