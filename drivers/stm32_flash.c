/* The flash controller: RM0090 3.5 to 3.9. It is unlocked for each program and erase, and locked again: whatever runs wild
 * between them cannot write. All waiting is bounded.
 *
 * The data cache does not notice what the controller writes: it is emptied after an erase (3.5.2), and what was
 * programmed is read back past it. */
#include "stm32_flash.h"
#include "mem.h"
#include "pith_errno.h"

#ifndef STM32_FLASH_WORD /* a test has its own */
#define STM32_FLASH_WORD(address) (*(volatile uint32_t *)(address))
#define STM32_FLASH_BARRIER() __asm volatile("dsb" ::: "memory")
#endif

#define FLASH_SIZE_KB (STM32_FLASH_WORD(0x1FFF7A20u) >> 16) /* RM0090 39.2 */
#define FLASH_ACR STM32_FLASH_WORD(0x40023C00u)
#define FLASH_KEYR STM32_FLASH_WORD(0x40023C04u)
#define FLASH_SR STM32_FLASH_WORD(0x40023C0Cu)
#define FLASH_CR STM32_FLASH_WORD(0x40023C10u)
#define KEY1 0x45670123u
#define KEY2 0xCDEF89ABu
#define ACR_DCEN (1u << 10)
#define ACR_DCRST (1u << 12)
#define SR_ERRORS (0x1Fu << 4 | 1u << 1) /* RDERR is the F42x's, at 8 */
#define SR_BSY (1u << 16)
#define CR_PG (1u << 0)
#define CR_SER (1u << 1)
#define CR_SNB(sector) ((uint32_t)(sector) << 3) /* from 12 on counted from 16 */
#define CR_PSIZE_WORD (2u << 8)                  /* 2.7 to 3.6 V */
#define CR_STRT (1u << 16)
#define CR_LOCK (1u << 31)

/* Reads of SR. While an erase is under way and code is fetched from the same flash there are few; should the code run from
 * elsewhere, 168 MHz make 4 s of this. */
#ifndef STM32_FLASH_POLLS
#define STM32_FLASH_POLLS 100000000
#endif

static bool is_done(void) {
  STM32_FLASH_BARRIER(); /* what was written is at the controller before it is asked */
  for (int i = 0; i < STM32_FLASH_POLLS; i++)
    if (!(FLASH_SR & SR_BSY)) return true;
  return false;
}

/* The keys are taken once after a reset if they are right; wrong ones lock until the next. */
static bool unlock(void) {
  if (!is_done()) return false;
  if (FLASH_CR & CR_LOCK) {
    FLASH_KEYR = KEY1;
    FLASH_KEYR = KEY2;
  }
  if (FLASH_CR & CR_LOCK) return false;
  FLASH_SR = SR_ERRORS; /* of before: written 1 to clear */
  return true;
}

/* 0, or -EIO: the sector did not take it. */
static int finish(void) {
  bool done = is_done();
  uint32_t errors = FLASH_SR & SR_ERRORS;

  FLASH_CR = CR_LOCK;
  return !done || errors ? -EIO : 0;
}

static void empty_data_cache(void) {
  uint32_t before = FLASH_ACR;

  FLASH_ACR = before & ~ACR_DCEN;
  FLASH_ACR = (before & ~ACR_DCEN) | ACR_DCRST;
  FLASH_ACR = before & ~ACR_DCEN;
  FLASH_ACR = before;
}

/* 5 and 17 begin 128 KB into their megabyte. */
static uint32_t address_of(const struct stm32_flash *f, uint32_t block) {
  uint32_t sector = f->first + block;

  return (sector < 12 ? 0x08020000u - 5 * STM32_FLASH_SECTOR : 0x08120000u - 17 * STM32_FLASH_SECTOR) +
         sector * STM32_FLASH_SECTOR;
}

static uint32_t number_of(const struct stm32_flash *f, uint32_t block) {
  uint32_t sector = f->first + block;

  return sector < 12 ? sector : sector - 12 + 16;
}

/* A controller is there if its lock can be closed and the keys open it. In QEMU all its registers read 0. */
uint32_t stm32_flash_kb(void) { return FLASH_SIZE_KB; }

static int start(const void *dev, const char *file, const char **why) {
  const struct stm32_flash *f = dev;

  *why = "a real flash is not kept in a file";
  if (file) return -ENOTSUP;
  *why = "this machine has no flash controller";
  FLASH_CR = CR_LOCK;
  if (!(FLASH_CR & CR_LOCK)) return -ENODEV;
  *why = "its flash controller stays locked";
  if (!unlock()) return -ENODEV;
  FLASH_CR = CR_LOCK;
  *why = "the chip has no such sectors";
  if (address_of(f, f->count) - 0x08000000u > FLASH_SIZE_KB << 10) return -ENODEV;
  *why = "the system's image reaches into its sectors";
  if (f->image_end > address_of(f, 0)) return -EBUSY;
  return 0;
}

static int read(const void *dev, uint32_t block, uint32_t offset, void *buf, uint32_t n) {
  uint32_t from = address_of(dev, block) + offset, word;

  for (uint32_t i = 0; i < n; i += 4) {
    word = STM32_FLASH_WORD(from + i);
    memcpy((uint8_t *)buf + i, &word, 4);
  }
  return 0;
}

static int prog(const void *dev, uint32_t block, uint32_t offset, const void *buf, uint32_t n) {
  uint32_t to = address_of(dev, block) + offset;
  int error = unlock() ? 0 : -EIO;

  for (uint32_t i = 0; !error && i < n; i += 4) {
    uint32_t word;

    memcpy(&word, (const uint8_t *)buf + i, 4);
    FLASH_CR = CR_PSIZE_WORD | CR_PG;
    STM32_FLASH_WORD(to + i) = word;
    if (!is_done() || FLASH_SR & SR_ERRORS) error = -EIO;
  }
  if (finish() || error) return -EIO;
  empty_data_cache();
  for (uint32_t i = 0; i < n; i += 4) {
    uint32_t word = STM32_FLASH_WORD(to + i);

    if (memcmp(&word, (const uint8_t *)buf + i, 4)) return -EIO;
  }
  return 0;
}

static int erase(const void *dev, uint32_t block) {
  const struct stm32_flash *f = dev;

  if (!unlock()) return -EIO;
  FLASH_CR = CR_PSIZE_WORD | CR_SER | CR_SNB(number_of(f, block));
  FLASH_CR = CR_PSIZE_WORD | CR_SER | CR_SNB(number_of(f, block)) | CR_STRT;
  if (finish()) return -EIO;
  empty_data_cache();
  return 0;
}

static int sync(const void *dev) {
  (void)dev;
  return 0;
}

const struct block_ops stm32_flash_ops = {start, read, prog, erase, sync};
