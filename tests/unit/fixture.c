/* The threads of the kernel's unit tests. They never run: host.h. */
#include "fixture.h"
#include <string.h>

struct pith_thread thread[FIXTURE_THREADS];
static uint64_t stacks[FIXTURE_THREADS][FIXTURE_STACK / 8];
static const char *const names[FIXTURE_THREADS] = {"A", "B", "C", "D", "E", "F", "G", "H"};

static void entry(void *unused) { (void)unused; }

static _Noreturn void broken(const char *why) {
  fprintf(stderr, "broken: %s\n", why);
  exit(3);
}

void fixture_check(void) {
  if (k_check()) broken(k_check_why);
  if (host_deadline() != (R->timeout_count ? R->timeouts[0]->deadline : PITH_FOREVER))
    broken("the clock does not know the earliest deadline");
}

void fixture_init(void) {
  memset(thread, 0, sizeof thread);
  host_reset();
  host_at_exit = fixture_check;
}

static void make(int i, const struct pith_thread_attr *attr) {
  if (R->started) assert_int_equal(AS(K->current, pith_thread_init(&thread[i], attr, entry, NULL)), 0);
  else assert_int_equal(pith_thread_init(&thread[i], attr, entry, NULL), 0);
}

void fixture_thread(int i, unsigned priority, unsigned flags) {
  static struct pith_thread_attr attr;

  attr = (struct pith_thread_attr){.name = names[i],
                                   .priority = (uint8_t)priority,
                                   .flags = (uint8_t)flags,
                                   .stack = stacks[i],
                                   .stack_size = FIXTURE_STACK};
  make(i, &attr);
}

void fixture_sliced(int i, unsigned priority, unsigned slice) {
  static struct pith_thread_attr attr;

  attr = (struct pith_thread_attr){.name = names[i],
                                   .priority = (uint8_t)priority,
                                   .slice = (uint16_t)slice,
                                   .stack = stacks[i],
                                   .stack_size = FIXTURE_STACK};
  make(i, &attr);
}

void fixture_start(const int *priorities) {
  fixture_init();
  for (int i = 0; priorities[i] >= 0; i++) fixture_thread(i, (unsigned)priorities[i], 0);
  host_start();
}

const char *fixture_queue(const struct pith_thread *head) {
  static char text[FIXTURE_THREADS + 1];
  const struct pith_thread *t = head;
  int n = 0;

  while (t && n < FIXTURE_THREADS) {
    text[n++] = t == &R->idle ? 'i' : (char)('A' + (t - thread));
    t = t->next == head || (t->wait && !t->blocked) ? NULL : t->next; /* alone, and not linked */
  }
  text[n] = 0;
  return text;
}
