"""/data, kept in a file of the host: what processes write survives the machine; images go from the host's littlefs to the
guest and back; what is no image is refused and left alone. And its calls in one process, by posix_data.
"""
import sys

from pithlib import setup
from test_posix import checked

BOARDS = ["mps2_an386", "mps2_an385"]
BLOCK, BLOCKS = 4096, 256


def shell(env, commands, *more, status=0):
    done = env.run(["--exec", commands, *more], timeout=120)
    assert done.status == status, done.status
    return done.out


def host_littlefs():
    folder = str(setup.ensure_littlefs("--host"))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    import littlefs
    return littlefs.LittleFS


def test_calls(env):
    "Names, shared files, files without a name, directories, a full device, times, by the calls of POSIX."
    checked(env, "posix_data")


def test_persistent(env):
    "Files, directories, changes and removals are there after the next boot; without a file they are not."
    data = env.tmp / "with blank and %"
    shell(env, "mkdir /data/d && echo one > /data/d/a && cp /bin/sh /data/d/b && echo x > /data/gone", "--data", data)
    assert data.stat().st_size == BLOCK * BLOCKS
    out = shell(env, "cat /data/d/a; cmp /bin/sh /data/d/b && echo the same; rm /data/gone; echo two >> /data/d/a; "
                "mv /data/d /data/e", "--data", data)
    assert "\none\nthe same\n" in out
    out = shell(env, "cat /data/e/a; ls /data; /data/e/b -c 'echo run from there'", "--data", data)
    assert "\none\ntwo\ne\nrun from there\n" in out
    out = shell(env, "ls /data; echo end")
    assert out.endswith("\n\nend\n") or "e\n" not in out.split("\n\n")[-1]


def test_from_the_host(env):
    "An image made by littlefs on the host is read and changed by the guest, and read by the host again."
    LittleFS = host_littlefs()
    data = env.tmp / "data"
    big = bytes(range(256)) * 300
    fs = LittleFS(block_size=BLOCK, block_count=BLOCKS)
    fs.makedirs("folder/below")
    for name, content in (("small", b"from the host\n"), ("folder/below/big", big)):
        with fs.open(name, "wb") as f:
            f.write(content)
    data.write_bytes(fs.context.buffer)
    out = shell(env, "cat /data/small; cksum() { wc -c < $1; }; cksum /data/folder/below/big; "
                "cp /data/folder/below/big /data/copy; echo from the guest > /data/new; rm /data/small; "
                "mv /data/folder/below/big /data/folder/moved", "--data", data)
    assert "\nfrom the host\n" in out and "76800" in out
    back = LittleFS(block_size=BLOCK, block_count=BLOCKS, mount=False)
    back.context.buffer = bytearray(data.read_bytes())
    back.mount()
    assert sorted(back.listdir("/")) == ["copy", "folder", "new"], back.listdir("/")
    for name, content in (("copy", big), ("folder/moved", big), ("new", b"from the guest\n")):
        with back.open(name, "rb") as f:
            assert f.read() == content, name


def test_refused(env):
    "What is no image, or of another size, is refused in one line and left as it is; --format-data makes a new one."
    data = env.tmp / "data"
    data.write_bytes((b"something else " * 70000)[:BLOCK * BLOCKS])
    before = data.read_bytes()
    out = shell(env, "ls /data", "--data", data, status=2)
    assert "\n/data: not there: what it holds cannot be read (error 5)\n" in out
    assert data.read_bytes() == before
    out = shell(env, "echo now > /data/a; cat /data/a", "--data", data, "--format-data")
    assert "\nnow\n" in out and "not there" not in out
    data.write_bytes(before[:1000])
    out = shell(env, "ls /data", "--data", data, status=2)
    assert "\n/data: not there: its file is not of the flash's size (error 22)\n" in out
    assert data.read_bytes() == before[:1000]
    out = shell(env, "ls /data", "--data", env.tmp / "none" / "data", status=2)
    assert "\n/data: not there: its file cannot be made (error 2)\n" in out
