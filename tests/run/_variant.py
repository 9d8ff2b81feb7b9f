"""A firmware of the tests from a changed copy of the tree: for tests of the tests, and for other tunables.

    variant = _variant.Variant(env, defines=["PITH_TICK_HZ=20000"])
    variant.change("kernel/post.c", edit)      edit: text -> text; it must change something
    variant.build()
    variant.run(["--run", "storm", "--seed", "1"], seconds)      exact interrupts: -icount
    variant.restore()

The copy lies in the test's own folder; a further build compiles only what was changed.
"""
import re
import shutil

NEEDED = ["CMakeLists.txt", "config.h", "abi", "arch", "boards", "cmake", "drivers", "fs", "include", "init",
          "kernel", "lib", "process", "tools", "user", "tests"]
IGNORED = shutil.ignore_patterns("__pycache__", "build", "tmp")


class Variant:
    def __init__(self, env, defines=()):
        self.env, self.tree, self.folder = env, env.tmp / "tree", env.tmp / "b"
        self.originals = {}
        self.tree.mkdir()
        for name in NEEDED:
            source = env.repo / name
            if source.is_dir():
                shutil.copytree(source, self.tree / name, ignore=IGNORED)
            elif source.exists():
                shutil.copy(source, self.tree / name)
        flags = " ".join("-D" + d for d in defines)
        env.host(["cmake", "-S", self.tree, "-B", self.folder, "-G", "Ninja", "-DPITH_APPS=OFF", "-DPITH_ACCOUNTING=OFF",
                  "-DPITH_BOARD=" + env.board, "-DCMAKE_C_FLAGS=" + flags, "-DCMAKE_ASM_FLAGS=" + flags,
                  "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake" % self.tree], check=True)

    def change(self, name, edit):
        path = self.tree / name
        text = path.read_text()
        changed = edit(text)
        assert changed != text, "the change no longer applies to " + name
        self.originals.setdefault(name, text)
        path.write_text(changed)

    def restore(self):
        for name, text in self.originals.items():
            (self.tree / name).write_text(text)
        self.originals = {}

    def build(self, target="tests.elf"):
        self.env.host(["ninja", "-C", self.folder, "-j2", target], timeout=600, check=True)

    def run(self, args, seconds):
        """The finished run; status None when it did not end in time."""
        try:
            return self.env.run(args, kernel=self.folder / "tests.elf", timeout=seconds, icount=True)
        except AssertionError:
            self.env.last.status = None
            return self.env.last


def replace(old, new):
    """An edit: one text by another."""
    return lambda text: text.replace(old, new, 1)


def function_part(text, name):
    """Start and end of an assembly function, from its FUNCTION line to the next one."""
    start = re.search(r"^FUNCTION %s\n" % name, text, re.M).end()
    end = re.compile(r"^FUNCTION ", re.M).search(text, start)
    return start, end.start() if end else len(text)


def body(function, code):
    """An edit: other code for an assembly function."""

    def edit(text):
        start, end = function_part(text, function)
        return text[:start] + code + "\n" + text[end:]

    return edit


def plain(function, which=1):
    """An edit: the which-th LDREX/STREX pair of an assembly function becomes LDR and STR."""

    def edit(text):
        start, end = function_part(text, function)
        body = text[start:end]
        loads = list(re.finditer(r"\bldrex(b?)\b", body))
        load = loads[which - 1]
        store = re.compile(r"\bstrex(b?) (\w+), (\w+), (.*)").search(body, load.end())
        body = (body[:load.start()] + "ldr" + load.group(1) + body[load.end():store.start()]
                + "str%s %s, %s\n  mov %s, #0" % (store.group(1), store.group(3),
                                                  store.group(4).split("/*")[0].strip(), store.group(2))
                + body[store.end():])
        return text[:start] + body + text[end:]

    return edit
