/* Contracts between drivers and the rest.
 *
 * A UART driver moves bytes between its device and two rings (drivers/tty.h); it knows no thread and no
 * process. A tty is what readers and writers use. Boards wire a UART to a tty with const structs. */
#ifndef PITH_DRIVERS_CLASS_H
#define PITH_DRIVERS_CLASS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tty;

/* How software makes an interrupt line pending, as the board wires it: a write-one-to-set register (NVIC
 * ISPR, ARM DDI0403E B3.4) and the line's bit. A line that is not enabled yet stays pending until it is. */
struct irq_trigger {
  volatile uint32_t *set;
  uint32_t bit;
};

struct uart_ops {
  /* Sets up the device for 8N1 at the baud rate of its config, interrupts at the device still off. 0 or
   * -EINVAL if its clock cannot make the rate (the nearest one is set). Boot. */
  int (*init)(const void *dev);
  /* Sends one byte by polling with a bound, interrupts off or on, kernel up or not: boot report and
   * panic. A device that does not take the byte in time loses it. Any context. */
  void (*putc_polled)(const void *dev, uint8_t byte);
  /* Attaches the tty whose rings the interrupt handler serves and enables the device's interrupts. Boot or
   * thread, before the board enables the lines. */
  void (*start)(const void *dev, struct tty *tty);
  /* There are bytes in tty's transmit ring: make the transmit interrupt come, in any case and whatever the
   * device is doing. Kernel context. */
  void (*kick)(const void *dev);
  /* Changes the rate; what is being sent is garbled. 0, or -EINVAL if the clock cannot make it: as it was. NULL: it cannot
   * be changed. Kernel context. */
  int (*speed)(const void *dev, uint32_t baud);
  /* Holds the line in break for a moment, after the byte that is being sent. NULL: the device cannot. Kernel context. */
  void (*send_break)(const void *dev);
};

/* A UART as a board wires it: operations and the driver's own const config. */
struct uart {
  const struct uart_ops *ops;
  const void *dev;
};
#endif
