/* See noise.h. */
#include "noise.h"
#include "irq.h"
#include "kernel.h"
#include "mem.h"
#include "semihost.h"
#include "test.h"

enum {
  COMMAND_LINE = 256,
  ARGUMENTS = 16,
  PER_CLOCK = 40, /* instructions in a clock of a timer: 25 MHz, under -icount shift=0 */
};

static const uint8_t priority[NOISE_SOURCES] = {0xA0, 0x60, 0x20};
static void (*const *handlers)(uint32_t random);
static uint32_t states[NOISE_SOURCES], clocks;
static volatile uint32_t count, depth, deepest, watched; /* the count at the last noise_watch(), 0 before */
static volatile int stopped;

uint32_t option(const char *name, uint32_t otherwise) {
  static char line[COMMAND_LINE];
  char *argv[ARGUMENTS];
  int argc = semihost_args(line, sizeof line, argv, ARGUMENTS);
  uint32_t n = 0;

  for (int i = 0; i + 1 < argc; i++) {
    if (argv[i][0] != '-' || argv[i][1] != '-' || strcmp(argv[i] + 2, name)) continue;
    for (const char *s = argv[i + 1]; *s >= '0' && *s <= '9'; s++) n = 10 * n + (uint32_t)(*s - '0');
    return n;
  }
  return otherwise;
}

static long run_check(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return k_check();
}

void check_kernel(void) {
  if (pith_monitor(run_check, 0, 0, 0) == 0) return;
  say("k_check: %p: %s\n", k_check_what, k_check_why);
  CHECK(!"the kernel's structures are whole");
}

uint32_t random_next(uint32_t *state) {
  uint32_t x = *state;

  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

static void start(unsigned i) { timer_once(i, clocks / 2 + random_next(&states[i]) % clocks); }

static void interrupt(unsigned i) {
  uint32_t deep = arch_atomic_add(&depth, 1) + 1;

  if (deep > deepest) deepest = deep;
  arch_atomic_add(&count, 1);
  CHECK(!watched || count - watched < NOISE_PATIENCE);
  handlers[i](random_next(&states[i]));
  if (!stopped) start(i);
  arch_atomic_add(&depth, (uint32_t)-1);
}

static void interrupt_0(void) { interrupt(0); }
static void interrupt_1(void) { interrupt(1); }

static void interrupt_2(void) { interrupt(2); }

void noise_start(uint32_t seed, uint32_t span, void (*const handler[NOISE_SOURCES])(uint32_t random)) {
  handlers = handler;
  clocks = span / PER_CLOCK;
  if (clocks < 4) clocks = 4;
  stopped = 0;
  for (unsigned i = 0; i < NOISE_SOURCES; i++)
    states[i] = seed + 0x9E3779B9u * i ? seed + 0x9E3779B9u * i : 1;
  timer_on(0, priority[0], interrupt_0);
  timer_on(1, priority[1], interrupt_1);
  timer_on(2, priority[2], interrupt_2);
  for (unsigned i = 0; i < NOISE_SOURCES; i++) start(i);
}

void noise_watch(void) { watched = count ? count : 1; }

void noise_stop(void) {
  stopped = 1;
  for (volatile uint32_t n = 0; n < 8 * clocks * PER_CLOCK; n++)
    continue; /* the last ones come and find it so */
}

uint32_t noise_count(void) { return count; }
uint32_t noise_depth(void) { return deepest; }
