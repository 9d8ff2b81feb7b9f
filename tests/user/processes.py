"""What the tests of processes share: files made from built applications, a boot with some of them, and what
was said of each.
"""
import re
import struct


def trimmed(path):
    """The file without what the loader never reads: section headers, symbols, debugging information."""
    data = bytearray(path.read_bytes())
    phoff, = struct.unpack_from("<I", data, 28)
    count, = struct.unpack_from("<H", data, 44)
    end = phoff + 32 * count
    for i in range(count):
        _, offset, _, _, size = struct.unpack_from("<5I", data, phoff + 32 * i)
        end = max(end, offset + size)
    struct.pack_into("<I", data, 32, 0)
    struct.pack_into("<HHH", data, 46, 0, 0, 0)
    return bytes(data[:end])


class Elf:
    """A file to be made wrong: its bytes, with names for what lies where."""

    TEXT, DATA, DYNAMIC, NOTE = range(4)  # program headers, in the order of user/app.ld
    OFFSET, VADDR, FILESZ, MEMSZ, FLAGS, ALIGN = 4, 8, 16, 20, 24, 28  # in a program header

    def __init__(self, path):
        self.data = bytearray(trimmed(path))

    def word(self, at):
        return struct.unpack_from("<I", self.data, at)[0]

    def put(self, at, value, form="<I"):
        struct.pack_into(form, self.data, at, value)

    def header(self, segment, field=0):
        """Where a field of a program header lies; field 0 is its type."""
        return self.word(28) + 32 * segment + field

    def of(self, segment, field):
        return self.word(self.header(segment, field))

    def patch(self, segment, field, value):
        self.put(self.header(segment, field), value & 0xFFFFFFFF)

    def dynamic(self, tag):
        """Where the value of an entry of the dynamic section lies."""
        at = self.of(self.DYNAMIC, self.OFFSET)
        while self.word(at) != tag:
            assert self.word(at) != 0, "the dynamic section has no such entry"
            at += 8
        return at + 4

    def relocation(self, i):
        """Where a relocation record lies: address, then kind. The text begins the file, at address 0."""
        return self.word(self.dynamic(17)) + 8 * i

    def note(self, field):
        """Where a word of the note lies: 0 the ABI, 1 the GOT, 2 the stack, 3 the heap."""
        return self.of(self.NOTE, self.OFFSET) + 20 + 4 * field


def under_names(env, app, names):
    """Files that are all the same application: tests/user/apps/bare.h tells what it makes of its name."""
    data = trimmed(env.app(app))
    files = []
    for name in names:
        path = env.tmp / name
        path.write_bytes(data)
        files.append(path)
    return files


class Boot:
    """One boot of the firmware with up to 8 files side by side."""

    def __init__(self, env, files, **more):
        args = []
        for f in files:
            args += ["--load", f]
        more.setdefault("timeout", 20)
        self.run = env.run(args, **more)
        self.out, self.status = self.run.out, self.run.status
        assert "PANIC" not in self.out, "the kernel panicked"
        free = re.findall(r"^free: .*$", self.out, re.M)
        assert len(free) == 2, "%d lines on free memory" % len(free)
        assert free[0] == free[1], "memory was lost"

    def refusals(self, file):
        """The reasons why a file cannot be run: one line each."""
        return re.findall(r"^%s: cannot run: (.*)$" % re.escape(str(file)), self.out, re.M)

    def returned(self, name):
        """What the process returned, or None if it did not."""
        found = re.findall(r"^process %s \(pid \d+\) returned: ([0-9a-f]+)$" % re.escape(name), self.out, re.M)
        assert len(found) <= 1, "%s returned more than once" % name
        return int(found[0], 16) if found else None

    def cause(self, name):
        """The sentence on why the process was killed, or None."""
        found = re.findall(r"process %s \(pid \d+\) killed: it (.*)$" % re.escape(name), self.out, re.M)
        assert len(found) <= 1, "%s was killed more than once" % name
        return found[0] if found else None

    def fault_address(self, name):
        """The address the report of a killed process names, and what it says of it."""
        found = re.search(r"process %s \(pid \d+\) killed: [^\n]*\n  address ([0-9a-f]{8}) \((.*)\)\n"
                          % re.escape(name), self.out)
        return (int(found.group(1), 16), found.group(2)) if found else (None, None)

    def map(self, name):
        """The addresses of a process as it was loaded: text, data, stack, heap -> (address, bytes)."""
        line = re.search(r"^%s: pid \d+  (.*)$" % re.escape(name), self.out, re.M).group(1)
        return {what: (int(at, 16), int(size))
                for what, at, size in re.findall(r"(\w+) ([0-9a-f]{8}) \((\d+)", line)}
