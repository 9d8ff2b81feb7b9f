/* Asks the system for what it must refuse, and looks whether it gets what it must be given; what, is said
 * by its name (bare.h). Returns 0, or the line of the first check that failed.
 * pith_app: STACK 1024 HEAP 1024 */
#include "bare.h"
#include "is_call.h"

#define CHECK(cond)                                                                                          \
  do {                                                                                                       \
    if (!(cond)) return __LINE__;                                                                            \
  } while (0)
#define KERNEL 0x20000000u

enum { HANDLES = 16 }; /* PITH_PROCESS_HANDLES */

static char data[] = "data\n";
static const char text[] = "text\n";

#define POINTER(a) ((void *)(uintptr_t)(a))

/* ---- numbers that are no calls ---- */

static int numbers(uint32_t unused) {
  static const long no_calls[] = {0, 127, 128, 129, 255, 1000, 0x7fffffff, -1, -64, (long)0x80000000};
  (void)unused;
  for (unsigned i = 0; i < sizeof no_calls / sizeof no_calls[0]; i++)
    CHECK(pith_syscall(no_calls[i], 1, 2, 3, 4) == -ENOSYS);
  for (long n = 1; n < 256; n++) CHECK(is_call(n) || pith_syscall(n, 1, 2, 3, 4) == -ENOSYS);
  CHECK(sys_null() == 0 && sys_getpid() > 0);
  return 0;
}

/* ---- pointers ---- */

struct range {
  uint32_t base, length;
};

/* Never the process's own, whatever the direction. */
static int foreign(int i, struct range *r) {
  uint32_t low = block_low(), high = block_high();
  struct range all[] = {
      {0, 8},
      {4, 4},
      {KERNEL, 8},
      {high, 1},
      {high - 4, 8},
      {low - 1, 2},
      {low - 4, 8},
      {low - 8, 8},
      {0xFFFFFFF0, 32},
      {0xFFFFFFFF, 1},
      {low, 0xFFFFFFFF},
      {low, 0x80000000},
      {high - 1, 0xFFFFFFFF},
      {0xE000ED00, 4},
      {low - 8, high - low + 16},
  };
  if (i >= (int)(sizeof all / sizeof all[0])) return 0;
  *r = all[i];
  return 1;
}

static int pointers(uint32_t unused) {
  struct range r;
  uint32_t low = block_low(), high = block_high();
  unsigned long long us = 0;
  (void)unused;
  for (int i = 0; foreign(i, &r); i++) {
    void *p = POINTER(r.base);
    CHECK(sys_write(1, p, r.length) == -EFAULT);
    CHECK(sys_write(2, p, r.length) == -EFAULT);
    CHECK(sys_read(0, p, r.length) == -EFAULT);
    CHECK(sys_hexdump(p, r.length) == (r.length <= 256 ? -EFAULT : -EINVAL));
    CHECK(sys_uptime(p) == (r.base == low ? 0 : -EFAULT));
    CHECK(sys_write(1, p, 0) == 0 && sys_read(0, p, 0) == 0);
  }
  CHECK(sys_uptime(POINTER(high - 7)) == -EFAULT && sys_uptime(POINTER(high - 8)) == 0);
  CHECK(sys_uptime(POINTER(low - 1)) == -EFAULT && sys_uptime(POINTER(low)) == 0);
  CHECK(sys_uptime((void *)((char *)&us + 1)) == 0 && sys_uptime(&us) == 0 && us > 0);
  CHECK(sys_uptime(POINTER(text)) == -EFAULT && sys_read(0, POINTER(text), 1) == -EFAULT);
  CHECK(sys_write(1, text, 5) == 5 && sys_write(2, data, 5) == 5);
  CHECK(sys_hexdump(text, 5) == 0 && sys_hexdump(data, 5) == 0);
  CHECK(sys_hexdump(data, 0) == -EINVAL && sys_hexdump(data, 257) == -EINVAL);
  CHECK(sys_hexdump(POINTER(high - 16), 16) == 0);
  return 0;
}

/* ---- descriptors and handles ---- */

static int descriptors(uint32_t unused) {
  static const int none[] = {-1, 3, 16, 255, 256, 257, 0x7fffffff, (int)0x80000000};
  (void)unused;
  for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++) {
    CHECK(sys_write(none[i], data, 1) == -EBADF && sys_read(none[i], data, 1) == -EBADF);
    CHECK(sys_close(none[i]) == -EBADF);
  }
  CHECK(sys_sleep(-1) == -EINVAL && sys_sleep(0) == 0);
  return 0;
}

static int refused(long handle) {
  return sys_sem_give(handle) == -EBADF && sys_sem_take(handle, 0) == -EBADF &&
         sys_mutex_lock(handle, 0) == -EBADF && sys_mutex_unlock(handle) == -EBADF &&
         sys_close(handle) == -EBADF;
}

static int handles(uint32_t unused) {
  long sem, mutex, open[HANDLES];
  (void)unused;
  for (long i = 3; i < 0x10000; i += i < 0x400 ? 1 : 251) CHECK(refused(i));
  CHECK(refused(-1) && refused(0x7fffffff) && refused((long)0x80000100) && refused(0x20000100));
  CHECK(sys_sem_create(0x80000001u) == -EINVAL && sys_sem_create(0xFFFFFFFFu) == -EINVAL);
  sem = sys_sem_create(0x80000000u);
  mutex = sys_mutex_create();
  CHECK(sem > 0 && mutex > 0 && sem != mutex);
  CHECK((sys_sem_give(sem) == -EOVERFLOW || sys_sem_give(sem) == -EOVERFLOW) && sys_sem_take(sem, 0) == 0);
  CHECK(sys_sem_give(mutex) == -EBADF && sys_sem_take(mutex, 0) == -EBADF);
  CHECK(sys_mutex_lock(sem, 0) == -EBADF && sys_mutex_unlock(sem) == -EBADF);
  CHECK(refused(sem + 0x10000) && refused(sem + 0x100) && refused(sem + HANDLES) &&
        refused(sem | (long)0x80000000));
  CHECK(sys_mutex_unlock(mutex) == -EPERM && sys_mutex_lock(mutex, 0) == 0);
  CHECK(sys_mutex_lock(mutex, -1) == -EDEADLK && sys_mutex_unlock(mutex) == 0);
  CHECK(sys_close(sem) == 0 && refused(sem) && sys_close(mutex) == 0 && refused(mutex));
  sem = sys_sem_create(0);
  CHECK(sys_sem_take(sem, 0) == -ETIMEDOUT && sys_sem_take(sem, 2000) == -ETIMEDOUT && sys_close(sem) == 0);
  for (int i = 0; i < HANDLES; i++) CHECK((open[i] = i % 2 ? sys_sem_create(0) : sys_mutex_create()) > 0);
  CHECK(sys_sem_create(0) == -EMFILE && sys_mutex_create() == -EMFILE);
  CHECK(sys_close(open[5]) == 0 && refused(open[5]));
  sem = sys_sem_create(1);
  CHECK(sem > 0 && sem != open[5] && refused(open[5]) && sys_sem_take(sem, 0) == 0);
  CHECK(sys_mutex_create() == -EMFILE);
  return 0; /* with all of them open, and one mutex locked */
}

/* A handle comes back to the same slot 255 generations later, never earlier. */
static int generations(uint32_t unused) {
  long first = sys_sem_create(0);
  (void)unused;
  CHECK(first > 0 && sys_close(first) == 0);
  for (int i = 0; i < 254; i++) {
    long h = sys_sem_create(0);
    CHECK(h > 0 && h != first && (h & 0xFF) == (first & 0xFF) && h >> 8 > 0);
    CHECK(sys_sem_give(first) == -EBADF && sys_close(h) == 0);
  }
  return 0;
}

/* Takes all it can get, keeps it for a while and says how much that was. */
static int hoard(uint32_t unused) {
  int n = 0;
  (void)unused;
  while (sys_sem_create(0) > 0) n++;
  sys_sleep(30000);
  return n;
}

/* ---- the heap ---- */

static int heap(uint32_t unused) {
  long low = sys_brk(0);
  uint32_t high = block_high();
  (void)unused;
  CHECK(low > 0 && (uint32_t)low > block_low() + BARE_STACK && sys_brk(0) == low);
  CHECK(sys_brk(high) == (long)high);
  for (volatile uint8_t *p = POINTER(low); p < (uint8_t *)POINTER(high); p++) CHECK(*p == 0);
  for (volatile uint8_t *p = POINTER(low); p < (uint8_t *)POINTER(high); p++) *p = 0x5A;
  CHECK(sys_brk(high + 1) == -ENOMEM && sys_brk((unsigned long)low - 1) == -ENOMEM);
  CHECK(sys_brk(1) == -ENOMEM && sys_brk(KERNEL) == -ENOMEM && sys_brk(block_low()) == -ENOMEM);
  CHECK(sys_brk(0xFFFFFFFF) == -ENOMEM && sys_brk(0x80000000) == -ENOMEM && sys_brk(0xE000ED00) == -ENOMEM);
  CHECK(sys_brk(0) == (long)high && sys_brk((unsigned long)low) == low);
  return 0;
}

/* ---- what only privileged code may set ---- */

#define WRITE_SPECIAL(name) __asm__ volatile("msr " name ", %0\n\tisb" : : "r"(0xFF) : "memory")
#define READ_SPECIAL(name)                                                                                   \
  __extension__({                                                                                            \
    uint32_t value_;                                                                                         \
    __asm__ volatile("mrs %0, " name : "=r"(value_));                                                        \
    value_;                                                                                                  \
  })

static int masks(uint32_t unused) {
  uint32_t sp;
  (void)unused;
  __asm__ volatile("cpsid i\n\tcpsid f\n\tisb" ::: "memory");
  CHECK(sys_sleep(3000) == 0);
  WRITE_SPECIAL("primask");
  WRITE_SPECIAL("basepri");
  WRITE_SPECIAL("basepri_max");
  WRITE_SPECIAL("faultmask");
  WRITE_SPECIAL("msp");
  WRITE_SPECIAL("psp");
  WRITE_SPECIAL("ipsr");
  WRITE_SPECIAL("epsr");
  CHECK(sys_sleep(3000) == 0);
  __asm__ volatile("msr control, %0\n\tisb" : : "r"(2) : "memory");
  CHECK((READ_SPECIAL("control") & 3) != 0 && sys_sleep(3000) == 0);
  CHECK(READ_SPECIAL("primask") == 0 && READ_SPECIAL("basepri") == 0 && READ_SPECIAL("faultmask") == 0);
  CHECK(READ_SPECIAL("msp") == 0 && READ_SPECIAL("ipsr") == 0);
  __asm__ volatile("mov %0, sp" : "=r"(sp));
  CHECK(sp > block_low() && sp <= block_low() + BARE_STACK);
  return 0;
}

/* ---- the processor ---- */

static int spin(uint32_t ms) {
  unsigned long long start, now;
  sys_uptime(&start);
  do sys_uptime(&now);
  while (now - start < ms * 1000);
  return 0;
}

static int yields(uint32_t times) {
  while (times--) CHECK(sys_yield() == 0);
  return 0;
}

static int forever(uint32_t unused) {
  volatile uint32_t go_on = 1;
  (void)unused;
  while (go_on) continue;
  return __LINE__;
}

static int waits(uint32_t unused) {
  (void)unused;
  sys_sem_take(sys_sem_create(0), -1);
  return __LINE__;
}

static int quits(uint32_t status) { return (int)status; }

static const struct bare_action actions[] = {
    {"numbers", numbers},
    {"pointers", pointers},
    {"descriptors", descriptors},
    {"handles", handles},
    {"generations", generations},
    {"hoard", hoard},
    {"heap", heap},
    {"masks", masks},
    {"spin", spin},
    {"yields", yields},
    {"forever", forever},
    {"waits", waits},
    {"quits", quits},
};

BARE_MAIN(actions)
