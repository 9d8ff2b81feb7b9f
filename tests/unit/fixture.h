/* What the kernel's unit tests share: threads to call as, what they should be doing, and a check of all the
 * kernel's rules at every exit from it. */
#ifndef PITH_FIXTURE_H
#define PITH_FIXTURE_H
#include "host.h"
#include "kernel.h"
#include "unit.h"

enum { FIXTURE_THREADS = 8, FIXTURE_STACK = 512 };
extern struct pith_thread thread[FIXTURE_THREADS];
/* Their usual names in a test. */
#define A (&thread[0])
#define B (&thread[1])
#define C (&thread[2])
#define D (&thread[3])

/* The kernel, not started, its rules checked at every exit. */
void fixture_init(void);
/* thread[i], ready unless flags say dormant. At boot, or made by the current thread. */
void fixture_thread(int i, unsigned priority, unsigned flags);
void fixture_sliced(int i, unsigned priority, unsigned slice);
/* fixture_init(), threads 0, 1, ... of these priorities (ended by -1), host_start(). */
void fixture_start(const int *priorities);
#define START(...) fixture_start((const int[]){__VA_ARGS__, -1})
/* Checks the rules now. */
void fixture_check(void);
/* The threads on a queue, as the letters of their places: "BAC". */
const char *fixture_queue(const struct pith_thread *head);

#define AS(t, call) HOST_AS(t, call)
#define RUNS(t) host_is_running(t, #t, __FILE__, __LINE__)
#define GETS(t, call, result) assert_int_equal(AS(t, call), result)
#define BLOCKS(t, call) assert_int_equal(AS(t, call), HOST_BLOCKED)
#define WOKEN(t, result)                                                                                     \
  do {                                                                                                       \
    assert_false(k_is_blocked(t));                                                                           \
    assert_int_equal(host_result(t), result);                                                                \
  } while (0)

/* main() of a test: its table is `tests`; an argument names the only one to run. */
#define FIXTURE_MAIN                                                                                         \
  static int fixture_run(void) { return cmocka_run_group_tests(tests, NULL, NULL); }                         \
  int main(int argc, char *argv[]) {                                                                         \
    if (argc > 1) cmocka_set_test_filter(argv[1]);                                                           \
    return host_main(fixture_run);                                                                           \
  }
#endif
