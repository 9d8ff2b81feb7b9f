"""What ./pith bench measures: the rows, what other kernels need for the same, and what Pith is to need.

The others' figures were counted in the same way: the same markers around the same operations, the same compiler
and -O2, each kernel with the features these rows need and no others, and the same estimate of cycles.
"""
import re
from pathlib import Path

FIRMWARE = Path(__file__).resolve().parent / "fw"
PEERS = ("FreeRTOS", "ThreadX", "RTX5", "ChibiOS")
FIRST_MARKER = 0x22
CHAIN = 5                            # threads of the chain, and counts of one round
TM_COUNTS, TM_BASIC_COUNTS = 200, 5  # of the classic tests: COUNTS and BASIC_COUNTS in fw/classic.c
TM_THREADS = 5

INSTRUCTIONS, BYTES = "instructions", "bytes"


class Row:
    """peers: in the order of PEERS, each (instructions, cycles), a number alone, or None. target: the same.
    run: the run of the firmware that passes it; counts: by how many its instructions are divided. switch: also measured
    with processes."""

    def __init__(self, name, what, peers=(), target=None, run="rows", counts=1, switch=False, unit=INSTRUCTIONS,
                 names=PEERS):
        self.name, self.what, self.run, self.counts, self.unit = name, what, run, counts, unit
        self.switch = switch
        self.names, self.peers, self.target = names, [pair(p) for p in peers], pair(target)

    @property
    def best(self):
        """(peer, (instructions, cycles)) of the peer with the fewest, or None."""
        known = [(name, p) for name, p in zip(self.names, self.peers) if p]
        return min(known, key=lambda p: p[1][0]) if known else None


def pair(figure):
    return figure if isinstance(figure, tuple) or figure is None else (figure, None)


def tm(name, what, counts=TM_COUNTS):
    return Row("tm_" + name, "classic test, per count: " + what, run="classic", counts=counts)


def size(name, what, peers, target):
    return Row(name, what, peers, target, run=None, unit=BYTES)


ROWS = (
    Row("sem_give", "semaphore: give, nobody waits", [(53, 108), (14, 31), (62, 156), (10, 17)], (9, 15)),
    Row("sem_take", "semaphore: take, a unit is there", [(42, 82), (13, 33), (57, 148), (11, 18)], (9, 15)),
    Row("mutex_lock", "mutex: lock, free", [(52, 103), (33, 65), (62, 148), (18, 48)], (11, 20)),
    Row("mutex_unlock", "mutex: unlock, nobody waits", [(69, 150), (94, 175), (89, 200), (15, 31)], (12, 22)),
    Row("queue4_send", "queue of 4 bytes: send, room", [(84, 156), (32, 59), (133, 278), (54, 111)], (22, 36)),
    Row("queue4_recv", "queue of 4 bytes: receive", [(67, 121), (31, 66), (156, 321), (53, 109)], (22, 36)),
    Row("queue16_send", "queue of 16 bytes: send, room", [(90, 165), (48, 80), (139, 287), (85, 164)], (25, 46)),
    Row("queue16_recv", "queue of 16 bytes: receive", [(73, 130), (47, 87), (162, 330), (87, 179)], (25, 46)),
    Row("yield", "yield to a thread of the same priority", [(59, 183), (66, 153), (99, 253), (40, 122)], (26, 85),
        switch=True),
    Row("pingpong_equal", "give, take: round trip to an equal thread",
        [(1079, 2237), (395, 837), (555, 1275), (163, 399)], (135, 350), switch=True),
    Row("pingpong_higher", "give, take: round trip to a more urgent one",
        [(704, 1503), (283, 611), (428, 1041), (113, 297)], (106, 262), switch=True),
    Row("isr_to_thread", "interrupt's first instruction to its thread",
        [(205, 433), (122, 271), (261, 561), (97, 235)], (74, 150), switch=True),
    Row("pool_pair", "pool: alloc and free", [None, 59, 192, 42], 20),
    Row("preempt_chain", "resume, suspend in a chain of 5, per count", [274, 178, 207, 77], 75, counts=CHAIN,
        switch=True),
    Row("masked_max", "longest time with interrupts masked", [147, 78, 0, 62], 0, run=None),
    Row("timer_start_10", "timer: start, 10 armed, last to expire", [807, 60, 149, 81], run="timers"),
    Row("timer_start_100", "timer: start, 100 armed, last to expire", [1257, 60, 869, 531], run="timers"),
    Row("timer_start_1000", "timer: start, 1000 armed, last to expire", [5757, 60, 8069, 5031], 90, run="timers"),
    Row("tick_isr_max_1000", "clock interrupt, worst, 1000 timers expire", [108, 46079, 163, 88], 60, run=None),
    size("rom_minimal", "ROM: 2 threads, semaphore, mutex, at -Os", [5132, 5076, 7128, 2716], 3000),
    size("size_thread", "a thread, without FPU registers", [84, 176, 80, 44], 128),
    size("size_thread_with_fpu", "a thread, with FPU registers", [], 192),
    size("size_sem", "a semaphore", [72, 28, 16, 12], 16),
    size("size_mutex", "a mutex", [72, 52, 28, 16], 20),
    size("size_timer", "a timer", [40, 44, 32, 24], 24),
    tm("basic", "1024 words, no kernel", TM_BASIC_COUNTS),
    tm("cooperative", "yield among 5", TM_COUNTS * TM_THREADS),
    tm("preemptive", "chain of 5", TM_COUNTS * TM_THREADS),
    tm("interrupt", "give in a handler, take"),
    tm("interrupt_preemption", "handler wakes a thread"),
    tm("message", "send, receive 16 bytes"),
    tm("sync", "take, give"),
    tm("memory", "alloc, free 128 bytes"),
    Row("pool_alloc", "pool: alloc"),
    Row("pool_free", "pool: free"),
    Row("sem_poll", "semaphore: take without waiting, no unit"),
    Row("mutex_handover", "mutex: unlock until a more urgent waiter runs", switch=True),
    Row("suspend_resume", "resume a more urgent thread, which suspends", switch=True),
    Row("queue4_wake", "queue: send until a more urgent waiter runs", switch=True),
    Row("isr_to_queue", "interrupt: send until the receiver has it", switch=True),
    Row("event_set", "events: set, nobody waits"),
    Row("event_set_wake", "events: set until a more urgent waiter runs", switch=True),
    Row("cond_signal_none", "condition: signal, nobody waits"),
    Row("read_lock", "reader-writer lock: read lock, free"),
    Row("read_unlock", "reader-writer lock: read unlock, nobody waits"),
    Row("write_lock", "reader-writer lock: write lock, free"),
    Row("write_unlock", "reader-writer lock: write unlock, nobody waits"),
    Row("cond_signal", "condition: signal until the waiter has the lock", switch=True),
    Row("stream_send", "byte stream: send 16 bytes, room"),
    Row("stream_recv", "byte stream: receive 16 bytes"),
    Row("thread_create", "thread: init, its stack of 512 bytes filled"),
    Row("thread_join", "thread: join, it runs and ends meanwhile"),
    Row("now", "the time"),
    Row("timer_first_1000", "timer: start, 1000 armed, first to expire", run="timers"),
    Row("timer_stop_1000", "timer: stop that one", run="timers"),
    Row("tick_kernel_max_1000", "kernel's part of an expiry, worst, 1000 timers", run=None),
)


def user(name, what, zephyr, target, unit=INSTRUCTIONS):
    """Of processes; measured in the firmware as ./pith run boots it, stack guards and all."""
    return Row(name, what, [zephyr], target, run=None, unit=unit, names=("Zephyr",))


USER_ROWS = (
    user("null_syscall", "a system call that does nothing", 106, (14, 50)),
    user("ptr_syscall", "a call that checks and fills 4 bytes", 227, 45),
    user("user_sem_give", "POSIX semaphore: give, nobody waits", 200, 14),
    user("user_sem_take", "POSIX semaphore: take, a unit is there", 202, 14),
    user("user_mutex_pair", "POSIX mutex: lock and unlock, free", 422, 28),
    user("yield_processes", "yield to another process, MPU included", 350, (42, 135)),
    user("yield_threads", "yield to a thread of the same process", 350, (32, 95)),
    user("yield_kernel", "yield between kernel threads, beside processes", 247, None),
    user("pingpong_processes", "give, take: round trip to another process", 1504, (190, 480)),
    user("pingpong_one_call", "the same by one signal-and-wait call a side", None, (170, 400)),
    user("load_4k", "load to first instruction: 4 KB, 117 relocations", 101480, 10000),
    user("load_18k", "load to first instruction: 18 KB, 498 relocations", 387960, 20000),
    user("spawn_hello", "spawn to the first instruction of hello", None, 12000),
    user("spawn_small", "spawn to the first instruction, no libc", None, None),
    user("exit_reap", "exit until the parent has the status", None, 3000),
    user("fork_exit_8k", "fork, child writes 8 KB and ends, wait", None, 30000),
    user("fork_exec_hello", "fork, to the first instruction of hello", None, 45000),
    user("fork_switch_8k", "a switch to a relative, 8 KB written by each", None, 1.2 * 2 * 8192 / 4 + 500),
    user("swap_max_delay", "interrupt to thread, worst at any instruction of swaps", None, 150),
    user("fault_to_neighbour", "fault until another process runs again", 920, 1000),
    user("pipe3_per_byte", "1 MB through three programs and two pipes, per byte", None, 12),
    user("file_null", "write a byte to /dev/null", None, None),
    user("file_open", "open a file in /tmp", None, None),
    user("file_close", "close it", None, None),
    user("file_seek", "move its position", None, None),
    user("file_write_4k_tmp", "write 4 KB to /tmp, where it has been", None, None),
    user("file_read_4k_tmp", "read 4 KB from /tmp", None, None),
    user("file_read_4k_rom", "read 4 KB from /bin", None, None),
    user("kernel_bytes_process", "RAM of the kernel per process, without its thread", 1024, 384, BYTES),
    user("kernel_bytes_thread", "RAM per thread, without FPU registers", 1024, 128, BYTES),
    user("rom_processes", "ROM: kernel, isolated processes with threads, at -Os", 23892, 20000, BYTES),
    user("rom_processes_all", "ROM: with all that processes can have but fs/", None, None, BYTES),
)


def markers():
    """{row: (event before, event after)} as fw/rows.def numbers them."""
    names = re.findall(r"^ROW\((\w+)\)", (FIRMWARE / "rows.def").read_text(), re.M)
    return {name: ("%02x" % (FIRST_MARKER + 2 * i), "%02x" % (FIRST_MARKER + 2 * i + 1))
            for i, name in enumerate(names)}
