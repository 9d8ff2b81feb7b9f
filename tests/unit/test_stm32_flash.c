/* The STM32F4's flash driver against a model of its controller (RM0090, 3): the keys, one operation at a time, errors that
 * stay until they are cleared, a cache that does not see what is written; and chips that refuse. */
#include "unit.h"

#include <string.h>

static volatile uint32_t *flash_word(uint32_t address);
#define STM32_FLASH_WORD(address) (*flash_word(address))
#define STM32_FLASH_BARRIER() settle()
static void settle(void);
#include <drivers/stm32_flash.c>

enum { BASE = 0x08000000, MEMORY = 2 << 20, SECTORS = 4 };

static uint32_t memory[MEMORY / 4],
    seen[MEMORY / 4]; /* what is there; what the last access has shown of it */
static uint32_t acr, keyr, sr, cr, size_word, last;
static uint32_t status, shown; /* what SR holds, and as it was last read: what is written to it clears */
static struct {
  int keys; /* taken in order; negative: wrong ones */
  bool locked, absent, sticks, refuses, worn;
  int busy; /* accesses until it is done */
  int erased_sector, erases;
  bool stale;   /* the cache holds what has been erased */
  bool misused; /* against a rule of the manual */
} chip;

static void erase_sector(uint32_t number) {
  uint32_t sector = number < 12 ? number : number - 16 + 12;
  uint32_t at = sector < 12 ? 0x20000 + (sector - 5) * 0x20000 : 0x120000 + (sector - 17) * 0x20000;

  if (number > 11 && number < 16) chip.misused = true;
  chip.erased_sector = (int)sector;
  chip.erases++;
  chip.stale = true;
  memset((uint8_t *)memory + at, chip.worn ? 0xF0 : 0xFF, 0x20000);
}

/* What the chip does of what was last written, and what it then shows. */
static void settle(void) {
  if (chip.absent) {
    acr = keyr = sr = cr = 0;
    return;
  }
  if (sr != shown) status &= ~(sr & SR_ERRORS);
  if (keyr) {
    if (chip.keys == 0 && keyr == KEY1) chip.keys = 1;
    else if (chip.keys == 1 && keyr == KEY2 && !chip.refuses) chip.locked = false, cr = chip.keys = 0;
    else chip.keys = -1;
    keyr = 0;
  }
  if (cr & CR_LOCK) chip.locked = true;
  if (chip.locked) {
    if (cr & (CR_PG | CR_SER)) chip.misused = true;
    cr = CR_LOCK;
  }
  if (last) { /* a write into the flash itself, or only a read of it */
    uint32_t i = (last - BASE) / 4;

    if (memory[i] != seen[i]) {
      if (!(cr & CR_PG) || (cr & 3u << 8) != CR_PSIZE_WORD || chip.busy || memory[i] & ~seen[i]) {
        chip.misused = true;
      }
      if (chip.worn) memory[i] |= 1;
      chip.busy = 2;
      status |= SR_BSY;
    }
    last = 0;
  }
  if (cr & CR_STRT && cr & CR_SER) {
    if (chip.busy) chip.misused = true;
    erase_sector(cr >> 3 & 31);
    cr &= ~CR_STRT;
    chip.busy = 3;
    status |= SR_BSY;
  }
  if (chip.busy && !chip.sticks && !--chip.busy) status &= ~SR_BSY;
  if (acr & ACR_DCRST) {
    if (acr & ACR_DCEN) chip.misused = true; /* only while it is off */
    chip.stale = false;
  }
  sr = shown = status;
}

static volatile uint32_t *flash_word(uint32_t address) {
  settle();
  switch (address) {
  case 0x40023C00: return &acr;
  case 0x40023C04: return &keyr;
  case 0x40023C0C: return &sr;
  case 0x40023C10: return &cr;
  case 0x1FFF7A20: return &size_word;
  default: break;
  }
  assert_in_range(address, BASE, BASE + MEMORY - 4);
  if (chip.stale && acr & ACR_DCEN && !(cr & CR_PG)) chip.misused = true; /* it would read what was */
  last = address;
  seen[(address - BASE) / 4] = memory[(address - BASE) / 4];
  return &memory[(address - BASE) / 4];
}

static const struct stm32_flash first = {8, SECTORS, BASE + 0x80000}, second = {17, 7, BASE + 0xFFFFF};
static const char *why;
static uint8_t data[64], back[64];

static int power_up(void **unused) {
  (void)unused;
  memset(&chip, 0, sizeof chip);
  chip.locked = true;
  acr = ACR_DCEN;
  sr = status = shown = keyr = last = 0;
  cr = CR_LOCK;
  size_word = 2048u << 16;
  memset(memory, 0xFF, sizeof memory);
  for (int i = 0; i < 64; i++) data[i] = (uint8_t)(i * 5);
  return 0;
}

static void check_closed(void) {
  settle();
  assert_true(chip.locked);
  assert_false(chip.misused);
  assert_int_equal(acr, ACR_DCEN);
}

static void test_works(void **unused) {
  static const struct stm32_flash *const devices[] = {&first, &second};

  (void)unused;
  for (int i = 0; i < 2; i++) {
    const struct stm32_flash *f = devices[i];

    assert_int_equal(stm32_flash_ops.start(f, NULL, &why), 0);
    check_closed();
    for (uint32_t block = 0; block < f->count; block++) {
      assert_int_equal(stm32_flash_ops.erase(f, block), 0);
      check_closed();
      assert_int_equal(chip.erased_sector, f->first + (int)block);
      assert_int_equal(stm32_flash_ops.prog(f, block, 256, data + 1, 60), 0); /* unaligned in memory */
      check_closed();
      assert_int_equal(stm32_flash_ops.read(f, block, 256, back + 1, 60), 0);
      assert_memory_equal(back + 1, data + 1, 60);
    }
  }
  assert_int_equal(memory[(0x80000 + 256) / 4] & 0xFF, 5);  /* where sector 8 begins */
  assert_int_equal(memory[(0x120000 + 256) / 4] & 0xFF, 5); /* and 17 */
}

static void test_absent(void **unused) {
  (void)unused;
  assert_int_equal(stm32_flash_ops.start(&first, "file", &why), -ENOTSUP);
  chip.absent = true;
  assert_int_equal(stm32_flash_ops.start(&first, NULL, &why), -ENODEV);
  assert_string_equal(why, "this machine has no flash controller");
}

static void test_refuses(void **unused) {
  static const struct stm32_flash taken = {8, 4, BASE + 0x80001};

  (void)unused;
  assert_int_equal(stm32_flash_ops.start(&taken, NULL, &why), -EBUSY);
  size_word = 1024u << 16;
  assert_int_equal(stm32_flash_ops.start(&first, NULL, &why), 0);
  assert_int_equal(stm32_flash_ops.start(&second, NULL, &why), -ENODEV);
  assert_string_equal(why, "the chip has no such sectors");
  chip.refuses = true;
  assert_int_equal(stm32_flash_ops.start(&first, NULL, &why), -ENODEV);
  assert_int_equal(stm32_flash_ops.erase(&first, 0), -EIO);
  assert_int_equal(stm32_flash_ops.prog(&first, 0, 0, data, 4), -EIO);
  assert_int_equal(chip.erases, 0);
  assert_false(chip.misused);
}

/* What did not take, and errors of before, are told; a controller that never ends is given up. */
static void test_fails(void **unused) {
  (void)unused;
  assert_int_equal(stm32_flash_ops.start(&first, NULL, &why), 0);
  chip.worn = true;
  assert_int_equal(stm32_flash_ops.prog(&first, 1, 0, data, 8), -EIO); /* read back */
  check_closed();
  chip.worn = false;
  status |= 1u << 4; /* write protected, told at the end */
  assert_int_equal(finish(), -EIO);
  assert_int_equal(stm32_flash_ops.prog(&first, 2, 0, data, 8), 0); /* not told twice */
  chip.sticks = true;
  assert_int_equal(stm32_flash_ops.erase(&first, 0), -EIO);
  settle();
  assert_true(chip.locked);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_works, power_up),
      cmocka_unit_test_setup(test_absent, power_up),
      cmocka_unit_test_setup(test_refuses, power_up),
      cmocka_unit_test_setup(test_fails, power_up),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
