"""./pith test --torture: GCC's C torture programs as applications, all in one boot.

The Debian package gcc-12-source carries gcc.c-torture/execute: 1,592 programs, each of which exits with 0 if the
compiler, the C library and the system have served it right. They are built as ./pith new app builds: its own commands,
asked of a real build, with the program in place of main.c, -w for what is wrong with the programs' style, and the
flags the program asks for. One boot then runs them one after the other from a list (init/list.c).

Every program is listed with its result. Those that cannot pass are named with the reason in
tests/torture/unsupported.txt; they are built and run all the same, and one that passes after all is a failure of that
table.
What is built is kept in build/torture/BOARD as long as nothing that goes into it changes.
"""
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import build, directives, harness, icnt, newapp, setup
from .common import BUILD, REPO, PithError, Status, cache_dir, usage_error

PACKAGE = "gcc-12-source"
ARCHIVES = "/usr/src/gcc-12/gcc-*.tar.xz"
TABLE = REPO / "tests/torture/unsupported.txt"
STACK, HEAP = 64 << 10, 64 << 10  # bytes; what a program without a wish of its own gets
LARGE = 384 << 10  # the same for one that could do with less if it were told
STACK_MARGIN = 8 << 10  # beyond what a program says it needs
ROOM = 2 << 20  # bytes of process memory a board must have to run them all
LIMIT_MS = 5000  # of guest time for one program
SAMPLE = 100
APP = "torture"
GONE = re.compile(r"-g\d?|-Wall|-Wextra|-MD|-c")  # of the newcomer's commands


class Outcome:
    """One program: state is passed, failed or unsupported; why is empty only for passed."""

    def __init__(self, name, state, why=""):
        self.name, self.state, self.why = name, state, why


# ---- the programs ----

def sources():
    """The folder with the programs, unpacked into the cache once."""
    archives = sorted(Path("/").glob(ARCHIVES.lstrip("/")))
    if not archives:
        raise PithError("the package %s holds no %s" % (PACKAGE, ARCHIVES))
    folder = cache_dir() / ("torture-" + archives[-1].name.replace(".tar.xz", ""))
    if not folder.exists():
        with build.locked("torture-unpack"), Status("unpacking the torture programs"):
            if not folder.exists():
                unpack(archives[-1], folder)
    return folder


def unpack(archive, folder):
    """Whole or not at all: what is unpacked gets its name when it is complete. The archive is read only up to the end
    of the programs."""
    aside = folder.with_name(folder.name + ".part-%d" % os.getpid())
    aside.mkdir(parents=True, exist_ok=True)
    here = re.compile(r"[^/]+/gcc/testsuite/gcc\.c-torture/execute/([^/]+\.[ch])$")
    seen = False
    with tarfile.open(archive, "r|xz") as members:
        for member in members:
            found = here.match(member.name)
            if found:
                (aside / found.group(1)).write_bytes(members.extractfile(member).read())
            elif seen and "/gcc.c-torture/execute" not in member.name:
                break
            seen = seen or bool(found)
    try:
        if not seen:
            raise PithError("%s holds no torture programs" % archive)
        os.rename(aside, folder)
    except OSError:  # another checkout was faster
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def programs():
    return sorted(sources().glob("*.c"))


def sample(paths):
    """The largest program of each hundredth of the alphabet, of those that can pass: a spread that is fixed and not the
    easiest."""
    known = unsupported()
    paths = [p for p in paths if p.stem not in known and not directives.read(p.read_text(errors="replace"), []).skip]
    bounds = [i * len(paths) // SAMPLE for i in range(SAMPLE + 1)]
    return [max(paths[a:b], key=lambda p: (p.stat().st_size, p.name)) for a, b in zip(bounds, bounds[1:]) if a < b]


def unsupported():
    """{name: (stage, reason)}: what tests/torture/unsupported.txt says."""
    table = {}
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, stage, reason = line.split(None, 2)
            table[name] = (stage, reason)
    return table


# ---- building ----

class Toolchain:
    """How a newcomer's application is built for a board: its commands, and what goes into them."""

    def __init__(self, board, verbose=False):
        self.app = BUILD / "torture" / (board + "-app") / APP
        self.out = BUILD / "torture" / board
        if not (self.app / "CMakeLists.txt").exists():
            self.app.mkdir(parents=True, exist_ok=True)
            newapp.write(self.app, APP)
        self.folder = build.build_app(self.app, board, verbose).parent
        listing = subprocess.run(["ninja", "-t", "commands"], cwd=self.folder, stdout=subprocess.PIPE, check=True)
        lines = listing.stdout.decode().splitlines()
        self.compile = self.trimmed(next(line for line in lines if line.endswith("main.c")))
        self.link = self.trimmed(lines[-1])
        self.flags = [f for f in self.compile if f.startswith("-")]
        self.prepare()

    @staticmethod
    def trimmed(line):
        """The command's words without the output, the source, dependency files and what only a user wants."""
        given, words = iter(shlex.split(line)), []
        for word in given:
            if word in ("-o", "-MT", "-MF"):
                next(given)
            elif word not in (":", "&&") and not GONE.fullmatch(word) and not word.endswith("main.c"):
                words.append(word)
        return words

    def prepare(self):
        """Keeps the built programs only if all that goes into them is as it was."""
        digest = hashlib.sha256()
        compiler = subprocess.run([self.compile[0], "-v"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
        digest.update(repr((compiler, self.compile, self.link, str(sources()))).encode())
        for path in [Path(__file__), Path(directives.__file__), REPO / "user/app.ld", self.folder / "libpith_user.a",
                     *sorted(self.folder.rglob("crt0*.obj")), *sorted((REPO / "abi").glob("*")),
                     *sorted((REPO / "user").rglob("*.h"))]:
            digest.update(path.read_bytes())
        key = self.out / "key"
        if not key.exists() or key.read_text() != digest.hexdigest():
            shutil.rmtree(self.out, ignore_errors=True)
            self.out.mkdir(parents=True)
            key.write_text(digest.hexdigest())

    def build(self, path):
        """Builds one program. None, or (stage, why) if that cannot be done: stage is skip, compile or link."""
        elf, failed = self.out / (path.stem + ".elf"), self.out / (path.stem + ".failed")
        if elf.exists():
            return None
        if failed.exists():
            return tuple(json.loads(failed.read_text()))
        plan = directives.read(path.read_text(errors="replace"), self.flags)
        result = ("skip", plan.skip) if plan.skip else self.make(path, plan, elf)
        if result:
            failed.write_text(json.dumps(result))
        return result

    def make(self, path, plan, elf):
        aside, compiled = elf.with_suffix(".part"), elf.with_suffix(".o")
        stack, heap = max(LARGE if plan.large else STACK, plan.stack + STACK_MARGIN), LARGE if plan.large else HEAP
        link = [re.sub(r"(__pith_stack=)\d+", r"\g<1>%d" % stack, word) for word in self.link]
        link = [re.sub(r"(__pith_heap=)\d+", r"\g<1>%d" % heap, word) for word in link]
        link = [str(compiled) if word.endswith("main.c.obj") else word for word in link]
        for stage, command in (("compile", self.compile + plan.flags + ["-w", "-c", path, "-o", compiled]),
                               ("link", link + ["-s", "-o", aside])):
            done = subprocess.run([str(c) for c in command], cwd=self.folder, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                return stage, first_error(done.stdout.decode(errors="replace"))
        compiled.unlink()
        os.rename(aside, elf)
        return None


def first_error(output):
    lines = output.strip().splitlines() or ["no message"]
    named = [line for line in lines if re.search(r"error:|undefined|relocation", line)]
    return re.sub(r"\S*/", "", (named or lines)[0]).strip()


def build_all(tools, paths, jobs):
    """{path: what Toolchain.build() said}"""
    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(paths, pool.map(tools.build, paths)))


# ---- running ----

def run_all(env, tools, names):
    """Runs the programs in one boot. {name: why it did not pass, or None}"""
    listing = tools.out / "list"
    listing.write_text("".join(name + ".elf\n" for name in names))
    watch = icnt.Watch(env.build_dir / "pith.elf", tools.out)
    command = env.qemu(["--limit", LIMIT_MS, "--list", listing], icount=True, plugin=watch.plugin)
    out, err, status, seconds = harness.converse(command, 600 + len(names), cwd=tools.out)
    env.last = harness.Result(out, err, -1 if status is None else status, seconds)
    wrong = watch.judge() if status is not None else None
    if wrong:
        raise harness.Failure(wrong)
    return {name: verdict(name, number, text) for number, (name, text) in enumerate(split(names, out), 1)}


def split(names, out):
    """[(name, what was printed from the end of the program before to its own end)]"""
    pieces, at = [], 0
    for number, name in enumerate(names, 1):
        found = re.compile(r"list: %d (?:.*)\n(?:list: %d left .*\n)?" % (number, number)).search(out, at)
        pieces.append((name, out[at:found.end()] if found else ""))
        at = found.end() if found else at
    return pieces


def verdict(name, number, text):
    left = re.search(r"list: %d (left .*)\n" % number, text)
    said = re.search(r"list: %d (.*)\n" % number, text)
    if not said:
        return "the machine did not get so far"
    if left:
        return left.group(1)
    if re.match(r"exited 0, \d+ ms$", said.group(1)):
        return None
    shown = re.escape((name + ".elf")[:23])  # as much of a name as a process has
    fault = re.search(r"process %s \(pid \d+\) killed: (it .*)\n(?:  (address .*)\n)?" % shown, text)
    refused = re.search(r"%s\.elf: cannot run: (.*)\n" % re.escape(name), text)
    if refused:
        return "cannot run: " + refused.group(1)
    if fault:
        return said.group(1) + ": " + ", ".join(filter(None, fault.groups()))
    return said.group(1) + (" (abort)" if said.group(1).startswith("exited 134,") else "")


def judge(name, built, ran, table):
    """The Outcome of a program: what the build said, what the run said, what the table expects."""
    stage, why = built or ("run", ran)
    known = table.get(name)
    if stage == "skip":
        return Outcome(name, "unsupported", why)
    if why is None:
        return Outcome(name, "failed", "it passes: %s is wrong" % TABLE.name) if known else Outcome(name, "passed")
    if known and known[0] == stage:
        return Outcome(name, "unsupported", "%s (%s: %s)" % (known[1], stage, why))
    return Outcome(name, "failed", "%s: %s" % (stage, why))


def outcomes(env, paths, jobs, verbose=False):
    """Builds and runs these programs. Returns their Outcomes, in order."""
    with build.locked("torture-" + env.board):
        tools = Toolchain(env.board, verbose)
        with Status("building %d torture programs" % len(paths)):
            built = build_all(tools, paths, jobs)
        names = [p.stem for p in paths if not built[p]]
        with Status("running %d torture programs" % len(names)):
            ran = run_all(env, tools, names)
    table = unsupported()
    return [judge(p.stem, built[p], ran.get(p.stem), table) for p in paths]


def room(board):
    """Bytes of memory that the board's firmware leaves for processes."""
    listing = subprocess.run(["arm-none-eabi-nm", str(BUILD / board / "pith.elf")], stdout=subprocess.PIPE, check=True)
    ends = {name: int(address, 16)
            for address, name in re.findall(r"^(\w+) \w (__pool_(?:start|end))$", listing.stdout.decode(), re.M)}
    return ends["__pool_end"] - ends["__pool_start"]


def main(boards, wanted, verbose=False):
    """All programs whose name wanted() likes, on these boards. The exit status."""
    setup.ensure_packages(verbose, [PACKAGE])
    paths = [p for p in programs() if wanted(p.stem)]
    if not paths:
        raise PithError("no such torture program")
    for board in boards:
        build.build_board(board, ["pith"], verbose)
        if room(board) < ROOM:
            raise usage_error("%s has %d KB for processes; the torture programs need %d" % (board, room(board) >> 10,
                                                                                         ROOM >> 10))
    failed = 0
    for board in boards:
        started = time.monotonic()
        env = harness.Env("torture/" + board, board)
        try:
            found = outcomes(env, paths, os.cpu_count() or 2, verbose)
        finally:
            env.cleanup()
        (BUILD / "torture" / board / "console.txt").write_text(str(env.last))
        for o in found:
            print("%-11s %s%s" % (o.state, o.name, ": " + o.why if o.why else ""))
        count = {state: sum(o.state == state for o in found) for state in ("passed", "failed", "unsupported")}
        print("%s: %d programs in %.0f s: %d passed, %d failed, %d unsupported"
              % (board, len(found), time.monotonic() - started, *count.values()), flush=True)
        failed += count["failed"]
    return 1 if failed else 0
