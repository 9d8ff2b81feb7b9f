"""Runs the shell's scripts of tests/user/scripts on the host: what comes out must be what NAME.out says.

  sh_scripts.py --shell PROGRAM [--write] [NAME...]

Each NAME.sh runs in an empty folder, with the shell as `sh` in front of the host's programs, no input and a small
environment. NAME.out holds what goes to standard output and error, then "status N". Nothing may be left behind, and no
sanitizer may have reported anything, in whatever process. --write takes what happens now as what is expected."""
import argparse
import concurrent.futures
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "user" / "scripts"
LIMIT = 60  # seconds a script may hang before it is ended; none comes near


def outcome(shell, script):
    """Its output and status, and what else went wrong, as text."""
    top = Path(tempfile.mkdtemp(prefix="sh"))
    try:
        for name in ("bin", "run", "reports"):
            (top / name).mkdir()
        (top / "bin/sh").symlink_to(shell)
        shutil.copy(script, top / "run")
        options = "log_path=%s/report:detect_leaks=1" % (top / "reports")
        environment = {"PATH": "%s:/usr/bin:/bin" % (top / "bin"), "HOME": "/me", "LC_ALL": "C",
                       "ASAN_OPTIONS": options, "UBSAN_OPTIONS": options}
        try:
            done = subprocess.run(["sh", script.name], executable=str(shell), cwd=top / "run", env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=LIMIT)
            text = done.stdout + b"status %d\n" % done.returncode
        except subprocess.TimeoutExpired as e:
            text = (e.stdout or b"") + b"\nhangs\n"
        left = sorted(p.name for p in (top / "run").iterdir() if p.name != script.name)
        if left:
            text += ("left behind: %s\n" % left).encode()
        for report in sorted((top / "reports").iterdir()):
            text += report.read_bytes()
        return text
    finally:
        shutil.rmtree(top, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shell", required=True, type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    shell = options.shell.resolve()
    scripts = sorted(SCRIPTS.glob("*.sh"))
    if options.names:
        scripts = [s for s in scripts if s.stem in options.names]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        results = list(pool.map(lambda s: outcome(shell, s), scripts))
    wrong = 0
    for script, result in zip(scripts, results):
        expected = script.with_suffix(".out")
        if options.write:
            expected.write_bytes(result)
            continue
        wanted = expected.read_bytes() if expected.exists() else b""
        if result == wanted:
            continue
        wrong += 1
        print("%s:" % script.stem)
        lines = [t.decode("utf-8", "backslashreplace").splitlines() for t in (wanted, result)]
        print("\n".join(difflib.unified_diff(*lines, "expected", "got", lineterm="")))
    print("%d scripts, %d wrong" % (len(scripts), wrong))
    return 1 if wrong or not scripts else 0


if __name__ == "__main__":
    sys.exit(main())
