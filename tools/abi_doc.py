#!/usr/bin/env python3
"""Keeps two tables in docs/ABI.md what abi/ says: the system calls, of syscalls.def, and the error numbers, of
pith_errno.h.

  abi_doc.py            prints the tables
  abi_doc.py --check    exit status 1, and one line, if docs/ABI.md has others
  abi_doc.py --write    puts them there

Each table lies between two marker comments; the rest of the document is written by hand.
"""
import re
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
DEFINITION = REPO / "abi/syscalls.def"
ERRORS = REPO / "abi/pith_errno.h"
DOCUMENT = REPO / "docs/ABI.md"
BEGIN = "<!-- syscalls: made by tools/abi_doc.py from abi/syscalls.def -->"
END = "<!-- end of syscalls -->"
ERRORS_BEGIN = "<!-- errors: made by tools/abi_doc.py from abi/pith_errno.h -->"
ERRORS_END = "<!-- end of errors -->"
COLUMNS = 4
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


def errors(header):
    """(number, name) of each error of the text of pith_errno.h, by number. A number used twice is a ValueError."""
    found = sorted((int(number), name) for name, number in re.findall(r"^#define (E\w+) (\d+)$", header, re.M))
    if len(dict(found)) != len(found) or not found:
        raise ValueError("no error numbers, or one that is used twice")
    return found


def error_table(found):
    """Down the columns, as a reader looks a number up."""
    rows = -(-len(found) // COLUMNS)
    cells = ["%d %s" % pair for pair in found] + [""] * (rows * COLUMNS - len(found))
    lines = ["| | | | |", "|---|---|---|---|"]
    return "\n".join(lines + ["| %s |" % " | ".join(cells[row::rows]) for row in range(rows)])


def replaced(document, new, begin=BEGIN, end=END):
    """The document with new between the markers. A ValueError if they are not there once, in order."""
    if document.count(begin) != 1 or document.count(end) != 1 or document.index(begin) > document.index(end):
        raise ValueError("the two marker comments are not there once each")
    before, _, rest = document.partition(begin)
    return before + begin + "\n" + new + "\n" + end + rest.partition(end)[2]


def main(args):
    try:
        new, new_errors = table(calls(DEFINITION.read_text())), error_table(errors(ERRORS.read_text()))
        if not args:
            print(new + "\n\n" + new_errors)
            return 0
        if args not in (["--check"], ["--write"]):
            print(__doc__, file=sys.stderr)
            return 2
        old = DOCUMENT.read_text()
        text = replaced(replaced(old, new), new_errors, ERRORS_BEGIN, ERRORS_END)
    except (OSError, ValueError) as e:
        print("abi_doc.py: %s" % e, file=sys.stderr)
        return 1
    if text == old:
        return 0
    if args == ["--write"]:
        DOCUMENT.write_text(text)
        return 0
    print("abi_doc.py: a table in docs/ABI.md is not that of abi/: run tools/abi_doc.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
