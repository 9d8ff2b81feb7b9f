/* What start-up does with memory. The reset is a real one: the test runs twice. */
#include "arch.h"
#include "cortexm/scb.h"
#include "test.h"

enum { SECOND_RUN = 0x5EC0BD17, KEPT = 0x1BADB002, WORDS = 4 };

static volatile uint32_t kept[WORDS] __attribute__((section(".noinit")));
static volatile uint32_t data[WORDS] = {1, 2, 3, 4};
static volatile uint32_t bss[WORDS];

static void reset(void) {
  __asm__ volatile("dsb" ::: "memory");
  SCB_AIRCR = SCB_AIRCR_VECTKEY | SCB_AIRCR_SYSRESETREQ;
  __asm__ volatile("dsb" ::: "memory");
  for (;;) arch_wait_for_interrupt();
}

TEST(noinit_survives_reset, "after a reset .noinit is as it was left, .data as the file has it, .bss zero") {
  bool second = kept[0] == SECOND_RUN;

  for (uint32_t i = 0; i < WORDS; i++) {
    CHECK_EQ(data[i], i + 1);
    CHECK_EQ(bss[i], 0);
    if (second && i) CHECK_EQ(kept[i], KEPT + i);
  }
  if (second) {
    kept[0] = 0;
    return;
  }
  for (uint32_t i = 0; i < WORDS; i++) {
    kept[i] = i ? KEPT + i : SECOND_RUN;
    data[i] = bss[i] = ~i;
  }
  reset();
}
