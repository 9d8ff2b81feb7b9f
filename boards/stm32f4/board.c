/* STM32F429ZI on ST's boards, and the STM32F405 of QEMU's netduinoplus2, from one binary.
 *
 * What chip it is, is read from DBGMCU_IDCODE; whether it is an emulator, from the absence of
 * the RCC (rcc.c).
 * The console is the USART that the board's debug probe forwards, in QEMU the machine's first one, USART1.
 * Pins and alternate functions: RM0090 8.4 and the STM32F429xx datasheet, table 12; ST UM1974 and UM1670. */
#include "board.h"
#include "cortexm/scb.h"
#include "rcc.h"
#include "stm32_flash.h"
#include "stm32_usart.h"

#define CONSOLE_BAUD 115200u
#define CONSOLE_PRIORITY 0x80 /* the middle: work with deadlines goes above it, the kernel is below */
enum { IRQ_USART1 = 37, IRQ_USART2, IRQ_USART3, IRQ_TIM5 = 50, IRQ_COUNT = 91 };
#define APB1ENR_TIM5 (1u << 3)

#define DBGMCU_IDCODE CORTEXM_WORD(0xE0042000) /* RM0090 38.6.1 */
#define GPIOA 0x40020000u
#define GPIOD 0x40020C00u
#define GPIO_MODER(port) CORTEXM_WORD((port) + 0x00)
#define GPIO_PUPDR(port) CORTEXM_WORD((port) + 0x0C)
#define GPIO_AFR(port, pin) CORTEXM_WORD((port) + 0x20 + (pin) / 8 * 4)

static struct stm32_usart_state usart1_state, usart2_state, usart3_state;
static const struct stm32_usart usart1 = {
    .base = 0x40011000,
    .clock_hz = rcc_apb2_hz,
    .baud = CONSOLE_BAUD,
    .irq = {&NVIC_ISPR(IRQ_USART1 / 32), 1u << (IRQ_USART1 % 32)},
    .state = &usart1_state,
};
static const struct stm32_usart usart2 = {
    .base = 0x40004400,
    .clock_hz = rcc_apb1_hz,
    .baud = CONSOLE_BAUD,
    .irq = {&NVIC_ISPR(IRQ_USART2 / 32), 1u << (IRQ_USART2 % 32)},
    .state = &usart2_state,
};
static const struct stm32_usart usart3 = {
    .base = 0x40004800,
    .clock_hz = rcc_apb1_hz,
    .baud = CONSOLE_BAUD,
    .irq = {&NVIC_ISPR(IRQ_USART3 / 32), 1u << (IRQ_USART3 % 32)},
    .state = &usart3_state,
};
static const struct uart console1 = {&stm32_usart_ops, &usart1};
static const struct uart console3 = {&stm32_usart_ops, &usart3};
static const struct uart second = {&stm32_usart_ops, &usart2};
static struct tty console_tty;
static bool emulated; /* QEMU: no line discipline of a real terminal, so no "\r" */
static uint8_t console_tx[PITH_TTY_TX], console_rx[PITH_TTY_RX];
static struct tty second_tty;
static uint8_t second_tx[PITH_TTY_TX], second_rx[PITH_TTY_RX];
static const struct board_line lines[] = {{"uart1", &second_tty}};

static const struct board_memory memory[] = {
    {"flash", 0x08000000, 1u << 20},
    {"SRAM", 0x20000000, BOARD_STM32_RAM_KB << 10},
};

_Static_assert(!BOARD_STM32_DATA_SECTOR ||
                   STM32_FLASH_VALID(BOARD_STM32_DATA_SECTOR, BOARD_STM32_DATA_SECTORS),
               "PITH_STM32_DATA_SECTOR and PITH_STM32_DATA_SECTORS: two or more, of 5 to 11 or 17 to 23");
extern uint8_t __rom_used_end[]; /* boards/common.ld */
static struct stm32_flash flash = {BOARD_STM32_DATA_SECTOR, BOARD_STM32_DATA_SECTORS,
                                   (uintptr_t)__rom_used_end};
static struct block data = {.ops = &stm32_flash_ops,
                            .dev = &flash,
                            .read_size = STM32_FLASH_UNIT,
                            .prog_size = STM32_FLASH_UNIT,
                            .block_size = STM32_FLASH_SECTOR};

/* A 32-bit timer (RM0090, 18). Its clock is on, the timer is not. */
static const struct board_device devices[] = {{"tim5", 0x40000C00, 0x400, IRQ_TIM5}};

static struct board board = {
    .name = "STM32F4",
    .irq_count = IRQ_COUNT,
    .memory = memory,
    .memory_count = sizeof memory / sizeof memory[0],
    .lines = lines,
    .line_count = sizeof lines / sizeof lines[0],
    .devices = devices,
    .device_count = sizeof devices / sizeof devices[0],
    .data = &data,
    .data_name = "flash",
};

const struct board *board_get(void) { return &board; }

struct tty *board_console(void) {
  return &console_tty;
}

static const char *mcu_name(void) {
  switch (DBGMCU_IDCODE & 0xFFF) {
  case 0x413: return "STM32F405/407";
  case 0x419: return "STM32F429/439";
  case 0: return "STM32F405";
  default: return "STM32F4, not a known one";
  }
}

static const char *note_on(enum rcc_result clocks) {
  switch (clocks) {
  case RCC_NO_HSE: return "no external clock (HSE): running on the internal HSI, 16 MHz";
  case RCC_NO_PLL: return "the PLL did not lock: running on the internal HSI, 16 MHz";
  case RCC_EMULATED: return "no clock controller (RCC): an emulator, taken to run at its fixed 168 MHz";
  default: return NULL;
  }
}

/* Gives two neighbouring pins of 0 to 7 or 8 to 15, pin and pin + 1, to alternate function 7 (USART1 to 3), with
 * pull-ups so that an open receive line reads as idle. */
static void usart_pins(uint32_t port, unsigned pin) {
  unsigned at = 4 * (pin % 8);

  GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(0xFFu << at)) | 0x77u << at;
  GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(0xFu << (2 * pin))) | 0x5u << (2 * pin);
  GPIO_MODER(port) = (GPIO_MODER(port) & ~(0xFu << (2 * pin))) | 0xAu << (2 * pin);
}

static void console_init(bool on_usart1) {
  if (on_usart1) {
    rcc_enable(1u << 0, 0, 1u << 4); /* GPIOA, USART1 */
    usart_pins(GPIOA, 9);
  } else {
    rcc_enable(1u << 3, 1u << 18, 0); /* GPIOD, USART3 */
    usart_pins(GPIOD, 8);
  }
  board.console = on_usart1 ? &console1 : &console3;
  board.console_name = on_usart1 ? "USART1" : "USART3";
  board.console->ops->init(board.console->dev);
}

/* USART2 on PD5 and PD6, on the connectors of both boards. */
static void second_init(void) {
  rcc_enable(1u << 3, 1u << 17, 0); /* GPIOD, USART2 */
  usart_pins(GPIOD, 5);
  second.ops->init(second.dev);
  tty_init(&second_tty, &second, second_tx, second_rx, false);
}

/* By the chip alone: an image that grows must not move /data. */
static void choose_data(void) {
  bool large = !emulated && stm32_flash_kb() >= 2048;

  if (!flash.first) flash.first = large ? 17 : 8, flash.count = large ? 7 : 4;
  data.block_count = flash.count;
}

void board_init(void) {
  enum rcc_result clocks = rcc_init();
  emulated = clocks == RCC_EMULATED;
  board.mcu = mcu_name();
  board.note = note_on(clocks);
  board.clock_hz = rcc_core_hz();
  rcc_enable(0, APB1ENR_TIM5, 0);
  console_init(emulated || BOARD_STM32_CONSOLE == 1);
  tty_init(&console_tty, board.console, console_tx, console_rx, !emulated);
  second_init();
  choose_data();
}

void board_start(void) {
  board.console->ops->start(board.console->dev, &console_tty);
  irq_enable(board.console == &console1 ? IRQ_USART1 : IRQ_USART3, CONSOLE_PRIORITY);
  second.ops->start(second.dev, &second_tty);
  irq_enable(IRQ_USART2, CONSOLE_PRIORITY);
}

void board_putc(void *ctx, char c) {
  (void)ctx;
  if (c == '\n' && !emulated) board.console->ops->putc_polled(board.console->dev, '\r');
  board.console->ops->putc_polled(board.console->dev, (uint8_t)c);
}

void board_panic_putc(void *ctx, char c) {
  tty_flush_polled(&console_tty);
  board_putc(ctx, c);
}

void USART1_IRQHandler(void);
void USART2_IRQHandler(void);
void USART3_IRQHandler(void);
void USART2_IRQHandler(void) { stm32_usart_isr(&usart2); }
void USART1_IRQHandler(void) { stm32_usart_isr(&usart1); }
void USART3_IRQHandler(void) { stm32_usart_isr(&usart3); }
