"""The built-in image: placed so that one MPU region can show a file's text and nothing of another file."""
import random
import struct
import sys

import image as builder


def elf(text, total):
    """An ELF of `total` bytes whose R+X segment reaches `text` bytes from its start."""
    header = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\x01\x01\x01", 3, 40, 1, 0, 52, 0, 0, 52, 32, 1,
                         0, 0, 0)
    segment = struct.pack("<8I", 1, 0, 0, 0, text, text, 5, 32)
    return (header + segment).ljust(total, b"\x5a")


def read(data):
    magic, count, size = struct.unpack_from("<8sII", data)
    assert magic == b"PITHIMG1" and size == len(data)
    entries = []
    for i in range(count):
        name, offset, length = struct.unpack_from("<24sII", data, 16 + 32 * i)
        entries.append((name.rstrip(b"\0").decode(), offset, length))
    return entries


def test_contents(env):
    "Every file is found again under its name, byte for byte, and an empty image is valid."
    files = [("sh", elf(5000, 6000)), ("motd", b"hello\n"), ("empty", b""), ("x" * 23, elf(84, 84))]
    data, alignment = builder.build(files)
    assert alignment == 8192
    for (name, content), (found, offset, length) in zip(files, read(data)):
        assert name == found and data[offset : offset + length] == content
    assert read(builder.build([])[0]) == []


def test_text_regions_are_private(env):
    "A region over the used eighths of a file's text is aligned and holds no byte of another file."
    rng = random.Random(1)
    for _ in range(200):
        files = []
        for i in range(rng.randrange(1, 12)):
            text = rng.choice([84, 255, 256, 257, 4096, 4097, rng.randrange(84, 40000)])
            files.append(("f%d" % i, elf(text, text + rng.randrange(0, 6000))))
        data, alignment = builder.build(files)
        entries = read(data)
        for (name, content), (_, offset, length) in zip(files, entries):
            text = builder.text_size(content)
            region = 256
            while offset // region != (offset + text - 1) // region:
                region *= 2
            unit, aligned = region // 8, alignment % region == 0
            assert aligned and offset % 32 == 0 and offset >= 16 + 32 * len(files), name
            shown = offset // unit * unit, builder.round_up(offset + text, unit)
            for other, start, size in entries:
                if other != name:
                    assert start >= max(shown[1], offset + length) or start + size <= shown[0], (name, other)


def test_sections_left_out(env):
    "An ELF without its sections' headers has its segments as they were, and says that there are none."
    whole = elf(5000, 6000)
    bare = builder.without_sections(whole[:32] + struct.pack("<I", 5500) + whole[36:])
    assert len(bare) == 5000 and bare[52:] == whole[52:5000]
    assert struct.unpack_from("<I", bare, 32) == (0,) and struct.unpack_from("<HHH", bare, 46) == (0, 0, 0)


def test_refusals(env):
    "A name that is too long, empty or taken, and a missing file, are refused in one line."
    for names in ([("x" * 24, b"")], [("", b"")], [("a", b""), ("a", b"")]):
        try:
            builder.build(names)
        except ValueError:
            continue
        raise AssertionError("%r was taken" % names)
    tool = env.repo / "tools/image.py"
    done = env.host([sys.executable, tool, "-o", env.tmp / "i.S", "--list", "a=/nonexistent"])
    assert done.status == 1 and done.out.startswith("image.py: ") and done.out.count("\n") == 1
