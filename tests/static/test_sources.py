"""What can be told from the sources alone: sizes, forbidden words, and that the table of calls is the only one."""
import ast
import re
import subprocess
import sys
from pathlib import Path

import abi_doc

LINES, LINES_REPORTED = 450, 350
# Files that are one idea and longer for it: how long they may get.
LONGER = {"arch/armv7m/switch.S": 540, "process/elf.c": 480, "tests/unit/test_elf.c": 700}
SOURCES = (".c", ".h", ".S", ".cc", ".def", ".ld", ".py", ".cmake", ".sh")
CODE = (".c", ".h", ".S", ".cc")
MASKING = re.compile(r"\bcps(id|ie)\b|\bmsr\s+(primask|basepri|faultmask)|__(dis|en)able_(irq|fault_irq)\b|"
                     r"__set_(PRIMASK|BASEPRI|FAULTMASK)", re.I)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}])/(work|home|root|Users)/[\w.]")


def files(env):
    """Paths of everything that belongs to the tree and is text, relative to its root."""
    command = ["git", "-C", str(env.repo), "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done.returncode == 0:
        names = done.stdout.decode().splitlines()
    else:  # not a checkout
        names = [str(p.relative_to(env.repo)) for p in env.repo.rglob("*")]
        names = [n for n in names if not re.match(r"(build|\.cache|\.git)/|.*__pycache__", n)]
    return sorted(n for n in set(names) if (env.repo / n).is_file())


def read(env, name):
    return (env.repo / name).read_text(errors="replace")


def calls(env):
    return abi_doc.calls(read(env, "abi/syscalls.def"))


def test_file_length(env):
    "No source file is longer than 450 lines, but those that are one idea."
    lengths = {n: read(env, n).count("\n") for n in files(env) if Path(n).suffix in SOURCES}
    long = sorted((n for n in lengths if lengths[n] > LINES_REPORTED), key=lambda n: -lengths[n])
    print("files over %d lines: %s" % (LINES_REPORTED, ", ".join("%s %d" % (n, lengths[n]) for n in long) or "none"))
    wrong = ["%s: %d lines" % (n, lengths[n]) for n in long if lengths[n] > LONGER.get(n, LINES)]
    assert not wrong, "\n".join(wrong)


def test_no_masks_in_sources(env):
    "No C or assembly file outside arch and tests says CPSID, or writes PRIMASK, BASEPRI or FAULTMASK."
    wrong = []
    for name in files(env):
        if Path(name).suffix not in CODE or name.startswith(("arch/", "tests/")):
            continue
        found = MASKING.search(COMMENT.sub(" ", read(env, name)))
        if found:
            wrong.append("%s: %s" % (name, found.group(0)))
    assert not wrong, "\n".join(wrong)


def test_nothing_unfinished(env):
    "No file holds a note that something is left to do, or a path of the machine it was written on."
    wrong = []
    for name in files(env):
        for number, line in enumerate(read(env, name).splitlines(), 1):
            if UNFINISHED.search(line) or MACHINE_PATH.search(line):
                wrong.append("%s:%d: %s" % (name, number, line.strip()[:100]))
    assert not wrong, "\n".join(wrong)


def test_tests_say_what(env):
    "Each test says in one line what it checks: the string of a test in Python, the second argument of TEST()."
    seen, wrong = 0, []
    for name in files(env):
        if not name.startswith("tests/"):
            continue
        if name.endswith(".py"):
            functions = [n for n in ast.parse(read(env, name)).body if isinstance(n, ast.FunctionDef)]
            said = {f.name: ast.get_docstring(f) or "" for f in functions if f.name.startswith("test_")}
        else:
            said = dict(re.findall(r'^TEST(?:_PANIC)?(?:_WITH\(\w+, |\()(\w+),\s+"([^"]*)"', read(env, name), re.M))
        seen += len(said)
        wrong += ["%s: %s" % (name, test) for test, line in said.items() if len(line.split()) < 3]
    assert seen > 400, seen
    assert not wrong, "\n".join(wrong)


def test_call_numbers(env):
    "The calls are numbered from 1 in order, and all fit the dispatch table, which refuses what is left out, and its ends."
    numbers = [c.number for c in calls(env)]
    bits = re.search(r"K_CALL_BITS = .* PITH_PROCESS_SIGNALS \? (\d+) : (\d+)", read(env, "kernel/kernel.h"))
    few = abi_doc.calls(read(env, "abi/syscalls.def").split("#ifndef SYSCALLS_FEW")[0])
    assert numbers[0] == 1 and numbers == sorted(set(numbers)), numbers
    assert len({c.name for c in calls(env)}) == len(numbers)
    assert numbers[-1] <= 2 ** int(bits.group(1)) - 2
    assert len(few) < len(numbers) and few[-1].number <= 2 ** int(bits.group(2)) - 2


def test_calls_are_served(env):
    "Each call has a function p_call_NAME in process/."
    text = "\n".join(read(env, n) for n in files(env) if n.startswith("process/") and n.endswith(".c"))
    defined = set(re.findall(r"^(?:static )?\w[\w *]* \*?p_call_(\w+)\([^;{]*\) ?\{", text, re.M))
    missing = [c.name for c in calls(env) if c.name not in defined]
    assert not missing, missing


def normal(prototype):
    """Without spaces that mean nothing, attributes and parameter names' accidents of layout."""
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)", " ", prototype).replace("_Noreturn", " ")
    return re.sub(r"\s*([*(),])\s*", r"\1", " ".join(text.split()))


def test_prototypes(env):
    "user/pith.h declares each call as the table states it, and no call that is not in the table."
    header = COMMENT.sub(" ", read(env, "user/pith.h"))
    declared = {}
    for prototype in re.findall(r"^([\w *]+\bsys_\w+\([^;]*);", header, re.M):
        declared[re.search(r"\b(sys_\w+)\(", prototype).group(1)] = normal(prototype)
    stated = {"sys_" + c.name: normal(c.prototype) for c in calls(env)}
    wrong = ["%s: header %s, table %s" % (n, declared.get(n), stated.get(n))
             for n in sorted(set(declared) | set(stated)) if declared.get(n) != stated.get(n)]
    assert not wrong, "\n".join(wrong)


def test_abi_document(env):
    "The table in docs/ABI.md is the one of abi/syscalls.def, and a table that differs is noticed."
    env.host([sys.executable, env.repo / "tools/abi_doc.py", "--check"], check=True)
    document, table = read(env, "docs/ABI.md"), abi_doc.table(calls(env))
    assert abi_doc.replaced(document, table) == document
    assert abi_doc.replaced(document, table + "\n| 99 | x | K | y |") != document


def used_errors(env, folders):
    """Names of the errors that the sources in these folders return or compare with."""
    text = "\n".join(COMMENT.sub(" ", read(env, n)) for n in files(env)
                     if n.startswith(folders) and Path(n).suffix in CODE + (".def",))
    return set(re.findall(r"-(E[A-Z0-9]{3,})\b", text))


def test_error_numbers(env):
    "abi/pith_errno.h, in the order of its numbers, has every error in use, and docs/ABI.md has all of it."
    header, document = read(env, "abi/pith_errno.h"), read(env, "docs/ABI.md")
    found = abi_doc.errors(header)
    assert re.findall(r"^#define (E\w+) \d+$", header, re.M) == [name for number, name in found], "not in order"
    missing = used_errors(env, ("kernel/", "process/", "fs/", "drivers/", "abi/")) - {name for number, name in found}
    assert not missing, missing
    begin, end = abi_doc.ERRORS_BEGIN, abi_doc.ERRORS_END
    for number, name in found:
        assert "%d %s |" % (number, name) in document, name
    fewer = abi_doc.error_table([pair for pair in found if pair[1] != "ENOTRECOVERABLE"])
    assert abi_doc.replaced(document, fewer, begin, end) != document, "a table that lacks one is not noticed"
