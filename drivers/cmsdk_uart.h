/* The UART of Arm's Cortex-M System Design Kit (Arm DDI0479D, section 4.3), as on the MPS2 boards: one byte
 * of buffer each way, separate interrupt lines for the two directions. */
#ifndef PITH_DRIVERS_CMSDK_UART_H
#define PITH_DRIVERS_CMSDK_UART_H
#include "class.h"

/* What the driver writes at run time. */
struct cmsdk_uart_state {
  struct tty *tty;
};

struct cmsdk_uart {
  uintptr_t base;             /* of the registers */
  uint32_t (*clock_hz)(void); /* the peripheral clock, Hz */
  uint32_t baud;              /* bits/s, at most clock / 16 */
  struct irq_trigger tx;      /* the transmit interrupt's line */
  struct cmsdk_uart_state *state;
};

/* dev of struct uart is a const struct cmsdk_uart *. */
extern const struct uart_ops cmsdk_uart_ops;

/* The board calls these from the handlers of the two lines, which must have one priority. ISR. O(1). */
void cmsdk_uart_rx_isr(const struct cmsdk_uart *u);
void cmsdk_uart_tx_isr(const struct cmsdk_uart *u);
#endif
