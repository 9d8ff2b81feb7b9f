"""Set-up: the Debian packages of tools/packages.txt and the rebuilt C library.

Checking costs a few milliseconds: a package counts as present when the command or file that proves it is
there. What is missing is named with its reason before it is installed.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .common import REPO, PithError, Status, cache_dir, run_quietly, say

CXX_HEADERS = "libstdc++-arm-none-eabi-dev"  # the package
LISTS_MAX_AGE = 24 * 3600  # seconds after which the package lists are fetched again before an installation


class Package:
    def __init__(self, name, proof, reason, optional=False):
        self.name, self.proof, self.reason, self.optional = name, proof, reason, optional

    def present(self):
        if self.proof.startswith("/"):  # a pattern, if it has a *
            return bool(glob.glob(self.proof))
        return shutil.which(self.proof) is not None


def packages():
    result = []
    for line in (REPO / "tools/packages.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            optional = line.startswith("?")
            result.append(Package(*line.lstrip("?").split(None, 2), optional))
    return result


def missing(also=()):
    """What is not there of what every command needs, and of the optional packages named."""
    return [p for p in packages() if not p.present() and (not p.optional or p.name in also)]


def lists_are_fresh():
    newest = max((f.stat().st_mtime for f in Path("/var/lib/apt/lists").glob("*_Packages*")), default=0)
    return time.time() - newest < LISTS_MAX_AGE


def ensure_packages(verbose=False, also=()):
    lacking = missing(also)
    if not lacking:
        return
    names = [p.name for p in lacking]
    say("these Debian packages are needed and missing:")
    for p in lacking:
        print("  %-18s %s" % (p.name, p.reason), file=sys.stderr)
    by_hand = "apt-get install --no-install-recommends " + " ".join(names)
    if not shutil.which("apt-get"):
        raise PithError("this system has no apt-get: install what these packages hold and try again")
    apt = root_prefix(by_hand) + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    fresh = lists_are_fresh()
    if not fresh:
        update_lists(apt, verbose)
    try:
        install(apt, names, verbose)
    except PithError:
        if not fresh:
            raise
        update_lists(apt, verbose)
        install(apt, names, verbose)
    still = ["%s (%s)" % (p.name, p.proof) for p in missing(also)]
    if still:
        raise PithError("installed, but still not found: " + ", ".join(still))


def root_prefix(by_hand):
    """What makes a command run as root: nothing or sudo, which may ask for a password here."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise PithError("not root and no sudo; as root run: " + by_hand)
    say("installing them as root, by sudo")
    if subprocess.run(["sudo", "true"]).returncode != 0:
        raise PithError("sudo refused; as root run: " + by_hand)
    return ["sudo"]


def install(apt, names, verbose):
    with Status("installing " + " ".join(names)):
        run_quietly(apt + ["--no-install-recommends", "install"] + names, "installing the packages",
                    verbose=verbose)


def update_lists(apt, verbose):
    with Status("fetching the package lists"):
        run_quietly(apt + ["update"], "apt-get update", verbose=verbose)


def newlib_variant(board):
    """The libc variant a board's applications link with, read from the board's file and what it includes."""
    family, _, rest = board.partition("_")
    for path in (REPO / "boards" / board / (board + ".cmake"), REPO / "boards" / family / (rest + ".cmake")):
        while path.exists():
            text = path.read_text()
            found = re.search(r"set\(PITH_NEWLIB\s+(\w+)\)", text)
            if found:
                return found.group(1)
            included = re.search(r"include\(\$\{CMAKE_CURRENT_LIST_DIR\}/([\w.-]+)\)", text)
            path = path.parent / (included.group(1) if included else "none")
    return None


def wants_littlefs(board):
    """Whether a board has memory for /data, from its file and what it includes."""
    family, _, rest = board.partition("_")
    for path in (REPO / "boards" / board / (board + ".cmake"), REPO / "boards" / family / (rest + ".cmake")):
        while path.exists():
            text = path.read_text()
            if re.search(r"set\(PITH_BOARD_DATA\s+ON\)", text):
                return True
            included = re.search(r"include\(\$\{CMAKE_CURRENT_LIST_DIR\}/([\w.-]+)\)", text)
            path = path.parent / (included.group(1) if included else "none")
    return False


def littlefs(*options):
    """The folder of littlefs's sources, or with --host of the Python package, fetched if the cache lacks it; None, and what
    the script said has been shown."""
    command = [sys.executable, str(REPO / "tools/littlefs.py"), "--prefix-root", str(cache_dir())]
    done = subprocess.run(command + list(options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL if "--cached" in options else None)
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return Path(lines[-1]) if done.returncode == 0 and lines else None


def ensure_littlefs(*options):
    folder = littlefs(*options)
    if not folder:
        raise PithError("littlefs could not be fetched")
    return folder


def ensure_newlib(variant, verbose=False):
    """Makes the libc if the cache lacks it (its own progress is shown). Returns its folder."""
    command = [sys.executable, str(REPO / "tools/newlib.py"), "--variant", variant,
               "--prefix-root", str(cache_dir())]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    if done.returncode != 0 or not lines:
        raise PithError("the C library %s could not be built" % variant)
    return Path(lines[-1])
