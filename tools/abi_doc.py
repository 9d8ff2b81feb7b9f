#!/usr/bin/env python3
"""Keeps the table of system calls in docs/ABI.md what abi/syscalls.def says.

  abi_doc.py            prints the table
  abi_doc.py --check    exit status 1, and one line, if docs/ABI.md has another one
  abi_doc.py --write    puts it there

The table lies between two marker comments; the rest of the document is written by hand.
"""
import re
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
DEFINITION = REPO / "abi/syscalls.def"
DOCUMENT = REPO / "docs/ABI.md"
BEGIN = "<!-- syscalls: made by tools/abi_doc.py from abi/syscalls.def -->"
END = "<!-- end of syscalls -->"
ENTRY = re.compile(r'^SYSCALL\((\d+),\s*(\w+),\s*(\w),\s*"([^"]*)",\s*"([^"]*)"\)\s*$')


class Call:
    """One line of the table: number, name, kind (K or S), prototype, text."""

    def __init__(self, number, name, kind, prototype, text):
        self.number, self.name, self.kind = int(number), name, kind
        self.prototype, self.text = prototype, text


def calls(definition):
    """The calls of the text of syscalls.def, in its order. A line that cannot be read is a ValueError."""
    found = []
    for number, line in enumerate(definition.splitlines(), 1):
        if not line.startswith("SYSCALL"):
            continue
        entry = ENTRY.match(line)
        if not entry:
            raise ValueError("line %d is not SYSCALL(number, name, class, \"prototype\", \"text\")" % number)
        found.append(Call(*entry.groups()))
    return found


def table(found):
    lines = ["| number | call | class | what it does |", "|---|---|---|---|"]
    for c in found:
        text = c.text.replace("|", "\\|")
        lines.append("| %d | `%s` | %s | %s |" % (c.number, c.prototype, c.kind, text))
    return "\n".join(lines)


def replaced(document, new):
    """The document with new between the markers. A ValueError if they are not there once, in order."""
    if document.count(BEGIN) != 1 or document.count(END) != 1 or document.index(BEGIN) > document.index(END):
        raise ValueError("the two marker comments are not there once each")
    before, _, rest = document.partition(BEGIN)
    return before + BEGIN + "\n" + new + "\n" + END + rest.partition(END)[2]


def main(args):
    try:
        new = table(calls(DEFINITION.read_text()))
        if not args:
            print(new)
            return 0
        if args not in (["--check"], ["--write"]):
            print(__doc__, file=sys.stderr)
            return 2
        old = DOCUMENT.read_text()
        text = replaced(old, new)
    except (OSError, ValueError) as e:
        print("abi_doc.py: %s" % e, file=sys.stderr)
        return 1
    if text == old:
        return 0
    if args == ["--write"]:
        DOCUMENT.write_text(text)
        return 0
    print("abi_doc.py: the table in docs/ABI.md is not that of abi/syscalls.def: run tools/abi_doc.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
