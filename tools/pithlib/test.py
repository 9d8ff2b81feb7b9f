"""./pith test: builds everything, runs every test, says what failed and with which output.

Tests run a few at a time, each QEMU a process of its own. What does not build is a failed test, and
the tests that need it are counted with it instead of vanishing. The last line is "N passed, N failed".
"""
import fnmatch
import functools
import os
import re
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed

from . import build, cases, coverage, harness, setup, torture, totals
from .common import EXIT_INTERRUPTED, REPO, Parser, PithError, boards, check_board, say

WORKERS = max(2, min(4, os.cpu_count() or 2))
SHOWN_LINES = 120  # of a failed test's output: its end says why


def arguments(argv):
    parser = Parser("test")
    parser.add_argument("--board", action="append", nargs="+", default=[])
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--torture", action="store_true")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--powercut", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(argv)
    if options.hostile:
        options.long = True
        options.only = options.only or ["user/*/test_hostile.*", "static/test_pointers.*", "run/test_holes.*"]
    if options.powercut:
        options.long = True
        options.only = options.only or ["unit/powercut_all", "unit/mutants_littlefs*_all"]
    named = [b for group in options.board for b in group]
    if options.torture and not named:
        named = boards()[:1]
    elif not named or "all" in named:
        named = boards()
    options.boards = [check_board(b) for b in dict.fromkeys(named)]
    return options


class Report:
    """Prints progress and keeps the count. Used by one thread."""

    def __init__(self, verbose):
        self.live = sys.stdout.isatty() and not verbose
        self.passed = self.failed = self.skipped = self.total = 0

    def line(self, text):
        if self.live:
            sys.stdout.write("\r\033[K")
        print(text, flush=True)

    def moving(self, text):
        if self.live:
            sys.stdout.write("\r\033[K" + text[:100])
            sys.stdout.flush()

    def _progress(self, name):
        done = self.passed + self.failed + self.skipped
        self.moving("%d/%d  %d failed  %s" % (done, self.total, self.failed, name))

    def result(self, case, outcome, message, output, seconds):
        if outcome == "passed":
            self.passed += 1
            if not self.live:
                self.line("ok      %-58s %5.1f s" % (case.name, seconds))
        elif outcome == "skipped":
            self.skipped += 1
            self.line("skipped %s: %s" % (case.name, message))
        else:
            self.failed += 1
            self.failure(case.name, case.about, message, output)
        self._progress(case.name)

    def failure(self, name, about, message, output):
        self.line("FAILED  %s%s" % (name, ": " + about if about else ""))
        lines = output.rstrip("\n").splitlines()
        if len(lines) > SHOWN_LINES:
            lines = ["... %d lines before" % (len(lines) - SHOWN_LINES)] + lines[-SHOWN_LINES:]
        for text in message.rstrip("\n").splitlines() + lines:
            self.line("        | " + text)

    def build_failed(self, name, error):
        self.failed += 1
        self.failure(name, "", str(error), error.output)


def wanted(case, options):
    if case.long and not options.long:
        return False
    return named(case.name, options)


def fits(name, pattern):
    return fnmatch.fnmatchcase(name, pattern) if "*" in pattern else pattern in name


def named(name, options):
    """Whether --only, if given, means this name."""
    return not options.only or any(fits(name, pattern) for pattern in options.only)


def explain(error):
    """An assertion without a message is told by its place and source line."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "pithlib" not in f.filename]
    place = ""
    if frames:
        place = "%s:%d: %s" % (os.path.relpath(frames[-1].filename, REPO), frames[-1].lineno, frames[-1].line)
    kind = "" if isinstance(error, AssertionError) else type(error).__name__ + ": "
    return "\n".join(part for part in (kind + str(error), place) if part.strip())


def run_case(case, options):
    env = harness.Env(case.name, case.board or boards()[0], options.long)
    started = time.monotonic()
    outcome, message = "passed", ""
    try:
        case.run(env)
    except harness.Skip as e:
        outcome, message = "skipped", str(e)
    except Exception as e:  # a test may raise anything, and that is its failure
        outcome, message = "failed", explain(e)
    output = str(env.last) if env.last and outcome == "failed" else ""
    if outcome != "failed":
        env.cleanup()
    return outcome, message, output, time.monotonic() - started


KINDS = ("unit", "static", "target", "user", "run", "bench")


@functools.lru_cache(None)
def built_names():
    """Text in which each word of the name of a test that must be built to be listed occurs."""
    folders = [REPO / "tests" / name for name in ("unit", "target", "user/programs")]
    files = [path for folder in folders for path in sorted(folder.rglob("*"))]
    files += sorted((REPO / "user").rglob("*"))
    names = [str(path.relative_to(REPO)) for path in files] + boards() + list(KINDS)
    texts = [path.read_text(errors="replace") for path in files
             if path.suffix in (".c", ".txt", ".cmake", ".h") and (REPO / "user") not in path.parents]
    return "\n".join(names + texts)


def may_fit(pattern, prefix):
    """Whether pattern can mean a name that begins with prefix and is known only when it is built. A plain part of a name
    matches anywhere, so what excludes is another kind, another board, or a word that no such name has."""
    given, parts = pattern.split("/"), prefix.split("/")
    if any(word not in built_names() for word in re.findall(r"[A-Za-z0-9]+", re.sub(r"\[[^]]*\]", " ", pattern))):
        return False
    if given[0] not in KINDS or len(given) < 2:
        if "*" not in pattern:
            return given[0] not in KINDS or given[0] == parts[0]
        literal = re.match(r"[^*?[]*", pattern).group(0)
        return literal.startswith(prefix + "/") or (prefix + "/").startswith(literal)
    return given[0] == parts[0] and (len(parts) < 2 or given[1] == parts[1] or "*" in given[1]
                                     or given[1] not in boards())


def may_match(prefix, options):
    """Whether a test whose name begins with prefix can be asked for: what cannot is not even built."""
    return not options.only or any(may_fit(pattern, prefix) for pattern in options.only)


def check_patterns(names, options):
    """Tells, before anything is built, of patterns that fit neither one of these names nor any that building would add."""
    prefixes = ["unit"] + ["target/" + board for board in options.boards]
    useless = [p for p in options.only
               if not any(fits(name, p) for name in names) and not any(may_fit(p, prefix) for prefix in prefixes)]
    if useless and len(useless) == len(options.only):
        raise PithError("no test matches " + " ".join(useless))
    if useless:
        say("no test matches " + " ".join(useless))


def fetch_packages(found, options, report):
    """Installs the optional packages that tests need. Returns the cases that have theirs."""
    packages = {name for case in found for name in case.packages}
    try:
        if packages:
            setup.ensure_packages(options.verbose, packages)
        return found
    except PithError as e:
        lost = [case for case in found if case.packages]
        for case in lost:
            report.result(case, "failed", str(e), e.output, 0)
        return [case for case in found if case not in lost]


def collect(options, report):
    """Builds and lists. Returns the cases to run."""
    known = cases.static_cases() + cases.python_cases(options.boards)
    check_patterns([case.name for case in known], options)
    found = [c for c in known if wanted(c, options)]
    found = fetch_packages(found, options, report)
    if may_match("unit", options):
        try:
            found += [c for c in cases.unit_cases(build.build_unit(options.verbose)) if wanted(c, options)]
        except PithError as e:
            report.build_failed("build/unit", e)
    needed = {c.board or boards()[0] for c in found if c.builds}
    for board in dict.fromkeys(options.boards + sorted(needed)):
        listed = board in options.boards and may_match("target/" + board, options)
        if not listed and board not in needed:
            continue
        try:
            build.build_board(board, verbose=options.verbose)
            if listed:
                found += [c for c in cases.target_cases(board) if wanted(c, options)]
        except PithError as e:
            report.build_failed("build/" + board, e)
            lost = [c for c in found if c.builds and (c.board or boards()[0]) == board]
            found = [c for c in found if c not in lost]
            for case in lost:
                report.result(case, "failed", "%s does not build" % board, "", 0)
    return found


def main(argv):
    options = arguments(argv)
    setup.ensure_packages(options.verbose)
    if options.coverage:
        return coverage.main(options.verbose)
    if options.torture:
        return torture.main(options.boards, lambda name: named(name, options), options.verbose)
    report = Report(options.verbose)
    started = time.monotonic()
    todo = collect(options, report)
    report.total = len(todo) + report.failed
    pool = ThreadPoolExecutor(WORKERS)
    try:
        running = {pool.submit(run_case, case, options): case for case in todo}
        for future in as_completed(running):
            report.result(running[future], *future.result())
    except KeyboardInterrupt:
        harness.stop_everything()
        pool.shutdown(cancel_futures=True)
        report.line("interrupted after %d passed, %d failed" % (report.passed, report.failed))
        return EXIT_INTERRUPTED
    pool.shutdown()
    if not report.passed + report.failed:
        raise PithError("no test matches " + " ".join(options.only))
    for text in totals.report():
        report.line(text)
    if not options.only and options.boards == boards() and totals.missing(options.long):
        report.failed += 1
        report.failure("totals", "the suite does as much as it promises", "\n".join(totals.missing(options.long)), "")
    skipped = ", %d skipped" % report.skipped if report.skipped else ""
    report.line("%d tests in %.0f s%s" % (report.passed + report.failed, time.monotonic() - started, skipped))
    report.line("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0
