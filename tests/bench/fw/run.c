/* The frame of the measured firmware: threads, the interrupt line, which rows to run. */
#include "bench.h"

#define NVIC_ISER(n) (*(volatile uint32_t *)(0xE000E100u + 4u * (n)))
#define NVIC_ISPR(n) (*(volatile uint32_t *)(0xE000E200u + 4u * (n)))
#define NVIC_IPR(n) (*(volatile uint8_t *)(0xE000E400u + (n)))
enum { LINE_PRIORITY = 0x40 };

static struct pith_thread threads[THREADS];
static uint64_t stacks[THREADS][STACK / 8];

struct pith_thread *bench_thread(int i, unsigned priority, unsigned flags, void (*entry)(void *), void *arg) {
  struct pith_thread_attr attr = {.name = "bench",
                                  .priority = (uint8_t)priority,
                                  .flags = (uint8_t)flags,
                                  .stack = stacks[i],
                                  .stack_size = sizeof stacks[i]};

  CHECK(pith_thread_init(&threads[i], &attr, entry, arg) == 0);
  return &threads[i];
}

void bench_end(int i) { CHECK(pith_thread_delete(&threads[i]) == 0); }

void bench_middle(void (*entry)(void *)) {
  CHECK(pith_thread_join(bench_thread(0, MIDDLE, 0, entry, NULL), NULL, PITH_FOREVER) == 0);
}

/* Line 30: its name in either family's vector table. */
void PORT0_6_Handler(void);
void TIM4_IRQHandler(void) __attribute__((alias("PORT0_6_Handler")));
void (*volatile bench_in_handler)(void);

void PORT0_6_Handler(void) { bench_in_handler(); }

static void lines_on(void) {
  NVIC_IPR(LINE_SWITCHES) = NVIC_IPR(LINE_CLASSIC) = LINE_PRIORITY;
  NVIC_ISER(0) = 1u << LINE_SWITCHES | 1u << LINE_CLASSIC;
}

void bench_raise(int line) {
  NVIC_ISPR(0) = 1u << line;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

static const struct {
  const char *name;
  void (*run)(void);
} runs[] = {
    {"rows", bench_rows}, {"timers", bench_timers}, {"ticks", bench_ticks}, {"classic", bench_classic}};

static bool same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

int bench_run(const char *what) {
  for (unsigned i = 0; i < sizeof runs / sizeof runs[0]; i++) {
    if (!same(runs[i].name, what)) continue;
    lines_on();
    COUNTING_ON();
    runs[i].run();
    COUNTING_OFF();
    return 0;
  }
  return 2;
}
