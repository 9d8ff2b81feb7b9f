/* Shows what a process has: private data, shared text, a libc, time, locks and system calls.
 *
 * Run two at once (hello one & hello two): every line starts with the argument, the steps sleep so that the
 * two interleave, and each must find the data as the file has it, not as the other one has changed it.
 * Ends with 42, or with 1 and a sentence if something is not as it must be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "hello.h"
#include "pith.h"

#define STEP_US 150000
#define BLOCK 200
#define OK 42

static const char *me = "hello";
static char greeting[16] = "Hello World!";
static char scratch[64];                                      /* .bss */
static unsigned noise[4] __attribute__((section(".noinit"))); /* cleared at load, as .bss is */

static void say_text(void) { printf("[%s] text: %s\n", me, greeting); }

static void say_pi(void) { printf("[%s] pi is %.3f, and 2^40 is %lld\n", me, 3.14159, 1LL << 40); }

/* Both tables are relocated for each instance: the functions are in the text, which all share. */
static void (*const actions[])(void) = {say_text, say_pi};
static const char *const names[] = {"the text", "a number"};

static int fail(const char *what) {
  printf("[%s] error: %s\n", me, what);
  return 1;
}

static void step(const char *what) {
  usleep(STEP_US);
  printf("[%s] %s\n", me, what);
}

static int private_data(void) {
  if (strcmp(greeting, "Hello World!") != 0)
    return fail("the data of another instance");
  step("before:");
  sys_hexdump(greeting, sizeof greeting);
  say_text();
  greeting[0] = 'B';
  step("after:");
  sys_hexdump(greeting, sizeof greeting);
  say_text();
  for (unsigned i = 0; i < sizeof scratch; i++)
    if (scratch[i])
      return fail(".bss is not zero");
  memset(scratch, 'x', sizeof scratch);
  for (unsigned i = 0; i < sizeof noise / sizeof noise[0]; i++)
    if (noise[i])
      return fail(".noinit shows another process's memory");
  noise[0] = 1;
  return 0;
}

static int tables(void) {
  for (unsigned i = 0; i < sizeof actions / sizeof actions[0]; i++) {
    usleep(STEP_US);
    printf("[%s] %s:\n", me, names[i]);
    actions[i]();
  }
  return 0;
}

static int memory(void) {
  unsigned char *block = malloc(BLOCK);
  if (!block)
    return fail("malloc");
  for (int i = 0; i < BLOCK; i++)
    block[i] = (unsigned char)i;
  usleep(STEP_US);
  for (int i = 0; i < BLOCK; i++)
    if (block[i] != i)
      return fail("the heap has changed");
  free(block);
  printf("[%s] the heap kept %d bytes\n", me, BLOCK);
  return 0;
}

static int locks(void) {
  long mutex = sys_mutex_create(), sem = sys_sem_create(1);
  if (mutex < 0 || sem < 0)
    return fail("no mutex or semaphore");
  if (sys_mutex_lock(mutex, PITH_WAIT_FOREVER) < 0 || sys_mutex_unlock(mutex) < 0)
    return fail("mutex");
  if (sys_sem_take(sem, PITH_WAIT_FOREVER) < 0 || sys_sem_take(sem, 1000) >= 0 || sys_sem_give(sem) < 0)
    return fail("semaphore");
  if (sys_close(mutex) < 0 || sys_close(sem) < 0)
    return fail("close");
  step("mutex and semaphore work");
  return 0;
}

int main(int argc, char **argv) {
  struct timespec now;
  if (argc > 1)
    me = argv[1];
  printf("[%s] process %d, argument %s\n", me, (int)getpid(), argc > 1 ? argv[1] : "(none)");
  if (constructed() != CONSTRUCTED)
    return fail("the static constructor has not run");
  if (private_data() || tables() || memory() || locks())
    return 1;
  usleep(STEP_US);
  sys_test(1, 2, 3, 4);
  if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
    return fail("clock_gettime");
  printf("[%s] up for %ld.%03ld s, done\n", me, (long)now.tv_sec, now.tv_nsec / 1000000);
  return OK;
}
