"""Finding the tests: every kind becomes a Case, a name and a function that runs it.

Names say what a test is and where it runs: unit/fmt, static/layers, target/mps2_an386/sem_handoff,
user/stm32f4/test_shell.test_pipe, run/test_command.test_timeout.
"""
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

from . import harness, totals
from .common import REPO, PithError

TARGET_LIMIT = 240  # seconds of host time for one test in QEMU
UNIT_LIMIT = 300
PANIC_STATUS = 70


class Case:
    """run(env) returns on success and raises otherwise. board is None on the host. packages: the optional ones of
    tools/packages.txt that it needs."""

    def __init__(self, name, board, run, about="", long=False, builds=True, packages=()):
        self.name, self.board, self.run, self.about = name, board, run, about
        self.long, self.builds, self.packages = long, builds, packages


def static_cases():
    def layers(env):
        env.host([sys.executable, REPO / "tools/layers.py"], cwd=REPO, check=True)

    return [Case("static/layers", None, layers, "no layer includes what it may not", builds=False)]


def unit_cases(folder):
    """One case per ctest test of the host's unit tests, which are built."""
    listing = subprocess.run(["ctest", "--show-only=json-v1"], cwd=folder, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    try:
        tests = json.loads(listing.stdout)["tests"]
    except (ValueError, KeyError):
        raise PithError("ctest cannot list the unit tests", output=listing.stdout.decode(errors="replace"))
    return [_unit_case(t) for t in tests if "command" in t]


def _unit_case(test):
    properties = {p["name"]: p["value"] for p in test.get("properties", [])}
    environment = dict(e.split("=", 1) for e in properties.get("ENVIRONMENT", []))
    limit = float(properties.get("TIMEOUT", UNIT_LIMIT))

    def run(env):
        done = env.host(test["command"], timeout=limit, cwd=properties.get("WORKING_DIRECTORY"),
                        environment=environment)
        if (done.status != 0) != bool(properties.get("WILL_FAIL")):
            raise harness.Failure("status %d" % done.status)

    return Case("unit/" + test["name"], None, run, long="long" in properties.get("LABELS", []), builds=False)


def target_cases(board):
    """One case per TEST line of tests.elf, which is built: "TEST name: what it checks [panic] [long]"."""
    env = harness.Env("list", board)
    try:
        listing = env.run(["--list"], kernel="tests.elf", timeout=TARGET_LIMIT, check=True)
    except AssertionError as e:
        raise PithError("tests.elf of %s cannot list its tests: %s" % (board, e), output=str(env.last or ""))
    finally:
        env.cleanup()
    cases = []
    for line in listing.out.splitlines():
        found = re.match(r"TEST (\S+): (.*?)((?: \[\w+\])*)\s*$", line)
        if found:
            cases.append(_target_case(board, found.group(1), found.group(2), found.group(3)))
    return cases


def _target_case(board, name, about, marks):
    limit = TARGET_LIMIT * (5 if "[long]" in marks else 1)

    def run(env):  # icount: the guest's time is its instructions, whatever else this machine does
        done = env.run(["--run", name], kernel="tests.elf", timeout=limit, icount=True)
        if "[panic]" not in marks:
            if done.status != 0:
                raise harness.Failure("status %d" % done.status)
            totals.add(done.out)
        elif done.status != PANIC_STATUS or "PANIC" not in done.out:
            raise harness.Failure("no panic: status %d instead of %d" % (done.status, PANIC_STATUS))

    return Case("target/%s/%s" % (board, name), board, run, about, long="[long]" in marks)


def python_cases(boards):
    """The cases of tests/user, run, bench and static. A module that cannot be loaded is one that fails."""
    tests = REPO / "tests"
    paths = sorted(tests.glob("user/test_*.py")) + sorted(tests.glob("run/test_*.py"))
    paths += sorted(tests.glob("bench/test_*.py"))
    paths += sorted(p for p in tests.glob("static/*.py") if not p.name.startswith("_"))
    cases = []
    for path in paths:
        try:
            module = _load(path)
        except Exception as e:  # whatever a broken module raises
            cases.append(_broken(path, e))
            continue
        for name, function in sorted(vars(module).items()):
            if name.startswith("test_") and callable(function):
                cases += _function_cases(path, module, name, function, boards)
    return cases


def _load(path):
    for folder in (path.parent, REPO / "tools"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("pith_tests_%s_%s" % (path.parent.name, path.stem), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _broken(path, error):
    def run(env):
        raise harness.Failure("%s cannot be loaded: %s: %s" % (path.name, type(error).__name__, error))

    return Case("%s/%s" % (path.parent.name, path.stem), None, run, builds=False)


def _function_cases(path, module, name, function, boards):
    where = getattr(module, "BOARDS", None)
    about = (function.__doc__ or "").strip().split("\n")[0]
    long = getattr(function, "long", False)
    builds = getattr(function, "builds", getattr(module, "BUILDS", where is not None))
    packages = getattr(function, "packages", ())
    stem = Path(path).stem
    kind = path.parent.name
    if where is None:
        return [Case("%s/%s.%s" % (kind, stem, name), None, function, about, long, builds, packages)]
    chosen = boards if where == "all" else [b for b in boards if b in where]
    is_long = (lambda board: board in long) if isinstance(long, (list, tuple)) else lambda board: long
    return [Case("%s/%s/%s.%s" % (kind, b, stem, name), b, function, about, is_long(b), builds, packages)
            for b in chosen]
