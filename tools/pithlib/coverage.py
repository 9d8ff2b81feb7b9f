"""./pith test --coverage: which lines and branches of the sources the host's unit tests run, by gcovr.

The tests are built once more, without the sanitizers, whose checks would count as branches, and without the mutants.
"""
import json
import subprocess

from . import build
from .common import REPO, PithError, run_quietly, say

FILTERS = ("kernel/", "lib/", "process/elf.c")


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


def main(verbose=False):
    folder = build.build_unit(verbose, coverage=True)
    for old in folder.rglob("*.gcda"):
        old.unlink()
    done = subprocess.run(["ctest", "--output-on-failure"], cwd=folder, stdout=subprocess.PIPE,
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
    say("the unit tests %s" % ("FAILED" if done.returncode else "passed"))
    return 1 if done.returncode else 0
