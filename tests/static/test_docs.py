"""What the documents say that can be looked up: files, numbers of config.h, who includes whom, how long reading takes."""
import re

import layers

# The order STYLE and KERNEL give to read files in, and where a name without a folder is.
FOLDERS = ("", "docs/", "kernel/", "arch/", "arch/cortexm/", "process/", "drivers/")
STANDS_FOR = {"README": "README.md", "docs/KERNEL": "docs/KERNEL.md", "a UART driver": "drivers/cmsdk_uart.c",
              "a board": "boards/mps2/board.c"}


def documents(env):
    return sorted((env.repo / "docs").glob("*.md")) + [env.repo / "README.md", env.repo / "user/README.md"]


def texts(env):
    """Everything that may speak of a document: the tree, without what a build makes."""
    for pattern in ("*.md", "config.h", "*.txt", "pith"):
        yield from env.repo.glob(pattern)
    for folder in ("abi", "arch", "boards", "cmake", "docs", "drivers", "fs", "include", "init", "kernel", "lib",
                   "process", "samples", "tests", "tools", "user"):
        yield from (p for p in (env.repo / folder).rglob("*")
                    if p.suffix in (".c", ".h", ".S", ".md", ".py", ".def", ".cmake", ".txt") and p.is_file())


def test_documents_exist(env):
    "Each document that any file names is there, and README or another document leads to it."
    named, wrong = set(), []
    for path in texts(env):
        for name in re.findall(r"\bdocs/([A-Z]+)\.md", path.read_text(errors="replace")):
            if not (env.repo / "docs" / (name + ".md")).exists():
                wrong.append("%s names docs/%s.md" % (path.relative_to(env.repo), name))
            if path.suffix == ".md":
                named.add(name)
    assert not wrong, "\n".join(wrong)
    there = {p.stem for p in (env.repo / "docs").glob("*.md")}
    assert "ABI" in named and there - named <= {"STYLE"}, there - named


def test_files_exist(env):
    "Each file or folder that a document names by its path is there."
    top = {p.name for p in env.repo.iterdir()} - {"build"}
    wrong, seen = [], 0
    for document in documents(env):
        for name in re.findall(r"`([\w./-]+)`", document.read_text()):
            if "/" not in name or name.split("/")[0] not in top:
                continue
            seen += 1
            places = [env.repo / name, env.repo / "include" / name]
            if not any(p.exists() for p in places) and not list(env.repo.glob(name + ".*")):
                wrong.append("%s: %s" % (document.name, name))
    assert seen > 30, seen
    assert not wrong, "\n".join(wrong)


def test_limits(env):
    "The limits in docs/ABI.md that have a name have the value of config.h."
    config = (env.repo / "config.h").read_text()
    table = re.search(r"^## Limits\n(.*?)^## ", (env.repo / "docs/ABI.md").read_text(), re.M | re.S).group(1)
    found = 0
    for numbers, names in re.findall(r"\| ([\d; ]+) \((`PITH_[^)]*)\)", table):
        names = re.findall(r"PITH_\w+", names)
        for number, name in zip(numbers.split(";"), names):
            found += 1
            # a number, or a number where what it needs is there: (PITH_TIMERS ? 8 : 0)
            value = re.search(r"^#define %s (?:(\d+)|\(PITH_\w+ \? (\d+) : 0\))$" % name, config, re.M)
            assert value, "config.h has no number for %s of docs/ABI.md" % name
            value = value.group(1) or value.group(2)
            assert int(number) == int(value), "%s is %s, docs/ABI.md says %s" % (name, value, number)
    assert found >= 8, found


def reading(env, text):
    """The files of a reading list, and the lines it says they have."""
    names = re.split(r",\s+", re.sub(r"`|\*", "", text[:text.rindex(":")]))
    lines = 0
    for name in names:
        name = STANDS_FOR.get(name.strip(), name.strip())
        places = [env.repo / (folder + name) for folder in FOLDERS if (env.repo / (folder + name)).is_file()]
        assert places, "no file " + name
        lines += places[0].read_text().count("\n")
    return lines, int(re.search(r"about ([\d,]+) lines", text).group(1).replace(",", ""))


def test_reading_lists(env):
    "The files that STYLE and KERNEL say to read are there, and have about so many lines as they say."
    style = re.search(r"A newcomer reads: (.*)", (env.repo / "docs/STYLE.md").read_text(), re.S).group(1)
    kernel = re.search(r"Read this, then (.*?lines)\.", (env.repo / "docs/KERNEL.md").read_text(), re.S).group(1)
    for text in (style[:style.index('to "I understand')], kernel):
        lines, said = reading(env, text)
        assert abs(lines - said) <= said / 10, "%d lines, not about %d" % (lines, said)


def test_include_rule(env):
    "docs/DESIGN.md's table of who may include whom says what tools/layers.py checks, of six layers."
    rows = dict(re.findall(r"^\| (\w+(?:/\w+)?) \| (.*) \|$", (env.repo / "docs/DESIGN.md").read_text(), re.M))
    for layer in ("abi", "lib", "kernel", "drivers", "fs", "process"):
        for target in layers.TABLE[layer]:
            folder, _, header = target.partition("/")
            want = "include/pith" if target == "include" else header or folder
            assert want in rows[layer], "%s may include %s, says tools/layers.py" % (layer, target)


def test_layers_selftest(env):
    "The layering check finds each breach that is put in front of it."
    assert layers.selftest() == 0
    assert layers.main(["--root", str(env.repo)]) == 0
    assert layers.EXPECTED and len(layers.EXPECTED) == len(set(layers.EXPECTED))
