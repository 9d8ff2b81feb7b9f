"""The terminal and job control: a program asks, this types (tests/user/apps/posix_tty.c)."""
import select
import socket
import threading
import time

from test_posix import checked

BOARDS = "all"

PASTE = b"".join(b"\n" if i % 60 == 59 else bytes([97 + i % 7]) for i in range(6000))

TYPED = [
    ("lines?\n", b"abX\x7fc\nfirst word\x17\x17second\n\x04after\x04\n"),
    ("long?\n", b"l" * 3000 + b"\n"),
    ("\x07", b"short\n"),
    ("paste?\n", PASTE),
    ("raw?\n", b"\x03\x1a\x04\r\n\xff\x00\x13\x11\x7f\x16"),
    ("bytes?\n", bytes(range(256)) * 8),
    ("two?\n", b"12"),
    ("five?\n", b"abc"),
    ("", b"de"),
    ("poll?\n", b"x"),
    ("interrupt?\n", b"half a line\x03"),
    ("^C", b"go\n"),
    ("quit?\n", b"\x1c"),
    ("stop?\n", b"\x1a"),
    ("^Z", b"go\n"),
    ("flow?\n", b"\x13"),
    ("let go\n", b""),
    ("throttle?\n", b"t" * 240),
    ("\x13", b""),
    ("\x11", b"t" * 360),
    ("lost?\n", b"lost\n"),
    ("kept?\n", b"kept\n"),
    ("job?\n", b"four\n"),
    ("ready\n", b"\x1a"),
    ("kill?\n", b"\x03"),
    ("ready\n", b"\x03"),
]


def test_terminal(env):
    "Lines, editing, raw bytes, times, keys, flow control, a paste of 6,000 bytes, jobs that stop and go on."
    boot = checked(env, "posix_tty", kernel="apps.elf", input=TYPED)
    assert "abX\b \bc\n" in boot.out, "erasing is shown"
    assert "first word\b\b\b\b    \b\b\b\b" in boot.out, "and of words"
    assert "^C" in boot.out and "^\\" in boot.out and "^Z" in boot.out
    assert "held" not in boot.out and "let go\n" in boot.out, "what was flushed is not sent"
    assert "tidy\n" in boot.out


def send_back(path):
    """Whatever comes out of the socket QEMU serves goes back, until QEMU ends. It is always read, also while QEMU takes
    nothing: QEMU stands still until what it sends is taken."""
    line, pending = socket.socket(socket.AF_UNIX), bytearray()
    for _ in range(200):
        try:
            line.connect(str(path))
            break
        except OSError:
            time.sleep(0.05)
    line.setblocking(False)
    try:
        while True:
            readable, writable, _ = select.select([line], [line] if pending else [], [], 60)
            if readable:
                data = line.recv(4096)
                if not data:
                    break
                pending += data
            if writable:
                del pending[: line.send(pending)]
            if not readable and not writable:
                break
    except OSError:
        pass
    line.close()


def test_second_line(env):
    "The second serial line is raw, 8-bit clean, has a speed of its own, and loses nothing of 4,096 bytes there and back."
    path = env.tmp / "line"
    mirror = threading.Thread(target=send_back, args=(path,), daemon=True)
    mirror.start()
    checked(env, "posix_uart", extra=["-serial", "unix:%s,server=on,wait=on" % path])
    mirror.join(10)
    assert not mirror.is_alive()
