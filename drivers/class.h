/* Contracts between drivers and the rest.
 *
 * A UART driver moves bytes between its device and two rings (drivers/tty.h); it knows no thread and no
 * process. A tty is what readers and writers use. Boards wire a UART to a tty with const structs.
 *
 * A block device is flash memory: it is erased by blocks, to all ones, and programmed once after that, by units. */
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

/* All: thread, one call at a time; block and offset are in range and multiples of what the device's sizes say. They return 0
 * or a negative errno: -EIO from prog and erase means that this block did not take it, another one may; from read, that
 * what is there cannot be read. After a power cut, what a prog or an erase was working on holds anything, all else what it
 * held. */
struct block_ops {
  /* Makes the device usable; before all else, once. file: one of the host that keeps the contents of a device that is only
   * modelled, else NULL. *why says in a few words what is wrong. -ENODEV: there is no such device here, -ENOTSUP: it is a real
   * one and takes no file, -EBUSY: its memory is used otherwise, or an error of the file. */
  int (*start)(const void *dev, const char *file, const char **why);
  int (*read)(const void *dev, uint32_t block, uint32_t offset, void *buf, uint32_t n);
  /* buf: 4-aligned or not. Bytes that have been programmed since their block was erased may be only if they do not change. */
  int (*prog)(const void *dev, uint32_t block, uint32_t offset, const void *buf, uint32_t n);
  int (*erase)(const void *dev, uint32_t block);
  /* What was programmed and erased before is safe from a power cut. */
  int (*sync)(const void *dev);
};

/* Sizes in bytes. read_size and prog_size: powers of two, the units; block_size: a multiple of both. */
struct block {
  const struct block_ops *ops;
  const void *dev;
  uint32_t read_size, prog_size, block_size, block_count;
  bool modelled; /* without a file its contents go with the power */
};
#endif
