"""What a program of GCC's test suite says of itself in comments such as { dg-options "-fwrapv" { target x } }.

Read are the ones that decide about flags and about whether the program is for this target at all; what the
suite's own tools do with the rest (expected diagnostics, known failures of other machines) does not matter here.
A word that is not known is an error: no program is left out because of a guess.
"""
import fnmatch
import re

TRIPLE = "arm-none-eabi"
# The suite's questions about a target, and the answers for an application of Pith.
ANSWERS = dict.fromkeys(("alloca", "c99_runtime", "double64plus", "fpic", "indirect_jumps", "int32", "int32plus",
                         "label_values", "longlong64", "return_address", "signal", "stdint_types", "trampolines",
                         "untyped_assembly", "unwrapped", "fileio"), True)
ANSWERS.update(dict.fromkeys(("avr", "dfp", "freestanding", "ia32", "int128", "mmap", "newlib_nano_io",
                              "vxworks_kernel"), False))


class Plan:
    """How to build one program: flags behind the usual ones; stack, bytes it needs at least; large, whether it
    would use less if it knew of less memory; skip, why it is not for this target (None: it is)."""

    def __init__(self):
        self.flags, self.stack, self.large, self.skip = [], 0, False, None


def words(text):
    """The words of a Tcl list: strings, and lists for {...}."""
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == '"':
            end = text.index('"', at + 1)
            found.append(text[at + 1:end])
            at = end + 1
        elif text[at] == "{":
            end = closing(text, at)
            found.append(words(text[at + 1:end]))
            at = end + 1
        else:
            end = re.compile(r'[\s{}"]|$').search(text, at).start()
            found.append(text[at:end])
            at = end
    return found


def closing(text, at):
    """Where the brace that opens at `at` is closed."""
    depth, quoted = 0, False
    for i in range(at, len(text)):
        if text[i] == '"':
            quoted = not quoted
        elif not quoted and text[i] in "{}":
            depth += 1 if text[i] == "{" else -1
            if not depth:
                return i
    raise ValueError("a brace is not closed: " + text[at:at + 60])


def matches(selector):
    """Whether a selector, a word or a list, means this target."""
    if isinstance(selector, str):
        if "-" in selector or "*" in selector:
            return fnmatch.fnmatchcase(TRIPLE, selector)
        return ANSWERS[selector]
    for operator, join in (("||", any), ("&&", all)):
        if operator in selector:
            at = selector.index(operator)
            return join((matches(selector[:at]), matches(selector[at + 1:])))
    if selector[:1] == ["!"]:
        return not matches(selector[1:])
    return any(matches(s) for s in selector)


def given(patterns, flags):
    """Whether one of the patterns is among the flags; "*" always is."""
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return any(p == "*" or (p and fnmatch.filter(flags, p)) for p in patterns)


def flat(word):
    return word if isinstance(word, str) else " ".join(map(flat, word))


def read(source, flags):
    """The Plan of a program whose text is source, built with these flags."""
    plan = Plan()
    for found in re.finditer(r"\{\s*dg-[a-z-]+\s", source):
        name, *rest = words(source[found.start() + 1:closing(source, found.start())])
        if name in ("dg-options", "dg-additional-options"):
            if len(rest) == 1 or matches(rest[1][1:]):
                plan.flags += flat(rest[0]).split()
        elif name == "dg-skip-if":
            options, but = (rest[2:] + ["*", ""][len(rest) - 2:])[:2]
            if matches(rest[1]) and given(options, flags) and not given(but, flags):
                plan.skip = rest[0] or "for other machines"
        elif name == "dg-require-effective-target":
            if not matches(rest[0]):
                plan.skip = "requires %s" % rest[0]
        elif name == "dg-require-stack-size":
            if not re.fullmatch(r"[0-9a-fx+* ]+", rest[0]):
                raise ValueError("not a size: " + rest[0])
            plan.stack = eval(rest[0])  # a sum of products, as the line before has seen to
        elif name == "dg-add-options":
            plan.large = plan.large or rest == ["stack_size"]
        elif name not in ("dg-do", "dg-prune-output", "dg-require-alias", "dg-require-weak", "dg-xfail-if",
                          "dg-xfail-run-if"):
            raise ValueError("unknown directive " + name)
    return plan
