#!/usr/bin/env python3
"""Fetches littlefs, once, and says where it is: its C sources, or with --host the Python package that makes and reads
images here.

Both come from the PyPI project littlefs-python, in the version of tools/requirements.txt, whose hash the source
distribution must have; a few corrections are made to lfs.c (PATCHES). The result is a folder of its own, <prefix-root>/littlefs-<version>-<hash>/, with lfs.c, lfs.h and
the licence, or littlefs-host-<version>-<python>-<hash>/, which PYTHONPATH can name; it is made aside and renamed when it is
done, so a folder that exists is right and complete. Progress goes to stderr, the path is the last line on stdout. Needs
the module venv (the package python3-venv), and the network the first time.
"""
import argparse
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile

from newlib import Failed, Progress, locked

HERE = os.path.dirname(os.path.abspath(__file__))
REQUIREMENTS = os.path.join(HERE, "requirements.txt")
PROJECT = "littlefs-python"
SOURCES = ("lfs.c", "lfs.h", "lfs_util.c", "lfs_util.h", "LICENSE.md", "SPEC.md")
# Corrections of lfs.c 2.11, each of a text that is found exactly once: what mutated images made it do.
PATCHES = (
    # A tag of a kind that only memory may hold, read from the image: its buffer was then taken for something that it is not.
    ("""                tag = (lfs_frombe32(tag) ^ ptag) | 0x80000000;
                disk.block = dir->pair[0];
""", """                tag = (lfs_frombe32(tag) ^ ptag) | 0x80000000;
                if (lfs_tag_type1(tag) == LFS_TYPE_FROM) {
                    return LFS_ERR_CORRUPT;
                }
                disk.block = dir->pair[0];
"""),
)
LIMIT = 600  # seconds for a call of pip


def pinned():
    """The version and the hash of the source distribution."""
    with open(REQUIREMENTS) as text:
        found = re.search(r"^%s==([\w.]+) --hash=sha256:([0-9a-f]{64})$" % re.escape(PROJECT), text.read(), re.M)
    if not found:
        raise Failed("tools/requirements.txt does not pin %s" % PROJECT)
    return found.groups()


def prefix_of(root, host):
    version, wanted = pinned()
    with open(__file__, "rb") as script:
        digest = hashlib.sha256(script.read() + wanted.encode())
    python = "-host-%s-%s" % (version, sysconfig.get_config_var("SOABI") or sys.implementation.cache_tag)
    name = python if host else "-" + version
    return os.path.join(root, "littlefs%s-%s" % (name, digest.hexdigest()[:10]))


def make_pip(folder, progress):
    """A Python with pip, in a folder that is thrown away."""
    progress.show("setting up pip", now=True)
    made = subprocess.run([sys.executable, "-m", "venv", folder], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if made.returncode:
        raise Failed("no venv with pip: install the package python3-venv")
    return [os.path.join(folder, "bin", "python"), "-m", "pip", "--disable-pip-version-check", "--no-input",
            "--timeout", "20", "--retries", "1"]


def call(command, progress):
    progress.show("fetching %s %s" % (PROJECT, pinned()[0]), now=True)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=LIMIT)
        status, text = done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        status, text = 1, "it took more than %d s" % LIMIT
    if status:
        said = [line.strip() for line in text.splitlines() if re.search(r"error|refused|hash|took", line, re.I)]
        raise Failed("%s %s could not be fetched (no network?): %s"
                     % (PROJECT, pinned()[0], said[-1] if said else "pip failed"))


def fetch_sources(pip, folder, aside, progress):
    """pip itself compares the hash, before it looks into the archive."""
    call(pip + ["download", "--no-deps", "--no-binary", PROJECT, "--require-hashes", "-d", folder, "-r", REQUIREMENTS],
         progress)
    archives = glob.glob(os.path.join(glob.escape(folder), "*.tar.gz"))
    if len(archives) != 1:
        raise Failed("pip left %d archives, not one" % len(archives))
    with tarfile.open(archives[0]) as archive:
        for name in SOURCES:
            found = [m for m in archive.getmembers() if re.fullmatch(r"[^/]+/littlefs/" + re.escape(name), m.name)]
            if len(found) != 1 or not found[0].isfile():
                raise Failed("the source distribution has no littlefs/%s" % name)
            with open(os.path.join(aside, name), "wb") as out:
                shutil.copyfileobj(archive.extractfile(found[0]), out)


def patch(path):
    with open(path) as source:
        text = source.read()
    for old, new in PATCHES:
        if text.count(old) != 1:
            raise Failed("a correction does not fit: %r is there %d times" % (old.split("\n")[0].strip(), text.count(old)))
        text = text.replace(old, new)
    with open(path, "w") as source:
        source.write(text)


def make(prefix, host, root, progress):
    aside = os.path.join(root, ".littlefs-done")
    shutil.rmtree(aside, ignore_errors=True)
    os.mkdir(aside)
    with tempfile.TemporaryDirectory(prefix=".littlefs-build-", dir=root) as folder:
        pip = make_pip(os.path.join(folder, "venv"), progress)
        if host:
            call(pip + ["install", "--no-deps", "--only-binary", PROJECT, "--no-compile", "--target", aside,
                        "%s==%s" % (PROJECT, pinned()[0])], progress)
        else:
            fetch_sources(pip, folder, aside, progress)
            patch(os.path.join(aside, "lfs.c"))
    os.rename(aside, prefix)


def main():
    parser = argparse.ArgumentParser(description="Fetches littlefs, once.")
    parser.add_argument("--prefix-root", required=True, help="folder that keeps it")
    parser.add_argument("--host", action="store_true", help="the Python package instead of the C sources")
    parser.add_argument("--cached", action="store_true", help="fail instead of fetching")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    args = parser.parse_args()
    root = os.path.abspath(args.prefix_root)
    progress = Progress("littlefs", args.quiet)
    try:
        prefix = prefix_of(root, args.host)
        if not os.path.isdir(prefix):
            if args.cached:
                raise Failed("not fetched yet")
            os.makedirs(root, exist_ok=True)
            with locked(os.path.join(root, ".littlefs.lock"), progress):
                for left in glob.glob(os.path.join(glob.escape(root), ".littlefs-build-*")):
                    shutil.rmtree(left, ignore_errors=True)
                if not os.path.isdir(prefix):
                    make(prefix, args.host, root, progress)
                    progress.show("done", now=True)
    except (Failed, OSError) as error:
        progress.end()
        sys.exit("littlefs.py: %s" % error)
    except KeyboardInterrupt:
        progress.end()
        sys.exit("littlefs.py: interrupted")
    progress.end()
    print(prefix)


if __name__ == "__main__":
    main()
