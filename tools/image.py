#!/usr/bin/env python3
"""Builds the read-only image that is linked into a firmware.

Layout, little-endian, offsets from the start of the image:
    header  char magic[8] = "PITHIMG1"; u32 count; u32 total_size
    entry   char name[24] (NUL-padded); u32 offset; u32 size          count times
    files

Each file lies so that one PMSAv7 MPU region can cover its text and show nothing of another file. Take the bytes of text
from the start of the file (for a file that is no ELF, all of it): their region is the smallest power of two, at least 256
and at a multiple of itself, that holds them, as arch_mpu_text() chooses it, and shows the eighths that they touch. A file
owns these eighths, and what follows of it, and nothing that another one owns. One is put above the other: next is always
the one that takes the least padding there, for its length; the image is the shortest of several that weigh this differently.
It is aligned to the largest region. Padding is 0xFF, like erased flash.
"""
import argparse
import os
import struct
import subprocess
import sys

MAGIC = b"PITHIMG1"
HEADER = struct.Struct("<8sII")
ENTRY = struct.Struct("<24sII")
SMALLEST_REGION = 256
SUBREGIONS = 8
SMALLEST_STEP = 64  # an ELF's text is aligned to no more
PRICES = (0, 64, 128, 256, 512)  # bytes that each file is taken to cost beside its padding: the more, the sooner are large ones put
PT_LOAD = 1
PF_X = 1
SYMBOL = struct.Struct("<IIIBBH")
SHT_SYMTAB = 2
SHF_EXECINSTR = 4
STT_NOTYPE, STT_FUNC = 0, 2


def text_size(data):
    """Bytes from the start of the file that an ELF's text segment reaches; all of a file that is no ELF."""
    if len(data) < 52 or data[:4] != b"\x7fELF" or data[4] != 1 or data[5] != 1:
        return len(data)
    (phoff,) = struct.unpack_from("<I", data, 28)
    phentsize, phnum = struct.unpack_from("<HH", data, 42)
    for i in range(phnum):
        at = phoff + i * phentsize
        if phentsize < 32 or at + 32 > len(data):
            break
        p_type, p_offset, _, _, p_filesz, _, p_flags, _ = struct.unpack_from("<8I", data, at)
        if p_type == PT_LOAD and p_flags & PF_X:
            return min(p_offset + p_filesz, len(data))
    return len(data)


def region_size(text):
    size = SMALLEST_REGION
    while size < text:
        size *= 2
    return size


def round_up(n, unit):
    return (n + unit - 1) // unit * unit


def region_at(at, text):
    """The size of the region that shows this much text from there on."""
    size = SMALLEST_REGION
    while at // size * size + size < at + text:
        size *= 2
    return size


def owned_at(at, length, text):
    """From where to where nothing else may be, of a file there."""
    unit = region_at(at, text) // SUBREGIONS
    return at // unit * unit, max(round_up(at + text, unit), at + length, at + 1)


def next_file(files, left, top, price, largest):
    """Of the files that are left the one that goes above top with the least padding for its length, in a region no larger than
    the largest that is needed: (file, offset, end)."""
    best = None
    for i in left:
        length, text = len(files[i]), text_size(files[i])
        unit = region_size(text) // SUBREGIONS
        for step in {max(SMALLEST_STEP, unit * times // 4) for times in (0, 1, 2, 4, 8, 16, 32)}:
            at = round_up(top, step)
            low, high = owned_at(at, length, text)
            if low < top or region_at(at, text) > largest:
                continue
            padding = (high - top - length + price) / max(length, 1)
            if best is None or (padding, -length, i, at) < best[:4]:
                best = padding, -length, i, at, high
    return best[2:]


def place(files, start):
    """files: list of bytes. Returns (offsets, end, alignment); nothing is placed below start."""
    ways, largest = [], max((region_size(text_size(data)) for data in files), default=SMALLEST_REGION)
    for price in PRICES:
        offsets, left, top = [0] * len(files), set(range(len(files))), start
        while left:
            i, offsets[i], top = next_file(files, left, top, price, largest)
            left.remove(i)
        ways.append((top, offsets))
    end, offsets = min(ways)
    return offsets, end, largest


def stored_name(path):
    """A path as the image has it: without the leading "/", and a program, in /bin, without its folder."""
    name = path[1:] if path.startswith("/") else path
    name = name[4:] if name.startswith("bin/") else name
    if not name or len(name.encode()) > 23:
        raise ValueError("%r: a name has 1 to 23 bytes" % path)
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError("%r: a part of the path is empty, . or .." % path)
    return name


def build(named):
    """named: list of (path, bytes): "hello" or "/bin/hello" is a program, "/etc/services" another file. Returns (image bytes, alignment)."""
    named = [(stored_name(path), data) for path, data in named]
    if len({name for name, _ in named}) != len(named):
        raise ValueError("two files of one name")
    offsets, end, alignment = place([data for _, data in named], HEADER.size + ENTRY.size * len(named))
    image = bytearray(b"\xff" * round_up(end, 4))
    HEADER.pack_into(image, 0, MAGIC, len(named), len(image))
    for i, (name, data) in enumerate(named):
        ENTRY.pack_into(image, HEADER.size + i * ENTRY.size, name.encode(), offsets[i], len(data))
        image[offsets[i] : offsets[i] + len(data)] = data
    return bytes(image), alignment


ASSEMBLY = """/* Made by tools/image.py: the built-in read-only image. */
    .syntax unified
    .section .pithimg, "a", %progbits
    .balign {alignment}
    .global k_image_start
    .global k_image_end
k_image_start:
    .incbin "{path}"
k_image_end:
"""


def functions(data):
    """The names of an ELF's functions: what a crash report can name."""
    shoff, = struct.unpack_from("<I", data, 32)
    shentsize, shnum = struct.unpack_from("<HH", data, 46)
    sections = [struct.unpack_from("<10I", data, shoff + i * shentsize) for i in range(shnum)]
    names = set()
    for section in sections:
        if section[1] != SHT_SYMTAB:
            continue
        strings = sections[section[6]][4]
        for at in range(section[4], section[4] + section[5], SYMBOL.size):
            name, _, _, info, _, index = SYMBOL.unpack_from(data, at)
            start = strings + name
            text = data[start : data.index(b"\0", start)].decode()
            executable = 0 < index < shnum and sections[index][2] & SHF_EXECINSTR
            if executable and info & 15 in (STT_NOTYPE, STT_FUNC) and text and text[0] != "$":
                names.add(text)
    return sorted(names)


def without_sections(data):
    """An ELF up to the end of its last segment: what is behind it, the sections' headers and names, serves no one here."""
    (phoff,) = struct.unpack_from("<I", data, 28)
    phentsize, phnum = struct.unpack_from("<HH", data, 42)
    ends = [phoff + phentsize * phnum]
    for i in range(phnum):
        _, offset, _, _, size = struct.unpack_from("<5I", data, phoff + i * phentsize)
        ends.append(offset + size)
    bare = bytearray(data[: max(ends)])
    struct.pack_into("<I", bare, 32, 0)  # e_shoff
    struct.pack_into("<HHH", bare, 46, 0, 0, 0)  # e_shentsize, e_shnum, e_shstrndx
    return bytes(bare)


def stripped(path, strip, base, symbols):
    """The file's bytes, an ELF's without debug sections and but for the wanted symbols. The original stays as it is."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:4] != b"\x7fELF" or not strip:
        return data
    out = "%s.%s.stripped" % (base, os.path.basename(path))  # no other image uses this name
    options = ["--strip-debug"]
    if symbols != "all":
        options = ["--strip-all", "--remove-section=.comment", "--remove-section=.ARM.attributes"]
    if symbols == "functions":
        options += ["--keep-symbol=" + name for name in functions(data)]
    subprocess.run([strip, *options, "-o", out, path], check=True)
    with open(out, "rb") as f:
        data = f.read()
    os.remove(out)
    return without_sections(data) if symbols == "none" else data


def write_if_new(path, data):
    try:
        with open(path, "rb") as f:
            if f.read() == data:
                os.utime(path)
                return
    except OSError:
        pass
    with open(path, "wb") as f:
        f.write(data)


def main():
    parser = argparse.ArgumentParser(description="build the read-only image of a firmware")
    parser.add_argument("-o", required=True, metavar="FILE", help="x.S (and x.bin beside it), or x.bin alone")
    parser.add_argument("--strip", metavar="TOOL", help="the strip program for ELF files")
    parser.add_argument("--symbols", choices=("none", "functions", "all"), default="none",
                        help="which symbols the files keep, for crash reports")
    parser.add_argument("--list", nargs="*", default=[], metavar="NAME=FILE")
    options = parser.parse_args()
    base, extension = os.path.splitext(os.path.abspath(options.o))
    try:
        named = []
        for item in options.list:
            name, equals, path = item.partition("=")
            if not equals:
                raise ValueError("%s: not of the form NAME=FILE" % item)
            named.append((name, stripped(path, options.strip, base, options.symbols)))
        image, alignment = build(named)
    except (ValueError, OSError, subprocess.CalledProcessError) as e:
        sys.exit("image.py: %s" % e)
    write_if_new(base + ".bin", image)
    if extension == ".S":
        write_if_new(base + ".S", ASSEMBLY.format(alignment=alignment, path=base + ".bin").encode())


if __name__ == "__main__":
    main()
