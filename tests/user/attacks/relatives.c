/* Relatives by fork(): the same attacks from a child whose memory is its parent's as well, calls that write where nobody has
 * written yet, and forks that cannot be. */
#include "attack.h"

enum { PAGES = 14, PAGE = 1024 };

int pointers_kernel(uint32_t a), pointers_other(uint32_t a), pointers_straddling(uint32_t a),
    pointers_valid(uint32_t a), pointers_wrapping(uint32_t a), read_everywhere(uint32_t a),
    read_around(uint32_t a);

/* Nobody touches it but the calls that are tried. */
static uint32_t untouched[PAGES][PAGE / 4] __attribute__((aligned(8)));
static uint32_t touched_word;

static int result_of(long pid) {
  struct pith_ended e = {.cause = 0};
  CHECK(pid > 0 && sys_wait(pid, &e, -1) == pid);
  if (e.cause != PITH_ENDED_EXIT) return -(int)e.status;
  return e.status;
}

static int in_child(int (*attack)(uint32_t a), uint32_t a) {
  long pid = sys_fork();
  int wrong;
  if (pid == 0) sys_exit(attack(a));
  touched_word = 1;
  wrong = result_of(pid);
  return wrong ? wrong : touched_word != 1;
}

int forked_kernel(uint32_t a) { return in_child(pointers_kernel, a); }
int forked_other(uint32_t a) { return in_child(pointers_other, a); }
int forked_straddling(uint32_t a) { return in_child(pointers_straddling, a); }
int forked_wrapping(uint32_t a) { return in_child(pointers_wrapping, a); }
int forked_valid(uint32_t a) { return in_child(pointers_valid, a); }
int forked_read_everywhere(uint32_t a) { return in_child(read_everywhere, a); }
int forked_read_around(uint32_t a) { return in_child(read_around, a); }

static void ends(uint32_t value) { sys_thread_exit((long)value); }

static void receives(uint32_t queue) {
  struct pith_message *m = POINTER(untouched[9]);
  sys_thread_exit(sys_mq_receive((long)queue, m, -1));
}

static long a_queue(void) {
  struct pith_object o = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 2, .size = 16};
  return sys_object_open(&o);
}

/* Each call writes to a page that its process shares when it is made; 0, or the line. */
static int write_there(void) {
  uint32_t(*p)[PAGE / 4] = untouched;
  struct pith_message m = {.data = WORD(p[0] + 1), .length = 16};
  struct pith_thread_start s = {.entry = WORD(ends),
                                .got = own_got(),
                                .arg = 66,
                                .stack = WORD(p[12]),
                                .stack_size = 512,
                                .priority = -1};
  long queue = a_queue(), tid;

  CHECK(queue > 0);
  CHECK(sys_mq_send(queue, &(struct pith_message){.data = WORD("sixteen letters"), .length = 16}, 0) == 0);
  CHECK(sys_mq_receive(queue, &m, 0) == 16 && p[0][1] == 0x74786973 && !p[0][0] && !p[0][5]);
  CHECK(sys_uptime((unsigned long long *)(void *)p[2]) == 0 && (p[2][0] || p[2][1]) && !p[2][2]);
  CHECK(sys_info(PITH_INFO_MEMORY, 0, p[3], 24) == 24 && p[3][0]);
  CHECK(sys_alarm((struct pith_alarm *)(void *)p[4]) == 0 && !p[4][0]);
  CHECK(sys_futex_lock(p[5], 0, 0) == 0 && p[5][0] == (uint32_t)sys_thread_self() &&
        sys_futex_unlock(p[5]) == 0);
  CHECK(sys_sigstack(p[6], 256) == 0 && sys_sigstack(0, 0) == 0);
  tid = start_thread(0, ends, 77, -1);
  CHECK(tid > 0 && sys_thread_join(tid, (long *)(void *)p[7], -1) == 0 && p[7][0] == 77);
  tid = sys_thread_create(&s);
  CHECK(tid > 0 && sys_thread_join(tid, (long *)(void *)p[8], -1) == 0 && p[8][0] == 66);
  tid = start_child("quits");
  CHECK(tid > 0 && sys_wait(tid, (struct pith_ended *)(void *)p[10], -1) == tid && p[10][1] == 5);
  CHECK(sys_write(1, p[11], 4) == 4 && sys_hexdump(p[11] + 4, 16) == 0);
  /* the message comes while its receiver waits, and where it goes is shared again by then */
  tid = start_thread(1, receives, (uint32_t)queue, -1);
  p[9][0] = WORD(p[1]), p[9][1] = 16;
  CHECK(tid > 0 && sys_yield() == 0);
  {
    long pid = sys_fork();
    if (pid == 0) sys_exit(p[1][0] == 0 ? 9 : 8);
    CHECK(sys_mq_send(queue, &(struct pith_message){.data = WORD("sixteen letters"), .length = 16}, 0) == 0);
    CHECK(sys_thread_join(tid, (long *)(void *)p[7], -1) == 0 && p[7][0] == 16 && p[1][0] == 0x74786973);
    CHECK(result_of(pid) == 9);
  }
  CHECK(sys_close(queue) == 0);
  return 0;
}

static int is_clean(void) {
  for (int i = 0; i < PAGES; i++)
    for (int k = 0; k < PAGE / 4; k++) CHECK(untouched[i][k] == 0);
  return 0;
}

int forked_untouched(uint32_t a) {
  long pid = sys_fork();
  int wrong;
  (void)a;
  if (pid == 0) sys_exit(write_there());
  wrong = result_of(pid);
  return wrong ? wrong : is_clean();
}

/* The same from the parent, while the child looks on. */
int forked_untouched_parent(uint32_t a) {
  long go = sys_sem_create(0), pid = sys_fork();
  int wrong, its;
  (void)a;
  if (pid == 0) {
    int dirty;
    sys_sem_take(go, -1);
    dirty = is_clean();
    sys_exit(dirty);
  }
  CHECK(pid > 0);
  wrong = write_there();
  sys_sem_give(go);
  its = result_of(pid);
  return wrong ? wrong : its;
}

/* ---- stacks that are none ---- */

static long fork_with_sp(uint32_t sp) {
  register uint32_t r0 __asm__("r0") = 0;
  register uint32_t r12 __asm__("r12") = PITH_SYS_fork;
  __asm__ volatile("mov r4, sp\n\tmov sp, %1\n\tsvc #0\n\tmov sp, r4"
                   : "+r"(r0)
                   : "r"(sp), "r"(r12)
                   : "r4", "r1", "r2", "r3", "lr", "memory");
  return (long)r0;
}

static int fork_at(uint32_t sp) {
  long pid = fork_with_sp(sp);
  if (pid == 0) sys_exit(71);
  CHECK(result_of(pid) == 71);
  return 0;
}

/* As far down as a frame fits, in the data, at the end of the heap: wherever the process has memory. */
int fork_anywhere(uint32_t a) {
  int wrong = fork_at(block_low() + 160);
  (void)a;
  if (!wrong) wrong = fork_at(WORD(untouched[3]) + 512);
  if (!wrong) wrong = fork_at(WORD(untouched[5] + 1));
  if (!wrong) wrong = fork_at(block_high() & ~7u);
  if (!wrong) wrong = fork_at((block_high() & ~7u) - 4);
  return wrong;
}

/* In memory that is shared for good two threads would have one stack. */
int fork_on_shared(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 1024};
  long shm = sys_object_open(&o), at;
  (void)a;
  CHECK(shm > 0);
  at = sys_map(shm);
  CHECK((unsigned long)at < -4096UL);
  CHECK(fork_with_sp((uint32_t)at + 1024) == -EFAULT);
  return 0;
}

/* ---- too many, too often ---- */

/* All of a family: the answer is no, and nothing is left of it. */
int fork_bomb(uint32_t a) {
  uint32_t before[6], after[6];
  int n = 0;
  long pid;
  (void)a;
  sys_info(PITH_INFO_MEMORY, 0, before, sizeof before);
  while ((pid = sys_fork()) > 0) n++;
  if (pid == 0)
    for (;;) {
      while (sys_fork() > 0) continue;
      sys_sleep(1000000);
    }
  CHECK(pid == -EAGAIN || pid == -ENOMEM);
  CHECK(n > 0 || pid == -ENOMEM); /* a small board has less memory than slots */
  sys_sleep(3000);
  for (;;) {
    struct pith_info_process p;
    long killed = 0;
    for (unsigned i = 0; sys_info(PITH_INFO_PROCESS, i, &p, sizeof p) >= 0; i++)
      if (p.group == (int32_t)sys_process_id(0, PITH_ID_GROUP) && p.pid != sys_getpid() && p.state == 2)
        killed += sys_kill(p.pid, SIGNAL_KILL) == 0;
    sys_sleep(2000);
    while (sys_wait(-1, NULL, 0) > 0) continue;
    if (!killed) break;
  }
  sys_info(PITH_INFO_MEMORY, 0, after, sizeof after);
  CHECK(after[1] == before[1] && after[3] == before[3]);
  return 0;
}

/* A relative is killed again and again while others change places. */
int fork_kill(uint32_t rounds) {
  long ping = sys_sem_create(0), pong = sys_sem_create(0), pid = sys_fork();
  if (pid == 0)
    for (;;) {
      touched_word++;
      untouched[1][0]++;
      sys_sem_take(ping, -1);
      sys_sem_give(pong);
    }
  for (uint32_t i = 0; i < rounds; i++) {
    long victim = sys_fork();
    if (victim == 0)
      for (;;) untouched[i % PAGES][1]++;
    untouched[i % PAGES][2]++;
    sys_sem_give(ping);
    CHECK(sys_sem_take(pong, -1) == 0);
    if (i % 3 == 0) sys_sleep(i % 7 * 1000);
    CHECK(sys_kill(victim, SIGNAL_KILL) == 0);
    if (i % 2) {
      sys_sem_give(ping);
      CHECK(sys_sem_take(pong, -1) == 0);
    }
    CHECK(result_of(victim) == -SIGNAL_KILL);
    CHECK(!touched_word && !untouched[1][0] && !untouched[i % PAGES][1]);
  }
  CHECK(sys_kill(pid, SIGNAL_KILL) == 0 && result_of(pid) == -SIGNAL_KILL);
  for (int i = 0; i < PAGES; i++) CHECK(untouched[i][2] == (rounds + PAGES - 1 - (uint32_t)i) / PAGES);
  return 0;
}

/* ---- exec ---- */

/* Wrong arguments: the process goes on as it was, with all that it had. */
int exec_pointers(uint32_t a) {
  static char long_one[400], *array[4], *many[176];
  const uint32_t wrong[] = {0x20000000, 0x40004000,   0xE000ED00,      0xFFFFFFFC,
                            a,          block_high(), block_low() - 4, 0x80000000};
  long handle = sys_sem_create(3), tid = start_thread(0, ends, 5, -1);

  for (int i = 0; i < 8; i++) {
    array[0] = "x";
    array[1] = POINTER(wrong[i]);
    CHECK(sys_execve("/bin/quits", POINTER(wrong[i]), 0) == -EFAULT);
    CHECK(sys_execve("/bin/quits", 0, POINTER(wrong[i])) == -EFAULT);
    CHECK(sys_execve("/bin/quits", array, 0) == -EFAULT && sys_execve("/bin/quits", 0, array) == -EFAULT);
  }
  for (int i = 0; i < 399; i++) long_one[i] = 'a';
  for (int i = 0; i < 175; i++) many[i] = long_one;
  CHECK(sys_execve("/bin/quits", many, 0) == -E2BIG && sys_execve("/bin/quits", 0, many) == -E2BIG);
  CHECK(sys_execve("/bin/nobody", 0, 0) == -ENOENT && sys_execve("", 0, 0) == -ENOENT);
  CHECK(sys_execve("/bin", 0, 0) == -EACCES && sys_execve("/dev/null", 0, 0) == -EACCES);
  CHECK(sys_execve("/bin/quits/x", 0, 0) == -ENOTDIR && sys_execve("/etc/junk", 0, 0) == -ENOEXEC);
  CHECK(sys_thread_join(tid, 0, -1) == 0 && sys_sem_take(handle, 0) == 0);
  return 0;
}

/* The same block again and again, then as a child whose block is its parent's; nothing of the old program is left. */
int exec_chain(uint32_t a) {
  uint32_t before[6], after[6];
  (void)a;
  sys_info(PITH_INFO_MEMORY, 0, before, sizeof before);
  for (int i = 0; i < 20; i++) {
    long pid = sys_fork();
    if (pid == 0) sys_exit(sys_execve(i % 2 ? "/bin/quits" : "/bin/exec_again", 0, 0) != 0);
    CHECK(result_of(pid) == 5);
  }
  sys_info(PITH_INFO_MEMORY, 0, after, sizeof after);
  CHECK(after[1] == before[1] && after[3] == before[3]);
  return 0;
}

int exec_again(uint32_t a) { return (void)a, (int)sys_execve("/bin/quits", 0, 0); }
