#!/usr/bin/env python3
"""Checks who includes whom: docs/DESIGN.md section 5 as a table.

A header is included by its bare name ("tty.h"; "pith/sem.h" from include/, "cortexm/scb.h" from arch/),
never by a path with "..", so a name must mean one file: two headers of one name in different layers are an
error too. Angle brackets are followed as well where the name is one of ours, so they are no way round.

  layers.py [--root DIR]   one line per breach; exit status 1 if there is any
  layers.py --selftest     builds a tree with breaches in a temporary folder and checks that each is found
"""
import fnmatch
import os
import re
import sys
import tempfile

ALL_BUT_USER = ("abi", "lib", "include", "arch", "kernel", "drivers", "fs", "process", "boards", "init")

# Folder: what it may include besides its own headers, as folders or single headers.
TABLE = {
    "abi": (),
    "lib": (),
    "include": ("abi", "lib"),
    "arch": ("abi", "lib"),
    "kernel": ("include", "abi", "lib", "arch/arch.h", "arch/fault.h", "arch/mpu.h"),
    "drivers": ("include", "lib"),
    "fs": ("include", "lib", "abi", "drivers/class.h", "drivers/tty.h"),
    "process": ("include", "lib", "abi", "fs/vfs.h", "fs/romfs.h", "fs/procfs.h", "fs/devfs.h", "fs/jobs.h", "fs/pipe.h", "fs/lock.h", "arch/arch.h", "arch/fault.h", "arch/mpu.h", "arch/sigcontext.h", "kernel"),
    "boards": ALL_BUT_USER,
    "init": ALL_BUT_USER,
    "user": ("abi",),
    "tests/target": ALL_BUT_USER,
    "tests/hostile": ALL_BUT_USER,
    "tests/unit": ALL_BUT_USER + ("user/util/pattern.h", "user/util/xmodem.h"),
    "tests/fuzz": ALL_BUT_USER + ("tests/unit",),
    "tests/user": ("abi", "user"),
}

# Vocabulary that every layer speaks: numbers and names, no code.
COMMON = ("config.h", "abi/pith_errno.h")

# Single files that may see one header more, and why.
EXCEPTIONS = (
    ("arch/*/offsets.c", "kernel/kernel.h", "the thread's structure, as numbers for assembly"),
    ("arch/*/offsets.c", "include/pith/pool.h", "a pool's structure, as numbers for assembly"),
    ("arch/*/offsets.c", "include/pith/queue.h", "a queue's structure, as numbers for assembly"),
    ("arch/*/core.c", "kernel/kernel.h", "saves and restores what is in the thread's structure"),
    ("arch/*/fault.c", "kernel/kernel.h", "hands a fault on to the kernel"),
    ("arch/*/clock.c", "kernel/kernel.h", "posts the deadlines that have come"),
    ("arch/*/signal.c", "kernel/kernel.h", "saves and changes what is in the thread's structure"),
    ("arch/*/tick.c", "kernel/kernel.h", "posts the deadlines that have come"),
    ("arch/host/*.c", "kernel/kernel.h", "does in C what the switch does in assembly"),
    ("arch/host/*.c", "include/pith/queue.h", "does in C what queue.S does in assembly"),
    ("arch/*/*.S", "kernel/hot.def", "one table of kernel calls for both sides"),
    ("arch/*/fault.c", "kernel/hot.def", "names a call that may not be made"),
)

# Headers a build makes: the layer each belongs to.
GENERATED = {
    "offsets.h": "arch",
}

# Layers in which a build chooses one subfolder of several: the same name may be in each.
ALTERNATIVES = ("arch", "boards", "user", "tests/target", "tests/hostile", "tests/user")

SOURCES = (".c", ".h", ".S", ".def")
HEADERS = (".h", ".def")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]*)"|<([^>]*)>)')


class Tree:
    """The layers' files below root and the names under which a header can be included."""

    def __init__(self, root):
        self.root = root
        self.files = []  # paths relative to root, with /
        self.names = {}  # include name: paths
        for layer in TABLE:
            for folder, folders, files in os.walk(os.path.join(root, layer)):
                folders.sort()
                for name in sorted(files):
                    path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                    if name.endswith(SOURCES):
                        self.files.append(path)
                    if name.endswith(HEADERS):
                        self.add_names(path, layer)
        self.names["config.h"] = ["config.h"]

    def add_names(self, path, layer):
        """A header may be found from any folder between its layer's and its own; from include/ only so."""
        parts = path[len(layer) + 1:].split("/")
        starts = range(1) if layer == "include" else range(len(parts))
        for start in starts:
            self.names.setdefault("/".join(parts[start:]), []).append(path)

    def resolve(self, path, name):
        """The files that name can mean in path: its neighbour, or those known by that name."""
        beside = os.path.dirname(path) + "/" + name
        if layer_of(path) != "include" and beside in self.names.get(name.split("/")[-1], ()):
            return [beside]
        return self.names.get(name, [])


def layer_of(path):
    """The layer a file belongs to, or its own path (config.h)."""
    for layer in TABLE:
        if path.startswith(layer + "/"):
            return layer
    return path


def may_include(path, target):
    """True if the table lets the file at path include the one at target."""
    layer = layer_of(path)
    if layer_of(target) == layer or layer_of(target) in TABLE[layer]:
        return True
    if target in TABLE[layer] or target in COMMON:
        return True
    return any(fnmatch.fnmatchcase(path, pattern) and target == header for pattern, header, _ in EXCEPTIONS)


def allowed_text(layer):
    """What a layer may include, for a message."""
    return ", ".join((layer,) + TABLE[layer] + COMMON)


def check_include(tree, path, quoted, angled):
    """What is wrong with one include, or None."""
    name = quoted or angled
    layer = layer_of(path)
    if ".." in name.split("/"):
        return f"{name}: a header is included by its name, not by a path with '..'"
    if name in GENERATED:
        if GENERATED[name] == layer or GENERATED[name] in TABLE[layer]:
            return None
        return f"{layer} may not include the generated {name} (allowed: {allowed_text(layer)})"
    targets = tree.resolve(path, name)
    if angled is not None:
        targets = [t for t in targets if layer_of(t) != "user" or layer in ("user", "tests/user")]
    for target in targets:
        if not may_include(path, target):
            return f"{layer} may not include {target} (allowed: {allowed_text(layer)})"
    if targets or angled is not None:
        return None
    if os.path.exists(os.path.join(tree.root, name)):
        return f"{name}: a header is included by its name, not by its path from the root"
    return f"{name}: no layer has a header of that name"


def duplicates(tree):
    """Breaches of 'a name means one file'."""
    for name, paths in sorted(tree.names.items()):
        layers = {layer_of(p) for p in paths}
        if len(layers) > 1 or (len(paths) > 1 and not layers & set(ALTERNATIVES)):
            yield f"{paths[1]}:1: {name} is also {paths[0]}: a header's name must be its own"


def check(root):
    """All breaches below root, the number of files and the number of includes."""
    tree = Tree(root)
    breaches = list(duplicates(tree))
    includes = 0
    for path in tree.files:
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                includes += 1
                wrong = check_include(tree, path, match.group(1), match.group(2))
                if wrong:
                    breaches.append(f"{path}:{number}: {wrong}")
    return breaches, len(tree.files), includes


# The tree of the self-test, and the start of every line that must be reported for it, no more.
SELFTEST = {
    "config.h": "",
    "abi/pith_errno.h": "#include <errno.h>\n",
    "lib/ring.h": '#include <stdint.h>\n#include "pith_errno.h"\n',
    "lib/bad.c": '\n#include "kernel.h"\n',
    "include/pith/sem.h": '#include "config.h"\n',
    "include/pith/kernel.h": '#include "pith/sem.h"\n#include "sem.h"\n',
    "arch/arch.h": "",
    "arch/v7/offsets.c": '#include "kernel.h"\n#include "arch.h"\n',
    "arch/v7/bad.c": '#include "kernel.h"\n',
    "arch/v7/switch.S": '#include "offsets.h"\n#include "regs.h"\n',
    "arch/v7/regs.h": "",
    "arch/v8/regs.h": "",
    "kernel/kernel.h": '#include "pith/kernel.h"\n#include "arch.h"\n#include "ring.h"\n',
    "kernel/bad.c": '#include "kernel.h"\n# include "tty.h"\n#include <tty.h>\n#include "regs.h"\n',
    "kernel/worse.c": '#include "../drivers/tty.h"\n#include "drivers/tty.h"\n#include "missing.h"\n',
    "kernel/twin.h": "",
    "drivers/tty.h": '#include "ring.h"\n#include "pith/sem.h"\n#include "class.h"\n',
    "drivers/class.h": "",
    "drivers/twin.h": "",
    "drivers/uart.h": "",
    "fs/vfs.h": '#include "class.h"\n#include "tty.h"\n#include "uart.h"\n',
    "boards/a/board.h": '#include "tty.h"\n#include "regs.h"\n',
    "boards/b/board.h": "",
    "init/main.c": '#include "board.h"\n#include "vfs.h"\n#include "posix.h"\n',
    "user/posix.h": '#include "pith_errno.h"\n#include <stdio.h>\n',
    "user/bad.c": '#include "ring.h"\n#include <posix.h>\n',
}
EXPECTED = (
    "drivers/twin.h:1: twin.h is also",
    "lib/bad.c:2: lib may not include kernel/kernel.h (allowed: lib, config.h, abi/pith_errno.h)",
    "include/pith/kernel.h:2: sem.h: no layer",
    "arch/v7/bad.c:1: arch may not include kernel/kernel.h",
    "kernel/bad.c:2: kernel may not include drivers/tty.h",
    "kernel/bad.c:3: kernel may not include drivers/tty.h",
    "kernel/bad.c:4: kernel may not include arch/v7/regs.h",
    "kernel/worse.c:1: ../drivers/tty.h: a header is included by its name",
    "kernel/worse.c:2: drivers/tty.h: a header is included by its name",
    "kernel/worse.c:3: missing.h: no layer",
    "fs/vfs.h:3: fs may not include drivers/uart.h",
    "init/main.c:3: init may not include user/posix.h",
    "user/bad.c:1: user may not include lib/ring.h",
)


def selftest():
    """0 if exactly the expected breaches are found."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in SELFTEST.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        found = check(root)[0]
    # kernel.h beside include/pith/kernel.h is no duplicate: that one is only ever pith/kernel.h
    missed = [e for e in EXPECTED if not any(f.startswith(e) for f in found)]
    extra = [f for f in found if not any(f.startswith(e) for e in EXPECTED)]
    for line in missed:
        print(f"layers selftest: not found: {line}")
    for line in extra:
        print(f"layers selftest: not a breach: {line}")
    if missed or extra:
        return 1
    print(f"layers selftest: {len(found)} breaches found, ok")
    return 0


def main(args):
    """Runs what the arguments ask for; the exit status."""
    if args == ["--selftest"]:
        return selftest()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if len(args) == 2 and args[0] == "--root":
        root = args[1]
    elif args:
        print(__doc__)
        return 2
    breaches, files, includes = check(root)
    for line in breaches:
        print(line)
    if breaches:
        return 1
    print(f"layers: {files} files, {includes} includes, ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
