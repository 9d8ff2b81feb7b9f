"""./pith test --coverage: which lines and branches of the sources the host's unit tests run, by gcovr.

The tests are built once more, without the sanitizers, whose checks would count as branches, and without the mutants.
The kernel's core has targets; a file below its target is named, and the status is 1.
"""
import json
import subprocess

from . import build
from .common import REPO, PithError, run_quietly, say

FILTERS = ("kernel/", "lib/", "process/elf.c")
LINES, BRANCHES = 100, 95  # per cent of each of these
TARGETS = ["kernel/%s.c" % name for name in (
    "any", "event", "mutex", "post", "queue", "sched", "sem", "thread", "time", "timer", "wait")]


def percent(part, whole):
    return "%6.1f %%" % (100.0 * part / whole) if whole else "      --"


def table(files):
    """One line per file, as text."""
    lines = ["%-28s %15s %8s %17s %8s" % ("file", "lines run", "", "branches taken", "")]
    for f in sorted(files, key=lambda f: f["filename"]):
        lines.append("%-28s %7d/%-7d %8s %8d/%-8d %8s" % (
            f["filename"], f["line_covered"], f["line_total"], percent(f["line_covered"], f["line_total"]),
            f["branch_covered"], f["branch_total"], percent(f["branch_covered"], f["branch_total"])))
    return "\n".join(lines)


def shortfalls(files):
    """A sentence for each target that is missed; files as gcovr's summary has them."""
    by_name = {f["filename"]: f for f in files}
    result = []
    for name in TARGETS:
        if name not in by_name:
            result.append("%s: no test runs any of it" % name)
            continue
        for what, target in (("line", LINES), ("branch", BRANCHES)):
            covered, total = by_name[name][what + "_covered"], by_name[name][what + "_total"]
            if 100 * covered < target * total:
                result.append("%s: %d of %d %s run, less than %d %%" % (
                    name, covered, total, "lines" if what == "line" else "branches", target))
    return result


def main(verbose=False):
    folder = build.build_unit(verbose, coverage=True)
    for old in folder.rglob("*.gcda"):
        old.unlink()
    done = subprocess.run(["ctest", "--output-on-failure", "--label-exclude", "long"], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout.decode(errors="replace"), end="")
    summary = folder / "coverage.json"
    command = ["gcovr", "--root", str(REPO), "--object-directory", str(folder), "--json-summary", str(summary)]
    for name in FILTERS:
        command += ["--filter", name]
    run_quietly(command + [str(folder)], "gcovr", verbose=verbose)
    files = json.loads(summary.read_text())["files"]
    if not files:
        raise PithError("gcovr found no coverage data")
    print(table(files))
    missed = shortfalls(files)
    for sentence in missed:
        say(sentence)
    say("the unit tests %s; %s" % ("FAILED" if done.returncode else "passed",
                                   "%d of the targets MISSED" % len(missed) if missed else "every target is reached"))
    return 1 if done.returncode or missed else 0
