/* Programs that are no attacks: the neighbour, and what attacks start. */
#include "attack.h"

enum { WORDS = 32, TICK_US = 1000, SIZE_LARGE = 24 << 10, SIZE_HUGE = 64 << 20 };

/* What the firmware reads at the start of the heap. */
struct notes {
  volatile uint32_t steps, wrong, gap_us, handle, thread;
};

static uint32_t numbers[WORDS];

static uint32_t changed(const volatile uint32_t *p, uint32_t value) {
  for (uint32_t i = 0; i < WORDS; i++)
    if (p[i] != value + i) return 1;
  return 0;
}

#ifdef __ARM_FP
static uint32_t fpu_changed(uint32_t value, int set) {
  uint32_t s[32], wrong = 0;
  __asm__ volatile("vstmia %0, {s0-s31}" : : "r"(s) : "memory");
  for (uint32_t i = 0; i < 32; i++) {
    wrong |= s[i] != value + i;
    s[i] = value + 256 + i;
  }
  if (set) __asm__ volatile("vldmia %0, {s0-s31}" : : "r"(s) : "memory");
  return wrong;
}
#endif

/* The neighbour: counts once a tick, and looks whether its data, stack and FPU registers are as it left them. */
int neighbour(uint32_t unused) {
  struct pith_object o = {.kind = PITH_OBJECT_SEM,
                          .flags = PITH_OPEN_CREATE,
                          .rights = 7,
                          .name = WORD("/sem/neighbour"),
                          .others = PITH_RIGHT_WAIT};
  struct notes *n = POINTER(sys_brk(0));
  volatile uint32_t stack[WORDS];
  unsigned long long last = 0, now;

  (void)unused;
  sys_brk(WORD(n) + sizeof *n);
  n->handle = (uint32_t)sys_object_open(&o);
  n->thread = (uint32_t)sys_thread_self();
  for (uint32_t step = 1;; step++) {
    for (uint32_t i = 0; i < WORDS; i++) numbers[i] = stack[i] = step + i;
#ifdef __ARM_FP
    if (step == 1) fpu_changed(0, 1);
    fpu_changed(0xF0000000 + step * 4096, 1);
    uint32_t before = step;
#endif
    sys_sleep(TICK_US);
#ifdef __ARM_FP
    if (fpu_changed(0xF0000000 + before * 4096 + 256, 0)) n->wrong |= 4;
#endif
    if (changed(numbers, step)) n->wrong |= 1;
    if (changed(stack, step)) n->wrong |= 2;
    sys_uptime(&now);
    if (last && now - last > n->gap_us) n->gap_us = (uint32_t)(now - last);
    last = now;
    n->steps = step;
  }
}

int quits(uint32_t unused) { return (void)unused, 5; }
int faults(uint32_t at) { return *(volatile uint32_t *)at = 1, SURVIVED; }

int waits_for_ever(uint32_t unused) {
  (void)unused;
  for (;;) sys_sleep(1000000);
}

int spawn_waiter(uint32_t unused) {
  start_child("spawn_waiter");
  return waits_for_ever(unused);
}

int hold_objects(uint32_t unused) {
  while (sys_sem_create(0) > 0) continue;
  return waits_for_ever(unused);
}

static void waits_too(uint32_t unused) { waits_for_ever(unused); }

int thread_hoard(uint32_t unused) {
  for (int i = 0; start_thread(i, waits_too, 0, -1) > 0; i++) continue;
  return waits_for_ever(unused);
}

/* Something to copy and to clear, so that its start takes a while. */
int large_data(uint32_t unused) {
  static volatile uint8_t bytes[SIZE_LARGE];
  return bytes[unused % SIZE_LARGE];
}

int too_large(uint32_t unused) {
  static volatile uint8_t bytes[SIZE_HUGE];
  return bytes[unused % SIZE_HUGE];
}

/* Fills all of its memory with a pattern and looks for what is not its own. */
int fills_block(uint32_t unused) {
  uint32_t low = (uint32_t)sys_brk(0), high = block_high(), wrong = 0;
  (void)unused;
  sys_brk(high);
  for (uint32_t *p = POINTER(low); WORD(p) < high; p++) *p = 0xF111F111;
  sys_sleep(10000);
  for (uint32_t *p = POINTER(low); WORD(p) < high; p++) wrong |= *p ^ 0xF111F111;
  return wrong ? 99 : 0;
}
