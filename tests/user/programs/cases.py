#!/usr/bin/env python3
"""Runs the cases of the programs of user/bin on this machine, each in a new empty folder, by its shell.

A file NAME.cases is a row of cases; they say nothing of the machine, so that whatever has a shell and the programs can run them:

  ## what the case shows [host]     [host]: only where the programs are built for this machine
  $ a line of shell                 the script: all these lines together
  | a line of standard output       all of it; a last line without an end is told by the next sign
  \\                                 the last line has no newline
  ? 1                               the status the script must end with; 0 if it is not said

Other lines are comments. PATH is the folder of the programs alone, standard input is empty. Standard error is looked at
where the script sends it to standard output; else it must be empty when the status is 0.

  cases.py --bin FOLDER FILE.cases...     status 1 if a case fails
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 20  # seconds for one case


class Case:
    def __init__(self, title, line):
        self.host = title.endswith("[host]")
        self.title, self.line = title.replace("[host]", "").strip(), line
        self.script, self.output, self.status = [], [], 0
        self.cut = False

    def expected(self):
        text = "".join(line + "\n" for line in self.output)
        return text[:-1] if self.cut else text


def read(path):
    cases = []
    for number, line in enumerate(Path(path).read_text(encoding="latin-1").split("\n"), 1):
        if line.startswith("## "):
            cases.append(Case(line[3:], number))
        elif not cases:
            continue
        elif line.startswith("$ "):
            cases[-1].script.append(line[2:])
        elif line.startswith("| ") or line == "|":
            cases[-1].output.append(line[2:])
        elif line == "\\":
            cases[-1].cut = True
        elif line.startswith("? "):
            cases[-1].status = int(line[2:])
    for case in cases:
        if not case.script:
            raise SystemExit("%s:%d: a case without a script" % (path, case.line))
    return cases


def run(case, programs):
    """What is wrong, or None."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": programs, "HOME": folder, "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
                       "ASAN_OPTIONS": "detect_leaks=0", "LC_ALL": "C", "TZ": "UTC",
                       "CASES": str(Path(__file__).resolve().parent)}
        try:
            done = subprocess.run(["/bin/sh", "-c", "\n".join(case.script)], cwd=folder, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return "not finished after %d seconds" % LIMIT
    output, errors = done.stdout.decode("latin-1"), done.stderr.decode("latin-1")
    if re.search("Sanitizer|runtime error", output + errors):
        return output + errors
    if output != case.expected():
        return "expected:\n%s\nfound:\n%s\n%s" % (case.expected(), output, errors)
    if done.returncode != case.status:
        return "status %d, not %d\n%s" % (done.returncode, case.status, errors)
    if errors and not case.status:
        return "standard error:\n" + errors
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    programs, count, failed = os.path.abspath(options.bin), 0, 0
    for path in options.files:
        for case in read(path):
            count += 1
            wrong = run(case, programs)
            if wrong:
                failed += 1
                print("%s:%d: %s\n%s" % (path, case.line, case.title, wrong))
    print("%d cases, %d failed" % (count, failed))
    sys.exit(1 if failed or not count else 0)


if __name__ == "__main__":
    main()
