"""Starting QEMU: the one place that knows its command line."""
import json

from .common import BUILD, PithError


def machine(board):
    path = BUILD / board / "pith.json"
    try:
        return json.loads(path.read_text())["machine"]
    except (OSError, ValueError, KeyError):
        raise PithError("%s is not built: run ./pith build --board %s" % (board, board))


def command(board, kernel, args=(), extra=()):
    """The command line that boots kernel on board with the console on stdin and stdout. args become the
    guest's command line after its name: one semihosting argument each, encoded as drivers/semihost.h
    decodes them, commas doubled for QEMU."""
    semihosting = "enable=on,target=native"
    for arg in ("pith",) + tuple(str(a) for a in args):
        arg = arg.replace("%", "%25").replace(" ", "%20") or "%"
        semihosting += ",arg=" + arg.replace(",", ",,")
    return ["qemu-system-arm", "-M", machine(board), "-display", "none", "-monitor", "none",
            "-serial", "stdio", "-semihosting-config", semihosting, "-kernel", str(kernel), *extra]
