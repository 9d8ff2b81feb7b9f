/* The 32 interrupt lines of the MPS2 Cortex-M images, by their CMSIS device names (Arm application notes
 * DAI0385 and DAI0386, interrupt assignments). */
/* clang-format off */
#define INTERRUPTS(X)                                                                                        \
  X(UARTRX0_Handler) X(UARTTX0_Handler) X(UARTRX1_Handler) X(UARTTX1_Handler)         /* 0 */                \
  X(UARTRX2_Handler) X(UARTTX2_Handler) X(PORT0_ALL_Handler) X(PORT1_ALL_Handler)     /* 4 */                \
  X(TIMER0_Handler) X(TIMER1_Handler) X(DUALTIMER_Handler) X(SPI_Handler)             /* 8 */                \
  X(UARTOVF_Handler) X(ETHERNET_Handler) X(I2S_Handler) X(TOUCHSCREEN_Handler)        /* 12 */               \
  X(PORT2_ALL_Handler) X(PORT3_ALL_Handler) X(UARTRX3_Handler) X(UARTTX3_Handler)     /* 16 */               \
  X(UARTRX4_Handler) X(UARTTX4_Handler) X(ADCSPI_Handler) X(SHIELDSPI_Handler)        /* 20 */               \
  X(PORT0_0_Handler) X(PORT0_1_Handler) X(PORT0_2_Handler) X(PORT0_3_Handler)         /* 24 */               \
  X(PORT0_4_Handler) X(PORT0_5_Handler) X(PORT0_6_Handler) X(PORT0_7_Handler)         /* 28 */
/* clang-format on */

#include "cortexm/vectors.h"

_Static_assert(sizeof k_vectors == 4 * (16 + 32), "one entry for each line");
