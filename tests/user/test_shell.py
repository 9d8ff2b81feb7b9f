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
    outcomes = run_all(env, scripts, 'sh -c "$(cat /host/$1.sh)"', "/host/$1.err", timeout=300)
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


def test_stty(env):
    "stty shows what the terminal is, sets it, puts it back, and tells of what cannot be."
    out = env.run(["--exec", "stty; s=$(stty -g); stty -echo intr ^B rows 30 columns 90 min 2; stty; stty size; "
                   "stty $s; stty; stty raw; stty -g | cut -d : -f 1-4; stty sane; stty; stty cs7; echo $?; stty parenb; echo $?; "
                   "stty 1; stty speed; exit 0"]).out
    assert re.search(r"^speed \d+ baud;\nintr = \^B;\n.*-echo.*\n30 90\nspeed", out, re.M), out
    assert len(set(re.findall(r"^speed.*\n(-onlcr\n)?(?=speed|4)", out, re.M))) == 1, "what -g said is what it was"
    assert re.search(r"^4000:0:8b0:8a38\nspeed \d+ baud;\nstty: cs7: unknown\nusage: .*\n2\n"
                     r"stty: standard input: not all of this can be set\n1\n"
                     r"stty: standard input: Invalid argument\n\d+$", out, re.M), out


def test_more(env):
    "more shows a screen, then what a key asks for, of a file and of a pipe, and leaves the terminal as it was."
    keys = [("4\n\x1b[7m--More--", b" "), ("8\n\x1b[7m--More--", b"\r"), ("9\n\x1b[7m--More--", b"b"), ("4\n\x1b[7m--More--", b"d"),
            ("6\n\x1b[7m--More--", b"q"), ("piped\n", b""), ("x4\n\x1b[7m--More--", b"n"), ("after\n", b"")]
    out = env.run(["--exec", "stty rows 5; s=$(stty -g); seq 12 >/tmp/n; more /tmp/n; echo; echo piped; sed s/^/x/ /tmp/n | more; "
                   "echo after; test $s = $(stty -g); exit $?"], input=keys, check=True).out
    assert "\x1b[K9\n\x1b[7m" in out and "\n10\n" not in out, out


def test_modes_stay(env):
    "chmod gives a file the mode that it has, and no other one."
    out = env.run(["--exec", "cd /tmp; : >f; chmod 777 f && chmod +x f && chmod -x f; echo $?; chmod a= /bin/ls; exit $?"]).out
    assert re.search(r"^chmod: f: Operation not permitted\n1\nchmod: /bin/ls: Operation not permitted$", out, re.M), out


def test_larger_than_memory(env):
    "A program whose heap is too small for what it is given says so in one line, and fails."
    out = env.run(["--exec", "cd /tmp; seq 30000 >a; seq 2 30000 >b; diff a b; echo $?; rm b; tr '\\n' x <a >l; rm a; "
                   "nl l >/dev/null; echo $?; comm l l; echo $?; xargs <l; exit $?"])
    assert out.status == 1 and re.search(
        r"^diff: the files are larger than memory\n2\nnl: a line is longer than memory allows\n1\n"
        r"comm: a line .* allows\n1\nxargs: a line .* allows$", out.out, re.M), out


def test_no_process(env):
    "Where no process can be made any more, a script ends rather than go on with nothing in the place of a $( )."
    out = env.run(["--exec", "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do sleep 9 & done; "
                   "sh -c 'f() { echo /tmp; }; x=$(f); echo would remove $x/*'; echo status $?; "
                   "kill %1 %2 %3 %4 %5 %6 %7 %8 %9 %10 %11 %12 %13 %14; wait; g() { if [ $1 = 0 ]; then echo end; else echo $(g $(($1 - 1))); fi; }; g 12"]).out
    assert "cannot fork" in out and "status 2\n" in out and "would remove" not in out and "\nend\n" in out, out
