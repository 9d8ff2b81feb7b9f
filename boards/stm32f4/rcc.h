/* Clocks of the STM32F4: brings the core to 168 MHz, or says why not. */
#ifndef PITH_STM32F4_RCC_H
#define PITH_STM32F4_RCC_H
#include <stdbool.h>
#include <stdint.h>

enum rcc_result {
  RCC_PLL,      /* 168 MHz from the 8 MHz HSE */
  RCC_NO_HSE,   /* no external clock: 16 MHz, the internal HSI */
  RCC_NO_PLL,   /* the PLL did not lock or was not taken: 16 MHz HSI */
  RCC_EMULATED, /* there is no RCC: an emulator, whose clock is 168 MHz */
};

/* Sets up the clocks; every wait is bounded. After it the three getters tell them. Boot. */
enum rcc_result rcc_init(void);

/* Core, APB1 and APB2 clocks, Hz. Any context, after rcc_init(). */
uint32_t rcc_core_hz(void);
uint32_t rcc_apb1_hz(void);
uint32_t rcc_apb2_hz(void);

/* Lets peripherals have their clock: the bits of AHB1ENR, APB1ENR and APB2ENR (RM0090 6.3.10 ff). Boot. */
void rcc_enable(uint32_t ahb1, uint32_t apb1, uint32_t apb2);
#endif
