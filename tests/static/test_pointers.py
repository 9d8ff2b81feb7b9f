"""tests/user/attacks/pointers.def names every pointer of abi/syscalls.def, so that none is left untried."""
import re


def prototypes(text):
    """call: its parameters that are pointers, functions among them"""
    calls = {}
    for name, arguments in re.findall(r'^SYSCALL\(\d+, (\w+), [KS], "[^"(]*\((.*?)\)", "', text, re.M):
        arguments = re.sub(r"\(\*(\w+)\)\([^)]*\)", r"*\1", arguments)  # void (*entry)(int signal)
        pointers = [re.search(r"(\w+)$", a.strip()).group(1) for a in arguments.split(",") if "*" in a]
        calls[name] = set(pointers)
    return calls


def table(text):
    """{(call, parameter)} and the attacks that ELSEWHERE refers to"""
    tried = set(re.findall(r"^(?:POINTER|ELSEWHERE)\((\w+), ([\w.\[\]]+),", text, re.M))
    attacks = [a for rest in re.findall(r"^ELSEWHERE\(\w+, [\w.]+, (.*)\)$", text, re.M) for a in rest.split(", ")]
    return tried, attacks


def missing(calls, text):
    """What is a pointer and not tried, and what is tried and no pointer."""
    tried, attacks = table(text)
    plain = {(call, p) for call, parameters in calls.items() for p in parameters}
    extra = {(call, p) for call, p in tried if (call, re.split(r"[.\[]", p)[0]) not in plain}
    return sorted(plain - tried) + sorted(extra), attacks


def test_pointers(env):
    "Each pointer of each call is tried, and nothing else."
    calls = prototypes((env.repo / "abi/syscalls.def").read_text())
    listed = len(re.findall(r"^SYSCALL\(", (env.repo / "abi/syscalls.def").read_text(), re.M))
    text = (env.repo / "tests/user/attacks/pointers.def").read_text()
    assert len(calls) == listed and sum(map(len, calls.values())) > 20
    wrong, attacks = missing(calls, text)
    assert not wrong, "not in tests/user/attacks/pointers.def, or only there: %s" % wrong
    there = set(re.findall(r"^ATTACK\((\w+), ", (env.repo / "tests/hostile/attacks.def").read_text(), re.M))
    assert attacks and set(attacks) <= there, "no such attack: %s" % (set(attacks) - there)


def test_nested_pointers(env):
    "Each address in a structure that calls take is tried as well."
    header = (env.repo / "abi/pith_process.h").read_text()
    tried, _ = table((env.repo / "tests/user/attacks/pointers.def").read_text())
    for struct, fields in {"spawn": ["path", "argv", "envp", "handles"], "object": ["name"], "message": ["data"]}.items():
        body = re.search(r"struct pith_%s \{(.*?)\};" % struct, header, re.S).group(1)
        for field in fields:
            assert re.search(r"\b%s\b" % field, body), "struct pith_%s has no %s" % (struct, field)
            assert any(p == "%s.%s" % (struct, field) for _, p in tried), "%s.%s is not tried" % (struct, field)
    assert {("thread_create", "start.stack"), ("sigreturn", "frame.sp")} <= tried


def test_a_new_call_is_noticed(env):
    "A call with a pointer that the table does not name, a parameter that is new, and a line too many are found."
    text = (env.repo / "tests/user/attacks/pointers.def").read_text()
    calls = prototypes((env.repo / "abi/syscalls.def").read_text()
                       + 'SYSCALL(126, look, S, "long sys_look(const char *path, struct pith_stat *to)", "Tells of a file.")\n')
    assert missing(calls, text)[0] == [("look", "path"), ("look", "to")]
    calls = prototypes((env.repo / "abi/syscalls.def").read_text())
    calls["write"] = set()
    assert missing(calls, text)[0] == [("write", "buf")]
