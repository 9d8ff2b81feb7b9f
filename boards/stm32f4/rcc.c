/* STM32F4 clocks: HSE 8 MHz, PLL / 4 * 168 / 2 = 168 MHz, APB1 42 MHz, APB2 84 MHz.
 *
 * The chip leaves reset on the HSI, so at any failure it is enough to go on without switching: the
 * invariant is that the system clock is changed last, when everything that 168 MHz needs (voltage scale 1,
 * five wait states, bus dividers) has been confirmed. Each poll has a bound. 168 MHz is the most both
 * STM32F405 and STM32F429 do without over-drive (RM0090 3.5.1, 5.1.4, 6.3).
 *
 * QEMU models no RCC: its registers read 0. Silicon cannot show that, because HSION is 1 after reset and
 * cannot be cleared while the HSI is the system clock (RM0090 6.3.1). QEMU's machine then runs core and
 * SysTick at a fixed 168 MHz. */
#include "rcc.h"

#include "cortexm/scb.h"

#define RCC_CR CORTEXM_WORD(0x40023800)
#define RCC_PLLCFGR CORTEXM_WORD(0x40023804)
#define RCC_CFGR CORTEXM_WORD(0x40023808)
#define RCC_AHB1ENR CORTEXM_WORD(0x40023830)
#define RCC_APB1ENR CORTEXM_WORD(0x40023840)
#define RCC_APB2ENR CORTEXM_WORD(0x40023844)
#define PWR_CR CORTEXM_WORD(0x40007000)
#define FLASH_ACR CORTEXM_WORD(0x40023C00)

#define CR_HSION (1u << 0)
#define CR_HSEON (1u << 16)
#define CR_HSERDY (1u << 17)
#define CR_HSEBYP (1u << 18)
#define CR_PLLON (1u << 24)
#define CR_PLLRDY (1u << 25)
#define PLLCFGR_168MHZ (7u << 24 | 1u << 22 | 168u << 6 | 4u) /* Q 7, source HSE, P 2, N 168, M 4 */
#define CFGR_SW (3u << 0)
#define CFGR_SW_PLL (2u << 0)
#define CFGR_SWS (3u << 2)
#define CFGR_SWS_PLL (2u << 2)
#define CFGR_BUSES (7u << 13 | 7u << 10 | 15u << 4)
#define CFGR_APB2_2_APB1_4 (4u << 13 | 5u << 10)
#define APB1ENR_PWR (1u << 28)
#define PWR_VOS_SCALE1 (1u << 14) /* both parts: bit 15 of the F429 is 1 after reset */
/* Caches, prefetch, five wait states at 2.7 to 3.6 V. */
#define ACR_168MHZ (1u << 10 | 1u << 9 | 1u << 8 | 5u)
#define ACR_LATENCY 15u

#define HSI_HZ 16000000u
#define PLL_HZ 168000000u
enum { POLLS = 100000 }; /* some 30 ms at 16 MHz; a crystal takes 2 ms, the PLL 0.3 ms (datasheets) */

static uint32_t core_hz = HSI_HZ;
static uint32_t apb1_divider = 1, apb2_divider = 1;

uint32_t rcc_core_hz(void) { return core_hz; }
uint32_t rcc_apb1_hz(void) { return core_hz / apb1_divider; }
uint32_t rcc_apb2_hz(void) { return core_hz / apb2_divider; }

/* Waits until the bits of mask in reg read as value. */
static bool settles(volatile uint32_t *reg, uint32_t mask, uint32_t value) {
  for (int polls = 0; polls < POLLS; polls++)
    if ((*reg & mask) == value) return true;
  return false;
}

/* Back to the state of reset: a boot loader may have left the PLL on. */
static bool run_on_hsi(void) {
  RCC_CR |= CR_HSION;
  RCC_CFGR &= ~CFGR_SW;
  if (!settles(&RCC_CFGR, CFGR_SWS, 0)) return false;
  RCC_CR &= ~(CR_PLLON | CR_HSEON);
  RCC_CFGR &= ~CFGR_BUSES;
  return true;
}

/* The Nucleo feeds HSE with a clock from its probe, the Discovery board has a crystal: try both. */
static bool start_hse(void) {
  RCC_CR |= CR_HSEON;
  if (settles(&RCC_CR, CR_HSERDY, CR_HSERDY)) return true;
  RCC_CR &= ~CR_HSEON; /* HSEBYP can only change while HSE is off: RM0090 6.3.1 */
  RCC_CR |= CR_HSEBYP;
  RCC_CR |= CR_HSEON;
  return settles(&RCC_CR, CR_HSERDY, CR_HSERDY);
}

static bool start_pll(void) {
  RCC_APB1ENR |= APB1ENR_PWR;
  (void)RCC_APB1ENR; /* the clock arrives two cycles after the write: ST ES0206 */
  PWR_CR |= PWR_VOS_SCALE1;
  RCC_PLLCFGR = PLLCFGR_168MHZ;
  RCC_CR |= CR_PLLON;
  if (!settles(&RCC_CR, CR_PLLRDY, CR_PLLRDY)) return false;
  FLASH_ACR = ACR_168MHZ;
  return settles(&FLASH_ACR, ACR_LATENCY, ACR_168MHZ & ACR_LATENCY);
}

enum rcc_result rcc_init(void) {
  if (RCC_CR == 0) {
    core_hz = PLL_HZ;
    apb1_divider = 4;
    apb2_divider = 2;
    return RCC_EMULATED;
  }
  if (!run_on_hsi()) return RCC_NO_PLL;
  if (!start_hse()) {
    RCC_CR &= ~(CR_HSEON | CR_HSEBYP);
    return RCC_NO_HSE;
  }
  if (!start_pll()) return RCC_NO_PLL;
  RCC_CFGR |= CFGR_APB2_2_APB1_4;
  RCC_CFGR |= CFGR_SW_PLL;
  if (!settles(&RCC_CFGR, CFGR_SWS, CFGR_SWS_PLL)) {
    run_on_hsi();
    return RCC_NO_PLL;
  }
  core_hz = PLL_HZ;
  apb1_divider = 4;
  apb2_divider = 2;
  return RCC_PLL;
}

void rcc_enable(uint32_t ahb1, uint32_t apb1, uint32_t apb2) {
  RCC_AHB1ENR |= ahb1;
  RCC_APB1ENR |= apb1;
  RCC_APB2ENR |= apb2;
  (void)RCC_APB2ENR; /* as above */
}
