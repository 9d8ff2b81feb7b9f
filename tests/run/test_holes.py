"""Holes put into the kernel one at a time: the hostile suite must notice each, by the attack that is meant for it."""
import re
import sys
from pathlib import Path

import _variant
from _variant import replace

BUILDS = True
LIMIT = 120

HOLES = [  # what is wrong, where, the attack that shows it
    ("only the first byte of what is written is checked", "kernel/usercopy.c",
     replace("if (k_is_within(s, d->low, d->high)) return", "if (k_is_within((struct uslice){s.base, 1}, d->low, d->high)) return"),
     "class_first_byte"),
    ("right pointers are refused", "kernel/usercopy.c",
     replace("if (!k_user_writable(d, to)) return -EFAULT;", "if (k_user_writable(d, to)) return -EFAULT;"),
     "class_inverted_check"),
    ("data can be executed", "arch/cortexm/mpu_v7.c", replace("(execute ? 0 : MPU_RASR_XN)", "(execute ? 0u : 0u)"),
     "own_data_execute"),
    ("a group is open to everybody", "process/signal.c",
     replace("if (group != p->pid && !signal_may_enter(me, (int)group)) return -EPERM;", ""), "class_ownership"),
    ("rights are not checked", "process/named.c", replace("if (result >= 0) result = check(", "if (!result) result = check("),
     "class_negative_index"),
    ("handles of a failed start stay", "process/spawn.c",
     replace("if (error) pith_monitor(give_up", "if (error > 0) pith_monitor(give_up"), "class_loader_handles"),
    ("a dead parent's registers are handles", "process/spawn.c",
     replace("if (parent && parent->state != PROCESS_ALIVE) return -ESRCH; /* where", "/* where"), "class_after_end"),
    ("a call changes a word that is not its own", "process/calls.c",
     replace("long p_call_getpid(void) {", "extern uint32_t planted;\nuint32_t planted;\nlong p_call_getpid(void) {\n  planted++;"),
     "class_thread_killed"),
    ("the last return from a signal stands for this one", "process/signal.c", replace("  if (!good) {", "  if (!good && !arch_signal_returned()) {"),
     "sigreturn_accepted sigreturn_kernel"),
    ("a child's own share counts in no other", "process/budget.c",
     replace("struct share *s = parent ? share_of(parent) : NULL;", "struct share *s = parent && !wish->budget_us ? share_of(parent) : NULL;"),
     "loop_in_shares"),
    ("a file goes with its descriptor, whoever works on it", "process/service.c", replace("  file_hold(held);\n", ""),
     "close_under_use"),
    ("a file stays that a call of a dead process waited for", "process/thread.c", replace("  service_thread_ended(t);\n", ""),
     "die_in_service"),
    ("a dead process's files stay open", "process/life.c", replace("  files_release_all(p);\n", ""), "exhaust_descriptors"),
    ("one process has all files", "process/files.c", replace("room < n + kept", "room < n"), "exhaust_files"),
    ("everybody sets the clock", "process/files.c", replace("if (!p->manages) return -EPERM;", ""), "set_clock"),
    ("a call is made from within the kernel", "process/info.c",
     replace("(uint32_t)heap_free_bytes(&R->heap);", "(uint32_t)pith_heap_free();"), "pointers_kernel"),
]


def run(env, variant, attacks):
    """None, or how one of the attacks was noticed."""
    import kernel_ram

    ram = env.tmp / "ram"
    try:
        only = [word for attack in attacks.split() for word in ("--only", attack)]
        done = env.run([*only, "--ram", ram], kernel=variant.folder / "hostile.elf", timeout=LIMIT, icount=True)
    except AssertionError as e:
        return str(e)
    if "PANIC" in done.out:
        return "the kernel panicked"
    wrong = re.findall(r"^attack \w+: FAILED: (.*)$", done.out, re.M)
    return wrong[0] if wrong else "; ".join(kernel_ram.changes(ram, done.out, variant.folder / "hostile.elf")) or None


def check(env, holes):
    sys.path.insert(0, str(Path(__file__).parent.parent / "user"))
    variant = _variant.Variant(env)
    env.host(["cmake", "-DPITH_HOSTILE_IMAGE=%s" % (env.build_dir / "image_hostile.S"), variant.folder], check=True)
    variant.build("hostile.elf")
    for _, _, _, attack in holes:
        found = run(env, variant, attack)
        assert not found, "%s fails on the kernel as it is: %s" % (attack, found)
    missed = []
    for what, path, edit, attack in holes:
        variant.change(path, edit)
        variant.build("hostile.elf")
        found = run(env, variant, attack)
        print("%-50s %s: %s" % (what, attack, found or "NOT NOTICED"), flush=True)
        if not found:
            missed.append(what)
        variant.restore()
    assert not missed, "not noticed: " + ", ".join(missed)


def test_a_hole(env):
    "One hole, in the check of what a process points to."
    check(env, HOLES[:1])


def test_holes(env):
    "All the others."
    check(env, HOLES[1:])


test_holes.long = True
