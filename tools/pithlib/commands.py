"""The short subcommands: build, doctor, clean."""
import shutil
import subprocess

from . import build as builder
from . import setup
from .common import BUILD, EXIT_FAILURE, Parser, PithError, boards, cache_dir, check_board, say


def build(argv):
    parser = Parser("build")
    parser.add_argument("--board", default=boards()[0])
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(argv)
    chosen = boards() if options.board == "all" else [check_board(options.board)]
    setup.ensure_packages(options.verbose)
    for board in chosen:
        folder = builder.build_board(board, verbose=options.verbose)
        say("built %s" % (folder / "pith.elf").relative_to(BUILD.parent))
    return 0


def package_version(name):
    if not shutil.which("dpkg-query"):
        return ""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return done.stdout.decode(errors="replace").strip()


def doctor(argv):
    Parser("doctor").parse_args(argv)
    lacking = 0
    for p in setup.packages():
        present = p.present()
        lacking += not present and not p.optional
        state = "present" if present else "later" if p.optional else "MISSING"
        print("%-7s  %-18s %-28s %s" % (state, p.name, package_version(p.name) if present else "", p.reason))
    cache = cache_dir()
    for variant in sorted({v for v in map(setup.newlib_variant, boards()) if v}):
        made = sorted(f for f in cache.glob("newlib-*-%s-*" % variant) if (f / "lib/libc.a").exists())
        state = "cached in %s" % made[-1] if made else "not built yet: the first build makes it"
        print("%-7s  newlib %-11s %s" % ("present" if made else "later", variant, state))
    for what, options in (("sources", ()), ("host tool", ("--host",))):
        folder = setup.littlefs("--cached", *options)
        state = "cached in %s" % folder if folder else "not fetched yet: what needs it fetches it"
        print("%-7s  littlefs %-9s %s" % ("present" if folder else "later", what, state))
    if lacking:
        say("%d package%s missing: ./pith build installs what is missing, where there is apt-get"
            % (lacking, " is" if lacking == 1 else "s are"))
    return EXIT_FAILURE if lacking else 0


def clean(argv):
    parser = Parser("clean")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args(argv)
    doomed = [BUILD] if BUILD.exists() else []
    if options.all:
        for pattern in ("newlib-*", "littlefs-*", "torture-*"):  # the cache may be a folder that others use too
            doomed += sorted(cache_dir().glob(pattern))
    for folder in doomed:
        try:
            shutil.rmtree(folder)
        except OSError as e:
            raise PithError("cannot remove %s: %s" % (folder, e.strerror))
        say("removed %s" % folder)
    return 0
