/* The clock set-up of the STM32F4 against a model of its clock controller that can refuse: no external clock, no PLL, a
 * switch that does not happen. What must hold of the result: the clocks that are told are those the registers mean, and
 * flash has its wait states before the clock is fast. */
#include "unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cortexm/scb.h"
#undef CORTEXM_WORD
#define CORTEXM_WORD(address) (*rcc_word(address))
static volatile uint32_t *rcc_word(uint32_t address);
#include <boards/stm32f4/rcc.c>

/* Registers by address: the clock controller, PWR and the flash interface are all the code touches. */
enum { RCC_BASE = 0x40023800, PWR_BASE = 0x40007000, FLASH_BASE = 0x40023C00, WORDS = 0x20 };
static uint32_t rcc[WORDS], pwr[WORDS], flash[WORDS];
static struct {
  bool crystal, generator; /* what is at HSE: the second needs HSEBYP */
  bool locks, switches, fast_flash;
  bool misused; /* faster than flash and buses were set for, or against a rule of the manual */
  uint32_t pll; /* its configuration since it was turned on; 0: off */
} chip;

static uint32_t *const cr = &rcc[0], *const cfgr = &rcc[2];

/* What the chip does between one access and the next. */
static void settle(void) {
  bool hse = *cr & CR_HSEON && (*cr & CR_HSEBYP ? chip.generator : chip.crystal);
  bool pll = *cr & CR_PLLON && hse && chip.locks;

  *cr = (*cr & ~(CR_HSERDY | CR_PLLRDY)) | (hse ? CR_HSERDY : 0) | (pll ? CR_PLLRDY : 0);
  if (!(*cr & CR_PLLON)) chip.pll = 0;
  else if (!chip.pll) chip.pll = rcc[1];
  if (chip.pll && chip.pll != rcc[1]) chip.misused = true; /* only while it is off: RM0090 6.3.2 */
  if ((*cfgr & CFGR_SW) == CFGR_SW_PLL && !pll) chip.misused = true;
  if (!chip.fast_flash) flash[0] &= ~ACR_LATENCY;
  if ((*cfgr & CFGR_SW) == 0) *cfgr &= ~CFGR_SWS;
  if ((*cfgr & CFGR_SW) == CFGR_SW_PLL && pll && chip.switches) *cfgr = (*cfgr & ~CFGR_SWS) | CFGR_SWS_PLL;
  if ((*cfgr & CFGR_SWS) == CFGR_SWS_PLL &&
      ((flash[0] & ACR_LATENCY) < 5 || (*cfgr & CFGR_BUSES) != CFGR_APB2_2_APB1_4 ||
       !(pwr[0] & PWR_VOS_SCALE1)))
    chip.misused = true;
}

static volatile uint32_t *rcc_word(uint32_t address) {
  settle();
  if (address - RCC_BASE < sizeof rcc) return &rcc[(address - RCC_BASE) / 4];
  if (address - PWR_BASE < sizeof pwr) return &pwr[(address - PWR_BASE) / 4];
  assert_true(address - FLASH_BASE < sizeof flash);
  return &flash[(address - FLASH_BASE) / 4];
}

static int power_up(void **unused) {
  (void)unused;
  memset(rcc, 0, sizeof rcc);
  memset(pwr, 0, sizeof pwr);
  memset(flash, 0, sizeof flash);
  memset(&chip, 0, sizeof chip);
  core_hz = HSI_HZ;
  apb1_divider = apb2_divider = 1;
  *cr = 0x83; /* HSI on and ready: RM0090 6.3.1 */
  chip.crystal = chip.locks = chip.switches = chip.fast_flash = true;
  return 0;
}

static void check(enum rcc_result want, uint32_t core, uint32_t apb1, uint32_t apb2) {
  assert_int_equal(rcc_init(), want);
  settle();
  assert_int_equal(rcc_core_hz(), core);
  assert_int_equal(rcc_apb1_hz(), apb1);
  assert_int_equal(rcc_apb2_hz(), apb2);
  assert_int_equal((*cfgr & CFGR_SWS) == CFGR_SWS_PLL, core == PLL_HZ && want != RCC_EMULATED);
  if (core == HSI_HZ) assert_int_equal(*cfgr & (CFGR_BUSES | CFGR_SW), 0);
  assert_false(chip.misused);
  if (want == RCC_PLL) assert_int_equal(chip.pll, PLLCFGR_168MHZ);
  if (want == RCC_PLL) assert_true(rcc[16] & APB1ENR_PWR);
}

static void test_crystal(void **unused) {
  (void)unused;
  check(RCC_PLL, 168000000, 42000000, 84000000);
  assert_false(*cr & CR_HSEBYP);
}

static void test_generator(void **unused) {
  (void)unused;
  chip.crystal = false;
  chip.generator = true;
  check(RCC_PLL, 168000000, 42000000, 84000000);
  assert_true(*cr & CR_HSEBYP);
}

static void test_no_hse(void **unused) {
  (void)unused;
  chip.crystal = false;
  check(RCC_NO_HSE, 16000000, 16000000, 16000000);
  assert_false(*cr & (CR_HSEON | CR_HSEBYP));
}

static void test_no_lock(void **unused) {
  (void)unused;
  chip.locks = false;
  check(RCC_NO_PLL, 16000000, 16000000, 16000000);
}

static void test_slow_flash(void **unused) {
  (void)unused;
  chip.fast_flash = false;
  check(RCC_NO_PLL, 16000000, 16000000, 16000000);
}

static void test_no_switch(void **unused) {
  (void)unused;
  chip.switches = false;
  check(RCC_NO_PLL, 16000000, 16000000, 16000000);
}

/* A boot loader has left the PLL on. */
static void test_running(void **unused) {
  (void)unused;
  rcc[1] = PLLCFGR_168MHZ - (84u << 6); /* 84 MHz */
  rcc[16] = APB1ENR_PWR;
  pwr[0] = PWR_VOS_SCALE1;
  flash[0] = ACR_168MHZ;
  *cr |= CR_HSEON | CR_PLLON;
  settle();
  *cfgr = CFGR_SW_PLL | CFGR_APB2_2_APB1_4;
  check(RCC_PLL, 168000000, 42000000, 84000000);
}

static void test_emulated(void **unused) {
  (void)unused;
  *cr = 0;
  assert_int_equal(rcc_init(), RCC_EMULATED);
  assert_int_equal(rcc_core_hz(), 168000000);
  assert_int_equal(rcc_apb2_hz(), 84000000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_crystal, power_up),    cmocka_unit_test_setup(test_generator, power_up),
      cmocka_unit_test_setup(test_no_hse, power_up),     cmocka_unit_test_setup(test_no_lock, power_up),
      cmocka_unit_test_setup(test_slow_flash, power_up), cmocka_unit_test_setup(test_no_switch, power_up),
      cmocka_unit_test_setup(test_running, power_up),    cmocka_unit_test_setup(test_emulated, power_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
