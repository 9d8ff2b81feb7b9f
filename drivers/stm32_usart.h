/* The USART of STM32F1, F2 and F4 (ST RM0090, section 30): 8N1, one interrupt line for both directions. */
#ifndef PITH_DRIVERS_STM32_USART_H
#define PITH_DRIVERS_STM32_USART_H
#include "class.h"

/* What the driver writes at run time. */
struct stm32_usart_state {
  struct tty *tty;
  volatile bool breaks; /* a break is to be sent */
  bool holds;           /* a byte came for which there was no room: held */
  uint8_t held;
};

struct stm32_usart {
  uintptr_t base;             /* of the registers; the board has enabled the clock and the pins */
  uint32_t (*clock_hz)(void); /* of the bus the USART is on, Hz */
  uint32_t baud;              /* bits/s, at most clock / 16 */
  struct irq_trigger irq;     /* the USART's line */
  struct stm32_usart_state *state;
};

/* dev of struct uart is a const struct stm32_usart *. */
extern const struct uart_ops stm32_usart_ops;

/* The board calls it from the USART's handler. ISR. At most the bytes the device can take or has got. */
void stm32_usart_isr(const struct stm32_usart *u);
#endif
