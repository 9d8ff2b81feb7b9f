/* Threads: made, joined, detached, ended; what is a thread's own; keys; once.
 * pith_app: STACK 2048 HEAP 20480 */
#include "posix.h"
#include <malloc.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include "pith.h"

static volatile int order[8], ordered;

static void note(int n) { order[ordered++] = n; }

static void *returns_twice(void *arg) { return (void *)((intptr_t)arg * 2); }

static void *exits(void *arg) {
  pthread_exit((void *)((intptr_t)arg + 1));
  return NULL;
}

static void makes_and_joins(void) {
  pthread_t t;
  void *value;
  CHECK_EQ(pthread_create(&t, NULL, returns_twice, (void *)21), 0);
  CHECK_EQ(pthread_join(t, &value), 0);
  CHECK_EQ(value, 42);
  CHECK_EQ(pthread_create(&t, NULL, exits, (void *)6), 0);
  CHECK_EQ(pthread_join(t, &value), 0);
  CHECK_EQ(value, 7);
  CHECK_EQ(pthread_create(&t, NULL, exits, (void *)6), 0);
  CHECK_EQ(pthread_join(t, NULL), 0);
  CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
}

static pthread_t inner;
static void *tells_itself(void *arg) {
  (void)arg;
  inner = pthread_self();
  return NULL;
}

static void knows_itself(void) {
  pthread_t t = start(HIGH, tells_itself, NULL);
  CHECK(pthread_equal(inner, t));
  CHECK(!pthread_equal(pthread_self(), t));
  finish(t);
}

static void *notes(void *arg) {
  note((int)(intptr_t)arg);
  return NULL;
}

/* A more urgent one runs at once, a less urgent one when the maker waits; an equal one after it. */
static void runs_by_priority(void) {
  ordered = 0;
  pthread_t low = start(LOW, notes, (void *)1);
  pthread_t same = start(MAIN, notes, (void *)2);
  pthread_t high = start(HIGH, notes, (void *)3);
  CHECK_EQ(ordered, 1);
  CHECK_EQ(order[0], 3);
  sched_yield();
  CHECK_EQ(ordered, 2);
  CHECK_EQ(order[1], 2);
  finish(low), finish(same), finish(high);
  CHECK_EQ(order[2], 1);
}

static int error_of_other;
static void *sets_errno(void *arg) {
  errno = 77;
  sched_yield();
  error_of_other = errno;
  return arg;
}

static void errno_is_its_own(void) {
  pthread_t t = start(MAIN, sets_errno, NULL);
  errno = 5;
  sched_yield();
  CHECK_EQ(errno, 5);
  errno = 6;
  finish(t);
  CHECK_EQ(error_of_other, 77);
  CHECK_EQ(errno, 6);
}

/* strtok()'s place and rand()'s state are a thread's as well. */
static void *tokens(void *arg) {
  char text[] = "x y";
  CHECK_EQ(strtok(text, " ")[0], 'x');
  sched_yield();
  CHECK_EQ(strtok(NULL, " ")[0], 'y');
  return arg;
}

static void libc_state_is_its_own(void) {
  char text[] = "a b c";
  pthread_t t = start(MAIN, tokens, NULL);
  CHECK_EQ(strtok(text, " ")[0], 'a');
  sched_yield();
  CHECK_EQ(strtok(NULL, " ")[0], 'b');
  finish(t);
  CHECK_EQ(strtok(NULL, " ")[0], 'c');
}

static void attributes(void) {
  pthread_attr_t a;
  struct sched_param p = {.sched_priority = 0};
  size_t size;
  void *stack;
  int n;
  CHECK_EQ(pthread_attr_init(&a), 0);
  CHECK(pthread_attr_getstacksize(&a, &size) == 0 && size == PTHREAD_STACK_DEFAULT_NP);
  CHECK_EQ(pthread_attr_setstacksize(&a, PTHREAD_STACK_MIN - 1), EINVAL);
  CHECK_EQ(pthread_attr_setstacksize(&a, 3000), 0);
  CHECK(pthread_attr_getstacksize(&a, &size) == 0 && size == 3000);
  CHECK(pthread_attr_getdetachstate(&a, &n) == 0 && n == PTHREAD_CREATE_JOINABLE);
  CHECK_EQ(pthread_attr_setdetachstate(&a, 9), EINVAL);
  CHECK(pthread_attr_getinheritsched(&a, &n) == 0 && n == PTHREAD_INHERIT_SCHED);
  CHECK(pthread_attr_getschedpolicy(&a, &n) == 0 && n == SCHED_OTHER);
  CHECK_EQ(pthread_attr_setschedpolicy(&a, SCHED_RR + 1), EINVAL);
  CHECK_EQ(pthread_attr_setschedpolicy(&a, SCHED_RR), 0);
  CHECK(pthread_attr_getschedpolicy(&a, &n) == 0 && n == SCHED_RR);
  CHECK_EQ(pthread_attr_setschedpolicy(&a, 99), EINVAL);
  CHECK_EQ(pthread_attr_setschedparam(&a, &p), EINVAL);
  p.sched_priority = 31;
  CHECK_EQ(pthread_attr_setschedparam(&a, &p), 0);
  p.sched_priority = 0;
  CHECK(pthread_attr_getschedparam(&a, &p) == 0 && p.sched_priority == 31);
  CHECK_EQ(pthread_attr_setscope(&a, PTHREAD_SCOPE_PROCESS), ENOTSUP);
  CHECK(pthread_attr_setguardsize(&a, 64) == 0 && pthread_attr_getguardsize(&a, &size) == 0 && size == 64);
  CHECK_EQ(pthread_attr_setstack(&a, (void *)4, 1024), EINVAL);
  CHECK(pthread_attr_getstack(&a, &stack, &size) == 0 && stack == NULL);
  CHECK_EQ(pthread_attr_destroy(&a), 0);
}

static uintptr_t where;
static void *shows_stack(void *arg) {
  where = (uintptr_t)__builtin_frame_address(0);
  return arg;
}

static void stack_of_ones_own(void) {
  static uint64_t stack[256];
  pthread_attr_t a;
  pthread_t t;
  pthread_attr_init(&a);
  CHECK_EQ(pthread_attr_setstack(&a, stack, sizeof stack), 0);
  CHECK_EQ(pthread_create(&t, &a, shows_stack, (void *)3), 0);
  CHECK_EQ(finish(t), 3);
  CHECK(where >= (uintptr_t)stack && where < (uintptr_t)(stack + 256));
  static uint64_t small[64];
  CHECK_EQ(pthread_attr_setstack(&a, small, sizeof small), 0);
  CHECK_EQ(pthread_create(&t, &a, shows_stack, NULL), EINVAL); /* no room for the record */
}

static void priorities(void) {
  struct sched_param p;
  int policy;
  CHECK(sched_get_priority_min(SCHED_FIFO) == 1 && sched_get_priority_max(SCHED_FIFO) == 31);
  FAILS(sched_get_priority_max(99), EINVAL);
  CHECK(pthread_getschedparam(pthread_self(), &policy, &p) == 0 && policy == SCHED_OTHER);
  CHECK_EQ(p.sched_priority, MAIN);
  ordered = 0;
  pthread_t t = start(LOW, notes, (void *)1);
  CHECK_EQ(pthread_setschedprio(t, HIGH), 0);
  CHECK_EQ(ordered, 1);
  finish(t);
  p.sched_priority = LOW;
  if (sys_thread_policy(sys_thread_self(), -1) == -ENOSYS) return; /* a kernel without turns */
  CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_FIFO, &p), 0);
  CHECK_EQ(sched_getscheduler(0), SCHED_FIFO);
  CHECK(pthread_getschedparam(pthread_self(), &policy, &p) == 0 && policy == SCHED_FIFO);
  CHECK(sched_getparam(0, &p) == 0 && p.sched_priority == LOW);
  CHECK_EQ(pthread_setschedprio(pthread_self(), MAIN), 0);
  CHECK_EQ(pthread_setschedprio(pthread_self(), 0), EINVAL);
  CHECK_EQ(pthread_setschedparam(pthread_self(), 99, &p), EINVAL);
  p.sched_priority = MAIN;
  CHECK_EQ(sched_setscheduler(0, SCHED_RR, &p), SCHED_FIFO);
  CHECK_EQ(sched_setscheduler(0, SCHED_OTHER, &p), SCHED_RR);
}

/* Two threads that never block, until both have seen the other one's counter move or 20 turns are over. */
static volatile unsigned laps[2];
static struct timespec turn;

static void *runs(void *i_) {
  int i = (int)(long)i_;
  unsigned seen = laps[!i], moved = 0;
  long long end = now_us() + 20 * (turn.tv_nsec / 1000);
  while (moved < 3 && now_us() < end) {
    laps[i]++;
    if (laps[!i] == seen) continue;
    seen = laps[!i];
    moved++;
    for (long long pause = now_us() + turn.tv_nsec / 2000; now_us() < pause;) laps[i]++;
  }
  return (void *)(long)moved;
}

static void *gives(void *policy) {
  pthread_attr_t attr;
  pthread_t t[2];
  struct sched_param param = {.sched_priority = LOW};
  long moved = 0;
  laps[0] = laps[1] = 0;
  CHECK_EQ(pthread_attr_init(&attr), 0);
  CHECK_EQ(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
  CHECK_EQ(pthread_attr_setschedpolicy(&attr, (int)(long)policy), 0);
  CHECK_EQ(pthread_attr_setschedparam(&attr, &param), 0);
  for (long i = 0; i < 2; i++) CHECK_EQ(pthread_create(&t[i], &attr, runs, (void *)i), 0);
  for (int i = 0; i < 2; i++) moved += (long)finish(t[i]);
  return (void *)moved;
}

static void turns(void) {
  if (sys_thread_policy(sys_thread_self(), -1) == -ENOSYS) return;
  CHECK_EQ(sched_rr_get_interval(0, &turn), 0);
  CHECK(turn.tv_sec == 0 && turn.tv_nsec >= 1000000);
  CHECK_EQ((long)gives((void *)SCHED_RR), 6);
  CHECK_EQ((long)gives((void *)SCHED_OTHER), 6);
  CHECK((long)gives((void *)SCHED_FIFO) <= 1); /* one by one; the second finds what the first has left */
}

static void names(void) {
  char name[PTHREAD_NAME_MAX_NP];
  CHECK_EQ(pthread_setname_np(pthread_self(), "first"), 0);
  CHECK(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && strcmp(name, "first") == 0);
  CHECK_EQ(pthread_getname_np(pthread_self(), name, 5), ERANGE);
  CHECK_EQ(pthread_setname_np(pthread_self(), "much too long a name"), ERANGE);
}

static int in_use(void) { return (int)mallinfo().uordblks; }

/* The memory of threads comes back: of joined ones, of ones detached before, while and after they ran. */
static void detaches(void) {
  pthread_attr_t a;
  pthread_t t;
  pthread_attr_init(&a);
  pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
  int before = in_use();
  for (int i = 0; i < 40; i++) {
    CHECK_EQ(pthread_create(&t, &a, notes, NULL), 0);
    CHECK_EQ(pthread_join(t, NULL), EINVAL);
    ordered = 0;
    usleep(1000);
    t = start(i % 2 ? HIGH : LOW, notes, NULL);
    CHECK_EQ(pthread_detach(t), 0);
    CHECK_EQ(pthread_detach(t), EINVAL);
    ordered = 0;
    usleep(1000);
  }
  finish(start(HIGH, notes, NULL));
  CHECK_EQ(in_use(), before);
}

static void *joins(void *thread) { return (void *)(intptr_t)pthread_join((pthread_t)thread, NULL); }

/* Who is being joined is its joiner's alone, until that gives up. */
static void joined_by_one(void) {
  int before = in_use();
  pthread_t t = start(LOW, notes, NULL), joiner = start(HIGH, joins, t);
  ordered = 0;
  CHECK_EQ(pthread_detach(t), EINVAL);
  CHECK_EQ(pthread_join(t, NULL), EINVAL);
  CHECK_EQ(finish(joiner), 0);
  CHECK_EQ(in_use(), before);
  t = start(LOW, notes, NULL);
  joiner = start(HIGH, joins, t);
  CHECK_EQ(pthread_cancel(joiner), 0);
  CHECK(finish(joiner) == PTHREAD_CANCELED);
  CHECK_EQ(pthread_tryjoin_np(t, NULL), EBUSY);
  CHECK_EQ(pthread_detach(t), 0);
  ordered = 0;
  usleep(1000);
  finish(start(HIGH, notes, NULL));
  CHECK_EQ(in_use(), before);
  ordered = 0;
}

static void too_many(void) {
  pthread_t t[32];
  int n = 0, error = 0;
  while (n < 32 && !error) {
    pthread_attr_t a;
    pthread_attr_init(&a);
    pthread_attr_setstacksize(&a, PTHREAD_STACK_MIN);
    error = pthread_create(&t[n], &a, returns_twice, NULL);
    n += !error;
  }
  CHECK_EQ(error, EAGAIN);
  CHECK(n > 3);
  while (n) finish(t[--n]);
}

static volatile int routine_ran;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void routine(void) {
  sched_yield(); /* the other one comes meanwhile */
  routine_ran++;
}
static void *calls_once(void *arg) {
  pthread_once(&once, routine);
  CHECK_EQ(routine_ran, 1);
  return arg;
}

static void once_is_once(void) {
  pthread_t a = start(MAIN, calls_once, NULL), b = start(MAIN, calls_once, NULL);
  calls_once(NULL);
  finish(a), finish(b);
  CHECK_EQ(routine_ran, 1);
}

static pthread_key_t key, silent;
static int destroyed, again;
static void destructor(void *value) {
  CHECK(pthread_getspecific(key) == NULL);
  destroyed += (int)(intptr_t)value;
  if (again-- > 0) pthread_setspecific(key, value);
}
static void *has_values(void *arg) {
  CHECK(pthread_getspecific(key) == NULL);
  CHECK_EQ(pthread_setspecific(key, arg), 0);
  CHECK_EQ(pthread_setspecific(silent, arg), 0);
  CHECK_EQ(pthread_getspecific(key), arg);
  return NULL;
}

static void keys(void) {
  int before = in_use();
  CHECK_EQ(pthread_key_create(&key, destructor), 0);
  CHECK_EQ(pthread_key_create(&silent, NULL), 0);
  CHECK_EQ(pthread_setspecific(key, (void *)100), 0);
  finish(start(HIGH, has_values, (void *)1));
  CHECK_EQ(destroyed, 1);
  again = 2;
  finish(start(HIGH, has_values, (void *)1));
  CHECK_EQ(destroyed, 4); /* set again twice by the destructor */
  again = 1000;
  finish(start(HIGH, has_values, (void *)1));
  CHECK_EQ(destroyed, 4 + PTHREAD_DESTRUCTOR_ITERATIONS);
  CHECK_EQ(pthread_getspecific(key), 100);
  CHECK_EQ(pthread_key_delete(silent), 0);
  CHECK_EQ(pthread_key_delete(silent), EINVAL);
  CHECK_EQ(pthread_setspecific(silent, (void *)1), EINVAL);
  CHECK_EQ(pthread_key_delete(key), 0);
  CHECK(pthread_getspecific(key) == NULL);
  CHECK_EQ(pthread_key_create(&key, NULL), 0);
  CHECK(pthread_getspecific(key) == NULL); /* though the place is the same */
  CHECK_EQ(pthread_key_delete(key), 0);
  CHECK(in_use() <= before + 100); /* the tables of keys and of the first thread */
}

static void many_keys(void) {
  pthread_key_t k[PTHREAD_KEYS_MAX + 1];
  int n = 0;
  while (n <= PTHREAD_KEYS_MAX && pthread_key_create(&k[n], NULL) == 0) n++;
  CHECK_EQ(n, PTHREAD_KEYS_MAX);
  CHECK_EQ(pthread_setspecific(k[n - 1], &n), 0);
  CHECK_EQ(pthread_getspecific(k[n - 1]), &n);
  while (n) CHECK_EQ(pthread_key_delete(k[--n]), 0);
}

/* malloc() from many threads at once. */
static void *allocates(void *arg) {
  unsigned seed = (unsigned)(intptr_t)arg;
  for (int i = 0; i < 200; i++) {
    seed = seed * 1103515245 + 12345;
    size_t size = 1 + seed / 65536 % 100;
    unsigned char *p = malloc(size);
    if (!p) continue;
    memset(p, (int)size, size);
    if (i % 16 == 0) usleep(500);
    for (size_t k = 0; k < size; k++)
      if (p[k] != size) return (void *)1;
    free(p);
  }
  return NULL;
}

static void heap_is_shared(void) {
  pthread_t t[3];
  for (int i = 0; i < 3; i++) t[i] = start(MAIN + i % 2, allocates, (void *)(intptr_t)(i + 1));
  for (int i = 0; i < 3; i++) CHECK(finish(t[i]) == NULL);
}

/* The r9 of the ABI: a thread's own table is a copy of the first one's. */
static void *table_differs(void *arg) {
  uint32_t *got;
  __asm__("mov %0, r9" : "=r"(got));
  CHECK(got != arg);
  CHECK_EQ(got[1], pthread_self());
  CHECK(memcmp(got + 2, (uint32_t *)arg + 2, 64) == 0);
  return NULL;
}

static void table_is_its_own(void) {
  uint32_t *got;
  __asm__("mov %0, r9" : "=r"(got));
  CHECK_EQ(got[1], pthread_self());
  finish(start(HIGH, table_differs, got));
}

TESTS({"makes and joins", makes_and_joins}, {"knows itself", knows_itself},
      {"runs by priority", runs_by_priority}, {"errno is its own", errno_is_its_own},
      {"libc state is its own", libc_state_is_its_own}, {"attributes", attributes},
      {"a stack of one's own", stack_of_ones_own}, {"priorities", priorities}, {"turns", turns}, {"names", names},
      {"detaches", detaches}, {"joined by one", joined_by_one}, {"too many", too_many}, {"once", once_is_once}, {"keys", keys},
      {"many keys", many_keys}, {"the heap is shared", heap_is_shared}, {"the table is its own", table_is_its_own})
