"""/host: a directory of this machine in the guest's tree; and /proc, which tells of the guest itself."""
import os
import re

from pithlib import hostdir

BOARDS = ["mps2_an386"]


def shell(env, commands, folder=None, **more):
    """The console after `commands`, without the firmware's own lines."""
    script = env.tmp / "commands"
    script.mkdir(exist_ok=True)
    (script / "run").write_text(commands)
    if folder is None:
        folder = script
    else:
        (folder / "run").write_text(commands)
    with hostdir.HostDirectory(folder) as control:
        done = env.run(["--host", control, "--exec", "cd /host; . ./run 2>&1"], **more)
    assert "PANIC" not in done.out, "the kernel panicked"
    return done.out


def folder_of(env):
    folder = env.tmp / "host"
    folder.mkdir()
    return folder


def expect(out, *lines):
    """These lines, one after the other."""
    text = "\n".join(lines) + "\n"
    assert "\n" + text in "\n" + out, "these lines did not come:\n%s\nbut:\n%s" % (text, out)


def test_bytes(env):
    "Files are read, written, appended to, cut and filled, byte by byte as they are here, small and large."
    folder = folder_of(env)
    every = bytes(range(256)) * 300
    (folder / "every").write_bytes(every)
    (folder / "log").write_bytes(b"one\n")
    (folder / "long").write_bytes(b"0123456789")
    out = shell(env, """
cp every copy; cmp every copy && echo same; wc -c <every
echo two >>log; echo three >>log; cat log
printf abc >long; cat long; echo
printf 12345 >f; dd if=/dev/zero of=f bs=1 seek=2 count=0 2>/dev/null; cat f; echo
printf X | dd of=holes bs=1 seek=5 status=none; od -c holes | head -n 1
tail -c 3 every | od -A n -t x1
: >empty; cat empty | wc -c
cat nosuch; cat .; echo x >.
echo end
""", folder)
    expect(out, "same", "76800", "one", "two", "three", "abc", "12", "0000000  \\0  \\0  \\0  \\0  \\0   X", " fd fe ff", "0",
           "cat: nosuch: No such file or directory", "cat: .: Is a directory")
    assert (folder / "copy").read_bytes() == every and (folder / "log").read_bytes() == b"one\ntwo\nthree\n"
    assert (folder / "long").read_bytes() == b"abc" and (folder / "holes").read_bytes() == b"\0\0\0\0\0X"
    assert (folder / "empty").read_bytes() == b""


def test_names(env):
    "Names are made, listed in order, moved and removed; a tree goes at once; what is in the way is said; times are set."
    folder = folder_of(env)
    (folder / "old").write_text("x")
    os.utime(folder / "old", (1000, 1000))
    out = shell(env, """
mkdir a a/b; mkdir a; mkdir no/where; echo x >a/b/f; echo y >a/g
ls -1 a; rmdir a; rm a; rm a/b/f; rmdir a/b; mv a/g a/h; cat a/h; mv a c; ls -1
cat a/h; mkdir -p t/u/v; touch t/1 t/u/2 t/u/v/3; rm -r t; ls -d t
mv c/h /tmp/h; cat /tmp/h; touch old; date -r old +%s | grep -c '^1000$'
rmdir /host; rm -r /host/c; ls
""", folder)
    expect(out, "mkdir: a: File exists", "mkdir: no/where: No such file or directory", "b", "g",
           "rmdir: a: Directory not empty", "rm: a: Is a directory", "y", "c", "old", "run",
           "cat: a/h: No such file or directory", "ls: t: No such file or directory", "y")
    assert sorted(os.listdir(folder)) == ["old", "run"]
    assert (folder / "old").stat().st_mtime != 1000


def test_fence(env):
    "Nothing leads out of the directory: neither .. nor a link, to a file or a folder, to read, write, make or remove."
    folder, secret = folder_of(env), env.tmp / "secret"
    secret.mkdir()
    (secret / "key").write_text("secret\n")
    (folder / "file").symlink_to(secret / "key")
    (folder / "folder").symlink_to(secret)
    (folder / "inside").symlink_to(folder / "run")
    (folder / "dangling").symlink_to(secret / "new")
    (folder / "loop").symlink_to("loop")
    out = shell(env, """
cat file; cat folder/key; ls folder; echo x >file; echo x >folder/new; mkdir folder/d; rm folder/key; echo x >dangling
mv folder/key here; mv run folder/run; cat loop
cat /host/../host/../../etc/passwd; ls /host/..//host/inside; cat ../../../../../../etc/hostname; head -n 2 inside | tail -n 1
""", folder)
    assert out.count("Permission denied") >= 10 and "secret\n" not in out and "root:" not in out, "it leads out"
    expect(out, "/host/..//host/inside")
    assert sorted(os.listdir(secret)) == ["key"] and (secret / "key").read_text() == "secret\n"
    assert (folder / "run").exists() and "cat file; cat folder" in out, "a link within the directory may be followed"


def test_odd_names(env):
    "Blanks, percent signs and bytes that are no ASCII are names as any other; one too long is refused, or left out."
    folder = folder_of(env)
    for name in (b"with blank", b"100%", b"%41", b"gr\xc3\xbcn", b"\xff\xfe", b"new\nline", b"n" * 63, b"x" * 64):
        (folder / "odd").mkdir(exist_ok=True)
        with open(os.path.join(os.fsencode(folder), b"odd", name), "wb") as f:
            f.write(name + b"\n")
    out = shell(env, """
cd odd; n=0; for f in *; do cat "./$f" >"/tmp/$n" || echo bad "$f"; n=$((n + 1)); done; echo $n files
cat 'with blank' 100% %41; rm '100%'; mv 'with blank' ' '; ls -1d ' ' %*
long=xxxxxxxx; long=$long$long$long$long$long$long$long$long; long=$long/$long/$long/$long; long=$long$long
cat $long/$long; echo $?; : 2>&1 >$long
""", folder)
    expect(out, "7 files", "with blank", "100%", "%41", " ", "%41")
    assert out.count(" too long\n") == 2, "4 KB of a name"
    left = os.listdir(os.fsencode(folder / "odd"))
    assert b" " in left and b"100%" not in left and b"%41" in left and len(left) == 7


def test_vanishing(env):
    "A file that goes while it is open still reads; a folder that goes under a process is told; others go on."
    folder = folder_of(env)
    (folder / "f").write_text("first\nsecond\n")
    out = shell(env, """
exec 3<f; read a <&3; rm f; read b <&3; echo "$a $b"; exec 3<&-; cat f
mkdir d; cd d; rmdir ../d; ls; echo x >y; cd /host; ls
""", folder)
    expect(out, "first second", "cat: f: No such file or directory")
    assert out.count("No such file or directory") == 3 and out.rstrip().split("\n")[-2:][0] == "run", "the rest goes on"


def test_programs(env):
    "A program and a script of /host are run, with arguments, twice; what is no program is said so."
    folder = folder_of(env)
    (folder / "prog").write_bytes(env.app("echo").read_bytes())
    (folder / "script").write_text("#!/bin/sh\necho script $0 $1\nexit 5\n")
    (folder / "other").write_text("#!/host/prog with\n")
    (folder / "broken").write_bytes(env.app("echo").read_bytes()[:100])
    for name in ("prog", "script", "other", "broken"):
        (folder / name).chmod(0o755)
    out = shell(env, """
./prog a b; ./prog c; ./script x; echo $?; PATH=/host:$PATH; script y; ./other z; ./broken; echo $?
""", folder)
    expect(out, "a b", "c", "script ./script x", "5", "script /host/script y", "with ./other z")
    assert re.search(r"broken: .*\n12[67]\n", out)


def test_no_host(env):
    "Without --host there is no /host, and one that nobody serves is said in one line."
    out = env.run(["--exec", "ls /host; mount | grep -c host"]).out
    expect(out, "ls: /host: No such file or directory", "0")
    out = env.run(["--host", env.tmp, "--exec", "ls /host; echo on"]).out
    expect(out, "init: --host %s: nobody serves it (error 5); there is no /host" % env.tmp,
           "ls: /host: No such file or directory", "on")


KEYS = {
    "status": "Name Pid Parent Group State Ceiling Threads Handles Memory Stack Data Heap Text Objects Cpu Files Cwd Waits",
    "limits": "Memory Threads Handles Files Objects Budget Period",
}


def test_proc(env):
    "Each file of /proc has what it is to have, for the system, a process and the caller; a process that has gone has none."
    out = shell(env, """
cd /tmp; sleep 100 & pid=$!; sleep 0.05
for f in version uptime meminfo interrupts sched mounts; do echo "= $f"; cat /proc/$f; done
for f in status maps fds limits; do echo "= $f"; cat /proc/$pid/$f; done
echo "= self"; cat /proc/self/status; echo "= names"; ls /proc/self; echo "= root"; ls /proc
echo "= shell"; grep Waits /proc/$$/status; echo "= limits of the shell"; ulimit -a
ps -o 2>/dev/null; ps | grep ' sleep$' | grep -c time
kill -9 $pid; wait $pid 2>/dev/null
echo "= gone"; cat /proc/$pid/status; ls /proc/$pid; cat /proc/0/status /proc/99999/maps /proc/nosuch /proc/self/nosuch
echo x >/proc/version; rm /proc/version; mkdir /proc/d; echo "= end"
""")
    part = dict(p.split("\n", 1) for p in out.split("= ")[1:])

    def keys(text):
        return " ".join(re.findall(r"^(\w+): ", text, re.M))

    assert re.match(r"Pith \d", part["version"]) and re.match(r"\d+\.\d{6}", part["uptime"])
    assert keys(part["meminfo"]) == "Total Free Largest Blocks Waste KernelFree KernelTotal"
    assert part["interrupts"].startswith("clock ") and "service" in part["sched"]
    assert "none / rootfs ro" in part["mounts"] and "ram /tmp tmpfs rw" in part["mounts"]
    for name in KEYS:
        assert keys(part[name]) == KEYS[name], name
    assert "Name: sleep\n" in part["status"] and "Waits: time\n" in part["status"] and "Cwd: /tmp\n" in part["status"]
    assert re.search(r"^[0-9a-f]{8}-[0-9a-f]{8} r-x sleep$", part["maps"], re.M) and "[stack]" in part["maps"]
    assert re.search(r"^0 \S+ 0 /dev$", part["fds"], re.M)
    assert "Name: cat\n" in part["self"] and "Waits: service\n" in part["self"]
    assert part["names"].split() == ["fds", "limits", "maps", "status"]
    assert {"1", "self", "version", "mounts"} <= set(part["root"].split())
    assert "Waits: child\n" in part["shell"]
    assert keys(part["limits of the shell"].split("\n1\n")[0]) == KEYS["limits"]
    assert part["gone"].count("No such file or directory") == 6 and keys(part["gone"]).count("Name") == 0
    assert part["gone"].count("Read-only file system") + part["gone"].count("Permission denied") == 3
