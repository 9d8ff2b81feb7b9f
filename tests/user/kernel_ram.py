"""The kernel's memory before and after each attack, as tests/hostile/ram.c writes it: every byte must be the same, but
for what may change. That is named here, by the symbols of the firmware, or by the firmware itself where only C knows.
"""
import re
import struct
import subprocess

CHANGES = {  # symbol: why it may change
    "console_tty": "the console's ring: how far it has come",
    "console_tx": "the console's ring: what was printed last",
    "uart0_state": "the console's driver, while it sends",
    "usart1_state": "the console's driver, while it sends",
    "clock": "the time",
    "now": "which attack it is",
    "last_pid": "process numbers count up",
    "generation": "generations of handles count up",
    "load_plan": "the file that was loaded last",
    "init_stack": "the stack of the thread that runs the attacks",
    "init_thread": "its registers",
    "reaper_stack": "the stack of the thread that reports and gives back",
    "reaper": "its registers and priority",
    "service_thread": "the registers and priority of the thread that starts children",
    "swapper": "the registers and priority of the thread that brings relatives home",
    "swapper_stack": "its stack",
    "k_stand_in": "the registers of the thread that runs in place of one that is away",
    "stand_in_stack": "its stack",
    "served": "for whom it did that last",
    "share": "when relatives were to take turns",
    "toucher": "the thread that touched a page of its relatives' last: read only while that is posted",
    "stack": "its stack",
    "work": "semaphores on which these threads wait",
    "share_end": "when the last share in use would have been used up: disarmed",
    "share_since": "when somebody with a share got the processor last",
    "victim": "the thread that faulted last: read only while its fault is posted",
    "returned": "whether the last return from a signal was good",
    "files_paths": "the paths of the last call",
    "raw": "the same, as a process gave it",
    "tmp": "when the root of /tmp was last changed",
    "closing_asked": "files whose close() was left to a thread are counted",
    "closed": "and those it has closed",
    "taken": "open files are counted",
    "given_back": "and those that are no more",
    "memory_left": "objects whose memory was left to a thread are counted",
    "memory_swept": "and those it has given back",
    "families": "families that are no more, and who was in them",
    "share": "when a relative would have had its share: disarmed",
    "swapper": "the registers and priority of the thread that swaps relatives",
    "toucher": "who touched a page last",
    "served": "whose job the swapper did last",
    "locks": "slots of locks nobody waits for any more: their last owner",
}
PARTS = {  # symbol: from, to, why these bytes of it may change; and others of it
    "fault_post": [(4, 8, "a link of the list of posts, stale once it has been applied")],
    "touch_post": [(4, 8, "the same, of pages that were touched")],
    "delivery": [(4, 8, "the same, of signals")],
    "used_up": [(4, 8, "the same, of shares of the processor")],
    "console": [(80, 100, "the terminal: counters of its input, the cursor's column"), (424, 428, "who read it last")],
}


def symbols(elf):
    """[(address, size, name)] of what has a size."""
    listing = subprocess.run(["arm-none-eabi-nm", "-S", str(elf)], stdout=subprocess.PIPE, check=True).stdout.decode()
    found = re.findall(r"^([0-9a-f]{8}) ([0-9a-f]{8}) \w (\S+)$", listing, re.M)
    return sorted((int(at, 16), int(size, 16), name) for at, size, name in found)


def dumps(path):
    """[(name, base, bytes)]"""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        name, base, size = struct.unpack_from("<24sII", data, at)
        assert at + 32 + size <= len(data), "the file of the kernel's memory is cut off"
        found.append((name.rstrip(b"\0").decode(), base, data[at + 32 : at + 32 + size]))
        at += 32 + size
    return found


def unused(path, elf, stack):
    """Bytes of a stack of the kernel's that were never used, up to the last dump; and its size."""
    _, base, data = dumps(path)[-1]
    (at, size), = [(at, size) for at, size, name in symbols(elf) if name == stack]
    used = data[at - base : at - base + size].lstrip(b"\xa5")
    return size - len(used), size


def excepted(out, elf):
    """[(low, high)] of what may change, of this firmware."""
    told = re.findall(r"^hostile: may change: ([0-9a-f]{8}) (\d+) ", out, re.M)
    assert told, "the firmware has not told what may change"
    ranges = [(int(at, 16), int(at, 16) + int(size)) for at, size in told]
    for at, size, name in symbols(elf):
        plain = name.split(".")[0]
        if plain in CHANGES:
            ranges.append((at, at + size))
        else:
            ranges += [(at + low, at + high) for low, high, _ in PARTS.get(plain, ()) if high <= size]
    return ranges


def changes(path, out, elf):
    """Lines on what has changed and may not, by attack; [] if nothing has."""
    found, known, all_dumps = [], symbols(elf), dumps(path)
    base, size = all_dumps[0][1], len(all_dumps[0][2])
    free = bytearray(size)
    for low, high in excepted(out, elf):
        for at in range(max(low, base), min(high, base + size)):
            free[at - base] = 1
    assert free.count(0) * 2 > size, "most of the kernel's memory may change"
    kept = int.from_bytes(bytes(0 if f else 255 for f in free), "little")
    for (_, _, before), (name, _, after) in zip(all_dumps, all_dumps[1:]):
        differ = (int.from_bytes(before, "little") ^ int.from_bytes(after, "little")) & kept
        if not differ:
            continue
        wrong = [base + i for i, d in enumerate(differ.to_bytes(size, "little")) if d]
        places = {next((s for at, n, s in known if at <= a < at + n), "%08x" % a) for a in wrong}
        found.append("%s changed %d bytes of the kernel's, first at %08x: %s"
                     % (name, len(wrong), wrong[0], ", ".join(sorted(places))))
    return found
