/* A test of a part of POSIX: functions, each of which checks one thing and says so, and a main() that runs them in order and
 * returns how many failed. Output is by write(), without streams, so that a program stays small.
 *
 * The first thread goes down to MAIN: then there are priorities above it and below. */
#ifndef POSIX_TEST_H
#define POSIX_TEST_H
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOW = 8, MAIN = 10, MIDDLE = 11, HIGH = 12, TOP = 13 }; /* POSIX: more is more urgent */

static int posix_failures;

static inline void say(const char *text) { write(1, text, strlen(text)); }

static inline void say_number(long n) {
  char text[12], *p = text + sizeof text;
  unsigned long rest = n < 0 ? -(unsigned long)n : (unsigned long)n;
  do *--p = (char)('0' + rest % 10);
  while (rest /= 10);
  if (n < 0) *--p = '-';
  write(1, p, (size_t)(text + sizeof text - p));
}

static inline void posix_check(const char *file, int line, const char *what, long got, long want) {
  if (got == want) return;
  posix_failures++;
  const char *name = strrchr(file, '/');
  say(name ? name + 1 : file), say(":"), say_number(line), say(": "), say(what);
  say(": "), say_number(got), say(", not "), say_number(want), say("\n");
}

#define CHECK(condition) posix_check(__FILE__, __LINE__, #condition, (condition) ? 1 : 0, 1)
#define CHECK_EQ(got, want) posix_check(__FILE__, __LINE__, #got, (long)(got), (long)(want))
#define FAILS(call, error) (errno = 0, CHECK_EQ(call, -1), CHECK_EQ(errno, error))

/* A thread of its own priority. */
static inline pthread_t start(int priority, void *(*routine)(void *), void *arg) {
  pthread_attr_t attr;
  pthread_t thread = NULL;
  struct sched_param param = {.sched_priority = priority};
  CHECK_EQ(pthread_attr_init(&attr), 0);
  CHECK_EQ(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
  CHECK_EQ(pthread_attr_setschedparam(&attr, &param), 0);
  CHECK_EQ(pthread_attr_setstacksize(&attr, 1536), 0);
  CHECK_EQ(pthread_create(&thread, &attr, routine, arg), 0);
  return thread;
}

static inline void *finish(pthread_t thread) {
  void *value = NULL;
  CHECK_EQ(pthread_join(thread, &value), 0);
  return value;
}

static inline long long now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* A moment of a clock, so many milliseconds from now. */
static inline struct timespec in_ms(clockid_t clock, int ms) {
  struct timespec t;
  clock_gettime(clock, &t);
  long ns = t.tv_nsec + ms % 1000 * 1000000L;
  t.tv_sec += ms / 1000 + ns / 1000000000;
  t.tv_nsec = ns % 1000000000;
  return t;
}

struct posix_test {
  const char *name;
  void (*run)(void);
};

static inline int posix_run(const struct posix_test *tests, int count) {
  pthread_setschedprio(pthread_self(), MAIN);
  for (int i = 0; i < count; i++) {
    int before = posix_failures;
    tests[i].run();
    say(tests[i].name), say(posix_failures == before ? ": ok\n" : ": failed\n");
  }
  return posix_failures ? 1 : 0;
}

#define TESTS(...)                                                                                           \
  int main(void) {                                                                                           \
    static const struct posix_test tests[] = {__VA_ARGS__};                                                  \
    return posix_run(tests, sizeof tests / sizeof tests[0]);                                                 \
  }
#endif
