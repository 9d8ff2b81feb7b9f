"""Files that are not what they should be: each gets one line with its reason and costs nothing, and the
system goes on. Every case is made from a real application by changing a few bytes.
"""
import random
import re

from pithlib import harness
from processes import Boot, Elf, under_names

BOARDS = "all"
ANSWER = 43  # what the neighbour returns
HUGE = 0x40000000
DIRECTORY = ("cannot be read: a directory?", "its length cannot be read: a directory?")  # as the host has it


def refused(env, cases):
    """Loads a file for each case, and a good one after them: each bad one is refused for its reason, alone,
    and the good one runs. cases: name -> (bytes or a path, reason or the possible ones), at most 7."""
    files = []
    for name, (data, _) in cases.items():
        path = data
        if isinstance(data, (bytes, bytearray)):
            path = env.tmp / name
            path.write_bytes(data)
        files.append(path)
    boot = Boot(env, files + under_names(env, "neighbour", ["neighbour"]))
    for path, (name, (_, reason)) in zip(files, cases.items()):
        told = boot.refusals(path)
        assert len(told) == 1 and told[0] in (reason if isinstance(reason, tuple) else (reason,)), \
            "%s: %s" % (name, told)
    assert boot.status == 1, "status %d, not 1" % boot.status
    assert boot.returned("neighbour") == ANSWER


def in_segment(f, segment):
    """An offset in the middle of a segment's bytes in the file."""
    return f.of(segment, Elf.OFFSET) + f.of(segment, Elf.FILESZ) // 2


# name: what it changes, the reason given. A function that returns bytes cuts the file. At most 7 a group.
HEADER = {
    "no_magic": (lambda f: f.put(1, ord("F"), "B"), "not an ELF file"),
    "class_64": (lambda f: f.put(4, 2, "B"), "64-bit file"),
    "big_endian": (lambda f: f.put(5, 2, "B"), "big-endian file"),
    "other_machine": (lambda f: f.put(18, 3, "<H"), "made for another processor than Arm"),
    "object_file": (lambda f: f.put(16, 1, "<H"), "object file that has not been linked"),
    "old_eabi": (lambda f: f.put(36, 0x04000000), "not built for version 5 of the Arm EABI"),
    "many_program_headers": (lambda f: f.put(44, 0xFFFF, "<H"), "too many program headers"),
}

CUT_OFF = {
    "empty": (lambda f: b"", "empty file"),
    "cut_in_header": (lambda f: f.data[:40], "too short for an ELF header"),
    "cut_in_program_headers": (lambda f: f.data[:90], "program headers run past the end of the file"),
    "cut_in_text": (lambda f: f.data[:in_segment(f, Elf.TEXT)], "segment runs past the end of the file"),
    "cut_in_data": (lambda f: f.data[:in_segment(f, Elf.DATA)], "segment runs past the end of the file"),
    "no_program_headers": (lambda f: f.put(44, 0, "<H"), "no program headers"),
    "header_table_beyond": (lambda f: f.put(28, 0xFFFFFFF0), "program headers run past the end of the file"),
}

SEGMENTS = {
    "no_load": (lambda f: (f.patch(Elf.TEXT, 0, 0), f.patch(Elf.DATA, 0, 0)), "no loadable segment"),
    "no_text": (lambda f: f.patch(Elf.TEXT, 0, 0), "no executable segment"),
    "overlap": (lambda f: f.patch(Elf.DATA, Elf.VADDR, 0x100), "segments overlap"),
    "write_and_execute": (lambda f: f.patch(Elf.DATA, Elf.FLAGS, 7), "segment is both writable and executable"),
    "huge_segment": (lambda f: f.patch(Elf.DATA, Elf.MEMSZ, HUGE), "wants more memory than a process can have"),
    "memory_below_file": (lambda f: f.patch(Elf.DATA, Elf.MEMSZ, f.of(Elf.DATA, Elf.FILESZ) - 1),
                          "segment is larger in the file than in memory"),
    "stack_and_heap_wrap": (lambda f: (f.put(f.note(2), 0x80000000), f.put(f.note(3), 0x80000000)),
                            "wants more memory than a process can have"),
}

SUMS_THAT_OVERFLOW = {
    "offset_wraps": (lambda f: f.patch(Elf.DATA, Elf.OFFSET, 0xFFFFFFFF), "segment runs past the end of the file"),
    "size_wraps": (lambda f: (f.patch(Elf.DATA, Elf.FILESZ, -8), f.patch(Elf.DATA, Elf.MEMSZ, -8)),
                   "segment runs past the end of the file"),
    "address_wraps": (lambda f: f.patch(Elf.DATA, Elf.VADDR, 0xFFFFFF00), "segment wraps around the address space"),
    "memory_wraps": (lambda f: f.patch(Elf.DATA, Elf.MEMSZ, 0xFFFFFFFF), "segment wraps around the address space"),
    "dynamic_beyond": (lambda f: f.patch(Elf.DYNAMIC, Elf.FILESZ, -4),
                       "dynamic section runs past the end of the file"),
    "note_beyond": (lambda f: f.patch(Elf.NOTE, Elf.OFFSET, -16), "notes run past the end of the file"),
    "relocation_size": (lambda f: f.put(f.dynamic(18), 0xFFFFFFF8), "relocation table lies outside the segments"),
}

RELOCATIONS = {
    "relocation_in_text": (lambda f: f.put(f.relocation(0), 0x200),
                           "relocation outside the contents of the data segment"),
    "relocation_beyond": (lambda f: f.put(f.relocation(1), 0xFFFFFFFE),
                          "relocation outside the contents of the data segment"),
    "relocation_over_the_end": (lambda f: f.put(f.relocation(0), f.of(Elf.DATA, Elf.VADDR)
                                                + f.of(Elf.DATA, Elf.FILESZ) - 3),
                                "relocation outside the contents of the data segment"),
    "relocation_kind": (lambda f: f.put(f.relocation(0) + 4, 2), "relocation of another kind than R_ARM_RELATIVE"),
    "relocation_symbol": (lambda f: f.put(f.relocation(2) + 4, 0x117),
                          "relocation of another kind than R_ARM_RELATIVE"),
    "relocated_word": (lambda f: f.put(f.word(f.relocation(0)) - f.of(Elf.DATA, Elf.VADDR)
                                       + f.of(Elf.DATA, Elf.OFFSET), 0x08000000),
                       "relocated word points outside the segments"),
    "relocation_table_beyond": (lambda f: f.put(f.dynamic(17), 0xFFFFFFF8),
                                "relocation table lies outside the segments"),
}

ENTRY_AND_NOTE = {
    "entry_outside": (lambda f: f.put(24, 0x10000001), "entry point lies outside the code"),
    "entry_even": (lambda f: f.put(24, f.word(24) & ~1), "entry point is not Thumb code"),
    "note_abi": (lambda f: f.put(f.note(0), 2), "made for another ABI version"),
    "note_got": (lambda f: f.put(f.note(1), 0x100000), "GOT lies outside the data segment"),
    "note_cut": (lambda f: f.patch(Elf.NOTE, Elf.FILESZ, 30), "note runs past the end of its segment"),
}


def check_group(env, cases):
    made = {}
    for name, (change, reason) in cases.items():
        f = Elf(env.app("hello"))
        cut = change(f)
        made[name] = (cut if isinstance(cut, (bytes, bytearray)) else f.data, reason)
    refused(env, made)


def test_header(env):
    "What the ELF header says."
    check_group(env, HEADER)


def test_cut_off(env):
    "Files that end too early."
    check_group(env, CUT_OFF)


def test_segments(env):
    "Segments that are missing, overlap or ask for too much."
    check_group(env, SEGMENTS)


def test_sums_that_overflow(env):
    "Sums of two numbers of the file that do not fit 32 bits."
    check_group(env, SUMS_THAT_OVERFLOW)


def test_relocations(env):
    "Relocations of other kinds, elsewhere, to elsewhere."
    check_group(env, RELOCATIONS)


def test_entry_and_note(env):
    "Where the program starts, and what the note wants."
    check_group(env, ENTRY_AND_NOTE)


def free_memory(env):
    return int(re.search(r"^free: (\d+) ", env.run(["--load", env.tmp / "none"]).out, re.M).group(1))


def test_hard_float(env):
    "A file for a core with FPU is refused where there is none, and runs where there is one."
    f = Elf(env.app("neighbour"))
    f.put(36, f.word(36) | 0x400)
    if env.board in ("mps2_an386", "stm32f4"):
        path = env.tmp / "hard"
        path.write_bytes(f.data)
        assert Boot(env, [path]).returned("hard") == ANSWER
    else:
        refused(env, {"hard": (f.data, "hard-float file on a core without FPU")})


def test_too_much_memory(env):
    "A file that wishes for nearly everything, and one that is larger than all memory."
    f = Elf(env.app("neighbour"))
    f.put(f.note(3), free_memory(env) - 2048)
    large = env.tmp / "large"
    with open(large, "wb") as out:
        out.truncate(32 << 20)
    refused(env, {"wish": (f.data, "not enough process memory"),
                  "large": (large, "not enough process memory to read it")})


def test_no_program(env):
    "A missing file, a directory, text, one byte."
    folder = env.tmp / "folder"
    folder.mkdir()
    refused(env, {"missing": (env.tmp / "missing", "no such file on the host"),
                  "folder": (folder, DIRECTORY),
                  "text": (b"#!/bin/sh\necho hello\n" * 10, "not an ELF file"),
                  "byte": (b"\x7f", "too short for an ELF header")})


def test_names(env):
    "Spaces, percent signs, commas and quotes in names reach the system as they are."
    names = ["with space", "per%cent%20", "com,ma,,s", "quo'te\"s", "%"]
    boot = Boot(env, under_names(env, "neighbour", names))
    for name in names:
        assert boot.returned(name) == ANSWER, name
    assert boot.status == ANSWER


def test_all_bad(env):
    "Eight bad files at once are eight lines, and no memory is lost."
    files = [env.tmp / ("bad %d" % i) for i in range(8)]
    for i, path in enumerate(files):
        path.write_bytes(b"bad" * (i + 1))
    boot = Boot(env, files)
    assert boot.status == 1
    for path in files:
        assert boot.refusals(path) == ["too short for an ELF header"], path.name


def stopped_others(env, files):
    """After a boot that did not end: the files that alone do not run to their end either, though they have
    been started, loop, as they are entitled to; any other one has stopped the system."""
    out = env.last.out
    for path in files:
        if re.search(r"process %s \(|%s: cannot run" % (path.name, path.name), out):
            continue
        try:
            Boot(env, [path], timeout=3)
        except harness.Failure:
            if "PANIC" in env.last.out or "%s: pid 1 " % path.name not in env.last.out:
                return True
    return "PANIC" in out


def test_mutations(env):
    "Any byte of a file may be wrong: it is refused, killed or runs, and the system survives."
    seed = 3
    rng = random.Random(seed)
    good = Elf(env.app("neighbour")).data
    for group in range(8):
        files = []
        for i in range(8 if group < 7 else 4):
            data = bytearray(good)
            at = rng.randrange(len(data)) if i % 2 else rng.randrange(0x200)
            data[at] ^= rng.randrange(1, 256)
            files.append(env.tmp / ("m%d-%d-%03x-%02x" % (group, i, at, data[at])))
            files[-1].write_bytes(data)
        try:
            Boot(env, files, timeout=2)
        except harness.Failure:
            assert not stopped_others(env, files), "a mutated file stopped the system (seed %d)" % seed
