"""The examples in the public headers, and those in docs/KERNEL.md: each compiles, against the headers as they are."""
import re

FLAGS = ["-mcpu=cortex-m4", "-mthumb", "-std=gnu11", "-ffreestanding", "-fsyntax-only", "-Wall", "-Werror",
         "-Wno-implicit-function-declaration", "-Wno-unused", "-Iinclude", "-Iabi", "-I."]


def examples(text):
    """The indented blocks of the comment a header opens with."""
    head = text[:text.index("*/")]
    lines = [m.group(1) for m in re.finditer(r"^ \*   (.*)$|^ \*$", head, re.M)]
    return "\n".join(line or "" for line in lines).strip()


def test_examples(env):
    "Each header of include/pith but types.h opens with an example, which compiles."
    gcc, all_headers = env.tool("arm-none-eabi-gcc"), sorted((env.repo / "include/pith").glob("*.h"))
    includes = '#include "pith_errno.h"\n' + "".join('#include "pith/%s"\n' % h.name for h in all_headers)
    for header in all_headers:
        code = examples(header.read_text())
        assert ("{" in code) == (header.name != "types.h"), "%s: no example, or one too many" % header.name
        source = env.tmp / (header.stem + ".c")
        source.write_text(includes + code + "\n")
        done = env.host([gcc] + FLAGS + [str(source)], cwd=str(env.repo))
        assert done.status == 0, "%s: its example does not compile:\n%s" % (header.name, done.out)


def test_kernel_document(env):
    "The C code in docs/KERNEL.md compiles, against the headers as they are."
    gcc, headers = env.tool("arm-none-eabi-gcc"), sorted((env.repo / "include/pith").glob("*.h"))
    blocks = re.findall(r"^```c\n(.*?)^```$", (env.repo / "docs/KERNEL.md").read_text(), re.M | re.S)
    assert any("pith_thread_delete(pith_self())" in code for code in blocks), "the life cycle is not there"
    for number, code in enumerate(blocks):
        source = env.tmp / ("block%d.c" % number)
        source.write_text("".join('#include "pith/%s"\n' % h.name for h in headers) + code)
        done = env.host([gcc] + FLAGS + [str(source)], cwd=str(env.repo))
        assert done.status == 0, "block %d does not compile:\n%s" % (number + 1, done.out)


def test_broken_example(env):
    "An example that does not fit its header is found."
    gcc = env.tool("arm-none-eabi-gcc")
    source = env.tmp / "broken.c"
    source.write_text('#include "pith/sem.h"\nvoid f(struct pith_sem *s) { pith_sem_take(s, 1); }\n')
    assert env.host([gcc] + FLAGS + [str(source)], cwd=str(env.repo)).status != 0
