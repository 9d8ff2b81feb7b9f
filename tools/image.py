#!/usr/bin/env python3
"""Builds the read-only image that is linked into a firmware.

Layout, little-endian, offsets from the start of the image:
    header  char magic[8] = "PITHIMG1"; u32 count; u32 total_size
    entry   char name[24] (NUL-padded); u32 offset; u32 size          count times
    files

Each file lies so that one PMSAv7 MPU region can cover its text and show nothing of another file. With T
the bytes of text from the start of the file (for a file that is no ELF, all of it) and S the smallest
power of two that holds T, at least 256, a file starts at a multiple of S and owns the bytes up to the end
of the last eighth of S that its text touches, or to its own end if that is later. Larger S first; smaller
files fill the gaps. The image itself is aligned to the largest S. Padding is 0xFF, like erased flash.
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


def place(files, start):
    """files: list of bytes. Returns (offsets, end, alignment); nothing is placed below start."""
    offsets = [0] * len(files)
    used = [(0, start)]  # sorted, disjoint
    alignment = SMALLEST_REGION
    order = sorted(range(len(files)), key=lambda i: (-region_size(text_size(files[i])), -len(files[i]), i))
    for i in order:
        text = text_size(files[i])
        region = region_size(text)
        alignment = max(alignment, region)
        needed = max(round_up(text, region // SUBREGIONS), len(files[i]), 1)
        at = 0
        for lo, hi in used:
            if at + needed <= lo:
                break
            at = max(at, round_up(hi, region))
        offsets[i] = at
        used.append((at, at + needed))
        used.sort()
    return offsets, used[-1][1], alignment


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
    return data


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
