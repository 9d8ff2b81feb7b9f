/* Reaching for memory that is not the process's own, or not in that way. */
#include "attack.h"

int read_at(uint32_t a) {
  if (a % 4) (void)*(volatile uint8_t *)a;
  else (void)*(volatile uint32_t *)a;
  return SURVIVED;
}

int write_at(uint32_t a) {
  if (a % 4) *(volatile uint8_t *)a = 0xAA;
  else *(volatile uint32_t *)a = 0xAAAAAAAA;
  return SURVIVED;
}

int jump_to(uint32_t a) {
  ((void (*)(void))(a | 1))();
  return SURVIVED;
}

int jump_to_even(uint32_t a) {
  __asm__ volatile("bx %0" : : "r"(a & ~1u) : "memory", "lr");
  return SURVIVED;
}

int jump_to_own_even(uint32_t a) {
  (void)a;
  return jump_to_even(own_text());
}

int pop_to(uint32_t a) {
  __asm__ volatile("push {%0}\n\tpop {pc}" : : "r"(a | 1) : "memory");
  return SURVIVED;
}

/* ---- beside the own regions ---- */

int read_behind_block(uint32_t a) { return read_at(block_high() + a); }
int write_behind_block(uint32_t a) { return write_at(block_high() + a); }
int jump_behind_block(uint32_t a) { return jump_to(block_high() + a); }
int read_below_block(uint32_t a) { return read_at(block_low() - 1 - a); }
int write_below_block(uint32_t a) { return write_at(block_low() - 1 - a); }
int jump_below_block(uint32_t a) { return jump_to((block_low() - 2 - a) & ~1u); }

/* The word that begins in the block and ends behind it. */
int read_over_the_end(uint32_t a) {
  (void)a;
  return (void)*(volatile uint32_t *)(block_high() - 2), SURVIVED;
}

int edges_can_be_used(uint32_t a) {
  volatile uint8_t *low = POINTER(block_low()), *high = POINTER(block_high() - 1);

  (void)a;
  *low = 1;
  *high = 2;
  CHECK(*low == 1 && *high == 2);
  return 0;
}

int write_own_text(uint32_t a) {
  (void)a;
  return write_at(own_text() & ~3u);
}

/* ---- own memory as code ---- */

static volatile uint32_t code_in_data[2] = {0x47704770, 0x47704770}; /* bx lr */

int execute_data(uint32_t a) {
  (void)a;
  return jump_to(WORD(code_in_data));
}

int execute_stack(uint32_t a) {
  volatile uint32_t code[2] = {0x47704770, 0x47704770};
  (void)a;
  return jump_to(WORD(code));
}

int execute_heap(uint32_t a) {
  volatile uint32_t *code = POINTER(sys_brk(0));
  (void)a;
  *code = 0x47704770;
  return jump_to(WORD(code));
}

/* ---- everything, an address at a time, surviving each fault ---- */

enum { ACCESS = 1 << 1, JUMP = 1 << 0, MMAR = 1 << 7, BUS = 1 << 9, BFAR = 1 << 15, MEGABYTE = 1 << 20 };

static int is_refused(uint32_t a, enum touch how) {
  uint32_t at, cause = touch(a, how, &at);

  if (how == TOUCH_EXECUTE) return cause == JUMP && at == a;
  return (cause == (ACCESS | MMAR) || cause == (BUS | BFAR)) && at == a;
}

/* Those of both chips; what is not there is as forbidden. */
static const uint32_t devices[] = {
    0x40000000, 0x40001000, 0x40002000, 0x40004000, 0x40004400, 0x40004800, 0x40005000, 0x40005400,
    0x40007000, 0x40008000, 0x40010000, 0x40011000, 0x40011400, 0x40012000, 0x40013000, 0x40013800,
    0x40013C00, 0x40014000, 0x40020000, 0x40020400, 0x40020800, 0x40020C00, 0x40021000, 0x40023000,
    0x40023800, 0x40023C00, 0x40026000, 0x40028000, 0x4002F000, 0x40200000, 0x42000000, 0x50000000,
    0x50060800, 0xA0000000, 0xE0000000, 0xE0001000, 0xE0002000, 0xE000E004, 0xE000E010, 0xE000E100,
    0xE000E400, 0xE000ED00, 0xE000ED94, 0xE000EF34, 0xE0042000,
};

static int scan_devices(enum touch how) {
  for (uint32_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
    if (!is_refused(devices[i], how)) return (int)(i + 1);
  return 0;
}

int read_devices(uint32_t a) { return (void)a, scan_devices(TOUCH_READ); }
int write_devices(uint32_t a) { return (void)a, scan_devices(TOUCH_WRITE); }
int jump_into_devices(uint32_t a) { return (void)a, scan_devices(TOUCH_EXECUTE); }

/* One address in each megabyte; target: where the own file and block are, in whose megabytes others look. */
static int scan_all(enum touch how) {
  uint32_t low = block_low() / MEGABYTE, text = own_text() / MEGABYTE;

  for (uint32_t i = 0; i < 4096; i++)
    if (i != low && i != text && !is_refused(i * MEGABYTE + 0x400, how)) return (int)(i + 1);
  return 0;
}

int read_everywhere(uint32_t a) { return (void)a, scan_all(TOUCH_READ); }
int write_everywhere(uint32_t a) { return (void)a, scan_all(TOUCH_WRITE); }

/* Of the memory around the own block each 32 bytes, the smallest piece an MPU protects. */
int read_around(uint32_t a) {
  uint32_t low = block_low(), high = block_high();

  (void)a;
  for (uint32_t at = 0x20000000; at < low; at += 32) CHECK(is_refused(at, TOUCH_READ));
  for (uint32_t at = high; at < high + 8192; at += 32) CHECK(is_refused(at, TOUCH_READ));
  for (uint32_t at = low; at < high; at += 32) CHECK(touch(at, TOUCH_READ, NULL) == 0);
  return 0;
}
