"""./pith size: what a firmware costs in ROM and RAM, by layer, read from the linker's map.

The map names the object of every section that was kept, and the object's path names the layer. ROM is
code, read-only data and the initial values of .data; RAM is .data, .bss and .noinit. The memory that the
linker script leaves over for processes is no cost and not counted.
"""
import re

from . import build, setup
from .common import Parser, PithError, boards, check_board

COLUMNS = {".vectors": "rodata", ".text": "text", ".rodata": "rodata", ".ARM.exidx": "rodata",
           ".ARM.extab": "rodata", ".pithimg": "rodata", ".init_array": "rodata", ".fini_array": "rodata",
           ".data": "data", ".bss": "bss", ".noinit": "bss"}
LAYERS = ["kernel", "arch", "lib", "process", "fs", "drivers", "boards", "init", "tests", "libgcc", "other",
          "padding", "image"]


def layer_of(path):
    if "libgcc.a" in path:
        return "libgcc"
    found = re.search(r"\.dir/(?:__/)?(\w+)/", path)
    if found and found.group(1) in LAYERS:
        return found.group(1)
    if re.search(r"pith_kernel_objects(_counting)?\.dir", path):
        return "kernel"
    return "image" if "image_" in path else "other"


def parse(text):
    """The map's text. Returns {layer: {text, rodata, data, bss}}."""
    sizes = {}
    start = text.find("Linker script and memory map")
    body = re.sub(r"\n( ?\.[\w.$]+)\n\s+0x", r"\n\1 0x", text[start:])
    column = None
    for line in body.splitlines():
        output = re.match(r"(\.[\w.]+)(\s|$)", line)
        if output:
            column = COLUMNS.get(output.group(1))
            continue
        piece = re.match(r" (\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)(?:\s+(\S.*))?$", line.rstrip())
        if not piece or not column:
            continue
        size = int(piece.group(2), 16)
        if piece.group(1) == "*fill*":
            layer = "padding"
        elif piece.group(3):
            layer = layer_of(piece.group(3))
        else:
            continue
        row = sizes.setdefault(layer, dict.fromkeys(("text", "rodata", "data", "bss"), 0))
        row[column] += size
    return sizes


def table(sizes):
    lines = ["%-10s %8s %8s %8s %8s %10s %10s" % ("layer", "text", "rodata", "data", "bss", "ROM", "RAM")]
    total = dict.fromkeys(("text", "rodata", "data", "bss"), 0)

    def row(name, s):
        rom, ram = s["text"] + s["rodata"] + s["data"], s["data"] + s["bss"]
        lines.append("%-10s %8d %8d %8d %8d %10d %10d"
                     % (name, s["text"], s["rodata"], s["data"], s["bss"], rom, ram))

    for layer in LAYERS:
        if any(sizes.get(layer, {}).values()):
            row(layer, sizes[layer])
            for key in total:
                total[key] += sizes[layer][key]
    row("total", total)
    return "\n".join(lines)


def main(argv):
    parser = Parser("size")
    parser.add_argument("--board", default=boards()[0])
    options = parser.parse_args(argv)
    check_board(options.board)
    setup.ensure_packages()
    path = build.build_board(options.board, ["pith"]) / "pith.map"
    try:
        sizes = parse(path.read_text(errors="replace"))
    except OSError as e:
        raise PithError("%s: %s" % (path, e.strerror))
    print("%s, bytes" % options.board)
    print(table(sizes))
    return 0
