#!/usr/bin/env python3
"""Builds newlib position-independent, once, and says where it is.

The libc of a stock Arm toolchain cannot be used by a process: it holds absolute relocations and takes
r9 as a scratch register. This builds the same library from Debian's newlib-source package so that all
data is reached through r9 and no text needs a relocation. The result is a folder of its own,
<prefix-root>/newlib-<version>-<variant>-<hash>/ with include/, lib/libc.a and lib/libm.a; the hash covers
this script, the flags, the compiler and the source, so a folder that exists is right and complete: it
is made aside and renamed when it is done. Progress goes to stderr, the path is the last line on stdout.
Needs arm-none-eabi-gcc, arm-none-eabi-binutils, make and newlib-source; no host compiler, no texinfo.
"""
import argparse
import contextlib
import fcntl
import glob
import hashlib
import os
import re
import select
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

CPU = {
    "m3_soft": ["-mcpu=cortex-m3", "-mthumb", "-mfloat-abi=soft"],
    "m4_hard": ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"],
}
# Every thread has its own struct _reent, found by our __getreent(). HAVE_BLKSIZE lets fstat() choose the
# size of a stream's buffer: 1 KB each would be much of a small process.
CFLAGS = ["-O2", "-g0", "-fPIE", "-msingle-pic-base", "-mpic-register=r9", "-mno-pic-data-is-text-relative",
          "-ffunction-sections", "-fdata-sections", "-D__DYNAMIC_REENT__", "-DGETREENT_PROVIDED",
          "-DHAVE_BLKSIZE"]
# The small malloc, struct _reent and exit of newlib nano, but the full formatted output: the nano one
# has no long long, and misprints it without a word. Streams and atexit are the process's, not a thread's.
OPTIONS = ["--disable-multilib", "--disable-newlib-supplied-syscalls", "--enable-newlib-nano-malloc",
           "--enable-newlib-reent-small", "--enable-newlib-global-atexit",
           "--enable-newlib-global-stdio-streams", "--enable-newlib-retargetable-locking",
           "--enable-lite-exit", "--enable-newlib-io-c99-formats", "--enable-newlib-io-long-long",
           "--disable-newlib-wide-orient", "--disable-newlib-unbuf-stream-opt",
           "--disable-newlib-fvwrite-in-streamio", "--disable-newlib-fseek-optimization"]
# What newlib has and does not build for this target.
MORE = ["posix/fnmatch.c", "posix/regcomp.c", "posix/regerror.c", "posix/regexec.c", "posix/regfree.c", "unix/basename.c",
        "unix/dirname.c"]
# What newlib 3.3 has wrong: file, text, what it should be. A version without the text has no need of it.
FIXES = [
    ("time/strptime.c", "} else\n\t\t    timeptr->tm_hour += 12;", "} else if (ret == 1)\n\t\t    timeptr->tm_hour += 12;"),
    ("string/strerror.c", "\"No more processes\"", "\"Resource temporarily unavailable\""),
    ("string/strerror.c", "\"File descriptor value too large\"", "\"Too many open files\""),
]
# Told to everything that includes newlib's headers: what the flags above and user/libc provide.
FEATURES = """
#define __DYNAMIC_REENT__ 1
#define _POSIX_TIMERS 1
#define _POSIX_MONOTONIC_CLOCK 200112L
#define _POSIX_PRIORITY_SCHEDULING 1
"""
ROUGH_FILES = 1030
JOBS = "2"


class Failed(Exception):
    """What went wrong, for the user."""


class Progress:
    """One line on stderr: rewritten on a terminal, a new one every ten seconds elsewhere."""

    def __init__(self, title, quiet):
        self.title, self.quiet = title, quiet
        self.tty = sys.stderr.isatty()
        self.start = time.monotonic()
        self.last = self.start if self.tty else self.start - 10
        self.text, self.open = "", False

    def show(self, text, now=False):
        self.text = text
        moment = time.monotonic()
        if self.quiet or not (now or moment - self.last >= (0.2 if self.tty else 10)):
            return
        self.last = moment
        line = "%s: %s, %d s" % (self.title, text, moment - self.start)
        if self.tty:
            sys.stderr.write("\r\033[K" + line)
            self.open = True
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def end(self):
        if self.open:
            sys.stderr.write("\n")


def find_source(where):
    """The newlib tree or archive at `where`, or in the folder `where`."""
    if os.path.isfile(where):
        return where
    if os.path.isdir(os.path.join(where, "newlib", "libc")):
        return where
    found = sorted(glob.glob(os.path.join(where, "newlib-*")))
    for path in reversed(found):
        if os.path.isfile(path) or os.path.isdir(os.path.join(path, "newlib", "libc")):
            return path
    raise Failed("no newlib in %s: install the package newlib-source" % where)


def unpack(source, into):
    """Puts what the build reads into `into`; returns the folder that holds newlib's configure."""
    if os.path.isdir(source):
        shutil.copytree(source, os.path.join(into, "src"), symlinks=True,
                        ignore=lambda path, names: {"libgloss", "texinfo", "testsuite"} & set(names))
    else:
        unwanted = re.compile(r"[^/]+/(libgloss|texinfo|newlib/testsuite)/")
        with tarfile.open(source) as archive:
            archive.extractall(os.path.join(into, "src"),
                               [m for m in archive.getmembers() if not unwanted.match(m.name)])
    found = glob.glob(os.path.join(into, "src", "newlib", "configure"))
    found += glob.glob(os.path.join(into, "src", "*", "newlib", "configure"))
    if not found:
        raise Failed("%s is not newlib's source" % source)
    return os.path.dirname(found[0])


def run(command, cwd, env, log, progress, phase):
    """Runs `command`, its output to `log`; counts the compiler calls for the progress line."""
    files, rest = 0, b""
    with open(log, "ab") as out:
        child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            while True:
                if select.select([child.stdout], [], [], 0.5)[0]:
                    chunk = os.read(child.stdout.fileno(), 65536)
                    if not chunk:
                        break
                    out.write(chunk)
                    lines = (rest + chunk).split(b"\n")
                    rest = lines.pop()
                    files += sum(1 for line in lines if b" -c " in line)
                counted = "%d of about %d files" % (files, max(files, ROUGH_FILES))
                progress.show(counted if phase == "compiling" else phase)
        finally:
            if child.poll() is None and sys.exc_info()[0]:
                child.terminate()
            status = child.wait()
    if status:
        with open(log, errors="replace") as text:
            tail = "".join(text.readlines()[-30:])
        raise Failed("%s failed (%s)\n%s" % (phase, " ".join(command[:2]), tail))


def fix(tree):
    for name, text, better in FIXES:
        path = os.path.join(tree, "libc", name)
        with open(path, encoding="latin-1") as source:
            before = source.read()
        with open(path, "w", encoding="latin-1") as source:
            source.write(before.replace(text, better))


def add_more(tree, work, env, log, progress):
    """Compiles MORE and puts it into libc.a."""
    folder = os.path.join(work, "more")
    os.mkdir(folder)
    flags = env["CC"].split() + env["CFLAGS"].split()
    objects = []
    for name in MORE:
        objects.append(os.path.join(folder, os.path.basename(name)[:-1] + "o"))
        run(flags + ["-D_GNU_SOURCE", "-w", "-c", "-o", objects[-1], os.path.join(tree, "libc", name)], work, env, log,
            progress, "compiling")
    run([env["AR"], "rcs", os.path.join(work, "libc.a")] + objects, work, env, log, progress, "adding")


def build(variant, source, folder, progress):
    """Builds in `folder`, which may hold no blank; returns the installed tree."""
    progress.show("unpacking", now=True)
    tree = unpack(source, folder)
    fix(tree)
    work, installed = os.path.join(folder, "build"), os.path.join(folder, "installed")
    os.mkdir(work)
    env = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    env.update(LC_ALL="C", AR="arm-none-eabi-ar", AS="arm-none-eabi-as", RANLIB="arm-none-eabi-ranlib",
               CC=" ".join(["arm-none-eabi-gcc"] + CPU[variant] + ["-isystem", work + "/targ-include",
                                                                  "-isystem", tree + "/libc/include"]),
               CFLAGS=" ".join(CFLAGS + ["-ffile-prefix-map=" + folder + "="]), CC_FOR_BUILD="false", MAKEINFO="true")
    log = os.path.join(folder, "log")
    configure = [os.path.join(tree, "configure"), "--host=arm-none-eabi", "--prefix=" + installed,
                 "--cache-file=" + os.path.join(work, "config.cache")]
    run(configure + OPTIONS, work, env, log, progress, "configuring")
    # The folder doc would want a host compiler.
    with open(os.path.join(work, "Makefile")) as text:
        lines = [line for line in text if not line.startswith("DOCDIR = ")]
    with open(os.path.join(work, "Makefile"), "w") as text:
        text.writelines(lines)
    make = ["make", "MAKEINFO=true"]
    run(make + ["-j" + JOBS, "all"], work, env, log, progress, "compiling")
    add_more(tree, work, env, log, progress)
    run(make + ["install"], work, env, log, progress, "installing")
    return os.path.join(installed, "arm-none-eabi")


def publish(tree, prefix, aside):
    """Copies what is kept to `aside`, completes it and renames it to `prefix`."""
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(os.path.join(tree, "include"), os.path.join(aside, "include"))
    with open(os.path.join(aside, "include", "newlib.h"), "a") as header:
        header.write(FEATURES)
    os.mkdir(os.path.join(aside, "lib"))
    for library in ("libc.a", "libm.a"):
        shutil.copy(os.path.join(tree, "lib", library), os.path.join(aside, "lib", library))
    os.rename(aside, prefix)


@contextlib.contextmanager
def locked(path, progress):
    """One build at a time in a prefix root; the lock goes with the process, however it ends."""
    with open(path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress.show("waiting for another build", now=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compiler():
    try:
        return subprocess.run(["arm-none-eabi-gcc", "-dumpfullversion"], check=True, stdout=subprocess.PIPE,
                              universal_newlines=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed("no arm-none-eabi-gcc: install the package gcc-arm-none-eabi") from error


def prefix_of(variant, source, root):
    name = os.path.basename(source.rstrip("/"))
    version = re.search(r"\d+(\.\d+)+", name)
    with open(__file__, "rb") as script:
        digest = hashlib.sha256(script.read())
    digest.update(" ".join([variant, name, compiler()] + CPU[variant] + CFLAGS + OPTIONS + MORE + sum(map(list, FIXES), [])).encode())
    return os.path.join(root, "newlib-%s-%s-%s" % (version.group(0) if version else "unknown", variant,
                                                   digest.hexdigest()[:10]))


def main():
    parser = argparse.ArgumentParser(description="Builds newlib position-independent, once.")
    parser.add_argument("--variant", required=True, choices=sorted(CPU))
    parser.add_argument("--prefix-root", required=True, help="folder that keeps the built libraries")
    parser.add_argument("--source", default="/usr/src/newlib", help="newlib's archive, tree or their folder")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    args = parser.parse_args()
    root = os.path.abspath(args.prefix_root)
    progress = Progress("newlib " + args.variant, args.quiet)
    try:
        source = find_source(args.source)
        prefix = prefix_of(args.variant, source, root)
        if not os.path.isdir(prefix):
            os.makedirs(root, exist_ok=True)
            with locked(os.path.join(root, ".newlib.lock"), progress):
                for left in glob.glob(os.path.join(glob.escape(root), ".newlib-build-*")):
                    shutil.rmtree(left, ignore_errors=True)
                if not os.path.isdir(prefix):
                    # Newlib's makefiles cannot live in a path with a blank.
                    here = None if re.search(r"\s", root) else root
                    with tempfile.TemporaryDirectory(prefix=".newlib-build-", dir=here) as folder:
                        tree = build(args.variant, source, folder, progress)
                        publish(tree, prefix, os.path.join(root, ".newlib-build-done"))
                    progress.show("done", now=True)
    except (Failed, OSError) as error:
        progress.end()
        sys.exit("newlib.py: %s" % error)
    except KeyboardInterrupt:
        progress.end()
        sys.exit("newlib.py: interrupted")
    progress.end()
    print(prefix)


if __name__ == "__main__":
    main()
