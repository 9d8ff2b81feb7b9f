/* The frame of the measured firmware: threads, the interrupt line, which rows to run. */
#include "bench.h"

#define NVIC_ISER(n) (*(volatile uint32_t *)(0xE000E100u + 4u * (n)))
#define NVIC_ISPR(n) (*(volatile uint32_t *)(0xE000E200u + 4u * (n)))
enum { LINE = 31 };

static struct pith_thread threads[THREADS];
static uint64_t stacks[THREADS][STACK / 8];
void (*volatile bench_interrupt)(void);

_Noreturn void bench_failed(const char *file, int line, const char *what) {
  char number[8] = "       ";

  (void)file;
  for (int i = 6; line; line /= 10) number[--i] = (char)('0' + line % 10);
  number[6] = '\n', number[7] = 0;
  bench_exit(1, what);
}

struct pith_thread *bench_thread(int i, unsigned priority, unsigned flags, void (*entry)(void *), void *arg) {
  struct pith_thread_attr attr = {.name = "bench",
                                  .priority = (uint8_t)priority,
                                  .flags = (uint8_t)flags,
                                  .stack = stacks[i],
                                  .stack_size = sizeof stacks[i]};

  CHECK(pith_thread_init(&threads[i], &attr, entry, arg) == 0);
  return &threads[i];
}

void bench_end(int i) {
  if (pith_thread_state(&threads[i]) != PITH_THREAD_DEAD) CHECK(pith_thread_delete(&threads[i]) == 0);
  CHECK(pith_thread_join(&threads[i], NULL, PITH_FOREVER) == 0);
}

void bench_middle(void (*entry)(void *)) {
  CHECK(pith_thread_join(bench_thread(0, MIDDLE, 0, entry, NULL), NULL, PITH_FOREVER) == 0);
}
