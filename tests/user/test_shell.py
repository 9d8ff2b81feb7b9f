"""The shell and the programs of user/bin where they belong: on the target, in a few boots. The same scripts and cases run on the
host (tests/unit/sh_scripts.py, tests/user/programs/cases.py), which looks for what only its sanitizers see."""
import re
import sys
from pathlib import Path

from on_target import difference, run_all

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "programs"))
import cases  # noqa: E402

BOARDS = ["mps2_an386"]

# What is otherwise here: (the host's text, this one's), and why.
OUT_OF_MEMORY = b"%s.sh: %d: out of memory\nstatus 2\n"
HERE_ONLY = {
    "command_type": [(b"/usr/bin/ls", b"/bin/ls")],  # where the programs are
    # Files run out before the stack does.
    "deep_nesting": [(b"sh: nested too deeply\n2\nstill", b"sh: .: cannot open ./deep.dot: Too many open files\n2\nstill")],
    # There are no permissions: an empty file is an empty script.
    "exit_status": [(b"exit_status.sh: 5: ./xfile: Permission denied\n126\n", b"0\n")],
}
# Texts longer than the shell's heap (128 KB here) end the script, and say so; nothing else may come of it.
TOO_LONG = {"long_lines": 8}


def check_scripts(env, names):
    scripts = {name: (HERE / "scripts" / (name + ".sh")).read_bytes() for name in names}
    outcomes = run_all(env, scripts, "cp /host/$1.sh . && sh $1.sh", "&1")
    wrong = []
    for name, o in outcomes.items():
        text = o.out + b"status %d\n" % (-1 if o.status is None else o.status)
        if o.left != [name + ".sh"]:
            text += ("left behind: %s\n" % o.left).encode()
        expected = (HERE / "scripts" / (name + ".out")).read_bytes()
        for there, here in HERE_ONLY.get(name, ()):
            assert there in expected, name
            expected = expected.replace(there, here)
        if name in TOO_LONG:
            expected = OUT_OF_MEMORY % (name.encode(), TOO_LONG[name])
            text = text[-len(expected):]
        if text != expected:
            wrong.append("%s:\n%s" % (name, difference(expected, text)))
    assert not wrong, "%d of %d scripts:\n%s" % (len(wrong), len(names), "\n".join(wrong))


def test_scripts(env):
    "Every script of the shell does on the target what it does on the host."
    check_scripts(env, sorted(p.stem for p in (HERE / "scripts").glob("*.sh")))


def test_programs(env):
    "Every case of the programs that is not the host's alone gives the same output and status on the target."
    todo = {}
    for path in sorted((HERE / "programs").glob("*.cases")):
        for case in cases.read(path):
            if not case.host:
                todo["%s_%d" % (path.stem, case.line)] = case
    scripts = {name: "\n".join(case.script).encode("latin-1") for name, case in todo.items()}
    outcomes = run_all(env, scripts, 'sh -c "$(cat /host/$1.sh)"', "/host/$1.err")
    wrong = []
    for name, o in outcomes.items():
        expected = todo[name].expected().encode("latin-1")
        if o.out != expected:
            wrong.append("%s: %s\n%s\n%s" % (name, todo[name].title, difference(expected, o.out), o.err.decode("latin-1")))
        elif o.status != todo[name].status or (o.err and not o.status):
            wrong.append("%s: %s: status %s, not %d\n%s" % (name, todo[name].title, o.status, todo[name].status,
                                                            o.err.decode("latin-1")))
    assert not wrong, "%d of %d cases:\n%s" % (len(wrong), len(todo), "\n".join(wrong))


def test_full_disk(env):
    "On a full disk dd counts what was written, to the byte, and ls shows as much; 1500 names in a folder are listed, and named."
    out = env.run(["--exec", "dd if=/dev/zero of=/tmp/f bs=1000 2>/tmp/e; echo $?; ls -l /tmp/f; rm /tmp/f; "
                   "mkdir /tmp/q; cd /tmp/q; for i in $(seq 1500); do : >f$i; done; ls | wc -l; "
                   "n=0; for f in *; do n=$((n+1)); done; echo $n $(ls * | wc -l); rm *; ls | wc -l"]).out
    status, size, names = re.search(r"^(\d+)\n-\S+ +\d+ +(\d+) .*\n(\d+\n\d+ \d+\n\d+)$", out, re.M).groups()
    assert status == "1" and names == "1500\n1500 1500\n0", out
    out = env.run(["--exec", "dd if=/dev/zero of=/tmp/f bs=1000; exit 0"]).out
    count = re.search(r"^(\d+)\+1 records out\n(\d+) bytes copied", out, re.M)
    assert count and 0 < int(count.group(2)) - 1000 * int(count.group(1)) < 1000 and int(count.group(2)) >= int(size), out
