/* Processes from the kernel's side: spawned, waited for, killed, many of them and too many, and files with
 * any byte wrong. The programs are those of tests/user/apps; the first argument says what one does (bare.h
 * there). Whatever happens, all memory comes back. */
#include "test.h"
#include "mem.h"
#include "process.h"
#include "romfs.h"

enum {
  ANY_STATUS = 1000000,
  PRIORITY = 16,
  CYCLES = 100,
  MUTATIONS = 400,
};

static const char *why;

/* Free memory, of processes and of the kernel. */
struct memory {
  uint32_t free, largest;
  size_t heap;
};

static struct memory memory_now(void) {
  struct memory m;

  m.free = process_memory_free(&m.largest);
  m.heap = pith_heap_free();
  return m;
}

static void check_same(const struct memory *before) {
  struct memory m = memory_now();

  CHECK_EQ(m.free, before->free);
  CHECK_EQ(m.largest, before->largest);
  CHECK_EQ(m.heap, before->heap);
}

static int spawn_file(const void *file, uint32_t size, const char *argument, unsigned priority) {
  const char *const argv[] = {argument, NULL};
  struct process_request r = {
      .name = argument, .file = file, .size = size, .argv = argv, .priority = (uint8_t)priority};

  why = NULL;
  return process_spawn(&r, NULL, &why);
}

static int spawn(const char *program, const char *argument) {
  struct romfs_file f;

  CHECK_EQ(romfs_find(program, &f), 0);
  return spawn_file(f.data, f.size, argument, PRIORITY);
}

static void check_result(int pid, enum process_cause cause, int status) {
  struct process_result r;

  CHECK(pid > 0);
  CHECK_EQ(process_wait(pid, &r, PITH_FOREVER), 0);
  CHECK_EQ(r.cause, cause);
  if (status != ANY_STATUS) CHECK_EQ(r.status, status);
}

TEST(process_exits, "100 processes that return one after the other leave nothing behind") {
  struct memory before = memory_now();

  for (int i = 0; i < CYCLES; i++) {
    check_result(spawn("probe", "quits-2a"), PROCESS_EXITED, 42);
    check_same(&before);
  }
}

TEST(process_faults, "100 processes that fault, each in another way, leave nothing behind") {
  static const char *const ways[] = {"peek-20000000", "udf",  "recurse", "svc_sp-0",
                                     "jump-0",        "bkpt", "poke-t0"};
  struct memory before = memory_now();

  for (int i = 0; i < CYCLES; i++) {
    check_result(spawn("hostile", ways[i % 7]), PROCESS_FAULTED, ANY_STATUS);
    check_same(&before);
  }
}

TEST(process_status, "a status is what the process returned, any 32 bits") {
  check_result(spawn("probe", "quits-0"), PROCESS_EXITED, 0);
  check_result(spawn("probe", "quits-ffffffff"), PROCESS_EXITED, -1);
  check_result(spawn("probe", "quits-80000000"), PROCESS_EXITED, INT32_MIN);
}

TEST(process_kill, "whatever a process does, it can be killed, once") {
  struct memory before = memory_now();
  static const char *const what[] = {"forever", "waits", "yields-7fffffff", "spin-7fffffff"};

  for (int i = 0; i < 4; i++) {
    int pid = spawn("probe", what[i]);

    CHECK(pid > 0);
    pith_sleep(PITH_MS(3));
    CHECK_EQ(process_kill(pid), 0);
    CHECK_EQ(process_kill(pid), -ESRCH);
    check_result(pid, PROCESS_KILLED, 9);
    CHECK_EQ(process_kill(pid), -ESRCH);
    check_same(&before);
  }
  for (int i = 0; i < 3; i++) { /* one, then two, that wait for the console */
    int a = spawn("lines", "lines"), b = i ? spawn("lines", "lines") : 0;

    pith_sleep(PITH_MS(3));
    CHECK_EQ(process_kill(a), 0);
    if (b) CHECK_EQ(process_kill(b), 0);
    check_result(a, PROCESS_KILLED, 9);
    if (b) check_result(b, PROCESS_KILLED, 9);
    check_same(&before);
  }
  for (int i = 0; i < 4; i++) { /* before it has run at all */
    int pid = spawn("probe", what[i]);

    CHECK_EQ(process_kill(pid), 0);
    check_result(pid, PROCESS_KILLED, 9);
    check_same(&before);
  }
}

/* Without FPU it is the other registers that cannot be saved. */
TEST(process_lazy_fpu, "FPU registers that cannot be saved when a process is preempted end it alone") {
  struct memory before = memory_now();
  int pid = spawn("hostile", "lazy_spin_sp-h28"), other = spawn("neighbour", "neighbour");
  struct process_result r;

  CHECK(pid > 0 && other > 0);
  pith_sleep(PITH_MS(5));
  process_kill(pid); /* it may run to this day */
  CHECK_EQ(process_wait(pid, &r, PITH_FOREVER), 0);
  CHECK_EQ(r.cause, PROCESS_FAULTED);
  check_result(other, PROCESS_EXITED, 43);
  check_same(&before);
}

TEST(process_endless, "a process that never stops does not delay what is more urgent") {
  int pid = spawn("probe", "forever");

  for (int i = 0; i < 20; i++) {
    pith_time due = pith_deadline(PITH_MS(2));

    CHECK_EQ(pith_sleep_until(due), 0);
    CHECK(pith_now() - due <= 1);
  }
  CHECK_EQ(process_kill(pid), 0);
  check_result(pid, PROCESS_KILLED, 9);
}

TEST(process_wait_errors, "process_wait() knows no such process, and when it has waited long enough") {
  struct process_result r;
  int pid = spawn("probe", "waits");

  CHECK_EQ(process_wait(0, &r, PITH_POLL), -ESRCH);
  CHECK_EQ(process_wait(-1, &r, PITH_POLL), -ESRCH);
  CHECK_EQ(process_wait(pid + 1, &r, PITH_POLL), -ESRCH);
  CHECK_EQ(process_kill(pid + 1), -ESRCH);
  CHECK_EQ(process_wait(pid, &r, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(process_wait(pid, &r, pith_deadline(PITH_MS(3))), -ETIMEDOUT);
  CHECK_EQ(process_kill(pid), 0);
  check_result(pid, PROCESS_KILLED, 9);
  CHECK_EQ(process_wait(pid, &r, PITH_POLL), -ESRCH);
}

TEST(process_number_exhaustion, "one process too many is refused, and one that has ended makes room") {
  struct memory before = memory_now();
  int pid[PITH_PROCESSES];

  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < PITH_PROCESSES; i++) CHECK((pid[i] = spawn("probe", "waits")) > 0);
    CHECK_EQ(spawn("probe", "waits"), -EAGAIN);
    CHECK(why && !strcmp(why, "too many processes"));
    for (int i = 1; i < PITH_PROCESSES; i++) CHECK(pid[i] != pid[i - 1]);
    CHECK_EQ(process_kill(pid[3]), 0);
    check_result(pid[3], PROCESS_KILLED, 9);
    check_result(spawn("probe", "quits-5"), PROCESS_EXITED, 5);
    for (int i = 0; i < PITH_PROCESSES; i++)
      if (i != 3) CHECK_EQ(process_kill(pid[i]), 0);
    for (int i = 0; i < PITH_PROCESSES; i++)
      if (i != 3) check_result(pid[i], PROCESS_KILLED, 9);
    check_same(&before);
  }
}

TEST(process_memory_exhaustion, "without memory a process is refused, and all is usable afterwards") {
  struct memory before = memory_now();
  void *piece[32];
  int n = 0;

  for (uint32_t size = 1u << 22; size >= 256; size /= 2)
    while (n < 32 && (piece[n] = process_memory_take(size))) n++;
  CHECK(n > 0 && n < 32);
  CHECK_EQ(spawn("probe", "quits-1"), -ENOMEM);
  CHECK(why && !strcmp(why, "not enough process memory"));
  while (n) process_memory_give(piece[--n]);
  check_same(&before);
  CHECK(!process_memory_take(0xFFFFFFFFu) && !process_memory_take(0x80000000u));
  check_result(spawn("probe", "quits-1"), PROCESS_EXITED, 1);
  check_same(&before);
}

static void never(void *unused) { (void)unused; }

TEST(process_thread_exhaustion, "without a free thread a process is refused") {
  static struct pith_thread thread[PITH_THREADS];
  static uint64_t stack[PITH_STACK_MIN / 8];
  struct pith_thread_attr attr = {
      .priority = 20, .flags = PITH_DORMANT, .stack = stack, .stack_size = sizeof stack};
  struct memory before = memory_now();
  int n = 0;

  while (n < PITH_THREADS && !pith_thread_init(&thread[n], &attr, never, NULL)) n++;
  CHECK_EQ(spawn("probe", "quits-1"), -EAGAIN);
  CHECK(why && !strcmp(why, "too many threads, or shares of the processor"));
  check_same(&before);
  CHECK_EQ(pith_thread_delete(&thread[--n]), 0);
  check_result(spawn("probe", "quits-1"), PROCESS_EXITED, 1);
  while (n) CHECK_EQ(pith_thread_delete(&thread[--n]), 0);
  check_same(&before);
}

TEST(process_arguments, "arguments have memory of their own, up to a limit; those beyond and priorities out of range are refused") {
  static char half[480], more[PITH_ARGUMENTS + 8];
  struct memory before = memory_now();
  struct romfs_file f;

  memset(half, 'a', sizeof half - 1);
  memset(more, 'a', sizeof more - 1);
  check_result(spawn("neighbour", half), PROCESS_EXITED, 43);
  CHECK_EQ(spawn("neighbour", more), -E2BIG);
  CHECK(why && !strcmp(why, "an argument or variable is longer than PITH_ARGUMENTS"));
  CHECK_EQ(romfs_find("probe", &f), 0);
  CHECK_EQ(spawn_file(f.data, f.size, "quits-1", PITH_PRIORITIES - 1), -EINVAL);
  CHECK(why && !strcmp(why, "priority out of range"));
  check_result(spawn_file(f.data, f.size, "quits-1", PITH_PRIORITIES - 2), PROCESS_EXITED, 1);
  check_result(spawn_file(f.data, f.size, "quits-1", 0), PROCESS_EXITED, 1);
  check_same(&before);
}

TEST(process_clean_memory, "a process finds zeroes where the last one has written") {
  for (int i = 0; i < 5; i++) check_result(spawn("probe", "heap"), PROCESS_EXITED, 0);
}

TEST(process_handles_come_back, "semaphores and mutexes of a process end with it, locked ones too") {
  for (int i = 0; i < 10; i++) check_result(spawn("probe", "handles"), PROCESS_EXITED, 0);
  for (int i = 0; i < 2; i++) check_result(spawn("probe", "generations"), PROCESS_EXITED, 0);
}

/* One byte of the file wrong: refused, killed, ended or running for ever, the system survives it. */
TEST(process_mutations, "1000 files with one wrong byte each harm nothing but themselves") {
  struct memory before = memory_now();
  uint32_t random = 2463534242u, refused = 0, killed = 0;
  struct romfs_file f;
  uint8_t *copy;

  CHECK_EQ(romfs_find("fpregs", &f), 0);
  CHECK((copy = process_memory_take(f.size)) != NULL);
  for (int i = 0; i < MUTATIONS; i++) {
    struct process_result r;
    int pid;

    random ^= random << 13, random ^= random >> 17, random ^= random << 5;
    memcpy(copy, f.data, f.size);
    copy[random % (i % 2 ? 512 : f.size)] ^= (uint8_t)(random >> 24 ? random >> 24 : 1);
    pid = spawn_file(copy, f.size, "none", PRIORITY);
    if (pid < 0) {
      CHECK(why && *why);
      refused++;
      continue;
    }
    if (process_wait(pid, &r, pith_deadline(PITH_MS(20))) == 0) continue;
    killed += process_kill(pid) == 0;
    CHECK_EQ(process_wait(pid, &r, PITH_FOREVER), 0);
  }
  process_memory_give(copy);
  say("%u refused, %u stopped\n", (unsigned)refused, (unsigned)killed);
  check_same(&before);
  check_result(spawn("neighbour", "neighbour"), PROCESS_EXITED, 43);
}
