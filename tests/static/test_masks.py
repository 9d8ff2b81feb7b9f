"""Interrupts are never masked: nothing privileged holds an instruction that could, but start and panic.

The disassembly of every image of every board is searched for CPSID and for MSR to PRIMASK, BASEPRI, BASEPRI_MAX and
FAULTMASK, by encoding, and that of the libraries and the applications of user/bin. In unprivileged mode the instructions do
nothing (Armv7-M ARM B5.2.1, B5.2.3), so the applications of the tests may try them. tests/bench/test_figures.py watches the same at run time.
"""
import re
import subprocess

BOARDS = "all"
FIRMWARES = {"pith.elf", "tests.elf", "services.elf", "hostile.elf"}  # at least; every image of a board's folder
LIBRARIES = ("kernel/libpith_kernel.a", "libpith_user.a")
ALLOWED = {"Reset_Handler", "arch_stop_interrupts"}
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t([0-9a-f]{4})(?: ([0-9a-f]{4}))?\s*\t(.*)$")
SYSM_MASKS = {0x10, 0x11, 0x12, 0x13}  # PRIMASK, BASEPRI, BASEPRI_MAX, FAULTMASK: B5.1.1


def masks(first, second):
    """Whether an instruction of one or two halfwords can mask interrupts."""
    if second is None:
        return first & 0xFFF0 == 0xB670  # CPSID, whatever it names
    return first & 0xFFF0 == 0xF380 and second & 0xFF00 == 0x8800 and second & 0xFF in SYSM_MASKS


def scan(path):
    """(functions seen, [(function, address, instruction)]) of an ELF file or archive."""
    done = subprocess.run(["arm-none-eabi-objdump", "-d", str(path)], stdout=subprocess.PIPE, check=True)
    function, functions, found = "?", set(), []
    for line in done.stdout.decode(errors="replace").splitlines():
        label = FUNCTION.match(line)
        if label:
            function = label.group(1)
            functions.add(function)
            continue
        code = INSTRUCTION.match(line)
        if code and masks(int(code.group(2), 16), code.group(3) and int(code.group(3), 16)):
            found.append((function, int(code.group(1), 16), " ".join(code.group(4).split())))
    return functions, found


def test_firmware(env):
    "No function but Reset_Handler and arch_stop_interrupts holds an instruction that masks interrupts."
    wrong = []
    images = {p.name for p in env.build_dir.glob("*.elf")}
    assert FIRMWARES <= images, images
    apps = {"apps/" + p.name for p in (env.build_dir / "apps").glob("*.elf")}
    assert len(apps) >= 3, apps
    for name in sorted(images | apps) + [n for n in LIBRARIES if (env.build_dir / n).exists()]:
        functions, found = scan(env.build_dir / name)
        if name in images:
            assert len(functions) > 100, "%s: only %d functions seen" % (name, len(functions))
            assert "arch_stop_interrupts" in {f for f, _, _ in found}, name + ": the one known CPSID was not seen"
        wrong += ["%s: %s at 0x%x: %s" % ((name,) + f) for f in found if f[0] not in ALLOWED]
    assert not wrong, "\n".join(wrong)


SAMPLE = """
  .syntax unified
  .cpu cortex-m4
  .thumb
  .macro FUNCTION name
  .type \\name, %function
\\name:
  .endm
  FUNCTION Reset_Handler
  cpsid i
  bx lr
  FUNCTION sneaky
  push {r4, lr}
  cpsid f
  pop {r4, pc}
  FUNCTION raises
  msr BASEPRI, r0
  msr BASEPRI_MAX, r11
  bx lr
  FUNCTION hides
  msr FAULTMASK, r1
  msr PRIMASK, r2
  bx lr
  FUNCTION honest
  mrs r0, PRIMASK
  msr PSP, r0
  msr CONTROL, r0
  cpsie i
  ldr r0, =0xb672b672
  bx lr
  .ltorg
"""


def test_scanner_finds_masks(env):
    "The scanner names function, address and instruction of each mask, and takes no other for one."
    source, made = env.tmp / "sample.s", env.tmp / "sample.o"
    source.write_text(SAMPLE)
    env.host(["arm-none-eabi-as", "-o", made, source], check=True)
    found = [(f, a, text.lower()) for f, a, text in scan(made)[1]]
    assert found == [("Reset_Handler", 0x0, "cpsid i"), ("sneaky", 0x6, "cpsid f"),
                     ("raises", 0xA, "msr basepri, r0"), ("raises", 0xE, "msr basepri_max, fp"),
                     ("hides", 0x14, "msr faultmask, r1"), ("hides", 0x18, "msr primask, r2")], found
