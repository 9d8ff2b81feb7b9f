"""Runs random scripts in the shell, built for the host with the sanitizers: it may not crash, hang or leak.

  fuzz_sh.py --shell PROGRAM [--runs N] [--seed S] [--first I] [--keep]

A script is made from the grammar and from lines of tests/user/scripts, then changed at random: tokens are moved, doubled
and lost, bytes of any value put in. It runs in an empty folder with a few harmless programs in PATH and with limits, as
nobody if this runs as root. Nothing in it has a path but /dev/null, and the word for signalling never occurs. What loops
or calls itself may run into the limit of time; a script with nothing that could is a hang. A failure is printed with the
script; --seed and --first repeat it."""
import argparse
import concurrent.futures
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "user" / "scripts"
PROGRAMS = ("cat", "true", "false", "tr", "head", "tail", "wc", "sort", "seq", "ls", "expr", "printf")
SECONDS = 4       # of time a script may take: it is ended then
NOBODY = 65534
WORDS = ["a", "b c", "x", "1", "0", "-1", "", "*", "?", "[a-z]", "foo.c", "-n", "-e", "--", "x=1", "'q q'", '"d $x"', "\\*",
         "~", "$x", "$@", '"$@"', "$*", '"$*"', "$#", "$?", "$-", "$0", "$1", "${x}", "${x:-d}", "${x:=w}", "${x+p}",
         "${#x}", "${x%%*}", "${x#?}", "${x##*a}", "${x%'q'}", "${nosuch?}", "$((1+2))", "$((x+=1))", "$((x<<3|1?x:0))",
         "$((1/0))", "$((", "))", "${", "}", "$(", ")", "`", "'", '"', "\\", "$", "a$", "\\\n", "\t", "\x01", "\xff", "é"]
NAMES = ["x", "y", "z1", "_u", "IFS", "OPTIND", "PS4"]
COMMANDS = ["echo", "true", "false", ":", "test", "[", "printf", "read", "set", "shift", "export", "unset", "local",
            "readonly", "eval", "exec", "exit", "return", "break", "continue", "trap", ".", "cd", "pwd", "umask", "type",
            "command", "getopts", "wait", "jobs", "alias", "unalias", "times", "ulimit", "fg", "bg", "history", "cat", "tr",
            "wc", "ls", "nosuch", "f", "g", "seq", "head"]
REDIRECTIONS = ["> o", ">> o", "< o", "2>&1", ">&2", "<&-", ">&-", "2>/dev/null", "< /dev/null", "<> o", ">| o", "3> o",
                ">&3", "0<&3", "<<E\nh $x $(echo s)\nE\n", "<<'E'\nraw $x\nE\n", "<<-E\n\tt\n\tE\n", ">", "<", "> $x"]
TOKENS = ["if", "then", "else", "elif", "fi", "for", "in", "do", "done", "case", "esac", "{", "}", "(", ")", "|", "||",
          "&&", "&", ";", ";;", "\n", "!", "()", "#", "=", "<<", ">"]
LOOPS = re.compile(r"while|until|\(\s*\)|eval|\.|trap|alias|sh\b|\$0|exec|yes|seq|read|cat|\bf\b|\bg\b|wait|tr|head")


class Maker:
    def __init__(self, r, lines):
        self.r, self.lines, self.depth = r, lines, 0

    def pick(self, options):
        return self.r.choice(options)

    def word(self):
        if self.r.random() < 0.05:
            return "$(%s)" % self.command()
        return "".join(self.pick(WORDS) for _ in range(1 if self.r.random() < 0.8 else 2))

    def simple(self):
        parts = []
        if self.r.random() < 0.15:
            parts.append("%s=%s" % (self.pick(NAMES), self.word()))
        if self.r.random() < 0.95 or not parts:
            parts.append(self.pick(COMMANDS))
            parts += [self.word() for _ in range(self.r.randrange(4))]
        if self.r.random() < 0.2:
            parts.append(self.pick(REDIRECTIONS))
        return " ".join(parts)

    def command(self):
        self.depth += 1
        kind = self.r.random() if self.depth < 5 else 0
        if kind < 0.55:
            text = self.simple()
        elif kind < 0.62:
            text = "if %s\nthen %s\nelse %s\nfi" % (self.command(), self.command(), self.command())
        elif kind < 0.68:
            text = "for %s in %s %s; do %s\ndone" % (self.pick(NAMES), self.word(), self.word(), self.command())
        elif kind < 0.72:
            text = "n=0; while [ $((n+=1)) -lt 4 ]; do %s\ndone" % self.command()
        elif kind < 0.78:
            text = "case %s in %s) %s\n;; *) %s\n;; esac" % (self.word(), self.word(), self.command(), self.command())
        elif kind < 0.83:
            text = "(%s\n)" % self.command()
        elif kind < 0.88:
            text = "{ %s\n}" % self.command()
        elif kind < 0.92:
            text = "%s() { %s\n}" % (self.pick("fg"), self.command())
        elif kind < 0.96:
            text = "%s | %s" % (self.command(), self.command())
        else:
            text = "%s %s %s" % (self.command(), self.pick(["&&", "||", ";", "&"]), self.command())
        self.depth -= 1
        return text

    def changed(self, text):
        for _ in range(self.r.randrange(4)):
            at, to = sorted(self.r.randrange(len(text) + 1) for _ in range(2))
            to = min(to, at + 30)
            text = self.pick([
                lambda: text[:at] + text[to:],
                lambda: text[:at] + text[at:to] * 2 + text[to:],
                lambda: text[:at] + " %s " % self.pick(TOKENS) + text[at:],
                lambda: text[:at] + self.pick(WORDS) + text[at:],
                lambda: text[:at] + chr(self.r.randrange(256)) + text[at:],
                lambda: text[:at],
            ])()
        return text

    def script(self):
        parts = []
        for _ in range(self.r.randrange(1, 8)):
            if self.lines and self.r.random() < 0.4:
                parts.append(self.pick(self.lines))
            else:
                parts.append(self.command())
        text = "\n".join(parts) + "\n"
        if self.r.random() < 0.5:
            text = self.changed(text)
        text = re.sub("kill", "echo", text)
        if self.r.random() < 0.02:
            text = "".join(chr(self.r.randrange(256)) for _ in range(self.r.randrange(2000)))
        if self.r.random() < 0.02:
            text = self.pick(["(", "{ ", "$(", "${x-", '"$(', "`", "if ", "! ", "a|", "$((", "case x in x) "]) * 3000
        return text.encode("latin-1", "replace")


def sample_lines():
    """Lines that stand alone and are tame."""
    lines = []
    for path in sorted(SCRIPTS.glob("*.sh")):
        for line in path.read_text(errors="replace").splitlines():
            rest = line.replace("/dev/null", "")
            if not re.search(r"/|~|kill|sleep|<<|rm|yes|HOME|cd\b|exec|PATH", rest) and len(line) > 3:
                lines.append(line)
    return lines


def run_one(shell, bin_folder, script, way):
    """None, or what is wrong; and whether it was ended by the limit."""
    top = Path(tempfile.mkdtemp(prefix="fuzz_sh"))
    try:
        for name in ("run", "reports"):
            (top / name).mkdir()
            (top / name).chmod(0o777)
        top.chmod(0o755)
        (top / "script").write_bytes(script)
        log = "log_path=%s/report:detect_leaks=1" % (top / "reports")
        environment = {"PATH": str(bin_folder), "HOME": str(top / "run"), "LC_ALL": "C", "ASAN_OPTIONS": log,
                       "UBSAN_OPTIONS": log}
        limits = 'ulimit -t %d; ulimit -f 2048; ulimit -n 64; ulimit -p 400; exec "$0" "$@"' % SECONDS
        command = ["/bin/sh", "-c", limits, str(shell)]
        command += {"file": [str(top / "script")], "stdin": [], "interactive": ["-i"], "options": ["-ex"],
                    "command": ["-c", script.replace(b"\0", b"").decode("latin-1").encode("latin-1")]}[way]
        if way == "options":
            command.append(str(top / "script"))
        stdin = open(top / "script", "rb") if way in ("stdin", "interactive") else subprocess.DEVNULL
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        with open(top / "output", "wb") as output:
            process = subprocess.Popen(command, cwd=top / "run", env=environment, stdin=stdin, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True, **as_nobody)
        ended = False
        try:
            status = process.wait(SECONDS * 3)
        except subprocess.TimeoutExpired:
            ended = True
            status = 0
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass
        process.wait()
        if stdin != subprocess.DEVNULL:
            stdin.close()
        ended = ended or status in (-signal.SIGXCPU, -signal.SIGKILL)
        reports = "".join(p.read_text(errors="replace") for p in sorted((top / "reports").iterdir()))
        if reports:
            return reports, ended
        if status in [-s for s in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)]:
            return "ended by signal %d" % -status, ended
        if ended and not LOOPS.search(script.decode("latin-1")):
            return "hangs", ended
        return None, ended
    finally:
        shutil.rmtree(top, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shell", required=True, type=Path)
    parser.add_argument("--runs", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    print("seed %d" % options.seed, flush=True)
    lines = sample_lines()
    bin_folder = Path(tempfile.mkdtemp(prefix="fuzz_sh_bin"))
    bin_folder.chmod(0o755)
    shell = bin_folder / "sh"  # where nobody can reach it
    shutil.copy(options.shell, shell)
    shell.chmod(0o755)
    for name in PROGRAMS:
        found = shutil.which(name, path="/usr/bin:/bin")
        if found:
            (bin_folder / name).symlink_to(found)

    def one(i):
        r = random.Random("%d %d" % (options.seed, i))
        script = Maker(r, lines).script()
        way = r.choice(["file", "file", "stdin", "interactive", "command", "options"])
        wrong, ended = run_one(shell, bin_folder, script, way)
        return i, script, way, wrong, ended

    failures = limited = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            numbers = range(options.first, options.first + options.runs)
            for i, script, way, wrong, ended in pool.map(one, numbers):
                limited += ended
                if wrong:
                    failures += 1
                    print("--seed %d --first %d --runs 1 (%s):\n%r\n%s" % (options.seed, i, way, script[:3000], wrong))
    finally:
        shutil.rmtree(bin_folder, ignore_errors=True)
    print("%d scripts, %d ran into the limit, %d wrong" % (options.runs, limited, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
