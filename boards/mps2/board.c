/* Arm MPS2 with the AN385 (Cortex-M3) or AN386 (Cortex-M4F) image, and QEMU's machines of these names.
 *
 * One clock of 25 MHz for core and peripherals, nothing to set up. UART0 is the console, UART1
 * /dev/uart1; a UART's two interrupt lines have one priority, so the tty's receive and transmit sides do not preempt each other. Addresses and
 * lines: Arm DAI0385 and DAI0386. */
#include "board.h"

#include "cmsdk_uart.h"
#include "cortexm/scb.h"
#include "nor_ram.h"

#define CLOCK_HZ 25000000u
#define PSRAM 0x21000000u
#define PSRAM_SIZE (16u << 20)
#define CONSOLE_BAUD 115200u
#define CONSOLE_PRIORITY 0x80 /* the middle: work with deadlines goes above it, the kernel is below */
enum { IRQ_UARTRX0 = 0, IRQ_UARTTX0 = 1, IRQ_UARTRX1 = 2, IRQ_UARTTX1 = 3, IRQ_COUNT = 32 };

static uint32_t peripheral_clock(void) { return CLOCK_HZ; }

static struct cmsdk_uart_state uart0_state;
static const struct cmsdk_uart uart0 = {
    .base = 0x40004000,
    .clock_hz = peripheral_clock,
    .baud = CONSOLE_BAUD,
    .tx = {&NVIC_ISPR(IRQ_UARTTX0 / 32), 1u << (IRQ_UARTTX0 % 32)},
    .state = &uart0_state,
};
static struct cmsdk_uart_state uart1_state;
static const struct cmsdk_uart uart1 = {
    .base = 0x40005000,
    .clock_hz = peripheral_clock,
    .baud = CONSOLE_BAUD,
    .tx = {&NVIC_ISPR(IRQ_UARTTX1 / 32), 1u << (IRQ_UARTTX1 % 32)},
    .state = &uart1_state,
};
static const struct uart console = {&cmsdk_uart_ops, &uart0}, second = {&cmsdk_uart_ops, &uart1};
static struct tty console_tty;
static uint8_t console_tx[PITH_TTY_TX], console_rx[PITH_TTY_RX];
static struct tty second_tty;
static uint8_t second_tx[PITH_TTY_TX], second_rx[PITH_TTY_RX];
static const struct board_line lines[] = {{"uart1", &second_tty}};

static const struct board_memory memory[] = {
    {"SSRAM1", 0x00000000, 4u << 20},
    {"SSRAM2+3", 0x20000000, 4u << 20},
    {"PSRAM", PSRAM, PSRAM_SIZE},
};

/* The first megabyte of the PSRAM is /data, the rest is for processes that need more than the SSRAM has left: it is slower. */
static struct nor_ram_state flash_state;
static const struct nor_ram flash = {(uint8_t *)PSRAM, 4096, 256, &flash_state};
static const struct block data = {&nor_ram_ops, &flash, NOR_RAM_UNIT, NOR_RAM_UNIT, 4096, 256, true};

/* CMSDK timer 1 (Arm DDI0479, 4.4); the kernel uses none of them. */
static const struct board_device devices[] = {{"timer1", 0x40001000, 0x1000, 9}};

static const struct board board = {
    .name = "MPS2 " BOARD_IMAGE,
    .mcu = "FPGA image " BOARD_IMAGE,
    .clock_hz = CLOCK_HZ,
    .irq_count = IRQ_COUNT,
    .console_name = "UART0",
    .console = &console,
    .memory = memory,
    .memory_count = sizeof memory / sizeof memory[0],
    .more_low = PSRAM + (1u << 20),
    .more_high = PSRAM + PSRAM_SIZE,
    .lines = lines,
    .line_count = sizeof lines / sizeof lines[0],
    .devices = devices,
    .device_count = sizeof devices / sizeof devices[0],
    .data = &data,
    .data_name = "nor-ram",
};

const struct board *board_get(void) { return &board; }

struct tty *board_console(void) {
  return &console_tty;
}

void board_init(void) {
  console.ops->init(console.dev);
  tty_init(&console_tty, &console, console_tx, console_rx, BOARD_CONSOLE_CRLF);
  second.ops->init(second.dev);
  tty_init(&second_tty, &second, second_tx, second_rx, false);
}

void board_start(void) {
  console.ops->start(console.dev, &console_tty);
  irq_enable(IRQ_UARTRX0, CONSOLE_PRIORITY);
  irq_enable(IRQ_UARTTX0, CONSOLE_PRIORITY);
  second.ops->start(second.dev, &second_tty);
  irq_enable(IRQ_UARTRX1, CONSOLE_PRIORITY);
  irq_enable(IRQ_UARTTX1, CONSOLE_PRIORITY);
}

void board_putc(void *ctx, char c) {
  (void)ctx;
  if (c == '\n' && BOARD_CONSOLE_CRLF) console.ops->putc_polled(console.dev, '\r');
  console.ops->putc_polled(console.dev, (uint8_t)c);
}

void board_panic_putc(void *ctx, char c) {
  tty_flush_polled(&console_tty);
  board_putc(ctx, c);
}

void UARTRX0_Handler(void);
void UARTTX0_Handler(void);
void UARTRX1_Handler(void);
void UARTTX1_Handler(void);
void UARTRX0_Handler(void) { cmsdk_uart_rx_isr(&uart0); }
void UARTTX0_Handler(void) { cmsdk_uart_tx_isr(&uart0); }
void UARTRX1_Handler(void) { cmsdk_uart_rx_isr(&uart1); }
void UARTTX1_Handler(void) { cmsdk_uart_tx_isr(&uart1); }
