/* What a handler returns to is the process's word: every one of its fields is forged here. */
#include "attack.h"

enum { SIGALRM = 14, FRAME = 32 };

static struct pith_sigframe forged;
static uint32_t frame[26] __attribute__((aligned(8)));

static int come_back(uint32_t sp, uint32_t pc, uint32_t xpsr, uint32_t extended) {
  frame[6] = pc;
  frame[7] = xpsr;
  forged = (struct pith_sigframe){.sp = sp, .extended = extended};
  sys_sigreturn(&forged);
}

int return_to_stack(uint32_t a) { return come_back(a, own_text(), 1u << 24, 0); }
int return_to_stack_above(uint32_t a) { return come_back(block_high() + a, own_text(), 1u << 24, 0); }
int return_to_stack_below(uint32_t a) { return come_back(block_low() + a, own_text(), 1u << 24, 0); }
int return_to_unaligned(uint32_t a) { return come_back(WORD(frame) + a, own_text(), 1u << 24, 0); }
int return_to_handler(uint32_t a) { return (void)a, come_back(WORD(frame), own_text(), 1u << 24 | 11, 0); }
int return_without_thumb(uint32_t a) { return (void)a, come_back(WORD(frame), own_text(), 0, 0); }
int return_to_kernel(uint32_t a) { return come_back(WORD(frame), a & ~1u, 1u << 24, 0); }

/* A frame with FPU registers of which the last lie outside: 32 bytes fit, 104 do not. */
int return_to_long_frame(uint32_t a) {
  return (void)a, come_back((block_high() - FRAME) & ~7u, own_text(), 1u << 24, 1);
}

/* The sigframe itself. */
int return_by(uint32_t a) { sys_sigreturn(POINTER(a)); }
int return_by_above(uint32_t a) { sys_sigreturn(POINTER(block_high() - sizeof forged + a)); }

/* What is right is accepted: a frame flush with the block's end, at an odd address of the sigframe. */
static void done(void) { sys_exit(0); }

int return_accepted(uint32_t a) {
  static uint8_t place[sizeof forged + 1];
  uint32_t *at = POINTER((block_high() - FRAME) & ~7u);
  (void)a;
  at[6] = WORD(done) & ~1u;
  at[7] = 1u << 24;
  forged = (struct pith_sigframe){.sp = WORD(at)};
  for (unsigned i = 0; i < sizeof forged; i++) place[i + 1] = ((uint8_t *)&forged)[i];
  sys_sigreturn((struct pith_sigframe *)(void *)(place + 1));
}

static void never(int signal) {
  (void)signal;
  sys_exit(SURVIVED);
}

/* A stack for signals that is no more there when the signal comes. */
int signal_stack_unmapped(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 512};
  long shm = sys_object_open(&o), at = sys_map(shm);
  (void)a;
  CHECK(shm > 0 && sys_sigstack(POINTER(at), 512) == 0 && sys_unmap() == 0 && sys_close(shm) == 0);
  CHECK(sys_sigaction(SIGALRM, PITH_SIG_HANDLE, never) == 0);
  sys_kill(sys_getpid(), SIGALRM);
  return SURVIVED;
}

/* A call that waits on a stack in shared memory, which then goes to somebody else: the answer may not be
 * written there. */
static long shared;

static void waits_there(uint32_t sp) {
  __asm__ volatile("mov sp, %0\n\tldr r0, =6000\n\tmovs r1, #0\n\tmovs r5, #6\n\tmov r12, r5\n\tsvc "
                   "#0\n\tudf #0\n\tb 0f\n\t.ltorg\n0:"
                   :
                   : "r"(sp)
                   : "r0", "r1", "r5", "r12", "memory");
}

int wait_on_memory_given_up(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 4096};
  long at;
  (void)a;
  shared = sys_object_open(&o);
  at = sys_map(shared);
  CHECK(shared > 0 && at != 0);
  CHECK(start_thread(0, waits_there, (uint32_t)at + 4096, -1) > 0);
  sys_sleep(2000);
  CHECK(sys_unmap() == 0 && sys_close(shared) == 0);
  sys_sleep(1000);
  CHECK(start_child("fills_block") > 0);
  sys_sleep(20000);
  return SURVIVED;
}

/* The last of its handles is closed while it is mapped: the memory is not to be reached any more. */
int use_after_close(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 256};
  long shm = sys_object_open(&o), at = sys_map(shm);
  (void)a;
  CHECK(shm > 0);
  *(volatile uint32_t *)at = 1;
  CHECK(sys_close(shm) == 0);
  *(volatile uint32_t *)at = 2;
  return SURVIVED;
}

/* Read-only memory, executed or written. */
static int map_to_read(void) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 256};
  long shm = sys_object_open(&o), reader = sys_handle_dup(shm, PITH_RIGHT_WAIT);
  return (int)sys_map(reader);
}

int write_read_only_map(uint32_t a) {
  volatile uint32_t *p = POINTER(map_to_read());
  (void)a;
  return *p = 1, SURVIVED;
}

int execute_map(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_SHM, .rights = 7, .size = 256};
  uint32_t at = (uint32_t)sys_map(sys_object_open(&o));
  (void)a;
  *(volatile uint32_t *)at = 0x47704770;
  ((void (*)(void))(at | 1))();
  return SURVIVED;
}

/* The object is closed by one thread while another waits on it. */
static void closes(uint32_t handle) {
  sys_sleep(2000);
  sys_close((long)handle);
  sys_thread_exit(0);
}

int close_while_waiting(uint32_t a) {
  long sem = sys_sem_create(0), queue;
  struct pith_object o = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 1, .size = 16};
  struct pith_message m = {.data = WORD(frame), .length = 16};
  (void)a;
  CHECK(sem > 0 && start_thread(0, closes, (uint32_t)sem, -1) > 0 && sys_sem_take(sem, -1) == -EIDRM);
  CHECK(sys_sem_give(sem) == -EBADF);
  queue = sys_object_open(&o);
  CHECK(queue > 0 && start_thread(1, closes, (uint32_t)queue, -1) > 0 &&
        sys_mq_receive(queue, &m, -1) == -EIDRM);
  sem = sys_mutex_create();
  CHECK(sys_mutex_lock(sem, 0) == 0 && sys_close(sem) == 0 && sys_mutex_unlock(sem) == -EBADF);
  return 0;
}

/* A value in place of an index, a kind, a signal or a right: from below 0 to beyond all tables. */
int indexes_out_of_range(uint32_t a) {
  static const uint32_t wild[] = {32,     33,     64,         255,        256,        1000,      0x7FFF,
                                  0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFF0};
  struct pith_object o;
  uint32_t buffer[32];
  (void)a;
  for (unsigned i = 0; i < sizeof wild / sizeof wild[0]; i++) {
    long n = (long)wild[i];
    CHECK(sys_sigaction((int)n, PITH_SIG_IGNORE, NULL) == -EINVAL &&
          sys_sigaction(SIGALRM, (int)n, NULL) == -EINVAL);
    CHECK(sys_kill(sys_getpid(), (int)n) == -EINVAL && sys_sigmask((int)n, 0) == -EINVAL);
    CHECK(sys_info((int)n, 0, buffer, sizeof buffer) == -EINVAL);
    CHECK(sys_info(PITH_INFO_PROCESS, (unsigned)n, buffer, sizeof buffer) == -ENOENT);
    CHECK(sys_info(PITH_INFO_THREAD, (unsigned)n, buffer, sizeof buffer) == -ENOENT);
    CHECK(sys_info(PITH_INFO_OBJECT, (unsigned)n, buffer, sizeof buffer) == -EBADF);
    CHECK(sys_process_id(0, (int)n) == -EINVAL && sys_write((int)n, "x", 1) == -EBADF &&
          sys_read((int)n, buffer, 1) == -EBADF);
    for (int named = 0; named < 2;
         named++) { /* a handle's number is made of these: too large, they would forge it */
      o = (struct pith_object){.kind = (uint32_t)n,
                               .rights = 7,
                               .size = 16,
                               .initial = 1,
                               .name = named ? WORD("/sem/attack") : 0,
                               .flags = PITH_OPEN_CREATE};
      CHECK(sys_object_open(&o) == -EINVAL);
      o.kind = PITH_OBJECT_SEM, o.rights = (uint32_t)n;
      CHECK(sys_object_open(&o) == -EINVAL);
      o.rights = 7, o.flags = (uint32_t)n;
      CHECK(sys_object_open(&o) == -EINVAL);
      o.flags = PITH_OPEN_CREATE, o.others = (uint32_t)n;
      CHECK(sys_object_open(&o) == -EINVAL);
    }
  }
  CHECK(sys_sigaction(0, PITH_SIG_IGNORE, NULL) == -EINVAL &&
        sys_sigaction(9, PITH_SIG_IGNORE, NULL) == -EINVAL);
  CHECK(sys_sigaction(17, PITH_SIG_HANDLE, never) == -EINVAL);
  CHECK(sys_info(-1, 0, buffer, sizeof buffer) == -EINVAL && sys_process_id(0, -1) == -EINVAL);
  o = (struct pith_object){.kind = 0, .rights = 7};
  CHECK(sys_object_open(&o) == -EINVAL);
  o = (struct pith_object){.kind = PITH_OBJECT_DEVICE + 1, .rights = 7, .name = WORD("/dev/x")};
  CHECK(sys_object_open(&o) == -EINVAL);
  o = (struct pith_object){
      .kind = PITH_OBJECT_SEM, .rights = 7, .name = WORD("/mq/attack"), .flags = PITH_OPEN_CREATE};
  CHECK(sys_object_open(&o) == -EINVAL);
  return 0;
}

static uint32_t message_of(long queue, uint32_t length, uint32_t priority) {
  struct pith_message m = {.data = block_low(), .length = length, .priority = priority};
  return (uint32_t)sys_mq_send(queue, &m, 0);
}

/* Sizes whose product, sum or rounding is small again. */
int sizes_overflow(uint32_t a) {
  static const uint32_t wild[] = {0x00010001, 0x01000001, 0x08000000, 0x10000000, 0x20000001, 0x40000000,
                                  0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFF0, 0xFFFFFFFC, 0xFFFFFFFF};
  struct pith_object q = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 1, .size = 16}, o = q;
  long queue = sys_object_open(&q);
  (void)a;
  CHECK(queue > 0);
  for (unsigned i = 0; i < sizeof wild / sizeof wild[0]; i++) {
    uint32_t n = wild[i];
    o.kind = PITH_OBJECT_QUEUE, o.initial = n, o.size = 16;
    CHECK(sys_object_open(&o) == -EINVAL);
    o.initial = 1, o.size = n;
    CHECK(sys_object_open(&o) == -EINVAL);
    o.kind = PITH_OBJECT_SHM;
    CHECK(sys_object_open(&o) == (n <= 1 << 24 ? -ENOMEM : -EINVAL));
    CHECK(message_of(queue, n, 0) == (uint32_t)-EMSGSIZE && message_of(queue, 16, n) == (uint32_t)-EINVAL);
    CHECK(n <= 0x80000000 ? 1 : sys_sem_create(n) == -EINVAL);
    CHECK(sys_write(1, POINTER(block_low()), n) == -EFAULT &&
          sys_hexdump(POINTER(block_low()), n) == -EINVAL);
    CHECK(sys_brk(block_low() + n) == -ENOMEM);
    CHECK(sys_sigstack(POINTER(block_low()), n & ~7u) == -EFAULT);
    {
      struct pith_thread_start s = {.stack = block_low(), .stack_size = n & ~7u, .priority = -1};
      CHECK(sys_thread_create(&s) == -EFAULT);
    }
  }
  return 0;
}

/* Bytes where words are counted and the other way: one less than the smallest, one more than the largest. */
int units_mixed_up(uint32_t a) {
  struct pith_object o = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 1, .size = 20};
  long queue = sys_object_open(&o);
  static uint32_t words[20];
  static const uint32_t handles[2];
  struct pith_message m = {.data = WORD(words), .length = 21};
  uint32_t high = block_high();
  struct pith_spawn s = {.path = WORD("quits"),
                         .priority = -1,
                         .ceiling = -1,
                         .group = -1,
                         .handles = high - 4,
                         .handle_count = 2};
  (void)a, (void)handles;
  CHECK(queue > 0 && sys_mq_send(queue, &m, 0) == -EMSGSIZE);
  m.length = 20;
  CHECK(sys_mq_send(queue, &m, 0) == 0);
  m.length = 19;
  CHECK(sys_mq_receive(queue, &m, 0) == -EMSGSIZE);
  m.length = 80; /* the room there is; 20 bytes come, and not one more is written */
  words[5] = 0xC0FFEE;
  CHECK(sys_mq_receive(queue, &m, 0) == 20 && m.length == 20 && words[5] == 0xC0FFEE);
  CHECK(sys_spawn(&s) == -EFAULT); /* two handles are 8 bytes */
  s.handle_count = 16, s.handles = high - 16;
  CHECK(sys_spawn(&s) == -EFAULT);
  CHECK(sys_hexdump(POINTER(high - 256), 256) == 0 && sys_hexdump(POINTER(high - 255), 256) == -EFAULT);
  CHECK(sys_info(PITH_INFO_MEMORY, 0, POINTER(high - 4), 4) == (long)sizeof(struct pith_info_memory));
  CHECK(sys_info(PITH_INFO_MEMORY, 0, POINTER(high - 4), 5) == -EFAULT);
  CHECK(sys_sigstack(words, 96) == -EINVAL);
  return 0;
}

/* Names as long as may be, one more, and without an end. */
int names_too_long(uint32_t a) {
  static char name[128];
  struct pith_object o = {
      .kind = PITH_OBJECT_SEM, .flags = PITH_OPEN_CREATE, .rights = 7, .name = WORD(name)};
  struct pith_spawn s = {.path = WORD(name), .priority = -1, .ceiling = -1, .group = -1};
  char *end = POINTER(block_high() - 30);
  long sem;
  (void)a;
  for (unsigned i = 0; i < sizeof name; i++) name[i] = 'n';
  name[0] = '/', name[1] = 's', name[2] = 'e', name[3] = 'm', name[4] = '/';
  CHECK(sys_object_open(&o) == -ENAMETOOLONG && sys_object_unlink(name) == -ENAMETOOLONG &&
        sys_spawn(&s) == -ENAMETOOLONG);
  name[24] = 0;
  CHECK(sys_object_open(&o) == -ENAMETOOLONG && sys_object_unlink(name) == -ENAMETOOLONG &&
        sys_spawn(&s) == -ENOENT);
  name[23] = 0; /* 23 characters and the 0 */
  sem = sys_object_open(&o);
  CHECK(sem > 0 && sys_object_unlink(name) == 0 && sys_object_unlink(name) == -ENOENT && sys_close(sem) == 0);
  name[23] = 'n', name[24] = 'n', name[5 + 63] = 0;
  CHECK(sys_spawn(&s) == -ENOENT);
  name[5 + 63] = 'n', name[5 + 64] = 0;
  CHECK(sys_spawn(&s) == -ENAMETOOLONG);
  name[5] = 0;
  CHECK(sys_object_open(&o) == -EINVAL);     /* no name behind its kind */
  for (int i = 0; i < 30; i++) end[i] = 'n'; /* and the block ends before the name does */
  CHECK(sys_object_unlink(end + 20) == -EFAULT && sys_object_unlink(end) == -ENAMETOOLONG);
  s.path = WORD(end);
  CHECK(sys_spawn(&s) == -EFAULT);
  return 0;
}
