"""The board mps2_an385_v6m: all C of the system is compiled for the Armv6-M subset, without FPU, by what its objects say
of themselves; the assembly of arch/ and the applications are Armv7-M."""
import re

BOARDS = ["mps2_an385_v6m"]
SYSTEM = ("arch", "kernel", "lib", "process", "fs", "drivers", "boards", "init")


def objects(env):
    """The system's objects: source, as it is named in the tree -> path."""
    found = {}
    for path in env.build_dir.rglob("*.obj"):
        source = re.search(r"\.dir/(?:__/)*(.*)\.obj$", str(path)).group(1)
        if "pith_kernel_objects.dir" in str(path):
            source = "kernel/" + source
        if source.split("/")[0] in SYSTEM and "pith_offsets" not in str(path):
            found[source] = path
    return found


def attributes(env, path):
    text = env.host(["arm-none-eabi-readelf", "-A", path], check=True).out
    return dict(re.findall(r"^  (Tag_\w+): (.*)$", text, re.M))


def test_objects(env):
    "Each C object of the system is for Armv6S-M, Thumb-1, without FPU; each assembled one is for Armv7-M."
    seen = {".c": 0, ".S": 0}
    for source, path in sorted(objects(env).items()):
        tags = attributes(env, path)
        suffix = source[-2:]
        seen[suffix] += 1
        want = "v6S-M" if suffix == ".c" else "v7"
        assert tags["Tag_CPU_arch"] == want, "%s: %s" % (source, tags)
        if suffix == ".c":
            assert tags["Tag_THUMB_ISA_use"] == "Thumb-1", source
        assert "Tag_FP_arch" not in tags, source
    assert seen[".c"] > 60 and seen[".S"] >= 6, seen


def test_no_later_instruction(env):
    "No C function of the firmware has an instruction of four bytes but those of Armv6-M: BL, barriers, MRS, MSR."
    wrong, functions = [], 0
    for source, path in sorted(objects(env).items()):
        if not source.endswith(".c"):
            continue
        text = env.host(["arm-none-eabi-objdump", "-d", path], check=True).out
        functions += len(re.findall(r"^[0-9a-f]+ <.*>:$", text, re.M))
        for line in re.findall(r"^ +[0-9a-f]+:\t[0-9a-f]{4} [0-9a-f]{4} *\t(.*)$", text, re.M):
            if not re.match(r"(bl|dsb|dmb|isb|mrs|msr|udf\.w)\b", line):
                wrong.append("%s: %s" % (source, line))
    assert functions > 300, functions
    assert not wrong, "\n".join(wrong[:20])
