"""Serves a directory of this machine to a guest, as /host: the other end of fs/hostfs.c, whose header has the protocol.

The guest reads and writes files by semihosting, at paths that it got from here. A path is resolved, links and all, before
anything is done with it, and must end within the directory.
"""
import errno
import os
import stat
import tempfile
import threading
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

# The guest's flags: abi/pith_file.h.
ACCMODE, WRONLY, RDWR, CREAT, TRUNC, EXCL = 3, 1, 2, 0x200, 0x400, 0x800
NAME_MAX = 63
# Errors whose number is not the same here and there (abi/pith_errno.h).
NUMBERS = {errno.ENAMETOOLONG: 91, errno.ENOTEMPTY: 90, errno.ELOOP: 92, errno.ENOSYS: 88, errno.EOPNOTSUPP: 95,
           errno.EDQUOT: 28, errno.EOVERFLOW: 139}
SAFE = "".join(chr(c) for c in range(33, 127) if chr(c) != "%")


def encode(data):
    return quote_from_bytes(data, safe=SAFE) or "%"


def decode(word):
    return b"" if word == "%" else unquote_to_bytes(word)


def describe(st):
    return "%o %d %d %d" % (st.st_mode, st.st_size, st.st_mtime_ns // 1000, st.st_ino & 0xFFFFFFFF)


class HostDirectory:
    """with HostDirectory(folder) as control: the guest is told --host control."""

    def __init__(self, folder):
        self.root = os.fsencode(os.path.realpath(folder))
        self.open_files, self.next_token = {}, 1
        self.stopping = False

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="pith-host-")
        self.ask, self.answer = (os.path.join(self.temporary.name, n) for n in ("ask", "answer"))
        os.mkfifo(self.ask)
        os.mkfifo(self.answer)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self.temporary.name

    def __exit__(self, *_):
        self.stopping = True
        for name in (self.ask, self.answer):  # a thread that waits for the other end goes on
            fd = os.open(name, os.O_RDWR | os.O_NONBLOCK)
            self.thread.join(1)
            os.close(fd)
        for fd in self.open_files.values():
            os.close(fd)
        self.temporary.cleanup()

    def _serve(self):
        while not self.stopping:
            with open(self.ask, "rb") as f:
                request = f.readline()
            if self.stopping or not request:
                continue
            reply = self.reply(request.decode("ascii", "replace").split())
            try:
                with open(self.answer, "wb") as f:
                    f.write(reply)
            except BrokenPipeError:
                pass  # the guest is gone

    def reply(self, words):
        """The reply to one request, as bytes."""
        try:
            result = getattr(self, "do_" + words[0])(*words[1:])
            return ("0 %s\n" % (result or "")).encode()
        except OSError as e:
            return b"%d\n" % NUMBERS.get(e.errno, e.errno or errno.EIO)
        except (AttributeError, TypeError, ValueError, IndexError):
            return b"%d\n" % errno.EINVAL

    def resolve(self, word, last=False):
        """The path of this machine; with `last` the name itself is not followed, so that it can be removed."""
        path = self.root + decode(word)
        if last:
            real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        else:
            real = os.path.realpath(path)
        if real != self.root and not real.startswith(self.root.rstrip(b"/") + b"/"):
            raise OSError(errno.EACCES, "outside")
        return real

    def do_stat(self, path):
        return describe(os.stat(self.resolve(path)))

    def do_next(self, path, after):
        folder, last = self.resolve(path), decode(after)
        for name in sorted(os.listdir(folder)):
            if name <= last or len(name) > NAME_MAX:
                continue
            try:
                st = os.stat(os.path.join(folder, name))
            except OSError:
                continue  # gone, or a link to nowhere
            if stat.S_ISREG(st.st_mode) or stat.S_ISDIR(st.st_mode):
                return "%o %d %s" % (st.st_mode, st.st_ino & 0xFFFFFFFF, encode(name))
        return ""

    def do_open(self, path, flags):
        real, flags = self.resolve(path), int(flags, 16)
        how = {0: os.O_RDONLY}.get(flags & ACCMODE, os.O_RDWR)
        how |= (os.O_CREAT if flags & CREAT else 0) | (os.O_EXCL if flags & EXCL else 0)
        how |= os.O_TRUNC if flags & TRUNC and flags & ACCMODE else 0
        fd = os.open(real, how | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise OSError(errno.EACCES, "no regular file")
        token, self.next_token = self.next_token, self.next_token + 1
        self.open_files[token] = fd
        return "%d %s" % (token, encode(real))

    def _fd(self, token):
        fd = self.open_files.get(int(token))
        if fd is None:
            raise OSError(errno.EBADF, "no such open file")
        return fd

    def do_fstat(self, token, _):
        return describe(os.fstat(self._fd(token)))

    def do_ftruncate(self, token, size):
        os.ftruncate(self._fd(token), int(size))

    def do_fsync(self, token, _):
        os.fsync(self._fd(token))

    def do_close(self, token, _):
        os.close(self._fd(token))
        del self.open_files[int(token)]

    def do_unlink(self, path):
        os.unlink(self.resolve(path, last=True))

    def do_mkdir(self, path):
        os.mkdir(self.resolve(path, last=True))

    def do_rmdir(self, path):
        real = self.resolve(path, last=True)
        if real == self.root:
            raise OSError(errno.EBUSY, "the root")
        os.rmdir(real)

    def do_rename(self, old, new):
        os.rename(self.resolve(old, last=True), self.resolve(new, last=True))

    def do_utime(self, path, mtime):
        real = self.resolve(path)
        os.utime(real, ns=(os.stat(real).st_atime_ns, int(mtime) * 1000))

    def do_usage(self, _):
        st = os.statvfs(self.root)
        total, free = (min(n * st.f_frsize // 256, 0xFFFFFFFF) for n in (st.f_blocks, st.f_bavail))
        return "%d %d" % (total, free)


def check(folder):
    """None, or why the folder cannot be served."""
    if not Path(folder).is_dir():
        return "no such directory"
    return None
