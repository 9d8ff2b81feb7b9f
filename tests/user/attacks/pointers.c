/* Every pointer of every call (pointers.def) with one kind of address, as the name of the program says: what the kernel
 * must answer follows from the address alone. Returns 0, or 1000 + the number of the row that was answered wrongly,
 * which is printed. */
#include "attack.h"

enum { R = 1, W = 2, NULL_IS_GOOD = 4, STRING = 8, DEFAULT = 1 /* in place of a pointer: what is right */ };

#define POINTER_(p) ((void *)(uintptr_t)(p))
#define ADDRESS(a) ((uint32_t)(uintptr_t)(a))

static uint32_t low, high, good_handle;
static long good_queue, zombie;
static uint8_t data[16];
static uint32_t strings[2];
static struct pith_thread_start good_thread;
static struct pith_spawn good_spawn;
static struct pith_object good_object = {.kind = PITH_OBJECT_SEM, .rights = 7};
static struct pith_message good_message;
static struct pith_stat good_stat;
static struct pith_termios good_termios;
static struct pith_pollfd good_poll; /* always ready */
static int good_directory, good_file;
static uint32_t place[160] __attribute__((aligned(8))); /* what is right lies in here */

static void fill(uint32_t p, uint32_t n, uint8_t value) {
  for (volatile uint8_t *b = POINTER_(p); n--; b++) *b = value;
}

static void put(uint32_t p, const void *from, uint32_t n) {
  volatile uint8_t *to = POINTER_(p);
  for (const uint8_t *b = from; n--; b++) *to++ = *b;
}

static void put_self(uint32_t p) {
  uint32_t self = (uint32_t)sys_thread_self();
  put(p, &self, 4);
}

static void ends(uint32_t value) { sys_thread_exit((long)value); }

static void joined(long tid) {
  if (tid > 0) sys_thread_join(tid, NULL, -1);
}

static long join_one(uint32_t p) {
  long r;
  if (!zombie) zombie = start_thread(0, ends, 77, -1);
  r = sys_thread_join(zombie, POINTER_(p), -1);
  if (!r) zombie = 0;
  return r;
}

static void reaped(long pid) {
  if (pid > 0) sys_wait(pid, NULL, -1);
}

/* By sys_wait() or by sys_wait4(). */
static long wait_one(uint32_t p, int fourth) {
  static long ended;
  long r;
  if (ended <= 0) ended = start_child("quits");
  if (ended < 0) return ended;
  r = fourth ? sys_wait4(ended, POINTER_(p), 0) : sys_wait(ended, POINTER_(p), -1);
  if (r > 0) ended = 0;
  return r;
}

/* There is nothing to read: whoever is accepted waits, until this ends it. */
static void interrupts(uint32_t tid) {
  sys_thread_interrupt((long)tid);
  sys_thread_exit(0);
}

static void interrupted(void) {
  sys_thread_detach(start_thread(2, interrupts, (uint32_t)sys_thread_self(), -1));
}

static long spawn_with(uint32_t path, uint32_t argv, uint32_t envp, uint32_t handles) {
  struct pith_spawn s = good_spawn;
  long pid;
  if (path != DEFAULT) s.path = path;
  if (argv != DEFAULT) s.argv = argv;
  if (envp != DEFAULT) s.envp = envp;
  if (handles != DEFAULT) s.handles = handles, s.handle_count = 1;
  pid = sys_spawn(&s);
  reaped(pid);
  return pid;
}

static struct pith_action good_action = {.kind = PITH_ACTION_CLOSE, .fd = 5};

static long spawn_in(uint32_t cwd, uint32_t actions, uint32_t count) {
  struct pith_spawn s = good_spawn;
  long pid;
  s.cwd = cwd;
  s.actions = actions;
  s.action_count = count;
  pid = sys_spawn(&s);
  reaped(pid);
  return pid;
}

static long spawn_opening(uint32_t path) {
  struct pith_action a = {.kind = PITH_ACTION_OPEN, .fd = 5, .path = path};
  return spawn_in(0, ADDRESS(&a), 1);
}

static void closed(long handle) {
  if (handle > 0) sys_close(handle);
}

static long open_named(uint32_t p) {
  struct pith_object o = {.kind = PITH_OBJECT_SEM, .flags = PITH_OPEN_CREATE, .rights = 7, .name = p};
  long h = sys_object_open(&o);
  closed(h);
  return h;
}

static void drained(long r) {
  if (!r) sys_mq_receive(good_queue, &good_message, 0);
}

static void filled(void) {
  struct pith_message m = {.data = ADDRESS(data), .length = 16};
  sys_mq_send(good_queue, &m, 0); /* one waits already: -ETIMEDOUT */
}

static long send_from(uint32_t p) {
  struct pith_message m = {.data = p, .length = 16};
  long r;
  sys_mq_receive(good_queue, &good_message, 0);
  r = sys_mq_send(good_queue, &m, 0);
  drained(r);
  return r;
}

static long receive_to(uint32_t p) {
  struct pith_message m = {.data = p, .length = 16};
  return sys_mq_receive(good_queue, &m, 0);
}

static long poll_with(uint32_t until, uint32_t mask) {
  struct pith_pollfd p = good_poll;
  return sys_poll(&p, 1, POINTER_(until), POINTER_(mask));
}

static long pipe_at(uint32_t p) {
  long r = sys_pipe(POINTER_(p), 0);
  for (int i = 0; !r && i < 2; i++) sys_close(((volatile uint8_t *)POINTER_(p))[4 * i]);
  return r;
}

struct row {
  const char *name;
  uint32_t size, alignment, flags;
  long (*call)(uint32_t p, int valid);
  int (*good)(long r);
};

#undef POINTER
#define ELSEWHERE(...)

/* One function for each line of the table. */
#define GLUE(a, b) a##b
#define NAME(a, b) GLUE(a, b)
#define POINTER(name, parameter, bytes, alignment, flags, is_good, prepare, make)                            \
  static int NAME(good_, __LINE__)(long r) { return is_good; }                                               \
  static long NAME(call_, __LINE__)(uint32_t p, int valid) {                                                 \
    long r;                                                                                                  \
    if (valid) prepare;                                                                                      \
    make;                                                                                                    \
    return r;                                                                                                \
  }
#include "pointers.def"
#undef POINTER

static const struct row rows[] = {
#define POINTER(name, parameter, bytes, alignment, flags, is_good, prepare, make)                            \
  {#name " " #parameter, bytes, alignment, flags, NAME(call_, __LINE__), NAME(good_, __LINE__)},
#include "pointers.def"
#undef POINTER
};

static int prepare_all(void) {
  struct pith_object q = {.kind = PITH_OBJECT_QUEUE, .rights = 7, .initial = 1, .size = 16};

  low = block_low();
  high = block_high();
  good_handle = (uint32_t)sys_sem_create(0);
  good_queue = sys_object_open(&q);
  good_directory = (int)sys_open("/bin", 0, 0);
  good_file = (int)sys_open("/tmp/good", PITH_O_RDWR | PITH_O_CREAT, 0);
  sys_write(good_file, "good", 4);
  sys_unlink("/tmp/good"); /* it lives until it is closed */
  good_poll = (struct pith_pollfd){.fd = (int32_t)sys_open("/dev/null", 0, 0), .events = PITH_POLLIN};
  sys_ioctl(1, PITH_TCGETS, &good_termios);
  good_thread = (struct pith_thread_start){.entry = WORD(ends),
                                           .got = own_got(),
                                           .stack = ((uint32_t)sys_brk(0) + 63) / 64 * 64,
                                           .stack_size = THREAD_STACK,
                                           .priority = -1};
  good_spawn = (struct pith_spawn){.path = WORD("quits"), .priority = -1, .ceiling = -1, .group = -1};
  good_message = (struct pith_message){.data = ADDRESS(data), .length = 16};
  strings[0] = WORD("x");
  return (long)good_handle > 0 && good_queue > 0;
}

static int is_own(uint32_t p, uint32_t size) { return p >= low && p < high && size <= high - p; }

static int told(const struct row *row, uint32_t p, long r) {
  char digits[] = " at 00000000: 00000000\n";
  say("pointers: ");
  say(row->name);
  for (int i = 0; i < 8; i++) {
    digits[4 + i] = "0123456789abcdef"[p >> (28 - 4 * i) & 15];
    digits[14 + i] = "0123456789abcdef"[(uint32_t)r >> (28 - 4 * i) & 15];
  }
  say(digits);
  return 1000 + (int)(row - rows);
}

/* The call with p, whose answer follows from where p is. */
static int try(const struct row *row, uint32_t p) {
  struct pith_thread_start thread = good_thread;
  int own = is_own(p, row->size), null = !p && row->flags & NULL_IS_GOOD;
  int aligned = p % row->alignment == 0;
  long r;

  if (own && row->flags == W) fill(p, row->size, 0xEE);
  r = row->call(p, own && aligned);
  strings[0] = WORD("x");
  good_thread = thread;
  if (!aligned) return r == -EINVAL ? 0 : told(row, p, r);
  if (!own && !null) return r == -EFAULT ? 0 : told(row, p, r);
  if (!row->good(r)) return told(row, p, r);
  if (own && row->flags == W) { /* and something was written there */
    uint32_t same = 0;
    for (uint32_t i = 0; i < row->size; i++) same += ((volatile uint8_t *)POINTER_(p))[i] == 0xEE;
    if (same == row->size) return told(row, p, r);
  }
  return 0;
}

static int try_all(const uint32_t *addresses, unsigned n) {
  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (unsigned k = 0; k < n; k++) {
      int wrong = try(&rows[i], addresses[k]);
      if (wrong) return wrong;
    }
  return 0;
}
#define TRY_ALL(...)                                                                                         \
  ({                                                                                                         \
    const uint32_t addresses_[] = {__VA_ARGS__};                                                             \
    try_all(addresses_, sizeof addresses_ / sizeof addresses_[0]);                                           \
  })

int pointers_null(uint32_t a) {
  (void)a;
  CHECK(prepare_all());
  return TRY_ALL(0, 8, 64);
}

int pointers_kernel(uint32_t a) {
  CHECK(prepare_all() && argument(2));
  return TRY_ALL(a, a & ~7u, argument(2) & ~7u, argument(3) & ~7u, 0xE000ED00, 0x40004000, 0x40011000,
                 0x20000000, 0x22000000);
}

int pointers_other(uint32_t a) {
  CHECK(prepare_all() && argument(2) && argument(3) && argument(4));
  return TRY_ALL(a & ~7u, argument(2) & ~7u, argument(3) & ~7u, argument(4) & ~7u);
}

/* With the first byte outside and with the last: whoever looks at one end alone is found out. */
int pointers_straddling(uint32_t a) {
  (void)a;
  CHECK(prepare_all());
  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct row *row = &rows[i];
    uint32_t step = row->alignment, size = row->size, beyond = (size + step - 1) / step * step;
    const uint32_t at[] = {high,       high - beyond + step, high - step,
                           low - step, low - beyond + step,  low - beyond};

    for (unsigned k = 0; k < sizeof at / sizeof at[0]; k++) {
      int wrong;
      if (is_own(at[k], size)) continue;
      if (row->flags & STRING && is_own(at[k], 1)) fill(at[k], high - at[k], 'n');
      wrong = try(row, at[k]);
      if (wrong) return wrong;
    }
    CHECK(step > 1 || !is_own(high - size + 1, size));
  }
  return 0;
}

int pointers_wrapping(uint32_t a) {
  (void)a;
  CHECK(prepare_all());
  return TRY_ALL(0xFFFFFFF8, 0xFFFFFFF0, 0xFFFFFF00, 0xFFFFFFF8 - 504, 0x80000000 + (low & ~7u),
                 (low & ~7u) + 0x7FFFFFF8);
}

/* The own text, for what is written; what is only read may lie there. */
static const uint32_t text[130] __attribute__((aligned(8))) = {1, 16 /* a message's length */};

int pointers_read_only(uint32_t a) {
  (void)a;
  CHECK(prepare_all());
  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int wrong = rows[i].flags & W ? try(&rows[i], WORD(text)) : 0;
    if (wrong) return wrong;
  }
  CHECK(sys_write(1, "text\n", 5) == 5 && sys_hexdump(text, 16) == 0 &&
        sys_object_unlink("/sem/nobody") == -ENOENT);
  CHECK(sys_futex_wake(text, 1) == 0 && sys_futex_wait(text, 0, 0) == -EAGAIN);
  return 0;
}

int pointers_unaligned(uint32_t a) {
  (void)a;
  CHECK(prepare_all());
  return TRY_ALL(WORD(place) + 1, WORD(place) + 2, WORD(place) + 3, WORD(place) + 7);
}

/* Right ones are accepted, at the first byte of the block, in its data and flush with its end. */
int pointers_valid(uint32_t a) {
  (void)a;
  CHECK(prepare_all());
  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct row *row = &rows[i];
    uint32_t step = row->alignment, end = (high - row->size) / step * step;
    const uint32_t at[] = {WORD(place), low, end};

    for (unsigned k = 0; k < 3; k++) {
      int wrong = try(row, at[k]);
      if (wrong) return wrong;
    }
  }
  return 0;
}
