"""Runs many scripts in one boot, each in a new empty folder of /tmp by a shell of its own; what they write is kept in files of
the folder that the guest has as /host.
"""
import difflib

from pithlib import hostdir

# $1: the script's name; what it is run by is in `how`. A memory that is not given back is told by the next one's failure,
# or by the figures at the end.
DRIVER = """
run() {
  echo "run $1"
  mkdir /tmp/run && cd /tmp/run || exit 99
  %s </dev/null >/host/$1.out 2>%s
  echo $? >/host/$1.status
  ls -A >/host/$1.left
  cd /
  rm -rf /tmp/run
}
free() { sed -n '/^Free/p;/^KernelFree/p' /proc/meminfo; }
export PATH=/bin HOME=/me LC_ALL=C TZ=UTC
: warm; run first; free >/host/before
%s
free >/host/after
echo "all done"
"""


class Outcome:
    def __init__(self, folder, name):
        def read(kind):
            path = folder / (name + kind)
            return path.read_bytes() if path.exists() else b""

        self.out, self.err, self.left = read(".out"), read(".err"), read(".left").decode("latin-1").split()
        status = read(".status").decode()
        self.status = int(status) if status.strip() else None


def run_all(env, scripts, how, errors, timeout=120):
    """{name: Outcome}, of {name: the script's bytes}. how: the command, with $1 for the name; errors: where its standard error
    goes, "&1" or a file."""
    folder = env.tmp / "host"
    folder.mkdir()
    for name, text in dict(scripts, first=b"true\n").items():
        (folder / (name + ".sh")).write_bytes(text)
    (folder / "all").write_text(DRIVER % (how, errors, "\n".join("run %s" % name for name in scripts)))
    with hostdir.HostDirectory(folder) as control:
        done = env.run(["--host", control, "--exec", ". /host/all"], timeout=timeout)
    assert "PANIC" not in done.out, "the kernel panicked"
    assert "\nall done\n" in done.out and done.status == 0, "not all of them ran"
    assert "killed by signal" not in done.out, "who has a parent is that one's affair"
    before, after = ((folder / name).read_text() for name in ("before", "after"))
    assert before == after, "memory was lost: before\n%safter\n%s" % (before, after)
    return {name: Outcome(folder, name) for name in scripts}


def difference(expected, found):
    lines = [t.decode("utf-8", "backslashreplace").splitlines() for t in (expected, found)]
    return "\n".join(difflib.unified_diff(*lines, "expected", "found", lineterm=""))
