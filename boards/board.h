/* What a board tells the rest of the system. Each build has one board; boards/ is the only place that knows
 * chips, pins, addresses and interrupt lines. */
#ifndef PITH_BOARD_H
#define PITH_BOARD_H
#include <stdbool.h>
#include <stdint.h>
#include "class.h"
#include "tty.h"

struct board_memory {
  const char *name;
  uintptr_t base;
  uint32_t size; /* bytes */
};

/* Registers that one process at a time may have to itself, and their interrupt line, or -1. None that can reach memory by
 * itself (DMA), which no MPU holds back. */
struct board_device {
  const char *name;    /* "/dev/NAME" opens it */
  uint32_t base, size; /* as an MPU region covers: a power of two of at least 32 bytes, aligned to it */
  int irq;
};

/* A serial line beside the console. */
struct board_line {
  const char *name; /* "/dev/NAME" */
  struct tty *tty;
};

struct board {
  const char *name;         /* of the board */
  const char *mcu;          /* of the chip, as found at run time */
  const char *note;         /* what did not go as planned at start-up, one sentence without full stop; NULL */
  uint32_t clock_hz;        /* of the core and of SysTick */
  uint16_t irq_count;       /* interrupt lines in the vector table */
  const char *console_name; /* "UART0", 115200 8N1 */
  const struct uart *console;
  const struct board_memory *memory; /* the memories the linker script uses */
  uint32_t more_low, more_high;      /* memory for processes beside the pool of the linker script and above it; 0: none */
  uint8_t memory_count;
  uint8_t device_count;
  uint8_t line_count;
  const struct board_line *lines;
  const struct board_device *devices; /* for processes that the system itself starts */
  const struct block *data;           /* flash memory for /data; NULL: none */
  const char *data_name;              /* where it is, one word */
};

/* The board; complete when board_init() has run, constant then. Any context. */
const struct board *board_get(void);

/* Clocks, pins, the console's UART for polled output. Cannot fail: what does not come up is in note, and
 * there is a slower way. Called by start-up before main(). Boot. */
void board_init(void);

/* Lets the interrupts of the console and of the other lines through. The kernel must be able to take a pith_wake(): call it from the
 * first thread. What was written to the console before comes out now. Thread, once. */
void board_start(void);

/* The console as a tty, usable for writing once board_init() has run. Any context. */
struct tty *board_console(void);

/* Sends one character to the console by polling, "\r\n" for "\n" where the line wants it. ctx is not used:
 * the shape is lib/fmt.h's. Boot, before board_start(). */
void board_putc(void *ctx, char c);

/* The same after all that waits in the console's ring, for pith_panic_output(). Panic, interrupts stopped. */
void board_panic_putc(void *ctx, char c);
#endif
