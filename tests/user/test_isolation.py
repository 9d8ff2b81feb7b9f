"""Processes that try to break out. Each is killed, with the right cause and address, or gets nothing; the
neighbour that runs beside it finishes undisturbed, and all memory comes back.
"""
import re
import struct

from processes import Boot, Elf, trimmed, under_names

BOARDS = "all"
ANSWER = 43   # what the neighbour returns
KILLED = 139  # the exit status of a process that faulted
RAM = 0x20000000

ACCESS = "accessed an address it may not"
BUS = "accessed an address that answered with a bus error"
JUMP = "jumped to an address it may not execute"
STACK = "overflowed its stack: the processor could not save registers there"
LAZY = "had its FPU registers saved to a place it may not write"
EVEN = "jumped to an address without the Thumb bit"
UNDEFINED = "executed an undefined instruction"
BREAKPOINT = "executed a breakpoint without a debugger"
DIVIDE = "divided by zero"
UNALIGNED = "made an unaligned access that is not allowed"
COPROCESSOR = "used a coprocessor or FPU that is absent or off"
RETURN = "returned to an invalid EXC_RETURN"
BELOW = "just below its stack: suspected stack overflow"


def has_fpu(env):
    return env.board in ("mps2_an386", "stm32f4")


def flash(env):
    return 0x08000000 if env.board == "stm32f4" else 0


def uart(env):
    return 0x40011000 if env.board == "stm32f4" else 0x40004000


def attack(env, expected, **more):
    """Runs hostile under the given names, up to 7, and a neighbour after them. expected: name -> the cause,
    or what it returns, or a set of either."""
    files = under_names(env, "hostile", expected) + under_names(env, "neighbour", ["neighbour"])
    boot = Boot(env, files, **more)
    for name, want in expected.items():
        got = boot.returned(name) if boot.cause(name) is None else boot.cause(name)
        assert got in (want if isinstance(want, set) else {want}), "%s: %s" % (name, got)
    assert boot.returned("neighbour") == ANSWER, "the neighbour was disturbed"
    assert boot.status == (KILLED if boot.cause(next(iter(expected))) else 1), boot.status
    return boot


def at(verb, address):
    return "%s-%x" % (verb, address)


def check_addresses(boot, verbs, address, place):
    for verb in verbs:
        got = boot.fault_address(at(verb, address))
        assert got == (address, place), "%s: %s" % (at(verb, address), got)


# ---- reaching for memory ----

def test_kernel_memory(env):
    "The kernel's RAM, its bit-band alias too, and its code can be neither read nor written nor executed."
    code = flash(env) + 0x400
    boot = attack(env, {at("peek", RAM): ACCESS, at("poke", RAM): ACCESS, at("jump", RAM): JUMP, "poke-22000000": ACCESS,
                        at("peek", code): ACCESS, at("poke", code): ACCESS, at("jump", code): JUMP})
    check_addresses(boot, ["peek", "poke"], RAM, "not its own")
    check_addresses(boot, ["peek", "poke"], code, "not its own")


def test_null(env):
    "NULL is nothing, although there is flash at address 0."
    boot = attack(env, {"peek-0": ACCESS, "poke-0": ACCESS, "jump-0": JUMP, "peek-fc": ACCESS})
    check_addresses(boot, ["peek", "poke"], 0, "NULL")
    check_addresses(boot, ["peek"], 0xFC, "NULL")


def test_devices(env):
    "The system space and the devices are out of reach."
    scs = 0xE000ED00
    boot = attack(env, {at("peek", scs): BUS, at("poke", scs): BUS, at("jump", scs): JUMP,
                        at("peek", uart(env)): ACCESS, at("poke", uart(env)): ACCESS, at("jump", uart(env)): JUMP,
                        "poke-e000e010": BUS})
    check_addresses(boot, ["peek", "poke"], scs, "not its own")
    check_addresses(boot, ["peek", "poke"], uart(env), "not its own")


def test_edges_of_the_block(env):
    "The first and last byte of the own block can be used, those beside them not."
    boot = attack(env, {"peek-l0": 1, "peek-hffffffff": 1, "peek-h0": {1, ACCESS}, "poke-h0": ACCESS,
                        "peek-lffffffff": ACCESS, "poke-lfffffffc": ACCESS, "peek-lffffdfff": ACCESS})
    for name in ("peek-h0", "poke-h0"):
        heap, size = boot.map(name)["heap"]
        text = boot.map(name)["text"][0] == heap + size  # its own text begins there, which it may read
        assert (boot.returned(name) == 1) == (text and name == "peek-h0"), name
        if boot.returned(name) != 1:
            assert boot.fault_address(name) == (heap + size, "its text" if text else "not its own"), name
    for name, distance, place in (("peek-lffffffff", 1, BELOW), ("poke-lfffffffc", 4, BELOW),
                                  ("peek-lffffdfff", 0x2001, "not its own")):
        assert boot.fault_address(name) == (boot.map(name)["stack"][0] - distance, place), name


def test_own_text_and_data(env):
    "Text cannot be written, data and stack cannot be executed."
    boot = attack(env, {"peek-t0": 1, "poke-t0": ACCESS, "exec_data": JUMP, "exec_stack": JUMP})
    text, size = boot.map("poke-t0")["text"]
    address, place = boot.fault_address("poke-t0")
    assert text <= address < text + size and place == "its text"
    assert re.search(r"exec_data \(pid \d+\) killed: .*\n  instruction at [0-9a-f]{8} \(its data\)", boot.out)
    assert re.search(r"exec_stack \(pid \d+\) killed: .*\n  instruction at [0-9a-f]{8} \(its stack\)", boot.out)


def test_memory_of_a_neighbour(env):
    "A process that knows where its neighbour lies can neither read nor write nor execute it."
    guess = Boot(env, under_names(env, "hostile", ["peek-00000000", "poke-00000000", "jump-00000000"])
                 + under_names(env, "neighbour", ["neighbour"]))
    victim = guess.map("neighbour")
    for part in ("data", "stack"):
        address = victim[part][0]
        boot = attack(env, {"peek-%08x" % address: ACCESS, "poke-%08x" % address: ACCESS, "jump-%08x" % address: JUMP})
        assert boot.map("neighbour") == victim, "it has moved"
        assert boot.fault_address("peek-%08x" % address) == (address, "not its own")


def test_text_region_ends_with_the_file(env):
    "What rounding shows beside a process's text is never another process's memory."
    f = Elf(env.app("hostile"))
    f.data += bytes(4200 - len(f.data))
    f.patch(Elf.TEXT, Elf.FILESZ, len(f.data))
    f.patch(Elf.TEXT, Elf.MEMSZ, len(f.data))
    files = under_names(env, "neighbour", ["n%d" % i for i in range(6)])
    long_text = env.tmp / "peek-t0"
    long_text.write_bytes(f.data)
    boot = Boot(env, [long_text] + files)
    text, size = boot.map("peek-t0")["text"]
    window = 256
    while (text & -window) + window < text + size:
        window *= 2
    shown = (text + size + window // 8 - 1) & -(window // 8)
    for path in files:
        low, high = boot.map(path.name)["stack"][0], sum(boot.map(path.name)["heap"])
        assert boot.returned(path.name) == ANSWER
        assert high <= text or low >= shown, "%s lies in what the region shows" % path.name


# ---- stacks ----

def test_stack_overflow(env):
    "Recursion and one big frame, with and without FPU registers, end at the bottom of the stack."
    boot = attack(env, {"recurse": {STACK, ACCESS}, "recurse_fpu": {STACK, ACCESS},
                        "big_frame": {STACK, ACCESS}, "big_frame_fpu": {STACK, ACCESS}})
    for name in ("recurse", "recurse_fpu"):
        assert boot.fault_address(name)[1] in (BELOW, None), name


def test_call_with_a_foreign_stack(env):
    "A call made with the stack pointer somewhere else does not write there."
    attack(env, {"svc_sp-20000100": STACK, "svc_sp-0": STACK, "svc_sp-90000020": STACK, "svc_sp-lffffff00": STACK,
                 "exit_sp-20001000": STACK, "sleep_sp-20001000": STACK, "svc_sp-%x" % (flash(env) + 0x400): STACK})


def test_call_at_the_edges(env):
    "A frame that just fits the block serves, one byte less does not; the pointer's low bits do not matter."
    attack(env, {"svc_sp-l20": 1, "svc_sp-l22": 1, "svc_sp-l1c": STACK, "svc_sp-h0": 1, "svc_sp-h8": STACK,
                 "sleep_sp-l20": 1, "sleep_sp-h20": STACK})


def test_interrupted_with_a_foreign_stack(env):
    "An interrupt finds nowhere to save registers: the process ends, the interrupt is served."
    attack(env, {"spin_sp-20001000": STACK, "spin_sp-0": STACK, "spin_sp-90000020": STACK, "spin_sp-l10": STACK})


def test_fault_with_a_foreign_stack(env):
    "A fault whose own registers cannot be saved is two exceptions, and still only the process's end."
    for address in (0, 0x20000100, 0x90000020):
        attack(env, {at("udf_sp", address): STACK, at("bkpt_sp", address): STACK, at("peek_sp", address): STACK,
                     at("scs_sp", address): STACK, at("div_sp", address): STACK, at("jump_sp", address): {STACK, JUMP}})


def test_frame_changed_by_a_call(env):
    "A call that is told to write into its own frame cannot return to anything that is not the process's."
    words = [0, 0, 0, 0, 12, 0]
    forged = struct.pack("<8I", *words, 0x20000000, 0x0100000B) + b"\n"  # returns into handler mode, so it says
    attack(env, {"frame_uptime": {JUMP, EVEN}, "frame_read": {RETURN, JUMP}}, input=[("neighbour: pid", forged)])


def test_fpu_registers_saved_late(env):
    "Room for FPU registers behind the own block is not written when they are saved at last."
    if not has_fpu(env):
        env.skip("no FPU")
    attack(env, {"lazy_sp-h28": LAZY, "lazy_sp-h48": LAZY, "lazy_sp-h0": 1, "lazy_exit_sp-h28": {LAZY, 7},
                 "lazy_sp-h68": STACK, "lazy_sp-l60": STACK})


# ---- instructions ----

def test_instructions(env):
    "Undefined, unaligned, coprocessor, division by zero, a jump without the Thumb bit."
    attack(env, {"udf": UNDEFINED, "divide-0": DIVIDE, "unaligned": UNALIGNED, "coprocessor": COPROCESSOR,
                 "jump_even-t0": EVEN, "bkpt": BREAKPOINT})


def test_forged_returns(env):
    "The magic addresses of exception returns are nothing in a thread."
    attack(env, {"jump-fffffff1": JUMP, "jump-fffffff9": JUMP, "jump-fffffffd": JUMP, "jump-ffffffed": JUMP,
                 "jump-ffffffe1": JUMP, "jump-f0000000": JUMP})


def test_semihosting(env):
    "A process cannot reach the host: it neither ends the run nor makes a file."
    attack(env, {"semihost-18": BREAKPOINT, "semihost-20": BREAKPOINT, "semihost-1": BREAKPOINT,
                 "semihost-5": BREAKPOINT, "semihost-15": BREAKPOINT})
    assert not (env.tmp / "made-by-a-process").exists()


def test_privilege(env):
    "CONTROL cannot be written: the kernel's memory stays out of reach."
    boot = attack(env, {"control-20000000": ACCESS, "control-e000ed00": BUS})
    assert boot.fault_address("control-20000000")[0] == RAM


# ---- what is refused ----

def probe(env, names, app="probe", **more):
    boot = Boot(env, under_names(env, app, names) + under_names(env, "neighbour", ["neighbour"]), **more)
    for name in names:
        assert boot.returned(name) == 0, "%s: check in line %s, %s" % (name, boot.returned(name), boot.cause(name))
    assert boot.returned("neighbour") == ANSWER and boot.status == ANSWER
    return boot


def test_calls(env):
    "Wrong numbers, pointers, descriptors and handles get their error; right ones their result."
    boot = probe(env, ["numbers", "pointers", "descriptors", "handles", "generations"])
    assert boot.out.count("text\n") >= 1 and boot.out.count("data\n") >= 1


def test_heap(env):
    "brk reaches exactly to the ends of the block, and the heap is zero at first, whoever had it before."
    probe(env, ["heap", "heap-2", "heap-3"])


def test_objects_are_shared_out(env):
    "Handles run out at 16, objects of all processes at 32, and both come back with the process."
    boot = Boot(env, under_names(env, "probe", ["hoard", "hoard-2", "hoard-3"]))
    assert sorted(boot.returned(n) for n in ("hoard", "hoard-2", "hoard-3")) == [0, 16, 16]


def test_masks(env):
    "PRIMASK, BASEPRI, FAULTMASK, MSP, PSP and CONTROL ignore a process, and time goes on."
    probe(env, ["masks"])


def test_processor(env):
    "A process that computes for a while and one that yields without end do not stop others."
    probe(env, ["spin-1e", "yields-300", "spin-14"])


def test_fpu_registers(env):
    "No process sees another one's FPU registers, and each keeps its own."
    probe(env, ["fill-5a000000", "look", "fill-3c000000", "look-2", "look-3"], app="fpregs")


def test_debugging_information(env):
    "A file with all its sections runs like one without."
    whole = env.tmp / "neighbour"
    whole.write_bytes(env.app("neighbour").read_bytes())
    assert len(whole.read_bytes()) > len(trimmed(whole))
    assert Boot(env, [whole]).status == ANSWER
