/* Other processes: as many as there can be, those that are somebody else's, and what is done while one is loaded. */
#include "attack.h"

enum { SIGTERM = 15, SIGSTOP = 17, PROCESSES = 8, SELF = -1 };

/* Children that have children, and so on; each waits. When the table is full the answer is no. */
int spawn_bomb(uint32_t a) {
  int n = 0;
  long error;
  (void)a;
  while ((error = start_child("spawn_waiter")) > 0) n++;
  CHECK((error == -EAGAIN || error == -ENOMEM) && n > 0 &&
        n < PROCESSES); /* a small board has less memory than slots */
  for (int i = 0; i < 50; i++) CHECK(start_child("spawn_waiter") == error);
  return 0; /* the children become the system's */
}

/* fork() in a loop, by its other name; the number of processes never grows. */
int spawn_and_end(uint32_t rounds) {
  struct pith_ended e;
  for (uint32_t i = 0; i < rounds; i++) {
    long pid = start_child(i % 2 ? "quits" : "faults");
    CHECK(pid > 0 && sys_wait(pid, &e, -1) == pid);
    CHECK(i % 2 ? e.cause == PITH_ENDED_EXIT && e.status == 5
                : e.cause == PITH_ENDED_FAULT && e.status == 11 && e.address == 0);
  }
  CHECK(sys_wait(-1, &e, 0) == -ECHILD);
  return 0;
}

int kill_neighbour(uint32_t pid) {
  for (int s = 0; s <= 31; s++) CHECK(sys_kill((long)pid, s) == -EPERM && sys_kill(-(long)pid, s) == -EPERM);
  CHECK(sys_kill((long)pid, 32) == -EINVAL && sys_kill((long)pid, -1) == -EINVAL &&
        sys_kill(-1, 9) == -EPERM);
  CHECK(sys_kill(0x7FFFFFFF, 9) == -ESRCH && sys_kill((long)0x80000000, 9) == -ESRCH &&
        sys_kill(30001, 9) == -ESRCH);
  return 0;
}

/* A group may signal its own: so nobody may enter one that is not open to him, nor send a child there, nor be there
 * before the process that will have the number. */
int enter_foreign_group(uint32_t pid) {
  struct pith_spawn s = {.path = WORD("quits"), .priority = -1, .ceiling = -1, .group = (int32_t)pid};
  long own = sys_getpid(), child;

  CHECK(sys_setpgid(0, (long)pid) == -EPERM);
  CHECK(sys_kill((long)pid, 9) == -EPERM);
  CHECK(sys_setpgid((long)pid, own) == -ESRCH && sys_setpgid((long)pid, 0) == -ESRCH);
  CHECK(sys_spawn(&s) == -EPERM);
  CHECK(sys_setpgid(0, own + 1) == -EPERM && sys_setpgid(0, -1) == -EPERM && sys_setpgid(0, 30001) == -EPERM);
  s.group = (int32_t)own + 1;
  CHECK(sys_spawn(&s) == -EPERM);
  child = start_child("waits_for_ever");
  CHECK(child > 0 && sys_setpgid(child, 0) == 0 && sys_setpgid(0, child) == 0); /* its child's it may */
  CHECK(sys_setpgid(0, 0) == 0 && sys_setpgid(child, (long)pid) == -EPERM);
  CHECK(sys_kill(child, 9) == 0 && sys_wait(child, NULL, -1) == child);
  CHECK(sys_process_id((long)pid, PITH_ID_GROUP) == (long)pid);
  return 0;
}

int wait_for_neighbour(uint32_t pid) {
  CHECK(sys_wait((long)pid, NULL, 0) == -ECHILD && sys_wait(-(long)pid, NULL, 0) == -ECHILD &&
        sys_wait(-1, NULL, 0) == -ECHILD);
  CHECK(sys_wait((long)0x80000000, NULL, 0) == -ECHILD && sys_wait(0x7FFFFFFF, NULL, 0) == -ECHILD);
  return 0;
}

int spawn_above_limits(uint32_t a) {
  struct pith_spawn s = {.path = WORD("quits"), .priority = 15, .ceiling = 15, .group = -1};
  struct pith_limits mine, its;
  (void)a;
  CHECK(sys_spawn(&s) == -EPERM); /* more urgent than its own ceiling, 16 */
  s.priority = 16, s.ceiling = 0;
  CHECK(sys_spawn(&s) == -EPERM);
  s.priority = 31;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.priority = -2;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.priority = -1, s.ceiling = -2;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.ceiling = -1, s.limits.budget_us = 2000, s.limits.period_us = 1000;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.limits.budget_us = 1, s.limits.period_us = 999;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.limits.period_us = 0xFFFFFFFF;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.limits = (struct pith_limits){.memory = 64};
  CHECK(sys_spawn(&s) == -ENOMEM);
  s.limits = (struct pith_limits){0};
  s.handle_count = 17;
  CHECK(sys_spawn(&s) == -EINVAL);
  s.handle_count = 0x40000001; /* times 4 is 4 */
  CHECK(sys_spawn(&s) == -EINVAL);
  CHECK(sys_info(PITH_INFO_LIMITS, 0, &mine, sizeof mine) == (long)sizeof mine);
  its = mine;
  (void)its;
  return 0;
}

/* Every way in which a start can fail, and after each a good one: no lock and no memory stays behind. */
int failed_starts(uint32_t a) {
  static const char *const none[2] = {NULL, NULL};
  static const char *large[176]; /* 175 times 404 bytes */
  static char word[400];
  const char **endless = POINTER(block_high() - 32);
  uint32_t dead[1] = {0x12345600};
  struct pith_info_memory before, after;
  (void)a;
  for (int i = 0; i < 8; i++) endless[i] = "x";
  for (int k = 0; k < 399; k++) word[k] = 'x';
  for (int i = 0; i < 175; i++) large[i] = word;
  const char *const wild[] = {"a", POINTER(0x20000000), NULL};
  const struct {
    struct pith_spawn s;
    long error;
  } cases[] = {
      {{.path = WORD("no_such_program")}, -ENOENT},
      {{.path = WORD("/etc/junk")}, -ENOEXEC},
      {{.path = WORD("too_large")}, -ENOEXEC},
      {{.path = WORD("large_data"), .limits = {.memory = 8192}}, -ENOMEM},
      {{.path = WORD("quits"), .argv = WORD(large)}, -E2BIG},
      {{.path = WORD("quits"), .envp = WORD(large)}, -E2BIG},
      {{.path = WORD("quits"), .argv = WORD(endless)}, -EFAULT},
      {{.path = WORD("quits"), .argv = WORD(wild)}, -EFAULT},
      {{.path = WORD("quits"), .argv = 0x20000000}, -EFAULT},
      {{.path = WORD("quits"), .envp = 0x20000000}, -EFAULT},
      {{.path = WORD("quits"), .envp = WORD(none), .handles = WORD(dead), .handle_count = 1}, -EBADF},
      {{.path = WORD("quits"), .handles = 0x20000000, .handle_count = 1}, -EFAULT},
  };
  CHECK(sys_info(PITH_INFO_MEMORY, 0, &before, sizeof before) > 0);
  for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct pith_spawn s = cases[i].s;
    long pid;
    s.priority = s.ceiling = s.group = -1;
    for (int k = 0; k < 5; k++)
      if (sys_spawn(&s) != cases[i].error) return 1000 + (int)i;
    pid = start_child("quits");
    CHECK(pid > 0 && sys_wait(pid, NULL, -1) == pid);
  }
  CHECK(sys_info(PITH_INFO_MEMORY, 0, &after, sizeof after) > 0);
  CHECK(before.free == after.free && before.largest == after.largest &&
        before.kernel_free == after.kernel_free);
  return 0;
}

/* No thread is left for the child when its handles are already counted: they are given up again. */
static void waits(uint32_t us) {
  for (;;) sys_sleep((long long)us);
}

int failed_start_keeps_handles(uint32_t a) {
  uint32_t sem = (uint32_t)sys_sem_create(0);
  int n = 0;
  (void)a;
  CHECK((long)sem > 0 && start_child("thread_hoard") > 0);
  sys_sleep(10000);
  while (start_thread(n, waits, 1000000, SELF) > 0) n++;
  for (int i = 0; i < 40; i++) CHECK(start_child_with("quits", &sem, 1) == -EAGAIN);
  CHECK(sys_close((long)sem) == 0);
  return 0; /* the table of objects is looked at afterwards: no slot of it may be in use */
}

/* A parent dies of a fault while its child is being loaded: what it had as handles is nobody's, and the
 * registers it died with, which lie in their place, are not handles. */
static uint32_t object;

static void dies(uint32_t us) {
  sys_sleep((long long)us);
  __asm__ volatile(
      "ldr r0, =0x01700103\n\tmov r1, %0\n\tadds r2, r0, #1\n\tmov r3, %0\n\tudf #0\n\tb 0f\n\t.ltorg\n0:"
      :
      : "r"(object)
      : "r0", "r1", "r2", "r3", "memory");
}

/* The thread that dies is the more urgent one, so it finds the service at work for the other: at one of many moments. */
int dies_while_spawning(uint32_t a) {
  static const uint32_t forged[1] = {0x01700103};
  object = a;
  CHECK(start_thread(0, dies, argument(2), SELF) > 0);
  sys_thread_priority(sys_thread_self(), 18);
  for (;;) {
    long pid = start_child_with("large_data", forged, 1);
    CHECK(pid == -EBADF);
  }
}

int parents_die(uint32_t a) {
  static char digits[12], us[] = "00000000";
  const char *const argv[] = {"dies_while_spawning", digits, us, NULL};
  struct pith_spawn s = {
      .path = WORD("dies_while_spawning"), .argv = WORD(argv), .priority = -1, .ceiling = -1, .group = -1};
  for (int i = 0; i < 8; i++) digits[i] = "0123456789abcdef"[a >> (28 - 4 * i) & 15];
  for (int i = 0; i < 12; i++) {
    struct pith_ended e;
    long pid;
    us[4] = "123456789abc"[i]; /* in steps of 4 ms */
    pid = sys_spawn(&s);
    CHECK(pid > 0 && sys_wait(pid, &e, -1) == pid && e.cause == PITH_ENDED_FAULT && e.status == 4);
  }
  return 0;
}

/* The struct is copied before it is looked at: changing it meanwhile changes nothing, whichever moment is found. */
static struct pith_spawn shared;
static char path[8] = "quits";

static void flips(uint32_t unused) {
  static const uint32_t wild[] = {0x20000000, 0, 0xFFFFFFF0};
  (void)unused;
  for (uint32_t i = 0;; i++) {
    shared.path = i % 4 == 3 ? WORD(path) : wild[i % 3];
    shared.handles = wild[i % 3];
    shared.handle_count = i % 4 == 1 ? 0x40000001 : 0;
    path[0] = i % 4 == 3 ? 'q' : 'z';
    sys_sleep(1000);
  }
}

int changed_after_copy(uint32_t rounds) {
  struct pith_message m;
  static uint8_t data[16];
  struct pith_object o = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 1, .size = 16};
  long queue = sys_object_open(&o), good = 0, bad = 0;
  CHECK(queue > 0);
  shared = (struct pith_spawn){.path = WORD(path), .priority = -1, .ceiling = -1, .group = -1};
  CHECK(start_thread(0, flips, 0, 16) > 0 && sys_thread_priority(sys_thread_self(), 18) >= 0);
  while (good < (long)rounds || bad < (long)rounds) {
    long pid = sys_spawn(&shared);
    CHECK(pid > 0 || pid == -EFAULT || pid == -ENOENT || pid == -EINVAL);
    if (pid > 0) CHECK(sys_wait(pid, NULL, -1) == pid);
    if (pid > 0) good++;
    else bad++;
  }
  /* a message that is described by itself: the copy of the description is what counts */
  m = (struct pith_message){.data = WORD(data), .length = 16};
  CHECK(sys_mq_send(queue, &m, 0) == 0);
  m = (struct pith_message){.data = WORD(&m) & ~3u, .length = 16};
  CHECK(sys_mq_receive(queue, &m, 0) == 16 && m.length == 16);
  return 0;
}
